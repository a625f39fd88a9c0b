//! The small heading of a panel: its title, what it is of, and its newest value.

use crate::canvas::{Area, Canvas};
use crate::text::{self, Anchor, Style};
use crate::theme::{Colour, Theme, size};

/// Size of the newest value.
const LARGE: f32 = 26.0;

/// Between title and subtitle, and between either and the value.
const BESIDE: f32 = 10.0;

/// From the baseline of the title to that of a subtitle under it.
const UNDER: f32 = 23.0;

/// What is written above a panel.
pub(super) struct Heading<'a> {
    title: &'a str,
    subtitle: &'a str,
    /// The newest value and its colour.
    value: Option<(String, Colour)>,
}

impl<'a> Heading<'a> {
    pub(super) fn new((title, subtitle): (&'a str, &'a str), value: Option<(String, Colour)>) -> Self {
        Self { title: title.trim(), subtitle: subtitle.trim(), value }
    }

    fn title_style(theme: &Theme) -> Style {
        Style::new(size::NAME, theme.text).bold()
    }

    fn subtitle_style(theme: &Theme) -> Style {
        Style::new(size::LABEL, theme.muted)
    }

    fn value_style(colour: Colour) -> Style {
        Style::new(LARGE, colour).bold().display()
    }

    /// What the value leaves of the width.
    fn room(&self, width: f32) -> f32 {
        let value = |(value, colour): &(String, Colour)| {
            text::width(value, Self::value_style(*colour)).min(width * 0.6) + BESIDE
        };
        width - self.value.as_ref().map_or(0.0, value)
    }

    /// Whether title and subtitle have no room beside each other.
    fn is_tall(&self, theme: &Theme, width: f32) -> bool {
        let (title, subtitle) = (Self::title_style(theme), Self::subtitle_style(theme));
        let wide = text::width(self.title, title) + BESIDE + text::width(self.subtitle, subtitle);
        !self.title.is_empty() && !self.subtitle.is_empty() && self.room(width) < wide
    }

    /// From the top to the last baseline, with the first of them there; less than nothing where nothing is written, as there is space under it.
    pub(super) fn height(&self, theme: &Theme, width: f32, first: f32) -> f32 {
        if self.title.is_empty() && self.subtitle.is_empty() && self.value.is_none() {
            return -14.0;
        }
        first + if self.is_tall(theme, width) { UNDER } else { 0.0 }
    }

    /// From the top to the first baseline, at least.
    pub(super) fn first(&self) -> f32 {
        let size = if self.value.is_some() { LARGE } else { size::NAME };
        text::cap_height(Style::new(size, Colour::default()))
    }

    pub(super) fn paint(&self, canvas: &mut Canvas, theme: &Theme, area: Area, first: f32) {
        let baseline = area.top + first;
        if let Some((value, colour)) = &self.value {
            let style = Self::value_style(*colour);
            let value = text::shorten(value, style, area.width() * 0.6);
            text::draw(canvas, &value, (area.right, baseline), Anchor::End, style);
        }
        let (style, room) = (Self::title_style(theme), self.room(area.width()));
        let title = text::shorten(self.title, style, room);
        text::draw(canvas, &title, (area.left, baseline), Anchor::Start, style);
        let (place, room) = if self.is_tall(theme, area.width()) {
            ((area.left, baseline + UNDER), area.width())
        } else {
            let beside = if title.is_empty() { 0.0 } else { text::width(&title, style) + BESIDE };
            ((area.left + beside, baseline), room - beside)
        };
        let style = Self::subtitle_style(theme);
        if !self.subtitle.is_empty() {
            text::draw(canvas, &text::shorten(self.subtitle, style, room), place, Anchor::Start, style);
        }
    }
}
