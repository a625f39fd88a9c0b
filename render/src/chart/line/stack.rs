//! Series upon each other: the parts of a whole over time.

use super::{Line, Pen, Point};
use crate::scale::bearable;

/// How many logical pixels share a moment: about the width of a stroke.
const COLUMN: f32 = 2.0;

/// Sums of series at moments they have in common.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Stack {
    /// Which of the chart's series are parts of the whole, from the lowest upwards.
    pub(super) parts: Vec<usize>,
    /// Unbroken runs of moments at which every part is known.
    pub(super) runs: Vec<Vec<Level>>,
}

/// The sums at a moment.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Level {
    pub(super) at: f64,
    /// Nought, and after each part the sum of all so far: one more than there are parts.
    pub(super) sums: Vec<f64>,
}

impl Stack {
    /// Sums up what is drawn in full, for a plot not wider than this.
    pub(super) fn new(line: &Line, (from, to): (f64, f64), width: f32) -> Self {
        let is_part = |it: &usize| line.series[*it].pen == Pen::Plain;
        let parts: Vec<usize> = (0..line.series.len()).filter(is_part).collect();
        let known: Vec<Vec<Point>> =
            parts.iter().map(|it| in_order(&line.series[*it].points, (from, to))).collect();
        let most = known.iter().map(Vec::len).max().unwrap_or(0);
        let columns = f64::from(width / COLUMN).max(1.0);
        let gap = line.time.gap_seconds;
        let (step, moments, values): (f64, Vec<f64>, Vec<Vec<f64>>) = if columns * 2.0 < most as f64 {
            let step = (to - from) / columns;
            let moments: Vec<f64> = (0..columns as usize).map(|it| from + (it as f64 + 0.5) * step).collect();
            let values = known.iter().map(|it| means(it, from, step, &moments, gap)).collect();
            (step, moments, values)
        } else {
            let mut moments: Vec<f64> = known.iter().flatten().map(|it| it.at).collect();
            moments.sort_by(f64::total_cmp);
            moments.dedup();
            let values = known.iter().map(|it| moments.iter().map(reader(it, gap)).collect()).collect();
            (0.0, moments, values)
        };
        // Columns may be wider than the gap: those that follow each other are joined all the same.
        Self { runs: runs(&moments, &values, gap.max(step * 1.5)), parts }
    }

    /// The least and the greatest sum.
    pub(super) fn range(&self) -> Option<(f64, f64)> {
        self.runs
            .iter()
            .flatten()
            .flat_map(|it| &it.sums)
            .map(|it| (*it, *it))
            .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }
}

/// What lies in the span and is not older than what came before it.
fn in_order(points: &[Point], (from, to): (f64, f64)) -> Vec<Point> {
    let mut newest = f64::NEG_INFINITY;
    let mut is_next = |at: f64| {
        let is_next = from <= at && at <= to && newest <= at;
        if is_next {
            newest = at;
        }
        is_next
    };
    points.iter().filter(|it| is_next(it.at)).copied().collect()
}

/// The mean of what a column holds; where it holds nothing, what lies between its neighbours.
fn means(points: &[Point], from: f64, step: f64, moments: &[f64], gap: f64) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); moments.len()];
    for point in points {
        let index = ((point.at - from) / step) as usize;
        if let Some(value) = bearable(point.value)
            && let Some((sum, count)) = sums.get_mut(index.min(moments.len().saturating_sub(1)))
        {
            *sum += value;
            *count += 1.0;
        }
    }
    let mut between = reader(points, gap);
    let value = |(at, (sum, count)): (&f64, (f64, f64))| {
        let read = between(at);
        if 0.0 < count { sum / count } else { read }
    };
    moments.iter().zip(sums).map(value).collect()
}

/// Reads a series between its points, at moments asked for in order; not a number where the series is broken.
fn reader(points: &[Point], gap: f64) -> impl FnMut(&f64) -> f64 {
    let mut next = 0;
    move |at| {
        // The last of several at one moment is the newest.
        while points.get(next).is_some_and(|it| it.at <= *at) {
            next += 1;
        }
        let Some(before) = next.checked_sub(1).map(|it| points[it]) else {
            return f64::NAN;
        };
        let Some(first) = bearable(before.value) else {
            return f64::NAN;
        };
        if before.at == *at {
            return first;
        }
        let after = points.get(next).filter(|it| it.at - before.at <= gap);
        let Some((after, second)) = after.and_then(|it| Some((it, bearable(it.value)?))) else {
            return f64::NAN;
        };
        first + (second - first) * ((at - before.at) / (after.at - before.at))
    }
}

/// Adds up, and breaks where a part is not known or nobody looked for too long.
fn runs(moments: &[f64], values: &[Vec<f64>], gap: f64) -> Vec<Vec<Level>> {
    let mut runs: Vec<Vec<Level>> = Vec::new();
    let mut is_broken = true;
    let mut newest = f64::NEG_INFINITY;
    for (index, at) in moments.iter().enumerate() {
        let mut sums = vec![0.0];
        let mut sum = 0.0;
        for part in values {
            sum += part[index];
            sums.push(bearable(sum).unwrap_or(f64::NAN));
        }
        if values.is_empty() || !sum.is_finite() {
            is_broken = true;
            continue;
        }
        if is_broken || gap < at - newest {
            runs.push(Vec::new());
        }
        (is_broken, newest) = (false, *at);
        if let Some(run) = runs.last_mut() {
            run.push(Level { at: *at, sums });
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Fill, LineSeries};
    use crate::time::TimeAxis;

    fn stack(series: &[&[(f64, f64)]], gap_seconds: f64) -> Stack {
        let line = Line {
            series: series.iter().map(|it| LineSeries::new("", it.iter().copied())).collect(),
            fill: Fill::Stacked,
            time: TimeAxis { gap_seconds, ..TimeAxis::between(0.0, 100.0) },
            ..Line::default()
        };
        Stack::new(&line, (0.0, 100.0), 300.0)
    }

    fn sums(stack: &Stack) -> Vec<Vec<(f64, f64)>> {
        let last = |it: &Level| (it.at, it.sums.last().copied().unwrap_or(f64::NAN));
        stack.runs.iter().map(|run| run.iter().map(last).collect()).collect()
    }

    #[test]
    fn parts_are_summed_at_the_moments_any_of_them_knows() {
        let stack = stack(&[&[(0.0, 1.0), (10.0, 3.0)], &[(0.0, 10.0), (5.0, 10.0), (10.0, 20.0)]], 60.0);
        assert_eq!(sums(&stack), [[(0.0, 11.0), (5.0, 12.0), (10.0, 23.0)]]);
        assert_eq!(stack.range(), Some((0.0, 23.0)));
    }

    #[test]
    fn the_whole_is_unknown_where_a_part_is() {
        let whole = &[(0.0, 1.0), (10.0, 1.0), (20.0, 1.0), (30.0, 1.0), (40.0, 1.0)];
        let part = &[(0.0, 1.0), (10.0, 2.0), (20.0, f64::NAN), (30.0, 2.0), (40.0, 2.0)];
        let expected = [[(0.0, 2.0), (10.0, 3.0)], [(30.0, 3.0), (40.0, 3.0)]];
        assert_eq!(sums(&stack(&[whole, part], 60.0)), expected);
    }

    #[test]
    fn nobody_looked_and_nothing_is_joined() {
        let part = &[(0.0, 1.0), (10.0, 1.0), (80.0, 1.0), (90.0, 1.0)];
        assert_eq!(sums(&stack(&[part, part], 20.0)).len(), 2);
        assert_eq!(sums(&stack(&[part, part], f64::INFINITY)).len(), 1);
    }

    #[test]
    fn many_points_become_one_sum_for_each_column() {
        let many: Vec<(f64, f64)> = (0..10_000).map(|it| (f64::from(it) / 100.0, 2.0)).collect();
        let few = &[(0.0, 1.0), (50.0, 2.0), (100.0, 1.0)];
        let stack = stack(&[&many, few], f64::INFINITY);
        assert_eq!(stack.runs.len(), 1);
        assert!((140..=150).contains(&stack.runs[0].len()), "{}", stack.runs[0].len());
    }
}
