//! How the watch begins, stands and ends.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::OWNER;
use super::botapi::BotApi;
use super::ground::{Ground, QUICK};
use super::watch::{Watch, ask, run, said};

#[tokio::test]
async fn the_first_poll_goes_out_at_once() {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let (ground, api) = (Ground::new(), BotApi::start());
        let started = Instant::now();
        let _watch = Watch::start(ground.serving(&api));
        let first =
            api.wait_for("a poll", |calls| calls.iter().find(|it| it.method == "getUpdates").map(|it| it.at));
        best = best.min(first.await.duration_since(started));
    }
    println!("the first poll after {best:?}, the best of three");
    assert!(best < Duration::from_secs(2), "{best:?}");
}

#[tokio::test]
async fn a_signal_ends_it_in_order_and_soon() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut best = Duration::MAX;
        for _ in 0..3 {
            let (ground, api) = (Ground::new(), BotApi::start());
            let watch = Watch::introduced(ground.serving(&api), &api).await;
            ask(&api, OWNER, "/uptime").await;
            let sent = Instant::now();
            watch.signal(signal);
            let ended = watch.ended().await;
            best = best.min(sent.elapsed());
            assert_eq!(ended.code(), Some(0), "{signal:?}: {}", ended.err);
            assert!(ended.err.contains("off watch"), "{}", ended.err);
        }
        assert!(best < Duration::from_secs(1), "{signal:?}: {best:?}");
    }
}

#[tokio::test]
async fn a_signal_ends_it_too_while_nobody_can_be_reached() {
    let (ground, api) = (Ground::new(), BotApi::start());
    api.go_down().await;
    let mut watch = Watch::start(ground.serving_with(&api, QUICK));
    watch.logged("the chat does not answer").await;
    let sent = Instant::now();
    watch.signal(Signal::INT);
    let ended = watch.ended().await;
    assert_eq!(ended.code(), Some(0), "{}", ended.err);
    assert!(sent.elapsed() < Duration::from_secs(8), "{:?}", sent.elapsed());
}

#[tokio::test]
async fn a_second_watch_of_one_directory_is_refused_and_the_first_goes_on() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let _first = Watch::introduced(ground.serving(&api), &api).await;
    let second = Watch::start(ground.serving(&api)).ended().await;
    assert_eq!(second.code(), Some(1), "{}", second.err);
    assert!(second.err.contains("another Vakhta is on watch"), "{}", second.err);
    assert!(second.err.contains(&ground.data().display().to_string()), "{}", second.err);
    assert_eq!(api.calls_of("getMe").len(), 1, "the second one asks Telegram for nothing");
    ask(&api, OWNER, "/uptime").await;

    // A console beside it looks over its shoulder.
    let console = run(ground.vakhta(&["console"]), "/uptime\n").await;
    assert_eq!(console.code(), Some(0), "{}", console.err);
    assert!(console.out.contains("Another Vakhta is on watch here"), "{}", console.out);
    assert!(console.out.contains("has been up for"), "{}", console.out);
    ask(&api, OWNER, "/uptime").await;
}

#[tokio::test]
async fn health_is_the_truth_before_while_and_after() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let before = said(&ground, &["health"]).await;
    assert_eq!(before.code(), Some(1), "{before:?}");
    assert!(before.err.contains("not on watch"), "{before:?}");

    let watch = Watch::introduced(ground.serving(&api), &api).await;
    let during = said(&ground, &["health"]).await;
    assert_eq!((during.code(), during.out.as_str()), (Some(0), "well\n"), "{during:?}");

    watch.signal(Signal::TERM);
    watch.ended().await;
    let after = said(&ground, &["health"]).await;
    assert_eq!(after.code(), Some(1), "it has ended: {after:?}");

    let watch = Watch::introduced(ground.serving(&api), &api).await;
    assert_eq!(said(&ground, &["health"]).await.code(), Some(0));
    watch.kill().await;
    let killed = said(&ground, &["health"]).await;
    assert_eq!(killed.code(), Some(1), "it was killed: {killed:?}");
}

#[tokio::test]
async fn a_beginning_is_told_and_so_is_how_the_last_watch_ended() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let serving = || {
        let mut command = ground.serving(&api);
        command.env("START_CARD", "on");
        command
    };
    let watch = Watch::introduced(serving(), &api).await;
    let first = api.wait_for_message(OWNER, "the first word", |it| it.words.contains("On watch ·")).await;
    assert!(first.words.contains("Docker is not seen"), "{}", first.words);
    watch.kill().await;
    let watch = Watch::introduced(serving(), &api).await;
    // The first word may come twice: we died before its arrival was written down.
    api.wait_for_message(OWNER, "the next one", |it| it.words.contains("On watch again")).await;
    ask(&api, OWNER, "/uptime").await;
    watch.signal(Signal::TERM);
    watch.ended().await;
    let _watch = Watch::introduced(serving(), &api).await;
    ask(&api, OWNER, "/uptime").await;
    let said = api.messages(OWNER);
    let again: Vec<_> = said.iter().filter(|it| it.words.contains("On watch again")).collect();
    assert!(matches!(again[..], [it] if it.words.contains("I was killed")), "{said:#?}");
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_costs_memory_and_not_the_watch() {
    let (ground, api) = (Ground::new(), BotApi::start());
    // Whoever runs this, below a file there is no directory.
    let file = ground.file("file", "");
    let mut command = ground.serving_with(&api, QUICK);
    command.env("DATA_DIR", file.join("data"));
    let watch = Watch::introduced(command, &api).await;
    ask(&api, OWNER, "/status").await;
    let told =
        api.wait_for_message(OWNER, "a word about it", |it| it.words.contains("takes no writes")).await;
    assert!(told.words.contains(&file.display().to_string()), "{}", told.words);
    assert_eq!(api.messages(OWNER).iter().filter(|it| it.words.contains("takes no writes")).count(), 1);
    watch.signal(Signal::TERM);
    assert_eq!(watch.ended().await.code(), Some(0));
}

#[tokio::test]
async fn a_damaged_store_is_set_aside_and_the_owner_hears_of_it() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let watch = Watch::introduced(ground.serving(&api), &api).await;
    ask(&api, OWNER, "/status").await;
    watch.signal(Signal::TERM);
    assert_eq!(watch.ended().await.code(), Some(0));
    let store = ground
        .kept()
        .into_iter()
        .find(|it| it.extension().is_some_and(|it| it == "sqlite"))
        .expect("a store");
    std::fs::write(&store, "this was a store once ".repeat(1000)).expect("a file of our own");
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let told = api.wait_for_message(OWNER, "a word about it", |it| it.words.contains("set aside")).await;
    let kept: Vec<String> = ground.kept().iter().map(|it| it.display().to_string()).collect();
    assert!(kept.iter().any(|it| told.words.contains(it)), "{}: {kept:?}", told.words);
    ask(&api, OWNER, "/status").await;
}
