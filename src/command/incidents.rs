//! Incidents, as commands see them.

use jiff::Timestamp;
use jobs::incident::{Entry, Incident};
use jobs::ports::StoreError;

use crate::message::UserId;

/// What is wrong together, and who has taken it on.
pub trait Incidents: Send + Sync {
    /// Those that are not over, oldest first.
    fn open(&self) -> Result<Vec<Incident>, StoreError>;
    /// Those that were open at some time in `from <= at < to`, oldest first.
    fn between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Incident>, StoreError>;
    /// The one of that number.
    fn incident(&self, number: i64) -> Result<Option<Incident>, StoreError>;
    /// Its record, oldest first.
    fn record(&self, number: i64) -> Result<Vec<Entry>, StoreError>;
    /// Somebody takes it on. Its cards say so. None when there is nothing to take on: it is over, or theirs already.
    fn acknowledge(&self, number: i64, by: UserId, now: Timestamp) -> Result<Option<Incident>, StoreError>;
    /// Somebody lets go of it. None when nobody had it.
    fn release(&self, number: i64, by: UserId, now: Timestamp) -> Result<Option<Incident>, StoreError>;
}
