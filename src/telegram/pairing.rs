//! Who writes to a bot that has no owner yet: the first run learns an owner's number from it, and nothing else does.

use serde_json::value::RawValue;

use super::Telegram;
use super::api::{Repeat, Request};
use super::heard::{Judged, judge};
use super::listen::WANTED;
use super::wire::{GetUpdates, Nothing, Numbered, Update, User};
use crate::message::{Heard, UserId};
use crate::transport::TransportError;

/// Somebody who wrote to the bot in private: a person, in words of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// Their account.
    pub id: UserId,
    /// What they call themselves; anything at all.
    pub name: String,
    /// Their `@name`, without the `@`, when they have one.
    pub username: Option<String>,
    /// The language of their app, as an IETF tag.
    pub language: Option<String>,
    /// What they wrote.
    pub words: String,
}

/// What one poll brought.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Visits {
    /// Who wrote, in order.
    pub visitors: Vec<Visitor>,
    /// Where the next poll begins; none if nothing came.
    pub next: Option<i64>,
}

impl Telegram {
    /// Waits for people to write in private, from update `from` on; all before it is confirmed and comes to nobody any
    /// more. Groups, bots, forwards and presses are read over.
    ///
    /// # Errors
    /// [`Conflict`](TransportError::Conflict) while another program polls or a webhook is set; nothing is removed.
    pub async fn visitors(&self, from: Option<i64>) -> Result<Visits, TransportError> {
        self.visits(from, self.api.timings.poll.as_secs()).await
    }

    /// Confirms everything before update `next`, without waiting for more: a watch that starts later does not answer it.
    ///
    /// # Errors
    /// As [`Telegram::visitors`].
    pub async fn confirm(&self, next: i64) -> Result<(), TransportError> {
        self.visits(Some(next), 0).await.map(drop)
    }

    /// Removes the webhook that keeps this bot from being polled; what has gathered is kept.
    ///
    /// # Errors
    /// It is still there.
    pub async fn remove_webhook(&self) -> Result<(), TransportError> {
        self.ask::<bool>("deleteWebhook", &Nothing {}).await.map(drop)
    }

    async fn visits(&self, offset: Option<i64>, poll: u64) -> Result<Visits, TransportError> {
        let timeout = self.api.timings.poll + self.api.timings.poll_margin;
        let request = Request { method: "getUpdates", repeat: Repeat::Harmless, timeout, file: None };
        let question = GetUpdates { offset, timeout: poll, allowed_updates: WANTED };
        let items: Vec<Box<RawValue>> = self.api.call(request, &question).await?;
        Ok(read(&items))
    }
}

fn read(items: &[Box<RawValue>]) -> Visits {
    let mut visits = Visits::default();
    for item in items {
        let Ok(Numbered { update_id }) = serde_json::from_str(item.get()) else { continue };
        visits.next = Some(update_id.saturating_add(1));
        visits.visitors.extend(serde_json::from_str(item.get()).ok().and_then(visitor));
    }
    visits
}

/// Whoever wrote, if it was a person who meant us.
fn visitor(update: Update) -> Option<Visitor> {
    let (name, username) = called(update.message.as_ref()?.from.as_ref()?);
    // A press, which alone would need the server's time, has no message of its own.
    let Some(Judged::Incoming(incoming)) = judge(update, jiff::Timestamp::UNIX_EPOCH) else { return None };
    match incoming.heard {
        Heard::Said { text, .. } if !incoming.group => {
            Some(Visitor { id: incoming.from, name, username, language: incoming.language, words: text })
        }
        Heard::Said { .. } | Heard::Pressed { .. } => None,
    }
}

fn called(user: &User) -> (String, Option<String>) {
    let names = [&user.first_name, &user.last_name].into_iter().flatten();
    (names.map(String::as_str).collect::<Vec<_>>().join(" "), user.username.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_person_who_writes_in_private_is_a_visitor() {
        let anna =
            json!({"id": 42, "is_bot": false, "first_name": "Anna", "last_name": "P", "username": "anna"});
        let private = json!({"id": 42, "type": "private"});
        let said = |extra: serde_json::Value| {
            let mut message =
                json!({"message_id": 1, "from": anna, "chat": private, "date": 1, "text": "K7M4QX"});
            for (name, value) in extra.as_object().into_iter().flatten() {
                message[name] = value.clone();
            }
            json!({"update_id": 7, "message": message})
        };
        let check = |update: serde_json::Value, expected: Option<&str>| {
            let item = RawValue::from_string(update.to_string()).expect("JSON");
            let visits = read(&[item]);
            assert_eq!(visits.next, Some(8), "whatever it was, it does not come again");
            assert_eq!(visits.visitors.first().map(|it| it.name.as_str()), expected, "{update}");
        };
        check(said(json!({})), Some("Anna P"));
        check(said(json!({"chat": {"id": -5, "type": "supergroup"}})), None);
        check(said(json!({"from": {"id": 9, "is_bot": true, "first_name": "Bot"}})), None);
        check(said(json!({"forward_origin": {"type": "user"}})), None);
        check(said(json!({"via_bot": {"id": 9}})), None);
        check(json!({"update_id": 7, "callback_query": {"id": "1", "from": anna, "data": "K7M4QX"}}), None);
        check(json!({"update_id": 7, "message": {"text": 5}}), None);
    }
}
