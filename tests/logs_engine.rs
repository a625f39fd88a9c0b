//! Logs of a real engine in the chat of the real binary: a long one sent as a file in little memory, a living one followed.

#[path = "support/botapi/mod.rs"]
mod botapi;
#[path = "support/engine.rs"]
mod engine;
#[allow(dead_code, reason = "shared with the suite of the binary, which uses all of it")]
#[path = "binary/ground.rs"]
mod ground;
#[allow(dead_code, reason = "shared with the suite of the binary, which uses all of it")]
#[path = "binary/watch.rs"]
mod watch;

use std::time::Duration;

use botapi::{BotApi, Shown};
use engine::Container;
use ground::Ground;
use tokio::time::Instant;
use watch::{Watch, ask};

/// The owner, and the private chat with them.
const OWNER: i64 = 42;
/// No rules: only what is asked is told.
const NOTHING_ELSE: &str = r#"
[[job]]
name = "sample"
run = "sample"
cron = "0 0 * * * *"
"#;
/// Reading fifty megabytes without optimisation, beside others, takes its time.
const PATIENCE: Duration = Duration::from_secs(240);

async fn watching(ground: &Ground, api: &BotApi) -> Watch {
    let mut command = ground.serving_with(api, NOTHING_ELSE);
    command.env("DOCKER_HOST", std::env::var("DOCKER_HOST").unwrap_or("unix:///var/run/docker.sock".into()));
    Watch::introduced(command, api).await
}

async fn until(api: &BotApi, what: &str, fits: impl Fn(&Shown) -> bool) -> Shown {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = api.messages(OWNER).into_iter().find(&fits) {
            return found;
        }
        assert!(Instant::now() < end, "{what}: {:#?}", api.messages(OWNER));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The most memory that a process ever had, in KiB.
fn peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("a process");
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:")).expect("a peak");
    line.trim_end_matches("kB").trim().parse().expect("a number")
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn fifty_megabytes_are_searched_and_sent_in_little_memory() {
    let flood = Container::start("vakhta-logs-flood", &["flood", "50"]);
    let end = std::time::Instant::now() + PATIENCE;
    while !engine::docker(&["logs", "--tail", "1", flood.name()]).contains("the last line") {
        assert!(std::time::Instant::now() < end, "it does not end");
        std::thread::sleep(Duration::from_millis(200));
    }
    let (ground, api) = (Ground::new(), BotApi::start());
    let watch = watching(&ground, &api).await;
    let before = peak(watch.pid());
    let began = Instant::now();
    let asked = api.say(OWNER, OWNER, &format!("/logs {} --grep \"flood|line\" --file", flood.name()));
    let file = until(&api, "a file", |it| asked < it.id && it.document.is_some()).await;
    let (sent, after) = (file.document.as_ref().map_or(0, Vec::len), peak(watch.pid()));
    println!(
        "{}\n{sent} bytes sent after {:?}; VmHWM {before} KiB before, {after} KiB after",
        file.words,
        began.elapsed()
    );
    // Fifty are more than go into a file; without optimisation the engine's patience may be over before that.
    let is_said = ["Older lines did not fit", "Read up to"].iter().any(|it| file.words.contains(it));
    assert!(is_said, "{}", file.words);
    assert!(after - before < 64 * 1024, "{before} KiB before, {after} KiB after");
    let began = Instant::now();
    let page = ask(&api, OWNER, &format!("/logs {} --grep \"the last line\"", flood.name())).await;
    println!("{}\nafter {:?}", page.words, began.elapsed());
    assert!(page.words.contains("the last line"), "{}", page.words);
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_living_log_is_followed_by_edits_of_one_message() {
    let count = Container::start("vakhta-logs-count", &["count", &u64::MAX.to_string(), "2"]);
    let (ground, api) = (Ground::new(), BotApi::start());
    let _watch = watching(&ground, &api).await;
    let followed = ask(&api, OWNER, &format!("/logs {} -f -n 10", count.name())).await;
    let seen = until(&api, "three edits", |it| it.id == followed.id && 3 <= it.edits).await;
    println!("{}", seen.words);
    let numbers: Vec<u32> = seen
        .words
        .lines()
        .filter_map(|it| it.trim_start_matches("ERROR ").strip_prefix("line ")?.parse().ok())
        .collect();
    assert!(
        3 <= numbers.len() && numbers.windows(2).all(|it| it[0] + 1 == it[1]),
        "each line once: {numbers:?}"
    );
    engine::docker(&["kill", count.name()]);
    let ended = until(&api, "the end", |it| it.id == followed.id && it.words.starts_with("⏹")).await;
    println!("{}", ended.words);
    assert!(ended.words.contains("exit code 137"), "{}", ended.words);
}
