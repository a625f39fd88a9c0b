//! The whole life of an alert: one pure step after the other.

use std::time::Duration;

use jiff::Timestamp;

use super::{Alert, AlertKey, Ending, Finding, Judgement, Phase, Severity, Side, Step};
use crate::declare::Rule;
use crate::series::since;

/// Moves an alert along by one look, and says what that was.
///
/// `previous` is the open alert of this key, if there is one; an ended one counts as none. The answer is the alert as
/// it is now, ended when this step ended it, or none when nothing is wrong. It differs from `previous` only when the
/// look said something: [`Judgement::Learning`] and [`Judgement::Unknown`] leave it as it was to the last field.
///
/// ```text
///           bad                bad for `patience`            good            good for `clear`
///   nothing ──► Pending ──────────────────────────► Firing ◄──────► Clearing ───────────────► Ended: Recovered
///                  │ good                             │       bad      │ the calm before is forgotten
///                  └────► Ended: Dismissed            └────────────────┴──────────────────────► Ended: Settled
/// ```
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
    let Some(previous) = previous.filter(|it| !it.is_ended()) else {
        return match judgement {
            Judgement::Ill(finding) => begin(*finding, rule, key, now),
            _ => (None, Step::Quiet),
        };
    };
    let (alert, step) = match judgement {
        Judgement::Ill(finding) => worsen_or_hold(seen(previous, rule, now), *finding, rule, now),
        Judgement::Well { .. } => look_better(seen(previous, rule, now), rule, now),
        Judgement::Settled { .. } => end(&seen(previous, rule, now), Ending::Settled, now),
        Judgement::Learning { .. } | Judgement::Unknown => {
            let step = if previous.is_firing() { Step::Held } else { Step::Pending };
            (previous.clone(), step)
        }
    };
    (Some(alert), step)
}

/// Ends an alert for a reason that lies outside its values. One that nobody was told of is dismissed instead.
pub fn end(previous: &Alert, how: Ending, now: Timestamp) -> (Alert, Step) {
    let how = if previous.is_firing() { how } else { Ending::Dismissed };
    let mut alert = Alert { phase: Phase::Ended { at: now, how }, ..previous.clone() };
    let step = match how {
        Ending::Dismissed => Step::Dismissed,
        Ending::Recovered => Step::Recovered,
        Ending::Settled => Step::Settled,
        Ending::Gone => Step::Gone,
        Ending::Withdrawn => Step::Withdrawn,
    };
    alert.count(step);
    (alert, step)
}

fn begin(finding: Finding, rule: &Rule, key: &AlertKey, now: Timestamp) -> (Option<Alert>, Step) {
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
        culprits: Vec::new(),
    };
    if rule.patience == Duration::ZERO {
        let (alert, step) = fire(alert, now);
        return (Some(alert), step);
    }
    (Some(alert), Step::Suspected)
}

/// The alert as this look found it, before anything is decided.
fn seen(previous: &Alert, rule: &Rule, now: Timestamp) -> Alert {
    let mut alert = Alert { seen: now, remedy: rule.remedy.clone(), ..previous.clone() };
    alert.since = alert.since.min(now);
    if let Phase::Clearing { since } = &mut alert.phase {
        *since = now.min(*since);
    }
    alert
}

fn worsen_or_hold(mut alert: Alert, finding: Finding, rule: &Rule, now: Timestamp) -> (Alert, Step) {
    let was = std::mem::replace(&mut alert.finding, finding);
    alert.worst = worse(alert.worst, was.side, finding);
    if alert.phase == Phase::Pending {
        return match rule.patience <= since(now, alert.since) {
            true => fire(alert, now),
            false => (alert, Step::Pending),
        };
    }
    alert.phase = Phase::Firing;
    let step = match (was.severity, finding.severity) {
        (Severity::Warning, Severity::Critical) => Step::Worsened,
        (Severity::Critical, Severity::Warning) => Step::Eased,
        (Severity::Warning, Severity::Warning) | (Severity::Critical, Severity::Critical) => Step::Held,
    };
    alert.count(step);
    (alert, step)
}

fn look_better(mut alert: Alert, rule: &Rule, now: Timestamp) -> (Alert, Step) {
    let (good_since, step) = match alert.phase {
        Phase::Pending => return end(&alert, Ending::Dismissed, now),
        Phase::Clearing { since } => (since, Step::Held),
        Phase::Firing | Phase::Ended { .. } => (now, Step::Clearing),
    };
    if rule.clear <= since(now, good_since) {
        return end(&alert, Ending::Recovered, now);
    }
    alert.phase = Phase::Clearing { since: good_since };
    (alert, step)
}

fn fire(mut alert: Alert, now: Timestamp) -> (Alert, Step) {
    alert.phase = Phase::Firing;
    alert.fired = Some(now);
    alert.count(Step::Fired);
    (alert, Step::Fired)
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

impl Alert {
    fn count(&mut self, step: Step) {
        self.generation += u32::from(step.is_news());
    }
}

#[cfg(test)]
mod tests;
