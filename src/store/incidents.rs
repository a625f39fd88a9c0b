//! Incidents, their records, and the messages that show them.
//!
//! News becomes an incident, an entry in its record and parcels for everybody in one transaction: it is known and to be
//! told, or it is not known yet and will be heard again.

use std::time::Duration;

use jiff::Timestamp;
use jobs::incident::{self, Change, Entry, Evidence, Incident, News, REOPEN, Telling, What};
use jobs::ports::StoreError;
use rusqlite::{OptionalExtension, params};

use super::alerts::{readable, transition_of, writable};
use super::ground::{Durability, Fault, Ground, State};
use super::outbox::{self, Ring};
use super::state::{self, Fact};
use super::{Database, millis, millis_up, moment, span};
use crate::message::{ChatId, MessageId, Place};

/// Who is told of a change, and when.
#[derive(Clone, Debug)]
pub struct Telegraph<'a> {
    /// To whom.
    pub homes: &'a [Place],
    /// Chats whose cards are kept up to date though news goes elsewhere by now.
    pub others: &'a [ChatId],
    /// Not before so long from now, when it is the first word of an incident of containers: others may join it.
    pub wait: Duration,
}

/// The message that shows an incident somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    /// Which.
    pub message: MessageId,
    /// The incident's generation that it shows.
    pub generation: u32,
    /// Since when it shows it.
    pub at: Timestamp,
    /// An earlier card that still has to say that it is not the newest.
    pub former: Option<MessageId>,
}

/// Up to which entry the healing journal is told.
const HEALS_TOLD: &str = "heals.told/1";
/// What was done longer ago than this is no news.
const HEALS_KEPT: Duration = Duration::from_secs(2 * 3600);

impl Database {
    /// Takes in a piece of news: what it makes of the incidents, with its parcels, and with facts that are true once it is
    /// written down. None when it makes nothing of them, or was taken in before.
    pub fn take_in(
        &self,
        news: &News,
        parents: &dyn Fn(&str) -> Vec<String>,
        telegraph: &Telegraph<'_>,
        facts: &[Fact],
        now: Timestamp,
    ) -> Result<Option<Incident>, StoreError> {
        self.lock().write(Durability::Full, |ground| {
            state::put_facts(ground, facts)?;
            let transition = match news {
                News::Alert { alert, step } if step.is_news() => transition_of(ground.conn, alert, *step)?,
                News::Alert { .. } | News::Verdict { .. } => None,
            };
            if let Some(transition) = transition
                && is_told(ground, transition)?
            {
                return Ok(None);
            }
            let change = incident::fold(&known(ground, now)?, news, parents, now);
            let incident = match change {
                Some(change) if !is_known(ground, &change)? => Some(put(ground, change, telegraph, now)?),
                Some(_) | None => None,
            };
            if let Some(transition) = transition {
                let sql = "UPDATE transitions SET told = 1 WHERE id = ?";
                ground.conn.prepare_cached(sql)?.execute([transition])?;
            }
            Ok(incident)
        })
    }

    /// Takes in what the healing journal has and no card tells yet, each entry with its parcels, and moves on in the same
    /// transaction: it is told once, whenever we die. Entries of long ago are let go. Answers with how many changed a card.
    pub fn take_in_heals(&self, telegraph: &Telegraph<'_>, now: Timestamp) -> Result<usize, StoreError> {
        self.lock().write(Durability::Full, |ground| {
            let told = state::get(ground, HEALS_TOLD)?.and_then(|it| it.parse::<i64>().ok()).unwrap_or(0);
            let sql = "SELECT id, body FROM heals WHERE id > ? AND at > ? ORDER BY id LIMIT 200";
            let mut statement = ground.conn.prepare_cached(sql)?;
            let bounds = [told, millis(now) - span(HEALS_KEPT)];
            let rows = statement.query_map(bounds, |row| Ok((row.get(0)?, row.get(1)?)))?;
            let rows: Vec<(i64, String)> = rows.collect::<Result<_, _>>()?;
            let Some((newest, _)) = rows.last() else { return Ok(0) };
            let fact = Fact { name: HEALS_TOLD, value: newest.to_string() };
            let mut changed = 0;
            for heal in readable(rows.into_iter().map(|(_, body)| body).collect())? {
                let change = incident::tell(&known(ground, now)?, &heal, now);
                if let Some(change) = change
                    && !is_known(ground, &change)?
                {
                    put(ground, change, telegraph, now)?;
                    changed += 1;
                }
            }
            state::put_facts(ground, &[fact])?;
            Ok(changed)
        })
    }

    /// Changes an incident, if there is one of that number and the change is one.
    pub fn change_incident(
        &self,
        number: i64,
        change: impl Fn(&Incident) -> Option<Change>,
        telegraph: &Telegraph<'_>,
        now: Timestamp,
    ) -> Result<Option<Incident>, StoreError> {
        self.lock().write(Durability::Full, |ground| {
            let Some(incident) = one(ground, number)? else { return Ok(None) };
            change(&incident).map(|it| put(ground, it, telegraph, now)).transpose()
        })
    }

    /// Writes down what was found out about an incident: every card of it from then on shows it.
    pub fn put_evidence(&self, number: i64, evidence: &Evidence) -> Result<(), StoreError> {
        self.lock().write(Durability::Normal, |ground| {
            let Some(incident) = one(ground, number)? else { return Ok(()) };
            write(ground, &Incident { evidence: evidence.clone(), ..incident })?;
            Ok(())
        })
    }

    /// Reminds of every incident whose time has come.
    pub fn remind(&self, telegraph: &Telegraph<'_>, now: Timestamp) -> Result<(), StoreError> {
        let due = self.open_incidents()?;
        for number in due.iter().filter(|it| it.reminder.is_some_and(|at| at <= now)).map(|it| it.number) {
            self.change_incident(number, |it| incident::remind(it, now), telegraph, now)?;
        }
        Ok(())
    }

    /// An incident by its number.
    pub fn incident(&self, number: i64) -> Result<Option<Incident>, StoreError> {
        self.lock().read(|ground| one(ground, number))
    }

    /// Every incident that is not over, oldest first.
    pub fn open_incidents(&self) -> Result<Vec<Incident>, StoreError> {
        self.lock().read(|ground| select(ground, "WHERE ended IS NULL ORDER BY number", []))
    }

    /// The record of an incident, oldest first.
    pub fn record(&self, number: i64) -> Result<Vec<Entry>, StoreError> {
        self.lock().read(|ground| {
            let sql = "SELECT body FROM entries WHERE incident = ? ORDER BY id";
            let mut statement = ground.conn.prepare_cached(sql)?;
            let bodies = statement.query_map([number], |row| row.get::<_, String>(0))?;
            readable(bodies.collect::<Result<_, _>>()?)
        })
    }

    /// The message that shows an incident in a place.
    pub fn card(&self, place: Place, incident: i64) -> Result<Option<Card>, StoreError> {
        self.lock().read(|ground| card(ground, place, incident))
    }

    /// The incident that a message shows, while it is its newest card there.
    pub fn incident_shown_by(&self, chat: ChatId, message: MessageId) -> Result<Option<i64>, StoreError> {
        self.lock().read(|ground| {
            let sql = "SELECT incident FROM cards WHERE chat = ? AND message = ?";
            let bounds = params![chat.0, message.0];
            Ok(ground.conn.prepare_cached(sql)?.query_row(bounds, |row| row.get(0)).optional()?)
        })
    }

    /// Writes down that an earlier card says by now that it is not the newest.
    pub fn former_is_done(&self, place: Place, incident: i64) -> Result<(), StoreError> {
        self.lock().write(Durability::Normal, |ground| {
            let sql = "UPDATE cards SET former = NULL \
                       WHERE incident = ? AND chat = ? AND ifnull(thread, -1) = ifnull(?, -1)";
            ground.conn.prepare_cached(sql)?.execute(params![incident, place.chat.0, place.thread])?;
            Ok(())
        })
    }

    /// An incident gets a card in each place that has none.
    pub fn show(
        &self,
        homes: &[Place],
        incident: &Incident,
        ring: Ring,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let incident = &incident::told_anew(incident, now);
        self.lock().write(Durability::Full, |ground| {
            write(ground, incident)?;
            for place in homes {
                if card(ground, *place, incident.number)?.is_none() {
                    outbox::put_card(ground, *place, incident, ring, now, millis(now))?;
                }
            }
            Ok(())
        })
    }

    /// Adds to the record of an incident that a mute holds its card.
    pub fn card_is_held(&self, place: Place, incident: i64, now: Timestamp) -> Result<(), StoreError> {
        self.lock().write(Durability::Full, |ground| told(ground, place, incident, now, Telling::Held))
    }
}

/// See [`jobs::ports::Store::incidents_between`].
pub(super) fn between(
    state: &mut State,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Incident>, StoreError> {
    state.read(|ground| {
        let filter = "WHERE opened < ?2 AND (ended IS NULL OR ended >= ?1) ORDER BY opened, number";
        select(ground, filter, params![millis(from), millis_up(to)])
    })
}

/// A card was delivered or edited.
pub(super) fn shown(
    ground: &Ground<'_>,
    place: Place,
    incident: i64,
    card: Card,
    telling: Telling,
) -> Result<(), Fault> {
    let sql = "INSERT OR REPLACE INTO cards (chat, thread, incident, message, generation, at, former) \
               VALUES (?, ?, ?, ?, ?, ?, ?)";
    ground.conn.prepare_cached(sql)?.execute(params![
        place.chat.0,
        place.thread,
        incident,
        card.message.0,
        card.generation,
        millis(card.at),
        card.former.map(|it| it.0),
    ])?;
    told(ground, place, incident, card.at, telling)
}

/// See [`Database::card`].
pub(super) fn card(ground: &Ground<'_>, place: Place, incident: i64) -> Result<Option<Card>, Fault> {
    let sql = "SELECT message, generation, at, former FROM cards \
               WHERE incident = ? AND chat = ? AND ifnull(thread, -1) = ifnull(?, -1)";
    let row = |row: &rusqlite::Row<'_>| {
        Ok(Card {
            message: MessageId(row.get(0)?),
            generation: row.get(1)?,
            at: moment(row.get(2)?),
            former: row.get::<_, Option<i64>>(3)?.map(MessageId),
        })
    };
    let bounds = params![incident, place.chat.0, place.thread];
    Ok(ground.conn.prepare_cached(sql)?.query_row(bounds, row).optional()?)
}

/// Where an incident has a card.
fn places(ground: &Ground<'_>, incident: i64) -> Result<Vec<Place>, Fault> {
    let mut cards = ground.conn.prepare_cached("SELECT chat, thread FROM cards WHERE incident = ?")?;
    let place = |row: &rusqlite::Row<'_>| Ok(Place { chat: ChatId(row.get(0)?), thread: row.get(1)? });
    Ok(cards.query_map([incident], place)?.collect::<Result<_, _>>()?)
}

/// Adds to the record of an incident how people were told of it.
pub(super) fn told(
    ground: &Ground<'_>,
    place: Place,
    incident: i64,
    at: Timestamp,
    how: Telling,
) -> Result<(), Fault> {
    add(ground, incident, &Entry { at, what: What::Told { chat: place.chat.0, how } })
}

fn is_told(ground: &Ground<'_>, transition: i64) -> Result<bool, Fault> {
    let sql = "SELECT told FROM transitions WHERE id = ?";
    let told = ground.conn.prepare_cached(sql)?.query_row([transition], |row| row.get(0)).optional()?;
    Ok(told.unwrap_or(false))
}

/// Whether a verdict or a step of healing is in the record already: it was heard twice.
fn is_known(ground: &Ground<'_>, change: &Change) -> Result<bool, Fault> {
    let (What::Verdict(_) | What::Heal(_)) = change.entry.what else { return Ok(false) };
    let sql = "SELECT body FROM entries WHERE incident = ? ORDER BY id DESC LIMIT 100";
    let mut statement = ground.conn.prepare_cached(sql)?;
    let bodies = statement.query_map([change.incident.number], |row| row.get::<_, String>(0))?;
    let entries: Vec<Entry> = readable(bodies.collect::<Result<_, _>>()?)?;
    Ok(entries.iter().any(|it| it.what == change.entry.what))
}

/// What news may belong to.
fn known(ground: &Ground<'_>, now: Timestamp) -> Result<Vec<Incident>, Fault> {
    select(ground, "WHERE ended IS NULL OR ended > ? ORDER BY number", [millis(now) - span(REOPEN)])
}

fn one(ground: &Ground<'_>, number: i64) -> Result<Option<Incident>, Fault> {
    Ok(select(ground, "WHERE number = ?", [number])?.into_iter().next())
}

fn select(ground: &Ground<'_>, filter: &str, bounds: impl rusqlite::Params) -> Result<Vec<Incident>, Fault> {
    let mut statement = ground.conn.prepare_cached(&format!("SELECT body FROM incidents {filter}"))?;
    let bodies = statement.query_map(bounds, |row| row.get::<_, String>(0))?;
    readable(bodies.collect::<Result<_, _>>()?)
}

/// Writes a change with its entry and its parcels.
fn put(
    ground: &Ground<'_>,
    change: Change,
    telegraph: &Telegraph<'_>,
    now: Timestamp,
) -> Result<Incident, Fault> {
    let Change { mut incident, entry, ring } = change;
    let new = incident.number == 0;
    if new {
        let sql = "INSERT INTO incidents (opened, changed, body) VALUES (?, ?, '')";
        let bounds = [millis(incident.opened), millis(incident.changed)];
        ground.conn.prepare_cached(sql)?.execute(bounds)?;
        incident.number = ground.conn.last_insert_rowid();
    }
    write(ground, &incident)?;
    add(ground, incident.number, &entry)?;
    let ring = match ring {
        incident::Ring::Edit => Ring::Edit,
        incident::Ring::Push => Ring::Push,
    };
    let wait = if new && incident.is_of_containers() { span(telegraph.wait) } else { 0 };
    for place in telegraph.homes {
        outbox::put_card(ground, *place, &incident, ring, now, millis(now) + wait)?;
    }
    let is_kept = |it: &Place| telegraph.others.contains(&it.chat) && !telegraph.homes.contains(it);
    for place in places(ground, incident.number)?.into_iter().filter(is_kept) {
        outbox::put_card(ground, place, &incident, Ring::Edit, now, millis(now))?;
    }
    Ok(incident)
}

fn write(ground: &Ground<'_>, incident: &Incident) -> Result<(), Fault> {
    let sql = "INSERT INTO incidents (number, opened, changed, ended, body) VALUES (?1, ?2, ?3, ?4, ?5) \
               ON CONFLICT (number) DO UPDATE SET opened = ?2, changed = ?3, ended = ?4, body = ?5";
    ground.conn.prepare_cached(sql)?.execute(params![
        incident.number,
        millis(incident.opened),
        millis(incident.changed),
        incident.ended.map(millis),
        writable(incident)?,
    ])?;
    Ok(())
}

fn add(ground: &Ground<'_>, incident: i64, entry: &Entry) -> Result<(), Fault> {
    let sql = "INSERT INTO entries (incident, at, body) VALUES (?, ?, ?)";
    ground.conn.prepare_cached(sql)?.execute(params![incident, millis(entry.at), writable(entry)?])?;
    Ok(())
}

/// Where a chat's cards are shown when it has a new number: nowhere, for messages of the old group cannot be edited
/// through the new one.
pub(super) fn chat_moved(ground: &Ground<'_>, from: ChatId) -> Result<(), Fault> {
    ground.conn.prepare_cached("DELETE FROM cards WHERE chat = ?")?.execute([from.0])?;
    Ok(())
}
