//! The machine, Docker and the store, put together from the settings.

use std::sync::Arc;

use anyhow::Context;
use jiff::Timestamp;
use jobs::Ports;
use jobs::ports::Unknown;
use jobs::sample::Look;

use crate::command::{About, Lack};
use crate::config::{Config, DockerAddress, Settings};
use crate::docker::{Docker, EngineAddress};
use crate::host::provenance::{Figure, Provenance, View, provenance};
use crate::host::{Hooks, HostRoot, Machine};
use crate::store::{Database, Finding, Limits};

/// What every way of running has in common.
pub struct World {
    /// The world, as jobs see it.
    pub ports: Ports,
    /// Docker once more, for whoever follows its events.
    pub docker: Arc<Docker>,
    /// The store, as the rest of us sees it.
    pub database: Database,
    /// What was found when it was opened.
    pub findings: Vec<Finding>,
    /// What does not change.
    pub about: About,
}

/// Puts the world together. Nothing of it is asked yet but what the machine is called.
///
/// # Errors
/// A store that must not be opened, in words that say what to do.
pub fn world(config: &Config, now: Timestamp) -> anyhow::Result<World> {
    let settings = &config.settings;
    let opened = Database::open(&settings.data_dir, Limits::default(), now).context("opening the store")?;
    let Surroundings { ports, docker, about } = around(config, opened.database.clone(), now)?;
    Ok(World { ports, docker, database: opened.database, findings: opened.findings, about })
}

/// The world without what was found when the store was opened.
pub(super) struct Surroundings {
    pub(super) ports: Ports,
    pub(super) docker: Arc<Docker>,
    pub(super) about: About,
}

impl World {
    /// Makes of it what other settings ask for: another machine, another engine. What stays keeps all that it knows.
    pub(super) fn turn(&mut self, before: &Settings, now: &Config) -> anyhow::Result<()> {
        let settings = &now.settings;
        if before.host_root != settings.host_root || before.hooks_allowed != settings.hooks_allowed {
            self.ports.host = Arc::new(machine(now));
        }
        if before.docker != settings.docker {
            self.docker = Arc::new(Docker::new(engine_address(now)?));
            self.ports.engine = self.docker.clone();
        }
        Ok(())
    }
}

/// The machine, as the settings say.
fn machine(config: &Config) -> Machine {
    let hooks = Hooks {
        allowed: config.settings.hooks_allowed.clone(),
        strike: Arc::new(crate::log::without_secrets),
    };
    Machine::new(host_root(config), super::clock()).with_hooks(hooks)
}

/// The machine and Docker, around a store.
pub(super) fn around(config: &Config, database: Database, now: Timestamp) -> anyhow::Result<Surroundings> {
    let machine = machine(config);
    let identity = machine.identity();
    let about = About {
        host: identity.hostname.unwrap_or_else(nameless),
        system: identity.system.unwrap_or_default(),
        kernel: identity.kernel.unwrap_or_default(),
        processor: identity.processor,
        boot: identity.boot,
        started: now,
        lacks: Arc::default(),
    };
    let docker = Arc::new(Docker::new(engine_address(config)?));
    let ports = Ports {
        host: Arc::new(machine),
        engine: docker.clone(),
        store: Arc::new(database),
        latest: Arc::default(),
        beacon: None,
        ward: None,
    };
    Ok(Surroundings { ports, docker, about })
}

/// Looks for the first time, so that the next look has one before it, and rates; whether there was something to see, and
/// nobody had looked already.
pub(super) async fn first_look(ports: &Ports) -> bool {
    if ports.latest.look().is_some() {
        return false;
    }
    let Ok(first) = ports.host.snapshot().await else { return false };
    if ports.latest.look().is_none() {
        ports.latest.put(Arc::new(Look {
            now: Arc::new(first),
            before: None,
            containers: Err(Unknown::because("not asked yet")),
            usage: Err(Unknown::because("not counted yet")),
        }));
    }
    true
}

/// What of the set-up is not there, besides what is found out at every look.
pub(super) fn lacks(root: &HostRoot, codes: bool, second_way: bool) -> Vec<Lack> {
    let shown = provenance(root);
    let is_ours = |it: &Provenance| it.figure == Figure::Filesystems && it.view != View::Host;
    [
        // Where nothing could show more, nothing is missing.
        shown.iter().any(|it| is_ours(it) && it.remedy.is_some()).then_some(Lack::Root),
        (!codes).then_some(Lack::Codes),
        (!second_way).then_some(Lack::SecondWay),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What the machine is called.
pub fn host_name(config: &Config) -> String {
    let identity = Machine::new(host_root(config), super::clock()).identity();
    identity.hostname.unwrap_or_else(nameless)
}

fn nameless() -> String {
    "server".to_owned()
}

/// Where the host's root is.
pub fn host_root(config: &Config) -> HostRoot {
    match &config.settings.host_root {
        Some(path) => HostRoot::new(&path.to_string_lossy()),
        None => HostRoot::here(),
    }
}

/// Where Docker listens.
///
/// # Errors
/// An address that the settings let pass and the adapter does not; a fault of ours.
pub fn engine_address(config: &Config) -> anyhow::Result<EngineAddress> {
    let shown = match &config.settings.docker {
        DockerAddress::Unix(path) => format!("unix://{}", path.display()),
        DockerAddress::Tcp(place) => format!("tcp://{place}"),
    };
    shown.parse().context("DOCKER_HOST")
}
