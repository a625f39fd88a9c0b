//! What was proposed, tried and found: the healing journal. Only ever added to, and the only memory healing has.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Mode, Relief};
use crate::ports::{Right, Verb};

/// An entry of the healing journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heal {
    /// When.
    pub at: Timestamp,
    /// For which alert, by its number; none when somebody asked, or when no alert is about it.
    pub alert: Option<i64>,
    /// What it was about: a mount point, or a container by its name (those have no slash).
    pub target: String,
    /// What happened.
    pub what: HealStep,
}

impl Heal {
    /// Whether it is about a container, and not about a disk.
    pub fn is_of_container(&self) -> bool {
        !self.target.starts_with('/')
    }
}

/// What happened in the healing journal. Variants are added, never changed: every release reads what the earlier ones
/// wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum HealStep {
    /// Of a disk: it was proposed, or is about to be done.
    Proposed,
    /// Of a disk: it was done.
    Applied(Relief),
    /// Of a disk: there was nothing that would help.
    Nothing,
    /// Of a disk: so much could be freed, and people were told so.
    Planned {
        /// Bytes, by the engine's own figures.
        bytes: u64,
        /// How far it may go by itself.
        mode: Mode,
    },
    /// It was offered on the card of its incident; with [`Mode::Observe`], only said.
    Offered(Try),
    /// Somebody did not want it.
    Declined {
        /// Their account.
        by: i64,
    },
    /// It is about to be done: written before anything is, so that a crash in the middle counts as an attempt.
    Began {
        /// What.
        what: Try,
        /// The account that asked for it; none when it was done by itself.
        by: Option<i64>,
    },
    /// What came of asking for it.
    Ended {
        /// How it went.
        outcome: Outcome,
        /// Containers that were restarted along with it, because they live in its network.
        along: Vec<String>,
    },
    /// Whether it helped, by looking.
    Verified {
        /// Whether it did.
        helped: bool,
        /// Since when it is well, where it did.
        since: Option<Timestamp>,
    },
    /// No more is tried while this trouble lasts, and people are rung for it.
    GaveUp(Hopeless),
    /// It would be time, and the engine or a filter before it does not allow it: nothing is offered and nothing done.
    Forbidden(Right),
    /// So many attempts in a row did not help, whatever they were about: nothing is tried by itself until then. Its
    /// target is that of the last of them.
    BreakerOpened {
        /// How many.
        failures: u32,
        /// Until when.
        until: Timestamp,
    },
    /// An attempt has helped since, or somebody said so: all is as it was before.
    BreakerClosed,
}

/// One attempt: what is done, by which policy, and the how manieth it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Try {
    /// The policy's name.
    pub policy: String,
    /// What is done.
    pub verb: Verb,
    /// The how manieth, from 1.
    pub attempt: u32,
    /// Of how many.
    pub of: u32,
    /// [`Mode::Observe`], [`Mode::Ask`] or [`Mode::Auto`], as it was then.
    pub mode: Mode,
}

/// What came of asking the engine for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It was done.
    Done,
    /// The engine said no, in these words.
    Refused(String),
    /// Nobody knows whether it was done, for this reason.
    Unknown(String),
}

/// Why no more is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hopeless {
    /// It was tried as often as it may be, and did not help.
    Spent {
        /// How often.
        tried: u32,
    },
    /// It ends as soon as it is started: starting it once more is no remedy.
    Looping,
}
