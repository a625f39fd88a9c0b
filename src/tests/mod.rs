//! The whole daemon over fakes: the real commands, jobs, store and postman, a scripted machine, engine and chat, and
//! time that passes as fast as it can.
//!
//! A test says what happens in the world (`bench.busy(0.97)`, `bench.pass(minutes(20))`, `bench.says("/ps")`) and then
//! reads every message that people got, in order, with the time at which it arrived.

mod began;
mod cards;
mod chat;
mod containers;
mod disk;
mod floods;
mod groups;
mod hands;
mod heals;
#[path = "../../fuzz/hostile.rs"]
mod hostile;
mod incidents;
mod journeys;
mod labels;
mod languages;
mod lives;
mod logs;
mod looks;
mod menu;
mod month;
mod moody;
mod mutes;
mod promises;
mod rights;
mod roles;
mod screens;
mod second_way;
mod secrets;
mod simulated;
mod tidy;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use jobs::Ports;
use jobs::declare::BUILT_IN;
use jobs::fakes::{World, scenes};
use jobs::ports::{ContainerState, Cpu, CpuTime, EngineEvent, EventAction, EventStream, Heard, Snapshot};
use jobs::role::Role;
use jobs::{heal, sample};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::Instant;

use crate::app::{Before, DUE, Parts, assemble, theme, tongue};
use crate::clock::Clock;
use crate::command::{About, Lack};
use crate::config::environment::FileText;
use crate::config::{self, Config, Environment, KnownNames, Language, Purpose};
use crate::fallback;
use crate::message::{ChatId, Place, UserId};
use crate::postman::Homes;
use crate::schedule::Due;
use crate::store::{Database, Limits};
use crate::totp;
use crate::transport::TransportError;
use crate::watch::Known;

use self::chat::Chat;
use self::moody::Moody;

/// The one who may speak, unless a test names others; and their chat with us.
const OWNER: i64 = 7;
/// Clock ticks a second on each of two cores, as `/proc/stat` counts them.
const TICKS: f64 = 200.0;

/// Whole minutes.
fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

/// What a test begins with.
struct Setup {
    /// When, in UTC.
    at: &'static str,
    /// The owner's zone: Moscow, three hours ahead, unless a test is about clocks that change.
    zone: &'static str,
    /// Where the store is: in memory, unless a test is about its file.
    store: Option<PathBuf>,
    /// Which of the built-in rules are declared.
    rules: &'static [&'static str],
    /// Which of the built-in jobs are.
    jobs: &'static [&'static str],
    /// What is declared besides, as TOML.
    besides: &'static str,
    /// Who may do everything.
    admitted: &'static [i64],
    /// Who may act, and who may look.
    operators: &'static [i64],
    viewers: &'static [i64],
    /// What takes a code of six digits.
    totp: Option<totp::Setup>,
    /// Where news goes.
    homes: &'static [i64],
    /// Or a topic of a group for alerts, and another one for digests; the owners are those who may do everything.
    topics: Option<[Place; 2]>,
    /// `LOCALE`.
    language: Language,
    /// Whether a watch says that it begins.
    greets: bool,
    /// Where critical news goes while the chat is silent.
    second_way: Option<fallback::Setup>,
    /// What of the set-up is not there.
    lacks: &'static [Lack],
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            at: "2026-11-24T07:00:00Z",
            zone: "Europe/Moscow",
            store: None,
            rules: &["cpu"],
            jobs: &["sample", "evaluate", "heal", "morning"],
            besides: "",
            admitted: &[OWNER],
            operators: &[],
            viewers: &[],
            totp: None,
            homes: &[OWNER],
            topics: None,
            language: Language::Fixed("en"),
            greets: false,
            second_way: None,
            lacks: &[],
        }
    }
}

/// The daemon, and everything around it.
struct Bench {
    world: Arc<World>,
    engine: Arc<Moody>,
    chat: Arc<Chat>,
    database: Database,
    clock: Clock,
    config: Config,
    setup: Setup,
    machine: Machine,
    /// Which boot of the machine it is.
    boot: String,
    /// Everything that was due up to here has been said.
    cursor: Mutex<Timestamp>,
    running: Option<Running>,
}

/// A process: what ends with it.
struct Running {
    sender: mpsc::Sender<Due>,
    /// What its engine says.
    events: mpsc::Sender<Heard>,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Result<(), TransportError>>,
    /// Its tasks that would outlive `ended` when that is killed.
    others: [AbortHandle; 2],
}

/// An engine's events, as a test sends them.
struct Told(mpsc::Receiver<Heard>);

#[async_trait]
impl EventStream for Told {
    async fn next(&mut self) -> Option<Heard> {
        self.0.recv().await
    }
}

/// How full a disk is at a moment, in per cent.
type Fullness = Box<dyn Fn(Timestamp) -> f64 + Send>;

/// What else is different of a look at the machine.
type Touch = Box<dyn Fn(&mut Snapshot) + Send>;

/// How busy the machine is and how full its memory, in thousandths, and the ticks counted so far.
#[derive(Default)]
struct Machine {
    busy: AtomicU64,
    full: AtomicU64,
    /// Its one disk; 40 % of 100 GiB where nobody says otherwise.
    disk: Mutex<Option<Fullness>>,
    /// The last word on each look.
    touch: Mutex<Option<Touch>>,
    counted: Mutex<(Option<Timestamp>, CpuTime)>,
}

impl Machine {
    /// What a look at it shows now.
    fn look(&self, now: Timestamp) -> Snapshot {
        let mut counted = self.counted.lock().expect("whole");
        let (before, time) = &mut *counted;
        let passed = before.map_or(0.0, |it| now.duration_since(it).as_secs_f64()) * TICKS;
        let busy = passed * self.busy.load(Ordering::Relaxed) as f64 / 1000.0;
        time.user += busy as u64;
        time.idle += (passed - busy) as u64;
        *before = Some(now);
        let half = CpuTime { user: time.user / 2, idle: time.idle / 2, ..CpuTime::default() };
        let mut snapshot = scenes::machine(now);
        if let Ok(memory) = &mut snapshot.memory {
            memory.available = memory.total / 1000 * (1000 - self.full.load(Ordering::Relaxed));
        }
        snapshot.cpu = Ok(Cpu { all: *time, cores: vec![half; 2] });
        if let Some(fullness) = &*self.disk.lock().expect("whole") {
            let used = (fullness(now) * scenes::GIB as f64) as u64;
            snapshot.filesystems = Ok(vec![scenes::filesystem("/", used, 100 * scenes::GIB - used)]);
        }
        if let Some(touch) = &*self.touch.lock().expect("whole") {
            touch(&mut snapshot);
        }
        snapshot
    }
}

impl Bench {
    /// The watch begins.
    async fn start(setup: Setup) -> Self {
        let start: Timestamp = setup.at.parse().expect("a moment");
        let began = Instant::now();
        let clock = Clock::new(move || start + began.elapsed());
        let world = World::new();
        let machine = Machine::default();
        machine.busy.store(100, Ordering::Relaxed);
        machine.full.store(250, Ordering::Relaxed);
        let mut bench = Self {
            engine: Arc::new(Moody::new(world.clone(), clock.clone())),
            chat: Arc::new(Chat::new(clock.clone(), setup.zone)),
            database: match &setup.store {
                None => Database::in_memory(Limits::default()),
                Some(directory) => {
                    Database::open(directory, Limits::default(), start).expect("a store").database
                }
            },
            config: declared(&setup),
            cursor: Mutex::new(start),
            running: None,
            world,
            clock,
            setup,
            machine,
            boot: "first".to_owned(),
        };
        bench.begin().await;
        bench
    }

    /// A process begins, over the same store.
    async fn begin(&mut self) {
        let now = self.clock.now();
        *self.cursor.lock().expect("whole") = now;
        self.world.set_snapshot(self.machine.look(now));
        let before = Before::read(&self.database, &self.config.jobs);
        self.database.take_over(now).expect("a store of our own");
        let of = |ids: &[i64], role| ids.iter().map(move |id| (UserId(*id), role)).collect::<Vec<_>>();
        let people = [
            of(self.setup.admitted, Role::Admin),
            of(self.setup.operators, Role::Operator),
            of(self.setup.viewers, Role::Viewer),
        ];
        let watch = assemble(Parts {
            ports: Ports {
                host: self.world.clone(),
                engine: self.engine.clone(),
                store: Arc::new(self.database.clone()),
                latest: Arc::default(),
                beacon: None,
                ward: None,
            },
            database: self.database.clone(),
            about: About {
                host: "web-1".to_owned(),
                boot: Some(self.boot.clone()),
                started: now,
                lacks: Arc::new(self.setup.lacks.to_vec().into()),
                ..About::default()
            },
            transport: self.chat.clone(),
            people: people.concat(),
            totp: self.setup.totp.clone(),
            homes: self.homes(),
            jobs: self.config.jobs.clone(),
            rules: self.config.rules.clone(),
            mutes: self.config.mutes.clone(),
            redactor: self.config.redactor.clone(),
            zone: self.config.settings.zone.clone(),
            tongue: tongue(self.setup.language),
            theme: theme(self.config.settings.is_light),
            clock: self.clock.clone(),
            heartbeat: None,
            off: self.config.off.clone(),
            second_way: self.setup.second_way.clone(),
            former: None,
        });
        let (sender, mut due) = mpsc::channel(DUE);
        let (stop, stopped) = oneshot::channel();
        let mut listener = watch.listen(None);
        watch.learn_rights();
        watch.greet(&before, &self.config.jobs, &watch.known().watcher, self.setup.greets);
        watch.take_up(Vec::new(), &sender).await;
        let carrier = watch.carry(None);
        let (says, told) = mpsc::channel(DUE);
        let mut told = Some(told);
        let events = move |_: &Known| -> Box<dyn EventStream> {
            Box::new(Told(told.take().expect("nobody stumbles here, so it begins once")))
        };
        watch.follow(events, Some(watch.known()), None);
        let others = [listener.abort_handle(), carrier.abort_handle()];
        let ended = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            let ended = watch.stand(&mut listener, &mut due, stopped).await;
            watch.leave(listener, Some(carrier)).await;
            watch.farewell();
            ended
        });
        self.running = Some(Running { sender, events: says, stop, ended, others });
        self.settle().await;
    }

    fn homes(&self) -> Homes {
        let own = |ids: &[i64]| ids.iter().map(|id| Place::chat(ChatId(*id))).collect();
        if self.chat.is_a_terminal() {
            return Homes::own(own(&[0])).and(Homes::kept(&self.database));
        }
        let homes = match self.setup.topics {
            None => Homes::own(own(self.setup.homes)),
            Some([alerts, digests]) => {
                Homes { alerts: vec![alerts], digests: vec![digests], owners: own(self.setup.admitted) }
            }
        };
        homes.keep(&self.database);
        homes
    }

    /// The process ends as SIGTERM ends it; nothing happens for a while; then another begins.
    async fn restart_after(&mut self, pause: Duration) {
        self.restart_at(self.chat.is_a_terminal(), pause).await;
    }

    /// The same, and the other one is at a terminal, or in the chat.
    async fn restart_at(&mut self, terminal: bool, pause: Duration) {
        let running = self.running.take().expect("a process");
        running.stop.send(()).expect("it runs");
        running.ended.await.expect("no panic").expect("it was asked to end");
        self.chat.becomes_a_terminal(terminal);
        tokio::time::sleep(pause).await;
        self.begin().await;
    }

    /// The process dies where it stands; another begins at once.
    async fn die(&mut self) {
        let running = self.running.take().expect("a process");
        running.others.iter().for_each(AbortHandle::abort);
        running.ended.abort();
        running.ended.await.expect_err("it was killed");
        self.begin().await;
    }

    /// Time passes: each job is due whenever its cron says so.
    async fn pass(&self, duration: Duration) {
        self.pass_until(self.clock.now() + duration).await;
    }

    /// The same, up to a moment.
    async fn pass_until(&self, end: Timestamp) {
        loop {
            let cursor = *self.cursor.lock().expect("whole");
            let next =
                |it: &config::PlannedJob| Some((it.cron.next_after(&it.zone, cursor)?, it.job.name.clone()));
            let all: Vec<_> = self.config.jobs.iter().filter_map(next).collect();
            let at = all.iter().map(|it| it.0).min().filter(|at| *at <= end);
            self.sleep_until(at.unwrap_or(end)).await;
            let Some(at) = at else { break };
            *self.cursor.lock().expect("whole") = at;
            self.world.set_snapshot(self.machine.look(self.clock.now()));
            for (_, job) in all.into_iter().filter(|it| it.0 == at) {
                self.running().sender.send(Due { job: job.into(), at }).await.expect("the loop runs");
            }
        }
        self.settle().await;
    }

    async fn sleep_until(&self, at: Timestamp) {
        let left = Duration::try_from(at.duration_since(self.clock.now())).unwrap_or_default();
        tokio::time::sleep(left).await;
    }

    /// Whatever can happen without time passing happens. Time is paused, so this ends only when all else waits.
    async fn settle(&self) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("a process")
    }

    /// How much of the processors' time is used from now on: 0 to 1.
    fn busy(&self, share: f64) {
        self.machine.busy.store((share * 1000.0) as u64, Ordering::Relaxed);
    }

    /// How much of the memory is used from now on: 0 to 1.
    fn full(&self, share: f64) {
        self.machine.full.store((share * 1000.0) as u64, Ordering::Relaxed);
    }

    /// How full the disk is from now on, in per cent.
    fn disk(&self, fullness: impl Fn(Timestamp) -> f64 + Send + 'static) {
        *self.machine.disk.lock().expect("whole") = Some(Box::new(fullness));
    }

    /// The engine's events go on so.
    async fn engine_says(&self, heard: Heard) {
        self.running().events.send(heard).await.expect("somebody follows");
        self.settle().await;
    }

    /// Something happens to a container, as the engine tells it.
    async fn happens(&self, name: &str, action: EventAction) {
        self.engine_says(Heard::Event(self.event(name, action))).await;
    }

    /// The engine's word for it.
    fn event(&self, name: &str, action: EventAction) -> EngineEvent {
        let container = scenes::container(name, ContainerState::Running);
        EngineEvent {
            at: self.clock.now(),
            action,
            id: container.id,
            name: container.name,
            image: container.image,
            project: None,
            service: None,
            labels: Vec::new(),
        }
    }

    /// The owner writes.
    async fn says(&self, text: &str) {
        self.hears(OWNER, OWNER, None, text).await;
    }

    /// Somebody writes, somewhere.
    async fn hears(&self, from: i64, chat: i64, language: Option<&str>, text: &str) {
        self.chat.write(from, chat, language, text);
        self.settle().await;
    }

    /// The owner presses the newest button of that label.
    async fn presses(&self, label: &str) {
        self.chat.press(OWNER, OWNER, label);
        self.settle().await;
    }

    /// Every message since this was asked last, of all chats, with the time in the owner's zone.
    fn said(&self) -> Vec<String> {
        self.chat.take(None)
    }

    /// The same, of one place: a topic, or a chat outside of its topics.
    fn said_in(&self, place: Place) -> Vec<String> {
        self.chat.take_where(|it| it == place)
    }

    /// The same, of one chat.
    fn said_to(&self, chat: i64) -> Vec<String> {
        self.chat.take(Some(ChatId(chat)))
    }
}

/// The built-in declaration, with these of its rules and jobs and what is declared besides, as the settings of a desk.
fn declared(setup: &Setup) -> Config {
    let metrics: Vec<&str> = sample::METRICS.iter().map(|it| it.id).collect();
    let remedies: Vec<&str> = heal::remedy_names().collect();
    let variables = [("TZ", setup.zone), ("VAKHTA_CONFIG", "/declared.toml")];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let text = format!("{BUILT_IN}\n{}", setup.besides);
    let read = move |path: &Path| match path.to_str() {
        Some("/declared.toml") => Ok(FileText { bytes: text.clone().into_bytes(), mode: None }),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    };
    let environment = Environment::new(variables, Box::new(read));
    let known = KnownNames { metrics: &metrics, remedies: &remedies, commands: &[], languages: &[] };
    let mut config = config::check(&environment, known, Purpose::Local).unwrap_or_else(|it| panic!("{it}"));
    config.rules.retain(|it| setup.rules.contains(&it.name.as_str()));
    config.jobs.retain(|it| setup.jobs.contains(&it.job.name.as_str()));
    assert_eq!(config.rules.len(), setup.rules.len(), "a rule that is not built in");
    assert_eq!(config.jobs.len(), setup.jobs.len(), "a job that is not built in");
    config
}
