//! Every command that needs Docker, against everything an engine can do wrong: it is answered in words that name Docker,
//! nothing panics, the next command is answered, and the watch goes on looking.

use futures_util::future::join_all;

use super::OWNER;
use super::botapi::{BotApi, Shown};
use super::dock::Dock;
use super::ground::{Ground, QUICK};
use super::scripted_engine::{Answer, chunk, chunked_head};
use super::watch::{Watch, ask};

/// What is asked while the engine ails, each by somebody else: they mostly wait, and each chat has its own pace.
const ASKED: [&str; 15] = [
    "/ps",
    "/box nginx",
    "/logs nginx",
    "/logs nginx --follow",
    "/stats",
    "/stats nginx",
    "/inspect nginx",
    "/top nginx",
    "/images",
    "/volumes",
    "/networks",
    "/events",
    "/restart nginx",
    "/fix",
    "/heal",
];
/// Who was asked whether to restart a container while all was well, and presses yes while it is not.
const RESTARTS: i64 = OWNER + 90;
/// The same with what is to be freed.
const FREES: i64 = OWNER + 91;

/// What an engine's way to fail is called, and how it answers.
type Ailment = (&'static str, fn(&str) -> Option<Answer>);

/// The id of the container that everything is asked about.
const NGINX: &str = "00000000000000000000000000000000000000000000000000000000000000a0";

/// What is asked without its version and its query, the container being called `a0`; and an answer, called so too.
fn odd(asked: &str, answer: fn(&str) -> Option<&'static str>) -> Option<Answer> {
    let (_, path) = asked.split_once(" /v1.41")?;
    let path = path.split('?').next()?.replace(NGINX, "a0");
    Some(Answer::json(answer(&path)?.replace("\"a0\"", &format!("\"{NGINX}\""))))
}

/// Only the list is answered.
fn is_list(asked: &str) -> bool {
    asked.contains("/containers/json") || asked.ends_with(" /version") || asked.ends_with("/info")
}

/// Each of these says no, or nothing that can be understood.
const FAILURES: [Ailment; 10] = [
    ("hangs", |_| Some(Answer::Stall(Vec::new()))),
    ("hangs half-way", |_| Some(Answer::Stall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[".to_vec()))),
    ("500", |_| Some(Answer::no(500, "layer store: read /var/lib/docker: input/output error"))),
    ("500 but for the list", |asked| {
        (!is_list(asked)).then(|| Answer::no(500, "layer store: read /var/lib/docker: input/output error"))
    }),
    ("garbage", |_| Some(Answer::json("\u{fffd}\u{fffd}not json\u{0}"))),
    ("not HTTP", |_| Some(Answer::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec()))),
    ("truncated", |_| {
        Some(Answer::Bytes([chunked_head(), chunk(b"[{\"Id\":\"a0\",\"Names\":[\"/ngi")].concat()))
    }),
    ("hangs up", |_| Some(Answer::Bytes(Vec::new()))),
    ("HTML 502", |_| {
        Some(Answer::Whole(502, "<html><body><h1>502 Bad Gateway</h1></body></html>".to_owned()))
    }),
    ("403", |_| Some(Answer::Whole(403, "<html><body><h1>403 Forbidden</h1></body></html>".to_owned()))),
];

/// Where the list is answered, and what is added up: the rest hangs.
const HALF: Ailment = ("hangs but for the list", |asked| {
    let is_answered = is_list(asked) || asked.contains("/system/df") || asked.contains("/prune");
    (!is_answered).then(|| Answer::Stall(Vec::new()))
});

/// Each of these is an answer, with words in it that no engine has said yet, or nothing where something was.
const ODDITIES: [Ailment; 3] = [
    ("words of next year", |asked| {
        odd(asked, |path| {
            Some(match path {
                "/containers/json" => {
                    r#"[{"Id":"a0","Names":["/nginx"],"Image":"alpine","State":"dreaming","Status":"Adrift (dizzy)","Created":"soon",
                     "Health":{"Status":"dizzy"},"HostConfig":{"NetworkMode":"telepathy"},"Labels":{"vakhta.mute":"true"},
                     "Mounts":[{"Type":"novelty","Name":"x"}],"Ports":[{"Type":"quic"}]}]"#
                }
                "/containers/a0/json" => {
                    r#"{"Id":"a0","Name":"/nginx","State":{"Status":"dreaming","Health":{"Status":"dizzy","Log":[{"ExitCode":"x"}]}},
                    "Config":{"Image":"alpine","StopTimeout":"soon"},"Mounts":[{"Type":"novelty","Destination":"/x"}],
                    "HostConfig":{"RestartPolicy":{"Name":"perhaps"},"LogConfig":{"Type":"telegraph"},"NetworkMode":"telepathy"}}"#
                }
                "/containers/a0/stats" => r#"{"cpu_stats":"calm","memory_stats":[],"networks":7}"#,
                "/containers/a0/top" => r#"{"Titles":["SOUL"],"Processes":[["restless"],7]}"#,
                "/networks" => r#"[{"Name":"ether","Driver":"telepathy","Scope":"galaxy","IPAM":"none"}]"#,
                "/system/df" => {
                    r#"{"Images":[{"Id":"sha256:aa","RepoTags":["alpine"],"Size":"big"}],"Volumes":[{"Name":"x","Scope":"galaxy"}],
                    "BuildCache":[{"ID":"c1","Type":"novelty"}]}"#
                }
                _ => return None,
            })
        })
    }),
    ("null for every list", |asked| {
        let is_read =
            asked.starts_with("GET ") && !asked.contains("/events") && !asked.ends_with(" /version");
        is_read.then(|| Answer::json("null"))
    }),
    ("null for every field", |asked| {
        odd(asked, |path| {
            Some(match path {
                "/containers/json" => {
                    r#"[null,{"Id":"a0","Names":["/nginx"],"State":null,"Labels":null,"Ports":null,"Mounts":null}]"#
                }
                "/containers/a0/json" => {
                    r#"{"Id":"a0","Name":null,"State":null,"Config":null,"HostConfig":null,"Mounts":null}"#
                }
                "/containers/a0/stats" => {
                    r#"{"cpu_stats":null,"precpu_stats":null,"memory_stats":null,"networks":null}"#
                }
                "/containers/a0/top" => r#"{"Titles":null,"Processes":null}"#,
                "/networks" => r#"[null,{"Name":null,"IPAM":null}]"#,
                "/system/df" => r#"{"Images":null,"Containers":null,"Volumes":null,"BuildCache":null}"#,
                _ => return None,
            })
        })
    }),
];

/// What is said, as far as it differs from what is said of the other ailments.
fn expected(ailment: &str, line: &str) -> &'static str {
    match (ailment, line) {
        (_, "/heal") => "Healing is on",
        ("500 but for the list" | "hangs but for the list", "/ps" | "/box nginx") => "up 3\u{a0}h",
        ("500 but for the list" | "hangs but for the list", "/stats") => "Read through Docker, 0 of 4",
        ("500 but for the list", "/stats nginx" | "Yes, restart") => "input/output error",
        ("hangs but for the list", "/stats nginx") => "no answer within 5",
        ("hangs but for the list", "Yes, restart") => "nginx has not been restarted",
        ("hangs but for the list", "/images") => "954\u{a0}MiB",
        ("hangs but for the list", "/volumes") => "4.66\u{a0}GiB",
        ("hangs but for the list", "/fix") => "build cache: 1 item",
        ("hangs but for the list", "Free") => "build cache: 1 removed",
        ("500" | "500 but for the list" | "403", _) => "Docker says no",
        ("HTML 502", _) => "Docker does not answer",
        ("hangs" | "hangs half-way" | "hangs up", "Yes, restart" | "Free") => {
            "Docker did not answer in time, so nothing was begun"
        }
        ("hangs" | "hangs half-way" | "hangs up" | "hangs but for the list", _) => {
            "Docker did not answer in time; try again"
        }
        ("words of next year" | "null for every field" | "null for every list", "/stats") => {
            "No container is running"
        }
        ("words of next year" | "null for every field" | "null for every list", "/events") => {
            "remembers nothing"
        }
        ("words of next year" | "null for every field", "/logs nginx" | "/logs nginx --follow") => {
            "hello from <nginx>"
        }
        ("words of next year" | "null for every field", "/fix" | "Free") => {
            "nothing on it that may safely go by itself"
        }
        ("words of next year" | "null for every field", "Yes, restart") => {
            "What came of the order for nginx is unknown"
        }
        ("words of next year", "/images") => "alpine",
        ("words of next year", "/volumes") => "The size of 1 is not known",
        ("words of next year", "/networks") => "ether · telepathy",
        ("words of next year", _) => "dreaming",
        ("null for every field", "/networks") => "1 network",
        ("null for every list", "/networks") => "There are no networks",
        ("null for every field", "/images") => "There are no images",
        ("null for every field", "/volumes") => "There are no volumes",
        ("null for every field", _) => "unknown",
        ("null for every list", "/ps") => "Docker answers, and there are no containers",
        ("null for every list", "/images" | "/volumes" | "/fix" | "Free") => {
            "What Docker answered was not understood"
        }
        ("null for every list", "Yes, restart") => "nginx is not there any more",
        ("null for every list", _) => "There is no container nginx",
        _ => "What Docker answered was not understood",
    }
}

/// A watch with a plan and a question that stand, and an engine that ails from now on.
struct Ward {
    ground: Ground,
    api: BotApi,
    dock: Dock,
    watch: Watch,
    question: Shown,
    plan: Shown,
}

impl Ward {
    async fn of(ails: fn(&str) -> Option<Answer>) -> Self {
        let (ground, api) = (Ground::new(), BotApi::start());
        let dock = Dock::lively(&ground);
        let people: Vec<String> = (OWNER..OWNER + 92).map(|it| it.to_string()).collect();
        let mut command = ground.serving_with(&api, QUICK);
        command.env("TELEGRAM_USER_ID", people.join(","));
        let mut watch = Watch::introduced(command, &api).await;
        watch.logged("what Docker lets us do").await;
        let (question, plan) = tokio::join!(ask(&api, RESTARTS, "/restart nginx"), ask(&api, FREES, "/fix"));
        dock.ail(ails);
        Self { ground, api, dock, watch, question, plan }
    }

    /// Presses what was asked while all was well, and waits for what came of it.
    async fn pressed(&self, person: i64, shown: &Shown, label: &str) -> Shown {
        self.api.press_label(person, person, shown.id, label);
        let is_answer = |it: &Shown| {
            shown.id <= it.id
                && it.words != shown.words
                && !["⏳", "🔄", "▶"].iter().any(|sign| it.words.starts_with(sign))
        };
        self.api.wait_for_message(person, label, is_answer).await
    }

    /// The answers to everything, with what was asked.
    async fn answers(&self) -> Vec<(&'static str, String)> {
        let asked =
            (OWNER..).zip(ASKED).map(async |(person, line)| (line, ask(&self.api, person, line).await.words));
        let restart = self.pressed(RESTARTS, &self.question, "Yes, restart");
        let free = self.pressed(FREES, &self.plan, "Free");
        let (asked, restart, free) = tokio::join!(join_all(asked), restart, free);
        asked.into_iter().chain([("Yes, restart", restart.words), ("Free", free.words)]).collect()
    }

    /// The next command is answered, the engine is still looked at and understood again, and nothing has panicked.
    async fn stands(&mut self, ailment: &str) {
        let before = self.dock.asked().len();
        ask(&self.api, OWNER + 50, "/uptime").await;
        self.dock.recover();
        let patience = tokio::time::timeout(super::watch::PATIENCE, async {
            while !self.dock.asked().iter().skip(before).any(|it| it.contains("/containers/json")) {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        });
        patience.await.unwrap_or_else(|_| panic!("{ailment}: the engine is not looked at any more"));
        let list = ask(&self.api, OWNER + 51, "/ps").await;
        assert!(list.words.contains("nginx"), "{ailment}: {}", list.words);
        let log = self.watch.log();
        assert!(!log.contains("panicked") && !log.contains("a fault of ours"), "{ailment}: {log}");
        assert!(self.ground.data().exists());
    }
}

/// All of it, against one ailment.
async fn survives((ailment, ails): Ailment) -> Ward {
    let mut ward = Ward::of(ails).await;
    for (line, words) in ward.answers().await {
        let part = expected(ailment, line);
        assert!(words.contains(part), "{ailment}, {line}: no {part:?} in {words}");
        assert!(!words.contains("<h1>"), "{ailment}, {line}: {words}");
    }
    ward.stands(ailment).await;
    ward
}

#[tokio::test]
async fn whatever_an_engine_does_wrong_is_answered_in_words_and_survived() {
    for ward in join_all(FAILURES.map(survives)).await {
        assert_eq!((ward.dock.restarts(), ward.dock.pruned()), (vec![], vec![]));
    }
}

#[tokio::test]
async fn what_hangs_in_part_is_answered_in_part() {
    let ward = survives(HALF).await;
    assert_eq!(ward.dock.restarts(), [""; 0], "what cannot be looked at is left alone");
}

#[tokio::test]
async fn words_of_next_year_and_nothing_where_something_was_are_taken_as_they_are() {
    join_all(ODDITIES.map(survives)).await;
}
