//! What is heard, once and only once.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use vakhta::message::{ChatId, Heard, Incoming, MessageId};
use vakhta::telegram::Telegram;
use vakhta::transport::{Bookmark, BookmarkError, Durable, Transport, TransportError};

use super::botapi::{self, BotApi};
use super::{CALM, HASTY, Kept, OWNER, hear, kind, said, settings, telegram, with_bookmark};

#[tokio::test]
async fn a_word_ends_the_held_poll_at_once() {
    let api = BotApi::start();
    let telegram = Arc::new(telegram(&api, super::Timings { poll: Duration::from_secs(50), ..CALM }));
    let listener = tokio::spawn({
        let telegram = telegram.clone();
        async move { telegram.receive().await }
    });
    let call = api.wait_for("a poll", |calls| calls.first().cloned()).await;
    assert_eq!(call.method, "getUpdates");
    assert_eq!(call.number("timeout"), Some(50));
    assert_eq!(call.fields["allowed_updates"], json!(["message", "callback_query"]));
    assert_eq!(call.fields.get("offset"), None, "nothing was read before");
    let spoken = Instant::now();
    api.say(OWNER, OWNER, "/status");
    let heard = listener.await.expect("a task").expect("a poll");
    assert_eq!(said(&heard), ["/status"]);
    assert!(spoken.elapsed() < Duration::from_secs(5), "{:?}", spoken.elapsed());
}

#[tokio::test]
async fn an_empty_poll_is_nothing_wrong() {
    let api = BotApi::start();
    assert_eq!(telegram(&api, CALM).receive().await, Ok(vec![]));
}

#[tokio::test]
async fn the_bookmark_is_saved_before_anything_is_handed_on() {
    let api = BotApi::start();
    let kept = Arc::new(Kept::default());
    let telegram = with_bookmark(&api, CALM, kept.clone());
    api.say(OWNER, OWNER, "/restart nginx");
    assert_eq!(said(&hear(&telegram).await), ["/restart nginx"]);
    assert_eq!(kept.next(), Some(1001));

    // The process dies here, before the server was told; the next one does not hear it again.
    drop(telegram);
    assert_eq!(api.unconfirmed(), 1);
    let telegram = with_bookmark(&api, CALM, kept);
    assert_eq!(telegram.receive().await, Ok(vec![]));
    assert_eq!(api.unconfirmed(), 0);
}

/// A bookmark that writes down what is done to it.
#[derive(Default)]
struct Watched {
    done: Mutex<Vec<String>>,
    reads: bool,
}

impl Watched {
    fn note(&self, what: String) {
        self.done.lock().expect("whole").push(what);
    }

    fn done(&self) -> Vec<String> {
        self.done.lock().expect("whole").clone()
    }
}

impl Bookmark for Watched {
    fn load(&self) -> Result<Option<i64>, BookmarkError> {
        Ok(None)
    }

    fn save(&self, next: i64) -> Result<(), BookmarkError> {
        self.note(format!("save {next}"));
        Ok(())
    }

    fn save_heard(&self, next: i64, _heard: &[Incoming]) -> Result<Durable, BookmarkError> {
        self.note(format!("heard {next}"));
        Ok(if self.reads { Durable::BeforeConfirming } else { Durable::First })
    }

    fn make_durable(&self, next: i64) -> Result<(), BookmarkError> {
        let tried = self.done().iter().any(|it| it.starts_with("durable"));
        self.note(format!("durable {next}"));
        if tried { Ok(()) } else { Err(BookmarkError("the disk is slow".into())) }
    }
}

#[tokio::test]
async fn what_acts_is_on_the_disk_before_it_is_handed_on() {
    let api = BotApi::start();
    let kept = Arc::new(Watched::default());
    let telegram = Telegram::new(settings(api.url(), CALM), kept.clone()).expect("settings are right");
    api.say(OWNER, OWNER, "/heal off");
    let outcome = telegram.receive().await;
    assert!(outcome.as_ref().is_err_and(|it| it.to_string().contains("the disk is slow")), "{outcome:?}");
    assert_eq!(said(&hear(&telegram).await), ["/heal off"]);
    assert_eq!(kept.done(), ["heard 1001", "durable 1001", "heard 1001", "durable 1001"]);
}

#[tokio::test]
async fn what_only_reads_waits_for_no_disk_and_is_not_confirmed_before_the_disk_has_it() {
    let api = BotApi::start();
    let kept = Arc::new(Watched { reads: true, ..Watched::default() });
    let telegram = Telegram::new(settings(api.url(), CALM), kept.clone()).expect("settings are right");
    api.say(OWNER, OWNER, "/status");
    assert_eq!(said(&hear(&telegram).await), ["/status"]);
    assert_eq!(kept.done(), ["heard 1001"]);
    // While it cannot be synced, the server is not told that it was heard.
    assert!(telegram.receive().await.is_err());
    assert_eq!(api.unconfirmed(), 1);
    assert_eq!(telegram.receive().await, Ok(vec![]));
    assert_eq!((kept.done().len(), api.unconfirmed()), (3, 0));
}

#[tokio::test]
async fn what_cannot_be_bookmarked_is_not_handed_on_and_not_lost() {
    let api = BotApi::start();
    let kept = Arc::new(Kept::default());
    let telegram = with_bookmark(&api, CALM, kept.clone());
    api.say(OWNER, OWNER, "/fix");

    kept.set_full(true);
    let outcome = telegram.receive().await;
    assert!(outcome.as_ref().is_err_and(|it| it.to_string().contains("no disk")), "{outcome:?}");
    assert!(api.calls().is_empty(), "nothing may be asked before it is known from where");

    kept.set_full(false);
    assert_eq!(telegram.receive().await.map(|it| it.len()), Ok(1));
    api.say(OWNER, OWNER, "/fix again");
    kept.set_full(true);
    for _ in 0..2 {
        let outcome = telegram.receive().await;
        assert!(outcome.as_ref().is_err_and(|it| it.to_string().contains("disk full")), "{outcome:?}");
    }
    kept.set_full(false);
    assert_eq!(said(&hear(&telegram).await), ["/fix again"]);
    assert_eq!(telegram.receive().await, Ok(vec![]));
}

#[tokio::test]
async fn an_answer_lost_on_the_way_is_heard_once() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    for fault in [botapi::Fault::LostAfterActing, botapi::Fault::Truncated, botapi::Fault::BrokenJson] {
        api.say(OWNER, OWNER, "/fix");
        api.fault_next("getUpdates", fault.clone());
        assert_eq!(kind(&telegram.receive().await), "passing", "{fault:?}");
        assert_eq!(said(&hear(&telegram).await), ["/fix"], "{fault:?}");
        assert_eq!(telegram.receive().await, Ok(vec![]), "{fault:?}");
    }
}

#[tokio::test]
async fn an_update_delivered_twice_is_heard_once() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let payload = json!({"message": {"message_id": 1, "from": botapi::person(OWNER), "date": 1,
        "chat": {"id": OWNER, "type": "private"}, "text": "/fix"}});
    api.repeat(5000, payload.clone());
    assert_eq!(said(&hear(&telegram).await), ["/fix"]);
    api.repeat(5000, payload.clone());
    api.repeat(5001, payload);
    assert_eq!(hear(&telegram).await.len(), 1);
    assert_eq!(telegram.skipped().repeated, 1);
}

#[tokio::test]
async fn a_server_that_repeats_itself_does_not_make_us_spin() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let update = json!({"message": {"message_id": 1, "from": botapi::person(OWNER), "date": 1,
        "chat": {"id": OWNER, "type": "private"}, "text": "/fix"}});
    let mut heard = 0;
    let mut told_to_wait = false;
    for _ in 0..4 {
        api.repeat(7000, update.clone());
        match telegram.receive().await {
            Ok(incoming) => heard += incoming.len(),
            Err(TransportError::Passing { .. }) => told_to_wait = true,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((heard, told_to_wait), (1, true));
}

#[tokio::test]
async fn a_server_that_holds_no_poll_does_not_make_us_spin() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    api.fault_always("getUpdates", botapi::Fault::Empty);
    assert_eq!(telegram.receive().await, Ok(vec![]), "once may be anything");
    for _ in 0..3 {
        let outcome = telegram.receive().await;
        assert!(outcome.as_ref().is_err_and(|it| it.to_string().contains("come at once")), "{outcome:?}");
    }
    // What is said is heard between two of them, and a poll that is held mends it.
    api.heal();
    api.say(OWNER, OWNER, "/status");
    assert_eq!(said(&hear(&telegram).await), ["/status"]);
    assert_eq!(telegram.receive().await, Ok(vec![]));
}

#[tokio::test]
async fn numbers_that_jump_down_are_followed() {
    let api = BotApi::start();
    let kept = Arc::new(Kept::default());
    let telegram = with_bookmark(&api, CALM, kept.clone());
    api.jump_to(900_000_000);
    api.say(OWNER, OWNER, "before");
    assert_eq!(said(&hear(&telegram).await), ["before"]);
    assert_eq!(telegram.receive().await, Ok(vec![]));

    api.jump_to(17);
    api.say(OWNER, OWNER, "after a quiet week");
    assert_eq!(said(&hear(&telegram).await), ["after a quiet week"]);
    assert_eq!(kept.next(), Some(18));
    // With max() it would come on every poll from now on.
    assert_eq!(telegram.receive().await, Ok(vec![]));
    assert_eq!(api.unconfirmed(), 0);
    api.say(OWNER, OWNER, "and on");
    assert_eq!(said(&hear(&telegram).await), ["and on"]);
}

#[tokio::test]
async fn what_nobody_understands_is_skipped_one_by_one() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    api.say(OWNER, OWNER, "first");
    api.raw_update(1001, r#"{"update_id":1001,"message":{"message_id":"not a number"}}"#);
    api.raw_update(1002, r#"{"update_id":1002,"message":{"text":"\ud800 half a letter"}}"#);
    api.raw_update(1003, r#"{"update_id":1003,"telepathy":{"from":{"id":42},"text":"/fix"}}"#);
    api.raw_update(1004, r#"{"without":"a number"}"#);
    api.jump_to(1005);
    api.say(OWNER, OWNER, "last");
    assert_eq!(said(&hear(&telegram).await), ["first", "last"]);
    let skipped = telegram.skipped();
    assert_eq!((skipped.unreadable, skipped.ignored), (3, 1));
    assert_eq!(telegram.receive().await, Ok(vec![]));
    assert_eq!(api.unconfirmed(), 0, "they do not come again for a day");
}

#[tokio::test]
async fn a_backlog_of_a_day_is_heard_with_its_age() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let yesterday = jiff::Timestamp::now().as_second() - 86_000;
    for index in 0..250 {
        api.say_at(OWNER, OWNER, &format!("/fix {index}"), yesterday);
    }
    let mut heard = Vec::new();
    while heard.len() < 250 {
        heard.extend(hear(&telegram).await);
    }
    assert_eq!(said(&heard)[249], "/fix 249");
    assert!(heard.iter().all(|it| it.at.as_second() == yesterday));
}

#[tokio::test]
async fn a_stranger_in_disguise_is_not_heard() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let date = jiff::Timestamp::now().as_second();
    let disguised = |field: &str, value: serde_json::Value| {
        let mut message = botapi::said(OWNER, -1_009_999_999_999, "/fix", date);
        message["message_id"] = json!(1);
        message[field] = value;
        json!({ "message": message })
    };
    api.update(disguised("from", json!({"id": 1_087_968_824, "is_bot": true, "first_name": "Group"})));
    api.update(disguised("sender_chat", json!({"id": -1_009_999_999_999_i64, "type": "supergroup"})));
    let mut edited = disguised("edit_date", json!(date));
    let message = edited["message"].take();
    // Asked for by an earlier program with this token, it would still come.
    api.raw_update(2000, &json!({"update_id": 2000, "edited_message": message}).to_string());
    api.jump_to(2001);
    api.say(OWNER, -1_009_999_999_999, "/status");
    let heard = hear(&telegram).await;
    assert_eq!(said(&heard), ["/status"]);
    assert!(heard[0].group);
    assert_eq!(heard[0].place.chat, ChatId(-1_009_999_999_999));
    assert_eq!(telegram.skipped().ignored, 3);
}

#[tokio::test]
async fn a_pressed_button_is_heard_and_its_spinner_stopped() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    let query = api.press(OWNER, OWNER, 77, "k1");
    let heard = hear(&telegram).await;
    let Heard::Pressed { key, query: told, message } = &heard[0].heard else { panic!("{heard:?}") };
    assert_eq!((key.as_str(), told, *message), ("k1", &query, Some(MessageId(77))));
    // A press has no time of its own; the answer's is the server's clock.
    let age = jiff::Timestamp::now().duration_since(heard[0].at);
    assert!(age.abs() < jiff::SignedDuration::from_secs(10), "{age}");
    assert_eq!(telegram.acknowledge(&query, Some(&"я".repeat(500))).await, Ok(()));
    assert!(api.acknowledged(&query));
    assert_eq!(api.calls_of("answerCallbackQuery")[0].words("text").chars().count(), 200);
    // Twice, or too late.
    assert_eq!(telegram.acknowledge(&query, None).await, Ok(()));
}

#[tokio::test]
async fn a_second_listener_is_told_of_the_first() {
    let api = BotApi::start();
    let first = Arc::new(telegram(&api, super::Timings { poll: Duration::from_secs(50), ..CALM }));
    let held = tokio::spawn({
        let first = first.clone();
        async move { first.receive().await }
    });
    api.wait_for("a poll", |calls| (!calls.is_empty()).then_some(())).await;
    let second = telegram(&api, CALM);
    assert_eq!(second.receive().await, Ok(vec![]));
    let outcome = held.await.expect("a task");
    assert_eq!(kind(&outcome), "conflict");
    assert!(outcome.expect_err("conflict").to_string().contains("another program listens"));
}

#[tokio::test]
async fn a_forgotten_webhook_is_removed_once_and_nothing_is_lost_with_it() {
    let api = BotApi::start();
    let telegram = telegram(&api, CALM);
    api.say(OWNER, OWNER, "/status");
    api.set_webhook(true);
    assert_eq!(said(&hear(&telegram).await), ["/status"]);
    let removals = api.calls_of("deleteWebhook");
    assert_eq!(removals.len(), 1);
    assert_eq!(removals[0].fields.get("drop_pending_updates"), None);

    // Somebody alive sets it again: that is for the owner to settle.
    api.set_webhook(true);
    let outcome = telegram.receive().await;
    assert_eq!(kind(&outcome), "conflict");
    assert!(outcome.expect_err("conflict").to_string().contains("run deleteWebhook"));
    assert_eq!(api.calls_of("deleteWebhook").len(), 1);
}

#[tokio::test]
async fn a_poll_on_a_dead_connection_ends_and_the_next_is_heard() {
    let api = BotApi::start();
    let telegram = telegram(&api, HASTY);
    api.fault_next("getUpdates", botapi::Fault::Hang);
    let asked = Instant::now();
    assert_eq!(kind(&telegram.receive().await), "passing");
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
    api.say(OWNER, OWNER, "/status");
    assert_eq!(said(&hear(&telegram).await), ["/status"]);
}

#[tokio::test]
async fn a_server_that_goes_away_and_comes_back_is_heard_again() {
    let api = BotApi::start();
    let telegram = Arc::new(telegram(&api, super::Timings { poll: Duration::from_secs(50), ..CALM }));
    let held = tokio::spawn({
        let telegram = telegram.clone();
        async move { telegram.receive().await }
    });
    api.wait_for("a poll", |calls| (!calls.is_empty()).then_some(())).await;
    api.go_down().await;
    assert_eq!(kind(&held.await.expect("a task")), "passing");
    assert_eq!(kind(&telegram.receive().await), "passing");
    api.come_back().await;
    api.say(OWNER, OWNER, "/status");
    assert_eq!(said(&hear(&telegram).await), ["/status"]);
}
