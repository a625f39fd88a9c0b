//! Shares of one whole: where the memory went.

use crate::axis;
use crate::canvas::{Area, Canvas};
use crate::chart::body::Body;
use crate::text::{self, Anchor, Style};
use crate::theme::{Colour, Theme, Tone, size};
use crate::unit::{Words, percent};

/// A ring of slices, with the one number that matters in its middle. 640 logical pixels wide and
/// about 480 high with everything, 400 without a footer.
///
/// ```
/// use render::{Donut, Slice, Theme, Tone, render};
///
/// let slice = |label: &str, value, tone, note: &str| Slice { label: label.into(), value, tone, note: note.into() };
/// let chart = Donut {
///     title: "Memory".into(),
///     slices: vec![
///         slice("Used", 9.7, Tone::Accent(0), "9.7 GiB"),
///         slice("Free", 5.9, Tone::Neutral, "5.9 GiB"),
///     ],
///     centre: "62 %".into(),
///     centre_note: "of 15.6 GiB".into(),
///     ..Donut::default()
/// };
/// assert_eq!(render(&chart.into(), &Theme::dark()).size().0, 1280);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Donut {
    /// What is drawn, in a few words.
    pub title: String,
    /// Muted, under the title. May be empty.
    pub subtitle: String,
    /// The parts, in drawing order, clockwise from the top. Beyond the eighth they are drawn as one.
    pub slices: Vec<Slice>,
    /// The number in the middle, written as given: "62 %".
    pub centre: String,
    /// Under the number: "of 15.6 GiB".
    pub centre_note: String,
    /// A bar under the ring, for what is not part of the whole: swap.
    pub footer: Option<Gauge>,
    /// What to write when there is nothing to draw.
    pub empty: String,
    /// Separators and the percent sign of the reader's language.
    pub words: Words,
}

/// One part of a [`Donut`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slice {
    /// Its name, in the legend.
    pub label: String,
    /// Its size, in the same unit as its neighbours. What is not a positive number has no size.
    pub value: f64,
    /// Its colour.
    pub tone: Tone,
    /// Its size in words: "3.2 GiB".
    pub note: String,
}

/// A single horizontal bar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gauge {
    /// Its name: "Swap".
    pub label: String,
    /// How full, 0 to 1. Not a number means unknown: an empty track.
    pub share: f64,
    /// Its size in words: "0.5 of 2 GiB".
    pub note: String,
    /// Its colour.
    pub tone: Tone,
}

const RADIUS: f32 = 134.0;
const THICKNESS: f32 = 38.0;

/// Slices told apart; the rest is drawn as one.
const MOST_SLICES: usize = 8;

/// What is drawn of a slice.
struct Part {
    label: String,
    note: String,
    share: f32,
    colour: Colour,
}

/// Between the heading and the ring.
const ABOVE: f32 = 28.0;

/// Between the ring and what stands beside or under it.
const APART: f32 = 36.0;

/// Narrower than this, the table has no room beside the ring and stands under it.
const NARROW: f32 = 2.0 * RADIUS + APART + 200.0;

/// One row of a table under a ring.
const TABLE_ROW: f32 = 30.0;

/// The whole ring, and the table beside it or under it.
fn places(count: usize, area: Area) -> (Area, Area) {
    if NARROW <= area.width() {
        let ring = Area::new(area.left, area.top, 2.0 * RADIUS, 2.0 * RADIUS);
        return (ring, Area { left: ring.right + APART, bottom: ring.bottom, ..area });
    }
    let wide = (2.0 * RADIUS * 0.8).min(area.width());
    let ring = Area::new((area.left + area.right - wide) / 2.0, area.top, wide, wide);
    let top = ring.bottom + APART / 2.0;
    (ring, Area { top, bottom: top + TABLE_ROW * count as f32, ..area })
}

impl Body for Donut {
    fn heading(&self) -> (&str, &str) {
        (&self.title, &self.subtitle)
    }

    fn height(&self, theme: &Theme, width: f32) -> f32 {
        let (_, table) = places(parts(self, theme).len(), Area::new(0.0, 0.0, width, 0.0));
        let footer = if self.footer.is_some() { GAUGE + 30.0 } else { 0.0 };
        ABOVE + table.bottom + footer
    }

    fn paint(&self, canvas: &mut Canvas, theme: &Theme, area: Area) {
        let area = Area { top: area.top + ABOVE, ..area };
        let parts = parts(self, theme);
        let (ring, table) = places(parts.len(), area);
        if parts.is_empty() {
            axis::nothing(canvas, theme, Area { bottom: table.bottom, ..area }, &self.empty);
        } else {
            let radii = (ring.width() / 2.0 * (1.0 - THICKNESS / RADIUS), ring.width() / 2.0);
            let centre = ((ring.left + ring.right) / 2.0, (ring.top + ring.bottom) / 2.0);
            draw_ring(canvas, centre, radii, &parts);
            draw_centre(canvas, theme, self, centre, radii.0);
            draw_table(canvas, theme, &parts, table, &self.words);
        }
        if let Some(gauge) = &self.footer {
            let area = Area::new(area.left, table.bottom + 30.0, area.width(), GAUGE);
            draw_gauge(canvas, theme, gauge, area, &self.words);
        }
    }
}

/// The slices that have a size, as shares of their sum; what is beyond the most we draw, summed up.
fn parts(donut: &Donut, theme: &Theme) -> Vec<Part> {
    let size = |slice: &Slice| {
        if slice.value.is_nan() { 0.0 } else { slice.value.clamp(0.0, 1e300) }
    };
    let whole: f64 = donut.slices.iter().map(size).sum();
    if whole <= 0.0 {
        return Vec::new();
    }
    // A sum beyond all numbers is one of a few giants: divided first, they can be told apart.
    let share = |slice: &Slice| {
        if whole.is_finite() { size(slice) / whole } else { size(slice) / 1e300 / donut.slices.len() as f64 }
    };
    let told = if donut.slices.len() > MOST_SLICES { MOST_SLICES - 1 } else { MOST_SLICES };
    let rest = donut.slices.get(told..).unwrap_or_default();
    let mut parts: Vec<Part> = donut
        .slices
        .iter()
        .take(told)
        .map(|slice| Part {
            label: slice.label.clone(),
            note: slice.note.clone(),
            share: share(slice) as f32,
            colour: theme.colour(slice.tone),
        })
        .collect();
    if !rest.is_empty() {
        parts.push(Part {
            label: format!("+{}", rest.len()),
            note: String::new(),
            share: rest.iter().map(share).sum::<f64>() as f32,
            colour: theme.neutral,
        });
    }
    parts
}

fn draw_ring(canvas: &mut Canvas, centre: (f32, f32), radii: (f32, f32), parts: &[Part]) {
    let shown: Vec<&Part> = parts.iter().filter(|it| 0.0 < it.share).collect();
    if let [part] = shown[..] {
        return canvas.ring(centre, radii, part.colour);
    }
    // A sliver narrower than this vanishes in its own gaps; its neighbours give up what it gains.
    const SLIVER: f32 = 0.008;
    let widened: f32 = shown.iter().map(|it| it.share.max(SLIVER)).sum();
    let mut from = 0.0;
    for part in shown {
        let to = from + part.share.max(SLIVER) / widened * std::f32::consts::TAU;
        canvas.sector(centre, radii, (from, to), 1.6, part.colour);
        from = to;
    }
}

fn draw_centre(canvas: &mut Canvas, theme: &Theme, donut: &Donut, (x, y): (f32, f32), inner: f32) {
    const LARGE: f32 = 52.0;
    let room = 2.0 * inner - 34.0;
    let number = Style::new(LARGE, theme.text).bold().display();
    let wide = text::width(&donut.centre, number).max(1.0);
    let number = number.sized((LARGE * room / wide).clamp(20.0, LARGE));
    let note = Style::new(size::LABEL, theme.muted);
    let has_note = !donut.centre_note.trim().is_empty();
    let rise = if has_note { 12.0 } else { 0.0 };
    let baseline = y + text::cap_height(number) / 2.0 - rise;
    let words = text::shorten(&donut.centre, number, room + 8.0);
    text::draw(canvas, &words, (x, baseline), Anchor::Middle, number);
    if has_note {
        let words = text::shorten(&donut.centre_note, note, room - 6.0);
        text::draw(canvas, &words, (x, baseline + 28.0), Anchor::Middle, note);
    }
}

/// Swatch, name, size and share, one slice below the other; the name above its size if there is room.
fn draw_table(canvas: &mut Canvas, theme: &Theme, parts: &[Part], area: Area, words: &Words) {
    const SWATCH: f32 = 14.0;
    const INDENT: f32 = 26.0;
    let name = Style::new(size::NAME, theme.text);
    let note = Style::new(size::LABEL, theme.muted);
    let shares: Vec<String> = parts.iter().map(|it| percent(f64::from(it.share), words)).collect();
    let column = axis::widest(&shares, name.bold());
    let is_tall = 2.0 * RADIUS <= area.height() + 0.5 && parts.len() <= 5;
    let row = if is_tall {
        62.0_f32.min(area.height() / parts.len() as f32)
    } else {
        36.0_f32.min(area.height() / parts.len() as f32)
    };
    let room = area.width() - INDENT - column - 14.0;
    // A name that is cut short says less than a size in words, so they are written for all or none.
    let has_notes =
        parts.iter().all(|it| text::width(&it.label, name) + text::width(&it.note, note) + 12.0 <= room);
    let first = (area.top + area.bottom - row * parts.len() as f32) / 2.0;
    for (index, (part, share)) in parts.iter().zip(&shares).enumerate() {
        let middle = first + row * (index as f32 + 0.5);
        let has_note = !part.note.trim().is_empty();
        let line = if is_tall && has_note { middle - 12.5 } else { middle };
        let baseline = line + text::cap_height(name) / 2.0;
        let swatch = Area::new(area.left, line - SWATCH / 2.0, SWATCH, SWATCH);
        canvas.rounded(swatch, 4.0, part.colour);
        text::draw(canvas, share, (area.right, baseline), Anchor::End, name.bold());
        if has_note && is_tall {
            let words = text::shorten(&part.note, note, area.width() - INDENT);
            text::draw(canvas, &words, (area.left + INDENT, baseline + 24.5), Anchor::Start, note);
        } else if has_note && has_notes {
            let end = area.left + INDENT + room;
            text::draw(canvas, &part.note, (end, baseline), Anchor::End, note);
        }
        let label = text::shorten(&part.label, name, room);
        text::draw(canvas, &label, (area.left + INDENT, baseline), Anchor::Start, name);
        if is_tall && index + 1 < parts.len() {
            canvas
                .block(Area::new(area.left, first + row * (index + 1) as f32, area.width(), 0.5), theme.grid);
        }
    }
}

/// Height of a gauge: a line of text and a bar.
const GAUGE: f32 = 42.0;

fn draw_gauge(canvas: &mut Canvas, theme: &Theme, gauge: &Gauge, area: Area, words: &Words) {
    let row = axis::ShareRow {
        label: &gauge.label,
        note: &gauge.note,
        share: gauge.share,
        colour: theme.colour(gauge.tone),
    };
    axis::share_row(canvas, theme, area, &row, words);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(values: &[f64]) -> Vec<f32> {
        let slices = values.iter().map(|it| Slice { value: *it, ..Slice::default() }).collect();
        let donut = Donut { slices, ..Donut::default() };
        parts(&donut, &Theme::dark()).iter().map(|it| it.share).collect()
    }

    #[test]
    fn shares_are_of_what_has_a_size() {
        assert_eq!(shares(&[1.0, 3.0, f64::NAN, -7.0]), [0.25, 0.75, 0.0, 0.0]);
        assert_eq!(shares(&[0.0, f64::NAN]), [0.0; 0]);
        assert_eq!(shares(&[f64::INFINITY, 1.0]), [1.0, 0.0]);
    }

    #[test]
    fn the_ninth_slice_is_summed_up_with_those_after_it() {
        let shares = shares(&[1.0; 16]);
        assert_eq!(shares.len(), MOST_SLICES);
        assert_eq!(shares[7], 9.0 / 16.0);
    }
}
