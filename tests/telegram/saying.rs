//! What is said arrives, whole, in the form that the server takes.

use std::sync::Arc;

use serde_json::{Value, json};
use vakhta::markup::Markup;
use vakhta::message::{Button, ChatId, Message, MessageId, Picture, Place};
use vakhta::outbox::Outbox;
use vakhta::transport::{Doing, Edited, Transport};

use super::botapi::{BotApi, Fault};
use super::{CALM, HOME, OWNER, hear, kind, png, telegram};

fn message(text: &str) -> Message {
    Message { text: Markup::text(text), ..Message::default() }
}

fn pictured(text: &str) -> Message {
    Message { picture: Some(Picture { png: png(640, 360), alt: "memory, a pie".into() }), ..message(text) }
}

fn buttoned(message: Message) -> Message {
    let button = |label: &str, key: &str| Button { label: label.into(), key: key.into() };
    Message { buttons: vec![vec![button("Да", "k1"), button("Нет", "k2")]], ..message }
}

#[tokio::test]
async fn words_arrive_as_they_are() {
    let api = BotApi::start();
    let text = Markup::text("Disk ").bold("/var & <b>").plain(" is ").code("93 %").block("a\n  b");
    let message = buttoned(Message { text, silent: true, ..Message::default() });
    let id = telegram(&api, CALM).deliver(HOME, &message).await.expect("said");
    let shown = api.message(OWNER, id.0).expect("a message");
    assert_eq!(shown.words, "Disk /var & <b> is 93 %a\n  b");
    assert!(shown.silent);
    assert_eq!(shown.key("Нет").as_deref(), Some("k2"));
    let call = &api.calls()[0];
    assert_eq!(call.words("parse_mode"), "HTML");
    assert_eq!(call.words("text"), "Disk <b>/var &amp; &lt;b&gt;</b> is <code>93 %</code><pre>a\n  b</pre>");
    assert_eq!(call.fields["link_preview_options"], json!({"is_disabled": true}));
}

#[tokio::test]
async fn a_picture_arrives_as_a_picture_with_its_caption() {
    let api = BotApi::start();
    let id = telegram(&api, CALM).deliver(HOME, &buttoned(pictured("RAM <50 %"))).await.expect("said");
    let shown = api.message(OWNER, id.0).expect("a message");
    assert_eq!(shown.words, "RAM <50 %");
    assert_eq!(shown.key("Да").as_deref(), Some("k1"));
    let decoded = image::load_from_memory(&shown.photo.expect("a photo")).expect("a PNG");
    assert_eq!((decoded.width(), decoded.height()), (640, 360));
    let file = &api.calls()[0].files[0];
    assert_eq!((file.name.as_str(), file.kind.as_str()), ("chart.png", "image/png"));
}

#[tokio::test]
async fn a_long_caption_follows_its_picture() {
    let api = BotApi::start();
    telegram(&api, CALM).deliver(HOME, &buttoned(pictured(&"я".repeat(1025)))).await.expect("said");
    let shown = api.messages(OWNER);
    assert_eq!(shown.len(), 2);
    assert!(shown[0].photo.is_some() && shown[0].words.is_empty() && shown[0].buttons.is_null());
    assert_eq!(shown[1].words.chars().count(), 1025);
    assert!(!shown[0].silent && shown[1].silent, "one message rings once");
    assert!(shown[1].key("Да").is_some());
}

#[tokio::test]
async fn a_long_text_arrives_in_parts_with_the_buttons_under_the_last() {
    let api = BotApi::start();
    let lines: Vec<String> = (0..200).map(|it| format!("line {it} <&> {}", "x".repeat(40))).collect();
    let message = buttoned(Message { text: Markup::new().block(lines.join("\n")), ..Message::default() });
    let id = telegram(&api, CALM).deliver(HOME, &message).await.expect("said");
    let shown = api.messages(OWNER);
    assert_eq!(shown.len(), 3);
    let whole: Vec<String> = shown.iter().flat_map(|it| it.words.lines().map(str::to_owned)).collect();
    assert_eq!(whole, lines);
    assert_eq!(shown.iter().filter(|it| !it.buttons.is_null()).count(), 1);
    assert_eq!(shown[2].id, id.0);
    assert!(shown[2].key("Да").is_some());
}

#[tokio::test]
async fn a_very_long_text_arrives_as_a_file() {
    let api = BotApi::start();
    let log = "2026-11-24T00:00:00Z строка\n".repeat(2000);
    telegram(&api, CALM).deliver(HOME, &buttoned(message(&log))).await.expect("said");
    let shown = api.messages(OWNER);
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].document.as_deref(), Some(log.as_bytes()));
    assert!(shown[0].words.starts_with("2026-11-24") && shown[0].words.chars().count() <= 1024);
    assert_eq!(api.calls()[0].files[0].name, "answer.txt");
}

#[tokio::test]
async fn an_empty_text_is_a_dash_and_never_refused() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    for text in [Markup::new(), Markup::text(" \n "), Markup::new().block("\u{200b}")] {
        let message = Message { text, ..Message::default() };
        let id = telegram.deliver(HOME, &message).await.expect("said");
        assert_eq!(api.message(OWNER, id.0).expect("a message").words, "—");
    }
}

#[tokio::test]
async fn a_refused_picture_leaves_its_words() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let broken = Message {
        picture: Some(Picture { png: b"not a picture".to_vec(), alt: "a pie".into() }),
        ..buttoned(message("Disk is full"))
    };
    let id = telegram.deliver(HOME, &broken).await.expect("said");
    let shown = api.message(OWNER, id.0).expect("a message");
    assert_eq!((shown.words.as_str(), shown.photo), ("Disk is full", None));
    assert!(!shown.silent && shown.buttons != Value::Null);

    for refusal in ["Bad Request: PHOTO_INVALID_DIMENSIONS", "Bad Request: IMAGE_PROCESS_FAILED"] {
        api.fault_next("sendPhoto", Fault::Refuse(400, refusal));
        let id = telegram.deliver(HOME, &pictured(&"я".repeat(2000))).await.expect("said");
        assert_eq!(api.message(OWNER, id.0).expect("a message").words.chars().count(), 2000);
    }
    api.fault_next("sendPhoto", Fault::Refuse(413, "Request Entity Too Large"));
    let id = telegram.deliver(HOME, &pictured("")).await.expect("said");
    assert_eq!(api.message(OWNER, id.0).expect("a message").words, "memory, a pie");
}

#[tokio::test]
async fn a_refused_file_leaves_its_beginning() {
    let api = BotApi::start();
    api.fault_next("sendDocument", Fault::Refuse(400, "Bad Request: not enough rights to send documents"));
    telegram(&api, CALM).deliver(HOME, &message(&"line\n".repeat(9000))).await.expect("said");
    let shown = api.messages(OWNER);
    assert_eq!(shown.len(), 3);
    assert!(shown[2].words.ends_with("line\n…"));
}

#[tokio::test]
async fn words_that_the_server_finds_too_long_arrive_as_a_file() {
    let api = BotApi::start();
    api.fault_next("sendMessage", Fault::Refuse(400, "Bad Request: message is too long"));
    let long = "линия\n".repeat(600);
    let id = telegram(&api, CALM).deliver(HOME, &buttoned(message(&long))).await.expect("said");
    let shown = api.message(OWNER, id.0).expect("a message");
    assert_eq!(shown.document.as_deref(), Some(long.as_bytes()));
    assert!(!shown.words.is_empty() && shown.key("Да").is_some());
}

#[tokio::test]
async fn refused_formatting_is_said_plainly() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let refusal =
        || Fault::Refuse(400, "Bad Request: can't parse entities: Unclosed start tag at byte offset 3");
    let bold = Message { text: Markup::new().bold("a < b"), ..Message::default() };
    api.fault_next("sendMessage", refusal());
    let id = telegram.deliver(HOME, &bold).await.expect("said");
    assert_eq!(api.message(OWNER, id.0).expect("a message").words, "a < b");
    let calls = api.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!((calls[1].words("text"), calls[1].fields.get("parse_mode")), ("a < b", None));

    api.fault_next("sendPhoto", refusal());
    let id = telegram.deliver(HOME, &pictured("a < b")).await.expect("said");
    let shown = api.message(OWNER, id.0).expect("a message");
    assert!(shown.photo.is_some() && shown.words == "a < b");

    // Once; a server that always finds fault is believed.
    api.fault_always("sendMessage", refusal());
    assert_eq!(kind(&telegram.deliver(HOME, &bold).await), "refused");
    assert_eq!(api.calls_of("sendMessage").len(), 4);
}

#[tokio::test]
async fn words_that_are_refused_for_a_reason_nobody_foresaw_go_bare() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let dressed = buttoned(Message { text: Markup::new().bold("Disk / is full"), ..Message::default() });
    api.fault_next("sendMessage", Fault::Refuse(400, "Bad Request: BUTTON_DATA_INVALID"));
    let id = telegram.deliver(HOME, &dressed).await.expect("said");
    let shown = api.message(OWNER, id.0).expect("a message");
    assert_eq!((shown.words.as_str(), shown.silent, &shown.buttons), ("Disk / is full", false, &Value::Null));
    let calls = api.calls_of("sendMessage");
    assert_eq!((calls.len(), calls[1].fields.get("parse_mode")), (2, None));

    // A card that ends says so, if need be without its buttons.
    api.fault_next("editMessageText", Fault::Refuse(400, "Bad Request: REPLY_MARKUP_INVALID"));
    assert_eq!(telegram.edit(HOME, id, &buttoned(message("over"))).await, Ok(Edited::Done));
    assert_eq!(api.message(OWNER, id.0).expect("a message").words, "over");
}

#[tokio::test]
async fn a_topic_is_kept_and_a_deleted_one_is_said_to_be_gone() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let topic = Place { chat: ChatId(-1005), thread: Some(9) };
    let id = telegram.deliver(topic, &message("in the topic")).await.expect("said");
    assert_eq!(api.message(-1005, id.0).expect("a message").thread, Some(9));
    for doing in [Doing::Writing, Doing::Drawing, Doing::Filing] {
        telegram.typing(topic, doing).await.expect("shown");
    }
    let calls = api.calls_of("sendChatAction");
    let shown: Vec<_> = calls.iter().map(|it| (it.words("action"), it.number("message_thread_id"))).collect();
    assert_eq!(shown, [("typing", Some(9)), ("upload_photo", Some(9)), ("upload_document", Some(9))]);
    api.delete_topic(9);
    assert_eq!(kind(&telegram.deliver(topic, &message("nowhere")).await), "no topic");
    let outbox = Outbox::new(Arc::new(telegram));
    let id = outbox.say(topic, &message("an answer goes to the group")).await.expect("said");
    assert_eq!(api.message(-1005, id.0).expect("a message").thread, None);
}

#[tokio::test]
async fn a_long_message_that_broke_off_goes_on_where_it_stopped() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let long =
        buttoned(message(&format!("{}\n{}\n{}", "a".repeat(4000), "b".repeat(4000), "c".repeat(4000))));
    api.fault_at("sendMessage", 2, Fault::RefuseWith(429, "Too Many Requests", json!({"retry_after": 7})));
    api.fault_at("sendMessage", 3, Fault::Html(502));
    assert_eq!(kind(&telegram.deliver(HOME, &long).await), "passing 7");
    assert_eq!(kind(&telegram.deliver(HOME, &long).await), "passing");
    let id = telegram.deliver(HOME, &long).await.expect("said");
    let starts: Vec<char> = api.messages(OWNER).iter().filter_map(|it| it.words.chars().next()).collect();
    assert_eq!(starts, ['a', 'b', 'c']);
    assert_eq!(api.messages(OWNER)[2].id, id.0);
    assert!(api.messages(OWNER)[2].silent, "it has rung already");

    // Said again on purpose, it is said whole.
    telegram.deliver(HOME, &long).await.expect("said");
    assert_eq!(api.messages(OWNER).len(), 6);
}

#[tokio::test]
async fn an_edit_changes_words_in_place() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let id = telegram.deliver(HOME, &buttoned(message("one"))).await.expect("said");
    assert_eq!(telegram.edit(HOME, id, &message("two")).await, Ok(Edited::Done));
    let shown = api.message(OWNER, id.0).expect("a message");
    assert_eq!((shown.words.as_str(), &shown.buttons, shown.edits), ("two", &Value::Null, 1));
    // The same again is what was asked for.
    assert_eq!(telegram.edit(HOME, id, &message("two")).await, Ok(Edited::Done));
    assert_eq!(api.message(OWNER, id.0).expect("a message").edits, 1);
}

#[tokio::test]
async fn an_edit_changes_a_picture_in_place_and_keeps_it_when_only_words_change() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let id = telegram.deliver(HOME, &pictured("one")).await.expect("said");
    let smaller = Message {
        picture: Some(Picture { png: png(100, 50), alt: String::new() }),
        ..buttoned(message("two"))
    };
    assert_eq!(telegram.edit(HOME, id, &smaller).await, Ok(Edited::Done));
    let shown = api.message(OWNER, id.0).expect("a message");
    assert_eq!((shown.words.as_str(), shown.photo.as_deref()), ("two", Some(png(100, 50).as_slice())));
    assert!(shown.key("Да").is_some());

    assert_eq!(telegram.edit(HOME, id, &message("three")).await, Ok(Edited::Done));
    let shown = api.message(OWNER, id.0).expect("a message");
    assert_eq!((shown.words.as_str(), shown.photo.is_some()), ("three", true));

    // Words become a picture.
    let id = telegram.deliver(HOME, &message("words")).await.expect("said");
    assert_eq!(telegram.edit(HOME, id, &pictured("words")).await, Ok(Edited::Done));
    assert!(api.message(OWNER, id.0).expect("a message").photo.is_some());
}

#[tokio::test]
async fn words_under_a_picture_are_exchanged_with_one_call() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let methods = |from: usize| api.calls()[from..].iter().map(|it| it.method.clone()).collect::<Vec<_>>();
    let said = telegram.deliver(HOME, &pictured("one")).await.expect("said");
    let turned = telegram.deliver(HOME, &message("words")).await.expect("said");
    assert_eq!(telegram.edit(HOME, turned, &pictured("a picture by now")).await, Ok(Edited::Done));
    let from = api.calls().len();
    for id in [said, turned, said] {
        assert_eq!(telegram.edit(HOME, id, &message("the next page")).await, Ok(Edited::Done));
    }
    // The last says what stands there already.
    assert_eq!(methods(from), ["editMessageCaption"; 3]);
    let shown = api.message(OWNER, said.0).expect("a message");
    assert_eq!((shown.words.as_str(), shown.photo.is_some()), ("the next page", true));

    // Too long to stand under a picture: nobody is asked.
    assert_eq!(telegram.edit(HOME, said, &message(&"x".repeat(1025))).await, Ok(Edited::Impossible));
    assert_eq!(api.calls().len(), from + 3);

    // What is said under a picture that was too long for a caption is a message of words.
    let words = telegram.deliver(HOME, &pictured(&"я".repeat(1025))).await.expect("said");
    let from = api.calls().len();
    assert_eq!(telegram.edit(HOME, words, &message("shorter")).await, Ok(Edited::Done));
    assert_eq!(methods(from), ["editMessageText"]);
}

#[tokio::test]
async fn after_a_restart_a_picture_costs_a_call_more_once() {
    let api = BotApi::start();
    let id = telegram(&api, CALM).deliver(HOME, &pictured("one")).await.expect("said");
    let telegram = telegram(&api, CALM);
    let from = api.calls().len();
    for words in ["two", "three"] {
        assert_eq!(telegram.edit(HOME, id, &message(words)).await, Ok(Edited::Done));
    }
    let methods: Vec<String> = api.calls()[from..].iter().map(|it| it.method.clone()).collect();
    assert_eq!(methods, ["editMessageText", "editMessageCaption", "editMessageCaption"]);
}

#[tokio::test]
async fn a_refused_new_picture_still_changes_the_words() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let id = telegram.deliver(HOME, &pictured("one")).await.expect("said");
    api.fault_next("editMessageMedia", Fault::Refuse(400, "Bad Request: IMAGE_PROCESS_FAILED"));
    assert_eq!(telegram.edit(HOME, id, &pictured("two")).await, Ok(Edited::Done));
    assert_eq!(api.message(OWNER, id.0).expect("a message").words, "two");
}

#[tokio::test]
async fn an_edit_that_cannot_be_is_said_to_be_impossible() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let gone = MessageId(999);
    assert_eq!(telegram.edit(HOME, gone, &message("x")).await, Ok(Edited::Impossible));
    assert_eq!(telegram.edit(HOME, gone, &pictured("x")).await, Ok(Edited::Impossible));
    let id = telegram.deliver(HOME, &message("x")).await.expect("said");
    api.fault_next("editMessageText", Fault::Refuse(400, "Bad Request: message can't be edited"));
    assert_eq!(telegram.edit(HOME, id, &message("y")).await, Ok(Edited::Impossible));
    // Too long for one message, or for a caption.
    assert_eq!(telegram.edit(HOME, id, &message(&"x".repeat(4097))).await, Ok(Edited::Impossible));
    assert_eq!(telegram.edit(HOME, id, &pictured(&"x".repeat(1025))).await, Ok(Edited::Impossible));
}

#[tokio::test]
async fn a_group_that_moved_is_followed_after_one_refusal() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let old = Place::chat(ChatId(-5));
    api.migrate(-5, -1005);
    assert_eq!(kind(&telegram.deliver(old, &message("x")).await), "moved -1005");
    assert_eq!(kind(&telegram.edit(old, MessageId(1), &message("x")).await), "moved -1005");
    assert_eq!(kind(&telegram.typing(old, Doing::Writing).await), "moved -1005");
    assert_eq!(api.calls().len(), 1, "known after the first");

    // Told by the group itself.
    api.update(json!({"message": {"message_id": 1, "date": 1, "chat": {"id": -6, "type": "group"},
        "from": {"id": OWNER, "is_bot": false, "first_name": "O"}, "migrate_to_chat_id": -1006}}));
    api.say(OWNER, -1006, "hello");
    hear(&telegram).await;
    assert_eq!(kind(&telegram.deliver(Place::chat(ChatId(-6)), &message("x")).await), "moved -1006");
}

#[tokio::test]
async fn commands_are_published_in_each_language() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let commands = |words: &str| vec![("status".to_owned(), words.to_owned())];
    telegram.publish(None, &commands("How things are")).await.expect("published");
    telegram.publish(Some("ru"), &commands("Как дела")).await.expect("published");
    assert_eq!(api.commands(""), commands("How things are"));
    assert_eq!(api.commands("ru"), commands("Как дела"));
    let calls = api.calls().len();
    assert_eq!(kind(&telegram.publish(None, &[("Not_One".into(), "x".into())]).await), "refused");
    assert_eq!(api.calls().len(), calls, "nothing was asked");
}

#[tokio::test]
async fn the_bot_knows_itself_and_the_servers_clock() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let now = jiff::Timestamp::now;
    assert_eq!(telegram.clock_skew(now()), None);
    let me = telegram.get_me().await.expect("me");
    assert_eq!((me.id.0, me.username.as_str()), (super::botapi::BOT, "vakhta_test_bot"));
    let skew = telegram.clock_skew(now()).expect("an answer").as_secs();
    assert!(skew.abs() <= 2, "{skew}");
    api.set_clock_ahead(3600);
    telegram.get_me().await.expect("me");
    let skew = telegram.clock_skew(now()).expect("an answer").as_secs();
    assert!((-3602..=-3598).contains(&skew), "{skew}");
}
