//! What a watch that goes on here knows beside the world itself, as far as healing asks for it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::heal::Mode;
use crate::mute::Mute;
use crate::verdict::Memory;

/// A watch that goes on here. Synchronous: every call is a short local read or write.
pub trait Ward: Send + Sync {
    /// When it began.
    fn began(&self) -> Timestamp;
    /// The mutes that are in force.
    fn mutes(&self, now: Timestamp) -> Result<Vec<Mute>, StoreError>;
    /// What is remembered of containers, by whoever follows the engine's events.
    fn memory(&self) -> Result<Memory, StoreError>;
    /// What people have set by hand.
    fn switch(&self) -> Result<Switch, StoreError>;
    /// Sets it; durable when it returns.
    fn set_switch(&self, switch: &Switch) -> Result<(), StoreError>;
}

/// What people have set by hand, and what outlives every restart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switch {
    /// Healing is switched off.
    pub off: Option<Off>,
    /// Modes instead of the declared ones, by the name of the policy.
    pub modes: BTreeMap<String, Mode>,
}

/// Healing is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Off {
    /// Since when.
    pub at: Timestamp,
    /// Until when; none: until somebody switches it on.
    pub until: Option<Timestamp>,
    /// The account of whoever did.
    pub by: i64,
}

impl Switch {
    /// Whether nothing is to be done by itself now, nor offered.
    pub fn is_off(&self, now: Timestamp) -> bool {
        self.off.is_some_and(|it| it.until.is_none_or(|until| now < until))
    }
}
