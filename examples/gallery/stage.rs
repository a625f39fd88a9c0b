//! A stage: the program's own dispatcher over a world in memory, in front of a chat that writes everything down.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use jobs::Ports;
use jobs::alert::Alert;
use jobs::declare::{BUILT_IN, Declared, QUIET, Rule};
use jobs::evaluate::Expected;
use jobs::fakes::World;
use jobs::heal::{Heal, HealStep};
use jobs::incident::{
    Change, Entry, Evidence, Incident, News, Ring, Telling, What, acknowledge, fold, tell, unacknowledge,
};
use jobs::metric::SeriesKey;
use jobs::mute::{After, By, HeldBack, Mute, Scope, next_time};
use jobs::notice::Notice;
use jobs::ports::{Store, StoreError, Switch, Ward};
use jobs::role::Role;
use jobs::series::Series;
use jobs::verdict::Memory as Remembered;
use vakhta::command::{About, Follows, Health, HealthFacts, Incidents, JobBoard, Lack, Mutes};
use vakhta::config::{KnownNames, declared};
use vakhta::dispatch::{Codes, Desk, Dispatcher, KeptButton, Panels, Tongue};
use vakhta::gate::Gate;
use vakhta::locale::{self, Locale};
use vakhta::message::{ChatId, Heard, Incoming, Message, MessageId, Place, UserId};
use vakhta::outbox::Outbox;
use vakhta::present::Voice;
use vakhta::present::chart::Stretch;
use vakhta::present::incident::{self, Showing};
use vakhta::present::notice::{History, told};
use vakhta::run::{JobFacts, OffJob};
use vakhta::totp::{Guarded, Key, Setup};
use vakhta::transport::{Doing, Edited, Transport, TransportError};
use vakhta::vitals::{Stream, Vitals};

/// Who asks.
pub(crate) const OWNER: UserId = UserId(1001);
/// Where.
const HOME: Place = Place { chat: ChatId(1001), thread: None };

/// What was said, in order.
#[derive(Clone, Debug)]
pub(crate) enum Heads {
    /// Somebody wrote this.
    Asked(String),
    /// Somebody pressed the button of this label.
    Pressed(String),
    /// A word over a button.
    Toast(String),
    /// We said this.
    Said(Message),
    /// We put this in the place of what we said before.
    Changed(Message),
}

/// Where it stands which language somebody's app speaks.
const APP: &str = "app";

/// A conversation being acted.
pub(crate) struct Stage {
    pub(crate) world: Arc<World>,
    pub(crate) board: Arc<Board>,
    pub(crate) ports: Ports,
    pub(crate) now: Timestamp,
    /// What is found out about the next incident.
    pub(crate) evidence: Evidence,
    /// Who needs whom.
    pub(crate) kin: fn(&str) -> Vec<String>,
    dispatcher: Dispatcher,
    desk: Arc<Memory>,
    chat: Arc<Chat>,
}

impl Stage {
    /// Everything in place, nothing said; in the language of that tag.
    pub(crate) fn new(world: Arc<World>, tag: &str, now: Timestamp, host: &str) -> Self {
        let chat = Arc::new(Chat::default());
        let board = Arc::new(Board::default());
        let desk = Arc::new(Memory::default());
        let mut ports = world.ports();
        ports.ward = Some(Arc::new(Minded { began: now, switch: Mutex::default() }));
        let locale: &'static Locale = locale::for_tag(tag);
        let dispatcher = Dispatcher {
            gate: Gate::unhurried(vec![(OWNER, Role::Admin)]),
            codes: None,
            outbox: Arc::new(Outbox::new(chat.clone())),
            desk: desk.clone(),
            ports: ports.clone(),
            declared: Arc::new(built_in()),
            board: board.clone(),
            incidents: desk.clone(),
            mutes: desk.clone(),
            health: Arc::new(Well),
            redactor: Arc::default(),
            follows: Follows::default(),
            about: About {
                host: host.to_owned(),
                system: "Debian GNU/Linux 12 (bookworm)".to_owned(),
                kernel: "6.1.0-28-amd64".to_owned(),
                processor: Some("AMD EPYC 7543P 32-Core Processor".to_owned()),
                boot: None,
                started: now - jiff::SignedDuration::from_hours(75),
                lacks: Arc::default(),
            },
            zone: TimeZone::get("Europe/Moscow").expect("a bundled zone"),
            tongue: Tongue::Fixed(locale),
            theme: theme(),
            bot: tokio::sync::SetOnce::new(),
            panels: Panels::default(),
        };
        let (evidence, kin): (_, fn(&str) -> Vec<String>) = (Evidence::default(), |_| Vec::new());
        Self { world, board, ports, now, evidence, kin, dispatcher, desk, chat }
    }

    /// The same, where the machine's own parts are called so too.
    #[cfg(test)]
    pub(crate) fn called(mut self, name: &str) -> Self {
        let about = &mut self.dispatcher.about;
        (about.system, about.kernel, about.processor) =
            (name.to_owned(), name.to_owned(), Some(name.to_owned()));
        self
    }

    /// The same, in front of somebody of that role.
    pub(crate) fn of(mut self, role: Role) -> Self {
        self.dispatcher.gate = Gate::unhurried(vec![(OWNER, role)]);
        self
    }

    /// The same, where nobody may ask without end.
    pub(crate) fn hurried(mut self) -> Self {
        self.dispatcher.gate = Gate::new(vec![(OWNER, Role::Admin)]);
        self
    }

    /// The same, where everybody is spoken to in their own language, and the app speaks this one.
    pub(crate) fn speaking(mut self, app: &str) -> Self {
        self.dispatcher.tongue = Tongue::Own;
        self.desk.facts().insert(APP.to_owned(), app.to_owned());
        self
    }

    /// The same, where the set-up lacks these.
    pub(crate) fn lacking(mut self, lacks: Vec<Lack>) -> Self {
        self.dispatcher.about.lacks = Arc::new(lacks.into());
        self
    }

    /// The same, where what acts takes a code. The secret is that of RFC 6238.
    pub(crate) fn guarded(mut self) -> Self {
        let key = Key::read("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").expect("a secret");
        self.dispatcher.codes = Some(Codes::new(Setup { key, guarded: Guarded::Acting }));
        self
    }

    /// The rules in force.
    pub(crate) fn rules(&self) -> &[jobs::declare::Rule] {
        &self.dispatcher.declared.rules
    }

    /// Somebody writes.
    pub(crate) async fn ask(&self, line: &str) {
        self.chat.heads().push(Heads::Asked(line.to_owned()));
        self.hear(Heard::Said { text: line.to_owned(), message: MessageId(0) }, self.now).await;
    }

    /// Somebody wrote long ago, and it arrives now.
    pub(crate) async fn ask_late(&self, line: &str, seconds: i64) {
        self.chat.heads().push(Heads::Asked(line.to_owned()));
        let at = self.now - jiff::SignedDuration::from_secs(seconds);
        self.hear(Heard::Said { text: line.to_owned(), message: MessageId(0) }, at).await;
    }

    /// Somebody presses a button of the newest message, by row and column; the last row where there are fewer.
    pub(crate) async fn press(&self, row: usize, column: usize) {
        let (id, button) = {
            let heads = self.chat.heads();
            let newest = heads.iter().rev().find_map(|it| match it {
                Heads::Said(message) | Heads::Changed(message) => Some(message),
                _ => None,
            });
            let button = newest.and_then(|it| {
                let row = row.min(it.buttons.len().saturating_sub(1));
                it.buttons.get(row)?.get(column).cloned()
            });
            (self.chat.newest(), button.expect("the scene presses a button that is there"))
        };
        self.chat.heads().push(Heads::Pressed(button.label));
        self.hear(Heard::Pressed { key: button.key, query: String::new(), message: Some(id) }, self.now)
            .await;
    }

    /// Somebody presses the first button of the newest message, where it has one.
    #[cfg(test)]
    pub(crate) async fn press_if_any(&self) {
        let newest = self.said().into_iter().rev().find_map(|it| match it {
            Heads::Said(message) | Heads::Changed(message) => Some(message),
            _ => None,
        });
        if newest.is_some_and(|it| it.buttons.first().is_some_and(|row| !row.is_empty())) {
            self.press(0, 0).await;
        }
    }

    /// Somebody let something wait.
    #[cfg(test)]
    pub(crate) fn mute(&self, mute: &Mute) {
        self.desk.muted().push(mute.clone());
    }

    /// Something happened that has nothing to do with what was before, and is told.
    pub(crate) async fn tell(&self, notice: &Notice) {
        if let Some(news) = News::of(notice) {
            let (incident, _) = self.remember(&news, &[]);
            self.show(&incident, Ring::Push, Showing::default()).await;
            return;
        }
        let voice: Voice = self.dispatcher.voice_of(OWNER);
        let host = &self.dispatcher.about.host;
        let reply = told(&voice, host, notice, self.rules(), self, self.now);
        let message = self.dispatcher.dress(HOME, reply, None, self.now).await;
        self.chat.heads().push(Heads::Said(message));
    }

    /// Something happened that may belong to what is wrong already.
    pub(crate) async fn happens(&self, notice: &Notice) {
        let news = News::of(notice).expect("a scene of incidents has such news");
        let known = self.desk.incidents().clone();
        let (incident, ring) = self.remember(&news, &known);
        self.show(&incident, ring, Showing::default()).await;
    }

    /// Writes down what news makes of what is known.
    pub(crate) fn remember(&self, news: &News, known: &[Incident]) -> (Incident, Ring) {
        let change = fold(known, news, &self.kin, self.now).expect("a scene has news");
        let mut incidents = self.desk.incidents();
        let mut incident = change.incident;
        if incident.number == 0 {
            incident.number = incidents.len() as i64 + 1;
            incident.evidence = self.evidence.clone();
        }
        incidents.retain(|it| it.number != incident.number);
        incidents.push(incident.clone());
        incidents.sort_by_key(|it| it.number);
        self.desk.write(incident.number, change.entry);
        (incident, change.ring)
    }

    /// What the healing journal says, on the card of its incident.
    pub(crate) async fn heals(&self, target: &str, what: HealStep) {
        self.heals_of(None, target, what).await;
    }

    /// The same, of a disk's alert by its number. What no card tells is only written down.
    pub(crate) async fn heals_of(&self, alert: Option<i64>, target: &str, what: HealStep) {
        let heal = Heal { at: self.now, alert, target: target.to_owned(), what };
        self.world.put_heal(&heal).expect("a world in memory");
        let Some(change) = tell(&self.known(), &heal, self.now) else { return };
        let ring = change.ring;
        let incident = self.desk.change(Some(change)).expect("it has changed");
        self.show(&incident, ring, Showing::default()).await;
    }

    /// The card of an incident, as the postman shows it.
    pub(crate) async fn show(&self, incident: &Incident, ring: Ring, showing: Showing) {
        let voice: Voice = self.dispatcher.voice_of(OWNER);
        let showing = Showing { reader: Some(OWNER.0), ..showing };
        let host = &self.dispatcher.about.host;
        let reply = incident::card(&voice, host, incident, self.rules(), self, &showing, self.now);
        let message = self.dispatcher.dress(HOME, reply, None, self.now).await;
        let number = self.chat.newest().0;
        let (head, how) = match ring {
            Ring::Push => {
                let made = showing.late.unwrap_or(self.now);
                (Heads::Said(message), Telling::Sent { message: number, made })
            }
            Ring::Edit => (Heads::Changed(message), Telling::Edited { message: number }),
        };
        self.desk.write(incident.number, Entry { at: self.now, what: What::Told { chat: OWNER.0, how } });
        self.chat.heads().push(head);
    }

    /// What an earlier card becomes.
    pub(crate) async fn goes_on(&self, incident: &Incident) {
        let voice: Voice = self.dispatcher.voice_of(OWNER);
        let host = &self.dispatcher.about.host;
        let reply = incident::continued(&voice, host, incident);
        let message = self.dispatcher.dress(HOME, reply, None, self.now).await;
        self.chat.heads().push(Heads::Changed(message));
    }

    /// What is wrong so far.
    pub(crate) fn known(&self) -> Vec<Incident> {
        self.desk.incidents().clone()
    }

    /// Forgets what was said after the first `count`: a scene shows what is worth reading.
    pub(crate) fn unsay(&self, count: usize) {
        self.chat.heads().truncate(count);
    }

    /// All that was said so far.
    pub(crate) fn said(&self) -> Vec<Heads> {
        self.chat.heads().clone()
    }

    async fn hear(&self, heard: Heard, at: Timestamp) {
        let incoming = Incoming { from: OWNER, language: None, place: HOME, group: false, at, heard };
        self.dispatcher.handle(&incoming, self.now).await;
    }
}

impl History for Stage {
    fn series(&self, key: &SeriesKey, stretch: Stretch, points: usize) -> Option<Series> {
        self.ports.store.history(key, stretch.from, stretch.to, points).ok()
    }

    fn usual(&self, rule: &Rule, alert: &Alert, stretch: Stretch) -> Vec<Expected> {
        jobs::evaluate::expected(rule, alert, &*self.ports.store, stretch.from, stretch.to)
            .unwrap_or_default()
    }
}

tokio::task_local! {
    /// How pictures look on the stages of a scene; dark, as the program draws, where nobody says otherwise.
    pub(crate) static THEME: render::Theme;
}

fn theme() -> render::Theme {
    THEME.try_with(Clone::clone).unwrap_or_default()
}

/// What runs when nobody declared anything else.
pub(crate) fn built_in() -> Declared {
    let metrics: Vec<&str> = jobs::sample::METRICS.iter().map(|it| it.id).collect();
    let remedies: Vec<&str> = jobs::heal::remedy_names().collect();
    let known = KnownNames { metrics: &metrics, remedies: &remedies, commands: &[], languages: &[] };
    declared::read("built-in declaration", BUILT_IN, known).expect("the built-in declaration is right")
}

/// A chat that writes everything down.
#[derive(Default)]
struct Chat {
    heads: Mutex<Vec<Heads>>,
    next: AtomicI64,
}

impl Chat {
    fn heads(&self) -> MutexGuard<'_, Vec<Heads>> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn newest(&self) -> MessageId {
        MessageId(self.next.load(Ordering::Relaxed))
    }
}

#[async_trait]
impl Transport for Chat {
    async fn receive(&self) -> Result<Vec<Incoming>, TransportError> {
        Err(TransportError::Ended)
    }

    async fn deliver(&self, _place: Place, message: &Message) -> Result<MessageId, TransportError> {
        self.heads().push(Heads::Said(message.clone()));
        Ok(MessageId(self.next.fetch_add(1, Ordering::Relaxed) + 1))
    }

    async fn edit(&self, _place: Place, _id: MessageId, message: &Message) -> Result<Edited, TransportError> {
        self.heads().push(Heads::Changed(message.clone()));
        Ok(Edited::Done)
    }

    async fn acknowledge(&self, _query: &str, word: Option<&str>) -> Result<(), TransportError> {
        self.heads().extend(word.map(|it| Heads::Toast(it.to_owned())));
        Ok(())
    }

    async fn typing(&self, _place: Place, _doing: Doing) -> Result<(), TransportError> {
        Ok(())
    }

    async fn publish(&self, _: Option<&str>, _: &[(String, String)]) -> Result<(), TransportError> {
        Ok(())
    }
}

/// The conversation's memory, in memory.
#[derive(Default)]
struct Memory {
    buttons: Mutex<HashMap<String, KeptButton>>,
    facts: Mutex<HashMap<String, String>>,
    keys: AtomicI64,
    mutes: Mutex<Vec<Mute>>,
    incidents: Mutex<Vec<Incident>>,
    record: Mutex<Vec<(i64, Entry)>>,
}

impl Memory {
    fn kept(&self) -> MutexGuard<'_, HashMap<String, KeptButton>> {
        self.buttons.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn facts(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was muted so far, over or not.
    fn muted(&self) -> MutexGuard<'_, Vec<Mute>> {
        self.mutes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn incidents(&self) -> MutexGuard<'_, Vec<Incident>> {
        self.incidents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, number: i64, entry: Entry) {
        self.record.lock().unwrap_or_else(PoisonError::into_inner).push((number, entry));
    }

    fn change(&self, change: Option<Change>) -> Option<Incident> {
        let Change { incident, entry, .. } = change?;
        self.write(incident.number, entry);
        self.incidents().iter_mut().filter(|it| it.number == incident.number).for_each(|it| {
            *it = incident.clone();
        });
        Some(incident)
    }
}

impl Desk for Memory {
    fn new_keys(&self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.keys.fetch_add(1, Ordering::Relaxed).to_string()).collect()
    }

    fn keep_buttons(&self, buttons: &[KeptButton]) -> Result<(), StoreError> {
        self.kept().extend(buttons.iter().map(|it| (it.key.clone(), it.clone())));
        Ok(())
    }

    fn button(&self, key: &str, _now: Timestamp) -> Result<Option<KeptButton>, StoreError> {
        Ok(self.kept().get(key).cloned())
    }

    fn use_up(&self, key: &str, _now: Timestamp) -> Result<bool, StoreError> {
        Ok(self.kept().remove(key).is_some())
    }

    fn remember_language(&self, _user: UserId, _tag: &str) -> Result<(), StoreError> {
        Ok(())
    }

    fn language(&self, _user: UserId) -> Result<Option<String>, StoreError> {
        self.fact(APP)
    }

    fn fact(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(self.facts().get(name).cloned())
    }

    fn put_fact(&self, name: &str, value: &str) -> Result<(), StoreError> {
        self.facts().insert(name.to_owned(), value.to_owned());
        Ok(())
    }
}

/// A watch that people have set things of.
struct Minded {
    began: Timestamp,
    switch: Mutex<Switch>,
}

impl Ward for Minded {
    fn began(&self) -> Timestamp {
        self.began
    }

    fn mutes(&self, _: Timestamp) -> Result<Vec<Mute>, StoreError> {
        Ok(Vec::new())
    }

    fn memory(&self) -> Result<Remembered, StoreError> {
        Ok(Remembered::default())
    }

    fn switch(&self) -> Result<Switch, StoreError> {
        Ok(self.switch.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn set_switch(&self, switch: &Switch) -> Result<(), StoreError> {
        *self.switch.lock().unwrap_or_else(PoisonError::into_inner) = switch.clone();
        Ok(())
    }
}

impl Incidents for Memory {
    fn open(&self) -> Result<Vec<Incident>, StoreError> {
        Ok(self.incidents().iter().filter(|it| it.is_open()).cloned().collect())
    }

    fn between(&self, _: Timestamp, _: Timestamp) -> Result<Vec<Incident>, StoreError> {
        Ok(self.incidents().clone())
    }

    fn incident(&self, number: i64) -> Result<Option<Incident>, StoreError> {
        Ok(self.incidents().iter().find(|it| it.number == number).cloned())
    }

    fn record(&self, number: i64) -> Result<Vec<Entry>, StoreError> {
        let record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(record.iter().filter(|it| it.0 == number).map(|it| it.1.clone()).collect())
    }

    fn of_card(&self, _: ChatId, _: MessageId) -> Result<Option<i64>, StoreError> {
        Ok(None)
    }

    fn acknowledge(&self, number: i64, by: UserId, now: Timestamp) -> Result<Option<Incident>, StoreError> {
        Ok(self.change(self.incident(number)?.and_then(|it| acknowledge(&it, by.0, now))))
    }

    fn tell_heals(&self, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    fn release(&self, number: i64, by: UserId, now: Timestamp) -> Result<Option<Incident>, StoreError> {
        Ok(self.change(self.incident(number)?.and_then(|it| unacknowledge(&it, by.0, now))))
    }
}

impl Mutes for Memory {
    fn in_force(&self, now: Timestamp) -> Result<Vec<Mute>, StoreError> {
        Ok(self.muted().iter().filter(|it| it.is_in_force(now)).cloned().collect())
    }

    fn coming(&self, now: Timestamp) -> Vec<Mute> {
        vec![Mute {
            scope: Scope::All,
            from: now + jiff::SignedDuration::from_hours(8),
            until: now + jiff::SignedDuration::from_hours(17),
            by: By::Declared(QUIET.to_owned()),
            critical_too: false,
            after: After::Digest,
            reason: None,
        }]
    }

    fn set(&self, mute: &Mute) -> Result<(), StoreError> {
        let mut mutes = self.muted();
        mutes.retain(|it| it.scope != mute.scope);
        mutes.push(mute.clone());
        Ok(())
    }

    fn end(&self, mute: &Mute, _: Timestamp) -> Result<(), StoreError> {
        self.muted().retain(|it| it != mute);
        Ok(())
    }

    fn held(&self) -> Result<HeldBack, StoreError> {
        Ok(HeldBack::default())
    }

    fn digest_after(&self, at: Timestamp) -> Option<Timestamp> {
        let zone = TimeZone::get("Europe/Moscow").ok()?;
        next_time(jiff::civil::time(9, 0, 0, 0), &zone, at)
    }
}

/// A Vakhta that is well.
struct Well;

impl Health for Well {
    fn facts(&self) -> HealthFacts {
        let now = super::world::now();
        let ago = |seconds| Some(now - jiff::SignedDuration::from_secs(seconds));
        HealthFacts {
            vitals: Vitals {
                polled: ago(21),
                stream: Stream::Followed,
                stream_since: ago(400_000),
                heard: ago(184),
                settings: ago(7_200),
            },
            waiting: Some((0, None)),
            store: Some((47 << 20, 256 << 20)),
            forgetful: None,
            memory: Some(21 << 20),
        }
    }
}

/// Jobs as a scene wants them.
#[derive(Default)]
pub(crate) struct Board {
    pub(crate) jobs: Mutex<Vec<JobFacts>>,
}

impl Board {
    fn jobs(&self) -> MutexGuard<'_, Vec<JobFacts>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl JobBoard for Board {
    fn facts(&self) -> Vec<JobFacts> {
        self.jobs().clone()
    }

    fn off(&self) -> Vec<OffJob> {
        vec![OffJob { name: "beat".to_owned(), kind: "beat", lacks: "HEARTBEAT_URL" }]
    }

    async fn run_now(&self, name: &str) -> Option<JobFacts> {
        self.jobs().iter().find(|it| it.name == name).cloned()
    }
}
