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
//! # Charts
//!
//! Each is a plain struct with public fields and a `Default`, so one writes what one has and leaves out the rest. All
//! are 640 logical pixels wide, 1280 pixels at the default density, so that they can be read on a phone that shows them
//! 360 points wide.
//!
//! | Chart | What it shows | Height in logical pixels, or what is drawn at most |
//! | --- | --- | --- |
//! | [`Line`] | values over time against limits, a band, yesterday; filled or stacked by [`Fill`] | 400 |
//! | [`Donut`] | shares of one whole | 400 to 480 |
//! | [`Bars`] | several shares side by side | 16 bars, then "+4" |
//! | [`Heatmap`] | a value for each hour of each day | 62 rows, then "+8" |
//! | [`Timeline`] | what happened when, and for how long | 12 lanes, then "+3" |
//! | [`Sparkline`] | the shape of a series, without an axis | 96 |
//! | [`Panels`] | several of them in one picture, and [`Tile`]s with a figure | 8 rows, then "+2" |
//!
//! Every one has an example at its own page, and `cargo run -p render --example gallery -- FOLDER` draws dozens.
//!
//! # Units
//!
//! - Times are seconds since the epoch in an `f64`; [`TimeAxis`] knows the viewer's zone, also across a change to summer
//!   time, and the words for months and weekdays.
//! - Values are in a [`Unit`], which says how they are written ("3.25 GiB/s") and where an axis is divided (powers of two
//!   for bytes, minutes and hours for durations, whole numbers for counts).
//! - Shares are from 0 to 1. What is not a number is unknown, and drawn as such: a gap, a dash, an empty frame.
//!
//! # What it promises
//!
//! - Drawing is total: whatever the data, there is a picture. Infinities, a million points, names without an end and
//!   rows of different lengths are held to by property tests. The same data makes the same bytes.
//! - It touches no file, no clock, no network, and starts no thread. All words on a picture come with the chart.
//! - [`Theme::dark`] and [`Theme::light`] are readable (WCAG 4.5 : 1 for text), and their eight accents can be told apart
//!   with any kind of colour blindness; a [`Heatmap`] can be read in greyscale. Tests hold it.
//! - Text is drawn in Inter, in Latin, Cyrillic and Greek letters, left to right and unshaped. Emoji and icons become "•",
//!   words in other scripts "···", and marks of direction move nothing.
//! - A picture takes 1 to 6 ms, up to 20 if it is as high as a phone shows, and a canvas of 2 bytes a pixel; files are 5 to
//!   90 KB.
#![forbid(unsafe_code)]

mod axis;
mod canvas;
mod chart;
mod colours;
mod deflate;
#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "the corpus lies in files, and this is no part of the library")]
#[path = "../../fuzz/hostile.rs"]
mod hostile;
mod png;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod promises;
mod ramp;
mod raster;
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
/// Nothing is kept afterwards but the bytes: the canvas, some 2 MB, is given back.
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
