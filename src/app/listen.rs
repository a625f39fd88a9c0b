//! The ear of the watch: hears what people do, hands it on, and hears again.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::notice::{House, Notice};
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::dispatch::Handled;
use crate::heartbeat::Heartbeat;
use crate::message::{Heard, Incoming};
use crate::outbox::back_off;
use crate::transport::{Transport, TransportError};
use crate::vitals::Pulse;

use super::assemble::{Crewed, OnDuty};
use super::owed::Owed;

/// What listening needs.
#[derive(Clone)]
pub(super) struct Ear {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) duty: OnDuty,
    pub(super) heartbeat: Option<Arc<Heartbeat>>,
    pub(super) pulse: Arc<Pulse>,
    pub(super) clock: Clock,
    pub(super) tasks: TaskTracker,
    /// What was heard and has no answer yet, where that is kept.
    pub(super) owed: Option<Arc<Owed>>,
}

/// Between two polls that both found another poller: 5 s at first, 60 s at most.
const CONFLICT: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(60));

/// Two pollers take the word from each other time and again: the owner hears of it so often at most.
const CONFLICT_TOLD: SignedDuration = SignedDuration::from_hours(6);

/// Deaf for longer than this nobody makes us, whatever number the server asks for.
const LONGEST_DEAFNESS: Duration = Duration::from_secs(60 * 60);

/// What was said longer ago was said while nobody heard.
const LATE: SignedDuration = SignedDuration::from_secs(60);

/// A batch of so many may not be all of a backlog: the server hands over a hundred at a time.
const MANY: usize = 50;

/// What of a backlog was handed on. Whoever has asked the same ten times while nobody heard is answered once, and a
/// command that changes something asks once whether it is still meant.
#[derive(Default)]
struct Backlog(HashSet<u64>);

impl Backlog {
    /// A batch without what was said in it, or in the one before it, in the same words; and what that was.
    fn once(&mut self, batch: Vec<Incoming>, now: Timestamp) -> (Vec<Incoming>, Vec<Incoming>) {
        let is_part = MANY <= batch.len();
        let parted = batch.into_iter().partition(|it| match &it.heard {
            Heard::Said { text, .. } if LATE < now.duration_since(it.at) => {
                let mut words = DefaultHasher::new();
                (it.from.0, it.place.chat.0, it.place.thread, text.trim()).hash(&mut words);
                self.0.insert(words.finish())
            }
            Heard::Said { .. } | Heard::Pressed { .. } => true,
        });
        if !is_part {
            self.0.clear();
        }
        parted
    }
}

/// Listens for ever, through every watch that relieves another; a task of its own, since a poll that is dropped half-way
/// would lose what it heard.
///
/// # Errors
/// What makes listening pointless: a wrong token, a closed terminal.
pub(super) async fn listen(ear: Ear) -> Result<(), TransportError> {
    let mut failures = 0;
    let mut conflicts = 0_u32;
    let mut told: Option<Timestamp> = None;
    let mut backlog = Backlog::default();
    loop {
        match ear.transport.receive().await {
            Ok(batch) => {
                if 0 < failures {
                    tracing::info!(failures, "the chat answers again");
                    if let Some(crewed) = ear.duty.now() {
                        crewed.postman.hasten(None);
                    }
                }
                (failures, conflicts) = (0, 0);
                ear.pulse.polled(ear.clock.now());
                let (batch, repeated) = backlog.once(batch, ear.clock.now());
                for (owed, incoming) in ear.owed.iter().flat_map(|it| repeated.iter().map(move |of| (it, of)))
                {
                    owed.answered(incoming);
                }
                for incoming in batch {
                    hand_on(&ear, incoming).await;
                }
                // Whoever asked goes before a file.
                tokio::task::yield_now().await;
                if let Some(heartbeat) = &ear.heartbeat {
                    heartbeat.polled(ear.clock.now());
                }
            }
            Err(error @ (TransportError::Fatal(_) | TransportError::Ended)) => return Err(error),
            Err(TransportError::Conflict(why)) => {
                let now = ear.clock.now();
                tracing::warn!(why, "another program polls with the same token");
                if told.is_none_or(|at| CONFLICT_TOLD <= now.duration_since(at)) {
                    told = Some(now);
                    ear.duty.tell(vec![Notice::House(House::TwoPollers)]).await;
                }
                conflicts += 1;
                tokio::time::sleep((CONFLICT.0 * conflicts).min(CONFLICT.1)).await;
            }
            Err(error) => {
                failures += 1;
                let asked = match &error {
                    TransportError::Passing { after, .. } => *after,
                    _ => None,
                };
                let wait = asked.map_or_else(|| back_off(failures), |it| it.min(LONGEST_DEAFNESS));
                tracing::warn!(%error, ?wait, failures, "the chat does not answer");
                tokio::time::sleep(wait).await;
            }
        }
    }
}

/// Answers in a task of its own, so that a slow answer keeps nobody waiting; at a prompt, one after the other.
pub(super) async fn hand_on(ear: &Ear, incoming: Incoming) {
    let Some(Crewed { dispatcher, postman, ending }) = ear.duty.now() else { return };
    let owed = ear.owed.clone();
    let (now, chat) = (ear.clock.now(), incoming.place.chat);
    let answer = async move {
        let Handled { report, panel, is_stranger } = dispatcher.handle(&incoming, now).await;
        if let Some(owed) = owed {
            owed.answered(&incoming);
        }
        if let Some(report) = report {
            postman.tell(vec![Notice::House(report)]).await;
        }
        if is_stranger {
            return;
        }
        // Whoever writes to us can be written to: what waited for a closed chat may go now.
        postman.hasten(Some(chat));
        if let Some(panel) = panel {
            ending.run_until_cancelled(dispatcher.keep_fresh(panel)).await;
        }
    };
    if ear.transport.in_turn() {
        answer.await;
    } else {
        ear.tasks.spawn(answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{ChatId, MessageId, Place, UserId};

    #[test]
    fn of_a_backlog_the_same_words_are_heard_once_and_what_is_new_is_heard_each_time() {
        let now = Timestamp::from_second(1_000_000).expect("a time");
        let said = |from: i64, ago: i64, text: &str| Incoming {
            from: UserId(from),
            language: None,
            place: Place::chat(ChatId(7)),
            group: false,
            at: now - SignedDuration::from_secs(ago),
            heard: Heard::Said { text: text.to_owned(), message: MessageId(1) },
        };
        let mut backlog = Backlog::default();
        let mut check = |batch: Vec<Incoming>, expected: usize| {
            assert_eq!(backlog.once(batch, now).0.len(), expected);
        };
        check(vec![said(1, 90, "/ps"), said(1, 80, " /ps "), said(2, 80, "/ps"), said(1, 70, "/cpu")], 3);
        check(vec![said(1, 5, "/ps"), said(1, 4, "/ps")], 2);
        // A clock that is wrong makes everything late: what is said one after the other is answered all the same.
        check(vec![said(1, 90, "/ps")], 1);
        check(vec![said(1, 90, "/ps")], 1);
        // A backlog comes in parts.
        check(vec![said(1, 90, "/ps"); 100], 1);
        check(vec![said(1, 90, "/ps"); 30], 0);
        check(vec![said(1, 90, "/ps")], 1);
    }
}
