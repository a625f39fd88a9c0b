//! What was done about an incident, as its card and its record tell it.

use jiff::Timestamp;
use jobs::heal::{Heal, HealStep, Hopeless, Mode, Outcome, Try};
use jobs::incident::{Incident, Member};
use jobs::ports::Verb;

use super::NAME;
use crate::locale::Noun;
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Voice, permits};

/// Letters of a mount point.
const MOUNT: usize = 32;
/// So many containers that were restarted along with another are named.
const ALONG: usize = 3;

/// The story in as few lines as it can be told, the newest last: each attempt is one, from its beginning to what came of
/// it. At most so many of them.
pub(super) fn lines(voice: &Voice, incident: &Incident, most: usize, now: Timestamp) -> Vec<Markup> {
    let named = 1 < incident.members.len();
    let mut lines: Vec<Markup> = Vec::new();
    let story = &incident.story;
    for (place, heal) in story.iter().enumerate() {
        let rest = || story[place + 1..].iter().filter(|it| it.target == heal.target);
        match &heal.what {
            HealStep::Began { what, by } => {
                let later = || rest().take_while(|it| !matches!(it.what, HealStep::Began { .. }));
                let asked = later().find_map(|it| match &it.what {
                    HealStep::Ended { outcome, along } => Some((outcome, along)),
                    _ => None,
                });
                let verified = later().find(|it| matches!(it.what, HealStep::Verified { .. }));
                let is_ill = member(incident, &heal.target).is_none_or(|it| it.ended.is_none());
                let is_newest = rest().all(|it| !matches!(it.what, HealStep::Began { .. }));
                let is_open = verified.is_none() && is_ill && is_newest && incident.is_open();
                let mut told = begun(voice, incident, heal, named, now);
                told = told.then(match asked {
                    None if is_open => going(voice, heal.at, what, now),
                    _ => tried(voice, heal.at, what, *by, asked.map(|it| it.0), now),
                });
                if let Some((outcome, along)) = asked {
                    told = told.then(ended(voice, outcome, along));
                }
                lines.push(told.plain(" → ").then(outcome(voice, incident, heal, verified, now)));
            }
            // Part of the line of their attempt.
            HealStep::Ended { .. } | HealStep::Verified { .. } => {}
            // What was offered and taken is told by what came of it.
            HealStep::Offered(it) if it.mode == Mode::Ask => {
                let newest = rest()
                    .all(|it| matches!(it.what, HealStep::BreakerOpened { .. } | HealStep::BreakerClosed));
                if newest && incident.is_open() {
                    lines.push(offered(voice, heal, it, named));
                }
            }
            HealStep::Planned { mode: Mode::Ask, .. } if rest().next().is_some() || !incident.is_open() => {}
            HealStep::Proposed
            | HealStep::Applied(_)
            | HealStep::Nothing
            | HealStep::Planned { .. }
            | HealStep::Offered(_)
            | HealStep::Declined { .. }
            | HealStep::GaveUp(_)
            | HealStep::Forbidden(_)
            | HealStep::BreakerOpened { .. }
            | HealStep::BreakerClosed => lines.push(step(voice, heal, now)),
        }
    }
    let surplus = lines.len().saturating_sub(most);
    lines.drain(..surplus);
    lines
}

/// Whether the story of a container begins with its trouble: then nobody else needs to say that.
pub(super) fn begins(incident: &Incident) -> bool {
    incident.story.iter().any(|it| it.is_of_container() && matches!(it.what, HealStep::Began { .. }))
}

/// How the line of an attempt begins: of several containers with its name; the first one with since when it was ill.
fn begun(voice: &Voice, incident: &Incident, heal: &Heal, named: bool, now: Timestamp) -> Markup {
    let began = |it: &&Heal| it.target == heal.target && matches!(it.what, HealStep::Began { .. });
    let member = member(incident, &heal.target);
    let is_first = incident.story.iter().find(began) == Some(heal);
    let since = member.map(|it| it.since).filter(|at| is_first && *at <= heal.at);
    let mut told = Markup::text("🔧 ");
    if named {
        told = told.bold(short(&heal.target, NAME)).plain(": ");
    }
    let Some(at) = since else { return told };
    let key = if member.is_some_and(Member::is_down) { "heal-since-down" } else { "heal-since-ill" };
    told.then(voice.say(key, &[("at", voice.moment(at, now).into())])).plain(" → ")
}

/// The container in an incident.
fn member<'a>(incident: &'a Incident, name: &str) -> Option<&'a Member> {
    incident.members.iter().find(|it| it.container() == Some(name))
}

/// "restarting since 02:11 (1 of 3)": Docker was asked, and nobody has heard its answer yet.
fn going(voice: &Voice, at: Timestamp, what: &Try, now: Timestamp) -> Markup {
    let key = if what.verb == Verb::Start { "heal-starting" } else { "heal-restarting" };
    voice.say(key, &attempted(voice, at, what, now))
}

fn attempted(voice: &Voice, at: Timestamp, what: &Try, now: Timestamp) -> [(&'static str, Noun); 3] {
    [("at", voice.moment(at, now).into()), ("attempt", what.attempt.into()), ("of", what.of.into())]
}

/// "restarted 02:11 (1 of 3)"; only tried to, where Docker has not said that it did.
fn tried(
    voice: &Voice,
    at: Timestamp,
    what: &Try,
    by: Option<i64>,
    outcome: Option<&Outcome>,
    now: Timestamp,
) -> Markup {
    let key = match (what.verb, by, outcome) {
        (Verb::Start, None, Some(Outcome::Done)) => "heal-started",
        (Verb::Start, Some(_), Some(Outcome::Done)) => "heal-started-asked",
        (Verb::Start, _, _) => "heal-start-tried",
        (_, None, Some(Outcome::Done)) => "heal-restarted",
        (_, Some(_), Some(Outcome::Done)) => "heal-restarted-asked",
        (_, _, _) => "heal-restart-tried",
    };
    voice.say(key, &attempted(voice, at, what, now))
}

/// What came of asking for it, where that is not just "done".
fn ended(voice: &Voice, outcome: &Outcome, along: &[String]) -> Markup {
    match outcome {
        Outcome::Done if along.is_empty() => Markup::new(),
        Outcome::Done => {
            let mut names: Vec<String> = along.iter().take(ALONG).map(|it| short(it, NAME)).collect();
            if let Some(more) = along.len().checked_sub(ALONG).filter(|more| 0 < *more) {
                names.push(format!("+{more}"));
            }
            Markup::text(", ").then(voice.say("heal-along", &[("names", names.join(", ").into())]))
        }
        Outcome::Refused(why) => {
            Markup::text(", ").then(voice.say("heal-refused", &[("why", voice.reason(why).into())]))
        }
        Outcome::Unknown(why) => {
            Markup::text(", ").then(voice.say("heal-unknown", &[("why", voice.reason(why).into())]))
        }
    }
}

/// Whether it helped, as far as that is known. The moment it was well is the incident's where that knows it: ours is the
/// one in which we looked.
fn outcome(
    voice: &Voice,
    incident: &Incident,
    heal: &Heal,
    verified: Option<&Heal>,
    now: Timestamp,
) -> Markup {
    let member = member(incident, &heal.target);
    let ended = member.and_then(|it| it.ended).filter(|at| heal.at <= *at);
    let at = match verified.map(|it| (&it.what, it.at)) {
        Some((HealStep::Verified { helped: false, .. }, _)) => return voice.say("heal-failed", &[]),
        Some((_, at)) => ended.filter(|ended| *ended <= at).or(Some(at)),
        None => ended,
    };
    let Some(at) = at else { return voice.say("heal-looking", &[]) };
    let key = if member.is_some_and(Member::is_down) { "heal-helped-down" } else { "heal-helped-ill" };
    voice.say(key, &[("at", moment(voice, at, now).into())])
}

/// To the second, while it is today: attempts take less than a minute.
fn moment(voice: &Voice, at: Timestamp, now: Timestamp) -> String {
    if voice.day(at) == voice.day(now) { voice.clock(at) } else { voice.moment(at, now) }
}

fn offered(voice: &Voice, heal: &Heal, what: &Try, named: bool) -> Markup {
    let key = if what.verb == Verb::Start { "heal-offer-start" } else { "heal-offer-restart" };
    let nouns: [(&'static str, Noun); 3] = [
        ("name", short(&heal.target, NAME).into()),
        ("attempt", what.attempt.into()),
        ("of", what.of.into()),
    ];
    let told = voice.say(key, &nouns);
    if named {
        Markup::text("🔧 ").bold(short(&heal.target, NAME)).plain(": ").then(told)
    } else {
        Markup::text("🔧 ").then(told)
    }
}

/// An attempt with what came of it, by the entries that follow it in the record: "restarted 02:11 (1 of 3) → did not
/// help".
pub(super) fn attempt(
    voice: &Voice,
    heal: &Heal,
    what: &Try,
    by: Option<i64>,
    later: &[&Heal],
    now: Timestamp,
) -> Markup {
    let asked = later.iter().find_map(|it| match &it.what {
        HealStep::Ended { outcome, along } => Some((outcome, along)),
        _ => None,
    });
    let verified = later.iter().find(|it| matches!(it.what, HealStep::Verified { .. }));
    let told = Markup::text("🔧 ");
    if asked.is_none() && verified.is_none() {
        return told.then(going(voice, heal.at, what, now));
    }
    let mut told = told.then(tried(voice, heal.at, what, by, asked.map(|it| it.0), now));
    if let Some((outcome, along)) = asked {
        told = told.then(ended(voice, outcome, along));
    }
    match verified {
        Some(verified) => told.plain(" → ").then(step(voice, verified, now)),
        None => told,
    }
}

/// One entry of the journal, alone.
pub fn step(voice: &Voice, heal: &Heal, now: Timestamp) -> Markup {
    let name = || ("name", Noun::from(short(&heal.target, NAME)));
    match &heal.what {
        HealStep::Proposed => voice.say("heal-about-to", &[("mount", short(&heal.target, MOUNT).into())]),
        HealStep::Applied(relief) => {
            let freed = relief.after.saturating_sub(relief.before);
            let nouns = [
                ("mount", short(&heal.target, MOUNT).into()),
                ("at", voice.moment(heal.at, now).into()),
                ("freed", voice.bytes(freed).into()),
                ("after", voice.bytes(relief.after).into()),
            ];
            voice.say(if 0 < freed { "heal-freed" } else { "heal-freed-nothing" }, &nouns)
        }
        HealStep::Nothing => voice.say("heal-nothing", &[("mount", short(&heal.target, MOUNT).into())]),
        HealStep::Planned { bytes, mode } => {
            let key = match mode {
                Mode::Observe => "heal-planned-observe",
                Mode::Ask | Mode::Auto => "heal-planned",
            };
            voice.say(
                key,
                &[("mount", short(&heal.target, MOUNT).into()), ("bytes", voice.bytes(*bytes).into())],
            )
        }
        HealStep::Offered(it) if it.mode == Mode::Observe => {
            let key = if it.verb == Verb::Start { "heal-observed-start" } else { "heal-observed-restart" };
            voice.say(key, &[name(), ("at", voice.moment(heal.at, now).into())])
        }
        HealStep::Offered(it) => offered(voice, heal, it, false),
        HealStep::Declined { .. } => {
            voice.say("heal-declined", &[name(), ("at", voice.moment(heal.at, now).into())])
        }
        HealStep::Began { what, .. } => Markup::text("🔧 ").then(going(voice, heal.at, what, now)),
        HealStep::Ended { outcome: Outcome::Done, along } if along.is_empty() => voice.say("heal-done", &[]),
        HealStep::Ended { outcome: Outcome::Done, along } => {
            let names: Vec<String> = along.iter().map(|it| short(it, NAME)).collect();
            voice.say("heal-done-along", &[("names", names.join(", ").into())])
        }
        HealStep::Ended { outcome: Outcome::Refused(why), .. } => {
            voice.say("heal-refused", &[("why", voice.reason(why).into())])
        }
        HealStep::Ended { outcome: Outcome::Unknown(why), .. } => {
            voice.say("heal-unknown", &[("why", voice.reason(why).into())])
        }
        HealStep::Verified { helped: true, .. } => {
            voice.say("heal-helped", &[("at", moment(voice, heal.at, now).into())])
        }
        HealStep::Verified { helped: false, .. } => voice.say("heal-failed", &[]),
        HealStep::GaveUp(Hopeless::Spent { tried }) => {
            voice.say("heal-gave-up", &[name(), ("count", (*tried).into())])
        }
        HealStep::GaveUp(Hopeless::Looping) => voice.say("heal-gave-up-looping", &[name()]),
        HealStep::Forbidden(right) => {
            let nouns = [
                name(),
                ("right", permits::name(voice, *right).into()),
                ("profile", right.profile().name().into()),
            ];
            voice.say("heal-forbidden", &nouns)
        }
        HealStep::BreakerOpened { failures, until } => {
            let until = voice.moment(*until, now);
            voice.say("heal-breaker", &[("count", (*failures).into()), ("until", until.into())])
        }
        HealStep::BreakerClosed => voice.say("heal-breaker-closed", &[]),
    }
}
