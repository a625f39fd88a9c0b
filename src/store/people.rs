//! The people we serve: their language, and where to reach them.

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
}
