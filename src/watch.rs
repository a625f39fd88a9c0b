//! Follows what happens to containers, and tells what a person should know of it.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::notice::Notice;
use jobs::ports::{Engine, EngineError, EventStream, Heard, LogQuery};
use jobs::verdict::{ContainerVerdict, End, EngineVerdict, Finding, Verdict, Watcher};
use tokio::time::timeout;

use crate::clock::Clock;
use crate::postman::Postman;

/// How long the engine may take to say more of a container that has ended: events wait meanwhile.
const MORE: Duration = Duration::from_secs(3);
/// So many lines of a log go with a crash.
const LOG_LINES: u32 = 5;
/// And so much of each.
const LOG_LETTERS: usize = 200;
/// An engine that took too long is not asked again for so long: forty questions would hold back forty words.
const REST: SignedDuration = SignedDuration::from_secs(30);
/// How often to look at the clock when nothing is waited for.
const IDLE: Duration = Duration::from_secs(3600);

/// Follows until dropped, or until nothing more can come.
pub async fn follow(
    mut events: Box<dyn EventStream>,
    engine: Arc<dyn Engine>,
    postman: Arc<Postman>,
    clock: Clock,
) {
    let mut asking = Asking { engine, postman: postman.clone(), silent: None };
    let mut watcher = Watcher::new();
    let mut lost = false;
    loop {
        let left = watcher.next().map_or(IDLE, |due| {
            Duration::try_from(due.duration_since(clock.now())).unwrap_or_default().min(IDLE)
        });
        let heard = tokio::select! {
            heard = events.next() => match heard {
                Some(heard) => Some(heard),
                None => {
                    tracing::error!("nobody follows the engine's events any more");
                    return;
                }
            },
            () = tokio::time::sleep(left) => None,
        };
        let now = clock.now();
        let mut verdicts = match heard {
            Some(Heard::Event(event)) => watcher.heard(&event, now),
            Some(Heard::Listed(list)) => {
                if std::mem::take(&mut lost) {
                    tracing::info!(containers = list.len(), "the engine's events are followed again");
                }
                watcher.reconcile(&list, now)
            }
            Some(Heard::Lost(why)) => {
                tracing::info!(why, "the engine's events cannot be followed; trying again quietly");
                lost = true;
                watcher.lost(now);
                Vec::new()
            }
            Some(Heard::Forbidden(why)) => {
                tracing::warn!(
                    why,
                    "the engine's events may not be read; its containers are compared instead"
                );
                Vec::new()
            }
            Some(Heard::Ours(container)) => {
                watcher.acted(&container, now);
                Vec::new()
            }
            None => Vec::new(),
        };
        verdicts.extend(watcher.tick(now));
        if !verdicts.is_empty() {
            let notices = asking.notices(verdicts, now).await;
            postman.tell(notices).await;
        }
    }
}

/// The engine, asked for more of what has happened, as long as that costs little.
struct Asking {
    engine: Arc<dyn Engine>,
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

    /// An end by SIGKILL that nobody asked for may have been for want of memory, and `inspect` knows.
    async fn known(&mut self, verdict: ContainerVerdict, now: Timestamp) -> ContainerVerdict {
        const SIGKILLED: i64 = 137;
        if !matches!(verdict.finding, Finding::Ended { exit: Some(SIGKILLED), excused: false, .. }) {
            return verdict;
        }
        let engine = self.engine.clone();
        match self.answer(engine.inspect(&verdict.who.id), now).await {
            Some(detail) => verdict.knowing(&detail),
            None => verdict,
        }
    }

    async fn last_lines(&mut self, verdict: &ContainerVerdict, now: Timestamp) -> Vec<String> {
        let query = LogQuery { tail: LOG_LINES, since: None, until: None };
        let engine = self.engine.clone();
        let log = self.answer(engine.logs(&verdict.who.id, &query), now).await.unwrap_or_default();
        let lines = log.lines.into_iter().map(|it| it.text.chars().take(LOG_LETTERS).collect::<String>());
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
            let ContainerVerdict { at, who, finding } = it;
            tracing::info!(%at, container = who.name, id = who.id.get(..12), ?finding, told, "verdict");
        }
        Verdict::Engine(EngineVerdict::Lost { since, running }) => {
            tracing::warn!(%since, running, "the engine is away");
        }
        Verdict::Engine(EngineVerdict::Returned { since, away, running, down }) => {
            tracing::info!(%since, ?away, running, ?down, "the engine was away and is back");
        }
    }
}
