//! One due job: never twice at once, bounded in time, fenced against panics, journalled.
//!
//! What a job does is behind [`Labour`], what is remembered of it behind [`Journal`]. Nothing here asks for the time:
//! `now` is handed in, and how long a run took is counted from there.

#[cfg(test)]
mod tests;

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use jobs::declare::{Job, Missed, Rule, Work};
use jobs::notice::{House, Notice};
use jobs::ports::StoreError;
use jobs::{JobContext, JobError, Ports};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::PlannedJob;
use crate::panics;
use crate::run::{JobFacts, Outcome, RunFacts};
use crate::schedule::Due;

/// The owner is told when so many runs in a row have failed: two may be bad luck.
pub const TROUBLE: u32 = 3;

/// A dead man's switch that has not been reached for so long sounds its alarm soon: its owner is told before.
pub const UNHEARD: SignedDuration = SignedDuration::from_mins(15);

/// How long a run that was cut off at the end has to write that down.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Does the work.
#[async_trait]
pub trait Labour: Send + Sync {
    /// One run of a job. `due` is the moment it stands for, `now` the one in which it begins.
    async fn labour(&self, job: &Job, due: Timestamp, now: Timestamp) -> Result<Vec<Notice>, JobError>;
}

/// Remembers runs. Calls are short and made on the runtime's thread.
pub trait Journal: Send + Sync {
    /// A run begins; answers with its number.
    fn start_run(&self, job: &str, due: Timestamp, at: Timestamp) -> Result<i64, StoreError>;
    /// It ended.
    fn finish_run(&self, run: i64, outcome: &Outcome, at: Timestamp) -> Result<(), StoreError>;
    /// A run of a job that [leaves nothing half done](leaves_nothing_half_done) began and ended.
    fn put_run(&self, job: &str, run: &RunFacts, ended: Timestamp) -> Result<(), StoreError>;
    /// A due moment was let go: the job was still running, or nobody was there yet.
    fn skip_run(&self, job: &str, due: Timestamp, at: Timestamp) -> Result<(), StoreError>;
    /// The newest due moment for which a run began or that was let go.
    fn last_due(&self, job: &str) -> Result<Option<Timestamp>, StoreError>;
    /// The newest run that ended. One that an earlier process did not live to end is [`Outcome::Stopped`], if it
    /// [was written down](leaves_nothing_half_done) as it began.
    fn last_run(&self, job: &str) -> Result<Option<RunFacts>, StoreError>;
}

/// The labour of the `jobs` package.
pub struct Crew {
    /// The world.
    pub ports: Ports,
    /// Every declared rule.
    pub rules: Vec<Rule>,
}

#[async_trait]
impl Labour for Crew {
    async fn labour(&self, job: &Job, due: Timestamp, now: Timestamp) -> Result<Vec<Notice>, JobError> {
        let now = stands_for(&job.work, due, now);
        let context = JobContext { now, job: &job.name, rules: &self.rules, ports: &self.ports };
        jobs::run(&job.work, context).await
    }
}

/// The moment a run is about. A digest that is made up for sums up the day it was due for; everything else is about
/// the present.
fn stands_for(work: &Work, due: Timestamp, now: Timestamp) -> Timestamp {
    match work {
        Work::Digest(_) => due,
        Work::Sample(_) | Work::Evaluate(_) | Work::Heal(_) | Work::Beat(_) => now,
    }
}

/// Whether nobody asks what became of a run that died with its process: it reads and judges, and whatever it writes is whole
/// or not there. Such a run is written down once, when it has ended. A look each second would otherwise be two
/// transactions of the journal beside the one of what was seen.
fn leaves_nothing_half_done(job: &Job) -> bool {
    let looks = match job.work {
        Work::Sample(_) | Work::Evaluate(_) => true,
        Work::Heal(_) | Work::Digest(_) | Work::Beat(_) => false,
    };
    // What is made up for must be known to have begun.
    looks && job.missed == Missed::Skip
}

/// Runs jobs. Clones are one runner.
#[derive(Clone)]
pub struct Runner(Arc<Inner>);

struct Inner {
    roster: Mutex<Roster>,
    journal: Arc<dyn Journal>,
    /// No run begins any more.
    closing: CancellationToken,
    /// Runs that are still going are cut off.
    breaking: CancellationToken,
    tracker: TaskTracker,
}

/// Who works, and for whom.
struct Roster {
    seats: Vec<Arc<Seat>>,
    labour: Arc<dyn Labour>,
}

/// A job, and how it is with it.
struct Seat {
    planned: PlannedJob,
    // A lock of our own for a few fields; it is never held across an await.
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    running_since: Option<Timestamp>,
    last: Option<RunFacts>,
    /// Failed runs in a row.
    failures: u32,
    /// Since when they have failed.
    failing_since: Option<Timestamp>,
    /// That has been told.
    told: bool,
    skipped: u64,
}

impl Seat {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn name(&self) -> &str {
        &self.planned.job.name
    }
}

/// Says that a job no longer runs, however its run ends; also when nobody waits for it any more.
struct Seated<'a>(&'a Seat);

impl Drop for Seated<'_> {
    fn drop(&mut self) {
        self.0.state().running_since = None;
    }
}

impl Runner {
    /// A runner of these jobs.
    pub fn new(jobs: Vec<PlannedJob>, labour: Arc<dyn Labour>, journal: Arc<dyn Journal>) -> Self {
        let runner = Self(Arc::new(Inner {
            roster: Mutex::new(Roster { seats: Vec::new(), labour: labour.clone() }),
            journal,
            closing: CancellationToken::new(),
            breaking: CancellationToken::new(),
            tracker: TaskTracker::new(),
        }));
        runner.seat_all(jobs, labour);
        runner
    }

    /// Runs these jobs from now on. A job that keeps its name keeps what is known of it; what runs goes on. One that was
    /// not due when it is now has missed nothing before.
    pub fn replace(&self, jobs: Vec<PlannedJob>, labour: Arc<dyn Labour>, now: Timestamp) {
        let old = self.seats();
        let is_due_as_ever = |it: &PlannedJob| {
            let same = |seat: &Arc<Seat>| seat.planned.cron == it.cron && seat.planned.zone == it.zone;
            old.iter().any(|seat| seat.name() == it.job.name && same(seat))
        };
        for job in jobs.iter().filter(|it| matches!(it.job.missed, Missed::Once { .. })) {
            if !is_due_as_ever(job) {
                // Written down, so that the next start makes up for nothing from before.
                let name = &job.job.name;
                self.note(name, self.0.journal.skip_run(name, now, now));
            }
        }
        self.seat_all(jobs, labour);
    }

    fn seat_all(&self, jobs: Vec<PlannedJob>, labour: Arc<dyn Labour>) {
        let old = self.seats();
        let seat = |planned: PlannedJob| {
            let known = old.iter().find(|seat| seat.name() == planned.job.name);
            let state = known.map_or_else(|| self.remembered(&planned.job.name), |seat| seat.state.clone());
            Arc::new(Seat { planned, state })
        };
        let seats = jobs.into_iter().map(seat).collect();
        *self.roster() = Roster { seats, labour };
    }

    /// Runs a job once, and answers with what is worth saying. Empty when it is already running, when no job has
    /// this name, and when the end has begun.
    pub async fn run(&self, job: &str, due: Timestamp, now: Timestamp) -> Vec<Notice> {
        let Some((seat, labour)) = self.seat(job) else {
            tracing::warn!(job, "no such job");
            return Vec::new();
        };
        if self.0.closing.is_cancelled() {
            return Vec::new();
        }
        let Some(_seated) = self.take_seat(&seat, due, now) else { return Vec::new() };
        self.0.tracker.track_future(self.work(&seat, labour, due, now)).await
    }

    /// Which runs to make up for at the start: for each job that wants it, the last due moment if it lies within the
    /// grace and no run of it came to an end of its own. A job that was never seen before has missed nothing.
    pub fn make_up(&self, now: Timestamp) -> Vec<Due> {
        let mut due = Vec::new();
        for seat in self.seats() {
            let Missed::Once { grace } = seat.planned.job.missed else { continue };
            let not_before = now.checked_sub(grace).unwrap_or(Timestamp::MIN);
            let missed = seat.planned.cron.previous_due(&seat.planned.zone, now, not_before);
            match self.0.journal.last_due(seat.name()) {
                Ok(Some(done)) => {
                    let cut_off = |at: Timestamp| {
                        let state = seat.state();
                        state
                            .last
                            .as_ref()
                            .is_some_and(|run| run.due == at && run.outcome == Outcome::Stopped)
                    };
                    if let Some(at) = missed.filter(|at| done < *at || cut_off(*at)) {
                        due.push(Due { job: seat.name().into(), at });
                    }
                }
                // Written down, so that the next start knows from when on it should have run.
                Ok(None) => self.note(seat.name(), self.0.journal.skip_run(seat.name(), now, now)),
                Err(error) => self.note(seat.name(), Err(error)),
            }
        }
        due
    }

    /// How it is with every job, in the order of the declaration.
    pub fn facts(&self, now: Timestamp) -> Vec<JobFacts> {
        let seats = self.seats();
        let facts = |seat: &Arc<Seat>| {
            let state = seat.state();
            JobFacts {
                name: seat.name().to_owned(),
                kind: seat.planned.job.work.kind(),
                next: seat.planned.cron.next_after(&seat.planned.zone, now),
                last: state.last.clone(),
                running_since: state.running_since,
                skipped: state.skipped,
                failures: state.failures,
            }
        };
        seats.iter().map(facts).collect()
    }

    /// Begins no run any more, and waits for those under way; what is not done after `deadline` is cut off. Answers
    /// with the names of those.
    pub async fn stop(&self, deadline: Duration) -> Vec<String> {
        self.0.closing.cancel();
        self.0.tracker.close();
        if tokio::time::timeout(deadline, self.0.tracker.wait()).await.is_ok() {
            return Vec::new();
        }
        let running = |seat: &Arc<Seat>| seat.state().running_since.is_some();
        let late =
            self.seats().iter().filter(|seat| running(seat)).map(|seat| seat.name().to_owned()).collect();
        self.0.breaking.cancel();
        if tokio::time::timeout(LAST_WORDS, self.0.tracker.wait()).await.is_err() {
            tracing::warn!("a job did not end even when it was cut off");
        }
        late
    }

    /// Marks a job as running, unless it is: then the moment is let go.
    fn take_seat<'a>(&self, seat: &'a Seat, due: Timestamp, now: Timestamp) -> Option<Seated<'a>> {
        {
            let mut state = seat.state();
            if state.running_since.is_none() {
                state.running_since = Some(now);
                return Some(Seated(seat));
            }
            state.skipped += 1;
        }
        tracing::warn!(job = seat.name(), %due, "still running: this time is skipped");
        self.note(seat.name(), self.0.journal.skip_run(seat.name(), due, now));
        None
    }

    async fn work(
        &self,
        seat: &Seat,
        labour: Arc<dyn Labour>,
        due: Timestamp,
        now: Timestamp,
    ) -> Vec<Notice> {
        let began = Instant::now();
        // What cannot be written down is done all the same: a full disk must not end the watch.
        let job = &seat.planned.job;
        let at_the_end = leaves_nothing_half_done(job);
        let run = (!at_the_end).then(|| self.0.journal.start_run(seat.name(), due, now));
        let run = run.and_then(|it| it.map_err(|error| self.note(seat.name(), Err(error))).ok());
        let fenced = AssertUnwindSafe(async { labour.labour(job, due, now).await }).catch_unwind();
        let bounded = tokio::time::timeout(job.timeout, fenced);
        let (outcome, mut notices) = tokio::select! {
            biased;
            () = self.0.breaking.cancelled() => (Outcome::Stopped, Vec::new()),
            ended = bounded => match ended {
                Ok(Ok(Ok(notices))) => (Outcome::Done, notices),
                Ok(Ok(Err(error))) => (Outcome::Failed(error.to_string()), Vec::new()),
                Ok(Err(_)) => (Outcome::Panicked(panics::caught()), Vec::new()),
                Err(_) => (Outcome::TimedOut, Vec::new()),
            },
        };
        let took = began.elapsed();
        let ended = now.checked_add(took).unwrap_or(now);
        let facts = RunFacts { due, started: now, took, outcome };
        if at_the_end {
            self.note(seat.name(), self.0.journal.put_run(seat.name(), &facts, ended));
        } else if let Some(run) = run {
            self.note(seat.name(), self.0.journal.finish_run(run, &facts.outcome, ended));
        }
        notices.extend(settle(seat, facts));
        notices
    }

    fn roster(&self) -> MutexGuard<'_, Roster> {
        self.0.roster.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seats(&self) -> Vec<Arc<Seat>> {
        self.roster().seats.clone()
    }

    fn seat(&self, job: &str) -> Option<(Arc<Seat>, Arc<dyn Labour>)> {
        let roster = self.roster();
        let seat = roster.seats.iter().find(|seat| seat.name() == job)?;
        Some((seat.clone(), roster.labour.clone()))
    }

    /// What the journal knows of a job.
    fn remembered(&self, job: &str) -> Arc<Mutex<State>> {
        let last = self.0.journal.last_run(job);
        let last = last.map_err(|error| self.note(job, Err(error))).ok().flatten();
        Arc::new(Mutex::new(State { last, ..State::default() }))
    }

    fn note(&self, job: &str, written: Result<(), StoreError>) {
        if let Err(error) = written {
            tracing::warn!(job, %error, "the journal of runs failed");
        }
    }
}

/// Remembers how a run ended; when that is the third failure in a row, it is worth saying. Of a beat that is not heard
/// something else is to be said, and later: it is tried every minute, and whoever waits for it has patience too.
fn settle(seat: &Seat, run: RunFacts) -> Option<Notice> {
    let job = seat.name();
    let why = run.why();
    match &why {
        Some(why) => tracing::warn!(job, took = ?run.took, why, "job failed"),
        None => tracing::debug!(job, took = ?run.took, outcome = ?run.outcome, "job ended"),
    }
    let mut state = seat.state();
    let failures = match (&why, &run.outcome) {
        (Some(_), _) => state.failures.saturating_add(1),
        (None, Outcome::Stopped) => state.failures,
        (None, _) => 0,
    };
    let until = run.started;
    state.failures = failures;
    state.last = Some(run);
    let Some(why) = why else {
        if failures == 0 {
            (state.failing_since, state.told) = (None, false);
        }
        return None;
    };
    let since = *state.failing_since.get_or_insert(until);
    let (enough, notice) = match seat.planned.job.work {
        Work::Beat(_) => (
            UNHEARD <= until.duration_since(since),
            Notice::House(House::SwitchUnheard { since, until, why }),
        ),
        Work::Sample(_) | Work::Evaluate(_) | Work::Heal(_) | Work::Digest(_) => {
            (TROUBLE <= failures, Notice::Trouble { job: job.to_owned(), why, failures })
        }
    };
    if !enough || std::mem::replace(&mut state.told, true) {
        return None;
    }
    Some(notice)
}
