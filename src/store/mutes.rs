//! What is not to be told for a while, and what is being held back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jobs::mute::{After, By, HeldBack, Mute, Scope};
use jobs::ports::StoreError;
use rusqlite::params;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ground::Durability;
use super::{Database, millis, moment};

/// What is held back, in the small state.
const HELD: &str = "mutes.held/1";
/// Declared mutes that a person has ended before their time: by name, the end that they would have had.
const LIFTED: &str = "mutes.lifted/1";

impl Database {
    /// Mutes, or changes the mute of the same scope.
    pub fn put_mute(&self, mute: &Mute) -> Result<(), StoreError> {
        self.lock().write(Durability::Full, |ground| {
            let sql = "INSERT OR REPLACE INTO mutes (scope, until, person, made, critical, digest, reason) \
                       VALUES (?, ?, ?, ?, ?, ?, ?)";
            let by = match mute.by {
                By::Person(person) => Some(person),
                By::Script | By::Declared(_) => None,
            };
            let digest = mute.after == After::Digest;
            let (scope, from, until) = (mute.scope.to_string(), millis(mute.from), millis(mute.until));
            let values = params![scope, until, by, from, mute.critical_too, digest, mute.reason];
            ground.conn.prepare_cached(sql)?.execute(values)?;
            Ok(())
        })
    }

    /// Ends a mute at once; whether there was one.
    pub fn unmute(&self, scope: &Scope) -> Result<bool, StoreError> {
        self.lock().write(Durability::Full, |ground| {
            let sql = "DELETE FROM mutes WHERE scope = ?";
            Ok(ground.conn.prepare_cached(sql)?.execute([scope.to_string()])? != 0)
        })
    }

    /// Mutes that have not ended, by scope. A scope that this release does not know mutes nothing.
    pub fn mutes(&self, now: Timestamp) -> Result<Vec<Mute>, StoreError> {
        self.lock().read(|ground| {
            let sql = "SELECT scope, until, person, made, critical, digest, reason FROM mutes \
                       WHERE until > ? ORDER BY scope";
            let row = |row: &rusqlite::Row<'_>| {
                let Ok(scope) = row.get::<_, String>(0)?.parse() else { return Ok(None) };
                Ok(Some(Mute {
                    scope,
                    until: moment(row.get(1)?),
                    by: row.get::<_, Option<i64>>(2)?.map_or(By::Script, By::Person),
                    from: moment(row.get(3)?),
                    critical_too: row.get(4)?,
                    after: if row.get(5)? { After::Digest } else { After::Tell },
                    reason: row.get(6)?,
                }))
            };
            let mut statement = ground.conn.prepare_cached(sql)?;
            let rows = statement.query_map([millis(now)], row)?.collect::<Result<Vec<_>, _>>()?;
            Ok(rows.into_iter().flatten().collect())
        })
    }

    /// What mutes are holding back.
    pub fn held_back(&self) -> Result<HeldBack, StoreError> {
        self.read_state(HELD)
    }

    /// Writes down what mutes are holding back.
    pub fn put_held_back(&self, held: &HeldBack) -> Result<(), StoreError> {
        self.write_state(HELD, held)
    }

    /// Whether a person has ended that time of a declared mute.
    pub fn is_lifted(&self, name: &str, until: Timestamp) -> Result<bool, StoreError> {
        let lifted: BTreeMap<String, Timestamp> = self.read_state(LIFTED)?;
        Ok(lifted.get(name) == Some(&until))
    }

    /// Ends a declared mute for this time; the next time it comes again.
    pub fn lift(&self, name: &str, until: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        let mut lifted: BTreeMap<String, Timestamp> = self.read_state(LIFTED)?;
        lifted.retain(|_, until| now < *until);
        lifted.insert(name.to_owned(), until);
        self.write_state(LIFTED, &lifted)
    }

    /// What cannot be understood, because another release wrote it, is said in the log and counts as nothing.
    fn read_state<T: DeserializeOwned + Default>(&self, name: &str) -> Result<T, StoreError> {
        let Some(written) = self.get_state(name)? else { return Ok(T::default()) };
        Ok(serde_json::from_str(&written).unwrap_or_else(|error| {
            tracing::error!(name, %error, remedy = "report it; a mute that was lost can be given again", "what was written down cannot be understood");
            T::default()
        }))
    }

    fn write_state(&self, name: &str, value: &impl Serialize) -> Result<(), StoreError> {
        let written = serde_json::to_string(value).map_err(|error| StoreError(error.to_string()))?;
        self.put_state(name, &written)
    }
}
