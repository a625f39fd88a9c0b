//! Mutes from outside the watch: a script on the machine speaks through the store in `DATA_DIR`, beside a watch that
//! runs or without one.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use jobs::audit::{Deed, Outcome, Who};
use jobs::declare::Rule;
use jobs::mute::{After, By, HeldBack, Mute, Scope, holding_all};
use jobs::ports::{Store, StoreError};
use serde_json::json;

use super::mutes::StoreMutes;
use crate::command::Mutes;
use crate::config::{Config, PlannedMute};
use crate::heartbeat;
use crate::nearest::nearest;
use crate::store::{Condition, Database, Limits};

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub enum SilencerError {
    /// What it was given cannot be: no store there, no such rule.
    #[error("{0}")]
    Wrong(String),
    /// The store did not do it.
    #[error("the store: {0}")]
    Failed(String),
}

impl From<StoreError> for SilencerError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// What came of ending mutes.
#[derive(Debug)]
pub struct Ended {
    /// These are over.
    pub ended: Vec<Mute>,
    /// These hold the same thing, and are not a script's to end.
    pub left: Vec<Mute>,
}

/// What is muted in a store, for whoever is not the watch.
pub struct Silencer {
    database: Database,
    mutes: StoreMutes,
    rules: Vec<Rule>,
    zone: TimeZone,
    /// Why no watch is known to be alive there, if none is.
    absent: Option<String>,
}

impl Silencer {
    /// Opens the store that is there. One is never begun: a mute in the wrong place would mute nothing.
    ///
    /// # Errors
    /// No store there, one that must not be opened, or one that takes no writes.
    pub fn open(config: &Config) -> Result<Self, SilencerError> {
        let directory = &config.settings.data_dir;
        let now = super::clock().now();
        match Database::is_there(directory) {
            Ok(true) => {}
            Ok(false) => {
                return Err(SilencerError::Wrong(format!(
                    "there is no store in {}: no watch has ever run with this DATA_DIR; set DATA_DIR as the watch \
                     has it, or run this where the watch runs (docker exec vakhta /vakhta mute …)",
                    directory.display()
                )));
            }
            Err(error) => {
                let directory = directory.display();
                return Err(SilencerError::Failed(format!(
                    "{directory}: {error}; run this as the user that the watch runs as, or as root"
                )));
            }
        }
        let opened = Database::open(directory, Limits::default(), now)
            .map_err(|error| SilencerError::Wrong(error.to_string()))?;
        match opened.database.condition() {
            Condition::Durable => {}
            Condition::Waiting { why } | Condition::MemoryOnly { why } => {
                return Err(SilencerError::Failed(why));
            }
        }
        let absent = match heartbeat::read(directory) {
            Ok(beat) => beat.complaint(now),
            Err(why) => Some(why),
        };
        Ok(Self {
            mutes: StoreMutes::new(opened.database.clone(), config.mutes.clone(), &config.jobs),
            database: opened.database,
            rules: config.rules.clone(),
            zone: config.settings.zone.clone(),
            absent,
        })
    }

    /// Why no watch is known to be alive there, if none is.
    pub fn absent(&self) -> Option<&str> {
        self.absent.as_deref()
    }

    /// Begins a mute, or makes the one of its scope longer: what somebody else wished is not made shorter. Answers
    /// with what is in force now.
    ///
    /// # Errors
    /// A rule that is not declared; a store that fails.
    pub fn begin(&self, wish: Mute, now: Timestamp) -> Result<Mute, SilencerError> {
        if let Scope::Rule(name) = &wish.scope
            && !self.rules.iter().any(|it| it.name == *name)
        {
            let names: Vec<&str> = self.rules.iter().map(|it| it.name.as_str()).collect();
            let near = match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("there are {}", names.join(", ")),
            };
            return Err(SilencerError::Wrong(format!("no rule is called {name}; {near}")));
        }
        let known = self.database.mutes(now)?.into_iter().find(|it| it.scope == wish.scope);
        let mute = match known {
            Some(known) if wish.until <= known.until && (known.critical_too || !wish.critical_too) => known,
            Some(known) => Mute {
                until: wish.until.max(known.until),
                critical_too: wish.critical_too || known.critical_too,
                ..wish
            },
            None => wish,
        };
        self.database.put_mute(&mute)?;
        self.audit("mute", &mute, now)?;
        Ok(mute)
    }

    /// Ends what scripts have muted of a scope; without one, everything that is muted.
    ///
    /// # Errors
    /// A store that fails.
    pub fn end(&self, scope: Option<&Scope>, now: Timestamp) -> Result<Ended, SilencerError> {
        let meant = |it: &Mute| scope.is_none_or(|scope| it.scope == *scope);
        let mutes: Vec<Mute> = self.mutes.in_force(now)?.into_iter().filter(meant).collect();
        let ours = |it: &Mute| scope.is_none() || it.by == By::Script;
        let (ended, left): (Vec<Mute>, Vec<Mute>) = mutes.into_iter().partition(ours);
        for mute in &ended {
            self.mutes.end(mute, now)?;
            self.audit("unmute", mute, now)?;
        }
        Ok(Ended { ended, left })
    }

    fn audit(&self, what: &str, mute: &Mute, at: Timestamp) -> Result<(), StoreError> {
        let deed = Deed::begun(at, Who::Script, what, mute.scope.to_string());
        self.database.put_deed(&deed.ended(Outcome::Done, &self.line(mute))).map(drop)
    }

    /// A mute in one line, for a terminal.
    pub fn line(&self, mute: &Mute) -> String {
        let by = match &mute.by {
            By::Person(_) => ", set in the chat".to_owned(),
            By::Script => ", by a script".to_owned(),
            By::Declared(name) => format!(", declared as {name}"),
        };
        let critical = if mute.critical_too { ", critical too" } else { "" };
        let reason = mute.reason.as_ref().map_or_else(String::new, |it| format!(": {it}"));
        format!("{} until {}{critical}{by}{reason}", mute.scope, stamp(mute.until, &self.zone))
    }

    /// Everything that is muted, and what is to come, a line each.
    ///
    /// # Errors
    /// A store that fails.
    pub fn text(&self, now: Timestamp) -> Result<String, SilencerError> {
        let (mutes, held) = (self.mutes.in_force(now)?, self.mutes.held()?);
        let mut text = String::new();
        for mute in &mutes {
            let count = count(&held, mute, &mutes, now);
            text += &format!("{}; {count} held back\n", self.line(mute));
        }
        if mutes.is_empty() {
            text += "nothing is muted\n";
        }
        for mute in self.mutes.coming(now) {
            let from = stamp(mute.from, &self.zone);
            text += &format!("to come: {} from {from}\n", self.line(&mute));
        }
        Ok(text)
    }

    /// The mutes in force as a JSON list, times in UTC.
    ///
    /// # Errors
    /// A store that fails.
    pub fn json(&self, now: Timestamp) -> Result<String, SilencerError> {
        let (mutes, held) = (self.mutes.in_force(now)?, self.mutes.held()?);
        let one = |mute: &Mute| {
            let (by, declared) = match &mute.by {
                By::Person(person) => (person.to_string(), None),
                By::Script => (Who::Script.to_string(), None),
                By::Declared(name) => ("declared".to_owned(), Some(name)),
            };
            json!({
                "scope": mute.scope,
                "from": mute.from,
                "until": mute.until,
                "by": by,
                "name": declared,
                "critical_too": mute.critical_too,
                "backlog": match mute.after { After::Tell => "tell", After::Digest => "digest" },
                "reason": mute.reason,
                "held": count(&held, mute, &mutes, now),
            })
        };
        Ok(format!("{}\n", json!(mutes.iter().map(one).collect::<Vec<_>>())))
    }
}

/// How much a mute is holding back, of all that is in force.
fn count(held: &HeldBack, mute: &Mute, all: &[Mute], now: Timestamp) -> usize {
    held.news.iter().filter(|it| holding_all(all, &it.about, now) == Some(mute)).count()
}

/// A moment as a terminal shows it: `2026-11-24 09:00 MSK`.
fn stamp(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
}

/// What a declared mute amounts to, for `vakhta check`.
pub fn explained(planned: &PlannedMute, now: Timestamp) -> String {
    let kind = "mute";
    let name = &planned.mute.name;
    let (state, mute) = match planned.in_force(now) {
        Some(mute) => ("now ", Some(mute)),
        None => ("next", planned.next(now)),
    };
    let Some(mute) = mute else { return format!("{name:<16} {kind:<10} never") };
    let critical = if mute.critical_too { "critical too" } else { "critical breaks through" };
    let after = match mute.after {
        After::Tell => "told at its end",
        After::Digest => "told in the next digest",
    };
    let (from, until) = (stamp(mute.from, &planned.zone), stamp(mute.until, &planned.zone));
    format!("{name:<16} {kind:<10} {state} {from} to {until}: {}, {critical}, {after}", mute.scope)
}
