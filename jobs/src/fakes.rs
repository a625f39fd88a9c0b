//! The ports in memory, scripted.
//!
//! [`World`] is a machine, an engine and a store at once: a test sets what each of them shows, runs the real code
//! against it, and reads afterwards what was asked of it and what was remembered. It is deterministic: nothing here
//! asks the time or waits. Removing things has its effect on what the world shows next, so that a test can see
//! whether something helped.

mod engine;
mod host;
pub mod scenes;
mod store;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::alert::{Alert, AlertKey, Transition};
use crate::audit::Deed;
use crate::evaluate::Normal;
use crate::heal::{Heal, SeenImages};
use crate::incident::{Changed, Incident};
use crate::metric::{Sample, SeriesKey};
use crate::ports::{
    Allowed, Container, ContainerDetail, ContainerLoad, DiskUsage, EngineError, EngineEvent, EngineInfo,
    Groups, HookEnd, Learnt, Leftover, Log, LogQuery, Network, Occasion, Process, Processes, Snapshot,
    Source, Verb, Walk, Walked,
};
use crate::{Ports, sample};

/// Something that was asked of the machine or the engine, in the order it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// `Host::snapshot`.
    Snapshot,
    /// `Host::processes`.
    Processes,
    /// `Host::groups`.
    Groups,
    /// `Host::available`, of this path.
    Available(String),
    /// `Host::walk`, of this mount.
    Walk(String),
    /// `Host::run_hook`, of this program.
    RunHook(Vec<String>),
    /// `Engine::info`.
    Info,
    /// `Engine::containers`.
    Containers,
    /// `Engine::inspect`, of this container.
    Inspect(String),
    /// `Engine::logs`, of this container.
    Logs(String, LogQuery),
    /// `Engine::act`: this, on this container.
    Act(Verb, String),
    /// `Engine::load`, of this container.
    Load(String),
    /// `Engine::top`, of this container.
    Top(String),
    /// `Engine::networks`.
    Networks,
    /// `Engine::happened`.
    Happened,
    /// `Engine::image`, of this image.
    Image(String),
    /// `Engine::remove_image`, of this image.
    RemoveImage(String),
    /// `Engine::disk_usage`.
    DiskUsage,
    /// `Engine::prune_build_cache`, of what was unused for so long.
    PruneBuildCache(Duration),
    /// `Engine::prune_dangling_images`.
    PruneDanglingImages,
    /// `Engine::remove_container`, of this container.
    RemoveContainer(String),
}

impl Call {
    /// Whether it changes anything in the world.
    pub fn has_effect(&self) -> bool {
        matches!(
            self,
            Self::Act(..)
                | Self::RemoveImage(_)
                | Self::PruneBuildCache(_)
                | Self::PruneDanglingImages
                | Self::RemoveContainer(_)
                | Self::RunHook(_)
        )
    }
}

/// A machine, an engine and a store in memory.
#[derive(Default)]
pub struct World {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    calls: Vec<Call>,

    snapshot: Option<Snapshot>,
    upcoming: VecDeque<Snapshot>,
    host_error: Option<String>,
    processes: Vec<Process>,
    groups: VecDeque<Source<Groups>>,
    available: BTreeMap<String, u64>,
    walks: BTreeMap<String, Walk>,
    sizes: BTreeMap<String, u64>,
    hooks: BTreeMap<String, (HookEnd, u64)>,

    info: EngineInfo,
    containers: Vec<Container>,
    details: BTreeMap<String, ContainerDetail>,
    logs: BTreeMap<String, Log>,
    tails: BTreeMap<String, engine::Tail>,
    loads: BTreeMap<String, ContainerLoad>,
    tops: BTreeMap<String, Processes>,
    networks: Vec<Network>,
    happened: Vec<EngineEvent>,
    usage: DiskUsage,
    own: Option<String>,
    allowed: Option<Allowed>,
    probes: usize,
    engine_error: Option<EngineError>,
    refusals: BTreeMap<&'static str, EngineError>,
    frees_nothing: bool,

    store_error: Option<String>,
    deeds_error: Option<String>,
    samples: BTreeMap<SeriesKey, Vec<Sample>>,
    alerts: Vec<Alert>,
    incidents: Vec<Incident>,
    alert_writes: usize,
    walked: BTreeMap<(String, Occasion), Walked>,
    transitions: Vec<(i64, Transition)>,
    heals: Vec<Heal>,
    deeds: Vec<Deed>,
    restarted: Vec<Changed>,
    seen_images: Option<SeenImages>,
    leftovers: Vec<Leftover>,
    learnt: BTreeMap<AlertKey, Learnt>,
    learnt_writes: usize,
    normals: BTreeMap<AlertKey, Normal>,
}

impl World {
    /// A world with nothing in it: every call to the machine fails until a snapshot is set, the engine answers that
    /// it has no containers, the store is empty.
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// The world as the ports that a job is handed, with an empty [`sample::Latest`].
    pub fn ports(self: &Arc<Self>) -> Ports {
        Ports {
            host: self.clone(),
            engine: self.clone(),
            store: self.clone(),
            latest: Arc::new(sample::Latest::default()),
            beacon: None,
            ward: None,
        }
    }

    /// What was asked so far, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// What was asked that changes the world, oldest first.
    pub fn effects(&self) -> Vec<Call> {
        self.state().calls.iter().filter(|it| it.has_effect()).cloned().collect()
    }

    /// Forgets what was asked.
    pub fn forget_calls(&self) {
        self.state().calls.clear();
    }

    // Held for a copy or a push only; a test that panicked elsewhere has not left it half changed.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
