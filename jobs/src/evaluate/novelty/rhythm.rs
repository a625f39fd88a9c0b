//! The week of a series: what is usual at each of its 168 hours, and how much of the ups and downs that explains.

use super::Settings;
use super::spread::Spread;

const HOUR: i64 = 3_600;
const WEEK: u32 = 604_800;
/// Hours of a week. Day and night, working days and weekends are the rhythms that servers share with people.
pub const HOURS: i64 = 168;

/// What is usual at one hour of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usual {
    /// Mean of that hour, newer weeks count more.
    pub mean: f64,
    /// Weeks that it has been learnt from.
    pub weeks: u32,
}

/// Usual hours of a week and the quality of predicting by them. 3 KiB.
#[derive(Clone, Debug, PartialEq)]
pub struct Rhythm {
    /// By hour of the week, hour 0 is a Thursday midnight as in the Unix epoch.
    pub hours: Vec<Usual>,
    /// The hour under way, in hours since the epoch.
    pub hour: i64,
    /// Sum of the values of the hour under way.
    pub sum: f64,
    /// Records of the hour under way.
    pub records: u32,
    /// Second since the first record at which an hour could first be predicted; `u32::MAX` before.
    pub since: u32,
    /// Of the values while they could be predicted.
    pub values: Spread,
    /// Of what is left when the prediction is subtracted.
    pub residuals: Spread,
}

impl Rhythm {
    /// Nothing learnt.
    pub fn new() -> Self {
        Self {
            hours: vec![Usual::default(); HOURS as usize],
            hour: i64::MIN,
            sum: 0.0,
            records: 0,
            since: u32::MAX,
            values: Spread::default(),
            residuals: Spread::default(),
        }
    }

    /// Bytes held on the heap.
    pub fn size(&self) -> usize {
        self.hours.capacity() * size_of::<Usual>()
    }

    /// The usual value at this time, once the hour has been seen in enough weeks.
    pub fn predict(&self, at: i64, settings: &Settings) -> Option<f64> {
        let usual = self.hours[slot(at.div_euclid(HOUR))];
        (settings.weeks <= usual.weeks).then_some(usual.mean)
    }

    /// Trust in the rhythm in [0, 1]: `max(0, 2R² − 1)`, R² the share of the variance that predicting removes.
    /// Zero until a whole week has been predicted. `second` counts from the first record.
    pub fn trust(&self, second: u32) -> f64 {
        let measured = WEEK <= second.saturating_sub(self.since);
        let left = self.residuals.variance + self.residuals.mean * self.residuals.mean;
        if !measured || self.values.variance <= 0.0 {
            return 0.0;
        }
        let explained = 1.0 - left / self.values.variance;
        (2.0 * explained - 1.0).max(0.0)
    }

    /// Takes in a value. `second` counts from the first record, `passed` is the share of a week since the record before.
    pub fn learn(&mut self, at: i64, second: u32, value: f64, passed: f64, settings: &Settings) {
        let hour = at.div_euclid(HOUR);
        if self.hour != hour {
            self.close(settings);
            self.hour = hour;
        }
        if let Some(usual) = self.predict(at, settings) {
            self.since = self.since.min(second);
            self.values.learn(value, passed);
            self.residuals.learn(value - usual, passed);
        }
        self.sum += value;
        self.records = self.records.saturating_add(1);
    }

    /// Adds the hour under way to its place in the week.
    fn close(&mut self, settings: &Settings) {
        if 0 < self.records {
            let usual = &mut self.hours[slot(self.hour)];
            usual.weeks = usual.weeks.saturating_add(1);
            let weight = settings.week_weight.max(1.0 / f64::from(usual.weeks));
            usual.mean += weight * (self.sum / f64::from(self.records) - usual.mean);
        }
        (self.sum, self.records) = (0.0, 0);
    }
}

impl Default for Rhythm {
    fn default() -> Self {
        Self::new()
    }
}

fn slot(hour: i64) -> usize {
    hour.rem_euclid(HOURS) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lived(weeks: i64, value: impl Fn(i64) -> f64) -> (Rhythm, i64) {
        let (settings, mut rhythm) = (Settings::default(), Rhythm::new());
        for quarter in 0..weeks * HOURS * 4 {
            rhythm.learn(
                quarter * 900,
                (quarter * 900) as u32,
                value(quarter / 4),
                1.0 / (HOURS as f64 * 4.0),
                &settings,
            );
        }
        (rhythm, weeks * HOURS * HOUR)
    }

    #[test]
    fn a_weekly_pattern_is_predicted_after_three_weeks_and_trusted_after_four() {
        let pattern = |hour: i64| {
            if (9..17).contains(&(hour % 24)) { 80.0 } else { 20.0 }
        };
        let (rhythm, now) = lived(3, pattern);
        assert_eq!(rhythm.predict(now, &Settings::default()), Some(20.0));
        assert_eq!(rhythm.trust(now as u32), 0.0);
        let (rhythm, now) = lived(4, pattern);
        assert_eq!(rhythm.predict(now + 12 * HOUR, &Settings::default()), Some(80.0));
        assert!(rhythm.trust(now as u32) > 0.99, "{}", rhythm.trust(now as u32));
    }

    #[test]
    fn a_series_without_a_rhythm_is_not_believed_to_have_one() {
        let (rhythm, now) = lived(6, |hour| (hour.wrapping_mul(2_654_435_761) % 1_000) as f64);
        assert_eq!(rhythm.trust(now as u32), 0.0);
    }

    #[test]
    fn times_before_the_epoch_have_a_place_in_the_week_too() {
        assert_eq!(slot((-1_i64).div_euclid(HOUR)), 167);
    }
}
