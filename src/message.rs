//! The chat's nouns: what is heard, and what is said.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::markup::Markup;

/// A chat. Supergroups are negative and need 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChatId(pub i64);

/// A person's account. The only thing that anybody is ever admitted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub i64);

/// A message within its chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub i64);

impl fmt::Display for ChatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where something is said: a chat, and the topic within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The chat.
    pub chat: ChatId,
    /// The topic of a forum group (`message_thread_id`).
    pub thread: Option<i64>,
}

impl Place {
    /// A chat without topics.
    pub fn chat(chat: ChatId) -> Self {
        Self { chat, thread: None }
    }
}

/// Something a person did in a chat. Whether they may is the gate's business.
#[derive(Clone, Debug, PartialEq)]
pub struct Incoming {
    /// Who did it: `from.id`, and nothing else.
    pub from: UserId,
    /// The language of their app, as an IETF tag (`ru`, `en-GB`), when it says.
    pub language: Option<String>,
    /// Where.
    pub place: Place,
    /// Whether the chat is a group.
    pub group: bool,
    /// When, by the server's clock.
    pub at: Timestamp,
    /// What.
    pub heard: Heard,
}

/// What a person did.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// Wrote a message.
    Said {
        /// What it says; never empty.
        text: String,
        /// The message.
        message: MessageId,
    },
    /// Pressed a button.
    Pressed {
        /// The button's key.
        key: String,
        /// What to acknowledge, so that the button stops spinning.
        query: String,
        /// The message it hangs under, when it can still be edited.
        message: Option<MessageId>,
    },
}

/// Something to say, ready for any transport.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// The words.
    pub text: Markup,
    /// A picture above them.
    pub picture: Option<Picture>,
    /// A file above them.
    pub document: Option<Document>,
    /// Rows of buttons under them.
    pub buttons: Vec<Vec<Button>>,
    /// Whether to arrive without a sound.
    pub silent: bool,
}

/// A PNG in memory.
#[derive(Clone, PartialEq)]
pub struct Picture {
    /// The file's bytes.
    pub png: Vec<u8>,
    /// What it shows, for whoever cannot see it. Not its caption.
    pub alt: String,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({:?}, {} bytes)", self.alt, self.png.len())
    }
}

/// A file in memory.
#[derive(Clone, PartialEq)]
pub struct Document {
    /// What it is called.
    pub name: String,
    /// Its media type.
    pub kind: &'static str,
    /// What is in it; not copied with the message.
    pub bytes: Arc<Vec<u8>>,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({:?}, {}, {} bytes)", self.name, self.kind, self.bytes.len())
    }
}

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What comes back when it is pressed: at most 64 bytes, meaning nothing outside this process's store.
    pub key: String,
}
