//! Several charts in one picture.

mod heading;
mod row;
mod tile;

use crate::axis;
use crate::canvas::{Area, Canvas};
use crate::chart::{Bars, Donut, Heatmap, Line, Sparkline, Timeline};
use crate::text::{self, Anchor, Style};
use crate::theme::{Theme, Tone, size};
use row::Row;

/// Rows of panels under one heading. 640 logical pixels wide, as high as the panels need. Lines in rows of their own
/// stand over each other: their plots begin and end at the same places, and neighbours with the same
/// [`crate::TimeAxis`] write its labels once, under the last.
///
/// ```
/// use render::{Line, LineSeries, Panel, Panels, Sparkline, Theme, Tile, TimeAxis, Tone, render};
///
/// let tile = |label: &str, value: &str, values: &[f64]| {
///     let spark = Sparkline { values: values.to_vec(), tone: Tone::Accent(0), ..Sparkline::default() };
///     Panel::Tile(Tile { label: label.into(), value: value.into(), spark: Some(spark), ..Tile::default() })
/// };
/// let cpu = Line {
///     title: "CPU".into(),
///     series: vec![LineSeries::new("", [(0.0, 12.0), (600.0, 30.0), (1200.0, 24.0)])],
///     time: TimeAxis::between(0.0, 1200.0),
///     ..Line::default()
/// };
/// let chart = Panels {
///     title: "web-1".into(),
///     rows: vec![
///         vec![tile("CPU", "24 %", &[12.0, 30.0, 24.0]), tile("Memory", "62 %", &[60.0, 61.0, 62.0])],
///         vec![Panel::Line(cpu)],
///     ],
///     ..Panels::default()
/// };
/// let (width, height) = render(&chart.into(), &Theme::dark()).size();
/// assert!(width == 1280 && height <= 2600, "whatever is in it, a phone can show it");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panels {
    /// What is drawn, in a few words.
    pub title: String,
    /// Muted, under the title. May be empty.
    pub subtitle: String,
    /// From top to bottom; the panels of a row stand side by side, equally wide, four at most. Of what is beyond the
    /// eighth row, or beyond about twice the width, only the count of panels is written.
    pub rows: Vec<Vec<Panel>>,
    /// What to write when there is nothing to draw.
    pub empty: String,
}

/// One part of a composed picture. The title of a chart in a panel is written small; the newest value of a line that is
/// alone and has no name stands beside it.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a handful of them; a box would be in every caller's way")]
pub enum Panel {
    /// A figure with its name and its shape.
    Tile(Tile),
    /// Values over time.
    Line(Line),
    /// Several shares side by side.
    Bars(Bars),
    /// Shares of one whole.
    Donut(Donut),
    /// A value for each cell of a grid.
    Heatmap(Heatmap),
    /// What happened when.
    Timeline(Timeline),
}

/// One figure to be read from afar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tile {
    /// What it is of: "CPU".
    pub label: String,
    /// The figure, written as given: "42 %".
    pub value: String,
    /// Under the figure, smaller, in two lines at most: "+3 % against yesterday". May be empty.
    pub note: String,
    /// The colour of the note.
    pub tone: Tone,
    /// The figure's way here; none: no line is drawn.
    pub spark: Option<Sparkline>,
}

/// Rows that are drawn, and panels of a row.
const MOST_ROWS: usize = 8;
const MOST_BESIDE: usize = 4;

/// No picture is higher, in logical pixels: twice as high as wide, what a phone shows without scrolling far.
const HIGHEST: f32 = 1300.0;

/// Height of the plots of lines: less, the more rows of them there are, and least where there is no room for that.
const PLOTS: [f32; 5] = [190.0, 160.0, 138.0, 118.0, 96.0];
const LEAST_PLOT: f32 = 64.0;

/// Between the heading of the picture and the first row.
const UNDER_HEADING: f32 = 26.0;

/// The last line of a picture that does not show all.
const REST: f32 = 40.0;

/// What is said where there is nothing.
const NOTHING: f32 = 160.0;

pub(crate) fn draw(panels: &Panels, theme: &Theme) -> Canvas {
    let top = axis::heading_bottom(theme, &panels.title, &panels.subtitle) + UNDER_HEADING;
    let (left, right) = (size::MARGIN, size::WIDTH - size::MARGIN);
    let area = Area { left, top, right, bottom: HIGHEST - size::MARGIN };
    let asked = || panels.rows.iter().filter(|it| !it.is_empty());
    let all: Vec<&[Panel]> = asked().take(MOST_ROWS).map(|it| &it[..it.len().min(MOST_BESIDE)]).collect();
    if all.is_empty() {
        let mut canvas = Canvas::new(size::WIDTH, top + NOTHING + size::MARGIN, theme);
        axis::heading(&mut canvas, theme, &panels.title, &panels.subtitle);
        axis::nothing(&mut canvas, theme, Area { bottom: top + NOTHING, ..area }, &panels.empty);
        return canvas;
    }
    let asked: usize = asked().map(Vec::len).sum();
    let is_all = asked == all.iter().map(|it| it.len()).sum::<usize>();
    let rows = fitting(&all, theme, Area { bottom: area.bottom - if is_all { 0.0 } else { REST }, ..area });
    let hidden = asked - rows.iter().map(Row::count).sum::<usize>();
    let bottom = top + rows.iter().map(|it| it.above + it.height).sum::<f32>();
    let rest = if 0 < hidden { REST } else { 0.0 };
    let mut canvas = Canvas::new(size::WIDTH, bottom + rest + size::MARGIN, theme);
    axis::heading(&mut canvas, theme, &panels.title, &panels.subtitle);
    let mut y = top;
    for row in &rows {
        y += row.above;
        row.paint(&mut canvas, theme, y);
        y += row.height;
    }
    if 0 < hidden {
        let style = Style::new(size::NAME, theme.muted);
        text::draw(&mut canvas, &format!("+{hidden}"), (left, bottom + rest - 4.0), Anchor::Start, style);
    }
    canvas
}

/// The rows that find room, lower if that gives room to more of them.
fn fitting<'a>(all: &[&'a [Panel]], theme: &Theme, area: Area) -> Vec<Row<'a>> {
    let has_line = |it: &&&[Panel]| it.iter().any(|it| matches!(it, Panel::Line(_)));
    let lines = all.iter().filter(has_line).count().max(1);
    let plot = PLOTS[(lines - 1).min(PLOTS.len() - 1)];
    let height = |rows: &[Row<'_>]| rows.iter().map(|it| it.above + it.height).sum::<f32>();
    let mut rows = row::measure(all, theme, area, plot);
    let excess = height(&rows) - area.height();
    if 0.0 < excess && all.iter().any(|it| has_line(&it)) {
        let plot = (plot - (excess / lines as f32).ceil()).max(LEAST_PLOT);
        rows = row::measure(all, theme, area, plot);
    }
    let mut count = all.len();
    while 1 < count && area.height() < height(&rows) + if count < all.len() { REST } else { 0.0 } {
        count -= 1;
        rows.truncate(count);
    }
    // Which of the lines writes the time depends on which is the last.
    if count < all.len() {
        let plot = rows.iter().find_map(Row::plot).unwrap_or(plot);
        rows = row::measure(&all[..count], theme, area, plot);
    }
    rows
}
