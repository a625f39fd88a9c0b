//! The machine under watch.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Source;

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

/// What the control groups of containers have counted up to one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// By a clock that nobody sets, since any moment: only the difference of two means something.
    pub clock: Duration,
    /// One a container, in no order. One that could not be read is not there.
    pub each: Vec<Group>,
}

/// The control group of one container; none: the kernel does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The engine's id of it, in full.
    pub container: String,
    /// Processor time since it was started.
    pub cpu: Option<Duration>,
    /// Bytes, without what the kernel may take back at once (inactive page cache), as `docker stats` counts.
    pub memory: Option<u64>,
    /// Processes and threads.
    pub pids: Option<u64>,
}

/// The machine could not be read at all.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct HostError(pub String);

/// The machine under watch.
#[async_trait]
pub trait Host: Send + Sync {
    /// Reads every source once. A source that fails is [`Unknown`](super::Unknown) inside, and the others are read all the same.
    async fn snapshot(&self) -> Result<Snapshot, HostError>;

    /// The first `most` processes in that order, measured over a short while. Costly: only when somebody asks.
    async fn processes(&self, order: ProcessOrder, most: usize) -> Result<Vec<Process>, HostError>;

    /// What every running container has used, from the kernel's control groups: a few small files each, and no call to
    /// the engine. Cheap enough for once a minute with a thousand of them.
    async fn groups(&self) -> Source<Groups>;

    /// Free bytes of the filesystem that holds this host path, by `statvfs`, for measuring what was really freed.
    async fn available(&self, mount: &str) -> Result<u64, HostError>;

    /// What takes up room on the filesystem that is mounted there: a walk through its directories, and no others, for
    /// as long as a small budget of time allows. Costly: once a day, and when something is wrong.
    async fn walk(&self, mount: &str) -> Source<Walk>;

    /// Bytes on disk of a file of the host, with those beside it that have its name and a number: the older parts of a
    /// log. Unknown where it may not be read.
    async fn size(&self, file: &str) -> Source<u64>;

    /// Whether a file of our own, by the path that we have it at, lies on the filesystem that the host has mounted there.
    /// No, where that cannot be told.
    async fn lies_on(&self, own: &str, mount: &str) -> bool;

    /// Runs a program of the operator's own: one that was allowed from outside, without a shell, without our environment,
    /// killed with all it started when its time is up.
    async fn run_hook(&self, command: &[String], timeout: Duration) -> Result<HookEnd, HostError>;
}

/// How a hook ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HookEnd {
    /// What it exited with; none when a signal ended it.
    pub code: Option<i32>,
    /// Whether that signal was ours, its time being up.
    pub timed_out: bool,
    /// The end of what it said: clean, at most 2 KiB, secrets struck out.
    pub output: String,
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
