//! What the server hands on: twice, in another order, a day late, under numbers that nobody expects.

use serde_json::json;

use super::OWNER;
use super::botapi::{BotApi, person, said};
use super::dock::Dock;
use super::ground::{Ground, QUICK};
use super::scenes::{DECLARED, ILL};
use super::used;
use super::watch::{Watch, ask};

fn update(id: i64, text: &str) -> String {
    let mut message = said(OWNER, OWNER, text, jiff::Timestamp::now().as_second());
    message["message_id"] = json!(7);
    json!({"update_id": id, "message": message}).to_string()
}

fn answers(api: &BotApi, part: &str) -> usize {
    api.messages(OWNER).iter().filter(|it| it.words.contains(part)).count()
}

#[tokio::test]
async fn of_a_days_backlog_what_reads_is_answered_once_and_what_changes_something_asks_once() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let yesterday = jiff::Timestamp::now().as_second() - 86_000;
    for number in 0..500 {
        let line = ["/uptime", "/ps", "/restart nginx", "/stop shop-web-1", "/version"][number % 5];
        api.say_at(OWNER, OWNER, line, yesterday + number as i64);
    }
    let _watch = Watch::start(ground.serving(&api));
    api.wait_until("all of it to be heard", |api| (api.unconfirmed() == 0).then_some(())).await;
    // Said now, and answered after all that.
    api.say(OWNER, OWNER, "/images");
    api.wait_for_message(OWNER, "the newest answer", |it| it.words.contains("image")).await;
    api.wait_for_message(OWNER, "the oldest answer", |it| it.words.contains("has been up")).await;
    ask(&api, OWNER, "/networks").await;
    let questions = api.messages(OWNER).iter().filter(|it| it.key("Yes, ").is_some()).count();
    let all =
        [answers(&api, "has been up"), answers(&api, "shop-web-2"), questions, answers(&api, "Vakhta 0.")];
    assert_eq!(all, [1, 1, 2, 1], "{:#?}", api.messages(OWNER));
    assert!(dock.restarts().is_empty() && dock.orders().is_empty());
}

#[tokio::test]
async fn eight_presses_of_one_button_restart_once() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let _watch = Watch::start(ground.serving(&api));
    let question = ask(&api, OWNER, "/restart nginx").await;
    let key = question.key("Yes, restart").expect("a button");
    // More at once than one person may order are dropped in silence: `tests/binary/presses.rs`.
    let pressed: Vec<String> = (0..8).map(|_| api.press(OWNER, OWNER, question.id, &key)).collect();
    api.wait_for_message(OWNER, "what came of it", |it| it.words.contains("was restarted")).await;
    // Each spinner is stopped.
    api.wait_until("the last spinner", |api| pressed.iter().all(|it| api.acknowledged(it)).then_some(()))
        .await;
    ask(&api, OWNER, "/uptime").await;
    assert_eq!(dock.restarts(), ["nginx"]);
    assert_eq!(answers(&api, "was restarted"), 1, "{:#?}", api.messages(OWNER));
}

#[tokio::test]
async fn updates_come_twice_in_any_order_and_under_any_number() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let watch = Watch::start(ground.serving(&api));
    ask(&api, OWNER, "/version").await;
    // Backwards, twice, around the edges of what a number may be, and then small again. A number that is less than ten
    // below the offset counts as confirmed by it, unserved: so the steps down are larger.
    let edges =
        [2_147_483_647, 2_147_483_648, 9_007_199_254_740_992, 9_007_199_254_740_993, i64::MAX - 1, -3, 99, 4];
    for (nth, id) in edges.into_iter().enumerate() {
        let before = answers(&api, "has been up");
        api.jump_to(id);
        api.raw_update(id, &update(id, "/uptime"));
        api.wait_until("an answer", |api| (before < answers(api, "has been up")).then_some(())).await;
        api.repeat(id, json!({"message": said(OWNER, OWNER, "/uptime", 1)}));
        assert_eq!(before, nth);
    }
    api.jump_to(4000);
    for id in [4003, 4001, 4002, 4001] {
        api.raw_update(id, &update(id, "/images"));
    }
    ask(&api, OWNER, "/version").await;
    assert_eq!(answers(&api, "has been up"), edges.len(), "{:#?}", api.messages(OWNER));
    assert!(!watch.log().contains("panicked"), "{}", watch.log());
}

#[tokio::test]
async fn a_group_that_gets_another_number_in_the_middle_of_an_alert_hears_it_once() {
    let (old, new) = (-5, -1_005);
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let command = || {
        let mut command = ground.serving_with(&api, &format!("{QUICK}{DECLARED}"));
        command.env("ALERTS_CHAT", old.to_string());
        command
    };
    let watch = Watch::start(command());
    ask(&api, OWNER, "/jobs run sample").await;
    api.migrate(old, new);
    dock.make_ill(1);
    api.wait_for_message(new, "the alert", |it| it.words.contains(ILL)).await;
    // An answer later the mark is certainly made.
    ask(&api, OWNER, "/jobs run evaluate").await;
    ask(&api, OWNER, "/uptime").await;
    // Also after a crash, whatever the settings still say.
    watch.kill().await;
    let _watch = Watch::start(command());
    dock.make_ill(0);
    api.wait_for_message(new, "its end", |it| it.words.contains("is well again")).await;
    ask(&api, OWNER, "/jobs").await;
    assert_eq!(
        api.messages(new).iter().filter(|it| it.words.contains(ILL)).count(),
        1,
        "{:#?}",
        api.messages(new)
    );
    assert!(api.messages(old).is_empty(), "{:#?}", api.messages(old));
}

#[tokio::test]
async fn nothing_that_an_update_may_be_made_of_deafens_us() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let watch = Watch::start(ground.serving(&api));
    ask(&api, OWNER, "/version").await;
    let before = used(watch.pid()).0;
    let big = "я".repeat(500_000);
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let owner = r#""from":{"id":42,"is_bot":false},"chat":{"id":42,"type":"private"}"#;
    let strange = [
        format!(r#""message":{{"message_id":1,"date":1,{owner},"text":"/uptime {big}"}}"#),
        format!(r#""message":{{"message_id":1,"date":1,{owner},"text":null,"caption":"/uptime"}}"#),
        format!(r#""message":{{"message_id":1,"date":null,{owner},"text":"/uptime"}}"#),
        format!(r#""message":{{"message_id":null,"date":1,{owner},"text":"/uptime"}}"#),
        format!(r#""message":{{"message_id":1,"date":1,{owner}}}"#),
        format!(r#""edited_message":{{"message_id":1,"date":1,{owner},"text":"/restart nginx"}}"#),
        r#""message":null,"callback_query":null"#.to_owned(),
        format!(r#""message":{{"message_id":1,"date":1,{owner},"text":"/uptime"}},"poll":{{"id":"{big}"}}"#),
        format!(r#""a_kind_of_next_year":{deep}"#),
        r#""callback_query":{"id":"1","from":{"id":42},"message":null,"data":null}"#.to_owned(),
        format!(r#""callback_query":{{"id":"1","from":{{"id":42}},"data":"{big}"}}"#),
        r#""message":{"message_id":1,"date":1,"chat":{"id":42,"type":"a kind of next year"},"from":{"id":42},"text":"/version"}"#.to_owned(),
    ];
    for (id, payload) in (7000..).zip(&strange) {
        api.jump_to(id + 1);
        api.raw_update(id, &format!(r#"{{"update_id":{id},{payload}}}"#));
        ask(&api, OWNER, "/health").await;
        api.wait_until("it to be confirmed", |api| (api.unconfirmed() == 0).then_some(())).await;
    }
    let after = used(watch.pid()).0;
    println!("VmHWM: {before} KiB before, {after} KiB after");
    assert!(after < before + (20 << 10), "{before} KiB became {after} KiB");
    assert!(!watch.log().contains("panicked"), "{}", watch.log());
    assert_eq!(person(OWNER)["id"], 42);
}
