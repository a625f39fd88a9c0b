//! The list of charts.

pub(crate) mod bars;
pub(crate) mod donut;
pub(crate) mod line;

pub use bars::{Bar, Bars, ShareLimit};
pub use donut::{Donut, Gauge, Slice};
pub use line::{Band, Limit, Line, LineSeries, Mark, Point};

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
