//! What the operator declared: jobs and rules, already read and checked.
//!
//! The TOML itself is read in `src/config`, where every mistake gets its line and its remedy.

use std::time::Duration;

use crate::{digest, evaluate, heal, sample};

/// Everything declared.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// In the order they were written.
    pub jobs: Vec<Job>,
    /// In the order they were written.
    pub rules: Vec<Rule>,
}

/// The declaration that is built in: what runs when nobody wrote another.
pub const BUILT_IN: &str = include_str!("../declared.toml");

/// A piece of work and when it is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Unique; what `/jobs` shows and `vakhta job NAME` takes.
    pub name: String,
    /// What it does.
    pub work: Work,
    /// Six fields, seconds first; parsed and known to fire.
    pub cron: String,
    /// The IANA zone its cron is read in; without one, the owner's.
    pub zone: Option<String>,
    /// A run that takes longer is given up.
    pub timeout: Duration,
    /// What becomes of a run that was due while nobody was awake.
    pub missed: Missed,
}

/// What becomes of a run that was due while nobody was awake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    /// It is let go.
    Skip,
    /// However many were missed, one is made up for, if the last of them is not older than that.
    Once {
        /// How late is still worth it.
        grace: Duration,
    },
}

/// What a job does: one of four kinds.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// Read the machine, remember it.
    Sample(sample::Settings),
    /// Judge what is remembered, move alerts along.
    Evaluate(evaluate::Settings),
    /// Apply or propose the remedy an alert names.
    Heal(heal::Settings),
    /// Sum up a period.
    Digest(digest::Settings),
}

impl Work {
    /// The word for it in `run = "…"`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sample(_) => "sample",
            Self::Evaluate(_) => "evaluate",
            Self::Heal(_) => "heal",
            Self::Digest(_) => "digest",
        }
    }
}

/// What counts as wrong with a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Unique; part of every alert's key.
    pub name: String,
    /// A metric's id.
    pub metric: String,
    /// Only these parts, when any are named. A trailing `*` stands for any rest.
    pub only: Vec<String>,
    /// Never these parts.
    pub except: Vec<String>,
    /// How it is judged.
    pub detector: evaluate::Detector,
    /// How long it must be bad before anybody is told (`for`).
    pub patience: Duration,
    /// How long it must be well before the end is told (`clear`).
    pub clear: Duration,
    /// The remedy that may help.
    pub remedy: Option<String>,
}

impl Rule {
    /// Whether the rule is about this part.
    pub fn covers(&self, subject: &str) -> bool {
        let matches = |pattern: &String| match pattern.strip_suffix('*') {
            Some(head) => subject.starts_with(head),
            None => subject == pattern,
        };
        !self.except.iter().any(matches) && (self.only.is_empty() || self.only.iter().any(matches))
    }
}
