//! What holds of every answer of the server and of every text that is sent, whatever is in it: asked by tests and fuzzers.

use jiff::Timestamp;
use serde_json::value::RawValue;

use super::heard::{Batch, Recent, read};
use super::plan::{Step, plan};
use super::split::{CAPTION, MESSAGE, fits, is_visible, parts};
use super::wire::Envelope;
use crate::markup::{Markup, Style};
use crate::message::{Heard, Message, Picture};

/// Any bytes as the answer to `getUpdates`: each update is counted once, whatever it is; heard again, none is heard
/// twice; one by one they say what they say together.
pub fn updates(bytes: &[u8]) {
    let Ok(envelope) = serde_json::from_slice::<Envelope<'_>>(bytes) else { return };
    let Some(result) = envelope.result else { return };
    let Ok(items) = serde_json::from_str::<Vec<Box<RawValue>>>(result.get()) else { return };
    let served = Timestamp::UNIX_EPOCH;
    let batch = read(&items, &Recent::default(), served);
    let counted =
        |it: &Batch| it.incoming.len() + it.moved.len() + (it.ignored + it.unreadable + it.repeated) as usize;
    assert_eq!(counted(&batch), items.len(), "each is counted once");
    for incoming in &batch.incoming {
        match &incoming.heard {
            Heard::Said { text, .. } => assert!(!text.trim().is_empty(), "words that say nothing"),
            Heard::Pressed { .. } => assert_eq!(incoming.at, served, "a press has no time of its own"),
        }
    }

    let mut recent = Recent::default();
    let mut one_by_one = Batch::default();
    for item in &items {
        let one = read(std::slice::from_ref(item), &recent, served);
        recent.remember(one.fresh.clone());
        one_by_one.next = one.next.or(one_by_one.next);
        one_by_one.fresh.extend(one.fresh);
        one_by_one.incoming.extend(one.incoming);
        one_by_one.moved.extend(one.moved);
        one_by_one.ignored += one.ignored;
        one_by_one.unreadable += one.unreadable;
        one_by_one.repeated += one.repeated;
    }
    // More than are remembered come in no batch.
    if items.len() <= 1000 {
        assert_eq!(one_by_one, batch, "one by one and together");
        let again = read(&items, &recent, served);
        assert_eq!((again.fresh, again.incoming, again.moved), Default::default(), "heard twice");
        assert_eq!(again.next, batch.next);
    }
}

/// Any bytes as a text with emphasis, after a byte that says how long its parts may be: every part fits and shows
/// something, its tags balance, emphasis and all letters that can be seen are there in their order, and what is planned
/// for the chat is what the server takes.
pub fn html(bytes: &[u8]) {
    let Some((how, text)) = bytes.split_first() else { return };
    let text = markup(text);
    let limit = match how % 8 {
        0 => MESSAGE,
        1 => CAPTION,
        2 => CAPTION / 4,
        other => usize::from(other) * 7 - 18,
    };
    let cut: Vec<Markup> = parts(&text, limit).collect();
    for part in &cut {
        assert!(part.count() <= limit, "{} letters of {limit}", part.count());
        assert!(is_visible(part), "a part that nobody would see");
        balanced(&part.to_html());
    }
    let all = |parts: &[Markup]| -> Vec<(char, Style)> {
        let spans = parts.iter().flat_map(Markup::spans);
        let letters = spans.flat_map(|span| span.text.chars().map(|it| (it, span.style)));
        letters.filter(|(it, _)| is_visible(&Markup::text(*it))).collect()
    };
    assert_eq!(all(&cut), all(std::slice::from_ref(&text)), "what was cut is the whole");
    assert!(!fits(&text, limit) || cut.len() <= 1, "what fits is not cut");

    let picture = (how & 8 != 0).then(|| Picture { png: vec![0; 9], alt: text.to_string() });
    let steps = plan(&Message { text, picture, ..Message::default() });
    assert!(!steps.is_empty(), "a message is never nothing");
    for step in &steps {
        let (words, most) = match step {
            Step::Words(words) => (Some(words), MESSAGE),
            Step::Document(words) => (Some(words), CAPTION),
            Step::Photo(words) | Step::File(words) => (words.as_ref(), CAPTION),
        };
        if let Some(words) = words {
            assert!(is_visible(words) && fits(words, most), "the server would refuse it");
        }
    }
}

/// Bytes from 1 to 5 set the style of what follows; everything else is text.
fn markup(bytes: &[u8]) -> Markup {
    const STYLES: [Style; 5] = [Style::Plain, Style::Bold, Style::Italic, Style::Code, Style::Block];
    let mut style = Style::Plain;
    let mut markup = Markup::new();
    for piece in bytes.chunk_by(|_, next| !(1..=5).contains(next)) {
        let text = match piece.split_first() {
            Some((first @ 1..=5, rest)) => {
                style = STYLES[usize::from(first - 1)];
                rest
            }
            _ => piece,
        };
        markup = markup.with(style, String::from_utf8_lossy(text));
    }
    markup
}

/// Every tag is closed before another opens, and every escape is whole.
fn balanced(html: &str) {
    let mut open: Option<&str> = None;
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&', '>']) {
        rest = &rest[at..];
        if rest.starts_with('&') {
            let escape = ["&amp;", "&lt;", "&gt;"].into_iter().find(|it| rest.starts_with(it));
            rest = &rest[escape.expect("a whole escape").len()..];
            continue;
        }
        let end = rest.find('>').expect("a whole tag");
        let tag = rest.strip_prefix('<').expect("no bare bracket");
        let tag = &tag[..end - 1];
        match open.take() {
            Some(name) => assert_eq!(tag.strip_prefix('/'), Some(name), "the tag that is open is closed"),
            None => {
                assert!(["b", "i", "code", "pre"].contains(&tag), "an unknown tag {tag:?}");
                open = Some(tag);
            }
        }
        rest = &rest[end + 1..];
    }
    assert_eq!(open, None, "a tag is left open");
    assert!(html.len() <= 32_768, "{} bytes, more than the server takes", html.len());
}
