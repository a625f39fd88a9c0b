//! How it looks: data in, PNG bytes out.
//!
//! ```
//! use render::{Chart, Line, LineSeries, Theme, TimeAxis, render};
//!
//! let chart = Chart::Line(Line {
//!     title: "CPU".into(),
//!     subtitle: "busy share of all cores".into(),
//!     series: vec![LineSeries::new("", [(0.0, 12.0), (60.0, 17.0), (120.0, 14.0)])],
//!     time: TimeAxis::between(0.0, 120.0),
//!     floor: Some(0.0),
//!     ceiling: Some(100.0),
//!     ..Line::default()
//! });
//! let picture = render(&chart, &Theme::dark());
//! assert_eq!(picture.size(), (1280, 800));
//! ```
//!
//! Drawing is total: whatever the data, there is a picture. It touches no file and no clock, and
//! knows nothing of metrics or alerts. All words on a picture come with the chart.

mod axis;
mod canvas;
mod chart;
mod png;
mod ramp;
mod scale;
mod text;
mod theme;
mod time;
mod trace;
mod unit;

pub use chart::{
    Band, Bar, Bars, Chart, Donut, Fill, Gauge, HeatRow, Heatmap, Lane, Limit, Line, LineSeries, Mark,
    Moment, Panel, Panels, Pen, Point, ShareLimit, Slice, Span, Sparkline, Tile, Timeline,
};
pub use png::Png;
pub use theme::{Colour, Theme, Tone};
pub use time::{TimeAxis, TimeLabels, Zone};
pub use unit::{Unit, Words};

/// Draws a chart. Takes a few milliseconds of processor time and no input or output, so an async
/// caller should hand it to a blocking thread.
///
/// Nothing is kept afterwards but the bytes: the canvas, some 4 MB, is given back.
pub fn render(chart: &Chart, theme: &Theme) -> Png {
    let canvas = match chart {
        Chart::Line(line) => chart::picture(line, theme),
        Chart::Donut(donut) => chart::picture(donut, theme),
        Chart::Bars(bars) => chart::picture(bars, theme),
        Chart::Heatmap(heatmap) => chart::picture(heatmap, theme),
        Chart::Timeline(timeline) => chart::picture(timeline, theme),
        Chart::Sparkline(sparkline) => chart::sparkline::draw(sparkline, theme),
        Chart::Panels(panels) => chart::panels::draw(panels, theme),
    };
    png::encode(canvas)
}
