//! What healing asks of the watch: mutes, what the follower of events remembers, and what people have set by hand.

use std::sync::Arc;

use jiff::Timestamp;
use jobs::mute::Mute;
use jobs::ports::{StoreError, Switch, Ward};
use jobs::verdict::Memory;

use super::mutes::StoreMutes;
use crate::command::Mutes;
use crate::store::Database;
use crate::watch;

/// What people have set by hand.
const SWITCH: &str = "heal.switch/1";

/// The store, as far as healing asks.
pub(super) struct StoreWard {
    database: Database,
    mutes: Arc<StoreMutes>,
    began: Timestamp,
}

impl StoreWard {
    /// Of a watch that began then.
    pub(super) fn new(database: Database, mutes: Arc<StoreMutes>, began: Timestamp) -> Self {
        Self { database, mutes, began }
    }
}

impl Ward for StoreWard {
    fn began(&self) -> Timestamp {
        self.began
    }

    fn mutes(&self, now: Timestamp) -> Result<Vec<Mute>, StoreError> {
        self.mutes.in_force(now)
    }

    fn memory(&self) -> Result<Memory, StoreError> {
        watch::memory(&self.database)
    }

    fn switch(&self) -> Result<Switch, StoreError> {
        let Some(written) = self.database.get_state(SWITCH)? else { return Ok(Switch::default()) };
        // What cannot be read may have said "off": nothing is done rather than too much.
        serde_json::from_str(&written)
            .map_err(|error| StoreError(format!("{SWITCH} cannot be read: {error}")))
    }

    fn set_switch(&self, switch: &Switch) -> Result<(), StoreError> {
        let written = serde_json::to_string(switch).map_err(|error| StoreError(error.to_string()))?;
        self.database.put_state(SWITCH, &written)
    }
}
