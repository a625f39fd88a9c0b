//! What is remembered.

use jiff::Timestamp;

use super::{Occasion, Walked};
use crate::alert::{Alert, AlertKey, Transition};
use crate::audit::Deed;
use crate::evaluate::Normal;
use crate::heal::{Heal, SeenImages};
use crate::incident::{Changed, Incident};
use crate::metric::{Sample, SeriesKey};
use crate::series::Series;

/// The store refused.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub String);

/// What a rule has learnt of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learnt {
    /// Which rule, of what.
    pub key: AlertKey,
    /// When it was stored.
    pub at: Timestamp,
    /// Its own business, with a version; at most 64 KiB.
    pub body: Vec<u8>,
}

/// A file of our own that nobody needs any more: a store that was damaged and set aside, or what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// Where we have it.
    pub path: String,
    /// Bytes on disk.
    pub bytes: u64,
    /// When it was set aside; none where its name does not say so.
    pub at: Option<Timestamp>,
}

/// What is remembered. Synchronous: every call is a short local transaction.
pub trait Store: Send + Sync {
    /// Adds samples of one moment and keeps roll-ups and ceilings in order.
    fn append(&self, samples: &[Sample]) -> Result<(), StoreError>;
    /// Every series that has a value since then.
    fn keys(&self, since: Timestamp) -> Result<Vec<SeriesKey>, StoreError>;
    /// The samples themselves in `from <= at < to`, as far back as they are kept.
    fn series(&self, key: &SeriesKey, from: Timestamp, to: Timestamp) -> Result<Series, StoreError>;
    /// The same stretch at whatever level gives about `points` points and reaches back far enough.
    fn history(
        &self,
        key: &SeriesKey,
        from: Timestamp,
        to: Timestamp,
        points: usize,
    ) -> Result<Series, StoreError>;

    /// The alert of this key that has not ended.
    fn alert(&self, key: &AlertKey) -> Result<Option<Alert>, StoreError>;
    /// Every alert that has not ended.
    fn open_alerts(&self) -> Result<Vec<Alert>, StoreError>;
    /// Every alert that ended since then, in the order of their ends.
    fn recently_ended(&self, since: Timestamp) -> Result<Vec<Alert>, StoreError>;
    /// Every alert that fired at some time in `from <= at < to`, ended ones included, oldest first. One that relapsed
    /// is where it fired last.
    fn alerts_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Alert>, StoreError>;
    /// Every incident that was open at some time in `from <= at < to`, oldest first.
    fn incidents_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Incident>, StoreError>;
    /// Writes an alert and, in the same transaction, why it changed. A first writing gives it its number. A step that
    /// only says that it goes on ([`Step::is_routine`](crate::alert::Step::is_routine)) adds no entry to its life.
    fn put_alert(&self, alert: &mut Alert, transition: &Transition) -> Result<(), StoreError>;

    /// What a rule has learnt of a series, if anything was ever stored.
    fn learnt(&self, key: &AlertKey) -> Result<Option<Learnt>, StoreError>;
    /// Stores it, in place of what was there. A power failure may take the last of it: it is learnt again.
    fn put_learnt(&self, learnt: &Learnt) -> Result<(), StoreError>;
    /// Forgets what cannot be read, and says in the log why it is learnt anew.
    fn forget_learnt(&self, key: &AlertKey, why: &str) -> Result<(), StoreError>;

    /// Everything that a person has called normal, by rule and series.
    fn normals(&self) -> Result<Vec<Normal>, StoreError>;
    /// Remembers that something was called normal, in place of what was said of that rule and series before.
    fn put_normal(&self, normal: &Normal) -> Result<(), StoreError>;
    /// Takes back what was called normal of a series, for every rule; how many that were.
    fn forget_normals(&self, series: &SeriesKey) -> Result<usize, StoreError>;

    /// The last walk through this mount on such an occasion.
    fn walked(&self, mount: &str, occasion: Occasion) -> Result<Option<Walked>, StoreError>;
    /// Remembers it instead of an earlier one.
    fn put_walked(&self, mount: &str, occasion: Occasion, walked: &Walked) -> Result<(), StoreError>;

    /// Remembers something that was proposed or done.
    fn put_heal(&self, heal: &Heal) -> Result<(), StoreError>;
    /// What was proposed or done since then, oldest first.
    fn heals_since(&self, since: Timestamp) -> Result<Vec<Heal>, StoreError>;

    /// Adds a line to the audit and answers with its number; durable when it returns. What is about to be done is
    /// written so before it is done ([`Deed::begun`]), and how it ended after.
    fn put_deed(&self, deed: &Deed) -> Result<i64, StoreError>;
    /// The audit since then, the newest first and at most a few thousand lines. That something begins is among them only
    /// where nothing is known of its end.
    fn deeds(&self, since: Timestamp) -> Result<Vec<Deed>, StoreError>;
    /// Containers that somebody restarted since then without us, oldest first and the newest few hundred at most.
    fn restarted(&self, since: Timestamp) -> Result<Vec<Changed>, StoreError>;

    /// Which images were seen in use, and when; none: never remembered.
    fn seen_images(&self) -> Result<Option<SeenImages>, StoreError>;
    /// Remembers it instead of what was remembered.
    fn put_seen_images(&self, seen: &SeenImages) -> Result<(), StoreError>;

    /// Files of our own that nobody needs any more.
    fn leftovers(&self) -> Result<Vec<Leftover>, StoreError>;
    /// Deletes one of them, by its path; anything else is refused.
    fn remove_leftover(&self, path: &str) -> Result<(), StoreError>;
}
