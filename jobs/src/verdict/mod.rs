//! What became of a container: events of the engine folded into verdicts, each with its evidence.
//!
//! A verdict is said once what follows is known: an end that is followed by a start is a restart, one that is followed
//! by a removal and a new container is an update, one that comes with the end of the engine itself is the engine's.

mod identity;
mod life;
mod memory;
mod outage;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod promises;
mod seen;
#[cfg(test)]
mod tests;
mod topology;
mod watcher;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::memory::{Memory, Remembered};
pub use self::topology::{Kin, Topology};
pub use self::watcher::Watcher;
use crate::alert::Severity;
use crate::ports::ContainerDetail;

/// A verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Verdict {
    /// On a container.
    Container(ContainerVerdict),
    /// On the engine and all of its containers at once.
    Engine(EngineVerdict),
}

impl Verdict {
    /// Whether a person should hear of it. What is not news is for the log.
    pub fn is_news(&self) -> bool {
        match self {
            Self::Container(it) => it.is_news(),
            Self::Engine(_) => true,
        }
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Container(it) => it.finding.severity(),
            Self::Engine(EngineVerdict::Lost { .. }) => Severity::Critical,
            Self::Engine(EngineVerdict::Returned { down, .. }) if down.is_empty() => Severity::Warning,
            Self::Engine(EngineVerdict::Returned { .. } | EngineVerdict::Passed { .. }) => Severity::Critical,
        }
    }
}

/// A verdict on one container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContainerVerdict {
    /// When it happened, by the engine's clock.
    pub at: Timestamp,
    /// To which.
    pub who: Who,
    /// What.
    pub finding: Finding,
    /// Nobody looked when it happened: we were not there. Where no event has said so since, `at` is when it was found.
    #[serde(default)]
    pub unseen: bool,
}

impl ContainerVerdict {
    /// Whether a person should hear of it.
    pub fn is_news(&self) -> bool {
        !self.who.muted && self.finding.is_news()
    }

    /// The same verdict in the light of `inspect`: whether the kernel killed it for want of memory is written there
    /// even where no event said so.
    #[must_use]
    pub fn knowing(mut self, detail: &ContainerDetail) -> Self {
        if detail.id != self.who.id {
            return self;
        }
        let killed = detail.oom_killed;
        if self.unseen
            && self.finding.is_end()
            && let Some(finished) = detail.finished
        {
            self.at = self.at.min(finished);
        }
        self.finding = match self.finding {
            Finding::Slipped { .. } => Finding::Slipped { restarts: detail.restart_count },
            Finding::Ended { exit: Some(SIGKILLED), back, excused: false } if killed => {
                Finding::OutOfMemory { end: End::Died { back }, times: 1, within: Duration::ZERO }
            }
            other => other,
        };
        self
    }
}

/// Exit code of what SIGKILL ended; by itself it says nothing of who sent it.
pub(crate) const SIGKILLED: i64 = 137;

/// Which container a verdict is on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The engine's id. Another one after every recreation.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its image, as it was asked for.
    pub image: String,
    /// Compose project.
    pub project: Option<String>,
    /// Compose service.
    pub service: Option<String>,
    /// Labelled [`MUTE`].
    pub muted: bool,
}

/// What happened to a container, with what was seen of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Finding {
    /// It ended with an exit code that no stop explains, and nobody had stopped it.
    Crashed {
        /// The code, where the engine said it.
        exit: Option<i64>,
        /// The how manieth time within the last hour, out-of-memory ends included; at least 1.
        times: u32,
        /// From the first of those times to this one.
        within: Duration,
        /// Whether the engine has started it again.
        back: bool,
        /// Whether it is nothing to speak of: it was just made, or the engine was, and it runs again; or it was
        /// removed at once, as one-time commands are.
        excused: bool,
    },
    /// The kernel killed it, or a process in it, for want of memory.
    OutOfMemory {
        /// Whether it ended by that.
        end: End,
        /// As of [`Finding::Crashed`].
        times: u32,
        /// As of [`Finding::Crashed`].
        within: Duration,
    },
    /// It ends and is started again, time after time.
    CrashLoop {
        /// The newest exit code.
        exit: Option<i64>,
        /// Whether the newest end was for want of memory.
        out_of_memory: bool,
        /// How often it was started again after an end that nobody asked for, within the last ten minutes.
        restarts: u32,
        /// From the first of those ends to the newest start.
        within: Duration,
    },
    /// It ended because it was told to.
    Stopped {
        /// By whom.
        by: By,
        /// The last signal it was sent.
        signal: Option<i32>,
        /// Its exit code.
        exit: Option<i64>,
    },
    /// It was told to stop, and runs again.
    Restarted {
        /// By whom.
        by: By,
    },
    /// It ended by itself with a code that is no crash (0, 130, 137, 143).
    Ended {
        /// The code.
        exit: Option<i64>,
        /// Whether the engine has started it again.
        back: bool,
        /// As of [`Finding::Crashed`].
        excused: bool,
    },
    /// Another container has taken its place: same compose service and number, or same name.
    Updated {
        /// The image it had before.
        from: String,
    },
    /// Its health check says that it is ill.
    Unhealthy {
        /// The how manieth time within the last ten minutes; at least 1.
        times: u32,
        /// From the first of those times to this one.
        within: Duration,
    },
    /// It is well again.
    Recovered {
        /// After what.
        from: Trouble,
        /// How long that lasted.
        lasted: Duration,
    },
    /// It was started anew while nobody looked, and no event has said how it came to that.
    Slipped {
        /// How often the engine has restarted it by itself since somebody last did; 0 where it did not, or is not
        /// known to have.
        restarts: u64,
    },
    /// It was removed.
    Gone {
        /// What was wrong with it until then.
        was: Option<Trouble>,
    },
}

impl Finding {
    /// Whether a person should hear of it.
    pub fn is_news(&self) -> bool {
        match self {
            Self::Crashed { excused, .. } => !excused,
            Self::OutOfMemory { .. }
            | Self::CrashLoop { .. }
            | Self::Unhealthy { .. }
            | Self::Recovered { .. }
            | Self::Gone { was: Some(_) } => true,
            Self::Slipped { restarts } => 0 < *restarts,
            Self::Stopped { .. }
            | Self::Restarted { .. }
            | Self::Ended { .. }
            | Self::Updated { .. }
            | Self::Gone { was: None } => false,
        }
    }

    /// Whether what was wrong with the container is so no more, by somebody's will.
    pub fn ends_trouble(&self) -> bool {
        matches!(self, Self::Stopped { .. })
    }

    /// Whether it says that the container has ended.
    fn is_end(&self) -> bool {
        match self {
            Self::Crashed { .. }
            | Self::OutOfMemory { end: End::Died { .. }, .. }
            | Self::Stopped { .. }
            | Self::Ended { .. } => true,
            Self::OutOfMemory { end: End::Survived, .. }
            | Self::CrashLoop { .. }
            | Self::Restarted { .. }
            | Self::Updated { .. }
            | Self::Unhealthy { .. }
            | Self::Recovered { .. }
            | Self::Slipped { .. }
            | Self::Gone { .. } => false,
        }
    }

    /// How bad it is: critical is what leaves the container down or never up for long.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Crashed { back: false, .. }
            | Self::CrashLoop { .. }
            | Self::OutOfMemory { end: End::Died { back: false }, .. } => Severity::Critical,
            _ => Severity::Warning,
        }
    }
}

/// Whether a container outlived something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// It ended.
    Died {
        /// Whether the engine has started it again.
        back: bool,
    },
    /// It goes on; a process in it was killed.
    Survived,
}

/// Who asked for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum By {
    /// Vakhta.
    Us,
    /// Somebody else.
    Somebody,
}

/// What can be wrong with a container for longer than a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trouble {
    /// It crashed and stayed down.
    Down,
    /// It crashes time after time.
    Looping,
    /// Its health check says no.
    Ill,
}

/// A verdict on the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum EngineVerdict {
    /// It went away and has not answered since.
    Lost {
        /// Since when, by our clock.
        since: Timestamp,
        /// How many containers were running.
        running: u32,
    },
    /// It was away, and is back.
    Returned {
        /// When it went, by our clock.
        since: Timestamp,
        /// For how long it did not answer.
        away: Duration,
        /// How many containers were running before.
        running: u32,
        /// Names of those that ran before and do not now, a little while after its return.
        down: Vec<String>,
    },
    /// While we were not there it, or the machine, was started anew, and not all containers came up again.
    Passed {
        /// When we last saw it, by our clock.
        since: Timestamp,
        /// Whether the whole machine was.
        rebooted: bool,
        /// How many containers were running before.
        running: u32,
        /// Names of those that ran before and do not now.
        down: Vec<String>,
    },
}
