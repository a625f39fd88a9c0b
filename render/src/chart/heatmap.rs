//! A value for each cell of a grid: the hours of a week.

use crate::axis;
use crate::canvas::{Area, Canvas, Outline};
use crate::chart::body::Body;
use crate::ramp::Ramp;
use crate::scale::bearable;
use crate::text::{self, Anchor, Style};
use crate::theme::{Colour, Theme, mix};
use crate::unit::{Unit, Words};

/// Rows of cells, the stronger the colour the higher the value, and a ring around the highest. 640 logical pixels wide,
/// as high as it needs: about 440 for a week of hours, 900 at most.
///
/// ```
/// use render::{HeatRow, Heatmap, Theme, Unit, render};
///
/// let row = |label: &str, cells: &[f64]| HeatRow { label: label.into(), cells: cells.to_vec() };
/// let chart = Heatmap {
///     title: "Requests by hour".into(),
///     rows: vec![
///         row("Mon 23", &[120.0, 80.0, f64::NAN, 900.0]), // nobody looked from 12 to 18
///         row("Tue 24", &[110.0, 95.0]),                  // the day is not over
///     ],
///     columns: ["00", "06", "12", "18"].map(String::from).to_vec(),
///     unit: Unit::Count,
///     floor: Some(0.0),
///     ..Heatmap::default()
/// };
/// assert_eq!(render(&chart.into(), &Theme::dark()).size().0, 1280);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Heatmap {
    /// What is drawn, in a few words.
    pub title: String,
    /// Muted, under the title. May be empty.
    pub subtitle: String,
    /// From top to bottom: the days. Beyond the sixty-second only their count is written.
    pub rows: Vec<HeatRow>,
    /// From left to right: what is written under the cells, such as the hours. An empty one is a column without a
    /// label; where there is no room for all, some are left out.
    pub columns: Vec<String>,
    /// How values are written in the legend.
    pub unit: Unit,
    /// The faintest colour stands for this value and for those below it. `None` (the default): for the least there is.
    pub floor: Option<f64>,
    /// The strongest colour stands for this value and for those above it. `None` (the default): for the greatest there
    /// is.
    pub ceiling: Option<f64>,
    /// What to write when there is nothing to draw.
    pub empty: String,
    /// Unit symbols and separators of the reader's language.
    pub words: Words,
}

impl Default for Heatmap {
    fn default() -> Self {
        Self {
            title: String::new(),
            subtitle: String::new(),
            rows: Vec::new(),
            columns: Vec::new(),
            unit: Unit::Percent,
            floor: None,
            ceiling: None,
            empty: String::new(),
            words: Words::default(),
        }
    }
}

/// One row of a [`Heatmap`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeatRow {
    /// Its name: "Mon 23 Nov".
    pub label: String,
    /// Its values, from left to right, in the chart's unit. Not a number means that nothing is known: the cell is an
    /// empty frame, and never the colour of a small value. A row that is shorter than others ends early, like a day that
    /// is not over. Beyond 168 of them neighbours share a cell, and it shows the greatest.
    pub cells: Vec<f64>,
}

/// Rows that are drawn; a picture of more is higher than a phone.
const MOST_ROWS: usize = 62;

/// Columns that are drawn: the hours of a week, three pixels each.
const MOST_COLUMNS: usize = 168;

/// The widest name of a row.
const ROW_LABEL: f32 = 150.0;

/// Between the names of rows and the cells.
const GUTTER: f32 = 14.0;

/// Nothing of one cell's width says more than this does.
const WIDEST_CELL: f32 = 72.0;

/// The height of a row, where there are few and where there are many.
const TALLEST_ROW: f32 = 32.0;
const ROWS_HIGH: f32 = 620.0;

/// Between two labels under the cells.
const COLUMNS_APART: f32 = 22.0;

/// From the heading to the cells.
const ABOVE: f32 = 30.0;

/// Under the cells: the labels of columns, and a line of the legend.
const BELOW_COLUMNS: f32 = 34.0;
const LEGEND: f32 = 36.0;

/// Where less is free, the legend takes two lines.
const NARROW: f32 = 440.0;

/// How high it is when there is nothing to draw.
const NOTHING: f32 = 140.0;

/// What is written of rows that are not drawn.
const HIDDEN: f32 = 28.0;

/// Where the cells are.
struct Grid {
    area: Area,
    rows: usize,
    columns: usize,
    has_names: bool,
    /// Columns of the data in one that is drawn.
    merged: usize,
    across: f32,
    down: f32,
}

impl Grid {
    fn new(heatmap: &Heatmap, theme: &Theme, left: f32, right: f32, top: f32) -> Self {
        let rows = heatmap.rows.len().min(MOST_ROWS);
        let wide = heatmap.rows.iter().take(rows).map(|it| it.cells.len()).max().unwrap_or(0);
        let merged = wide.div_ceil(MOST_COLUMNS).max(1);
        let columns = wide.div_ceil(merged);
        let labels = row_labels(heatmap, rows, axis::label_style(theme));
        let names = axis::widest(&labels, axis::label_style(theme)) + GUTTER;
        // Cells without names say more than names without cells.
        let has_names = GUTTER < names && names < (right - left) * 0.45;
        let left = if has_names { left + names } else { left };
        let across = ((right - left) / columns.max(1) as f32).min(WIDEST_CELL);
        let down = (ROWS_HIGH / rows.max(1) as f32).min(TALLEST_ROW);
        let area = Area::new(left, top, across * columns as f32, down * rows as f32);
        Self { area, rows, columns, has_names, merged, across, down }
    }

    /// The area of a cell. Its edges are whole pixels, so that all gaps look the same.
    fn cell(&self, canvas: &Canvas, row: usize, column: usize) -> Area {
        let gap = if self.across < 5.0 || self.down < 5.0 {
            0.0
        } else if self.across < 12.0 || self.down < 14.0 {
            1.0
        } else {
            2.0
        };
        let edge = |from: f32, pitch: f32, number: usize| canvas.snap(from + pitch * number as f32);
        Area {
            left: edge(self.area.left, self.across, column),
            top: edge(self.area.top, self.down, row),
            right: edge(self.area.left, self.across, column + 1) - gap,
            bottom: edge(self.area.top, self.down, row + 1) - gap,
        }
    }

    fn radius(&self) -> f32 {
        (self.across.min(self.down) * 0.15).min(4.0)
    }

    /// The greatest of what a cell stands for; `None` beyond the end of a row, not a number where nothing is known.
    fn value(&self, row: &HeatRow, column: usize) -> Option<f64> {
        let from = column * self.merged;
        let cells = row.cells.get(from..row.cells.len().min(from + self.merged))?;
        let known = cells.iter().filter_map(|it| bearable(*it)).reduce(f64::max);
        (!cells.is_empty()).then(|| known.unwrap_or(f64::NAN))
    }
}

/// The value at each end of the scale of colours.
struct Reach {
    floor: f64,
    ceiling: f64,
}

impl Reach {
    /// Whether there is more and less to be told apart.
    fn is_wide(&self) -> bool {
        self.floor < self.ceiling
    }

    /// For the legend: a bound in as many digits as its colour can be told from its neighbours.
    fn rounded(&self, value: f64) -> f64 {
        let step = 10f64.powf(((self.ceiling - self.floor) / 50.0).log10().floor());
        let rounded = (value / step).round() * step;
        if rounded.is_finite() { rounded } else { value }
    }

    fn share(&self, value: f64) -> f64 {
        if self.is_wide() { (value - self.floor) / (self.ceiling - self.floor) } else { 0.5 }
    }
}

/// The greatest value, and where it is for the first time.
struct Peak {
    row: usize,
    column: usize,
    value: f64,
}

impl Body for Heatmap {
    fn heading(&self) -> (&str, &str) {
        (&self.title, &self.subtitle)
    }

    fn height(&self, theme: &Theme, width: f32) -> f32 {
        let grid = Grid::new(self, theme, 0.0, width, ABOVE);
        if peak(self, &grid).is_none() {
            return ABOVE + NOTHING;
        }
        let lines = if width < NARROW { 2.0 } else { 1.0 };
        below_cells(self, &grid) + LEGEND * lines - 4.0
    }

    fn paint(&self, canvas: &mut Canvas, theme: &Theme, area: Area) {
        let area = Area { top: area.top + ABOVE, ..area };
        let grid = Grid::new(self, theme, area.left, area.right, area.top);
        let Some(peak) = peak(self, &grid) else {
            return axis::nothing(canvas, theme, area, &self.empty);
        };
        let reach = reach(self, &grid, &peak);
        let ramp = Ramp::of(theme);
        draw_cells(canvas, theme, self, &grid, &reach, &ramp);
        if reach.is_wide() {
            let ink = ramp.at(reach.share(peak.value));
            draw_ringed(canvas, theme, grid.cell(canvas, peak.row, peak.column), grid.radius(), ink);
        }
        draw_rows(canvas, theme, self, &grid, area.left);
        let mut bottom = grid.area.bottom;
        if self.rows.len() > grid.rows {
            let style = axis::label_style(theme);
            let hidden = format!("+{}", self.rows.len() - grid.rows);
            text::draw(canvas, &hidden, (area.left, bottom + HIDDEN - 6.0), Anchor::Start, style);
            bottom += HIDDEN;
        }
        draw_columns(canvas, theme, self, &grid, bottom, (area.left, area.right));
        let middle = below_cells(self, &grid) + LEGEND / 2.0 + 4.0;
        let line = Area { top: middle, bottom: middle, ..area };
        if area.width() < NARROW {
            draw_scale(canvas, theme, self, &reach, &ramp, Area { top: middle + LEGEND - 6.0, ..line });
            return draw_peak(canvas, theme, self, &grid, (&reach, &peak, &ramp), line);
        }
        let right = draw_scale(canvas, theme, self, &reach, &ramp, line);
        let line = Area { right, ..line };
        draw_peak(canvas, theme, self, &grid, (&reach, &peak, &ramp), line);
    }
}

/// Where the cells end, with what is not drawn of them and their labels.
fn below_cells(heatmap: &Heatmap, grid: &Grid) -> f32 {
    let hidden = if heatmap.rows.len() > grid.rows { HIDDEN } else { 0.0 };
    let has_labels = heatmap.columns.iter().take(grid.columns * grid.merged).any(|it| !it.trim().is_empty());
    grid.area.bottom + hidden + if has_labels { BELOW_COLUMNS } else { 2.0 }
}

/// The first of the greatest values; `None` if nothing is known.
fn peak(heatmap: &Heatmap, grid: &Grid) -> Option<Peak> {
    let mut peak: Option<Peak> = None;
    for (row, cells) in heatmap.rows.iter().take(grid.rows).enumerate() {
        for column in 0..grid.columns {
            let Some(value) = grid.value(cells, column).filter(|it| !it.is_nan()) else { continue };
            if peak.as_ref().is_none_or(|it| it.value < value) {
                peak = Some(Peak { row, column, value });
            }
        }
    }
    peak
}

fn reach(heatmap: &Heatmap, grid: &Grid, peak: &Peak) -> Reach {
    let shown = heatmap.rows.iter().take(grid.rows);
    let least = shown.flat_map(|it| &it.cells).filter_map(|it| bearable(*it)).fold(peak.value, f64::min);
    let floor = heatmap.floor.and_then(bearable).unwrap_or(least);
    let ceiling = heatmap.ceiling.and_then(bearable).unwrap_or(peak.value);
    Reach { floor, ceiling: ceiling.max(floor) }
}

/// Cells of one colour are one shape, and all frames of what is not known are another.
fn draw_cells(
    canvas: &mut Canvas,
    theme: &Theme,
    heatmap: &Heatmap,
    grid: &Grid,
    reach: &Reach,
    ramp: &Ramp,
) {
    let mut unknown = canvas.shape();
    for (row, cells) in heatmap.rows.iter().take(grid.rows).enumerate() {
        for column in 0..grid.columns {
            let area = grid.cell(canvas, row, column);
            match grid.value(cells, column) {
                None => {}
                Some(value) if value.is_nan() => frame(&mut unknown, area, grid.radius()),
                Some(value) if grid.radius() < 1.0 => canvas.block(area, ramp.at(reach.share(value))),
                Some(value) => canvas.rounded(area, grid.radius(), ramp.at(reach.share(value))),
            }
        }
    }
    canvas.fill(unknown, mix(theme.neutral, theme.background, 0.75));
}

/// The outline of a cell: a thin frame with nothing in it.
fn frame(outline: &mut Outline, area: Area, radius: f32) {
    let thin = 1.0_f32.min(area.width() / 4.0).min(area.height() / 4.0);
    outline.rounded(area, radius);
    let Area { left, top, right, bottom } = Area {
        left: area.left + thin,
        top: area.top + thin,
        right: area.right - thin,
        bottom: area.bottom - thin,
    };
    // The other way round: a hole.
    let radius = (radius - thin).max(0.0);
    outline.start((left + radius, top));
    outline.quadratic((left, top), (left, top + radius));
    outline.line((left, bottom - radius));
    outline.quadratic((left, bottom), (left + radius, bottom));
    outline.line((right - radius, bottom));
    outline.quadratic((right, bottom), (right, bottom - radius));
    outline.line((right, top + radius));
    outline.quadratic((right, top), (right - radius, top));
    outline.close();
}

/// What a ring is drawn in: it stands out of all colours of cells.
fn ring_colour(theme: &Theme) -> Colour {
    theme.accents[1]
}

/// A cell with a ring around it.
fn draw_ringed(canvas: &mut Canvas, theme: &Theme, cell: Area, radius: f32, ink: Colour) {
    let mut around = |by: f32, ink: Colour| {
        let area = Area {
            left: cell.left - by,
            top: cell.top - by,
            right: cell.right + by,
            bottom: cell.bottom + by,
        };
        canvas.rounded(area, radius + by, ink);
    };
    around(3.5, ring_colour(theme));
    around(1.25, theme.background);
    around(0.0, ink);
}

fn row_labels(heatmap: &Heatmap, rows: usize, style: Style) -> Vec<String> {
    heatmap.rows.iter().take(rows).map(|it| text::shorten(it.label.trim(), style, ROW_LABEL)).collect()
}

/// Every name, or every second, fifth or tenth where rows are lower than a line of text.
fn draw_rows(canvas: &mut Canvas, theme: &Theme, heatmap: &Heatmap, grid: &Grid, left: f32) {
    if !grid.has_names {
        return;
    }
    let style = axis::label_style(theme);
    let line = style.size * 1.15;
    let every = [1, 2, 5, 7, 10].into_iter().find(|it| line <= grid.down * *it as f32).unwrap_or(20);
    let labels = row_labels(heatmap, grid.rows, style);
    for (row, label) in labels.iter().enumerate().step_by(every) {
        let cell = grid.cell(canvas, row, 0);
        let baseline = (cell.top + cell.bottom + text::cap_height(style)) / 2.0;
        text::draw(canvas, label, (left, baseline), Anchor::Start, style);
    }
}

/// The labels under the cells: all of them, or evenly fewer where they would touch.
fn draw_columns(
    canvas: &mut Canvas,
    theme: &Theme,
    heatmap: &Heatmap,
    grid: &Grid,
    bottom: f32,
    (left, right): (f32, f32),
) {
    const EVERY: [usize; 12] = [1, 2, 3, 4, 6, 7, 12, 14, 24, 48, 72, 96];
    let style = axis::label_style(theme);
    let labels: Vec<(f32, String, f32)> = heatmap
        .columns
        .iter()
        .take(grid.columns * grid.merged)
        .enumerate()
        .map(|(column, label)| {
            let label = text::shorten(label.trim(), style, ROW_LABEL);
            let centre = grid.area.left + grid.across * (column as f32 / grid.merged as f32 + 0.5) - 1.0;
            let wide = text::width(&label, style);
            let centre = centre.min(right - wide / 2.0).max(left + wide / 2.0);
            (centre, label, wide)
        })
        .collect();
    let fits = |every: &usize| {
        let shown: Vec<_> = labels.iter().step_by(*every).filter(|it| 0.0 < it.2).collect();
        shown.windows(2).all(|it| it[0].0 + it[0].2 / 2.0 + COLUMNS_APART <= it[1].0 - it[1].2 / 2.0)
    };
    let every = EVERY.into_iter().find(fits).unwrap_or(MOST_COLUMNS);
    let baseline = bottom + 10.0 + text::cap_height(style);
    for (centre, label, _) in labels.iter().step_by(every) {
        text::draw(canvas, label, (*centre, baseline), Anchor::Middle, style);
    }
}

/// The colours between the least and the most, at the right of a line; answers where what is left of it has to end.
fn draw_scale(
    canvas: &mut Canvas,
    theme: &Theme,
    heatmap: &Heatmap,
    reach: &Reach,
    ramp: &Ramp,
    line: Area,
) -> f32 {
    const SWATCH: f32 = 15.0;
    if !reach.is_wide() {
        return line.right;
    }
    let style = axis::label_style(theme);
    let write = |value: f64| heatmap.unit.write(reach.rounded(value), &heatmap.words);
    let (least, most) = (write(reach.floor), write(reach.ceiling));
    let words = text::width(&least, style) + text::width(&most, style) + 20.0;
    let swatches = ((line.width() - words) / SWATCH).floor().clamp(0.0, 9.0) as usize;
    if swatches < 3 {
        return line.right;
    }
    let baseline = line.top + text::cap_height(style) / 2.0;
    text::draw(canvas, &most, (line.right, baseline), Anchor::End, style);
    let left = line.right - text::width(&most, style) - 10.0 - SWATCH * swatches as f32;
    for swatch in 0..swatches {
        let left = canvas.snap(left + SWATCH * swatch as f32);
        let ink = ramp.at(swatch as f64 / (swatches - 1) as f64);
        canvas.rounded(Area::new(left, line.top - 6.5, SWATCH - 2.0, 13.0), 2.5, ink);
    }
    text::draw(canvas, &least, (left - 10.0, baseline), Anchor::End, style);
    left - 10.0 - text::width(&least, style) - 24.0
}

/// What the highest cell says, and where it is.
fn draw_peak(
    canvas: &mut Canvas,
    theme: &Theme,
    heatmap: &Heatmap,
    grid: &Grid,
    (reach, peak, ramp): (&Reach, &Peak, &Ramp),
    line: Area,
) {
    let style = axis::label_style(theme);
    let bold = style.bold().in_ink(theme.text);
    let baseline = line.top + text::cap_height(style) / 2.0;
    let swatch = Area::new(line.left + 3.5, line.top - 6.0, 12.0, 12.0);
    let ink = ramp.at(reach.share(peak.value));
    if reach.is_wide() {
        draw_ringed(canvas, theme, swatch, 2.5, ink);
    } else {
        canvas.rounded(swatch, 2.5, ink);
    }
    let x = swatch.right + 14.0;
    let value = text::shorten(&heatmap.unit.write(peak.value, &heatmap.words), bold, line.right - x);
    text::draw(canvas, &value, (x, baseline), Anchor::Start, bold);
    let x = x + text::width(&value, bold) + 10.0;
    let names = [
        heatmap.rows.get(peak.row).map_or("", |it| it.label.trim()),
        heatmap.columns.get(peak.column * grid.merged).map_or("", |it| it.trim()),
    ];
    let place = names.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · ");
    if 40.0 < line.right - x {
        let place = text::shorten(&place, style, line.right - x);
        text::draw(canvas, &place, (x, baseline), Anchor::Start, style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heatmap(rows: &[&[f64]]) -> Heatmap {
        let rows = rows.iter().map(|it| HeatRow { label: String::new(), cells: it.to_vec() }).collect();
        Heatmap { rows, ..Heatmap::default() }
    }

    fn grid(heatmap: &Heatmap) -> Grid {
        Grid::new(heatmap, &Theme::dark(), 0.0, 580.0, 0.0)
    }

    #[test]
    fn the_peak_is_the_first_of_the_greatest_and_nothing_if_nothing_is_known() {
        let chart = heatmap(&[&[1.0, f64::NAN], &[7.0, 3.0, 7.0], &[]]);
        let peak = peak(&chart, &grid(&chart)).expect("something is known");
        assert_eq!((peak.row, peak.column, peak.value), (1, 0, 7.0));
        let chart = heatmap(&[&[f64::NAN, f64::INFINITY], &[]]);
        assert!(super::peak(&chart, &grid(&chart)).is_none());
    }

    #[test]
    fn a_short_row_ends_early_and_an_unknown_cell_is_not_a_small_value() {
        let chart = heatmap(&[&[0.0, f64::NAN], &[1.0, 2.0, 3.0]]);
        let grid = grid(&chart);
        assert_eq!(grid.value(&chart.rows[0], 0), Some(0.0));
        assert!(grid.value(&chart.rows[0], 1).is_some_and(f64::is_nan));
        assert_eq!(grid.value(&chart.rows[0], 2), None);
    }

    #[test]
    fn neighbours_that_share_a_cell_show_the_greatest_of_them() {
        let mut cells = vec![1.0; 1000];
        cells[777] = 99.0;
        cells[778] = f64::NAN;
        let chart = heatmap(&[&cells]);
        let grid = grid(&chart);
        assert!(grid.columns <= MOST_COLUMNS, "{}", grid.columns);
        let peak = peak(&chart, &grid).expect("something is known");
        assert_eq!((peak.column, peak.value), (777 / grid.merged, 99.0));
    }

    #[test]
    fn bounds_hold_whatever_the_values_are() {
        let chart = Heatmap { floor: Some(0.0), ceiling: Some(100.0), ..heatmap(&[&[20.0, 170.0, -5.0]]) };
        let grid = grid(&chart);
        let peak = peak(&chart, &grid).expect("something is known");
        let reach = reach(&chart, &grid, &peak);
        assert_eq!((reach.floor, reach.ceiling), (0.0, 100.0));
        assert_eq!(Ramp::of(&Theme::dark()).at(reach.share(170.0)), Ramp::of(&Theme::dark()).at(1.0));
    }

    #[test]
    fn however_many_rows_and_columns_the_grid_is_bounded() {
        for (rows, columns) in [(1, 1), (60, 24), (500, 3), (2, 5000), (62, 192)] {
            let row = vec![1.0; columns];
            let chart = heatmap(&vec![row.as_slice(); rows]);
            let grid = grid(&chart);
            assert!(grid.area.width() <= 580.5 && grid.area.height() <= ROWS_HIGH, "{rows} x {columns}");
            assert!(2.9 <= grid.across && 9.9 <= grid.down, "{rows} x {columns}");
        }
    }
}
