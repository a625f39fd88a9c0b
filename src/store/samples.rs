//! Samples on their way in.
//!
//! A moment arrives as one small row in `fresh`. When the ten minutes it belongs to are over, the rows are turned
//! into one row for each series in `raw`; when the hour is over, those are rolled up into `minutes`, and after two days
//! those into `hours`. All of it happens in the transaction of the append that finds it due, and every roll-up is made
//! from what lies below it, never counted along, so that late, repeated and back-dated samples come out right and a
//! crash between any two appends leaves nothing to repair.
//!
//! The newest row of `fresh` is never turned before something newer has arrived. That is what brings a stretch to its
//! roll-up even when we were away at its end.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use jobs::metric::{Sample, SeriesKey};
use jobs::ports::StoreError;
use rusqlite::{OptionalExtension, params};

use super::chunk::{self, Fresh, Mark};
use super::ground::{Durability, Fault, Ground, State};
use super::{millis, moment, rollup, shadow, thin};

/// Ids of stretches keep their series in the low bits.
pub(super) const SERIES_BITS: u32 = 24;

/// The row id at which a stretch begins.
pub(super) fn first_id(stretch: i64) -> i64 {
    stretch << SERIES_BITS
}

/// The series in a row id.
pub(super) fn series_of(id: i64) -> i64 {
    id & ((1 << SERIES_BITS) - 1)
}

/// Rows of one stretch of `fresh` after which they are turned early: somebody appends one sample at a time.
const CROWD: i64 = 240;

/// Bytes of samples that wait in memory while the file takes none: half a day of 60 series each ten seconds.
const WAITING: i64 = 2 << 20;

/// How finely something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Raw,
    Minutes,
    Hours,
}

impl Level {
    pub(super) fn table(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
        }
    }

    /// Milliseconds that one row holds of a series: about a kilobyte, so that pages fill well.
    pub(super) fn stretch(self) -> i64 {
        match self {
            Self::Raw => 600_000,
            Self::Minutes => 3_600_000,
            Self::Hours => 172_800_000,
        }
    }

    /// Milliseconds that one mark stands for; none for samples.
    pub(super) fn step(self) -> Option<i64> {
        match self {
            Self::Raw => None,
            Self::Minutes => Some(60_000),
            Self::Hours => Some(3_600_000),
        }
    }

    pub(super) fn finer(self) -> Option<Self> {
        match self {
            Self::Raw => None,
            Self::Minutes => Some(Self::Raw),
            Self::Hours => Some(Self::Minutes),
        }
    }

    pub(super) fn coarser(self) -> Option<Self> {
        match self {
            Self::Raw => Some(Self::Minutes),
            Self::Minutes => Some(Self::Hours),
            Self::Hours => None,
        }
    }

    /// The stretch that a time lies in.
    pub(super) fn stretch_at(self, at: i64) -> i64 {
        at.div_euclid(self.stretch())
    }
}

/// What lies in `fresh`, by series, so that reading the last minutes of one costs no query.
#[derive(Clone, Debug, Default)]
pub(super) struct Tail {
    series: HashMap<i64, Vec<Mark>>,
    /// Stretches of ten minutes that have a row.
    stretches: BTreeSet<i64>,
    /// The oldest stretch of each level: only a turn, which has this read anew, makes or forgets any.
    oldest: [Option<i64>; 3],
}

impl Tail {
    pub(super) fn read(ground: &Ground<'_>) -> Result<Self, Fault> {
        let oldest = |level| thin::oldest(ground, level);
        let oldest = [oldest(Level::Raw)?, oldest(Level::Minutes)?, oldest(Level::Hours)?];
        let mut tail = Self { oldest, ..Self::default() };
        for (_, values) in fresh_rows(ground, i64::MIN, i64::MAX)? {
            tail.extend(&values);
        }
        Ok(tail)
    }

    /// The marks of one series, oldest first.
    pub(super) fn of(&self, series: i64) -> &[Mark] {
        self.series.get(&series).map_or(&[], Vec::as_slice)
    }

    /// The oldest stretch of a level that lies in the file.
    pub(super) fn oldest(&self, level: Level) -> Option<i64> {
        self.oldest[level as usize]
    }

    /// The series that have anything from then on.
    fn newest_since(&self, since: i64) -> HashSet<i64> {
        let newest = |marks: &Vec<Mark>| marks.last().is_some_and(|it| since <= it.at);
        self.series.iter().filter(|(_, marks)| newest(marks)).map(|(id, _)| *id).collect()
    }

    /// Where the oldest stretch that has anything begins.
    pub(super) fn begin(&self) -> Option<i64> {
        self.stretches.first().map(|it| it * Level::Raw.stretch())
    }

    /// Whether anything, of whatever series, lies in `from <= at < to`. While it does, roll-ups of that time may not
    /// have been made from all that lies below them.
    pub(super) fn touches(&self, from: i64, to: i64) -> bool {
        let (from, to) = (Level::Raw.stretch_at(from), Level::Raw.stretch_at(to));
        from < to && self.stretches.range(from..to).next().is_some()
    }

    fn extend(&mut self, values: &[Fresh]) {
        for it in values {
            self.stretches.insert(Level::Raw.stretch_at(it.at));
            let marks = self.series.entry(it.series).or_default();
            let mark = Mark::sample(it.at, it.value);
            match marks.last() {
                Some(last) if it.at <= last.at => *marks = rollup::merge(std::mem::take(marks), vec![mark]),
                _ => marks.push(mark),
            }
        }
    }
}

/// See [`jobs::ports::Store::append`]. Values that are not finite are left out.
pub(super) fn append(state: &mut State, samples: &[Sample]) -> Result<(), StoreError> {
    let samples: Vec<_> = samples.iter().filter(|it| it.value.is_finite()).collect();
    let Some(now) = samples.iter().map(|it| it.at).max() else { return Ok(()) };
    state.newest = state.newest.max(now);
    shadow::leave_when_possible(state);
    state.notice_others()?;
    let now = millis(now);
    let done = state.write(Durability::Normal, |ground| {
        let turned = !ground.shadowed && turn(ground, now)?;
        if turned {
            thin::by_age(ground, now)?;
            thin::by_size(ground, now)?;
            thin::ledgers(ground, now)?;
            forget_series(ground)?;
        }
        let mut named = HashMap::new();
        let mut values = Vec::with_capacity(samples.len());
        for sample in &samples {
            let series = match ground.ids.get(&sample.key).or_else(|| named.get(&sample.key)) {
                Some(id) => *id,
                None => {
                    let id = name(ground, &sample.key)?;
                    named.insert(sample.key.clone(), id);
                    id
                }
            };
            values.push(Fresh { series, at: millis(sample.at), value: sample.value });
        }
        let dropped = put_fresh(ground, &values)?;
        Ok(Done { named, values, rebuild: turned || dropped, turned })
    })?;
    if done.turned {
        // Some of these series may have been forgotten.
        state.ids.clear();
        thin::give_back(state);
    }
    state.ids.extend(done.named);
    match &mut state.tail {
        Some(tail) if !done.rebuild => Arc::make_mut(tail).extend(&done.values),
        tail => *tail = None,
    }
    Ok(())
}

struct Done {
    named: HashMap<SeriesKey, i64>,
    values: Vec<Fresh>,
    rebuild: bool,
    turned: bool,
}

/// See [`jobs::ports::Store::keys`].
pub(super) fn keys(state: &mut State, since: Timestamp) -> Result<Vec<SeriesKey>, StoreError> {
    let tail = tail(state)?;
    let since = millis(since);
    state.read(|ground| {
        // Of the many that were there once in 400 days, few are read out of the file.
        let fresh = tail.newest_since(since);
        let mut keys = Vec::new();
        let mut add = |row: &rusqlite::Row<'_>| {
            keys.push(SeriesKey::of(row.get::<_, String>(0)?, row.get::<_, String>(1)?));
            Ok::<_, rusqlite::Error>(())
        };
        let mut statement =
            ground.conn.prepare_cached("SELECT metric, subject, id FROM series WHERE last >= ?")?;
        let mut rows = statement.query([since])?;
        while let Some(row) = rows.next()? {
            if !fresh.contains(&row.get(2)?) {
                add(row)?;
            }
        }
        let mut statement = ground.conn.prepare_cached("SELECT metric, subject FROM series WHERE id = ?")?;
        for id in &fresh {
            let mut rows = statement.query([id])?;
            while let Some(row) = rows.next()? {
                add(row)?;
            }
        }
        keys.sort();
        Ok(keys)
    })
}

/// The tail as it is now.
pub(super) fn tail(state: &mut State) -> Result<Arc<Tail>, StoreError> {
    state.notice_others()?;
    if let Some(tail) = &state.tail {
        return Ok(Arc::clone(tail));
    }
    let tail = Arc::new(state.read(Tail::read)?);
    state.tail = Some(Arc::clone(&tail));
    Ok(tail)
}

/// The id of a series, if it has one.
pub(super) fn known(ground: &Ground<'_>, key: &SeriesKey) -> Result<Option<i64>, Fault> {
    let sql = "SELECT id FROM series WHERE metric = ? AND subject = ?";
    let mut statement = ground.conn.prepare_cached(sql)?;
    Ok(statement.query_row(params![key.metric, key.subject], |row| row.get(0)).optional()?)
}

fn name(ground: &Ground<'_>, key: &SeriesKey) -> Result<i64, Fault> {
    if let Some(id) = known(ground, key)? {
        return Ok(id);
    }
    ground
        .conn
        .prepare_cached("INSERT INTO series (metric, subject, last) VALUES (?, ?, ?)")?
        .execute(params![key.metric, key.subject, i64::MIN])?;
    let id = ground.conn.last_insert_rowid();
    if 1 << SERIES_BITS <= id {
        return Err(Fault::Said(format!("{id} series have been named, more than the store can tell apart")));
    }
    Ok(id)
}

/// Adds rows to `fresh`; whether old ones had to go.
fn put_fresh(ground: &Ground<'_>, values: &[Fresh]) -> Result<bool, Fault> {
    let mut by_stretch: BTreeMap<i64, Vec<Fresh>> = BTreeMap::new();
    for it in values {
        by_stretch.entry(Level::Raw.stretch_at(it.at)).or_default().push(*it);
    }
    let mut dropped = false;
    for (stretch, values) in by_stretch {
        let body = chunk::encode_moment(stretch * Level::Raw.stretch(), &values);
        let id = fresh_end(ground, stretch)?;
        let sql = "INSERT INTO fresh (id, body) VALUES (?, ?)";
        ground.conn.prepare_cached(sql)?.execute(params![id, body])?;
        if ground.shadowed {
            dropped |= drop_oldest(ground, body.len() as i64)?;
        }
    }
    Ok(dropped)
}

/// The first free row id of a stretch in `fresh`.
fn fresh_end(ground: &Ground<'_>, stretch: i64) -> Result<i64, Fault> {
    let sql = "SELECT max(id) FROM fresh WHERE id >= ? AND id < ?";
    let bounds = params![first_id(stretch), first_id(stretch + 1)];
    let last: Option<i64> = ground.conn.prepare_cached(sql)?.query_row(bounds, |row| row.get(0))?;
    Ok(last.map_or(first_id(stretch), |last| last + 1))
}

/// While the file takes nothing, memory is not allowed to grow without end.
fn drop_oldest(ground: &Ground<'_>, length: i64) -> Result<bool, Fault> {
    let most = (WAITING / length.max(1)).max(16);
    let rows: i64 =
        ground.conn.prepare_cached("SELECT count(*) FROM fresh")?.query_row([], |it| it.get(0))?;
    if rows <= most + most / 8 {
        return Ok(false);
    }
    let sql = "DELETE FROM fresh WHERE id IN (SELECT id FROM fresh ORDER BY id LIMIT ?)";
    ground.conn.prepare_cached(sql)?.execute([rows - most])?;
    Ok(true)
}

/// Rows of `fresh` in `from <= id < to`, decoded. A damaged one is skipped: it is ten seconds of the past.
fn fresh_rows(ground: &Ground<'_>, from: i64, to: i64) -> Result<Vec<(i64, Vec<Fresh>)>, Fault> {
    let sql = "SELECT id, body FROM fresh WHERE id >= ? AND id < ? ORDER BY id";
    let mut statement = ground.conn.prepare_cached(sql)?;
    let mut rows = statement.query([from, to])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let stretch = row.get::<_, i64>(0)? >> SERIES_BITS;
        match chunk::decode_moment(stretch * Level::Raw.stretch(), row.get_ref(1)?.as_blob().unwrap_or(&[])) {
            Ok(values) => all.push((stretch, values)),
            Err(error) => tracing::warn!(stretch, %error, "left out"),
        }
    }
    Ok(all)
}

/// Turns every stretch of `fresh` that is not the present one into rows of `raw`, and rolls up what that completes or
/// changes; whether there was any.
fn turn(ground: &Ground<'_>, now: i64) -> Result<bool, Fault> {
    let (first, end) = (first_id(Level::Raw.stretch_at(now)), first_id(Level::Raw.stretch_at(now) + 1));
    let crowded = CROWD <= fresh_end(ground, Level::Raw.stretch_at(now))? - first;
    let others =
        "SELECT EXISTS (SELECT 1 FROM fresh WHERE id < ?1) OR EXISTS (SELECT 1 FROM fresh WHERE id >= ?2)";
    let any: bool = ground.conn.prepare_cached(others)?.query_row([first, end], |row| row.get(0))?;
    if !any && !crowded {
        return Ok(false);
    }
    let rest = if crowded { first } else { end };
    let mut rows = fresh_rows(ground, i64::MIN, first)?;
    rows.extend(fresh_rows(ground, rest, i64::MAX)?);
    let mut stretches: BTreeMap<i64, BTreeMap<i64, Vec<Mark>>> = BTreeMap::new();
    for (stretch, values) in rows {
        let series = stretches.entry(stretch).or_default();
        for it in values {
            let marks = series.entry(it.series).or_default();
            *marks = rollup::merge(std::mem::take(marks), vec![Mark::sample(it.at, it.value)]);
        }
    }
    for (stretch, series) in &stretches {
        for (id, marks) in series {
            let kept = read_chunk(ground, Level::Raw, *stretch, *id)?;
            write_chunk(ground, Level::Raw, *stretch, *id, &rollup::merge(kept, marks.clone()))?;
            let newest = marks.last().map_or(i64::MIN, |it| it.at);
            let sql = "UPDATE series SET last = max(last, ?) WHERE id = ?";
            ground.conn.prepare_cached(sql)?.execute([newest, *id])?;
        }
    }
    let sql = "DELETE FROM fresh WHERE id < ?1 OR id >= ?2";
    ground.conn.prepare_cached(sql)?.execute([first, rest])?;
    let begins = stretches.keys().map(|it| it * Level::Raw.stretch()).collect();
    let begins = roll_up(ground, Level::Minutes, begins, now)?;
    roll_up(ground, Level::Hours, begins, now)?;
    Ok(true)
}

/// Makes the roll-ups of a level for each stretch in which something below it changed, if it is over or was made
/// before. Answers with the beginnings of those it made.
fn roll_up(
    ground: &Ground<'_>,
    level: Level,
    changed: BTreeSet<i64>,
    now: i64,
) -> Result<BTreeSet<i64>, Fault> {
    let stretches: BTreeSet<i64> = changed.into_iter().map(|it| level.stretch_at(it)).collect();
    let mut made = BTreeSet::new();
    for stretch in stretches {
        if stretch != level.stretch_at(now) || is_made(ground, level, stretch)? {
            roll_one(ground, level, stretch)?;
            made.insert(stretch * level.stretch());
        }
    }
    Ok(made)
}

fn is_made(ground: &Ground<'_>, level: Level, stretch: i64) -> Result<bool, Fault> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM {} WHERE id >= ? AND id < ?)", level.table());
    let bounds = [first_id(stretch), first_id(stretch + 1)];
    Ok(ground.conn.prepare_cached(&sql)?.query_row(bounds, |row| row.get(0))?)
}

fn roll_one(ground: &Ground<'_>, level: Level, stretch: i64) -> Result<(), Fault> {
    let (Some(finer), Some(step)) = (level.finer(), level.step()) else { return Ok(()) };
    let begin = stretch * level.stretch();
    let sql = format!("SELECT id, body FROM {} WHERE id >= ? AND id < ? ORDER BY id", finer.table());
    let bounds = [first_id(finer.stretch_at(begin)), first_id(finer.stretch_at(begin + level.stretch()))];
    let mut rolled: BTreeMap<i64, Vec<Mark>> = BTreeMap::new();
    let mut statement = ground.conn.prepare_cached(&sql)?;
    let mut rows = statement.query(bounds)?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let base = (id >> SERIES_BITS) * finer.stretch();
        let marks = read_body(base, row.get_ref(1)?.as_blob().unwrap_or(&[]));
        rolled.entry(series_of(id)).or_default().extend(rollup::roll(&marks, step));
    }
    for (series, marks) in rolled {
        let kept = read_chunk(ground, level, stretch, series)?;
        write_chunk(ground, level, stretch, series, &rollup::richer(kept, marks))?;
    }
    Ok(())
}

/// One stretch of one series; empty when there is none or it is damaged.
fn read_chunk(ground: &Ground<'_>, level: Level, stretch: i64, series: i64) -> Result<Vec<Mark>, Fault> {
    let sql = format!("SELECT body FROM {} WHERE id = ?", level.table());
    let mut statement = ground.chunks.prepare_cached(&sql)?;
    let body: Option<Vec<u8>> =
        statement.query_row([first_id(stretch) | series], |row| row.get(0)).optional()?;
    Ok(body.map_or_else(Vec::new, |body| read_body(stretch * level.stretch(), &body)))
}

/// The marks in a blob; none, and a word in the log, when it is damaged.
pub(super) fn read_body(base: i64, body: &[u8]) -> Vec<Mark> {
    chunk::decode(base, body).unwrap_or_else(|error| {
        tracing::warn!(at = %moment(base), %error, "left out");
        Vec::new()
    })
}

fn write_chunk(
    ground: &Ground<'_>,
    level: Level,
    stretch: i64,
    series: i64,
    marks: &[Mark],
) -> Result<(), Fault> {
    let sql = format!("INSERT OR REPLACE INTO {} (id, body) VALUES (?, ?)", level.table());
    let body = chunk::encode(stretch * level.stretch(), marks);
    ground.conn.prepare_cached(&sql)?.execute(params![first_id(stretch) | series, body])?;
    Ok(())
}

/// The first stored stretch of a series in `first..=last`, and its blob. Hops over the other series between them.
pub(super) fn find(
    ground: &Ground<'_>,
    level: Level,
    series: i64,
    first: i64,
    last: i64,
) -> Result<Option<(i64, Vec<u8>)>, Fault> {
    let sql = format!("SELECT id, body FROM {} WHERE id >= ? AND id < ? ORDER BY id LIMIT 1", level.table());
    let next = |from: i64, to: i64| {
        let mut statement = ground.chunks.prepare_cached(&sql)?;
        let found = statement.query_row([from, to], |row| {
            let id: i64 = row.get(0)?;
            let wanted = series_of(id) == series;
            Ok((id, if wanted { row.get(1)? } else { Vec::new() }))
        });
        found.optional()
    };
    let mut stretch = first;
    while stretch <= last {
        let found = ground.excuse(next(first_id(stretch) | series, first_id(last + 1)))?;
        let Some((id, body)) = found else { return Ok(None) };
        let there = id >> SERIES_BITS;
        if series_of(id) == series {
            return Ok(Some((there, body)));
        }
        stretch = if series_of(id) < series { there } else { there + 1 };
    }
    Ok(None)
}

/// Series whose every sample has been forgotten are forgotten too: all that is kept of any series is younger than the
/// last value of theirs. Where names never come back, those of a day are thousands.
fn forget_series(ground: &Ground<'_>) -> Result<(), Fault> {
    let mut oldest: Option<i64> = None;
    for level in [Level::Raw, Level::Minutes, Level::Hours] {
        let begins = thin::oldest(ground, level)?.map(|it| it * level.stretch());
        oldest = oldest.into_iter().chain(begins).min();
    }
    // Nothing has been turned yet: whatever has a name is still arriving.
    let Some(oldest) = oldest else { return Ok(()) };
    let arriving: HashSet<i64> = fresh_rows(ground, i64::MIN, i64::MAX)?
        .into_iter()
        .flat_map(|(_, values)| values.into_iter().map(|it| it.series))
        .collect();
    let mut statement = ground.conn.prepare_cached("SELECT id FROM series WHERE last < ?")?;
    let old: Vec<i64> = statement.query_map([oldest], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut statement = ground.conn.prepare_cached("DELETE FROM series WHERE id = ?")?;
    for id in old.iter().filter(|it| !arriving.contains(it)) {
        statement.execute([id])?;
    }
    Ok(())
}
