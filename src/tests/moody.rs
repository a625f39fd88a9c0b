//! The engine of a [`World`], with moods that the world does not have: silence, and a fault of ours.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jobs::fakes::World;
use jobs::ports::{
    Container, ContainerDetail, DiskUsage, Engine, EngineError, EngineInfo, Log, LogQuery, Pruned,
};

use crate::clock::Clock;

/// How the engine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    /// It answers.
    Well,
    /// It takes calls and never answers; each is given up after five seconds, as `docker` does.
    Silent,
    /// It takes calls and never answers, and nobody gives up.
    Hanging,
    /// Whoever reads its answer stumbles over a fault of ours.
    Cursed,
}

/// The engine.
pub(super) struct Moody {
    world: Arc<World>,
    clock: Clock,
    mood: Mutex<Mood>,
}

impl Moody {
    pub(super) fn new(world: Arc<World>, clock: Clock) -> Self {
        Self { world, clock, mood: Mutex::new(Mood::Well) }
    }

    pub(super) fn is(&self, mood: Mood) {
        *self.mood.lock().expect("whole") = mood;
    }

    async fn answers(&self) -> Result<&World, EngineError> {
        let mood = *self.mood.lock().expect("whole");
        match mood {
            Mood::Well => Ok(&self.world),
            Mood::Silent => {
                tokio::time::sleep(Duration::from_secs(5)).await;
                Err(EngineError::Unreachable("no answer within 5 s".to_owned()))
            }
            Mood::Hanging => std::future::pending().await,
            Mood::Cursed => panic!("scripted"),
        }
    }
}

#[async_trait]
impl Engine for Moody {
    async fn info(&self) -> Result<EngineInfo, EngineError> {
        self.answers().await?.info().await
    }

    async fn containers(&self) -> Result<Vec<Container>, EngineError> {
        self.answers().await?.containers().await
    }

    async fn inspect(&self, container: &str) -> Result<ContainerDetail, EngineError> {
        self.answers().await?.inspect(container).await
    }

    async fn logs(&self, container: &str, query: &LogQuery) -> Result<Log, EngineError> {
        self.answers().await?.logs(container, query).await
    }

    /// A restart takes three seconds, and shows in what `inspect` says.
    async fn restart(&self, container: &str) -> Result<(), EngineError> {
        let world = self.answers().await?;
        world.restart(container).await?;
        tokio::time::sleep(Duration::from_secs(3)).await;
        let detail = world.inspect(container).await?;
        world.set_detail(ContainerDetail { started: Some(self.clock.now()), ..detail });
        Ok(())
    }

    async fn disk_usage(&self) -> Result<DiskUsage, EngineError> {
        self.answers().await?.disk_usage().await
    }

    async fn prune_build_cache(&self, unused_for: Duration) -> Result<Pruned, EngineError> {
        self.answers().await?.prune_build_cache(unused_for).await
    }

    async fn prune_dangling_images(&self) -> Result<Pruned, EngineError> {
        self.answers().await?.prune_dangling_images().await
    }

    async fn remove_container(&self, container: &str) -> Result<(), EngineError> {
        self.answers().await?.remove_container(container).await
    }

    async fn own_container(&self) -> Option<String> {
        self.world.own_container().await
    }
}
