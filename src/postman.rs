//! Carries what the outbox of the store holds to the people it is for: written before it is sent, struck out after.
//!
//! A crash anywhere before the mark tells it again, never loses it. A chat that cannot be reached keeps its parcels,
//! in order, for as long as it takes; only what a chat will never accept is given up, aloud.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::alert::{Severity, Step};
use jobs::metric::SeriesKey;
use jobs::notice::Notice;
use jobs::ports::{Store, StoreError};
use jobs::series::Series;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::dispatch::Dispatcher;
use crate::message::{Message, Place, UserId};
use crate::outbox::{Outbox, back_off};
use crate::present::chart::Stretch;
use crate::present::notice::{History, told};
use crate::store::{Arrival, Database, NewParcel, Parcel};
use crate::transport::TransportError;

/// How often the postman looks while something waits for its next attempt.
const ROUND: Duration = Duration::from_secs(5);
/// How often he looks when nothing waits: for what a mute held back, and for news that a crash left untold.
const REST: Duration = Duration::from_secs(60);
/// A chat that is closed to us (blocked, or never opened) may be opened again.
const CLOSED: SignedDuration = SignedDuration::from_mins(15);
/// Since when a mute has been holding something back, in the store's small state.
const HELD: &str = "mute.held-since";

/// The postman.
pub struct Postman {
    database: Database,
    outbox: Arc<Outbox>,
    dispatcher: Arc<Dispatcher>,
    homes: Vec<Place>,
    wake: Arc<Notify>,
    clock: Clock,
}

impl Postman {
    /// A postman who carries to `homes`, in the voice and with the buttons of `dispatcher`.
    pub fn new(
        database: Database,
        outbox: Arc<Outbox>,
        dispatcher: Arc<Dispatcher>,
        homes: Vec<Place>,
        clock: Clock,
    ) -> Self {
        Self { database, outbox, dispatcher, homes, wake: Arc::default(), clock }
    }

    /// Writes notices down for everybody they are for, and sets out. What cannot be written down is said at once,
    /// as well as that goes: a full disk must not silence an alert.
    pub async fn tell(&self, notices: Vec<Notice>) {
        let made = self.clock.now();
        for notice in notices {
            let urgent = is_urgent(&notice);
            let parcels: Vec<NewParcel> = self
                .homes
                .iter()
                .map(|place| NewParcel { place: *place, notice: notice.clone(), urgent, made })
                .collect();
            if let Err(error) = self.database.put_parcels(&parcels) {
                tracing::error!(%error, "a notice could not be written down, and is said without");
                for place in &self.homes {
                    let message = self.dress(*place, &notice).await;
                    if let Err(error) = self.outbox.say(*place, &message).await {
                        tracing::error!(%error, "and could not be said either");
                    }
                }
            }
        }
        self.wake.notify_one();
    }

    /// Sets out now: a chat has been opened, a mute has ended.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Carries until the task is dropped.
    pub async fn carry(&self) {
        loop {
            let waiting = self.round().await;
            let pause = if waiting { ROUND } else { REST };
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Tries once whatever is due. Answers whether something still waits.
    pub async fn round(&self) -> bool {
        let looked = async {
            self.tell_untold()?;
            self.end_mute()?;
            loop {
                let due = self.database.due_parcels(self.clock.now())?;
                let due: Vec<Parcel> = due.into_iter().filter(|it| self.homes.contains(&it.place)).collect();
                if due.is_empty() {
                    return self.database.outbox_depth().map(|depth| 0 < depth.parcels);
                }
                for parcel in due {
                    self.deliver(parcel).await?;
                }
            }
        };
        looked.await.unwrap_or_else(|error: StoreError| {
            tracing::error!(%error, "the outbox could not be read");
            true
        })
    }

    /// News that was judged and, for a crash in between, never written down for anybody.
    fn tell_untold(&self) -> Result<(), StoreError> {
        for untold in self.database.untold_transitions()? {
            let notice = Notice::Alert { alert: untold.alert, step: untold.transition.step };
            let parcel = |place: &Place| NewParcel {
                place: *place,
                urgent: is_urgent(&notice),
                notice: notice.clone(),
                made: untold.transition.at,
            };
            let parcels: Vec<NewParcel> = self.homes.iter().map(parcel).collect();
            self.database.put_parcels(&parcels)?;
        }
        Ok(())
    }

    async fn deliver(&self, parcel: Parcel) -> Result<(), StoreError> {
        let now = self.clock.now();
        if self.is_muted(&parcel.notice, now)? {
            if self.database.get_state(HELD)?.is_none_or(|it| it.is_empty()) {
                self.database.put_state(HELD, &parcel.made.to_string())?;
            }
            return self.database.refused(parcel.id, "muted", now);
        }
        let message = self.dress(parcel.place, &parcel.notice).await;
        self.database.sending(parcel.id)?;
        let said = self.outbox.attempt(parcel.place, &message).await;
        let now = self.clock.now();
        let later = |wait: SignedDuration| now.checked_add(wait).unwrap_or(now);
        let usual = SignedDuration::try_from(back_off(parcel.attempts + 1)).unwrap_or(CLOSED);
        let failed = |next, why: &str, arrival| {
            tracing::warn!(attempt = parcel.attempts + 1, why, "a notice was not delivered and waits");
            self.database.attempted(parcel.id, next, why, arrival)
        };
        match said {
            Ok(message) => self.database.delivered(parcel.id, message, now),
            Err(TransportError::Passing { after, why }) => {
                let asked = after.and_then(|it| SignedDuration::try_from(it).ok()).unwrap_or_default();
                failed(later(usual.max(asked)), &why, Arrival::No)
            }
            Err(TransportError::Unanswered(why)) => failed(later(usual), &why, Arrival::Perhaps),
            Err(TransportError::Moved(chat)) => self.database.chat_moved(parcel.place.chat, chat),
            Err(TransportError::Refused(why)) => {
                tracing::error!(why, "a notice will never be accepted and is given up");
                self.database.refused(parcel.id, &why, now)
            }
            Err(TransportError::Closed(why)) => failed(later(CLOSED), &why, Arrival::No),
            Err(error @ (TransportError::Conflict(_) | TransportError::Fatal(_) | TransportError::Ended)) => {
                failed(later(usual.max(SignedDuration::from_secs(60))), &error.to_string(), Arrival::No)
            }
        }
    }

    /// Critical alerts break through; what was asked for, or is about Vakhta itself, is no noise.
    fn is_muted(&self, notice: &Notice, now: Timestamp) -> Result<bool, StoreError> {
        let Notice::Alert { alert, .. } = notice else { return Ok(false) };
        if alert.finding.severity == Severity::Critical && !alert.is_ended() {
            return Ok(false);
        }
        Ok(self.dispatcher.mutes.current(now)?.is_some())
    }

    /// When a mute has ended, what it held back is told as it is by now: in one message.
    fn end_mute(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let Some(since) = self.database.get_state(HELD)?.filter(|it| !it.is_empty()) else { return Ok(()) };
        if self.dispatcher.mutes.current(now)?.is_some() {
            return Ok(());
        }
        let since: Timestamp = since.parse().unwrap_or(now);
        let alerts = self.database.alerts_between(since, now)?;
        let notice = Notice::Meanwhile { since, alerts };
        let parcel =
            |place: &Place| NewParcel { place: *place, notice: notice.clone(), urgent: false, made: now };
        self.database.put_parcels(&self.homes.iter().map(parcel).collect::<Vec<_>>())?;
        self.database.put_state(HELD, "")
    }

    async fn dress(&self, place: Place, notice: &Notice) -> Message {
        let now = self.clock.now();
        let voice = self.dispatcher.voice_of(UserId(place.chat.0));
        let rules = &self.dispatcher.declared.rules;
        let history = Remembered(&self.database);
        let reply = told(&voice, &self.dispatcher.about.host, notice, rules, &history, now);
        self.dispatcher.dress(place, reply, None, now).await
    }
}

/// What goes before everything else in its chat.
fn is_urgent(notice: &Notice) -> bool {
    match notice {
        Notice::Alert { alert, step } => {
            alert.finding.severity == Severity::Critical && matches!(step, Step::Fired | Step::Worsened)
        }
        _ => false,
    }
}

/// The store, as pictures see it: a failure costs the picture, never the words.
struct Remembered<'a>(&'a Database);

impl History for Remembered<'_> {
    fn series(&self, key: &SeriesKey, stretch: Stretch, points: usize) -> Option<Series> {
        let series = self.0.history(key, stretch.from, stretch.to, points);
        series.inspect_err(|error| tracing::warn!(%error, %key, "no history for a picture")).ok()
    }
}
