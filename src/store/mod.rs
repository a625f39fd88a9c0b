//! What is remembered, in one SQLite file. The only room that names rusqlite.
//!
//! Everything goes through [`Database`]: short transactions on one connection behind a lock, in WAL mode, so that
//! other processes may read, and briefly write, while the daemon runs. What a person is told, and what must not be done
//! twice, is synced before the call returns, but for the offset, which [`Database::sync`] waits for; samples and the journal of runs survive our own death at any moment, and
//! lose at most the last seconds in a power failure.
//!
//! The file may fail, and the watch goes on: a damaged one is set aside (what can be read of the ledgers is saved into
//! a new one), a full or read-only one is left for memory until it takes writes again. [`Database::condition`] and
//! [`Database::take_findings`] say so.

mod alerts;
mod backup;
mod buttons;
mod carry;
mod chunk;
mod fallback;
mod ground;
mod handover;
mod history;
mod incidents;
mod journal;
mod learnt;
mod leftovers;
mod mutes;
mod open;
mod outbox;
mod people;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod promises;
mod restore;
mod rollup;
mod runs;
mod samples;
mod schema;
mod shadow;
mod state;
#[cfg(test)]
mod tests;
mod thin;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jobs::alert::{Alert, AlertKey, Transition};
use jobs::audit::Deed;
use jobs::evaluate::Normal;
use jobs::heal::{Heal, SeenImages};
use jobs::incident::{Changed, Incident};
use jobs::metric::{Sample, SeriesKey};
use jobs::ports::{Learnt, Leftover, Occasion, Store, StoreError, Walked};
use jobs::series::Series;

pub use alerts::Untold;
pub use backup::{Copied, CopyError, Target, back_up};
pub use buttons::ButtonRow;
pub use handover::{Answer, Asked, answer, is_asked, take, tidy};
pub use incidents::{Card, Telegraph};
pub use outbox::{Arrival, Content, Depth, NewParcel, Parcel, ParcelId, Ring};
pub use people::Person;
pub use restore::{RESTORED, Restored, Source, Staged, Swapped, stage, swap};
pub use runs::{Outcome, Remains, Run, RunId};
pub use state::Fact;

use ground::State;

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Samples as they came: 2 days. At least 3 hours, so that they are rolled up first.
    pub raw: Duration,
    /// Roll-ups of a minute: 30 days. At least 3 days.
    pub minutes: Duration,
    /// Roll-ups of an hour: 400 days, so that a month can be held against the same one a year ago.
    pub hours: Duration,
    /// Bytes of the file: 256 MiB. Above it the oldest samples go before their time, then the oldest minutes.
    pub ceiling: u64,
}

impl Default for Limits {
    fn default() -> Self {
        let days = |days: u64| Duration::from_secs(days * 24 * 3600);
        Self { raw: days(2), minutes: days(30), hours: days(400), ceiling: 256 << 20 }
    }
}

impl Limits {
    /// What is kept where there is only memory: 16 MiB at most.
    fn for_memory(self) -> Self {
        Self { ceiling: self.ceiling.min(16 << 20), ..self }
    }
}

/// Something about the store that its owner should know once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// There is only memory, until the process is started again.
    MemoryOnly {
        /// The place, the reason and the remedy.
        why: String,
    },
    /// The file takes no writes; memory holds what is new until it does.
    Waiting {
        /// The reason.
        why: String,
    },
    /// The file takes writes again, and has everything that memory held.
    Returned,
    /// The file was damaged. A new one is begun.
    SetAside {
        /// The damaged file's new name.
        kept_as: String,
        /// What was wrong with it.
        why: String,
        /// The ledgers that could be saved from it whole: `alerts`, `parcels`, … Samples are not among them.
        saved: Vec<&'static str>,
    },
    /// Others on this machine may look into the directory, and it holds more than our files, so its mode was left.
    OpenToOthers {
        /// The directory.
        dir: String,
        /// Its mode bits.
        mode: u32,
    },
}

/// Where what is new is remembered now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// In the file.
    Durable,
    /// In memory, until the file takes writes again.
    Waiting {
        /// Why it does not.
        why: String,
    },
    /// In memory, until the process is started again.
    MemoryOnly {
        /// Why.
        why: String,
    },
}

/// Why there is no store, and should be none: going on in memory would hide a mistake of the operator.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Something named like the store leads elsewhere.
    #[error("{} is a symbolic link; remove it, or set DATA_DIR to the directory it leads to", .0.display())]
    Symlink(PathBuf),
    /// The store was written by a newer release.
    #[error(
        "{} was written by a newer release of Vakhta (format {format}, this one knows {known}) and is left as it is; \
         run that release again, or {}",
        file.display(),
        way_back(.kept.as_deref())
    )]
    Newer {
        /// The file.
        file: PathBuf,
        /// Its format.
        format: i64,
        /// The newest format that this release knows.
        known: i64,
        /// The copy that was kept before the file was brought to a newer format, if it is still there.
        kept: Option<PathBuf>,
    },
    /// It was only to be read, and cannot be.
    #[error("{} cannot be read: {why}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        why: String,
    },
}

/// What to do about a newer store besides running its release.
fn way_back(kept: Option<&Path>) -> String {
    match kept {
        Some(kept) => format!("go back to the copy from before the upgrade: vakhta restore {}", kept.display()),
        None => "restore a backup from before the upgrade (vakhta restore FILE), or move the file away to begin a \
                 new one"
            .to_owned(),
    }
}

/// How far back samples reach, each from the beginning of the oldest stretch that is kept so finely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Samples as they came.
    pub samples: Option<Timestamp>,
    /// Means of a minute.
    pub minutes: Option<Timestamp>,
}

/// A store, and what was found on the way.
#[derive(Debug)]
pub struct Opened {
    /// Ready.
    pub database: Database,
    /// What its owner should know. [`Database::take_findings`] yields later ones.
    pub findings: Vec<Finding>,
}

/// How large the store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Bytes of the file that hold something, or of memory.
    pub used: u64,
    /// Bytes of the file.
    pub file: u64,
    /// What it may grow to.
    pub ceiling: u64,
    /// The beginning of the oldest stretch of samples, minutes or hours.
    pub oldest: Option<Timestamp>,
}

/// The store. Clones share it.
#[derive(Clone)]
pub struct Database(Arc<Mutex<State>>);

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Database").field(&self.condition()).finish()
    }
}

impl Database {
    /// Opens `dir/vakhta.sqlite`, or begins it. `now` names a file that has to be set aside.
    ///
    /// A directory that cannot be used, or a disk without room, is a [`Finding`] and not an error: the watch goes on in
    /// memory. Safe beside a running daemon: nothing of its business is touched before [`Database::take_over`].
    pub fn open(dir: &Path, limits: Limits, now: Timestamp) -> Result<Opened, OpenError> {
        let mut state = open::open(dir, limits, now)?;
        let findings = std::mem::take(&mut state.findings);
        Ok(Opened { database: Self(Arc::new(Mutex::new(state))), findings })
    }

    /// Opens the store of `dir` to be read and nothing else: no file is made, mended, brought to this release's format or
    /// set aside, and a running daemon is not kept waiting. None where nothing was ever stored.
    pub fn open_to_read(dir: &Path) -> Result<Option<Self>, OpenError> {
        Ok(open::to_read(dir)?.map(|state| Self(Arc::new(Mutex::new(state)))))
    }

    /// Whether there is a store in a directory, of any format.
    ///
    /// # Errors
    /// The directory may not be looked into.
    pub fn is_there(dir: &Path) -> std::io::Result<bool> {
        dir.join(open::FILE).try_exists()
    }

    /// A store that is forgotten with the process: for a console without a data directory.
    pub fn in_memory(limits: Limits) -> Self {
        let why = "no data directory was asked for".to_owned();
        Self(Arc::new(Mutex::new(open::in_memory(limits, Timestamp::UNIX_EPOCH, why))))
    }

    /// Where what is new is remembered now.
    pub fn condition(&self) -> Condition {
        self.lock().condition()
    }

    /// What its owner should know that happened since it was asked last.
    pub fn take_findings(&self) -> Vec<Finding> {
        std::mem::take(&mut self.lock().findings)
    }

    /// How far back samples reach.
    pub fn reach(&self) -> Result<Reach, StoreError> {
        history::reach(&mut self.lock())
    }

    /// Means of a minute in `from <= at < to`, each at the beginning of its minute; also of minutes whose samples are
    /// still there.
    pub fn minutes(&self, key: &SeriesKey, from: Timestamp, to: Timestamp) -> Result<Series, StoreError> {
        history::minutes(&mut self.lock(), key, from, to)
    }

    /// How large it is.
    pub fn usage(&self) -> Result<Usage, StoreError> {
        thin::usage(&mut self.lock())
    }

    /// Brings what waits in memory to the file if that is possible now, and the journal into the main file, so that
    /// it can be copied alone. The store remains usable; the file is closed with its last clone.
    pub fn settle(&self) -> Result<(), StoreError> {
        let mut state = self.lock();
        shadow::leave(&mut state);
        let busy = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        // Another process that reads keeps a part of the journal alive; nothing is lost by that.
        state
            .conn
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], busy)
            .map(|_| ())
            .map_err(|error| StoreError(error.to_string()))
    }

    /// Lets go of the file for good, for everybody who has this store: it can be put in the place of another one. Whoever
    /// asks all the same finds an empty one in memory.
    pub fn close(&self) {
        let mut state = self.lock();
        let (limits, newest) = (state.limits, state.newest);
        *state = open::in_memory(limits.for_memory(), newest, "it was closed".to_owned());
    }

    /// A panic while the lock was held left no half-done transaction behind: it was rolled back on the way.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Database {
    fn append(&self, samples: &[Sample]) -> Result<(), StoreError> {
        samples::append(&mut self.lock(), samples)
    }

    fn keys(&self, since: Timestamp) -> Result<Vec<SeriesKey>, StoreError> {
        samples::keys(&mut self.lock(), since)
    }

    fn series(&self, key: &SeriesKey, from: Timestamp, to: Timestamp) -> Result<Series, StoreError> {
        history::series(&mut self.lock(), key, from, to)
    }

    fn history(
        &self,
        key: &SeriesKey,
        from: Timestamp,
        to: Timestamp,
        points: usize,
    ) -> Result<Series, StoreError> {
        history::history(&mut self.lock(), key, from, to, points)
    }

    fn alert(&self, key: &AlertKey) -> Result<Option<Alert>, StoreError> {
        alerts::open_one(&mut self.lock(), key)
    }

    fn open_alerts(&self) -> Result<Vec<Alert>, StoreError> {
        alerts::open_ones(&mut self.lock())
    }

    fn recently_ended(&self, since: Timestamp) -> Result<Vec<Alert>, StoreError> {
        alerts::ended_since(&mut self.lock(), since)
    }

    fn alerts_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Alert>, StoreError> {
        alerts::fired_between(&mut self.lock(), from, to)
    }

    fn incidents_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Incident>, StoreError> {
        incidents::between(&mut self.lock(), from, to)
    }

    fn put_alert(&self, alert: &mut Alert, transition: &Transition) -> Result<(), StoreError> {
        alerts::put(&mut self.lock(), alert, transition)
    }

    fn learnt(&self, key: &AlertKey) -> Result<Option<Learnt>, StoreError> {
        learnt::learnt(&mut self.lock(), key)
    }

    fn put_learnt(&self, learnt: &Learnt) -> Result<(), StoreError> {
        learnt::put_learnt(&mut self.lock(), learnt)
    }

    fn forget_learnt(&self, key: &AlertKey, why: &str) -> Result<(), StoreError> {
        learnt::forget_learnt(&mut self.lock(), key, why)
    }

    fn normals(&self) -> Result<Vec<Normal>, StoreError> {
        learnt::normals(&mut self.lock())
    }

    fn put_normal(&self, normal: &Normal) -> Result<(), StoreError> {
        learnt::put_normal(&mut self.lock(), normal)
    }

    fn forget_normals(&self, series: &SeriesKey) -> Result<usize, StoreError> {
        learnt::forget_normals(&mut self.lock(), series)
    }

    fn walked(&self, mount: &str, occasion: Occasion) -> Result<Option<Walked>, StoreError> {
        let written = self.get_state(&walked_key(mount, occasion))?;
        // What another release wrote and this one cannot read is as good as none: the next walk replaces it.
        Ok(written.and_then(|it| serde_json::from_str(&it).ok()))
    }

    fn put_walked(&self, mount: &str, occasion: Occasion, walked: &Walked) -> Result<(), StoreError> {
        let written = serde_json::to_string(walked).map_err(|error| StoreError(error.to_string()))?;
        self.put_state(&walked_key(mount, occasion), &written)
    }

    fn put_heal(&self, heal: &Heal) -> Result<(), StoreError> {
        journal::put_heal(&mut self.lock(), heal)
    }

    fn heals_since(&self, since: Timestamp) -> Result<Vec<Heal>, StoreError> {
        journal::heals_since(&mut self.lock(), since)
    }

    fn put_deed(&self, deed: &Deed) -> Result<i64, StoreError> {
        journal::put_deed(&mut self.lock(), deed)
    }

    fn deeds(&self, since: Timestamp) -> Result<Vec<Deed>, StoreError> {
        journal::deeds(&mut self.lock(), since)
    }

    fn restarted(&self, since: Timestamp) -> Result<Vec<Changed>, StoreError> {
        let written = self.get_state(RESTARTED)?;
        // What cannot be read is of a time that is over: it is counted anew.
        let all: Vec<Changed> = written.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default();
        Ok(all.into_iter().filter(|it| since <= it.at).collect())
    }

    fn seen_images(&self) -> Result<Option<SeenImages>, StoreError> {
        let written = self.get_state(SEEN_IMAGES)?;
        // What cannot be read is learnt anew: an image is then only younger than it was.
        Ok(written.and_then(|it| serde_json::from_str(&it).ok()))
    }

    fn put_seen_images(&self, seen: &SeenImages) -> Result<(), StoreError> {
        let written = serde_json::to_string(seen).map_err(|error| StoreError(error.to_string()))?;
        self.put_facts(&[Fact { name: SEEN_IMAGES, value: written }])
    }

    fn leftovers(&self) -> Result<Vec<Leftover>, StoreError> {
        Ok(self.lock().file.as_deref().map(leftovers::list).unwrap_or_default())
    }

    fn remove_leftover(&self, path: &str) -> Result<(), StoreError> {
        let file = self.lock().file.clone();
        let file = file.ok_or_else(|| StoreError("there is only memory".to_owned()))?;
        leftovers::remove(&file, path)
    }
}

/// Where it is remembered which images were seen in use.
const SEEN_IMAGES: &str = "images.seen/1";
/// Where it is remembered what was restarted and not by us: a list of [`Changed`], oldest first.
pub(crate) const RESTARTED: &str = "restarted/1";

/// Where the walk through a filesystem is remembered.
fn walked_key(mount: &str, occasion: Occasion) -> String {
    match occasion {
        Occasion::Daily => format!("walked/1:{mount}"),
        Occasion::Suspicion => format!("walked-at-suspicion/1:{mount}"),
    }
}

/// Milliseconds since 1970, the store's measure of time.
fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// The moment that is at or after, in whole milliseconds: for ends that are not included.
fn millis_up(at: Timestamp) -> i64 {
    let floor = at.as_millisecond();
    if moment(floor) < at { floor + 1 } else { floor }
}

/// A stored time. What no calendar holds becomes the nearest one that it does.
fn moment(millis: i64) -> Timestamp {
    let outside = if millis < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(millis).unwrap_or(outside)
}

/// A length of time in milliseconds.
fn span(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX / 4)
}
