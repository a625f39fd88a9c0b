//! What is written down of each step in the life of an alert, for whoever asks why.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Finding, Severity, Step};

/// One entry in the life of an alert, never changed once written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transition {
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub step: Step,
    /// The numbers behind it.
    pub finding: Option<Finding>,
    /// Why. None in what 0.1.0 stored.
    #[serde(default)]
    pub reason: Option<Reason>,
    /// What the value was and what it was held against, as the rule had it then. None where no value was looked at.
    #[serde(default)]
    pub basis: Option<Basis>,
}

/// Why an alert took a step: how long it was so, and how long it had to be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// Bad for so long. Of a suspicion that was dismissed: for no longer.
    Ill {
        /// How long it was.
        lasted: Duration,
        /// The rule's patience.
        needed: Duration,
    },
    /// Well for so long. Of what returned: for no longer.
    Well {
        /// How long it was.
        lasted: Duration,
        /// What the rule asks for before it is over.
        needed: Duration,
    },
    /// Bad again for so long, so soon after it ended that it is the same alert.
    Again {
        /// How long it was bad.
        lasted: Duration,
        /// The rule's patience.
        needed: Duration,
        /// How long it had been well in between.
        well: Duration,
    },
    /// The level changed, and this was the former one.
    Level {
        /// It was so bad before.
        was: Severity,
    },
    /// It came back so often.
    Unsteady {
        /// How often.
        times: u32,
        /// Within how long.
        within: Duration,
        /// It must stay as it is for so long before anything but a first critical value is told.
        quiet: Duration,
    },
    /// It came and went, and has stayed well.
    Calm {
        /// How long it was well.
        lasted: Duration,
        /// How long it had to be.
        needed: Duration,
        /// How often it came back before.
        times: u32,
    },
    /// It came and went, and has stayed bad.
    Steady {
        /// How long it was bad without a break.
        lasted: Duration,
        /// How long it had to be.
        needed: Duration,
        /// How often it came back before.
        times: u32,
        /// What was last told of it.
        told: Finding,
    },
    /// It ended by no value of its own, after so long; the step says how.
    Cut {
        /// How long it had been wrong.
        lasted: Duration,
    },
}

/// What a value was, and what it was held against.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// A fixed level.
    Level {
        /// The mean of the last so long; zero: the newest value.
        over: Duration,
        /// Trouble begins here.
        at: f64,
        /// And ends only here.
        back: f64,
    },
    /// What has been usual.
    Usual {
        /// Over so long.
        window: Duration,
        /// So many standard deviations are.
        k: f64,
    },
    /// Everything that was seen of it lately.
    Novel {
        /// Means of so long are compared.
        every: Duration,
    },
    /// How much time is left until it is full, if it goes on as it does.
    Filling {
        /// Trouble begins when there is less.
        under: Duration,
        /// And ends only when there is as much again.
        until: Duration,
    },
    /// The time since the newest value.
    Silence {
        /// How long is too long.
        after: Duration,
    },
}
