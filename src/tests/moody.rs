//! The engine of a [`World`], with moods that the world does not have: silence, and a fault of ours.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use jobs::fakes::World;
use jobs::ports::{
    Allowed, Container, ContainerDetail, ContainerLoad, DiskUsage, Engine, EngineError, EngineEvent,
    EngineInfo, ImageNames, Log, LogQuery, LogReader, Network, Processes, Pruned, Verb,
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
    /// It answers, but orders are carried out without a word, and given up after twenty seconds.
    Wordless,
    /// It answers, but orders are neither carried out nor answered, and given up after twenty seconds.
    Deaf,
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
            Mood::Well | Mood::Wordless | Mood::Deaf => Ok(&self.world),
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

    async fn read_log(
        &self,
        container: &str,
        query: &LogQuery,
        follow: bool,
    ) -> Result<Box<dyn LogReader>, EngineError> {
        self.answers().await?.read_log(container, query, follow).await
    }

    /// It takes three seconds, and a new run shows in what `inspect` says.
    async fn act(&self, verb: Verb, container: &str) -> Result<(), EngineError> {
        let world = self.answers().await?;
        let mood = *self.mood.lock().expect("whole");
        if mood != Mood::Deaf {
            world.act(verb, container).await?;
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
        if mood != Mood::Deaf && matches!(verb, Verb::Restart | Verb::Start) {
            let detail = world.inspect(container).await?;
            world.set_detail(ContainerDetail { started: Some(self.clock.now()), ..detail });
        }
        if matches!(mood, Mood::Deaf | Mood::Wordless) {
            tokio::time::sleep(Duration::from_secs(17)).await;
            return Err(EngineError::Unanswered("no answer within 20 s".to_owned()));
        }
        Ok(())
    }

    async fn load(&self, container: &str) -> Result<ContainerLoad, EngineError> {
        self.answers().await?.load(container).await
    }

    async fn top(&self, container: &str) -> Result<Processes, EngineError> {
        self.answers().await?.top(container).await
    }

    async fn networks(&self) -> Result<Vec<Network>, EngineError> {
        self.answers().await?.networks().await
    }

    async fn happened(&self, since: Timestamp, until: Timestamp) -> Result<Vec<EngineEvent>, EngineError> {
        self.answers().await?.happened(since, until).await
    }

    async fn image(&self, image: &str) -> Result<Option<ImageNames>, EngineError> {
        self.answers().await?.image(image).await
    }

    async fn remove_image(&self, image: &str) -> Result<Pruned, EngineError> {
        self.answers().await?.remove_image(image).await
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

    async fn allowed(&self) -> Allowed {
        self.world.allowed().await
    }
    async fn probe(&self) -> Allowed {
        match self.answers().await {
            Ok(world) => world.probe().await,
            Err(_) => self.allowed().await,
        }
    }
    async fn own_container(&self) -> Option<String> {
        self.world.own_container().await
    }
}
