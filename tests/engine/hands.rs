//! What is done to containers and images, and what is looked at closely. What is expected comes from the `docker`
//! command, never from our own code.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jobs::ports::{
    Engine as _, EngineError, EventAction, LogQuery, LogReader, LogStream, RestartPolicy, Verb,
};
use tokio::time::timeout;

use super::engine::{self, Container, docker as cli};
use super::second_engine::wait_until;
use super::{SOON, Volume, docker, until_said};

const ALL: LogQuery = LogQuery { tail: u32::MAX, since: None, until: None };

async fn act(verb: Verb, container: &Container) -> Result<(), EngineError> {
    docker().act(verb, container.name()).await
}

fn status(container: &Container) -> String {
    container.inspect("{{.State.Status}}")
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn each_verb_does_what_its_name_says() {
    // Deaf to SIGTERM.
    let container = Container::start_with("verbs", &["--no-healthcheck", "--stop-timeout", "1"], &["wait"]);
    act(Verb::Pause, &container).await.expect("paused");
    assert_eq!(status(&container), "paused");
    act(Verb::Unpause, &container).await.expect("thawed");
    assert_eq!(status(&container), "running");
    let start = Instant::now();
    act(Verb::Stop, &container).await.expect("stopped");
    assert!(Duration::from_secs(1) <= start.elapsed(), "it was given its own second: {:?}", start.elapsed());
    assert_eq!(
        (status(&container), container.inspect("{{.State.ExitCode}}")),
        ("exited".into(), "137".into())
    );
    act(Verb::Start, &container).await.expect("started");
    assert_eq!(status(&container), "running");
    act(Verb::Kill, &container).await.expect("killed");
    assert_eq!(status(&container), "exited");
    act(Verb::Restart, &container).await.expect("restarted");
    assert_eq!(status(&container), "running");
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn what_is_so_already_is_done_and_what_cannot_be_is_refused() {
    let container = Container::start_with("already", &["--no-healthcheck", "--stop-timeout", "0"], &["wait"]);
    assert_eq!(act(Verb::Start, &container).await, Ok(()), "not modified");
    act(Verb::Stop, &container).await.expect("stopped");
    assert_eq!(act(Verb::Stop, &container).await, Ok(()), "not modified");
    for verb in [Verb::Kill, Verb::Pause, Verb::Unpause] {
        let error = act(verb, &container).await.expect_err("it does not run");
        assert!(
            matches!(&error, EngineError::Refused(why) if why.contains("not running") || why.contains("not paused")),
            "{verb:?}: {error}"
        );
    }
    let missing = "vakhta-there-is-no-such-one";
    for verb in Verb::ALL {
        let outcome = docker().act(verb, missing).await;
        assert_eq!(outcome, Err(EngineError::NoSuchContainer(missing.into())), "{verb:?}");
    }
}

/// What the most memory was that this process has had since it was last asked to forget, and what it has now; in MiB.
fn memory(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|it| it.starts_with(field)).expect("Linux says so");
    let kibibytes: u64 = line.split_whitespace().nth(1).and_then(|it| it.parse().ok()).expect("a number");
    kibibytes >> 10
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_log_of_50_mb_is_read_to_its_end_in_little_memory() {
    let container = Container::start("through", &["flood", "50"]);
    until_said(&container, "the last line");
    let before = memory("VmRSS");
    fs::write("/proc/self/clear_refs", "5").expect("the highest mark is taken back");
    let start = Instant::now();
    let mut reader = docker().read_log(container.name(), &ALL, false).await.expect("opened");
    let (mut count, mut last) = (0, String::new());
    while let Some(line) = reader.next().await {
        last = line.expect("a line").text;
        count += 1;
    }
    let grown = memory("VmHWM").saturating_sub(before);
    println!("{count} lines of 50 MB: {:?}, {grown} MiB more", start.elapsed());
    assert_eq!((count, last.as_str()), (803 * 640 + 1, "the last line"));
    assert!(grown < 24, "{grown} MiB");
}

async fn next(reader: &mut Box<dyn LogReader>) -> Option<(LogStream, String)> {
    let line = timeout(SOON, reader.next()).await.expect("it comes soon");
    line.map(|it| it.expect("a line")).map(|it| (it.stream, it.text))
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_followed_log_comes_as_it_is_written_and_ends_with_its_container() {
    let pace = u64::MAX.to_string();
    let container = Container::start("followed", &["count", &pace, "10"]);
    let mut reader = docker().read_log(container.name(), &ALL, true).await.expect("opened");
    for number in 1..=25 {
        let expected = if number % 10 == 0 {
            (LogStream::Err, format!("ERROR line {number}"))
        } else {
            (LogStream::Out, format!("line {number}"))
        };
        assert_eq!(next(&mut reader).await, Some(expected));
    }
    cli(&["kill", container.name()]);
    while next(&mut reader).await.is_some() {}
    assert!(reader.next().await.is_none());

    // One that says nothing is followed all the same, from its last line on.
    let silent = Container::start("silent", &["say", "one", "two"]);
    until_said(&silent, "two");
    let last = LogQuery { tail: 0, since: None, until: None };
    let mut reader = docker().read_log(silent.name(), &last, true).await.expect("opened");
    assert!(timeout(Duration::from_secs(1), reader.next()).await.is_err(), "nothing new");
    cli(&["kill", silent.name()]);
    assert_eq!(next(&mut reader).await, None);
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_terminals_log_is_followed_raw() {
    let options = ["--no-healthcheck", "--tty"];
    let container =
        Container::start_with("ttyfollow", &options, &["say", "\u{1}one", "\u{1b}[32mtwo\u{1b}[0m"]);
    let mut reader = docker().read_log(container.name(), &ALL, true).await.expect("opened");
    assert_eq!(next(&mut reader).await, Some((LogStream::Out, "one".to_owned())));
    assert_eq!(next(&mut reader).await, Some((LogStream::Out, "two".to_owned())));
    let none = Container::start_with("unread", &["--no-healthcheck", "--log-driver", "none"], &["wait"]);
    let error = docker().read_log(none.name(), &ALL, true).await.err();
    assert!(
        matches!(&error, Some(EngineError::Refused(why)) if why.starts_with("log driver none")),
        "{error:?}"
    );
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn the_load_of_a_busy_container_is_near_one_core() {
    let options = ["--no-healthcheck", "--memory", "64m"];
    let busy = Container::start_with("busy", &options, &["spin"]);
    let load = docker().load(busy.name()).await.expect("a load");
    println!(
        "{load:?}; docker stats: {}",
        cli(&["stats", "--no-stream", "--format", "{{json .}}", busy.name()])
    );
    let cpu = load.cpu.expect("two looks");
    // The machine may be busy with other things; one thread never uses more than one core.
    assert!(5.0 < cpu && cpu < 115.0, "{cpu}");
    assert_eq!((load.memory_limit, load.pids), (Some(64 << 20), Some(1)));
    assert!(load.memory.is_some_and(|it| it < 16 << 20), "{load:?}");
    assert!(load.received.is_some() && load.sent.is_some());
    let idle = Container::start("idle", &["wait"]);
    let cpu = docker().load(idle.name()).await.expect("a load").cpu.expect("two looks");
    assert!(cpu < 5.0, "{cpu}");
    cli(&["kill", idle.name()]);
    let ended = docker().load(idle.name()).await.expect("an engine says nothing of it, well");
    assert_eq!((ended.cpu, ended.memory, ended.pids), (None, None, None));
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn processes_are_those_that_docker_top_shows() {
    let container = Container::start("top", &["wait"]);
    let top = docker().top(container.name()).await.expect("processes");
    let said = cli(&["top", container.name()]);
    let titles: Vec<&str> = said.lines().next().expect("a heading").split_whitespace().collect();
    assert_eq!(top.titles, titles);
    assert_eq!((top.rows.len(), top.rows[0].len()), (1, titles.len()));
    assert_eq!(top.rows[0].last().map(String::as_str), Some("/subject wait"));
    cli(&["kill", container.name()]);
    let error = docker().top(container.name()).await.expect_err("it does not run");
    assert!(matches!(&error, EngineError::Refused(why) if why.contains("not running")), "{error}");
}

struct Network(String);

impl Drop for Network {
    fn drop(&mut self) {
        let _ = Command::new("docker").args(["network", "rm", &self.0]).output();
    }
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_network_is_listed_with_its_range() {
    let subnet = format!("10.213.{}.0/24", std::process::id() % 256);
    let network = Network(engine::unique("vakhta-net"));
    cli(&["network", "create", "--internal", "--subnet", &subnet, &network.0]);
    let networks = docker().networks().await.expect("a list");
    let found = networks.iter().find(|it| it.name == network.0).expect("listed");
    assert_eq!(found.id, cli(&["network", "inspect", "--format", "{{.Id}}", &network.0]));
    assert_eq!((found.driver.as_str(), found.scope.as_str(), found.is_internal), ("bridge", "local", true));
    assert_eq!(found.subnets, [subnet]);
    assert!(networks.iter().any(|it| it.name == "host" && it.subnets.is_empty()));
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn what_happened_is_remembered() {
    let since = Timestamp::now();
    let container = Container::start("happened", &["exit", "3"]);
    container.wait_until("{{.State.Status}}", "exited", SOON);
    let until = Timestamp::now();
    let start = Instant::now();
    let events = docker().happened(since, until).await.expect("told");
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    let id = container.id();
    let actions: Vec<&EventAction> = events.iter().filter(|it| it.id == id).map(|it| &it.action).collect();
    let died = EventAction::Die { exit_code: Some(3) };
    assert_eq!(actions, [&EventAction::Create, &EventAction::Start, &died]);
    assert!(events.iter().all(|it| since <= it.at && it.at <= until));
    let before = since - jiff::SignedDuration::from_hours(24 * 365);
    assert_eq!(docker().happened(before, before).await, Ok(vec![]));
}

struct Image(String);

impl Image {
    /// With one file in it that no other image has.
    fn import() -> Self {
        let tag = engine::unique("vakhta-engine-image");
        let directory = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(&tag);
        fs::create_dir_all(&directory).expect("cargo's directory for tests");
        fs::write(directory.join("name"), &tag).expect("written");
        let archive =
            Command::new("tar").arg("-C").arg(&directory).args(["-c", "name"]).output().expect("tar");
        fs::remove_dir_all(&directory).expect("it was there");
        let mut import = Command::new("docker")
            .args(["import", "-", &tag])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("docker is installed");
        import.stdin.take().expect("piped").write_all(&archive.stdout).expect("it reads");
        let output = import.wait_with_output().expect("it ends");
        assert!(output.status.success());
        Self(String::from_utf8(output.stdout).expect("an id").trim().to_owned())
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        let _ = Command::new("docker").args(["rmi", "--force", &self.0]).output();
    }
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn an_image_is_removed_once_nothing_refers_to_it() {
    let image = Image::import();
    let name = engine::unique("vakhta-engine-refers");
    cli(&["create", "--label", "vakhta.test=1", "--name", &name, &image.0, "/nothing"]);
    let refused = docker().remove_image(&image.0).await;
    cli(&["rm", &name]);
    let error = refused.expect_err("a container refers to it");
    assert!(matches!(&error, EngineError::Refused(why) if why.contains("used by")), "{error}");
    let removed = docker().remove_image(&image.0).await.expect("removed");
    // Its name, itself and its layer.
    assert!(2 <= removed.items, "{removed:?}");
    let left = Command::new("docker").args(["image", "inspect", &image.0]).output().expect("docker");
    assert!(!left.status.success(), "it is gone");
    let missing = EngineError::Refused(format!("no such image: {}", image.0));
    assert_eq!(docker().remove_image(&image.0).await, Err(missing));
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn inspect_shows_what_a_container_was_given() {
    let volume = Volume::new();
    let data = format!("{}:/data", volume.0);
    let options = [
        "--publish",
        "127.0.0.1::80",
        "--volume",
        &data,
        "--volume",
        "/tmp:/host:ro",
        "--tmpfs",
        "/run",
        "--memory",
        "64m",
        "--memory-swap",
        "128m",
        "--cpus",
        "0.5",
        "--pids-limit",
        "50",
        "--restart",
        "on-failure:3",
        "--env",
        "SECRET=hunter2",
        "--log-opt",
        "max-size=1m",
    ];
    let container = Container::start_with("given", &options, &["wait"]);
    wait_until("two checks", || container.inspect("{{len .State.Health.Log}}") != "0");
    let detail = docker().inspect(container.name()).await.expect("inspected");
    assert_eq!(
        (detail.image.clone(), detail.image_id.clone()),
        (engine::image(), container.inspect("{{.Image}}"))
    );
    assert_eq!(detail.command, ["/subject", "wait"]);
    assert!(detail.environment.contains(&"SECRET".to_owned()), "{:?}", detail.environment);
    assert!(!format!("{detail:?}").contains("hunter2"));
    let port = cli(&["port", container.name(), "80/tcp"]);
    let shown: Vec<String> = detail.ports.iter().map(|it| format!("{}:{}", it.address, it.outside)).collect();
    assert_eq!((shown, detail.ports[0].inside), (vec![port], 80));
    let mount = |target: &str| detail.mounts.iter().find(|it| it.target == target).expect(target);
    assert_eq!(
        (mount("/data").kind.as_str(), mount("/data").name.as_deref()),
        ("volume", Some(volume.0.as_str()))
    );
    assert_eq!((mount("/host").kind.as_str(), mount("/host").source.as_str()), ("bind", "/tmp"));
    assert_eq!((mount("/data").is_writable, mount("/host").is_writable), (true, false));
    assert_eq!(mount("/run").kind, "tmpfs");
    let limits = detail.limits;
    assert_eq!((limits.memory, limits.memory_and_swap), (Some(64 << 20), Some(128 << 20)));
    assert_eq!((limits.cpus, limits.pids), (Some(0.5), Some(50)));
    assert_eq!(detail.restart_policy, RestartPolicy::OnFailure(Some(3)));
    assert_eq!(detail.networks.len(), 1);
    let address = container.inspect("{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
    assert_eq!(
        (detail.networks[0].network.as_str(), detail.networks[0].address.as_str()),
        ("bridge", address.as_str())
    );
    assert_eq!(detail.networks[0].aliases, Vec::<String>::new());
    let check = detail.health_log.last().expect("checked");
    assert_eq!((check.exit_code, check.output.as_str(), check.at.is_some()), (Some(0), "well", true));
    assert_eq!((detail.log_driver.as_str(), detail.log_max_size.as_deref()), ("json-file", Some("1m")));
    assert_eq!(detail.log_path, container.inspect("{{.LogPath}}"));
    assert!(detail.created.is_some() && detail.created <= detail.started);
}
