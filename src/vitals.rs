//! How it is with Vakhta itself: what its long-lived tasks last did.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::Notify;

/// Whether the engine's events are followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stream {
    /// Nothing has been heard of it yet.
    #[default]
    Unknown,
    /// They are.
    Followed,
    /// They cannot be, for this reason.
    Lost(String),
    /// They may not be read, for this reason; containers are compared instead.
    Forbidden(String),
}

/// What the long-lived tasks last did. All moments are by our clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vitals {
    /// When the chat last answered, also with "nothing new".
    pub polled: Option<Timestamp>,
    /// How it is with the engine's events.
    pub stream: Stream,
    /// Since when it is so.
    pub stream_since: Option<Timestamp>,
    /// When the engine last said anything: an event, or a list.
    pub heard: Option<Timestamp>,
    /// When the settings were last read again and were right; none since the start.
    pub settings: Option<Timestamp>,
}

/// Where they write it down, for whoever asks.
#[derive(Debug, Default)]
pub struct Pulse {
    vitals: Mutex<Vitals>,
    returned: Notify,
}

impl Pulse {
    /// As it is now.
    pub fn vitals(&self) -> Vitals {
        self.lock().clone()
    }

    /// The chat answered.
    pub fn polled(&self, at: Timestamp) {
        self.lock().polled = Some(at);
    }

    /// The engine said something.
    pub fn heard(&self, at: Timestamp) {
        self.lock().heard = Some(at);
    }

    /// The settings were read again, and are right.
    pub fn settings(&self, at: Timestamp) {
        self.lock().settings = Some(at);
    }

    /// How it is with the engine's events from now on.
    pub fn stream(&self, stream: Stream, at: Timestamp) {
        let mut vitals = self.lock();
        if vitals.stream != stream {
            if matches!(vitals.stream, Stream::Lost(_)) {
                self.returned.notify_one();
            }
            (vitals.stream, vitals.stream_since) = (stream, Some(at));
        }
    }

    /// Waits until the engine answers after it was lost: it, or a filter before it, may be another one. For one
    /// listener.
    pub async fn returned(&self) {
        self.returned.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, Vitals> {
        self.vitals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
