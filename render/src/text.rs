//! Words on the canvas: measured, drawn, shortened. The only file that names `ab_glyph`.
//!
//! There is no shaping: one character is one glyph, left to right, whatever marks of direction say. What has no shape,
//! such as a control character, is left out. What no font here can draw is one mark, however long it is: a dot for emoji
//! and other pictures, three for words in another script.

use crate::canvas::{Canvas, Ink};
use ab_glyph::{Font, FontRef, GlyphId, OutlineCurve, Point};
use std::borrow::Cow;
use std::sync::LazyLock;

/// Characters of one text that are looked at. No label is longer than a picture is wide.
const LONGEST_TEXT: usize = 256;

/// Stands for pictures that cannot be drawn: emoji, flags, icons of a font that only some have.
const PICTURE: &str = "•";

/// Stands for words in a script that cannot be drawn.
const FOREIGN: &str = "···";

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
    glyphs(&readable(text), style).map(|it| it.advance).sum()
}

/// How far the capital letters rise above the baseline.
pub(crate) fn cap_height(style: Style) -> f32 {
    style.size * 0.727
}

/// The text if it fits, or as much of it as does, with an ellipsis.
pub(crate) fn shorten(text: &str, style: Style, room: f32) -> String {
    let text = readable(text);
    if glyphs(&text, style).map(|it| it.advance).sum::<f32>() <= room && text.chars().count() <= LONGEST_TEXT
    {
        return text.into_owned();
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
    for glyph in glyphs(&text, style) {
        let x = pen + glyph.inset;
        // Where pixels are fine enough for nobody to see it, a letter looks the same wherever it stands: what comes
        // again is packed to next to nothing.
        let x = if canvas.is_fine() { canvas.snap(x) } else { x };
        trace(canvas, &glyph, (x, baseline), style);
        pen += glyph.advance;
    }
}

fn trace(canvas: &mut Canvas, glyph: &Glyph, (x, y): (f32, f32), style: Style) {
    let Some(outline) = glyph.face.font.outline(glyph.id) else { return };
    let density = canvas.density();
    let scale = glyph.face.unit * style.size * density;
    let (x, y) = (x * density, y * density);
    // A font's y goes upwards.
    let place = |it: Point| (x + it.x * scale, y - it.y * scale);
    canvas.cover(style.ink, |raster| {
        for curve in outline.curves {
            match curve {
                OutlineCurve::Line(from, to) => raster.line(place(from), place(to)),
                OutlineCurve::Quad(from, handle, to) => {
                    raster.quadratic(place(from), place(handle), place(to));
                }
                OutlineCurve::Cubic(from, first, second, to) => {
                    raster.cubic(place(from), place(first), place(second), place(to));
                }
            }
        }
    });
}

fn glyphs(text: &str, style: Style) -> impl Iterator<Item = Glyph> {
    text.chars().take(LONGEST_TEXT).filter_map(move |it| glyph(it, style))
}

fn glyph(character: char, style: Style) -> Option<Glyph> {
    let (face, id) = find(character, style.face())?;
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

fn find(character: char, face: &'static Face) -> Option<(&'static Face, GlyphId)> {
    [face, &*FALLBACK].into_iter().map(|face| (face, face.font.glyph_id(character))).find(|(_, id)| id.0 != 0)
}

/// The text as far as it can be drawn, in characters that have a shape; what cannot is a mark for each run of it.
fn readable(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|it| (b' '..=b'~').contains(&it)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(4 * LONGEST_TEXT));
    // The mark of the run that is being read, and the space within it, which is kept only if the run ends there.
    let mut run: Option<&str> = None;
    let mut space = false;
    // What has no shape can be long: four characters for each that is drawn are enough for every flag and family.
    for character in text.chars().take(4 * LONGEST_TEXT) {
        if let Some(composed) =
            out.chars().next_back().filter(|_| run.is_none()).and_then(|it| compose(it, character))
        {
            out.pop();
            out.push(composed);
            continue;
        }
        if is_shapeless(character) {
            continue;
        }
        let has_glyph = find(character, &REGULAR).is_some();
        match (run, character) {
            (Some(_), it) if it.is_whitespace() => space = true,
            (None, it) if it.is_whitespace() => out.push(if has_glyph { it } else { ' ' }),
            (_, it) if has_glyph => {
                out.push_str(run.take().unwrap_or_default());
                if std::mem::take(&mut space) {
                    out.push(' ');
                }
                out.push(it);
            }
            (_, it) => {
                let mark = if is_picture(it) { PICTURE } else { FOREIGN };
                run = Some(if run == Some(FOREIGN) { FOREIGN } else { mark });
                space = false;
            }
        }
    }
    out.push_str(run.unwrap_or_default());
    Cow::Owned(out)
}

/// A letter and the mark above it in one, for those that file systems like to take apart.
fn compose(letter: char, mark: char) -> Option<char> {
    const COMPOSED: [(char, &str, &str); 6] = [
        ('\u{300}', "aeiouAEIOU", "àèìòùÀÈÌÒÙ"),
        ('\u{301}', "aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ"),
        ('\u{302}', "aeiouAEIOU", "âêîôûÂÊÎÔÛ"),
        ('\u{303}', "anoANO", "ãñõÃÑÕ"),
        ('\u{306}', "иИуУ", "йЙўЎ"),
        ('\u{308}', "aeiouAEIOUеЕіІ", "äëïöüÄËÏÖÜёЁїЇ"),
    ];
    let (_, letters, composed) = COMPOSED.into_iter().find(|it| it.0 == mark)?;
    composed.chars().nth(letters.chars().position(|it| it == letter)?)
}

/// Control characters, marks that combine or direct, selectors, fillers: nothing to see.
fn is_shapeless(character: char) -> bool {
    !matches!(character, '\n' | '\t')
        && (character.is_control()
            || matches!(character,
                '\u{00ad}' | '\u{0300}'..='\u{036f}' | '\u{0483}'..='\u{0489}' | '\u{0591}'..='\u{05bd}'
                | '\u{061c}' | '\u{064b}'..='\u{065f}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}'
                | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{20d0}'..='\u{20ff}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
                | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}'))
}

/// Signs, emoji and private icons: what is a picture rather than a letter.
fn is_picture(character: char) -> bool {
    matches!(character,
        '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' | '\u{3200}'..='\u{33ff}' | '\u{e000}'..='\u{f8ff}'
        | '\u{fffc}'..='\u{ffff}' | '\u{1f000}'..='\u{1fbff}' | '\u{f0000}'..)
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
    fn what_has_no_shape_takes_no_room() {
        let style = body();
        assert_eq!(width("a\u{200d}\u{7}\u{202e}b", style), width("ab", style));
        assert_eq!(readable("a\nb\tc\u{3000}d"), "a b c d");
    }

    #[test]
    fn what_no_font_here_has_is_one_mark_however_long_it_is() {
        let check = |text: &str, expected: &str| {
            assert_eq!(readable(text), expected);
            assert_eq!(readable(expected), expected, "a text that was made readable stays as it is");
        };
        check("plain", "plain");
        check("Ω → ✓ 5 °C…", "Ω → ✓ 5 °C…");
        check("🔥 nginx", "• nginx");
        check("nginx🔥🔥🔥", "nginx•");
        // A family, a flag, a key, a hand with a colour: many characters, one picture.
        check("👩‍👩‍👧‍👦 🇩🇪 home", "• home");
        check("1️⃣ 👍🏽 up", "1 • up");
        check("⚠️ disk", "⚠ disk");
        check("東京 1 号", "··· 1 ···");
        check("отчёт ملف سري за март", "отчёт ··· за март");
        check("שָׁלוֹם", "···");
        check("ไทย 🔥 nginx", "··· nginx");
        check("\u{e0b0}\u{10ffff}", "•");
    }

    #[test]
    fn marks_of_direction_move_nothing() {
        assert_eq!(readable("photo\u{202e}gpj.exe"), "photogpj.exe");
        assert_eq!(readable("\u{2067}a\u{2069}\u{200f}b\u{61c}"), "ab");
    }

    #[test]
    fn a_letter_that_was_taken_apart_is_put_together_again() {
        assert_eq!(readable("Андреи\u{306} е\u{308}лка u\u{308}ber n\u{303}"), "Андрей ёлка über ñ");
        assert_eq!(readable("x\u{308}\u{301}y"), "xy");
    }

    #[test]
    fn a_text_of_nothing_but_marks_is_bounded() {
        assert_eq!(readable(&"\u{301}".repeat(100_000)), "");
        assert!(readable(&"東1".repeat(100_000)).chars().count() <= 4 * LONGEST_TEXT * 4);
    }
}
