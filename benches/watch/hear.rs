//! A poll that brings an update: request, answer, decoding, and the bookmark. The decoder has no door of its own, so
//! loopback and the other side are in the figure.

use std::sync::{Arc, Mutex};

use criterion::Criterion;
use secrecy::SecretString;
use vakhta::telegram::{Telegram, TelegramSettings};
use vakhta::transport::{Bookmark, BookmarkError, Transport};

use super::botapi::{BotApi, TOKEN};

const OWNER: i64 = 42;

pub(super) fn hear(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let api = BotApi::start();
    let settings = TelegramSettings {
        api_url: api.url(),
        ..TelegramSettings::new(SecretString::from(TOKEN), vakhta::app::clock())
    };
    let telegram =
        runtime.block_on(async { Telegram::new(settings, Arc::<Kept>::default()) }).expect("settings");
    criterion.bench_function("hear an update on loopback", |it| {
        it.iter(|| {
            api.say(OWNER, OWNER, "/status");
            let heard = runtime.block_on(telegram.receive()).expect("a poll");
            assert_eq!(heard.len(), 1, "one update is one thing heard");
        });
    });
}

/// A bookmark in memory.
#[derive(Default)]
struct Kept(Mutex<Option<i64>>);

impl Bookmark for Kept {
    fn load(&self) -> Result<Option<i64>, BookmarkError> {
        Ok(*self.0.lock().expect("nobody panics"))
    }

    fn save(&self, next: i64) -> Result<(), BookmarkError> {
        *self.0.lock().expect("nobody panics") = Some(next);
        Ok(())
    }
}
