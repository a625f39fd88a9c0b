//! What is to be done about one ill container now, and why: a function of values.
//!
//! The life of an attempt: match, wait, propose or act, verify, cool down, and give up when it does not help.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::past::{Attempt, Breaker, Common, HOUR, Past};
use super::{Hopeless, Mode, Outcome, Policy, Try};
use crate::series::since;

/// What is known of a container that may need help.
#[derive(Clone, Debug, PartialEq)]
pub struct Patient {
    /// Since when it is ill by the incident it is in; none when that is over, or there is none.
    pub ill_since: Option<Timestamp>,
    /// What the engine says of it now.
    pub state: State,
    /// Why nobody lays hands on it, if so.
    pub bar: Option<Bar>,
    /// The engine, or a filter before it, is known to refuse what the policy does.
    pub forbidden: bool,
}

/// What the engine says of a container, as far as one policy asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has the trouble that the policy is about.
    Ill,
    /// It runs, has done so for a while, and its health check, if it has one, says yes.
    Well {
        /// Since when it runs.
        since: Option<Timestamp>,
    },
    /// Neither: it has just been started, or its health check has not come to an opinion.
    Undecided,
}

/// Why nobody lays hands on a container now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bar {
    /// Healing is switched off.
    Off,
    /// We run in it.
    Own,
    /// Its label says that nobody touches it.
    Protected,
    /// Its label `vakhta.heal` says off.
    OptedOut,
    /// Somebody has stopped it.
    Stopped,
    /// It has just been made, or is being replaced.
    Updating,
    /// A mute covers it.
    Muted,
    /// Its health check has not come to an opinion.
    Starting,
    /// Somebody has frozen it.
    Paused,
    /// The engine itself is about to start it.
    Restarting,
    /// It crashes time after time.
    Looping,
    /// The engine is away, or was a moment ago.
    Engine,
    /// The watch or the machine has only just begun.
    Settling,
    /// It is not known what became of it.
    Unknown,
}

/// What is to be done, and why.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Nothing.
    Nothing(Idle),
    /// Nothing before then.
    Wait {
        /// When to look again.
        until: Timestamp,
        /// Why.
        why: Pause,
    },
    /// Nothing while that is so.
    Withhold(Bar),
    /// It would be time, and the engine or a filter before it is known to refuse it: that is to be said.
    Forbidden,
    /// It is to be offered; with [`Mode::Observe`], only to be said.
    Propose(Try),
    /// It is to be done.
    Act(Try),
    /// The last attempt has helped.
    Helped {
        /// Since when it is well, where that is known.
        since: Option<Timestamp>,
    },
    /// The last attempt has not helped.
    NotHelped,
    /// No more is tried, and people are to hear of it.
    GiveUp(Hopeless),
}

/// Why there is nothing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// It is not ill, or not any more.
    Well,
    /// It was offered, and nobody has answered.
    Offered,
    /// Somebody did not want it.
    Declined,
    /// It was given up.
    GivenUp,
    /// It was said that the engine or a filter before it refuses it.
    Forbidden,
}

/// Why to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// It may get well by itself.
    Patience,
    /// An attempt may still help.
    Verifying,
    /// An attempt was made a short while ago.
    CoolingDown,
    /// It was offered often enough within an hour.
    Spent,
    /// So much was done within an hour for all containers together that no more is.
    AllSpent,
    /// Nothing helped lately, whatever it was about.
    Breaker,
}

/// What to do about a container under a policy. `mode` is the policy's, or what goes before it; `most_of_all` is the
/// budget of all containers together.
pub fn decide(
    policy: &Policy,
    mode: Mode,
    patient: &Patient,
    past: &Past,
    common: &Common,
    most_of_all: u32,
    now: Timestamp,
) -> Decision {
    // What was tried is looked at first, also by a later process, also while nothing may be done.
    if let Some(attempt) = past.unverified(now) {
        return verify(policy, attempt, patient, now);
    }
    let Some(ill_since) = patient.ill_since.filter(|_| patient.state == State::Ill) else {
        return match (patient.ill_since, patient.bar) {
            (Some(_), Some(bar)) => Decision::Withhold(bar),
            _ => Decision::Nothing(Idle::Well),
        };
    };
    let lately = |at: Option<Timestamp>| at.is_some_and(|at| ill_since <= at);
    if lately(past.gave_up) {
        return Decision::Nothing(Idle::GivenUp);
    }
    if let Some(bar) = patient.bar {
        // It was started and loops: that is no news to wait for.
        let tried = past.last().is_some_and(|it| ill_since <= it.at);
        return match bar {
            Bar::Looping if tried => Decision::GiveUp(Hopeless::Looping),
            bar => Decision::Withhold(bar),
        };
    }
    if lately(past.declined) {
        return Decision::Nothing(Idle::Declined);
    }
    let wait = |from: Timestamp, by: Duration, why: Pause| {
        let until = from.checked_add(by).unwrap_or(Timestamp::MAX);
        (since(now, from) < by).then_some(Decision::Wait { until, why })
    };
    if let Some(wait) = wait(ill_since, policy.wait, Pause::Patience) {
        return wait;
    }
    if patient.forbidden {
        let said = lately(past.forbidden);
        return if said { Decision::Nothing(Idle::Forbidden) } else { Decision::Forbidden };
    }
    let said = past.offers.last().filter(|(at, _)| ill_since <= *at);
    // What could not have been done when it was offered, or soon after, is offered anew once it can.
    let answered = said.is_none_or(|(at, _)| {
        past.last().is_some_and(|it| *at <= it.at) || past.forbidden.is_some_and(|it| *at <= it)
    });
    let (spent, tried) = (past.spent(now), past.tried(now));
    let next = Try {
        policy: policy.name.clone(),
        verb: policy.verb,
        attempt: tried.saturating_add(1),
        of: policy.most_an_hour,
        mode,
    };
    if mode == Mode::Observe {
        let said = said.is_some_and(|(_, mode)| *mode == Mode::Observe);
        return if said { Decision::Nothing(Idle::Offered) } else { Decision::Propose(next) };
    }
    if mode == Mode::Ask && !answered && said.is_some_and(|(_, mode)| *mode == Mode::Ask) {
        return Decision::Nothing(Idle::Offered);
    }
    if policy.most_an_hour <= spent.max(tried) {
        if 0 < tried {
            return Decision::GiveUp(Hopeless::Spent { tried });
        }
        let until = now.checked_add(HOUR).unwrap_or(Timestamp::MAX);
        return Decision::Wait { until, why: Pause::Spent };
    }
    if let Some(last) = past.last()
        && let Some(wait) = wait(last.at, pause(policy, tried), Pause::CoolingDown)
    {
        return wait;
    }
    match common.breaker {
        Breaker::Closed | Breaker::Mended | Breaker::HalfOpen { taken: false } => {}
        Breaker::Open { until } => return Decision::Wait { until, why: Pause::Breaker },
        Breaker::Due { .. } | Breaker::HalfOpen { taken: true } => {
            return Decision::Wait { until: now, why: Pause::Breaker };
        }
    }
    match mode {
        Mode::Auto if most_of_all <= common.spent => {
            let until = common.oldest.unwrap_or(now).checked_add(HOUR).unwrap_or(Timestamp::MAX);
            Decision::Wait { until, why: Pause::AllSpent }
        }
        Mode::Auto => Decision::Act(next),
        Mode::Ask | Mode::Observe => Decision::Propose(next),
    }
}

/// While its health check is starting, an attempt may take so many times as long to help.
const SLOW: u32 = 5;

/// Whether an attempt has helped, as far as that can be told.
fn verify(policy: &Policy, attempt: &Attempt, patient: &Patient, now: Timestamp) -> Decision {
    let waited = since(now, attempt.at);
    // A check that has not come to an opinion yet is no bad sign: some take minutes by design.
    let patience = match patient.bar {
        Some(Bar::Starting) => policy.verify.saturating_mul(SLOW),
        _ => policy.verify,
    };
    match patient.state {
        State::Well { since: began } => Decision::Helped { since: began },
        State::Ill | State::Undecided if patience <= waited => Decision::NotHelped,
        State::Ill if matches!(attempt.outcome, Some(Outcome::Refused(_))) => Decision::NotHelped,
        State::Ill | State::Undecided => {
            let until = attempt.at.checked_add(patience).unwrap_or(Timestamp::MAX);
            Decision::Wait { until, why: Pause::Verifying }
        }
    }
}

/// How long to wait after so many attempts within an hour: twice as long after each.
pub fn pause(policy: &Policy, tried: u32) -> Duration {
    policy.back_off.saturating_mul(2_u32.saturating_pow(tried.saturating_sub(1)))
}

#[cfg(test)]
mod tests;
