//! Docker, or what speaks its language.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Allowed;

/// A container, as the engine lists it. Unknown words of the engine are kept as they came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Container {
    /// The engine's id, in full.
    pub id: String,
    /// Without the leading slash.
    pub name: String,
    /// As it was asked for: `nginx:1.27`.
    pub image: String,
    /// The id of that image.
    pub image_id: String,
    /// What it is doing.
    pub state: ContainerState,
    /// What its health check says, when it has one.
    pub health: Option<Health>,
    /// The engine's own words: `Up 3 hours (healthy)`.
    pub status: String,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// Compose project, from its label.
    pub project: Option<String>,
    /// Compose service, from its label.
    pub service: Option<String>,
    /// `default`, `host`, `container:<id>` …; empty where the engine did not say.
    pub network_mode: String,
    /// Names of the networks it is in.
    #[serde(default)]
    pub networks: Vec<String>,
    /// Names of the volumes that are mounted into it.
    #[serde(default)]
    pub volumes: Vec<String>,
    /// All labels.
    pub labels: Vec<(String, String)>,
}

impl Container {
    /// The value of a label.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// The services of its compose project that it needs, as its label names them. Compose 1 writes no such label.
    pub fn depends_on(&self) -> Vec<String> {
        depends_on(self.label(DEPENDS_ON))
    }
}

/// Where compose writes which services a container needs: `db:service_healthy:false,redis:service_started:false`.
const DEPENDS_ON: &str = "com.docker.compose.depends_on";

fn depends_on(label: Option<&str>) -> Vec<String> {
    let services = label.unwrap_or_default().split(',').filter_map(|it| it.split(':').next());
    services.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
}

/// What a container is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContainerState {
    /// Made, never started.
    Created,
    /// Running.
    Running,
    /// Frozen.
    Paused,
    /// Ended, and about to be started again by the engine.
    Restarting,
    /// Being removed.
    Removing,
    /// Ended.
    Exited,
    /// Could not be removed.
    Dead,
    /// A word this release does not know.
    Other(String),
    /// The engine did not say.
    #[default]
    Unsaid,
}

/// What a health check says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Health {
    /// Not known yet; never a reason to act.
    Starting,
    /// Well.
    Healthy,
    /// Ill.
    Unhealthy,
    /// A word this release does not know.
    Other(String),
}

/// Something the engine says happened to a container.
#[derive(Clone, Debug, PartialEq)]
pub struct EngineEvent {
    /// When, by the engine's clock.
    pub at: Timestamp,
    /// What.
    pub action: EventAction,
    /// The container's id, in full.
    pub id: String,
    /// Its name after the event, without the leading slash.
    pub name: String,
    /// Its image, as it was asked for.
    pub image: String,
    /// Compose project, from its label.
    pub project: Option<String>,
    /// Compose service, from its label.
    pub service: Option<String>,
    /// The labels of compose and our own; what else is there is of no use here and may be long.
    pub labels: Vec<(String, String)>,
}

impl EngineEvent {
    /// The value of a label.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// As of [`Container::depends_on`].
    pub fn depends_on(&self) -> Vec<String> {
        depends_on(self.label(DEPENDS_ON))
    }
}

/// What can happen to a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventAction {
    /// It was made.
    Create,
    /// It began to run.
    Start,
    /// It ended.
    Die {
        /// Its exit code, where the engine says so.
        exit_code: Option<i64>,
    },
    /// The kernel killed one of its processes, not always the first, for want of memory.
    Oom,
    /// Somebody sent it a signal. Comes before the end it may lead to.
    Kill {
        /// The signal's number; none where it has a name that is not known.
        signal: Option<i32>,
    },
    /// Somebody had it stopped. Docker says so after the end, others before.
    Stop,
    /// Somebody had it restarted. Comes after the start.
    Restart,
    /// It was frozen.
    Pause,
    /// It was thawed.
    Unpause,
    /// It was removed.
    Destroy,
    /// It was given another name.
    Rename {
        /// The former one, without the leading slash.
        from: String,
    },
    /// Its health check has come to another opinion.
    HealthStatus(Health),
    /// A word this release has no use for.
    Other(String),
}

/// What comes of following an engine's events.
#[derive(Clone, Debug)]
pub enum Heard {
    /// Something happened. Each event comes once, in the engine's order.
    Event(EngineEvent),
    /// Every container, by a list that is newer than every event before it.
    Listed(Vec<Container>),
    /// The stream has ended, or cannot be had. Said once; a list says that it goes on.
    Lost(String),
    /// The engine answers, and its stream is not to be had: a filter before it forbids it. Lists come all the same.
    Forbidden(String),
    /// Vakhta itself is about to stop, restart, kill or remove this container, by its id.
    Ours(String),
    /// Nothing came of that: the engine would not do it to the container of this id.
    Withdrawn(String),
}

/// An engine's events, followed through whatever becomes of the engine.
#[async_trait]
pub trait EventStream: Send {
    /// The next thing. Safe to drop half-way. None when nobody follows any more, which is a fault of ours.
    async fn next(&mut self) -> Option<Heard>;
}

/// What `inspect` adds to a [`Container`]. Values of environment variables are not in it: they hold secrets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContainerDetail {
    /// The engine's id, in full.
    pub id: String,
    /// Without the leading slash.
    pub name: String,
    /// What it is doing.
    pub state: ContainerState,
    /// What its health check says.
    pub health: Option<Health>,
    /// When it was last started.
    pub started: Option<Timestamp>,
    /// When it last ended.
    pub finished: Option<Timestamp>,
    /// Its last exit code.
    pub exit_code: Option<i64>,
    /// Whether the kernel killed it for want of memory.
    pub oom_killed: bool,
    /// How often the engine restarted it by itself.
    pub restart_count: u64,
    /// Whether its output is a terminal (then logs are one raw stream).
    pub tty: bool,
    /// Its own stop timeout, when it set one.
    pub stop_timeout: Option<Duration>,
    /// `default`, `host`, `container:<id>` …
    pub network_mode: String,
    /// As it was asked for: `nginx:1.27`.
    pub image: String,
    /// The id of that image.
    pub image_id: String,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// The program and its arguments, entry point first.
    pub command: Vec<String>,
    /// Names of its environment variables, without their values.
    pub environment: Vec<String>,
    /// Ports of it that are reachable from the host; while it is down, those that will be.
    pub ports: Vec<PublishedPort>,
    /// What is mounted into it.
    pub mounts: Vec<Mount>,
    /// The networks it is in.
    pub networks: Vec<Attachment>,
    /// What it may use at most.
    pub limits: Limits,
    /// When the engine starts it again by itself.
    pub restart_policy: RestartPolicy,
    /// The newest results of its health check, oldest first.
    pub health_log: Vec<HealthCheck>,
    /// Where its output goes.
    pub log_driver: String,
    /// From which size on its log is begun anew, as it was declared (`10m`); none where it grows without end.
    pub log_max_size: Option<String>,
    /// The file that the engine keeps its log in, on the host; empty where there is none.
    pub log_path: String,
}

/// A port of a container that is reachable from the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedPort {
    /// Within the container.
    pub inside: u16,
    /// `tcp`, `udp`, `sctp`.
    pub protocol: String,
    /// The host's address; `0.0.0.0` and `::` are all of them.
    pub address: String,
    /// The host's port.
    pub outside: u16,
}

/// Something that is mounted into a container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mount {
    /// `volume`, `bind`, `tmpfs` …
    pub kind: String,
    /// The volume's name; none where it has none.
    pub name: Option<String>,
    /// Where it lies on the host.
    pub source: String,
    /// Where the container sees it.
    pub target: String,
    /// Whether the container may write there.
    pub is_writable: bool,
}

/// A network that a container is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    /// The network's name.
    pub network: String,
    /// The container's address there; empty while it is stopped.
    pub address: String,
    /// Other names by which it is found there.
    pub aliases: Vec<String>,
}

/// What a container may use at most; none: as much as there is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// Bytes.
    pub memory: Option<u64>,
    /// Bytes of memory and swap together.
    pub memory_and_swap: Option<u64>,
    /// Cores.
    pub cpus: Option<f64>,
    /// Processes and threads.
    pub pids: Option<u64>,
}

/// When an engine starts a container again by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RestartPolicy {
    /// Never.
    #[default]
    No,
    /// Always, also after the engine itself was started anew.
    Always,
    /// As always, but for one that somebody has stopped.
    UnlessStopped,
    /// When it fails; at most so often, where that was said.
    OnFailure(Option<u64>),
    /// A word this release does not know.
    Other(String),
}

/// One result of a health check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HealthCheck {
    /// When it began.
    pub at: Option<Timestamp>,
    /// What it exited with; 0 is well.
    pub exit_code: Option<i64>,
    /// What it wrote: clean, at most the first 1 KiB.
    pub output: String,
}

/// What can be done to a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// Starts it.
    Start,
    /// Asks it to end, and ends it when it does not.
    Stop,
    /// Stops and starts it.
    Restart,
    /// Freezes it.
    Pause,
    /// Thaws it.
    Unpause,
    /// Ends it at once.
    Kill,
}

impl Verb {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Start, Self::Stop, Self::Restart, Self::Pause, Self::Unpause, Self::Kill];

    /// As commands and engines call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Restart => "restart",
            Self::Pause => "pause",
            Self::Unpause => "unpause",
            Self::Kill => "kill",
        }
    }
}

/// What a container uses now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ContainerLoad {
    /// Per cent of one core; none where it could not be told.
    pub cpu: Option<f64>,
    /// Bytes, without what the kernel may take back at once (inactive page cache), as `docker stats` counts.
    pub memory: Option<u64>,
    /// Bytes it may have, by its own limit or the machine's size.
    pub memory_limit: Option<u64>,
    /// Bytes received since it started, over all of its interfaces.
    pub received: Option<u64>,
    /// Bytes sent since it started.
    pub sent: Option<u64>,
    /// Bytes read from block devices since it started; absent on cgroup v1.
    pub read: Option<u64>,
    /// Bytes written to block devices since it started.
    pub written: Option<u64>,
    /// Processes and threads.
    pub pids: Option<u64>,
}

/// The processes of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Processes {
    /// What the columns are called: `PID`, `USER`, `TIME`, `CMD` …
    pub titles: Vec<String>,
    /// One row a process.
    pub rows: Vec<Vec<String>>,
}

/// A network of the engine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `bridge`, `overlay`, `host` …
    pub driver: String,
    /// `local`, `swarm`.
    pub scope: String,
    /// Whether no way leads out of it.
    pub is_internal: bool,
    /// Its address ranges: `172.18.0.0/16`.
    pub subnets: Vec<String>,
}

/// Which part of a log is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogQuery {
    /// The last so many lines; `u32::MAX` is all of them.
    pub tail: u32,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Not after.
    pub until: Option<Timestamp>,
}

/// A stretch of a log: clean text, bounded, colours and control characters gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// Oldest first.
    pub lines: Vec<LogLine>,
    /// Whether more was there than could be kept.
    pub cut: bool,
}

/// One line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Which of the two streams.
    pub stream: LogStream,
    /// When, if the engine said so.
    pub at: Option<Timestamp>,
    /// Without its end of line.
    pub text: String,
}

/// Where a line was written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogStream {
    /// Standard output, or a terminal.
    Out,
    /// Standard error.
    Err,
}

/// A log that is being read. Nothing is kept of what was handed out.
#[async_trait]
pub trait LogReader: Send {
    /// The next line; none at the end. Safe to drop half-way. Waits as long as it takes while following, else for a
    /// bounded time.
    async fn next(&mut self) -> Option<Result<LogLine, EngineError>>;
}

/// What lies on the engine's disk. Logs of containers are not counted by any engine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DiskUsage {
    /// Images.
    pub images: Vec<ImageUse>,
    /// Containers and what they wrote.
    pub containers: Vec<ContainerUse>,
    /// Volumes.
    pub volumes: Vec<VolumeUse>,
    /// Pieces of build cache; empty where the engine keeps none.
    pub build_cache: Vec<BuildCacheUse>,
}

/// An image on disk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImageUse {
    /// Its id.
    pub id: String,
    /// Its names; none for a dangling one.
    pub tags: Vec<String>,
    /// What it is called by its content in a registry: `nginx@sha256:…`; none for one that was built here and never
    /// pushed.
    pub digests: Vec<String>,
    /// Its labels.
    pub labels: Vec<(String, String)>,
    /// Bytes, shared layers included.
    pub size: u64,
    /// Bytes that only it has, where the engine says so.
    pub unshared: Option<u64>,
    /// How many containers refer to it, stopped ones included.
    pub containers: u64,
    /// When it was made.
    pub created: Option<Timestamp>,
}

impl ImageUse {
    /// The value of a label.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// Without a name, and nothing refers to it.
    pub fn is_dangling(&self) -> bool {
        self.tags.is_empty() && self.containers == 0
    }
}

/// An image and its names, at one moment: a name may come to mean another image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageNames {
    /// Its id.
    pub id: String,
    /// `nginx:1.27`, `registry:5000/shop/web:1`; none for a dangling one.
    pub tags: Vec<String>,
}

/// A container on disk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContainerUse {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is doing.
    pub state: ContainerState,
    /// Bytes it wrote into its own layer.
    pub written: u64,
    /// When it was made.
    pub created: Option<Timestamp>,
}

/// A volume on disk; for looking at, never for removing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VolumeUse {
    /// Its name.
    pub name: String,
    /// Bytes, where the engine says so.
    pub size: Option<u64>,
    /// How many containers refer to it.
    pub containers: Option<u64>,
}

/// A piece of build cache.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BuildCacheUse {
    /// Its id.
    pub id: String,
    /// Bytes.
    pub size: u64,
    /// Whether a build is using it now.
    pub in_use: bool,
    /// Whether an image shares it, so that removing it frees nothing.
    pub shared: bool,
    /// When it was last used.
    pub last_used: Option<Timestamp>,
}

/// What the engine says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EngineInfo {
    /// `20.10.24`.
    pub version: String,
    /// The newest API it speaks: `1.41`.
    pub api: String,
    /// The host's name, as the engine knows it.
    pub host: String,
    /// `Docker`, `Podman`.
    pub kind: String,
    /// Where it keeps its data on the host: `/var/lib/docker`.
    pub root: String,
}

/// What the engine says it removed. Its byte counts are not trustworthy: measure the filesystem.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pruned {
    /// How many things.
    pub items: u64,
    /// Bytes, by the engine's word.
    pub claimed: u64,
}

/// Why the engine did not do as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// Nothing by that name or id.
    #[error("no such container: {0}")]
    NoSuchContainer(String),
    /// The engine, or a filter before it, said no.
    #[error("refused: {0}")]
    Refused(String),
    /// Nobody answers there.
    #[error("unreachable: {0}")]
    Unreachable(String),
    /// Asked, and no answer came in time: it may or may not have happened.
    #[error("{0}")]
    Unanswered(String),
    /// An answer that could not be understood.
    #[error("not understood: {0}")]
    Garbled(String),
}

/// Docker, or what speaks its language. Every call ends within a bounded time.
#[async_trait]
pub trait Engine: Send + Sync {
    /// What it is. The cheapest way to learn whether it answers.
    async fn info(&self) -> Result<EngineInfo, EngineError>;
    /// Every container, stopped ones included.
    async fn containers(&self) -> Result<Vec<Container>, EngineError>;
    /// One container, by id or exact name.
    async fn inspect(&self, container: &str) -> Result<ContainerDetail, EngineError>;
    /// Part of a container's log.
    async fn logs(&self, container: &str, query: &LogQuery) -> Result<Log, EngineError>;
    /// A container's log, line by line and in its order, however long it is; with `follow` also what is yet to come.
    async fn read_log(
        &self,
        container: &str,
        query: &LogQuery,
        follow: bool,
    ) -> Result<Box<dyn LogReader>, EngineError>;
    /// Does this to a container, giving it its own stop timeout; answers when the engine has done so. An answer that did
    /// not come in time is made up for by asking what became of it.
    async fn act(&self, verb: Verb, container: &str) -> Result<(), EngineError>;
    /// What a container uses now. Takes up to two seconds: a share of a processor needs two looks.
    async fn load(&self, container: &str) -> Result<ContainerLoad, EngineError>;
    /// The processes of a container.
    async fn top(&self, container: &str) -> Result<Processes, EngineError>;
    /// Every network.
    async fn networks(&self) -> Result<Vec<Network>, EngineError>;
    /// What happened to containers from then until then, as far as the engine still knows (its last 256 events), oldest
    /// first.
    async fn happened(&self, since: Timestamp, until: Timestamp) -> Result<Vec<EngineEvent>, EngineError>;
    /// What an image is called now, by its id or by one of its names; none when there is none.
    async fn image(&self, image: &str) -> Result<Option<ImageNames>, EngineError>;
    /// Removes one image by its id, or takes one of its names off, which removes it with its last; never by force. One
    /// that a container refers to is refused, and so is one that is not there. Counts names and layers.
    async fn remove_image(&self, image: &str) -> Result<Pruned, EngineError>;
    /// What lies on disk.
    async fn disk_usage(&self) -> Result<DiskUsage, EngineError>;
    /// Removes build cache that nothing has used for so long.
    async fn prune_build_cache(&self, unused_for: Duration) -> Result<Pruned, EngineError>;
    /// Removes dangling images only.
    async fn prune_dangling_images(&self) -> Result<Pruned, EngineError>;
    /// Removes one stopped container, never its volumes, never by force.
    async fn remove_container(&self, container: &str) -> Result<(), EngineError>;
    /// The id of the container we run in, when we run in one.
    async fn own_container(&self) -> Option<String>;
    /// What is known of what it lets us do. Asks nobody, and waits for nobody.
    async fn allowed(&self) -> Allowed {
        Allowed::default()
    }
    /// Finds out anew what it lets us do, without doing any of it, and remembers. What could not be found out because
    /// nobody answered stays as it was.
    async fn probe(&self) -> Allowed {
        self.allowed().await
    }
}
