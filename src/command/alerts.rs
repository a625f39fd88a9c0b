//! What is wrong now, and since when; with a length of time, what was wrong then.

use async_trait::async_trait;
use jiff::SignedDuration;
use jobs::alert::{Alert, Phase};

use super::parse::length;
use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::{Choice, Reply, alert};

/// How many are listed before the rest is only counted.
const LISTED: usize = 15;

/// `/alerts [range]`
pub(super) struct Alerts;

#[async_trait]
impl Command for Alerts {
    fn name(&self) -> &'static str {
        "alerts"
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        match arguments {
            [] => now(context),
            [range] => {
                let range = length(range).ok_or(CommandError::Usage)?;
                history(context, SignedDuration::try_from(range).map_err(|_| CommandError::Usage)?)
            }
            _ => Err(CommandError::Usage),
        }
    }
}

fn now(context: &CommandContext<'_>) -> Result<Reply, CommandError> {
    let voice = context.voice;
    let mut open = context.ports.store.open_alerts()?;
    open.sort_by_key(|it| (!it.is_firing(), std::cmp::Reverse(it.finding.severity), it.since));
    let (firing, pending): (Vec<_>, Vec<_>) = open.iter().partition(|it| it.is_firing());
    let mut lines = vec![match firing.len() {
        0 => voice.say("alerts-none", &[("count", context.declared.rules.len().into())]),
        count => voice.say("alerts-firing", &[("count", count.into())]),
    }];
    lines.extend(list(context, &firing));
    if !pending.is_empty() {
        lines.push(voice.say("alerts-pending", &[("count", pending.len().into())]));
        lines.extend(list(context, &pending));
    }
    if let Some(mute) = context.mutes.current(context.now)? {
        lines.push(voice.say("alerts-muted", &[("until", voice.moment(mute.until, context.now).into())]));
    }
    Ok(Reply::text(Markup::lines(lines)).row([
        Choice::turn(voice.word("button-refresh", &[]), "/alerts"),
        Choice::turn(voice.word("button-day", &[]), "/alerts 24h"),
    ]))
}

fn history(context: &CommandContext<'_>, range: SignedDuration) -> Result<Reply, CommandError> {
    let voice = context.voice;
    let from = context.now.checked_sub(range).map_err(|_| CommandError::Usage)?;
    let mut alerts = context.ports.store.alerts_between(from, context.now)?;
    alerts.retain(|it| !matches!(it.phase, Phase::Pending));
    alerts.reverse();
    let since = [("since", voice.moment(from, context.now).into()), ("count", alerts.len().into())];
    let mut lines =
        vec![voice.say(if alerts.is_empty() { "alerts-history-none" } else { "alerts-history" }, &since)];
    lines.extend(list(context, &alerts.iter().collect::<Vec<_>>()));
    Ok(Reply::text(Markup::lines(lines)).row([Choice::turn(voice.word("button-now", &[]), "/alerts")]))
}

fn list(context: &CommandContext<'_>, alerts: &[&Alert]) -> Vec<Markup> {
    let rule_of = |it: &Alert| context.declared.rules.iter().find(|rule| rule.name == it.key.rule);
    let mut lines: Vec<Markup> = alerts
        .iter()
        .take(LISTED)
        .map(|it| alert::listed(context.voice, it, rule_of(it), context.now))
        .collect();
    if let Some(more) = alerts.len().checked_sub(LISTED).filter(|more| 0 < *more) {
        lines.push(context.voice.say("and-more", &[("count", more.into())]));
    }
    lines
}
