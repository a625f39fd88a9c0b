//! `Docker::events` against an engine that breaks off, hangs, forbids, repeats itself and goes away.

#[path = "support/scripted_engine.rs"]
mod scripted_engine;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jobs::ports::{Engine as _, EventAction, EventStream as _, Heard, Verb};
use scripted_engine::{Answer, ScriptedEngine, chunk, socket_path};
use tokio::time::timeout;
use vakhta::docker::{Docker, EngineAddress, Events, Pace, Timings};

/// Nothing is waited for longer than this in any test.
const LONG: Duration = Duration::from_secs(10);
const SHORT: Duration = Duration::from_millis(100);

const VERSION: &str = r#"{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"}"#;
const PATH: &str = "GET /v1.41/events?filters=%7B%22type%22%3A%5B%22container%22%5D%7D";

/// Lists are not in the way, and attempts follow each other at once.
const QUICK: Pace =
    Pace { again: Duration::from_millis(1), again_most: Duration::from_millis(5), list: LONG };

fn docker(address: &EngineAddress, read: Duration) -> Arc<Docker> {
    let timings = Timings { connect: read, read, ..Timings::default() };
    Arc::new(Docker::with_timings(address.clone(), timings))
}

/// The head of a stream of events, with the engine's clock in it.
fn head() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\nDate: Mon, 06 May 2024 07:08:09 GMT\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec()
}

fn line(second: u32, action: &str) -> Vec<u8> {
    let text = format!(
        r#"{{"Type":"container","Action":"{action}","Actor":{{"ID":"a","Attributes":{{"name":"web"}}}},"time":{second}}}"#
    );
    chunk(format!("{text}\n").as_bytes())
}

async fn next(events: &mut Events) -> String {
    match timeout(LONG, events.next()).await.expect("in time").expect("it follows") {
        Heard::Event(event) => format!("{:?} of {} at {}", event.action, event.name, event.at.as_second()),
        Heard::Listed(list) => format!("listed {}", list.len()),
        Heard::Lost(why) => format!("lost: {why}"),
        Heard::Forbidden(why) => format!("forbidden: {why}"),
        Heard::Ours(id) => format!("ours: {id}"),
        Heard::Withdrawn(id) => format!("withdrawn: {id}"),
    }
}

fn start() -> String {
    format!("{:?}", EventAction::Start)
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_taken_up_where_it_ended_and_repeats_nothing() {
    let streams = AtomicUsize::new(0);
    let engine = ScriptedEngine::unix(move |asked| match asked {
        "GET /version" => Answer::json(VERSION),
        it if it.contains("/containers/json") => Answer::json(r#"[{"Id":"a"}]"#),
        _ => match streams.fetch_add(1, Ordering::Relaxed) {
            // In the middle of a line.
            0 => Answer::Bytes([head(), line(1714979290, "start"), chunk(b"{\"Type\":\"conta")].concat()),
            _ => Answer::Stall(
                [head(), line(1714979290, "start"), line(1714979291, "exec_die"), line(1714979292, "stop")]
                    .concat(),
            ),
        },
    });
    let mut events = docker(&engine.address, LONG).events(QUICK);
    assert_eq!(next(&mut events).await, "listed 1");
    assert_eq!(next(&mut events).await, format!("{} of web at 1714979290", start()));
    let lost = next(&mut events).await;
    assert!(lost.starts_with("lost: "), "{lost}");
    assert_eq!(next(&mut events).await, "listed 1");
    assert_eq!(next(&mut events).await, format!("{:?} of web at 1714979292", EventAction::Stop));
    let asked: Vec<String> = engine.asked().into_iter().filter(|it| it.contains("/events")).collect();
    assert_eq!(asked, [PATH.to_owned(), format!("{PATH}&since=1714979290.000000000")]);
}

#[tokio::test]
async fn what_an_earlier_process_had_read_is_where_the_next_one_begins() {
    let engine = ScriptedEngine::unix(|asked| match asked {
        "GET /version" => Answer::json(VERSION),
        it if it.contains("/events") => Answer::Stall([head(), line(1714979290, "start")].concat()),
        _ => Answer::json("[]"),
    });
    let since = "2024-05-06T07:08:08.5Z".parse().expect("a moment");
    let mut events = docker(&engine.address, LONG).events_since(QUICK, Some(since));
    assert_eq!(next(&mut events).await, "listed 0");
    assert_eq!(next(&mut events).await, format!("{} of web at 1714979290", start()));
    let asked: Vec<String> = engine.asked().into_iter().filter(|it| it.contains("/events")).collect();
    assert_eq!(asked, [format!("{PATH}&since=1714979288.500000000")]);
}

#[tokio::test]
async fn before_the_first_event_the_engines_own_clock_says_since_when() {
    let engine = ScriptedEngine::unix(|asked| match asked {
        "GET /version" => Answer::json(VERSION),
        it if it.contains("/events") => Answer::Bytes(head()),
        _ => Answer::json("[]"),
    });
    let mut events = docker(&engine.address, LONG).events(QUICK);
    // A stream that ends at once, time and again, is lost once for each time that it was there.
    for _ in 0..2 {
        assert_eq!(next(&mut events).await, "listed 0");
        assert!(next(&mut events).await.starts_with("lost: "));
    }
    let since = engine.asked().into_iter().filter(|it| it.contains("since=1714979289.")).count();
    assert!(0 < since, "{:?}", engine.asked());
}

#[tokio::test]
async fn a_silent_stream_is_opened_anew_without_a_word() {
    let engine = ScriptedEngine::unix(|asked| match asked {
        "GET /version" => Answer::json(VERSION),
        it if it.contains("/events") => Answer::Stall(head()),
        _ => Answer::json("[]"),
    });
    let mut events = docker(&engine.address, LONG).events(Pace { list: SHORT, ..QUICK });
    for _ in 0..3 {
        assert_eq!(next(&mut events).await, "listed 0");
    }
    let asked = engine.asked().into_iter().filter(|it| it.contains("/events")).count();
    assert!(3 <= asked, "each list had a new stream before it: {asked}");
}

#[tokio::test]
async fn a_stream_that_speaks_is_kept_and_lists_come_beside_it() {
    let engine = ScriptedEngine::unix(|asked| match asked {
        "GET /version" => Answer::json(VERSION),
        it if it.contains("/events") => Answer::Stall([head(), line(1714979290, "start")].concat()),
        _ => Answer::json("[]"),
    });
    let mut events = docker(&engine.address, LONG).events(Pace { list: SHORT, ..QUICK });
    assert_eq!(next(&mut events).await, "listed 0");
    assert_eq!(next(&mut events).await, format!("{} of web at 1714979290", start()));
    assert_eq!(next(&mut events).await, "listed 0");
    let asked = engine.asked().into_iter().filter(|it| it.contains("/events")).count();
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn a_hanging_engine_is_lost_once_and_keeps_no_connection_when_nobody_listens() {
    let answers: [fn() -> Answer; 3] = [
        || Answer::Stall(Vec::new()),
        || Answer::Stall(b"HTTP/1.1 200".to_vec()),
        || Answer::Stall(head()), // the list behind it hangs
    ];
    for answer in answers {
        let mut engine = ScriptedEngine::unix(move |asked| match asked {
            "GET /version" => Answer::json(VERSION),
            it if it.contains("/events") => answer(),
            _ => Answer::Stall(Vec::new()),
        });
        let mut events = docker(&engine.address, SHORT).events(QUICK);
        assert!(next(&mut events).await.starts_with("lost: "));
        let more = timeout(SHORT * 3, events.next()).await;
        assert!(more.is_err(), "it is told once: {more:?}");
        drop(events);
        timeout(LONG, engine.until_nobody_is_connected()).await.expect("connections are closed");
    }
}

#[tokio::test]
async fn an_engine_may_come_later_and_go_again() {
    let path = socket_path();
    let mut events = docker(&EngineAddress::Unix(path.clone()), LONG).events(QUICK);
    assert!(next(&mut events).await.contains("no such file"));
    for _ in 0..2 {
        let engine = ScriptedEngine::unix_at(path.clone(), |asked| match asked {
            "GET /version" => Answer::json(VERSION),
            it if it.contains("/events") => Answer::Stall(head()),
            _ => Answer::json("[]"),
        });
        assert_eq!(next(&mut events).await, "listed 0");
        let mut engine = engine;
        engine.hang_up();
        assert!(next(&mut events).await.starts_with("lost: "));
        drop(engine);
    }
}

#[tokio::test]
async fn where_the_stream_is_forbidden_lists_come_all_the_same() {
    let engine = ScriptedEngine::unix(|asked| match asked {
        "GET /version" => Answer::json(VERSION),
        it if it.contains("/events") => Answer::no(403, "blocked"),
        _ => Answer::json(r#"[{"Id":"a"}]"#),
    });
    let mut events = docker(&engine.address, LONG).events(QUICK);
    assert_eq!(next(&mut events).await, "listed 1");
    assert_eq!(next(&mut events).await, "forbidden: GET /events is not allowed (403): blocked");
    assert_eq!(next(&mut events).await, "listed 1");
    assert_eq!(next(&mut events).await, "listed 1");
}

#[tokio::test]
async fn a_flood_waits_at_the_engine_until_it_is_listened_to() {
    let engine = ScriptedEngine::unix(|asked| match asked {
        "GET /version" => Answer::json(VERSION),
        it if it.contains("/events") => {
            let flood = (1..=5000).flat_map(|second| line(second, "start")).collect();
            Answer::Stall([head(), flood].concat())
        }
        _ => Answer::json("[]"),
    });
    let mut events = docker(&engine.address, LONG).events(QUICK);
    assert_eq!(next(&mut events).await, "listed 0");
    for second in 1..=5000 {
        assert_eq!(next(&mut events).await, format!("{} of web at {second}", start()));
    }
}

#[tokio::test]
async fn what_we_are_about_to_do_ourselves_is_known_before_it_is_done() {
    let engine = ScriptedEngine::unix(|asked| match asked {
        "GET /version" => Answer::json(VERSION),
        it if it.contains("/events") => Answer::Stall(head()),
        it if it.contains("/containers/json") => Answer::json("[]"),
        it if it.starts_with("POST") => Answer::Whole(204, String::new()),
        _ => Answer::json(r#"{"Id":"a1","State":{"Status":"running"}}"#),
    });
    let docker = docker(&engine.address, LONG);
    let mut events = docker.events(QUICK);
    assert_eq!(next(&mut events).await, "listed 0");
    docker.act(Verb::Restart, "web").await.expect("restarted");
    assert_eq!(next(&mut events).await, "ours: a1");
}
