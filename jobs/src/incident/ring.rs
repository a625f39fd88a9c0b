//! When a telephone may ring: once for what is new, again for what is worse, seldom for what lasts, never for relief.

use std::time::Duration;

use jiff::Timestamp;

use super::grouping::Bond;
use super::{Incident, Rung};
use crate::series::{before, since};

/// What of an incident that changed is to be done with its card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ring {
    /// The card that people have is edited, in silence. Whoever has none gets none.
    Edit,
    /// A new card, with a sound.
    Push,
}

/// More of the same ring again at the earliest after this: what goes on within it is on the card.
pub const GROUP_INTERVAL: Duration = Duration::from_secs(5 * 60);

/// An incident that comes back time and again within this is not rung for more than [`RINGS`] times.
pub const NOISY: Duration = Duration::from_secs(6 * 3600);
/// See [`NOISY`].
pub const RINGS: usize = 3;

/// What lasts is told again after the first of these, then after the next, and so on; the last one stays.
pub const REMINDERS: [Duration; 4] = [
    Duration::from_secs(4 * 3600),
    Duration::from_secs(8 * 3600),
    Duration::from_secs(16 * 3600),
    Duration::from_secs(24 * 3600),
];

/// What a change of an incident is worth. `before` is the same incident before it; none when it is new.
pub(super) fn worth(before: Option<&Incident>, after: &Incident, bond: Bond, now: Timestamp) -> Ring {
    // What was over before anybody could have seen it is told all the same, once: it happened.
    let (Some(before), Some(rung)) = (before, after.rung) else { return Ring::Push };
    if after.open_count() == 0 && before.open_count() == 0 && after.members == before.members {
        return Ring::Edit;
    }
    let noisy = RINGS <= after.rings.iter().filter(|at| since(now, **at) < NOISY).count();
    let interval = GROUP_INTERVAL <= since(now, rung.at);
    // It was over, or has come about anew while nothing of it was open.
    let again = !before.is_open() && (after.is_open() || began(before) < began(after));
    if after.is_open() && rung.severity < after.severity() {
        return Ring::Push;
    }
    let more = rung.open < after.open_count() && after.acknowledged.is_none() && bond == Bond::Akin;
    if (again || more) && interval && !noisy { Ring::Push } else { Ring::Edit }
}

fn began(incident: &Incident) -> u32 {
    incident.members.iter().map(|it| it.times).sum()
}

/// Writes down that people are rung for an incident as it is.
pub(super) fn rung(incident: &mut Incident, now: Timestamp) {
    incident.rung = Some(Rung { at: now, severity: incident.severity(), open: incident.open_count() });
    let oldest = before(now, NOISY);
    incident.rings.retain(|at| oldest < *at);
    incident.rings.push(now);
    incident.generation += 1;
}

/// When an incident that has just been rung for is told again.
pub(super) fn next_reminder(incident: &Incident, now: Timestamp) -> Option<Timestamp> {
    let awaited = incident.is_open() && incident.acknowledged.is_none() && !incident.is_flapping();
    let nth = usize::try_from(incident.reminded).unwrap_or(usize::MAX).min(REMINDERS.len() - 1);
    awaited.then(|| now.checked_add(REMINDERS[nth]).unwrap_or(Timestamp::MAX))
}
