//! The machine under watch: each source in a file of its own, and one who reads them all.
//!
//! What is looked at every few seconds is read straight from `/proc`, with files kept open, and from the host's root
//! where that is mounted, which sysinfo cannot. [`identity`], asked once, leaves what it can to sysinfo.

mod cpu;
mod devices;
pub(crate) mod filesystems;
mod groups;
mod hook;
mod identity;
mod interfaces;
mod kept;
mod load;
mod memory;
mod mounts;
mod pressure;
mod prober;
mod processes;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod promises;
pub mod provenance;
mod root;
mod sizes;
mod surroundings;
mod temperatures;
mod walk;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jobs::ports::{
    Groups, HookEnd, Host, HostError, Memory, Process, ProcessOrder, Snapshot, Source, Unknown, Walk,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

pub use self::hook::Hooks;
pub use self::identity::{Identity, identity};
pub use self::root::HostRoot;

use self::filesystems::Filesystems;
use self::kept::Kept;
use self::surroundings::{Standing, Surroundings};
use self::temperatures::Sensors;
use crate::clock::Clock;

/// How long one look waits for another that is under way. A look takes milliseconds, or a few seconds when a mount
/// has just died; beyond this a file of the kernel itself hangs, as those of a broken lxcfs do.
const TURN: Duration = Duration::from_secs(7);

/// The machine.
#[derive(Clone)]
pub struct Machine {
    root: HostRoot,
    sources: Arc<Mutex<Sources>>,
    /// Held by whoever walks: one at a time.
    walking: Arc<Mutex<()>>,
    hooks: Hooks,
}

/// Every source that a look reads, open.
struct Sources {
    clock: Clock,
    stat: Kept,
    load: Kept,
    memory: Kept,
    arc: Kept,
    uptime: Kept,
    devices: Kept,
    network: Kept,
    pressure: pressure::Files,
    sensors: Sensors,
    filesystems: Filesystems,
    /// Where control groups are, whether only our own would be seen, and since when their counts are dated.
    groups: (HostRoot, bool, Instant),
}

impl Machine {
    /// The machine whose root is there, and the clock that its looks are dated by. Nothing is read yet; what cannot be
    /// read will be unknown.
    pub fn new(root: HostRoot, clock: Clock) -> Self {
        let around = surroundings::look();
        let file = |path: &str| Kept::new(root.either(path));
        let is_alone = around.standing == Standing::Container && !root.is_mounted();
        let sources = Sources {
            clock,
            stat: file("/proc/stat"),
            load: file("/proc/loadavg"),
            memory: file("/proc/meminfo"),
            arc: file("/proc/spl/kstat/zfs/arcstats"),
            uptime: file("/proc/uptime"),
            devices: file("/proc/diskstats"),
            network: Kept::new(network_places(&root, &around)),
            pressure: pressure::Files::new(&root),
            sensors: Sensors::new(&root),
            filesystems: Filesystems::new(root.clone(), is_alone),
            groups: (root.clone(), is_alone, Instant::now()),
        };
        Self {
            root,
            sources: Arc::new(Mutex::new(sources)),
            walking: Arc::default(),
            hooks: Hooks::default(),
        }
    }

    /// The same, where these programs of the operator's own may be run. None may be, unless told so.
    #[must_use]
    pub fn with_hooks(self, hooks: Hooks) -> Self {
        Self { hooks, ..self }
    }

    /// What machine this is. Reads a few files.
    pub fn identity(&self) -> Identity {
        identity(&self.root)
    }

    /// Runs something that may block, with the sources to itself. One look that hangs takes one thread and no more:
    /// those after it wait here, and give up.
    async fn with_sources<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Sources) -> T + Send + 'static,
    ) -> Result<T, HostError> {
        let turn = tokio::time::timeout(TURN, self.sources.clone().lock_owned()).await;
        let mut sources: OwnedMutexGuard<Sources> = turn.map_err(|_| {
            HostError(format!("an earlier look at the machine has not ended within {} s", TURN.as_secs()))
        })?;
        blocking(move || work(&mut sources)).await
    }
}

#[async_trait]
impl Host for Machine {
    async fn snapshot(&self) -> Result<Snapshot, HostError> {
        self.with_sources(Sources::look).await
    }

    async fn processes(&self, order: ProcessOrder, most: usize) -> Result<Vec<Process>, HostError> {
        let scan = || {
            let root = self.root.clone();
            blocking(move || (processes::scan(&root), Instant::now()))
        };
        let (before, begin) = scan().await?;
        let before = before?;
        tokio::time::sleep(processes::WATCHED).await;
        let (after, end) = scan().await?;
        let units = processes::Units::of_this_kernel();
        Ok(processes::rank(&before, &after?, end.duration_since(begin), units, order, most))
    }

    async fn groups(&self) -> Source<Groups> {
        let counted = self.with_sources(|it| {
            let (root, is_alone, began) = &it.groups;
            groups::read(root, *is_alone, began.elapsed())
        });
        counted.await.map_err(|it| Unknown::because(it.0))?
    }

    async fn available(&self, mount: &str) -> Result<u64, HostError> {
        let path = PathBuf::from(mount);
        let available = self.with_sources(move |it| it.filesystems.available(&path)).await?;
        available.map_err(|it| HostError(it.why))
    }

    async fn walk(&self, mount: &str) -> Source<Walk> {
        // A walk that was given up goes on in its thread until its time is up.
        let Ok(turn) = self.walking.clone().try_lock_owned() else {
            return Err(Unknown::because(format!("{mount}: an earlier walk has not ended")));
        };
        let path = PathBuf::from(mount);
        let start = self.with_sources(move |it| it.filesystems.start_of_walk(&path)).await;
        let start = start.map_err(|it| Unknown::because(it.0))??;
        let root = self.root.at("/");
        let walked = blocking(move || {
            let walked = walk::walk(&root, &start, walk::BUDGET);
            drop(turn);
            walked
        });
        walked.await.map_err(|it| Unknown::because(it.0))?
    }

    async fn size(&self, file: &str) -> Source<u64> {
        let reached = self.root.resolve(file);
        blocking(move || sizes::size(&reached)).await.map_err(|it| Unknown::because(it.0))?
    }

    async fn lies_on(&self, own: &str, mount: &str) -> bool {
        let (own, point) = (PathBuf::from(own), PathBuf::from(mount));
        let found = self.with_sources(move |it| {
            let start = it.filesystems.start_of_walk(&point).ok()?;
            let there = rustix::fs::stat(&start).ok()?;
            Some(rustix::fs::stat(&own).ok()?.st_dev == there.st_dev)
        });
        found.await.ok().flatten().unwrap_or(false)
    }

    async fn run_hook(&self, command: &[String], timeout: Duration) -> Result<HookEnd, HostError> {
        self.hooks.run(command, timeout).await
    }
}

impl Sources {
    fn look(&mut self) -> Snapshot {
        let at = self.clock.now();
        let asked = self.filesystems.begin();
        Snapshot {
            at,
            cpu: self.stat.understand(cpu::parse),
            load: self.load.understand(load::parse),
            memory: self.memory(),
            devices: self.devices.understand(devices::parse),
            interfaces: self.network.understand(interfaces::parse),
            pressure: self.pressure.read(),
            uptime: self.uptime.understand(load::uptime),
            temperatures: self.sensors.read(),
            // Waited for last, for it may take seconds, and what belongs together should be of one moment.
            filesystems: self.filesystems.finish(asked),
        }
    }

    fn memory(&mut self) -> Source<Memory> {
        let memory = self.memory.understand(memory::parse)?;
        Ok(match self.arc.understand(memory::reclaimable_arc) {
            Ok(arc) => memory::with_arc(memory, arc),
            Err(_) => memory,
        })
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, HostError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| HostError(format!("reading the machine: {error}")))
}

/// Where the host's interfaces are counted. With the host's root mounted, another `net/dev` will do only where it is
/// proven to be the host's: our own container's would be taken for it. `/proc/net` leads to the reader's own network,
/// `/proc/1/net` to that of the first process.
fn network_places(root: &HostRoot, around: &Surroundings) -> Vec<PathBuf> {
    let mut places = vec![root.at("/proc/1/net/dev")];
    if root.is_mounted() && around.sees_all_processes {
        places.push(Path::new("/proc/1/net/dev").to_owned());
    }
    if !root.is_mounted() || around.has_first_network {
        places.push(Path::new("/proc/self/net/dev").to_owned());
    }
    places
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    #[tokio::test]
    async fn every_source_of_this_machine_is_read_or_says_why_not() {
        let snapshot = Machine::new(HostRoot::here(), Clock::new(Timestamp::now))
            .snapshot()
            .await
            .expect("a machine to look at");
        let cpu = snapshot.cpu.expect("/proc/stat");
        assert!(!cpu.cores.is_empty());
        assert!(0 < snapshot.memory.expect("/proc/meminfo").total);
        assert!(!snapshot.filesystems.expect("mountinfo").is_empty());
        assert!(Duration::ZERO < snapshot.uptime.expect("/proc/uptime"));
        if let Err(unknown) = snapshot.temperatures {
            assert!(!unknown.why.is_empty());
        }
    }

    #[tokio::test]
    async fn a_root_that_is_not_there_makes_the_hosts_own_figures_unknown() {
        let machine = Machine::new(HostRoot::new("/nowhere/host"), Clock::new(Timestamp::now));
        let snapshot = machine.snapshot().await.expect("the kernel-wide files are there");
        assert!(snapshot.cpu.is_ok() && snapshot.filesystems.is_err());
        assert!(machine.processes(ProcessOrder::Cpu, 5).await.is_err());
        assert!(machine.available("/").await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_that_hangs_costs_one_thread_and_the_next_says_so() {
        let machine = Machine::new(HostRoot::here(), Clock::new(Timestamp::now));
        let _hanging = machine.sources.clone().lock_owned().await;
        let error = machine.snapshot().await.expect_err("the first has not ended");
        assert_eq!(error.0, "an earlier look at the machine has not ended within 7 s");
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_processes_are_no_more_than_asked_for() {
        let processes = Machine::new(HostRoot::here(), Clock::new(Timestamp::now))
            .processes(ProcessOrder::Memory, 3)
            .await;
        let processes = processes.expect("/proc is there");
        assert!((1..=3).contains(&processes.len()));
        assert!(processes.windows(2).all(|it| it[1].memory <= it[0].memory));
    }

    #[tokio::test]
    async fn free_space_is_that_of_the_filesystem_a_path_lies_on() {
        let machine = Machine::new(HostRoot::here(), Clock::new(Timestamp::now));
        let filesystems = machine.snapshot().await.expect("a machine").filesystems.expect("mountinfo");
        let root = filesystems.iter().find(|it| it.mount == "/").expect("a root directory");
        let known = root.usage.as_ref().expect("a healthy disk").available;
        let found = machine.available("/").await.expect("a healthy disk");
        // Others write to it meanwhile.
        assert!(found.abs_diff(known) < 1 << 30, "{found} {known}");
    }

    proptest! {
        #[test]
        fn no_text_makes_a_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            parse_all(&bytes);
        }

        #[test]
        fn no_cut_or_damaged_file_makes_a_parser_panic(
            which in 0..RECORDED.len(),
            cut in 0.0..1.0_f64,
            at in 0.0..1.0_f64,
            byte in any::<u8>(),
        ) {
            let mut bytes = RECORDED[which].as_bytes().to_vec();
            let place = (at * bytes.len() as f64) as usize;
            bytes[place] = byte;
            bytes.truncate((cut * bytes.len() as f64) as usize);
            parse_all(&bytes);
        }
    }

    const RECORDED: [&str; 8] = [
        include_str!("recorded/mountinfo-server.txt"),
        include_str!("recorded/mountinfo-lxc.txt"),
        "cpu  104382 0 13579 96724 1057 0 193 671 0 0\ncpu0 51903 0 6121 49681 210 0 47 332 0 0\nintr 1\n",
        "MemTotal:       24683656 kB\nMemFree:        17644140 kB\nMemAvailable:   24136900 kB\n",
        " 254       0 vda 108777 26670 6736698 40168 70528 95571 22778896 233255 0 21416 283599 20980 84\n",
        "Inter-|   Receive |  Transmit\n face |bytes |bytes\n  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n",
        "4242 (a b) S 1 4242 4242 0 -1 4194368 5 6 7 8 63191 6047 10 11 20 0 1 0 17 41701376 3307 184\n",
        "some avg10=12.50 avg60=3.00 avg300=0.40 total=391926\n0.42 1.00 13.37 3/821 4242\n",
    ];

    fn parse_all(bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let _ = (cpu::parse(&text), load::parse(&text), load::uptime(&text), memory::parse(&text));
        let _ = (memory::reclaimable_arc(&text), devices::parse(&text), interfaces::parse(&text));
        let _ = (processes::parse_any(&text), pressure::parse_any(&text), identity::parse_any(&text));
        let _ = mounts::real(&mounts::parse(bytes));
    }
}
