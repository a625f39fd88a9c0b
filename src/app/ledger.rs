//! Incidents, as commands see them: read from the store, changed through the postman, who shows the change on their cards.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use jobs::incident::{Entry, Incident, acknowledge, unacknowledge};
use jobs::ports::StoreError;

use crate::command::Incidents;
use crate::message::UserId;
use crate::postman::Postman;
use crate::store::Database;

/// The store as a ledger of incidents.
pub(super) struct Ledger {
    database: Database,
    postman: OnceLock<Arc<Postman>>,
}

impl Ledger {
    pub(super) fn new(database: Database) -> Self {
        Self { database, postman: OnceLock::new() }
    }

    /// The postman is made after the ledger, since he speaks through it.
    pub(super) fn give(&self, postman: Arc<Postman>) {
        self.postman.set(postman).ok();
    }

    fn change(
        &self,
        number: i64,
        change: impl Fn(&Incident) -> Option<jobs::incident::Change>,
    ) -> Result<Option<Incident>, StoreError> {
        match self.postman.get() {
            Some(postman) => postman.change(number, change),
            None => Ok(None),
        }
    }
}

impl Incidents for Ledger {
    fn open(&self) -> Result<Vec<Incident>, StoreError> {
        self.database.open_incidents()
    }

    fn between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Incident>, StoreError> {
        self.database.incidents_between(from, to)
    }

    fn incident(&self, number: i64) -> Result<Option<Incident>, StoreError> {
        self.database.incident(number)
    }

    fn record(&self, number: i64) -> Result<Vec<Entry>, StoreError> {
        self.database.record(number)
    }

    fn acknowledge(&self, number: i64, by: UserId, now: Timestamp) -> Result<Option<Incident>, StoreError> {
        self.change(number, |it| acknowledge(it, by.0, now))
    }

    fn release(&self, number: i64, by: UserId, now: Timestamp) -> Result<Option<Incident>, StoreError> {
        self.change(number, |it| unacknowledge(it, by.0, now))
    }
}
