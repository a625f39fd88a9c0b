//! What would have been told, and when, had these rules been watching: recorded history replayed through the very code
//! that judges ([`jobs::evaluate::run`]) and makes cards ([`jobs::incident::fold`]). Nothing is written, nobody is told.

mod page;
mod past;
mod recorded;
mod replay;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::civil;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use jobs::JobError;
use jobs::declare::Rule;

pub use self::recorded::{Fineness, Recorded, Stretch};
pub use self::replay::{How, Outcome, Tally, Told};
use crate::config::{PlannedJob, PlannedMute, duration};
use crate::nearest::nearest;
use crate::present::Voice;
use crate::store::Database;

/// Rules, and the jobs that say how often they are held against what was recorded.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Every declared job; only those that judge are replayed.
    pub jobs: &'a [PlannedJob],
    /// What counts as wrong.
    pub rules: &'a [Rule],
    /// When what is not told. Those that people and scripts set at the time are not replayed.
    pub mutes: &'a [PlannedMute],
}

/// Who would have been told.
pub struct Reader<'a> {
    /// Their language and zone.
    pub voice: &'a Voice,
    /// What the machine is called.
    pub host: &'a str,
}

/// What is asked for.
pub struct Order<'a> {
    /// What was recorded.
    pub database: &'a Database,
    /// The rules that may be switched on.
    pub rules: Rules<'a>,
    /// The rules they would take the place of, to count by.
    pub today: Option<Rules<'a>>,
    /// From here.
    pub from: Timestamp,
    /// To there.
    pub until: Timestamp,
}

/// What a replay amounts to.
#[derive(Debug)]
pub struct Report {
    /// The moment that was asked for as the first one.
    asked: Timestamp,
    recorded: Arc<Recorded>,
    /// The jobs that judged: name and cron.
    judges: Vec<(String, String)>,
    /// Rules whose patience is shorter than a minute: means of a minute cannot tell.
    hasty: Vec<String>,
    outcome: Outcome,
    /// How often a telephone rang by the rules of today.
    today: Option<usize>,
    zone: TimeZone,
}

impl Report {
    /// What people would have got, oldest first.
    pub fn told(&self) -> &[Told] {
        &self.outcome.told
    }
}

/// Why there is nothing to say.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// Nothing was recorded in that time.
    #[error("nothing was recorded between {from} and {until}{}", oldest.as_ref().map_or_else(
        || "; let the watch stand for a while, and ask again".to_owned(),
        |it| format!("; what is kept begins at {it}, see --since and --until"),
    ))]
    Nothing {
        /// The first moment asked for.
        from: String,
        /// The last.
        until: String,
        /// The oldest that is kept.
        oldest: Option<String>,
    },
    /// The store cannot be read.
    #[error("reading what was recorded: {0}")]
    Store(#[from] jobs::ports::StoreError),
    /// The judging code failed; it has nothing to fail on but its store.
    #[error("replaying: {0}")]
    Job(#[from] JobError),
}

/// Replays.
///
/// # Errors
/// Nothing to replay, or a store that cannot be read.
pub async fn simulate(order: &Order<'_>, reader: &Reader<'_>) -> Result<Report, SimulateError> {
    let mut all = vec![order.rules];
    all.extend(order.today);
    let recorded = Recorded::load(order.database, &all, order.from, order.until)?;
    let zone = &reader.voice.zone;
    let Some(recorded) = recorded.map(Arc::new) else {
        let reach = order.database.reach()?;
        let oldest = reach.minutes.into_iter().chain(reach.samples).min();
        let (from, until) = (page::stamp(order.from, zone), page::stamp(order.until, zone));
        return Err(SimulateError::Nothing { from, until, oldest: oldest.map(|it| page::stamp(it, zone)) });
    };
    let outcome = replay::replay(&recorded, order.rules, reader).await?;
    let today = match order.today {
        Some(today) => Some(replay::replay(&recorded, today, reader).await?.rings()),
        None => None,
    };
    let judges = order.rules.jobs.iter().filter(|it| matches!(it.job.work, jobs::declare::Work::Evaluate(_)));
    // Silence is not told before a minute of it, whatever its rule says.
    let hasty = order.rules.rules.iter().filter(|it| it.patience.as_secs() < 60);
    let hasty = hasty.filter(|it| !matches!(it.detector, jobs::evaluate::Detector::Absence(_)));
    Ok(Report {
        asked: order.from,
        judges: judges.map(|it| (it.job.name.clone(), it.cron.to_string())).collect(),
        hasty: hasty.map(|it| it.name.clone()).collect(),
        recorded,
        outcome,
        today,
        zone: zone.clone(),
    })
}

/// Only the rules of those names; all of them when none is named.
///
/// # Errors
/// In words, when no rule has such a name.
pub fn only(rules: &[Rule], names: &[String]) -> Result<Vec<Rule>, String> {
    let known = || rules.iter().map(|it| it.name.as_str());
    for name in names {
        if !known().any(|it| it == name) {
            return Err(match nearest(name, known()) {
                Some(meant) => format!("no rule is called {name}; did you mean {meant}?"),
                None => {
                    format!("no rule is called {name}; there are {}", known().collect::<Vec<_>>().join(", "))
                }
            });
        }
    }
    Ok(rules.iter().filter(|it| names.is_empty() || names.contains(&it.name)).cloned().collect())
}

/// A moment as people write it: so long before `base` (`7d`), a date, or a date and a time, in their zone.
///
/// # Errors
/// In words.
pub fn moment(text: &str, base: Timestamp, zone: &TimeZone) -> Result<Timestamp, String> {
    if let Ok(before) = duration::parse(text) {
        let before = SignedDuration::try_from(before).unwrap_or(SignedDuration::MAX);
        return base.checked_sub(before).map_err(|_| "longer ago than there is a calendar".to_owned());
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let civil = text.parse::<civil::DateTime>();
    let civil = civil.or_else(|_| text.parse::<civil::Date>().map(|it| it.at(0, 0, 0, 0)));
    civil.and_then(|it| zone.to_ambiguous_timestamp(it).compatible()).map_err(|_| {
        format!("{text:?} is no moment: write how long ago (90m, 7d), or 2026-11-20, or \"2026-11-20 18:30\"")
    })
}
