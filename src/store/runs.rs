//! The history of jobs.

use jiff::Timestamp;
use jobs::ports::StoreError;
use rusqlite::{OptionalExtension, Row, params};

use super::ground::{Durability, Fault, Ground};
use super::{Database, millis, moment, outbox};

/// Runs kept of each job, and skipped ones besides. Of a job that runs each ten seconds it is half an hour, of a daily
/// one more than half a year.
const KEPT: i64 = 200;

/// Names a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub i64);

/// One run of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The declared job's name.
    pub job: String,
    /// When it was due.
    pub due: Timestamp,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; none while it runs.
    pub finished: Option<Timestamp>,
    /// How; [`Outcome::Running`] while it runs.
    pub outcome: Outcome,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has not.
    Running,
    /// As it should.
    Ok,
    /// It could not do its work.
    Failed {
        /// In English.
        why: String,
    },
    /// It was given up.
    TimedOut,
    /// It broke down.
    Panicked {
        /// The panic's words.
        why: String,
    },
    /// It did not begin, for the run before it had not ended.
    Skipped,
    /// The process died during it.
    Interrupted,
}

impl Outcome {
    fn stored(&self) -> (i64, Option<&str>) {
        match self {
            Self::Running => (0, None),
            Self::Ok => (1, None),
            Self::Failed { why } => (2, Some(why)),
            Self::TimedOut => (3, None),
            Self::Panicked { why } => (4, Some(why)),
            Self::Skipped => (5, None),
            Self::Interrupted => (6, None),
        }
    }

    fn read(number: i64, why: Option<String>) -> Self {
        let why = why.unwrap_or_default();
        match number {
            0 => Self::Running,
            1 => Self::Ok,
            3 => Self::TimedOut,
            4 => Self::Panicked { why },
            5 => Self::Skipped,
            6 => Self::Interrupted,
            _ => Self::Failed { why },
        }
    }
}

/// What [`Database::take_over`] found of a life that ended without a goodbye.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remains {
    /// Runs that had not ended; they are [`Outcome::Interrupted`] now.
    pub runs: u64,
    /// Parcels that may have arrived; they wait again, and say so.
    pub parcels: u64,
}

impl Database {
    /// For the one process that runs jobs and sends messages, when it starts: nothing is running and nothing is being
    /// sent, whatever the store says. After a proper goodbye nothing is written.
    pub fn take_over(&self, now: Timestamp) -> Result<Remains, StoreError> {
        let mut state = self.lock();
        // The first write of a process creates the journal and syncs three times, which whoever waits for the first
        // poll would wait for.
        let any = state.read(|ground| {
            let running = "SELECT EXISTS (SELECT 1 FROM runs WHERE outcome = 0)";
            let running = ground.conn.prepare_cached(running)?.query_row([], |row| row.get::<_, bool>(0))?;
            Ok(running || outbox::is_anything_being_sent(ground)?)
        })?;
        if !any {
            return Ok(Remains::default());
        }
        state.write(Durability::Full, |ground| {
            let sql = "UPDATE runs SET outcome = 6, finished = max(started, ?) WHERE outcome = 0";
            let runs = ground.conn.prepare_cached(sql)?.execute([millis(now)])? as u64;
            Ok(Remains { runs, parcels: outbox::doubt_what_was_being_sent(ground)? })
        })
    }

    /// A run, as it was from its beginning to its end.
    pub fn put_run(&self, run: &Run) -> Result<(), StoreError> {
        let (number, why) = run.outcome.stored();
        self.lock().write(Durability::Normal, |ground| {
            let sql =
                "INSERT INTO runs (job, due, started, finished, outcome, why) VALUES (?, ?, ?, ?, ?, ?)";
            let (due, started, finished) = (millis(run.due), millis(run.started), run.finished.map(millis));
            ground
                .conn
                .prepare_cached(sql)?
                .execute(params![run.job, due, started, finished, number, why])?;
            let id = ground.conn.last_insert_rowid();
            mark(ground, &run.job, run.due, 0)?;
            prune(ground, &run.job, id)
        })
    }

    /// A run begins.
    pub fn start_run(&self, job: &str, due: Timestamp, now: Timestamp) -> Result<RunId, StoreError> {
        self.lock().write(Durability::Normal, |ground| {
            let sql = "INSERT INTO runs (job, due, started, outcome) VALUES (?, ?, ?, 0)";
            ground.conn.prepare_cached(sql)?.execute(params![job, millis(due), millis(now)])?;
            let id = ground.conn.last_insert_rowid();
            mark(ground, job, due, 0)?;
            prune(ground, job, id)?;
            Ok(RunId(id))
        })
    }

    /// A run ended.
    pub fn finish_run(&self, id: RunId, outcome: &Outcome, now: Timestamp) -> Result<(), StoreError> {
        let (number, why) = outcome.stored();
        self.lock().write(Durability::Normal, |ground| {
            let sql = "UPDATE runs SET outcome = ?, why = ?, finished = ? WHERE id = ?";
            ground.conn.prepare_cached(sql)?.execute(params![number, why, millis(now), id.0])?;
            Ok(())
        })
    }

    /// A run was due and did not begin, for the one before it had not ended.
    pub fn skip_run(&self, job: &str, due: Timestamp, now: Timestamp) -> Result<(), StoreError> {
        self.lock().write(Durability::Normal, |ground| {
            let sql = "INSERT INTO runs (job, due, started, finished, outcome) VALUES (?1, ?2, ?3, ?3, 5)";
            ground.conn.prepare_cached(sql)?.execute(params![job, millis(due), millis(now)])?;
            let id = ground.conn.last_insert_rowid();
            mark(ground, job, due, 1)?;
            prune(ground, job, id)
        })
    }

    /// The newest run that began, running or ended.
    pub fn last_run(&self, job: &str) -> Result<Option<Run>, StoreError> {
        Ok(self.select_runs("job = ? AND outcome <> 5", job, 1)?.into_iter().next())
    }

    /// The newest runs, newest first, skipped ones included.
    pub fn runs(&self, job: &str, most: usize) -> Result<Vec<Run>, StoreError> {
        self.select_runs("job = ?", job, most)
    }

    /// When the newest run was due, skipped ones included. It outlives the pruning of runs.
    pub fn last_due(&self, job: &str) -> Result<Option<Timestamp>, StoreError> {
        let found: Option<i64> = self.job("due", job)?;
        Ok(found.map(moment))
    }

    /// How many runs were skipped, ever.
    pub fn skipped_runs(&self, job: &str) -> Result<u64, StoreError> {
        let found: Option<i64> = self.job("skipped", job)?;
        Ok(found.unwrap_or(0).unsigned_abs())
    }

    fn job(&self, column: &'static str, job: &str) -> Result<Option<i64>, StoreError> {
        self.lock().read(|ground| {
            let sql = format!("SELECT {column} FROM jobs WHERE job = ?");
            Ok(ground.conn.prepare_cached(&sql)?.query_row([job], |row| row.get(0)).optional()?)
        })
    }

    fn select_runs(&self, filter: &'static str, job: &str, most: usize) -> Result<Vec<Run>, StoreError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.lock().read(|ground| {
            let sql = format!(
                "SELECT job, due, started, finished, outcome, why FROM runs WHERE {filter} ORDER BY id DESC LIMIT ?"
            );
            let mut statement = ground.conn.prepare_cached(&sql)?;
            Ok(statement.query_map(params![job, most], run)?.collect::<Result<_, _>>()?)
        })
    }
}

fn run(row: &Row<'_>) -> rusqlite::Result<Run> {
    Ok(Run {
        job: row.get(0)?,
        due: moment(row.get(1)?),
        started: moment(row.get(2)?),
        finished: row.get::<_, Option<i64>>(3)?.map(moment),
        outcome: Outcome::read(row.get(4)?, row.get(5)?),
    })
}

fn mark(ground: &Ground<'_>, job: &str, due: Timestamp, skipped: i64) -> Result<(), Fault> {
    let sql = "INSERT INTO jobs (job, due, skipped) VALUES (?1, ?2, ?3) \
               ON CONFLICT (job) DO UPDATE SET due = ?2, skipped = skipped + ?3";
    ground.conn.prepare_cached(sql)?.execute(params![job, millis(due), skipped])?;
    Ok(())
}

/// Forgets the oldest runs of a job now and then. Those that still run are not touched.
fn prune(ground: &Ground<'_>, job: &str, id: i64) -> Result<(), Fault> {
    if id % 16 != 0 {
        return Ok(());
    }
    for kind in ["outcome <> 5", "outcome = 5"] {
        let sql = format!(
            "DELETE FROM runs WHERE job = ?1 AND {kind} AND outcome <> 0 AND id <= \
             (SELECT id FROM runs WHERE job = ?1 AND {kind} ORDER BY id DESC LIMIT 1 OFFSET ?2)"
        );
        ground.conn.prepare_cached(&sql)?.execute(params![job, KEPT])?;
    }
    Ok(())
}
