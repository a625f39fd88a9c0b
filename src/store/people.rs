//! The people we serve: their language, where to reach them, and what they do not want to hear.

use jiff::Timestamp;
use jobs::ports::StoreError;
use rusqlite::{OptionalExtension, params};

use super::ground::Durability;
use super::{Database, millis, moment};
use crate::message::{ChatId, UserId};

/// A person, as seen last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub user: UserId,
    /// The language of their app, as an IETF tag, when it said.
    pub language: Option<String>,
    /// The private chat with them, once they have opened it.
    pub chat: Option<ChatId>,
    /// When.
    pub seen: Timestamp,
}

/// What is not to be told for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mute {
    /// What, in the caller's own words: `all`, `rule:cpu`, `container:shop/db`.
    pub scope: String,
    /// It ends by itself.
    pub until: Timestamp,
    /// By whom; none when by a script or a job.
    pub by: Option<UserId>,
    /// Since when.
    pub made: Timestamp,
}

impl Database {
    /// Remembers a person. A language or chat that is not known now does not undo one that was. `seen` alone is not
    /// worth a write more often than hourly.
    pub fn put_person(&self, person: &Person) -> Result<(), StoreError> {
        if let Some(known) = self.person(person.user)? {
            let told = |new: bool, same: bool| new && !same;
            let fresh = person.seen.duration_since(known.seen).as_hours() == 0;
            let language = told(person.language.is_some(), person.language == known.language);
            let chat = told(person.chat.is_some(), person.chat == known.chat);
            if fresh && !language && !chat {
                return Ok(());
            }
        }
        self.lock().write(Durability::Normal, |ground| {
            let sql = "INSERT INTO people (person, language, chat, seen) VALUES (?1, ?2, ?3, ?4) \
                       ON CONFLICT (person) DO UPDATE SET language = ifnull(?2, language), chat = ifnull(?3, chat), \
                       seen = ?4";
            let chat = person.chat.map(|chat| chat.0);
            let values = params![person.user.0, person.language, chat, millis(person.seen)];
            ground.conn.prepare_cached(sql)?.execute(values)?;
            Ok(())
        })
    }

    /// A person, if we ever met.
    pub fn person(&self, user: UserId) -> Result<Option<Person>, StoreError> {
        self.lock().read(|ground| {
            let sql = "SELECT language, chat, seen FROM people WHERE person = ?";
            let row = |row: &rusqlite::Row<'_>| {
                Ok(Person {
                    user,
                    language: row.get(0)?,
                    chat: row.get::<_, Option<i64>>(1)?.map(ChatId),
                    seen: moment(row.get(2)?),
                })
            };
            Ok(ground.conn.prepare_cached(sql)?.query_row([user.0], row).optional()?)
        })
    }

    /// Mutes, or changes the mute of the same scope.
    pub fn put_mute(&self, mute: &Mute) -> Result<(), StoreError> {
        self.lock().write(Durability::Full, |ground| {
            let sql = "INSERT OR REPLACE INTO mutes (scope, until, person, made) VALUES (?, ?, ?, ?)";
            let by = mute.by.map(|by| by.0);
            let values = params![mute.scope, millis(mute.until), by, millis(mute.made)];
            ground.conn.prepare_cached(sql)?.execute(values)?;
            Ok(())
        })
    }

    /// Ends a mute at once; whether there was one.
    pub fn unmute(&self, scope: &str) -> Result<bool, StoreError> {
        self.lock().write(Durability::Full, |ground| {
            let sql = "DELETE FROM mutes WHERE scope = ?";
            Ok(ground.conn.prepare_cached(sql)?.execute([scope])? != 0)
        })
    }

    /// Mutes that have not ended, by scope.
    pub fn mutes(&self, now: Timestamp) -> Result<Vec<Mute>, StoreError> {
        self.lock().read(|ground| {
            let sql = "SELECT scope, until, person, made FROM mutes WHERE until > ? ORDER BY scope";
            let row = |row: &rusqlite::Row<'_>| {
                Ok(Mute {
                    scope: row.get(0)?,
                    until: moment(row.get(1)?),
                    by: row.get::<_, Option<i64>>(2)?.map(UserId),
                    made: moment(row.get(3)?),
                })
            };
            let mut statement = ground.conn.prepare_cached(sql)?;
            Ok(statement.query_map([millis(now)], row)?.collect::<Result<_, _>>()?)
        })
    }
}
