//! What outlives a restore. What was seen and learnt is the copy's; what was said and done since cannot be taken back,
//! so it stays known: nothing is told twice, done twice, or allowed twice, and the audit loses no line.
//!
//! If the copy was taken from the very store that it replaces, that store's book of alerts, incidents and messages goes
//! on. If not (a new machine, a store begun anew), the two books number different things: the copy's is opened, what
//! waited in it is not rung again, and no button of either works.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

use jobs::audit::{Deed, Outcome, Who};

use super::ground::Fault;
use super::restore::{RESTORED, Restored};
use super::{journal, millis, schema, state};

/// The store that is replaced, and how far it can be relied on.
#[derive(Clone, Copy)]
pub(super) enum Trust<'a> {
    /// All of it.
    Whole(&'a Connection),
    /// It is damaged or of a newer release: what can be read counts.
    Partly(&'a Connection),
    /// There is none, or none that can be read.
    Nothing,
}

/// What people were told: rows name rows of the others.
const BOOK: &[&str] = &["alerts", "transitions", "incidents", "entries", "cards", "parcels", "buttons"];

/// Facts that name rows of the book.
const OF_THE_BOOK: &[&str] = &["fallback/1", "mutes.held/1", "watcher.untold/1"];

/// Numbers that only rise.
const RISING: &[&str] = &[state::BOOKMARK, "totp.used/1"];

/// A ledger that is only added to, and what of a line of it never changes.
struct Lines {
    table: &'static str,
    fixed: &'static str,
}

const TRANSITIONS: Lines = Lines { table: "transitions", fixed: "alert, generation, at, step" };
const ENTRIES: Lines = Lines { table: "entries", fixed: "incident, at, body" };
const AUDIT: Lines = Lines { table: "audit", fixed: "at, who, what, target, outcome" };
const HEALS: Lines = Lines { table: "heals", fixed: "at, body" };

/// How a copy and the store it replaces belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kin {
    /// The book of the store goes on where the copy's ends.
    book: bool,
    /// It certainly is a later state of the copy.
    later: bool,
}

/// Writes into a copy what has to be known of the store that it replaces. What could not be read is named.
pub(super) fn carry(
    trust: Trust<'_>,
    to: &Connection,
    restored: Restored,
) -> Result<Vec<&'static str>, Fault> {
    let transaction = to.unchecked_transaction()?;
    let nothing;
    let (from, is_whole) = match trust {
        Trust::Whole(conn) => (conn, true),
        Trust::Partly(conn) => (conn, false),
        Trust::Nothing => {
            nothing = super::open::blank();
            (&nothing, true)
        }
    };
    let kin = if is_whole { kin(from, to)? } else { Kin { book: false, later: false } };
    let mut lost = Vec::new();
    let mut carried = |name, done: Result<(), Fault>| match done {
        Err(fault) if is_whole => Err(fault),
        Err(fault) => {
            tracing::warn!(what = name, why = fault.words(), "could not be read in the store from before");
            lost.push(name);
            Ok(())
        }
        Ok(()) => Ok(()),
    };
    // In the order of what it would cost to lose it.
    carried("the place in the chat", rising(from, to))?;
    carried("audit", add_lines(from, to, &AUDIT).map(drop))?;
    carried("heals", heals(from, to))?;
    carried("state", facts(from, to, kin))?;
    carried("jobs", due(from, to))?;
    carried("runs", runs(from, to))?;
    carried("mutes", if kin.later { replace(from, to, "mutes") } else { unite(from, to, "mutes") })?;
    carried("people", unite(from, to, "people"))?;
    if kin.book {
        for table in BOOK {
            carried(table, replace(from, to, table))?;
        }
    } else {
        carried("the copy's own parcels", quieten(from, to, restored))?;
        carried("parcels", plain_parcels(from, to))?;
    }
    carried("numbers", numbers(from, to))?;
    let of = restored.of.to_string();
    let deed = Deed::begun(restored.at, Who::Script, "restore", of).ended(Outcome::Done, "");
    journal::write_deed(to, &deed)?;
    let written = serde_json::to_string(&restored)?;
    to.execute("INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)", [RESTORED, &written])?;
    transaction.commit()?;
    Ok(lost)
}

/// Whether a store is a later state of a copy: by the newest line of each ledger in the copy.
fn kin(from: &Connection, to: &Connection) -> Result<Kin, Fault> {
    let (transitions, entries) = (agree(from, to, &TRANSITIONS)?, agree(from, to, &ENTRIES)?);
    let others = [agree(from, to, &AUDIT)?, agree(from, to, &HEALS)?];
    let book = transitions != Some(false) && entries != Some(false);
    let all = [transitions, entries, others[0], others[1]];
    Ok(Kin { book, later: !all.contains(&Some(false)) && all.contains(&Some(true)) })
}

/// Whether the newest line of the copy stands in the store too; none if the copy has no line.
fn agree(from: &Connection, to: &Connection, lines: &Lines) -> Result<Option<bool>, Fault> {
    let Lines { table, fixed } = lines;
    let newest = to
        .query_row(&format!("SELECT id, {fixed} FROM {table} ORDER BY id DESC LIMIT 1"), [], values)
        .optional()?;
    let Some(newest) = newest else { return Ok(None) };
    Ok(Some(line(from, lines, &newest[0])?.as_ref() == Some(&newest)))
}

fn line(conn: &Connection, lines: &Lines, id: &Value) -> Result<Option<Vec<Value>>, Fault> {
    let Lines { table, fixed } = lines;
    let sql = format!("SELECT id, {fixed} FROM {table} WHERE id = ?");
    Ok(conn.prepare_cached(&sql)?.query_row([id], values).optional()?)
}

fn values(row: &rusqlite::Row<'_>) -> rusqlite::Result<Vec<Value>> {
    (0..row.as_ref().column_count()).map(|column| row.get(column)).collect()
}

/// Columns of a table here that the other has too.
fn columns(from: &Connection, to: &Connection, table: &str) -> Result<Vec<String>, Fault> {
    let of = |conn: &Connection| -> Result<Vec<String>, Fault> {
        let mut statement = conn.prepare("SELECT name FROM pragma_table_info(?)")?;
        Ok(statement.query_map([table], |row| row.get(0))?.collect::<Result<_, _>>()?)
    };
    let theirs = of(from)?;
    Ok(of(to)?.into_iter().filter(|it| theirs.contains(it)).collect())
}

fn replace(from: &Connection, to: &Connection, table: &str) -> Result<(), Fault> {
    schema::copy_table(from, to, table)?;
    Ok(())
}

/// Adds rows; where both have one, the store's counts.
fn unite(from: &Connection, to: &Connection, table: &str) -> Result<(), Fault> {
    let columns = columns(from, to, table)?;
    let names = columns.join(", ");
    let places = vec!["?"; columns.len()].join(", ");
    let mut read = from.prepare(&format!("SELECT {names} FROM {table}"))?;
    let mut write = to.prepare(&format!("INSERT OR REPLACE INTO {table} ({names}) VALUES ({places})"))?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        write.execute(rusqlite::params_from_iter(values(row)?))?;
    }
    Ok(())
}

/// Adds the lines that the copy does not have, under their own numbers where those are free, else above all others.
/// Answers with the new numbers of those that were added, by their old ones.
fn add_lines(from: &Connection, to: &Connection, lines: &Lines) -> Result<BTreeMap<i64, i64>, Fault> {
    let table = lines.table;
    let newest = |conn: &Connection| {
        conn.query_row(&format!("SELECT ifnull(max(id), 0) FROM {table}"), [], |row| row.get::<_, i64>(0))
    };
    let (ours, theirs) = (newest(to)?, newest(from)?);
    let above = if agree(from, to, lines)? == Some(false) { ours.max(theirs) } else { 0 };
    let columns: Vec<String> = columns(from, to, table)?.into_iter().filter(|it| it != "id").collect();
    let begun = columns.iter().position(|it| it == "begun");
    let names = columns.join(", ");
    let places = vec!["?"; columns.len() + 1].join(", ");
    let mut read = from.prepare(&format!("SELECT id, {names} FROM {table} ORDER BY id"))?;
    let mut write = to.prepare(&format!("INSERT INTO {table} (id, {names}) VALUES ({places})"))?;
    let mut added = BTreeMap::new();
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let mut line_there = values(row)?;
        let id: i64 = row.get(0)?;
        let known = self::line(to, lines, &line_there[0])?;
        if known.is_some() && known == self::line(from, lines, &line_there[0])? {
            continue;
        }
        let new = id + above;
        added.insert(id, new);
        line_there[0] = Value::Integer(new);
        // Which line begun it: that may have a new number too.
        if let Some(Value::Integer(begun)) = begun.map(|it| &mut line_there[it + 1]) {
            *begun = added.get(begun).copied().unwrap_or(*begun);
        }
        write.execute(rusqlite::params_from_iter(line_there))?;
    }
    Ok(added)
}

/// Entries of the healing journal count against its budget wherever they come from; those that were told stay so.
fn heals(from: &Connection, to: &Connection) -> Result<(), Fault> {
    let same = agree(from, to, &HEALS)? != Some(false);
    let added = add_lines(from, to, &HEALS)?;
    let told = |conn: &Connection| number_in(conn, "heals.told/1");
    let theirs = told(from)?;
    let mark = match theirs {
        Some(theirs) if !same => added.range(..=theirs).next_back().map(|(_, new)| *new),
        theirs => theirs,
    };
    let mark = mark.max(told(to)?);
    if let Some(mark) = mark {
        put(to, "heals.told/1", &mark.to_string())?;
    }
    Ok(())
}

/// Numbers that must never fall: how far the chat was read, and which codes were used.
fn rising(from: &Connection, to: &Connection) -> Result<(), Fault> {
    for name in RISING {
        if let Some(theirs) = number_in(from, name)?
            && number_in(to, name)?.is_none_or(|ours| ours < theirs)
        {
            put(to, name, &theirs.to_string())?;
        }
    }
    Ok(())
}

/// Small facts: the store knows the present, the copy what the store does not.
fn facts(from: &Connection, to: &Connection, kin: Kin) -> Result<(), Fault> {
    for name in OF_THE_BOOK {
        to.execute("DELETE FROM state WHERE name = ?", [name])?;
    }
    let mut read = from.prepare("SELECT name, value FROM state")?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let (name, value): (String, String) = (row.get(0)?, row.get(1)?);
        let of_the_book = OF_THE_BOOK.contains(&name.as_str());
        if RISING.contains(&name.as_str()) || name == "heals.told/1" || (of_the_book && !kin.book) {
            continue;
        }
        put(to, &name, &value)?;
    }
    Ok(())
}

/// When each job was last due: what ran since is not made up for.
fn due(from: &Connection, to: &Connection) -> Result<(), Fault> {
    let mut read = from.prepare("SELECT job, due, skipped FROM jobs")?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let sql = "INSERT INTO jobs (job, due, skipped) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (job) DO UPDATE SET due = max(due, ?2), skipped = max(skipped, ?3)";
        to.prepare_cached(sql)?.execute(params![
            row.get::<_, String>(0)?,
            row.get::<_, i64>(1)?,
            row.get::<_, i64>(2)?
        ])?;
    }
    Ok(())
}

/// The history of jobs is the store's own, where it has any: whoever runs now has a line in it.
fn runs(from: &Connection, to: &Connection) -> Result<(), Fault> {
    let any: bool = from.query_row("SELECT EXISTS (SELECT 1 FROM runs)", [], |row| row.get(0))?;
    if any { replace(from, to, "runs") } else { Ok(()) }
}

/// The copy's own book is opened: what waited in it is old. The card of what is still open comes, without a sound, as
/// it is by then; the rest is let go, and no button means anything.
fn quieten(from: &Connection, to: &Connection, restored: Restored) -> Result<(), Fault> {
    let now = millis(restored.at);
    to.execute(
        "UPDATE parcels SET state = 3, ended = ?1, why = 'a copy of the store was restored' WHERE state < 2 AND NOT EXISTS \
         (SELECT 1 FROM incidents i WHERE i.number = parcels.incident AND i.ended IS NULL)",
        [now],
    )?;
    // Above every number of either, for one that is on its way just now is struck out by its number.
    let newest = |conn: &Connection| {
        let sql = "SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'parcels'";
        conn.query_row(sql, [], |row| row.get::<_, i64>(0))
    };
    let above = newest(from)?.max(newest(to)?);
    to.execute("UPDATE parcels SET id = id + ? WHERE state < 2", [above])?;
    to.execute(
        "UPDATE parcels SET state = 0, ring = min(ifnull(ring, 0), 1), urgent = 0, uncertain = 1, next_try = ?1 \
         WHERE state < 2",
        [now],
    )?;
    to.execute("DELETE FROM buttons", [])?;
    Ok(())
}

/// What waits to be told and is about no incident.
fn plain_parcels(from: &Connection, to: &Connection) -> Result<(), Fault> {
    let names = "chat, thread, urgent, made, notice, state, attempts, next_try, uncertain, why";
    let mut read = from.prepare(&format!(
        "SELECT {names} FROM parcels WHERE state < 2 AND incident IS NULL AND transition IS NULL ORDER BY id"
    ))?;
    let mut write =
        to.prepare(&format!("INSERT INTO parcels ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"))?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        write.execute(rusqlite::params_from_iter(values(row)?))?;
    }
    Ok(())
}

/// No number that people have seen is given to something else.
fn numbers(from: &Connection, to: &Connection) -> Result<(), Fault> {
    let mut read = from.prepare("SELECT name, seq FROM sqlite_sequence")?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let (name, newest): (String, i64) = (row.get(0)?, row.get(1)?);
        let sql = "UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1";
        if to.execute(sql, params![name, newest])? == 0 {
            let known = "INSERT INTO sqlite_sequence (name, seq) SELECT ?1, ?2 WHERE EXISTS \
                         (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1)";
            to.execute(known, params![name, newest])?;
        }
    }
    Ok(())
}

fn number_in(conn: &Connection, name: &str) -> Result<Option<i64>, Fault> {
    let sql = "SELECT value FROM state WHERE name = ?";
    let value: Option<String> = conn.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional()?;
    Ok(value.and_then(|it| it.parse().ok()))
}

fn put(conn: &Connection, name: &str, value: &str) -> Result<(), Fault> {
    let sql = "INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)";
    conn.prepare_cached(sql)?.execute([name, value])?;
    Ok(())
}
