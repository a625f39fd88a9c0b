//! Of which time a digest is, and what that is compared with.

use std::time::Duration;

use jiff::Timestamp;

use crate::series::{before, since};

/// A stretch of time, and one to hold it against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// From here.
    pub from: Timestamp,
    /// To there.
    pub to: Timestamp,
    /// What it is compared with: from here to there.
    pub earlier: (Timestamp, Timestamp),
}

impl Period {
    /// So long, ending at that moment; compared with as long a time before it.
    pub fn ending(to: Timestamp, length: Duration) -> Self {
        let from = before(to, length);
        Self { from, to, earlier: (before(from, length), from) }
    }

    /// How long it is.
    pub fn length(&self) -> Duration {
        since(self.to, self.from)
    }
}
