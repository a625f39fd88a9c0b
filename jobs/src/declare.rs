//! What the operator declared: jobs and rules, already read and checked.
//!
//! The TOML itself is read in `src/config`, where every mistake gets its line and its remedy.

use std::time::Duration;

use jiff::civil;

use crate::mute::{After, Scope};
use crate::{beat, digest, evaluate, heal, sample};

/// Everything declared.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// In the order they were written.
    pub jobs: Vec<Job>,
    /// In the order they were written.
    pub rules: Vec<Rule>,
    /// Quiet hours and mutes that come by themselves, in the order they were written.
    pub mutes: Vec<DeclaredMute>,
    /// What is struck out of logs before they leave.
    pub redaction: Redaction,
}

/// What is struck out of logs before they leave, besides our own secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redaction {
    /// Regular expressions, already checked.
    pub patterns: Vec<String>,
    /// Whether what is known to look like a secret goes too.
    pub builtin: bool,
}

/// What is built in, and nothing else.
impl Default for Redaction {
    fn default() -> Self {
        Self { patterns: Vec::new(), builtin: true }
    }
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

/// What a job does: one of five kinds.
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
    /// Tell whoever waits outside that the watch lives.
    Beat(beat::Settings),
}

impl Work {
    /// The word for it in `run = "…"`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sample(_) => "sample",
            Self::Evaluate(_) => "evaluate",
            Self::Heal(_) => "heal",
            Self::Digest(_) => "digest",
            Self::Beat(_) => "beat",
        }
    }
}

/// Quiet hours, or another mute that comes by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct DeclaredMute {
    /// Unique; [`QUIET`] for the quiet hours.
    pub name: String,
    /// When it begins: six fields, seconds first; parsed and known to fire.
    pub cron: String,
    /// The IANA zone its times are read in; without one, the owner's.
    pub zone: Option<String>,
    /// When it ends.
    pub end: End,
    /// Of what.
    pub scope: Scope,
    /// Whether what is critical waits too.
    pub critical_too: bool,
    /// What becomes of what it held back.
    pub after: After,
}

/// The name of the mute that `[quiet]` declares.
pub const QUIET: &str = "quiet";

/// When a declared mute ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// So long after it began.
    Lasting(Duration),
    /// When the clocks show that time next, also on a night on which they change.
    At(civil::Time),
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
    /// How far that remedy may go by itself; without it, as far as the healing job says.
    pub mode: Option<heal::Mode>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heal::remedy_names;
    use crate::sample::metric;

    fn built_in(list: &str) -> Vec<toml::Table> {
        let mut declared: toml::Table = BUILT_IN.parse().expect("it is TOML");
        let list = declared.remove(list).and_then(|it| it.try_into().ok());
        list.expect("a list of tables")
    }

    fn words(table: &toml::Table, key: &str) -> Vec<String> {
        match table.get(key) {
            Some(toml::Value::String(word)) => vec![word.clone()],
            Some(value) => value.clone().try_into().expect("a list of words"),
            None => Vec::new(),
        }
    }

    #[test]
    fn what_is_built_in_names_only_what_there_is() {
        let rules = built_in("rule");
        let jobs = built_in("job");
        let of_rules = rules
            .iter()
            .flat_map(|it| [words(it, "metric"), words(it, "critical_with"), words(it, "page_with")])
            .flatten();
        let of_jobs = jobs.iter().flat_map(|it| [words(it, "metrics"), words(it, "chart")]).flatten();
        let metrics: Vec<String> = of_rules.chain(of_jobs).collect();
        assert!(rules.len() < metrics.len());
        assert!(metrics.iter().all(|it| metric(it).is_some()), "{metrics:?}");
        let remedies: Vec<String> = rules.iter().flat_map(|it| words(it, "remedy")).collect();
        assert!(remedies.iter().all(|it| remedy_names().any(|name| name == it)), "{remedies:?}");
        let kinds: Vec<String> = jobs.iter().flat_map(|it| words(it, "run")).collect();
        assert_eq!(kinds, ["sample", "evaluate", "heal", "digest", "digest", "beat"]);
    }

    #[test]
    fn a_rule_is_about_the_parts_it_names() {
        let rule = |only: &[&str], except: &[&str]| Rule {
            name: String::new(),
            metric: String::new(),
            only: only.iter().map(|it| (*it).to_owned()).collect(),
            except: except.iter().map(|it| (*it).to_owned()).collect(),
            detector: evaluate::Detector::Absence(evaluate::Absence { after: Duration::ZERO }),
            patience: Duration::ZERO,
            mode: None,
            clear: Duration::ZERO,
            remedy: None,
        };
        assert!(rule(&[], &[]).covers("") && rule(&[], &["/mnt/*"]).covers("/srv"));
        assert!(!rule(&[], &["/mnt/*"]).covers("/mnt/usb") && !rule(&["/"], &[]).covers("/srv"));
        assert!(
            rule(&["/srv*"], &["/srv/tmp"]).covers("/srv/a")
                && !rule(&["/srv*"], &["/srv/tmp"]).covers("/srv/tmp")
        );
    }
}
