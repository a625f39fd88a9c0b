//! What is still to be said: written before it is sent, forgotten only after it was.
//!
//! A parcel waits, is being sent, and ends delivered or refused. It is marked as being sent before the first byte
//! leaves, so that after a crash in between we know which one may have arrived: [`Parcel::uncertain`].

use jiff::Timestamp;
use jobs::notice::Notice;
use jobs::ports::StoreError;
use rusqlite::{Connection, OptionalExtension, params};

use super::alerts::{transition_of, writable};
use super::ground::{Durability, Fault, Ground};
use super::state::{self, Fact};
use super::{Database, millis, moment};
use crate::message::{ChatId, MessageId, Place};

/// Names a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParcelId(pub i64);

/// Something to say, somewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct NewParcel {
    /// To whom.
    pub place: Place,
    /// What.
    pub notice: Notice,
    /// Whether it goes before everything in its chat that is not.
    pub urgent: bool,
    /// When it became news.
    pub made: Timestamp,
}

/// Something that waits to be said.
#[derive(Clone, Debug, PartialEq)]
pub struct Parcel {
    /// Names it.
    pub id: ParcelId,
    /// To whom.
    pub place: Place,
    /// What.
    pub notice: Notice,
    /// Whether it went before others.
    pub urgent: bool,
    /// When it became news.
    pub made: Timestamp,
    /// How often it was tried and did not go through.
    pub attempts: u32,
    /// Whether an attempt may have arrived all the same: its answer was lost, or we died during it.
    pub uncertain: bool,
    /// Why the last attempt did not go through.
    pub why: Option<String>,
}

/// Whether an attempt that failed may have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It did not.
    No,
    /// The answer was lost.
    Perhaps,
}

/// How much waits to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth {
    /// Parcels that are neither delivered nor refused.
    pub parcels: u64,
    /// When the oldest of them became news.
    pub oldest: Option<Timestamp>,
}

/// A message in which somebody sees an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Where.
    pub place: Place,
    /// Which message.
    pub message: MessageId,
    /// The alert's number.
    pub alert: i64,
    /// The alert's generation that it shows.
    pub generation: u32,
    /// Since when.
    pub at: Timestamp,
}

const WAITING: i64 = 0;
const SENDING: i64 = 1;
const DELIVERED: i64 = 2;
const REFUSED: i64 = 3;

impl Database {
    /// Writes parcels, all or none, and marks the changes they tell as told. The same news for the same place is written
    /// once, however often it is put. Hand all recipients of a news in one call: a crash between two calls would leave
    /// the second without it. Answers with those newly written.
    pub fn put_parcels(&self, parcels: &[NewParcel]) -> Result<Vec<ParcelId>, StoreError> {
        self.put_parcels_along(parcels, &[])
    }

    /// The same, with facts that are true once the parcels are written: all of it or none.
    pub fn put_parcels_along(
        &self,
        parcels: &[NewParcel],
        facts: &[Fact],
    ) -> Result<Vec<ParcelId>, StoreError> {
        if parcels.is_empty() && facts.is_empty() {
            return Ok(Vec::new());
        }
        self.lock().write(Durability::Full, |ground| {
            let mut ids = Vec::new();
            for parcel in parcels {
                ids.extend(put_one(ground, parcel)?);
            }
            state::put_facts(ground, facts)?;
            Ok(ids)
        })
    }

    /// Of each chat the parcel that is next, if its time has come: urgent ones first, else in the order they were put.
    /// One that has to wait holds up those behind it, so that a chat reads in order.
    pub fn due_parcels(&self, now: Timestamp) -> Result<Vec<Parcel>, StoreError> {
        let (due, unreadable) = self.lock().read(|ground| {
            let mut chats =
                ground.conn.prepare_cached("SELECT DISTINCT chat FROM parcels WHERE state < 2")?;
            let chats = chats.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
            let (mut due, mut unreadable) = (Vec::new(), Vec::new());
            for chat in chats {
                match next_of(ground.conn, chat, millis(now))? {
                    Some(Ok(parcel)) => due.push(parcel),
                    Some(Err(id)) => unreadable.push(id),
                    None => {}
                }
            }
            Ok((due, unreadable))
        })?;
        if unreadable.is_empty() {
            return Ok(due);
        }
        for id in unreadable {
            // One that this release cannot read must not hold up its chat for ever.
            self.refused(id, "this release cannot read it", now)?;
        }
        self.due_parcels(now)
    }

    /// Must be durable before the first byte leaves.
    pub fn sending(&self, id: ParcelId) -> Result<(), StoreError> {
        let sql = "UPDATE parcels SET state = ?2 WHERE id = ?1 AND state < 2";
        self.change(sql, params![id.0, SENDING])
    }

    /// It did not go through; it is next due at `next_try`.
    pub fn attempted(
        &self,
        id: ParcelId,
        next_try: Timestamp,
        why: &str,
        arrival: Arrival,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE parcels SET state = ?2, attempts = attempts + 1, next_try = ?3, why = ?4, \
                   uncertain = max(uncertain, ?5) WHERE id = ?1 AND state < 2";
        let perhaps = arrival == Arrival::Perhaps;
        self.change(sql, params![id.0, WAITING, millis(next_try), why, perhaps])
    }

    /// What waits for that chat, or for any, is due now: it may have become possible.
    pub fn hasten(&self, chat: Option<ChatId>, now: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE parcels SET next_try = ?1 \
                   WHERE state < 2 AND next_try > ?1 AND (?2 IS NULL OR chat = ?2)";
        self.change(sql, params![millis(now), chat.map(|it| it.0)])
    }

    /// It arrived as this message. If it tells of an alert, the message is remembered as showing it.
    pub fn delivered(&self, id: ParcelId, message: MessageId, at: Timestamp) -> Result<(), StoreError> {
        self.lock().write(Durability::Full, |ground| {
            let sql = "UPDATE parcels SET state = ?2, message = ?3, ended = ?4 WHERE id = ?1";
            ground.conn.prepare_cached(sql)?.execute(params![id.0, DELIVERED, message.0, millis(at)])?;
            let sql = "SELECT chat, thread, notice FROM parcels WHERE id = ?";
            let row = |row: &rusqlite::Row<'_>| {
                let place = Place { chat: ChatId(row.get(0)?), thread: row.get(1)? };
                Ok((place, row.get::<_, String>(2)?))
            };
            let found = ground.conn.prepare_cached(sql)?.query_row([id.0], row).optional()?;
            let Some((place, notice)) = found else { return Ok(()) };
            if let Ok(Notice::Alert { alert, .. }) = serde_json::from_str(&notice) {
                let (alert, generation) = (alert.number, alert.generation);
                show(ground, &Shown { place, message, alert, generation, at })?;
            }
            Ok(())
        })
    }

    /// It will never arrive: the chat is closed, or the message is not accepted.
    pub fn refused(&self, id: ParcelId, why: &str, at: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE parcels SET state = ?2, why = ?3, ended = ?4 WHERE id = ?1";
        self.change(sql, params![id.0, REFUSED, why, millis(at)])
    }

    /// How much waits.
    pub fn outbox_depth(&self) -> Result<Depth, StoreError> {
        self.lock().read(|ground| {
            let sql = "SELECT count(*), min(made) FROM parcels WHERE state < 2";
            let row = |row: &rusqlite::Row<'_>| {
                let oldest: Option<i64> = row.get(1)?;
                Ok(Depth { parcels: row.get::<_, i64>(0)?.unsigned_abs(), oldest: oldest.map(moment) })
            };
            Ok(ground.conn.prepare_cached(sql)?.query_row([], row)?)
        })
    }

    /// A group has a new id: what waits for it, what it shows, its buttons and its people follow.
    pub fn chat_moved(&self, from: ChatId, to: ChatId) -> Result<(), StoreError> {
        self.lock().write(Durability::Full, |ground| {
            for sql in [
                "UPDATE OR IGNORE parcels SET chat = ?2 WHERE chat = ?1",
                "UPDATE buttons SET chat = ?2 WHERE chat = ?1",
                "UPDATE people SET chat = ?2 WHERE chat = ?1",
            ] {
                ground.conn.prepare_cached(sql)?.execute([from.0, to.0])?;
            }
            // Messages of the old group cannot be edited through the new one.
            ground.conn.prepare_cached("DELETE FROM told WHERE chat = ?")?.execute([from.0])?;
            Ok(())
        })
    }

    /// Remembers that a message shows an alert now: a first card, or an edited one.
    pub fn put_shown(&self, shown: &Shown) -> Result<(), StoreError> {
        self.lock().write(Durability::Full, |ground| show(ground, shown))
    }

    /// The messages that show an alert, oldest first.
    pub fn shown(&self, alert: i64) -> Result<Vec<Shown>, StoreError> {
        self.lock().read(|ground| {
            let sql =
                "SELECT chat, thread, message, generation, at FROM told WHERE alert = ? ORDER BY at, message";
            let row = |row: &rusqlite::Row<'_>| {
                Ok(Shown {
                    place: Place { chat: ChatId(row.get(0)?), thread: row.get(1)? },
                    message: MessageId(row.get(2)?),
                    alert,
                    generation: row.get(3)?,
                    at: moment(row.get(4)?),
                })
            };
            let mut statement = ground.conn.prepare_cached(sql)?;
            Ok(statement.query_map([alert], row)?.collect::<Result<_, _>>()?)
        })
    }

    fn change(&self, sql: &str, values: impl rusqlite::Params + Clone) -> Result<(), StoreError> {
        self.lock().write(Durability::Full, |ground| {
            ground.conn.prepare_cached(sql)?.execute(values.clone())?;
            Ok(())
        })
    }
}

/// Whether a parcel was on its way when its sender died.
pub(super) fn is_anything_being_sent(ground: &Ground<'_>) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM parcels WHERE state = ?)";
    Ok(ground.conn.prepare_cached(sql)?.query_row([SENDING], |row| row.get(0))?)
}

/// What was being sent when the process died may have arrived.
pub(super) fn doubt_what_was_being_sent(ground: &Ground<'_>) -> Result<u64, Fault> {
    let sql = "UPDATE parcels SET state = ?1, uncertain = 1 WHERE state = ?2";
    Ok(ground.conn.prepare_cached(sql)?.execute([WAITING, SENDING])? as u64)
}

fn put_one(ground: &Ground<'_>, parcel: &NewParcel) -> Result<Option<ParcelId>, Fault> {
    let transition = match &parcel.notice {
        Notice::Alert { alert, step } => transition_of(ground.conn, alert, *step)?,
        _ => None,
    };
    let sql = "INSERT OR IGNORE INTO parcels \
               (chat, thread, urgent, made, notice, transition, state, attempts, next_try, uncertain) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?4, 0)";
    let written = ground.conn.prepare_cached(sql)?.execute(params![
        parcel.place.chat.0,
        parcel.place.thread,
        parcel.urgent,
        millis(parcel.made),
        writable(&parcel.notice)?,
        transition,
        WAITING,
    ])?;
    let id = (written == 1).then(|| ParcelId(ground.conn.last_insert_rowid()));
    if let Some(transition) = transition {
        let sql = "UPDATE transitions SET told = 1 WHERE id = ?";
        ground.conn.prepare_cached(sql)?.execute([transition])?;
    }
    Ok(id)
}

/// The first parcel of a chat, if it is due; its bare id when it cannot be read.
fn next_of(conn: &Connection, chat: i64, now: i64) -> Result<Option<Result<Parcel, ParcelId>>, Fault> {
    let sql = "SELECT id, thread, urgent, made, notice, attempts, next_try, uncertain, why, state FROM parcels \
               WHERE state < 2 AND chat = ? ORDER BY urgent DESC, id LIMIT 1";
    let row = |row: &rusqlite::Row<'_>| {
        let id = ParcelId(row.get(0)?);
        let waits = row.get::<_, i64>(9)? != WAITING || now < row.get::<_, i64>(6)?;
        let notice = match serde_json::from_str(&row.get::<_, String>(4)?) {
            _ if waits => return Ok(None),
            Ok(notice) => notice,
            Err(_) => return Ok(Some(Err(id))),
        };
        Ok(Some(Ok(Parcel {
            id,
            place: Place { chat: ChatId(chat), thread: row.get(1)? },
            notice,
            urgent: row.get(2)?,
            made: moment(row.get(3)?),
            attempts: row.get(5)?,
            uncertain: row.get(7)?,
            why: row.get(8)?,
        })))
    };
    Ok(conn.prepare_cached(sql)?.query_row([chat], row).optional()?.flatten())
}

fn show(ground: &Ground<'_>, shown: &Shown) -> Result<(), Fault> {
    let sql = "INSERT OR REPLACE INTO told (chat, thread, message, alert, generation, at) VALUES (?, ?, ?, ?, ?, ?)";
    ground.conn.prepare_cached(sql)?.execute(params![
        shown.place.chat.0,
        shown.place.thread,
        shown.message.0,
        shown.alert,
        shown.generation,
        millis(shown.at)
    ])?;
    Ok(())
}
