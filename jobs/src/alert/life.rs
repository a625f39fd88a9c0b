//! The whole life of an alert: one pure step after the other.

use std::time::Duration;

use jiff::Timestamp;

use super::{Alert, AlertKey, Bouts, Ending, Finding, Judgement, Past, Phase, Reason, Severity, Side, Step};
use crate::declare::Rule;
use crate::series::since;

/// What recovered no longer ago than this when it is bad again is the same alert: somebody who reads that it is over,
/// looks, and reads on half an hour later still has it in mind.
pub const REOPEN: Duration = Duration::from_secs(30 * 60);

/// What comes and goes must stay well, or bad, for so long before that is told. Each further time it is called
/// flapping it must stay so for twice as long.
const CALM: Duration = Duration::from_secs(30 * 60);

/// And never longer than this: a night's half.
const LONGEST: Duration = Duration::from_secs(4 * 3600);

/// It comes and goes when it has come back so often [`WITHIN`] two hours.
const FLAPS: usize = 3;

/// Three times of coming back lie no further apart than this when it is never well for longer than [`REOPEN`], nor bad
/// for longer than [`CALM`], in between.
const WITHIN: Duration = Duration::from_secs(2 * 3600);

/// So many times of coming back are remembered one by one.
const REMEMBERED: usize = 16;

/// Moves an alert along by one look, and says what that was. Why is in its [`Past::reason`].
///
/// `previous` is the open alert of this key, or the one that ended last. One that ended otherwise than as
/// [`Ending::Recovered`], or longer than [`REOPEN`] ago, counts as none. The answer is the alert as it is now, ended
/// when this step ended it, or none when nothing is wrong. It differs from `previous` only when the look said
/// something: [`Judgement::Learning`] and [`Judgement::Unknown`] leave it as it was to the last field.
///
/// ```text
///           bad                bad for `patience`            good            good for `clear`
///   nothing ──► Pending ──────────────────────────► Firing ◄──────► Clearing ───────────────► Ended: Recovered
///                  │ good                            ▲ │       bad      │ the calm before is forgotten
///                  └────► Ended: Dismissed           │ └────────────────┴────────────────────► Ended: Settled
///                                                    │
///                       bad, within REOPEN           │ bad for `patience`: Relapsed, the same number
///   Ended: Recovered ◄──────────────────► Relapsing ─┘
///                       good: Dismissed, ended when it ended
///
///                       came back FLAPS times WITHIN two hours
///   Firing, Clearing, Relapsing ──────────────────────────► Flapping ──► well for CALM: Ended: Recovered
///                                                                    └─► bad for CALM without a change: Firing, Steadied
/// ```
///
/// What is only [`Severity::Unusual`] lives the same life in silence: it is noted and it fades, and what of it came back
/// is neither counted nor the same alert after its end. When it becomes a warning after all, that is when it fires. To
/// what was told, an unusual look is as bad as what was told, so that it is never only unusual again; but after the end
/// it is no relapse.
///
/// While [`Phase::Flapping`], only a first critical value is news. A suspicion after the end keeps the alert's number
/// and all of its past: it is stored as an open alert, so that neither a restart nor a pause loses it; it was not told
/// that it is open again, and if it was unfounded, nothing was.
///
/// A clock that steps back never makes an alert wait for the time it lost: a beginning that lies in the future is
/// taken to be now.
pub fn advance(
    previous: Option<&Alert>,
    judgement: &Judgement,
    rule: &Rule,
    key: &AlertKey,
    now: Timestamp,
) -> (Option<Alert>, Step) {
    let (alert, step) = match (previous.filter(|it| !it.is_ended()), judgement) {
        (None, Judgement::Ill(finding)) => match previous.filter(|it| may_relapse(it, now)) {
            Some(ended) if finding.severity != Severity::Unusual => {
                look_worse(seen(ended, rule, now), *finding, rule, now)
            }
            Some(_) | None => begin(*finding, rule, key, now),
        },
        (
            None,
            Judgement::Well { .. }
            | Judgement::Settled { .. }
            | Judgement::Learning { .. }
            | Judgement::Unknown,
        ) => return (None, Step::Quiet),
        (Some(open), Judgement::Ill(finding)) => look_worse(seen(open, rule, now), *finding, rule, now),
        (Some(open), Judgement::Well { .. }) => look_better(seen(open, rule, now), rule, now),
        (Some(open), Judgement::Settled { .. }) => end(&seen(open, rule, now), Ending::Settled, now),
        (Some(open), Judgement::Learning { .. } | Judgement::Unknown) => {
            (open.clone(), if open.is_firing() { Step::Held } else { Step::Pending })
        }
    };
    (Some(alert), step)
}

/// Ends an alert for a reason that lies outside its values. One that nobody was told of is dismissed instead, and one
/// that was only suspected anew ended when it ended.
pub fn end(previous: &Alert, how: Ending, now: Timestamp) -> (Alert, Step) {
    let reason = Reason::Cut { lasted: since(now, previous.suspected()) };
    close(previous.clone(), how, reason, now)
}

/// Whether a bad look now, more than unusual, would be about the same alert.
fn may_relapse(ended: &Alert, now: Timestamp) -> bool {
    let lately =
        matches!(ended.phase, Phase::Ended { at, how: Ending::Recovered } if since(now, at) <= REOPEN);
    lately && !ended.is_only_unusual()
}

fn begin(finding: Finding, rule: &Rule, key: &AlertKey, now: Timestamp) -> (Alert, Step) {
    let alert = Alert {
        number: 0,
        key: key.clone(),
        phase: Phase::Pending,
        finding,
        worst: finding.observed,
        since: now,
        fired: None,
        seen: now,
        remedy: rule.remedy.clone(),
        generation: 0,
        past: Past::default(),
        culprits: Vec::new(),
    };
    wait(alert, Step::Suspected, now, rule, now)
}

/// The alert as this look found it, before anything is decided.
fn seen(previous: &Alert, rule: &Rule, now: Timestamp) -> Alert {
    let mut alert = Alert { seen: now, remedy: rule.remedy.clone(), ..previous.clone() };
    alert.since = alert.since.min(now);
    if let Some(earlier) = &mut alert.past.earlier {
        earlier.since = earlier.since.min(alert.since);
    }
    alert.past.bounces.iter_mut().for_each(|it| *it = now.min(*it));
    match &mut alert.phase {
        Phase::Pending | Phase::Firing => {}
        Phase::Clearing { since } => *since = now.min(*since),
        Phase::Flapping { since, turned, .. } => {
            *since = now.min(*since);
            *turned = now.min(*turned);
        }
        Phase::Relapsing { since, ended } => {
            *since = now.min(*since);
            *ended = now.min(*ended);
        }
        Phase::Ended { at, .. } => *at = now.min(*at),
    }
    alert
}

fn look_worse(mut alert: Alert, mut finding: Finding, rule: &Rule, now: Timestamp) -> (Alert, Step) {
    if finding.severity == Severity::Unusual {
        if let Phase::Relapsing { .. } = alert.phase {
            return look_better(alert, rule, now);
        }
        if alert.is_told() {
            finding.severity = alert.finding.severity;
        }
    }
    let was = std::mem::replace(&mut alert.finding, finding);
    alert.worst = worse(alert.worst, was.side, finding);
    match alert.phase {
        Phase::Pending | Phase::Relapsing { .. } => {
            let suspected = alert.suspected();
            wait(alert, Step::Pending, suspected, rule, now)
        }
        Phase::Ended { at: ended, .. } => {
            alert.phase = Phase::Relapsing { since: now, ended };
            wait(alert, Step::Suspected, now, rule, now)
        }
        Phase::Firing => hold(alert, was.severity, now),
        Phase::Clearing { since: good } => {
            alert.phase = Phase::Firing;
            let level = Reason::Level { was: was.severity };
            let reason = Reason::Well { lasted: since(now, good), needed: rule.clear };
            match was.severity {
                _ if alert.is_only_unusual() => take(alert, Step::Returned, reason),
                Severity::Unusual => fire(alert, level, now),
                Severity::Warning | Severity::Critical if worsened(was.severity, finding) => {
                    come_back(alert, Step::Worsened, level, now)
                }
                Severity::Warning | Severity::Critical => come_back(alert, Step::Returned, reason, now),
            }
        }
        Phase::Flapping { since, times, ill, turned } => {
            let came = !ill || worsened(was.severity, finding);
            let changed = !ill || was.severity != finding.severity;
            let turned = if changed { now } else { turned };
            if came {
                remember(&mut alert.past.bounces, now);
            }
            let times = times.saturating_add(u32::from(came));
            alert.phase = Phase::Flapping { since, times, ill: true, turned };
            stay_ill(alert, times, turned, was.severity, now)
        }
    }
}

/// Suspected since then: tells it when that is long enough, and until then takes the step it is given.
fn wait(
    mut alert: Alert,
    meanwhile: Step,
    suspected: Timestamp,
    rule: &Rule,
    now: Timestamp,
) -> (Alert, Step) {
    let (lasted, needed) = (since(now, suspected), rule.patience);
    if lasted < needed {
        return take(alert, meanwhile, Reason::Ill { lasted, needed });
    }
    let Phase::Relapsing { ended, .. } = std::mem::replace(&mut alert.phase, Phase::Firing) else {
        return fire(alert, Reason::Ill { lasted, needed }, now);
    };
    alert.fired = Some(now);
    alert.past.earlier = Some(Bouts { since: alert.began(), lasted: alert.lasted(ended) });
    alert.since = suspected;
    come_back(alert, Step::Relapsed, Reason::Again { lasted, needed, well: since(suspected, ended) }, now)
}

/// It is so from now on: told, or only noted.
fn fire(mut alert: Alert, reason: Reason, now: Timestamp) -> (Alert, Step) {
    alert.fired = Some(now);
    let step = if alert.is_only_unusual() { Step::Noted } else { Step::Fired };
    take(alert, step, reason)
}

/// Bad, as it was at the last look.
fn hold(alert: Alert, was: Severity, now: Timestamp) -> (Alert, Step) {
    let reason = Reason::Level { was };
    match (was, alert.finding.severity) {
        (Severity::Critical, Severity::Warning) => take(alert, Step::Eased, reason),
        // Told as critical before, and eased without a word: it swings around that level.
        (Severity::Warning, Severity::Critical) if told_as_critical(&alert) => {
            come_back(alert, Step::Worsened, reason, now)
        }
        (Severity::Warning, Severity::Critical) => take(alert, Step::Worsened, reason),
        (Severity::Unusual, Severity::Warning | Severity::Critical) => fire(alert, reason, now),
        (Severity::Unusual | Severity::Warning | Severity::Critical, Severity::Unusual)
        | (Severity::Warning, Severity::Warning)
        | (Severity::Critical, Severity::Critical) => (alert, Step::Held),
    }
}

/// It came back: that is flapping when it was once too often, and else the step it is given.
fn come_back(mut alert: Alert, step: Step, reason: Reason, now: Timestamp) -> (Alert, Step) {
    remember(&mut alert.past.bounces, now);
    let Some(first) = alert.past.bounces.first().copied().filter(|_| FLAPS <= alert.past.bounces.len())
    else {
        return take(alert, step, reason);
    };
    let times = u32::try_from(alert.past.bounces.len()).unwrap_or(u32::MAX);
    alert.past.flapped = alert.past.flapped.saturating_add(1);
    alert.phase = Phase::Flapping { since: first, times, ill: true, turned: now };
    let reason = Reason::Unsteady { times, within: since(now, first), quiet: quiet(&alert) };
    take(alert, Step::Flapping, reason)
}

/// Bad while it comes and goes, in the same degree since `turned`.
fn stay_ill(mut alert: Alert, times: u32, turned: Timestamp, was: Severity, now: Timestamp) -> (Alert, Step) {
    if alert.finding.severity == Severity::Critical && !told_as_critical(&alert) {
        return take(alert, Step::Worsened, Reason::Level { was });
    }
    let (lasted, needed) = (since(now, turned), quiet(&alert));
    if lasted < needed {
        return (alert, Step::Held);
    }
    alert.phase = Phase::Firing;
    let told = alert.past.told.unwrap_or(alert.finding);
    take(alert, Step::Steadied, Reason::Steady { lasted, needed, times, told })
}

fn look_better(mut alert: Alert, rule: &Rule, now: Timestamp) -> (Alert, Step) {
    match alert.phase {
        Phase::Pending | Phase::Relapsing { .. } => {
            let reason = Reason::Ill { lasted: since(now, alert.suspected()), needed: rule.patience };
            close(alert, Ending::Dismissed, reason, now)
        }
        // One that has ended takes no step by a good look.
        Phase::Ended { .. } => (alert, Step::Quiet),
        Phase::Firing => clear(alert, Step::Clearing, now, rule, now),
        Phase::Clearing { since } => clear(alert, Step::Held, since, rule, now),
        Phase::Flapping { since: first, times, ill, turned } => {
            let turned = if ill { now } else { turned };
            let (lasted, needed) = (since(now, turned), quiet(&alert).max(rule.clear));
            if needed <= lasted {
                return close(alert, Ending::Recovered, Reason::Calm { lasted, needed, times }, now);
            }
            alert.phase = Phase::Flapping { since: first, times, ill: false, turned };
            (alert, Step::Held)
        }
    }
}

/// Well since then: over when that is long enough, and until then the step it is given.
fn clear(mut alert: Alert, meanwhile: Step, good: Timestamp, rule: &Rule, now: Timestamp) -> (Alert, Step) {
    let reason = Reason::Well { lasted: since(now, good), needed: rule.clear };
    if rule.clear <= since(now, good) {
        return close(alert, Ending::Recovered, reason, now);
    }
    alert.phase = Phase::Clearing { since: good };
    take(alert, meanwhile, reason)
}

/// Ends it; how, the values or the caller say, unless nobody was told of it.
fn close(mut alert: Alert, how: Ending, reason: Reason, now: Timestamp) -> (Alert, Step) {
    let (at, how, step) = match (&alert.phase, how) {
        (Phase::Relapsing { ended, .. }, _) => (*ended, Ending::Recovered, Step::Dismissed),
        (Phase::Pending, _) | (_, Ending::Dismissed) => (now, Ending::Dismissed, Step::Dismissed),
        (_, Ending::Recovered | Ending::Settled | Ending::Gone | Ending::Withdrawn)
            if alert.is_only_unusual() =>
        {
            (now, how, Step::Faded)
        }
        (_, Ending::Recovered) => (now, how, Step::Recovered),
        (_, Ending::Settled) => (now, how, Step::Settled),
        (_, Ending::Gone) => (now, how, Step::Gone),
        (_, Ending::Withdrawn) => (now, how, Step::Withdrawn),
    };
    alert.phase = Phase::Ended { at, how };
    take(alert, step, reason)
}

/// Takes a step: what is news makes older buttons stale, and what has an entry in its life is remembered with its
/// reason.
fn take(mut alert: Alert, step: Step, reason: Reason) -> (Alert, Step) {
    alert.generation += u32::from(step.is_news());
    if step.is_trouble() {
        alert.past.told = Some(alert.finding);
    }
    if !step.is_routine() {
        alert.past.reason = Some(reason);
    }
    (alert, step)
}

fn told_as_critical(alert: &Alert) -> bool {
    alert.past.told.is_some_and(|it| it.severity == Severity::Critical)
}

fn worsened(was: Severity, finding: Finding) -> bool {
    was < finding.severity
}

/// How long it must stay as it is before it is no longer called flapping.
fn quiet(alert: &Alert) -> Duration {
    let doubled = alert.past.flapped.saturating_sub(1).min(8);
    LONGEST.min(CALM * 2_u32.pow(doubled))
}

/// Adds this moment, and forgets what is long ago or too many.
fn remember(bounces: &mut Vec<Timestamp>, now: Timestamp) {
    bounces.retain(|it| since(now, *it) <= WITHIN);
    bounces.push(now);
    let surplus = bounces.len().saturating_sub(REMEMBERED);
    bounces.drain(..surplus);
}

/// The worse of what was worst so far and what is found now. A value that went over to the other side of normal is a
/// new story: what was worst on the first side no longer compares.
fn worse(worst: f64, side: Side, finding: Finding) -> f64 {
    match finding.side {
        _ if finding.side != side => finding.observed,
        Side::Above => worst.max(finding.observed),
        Side::Below => worst.min(finding.observed),
    }
}

#[cfg(test)]
mod tests;
