//! What happened to containers, container by container.

use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use jobs::label;
use jobs::ports::{EngineEvent, EventAction, Health, Needs, Right};

use super::parse::length;
use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::pages::{Page, taken};
use crate::present::{Choice, Reply, Voice, containers};

/// How far back it goes where nothing else is said.
const USUAL: Duration = Duration::from_secs(3600);
/// How many containers are on one page.
const PAGE: usize = 12;
/// How many kinds of happening are told of one container.
const KINDS: usize = 6;
/// The lengths of time that the buttons offer.
const RANGES: [&str; 3] = ["1h", "6h", "24h"];

/// `/events [length] [part of a name] [page]`
pub(super) struct Events;

#[async_trait]
impl Command for Events {
    fn name(&self) -> &'static str {
        "events"
    }

    fn needs(&self, _arguments: &[&str], _confirmed: bool) -> Needs {
        Needs::All(&[Right::Events])
    }

    fn has_pages(&self) -> bool {
        true
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let voice = context.voice;
        let mut words = arguments.to_vec();
        let page = taken(&mut words);
        let mut range = USUAL;
        if let Some(place) = words.iter().position(|it| length(it).is_some()) {
            range = length(words.remove(place)).unwrap_or(USUAL);
        }
        let part = match words[..] {
            [] => None,
            [part] => Some(part.to_lowercase()),
            _ => return Err(CommandError::Usage),
        };
        let to = context.now;
        let from = to.checked_sub(SignedDuration::try_from(range).map_err(|_| CommandError::Usage)?);
        let from = from.map_err(|_| CommandError::Usage)?;
        let mut events = context.ports.engine.happened(from, to).await?;
        events.retain(|it| {
            let is_meant = part.as_deref().is_none_or(|part| it.name.to_lowercase().contains(part));
            is_meant && is_worth(&it.action) && !label::is_set(it.label(label::IGNORE))
        });
        let lives = lives(voice, &events);
        let suffix = part.as_deref().map(|it| format!(" {it}")).unwrap_or_default();
        let line = format!("/events {}s{suffix}", range.as_secs());
        let ranges = RANGES.map(|it| {
            let label = super::span(voice, it);
            let label = if length(it) == Some(range) { format!("• {label}") } else { label };
            Choice::turn(label, format!("/events {it}{suffix}"))
        });
        let (shown, page) = Page::of(&lives, page, PAGE);
        let nouns = [("lasting", voice.lasting(range).into()), ("count", lives.len().into())];
        let mut lines =
            vec![voice.say(if lives.is_empty() { "events-none" } else { "events-title" }, &nouns)];
        lines.extend(shown.iter().map(|it| told(voice, it, to)));
        lines.push(voice.say("events-limits", &[]));
        Ok(Reply::text(Markup::lines(lines))
            .row([Choice::turn(voice.word("button-refresh", &[]), format!("{line} {}", page.number))])
            .row(ranges)
            .row(page.turns(&line)))
    }
}

/// Whether it says something of a container's life: what is done within it, as health checks do all the time, and who
/// looks at it, do not.
fn is_worth(action: &EventAction) -> bool {
    match action {
        EventAction::Other(word) => {
            !["exec_", "top", "attach", "detach", "resize", "export", "archive-", "extract-"]
                .iter()
                .any(|it| word.starts_with(it))
        }
        EventAction::Create
        | EventAction::Start
        | EventAction::Die { .. }
        | EventAction::Oom
        | EventAction::Kill { .. }
        | EventAction::Stop
        | EventAction::Restart
        | EventAction::Pause
        | EventAction::Unpause
        | EventAction::Destroy
        | EventAction::Rename { .. }
        | EventAction::HealthStatus(_) => true,
    }
}

/// What happened to one container.
struct Life<'a> {
    name: &'a str,
    first: Timestamp,
    last: Timestamp,
    /// What, in the order in which it happened first, and how often.
    kinds: Vec<(String, usize)>,
}

/// Container by container, the one of the newest event first.
fn lives<'a>(voice: &Voice, events: &'a [EngineEvent]) -> Vec<Life<'a>> {
    let mut lives: Vec<Life<'a>> = Vec::new();
    let mut actions: Vec<Vec<&EventAction>> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for event in events {
        let place = *places.entry(event.name.as_str()).or_insert_with(|| {
            lives.push(Life { name: &event.name, first: event.at, last: event.at, kinds: Vec::new() });
            actions.push(Vec::new());
            lives.len() - 1
        });
        let (Some(life), Some(actions)) = (lives.get_mut(place), actions.get_mut(place)) else { continue };
        life.last = life.last.max(event.at);
        actions.push(&event.action);
    }
    for (life, actions) in lives.iter_mut().zip(actions) {
        for (action, code) in folded(&actions) {
            let kind = kind(voice, action, code);
            match life.kinds.iter_mut().find(|it| it.0 == kind) {
                Some(known) => known.1 += 1,
                None => life.kinds.push((kind, 1)),
            }
        }
    }
    lives.sort_by(|a, b| b.last.cmp(&a.last).then_with(|| a.name.cmp(b.name)));
    lives
}

/// What a person did, once, with the code its process ended with: Docker says five things of one restart (a signal, an
/// end, a stop, a start, a restart), and three of one stop.
fn folded<'a>(actions: &[&'a EventAction]) -> Vec<(&'a EventAction, Option<i64>)> {
    let mut told: Vec<(&EventAction, Option<i64>)> = Vec::new();
    for action in actions {
        let mut code = None;
        match action {
            EventAction::Die { exit_code } => code = *exit_code,
            EventAction::Stop => code = taken_back(&mut told),
            EventAction::Restart => {
                told.pop_if(|it| matches!(it.0, EventAction::Start));
                code = match told.pop_if(|it| matches!(it.0, EventAction::Stop)) {
                    Some(stopped) => stopped.1,
                    None => taken_back(&mut told),
                };
            }
            EventAction::Create
            | EventAction::Start
            | EventAction::Oom
            | EventAction::Kill { .. }
            | EventAction::Pause
            | EventAction::Unpause
            | EventAction::Destroy
            | EventAction::Rename { .. }
            | EventAction::HealthStatus(_)
            | EventAction::Other(_) => {}
        }
        told.push((action, code));
    }
    told
}

/// Takes back an end that was told last, with the signals before it; the code it ended with.
fn taken_back(told: &mut Vec<(&EventAction, Option<i64>)>) -> Option<i64> {
    let (_, code) = told.pop_if(|it| matches!(it.0, EventAction::Die { .. }))?;
    while told.pop_if(|it| matches!(it.0, EventAction::Kill { .. })).is_some() {}
    code
}

fn told(voice: &Voice, life: &Life<'_>, now: Timestamp) -> Markup {
    let (first, last) = (voice.moment(life.first, now), voice.moment(life.last, now));
    let when = if first == last { first } else { format!("{first} – {last}") };
    let mut what: Vec<String> = life
        .kinds
        .iter()
        .take(KINDS)
        .map(|(kind, count)| if *count == 1 { kind.clone() } else { format!("{kind} ×{count}") })
        .collect();
    if KINDS < life.kinds.len() {
        what.push(voice.word("and-more", &[("count", (life.kinds.len() - KINDS).into())]));
    }
    voice.say(
        "events-one",
        &[
            ("name", short(life.name, containers::NAME).into()),
            ("when", when.into()),
            ("what", what.join(", ").into()),
        ],
    )
}

fn kind(voice: &Voice, action: &EventAction, code: Option<i64>) -> String {
    let word = |key: &str| voice.word(key, &[]);
    let with = |key: &str, code: i64| voice.word(key, &[("code", code.to_string().into())]);
    match action {
        EventAction::Create => word("happened-create"),
        EventAction::Start => word("happened-start"),
        EventAction::Die { .. } => {
            code.map_or_else(|| word("happened-die"), |it| with("happened-die-code", it))
        }
        EventAction::Oom => word("happened-oom"),
        EventAction::Kill { signal: Some(signal) } => {
            voice.word("happened-signal", &[("signal", signal.to_string().into())])
        }
        EventAction::Kill { signal: None } => word("happened-signal-unknown"),
        EventAction::Stop => code.map_or_else(|| word("happened-stop"), |it| with("happened-stop-code", it)),
        EventAction::Restart => {
            code.map_or_else(|| word("happened-restart"), |it| with("happened-restart-code", it))
        }
        EventAction::Pause => word("happened-pause"),
        EventAction::Unpause => word("happened-unpause"),
        EventAction::Destroy => word("happened-destroy"),
        EventAction::Rename { from } => {
            voice.word("happened-rename", &[("from", short(from, containers::NAME).into())])
        }
        EventAction::HealthStatus(Health::Healthy) => word("happened-healthy"),
        EventAction::HealthStatus(Health::Unhealthy) => word("happened-unhealthy"),
        EventAction::HealthStatus(Health::Starting) => word("happened-starting"),
        EventAction::HealthStatus(Health::Other(word)) | EventAction::Other(word) => {
            short(&voice.reason(word), 24)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(actions: &[EventAction], expected: &[(EventAction, Option<i64>)]) {
        let actions: Vec<&EventAction> = actions.iter().collect();
        let told: Vec<_> = folded(&actions).into_iter().map(|(it, code)| (it.clone(), code)).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn a_stop_and_a_restart_are_one_word_each_with_the_code_it_ended_with() {
        use EventAction::{Create, Kill, Oom, Restart, Start, Stop};
        let kill = |signal| Kill { signal: Some(signal) };
        let die = |code| EventAction::Die { exit_code: Some(code) };
        check(&[kill(15), die(143), Stop, Start, Restart], &[(Restart, Some(143))]);
        check(&[kill(15), kill(9), die(137), Stop], &[(Stop, Some(137))]);
        check(&[kill(15), die(0), Stop, Start], &[(Stop, Some(0)), (Start, None)]);
        // Of a container that did not run, a restart is a start.
        check(&[Create, Start, Restart], &[(Create, None), (Restart, None)]);
        // What nobody asked for stays what it was.
        check(&[Oom, die(137), Start], &[(Oom, None), (die(137), Some(137)), (Start, None)]);
        check(&[kill(9), die(137)], &[(kill(9), None), (die(137), Some(137))]);
        // Two in a row are two.
        let twice = [kill(15), die(0), Stop, Start, Restart, kill(15), die(0), Stop, Start, Restart];
        check(&twice, &[(Restart, Some(0)), (Restart, Some(0))]);
    }
}
