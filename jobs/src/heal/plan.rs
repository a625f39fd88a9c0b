//! What could be done about a full disk, in which order, and what came of doing it.

use std::cmp::Reverse;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::hoard::{Hoard, survey};
use super::remedy::{self, LADDER, Loss, REMEDIES, Site};
use super::{Settings, hook, images};
use crate::ports::{Allowed, EngineError, Filesystem, HostError, Permission, Right};
use crate::{JobError, Ports};

/// What could be done about a full disk, before anything is done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The filesystem it is about, as the host has it.
    pub mount: String,
    /// Bytes available there when the plan was made.
    pub available: u64,
    /// Steps that would free something, what costs least first. Empty: nothing of ours can help.
    pub steps: Vec<PlanStep>,
    /// Steps that would free something if they were allowed. They are never tried.
    #[serde(default)]
    pub barred: Vec<Barred>,
    /// What takes up room there and is a person's to decide, the largest first.
    #[serde(default)]
    pub hoards: Vec<Hoard>,
}

/// A step that the engine, or a filter before it, forbids.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Barred {
    /// What would be freed.
    pub step: PlanStep,
    /// What it lacks.
    pub right: Right,
}

impl Plan {
    /// Another word for another set of things to be removed.
    pub fn mark(&self) -> String {
        remedy::mark(self.steps.iter().map(|it| it.mark.as_str()))
    }
}

/// One remedy and what it would free.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanStep {
    /// The remedy's name: `build-cache`, `unused-images`; `hook:` and its name for a hook.
    pub remedy: String,
    /// How many things it would remove.
    pub items: u64,
    /// At most so many bytes, by the engine's own figures; 0 where nobody can say.
    pub bytes: u64,
    /// Names of what it would remove, for a person to recognise; the first few.
    pub names: Vec<String>,
    /// What it costs.
    #[serde(default)]
    pub loss: Loss,
    /// Another word for other things to be removed: what was shown is not taken for what is there by now.
    #[serde(default)]
    pub mark: String,
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
    /// Bytes that the filesystem gained meanwhile, by `statvfs`; none where it could not be measured.
    #[serde(default)]
    pub freed: Option<u64>,
    /// What a hook said, bounded and clean; empty for all others.
    #[serde(default)]
    pub output: String,
}

impl Done {
    /// Nothing was done, and why.
    pub(super) fn failed(remedy: &str, why: String) -> Self {
        Self { remedy: remedy.to_owned(), failure: Some(why), ..Self::default() }
    }
}

/// What could be done about a filesystem by a remedy of this name ([`remedy_names`](super::remedy_names) or a hook's;
/// [`LADDER`] for all but hooks).
///
/// Only the filesystem that holds the engine's data is helped by what the engine removes. For any other one, without an
/// engine, or for a name that is none, the plan has no steps but what is ours; a step that would free nothing is left out,
/// and one that is not allowed is no step.
pub async fn plan(
    mount: &str,
    remedy: &str,
    settings: &Settings,
    ports: &Ports,
    now: Timestamp,
) -> Result<Plan, JobError> {
    let allowed = ports.engine.allowed().await;
    let plan = made(mount, settings, ports, now, &allowed, |name| match remedy {
        LADDER => !name.starts_with(hook::PREFIX),
        only => name == only,
    });
    plan.await
}

/// Everything that could be done about a filesystem, the operator's own programs for it included: for a person to choose
/// from.
pub async fn plan_for_person(
    mount: &str,
    settings: &Settings,
    ports: &Ports,
    now: Timestamp,
) -> Result<Plan, JobError> {
    let allowed = ports.engine.allowed().await;
    let plan = made(mount, settings, ports, now, &allowed, |_| true).await?;
    if plan.barred.is_empty() {
        return Ok(plan);
    }
    // Whoever has just changed the filter is not told what was true before.
    match ports.engine.probe().await {
        found if found == allowed => Ok(plan),
        found => made(mount, settings, ports, now, &found, |_| true).await,
    }
}

async fn made(
    mount: &str,
    settings: &Settings,
    ports: &Ports,
    now: Timestamp,
    allowed: &Allowed,
    is_wanted: impl Fn(&str) -> bool + Send,
) -> Result<Plan, JobError> {
    let available = ports.host.available(mount).await?;
    let mut plan = Plan { mount: mount.to_owned(), available, ..Plan::default() };
    let root = engine_root(ports).await?;
    let usage = match &root {
        Some(root) if root.mount == mount => ports.engine.disk_usage().await?,
        Some(_) | None => crate::ports::DiskUsage::default(),
    };
    let seen = images::learn(ports, &usage, now).await?;
    let site = Site { ports, usage: &usage, seen: &seen, mount, settings, now };
    for it in REMEDIES.iter().filter(|it| is_wanted(it.name())) {
        let step = it.preview(&site).await?;
        if step.bytes == 0 {
            continue;
        }
        match allowed.lacks(it.needs(&site)) {
            None => plan.steps.push(step),
            // What an engine does not know nobody can allow.
            Some(right) if allowed.of(right) == Permission::Missing => {}
            Some(right) => plan.barred.push(Barred { step, right }),
        }
    }
    plan.steps.sort_by_key(|it| (it.loss, Reverse(it.bytes)));
    plan.barred.sort_by_key(|it| (it.step.loss, Reverse(it.step.bytes)));
    let hooks = settings.hooks.iter().filter(|it| it.mount.as_ref().is_none_or(|it| it == mount));
    plan.steps.extend(hooks.filter(|it| is_wanted(&it.remedy())).map(hook::preview));
    plan.hoards = survey(&site, root.as_ref()).await;
    Ok(plan)
}

/// Takes the steps of a plan in their order, and measures what was really freed. Stops early when there are `enough`
/// bytes available, when the engine no longer answers, or when somebody switches healing off.
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
    let mut attempt = Attempt::begin(&plan.mount, ports).await?;
    for step in &plan.steps {
        // Somebody may have switched healing off meanwhile; a switch that cannot be read is off.
        let off = ports.ward.as_ref().is_some_and(|it| it.switch().map_or(true, |it| it.is_off(now)));
        if off {
            break;
        }
        attempt.take(step, settings, now).await;
        if attempt.is_over() || enough.is_some_and(|it| it <= attempt.relief.after) {
            break;
        }
    }
    Ok(attempt.relief)
}

/// A plan that is being carried out, step by step.
pub struct Attempt<'a> {
    ports: &'a Ports,
    relief: Relief,
    is_over: bool,
}

impl<'a> Attempt<'a> {
    /// Measures what is free before anything is done. What cannot be measured is not done.
    pub async fn begin(mount: &str, ports: &'a Ports) -> Result<Self, JobError> {
        let before = ports.host.available(mount).await?;
        let relief = Relief { mount: mount.to_owned(), before, after: before, done: Vec::new() };
        Ok(Self { ports, relief, is_over: false })
    }

    /// Takes one step, and measures what it freed.
    pub async fn take(&mut self, step: &PlanStep, settings: &Settings, now: Timestamp) {
        let before = self.relief.after;
        let mount = self.relief.mount.clone();
        let mut done = match step.remedy.strip_prefix(hook::PREFIX) {
            Some(name) => hook::apply(name, settings, self.ports).await,
            None => self.remedy(step, &mount, settings, now).await,
        };
        match self.ports.host.available(&mount).await {
            Ok(available) => {
                self.relief.after = available;
                done.freed = Some(available.saturating_sub(before));
            }
            Err(error) => {
                done.failure.get_or_insert_with(|| format!("what was freed could not be measured: {error}"));
            }
        }
        self.is_over = done.failure.is_some() && self.ports.engine.info().await.is_err();
        self.relief.done.push(done);
    }

    async fn remedy(&self, step: &PlanStep, mount: &str, settings: &Settings, now: Timestamp) -> Done {
        let Some(remedy) = REMEDIES.iter().find(|it| it.name() == step.remedy) else {
            return Done::failed(&step.remedy, "this release has no such remedy".to_owned());
        };
        let ports = self.ports;
        let asked = async {
            let is_engines = engine_root(ports).await?.is_some_and(|it| it.mount == mount);
            let usage = if is_engines { ports.engine.disk_usage().await? } else { Default::default() };
            let seen = images::learn(ports, &usage, now).await?;
            Ok::<_, JobError>((usage, seen))
        };
        match asked.await {
            Ok((usage, seen)) => {
                remedy.apply(&Site { ports, usage: &usage, seen: &seen, mount, settings, now }).await
            }
            Err(error) => Done::failed(remedy.name(), remedy::why(&error)),
        }
    }

    /// Whether a further step is of no use: nobody answers any more.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// What came of it so far.
    pub fn relief(self) -> Relief {
        self.relief
    }
}

/// Which filesystem `/fix` is about: the one that holds the engine's data, for no other can be helped; without an
/// engine, the fullest one.
pub async fn target(ports: &Ports) -> Result<String, JobError> {
    if let Some(root) = engine_root(ports).await? {
        return Ok(root.mount);
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

/// The filesystem that a path of the host lies on, by where it is mounted.
pub async fn mount_of(path: &str, ports: &Ports) -> Result<String, JobError> {
    let filesystems = filesystems(ports).await?;
    let found = holder(path, &filesystems).map(|it| it.mount.clone());
    found.ok_or_else(|| HostError(format!("no filesystem holds {path}")).into())
}

/// Where the engine keeps its data.
pub(super) struct EngineRoot {
    /// The directory.
    pub(super) path: String,
    /// The filesystem it lies on.
    pub(super) mount: String,
}

/// Where the engine's data lies; none when there is no engine, or its data lies on nothing we can see.
async fn engine_root(ports: &Ports) -> Result<Option<EngineRoot>, JobError> {
    let info = match ports.engine.info().await {
        Ok(info) => info,
        Err(EngineError::Unreachable(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let filesystems = filesystems(ports).await?;
    let mount = holder(&info.root, &filesystems).map(|it| it.mount.clone());
    Ok(mount.map(|mount| EngineRoot { path: info.root, mount }))
}

pub(super) async fn filesystems(ports: &Ports) -> Result<Vec<Filesystem>, JobError> {
    let snapshot = ports.host.snapshot().await?;
    snapshot.filesystems.map_err(|unknown| HostError(unknown.why).into())
}

/// The filesystem that a path lies on: the one with the longest mount point that leads there.
pub(super) fn holder<'a>(path: &str, filesystems: &'a [Filesystem]) -> Option<&'a Filesystem> {
    let leads_there = |mount: &str| {
        let rest = path.strip_prefix(mount.trim_end_matches('/'));
        path.starts_with('/') && rest.is_some_and(|it| it.is_empty() || it.starts_with('/'))
    };
    filesystems.iter().filter(|it| leads_there(&it.mount)).max_by_key(|it| it.mount.len())
}

#[cfg(test)]
mod tests;
