//! Several charts in one picture.

use crate::axis;
use crate::canvas::{Area, Canvas};
use crate::chart::{Bars, Donut, Heatmap, Line, Sparkline, Timeline};
use crate::theme::{Theme, Tone, size};

/// Rows of panels under one heading. 640 logical pixels wide, as high as the panels need. Lines in rows of their own
/// stand over each other: their plots begin and end at the same places, and neighbours with the same
/// [`crate::TimeAxis`] write its labels once, under the last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panels {
    /// What is drawn, in a few words.
    pub title: String,
    /// Muted, under the title. May be empty.
    pub subtitle: String,
    /// From top to bottom; the panels of a row stand side by side, equally wide, four at most. Beyond the eighth row
    /// nothing is drawn.
    pub rows: Vec<Vec<Panel>>,
    /// What to write when there is nothing to draw.
    pub empty: String,
}

/// One part of a composed picture. The title of a chart in a panel is written small.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a handful of them; a box would be in every caller's way")]
pub enum Panel {
    /// A figure with its name and its shape.
    Tile(Tile),
    /// Values over time.
    Line(Line),
    /// Several shares side by side.
    Bars(Bars),
    /// Shares of one whole.
    Donut(Donut),
    /// A value for each cell of a grid.
    Heatmap(Heatmap),
    /// What happened when.
    Timeline(Timeline),
}

/// One figure to be read from afar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tile {
    /// What it is of: "CPU".
    pub label: String,
    /// The figure, written as given: "42 %".
    pub value: String,
    /// Under the figure, smaller: "+3 % against yesterday". May be empty.
    pub note: String,
    /// The colour of the note.
    pub tone: Tone,
    /// The figure's way here; none: no line is drawn.
    pub spark: Option<Sparkline>,
}

pub(crate) fn draw(panels: &Panels, theme: &Theme) -> Canvas {
    let top = axis::heading_bottom(theme, &panels.title, &panels.subtitle) + 30.0;
    let mut canvas = Canvas::new(size::WIDTH, top + 160.0 + size::MARGIN, theme);
    axis::heading(&mut canvas, theme, &panels.title, &panels.subtitle);
    let right = canvas.width() - size::MARGIN;
    axis::nothing(
        &mut canvas,
        theme,
        Area { left: size::MARGIN, top, right, bottom: top + 160.0 },
        &panels.empty,
    );
    canvas
}
