//! Several shares side by side: filesystems, cores, containers.

use crate::axis::{self, ShareRow};
use crate::canvas::{Area, Canvas};
use crate::text::{self, Anchor, Style};
use crate::theme::{Theme, Tone, size};
use crate::unit::Words;

/// A column of horizontal bars, each from 0 to 100 %. 640 logical pixels wide, as high as it needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bars {
    /// What is drawn, in a few words.
    pub title: String,
    /// Muted, under the title. May be empty.
    pub subtitle: String,
    /// From top to bottom. Beyond the sixteenth only their count is written.
    pub bars: Vec<Bar>,
    /// Shares a bar should stay below.
    pub limits: Vec<ShareLimit>,
    /// What to write when there is nothing to draw.
    pub empty: String,
    /// Separators and the percent sign of the reader's language.
    pub words: Words,
}

/// One bar of a [`Bars`] chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bar {
    /// Its name: "/srv".
    pub label: String,
    /// How full, 0 to 1. Not a number means unknown: an empty track and a dash.
    pub share: f64,
    /// Its size in words: "412 of 500 GiB". Muted, left of the percentage.
    pub note: String,
    /// Its colour.
    pub tone: Tone,
}

/// A tick across every bar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShareLimit {
    /// Where, 0 to 1.
    pub share: f64,
    /// The whole label, number included: "limit 90 %".
    pub label: String,
    /// Its colour.
    pub tone: Tone,
}

/// Bars that are drawn; a picture of more is higher than a phone.
const MOST_BARS: usize = 16;

/// From one bar to the next, and what of it is text and bar.
const PITCH: f32 = 66.0;
const ROW: f32 = 42.0;

pub(crate) fn draw(bars: &Bars, theme: &Theme) -> Canvas {
    let top = axis::heading_bottom(theme, &bars.title, &bars.subtitle) + 30.0;
    let shown = &bars.bars[..bars.bars.len().min(MOST_BARS)];
    let hidden = bars.bars.len() - shown.len();
    let limits: Vec<&ShareLimit> = bars.limits.iter().filter(|it| (0.0..=1.0).contains(&it.share)).collect();
    let has_labels = limits.iter().any(|it| !it.label.trim().is_empty());
    let below = if has_labels || 0 < hidden { 34.0 } else { 0.0 };
    let body = if shown.is_empty() { 160.0 } else { PITCH * shown.len() as f32 - (PITCH - ROW) + below };
    let mut canvas = Canvas::new(size::WIDTH, top + body + size::MARGIN, theme);
    axis::heading(&mut canvas, theme, &bars.title, &bars.subtitle);
    let (left, right) = (size::MARGIN, canvas.width() - size::MARGIN);
    if shown.is_empty() {
        let area = Area { left, top, right, bottom: top + body };
        axis::nothing(&mut canvas, theme, area, &bars.empty);
        return canvas;
    }
    for (index, bar) in shown.iter().enumerate() {
        let area = Area::new(left, top + PITCH * index as f32, right - left, ROW);
        let row =
            ShareRow { label: &bar.label, note: &bar.note, share: bar.share, colour: theme.colour(bar.tone) };
        let track = axis::share_row(&mut canvas, theme, area, &row, &bars.words);
        for limit in &limits {
            let x = track.left + track.width() * limit.share as f32;
            let tick =
                Area { left: x - 2.5, right: x + 2.5, top: track.top - 4.0, bottom: track.bottom + 4.0 };
            canvas.rounded(tick, 2.5, theme.background);
            let tick = Area { left: x - 1.25, right: x + 1.25, ..tick };
            canvas.rounded(tick, 1.25, theme.colour(limit.tone));
        }
    }
    let baseline = top + body - 2.0;
    let mut taken: Vec<Area> = Vec::new();
    if 0 < hidden {
        let style = Style::new(size::NAME, theme.muted);
        let label = format!("+{hidden}");
        text::draw(&mut canvas, &label, (left, baseline), Anchor::Start, style);
        taken.push(Area::new(left, baseline - style.size, text::width(&label, style) + 12.0, style.size));
    }
    for limit in limits {
        let style = Style::new(size::LABEL, theme.colour(limit.tone)).bold();
        let label = text::shorten(limit.label.trim(), style, right - left);
        let wide = text::width(&label, style);
        let x = (left + (right - left) * limit.share as f32 - wide / 2.0).min(right - wide).max(left);
        let area = Area::new(x, baseline - style.size, wide + 12.0, style.size);
        if !label.is_empty() && !taken.iter().any(|it| it.overlaps(&area)) {
            text::draw(&mut canvas, &label, (x, baseline), Anchor::Start, style);
            taken.push(area);
        }
    }
    canvas
}
