//! `vakhta::docker` against an engine that answers as no test machine's would: every generation, every fault.

#[path = "support/before_engine.rs"]
mod before_engine;
#[path = "support/scripted_engine.rs"]
mod scripted_engine;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use before_engine::{LONG, SHORT, VERSION_41, VERSION_52, always, docker, patient};
use jobs::ports::{
    Allowed, ContainerState, Engine, EngineError, Health, ImageNames, LogQuery, LogStream, Permission,
    Profile, Pruned, Reach, Right, Verb,
};
use scripted_engine::{Answer, ScriptedEngine, chunk, chunked_head, socket_path};
use serde_json::json;
use vakhta::docker::EngineAddress;
use vakhta::docker::calls::find;

fn lines(tail: u32) -> LogQuery {
    LogQuery { tail, since: None, until: None }
}

fn frame(source: u8, payload: &str) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
    [&[source, 0, 0, 0][..], &length, payload.as_bytes()].concat()
}

#[tokio::test]
async fn one_unknown_word_does_not_hide_the_other_containers() {
    let engine = always(|| {
        Answer::json(
            r#"[{"Id":"a","Names":["/podman"],"State":"dreaming","Status":"Asleep","Labels":null,"Ports":null},
                {"Id":"b","Names":null,"State":null,"Created":null,"Mounts":[{"Type":"novelty"}]},
                {"Id":"c","Names":["/web"],"State":"running","Status":"Up (healthy)","Health":{"Status":"dizzy"}}]"#,
        )
    });
    let containers = docker(&engine).containers().await.expect("a list");
    let states: Vec<&ContainerState> = containers.iter().map(|it| &it.state).collect();
    assert_eq!(
        states,
        [&ContainerState::Other("dreaming".into()), &ContainerState::Unsaid, &ContainerState::Running]
    );
    assert_eq!(containers[2].health, Some(Health::Other("dizzy".into())));
    assert_eq!(engine.asked(), ["GET /version", "GET /v1.41/containers/json?all=1"]);
}

#[tokio::test]
async fn a_thousand_containers_are_listed_quickly_and_the_version_is_asked_once() {
    let row = |number: usize| {
        format!(
            r#"{{"Id":"{number:064}","Names":["/web-{number}"],"Image":"nginx:1.27","State":"running","Status":"Up 2 days",
                "Labels":{{"com.docker.compose.project":"shop","a":"{}"}},"Created":1714979289}}"#,
            "x".repeat(1000)
        )
    };
    let list = format!("[{}]", (0..1000).map(row).collect::<Vec<_>>().join(","));
    let engine = always(move || Answer::json(list.clone()));
    let docker = docker(&engine);
    let start = Instant::now();
    let containers = docker.containers().await.expect("a list");
    assert!(start.elapsed() < Duration::from_millis(300), "{:?}", start.elapsed());
    assert_eq!((containers.len(), containers[999].name.as_str()), (1000, "web-999"));
    docker.containers().await.expect("a list");
    assert_eq!(engine.asked().iter().filter(|it| *it == "GET /version").count(), 1);
}

#[tokio::test]
async fn an_answer_that_is_no_answer_is_garbled_and_never_quoted() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
    let answers: [fn(&str) -> Answer; 8] = [
        |_| Answer::json(""),
        |_| Answer::json("{\"Env\":\"hunter2\"}"),
        |_| Answer::json("[{\"Id\":\"hunter2\""),
        |_| Answer::json("\"hunter2\""),
        |_| Answer::json("[".repeat(100_000)),
        |_| Answer::Bytes(b"SSH-2.0-hunter2\r\n\r\n".to_vec()),
        |head| Answer::Bytes(format!("{head}[{{\"Id\":\"hunter2\"").into_bytes()),
        |_| Answer::Bytes([chunked_head(), chunk(b"[{\"Id\":\"hunter2\"")].concat()),
    ];
    for (number, answer) in answers.into_iter().enumerate() {
        let engine = always(move || answer(head));
        let error = docker(&engine).containers().await.expect_err("garbage");
        assert!(matches!(error, EngineError::Garbled(_)), "{number}: {error}");
        assert!(!error.to_string().contains("hunter2"), "{number}: {error}");
    }
}

#[tokio::test]
async fn a_connection_that_ends_without_an_answer_leaves_the_outcome_unknown() {
    let engine = always(|| Answer::Bytes(Vec::new()));
    let error = docker(&engine).prune_dangling_images().await.expect_err("no answer");
    assert!(matches!(error, EngineError::Unanswered(_)), "{error}");
}

#[tokio::test]
async fn an_endless_answer_is_not_gathered() {
    let engine = always(|| Answer::Endless(chunked_head(), chunk(&[b' '; 1024 * 1024])));
    let error = docker(&engine).containers().await.expect_err("too long");
    assert!(matches!(&error, EngineError::Garbled(why) if why.contains("16 MiB")), "{error}");
    let refusal = || Answer::Endless(b"HTTP/1.1 500 No\r\n\r\n".to_vec(), vec![b'x'; 4096]);
    let error = docker(&always(refusal)).containers().await.expect_err("too long");
    assert!(matches!(error, EngineError::Refused(_)), "{error}");
}

#[tokio::test]
async fn an_endless_answer_to_an_order_is_not_gathered_either() {
    let engine = always(|| Answer::Endless(chunked_head(), chunk(&[b' '; 4096])));
    let asked = Instant::now();
    let error = docker(&engine).prune_build_cache(Duration::ZERO).await.expect_err("it never ends");
    assert!(matches!(&error, EngineError::Unanswered(_) | EngineError::Garbled(_)), "{error}");
    // Not for as long as anybody has patience: that would be gigabytes.
    assert!(asked.elapsed() < LONG / 2, "{:?}", asked.elapsed());
}

#[tokio::test]
async fn a_hanging_engine_costs_one_bounded_call_and_no_connection() {
    let half = || b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[".to_vec();
    let answers: [fn(Vec<u8>) -> Answer; 3] =
        [|_| Answer::Stall(Vec::new()), |_| Answer::Stall(b"HTTP/1.1 200".to_vec()), Answer::Stall];
    for answer in answers {
        let mut engine = always(move || answer(half()));
        let docker = patient(&engine.address, SHORT);
        let start = Instant::now();
        let error = docker.containers().await.expect_err("it hangs");
        assert!(matches!(error, EngineError::Unanswered(_)), "{error}");
        assert!(matches!(docker.info().await, Err(EngineError::Unanswered(_))));
        assert!(matches!(docker.inspect("web").await, Err(EngineError::Unanswered(_))));
        assert!(matches!(docker.disk_usage().await, Err(EngineError::Unanswered(_))));
        assert!(start.elapsed() < LONG, "{:?}", start.elapsed());
        tokio::time::timeout(LONG, engine.until_nobody_is_connected()).await.expect("connections are closed");
    }
}

#[tokio::test]
async fn a_hanging_version_is_bounded_too() {
    let mut engine = ScriptedEngine::tcp(|_| Answer::Stall(Vec::new())).await;
    let docker = patient(&engine.address, SHORT);
    assert!(matches!(docker.containers().await, Err(EngineError::Unanswered(_))));
    tokio::time::timeout(LONG, engine.until_nobody_is_connected()).await.expect("connections are closed");
}

#[tokio::test]
async fn a_no_is_told_with_the_engines_words() {
    let error = async |status: u16, message: &'static str| {
        docker(&always(move || Answer::no(status, message))).inspect("web").await.expect_err("no")
    };
    let refused = |why: &str| EngineError::Refused(why.to_owned());
    assert_eq!(error(404, "No such container: web").await, EngineError::NoSuchContainer("web".into()));
    assert_eq!(error(409, "removal in progress").await, refused("removal in progress"));
    assert_eq!(error(500, "no space left on device").await, refused("no space left on device"));
    assert_eq!(
        error(403, "blocked").await,
        refused("GET /containers/web/json is not allowed (403): blocked")
    );
    let page = always(|| Answer::Whole(403, "<html><body>no</body></html>".into()));
    assert_eq!(
        docker(&page).containers().await,
        Err(refused("GET /containers/json is not allowed (403)")),
        "a proxy's page is no explanation"
    );
    let dead = always(|| Answer::Whole(502, "Bad Gateway\n".into()));
    assert!(matches!(docker(&dead).containers().await, Err(EngineError::Unreachable(_))));
}

#[tokio::test]
async fn an_engine_may_come_later_go_and_come_back_as_another() {
    let path = socket_path();
    let docker = patient(&EngineAddress::Unix(path.clone()), LONG);
    let unreachable = async |part: &str| {
        let error = docker.info().await.expect_err("nobody is there");
        assert!(matches!(&error, EngineError::Unreachable(why) if why.contains(part)), "{error}");
    };
    unreachable("no such file").await;

    let script = |version: &'static str| {
        move |asked: &str| Answer::json(if asked == "GET /version" { version } else { "[]" })
    };
    let old = ScriptedEngine::unix_at(path.clone(), script(VERSION_41));
    assert_eq!(docker.containers().await, Ok(vec![]));
    drop(old);
    unreachable("no such file").await;

    let new = ScriptedEngine::unix_at(path.clone(), script(VERSION_52));
    assert_eq!(docker.containers().await, Ok(vec![]));
    assert_eq!(new.asked(), ["GET /version", "GET /v1.52/containers/json?all=1"]);
    drop(new);

    drop(std::os::unix::net::UnixListener::bind(&path).expect("a socket file without a listener"));
    unreachable("no engine listens").await;
    std::fs::remove_file(&path).expect("it was there");
}

#[tokio::test]
async fn a_refused_port_says_so_and_is_tried_anew() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    drop(listener);
    let docker = patient(&EngineAddress::Tcp { host: "127.0.0.1".into(), port }, LONG);
    let error = docker.containers().await.expect_err("nobody listens");
    assert!(
        matches!(&error, EngineError::Unreachable(why) if why.contains("nobody listens there")),
        "{error}"
    );
}

#[tokio::test]
async fn an_engine_replaced_between_two_calls_is_spoken_to_in_its_own_dialect() {
    let calls = AtomicUsize::new(0);
    let engine = ScriptedEngine::unix(move |asked| match asked {
        "GET /version" if calls.fetch_add(1, Ordering::Relaxed) == 0 => Answer::json(VERSION_41),
        "GET /version" => Answer::json(VERSION_52),
        it if it.contains("/v1.41/") => Answer::no(
            400,
            "client version 1.41 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version",
        ),
        it if it.starts_with("POST") => Answer::json(r#"{"ImagesDeleted":null,"SpaceReclaimed":0}"#),
        _ => Answer::json("[]"),
    });
    let docker = docker(&engine);
    assert_eq!(docker.prune_dangling_images().await, Ok(Pruned::default()), "bollard's calls too");
    assert_eq!(docker.containers().await, Ok(vec![]));
    let posts: Vec<String> = engine.asked().into_iter().filter(|it| it.starts_with("POST")).collect();
    assert_eq!(posts.len(), 2, "refused once, done once: {posts:?}");
}

#[tokio::test]
async fn a_dialect_refused_for_good_is_an_error_and_not_a_loop() {
    let engine =
        always(|| Answer::no(400, "client version 1.41 is too new. Maximum supported API version is 1.40"));
    let error = docker(&engine).containers().await.expect_err("refused");
    assert!(matches!(&error, EngineError::Refused(why) if why.contains("too new")), "{error}");
    assert_eq!(engine.asked().len(), 3);
}

#[tokio::test]
async fn a_proxy_that_hides_the_version_is_asked_without_one() {
    let engine = ScriptedEngine::tcp(|asked| match asked {
        "GET /containers/json?all=1" => Answer::json("[]"),
        _ => Answer::Whole(403, "Forbidden".into()),
    })
    .await;
    let docker = docker(&engine);
    assert_eq!(docker.containers().await, Ok(vec![]));
    assert_eq!(docker.containers().await, Ok(vec![]));
    assert_eq!(engine.asked().len(), 3);
}

#[tokio::test]
async fn info_is_read_from_docker_and_from_podman() {
    let script = |version: &'static str| {
        move |asked: &str| match asked {
            "GET /version" => Answer::json(version),
            _ => Answer::json(
                r#"{"Name":"box","DockerRootDir":"/var/lib/docker","CgroupVersion":"9","Plugins":null}"#,
            ),
        }
    };
    let info = docker(&ScriptedEngine::tcp(script(VERSION_41)).await).info().await.expect("info");
    assert_eq!(
        (info.kind.as_str(), info.api.as_str(), info.root.as_str()),
        ("Docker", "1.41", "/var/lib/docker")
    );
    let podman = r#"{"Version":"4.3.1","ApiVersion":"1.41","Components":[{"Name":"Podman Engine"}]}"#;
    let info = docker(&ScriptedEngine::unix(script(podman))).info().await.expect("info");
    assert_eq!((info.kind.as_str(), info.host.as_str()), ("Podman", "box"));
}

#[tokio::test]
async fn disk_usage_is_the_same_in_both_shapes() {
    const OLD: &str = r#"{"LayersSize":9,"Images":[{"Id":"sha256:1","RepoTags":null,"Size":9,"SharedSize":0,"Containers":0}],
        "Containers":null,"Volumes":[],"BuildCache":[{"ID":"x","Size":5,"InUse":false,"Shared":false}]}"#;
    const NEW: &str = r#"{"ImageUsage":{"TotalSize":9,"Items":[{"Id":"sha256:1","RepoTags":[],"Size":9,"SharedSize":0,"Containers":0}]},
        "ContainerUsage":{"TotalCount":0},"VolumeUsage":{},"BuildCacheUsage":{"Items":[{"ID":"x","Size":5}]}}"#;
    let script = |version: &'static str, usage: &'static str| {
        move |asked: &str| Answer::json(if asked == "GET /version" { version } else { usage })
    };
    let old = ScriptedEngine::unix(script(VERSION_41, OLD));
    let new = ScriptedEngine::unix(script(VERSION_52, NEW));
    let usage = docker(&old).disk_usage().await.expect("usage");
    assert_eq!(docker(&new).disk_usage().await.expect("usage"), usage);
    assert!(usage.images[0].is_dangling());
    assert_eq!(usage.build_cache[0].size, 5);
    assert_eq!(new.asked()[1], "GET /v1.52/system/df?verbose=1");
}

#[tokio::test]
async fn a_chunked_answer_is_read_over_tcp_too() {
    let engine = ScriptedEngine::tcp(|asked| match asked {
        "GET /version" => Answer::json(VERSION_52),
        _ => Answer::chunked(&[b"[{\"Id\":\"a\",\"Na", b"mes\":[\"/we", b"b\"]}]"]),
    })
    .await;
    let containers = docker(&engine).containers().await.expect("a list");
    assert_eq!(containers[0].name, "web");
}

#[tokio::test]
async fn a_hostile_name_never_changes_the_path() {
    let engine = always(|| Answer::no(404, "No such container"));
    let docker = docker(&engine);
    let gone = |name: &str| EngineError::NoSuchContainer(name.to_owned());
    for name in ["..", "../version", "web/json", "a/../../info", "", "/"] {
        assert_eq!(docker.inspect(name).await, Err(gone(name)), "{name}");
        assert_eq!(docker.act(Verb::Restart, name).await, Err(gone(name)), "{name}");
        assert_eq!(docker.remove_container(name).await, Err(gone(name)), "{name}");
        assert_eq!(docker.logs(name, &lines(1)).await, Err(gone(name)), "{name}");
    }
    assert_eq!(engine.asked(), Vec::<String>::new());
    assert_eq!(docker.inspect("web?all=1").await, Err(gone("web?all=1")));
    assert_eq!(docker.remove_container("a b#c%2e").await, Err(gone("a b#c%2e")));
    assert_eq!(
        engine.asked()[1..],
        [
            "GET /v1.41/containers/web%3Fall%3D1/json",
            "DELETE /v1.41/containers/a%20b%23c%252e?v=false&force=false&link=false"
        ]
    );
    engine.takes_anything();
}

/// An engine with one container `web` (id `id1`), started at second 1, or 9 once a restart was asked for if `restarts`.
fn restarting(
    restarts: bool,
    config: &'static str,
    answer: impl Fn() -> Answer + Send + Sync + 'static,
) -> ScriptedEngine {
    let asked_for = AtomicUsize::new(0);
    ScriptedEngine::unix(move |asked| match asked {
        "GET /version" => Answer::json(VERSION_41),
        it if it.starts_with("POST") => {
            asked_for.fetch_add(1, Ordering::Relaxed);
            answer()
        }
        _ => {
            let second = if restarts && 0 < asked_for.load(Ordering::Relaxed) { 9 } else { 1 };
            Answer::json(format!(
                r#"{{"Id":"id1","Name":"/web","State":{{"Status":"running","StartedAt":"2024-05-06T07:08:0{second}Z"}},
                    "Config":{config}}}"#
            ))
        }
    })
}

#[tokio::test]
async fn a_restart_gives_the_container_its_own_time_to_stop() {
    for (config, seconds) in [
        ("{}", 10),
        (r#"{"StopTimeout":3}"#, 3),
        (r#"{"StopTimeout":600}"#, 600),
        (r#"{"StopTimeout":-1}"#, -1),
    ] {
        let engine = restarting(true, config, || Answer::Bytes(b"HTTP/1.1 204 Done\r\n\r\n".to_vec()));
        assert_eq!(docker(&engine).act(Verb::Restart, "web").await, Ok(()));
        assert_eq!(
            engine.asked()[1..],
            [
                "GET /v1.41/containers/web/json".to_owned(),
                format!("POST /v1.41/containers/id1/restart?t={seconds}")
            ]
        );
    }
}

#[tokio::test]
async fn a_restart_without_an_answer_is_looked_at() {
    let no_wait = r#"{"StopTimeout":0}"#;
    for answer in [|| Answer::Stall(Vec::new()), || Answer::Bytes(Vec::new())] {
        let done = restarting(true, no_wait, answer);
        assert_eq!(patient(&done.address, SHORT).act(Verb::Restart, "web").await, Ok(()), "it did restart");
        let open = restarting(false, no_wait, answer);
        let error = patient(&open.address, SHORT).act(Verb::Restart, "web").await.expect_err("nobody knows");
        assert!(
            matches!(&error, EngineError::Unanswered(why) if why.contains("it is running now")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_restart_that_fails_says_why() {
    let engine = restarting(false, "{}", || Answer::no(404, "network shop_default not found"));
    let refused = Err(EngineError::Refused("network shop_default not found".into()));
    assert_eq!(docker(&engine).act(Verb::Restart, "web").await, refused);
    let engine = restarting(false, "{}", || Answer::no(500, "driver failed: port is already allocated"));
    let refused = Err(EngineError::Refused("driver failed: port is already allocated".into()));
    assert_eq!(docker(&engine).act(Verb::Restart, "web").await, refused);
}

#[tokio::test]
async fn a_removal_is_never_by_force_and_leaves_volumes() {
    let engine =
        always(|| Answer::no(409, "You cannot remove a running container. Stop the container before"));
    let error = docker(&engine).remove_container("web").await.expect_err("it runs");
    assert!(matches!(&error, EngineError::Refused(why) if why.contains("running container")), "{error}");
    assert_eq!(engine.asked()[1], "DELETE /v1.41/containers/web?v=false&force=false&link=false");
}

#[tokio::test]
async fn a_removal_without_an_answer_is_looked_at() {
    let script = |gone: bool| {
        move |asked: &str| match asked {
            "GET /version" => Answer::json(VERSION_41),
            it if it.starts_with("DELETE") => Answer::Stall(Vec::new()),
            _ if gone => Answer::no(404, "No such container: web"),
            _ => Answer::json(r#"{"Id":"id1","State":{"Status":"removing"}}"#),
        }
    };
    let gone = ScriptedEngine::unix(script(true));
    assert_eq!(patient(&gone.address, SHORT).remove_container("web").await, Ok(()));
    let open = ScriptedEngine::unix(script(false));
    let error = patient(&open.address, SHORT).remove_container("web").await.expect_err("nobody knows");
    assert!(matches!(&error, EngineError::Unanswered(why) if why.contains("removing now")), "{error}");
}

#[tokio::test]
async fn prunes_ask_for_no_more_than_was_meant() {
    let engine = ScriptedEngine::unix(|asked| match asked {
        "GET /version" => Answer::json(VERSION_52),
        it if it.contains("/build/prune") => {
            Answer::json(r#"{"CachesDeleted":["a","b"],"SpaceReclaimed":7}"#)
        }
        _ => Answer::json(
            r#"{"ImagesDeleted":[{"Untagged":"x@sha256:1"},{"Deleted":"sha256:1"},{"Deleted":"sha256:2"}],"SpaceReclaimed":9}"#,
        ),
    });
    let docker = docker(&engine);
    let day = Duration::from_secs(24 * 3600);
    assert_eq!(docker.prune_build_cache(day).await, Ok(Pruned { items: 2, claimed: 7 }));
    assert_eq!(docker.prune_dangling_images().await, Ok(Pruned { items: 2, claimed: 9 }));
    assert_eq!(
        engine.asked()[1..],
        [
            "POST /v1.52/build/prune?filters=%7B%22until%22%3A%5B%2286400s%22%5D%7D",
            "POST /v1.52/images/prune?filters=%7B%22dangling%22%3A%5B%22true%22%5D%7D"
        ]
    );
}

#[tokio::test]
async fn nothing_pruned_is_not_an_error_and_podman_has_no_build_cache() {
    let engine = always(|| Answer::json(r#"{"CachesDeleted":null,"ImagesDeleted":null,"SpaceReclaimed":0}"#));
    assert_eq!(docker(&engine).prune_build_cache(Duration::ZERO).await, Ok(Pruned::default()));
    assert_eq!(docker(&engine).prune_dangling_images().await, Ok(Pruned::default()));
    let podman = always(|| Answer::Whole(404, "Not Found\n".into()));
    let error = docker(&podman).prune_build_cache(Duration::ZERO).await.expect_err("not there");
    assert!(matches!(&error, EngineError::Refused(why) if why.contains("Podman")), "{error}");
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

#[tokio::test]
async fn a_log_of_two_streams_is_read_in_order() {
    let engine = logging(false, || {
        let out = frame(1, "2024-05-06T07:08:09.5Z hello\n");
        let err = frame(2, "2024-05-06T07:08:10.5Z \u{1b}[31mbad\u{1b}[0m\n");
        let bytes = [out, err].concat();
        // Cut inside the first head and inside the second payload.
        Answer::chunked(&[&bytes[..3], &bytes[3..50], &bytes[50..]])
    });
    let log = docker(&engine).logs("web", &lines(100)).await.expect("a log");
    let seen: Vec<(LogStream, &str)> = log.lines.iter().map(|it| (it.stream, it.text.as_str())).collect();
    assert_eq!((seen, log.cut), (vec![(LogStream::Out, "hello"), (LogStream::Err, "bad")], false));
    assert_eq!(log.lines[1].at.map(|it| it.to_string()).as_deref(), Some("2024-05-06T07:08:10.5Z"));
    assert_eq!(
        engine.asked()[2],
        "GET /v1.41/containers/id1/logs?stdout=1&stderr=1&timestamps=1&follow=0&tail=100"
    );
}

#[tokio::test]
async fn a_terminals_line_that_looks_like_a_frame_is_a_line() {
    let bytes = b"\x01\x00\x00\x00\x7f\xff\xff\xffstarts with control bytes\r\nnext\r\n";
    let engine = logging(true, || Answer::chunked(&[bytes]));
    let log = docker(&engine).logs("web", &lines(100)).await.expect("a log");
    let texts: Vec<&str> = log.lines.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["\u{fffd}\u{fffd}\u{fffd}starts with control bytes", "next"]);
}

#[tokio::test]
async fn a_log_that_stalls_or_breaks_gives_what_was_there() {
    let whole = || [chunked_head(), chunk(&frame(1, "one\n"))].concat();
    let bogus = move || [whole(), chunk(&[1, 0, 0, 0, 255, 255, 255, 255]), chunk(b"")].concat();
    let answers: [Box<dyn Fn() -> Answer + Send + Sync>; 4] = [
        Box::new(move || Answer::Stall(whole())),
        Box::new(move || Answer::Bytes(whole())),
        Box::new(move || Answer::Bytes(bogus())),
        Box::new(|| Answer::Endless(chunked_head(), chunk(&frame(2, "one\n")))),
    ];
    for (number, answer) in answers.into_iter().enumerate() {
        let mut engine = logging(false, answer);
        let log = patient(&engine.address, SHORT).logs("web", &lines(1)).await.expect("what was there");
        assert_eq!((log.lines[0].text.as_str(), log.lines.len(), log.cut), ("one", 1, true), "{number}");
        tokio::time::timeout(LONG, engine.until_nobody_is_connected()).await.expect("connections are closed");
    }
}

#[tokio::test]
async fn a_log_of_which_nothing_comes_is_an_error() {
    let stalled = logging(false, || Answer::Stall(chunked_head()));
    let error = patient(&stalled.address, SHORT).logs("web", &lines(1)).await.expect_err("nothing");
    assert!(matches!(error, EngineError::Unanswered(_)), "{error}");
    let bogus = logging(false, || Answer::chunked(&[b"not framed at all"]));
    let error = docker(&bogus).logs("web", &lines(1)).await.expect_err("nothing");
    assert!(matches!(error, EngineError::Garbled(_)), "{error}");
    let empty = logging(false, || Answer::chunked(&[]));
    assert_eq!(docker(&empty).logs("web", &lines(1)).await, Ok(jobs::ports::Log::default()));
}

#[tokio::test]
async fn a_log_driver_that_keeps_nothing_says_so() {
    let engine = logging(false, || Answer::no(500, "configured logging driver does not support reading"));
    assert_eq!(
        docker(&engine).logs("web", &lines(1)).await,
        Err(EngineError::Refused(
            "log driver none: configured logging driver does not support reading".into()
        ))
    );
}

/// An engine with one image that has a name in each of two repositories.
#[tokio::test]
async fn an_image_is_removed_by_the_names_it_has_slashes_and_all() {
    let id = format!("sha256:{}", "a".repeat(64));
    let names = Arc::new(Mutex::new(vec!["box.lan:5000/shop/web:1".to_owned(), "web:1".to_owned()]));
    let (engines, called) = (Arc::clone(&names), id.clone());
    let engine = ScriptedEngine::unix(move |asked| {
        let path = asked.split_once(" /v1.41/images/").map_or("", |it| it.1);
        let image = path.split(['?']).next().unwrap_or_default().trim_end_matches("/json");
        let mut names = engines.lock().expect("whole");
        let is_meant = !names.is_empty() && (image == called || names.iter().any(|it| it == image));
        match asked {
            "GET /version" => Answer::json(VERSION_41),
            _ if !is_meant => Answer::no(404, "No such image"),
            it if it.starts_with("GET ") => {
                Answer::json(json!({ "Id": called, "RepoTags": *names }).to_string())
            }
            _ if image == called && 1 < names.len() => {
                Answer::no(409, "unable to delete: image is referenced in multiple repositories")
            }
            _ if image == called => {
                names.clear();
                Answer::json(r#"[{"Untagged":"it"},{"Deleted":"it"}]"#)
            }
            _ => {
                names.retain(|it| it != image);
                Answer::json(r#"[{"Untagged":"it"}]"#)
            }
        }
    });
    let docker = docker(&engine);
    let tags = || names.lock().expect("whole").clone();
    let there = docker.image(&id).await;
    assert_eq!(there, Ok(Some(ImageNames { id: id.clone(), tags: tags() })));
    assert!(matches!(docker.remove_image(&id).await, Err(EngineError::Refused(_))));
    let untagged = docker.remove_image("box.lan:5000/shop/web:1").await;
    assert_eq!((untagged, tags()), (Ok(Pruned { items: 1, claimed: 0 }), vec!["web:1".to_owned()]));
    assert_eq!(docker.remove_image(&id).await, Ok(Pruned { items: 2, claimed: 0 }));
    assert_eq!(docker.image("web:1").await, Ok(None));
    let asked = engine.asked();
    assert!(
        asked.contains(&"DELETE /v1.41/images/box.lan:5000/shop/web:1?force=false&noprune=false".to_owned())
    );
    let before = asked.len();
    for hostile in ["../containers/web", "a/%2e%2e/b", "web?force=1"] {
        assert!(matches!(docker.remove_image(hostile).await, Err(EngineError::Refused(_))));
        assert!(matches!(docker.image(hostile).await, Err(EngineError::Refused(_))));
    }
    assert_eq!(engine.asked().len(), before, "nothing was asked");
}

/// Answers everything that is in the list, and nothing else, as Docker 20.10 does.
fn any_call(asked: &str) -> Answer {
    let (method, target) = asked.split_once(' ').expect("a request line");
    let path = target.split('?').next().unwrap_or_default();
    let path = path.strip_prefix("/v1.41").unwrap_or(path);
    let wrong = target.contains("vakhta-asks");
    match (method, path) {
        ("GET", "/version") => Answer::json(VERSION_41),
        (_, path) if path.starts_with("/containers/_") => Answer::no(404, "No such container: nobody"),
        (_, path) if path.starts_with("/images/sha256:000") => Answer::no(404, "No such image: none"),
        ("POST", "/images/prune" | "/build/prune") if wrong => Answer::no(400, "invalid filter"),
        ("GET", "/containers/json" | "/networks") => Answer::json("[]"),
        ("GET", "/events") => Answer::json(""),
        ("GET", path) if path.ends_with("/logs") => Answer::json(""),
        // The answer to a removal is lost, so that what became of it is asked for.
        ("DELETE", path) if path.starts_with("/images/") => Answer::Bytes(Vec::new()),
        ("DELETE", _) => Answer::Whole(204, String::new()),
        ("POST", path) if path.starts_with("/containers/") => Answer::Whole(204, String::new()),
        _ => Answer::json("{}"),
    }
}

#[tokio::test]
async fn each_call_of_the_list_is_made_by_something_that_vakhta_does() {
    let engine = ScriptedEngine::unix(any_call);
    let docker = docker(&engine);
    let (now, hour) = (jiff::Timestamp::UNIX_EPOCH, Duration::from_secs(3600));
    docker.info().await.expect("info");
    docker.containers().await.expect("a list");
    docker.inspect("web").await.ok();
    docker.logs("web", &lines(5)).await.ok();
    for verb in Verb::ALL {
        docker.act(verb, "web").await.ok();
    }
    docker.load("web").await.ok();
    docker.top("web").await.ok();
    docker.networks().await.ok();
    docker.happened(now, now + hour).await.ok();
    docker.disk_usage().await.ok();
    docker.prune_build_cache(hour).await.ok();
    docker.prune_dangling_images().await.ok();
    docker.remove_container("gone").await.ok();
    docker.remove_image(&format!("sha256:{}", "a".repeat(64))).await.ok();
    docker.remove_image("box.lan:5000/shop/web:1").await.ok();
    let called = |asked: &String| {
        let (method, target) = asked.split_once(' ')?;
        Some(find(method, target)?.right)
    };
    let unknown: Vec<String> = engine.asked().into_iter().filter(|it| called(it).is_none()).collect();
    assert_eq!(unknown, [""; 0], "a filter would let none of these through");
    let sent: BTreeSet<Right> = engine.asked().iter().filter_map(called).collect();
    let unused: Vec<Right> = Right::ALL.into_iter().filter(|it| !sent.contains(it)).collect();
    assert_eq!(unused, [], "nobody needs these, and they are asked for all the same");
}

/// A filter before that engine, as strict as the profile.
fn filtered(profile: Profile) -> ScriptedEngine {
    ScriptedEngine::unix(move |asked| {
        let (method, target) = asked.split_once(' ').expect("a request line");
        match find(method, target) {
            Some(call) if call.right.profile() <= profile => any_call(asked),
            _ => Answer::Whole(403, "path not allowed\n".into()),
        }
    })
}

#[tokio::test]
async fn what_is_allowed_is_found_out_and_nothing_is_done() {
    for (profile, reach) in [
        (Profile::Viewer, Reach::ReadOnly),
        (Profile::Operator, Reach::NoRemoving),
        (Profile::Healer, Reach::Everything),
    ] {
        let engine = filtered(profile);
        let docker = docker(&engine);
        assert_eq!(docker.allowed().await, Allowed::default(), "nobody was asked yet");
        let found = docker.probe().await;
        assert_eq!(docker.allowed().await, found);
        assert_eq!(found.reach(), reach);
        for right in Right::ALL {
            let expected = match right {
                Right::DiskUsage => Permission::Unknown,
                right if right.profile() <= profile => Permission::Yes,
                _ => Permission::No,
            };
            assert_eq!(found.of(right), expected, "{profile}: {right:?}");
        }
        for asked in engine.asked().iter().filter(|it| !it.starts_with("GET ")) {
            let is_harmless = asked.contains("/_vakhta-asks-for-nobody")
                || asked.contains("/images/sha256:0000")
                || asked.contains("?filters=%7B%22vakhta-asks%22")
                || asked.contains("?filters=%7B%22until%22%3A%5B%22never%22%2C%22ever%22%5D");
            assert!(is_harmless, "{asked}");
        }
    }
}

#[tokio::test]
async fn who_asks_at_the_same_time_has_the_same_answer_and_the_engine_is_asked_once() {
    let engine = filtered(Profile::Operator);
    let docker = docker(&engine);
    let (one, other) = tokio::join!(docker.probe(), docker.probe());
    assert_eq!(one, other);
    let starts = engine.asked().iter().filter(|it| it.contains("/start")).count();
    assert_eq!(starts, 1);
    docker.probe().await;
    let starts = engine.asked().iter().filter(|it| it.contains("/start")).count();
    assert_eq!(starts, 2, "and again when somebody asks later");
}

#[tokio::test]
async fn an_engine_that_goes_away_leaves_known_what_was_known() {
    let mut engine = filtered(Profile::Viewer);
    let docker = patient(&engine.address, SHORT);
    let found = docker.probe().await;
    engine.hang_up();
    assert_eq!(docker.probe().await, found);
    // And one that never answered leaves nothing known.
    let silent = ScriptedEngine::unix(|_| Answer::Stall(Vec::new()));
    assert_eq!(patient(&silent.address, SHORT).probe().await, Allowed::default());
}

#[tokio::test]
async fn build_cache_is_not_asked_for_where_an_engine_would_take_the_question_for_an_order() {
    for version in
        [r#"{"Version":"17.12.0","ApiVersion":"1.35","MinAPIVersion":"1.12"}"#, r#"{"Version":"unknown"}"#]
    {
        let engine = ScriptedEngine::unix(move |asked| match asked {
            "GET /version" => Answer::json(version),
            _ => Answer::no(404, "No such container"),
        });
        let found = docker(&engine).probe().await;
        assert_eq!(found.of(Right::PruneBuildCache), Permission::Unknown);
        assert!(!engine.asked().iter().any(|it| it.contains("/build/prune")), "{:?}", engine.asked());
    }
}

/// Podman 4.3.1 as it answered on a Debian 12, with a container of each state.
fn podman(asked: &str) -> Answer {
    let (method, target) = asked.split_once(' ').expect("a request line");
    let path = target.split('?').next().unwrap_or_default();
    let nobody = r#"{"cause":"no such container","message":"no container with name or ID \"x\" found: no such container","response":404}"#;
    match (method, path.strip_prefix("/v1.41").unwrap_or(path)) {
        ("GET", "/version") => Answer::json(include_str!("data/podman-4.3/version.json")),
        ("GET", "/info") => Answer::json(include_str!("data/podman-4.3/info.json")),
        ("GET", "/containers/json") => Answer::json(include_str!("data/podman-4.3/list.json")),
        ("GET", "/containers/web/json") => Answer::json(include_str!("data/podman-4.3/inspect.json")),
        ("GET", "/containers/gone/json") => Answer::json(include_str!("data/podman-4.3/inspect-gone.json")),
        ("GET", "/containers/web/stats") => Answer::json(include_str!("data/podman-4.3/stats.json")),
        ("GET", "/networks") => Answer::json(include_str!("data/podman-4.3/networks.json")),
        ("GET", "/system/df") => Answer::json(include_str!("data/podman-4.3/df.json")),
        ("GET", "/events") => Answer::json(include_str!("data/podman-4.3/events.json")),
        ("GET", path) if path.ends_with("/top") || path.ends_with("/stats") => Answer::Whole(404, String::new()),
        ("POST", "/images/prune") => Answer::Whole(
            500,
            r#"{"cause":"unsupported image filter \"vakhta-asks\"","message":"unsupported image filter \"vakhta-asks\"","response":500}"#.into(),
        ),
        ("POST", "/build/prune") => Answer::Whole(404, "Not Found\n".into()),
        (_, path) if path.starts_with("/images/") => {
            Answer::Whole(404, r#"{"cause":"image not known","message":"failed to find image x: image not known"}"#.into())
        }
        _ => Answer::Whole(404, nobody.into()),
    }
}

#[tokio::test]
async fn podman_is_understood() {
    let engine = ScriptedEngine::unix(podman);
    let docker = docker(&engine);
    let info = docker.info().await.expect("info");
    assert_eq!((info.kind.as_str(), info.version.as_str(), info.api.as_str()), ("Podman", "4.3.1", "1.41"));
    assert_eq!(info.root, "/var/lib/containers/storage");

    let list = docker.containers().await.expect("a list");
    let states: Vec<(&str, &ContainerState)> = list.iter().map(|it| (it.name.as_str(), &it.state)).collect();
    assert_eq!(
        states,
        [
            ("fresh", &ContainerState::Created),
            ("web", &ContainerState::Running),
            ("gone", &ContainerState::Exited)
        ]
    );
    assert_eq!((list[1].project.as_deref(), list[1].service.as_deref()), (Some("shop"), Some("web")));
    assert!(list.iter().all(|it| it.created.is_some() && it.image == "localhost/subject:1"));

    let web = docker.inspect("web").await.expect("it is there");
    assert_eq!((&web.state, web.health), (&ContainerState::Running, Some(Health::Starting)));
    assert_eq!((web.exit_code, web.finished, web.stop_timeout), (None, None, Some(Duration::from_secs(10))));
    let gone = docker.inspect("gone").await.expect("it is there");
    assert_eq!((&gone.state, gone.health, gone.exit_code), (&ContainerState::Exited, None, Some(3)));

    let usage = docker.disk_usage().await.expect("disk usage");
    assert_eq!(usage.build_cache, []);
    let dangling: Vec<bool> = usage.images.iter().map(jobs::ports::ImageUse::is_dangling).collect();
    assert_eq!(dangling, [true, false]);
    // The list of containers and the list of images call an image the same.
    assert_eq!(usage.images[1].id, list[1].image_id);
    assert_eq!((usage.images[1].containers, usage.volumes.len()), (3, 1));

    let load = docker.load("web").await.expect("its load");
    assert_eq!((load.memory, load.pids), (Some(585_728), Some(1)));
    let networks = docker.networks().await.expect("networks");
    assert_eq!(
        (networks[0].name.as_str(), &networks[0].subnets[..]),
        ("bridge", &["10.88.0.0/16".to_owned()][..])
    );
    let (from, to) = (jiff::Timestamp::UNIX_EPOCH, jiff::Timestamp::MAX);
    let ends: Vec<_> = docker.happened(from, to).await.expect("events");
    let died = |it: &&jobs::ports::EngineEvent| matches!(it.action, jobs::ports::EventAction::Die { .. });
    let codes: Vec<_> = ends.iter().filter(died).map(|it| (it.name.as_str(), &it.action)).collect();
    assert_eq!(codes[0], ("gone", &jobs::ports::EventAction::Die { exit_code: Some(3) }));
}

#[tokio::test]
async fn podman_allows_everything_and_keeps_no_build_cache() {
    let found = docker(&ScriptedEngine::unix(podman)).probe().await;
    assert_eq!(found.reach(), Reach::Everything);
    assert_eq!(found.of(Right::PruneBuildCache), Permission::Missing);
    for right in [Right::Restart, Right::RemoveContainer, Right::RemoveImage, Right::PruneImages, Right::Logs]
    {
        assert_eq!(found.of(right), Permission::Yes, "{right:?}");
    }
}
