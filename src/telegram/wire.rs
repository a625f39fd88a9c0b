//! The Bot API's shapes, as much of them as is used. What comes in is read leniently: fields appear without notice.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// Around every answer.
#[derive(Deserialize)]
pub(super) struct Envelope<'a> {
    pub(super) ok: bool,
    #[serde(borrow)]
    pub(super) result: Option<&'a RawValue>,
    pub(super) error_code: Option<u16>,
    pub(super) description: Option<String>,
    #[serde(default, deserialize_with = "parameters")]
    pub(super) parameters: Parameters,
}

/// What to do about a refusal.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Parameters {
    /// In seconds.
    pub(super) retry_after: Option<u64>,
    pub(super) migrate_to_chat_id: Option<i64>,
}

/// Reads what there is to read. A refusal says what it refuses even where the rest of it cannot be understood: read
/// strictly, one negative number would turn "leave me alone" into "this is not Telegram".
fn parameters<'de, D: Deserializer<'de>>(from: D) -> Result<Parameters, D::Error> {
    let given = serde_json::Value::deserialize(from)?;
    Ok(Parameters {
        retry_after: given["retry_after"].as_u64(),
        migrate_to_chat_id: given["migrate_to_chat_id"].as_i64(),
    })
}

/// An update's number, read apart from what it carries: an update that cannot be understood must still be confirmed,
/// or it would come back for a day.
#[derive(Deserialize)]
pub(super) struct Numbered {
    pub(super) update_id: i64,
}

/// An update, as much of it as is asked for.
#[derive(Deserialize)]
pub(super) struct Update {
    pub(super) message: Option<Heard>,
    pub(super) callback_query: Option<Press>,
}

/// A message that somebody wrote.
#[derive(Deserialize)]
pub(super) struct Heard {
    pub(super) message_id: i64,
    pub(super) from: Option<User>,
    pub(super) sender_chat: Option<IgnoredAny>,
    pub(super) via_bot: Option<IgnoredAny>,
    pub(super) forward_origin: Option<IgnoredAny>,
    pub(super) date: i64,
    pub(super) chat: Chat,
    #[serde(default)]
    pub(super) is_topic_message: bool,
    pub(super) message_thread_id: Option<i64>,
    pub(super) text: Option<String>,
    pub(super) migrate_to_chat_id: Option<i64>,
    pub(super) migrate_from_chat_id: Option<i64>,
}

/// A pressed button.
#[derive(Deserialize)]
pub(super) struct Press {
    pub(super) id: String,
    pub(super) from: User,
    pub(super) message: Option<Under>,
    pub(super) data: Option<String>,
}

/// The message a pressed button hangs under; with `date` 0 it is no longer accessible.
#[derive(Deserialize)]
pub(super) struct Under {
    pub(super) message_id: i64,
    #[serde(default)]
    pub(super) date: i64,
    pub(super) chat: Chat,
    #[serde(default)]
    pub(super) is_topic_message: bool,
    pub(super) message_thread_id: Option<i64>,
}

/// An account.
#[derive(Deserialize)]
pub(super) struct User {
    pub(super) id: i64,
    #[serde(default)]
    pub(super) is_bot: bool,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) username: Option<String>,
    pub(super) language_code: Option<String>,
}

/// A chat.
#[derive(Deserialize)]
pub(super) struct Chat {
    pub(super) id: i64,
    #[serde(rename = "type")]
    pub(super) kind: String,
}

/// A message that we wrote.
#[derive(Deserialize)]
pub(super) struct Sent {
    pub(super) message_id: i64,
}

/// The question for updates.
#[derive(Serialize)]
pub(super) struct GetUpdates {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) offset: Option<i64>,
    pub(super) timeout: u64,
    pub(super) allowed_updates: [&'static str; 2],
}

/// Everything that is said or edited. Absent fields stay absent: the server reads `null` as the word "null".
#[derive(Clone, Default, Serialize)]
pub(super) struct Say {
    pub(super) chat_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message_thread_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) caption: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) media: Option<Media>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parse_mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) link_preview_options: Option<LinkPreview>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) disable_notification: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reply_markup: Option<Keyboard>,
}

/// A picture that takes the place of what a message showed.
#[derive(Clone, Serialize)]
pub(super) struct Media {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) media: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) caption: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parse_mode: Option<&'static str>,
}

/// Whether links are unfolded. They never are: a link in an alert is not the news.
#[derive(Clone, Copy, Serialize)]
pub(super) struct LinkPreview {
    pub(super) is_disabled: bool,
}

/// Buttons under a message.
#[derive(Clone, Serialize)]
pub(super) struct Keyboard {
    pub(super) inline_keyboard: Vec<Vec<Key>>,
}

/// A button.
#[derive(Clone, Serialize)]
pub(super) struct Key {
    pub(super) text: String,
    pub(super) callback_data: String,
}

/// The end of a button's spinner.
#[derive(Serialize)]
pub(super) struct Acknowledge<'a> {
    pub(super) callback_query_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
}

/// "typing…".
#[derive(Serialize)]
pub(super) struct ChatAction {
    pub(super) chat_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message_thread_id: Option<i64>,
    pub(super) action: &'static str,
}

/// What is to be taken away.
#[derive(Serialize)]
pub(super) struct DeleteMessage {
    pub(super) chat_id: i64,
    pub(super) message_id: i64,
}

/// The list of commands.
#[derive(Serialize)]
pub(super) struct SetMyCommands<'a> {
    pub(super) commands: Vec<Command<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language_code: Option<&'a str>,
}

/// A command in the list.
#[derive(Serialize)]
pub(super) struct Command<'a> {
    pub(super) command: &'a str,
    pub(super) description: &'a str,
}

/// No parameters.
#[derive(Serialize)]
pub(super) struct Nothing {}
