//! A second way to call a person, for what must not wait until the chat answers again.

use std::time::Duration;

use async_trait::async_trait;

/// What is called out: words alone, for a lock screen. It may wake somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cry {
    /// One line: what is wrong, and where.
    pub title: String,
    /// The rest of it.
    pub body: String,
}

/// Why nothing was called out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SinkError {
    /// Try again, not before `after` when it is given, else with back-off.
    #[error("{why}")]
    Passing {
        /// How long the other side asked to be left alone.
        after: Option<Duration>,
        /// In words, without address or token.
        why: String,
    },
    /// It will be refused until somebody changes something: a wrong topic, a wrong token.
    #[error("refused: {0}")]
    Refused(String),
}

/// A second way to call a person.
#[async_trait]
pub trait Sink: Send + Sync {
    /// Calls out, once, within a bounded time.
    async fn send(&self, cry: &Cry) -> Result<(), SinkError>;
}
