//! What `vakhta::docker` does to containers and images, and what it looks at closely, against an engine that answers as
//! no test machine's would.

#[path = "support/before_engine.rs"]
mod before_engine;
#[path = "support/scripted_engine.rs"]
mod scripted_engine;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use before_engine::{LONG, SHORT, VERSION_41, VERSION_52, always, docker, patient};
use jobs::ports::{
    ContainerLoad, ContainerState, Engine, EngineError, EventAction, EventStream, Health, Heard, LogQuery,
    LogReader, RestartPolicy, Verb,
};
use scripted_engine::{Answer, ScriptedEngine, chunk, chunked_head};
use tokio::sync::mpsc;
use tokio::time::timeout;
use vakhta::docker::{Docker, Pace};

fn refused(why: &str) -> EngineError {
    EngineError::Refused(why.to_owned())
}

mod acts {
    use super::*;

    const DONE: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";

    fn state(status: &str, second: u32) -> Answer {
        Answer::json(format!(
            r#"{{"Id":"id1","Name":"/web","State":{{"Status":"{status}","StartedAt":"2024-05-06T07:08:0{second}Z"}},
                "Config":{{"StopTimeout":0}}}}"#
        ))
    }

    /// An engine with one container `web` (id `id1`): `before` until something was asked of it, then `after`.
    fn changing(
        before: State,
        after: State,
        answer: impl Fn() -> Answer + Send + Sync + 'static,
    ) -> ScriptedEngine {
        let asked_for = AtomicBool::new(false);
        ScriptedEngine::unix(move |asked| match asked {
            "GET /version" => Answer::json(VERSION_41),
            it if it.starts_with("POST") => {
                asked_for.store(true, Ordering::Relaxed);
                answer()
            }
            // No answer at all would be fine for an id; a name may mean another container by now.
            it if asked_for.load(Ordering::Relaxed) && it.contains("/web/") => Answer::no(404, "renamed"),
            _ if asked_for.load(Ordering::Relaxed) => state(after.0, after.1),
            _ => state(before.0, before.1),
        })
    }

    /// The engine's word for what a container does, and the second at which it was last started.
    type State = (&'static str, u32);

    /// Each verb, what a container is before it and after it, and what is asked for.
    const VERBS: [(Verb, State, State, &str); 6] = [
        (Verb::Start, ("exited", 1), ("running", 2), "start"),
        (Verb::Stop, ("running", 1), ("exited", 1), "stop?t=0"),
        (Verb::Restart, ("running", 1), ("running", 2), "restart?t=0"),
        (Verb::Pause, ("running", 1), ("paused", 1), "pause"),
        (Verb::Unpause, ("paused", 1), ("running", 1), "unpause"),
        (Verb::Kill, ("running", 1), ("exited", 1), "kill"),
    ];

    #[tokio::test]
    async fn each_verb_is_asked_once_and_of_the_id() {
        for (verb, before, after, call) in VERBS {
            let engine = changing(before, after, || Answer::Bytes(DONE.to_vec()));
            assert_eq!(docker(&engine).act(verb, "web").await, Ok(()), "{verb:?}");
            let asked = engine.asked();
            assert_eq!(asked[1], "GET /v1.41/containers/web/json", "{verb:?}");
            let words = |it: &str| it.split('?').next().unwrap_or_default().to_owned();
            assert_eq!(words(&asked[2]), words(&format!("POST /v1.41/containers/id1/{call}")), "{verb:?}");
            assert!(asked[2].contains(call), "{verb:?}: {}", asked[2]);
            assert_eq!(asked.len(), 3, "{verb:?}");
        }
    }

    #[tokio::test]
    async fn not_modified_is_as_it_was_asked_to_be() {
        for (verb, before, after, _) in VERBS {
            let engine =
                changing(before, after, || Answer::Bytes(b"HTTP/1.1 304 Not Modified\r\n\r\n".to_vec()));
            assert_eq!(docker(&engine).act(verb, "web").await, Ok(()), "{verb:?}");
        }
    }

    #[tokio::test]
    async fn a_lost_answer_is_made_up_for_by_what_became_of_the_container() {
        for (verb, before, after, _) in VERBS {
            for answer in [|| Answer::Stall(Vec::new()), || Answer::Bytes(Vec::new())] {
                let done = changing(before, after, answer);
                assert_eq!(patient(&done.address, SHORT).act(verb, "web").await, Ok(()), "{verb:?}");
                let open = changing(before, before, answer);
                let error = patient(&open.address, SHORT).act(verb, "web").await.expect_err("nobody knows");
                let found = format!("it is {} now", before.0);
                assert!(
                    matches!(&error, EngineError::Unanswered(why) if why.contains(&found)),
                    "{verb:?}: {error}"
                );
            }
        }
    }

    #[tokio::test]
    async fn a_container_that_is_removed_with_its_end_has_ended() {
        let gone = |asked: &str| match asked {
            "GET /version" => Answer::json(VERSION_41),
            "GET /v1.41/containers/web/json" => state("running", 1),
            it if it.starts_with("POST") => Answer::Bytes(Vec::new()),
            _ => Answer::no(404, "No such container: id1"),
        };
        for verb in [Verb::Stop, Verb::Kill] {
            assert_eq!(docker(&ScriptedEngine::unix(gone)).act(verb, "web").await, Ok(()));
        }
        let error =
            docker(&ScriptedEngine::unix(gone)).act(Verb::Pause, "web").await.expect_err("nobody knows");
        assert!(matches!(error, EngineError::Unanswered(_)), "{error}");
    }

    #[tokio::test]
    async fn an_engine_that_hangs_altogether_costs_a_bounded_call() {
        for (verb, before, _, _) in VERBS {
            let asked_for = AtomicBool::new(false);
            let engine = ScriptedEngine::unix(move |asked| match asked {
                "GET /version" => Answer::json(VERSION_41),
                it if it.starts_with("POST") || asked_for.load(Ordering::Relaxed) => {
                    asked_for.store(true, Ordering::Relaxed);
                    Answer::Stall(Vec::new())
                }
                _ => state(before.0, before.1),
            });
            let docker = patient(&engine.address, SHORT);
            let outcome = timeout(LONG, docker.act(verb, "web")).await.expect("bounded");
            assert!(matches!(outcome, Err(EngineError::Unanswered(_))), "{verb:?}: {outcome:?}");
        }
    }

    #[tokio::test]
    async fn a_no_is_told_with_the_engines_words() {
        for (verb, status, words) in [
            (Verb::Kill, 409, "Cannot kill container: web: Container id1 is not running"),
            (Verb::Pause, 409, "Container id1 is already paused"),
            (Verb::Unpause, 500, "Container id1 is not paused"),
            (Verb::Stop, 500, "cannot stop container: web: permission denied"),
        ] {
            let engine = changing(("running", 1), ("running", 1), move || Answer::no(status, words));
            assert_eq!(docker(&engine).act(verb, "web").await, Err(refused(words)), "{verb:?}");
        }
        let engine = changing(("exited", 1), ("exited", 1), || Answer::no(404, "network shop not found"));
        assert_eq!(docker(&engine).act(Verb::Start, "web").await, Err(refused("network shop not found")));
        let engine = changing(("running", 1), ("running", 1), || Answer::no(404, "No such container: id1"));
        let missing = Err(EngineError::NoSuchContainer("web".into()));
        assert_eq!(docker(&engine).act(Verb::Stop, "web").await, missing);
        let engine = changing(("running", 1), ("running", 1), || Answer::no(403, "blocked"));
        let why = "POST /containers/id1/pause is not allowed (403): blocked";
        assert_eq!(docker(&engine).act(Verb::Pause, "web").await, Err(refused(why)));
    }

    /// What a follower of the events is told of orders, the rest left out.
    async fn orders(engine: ScriptedEngine, verb: Verb) -> Vec<String> {
        let docker = Arc::new(patient(&engine.address, SHORT));
        let pace = Pace { again: LONG, again_most: LONG, list: LONG };
        let mut events = docker.events(pace);
        assert!(matches!(events.next().await, Some(Heard::Listed(_))), "it follows");
        docker.act(verb, "web").await.ok();
        let mut told = Vec::new();
        while let Ok(Some(heard)) = timeout(SHORT, events.next()).await {
            told.push(format!("{heard:?}"));
        }
        told
    }

    fn followed(answer: fn() -> Answer, after: &'static str) -> ScriptedEngine {
        let asked_for = AtomicBool::new(false);
        ScriptedEngine::unix(move |asked| match asked {
            "GET /version" => Answer::json(VERSION_41),
            it if it.contains("/events") => Answer::Stall(chunked_head()),
            it if it.contains("/containers/json") => Answer::json("[]"),
            it if it.starts_with("POST") => {
                asked_for.store(true, Ordering::Relaxed);
                answer()
            }
            _ if asked_for.load(Ordering::Relaxed) => state(after, 1),
            _ => state("running", 1),
        })
    }

    #[tokio::test]
    async fn what_ends_a_container_is_announced_and_nothing_else_is() {
        for (verb, expected) in [
            (Verb::Stop, vec![r#"Ours("id1")"#]),
            (Verb::Restart, vec![r#"Ours("id1")"#]),
            (Verb::Kill, vec![r#"Ours("id1")"#]),
            (Verb::Start, vec![]),
            (Verb::Pause, vec![]),
            (Verb::Unpause, vec![]),
        ] {
            let engine = followed(|| Answer::Bytes(DONE.to_vec()), "exited");
            assert_eq!(orders(engine, verb).await, expected, "{verb:?}");
        }
    }

    #[tokio::test]
    async fn an_order_is_withdrawn_where_nothing_comes_of_it() {
        let both = [r#"Ours("id1")"#, r#"Withdrawn("id1")"#];
        let denied = || Answer::no(500, "permission denied");
        for verb in [Verb::Stop, Verb::Restart, Verb::Kill] {
            assert_eq!(orders(followed(denied, "running"), verb).await, both, "{verb:?}");
        }
        let blocked = || Answer::no(403, "blocked");
        assert_eq!(orders(followed(blocked, "running"), Verb::Stop).await, both);
        // The first half of a restart was done: that the container is down is our doing.
        assert_eq!(orders(followed(denied, "exited"), Verb::Restart).await, both[..1]);
        // It may still happen.
        assert_eq!(orders(followed(|| Answer::Stall(Vec::new()), "running"), Verb::Stop).await, both[..1]);
    }
}

mod logs {
    use super::*;

    const ALL: LogQuery = LogQuery { tail: u32::MAX, since: None, until: None };

    fn frame(source: u8, payload: &str) -> Vec<u8> {
        let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
        [&[source, 0, 0, 0][..], &length, payload.as_bytes()].concat()
    }

    /// An engine with one container whose log is `answer`.
    fn logging(tty: bool, answer: impl Fn() -> Answer + Send + Sync + 'static) -> ScriptedEngine {
        ScriptedEngine::unix(move |asked| match asked {
            "GET /version" => Answer::json(VERSION_41),
            it if it.contains("/logs?") => answer(),
            _ => Answer::json(format!(
                r#"{{"Id":"id1","Config":{{"Tty":{tty}}},"HostConfig":{{"LogConfig":{{"Type":"none"}}}}}}"#
            )),
        })
    }

    /// The same, with a log that comes when it is told to. Once.
    fn fed(before: Vec<u8>) -> (ScriptedEngine, mpsc::UnboundedSender<Vec<u8>>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let receiver = std::sync::Mutex::new(Some(receiver));
        let answer = move || {
            let receiver = receiver.lock().expect("no panic").take().expect("asked once");
            Answer::Fed(before.clone(), receiver)
        };
        (logging(false, answer), sender)
    }

    async fn open(docker: &Docker, follow: bool) -> Box<dyn LogReader> {
        docker.read_log("web", &ALL, follow).await.expect("opened")
    }

    async fn next(reader: &mut Box<dyn LogReader>) -> Option<Result<String, EngineError>> {
        timeout(LONG, reader.next()).await.expect("bounded").map(|it| it.map(|line| line.text))
    }

    async fn rest(reader: &mut Box<dyn LogReader>) -> Vec<Result<String, EngineError>> {
        let mut all = Vec::new();
        while let Some(line) = next(reader).await {
            all.push(line);
        }
        assert_eq!(next(reader).await, None, "an end stays one");
        all
    }

    fn lines(texts: &[&str]) -> Vec<Result<String, EngineError>> {
        texts.iter().map(|it| Ok((*it).to_owned())).collect()
    }

    #[tokio::test]
    async fn a_log_is_read_line_by_line_to_its_end() {
        let engine = logging(false, || {
            let out = frame(1, "2024-05-06T07:08:09.5Z one\n2024-05-06T07:08:09.6Z two\n");
            let bytes = [out, frame(2, "2024-05-06T07:08:10.5Z \u{1b}[31mbad\u{1b}[0m\n"), frame(1, "open")];
            let bytes = bytes.concat();
            // Cut inside the first head and inside the second payload.
            Answer::chunked(&[&bytes[..3], &bytes[3..50], &bytes[50..]])
        });
        let docker = docker(&engine);
        assert_eq!(rest(&mut open(&docker, false).await).await, lines(&["one", "two", "bad", "open"]));
        assert_eq!(
            engine.asked()[2],
            "GET /v1.41/containers/id1/logs?stdout=1&stderr=1&timestamps=1&follow=0&tail=all"
        );
        let terminal = logging(true, || Answer::chunked(&[b"\x01\x00\x00\x00one\r\nt", b"wo\r\n"]));
        assert_eq!(rest(&mut open(&super::docker(&terminal), false).await).await, lines(&["one", "two"]));
        let empty = logging(false, || Answer::chunked(&[]));
        assert_eq!(rest(&mut open(&super::docker(&empty), false).await).await, []);
    }

    #[tokio::test]
    async fn a_log_is_longer_than_anything_that_is_gathered() {
        // 68 MiB, of which a list of lines would be cut at 64.
        const PIECES: usize = 1088;
        let piece = chunk(&frame(1, &format!("{}\n", "x".repeat(1023)).repeat(64)));
        let engine = logging(false, move || {
            let (sender, receiver) = mpsc::unbounded_channel();
            (0..PIECES).for_each(|_| sender.send(piece.clone()).expect("open"));
            sender.send(chunk(b"")).expect("open");
            Answer::Fed(chunked_head(), receiver)
        });
        let docker = patient(&engine.address, Duration::from_secs(60));
        let (mut reader, mut count) = (open(&docker, false).await, 0);
        while let Some(line) = reader.next().await {
            assert_eq!(line.expect("a line").text.len(), 1023);
            count += 1;
        }
        assert_eq!(count, PIECES * 64);
    }

    #[tokio::test]
    async fn a_followed_log_may_be_silent_for_as_long_as_it_likes() {
        let (mut engine, sender) = fed(chunked_head());
        let docker = patient(&engine.address, SHORT);
        let mut reader = open(&docker, true).await;
        assert!(engine.asked()[2].contains("&follow=1&"), "{:?}", engine.asked());
        sender.send(chunk(&frame(1, "one\ntw"))).expect("open");
        assert_eq!(next(&mut reader).await, Some(Ok("one".into())));
        // Longer than any limit, and dropped half-way several times.
        for _ in 0..3 {
            assert!(timeout(SHORT, reader.next()).await.is_err());
        }
        sender.send(chunk(&frame(1, "o\n"))).expect("open");
        assert_eq!(next(&mut reader).await, Some(Ok("two".into())));
        sender.send(chunk(b"")).expect("open");
        drop(sender);
        assert_eq!(rest(&mut reader).await, [], "it ends with its container");
        timeout(LONG, engine.until_nobody_is_connected()).await.expect("connections are closed");
    }

    #[tokio::test]
    async fn podman_says_yes_to_following_only_with_the_first_line() {
        let (engine, sender) = fed(Vec::new());
        let docker = patient(&engine.address, SHORT);
        let mut reader = open(&docker, true).await;
        assert!(timeout(SHORT, reader.next()).await.is_err(), "nothing yet");
        sender.send([chunked_head(), chunk(&frame(1, "one\n")), chunk(b"")].concat()).expect("open");
        drop(sender);
        assert_eq!(rest(&mut reader).await, lines(&["one"]));

        let (engine, sender) = fed(Vec::new());
        let docker = patient(&engine.address, SHORT);
        let mut reader = open(&docker, true).await;
        sender.send(b"HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno".to_vec()).expect("open");
        drop(sender);
        assert_eq!(rest(&mut reader).await, [Err(refused("log driver none: no"))]);
    }

    #[tokio::test]
    async fn a_reader_that_is_dropped_leaves_no_connection() {
        for (before, follow) in [(chunked_head(), true), (Vec::new(), true), (chunked_head(), false)] {
            let (mut engine, sender) = fed(before);
            let docker = patient(&engine.address, SHORT);
            drop(open(&docker, follow).await);
            // The script itself sees it when it next writes.
            sender.send(chunk(&vec![b'x'; 4 * 1024 * 1024])).expect("open");
            timeout(LONG, engine.until_nobody_is_connected()).await.expect("connections are closed");
        }
    }

    #[tokio::test]
    async fn what_breaks_gives_what_was_there_and_one_error() {
        let begun = || [chunked_head(), chunk(&frame(1, "one\ntwo"))].concat();
        let bogus = move || [begun(), chunk(&[1, 0, 0, 0, 255, 255, 255, 255]), chunk(b"")].concat();
        let torn = move || [chunked_head(), chunk(&frame(1, "one\ntwo?")[..15]), chunk(b"")].concat();
        let said = move || [begun(), chunk(&frame(3, "error reading log file")), chunk(b"")].concat();
        type Script = Box<dyn Fn() -> Answer + Send + Sync>;
        let answers: [(Script, &str); 5] = [
            (Box::new(move || Answer::Bytes(begun())), "broke off"),
            (Box::new(move || Answer::Bytes(bogus())), "out of step"),
            (Box::new(move || Answer::Bytes(torn())), "inside a frame"),
            (Box::new(move || Answer::Bytes(said())), "error reading log file"),
            (Box::new(move || Answer::Stall(begun())), "stopped coming"),
        ];
        for (answer, why) in answers {
            let engine = logging(false, answer);
            let all = rest(&mut open(&patient(&engine.address, SHORT), false).await).await;
            assert_eq!(all[..2], lines(&["one", "two"]), "{why}");
            assert!(matches!(&all[2..], [Err(error)] if error.to_string().contains(why)), "{why}: {all:?}");
        }
    }

    #[tokio::test]
    async fn a_log_without_an_end_is_given_up_unless_it_is_followed() {
        let engine = logging(false, || Answer::Endless(chunked_head(), chunk(&frame(2, "again\n"))));
        let docker = patient(&engine.address, SHORT);
        let mut reader = open(&docker, false).await;
        let mut count = 0;
        let error = loop {
            match reader.next().await.expect("an error first") {
                Ok(line) => assert_eq!(line.text, "again"),
                Err(error) => break error,
            }
            count += 1;
        };
        assert!(matches!(error, EngineError::Unanswered(_)) && 0 < count, "{count}: {error}");
        assert_eq!(next(&mut reader).await, None);
    }

    #[tokio::test]
    async fn a_log_that_cannot_be_read_says_whose_driver_it_is() {
        let words = "configured logging driver does not support reading";
        let engine = logging(false, move || Answer::no(500, words));
        for follow in [false, true] {
            let outcome = docker(&engine).read_log("web", &ALL, follow).await;
            assert_eq!(outcome.err(), Some(refused(&format!("log driver none: {words}"))));
        }
        let gone = always(|| Answer::no(404, "No such container: web"));
        for name in ["web", "../web"] {
            let outcome = docker(&gone).read_log(name, &ALL, true).await;
            assert_eq!(outcome.err(), Some(EngineError::NoSuchContainer(name.into())));
        }
        let mut stalled = logging(false, || Answer::Stall(Vec::new()));
        let outcome = patient(&stalled.address, SHORT).read_log("web", &ALL, false).await;
        assert!(matches!(outcome.err(), Some(EngineError::Unanswered(_))));
        timeout(LONG, stalled.until_nobody_is_connected()).await.expect("connections are closed");
    }
}

mod looks {
    use super::*;

    fn answering(
        version: &'static str,
        answer: impl Fn() -> Answer + Send + Sync + 'static,
    ) -> ScriptedEngine {
        ScriptedEngine::unix(move |asked| match asked {
            "GET /version" => Answer::json(version),
            _ => answer(),
        })
    }

    /// Asked for anything, hanging and refusing and babbling engines end the call with the error that fits.
    async fn fails_well<T, F>(call: impl Fn(Docker) -> F)
    where
        T: std::fmt::Debug,
        F: Future<Output = Result<T, EngineError>>,
    {
        let error = async |engine: &ScriptedEngine| {
            let outcome = timeout(LONG, call(patient(&engine.address, SHORT))).await.expect("bounded");
            outcome.expect_err("it fails")
        };
        let hanging = always(|| Answer::Stall(Vec::new()));
        assert!(matches!(error(&hanging).await, EngineError::Unanswered(_)));
        let half = always(|| Answer::Stall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec()));
        assert!(matches!(error(&half).await, EngineError::Unanswered(_)));
        assert_eq!(error(&always(|| Answer::no(500, "no space left"))).await, refused("no space left"));
        assert!(matches!(error(&always(|| Answer::json("\"hunter2\""))).await, EngineError::Garbled(_)));
        let broken = always(|| Answer::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec()));
        assert!(matches!(error(&broken).await, EngineError::Garbled(_)));
    }

    #[tokio::test]
    async fn whatever_is_looked_at_fails_well() {
        fails_well(|it| async move { it.load("web").await }).await;
        fails_well(|it| async move { it.top("web").await }).await;
        fails_well(|it| async move { it.networks().await }).await;
        fails_well(|it| async move { it.inspect("web").await }).await;
        let gone = always(|| Answer::no(404, "No such container: web"));
        for name in ["web", "a/../b"] {
            let missing = || EngineError::NoSuchContainer(name.to_owned());
            assert_eq!(docker(&gone).load(name).await, Err(missing()));
            assert_eq!(docker(&gone).top(name).await, Err(missing()));
        }
        let stopped = always(|| Answer::no(409, "Container web is not running"));
        assert_eq!(docker(&stopped).top("web").await, Err(refused("Container web is not running")));
    }

    fn stats(total: u64, system: u64, before: &str) -> String {
        format!(
            r#"{{"cpu_stats":{{"cpu_usage":{{"total_usage":{total}}},"system_cpu_usage":{system},"online_cpus":2}},
                "precpu_stats":{before},"memory_stats":{{"usage":1000,"limit":4000,"stats":{{"inactive_file":300}}}},
                "networks":{{"eth0":{{"rx_bytes":7,"tx_bytes":8}}}},"blkio_stats":{{"io_service_bytes_recursive":null}},
                "pids_stats":{{"current":5}},"os_type":"linux"}}"#
        )
    }

    #[tokio::test]
    async fn the_load_of_a_container_is_read_in_each_dialect() {
        let expected = ContainerLoad {
            cpu: Some(100.0),
            memory: Some(700),
            memory_limit: Some(4000),
            received: Some(7),
            sent: Some(8),
            read: None,
            written: None,
            pids: Some(5),
        };
        for (version, prefix) in [(VERSION_41, "v1.41"), (VERSION_52, "v1.52")] {
            let before = r#"{"cpu_usage":{"total_usage":100},"system_cpu_usage":1000,"online_cpus":2}"#;
            let engine = answering(version, move || Answer::json(stats(150, 1100, before)));
            assert_eq!(docker(&engine).load("web").await, Ok(expected));
            assert_eq!(engine.asked()[1..], [format!("GET /{prefix}/containers/web/stats?stream=false")]);
        }
    }

    #[tokio::test]
    async fn an_engine_that_looks_once_is_asked_twice() {
        // Podman.
        let asked_for = AtomicBool::new(false);
        let engine = always(move || match asked_for.swap(true, Ordering::Relaxed) {
            false => Answer::json(stats(100, 1000, r#"{"cpu_usage":{"total_usage":0}}"#)),
            true => Answer::json(stats(150, 1100, r#"{"cpu_usage":{"total_usage":0}}"#)),
        });
        assert_eq!(docker(&engine).load("web").await.map(|it| it.cpu), Ok(Some(100.0)));
        let stopped = always(|| {
            Answer::json(r#"{"read":"0001-01-01T00:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":0}}}"#)
        });
        assert_eq!(docker(&stopped).load("web").await, Ok(ContainerLoad::default()));
        assert_eq!(stopped.asked().len(), 2, "there is nothing to look at twice");
        // Podman says yes before it looks, and then nothing.
        let stopped = always(|| Answer::json(""));
        assert_eq!(docker(&stopped).load("web").await, Ok(ContainerLoad::default()));
    }

    #[tokio::test]
    async fn podman_lists_processes_of_a_container_without_a_ps_of_its_own() {
        let engine = ScriptedEngine::unix(|asked| match asked {
            "GET /version" => Answer::json(VERSION_41),
            it if it.ends_with("/top") => Answer::json(""),
            _ => Answer::json(r#"{"Titles":["USER","PID"],"Processes":[["root","1"]]}"#),
        });
        let top = docker(&engine).top("web").await.expect("processes");
        assert_eq!((top.titles, top.rows.len()), (vec!["USER".to_owned(), "PID".to_owned()], 1));
        assert_eq!(
            engine.asked().last().map(String::as_str),
            Some("GET /v1.41/containers/web/top?ps_args=user,pid,ppid,pcpu,etime,tty,time,args")
        );
        let silent = always(|| Answer::json(""));
        let why = "web has no processes to show: is it running?";
        assert_eq!(docker(&silent).top("web").await, Err(refused(why)));
    }

    #[tokio::test]
    async fn processes_and_networks_are_read() {
        let engine = always(|| {
            Answer::json(r#"{"Titles":["USER","PID","COMMAND"],"Processes":[["root","1","/web"],null]}"#)
        });
        let top = docker(&engine).top("web").await.expect("processes");
        assert_eq!(
            (top.titles.len(), top.rows.as_slice()),
            (3, &[vec!["root".into(), "1".into(), "/web".into()], vec![]][..])
        );
        assert_eq!(engine.asked()[1], "GET /v1.41/containers/web/top");
        let engine = answering(VERSION_52, || {
            Answer::json(
                r#"[{"Name":"shop","Id":"n","Driver":"novelty","IPAM":{"Config":[{"Subnet":"10.1.0.0/16"}]}}]"#,
            )
        });
        let networks = docker(&engine).networks().await.expect("a list");
        assert_eq!(
            (networks[0].driver.as_str(), &networks[0].subnets),
            ("novelty", &vec!["10.1.0.0/16".to_owned()])
        );
        assert_eq!(engine.asked()[1], "GET /v1.52/networks");
        assert_eq!(docker(&always(|| Answer::json("null"))).networks().await, Ok(vec![]));
    }

    const INSPECTED: &str = r#"{"Id":"0123456789abcdef","Name":"/web","Created":"2024-05-06T07:00:00.5Z","Path":"/web",
        "Args":["--port","80"],"Image":"sha256:5","LogPath":"/var/lib/docker/containers/0/0-json.log","RestartCount":0,
        "State":{"Status":"running","StartedAt":"2024-05-06T07:08:09Z","ExitCode":0,"Health":{"Status":"unhealthy","Log":[
            {"Start":"2024-05-06T07:10:00Z","End":"2024-05-06T07:10:01Z","ExitCode":1,"Output":"\u001b[31mno\u001b[0m\r\n"}]}},
        "Config":{"Image":"nginx:1.27","Env":["PASSWORD=hunter2","PATH=/bin","EMPTY=","BARE"],"Entrypoint":["/other"],"Cmd":null},
        "HostConfig":{"NetworkMode":"shop","RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3},"Memory":1024,
            "NanoCpus":500000000,"LogConfig":{"Type":"json-file","Config":{"max-size":"10m"}},"Isolation":"novelty"},
        "Mounts":[{"Type":"volume","Name":"data","Source":"/v","Destination":"/data","RW":true}],
        "NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}],"81/tcp":null},
            "Networks":{"shop":{"IPAddress":"172.18.0.2","Aliases":["web","0123456789ab"]}}}}"#;

    #[tokio::test]
    async fn inspect_tells_what_a_container_is_and_no_secret_of_it() {
        for version in [VERSION_41, VERSION_52] {
            let engine = answering(version, || Answer::json(INSPECTED));
            let detail = docker(&engine).inspect("web").await.expect("inspected");
            assert_eq!((detail.image.as_str(), detail.image_id.as_str()), ("nginx:1.27", "sha256:5"));
            assert_eq!(detail.command, ["/web", "--port", "80"]);
            assert_eq!(detail.environment, ["PASSWORD", "PATH", "EMPTY", "BARE"]);
            assert!(!format!("{detail:?}").contains("hunter2"));
            assert_eq!((detail.ports.len(), detail.ports[0].outside, detail.ports[0].inside), (1, 8080, 80));
            assert_eq!(detail.mounts[0].name.as_deref(), Some("data"));
            assert_eq!((detail.networks[0].network.as_str(), detail.networks[0].aliases.len()), ("shop", 1));
            assert_eq!(
                (detail.limits.memory, detail.limits.cpus, detail.limits.pids),
                (Some(1024), Some(0.5), None)
            );
            assert_eq!(detail.restart_policy, RestartPolicy::OnFailure(Some(3)));
            assert_eq!((detail.health_log.len(), detail.health_log[0].output.as_str()), (1, "no"));
            assert_eq!(detail.health_log[0].exit_code, Some(1));
            assert_eq!(
                (detail.log_driver.as_str(), detail.log_max_size.as_deref()),
                ("json-file", Some("10m"))
            );
            assert!(detail.log_path.ends_with("-json.log") && detail.created < detail.started);
        }
    }

    #[tokio::test]
    async fn podmans_inspect_says_the_same_in_its_own_words() {
        let engine = always(|| {
            Answer::json(
                r#"{"Id":"a","Name":"web","ImageName":"docker.io/library/nginx:1.27","Image":"5","Path":"","Args":null,
                    "State":{"Status":"stopped","ExitCode":143,"Health":null,"Healthcheck":{"Status":"healthy","Log":
                        [{"Start":"2024-05-06T07:10:00.1+02:00","ExitCode":0,"Output":"1"},{"Output":"2"},{"Output":"3"},
                         {"Output":"4"},{"Output":"5"},{"Output":"6"},7]}},
                    "Config":{"Env":null,"Entrypoint":"/entry point","Cmd":["x"]},
                    "HostConfig":{"NanoCpus":0,"CpuQuota":150000,"CpuPeriod":100000,"PidsLimit":2048,"MemorySwap":-1,
                        "RestartPolicy":{"Name":"","MaximumRetryCount":0},"PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}]},
                        "LogConfig":{"Type":"k8s-file","Config":null,"Path":"/x/ctr.log","Tag":"","Size":"0B"}},
                    "Mounts":null,"NetworkSettings":{"Ports":{},"Networks":null}}"#,
            )
        });
        let detail = docker(&engine).inspect("web").await.expect("inspected");
        assert_eq!((detail.state, detail.exit_code), (ContainerState::Exited, Some(143)));
        assert_eq!((detail.health, detail.health_log.len()), (Some(Health::Healthy), 5));
        assert_eq!(detail.health_log[4].output, "6", "the newest are kept");
        assert_eq!(detail.image, "docker.io/library/nginx:1.27");
        assert_eq!(detail.command, ["/entry point", "x"]);
        assert_eq!((detail.limits.cpus, detail.limits.pids), (Some(1.5), Some(2048)));
        assert_eq!((detail.restart_policy, detail.ports[0].outside), (RestartPolicy::No, 8080));
        assert_eq!((detail.log_path.as_str(), detail.log_max_size), ("/x/ctr.log", None));
        let bare = docker(&always(|| Answer::json("{}"))).inspect("web").await.expect("inspected");
        assert_eq!(bare, jobs::ports::ContainerDetail::default());
    }
}

mod past {
    use super::*;

    const SINCE: &str = "1970-01-01T00:00:01Z";
    const UNTIL: &str = "2024-05-06T08:00:00Z";

    async fn happened(engine: &ScriptedEngine) -> Result<Vec<String>, EngineError> {
        told(&patient(&engine.address, SHORT)).await
    }

    async fn told(docker: &Docker) -> Result<Vec<String>, EngineError> {
        let at = |text: &str| text.parse().expect("a moment");
        let events = timeout(LONG, docker.happened(at(SINCE), at(UNTIL))).await;
        let words = |it: jobs::ports::EngineEvent| format!("{} {:?}", it.at.as_second(), it.action);
        Ok(events.expect("bounded")?.into_iter().map(words).collect())
    }

    fn line(second: u32, action: &str) -> Vec<u8> {
        let text =
            format!(r#"{{"Type":"container","Action":"{action}","Actor":{{"ID":"a"}},"time":{second}}}"#);
        chunk(format!("{text}\n").as_bytes())
    }

    /// The head of an engine whose clock shows this hour of that day.
    fn head(hour: u32) -> Vec<u8> {
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nDate: Mon, 06 May 2024 {hour:02}:30:00 GMT\r\n\r\n")
            .into_bytes()
    }

    #[tokio::test]
    async fn what_happened_is_told_oldest_first_and_once() {
        let engine = always(|| {
            let odd = [chunk(b"null\n{}\n"), line(7, "exec_start: x"), line(5, "die"), line(8, "novelty")];
            Answer::Bytes([head(9), line(6, "start"), line(5, "die"), odd.concat(), chunk(b"")].concat())
        });
        let start = format!("6 {:?}", EventAction::Start);
        let told = happened(&engine).await.expect("told");
        assert_eq!(told, ["5 Die { exit_code: None }", &start, r#"8 Other("novelty")"#]);
        assert_eq!(
            engine.asked().last().map(String::as_str),
            Some(
                "GET /v1.41/events?filters=%7B%22type%22%3A%5B%22container%22%5D%7D&since=1.000000000\
                 &until=1714982400.000000000"
            )
        );
        assert_eq!(happened(&always(|| Answer::chunked(&[]))).await, Ok(vec![]));
    }

    #[tokio::test]
    async fn podman_is_asked_to_end_by_itself_and_what_is_too_new_is_left_out() {
        let engine = ScriptedEngine::unix(|asked| match asked {
            "GET /version" => Answer::json(
                r#"{"Version":"4.3.1","ApiVersion":"1.41","Components":[{"Name":"Podman Engine"}]}"#,
            ),
            _ => Answer::Bytes([head(9), line(5, "start"), line(1_714_982_401, "died"), chunk(b"")].concat()),
        });
        assert_eq!(happened(&engine).await, Ok(vec!["5 Start".to_owned()]));
        let asked = engine.asked().pop().expect("asked");
        assert!(asked.ends_with("&since=1.000000000&stream=false"), "{asked}");
    }

    #[tokio::test]
    async fn an_engine_whose_clock_is_behind_is_not_waited_for() {
        let engine = always(|| Answer::Stall([head(7), line(5, "start")].concat()));
        assert_eq!(happened(&engine).await, Ok(vec!["5 Start".to_owned()]));
    }

    #[tokio::test]
    async fn half_of_what_happened_is_not_told_for_all_of_it() {
        let stalled = always(|| Answer::Stall([head(9), line(5, "start")].concat()));
        assert!(matches!(happened(&stalled).await, Err(EngineError::Unanswered(_))));
        let broken = always(|| Answer::Bytes([head(9), line(5, "start")].concat()));
        assert!(matches!(happened(&broken).await, Err(EngineError::Garbled(_))));
        let silent = always(|| Answer::Stall(Vec::new()));
        assert!(matches!(happened(&silent).await, Err(EngineError::Unanswered(_))));
        assert_eq!(
            happened(&always(|| Answer::no(403, "blocked"))).await,
            Err(refused("GET /events is not allowed (403): blocked"))
        );
    }

    #[tokio::test]
    async fn of_very_much_the_newest_is_told() {
        let engine = always(|| {
            let lines: Vec<u8> = (1..=3000).flat_map(|second| line(second, "start")).collect();
            Answer::Bytes([head(9), lines, chunk(b"")].concat())
        });
        let told = told(&docker(&engine)).await.expect("told");
        assert_eq!((told.len(), told[0].as_str(), told[1999].as_str()), (2000, "1001 Start", "3000 Start"));
    }
}

mod images {
    use jobs::ports::Pruned;

    use super::*;

    const ID: &str = "sha256:0f";

    #[tokio::test]
    async fn an_image_is_removed_by_its_id_and_never_by_force() {
        let engine = always(|| {
            Answer::json(r#"[{"Untagged":"shop:2"},{"Deleted":"sha256:0f"},{"Deleted":"sha256:0e"}]"#)
        });
        assert_eq!(docker(&engine).remove_image(ID).await, Ok(Pruned { items: 3, claimed: 0 }));
        assert_eq!(engine.asked()[1..], ["DELETE /v1.41/images/sha256:0f?force=false&noprune=false"]);
    }

    #[tokio::test]
    async fn an_image_that_is_used_or_missing_is_refused() {
        let used =
            "conflict: unable to delete 0f (cannot be forced) - image is being used by running container a";
        let engine = always(move || Answer::no(409, used));
        assert_eq!(docker(&engine).remove_image(ID).await, Err(refused(used)));
        let missing = always(|| Answer::no(404, "No such image: sha256:0f"));
        assert_eq!(docker(&missing).remove_image(ID).await, Err(refused("no such image: sha256:0f")));
        assert_eq!(
            docker(&missing).remove_image("a/../b").await,
            Err(refused("not an image's name: a/../b"))
        );
        assert_eq!(missing.asked().len(), 2, "a path is not asked for");
    }

    #[tokio::test]
    async fn a_removal_without_an_answer_is_looked_after() {
        let script = |gone: bool| {
            move |asked: &str| match asked {
                "GET /version" => Answer::json(VERSION_41),
                it if it.starts_with("DELETE") => Answer::Stall(Vec::new()),
                "GET /v1.41/images/sha256:0f/json" if gone => Answer::no(404, "No such image"),
                _ => Answer::json("{}"),
            }
        };
        let gone = ScriptedEngine::unix(script(true));
        assert_eq!(patient(&gone.address, SHORT).remove_image(ID).await, Ok(Pruned { items: 1, claimed: 0 }));
        let open = ScriptedEngine::unix(script(false));
        let error = patient(&open.address, SHORT).remove_image(ID).await.expect_err("nobody knows");
        assert!(matches!(&error, EngineError::Unanswered(why) if why.contains("still there")), "{error}");
    }
}
