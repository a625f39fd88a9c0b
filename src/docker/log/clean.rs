//! What a program wrote becomes text that can be shown anywhere.

/// One line without its end: UTF-8 where it can be, without colours, cursor movements and other control characters.
/// `over` says that more of it was there, which an ellipsis then tells.
pub(super) fn clean(line: &[u8], over: bool) -> String {
    let line = if over { without_torn_end(line) } else { line };
    let text = String::from_utf8_lossy(line);
    let mut clean = plain(last_state(&text));
    if over {
        clean.push('…');
    }
    clean
}

/// A progress bar returns to the start of its line and writes it anew; a terminal shows the last state, and so do we.
fn last_state(text: &str) -> &str {
    let text = text.trim_end_matches('\r');
    text.rsplit('\r').find(|it| !it.trim().is_empty()).unwrap_or_default()
}

/// A character of which only the first bytes are there was torn by our own cut.
fn without_torn_end(line: &[u8]) -> &[u8] {
    for back in 1..=3.min(line.len()) {
        let from = line.len() - back;
        let length = match line[from] {
            0x80..=0xbf => continue,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf7 => 4,
            _ => 1,
        };
        return if back < length { &line[..from] } else { line };
    }
    line
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    // Looked for once: a line full of beginnings must not be searched to its end for each of them.
    let mut may_end = true;
    while let Some(it) = rest.next() {
        match it {
            '\u{1b}' => skip_escape(&mut rest, &mut may_end),
            '\u{9b}' => skip_control_sequence(&mut rest),
            '\t' => out.push(it),
            it if it.is_control() || turns_text_around(it) => {}
            it => out.push(it),
        }
    }
    out
}

/// Embeddings and overrides of direction: in a chat they would rearrange what stands around them.
fn turns_text_around(it: char) -> bool {
    matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn skip_escape(rest: &mut std::str::Chars<'_>, may_end: &mut bool) {
    let before = rest.clone();
    match rest.next() {
        Some('[') => skip_control_sequence(rest),
        // A string for the terminal (its title, a link): to BEL or to ESC \. One that never ends is none, and what
        // follows is shown.
        Some(']' | 'P' | 'X' | '^' | '_') => match may_end.then(|| string_end(rest.as_str())).flatten() {
            Some(end) => *rest = rest.as_str()[end..].chars(),
            None => *may_end = false,
        },
        // One of a character set, and similar: one more follows.
        Some('(' | ')' | '*' | '+' | '-' | '.' | '/' | '#' | '%' | ' ') => {
            rest.next();
        }
        Some('\u{30}'..='\u{7e}') => {}
        // Not an escape after all.
        _ => *rest = before,
    }
}

/// Where the text goes on after the first end of a string.
fn string_end(text: &str) -> Option<usize> {
    text.char_indices().find_map(|(at, it)| match it {
        '\u{7}' | '\u{9c}' => Some(at + it.len_utf8()),
        '\u{1b}' if text[at..].starts_with("\u{1b}\\") => Some(at + 2),
        _ => None,
    })
}

/// Parameters and intermediates, then one final character. Anything else ends it and is looked at by itself.
fn skip_control_sequence(rest: &mut std::str::Chars<'_>) {
    loop {
        let before = rest.clone();
        match rest.next() {
            Some('\u{20}'..='\u{3f}') => {}
            Some('\u{40}'..='\u{7e}') | None => return,
            Some(_) => {
                *rest = before;
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(line: &[u8], expected: &str) {
        assert_eq!(clean(line, false), expected, "{:?}", String::from_utf8_lossy(line));
    }

    #[test]
    fn colours_and_controls_are_gone_and_the_text_is_whole() {
        check(b"plain <b>&\t text", "plain <b>&\t text");
        check(b"\x1b[1;31mERROR\x1b[0m disk", "ERROR disk");
        check(b"\x1b]0;title\x07after \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "after link");
        check(b"\x1b(Btext\x1b[2K\x1b[?25h\x1b=", "text");
        check(b"a\x00b\x08c\x7fd", "abcd");
        check("\u{9b}31mred\u{9b}0m".as_bytes(), "red");
        check("user\u{202e}gpj.exe".as_bytes(), "usergpj.exe");
        check("Привет, 世界 🙂".as_bytes(), "Привет, 世界 🙂");
    }

    #[test]
    fn an_escape_that_never_ends_hides_nothing() {
        check(b"before\x1b]0;not a title, an error", "before0;not a title, an error");
        check(b"text\x1b", "text");
        check(b"\x1b]a\x1b]b\x1b[0mc", "abc");
        check(b"text\x1b[31", "text");
        check(b"\x1b[3\xd0\xb4", "\u{434}");
    }

    #[test]
    fn a_terminals_line_ends_and_progress_bars_are_read_as_shown() {
        check(b"hello\r", "hello");
        check(b"hello\r\r", "hello");
        check(b"10 %\r50 %\r100 %\r", "100 %");
        check(b"\r", "");
    }

    #[test]
    fn broken_utf_8_is_marked() {
        check(b"caf\xe9 ok \xff\xfe", "caf\u{fffd} ok \u{fffd}\u{fffd}");
    }

    #[test]
    fn a_cut_does_not_tear_a_character() {
        let text = "ab世";
        for length in 2..=text.len() {
            let expected = if length == text.len() { "ab世…" } else { "ab…" };
            assert_eq!(clean(&text.as_bytes()[..length], true), expected, "{length}");
        }
        assert_eq!(clean(b"ab\xff", true), "ab\u{fffd}…");
        assert_eq!(clean(b"", true), "…");
    }

    #[test]
    fn a_line_full_of_beginnings_costs_no_more_than_its_length() {
        // Quadratic, this would take a quarter of a minute.
        for beginning in ["\x1b]", "\x1b[", "\x1b", "\r", "\x1b]\x1b\\"] {
            let line = beginning.repeat(2_000_000 / beginning.len());
            assert_eq!(clean(line.as_bytes(), false), "", "{beginning:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_a_program_writes_leaves_a_control_character(line: Vec<u8>, over: bool) {
            let clean = clean(&line, over);
            prop_assert!(clean.chars().all(|it| it == '\t' || !it.is_control()));
        }
    }
}
