//! What jobs ask of the world. Something real implements these in `src`, something scripted in `fakes`.

mod allowed;
mod engine;
mod host;
mod store;
mod ward;

use async_trait::async_trait;

use crate::beat;

pub use self::allowed::*;
pub use self::engine::*;
pub use self::host::*;
pub use self::store::*;
pub use self::ward::*;

/// A source that could not be read: absent on this machine, forbidden, or hanging. Never a zero.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Unknown {
    /// In words for a person, in English, naming the file or the call.
    pub why: String,
}

impl Unknown {
    /// Says why.
    pub fn because(why: impl Into<String>) -> Self {
        Self { why: why.into() }
    }
}

/// What one source said, or why it said nothing.
pub type Source<T> = Result<T, Unknown>;

/// Whoever waits outside for proof of life could not be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BeaconError(pub String);

/// Somebody outside who sounds the alarm when no sign of life comes any more, and what is known of our life.
#[async_trait]
pub trait Beacon: Send + Sync {
    /// What is known of the watch now.
    fn facts(&self) -> beat::Facts;
    /// Says how the watch is, within a bounded time.
    async fn signal(&self, state: &beat::State) -> Result<(), BeaconError>;
}
