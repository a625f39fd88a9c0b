//! What surrounds a chart: heading, grid, and labels that neither collide nor leave the canvas.

use crate::canvas::{Area, Canvas, Ink};
use crate::scale::Scale;
use crate::text::{self, Anchor, Style};
use crate::theme::{Colour, Theme, mix, size};
use crate::time::TimeTick;
use crate::unit::{Words, percent};

/// Least space between two labels beside each other.
const APART: f32 = 12.0;

/// Writes title and subtitle and answers where the rest may begin.
pub(crate) fn heading(canvas: &mut Canvas, theme: &Theme, title: &str, subtitle: &str) -> f32 {
    let room = canvas.width() - 2.0 * size::MARGIN;
    for (line, baseline, style) in heading_lines(theme, title, subtitle) {
        let line = text::shorten(line, style, room);
        text::draw(canvas, &line, (size::MARGIN, baseline), Anchor::Start, style);
    }
    heading_bottom(theme, title, subtitle)
}

/// Where the rest may begin under a heading, before there is a canvas.
pub(crate) fn heading_bottom(theme: &Theme, title: &str, subtitle: &str) -> f32 {
    heading_lines(theme, title, subtitle).last().map_or(size::MARGIN - 10.0, |it| it.1)
}

fn heading_lines<'a>(
    theme: &Theme,
    title: &'a str,
    subtitle: &'a str,
) -> impl Iterator<Item = (&'a str, f32, Style)> {
    const BETWEEN: f32 = 14.0;
    let lines = [
        (title, Style::new(size::TITLE, theme.text).bold().display()),
        (subtitle, Style::new(size::SUBTITLE, theme.muted)),
    ];
    let mut baseline = size::MARGIN - BETWEEN;
    lines.into_iter().filter(|(line, _)| !line.trim().is_empty()).map(move |(line, style)| {
        baseline += BETWEEN + text::cap_height(style);
        (line, baseline, style)
    })
}

/// Says that there is nothing to show, in the middle of where it would be.
pub(crate) fn nothing(canvas: &mut Canvas, theme: &Theme, plot: Area, words: &str) {
    const LINE: f32 = 26.0;
    canvas.rounded(plot, 14.0, mix(theme.panel, theme.background, 0.45));
    let style = Style::new(size::NAME, theme.muted);
    let lines = text::wrap(words, style, plot.width() - 40.0, 3);
    let middle = ((plot.left + plot.right) / 2.0, (plot.top + plot.bottom) / 2.0);
    let first = middle.1 + text::cap_height(style) / 2.0 - LINE * (lines.len().max(1) - 1) as f32 / 2.0;
    for (index, line) in lines.iter().enumerate() {
        text::draw(canvas, line, (middle.0, first + LINE * index as f32), Anchor::Middle, style);
    }
}

/// The style of labels on axes.
pub(crate) fn label_style(theme: &Theme) -> Style {
    Style::new(size::LABEL, theme.muted)
}

/// How much room labels need beside a plot.
pub(crate) fn widest(labels: &[String], style: Style) -> f32 {
    labels.iter().map(|it| text::width(it, style)).fold(0.0, f32::max)
}

/// Horizontal grid lines with their labels to the left of the plot, not beyond `left`.
pub(crate) fn value_grid(
    canvas: &mut Canvas,
    theme: &Theme,
    plot: Area,
    scale: &Scale,
    ticks: &[f64],
    labels: &[String],
    left: f32,
) {
    let style = label_style(theme);
    let room = plot.left - APART - left;
    let mut free_below = f32::INFINITY;
    for (tick, label) in ticks.iter().zip(labels) {
        let y = scale.place(*tick);
        if !(plot.top - 1.0 <= y && y <= plot.bottom + 1.0) {
            continue;
        }
        canvas.block(Area::new(plot.left, y - 0.5, plot.width(), 1.0), theme.grid);
        if free_below < y + style.size {
            continue;
        }
        let label = text::shorten(label, style, room);
        let baseline = y + text::cap_height(style) / 2.0;
        text::draw(canvas, &label, (plot.left - APART, baseline), Anchor::End, style);
        free_below = y;
    }
}

/// Labels under the plot, with a small tick each; a new day or year is written brighter. None leaves the bounds.
pub(crate) fn time_labels(
    canvas: &mut Canvas,
    theme: &Theme,
    plot: Area,
    scale: &Scale,
    ticks: &[TimeTick],
    bounds: (f32, f32),
) {
    let baseline = plot.bottom + 14.0 + text::cap_height(label_style(theme));
    let mut taken: Vec<(f32, f32)> = Vec::new();
    // Turns first: among hours, the date is what nobody can guess.
    for turn in [true, false] {
        for tick in ticks.iter().filter(|it| it.is_turn == turn) {
            let style = label_style(theme).in_ink(if turn { theme.text } else { theme.muted });
            let x = scale.place(tick.at);
            let half = text::width(&tick.label, style) / 2.0;
            let (from, to) = (x - half, x + half);
            let is_free = taken.iter().all(|it| to + APART < it.0 || it.1 + APART < from);
            if !is_free || from < bounds.0 || bounds.1 < to {
                continue;
            }
            taken.push((from, to));
            canvas.block(Area::new(x - 0.5, plot.bottom, 1.0, 6.0), theme.grid);
            text::draw(canvas, &tick.label, (x, baseline), Anchor::Middle, style);
        }
    }
}

/// Every label, or every other one, or so on, until none stands in the way of its neighbour. A new day is kept.
pub(crate) fn thinned(theme: &Theme, scale: &Scale, mut ticks: Vec<TimeTick>) -> Vec<TimeTick> {
    let half = |it: &TimeTick| text::width(&it.label, label_style(theme)) / 2.0;
    let collide =
        |a: &TimeTick, b: &TimeTick| scale.place(b.at) - scale.place(a.at) < half(a) + APART + half(b);
    while ticks.windows(2).any(|it| collide(&it[0], &it[1])) {
        let kept = ticks.iter().position(|it| it.is_turn).unwrap_or(0) % 2;
        let mut index = 0;
        ticks.retain(|_| {
            index += 1;
            (index - 1) % 2 == kept
        });
    }
    ticks
}

/// A name with its swatch, for the legend.
pub(crate) struct Entry<'a> {
    pub(crate) label: &'a str,
    pub(crate) colour: Colour,
    pub(crate) swatch: Swatch,
}

/// What stands for a thing in the legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Swatch {
    Line,
    /// A line of the past.
    Broken,
    Area,
}

/// Height of a row of the legend.
const LEGEND_ROW: f32 = 28.0;

/// What a legend takes between heading and plot.
pub(crate) fn legend_height(theme: &Theme, width: f32, entries: &[Entry<'_>]) -> f32 {
    legend_places(theme, width, entries).last().map_or(0.0, |it| (it.row + 1) as f32 * LEGEND_ROW + 6.0)
}

struct Place<'a> {
    /// `None` for the ellipsis.
    entry: Option<&'a Entry<'a>>,
    label: String,
    /// From the left edge of the legend.
    x: f32,
    row: usize,
}

const SWATCH: f32 = 20.0;

/// Entries in a row, in a second one if need be. What has no room in two rows is left out, and an
/// ellipsis says so.
fn legend_places<'a>(theme: &Theme, end: f32, entries: &'a [Entry<'a>]) -> Vec<Place<'a>> {
    const ROWS: usize = 2;
    let style = label_style(theme);
    let (mut x, mut row) = (0.0, 0);
    let mut places = Vec::new();
    for entry in entries.iter().filter(|it| !it.label.trim().is_empty()) {
        let label = text::shorten(entry.label.trim(), style, 220.0_f32.min(end - SWATCH - 32.0));
        let wide = SWATCH + 8.0 + text::width(&label, style);
        // The last row keeps a place for the ellipsis.
        let end = if row + 1 == ROWS { end - 24.0 } else { end };
        if end < x + wide && 0.0 < x {
            if row + 1 == ROWS {
                places.push(Place { entry: None, label: "…".into(), x: x.min(end + 8.0), row });
                break;
            }
            row += 1;
            x = 0.0;
        }
        places.push(Place { entry: Some(entry), label, x, row });
        x += wide + 22.0;
    }
    places
}

/// Writes the legend at the top of an area.
pub(crate) fn legend(canvas: &mut Canvas, theme: &Theme, area: Area, entries: &[Entry<'_>]) {
    let style = label_style(theme);
    for place in legend_places(theme, area.width(), entries) {
        let middle = area.top + 22.0 + place.row as f32 * LEGEND_ROW;
        let baseline = middle + text::cap_height(style) / 2.0;
        let mut x = area.left + place.x;
        if let Some(entry) = place.entry {
            match entry.swatch {
                Swatch::Line => canvas.rounded(Area::new(x, middle - 2.0, SWATCH, 4.0), 2.0, entry.colour),
                Swatch::Broken => canvas.dashes((x, middle), (x + SWATCH, middle), 3.0, entry.colour),
                Swatch::Area => canvas.rounded(Area::new(x, middle - 6.5, SWATCH, 13.0), 3.0, entry.colour),
            }
            x += SWATCH + 8.0;
        }
        text::draw(canvas, &place.label, (x, baseline), Anchor::Start, style);
    }
}

/// A small label on a ground of its own, so that it can be read over whatever is drawn there.
pub(crate) fn tag(canvas: &mut Canvas, theme: &Theme, area: Area, label: &str, colour: Colour) {
    let style = Style::new(size::LABEL, colour).bold();
    canvas.rounded(area, 5.0, Ink::faint(theme.background, 0.82));
    let baseline = (area.top + area.bottom + text::cap_height(style)) / 2.0;
    text::draw(canvas, label, ((area.left + area.right) / 2.0, baseline), Anchor::Middle, style);
}

/// The ground that `tag` needs for a label.
pub(crate) fn tag_size(theme: &Theme, label: &str) -> (f32, f32) {
    let style = Style::new(size::LABEL, theme.text).bold();
    (text::width(label, style) + 12.0, text::cap_height(style) + 11.0)
}

/// A name, a size in words, and how full it is.
pub(crate) struct ShareRow<'a> {
    pub(crate) label: &'a str,
    pub(crate) note: &'a str,
    pub(crate) share: f64,
    pub(crate) colour: Colour,
}

/// Writes a row and draws its bar at the bottom of the area; answers where the bar's track is.
pub(crate) fn share_row(
    canvas: &mut Canvas,
    theme: &Theme,
    area: Area,
    row: &ShareRow<'_>,
    words: &Words,
) -> Area {
    const TRACK: f32 = 14.0;
    let name = Style::new(size::NAME, theme.text);
    let note = Style::new(size::LABEL, theme.muted);
    let baseline = area.top + text::cap_height(name);
    let share = percent(row.share, words);
    text::draw(canvas, &share, (area.right, baseline), Anchor::End, name.bold());
    let mut room = area.width() - text::width(&share, name.bold()).max(58.0) - 16.0;
    // Where there is little room, half a size in words says nothing, and the name needs it all.
    let is_cramped =
        area.width() < 400.0 && room < text::width(row.label, name) + text::width(row.note, note) + 16.0;
    if !row.note.trim().is_empty() && !is_cramped {
        // The name comes first, but a size in words is rarely long; half of the row each at worst.
        let left = room - text::width(row.label, name) - 16.0;
        let words = text::shorten(row.note, note, left.max(room / 2.0));
        text::draw(canvas, &words, (area.left + room, baseline), Anchor::End, note);
        room -= text::width(&words, note) + 16.0;
    }
    let label = text::shorten(row.label, name, room);
    text::draw(canvas, &label, (area.left, baseline), Anchor::Start, name);

    let track = Area { top: area.bottom - TRACK, ..area };
    canvas.rounded(track, TRACK / 2.0, theme.panel);
    if row.share.is_nan() {
        hatch(canvas, theme, track);
    }
    let share = row.share.clamp(0.0, 1.0) as f32;
    if 0.0 < share {
        let filled = Area { right: track.left + (track.width() * share).max(TRACK), ..track };
        canvas.rounded(filled, TRACK / 2.0, row.colour);
    }
    track
}

/// Slanted strokes over a track: unknown, not nothing.
fn hatch(canvas: &mut Canvas, theme: &Theme, track: Area) {
    const STEP: f32 = 11.0;
    const WIDE: f32 = 3.0;
    let slant = track.height() * 0.6;
    let ends = track.height() / 2.0;
    let mut x = track.left + ends;
    while x + slant + WIDE < track.right - ends {
        let mut stroke = canvas.shape();
        stroke.polygon(&[
            (x, track.bottom),
            (x + slant, track.top),
            (x + slant + WIDE, track.top),
            (x + WIDE, track.bottom),
        ]);
        canvas.fill(stroke, theme.grid);
        x += STEP;
    }
}

/// Moves label centres apart so that neighbours are at least `height` from each other, within
/// bounds, and together as near as that allows to where they should be. `None` if there is no room.
pub(crate) fn spread(wanted: &[f32], height: f32, (top, bottom): (f32, f32)) -> Option<Vec<f32>> {
    let last = wanted.len().checked_sub(1)? as f32;
    let (least, most) = (top + height / 2.0, bottom - height / 2.0 - height * last);
    if most < least {
        return None;
    }
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    // With the height of those before it taken off, each label only must not be above its
    // predecessor; those that would be are put into one group around their mean.
    let mut groups: Vec<(f32, usize)> = Vec::new();
    for (rank, index) in order.iter().enumerate() {
        let wish = if wanted[*index].is_nan() { least } else { wanted[*index] };
        let mut group = (wish - rank as f32 * height, 1);
        while let Some(above) = groups.pop_if(|it| group.0 < it.0) {
            let both = above.1 + group.1;
            group.0 = (above.0 * above.1 as f32 + group.0 * group.1 as f32) / both as f32;
            group.1 = both;
        }
        groups.push(group);
    }
    let places = groups.iter().flat_map(|(place, count)| std::iter::repeat_n(*place, *count));
    let mut centres = vec![0.0; wanted.len()];
    for ((rank, index), place) in order.iter().enumerate().zip(places) {
        centres[*index] = place.clamp(least, most) + rank as f32 * height;
    }
    Some(centres)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_at_the_same_height_are_moved_apart_and_stay_inside() {
        let centres = spread(&[95.0, 95.0, 10.0], 20.0, (0.0, 100.0)).expect("room for three");
        assert_eq!(centres, [70.0, 90.0, 10.0]);
        let centres = spread(&[50.0, 50.0, 52.0], 20.0, (0.0, 100.0)).expect("room for three");
        assert!((centres[1] - 50.7).abs() < 0.1, "the group is around where it should be: {centres:?}");
    }

    #[test]
    fn labels_with_no_room_are_refused() {
        assert_eq!(spread(&[1.0; 6], 20.0, (0.0, 100.0)), None);
    }
}
