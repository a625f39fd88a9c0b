//! The ground every part of the store stands on: one connection, its transactions, and what to do when it gives way.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use jobs::metric::SeriesKey;
use jobs::ports::StoreError;
use rusqlite::{Connection, ErrorCode};

use super::samples::Tail;
use super::{Condition, Finding, Limits, open, shadow};

/// How much a commit may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// Outlives a power failure: a sync for each commit. What a person is told, and what must not be done twice.
    Full,
    /// Outlives our own death; a power failure may take the last seconds. Samples and the journal of runs.
    Normal,
}

/// Where writes go.
#[derive(Debug)]
pub(super) enum Mode {
    /// To the file.
    Disk,
    /// To memory, until the file takes them again.
    Shadow {
        why: String,
        /// Appends since the file was last tried.
        waited: u32,
        /// The file's own connection; samples from before are read there.
        disk: Connection,
        /// It had to be opened without its shared index, so it must be opened anew.
        exclusive: bool,
    },
    /// To memory, for good.
    Memory { why: String },
}

pub(super) struct State {
    pub(super) conn: Connection,
    pub(super) mode: Mode,
    pub(super) file: Option<PathBuf>,
    pub(super) limits: Limits,
    pub(super) ids: HashMap<SeriesKey, i64>,
    pub(super) tail: Option<Arc<Tail>>,
    pub(super) findings: Vec<Finding>,
    /// The newest time anybody told us; names files that are set aside.
    pub(super) newest: Timestamp,
    durability: Option<Durability>,
    version: i64,
    /// How many commits there were, and how many of them the disk is known to have. Only a sync of our own proves that: a
    /// transaction of [`Durability::Full`] that changes no page syncs nothing.
    written: u64,
    synced: u64,
}

/// What a piece of work in a transaction is given.
pub(super) struct Ground<'a> {
    /// Where everything is read and written.
    pub(super) conn: &'a Connection,
    /// Where stretches of samples are read: the same, or the file that cannot be written now.
    pub(super) chunks: &'a Connection,
    /// Whether samples are only kept until the file takes them again.
    pub(super) shadowed: bool,
    pub(super) limits: &'a Limits,
    pub(super) ids: &'a HashMap<SeriesKey, i64>,
    /// What is remembered of `fresh`, when it is.
    pub(super) tail: Option<&'a Tail>,
    version: i64,
}

impl Ground<'_> {
    /// Whether nobody else has written to the file since what is remembered of it was read. Asked within the transaction
    /// that relies on it, for one of its own would cost more than most reads.
    pub(super) fn is_as_remembered(&self) -> Result<bool, Fault> {
        Ok(self.version == version(self.conn)?)
    }

    /// What was read of old samples. While the file fails, the present is judged without what it cannot yield.
    pub(super) fn excuse<T: Default>(&self, read: rusqlite::Result<T>) -> Result<T, Fault> {
        match read {
            Err(error) if self.shadowed => {
                tracing::debug!(%error, "old samples cannot be read");
                Ok(T::default())
            }
            other => Ok(other?),
        }
    }
}

/// Why a piece of work was not done.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    #[error("{0}")]
    Said(String),
}

/// What a fault says about the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blame {
    /// It takes no writes: full, read-only, or its disk fails.
    Unwritable,
    /// It is no database, or no longer a whole one.
    Damaged,
    /// Nothing.
    Other,
}

impl Fault {
    pub(super) fn blame(&self) -> Blame {
        match self {
            Self::Sql(error) => match error.sqlite_error_code() {
                Some(
                    ErrorCode::DiskFull
                    | ErrorCode::ReadOnly
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::CannotOpen
                    | ErrorCode::PermissionDenied,
                ) => Blame::Unwritable,
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Blame::Damaged,
                _ => Blame::Other,
            },
            Self::Said(_) => Blame::Other,
        }
    }

    /// In words for a person.
    pub(super) fn words(&self) -> String {
        let Self::Sql(error) = self else { return self.to_string() };
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => "the disk is full".to_owned(),
            Some(ErrorCode::ReadOnly) => "the file cannot be written".to_owned(),
            Some(ErrorCode::SystemIoFailure) => format!("the disk fails ({error})"),
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                format!("the file cannot be opened ({error})")
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                "another program has held the file for too long".to_owned()
            }
            _ => error.to_string(),
        }
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Said(format!("cannot be stored: {error}"))
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        Self(fault.words())
    }
}

impl State {
    pub(super) fn new(conn: Connection, mode: Mode, limits: Limits, now: Timestamp) -> Self {
        Self {
            conn,
            mode,
            file: None,
            limits,
            ids: HashMap::new(),
            tail: None,
            findings: Vec::new(),
            newest: now,
            durability: None,
            version: -1,
            // What an earlier process wrote may not be on the disk either.
            written: 1,
            synced: 0,
        }
    }

    /// The journal that has to be synced, and the commits that are on the disk then; none where there is nothing to wait
    /// for.
    pub(super) fn unsynced(&self) -> Option<(PathBuf, u64)> {
        let file =
            self.file.as_deref().filter(|_| matches!(self.mode, Mode::Disk) && self.synced < self.written)?;
        Some((open::beside(file, "-wal"), self.written))
    }

    /// The disk has so many commits.
    pub(super) fn is_synced(&mut self, written: u64) {
        self.synced = self.synced.max(written);
    }

    /// Does the work in a transaction that writes. It is done once more when the ground had to be changed under it.
    pub(super) fn write<T>(
        &mut self,
        durability: Durability,
        work: impl Fn(&Ground<'_>) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        match self.try_write(durability, &work) {
            Err(fault) if self.give_way(&fault) => Ok(self.try_write(durability, &work)?),
            answer => Ok(answer?),
        }
    }

    /// Does the work on one consistent view.
    pub(super) fn read<T>(
        &mut self,
        work: impl Fn(&Ground<'_>) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        match self.try_read(&work) {
            Err(fault) if self.give_way(&fault) => Ok(self.try_read(&work)?),
            answer => Ok(answer?),
        }
    }

    /// Forgets what is remembered of the file when another process has written to it since.
    pub(super) fn notice_others(&mut self) -> Result<(), StoreError> {
        let version = self.read(|ground| version(ground.conn))?;
        if version != self.version {
            self.version = version;
            self.forget();
        }
        Ok(())
    }

    /// Forgets what is remembered of the file.
    pub(super) fn forget(&mut self) {
        self.ids.clear();
        self.tail = None;
    }

    /// Goes on with another connection.
    pub(super) fn stand_on(&mut self, conn: Connection, mode: Mode) -> (Connection, Mode) {
        self.forget();
        self.durability = None;
        self.version = -1;
        (std::mem::replace(&mut self.conn, conn), std::mem::replace(&mut self.mode, mode))
    }

    pub(super) fn condition(&self) -> Condition {
        match &self.mode {
            Mode::Disk => Condition::Durable,
            Mode::Shadow { why, .. } => Condition::Waiting { why: why.clone() },
            Mode::Memory { why } => Condition::MemoryOnly { why: why.clone() },
        }
    }

    fn try_write<T>(
        &mut self,
        durability: Durability,
        work: &impl Fn(&Ground<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        // A pragma cannot change it inside a transaction; outside it costs about a microsecond.
        if self.durability != Some(durability) {
            self.conn.execute_batch(match durability {
                Durability::Full => "PRAGMA synchronous = FULL",
                Durability::Normal => "PRAGMA synchronous = NORMAL",
            })?;
            self.durability = Some(durability);
        }
        let answer = self.transact("BEGIN IMMEDIATE", work)?;
        self.written += 1;
        Ok(answer)
    }

    fn try_read<T>(&self, work: &impl Fn(&Ground<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        self.transact("BEGIN DEFERRED", work)
    }

    fn transact<T>(
        &self,
        begin: &'static str,
        work: &impl Fn(&Ground<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let bracket = Bracket::open(&self.conn, begin)?;
        let answer = work(&self.ground(&self.conn))?;
        bracket.close()?;
        Ok(answer)
    }

    fn ground<'a>(&'a self, conn: &'a Connection) -> Ground<'a> {
        let (chunks, shadowed) = match &self.mode {
            Mode::Shadow { disk, .. } => (disk, true),
            Mode::Disk | Mode::Memory { .. } => (conn, false),
        };
        let (limits, ids, tail) = (&self.limits, &self.ids, self.tail.as_deref());
        Ground { conn, chunks, shadowed, limits, ids, tail, version: self.version }
    }

    /// Changes the ground after a fault of the file; whether it did.
    fn give_way(&mut self, fault: &Fault) -> bool {
        if !matches!(self.mode, Mode::Disk) {
            return false;
        }
        match fault.blame() {
            Blame::Unwritable => {
                shadow::enter(self, fault.words());
                true
            }
            Blame::Damaged => {
                open::replace(self, &fault.words());
                true
            }
            Blame::Other => false,
        }
    }
}

/// Counts what others have written to the file.
fn version(conn: &Connection) -> Result<i64, Fault> {
    Ok(conn.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?)
}

/// A transaction; what is not closed is rolled back, after a panic too. Its words are parsed once, as every other
/// statement is: a look at one series costs less than parsing them.
struct Bracket<'a>(&'a Connection);

impl<'a> Bracket<'a> {
    fn open(conn: &'a Connection, begin: &'static str) -> rusqlite::Result<Self> {
        conn.prepare_cached(begin)?.execute([])?;
        Ok(Self(conn))
    }

    fn close(self) -> rusqlite::Result<()> {
        self.0.prepare_cached("COMMIT")?.execute([]).map(drop)
    }
}

impl Drop for Bracket<'_> {
    fn drop(&mut self) {
        // A fault of the disk may have rolled it back already.
        if !self.0.is_autocommit()
            && let Err(error) = self.0.execute_batch("ROLLBACK")
        {
            tracing::debug!(%error, "a transaction was not rolled back");
        }
    }
}
