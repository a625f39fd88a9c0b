//! How it is with Vakhta itself. What is not known is said to be.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::{Choice, Reply, Voice, permits};
use crate::run::{JobFacts, Outcome};
use crate::vitals::{Stream, Vitals};

/// A long poll takes 50 s, and a failing one backs off for at most 60 s.
const POLLED: SignedDuration = SignedDuration::from_secs(180);
/// No declared cadence is that slow by default: samples come every 10 s, and are judged every 30 s.
const WORKED: SignedDuration = SignedDuration::from_mins(15);
/// What waits longer than this does not go through.
const WAITED: SignedDuration = SignedDuration::from_mins(5);

/// Whoever can say how it is with us.
pub trait Health: Send + Sync {
    /// As it is now.
    fn facts(&self) -> HealthFacts;
}

/// How it is with us, besides what the board of jobs says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HealthFacts {
    /// What the long-lived tasks last did.
    pub vitals: Vitals,
    /// How many parcels wait in the outbox, and since when the oldest does; none when the store does not say.
    pub waiting: Option<(u64, Option<Timestamp>)>,
    /// Bytes of the store, and what it may grow to; none when it does not say.
    pub store: Option<(u64, u64)>,
    /// Why what is new is only remembered in memory; none when it is not.
    pub forgetful: Option<String>,
    /// Resident bytes of this process, where the kernel says so.
    pub memory: Option<u64>,
}

/// `/health`
pub(super) struct HealthCommand;

#[async_trait]
impl Command for HealthCommand {
    fn name(&self) -> &'static str {
        "health"
    }

    async fn run(&self, context: &CommandContext<'_>, _arguments: &[&str]) -> Result<Reply, CommandError> {
        let (voice, now) = (context.voice, context.now);
        let facts = context.health.facts();
        let jobs = context.board.facts();
        let lines = [
            polled(voice, &facts.vitals, now),
            waiting(voice, &facts, now),
            worked(voice, ["health-sample", "health-sample-unknown"], &jobs, "sample", now),
            worked(voice, ["health-evaluate", "health-evaluate-unknown"], &jobs, "evaluate", now),
            stream(voice, &facts.vitals, now),
            // How much is allowed was somebody's choice.
            Line { is_well: true, text: permits::reach(voice, &context.allowed.reach()) },
            store(voice, &facts),
        ];
        let is_well = lines.iter().all(|it| it.is_well);
        let title = voice.say(if is_well { "health-well" } else { "health-ill" }, &[]);
        let memory = facts.memory.map_or_else(|| voice.word("unknown", &[]), |it| voice.bytes(it));
        let lasting = voice.between(context.about.started, now);
        let up = voice.say("health-up", &[("lasting", lasting.into()), ("memory", memory.into())]);
        let lines = lines.into_iter().map(|it| {
            let mark = if it.is_well { "" } else { "⚠️ " };
            Markup::text(mark).then(it.text)
        });
        let settings = facts.vitals.settings.map(|at| ago(voice, "health-settings", at, now));
        let all = [title].into_iter().chain(lines).chain(settings).chain([up]);
        let refresh = Choice::turn(voice.word("button-refresh", &[]), "/health");
        Ok(Reply::text(Markup::lines(all)).row([refresh]))
    }
}

/// One line, and whether it is as it should be.
struct Line {
    is_well: bool,
    text: Markup,
}

fn ago(voice: &Voice, key: &str, at: Timestamp, now: Timestamp) -> Markup {
    voice.say(key, &[("ago", voice.between(at, now).into())])
}

/// Right after a start nothing has been done yet, and that is no fault.
fn unknown(voice: &Voice, key: &str) -> Line {
    Line { is_well: true, text: voice.say(key, &[]) }
}

fn polled(voice: &Voice, vitals: &Vitals, now: Timestamp) -> Line {
    let Some(at) = vitals.polled else { return unknown(voice, "health-poll-unknown") };
    Line { is_well: now.duration_since(at) <= POLLED, text: ago(voice, "health-poll", at, now) }
}

fn waiting(voice: &Voice, facts: &HealthFacts, now: Timestamp) -> Line {
    match facts.waiting {
        None => Line { is_well: false, ..unknown(voice, "health-outbox-unknown") },
        Some((count, Some(oldest))) if 0 < count => {
            let nouns = [("count", count.into()), ("ago", voice.between(oldest, now).into())];
            let is_well = now.duration_since(oldest) <= WAITED;
            Line { is_well, text: voice.say("health-outbox", &nouns) }
        }
        Some(_) => Line { is_well: true, text: voice.say("health-outbox-empty", &[]) },
    }
}

/// The newest run of the jobs of one kind that ended.
fn worked(voice: &Voice, [key, none]: [&str; 2], jobs: &[JobFacts], kind: &str, now: Timestamp) -> Line {
    let runs = jobs.iter().filter(|it| it.kind == kind).filter_map(|it| it.last.as_ref());
    let Some(run) = runs.max_by_key(|it| it.started) else { return unknown(voice, none) };
    let text = ago(voice, key, run.started, now);
    let is_recent = now.duration_since(run.started) <= WORKED;
    match run.why() {
        Some(why) => {
            let why = voice.say("health-failed", &[("why", voice.reason(&why).into())]);
            Line { is_well: false, text: text.line().then(why) }
        }
        // A run that ended with an earlier process says nothing ill of this one.
        None => {
            let is_ill = matches!(run.outcome, Outcome::Failed(_) | Outcome::TimedOut | Outcome::Panicked(_));
            Line { is_well: is_recent && !is_ill, text }
        }
    }
}

fn stream(voice: &Voice, vitals: &Vitals, now: Timestamp) -> Line {
    let since = || vitals.stream_since.map_or_else(|| voice.word("unknown", &[]), |it| voice.moment(it, now));
    let broken = |key: &str, why: &str| Line {
        is_well: false,
        text: voice.say(key, &[("since", since().into()), ("why", voice.reason(why).into())]),
    };
    match (&vitals.stream, vitals.heard) {
        // Where no engine was ever heard, there is none to hear: a machine without Docker is well all the same.
        (Stream::Lost(why), None) => Line { is_well: true, ..broken("health-stream-lost", why) },
        (Stream::Lost(why), Some(_)) => broken("health-stream-lost", why),
        (Stream::Forbidden(why), _) => broken("health-stream-forbidden", why),
        (Stream::Followed, Some(heard)) => {
            Line { is_well: true, text: ago(voice, "health-stream", heard, now) }
        }
        (Stream::Followed, None) | (Stream::Unknown, _) => unknown(voice, "health-stream-unknown"),
    }
}

fn store(voice: &Voice, facts: &HealthFacts) -> Line {
    if let Some(why) = &facts.forgetful {
        let text = voice.say("health-store-memory", &[("why", voice.reason(why).into())]);
        return Line { is_well: false, text };
    }
    let Some((used, most)) = facts.store else {
        return Line { is_well: false, ..unknown(voice, "health-store-unknown") };
    };
    let nouns = [("used", voice.bytes(used).into()), ("most", voice.bytes(most).into())];
    Line { is_well: true, text: voice.say("health-store", &nouns) }
}
