//! Carries what the outbox of the store holds to the people it is for: written before it is sent, struck out after.
//!
//! A crash anywhere before the mark tells it again, never loses it. A chat that cannot be reached keeps its parcels,
//! in order, for as long as it takes; only what a chat will never accept is given up, aloud.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::alert::{Alert, Severity, Step};
use jobs::digest::Backlog;
use jobs::metric::SeriesKey;
use jobs::mute::{About, Held, HeldBack, Mute, What, holding};
use jobs::notice::Notice;
use jobs::ports::{Store, StoreError};
use jobs::series::Series;
use jobs::verdict::Verdict;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::dispatch::Dispatcher;
use crate::message::{ChatId, Message, Place, UserId};
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
/// The postman.
pub struct Postman {
    database: Database,
    outbox: Arc<Outbox>,
    dispatcher: Arc<Dispatcher>,
    /// Where news goes, as far as is known where that is by now.
    homes: Mutex<Vec<Place>>,
    /// What was said without being written down.
    spoken: Mutex<Vec<(i64, Step, Timestamp)>>,
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
        let homes = homes.into_iter().map(|it| moved(&database, it)).collect();
        Self {
            database,
            outbox,
            dispatcher,
            homes: Mutex::new(homes),
            spoken: Mutex::default(),
            wake: Arc::default(),
            clock,
        }
    }

    /// Writes notices down for everybody they are for, and sets out. What cannot be written down is said at once,
    /// as well as that goes: a full disk must not silence an alert.
    pub async fn tell(&self, notices: Vec<Notice>) {
        let made = self.clock.now();
        for mut notice in notices {
            let handed_over = self.hand_over(&mut notice, made);
            if let Err(error) = self.database.put_parcels(&self.parcels(&notice, made)) {
                tracing::error!(%error, "a notice could not be written down, and is said without");
                self.speak(&notice).await;
            } else if let Some(left) = handed_over
                && let Err(error) = self.database.put_held_back(&left)
            {
                // Only now: a crash in between says it twice, and loses nothing.
                tracing::warn!(%error, "what the digest tells is told again when its mute is over");
            }
        }
        self.wake.notify_one();
    }

    /// Says something that could not be written down.
    async fn speak(&self, notice: &Notice) {
        let mut all = true;
        for place in self.homes() {
            let message = self.dress(place, notice).await;
            if let Err(error) = self.outbox.say(place, &message).await {
                tracing::error!(%error, "and could not be said either");
                all = false;
            }
        }
        if let Notice::Alert { alert, step } = notice
            && all
        {
            let mut spoken = self.spoken.lock().unwrap_or_else(PoisonError::into_inner);
            spoken.push((alert.number, *step, alert.seen));
        }
    }

    /// A notice for everybody it is for.
    fn parcels(&self, notice: &Notice, made: Timestamp) -> Vec<NewParcel> {
        let urgent = is_urgent(notice);
        let parcel = |place| NewParcel { place, notice: notice.clone(), urgent, made };
        self.homes().into_iter().map(parcel).collect()
    }

    fn homes(&self) -> Vec<Place> {
        self.homes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets out now with what waits for that chat, or for any: somebody wrote there, or the chat answers again.
    pub fn hasten(&self, chat: Option<ChatId>) {
        if let Err(error) = self.database.hasten(chat, self.clock.now()) {
            tracing::warn!(%error, "what waits could not be hastened");
        }
        self.wake.notify_one();
    }

    /// Carries until the task is dropped.
    pub async fn carry(&self) {
        let mut tidied = self.clock.now();
        loop {
            let waiting = self.round().await;
            let now = self.clock.now();
            if TIDY <= now.duration_since(tidied) {
                tidied = now;
                if let Err(error) = self.database.purge_buttons(now) {
                    tracing::warn!(%error, "stale buttons could not be cleared away");
                }
            }
            let pause = self.until_release(now).unwrap_or(REST).min(if waiting { ROUND } else { REST });
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// What a mute holds back is promised for its end, and not for some time after it. It may be ended before that
    /// from outside: by a script on the machine.
    fn until_release(&self, now: Timestamp) -> Option<Duration> {
        if self.database.held_back().ok()?.is_empty() {
            return None;
        }
        let mutes = self.dispatcher.mutes.in_force(now).ok()?;
        let left = mutes.iter().filter_map(|it| Duration::try_from(it.until.duration_since(now)).ok()).min();
        Some(left.map_or(ROUND, |it| (it + Duration::from_millis(10)).min(ROUND)))
    }

    /// Tries once whatever is due. Answers whether something still waits.
    pub async fn round(&self) -> bool {
        let looked = async {
            self.tell_untold()?;
            self.release()?;
            loop {
                let due = self.database.due_parcels(self.clock.now())?;
                let homes = self.homes();
                let due: Vec<Parcel> = due.into_iter().filter(|it| homes.contains(&it.place)).collect();
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
            let (step, at) = (untold.transition.step, untold.transition.at);
            let said = (untold.alert.number, step, untold.alert.seen);
            if self.spoken.lock().unwrap_or_else(PoisonError::into_inner).contains(&said) {
                self.database.needs_no_telling(untold.id)?;
                continue;
            }
            let notice = Notice::Alert { alert: untold.alert, step };
            self.database.put_parcels(&self.parcels(&notice, at))?;
        }
        self.spoken.lock().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(())
    }

    async fn deliver(&self, parcel: Parcel) -> Result<(), StoreError> {
        let now = self.clock.now();
        if let Some(mute) = self.held_by(&parcel.notice, now)? {
            self.hold_back(&parcel, &mute)?;
            return self.database.refused(parcel.id, "muted", now);
        }
        let mut message = self.dress(parcel.place, &parcel.notice).await;
        message.silent |= self.is_hushed(&parcel.notice, now)?;
        self.database.sending(parcel.id)?;
        let mut said = self.outbox.attempt(parcel.place, &message).await;
        // Time and again? It may be the picture: a way too narrow for 40 KB may let 400 bytes through.
        let failed =
            matches!(said, Err(TransportError::Passing { after: None, .. } | TransportError::Unanswered(_)));
        if failed && message.picture.is_some() && PICTURE_TRIES <= parcel.attempts + 1 {
            message.picture = None;
            said = self.outbox.attempt(parcel.place, &message).await;
        }
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
            Err(TransportError::Moved(chat)) => {
                failed(now, "the chat has moved", Arrival::No)?;
                self.follow(parcel.place.chat, chat)
            }
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

    /// The mute that holds a notice back now, if one does.
    fn held_by(&self, notice: &Notice, now: Timestamp) -> Result<Option<Mute>, StoreError> {
        let Some(about) = About::notice(notice) else { return Ok(None) };
        let mutes = self.dispatcher.mutes.in_force(now)?;
        Ok(holding(&mutes, &about, now).cloned())
    }

    /// Whether a notice that comes through makes no sound: it follows from an alert that is muted.
    fn is_hushed(&self, notice: &Notice, now: Timestamp) -> Result<bool, StoreError> {
        let Some(about) = About::cause(notice) else { return Ok(false) };
        Ok(holding(&self.dispatcher.mutes.in_force(now)?, &about, now).is_some())
    }

    /// Remembers whose news is held back.
    fn hold_back(&self, parcel: &Parcel, mute: &Mute) -> Result<(), StoreError> {
        let Some(held) = Held::new(&parcel.notice, mute, parcel.made) else { return Ok(()) };
        let mut all = self.database.held_back()?;
        all.hold(held);
        self.database.put_held_back(&all)
    }

    /// What no mute holds any more is told as it is by now: in one message.
    fn release(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut held = self.database.held_back()?;
        if held.is_empty() {
            return Ok(());
        }
        let mutes = &self.dispatcher.mutes;
        let due = held.take_due(&mutes.in_force(now)?, now, |at| mutes.digest_after(at));
        let Some(since) = due.since() else { return Ok(()) };
        let (scopes, more) = (due.scopes(), due.more);
        let (alerts, verdicts) = self.as_they_are(due)?;
        let notice = Notice::Meanwhile { since, alerts, verdicts, scopes, more };
        self.database.put_parcels(&self.parcels(&notice, now))?;
        self.database.put_held_back(&held)
    }

    /// Gives a digest what was held back; answers with what is still held then. What cannot be read stays where it is.
    fn hand_over(&self, notice: &mut Notice, now: Timestamp) -> Option<HeldBack> {
        let Notice::Digest(digest) = notice else { return None };
        let told = || -> Result<Option<(HeldBack, Backlog)>, StoreError> {
            let mut held = self.database.held_back()?;
            if held.is_empty() {
                return Ok(None);
            }
            let said = held.take_for_digest(&self.dispatcher.mutes.in_force(now)?, now);
            let more = said.more;
            let (alerts, verdicts) = self.as_they_are(said)?;
            Ok(Some((held, Backlog { alerts, verdicts, more })))
        };
        match told() {
            Ok(Some((left, backlog))) => {
                digest.backlog = Some(backlog);
                Some(left)
            }
            Ok(None) => None,
            Err(error) => {
                tracing::error!(%error, "a digest goes without what was held back");
                None
            }
        }
    }

    /// What was held back, with each alert as it is now.
    fn as_they_are(&self, held: HeldBack) -> Result<(Vec<Alert>, Vec<Verdict>), StoreError> {
        let (mut alerts, mut verdicts) = (Vec::new(), Vec::new());
        for it in held.news {
            match it.what {
                What::Alert(number) => alerts.extend(self.database.alert_by_number(number)?),
                What::Verdict(verdict) => verdicts.push(verdict),
            }
        }
        Ok((alerts, verdicts))
    }

    /// A chat has a new number: what waits goes there, and so does what comes.
    fn follow(&self, from: ChatId, to: ChatId) -> Result<(), StoreError> {
        tracing::info!(%from, %to, "a chat has moved");
        self.database.chat_moved(from, to)?;
        self.database.put_state(&moved_key(from), &to.to_string())?;
        let mut homes = self.homes.lock().unwrap_or_else(PoisonError::into_inner);
        homes.iter_mut().filter(|it| it.chat == from).for_each(|it| it.chat = to);
        Ok(())
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

/// Where a chat's new number is remembered.
fn moved_key(chat: ChatId) -> String {
    format!("moved.{chat}")
}

/// Where a place is by now.
fn moved(database: &Database, mut place: Place) -> Place {
    /// More moves than this are a circle.
    const MOST: usize = 8;
    for _ in 0..MOST {
        let to = database.get_state(&moved_key(place.chat)).ok().flatten();
        let Some(to) = to.and_then(|it| it.parse().ok()) else { break };
        place.chat = ChatId(to);
    }
    place
}

/// What goes before everything else in its chat.
fn is_urgent(notice: &Notice) -> bool {
    match notice {
        Notice::Alert { alert, step } => {
            alert.finding.severity == Severity::Critical && matches!(step, Step::Fired | Step::Worsened)
        }
        Notice::Container { verdict, .. } => verdict.severity() == Severity::Critical,
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
