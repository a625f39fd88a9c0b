//! A thousand containers to which a hundred things a second happen, most of them no news.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::botapi::{self, BotApi, Call};
use super::cost::{Cost, milliseconds, percentile};
use super::ground::Ground;
use super::scripted_engine::{Answer, ScriptedEngine, chunk, chunked_head};
use super::watch::Watch;
use super::{NO_RULES, OWNER, is_release, setting};

/// So many containers are in a project.
const SERVICES: usize = 25;
/// What may be resident at most, in KiB.
const MEMORY_MOST: u64 = 64 * 1024;

/// A container of the throng.
#[derive(Clone, Copy)]
struct One(usize);

impl One {
    fn id(self) -> String {
        format!("{:064x}", 0x7_0000_0000_u64 + self.0 as u64)
    }

    fn project(self) -> String {
        format!("customer-{:02}-production", self.0 / SERVICES)
    }

    fn name(self) -> String {
        format!("{}-service-{:02}-1", self.project(), self.0 % SERVICES)
    }

    fn labels(self) -> Value {
        let project = self.project();
        json!({
            "com.docker.compose.config-hash": format!("{:064x}", self.0 * 7919),
            "com.docker.compose.container-number": "1", "com.docker.compose.depends_on": "",
            "com.docker.compose.oneoff": "False", "com.docker.compose.project": project,
            "com.docker.compose.service": format!("service-{:02}", self.0 % SERVICES),
            "com.docker.compose.project.working_dir": format!("/srv/{project}"),
            "com.docker.compose.version": "2.29.7",
            "org.opencontainers.image.revision": format!("{:040x}", self.0 * 104_729),
        })
    }

    fn is_checked(self) -> bool {
        self.0.is_multiple_of(3)
    }
}

#[derive(Default)]
struct State {
    down: Vec<usize>,
    /// The list, as long as it is true: to write a thousand rows takes longer than to read them.
    list: Option<String>,
    followers: Vec<mpsc::UnboundedSender<Vec<u8>>>,
    told: u64,
}

impl State {
    fn happens(&mut self, one: One, action: &str, more: &[(&str, &str)]) {
        let now = jiff::Timestamp::now();
        let mut attributes = one.labels();
        attributes["name"] = json!(one.name());
        attributes["image"] = json!("registry.example.com/service:1");
        for (key, value) in more {
            attributes[key] = json!(value);
        }
        let event = json!({
            "Type": "container", "Action": action, "status": action, "id": one.id(), "scope": "local",
            "Actor": {"ID": one.id(), "Attributes": attributes},
            "time": now.as_second(), "timeNano": now.as_nanosecond() as i64,
        });
        let piece = chunk(format!("{event}\n").as_bytes());
        self.told += 1;
        self.followers.retain(|it| it.send(piece.clone()).is_ok());
    }
}

/// Its engine.
struct Throng {
    state: Arc<Mutex<State>>,
    /// Ends with this.
    _engine: ScriptedEngine,
    count: usize,
}

impl Throng {
    fn at(ground: &Ground, count: usize) -> Self {
        let state: Arc<Mutex<State>> = Arc::default();
        let script = {
            let state = state.clone();
            move |asked: &str| answer(&mut state.lock().expect("whole"), count, asked)
        };
        Self { state, _engine: ScriptedEngine::unix_at(ground.socket(), script), count }
    }

    /// The n-th thing that happens, and that nobody has to know: half of it says what the list says anyway.
    fn noise(&self, number: usize) {
        let mut state = self.state.lock().expect("whole");
        // Neither the first project nor the last, to which more is going to happen.
        let one = One(SERVICES + number * 7 % (self.count - 2 * SERVICES));
        match number % 10 {
            0 | 1 => state.happens(one, "health_status: healthy", &[]),
            2 | 3 => state.happens(one, "start", &[]),
            4 => state.happens(
                one,
                "exec_create: /bin/sh -c curl -fsS http://localhost/health",
                &[("execID", "e")],
            ),
            5 => state.happens(
                one,
                "exec_start: /bin/sh -c curl -fsS http://localhost/health",
                &[("execID", "e")],
            ),
            6 => state.happens(one, "exec_die", &[("execID", "e"), ("exitCode", "0")]),
            // A job that is over and begins anew.
            7 => {
                state.happens(one, "die", &[("exitCode", "0")]);
                state.happens(one, "start", &[]);
            }
            8 => state.happens(one, "top", &[]),
            // Somebody restarts it.
            _ => {
                state.happens(one, "kill", &[("signal", "15")]);
                state.happens(one, "die", &[("exitCode", "143")]);
                state.happens(one, "stop", &[]);
                state.happens(one, "start", &[]);
                state.happens(one, "restart", &[]);
            }
        }
    }

    fn crash(&self, one: One) {
        let mut state = self.state.lock().expect("whole");
        state.down.push(one.0);
        state.list = None;
        state.happens(one, "die", &[("exitCode", "1")]);
    }

    fn told(&self) -> u64 {
        self.state.lock().expect("whole").told
    }

    fn is_followed(&self) -> bool {
        !self.state.lock().expect("whole").followers.is_empty()
    }
}

fn answer(state: &mut State, count: usize, asked: &str) -> Answer {
    let (method, target) = asked.split_once(' ').unwrap_or_default();
    let (path, _) = target.split_once('?').unwrap_or((target, ""));
    let path = path.strip_prefix("/v1.41").unwrap_or(path);
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let find = |id: &str| (0..count).map(One).find(|it| it.id() == id);
    match (method, &parts[..]) {
        (_, ["containers", "_vakhta-asks-for-nobody", ..]) => Answer::no(404, "No such container: nobody"),
        (_, ["images", which, ..]) if which.starts_with("sha256") => Answer::no(404, "No such image: none"),
        ("POST", [_, "prune"]) => Answer::no(400, "invalid filter"),
        (_, ["version"]) => {
            Answer::json(r#"{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"}"#)
        }
        (_, ["info"]) => Answer::json(r#"{"Name":"throng","DockerRootDir":"/var/lib/docker"}"#),
        ("GET", ["networks"]) => Answer::json("[]"),
        ("GET", ["containers", "json"]) => {
            let down = state.down.clone();
            let row = |one: One| {
                let is_down = down.contains(&one.0);
                let status = match (is_down, one.is_checked()) {
                    (true, _) => "Exited (1) 1 second ago",
                    (false, true) => "Up 6 weeks (healthy)",
                    (false, false) => "Up 6 weeks",
                };
                json!({"Id": one.id(), "Names": [format!("/{}", one.name())], "Image": "registry.example.com/service:1",
                       "State": if is_down { "exited" } else { "running" }, "Status": status, "Labels": one.labels(),
                       "Created": 1_714_979_289, "Ports": []})
            };
            let list = state.list.get_or_insert_with(|| {
                Value::from((0..count).map(|it| row(One(it))).collect::<Vec<_>>()).to_string()
            });
            Answer::json(list.clone())
        }
        ("GET", ["events"]) if asked.contains("until=") => {
            Answer::Bytes([chunked_head(), chunk(b"")].concat())
        }
        ("GET", ["events"]) => {
            let (sender, fed) = mpsc::unbounded_channel();
            state.followers.push(sender);
            Answer::Fed(chunked_head(), fed)
        }
        ("GET", ["containers", id, "json"]) => match find(id) {
            None => Answer::no(404, "No such container"),
            Some(one) => {
                let is_down = state.down.contains(&one.0);
                Answer::json(
                    json!({"Id": one.id(), "Name": format!("/{}", one.name()), "RestartCount": 0,
                        "State": {"Status": if is_down { "exited" } else { "running" },
                            "StartedAt": "2026-10-01T07:08:09Z", "ExitCode": i32::from(is_down)},
                        "Config": {"Tty": false}, "HostConfig": {"LogConfig": {"Type": "json-file"}}})
                    .to_string(),
                )
            }
        },
        ("GET", ["containers", _, "logs"]) => Answer::Bytes([chunked_head(), chunk(b"")].concat()),
        _ => Answer::no(404, "page not found"),
    }
}

fn is_shown(call: &Call) -> bool {
    ["sendMessage", "sendPhoto", "editMessageText", "editMessageCaption", "editMessageMedia"]
        .contains(&call.method.as_str())
}

fn sent(call: &&Call) -> bool {
    call.method.starts_with("send") && call.method != "sendChatAction"
}

fn words(call: &Call) -> &str {
    let media = call.fields.get("media").and_then(|it| it["caption"].as_str()).unwrap_or_default();
    [call.words("text"), call.words("caption"), media]
        .into_iter()
        .max_by_key(|it| it.len())
        .unwrap_or_default()
}

/// What came of it.
struct Outcome {
    events: u64,
    lasted: Duration,
    /// From the end of one container to the card that says so.
    told_after: Duration,
    /// From the end of a whole project a second later to the card that says so.
    many_told_after: Duration,
    cards: Vec<String>,
    latencies: Vec<Duration>,
    cost: Cost,
    cpu: Duration,
    written: u64,
    log: usize,
}

/// So much noise, in which one container ends, and then all of a project.
async fn throng(count: usize, rate: usize, seconds: usize, asks: bool) -> Outcome {
    let (ground, api) = (Ground::new(), BotApi::start());
    let throng = Throng::at(&ground, count);
    let mut watch = Watch::introduced(ground.serving_with(&api, NO_RULES), &api).await;
    watch.logged("what Docker lets us do").await;
    api.wait_until("somebody who follows", |_| throng.is_followed().then_some(())).await;
    let (before, begun) = (Cost::of(&watch), Instant::now());
    // The last project ends as a whole, and one container of the first.
    let (victim, many) = (One(3), (count - SERVICES..count).map(One));
    let mut crashed = (None, None);
    let mut asked: Vec<(i64, Instant)> = Vec::new();
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    let mut number = 0;
    for tick in 0..seconds * 50 {
        ticks.tick().await;
        // Some of what happens is several events.
        while throng.told() < (tick * rate / 50) as u64 {
            throng.noise(number);
            number += 1;
        }
        if tick == 50 {
            throng.crash(victim);
            crashed.0 = Some(Instant::now());
        }
        if tick == 100 {
            many.clone().for_each(|it| throng.crash(it));
            crashed.1 = Some(Instant::now());
        }
        if asks && tick % 100 == 30 {
            let mut message = botapi::said(OWNER, OWNER, "/ps", jiff::Timestamp::now().as_second());
            message["message_id"] = json!(1_000_000);
            asked.push((api.update(json!({ "message": message })), Instant::now()));
        }
    }
    let lasted = begun.elapsed();
    let is_answer =
        |it: &Call| words(it).contains("running of") || words(it).contains(&format!("of {count}"));
    // Whether it is a card of its own or is written on one that is there.
    let card_with = async |part: String, at: Option<Instant>| {
        let came = api
            .wait_for("a card", |calls| {
                calls.iter().find(|it| is_shown(it) && words(it).contains(&part)).map(|it| it.at)
            })
            .await;
        came - at.expect("it has happened")
    };
    let told_after = card_with(victim.name(), crashed.0).await;
    let many_told_after = card_with(One(count - 1).project(), crashed.1).await;
    // A build without optimisations needs a while for a thousand rows.
    api.wait_for("all answers", |calls| {
        (asked.len() <= calls.iter().filter(sent).filter(|it| is_answer(it)).count()).then_some(())
    })
    .await;
    let calls = api.calls();
    let answers: Vec<Instant> =
        calls.iter().filter(sent).filter(|it| is_answer(it)).map(|it| it.at).collect();
    assert_eq!(answers.len(), asked.len(), "{:#?}", calls.iter().filter(sent).map(words).collect::<Vec<_>>());
    let mut latencies: Vec<Duration> =
        asked.iter().zip(&answers).map(|(it, answer)| *answer - it.1).collect();
    latencies.sort();
    let cards =
        calls.iter().filter(sent).filter(|it| !is_answer(it)).map(|it| words(it).to_owned()).collect();
    let cost = Cost::of(&watch);
    Outcome {
        events: throng.told(),
        lasted,
        told_after,
        many_told_after,
        cards,
        latencies,
        cost,
        cpu: cost.cpu_since(&before),
        written: cost.written - before.written,
        log: watch.log().len(),
    }
}

#[tokio::test]
async fn of_a_thousand_containers_only_those_that_crash_are_told_of_and_together() {
    let outcome = throng(1000, 100, 4, false).await;
    // Within half a minute they are one; a machine that is busy may need longer, and then it is one more.
    assert!(outcome.cards.len() <= 2, "{:#?}", outcome.cards);
    assert!(outcome.cost.peak <= MEMORY_MOST, "{} KiB", outcome.cost.peak);
}

#[tokio::test]
#[ignore = "a minute and a half of events"]
async fn a_hundred_events_a_second_are_kept_up_with() {
    let (count, rate, seconds) =
        (setting("CONTAINERS", 1000), setting("A_SECOND", 100), setting("SECONDS", 90));
    let outcome = throng(count, rate, seconds, true).await;
    let lasted = outcome.lasted.as_secs_f64();
    println!(
        "\n{count} containers, {} events in {lasted:.0} s ({:.0} a second)",
        outcome.events,
        outcome.events as f64 / lasted
    );
    println!(
        "one crash told after {:.1} s, a project of {SERVICES} after {:.1} s; {} cards:",
        outcome.told_after.as_secs_f64(),
        outcome.many_told_after.as_secs_f64(),
        outcome.cards.len()
    );
    outcome.cards.iter().for_each(|it| println!("  {}", it.lines().next().unwrap_or_default()));
    println!(
        "`/ps`, {} times: {} at the median, {} at most",
        outcome.latencies.len(),
        milliseconds(percentile(&outcome.latencies, 50)),
        milliseconds(percentile(&outcome.latencies, 100)),
    );
    println!(
        "{:.1} % of a processor; at most {} KiB resident, {} now; {:.2} MB a second to the disk; {} bytes of log",
        100.0 * outcome.cpu.as_secs_f64() / lasted,
        outcome.cost.peak,
        outcome.cost.resident,
        outcome.written as f64 / 1e6 / lasted,
        outcome.log,
    );
    assert_eq!(outcome.cards.len(), 1, "{:#?}", outcome.cards);
    assert!(outcome.cost.peak <= if is_release() { MEMORY_MOST } else { 2 * MEMORY_MOST });
    // 5 s to be explained, 10 s for others to follow, and as many of ours as a busy machine takes.
    assert!(outcome.told_after < Duration::from_secs(40), "{:?}", outcome.told_after);
}
