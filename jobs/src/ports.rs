//! What jobs ask of the world. Something real implements these in `src`, something scripted in `fakes`.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::{Alert, AlertKey, Transition};
use crate::beat;
use crate::evaluate::Normal;
use crate::heal::Heal;
use crate::incident::Incident;
use crate::metric::{Sample, SeriesKey};
use crate::series::Series;

/// A source that could not be read: absent on this machine, forbidden, or hanging. Never a zero.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Unknown {
    /// In words for a person, in English, naming the file or the call.
    pub why: String,
}

impl Unknown {
    /// Says why.
    pub fn because(why: impl Into<String>) -> Self {
        Self { why: why.into() }
    }
}

/// What one source said, or why it said nothing.
pub type Source<T> = Result<T, Unknown>;

/// One look at the machine: raw figures and counters, rates being the business of [`crate::sample`].
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// When it was taken.
    pub at: Timestamp,
    /// Time spent by the processors since boot.
    pub cpu: Source<Cpu>,
    /// Load averages.
    pub load: Source<Load>,
    /// Memory and swap.
    pub memory: Source<Memory>,
    /// Every real filesystem, each once.
    pub filesystems: Source<Vec<Filesystem>>,
    /// Counters of whole block devices (no partitions, no loop devices).
    pub devices: Source<Vec<Device>>,
    /// Counters of the host's own interfaces (no `lo`, no `veth*`, no `br-*`).
    pub interfaces: Source<Vec<Interface>>,
    /// Pressure stall information, where the kernel has it.
    pub pressure: Source<Pressure>,
    /// Time since boot.
    pub uptime: Source<Duration>,
    /// Sensors, where the machine has them.
    pub temperatures: Source<Vec<Temperature>>,
}

/// Processor time, all cores together and each alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Cpu {
    /// The sum over the cores.
    pub all: CpuTime,
    /// Each core, in the kernel's order.
    pub cores: Vec<CpuTime>,
}

/// Clock ticks since boot, as `/proc/stat` counts them. `guest` is already inside `user`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CpuTime {
    /// Programs, `nice` ones included.
    pub user: u64,
    /// The kernel, interrupts included.
    pub system: u64,
    /// Doing nothing.
    pub idle: u64,
    /// Doing nothing, with a disk being waited for.
    pub iowait: u64,
    /// Taken by the hypervisor for somebody else.
    pub steal: u64,
}

/// Load averages of the last minute, five and fifteen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// One minute.
    pub one: f64,
    /// Five minutes.
    pub five: f64,
    /// Fifteen minutes.
    pub fifteen: f64,
}

/// Bytes, from `/proc/meminfo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// All there is.
    pub total: u64,
    /// What new programs could have without swapping (`MemAvailable`).
    pub available: u64,
    /// What nobody uses (`MemFree`).
    pub free: u64,
    /// Page cache, buffers and reclaimable slab.
    pub cache: u64,
    /// Swap, all of it.
    pub swap_total: u64,
    /// Swap that is not in use.
    pub swap_free: u64,
}

/// One mounted filesystem of the host.
#[derive(Clone, Debug, PartialEq)]
pub struct Filesystem {
    /// Where the host has it: `/srv`.
    pub mount: String,
    /// What it stands on: `/dev/vda1`.
    pub device: String,
    /// `ext4`.
    pub kind: String,
    /// Whether nobody can write to it, by the host's own mount options: our view of it is read-only by design.
    pub read_only: bool,
    /// How full, or why that is unknown (a dead network mount).
    pub usage: Source<FilesystemUsage>,
}

/// As `df` counts: what is reserved for root is neither used nor available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilesystemUsage {
    /// Bytes of the whole.
    pub total: u64,
    /// Bytes that files occupy.
    pub used: u64,
    /// Bytes that a plain user may still write.
    pub available: u64,
    /// Inodes of the whole; 0 where the filesystem has no such limit (btrfs).
    pub inodes_total: u64,
    /// Inodes in use.
    pub inodes_used: u64,
}

/// Counters of one block device since boot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// `vda`.
    pub name: String,
    /// Bytes.
    pub read: u64,
    /// Bytes.
    pub written: u64,
    /// Milliseconds during which it had something to do.
    pub busy_ms: u64,
}

/// Counters of one interface since it came up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// `eth0`.
    pub name: String,
    /// Bytes in.
    pub received: u64,
    /// Bytes out.
    pub sent: u64,
    /// Packets in and out that were dropped or damaged.
    pub errors: u64,
}

/// Share of the last ten seconds (0 to 100) in which tasks stood still for want of something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pressure {
    /// Some task waited for a processor.
    pub cpu: f64,
    /// Some task waited for memory.
    pub memory: f64,
    /// Every task waited for memory.
    pub memory_full: f64,
    /// Some task waited for a disk.
    pub io: f64,
    /// Every task waited for a disk.
    pub io_full: f64,
}

/// One sensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Temperature {
    /// What the kernel calls it: `coretemp Package id 0`.
    pub sensor: String,
    /// Degrees.
    pub celsius: f64,
}

/// One process, as `top` would list it.
#[derive(Clone, Debug, PartialEq)]
pub struct Process {
    /// Its number on the host.
    pub pid: u32,
    /// What it is called; never its arguments, which hold secrets.
    pub name: String,
    /// Per cent of one core over the time looked at.
    pub cpu: f64,
    /// Resident bytes.
    pub memory: u64,
}

/// What to sort processes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessOrder {
    /// The busiest first.
    Cpu,
    /// The biggest first.
    Memory,
}

/// The machine could not be read at all.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct HostError(pub String);

/// The machine under watch.
#[async_trait]
pub trait Host: Send + Sync {
    /// Reads every source once. A source that fails is [`Unknown`] inside, and the others are read all the same.
    async fn snapshot(&self) -> Result<Snapshot, HostError>;

    /// The first `most` processes in that order, measured over a short while. Costly: only when somebody asks.
    async fn processes(&self, order: ProcessOrder, most: usize) -> Result<Vec<Process>, HostError>;

    /// Free bytes of the filesystem that holds this host path, by `statvfs`, for measuring what was really freed.
    async fn available(&self, mount: &str) -> Result<u64, HostError>;

    /// What takes up room on the filesystem that is mounted there: a walk through its directories, and no others, for
    /// as long as a small budget of time allows. Costly: once a day, and when something is wrong.
    async fn walk(&self, mount: &str) -> Source<Walk>;
}

/// A walk through the directories of one filesystem.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    /// Whether everything was seen that may be read. If not, the time was up, and a place that was not left again is
    /// not among `places`.
    pub is_whole: bool,
    /// The largest directories and single files, by path. Whatever holds one of them is among them too.
    pub places: Vec<PlaceSize>,
    /// A place that takes fewer bytes than this, and fewer files than `least_files`, may not be among them.
    pub least_bytes: u64,
    /// See `least_bytes`.
    pub least_files: u64,
}

/// How much lies in one place: a directory with all below it, or a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceSize {
    /// The host's path; bytes that are no text are replaced.
    pub path: String,
    /// Whether it is a single file.
    pub is_file: bool,
    /// Bytes on disk, so that a file with holes counts what it really takes.
    pub bytes: u64,
    /// Files, directories among them, that each take an inode.
    pub files: u64,
}

/// Why a filesystem was walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occasion {
    /// For later walks to be held against.
    Daily,
    /// Something was wrong with it.
    Suspicion,
}

/// A walk, and how full the filesystem was then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walked {
    /// When.
    pub at: Timestamp,
    /// Bytes that were used.
    pub bytes: u64,
    /// Inodes that were used.
    pub files: u64,
    /// What was seen.
    pub walk: Walk,
}

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
#[derive(Debug)]
pub enum Heard {
    /// Something happened. Each event comes once, in the engine's order.
    Event(EngineEvent),
    /// Every container, by a list that is newer than every event before it.
    Listed(Vec<Container>),
    /// The stream has ended, or cannot be had. Said once; a list says that it goes on.
    Lost(String),
    /// The engine answers, and its stream is not to be had: a filter before it forbids it. Lists come all the same.
    Forbidden(String),
    /// Vakhta itself is about to stop, restart or remove this container, by its id.
    Ours(String),
}

/// An engine's events, followed through whatever becomes of the engine.
#[async_trait]
pub trait EventStream: Send {
    /// The next thing. Safe to drop half-way. None when nobody follows any more, which is a fault of ours.
    async fn next(&mut self) -> Option<Heard>;
}

/// What `inspect` adds to a [`Container`].
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
}

/// Which part of a log is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogQuery {
    /// The last so many lines.
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
    /// Without a name, and nothing refers to it.
    pub fn is_dangling(&self) -> bool {
        self.tags.is_empty() && self.containers == 0
    }
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
    #[error("outcome unknown: {0}")]
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
    /// Stops and starts it, giving it its own stop timeout; answers when the engine has done so.
    async fn restart(&self, container: &str) -> Result<(), EngineError>;
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
}

/// The store refused.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub String);

/// What a rule has learnt of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learnt {
    /// Which rule, of what.
    pub key: AlertKey,
    /// When it was stored.
    pub at: Timestamp,
    /// Its own business, with a version; at most 64 KiB.
    pub body: Vec<u8>,
}

/// What is remembered. Synchronous: every call is a short local transaction.
pub trait Store: Send + Sync {
    /// Adds samples of one moment and keeps roll-ups and ceilings in order.
    fn append(&self, samples: &[Sample]) -> Result<(), StoreError>;
    /// Every series that has a value since then.
    fn keys(&self, since: Timestamp) -> Result<Vec<SeriesKey>, StoreError>;
    /// The samples themselves in `from <= at < to`, as far back as they are kept.
    fn series(&self, key: &SeriesKey, from: Timestamp, to: Timestamp) -> Result<Series, StoreError>;
    /// The same stretch at whatever level gives about `points` points and reaches back far enough.
    fn history(
        &self,
        key: &SeriesKey,
        from: Timestamp,
        to: Timestamp,
        points: usize,
    ) -> Result<Series, StoreError>;

    /// The alert of this key that has not ended.
    fn alert(&self, key: &AlertKey) -> Result<Option<Alert>, StoreError>;
    /// Every alert that has not ended.
    fn open_alerts(&self) -> Result<Vec<Alert>, StoreError>;
    /// Every alert that ended since then, in the order of their ends.
    fn recently_ended(&self, since: Timestamp) -> Result<Vec<Alert>, StoreError>;
    /// Every alert that fired at some time in `from <= at < to`, ended ones included, oldest first. One that relapsed
    /// is where it fired last.
    fn alerts_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Alert>, StoreError>;
    /// Every incident that was open at some time in `from <= at < to`, oldest first.
    fn incidents_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Incident>, StoreError>;
    /// Writes an alert and, in the same transaction, why it changed. A first writing gives it its number. A step that
    /// only says that it goes on ([`Step::is_routine`](crate::alert::Step::is_routine)) adds no entry to its life.
    fn put_alert(&self, alert: &mut Alert, transition: &Transition) -> Result<(), StoreError>;

    /// What a rule has learnt of a series, if anything was ever stored.
    fn learnt(&self, key: &AlertKey) -> Result<Option<Learnt>, StoreError>;
    /// Stores it, in place of what was there. A power failure may take the last of it: it is learnt again.
    fn put_learnt(&self, learnt: &Learnt) -> Result<(), StoreError>;
    /// Forgets what cannot be read, and says in the log why it is learnt anew.
    fn forget_learnt(&self, key: &AlertKey, why: &str) -> Result<(), StoreError>;

    /// Everything that a person has called normal, by rule and series.
    fn normals(&self) -> Result<Vec<Normal>, StoreError>;
    /// Remembers that something was called normal, in place of what was said of that rule and series before.
    fn put_normal(&self, normal: &Normal) -> Result<(), StoreError>;
    /// Takes back what was called normal of a series, for every rule; how many that were.
    fn forget_normals(&self, series: &SeriesKey) -> Result<usize, StoreError>;

    /// The last walk through this mount on such an occasion.
    fn walked(&self, mount: &str, occasion: Occasion) -> Result<Option<Walked>, StoreError>;
    /// Remembers it instead of an earlier one.
    fn put_walked(&self, mount: &str, occasion: Occasion, walked: &Walked) -> Result<(), StoreError>;

    /// Remembers something that was proposed or done.
    fn put_heal(&self, heal: &Heal) -> Result<(), StoreError>;
    /// What was proposed or done since then, oldest first.
    fn heals_since(&self, since: Timestamp) -> Result<Vec<Heal>, StoreError>;
}

/// Whoever waits outside for proof of life could not be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BeaconError(pub String);

/// Somebody outside who sounds the alarm when no sign of life comes any more, and what is known of our life.
#[async_trait]
pub trait Beacon: Send + Sync {
    /// What is known of the watch now.
    fn facts(&self) -> beat::Facts;
    /// Says how the watch is, within a bounded time.
    async fn signal(&self, state: &beat::State) -> Result<(), BeaconError>;
}
