//! The Telegram adapter against a Bot API on loopback: real HTTP, real multipart, a long poll that holds, and every way
//! in which they fail.

#[path = "../support/botapi/mod.rs"]
mod botapi;

mod cost;
mod faults;
mod listening;
mod proxies;
mod saying;
mod secrets;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use vakhta::clock::Clock;
use vakhta::message::{ChatId, Heard, Incoming, Place};
use vakhta::telegram::{Telegram, TelegramSettings, Timings};
use vakhta::transport::{Bookmark, BookmarkError, Transport, TransportError};

use self::botapi::{BotApi, TOKEN};

/// The owner, and the private chat with them.
const OWNER: i64 = 42;

/// That chat as a place.
const HOME: Place = Place { chat: ChatId(OWNER), thread: None };

/// For tests in which nothing hangs: a poll that comes back soon, and no other hurry.
const CALM: Timings = Timings {
    poll: Duration::from_secs(1),
    poll_margin: Duration::from_secs(20),
    connect: Duration::from_secs(10),
    send: Duration::from_secs(20),
    upload: Duration::from_secs(20),
};

/// For tests in which something hangs.
const HASTY: Timings = Timings {
    poll: Duration::from_secs(1),
    poll_margin: Duration::from_millis(400),
    connect: Duration::from_millis(250),
    send: Duration::from_millis(500),
    upload: Duration::from_millis(500),
};

/// A bookmark in memory, that can be full.
#[derive(Default)]
struct Kept {
    next: Mutex<Option<i64>>,
    full: AtomicBool,
}

impl Kept {
    fn next(&self) -> Option<i64> {
        *self.next.lock().expect("whole")
    }

    fn set_full(&self, full: bool) {
        self.full.store(full, Ordering::SeqCst);
    }
}

impl Bookmark for Kept {
    fn load(&self) -> Result<Option<i64>, BookmarkError> {
        if self.full.load(Ordering::SeqCst) { Err(BookmarkError("no disk".into())) } else { Ok(self.next()) }
    }

    fn save(&self, next: i64) -> Result<(), BookmarkError> {
        if self.full.load(Ordering::SeqCst) {
            return Err(BookmarkError("disk full".into()));
        }
        *self.next.lock().expect("whole") = Some(next);
        Ok(())
    }
}

fn settings(url: String, timings: Timings) -> TelegramSettings {
    let clock = Clock::new(Timestamp::now);
    TelegramSettings { token: SecretString::from(TOKEN), api_url: url, proxy: None, timings, clock }
}

fn telegram(api: &BotApi, timings: Timings) -> Telegram {
    with_bookmark(api, timings, Arc::default())
}

fn with_bookmark(api: &BotApi, timings: Timings, bookmark: Arc<Kept>) -> Telegram {
    Telegram::new(settings(api.url(), timings), bookmark).expect("settings are right")
}

/// What was said, of all that was heard.
fn said(incoming: &[Incoming]) -> Vec<&str> {
    incoming
        .iter()
        .filter_map(|it| match &it.heard {
            Heard::Said { text, .. } => Some(text.as_str()),
            Heard::Pressed { .. } => None,
        })
        .collect()
}

/// An outcome in a word, and what it says to do.
fn kind<T>(outcome: &Result<T, TransportError>) -> String {
    match outcome {
        Ok(_) => "ok".into(),
        Err(TransportError::Passing { after: None, .. }) => "passing".into(),
        Err(TransportError::Passing { after: Some(after), .. }) => format!("passing {}", after.as_secs()),
        Err(TransportError::Unanswered(_)) => "unanswered".into(),
        Err(TransportError::Conflict(_)) => "conflict".into(),
        Err(TransportError::Closed(_)) => "closed".into(),
        Err(TransportError::NoTopic(_)) => "no topic".into(),
        Err(TransportError::Moved(chat)) => format!("moved {chat}"),
        Err(TransportError::Refused(_)) => "refused".into(),
        Err(TransportError::Fatal(_)) => "fatal".into(),
        Err(TransportError::Ended) => "ended".into(),
    }
}

/// Listens until something is said.
async fn hear(telegram: &Telegram) -> Vec<Incoming> {
    for _ in 0..5 {
        let incoming = telegram.receive().await.expect("a poll");
        if !incoming.is_empty() {
            return incoming;
        }
    }
    panic!("nothing was heard in five polls");
}

/// A real picture.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let image = image::RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 90]));
    image.write_to(&mut bytes, image::ImageFormat::Png).expect("into memory");
    bytes.into_inner()
}
