//! One round: every firing alert that names a remedy.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::budget::{DAY, Verdict, has_said, verdict};
use super::{Heal, HealStep, Mode, Plan, Settings, apply, filesystems, hook, plan, remedy_names, target};
use crate::alert::{Alert, Phase, Side};
use crate::audit::{self, Deed, Who};
use crate::evaluate::Detector;
use crate::metric::Subject;
use crate::mute::About;
use crate::notice::Notice;
use crate::ports::FilesystemUsage;
use crate::sample::metric;
use crate::series::before;
use crate::{JobContext, JobError, Ports};

pub(super) async fn go(settings: &Settings, context: &JobContext<'_>) -> Result<Vec<Notice>, JobError> {
    let (now, store) = (context.now, &context.ports.store);
    let mut alerts: Vec<Alert> = store.open_alerts()?.into_iter().filter(wants_help).collect();
    alerts.sort_by_key(|it| (Reverse(it.finding.severity), it.number));
    if alerts.is_empty() {
        return Ok(Vec::new());
    }
    let allowed = context.ports.engine.allowed().await;
    let mut notices = Vec::new();
    let mut failure = None;
    for alert in alerts {
        // Read anew each time: two alerts may be about one disk.
        let mut journal = store.heals_since(before(now, settings.cooldown.saturating_add(DAY)))?;
        // What was forbidden and is not any more needs no pause.
        journal.retain(|it| !matches!(it.what, HealStep::Forbidden(right) if allowed.may(right)));
        match help(&alert, &journal, settings, context).await {
            Ok(told) => notices.extend(told),
            Err(error) => failure = Some(error),
        }
    }
    match failure {
        Some(error) if notices.is_empty() => Err(error),
        _ => Ok(notices),
    }
}

/// Firing, told, and not on the way back already.
fn wants_help(alert: &Alert) -> bool {
    let known = |name: &String| name.starts_with(hook::PREFIX) || remedy_names().any(|it| it == name);
    let ill = match alert.phase {
        Phase::Firing => true,
        Phase::Flapping { ill, .. } => ill,
        Phase::Pending | Phase::Clearing { .. } | Phase::Relapsing { .. } | Phase::Ended { .. } => false,
    };
    ill && alert.is_told() && alert.remedy.as_ref().is_some_and(known)
}

async fn help(
    alert: &Alert,
    journal: &[Heal],
    settings: &Settings,
    context: &JobContext<'_>,
) -> Result<Vec<Notice>, JobError> {
    let (now, ports) = (context.now, context.ports);
    if forbids(alert, ports, now)? {
        return Ok(Vec::new());
    }
    let series = &alert.key.series;
    let mount = match metric(&series.metric).and_then(|it| it.subject) {
        Some(Subject::Mount) => series.subject.clone(),
        _ => target(ports).await?,
    };
    let remedy = alert.remedy.as_deref().unwrap_or_default();
    let verdict = verdict(journal, &mount, settings, now);
    let plan = match verdict {
        Verdict::Wait => return Ok(Vec::new()),
        Verdict::GiveUp => Plan { available: ports.host.available(&mount).await?, mount, ..Plan::default() },
        Verdict::Go => plan(&mount, remedy, settings, ports, now).await?,
    };
    let forbidden = plan.barred.first().map(|it| it.right);
    let note = |what| -> Result<Notice, JobError> {
        let heal = Heal { at: now, alert: Some(alert.number), target: plan.mount.clone(), what };
        ports.store.put_heal(&heal)?;
        Ok(Notice::Heal(heal))
    };
    let about = alert.clone();
    if plan.steps.is_empty() {
        let what = forbidden.map_or(HealStep::Nothing, HealStep::Forbidden);
        let news = !has_said(&what, journal, alert.number);
        let told = note(what)?;
        if news && verdict == Verdict::GiveUp {
            let deed = Deed::begun(now, Who::Vakhta, "fix", plan.mount.as_str());
            ports.store.put_deed(&deed.ended(audit::Outcome::Budget, "no more is tried today")).ok();
        }
        return Ok(match forbidden {
            _ if !news => Vec::new(),
            Some(_) => vec![told],
            None => vec![told, Notice::Proposal { alert: about, plan }],
        });
    }
    let mode = mode_of(alert, settings, context);
    let bytes = plan.steps.iter().map(|it| it.bytes).sum();
    // Written before anything is done: a crash in the middle counts as an attempt, and what cannot be counted is not
    // done.
    match mode {
        Mode::Observe => {
            let told = note(HealStep::Planned { bytes, mode })?;
            Ok(vec![told, Notice::Observation { alert: about, plan }])
        }
        Mode::Ask => {
            let told = note(HealStep::Planned { bytes, mode })?;
            Ok(vec![told, Notice::Proposal { alert: about, plan }])
        }
        Mode::Auto => {
            note(HealStep::Proposed)?;
            let enough = enough(alert, &plan.mount, context).await;
            let deed = Deed::begun(now, Who::Vakhta, "fix", plan.mount.as_str());
            let begun = Some(ports.store.put_deed(&deed)?);
            let applied = apply(&plan, settings, ports, now, enough).await;
            let (outcome, words) = match &applied {
                Ok(relief) => {
                    let freed = relief.after.saturating_sub(relief.before);
                    (audit::Outcome::Done, format!("{freed} bytes freed"))
                }
                Err(error) => (audit::Outcome::Failed, error.to_string()),
            };
            ports.store.put_deed(&Deed { begun, ..deed.ended(outcome, &words) }).ok();
            let relief = applied?;
            // Done is done, whether or not it can be written down: the owner hears of it.
            let told = note(HealStep::Applied(relief.clone())).ok();
            Ok(told.into_iter().chain([Notice::Healed { alert: Some(about), relief }]).collect())
        }
    }
}

/// How far the remedy of this alert may go by itself: what a person has set goes before what the rule says, and that
/// before what the job says.
fn mode_of(alert: &Alert, settings: &Settings, context: &JobContext<'_>) -> Mode {
    let rule = context.rules.iter().find(|it| it.name == alert.key.rule);
    let switch = context.ports.ward.as_ref().and_then(|it| it.switch().ok()).unwrap_or_default();
    let set = switch.modes.get(&alert.key.rule).copied();
    set.or(rule.and_then(|it| it.mode)).unwrap_or(settings.mode)
}

/// Whether healing is switched off, or somebody works on what the alert is about.
fn forbids(alert: &Alert, ports: &Ports, now: Timestamp) -> Result<bool, JobError> {
    let Some(ward) = &ports.ward else { return Ok(false) };
    let about = About::alert(alert);
    Ok(ward.switch()?.is_off(now) || ward.mutes(now)?.iter().any(|it| it.rests(&about, now)))
}

/// How many bytes there must be available for the alert to end, so that nothing is removed beyond need. None when that
/// cannot be told from the rule; then the whole plan is carried out.
async fn enough(alert: &Alert, mount: &str, context: &JobContext<'_>) -> Option<u64> {
    let rule = context.rules.iter().find(|it| it.name == alert.key.rule)?;
    let Detector::Threshold(threshold) = &rule.detector else { return None };
    let level = threshold.warning.or(threshold.critical)?;
    match (alert.key.series.metric.as_str(), threshold.side) {
        ("disk.used", Side::Above) => {
            let filesystems = filesystems(context.ports).await.ok()?;
            let usage = filesystems.into_iter().find(|it| it.mount == mount)?.usage.ok()?;
            Some(available_at(usage, level.back))
        }
        ("disk.free", Side::Below) => Some(level.back as u64),
        _ => None,
    }
}

/// The bytes available when so many per cent are used, as `df` counts.
fn available_at(usage: FilesystemUsage, used: f64) -> u64 {
    let whole = usage.used.saturating_add(usage.available) as f64;
    (whole * (1.0 - used / 100.0)).ceil() as u64
}

#[cfg(test)]
mod tests;
