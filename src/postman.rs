//! Carries what the outbox of the store holds to the people it is for: written before it is sent, struck out after.
//!
//! A crash anywhere before the mark tells it again, never loses it. A chat that cannot be reached keeps its parcels,
//! in order, for as long as it takes; only what a chat will never accept is given up, aloud.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::alert::{Alert, Severity, Step};
use jobs::metric::SeriesKey;
use jobs::notice::Notice;
use jobs::ports::{Store, StoreError};
use jobs::series::Series;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::dispatch::Dispatcher;
use crate::message::{Message, Place, UserId};
use crate::outbox::{Outbox, PICTURE_TRIES, back_off};
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
/// How often stale buttons are cleared away.
const TIDY: SignedDuration = SignedDuration::from_hours(1);
/// What a mute is holding back, in the store's small state: [`Held`] as JSON, or nothing.
const HELD: &str = "mute.held";

/// What a mute holds back: each alert as it was when there was news of it last.
#[derive(Serialize, Deserialize)]
struct Held {
    since: Timestamp,
    alerts: Vec<Alert>,
}

/// The postman.
pub struct Postman {
    database: Database,
    outbox: Arc<Outbox>,
    dispatcher: Arc<Dispatcher>,
    homes: Vec<Place>,
    wake: Arc<Notify>,
    clock: fn() -> Timestamp,
}

impl Postman {
    /// A postman who carries to `homes`, in the voice and with the buttons of `dispatcher`.
    pub fn new(
        database: Database,
        outbox: Arc<Outbox>,
        dispatcher: Arc<Dispatcher>,
        homes: Vec<Place>,
        clock: fn() -> Timestamp,
    ) -> Self {
        Self { database, outbox, dispatcher, homes, wake: Arc::default(), clock }
    }

    /// Writes notices down for everybody they are for, and sets out. What cannot be written down is said at once,
    /// as well as that goes: a full disk must not silence an alert.
    pub async fn tell(&self, notices: Vec<Notice>) {
        let made = (self.clock)();
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
        let mut tidied = (self.clock)();
        loop {
            let waiting = self.round().await;
            let now = (self.clock)();
            if TIDY <= now.duration_since(tidied) {
                tidied = now;
                if let Err(error) = self.database.purge_buttons(now) {
                    tracing::warn!(%error, "stale buttons could not be cleared away");
                }
            }
            let pause = self.until_mute_ends(now).unwrap_or(REST).min(if waiting { ROUND } else { REST });
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// What a mute holds back is promised for its end, and not for some time after it.
    fn until_mute_ends(&self, now: Timestamp) -> Option<Duration> {
        let mute = self.dispatcher.mutes.current(now).ok().flatten()?;
        let left = Duration::try_from(mute.until.duration_since(now)).unwrap_or_default();
        Some(left + Duration::from_millis(10))
    }

    /// Tries once whatever is due. Answers whether something still waits.
    pub async fn round(&self) -> bool {
        let looked = async {
            self.tell_untold()?;
            self.end_mute()?;
            loop {
                let due = self.database.due_parcels((self.clock)())?;
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
        let now = (self.clock)();
        if self.is_muted(&parcel.notice, now)? {
            self.hold(&parcel)?;
            return self.database.refused(parcel.id, "muted", now);
        }
        let mut message = self.dress(parcel.place, &parcel.notice).await;
        if PICTURE_TRIES <= parcel.attempts {
            message.picture = None;
        }
        self.database.sending(parcel.id)?;
        let said = self.outbox.attempt(parcel.place, &message).await;
        let now = (self.clock)();
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

    /// Remembers what a mute holds back: the alert itself, since the one that recovers meanwhile may have fired, and been
    /// told, long before.
    fn hold(&self, parcel: &Parcel) -> Result<(), StoreError> {
        let Notice::Alert { alert, .. } = &parcel.notice else { return Ok(()) };
        let mut held = self.held()?.unwrap_or(Held { since: parcel.made, alerts: Vec::new() });
        // The same news waits for every owner.
        match held.alerts.iter_mut().find(|it| it.number == alert.number) {
            Some(known) => known.clone_from(alert),
            None => held.alerts.push(alert.clone()),
        }
        let text = serde_json::to_string(&held).map_err(|error| StoreError(error.to_string()))?;
        self.database.put_state(HELD, &text)
    }

    fn held(&self) -> Result<Option<Held>, StoreError> {
        let Some(text) = self.database.get_state(HELD)?.filter(|it| !it.is_empty()) else { return Ok(None) };
        let held = serde_json::from_str(&text);
        Ok(held.inspect_err(|error| tracing::error!(%error, "what a mute held back is not understood")).ok())
    }

    /// When a mute has ended, what it held back is told as it is by now: in one message.
    fn end_mute(&self) -> Result<(), StoreError> {
        let now = (self.clock)();
        let Some(Held { since, mut alerts }) = self.held()? else { return Ok(()) };
        if self.dispatcher.mutes.current(now)?.is_some() {
            return Ok(());
        }
        for alert in &mut alerts {
            // One that goes on is told as it is by now.
            if let Some(open) = self.database.alert(&alert.key)?
                && open.number == alert.number
            {
                *alert = open;
            }
        }
        let notice = Notice::Meanwhile { since, alerts };
        let parcel =
            |place: &Place| NewParcel { place: *place, notice: notice.clone(), urgent: false, made: now };
        self.database.put_parcels(&self.homes.iter().map(parcel).collect::<Vec<_>>())?;
        self.database.put_state(HELD, "")
    }

    async fn dress(&self, place: Place, notice: &Notice) -> Message {
        let now = (self.clock)();
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
