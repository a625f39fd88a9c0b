//! What is still to be said: written before it is sent, forgotten only after it was.
//!
//! A parcel waits, is being sent, and ends delivered or refused. It is marked as being sent before the first byte
//! leaves, so that after a crash in between we know which one may have arrived: [`Parcel::uncertain`].

use jiff::Timestamp;
use jobs::alert::Severity;
use jobs::incident::{Incident, Telling};
use jobs::notice::Notice;
use jobs::ports::StoreError;
use rusqlite::{Connection, OptionalExtension, params};

use super::alerts::{transition_of, writable};
use super::ground::{Durability, Fault, Ground};
use super::incidents::{self, Card};
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

/// What a parcel says.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a handful of parcels is in memory at a time")]
pub enum Content {
    /// This, and nothing ever takes its place.
    Notice(Notice),
    /// The card of an incident, as the incident is when it is told.
    Card {
        /// The incident's number.
        incident: i64,
        /// With how much noise.
        ring: Ring,
    },
}

/// With how much noise a card comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ring {
    /// The one that people have is edited.
    Edit,
    /// A new one, in silence: it was told in other words already.
    Quiet,
    /// A new one.
    Push,
}

impl Ring {
    fn of(number: i64) -> Self {
        match number {
            2.. => Self::Push,
            1 => Self::Quiet,
            _ => Self::Edit,
        }
    }

    fn number(self) -> i64 {
        match self {
            Self::Edit => 0,
            Self::Quiet => 1,
            Self::Push => 2,
        }
    }
}

/// Something that waits to be said.
#[derive(Clone, Debug, PartialEq)]
pub struct Parcel {
    /// Names it.
    pub id: ParcelId,
    /// To whom.
    pub place: Place,
    /// What.
    pub content: Content,
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

    /// It arrived as this message.
    pub fn delivered(&self, id: ParcelId, message: MessageId, at: Timestamp) -> Result<(), StoreError> {
        self.lock().write(Durability::Full, |ground| arrived(ground, id, message, at))
    }

    /// The card of an incident arrived, or was edited.
    pub fn card_delivered(
        &self,
        parcel: &Parcel,
        incident: i64,
        card: Card,
        telling: Telling,
    ) -> Result<(), StoreError> {
        self.lock().write(Durability::Full, |ground| {
            arrived(ground, parcel.id, card.message, card.at)?;
            incidents::shown(ground, parcel.place, incident, card, telling)
        })
    }

    /// The incidents whose cards wait for a place and became news before `made`, the oldest news first.
    pub fn waiting_cards(&self, place: Place, made: Timestamp) -> Result<Vec<i64>, StoreError> {
        self.lock().read(|ground| {
            let sql = "SELECT incident FROM parcels WHERE state < 2 AND incident IS NOT NULL AND ring = ?1 \
                       AND chat = ?2 AND ifnull(thread, -1) = ifnull(?3, -1) AND made < ?4 ORDER BY made, id";
            let mut statement = ground.conn.prepare_cached(sql)?;
            let bounds = params![Ring::Push.number(), place.chat.0, place.thread, millis(made)];
            Ok(statement.query_map(bounds, |row| row.get(0))?.collect::<Result<_, _>>()?)
        })
    }

    /// Several incidents were told in one message, in the turn of this parcel: the cards of those that are over need not
    /// come, and those of the others come in silence.
    pub fn told_together(
        &self,
        parcel: &Parcel,
        over: &[i64],
        open: &[i64],
        message: MessageId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.lock().write(Durability::Full, |ground| {
            let place =
                "WHERE incident = ?1 AND chat = ?2 AND ifnull(thread, -1) = ifnull(?3, -1) AND state < 2";
            let (chat, thread) = (parcel.place.chat.0, parcel.place.thread);
            for incident in over {
                let sql = format!("UPDATE parcels SET state = ?4, message = ?5, ended = ?6 {place}");
                let bounds = params![incident, chat, thread, DELIVERED, message.0, millis(at)];
                ground.conn.prepare_cached(&sql)?.execute(bounds)?;
            }
            for incident in open {
                let sql =
                    format!("UPDATE parcels SET ring = ?4, urgent = 0, state = ?5, next_try = ?6 {place}");
                let bounds = params![incident, chat, thread, Ring::Quiet.number(), WAITING, millis(at)];
                ground.conn.prepare_cached(&sql)?.execute(bounds)?;
            }
            for incident in over.iter().chain(open) {
                let how = Telling::Together { message: message.0, made: parcel.made };
                incidents::told(ground, parcel.place, *incident, at, how)?;
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
            incidents::chat_moved(ground, from)
        })
    }

    /// What waits for a place goes to others instead: for one topic of a chat, or for the whole of it. What already waits
    /// there does not go there twice.
    pub fn readdress(
        &self,
        from: ChatId,
        topic: Option<i64>,
        to: &[Place],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.lock().write(Durability::Full, |ground| {
            for place in to {
                // A card that waits there rings as loud as the one that would have come.
                let sql = "UPDATE parcels SET ring = max(parcels.ring, old.ring), urgent = max(parcels.urgent, old.urgent) FROM \
                           (SELECT incident AS of, max(ring) AS ring, max(urgent) AS urgent FROM parcels WHERE chat = ?1 \
                           AND (?2 IS NULL OR thread = ?2) AND state < 2 AND incident IS NOT NULL GROUP BY incident) AS old \
                           WHERE parcels.incident = old.of AND chat = ?3 AND ifnull(thread, -1) = ifnull(?4, -1) AND state < 2";
                let bounds = params![from.0, topic, place.chat.0, place.thread];
                ground.conn.prepare_cached(sql)?.execute(bounds)?;
                let sql = "INSERT OR IGNORE INTO parcels (chat, thread, urgent, made, notice, transition, incident, ring, \
                           state, attempts, next_try, uncertain) \
                           SELECT ?3, ?4, urgent, made, notice, transition, incident, ring, ?5, 0, ?6, 0 \
                           FROM parcels AS old WHERE chat = ?1 AND (?2 IS NULL OR thread = ?2) AND state < 2 \
                           AND NOT EXISTS (SELECT 1 FROM parcels AS new WHERE new.incident = old.incident \
                           AND new.chat = ?3 AND ifnull(new.thread, -1) = ifnull(?4, -1) AND new.state < 2) ORDER BY id";
                let bounds = params![from.0, topic, place.chat.0, place.thread, WAITING, millis(now)];
                ground.conn.prepare_cached(sql)?.execute(bounds)?;
            }
            let sql = "UPDATE parcels SET state = ?3, ended = ?4, why = 'told elsewhere' \
                       WHERE chat = ?1 AND (?2 IS NULL OR thread = ?2) AND state < 2";
            ground.conn.prepare_cached(sql)?.execute(params![from.0, topic, REFUSED, millis(now)])?;
            Ok(())
        })
    }

    /// The chats that something waits for.
    pub fn waiting_chats(&self) -> Result<Vec<ChatId>, StoreError> {
        self.lock().read(|ground| {
            let mut chats =
                ground.conn.prepare_cached("SELECT DISTINCT chat FROM parcels WHERE state < 2")?;
            let chats = chats.query_map([], |row| row.get(0).map(ChatId))?;
            Ok(chats.collect::<Result<_, _>>()?)
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

/// A parcel of an incident's card. One that waits already for the same place takes it in: it is told as it is then.
pub(super) fn put_card(
    ground: &Ground<'_>,
    place: Place,
    incident: &Incident,
    ring: Ring,
    made: Timestamp,
    next_try: i64,
) -> Result<(), Fault> {
    let urgent = ring == Ring::Push && incident.is_open() && incident.severity() == Severity::Critical;
    let sql = "UPDATE parcels SET ring = max(ring, ?5), urgent = max(urgent, ?6) WHERE incident = ?1 \
               AND chat = ?2 AND ifnull(thread, -1) = ifnull(?3, -1) AND state = ?4";
    let bounds = params![incident.number, place.chat.0, place.thread, WAITING, ring.number(), urgent];
    if 0 < ground.conn.prepare_cached(sql)?.execute(bounds)? {
        return Ok(());
    }
    let sql = "INSERT INTO parcels \
               (chat, thread, urgent, made, notice, incident, ring, state, attempts, next_try, uncertain) \
               VALUES (?, ?, ?, ?, '', ?, ?, ?, 0, ?, 0)";
    ground.conn.prepare_cached(sql)?.execute(params![
        place.chat.0,
        place.thread,
        urgent,
        millis(made),
        incident.number,
        ring.number(),
        WAITING,
        next_try,
    ])?;
    Ok(())
}

fn arrived(ground: &Ground<'_>, id: ParcelId, message: MessageId, at: Timestamp) -> Result<(), Fault> {
    let sql = "UPDATE parcels SET state = ?2, message = ?3, ended = ?4 WHERE id = ?1";
    ground.conn.prepare_cached(sql)?.execute(params![id.0, DELIVERED, message.0, millis(at)])?;
    Ok(())
}

/// What a parcel says; nothing when this release cannot read it.
pub(super) fn content(notice: &str, incident: Option<i64>, ring: Option<i64>) -> Option<Content> {
    match incident {
        Some(incident) => Some(Content::Card { incident, ring: Ring::of(ring.unwrap_or_default()) }),
        None => serde_json::from_str(notice).ok().map(Content::Notice),
    }
}

/// The first parcel of a chat, if it is due; its bare id when it cannot be read.
fn next_of(conn: &Connection, chat: i64, now: i64) -> Result<Option<Result<Parcel, ParcelId>>, Fault> {
    let sql = "SELECT id, thread, urgent, made, notice, attempts, next_try, uncertain, why, state, incident, ring \
               FROM parcels \
               WHERE state < 2 AND chat = ? ORDER BY urgent DESC, id LIMIT 1";
    let row = |row: &rusqlite::Row<'_>| {
        let id = ParcelId(row.get(0)?);
        let waits = row.get::<_, i64>(9)? != WAITING || now < row.get::<_, i64>(6)?;
        if waits {
            return Ok(None);
        }
        let Some(content) = content(&row.get::<_, String>(4)?, row.get(10)?, row.get(11)?) else {
            return Ok(Some(Err(id)));
        };
        Ok(Some(Ok(Parcel {
            id,
            place: Place { chat: ChatId(chat), thread: row.get(1)? },
            content,
            urgent: row.get(2)?,
            made: moment(row.get(3)?),
            attempts: row.get(5)?,
            uncertain: row.get(7)?,
            why: row.get(8)?,
        })))
    };
    Ok(conn.prepare_cached(sql)?.query_row([chat], row).optional()?.flatten())
}
