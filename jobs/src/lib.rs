//! What happens: the nouns of the watch, its five kinds of job, and the ports they need.
//!
//! Nothing here does I/O, asks the time or speaks a language. A job is a function of what it is told
//! (`now`, its settings, the rules) and of the ports it is handed, so every decision is tested on data.
//!
//! Read in this order: [`declare`] (what the operator wrote), [`metric`] and [`series`] (what is known),
//! [`alert`] (what is wrong), [`notice`] (what is worth saying), [`mute`] (what is not to be said for a while),
//! [`ports`] (what the world must offer),
//! then the four rooms: [`sample`], [`evaluate`], [`heal`], [`digest`]; [`beat`], which says that all of them live;
//! and [`verdict`], which no clock drives.
#![forbid(unsafe_code)]

pub mod alert;
pub mod audit;
pub mod beat;
pub mod declare;
pub mod digest;
pub mod evaluate;
#[cfg(any(test, feature = "fakes"))]
pub mod fakes;
pub mod heal;
#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "the corpus lies in files, and this is no part of the program")]
#[path = "../../fuzz/hostile.rs"]
mod hostile;
pub mod incident;
pub mod label;
pub mod metric;
pub mod mute;
pub mod notice;
pub mod ports;
pub mod reach;
pub mod role;
pub mod sample;
pub mod series;
pub mod verdict;

use std::sync::Arc;

use jiff::Timestamp;

use crate::declare::{Rule, Work};
use crate::notice::Notice;
use crate::ports::{
    Beacon, BeaconError, Container, Engine, EngineError, Host, HostError, Store, StoreError, Ward,
};

/// Everything a job may ask of the world, and the one cell of memory that jobs share.
#[derive(Clone)]
pub struct Ports {
    /// The machine.
    pub host: Arc<dyn Host>,
    /// Docker, or something that says why it is not there.
    pub engine: Arc<dyn Engine>,
    /// What is remembered.
    pub store: Arc<dyn Store>,
    /// The newest look at the machine, for commands that want the present without measuring again.
    pub latest: Arc<sample::Latest>,
    /// Whoever waits outside for proof of life, where somebody does and a watch goes on here.
    pub beacon: Option<Arc<dyn Beacon>>,
    /// The watch that goes on here; none where a job is run by itself.
    pub ward: Option<Arc<dyn Ward>>,
}

impl Ports {
    /// Every container that may be spoken of: those whose label says `vakhta.ignore` are left out. What shows, counts or
    /// names containers asks here; what must know of every one, because it removes what none of them uses, asks the
    /// engine.
    ///
    /// # Errors
    /// The engine's.
    pub async fn containers(&self) -> Result<Vec<Container>, EngineError> {
        let mut containers = self.engine.containers().await?;
        containers.retain(|it| !label::is_set(it.label(label::IGNORE)));
        Ok(containers)
    }
}

/// What one run is told.
pub struct JobContext<'a> {
    /// The moment this run stands for.
    pub now: Timestamp,
    /// The declared job's name, for the journal.
    pub job: &'a str,
    /// Every declared rule.
    pub rules: &'a [Rule],
    /// The world.
    pub ports: &'a Ports,
}

/// Why a run could not do its work. It is logged, counted, and told to the owner when it lasts.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The machine could not be read at all (a single missing source is not an error).
    #[error("reading the machine: {0}")]
    Host(#[from] HostError),
    /// Docker was needed and did not answer.
    #[error("asking Docker: {0}")]
    Engine(#[from] EngineError),
    /// The store refused.
    #[error("the store: {0}")]
    Store(#[from] StoreError),
    /// Whoever waits for proof of life could not be told.
    #[error("the dead man's switch: {0}")]
    Beacon(#[from] BeaconError),
}

/// Runs one piece of declared work and answers with what is worth saying about it.
pub async fn run(work: &Work, context: JobContext<'_>) -> Result<Vec<Notice>, JobError> {
    match work {
        Work::Sample(settings) => sample::run(settings, context).await,
        Work::Evaluate(settings) => evaluate::run(settings, context).await,
        Work::Heal(settings) => heal::run(settings, context).await,
        Work::Digest(settings) => digest::run(settings, context).await,
        Work::Beat(settings) => beat::run(settings, context).await,
    }
}

#[cfg(test)]
mod tests {
    use crate::fakes::World;
    use crate::label::IGNORE;
    use crate::ports::Container;

    #[tokio::test]
    async fn what_is_to_be_ignored_is_left_out_of_every_list_and_count() {
        let world = World::new();
        let named = |name: &str, label: Option<&str>| Container {
            name: name.to_owned(),
            labels: label.map(|it| (IGNORE.to_owned(), it.to_owned())).into_iter().collect(),
            ..Container::default()
        };
        world.set_containers(vec![named("web", None), named("ci", Some("true")), named("db", Some("false"))]);
        let listed = world.ports().containers().await.expect("it answers");
        assert_eq!(listed.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["web", "db"]);
    }
}
