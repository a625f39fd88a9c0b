//! Forgetting, in small bites: by age, by size, and what the ledgers need no more.
//!
//! The newest sample's time is the only clock here. It may be wrong for a while, a year ahead before the machine has
//! asked a time server; small bites see to it that such a while costs hours of history and not all of it.

use jobs::ports::StoreError;
use rusqlite::params;

use super::ground::{Fault, Ground, State};
use super::samples::{Level, SERIES_BITS, first_id};
use super::{Usage, moment, span};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Stretches that one turn forgets at most by age. A turn comes each ten minutes and completes one stretch of samples.
fn bites(level: Level) -> usize {
    match level {
        Level::Raw => 4,
        Level::Minutes => 2,
        Level::Hours => 1,
    }
}

/// Stretches that one turn forgets at most because the file is too large.
const BITES_BY_SIZE: usize = 64;

/// What is never forgotten for size, so that what is needed to roll it up, and to judge the present, remains.
fn least(level: Level) -> i64 {
    match level {
        Level::Raw => 3 * HOUR,
        Level::Minutes => 3 * DAY,
        Level::Hours => 7 * DAY,
    }
}

/// Rows of a ledger that one turn forgets at most.
const LEDGER_BITE: i64 = 500;

/// Forgets what is older than the limits say.
pub(super) fn by_age(ground: &Ground<'_>, now: i64) -> Result<(), Fault> {
    for level in [Level::Raw, Level::Minutes, Level::Hours] {
        let keep = span(match level {
            Level::Raw => ground.limits.raw,
            Level::Minutes => ground.limits.minutes,
            Level::Hours => ground.limits.hours,
        })
        .max(least(level));
        let end = level.stretch_at(now - keep);
        for _ in 0..bites(level) {
            match oldest(ground, level)? {
                Some(stretch) if stretch < end => forget(ground, level, stretch)?,
                _ => break,
            }
        }
    }
    Ok(())
}

/// Forgets the oldest, samples first, while the file is above its ceiling.
pub(super) fn by_size(ground: &Ground<'_>, now: i64) -> Result<(), Fault> {
    for _ in 0..BITES_BY_SIZE {
        if used(ground)? <= ground.limits.ceiling {
            return Ok(());
        }
        let mut victim = None;
        for level in [Level::Raw, Level::Minutes, Level::Hours] {
            let end = level.stretch_at(now - least(level));
            victim = victim.or(oldest(ground, level)?.filter(|it| *it < end).map(|it| (level, it)));
        }
        let Some((level, stretch)) = victim else { return Ok(()) };
        forget(ground, level, stretch)?;
    }
    Ok(())
}

/// Forgets what the ledgers need no more. What is open (alerts, parcels, running jobs) is never forgotten.
pub(super) fn ledgers(ground: &Ground<'_>, now: i64) -> Result<(), Fault> {
    let keep = span(ground.limits.hours);
    let old = now - keep;
    let week = now - 7 * DAY;
    let month = now - 30 * DAY;
    for (table, rows, before) in [
        (
            "transitions",
            "SELECT t.rowid FROM transitions t JOIN alerts a ON a.number = t.alert WHERE a.ended < ?1 LIMIT ?2",
            old,
        ),
        (
            "entries",
            "SELECT e.rowid FROM entries e JOIN incidents i ON i.number = e.incident WHERE i.ended < ?1 LIMIT ?2",
            old,
        ),
        (
            "cards",
            "SELECT c.rowid FROM cards c JOIN incidents i ON i.number = c.incident WHERE i.ended < ?1 LIMIT ?2",
            month,
        ),
        (
            "incidents",
            "SELECT number FROM incidents i WHERE ended < ?1 AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.incident = i.number) LIMIT ?2",
            old,
        ),
        (
            "alerts",
            "SELECT number FROM alerts a WHERE ended < ?1 AND NOT EXISTS (SELECT 1 FROM transitions t WHERE t.alert = a.number) LIMIT ?2",
            old,
        ),
        ("parcels", "SELECT id FROM parcels WHERE ended < ?1 LIMIT ?2", week),
        ("heals", "SELECT id FROM heals WHERE at < ?1 LIMIT ?2", old),
        ("audit", "SELECT id FROM audit WHERE at < ?1 LIMIT ?2", old),
        ("buttons", "SELECT rowid FROM buttons WHERE expires < ?1 LIMIT ?2", week),
        ("mutes", "SELECT rowid FROM mutes WHERE until < ?1 LIMIT ?2", month),
        // A disk that is mounted under another name each time leaves a walk behind for each of them.
        (
            "state",
            "SELECT rowid FROM state WHERE name GLOB 'walked*' AND value ->> '$.at' < strftime('%Y-%m-%dT%H:%M:%SZ', ?1 / 1000, 'unixepoch') LIMIT ?2",
            month,
        ),
    ] {
        let sql = format!("DELETE FROM {table} WHERE rowid IN ({rows})");
        ground.conn.prepare_cached(&sql)?.execute(params![before, LEDGER_BITE])?;
    }
    give_up_unread(ground, now)
}

/// What a chat could not be told for a month is given up, a few at a time: a digest of last spring is no news, and what
/// still lasts has a card that is not. A chat that nobody opens would be filled with hundreds when somebody does.
fn give_up_unread(ground: &Ground<'_>, now: i64) -> Result<(), Fault> {
    const BITE: i64 = 4;
    let sql = "UPDATE parcels SET state = 3, ended = ?1, why = 'nobody could be told for a month' WHERE id IN \
               (SELECT p.id FROM parcels p LEFT JOIN incidents i ON i.number = p.incident \
               WHERE p.state = 0 AND p.made < ?2 AND (p.incident IS NULL OR i.ended IS NOT NULL) LIMIT ?3)";
    let given_up = ground.conn.prepare_cached(sql)?.execute(params![now, now - 30 * DAY, BITE])?;
    if 0 < given_up {
        tracing::warn!(given_up, "news that a chat could not be told for a month is given up");
    }
    Ok(())
}

/// Gives pages that hold nothing back to the disk, when there are more than the next days will fill.
pub(super) fn give_back(state: &mut State) {
    const SPARE: i64 = 256;
    let free = state.conn.query_row("PRAGMA freelist_count", [], |row| row.get::<_, i64>(0));
    if free.is_ok_and(|free| SPARE < free) {
        // It is only about room, and is tried again at the next turn.
        if let Err(error) = state.conn.execute_batch("PRAGMA incremental_vacuum(512)") {
            tracing::debug!(%error, "no room given back");
        }
    }
}

/// See [`super::Database::usage`].
pub(super) fn usage(state: &mut State) -> Result<Usage, StoreError> {
    state.read(|ground| {
        let mut begins = Vec::new();
        for level in [Level::Raw, Level::Minutes, Level::Hours] {
            begins.extend(oldest(ground, level)?.map(|it| it * level.stretch()));
        }
        let file = pragma(ground, "page_count")? * pragma(ground, "page_size")?;
        Ok(Usage {
            used: used(ground)?,
            file,
            ceiling: ground.limits.ceiling,
            oldest: begins.into_iter().min().map(moment),
        })
    })
}

/// The oldest stretch that has a row.
pub(super) fn oldest(ground: &Ground<'_>, level: Level) -> Result<Option<i64>, Fault> {
    let sql = format!("SELECT min(id) FROM {}", level.table());
    let min = ground.chunks.prepare_cached(&sql).and_then(|mut it| it.query_row([], |row| row.get(0)));
    let id: Option<i64> = ground.excuse(min)?;
    Ok(id.map(|id| id >> SERIES_BITS))
}

fn forget(ground: &Ground<'_>, level: Level, stretch: i64) -> Result<(), Fault> {
    let sql = format!("DELETE FROM {} WHERE id < ?", level.table());
    ground.conn.prepare_cached(&sql)?.execute([first_id(stretch + 1)])?;
    Ok(())
}

fn used(ground: &Ground<'_>) -> Result<u64, Fault> {
    let pages = pragma(ground, "page_count")?.saturating_sub(pragma(ground, "freelist_count")?);
    Ok(pages * pragma(ground, "page_size")?)
}

fn pragma(ground: &Ground<'_>, name: &str) -> Result<u64, Fault> {
    let value: i64 =
        ground.chunks.prepare_cached(&format!("PRAGMA {name}"))?.query_row([], |row| row.get(0))?;
    Ok(u64::try_from(value).unwrap_or(0))
}
