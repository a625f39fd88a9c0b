//! One series over one period, in five numbers.

use std::time::Duration;

use super::Summary;
use crate::series::{Series, since};
use jiff::Timestamp;

/// A period is compared with when there are values for so much of it: half.
const ENOUGH: f64 = 0.5;

/// Sums up a series; `last` is the newest value where it is known more exactly than by the series' own last point.
/// None for a series without values.
pub(super) fn summary(series: &Series, last: Option<f64>) -> Option<Summary> {
    Some(Summary {
        least: series.least()?,
        mean: series.mean()?,
        p95: series.quantile(0.95)?,
        most: series.most()?,
        last: last.or(series.newest().map(|it| it.mean))?,
    })
}

/// Whether there are values for enough of a period to compare another one with it: counted in steps, so that a watch
/// that was away for most of it has no "day before".
pub(super) fn is_enough(series: &Series, from: Timestamp, to: Timestamp) -> bool {
    let step = series.step().unwrap_or_default();
    let known: Duration = step * u32::try_from(series.points.len()).unwrap_or(u32::MAX);
    Duration::ZERO < known && since(to, from).mul_f64(ENOUGH) <= known
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::at;
    use crate::series::Point;

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
}
