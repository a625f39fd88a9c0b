//! Every call to an engine, and every way in which it can fail: the person is told what happened in words, nothing is
//! done twice, and the same asked again, when the engine is well again, is answered.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::OWNER;
use super::botapi::{BotApi, Shown};
use super::dock::Dock;
use super::ground::{Ground, QUICK};
use super::scripted_engine::{Answer, chunk, chunked_head};
use super::used;
use super::watch::{Watch, ask};

/// A way to fail, and how it answers.
type Failure = (&'static str, fn() -> Answer);

const FAILURES: &[Failure] = &[
    ("closed without a word", || Answer::Bytes(Vec::new())),
    ("half an answer", || Answer::Bytes([chunked_head(), chunk(b"[{\"Id\":\"a0\",\"Nam")].concat())),
    ("half of the JSON", || Answer::json("{\"Id\":\"a0\",\"Nam")),
    ("HTML 502", || Answer::Whole(502, "<html><body><h1>502 Bad Gateway</h1></body></html>".to_owned())),
    ("HTML 200", || Answer::Whole(200, "<html><body><h1>Welcome to nginx</h1></body></html>".to_owned())),
    ("not HTTP", || Answer::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec())),
    ("100 MB", || {
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n".to_vec();
        Answer::Endless(head, vec![b' '; 1 << 16])
    }),
    ("without an end", || Answer::Endless(chunked_head(), chunk(&[b' '; 1 << 16]))),
    ("500", || Answer::no(500, "layer store: read: input/output error")),
    ("409", || Answer::no(409, "conflict: it is being removed")),
    ("404", || Answer::no(404, "No such container: a0")),
    ("403", || Answer::Whole(403, "<html><body><h1>403 Forbidden</h1></body></html>".to_owned())),
    ("never answered", || Answer::Stall(Vec::new())),
    ("a head and nothing after it", || {
        Answer::Stall(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n".to_vec(),
        )
    }),
];

/// A part of an address, what asks it, the button that has to be pressed, and whether it hangs for longer than a test of
/// every day may.
struct Call {
    part: &'static str,
    line: &'static str,
    press: Option<&'static str>,
    slow: bool,
}

const fn call(part: &'static str, line: &'static str) -> Call {
    Call { part, line, press: None, slow: false }
}

const fn order(part: &'static str, line: &'static str, press: &'static str) -> Call {
    Call { part, line, press: Some(press), slow: true }
}

const CALLS: &[Call] = &[
    call("GET /containers/json", "/ps"),
    call("GET /containers/a0/json", "/inspect nginx"),
    call("GET /containers/a0/logs", "/logs nginx"),
    call("GET /containers/a0/stats", "/stats nginx"),
    call("GET /containers/a0/top", "/top nginx"),
    call("GET /networks", "/networks"),
    call("GET /events", "/events"),
    call("GET /version", "/ps"),
    call("GET /info", "/fix"),
    Call { slow: true, ..call("GET /system/df", "/images") },
    Call { slow: true, ..call("GET /system/df", "/volumes") },
    order("POST /containers/a0/restart", "/restart nginx", "Yes, restart"),
    order("POST /containers/a0/stop", "/stop nginx", "Yes, stop"),
    order("POST /containers/a0/kill", "/kill nginx", "Yes, kill"),
    order("POST /containers/a0/pause", "/pause nginx", "Yes, pause"),
    order("POST /images/prune", "/fix", "Free"),
    order("POST /build/prune", "/fix", "Free"),
];

/// The id of the container that everything is asked about.
const NGINX: &str = "00000000000000000000000000000000000000000000000000000000000000a0";

/// What is asked, without its version and its query.
fn plain(asked: &str) -> String {
    let (method, path) = asked.split_once(' ').unwrap_or_default();
    let path = path.split('?').next().unwrap_or_default().replace(NGINX, "a0");
    format!("{method} {}", path.strip_prefix("/v1.41").unwrap_or(&path))
}

/// What came of one failure of one call.
struct Row {
    failure: &'static str,
    call: &'static Call,
    words: String,
    normal: Duration,
    wrong: Vec<String>,
}

/// One call, with each of these failures one after the other, each in a watch of its own that lasts through all of them.
async fn tried(call: &'static Call, failures: Vec<&'static Failure>) -> Vec<Row> {
    let (ground, api) = (Ground::new(), BotApi::start_patient(Duration::from_secs(240)));
    let mut rows = Vec::new();
    let dock = Dock::lively(&ground);
    let mut watch = Watch::start(ground.serving_with(&api, QUICK));
    watch.logged("what Docker lets us do").await;
    let before = used(watch.pid()).0;
    for (failure, answer) in failures {
        let mut wrong = Vec::new();
        let (words, normal) = one(&api, &dock, call, *answer).await;
        if words.contains("<h1>") || words.is_empty() {
            wrong.push(format!("it says {words}"));
        }
        // How often it was done, whatever was said about it.
        if call.part.starts_with("POST")
            && 1 < dock.restarts().len() + dock.orders().len() + dock.pruned().len()
        {
            let pruned = dock.pruned();
            let twice = pruned.iter().any(|it| 1 < pruned.iter().filter(|other| *other == it).count());
            if twice || !dock.orders().is_empty() || !dock.restarts().is_empty() {
                wrong.push(format!("done: {:?} {:?} {pruned:?}", dock.restarts(), dock.orders()));
            }
        }
        rows.push(Row { failure, call, words, normal, wrong });
    }
    let log = watch.log();
    let after = used(watch.pid()).0;
    if let Some(row) = rows.last_mut() {
        if log.contains("panicked") {
            row.wrong.push(log);
        }
        if before + (48 << 10) < after {
            row.wrong.push(format!("{before} KiB became {after} KiB"));
        }
    }
    rows
}

/// Asks while the call fails; then asks something of the engine until it is answered.
async fn one(api: &BotApi, dock: &Dock, call: &Call, answer: fn() -> Answer) -> (String, Duration) {
    let part = call.part;
    let fails = move |asked: &str| (plain(asked) == part && !asked.contains("vakhta-asks")).then(answer);
    let words = match call.press {
        None => {
            dock.ail(fails);
            ask(api, OWNER, call.line).await.words
        }
        Some(label) => {
            let question = ask(api, OWNER, call.line).await;
            dock.ail(fails);
            api.press_label(OWNER, OWNER, question.id, label);
            let is_answer = |it: &Shown| {
                question.id <= it.id
                    && it.words != question.words
                    && !["⏳", "🔄", "▶"].iter().any(|sign| it.words.starts_with(sign))
            };
            api.wait_for_message(OWNER, label, is_answer).await.words
        }
    };
    dock.recover();
    let began = Instant::now();
    let list = ask(api, OWNER, "/ps").await;
    assert!(list.words.contains("of 5"), "{part}: {}", list.words);
    (words, began.elapsed())
}

fn complaints(rows: &[Row]) -> Vec<String> {
    let wrong = rows.iter().filter(|it| !it.wrong.is_empty());
    wrong
        .map(|it| format!("{} | {} {}: {}", it.failure, it.call.part, it.call.line, it.wrong.join("; ")))
        .collect()
}

#[tokio::test]
async fn whatever_fails_of_an_engines_calls_is_told_in_words() {
    // What hangs costs five seconds each, so one call of each kind has it here.
    let quick = |call: &&'static Call| !call.slow;
    let tries = CALLS.iter().filter(quick).map(|call| {
        let failures = FAILURES
            .iter()
            .filter(|(name, _)| !["never answered", "a head and nothing after it"].contains(name));
        tried(call, failures.collect())
    });
    let rows: Vec<Row> = join_all(tries).await.into_iter().flatten().collect();
    let wrong = complaints(&rows);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_restart_that_was_done_and_never_answered_is_seen_and_said_and_done_once() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let _watch = Watch::start(ground.serving(&api));
    let question = ask(&api, OWNER, "/restart nginx").await;
    dock.hang_restarts();
    api.press_label(OWNER, OWNER, question.id, "Yes, restart");
    api.wait_for_message(OWNER, "what came of it", |it| it.words.contains("was restarted")).await;
    assert_eq!(dock.restarts(), ["nginx"]);
}

#[tokio::test]
#[ignore = "each call with each failure: some minutes"]
async fn every_failure_of_every_call() {
    let tries = CALLS.iter().flat_map(|call| {
        // An order that may have been carried out changes what the next one would be about.
        let alone = call.press.is_some();
        let groups: Vec<Vec<&'static Failure>> = match alone {
            true => FAILURES.iter().map(|it| vec![it]).collect(),
            false => vec![FAILURES.iter().collect()],
        };
        groups.into_iter().map(move |failures| tried(call, failures))
    });
    let mut tries: Vec<_> = tries.collect();
    let mut rows = Vec::new();
    while !tries.is_empty() {
        let some: Vec<_> = tries.drain(..tries.len().min(16)).collect();
        rows.extend(join_all(some).await.into_iter().flatten());
    }
    for row in &rows {
        let first = row.words.lines().find(|it| !it.trim().is_empty()).unwrap_or_default();
        println!(
            "{} | {} {} | {first} | {:.1} s",
            row.failure,
            row.call.part,
            row.call.line,
            row.normal.as_secs_f64()
        );
    }
    println!("| the engine | tried at | done twice | worst time until normal |");
    println!("|---|---|---|---|");
    for (failure, _) in FAILURES {
        let mine: Vec<&Row> = rows.iter().filter(|it| it.failure == *failure).collect();
        let worst = mine.iter().map(|it| it.normal).max().unwrap_or_default();
        println!("| {failure} | {} calls | nothing | {:.1} s |", mine.len(), worst.as_secs_f64());
    }
    let wrong = complaints(&rows);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
