//! A conversation on paper.

use std::fmt::Write;

#[cfg(test)]
use vakhta::markup::Style;
use vakhta::message::Message;

use crate::stage::Heads;

/// Letters that a phone of 360 points shows in a line.
const LINE: usize = 40;
/// Letters of a block that such a phone shows in a line.
#[cfg(test)]
pub(crate) const BLOCK: usize = 34;

/// As a phone shows it: broken into lines, buttons under their message.
pub(crate) fn for_phone(heads: &[Heads]) -> String {
    page(heads, |message| {
        let mut text = String::new();
        for line in message.text.to_string().lines() {
            text.push_str(&broken(line));
        }
        text
    })
}

/// As it is sent: with its markup.
#[cfg(test)]
pub(crate) fn marked_up(heads: &[Heads]) -> String {
    visible(&page(heads, |message| format!("{}\n", message.text.to_html())))
}

/// What nobody could see, or what would turn the page itself around, is written out.
#[cfg(test)]
fn visible(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    for letter in page.chars() {
        let is_hidden = (letter.is_control() && letter != '\n')
            || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        match is_hidden {
            true => out.extend(letter.escape_unicode()),
            false => out.push(letter),
        }
    }
    out
}

/// The lines of a message's blocks.
#[cfg(test)]
pub(crate) fn block_lines(message: &Message) -> Vec<String> {
    let blocks = message.text.spans().iter().filter(|it| it.style == Style::Block);
    blocks.flat_map(|it| it.text.lines().map(str::to_owned)).collect()
}

fn page(heads: &[Heads], words: impl Fn(&Message) -> String) -> String {
    let mut page = String::new();
    for it in heads {
        let _ = match it {
            Heads::Asked(line) => writeln!(page, "\n>>> {line}"),
            Heads::Pressed(label) => writeln!(page, "\n>>> [{label}]"),
            Heads::Toast(word) => writeln!(page, "(over the button: {word})"),
            Heads::Said(message) => write!(page, "{}", said(message, "----", &words)),
            Heads::Changed(message) => write!(page, "{}", said(message, "---- in its place", &words)),
        };
    }
    page
}

fn said(message: &Message, head: &str, words: &impl Fn(&Message) -> String) -> String {
    let silent = if message.silent { " (without a sound)" } else { "" };
    let mut text = format!("{head}{silent}\n");
    if let Some(document) = &message.document {
        let _ = writeln!(text, "<<file: {}, {}>>", document.name, document.kind);
    }
    if let Some(picture) = &message.picture {
        let _ = writeln!(text, "<<picture: {}>>", picture.alt);
    }
    text.push_str(&words(message));
    for row in &message.buttons {
        let labels: Vec<String> = row.iter().map(|it| format!("[{}]", it.label)).collect();
        let _ = writeln!(text, "{}", labels.join(" "));
    }
    text
}

/// A line, broken where a phone breaks it.
fn broken(line: &str) -> String {
    let mut out = String::new();
    let mut used = 0;
    for word in line.split_inclusive(' ') {
        let long = word.trim_end().chars().count();
        if LINE < used + long && 0 < used {
            out.push_str("\n↳ ");
            used = 2;
        }
        out.push_str(word);
        used += word.chars().count();
    }
    out.push('\n');
    out
}
