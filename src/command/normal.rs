//! "This is normal": what a person knows better than statistics. It is listed, and can be taken back.

use async_trait::async_trait;
use jobs::audit::Outcome;
use jobs::declare::Rule;
use jobs::evaluate::{self, Detector, Normal, Sides};
use jobs::metric::SeriesKey;
use jobs::role::Role;
use jobs::sample;

use super::graph::ALIASES;
use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::voice::unit_of;
use crate::present::{Choice, Reply};

/// How many are listed with a button each: more would be a list to scroll.
const LISTED: usize = 8;
/// Letters of a rule's name that are shown.
const RULE: usize = 24;

/// What is said for a rule that looks above, below, or to both sides.
const SAID: [&str; 3] = ["normal-said-above", "normal-said-below", "normal-said-both"];
const LISTING: [&str; 3] = ["normal-one-above", "normal-one-below", "normal-one-both"];

/// `/normal [series [undo]]`
pub(super) struct NormalCommand;

#[async_trait]
impl Command for NormalCommand {
    fn name(&self) -> &'static str {
        "normal"
    }

    fn role(&self, arguments: &[&str]) -> Role {
        if arguments.is_empty() { Role::Viewer } else { Role::Operator }
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        match arguments {
            [] => list(context),
            [series @ .., "undo"] if !series.is_empty() => undo(context, &wanted(series)?),
            series => say(context, &wanted(series)?),
        }
    }
}

/// The series that is meant. A part's name may have spaces in it.
fn wanted(words: &[&str]) -> Result<SeriesKey, CommandError> {
    let name = words.join(" ");
    let lower = name.to_lowercase();
    if let Some((_, [metric])) = ALIASES.iter().find(|(alias, _)| *alias == lower) {
        return Ok(SeriesKey::whole(*metric));
    }
    let key: Option<SeriesKey> = name.parse().ok();
    key.filter(|it| sample::metric(&it.metric).is_some()).ok_or(CommandError::NoMetric { name, near: None })
}

fn say(context: &CommandContext<'_>, series: &SeriesKey) -> Result<Reply, CommandError> {
    let (voice, store) = (context.voice, &*context.ports.store);
    let rules = || context.declared.rules.iter().filter(|it| is_about(it, series));
    let named = |key: &str| voice.say(key, &[("what", voice.series(series).into())]);
    let Some(learning) = rules().find(|it| learns(it)) else {
        return Ok(Reply::text(match rules().find(|it| !matches!(it.detector, Detector::Absence(_))) {
            Some(rule) => voice.say(
                "normal-declared",
                &[("what", voice.series(series).into()), ("rule", short(&rule.name, RULE).into())],
            ),
            None => named("normal-no-rule"),
        }));
    };
    let said = store.normals()?;
    let mut closes = false;
    let mut widest: Option<Normal> = None;
    for rule in rules().filter(|it| learns(it)) {
        let key = jobs::alert::AlertKey { rule: rule.name.clone(), series: series.clone() };
        let by = context.operator.id().0;
        let Some(normal) = evaluate::said_now(rule, &key, store, context.now, by)? else { continue };
        let normal = normal.widened_by(said.iter().find(|it| it.key == key));
        store.put_normal(&normal)?;
        closes |= store.alert(&key)?.is_some_and(|it| it.is_firing());
        widest = Some(normal.widened_by(widest.as_ref()));
    }
    let Some(normal) = widest else { return Ok(Reply::text(named("normal-unseen"))) };
    let mut text = sentence(context, &SAID, &normal, learning);
    if closes {
        text = text.line().then(voice.say("normal-closes", &[]));
    }
    Ok(Reply::text(text)
        .row([Choice::turn(voice.word("button-take-back", &[]), line(series))])
        .ended(Outcome::Done))
}

fn undo(context: &CommandContext<'_>, series: &SeriesKey) -> Result<Reply, CommandError> {
    let voice = context.voice;
    let (key, outcome) = match context.ports.store.forget_normals(series)? {
        0 => ("normal-nothing", None),
        _ => ("normal-undone", Some(Outcome::Done)),
    };
    Ok(Reply { outcome, ..Reply::text(voice.say(key, &[("what", voice.series(series).into())])) })
}

fn list(context: &CommandContext<'_>) -> Result<Reply, CommandError> {
    let voice = context.voice;
    let said = context.ports.store.normals()?;
    if said.is_empty() {
        return Ok(Reply::text(voice.say("normal-none", &[])));
    }
    let mut lines = vec![voice.say("normal-title", &[])];
    let rule_of = |it: &Normal| context.declared.rules.iter().find(|rule| rule.name == it.key.rule);
    lines.extend(said.iter().map(|it| match rule_of(it) {
        Some(rule) => sentence(context, &LISTING, it, rule),
        None => voice.say(
            "normal-without-rule",
            &[("what", voice.series(&it.key.series).into()), ("rule", short(&it.key.rule, RULE).into())],
        ),
    }));
    let mut series: Vec<&SeriesKey> = said.iter().map(|it| &it.key.series).collect();
    series.dedup();
    let button = |it: &&SeriesKey| Choice::turn(format!("↩️ {}", voice.series(it)), line(it));
    let reply = Reply::text(Markup::lines(lines));
    Ok(series.iter().take(LISTED).map(button).fold(reply, |reply, it| reply.row([it])))
}

/// What takes it back.
fn line(series: &SeriesKey) -> String {
    format!("/normal {series} undo")
}

/// Between which limits something is normal, by the sides that the rule looks at.
fn sentence(context: &CommandContext<'_>, keys: &[&str; 3], normal: &Normal, rule: &Rule) -> Markup {
    let voice = context.voice;
    let sides = match &rule.detector {
        Detector::Novelty(novelty) => novelty.sides,
        Detector::Sigma(sigma) => sigma.sides,
        Detector::Threshold(_) | Detector::Absence(_) | Detector::Forecast(_) => Sides::Both,
    };
    let key = match sides {
        Sides::Above => keys[0],
        Sides::Below => keys[1],
        Sides::Both => keys[2],
    };
    let unit = unit_of(&normal.key.series.metric);
    voice.say(
        key,
        &[
            ("what", voice.series(&normal.key.series).into()),
            ("low", voice.value(unit, normal.least()).into()),
            ("high", voice.value(unit, normal.most()).into()),
            ("at", voice.moment(normal.at, context.now).into()),
        ],
    )
}

fn is_about(rule: &Rule, series: &SeriesKey) -> bool {
    rule.metric == series.metric && rule.covers(&series.subject)
}

/// Whether the rule learns what is normal by itself.
fn learns(rule: &Rule) -> bool {
    match rule.detector {
        Detector::Sigma(_) | Detector::Novelty(_) => true,
        Detector::Threshold(_) | Detector::Absence(_) | Detector::Forecast(_) => false,
    }
}
