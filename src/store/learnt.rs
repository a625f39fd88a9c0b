//! What rules have learnt, and what people have called normal.

use jobs::alert::AlertKey;
use jobs::evaluate::Normal;
use jobs::metric::SeriesKey;
use jobs::ports::{Learnt, StoreError};
use rusqlite::{OptionalExtension, params};

use super::ground::{Durability, State};
use super::{millis, moment};

/// What no rule has touched for so long belongs to a rule or a series that is gone: 60 days.
const FORGOTTEN: i64 = 60 * 24 * 3_600_000;

/// See [`jobs::ports::Store::learnt`].
pub(super) fn learnt(state: &mut State, key: &AlertKey) -> Result<Option<Learnt>, StoreError> {
    state.read(|ground| {
        let sql = "SELECT at, body FROM learnt WHERE rule = ? AND series = ?";
        let row = |row: &rusqlite::Row<'_>| {
            Ok(Learnt { key: key.clone(), at: moment(row.get(0)?), body: row.get(1)? })
        };
        let names = params![key.rule, key.series.to_string()];
        Ok(ground.conn.prepare_cached(sql)?.query_row(names, row).optional()?)
    })
}

/// See [`jobs::ports::Store::put_learnt`].
pub(super) fn put_learnt(state: &mut State, learnt: &Learnt) -> Result<(), StoreError> {
    state.write(Durability::Normal, |ground| {
        let Learnt { key, at, body } = learnt;
        let sql = "INSERT OR REPLACE INTO learnt (rule, series, at, body) VALUES (?, ?, ?, ?)";
        let row = params![key.rule, key.series.to_string(), millis(*at), body];
        ground.conn.prepare_cached(sql)?.execute(row)?;
        let sql = "DELETE FROM learnt WHERE at < ?";
        ground.conn.prepare_cached(sql)?.execute([millis(*at).saturating_sub(FORGOTTEN)])?;
        Ok(())
    })
}

/// See [`jobs::ports::Store::forget_learnt`].
pub(super) fn forget_learnt(state: &mut State, key: &AlertKey, why: &str) -> Result<(), StoreError> {
    let series = key.series.to_string();
    tracing::warn!(rule = key.rule, series, why, "what a rule had learnt is begun anew from the history");
    state.write(Durability::Normal, |ground| {
        let sql = "DELETE FROM learnt WHERE rule = ? AND series = ?";
        ground.conn.prepare_cached(sql)?.execute(params![key.rule, series])?;
        Ok(())
    })
}

/// See [`jobs::ports::Store::normals`].
pub(super) fn normals(state: &mut State) -> Result<Vec<Normal>, StoreError> {
    state.read(|ground| {
        let sql = "SELECT rule, series, low, high, at, person FROM normals ORDER BY rule, series";
        let mut statement = ground.conn.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let Ok(series) = row.get::<_, String>(1)?.parse() else { continue };
            all.push(Normal {
                key: AlertKey { rule: row.get(0)?, series },
                low: row.get(2)?,
                high: row.get(3)?,
                at: moment(row.get(4)?),
                by: row.get(5)?,
            });
        }
        Ok(all)
    })
}

/// See [`jobs::ports::Store::put_normal`].
pub(super) fn put_normal(state: &mut State, normal: &Normal) -> Result<(), StoreError> {
    state.write(Durability::Full, |ground| {
        let Normal { key, low, high, at, by } = normal;
        let sql =
            "INSERT OR REPLACE INTO normals (rule, series, low, high, at, person) VALUES (?, ?, ?, ?, ?, ?)";
        let row = params![key.rule, key.series.to_string(), low, high, millis(*at), by];
        ground.conn.prepare_cached(sql)?.execute(row)?;
        Ok(())
    })
}

/// See [`jobs::ports::Store::forget_normals`].
pub(super) fn forget_normals(state: &mut State, series: &SeriesKey) -> Result<usize, StoreError> {
    state.write(Durability::Full, |ground| {
        let sql = "DELETE FROM normals WHERE series = ?";
        Ok(ground.conn.prepare_cached(sql)?.execute([series.to_string()])?)
    })
}
