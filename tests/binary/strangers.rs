//! Who may not speak is not heard: no answer, no typing, no spinner stopped.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::botapi::{self, BotApi, Call};
use super::ground::Ground;
use super::watch::{Watch, ask};
use super::{GROUP, OWNER, STRANGER};

/// Calls that somebody could see or hear.
fn seen(api: &BotApi) -> Vec<Call> {
    let silent = ["getUpdates", "getMe", "setMyCommands", "deleteWebhook"];
    api.calls().into_iter().filter(|it| !silent.contains(&it.method.as_str())).collect()
}

/// Two answers of the owner's: by then everything that came before has been dealt with.
async fn settle(api: &BotApi) {
    for line in ["/cpu", "/version"] {
        ask(api, OWNER, line).await;
    }
}

#[tokio::test]
async fn a_stranger_gets_silence_and_the_owner_one_word_about_it() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let published =
        api.wait_until("the list", |api| Some(api.commands("")).filter(|it| !it.is_empty())).await;
    let names: Vec<String> = published.into_iter().map(|(name, _)| name).collect();
    assert!(15 < names.len());
    for name in &names {
        api.say(STRANGER, STRANGER, &format!("/{name}"));
        api.say(STRANGER, GROUP, &format!("/{name}@vakhta_test_bot nginx"));
        // Even in the chat with the owner: who speaks decides, not where.
        api.say(STRANGER, OWNER, &format!("/{name}"));
    }
    settle(&api).await;
    let told: Vec<String> =
        api.messages(OWNER).into_iter().map(|it| it.words).filter(|it| it.contains("turned away")).collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains(&STRANGER.to_string()), "{told:#?}");
    let calls = seen(&api);
    assert!(calls.iter().all(|it| it.number("chat_id") == Some(OWNER)), "{calls:#?}");
    let said = calls.iter().filter(|it| it.method.starts_with("send") && it.method != "sendChatAction");
    assert_eq!(said.count(), 3, "two answers and one notice: {calls:#?}");
}

#[tokio::test]
async fn buttons_of_the_owner_do_nothing_for_a_stranger() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let status = ask(&api, OWNER, "/status").await;
    let key = status.key("Refresh").expect("a button");
    let queries: Vec<String> =
        [OWNER, STRANGER, GROUP].iter().map(|chat| api.press(STRANGER, *chat, status.id, &key)).collect();
    settle(&api).await;
    for query in &queries {
        assert!(!api.acknowledged(query), "a stranger learns that somebody is there");
    }
    assert_eq!(api.message(OWNER, status.id).map(|it| it.edits), Some(0));
    assert!(api.messages(STRANGER).is_empty() && api.messages(GROUP).is_empty());

    // The owner's own button does nothing in another chat.
    let query = api.press(OWNER, GROUP, status.id, &key);
    api.wait_until("its end", |api| api.acknowledged(&query).then_some(())).await;
    settle(&api).await;
    assert_eq!(api.message(OWNER, status.id).map(|it| it.edits), Some(0));
    assert!(api.messages(GROUP).is_empty());
}

#[tokio::test]
async fn what_nobody_said_to_us_is_never_obeyed() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let message = |change: Value| {
        let mut message = botapi::said(OWNER, GROUP, "/status", Timestamp::now().as_second());
        message["message_id"] = json!(5);
        for (field, value) in change.as_object().expect("an object") {
            match value {
                Value::Null => {
                    message.as_object_mut().expect("an object").remove(field);
                }
                value => message[field] = value.clone(),
            }
        }
        message
    };
    let whole = || message(json!({}));
    let private = json!({"id": OWNER, "type": "private", "first_name": "Owner"});
    let updates = [
        json!({"edited_message": whole()}),
        json!({"edited_message": message(json!({"chat": private}))}),
        json!({"channel_post": whole()}),
        json!({"edited_channel_post": whole()}),
        json!({"business_message": whole()}),
        json!({"guest_message": whole()}),
        json!({"message": message(json!({"from": null}))}),
        json!({"message": message(json!({"sender_chat": {"id": GROUP, "type": "supergroup"}}))}),
        json!({"message": message(json!({"from": {"id": 1_087_968_824, "is_bot": true, "first_name": "Group"}}))}),
        json!({"message": message(json!({"from": {"id": 136_817_688, "is_bot": true, "first_name": "Channel"}}))}),
        json!({"message": message(json!({"from": {"id": 777_000, "is_bot": false, "first_name": "Telegram"}}))}),
        json!({"message": message(json!({"forward_origin": {"type": "hidden_user", "sender_user_name": "x", "date": 1}}))}),
        json!({"message": message(json!({"via_bot": {"id": 5, "is_bot": true, "first_name": "b"}}))}),
        json!({"message": message(json!({"text": null, "caption": "/status", "photo": []}))}),
        json!({"message": message(json!({"text": null, "sticker": {}}))}),
        json!({"message": message(json!({"text": null, "new_chat_members": []}))}),
        json!({"callback_query": {"id": "1", "from": botapi::person(OWNER), "chat_instance": "1", "game_short_name": "g"}}),
    ];
    let first = 2000;
    for (number, update) in (first..).zip(&updates) {
        let mut update = update.clone();
        update["update_id"] = json!(number);
        api.raw_update(number, &update.to_string());
    }
    api.jump_to(first + updates.len() as i64);
    settle(&api).await;
    api.wait_until("a poll, with which they do not come again", |api| (api.unconfirmed() == 0).then_some(()))
        .await;
    let calls = seen(&api);
    assert!(calls.iter().all(|it| it.number("chat_id") == Some(OWNER)), "{calls:#?}");
    assert_eq!(api.messages(OWNER).len(), 2, "{:#?}", api.messages(OWNER));
}
