//! A series in the height of a line of text.

use crate::canvas::Canvas;
use crate::theme::{Theme, Tone};

/// A line without an axis, for a table or a tile: only its shape is to be seen. 640 logical pixels wide and 96 high
/// when it is a picture of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sparkline {
    /// Evenly apart. Not a number means a gap.
    pub values: Vec<f64>,
    /// The least value there is room for. `None`: the least there is.
    pub floor: Option<f64>,
    /// The greatest value there is room for. `None`: the greatest there is.
    pub ceiling: Option<f64>,
    /// Its colour.
    pub tone: Tone,
}

pub(crate) fn draw(_sparkline: &Sparkline, theme: &Theme) -> Canvas {
    Canvas::new(crate::theme::size::WIDTH, 96.0, theme)
}
