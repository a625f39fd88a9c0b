//! `GET /events`, followed for as long as anybody listens.
//!
//! The stream lies by omission: an engine keeps 256 events for those who come back, a proxy may drop a line without a
//! word, and what an engine did while it was away it tells nobody. So it is asked for since the last one seen, what
//! comes twice is given once, and a whole list follows every connection and every few minutes.

mod event;
mod memory;
#[cfg(any(test, fuzzing))]
pub(super) mod promises;
#[cfg(test)]
mod recorded;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::BodyExt as _;
use hyper::Method;
use hyper::Response;
use hyper::body::{Bytes, Incoming};
use hyper::header::DATE;
use jiff::Timestamp;
use jobs::ports::{Engine as _, EngineError, EngineEvent, EventStream, Heard};
use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::fault::Fault;
use super::{Docker, log};
use memory::Memory;

/// So many things may wait to be listened to; then the engine waits.
const DEPTH: usize = 256;

/// So many events are told of a stretch of time; the newest.
const HAPPENED_MOST: usize = 2000;

/// How often the engine is asked.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Between two attempts to reach it: 1 s, then twice as long each time.
    pub again: Duration,
    /// At most: 60 s.
    pub again_most: Duration,
    /// Between two whole lists: 5 min. A stream that was silent for as long is opened anew, for it may be dead.
    pub list: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            again: Duration::from_secs(1),
            again_most: Duration::from_secs(60),
            list: Duration::from_secs(5 * 60),
        }
    }
}

/// What an engine has to say. Followed until dropped.
pub struct Events {
    heard: mpsc::Receiver<Heard>,
    task: JoinHandle<()>,
}

#[async_trait]
impl EventStream for Events {
    async fn next(&mut self) -> Option<Heard> {
        self.heard.recv().await
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Begins to follow: now, or where an earlier process left off.
pub(super) fn follow(docker: Arc<Docker>, pace: Pace, since: Option<Timestamp>) -> Events {
    let (sender, heard) = mpsc::channel(DEPTH);
    let orders = docker.orders.subscribe();
    let follower = Follower { docker, pace, sender, orders, memory: Memory::since(since) };
    Events { heard, task: tokio::spawn(follower.run()) }
}

/// Why a stretch of following ended.
enum End {
    /// Nothing was heard for long; it may be dead.
    Silent,
    /// It broke off, after so long.
    Broken(String, Duration),
    /// It could not be opened.
    Unopened(EngineError),
    /// Nobody listens any more.
    Unheard,
}

impl From<mpsc::error::SendError<Heard>> for End {
    fn from(_: mpsc::error::SendError<Heard>) -> Self {
        Self::Unheard
    }
}

struct Follower {
    docker: Arc<Docker>,
    pace: Pace,
    sender: mpsc::Sender<Heard>,
    orders: broadcast::Receiver<Heard>,
    memory: Memory,
}

impl Follower {
    async fn run(mut self) {
        let (mut failures, mut told) = (0_u32, None);
        loop {
            let end = match self.open().await {
                Ok(response) => {
                    told = None;
                    self.listen(response).await
                }
                Err(end) => end,
            };
            let news = match end {
                End::Unheard => return,
                End::Silent => {
                    failures = 0;
                    continue;
                }
                End::Broken(why, lasted) => {
                    failures = if self.pace.again <= lasted { 0 } else { failures + 1 };
                    Heard::Lost(why)
                }
                End::Unopened(EngineError::Refused(why)) => {
                    failures += 1;
                    // Without its stream, the engine can still be looked at.
                    if let Ok(list) = self.docker.containers().await
                        && self.sender.send(Heard::Listed(list)).await.is_err()
                    {
                        return;
                    }
                    Heard::Forbidden(why)
                }
                End::Unopened(error) => {
                    failures += 1;
                    Heard::Lost(error.to_string())
                }
            };
            let kind = Some(matches!(news, Heard::Lost(_)));
            if std::mem::replace(&mut told, kind) != kind && self.sender.send(news).await.is_err() {
                return;
            }
            sleep(self.pause(failures)).await;
        }
    }

    /// Nothing before the first attempt: most streams break for a reason that is over.
    fn pause(&self, failures: u32) -> Duration {
        match failures.checked_sub(1) {
            None => Duration::ZERO,
            Some(more) => self.pace.again.saturating_mul(1 << more.min(16)).min(self.pace.again_most),
        }
    }

    /// Opens the stream, and then asks for the list, so that nothing falls between the two.
    async fn open(&mut self) -> Result<Response<Incoming>, End> {
        let docker = Arc::clone(&self.docker);
        let path = path(self.memory.last);
        let nothing = Bytes::new();
        let response = docker
            .within(
                docker.timings.read,
                || "following the engine's events".to_owned(),
                docker.wire.send(&Method::GET, &path, &nothing),
            )
            .await
            .map_err(|fault| End::Unopened(fault.plain()))?;
        self.memory.begin();
        // Where nothing has been seen yet, the engine's own clock says from when on to ask the next time.
        self.memory.last = self.memory.last.or_else(|| engine_time(&response));
        self.orders = self.orders.resubscribe();
        self.list().await?;
        Ok(response)
    }

    async fn list(&self) -> Result<(), End> {
        let list = self.docker.containers().await.map_err(End::Unopened)?;
        Ok(self.sender.send(Heard::Listed(list)).await?)
    }

    async fn listen(&mut self, response: Response<Incoming>) -> End {
        let begun = Instant::now();
        let mut body = response.into_body();
        let mut list_at = begun + self.pace.list;
        let mut silent = true;
        loop {
            let sent = tokio::select! {
                biased;
                // Before the stream: what we are about to do is known before the engine says that it was done.
                Ok(order) = self.orders.recv() => self.sender.send(order).await,
                frame = body.frame() => {
                    let piece = match frame {
                        Some(Ok(frame)) => frame.into_data().unwrap_or_default(),
                        Some(Err(error)) => return End::Broken(format!("the stream broke off: {error}"), begun.elapsed()),
                        None => return End::Broken("the stream ended".to_owned(), begun.elapsed()),
                    };
                    silent &= piece.is_empty();
                    self.hand_on(&piece).await
                }
                () = sleep_until(list_at) => {
                    if silent {
                        return End::Silent;
                    }
                    (silent, list_at) = (true, Instant::now() + self.pace.list);
                    match self.list().await {
                        Ok(()) => Ok(()),
                        Err(End::Unopened(error)) => return End::Broken(error.to_string(), begun.elapsed()),
                        Err(end) => return end,
                    }
                }
            };
            if sent.is_err() {
                return End::Unheard;
            }
        }
    }

    async fn hand_on(&mut self, piece: &[u8]) -> Result<(), mpsc::error::SendError<Heard>> {
        for event in self.memory.read(piece) {
            self.sender.send(Heard::Event(event)).await?;
        }
        Ok(())
    }
}

/// What happened between two moments, as far as the engine remembers.
pub(super) async fn happened(
    docker: &Docker,
    since: Timestamp,
    until: Timestamp,
) -> Result<Vec<EngineEvent>, EngineError> {
    let nothing = Bytes::new();
    let call = async {
        // Asked for a time that is over, Podman tells nothing of what its file remembers; it is asked to end by itself,
        // which Docker does not know how to.
        let is_podman = docker.wire.version().await.is_ok_and(|it| it.is_podman());
        let end =
            if is_podman { "stream=false".to_owned() } else { format!("until={}", log::seconds(until)) };
        let path = format!("{}&{end}", path(Some(since)));
        docker.wire.send(&Method::GET, &path, &nothing).await
    };
    let doing = || "asking what happened".to_owned();
    let response = docker.within(docker.timings.read, doing, call).await.map_err(Fault::plain)?;
    // By its own clock the engine may be before `until`. It then says at once what it remembers, and waits.
    let will_wait = engine_time(&response).is_some_and(|it| it < until);
    let mut body = response.into_body();
    let (mut memory, mut events) = (Memory::default(), VecDeque::new());
    let end = Instant::now() + docker.timings.read;
    loop {
        let piece = match timeout_at(end, body.frame()).await {
            Ok(None) => break,
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            Ok(Some(Err(_))) => {
                return Err(EngineError::Garbled("what happened broke off in the middle".to_owned()));
            }
            Err(_) if will_wait => break,
            Err(_) => return Err(EngineError::Unanswered("what happened stopped coming".to_owned())),
        };
        for event in memory.read(&piece).into_iter().filter(|it| it.at <= until) {
            events.push_back(event);
            if HAPPENED_MOST < events.len() {
                events.pop_front();
            }
        }
    }
    let mut events = Vec::from(events);
    events.sort_by_key(|it| it.at);
    Ok(events)
}

/// Of containers only; health checks cannot be left out by name without leaving out what another dialect calls so.
fn path(since: Option<Timestamp>) -> String {
    let mut path = "/events?filters=%7B%22type%22%3A%5B%22container%22%5D%7D".to_owned();
    if let Some(since) = since {
        path.push_str(&format!("&since={}", log::seconds(since)));
    }
    path
}

fn engine_time(response: &Response<Incoming>) -> Option<Timestamp> {
    let date = response.headers().get(DATE)?.to_str().ok()?;
    jiff::fmt::rfc2822::parse(date).ok().map(|it| it.timestamp())
}
