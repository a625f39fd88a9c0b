//! What a job has to say, as data. Words and pictures are chosen where it is delivered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::{Alert, Step};
use crate::digest::Digest;
use crate::heal::{Plan, Relief};
use crate::mute::Scope;
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
    /// A mute is over; this is what was wrong meanwhile.
    Meanwhile {
        /// Since when something was held back.
        since: Timestamp,
        /// Those whose news was held back, as they are now.
        alerts: Vec<Alert>,
        /// Verdicts that were held back, oldest first.
        #[serde(default)]
        verdicts: Vec<Verdict>,
        /// Of what the mutes were that held it.
        #[serde(default)]
        scopes: Vec<Scope>,
        /// How much more was held back, longest ago, and is not known any more.
        #[serde(default)]
        more: u32,
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
}
