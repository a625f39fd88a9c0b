//! Apply or propose the remedy an alert names. This room keeps remedies: one file each.
//!
//! Volumes are never removed, by any remedy, in any mode; the port to the engine has no call for it.

mod act;
mod budget;
mod build_cache;
pub mod cure;
mod dangling_images;
pub mod decide;
mod journal;
pub mod past;
mod policy;
pub mod request;
mod restart_unhealthy;
mod round;
mod start_crashed;
mod start_missing;
mod stopped_containers;
mod ward;

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::journal::*;
pub use self::policy::*;
pub use self::restart_unhealthy::tenants;
pub use self::ward::{SETTLING, mode};
use crate::notice::Notice;
use crate::ports::{DiskUsage, Engine, EngineError, Filesystem, HostError, Pruned};
use crate::{JobContext, JobError, Ports};

/// Something that may free space where the engine keeps its data.
#[async_trait]
pub trait Remedy: Send + Sync {
    /// What a rule calls it.
    fn name(&self) -> &'static str;

    /// What it would remove now.
    async fn preview(
        &self,
        usage: &DiskUsage,
        engine: &dyn Engine,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<PlanStep, EngineError>;

    /// Does it, and says how far it came.
    async fn apply(&self, engine: &dyn Engine, settings: &Settings, now: Timestamp) -> Done;
}

/// The ladder, the safest first. Images go before build cache: layers that both hold are freed only when the second
/// of them lets go, and that order was measured to free what the engine promises.
pub const REMEDIES: &[&dyn Remedy] =
    &[&dangling_images::DanglingImages, &build_cache::BuildCache, &stopped_containers::StoppedContainers];

/// What a rule calls the whole ladder.
pub const LADDER: &str = "disk";

/// Every name that a rule's `remedy` may have: the ladder, and each of its remedies.
pub fn remedy_names() -> impl Iterator<Item = &'static str> {
    std::iter::once(LADDER).chain(REMEDIES.iter().map(|it| it.name()))
}

/// How a healing job is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// How far it may go by itself.
    pub mode: Mode,
    /// Stopped containers younger than this are left alone.
    pub stopped_for: Duration,
    /// Build cache used more recently than this is left alone.
    pub cache_unused_for: Duration,
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

/// What could be done about a filesystem by a remedy of this name ([`remedy_names`]; [`LADDER`] for all of them).
///
/// Only the filesystem that holds the engine's data is helped by pruning. For any other one, without an engine, or for
/// a name that is none, the plan has no steps; a step that would free nothing is left out.
pub async fn plan(
    mount: &str,
    remedy: &str,
    settings: &Settings,
    ports: &Ports,
    now: Timestamp,
) -> Result<Plan, JobError> {
    let available = ports.host.available(mount).await?;
    let mut plan = Plan { mount: mount.to_owned(), available, steps: Vec::new() };
    if engine_mount(ports).await?.is_none_or(|it| it != mount) {
        return Ok(plan);
    }
    let engine = &*ports.engine;
    let usage = engine.disk_usage().await?;
    for it in REMEDIES.iter().filter(|it| remedy == LADDER || remedy == it.name()) {
        let step = it.preview(&usage, engine, settings, now).await?;
        if 0 < step.bytes {
            plan.steps.push(step);
        }
    }
    Ok(plan)
}

/// Takes the steps of a plan in their order, and measures what was really freed. Stops early when there are `enough`
/// bytes available, or when the engine no longer answers.
///
/// Each step asks anew what it may remove, so what was protected or started since the plan was made is left alone.
/// When the free space cannot be measured beforehand, nothing is done.
pub async fn apply(
    plan: &Plan,
    settings: &Settings,
    ports: &Ports,
    now: Timestamp,
    enough: Option<u64>,
) -> Result<Relief, JobError> {
    let before = ports.host.available(&plan.mount).await?;
    let mut relief = Relief { mount: plan.mount.clone(), before, after: before, done: Vec::new() };
    for step in &plan.steps {
        let mut done = match REMEDIES.iter().find(|it| it.name() == step.remedy) {
            Some(remedy) => remedy.apply(&*ports.engine, settings, now).await,
            None => {
                let failure = Some("this release has no such remedy".to_owned());
                Done { remedy: step.remedy.clone(), failure, ..Done::default() }
            }
        };
        match ports.host.available(&plan.mount).await {
            Ok(available) => relief.after = available,
            Err(error) => {
                done.failure.get_or_insert_with(|| format!("what was freed could not be measured: {error}"));
            }
        }
        let broken_off = done.failure.is_some() && ports.engine.info().await.is_err();
        relief.done.push(done);
        if broken_off || enough.is_some_and(|it| it <= relief.after) {
            break;
        }
    }
    Ok(relief)
}

/// Which filesystem `/fix` is about: the one that holds the engine's data, for no other can be helped; without an
/// engine, the fullest one.
pub async fn target(ports: &Ports) -> Result<String, JobError> {
    if let Some(mount) = engine_mount(ports).await? {
        return Ok(mount);
    }
    let filesystems = filesystems(ports).await?;
    let share = |it: &Filesystem| {
        let usage = it.usage.as_ref().ok().filter(|_| !it.read_only)?;
        Some(usage.used as f64 / usage.used.saturating_add(usage.available).max(1) as f64)
    };
    let known = filesystems.into_iter().filter_map(|it| Some((share(&it)?, it.mount)));
    let fullest = known.max_by(|(a, _), (b, _)| a.total_cmp(b));
    fullest.map(|(_, mount)| mount).ok_or_else(|| HostError("no filesystem can be read".to_owned()).into())
}

/// Where the engine's data is mounted; none when there is no engine, or its data lies on nothing we can see.
async fn engine_mount(ports: &Ports) -> Result<Option<String>, JobError> {
    let info = match ports.engine.info().await {
        Ok(info) => info,
        Err(EngineError::Unreachable(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let filesystems = filesystems(ports).await?;
    Ok(holder(&info.root, &filesystems).map(|it| it.mount.clone()))
}

async fn filesystems(ports: &Ports) -> Result<Vec<Filesystem>, JobError> {
    let snapshot = ports.host.snapshot().await?;
    snapshot.filesystems.map_err(|unknown| HostError(unknown.why).into())
}

/// The filesystem that a path lies on: the one with the longest mount point that leads there.
fn holder<'a>(path: &str, filesystems: &'a [Filesystem]) -> Option<&'a Filesystem> {
    let leads_there = |mount: &str| {
        let rest = path.strip_prefix(mount.trim_end_matches('/'));
        path.starts_with('/') && rest.is_some_and(|it| it.is_empty() || it.starts_with('/'))
    };
    filesystems.iter().filter(|it| leads_there(&it.mount)).max_by_key(|it| it.mount.len())
}

/// Enough for a person to see what it is about.
fn first_few(names: impl Iterator<Item = String>) -> Vec<String> {
    const FEW: usize = 5;
    names.take(FEW).collect()
}

fn done(remedy: &str, pruned: Result<Pruned, EngineError>) -> Done {
    let remedy = remedy.to_owned();
    match pruned {
        Ok(Pruned { items, claimed }) => Done { remedy, items, claimed, failure: None },
        Err(error) => Done { remedy, failure: Some(error.to_string()), ..Done::default() },
    }
}

/// Looks at firing alerts that name a remedy, and proposes or acts as the settings allow: not again for one target
/// within the cooldown, not more often a day than allowed, and not when it did not help the last time. Giving up is
/// said once, as a proposal without steps, and again only after something was tried in between.
pub async fn run(settings: &Settings, context: JobContext<'_>) -> Result<Vec<Notice>, JobError> {
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
