//! Judge what is remembered, move alerts along. This room keeps detectors: one file each.
//!
//! A detector is a pure function of [`Evidence`]. What holds for every one of them is said in [`Detector::judge`];
//! how rules meet series, and what becomes of alerts that lost theirs, in `round.rs`.

mod absence;
mod band;
mod culprit;
pub mod forecast;
pub mod literal;
mod normal;
pub mod novelty;
mod round;
mod sigma;
#[cfg(test)]
mod tests;
mod threshold;
mod unusual;

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::alert::{Alert, AlertKey, Basis, Judgement, Severity, Side};
use crate::declare::Rule;
use crate::notice::Notice;
use crate::ports::StoreError;
use crate::series::{Series, since};
use crate::{JobContext, JobError, Ports};

pub use band::{Expected, expected, usual};
pub use normal::{Normal, said_now};

/// A newest value older than this says nothing of the present, unless the series comes more slowly: then three of its
/// steps are waited for.
pub const STALE: Duration = Duration::from_secs(60);

/// So many values must have come without a break before a series is judged: the first ones after a start or a gap are
/// what the others are held against.
pub const BASELINE: usize = 3;

/// How an evaluating job is set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Only rules of these names, when any are given. A trailing `*` stands for any rest.
    pub rules: Vec<String>,
}

impl Settings {
    /// Whether a rule of this name is held by this job.
    pub fn covers(&self, rule: &str) -> bool {
        let matches = |pattern: &String| match pattern.strip_suffix('*') {
            Some(head) => rule.starts_with(head),
            None => rule == pattern,
        };
        self.rules.is_empty() || self.rules.iter().any(matches)
    }
}

/// How a series is judged. A closed set: the compiler lists every place a new one matters.
#[derive(Clone, Debug, PartialEq)]
pub enum Detector {
    /// A fixed limit, for what has no normal.
    Threshold(Threshold),
    /// Nothing has arrived.
    Absence(Absence),
    /// The seed's rule: so many deviations from the mean of a sliding window.
    Sigma(Sigma),
    /// Far from everything seen lately: the default where there is a normal to be learnt.
    Novelty(Novelty),
    /// Will be full before long, by two slopes that agree.
    Forecast(Forecast),
}

/// What a series is judged on.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The series, at least as far back as [`Detector::reach`].
    pub series: &'a Series,
    /// The newest value of another metric on the same part, when it is a fresh one: that of
    /// [`Threshold::critical_with`]; for a forecast, the bytes that are left.
    pub companion: Option<f64>,
    /// The alert that is open on it, when one is: it has a way back of its own, and a calm before it.
    pub open: Option<&'a Alert>,
    /// The moment of judging.
    pub now: Timestamp,
}

impl Evidence<'_> {
    /// How bad it has been said to be; none while nobody was told.
    pub fn firing(&self) -> Option<Severity> {
        self.open.filter(|it| it.is_firing()).map(|it| it.finding.severity)
    }
}

impl Detector {
    /// Judges a series. Without a fresh value ([`STALE`]), or before there were [`BASELINE`] values without a break,
    /// the answer is [`Judgement::Unknown`]; only absence is judged all the same. Novelty remembers more than a series
    /// holds, so it is asked in `unusual.rs` and answers here with nothing.
    pub fn judge(&self, evidence: &Evidence<'_>) -> Judgement {
        let series = evidence.series;
        let ready = is_fresh(series, evidence.now) && series.is_unbroken(BASELINE, patience_with(series));
        match self {
            Self::Absence(absence) => absence.judge(evidence),
            Self::Threshold(threshold) if ready => threshold.judge(evidence),
            Self::Sigma(sigma) if ready => sigma.judge(evidence),
            Self::Forecast(forecast) if ready => forecast.judge(evidence),
            Self::Threshold(_) | Self::Sigma(_) | Self::Forecast(_) | Self::Novelty(_) => Judgement::Unknown,
        }
    }

    /// What a value of such a severity is held against, for the record.
    pub fn basis(&self, severity: Severity) -> Option<Basis> {
        match self {
            Self::Threshold(it) => {
                let level = match severity {
                    Severity::Unusual => None,
                    Severity::Warning => it.warning,
                    Severity::Critical => it.critical,
                };
                level.map(|Level { at, back }| Basis::Level { over: it.over, at, back })
            }
            Self::Absence(it) => Some(Basis::Silence { after: it.after }),
            Self::Sigma(it) => Some(Basis::Usual { window: it.window, k: it.k }),
            Self::Novelty(it) => Some(Basis::Novel { every: it.every }),
            Self::Forecast(it) => {
                let horizon = match severity {
                    Severity::Unusual => None,
                    Severity::Warning => it.warning,
                    Severity::Critical => it.critical,
                };
                horizon.map(|Horizon { under, until }| Basis::Filling { under, until })
            }
        }
    }

    /// How far back it has ever to look: what it knows nothing of yet, it learns from the record.
    pub fn memory(&self) -> Duration {
        match self {
            Self::Novelty(_) => unusual::HISTORY,
            Self::Threshold(_) | Self::Absence(_) | Self::Sigma(_) | Self::Forecast(_) => self.reach(),
        }
    }

    /// How far back it looks.
    pub fn reach(&self) -> Duration {
        match self {
            Self::Threshold(threshold) => threshold.over,
            Self::Absence(absence) => absence.after,
            Self::Sigma(sigma) => sigma.reach(),
            Self::Novelty(novelty) => novelty.every,
            Self::Forecast(forecast) => forecast.reach(),
        }
    }
}

/// Whether the newest value says something of the present.
fn is_fresh(series: &Series, now: Timestamp) -> bool {
    series.newest().is_some_and(|it| since(now, it.at) <= patience_with(series))
}

/// How long nothing may be heard of a series before that is a break.
fn patience_with(series: &Series) -> Duration {
    STALE.max(series.step().unwrap_or_default() * 3)
}

/// How long a stretch there are values for: as many steps as there are values, so that a gap does not count.
fn learnt(series: &Series, step: Option<Duration>) -> Duration {
    step.unwrap_or_default() * u32::try_from(series.points.len()).unwrap_or(u32::MAX)
}

/// At or beyond a fixed limit, on the mean of a while; two levels, each with its own way back.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// Which side is trouble.
    pub side: Side,
    /// Worth knowing from here on.
    pub warning: Option<Level>,
    /// Worth waking up for from here on.
    pub critical: Option<Level>,
    /// The mean of the last so long is judged; zero: the newest value.
    pub over: Duration,
    /// What must be so too before it is critical; without it, the level decides alone. A disk that is 98 % full and
    /// has 400 GB left wakes nobody. Once critical, it stays so until its own way back.
    pub critical_with: Option<Companion>,
}

/// Another metric of the same part that must be beyond a limit too.
#[derive(Clone, Debug, PartialEq)]
pub struct Companion {
    /// Its id: `disk.free`.
    pub metric: String,
    /// Which side of the limit is trouble.
    pub side: Side,
    /// Trouble begins at this value, in that metric's unit.
    pub at: f64,
}

/// A limit and the way back from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Trouble begins at this value.
    pub at: f64,
    /// And ends only at or beyond this one (hysteresis).
    pub back: f64,
}

/// No value for too long.
#[derive(Clone, Debug, PartialEq)]
pub struct Absence {
    /// How long is too long.
    pub after: Duration,
}

/// Beyond mean ± k standard deviations of a sliding window.
#[derive(Clone, Debug, PartialEq)]
pub struct Sigma {
    /// How far back the window reaches.
    pub window: Duration,
    /// How many sample standard deviations are normal. The seed's is 2.
    pub k: f64,
    /// Which sides are trouble.
    pub sides: Sides,
    /// The least deviation from the mean that is worth a word, in the metric's unit (a still series has σ = 0).
    pub least: f64,
    /// Values on the good side of this are never trouble, whatever the statistics say: up to it of too much, from it
    /// on of too little.
    pub floor: Option<f64>,
}

/// Far from everything seen in the last three weeks, as [`novelty`] measures it: what `docs/detection.md` gives figures
/// of. It is only [`Severity::Unusual`], a line in the digest, unless something suffers or the ceiling is passed.
#[derive(Clone, Debug, PartialEq)]
pub struct Novelty {
    /// Means of so long are judged and learnt: whole minutes.
    pub every: Duration,
    /// Which sides are trouble.
    pub sides: Sides,
    /// The least distance from the mean of the last day that is worth a word, in the metric's unit.
    pub least: f64,
    /// Values on the good side of this are never trouble, whatever the statistics say.
    pub floor: Option<f64>,
    /// At this and beyond it is a warning at once, whatever the statistics say.
    pub ceiling: Option<f64>,
    /// What makes it a warning: another metric of the same part that is beyond a limit over the same stretch.
    pub page_with: Option<Companion>,
    /// A level that has lasted so long is the new normal, unless something suffers from it.
    pub settle: Duration,
    /// The owner's zone: a week has its rhythm by the clock on the wall.
    pub zone: TimeZone,
}

/// Will be full before long: what it is held to, for a metric that counts per cent of a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// Below so many per cent nothing is predicted: half a disk is time enough to look at it.
    pub floor: f64,
    /// The shorter window, which sees that growth has stopped.
    pub short: Duration,
    /// The longer window, which sees that it is more than an episode.
    pub long: Duration,
    /// The paces of the two may differ by this factor, at most.
    pub agree: f64,
    /// Worth knowing.
    pub warning: Option<Horizon>,
    /// Worth waking up for.
    pub critical: Option<Horizon>,
}

/// How near the end is that is trouble, and how far it must be for the trouble to be over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// Trouble begins when less time than this is left.
    pub under: Duration,
    /// And ends only when there is at least this much again (hysteresis).
    pub until: Duration,
}

/// One side, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sides {
    /// Only too much.
    Above,
    /// Only too little.
    Below,
    /// Either.
    Both,
}

/// How one series stands with one rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The rule and the series.
    pub key: AlertKey,
    /// What its detector says of it now.
    pub judgement: Judgement,
}

/// How everything stands now, with nothing moved along or written: for whoever asks what is still being learnt, or
/// what a value is held against.
pub fn standings(rules: &[Rule], ports: &Ports, now: Timestamp) -> Result<Vec<Standing>, StoreError> {
    round::stand(rules, ports, now)
}

/// Holds each rule against what is remembered, and answers with the alerts that took a step worth telling.
/// An alert that is stored and not told is worse than the reverse, so what was stored before the store failed is told
/// all the same.
pub async fn run(settings: &Settings, context: JobContext<'_>) -> Result<Vec<Notice>, JobError> {
    let mut round = round::go(settings, &context)?;
    culprit::name(&mut round, &context).await;
    Ok(round.notices)
}
