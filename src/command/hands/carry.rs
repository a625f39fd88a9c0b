//! An order is carried out: step by step, each verified by what the container itself says, and watched for a while where
//! something was started.

use std::time::Duration;

use jobs::ports::{ContainerDetail, EngineError, LogQuery, Verb};
use jobs::reach::{Fare, Outcome, Plan, Step, fare, judge};
use tokio::time::Instant;

use crate::command::CommandContext;
use crate::markup::Markup;
use crate::present::Reply;
use crate::present::hands::{self as words, Did};
use crate::redact::Block;

/// Where an order was not answered, it is looked so often what became of it.
const LOOKS: usize = 4;
/// So long lies between two of those.
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);
/// After so many orders that were not answered no more are given.
const UNANSWERED: usize = 2;
/// So long is watched what was started: most of what ends at once has ended by then.
const WATCHED: Duration = Duration::from_secs(5);
/// So long the first word of a health check is waited for.
const CHECKED: Duration = Duration::from_secs(20);
/// So often is looked meanwhile.
const EVERY: Duration = Duration::from_secs(1);
/// So long lies between two words about how far it is: a chat takes about one a second.
const PACE: Duration = Duration::from_millis(1500);
/// The last lines of a log in which a last word is looked for.
const LAST_LINES: u32 = 5;
/// So many more are looked at, for a private key may have begun in them.
const BEFORE: u32 = 80;

/// Does all of it, and answers with what became of each.
pub(super) async fn carry(
    context: &CommandContext<'_>,
    verb: Verb,
    plan: &Plan<'_>,
    project: Option<&str>,
    notes: Vec<Markup>,
) -> Reply {
    let began = Instant::now();
    let mut teller = Teller { context, plan, project, told: None };
    let mut all: Vec<Carried<'_>> = Vec::new();
    let mut is_lost = false;
    for step in &plan.steps {
        let is_held_up = step.after.is_some_and(|parent| {
            all.iter().any(|it| it.did.step.container.name == parent && it.did.outcome != Some(Outcome::Done))
        });
        if is_lost || is_held_up {
            all.push(Carried { did: Did::not_tried(*step), began: None, is_lost: false });
            continue;
        }
        let mut carried = do_one(*step, &mut teller, &all).await;
        let is_late = |it: &Carried<'_>| matches!(it.did.outcome, Some(Outcome::Late(_)));
        let late = all.iter().chain([&carried]).filter(|it| is_late(it)).count();
        is_lost = carried.is_lost || UNANSWERED <= late;
        if step.is_needed {
            watch(context, &mut [&mut carried], CHECKED, Duration::ZERO).await;
        }
        all.push(carried);
    }
    let mut watched: Vec<&mut Carried<'_>> = all.iter_mut().collect();
    if watched.iter().any(|it| it.is_open()) {
        let text = words::watching(context.voice, plan);
        context.progress.say(text).await;
        watch(context, &mut watched, CHECKED, WATCHED).await;
    }
    for carried in &mut all {
        last_words(context, &mut carried.did).await;
    }
    let all: Vec<Did<'_>> = all.into_iter().map(|it| it.did).collect();
    words::outcome(context.voice, verb, project, &all, began.elapsed(), notes)
}

/// A step, and what `inspect` said right after it.
struct Carried<'a> {
    did: Did<'a>,
    began: Option<ContainerDetail>,
    /// Whether the engine has gone: then nothing more is asked of it.
    is_lost: bool,
}

impl Carried<'_> {
    /// Whether it was started and is not known to have settled.
    fn is_open(&self) -> bool {
        let was_started = matches!(self.did.step.verb, Verb::Start | Verb::Restart);
        was_started
            && self.did.outcome == Some(Outcome::Done)
            && matches!(self.did.fare, None | Some(Fare::Runs | Fare::Starting))
    }
}

async fn do_one<'a>(step: Step<'a>, teller: &mut Teller<'_, '_>, all: &[Carried<'_>]) -> Carried<'a> {
    let engine = &teller.context.ports.engine;
    let id = &step.container.id;
    let asked = Instant::now();
    let did = |outcome, took| Did { step, outcome: Some(outcome), took, fare: None, words: None };
    let before = match engine.inspect(id).await {
        Ok(before) => before,
        Err(EngineError::NoSuchContainer(_)) => {
            return Carried { did: did(Outcome::Vanished, Duration::ZERO), began: None, is_lost: false };
        }
        Err(error) => {
            let did = did(Outcome::Not(Some(error.to_string())), Duration::ZERO);
            return Carried { did, began: None, is_lost: true };
        }
    };
    let work = engine.act(step.verb, id);
    tokio::pin!(work);
    let answer = tokio::select! {
        biased;
        () = teller.turn() => {
            teller.tell(step, all).await;
            work.await
        }
        answer = &mut work => answer,
    };
    // Whatever the call said, or did not live to say, the container itself is the truth.
    let mut after = engine.inspect(id).await;
    let took = asked.elapsed();
    let mut outcome = judge(step.verb, &before, &answer, &after);
    for _ in 0..LOOKS {
        let is_open = match &outcome {
            Outcome::Late(_) | Outcome::Unknown(_) => true,
            Outcome::Halfway => matches!(answer, Err(EngineError::Unanswered(_))),
            Outcome::Done
            | Outcome::Removed
            | Outcome::Ended(_)
            | Outcome::Back
            | Outcome::Not(_)
            | Outcome::Vanished => false,
        };
        if !is_open {
            break;
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
        after = engine.inspect(id).await;
        outcome = judge(step.verb, &before, &answer, &after);
    }
    let is_lost = matches!(after, Err(EngineError::Unreachable(_) | EngineError::Unanswered(_)));
    Carried { did: did(outcome, took), began: after.ok(), is_lost }
}

/// Watches what was started until each has settled: those without a check for `least`, those with one until it has said
/// something, all for `most` at most.
async fn watch(context: &CommandContext<'_>, all: &mut [&mut Carried<'_>], most: Duration, least: Duration) {
    let began = Instant::now();
    loop {
        for carried in all.iter_mut().filter(|it| it.is_open()) {
            let Some(start) = &carried.began else { continue };
            match context.ports.engine.inspect(&carried.did.step.container.id).await {
                Ok(now) => carried.did.fare = Some(fare(start, &now)),
                // It was made to be removed at its end.
                Err(EngineError::NoSuchContainer(_)) => {
                    carried.did.fare = Some(Fare::Ended { code: None, lasted: None });
                }
                Err(error) => tracing::warn!(%error, "a container that was started cannot be watched"),
            }
        }
        let passed = began.elapsed();
        let waits =
            |it: &Carried<'_>| it.is_open() && (passed < least || it.did.fare == Some(Fare::Starting));
        if most <= passed || !all.iter().any(|it| waits(it)) {
            return;
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// What a container that did not live said last.
async fn last_words(context: &CommandContext<'_>, did: &mut Did<'_>) {
    if !did.has_failed() {
        return;
    }
    let query = LogQuery { tail: LAST_LINES + BEFORE, since: None, until: None };
    match context.ports.engine.logs(&did.step.container.id, &query).await {
        Ok(log) => {
            let mut block = Block::default();
            // In their order: a key that began in one line goes on in the next.
            let said = log.lines.iter().map(|it| context.redactor.line(&mut block, &it.text));
            let said: Vec<String> = said.map(|it| it.trim().to_owned()).collect();
            did.words = said.into_iter().rev().take(LAST_LINES as usize).find(|it| !it.is_empty());
        }
        Err(error) => tracing::debug!(%error, "a container's last words could not be read"),
    }
}

/// Says how far it is, no oftener than a chat bears.
struct Teller<'c, 'p> {
    context: &'c CommandContext<'c>,
    plan: &'p Plan<'p>,
    project: Option<&'p str>,
    told: Option<Instant>,
}

impl Teller<'_, '_> {
    /// Waits until something may be said again.
    async fn turn(&self) {
        if let Some(told) = self.told {
            tokio::time::sleep_until(told + PACE).await;
        }
    }

    async fn tell(&mut self, step: Step<'_>, all: &[Carried<'_>]) {
        let done: Vec<&Did<'_>> = all.iter().map(|it| &it.did).collect();
        let text = words::going(self.context.voice, self.project, self.plan.steps.len(), step, &done);
        self.context.progress.say(text).await;
        self.told = Some(Instant::now());
    }
}
