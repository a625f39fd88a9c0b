//! Figures on cards.

use super::Tile;
use crate::canvas::{Area, Canvas};
use crate::chart::sparkline;
use crate::text::{self, Anchor, Style};
use crate::theme::{Theme, Tone, mix, size};

/// A card of at least this width has its line beside the figure, a narrower one under it.
const WIDE: f32 = 250.0;

/// The figure at most, at least beside others, and at least at all.
const LARGE: f32 = 38.0;
const BESIDE: f32 = 24.0;
const SMALL: f32 = size::LABEL;

/// From one line of a note to the next.
const NOTE: f32 = 21.0;

/// Lines of a note.
const MOST_LINES: usize = 2;

/// Height of a line under a figure.
const SPARK: f32 = 36.0;

/// Space above and below the text of a card.
const AIR: f32 = 16.0;

/// Between label and figure, and between figure and note.
const UNDER_LABEL: f32 = 14.0;
const UNDER_FIGURE: f32 = 13.0;

/// How the cards of one row are laid out: all alike, so that they are read as one row.
pub(super) struct Cards {
    padding: f32,
    width: f32,
    /// Size of the figures; a longer one is smaller by itself.
    figure: f32,
    /// Lines of the longest note.
    lines: usize,
    has_spark: bool,
}

impl Cards {
    pub(super) fn new<'a>(tiles: impl Iterator<Item = &'a Tile> + Clone, theme: &Theme, width: f32) -> Self {
        let padding = if width < 160.0 { 13.0 } else { 18.0 };
        let has_spark = tiles.clone().any(|it| it.spark.is_some());
        let cards = Self { padding, width, figure: LARGE, lines: 0, has_spark };
        let fits = tiles.clone().map(|it| cards.fitting(theme, &it.value)).fold(LARGE, f32::min);
        let lines = tiles.map(|it| cards.note(theme, it).len()).max().unwrap_or(0);
        Self { figure: fits.max(BESIDE), lines, ..cards }
    }

    fn is_wide(&self) -> bool {
        WIDE <= self.width
    }

    /// Room for text.
    fn room(&self) -> f32 {
        let inside = self.width - 2.0 * self.padding;
        if self.is_wide() && self.has_spark { inside * 0.56 } else { inside }
    }

    fn label_style(theme: &Theme) -> Style {
        Style::new(size::LABEL, theme.muted)
    }

    fn figure_style(theme: &Theme) -> Style {
        Style::new(LARGE, theme.text).bold().display()
    }

    /// The size at which a figure fits.
    fn fitting(&self, theme: &Theme, figure: &str) -> f32 {
        let wide = text::width(figure.trim(), Self::figure_style(theme)).max(1.0);
        (LARGE * self.room() / wide).clamp(SMALL, LARGE)
    }

    fn note_style(theme: &Theme, tone: Tone) -> Style {
        Style::new(size::LABEL, theme.ink(tone))
    }

    fn note(&self, theme: &Theme, tile: &Tile) -> Vec<String> {
        text::wrap(&tile.note, Self::note_style(theme, tile.tone), self.room(), MOST_LINES)
    }

    /// Height of the text alone.
    fn text_height(&self) -> f32 {
        let style = |size: f32| Style::new(size, crate::theme::Colour::default());
        let lines = self.lines as f32;
        let note = if self.lines == 0 {
            0.0
        } else {
            UNDER_FIGURE + text::cap_height(style(size::LABEL)) + NOTE * (lines - 1.0) + 2.0
        };
        text::cap_height(style(size::LABEL)) + UNDER_LABEL + text::cap_height(style(self.figure)) + note
    }

    pub(super) fn height(&self) -> f32 {
        let spark = if self.has_spark && !self.is_wide() { SPARK + 10.0 } else { 0.0 };
        2.0 * AIR + self.text_height() + spark
    }

    /// Draws a card over the whole area.
    pub(super) fn paint(&self, canvas: &mut Canvas, theme: &Theme, tile: &Tile, area: Area) {
        let ground = mix(theme.panel, theme.background, 0.55);
        canvas.rounded(area, 14.0, ground);
        let (left, room) = (area.left + self.padding, self.room());
        let style = Self::label_style(theme);
        let mut baseline = area.top + AIR + text::cap_height(style);
        let label = text::shorten(tile.label.trim(), style, room);
        text::draw(canvas, &label, (left, baseline), Anchor::Start, style);

        let style = Self::figure_style(theme);
        baseline += UNDER_LABEL + text::cap_height(style.sized(self.figure));
        let style = style.sized(self.figure.min(self.fitting(theme, &tile.value)));
        let figure = text::shorten(tile.value.trim(), style, room + 0.5);
        text::draw(canvas, &figure, (left, baseline), Anchor::Start, style);

        let style = Self::note_style(theme, tile.tone);
        baseline += UNDER_FIGURE + text::cap_height(style);
        for line in self.note(theme, tile) {
            text::draw(canvas, &line, (left, baseline), Anchor::Start, style);
            baseline += NOTE;
        }
        if let Some(spark) = &tile.spark {
            sparkline::paint(canvas, theme, spark, self.spark_area(area), ground);
        }
    }

    /// Where the line of a figure is drawn on a card.
    fn spark_area(&self, card: Area) -> Area {
        let (right, bottom) = (card.right - self.padding, card.bottom - AIR);
        if self.is_wide() {
            let left = card.left + self.padding + self.room() + 14.0;
            Area { left, top: card.top + AIR, right, bottom }
        } else {
            Area { left: card.left + self.padding, top: bottom - SPARK, right, bottom }
        }
    }
}
