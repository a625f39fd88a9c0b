//! Saying and editing: carries out a plan step by step, and finds the next best way when the server will not have it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::de::IgnoredAny;

use super::api::{Api, File, Repeat, Request};
use super::plan::{self, Step};
use super::split::{CAPTION, MESSAGE, fits};
use super::wire::{Key, Keyboard, LinkPreview, Media, Say, Sent};
use crate::markup::Markup;
use crate::message::{Button, ChatId, Message, MessageId, Place};
use crate::transport::{Edited, TransportError};

/// What a button may carry.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 1..=64;

/// How many half-said messages are remembered.
const REMEMBERED: usize = 8;

/// How many messages with a picture are remembered: more than anybody scrolls back to press a button of.
const PICTURED: usize = 256;

/// What is remembered of what was said, until the process ends. Without it more is asked of the server, nothing is lost.
#[derive(Default)]
pub(super) struct Memory {
    /// Messages of several parts of which some arrived and the next did not: said again, they go on from there, and
    /// nobody reads the first part twice.
    unfinished: Mutex<VecDeque<Half>>,
    /// Messages whose words stand under a picture: the server exchanges those by another name.
    pictured: Mutex<VecDeque<(ChatId, MessageId)>>,
}

struct Half {
    place: Place,
    message: Message,
    left: VecDeque<Step>,
}

impl Memory {
    fn resume(&self, place: Place, message: &Message) -> Option<VecDeque<Step>> {
        let mut halves = self.unfinished.lock().unwrap_or_else(PoisonError::into_inner);
        let at = halves.iter().position(|it| it.place == place && it.message == *message)?;
        halves.remove(at).map(|it| it.left)
    }

    fn keep(&self, place: Place, message: &Message, left: VecDeque<Step>) {
        let mut halves = self.unfinished.lock().unwrap_or_else(PoisonError::into_inner);
        if REMEMBERED <= halves.len() {
            halves.pop_front();
        }
        halves.push_back(Half { place, message: message.clone(), left });
    }

    fn is_pictured(&self, place: Place, id: MessageId) -> bool {
        let pictured = self.pictured.lock().unwrap_or_else(PoisonError::into_inner);
        pictured.contains(&(place.chat, id))
    }

    fn note_picture(&self, place: Place, id: MessageId) {
        let mut pictured = self.pictured.lock().unwrap_or_else(PoisonError::into_inner);
        if pictured.contains(&(place.chat, id)) {
            return;
        }
        if PICTURED <= pictured.len() {
            pictured.pop_front();
        }
        pictured.push_back((place.chat, id));
    }
}

/// Says a message, all of it.
pub(super) async fn deliver(
    api: &Api,
    memory: &Memory,
    place: Place,
    message: &Message,
) -> Result<MessageId, TransportError> {
    let resumed = memory.resume(place, message);
    let mut said = resumed.is_some();
    let mut filed = false;
    let mut steps = resumed.unwrap_or_else(|| plan::plan(message));
    loop {
        let Some(step) = steps.pop_front() else {
            // A picture was all there was, and it was refused.
            steps = plan::without_picture(message);
            continue;
        };
        // One ring for one message, however many parts it has; the buttons under the last.
        let quiet = message.silent || said;
        let buttons = if steps.is_empty() { message.buttons.as_slice() } else { &[] };
        match take(api, place, message, &step, quiet, buttons).await {
            Ok(id) if steps.is_empty() => {
                if matches!(step, Step::Photo(_)) {
                    memory.note_picture(place, id);
                }
                return Ok(id);
            }
            Ok(_) => said = true,
            Err(TransportError::Refused(why)) if matches!(step, Step::Photo(_)) => {
                tracing::warn!(%why, "the picture was refused, its words go alone");
                if steps.is_empty() {
                    steps = plan::without_picture(message);
                }
            }
            Err(TransportError::Refused(why)) if matches!(step, Step::Document(_)) => {
                tracing::warn!(%why, "the file was refused, its beginning goes as words");
                steps = plan::without_document(message);
            }
            // The server counts otherwise than we thought; a file has no such limit.
            Err(TransportError::Refused(why)) if !said && !filed && has(&why, &["is too long"]) => {
                tracing::warn!(%why, "the words were refused for their length, they go as a file");
                filed = true;
                steps = plan::as_document(message);
            }
            Err(error) => {
                let again = matches!(error, TransportError::Passing { .. } | TransportError::Unanswered(_));
                if said && again {
                    steps.push_front(step);
                    memory.keep(place, message, steps);
                }
                return Err(error);
            }
        }
    }
}

/// Takes one step.
async fn take(
    api: &Api,
    place: Place,
    message: &Message,
    step: &Step,
    quiet: bool,
    buttons: &[Vec<Button>],
) -> Result<MessageId, TransportError> {
    let say = Say { disable_notification: quiet, ..addressed(place, buttons) };
    let sent: Sent = match step {
        Step::Words(text) => ask(api, "sendMessage", Repeat::Shows, say.words(text), text, None).await?,
        Step::Photo(caption) => {
            let bytes = plan::picture(message).map(|it| it.png.clone()).unwrap_or_default();
            let upload = Upload { field: "photo", name: "chart.png", kind: "image/png", bytes: &bytes };
            let caption = caption.clone().unwrap_or_default();
            ask(api, "sendPhoto", Repeat::Shows, say.captioned(&caption), &caption, Some(upload)).await?
        }
        Step::File(caption) => {
            // Only what has a file is planned so.
            let Some(document) = &message.document else {
                return Err(TransportError::Refused("no file".into()));
            };
            let upload = Upload {
                field: "document",
                name: &document.name,
                kind: document.kind,
                bytes: &document.bytes,
            };
            let caption = caption.clone().unwrap_or_default();
            ask(api, "sendDocument", Repeat::Shows, say.captioned(&caption), &caption, Some(upload)).await?
        }
        Step::Document(caption) => {
            let text = message.text.to_string();
            let upload =
                Upload { field: "document", name: "answer.txt", kind: "text/plain", bytes: text.as_bytes() };
            ask(api, "sendDocument", Repeat::Shows, say.captioned(caption), caption, Some(upload)).await?
        }
    };
    Ok(MessageId(sent.message_id))
}

/// Changes what was said. A message without a picture keeps the one it has: only the words under it are exchanged.
pub(super) async fn edit(
    api: &Api,
    memory: &Memory,
    place: Place,
    id: MessageId,
    message: &Message,
) -> Result<Edited, TransportError> {
    // Words cannot become a file.
    if message.document.is_some() {
        return Ok(Edited::Impossible);
    }
    // A thread is not a parameter of edits.
    let place = Place { thread: None, ..place };
    let say = Say { message_id: Some(id.0), ..addressed(place, &message.buttons) };
    let text = plan::shown(message);
    if let Some(picture) = plan::picture(message) {
        let caption = &message.text;
        if !fits(caption, CAPTION) {
            return Ok(Edited::Impossible);
        }
        let media = Media { kind: "photo", media: "attach://chart", caption: None, parse_mode: None };
        let shown = Say { media: Some(media), ..say.clone() }.captioned(caption);
        let upload = Upload { field: "chart", name: "chart.png", kind: "image/png", bytes: &picture.png };
        match edited(ask(api, "editMessageMedia", Repeat::Harmless, shown, caption, Some(upload)).await) {
            Err(TransportError::Refused(why)) => {
                tracing::warn!(%why, "the new picture was refused, the words are exchanged alone");
            }
            done => {
                if done == Ok(Edited::Done) {
                    memory.note_picture(place, id);
                }
                return done;
            }
        }
    }
    if !memory.is_pictured(place, id) {
        if !fits(&text, MESSAGE) {
            return Ok(Edited::Impossible);
        }
        let words = say.clone().words(&text);
        match ask::<IgnoredAny>(api, "editMessageText", Repeat::Harmless, words, &text, None).await {
            Err(TransportError::Refused(why)) if has(&why, &["there is no text in the message"]) => {
                memory.note_picture(place, id);
            }
            done => return edited(done),
        }
    }
    if !fits(&text, CAPTION) {
        return Ok(Edited::Impossible);
    }
    edited(ask(api, "editMessageCaption", Repeat::Harmless, say.captioned(&text), &text, None).await)
}

fn edited(outcome: Result<IgnoredAny, TransportError>) -> Result<Edited, TransportError> {
    match outcome {
        Ok(_) => Ok(Edited::Done),
        Err(TransportError::Refused(why)) if has(&why, &["message is not modified"]) => Ok(Edited::Done),
        Err(TransportError::Refused(why)) if has(&why, &GONE) => Ok(Edited::Impossible),
        Err(error) => Err(error),
    }
}

/// A file that may have to be sent twice.
struct Upload<'a> {
    field: &'static str,
    name: &'a str,
    kind: &'static str,
    bytes: &'a [u8],
}

/// Refusals that leave nothing to change: it is gone, too old, or of another kind.
const GONE: [&str; 6] = [
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message",
    "there is no caption in the message",
    "there is no media in the message",
];

/// Refusals that somebody else has an answer to.
const ANSWERED: [&str; 2] = ["is too long", "message is not modified"];

/// Asks; without formatting if the formatting is what is wrong. Whether words for a topic that is gone go elsewhere is
/// for whoever has them to say.
async fn ask<T: serde::de::DeserializeOwned>(
    api: &Api,
    method: &'static str,
    repeat: Repeat,
    mut say: Say,
    text: &Markup,
    upload: Option<Upload<'_>>,
) -> Result<T, TransportError> {
    loop {
        let timeout = if upload.is_some() { api.timings.upload } else { api.timings.send };
        let file = upload.as_ref().map(|it| File {
            field: it.field,
            name: it.name.to_owned(),
            kind: it.kind,
            bytes: it.bytes.to_vec(),
        });
        match api.call(Request { method, repeat, timeout, file }, &say).await {
            Err(TransportError::Refused(why))
                if say.is_formatted() && has(&why, &["can't parse entities"]) =>
            {
                tracing::warn!(%why, "the formatting was refused, the words go plain");
                say.unformat(text);
            }
            Err(TransportError::Refused(why))
                if say.message_thread_id.is_some()
                    && has(&why, &["message thread not found", "topic_deleted", "topic_closed"]) =>
            {
                return Err(TransportError::NoTopic(why));
            }
            // Words that the server will not have for a reason that nobody foresaw: bare they may pass, and bare words
            // are more than none.
            Err(TransportError::Refused(why))
                if upload.is_none() && say.is_dressed() && !has(&why, &GONE) && !has(&why, &ANSWERED) =>
            {
                tracing::warn!(%why, "the message was refused, its words go alone");
                say.unformat(text);
                say.reply_markup = None;
                say.link_preview_options = None;
            }
            done => return done,
        }
    }
}

impl Say {
    fn words(mut self, text: &Markup) -> Self {
        self.text = Some(text.to_html());
        self.parse_mode = Some("HTML");
        self.link_preview_options = Some(LinkPreview { is_disabled: true });
        self
    }

    /// Captions what goes along; a caption of a picture being exchanged belongs to the picture.
    fn captioned(mut self, text: &Markup) -> Self {
        if !super::split::is_visible(text) {
            return self;
        }
        let (caption, parse_mode) = match self.media.as_mut() {
            Some(media) => (&mut media.caption, &mut media.parse_mode),
            None => (&mut self.caption, &mut self.parse_mode),
        };
        *caption = Some(text.to_html());
        *parse_mode = Some("HTML");
        self
    }

    fn is_formatted(&self) -> bool {
        self.parse_mode.is_some() || self.media.as_ref().is_some_and(|it| it.parse_mode.is_some())
    }

    /// Whether it is more than its words.
    fn is_dressed(&self) -> bool {
        self.is_formatted() || self.reply_markup.is_some()
    }

    fn unformat(&mut self, plain: &Markup) {
        let fields = self.media.as_mut().map(|it| (&mut it.caption, &mut it.parse_mode));
        for (words, parse_mode) in fields.into_iter().chain([(&mut self.caption, &mut self.parse_mode)]) {
            *parse_mode = None;
            if words.is_some() {
                *words = Some(plain.to_string());
            }
        }
        if self.text.is_some() {
            self.text = Some(plain.to_string());
        }
    }
}

fn addressed(place: Place, buttons: &[Vec<Button>]) -> Say {
    Say {
        chat_id: place.chat.0,
        message_thread_id: place.thread,
        reply_markup: keyboard(buttons),
        ..Say::default()
    }
}

/// The buttons, without those that would have the whole message refused.
fn keyboard(rows: &[Vec<Button>]) -> Option<Keyboard> {
    let key = |button: &Button| {
        let fit = KEY_BYTES.contains(&button.key.len()) && !button.label.trim().is_empty();
        if !fit {
            tracing::error!(
                bytes = button.key.len(),
                remedy = "report it",
                "left out a button without a label or with a key not of 1 to 64 bytes"
            );
        }
        fit.then(|| Key { text: button.label.clone(), callback_data: button.key.clone() })
    };
    let rows: Vec<Vec<Key>> = rows.iter().map(|row| row.iter().filter_map(key).collect()).collect();
    let inline_keyboard: Vec<Vec<Key>> = rows.into_iter().filter(|row| !row.is_empty()).collect();
    (!inline_keyboard.is_empty()).then_some(Keyboard { inline_keyboard })
}

/// Whether the server's words have one of these in them.
pub(super) fn has(why: &str, words: &[&str]) -> bool {
    let why = why.to_lowercase();
    words.iter().any(|it| why.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_that_would_be_refused_does_not_take_the_message_with_it() {
        let button = |label: &str, key: &str| Button { label: label.into(), key: key.into() };
        let rows = [
            vec![button("ok", "k"), button("", "k"), button("long", &"я".repeat(33))],
            vec![button("no key", "")],
        ];
        let written = serde_json::to_string(&keyboard(&rows)).expect("JSON");
        assert_eq!(written, r#"{"inline_keyboard":[[{"text":"ok","callback_data":"k"}]]}"#);
        assert!(keyboard(&rows[1..]).is_none());
    }

    #[test]
    fn no_more_than_so_many_pictures_are_remembered_and_the_newest_are() {
        let memory = Memory::default();
        let home = Place::chat(ChatId(1));
        for id in 0..=PICTURED {
            memory.note_picture(home, MessageId(id as i64));
            memory.note_picture(home, MessageId(id as i64));
        }
        assert!(!memory.is_pictured(home, MessageId(0)) && memory.is_pictured(home, MessageId(1)));
        assert!(!memory.is_pictured(Place::chat(ChatId(2)), MessageId(1)));
        assert_eq!(memory.pictured.lock().expect("whole").len(), PICTURED);
    }

    #[test]
    fn what_is_absent_is_not_null() {
        let say = addressed(Place::chat(crate::message::ChatId(1)), &[]).words(&Markup::text("a < b"));
        assert_eq!(
            serde_json::to_string(&say).expect("JSON"),
            r#"{"chat_id":1,"text":"a &lt; b","parse_mode":"HTML","link_preview_options":{"is_disabled":true}}"#
        );
    }
}
