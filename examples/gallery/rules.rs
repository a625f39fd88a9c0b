//! What is true of every message, whoever chose the names in it.

use vakhta::message::Message;

use crate::page;
use crate::stage::Heads;

/// Letters of a button before a phone cuts it off.
const LABEL: usize = 64;
/// Bytes of a button's key that Telegram takes.
const KEY: usize = 64;
/// What a message holds, in code points, as Telegram counts; what the words under a picture do.
const TEXT: usize = 4096;
const CAPTION: usize = 1024;

/// What is wrong with what was said, each with its scene. `narrow`: its blocks are ours to keep within a phone.
pub(crate) fn broken(heads: &Heads, narrow: bool, scene: &str, tag: &str) -> Vec<String> {
    let wrong = match heads {
        Heads::Said(message) | Heads::Changed(message) => of_message(message, narrow),
        Heads::Toast(word) => stray(word, "a toast").into_iter().collect(),
        Heads::Asked(_) | Heads::Pressed(_) => Vec::new(),
    };
    wrong.into_iter().map(|it| format!("{tag}/{scene}: {it}")).collect()
}

fn of_message(message: &Message, narrow: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    let words = message.text.to_string();
    let count = message.text.count();
    let is_caption = message.picture.is_some() || message.document.is_some();
    let most = if is_caption { CAPTION } else { TEXT };
    if most < count {
        wrong.push(format!("{count} letters of {most}: {words}"));
    }
    wrong.extend(unbalanced(&message.text.to_html()));
    wrong.extend(stray(&words, "a text"));
    if narrow {
        let wide = |it: &String| page::BLOCK < vakhta::present::names::width(it);
        wrong.extend(
            page::block_lines(message).into_iter().filter(wide).map(|it| format!("a wide block: {it}")),
        );
    }
    for button in message.buttons.iter().flatten() {
        let long = button.label.chars().count();
        if LABEL < long || button.label.trim().is_empty() {
            wrong.push(format!("a button of {long} letters: {}", button.label));
        }
        if KEY < button.key.len() {
            wrong.push(format!("a key of {} bytes", button.key.len()));
        }
        wrong.extend(stray(&button.label, "a button"));
        if button.label.contains('\n') {
            wrong.push(format!("a button of two lines: {}", button.label));
        }
    }
    wrong
}

/// Tags that are not Telegram's, not closed in order, or nested where we never nest; a bare `&` or `>`.
fn unbalanced(html: &str) -> Option<String> {
    const TAGS: [&str; 4] = ["b", "i", "code", "pre"];
    let mut open: Option<&str> = None;
    let mut rest = html;
    while let Some(at) = rest.find(['<', '>', '&']) {
        let from = &rest[at..];
        let is_entity = ["&lt;", "&gt;", "&amp;"].iter().any(|it| from.starts_with(it));
        if is_entity {
            rest = &from[1..];
            continue;
        }
        let Some((tag, after)) = from.strip_prefix('<').and_then(|it| it.split_once('>')) else {
            return Some(format!("a stray sign: {from}"));
        };
        match (tag.strip_prefix('/'), open) {
            (None, None) if TAGS.contains(&tag) => open = Some(tag),
            (Some(closed), Some(opened)) if closed == opened => open = None,
            _ => return Some(format!("<{tag}> where {open:?} is open: {html}")),
        }
        rest = after;
    }
    open.map(|it| format!("<{it}> is never closed: {html}"))
}

/// Marks that turn a line around, signs that move a cursor, and words from right to left that are not held in.
fn stray(text: &str, where_from: &str) -> Option<String> {
    let is_stray = |it: char| {
        (it.is_control() && it != '\n')
            || matches!(it, '\u{61c}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            || matches!(it, '\u{2028}' | '\u{2029}')
    };
    if let Some(it) = text.chars().find(|it| is_stray(*it)) {
        return Some(format!("U+{:04x} in {where_from}: {text}", u32::from(it)));
    }
    // The fixture's letters are Hebrew; a mark stands before each run of them and behind it.
    let letters: Vec<char> = text.chars().collect();
    let is_hebrew = |it: &char| matches!(it, '\u{590}'..='\u{5ff}');
    let loose = (0..letters.len()).find(|at| {
        let (before, after) = (at.checked_sub(1).map(|it| letters[it]), letters.get(at + 1));
        let held = |it: Option<&char>| it.is_some_and(|it| is_hebrew(it) || matches!(it, '\u{200e}' | ' '));
        is_hebrew(&letters[*at]) && !(held(before.as_ref()) && held(after))
    });
    loose.map(|_| format!("words from right to left are not held in by {where_from}: {text}"))
}
