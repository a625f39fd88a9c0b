//! A value for each cell of a grid: the hours of a week.

use crate::axis;
use crate::canvas::{Area, Canvas};
use crate::chart::body::Body;
use crate::theme::Theme;
use crate::unit::{Unit, Words};

/// Rows of cells, the stronger the colour the higher the value. 640 logical pixels wide, as high as it needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Heatmap {
    /// What is drawn, in a few words.
    pub title: String,
    /// Muted, under the title. May be empty.
    pub subtitle: String,
    /// From top to bottom: the days.
    pub rows: Vec<HeatRow>,
    /// From left to right: what is written under the cells, such as the hours. An empty one is a column without a
    /// label; where there is no room for all, some are left out.
    pub columns: Vec<String>,
    /// How values are written in the legend.
    pub unit: Unit,
    /// The faintest colour stands for this value. `None` (the default): for the least there is.
    pub floor: Option<f64>,
    /// The strongest colour stands for this value. `None` (the default): for the greatest there is.
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
    /// Its values, from left to right. Not a number means that nothing is known: the cell is hatched or left empty,
    /// and is never the colour of a small value.
    pub cells: Vec<f64>,
}

impl Body for Heatmap {
    fn heading(&self) -> (&str, &str) {
        (&self.title, &self.subtitle)
    }

    fn height(&self, _theme: &Theme, _width: f32) -> f32 {
        190.0
    }

    fn paint(&self, canvas: &mut Canvas, theme: &Theme, area: Area) {
        axis::nothing(canvas, theme, Area { top: area.top + 30.0, ..area }, &self.empty);
    }
}
