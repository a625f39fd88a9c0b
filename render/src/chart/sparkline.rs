//! A series in the height of a line of text.

use crate::canvas::{Area, Canvas, Ink};
use crate::chart::Point;
use crate::scale::{Scale, bearable};
use crate::theme::{Colour, Theme, Tone, size};
use crate::trace;

/// A line without an axis, for a table or a tile: only its shape is to be seen. 640 logical pixels wide and 96 high
/// when it is a picture of its own. The newest value has a dot in its colour, the least and the greatest a small grey one.
///
/// ```
/// use render::{Sparkline, Theme, Tone, render};
///
/// let chart = Sparkline { values: vec![3.0, 4.0, f64::NAN, 9.0, 5.0], floor: Some(0.0), tone: Tone::Accent(0), ..Sparkline::default() };
/// assert_eq!(render(&chart.into(), &Theme::dark()).size(), (1280, 192));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sparkline {
    /// Evenly apart. Not a number means a gap.
    pub values: Vec<f64>,
    /// The least value there is room for. `None`: the least there is.
    pub floor: Option<f64>,
    /// The greatest value there is room for. `None`: the greatest there is.
    pub ceiling: Option<f64>,
    /// Its colour.
    pub tone: Tone,
}

/// Above and below the line, in a picture of its own.
const PICTURE_HEIGHT: f32 = 96.0;
const AIR: f32 = 22.0;

/// Points beyond this are drawn as the mean, the least and the most of their neighbours: one stroke never has more
/// corners than there are pixels.
const MOST_POINTS: usize = 4096;

pub(crate) fn draw(sparkline: &Sparkline, theme: &Theme) -> Canvas {
    let mut canvas = Canvas::new(size::WIDTH, PICTURE_HEIGHT, theme);
    let (right, bottom) = (canvas.width() - size::MARGIN, PICTURE_HEIGHT - AIR);
    paint(
        &mut canvas,
        theme,
        sparkline,
        Area { left: size::MARGIN, top: AIR, right, bottom },
        theme.background,
    );
    canvas
}

/// Draws into an area, on a ground of this colour. Nothing is drawn where nothing is known.
pub(crate) fn paint(canvas: &mut Canvas, theme: &Theme, sparkline: &Sparkline, area: Area, ground: Colour) {
    const DOT: f32 = 4.5;
    let points = points(&sparkline.values);
    let Some((low, high)) = range(sparkline, &points) else {
        return;
    };
    let colour = theme.ink(sparkline.tone);
    let span = (0.0, points.len().saturating_sub(1) as f64);
    let across = Scale::new(span, (area.left + DOT, area.right - DOT));
    let up = Scale::new((low, high), (area.bottom - DOT, area.top + DOT));
    let trace = trace::through(&points, span, f64::INFINITY, &across, &up, area.width());
    for stroke in &trace.strokes {
        if let (Some(first), Some(last)) = (stroke.first(), stroke.last()) {
            let mut under = stroke.clone();
            under.extend([(last.0, area.bottom), (first.0, area.bottom)]);
            let mut outline = canvas.shape();
            outline.polygon(&under);
            // One shade: it is small, and a picture has few shades to spare.
            canvas.fill(outline, Ink::faint(colour, 0.16));
        }
    }
    for corridor in &trace.corridors {
        let mut outline = canvas.shape();
        outline.polygon(&trace::corridor(corridor));
        canvas.fill(outline, Ink::faint(colour, 0.35));
    }
    for stroke in &trace.strokes {
        canvas.line(stroke, 2.2, colour);
    }
    let ring = |canvas: &mut Canvas, place: (f32, f32), radius: f32, colour: Colour| {
        canvas.dot(place, radius + 1.8, ground);
        canvas.dot(place, radius, colour);
    };
    for extreme in extremes(&points) {
        ring(canvas, (across.place(extreme.0), up.place(extreme.1)), 2.6, theme.muted);
    }
    if let Some(end) = trace.strokes.last().and_then(|it| it.last()) {
        ring(canvas, *end, DOT - 0.5, colour);
    }
}

/// Values at whole numbers, few enough to be drawn.
fn points(values: &[f64]) -> Vec<Point> {
    let every = values.len().div_ceil(MOST_POINTS).max(1);
    let mean = |(index, values): (usize, &[f64])| {
        let known = || values.iter().filter_map(|it| bearable(*it));
        let count = known().count() as f64;
        if count == 0.0 {
            return Point::gap(index as f64);
        }
        let low = known().fold(f64::INFINITY, f64::min);
        let high = known().fold(f64::NEG_INFINITY, f64::max);
        // Each is divided first, so that no sum is too large.
        Point::spread(index as f64, known().map(|it| it / count).sum(), low, high)
    };
    values.chunks(every).enumerate().map(mean).collect()
}

/// What there must be room for.
fn range(sparkline: &Sparkline, points: &[Point]) -> Option<(f64, f64)> {
    let low = points.iter().filter_map(|it| it.low).reduce(f64::min)?;
    let high = points.iter().filter_map(|it| it.high).reduce(f64::max)?;
    let low = sparkline.floor.and_then(bearable).map_or(low, |it| it.min(low));
    let high = sparkline.ceiling.and_then(bearable).map_or(high, |it| it.max(high));
    Some((low, high))
}

/// The places of the least and of the greatest value, unless all are the same.
fn extremes(points: &[Point]) -> Vec<(f64, f64)> {
    let lows = points.iter().filter_map(|it| Some((it.at, it.low?)));
    let highs = points.iter().filter_map(|it| Some((it.at, it.high?)));
    let least = lows.reduce(|a, b| if b.1 < a.1 { b } else { a });
    let most = highs.reduce(|a, b| if a.1 < b.1 { b } else { a });
    match (least, most) {
        (Some(least), Some(most)) if least.1 < most.1 => vec![least, most],
        (_, _) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_values_are_drawn_as_a_few_thousand_and_the_highest_is_among_them() {
        let mut values = vec![1.0; 1_000_000];
        values[654_321] = 99.0;
        let points = points(&values);
        assert!(points.len() <= MOST_POINTS);
        assert_eq!(range(&Sparkline::default(), &points), Some((1.0, 99.0)));
        assert_eq!(extremes(&points)[1].1, 99.0);
    }

    #[test]
    fn what_is_not_known_has_no_place() {
        let points = points(&[f64::NAN, 2.0, f64::INFINITY, 2.0]);
        assert_eq!(
            points.iter().map(|it| it.value.is_finite()).collect::<Vec<_>>(),
            [false, true, false, true]
        );
        assert_eq!(extremes(&points), []);
        assert_eq!(range(&Sparkline::default(), &[Point::gap(0.0)]), None);
    }
}
