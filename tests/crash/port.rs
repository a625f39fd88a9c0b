//! An engine with many containers that outlives the binary: it takes its time over what it is told to do, does it
//! whether anybody still waits or not, tells its events, and writes down every order with its moment.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::ground::Ground;
use super::scripted_engine::{Answer, ScriptedEngine, chunk, chunked_head};

/// Something that was done to a container, or to the engine's own stores.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) verb: String,
    pub(crate) target: String,
    pub(crate) at: Instant,
}

struct Container {
    name: String,
    /// `running` or `exited`.
    state: &'static str,
    code: i32,
    is_ill: bool,
    started: Timestamp,
}

#[derive(Default)]
struct State {
    containers: Vec<Container>,
    orders: Vec<Order>,
    followers: Vec<mpsc::UnboundedSender<Vec<u8>>>,
    events: Vec<(f64, Vec<u8>)>,
    /// How long it takes over an order.
    takes: Duration,
}

/// The engine, on the ground's socket.
pub(crate) struct Port {
    state: Arc<Mutex<State>>,
    _engine: ScriptedEngine,
}

fn id(index: usize) -> String {
    format!("{:064x}", 0xb000 + index)
}

impl Port {
    pub(crate) fn at(ground: &Ground, names: &[String]) -> Self {
        let started = Timestamp::now() - jiff::SignedDuration::from_hours(5);
        let container = |name: &String| Container {
            name: name.clone(),
            state: "running",
            code: 0,
            is_ill: false,
            started,
        };
        let containers = names.iter().map(container).collect();
        let state = Arc::new(Mutex::new(State { containers, ..State::default() }));
        let script = {
            let state = state.clone();
            move |asked: &str| answer(&state, asked)
        };
        Self { state, _engine: ScriptedEngine::unix_at(ground.socket(), script) }
    }

    /// Everything that was done so far, in order.
    pub(crate) fn orders(&self) -> Vec<Order> {
        self.state.lock().expect("whole").orders.clone()
    }

    /// From now on an order takes so long.
    pub(crate) fn takes(&self, long: Duration) {
        self.state.lock().expect("whole").takes = long;
    }

    /// Whether anybody follows its events.
    pub(crate) fn is_followed(&self) -> bool {
        self.state.lock().expect("whole").followers.iter().any(|it| !it.is_closed())
    }

    /// Whether it runs.
    pub(crate) fn is_running(&self, name: &str) -> bool {
        let state = self.state.lock().expect("whole");
        state.containers.iter().any(|it| it.name == name && it.state == "running")
    }

    /// A container ends by itself.
    pub(crate) fn crash(&self, name: &str) {
        self.change(name, |state, index| {
            (state.containers[index].state, state.containers[index].code) = ("exited", 1);
            state.happens(index, "die", &[("exitCode", "1")]);
        });
    }

    /// It is started again by somebody.
    pub(crate) fn revive(&self, name: &str) {
        self.change(name, |state, index| {
            state.runs(index);
            state.happens(index, "start", &[]);
        });
    }

    /// Its health check has another opinion from now on.
    pub(crate) fn check(&self, name: &str, is_ill: bool) {
        self.change(name, |state, index| {
            state.containers[index].is_ill = is_ill;
            let said = if is_ill { "health_status: unhealthy" } else { "health_status: healthy" };
            state.happens(index, said, &[]);
        });
    }

    fn change(&self, name: &str, change: impl Fn(&mut State, usize)) {
        let mut state = self.state.lock().expect("whole");
        let index = state.containers.iter().position(|it| it.name == name).expect("one of ours");
        change(&mut state, index);
    }
}

impl State {
    fn runs(&mut self, index: usize) {
        let container = &mut self.containers[index];
        (container.state, container.code, container.started) = ("running", 0, Timestamp::now());
    }

    /// Something happens to a container, and is told to whoever follows.
    fn happens(&mut self, index: usize, action: &str, more: &[(&str, &str)]) {
        let now = Timestamp::now();
        let mut attributes = json!({"name": self.containers[index].name, "image": "alpine"});
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

    /// An order is carried out.
    fn carry_out(&mut self, verb: &str, index: usize) {
        let target = self.containers[index].name.clone();
        self.orders.push(Order { verb: verb.to_owned(), target, at: Instant::now() });
        let is_running = self.containers[index].state == "running";
        if matches!(verb, "stop" | "kill" | "restart") && is_running {
            let (signal, code) = if verb == "kill" { ("9", 137) } else { ("15", 0) };
            self.happens(index, "kill", &[("signal", signal)]);
            self.happens(index, "die", &[("exitCode", &code.to_string())]);
            (self.containers[index].state, self.containers[index].code) = ("exited", code);
            if verb != "kill" {
                self.happens(index, "stop", &[]);
            }
        }
        if matches!(verb, "start" | "restart") {
            self.runs(index);
            self.happens(index, "start", &[]);
        }
        if verb == "restart" {
            self.happens(index, "restart", &[]);
        }
    }
}

fn answer(shared: &Arc<Mutex<State>>, asked: &str) -> Answer {
    let mut state = shared.lock().expect("whole");
    let path = asked.split_once(' ').map_or("", |(_, path)| path);
    let path = path.strip_prefix("/v1.41").unwrap_or(path);
    let (path, _) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match (asked.split(' ').next().unwrap_or_default(), &parts[..]) {
        (_, ["containers", "_vakhta-asks-for-nobody", ..]) => Answer::no(404, "No such container: nobody"),
        ("GET" | "DELETE", ["images", ..]) => Answer::no(404, "No such image: none"),
        ("POST", [_, "prune"]) if asked.contains("vakhta-asks") => Answer::no(400, "invalid filter"),
        ("GET", ["networks"]) => Answer::json("[]"),
        (_, ["version"]) => {
            Answer::json(r#"{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"}"#)
        }
        (_, ["info"]) => Answer::json(r#"{"Name":"port","DockerRootDir":"/"}"#),
        ("GET", ["containers", "json"]) => Answer::json(listed(&state).to_string()),
        ("GET", ["events"]) => {
            let since =
                asked.split_once("since=").and_then(|(_, it)| it.split('&').next()?.parse::<f64>().ok());
            let past = state.events.iter().filter(|(at, _)| since.is_some_and(|since| since <= *at));
            let past: Vec<u8> = past.flat_map(|(_, piece)| piece.clone()).collect();
            if asked.contains("until=") {
                return Answer::Bytes([chunked_head(), past, chunk(b"")].concat());
            }
            let (sender, fed) = mpsc::unbounded_channel();
            state.followers.push(sender);
            Answer::Fed([chunked_head(), past].concat(), fed)
        }
        ("GET", ["containers", which, "json"]) => match index(&state, which) {
            Some(index) => Answer::json(inspected(&state, index).to_string()),
            None => Answer::no(404, "No such container"),
        },
        ("GET", ["containers", _, "logs"]) => Answer::Bytes([chunked_head(), chunk(b"")].concat()),
        ("POST", ["containers", which, verb @ ("start" | "stop" | "kill" | "restart")]) => {
            let Some(index) = index(&state, which) else { return Answer::no(404, "No such container") };
            let (shared, verb, takes) = (shared.clone(), (*verb).to_owned(), state.takes);
            later(takes, "HTTP/1.1 204 Words\r\nContent-Length: 0\r\n\r\n".to_owned(), move || {
                shared.lock().expect("whole").carry_out(&verb, index);
            })
        }
        ("GET", ["system", "df"]) => Answer::json(USAGE),
        ("POST", [what @ ("build" | "images"), "prune"]) => {
            let (shared, what, takes) = (shared.clone(), (*what).to_owned(), state.takes);
            let body = match what.as_str() {
                "build" => r#"{"CachesDeleted":["c1"],"SpaceReclaimed":2000000000}"#,
                _ => r#"{"ImagesDeleted":[],"SpaceReclaimed":0}"#,
            };
            let head = format!("HTTP/1.1 200 Words\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            later(takes, head, move || {
                let order = Order { verb: "prune".to_owned(), target: what, at: Instant::now() };
                shared.lock().expect("whole").orders.push(order);
            })
        }
        _ => Answer::no(404, "page not found"),
    }
}

/// Half of the time passes, it is done, the other half passes, and it is answered to whoever still listens.
fn later(takes: Duration, answered: String, done: impl FnOnce() + Send + 'static) -> Answer {
    let (sender, fed) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        tokio::time::sleep(takes / 2).await;
        done();
        tokio::time::sleep(takes / 2).await;
        let _ = sender.send(answered.into_bytes());
    });
    Answer::Fed(Vec::new(), fed)
}

/// There is always build cache to be freed, so that only the budget ends it.
const USAGE: &str = r#"{"LayersSize":0,"Images":[],"Containers":[],"Volumes":[],"BuildCache":[
    {"ID":"c1","InUse":false,"Shared":false,"Size":2000000000,"LastUsedAt":"2024-01-01T00:00:00Z"}]}"#;

fn index(state: &State, which: &str) -> Option<usize> {
    (0..state.containers.len()).find(|index| id(*index) == which || state.containers[*index].name == which)
}

fn listed(state: &State) -> Value {
    let row = |(index, container): (usize, &Container)| {
        let status = match container.state {
            "running" if container.is_ill => "Up 5 hours (unhealthy)".to_owned(),
            "running" => "Up 5 hours".to_owned(),
            _ => format!("Exited ({}) 1 second ago", container.code),
        };
        json!({"Id": id(index), "Names": [format!("/{}", container.name)], "Image": "alpine",
               "State": container.state, "Status": status, "Labels": {}, "Created": 1_714_979_289, "Ports": []})
    };
    Value::from(state.containers.iter().enumerate().map(row).collect::<Vec<_>>())
}

fn inspected(state: &State, index: usize) -> Value {
    let container = &state.containers[index];
    let mut inspected = json!({"Id": id(index), "Name": format!("/{}", container.name), "RestartCount": 0,
           "State": {"Status": container.state, "StartedAt": container.started.to_string(), "ExitCode": container.code},
           "Config": {"Tty": false, "StopTimeout": 1}, "HostConfig": {"LogConfig": {"Type": "json-file"}}});
    if container.is_ill {
        inspected["State"]["Health"] = json!({"Status": "unhealthy", "FailingStreak": 3, "Log": []});
    }
    inspected
}
