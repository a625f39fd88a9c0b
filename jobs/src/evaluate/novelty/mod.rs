//! A streaming anomaly detector for one series of (time, value): one pass, constant memory, no look-ahead, no labels, one
//! set of numbers for every series.
//!
//! Declared rules name it: [`Detector::Novelty`](super::Detector::Novelty), and `unusual.rs` feeds it from the store.
//! `vakhta detect` runs the same on a file of records. What it is worth, measured, is in `docs/detection.md`.
//!
//! It asks one question: *how far is this value from everything seen lately?* With `d` the distance to the nearest value
//! seen in the last three weeks, `g` the gap behind that value, `z` the distance from the mean in standard deviations σ,
//!
//! ```text
//! span    = max(min(range of the values known and this one, 30 σ), |mean| / 10)
//! novelty = clamp((d − g/4) / span, 0, 1) · min(1, |z| / 2) · min(1, age / 14 days)
//! ```
//!
//! Once three weeks are known, the same is asked of the residual against the usual value at that hour of the week, and
//! counts half, times the trust `max(0, 2R² − 1)` that the rhythm has earned. The larger of the two is the novelty `r`.
//! A detection hides weaker ones for a while, `h` being the highest `r` so far, falling by a factor e in 8 hours:
//!
//! ```text
//! score = r > h ? r / (r + 0.015) : 0        alarm = score ≥ 0.5, once a day and 100 records are learnt
//! ```
//!
//! Sources: the distance to the nearest neighbour as a measure of oddity is Knorr & Ng 1998 and Ramaswamy et al. 2000, its
//! use as a nonconformity measure on a stream Burnaev & Ishimtsev 2016 (KNN-CAD); comparing it with the spacing behind the
//! neighbour is the idea of the local outlier factor (Breunig et al. 2000). The mean and variance are Finch 2009, and R² is
//! the usual coefficient of determination. What is ours is the combination and the numbers, in [`Settings`].

pub mod civil;
mod codec;
pub mod memory;
pub mod rhythm;
pub mod settings;
pub mod spread;

pub use codec::Unreadable;
pub use memory::{Keep, Memory, Sight};
pub use rhythm::Rhythm;
pub use settings::Settings;
pub use spread::Spread;

use settings::DAY;

const WEEK: f64 = 604_800.0;

/// Of a longer gap only this much counts, so that one wild timestamp cannot use up the time there is: 60 days.
const LONGEST_GAP: u32 = 60 * DAY;

/// Values beyond this are no measurements, and their squares would no longer be numbers.
const LARGEST: f64 = 1e150;

/// The band of a series about which nothing is known.
const NO_LIMITS: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

/// The verdict on one record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// How odd the record is after weaker repetitions were hidden, in [0, 1]; 0.5 is the alarm level.
    pub score: f64,
    /// Whether a person should be told: the score has reached 0.5 and enough has been learnt.
    pub alarm: bool,
    /// How odd the record is before hiding, on the same scale: what to watch while an alert is firing.
    pub novelty: f64,
    /// A value below this would be news now. Minus infinity as long as there is no such limit.
    pub expected_low: f64,
    /// A value above this would be news now. Infinity as long as there is no such limit.
    pub expected_high: f64,
    /// How much of the learning before the first alarm is done, in [0, 1].
    pub learnt: f64,
}

/// Everything remembered about one series, at most 37 KiB. All fields are plain numbers and lists of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Novelty {
    /// Civil second of the latest record, since the epoch.
    pub latest: i64,
    /// Seconds lived through since the first record; unlike the clock this never goes back.
    pub elapsed: u32,
    /// Values seen lately.
    pub values: Memory,
    /// Residuals against the rhythm seen lately.
    pub residuals: Memory,
    /// Mean and deviation of the values.
    pub spread: Spread,
    /// The usual week.
    pub rhythm: Rhythm,
    /// Highest novelty so far, fading.
    pub hold: f64,
    settings: Settings,
}

/// Novelty of a value among others, with the limits between which it would not reach `alarm`.
struct Oddity {
    novelty: f64,
    low: f64,
    high: f64,
}

impl Novelty {
    /// A detector that has seen nothing, with the one set of numbers.
    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    /// A detector with other numbers, to measure what they are worth.
    pub fn with(settings: Settings) -> Self {
        Self {
            latest: i64::MIN,
            elapsed: 0,
            values: Memory::new(),
            residuals: Memory::new(),
            spread: Spread::default(),
            rhythm: Rhythm::new(),
            hold: 0.0,
            settings,
        }
    }

    /// Judges a record against all before it, then learns it. `at` is in civil seconds: the rhythm of a week is one of
    /// local time. A value that is no number says nothing and is not learnt; a time before the latest counts as the latest,
    /// unless it is more than a day before: then a clock has been put right, and time goes on from there.
    pub fn observe(&mut self, at: i64, value: f64) -> Score {
        if !is_measurement(value) {
            return self.silence(at);
        }
        let oddity = self.oddity(at, value);
        let score = self.verdict(at, &oddity);
        self.absorb(at, value, oddity.novelty);
        score
    }

    /// Judges a record without learning it, for a baseline that is frozen while an alert fires.
    pub fn judge(&self, at: i64, value: f64) -> Score {
        if !is_measurement(value) {
            return self.silence(at);
        }
        self.verdict(at, &self.oddity(at, value))
    }

    /// Learns a record without judging it.
    pub fn learn(&mut self, at: i64, value: f64) {
        if is_measurement(value) {
            self.absorb(at, value, self.oddity(at, value).novelty);
        }
    }

    /// How much of the learning before the first alarm is done, in [0, 1].
    pub fn learnt(&self, at: i64) -> f64 {
        let seconds = f64::from(self.elapsed.saturating_add(self.passed(at)))
            / f64::from(self.settings.learn_seconds.max(1));
        let records = f64::from(self.spread.count) / f64::from(self.settings.learn_records.max(1));
        seconds.min(records).min(1.0)
    }

    /// Bytes held in memory.
    pub fn size(&self) -> usize {
        size_of::<Self>() + self.values.size() + self.residuals.size() + self.rhythm.size()
    }

    fn verdict(&self, at: i64, oddity: &Oddity) -> Score {
        let novelty = self.grade(oddity.novelty);
        let score = if self.hold_after(self.passed(at)) < oddity.novelty { novelty } else { 0.0 };
        let learnt = self.learnt(at);
        let is_learnt = 1.0 <= learnt;
        let (low, high) = if is_learnt { (oddity.low, oddity.high) } else { NO_LIMITS };
        Score {
            score,
            alarm: is_learnt && 0.5 <= score,
            novelty,
            expected_low: low,
            expected_high: high,
            learnt,
        }
    }

    fn absorb(&mut self, at: i64, value: f64, novelty: f64) {
        let passed = self.passed(at);
        self.hold = self.hold_after(passed).max(novelty);
        self.elapsed = self.elapsed.saturating_add(passed);
        self.latest = if at < self.latest.saturating_sub(DAY.into()) { at } else { at.max(self.latest) };
        if let Some(usual) = self.rhythm.predict(self.latest, &self.settings) {
            self.residuals.learn(value - usual, self.elapsed, self.settings.keep);
        }
        self.rhythm.learn(self.latest, self.elapsed, value, f64::from(passed) / WEEK, &self.settings);
        self.values.learn(value, self.elapsed, self.settings.keep);
        let passed = f64::from(passed);
        let weight = (1.0 / f64::from(self.settings.spread_records))
            .min(passed / f64::from(self.settings.spread_seconds.max(1)));
        self.spread.learn(value, weight);
    }

    /// Maps novelty to [0, 1) so that the alarm level is a half.
    fn grade(&self, novelty: f64) -> f64 {
        novelty / (novelty + self.settings.alarm_novelty)
    }

    fn silence(&self, at: i64) -> Score {
        let (expected_low, expected_high) = NO_LIMITS;
        Score { score: 0.0, alarm: false, novelty: 0.0, expected_low, expected_high, learnt: self.learnt(at) }
    }

    /// Seconds from the latest record to `at`, between nothing and the longest gap that counts.
    fn passed(&self, at: i64) -> u32 {
        if self.spread.count == 0 {
            return 0;
        }
        let passed = at.saturating_sub(self.latest).clamp(0, LONGEST_GAP.into());
        u32::try_from(passed).unwrap_or(LONGEST_GAP)
    }

    fn hold_after(&self, passed: u32) -> f64 {
        self.hold * (-f64::from(passed) / f64::from(self.settings.hold_seconds.max(1))).exp()
    }

    /// The novelty of a value, of itself or for its hour, before anything is hidden.
    fn oddity(&self, at: i64, value: f64) -> Oddity {
        let settings = &self.settings;
        let second = self.elapsed.saturating_add(self.passed(at));
        let age = (f64::from(second) / f64::from(settings.grown_seconds.max(1))).min(1.0);
        let needed = settings.alarm_novelty / age;
        let Some(sight) = self.values.look(value, second, settings.keep) else {
            return Oddity { novelty: 0.0, low: NO_LIMITS.0, high: NO_LIMITS.1 };
        };
        let plain = self.measure(value, &sight, &self.spread, needed);
        let plain = Oddity { novelty: age * plain.novelty, ..plain };
        let share = settings.rhythm_share * self.rhythm.trust(second);
        let Some(usual) = self.rhythm.predict(at, settings).filter(|_| 0.0 < share) else {
            return plain;
        };
        let residual = value - usual;
        let Some(sight) = self.residuals.look(residual, second, settings.keep) else {
            return plain;
        };
        let timely = self.measure(residual, &sight, &self.rhythm.residuals, needed / share);
        let low = plain.low.max(usual + timely.low);
        let high = plain.high.min(usual + timely.high);
        let (low, high) = if low <= high { (low, high) } else { (plain.low, plain.high) };
        Oddity { novelty: plain.novelty.max(age * share * timely.novelty), low, high }
    }

    /// The novelty of a value among those in sight, and how far beyond them it reaches `needed`.
    fn measure(&self, value: f64, sight: &Sight, spread: &Spread, needed: f64) -> Oddity {
        let settings = &self.settings;
        let range = sight.high.max(value) - sight.low.min(value);
        let most = match spread.deviation() {
            0.0 => f64::INFINITY,
            deviation => settings.span_sigmas * deviation,
        };
        let least = settings.span_level * self.spread.mean.abs();
        let span = range.min(most).max(least);
        let excess = sight.distance - settings.gap_share * sight.gap;
        let share = (spread.sigmas(value) / settings.full_sigmas).min(1.0);
        let novelty = if 0.0 < excess { (excess / span).min(1.0) * share } else { 0.0 };
        if 1.0 <= needed {
            return Oddity { novelty, low: NO_LIMITS.0, high: NO_LIMITS.1 };
        }
        // The distance δ beyond the outermost value at which δ − gap/4 = needed · span, were |z| at least 2.
        let reach = |gap: f64| {
            let free = settings.gap_share * gap;
            let by_range = (free + needed * (sight.high - sight.low)) / (1.0 - needed);
            by_range.min(free + needed * most).max(free + needed * least)
        };
        Oddity { novelty, low: sight.low - reach(sight.low_gap), high: sight.high + reach(sight.high_gap) }
    }
}

impl Default for Novelty {
    fn default() -> Self {
        Self::new()
    }
}

fn is_measurement(value: f64) -> bool {
    value.abs() <= LARGEST
}

#[cfg(test)]
mod tests;
