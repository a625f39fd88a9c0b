//! The engine's own absence: what ends with it is one fact, not forty.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::EngineVerdict;
use super::identity::Key;
use super::life::{Life, later};

/// What ended so shortly before the engine went, ended with it: it gives its containers 15 s before it goes itself.
pub(super) const BEFORE: SignedDuration = SignedDuration::from_secs(20);
/// A stream that is there again sooner was only interrupted: by a proxy's time limit, say.
const INTERRUPTED: SignedDuration = SignedDuration::from_secs(1);
/// An engine that is away for so long is told of before it returns. An upgrade takes less.
const TOLD: SignedDuration = SignedDuration::from_secs(60);
/// After its return, what is still down then stays down: Docker starts what it will start within seconds.
const RETURNING: SignedDuration = SignedDuration::from_secs(30);
/// So long after its return it is new, and so is what it starts.
const NEW: SignedDuration = SignedDuration::from_secs(60);

/// Whether the engine is there. All moments are by our clock.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) enum Outage {
    /// It is.
    #[default]
    None,
    /// Its stream has ended.
    Lost(Lost),
    /// It is there again, and its containers are given time to come back.
    Returning { lost: Lost, back: Timestamp },
    /// It has been back for a moment.
    Over { back: Timestamp },
}

/// Who was not there.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Absent {
    /// The engine; we looked on.
    Engine,
    /// We. The engine, or the whole machine, was started anew meanwhile.
    We { rebooted: bool },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Lost {
    since: Timestamp,
    /// What ran before.
    ran: Vec<(Key, String)>,
    /// Nothing ran any more when the stream ended: it was a stop, not an interruption.
    stopped: bool,
    told: bool,
    absent: Absent,
}

impl Outage {
    /// The stream has ended.
    pub(super) fn lost<'a>(&mut self, lives: impl Iterator<Item = &'a Life> + Clone, now: Timestamp) {
        if let Self::Lost(_) = self {
            return;
        }
        if let Self::Returning { lost, .. } = std::mem::take(self) {
            // Gone again before it was quite back: still the same absence.
            *self = Self::Lost(lost);
            return;
        }
        let ran = ran(lives.clone(), now);
        let mut running = lives.filter(|it| it.running);
        // Of one alone it could be a coincidence.
        let stopped = 1 < ran.len() && running.next().is_none();
        *self = Self::Lost(Lost { since: now, ran, stopped, told: false, absent: Absent::Engine });
    }

    /// The engine answers. Whether it was really away, so that what ended meanwhile ended with it.
    pub(super) fn answered(&mut self, now: Timestamp) -> bool {
        let Self::Lost(lost) = self else { return false };
        if !lost.stopped && !lost.told && now.duration_since(lost.since) < INTERRUPTED {
            *self = Self::None;
            return false;
        }
        *self = Self::Returning { lost: lost.clone(), back: now };
        true
    }

    /// While we were not there, since `since`, the engine was started anew.
    pub(super) fn passed<'a>(
        &mut self,
        lives: impl Iterator<Item = &'a Life> + Clone,
        since: Timestamp,
        now: Timestamp,
        rebooted: bool,
    ) {
        let lost = match std::mem::take(self) {
            // It was away before we were: the same absence.
            Self::Lost(lost) | Self::Returning { lost, .. } => lost,
            Self::None | Self::Over { .. } => {
                let (ran, absent) = (ran(lives, since), Absent::We { rebooted });
                Lost { since, ran, stopped: true, told: false, absent }
            }
        };
        *self = Self::Returning { lost, back: now };
    }

    /// Whether nothing can be judged now.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self, Self::Lost(_))
    }

    /// Takes up an absence that was kept: what is to come back is given time anew.
    pub(super) fn resume(&mut self, now: Timestamp) {
        if let Self::Returning { back, .. } = self {
            *back = now;
        }
    }

    /// Whether the engine has just begun.
    pub(super) fn is_new(&self) -> bool {
        matches!(self, Self::Returning { .. } | Self::Over { .. })
    }

    /// When [`Outage::tick`] will have something to do.
    pub(super) fn next(&self) -> Option<Timestamp> {
        match self {
            Self::Lost(lost) => (!lost.told).then(|| later(lost.since, TOLD)),
            Self::Returning { back, .. } => Some(later(*back, RETURNING)),
            Self::Over { back } => Some(later(*back, NEW)),
            Self::None => None,
        }
    }

    /// Says what has become of the engine, once it is known.
    pub(super) fn tick<'a>(
        &mut self,
        lives: impl Iterator<Item = &'a Life> + Clone,
        now: Timestamp,
    ) -> Option<EngineVerdict> {
        if self.next().is_none_or(|due| now < due) {
            return None;
        }
        match std::mem::take(self) {
            Self::Lost(mut lost) => {
                lost.told = true;
                let verdict = EngineVerdict::Lost { since: lost.since, running: count(lost.ran.len()) };
                *self = Self::Lost(lost);
                Some(verdict)
            }
            Self::Returning { lost, back } => {
                *self = Self::Over { back };
                let runs = |key: &Key| lives.clone().any(|it| it.key == *key && it.running);
                let (running, ran) = (count(lost.ran.len()), lost.ran);
                if let Absent::We { rebooted } = lost.absent {
                    // What was removed or stopped on purpose is nobody's loss; the engine's events may say so yet.
                    let fell =
                        |key: &Key| lives.clone().any(|it| it.key == *key && !it.running && !it.is_meant());
                    let fallen = ran.into_iter().filter(|(key, _)| fell(key));
                    let down: Vec<String> = fallen.map(|(_, name)| name).collect();
                    // Where all are back, that we are says enough.
                    let since = lost.since;
                    return (!down.is_empty()).then_some(EngineVerdict::Passed {
                        since,
                        rebooted,
                        running,
                        down,
                    });
                }
                let down: Vec<String> =
                    ran.into_iter().filter(|(key, _)| !runs(key)).map(|(_, name)| name).collect();
                (lost.told || lost.stopped || !down.is_empty()).then(|| EngineVerdict::Returned {
                    since: lost.since,
                    away: Duration::try_from(back.duration_since(lost.since)).unwrap_or_default(),
                    running,
                    down,
                })
            }
            Self::Over { .. } | Self::None => None,
        }
    }
}

/// What ran at that moment, with what ended so shortly before that it belongs to the same end.
pub(super) fn ran<'a>(lives: impl Iterator<Item = &'a Life>, at: Timestamp) -> Vec<(Key, String)> {
    let just = |it: &Life| it.ended.is_some_and(|ended| at.duration_since(ended) <= BEFORE);
    lives
        .filter(|it| (it.running || just(it)) && it.removal.is_none())
        .map(|it| (it.key.clone(), it.who.name.clone()))
        .collect()
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
