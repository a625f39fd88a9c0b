//! Carries what the outbox of the store holds to the people it is for: written before it is sent, struck out after.
//!
//! A crash anywhere before the mark tells it again, never loses it. A chat that cannot be reached keeps its parcels,
//! in order, for as long as it takes; only what a chat will never accept is given up, aloud.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::alert::{Severity, Step};
use jobs::digest::{Backlog, Section};
use jobs::incident::{Evidence, Incident, Member, News, Telling};
use jobs::mute::{About, Held, HeldBack, Mute, holding, holding_all};
use jobs::notice::{House, Notice};
use jobs::ports::{Store, StoreError};
use jobs::verdict::Verdict;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::dispatch::Dispatcher;
use crate::evidence;
use crate::message::{ChatId, Message, MessageId, Place, UserId};
use crate::outbox::{Outbox, PICTURE_TRIES, back_off};
use crate::present::incident::{self, Showing};
use crate::present::notice::{Remembered, told};
use crate::present::{Reply, Voice};
use crate::store::{Arrival, Card, Content, Database, Fact, NewParcel, Parcel, Ring, Telegraph};
use crate::transport::{Edited, TransportError};

use self::homes::Addresses;
pub use self::homes::Homes;
use self::readdress::moved;

mod homes;
mod readdress;

/// How often the postman looks while something waits for its next attempt.
const ROUND: Duration = Duration::from_secs(5);
/// How often he looks when nothing waits: for what a mute held back, and for news that a crash left untold.
const REST: Duration = Duration::from_secs(60);
/// A chat that is closed to us (blocked, or never opened) may be opened again.
const CLOSED: SignedDuration = SignedDuration::from_mins(15);
/// How often stale buttons are cleared away.
const TIDY: SignedDuration = SignedDuration::from_hours(1);
/// The first word of what is wrong with containers waits so long for others of the same cause.
const GROUP_WAIT: Duration = Duration::from_secs(10);

/// News that waited longer than this to be told says so.
const LATE: SignedDuration = SignedDuration::from_secs(90);

/// Names of the containers that a container needs, the nearest first.
pub type Kin = Arc<dyn Fn(&str) -> Vec<String> + Send + Sync>;

/// The postman.
pub struct Postman {
    database: Database,
    outbox: Arc<Outbox>,
    dispatcher: Arc<Dispatcher>,
    /// Where news goes, as far as is known where that is by now.
    addresses: Mutex<Addresses>,
    /// Who needs whom.
    kin: Kin,
    /// What was said without being written down.
    spoken: Arc<Mutex<Vec<(i64, Step, Timestamp)>>>,
    wake: Arc<Notify>,
    clock: Clock,
}

impl Postman {
    /// A postman who carries to `homes`, in the voice and with the buttons of `dispatcher`.
    pub fn new(
        database: Database,
        outbox: Arc<Outbox>,
        dispatcher: Arc<Dispatcher>,
        homes: Homes,
        kin: Kin,
        clock: Clock,
    ) -> Self {
        let addresses = Addresses::new(homes.map(|it| moved(&database, it)));
        Self {
            database,
            outbox,
            dispatcher,
            addresses: Mutex::new(addresses),
            kin,
            spoken: Arc::default(),
            wake: Arc::default(),
            clock,
        }
    }

    /// The same, in the place of another one, who may still be handed something: he wakes this one, and what he said without
    /// writing it down is known.
    #[must_use]
    pub fn relieving(self, former: &Self) -> Self {
        Self { spoken: former.spoken.clone(), wake: former.wake.clone(), ..self }
    }

    /// Writes notices down for everybody they are for, and sets out. What cannot be written down is said at once,
    /// as well as that goes: a full disk must not silence an alert.
    pub async fn tell(&self, notices: Vec<Notice>) {
        let made = self.clock.now();
        for mut notice in notices {
            let handed_over = self.hand_over(&mut notice, made);
            if let Err(error) = self.write_down(&notice, &[], made) {
                tracing::error!(%error, remedy = "see why the store takes no writes: vakhta doctor", "a notice could not be written down, and is said without");
                self.speak(&notice).await;
            } else if let Some((left, said)) = handed_over
                && let Err(error) =
                    self.show_quietly(&said, made).and_then(|()| self.database.put_held_back(&left))
            {
                // Only now: a crash in between says it twice, and loses nothing.
                tracing::warn!(%error, "what the digest tells is told again when its mute is over");
            }
        }
        self.wake.notify_one();
    }

    /// The same for one notice, with facts that are true once it is written down: both, or neither.
    pub async fn tell_along(&self, notice: Notice, facts: &[Fact]) {
        if let Err(error) = self.write_down(&notice, facts, self.clock.now()) {
            tracing::error!(%error, remedy = "see why the store takes no writes: vakhta doctor", "a notice could not be written down, and is said without");
            self.speak(&notice).await;
        }
        self.wake.notify_one();
    }

    /// Tells one chat what concerns nobody else, with facts that are true once it is written down: both, or neither.
    ///
    /// # Errors
    /// It cannot be written down, and is not told.
    pub fn tell_in(&self, place: Place, notice: Notice, facts: &[Fact]) -> Result<(), StoreError> {
        let parcel = NewParcel { place, notice, urgent: false, made: self.clock.now() };
        self.database.put_parcels_along(&[parcel], facts)?;
        self.wake.notify_one();
        Ok(())
    }

    /// Writes one notice down, and facts with it: what belongs to an incident changes it, all else goes as it is.
    fn write_down(&self, notice: &Notice, facts: &[Fact], made: Timestamp) -> Result<(), StoreError> {
        if matches!(notice, Notice::Heal(_)) {
            // The journal has it already, and is told from there.
            return self.tell_heals(made);
        }
        match News::of(notice) {
            None if self.is_on_a_card(notice)? => Ok(()),
            Some(news) => {
                let (homes, others) = self.listeners();
                let telegraph = Telegraph { homes: &homes, others: &others, wait: GROUP_WAIT };
                self.database.take_in(&news, &*self.kin, &telegraph, facts, made).map(drop)
            }
            None => self.database.put_parcels_along(&self.parcels(notice, made), facts).map(drop),
        }
    }

    /// What the healing journal has and no card tells yet is told now. Whoever wrote into it says so.
    ///
    /// # Errors
    /// The store's refusal.
    pub fn tell_heals(&self, now: Timestamp) -> Result<(), StoreError> {
        let (homes, others) = self.listeners();
        let telegraph = Telegraph { homes: &homes, others: &others, wait: Duration::ZERO };
        if 0 < self.database.take_in_heals(&telegraph, now)? {
            self.wake.notify_one();
        }
        Ok(())
    }

    /// Whether what could be done about a disk, or was, is told by the card of an incident.
    fn is_on_a_card(&self, notice: &Notice) -> Result<bool, StoreError> {
        let alert = match notice {
            Notice::Proposal { alert, .. } | Notice::Observation { alert, .. } => alert,
            Notice::Healed { alert: Some(alert), .. } => alert,
            _ => return Ok(false),
        };
        let is_of = |it: &Member| it.alert().is_some_and(|it| it.number == alert.number);
        Ok(self.database.open_incidents()?.iter().any(|it| it.members.iter().any(is_of)))
    }

    /// Changes an incident on behalf of a person, and shows the change on its cards.
    ///
    /// # Errors
    /// The store's refusal.
    pub fn change(
        &self,
        number: i64,
        change: impl Fn(&Incident) -> Option<jobs::incident::Change>,
    ) -> Result<Option<Incident>, StoreError> {
        let (homes, others) = self.listeners();
        let telegraph = Telegraph { homes: &homes, others: &others, wait: Duration::ZERO };
        let changed = self.database.change_incident(number, change, &telegraph, self.clock.now())?;
        self.wake.notify_one();
        Ok(changed)
    }

    /// Says something that could not be written down.
    async fn speak(&self, notice: &Notice) {
        // What the journal has is told from there as soon as the store answers.
        let waits = match notice {
            Notice::Container { verdict, .. } => !verdict.is_news(),
            Notice::Heal(_) => true,
            _ => false,
        };
        if waits {
            return;
        }
        let mut all = true;
        for place in self.homes_of(notice) {
            if !self.outbox.reaches(place) {
                // For those it must be written down yet.
                all = false;
                continue;
            }
            let message = self.dress(place, notice).await;
            if let Err(error) = self.outbox.announce(place, &message).await {
                tracing::error!(%error, remedy = "see why the chat does not answer; the alert itself is judged and told again", "and could not be said either");
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
        self.homes_of(notice).into_iter().map(parcel).collect()
    }

    /// Where what is news when it happens goes.
    fn homes(&self) -> Vec<Place> {
        self.addresses().alerts()
    }

    /// Who is told of an incident, and in which chats its cards are kept up to date besides.
    fn listeners(&self) -> (Vec<Place>, Vec<ChatId>) {
        let addresses = self.addresses();
        (addresses.alerts(), addresses.chats())
    }

    fn homes_of(&self, notice: &Notice) -> Vec<Place> {
        match notice {
            Notice::Digest(_) => self.addresses().digests(),
            // That somebody watches at a terminal is news only there.
            Notice::House(House::Began(_)) => {
                self.homes().into_iter().filter(|it| self.outbox.reaches(*it)).collect()
            }
            // Whoever may change the settings, and nobody else.
            Notice::House(House::Settings(_) | House::SettingsWrong { .. }) => {
                self.addresses().owners().to_vec()
            }
            _ => self.homes(),
        }
    }

    fn addresses(&self) -> MutexGuard<'_, Addresses> {
        self.addresses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets out now with what waits for that chat, or for any: somebody wrote there, or the chat answers again.
    pub fn hasten(&self, chat: Option<ChatId>) {
        if let Some(chat) = chat {
            self.addresses().regain(chat);
        }
        if let Err(error) = self.database.hasten(chat, self.clock.now()) {
            tracing::warn!(%error, "what waits could not be hastened");
        }
        self.wake.notify_one();
    }

    /// Carries until the end, and never breaks off in the middle of a parcel.
    pub async fn carry(&self, ending: &CancellationToken) {
        let mut tidied = self.clock.now();
        while !ending.is_cancelled() {
            let waiting = self.round_until(ending).await;
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
                () = ending.cancelled() => {}
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
        self.round_until(&CancellationToken::new()).await
    }

    /// The same; what is left at the end is another one's to carry.
    async fn round_until(&self, ending: &CancellationToken) -> bool {
        let looked = async {
            self.collect_strays()?;
            self.tell_untold()?;
            self.release()?;
            self.remind()?;
            loop {
                let due = self.database.due_parcels(self.clock.now())?;
                let is_ours =
                    |it: &Parcel| self.addresses().has(it.place.chat) && self.outbox.reaches(it.place);
                let due: Vec<Parcel> = due.into_iter().filter(is_ours).collect();
                if due.is_empty() {
                    return self.database.outbox_depth().map(|depth| 0 < depth.parcels);
                }
                for parcel in due {
                    if ending.is_cancelled() {
                        return Ok(true);
                    }
                    self.deliver(parcel).await?;
                }
            }
        };
        looked.await.unwrap_or_else(|error: StoreError| {
            tracing::error!(%error, remedy = "see why the store does not answer: vakhta doctor; it is tried again each round", "the outbox could not be read");
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
            self.write_down(&Notice::Alert { alert: untold.alert, step }, &[], at)?;
            // A step of which no incident is made needs no telling.
            self.database.needs_no_telling(untold.id)?;
        }
        self.spoken.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.tell_heals(self.clock.now())
    }

    /// What lasts is told again when its time has come.
    fn remind(&self) -> Result<(), StoreError> {
        let (homes, others) = self.listeners();
        let telegraph = Telegraph { homes: &homes, others: &others, wait: Duration::ZERO };
        self.database.remind(&telegraph, self.clock.now())
    }

    async fn deliver(&self, parcel: Parcel) -> Result<(), StoreError> {
        match &parcel.content {
            Content::Notice(notice) => self.deliver_notice(&parcel, notice).await,
            Content::Card { incident, ring } => {
                let late = if *ring == Ring::Push { self.late_ones(&parcel)? } else { Vec::new() };
                if !late.is_empty() {
                    return self.catch_up(&parcel, late).await;
                }
                match self.database.incident(*incident)? {
                    Some(incident) => self.deliver_card(&parcel, &incident, *ring).await,
                    None => self.database.refused(parcel.id, "no such incident", self.clock.now()),
                }
            }
        }
    }

    async fn deliver_notice(&self, parcel: &Parcel, notice: &Notice) -> Result<(), StoreError> {
        let mut message = self.dress(parcel.place, notice).await;
        message.silent |= self.is_hushed(notice, self.clock.now())?;
        self.database.sending(parcel.id)?;
        let said = self.attempt(parcel, message).await;
        let now = self.clock.now();
        match said {
            Ok(message) => self.database.delivered(parcel.id, message, now),
            Err(error) => self.not_delivered(parcel, error),
        }
    }

    /// One attempt at something new. A picture that fails time and again is left out: a way too narrow for 40 KB may let
    /// 400 bytes through.
    async fn attempt(&self, parcel: &Parcel, mut message: Message) -> Result<MessageId, TransportError> {
        let said = self.outbox.attempt(parcel.place, &message).await;
        let failed =
            matches!(said, Err(TransportError::Passing { after: None, .. } | TransportError::Unanswered(_)));
        if failed && message.picture.is_some() && PICTURE_TRIES <= parcel.attempts + 1 {
            message.picture = None;
            return self.outbox.attempt(parcel.place, &message).await;
        }
        said
    }

    /// Shows an incident as it is by now: in the message that shows it, or in a new one.
    async fn deliver_card(&self, parcel: &Parcel, incident: &Incident, ring: Ring) -> Result<(), StoreError> {
        let now = self.clock.now();
        let known = self.database.card(parcel.place, incident.number)?;
        let ring = match ring {
            Ring::Edit => Ring::Edit,
            Ring::Quiet | Ring::Push => match self.held_by(incident, now)? {
                Some(mute) => {
                    self.hold_back(parcel, incident, &mute)?;
                    Ring::Edit
                }
                None => ring,
            },
        };
        let former = match (ring, known) {
            // Nobody was told of it there, and nobody needs to be told that it has changed.
            (Ring::Edit, None) => return self.database.refused(parcel.id, "nothing to edit", now),
            (Ring::Edit, Some(card)) => {
                let message = self.dress_card(parcel, incident, false).await;
                self.database.sending(parcel.id)?;
                match self.outbox.attempt_edit(parcel.place, card.message, &message).await {
                    Ok(Edited::Done) => {
                        let shown = Card { generation: incident.generation, at: self.clock.now(), ..card };
                        let how = Telling::Edited { message: card.message.0 };
                        self.database.card_delivered(parcel, incident.number, shown, how)?;
                        return self.close_former(parcel.place, incident).await;
                    }
                    // Somebody has removed it. What is over needs no new one.
                    Ok(Edited::Impossible) if !incident.is_open() => {
                        return self.database.refused(parcel.id, "the card is gone", self.clock.now());
                    }
                    Ok(Edited::Impossible) => None,
                    Err(TransportError::Refused(why)) => {
                        tracing::error!(
                            why,
                            remedy =
                                "report it with why; the next change of the card is a message of its own",
                            "the edit of a card will never be accepted and is given up"
                        );
                        return self.database.refused(parcel.id, &why, self.clock.now());
                    }
                    Err(error) => return self.not_delivered(parcel, error),
                }
            }
            (Ring::Quiet | Ring::Push, known) => known.map(|it| it.message),
        };
        let incident = &self.with_evidence(incident, now).await;
        let message = self.dress_card(parcel, incident, ring != Ring::Push).await;
        self.database.sending(parcel.id)?;
        match self.attempt(parcel, message).await {
            Ok(message) => {
                let at = self.clock.now();
                let card = Card { message, generation: incident.generation, at, former };
                let how = Telling::Sent { message: message.0, made: parcel.made };
                self.database.card_delivered(parcel, incident.number, card, how)?;
                self.close_former(parcel.place, incident).await
            }
            Err(error) => self.not_delivered(parcel, error),
        }
    }

    /// An earlier card says that it is not the newest any more, and loses its buttons. Tried once at each telling: where
    /// it cannot be done, two cards show the same incident, and the buttons of the older one are stale.
    async fn close_former(&self, place: Place, incident: &Incident) -> Result<(), StoreError> {
        let card = self.database.card(place, incident.number)?;
        let Some(former) = card.and_then(|it| it.former) else { return Ok(()) };
        let voice = self.voice_in(place);
        let reply = incident::continued(&voice, &self.dispatcher.about.host, incident);
        let message = self.dispatcher.dress(place, reply, None, self.clock.now()).await;
        match self.outbox.attempt_edit(place, former, &message).await {
            Ok(_) | Err(TransportError::Refused(_)) => self.database.former_is_done(place, incident.number),
            Err(error) => {
                tracing::debug!(%error, "an earlier card still stands as it was");
                Ok(())
            }
        }
    }

    /// Something did not arrive: when it is tried again, if ever.
    fn not_delivered(&self, parcel: &Parcel, error: TransportError) -> Result<(), StoreError> {
        let now = self.clock.now();
        let later = |wait: SignedDuration| now.checked_add(wait).unwrap_or(now);
        let usual = SignedDuration::try_from(back_off(parcel.attempts + 1)).unwrap_or(CLOSED);
        let failed = |next, why: &str, arrival| {
            tracing::warn!(attempt = parcel.attempts + 1, why, "a notice was not delivered and waits");
            self.database.attempted(parcel.id, next, why, arrival)
        };
        match error {
            TransportError::Passing { after, why } => {
                let asked = after.and_then(|it| SignedDuration::try_from(it).ok()).unwrap_or_default();
                failed(later(usual.max(asked)), &why, Arrival::No)
            }
            TransportError::Unanswered(why) => failed(later(usual), &why, Arrival::Perhaps),
            TransportError::Moved(chat) => {
                failed(now, "the chat has moved", Arrival::No)?;
                self.follow(parcel.place.chat, chat)
            }
            TransportError::Refused(why) => {
                tracing::error!(
                    why,
                    remedy = "see why: a chat that is gone or closed to us is opened by a word to the bot; else report it",
                    "a notice will never be accepted and is given up"
                );
                self.database.refused(parcel.id, &why, now)
            }
            TransportError::NoTopic(why) => {
                failed(now, &why, Arrival::No)?;
                self.leave_topic(parcel.place)
            }
            TransportError::Closed(why) => {
                failed(later(CLOSED), &why, Arrival::No)?;
                // Not within the condition: the lock would be held for as long as what follows.
                let is_lost = self.addresses().lose(parcel.place.chat);
                if is_lost { self.leave_chat(parcel.place.chat, &why) } else { Ok(()) }
            }
            error @ (TransportError::Conflict(_) | TransportError::Fatal(_) | TransportError::Ended) => {
                failed(later(usual.max(SignedDuration::from_secs(60))), &error.to_string(), Arrival::No)
            }
        }
    }

    /// The incidents that could not be told there as they happened, when there are several of them.
    fn late_ones(&self, parcel: &Parcel) -> Result<Vec<Incident>, StoreError> {
        let now = self.clock.now();
        let mut late = Vec::new();
        if now.duration_since(parcel.made) < LATE {
            return Ok(late);
        }
        for number in self.database.waiting_cards(parcel.place, now - LATE)? {
            if let Some(incident) = self.database.incident(number)?
                && self.held_by(&incident, now)?.is_none()
            {
                late.push(incident);
            }
        }
        if late.len() < 2 {
            late.clear();
        }
        Ok(late)
    }

    /// One message tells what could not be told. What is over by now gets no card of its own, and what is not gets it in
    /// silence.
    async fn catch_up(&self, parcel: &Parcel, incidents: Vec<Incident>) -> Result<(), StoreError> {
        let (open, over): (Vec<_>, Vec<_>) = incidents.iter().partition(|it| it.is_open());
        let numbers = |all: Vec<&Incident>| all.into_iter().map(|it| it.number).collect::<Vec<_>>();
        let (open, over) = (numbers(open), numbers(over));
        let since = incidents.iter().map(|it| it.opened).min().unwrap_or(parcel.made);
        let notice = Notice::CatchUp { since, until: self.clock.now(), incidents };
        let message = self.dress(parcel.place, &notice).await;
        self.database.sending(parcel.id)?;
        match self.attempt(parcel, message).await {
            Ok(message) => self.database.told_together(parcel, &over, &open, message, self.clock.now()),
            Err(error) => self.not_delivered(parcel, error),
        }
    }

    /// The mute that holds an incident back now, if one does.
    fn held_by(&self, incident: &Incident, now: Timestamp) -> Result<Option<Mute>, StoreError> {
        let mutes = self.dispatcher.mutes.in_force(now)?;
        Ok(holding_all(&mutes, &incident.about(), now).cloned())
    }

    /// Whether a notice that comes through makes no sound: it follows from an alert that is muted.
    fn is_hushed(&self, notice: &Notice, now: Timestamp) -> Result<bool, StoreError> {
        let Some(about) = About::cause(notice) else { return Ok(false) };
        Ok(holding(&self.dispatcher.mutes.in_force(now)?, &about, now).is_some())
    }

    /// Remembers which incident is held back.
    fn hold_back(&self, parcel: &Parcel, incident: &Incident, mute: &Mute) -> Result<(), StoreError> {
        let mut all = self.database.held_back()?;
        all.hold(Held::new(incident.number, incident.about(), mute, parcel.made));
        self.database.put_held_back(&all)?;
        self.database.card_is_held(parcel.place, incident.number, self.clock.now())
    }

    /// What no mute holds any more is told as it is by now: in one message, and what is still wrong gets its card.
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
        let incidents = self.as_they_are(due)?;
        match &incidents[..] {
            // Its own card says it all.
            [one] if one.is_open() && more == 0 => self.database.show(&self.homes(), one, Ring::Push, now)?,
            _ => {
                let open = incidents.clone();
                let notice = Notice::Meanwhile { since, incidents, scopes, more };
                self.database.put_parcels(&self.parcels(&notice, now))?;
                self.show_quietly(&open, now)?;
            }
        }
        self.database.put_held_back(&held)
    }

    /// Gives a digest what was held back; answers with what is still held then, and with what it says. What cannot be
    /// read stays where it is.
    fn hand_over(&self, notice: &mut Notice, now: Timestamp) -> Option<(HeldBack, Vec<Incident>)> {
        let Notice::Digest(digest) = notice else { return None };
        // What it does not tell waits for another one, or for the end of its mute.
        if !digest.tells(Section::Backlog) {
            return None;
        }
        let told = || -> Result<Option<(HeldBack, Backlog)>, StoreError> {
            let mut held = self.database.held_back()?;
            if held.is_empty() {
                return Ok(None);
            }
            let said = held.take_for_digest(&self.dispatcher.mutes.in_force(now)?, now);
            let more = said.more;
            Ok(Some((held, Backlog { incidents: self.as_they_are(said)?, more })))
        };
        match told() {
            Ok(Some((left, backlog))) => {
                let said = backlog.incidents.clone();
                digest.backlog = Some(backlog);
                Some((left, said))
            }
            Ok(None) => None,
            Err(error) => {
                tracing::error!(%error, remedy = "see why the store does not answer: vakhta doctor; what was held back is told when its mute is over", "a digest goes without what was held back");
                None
            }
        }
    }

    /// What was held back, as it is now.
    fn as_they_are(&self, held: HeldBack) -> Result<Vec<Incident>, StoreError> {
        let mut incidents = Vec::new();
        for it in held.news {
            incidents.extend(self.database.incident(it.incident)?);
        }
        Ok(incidents)
    }

    /// What was told in other words gets its card in silence, where it is still wrong and has none.
    fn show_quietly(&self, incidents: &[Incident], now: Timestamp) -> Result<(), StoreError> {
        let mutes = self.dispatcher.mutes.in_force(now)?;
        let told = |it: &&Incident| it.is_open() && holding_all(&mutes, &it.about(), now).is_none();
        for incident in incidents.iter().filter(told) {
            self.database.show(&self.homes(), incident, Ring::Quiet, now)?;
        }
        Ok(())
    }

    async fn dress(&self, place: Place, notice: &Notice) -> Message {
        let now = self.clock.now();
        let voice = self.voice_in(place);
        let rules = &self.dispatcher.declared.rules;
        let history = Remembered(&self.database);
        let reply = told(&voice, &self.dispatcher.about.host, notice, rules, &history, now);
        self.dispatcher.dress(place, reply, None, now).await
    }

    async fn dress_card(&self, parcel: &Parcel, incident: &Incident, silent: bool) -> Message {
        let now = self.clock.now();
        let voice = self.voice_in(parcel.place);
        let late = (LATE <= now.duration_since(parcel.made)).then_some(parcel.made);
        let showing = Showing { late, reader: Some(parcel.place.chat.0), ..Showing::default() };
        let open = self.database.open_alerts().unwrap_or_else(|error| {
            tracing::warn!(%error, "a card shows its alerts as they were told");
            Vec::new()
        });
        let incident = &incident.clone().as_of(&open);
        let rules = &self.dispatcher.declared.rules;
        let history = Remembered(&self.database);
        let host = &self.dispatcher.about.host;
        let reply = incident::card(&voice, host, incident, rules, &history, &showing, now);
        self.dispatcher.dress(parcel.place, Reply { silent, ..reply }, None, now).await
    }

    /// An incident with what was found out about it: gathered when it is first told, and only then.
    async fn with_evidence(&self, incident: &Incident, now: Timestamp) -> Incident {
        let known = incident.evidence != Evidence::default();
        if known || !incident.is_open() {
            return incident.clone();
        }
        let (ports, began) = (&self.dispatcher.ports, self.dispatcher.about.started);
        let found = evidence::gather(ports, &self.database, began, incident, now).await;
        if let Err(error) = self.database.put_evidence(incident.number, &found) {
            tracing::warn!(%error, "what was found out about an incident could not be written down");
        }
        Incident { evidence: found, ..incident.clone() }
    }

    /// Remembers what became of a container and is no news: it may explain what comes after it.
    pub fn note(&self, verdict: &Verdict) {
        if let Err(error) = evidence::note(&self.database, verdict) {
            tracing::warn!(%error, "what changed could not be written down");
        }
    }

    fn voice_in(&self, place: Place) -> Voice {
        // A group is spoken to as the first of its owners is.
        let first = self.addresses().owners().first().map(|it| it.chat).filter(|_| place.chat.0 < 0);
        self.dispatcher.voice_of(UserId(first.unwrap_or(place.chat).0))
    }
}

/// What goes before everything else in its chat.
fn is_urgent(notice: &Notice) -> bool {
    match notice {
        Notice::Alert { alert, step } => alert.finding.severity == Severity::Critical && step.is_trouble(),
        Notice::Container { verdict, .. } => verdict.severity() == Severity::Critical,
        _ => false,
    }
}
