//! Values over time, against their limits.

mod ends;
mod notes;

use crate::axis;
use crate::canvas::{Area, Canvas, Ink};
use crate::scale::{Scale, Ticks, bearable};
use crate::theme::{Colour, Theme, Tone, size};
use crate::time::TimeAxis;
use crate::trace::{self, Trace};
use crate::unit::{Unit, Words};
use ends::{Ends, draw_ends, legend};
use notes::{draw_limits, draw_marks};

/// Up to a dozen series over one span of time. 640 logical pixels wide and 400 high, and a little
/// higher where marks and a legend need room.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What is drawn, in a few words.
    pub title: String,
    /// Of what and since when; muted, under the title. May be empty.
    pub subtitle: String,
    /// What was measured. One series gets a soft fill and its newest value at the end of its line;
    /// several get their names there. Beyond the eighth, colours start over.
    pub series: Vec<LineSeries>,
    /// What is filled under the lines.
    pub fill: Fill,
    /// Horizontal lines the values should stay on one side of. The axis always reaches them.
    pub limits: Vec<Limit>,
    /// What would be normal, drawn behind everything.
    pub band: Option<Band>,
    /// Moments worth a vertical line.
    pub marks: Vec<Mark>,
    /// How values are written on the axis.
    pub unit: Unit,
    /// The horizontal axis.
    pub time: TimeAxis,
    /// The value axis starts here, unless a value is below. `None` (the default) starts it near the least value.
    pub floor: Option<f64>,
    /// The value axis ends here at most, unless a value is above. A percent axis with a ceiling of
    /// 100 reaches 100 only if the values do.
    pub ceiling: Option<f64>,
    /// What to write when there is nothing to draw.
    pub empty: String,
    /// Unit symbols and separators of the reader's language.
    pub words: Words,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            title: String::new(),
            subtitle: String::new(),
            series: Vec::new(),
            fill: Fill::default(),
            limits: Vec::new(),
            band: None,
            marks: Vec::new(),
            unit: Unit::Percent,
            time: TimeAxis::default(),
            floor: None,
            ceiling: None,
            empty: String::new(),
            words: Words::default(),
        }
    }
}

/// What is filled under the lines of a [`Line`] chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Fill {
    /// Softly, under a line that is alone; several would hide each other.
    #[default]
    Soft,
    /// Nothing.
    None,
    /// Under each line, down to the foot of the plot.
    Area,
    /// Each series stands upon those before it: the parts of a whole over time. Where one of them is not known, nor
    /// is the whole.
    Stacked,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pen {
    /// In full.
    #[default]
    Plain,
    /// Muted and broken, without a fill: what others are compared with, such as yesterday.
    Past,
}

/// One line of a [`Line`] chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineSeries {
    /// Its name, written at the end of the line. May be empty when the title says it.
    pub label: String,
    /// In order of time. What is out of order or outside of the axis is left out.
    pub points: Vec<Point>,
    /// How it is drawn.
    pub pen: Pen,
}

impl LineSeries {
    /// A series of plain `(seconds since the epoch, value)` pairs.
    pub fn new(label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self {
            label: label.into(),
            points: points.into_iter().map(|(at, value)| Point::new(at, value)).collect(),
            pen: Pen::default(),
        }
    }
}

/// One measurement, or the mean of several with the least and the most of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Seconds since the epoch.
    pub at: f64,
    /// In the chart's unit. Not a number, or infinite, means a gap.
    pub value: f64,
    /// The least of the values this point stands for.
    pub low: Option<f64>,
    /// The most of the values this point stands for.
    pub high: Option<f64>,
}

impl Point {
    /// A single measurement.
    pub fn new(at: f64, value: f64) -> Self {
        Self { at, value, low: None, high: None }
    }

    /// A mean, with the least and the most of what it stands for.
    pub fn spread(at: f64, value: f64, low: f64, high: f64) -> Self {
        Self { at, value, low: Some(low), high: Some(high) }
    }

    /// A moment at which nothing is known: the line breaks here.
    pub fn gap(at: f64) -> Self {
        Self::new(at, f64::NAN)
    }
}

/// A horizontal line with its name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limit {
    /// The whole label, number included: "limit 90 %".
    pub label: String,
    /// In the chart's unit.
    pub value: f64,
    /// Its colour.
    pub tone: Tone,
}

/// A corridor over time, such as the mean and two deviations around it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Band {
    /// `(seconds since the epoch, low, high)`, in order of time.
    pub points: Vec<(f64, f64, f64)>,
    /// Its name, for the legend. May be empty.
    pub label: String,
}

/// A moment worth a vertical line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mark {
    /// Seconds since the epoch. Outside of the axis it is not drawn.
    pub at: f64,
    /// Written at the top of the line.
    pub label: String,
    /// Its colour.
    pub tone: Tone,
}

/// Height of the plot alone.
const PLOT: f32 = 234.0;

/// Between heading and plot; with marks, their labels stand there too.
const ABOVE: f32 = 30.0;
const ABOVE_WITH_MARKS: f32 = 52.0;

/// Time labels and the margin under them.
const BELOW: f32 = 58.0;

/// Between the end of the plot and the labels at the ends of its lines.
const GUTTER: f32 = 12.0;

/// The widest label at the end of a line.
const END_LABEL: f32 = 150.0;

/// One series on its way to the canvas.
struct Drawn {
    colour: Colour,
    trace: Trace,
    newest: String,
}

pub(crate) fn draw(line: &Line, theme: &Theme) -> Canvas {
    let top = axis::heading_bottom(theme, &line.title, &line.subtitle);
    let span = line.time.span(reach(line));
    let Some(values) = range(line, span) else {
        let mut canvas = Canvas::new(size::WIDTH, top + ABOVE + PLOT + BELOW, theme);
        axis::heading(&mut canvas, theme, &line.title, &line.subtitle);
        let right = canvas.width() - size::MARGIN;
        let bottom = canvas.height() - size::MARGIN;
        let plot = Area { left: size::MARGIN, top: top + 24.0, right, bottom };
        axis::nothing(&mut canvas, theme, plot, &line.empty);
        return canvas;
    };
    let ticks = Ticks::around(line.unit, values, (line.floor, line.ceiling), 4);
    let labels = line.unit.write_ticks(&ticks.values, ticks.step, &line.words);
    let left = axis::widest(&labels, axis::label_style(theme)).min(END_LABEL) + size::MARGIN + GUTTER;

    let ends = Ends::new(line, theme, span);
    let entries = legend(line, theme, &ends);
    let legend_high = axis::legend_height(theme, &entries);
    let above = if line.marks.is_empty() { ABOVE } else { ABOVE_WITH_MARKS };
    let mut canvas = Canvas::new(size::WIDTH, top + legend_high + above + PLOT + BELOW, theme);
    axis::heading(&mut canvas, theme, &line.title, &line.subtitle);
    axis::legend(&mut canvas, theme, top, &entries);
    let plot = Area {
        left,
        top: top + legend_high + above,
        right: canvas.width() - size::MARGIN - ends.width(),
        bottom: top + legend_high + above + PLOT,
    };

    let across = Scale::new(span, (plot.left, plot.right));
    let up = Scale::new((ticks.low, ticks.high), (plot.bottom, plot.top));
    axis::value_grid(&mut canvas, theme, plot, &up, &ticks.values, &labels);
    let moments = line.time.ticks(span, (plot.width() / 76.0) as usize);
    axis::time_labels(&mut canvas, theme, plot, &across, &moments);

    if let Some(band) = &line.band {
        draw_band(&mut canvas, theme, band, span, &across, &up);
    }
    let drawn: Vec<Drawn> = line
        .series
        .iter()
        .enumerate()
        .map(|(index, series)| Drawn {
            colour: theme.colour(tone(index)),
            trace: trace::through(&series.points, span, line.time.gap_seconds, &across, &up, plot.width()),
            newest: ends.newest[index].clone(),
        })
        .collect();
    // A fill under a line would be taken for the band.
    let is_alone = line.band.is_none() && drawn.iter().filter(|it| !it.trace.strokes.is_empty()).count() == 1;
    for it in &drawn {
        draw_trace(&mut canvas, it, is_alone, plot);
    }
    let mut tags = Vec::new();
    draw_marks(&mut canvas, theme, &line.marks, span, &across, plot, &mut tags);
    draw_limits(&mut canvas, theme, &line.limits, &up, plot, &drawn, &mut tags);
    draw_ends(&mut canvas, theme, &drawn, plot, &ends);
    canvas
}

/// The colour of a series: each its own.
fn tone(index: usize) -> Tone {
    Tone::Accent((index % 256) as u8)
}

/// From the first to the last moment anything is known of.
fn reach(line: &Line) -> Option<(f64, f64)> {
    line.series
        .iter()
        .flat_map(|it| &it.points)
        .filter(|it| it.at.is_finite() && it.value.is_finite())
        .map(|it| (it.at, it.at))
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// The least and the most that must be seen; `None` if no series has a value in the span.
fn range(line: &Line, (from, to): (f64, f64)) -> Option<(f64, f64)> {
    let inside = |at: f64| from <= at && at <= to;
    let both = |a: (f64, f64), b: (f64, f64)| (a.0.min(b.0), a.1.max(b.1));
    let measured = line
        .series
        .iter()
        .flat_map(|it| &it.points)
        .filter(|it| inside(it.at))
        .filter_map(|it| {
            let value = bearable(it.value)?;
            let low = it.low.and_then(bearable).unwrap_or(value).min(value);
            let high = it.high.and_then(bearable).unwrap_or(value).max(value);
            Some((low, high))
        })
        .reduce(both)?;
    let limits = line.limits.iter().filter_map(|it| bearable(it.value)).map(|it| (it, it));
    let band = line
        .band
        .iter()
        .flat_map(|it| &it.points)
        .filter(|it| inside(it.0))
        .filter_map(|(_, low, high)| Some((bearable(*low)?, bearable(*high)?)));
    Some(limits.chain(band).fold(measured, both))
}

/// How strong a band is drawn.
const BAND_ALPHA: f32 = 0.3;

fn draw_band(
    canvas: &mut Canvas,
    theme: &Theme,
    band: &Band,
    (from, to): (f64, f64),
    across: &Scale,
    up: &Scale,
) {
    let inside: Vec<(f32, f32, f32)> = band
        .points
        .iter()
        .filter(|(at, low, high)| from <= *at && *at <= to && low <= high)
        .filter_map(|(at, low, high)| {
            Some((across.place(*at), up.place(bearable(*low)?), up.place(bearable(*high)?)))
        })
        .collect();
    // More corners than there are pixels only cost time.
    let every = inside.len() / 1000 + 1;
    let ink = Ink::faint(theme.neutral, BAND_ALPHA);
    let mut outline = canvas.shape();
    outline.polygon(&trace::corridor(&inside.into_iter().step_by(every).collect::<Vec<_>>()));
    canvas.fill(outline, ink);
}

fn draw_trace(canvas: &mut Canvas, drawn: &Drawn, is_alone: bool, plot: Area) {
    for corridor in &drawn.trace.corridors {
        let mut outline = canvas.shape();
        outline.polygon(&trace::corridor(corridor));
        canvas.fill(outline, Ink::faint(drawn.colour, 0.42));
    }
    for stroke in &drawn.trace.strokes {
        if is_alone && let (Some(first), Some(last)) = (stroke.first(), stroke.last()) {
            let mut under = stroke.clone();
            under.extend([(last.0, plot.bottom), (first.0, plot.bottom)]);
            canvas.fill_fading(&under, Ink::faint(drawn.colour, 0.30), Ink::faint(drawn.colour, 0.03));
        }
    }
    // Inside of a corridor a line is one of two things to see, and takes less of the room.
    let width = if drawn.trace.corridors.is_empty() { 2.6 } else { 2.1 };
    for stroke in &drawn.trace.strokes {
        canvas.line(stroke, width, drawn.colour);
    }
}
