//! Alerts, why they changed, and which changes nobody has been told of yet.
//!
//! An alert's change and the news of it are two writings: the job that judges does the first, the outbox the second.
//! Between them the process may die. So every change that is news is written as untold, and becomes told in the very
//! transaction that writes its parcels ([`super::Database::put_parcels`]) or decides that it needs none
//! ([`super::Database::needs_no_telling`]). What is untold at the next tick is told then.

use jiff::Timestamp;
use jobs::alert::{Alert, AlertKey, Phase, Step, Transition};
use jobs::ports::StoreError;
use rusqlite::{OptionalExtension, Row, params};

use super::ground::{Durability, Fault, State};
use super::{Database, millis, millis_up};

/// A change that is news, and that no parcel tells yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Untold {
    /// Names the change.
    pub id: i64,
    /// The alert as it was then.
    pub alert: Alert,
    /// What happened.
    pub transition: Transition,
}

impl Database {
    /// An alert by its number, ended ones included.
    pub fn alert_by_number(&self, number: i64) -> Result<Option<Alert>, StoreError> {
        let alerts = select(&mut self.lock(), "WHERE number = ?", [number])?;
        Ok(alerts.into_iter().next())
    }

    /// The life of an alert, oldest first. Looks that changed nothing are not part of it.
    pub fn transitions(&self, alert: i64) -> Result<Vec<Transition>, StoreError> {
        self.lock().read(|ground| {
            let sql = "SELECT body FROM transitions WHERE alert = ? ORDER BY id";
            let mut statement = ground.conn.prepare_cached(sql)?;
            let bodies = statement.query_map([alert], |row| row.get::<_, String>(0))?;
            readable(bodies.collect::<Result<_, _>>()?)
        })
    }

    /// News that no parcel tells yet, oldest first. Ask while no evaluation is between its writing and its telling;
    /// should one be, [`Database::put_parcels`] still writes each news once for each place.
    pub fn untold_transitions(&self) -> Result<Vec<Untold>, StoreError> {
        self.lock().read(|ground| {
            let sql = "SELECT id, shown, body FROM transitions WHERE told = 0 ORDER BY id";
            let mut statement = ground.conn.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                let (id, shown, body): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
                match (serde_json::from_str(&shown), serde_json::from_str(&body)) {
                    (Ok(alert), Ok(transition)) => all.push(Untold { id, alert, transition }),
                    _ => tracing::warn!(id, "an untold change cannot be read and is left out"),
                }
            }
            Ok(all)
        })
    }

    /// Marks a change as one that nobody is to be told of: muted, or too old to matter.
    pub fn needs_no_telling(&self, untold: i64) -> Result<(), StoreError> {
        self.lock().write(Durability::Full, |ground| {
            let sql = "UPDATE transitions SET told = 1 WHERE id = ?";
            ground.conn.prepare_cached(sql)?.execute([untold])?;
            Ok(())
        })
    }
}

/// See [`jobs::ports::Store::put_alert`]. A look that changed nothing ([`Step::Held`] and its like) updates the alert
/// and adds no transition; it need not outlive a power failure either.
pub(super) fn put(state: &mut State, alert: &mut Alert, transition: &Transition) -> Result<(), StoreError> {
    let plain = transition.step.is_routine();
    let durability = if plain { Durability::Normal } else { Durability::Full };
    state.newest = state.newest.max(alert.seen);
    let ended = match alert.phase {
        Phase::Ended { at, .. } => Some(millis(at)),
        Phase::Pending
        | Phase::Firing
        | Phase::Clearing { .. }
        | Phase::Flapping { .. }
        | Phase::Relapsing { .. } => None,
    };
    let number = state.write(durability, |ground| {
        let mut alert = alert.clone();
        let (rule, series) = (&alert.key.rule, alert.key.series.to_string());
        let (since, fired) = (millis(alert.since), alert.fired.map(millis));
        if alert.number == 0 {
            ground
                .conn
                .prepare_cached("INSERT INTO alerts (rule, series, since, body) VALUES (?, ?, ?, '')")?
                .execute(params![rule, series, since])?;
            alert.number = ground.conn.last_insert_rowid();
        }
        let body = writable(&alert)?;
        // A number that is not there belongs to an alert of a store that was set aside meanwhile.
        ground
            .conn
            .prepare_cached(
                "INSERT INTO alerts (number, rule, series, since, fired, ended, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
                 ON CONFLICT (number) DO UPDATE SET since = ?4, fired = ?5, ended = ?6, body = ?7",
            )?
            .execute(params![alert.number, rule, series, since, fired, ended, body])?;
        if !plain {
            let news = transition.step.is_news();
            let (step, why) = (format!("{:?}", transition.step), writable(transition)?);
            ground
                .conn
                .prepare_cached(
                    "INSERT INTO transitions (alert, generation, at, step, told, body, shown) \
                     VALUES (?, ?, ?, ?, ?, ?, ?)",
                )?
                .execute(params![
                    alert.number,
                    alert.generation,
                    millis(transition.at),
                    step,
                    !news,
                    why,
                    news.then_some(body)
                ])?;
        }
        Ok(alert.number)
    })?;
    alert.number = number;
    Ok(())
}

/// See [`jobs::ports::Store::alert`].
pub(super) fn open_one(state: &mut State, key: &AlertKey) -> Result<Option<Alert>, StoreError> {
    let filter = "WHERE ended IS NULL AND rule = ? AND series = ?";
    Ok(select(state, filter, params![key.rule, key.series.to_string()])?.into_iter().next())
}

/// See [`jobs::ports::Store::open_alerts`]. Oldest first.
pub(super) fn open_ones(state: &mut State) -> Result<Vec<Alert>, StoreError> {
    select(state, "WHERE ended IS NULL ORDER BY number", [])
}

/// See [`jobs::ports::Store::recently_ended`].
pub(super) fn ended_since(state: &mut State, since: Timestamp) -> Result<Vec<Alert>, StoreError> {
    select(state, "WHERE ended >= ? ORDER BY ended, number", [millis(since)])
}

/// See [`jobs::ports::Store::alerts_between`].
pub(super) fn fired_between(
    state: &mut State,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Alert>, StoreError> {
    let filter = "WHERE fired >= ? AND fired < ? ORDER BY fired, number";
    select(state, filter, [millis(from), millis_up(to)])
}

fn select<P: rusqlite::Params + Clone>(
    state: &mut State,
    filter: &str,
    bounds: P,
) -> Result<Vec<Alert>, StoreError> {
    state.read(|ground| {
        let mut statement = ground.conn.prepare_cached(&format!("SELECT body FROM alerts {filter}"))?;
        let bodies = statement.query_map(bounds.clone(), |row: &Row<'_>| row.get::<_, String>(0))?;
        readable(bodies.collect::<Result<_, _>>()?)
    })
}

/// The transition that a notice about an alert tells: its id, if it is known.
pub(super) fn transition_of(
    conn: &rusqlite::Connection,
    alert: &Alert,
    step: Step,
) -> Result<Option<i64>, Fault> {
    let sql = "SELECT max(id) FROM transitions WHERE alert = ? AND generation = ? AND step = ? AND shown IS NOT NULL";
    let bounds = params![alert.number, alert.generation, format!("{step:?}")];
    Ok(conn.prepare_cached(sql)?.query_row(bounds, |row| row.get(0)).optional()?.flatten())
}

/// As JSON that will be readable again: a number that is none (JSON has no word for it) is refused here, where somebody
/// can say what it was, and not found missing later.
pub(super) fn writable<T: serde::Serialize + serde::de::DeserializeOwned>(
    value: &T,
) -> Result<String, Fault> {
    let text = serde_json::to_string(value)?;
    serde_json::from_str::<T>(&text)?;
    Ok(text)
}

/// Every body that can be read. One that cannot costs itself only.
pub(super) fn readable<T: serde::de::DeserializeOwned>(bodies: Vec<String>) -> Result<Vec<T>, Fault> {
    let read = |body: String| match serde_json::from_str(&body) {
        Ok(value) => Some(value),
        Err(error) => {
            tracing::warn!(%error, "a stored row cannot be read and is left out");
            None
        }
    };
    Ok(bodies.into_iter().filter_map(read).collect())
}
