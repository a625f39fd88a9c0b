//! Small named facts, the Telegram offset among them. One is durable when it is written; the offset, and trifles that are
//! written many at a time, outlive us at once and a power failure when somebody has waited for the disk.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;

use jobs::ports::StoreError;
use rusqlite::{OptionalExtension, params};

use super::Database;
use super::ground::{Durability, Fault, Ground};
use crate::message::Incoming;
use crate::transport::{Bookmark, BookmarkError, Durable};

/// How far the chat was read.
pub(super) const BOOKMARK: &str = "bookmark";

/// A named fact that is written together with something else: both, or neither.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Its name.
    pub name: &'static str,
    /// What it is from now on.
    pub value: String,
}

/// Writes facts on the way.
pub(super) fn put_facts(ground: &Ground<'_>, facts: &[Fact]) -> Result<(), Fault> {
    facts.iter().try_for_each(|it| put(ground, it.name, &it.value))
}

fn put(ground: &Ground<'_>, name: &str, value: &str) -> Result<(), Fault> {
    let sql = "INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)";
    ground.conn.prepare_cached(sql)?.execute(params![name, value])?;
    Ok(())
}

/// Reads a fact on the way.
pub(super) fn get(ground: &Ground<'_>, name: &str) -> Result<Option<String>, Fault> {
    let sql = "SELECT value FROM state WHERE name = ?";
    Ok(ground.conn.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional()?)
}

impl Database {
    /// A fact, if it was ever written.
    pub fn get_state(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.lock().read(|ground| get(ground, name))
    }

    /// Writes a fact; durable when it returns.
    pub fn put_state(&self, name: &str, value: &str) -> Result<(), StoreError> {
        self.lock().write(Durability::Full, |ground| put(ground, name, value))
    }

    /// Writes facts, all or none, as cheaply as samples: they outlive us, and a power failure may take the last seconds.
    pub fn put_facts(&self, facts: &[Fact]) -> Result<(), StoreError> {
        self.lock().write(Durability::Normal, |ground| put_facts(ground, facts))
    }
}

impl Database {
    /// Writes how far we have read, and a fact with it: both, or neither, as cheaply as samples. [`Database::sync`] waits
    /// for the disk.
    pub fn note(&self, next: i64, fact: Option<&Fact>) -> Result<(), BookmarkError> {
        let written = self.lock().write(Durability::Normal, |ground| {
            put(ground, BOOKMARK, &next.to_string())?;
            fact.map_or(Ok(()), |it| put(ground, it.name, &it.value))
        });
        written.map_err(|error| BookmarkError(error.to_string()))
    }

    /// Waits until all that was written so far outlives a power failure, while others go on reading and writing. Where
    /// there is only memory nothing does, and nothing is waited for.
    ///
    /// # Errors
    /// The kernel's: nobody knows then what is on the disk.
    pub fn sync(&self) -> std::io::Result<()> {
        let Some((journal, written)) = self.lock().unsynced() else { return Ok(()) };
        // By a handle of its own: on the journal no locks are held that closing it would drop.
        let flags = rustix::fs::OFlags::NOFOLLOW.bits() as i32;
        OpenOptions::new().read(true).custom_flags(flags).open(journal)?.sync_data()?;
        self.lock().is_synced(written);
        Ok(())
    }
}

impl Bookmark for Database {
    fn load(&self) -> Result<Option<i64>, BookmarkError> {
        let stored = self.get_state(BOOKMARK).map_err(|error| BookmarkError(error.to_string()))?;
        let parsed = stored.map(|it| it.parse()).transpose();
        parsed.map_err(|error| BookmarkError(format!("the stored number cannot be read: {error}")))
    }

    fn save(&self, next: i64) -> Result<(), BookmarkError> {
        self.put_state(BOOKMARK, &next.to_string()).map_err(|error| BookmarkError(error.to_string()))
    }

    fn save_heard(&self, next: i64, _heard: &[Incoming]) -> Result<Durable, BookmarkError> {
        self.note(next, None).map(|()| Durable::First)
    }

    fn make_durable(&self, next: i64) -> Result<(), BookmarkError> {
        match self.sync() {
            Ok(()) => Ok(()),
            // What the journal cannot do is the store's to deal with: it says why, or goes on in memory.
            Err(error) => {
                tracing::debug!(%error, "the journal could not be synced by itself; it is written once more");
                self.save(next)
            }
        }
    }
}
