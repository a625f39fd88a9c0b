//! Looks at a scripted machine.

use super::*;
use crate::fakes::scenes::{GIB, at, container, darkness, filesystem, machine};
use crate::fakes::{Call, World};
use crate::metric::Reading;
use crate::ports::{ContainerState, Cpu, CpuTime, EngineError, Group, Groups, Interface};

pub(super) fn look(before: Option<Snapshot>, now: Snapshot) -> Look {
    let unasked = Unknown::because("not asked");
    let (containers, usage) = (Err(unasked.clone()), Err(unasked));
    Look { now: Arc::new(now), before: before.map(Arc::new), containers, usage }
}

async fn sample(ports: &crate::Ports) -> Result<Vec<Notice>, JobError> {
    let context = JobContext { now: at(0), job: "sample", rules: &[], ports };
    run(&Settings::default(), context).await
}

fn busy_machine(second: i64, cores: usize) -> Snapshot {
    let time = CpuTime { user: second as u64, idle: second as u64, ..CpuTime::default() };
    let mut snapshot = machine(at(second));
    snapshot.cpu = Ok(Cpu { all: time, cores: vec![time; cores] });
    snapshot
}

/// Two containers that keep a core busy each.
fn groups(second: u64) -> Arc<Groups> {
    let clock = Duration::from_secs(second);
    let group =
        |id: &str| Group { container: id.to_owned(), cpu: Some(clock), memory: Some(GIB), pids: Some(1) };
    Arc::new(Groups { clock, each: ["id-a", "id-b"].map(group).to_vec() })
}

fn keys(world: &World) -> Vec<String> {
    world.samples().iter().map(|it| it.key.to_string()).collect()
}

#[test]
fn every_metric_has_a_name_of_its_own_and_is_found_by_it() {
    for it in METRICS {
        assert_eq!(METRICS.iter().filter(|other| other.id == it.id).count(), 1, "{}", it.id);
        assert_eq!(metric(it.id).map(|found| found.id), Some(it.id));
        assert!(
            it.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c)),
            "{}",
            it.id
        );
    }
    assert!(containers::ALL.iter().all(|it| metric(it.id).is_some()));
    assert!(metric("cpu").is_none());
}

#[test]
fn every_metric_is_silent_in_the_dark_and_has_subjects_only_if_it_says_so() {
    let dark = look(Some(darkness(at(0))), darkness(at(10)));
    let mut light = look(Some(busy_machine(0, 2)), busy_machine(10, 2));
    light.containers = Ok(vec![container("a", ContainerState::Running)]);
    light.usage = Ok(Usage { at: at(10), now: groups(60), before: Some(groups(0)) });
    for metric in METRICS {
        assert_eq!((metric.read)(&dark), [], "{}", metric.id);
        let readings = (metric.read)(&light);
        assert!(!readings.is_empty(), "{} says nothing of a whole machine", metric.id);
        assert!(readings.iter().all(|it| it.subject.is_empty() != metric.subject.is_some()), "{}", metric.id);
        assert!(readings.iter().all(|it| it.value.is_finite() && 0.0 <= it.value), "{}", metric.id);
    }
}

#[tokio::test]
async fn the_first_look_has_no_rates_and_the_second_has_them() {
    let world = World::new();
    let ports = world.ports();
    world.script_snapshots([busy_machine(0, 2), busy_machine(10, 2)]);

    assert_eq!(sample(&ports).await.expect("the machine is readable"), []);
    let first = keys(&world);
    assert!(first.contains(&"memory.used".to_owned()) && first.contains(&"disk.used[/]".to_owned()));
    assert!(!first.contains(&"cpu.busy".to_owned()) && !first.contains(&"net.in[eth0]".to_owned()));

    sample(&ports).await.expect("the machine is readable");
    let samples = world.samples();
    let busy =
        samples.iter().find(|it| it.key == SeriesKey::whole("cpu.busy")).expect("there was a look before");
    assert_eq!((busy.at, busy.value), (at(10), 50.0));
    assert!(keys(&world).contains(&"cpu.core[1]".to_owned()));
    assert_eq!(ports.latest.look().expect("a look was taken").elapsed(), Some(10.0));
}

#[tokio::test]
async fn a_look_of_a_moment_ago_is_no_look_before_for_our_own_start_is_no_measure_of_a_machine() {
    for (millis, has_rates) in [(60_u64, false), (400, false), (502, true)] {
        let world = World::new();
        let ports = world.ports();
        let (first, mut second) = (busy_machine(10, 2), busy_machine(11, 2));
        second.at = first.at + Duration::from_millis(millis);
        second.uptime = first.uptime.clone().map(|it| it + Duration::from_millis(millis));
        world.script_snapshots([first, second]);
        sample(&ports).await.expect("the machine is readable");
        sample(&ports).await.expect("the machine is readable");
        assert_eq!(keys(&world).contains(&"cpu.busy".to_owned()), has_rates, "{millis} ms");
    }
}

#[tokio::test]
async fn a_look_from_long_ago_is_no_look_before() {
    let world = World::new();
    let ports = world.ports();
    world.script_snapshots([busy_machine(0, 2), busy_machine(901, 2)]);
    sample(&ports).await.expect("the machine is readable");
    sample(&ports).await.expect("the machine is readable");
    assert!(!keys(&world).contains(&"cpu.busy".to_owned()));
}

#[tokio::test]
async fn an_engine_that_is_not_there_is_unknown_and_fails_nothing() {
    let world = World::new();
    let ports = world.ports();
    world.set_snapshot(machine(at(0)));
    world.set_engine_error(Some(EngineError::Unreachable("/var/run/docker.sock: no such file".to_owned())));
    sample(&ports).await.expect("the machine is readable");
    let look = ports.latest.look().expect("a look was taken");
    let why = look.containers.as_ref().expect_err("the engine is not there").to_string();
    assert_eq!(why, "unreachable: /var/run/docker.sock: no such file");
    assert!(keys(&world).iter().all(|it| !it.starts_with("containers.")));

    world.set_engine_error(None);
    sample(&ports).await.expect("the machine is readable");
    assert!(keys(&world).contains(&"containers.running".to_owned()));
}

#[tokio::test]
async fn containers_are_counted_only_when_asked_for() {
    let world = World::new();
    let ports = world.ports();
    world.set_snapshot(machine(at(0)));
    let context = JobContext { now: at(0), job: "sample", rules: &[], ports: &ports };
    run(&Settings { containers: false }, context).await.expect("the machine is readable");
    assert_eq!(world.calls(), [Call::Snapshot]);
}

#[tokio::test]
async fn the_present_is_shown_even_when_it_cannot_be_remembered() {
    let world = World::new();
    let ports = world.ports();
    world.set_snapshot(machine(at(7)));
    world.set_store_error(Some("disk full"));
    assert!(matches!(sample(&ports).await, Err(JobError::Store(_))));
    assert_eq!(ports.latest.look().expect("a look was taken").now.at, at(7));
}

#[tokio::test]
async fn a_machine_that_cannot_be_read_leaves_the_last_look() {
    let world = World::new();
    let ports = world.ports();
    world.set_snapshot(machine(at(0)));
    sample(&ports).await.expect("the machine is readable");
    world.set_host_error(Some("/proc is not mounted"));
    assert!(matches!(sample(&ports).await, Err(JobError::Host(_))));
    assert_eq!(ports.latest.look().expect("the look before").now.at, at(0));
}

#[test]
fn an_engine_that_hangs_does_not_hide_the_machine() {
    let world = World::new();
    let hanging = Arc::new(Hanging);
    let ports = crate::Ports { engine: hanging, ..world.ports() };
    world.set_snapshot(machine(at(3)));
    let mut running = Box::pin(sample(&ports));
    let mut task = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(running.as_mut().poll(&mut task).is_pending());
    drop(running);
    let look = ports.latest.look().expect("it was given up, and shown");
    assert_eq!(look.now.at, at(3));
    assert!(look.containers.as_ref().is_err_and(|it| it.why.contains("did not answer")));
    assert!(keys(&world).contains(&"memory.used".to_owned()));
}

#[tokio::test]
async fn single_cores_of_a_large_machine_are_shown_and_not_kept() {
    for (cores, kept) in [(CORES_KEPT, CORES_KEPT), (CORES_KEPT + 1, 0)] {
        let world = World::new();
        let ports = world.ports();
        world.script_snapshots([busy_machine(0, cores), busy_machine(10, cores)]);
        sample(&ports).await.expect("the machine is readable");
        sample(&ports).await.expect("the machine is readable");
        assert_eq!(keys(&world).iter().filter(|it| it.starts_with("cpu.core")).count(), kept);
        let look = ports.latest.look().expect("a look was taken");
        assert_eq!((cpu::CORE.read)(&look).len(), cores);
        assert_eq!((cpu::CORE.read)(&look)[0], Reading::of("0", 50.0));
    }
}

#[test]
fn only_a_source_that_answered_without_a_part_proves_that_it_is_gone() {
    let mut snapshot = machine(at(0));
    let mut dead = filesystem("/nfs", GIB, GIB);
    dead.usage = Err(Unknown::because("does not answer"));
    snapshot.filesystems = Ok(vec![dead]);
    snapshot.interfaces = Ok(vec![Interface { name: "eth0".to_owned(), received: 0, sent: 0, errors: 0 }]);
    snapshot.devices = Err(Unknown::because("not readable"));
    let look = look(None, snapshot);
    let there =
        ["disk.used[/nfs]", "net.in[eth0]", "io.read[sdz]", "cpu.core[1]", "psi.io", "containers.total"];
    let gone = ["disk.free[/srv]", "net.out[eth1]", "cpu.core[2]", "temperature[nvme]", "no.such.metric"];
    let key = |text: &str| text.parse::<SeriesKey>().expect("a key");
    assert!(there.iter().all(|it| look.may_have(&key(it))));
    assert!(gone.iter().all(|it| !look.may_have(&key(it))));
}

/// An engine that never answers.
struct Hanging;

#[async_trait::async_trait]
impl crate::ports::Engine for Hanging {
    async fn info(&self) -> Result<crate::ports::EngineInfo, EngineError> {
        std::future::pending().await
    }
    async fn containers(&self) -> Result<Vec<Container>, EngineError> {
        std::future::pending().await
    }
    async fn inspect(&self, _: &str) -> Result<crate::ports::ContainerDetail, EngineError> {
        std::future::pending().await
    }
    async fn logs(&self, _: &str, _: &crate::ports::LogQuery) -> Result<crate::ports::Log, EngineError> {
        std::future::pending().await
    }
    async fn read_log(
        &self,
        _: &str,
        _: &crate::ports::LogQuery,
        _: bool,
    ) -> Result<Box<dyn crate::ports::LogReader>, EngineError> {
        std::future::pending().await
    }
    async fn act(&self, _: crate::ports::Verb, _: &str) -> Result<(), EngineError> {
        std::future::pending().await
    }
    async fn load(&self, _: &str) -> Result<crate::ports::ContainerLoad, EngineError> {
        std::future::pending().await
    }
    async fn top(&self, _: &str) -> Result<crate::ports::Processes, EngineError> {
        std::future::pending().await
    }
    async fn networks(&self) -> Result<Vec<crate::ports::Network>, EngineError> {
        std::future::pending().await
    }
    async fn happened(
        &self,
        _: jiff::Timestamp,
        _: jiff::Timestamp,
    ) -> Result<Vec<crate::ports::EngineEvent>, EngineError> {
        std::future::pending().await
    }
    async fn image(&self, _: &str) -> Result<Option<crate::ports::ImageNames>, EngineError> {
        std::future::pending().await
    }
    async fn remove_image(&self, _: &str) -> Result<crate::ports::Pruned, EngineError> {
        std::future::pending().await
    }
    async fn disk_usage(&self) -> Result<crate::ports::DiskUsage, EngineError> {
        std::future::pending().await
    }
    async fn prune_build_cache(&self, _: Duration) -> Result<crate::ports::Pruned, EngineError> {
        std::future::pending().await
    }
    async fn prune_dangling_images(&self) -> Result<crate::ports::Pruned, EngineError> {
        std::future::pending().await
    }
    async fn remove_container(&self, _: &str) -> Result<(), EngineError> {
        std::future::pending().await
    }
    async fn own_container(&self) -> Option<String> {
        None
    }
}

#[tokio::test]
async fn single_containers_are_counted_once_a_minute() {
    let world = World::new();
    let ports = world.ports();
    let mut hidden = container("b", ContainerState::Running);
    hidden.labels.push((crate::label::IGNORE.to_owned(), "true".to_owned()));
    world.set_containers(vec![container("a", ContainerState::Running), hidden]);
    world.script_groups((0..4).map(|minute| Ok((*groups(minute * 60)).clone())));
    world.script_snapshots((0..13).map(|it| busy_machine(it * 10, 2)));
    for _ in 0..13 {
        sample(&ports).await.expect("the machine is readable");
    }
    let of = |metric: &str| -> Vec<_> {
        let all = world.samples();
        all.into_iter()
            .filter(|it| it.key == SeriesKey::of(metric, "a"))
            .map(|it| (it.at, it.value))
            .collect()
    };
    assert_eq!(of("container.memory"), [(at(0), GIB as f64), (at(60), GIB as f64), (at(120), GIB as f64)]);
    assert_eq!(of("container.cpu"), [(at(60), 100.0), (at(120), 100.0)]);
    assert!(!keys(&world).iter().any(|it| it.ends_with("[b]")));
    let counts = world.calls().into_iter().filter(|it| *it == Call::Groups).count();
    assert_eq!(counts, 3);
    assert!(ports.latest.look().is_some_and(|it| it.usage.is_ok()));
}

#[tokio::test]
async fn control_groups_that_cannot_be_seen_cost_their_own_figures_and_no_others() {
    let world = World::new();
    let ports = world.ports();
    world.set_snapshot(machine(at(0)));
    world.set_containers(vec![container("a", ContainerState::Running)]);
    sample(&ports).await.expect("the machine is readable");
    assert!(keys(&world).contains(&"containers.running".to_owned()));
    assert!(!keys(&world).iter().any(|it| it.starts_with("container.")));
    assert!(ports.latest.look().is_some_and(|it| it.usage.is_err()));
}
