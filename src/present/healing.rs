//! What healing may do by itself, and what of it was done: the answer to `/heal`.

use jiff::Timestamp;
use jobs::declare::Rule;
use jobs::heal::past::{Breaker, Common, Past, used};
use jobs::heal::{Heal, HealStep, Mode, Policy, Settings};
use jobs::ports::{Allowed, Right, Switch, Verb};

use crate::locale::Noun;
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Voice, permits};

/// Letters of a container's or a policy's name.
const NAME: usize = 28;
/// So many containers with something used, and so many attempts, are listed.
const MOST: usize = 5;

/// What there is to say.
pub struct Overview<'a> {
    /// What is declared.
    pub settings: &'a Settings,
    /// Every rule; those with a remedy are part of it.
    pub rules: &'a [Rule],
    /// What people have set by hand.
    pub switch: &'a Switch,
    /// What all containers have in common.
    pub common: Common,
    /// What the engine is known to let us do.
    pub allowed: &'a Allowed,
    /// The journal of a day, oldest first.
    pub journal: &'a [Heal],
}

/// All of it.
pub fn overview(voice: &Voice, overview: &Overview<'_>, now: Timestamp) -> Markup {
    let Overview { settings, rules, switch, common, allowed, journal } = overview;
    let mut lines = vec![match switch.off.filter(|_| switch.is_off(now)) {
        Some(off) => match off.until {
            Some(until) => voice.say("heal-off-until", &[("until", voice.moment(until, now).into())]),
            None => voice.say("heal-off", &[]),
        },
        None => voice.say("heal-on", &[]),
    }];
    let wanted = settings.policies.iter().map(|it| Right::from(it.verb));
    let mut locked: Vec<Right> = wanted.filter(|it| !allowed.may(*it)).collect();
    locked.sort_unstable();
    locked.dedup();
    if let Some(first) = locked.first() {
        let names: Vec<String> = locked.iter().map(|it| permits::name(voice, *it)).collect();
        let nouns = [("right", names.join(", ").into()), ("profile", first.profile().name().into())];
        lines.push(voice.say("heal-locked", &nouns));
    }
    lines.extend(settings.policies.iter().map(|it| policy(voice, it, switch)));
    for rule in rules.iter().filter(|it| it.remedy.is_some()) {
        let declared = rule.mode.unwrap_or(settings.mode);
        let nouns = [
            ("name", Noun::from(short(&rule.name, NAME))),
            ("mode", mode(voice, switch.modes.get(&rule.name).copied().unwrap_or(declared)).into()),
            ("count", settings.most_a_day.into()),
        ];
        lines.push(voice.say("heal-rule", &nouns));
    }
    match common.breaker {
        Breaker::Closed | Breaker::Mended => {}
        Breaker::Open { until } => {
            lines.push(voice.say("heal-breaker-open", &[("until", voice.moment(until, now).into())]));
        }
        Breaker::Due { .. } | Breaker::HalfOpen { .. } => lines.push(voice.say("heal-breaker-half", &[])),
    }
    let all = [("count", Noun::from(common.spent)), ("of", settings.most_an_hour.into())];
    lines.push(voice.say("heal-used-all", &all));
    for (name, count) in used(journal, now).into_iter().take(MOST) {
        let of = Past::of(journal, &name).last().map_or(jobs::heal::MOST_AN_HOUR, |it| it.what.of);
        let nouns = [("name", Noun::from(short(&name, NAME))), ("count", count.into()), ("of", of.into())];
        lines.push(voice.say("heal-used", &nouns));
    }
    let attempts: Vec<Markup> = attempts(voice, journal, now);
    if !attempts.is_empty() {
        lines.push(voice.say("heal-lately", &[]));
        lines.extend(attempts);
    }
    Markup::lines(lines)
}

fn policy(voice: &Voice, it: &Policy, switch: &Switch) -> Markup {
    let key = match it.verb {
        Verb::Start => "heal-policy-start",
        Verb::Stop | Verb::Restart | Verb::Pause | Verb::Unpause | Verb::Kill => "heal-policy-restart",
    };
    let nouns = [
        ("name", Noun::from(short(&it.name, NAME))),
        ("mode", mode(voice, switch.modes.get(&it.name).copied().unwrap_or(it.mode)).into()),
        ("wait", voice.lasting(it.wait).into()),
        ("count", it.most_an_hour.into()),
    ];
    voice.say(key, &nouns)
}

/// A mode in the reader's words.
fn mode(voice: &Voice, mode: Mode) -> String {
    let key = match mode {
        Mode::Observe => "heal-mode-observe",
        Mode::Ask => "heal-mode-ask",
        Mode::Auto => "heal-mode-auto",
    };
    voice.word(key, &[])
}

/// The newest attempts, the newest last.
fn attempts(voice: &Voice, journal: &[Heal], now: Timestamp) -> Vec<Markup> {
    let mut lines = Vec::new();
    for heal in journal {
        let HealStep::Began { what, .. } = &heal.what else { continue };
        let helped = Past::of(journal, &heal.target).attempts.into_iter().find(|it| it.at == heal.at);
        let key = match helped.and_then(|it| it.helped) {
            Some(true) => "heal-attempt-helped",
            Some(false) => "heal-attempt-failed",
            None => "heal-attempt",
        };
        let nouns = [
            ("at", Noun::from(voice.moment(heal.at, now))),
            ("name", short(&heal.target, NAME).into()),
            ("attempt", what.attempt.into()),
            ("of", what.of.into()),
        ];
        lines.push(voice.say(key, &nouns));
    }
    let surplus = lines.len().saturating_sub(MOST);
    lines.drain(..surplus);
    lines
}
