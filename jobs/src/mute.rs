//! What is not to be told for a while: of what, until when, and what becomes of the news that it holds back.
//!
//! A mute delays news and loses none. What it held back is kept as [`HeldBack`] and told when nothing holds it any
//! more: in one message, or in the digest that comes next.

mod held;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use serde::{Deserialize, Serialize};

pub use self::held::{Held, HeldBack};
use crate::alert::{Alert, Severity};
use crate::metric::Subject;
use crate::notice::Notice;
use crate::sample;
use crate::verdict::{ContainerVerdict, Verdict};

/// Of what. Written as a word: `all`, `host`, `project:shop`, `container:shop-db`, `rule:cpu`, `incident:12`,
/// `severity:warning`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    /// Everything.
    All,
    /// The machine itself and its engine, and no single container.
    Host,
    /// Every container of a compose project.
    Project(String),
    /// One container, by its exact name.
    Container(String),
    /// Whatever one rule finds.
    Rule(String),
    /// One incident, by its number.
    Incident(i64),
    /// Whatever is just as bad. Naming what is critical is telling it not to break through.
    Severity(Severity),
}

/// The scopes as they are written, for whoever wrote another.
pub const SCOPES: &str = "all, host, project:NAME, container:NAME, rule:NAME, incident:NUMBER, severity:warning, severity:critical";

/// A word that is no scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no scope; one of: {SCOPES}")]
pub struct NoScope;

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Host => f.write_str("host"),
            Self::Project(name) => write!(f, "project:{name}"),
            Self::Container(name) => write!(f, "container:{name}"),
            Self::Rule(name) => write!(f, "rule:{name}"),
            Self::Incident(number) => write!(f, "incident:{number}"),
            // Nobody is told of it, so nobody mutes it: it is written, and not read.
            Self::Severity(Severity::Unusual) => f.write_str("severity:unusual"),
            Self::Severity(Severity::Warning) => f.write_str("severity:warning"),
            Self::Severity(Severity::Critical) => f.write_str("severity:critical"),
        }
    }
}

impl FromStr for Scope {
    type Err = NoScope;

    fn from_str(text: &str) -> Result<Self, NoScope> {
        match text.split_once(':') {
            None if text == "all" => Ok(Self::All),
            None if text == "host" => Ok(Self::Host),
            None => Err(NoScope),
            Some((_, "")) => Err(NoScope),
            Some(("project", name)) => Ok(Self::Project(name.to_owned())),
            Some(("container", name)) => Ok(Self::Container(name.to_owned())),
            Some(("rule", name)) => Ok(Self::Rule(name.to_owned())),
            Some(("incident", number)) => number.parse().map(Self::Incident).map_err(|_| NoScope),
            Some(("severity", "warning")) => Ok(Self::Severity(Severity::Warning)),
            Some(("severity", "critical")) => Ok(Self::Severity(Severity::Critical)),
            Some(_) => Err(NoScope),
        }
    }
}

impl TryFrom<String> for Scope {
    type Error = NoScope;

    fn try_from(text: String) -> Result<Self, NoScope> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

/// Who wished it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// A person, by the number of their account.
    Person(i64),
    /// A script on the machine.
    Script,
    /// The declaration, by the name it has there.
    Declared(String),
}

/// What becomes of news that was held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum After {
    /// It is told when the mute is over.
    Tell,
    /// It is in the digest that comes next; where none comes soon, it is told when the mute is over.
    Digest,
}

/// A while during which something is not told. Ends by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mute {
    /// Of what.
    pub scope: Scope,
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
    /// Who wished it.
    pub by: By,
    /// Whether what is critical waits too. Else it breaks through.
    pub critical_too: bool,
    /// What becomes of what it held back.
    pub after: After,
    /// Why, in the words of whoever wished it.
    pub reason: Option<String>,
}

impl Mute {
    /// Whether it is neither before nor after it.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }

    /// Whether hands are off what it covers while it lasts, however bad that is: somebody works there. Quiet hours and
    /// mutes of what is only so bad are about noise, and forbid nothing.
    pub fn rests(&self, about: &About, now: Timestamp) -> bool {
        let is_noise = match (&self.by, &self.scope) {
            (By::Declared(name), _) if name == crate::declare::QUIET => true,
            (_, Scope::Severity(_)) => true,
            _ => false,
        };
        self.is_in_force(now) && !is_noise && about.is_within(&self.scope)
    }

    /// Whether something is not to be told now because of it.
    pub fn holds(&self, about: &About, now: Timestamp) -> bool {
        let named = self.scope == Scope::Severity(Severity::Critical);
        let breaks_through = about.severity == Severity::Critical && !self.critical_too && !named;
        self.is_in_force(now) && !breaks_through && about.is_within(&self.scope)
    }
}

/// One thing that is wrong, as far as mutes care.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The rule that found it, if one did.
    pub rule: Option<String>,
    /// The container it is about.
    pub container: Option<String>,
    /// The compose project of that container.
    pub project: Option<String>,
    /// Whether it is about the machine as such, or its engine.
    pub host: bool,
    /// How bad it is now.
    pub severity: Severity,
    /// The incident it is part of.
    pub incident: Option<i64>,
}

impl About {
    /// What an alert is about. That something critical is over is no emergency any more.
    pub fn alert(alert: &Alert) -> Self {
        let key = &alert.key;
        let subject = sample::metric(&key.series.metric).and_then(|it| it.subject);
        let container = (subject == Some(Subject::Container)).then(|| key.series.subject.clone());
        Self {
            rule: Some(key.rule.clone()),
            host: container.is_none(),
            container,
            project: None,
            severity: if alert.is_ended() { Severity::Warning } else { alert.finding.severity },
            incident: None,
        }
    }

    /// What a verdict is about.
    pub fn verdict(verdict: &Verdict) -> Self {
        let who = match verdict {
            Verdict::Container(ContainerVerdict { who, .. }) => Some(who),
            Verdict::Engine(_) => None,
        };
        Self {
            rule: None,
            container: who.map(|it| it.name.clone()),
            project: who.and_then(|it| it.project.clone()),
            host: who.is_none(),
            severity: verdict.severity(),
            incident: None,
        }
    }

    /// What the alert is about that a notice follows from: what could be done about it, or was. Nobody is to miss
    /// that, and it needs no sound while the alert itself has none.
    pub fn cause(notice: &Notice) -> Option<Self> {
        match notice {
            Notice::Proposal { alert, .. }
            | Notice::Observation { alert, .. }
            | Notice::Healed { alert: Some(alert), .. } => Some(Self::alert(alert)),
            Notice::Healed { alert: None, .. }
            | Notice::Alert { .. }
            | Notice::Container { .. }
            | Notice::Heal(_)
            | Notice::Meanwhile { .. }
            | Notice::CatchUp { .. }
            | Notice::Digest(_)
            | Notice::Trouble { .. }
            | Notice::House(_) => None,
        }
    }

    fn is_within(&self, scope: &Scope) -> bool {
        let is = |it: &Option<String>, name: &String| it.as_ref() == Some(name);
        match scope {
            Scope::All => true,
            Scope::Host => self.host,
            Scope::Project(name) => is(&self.project, name),
            Scope::Container(name) => is(&self.container, name),
            Scope::Rule(name) => is(&self.rule, name),
            Scope::Incident(number) => self.incident == Some(*number),
            Scope::Severity(severity) => self.severity == *severity,
        }
    }
}

/// The mute that holds something back now, if any does: of several, the one that ends last.
pub fn holding<'a>(mutes: &'a [Mute], about: &About, now: Timestamp) -> Option<&'a Mute> {
    let mut holding: Option<&Mute> = None;
    for mute in mutes.iter().filter(|it| it.holds(about, now)) {
        if holding.is_none_or(|it| it.until < mute.until) {
            holding = Some(mute);
        }
    }
    holding
}

/// The mute that holds back all of it: of those that hold one thing each, the one that ends first. None when something of
/// it is held by none, or there is nothing.
pub fn holding_all<'a>(mutes: &'a [Mute], about: &[About], now: Timestamp) -> Option<&'a Mute> {
    let held: Option<Vec<&Mute>> = about.iter().map(|it| holding(mutes, it, now)).collect();
    held?.into_iter().min_by_key(|it| it.until)
}

/// A time of day as people write it: `8`, `08:00`, `8.30`, `23:00`.
pub fn time_of_day(text: &str) -> Option<civil::Time> {
    let (hour, minute) = text.split_once([':', '.']).unwrap_or((text, "00"));
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| {
        let fits = digits.contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
        fits.then(|| text.parse::<i8>().ok()).flatten()
    };
    civil::Time::new(number(hour, 1..=2)?, number(minute, 2..=2)?, 0, 0).ok()
}

/// The next moment at which the clocks of a zone show that time. None only at the calendar's end.
pub fn next_time(time: civil::Time, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let today = zone.to_datetime(now).date();
    // The day after tomorrow: where a zone crosses the date line, tomorrow may not exist.
    let days = [Some(today), today.tomorrow().ok(), today.tomorrow().and_then(|it| it.tomorrow()).ok()];
    let moments = days.into_iter().flatten().filter_map(|it| zone.to_timestamp(it.to_datetime(time)).ok());
    moments.into_iter().find(|it| now < *it)
}
