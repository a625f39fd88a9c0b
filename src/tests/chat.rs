//! A chat in memory: what people write goes in, what they read comes out, and it fails when it is told to.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::tz::TimeZone;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::message::{Button, ChatId, Heard, Incoming, Message, MessageId, Place, UserId};
use crate::transport::{Doing, Edited, Transport, TransportError};

/// How long a poll is held, as Telegram holds it.
const POLL: Duration = Duration::from_secs(50);

/// Where a telling can be cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// The chat has not got the message.
    BeforeArrival,
    /// The chat has it, and we do not know.
    AfterArrival,
}

/// What becomes of a message to that place, if not what should.
type Fault = dyn Fn(Place) -> Option<TransportError> + Send;

/// The chat.
pub(super) struct Chat {
    clock: Clock,
    /// The owner's.
    zone: TimeZone,
    inbox: Mutex<Vec<Incoming>>,
    arrived: Notify,
    shown: Mutex<Vec<Shown>>,
    buttons: Mutex<Vec<(Place, MessageId, Button)>>,
    next: AtomicI64,
    /// Whether polls fail as well.
    deaf: AtomicBool,
    fault: Mutex<Option<Box<Fault>>>,
    /// How many messages more are told before one hangs for ever, and where it does.
    cut: Mutex<Option<(usize, Cut)>>,
    /// Messages up to this one are not there any more.
    lost: AtomicI64,
    /// Whether it is a terminal, which reaches only whoever sits at it.
    terminal: AtomicBool,
    /// When something was shown to be worked on, and what.
    typed: Mutex<Vec<String>>,
}

/// Something that somebody can read.
struct Shown {
    place: Place,
    text: String,
}

impl Chat {
    pub(super) fn new(clock: Clock, zone: &str) -> Self {
        Self {
            clock,
            zone: TimeZone::get(zone).expect("a bundled zone"),
            inbox: Mutex::default(),
            arrived: Notify::new(),
            shown: Mutex::default(),
            buttons: Mutex::default(),
            next: AtomicI64::new(1),
            deaf: AtomicBool::new(false),
            fault: Mutex::default(),
            cut: Mutex::default(),
            lost: AtomicI64::new(0),
            terminal: AtomicBool::new(false),
            typed: Mutex::default(),
        }
    }

    /// Somebody writes.
    pub(super) fn write(&self, from: i64, chat: i64, language: Option<&str>, text: &str) {
        let message = MessageId(self.next.fetch_add(1, Ordering::Relaxed));
        self.hear(from, chat, language, Heard::Said { text: text.to_owned(), message });
    }

    /// Somebody presses the newest button that begins so.
    pub(super) fn press(&self, from: i64, chat: i64, label: &str) {
        let buttons = self.buttons.lock().expect("whole");
        let (_, message, button) =
            buttons.iter().rfind(|it| it.2.label.contains(label)).expect("such a button");
        let heard =
            Heard::Pressed { key: button.key.clone(), query: "q".to_owned(), message: Some(*message) };
        drop(buttons);
        self.hear(from, chat, None, heard);
    }

    /// Somebody presses every button of that label, all at once.
    pub(super) fn press_all(&self, from: i64, chat: i64, label: &str) {
        let buttons = self.buttons.lock().expect("whole").clone();
        for (_, message, button) in buttons.into_iter().filter(|it| it.2.label.contains(label)) {
            let heard = Heard::Pressed { key: button.key, query: "q".to_owned(), message: Some(message) };
            self.hear(from, chat, None, heard);
        }
    }

    /// Somebody sends what a button would send, whether or not there is one.
    pub(super) fn press_key(&self, from: i64, chat: i64, key: &str) {
        let heard = Heard::Pressed { key: key.to_owned(), query: "q".to_owned(), message: None };
        self.hear(from, chat, None, heard);
    }

    fn hear(&self, from: i64, chat: i64, language: Option<&str>, heard: Heard) {
        self.inbox.lock().expect("whole").push(Incoming {
            from: UserId(from),
            language: language.map(str::to_owned),
            place: Place::chat(ChatId(chat)),
            group: chat < 0,
            at: self.clock.now(),
            heard,
        });
        self.arrived.notify_one();
    }

    /// From now on messages fare so.
    pub(super) fn fails(&self, fault: impl Fn(Place) -> Option<TransportError> + Send + 'static) {
        *self.fault.lock().expect("whole") = Some(Box::new(fault));
    }

    /// Nothing goes in or out.
    pub(super) fn is_down(&self) {
        self.deaf.store(true, Ordering::Relaxed);
        self.fails(|_| Some(TransportError::Passing { after: None, why: "no route".to_owned() }));
    }

    /// All is well again.
    pub(super) fn is_well(&self) {
        self.deaf.store(false, Ordering::Relaxed);
        *self.fault.lock().expect("whole") = None;
    }

    /// The next watch is at a terminal, or not any more.
    pub(super) fn becomes_a_terminal(&self, terminal: bool) {
        self.terminal.store(terminal, Ordering::Relaxed);
    }

    pub(super) fn is_a_terminal(&self) -> bool {
        self.terminal.load(Ordering::Relaxed)
    }

    /// After so many more messages, one is never answered.
    pub(super) fn hangs_after(&self, messages: usize, cut: Cut) {
        *self.cut.lock().expect("whole") = Some((messages, cut));
    }

    /// Somebody removes everything that was said.
    pub(super) fn loses_its_messages(&self) {
        self.lost.store(self.next.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Where this message hangs, if it is the one.
    fn hangs(&self) -> Option<Cut> {
        let mut left = self.cut.lock().expect("whole");
        let (messages, cut) = (*left)?;
        *left = messages.checked_sub(1).map(|it| (it, cut));
        (messages == 0).then_some(cut)
    }

    /// Takes what can be read there, or anywhere.
    pub(super) fn take(&self, chat: Option<ChatId>) -> Vec<String> {
        self.take_where(|place| chat.is_none_or(|chat| chat == place.chat))
    }

    /// The same of some places.
    pub(super) fn take_where(&self, is_asked: impl Fn(Place) -> bool) -> Vec<String> {
        let mut shown = self.shown.lock().expect("whole");
        let (taken, left): (Vec<_>, Vec<_>) =
            std::mem::take(&mut *shown).into_iter().partition(|it| is_asked(it.place));
        *shown = left;
        taken.into_iter().map(|it| it.text).collect()
    }

    /// Takes when something was shown to be worked on since this was asked last.
    pub(super) fn typed(&self) -> Vec<String> {
        std::mem::take(&mut *self.typed.lock().expect("whole"))
    }

    /// Nobody scrolls back further than so many buttons.
    pub(super) fn forgets_buttons_but(&self, newest: usize) {
        let mut buttons = self.buttons.lock().expect("whole");
        let surplus = buttons.len().saturating_sub(newest);
        buttons.drain(..surplus);
    }

    /// The time in the owner's zone.
    fn time(&self) -> String {
        self.clock.now().to_zoned_datetime(self.zone.clone()).strftime("%H:%M:%S").to_string()
    }

    fn check(&self, place: Place) -> Result<(), TransportError> {
        match &*self.fault.lock().expect("whole") {
            Some(fault) => fault(place).map_or(Ok(()), Err),
            None => Ok(()),
        }
    }

    async fn arrives(&self, show: impl FnOnce()) {
        let cut = self.hangs();
        if cut != Some(Cut::BeforeArrival) {
            show();
        }
        if cut.is_some() {
            std::future::pending::<()>().await;
        }
    }

    fn show(&self, place: Place, id: MessageId, message: &Message, how: &str) {
        let mut text = format!("{} {how}{}", self.time(), message.text);
        if let Some(picture) = &message.picture {
            assert!(picture.png.starts_with(b"\x89PNG"), "a picture is a PNG");
            text.push_str(&format!("\n(picture: {})", picture.alt));
        }
        if let Some(document) = &message.document {
            text.push_str(&format!("\n(file: {}, {})", document.name, document.kind));
            if document.kind == "text/plain" {
                text.push_str(&format!("\n{}", String::from_utf8_lossy(&document.bytes)));
            }
        }
        let mut buttons = self.buttons.lock().expect("whole");
        buttons.retain(|it| it.1 != id);
        for row in &message.buttons {
            let labels: Vec<String> = row.iter().map(|it| format!("[{}]", it.label)).collect();
            text.push_str(&format!("\n{}", labels.join(" ")));
            buttons.extend(row.iter().map(|it| (place, id, it.clone())));
        }
        let text = text.replace('\u{a0}', " ");
        self.shown.lock().expect("whole").push(Shown { place, text });
    }
}

#[async_trait]
impl Transport for Chat {
    async fn receive(&self) -> Result<Vec<Incoming>, TransportError> {
        if self.deaf.load(Ordering::Relaxed) {
            return Err(TransportError::Passing { after: None, why: "no route".to_owned() });
        }
        if self.inbox.lock().expect("whole").is_empty() {
            tokio::time::timeout(POLL, self.arrived.notified()).await.ok();
        }
        Ok(std::mem::take(&mut *self.inbox.lock().expect("whole")))
    }

    fn reaches(&self, place: Place) -> bool {
        !self.is_a_terminal() || place.chat == ChatId(0)
    }

    async fn deliver(&self, place: Place, message: &Message) -> Result<MessageId, TransportError> {
        assert!(self.reaches(place), "nobody is there");
        self.check(place)?;
        let id = MessageId(self.next.fetch_add(1, Ordering::Relaxed));
        self.arrives(|| self.show(place, id, message, "")).await;
        Ok(id)
    }

    async fn edit(&self, place: Place, id: MessageId, message: &Message) -> Result<Edited, TransportError> {
        assert!(self.reaches(place), "nobody is there");
        self.check(place)?;
        if id.0 < self.lost.load(Ordering::Relaxed) {
            return Ok(Edited::Impossible);
        }
        self.arrives(|| self.show(place, id, message, "(edited) ")).await;
        Ok(Edited::Done)
    }

    async fn acknowledge(&self, _: &str, word: Option<&str>) -> Result<(), TransportError> {
        if let Some(word) = word {
            let text = format!("{} (toast) {word}", self.time());
            self.shown.lock().expect("whole").push(Shown { place: Place::chat(ChatId(0)), text });
        }
        Ok(())
    }

    async fn typing(&self, _: Place, doing: Doing) -> Result<(), TransportError> {
        self.typed.lock().expect("whole").push(format!("{} {doing:?}", self.time()));
        Ok(())
    }

    async fn remove(&self, place: Place, _: MessageId) -> Result<(), TransportError> {
        let text = format!("{} (removed)", self.time());
        self.shown.lock().expect("whole").push(Shown { place, text });
        Ok(())
    }

    async fn publish(&self, _: Option<&str>, _: &[(String, String)]) -> Result<(), TransportError> {
        Ok(())
    }
}
