//! A scripted engine with containers in it, which remembers what was done to them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

use super::ground::Ground;
use super::scripted_engine::{Answer, ScriptedEngine, chunk, chunked_head};

/// What is answered instead, where it has something to say.
type Ails = Box<dyn Fn(&str) -> Option<Answer> + Send>;

/// What happened to the containers.
#[derive(Default)]
struct State {
    restarts: Vec<String>,
    /// What else was done to them, in order: `stop shop-web-1`.
    orders: Vec<String>,
    /// What they were made to be since.
    turned: HashMap<usize, &'static str>,
    pruned: Vec<&'static str>,
    /// Nothing is answered any more.
    hangs: bool,
    /// What is answered instead, where it has something to say.
    ails: Option<Ails>,
    /// A restart is taken and never answered.
    restart_hangs: bool,
    /// So many of the running containers are unhealthy.
    ill: usize,
    /// Of these `inspect` says so, too.
    sick: Vec<usize>,
    /// Its events can be followed, and what becomes of its containers is told.
    lively: bool,
    /// Which containers have ended by themselves.
    down: Vec<usize>,
    /// Who follows the events.
    followers: Vec<mpsc::UnboundedSender<Vec<u8>>>,
    /// Who follows which log.
    readers: Vec<(usize, mpsc::UnboundedSender<Vec<u8>>)>,
    /// What happened so far: who follows anew is told it again, as by the real one.
    events: Vec<(f64, Vec<u8>)>,
}

/// The engine, on the ground's socket.
pub(crate) struct Dock {
    state: Arc<Mutex<State>>,
    happened: watch::Receiver<u64>,
    engine: ScriptedEngine,
}

const NAMES: [(&str, &str); 5] = [
    ("nginx", "running"),
    ("shop-web-1", "running"),
    ("shop-web-2", "running"),
    ("safe", "running"),
    ("old", "exited"),
];

fn id(index: usize) -> String {
    format!("{:064x}", 0xa0 + index)
}

impl Dock {
    pub(crate) fn at(ground: &Ground) -> Self {
        Self::with(ground, State::default())
    }

    /// One whose containers are watched one by one; those of the shop are a compose project.
    pub(crate) fn lively(ground: &Ground) -> Self {
        Self::with(ground, State { lively: true, ..State::default() })
    }

    fn with(ground: &Ground, state: State) -> Self {
        let state = Arc::new(Mutex::new(state));
        let (sender, happened) = watch::channel(0);
        let script = {
            let state = state.clone();
            move |asked: &str| {
                let answer = answer(&mut state.lock().expect("whole"), asked);
                sender.send_modify(|it| *it += 1);
                answer
            }
        };
        let engine = ScriptedEngine::unix_at(ground.socket(), script);
        Self { state, happened, engine }
    }

    /// The names of what was restarted, in order.
    pub(crate) fn restarts(&self) -> Vec<String> {
        self.state.lock().expect("whole").restarts.clone()
    }

    /// What was done besides, in order: `stop shop-web-1`.
    pub(crate) fn orders(&self) -> Vec<String> {
        self.state.lock().expect("whole").orders.clone()
    }

    /// What was pruned.
    pub(crate) fn pruned(&self) -> Vec<&'static str> {
        self.state.lock().expect("whole").pruned.clone()
    }

    /// From now on nothing is answered.
    pub(crate) fn hang(&self) {
        self.state.lock().expect("whole").hangs = true;
    }

    /// From now on it answers like this, where this has an answer.
    pub(crate) fn ail(&self, ails: impl Fn(&str) -> Option<Answer> + Send + 'static) {
        self.state.lock().expect("whole").ails = Some(Box::new(ails));
    }

    /// It is well again.
    pub(crate) fn recover(&self) {
        self.state.lock().expect("whole").ails = None;
    }

    /// Everything it was asked so far: `GET /v1.41/info`.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.engine.asked()
    }

    /// From now on so many containers are unhealthy.
    pub(crate) fn make_ill(&self, count: usize) {
        self.state.lock().expect("whole").ill = count;
    }

    /// A container ends by itself with exit code 1.
    pub(crate) fn crash(&self, name: &str) {
        let mut state = self.state.lock().expect("whole");
        let index = index(name).expect("one of ours");
        state.down.push(index);
        state.happens(index, "die", &[("exitCode", "1")]);
    }

    /// It is started again.
    pub(crate) fn revive(&self, name: &str) {
        let mut state = self.state.lock().expect("whole");
        let index = index(name).expect("one of ours");
        state.down.retain(|it| *it != index);
        state.happens(index, "start", &[]);
    }

    /// Its check says `healthy` or `unhealthy`.
    pub(crate) fn check(&self, name: &str, said: &str) {
        let mut state = self.state.lock().expect("whole");
        state.happens(index(name).expect("one of ours"), &format!("health_status: {said}"), &[]);
    }

    /// Its check says `unhealthy`, and goes on saying so.
    pub(crate) fn falls_ill(&self, name: &str) {
        self.state.lock().expect("whole").sick.push(index(name).expect("one of ours"));
        self.check(name, "unhealthy");
    }

    /// A container writes a line, for whoever follows its log.
    pub(crate) fn writes(&self, name: &str, text: &str) {
        let index = index(name).expect("one of ours");
        let piece = log_line(jiff::Timestamp::now(), text);
        self.state
            .lock()
            .expect("whole")
            .readers
            .retain(|(of, it)| *of != index || it.send(piece.clone()).is_ok());
    }

    /// Its log ends, for whoever follows it, since it has ended with exit code 1.
    pub(crate) fn ends_its_log(&self, name: &str) {
        let mut state = self.state.lock().expect("whole");
        let index = index(name).expect("one of ours");
        state.down.push(index);
        let (ended, others) =
            std::mem::take(&mut state.readers).into_iter().partition(|(of, _)| *of == index);
        state.readers = others;
        let ended: Vec<_> = ended;
        ended.iter().for_each(|(_, it)| drop(it.send(chunk(b""))));
    }

    /// How many follow a log, as far as the last line written to each found out.
    pub(crate) fn readers(&self) -> usize {
        self.state.lock().expect("whole").readers.iter().filter(|(_, it)| !it.is_closed()).count()
    }

    /// From now on a restart is taken, done, and never answered.
    pub(crate) fn hang_restarts(&self) {
        self.state.lock().expect("whole").restart_hangs = true;
    }

    /// Waits until it was asked for this, of a container that there is: what is allowed is found out by asking of nobody.
    pub(crate) async fn until_asked(&mut self, part: &str) {
        let asked = tokio::time::timeout(super::watch::PATIENCE, async {
            while !self.engine.asked().iter().any(|it| it.contains(part) && !it.contains("vakhta-asks")) {
                self.happened.changed().await.expect("it runs");
            }
        });
        asked.await.unwrap_or_else(|_| panic!("never asked for {part}: {:?}", self.engine.asked()));
    }
}

impl State {
    /// Something happens to a container, and is told to whoever follows.
    fn happens(&mut self, index: usize, action: &str, more: &[(&str, &str)]) {
        let now = jiff::Timestamp::now();
        let mut attributes = labels(self, index);
        attributes["name"] = json!(NAMES[index].0);
        attributes["image"] = json!("alpine");
        for (key, value) in more {
            attributes[key] = json!(value);
        }
        let event = json!({
            "Type": "container", "Action": action, "status": action, "id": id(index), "scope": "local",
            "Actor": {"ID": id(index), "Attributes": attributes},
            "time": now.as_second(), "timeNano": now.as_nanosecond() as i64,
        });
        let piece = chunk(format!("{event}\n").as_bytes());
        self.events.push((now.as_nanosecond() as f64 / 1e9, piece.clone()));
        self.followers.retain(|it| it.send(piece.clone()).is_ok());
    }
}

fn answer(state: &mut State, asked: &str) -> Answer {
    if state.hangs {
        return Answer::Stall(Vec::new());
    }
    if let Some(answer) = state.ails.as_ref().and_then(|ails| ails(asked)) {
        return answer;
    }
    let path = asked.split_once(' ').map_or("", |(_, path)| path);
    let path = path.strip_prefix("/v1.41").unwrap_or(path);
    let (path, _) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match (asked.split(' ').next().unwrap_or_default(), &parts[..]) {
        // What is asked to learn whether it is allowed, answered as by the real one.
        (_, ["containers", "_vakhta-asks-for-nobody", ..]) => Answer::no(404, "No such container: nobody"),
        ("GET" | "DELETE", ["images", ..]) => Answer::no(404, "No such image: none"),
        ("POST", [_, "prune"]) if asked.contains("vakhta-asks") => Answer::no(400, "invalid filter"),
        ("GET", ["networks"]) => Answer::json("[]"),
        (_, ["version"]) => {
            Answer::json(r#"{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"}"#)
        }
        (_, ["info"]) => Answer::json(r#"{"Name":"dock","DockerRootDir":"/var/lib/docker"}"#),
        ("GET", ["containers", "json"]) => Answer::json(listed(state).to_string()),
        ("GET", ["events"]) if state.lively => {
            let since =
                asked.split_once("since=").and_then(|(_, it)| it.split('&').next()?.parse::<f64>().ok());
            let past = state.events.iter().filter(|(at, _)| since.is_some_and(|since| since <= *at));
            let past: Vec<u8> = past.flat_map(|(_, piece)| piece.clone()).collect();
            // Asked for a time that is over, it says what it knows of it and ends.
            if asked.contains("until=") {
                return Answer::Bytes([chunked_head(), past, chunk(b"")].concat());
            }
            let (sender, fed) = mpsc::unbounded_channel();
            state.followers.push(sender);
            Answer::Fed([chunked_head(), past].concat(), fed)
        }
        ("GET", ["containers", which, "json"]) => match index(which) {
            Some(index) => Answer::json(inspected(state, index).to_string()),
            None => Answer::no(404, "No such container"),
        },
        ("POST", ["containers", which, "restart"]) => match index(which) {
            Some(index) => {
                state.restarts.push(NAMES[index].0.to_owned());
                if state.restart_hangs {
                    Answer::Stall(Vec::new())
                } else {
                    Answer::Whole(204, String::new())
                }
            }
            None => Answer::no(404, "No such container"),
        },
        ("POST", ["containers", which, verb @ ("start" | "stop" | "kill" | "pause" | "unpause")]) => {
            let Some(index) = index(which) else { return Answer::no(404, "No such container") };
            let becomes = match *verb {
                "start" | "unpause" => "running",
                "pause" => "paused",
                _ => "exited",
            };
            state.turned.insert(index, becomes);
            state.orders.push(format!("{verb} {}", NAMES[index].0));
            Answer::Whole(204, String::new())
        }
        ("GET", ["containers", which, "logs"]) => match index(which) {
            Some(index) if asked.contains("follow=1") => {
                let (sender, fed) = mpsc::unbounded_channel();
                state.readers.push((index, sender));
                Answer::Fed([chunked_head(), lines(NAMES[index].0)].concat(), fed)
            }
            Some(index) => Answer::Bytes([chunked_head(), lines(NAMES[index].0), chunk(b"")].concat()),
            None => Answer::no(404, "No such container"),
        },
        ("GET", ["system", "df"]) => Answer::json(usage(state).to_string()),
        ("POST", ["images", "prune"]) => {
            state.pruned.push("images");
            Answer::json(r#"{"ImagesDeleted":[{"Deleted":"sha256:aa"}],"SpaceReclaimed":1000000000}"#)
        }
        ("POST", ["build", "prune"]) => {
            state.pruned.push("build cache");
            Answer::json(r#"{"CachesDeleted":["c1"],"SpaceReclaimed":2000000000}"#)
        }
        _ => Answer::no(404, "page not found"),
    }
}

fn index(which: &str) -> Option<usize> {
    (0..NAMES.len()).find(|index| id(*index) == which || NAMES[*index].0 == which)
}

/// What becomes of each container has tests of its own; where alerts are counted, the rest is only logged.
fn labels(state: &State, index: usize) -> Value {
    let name = NAMES[index].0;
    let mut labels = json!({});
    if !state.lively {
        labels["vakhta.mute"] = json!("true");
    } else if name.starts_with("shop-") {
        labels["com.docker.compose.project"] = json!("shop");
        labels["com.docker.compose.service"] = json!("web");
    }
    if name == "safe" {
        labels["vakhta.protect"] = json!("true");
    }
    labels
}

fn word(state: &State, index: usize) -> &'static str {
    match state.turned.get(&index) {
        Some(word) => word,
        None if state.down.contains(&index) => "exited",
        None => NAMES[index].1,
    }
}

fn listed(state: &State) -> Value {
    let row = |index: usize| {
        let (name, word) = (NAMES[index].0, word(state, index));
        let status = match word {
            "running" if index < state.ill => "Up 3 hours (unhealthy)",
            "running" => "Up 3 hours",
            "paused" => "Up 3 hours (Paused)",
            _ if state.down.contains(&index) => "Exited (1) 1 second ago",
            _ => "Exited (0) 2 days ago",
        };
        json!({"Id": id(index), "Names": [format!("/{name}")], "Image": "alpine", "State": word, "Status": status,
               "Labels": labels(state, index), "Created": 1_714_979_289, "Ports": []})
    };
    Value::from((0..NAMES.len()).map(row).collect::<Vec<_>>())
}

fn inspected(state: &State, index: usize) -> Value {
    let (name, word) = (NAMES[index].0, word(state, index));
    let times = state.restarts.iter().filter(|it| *it == name).count()
        + state.orders.iter().filter(|it| **it == format!("start {name}")).count();
    let code = i32::from(state.down.contains(&index));
    let mut inspected = json!({"Id": id(index), "Name": format!("/{name}"), "RestartCount": 0,
           "State": {"Status": word, "StartedAt": format!("2024-05-06T07:08:{times:02}Z"), "ExitCode": code},
           "Config": {"Tty": false, "StopTimeout": 1}, "HostConfig": {"LogConfig": {"Type": "json-file"}}});
    if state.sick.contains(&index) {
        inspected["State"]["Health"] = json!({"Status": "unhealthy", "FailingStreak": 3, "Log": []});
    }
    inspected
}

/// What it would free; nothing once it was freed.
fn usage(state: &State) -> Value {
    let images = if state.pruned.contains(&"images") {
        json!([])
    } else {
        json!([{"Id": "sha256:aabbccddeeff00", "RepoTags": [], "Size": 1_000_000_000_u64, "SharedSize": 0, "Containers": 0, "Created": 1}])
    };
    let cache = if state.pruned.contains(&"build cache") {
        json!([])
    } else {
        json!([{"ID": "c1", "InUse": false, "Shared": false, "Size": 2_000_000_000_u64, "LastUsedAt": "2024-01-01T00:00:00Z"}])
    };
    json!({"LayersSize": 0, "Images": images, "Containers": [], "BuildCache": cache,
           "Volumes": [{"Name": "precious", "UsageData": {"Size": 5_000_000_000_u64, "RefCount": 0}}]})
}

/// Two lines: one that would be markup, one that would be an escape.
fn lines(name: &str) -> Vec<u8> {
    let at = "2024-05-06T07:08:09Z".parse().expect("a moment");
    [log_line(at, &format!("hello from <{name}> & others")), log_line(at, "\u{1b}[31mred\u{1b}[0m alert")]
        .concat()
}

/// A line of standard output, in its frame.
fn log_line(at: jiff::Timestamp, text: &str) -> Vec<u8> {
    let payload = format!("{at:.9} {text}\n");
    let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
    chunk(&[&[1, 0, 0, 0][..], &length, payload.as_bytes()].concat())
}
