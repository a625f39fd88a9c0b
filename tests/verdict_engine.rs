//! From a real engine's events to verdicts: what is done with `docker` on one side, what is said of it on the other.

#[path = "support/engine.rs"]
mod engine;
#[path = "support/second_engine.rs"]
mod second_engine;

use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::{Container, docker as cli};
use jiff::{SignedDuration, Timestamp};
use jobs::ports::{EventStream as _, Heard, Verb};
use jobs::verdict::{By, ContainerVerdict, End, EngineVerdict, Finding, Trouble, Verdict, Watcher};
use second_engine::SecondEngine;
use tokio::time::timeout;
use vakhta::docker::{Docker, EngineAddress, Events, Pace};

/// Nothing of an engine takes longer.
const SOON: Duration = Duration::from_secs(30);

/// Follows the engine's events from before anything is done.
struct Follower {
    events: Events,
    watcher: Watcher,
    said: Vec<ContainerVerdict>,
}

impl Follower {
    async fn start() -> Self {
        let address = std::env::var("DOCKER_HOST").unwrap_or_default();
        let docker = Arc::new(Docker::new(address.parse::<EngineAddress>().expect("an address")));
        let mut follower =
            Self { events: docker.events(Pace::default()), watcher: Watcher::new(), said: Vec::new() };
        follower.step().await;
        follower
    }

    /// Follows through an engine whose orders it hears: another Vakhta's are somebody's.
    async fn ours(&mut self) -> Arc<Docker> {
        let address = std::env::var("DOCKER_HOST").unwrap_or_default();
        let docker = Arc::new(Docker::new(address.parse::<EngineAddress>().expect("an address")));
        self.events = docker.events(Pace::default());
        self.step().await;
        docker
    }

    /// Waits for the next thing, and takes it in.
    async fn step(&mut self) {
        let heard = timeout(SOON, self.events.next()).await.expect("in time").expect("it follows");
        let now = Timestamp::now();
        let verdicts = match heard {
            Heard::Event(event) => self.watcher.heard(&event, now),
            Heard::Listed(list) => self.watcher.reconcile(&list, now),
            Heard::Ours(id) => {
                self.watcher.acted(&id, now);
                Vec::new()
            }
            Heard::Withdrawn(id) => {
                self.watcher.withdrew(&id);
                Vec::new()
            }
            Heard::Lost(why) | Heard::Forbidden(why) => panic!("{why}"),
        };
        self.keep(verdicts);
    }

    fn keep(&mut self, verdicts: Vec<Verdict>) {
        let containers = verdicts.into_iter().filter_map(|it| match it {
            Verdict::Container(it) => Some(it),
            Verdict::Engine(_) => None,
        });
        self.said.extend(containers);
    }

    /// What is said of this container once `word` has happened to it and everything has settled.
    async fn said_after(&mut self, container: &str, word: &str) -> Vec<Finding> {
        let start = Instant::now();
        // The engine's own history tells when all that was done has been sent to us too.
        let filter = format!("container={container}");
        loop {
            let until = Timestamp::now().as_second().to_string();
            let history = cli(&[
                "events",
                "--since",
                "10m",
                "--until",
                &until,
                "--filter",
                &filter,
                "--format",
                "{{.Status}}",
            ]);
            if history.lines().any(|it| it == word) {
                break;
            }
            assert!(start.elapsed() < SOON, "{word} did not happen: {history}");
            tokio::task::yield_now().await;
        }
        while let Ok(()) = timeout(Duration::from_millis(500), self.step()).await {}
        // Nothing is waited for: the watcher is told that it is later.
        let verdicts = self.watcher.tick(Timestamp::now() + SignedDuration::from_mins(2));
        self.keep(verdicts);
        let own = self.said.iter().filter(|it| it.who.name == container || it.who.id == container);
        own.map(|it| it.finding.clone()).collect()
    }
}

fn is_crash(finding: &Finding, code: i64) -> bool {
    matches!(finding, Finding::Crashed { exit: Some(exit), back: false, excused: false, times: 1, .. } if *exit == code)
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn stop_and_kill_are_intended_and_hup_is_not() {
    let mut follower = Follower::start().await;
    let init = ["--no-healthcheck", "--init"];
    let stopped = Container::start_with("stopped", &init, &["wait"]);
    let killed = Container::start("killed", &["wait"]);
    let hung_up = Container::start_with("hung-up", &init, &["wait"]);
    cli(&["stop", stopped.name()]);
    cli(&["kill", killed.name()]);
    cli(&["kill", "--signal", "HUP", hung_up.name()]);
    let said = follower.said_after(hung_up.name(), "die").await;
    assert!(matches!(&said[..], [it] if is_crash(it, 129)), "{said:?}");
    let said = follower.said_after(stopped.name(), "stop").await;
    assert!(matches!(said[..], [Finding::Stopped { signal: Some(15), exit: Some(143), .. }]), "{said:?}");
    let said = follower.said_after(killed.name(), "die").await;
    assert!(matches!(said[..], [Finding::Stopped { signal: Some(9), exit: Some(137), .. }]), "{said:?}");
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_crash_is_a_crash_and_a_good_end_is_none() {
    let mut follower = Follower::start().await;
    let crashing = Container::start("crashing", &["exit", "1", "0.2"]);
    let ending = Container::start("ending", &["exit", "0", "0.2"]);
    let said = follower.said_after(crashing.name(), "die").await;
    assert!(matches!(&said[..], [it] if is_crash(it, 1)), "{said:?}");
    let said = follower.said_after(ending.name(), "die").await;
    assert!(matches!(said[..], [Finding::Ended { exit: Some(0), .. }]), "{said:?}");
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn memory_that_runs_out_is_told_as_that() {
    let mut follower = Follower::start().await;
    let options = ["--no-healthcheck", "--memory", "16m", "--memory-swap", "16m"];
    let eating = Container::start_with("eating", &options, &["eat", "64"]);
    let said = follower.said_after(eating.name(), "die").await;
    assert!(matches!(said[..], [Finding::OutOfMemory { end: End::Died { back: false }, .. }]), "{said:?}");
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_restart_policy_and_a_failure_are_a_loop_told_once() {
    let mut follower = Follower::start().await;
    let options = ["--no-healthcheck", "--restart", "on-failure:4"];
    let looping = Container::start_with("looping", &options, &["exit", "3", "0.1"]);
    looping.wait_until("{{.RestartCount}} {{.State.Status}}", "4 exited", SOON);
    let said = follower.said_after(looping.name(), "die").await;
    assert!(
        matches!(
            said[..],
            [
                Finding::CrashLoop { exit: Some(3), restarts: 3, .. },
                Finding::Crashed { exit: Some(3), times: 5, back: false, .. }
            ]
        ),
        "{said:?}"
    );
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn illness_and_its_end_are_told() {
    let mut follower = Follower::start().await;
    let ill = Container::start_with("ill", &[], &["ill", "1"]);
    ill.wait_until("{{.State.Health.Status}}", "unhealthy", SOON);
    // The same behaviour begins by being well again.
    cli(&["exec", "--detach", ill.name(), "/subject", "ill", "1000"]);
    ill.wait_until("{{.State.Health.Status}}", "healthy", SOON);
    let said = follower.said_after(ill.name(), "health_status: healthy").await;
    assert!(
        matches!(
            said[..],
            [Finding::Unhealthy { times: 1, .. }, Finding::Recovered { from: Trouble::Ill, .. }]
        ),
        "{said:?}"
    );
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_restart_of_ours_is_known_as_ours() {
    let mut follower = Follower::start().await;
    let web = Container::start_with("ours", &["--no-healthcheck", "--init"], &["wait"]);
    let docker = follower.ours().await;
    jobs::ports::Engine::act(&*docker, Verb::Restart, web.name()).await.expect("restarted");
    let said = follower.said_after(web.name(), "restart").await;
    assert_eq!(said, [Finding::Restarted { by: By::Us }]);
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn what_we_stop_or_kill_is_no_crash_and_what_we_only_freeze_may_be_one() {
    let mut follower = Follower::start().await;
    let hearing = Container::start_with("hearing", &["--no-healthcheck", "--init"], &["wait"]);
    let deaf = Container::start_with("deaf", &["--no-healthcheck", "--stop-timeout", "1"], &["wait"]);
    let killed = Container::start("killed", &["wait"]);
    let frozen = Container::start("frozen", &["exit", "3", "3"]);
    let docker = follower.ours().await;
    let verbs = [
        (Verb::Pause, &frozen),
        (Verb::Unpause, &frozen),
        (Verb::Stop, &hearing),
        (Verb::Stop, &deaf),
        (Verb::Kill, &killed),
    ];
    for (verb, container) in verbs {
        jobs::ports::Engine::act(&*docker, verb, container.name()).await.expect("done");
    }
    let by_us = |signal, exit| [Finding::Stopped { by: By::Us, signal: Some(signal), exit: Some(exit) }];
    let said = follower.said_after(frozen.name(), "die").await;
    assert!(matches!(&said[..], [it] if is_crash(it, 3)), "{said:?}");
    assert_eq!(follower.said_after(hearing.name(), "stop").await, by_us(15, 143));
    assert_eq!(follower.said_after(deaf.name(), "stop").await, by_us(9, 137));
    assert_eq!(follower.said_after(killed.name(), "die").await, by_us(9, 137));
}

/// Ends as a process does that is killed, and begins again as another one with what was kept.
async fn killed_during(mut follower: Follower, meanwhile: impl FnOnce()) -> Follower {
    follower.watcher.keep(Timestamp::now(), Some("boot"));
    let kept = serde_json::to_string(&follower.watcher).expect("plain data");
    drop(follower);
    meanwhile();
    let now = Timestamp::now();
    let watcher: Watcher = serde_json::from_str(&kept).expect("as it was written");
    let watcher = watcher.resume(now, Some("boot"));
    let address = std::env::var("DOCKER_HOST").unwrap_or_default();
    let docker = Arc::new(Docker::new(address.parse::<EngineAddress>().expect("an address")));
    let events = docker.events_since(Pace::default(), watcher.since(now));
    let mut follower = Follower { events, watcher, said: Vec::new() };
    follower.step().await;
    follower
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn what_happens_while_nobody_looks_is_told_by_the_engines_own_history() {
    let mut follower = Follower::start().await;
    let init = ["--no-healthcheck", "--init"];
    let lasting = Container::start_with("lasting", &init, &["wait"]);
    let crashing = Container::start_with("crashing-unseen", &init, &["wait"]);
    let stopped = Container::start_with("stopped-unseen", &init, &["wait"]);
    let restarted = Container::start_with("restarted-unseen", &init, &["wait"]);
    for it in [&lasting, &crashing, &stopped, &restarted] {
        assert_eq!(follower.said_after(it.name(), "start").await, [], "{}", it.name());
    }
    let mut follower = killed_during(follower, || {
        cli(&["kill", "--signal", "HUP", crashing.name()]);
        cli(&["stop", stopped.name()]);
        cli(&["restart", restarted.name()]);
        crashing.wait_until("{{.State.Status}}", "exited", SOON);
    })
    .await;
    let said = follower.said_after(crashing.name(), "die").await;
    assert!(matches!(&said[..], [it] if is_crash(it, 129)), "{said:?}");
    let own = |it: &&ContainerVerdict| it.who.name == crashing.name();
    assert!(follower.said.iter().filter(own).all(|it| it.unseen), "{:?}", follower.said);
    let said = follower.said_after(stopped.name(), "stop").await;
    assert!(matches!(said[..], [Finding::Stopped { signal: Some(15), exit: Some(143), .. }]), "{said:?}");
    let said = follower.said_after(restarted.name(), "restart").await;
    assert!(matches!(said[..], [Finding::Restarted { .. }]), "{said:?}");
    assert_eq!(follower.said_after(lasting.name(), "start").await, []);
    // And once more: nothing of it is told again.
    let mut follower = killed_during(follower, || {}).await;
    assert_eq!(follower.said_after(crashing.name(), "die").await, []);
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn an_engine_that_is_restarted_is_one_fact_about_the_engine() {
    let Some(engine) = SecondEngine::up(7) else { return };
    engine.take_image(&engine::image());
    for (name, policy) in [("one", "always"), ("two", "always"), ("three", "no")] {
        let name = ["--name", name, "--restart", policy];
        let options = ["run", "--detach", "--network", "none", "--init", "--no-healthcheck"];
        engine.docker(&[&options[..], &name, &[&engine::image(), "wait"]].concat());
    }
    let docker = Arc::new(Docker::new(engine.address.parse::<EngineAddress>().expect("an address")));
    let mut events = docker.events(Pace::default());
    let mut watcher = Watcher::new();
    let mut said = Vec::new();
    let mut take = async |said: &mut Vec<Verdict>, watcher: &mut Watcher| {
        let heard = timeout(SOON, events.next()).await.expect("in time").expect("it follows");
        let now = Timestamp::now();
        match heard {
            Heard::Event(event) => said.extend(watcher.heard(&event, now)),
            Heard::Listed(list) => {
                said.extend(watcher.reconcile(&list, now));
                return "listed";
            }
            Heard::Lost(_) => {
                watcher.lost(now);
                return "lost";
            }
            Heard::Ours(_) | Heard::Withdrawn(_) | Heard::Forbidden(_) => panic!("{heard:?}"),
        }
        said.extend(watcher.tick(now));
        "event"
    };
    assert_eq!(take(&mut said, &mut watcher).await, "listed");
    let mut again = engine.stop();
    while take(&mut said, &mut watcher).await != "lost" {}
    assert!(again.status().expect("nsenter is there").success());
    while take(&mut said, &mut watcher).await != "listed" {}
    said.extend(watcher.tick(Timestamp::now() + SignedDuration::from_mins(2)));
    let news: Vec<&Verdict> = said.iter().filter(|it| it.is_news()).collect();
    assert!(
        matches!(&news[..], [Verdict::Engine(EngineVerdict::Returned { running: 3, down, .. })] if *down == ["three"]),
        "{news:?}"
    );
}
