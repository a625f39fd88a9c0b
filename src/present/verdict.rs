//! What became of a container, as one reads it on a phone: which, what, and how that is known.

use jiff::{SignedDuration, Timestamp};
use jobs::verdict::{ContainerVerdict, End, EngineVerdict, Finding, Trouble, Verdict};

use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Reply, Voice};

/// Letters of the host's name on a card, as on an alert's.
const HOST: usize = 24;
/// Letters of a container's name.
const NAME: usize = 40;
/// What is not older than this may have happened long before it was found.
const FOUND: SignedDuration = SignedDuration::from_mins(1);
/// So many names are said; more are counted.
const NAMES: usize = 10;

/// A verdict that is news, with the last lines of the container's log.
pub fn told(voice: &Voice, host: &str, verdict: &Verdict, log: &[String], now: Timestamp) -> Reply {
    let (head, evidence) = words(voice, verdict, now);
    let mut text = head.plain(format!(" · {}", short(host, HOST)));
    if let Some(evidence) = evidence {
        text = text.line().then(evidence);
    }
    if !log.is_empty() {
        text = text.line().then(Markup::new().block(log.join("\n")));
    }
    Reply { silent: is_relief(verdict), ..Reply::text(text) }
}

/// A verdict in a list: what and when.
pub fn listed(voice: &Voice, verdict: &Verdict, now: Timestamp) -> Markup {
    let at = match verdict {
        Verdict::Container(it) => it.at,
        Verdict::Engine(
            EngineVerdict::Lost { since, .. }
            | EngineVerdict::Returned { since, .. }
            | EngineVerdict::Passed { since, .. },
        ) => *since,
    };
    words(voice, verdict, now).0.plain(format!(" · {}", voice.moment(at, now)))
}

/// What happened, and how it is known.
pub(super) fn words(voice: &Voice, verdict: &Verdict, now: Timestamp) -> (Markup, Option<Markup>) {
    match verdict {
        Verdict::Container(it) if it.unseen => {
            let (head, evidence) = container(voice, it);
            (head, sentences([Some(unseen(voice, it, now)), evidence]))
        }
        Verdict::Container(it) => container(voice, it),
        Verdict::Engine(it) => engine(voice, it, now),
    }
}

/// That nobody looked when it happened, and when that was, where more is known than that we find it now.
fn unseen(voice: &Voice, verdict: &ContainerVerdict, now: Timestamp) -> Markup {
    if now.duration_since(verdict.at) < FOUND {
        return voice.say("verdict-unseen", &[]);
    }
    voice.say("verdict-unseen-at", &[("at", voice.moment(verdict.at, now).into())])
}

fn container(voice: &Voice, verdict: &ContainerVerdict) -> (Markup, Option<Markup>) {
    let name = short(&verdict.who.name, NAME);
    let head = |key: &str, code: Option<i64>| {
        let code = code.map_or_else(|| voice.word("unknown", &[]), |it| it.to_string());
        voice.say(key, &[("name", name.as_str().into()), ("code", code.into())])
    };
    let lasting = |key: &str, lasted| Some(voice.say(key, &[("lasting", voice.lasting(lasted).into())]));
    let times = |times: u32, within| {
        let nouns = [("count", times.into()), ("within", voice.lasting(within).into())];
        (1 < times).then(|| voice.say("verdict-times", &nouns))
    };
    let unasked = voice.say("verdict-unasked", &[]);
    let again = |back: bool| voice.say(if back { "verdict-back" } else { "verdict-down" }, &[]);
    match &verdict.finding {
        Finding::Crashed { exit, times: count, within, back, .. } => {
            let key = if *back { "verdict-crashed-back" } else { "verdict-crashed" };
            (head(key, *exit), sentences([Some(unasked), Some(again(*back)), times(*count, *within)]))
        }
        Finding::OutOfMemory { end: End::Died { back }, times: count, within } => {
            let key = if *back { "verdict-memory-back" } else { "verdict-memory" };
            (head(key, None), sentences([Some(again(*back)), times(*count, *within)]))
        }
        Finding::OutOfMemory { end: End::Survived, .. } => {
            (head("verdict-memory-part", None), Some(voice.say("verdict-memory-part-why", &[])))
        }
        Finding::CrashLoop { exit, out_of_memory, restarts, within } => {
            let key = if *out_of_memory { "verdict-loop-memory" } else { "verdict-loop" };
            let nouns = [("count", (*restarts).into()), ("within", voice.lasting(*within).into())];
            (head(key, *exit), sentences([Some(voice.say("verdict-restarts", &nouns)), Some(unasked)]))
        }
        Finding::Unhealthy { times: count, within } => (
            head("verdict-ill", None),
            sentences([Some(voice.say("verdict-ill-why", &[])), times(*count, *within)]),
        ),
        Finding::Recovered { from: Trouble::Ill, lasted } => {
            (head("verdict-well", None), lasting("verdict-well-why", *lasted))
        }
        Finding::Recovered { from: Trouble::Down, lasted } => {
            (head("verdict-up", None), lasting("verdict-up-why", *lasted))
        }
        Finding::Recovered { from: Trouble::Looping, lasted } => {
            (head("verdict-calm", None), lasting("verdict-calm-why", *lasted))
        }
        Finding::Slipped { restarts } => (
            head("verdict-slipped", None),
            Some(voice.say("verdict-slipped-why", &[("count", (*restarts).into())])),
        ),
        Finding::Gone { .. } => (head("verdict-gone", None), Some(voice.say("verdict-gone-why", &[]))),
        Finding::Stopped { exit, .. } => (head("verdict-stopped", *exit), None),
        Finding::Ended { exit, .. } => (head("verdict-ended", *exit), None),
        Finding::Restarted { .. } => (head("verdict-restarted", None), None),
        Finding::Updated { .. } => (head("verdict-updated", None), None),
    }
}

fn engine(voice: &Voice, verdict: &EngineVerdict, now: Timestamp) -> (Markup, Option<Markup>) {
    match verdict {
        EngineVerdict::Lost { since, running } => {
            let since = [("since", voice.moment(*since, now).into())];
            let head = voice.say("verdict-engine-lost", &[("count", (*running).into())]);
            (head, Some(voice.say("verdict-engine-lost-why", &since)))
        }
        EngineVerdict::Returned { away, running, down, .. } => {
            let away = [("away", voice.lasting(*away).into())];
            if down.is_empty() {
                let nouns = [("count", (*running).into())];
                let why = voice.say("verdict-engine-back-why", &nouns);
                return (voice.say("verdict-engine-back", &away), Some(why));
            }
            (voice.say("verdict-engine-down", &away), Some(stayed_down(voice, *running, down)))
        }
        EngineVerdict::Passed { rebooted, running, down, .. } => {
            let key = if *rebooted { "verdict-engine-rebooted" } else { "verdict-engine-passed" };
            (voice.say(key, &[]), Some(stayed_down(voice, *running, down)))
        }
    }
}

fn stayed_down(voice: &Voice, running: u32, down: &[String]) -> Markup {
    let nouns =
        [("down", down.len().into()), ("count", running.into()), ("names", names(voice, down).into())];
    voice.say("verdict-engine-down-why", &nouns)
}

/// Names in a row, the first few of them.
pub(super) fn names(voice: &Voice, all: &[String]) -> String {
    let names: Vec<String> = all.iter().take(NAMES).map(|it| short(it, NAME)).collect();
    let mut names = names.join(", ");
    if NAMES < all.len() {
        let more = voice.word("and-more", &[("count", (all.len() - NAMES).into())]);
        names = format!("{names} {more}");
    }
    names
}

/// Sentences that stand one after the other.
fn sentences(all: impl IntoIterator<Item = Option<Markup>>) -> Option<Markup> {
    all.into_iter().flatten().reduce(|before, it| before.plain(" ").then(it))
}

/// Whether it is good news, which makes no sound.
fn is_relief(verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Container(it) => {
            matches!(it.finding, Finding::Recovered { .. } | Finding::Gone { .. })
        }
        Verdict::Engine(EngineVerdict::Returned { down, .. }) => down.is_empty(),
        Verdict::Engine(EngineVerdict::Lost { .. } | EngineVerdict::Passed { .. }) => false,
    }
}
