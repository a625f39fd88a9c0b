//! The list of charts.

mod bars;
mod body;
mod donut;
mod heatmap;
mod line;
pub(crate) mod panels;
pub(crate) mod sparkline;
mod timeline;

pub(crate) use body::picture;

pub use bars::{Bar, Bars, ShareLimit};
pub use donut::{Donut, Gauge, Slice};
pub use heatmap::{HeatRow, Heatmap};
pub use line::{Band, Fill, Limit, Line, LineSeries, Mark, Pen, Point};
pub use panels::{Panel, Panels, Tile};
pub use sparkline::Sparkline;
pub use timeline::{Lane, Moment, Span, Timeline};

/// Everything that can be drawn. A closed list: whoever adds a chart is led through every `match`.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one chart at a time; a box would be in every caller's way")]
pub enum Chart {
    /// Values over time, against their limits.
    Line(Line),
    /// Shares of one whole.
    Donut(Donut),
    /// Several shares side by side.
    Bars(Bars),
    /// A value for each cell of a grid.
    Heatmap(Heatmap),
    /// What happened when.
    Timeline(Timeline),
    /// A series in the height of a line of text.
    Sparkline(Sparkline),
    /// Several charts in one picture.
    Panels(Panels),
}

impl From<Line> for Chart {
    fn from(line: Line) -> Self {
        Self::Line(line)
    }
}

impl From<Donut> for Chart {
    fn from(donut: Donut) -> Self {
        Self::Donut(donut)
    }
}

impl From<Bars> for Chart {
    fn from(bars: Bars) -> Self {
        Self::Bars(bars)
    }
}

impl From<Heatmap> for Chart {
    fn from(heatmap: Heatmap) -> Self {
        Self::Heatmap(heatmap)
    }
}

impl From<Timeline> for Chart {
    fn from(timeline: Timeline) -> Self {
        Self::Timeline(timeline)
    }
}

impl From<Sparkline> for Chart {
    fn from(sparkline: Sparkline) -> Self {
        Self::Sparkline(sparkline)
    }
}

impl From<Panels> for Chart {
    fn from(panels: Panels) -> Self {
        Self::Panels(panels)
    }
}
