//! What happened when: incidents, restarts, heals.

use crate::axis;
use crate::canvas::{Area, Canvas};
use crate::chart::body::Body;
use crate::theme::{Theme, Tone};
use crate::time::TimeAxis;

/// Lanes over one span of time, with what lasted as bars and what was a moment as dots. 640 logical pixels wide, as
/// high as it needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// What is drawn, in a few words.
    pub title: String,
    /// Muted, under the title. May be empty.
    pub subtitle: String,
    /// From top to bottom. Beyond the twelfth only their count is written.
    pub lanes: Vec<Lane>,
    /// The horizontal axis.
    pub time: TimeAxis,
    /// What to write when there is nothing to draw.
    pub empty: String,
}

/// One lane of a [`Timeline`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lane {
    /// Its name: "nginx".
    pub label: String,
    /// What lasted.
    pub spans: Vec<Span>,
    /// What was a moment.
    pub moments: Vec<Moment>,
}

/// Something that lasted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Span {
    /// Seconds since the epoch. What begins before the axis is cut at its left end.
    pub from: f64,
    /// Seconds since the epoch; infinite: it has not ended.
    pub to: f64,
    /// Its colour.
    pub tone: Tone,
    /// Written in or beside the bar where there is room: "1 h 20 min". May be empty.
    pub label: String,
}

/// Something that happened at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moment {
    /// Seconds since the epoch. Outside of the axis it is not drawn.
    pub at: f64,
    /// Its colour.
    pub tone: Tone,
    /// Written beside the dot where there is room. May be empty.
    pub label: String,
}

impl Body for Timeline {
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
