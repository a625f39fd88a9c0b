//! What was done to the machine and by whom: heals and the audit. Only ever added to.

use jiff::Timestamp;
use jobs::heal::Heal;
use jobs::ports::StoreError;
use rusqlite::params;

use super::alerts::{readable, writable};
use super::ground::{Durability, State};
use super::{Database, millis, moment};

/// Something that somebody did through us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub at: Timestamp,
    /// A person's id, or the job that acted by itself.
    pub who: String,
    /// The verb: `restart`, `fix`, `mute`.
    pub what: String,
    /// On what.
    pub target: String,
    /// How it ended, in English.
    pub outcome: String,
}

impl Database {
    /// Adds to the audit; durable when it returns.
    pub fn put_deed(&self, deed: &Deed) -> Result<(), StoreError> {
        self.lock().write(Durability::Full, |ground| {
            let sql = "INSERT INTO audit (at, who, what, target, outcome) VALUES (?, ?, ?, ?, ?)";
            let values = params![millis(deed.at), deed.who, deed.what, deed.target, deed.outcome];
            ground.conn.prepare_cached(sql)?.execute(values)?;
            Ok(())
        })
    }

    /// What was done since then, oldest first.
    pub fn deeds_since(&self, since: Timestamp) -> Result<Vec<Deed>, StoreError> {
        self.lock().read(|ground| {
            let sql = "SELECT at, who, what, target, outcome FROM audit WHERE at >= ? ORDER BY at, id";
            let row = |row: &rusqlite::Row<'_>| {
                Ok(Deed {
                    at: moment(row.get(0)?),
                    who: row.get(1)?,
                    what: row.get(2)?,
                    target: row.get(3)?,
                    outcome: row.get(4)?,
                })
            };
            let mut statement = ground.conn.prepare_cached(sql)?;
            Ok(statement.query_map([millis(since)], row)?.collect::<Result<_, _>>()?)
        })
    }
}

/// See [`jobs::ports::Store::put_heal`].
pub(super) fn put_heal(state: &mut State, heal: &Heal) -> Result<(), StoreError> {
    state.write(Durability::Full, |ground| {
        let sql = "INSERT INTO heals (at, body) VALUES (?, ?)";
        ground.conn.prepare_cached(sql)?.execute(params![millis(heal.at), writable(heal)?])?;
        Ok(())
    })
}

/// See [`jobs::ports::Store::heals_since`].
pub(super) fn heals_since(state: &mut State, since: Timestamp) -> Result<Vec<Heal>, StoreError> {
    state.read(|ground| {
        let sql = "SELECT body FROM heals WHERE at >= ? ORDER BY at, id";
        let mut statement = ground.conn.prepare_cached(sql)?;
        let bodies = statement.query_map([millis(since)], |row| row.get(0))?;
        readable(bodies.collect::<Result<_, _>>()?)
    })
}
