//! The engine's side of the world.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Call, State, World};
use crate::ports::{
    Allowed, Container, ContainerDetail, ContainerLoad, ContainerState, DiskUsage, Engine, EngineError,
    EngineEvent, EngineInfo, ImageNames, ImageUse, Log, LogLine, LogQuery, LogReader, Network, Processes,
    Profile, Pruned, Verb,
};

impl World {
    /// What the engine says of itself.
    pub fn set_info(&self, info: EngineInfo) {
        self.state().info = info;
    }

    /// Every container there is.
    pub fn set_containers(&self, containers: Vec<Container>) {
        self.state().containers = containers;
    }

    /// What `inspect` says of the container with this id; without it, it says what the list says.
    pub fn set_detail(&self, detail: ContainerDetail) {
        self.state().details.insert(detail.id.clone(), detail);
    }

    /// The log of the container of this name.
    pub fn set_log(&self, name: &str, log: Log) {
        self.state().logs.insert(name.to_owned(), log);
    }

    /// One more line in the log of the container of this name; whoever follows it reads it at once.
    pub fn writes(&self, name: &str, line: LogLine) {
        let mut state = self.state();
        state.logs.entry(name.to_owned()).or_default().lines.push(line.clone());
        state.tails.entry(name.to_owned()).or_default().change(|it| it.lines.push(line));
    }

    /// The log of the container of this name ends for whoever follows it, well or not.
    pub fn stops_writing(&self, name: &str, error: Option<EngineError>) {
        self.state().tails.entry(name.to_owned()).or_default().change(|it| it.end = Some(error));
    }

    /// How many follow the log of the container of this name.
    pub fn followers(&self, name: &str) -> usize {
        self.state().tails.get(name).map_or(0, |it| Arc::strong_count(&it.0) - 1)
    }

    /// What the container of this name uses.
    pub fn set_load(&self, name: &str, load: ContainerLoad) {
        self.state().loads.insert(name.to_owned(), load);
    }

    /// The processes of the container of this name.
    pub fn set_top(&self, name: &str, processes: Processes) {
        self.state().tops.insert(name.to_owned(), processes);
    }

    /// Every network.
    pub fn set_networks(&self, networks: Vec<Network>) {
        self.state().networks = networks;
    }

    /// What the engine remembers to have happened.
    pub fn set_happened(&self, events: Vec<EngineEvent>) {
        self.state().happened = events;
    }

    /// What lies on the engine's disk.
    pub fn set_disk_usage(&self, usage: DiskUsage) {
        self.state().usage = usage;
    }

    /// What lies on the engine's disk now.
    pub fn disk_usage_now(&self) -> DiskUsage {
        self.state().usage.clone()
    }

    /// The containers there are now.
    pub fn containers_now(&self) -> Vec<Container> {
        self.state().containers.clone()
    }

    /// The container we pretend to run in.
    pub fn set_own_container(&self, id: Option<&str>) {
        self.state().own = id.map(str::to_owned);
    }

    /// What the engine says of what it lets us do; everything without it. No call is refused for that: a filter is
    /// scripted by [`World::refuse`].
    pub fn set_allowed(&self, allowed: Allowed) {
        self.state().allowed = Some(allowed);
    }

    /// How often it was asked for that anew.
    pub fn probes(&self) -> usize {
        self.state().probes
    }

    /// Makes every call to the engine fail so, or succeed again.
    pub fn set_engine_error(&self, error: Option<EngineError>) {
        self.state().engine_error = error;
    }

    /// Makes one call of the engine fail so, by the name of its method: `"remove_container"`.
    pub fn refuse(&self, call: &'static str, error: EngineError) {
        self.state().refusals.insert(call, error);
    }

    /// From now on what is removed frees no bytes of the filesystem, as when layers are shared; the engine claims
    /// them all the same.
    pub fn set_frees_nothing(&self) {
        self.state().frees_nothing = true;
    }
}

impl State {
    fn ask(&mut self, method: &'static str, call: Call) -> Result<(), EngineError> {
        self.calls.push(call);
        match self.engine_error.as_ref().or_else(|| self.refusals.get(method)) {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }

    fn find(&self, container: &str) -> Result<Container, EngineError> {
        let found = self.containers.iter().find(|it| it.id == container || it.name == container);
        found.cloned().ok_or_else(|| EngineError::NoSuchContainer(container.to_owned()))
    }

    /// Gives bytes back to the filesystem under the engine's root.
    fn free(&mut self, bytes: u64) {
        let root = self.info.root.clone();
        if let Some((mount, available)) = self.free_at(&root).filter(|_| !self.frees_nothing) {
            self.available.insert(mount, available + bytes);
        }
    }
}

/// What a container does after this was done to it; none when an engine would refuse.
fn becomes(verb: Verb, state: &ContainerState) -> Option<ContainerState> {
    use ContainerState::{Created, Dead, Exited, Other, Paused, Removing, Restarting, Running, Unsaid};
    match (verb, state) {
        (_, Removing | Dead | Other(_) | Unsaid) | (Verb::Pause, Paused) => None,
        (Verb::Start, Paused) | (Verb::Pause | Verb::Unpause | Verb::Kill, Created | Exited) => None,
        (Verb::Unpause, Running | Restarting) => None,
        (Verb::Start | Verb::Restart, Created | Running | Restarting | Exited)
        | (Verb::Restart | Verb::Unpause, Paused) => Some(Running),
        (Verb::Stop, Created) => Some(Created),
        (Verb::Stop | Verb::Kill, Running | Paused | Restarting | Exited) => Some(Exited),
        (Verb::Pause, Running | Restarting) => Some(Paused),
    }
}

/// The part of a log that was asked for.
fn chosen(mut log: Log, query: &LogQuery) -> Log {
    log.lines.retain(|it| query.since.is_none_or(|since| it.at.is_none_or(|at| since <= at)));
    log.lines.retain(|it| query.until.is_none_or(|until| it.at.is_none_or(|at| at <= until)));
    log.lines.drain(..log.lines.len().saturating_sub(query.tail as usize));
    log
}

/// What comes into a log while it is followed. Shared by all who follow it.
#[derive(Default)]
pub(super) struct Tail(Arc<Mutex<Coming>>);

#[derive(Default)]
struct Coming {
    lines: Vec<LogLine>,
    /// How it ended, if it has.
    end: Option<Option<EngineError>>,
    waiting: Vec<Waker>,
}

impl Tail {
    fn change(&self, change: impl FnOnce(&mut Coming)) {
        let mut coming = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut coming);
        coming.waiting.drain(..).for_each(Waker::wake);
    }
}

/// A log that is handed out line by line; one that is followed goes on with what is yet to come.
struct Read {
    lines: VecDeque<LogLine>,
    /// What is followed, and how much of it was handed out.
    tail: Option<(Tail, usize)>,
}

#[async_trait]
impl LogReader for Read {
    async fn next(&mut self) -> Option<Result<LogLine, EngineError>> {
        if let Some(line) = self.lines.pop_front() {
            return Some(Ok(line));
        }
        let (tail, read) = self.tail.as_mut()?;
        poll_fn(|context| {
            let mut coming = tail.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(line) = coming.lines.get(*read) {
                *read += 1;
                return Poll::Ready(Some(Ok(line.clone())));
            }
            match &coming.end {
                Some(error) => Poll::Ready(error.clone().map(Err)),
                None => {
                    coming.waiting.push(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

#[async_trait]
impl Engine for World {
    async fn info(&self) -> Result<EngineInfo, EngineError> {
        let mut state = self.state();
        state.ask("info", Call::Info)?;
        Ok(state.info.clone())
    }

    async fn containers(&self) -> Result<Vec<Container>, EngineError> {
        let mut state = self.state();
        state.ask("containers", Call::Containers)?;
        Ok(state.containers.clone())
    }

    async fn inspect(&self, container: &str) -> Result<ContainerDetail, EngineError> {
        let mut state = self.state();
        state.ask("inspect", Call::Inspect(container.to_owned()))?;
        let found = state.find(container)?;
        Ok(state.details.get(&found.id).cloned().unwrap_or_else(|| ContainerDetail {
            id: found.id,
            name: found.name,
            state: found.state,
            health: found.health,
            ..ContainerDetail::default()
        }))
    }

    async fn logs(&self, container: &str, query: &LogQuery) -> Result<Log, EngineError> {
        let mut state = self.state();
        state.ask("logs", Call::Logs(container.to_owned(), query.clone()))?;
        let name = state.find(container)?.name;
        Ok(chosen(state.logs.get(&name).cloned().unwrap_or_default(), query))
    }

    async fn read_log(
        &self,
        container: &str,
        query: &LogQuery,
        follow: bool,
    ) -> Result<Box<dyn LogReader>, EngineError> {
        let mut state = self.state();
        state.ask("logs", Call::Logs(container.to_owned(), query.clone()))?;
        let name = state.find(container)?.name;
        let lines = chosen(state.logs.get(&name).cloned().unwrap_or_default(), query).lines;
        let tail = follow.then(|| {
            let tail = Tail(state.tails.entry(name).or_default().0.clone());
            let read = tail.0.lock().unwrap_or_else(PoisonError::into_inner).lines.len();
            (tail, read)
        });
        Ok(Box::new(Read { lines: lines.into(), tail }))
    }

    async fn act(&self, verb: Verb, container: &str) -> Result<(), EngineError> {
        let mut state = self.state();
        state.ask("act", Call::Act(verb, container.to_owned()))?;
        let found = state.find(container)?;
        let after = becomes(verb, &found.state).ok_or_else(|| {
            EngineError::Refused(format!("{} cannot be asked to {}", found.name, verb.name()))
        })?;
        let same = state.containers.iter_mut().filter(|it| it.id == found.id);
        same.for_each(|it| it.state = after.clone());
        // A new run begins later than the one before it, by as long as stopping took.
        let taken = jiff::SignedDuration::from_secs(3);
        let now = state.snapshot.as_ref().map(|it| it.at + taken);
        if let Some(detail) = state.details.get_mut(&found.id) {
            if matches!(verb, Verb::Start | Verb::Restart) {
                detail.started = now.or(detail.started);
            }
            detail.state = after;
        }
        Ok(())
    }

    async fn load(&self, container: &str) -> Result<ContainerLoad, EngineError> {
        let mut state = self.state();
        state.ask("load", Call::Load(container.to_owned()))?;
        let name = state.find(container)?.name;
        Ok(state.loads.get(&name).copied().unwrap_or_default())
    }

    async fn top(&self, container: &str) -> Result<Processes, EngineError> {
        let mut state = self.state();
        state.ask("top", Call::Top(container.to_owned()))?;
        let name = state.find(container)?.name;
        Ok(state.tops.get(&name).cloned().unwrap_or_default())
    }

    async fn networks(&self) -> Result<Vec<Network>, EngineError> {
        let mut state = self.state();
        state.ask("networks", Call::Networks)?;
        Ok(state.networks.clone())
    }

    async fn happened(&self, since: Timestamp, until: Timestamp) -> Result<Vec<EngineEvent>, EngineError> {
        let mut state = self.state();
        state.ask("happened", Call::Happened)?;
        Ok(state.happened.iter().filter(|it| since <= it.at && it.at <= until).cloned().collect())
    }

    async fn image(&self, image: &str) -> Result<Option<ImageNames>, EngineError> {
        let mut state = self.state();
        state.ask("image", Call::Image(image.to_owned()))?;
        let found = state.usage.images.iter().find(|it| is_meant(it, image));
        Ok(found.map(|it| ImageNames { id: it.id.clone(), tags: it.tags.clone() }))
    }

    async fn remove_image(&self, image: &str) -> Result<Pruned, EngineError> {
        let mut state = self.state();
        state.ask("remove_image", Call::RemoveImage(image.to_owned()))?;
        let Some(found) = state.usage.images.iter().find(|it| is_meant(it, image)).cloned() else {
            return Err(EngineError::Refused(format!("no such image: {image}")));
        };
        if found.id == image && 1 < found.tags.len() {
            return Err(EngineError::Refused(format!("{image} is referenced in multiple repositories")));
        }
        if 0 < found.containers {
            return Err(EngineError::Refused(format!("{image} is being used by a container")));
        }
        if 1 < found.tags.len() {
            let same = state.usage.images.iter_mut().filter(|it| it.id == found.id);
            same.for_each(|it| it.tags.retain(|tag| tag != image));
            return Ok(Pruned { items: 0, claimed: 0 });
        }
        state.usage.images.retain(|it| it.id != found.id);
        let claimed = found.unshared.unwrap_or(found.size);
        state.free(claimed);
        Ok(Pruned { items: 1, claimed })
    }

    async fn disk_usage(&self) -> Result<DiskUsage, EngineError> {
        let mut state = self.state();
        state.ask("disk_usage", Call::DiskUsage)?;
        Ok(state.usage.clone())
    }

    async fn prune_build_cache(&self, unused_for: Duration) -> Result<Pruned, EngineError> {
        let mut state = self.state();
        state.ask("prune_build_cache", Call::PruneBuildCache(unused_for))?;
        let (gone, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut state.usage.build_cache).into_iter().partition(|it| !it.in_use && !it.shared);
        state.usage.build_cache = kept;
        let claimed = gone.iter().map(|it| it.size).sum();
        state.free(claimed);
        Ok(Pruned { items: gone.len() as u64, claimed })
    }

    async fn prune_dangling_images(&self) -> Result<Pruned, EngineError> {
        let mut state = self.state();
        state.ask("prune_dangling_images", Call::PruneDanglingImages)?;
        let (gone, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut state.usage.images).into_iter().partition(|it| it.is_dangling());
        state.usage.images = kept;
        let claimed = gone.iter().map(|it| it.unshared.unwrap_or(it.size)).sum();
        state.free(claimed);
        Ok(Pruned { items: gone.len() as u64, claimed })
    }

    async fn remove_container(&self, container: &str) -> Result<(), EngineError> {
        let mut state = self.state();
        state.ask("remove_container", Call::RemoveContainer(container.to_owned()))?;
        let found = state.find(container)?;
        if !matches!(found.state, ContainerState::Created | ContainerState::Exited | ContainerState::Dead) {
            return Err(EngineError::Refused(format!("{} is not stopped", found.name)));
        }
        let written = state.usage.containers.iter().filter(|it| it.id == found.id).map(|it| it.written).sum();
        state.containers.retain(|it| it.id != found.id);
        state.usage.containers.retain(|it| it.id != found.id);
        state.free(written);
        Ok(())
    }

    async fn own_container(&self) -> Option<String> {
        self.state().own.clone()
    }

    async fn allowed(&self) -> Allowed {
        self.state().allowed.unwrap_or(Allowed::profile(Profile::Healer))
    }

    async fn probe(&self) -> Allowed {
        self.state().probes += 1;
        self.allowed().await
    }
}

fn is_meant(it: &ImageUse, image: &str) -> bool {
    it.id == image || it.tags.iter().any(|tag| tag == image)
}
