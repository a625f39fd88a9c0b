//! What is wrong together: alerts and containers that share a cause are one incident, and one incident is one card.
//!
//! Pure: [`fold`] takes what is known and one piece of news, and answers with the incident as it is now, what is to be
//! written into its record, and whether people should be rung for it or find it on the card they already have.

mod fold;
mod grouping;
mod ring;
mod shown;
mod story;
#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::fold::{Change, acknowledge, fold, remind, told_anew, unacknowledge};
pub use self::grouping::Parents;
pub use self::ring::{GROUP_INTERVAL, NOISY, REMINDERS, RINGS, Ring};
pub use self::shown::BEFORE;
pub use self::story::{STORY, tell};
use crate::alert::{Alert, Finding, Phase, Reason, Severity, Step};
use crate::heal::Heal;
use crate::mute::About;
use crate::notice::Notice;
use crate::verdict::{ContainerVerdict, EngineVerdict, Verdict};

/// What is wrong again so soon after its incident was over belongs to that incident.
pub const REOPEN: Duration = Duration::from_secs(30 * 60);

/// So many members are kept of one incident. Beyond that what is over is forgotten first, and where all are open the newest
/// takes the place of the one before it.
pub const MEMBERS: usize = 256;

/// Something that belongs to an incident.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one piece of news is in hand at a time")]
pub enum News {
    /// An alert took a step.
    Alert {
        /// As it is after it.
        alert: Alert,
        /// Which step.
        step: Step,
    },
    /// Something became of a container, or of the engine.
    Verdict {
        /// What, with its evidence.
        verdict: Verdict,
        /// The last lines of the container's log, oldest first.
        log: Vec<String>,
    },
}

impl News {
    /// The news in a notice, when it is of the kind that makes or changes an incident.
    pub fn of(notice: &Notice) -> Option<Self> {
        match notice {
            Notice::Alert { alert, step } => Some(Self::Alert { alert: alert.clone(), step: *step }),
            Notice::Container { verdict, log } => {
                Some(Self::Verdict { verdict: verdict.clone(), log: log.clone() })
            }
            Notice::Proposal { .. }
            | Notice::Observation { .. }
            | Notice::Healed { .. }
            | Notice::Heal(_)
            | Notice::Meanwhile { .. }
            | Notice::CatchUp { .. }
            | Notice::Digest(_)
            | Notice::Trouble { .. }
            | Notice::House(_) => None,
        }
    }
}

/// What an incident is about: the smallest part of the tree that holds all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Root {
    /// The machine.
    Host,
    /// The engine, or containers of it that have no more in common.
    Engine,
    /// A compose project.
    Project(String),
    /// One container, by name.
    Container(String),
    /// Containers of no common project that depend on each other: the one that all the others need.
    Dependency(String),
}

/// Things that are wrong together, from the first of them to the end of the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Its number in the store; 0 before it was first stored.
    pub number: i64,
    /// What it is about.
    pub root: Root,
    /// What belongs to it, oldest first, at most [`MEMBERS`].
    pub members: Vec<Member>,
    /// When the first of them began.
    pub opened: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
    /// When all of it was over; none while something is wrong.
    pub ended: Option<Timestamp>,
    /// Counts what a person must have seen before pressing a button: a button made for an earlier one is stale.
    pub generation: u32,
    /// How many were wrong at once, each time that number changed: `7 → 2 → 0`. The newest last, at most [`COURSE`].
    pub course: Vec<Count>,
    /// Who has taken it on.
    pub acknowledged: Option<Acknowledgement>,
    /// What people were last rung for.
    pub rung: Option<Rung>,
    /// When people were rung for it, as far back as [`NOISY`].
    pub rings: Vec<Timestamp>,
    /// When the next reminder comes, while it is open and nobody has taken it on.
    pub reminder: Option<Timestamp>,
    /// How many reminders there were since it opened.
    pub reminded: u32,
    /// What was found out about it when it was told.
    #[serde(default)]
    pub evidence: Evidence,
    /// What was done about it, oldest first, at most [`STORY`].
    #[serde(default)]
    pub story: Vec<Heal>,
}

/// So many changes of the number of what is wrong are kept.
pub const COURSE: usize = 12;

/// How many were wrong at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Since when.
    pub at: Timestamp,
    /// How many.
    pub open: u32,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// What.
    pub of: Of,
    /// How bad: now, or at its worst when it is over.
    pub severity: Severity,
    /// Since when, by our clock.
    pub since: Timestamp,
    /// When it was over.
    pub ended: Option<Timestamp>,
    /// How often it has begun.
    pub times: u32,
}

/// What kind of thing is wrong, as it was when it last was news.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// A rule's alert.
    Alert {
        /// The alert.
        alert: Alert,
        /// Its newest step.
        step: Step,
    },
    /// A container.
    Container {
        /// The newest verdict.
        verdict: ContainerVerdict,
        /// What was wrong with it: the newest verdict that said so.
        trouble: ContainerVerdict,
        /// The last lines of its log at that time, oldest first.
        log: Vec<String>,
    },
    /// The engine.
    Engine(EngineVerdict),
}

/// Who has taken an incident on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// Their account.
    pub by: i64,
    /// When.
    pub at: Timestamp,
}

/// What people were rung for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// When.
    pub at: Timestamp,
    /// How bad it was.
    pub severity: Severity,
    /// How many things were wrong.
    pub open: u32,
}

/// What was found out when an incident was told, kept so that its card can show it as it was.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The busiest or biggest processes then, where that says something.
    pub processes: Vec<Busy>,
    /// What changed in the half hour before.
    pub changes: Vec<Changed>,
}

/// A process that was busy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Busy {
    /// What it is called; never its arguments.
    pub name: String,
    /// Per cent of one core.
    pub cpu: f64,
    /// Resident bytes.
    pub memory: u64,
}

/// Something that changed shortly before an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: Happening,
}

/// What can change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// The machine booted.
    Booted,
    /// A container was restarted by somebody.
    Restarted(String),
    /// A container has been replaced by a newer one.
    Updated(String),
    /// A container was stopped by somebody.
    Stopped(String),
    /// A remedy was applied.
    Healed(String),
    /// Vakhta itself began.
    Began,
}

/// One entry in the record of an incident, never changed once written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// What can happen to an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// An alert of it took a step.
    Step {
        /// Its number.
        alert: i64,
        /// Its rule.
        rule: String,
        /// The series.
        series: String,
        /// Which step.
        step: Step,
        /// With these numbers.
        finding: Finding,
        /// Why.
        #[serde(default)]
        reason: Option<Reason>,
    },
    /// Something became of a container of it, or of the engine.
    Verdict(Verdict),
    /// Something was done about it, or found out about what was done.
    Heal(Heal),
    /// Somebody has taken it on.
    Acknowledged {
        /// Their account.
        by: i64,
    },
    /// It got worse, or somebody has let go of it: nobody has it now.
    Unacknowledged {
        /// Their account; none when it got worse.
        by: Option<i64>,
    },
    /// It lasts, and people are reminded.
    Reminded,
    /// People were told.
    Told {
        /// The chat.
        chat: i64,
        /// How.
        how: Telling,
    },
}

/// How people were told of the state of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Telling {
    /// In a new message.
    Sent {
        /// Which.
        message: i64,
        /// Since when it waited to be told.
        made: Timestamp,
    },
    /// In the message they had.
    Edited {
        /// Which.
        message: i64,
    },
    /// In one message with others, after a time in which nothing could be told.
    Together {
        /// Which.
        message: i64,
        /// Since when it waited to be told.
        made: Timestamp,
    },
    /// Not yet: a mute holds it.
    Held,
}

impl Incident {
    /// Whether something of it is still wrong.
    pub fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    /// What of it is still wrong.
    pub fn open_members(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|it| it.ended.is_none())
    }

    /// How much of it is still wrong.
    pub fn open_count(&self) -> u32 {
        u32::try_from(self.open_members().count()).unwrap_or(u32::MAX)
    }

    /// The most that was wrong at once.
    pub fn peak(&self) -> u32 {
        self.course.iter().map(|it| it.open).max().unwrap_or_default()
    }

    /// How bad it is: the worst of what is wrong, or of all it was when it is over.
    pub fn severity(&self) -> Severity {
        let open = self.open_members().map(|it| it.severity).max();
        open.or_else(|| self.members.iter().map(|it| it.severity).max()).unwrap_or(Severity::Warning)
    }

    /// What is wrong in it, as far as mutes care; of one that is over, what was, and that is no emergency any more.
    pub fn about(&self) -> Vec<About> {
        let of = |it: &Member| {
            let about = match &it.of {
                Of::Alert { alert, .. } => About::alert(alert),
                Of::Container { trouble, .. } => About::verdict(&Verdict::Container(trouble.clone())),
                Of::Engine(verdict) => About::verdict(&Verdict::Engine(verdict.clone())),
            };
            About { severity: it.severity, incident: Some(self.number), ..about }
        };
        match self.is_open() {
            true => self.open_members().map(of).collect(),
            false => self.members.iter().map(|it| About { severity: Severity::Warning, ..of(it) }).collect(),
        }
    }

    /// The member that says most of it: the engine before what it runs, open before over, critical before warning, the
    /// first before the others.
    pub fn chief(&self) -> Option<&Member> {
        let is_engine = |it: &Member| matches!(it.of, Of::Engine(_));
        let order = |it: &&Member| (!is_engine(it), it.ended.is_some(), std::cmp::Reverse(it.severity));
        self.members.iter().min_by_key(order)
    }

    /// Whether there is a container in it.
    pub fn is_of_containers(&self) -> bool {
        self.members.iter().any(|it| it.container().is_some())
    }

    /// Whether all that is wrong comes and goes, which was told and is not told again.
    pub fn is_flapping(&self) -> bool {
        let flaps = |it: &Member| it.alert().is_some_and(|it| matches!(it.phase, Phase::Flapping { .. }));
        self.is_open() && self.open_members().all(flaps)
    }

    /// How long it lasted, or has lasted by `now`.
    pub fn lasting(&self, now: Timestamp) -> Duration {
        crate::series::since(self.ended.unwrap_or(now), self.opened)
    }

    /// The time until the next reminder.
    pub fn next_reminder(&self, now: Timestamp) -> Option<Duration> {
        self.reminder.map(|at| crate::series::since(at, now))
    }
}

impl Member {
    /// The container's name, when it is one.
    pub fn container(&self) -> Option<&str> {
        match &self.of {
            Of::Container { verdict, .. } => Some(&verdict.who.name),
            Of::Alert { .. } | Of::Engine(_) => None,
        }
    }

    /// The compose project of the container, when it is one.
    pub fn project(&self) -> Option<&str> {
        match &self.of {
            Of::Container { verdict, .. } => verdict.who.project.as_deref(),
            Of::Alert { .. } | Of::Engine(_) => None,
        }
    }

    /// The alert, when it is one.
    pub fn alert(&self) -> Option<&Alert> {
        match &self.of {
            Of::Alert { alert, .. } => Some(alert),
            Of::Container { .. } | Of::Engine(_) => None,
        }
    }
}
