//! What is wrong, and the whole life of it.

mod life;
mod record;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::life::{REOPEN, advance, end};
pub use self::record::{Basis, Reason, Transition};
use crate::metric::SeriesKey;
use crate::series::since;

/// Names what may be wrong: a rule, held against one series. At most one alert of a key is open at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AlertKey {
    /// The rule's name.
    pub rule: String,
    /// The series.
    pub series: SeriesKey,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a line in the digest, and nobody's sleep: not as usual, and nothing suffers from it.
    Unusual,
    /// Worth knowing.
    Warning,
    /// Worth waking up for.
    Critical,
}

/// What a detector saw that it did not like.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The value that was seen. For absence: seconds since the last one.
    pub observed: f64,
    /// What it was held against.
    pub limit: f64,
    /// On which side of the limit trouble lies.
    pub side: Side,
    /// How bad.
    pub severity: Severity,
    /// When it will be full, of what is predicted and not there yet. `observed` is how full it is now.
    #[serde(default)]
    pub forecast: Option<Eta>,
}

/// When something will be full, if it goes on growing as it does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Eta {
    /// At the fastest pace that is likely.
    pub soonest: Duration,
    /// At the slowest; never less than `soonest`.
    pub latest: Duration,
    /// How much it grows in an hour, in per cent of the whole.
    pub percent_an_hour: f64,
    /// The same in bytes, where it is known how many the whole has.
    pub bytes_an_hour: Option<f64>,
}

/// What takes up the room that an alert says is running out, in that alert's measure: bytes, or files for inodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Culprit {
    /// This grew.
    Grown {
        /// What.
        place: Place,
        /// How large it is.
        size: u64,
        /// By how much it grew.
        by: u64,
        /// Since then.
        since: Timestamp,
    },
    /// Nothing earlier is known to compare with; this is the largest.
    Largest {
        /// What.
        place: Place,
        /// How large it is.
        size: u64,
    },
    /// Everything was looked through and nothing that can be seen grew as much: deleted files that a program still
    /// holds open take room like that.
    Hidden,
    /// It was not found in the time that looking may take.
    Late,
}

/// Where room is taken up, on the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The host's path; bytes that are no text are replaced.
    pub path: String,
    /// Whether it is a single file.
    pub is_file: bool,
    /// The container it is the log of.
    pub log_of: Option<String>,
}

/// A side of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Too much.
    Above,
    /// Too little.
    Below,
}

/// What a detector says of a series now.
#[derive(Clone, Debug, PartialEq)]
pub enum Judgement {
    /// All is well; the value it looked at.
    Well {
        /// The value that was seen.
        observed: f64,
    },
    /// Not well.
    Ill(Finding),
    /// Too little is known to say. Says nothing either way.
    Learning {
        /// How long there has been data.
        have: Duration,
        /// How long there must be data.
        need: Duration,
    },
    /// Not well by what was normal when it began, but that was so long ago that it is forgotten: what has been seen
    /// ever since is the normal level now.
    Settled {
        /// The value that was seen.
        observed: f64,
    },
    /// There is no recent value to judge. Says nothing either way: an alert neither starts nor ends on it.
    Unknown,
}

/// Where in its life an alert is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Phase {
    /// Suspected since [`Alert::since`]; nobody has been told.
    Pending,
    /// It is so.
    Firing,
    /// Well again since then, but not for long enough to say so.
    Clearing {
        /// The first good look.
        since: Timestamp,
    },
    /// It comes and goes. That was told once, and until it has stayed as it is for a while only what is critical and
    /// was not told as critical is told.
    Flapping {
        /// The first of the times it came back.
        since: Timestamp,
        /// How often it came back, or went back to critical, since then.
        times: u32,
        /// Whether the newest look was a bad one.
        ill: bool,
        /// Since when it has been as it is now: well, or bad in the same degree.
        turned: Timestamp,
    },
    /// It ended, and is suspected again so soon after it that it would be the same alert; nobody has been told of the
    /// suspicion. If it is unfounded, the alert ended when it ended.
    Relapsing {
        /// The first bad look.
        since: Timestamp,
        /// When it ended, as [`Ending::Recovered`].
        ended: Timestamp,
    },
    /// Over.
    Ended {
        /// When.
        at: Timestamp,
        /// How.
        how: Ending,
    },
}

/// How an alert ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// It never lasted long enough to be told.
    Dismissed,
    /// The value came back.
    Recovered,
    /// The new level has become the normal one.
    Settled,
    /// What it was about is no longer there.
    Gone,
    /// Its rule is no longer declared.
    Withdrawn,
}

/// Something wrong with one series, from the first suspicion to the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Its number in the store; 0 before it was first stored.
    pub number: i64,
    /// Of what.
    pub key: AlertKey,
    /// Where in its life.
    pub phase: Phase,
    /// The newest finding (after it ended: the last one).
    pub finding: Finding,
    /// The worst value seen so far.
    pub worst: f64,
    /// When suspicion began; of an alert that relapsed, that of its newest bout.
    pub since: Timestamp,
    /// When it fired; of an alert that relapsed, the last time.
    pub fired: Option<Timestamp>,
    /// When it was last looked at.
    pub seen: Timestamp,
    /// The remedy its rule names.
    pub remedy: Option<String>,
    /// Counts what is worth telling again (firing, worsening, the end): a button made for an earlier one is stale.
    pub generation: u32,
    /// What of its life so far still matters. Empty in what 0.1.0 stored.
    #[serde(default)]
    pub past: Past,
    /// What takes up the room, of an alert about a disk, once that was looked for.
    #[serde(default)]
    pub culprits: Vec<Culprit>,
}

/// What an alert knows of its own life, beyond where in it it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Past {
    /// When it came back lately, from [`Phase::Clearing`], by a relapse, or to critical after it had eased: oldest
    /// first, within two hours, the newest few.
    pub bounces: Vec<Timestamp>,
    /// How often it was called flapping.
    pub flapped: u32,
    /// The numbers that were last told as trouble.
    pub told: Option<Finding>,
    /// The reason of the last step that has an entry in its life.
    pub reason: Option<Reason>,
    /// Its bouts before the present one, if it relapsed.
    pub earlier: Option<Bouts>,
}

/// Bouts of an alert that are over.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bouts {
    /// When the first of them began.
    pub since: Timestamp,
    /// How long they lasted together.
    pub lasted: Duration,
}

impl Alert {
    /// Whether it is so, by its rule. Whether somebody should know of it now is [`Alert::is_told`].
    pub fn is_firing(&self) -> bool {
        match self.phase {
            Phase::Firing | Phase::Clearing { .. } | Phase::Flapping { .. } => true,
            Phase::Pending | Phase::Relapsing { .. } | Phase::Ended { .. } => false,
        }
    }

    /// Whether somebody was told, and it is not over.
    pub fn is_told(&self) -> bool {
        self.is_firing() && !self.is_only_unusual()
    }

    /// Whether nobody is told of it: it stands in lists and in the digest.
    pub fn is_only_unusual(&self) -> bool {
        self.finding.severity == Severity::Unusual
    }

    /// Whether it is over.
    pub fn is_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended { .. })
    }

    /// When it was over, if it is: also while it is suspected anew, which nobody was told.
    pub fn over(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Ended { at, .. } => Some(at),
            Phase::Relapsing { ended, .. } => Some(ended),
            Phase::Pending | Phase::Firing | Phase::Clearing { .. } | Phase::Flapping { .. } => None,
        }
    }

    /// When suspicion of its present bout began, also while that is a relapse which nobody was told of.
    pub fn suspected(&self) -> Timestamp {
        match self.phase {
            Phase::Relapsing { since, .. } => since,
            Phase::Pending
            | Phase::Firing
            | Phase::Clearing { .. }
            | Phase::Flapping { .. }
            | Phase::Ended { .. } => self.since,
        }
    }

    /// When the first of its bouts began.
    pub fn began(&self) -> Timestamp {
        self.past.earlier.map_or(self.since, |it| it.since)
    }

    /// How long its bouts lasted together, the newest one until then.
    pub fn lasted(&self, until: Timestamp) -> Duration {
        self.past.earlier.map_or(Duration::ZERO, |it| it.lasted) + since(until, self.since)
    }
}

/// What [`advance`] did; why, and by which numbers, is its [`Reason`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Nothing was wrong and nothing is.
    Quiet,
    /// The first bad look, or the first since it ended.
    Suspected,
    /// Bad, not for long enough yet.
    Pending,
    /// Unusual for long enough: a line in the digest.
    Noted,
    /// Bad for long enough: tell.
    Fired,
    /// Ended a short while ago, and bad for long enough again: tell, as the same alert.
    Relapsed,
    /// Firing, and now worse in kind: tell.
    Worsened,
    /// Firing, and now less bad in kind: not worth a new message.
    Eased,
    /// Firing still.
    Held,
    /// Firing, and the first good look.
    Clearing,
    /// Bad again before it had been well for long enough: it never ended.
    Returned,
    /// It has come back too often: tell that it comes and goes, and then nothing of that any more.
    Flapping,
    /// It came and went, and has now been bad for long enough without a break: tell how it differs from what was told.
    Steadied,
    /// Suspicion was unfounded.
    Dismissed,
    /// Well for long enough: tell how long it lasted.
    Recovered,
    /// The new level is the normal one now: tell.
    Settled,
    /// What it was about is gone: tell.
    Gone,
    /// Its rule is gone: tell.
    Withdrawn,
    /// What was only unusual is over, however it ended: nobody was told that it began.
    Faded,
}

impl Step {
    /// Whether a person should hear of it.
    pub fn is_news(self) -> bool {
        self.is_trouble() || matches!(self, Self::Recovered | Self::Settled | Self::Gone | Self::Withdrawn)
    }

    /// Whether a person should hear of it because something is wrong.
    pub fn is_trouble(self) -> bool {
        matches!(self, Self::Fired | Self::Relapsed | Self::Worsened | Self::Flapping | Self::Steadied)
    }

    /// Whether it only says that things go on as they were: the alert was seen again, and its life has no new entry.
    pub fn is_routine(self) -> bool {
        matches!(self, Self::Quiet | Self::Pending | Self::Held)
    }
}
