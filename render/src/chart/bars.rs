//! Several shares side by side: filesystems, cores, containers.

use crate::axis::{self, ShareRow};
use crate::canvas::{Area, Canvas};
use crate::chart::body::Body;
use crate::text::{self, Anchor, Style};
use crate::theme::{Theme, Tone, size};
use crate::unit::Words;

/// A column of horizontal bars, each from 0 to 100 %. 640 logical pixels wide, as high as it needs.
///
/// ```
/// use render::{Bar, Bars, ShareLimit, Theme, Tone, render};
///
/// let chart = Bars {
///     title: "Disks".into(),
///     bars: vec![
///         Bar { label: "/srv".into(), share: 0.82, note: "412 of 500 GiB".into(), tone: Tone::Warning },
///         Bar { label: "/mnt".into(), share: f64::NAN, note: "not answering".into(), tone: Tone::Neutral },
///     ],
///     limits: vec![ShareLimit { share: 0.9, label: "90 %".into(), tone: Tone::Critical }],
///     ..Bars::default()
/// };
/// assert_eq!(render(&chart.into(), &Theme::dark()).size().0, 1280);
/// ```
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
    /// How full, 0 to 1. Not a number means unknown: a hatched track and a dash.
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

/// Between the heading and the first bar.
const ABOVE: f32 = 30.0;

/// What is said where there are none.
const NOTHING: f32 = 160.0;

impl Bars {
    /// Those that are drawn, and how many are not.
    fn shown(&self) -> (&[Bar], usize) {
        let shown = &self.bars[..self.bars.len().min(MOST_BARS)];
        (shown, self.bars.len() - shown.len())
    }

    fn shown_limits(&self) -> impl Iterator<Item = &ShareLimit> {
        self.limits.iter().filter(|it| (0.0..=1.0).contains(&it.share))
    }
}

impl Body for Bars {
    fn heading(&self) -> (&str, &str) {
        (&self.title, &self.subtitle)
    }

    fn height(&self, _theme: &Theme, _width: f32) -> f32 {
        ABOVE + self.body_height()
    }

    fn paint(&self, canvas: &mut Canvas, theme: &Theme, area: Area) {
        let top = area.top + ABOVE;
        let area = Area { top, bottom: top + self.body_height(), ..area };
        let (shown, hidden) = self.shown();
        if shown.is_empty() {
            return axis::nothing(canvas, theme, area, &self.empty);
        }
        for (index, bar) in shown.iter().enumerate() {
            let row = Area::new(area.left, area.top + PITCH * index as f32, area.width(), ROW);
            self.paint_bar(canvas, theme, row, bar);
        }
        self.paint_foot(canvas, theme, area, hidden);
    }
}

impl Bars {
    /// From the top of the first bar to the last thing drawn.
    fn body_height(&self) -> f32 {
        let (shown, hidden) = self.shown();
        if shown.is_empty() {
            return NOTHING;
        }
        let has_labels = self.shown_limits().any(|it| !it.label.trim().is_empty());
        let below = if has_labels || 0 < hidden { 34.0 } else { 0.0 };
        PITCH * shown.len() as f32 - (PITCH - ROW) + below
    }

    fn paint_bar(&self, canvas: &mut Canvas, theme: &Theme, area: Area, bar: &Bar) {
        let row =
            ShareRow { label: &bar.label, note: &bar.note, share: bar.share, colour: theme.colour(bar.tone) };
        let track = axis::share_row(canvas, theme, area, &row, &self.words);
        for limit in self.shown_limits() {
            let x = track.left + track.width() * limit.share as f32;
            let tick =
                Area { left: x - 2.5, right: x + 2.5, top: track.top - 4.0, bottom: track.bottom + 4.0 };
            canvas.rounded(tick, 2.5, theme.background);
            let tick = Area { left: x - 1.25, right: x + 1.25, ..tick };
            canvas.rounded(tick, 1.25, theme.colour(limit.tone));
        }
    }

    /// How many are hidden, and the names of the limits.
    fn paint_foot(&self, canvas: &mut Canvas, theme: &Theme, area: Area, hidden: usize) {
        /// Between two labels.
        const APART: f32 = 10.0;
        let baseline = area.bottom - 2.0;
        let mut free_from = area.left;
        if 0 < hidden {
            let style = Style::new(size::NAME, theme.muted);
            let label = format!("+{hidden}");
            text::draw(canvas, &label, (area.left, baseline), Anchor::Start, style);
            free_from += text::width(&label, style) + 2.0 * APART;
        }
        // The highest first: it has the edge to its right, and what is lower makes room for it.
        let mut limits: Vec<&ShareLimit> = self.shown_limits().collect();
        limits.sort_by(|a, b| b.share.total_cmp(&a.share));
        let mut free_to = area.right;
        for limit in limits {
            let style = Style::new(size::LABEL, theme.ink(limit.tone)).bold();
            let label = text::shorten(limit.label.trim(), style, area.width());
            let wide = text::width(&label, style);
            let tick = area.left + area.width() * limit.share as f32;
            let x = (tick - wide / 2.0).max(free_from).min(free_to - wide);
            // A label that is not under its tick would be taken for another's.
            if !label.is_empty() && free_from <= x && (x - APART..=x + wide + APART).contains(&tick) {
                text::draw(canvas, &label, (x, baseline), Anchor::Start, style);
                free_to = x - APART;
            }
        }
    }
}
