//! Values to pixels, and round ticks.

use crate::unit::Unit;

/// Magnitudes beyond this are drawn as this: differences of two must stay finite and exact enough.
const LARGEST: f64 = 1e21;

/// A straight mapping of values to a coordinate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    from: f64,
    span: f64,
    start: f64,
    length: f64,
}

impl Scale {
    /// `from` lands on `start`, `to` on `end`. An empty span lands in the middle.
    pub(crate) fn new((from, to): (f64, f64), (start, end): (f32, f32)) -> Self {
        Self { from, span: to - from, start: f64::from(start), length: f64::from(end) - f64::from(start) }
    }

    /// The coordinate of a value. What is not a number stays none; the rest may lie outside.
    pub(crate) fn place(&self, value: f64) -> f32 {
        if self.span == 0.0 {
            return (self.start + self.length / 2.0) as f32;
        }
        (self.start + (value - self.from) / self.span * self.length) as f32
    }
}

/// A value axis: where it begins and ends, and which round values are written on it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ticks {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) step: f64,
    pub(crate) values: Vec<f64>,
}

/// What fits into an axis, held in a range that arithmetic can bear. `None` for what is not a number
/// and for what is infinite: nobody measured that, and all other values would be flat beside it.
pub(crate) fn bearable(value: f64) -> Option<f64> {
    value.is_finite().then(|| value.clamp(-LARGEST, LARGEST))
}

impl Ticks {
    /// An axis for values from `low` to `high`, with about `count` steps, none of them between two
    /// round values of the unit. `floor` and `ceiling` hold unless a value is beyond them.
    pub(crate) fn around(
        unit: Unit,
        (low, high): (f64, f64),
        (floor, ceiling): (Option<f64>, Option<f64>),
        count: usize,
    ) -> Self {
        let floor = floor.and_then(bearable).filter(|it| *it <= low);
        let ceiling = ceiling.and_then(bearable).filter(|it| high <= *it);
        let mut low = floor.unwrap_or(low);
        let mut high = high.max(low);
        if high - low <= high.abs().max(low.abs()) * 1e-9 {
            // All values are the same: there is no span to divide, so one is made around them.
            let around = match unit {
                Unit::Percent | Unit::Celsius | Unit::Count => (high.abs() * 0.1).max(1.0),
                _ if high == 0.0 => 1.0,
                _ => high.abs() * 0.1,
            };
            high += around;
            if floor.is_none() {
                low -= around;
            }
        } else {
            // A line that touches the frame is hard to tell from one that is cut off.
            high += (high - low) * 0.04;
        }
        if let Some(ceiling) = ceiling {
            high = high.min(ceiling).max(low + f64::MIN_POSITIVE);
        }
        let step = step(unit, (high - low) / count.max(1) as f64, low.abs().max(high.abs()));
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        let bottom = floor.unwrap_or(first * step);
        let top = ceiling.map_or(last * step, |it| it.min(last * step)).max(bottom + step * 0.5);
        let values = (0..=32)
            .map(|it| (first + f64::from(it)) * step)
            .filter(|it| bottom - step * 1e-6 <= *it && *it <= top + step * 1e-6)
            .collect();
        Self { low: bottom, high: top, step, values }
    }
}

/// The least round step that is not below `raw`.
fn step(unit: Unit, raw: f64, magnitude: f64) -> f64 {
    match unit {
        // Quarters of a hundred are as round as fifths.
        Unit::Percent if 20.0 < raw && raw <= 25.0 => 25.0,
        Unit::Percent | Unit::Celsius | Unit::Ratio => decimal(raw),
        Unit::Count => decimal(raw).max(1.0),
        Unit::Bytes | Unit::BytesPerSecond => {
            let power = (magnitude.max(1.0).log2() / 10.0 + 1e-9).floor().clamp(0.0, 6.0);
            let symbol = 1024f64.powf(power);
            match raw / symbol {
                // In whole symbols memory is counted in powers of two, in parts of one nobody does.
                it if 1.0 < it => it.log2().ceil().exp2() * symbol,
                it if power == 0.0 => decimal(it).max(1.0),
                it => decimal(it) * symbol,
            }
        }
        Unit::Seconds => seconds(raw),
    }
}

/// 1, 2 or 5 times a power of ten.
fn decimal(raw: f64) -> f64 {
    if raw.is_nan() || raw <= 1e-300 {
        return 1e-300;
    }
    let power = 10f64.powf(raw.log10().floor());
    [1.0, 2.0, 5.0]
        .map(|it| it * power)
        .into_iter()
        .find(|it| raw <= it * (1.0 + 1e-9))
        .unwrap_or(10.0 * power)
}

/// Below a second as decimals, then as clocks are divided, then in whole days.
fn seconds(raw: f64) -> f64 {
    const CLOCK: [f64; 18] = [
        1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 10_800.0,
        21_600.0, 43_200.0, 86_400.0,
    ];
    if raw <= 0.5 {
        return decimal(raw);
    }
    CLOCK.into_iter().find(|it| raw <= *it).unwrap_or_else(|| decimal(raw / 86_400.0) * 86_400.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(unit: Unit, range: (f64, f64), bounds: (Option<f64>, Option<f64>), expected: &[f64]) {
        assert_eq!(Ticks::around(unit, range, bounds, 5).values, expected, "{unit:?} {range:?}");
    }

    #[test]
    fn ticks_are_round_in_the_steps_of_the_unit() {
        const GIB: f64 = 1_073_741_824.0;
        let floor = (Some(0.0), None);
        check(Unit::Percent, (3.0, 8.3), floor, &[0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        check(Unit::Bytes, (0.0, 15.0 * GIB), floor, &[0.0, 4.0, 8.0, 12.0, 16.0].map(|it| it * GIB));
        check(Unit::Bytes, (0.0, 2.1 * GIB), floor, &[0.0, 0.5, 1.0, 1.5, 2.0, 2.5].map(|it| it * GIB));
        check(Unit::Seconds, (0.0, 100.0), floor, &[0.0, 30.0, 60.0, 90.0, 120.0]);
        check(Unit::Seconds, (0.0, 0.09), floor, &[0.0, 0.02, 0.04, 0.06, 0.08, 0.1]);
        check(Unit::Count, (0.0, 1.0), floor, &[0.0, 1.0, 2.0]);
    }

    #[test]
    fn memory_is_divided_in_powers_of_two_of_whatever_symbol_it_is_written_in() {
        const KIB: f64 = 1024.0;
        let floor = (Some(0.0), None);
        for symbol in [KIB, KIB.powi(2), KIB.powi(3), KIB.powi(4)] {
            let scaled = |ticks: &[f64]| ticks.iter().map(|it| it * symbol).collect::<Vec<_>>();
            check(Unit::Bytes, (0.0, 3.0 * symbol), floor, &scaled(&[0.0, 1.0, 2.0, 3.0, 4.0]));
            check(Unit::Bytes, (0.0, 31.0 * symbol), floor, &scaled(&[0.0, 8.0, 16.0, 24.0, 32.0, 40.0]));
            check(
                Unit::BytesPerSecond,
                (0.0, 900.0 * symbol),
                floor,
                &scaled(&[0.0, 256.0, 512.0, 768.0, 1024.0]),
            );
        }
        check(Unit::Bytes, (0.0, 3.0), floor, &[0.0, 1.0, 2.0, 3.0, 4.0]);
        check(Unit::Bytes, (0.0, 700.0), floor, &[0.0, 256.0, 512.0, 768.0]);
        check(Unit::Bytes, (0.0, 1000.0), floor, &[0.0, 512.0, 1024.0, 1536.0]);
    }

    #[test]
    fn durations_are_divided_as_clocks_are() {
        let floor = (Some(0.0), None);
        let of = |unit: f64, ticks: &[f64]| ticks.iter().map(|it| it * unit).collect::<Vec<_>>();
        check(Unit::Seconds, (0.0, 600.0), floor, &of(60.0, &[0.0, 5.0, 10.0, 15.0]));
        check(Unit::Seconds, (0.0, 3600.0), floor, &of(60.0, &[0.0, 15.0, 30.0, 45.0, 60.0, 75.0]));
        check(Unit::Seconds, (0.0, 5.0 * 3600.0), floor, &of(3600.0, &[0.0, 2.0, 4.0, 6.0]));
        check(Unit::Seconds, (0.0, 86_400.0), floor, &of(3600.0, &[0.0, 6.0, 12.0, 18.0, 24.0, 30.0]));
        check(Unit::Seconds, (0.0, 9.0 * 86_400.0), floor, &of(86_400.0, &[0.0, 2.0, 4.0, 6.0, 8.0, 10.0]));
        check(
            Unit::Seconds,
            (0.0, 400.0 * 86_400.0),
            floor,
            &of(86_400.0, &[0.0, 100.0, 200.0, 300.0, 400.0, 500.0]),
        );
    }

    #[test]
    fn things_are_counted_in_whole_numbers_only() {
        for high in [0.0, 0.3, 1.0, 2.0, 3.0, 7.0, 19.0, 12_345.0, 1e9] {
            let ticks = Ticks::around(Unit::Count, (0.0, high), (Some(0.0), None), 5);
            assert!(ticks.values.iter().all(|it| it.fract() == 0.0), "{high}: {ticks:?}");
            assert!(ticks.values.is_sorted_by(|a, b| a < b) && 2 <= ticks.values.len(), "{high}: {ticks:?}");
            let words = crate::unit::Words::default();
            let written = Unit::Count.write_ticks(&ticks.values, ticks.step, &words);
            let mut told = written.clone();
            told.dedup();
            assert_eq!(told, written, "no label is written twice");
        }
    }

    #[test]
    fn a_percent_axis_ends_at_its_ceiling_only_if_the_values_come_near() {
        let bounds = (Some(0.0), Some(100.0));
        check(Unit::Percent, (3.0, 97.0), bounds, &[0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        check(Unit::Percent, (3.0, 18.0), bounds, &[0.0, 5.0, 10.0, 15.0, 20.0]);
        check(Unit::Percent, (3.0, 390.0), bounds, &[0.0, 100.0, 200.0, 300.0, 400.0, 500.0]);
    }

    #[test]
    fn values_below_the_floor_are_not_cut_off() {
        let ticks = Ticks::around(Unit::Celsius, (-12.0, 20.0), (Some(0.0), None), 5);
        assert!(ticks.low <= -12.0);
    }

    #[test]
    fn a_still_series_lies_inside_its_axis() {
        for value in [0.0, 5.0, -3.0, 1e15, 1e-9, -1e21] {
            for unit in [Unit::Percent, Unit::Bytes, Unit::Seconds, Unit::Count, Unit::Ratio] {
                let ticks = Ticks::around(unit, (value, value), (None, None), 5);
                assert!(ticks.low < value && value < ticks.high, "{unit:?} {value} {ticks:?}");
                assert!((1..=20).contains(&ticks.values.len()), "{unit:?} {value} {ticks:?}");
            }
        }
    }
}
