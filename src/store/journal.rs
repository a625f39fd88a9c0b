//! What was done to the machine and by whom: heals and the audit. Only ever added to.

use jiff::Timestamp;
use jobs::audit::{Deed, Outcome, Who};
use jobs::heal::Heal;
use jobs::ports::StoreError;
use rusqlite::{Connection, params};

use super::alerts::{readable, writable};
use super::ground::{Durability, Fault, State};
use super::{millis, moment};

/// How many lines of the audit are read at most: a chat and a terminal are no place for more.
const MOST_LINES: i64 = 5000;

/// See [`jobs::ports::Store::put_deed`].
pub(super) fn put_deed(state: &mut State, deed: &Deed) -> Result<i64, StoreError> {
    state.write(Durability::Full, |ground| write_deed(ground.conn, deed))
}

/// Adds a line to the audit; its number.
pub(super) fn write_deed(conn: &Connection, deed: &Deed) -> Result<i64, Fault> {
    let sql = "INSERT INTO audit (at, who, what, target, outcome, code, begun) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let who = deed.who.to_string();
    let (at, code) = (millis(deed.at), deed.outcome.code());
    let values = params![at, who, deed.what, deed.target, deed.words, code, deed.begun];
    conn.prepare_cached(sql)?.execute(values)?;
    Ok(conn.last_insert_rowid())
}

/// See [`jobs::ports::Store::deeds`].
pub(super) fn deeds(state: &mut State, since: Timestamp) -> Result<Vec<Deed>, StoreError> {
    state.read(|ground| {
        // A file that was opened only to be read may be of an older format.
        let format: i64 = ground.conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let sql = if 3 <= format {
            "SELECT at, who, what, target, outcome, code, begun FROM audit a WHERE at >= ?1 AND NOT \
             (code = 'begun' AND EXISTS (SELECT 1 FROM audit b WHERE b.begun = a.id)) ORDER BY at DESC, id DESC LIMIT ?2"
        } else {
            "SELECT at, who, what, target, outcome, 'earlier', NULL FROM audit WHERE at >= ?1 \
             ORDER BY at DESC, id DESC LIMIT ?2"
        };
        let row = |row: &rusqlite::Row<'_>| {
            let (who, what): (String, String) = (row.get(1)?, row.get(2)?);
            Ok(Deed {
                at: moment(row.get(0)?),
                // Nobody was ever called otherwise: a number, a script, or the watch.
                who: who.parse().unwrap_or(Who::Script),
                // Earlier releases wrote the slash too.
                what: what.trim_start_matches('/').to_owned(),
                target: row.get(3)?,
                words: row.get(4)?,
                outcome: Outcome::of(&row.get::<_, String>(5)?),
                begun: row.get(6)?,
            })
        };
        let mut statement = ground.conn.prepare_cached(sql)?;
        Ok(statement.query_map(params![millis(since), MOST_LINES], row)?.collect::<Result<_, _>>()?)
    })
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
