//! The engine's side of the world.

use std::time::Duration;

use async_trait::async_trait;

use super::{Call, State, World};
use crate::ports::{
    Container, ContainerDetail, ContainerState, DiskUsage, Engine, EngineError, EngineInfo, Log, LogQuery,
    Pruned,
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
        let mut log = state.logs.get(&name).cloned().unwrap_or_default();
        log.lines.retain(|it| query.since.is_none_or(|since| it.at.is_none_or(|at| since <= at)));
        log.lines.retain(|it| query.until.is_none_or(|until| it.at.is_none_or(|at| at <= until)));
        log.lines.drain(..log.lines.len().saturating_sub(query.tail as usize));
        Ok(log)
    }

    async fn restart(&self, container: &str) -> Result<(), EngineError> {
        let mut state = self.state();
        state.ask("restart", Call::Restart(container.to_owned()))?;
        let id = state.find(container)?.id;
        let restarted = state.containers.iter_mut().filter(|it| it.id == id);
        restarted.for_each(|it| it.state = ContainerState::Running);
        // A new run begins later than the one before it, by as long as stopping took.
        let taken = jiff::SignedDuration::from_secs(3);
        let now = state.snapshot.as_ref().map(|it| it.at + taken);
        if let Some(detail) = state.details.get_mut(&id) {
            (detail.state, detail.started) = (ContainerState::Running, now.or(detail.started));
        }
        Ok(())
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
}
