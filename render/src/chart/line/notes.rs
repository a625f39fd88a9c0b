//! Marks and limits: lines across the plot, and labels that hide as little as may be.

use super::paint::Drawn;
use super::{Limit, Mark};
use crate::axis;
use crate::canvas::{Area, Canvas, Ink};
use crate::scale::{Scale, bearable};
use crate::text::{self, Anchor, Style};
use crate::theme::{Theme, size};

/// Answers where labels are.
pub(super) fn draw_marks(
    canvas: &mut Canvas,
    theme: &Theme,
    marks: &[Mark],
    (from, to): (f64, f64),
    across: &Scale,
    plot: Area,
    bounds: (f32, f32),
) -> Vec<Area> {
    // A picture with more marks than this is a picture of marks.
    const MOST: usize = 24;
    let mut tags: Vec<Area> = Vec::new();
    for mark in marks.iter().filter(|it| from <= it.at && it.at <= to).take(MOST) {
        let (x, colour) = (across.place(mark.at), theme.ink(mark.tone));
        canvas.dashes((x, plot.top - 4.0), (x, plot.bottom), 1.6, Ink::faint(colour, 0.9));
        canvas.dot((x, plot.top - 4.0), 3.5, colour);
        let room = (bounds.1 - bounds.0 - 12.0).min(220.0);
        let label = text::shorten(&mark.label, Style::new(size::LABEL, colour).bold(), room);
        let (wide, high) = axis::tag_size(theme, &label);
        let edge = bounds.1 - wide;
        let area = Area::new((x - wide / 2.0).min(edge).max(bounds.0), plot.top - 34.0, wide, high);
        if !label.is_empty() && !tags.iter().any(|it| it.overlaps(&area)) {
            let style = Style::new(size::LABEL, colour).bold();
            let place = ((area.left + area.right) / 2.0, area.bottom - 6.0);
            text::draw(canvas, &label, place, Anchor::Middle, style);
            tags.push(area);
        }
    }
    tags
}

/// Dashed lines, and their labels where they hide the least: no other label, no other limit, and few points.
pub(super) fn draw_limits(
    canvas: &mut Canvas,
    theme: &Theme,
    limits: &[Limit],
    up: &Scale,
    plot: Area,
    drawn: &[Drawn],
    tags: &mut Vec<Area>,
) {
    let lines: Vec<(f32, &Limit)> =
        limits.iter().filter_map(|it| Some((up.place(bearable(it.value)?), it))).collect();
    for (y, limit) in &lines {
        canvas.dashes((plot.left, *y), (plot.right, *y), 2.0, theme.ink(limit.tone));
    }
    for (y, limit) in &lines {
        let others: Vec<f32> = lines.iter().map(|it| it.0).filter(|it| it != y).collect();
        draw_label(canvas, theme, limit, (*y, &others), plot, drawn, tags);
    }
}

/// The label of a limit at a height, among others at theirs.
fn draw_label(
    canvas: &mut Canvas,
    theme: &Theme,
    limit: &Limit,
    (y, others): (f32, &[f32]),
    plot: Area,
    drawn: &[Drawn],
    tags: &mut Vec<Area>,
) {
    let colour = theme.ink(limit.tone);
    let style = Style::new(size::LABEL, colour).bold();
    let label = text::shorten(limit.label.trim(), style, plot.width() * 0.6);
    if label.is_empty() {
        return;
    }
    let (wide, high) = axis::tag_size(theme, &label);
    let lefts = [plot.left + 4.0, plot.right - wide - 4.0, (plot.left + plot.right - wide) / 2.0];
    let tops = [y - high - 3.0, y + 3.0];
    let best = lefts
        .iter()
        .flat_map(|left| tops.map(|top| Area::new(*left, top, wide, high)))
        .filter(|it| plot.top - high - 4.0 <= it.top && it.bottom <= plot.bottom)
        .min_by_key(|area| {
            let tags = tags.iter().filter(|it| it.overlaps(area)).count();
            let lines = others.iter().filter(|y| area.top <= **y && **y <= area.bottom).count();
            let points: usize = drawn.iter().map(|it| it.trace.points_in(area)).sum();
            (tags + lines, points)
        });
    if let Some(area) = best {
        axis::tag(canvas, theme, area, &label, colour);
        tags.push(area);
    }
}
