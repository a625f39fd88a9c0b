//! Everything a network and a server can do, to the poll and to what is said: the watch stands, and answers after it.

use serde_json::json;

use super::botapi::{BotApi, Fault};
use super::ground::Ground;
use super::watch::{Watch, ask, run};
use super::{OWNER, SECOND};

const RESTART: &str = "Internal Server Error: restart";
const OTHER: &str =
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";

/// Each way to fail that resolves within seconds. What hangs, hangs as long as the real server may: the adapter's own
/// tests have shorter limits for that.
fn every_fault() -> Vec<Fault> {
    vec![
        Fault::Reset,
        Fault::HangUp,
        Fault::Html(502),
        Fault::Portal,
        Fault::Truncated,
        Fault::BrokenJson,
        Fault::WrongType,
        Fault::LostAfterActing,
        Fault::Huge(17 << 20),
        Fault::Refuse(500, RESTART),
        Fault::RefuseWith(429, "Too Many Requests: retry after 1", json!({"retry_after": 1})),
    ]
}

#[tokio::test]
async fn every_fault_of_the_poll_is_survived() {
    let watches = every_fault().into_iter().map(async |fault| {
        let (ground, api) = (Ground::new(), BotApi::start());
        let mut watch = Watch::introduced(ground.serving(&api), &api).await;
        api.fault_next("getUpdates", fault.clone());
        let answer = ask(&api, OWNER, "/uptime").await;
        assert!(answer.words.contains("has been up"), "{fault:?}: {}", answer.words);
        let again = ask(&api, OWNER, "/version").await;
        assert!(again.words.contains("Vakhta"), "{fault:?}: {}", again.words);
        assert_eq!(api.messages(OWNER).len(), 2, "{fault:?}: {:#?}", api.messages(OWNER));
        if !matches!(fault, Fault::WrongType) {
            watch.logged("does not answer").await;
        }
    });
    in_sixes(watches.collect()).await;
}

#[tokio::test]
async fn every_fault_of_an_answer_is_survived() {
    let watches = every_fault().into_iter().map(async |fault| {
        let (ground, api) = (Ground::new(), BotApi::start());
        let _watch = Watch::introduced(ground.serving(&api), &api).await;
        api.fault_next("sendMessage", fault.clone());
        let answer = ask(&api, OWNER, "/uptime").await;
        assert!(answer.words.contains("has been up"), "{fault:?}: {}", answer.words);
        let again = ask(&api, OWNER, "/version").await;
        assert!(again.words.contains("Vakhta"), "{fault:?}: {}", again.words);
        // What was done and not answered may be said twice, and no more than twice.
        let most = match fault {
            Fault::Truncated | Fault::BrokenJson | Fault::LostAfterActing => 3,
            _ => 2,
        };
        let said = api.messages(OWNER).len();
        assert!(said <= most, "{fault:?}: {:#?}", api.messages(OWNER));
    });
    in_sixes(watches.collect()).await;
}

/// Runs them six at a time: they mostly wait, and the machine has other things to do.
async fn in_sixes(all: Vec<impl Future<Output = ()>>) {
    let mut rest = all.into_iter();
    loop {
        let six: Vec<_> = rest.by_ref().take(6).collect();
        if six.is_empty() {
            return;
        }
        futures_util::future::join_all(six).await;
    }
}

#[tokio::test]
async fn a_server_that_is_away_at_the_start_is_waited_for() {
    let (ground, api) = (Ground::new(), BotApi::start());
    api.say(OWNER, OWNER, "/uptime");
    api.go_down().await;
    let mut watch = Watch::start(ground.serving(&api));
    watch.logged("the chat does not answer").await;
    api.come_back().await;
    api.wait_for_message(OWNER, "what was asked meanwhile", |it| it.words.contains("has been up")).await;
    api.wait_for("the list of commands", |calls| {
        calls.iter().any(|it| it.method == "setMyCommands").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_connection_cut_in_the_middle_of_a_poll_is_made_anew() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    ask(&api, OWNER, "/uptime").await;
    api.go_down().await;
    api.come_back().await;
    ask(&api, OWNER, "/version").await;
}

#[tokio::test]
async fn another_poller_is_told_of_once_however_long_the_two_fight() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    ask(&api, OWNER, "/uptime").await;
    // Each wins now and then: that is how two of them share one token.
    for line in ["/version", "/uptime"] {
        let before = api.calls_of("getUpdates").len();
        api.fault_next("getUpdates", Fault::Refuse(409, OTHER));
        ask(&api, OWNER, line).await;
        // The refused poll, and after a pause the next one, which hears.
        api.wait_until("another poll", |api| (before + 2 <= api.calls_of("getUpdates").len()).then_some(()))
            .await;
        ask(&api, OWNER, line).await;
    }
    api.wait_for_message(OWNER, "a word about it", |it| it.words.contains("same bot token")).await;
    ask(&api, OWNER, "/version").await;
    let told = api.messages(OWNER).into_iter().filter(|it| it.words.contains("same bot token")).count();
    assert_eq!(told, 1, "{:#?}", api.messages(OWNER));
}

#[tokio::test]
async fn a_webhook_that_somebody_left_is_removed() {
    let (ground, api) = (Ground::new(), BotApi::start());
    api.set_webhook(true);
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    ask(&api, OWNER, "/uptime").await;
    let calls = api.calls_of("deleteWebhook");
    assert_eq!(calls.len(), 1);
    assert_ne!(calls[0].fields.get("drop_pending_updates"), Some(&json!(true)));
}

#[tokio::test]
async fn a_wrong_token_ends_it_with_a_reason_and_without_hammering() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let mut command = ground.serving(&api);
    command.env("BOT_TOKEN", "424242424:AARevokedRevokedRevokedRevokedRevok");
    let ended = Watch::start(command).ended().await;
    assert_eq!(ended.code(), Some(1), "{}", ended.err);
    assert!(ended.err.contains("wrong or was revoked") && ended.err.contains("@BotFather"), "{}", ended.err);
    assert!(!ended.err.contains("Revoked"), "{}", ended.err);
    let calls: Vec<String> = api.calls().into_iter().map(|it| it.method).collect();
    assert!(calls.len() <= 2, "{calls:?}");
}

#[tokio::test]
async fn a_token_that_is_revoked_while_we_stand_ends_it_too() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let watch = Watch::introduced(ground.serving(&api), &api).await;
    ask(&api, OWNER, "/uptime").await;
    api.fault_always("getUpdates", Fault::Refuse(401, "Unauthorized"));
    api.say(OWNER, OWNER, "/version");
    let ended = watch.ended().await;
    assert_eq!(ended.code(), Some(1), "{}", ended.err);
}

#[tokio::test]
async fn strange_updates_are_skipped_and_numbers_may_fall() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let strange = [
        r#"{"update_id":1000,"a_kind_of_next_year":{"x":1}}"#,
        r#"{"update_id":1001,"message":{"message_id":"not a number"}}"#,
        r#"{"update_id":1002,"message":[]}"#,
        r#"{"update_id":1003}"#,
        r#"{"update_id":1004,"message":{"message_id":1,"date":99999999999999,"from":{"id":42,"is_bot":false},"chat":{"id":42,"type":"private"},"text":"/status"}}"#,
        r#"{"update_id":1005,"callback_query":{"id":"1","from":{"id":42,"is_bot":false},"data":"x"}}"#,
        r#""words""#,
    ];
    for (number, text) in (1000..).zip(strange) {
        api.raw_update(number, text);
    }
    api.jump_to(1010);
    let answer = ask(&api, OWNER, "/uptime").await;
    assert!(answer.words.contains("has been up"), "{}", answer.words);

    // After a quiet week the numbers begin anew, from anywhere.
    api.jump_to(17);
    ask(&api, OWNER, "/version").await;
    ask(&api, OWNER, "/uptime").await;
    api.wait_until("the next poll", |api| (api.unconfirmed() == 0).then_some(())).await;

    // The same update again and again is one.
    let said = api.messages(OWNER).len();
    let payload = json!({"message": {"message_id": 7, "date": jiff::Timestamp::now().as_second(), "text": "/uptime",
        "from": super::botapi::person(OWNER), "chat": {"id": OWNER, "type": "private"}}});
    api.jump_to(500);
    api.update(payload.clone());
    api.wait_until("an answer", |api| (said < api.messages(OWNER).len()).then_some(())).await;
    api.repeat(500, payload.clone());
    api.repeat(500, payload);
    ask(&api, OWNER, "/version").await;
    assert_eq!(api.messages(OWNER).len(), said + 2, "{:#?}", api.messages(OWNER));
}

#[tokio::test]
async fn a_chat_that_is_left_alone_for_a_while_holds_up_nobody_else() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let mut command = ground.serving(&api);
    command.env("TELEGRAM_USER_ID", format!("{OWNER},{SECOND}"));
    let _watch = Watch::introduced(command, &api).await;
    api.fault_next(
        "sendMessage",
        Fault::RefuseWith(429, "Too Many Requests: retry after 3", json!({"retry_after": 3})),
    );
    api.say(OWNER, OWNER, "/uptime");
    api.wait_for("the refused answer", |calls| {
        calls.iter().any(|it| it.method == "sendMessage").then_some(())
    })
    .await;
    ask(&api, SECOND, "/version").await;
    assert!(api.messages(OWNER).is_empty(), "{:#?}", api.messages(OWNER));
    api.wait_for_message(OWNER, "the answer", |it| it.words.contains("has been up")).await;
    let said: Vec<_> =
        api.calls_of("sendMessage").into_iter().filter(|it| it.number("chat_id") == Some(OWNER)).collect();
    assert_eq!(said.len(), 2, "{said:#?}");
    let waited = said[1].at.duration_since(said[0].at);
    assert!(3 <= waited.as_secs(), "{waited:?}");
}

#[tokio::test]
async fn the_doctor_says_what_telegram_says() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let mut command = ground.vakhta(&["doctor"]);
    command
        .env("BOT_TOKEN", "424242424:AARevokedRevokedRevokedRevokedRevok")
        .env("TELEGRAM_API_URL", api.url());
    let ended = run(command, "").await;
    assert_eq!(ended.code(), Some(1), "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("Telegram") && ended.out.contains("revoked"), "{}", ended.out);
    assert!(!ended.out.contains("AARevoked") && !ended.err.contains("AARevoked"), "{}", ended.out);
}
