//! One look at this machine, and one sample: a look that is turned into figures and remembered.

use std::sync::{Arc, Mutex};

use criterion::Criterion;
use jiff::{SignedDuration, Timestamp};
use jobs::ports::{Host, Snapshot};
use jobs::sample::{self, Settings};
use jobs::{JobContext, Ports};
use vakhta::host::{HostRoot, Machine};
use vakhta::store::{Database, Limits};

use super::Desk;

pub(super) fn look(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let machine = Machine::new(HostRoot::here(), vakhta::app::clock());
    criterion.bench_function("one look at this machine", |it| {
        it.iter(|| runtime.block_on(machine.snapshot()).expect("a machine to look at"));
    });

    for count in [10, 100, 1000] {
        let host = with_groups(count);
        let machine = Machine::new(HostRoot::new(&host.0.to_string_lossy()), vakhta::app::clock());
        criterion.bench_function(&format!("one count of {count} control groups"), |it| {
            it.iter(|| runtime.block_on(machine.groups()).expect("they are there"));
        });
    }

    let desk = Desk::new("look");
    let begin: Timestamp = "2026-11-01T00:00:00Z".parse().expect("a timestamp");
    let database = Database::open(&desk.0, Limits::default(), begin).expect("a store").database;
    let recorded = runtime.block_on(machine.snapshot()).expect("a machine to look at");
    let ports = Ports {
        host: Arc::new(Recorded(recorded, begin.into())),
        engine: jobs::fakes::World::new(),
        store: Arc::new(database),
        latest: Arc::default(),
        beacon: None,
        ward: None,
    };
    let settings = Settings { containers: false };
    let context = || JobContext { now: begin, job: "sample", rules: &[], ports: &ports };
    criterion.bench_function("one sample of a recorded look, remembered", |it| {
        it.iter(|| runtime.block_on(sample::run(&settings, context())).expect("it is remembered"));
    });
}

/// A root with so many containers' control groups below it.
fn with_groups(count: u32) -> Desk {
    let host = Desk::new(&format!("groups-{count}"));
    for number in 0..count {
        let group = host.0.join(format!("sys/fs/cgroup/system.slice/docker-{number:064x}.scope"));
        std::fs::create_dir_all(&group).expect("a temporary directory");
        let stat = format!("anon 1\nfile 2\n{}inactive_file 3\n", "active_anon 12345678\n".repeat(40));
        for (file, text) in [
            ("cpu.stat", "usage_usec 123456789\nuser_usec 1\nsystem_usec 2\n"),
            ("memory.current", "123456789\n"),
            ("memory.stat", &stat),
            ("pids.current", "12\n"),
        ] {
            std::fs::write(group.join(file), text).expect("a temporary file");
        }
    }
    std::fs::write(host.0.join("sys/fs/cgroup/cgroup.controllers"), "").expect("a temporary file");
    host
}

/// A machine that shows the same again each ten seconds.
struct Recorded(Snapshot, Mutex<Timestamp>);

#[async_trait::async_trait]
impl Host for Recorded {
    async fn snapshot(&self) -> Result<Snapshot, jobs::ports::HostError> {
        let mut at = self.1.lock().expect("nobody panics");
        *at += SignedDuration::from_secs(10);
        let uptime = self.0.uptime.clone().map(|it| it + std::time::Duration::from_secs(10));
        Ok(Snapshot { at: *at, uptime, ..self.0.clone() })
    }

    async fn processes(
        &self,
        _: jobs::ports::ProcessOrder,
        _: usize,
    ) -> Result<Vec<jobs::ports::Process>, jobs::ports::HostError> {
        Ok(Vec::new())
    }

    async fn groups(&self) -> jobs::ports::Source<jobs::ports::Groups> {
        Ok(jobs::ports::Groups::default())
    }

    async fn available(&self, _: &str) -> Result<u64, jobs::ports::HostError> {
        Ok(0)
    }

    async fn walk(&self, _: &str) -> jobs::ports::Source<jobs::ports::Walk> {
        Ok(jobs::ports::Walk::default())
    }

    async fn size(&self, _: &str) -> jobs::ports::Source<u64> {
        Ok(0)
    }

    async fn lies_on(&self, _: &str, _: &str) -> bool {
        false
    }

    async fn run_hook(
        &self,
        _: &[String],
        _: std::time::Duration,
    ) -> Result<jobs::ports::HookEnd, jobs::ports::HostError> {
        Err(jobs::ports::HostError("a recording runs nothing".to_owned()))
    }
}
