//! What a chat must offer: Telegram, a terminal, a script in tests.

use std::time::Duration;

use async_trait::async_trait;

use crate::message::{ChatId, Incoming, Message, MessageId, Place};

/// Why the chat did not do as asked. Each variant is something else to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// Try again, not before `after` when it is given (429), else with back-off.
    #[error("{why}")]
    Passing {
        /// How long the other side asked to be left alone.
        after: Option<Duration>,
        /// In words, without address or token.
        why: String,
    },
    /// The message may or may not have arrived: the connection broke after it was sent.
    #[error("outcome unknown: {0}")]
    Unanswered(String),
    /// Another poller holds the same token (409). Say so once, wait, go on.
    #[error("another poller: {0}")]
    Conflict(String),
    /// This chat cannot be reached by us any more (403): stop writing there.
    #[error("chat closed: {0}")]
    Closed(String),
    /// The topic is closed or was deleted; its group takes words all the same.
    #[error("no such topic: {0}")]
    NoTopic(String),
    /// The group has a new id.
    #[error("chat moved to {0}")]
    Moved(ChatId),
    /// This very message will never be accepted (400).
    #[error("refused: {0}")]
    Refused(String),
    /// The token is wrong or revoked (401, 404): nothing will ever work.
    #[error("{0}")]
    Fatal(String),
    /// The conversation is over: a terminal was closed. Nothing is wrong.
    #[error("the conversation is over")]
    Ended,
}

/// How an edit ended, when it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edited {
    /// The message shows the new content (or already did).
    Done,
    /// The message is gone, too old, or of another kind (words cannot become a picture): say it anew.
    Impossible,
}

/// What an answer that takes long will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Words.
    Writing,
    /// A picture.
    Drawing,
    /// A file.
    Filing,
}

/// A chat: the one way in and the one way out.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Waits for what people do, at most about a minute; an empty answer is normal. How far it has read outlives us
    /// before this returns, and a power failure too where anything heard has an effect ([`Durable`]): that is never heard
    /// twice.
    async fn receive(&self) -> Result<Vec<Incoming>, TransportError>;

    /// Whether one thing is to be answered before the next is heard, as at a prompt.
    fn in_turn(&self) -> bool {
        false
    }

    /// Whether what is said to that place gets there by this way: a terminal reaches nobody but who sits at it.
    fn reaches(&self, _place: Place) -> bool {
        true
    }

    /// Whether a file can be sent.
    fn takes_files(&self) -> bool {
        true
    }

    /// Says something. Too long a text arrives in parts; the answer is the last part, the one with the buttons.
    async fn deliver(&self, place: Place, message: &Message) -> Result<MessageId, TransportError>;

    /// Changes what was said.
    async fn edit(&self, place: Place, id: MessageId, message: &Message) -> Result<Edited, TransportError>;

    /// Stops a pressed button's spinner, with a word of at most 200 characters.
    async fn acknowledge(&self, query: &str, word: Option<&str>) -> Result<(), TransportError>;

    /// Shows that an answer is being worked on, for a few seconds or until something is said.
    async fn typing(&self, place: Place, doing: Doing) -> Result<(), TransportError>;

    /// Takes a message of somebody else away, where that can be done; where it cannot, nothing happens.
    async fn remove(&self, _place: Place, _id: MessageId) -> Result<(), TransportError> {
        Ok(())
    }

    /// Publishes the list of commands, for one language or for all others (`None`).
    async fn publish(
        &self,
        language: Option<&str>,
        commands: &[(String, String)],
    ) -> Result<(), TransportError>;
}

/// How far we have read, kept where it survives us.
pub trait Bookmark: Send + Sync {
    /// The next update wanted; none before the first.
    fn load(&self) -> Result<Option<i64>, BookmarkError>;
    /// Must be durable when it returns.
    fn save(&self, next: i64) -> Result<(), BookmarkError>;
    /// Writes the same, with what was heard on the way, so that it outlives us: whoever keeps it can make up for an answer
    /// that a crash prevents. Waits for no disk, unless the store has to tidy up or is held by another process for a
    /// moment; answers with when that has to be waited for.
    fn save_heard(&self, next: i64, _heard: &[Incoming]) -> Result<Durable, BookmarkError> {
        self.save(next).map(|()| Durable::Never)
    }
    /// Waits until what was saved last outlives a power failure, too.
    fn make_durable(&self, _next: i64) -> Result<(), BookmarkError> {
        Ok(())
    }
}

/// By when what was heard has to outlive a power failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durable {
    /// Before anybody acts on it: what is done about it must not be done twice.
    First,
    /// Before the next poll tells the chat that it was heard: what is asked for may be answered twice, and has to be once.
    BeforeConfirming,
    /// Nobody waits for an answer to it, or it does already.
    Never,
}

/// The bookmark could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bookmark: {0}")]
pub struct BookmarkError(pub String);
