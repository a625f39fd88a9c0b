//! What a message becomes in the chat: one message, a picture and its words, several parts, or a file.

use std::collections::VecDeque;

use super::split::{CAPTION, MESSAGE, fits, is_visible, parts};
use crate::markup::Markup;
use crate::message::{Message, Picture};

/// A longer text arrives as a file: nobody reads the fourth message of a row on a phone.
const MOST_PARTS: usize = 3;

/// The server's limit for a photo.
const LARGEST_PHOTO: usize = 10 << 20;

/// Said where there is nothing to say: the server refuses an empty message, and silence looks like a fault.
const NOTHING: &str = "—";

/// One message of Telegram's.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// Words.
    Words(Markup),
    /// The picture, over its words when they are short enough for a caption.
    Photo(Option<Markup>),
    /// The whole text as a file, over its first lines.
    Document(Markup),
    /// The file that comes with the words, over them when they are short enough for a caption.
    File(Option<Markup>),
}

/// What to send, in order. Never empty.
pub(super) fn plan(message: &Message) -> VecDeque<Step> {
    let text = &message.text;
    if message.document.is_some() {
        if !is_visible(text) {
            return [Step::File(None)].into();
        }
        if fits(text, CAPTION) {
            return [Step::File(Some(text.clone()))].into();
        }
        let mut steps = words(text);
        steps.push_back(Step::File(None));
        return steps;
    }
    if picture(message).is_none() {
        return words(&shown(message));
    }
    if !is_visible(text) {
        return [Step::Photo(None)].into();
    }
    if fits(text, CAPTION) {
        return [Step::Photo(Some(text.clone()))].into();
    }
    let mut steps = words(text);
    steps.push_front(Step::Photo(None));
    steps
}

/// The message without its picture: the words, or at least what the picture would have shown.
pub(super) fn without_picture(message: &Message) -> VecDeque<Step> {
    words(&shown(message))
}

/// The words as a file, however short they are.
pub(super) fn as_document(message: &Message) -> VecDeque<Step> {
    let caption = parts(&shown(message), CAPTION / 4).next().unwrap_or_default();
    [Step::Document(caption)].into()
}

/// The text without a file: its first parts, and a sign that there is more.
pub(super) fn without_document(message: &Message) -> VecDeque<Step> {
    let mut steps: VecDeque<Step> =
        parts(&message.text, MESSAGE - 2).take(MOST_PARTS).map(Step::Words).collect();
    if let Some(Step::Words(last)) = steps.back_mut() {
        *last = std::mem::take(last).plain("\n…");
    }
    steps
}

/// The words of a message; what its picture shows, or a dash, where there are none.
pub(super) fn shown(message: &Message) -> Markup {
    if is_visible(&message.text) {
        return message.text.clone();
    }
    let alt = message.picture.as_ref().map(|it| Markup::text(&it.alt)).filter(is_visible);
    alt.unwrap_or_else(|| Markup::text(NOTHING))
}

/// The picture, if the server could take it for one.
pub(super) fn picture(message: &Message) -> Option<&Picture> {
    message.picture.as_ref().filter(|it| !it.png.is_empty() && it.png.len() <= LARGEST_PHOTO)
}

fn words(text: &Markup) -> VecDeque<Step> {
    let mut first: Vec<Markup> = parts(text, MESSAGE).take(MOST_PARTS + 1).collect();
    if MOST_PARTS < first.len() {
        let caption = parts(text, CAPTION).next().unwrap_or_else(|| first.swap_remove(0));
        return [Step::Document(caption)].into();
    }
    first.into_iter().map(Step::Words).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::message::Document;

    fn message(text: impl Into<String>, picture: Option<&[u8]>) -> Message {
        let picture = picture.map(|png| Picture { png: png.to_vec(), alt: "memory, a pie".into() });
        Message { text: Markup::text(text), picture, ..Message::default() }
    }

    fn check(message: &Message, expected: &[&str]) {
        let told: Vec<String> = plan(message)
            .iter()
            .map(|step| match step {
                Step::Words(text) => format!("words {}", text.count()),
                Step::Photo(caption) => format!("photo {}", caption.as_ref().map_or(0, Markup::count)),
                Step::Document(caption) => format!("document {}", caption.count()),
                Step::File(caption) => format!("file {}", caption.as_ref().map_or(0, Markup::count)),
            })
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn a_message_goes_the_way_its_length_asks_for() {
        check(&message("hello", None), &["words 5"]);
        check(&message("x".repeat(4096), None), &["words 4096"]);
        check(&message("x".repeat(4097), None), &["words 4096", "words 1"]);
        check(&message("x".repeat(3 * 4096), None), &["words 4096", "words 4096", "words 4096"]);
        check(&message("x".repeat(3 * 4096 + 1), None), &["document 1024"]);
    }

    #[test]
    fn a_caption_holds_1024_and_more_follows_the_picture() {
        check(&message("я".repeat(1024), Some(b"png")), &["photo 1024"]);
        check(&message("я".repeat(1025), Some(b"png")), &["photo 0", "words 1025"]);
        check(&message("", Some(b"png")), &["photo 0"]);
    }

    #[test]
    fn a_file_comes_over_its_words_or_after_them() {
        let document = Document { name: "web.log".into(), kind: "text/plain", bytes: Arc::default() };
        let filed = |text: &str| Message { document: Some(document.clone()), ..message(text, None) };
        check(&filed("120 lines"), &["file 9"]);
        check(&filed(""), &["file 0"]);
        check(&filed(&"x".repeat(1025)), &["words 1025", "file 0"]);
    }

    #[test]
    fn an_empty_text_is_a_dash() {
        for blank in ["", " \n", "\u{200b}"] {
            assert_eq!(plan(&message(blank, None)), [Step::Words(Markup::text("—"))]);
        }
    }

    #[test]
    fn a_picture_that_is_none_leaves_its_words() {
        check(&message("hello", Some(b"")), &["words 5"]);
        assert_eq!(plan(&message("", Some(b""))), [Step::Words(Markup::text("memory, a pie"))]);
    }

    #[test]
    fn a_file_that_was_refused_leaves_its_beginning() {
        let steps = without_document(&message("line\n".repeat(9000), None));
        assert_eq!(steps.len(), 3);
        let Some(Step::Words(last)) = steps.back() else { panic!("words") };
        assert!(last.to_string().ends_with("line\n…") && fits(last, MESSAGE));
    }
}
