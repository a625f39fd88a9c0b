//! What is known of jobs and their runs.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It did its work.
    Done,
    /// It could not, and says why.
    Failed(String),
    /// It took longer than it may, and was given up.
    TimedOut,
    /// It panicked: the number and the place, never the words.
    Panicked(String),
    /// It was cut off when the program ended, or died. Not its fault.
    Stopped,
}

/// One run that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFacts {
    /// The moment it stood for.
    pub due: Timestamp,
    /// When it began.
    pub started: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// How it ended.
    pub outcome: Outcome,
}

impl RunFacts {
    /// Why it failed, in English; none when it did not.
    pub fn why(&self) -> Option<String> {
        match &self.outcome {
            Outcome::Done | Outcome::Stopped => None,
            Outcome::Failed(why) => Some(why.clone()),
            Outcome::TimedOut => Some(format!("given up after {} s", self.took.as_secs())),
            Outcome::Panicked(words) => Some(format!("panicked: {words}")),
        }
    }
}

/// How it is with a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobFacts {
    /// Its name.
    pub name: String,
    /// The word for it in `run = "…"`.
    pub kind: &'static str,
    /// When it is due next.
    pub next: Option<Timestamp>,
    /// Its newest run that ended, also of an earlier start.
    pub last: Option<RunFacts>,
    /// Since when it is running, if it is.
    pub running_since: Option<Timestamp>,
    /// How many times it was still running when it was due again, since the start.
    pub skipped: u64,
    /// How many runs in a row have failed, since the start.
    pub failures: u32,
}

/// A declared job that never runs, for want of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffJob {
    /// Its name.
    pub name: String,
    /// The word for it in `run = "…"`.
    pub kind: &'static str,
    /// The setting that is not there.
    pub lacks: &'static str,
}
