//! What became more: containers that were started anew, and disks that were filled.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Period;
use crate::audit::{self, Deed, Who};
use crate::heal::{self, Heal, HealStep};
use crate::incident::{Changed, Happening, Incident, Of};
use crate::metric::SeriesKey;
use crate::ports::{Store, StoreError, Verb};
use crate::series::Series;
use crate::verdict::{ContainerVerdict, End, Finding};

/// A disk has grown when it has by this, in points of its size.
const GREW: f64 = 0.5;
/// So many of each are kept; of what is more, only the least is left out.
const MOST: usize = 12;

/// How often a container was started anew: by the engine after an end by itself, by a remedy, by somebody through us, and
/// by whoever typed it on the machine. One that replaces another is none of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restarts {
    /// Its name.
    pub name: String,
    /// How often.
    pub times: u32,
    /// When it last was.
    pub last: Timestamp,
}

/// A disk that is fuller than at the beginning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grown {
    /// Which.
    pub key: SeriesKey,
    /// By so many points of its size.
    pub points: f64,
    /// By so many bytes, where that is known.
    pub bytes: Option<f64>,
}

/// Who was started anew, the most often first.
pub(super) fn restarts(
    incidents: &[Incident],
    heals: &[Heal],
    deeds: &[Deed],
    outside: &[Changed],
    period: &Period,
) -> Vec<Restarts> {
    let mut known: BTreeMap<String, (u32, Timestamp)> = BTreeMap::new();
    let mut count = |name: &str, times: u32, at: Timestamp| {
        if 0 < times && period.from <= at && at < period.to {
            let entry = known.entry(name.to_owned()).or_insert((0, at));
            *entry = (entry.0.saturating_add(times), entry.1.max(at));
        }
    };
    for member in incidents.iter().flat_map(|it| &it.members) {
        if let Of::Container { verdict, trouble, .. } = &member.of {
            let times = own(trouble).max(own(verdict));
            count(&trouble.who.name, times, trouble.at.max(member.since));
        }
    }
    // What is begun and then done is two entries of the journal: the later one says how it went.
    let mut begun: BTreeMap<&str, Verb> = BTreeMap::new();
    for heal in heals {
        match &heal.what {
            HealStep::Began { what, .. } => drop(begun.insert(&heal.target, what.verb)),
            HealStep::Ended { outcome: heal::Outcome::Done, along } => {
                if begun.remove(heal.target.as_str()).is_some_and(starts) {
                    count(&heal.target, 1, heal.at);
                    along.iter().for_each(|it| count(it, 1, heal.at));
                }
            }
            HealStep::Ended { .. } => drop(begun.remove(heal.target.as_str())),
            HealStep::Proposed
            | HealStep::Applied(_)
            | HealStep::Nothing
            | HealStep::Planned { .. }
            | HealStep::Offered(_)
            | HealStep::Declined { .. }
            | HealStep::Verified { .. }
            | HealStep::GaveUp(_)
            | HealStep::Forbidden(_)
            | HealStep::BreakerOpened { .. }
            | HealStep::BreakerClosed => {}
        }
    }
    let by_hand = deeds.iter().filter(|it| it.outcome == audit::Outcome::Done);
    for deed in by_hand.filter(|it| it.what == Verb::Restart.name() && it.who != Who::Vakhta) {
        count(&deed.target, 1, deed.at);
    }
    for it in outside {
        match &it.what {
            Happening::Restarted(name) => count(name, 1, it.at),
            Happening::Booted
            | Happening::Updated(_)
            | Happening::Stopped(_)
            | Happening::Healed(_)
            | Happening::Began => {}
        }
    }
    let mut all: Vec<Restarts> =
        known.into_iter().map(|(name, (times, last))| Restarts { name, times, last }).collect();
    all.sort_by_key(|it| std::cmp::Reverse(it.times));
    all.truncate(MOST);
    all
}

/// Whether a container that this is done to runs anew.
fn starts(verb: Verb) -> bool {
    match verb {
        Verb::Start | Verb::Restart => true,
        Verb::Stop | Verb::Pause | Verb::Unpause | Verb::Kill => false,
    }
}

/// How often the engine has started it again, by what was seen of it.
fn own(verdict: &ContainerVerdict) -> u32 {
    match &verdict.finding {
        Finding::Crashed { back: true, times, .. }
        | Finding::OutOfMemory { end: End::Died { back: true }, times, .. } => *times,
        Finding::CrashLoop { restarts, .. } => *restarts,
        Finding::Slipped { restarts } => u32::try_from(*restarts).unwrap_or(u32::MAX),
        Finding::Crashed { back: false, .. }
        | Finding::OutOfMemory { .. }
        | Finding::Stopped { .. }
        | Finding::Restarted { .. }
        | Finding::Ended { .. }
        | Finding::Updated { .. }
        | Finding::Unhealthy { .. }
        | Finding::Recovered { .. }
        | Finding::Gone { .. } => 0,
    }
}

/// The disks that are fuller at the end than at the beginning, what grew most first.
pub(super) fn grown(
    store: &dyn Store,
    keys: &[SeriesKey],
    period: &Period,
) -> Result<Vec<Grown>, StoreError> {
    /// Two readings at each end of as many points as a day has half hours.
    const POINTS: usize = 48;
    let by = |series: &Series| Some(series.newest()?.mean - series.points.first()?.mean);
    let mut all = Vec::new();
    for key in keys.iter().filter(|it| it.metric == "disk.used") {
        let points = by(&store.history(key, period.from, period.to, POINTS)?).unwrap_or(0.0);
        if points < GREW {
            continue;
        }
        let room = SeriesKey::of("disk.free", &key.subject);
        let bytes = by(&store.history(&room, period.from, period.to, POINTS)?);
        let bytes = bytes.map(|it| -it).filter(|it| 0.0 < *it);
        all.push(Grown { key: key.clone(), points, bytes });
    }
    all.sort_by(|a, b| b.points.total_cmp(&a.points));
    all.truncate(MOST);
    Ok(all)
}
