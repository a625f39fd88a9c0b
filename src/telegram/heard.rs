//! What of the server's updates is heard: pure, one update at a time, so that one that nobody understands does not
//! deafen us to the rest.

use std::collections::{HashSet, VecDeque};

use jiff::Timestamp;
use serde_json::value::RawValue;

use super::wire::{Heard as Said, Numbered, Press, Update};
use crate::message::{ChatId, Heard, Incoming, MessageId, Place, UserId};

/// Accounts that stand for somebody who did not say who they are: the anonymous administrator of a group, the one who
/// writes as a channel, and Telegram itself.
const STAND_INS: [i64; 3] = [1_087_968_824, 136_817_688, 777_000];

/// How many update numbers are remembered. A batch has at most 100.
const REMEMBERED: usize = 1000;

/// What a batch came to.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Batch {
    /// Where the next batch begins; none if no update had a number.
    pub(super) next: Option<i64>,
    /// The numbers that were new.
    pub(super) fresh: Vec<i64>,
    /// What people did.
    pub(super) incoming: Vec<Incoming>,
    /// Groups that got a new number: old, new.
    pub(super) moved: Vec<(ChatId, ChatId)>,
    /// Updates that must not be acted upon: nobody in particular did them, or not to us.
    pub(super) ignored: u64,
    /// Updates that could not be read.
    pub(super) unreadable: u64,
    /// Updates that were heard before.
    pub(super) repeated: u64,
}

/// What an update is to us.
pub(super) enum Judged {
    Incoming(Box<Incoming>),
    Moved(ChatId, ChatId),
    Ignored,
}

/// Reads a batch. `served` is the server's time of the answer: a press carries none of its own.
pub(super) fn read(items: &[Box<RawValue>], recent: &Recent, served: Timestamp) -> Batch {
    let mut batch = Batch::default();
    for item in items {
        let Ok(Numbered { update_id }) = serde_json::from_str(item.get()) else {
            batch.unreadable += 1;
            continue;
        };
        // The last one's number, not the largest: after a quiet week the server begins anew from anywhere, and a
        // larger old number would have the same updates repeated for ever.
        batch.next = Some(update_id.saturating_add(1));
        if recent.has(update_id) || batch.fresh.contains(&update_id) {
            batch.repeated += 1;
            continue;
        }
        batch.fresh.push(update_id);
        match serde_json::from_str::<Update>(item.get()).ok().and_then(|update| judge(update, served)) {
            Some(Judged::Incoming(incoming)) => batch.incoming.push(*incoming),
            Some(Judged::Moved(old, new)) => batch.moved.push((old, new)),
            Some(Judged::Ignored) => batch.ignored += 1,
            None => batch.unreadable += 1,
        }
    }
    batch
}

/// None if a field has an impossible value.
pub(super) fn judge(update: Update, served: Timestamp) -> Option<Judged> {
    match (update.message, update.callback_query) {
        (Some(said), None) => judge_words(said),
        (None, Some(press)) => Some(judge_press(press, served)),
        // Edits, channel posts and whatever is new: an edit may be somebody else's doing, a post is nobody's.
        _ => Some(Judged::Ignored),
    }
}

fn judge_words(said: Said) -> Option<Judged> {
    let chat = ChatId(said.chat.id);
    if let Some(new) = said.migrate_to_chat_id {
        return Some(Judged::Moved(chat, ChatId(new)));
    }
    if let Some(old) = said.migrate_from_chat_id {
        return Some(Judged::Moved(ChatId(old), chat));
    }
    let Some(from) = said.from.filter(|it| !it.is_bot && !STAND_INS.contains(&it.id)) else {
        return Some(Judged::Ignored);
    };
    // Who forwards words, or sends a bot's through its menu, did not choose them.
    let borrowed = said.forward_origin.is_some() || said.via_bot.is_some();
    if said.sender_chat.is_some() || borrowed || said.chat.kind == "channel" {
        return Some(Judged::Ignored);
    }
    let Some(text) = said.text.filter(|it| !it.trim().is_empty()) else { return Some(Judged::Ignored) };
    Some(Judged::Incoming(Box::new(Incoming {
        from: UserId(from.id),
        language: from.language_code,
        place: Place { chat, thread: said.message_thread_id.filter(|_| said.is_topic_message) },
        group: said.chat.kind != "private",
        at: Timestamp::from_second(said.date).ok()?,
        heard: Heard::Said { text, message: MessageId(said.message_id) },
    })))
}

fn judge_press(press: Press, served: Timestamp) -> Judged {
    if press.from.is_bot || STAND_INS.contains(&press.from.id) {
        return Judged::Ignored;
    }
    let Some(key) = press.data else { return Judged::Ignored };
    let under = press.message;
    Judged::Incoming(Box::new(Incoming {
        from: UserId(press.from.id),
        language: press.from.language_code,
        // Without a message nobody knows where it was pressed; a private chat has its person's number.
        place: under.as_ref().map_or(Place::chat(ChatId(press.from.id)), |it| Place {
            chat: ChatId(it.chat.id),
            thread: it.message_thread_id.filter(|_| it.is_topic_message),
        }),
        group: under.as_ref().is_some_and(|it| it.chat.kind != "private"),
        at: served,
        heard: Heard::Pressed {
            key,
            query: press.id,
            message: under.filter(|it| it.date != 0).map(|it| MessageId(it.message_id)),
        },
    }))
}

/// The numbers of updates lately heard.
#[derive(Default)]
pub(super) struct Recent {
    order: VecDeque<i64>,
    known: HashSet<i64>,
}

impl Recent {
    fn has(&self, id: i64) -> bool {
        self.known.contains(&id)
    }

    /// Remembers numbers, and forgets the oldest.
    pub(super) fn remember(&mut self, fresh: Vec<i64>) {
        for id in fresh {
            if self.known.insert(id) {
                self.order.push_back(id);
            }
        }
        while REMEMBERED < self.order.len() {
            if let Some(oldest) = self.order.pop_front() {
                self.known.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn raw(items: &[Value]) -> Vec<Box<RawValue>> {
        items.iter().map(|it| serde_json::value::to_raw_value(it).expect("JSON")).collect()
    }

    fn read_one(payload: Value) -> Batch {
        let mut update = json!({"update_id": 7});
        update.as_object_mut().expect("an object").extend(payload.as_object().expect("an object").clone());
        read(&raw(&[update]), &Recent::default(), Timestamp::UNIX_EPOCH)
    }

    fn said(change: Value) -> Value {
        let mut message = json!({
            "message_id": 5, "date": 1_700_000_000, "text": "/status",
            "from": {"id": 42, "is_bot": false, "first_name": "O", "language_code": "ru"},
            "chat": {"id": -1_001_234_567_890_i64, "type": "supergroup", "title": "T"},
        });
        for (field, value) in change.as_object().expect("an object") {
            if value.is_null() {
                message.as_object_mut().expect("an object").remove(field);
            } else {
                message[field] = value.clone();
            }
        }
        json!({ "message": message })
    }

    #[test]
    fn a_message_is_heard_whole() {
        let batch = read_one(said(json!({"message_thread_id": 9, "is_topic_message": true})));
        let at = Timestamp::from_second(1_700_000_000).expect("a time");
        assert_eq!(
            batch.incoming,
            [Incoming {
                from: UserId(42),
                language: Some("ru".into()),
                place: Place { chat: ChatId(-1_001_234_567_890), thread: Some(9) },
                group: true,
                at,
                heard: Heard::Said { text: "/status".into(), message: MessageId(5) },
            }]
        );
        assert_eq!(batch.next, Some(8));
    }

    #[test]
    fn a_reply_outside_a_topic_has_no_thread() {
        let batch = read_one(said(json!({"message_thread_id": 9})));
        assert_eq!(batch.incoming[0].place.thread, None);
    }

    #[test]
    fn nobody_in_particular_is_not_obeyed() {
        for change in [
            json!({"from": null}),
            json!({"from": {"id": 1_087_968_824, "is_bot": true, "first_name": "Group"}}),
            json!({"from": {"id": 1_087_968_824, "first_name": "Group"}}),
            json!({"from": {"id": 136_817_688, "first_name": "Channel"}}),
            json!({"from": {"id": 777_000, "first_name": "Telegram"}}),
            json!({"from": {"id": 42, "is_bot": true, "first_name": "Bot"}}),
            json!({"sender_chat": {"id": -100, "type": "channel"}}),
            json!({"via_bot": {"id": 43, "is_bot": true}}),
            json!({"forward_origin": {"type": "hidden_user"}}),
            json!({"chat": {"id": -100, "type": "channel"}}),
            json!({"text": null}),
            json!({"text": " \n"}),
        ] {
            let batch = read_one(said(change.clone()));
            assert_eq!((batch.incoming.len(), batch.ignored, batch.next), (0, 1, Some(8)), "{change}");
        }
    }

    #[test]
    fn an_edit_or_a_post_is_not_a_command() {
        let message = said(json!({}))["message"].clone();
        for kind in
            ["edited_message", "channel_post", "edited_channel_post", "business_message", "unheard_of"]
        {
            let batch = read_one(json!({ kind: message }));
            assert_eq!((batch.incoming.len(), batch.ignored), (0, 1), "{kind}");
        }
    }

    #[test]
    fn a_press_is_heard_with_or_without_its_message() {
        let press = |message: Value| {
            let mut query = json!({
                "id": "77", "chat_instance": "x", "data": "key",
                "from": {"id": 42, "is_bot": false, "first_name": "O"},
            });
            if !message.is_null() {
                query["message"] = message;
            }
            let batch = read_one(json!({ "callback_query": query }));
            let incoming = batch.incoming.into_iter().next().expect("a press");
            let Heard::Pressed { message, .. } = incoming.heard else { panic!("a press") };
            (incoming.place.chat.0, incoming.group, message.map(|it| it.0))
        };
        let chat = json!({"id": -5, "type": "group"});
        assert_eq!(press(json!({"message_id": 3, "date": 9, "chat": chat})), (-5, true, Some(3)));
        assert_eq!(press(json!({"message_id": 3, "date": 0, "chat": chat})), (-5, true, None));
        assert_eq!(press(Value::Null), (42, false, None));
    }

    #[test]
    fn a_press_without_a_key_is_ignored() {
        let batch =
            read_one(json!({"callback_query": {"id": "1", "game_short_name": "g", "from": {"id": 42}}}));
        assert_eq!((batch.ignored, batch.unreadable), (1, 0));
    }

    #[test]
    fn a_group_that_moved_is_told_from_either_side() {
        let to = read_one(said(
            json!({"chat": {"id": -5, "type": "group"}, "migrate_to_chat_id": -1005, "text": null}),
        ));
        let from =
            read_one(said(json!({"chat": {"id": -1005, "type": "supergroup"}, "migrate_from_chat_id": -5})));
        assert_eq!(to.moved, [(ChatId(-5), ChatId(-1005))]);
        assert_eq!(from.moved, to.moved);
    }

    #[test]
    fn one_unreadable_update_does_not_deafen_us_to_the_rest() {
        let mut items = raw(&[
            json!({"update_id": 1, "message": {"message_id": "five"}}),
            json!({"no": "number"}),
            json!([]),
        ]);
        let lone = r#"{"update_id": 2, "message": {"text": "\ud800"}}"#;
        items.push(RawValue::from_string(lone.into()).expect("JSON"));
        let mut last = said(json!({}));
        last["update_id"] = json!(3);
        items.extend(raw(&[last]));
        let batch = read(&items, &Recent::default(), Timestamp::UNIX_EPOCH);
        assert_eq!((batch.incoming.len(), batch.unreadable, batch.next), (1, 4, Some(4)));
    }

    #[test]
    fn the_next_is_after_the_last_even_when_numbers_jump_down() {
        let numbered = |id: i64| json!({"update_id": id, "message": said(json!({}))["message"]});
        let mut recent = Recent::default();
        recent.remember(vec![1_000_000, 1_000_001]);
        let batch = read(
            &raw(&[numbered(1_000_001), numbered(500), numbered(501), numbered(501)]),
            &recent,
            Timestamp::UNIX_EPOCH,
        );
        assert_eq!((batch.next, batch.repeated, batch.incoming.len()), (Some(502), 2, 2));
        assert_eq!(batch.fresh, [500, 501]);
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let mut recent = Recent::default();
        recent.remember((0..5000).collect());
        assert_eq!((recent.order.len(), recent.known.len()), (REMEMBERED, REMEMBERED));
        assert!(recent.has(4999) && !recent.has(3999));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[ -~а-я]{0,8}".prop_map(Value::from)
        ];
        let field = prop_oneof![
            Just("message"),
            Just("from"),
            Just("chat"),
            Just("id"),
            Just("type"),
            Just("date"),
            Just("text"),
            Just("callback_query"),
            Just("data"),
            Just("message_id"),
            Just("update_id"),
            Just("is_bot")
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::vec((field.clone(), inner), 0..6)
                    .prop_map(|fields| fields.into_iter().map(|(name, it)| (name.to_owned(), it)).collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_update_is_counted_once_whatever_it_is(items in proptest::collection::vec(any_json(), 0..6)) {
            let batch = read(&raw(&items), &Recent::default(), Timestamp::UNIX_EPOCH);
            let counted = batch.incoming.len() + batch.moved.len()
                + (batch.ignored + batch.unreadable + batch.repeated) as usize;
            prop_assert_eq!(counted, items.len());
        }
    }
}
