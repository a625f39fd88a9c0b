//! What a button of ours is worth in other hands, elsewhere, later, twice; and keys that nobody made.

use rustix::process::Signal;
use serde_json::Value;

use super::botapi::{BotApi, Shown};
use super::dock::Dock;
use super::ground::Ground;
use super::watch::{Watch, ask};
use super::{GROUP, OWNER, SECOND, STRANGER};

const SURE: &str = "Yes, restart";

fn keys(shown: &Shown) -> Vec<String> {
    let rows = shown.buttons["inline_keyboard"].as_array().cloned().unwrap_or_default();
    let buttons = rows.iter().filter_map(Value::as_array).flatten();
    buttons.filter_map(|it| it["callback_data"].as_str().map(str::to_owned)).collect()
}

/// What the toast of a press says, once it is there.
async fn toast(api: &BotApi, query: &str) -> String {
    api.wait_for("a word about it", |calls| {
        let call = calls.iter().find(|it| it.words("callback_query_id") == query)?;
        Some(call.words("text").to_owned())
    })
    .await
}

#[tokio::test]
async fn a_key_is_worth_nothing_to_others_elsewhere_twice_or_after_its_role_was_taken_away() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let serving = |second: &str| {
        let mut command = ground.serving(&api);
        command.env(second, SECOND.to_string());
        command
    };
    let watch = Watch::introduced(serving("TELEGRAM_OPERATORS"), &api).await;
    let question = ask(&api, SECOND, "/restart nginx").await;
    let key = question.key(SURE).expect("a button");
    // Another's hands, in his chat and in ours; the right hands in other chats, where it may have been forwarded.
    for (user, chat) in [(OWNER, SECOND), (OWNER, OWNER), (OWNER, GROUP), (SECOND, GROUP), (SECOND, OWNER)] {
        let query = api.press(user, chat, question.id, &key);
        let said = toast(&api, &query).await;
        assert!(said.contains("somebody else") || said.contains("too old"), "{user} in {chat}: {said}");
    }
    for chat in [SECOND, OWNER, STRANGER, GROUP] {
        api.press(STRANGER, chat, question.id, &key);
    }
    ask(&api, OWNER, "/version").await;
    assert!(dock.restarts().is_empty());
    // A restart of ours changes nothing about a key.
    watch.signal(Signal::TERM);
    watch.ended().await;
    let watch = Watch::introduced(serving("TELEGRAM_OPERATORS"), &api).await;
    api.press(SECOND, SECOND, question.id, &key);
    api.wait_for_message(SECOND, "the restart", |it| it.words.starts_with("✅ nginx")).await;
    for _ in 0..3 {
        let query = api.press(SECOND, SECOND, question.id, &key);
        assert!(toast(&api, &query).await.contains("too old"));
    }
    assert_eq!(dock.restarts(), ["nginx"]);

    // Asked as an operator, pressed as a viewer, pressed as nobody: what counts is who they are when they press.
    let again = ask(&api, SECOND, "/restart nginx").await;
    let key = again.key(SURE).expect("a button");
    watch.signal(Signal::TERM);
    watch.ended().await;
    let watch = Watch::introduced(serving("TELEGRAM_VIEWERS"), &api).await;
    let query = api.press(SECOND, SECOND, again.id, &key);
    assert!(toast(&api, &query).await.contains("takes the role operator"));
    watch.signal(Signal::TERM);
    watch.ended().await;
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let query = api.press(SECOND, SECOND, again.id, &key);
    ask(&api, OWNER, "/version").await;
    assert!(!api.acknowledged(&query), "nobody is there for whoever is not listed any more");
    assert_eq!(dock.restarts(), ["nginx"]);
}

#[tokio::test]
async fn keys_say_nothing_have_nothing_in_common_and_are_never_made_twice() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let _dock = Dock::at(&ground);
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let mut all = Vec::new();
    for line in ["/menu", "/ps", "/restart nginx", "/restart nginx", "/jobs"] {
        all.push(keys(&ask(&api, OWNER, line).await));
    }
    for keys in &all {
        assert!(!keys.is_empty());
        for key in keys {
            let (random, number) = key.split_once('.').expect("a message's own part and a number");
            assert_eq!((random.len(), number.parse::<u8>().is_ok()), (22, true), "{key}");
            assert!(key.len() <= 64, "{key}: Telegram takes no more");
            for word in ["restart", "nginx", "42"] {
                assert!(!random.contains(word), "{key} says what it does");
            }
        }
    }
    let parts: Vec<&str> = all.iter().map(|it| it[0].split('.').next().expect("a part")).collect();
    for (index, part) in parts.iter().enumerate() {
        for other in &parts[index + 1..] {
            let same = part.bytes().zip(other.bytes()).filter(|(a, b)| a == b).count();
            // Twenty-two letters of sixty-four: more than eight that agree by chance happen once in a billion.
            assert!(same <= 8, "{part} and {other}");
        }
    }
}

#[tokio::test]
async fn a_flood_of_one_who_may_speak_delays_nobody_else_and_no_engine_is_asked_for_it() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let mut command = ground.serving(&api);
    command.env("TELEGRAM_VIEWERS", SECOND.to_string());
    let mut watch = Watch::introduced(command, &api).await;
    let asked = dock.asked().len();
    for _ in 0..300 {
        api.say(SECOND, SECOND, "/logs nginx");
    }
    for guess in 0..300 {
        api.press(SECOND, SECOND, 1, &format!("{guess:022}.0"));
    }
    let uptime = ask(&api, OWNER, "/uptime").await;
    assert!(uptime.words.contains("has been up for"), "{}", uptime.words);
    watch.logged("somebody asks too much at once").await;
    api.wait_for_message(SECOND, "a word about it", |it| it.words.contains("Too much at once")).await;
    ask(&api, OWNER, "/version").await;
    let logs = dock
        .asked()
        .iter()
        .skip(asked)
        .filter(|it| it.contains("/nginx/logs") || it.contains("/logs?"))
        .count();
    assert!((1..=12).contains(&logs), "{logs} of three hundred");
    let told = api.messages(SECOND).iter().filter(|it| it.words.contains("Too much at once")).count();
    assert_eq!(told, 1, "{:#?}", api.messages(SECOND));
    let toasts = api.calls_of("answerCallbackQuery").len();
    assert!(toasts <= 21, "{toasts}");
}
