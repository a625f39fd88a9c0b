//! An engine with a thousand containers: what each command asks of it, that the answer is one message, and what it takes
//! of memory. The same engine in both shapes that its answers have had: the words that are read are the same.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::OWNER;
use super::botapi::{BotApi, Shown};
use super::ground::Ground;
use super::scripted_engine::{Answer, ScriptedEngine, chunked_head};
use super::watch::{Watch, ask};

/// Samples once a year, so that whatever is asked of the engine is asked by a command.
const IDLE: &str = r#"
[[job]]
name = "sample"
run = "sample"
cron = "0 0 0 1 1 *"
"#;

const PROJECTS: usize = 40;
const SERVICES: [&str; 25] = [
    "web",
    "api",
    "worker",
    "scheduler",
    "db",
    "db-replica",
    "redis",
    "rabbitmq",
    "search",
    "mailer",
    "cron",
    "exporter",
    "proxy",
    "auth",
    "billing",
    "reports",
    "thumbnails",
    "uploads",
    "webhooks",
    "events",
    "audit-log",
    "feature-flags",
    "sessions",
    "migrations",
    "backup",
];
/// What may hold of a binary without optimisations, with a thousand containers known to it.
const MEMORY_MOST: u64 = 64 * 1024;

/// How an engine words its answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// API 1.41: Docker 20.10.
    Old,
    /// API 1.52: Docker 29.
    New,
}

impl Shape {
    fn prefix(self) -> &'static str {
        match self {
            Self::Old => "/v1.41",
            Self::New => "/v1.52",
        }
    }

    fn version(self) -> &'static str {
        match self {
            Self::Old => r#"{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"}"#,
            Self::New => r#"{"Version":"29.0.0","ApiVersion":"1.52","MinAPIVersion":"1.44"}"#,
        }
    }
}

/// A container of the crowd.
#[derive(Clone, Copy)]
struct One(usize);

impl One {
    fn id(self) -> String {
        format!("{:064x}", 0xc0_0000 + self.0)
    }

    fn project(self) -> String {
        match self.0 / SERVICES.len() {
            0 => "shop".to_owned(),
            number => format!("customer-{number:02}-production"),
        }
    }

    fn service(self) -> &'static str {
        SERVICES[self.0 % SERVICES.len()]
    }

    fn name(self) -> String {
        format!("{}-{}-1", self.project(), self.service())
    }

    fn image(self) -> String {
        format!("registry.example.com/{}/{}:2026.11.{}", self.project(), self.service(), self.0 % 28 + 1)
    }

    /// Twenty are ill, sixty have ended, as in any crowd.
    fn state(self) -> (&'static str, &'static str, &'static str) {
        match self.0 {
            number if number % 50 == 7 => ("running", "Up 3 hours", "unhealthy"),
            number if number % 50 == 8 => ("paused", "Up 5 days (Paused)", "none"),
            number if number % 17 == 9 && SERVICES.len() <= number => {
                ("exited", "Exited (0) 2 days ago", "none")
            }
            number if number % 3 == 0 => ("running", "Up 6 weeks", "healthy"),
            _ => ("running", "Up 6 weeks", "none"),
        }
    }

    fn labels(self) -> Value {
        let (project, service) = (self.project(), self.service());
        let needs = match service {
            "web" => "api:service_started:false",
            "api" => "db:service_healthy:true,redis:service_started:false",
            _ => "",
        };
        json!({
            "com.docker.compose.config-hash": format!("{:064x}", self.0 * 7919),
            "com.docker.compose.container-number": "1", "com.docker.compose.depends_on": needs,
            "com.docker.compose.image": format!("sha256:{:064x}", self.0), "com.docker.compose.oneoff": "False",
            "com.docker.compose.project": project, "com.docker.compose.service": service,
            "com.docker.compose.project.config_files": format!("/srv/{project}/compose.yaml,/srv/{project}/compose.prod.yaml"),
            "com.docker.compose.project.working_dir": format!("/srv/{project}"), "com.docker.compose.version": "2.29.7",
            "org.opencontainers.image.description": format!("{service} of {project}, built by the pipeline ").repeat(4),
            "org.opencontainers.image.revision": format!("{:040x}", self.0 * 104_729),
            format!("traefik.http.routers.{project}-{service}.rule"): format!("Host(`{service}.{project}.example.com`)"),
            // What becomes of each is not what is asked here.
            "vakhta.mute": "true",
        })
    }

    fn mounts(self) -> Value {
        let volume = format!("{}_{}-data", self.project(), self.service());
        json!([{"Type": "volume", "Name": volume, "Source": format!("/var/lib/docker/volumes/{volume}/_data"),
                "Destination": "/data", "Driver": "local", "Mode": "z", "RW": true, "Propagation": ""},
               {"Type": "bind", "Source": "/etc/localtime", "Destination": "/etc/localtime", "Mode": "ro", "RW": false}])
    }

    fn listed(self, shape: Shape) -> Value {
        let (state, status, health) = self.state();
        let network = format!("{}_default", self.project());
        let mut row = json!({
            "Id": self.id(), "Names": [format!("/{}", self.name())], "Image": self.image(),
            "ImageID": format!("sha256:{:064x}", self.0), "Command": "/docker-entrypoint.sh serve", "Created": 1_790_000_000,
            "Ports": [{"IP": "0.0.0.0", "PrivatePort": 8080, "PublicPort": 20_000 + self.0, "Type": "tcp"},
                      {"IP": "::", "PrivatePort": 8080, "PublicPort": 20_000 + self.0, "Type": "tcp"}],
            "Labels": self.labels(), "State": state, "Status": status, "HostConfig": {"NetworkMode": network},
            "NetworkSettings": {"Networks": {network: {"NetworkID": format!("{:064x}", self.0 / SERVICES.len()),
                "EndpointID": format!("{:064x}", self.0 + 1), "Gateway": "172.20.0.1", "IPAddress": "172.20.0.9",
                "IPPrefixLen": 16, "MacAddress": "02:42:ac:14:00:09", "Links": null, "Aliases": null}}},
            "Mounts": self.mounts(),
        });
        match (shape, health) {
            (Shape::Old, "none") => {}
            (Shape::Old, health) => row["Status"] = json!(format!("{status} ({health})")),
            // Where it stands since, and nowhere else.
            (Shape::New, health) => {
                row["Health"] = json!({"Status": health, "FailingStreak": 3});
                row["ImageManifestDescriptor"] = json!({"digest": format!("sha256:{:064x}", self.0)});
            }
        }
        row
    }

    fn inspected(self, restarts: usize) -> Value {
        let (state, _, health) = self.state();
        let port = json!({"8080/tcp": [{"HostIp": "0.0.0.0", "HostPort": (20_000 + self.0).to_string()}]});
        let mut detail = json!({
            "Id": self.id(), "Name": format!("/{}", self.name()), "Created": "2026-10-01T07:08:09Z",
            "Image": format!("sha256:{:064x}", self.0), "RestartCount": 0, "Path": "/docker-entrypoint.sh", "Args": ["serve"],
            "State": {"Status": state, "StartedAt": format!("2026-10-01T07:{restarts:02}:09Z"), "ExitCode": 0},
            "Config": {"Tty": false, "StopTimeout": 1, "Image": self.image(), "Cmd": ["serve"], "Labels": self.labels(),
                "Env": (0..40).map(|it| format!("SETTING_{it}=a value that nobody should read")).collect::<Vec<_>>()},
            "HostConfig": {"NetworkMode": format!("{}_default", self.project()), "LogConfig": {"Type": "json-file"},
                "PortBindings": port, "RestartPolicy": {"Name": "unless-stopped"}, "Memory": 536_870_912},
            "NetworkSettings": {"Ports": port, "Networks": {format!("{}_default", self.project()): {"IPAddress": "172.20.0.9"}}},
            "Mounts": self.mounts(),
        });
        if health != "none" && state == "running" {
            detail["State"]["Health"] = json!({"Status": health, "FailingStreak": 0, "Log": []});
        }
        detail
    }
}

/// The engine of the crowd.
struct Crowd {
    engine: ScriptedEngine,
    restarted: Arc<Mutex<Vec<usize>>>,
}

impl Crowd {
    fn at(ground: &Ground, shape: Shape, count: usize) -> Self {
        let restarted: Arc<Mutex<Vec<usize>>> = Arc::default();
        let list = Value::from((0..count).map(|it| One(it).listed(shape)).collect::<Vec<_>>()).to_string();
        let script = {
            let restarted = restarted.clone();
            move |asked: &str| answer(asked, shape, count, &list, &mut restarted.lock().expect("whole"))
        };
        Self { engine: ScriptedEngine::unix_at(ground.socket(), script), restarted }
    }

    /// How often each call of the list was made since so many of them.
    fn since(&self, before: usize) -> BTreeMap<&'static str, usize> {
        let mut counted = BTreeMap::new();
        for asked in self.engine.asked().iter().skip(before) {
            let (method, target) = asked.split_once(' ').expect("a method and a target");
            let call = vakhta::docker::calls::find(method, target).expect("one of ours");
            *counted.entry(call.path).or_default() += 1;
        }
        counted
    }
}

fn answer(asked: &str, shape: Shape, count: usize, list: &str, restarted: &mut Vec<usize>) -> Answer {
    let (method, target) = asked.split_once(' ').unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path == "/version" {
        return Answer::json(shape.version());
    }
    let Some(path) = path.strip_prefix(shape.prefix()) else {
        return Answer::no(400, "client version is too old. Minimum supported API version is another one");
    };
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let one = |id: &str| (0..count).find(|it| One(*it).id() == id);
    match (method, &parts[..]) {
        (_, ["containers", "_vakhta-asks-for-nobody", ..]) => Answer::no(404, "No such container: nobody"),
        (_, ["images", which, ..]) if which.starts_with("sha256") => Answer::no(404, "No such image: none"),
        ("POST", [_, "prune"]) => Answer::no(400, "invalid filter"),
        ("GET", ["info"]) => Answer::json(r#"{"Name":"crowd","DockerRootDir":"/var/lib/docker"}"#),
        ("GET", ["containers", "json"]) => Answer::json(list),
        ("GET", ["networks"]) => Answer::json(networks(count).to_string()),
        ("GET", ["events"]) if query.contains("until=") => Answer::json(happened(shape)),
        ("GET", ["events"]) => Answer::Stall(chunked_head()),
        ("GET", ["system", "df"]) => Answer::json(usage(shape, count, query).to_string()),
        (_, ["containers", id, rest @ ..]) => {
            let Some(index) = one(id) else { return Answer::no(404, "No such container") };
            match (method, rest) {
                ("GET", ["json"]) => {
                    let restarts = restarted.iter().filter(|it| **it == index).count();
                    Answer::json(One(index).inspected(restarts).to_string())
                }
                ("GET", ["stats"]) => Answer::json(stats(index)),
                ("GET", ["top"]) => Answer::json(
                    r#"{"Titles":["UID","PID","PPID","C","STIME","TTY","TIME","CMD"],"Processes":[["root","4242","1","0","Nov01","?","00:01:02","serve --port 8080"]]}"#,
                ),
                ("POST", ["restart"]) => {
                    restarted.push(index);
                    Answer::Whole(204, String::new())
                }
                _ => Answer::no(404, "page not found"),
            }
        }
        _ => Answer::no(404, "page not found"),
    }
}

fn stats(index: usize) -> String {
    json!({"read": "2026-11-26T07:08:09Z", "pids_stats": {"current": 12},
           "cpu_stats": {"cpu_usage": {"total_usage": 3_000_000_000_u64 + index as u64}, "system_cpu_usage": 104_000_000_000_u64, "online_cpus": 4},
           "precpu_stats": {"cpu_usage": {"total_usage": 2_900_000_000_u64}, "system_cpu_usage": 100_000_000_000_u64, "online_cpus": 4},
           "memory_stats": {"usage": 104_857_600 + index, "limit": 536_870_912, "stats": {"inactive_file": 4096}},
           "networks": {"eth0": {"rx_bytes": 1_000_000, "tx_bytes": 2_000_000}}})
    .to_string()
}

fn networks(count: usize) -> Value {
    let row = |number: usize| {
        json!({"Name": format!("{}_default", One(number * SERVICES.len()).project()), "Id": format!("{number:064x}"),
               "Driver": "bridge", "Scope": "local", "Internal": false, "Labels": {"com.docker.compose.network": "default"},
               "IPAM": {"Driver": "default", "Config": [{"Subnet": format!("172.{}.0.0/16", 20 + number)}]},
               "Containers": {}, "Status": {"IPAM": {"Subnets": {}}}})
    };
    Value::from((0..count.div_ceil(SERVICES.len())).map(row).collect::<Vec<_>>())
}

/// An hour in which 300 of them started anew.
fn happened(shape: Shape) -> String {
    let now = jiff::Timestamp::now().as_second();
    let event = |number: usize| {
        let one = One(number % 1000);
        let mut attributes = one.labels();
        attributes["name"] = json!(one.name());
        let mut event = json!({"Type": "container", "Action": "start", "scope": "local", "time": now - 600,
            "timeNano": (now - 600) * 1_000_000_000 + number as i64, "Actor": {"ID": one.id(), "Attributes": attributes}});
        if shape == Shape::Old {
            event["status"] = json!("start");
            event["id"] = json!(one.id());
        }
        format!("{event}\n")
    };
    (0..300).map(event).collect()
}

fn usage(shape: Shape, count: usize, query: &str) -> Value {
    let images: Vec<Value> = (0..count)
        .map(|it| {
            json!({"Id": format!("sha256:{it:064x}"), "RepoTags": [One(it).image()], "Size": 200_000_000 + it, "SharedSize": 0,
                   "Containers": 1, "Created": 1_790_000_000, "Labels": {"maintainer": "somebody@example.com"}})
        })
        .collect();
    let volumes: Vec<Value> = (0..count)
        .map(|it| {
            json!({"Name": format!("{}_{}-data", One(it).project(), One(it).service()), "Driver": "local",
                         "UsageData": {"Size": 5_000_000 + it, "RefCount": 1}})
        })
        .collect();
    let cache: Vec<Value> = (0..500)
        .map(|it| json!({"ID": format!("c{it}"), "InUse": false, "Shared": false, "Size": 1_000_000, "LastUsedAt": "2026-01-01T00:00:00Z"}))
        .collect();
    match shape {
        Shape::Old => {
            json!({"LayersSize": 9, "Images": images, "Containers": null, "Volumes": volumes, "BuildCache": cache})
        }
        Shape::New => {
            let items = |items: Vec<Value>| match query.contains("verbose=1") {
                true => json!({"TotalCount": items.len(), "TotalSize": 9, "Items": items}),
                false => json!({"TotalCount": items.len(), "TotalSize": 9}),
            };
            json!({"ImageUsage": items(images), "ContainerUsage": items(Vec::new()), "VolumeUsage": items(volumes),
                   "BuildCacheUsage": items(cache)})
        }
    }
}

/// A watch that knows what it may do, and leaves the engine alone until it is asked.
async fn watching(ground: &Ground, api: &BotApi, people: &[i64]) -> Watch {
    let mut command = ground.serving_with(api, IDLE);
    let people: Vec<String> = people.iter().map(i64::to_string).collect();
    command.env("TELEGRAM_USER_ID", people.join(","));
    let mut watch = Watch::introduced(command, api).await;
    watch.logged("what Docker lets us do").await;
    watch
}

/// It is one that the chat takes: the chat itself refuses what is too long, and counts no tags.
fn is_one_message(shown: &Shown) {
    assert!(shown.words.chars().count() <= 4096, "{}", shown.words);
    let rows = shown.buttons["inline_keyboard"].as_array().cloned().unwrap_or_default();
    // More is a list to scroll, and no choice.
    assert!(
        rows.len() <= 12 && rows.iter().all(|it| it.as_array().is_some_and(|it| it.len() <= 8)),
        "{}",
        shown.buttons
    );
}

/// The most that was ever resident, in KiB.
fn high_water(watch: &Watch) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", watch.pid())).expect("it runs");
    let line = status.lines().find(|it| it.starts_with("VmHWM:")).expect("a line of the kernel");
    line.split_whitespace().nth(1).and_then(|it| it.parse().ok()).expect("a number")
}

/// What is asked, what has to be in the answer, and how often the engine is asked for what.
type Question<'a> = (&'a str, &'a str, &'a [(&'a str, usize)]);

#[tokio::test]
async fn a_thousand_containers_are_answered_with_few_calls_in_one_message_and_little_memory() {
    const LIST: &str = "/containers/json";
    const INSPECT: &str = "/containers/{name}/json";
    let (ground, api) = (Ground::new(), BotApi::start());
    let crowd = Crowd::at(&ground, Shape::Old, PROJECTS * SERVICES.len());
    // Each asks one thing: a chat of its own has a pace of its own.
    let people: Vec<i64> = (OWNER..OWNER + 20).collect();
    let watch = watching(&ground, &api, &people).await;
    let asked: [Question<'_>; 14] = [
        ("/ps", "924 running of 1000", &[(LIST, 1)]),
        ("/ps all", "1000", &[(LIST, 1)]),
        ("/ps shop", "shop · 24 of 25", &[(LIST, 1)]),
        ("/ps customer-07", "customer-07", &[(LIST, 1)]),
        ("/box shop-api-1", "shop-api-1", &[(LIST, 1), (INSPECT, 1)]),
        ("/stats", "16 of 924", &[(LIST, 1), ("/containers/{name}/stats", 16)]),
        ("/stats shop-web-1", "shop-web-1", &[(LIST, 1), ("/containers/{name}/stats", 1)]),
        ("/inspect shop-web-1", "shop_web-data", &[(LIST, 1), (INSPECT, 1)]),
        ("/top shop-web-1", "serve", &[(LIST, 1), ("/containers/{name}/top", 1)]),
        ("/images", "1000", &[(LIST, 1), ("/system/df", 1)]),
        ("/volumes", "1000", &[(LIST, 1), ("/system/df", 1)]),
        ("/networks", "40", &[(LIST, 1), ("/networks", 1)]),
        ("/events", "300", &[("/events", 1), ("/version", 1)]),
        ("/restart web", "40", &[(LIST, 1)]),
    ];
    for (person, (line, part, expected)) in people.iter().zip(asked) {
        let before = crowd.engine.asked().len();
        let shown = ask(&api, *person, line).await;
        is_one_message(&shown);
        assert!(shown.words.contains(part), "{line}: no {part:?} in {}", shown.words);
        assert_eq!(crowd.since(before), expected.iter().copied().collect(), "{line}");
        assert_eq!(api.messages(*person).len(), 1, "{line}: {:#?}", api.messages(*person));
    }

    // Pages turn in place.
    let (reader, list) = (people[0], api.messages(people[0]).remove(0));
    for label in ["2/", "⏭", "◀"] {
        let before = (crowd.engine.asked().len(), api.message(reader, list.id).expect("it stands").edits);
        api.press_label(reader, reader, list.id, label);
        let turned = api.wait_for_message(reader, label, |it| it.id == list.id && before.1 < it.edits).await;
        is_one_message(&turned);
        assert_eq!(crowd.since(before.0), [(LIST, 1)].into(), "{label}");
    }

    // What is longer than a screen goes on in place.
    let (reader, shown) = (people[7], api.messages(people[7]).remove(0));
    api.press_label(reader, reader, shown.id, "2/");
    let rest = api.wait_for_message(reader, "the rest", |it| it.words.contains("SETTING_0")).await;
    is_one_message(&rest);
    assert!(!rest.words.contains("nobody should read"), "{}", rest.words);

    // A whole project: the question asks of each once, and so it goes.
    let (hands, before) = (people[19], crowd.engine.asked().len());
    let question = ask(&api, hands, "/restart shop").await;
    is_one_message(&question);
    assert!(question.words.contains("Restart project shop: 25 containers?"), "{}", question.words);
    assert_eq!(crowd.since(before), [(LIST, 1), (INSPECT, 25)].into());
    let before = crowd.engine.asked().len();
    api.press_label(hands, hands, question.id, "Yes, restart");
    let done = api.wait_for_message(hands, "the outcome", |it| it.words.contains("24 of 25")).await;
    is_one_message(&done);
    assert_eq!(done.id, question.id, "in the message that asked");
    assert!(done.words.contains("shop-rabbitmq-1 is running, but its health check fails"), "{}", done.words);
    let calls = crowd.since(before);
    assert_eq!((calls[LIST], calls["/containers/{name}/restart"]), (1, 25));
    assert_eq!(crowd.restarted.lock().expect("whole").len(), 25);
    // Before, in the order, after, and what was started is watched for some seconds.
    assert!(calls[INSPECT] <= 25 * 12, "{calls:?}");

    assert!(high_water(&watch) <= MEMORY_MOST, "{} KiB", high_water(&watch));
}

#[tokio::test]
async fn both_shapes_of_an_engines_answers_are_read_alike() {
    let lines = [
        "/ps",
        "/ps all",
        "/box shop-scheduler-1",
        "/box shop-mailer-1",
        "/stats",
        "/stats shop-web-1",
        "/inspect shop-web-1",
        "/top shop-web-1",
        "/images",
        "/volumes",
        "/networks",
        "/events",
        "/fix",
        "/restart shop",
    ];
    let told = async |shape: Shape| {
        let (ground, api) = (Ground::new(), BotApi::start());
        let crowd = Crowd::at(&ground, shape, 2 * SERVICES.len());
        let people: Vec<i64> = (OWNER..OWNER + 14).collect();
        let _watch = watching(&ground, &api, &people).await;
        let mut all = Vec::new();
        for (person, line) in people.iter().zip(lines) {
            let words = ask(&api, *person, line).await.words;
            // Of a plan, what could go: how full this machine is meanwhile is no part of it.
            let plan = words.split_once("What could go").map(|(_, it)| it.split('👀').next().unwrap_or(it));
            all.push((line, plan.map(str::to_owned).unwrap_or(words)));
        }
        let other = crowd
            .engine
            .asked()
            .into_iter()
            .find(|it| !it.contains(shape.prefix()) && !it.ends_with(" /version"));
        assert_eq!(other, None, "in the newest dialect that both know");
        all
    };
    let (old, new) = tokio::join!(told(Shape::Old), told(Shape::New));
    for ((line, old), (_, new)) in old.iter().zip(&new) {
        let failed = ["Docker does not", "Docker says no", "Docker did not", "not understood"];
        assert!(!failed.iter().any(|it| old.contains(it)), "{line}: {old}");
        assert_eq!(old, new, "{line}");
    }
}
