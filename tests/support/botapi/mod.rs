//! A Bot API of our own on loopback: real HTTP, real multipart, a long poll that holds; it remembers chats, messages,
//! buttons and what is confirmed, refuses what the real one refuses, and can be told to fail in every way.
//!
//! It runs on a thread of its own, so that it serves the adapter in a test as well as the real binary beside it. Nothing
//! here sleeps: [`BotApi::wait_for`] is woken by what happens, and gives up aloud.

#![allow(dead_code, unused_imports, reason = "each test file uses what it needs of it")]

mod http;
mod rules;
mod server;
mod world;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::timeout;

pub(crate) use self::http::Upload;
use self::server::{Shared, serve};
use self::world::State;
pub(crate) use self::world::{Call, Shown};

/// The token this server knows. It is made up, and has the form of a real one.
pub(crate) const TOKEN: &str = "424242424:AAMadeUpForTestsMadeUpForTestsMade-_";

/// The bot's own account.
pub(crate) const BOT: i64 = 424_242_424;

/// How long [`BotApi::wait_for`] waits.
///
/// What became of a container is told after 5 s in which it may be explained (30 s if it is new), and 10 s in which
/// others may follow it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What can go wrong with one call.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The request is read and the connection reset; nothing is done.
    Reset,
    /// The request is read and the connection closed; nothing is done.
    HangUp,
    /// The request is read and never answered; nothing is done.
    Hang,
    /// A gateway's page with this status; nothing is done.
    Html(u16),
    /// Status 200 and the words of a captive portal; nothing is done.
    Portal,
    /// A refusal in the Bot API's own form.
    Refuse(u16, &'static str),
    /// A refusal with parameters (`retry_after`, `migrate_to_chat_id`).
    RefuseWith(u16, &'static str, Value),
    /// So many bytes of well-formed answer; nothing is done.
    Huge(usize),
    /// The same, with a length that is told beforehand.
    HugeTold(usize),
    /// An answer that is packed, though nobody asked for that, and has 100 MB in it; nothing is done.
    Bomb,
    /// Yes, and an empty list; nothing is done.
    Empty,
    /// The connection is reset, and new ones are refused for so long; nothing is done.
    Away(Duration),
    /// The connection is reset, and of new ones nothing is read for so long, nor ever after; nothing is done.
    Mute(Duration),
    /// Done; the head of the answer, and nothing after it.
    HangAfterHead,
    /// Done; the right answer with the wrong content type.
    WrongType,
    /// Done; half of the answer, and the connection closed.
    Truncated,
    /// Done; half of the answer, with a length that says it is all.
    BrokenJson,
    /// Done; the connection reset before the answer.
    LostAfterActing,
    /// Done; the answer a byte at a time, for ever if need be.
    Drip(Duration),
}

/// When a fault happens.
#[derive(Clone, Copy, Debug, PartialEq)]
enum When {
    /// At this call of the method, counted from 1 since the start.
    At(u64),
    /// At the next call of it.
    Next,
    /// At every call of it.
    Always,
}

/// The server. Ends when it is dropped.
pub(crate) struct BotApi {
    shared: Arc<Shared>,
    port: u16,
    end: watch::Sender<bool>,
    patience: Duration,
}

impl Drop for BotApi {
    fn drop(&mut self) {
        let _ = self.end.send(true);
    }
}

impl BotApi {
    /// Starts it on a free port.
    pub(crate) fn start() -> Self {
        Self::start_patient(PATIENCE)
    }

    /// The same, for a test that waits for what hangs: so long at most.
    pub(crate) fn start_patient(patience: Duration) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        listener.set_nonblocking(true).expect("a socket");
        let state = State { next_update: 1000, next_message: 1, ..State::default() };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            changed: watch::Sender::new(0),
            door: watch::Sender::new(true),
            opened: watch::Sender::new(true),
            mute: watch::Sender::new(false),
        });
        let (end, ended) = watch::channel(false);
        let served = shared.clone();
        // Before the thread is there, or a door closed at once would not be seen to close.
        let door = shared.door.subscribe();
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(serve(listener, port, served, door, ended));
        });
        Self { shared, port, end, patience }
    }

    /// What `TELEGRAM_API_URL` should be.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    // What people do.

    /// A person writes in a chat: in private if the chat has the person's number, else in a supergroup. Answers the
    /// message's number.
    pub(crate) fn say(&self, user: i64, chat: i64, text: &str) -> i64 {
        self.say_at(user, chat, text, Timestamp::now().as_second())
    }

    /// The same, at another time (seconds since 1970).
    pub(crate) fn say_at(&self, user: i64, chat: i64, text: &str, date: i64) -> i64 {
        let id = self.take_message_id();
        let mut message = said(user, chat, text, date);
        message["message_id"] = json!(id);
        self.update(json!({ "message": message }));
        id
    }

    /// A person presses a button with this key, under this message of ours. Answers the query's number.
    pub(crate) fn press(&self, user: i64, chat: i64, message: i64, key: &str) -> String {
        let query = format!("q{}", self.take_message_id());
        self.shared.state().queries.insert(query.clone(), false);
        let under = json!({
            "message_id": message, "date": Timestamp::now().as_second(), "chat": chat_of(chat),
            "from": {"id": BOT, "is_bot": true, "first_name": "Vakhta"},
        });
        self.update(json!({ "callback_query": {
            "id": query, "from": person(user), "chat_instance": "1", "message": under, "data": key,
        }}));
        query
    }

    /// A person presses the button that has this in its label.
    pub(crate) fn press_label(&self, user: i64, chat: i64, message: i64, label: &str) -> String {
        let shown = self.message(chat, message).expect("a message to press on");
        let key = shown.key(label).unwrap_or_else(|| panic!("no button {label:?} in {}", shown.buttons));
        self.press(user, chat, message, &key)
    }

    /// Any update, without `update_id`. As with the real server, what was not asked for is not kept. Answers the
    /// number it got.
    pub(crate) fn update(&self, payload: Value) -> i64 {
        let mut state = self.shared.state();
        let kind = payload.as_object().and_then(|it| it.keys().next().cloned()).unwrap_or_default();
        if state.allowed.as_ref().is_some_and(|allowed| !allowed.contains(&kind)) {
            return 0;
        }
        let id = state.next_update;
        state.next_update += 1;
        let mut update = payload;
        update["update_id"] = json!(id);
        state.updates.push_back((id, in_ascii(&update)));
        drop(state);
        self.shared.happened();
        id
    }

    /// An update's very text, whatever was asked for; `id` is only for the server's own counting.
    pub(crate) fn raw_update(&self, id: i64, text: &str) {
        self.shared.state().updates.push_back((id, text.to_owned()));
        self.shared.happened();
    }

    /// Delivers an update with this number in the next answer, whether it is confirmed or not.
    pub(crate) fn repeat(&self, id: i64, payload: Value) {
        let mut update = payload;
        update["update_id"] = json!(id);
        self.shared.state().again.push(update.to_string());
        self.shared.happened();
    }

    /// The number of the next update: after a quiet week it may be any.
    pub(crate) fn jump_to(&self, id: i64) {
        self.shared.state().next_update = id;
    }

    // What the server's own world is like.

    /// The fault happens at the next call of the method (or of the first of several: `sendMessage|sendPhoto`); several
    /// queue up.
    pub(crate) fn fault_next(&self, method: &str, fault: Fault) {
        self.shared.state().faults.push((method.to_lowercase(), When::Next, fault));
    }

    /// The fault happens at the n-th call of the method since the start, from 1.
    pub(crate) fn fault_at(&self, method: &str, nth: u64, fault: Fault) {
        self.shared.state().faults.push((method.to_lowercase(), When::At(nth), fault));
    }

    /// The fault happens at every call of the method, until [`BotApi::heal`].
    pub(crate) fn fault_always(&self, method: &str, fault: Fault) {
        self.shared.state().faults.push((method.to_lowercase(), When::Always, fault));
    }

    /// How many faults have not happened yet.
    pub(crate) fn faults_left(&self) -> usize {
        self.shared.state().faults.len()
    }

    /// No more faults.
    pub(crate) fn heal(&self) {
        self.shared.state().faults.clear();
    }

    /// The server goes away: connections are reset, new ones refused.
    pub(crate) async fn go_down(&self) {
        self.turn(false).await;
    }

    /// It comes back, at the same address.
    pub(crate) async fn come_back(&self) {
        self.turn(true).await;
    }

    async fn turn(&self, open: bool) {
        self.shared.door.send_replace(open);
        let mut opened = self.shared.opened.subscribe();
        timeout(PATIENCE, opened.wait_for(|it| *it == open)).await.expect("in time").expect("running");
    }

    /// The chat blocks the bot (403).
    pub(crate) fn block(&self, chat: i64) {
        self.shared.state().blocked.push(chat);
    }

    /// Nobody knows this chat (400).
    pub(crate) fn lose_chat(&self, chat: i64) {
        self.shared.state().missing.push(chat);
    }

    /// A topic is deleted.
    pub(crate) fn delete_topic(&self, thread: i64) {
        self.shared.state().gone_threads.push(thread);
    }

    /// The group becomes a supergroup (400 with `migrate_to_chat_id`).
    pub(crate) fn migrate(&self, old: i64, new: i64) {
        self.shared.state().migrated.insert(old, new);
    }

    /// Somebody sets a webhook.
    pub(crate) fn set_webhook(&self, set: bool) {
        self.shared.state().webhook = set;
    }

    /// How far the server's clock is ahead of ours, in seconds.
    pub(crate) fn set_clock_ahead(&self, seconds: i64) {
        self.shared.state().ahead = seconds;
    }

    /// Somebody deletes a message of ours.
    pub(crate) fn delete_message(&self, chat: i64, id: i64) {
        self.shared.state().messages.remove(&(chat, id));
    }

    // What was seen.

    /// All calls so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.shared.state().calls.clone()
    }

    /// The calls of one method so far.
    pub(crate) fn calls_of(&self, method: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|it| it.method == method).collect()
    }

    /// The messages of ours in a chat, as they read now.
    pub(crate) fn messages(&self, chat: i64) -> Vec<Shown> {
        self.shared
            .state()
            .messages
            .range((chat, i64::MIN)..=(chat, i64::MAX))
            .map(|(_, it)| it.clone())
            .collect()
    }

    /// How often a telephone rang in that chat: messages of ours that were sent with a sound, answers included.
    pub(crate) fn rings(&self, chat: i64) -> usize {
        self.messages(chat).iter().filter(|it| !it.silent).count()
    }

    /// One message of ours.
    pub(crate) fn message(&self, chat: i64, id: i64) -> Option<Shown> {
        self.shared.state().messages.get(&(chat, id)).cloned()
    }

    /// Whether a pressed button was acknowledged.
    pub(crate) fn acknowledged(&self, query: &str) -> bool {
        self.shared.state().queries.get(query).copied().unwrap_or(false)
    }

    /// The published commands of a language (empty: of all others).
    pub(crate) fn commands(&self, language: &str) -> Vec<(String, String)> {
        self.shared.state().commands.get(language).cloned().unwrap_or_default()
    }

    /// When an update was first handed out.
    pub(crate) fn served(&self, id: i64) -> Option<Instant> {
        self.shared.state().served.get(&id).copied()
    }

    /// How many updates are not confirmed.
    pub(crate) fn unconfirmed(&self) -> usize {
        self.shared.state().updates.len()
    }

    /// Waits until the calls have what is looked for.
    pub(crate) async fn wait_for<T>(&self, what: &str, mut look: impl FnMut(&[Call]) -> Option<T>) -> T {
        self.wait_until(what, |api| look(&api.shared.state().calls)).await
    }

    /// Waits until a chat has a message of ours that is looked for.
    pub(crate) async fn wait_for_message(
        &self,
        chat: i64,
        what: &str,
        mut look: impl FnMut(&Shown) -> bool,
    ) -> Shown {
        self.wait_until(what, |api| api.messages(chat).into_iter().rev().find(|it| look(it))).await
    }

    /// Waits until the server has what is looked for.
    pub(crate) async fn wait_until<T>(&self, what: &str, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        let mut changed = self.shared.changed.subscribe();
        let found = timeout(self.patience, async {
            loop {
                changed.borrow_and_update();
                if let Some(found) = look(self) {
                    return found;
                }
                changed.changed().await.expect("the server outlives its handle");
            }
        });
        let Ok(found) = found.await else {
            let calls: Vec<String> = self
                .calls()
                .iter()
                .map(|it| format!("{} {}", it.method, Value::from(it.fields.clone())))
                .collect();
            panic!("waited {:?} in vain for {what}; calls so far:\n{}", self.patience, calls.join("\n"));
        };
        found
    }

    fn take_message_id(&self) -> i64 {
        let mut state = self.shared.state();
        state.next_message += 1;
        state.next_message - 1
    }
}

/// JSON as the real server writes it: every other letter is an escape of six, or of twelve.
fn in_ascii(value: &Value) -> String {
    let mut text = String::new();
    for letter in value.to_string().chars() {
        if letter.is_ascii() {
            text.push(letter);
        } else {
            let units =
                letter.encode_utf16(&mut [0; 2]).iter().map(|it| format!("\\u{it:04x}")).collect::<String>();
            text.push_str(&units);
        }
    }
    text
}

/// A person's account as the server writes it.
pub(crate) fn person(id: i64) -> Value {
    json!({"id": id, "is_bot": false, "first_name": "Person", "language_code": "en"})
}

/// A message as the server writes it, without its number.
pub(crate) fn said(user: i64, chat: i64, text: &str, date: i64) -> Value {
    json!({"from": person(user), "chat": chat_of(chat), "date": date, "text": text})
}

fn chat_of(chat: i64) -> Value {
    if 0 < chat {
        json!({"id": chat, "type": "private", "first_name": "Person"})
    } else {
        json!({"id": chat, "type": "supergroup", "title": "Group"})
    }
}
