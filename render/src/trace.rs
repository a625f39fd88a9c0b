//! A series becomes strokes: broken at gaps, and never finer than the eye.

use crate::canvas::Area;
use crate::chart::Point;
use crate::scale::{Scale, bearable};

/// How often one stroke may turn, in logical pixels: about the width of the stroke.
const COLUMN: f32 = 2.0;

/// A series in coordinates of the canvas.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Trace {
    /// Unbroken runs of points.
    pub(crate) strokes: Vec<Vec<(f32, f32)>>,
    /// Where a run stands for more than one value each: x, the lowest and the highest of them.
    pub(crate) corridors: Vec<Vec<(f32, f32, f32)>>,
}

impl Trace {
    /// How many corners lie in an area.
    pub(crate) fn points_in(&self, area: &Area) -> usize {
        let is_inside =
            |x: f32, y: f32| area.left <= x && x <= area.right && area.top <= y && y <= area.bottom;
        let strokes = self.strokes.iter().flatten().filter(|it| is_inside(it.0, it.1)).count();
        let corridors = self
            .corridors
            .iter()
            .flatten()
            .filter(|it| area.left <= it.0 && it.0 <= area.right && it.2 <= area.bottom && area.top <= it.1)
            .count();
        strokes + corridors
    }
}

/// A value, or several that share a column.
struct Column {
    index: i64,
    first_at: f64,
    last_at: f64,
    newest: f64,
    sum: f64,
    count: f64,
    low: f64,
    high: f64,
    is_wide: bool,
}

/// Draws a series through a plot of this width. As long as there are fewer points than columns each
/// is a corner of its own; beyond that a column is drawn as its mean, in a corridor from its least
/// to its most, so that a single high value among a million is still seen.
pub(crate) fn through(
    points: &[Point],
    (from, to): (f64, f64),
    gap_seconds: f64,
    across: &Scale,
    up: &Scale,
    width: f32,
) -> Trace {
    let columns = f64::from(width / COLUMN).max(1.0);
    let inside = || points.iter().filter(|it| from <= it.at && it.at <= to);
    let is_crowded = columns * 2.0 < inside().count() as f64;
    let column_seconds = if is_crowded { (to - from) / columns } else { 0.0 };

    let mut trace = Pen { trace: Trace::default(), across, up, stroke: Vec::new(), corridor: Vec::new() };
    let mut column: Option<Column> = None;
    let mut newest = f64::NEG_INFINITY;
    let mut is_broken = false;
    for (number, point) in inside().enumerate() {
        let Some(value) = bearable(point.value) else {
            is_broken = true;
            continue;
        };
        if point.at < newest {
            continue;
        }
        // A break narrower than a column cannot be seen, and a million of them would take seconds.
        let silence = point.at - newest;
        let breaks = (is_broken || gap_seconds < silence) && column_seconds < silence;
        (newest, is_broken) = (point.at, false);
        let low = point.low.and_then(bearable).unwrap_or(value).min(value);
        let high = point.high.and_then(bearable).unwrap_or(value).max(value);
        let index = if is_crowded { ((point.at - from) / column_seconds) as i64 } else { number as i64 };
        match &mut column {
            Some(it) if it.index == index && !breaks => {
                it.last_at = point.at;
                it.newest = value;
                it.sum += value;
                it.count += 1.0;
                it.low = it.low.min(low);
                it.high = it.high.max(high);
                it.is_wide = true;
            }
            _ => {
                trace.put(column.take());
                if breaks {
                    trace.lift();
                }
                column = Some(Column {
                    index,
                    first_at: point.at,
                    last_at: point.at,
                    newest: value,
                    sum: value,
                    count: 1.0,
                    low,
                    high,
                    is_wide: low < high,
                });
            }
        }
    }
    // The line ends at the newest value, not at the mean of the last few: it is written there.
    let end = column.as_ref().filter(|it| 1.0 < it.count).map(|it| (it.last_at, it.newest));
    trace.put(column);
    if let Some((at, value)) = end {
        let (x, y) = (across.place(at), up.place(value));
        trace.stroke.push((x, y));
        trace.corridor.push((x, y, y));
    }
    trace.lift();
    trace.trace
}

struct Pen<'a> {
    trace: Trace,
    across: &'a Scale,
    up: &'a Scale,
    stroke: Vec<(f32, f32)>,
    corridor: Vec<(f32, f32, f32)>,
}

impl Pen<'_> {
    fn put(&mut self, column: Option<Column>) {
        let Some(it) = column else { return };
        let x = self.across.place(it.first_at / 2.0 + it.last_at / 2.0);
        self.stroke.push((x, self.up.place(it.sum / it.count)));
        self.corridor.push((x, self.up.place(it.low), self.up.place(it.high)));
        if it.is_wide && self.corridor.len() == 1 {
            // A corridor of one column would have no width.
            self.corridor.insert(0, (x - COLUMN / 2.0, self.up.place(it.low), self.up.place(it.high)));
        }
    }

    fn lift(&mut self) {
        if !self.stroke.is_empty() {
            self.trace.strokes.push(std::mem::take(&mut self.stroke));
        }
        let corridor = std::mem::take(&mut self.corridor);
        if corridor.iter().any(|(_, low, high)| low != high) {
            self.trace.corridors.push(corridor);
        }
    }
}

/// The polygon around a corridor.
pub(crate) fn corridor(columns: &[(f32, f32, f32)]) -> Vec<(f32, f32)> {
    let above = columns.iter().map(|(x, _, high)| (*x, *high));
    let below = columns.iter().rev().map(|(x, low, _)| (*x, *low));
    above.chain(below).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(points: &[Point], gap_seconds: f64) -> Trace {
        let (across, up) = (Scale::new((0.0, 100.0), (0.0, 300.0)), Scale::new((0.0, 100.0), (100.0, 0.0)));
        through(points, (0.0, 100.0), gap_seconds, &across, &up, 300.0)
    }

    fn lengths(trace: &Trace) -> Vec<usize> {
        trace.strokes.iter().map(Vec::len).collect()
    }

    #[test]
    fn a_line_breaks_where_nothing_is_known() {
        let known = |at: f64| Point::new(at, 50.0);
        let points = [known(0.0), known(1.0), Point::gap(2.0), known(3.0), known(20.0), known(21.0)];
        assert_eq!(lengths(&check(&points, 10.0)), [2, 1, 2]);
        assert_eq!(lengths(&check(&points, f64::INFINITY)), [2, 3]);
    }

    #[test]
    fn what_is_out_of_order_or_outside_is_left_out() {
        let points = [-5.0, 10.0, 9.0, 11.0, 500.0, f64::NAN].map(|at| Point::new(at, 1.0));
        assert_eq!(lengths(&check(&points, f64::INFINITY)), [2]);
    }

    #[test]
    fn a_single_high_value_among_a_million_is_still_seen() {
        let points: Vec<Point> = (0..1_000_000)
            .map(|it| Point::new(f64::from(it) / 1e4, if it == 123_456 { 99.0 } else { 1.0 }))
            .collect();
        let trace = check(&points, 1.0);
        assert!(trace.strokes.len() == 1 && trace.strokes[0].len() <= 152);
        let highest = trace.corridors[0].iter().fold(f32::MAX, |most, it| most.min(it.2));
        assert!((highest - 1.0).abs() < 0.01, "{highest}");
    }

    #[test]
    fn a_line_ends_at_its_newest_value_and_not_at_a_mean() {
        let points: Vec<Point> = (0..=10_000)
            .map(|it| Point::new(f64::from(it) / 100.0, if it == 10_000 { 80.0 } else { 20.0 }))
            .collect();
        let (x, y) = *check(&points, f64::INFINITY).strokes[0].last().expect("a stroke");
        assert!((x - 300.0).abs() < 0.01 && (y - 20.0).abs() < 0.01, "{x}, {y}");
    }

    #[test]
    fn a_million_gaps_do_not_make_a_million_strokes() {
        let points: Vec<Point> = (0..1_000_000)
            .map(|it| Point::new(f64::from(it) / 1e4, if it % 2 == 0 { f64::NAN } else { 1.0 }))
            .collect();
        assert_eq!(lengths(&check(&points, 0.0)).len(), 1);
    }
}
