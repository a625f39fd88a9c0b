//! The numbers of the detector. One set serves every series; the others exist to measure what each part is worth.

use super::memory::Keep;

/// Seconds of an hour.
pub const HOUR: u32 = 3_600;
/// Seconds of a day.
pub const DAY: u32 = 24 * HOUR;

/// Every number of the detector. The default is what `vakhta detect` runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// How long a value stays known: three weeks, and at least 2000 records so that slow series have a past too.
    pub keep: Keep,
    /// Share of the gap behind the nearest value that a new value may lie further out without being news: a quarter.
    /// Where values are thin, or whole numbers, a step of the usual size says little.
    pub gap_share: f64,
    /// Standard deviations from the mean at which a new value counts in full: 2. Nearer ones count proportionally less.
    pub full_sigmas: f64,
    /// The range counts as at most this many standard deviations: 30. One monster value must not blind for three weeks.
    pub span_sigmas: f64,
    /// The range counts as at least this share of the mean: a tenth. A quiet metric has no range at all.
    pub span_level: f64,
    /// Mean and deviation are taken over about this many records: 1000 …
    pub spread_records: u32,
    /// … or this many seconds, whichever is longer: a day, or the night alone would be the norm.
    pub spread_seconds: u32,
    /// Seconds of a series' life after which novelty counts in full, before that in proportion: two weeks.
    /// What was never seen in a life of two days is no great news, however many records those days had.
    pub grown_seconds: u32,
    /// A detection hides all weaker ones; its height falls by a factor e in this many seconds: 8 hours.
    pub hold_seconds: u32,
    /// What an odd value for its hour weighs against an odd value: a half.
    pub rhythm_share: f64,
    /// Weeks after which an hour of the week can be predicted: 3.
    pub weeks: u32,
    /// Weight of the newest week in what is usual at an hour: 0.3.
    pub week_weight: f64,
    /// The novelty that is scored 0.5 and alarms: 0.015 of the range.
    pub alarm_novelty: f64,
    /// Seconds to learn before anything alarms: a day …
    pub learn_seconds: u32,
    /// … and records: 100.
    pub learn_records: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keep: Keep { records: 2_000, seconds: 21 * DAY },
            gap_share: 0.25,
            full_sigmas: 2.0,
            span_sigmas: 30.0,
            span_level: 0.1,
            spread_records: 1_000,
            spread_seconds: DAY,
            grown_seconds: 14 * DAY,
            hold_seconds: 8 * HOUR,
            rhythm_share: 0.5,
            weeks: 3,
            week_weight: 0.3,
            alarm_novelty: 0.015,
            learn_seconds: DAY,
            learn_records: 100,
        }
    }
}
