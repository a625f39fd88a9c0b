//! Mutes, and what they hold back, in a reader's words.

use jiff::{SignedDuration, Timestamp};
use jobs::alert::Severity;
use jobs::declare::{QUIET, Rule};
use jobs::incident::Incident;
use jobs::mute::{After, By, Mute, Scope};

use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Voice, incident};

/// Letters of a name that are shown: what fits a line with the rest of it.
const NAME: usize = 32;
/// Letters of a reason.
const REASON: usize = 60;

/// Of what a mute is: "Project shop".
pub fn scope(voice: &Voice, scope: &Scope) -> String {
    let named = |key: &str, name: &str| voice.word(key, &[("name", short(name, NAME).into())]);
    match scope {
        Scope::All | Scope::Severity(Severity::Unusual | Severity::Warning) => voice.word("scope-all", &[]),
        Scope::Severity(Severity::Critical) => voice.word("scope-critical", &[]),
        Scope::Host => voice.word("scope-host", &[]),
        Scope::Project(name) => named("scope-project", name),
        Scope::Container(name) => named("scope-container", name),
        Scope::Rule(name) => named("scope-rule", name),
        Scope::Incident(number) => named("scope-incident", &number.to_string()),
    }
}

/// What a mute is called: of what it is, or its declared name.
pub fn title(voice: &Voice, mute: &Mute) -> String {
    match &mute.by {
        By::Declared(name) if name == QUIET => voice.word("mute-quiet-hours", &[]),
        By::Declared(name) if mute.scope == Scope::All => short(name, NAME),
        By::Declared(name) => format!("{} ({})", short(name, NAME), scope(voice, &mute.scope)),
        By::Person(_) | By::Script => scope(voice, &mute.scope),
    }
}

/// A mute in force, in one line.
pub fn listed(voice: &Voice, mute: &Mute, now: Timestamp) -> Markup {
    let nouns = [("what", title(voice, mute).into()), ("until", voice.moment(mute.until, now).into())];
    let key = match mute.by {
        By::Declared(_) => "mute-listed-declared",
        By::Person(_) | By::Script => "mute-listed",
    };
    let mut line = voice.say(key, &nouns);
    if mute.critical_too {
        line = line.plain(", ").then(voice.say("mute-critical-too", &[]));
    }
    if mute.by == By::Script {
        line = line.plain(" · ").then(voice.say("mute-by-script", &[]));
    }
    match &mute.reason {
        Some(reason) => line.plain(format!(": {}", short(reason, REASON))),
        None => line,
    }
}

/// A declared mute that is to come, in one line.
pub fn coming(voice: &Voice, mute: &Mute, now: Timestamp) -> Markup {
    // Of a night, the day of its end goes without saying.
    let short = mute.until.duration_since(mute.from) < SignedDuration::from_hours(24);
    let seen_from = if short { mute.until } else { mute.from };
    let nouns = [
        ("what", title(voice, mute).into()),
        ("from", voice.moment(mute.from, now).into()),
        ("until", voice.moment(mute.until, seen_from).into()),
    ];
    voice.say("mute-coming", &nouns)
}

/// What follows from a mute that somebody has just begun.
pub fn begun(voice: &Voice, mute: &Mute, now: Timestamp) -> Markup {
    let critical = match (&mute.scope, mute.critical_too) {
        (Scope::Severity(Severity::Critical), _) | (_, true) => "held",
        (_, false) => "through",
    };
    let after = match mute.after {
        After::Tell => "told",
        After::Digest => "digest",
    };
    let nouns = [
        ("what", scope(voice, &mute.scope).into()),
        ("until", voice.moment(mute.until, now).into()),
        ("critical", critical.into()),
        ("after", after.into()),
    ];
    voice.say(if mute.scope == Scope::All { "mute-on" } else { "mute-on-of" }, &nouns)
}

/// What was held back, one line each and the rest counted.
pub fn held(
    voice: &Voice,
    incidents: &[Incident],
    more: u32,
    rules: &[Rule],
    most: usize,
    now: Timestamp,
) -> Vec<Markup> {
    let mut lines: Vec<Markup> = incidents.iter().map(|it| incident::listed(voice, it, rules, now)).collect();
    let surplus = lines.len().saturating_sub(most) + usize::try_from(more).unwrap_or_default();
    lines.truncate(most);
    if 0 < surplus {
        lines.push(voice.say("and-more", &[("count", surplus.into())]));
    }
    lines
}
