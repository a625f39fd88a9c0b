//! Telegram: the Bot API by long poll, over the client that dials everything. Retries and pacing are the
//! outbox's; here a request is made once, and its end is told for what it is.

mod api;
mod heard;
mod listen;
mod pairing;
mod plan;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod promises;
mod say;
mod settings;
mod split;
mod wire;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

pub use self::listen::Skipped;
pub use self::pairing::{Visitor, Visits};
pub use self::settings::{PUBLIC_API, SetupError, TelegramSettings, Timings};

use self::api::{Api, Repeat, Request};
use self::listen::Listener;
use self::say::{Memory, has};
use self::wire::{Acknowledge, ChatAction, Command, DeleteMessage, Nothing, SetMyCommands, User};
use crate::message::{ChatId, Incoming, Message, MessageId, Place, UserId};
use crate::transport::{Bookmark, Doing, Edited, Transport, TransportError};

/// A button's answer holds no more characters.
const LONGEST_WORD: usize = 200;

/// The list of commands holds no more.
const MOST_COMMANDS: usize = 100;

/// A bot in Telegram.
pub struct Telegram {
    api: Api,
    listener: Listener,
    memory: Memory,
    /// Groups that became supergroups, by their old number, as told by the server since the start.
    moved: Mutex<HashMap<ChatId, ChatId>>,
}

/// The bot itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// Its account.
    pub id: UserId,
    /// Its name without the `@`: what commands in groups may be addressed to.
    pub username: String,
}

impl Telegram {
    /// Checks the settings and prepares the client; dials nothing. `bookmark` is first read by the first
    /// [`receive`](Transport::receive).
    pub fn new(settings: TelegramSettings, bookmark: Arc<dyn Bookmark>) -> Result<Self, SetupError> {
        Ok(Self {
            api: Api::new(&settings)?,
            listener: Listener::new(bookmark, settings.clock),
            memory: Memory::default(),
            moved: Mutex::default(),
        })
    }

    /// Asks the server who this bot is: the shortest proof that address, proxy and token are right.
    pub async fn get_me(&self) -> Result<Me, TransportError> {
        let user: User = self.ask("getMe", &Nothing {}).await?;
        Ok(Me { id: UserId(user.id), username: user.username.unwrap_or_default() })
    }

    /// How far our clock (`now`) is ahead of Telegram's, good to about a second; negative when it is behind. From the
    /// `Date` of the last answer to any request, so nothing before the first.
    pub fn clock_skew(&self, now: Timestamp) -> Option<SignedDuration> {
        self.api.skew(now)
    }

    /// What was not handed on by [`receive`](Transport::receive), since the start.
    pub fn skipped(&self) -> Skipped {
        self.listener.skipped()
    }

    /// A request that may be repeated without harm.
    async fn ask<T: DeserializeOwned>(
        &self,
        method: &'static str,
        parameters: &impl Serialize,
    ) -> Result<T, TransportError> {
        let timeout = self.api.timings.send;
        self.api.call(Request { method, repeat: Repeat::Harmless, timeout, file: None }, parameters).await
    }

    /// Refuses a chat that is known to have moved, without asking the server again.
    fn still_there(&self, place: Place) -> Result<(), TransportError> {
        let moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        moved.get(&place.chat).map_or(Ok(()), |new| Err(TransportError::Moved(*new)))
    }

    fn note_move(&self, old: ChatId, new: ChatId) {
        if old != new {
            self.moved.lock().unwrap_or_else(PoisonError::into_inner).insert(old, new);
        }
    }

    fn noting_moves<T>(&self, place: Place, outcome: Result<T, TransportError>) -> Result<T, TransportError> {
        if let Err(TransportError::Moved(new)) = outcome {
            self.note_move(place.chat, new);
        }
        outcome
    }
}

/// Says nothing of the token, nor of the address that has it.
impl fmt::Debug for Telegram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telegram").field("skipped", &self.skipped()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for Telegram {
    /// Dropped half-way, it may lose what it has just heard: run it as a task of its own.
    async fn receive(&self) -> Result<Vec<Incoming>, TransportError> {
        self.listener.receive(&self.api, |old, new| self.note_move(old, new)).await
    }

    /// A message of several parts that broke off after its first goes on from there when it is said again.
    async fn deliver(&self, place: Place, message: &Message) -> Result<MessageId, TransportError> {
        self.still_there(place)?;
        let outcome = say::deliver(&self.api, &self.memory, place, message).await;
        self.noting_moves(place, outcome)
    }

    /// A message without a picture keeps the one it has; one too long for a single message is
    /// [`Edited::Impossible`].
    async fn edit(&self, place: Place, id: MessageId, message: &Message) -> Result<Edited, TransportError> {
        self.still_there(place)?;
        let outcome = say::edit(&self.api, &self.memory, place, id, message).await;
        self.noting_moves(place, outcome)
    }

    async fn acknowledge(&self, query: &str, word: Option<&str>) -> Result<(), TransportError> {
        let text = word.map(|it| it.chars().take(LONGEST_WORD).collect());
        let parameters = Acknowledge { callback_query_id: query, text };
        match self.ask::<IgnoredAny>("answerCallbackQuery", &parameters).await {
            // The spinner has given up by itself; there is nothing left to stop.
            Err(TransportError::Refused(why))
                if has(&why, &["query is too old", "query id is invalid", "query_id_invalid"]) =>
            {
                tracing::debug!(%why, "a button was acknowledged too late");
                Ok(())
            }
            outcome => outcome.map(drop),
        }
    }

    async fn typing(&self, place: Place, doing: Doing) -> Result<(), TransportError> {
        self.still_there(place)?;
        let action = match doing {
            Doing::Writing => "typing",
            Doing::Drawing => "upload_photo",
            Doing::Filing => "upload_document",
        };
        let parameters = ChatAction { chat_id: place.chat.0, message_thread_id: place.thread, action };
        let outcome = self.ask::<IgnoredAny>("sendChatAction", &parameters).await;
        self.noting_moves(place, outcome).map(drop)
    }

    async fn remove(&self, place: Place, id: MessageId) -> Result<(), TransportError> {
        self.still_there(place)?;
        let parameters = DeleteMessage { chat_id: place.chat.0, message_id: id.0 };
        let outcome = self.ask::<IgnoredAny>("deleteMessage", &parameters).await;
        self.noting_moves(place, outcome).map(drop)
    }

    /// One bad entry would have the whole list refused without saying which; it is named before anything is asked.
    async fn publish(
        &self,
        language: Option<&str>,
        commands: &[(String, String)],
    ) -> Result<(), TransportError> {
        if let Some(why) = unpublishable(commands) {
            return Err(TransportError::Refused(format!("setMyCommands: {why}")));
        }
        let commands =
            commands.iter().map(|(command, description)| Command { command, description }).collect();
        self.ask::<IgnoredAny>("setMyCommands", &SetMyCommands { commands, language_code: language })
            .await
            .map(drop)
    }
}

/// What the server would not have in the list of commands.
fn unpublishable(commands: &[(String, String)]) -> Option<String> {
    if MOST_COMMANDS < commands.len() {
        return Some(format!("{} commands are more than {MOST_COMMANDS}", commands.len()));
    }
    commands.iter().find_map(|(name, description)| {
        let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_';
        if !(1..=32).contains(&name.len()) || !name.bytes().all(plain) {
            return Some(format!("{name:?} is not 1 to 32 of a-z, 0-9 and _"));
        }
        let length = description.trim().chars().count();
        (!(1..=256).contains(&length))
            .then(|| format!("{name}: its description has {length} characters, not 1 to 256"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_command_is_named_before_the_whole_list_is_refused() {
        let check = |name: &str, description: &str, expected: Option<&str>| {
            let told = unpublishable(&[("ok".into(), "fine".into()), (name.into(), description.into())]);
            assert_eq!(told.as_deref(), expected);
        };
        check("status_2", "Состояние", None);
        check("Status", "x", Some(r#""Status" is not 1 to 32 of a-z, 0-9 and _"#));
        check("", "x", Some(r#""" is not 1 to 32 of a-z, 0-9 and _"#));
        check("status", " ", Some("status: its description has 0 characters, not 1 to 256"));
        check("status", &"я".repeat(257), Some("status: its description has 257 characters, not 1 to 256"));
        assert!(unpublishable(&vec![("a".into(), "b".into()); 101]).is_some());
    }
}
