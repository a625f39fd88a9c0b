//! The whole record of an incident: which rule, with which numbers, what happened in which order, who was told when.

use std::time::Duration;

use jiff::Timestamp;
use jobs::alert::{Finding, Reason, Severity, Step};
use jobs::declare::Rule;
use jobs::evaluate::{Companion, Detector, Forecast, Horizon, Level, Novelty, Sigma, Threshold};
use jobs::heal::{Heal, HealStep};
use jobs::incident::{Entry, Incident, Telling, What};
use jobs::metric::{SeriesKey, Unit};

use super::{Teller, number};
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::voice::unit_of;
use crate::present::{Voice, verdict};

/// Letters of a rule's name.
const RULE: usize = 24;
/// What is told so long after it became news was late: a group of containers is waited for less.
const LATE: Duration = Duration::from_secs(90);

/// What stands over a record: the incident, and what it is judged by.
pub fn head(voice: &Voice, host: &str, incident: &Incident, rules: &[Rule], now: Timestamp) -> Markup {
    let teller = Teller { voice, host, incident, rules, newest: None, now };
    let (title, rest) = teller.title();
    let mut lines = vec![Markup::new().code(number(incident)).plain(" ").then(title)];
    lines.extend(rest);
    let mut named: Vec<&str> = Vec::new();
    for alert in incident.members.iter().filter_map(|it| it.alert()) {
        if named.contains(&alert.key.rule.as_str()) {
            continue;
        }
        named.push(&alert.key.rule);
        lines.extend(teller.rule(alert).map(|it| rule(voice, it)));
    }
    Markup::lines(lines)
}

/// The entries of a record, a line each, oldest first. `reader` is whose private chat it is read in.
pub fn lines(
    voice: &Voice,
    entries: &[Entry],
    rules: &[Rule],
    reader: Option<i64>,
    now: Timestamp,
) -> Vec<Markup> {
    let mut lines = Vec::new();
    // What came of an attempt is told where it began; how many entries that takes is nobody's business.
    let mut told: Vec<usize> = Vec::new();
    for (place, it) in entries.iter().enumerate() {
        if told.contains(&place) {
            continue;
        }
        let words = match &it.what {
            What::Heal(heal) => match &heal.what {
                HealStep::Began { what, by } => {
                    let later = of_attempt(entries, place, heal);
                    told.extend(later.iter().map(|it| it.0));
                    let later: Vec<&Heal> = later.into_iter().map(|it| it.1).collect();
                    super::story::attempt(voice, heal, what, *by, &later, now)
                }
                _ => entry(voice, it, rules, reader, now),
            },
            _ => entry(voice, it, rules, reader, now),
        };
        lines.push(Markup::new().code(when(voice, it.at, now)).plain(" ").then(words));
    }
    lines
}

/// What came of an attempt that begins at this place: the ends of asking and of looking, up to the next attempt.
fn of_attempt<'a>(entries: &'a [Entry], place: usize, began: &Heal) -> Vec<(usize, &'a Heal)> {
    let mine = entries.iter().enumerate().skip(place + 1).filter_map(|(place, it)| match &it.what {
        What::Heal(heal) if heal.target == began.target => Some((place, heal)),
        _ => None,
    });
    mine.take_while(|it| !matches!(it.1.what, HealStep::Began { .. }))
        .filter(|it| matches!(it.1.what, HealStep::Ended { .. } | HealStep::Verified { .. }))
        .collect()
}

/// To the second; with its day when that is another.
fn when(voice: &Voice, at: Timestamp, now: Timestamp) -> String {
    let today = voice.day(at) == voice.day(now);
    if today { voice.clock(at) } else { format!("{} {}", voice.day(at), voice.clock(at)) }
}

fn entry(voice: &Voice, entry: &Entry, rules: &[Rule], reader: Option<i64>, now: Timestamp) -> Markup {
    match &entry.what {
        What::Step { rule, series, step, finding, reason, .. } => {
            let rule = rules.iter().find(|it| it.name == *rule);
            let told = self::step(voice, rule, series, *step, finding);
            match reason.as_ref().and_then(|it| because(voice, it)) {
                Some(why) => told.plain(format!(" ({why})")),
                None => told,
            }
        }
        What::Verdict(it) => {
            let (head, evidence) = verdict::words(voice, it, now);
            evidence.map_or(head.clone(), |evidence| head.plain(". ").then(evidence))
        }
        What::Heal(it) => super::story::step(voice, it, now),
        What::Acknowledged { by } => who(voice, "why-taken", *by, reader),
        What::Unacknowledged { by: Some(by) } => who(voice, "why-released", *by, reader),
        What::Unacknowledged { by: None } => voice.say("why-released-worse", &[]),
        What::Reminded => voice.say("why-reminded", &[]),
        What::Told { chat, how: Telling::Sent { made, .. } } => {
            let told = who(voice, "why-told", *chat, reader);
            told.then(lateness(voice, entry.at, *made, now))
        }
        What::Told { chat, how: Telling::Together { made, .. } } => {
            let told = who(voice, "why-together", *chat, reader);
            told.then(lateness(voice, entry.at, *made, now))
        }
        What::Told { chat, how: Telling::Edited { .. } } => who(voice, "why-edited", *chat, reader),
        What::Told { chat, how: Telling::Held } => who(voice, "why-held", *chat, reader),
    }
}

/// How late something was told; nothing when it was not.
fn lateness(voice: &Voice, at: Timestamp, made: Timestamp, now: Timestamp) -> Markup {
    let late = Duration::try_from(at.duration_since(made)).unwrap_or_default();
    if late < LATE {
        return Markup::new();
    }
    let nouns = [("late", voice.lasting(late).into()), ("at", when(voice, made, now).into())];
    Markup::text(", ").then(voice.say("why-late", &nouns))
}

/// Why an alert took a step, in numbers; none where the step says it all.
fn because(voice: &Voice, reason: &Reason) -> Option<String> {
    let none = Duration::ZERO;
    let (key, lasted, needed, times) = match *reason {
        Reason::Ill { lasted, needed } => ("why-reason-ill", lasted, needed, 0),
        Reason::Well { lasted, needed } => ("why-reason-well", lasted, needed, 0),
        Reason::Again { lasted, well, .. } => ("why-reason-again", lasted, well, 0),
        Reason::Level { .. } => return None,
        Reason::Unsteady { times, within, .. } => ("why-reason-unsteady", within, none, times),
        Reason::Calm { lasted, times, .. } => ("why-reason-calm", lasted, none, times),
        Reason::Steady { lasted, times, .. } => ("why-reason-steady", lasted, none, times),
        Reason::Cut { lasted } => ("why-reason-cut", lasted, none, 0),
    };
    let nouns = [
        ("lasted", voice.lasting(lasted).into()),
        ("needed", voice.lasting(needed).into()),
        ("count", times.into()),
    ];
    Some(voice.word(key, &nouns))
}

/// Something about a person or a chat.
fn who(voice: &Voice, key: &str, id: i64, reader: Option<i64>) -> Markup {
    let who = if reader == Some(id) { voice.word("why-you", &[]) } else { id.to_string() };
    voice.say(key, &[("who", who.into())])
}

/// A step of an alert, with its numbers and its reason.
fn step(voice: &Voice, rule: Option<&Rule>, series: &str, step: Step, finding: &Finding) -> Markup {
    let absent = matches!(rule.map(|it| &it.detector), Some(Detector::Absence(_)));
    let key: Option<SeriesKey> = series.parse().ok();
    let unit = match &key {
        _ if absent => Unit::Seconds,
        Some(key) => unit_of(&key.metric),
        None => Unit::Ratio,
    };
    let what = key.map_or_else(|| series.to_owned(), |it| voice.series(&it));
    let sentence = match step {
        Step::Suspected => "why-step-suspected",
        Step::Noted => "why-step-noted",
        Step::Fired if finding.severity == Severity::Critical => "why-step-fired-critical",
        Step::Fired => "why-step-fired",
        Step::Worsened => "why-step-worsened",
        Step::Eased => "why-step-eased",
        Step::Clearing => "why-step-clearing",
        Step::Dismissed => "why-step-dismissed",
        Step::Recovered | Step::Faded => "why-step-recovered",
        Step::Settled => "why-step-settled",
        Step::Gone => "why-step-gone",
        Step::Withdrawn => "why-step-withdrawn",
        Step::Relapsed => "why-step-relapsed",
        Step::Returned => "why-step-returned",
        Step::Flapping => "why-step-flapping",
        Step::Steadied => "why-step-steadied",
        Step::Quiet | Step::Pending | Step::Held => "why-step-held",
    };
    let nouns = [
        ("what", what.into()),
        ("value", voice.value(unit, finding.observed).into()),
        ("limit", voice.value(unit, finding.limit).into()),
    ];
    voice.say(sentence, &nouns)
}

/// What a rule says, in one sentence.
fn rule(voice: &Voice, rule: &Rule) -> Markup {
    let unit = unit_of(&rule.metric);
    let mut parts = match &rule.detector {
        Detector::Threshold(it) => threshold(voice, it, unit),
        Detector::Sigma(it) => sigma(voice, it, unit),
        Detector::Novelty(it) => novelty(voice, it, unit),
        Detector::Forecast(it) => forecast(voice, it, unit),
        Detector::Absence(it) => {
            vec![voice.word("why-rule-absence", &[("after", voice.lasting(it.after).into())])]
        }
    };
    if Duration::ZERO < rule.patience {
        parts.push(voice.word("why-rule-for", &[("for", voice.lasting(rule.patience).into())]));
    }
    if Duration::ZERO < rule.clear {
        parts.push(voice.word("why-rule-clear", &[("clear", voice.lasting(rule.clear).into())]));
    }
    let nouns = [("rule", short(&rule.name, RULE).into()), ("what", parts.join("; ").into())];
    voice.say("why-rule", &nouns)
}

fn threshold(voice: &Voice, it: &Threshold, unit: Unit) -> Vec<String> {
    let level = |key: &str, level: Option<Level>| {
        let Level { at, back } = level?;
        let nouns = [("at", voice.value(unit, at).into()), ("back", voice.value(unit, back).into())];
        Some(voice.word(key, &nouns))
    };
    let mut parts = Vec::new();
    if Duration::ZERO < it.over {
        parts.push(voice.word("why-rule-mean", &[("over", voice.lasting(it.over).into())]));
    }
    parts.extend(level("why-rule-warning", it.warning));
    parts.extend(level("why-rule-critical", it.critical));
    parts.extend(it.critical_with.as_ref().map(|Companion { metric, at, .. }| {
        let at = voice.value(unit_of(metric), *at);
        voice.word("why-rule-with", &[("what", voice.metric(metric).into()), ("at", at.into())])
    }));
    parts
}

fn forecast(voice: &Voice, it: &Forecast, unit: Unit) -> Vec<String> {
    let horizon = |key: &str, horizon: Option<Horizon>| {
        let Horizon { under, until } = horizon?;
        let nouns = [("under", voice.lasting(under).into()), ("until", voice.lasting(until).into())];
        Some(voice.word(key, &nouns))
    };
    let floor = voice.word("why-rule-floor", &[("floor", voice.value(unit, it.floor).into())]);
    let parts = [
        horizon("why-rule-full-warning", it.warning),
        horizon("why-rule-full-critical", it.critical),
        Some(floor),
    ];
    parts.into_iter().flatten().collect()
}

fn sigma(voice: &Voice, it: &Sigma, unit: Unit) -> Vec<String> {
    let nouns = [
        ("window", voice.lasting(it.window).into()),
        ("k", voice.value(Unit::Ratio, it.k).into()),
        ("least", voice.value(unit, it.least).into()),
    ];
    let mut parts = vec![voice.word("why-rule-sigma", &nouns)];
    parts.extend(
        it.floor.map(|floor| voice.word("why-rule-floor", &[("floor", voice.value(unit, floor).into())])),
    );
    parts
}

fn novelty(voice: &Voice, it: &Novelty, unit: Unit) -> Vec<String> {
    let value = |name: &'static str, value: f64| [(name, voice.value(unit, value).into())];
    let mut parts = vec![
        voice.word("why-rule-mean", &[("over", voice.lasting(it.every).into())]),
        voice.word("why-rule-novelty", &value("least", it.least)),
    ];
    parts.extend(it.floor.map(|floor| voice.word("why-rule-floor", &value("floor", floor))));
    parts.extend(it.ceiling.map(|ceiling| voice.word("why-rule-ceiling", &value("at", ceiling))));
    parts.extend(it.page_with.as_ref().map(|Companion { metric, at, .. }| {
        let at = voice.value(unit_of(metric), *at);
        voice.word("why-rule-page", &[("what", voice.metric(metric).into()), ("at", at.into())])
    }));
    parts
}
