//! Apply or propose the remedy an alert names. This room keeps remedies: one file each.
//!
//! Volumes are never removed, by any remedy, in any mode; the port to the engine has no call for it.

mod budget;
mod build_cache;
mod dangling_images;
mod hoard;
mod hook;
mod images;
mod leftovers;
mod plan;
mod remedy;
mod round;
mod stopped_containers;
mod unused_images;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::hoard::{Hoard, look_around};
pub use self::hook::Hook;
pub use self::images::{SeenImage, SeenImages};
pub use self::plan::{Attempt, Done, Plan, PlanStep, Relief, apply, plan, plan_for_person, target};
pub use self::remedy::{LADDER, Loss, REMEDIES, Remedy, Site, remedy_names};

use self::plan::filesystems;
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
    /// Images that a container used more recently than this are left alone, and those that we have not known for so
    /// long; 30 days.
    pub images_unused_for: Duration,
    /// Where to look for what else takes up room: `/var/log`, `/home`. None: everywhere.
    pub roots: Vec<String>,
    /// Programs of the operator's own that may free something.
    pub hooks: Vec<Hook>,
    /// Nothing is proposed or done again for the same target before this has passed.
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
            images_unused_for: Duration::from_secs(30 * 24 * 3600),
            roots: Vec::new(),
            hooks: Vec::new(),
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
    /// It was proposed, or is about to be done.
    Proposed,
    /// It was done.
    Applied(Relief),
    /// There was nothing that would help.
    Nothing,
}

/// Looks at firing alerts that name a remedy, and proposes or acts as the settings allow: not again for one target
/// within the cooldown, not more often a day than allowed, and not when it did not help the last time. Giving up is
/// said once, as a proposal without steps, and again only after something was tried in between.
pub async fn run(settings: &Settings, context: JobContext<'_>) -> Result<Vec<Notice>, JobError> {
    images::learn_from_look(&context);
    round::go(settings, &context).await
}

#[cfg(test)]
mod tests;
