//! What a job has to say, as data. Words and pictures are chosen where it is delivered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::{Alert, Step};
use crate::digest::Digest;
use crate::heal::{Heal, Plan, Relief};
use crate::incident::Incident;
use crate::mute::Scope;
use crate::ports::Reach;
use crate::verdict::Verdict;

/// Something worth saying to the owner. Kept in the outbox until it was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Notice {
    /// An alert took a step that is news.
    Alert {
        /// As it was at that step.
        alert: Alert,
        /// Which step.
        step: Step,
    },
    /// A remedy could help; the owner decides.
    Proposal {
        /// The alert it is for.
        alert: Alert,
        /// What could be done, in bytes. Without steps: nothing of ours can help, or it was tried often enough.
        plan: Plan,
    },
    /// A remedy could help, and healing is set to look on: there is nothing to decide.
    Observation {
        /// The alert it is for.
        alert: Alert,
        /// What could be done, in bytes.
        plan: Plan,
    },
    /// A remedy was applied.
    Healed {
        /// The alert it was for; none when somebody asked.
        alert: Option<Alert>,
        /// What came of it.
        relief: Relief,
    },
    /// Something was written into the healing journal: the card of its incident tells it.
    Heal(Heal),
    /// A mute is over; this is what was wrong meanwhile.
    Meanwhile {
        /// Since when something was held back.
        since: Timestamp,
        /// What was held back, as it is now.
        #[serde(default)]
        incidents: Vec<Incident>,
        /// Of what the mutes were that held it.
        #[serde(default)]
        scopes: Vec<Scope>,
        /// How much more was held back, longest ago, and is not known any more.
        #[serde(default)]
        more: u32,
    },
    /// Several incidents could not be told when they happened, and are told together.
    CatchUp {
        /// Since when nothing could be told.
        since: Timestamp,
        /// Until when.
        until: Timestamp,
        /// As they are by now, the oldest news first.
        incidents: Vec<Incident>,
    },
    /// Something became of a container, or of the engine.
    Container {
        /// What, with its evidence.
        verdict: Verdict,
        /// The last lines of its log, oldest first, where they tell how it came about.
        log: Vec<String>,
    },
    /// A period, summed up.
    Digest(Digest),
    /// A job fails time and again.
    Trouble {
        /// The job.
        job: String,
        /// Its last failure, in English.
        why: String,
        /// How many runs in a row.
        failures: u32,
    },
    /// Something about Vakhta itself that the owner should know.
    House(House),
}

/// What may be worth knowing about Vakhta itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum House {
    /// Somebody who may not speak tried to.
    Strangers {
        /// How many messages in the time since the last such notice.
        messages: u64,
        /// The last one's id, for the owner to recognise.
        last: i64,
    },
    /// Another program holds the same token.
    TwoPollers,
    /// The store was damaged and has been set aside; the watch began a new one.
    StoreSetAside {
        /// The file it now lies in.
        kept_as: String,
    },
    /// The store takes no writes (a full or read-only disk); what is new is only remembered in memory.
    StoreFull {
        /// The place and the reason, in English.
        why: String,
    },
    /// The store takes writes again.
    StoreReturned,
    /// A fault of Vakhta's own was caught; told once for each place in the sources.
    Stumbled {
        /// What the log calls it.
        id: String,
        /// The file and line in the sources. Nothing that was being read.
        place: String,
    },
    /// A copy of the store was restored by hand.
    Restored {
        /// Of when it was: the newest thing in it.
        of: Timestamp,
    },
    /// The topic that news goes to is closed or gone: it goes to the whole group instead.
    TopicGone,
    /// The group that news goes to does not let us write: it goes to the owners instead.
    GroupLost {
        /// Which.
        chat: i64,
        /// What it answered, in English.
        why: String,
    },
    /// The watch has begun, or goes on after a while in which nobody looked.
    Began(Box<Began>),
    /// The watch before this one ended while it worked on something that somebody had asked for.
    CutOff {
        /// What they had asked for: a command line.
        line: String,
        /// How far it had come.
        how: CutOff,
    },
    /// Whoever waits outside for proof of life cannot be told, and will sound the alarm.
    SwitchUnheard {
        /// Since when.
        since: Timestamp,
        /// Until when, so far.
        until: Timestamp,
        /// The last failure, in English.
        why: String,
    },
    /// Other settings are in force, without a restart.
    Settings(Vec<Change>),
    /// The settings were read again and are wrong: those from before stay in force.
    SettingsWrong {
        /// What is wrong, the first of it.
        mistakes: Vec<Wrong>,
        /// How much more is.
        more: u32,
    },
}

/// What differs between two settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// Something that is declared.
    Declared {
        /// What.
        what: Declared,
        /// What became of it.
        how: How,
        /// Its name.
        name: String,
        /// When it is due, of a job.
        cron: Option<String>,
    },
    /// What somebody may do.
    Person {
        /// Who.
        id: i64,
        /// Their role by its name; none: they may not speak any more.
        role: Option<String>,
    },
    /// Another setting.
    Setting {
        /// The name of its variable, or of its part of the declaration.
        name: String,
        /// What it is by now, where that is no secret.
        value: Option<String>,
    },
    /// A setting that is taken up at the next start only.
    Waits {
        /// The name of its variable.
        name: String,
    },
}

/// What can be declared and has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Declared {
    /// What counts as wrong.
    Rule,
    /// What runs when.
    Job,
    /// What is not told for a while.
    Mute,
}

/// What became of something that is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// It was not there before.
    New,
    /// It is there no more.
    Gone,
    /// It keeps its name and is another one.
    Changed,
}

/// A mistake in the settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    /// The file or the variable.
    pub place: String,
    /// The line, from 1; 0 when it is about the whole.
    pub line: usize,
    /// What is wrong, in English. Holds no secret.
    pub what: String,
    /// What would be right, in English.
    pub remedy: String,
}

/// How far something had come that was cut off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CutOff {
    /// It may have no answer, and is not tried again by itself.
    Unanswered,
    /// It was to be done, and was not begun.
    NotBegun,
    /// It was begun, and nobody knows how it ended.
    Unknown,
    /// It had ended, and nobody knows whether that was heard.
    Ended {
        /// How, in the words of the audit.
        words: String,
    },
}

/// The beginning of a watch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Began {
    /// When.
    pub at: Timestamp,
    /// Of which release it is.
    pub version: String,
    /// What there is to say of the watch before it; none when it is the first one ever.
    pub former: Option<Former>,
    /// How many filesystems there are, where that is known.
    pub filesystems: Option<usize>,
    /// How many containers there are, or why that is not known.
    pub containers: Result<usize, String>,
    /// When the next digest is due.
    pub digest: Option<Timestamp>,
    /// How far we reach into Docker.
    #[serde(default)]
    pub reach: Reach,
}

/// An earlier watch, and what was missed since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Former {
    /// When it was last awake.
    pub since: Timestamp,
    /// Why nobody looked since.
    pub why: Absence,
    /// Of which release it was, if of another.
    pub updated_from: Option<String>,
    /// Runs that were due meanwhile, of jobs that are due seldom.
    pub runs: Vec<MissedRuns>,
    /// How many samples were not taken.
    pub samples: u64,
    /// Names of containers that ran when it was last awake and do not now.
    pub down: Vec<String>,
}

/// Why nobody looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Absence {
    /// The whole machine was started anew.
    Rebooted,
    /// Somebody stopped the watch.
    Stopped,
    /// It ended without a goodbye.
    Killed,
    /// It did not write down how it ended.
    Unknown,
}

/// Runs that were due while nobody looked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissedRuns {
    /// The job.
    pub job: String,
    /// How many.
    pub count: u32,
    /// Whether the last of them is made up for.
    pub is_made_up: bool,
}
