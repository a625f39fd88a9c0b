//! What is wrong now, and since when; with a length of time, what was wrong then.

use std::time::Duration;

use async_trait::async_trait;
use jiff::SignedDuration;
use jobs::alert::{Alert, Judgement, Phase};
use jobs::declare::Rule;
use jobs::evaluate;
use jobs::incident::Incident;

use super::parse::length;
use super::{Command, CommandContext, CommandError};
use crate::gate::Cost;
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Choice, Reply, alert, incident};

/// How many are listed before the rest is only counted: a phone's screen.
const LISTED: usize = 8;
/// How many are listed when all are asked for: what one message holds.
const MOST: usize = 24;

/// `/alerts [all|range]`
pub(super) struct Alerts;

#[async_trait]
impl Command for Alerts {
    fn name(&self) -> &'static str {
        "alerts"
    }

    fn is_live(&self, _arguments: &[&str]) -> bool {
        true
    }

    fn cost(&self, _arguments: &[&str], _confirmed: bool) -> Cost {
        Cost::Calming
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        match arguments {
            [] => now(context, LISTED),
            ["all"] => now(context, MOST),
            [range] => {
                let range = length(range).ok_or(CommandError::Usage)?;
                history(context, SignedDuration::try_from(range).map_err(|_| CommandError::Usage)?)
            }
            _ => Err(CommandError::Usage),
        }
    }
}

/// What is wrong, what may become so, and how well that can be judged.
fn now(context: &CommandContext<'_>, most: usize) -> Result<Reply, CommandError> {
    let voice = context.voice;
    let alerts = context.ports.store.open_alerts()?;
    let open: Vec<Incident> = context.incidents.open()?.into_iter().map(|it| it.as_of(&alerts)).collect();
    // What began before this release knew incidents belongs to none.
    let has = |it: &Alert| open.iter().any(|incident| holds(incident, it));
    let (firing, rest): (Vec<_>, Vec<_>) = alerts.iter().partition(|it| it.is_told());
    let (unusual, pending): (Vec<_>, Vec<_>) = rest.into_iter().partition(|it| it.is_firing());
    let alone: Vec<&Alert> = firing.into_iter().filter(|it| !has(it)).collect();
    let wrong = open.len() + alone.len();
    let mut lines = vec![match wrong {
        0 => voice.say("alerts-none", &[]),
        count => voice.say("alerts-firing", &[("count", count.into())]),
    }];
    let sorted = by_need(&open);
    lines.extend(incidents(context, &sorted, most));
    lines.extend(list(context, &alone, most));
    if !unusual.is_empty() {
        lines.push(voice.say("alerts-unusual", &[]));
        lines.extend(list(context, &unusual, most));
    }
    if !pending.is_empty() {
        lines.push(voice.say("alerts-pending", &[("count", pending.len().into())]));
        lines.extend(list(context, &pending, most));
    }
    lines.extend(super::mute::listed(context, &context.mutes.in_force(context.now)?));
    lines.extend(watch(context)?);
    let more =
        (most < wrong && most < MOST).then(|| Choice::turn(voice.word("button-all", &[]), "/alerts all"));
    let choices = [
        Choice::turn(voice.word("button-refresh", &[]), "/alerts"),
        Choice::turn(voice.word("button-day", &[]), "/alerts 24h"),
    ];
    Ok(Reply::text(Markup::lines(lines)).row(cards(&sorted)).row(choices.into_iter().chain(more)))
}

/// What waits for somebody comes before what somebody has taken on.
fn by_need(open: &[Incident]) -> Vec<&Incident> {
    let mut sorted: Vec<&Incident> = open.iter().collect();
    sorted.sort_by_key(|it| (it.acknowledged.is_some(), std::cmp::Reverse(it.severity()), it.opened));
    sorted
}

/// Buttons that show the cards of what is wrong now.
pub(super) fn open_cards(context: &CommandContext<'_>) -> Result<Vec<Choice>, CommandError> {
    let alerts = context.ports.store.open_alerts()?;
    let open: Vec<Incident> = context.incidents.open()?.into_iter().map(|it| it.as_of(&alerts)).collect();
    Ok(cards(&by_need(&open)))
}

/// Buttons that show the cards of the first ones.
fn cards(incidents: &[&Incident]) -> Vec<Choice> {
    /// More than these do not fit a phone.
    const ABREAST: usize = 5;
    let card = |it: &&Incident| Choice::run(incident::number(it), format!("/card {}", it.number));
    incidents.iter().take(ABREAST).map(card).collect()
}

fn holds(incident: &Incident, alert: &Alert) -> bool {
    incident.members.iter().filter_map(|it| it.alert()).any(|it| it.number == alert.number)
}

/// How many rules really watch, what is still being learnt, and for which there is nothing to judge: silence must not
/// be taken for health.
fn watch(context: &CommandContext<'_>) -> Result<Vec<Markup>, CommandError> {
    let (voice, rules) = (context.voice, &context.declared.rules);
    let standings = evaluate::standings(rules, context.ports, context.now)?;
    let of = |rule: &Rule| -> Vec<&Judgement> {
        standings.iter().filter(|it| it.key.rule == rule.name).map(|it| &it.judgement).collect()
    };
    let judges = |it: &Judgement| !matches!(it, Judgement::Unknown | Judgement::Learning { .. });
    let watching = rules.iter().filter(|rule| of(rule).into_iter().any(judges)).count();
    let mut lines =
        vec![voice.say("alerts-watching", &[("watching", watching.into()), ("count", rules.len().into())])];
    // The one that has least of what it needs is how far the rule has come.
    let learning = rules.iter().filter_map(|rule| {
        let behind = of(rule).into_iter().filter_map(|it| match it {
            Judgement::Learning { have, need } => Some((*have, *need)),
            _ => None,
        });
        Some((rule, behind.min_by_key(|(have, need)| need.saturating_sub(*have))?))
    });
    lines.extend(learning.map(|(rule, (have, need))| {
        voice.say(
            "alerts-learning",
            &[
                ("rule", short(&rule.name, RULE).into()),
                ("have", voice.lasting(whole_minutes(have)).into()),
                ("need", voice.lasting(need).into()),
            ],
        )
    }));
    let blind: Vec<String> = rules
        .iter()
        .filter(|rule| of(rule).into_iter().all(|it| matches!(it, Judgement::Unknown)))
        .map(|rule| short(&rule.name, RULE))
        .collect();
    if !blind.is_empty() {
        lines.push(voice.say("alerts-blind", &[("rules", blind.join(", ").into())]));
    }
    Ok(lines)
}

/// Without the seconds, which would only flicker, once there is a minute.
fn whole_minutes(length: Duration) -> Duration {
    match length.as_secs() {
        seconds @ ..60 => Duration::from_secs(seconds),
        seconds => Duration::from_secs(seconds - seconds % 60),
    }
}

/// Letters of a rule's name that are shown.
const RULE: usize = 24;

fn history(context: &CommandContext<'_>, range: SignedDuration) -> Result<Reply, CommandError> {
    let voice = context.voice;
    let from = context.now.checked_sub(range).map_err(|_| CommandError::Usage)?;
    let mut past = context.incidents.between(from, context.now)?;
    past.reverse();
    let mut alone = context.ports.store.alerts_between(from, context.now)?;
    let has = |it: &Alert| past.iter().any(|incident| holds(incident, it));
    alone.retain(|it| !matches!(it.phase, Phase::Pending) && !has(it));
    alone.reverse();
    // What was only unusual is listed, and is no alert.
    let count = past.len() + alone.iter().filter(|it| !it.is_only_unusual()).count();
    let since = [("since", voice.moment(from, context.now).into()), ("count", count.into())];
    let mut lines =
        vec![voice.say(if count == 0 { "alerts-history-none" } else { "alerts-history" }, &since)];
    let past: Vec<&Incident> = past.iter().collect();
    lines.extend(incidents(context, &past, LISTED + LISTED / 2));
    lines.extend(list(context, &alone.iter().collect::<Vec<_>>(), LISTED));
    Ok(Reply::text(Markup::lines(lines))
        .row(cards(&past))
        .row([Choice::turn(voice.word("button-now", &[]), "/alerts")]))
}

fn incidents(context: &CommandContext<'_>, incidents: &[&Incident], most: usize) -> Vec<Markup> {
    let rules = &context.declared.rules;
    let line = |it: &&Incident| incident::listed(context.voice, it, rules, context.now);
    let lines = incidents.iter().take(most).map(line).collect();
    counted(context, lines, incidents.len(), most)
}

/// Says how many are left out.
fn counted(context: &CommandContext<'_>, mut lines: Vec<Markup>, all: usize, most: usize) -> Vec<Markup> {
    if let Some(more) = all.checked_sub(most).filter(|more| 0 < *more) {
        lines.push(context.voice.say("and-more", &[("count", more.into())]));
    }
    lines
}

fn list(context: &CommandContext<'_>, alerts: &[&Alert], most: usize) -> Vec<Markup> {
    let rule_of = |it: &Alert| context.declared.rules.iter().find(|rule| rule.name == it.key.rule);
    let line = |it: &&Alert| alert::listed(context.voice, it, rule_of(it), context.now);
    counted(context, alerts.iter().take(most).map(line).collect(), alerts.len(), most)
}
