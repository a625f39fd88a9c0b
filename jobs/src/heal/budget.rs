//! Whether anything may be done again, by the journal alone: so a restart forgets no attempt.

use std::time::Duration;

use jiff::Timestamp;

use super::{Heal, HealStep, Relief, Settings};
use crate::series::since;

/// What a day is, for [`Settings::most_a_day`].
pub(super) const DAY: Duration = Duration::from_secs(24 * 3600);

/// What may be done for a target now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It may be proposed or done.
    Go,
    /// Not before the cooldown is over.
    Wait,
    /// It has been tried often enough today, or did not help the last time.
    GiveUp,
}

pub(super) fn verdict(journal: &[Heal], target: &str, settings: &Settings, now: Timestamp) -> Verdict {
    let mine: Vec<&Heal> = journal.iter().filter(|it| it.target == target).collect();
    // A clock that was set back leaves entries in the future; they count as of now.
    if mine.iter().any(|it| since(now, it.at) < settings.cooldown) {
        return Verdict::Wait;
    }
    // What a person asked for is not counted against what the watch does by itself.
    let today = mine.iter().filter(|it| it.alert.is_some() && since(now, it.at) < DAY);
    let (mut proposed, mut applied, mut last) = (0, 0, None);
    for heal in today {
        match &heal.what {
            HealStep::Proposed | HealStep::Planned { .. } => proposed += 1,
            HealStep::Applied(relief) => {
                applied += 1;
                last = Some(relief);
            }
            HealStep::Nothing
            | HealStep::Offered(_)
            | HealStep::Declined { .. }
            | HealStep::Began { .. }
            | HealStep::Ended { .. }
            | HealStep::Verified { .. }
            | HealStep::GaveUp(_)
            | HealStep::Forbidden(_)
            | HealStep::BreakerOpened { .. }
            | HealStep::BreakerClosed => {}
        }
    }
    // Each deed has its proposal before it, but for one that a person asked for under the alert.
    let attempts: u32 = u32::max(proposed, applied);
    if settings.most_a_day <= attempts || last.is_some_and(did_not_help) {
        return Verdict::GiveUp;
    }
    Verdict::Go
}

fn did_not_help(relief: &Relief) -> bool {
    relief.after <= relief.before
}

/// Whether it was already said so of this alert, and nothing was tried since: that nothing more can be done about it, or
/// that it is forbidden.
pub(super) fn has_said(what: &HealStep, journal: &[Heal], alert: i64) -> bool {
    let mine = journal.iter().filter(|it| it.alert == Some(alert));
    mine.max_by_key(|it| it.at).is_some_and(|it| it.what == *what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::at;

    const HOUR: i64 = 3600;

    fn applied(before: u64, after: u64) -> HealStep {
        HealStep::Applied(Relief { before, after, ..Relief::default() })
    }

    /// Entries by hour; judged at hour 20 with a cooldown of six and three a day.
    fn check(entries: &[(i64, Option<i64>, HealStep)], expected: Verdict) {
        let entry = |(hour, alert, what): &(i64, Option<i64>, HealStep)| Heal {
            at: at(hour * HOUR),
            alert: *alert,
            target: "/".to_owned(),
            what: what.clone(),
        };
        let journal: Vec<Heal> = entries.iter().map(entry).collect();
        let settings =
            Settings { cooldown: Duration::from_secs(6 * 3600), most_a_day: 3, ..Settings::default() };
        assert_eq!(verdict(&journal, "/", &settings, at(20 * HOUR)), expected, "{entries:?}");
        assert_eq!(verdict(&journal, "/srv", &settings, at(20 * HOUR)), Verdict::Go, "{entries:?}");
    }

    #[test]
    fn a_target_rests_between_two_attempts_whatever_the_alert() {
        check(&[], Verdict::Go);
        check(&[(15, Some(1), HealStep::Proposed)], Verdict::Wait);
        check(&[(15, None, applied(1, 2))], Verdict::Wait);
        check(&[(15, Some(1), HealStep::Nothing)], Verdict::Wait);
        check(&[(14, Some(1), HealStep::Proposed)], Verdict::Go);
        check(&[(30, Some(1), HealStep::Proposed)], Verdict::Wait);
    }

    #[test]
    fn three_attempts_a_day_are_enough() {
        let proposed = |hour| (hour, Some(1), HealStep::Proposed);
        check(&[proposed(0), proposed(7)], Verdict::Go);
        check(&[proposed(0), proposed(7), proposed(14)], Verdict::GiveUp);
        check(&[proposed(-5), proposed(7), proposed(14)], Verdict::Go);
        // A proposal and its deed are one attempt, and what a person did by /fix is none.
        let done = |hour| (hour, Some(1), applied(1, 2));
        check(&[proposed(0), done(0), proposed(7), done(7)], Verdict::Go);
        check(&[done(0), done(7), done(14)], Verdict::GiveUp);
        check(&[(0, None, applied(1, 2)), (7, None, applied(1, 2)), (14, None, applied(1, 2))], Verdict::Go);
    }

    #[test]
    fn what_did_not_help_is_not_done_again() {
        check(&[(10, Some(1), applied(5, 5))], Verdict::GiveUp);
        check(&[(5, Some(1), applied(5, 5)), (10, Some(1), applied(5, 6))], Verdict::Go);
        check(&[(10, None, applied(5, 5))], Verdict::Go);
    }
}
