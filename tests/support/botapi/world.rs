//! What the server remembers, and what it does when it is asked.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::http::Upload;
use super::rules::{self, Refusal, bad};
use super::server::Shared;
use super::{BOT, Fault, TOKEN, When, chat_of};

/// One call, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The method, as it was written.
    pub(crate) method: String,
    /// Its parameters.
    pub(crate) fields: Map<String, Value>,
    /// Its files.
    pub(crate) files: Vec<Upload>,
    /// When it came.
    pub(crate) at: Instant,
}

impl Call {
    /// A parameter's words; empty if it has none.
    pub(crate) fn words(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// A parameter's number.
    pub(crate) fn number(&self, field: &str) -> Option<i64> {
        self.fields.get(field).and_then(Value::as_i64)
    }
}

/// A message as a reader sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shown {
    pub(crate) id: i64,
    pub(crate) chat: i64,
    pub(crate) thread: Option<i64>,
    /// Text, or caption.
    pub(crate) words: String,
    pub(crate) photo: Option<Vec<u8>>,
    pub(crate) document: Option<Vec<u8>>,
    /// The keyboard, or null.
    pub(crate) buttons: Value,
    pub(crate) silent: bool,
    /// How often it was changed.
    pub(crate) edits: u32,
}

impl Shown {
    fn has_media(&self) -> bool {
        self.photo.is_some() || self.document.is_some()
    }

    /// The key of the button with this label.
    pub(crate) fn key(&self, label: &str) -> Option<String> {
        let rows = self.buttons["inline_keyboard"].as_array()?;
        let mut buttons = rows.iter().filter_map(Value::as_array).flatten();
        let button = buttons.find(|it| it["text"].as_str().is_some_and(|text| text.contains(label)))?;
        button["callback_data"].as_str().map(str::to_owned)
    }
}

#[derive(Default)]
pub(super) struct State {
    pub(super) next_update: i64,
    pub(super) updates: VecDeque<(i64, String)>,
    /// When each update was handed out for the first time.
    pub(super) served: HashMap<i64, Instant>,
    /// Delivered once more, confirmed or not.
    pub(super) again: Vec<String>,
    pub(super) allowed: Option<Vec<String>>,
    pub(super) webhook: bool,
    pub(super) polls: u64,
    pub(super) next_message: i64,
    pub(super) messages: BTreeMap<(i64, i64), Shown>,
    pub(super) blocked: Vec<i64>,
    pub(super) missing: Vec<i64>,
    pub(super) gone_threads: Vec<i64>,
    pub(super) migrated: HashMap<i64, i64>,
    pub(super) queries: HashMap<String, bool>,
    pub(super) commands: HashMap<String, Vec<(String, String)>>,
    pub(super) faults: Vec<(String, When, Fault)>,
    pub(super) counts: HashMap<String, u64>,
    pub(super) calls: Vec<Call>,
    pub(super) ahead: i64,
}

impl State {
    pub(super) fn fault(&mut self, method: &str) -> Option<Fault> {
        let method = method.to_lowercase();
        let count = self.counts.entry(method.clone()).or_default();
        *count += 1;
        let nth = *count;
        let due = |when: When| matches!(when, When::Next | When::Always) || when == When::At(nth);
        let at = self
            .faults
            .iter()
            .position(|(of, when, _)| of.split('|').any(|it| it == method) && due(*when))?;
        match self.faults[at].1 {
            When::Always => Some(self.faults[at].2.clone()),
            _ => Some(self.faults.remove(at).2),
        }
    }

    /// The chat a call is about, if it may be written to.
    fn chat(&self, fields: &Map<String, Value>) -> Result<i64, Answer> {
        let Some(chat) = fields.get("chat_id").and_then(Value::as_i64) else {
            return Ok(bad("chat_id is empty")?);
        };
        if let Some(new) = self.migrated.get(&chat) {
            return Err(Answer::Moved(*new));
        }
        if self.blocked.contains(&chat) {
            return Err(Answer::Refused((403, "Forbidden: bot was blocked by the user".into())));
        }
        if self.missing.contains(&chat) {
            bad("chat not found")?;
        }
        let thread = fields.get("message_thread_id").and_then(Value::as_i64);
        if thread.is_some_and(|it| self.gone_threads.contains(&it)) {
            bad("message thread not found")?;
        }
        Ok(chat)
    }

    fn keep(&mut self, fields: &Map<String, Value>, shown: Shown) -> Result<Value, Answer> {
        let chat = self.chat(fields)?;
        let buttons = rules::keyboard(fields)?;
        let id = self.next_message;
        self.next_message += 1;
        let shown = Shown {
            id,
            chat,
            thread: fields.get("message_thread_id").and_then(Value::as_i64),
            buttons,
            silent: fields.get("disable_notification").and_then(Value::as_bool).unwrap_or(false),
            ..shown
        };
        self.messages.insert((chat, id), shown);
        Ok(json!({"message_id": id, "date": Timestamp::now().as_second(), "chat": chat_of(chat)}))
    }

    /// The message a call would change, and the keyboard it gets.
    fn edited(&mut self, fields: &Map<String, Value>) -> Result<(&mut Shown, Value), Answer> {
        let chat = self.chat(fields)?;
        let buttons = rules::keyboard(fields)?;
        let id = fields.get("message_id").and_then(Value::as_i64).unwrap_or_default();
        match self.messages.get_mut(&(chat, id)) {
            Some(shown) => Ok((shown, buttons)),
            None => Ok(bad("message to edit not found")?),
        }
    }
}

/// Puts the new over the old, unless they are the same.
fn exchange_content(shown: &mut Shown, new: Shown) -> Result<Value, Answer> {
    if *shown == new {
        bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
        )?;
    }
    *shown = Shown { edits: shown.edits + 1, ..new };
    Ok(json!({"message_id": shown.id, "date": 1, "chat": chat_of(shown.chat)}))
}

/// An answer other than a plain result.
pub(super) enum Answer {
    Updates(Vec<String>),
    Moved(i64),
    Refused(Refusal),
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Does what a call asks for.
pub(super) async fn act(
    shared: &Shared,
    token: &str,
    method: &str,
    fields: &Map<String, Value>,
    files: &[Upload],
) -> Result<Value, Answer> {
    if token != TOKEN {
        return Err(Answer::Refused((401, "Unauthorized".into())));
    }
    // The real server passes a null on as the word "null".
    if let Some((field, _)) = fields.iter().find(|(_, value)| value.is_null()) {
        return Ok(bad(format!("{field}: null is not absent"))?);
    }
    if method.eq_ignore_ascii_case("getUpdates") {
        return poll(shared, fields).await;
    }
    let mut state = shared.state();
    match method.to_lowercase().as_str() {
        "getme" => {
            Ok(json!({"id": BOT, "is_bot": true, "first_name": "Vakhta", "username": "vakhta_test_bot"}))
        }
        "deletewebhook" => {
            state.webhook = false;
            if fields.get("drop_pending_updates").and_then(Value::as_bool) == Some(true) {
                state.updates.clear();
            }
            Ok(json!(true))
        }
        "setmycommands" => {
            let commands = rules::commands(fields)?;
            let language = fields.get("language_code").and_then(Value::as_str).unwrap_or_default();
            state.commands.insert(language.to_owned(), commands);
            Ok(json!(true))
        }
        "deletemessage" => {
            let chat = state.chat(fields)?;
            let id = fields.get("message_id").and_then(Value::as_i64).unwrap_or_default();
            if id <= 0 {
                bad("message to delete not found")?;
            }
            state.messages.remove(&(chat, id));
            Ok(json!(true))
        }
        "sendchataction" => state.chat(fields).map(|_| json!(true)),
        "answercallbackquery" => {
            let query = fields.get("callback_query_id").and_then(Value::as_str).unwrap_or_default();
            match state.queries.get_mut(query) {
                Some(answered) if !*answered => *answered = true,
                _ => bad("query is too old and response timeout expired or query ID is invalid")?,
            }
            Ok(json!(true))
        }
        "sendmessage" => {
            let words = rules::words(fields, "text", 4096)?;
            if words.is_empty() {
                bad("message text is empty")?;
            }
            state.keep(fields, Shown { words, ..Shown::default() })
        }
        "sendphoto" => {
            let words = rules::words(fields, "caption", 1024)?;
            let Some(file) = files.iter().find(|it| it.field == "photo") else {
                return Ok(bad("there is no photo in the request")?);
            };
            rules::picture(&file.name, &file.bytes)?;
            state.keep(fields, Shown { words, photo: Some(file.bytes.clone()), ..Shown::default() })
        }
        "senddocument" => {
            let words = rules::words(fields, "caption", 1024)?;
            let Some(file) = files.iter().find(|it| it.field == "document") else {
                return Ok(bad("there is no document in the request")?);
            };
            state.keep(fields, Shown { words, document: Some(file.bytes.clone()), ..Shown::default() })
        }
        "editmessagetext" => {
            let words = rules::words(fields, "text", 4096)?;
            let (shown, buttons) = state.edited(fields)?;
            if shown.has_media() {
                bad("there is no text in the message to edit")?;
            }
            let new = Shown { words, buttons, ..shown.clone() };
            exchange_content(shown, new)
        }
        "editmessagecaption" => {
            let words = rules::words(fields, "caption", 1024)?;
            let (shown, buttons) = state.edited(fields)?;
            if !shown.has_media() {
                bad("there is no caption in the message to edit")?;
            }
            let new = Shown { words, buttons, ..shown.clone() };
            exchange_content(shown, new)
        }
        "editmessagemedia" => {
            let media = fields.get("media").and_then(Value::as_object).cloned().unwrap_or_default();
            let words = rules::words(&media, "caption", 1024)?;
            let attached =
                media.get("media").and_then(Value::as_str).and_then(|it| it.strip_prefix("attach://"));
            let Some(file) = files.iter().find(|it| Some(it.field.as_str()) == attached) else {
                return Ok(bad("wrong remote file identifier specified")?);
            };
            rules::picture(&file.name, &file.bytes)?;
            let (shown, buttons) = state.edited(fields)?;
            let new =
                Shown { words, buttons, photo: Some(file.bytes.clone()), document: None, ..shown.clone() };
            exchange_content(shown, new)
        }
        _ => Err(Answer::Refused((404, "Not Found: method not found".into()))),
    }
}

/// The long poll, with the server's own rules for offsets.
async fn poll(shared: &Shared, fields: &Map<String, Value>) -> Result<Value, Answer> {
    let number = |field: &str| fields.get(field).and_then(Value::as_i64);
    let offset = number("offset").unwrap_or(0);
    let limit = number("limit").unwrap_or(100).clamp(1, 100) as usize;
    let held = Duration::from_secs(number("timeout").unwrap_or(0).clamp(0, 50) as u64);
    let mut changed = shared.changed.subscribe();
    let mine = {
        let mut state = shared.state();
        if state.webhook {
            let words = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
            return Err(Answer::Refused((409, words.into())));
        }
        if let Some(allowed) = fields.get("allowed_updates").and_then(Value::as_array) {
            state.allowed = Some(allowed.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect());
        }
        // Too far in the future is not believed; everything else before it is forgotten.
        let newest = state.updates.back().map_or(state.next_update - 1, |(id, _)| *id);
        if 0 < offset && offset <= newest.saturating_add(10) {
            state.updates.retain(|(id, _)| offset <= *id);
        }
        state.polls += 1;
        state.polls
    };
    // A later poll ends an earlier one.
    shared.happened();
    let answer = timeout(held, async {
        loop {
            changed.borrow_and_update();
            {
                let mut state = shared.state();
                if state.polls != mine {
                    let words = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
                    return Err(Answer::Refused((409, words.into())));
                }
                let now = Instant::now();
                let handed: Vec<i64> = state.updates.iter().take(limit).map(|(id, _)| *id).collect();
                for id in handed {
                    state.served.entry(id).or_insert(now);
                }
                let mut texts = std::mem::take(&mut state.again);
                texts.extend(state.updates.iter().take(limit).map(|(_, text)| text.clone()));
                if !texts.is_empty() {
                    return Err(Answer::Updates(texts));
                }
            }
            let _ = changed.changed().await;
        }
    });
    answer.await.unwrap_or(Ok(json!([])))
}
