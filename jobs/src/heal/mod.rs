//! Apply or propose the remedy an alert names. This room keeps remedies: one file each.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::notice::Notice;
use crate::{JobContext, JobError};

/// How a healing job is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// How far it may go by itself.
    pub mode: Mode,
    /// Stopped containers younger than this are left alone.
    pub stopped_for: Duration,
    /// Build cache used more recently than this is left alone.
    pub cache_unused_for: Duration,
    /// Nothing is proposed or done again for the same alert before this has passed.
    pub cooldown: Duration,
    /// At most so many times a day for one target.
    pub most_a_day: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: Mode::Ask,
            stopped_for: Duration::from_secs(7 * 24 * 3600),
            cache_unused_for: Duration::from_secs(24 * 3600),
            cooldown: Duration::from_secs(6 * 3600),
            most_a_day: 3,
        }
    }
}

/// How far healing may go by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Says what it would do, does nothing.
    Observe,
    /// Offers a button.
    Ask,
    /// Acts and reports.
    Auto,
}

/// What could be done about a full disk, before anything is done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The filesystem it is about, as the host has it.
    pub mount: String,
    /// Bytes available there when the plan was made.
    pub available: u64,
    /// Steps that would free something, the safest first. Empty: nothing of ours can help.
    pub steps: Vec<PlanStep>,
}

/// One remedy and what it would free.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanStep {
    /// The remedy's name: `build-cache`, `dangling-images`, `stopped-containers`.
    pub remedy: String,
    /// How many things it would remove.
    pub items: u64,
    /// At most so many bytes, by the engine's own figures.
    pub bytes: u64,
    /// Names of what it would remove, for a person to recognise; the first few.
    pub names: Vec<String>,
}

/// What came of applying a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Relief {
    /// The filesystem it was about.
    pub mount: String,
    /// Bytes available before, by `statvfs`.
    pub before: u64,
    /// Bytes available after, by `statvfs`.
    pub after: u64,
    /// What each remedy did.
    pub done: Vec<Done>,
}

/// What one remedy did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// The remedy's name.
    pub remedy: String,
    /// How many things it removed.
    pub items: u64,
    /// Bytes, by the engine's word.
    pub claimed: u64,
    /// Why it did not do all it set out to.
    pub failure: Option<String>,
}

/// An entry of the healing journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heal {
    /// When.
    pub at: Timestamp,
    /// For which alert, by its number; none when somebody asked.
    pub alert: Option<i64>,
    /// What it was about: a mount point, a container.
    pub target: String,
    /// What happened.
    pub what: HealStep,
}

/// What happened in the healing journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum HealStep {
    /// A button was offered.
    Proposed,
    /// It was done.
    Applied(Relief),
    /// There was nothing that would help.
    Nothing,
}

/// Looks at firing alerts that name a remedy, and proposes or acts as the settings allow.
pub async fn run(_settings: &Settings, _context: JobContext<'_>) -> Result<Vec<Notice>, JobError> {
    Ok(Vec::new())
}
