//! Values over time, against their limits.

mod ends;
mod layout;
mod notes;
mod paint;
mod stack;

use crate::theme::{Colour, Theme, Tone};
use crate::time::TimeAxis;
use crate::unit::{Unit, Words};
pub(crate) use layout::{Frame, Layout, headline};

/// Up to a dozen series over one span of time. 640 logical pixels wide and 400 high, and a little
/// higher where marks and a legend need room.
///
/// ```
/// use render::{Fill, Limit, Line, LineSeries, Mark, Theme, TimeAxis, Tone, Unit, Zone, render};
///
/// const MIB: f64 = 1024.0 * 1024.0;
/// let now = 1_773_316_800.0;
/// let series = |label: &str, share: f64| {
///     LineSeries::new(label, (0..=48).map(|it| (now - f64::from(48 - it) * 900.0, f64::from(it % 9) * share * MIB)))
/// };
/// let chart = Line {
///     title: "Network".into(),
///     series: vec![series("in", 3.0), series("out", 1.0)],
///     fill: Fill::Stacked,
///     limits: vec![Limit { label: "the line's 40 MiB/s".into(), value: 40.0 * MIB, tone: Tone::Critical }],
///     marks: vec![Mark { at: now - 3600.0, label: "deploy".into(), tone: Tone::Accent(0) }],
///     unit: Unit::BytesPerSecond,
///     // Two hours east of UTC; what is farther apart than half an hour is not joined.
///     time: TimeAxis { zone: Zone::fixed(7200), gap_seconds: 1800.0, ..TimeAxis::between(now - 43_200.0, now) },
///     floor: Some(0.0),
///     ..Line::default()
/// };
/// assert_eq!(render(&chart.into(), &Theme::light()).size().0, 1280);
/// ```
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
///
/// ```
/// use render::{Fill, Line, LineSeries, Theme, render};
///
/// let part = |name: &str, value| LineSeries::new(name, [(0.0, value), (60.0, value), (120.0, value)]);
/// let series = vec![part("app", 3.0), part("cache", 5.0)];
/// let parts = render(&Line { series: series.clone(), ..Line::default() }.into(), &Theme::dark());
/// let whole = render(&Line { series, fill: Fill::Stacked, ..Line::default() }.into(), &Theme::dark());
/// assert_ne!(parts, whole, "its axis reaches eight");
/// ```
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
///
/// ```
/// use render::{Line, LineSeries, Pen, Theme, render};
///
/// let today = LineSeries::new("today", [(0.0, 40.0), (3600.0, 45.0)]);
/// let yesterday = LineSeries::new("yesterday", [(0.0, 30.0), (7200.0, 35.0)]);
/// let series = vec![LineSeries { pen: Pen::Past, ..yesterday }, today];
/// let picture = render(&Line { series, ..Line::default() }.into(), &Theme::dark());
/// assert_eq!(picture.size().0, 1280);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pen {
    /// In full.
    #[default]
    Plain,
    /// Muted and broken, without a fill: what others are compared with, such as yesterday. Of many points only the means
    /// are drawn, not the least and the most.
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

impl LineSeries {
    /// The last known value of a span.
    fn newest(&self, from: f64, to: f64) -> Option<f64> {
        let is_known = |it: &&Point| from <= it.at && it.at <= to && it.value.is_finite();
        self.points.iter().rev().find(is_known).map(|it| it.value)
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

impl Line {
    /// The colour of each series: those drawn in full have one of their own, the past has none.
    fn colours(&self, theme: &Theme) -> Vec<Colour> {
        let mut number = 0;
        let colour = |series: &LineSeries| match series.pen {
            Pen::Past => theme.muted,
            Pen::Plain => {
                number += 1;
                theme.colour(Tone::Accent(((number - 1) % 256) as u8))
            }
        };
        self.series.iter().map(colour).collect()
    }

    /// From the first to the last moment anything is known of.
    fn reach(&self) -> Option<(f64, f64)> {
        self.series
            .iter()
            .flat_map(|it| &it.points)
            .filter(|it| it.at.is_finite() && it.value.is_finite())
            .map(|it| (it.at, it.at))
            .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }
}
