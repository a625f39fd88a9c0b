//! Words on the canvas: measured, drawn, shortened. The only file that names `ab_glyph`.
//!
//! There is no shaping: one character is one glyph, left to right. What no font here can draw, an
//! emoji for one, becomes a box; what has no shape, such as a control character, is left out.

use crate::canvas::{Canvas, Ink, Outline};
use ab_glyph::{Font, FontRef, GlyphId, OutlineCurve};
use std::sync::LazyLock;

/// Characters of one text that are looked at. No label is longer than a picture is wide.
const LONGEST_TEXT: usize = 256;

/// Stands for what cannot be drawn.
const BOX: char = '\u{25a1}';

/// As narrow a space as stands between a number and its unit.
pub(crate) const NARROW_SPACE: char = '\u{202f}';

struct Face {
    font: FontRef<'static>,
    /// Logical pixels per font unit at size 1.
    unit: f32,
    /// The widest digit, in font units.
    digit: f32,
}

impl Face {
    fn parse(file: &'static [u8]) -> Self {
        let font = FontRef::try_from_slice(file).expect("the font is built in and a test parses it");
        let unit = font.units_per_em().map_or(0.001, |units| 1.0 / units);
        let digit = ('0'..='9').map(|it| font.h_advance_unscaled(font.glyph_id(it))).fold(0.0, f32::max);
        Self { font, unit, digit }
    }
}

static REGULAR: LazyLock<Face> =
    LazyLock::new(|| Face::parse(include_bytes!("../assets/fonts/Inter-Regular.otf")));
static SEMIBOLD: LazyLock<Face> =
    LazyLock::new(|| Face::parse(include_bytes!("../assets/fonts/Inter-SemiBold.otf")));
/// Asked for what the others lack: Greek, arrows, mathematical signs, boxes.
static FALLBACK: LazyLock<Face> =
    LazyLock::new(|| Face::parse(include_bytes!("../assets/fonts/VakhtaMono.ttf")));

/// Which face, how large and in which colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    pub(crate) size: f32,
    pub(crate) ink: Ink,
    bold: bool,
    /// Every digit as wide as the widest, so that columns of numbers line up.
    tabular: bool,
    /// Added after each glyph, in parts of the size.
    tracking: f32,
}

impl Style {
    pub(crate) fn new(size: f32, ink: impl Into<Ink>) -> Self {
        Self { size, ink: ink.into(), bold: false, tabular: true, tracking: 0.0 }
    }

    pub(crate) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// For headings: digits as wide as they are, and letters closer together.
    pub(crate) fn display(self) -> Self {
        Self { tabular: false, tracking: -0.015, ..self }
    }

    pub(crate) fn in_ink(self, ink: impl Into<Ink>) -> Self {
        Self { ink: ink.into(), ..self }
    }

    pub(crate) fn sized(self, size: f32) -> Self {
        Self { size, ..self }
    }

    fn face(&self) -> &'static Face {
        if self.bold { &SEMIBOLD } else { &REGULAR }
    }
}

/// Which end of a text stands at the given place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// One character, found in a face.
struct Glyph {
    face: &'static Face,
    id: GlyphId,
    /// Where it begins within its advance, and the advance, in logical pixels.
    inset: f32,
    advance: f32,
}

/// How wide the text is drawn, in logical pixels.
pub(crate) fn width(text: &str, style: Style) -> f32 {
    glyphs(text, style).map(|it| it.advance).sum()
}

/// How far the capital letters rise above the baseline.
pub(crate) fn cap_height(style: Style) -> f32 {
    style.size * 0.727
}

/// The text if it fits, or as much of it as does, with an ellipsis.
pub(crate) fn shorten(text: &str, style: Style, room: f32) -> String {
    if width(text, style) <= room && text.chars().count() <= LONGEST_TEXT {
        return text.to_owned();
    }
    let room = room - width("…", style);
    let mut used = 0.0;
    let mut kept: String = text
        .chars()
        .take(LONGEST_TEXT)
        .take_while(|it| {
            used += glyph(*it, style).map_or(0.0, |it| it.advance);
            used <= room
        })
        .collect();
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

/// The text in lines that fit, broken between words; the last of them is shortened if need be.
pub(crate) fn wrap(text: &str, style: Style, room: f32, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let is_last = lines.len() == most;
        match lines.last_mut() {
            // What does not fit into the last line stands there as far as it goes.
            Some(line)
                if width(line, style) + width(" ", style) + width(word, style) <= room
                    || is_last && line.len() < LONGEST_TEXT =>
            {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) if is_last => break,
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|it| shorten(it, style, room)).collect()
}

/// Writes on a baseline. A text that would leave the canvas is moved, and at last shortened.
pub(crate) fn draw(canvas: &mut Canvas, text: &str, (x, baseline): (f32, f32), anchor: Anchor, style: Style) {
    const MARGIN: f32 = 4.0;
    let text = shorten(text, style, canvas.width() - 2.0 * MARGIN);
    let wide = width(&text, style);
    let left = match anchor {
        Anchor::Start => x,
        Anchor::Middle => x - wide / 2.0,
        Anchor::End => x - wide,
    };
    let mut pen = left.min(canvas.width() - MARGIN - wide).max(MARGIN);
    let lowest = canvas.height() - style.size * 0.25;
    let baseline = canvas.snap(baseline.min(lowest).max(style.size));
    let mut outline = canvas.shape();
    for glyph in glyphs(&text, style) {
        trace(&mut outline, &glyph, (pen + glyph.inset, baseline), style.size);
        pen += glyph.advance;
    }
    canvas.fill(outline, style.ink);
}

fn glyphs(text: &str, style: Style) -> impl Iterator<Item = Glyph> {
    text.chars().take(LONGEST_TEXT).filter_map(move |it| glyph(it, style))
}

fn glyph(character: char, style: Style) -> Option<Glyph> {
    let character = match character {
        '\n' | '\t' => ' ',
        it if is_shapeless(it) => return None,
        it => it,
    };
    let (face, id) = find(character, style);
    let advance = face.font.h_advance_unscaled(id);
    let slot = match character {
        '0'..='9' if style.tabular => face.digit,
        NARROW_SPACE => 0.17 / face.unit,
        _ => advance,
    };
    let scale = face.unit * style.size;
    Some(Glyph {
        face,
        id,
        inset: (slot - advance) / 2.0 * scale,
        advance: (slot + style.tracking / face.unit) * scale,
    })
}

fn find(character: char, style: Style) -> (&'static Face, GlyphId) {
    let face = style.face();
    for face in [face, &*FALLBACK] {
        let id = face.font.glyph_id(character);
        if id.0 != 0 {
            return (face, id);
        }
    }
    (face, face.font.glyph_id(BOX))
}

/// Control characters, marks that combine or direct, selectors: nothing to see.
fn is_shapeless(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00ad}' | '\u{0300}'..='\u{036f}' | '\u{061c}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}')
}

fn trace(outline: &mut Outline, glyph: &Glyph, (x, y): (f32, f32), size: f32) {
    let Some(drawn) = glyph.face.font.outline(glyph.id) else {
        return;
    };
    let scale = glyph.face.unit * size;
    let place = |it: ab_glyph::Point| (x + it.x * scale, y - it.y * scale);
    let mut pen = None;
    for curve in drawn.curves {
        let (start, end) = match curve {
            OutlineCurve::Line(start, end)
            | OutlineCurve::Quad(start, _, end)
            | OutlineCurve::Cubic(start, _, _, end) => (start, end),
        };
        if pen != Some(start) {
            if pen.is_some() {
                outline.close();
            }
            outline.start(place(start));
        }
        match curve {
            OutlineCurve::Line(..) => outline.line(place(end)),
            OutlineCurve::Quad(_, handle, _) => outline.quadratic(place(handle), place(end)),
            OutlineCurve::Cubic(_, first, second, _) => {
                outline.cubic(place(first), place(second), place(end));
            }
        }
        pen = Some(end);
    }
    if pen.is_some() {
        outline.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Colour;

    fn body() -> Style {
        Style::new(17.0, Colour::default())
    }

    #[test]
    fn every_built_in_font_can_be_read_and_has_what_charts_write() {
        for face in [&*REGULAR, &*SEMIBOLD] {
            for character in "0123456789AzÄßЯёЁіїқ₽≤≥→←↑↓✓⚠…–—·×±σμ°□%/".chars()
            {
                assert_ne!(face.font.glyph_id(character).0, 0, "{character}");
            }
        }
        assert_ne!(FALLBACK.font.glyph_id('Ω').0, 0);
    }

    #[test]
    fn digits_are_equally_wide_in_tables_but_not_in_headings() {
        assert_eq!(width("1111", body()), width("0890", body()));
        assert!(width("1111", body().display()) < width("0890", body().display()));
    }

    #[test]
    fn a_shortened_text_fits_and_says_that_it_was_shortened() {
        let style = body();
        let short = shorten("a very long name of a container", style, 90.0);
        assert!(short.ends_with('…') && width(&short, style) <= 90.0, "{short}");
        assert_eq!(shorten("short", style, 90.0), "short");
        assert_eq!(shorten("anything", style, 0.0), "…");
    }

    #[test]
    fn a_text_is_broken_between_words_and_shortened_where_there_are_too_many() {
        let style = body();
        let room = width("12 % more than", style) + 1.0;
        assert_eq!(wrap("12 % more than yesterday", style, room, 2), ["12 % more than", "yesterday"]);
        assert_eq!(wrap("  ", style, room, 2), [""; 0]);
        let lines = wrap("one two three four five six seven", style, room, 2);
        assert!(lines.len() == 2 && lines[1].ends_with('…'), "{lines:?}");
        assert!(lines.iter().all(|it| width(it, style) <= room), "{lines:?}");
    }

    #[test]
    fn what_has_no_shape_takes_no_room_and_what_has_no_glyph_becomes_a_box() {
        let style = body();
        assert_eq!(width("a\u{200d}\u{7}\u{202e}b", style), width("ab", style));
        assert_eq!(width("😀", style), width("□", style));
        assert_eq!(width("שלום", style), width("□□□□", style));
    }
}
