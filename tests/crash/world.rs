//! A world that goes on while the watch over it is killed again and again: containers fall ill and recover, crash and are
//! started, their owner asks, orders, confirms, and presses twice.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::OWNER;
use super::botapi::{BotApi, Fault, Shown};
use super::dice::Dice;
use super::ground::{Ground, QUICK};
use super::ledger::{self, Tally};
use super::port::Port;
use super::watch::Watch;

/// Heals by itself, as soon as anything is ill, and as often as its budget lets it.
const HEALING: &str = r#"
[[job]]
name = "heal"
run = "heal"
cron = "* * * * * *"
timeout = "1m"
mode = "auto"
cooldown = "20s"
most_a_day = 3

[[rule]]
name = "sickbay"
metric = "containers.unhealthy"
detector = "threshold"
above = 1
back = 0
remedy = "build-cache"
"#;

/// So often a day that heals, as it was declared.
pub(crate) const BUDGET: usize = 3;

/// So long that moment is waited for.
const MOMENT: Duration = Duration::from_secs(5);
/// What goes down sooner after something else belongs to it.
const APART: Duration = Duration::from_secs(36);
/// So long somebody waits for an answer before they ask again.
const WAITS: Duration = Duration::from_secs(7);
/// So long is waited in the end until all is said.
const PEACE: Duration = Duration::from_secs(90);

/// What may go wrong with a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Ill,
    Crashed,
}

/// Something that went wrong.
#[derive(Clone, Debug)]
pub(crate) struct Episode {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) ended: bool,
    /// Whether a card had told it before it was over. What is over sooner may be nothing worth a word.
    pub(crate) told: bool,
}

/// Somebody said yes.
#[derive(Clone, Debug)]
pub(crate) struct Press {
    pub(crate) verb: &'static str,
    pub(crate) name: String,
    /// The question.
    pub(crate) message: i64,
    pub(crate) at: Instant,
    pub(crate) life: usize,
}

/// Where a conversation about one container stands.
enum Stage {
    Idle,
    Asked { verb: &'static str, said: i64, at: Instant },
    Pressed { message: i64, at: Instant, again: bool },
}

/// When a life ends.
#[derive(Clone, Debug)]
pub(crate) enum End {
    /// So many milliseconds after its start.
    After(u64),
    /// So many milliseconds after it first asked for updates, however long that took.
    Awake(u64),
    /// When this is called for.
    Called(&'static str),
    /// When this was done and its answer is on its way.
    Swallowed(&'static str),
    /// When the engine does what it was ordered to.
    Ordered,
    /// So many milliseconds after the owner has written.
    Spoken(u64),
}

/// One life of the binary.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    pub(crate) end: End,
    /// From its start until it asked for updates, if it came to that.
    pub(crate) first_poll: Option<Duration>,
    /// Messages of ours with a lower number are of this life or of an earlier one.
    pub(crate) until: i64,
    pub(crate) log: String,
}

/// Everything that outlives the binary, and what was written down of it.
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) ground: Ground,
    pub(crate) api: BotApi,
    pub(crate) port: Port,
    dice: Dice,
    /// Most lives are no longer than this, in milliseconds.
    life: u64,
    pub(crate) episodes: Vec<Episode>,
    pub(crate) presses: Vec<Press>,
    /// Questions that came, or did not.
    pub(crate) questions: (usize, usize),
    /// What only reads: its word, and in which life it was said.
    pub(crate) readings: Vec<(String, usize)>,
    pub(crate) lives: Vec<Life>,
    hands: Vec<Stage>,
    fresh: [usize; 2],
    crashed: Option<Instant>,
    /// When the owner last asked, and last ordered or answered.
    spoke: [Option<Instant>; 2],
}

/// The owner is no flood: who asks faster is told so, and what comes meanwhile is dropped (`src/gate/allowance.rs`).
const BREATH: [Duration; 2] = [Duration::from_millis(1100), Duration::from_millis(2500)];

const PATIENTS: usize = 60;
const HANDS: usize = 4;

pub(crate) fn patient(number: usize) -> String {
    format!("ill-{number:02}")
}

fn downer(number: usize) -> String {
    format!("down-{number:02}")
}

fn hand(number: usize) -> String {
    format!("hand-{number}")
}

impl World {
    pub(crate) fn new(seed: u64, life: u64) -> Self {
        let (ground, api) = (Ground::new(), BotApi::start());
        let names = (0..PATIENTS).flat_map(|it| [patient(it), downer(it)]).chain((0..HANDS).map(hand));
        let port = Port::at(&ground, &names.collect::<Vec<_>>());
        Self {
            seed,
            ground,
            api,
            port,
            dice: Dice::new(seed),
            life,
            episodes: Vec::new(),
            presses: Vec::new(),
            questions: (0, 0),
            readings: Vec::new(),
            lives: Vec::new(),
            hands: (0..HANDS).map(|_| Stage::Idle).collect(),
            fresh: [0; 2],
            crashed: None,
            spoke: [None; 2],
        }
    }

    /// What is so when it is looked at first is no news. So the first lives end before anything happens: some at once,
    /// while the store is begun, and one that has looked around and written that down.
    pub(crate) async fn begin(&mut self) {
        for _ in 0..3 {
            let long = self.dice.below(150);
            self.live(End::After(long), false).await;
        }
        let watch = self.start();
        while !self.port.is_followed() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        tokio::time::sleep(Duration::from_millis(2500)).await;
        watch.kill().await;
    }

    fn start(&self) -> Watch {
        Watch::start(self.ground.serving_with(&self.api, &format!("{QUICK}{HEALING}")))
    }

    /// How many calls of a method there were.
    async fn called(&self, method: &str) -> usize {
        let count = |calls: &[super::botapi::Call]| calls.iter().filter(|it| it.method == method).count();
        self.api.wait_for(method, |calls| Some(count(calls))).await
    }

    fn end(&mut self) -> End {
        const CALLS: [&str; 6] = [
            "getUpdates",
            "sendMessage",
            "sendPhoto",
            "editMessageText",
            "editMessageCaption",
            "answerCallbackQuery",
        ];
        let life = self.life;
        match self.dice.below(20) {
            0..=1 => End::After(self.dice.below(life)),
            2..=3 => End::After(self.dice.below(120)),
            4..=9 => End::Awake(self.dice.below(life)),
            10 => End::Awake(life + self.dice.below(5 * life)),
            11..=13 => End::Called(self.dice.pick(&CALLS).unwrap_or(&CALLS[0])),
            14..=15 => End::Swallowed(self.dice.pick(&CALLS[1..5]).unwrap_or(&CALLS[1])),
            16..=17 => End::Ordered,
            _ => End::Spoken(self.dice.below(40)),
        }
    }

    /// The binary is started, the world goes on, and it is killed.
    pub(crate) async fn live_and_die(&mut self) {
        let end = self.end();
        self.live(end, true).await;
    }

    async fn live(&mut self, end: End, happens: bool) {
        let polls = self.called("getUpdates").await;
        self.port.takes(Duration::from_millis(self.dice.below(900)));
        if let End::Swallowed(method) = end {
            self.api.fault_next(method, Fault::Drip(Duration::from_secs(600)));
        }
        let already = match end {
            End::Called(method) | End::Swallowed(method) => self.called(method).await,
            End::Ordered => self.port.orders().len(),
            End::After(_) | End::Awake(_) | End::Spoken(_) => 0,
        };
        let until = match end {
            End::After(long) | End::Awake(long) => Duration::from_millis(long),
            End::Spoken(_) => Duration::from_millis(200 + self.dice.below(self.life)),
            End::Called(_) | End::Swallowed(_) | End::Ordered => MOMENT,
        };
        let started = Instant::now();
        let watch = self.start();
        let mut until = until;
        if let End::Awake(_) = end {
            let polled = |calls: &[super::botapi::Call]| {
                (polls < calls.iter().filter(|it| it.method == "getUpdates").count()).then_some(())
            };
            self.api.wait_for("the first poll", polled).await;
            until += started.elapsed();
        }
        loop {
            let left = until.saturating_sub(started.elapsed());
            let pause = Duration::from_millis(15 + self.dice.below(150)).min(left);
            let reached = tokio::time::timeout(pause, reached(&self.api, &self.port, &end, already)).await;
            if reached.is_ok() || until <= started.elapsed() {
                break;
            }
            if happens {
                self.turn();
            }
        }
        match end {
            End::Spoken(long) => {
                self.read();
                tokio::time::sleep(Duration::from_millis(long)).await;
            }
            // A moment later, or at once.
            End::Called(_) | End::Ordered => {
                tokio::time::sleep(Duration::from_millis(self.dice.below(12))).await;
            }
            End::After(_) | End::Awake(_) | End::Swallowed(_) => {}
        }
        let log = watch.log();
        watch.kill().await;
        self.api.heal();
        let first_poll = self
            .api
            .wait_for("the calls", |calls| {
                let poll = calls.iter().filter(|it| it.method == "getUpdates").nth(polls);
                Some(poll.map(|it| it.at.duration_since(started)))
            })
            .await;
        // What it had sent when it died may be acted upon a moment later.
        tokio::time::sleep(Duration::from_millis(20)).await;
        let until = self.api.messages(OWNER).last().map_or(0, |it| it.id) + 1;
        self.lives.push(Life { end, first_poll, until, log });
    }

    /// Something happens, or nothing.
    fn turn(&mut self) {
        match self.dice.below(12) {
            0 | 1 => self.falls_ill(),
            2 => self.recovers(),
            3 => self.crashes(),
            4 | 5 => self.read(),
            6..=9 => self.order(),
            _ => {}
        }
    }

    fn falls_ill(&mut self) {
        let open = self.episodes.iter().filter(|it| it.kind == Kind::Ill && !it.ended).count();
        if open < 3 && self.fresh[0] < PATIENTS {
            let name = patient(self.fresh[0]);
            self.fresh[0] += 1;
            self.port.check(&name, true);
            self.episodes.push(Episode { name, kind: Kind::Ill, ended: false, told: false });
        }
    }

    fn crashes(&mut self) {
        let is_soon = self.crashed.is_some_and(|at| at.elapsed() < APART);
        if !is_soon && self.fresh[1] < PATIENTS {
            let name = downer(self.fresh[1]);
            self.fresh[1] += 1;
            self.crashed = Some(Instant::now());
            self.port.crash(&name);
            self.episodes.push(Episode { name, kind: Kind::Crashed, ended: false, told: false });
        }
    }

    /// What was told ends; sometimes, what was not.
    fn recovers(&mut self) {
        let shown = self.api.messages(OWNER);
        let is_hasty = self.dice.percent(25);
        for episode in self.episodes.iter_mut().filter(|it| !it.ended) {
            episode.told = ledger::tells(&shown, &episode.name);
            if episode.told || is_hasty {
                episode.ended = true;
                match episode.kind {
                    Kind::Ill => self.port.check(&episode.name, false),
                    Kind::Crashed => self.port.revive(&episode.name),
                }
                return;
            }
        }
    }

    /// The owner asks for something that changes nothing, and whose answer is known by its words.
    fn read(&mut self) {
        if !self.has_breath(0) {
            return;
        }
        let word = format!("q{}x", self.readings.len());
        self.api.say(OWNER, OWNER, &format!("/{word}"));
        self.readings.push((word, self.lives.len()));
    }

    /// The owner orders something, or answers the question that came.
    fn order(&mut self) {
        if !self.has_breath(1) {
            return;
        }
        let number = usize::try_from(self.dice.below(HANDS as u64)).unwrap_or_default();
        let name = hand(number);
        let next = match &self.hands[number] {
            Stage::Idle => {
                let verbs: &[&'static str] = if self.port.is_running(&name) {
                    &["restart", "restart", "stop", "kill"]
                } else {
                    &["start"]
                };
                let verb = self.dice.pick(verbs).copied().unwrap_or("restart");
                let said = self.api.say(OWNER, OWNER, &format!("/{verb} {name}"));
                Some(Stage::Asked { verb, said, at: Instant::now() })
            }
            Stage::Asked { verb, said, at } => {
                let (verb, said, at) = (*verb, *said, *at);
                let shown = self.api.messages(OWNER);
                let is_question =
                    |it: &&Shown| said < it.id && it.words.contains(&name) && it.key("Yes").is_some();
                match shown.iter().find(is_question) {
                    Some(question) => {
                        self.questions.0 += 1;
                        self.press(question, verb, &name);
                        Some(Stage::Pressed {
                            message: question.id,
                            at: Instant::now(),
                            again: self.dice.percent(50),
                        })
                    }
                    None if WAITS < at.elapsed() => {
                        self.questions.1 += 1;
                        Some(Stage::Idle)
                    }
                    None => None,
                }
            }
            Stage::Pressed { message, at, again } => {
                let (message, at, again) = (*message, *at, *again);
                let question = self.api.message(OWNER, message);
                let waits = question.filter(|it| it.key("Yes").is_some());
                match waits {
                    Some(question) if again && Duration::from_secs(3) < at.elapsed() => {
                        let verb =
                            self.presses.iter().rev().find(|it| it.message == message).map(|it| it.verb);
                        self.press(&question, verb.unwrap_or("restart"), &name);
                        Some(Stage::Pressed { message, at, again: false })
                    }
                    _ if WAITS < at.elapsed() => Some(Stage::Idle),
                    Some(_) | None => None,
                }
            }
        };
        if let Some(next) = next {
            self.hands[number] = next;
        }
    }

    fn has_breath(&mut self, kind: usize) -> bool {
        let has = self.spoke[kind].is_none_or(|at| BREATH[kind] <= at.elapsed());
        if has {
            self.spoke[kind] = Some(Instant::now());
        }
        has
    }

    /// A finger that trembles now and then.
    fn press(&mut self, question: &Shown, verb: &'static str, name: &str) {
        let key = question.key("Yes").expect("it was looked for");
        for _ in 0..=u64::from(self.dice.percent(30)) {
            self.api.press(OWNER, OWNER, question.id, &key);
        }
        let (name, at, life) = (name.to_owned(), Instant::now(), self.lives.len());
        self.presses.push(Press { verb, name, message: question.id, at, life });
    }

    /// Left in peace until all is said; then the books are compared.
    pub(crate) async fn settle(mut self) -> Tally {
        self.port.takes(Duration::from_millis(100));
        let mut watch = self.start();
        self.read();
        let began = Instant::now();
        loop {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let shown = self.api.messages(OWNER);
            for episode in self.episodes.iter_mut().filter(|it| !it.ended) {
                episode.told = ledger::tells(&shown, &episode.name);
            }
            let is_told = self.episodes.iter().all(|it| it.ended || it.told);
            let is_quiet = self
                .api
                .wait_for("the calls", |calls| {
                    let last = calls.iter().rev().find(|it| it.method != "getUpdates");
                    Some(last.is_none_or(|it| Duration::from_secs(8) < it.at.elapsed()))
                })
                .await;
            if (is_told && is_quiet && ledger::waiting(&self).is_empty()) || PEACE < began.elapsed() {
                break;
            }
        }
        watch.signal(Signal::TERM);
        let log = watch.logged("off watch").await;
        drop(watch);
        self.lives.push(Life { end: End::After(0), first_poll: None, until: i64::MAX, log });
        ledger::compare(&self)
    }
}

/// Until the moment has come.
async fn reached(api: &BotApi, port: &Port, end: &End, already: usize) {
    match end {
        End::After(_) | End::Awake(_) | End::Spoken(_) => std::future::pending().await,
        End::Called(method) | End::Swallowed(method) => {
            let more = |calls: &[super::botapi::Call]| {
                already < calls.iter().filter(|it| it.method == *method).count()
            };
            api.wait_for(method, |calls| more(calls).then_some(())).await;
        }
        End::Ordered => {
            while port.orders().len() <= already {
                tokio::time::sleep(Duration::from_millis(3)).await;
            }
        }
    }
}
