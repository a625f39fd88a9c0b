//! Apply or propose the remedy an alert names. This room keeps remedies: one file each.
//!
//! Volumes are never removed, by any remedy, in any mode; the port to the engine has no call for it.

mod act;
mod budget;
mod build_cache;
pub mod cure;
mod dangling_images;
pub mod decide;
mod hoard;
mod hook;
mod images;
mod journal;
mod leftovers;
pub mod past;
mod plan;
mod policy;
#[cfg(test)]
mod proof;
mod remedy;
pub mod request;
mod restart_unhealthy;
mod round;
mod start_crashed;
mod start_missing;
mod stopped_containers;
mod unused_images;
mod ward;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::hoard::{Hoard, look_around};
pub use self::hook::Hook;
pub use self::images::{SeenImage, SeenImages};
pub use self::journal::*;
use self::plan::filesystems;
pub use self::plan::{
    Attempt, Barred, Done, Plan, PlanStep, Relief, apply, mount_of, plan, plan_for_person, target,
};
pub use self::policy::*;
pub use self::remedy::{LADDER, Loss, REMEDIES, Remedy, Site, remedy_names};
pub use self::restart_unhealthy::tenants;
pub use self::ward::{SETTLING, mode};
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
    /// What is done about ill containers, the first that fits; each with a mode of its own.
    pub policies: Vec<Policy>,
    /// At most so many attempts an hour for all containers together.
    pub most_an_hour: u32,
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
            policies: Vec::new(),
            most_an_hour: MOST_OF_ALL,
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

/// Looks at firing alerts that name a remedy, and proposes or acts as the settings allow: not again for one target
/// within the cooldown, not more often a day than allowed, and not when it did not help the last time. Giving up is
/// said once, as a proposal without steps, and again only after something was tried in between.
pub async fn run(settings: &Settings, context: JobContext<'_>) -> Result<Vec<Notice>, JobError> {
    images::learn_from_look(&context);
    let containers = ward::go(settings, &context).await;
    match (round::go(settings, &context).await, containers) {
        (Ok(mut notices), Ok(more)) => {
            notices.extend(more);
            Ok(notices)
        }
        // What was done is told, whatever failed beside it.
        (Ok(notices), Err(_)) | (Err(_), Ok(notices)) if !notices.is_empty() => Ok(notices),
        (_, Err(error)) | (Err(error), _) => Err(error),
    }
}

#[cfg(test)]
mod tests;
