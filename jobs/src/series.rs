//! What is known of one series, and its arithmetic.

use std::time::Duration;

use jiff::Timestamp;

/// A stretch of one series, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Each a moment or a roll-up of one.
    pub points: Vec<Point>,
}

/// A value, or what a stretch of values was rolled up into (then `low <= mean <= high`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// When; of a roll-up, its beginning.
    pub at: Timestamp,
    /// The value, or the mean of the stretch.
    pub mean: f64,
    /// The least of the stretch.
    pub low: f64,
    /// The most of the stretch.
    pub high: f64,
    /// How many samples went in; 1 for a sample itself.
    pub count: u32,
}

impl Point {
    /// A single sample.
    pub fn sample(at: Timestamp, value: f64) -> Self {
        Self { at, mean: value, low: value, high: value, count: 1 }
    }
}

impl Series {
    /// The newest point.
    pub fn newest(&self) -> Option<&Point> {
        self.points.last()
    }

    /// The points in `from <= at < to`.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Series {
        let start = self.points.partition_point(|it| it.at < from);
        let end = self.points.partition_point(|it| it.at < to);
        Series { points: self.points[start..end.max(start)].to_vec() }
    }

    /// From the oldest point to the newest; zero for fewer than two.
    pub fn span(&self) -> Duration {
        match (self.points.first(), self.points.last()) {
            (Some(first), Some(last)) => since(last.at, first.at),
            _ => Duration::ZERO,
        }
    }

    /// The newest point, and the calm it is held against: what came within `window` before it, up to a while before
    /// suspicion began. That while, a sixtieth of the window and at least a minute, is what may have gone wrong
    /// between two looks; with it in the calm, an incident would raise the limit it is held against.
    pub fn newest_and_calm(
        &self,
        window: Duration,
        suspected: Option<Timestamp>,
    ) -> Option<(&Point, Series)> {
        let newest = self.newest()?;
        let unseen = (window / 60).max(Duration::from_secs(60));
        let end = suspected.map_or(newest.at, |it| newest.at.min(before(it, unseen)));
        Some((newest, self.between(before(newest.at, window), end)))
    }

    /// The usual time between two points of late: the median of the newest 31 steps, so that a gap does not count.
    /// None for fewer than two points.
    pub fn step(&self) -> Option<Duration> {
        const OF_LATE: usize = 32;
        let newest = &self.points[self.points.len().saturating_sub(OF_LATE)..];
        let mut steps: Vec<Duration> = newest.windows(2).map(|it| since(it[1].at, it[0].at)).collect();
        let middle = steps.len().checked_sub(1)? / 2;
        Some(*steps.select_nth_unstable(middle).1)
    }

    /// Whether the newest so many points came without a break longer than `longest` between them.
    pub fn is_unbroken(&self, count: usize, longest: Duration) -> bool {
        let newest = self.points.len().checked_sub(count).map(|it| &self.points[it..]);
        newest.is_some_and(|newest| newest.windows(2).all(|it| since(it[1].at, it[0].at) <= longest))
    }

    /// The mean, each point weighing as many samples as went into it.
    pub fn mean(&self) -> Option<f64> {
        // Counted from the first value, so that a still series has its own value as its mean to the last bit.
        let base = self.points.first()?.mean;
        let weight = self.weight();
        let sum: f64 = self.points.iter().map(|it| (it.mean - base) * f64::from(it.count)).sum();
        (0.0 < weight).then(|| base + sum / weight)
    }

    /// The sample standard deviation (over n − 1). None for fewer than two samples. Of roll-ups it is that of their
    /// means: what varied within one is not known any more.
    pub fn deviation(&self) -> Option<f64> {
        let mean = self.mean()?;
        let weight = self.weight();
        // Two passes: subtracting squares of large, close values would leave nothing but rounding.
        let squares: f64 = self.points.iter().map(|it| f64::from(it.count) * (it.mean - mean).powi(2)).sum();
        (1.0 < weight).then(|| (squares / (weight - 1.0)).sqrt())
    }

    /// The value that a share of all values, 0 to 1, does not exceed, by nearest rank: always one that occurred. Of
    /// roll-ups the means are ranked.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let mut values: Vec<f64> = self.points.iter().map(|it| it.mean).collect();
        let last = values.len().checked_sub(1)?;
        let rank = (share.clamp(0.0, 1.0) * values.len() as f64).ceil() as usize;
        Some(*values.select_nth_unstable_by(rank.saturating_sub(1).min(last), f64::total_cmp).1)
    }

    /// The least value, looking into roll-ups.
    pub fn least(&self) -> Option<f64> {
        self.points.iter().map(|it| it.low).min_by(f64::total_cmp)
    }

    /// The greatest value, looking into roll-ups.
    pub fn most(&self) -> Option<f64> {
        self.points.iter().map(|it| it.high).max_by(f64::total_cmp)
    }

    /// How fast it grows per second, by least squares. None for fewer than two points, or all of one moment.
    pub fn slope(&self) -> Option<f64> {
        let start = self.points.first()?.at;
        let seconds = |point: &Point| point.at.duration_since(start).as_secs_f64();
        let count = self.points.len() as f64;
        let middle = self.points.iter().map(seconds).sum::<f64>() / count;
        let level = self.points.iter().map(|it| it.mean).sum::<f64>() / count;
        let spread: f64 = self.points.iter().map(|it| (seconds(it) - middle).powi(2)).sum();
        let both: f64 = self.points.iter().map(|it| (seconds(it) - middle) * (it.mean - level)).sum();
        (0.0 < spread).then(|| both / spread)
    }

    /// At most `most` points of it for a picture that many pixels wide, peaks and troughs kept: each is drawn where
    /// it was. `most` below 2 is taken as 2.
    pub fn thinned(&self, most: usize) -> Series {
        let most = most.max(2);
        if self.points.len() <= most {
            return self.clone();
        }
        let chunk = self.points.len().div_ceil(most / 2);
        let extremes = self.points.chunks(chunk).flat_map(|chunk| {
            let low = place_of(chunk, |a, b| a.low.total_cmp(&b.low));
            let high = place_of(chunk, |a, b| b.high.total_cmp(&a.high));
            let mut places = vec![low.min(high), low.max(high)];
            places.dedup();
            places.into_iter().map(|it| chunk[it])
        });
        extremes.collect()
    }

    /// Rolled up into steps of equal length counted from `from`; steps without a value are left out. A step of zero
    /// leaves the series as it is.
    pub fn rolled_up(&self, from: Timestamp, step: Duration) -> Series {
        let Some(step) = i128::try_from(step.as_nanos()).ok().filter(|it| 0 < *it) else {
            return self.clone();
        };
        let place = |it: &Point| it.at.duration_since(from).as_nanos().div_euclid(step);
        let steps = self.points.chunk_by(|a, b| place(a) == place(b));
        steps.map(|points| roll_up(start_of(from, place(&points[0]) * step, points[0].at), points)).collect()
    }

    /// Where nothing was seen for longer than `longest`: from the last point before to the first one after.
    pub fn gaps(&self, longest: Duration) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let pairs = self.points.windows(2).map(|it| (it[0].at, it[1].at));
        pairs.filter(move |(before, after)| longest < since(*after, *before))
    }

    /// The newest points, back to where nothing was seen for longer than `longest`.
    pub fn unbroken(&self, longest: Duration) -> Series {
        let last_gap = self.points.windows(2).rposition(|it| longest < since(it[1].at, it[0].at));
        Series { points: self.points[last_gap.map_or(0, |it| it + 1)..].to_vec() }
    }

    fn weight(&self) -> f64 {
        self.points.iter().map(|it| f64::from(it.count)).sum()
    }
}

impl FromIterator<Point> for Series {
    /// The points have to come oldest first.
    fn from_iter<T: IntoIterator<Item = Point>>(points: T) -> Self {
        Self { points: points.into_iter().collect() }
    }
}

/// How long after `earlier` it is at `later`; zero when the clock stepped back between.
pub(crate) fn since(later: Timestamp, earlier: Timestamp) -> Duration {
    Duration::try_from(later.duration_since(earlier)).unwrap_or_default()
}

/// The moment so long before another, or the beginning of time.
pub(crate) fn before(moment: Timestamp, by: Duration) -> Timestamp {
    moment.checked_sub(by).unwrap_or(Timestamp::MIN)
}

/// The first place of the one that comes first in this order.
fn place_of(points: &[Point], order: impl Fn(&Point, &Point) -> std::cmp::Ordering) -> usize {
    (0..points.len()).min_by(|a, b| order(&points[*a], &points[*b])).unwrap_or(0)
}

fn start_of(from: Timestamp, nanos: i128, first: Timestamp) -> Timestamp {
    let start = from.as_nanosecond().checked_add(nanos).and_then(|it| Timestamp::from_nanosecond(it).ok());
    start.unwrap_or(first)
}

/// One point for several; `points` is not empty.
fn roll_up(at: Timestamp, points: &[Point]) -> Point {
    let count: u32 = points.iter().fold(0, |sum, it| sum.saturating_add(it.count));
    let sum: f64 = points.iter().map(|it| it.mean * f64::from(it.count)).sum();
    Point {
        at,
        mean: if count == 0 { points[0].mean } else { sum / f64::from(count) },
        low: points.iter().map(|it| it.low).fold(f64::INFINITY, f64::min),
        high: points.iter().map(|it| it.high).fold(f64::NEG_INFINITY, f64::max),
        count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::at;

    fn series(values: &[f64]) -> Series {
        values.iter().enumerate().map(|(index, value)| Point::sample(at(index as i64 * 10), *value)).collect()
    }

    #[test]
    fn mean_and_deviation_are_those_of_a_sample() {
        // Worked by hand: the mean is 5, the squared distances sum to 32, and 32 / 7 is not 32 / 8.
        let known = series(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert_eq!(known.mean(), Some(5.0));
        assert_eq!(known.deviation(), Some((32.0_f64 / 7.0).sqrt()));
        assert_eq!(series(&[3.0]).deviation(), None);
        assert_eq!(series(&[]).mean(), None);
    }

    #[test]
    fn a_still_series_of_large_values_has_no_deviation() {
        assert_eq!(series(&[1e15 + 1.0; 50]).deviation(), Some(0.0));
    }

    #[test]
    fn a_quantile_is_a_value_that_occurred() {
        let known = series(&[15.0, 20.0, 35.0, 40.0, 50.0]);
        for (share, value) in [(0.0, 15.0), (0.05, 15.0), (0.3, 20.0), (0.4, 20.0), (0.5, 35.0), (1.0, 50.0)]
        {
            assert_eq!(known.quantile(share), Some(value), "{share}");
        }
        assert_eq!(series(&[]).quantile(0.5), None);
    }

    #[test]
    fn a_roll_up_keeps_the_mean_the_extremes_and_the_count() {
        let all = series(&[1.0, 5.0, 3.0, 7.0, 2.0]);
        let rolled = all.rolled_up(at(0), Duration::from_secs(20));
        let expected = [(0, 3.0, 1.0, 5.0, 2), (20, 5.0, 3.0, 7.0, 2), (40, 2.0, 2.0, 2.0, 1)];
        let expected =
            expected.map(|(second, mean, low, high, count)| Point { at: at(second), mean, low, high, count });
        assert_eq!(rolled.points, expected);
        assert_eq!(rolled.mean(), all.mean());
        assert_eq!((rolled.least(), rolled.most()), (Some(1.0), Some(7.0)));
    }

    #[test]
    fn thinning_keeps_every_peak() {
        let mut values = vec![10.0; 5000];
        values[1234] = 99.0;
        values[4321] = 1.0;
        let thinned = series(&values).thinned(300);
        assert!(thinned.points.len() <= 300);
        assert_eq!((thinned.least(), thinned.most()), (Some(1.0), Some(99.0)));
        let peak = thinned.points.iter().find(|it| it.high == 99.0).expect("the peak was kept");
        assert_eq!(peak.at, at(12_340));
        assert!(thinned.points.is_sorted_by_key(|it| it.at));
    }

    #[test]
    fn growth_is_per_second() {
        assert_eq!(series(&[0.0, 20.0, 40.0]).slope(), Some(2.0));
        assert_eq!(series(&[7.0]).slope(), None);
    }

    #[test]
    fn a_gap_is_found_and_does_not_change_the_usual_step() {
        let points = [0, 10, 20, 300, 310].map(|second| Point::sample(at(second), 1.0));
        let series = Series { points: points.to_vec() };
        assert_eq!(series.step(), Some(Duration::from_secs(10)));
        let minute = Duration::from_secs(60);
        assert_eq!(series.gaps(minute).collect::<Vec<_>>(), [(at(20), at(300))]);
        assert_eq!(series.unbroken(minute).points, points[3..]);
        assert_eq!(series.between(at(10), at(300)).points, points[1..3]);
        assert_eq!(series.between(at(300), at(10)).points, []);
    }
}
