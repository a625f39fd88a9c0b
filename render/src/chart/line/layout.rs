//! What a line chart needs, before there is a canvas.

use super::ends::{Ends, Form, legend};
use super::stack::Stack;
use super::{Fill, Line, Pen};
use crate::axis::{self, Entry};
use crate::canvas::{Area, Canvas};
use crate::chart::body::Body;
use crate::scale::{Ticks, bearable};
use crate::theme::{Colour, Theme, size};

/// How a line chart stands among others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    /// Height of the plot alone.
    pub(crate) plot: f32,
    /// Between heading and plot; marks need more.
    pub(crate) above: f32,
    /// At least this much to the left and to the right of the plot, so that plots over each other begin and end alike.
    pub(crate) gutters: (f32, f32),
    /// At least this much from the heading to the plot, so that plots beside each other begin alike.
    pub(crate) lead: f32,
    /// Whether the time is written under the plot.
    pub(crate) has_time: bool,
    /// Whether the newest value of a line without a name is written in the heading instead of at its end.
    pub(crate) has_headline: bool,
    /// Whether a fill fades downwards. A picture has few shades to spare, and of a small plot one is enough.
    pub(crate) fades: bool,
    /// How far labels may stand out at the sides of the area.
    pub(crate) overhang: f32,
}

impl Frame {
    /// A picture of its own.
    const PICTURE: Self = Self {
        plot: 234.0,
        above: 30.0,
        gutters: (0.0, 0.0),
        lead: 0.0,
        has_time: true,
        has_headline: false,
        fades: true,
        overhang: size::MARGIN / 2.0,
    };
}

/// What marks need above the plot, and the label of a limit near its top.
const MARKS: f32 = 22.0;
const HIGH_LIMIT: f32 = 12.0;

/// Time labels under the plot; what stands there without them.
const TIME: f32 = 28.0;
const NO_TIME: f32 = 8.0;

/// Between the end of the plot and the labels at the ends of its lines.
pub(super) const GUTTER: f32 = 12.0;

/// The widest label beside a plot.
pub(super) const WIDEST: f32 = 150.0;

/// Narrower areas have no room for names at the ends of lines.
const NARROW: f32 = 400.0;

/// A line chart, measured.
pub(crate) struct Layout<'a> {
    pub(super) line: &'a Line,
    pub(super) frame: Frame,
    pub(super) span: (f64, f64),
    pub(super) colours: Vec<Colour>,
    /// Values summed up, where they are.
    pub(super) stack: Option<Stack>,
    /// `None`: there is nothing to draw.
    pub(super) scaled: Option<Scaled<'a>>,
    legend_high: f32,
}

/// What only a chart with values has.
pub(super) struct Scaled<'a> {
    pub(super) ticks: Ticks,
    pub(super) labels: Vec<String>,
    pub(super) ends: Ends,
    pub(super) entries: Vec<Entry<'a>>,
}

impl<'a> Layout<'a> {
    /// Measures a chart for an area of this width.
    pub(crate) fn new(line: &'a Line, theme: &Theme, width: f32, frame: Frame) -> Self {
        let span = line.time.span(line.reach());
        let colours = line.colours(theme);
        let stack = (line.fill == Fill::Stacked).then(|| Stack::new(line, span, width));
        let scaled = range(line, stack.as_ref(), span).map(|values| {
            let ticks = ticks(line, values, frame);
            let labels = line.unit.write_ticks(&ticks.values, ticks.step, &line.words);
            let forced = match headline(line, theme) {
                Some(_) if frame.has_headline => Some(Form::Elsewhere),
                None if width < NARROW => Some(Form::Legend),
                _ => None,
            };
            let ends = Ends::new(line, theme, span, frame.plot, forced);
            let entries = legend(line, theme, &ends, &colours);
            Scaled { ticks, labels, ends, entries }
        });
        let legend_high = scaled.as_ref().map_or(0.0, |it| axis::legend_height(theme, width, &it.entries));
        Self { line, frame, span, colours, stack, scaled, legend_high }
    }

    /// Height of the plot alone.
    pub(crate) fn plot_height(&self) -> f32 {
        self.frame.plot
    }

    /// Whether the time under another chart is the time of this one, too. What has nothing to draw writes no time.
    pub(crate) fn has_time_of(&self, other: &Self) -> bool {
        let is_drawn = self.scaled.is_some() && other.scaled.is_some();
        is_drawn && self.line.time == other.line.time && self.span == other.span
    }

    /// Makes room for the widest of its neighbours' labels, and leaves the time to a neighbour.
    pub(crate) fn stand_among(&mut self, gutters: (f32, f32), has_time: bool) {
        self.frame = Frame { gutters, has_time, ..self.frame };
    }

    /// What is needed to the left and to the right of the plot.
    pub(crate) fn gutters(&self, theme: &Theme, width: f32) -> (f32, f32) {
        let Some(scaled) = &self.scaled else {
            return (0.0, 0.0);
        };
        let labels = axis::widest(&scaled.labels, axis::label_style(theme)).min(WIDEST).min(width * 0.5);
        (labels + GUTTER, scaled.ends.width())
    }

    /// From the last baseline of the heading to the last thing drawn.
    pub(crate) fn height(&self) -> f32 {
        let below = if self.frame.has_time { TIME } else { NO_TIME };
        self.lead() + self.frame.plot + below
    }

    /// Between heading and plot, with the legend.
    pub(crate) fn lead(&self) -> f32 {
        let has_marks = self.scaled.is_some() && !self.line.marks.is_empty();
        let notes = if has_marks {
            MARKS
        } else if self.has_high_limit() {
            HIGH_LIMIT
        } else {
            0.0
        };
        (self.legend_high + self.frame.above + notes).max(self.frame.lead)
    }

    /// Whether a limit is so near the top that its label stands above the plot.
    fn has_high_limit(&self) -> bool {
        /// Height of a label that the plot need not hold.
        const LABEL: f32 = 16.0;
        let Some(Scaled { ticks, .. }) = &self.scaled else { return false };
        let below_top =
            |value: f64| (ticks.high - value) / (ticks.high - ticks.low) * f64::from(self.frame.plot);
        let is_high = |value: f64| (0.0..f64::from(LABEL)).contains(&below_top(value));
        self.line.limits.iter().filter(|it| !it.label.trim().is_empty()).any(|it| is_high(it.value))
    }

    /// Moves the plot down to where those of its neighbours are.
    pub(crate) fn stand_beside(&mut self, lead: f32) {
        self.frame.lead = lead;
    }

    /// Where the plot is in an area.
    pub(super) fn plot(&self, theme: &Theme, area: Area) -> Area {
        let (left, right) = self.gutters(theme, area.width());
        let top = area.top + self.lead();
        Area {
            left: area.left + left.max(self.frame.gutters.0),
            top,
            right: area.right - right.max(self.frame.gutters.1),
            bottom: top + self.frame.plot,
        }
    }
}

impl Body for Line {
    fn heading(&self) -> (&str, &str) {
        (&self.title, &self.subtitle)
    }

    fn height(&self, theme: &Theme, width: f32) -> f32 {
        Layout::new(self, theme, width, Frame::PICTURE).height()
    }

    fn paint(&self, canvas: &mut Canvas, theme: &Theme, area: Area) {
        Layout::new(self, theme, area.width(), Frame::PICTURE).paint(canvas, theme, area);
    }
}

/// The newest value of a line that is alone and has no name, for the heading of a panel.
pub(crate) fn headline(line: &Line, theme: &Theme) -> Option<(String, Colour)> {
    let [series] = &line.series[..] else {
        return None;
    };
    if !series.label.trim().is_empty() || series.pen == Pen::Past {
        return None;
    }
    let (from, to) = line.time.span(line.reach());
    let newest = series.newest(from, to)?;
    Some((line.unit.write(newest, &line.words), *line.colours(theme).first()?))
}

/// The value axis. A picture of its own has four steps; where there is less room, or a sum to fit in, it is the number
/// of steps that leaves the least of the plot empty.
fn ticks(line: &Line, values: (f64, f64), frame: Frame) -> Ticks {
    let floor = if line.fill == Fill::Stacked { line.floor.or(Some(0.0)) } else { line.floor };
    let around = |steps| Ticks::around(line.unit, values, (floor, line.ceiling), steps);
    let steps = (frame.plot / 48.0).round().clamp(2.0, 4.0) as usize;
    let (few, more) = (around(steps), around(steps + 1));
    let may_choose = frame != Frame::PICTURE || line.fill == Fill::Stacked;
    if may_choose && more.high - more.low < few.high - few.low { more } else { few }
}

/// The least and the most that must be seen; `None` if no series has a value in the span.
fn range(line: &Line, stack: Option<&Stack>, (from, to): (f64, f64)) -> Option<(f64, f64)> {
    let inside = |at: f64| from <= at && at <= to;
    let both = |a: (f64, f64), b: (f64, f64)| (a.0.min(b.0), a.1.max(b.1));
    let measured = line
        .series
        .iter()
        .filter(|it| stack.is_none() || it.pen == Pen::Past)
        .flat_map(|it| &it.points)
        .filter(|it| inside(it.at))
        .filter_map(|it| {
            let value = bearable(it.value)?;
            let low = it.low.and_then(bearable).unwrap_or(value).min(value);
            let high = it.high.and_then(bearable).unwrap_or(value).max(value);
            Some((low, high))
        })
        .chain(stack.and_then(Stack::range))
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
