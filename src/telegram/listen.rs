//! The long poll: asks from where we stopped, and stops further on before anybody acts on what was heard, or the server
//! forgets it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::value::RawValue;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::api::{Api, Repeat, Request};
use super::heard::{self, Batch, Recent};
use super::wire::{GetUpdates, Nothing};
use crate::clock::Clock;
use crate::message::{ChatId, Incoming};
use crate::transport::{Bookmark, BookmarkError, Durable, TransportError};

/// An empty answer that comes sooner was not waited for.
const SHORTEST_HOLD: Duration = Duration::from_millis(500);

/// The server holds no poll longer.
const LONGEST_POLL: Duration = Duration::from_secs(50);

/// What is asked for. A group's move arrives as a message, so nothing else is needed.
pub(super) const WANTED: [&str; 2] = ["message", "callback_query"];

/// The long poll's own state.
pub(super) struct Listener {
    bookmark: Arc<dyn Bookmark>,
    clock: Clock,
    /// Held through a poll: two polls of one bot would only end each other.
    position: Mutex<Position>,
    /// Whether a foreign webhook was already removed.
    webhook_removed: AtomicBool,
    ignored: AtomicU64,
    unreadable: AtomicU64,
    repeated: AtomicU64,
}

#[derive(Default)]
struct Position {
    /// Whether the bookmark was read.
    known: bool,
    next: Option<i64>,
    recent: Recent,
    /// What was handed on before the disk had it: it does before the next poll confirms it.
    undurable: Option<i64>,
    /// How many answers in a row had nothing new in them and came at once.
    stale: u32,
}

/// What was not handed on, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Not a person's own words to us: edits, channel posts, anonymous senders, bots, forwards, pictures.
    pub ignored: u64,
    /// Not understood.
    pub unreadable: u64,
    /// Heard before.
    pub repeated: u64,
}

impl Listener {
    pub(super) fn new(bookmark: Arc<dyn Bookmark>, clock: Clock) -> Self {
        Self {
            bookmark,
            clock,
            position: Mutex::default(),
            webhook_removed: AtomicBool::new(false),
            ignored: AtomicU64::new(0),
            unreadable: AtomicU64::new(0),
            repeated: AtomicU64::new(0),
        }
    }

    pub(super) fn skipped(&self) -> Skipped {
        let read = |it: &AtomicU64| it.load(Ordering::Relaxed);
        Skipped {
            ignored: read(&self.ignored),
            unreadable: read(&self.unreadable),
            repeated: read(&self.repeated),
        }
    }

    /// One poll. `moved` is told of groups with a new number.
    pub(super) async fn receive(
        &self,
        api: &Api,
        moved: impl Fn(ChatId, ChatId),
    ) -> Result<Vec<Incoming>, TransportError> {
        let mut position = self.position.lock().await;
        if !position.known {
            // Without it the last batch would be heard, and acted on, again.
            position.next = self.bookmark.load().map_err(unheard)?;
            position.known = true;
            // Another life may have written it down, and died before the disk had it.
            position.undurable = position.next;
        }
        if let Some(next) = position.undurable {
            self.make_durable(next).await?;
            position.undurable = None;
        }
        let asked = Instant::now();
        let items = self.updates(api, position.next).await?;
        if items.is_empty() {
            // Somebody between us and the server does not hold a poll: asked again at once, he would be asked for ever.
            let is_held = api.timings.poll.min(SHORTEST_HOLD) <= asked.elapsed();
            position.stale = if is_held { 0 } else { position.stale + 1 };
            if 1 < position.stale {
                return Err(waiting(
                    "getUpdates: empty answers come at once instead of when the poll is over".into(),
                ));
            }
            return Ok(Vec::new());
        }
        let served = api.server_time().unwrap_or_else(|| self.clock.now());
        let batch = heard::read(&items, &position.recent, served);
        let Some(next) = batch.next else {
            self.count(&batch);
            return Err(waiting("getUpdates: none of the updates has a number".into()));
        };
        match self.bookmark.save_heard(next, &batch.incoming).map_err(unheard)? {
            Durable::First => self.make_durable(next).await?,
            Durable::BeforeConfirming => position.undurable = Some(next),
            Durable::Never => {}
        }
        position.next = Some(next);
        self.count(&batch);
        position.stale = if batch.fresh.is_empty() { position.stale + 1 } else { 0 };
        position.recent.remember(batch.fresh);
        for (old, new) in batch.moved {
            tracing::info!(%old, %new, "a group has a new number");
            moved(old, new);
        }
        // Once is a lost confirmation; again and again is a server that would have us spin.
        if 1 < position.stale {
            return Err(waiting("getUpdates: the same updates came again".into()));
        }
        Ok(batch.incoming)
    }

    /// Asks for updates. A webhook that somebody left behind is removed, once: this token was given to us, and a bot
    /// with a webhook would stay deaf for ever. What has gathered is kept (`drop_pending_updates` is not sent). If it
    /// comes back, another program is alive, and it is for the owner to decide.
    async fn updates(&self, api: &Api, offset: Option<i64>) -> Result<Vec<Box<RawValue>>, TransportError> {
        match ask(api, offset).await {
            Err(TransportError::Conflict(why)) if why.contains("webhook") => {
                if self.webhook_removed.swap(true, Ordering::Relaxed) {
                    return Err(TransportError::Conflict(format!(
                        "a webhook was set again after we removed it ({why}); stop the program that sets it and run deleteWebhook, or give it a bot of its own"
                    )));
                }
                let request = Request {
                    method: "deleteWebhook",
                    repeat: Repeat::Harmless,
                    timeout: api.timings.send,
                    file: None,
                };
                if let Err(error) = api.call::<bool>(request, &Nothing {}).await {
                    self.webhook_removed.store(false, Ordering::Relaxed);
                    return Err(TransportError::Conflict(format!(
                        "a webhook is set, which keeps us from hearing anything, and it could not be removed ({error}); run deleteWebhook"
                    )));
                }
                tracing::warn!(
                    "removed the webhook that kept this bot from being polled; what had gathered is kept"
                );
                ask(api, offset).await
            }
            Err(TransportError::Conflict(why)) => Err(TransportError::Conflict(format!(
                "another program listens with this bot's token ({why}); stop it, or give one of the two a bot of its own"
            ))),
            other => other,
        }
    }

    /// The bookmark's disk may be slow, and the runtime has one thread.
    async fn make_durable(&self, next: i64) -> Result<(), TransportError> {
        let bookmark = self.bookmark.clone();
        match tokio::task::spawn_blocking(move || bookmark.make_durable(next)).await {
            Ok(done) => done.map_err(unheard),
            Err(_) => {
                Err(waiting("the bookmark's own code failed; nothing is heard until this is mended".into()))
            }
        }
    }

    fn count(&self, batch: &Batch) {
        self.ignored.fetch_add(batch.ignored, Ordering::Relaxed);
        self.unreadable.fetch_add(batch.unreadable, Ordering::Relaxed);
        self.repeated.fetch_add(batch.repeated, Ordering::Relaxed);
        let Batch { ignored, unreadable, repeated, .. } = batch;
        if 0 < *unreadable {
            tracing::warn!(unreadable, "skipped updates that could not be read");
        }
        if 0 < ignored + repeated {
            tracing::debug!(ignored, repeated, "skipped updates");
        }
    }
}

async fn ask(api: &Api, offset: Option<i64>) -> Result<Vec<Box<RawValue>>, TransportError> {
    let poll = api.timings.poll.min(LONGEST_POLL);
    let request = Request {
        method: "getUpdates",
        repeat: Repeat::Harmless,
        timeout: poll + api.timings.poll_margin,
        file: None,
    };
    let question = GetUpdates { offset, timeout: poll.as_secs(), allowed_updates: WANTED };
    api.call(request, &question).await
}

fn unheard(error: BookmarkError) -> TransportError {
    waiting(format!("nothing is heard until this is mended: {error}"))
}

fn waiting(why: String) -> TransportError {
    TransportError::Passing { after: None, why }
}
