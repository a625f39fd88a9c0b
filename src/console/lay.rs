//! Words laid out for a terminal: broken at spaces where the line ends, in colours where there are any.

use crate::markup::{Markup, Style};
use crate::present::names::width;

/// Broken lines are no shorter: a narrower terminal breaks them itself.
const NARROWEST: usize = 40;
/// Nor longer, for the eye finds no way back.
const WIDEST: usize = 100;

/// How a terminal takes words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Paper {
    /// Cells in a line; none: lines are not broken, as for a pipe.
    pub(super) cells: Option<usize>,
    /// Whether there are colours.
    pub(super) colours: bool,
}

impl Paper {
    /// For a terminal of so many columns, as it is just now.
    pub(super) fn of(columns: Option<usize>, colours: bool) -> Self {
        // The last column stays free: what a terminal shows twice as wide as we think must not break the line.
        Self { cells: columns.map(|it| it.saturating_sub(1).clamp(NARROWEST, WIDEST)), colours }
    }
}

/// Emphasis as a terminal has it. Blocks keep their lines: tables are narrow, and a line of a log is copied whole.
pub(super) fn dress(markup: &Markup, paper: Paper) -> String {
    let mut lines: Vec<Vec<(char, Style)>> = vec![Vec::new()];
    for span in markup.spans() {
        for letter in harmless(&span.text).chars() {
            match letter {
                '\n' => lines.push(Vec::new()),
                letter => lines.last_mut().into_iter().for_each(|it| it.push((letter, span.style))),
            }
        }
        if span.style == Style::Block && lines.last().is_some_and(|it| !it.is_empty()) {
            lines.push(Vec::new());
        }
    }
    while 1 < lines.len() && lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    let broken = lines.iter().flat_map(|line| {
        let rows = match paper.cells {
            Some(cells) if line.first().is_none_or(|it| it.1 != Style::Block) => broken(line, cells),
            _ => vec![line.clone()],
        };
        // A line's mark colours what is bold in all of it.
        let mark = severity(line);
        rows.into_iter().map(move |row| coloured(&row, mark, paper.colours))
    });
    broken.collect::<Vec<_>>().join("\n")
}

/// A line in rows of at most so many cells, broken at spaces; what follows stands under the line's own beginning. A word
/// that is longer stays whole, to be copied.
fn broken(line: &[(char, Style)], cells: usize) -> Vec<Vec<(char, Style)>> {
    let indent: Vec<(char, Style)> = line.iter().take_while(|it| it.0 == ' ').copied().collect();
    let mut rows: Vec<Vec<(char, Style)>> = Vec::new();
    let mut row = indent.clone();
    for word in line[indent.len()..].split_inclusive(|it| it.0 == ' ') {
        let bare: String = word.iter().map(|it| it.0).collect();
        if row.len() != indent.len() && cells < wide(&row) + width(bare.trim_end()) {
            while row.last().is_some_and(|it| it.0 == ' ') {
                row.pop();
            }
            rows.push(std::mem::replace(&mut row, indent.clone()));
        }
        row.extend(word);
    }
    rows.push(row);
    rows
}

fn wide(row: &[(char, Style)]) -> usize {
    width(&row.iter().map(|it| it.0).collect::<String>())
}

/// The colour that belongs to the mark a line begins with.
fn severity(line: &[(char, Style)]) -> Option<&'static str> {
    match line.iter().map(|it| it.0).find(|it| *it != ' ')? {
        '🔴' => Some("31"),
        '🟠' | '🟡' | '⚠' => Some("33"),
        '🟢' | '✅' => Some("32"),
        _ => None,
    }
}

fn coloured(row: &[(char, Style)], mark: Option<&str>, colours: bool) -> String {
    let code = |style: Style| match (style, mark) {
        (Style::Plain | Style::Block, _) => String::new(),
        (Style::Bold, Some(mark)) => format!("1;{mark}"),
        (Style::Bold, None) => "1".to_owned(),
        (Style::Italic, _) => "3".to_owned(),
        (Style::Code, _) => "36".to_owned(),
    };
    let mut text = String::new();
    for run in row.chunk_by(|a, b| a.1 == b.1) {
        let words: String = run.iter().map(|it| it.0).collect();
        match code(run[0].1) {
            code if colours && !code.is_empty() => text.push_str(&format!("\u{1b}[{code}m{words}\u{1b}[0m")),
            _ => text.push_str(&words),
        }
    }
    text
}

/// What is less important.
pub(super) fn faint(text: &str, colours: bool) -> String {
    if colours { format!("\u{1b}[2m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// A container's name or log must not steer the terminal.
pub(super) fn harmless(text: &str) -> String {
    text.chars().map(|it| if it.is_control() && it != '\n' && it != '\t' { '\u{fffd}' } else { it }).collect()
}

/// How many rows a text without escapes takes on a terminal of so many columns.
pub(super) fn rows(text: &str, columns: usize) -> usize {
    text.lines().map(|line| width(line).div_ceil(columns.max(1)).max(1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIPE: Paper = Paper { cells: None, colours: false };

    #[test]
    fn emphasis_is_colour_or_nothing_and_a_name_cannot_steer_the_terminal() {
        let text = Markup::new().bold("CPU").plain(" \u{1b}[2Jx").block("a\nb");
        let coloured = Paper { colours: true, ..PIPE };
        assert_eq!(dress(&text, PIPE), "CPU  [2Jxa\nb");
        assert_eq!(dress(&text, coloured), "\u{1b}[1mCPU\u{1b}[0m  [2Jxa\nb");
        // What did not come through a markup, such as a file's line.
        assert_eq!(harmless("\u{1b}[2Jx\ty"), "\u{fffd}[2Jx\ty");
        let bad = Markup::new().plain("🔴 ").bold("/srv is full");
        assert_eq!(dress(&bad, coloured), "🔴 \u{1b}[1;31m/srv is full\u{1b}[0m");
    }

    #[test]
    fn lines_end_at_words_and_blocks_and_long_words_stay_whole() {
        let check = |text: &Markup, cells: usize, expected: &str| {
            assert_eq!(dress(text, Paper { cells: Some(cells), colours: false }), expected);
        };
        check(
            &Markup::text("one two three\n\n  four five six\n"),
            9,
            "one two\nthree\n\n  four\n  five\n  six",
        );
        check(&Markup::text("see https://example.org/a/b ok"), 9, "see\nhttps://example.org/a/b\nok");
        check(&Markup::text("漢字 漢字 漢字"), 9, "漢字 漢字\n漢字");
        check(&Markup::new().block("a very long line of a log\nb"), 9, "a very long line of a log\nb");
        check(&Markup::new().plain("one ").bold("two three").plain("."), 9, "one two\nthree.");
        check(&Markup::new(), 9, "");
    }

    #[test]
    fn a_terminal_is_neither_too_narrow_nor_too_wide() {
        for (columns, cells) in [(20, 40), (60, 59), (300, 100)] {
            assert_eq!(Paper::of(Some(columns), true).cells, Some(cells));
        }
        assert_eq!(rows("ab\n\nabcde\n", 2), 1 + 1 + 3);
    }
}
