//! Every fault ends as the error that says what to do about it, and the next request works.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::net::TcpListener;
use vakhta::markup::Markup;
use vakhta::message::{Message, MessageId, Picture};
use vakhta::telegram::Telegram;
use vakhta::transport::{Doing, Transport};

use super::botapi::{BotApi, Fault};
use super::{HASTY, HOME, Kept, OWNER, hear, kind, png, said, settings, telegram};

fn words() -> Message {
    Message { text: Markup::text("Disk is full"), ..Message::default() }
}

/// A fault; how a poll, a sent message and an edit end with it.
fn faults() -> Vec<(Fault, &'static str, &'static str, &'static str)> {
    let limited = |seconds: u64| {
        Fault::RefuseWith(429, "Too Many Requests: retry after", json!({ "retry_after": seconds }))
    };
    vec![
        (Fault::Reset, "passing", "unanswered", "passing"),
        (Fault::HangUp, "passing", "unanswered", "passing"),
        (Fault::Hang, "passing", "unanswered", "passing"),
        (Fault::LostAfterActing, "passing", "unanswered", "passing"),
        (Fault::Truncated, "passing", "unanswered", "passing"),
        (Fault::BrokenJson, "passing", "unanswered", "passing"),
        (Fault::Drip(Duration::from_millis(100)), "passing", "unanswered", "passing"),
        (Fault::Huge(17 << 20), "passing", "unanswered", "passing"),
        (Fault::WrongType, "ok", "ok", "ok"),
        (Fault::Html(502), "passing", "passing", "passing"),
        (Fault::Html(504), "passing", "passing", "passing"),
        (Fault::Html(200), "passing", "passing", "passing"),
        (Fault::Html(404), "passing", "passing", "passing"),
        (Fault::Html(301), "passing", "passing", "passing"),
        (Fault::Portal, "passing", "passing", "passing"),
        (limited(1), "passing 1", "passing 1", "passing 1"),
        (limited(3600), "passing 3600", "passing 3600", "passing 3600"),
        (Fault::Refuse(500, "Internal Server Error: restart"), "passing", "passing", "passing"),
        (Fault::Refuse(400, "Bad Request: whatever"), "refused", "refused", "refused"),
        (Fault::Refuse(401, "Unauthorized"), "fatal", "fatal", "fatal"),
        (Fault::Refuse(404, "Not Found"), "fatal", "fatal", "fatal"),
        (Fault::Refuse(403, "Forbidden: bot was blocked by the user"), "closed", "closed", "closed"),
        (
            Fault::Refuse(409, "Conflict: terminated by other getUpdates request"),
            "conflict",
            "conflict",
            "conflict",
        ),
    ]
}

#[tokio::test]
async fn every_fault_of_a_poll_is_survived_and_loses_nothing() {
    let api = BotApi::start();
    let telegram = telegram(&api, HASTY);
    for (fault, expected, ..) in faults() {
        let text = format!("/status {fault:?}");
        api.say(OWNER, OWNER, &text);
        api.fault_next("getUpdates", fault.clone());
        let outcome = telegram.receive().await;
        assert_eq!(kind(&outcome), expected, "{fault:?}");
        let heard = match outcome {
            Ok(heard) => heard,
            Err(_) => hear(&telegram).await,
        };
        assert_eq!(said(&heard), [text], "{fault:?}");
    }
}

#[tokio::test]
async fn every_fault_of_a_sent_message_is_told_for_what_it_is() {
    let api = BotApi::start();
    let telegram = telegram(&api, HASTY);
    for (fault, _, expected, _) in faults() {
        api.fault_next("sendMessage", fault.clone());
        // What is refused as it was goes bare, and arrives.
        let expected = if expected == "refused" { "ok" } else { expected };
        assert_eq!(kind(&telegram.deliver(HOME, &words()).await), expected, "{fault:?}");
        assert_eq!(kind(&telegram.deliver(HOME, &words()).await), "ok", "after {fault:?}");
    }
}

#[tokio::test]
async fn every_fault_of_an_uploaded_picture_is_told_for_what_it_is() {
    let api = BotApi::start();
    let telegram = telegram(&api, HASTY);
    let message = Message { picture: Some(Picture { png: png(64, 64), alt: String::new() }), ..words() };
    for (fault, _, expected, _) in faults() {
        api.fault_next("sendPhoto", fault.clone());
        // A refused picture leaves its words, which arrive.
        let expected = if expected == "refused" { "ok" } else { expected };
        assert_eq!(kind(&telegram.deliver(HOME, &message).await), expected, "{fault:?}");
    }
}

#[tokio::test]
async fn every_fault_of_what_may_be_repeated_says_so() {
    let api = BotApi::start();
    let telegram = telegram(&api, HASTY);
    let id = telegram.deliver(HOME, &words()).await.expect("said");
    for (fault, _, _, expected) in faults() {
        let edit = Message { text: Markup::text(format!("{fault:?}")), ..Message::default() };
        api.fault_next("editMessageText", fault.clone());
        let bare = if expected == "refused" { "ok" } else { expected };
        assert_eq!(kind(&telegram.edit(HOME, id, &edit).await), bare, "edit, {fault:?}");
        assert_eq!(kind(&telegram.edit(HOME, id, &edit).await), "ok", "edit after {fault:?}");
        api.fault_next("sendChatAction", fault.clone());
        assert_eq!(kind(&telegram.typing(HOME, Doing::Writing).await), expected, "typing, {fault:?}");
        api.fault_next("getMe", fault.clone());
        assert_eq!(kind(&telegram.get_me().await), expected, "getMe, {fault:?}");
    }
}

#[tokio::test]
async fn a_message_whose_answer_was_lost_has_arrived_and_is_not_called_lost() {
    let api = BotApi::start();
    let telegram = telegram(&api, HASTY);
    api.fault_next("sendMessage", Fault::LostAfterActing);
    assert_eq!(kind(&telegram.deliver(HOME, &words()).await), "unanswered");
    assert_eq!(api.messages(OWNER).len(), 1);
}

#[tokio::test]
async fn a_message_that_never_left_may_be_sent_again() {
    let api = BotApi::start();
    let telegram = telegram(&api, HASTY);
    api.go_down().await;
    assert_eq!(kind(&telegram.deliver(HOME, &words()).await), "passing", "refused");
    api.come_back().await;
    assert_eq!(kind(&telegram.deliver(HOME, &words()).await), "ok");

    // A door that opens and nobody behind it: the TLS handshake never ends.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = silent.local_addr().expect("bound").port();
    let settings = settings(format!("https://127.0.0.1:{port}"), HASTY);
    let telegram = Telegram::new(settings, std::sync::Arc::new(Kept::default())).expect("settings");
    let asked = Instant::now();
    assert_eq!(kind(&telegram.deliver(HOME, &words()).await), "passing", "no handshake");
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    drop(silent);
}

#[tokio::test]
async fn chats_that_are_closed_are_told_from_messages_that_are_wrong() {
    let api = BotApi::start();
    let telegram = telegram(&api, HASTY);
    api.lose_chat(OWNER);
    assert_eq!(kind(&telegram.deliver(HOME, &words()).await), "closed");
    assert_eq!(kind(&telegram.edit(HOME, MessageId(1), &words()).await), "closed");
    // As it is, and bare.
    for _ in 0..2 {
        api.fault_next("sendMessage", Fault::Refuse(400, "Bad Request: whatever"));
    }
    assert_eq!(kind(&telegram.deliver(HOME, &words()).await), "refused");
}
