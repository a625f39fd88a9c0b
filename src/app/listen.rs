//! The ear of the watch: hears what people do, hands it on, and hears again.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::notice::{House, Notice};
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::dispatch::Handled;
use crate::heartbeat::Heartbeat;
use crate::message::Incoming;
use crate::outbox::back_off;
use crate::transport::{Transport, TransportError};
use crate::vitals::Pulse;

use super::assemble::{Crewed, OnDuty};

/// What listening needs.
pub(super) struct Ear {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) duty: OnDuty,
    pub(super) heartbeat: Option<Arc<Heartbeat>>,
    pub(super) pulse: Arc<Pulse>,
    pub(super) clock: Clock,
    pub(super) tasks: TaskTracker,
}

/// Between two polls that both found another poller: 5 s at first, 60 s at most.
const CONFLICT: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(60));

/// Two pollers take the word from each other time and again: the owner hears of it so often at most.
const CONFLICT_TOLD: SignedDuration = SignedDuration::from_hours(6);

/// Listens for ever, through every watch that relieves another; a task of its own, since a poll that is dropped half-way would lose what it heard.
///
/// # Errors
/// What makes listening pointless: a wrong token, a closed terminal.
pub(super) async fn listen(ear: Ear) -> Result<(), TransportError> {
    let mut failures = 0;
    let mut conflicts = 0_u32;
    let mut told: Option<Timestamp> = None;
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
                if let Some(heartbeat) = &ear.heartbeat {
                    heartbeat.polled(ear.clock.now());
                }
                for incoming in batch {
                    hand_on(&ear, incoming).await;
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
                let wait = asked.unwrap_or_else(|| back_off(failures));
                tracing::warn!(%error, ?wait, failures, "the chat does not answer");
                tokio::time::sleep(wait).await;
            }
        }
    }
}

/// Answers in a task of its own, so that a slow answer keeps nobody waiting; at a prompt, one after the other.
async fn hand_on(ear: &Ear, incoming: Incoming) {
    let Some(Crewed { dispatcher, postman, ending }) = ear.duty.now() else { return };
    let (now, chat) = (ear.clock.now(), incoming.place.chat);
    let answer = async move {
        let Handled { report, panel } = dispatcher.handle(&incoming, now).await;
        if let Some(report) = report {
            postman.tell(vec![Notice::House(report)]).await;
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
