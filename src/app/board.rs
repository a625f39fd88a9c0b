//! Jobs, as the chat and the store see them.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use jobs::declare::{Job, Rule, Work};
use jobs::notice::Notice;
use jobs::ports::StoreError;
use jobs::{JobError, Ports};

use crate::clock::Clock;
use crate::command::JobBoard;
use crate::heartbeat::Heartbeat;
use crate::run::{JobFacts, OffJob, Outcome, RunFacts};
use crate::runner::{self, Labour, Runner};
use crate::store::{self, Database, RunId};

use super::assemble::OnDuty;

/// The labour of the `jobs` package, with proof of life after each good sample and judgement.
pub(super) struct Crew {
    crew: runner::Crew,
    heartbeat: Option<Arc<Heartbeat>>,
}

impl Crew {
    pub(super) fn new(ports: Ports, rules: Vec<Rule>, heartbeat: Option<Arc<Heartbeat>>) -> Self {
        Self { crew: runner::Crew { ports, rules }, heartbeat }
    }
}

#[async_trait]
impl Labour for Crew {
    async fn labour(&self, job: &Job, due: Timestamp, now: Timestamp) -> Result<Vec<Notice>, JobError> {
        let notices = self.crew.labour(job, due, now).await?;
        if let Some(heartbeat) = &self.heartbeat {
            match job.work {
                Work::Sample(_) => heartbeat.sampled(now),
                Work::Evaluate(_) => heartbeat.judged(now),
                Work::Heal(_) | Work::Digest(_) | Work::Beat(_) => {}
            }
        }
        Ok(notices)
    }
}

/// The runner as a board, with whoever is on duty for what a run has to say.
pub(super) struct Board {
    runner: Runner,
    off: Vec<OffJob>,
    clock: Clock,
    duty: OnDuty,
}

impl Board {
    pub(super) fn new(runner: Runner, off: Vec<OffJob>, clock: Clock, duty: OnDuty) -> Self {
        Self { runner, off, clock, duty }
    }
}

#[async_trait]
impl JobBoard for Board {
    fn facts(&self) -> Vec<JobFacts> {
        self.runner.facts(self.clock.now())
    }

    fn off(&self) -> Vec<OffJob> {
        self.off.clone()
    }

    async fn run_now(&self, name: &str) -> Option<JobFacts> {
        let facts = |it: &Self| it.facts().into_iter().find(|job| job.name == name);
        let before = facts(self)?;
        if before.running_since.is_some() {
            return Some(before);
        }
        let now = self.clock.now();
        let notices = self.runner.run(name, now, now).await;
        self.duty.tell(notices).await;
        facts(self)
    }
}

/// The store as the runner's journal.
pub(super) struct Journal(pub(super) Database);

impl runner::Journal for Journal {
    fn start_run(&self, job: &str, due: Timestamp, at: Timestamp) -> Result<i64, StoreError> {
        self.0.start_run(job, due, at).map(|id| id.0)
    }

    fn finish_run(&self, run: i64, outcome: &Outcome, at: Timestamp) -> Result<(), StoreError> {
        self.0.finish_run(RunId(run), &stored(outcome), at)
    }

    fn put_run(&self, job: &str, run: &RunFacts, ended: Timestamp) -> Result<(), StoreError> {
        self.0.put_run(&store::Run {
            job: job.to_owned(),
            due: run.due,
            started: run.started,
            finished: Some(ended),
            outcome: stored(&run.outcome),
        })
    }

    fn skip_run(&self, job: &str, due: Timestamp, at: Timestamp) -> Result<(), StoreError> {
        self.0.skip_run(job, due, at)
    }

    fn last_due(&self, job: &str) -> Result<Option<Timestamp>, StoreError> {
        self.0.last_due(job)
    }

    fn last_run(&self, job: &str) -> Result<Option<RunFacts>, StoreError> {
        let Some(run) = self.0.last_run(job)? else { return Ok(None) };
        let ended = run.finished.unwrap_or(run.started);
        let took = ended.duration_since(run.started).unsigned_abs();
        let outcome = match run.outcome {
            store::Outcome::Ok => Outcome::Done,
            store::Outcome::Failed { why } => Outcome::Failed(why),
            store::Outcome::TimedOut => Outcome::TimedOut,
            store::Outcome::Panicked { why } => Outcome::Panicked(why),
            store::Outcome::Interrupted => Outcome::Stopped,
            store::Outcome::Running | store::Outcome::Skipped => return Ok(None),
        };
        Ok(Some(RunFacts { due: run.due, started: run.started, took, outcome }))
    }
}

fn stored(outcome: &Outcome) -> store::Outcome {
    match outcome {
        Outcome::Done => store::Outcome::Ok,
        Outcome::Failed(why) => store::Outcome::Failed { why: why.clone() },
        Outcome::TimedOut => store::Outcome::TimedOut,
        Outcome::Panicked(why) => store::Outcome::Panicked { why: why.clone() },
        Outcome::Stopped => store::Outcome::Interrupted,
    }
}
