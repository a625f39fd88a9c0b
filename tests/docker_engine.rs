//! `vakhta::docker` against a real engine. What is expected comes from the `docker` command, never from our own code.

#[path = "support/engine.rs"]
mod engine;
#[path = "engine/hands.rs"]
mod hands;
#[path = "support/second_engine.rs"]
mod second_engine;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use engine::{Container, docker as cli};
use jobs::ports::{ContainerState, Engine, EngineError, Health, LogQuery, LogStream, Verb};
use second_engine::{SecondEngine, wait_until};
use vakhta::docker::{Docker, EngineAddress};

/// For what a container does by itself.
const SOON: Duration = Duration::from_secs(20);

fn docker() -> Docker {
    Docker::new(std::env::var("DOCKER_HOST").unwrap_or_default().parse().expect("DOCKER_HOST"))
}

fn tail(lines: u32) -> LogQuery {
    LogQuery { tail: lines, since: None, until: None }
}

async fn texts(container: &Container, query: &LogQuery) -> Vec<String> {
    let log = docker().logs(container.name(), query).await.expect("a log");
    log.lines.into_iter().map(|it| it.text).collect()
}

fn until_said(container: &Container, words: &str) {
    wait_until(words, || cli(&["logs", "--tail", "20", container.name()]).contains(words));
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn info_is_what_docker_says() {
    let info = docker().info().await.expect("info");
    assert_eq!(info.version, cli(&["version", "--format", "{{.Server.Version}}"]));
    assert_eq!(info.host, cli(&["info", "--format", "{{.Name}}"]));
    assert_eq!(info.root, cli(&["info", "--format", "{{.DockerRootDir}}"]));
    assert_eq!(info.kind, "Docker");
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn containers_are_listed_with_their_state_and_health() {
    let well = Container::start_with("well", &["--label", "com.docker.compose.project=shop"], &["wait"]);
    let dead = Container::start("dead", &["exit", "3"]);
    well.wait_until("{{.State.Health.Status}}", "healthy", SOON);
    dead.wait_until("{{.State.Status}}", "exited", SOON);
    let containers = docker().containers().await.expect("a list");
    let find =
        |container: &Container| containers.iter().find(|it| it.name == container.name()).expect("listed");
    let (found, gone) = (find(&well), find(&dead));
    assert_eq!((found.id.clone(), found.image.clone()), (well.id(), engine::image()));
    assert_eq!((&found.state, &found.health), (&ContainerState::Running, &Some(Health::Healthy)));
    assert_eq!(found.project.as_deref(), Some("shop"));
    assert!(found.status.starts_with("Up"), "{}", found.status);
    assert_eq!((&gone.state, &gone.health), (&ContainerState::Exited, &None));
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn inspect_tells_how_a_container_ended() {
    let dead = Container::start_with(
        "dead",
        &["--no-healthcheck", "--stop-timeout", "7", "--tty"],
        &["exit", "3", "0.5"],
    );
    dead.wait_until("{{.State.Status}}", "exited", SOON);
    let detail = docker().inspect(dead.name()).await.expect("inspected");
    assert_eq!((detail.id, detail.exit_code), (dead.id(), Some(3)));
    assert_eq!((detail.tty, detail.stop_timeout), (true, Some(Duration::from_secs(7))));
    assert!(detail.started.is_some() && detail.started < detail.finished);

    let hungry = Container::start_with(
        "hungry",
        &["--no-healthcheck", "--memory", "24m", "--memory-swap", "24m"],
        &["eat", "200"],
    );
    hungry.wait_until("{{.State.Status}}", "exited", SOON);
    let detail = docker().inspect(hungry.name()).await.expect("inspected");
    assert_eq!((detail.exit_code, detail.oom_killed), (Some(137), true));

    let nobody = docker().inspect("vakhta-there-is-no-such-one").await;
    assert_eq!(nobody, Err(EngineError::NoSuchContainer("vakhta-there-is-no-such-one".into())));
    assert_eq!(docker().inspect("../version").await, Err(EngineError::NoSuchContainer("../version".into())));
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn both_streams_of_a_log_are_read() {
    let container = Container::start("count", &["count", "25"]);
    until_said(&container, "line 25");
    let log = docker().logs(container.name(), &tail(100)).await.expect("a log");
    let of = |stream| -> Vec<&str> {
        log.lines.iter().filter(|it| it.stream == stream).map(|it| it.text.as_str()).collect()
    };
    assert_eq!(of(LogStream::Err), ["ERROR line 10", "ERROR line 20"]);
    assert_eq!((of(LogStream::Out).len(), of(LogStream::Out)[22], log.cut), (23, "line 25", false));
    assert!(log.lines.iter().all(|it| it.at.is_some()));
    assert_eq!(texts(&container, &tail(3)).await.len(), 3);
    assert_eq!(texts(&container, &tail(0)).await, Vec::<String>::new());

    let first = log.lines[0].at.expect("engines write the moment");
    let hour = jiff::SignedDuration::from_hours(1);
    let between = |since, until| LogQuery { tail: 100, since, until };
    assert_eq!(texts(&container, &between(Some(first - hour), None)).await.len(), 25);
    assert_eq!(texts(&container, &between(Some(first + hour), None)).await, Vec::<String>::new());
    assert_eq!(texts(&container, &between(None, Some(first - hour))).await, Vec::<String>::new());
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_terminals_log_is_read_raw() {
    let options = ["--no-healthcheck", "--tty"];
    let container = Container::start_with(
        "tty",
        &options,
        &["say", "\u{1}\u{0442}\u{044b}", "\u{1b}[32mgreen\u{1b}[0m", "end"],
    );
    until_said(&container, "end");
    assert_eq!(texts(&container, &tail(10)).await, ["\u{0442}\u{044b}", "green", "end"]);
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_last_line_without_an_end_is_read() {
    let container = Container::start("bare", &["bare", "no end of line"]);
    // Docker itself keeps such a line back until its program ends, which it may once it sleeps: then it has written it.
    let pid = container.inspect("{{.State.Pid}}");
    wait_until("the program to sleep", || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.contains(" (subject) S ")
    });
    cli(&["kill", container.name()]);
    wait_until("the line", || cli(&["logs", container.name()]).contains("no end"));
    assert_eq!(texts(&container, &tail(10)).await, ["no end of line"]);
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn binary_junk_becomes_text() {
    let container = Container::start("junk", &["junk"]);
    wait_until("next", || {
        std::process::Command::new("docker")
            .args(["logs", container.name()])
            .output()
            .is_ok_and(|it| it.stdout.ends_with(b"next\n"))
    });
    let lines = texts(&container, &tail(10)).await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    // The carriage return in it starts the line anew, as on a terminal.
    assert!(lines[0].ends_with(" after") && lines[0].contains("ABC") && lines[0].contains('\u{fffd}'));
    assert!(!lines[0].chars().any(|it| it.is_control() && it != '\t'));
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_log_of_50_mb_is_quick_and_bounded() {
    let container = Container::start("flood", &["flood", "50"]);
    until_said(&container, "the last line");
    let start = Instant::now();
    let lines = texts(&container, &tail(100)).await;
    println!("100 lines of 50 MB: {:?}", start.elapsed());
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!((lines.len(), lines[99].as_str()), (100, "the last line"));

    let start = Instant::now();
    let log = docker().logs(container.name(), &tail(u32::MAX)).await.expect("a log");
    println!("all of 50 MB: {:?}, {} lines kept", start.elapsed(), log.lines.len());
    assert!(start.elapsed() < Duration::from_secs(17), "{:?}", start.elapsed());
    assert!(log.cut && log.lines.iter().map(|it| it.text.len()).sum::<usize>() <= 1024 * 1024);
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_log_that_is_not_kept_says_so() {
    let container = Container::start_with("none", &["--no-healthcheck", "--log-driver", "none"], &["wait"]);
    let error = docker().logs(container.name(), &tail(10)).await.expect_err("nothing is kept");
    assert!(
        matches!(&error, EngineError::Refused(why) if why.starts_with("log driver none") && why.contains("support reading")),
        "{error}"
    );
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_restart_is_graceful_where_it_can_be() {
    let container = Container::start_with("graceful", &["--no-healthcheck", "--init"], &["wait"]);
    let before = container.inspect("{{.State.StartedAt}}");
    let start = Instant::now();
    docker().act(Verb::Restart, container.name()).await.expect("restarted");
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    assert_eq!(container.inspect("{{.State.Status}}"), "running");
    assert_ne!(container.inspect("{{.State.StartedAt}}"), before);
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_restart_waits_as_long_as_the_container_asked_for() {
    // Process 1 without a handler does not hear SIGTERM.
    let container = Container::start_with("deaf", &["--no-healthcheck", "--stop-timeout", "2"], &["wait"]);
    let start = Instant::now();
    docker().act(Verb::Restart, container.name()).await.expect("restarted");
    let took = start.elapsed();
    assert!(Duration::from_secs(2) <= took && took < Duration::from_secs(9), "{took:?}");
    assert_eq!(container.inspect("{{.State.Status}}"), "running");
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn only_a_stopped_container_is_removed_and_its_volume_stays() {
    let volume = Volume::new();
    let mount = format!("{}:/data", volume.0);
    let container = Container::start_with("removed", &["--no-healthcheck", "--volume", &mount], &["wait"]);
    let error = docker().remove_container(container.name()).await.expect_err("it runs");
    assert!(matches!(&error, EngineError::Refused(why) if why.contains("running")), "{error}");
    assert_eq!(container.inspect("{{.State.Status}}"), "running");
    cli(&["kill", container.name()]);
    let id = container.id();
    docker().remove_container(&id).await.expect("removed");
    assert_eq!(docker().remove_container(&id).await, Err(EngineError::NoSuchContainer(id)));
    assert_eq!(cli(&["volume", "inspect", "--format", "{{.Name}}", &volume.0]), volume.0);
}

struct Volume(String);

impl Volume {
    fn new() -> Self {
        Self(cli(&["volume", "create", &engine::unique("vakhta-kept")]))
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        let _ = std::process::Command::new("docker").args(["volume", "rm", "--force", &self.0]).output();
    }
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn disk_usage_is_what_docker_says() {
    let container = Container::start("usage", &["wait"]);
    let df = || cli(&["system", "df", "--format", "{{.Type}}|{{.TotalCount}}|{{.Size}}"]);
    // Others use this engine at the same time: only a look during which nothing changed can be compared.
    let (said, usage) = loop {
        let before = df();
        let usage = docker().disk_usage().await.expect("usage");
        if df() == before {
            break (before, usage);
        }
    };
    let row = |kind: &str| -> Vec<&str> {
        said.lines().find(|it| it.starts_with(kind)).expect(kind).split('|').collect()
    };
    assert_eq!(row("Images")[1], usage.images.len().to_string());
    assert_eq!(row("Containers")[1], usage.containers.len().to_string());
    assert_eq!(row("Local Volumes")[1], usage.volumes.len().to_string());
    assert_eq!(row("Build Cache")[1], usage.build_cache.len().to_string());
    // Docker counts unshared pieces only, and the sum is printed with four digits.
    let cache: u64 = usage.build_cache.iter().filter(|it| !it.shared).map(|it| it.size).sum();
    println!("build cache: docker says {}, we say {cache} bytes", row("Build Cache")[2]);
    assert!(usage.containers.iter().any(|it| it.name == container.name()));
    let image = usage.images.iter().find(|it| it.tags.contains(&engine::image())).expect("the subject's");
    assert!(0 < image.containers && 500_000 < image.size, "{image:?}");
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn prunes_take_what_is_unused_and_nothing_else() {
    let Some(engine) = SecondEngine::up(0) else { return };
    let docker = Docker::new(engine.address.parse::<EngineAddress>().expect("an address"));
    let subject = engine::image();
    engine.take_image(&subject);
    let context = Path::new(env!("CARGO_TARGET_TMPDIR")).join(engine::unique("context"));
    fs::create_dir_all(&context).expect("cargo's directory for tests");
    fs::write(context.join("Dockerfile"), format!("FROM {subject}\nCOPY blob /blob\n")).expect("written");
    for content in ["first", "second"] {
        fs::write(context.join("blob"), content.repeat(400_000)).expect("written");
        engine.build(&context, "pruned:latest");
    }
    fs::remove_dir_all(&context).expect("it was there");
    engine.docker(&["volume", "create", "kept"]);
    engine.docker(&["create", "--name", "kept", &subject, "wait"]);

    let usage = docker.disk_usage().await.expect("usage");
    let dangling = usage.images.iter().filter(|it| it.is_dangling()).count();
    assert_eq!((usage.images.len(), dangling), (3, 1));
    assert!(!usage.build_cache.is_empty());

    let kept = docker.prune_build_cache(Duration::from_secs(24 * 3600)).await.expect("pruned");
    assert_eq!(kept.items, 0, "all of it was used today");
    assert_eq!(docker.disk_usage().await.expect("usage").build_cache.len(), usage.build_cache.len());

    let images = docker.prune_dangling_images().await.expect("pruned");
    // The same filter with a time that does pass, so that it is seen to mean what it says.
    let start = Instant::now();
    let cache = loop {
        let cache = docker.prune_build_cache(Duration::from_secs(1)).await.expect("pruned");
        if 0 < cache.items || SOON < start.elapsed() {
            break cache;
        }
    };
    println!("{}: images {images:?}, build cache {cache:?}", docker.info().await.expect("info").version);
    assert!(0 < images.items && 0 < cache.items, "{images:?} {cache:?}");

    let after = docker.disk_usage().await.expect("usage");
    assert_eq!(after.images.len(), 2, "what has a name stays, used or not");
    assert!(after.build_cache.len() < usage.build_cache.len());
    assert_eq!(engine.docker(&["volume", "ls", "--quiet"]), "kept");
    assert_eq!(engine.docker(&["ps", "--all", "--format", "{{.Names}}"]), "kept");
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn an_engine_restarted_under_us_is_found_again() {
    let Some(engine) = SecondEngine::up(1) else { return };
    let docker = Docker::new(engine.address.parse::<EngineAddress>().expect("an address"));
    engine.take_image(&engine::image());
    engine.docker(&[
        "run",
        "--detach",
        "--network",
        "none",
        "--name",
        "web",
        "--no-healthcheck",
        "--init",
        &engine::image(),
        "wait",
    ]);
    assert_eq!(docker.inspect("web").await.expect("inspected").state, ContainerState::Running);

    let mut again = engine.stop();
    let error = docker.containers().await.expect_err("it is stopped");
    assert!(
        matches!(&error, EngineError::Unreachable(why) if why.contains("Docker does not answer at")),
        "{error}"
    );

    assert!(again.status().expect("nsenter is there").success());
    let start = Instant::now();
    let containers = loop {
        match docker.containers().await {
            Ok(containers) => break containers,
            Err(EngineError::Unreachable(_) | EngineError::Unanswered(_)) if start.elapsed() < SOON => {}
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!((containers.len(), containers[0].name.as_str()), (1, "web"));
    assert_eq!(containers[0].state, ContainerState::Exited);
    docker.act(Verb::Restart, "web").await.expect("it starts again");
    assert_eq!(docker.inspect("web").await.expect("inspected").state, ContainerState::Running);
}

/// What a container's only process sees of itself.
fn own_files(container: &Container) -> (String, String) {
    wait_until("both files", || container.log().lines().filter(|it| *it == "end").count() == 2);
    let log = container.log();
    let (cgroup, mountinfo) = log.split_once("\nend\n").expect("two files");
    (cgroup.to_owned(), mountinfo.to_owned())
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_container_knows_itself_whatever_it_shares_or_hides() {
    let other = Container::start("seams-other", &["wait"]);
    let joined = format!("container:{}", other.id());
    let show = ["show", "/proc/self/cgroup", "/proc/self/mountinfo"];
    let mut hidden = 0;
    for options in [
        &[][..],
        &["--network", &joined],
        &["--cgroupns", "private"],
        &["--network", &joined, "--cgroupns", "private"],
    ] {
        let options = [&["--no-healthcheck"], options].concat();
        let container = Container::start_with("seams-own", &options, &show);
        let (cgroup, mountinfo) = own_files(&container);
        hidden += usize::from(!cgroup.contains(&container.id()));
        let found = docker().container_of(&cgroup, &mountinfo).await;
        assert_eq!(found, Some(container.id()), "{options:?}\n{cgroup}\n{mountinfo}");
    }
    assert!(2 <= hidden, "a private namespace hid nothing: {hidden}");
}
