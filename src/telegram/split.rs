//! Cuts a long text into parts that Telegram accepts: by code points as it counts them, at line ends, never inside an
//! escape, with emphasis closed before a cut and opened again after it.

use crate::markup::{MARK, Markup, Style};

/// The longest message, in code points after formatting.
pub(super) const MESSAGE: usize = 4096;

/// The longest caption.
pub(super) const CAPTION: usize = 1024;

/// Of HTML before formatting more than 32 768 bytes are refused and more than 35 000 cut silently; a text of ampersands
/// or of many short spans gets there before it has 4096 letters.
const HTML_BYTES: usize = 32_000;

/// How far back from a cut a letter's beginning is looked for.
const LONGEST_LETTER: usize = 16;

/// Whether a reader would see anything. Spaces, control characters and zero-width ones do not count: the server refuses
/// a message that has nothing else.
pub(super) fn is_visible(text: &Markup) -> bool {
    let invisible = |it: char| {
        it.is_whitespace()
            || it.is_control()
            || matches!(it, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
    };
    text.spans().iter().any(|span| !span.text.chars().all(invisible))
}

/// Whether a text needs no cutting.
pub(super) fn fits(text: &Markup, limit: usize) -> bool {
    text.count() <= limit && text.to_html().len() <= HTML_BYTES
}

/// The parts of a text, each at most `limit` code points; made one by one, so that whoever needs three of them does not
/// pay for a thousand. Only white space is lost, and only between parts. A part that nobody would see is left out.
pub(super) fn parts(text: &Markup, limit: usize) -> impl Iterator<Item = Markup> {
    let letters: Vec<Letter> = text
        .spans()
        .iter()
        .enumerate()
        .flat_map(|(span, it)| it.text.chars().map(move |char| Letter { char, span, style: it.style }))
        .collect();
    let room = Room::of(text, limit);
    let mut start = 0;
    std::iter::from_fn(move || {
        while start < letters.len() {
            let (end, next) = cut(&letters, start, room);
            let part = join(&letters[start..end]);
            start = next;
            if is_visible(&part) {
                return Some(part);
            }
        }
        None
    })
}

/// What a part may have.
#[derive(Clone, Copy)]
struct Room {
    letters: usize,
    bytes: usize,
}

impl Room {
    /// A word from right to left that is cut in two is held in its place on both sides of the cut: two marks more, one at
    /// either end of a part.
    fn of(text: &Markup, limit: usize) -> Self {
        let whole = Self { letters: limit, bytes: HTML_BYTES };
        let turns = text.spans().iter().any(|span| span.text.contains(MARK));
        if !turns || fits(text, limit) {
            return whole;
        }
        Self { letters: limit.saturating_sub(2).max(1), bytes: HTML_BYTES - 2 * MARK.len_utf8() }
    }
}

/// A character, and where it stands.
#[derive(Clone, Copy)]
struct Letter {
    char: char,
    span: usize,
    style: Style,
}

/// Where the part that begins at `start` ends, and where the next one begins.
fn cut(letters: &[Letter], start: usize, room: Room) -> (usize, usize) {
    let most = reach(letters, start, room);
    if most == letters.len() {
        return (most, most);
    }
    // The character after the last that fits may be the line's end: then the whole line fits.
    let back = |from: usize, wanted: char| (from..=most).rev().find(|at| letters[*at].char == wanted);
    if let Some(end) = back(start + 1, '\n') {
        return (end, end + 1);
    }
    if let Some(end) = back(start + (most - start) / 2 + 1, ' ') {
        return (end, end + 1);
    }
    let end = (start + 1..=most)
        .rev()
        .take(LONGEST_LETTER)
        .find(|at| !joined(letters[at - 1].char, letters[*at].char))
        .unwrap_or(most);
    (end, end)
}

/// The end of the longest stretch from `start` within both limits; at least one character.
fn reach(letters: &[Letter], start: usize, room: Room) -> usize {
    let mut bytes = 0;
    let mut span = None;
    for (at, letter) in letters.iter().enumerate().skip(start) {
        if span != Some(letter.span) {
            span = Some(letter.span);
            bytes += tags(letter.style);
        }
        bytes += match letter.char {
            '&' => "&amp;".len(),
            '<' | '>' => "&lt;".len(),
            other => other.len_utf8(),
        };
        if (room.letters < at + 1 - start || room.bytes < bytes) && start < at {
            return at;
        }
    }
    letters.len()
}

/// What a style's two tags take.
fn tags(style: Style) -> usize {
    match style {
        Style::Plain => 0,
        Style::Bold | Style::Italic => "<b></b>".len(),
        Style::Code => "<code></code>".len(),
        Style::Block => "<pre></pre>".len(),
    }
}

/// Whether two characters are drawn as one: accents, flags' and families' joiners, skin tones.
fn joined(before: char, after: char) -> bool {
    before == '\u{200d}'
        || matches!(after, '\u{200d}' | '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{1f3fb}'..='\u{1f3ff}')
}

fn join(letters: &[Letter]) -> Markup {
    letters.chunk_by(|a, b| a.span == b.span).fold(Markup::new(), |markup, run| {
        markup.with(run[0].style, run.iter().map(|it| it.char).collect::<String>())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &Markup, limit: usize) -> Vec<Markup> {
        parts(text, limit).collect()
    }

    #[test]
    fn a_text_that_fits_is_not_touched() {
        let text = Markup::text(" a\n").bold("b").block("c\n  d");
        assert_eq!(all(&text, 4096), [text]);
    }

    #[test]
    fn a_cut_is_at_a_line_end() {
        assert_eq!(
            all(&Markup::text("one\ntwo\nthree"), 8),
            [Markup::text("one\ntwo"), Markup::text("three")]
        );
        assert_eq!(
            all(&Markup::text("one\ntwo\nthree"), 7),
            [Markup::text("one\ntwo"), Markup::text("three")]
        );
        assert_eq!(
            all(&Markup::text("one\ntwo\nthree"), 6),
            [Markup::text("one"), Markup::text("two"), Markup::text("three")]
        );
    }

    #[test]
    fn a_block_is_closed_and_opened_again() {
        let text = Markup::text("log\n").block("line 1\n  line 2\nline 3");
        let html: Vec<String> = all(&text, 18).iter().map(Markup::to_html).collect();
        assert_eq!(html, ["log\n<pre>line 1</pre>", "<pre>  line 2\nline 3</pre>"]);
    }

    #[test]
    fn a_line_without_end_is_cut_at_a_space_or_anywhere() {
        assert_eq!(
            all(&Markup::text("aaaa bbbb cccc"), 10),
            [Markup::text("aaaa bbbb"), Markup::text("cccc")]
        );
        assert_eq!(all(&Markup::text("aaaabbbb"), 3).len(), 3);
    }

    #[test]
    fn a_letter_of_several_code_points_stays_whole() {
        let family = "👩\u{200d}👩\u{200d}👧";
        let text = Markup::text(format!("aaa{family}"));
        assert_eq!(all(&text, 5), [Markup::text("aaa"), Markup::text(family)]);
    }

    #[test]
    fn a_word_from_right_to_left_that_is_cut_in_two_makes_no_part_too_long() {
        // Each half of it is held in its place by marks of its own, which the server counts as letters.
        for text in
            ["ש".repeat(9000), "שלום עולם ".repeat(900), format!("{}{}", "a".repeat(4090), "ש".repeat(90))]
        {
            let text = Markup::new().bold(text);
            for limit in [MESSAGE, CAPTION] {
                let cut = all(&text, limit);
                assert!(
                    cut.iter().all(|part| fits(part, limit)),
                    "{:?}",
                    cut.iter().map(Markup::count).max()
                );
            }
        }
        let whole = Markup::text("ש".repeat(4094));
        assert_eq!(all(&whole, MESSAGE), [whole]);
    }

    #[test]
    fn ampersands_are_counted_as_letters_and_weighed_as_html() {
        assert_eq!(all(&Markup::text("&".repeat(4096)), MESSAGE).len(), 1);
        let mut text = Markup::new();
        for _ in 0..2048 {
            text = text.code("&").bold("<");
        }
        assert!(!fits(&text, MESSAGE));
        assert!(all(&text, MESSAGE).iter().all(|it| fits(it, MESSAGE)));
    }

    #[test]
    fn what_nobody_sees_is_not_a_part() {
        assert!(all(&Markup::text("\n".repeat(9000)), MESSAGE).is_empty());
        assert!(all(&Markup::new().block(" \u{200b}\u{0}\u{feff}"), MESSAGE).is_empty());
        let text = Markup::text(format!("a{}b", "\n".repeat(100)));
        assert_eq!(
            all(&text, 10).iter().map(|it| it.to_string().trim().to_owned()).collect::<Vec<_>>(),
            ["a", "b"]
        );
    }

    fn style() -> impl Strategy<Value = Style> {
        prop_oneof![
            Just(Style::Plain),
            Just(Style::Bold),
            Just(Style::Italic),
            Just(Style::Code),
            Just(Style::Block)
        ]
    }

    fn text() -> impl Strategy<Value = Markup> {
        let words = "([a-zа-я<>&\"]{0,12}[ \n\t👍🏽\u{301}\u{200d}\u{200b}]{0,2}){0,8}";
        proptest::collection::vec((style(), words), 0..12).prop_map(|spans| {
            spans.into_iter().fold(Markup::new(), |markup, (style, words)| markup.with(style, words))
        })
    }

    proptest! {
        #[test]
        fn only_white_space_between_parts_is_lost(text in text(), limit in 1usize..60) {
            let whole = text.to_string();
            let mut rest = whole.as_str();
            for part in parts(&text, limit) {
                let part = part.to_string();
                let at = rest.find(&part).expect("a part is a stretch of the text");
                prop_assert!(!is_visible(&Markup::text(&rest[..at])), "lost: {:?}", &rest[..at]);
                rest = &rest[at + part.len()..];
            }
            prop_assert!(!is_visible(&Markup::text(rest)), "lost: {rest:?}");
        }

        #[test]
        fn every_part_is_short_enough_and_shows_something(text in text(), limit in 1usize..60) {
            for part in parts(&text, limit) {
                prop_assert!(part.count() <= limit);
                prop_assert!(is_visible(&part));
            }
        }

        #[test]
        fn every_part_keeps_its_emphasis_and_its_tags_balance(text in text(), limit in 1usize..60) {
            let styled = |texts: &[Markup]| -> Vec<(char, Style)> {
                texts.iter().flat_map(Markup::spans).flat_map(|span| {
                    span.text.chars().filter(|it| is_visible(&Markup::text(*it))).map(|it| (it, span.style))
                }).collect()
            };
            let cut = all(&text, limit);
            prop_assert_eq!(styled(std::slice::from_ref(&text)), styled(&cut));
            for part in &cut {
                // Reading the HTML back gives the same spans, so every tag was closed and no escape was cut.
                let read = Markup::parse(&part.to_html());
                prop_assert_eq!(read.to_string(), part.to_string());
                prop_assert_eq!(styled(&[read]), styled(std::slice::from_ref(part)));
            }
        }

        #[test]
        fn what_fits_is_one_part(text in text()) {
            let cut = all(&text, 4096);
            prop_assert!(cut.len() <= 1);
            prop_assert_eq!(cut.is_empty(), !is_visible(&text));
        }
    }
}
