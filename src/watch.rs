//! Follows what happens to containers, and tells what a person should know of it.

mod known;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::notice::Notice;
use jobs::ports::{Engine, EngineError, EventStream, Heard, LogQuery};
use jobs::verdict::{ContainerVerdict, End, EngineVerdict, Finding, Topology, Verdict, Watcher};
use tokio::time::timeout;

use crate::clock::Clock;
use crate::postman::Postman;
use crate::redact::{Block, Redactor};
use crate::store::{Database, Fact};
use crate::vitals::{Pulse, Stream};

use self::known::Record;
pub use self::known::{Known, memory};

/// How long the engine may take to say more of a container that has ended: events wait meanwhile.
const MORE: Duration = Duration::from_secs(3);
/// So many lines of a log go with a crash.
const LOG_LINES: u32 = 5;
/// So many more are looked at, for a private key may have begun in them.
const BEFORE: u32 = 80;
/// And so much of each.
const LOG_LETTERS: usize = 200;
/// An engine that took too long is not asked again for so long: forty questions would hold back forty words.
const REST: SignedDuration = SignedDuration::from_secs(30);
/// How often to look at the clock when nothing is waited for.
const IDLE: Duration = Duration::from_secs(3600);
/// News of containers is written down so often at most: what happens within one such time is written together.
const PACE: SignedDuration = SignedDuration::from_secs(1);

/// Which container needs which, as of the newest word of the engine. Its lock is never held across an await.
pub type Map = Arc<RwLock<Topology>>;

/// What following needs.
#[derive(Clone)]
pub struct Follower {
    /// To be asked for more.
    pub engine: Arc<dyn Engine>,
    /// To whom it is told.
    pub postman: Arc<Postman>,
    /// Where it is kept.
    pub database: Database,
    /// What time it is.
    pub clock: Clock,
    /// Which boot of the machine this is, where that is known.
    pub boot: Option<String>,
    /// What is brought up to date on the way.
    pub map: Map,
    /// Where it is said how it goes.
    pub pulse: Arc<Pulse>,
    /// What must not leave with the last words of a container.
    pub redactor: Arc<Redactor>,
}

impl Follower {
    /// Follows until dropped, or until nothing more can come. `events` begin where `known` ends, as far as the engine
    /// still has them.
    pub async fn follow(self, mut events: Box<dyn EventStream>, known: Known) {
        let mut record = Record::new(self.database.clone(), self.boot.clone());
        let postman = self.postman.clone();
        let (engine, redactor) = (self.engine.clone(), self.redactor.clone());
        let mut asking = Asking { engine, redactor, postman, silent: None };
        let Known { mut watcher, untold } = known;
        let facts = Record::remaining(&untold);
        self.tell(untold, facts).await;
        if let Some(own) = self.engine.own_container().await {
            watcher.is_us(own);
        }
        let (mut verdicts, mut told): (Vec<Verdict>, Option<Timestamp>) = (Vec::new(), None);
        loop {
            let now = self.clock.now();
            let written = match told {
                Some(told) if !verdicts.is_empty() => Some(later(told, PACE)),
                _ if !verdicts.is_empty() => Some(now),
                _ => record.due(now),
            };
            let due = watcher.next().into_iter().chain(written).min();
            let left =
                due.map_or(IDLE, |due| Duration::try_from(due.duration_since(now)).unwrap_or_default());
            let heard = tokio::select! {
                heard = events.next() => match heard {
                    Some(heard) => Some(heard),
                    None => {
                        tracing::error!(remedy = "start Vakhta again, and report it", "nobody follows the engine's events any more");
                        return;
                    }
                },
                () = tokio::time::sleep(left.min(IDLE)) => None,
            };
            let now = self.clock.now();
            if let Some(heard) = heard {
                record.changed();
                verdicts.extend(self.take_in(heard, &mut watcher, now));
            }
            let was_unsettled = watcher.is_unsettled();
            verdicts.extend(watcher.tick(now));
            // Time alone settles it, and healing waits for that.
            if was_unsettled != watcher.is_unsettled() {
                record.changed();
            }
            if !verdicts.is_empty() {
                if told.is_some_and(|it| it <= now && now < later(it, PACE)) {
                    continue;
                }
                let notices = asking.notices(std::mem::take(&mut verdicts), now).await;
                if !notices.is_empty() {
                    told = Some(now);
                    let facts = record.facts(&mut watcher, &notices, now);
                    self.tell(notices, facts).await;
                    continue;
                }
                record.changed();
            }
            if record.due(now).is_some_and(|due| due <= now) {
                record.write(&mut watcher, now);
            }
        }
    }

    fn take_in(&self, heard: Heard, watcher: &mut Watcher, now: Timestamp) -> Vec<Verdict> {
        match heard {
            Heard::Event(event) => {
                self.pulse.heard(now);
                self.pulse.stream(Stream::Followed, now);
                self.map.write().unwrap_or_else(PoisonError::into_inner).heard(&event);
                watcher.heard(&event, now)
            }
            Heard::Listed(list) => {
                self.pulse.heard(now);
                // Where the stream is forbidden, lists come all the same.
                let before = self.pulse.vitals().stream;
                if !matches!(before, Stream::Forbidden(_)) {
                    self.pulse.stream(Stream::Followed, now);
                }
                if matches!(before, Stream::Lost(_)) {
                    tracing::info!(containers = list.len(), "the engine's events are followed again");
                }
                *self.map.write().unwrap_or_else(PoisonError::into_inner) = Topology::from(&list[..]);
                watcher.reconcile(&list, now)
            }
            Heard::Lost(why) => {
                tracing::info!(why, "the engine's events cannot be followed; trying again quietly");
                self.pulse.stream(Stream::Lost(why), now);
                watcher.lost(now);
                Vec::new()
            }
            Heard::Forbidden(why) => {
                tracing::warn!(
                    why,
                    "the engine's events may not be read; its containers are compared instead"
                );
                self.pulse.stream(Stream::Forbidden(why), now);
                Vec::new()
            }
            Heard::Ours(container) => {
                watcher.acted(&container, now);
                Vec::new()
            }
            Heard::Withdrawn(container) => {
                watcher.withdrew(&container);
                Vec::new()
            }
        }
    }

    /// Each with its own facts.
    async fn tell(&self, notices: Vec<Notice>, facts: Vec<Vec<Fact>>) {
        for (notice, facts) in notices.into_iter().zip(facts) {
            self.postman.tell_along(notice, &facts).await;
        }
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}

/// The engine, asked for more of what has happened, as long as that costs little.
struct Asking {
    engine: Arc<dyn Engine>,
    redactor: Arc<Redactor>,
    /// Who remembers what is no news.
    postman: Arc<Postman>,
    /// When it last took too long.
    silent: Option<Timestamp>,
}

impl Asking {
    /// What of it is to be told; all of it is in the log.
    async fn notices(&mut self, verdicts: Vec<Verdict>, now: Timestamp) -> Vec<Notice> {
        let mut notices = Vec::new();
        for verdict in verdicts {
            let verdict = match verdict {
                Verdict::Container(it) => Verdict::Container(self.known(it, now).await),
                engine => engine,
            };
            note(&verdict);
            if !verdict.is_news() {
                self.postman.note(&verdict);
            }
            if !verdict.is_news() && !ends_trouble(&verdict) {
                continue;
            }
            let log = match &verdict {
                Verdict::Container(it) if tells_by_log(&it.finding) => self.last_lines(it, now).await,
                _ => Vec::new(),
            };
            notices.push(Notice::Container { verdict, log });
        }
        notices
    }

    /// An end by SIGKILL that nobody asked for may have been for want of memory, and `inspect` knows; it also knows when
    /// something ended that nobody saw.
    async fn known(&mut self, verdict: ContainerVerdict, now: Timestamp) -> ContainerVerdict {
        const SIGKILLED: i64 = 137;
        let is_asked = matches!(
            verdict.finding,
            Finding::Ended { exit: Some(SIGKILLED), excused: false, .. } | Finding::Slipped { .. }
        );
        let is_undated = verdict.unseen && verdict.is_news();
        if !(is_asked || is_undated) {
            return verdict;
        }
        let engine = self.engine.clone();
        match self.answer(engine.inspect(&verdict.who.id), now).await {
            Some(detail) => verdict.knowing(&detail),
            None => verdict,
        }
    }

    async fn last_lines(&mut self, verdict: &ContainerVerdict, now: Timestamp) -> Vec<String> {
        let query = LogQuery { tail: LOG_LINES + BEFORE, since: None, until: None };
        let engine = self.engine.clone();
        let log = self.answer(engine.logs(&verdict.who.id, &query), now).await.unwrap_or_default();
        let last = log.lines.len().saturating_sub(LOG_LINES as usize);
        let mut block = Block::default();
        // Struck out before it is cut: half a secret looks like none.
        let lines = log.lines.iter().map(|it| self.redactor.line(&mut block, &it.text));
        let lines = lines.skip(last).map(|it| it.chars().take(LOG_LETTERS).collect::<String>());
        lines.filter(|it| !it.trim().is_empty()).collect()
    }

    async fn answer<T>(
        &mut self,
        question: impl Future<Output = Result<T, EngineError>>,
        now: Timestamp,
    ) -> Option<T> {
        if self.silent.is_some_and(|at| now.duration_since(at) < REST) {
            return None;
        }
        match timeout(MORE, question).await {
            Ok(answer) => {
                answer.inspect_err(|error| tracing::debug!(%error, "no more is known of a verdict")).ok()
            }
            Err(_) => {
                tracing::warn!("the engine does not answer: verdicts go without their logs for a while");
                self.silent = Some(now);
                None
            }
        }
    }
}

/// Whether it may be the end of what people were told is wrong.
fn ends_trouble(verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Container(it) => it.finding.ends_trouble(),
        Verdict::Engine(_) => false,
    }
}

/// Whether the last words of a container may say why.
fn tells_by_log(finding: &Finding) -> bool {
    matches!(
        finding,
        Finding::Crashed { .. }
            | Finding::CrashLoop { .. }
            | Finding::Unhealthy { .. }
            | Finding::OutOfMemory { end: End::Died { .. }, .. }
    )
}

fn note(verdict: &Verdict) {
    let told = verdict.is_news();
    match verdict {
        Verdict::Container(it) => {
            let ContainerVerdict { at, who, finding, unseen } = it;
            tracing::info!(%at, container = who.name, id = who.id.get(..12), ?finding, unseen, told, "verdict");
        }
        Verdict::Engine(EngineVerdict::Lost { since, running }) => {
            tracing::warn!(%since, running, "the engine is away");
        }
        Verdict::Engine(EngineVerdict::Returned { since, away, running, down }) => {
            tracing::info!(%since, ?away, running, ?down, "the engine was away and is back");
        }
        Verdict::Engine(EngineVerdict::Passed { since, rebooted, running, down }) => {
            tracing::warn!(%since, rebooted, running, ?down, "the engine was started anew while nobody looked");
        }
    }
}
