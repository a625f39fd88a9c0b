//! One series over one period, in five numbers.

use std::time::Duration;

use super::{Period, Summary};
use crate::series::{Point, Series, since};
use jiff::Timestamp;

/// A period is compared with when there are values for so much of it: half.
const ENOUGH: f64 = 0.5;

/// Sums up a series; `last` is the newest value where it is known more exactly than by the series' own last point.
/// None for a series without values.
pub(super) fn summary(series: &Series, last: Option<f64>) -> Option<Summary> {
    Some(Summary {
        least: series.least()?,
        mean: over_time(series)?,
        p95: series.quantile(0.95)?,
        most: series.most()?,
        last: last.or(series.newest().map(|it| it.mean))?,
    })
}

/// A value stands for the time to the next one; not for more than this, or nobody looked.
const STANDS_FOR: Duration = Duration::from_secs(10 * 60);

/// How long each point stands for: to the next one, or where that is missing, as long as is usual.
fn spans(series: &Series) -> impl Iterator<Item = Duration> {
    let usual = series.step().unwrap_or(Duration::from_secs(1));
    let longest = STANDS_FOR.max(usual * 2);
    let gap = move |pair: &[Point]| since(pair[1].at, pair[0].at);
    let to_next = series.points.windows(2).map(gap).map(move |it| if longest < it { usual } else { it });
    to_next.chain(series.newest().map(|_| usual))
}

/// The mean over time: where the cadence changed in between, many values of a short while weigh no more than few of a
/// long one.
fn over_time(series: &Series) -> Option<f64> {
    // Counted from the first value, so that a still series has its own value as its mean to the last bit.
    let base = series.points.first()?.mean;
    let (mut sum, mut weight) = (0.0, 0.0);
    for (point, span) in series.points.iter().zip(spans(series)) {
        sum += (point.mean - base) * span.as_secs_f64();
        weight += span.as_secs_f64();
    }
    Some(base + if 0.0 < weight { sum / weight } else { 0.0 })
}

/// For how long there are values. None for fewer than two.
pub(super) fn known(series: &Series) -> Duration {
    if series.points.len() < 2 { Duration::ZERO } else { spans(series).sum() }
}

/// Whether there are values for enough of a period to compare another one with it, so that a watch that was away for
/// most of it has no "day before".
pub(super) fn is_enough(series: &Series, from: Timestamp, to: Timestamp) -> bool {
    let known = known(series);
    Duration::ZERO < known && since(to, from).mul_f64(ENOUGH) <= known
}

/// The means over so many equal parts of a period, to three digits: they are for a line without an axis, and are kept.
pub(super) fn way(series: &Series, period: &Period, parts: usize) -> Vec<Option<f64>> {
    let whole = period.length().as_secs_f64();
    let place = |at: Timestamp| (since(at, period.from).as_secs_f64() / whole * parts as f64) as usize;
    let mut sums = vec![(0.0, 0.0); parts];
    for (point, span) in series.points.iter().zip(spans(series)) {
        if let Some((sum, weight)) = sums.get_mut(place(point.at)) {
            *sum += point.mean * span.as_secs_f64();
            *weight += span.as_secs_f64();
        }
    }
    sums.into_iter().map(|(sum, weight)| (0.0 < weight).then(|| rounded(sum / weight))).collect()
}

/// To three digits.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let scale = 10f64.powi(2 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::at;

    #[test]
    fn the_extremes_are_those_of_single_values_and_the_rest_is_of_minutes() {
        let minute = |number: i64, mean, low, high| Point { at: at(number * 60), mean, low, high, count: 6 };
        let minutes: Series =
            (0..100).map(|it| minute(it, it as f64, it as f64 - 5.0, it as f64 + 5.0)).collect();
        let expected = Summary { least: -5.0, mean: 49.5, p95: 94.0, most: 104.0, last: 42.0 };
        assert_eq!(summary(&minutes, Some(42.0)), Some(expected));
        assert_eq!(summary(&minutes, None).map(|it| it.last), Some(99.0));
        assert_eq!(summary(&Series::default(), Some(1.0)), None);
    }

    #[test]
    fn a_period_with_a_large_hole_is_not_compared_with() {
        let every = |step: i64, count: i64| {
            (0..count).map(|it| Point::sample(at(it * step), 1.0)).collect::<Series>()
        };
        assert!(is_enough(&every(60, 30), at(0), at(3600)));
        assert!(!is_enough(&every(60, 29), at(0), at(3600)));
        assert!(!is_enough(&every(60, 1), at(0), at(3600)));
        let mut holed = every(60, 10);
        holed.points.push(Point::sample(at(3599), 1.0));
        assert!(!is_enough(&holed, at(0), at(3600)));
    }

    #[test]
    fn a_mean_is_over_time_and_not_over_values() {
        // Half an hour by the minute at 10, then half an hour every ten seconds at 40.
        let slow = (0..30).map(|it| Point::sample(at(it * 60), 10.0));
        let fast = (0..180).map(|it| Point::sample(at(1800 + it * 10), 40.0));
        let hour: Series = slow.chain(fast).collect();
        assert_eq!(over_time(&hour), Some(25.0));
        assert_eq!(known(&hour), Duration::from_secs(3600));
        // What nobody saw weighs nothing.
        let holed: Series =
            [0, 60, 7200, 7260].map(|it| Point::sample(at(it), it as f64)).into_iter().collect();
        assert_eq!(over_time(&holed), Some(3630.0));
        assert_eq!(known(&holed), Duration::from_secs(240));
        let still: Series = (0..7).map(|it| Point::sample(at(it * 7), 0.1)).collect();
        assert_eq!(over_time(&still), Some(0.1));
        assert_eq!(over_time(&Series::default()), None);
    }

    #[test]
    fn a_way_has_its_gaps_and_three_digits() {
        let period = Period::ending(at(400), Duration::from_secs(400));
        let series: Series = [(0, 1.0), (50, 2.0), (100, 12345.678), (350, 0.0)]
            .map(|(second, value)| Point::sample(at(second), value))
            .into_iter()
            .collect();
        assert_eq!(way(&series, &period, 4), [Some(1.5), Some(12300.0), None, Some(0.0)]);
        assert_eq!(way(&Series::default(), &period, 2), [None, None]);
    }
}
