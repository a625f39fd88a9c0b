//! What the journal says of one container, and of all of them: the only memory healing has, so a restart forgets nothing.
//!
//! A clock that was set back leaves entries in the future. They count as of now, which makes us wait, and never act.

use std::time::Duration;

use jiff::Timestamp;

use super::{Heal, HealStep, Mode, Outcome, Try};
use crate::series::since;

/// What attempts are counted by.
pub(super) const HOUR: Duration = Duration::from_secs(3600);
/// So many attempts in a row that did not help open the breaker.
pub const FAILURES: u32 = 3;
/// For so long.
pub const REST: Duration = Duration::from_secs(3600);

/// One container.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Past {
    /// What was tried, oldest first.
    pub attempts: Vec<Attempt>,
    /// What was offered, oldest first; what was only said with [`Mode::Observe`] too.
    pub offers: Vec<(Timestamp, Mode)>,
    /// When somebody last did not want it.
    pub declined: Option<Timestamp>,
    /// When it was last given up.
    pub gave_up: Option<Timestamp>,
    /// When it was last said that the engine or a filter before it refuses what would be done.
    pub forbidden: Option<Timestamp>,
}

/// Something that was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// When it began.
    pub at: Timestamp,
    /// Who asked for it; none when nobody did.
    pub by: Option<i64>,
    /// What.
    pub what: Try,
    /// What came of asking for it; none where we did not live to see it.
    pub outcome: Option<Outcome>,
    /// Whether it helped; none while that is not known.
    pub helped: Option<bool>,
}

impl Past {
    /// What a journal, oldest first, says of a container.
    pub fn of(journal: &[Heal], target: &str) -> Self {
        let mut past = Self::default();
        for Heal { at, what, .. } in journal.iter().filter(|it| it.target == target) {
            match what {
                HealStep::Offered(it) => past.offers.push((*at, it.mode)),
                HealStep::Declined { .. } => past.declined = Some(*at),
                HealStep::Began { what, by } => past.attempts.push(Attempt {
                    at: *at,
                    by: *by,
                    what: what.clone(),
                    outcome: None,
                    helped: None,
                }),
                HealStep::Ended { outcome, .. } => {
                    if let Some(last) = past.attempts.last_mut() {
                        last.outcome = Some(outcome.clone());
                    }
                }
                HealStep::Verified { helped, .. } => {
                    if let Some(last) = past.attempts.last_mut() {
                        last.helped = Some(*helped);
                    }
                }
                HealStep::GaveUp(_) => past.gave_up = Some(*at),
                HealStep::Forbidden(_) => past.forbidden = Some(*at),
                HealStep::Proposed
                | HealStep::Applied(_)
                | HealStep::Nothing
                | HealStep::Planned { .. }
                | HealStep::BreakerOpened { .. }
                | HealStep::BreakerClosed => {}
            }
        }
        past
    }

    /// The newest attempt.
    pub fn last(&self) -> Option<&Attempt> {
        self.attempts.last()
    }

    /// The attempt of which it is not known yet whether it helped. One of long ago is not looked after any more.
    pub fn unverified(&self, now: Timestamp) -> Option<&Attempt> {
        self.last().filter(|it| it.helped.is_none() && since(now, it.at) < HOUR)
    }

    /// What was tried within the last hour, by anybody.
    pub fn tried(&self, now: Timestamp) -> u32 {
        count(self.attempts.iter().filter(|it| since(now, it.at) < HOUR))
    }

    /// What counts against the budget of the last hour: what was done by itself, and what was offered. What a person asked
    /// for is not counted, the offer before it is.
    pub fn spent(&self, now: Timestamp) -> u32 {
        let done = self.attempts.iter().filter(|it| it.by.is_none() && since(now, it.at) < HOUR);
        let offered = self.offers.iter().filter(|(at, mode)| *mode == Mode::Ask && since(now, *at) < HOUR);
        count(done).saturating_add(count(offered))
    }
}

/// What all containers have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Common {
    /// Whether anything may be tried at all.
    pub breaker: Breaker,
    /// What was done by itself within the last hour.
    pub spent: u32,
    /// When the oldest of that was.
    pub oldest: Option<Timestamp>,
}

/// Stops all attempts while none of them helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaker {
    /// All is as usual.
    Closed,
    /// So many in a row did not help: it is to open.
    Due {
        /// How many.
        failures: u32,
    },
    /// It is open.
    Open {
        /// Until when.
        until: Timestamp,
    },
    /// It was open, and one attempt shows whether it is to be closed. `taken`: that is under way.
    HalfOpen {
        /// Whether the one attempt has been made.
        taken: bool,
    },
    /// The one attempt has helped: it is to be closed.
    Mended,
}

impl Common {
    /// What a journal, oldest first, says of all containers.
    pub fn of(journal: &[Heal], now: Timestamp) -> Self {
        let done = || {
            journal
                .iter()
                .filter(|it| matches!(it.what, HealStep::Began { by: None, .. }) && since(now, it.at) < HOUR)
        };
        Self {
            breaker: Breaker::of(journal, now),
            spent: count(done()),
            oldest: done().map(|it| it.at).min(),
        }
    }
}

impl Breaker {
    fn of(journal: &[Heal], now: Timestamp) -> Self {
        let (mut failures, mut opened, mut newest) = (0_u32, None, None);
        for heal in journal {
            match &heal.what {
                HealStep::Verified { helped, .. } => {
                    failures = if *helped { 0 } else { failures.saturating_add(1) };
                    // What was under way when it opened shows nothing of how things are afterwards.
                    newest =
                        Some(*helped).filter(|_| opened.is_none_or(|(_, until)| until <= heal.at)).or(newest);
                }
                HealStep::BreakerOpened { until, .. } => {
                    (failures, opened, newest) = (0, Some((heal.at, *until)), None);
                }
                HealStep::BreakerClosed => (failures, opened) = (0, None),
                HealStep::Proposed
                | HealStep::Applied(_)
                | HealStep::Nothing
                | HealStep::Planned { .. }
                | HealStep::Offered(_)
                | HealStep::Declined { .. }
                | HealStep::Began { .. }
                | HealStep::Ended { .. }
                | HealStep::GaveUp(_)
                | HealStep::Forbidden(_) => {}
            }
        }
        let Some((at, until)) = opened else {
            return if FAILURES <= failures { Self::Due { failures } } else { Self::Closed };
        };
        if now < until || now < at {
            return Self::Open { until };
        }
        match newest {
            Some(true) => Self::Mended,
            Some(false) => Self::Due { failures: failures.max(1) },
            None => {
                let began = |it: &Heal| until <= it.at && matches!(it.what, HealStep::Began { by: None, .. });
                Self::HalfOpen { taken: journal.iter().any(began) }
            }
        }
    }
}

fn count<T>(all: impl Iterator<Item = T>) -> u32 {
    u32::try_from(all.count()).unwrap_or(u32::MAX)
}

/// What is used of the budget of each container, of which anything is, by name.
pub fn used(journal: &[Heal], now: Timestamp) -> Vec<(String, u32)> {
    let mut names: Vec<&str> =
        journal.iter().filter(|it| it.is_of_container()).map(|it| it.target.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let used = names.into_iter().map(|it| (it.to_owned(), Past::of(journal, it).spent(now)));
    used.filter(|it| 0 < it.1).collect()
}
