//! The conversation's memory, in the store.

use std::sync::Mutex;

use jiff::Timestamp;
use jobs::ports::StoreError;

use crate::clock::Clock;
use crate::dispatch::{Desk, KeptButton};
use crate::message::UserId;
use crate::store::{ButtonRow, Database, Person};

/// The store as a desk.
pub(super) struct StoreDesk {
    pub(super) database: Database,
    pub(super) clock: Clock,
    /// The language somebody's app spoke last: asked for at every message, so kept at hand.
    pub(super) tongues: Mutex<std::collections::HashMap<UserId, String>>,
}

impl StoreDesk {
    pub(super) fn new(database: Database, clock: Clock) -> Self {
        Self { database, clock, tongues: Mutex::default() }
    }
}

impl Desk for StoreDesk {
    fn new_keys(&self, count: usize) -> Vec<String> {
        let message = ButtonRow::new_key();
        (0..count).map(|number| ButtonRow::key_in(&message, number)).collect()
    }

    fn keep_buttons(&self, buttons: &[KeptButton]) -> Result<(), StoreError> {
        let row = |button: &KeptButton| {
            let action =
                serde_json::to_string(&button.action).map_err(|error| StoreError(error.to_string()))?;
            Ok(ButtonRow {
                key: button.key.clone(),
                user: button.user,
                place: button.place,
                action,
                generation: 0,
                expires: button.expires,
            })
        };
        self.database.put_buttons(&buttons.iter().map(row).collect::<Result<Vec<_>, StoreError>>()?)
    }

    fn button(&self, key: &str, now: Timestamp) -> Result<Option<KeptButton>, StoreError> {
        let Some(row) = self.database.button(key, now)? else { return Ok(None) };
        // A button of another release may do what this one cannot.
        let Ok(action) = serde_json::from_str(&row.action) else { return Ok(None) };
        Ok(Some(KeptButton { key: row.key, action, place: row.place, user: row.user, expires: row.expires }))
    }

    fn use_up(&self, key: &str, now: Timestamp) -> Result<bool, StoreError> {
        self.database.take_button(key, now).map(|it| it.is_some())
    }

    fn remember_language(&self, user: UserId, tag: &str) -> Result<(), StoreError> {
        let mut tongues = self.tongues.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if tongues.get(&user).is_some_and(|it| it == tag) {
            return Ok(());
        }
        let person = Person { user, language: Some(tag.to_owned()), chat: None, seen: self.clock.now() };
        self.database.put_person(&person)?;
        tongues.insert(user, tag.to_owned());
        Ok(())
    }

    fn language(&self, user: UserId) -> Result<Option<String>, StoreError> {
        let known =
            self.tongues.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get(&user).cloned();
        match known {
            Some(tag) => Ok(Some(tag)),
            None => Ok(self.database.person(user)?.and_then(|it| it.language)),
        }
    }
}
