//! Containers through the chat: what is asked first, what is done then, and that it is done once.

use serde_json::json;

use super::botapi::{self, BotApi, Fault};
use super::dock::Dock;
use super::ground::Ground;
use super::watch::{Watch, ask};
use super::{OWNER, SECOND};

const SURE: &str = "Yes, restart";

#[tokio::test]
async fn a_restart_asks_and_then_acts_exactly_once() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let question = ask(&api, OWNER, "/restart nginx").await;
    assert!(question.words.contains("Restart nginx?"), "{}", question.words);
    assert!(dock.restarts().is_empty());

    // A finger that trembles, a phone that sends twice, and the same update delivered once more.
    let key = question.key(SURE).expect("a button");
    let queries: Vec<String> = (0..4).map(|_| api.press(OWNER, OWNER, question.id, &key)).collect();
    let done = api.wait_for_message(OWNER, "the outcome", |it| it.words.contains("was restarted")).await;
    assert_eq!(done.id, question.id, "progress and outcome take the place of the question");
    assert!(done.key(SURE).is_none(), "{}", done.buttons);
    for query in &queries {
        api.wait_until("every spinner stopped", |api| api.acknowledged(query).then_some(())).await;
    }
    let shown: Vec<String> = api
        .calls_of("editMessageText")
        .iter()
        .map(|it| it.words("text").to_owned())
        .filter(|it| it.contains("Restarting"))
        .collect();
    assert_eq!(shown.len(), 1, "{shown:#?}");
    ask(&api, OWNER, "/ps").await;
    assert_eq!(dock.restarts(), ["nginx"]);

    // Long after: the button is used up.
    let query = api.press(OWNER, OWNER, question.id, &key);
    api.wait_until("a word", |api| api.acknowledged(&query).then_some(())).await;
    ask(&api, OWNER, "/version").await;
    assert_eq!(dock.restarts(), ["nginx"]);
}

#[tokio::test]
async fn a_press_delivered_twice_around_a_crash_restarts_once() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let mut dock = Dock::at(&ground);
    let watch = Watch::introduced(ground.serving(&api), &api).await;
    let question = ask(&api, OWNER, "/restart nginx").await;
    let key = question.key(SURE).expect("a button");
    let press = json!({"callback_query": {
        "id": "q1", "from": botapi::person(OWNER), "chat_instance": "1", "data": key,
        "message": {"message_id": question.id, "date": 1_700_000_000, "chat": {"id": OWNER, "type": "private"}},
    }});
    // The engine takes the order and the process dies before it answers.
    dock.hang_restarts();
    api.update(press.clone());
    dock.until_asked("/restart").await;
    watch.kill().await;
    // The server did not hear that it was heard, and delivers it again; and once more under a number of its own.
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    api.repeat(1001, press.clone());
    api.update(press);
    ask(&api, OWNER, "/version").await;
    ask(&api, OWNER, "/ps").await;
    assert_eq!(dock.restarts(), ["nginx"]);
}

#[tokio::test]
async fn a_restart_that_is_left_does_nothing_even_to_a_late_press() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let mut command = ground.serving(&api);
    command.env("TELEGRAM_USER_ID", format!("{OWNER},{SECOND}"));
    let _watch = Watch::introduced(command, &api).await;

    // Only who was asked may say yes.
    let question = ask(&api, OWNER, "/restart nginx").await;
    let key = question.key(SURE).expect("a button");
    let query = api.press(SECOND, OWNER, question.id, &key);
    let answer = api
        .wait_for("a word about it", |calls| {
            calls.iter().find(|it| it.words("callback_query_id") == query).cloned()
        })
        .await;
    assert!(answer.words("text").contains("somebody else"), "{:?}", answer.fields);

    api.press_label(OWNER, OWNER, question.id, "Leave it");
    let left = api.wait_for_message(OWNER, "the end of it", |it| it.words.contains("Left as it is")).await;
    assert_eq!((left.id, left.key("Yes")), (question.id, None));
    // The phone had shown the old keyboard a moment longer.
    let query = api.press(OWNER, OWNER, question.id, &key);
    api.wait_until("a word", |api| api.acknowledged(&query).then_some(())).await;
    ask(&api, OWNER, "/version").await;
    assert!(dock.restarts().is_empty(), "{:?}", dock.restarts());
}

#[tokio::test]
async fn a_part_of_a_name_asks_and_hands_are_kept_off_what_is_protected() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let which = ask(&api, OWNER, "/restart web").await;
    assert!(which.words.contains("Which one?"), "{}", which.words);
    api.press_label(OWNER, OWNER, which.id, "shop-web-2");
    let question =
        api.wait_for_message(OWNER, "the question", |it| it.words.contains("Restart shop-web-2")).await;
    assert_eq!(question.id, which.id);
    assert!(dock.restarts().is_empty());
    api.press_label(OWNER, OWNER, question.id, SURE);
    api.wait_for_message(OWNER, "the outcome", |it| it.words.contains("was restarted")).await;
    assert_eq!(dock.restarts(), ["shop-web-2"]);

    let one = ask(&api, OWNER, "/restart ngin").await;
    assert!(one.words.contains("This one?"), "a single match of a part still asks: {}", one.words);
    let safe = ask(&api, OWNER, "/restart safe").await;
    assert!(safe.words.contains("hands off") && safe.buttons.is_null(), "{}", safe.words);
    let none = ask(&api, OWNER, "/restart ngnix").await;
    assert!(none.words.contains("Did you mean") && none.key("nginx").is_some(), "{}", none.words);
    assert_eq!(dock.restarts(), ["shop-web-2"]);
}

#[tokio::test]
async fn containers_and_their_logs_are_shown() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let _dock = Dock::at(&ground);
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let list = ask(&api, OWNER, "/ps").await;
    assert!(list.words.contains("4 running of 5"), "{}", list.words);
    assert!(list.words.contains("nginx") && !list.words.contains("old"), "{}", list.words);
    let all = ask(&api, OWNER, "/ps all").await.words;
    assert!(all.contains("old · stopped"), "{all}");
    let log = ask(&api, OWNER, "/logs nginx 2").await.words;
    assert!(log.contains("hello from <nginx> & others"), "{log}");
    assert!(log.contains("red alert") && !log.contains('\u{1b}') && !log.contains("[31m"), "{log}");
    let which = ask(&api, OWNER, "/logs shop").await;
    api.press_label(OWNER, OWNER, which.id, "shop-web-1");
    api.wait_for_message(OWNER, "the log", |it| it.id == which.id && it.words.contains("<shop-web-1>")).await;
    let status = ask(&api, OWNER, "/status").await.words;
    assert!(status.contains("Docker 4 of 5 running"), "{status}");
}

#[tokio::test]
async fn space_is_freed_after_a_preview_and_volumes_stay() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let preview = ask(&api, OWNER, "/fix").await;
    for part in ["build cache", "images without a name", "aabbccddeeff", "Volumes", "1.86\u{a0}GiB"] {
        assert!(preview.words.contains(part), "no {part:?} in {}", preview.words);
    }
    // A volume is named for its owner to decide, and that is all.
    assert!(preview.words.contains("• volume precious: 4.66\u{a0}GiB"), "{}", preview.words);
    assert!(dock.pruned().is_empty());
    let key = preview.key("Free up to").expect("a button");
    for _ in 0..2 {
        api.press(OWNER, OWNER, preview.id, &key);
    }
    let report = api
        .wait_for_message(OWNER, "the report", |it| {
            it.id == preview.id && (it.words.contains("nothing was freed") || it.words.contains(" freed, "))
        })
        .await;
    assert!(report.words.contains("build cache: 1 removed"), "{}", report.words);
    assert!(report.words.contains("images without a name: 1 removed"), "{}", report.words);
    let nothing = ask(&api, OWNER, "/fix").await;
    assert!(nothing.words.contains("nothing on it that may safely go"), "{}", nothing.words);
    assert_eq!(dock.pruned(), ["images", "build cache"]);
}

#[tokio::test]
async fn an_engine_that_hangs_costs_its_own_answer_and_no_other() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let mut command = ground.serving(&api);
    command.env("TELEGRAM_USER_ID", format!("{OWNER},{SECOND}"));
    let _watch = Watch::introduced(command, &api).await;
    ask(&api, OWNER, "/ps").await;
    dock.hang();
    api.say(OWNER, OWNER, "/logs nginx");
    ask(&api, SECOND, "/uptime").await;
    api.wait_for("a sign that it takes long", |calls| {
        calls.iter().any(|it| it.method == "sendChatAction").then_some(())
    })
    .await;
    api.wait_for_message(OWNER, "the reason", |it| it.words.contains("Docker did not answer in time")).await;
}

#[tokio::test]
async fn the_outcome_of_an_act_is_told_though_the_chat_fails_meanwhile() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let question = ask(&api, OWNER, "/restart nginx").await;
    api.fault_next(
        "answerCallbackQuery",
        Fault::Refuse(
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        ),
    );
    api.fault_next("editMessageText", Fault::Html(502));
    api.fault_next("editMessageText", Fault::Reset);
    api.press_label(OWNER, OWNER, question.id, SURE);
    api.wait_for_message(OWNER, "the outcome", |it| it.words.contains("was restarted")).await;
    assert_eq!(dock.restarts(), ["nginx"]);
}

#[tokio::test]
async fn an_order_that_waited_says_how_old_it_is_and_asks_like_any_other() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let an_hour_ago = jiff::Timestamp::now().as_second() - 3600;
    api.say_at(OWNER, OWNER, "/restart nginx", an_hour_ago);
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let question =
        api.wait_for_message(OWNER, "the question", |it| it.words.contains("Restart nginx?")).await;
    assert!(question.words.contains("This order is 1\u{a0}h old"), "{}", question.words);
    assert!(dock.restarts().is_empty());
}

#[tokio::test]
async fn a_project_is_stopped_and_started_and_a_container_frozen_from_its_panel() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::lively(&ground);
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let question = ask(&api, OWNER, "/stop shop").await;
    assert!(question.words.contains("Stop project shop: 2 containers?"), "{}", question.words);
    assert!(question.words.contains("web-2 → web"), "{}", question.words);
    let key = question.key("Yes, stop").expect("a button");
    for _ in 0..3 {
        api.press(OWNER, OWNER, question.id, &key);
    }
    let done = api.wait_for_message(OWNER, "the outcome", |it| it.words.contains("Stopped: 2 of 2")).await;
    assert_eq!(done.id, question.id);
    let question = ask(&api, OWNER, "/start shop").await;
    api.press_label(OWNER, OWNER, question.id, "Yes, start");
    api.wait_for_message(OWNER, "the outcome", |it| it.words.contains("Started: 2 of 2")).await;
    assert_eq!(dock.orders(), ["stop shop-web-2", "stop shop-web-1", "start shop-web-1", "start shop-web-2"]);

    // From the list to the panel, by its number, and on to the question: one message.
    let list = ask(&api, OWNER, "/ps nginx").await;
    assert!(list.words.contains("up 3\u{a0}h"), "the only one of its list is shown: {}", list.words);
    api.press_label(OWNER, OWNER, list.id, "⏸ Pause");
    api.wait_for_message(OWNER, "the question", |it| it.id == list.id && it.words.contains("Pause nginx?"))
        .await;
    api.press_label(OWNER, OWNER, list.id, "Yes, pause");
    api.wait_for_message(OWNER, "the outcome", |it| it.id == list.id && it.words.contains("nginx is paused"))
        .await;
    assert_eq!(dock.orders()[4..], ["pause nginx"]);
}
