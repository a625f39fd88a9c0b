//! Judge what is remembered, move alerts along. This room keeps detectors: one file each.

use std::time::Duration;

use crate::alert::Side;
use crate::notice::Notice;
use crate::{JobContext, JobError};

/// How an evaluating job is set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Only rules of these names, when any are given. A trailing `*` stands for any rest.
    pub rules: Vec<String>,
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
}

/// A limit and the way back from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Trouble begins at this value.
    pub at: f64,
    /// And ends only beyond this one (hysteresis).
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
    /// Values on the good side of this are never trouble, whatever the statistics say.
    pub floor: Option<f64>,
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

/// Holds each rule against what is remembered, and answers with the alerts that took a step worth telling.
pub async fn run(_settings: &Settings, _context: JobContext<'_>) -> Result<Vec<Notice>, JobError> {
    Ok(Vec::new())
}
