//! What lasts: nobody is asked in a loop, the memory stays, nobody else waits, and the end is an end.

use std::time::Duration;

use futures_util::future::join_all;
use rustix::process::Signal;
use serde_json::json;

use super::botapi::{BotApi, Fault};
use super::dock::Dock;
use super::ground::{Ground, QUICK};
use super::scenes::{DECLARED, ILL};
use super::watch::{Watch, ask};
use super::{OWNER, SECOND, used};

const BUSY: &str = "Too Many Requests: retry after";

/// Faults that answer at once, so that they could be asked for in a loop.
fn quick() -> Vec<Fault> {
    vec![
        Fault::Reset,
        Fault::HangUp,
        Fault::Html(502),
        Fault::Portal,
        Fault::BrokenJson,
        Fault::Truncated,
        Fault::LostAfterActing,
        Fault::Empty,
        Fault::Bomb,
        Fault::HugeTold(100 << 20),
        Fault::Refuse(500, "Internal Server Error: restart"),
        Fault::Refuse(400, "Bad Request: whatever"),
        Fault::Refuse(409, "Conflict: terminated by other getUpdates request"),
        Fault::Refuse(429, BUSY),
        Fault::RefuseWith(429, BUSY, json!({"retry_after": -5})),
        Fault::RefuseWith(429, BUSY, json!({"retry_after": 0})),
    ]
}

/// How long a fault lasts here.
const WHILE: Duration = Duration::from_secs(8);

#[tokio::test]
async fn a_fault_of_the_poll_that_lasts_is_asked_about_less_and_less_often() {
    let watches = quick().into_iter().map(async |fault| {
        let (ground, api) = (Ground::new(), BotApi::start());
        let watch = Watch::start(ground.serving(&api));
        ask(&api, OWNER, "/version").await;
        // Who asked is answered first.
        api.wait_until("the next poll", |api| (api.unconfirmed() == 0).then_some(())).await;
        api.fault_always("getUpdates", fault.clone());
        // The poll that is held hears this.
        ask(&api, OWNER, "/version").await;
        let (before, worked) = (api.calls_of("getUpdates").len(), used(watch.pid()).1);
        tokio::time::sleep(WHILE).await;
        let calls = api.calls_of("getUpdates").len() - before;
        let worked = used(watch.pid()).1 - worked;
        // At 0, 1, 3 and 7 s; each second where no pause is asked for.
        assert!(calls <= 10, "{fault:?}: {calls} polls in {WHILE:?}");
        assert!(worked < WHILE / 2, "{fault:?}: {worked:?} of the processor in {WHILE:?}");
        println!("{fault:?}: {calls} polls and {worked:?} of the processor in {WHILE:?}");
        api.heal();
        api.say(OWNER, OWNER, "/uptime");
        api.wait_for_message(OWNER, "the answer", |it| it.words.contains("has been up")).await;
    });
    join_all(watches).await;
}

#[tokio::test]
async fn news_that_nobody_takes_is_offered_less_and_less_often_and_comes_once() {
    let faults = [
        Fault::Reset,
        Fault::Html(502),
        Fault::Refuse(429, BUSY),
        Fault::Refuse(500, "Internal Server Error"),
    ];
    let watches = faults.into_iter().map(async |fault| {
        let (ground, api) = (Ground::new(), BotApi::start());
        let dock = Dock::at(&ground);
        let mut watch = Watch::start(ground.serving_with(&api, &format!("{QUICK}{DECLARED}")));
        ask(&api, OWNER, "/jobs run sample").await;
        for method in ["sendMessage", "sendPhoto"] {
            api.fault_always(method, fault.clone());
        }
        dock.make_ill(1);
        watch.logged("a notice was not delivered and waits").await;
        let sends = || api.calls_of("sendMessage").len() + api.calls_of("sendPhoto").len();
        let before = sends();
        tokio::time::sleep(WHILE).await;
        // After 1, 2 and 4 s, at rounds of 5 s; without its picture each is two.
        assert!(sends() - before <= 8, "{fault:?}: {} attempts in {WHILE:?}", sends() - before);
        api.heal();
        api.say(OWNER, OWNER, "/version");
        api.wait_for_message(OWNER, "the alert", |it| it.words.contains(ILL)).await;
        ask(&api, OWNER, "/jobs").await;
        assert_eq!(api.messages(OWNER).iter().filter(|it| it.words.contains(ILL)).count(), 1, "{fault:?}");
    });
    join_all(watches).await;
}

#[tokio::test]
async fn answers_of_a_hundred_megabytes_leave_the_memory_as_it_was() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let mut watch = Watch::start(ground.serving(&api));
    ask(&api, OWNER, "/graph").await;
    ask(&api, OWNER, "/version").await;
    let before = used(watch.pid()).0;
    for fault in [Fault::Huge(100 << 20), Fault::HugeTold(100 << 20), Fault::Bomb] {
        for method in ["sendMessage", "getUpdates"] {
            api.fault_next(method, fault.clone());
        }
        ask(&api, OWNER, "/version").await;
        watch.logged("does not answer").await;
        ask(&api, OWNER, "/version").await;
    }
    let after = used(watch.pid()).0;
    println!("VmHWM: {before} KiB before, {after} KiB after");
    assert!(after < before + (20 << 10), "{before} KiB became {after} KiB");
}

#[tokio::test]
async fn a_chat_that_wants_peace_for_an_hour_or_for_ever_keeps_nothing_from_another() {
    for seconds in [3600, u64::MAX] {
        let (ground, api) = (Ground::new(), BotApi::start());
        let dock = Dock::at(&ground);
        let mut command = ground.serving_with(&api, &format!("{QUICK}{DECLARED}"));
        command.env("TELEGRAM_USER_ID", format!("{OWNER},{SECOND}"));
        let watch = Watch::start(command);
        ask(&api, SECOND, "/jobs run sample").await;
        api.fault_next("sendMessage", Fault::RefuseWith(429, BUSY, json!({"retry_after": seconds})));
        api.say(OWNER, OWNER, "/uptime");
        api.wait_until("the refusal", |api| (api.faults_left() == 0).then_some(())).await;
        dock.make_ill(1);
        // Whoever writes has what waits for them sent at once: not where that is not wanted.
        api.say(OWNER, OWNER, "/uptime");
        api.wait_for_message(SECOND, "the alert", |it| it.words.contains(ILL)).await;
        api.say(OWNER, OWNER, "/uptime");
        dock.make_ill(0);
        api.wait_for_message(SECOND, "its end", |it| it.words.contains("is well again")).await;
        ask(&api, SECOND, "/uptime").await;
        assert!(api.messages(OWNER).is_empty(), "{:#?}", api.messages(OWNER));
        watch.signal(Signal::TERM);
        let ended = watch.ended().await;
        assert_eq!(ended.code(), Some(0), "{}", ended.err);
        assert!(!ended.err.contains("panicked"), "{}", ended.err);
    }
}

#[tokio::test]
async fn a_poll_that_is_told_to_wait_for_ever_ends_with_the_watch_all_the_same() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let mut watch = Watch::start(ground.serving(&api));
    ask(&api, OWNER, "/version").await;
    api.wait_until("the next poll", |api| (api.unconfirmed() == 0).then_some(())).await;
    api.fault_always("getUpdates", Fault::RefuseWith(429, BUSY, json!({"retry_after": u64::MAX})));
    ask(&api, OWNER, "/version").await;
    let log = watch.logged("the chat does not answer").await;
    assert!(log.contains("wait=3600s"), "nobody is deaf for longer than an hour: {log}");
    watch.signal(Signal::TERM);
    let ended = watch.ended().await;
    assert_eq!(ended.code(), Some(0), "{}", ended.err);
}

#[tokio::test]
async fn a_revoked_token_ends_it_and_what_was_to_be_told_is_told_with_the_next_one() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let command = || ground.serving_with(&api, &format!("{QUICK}{DECLARED}"));
    let mut watch = Watch::start(command());
    ask(&api, OWNER, "/jobs run sample").await;
    for method in ["sendMessage", "sendPhoto", "getUpdates"] {
        api.fault_always(method, Fault::Refuse(401, "Unauthorized"));
    }
    dock.make_ill(1);
    watch.logged("a notice was not delivered and waits").await;
    api.say(OWNER, OWNER, "/uptime");
    let ended = watch.ended().await;
    assert_eq!(ended.code(), Some(1), "{}", ended.err);
    assert!(ended.err.contains("wrong or was revoked") && ended.err.contains("@BotFather"), "{}", ended.err);
    api.heal();
    let _watch = Watch::start(command());
    api.wait_for_message(OWNER, "the alert", |it| it.words.contains(ILL)).await;
    ask(&api, OWNER, "/jobs").await;
    let told = api.messages(OWNER).iter().filter(|it| it.words.contains(ILL)).count();
    assert_eq!(told, 1, "{:#?}", api.messages(OWNER));
}

#[tokio::test]
async fn a_name_that_nobody_knows_and_a_door_without_tls_are_waited_for_and_left_in_order() {
    let api = BotApi::start();
    let addresses = ["https://no-such-host.invalid".to_owned(), api.url().replace("http://", "https://")];
    join_all(addresses.map(async |address| {
        let ground = Ground::new();
        let mut command = ground.serving(&BotApi::start());
        command.env("TELEGRAM_API_URL", &address);
        let mut watch = Watch::start(command);
        watch.logged("the chat does not answer").await;
        watch.signal(Signal::TERM);
        let ended = watch.ended().await;
        assert_eq!(ended.code(), Some(0), "{address}: {}", ended.err);
        assert!(!ended.err.contains(super::botapi::TOKEN), "{}", ended.err);
    }))
    .await;
}

#[tokio::test]
async fn a_server_whose_clock_is_a_day_off_is_obeyed_and_what_changes_something_asks_first() {
    join_all([86_400, -86_400].map(async |ahead| {
        let (ground, api) = (Ground::new(), BotApi::start());
        let dock = Dock::at(&ground);
        api.set_clock_ahead(ahead);
        let _watch = Watch::start(ground.serving(&api));
        let dated = jiff::Timestamp::now().as_second() + ahead;
        api.say_at(OWNER, OWNER, "/uptime", dated);
        api.wait_for_message(OWNER, "the answer", |it| it.words.contains("has been up")).await;
        api.say_at(OWNER, OWNER, "/restart nginx", dated);
        let question = api.wait_for_message(OWNER, "a question", |it| it.key("Yes, restart").is_some()).await;
        api.press_label(OWNER, OWNER, question.id, "Yes, restart");
        api.wait_for_message(OWNER, "what came of it", |it| it.words.contains("was restarted")).await;
        assert_eq!(dock.restarts(), ["nginx"], "{ahead}");
    }))
    .await;
}
