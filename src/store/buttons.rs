//! What buttons mean. Their keys travel through other people's machines, so they say nothing and cannot be guessed.

use jiff::Timestamp;
use jobs::ports::StoreError;
use rusqlite::{OptionalExtension, params};

use super::ground::Durability;
use super::{Database, millis, moment};
use crate::message::{ChatId, Place, UserId};

/// A button that was hung under a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ButtonRow {
    /// What comes back when it is pressed: [`ButtonRow::new_key`], or [`ButtonRow::key_in`] for several under one
    /// message.
    pub key: String,
    /// The only one who may press it; anybody who is admitted, if none.
    pub user: Option<UserId>,
    /// The only place it may be pressed in.
    pub place: Place,
    /// What it does, in the caller's own words (JSON).
    pub action: String,
    /// The alert's generation that it was made for; 0 for none.
    pub generation: u32,
    /// From then on it does nothing.
    pub expires: Timestamp,
}

impl ButtonRow {
    /// 122 random bits in 22 characters that any chat lets through.
    pub fn new_key() -> String {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut bits = uuid::Uuid::new_v4().as_u128();
        let mut key = String::with_capacity(22);
        for _ in 0..22 {
            key.push(char::from(LETTERS[(bits & 63) as usize]));
            bits >>= 6;
        }
        key
    }

    /// The key of one of several buttons under one message, which are used up together: the message's own key, a dot,
    /// and its number.
    pub fn key_in(message: &str, number: usize) -> String {
        format!("{message}.{number}")
    }
}

impl Database {
    /// Writes buttons, all or none.
    pub fn put_buttons(&self, buttons: &[ButtonRow]) -> Result<(), StoreError> {
        if buttons.is_empty() {
            return Ok(());
        }
        self.lock().write(Durability::Normal, |ground| {
            let sql = "INSERT INTO buttons (key, person, chat, thread, action, generation, expires) \
                       VALUES (?, ?, ?, ?, ?, ?, ?)";
            let mut statement = ground.conn.prepare_cached(sql)?;
            for it in buttons {
                let user = it.user.map(|user| user.0);
                let (chat, thread) = (it.place.chat.0, it.place.thread);
                statement.execute(params![
                    it.key,
                    user,
                    chat,
                    thread,
                    it.action,
                    it.generation,
                    millis(it.expires)
                ])?;
            }
            Ok(())
        })
    }

    /// What a button means, while it means anything. Whether this person may press it here is the caller's to check.
    pub fn button(&self, key: &str, now: Timestamp) -> Result<Option<ButtonRow>, StoreError> {
        let now = millis(now);
        self.lock().read(|ground| {
            let sql = format!("SELECT {COLUMNS} FROM buttons WHERE key = ? AND expires > ?");
            Ok(ground.conn.prepare_cached(&sql)?.query_row(params![key, now], row).optional()?)
        })
    }

    /// The same, and neither it nor any other button under its message means anything from now on, even after a power
    /// failure: for what must not be done twice.
    pub fn take_button(&self, key: &str, now: Timestamp) -> Result<Option<ButtonRow>, StoreError> {
        let now = millis(now);
        // Every key of the message lies between "KEY." and "KEY/": the slash follows the dot.
        let message = key.split_once('.').map_or(key, |(message, _)| message);
        let (from, to) = (format!("{message}."), format!("{message}/"));
        self.lock().write(Durability::Full, |ground| {
            let sql = format!("DELETE FROM buttons WHERE key = ? AND expires > ? RETURNING {COLUMNS}");
            let taken = ground.conn.prepare_cached(&sql)?.query_row(params![key, now], row).optional()?;
            if taken.is_some() {
                let sql = "DELETE FROM buttons WHERE key > ? AND key < ?";
                ground.conn.prepare_cached(sql)?.execute(params![from, to])?;
            }
            Ok(taken)
        })
    }

    /// Forgets buttons that mean nothing any more; how many. Those a week old are forgotten without being asked.
    pub fn purge_buttons(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.lock().write(Durability::Normal, |ground| {
            let sql = "DELETE FROM buttons WHERE expires <= ?";
            Ok(ground.conn.prepare_cached(sql)?.execute([millis(now)])? as u64)
        })
    }
}

const COLUMNS: &str = "key, person, chat, thread, action, generation, expires";

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<ButtonRow> {
    Ok(ButtonRow {
        key: row.get(0)?,
        user: row.get::<_, Option<i64>>(1)?.map(UserId),
        place: Place { chat: ChatId(row.get(2)?), thread: row.get(3)? },
        action: row.get(4)?,
        generation: row.get(5)?,
        expires: moment(row.get(6)?),
    })
}
