//! How it is with us, for `/health`.

use std::sync::Arc;

use crate::command::{Health, HealthFacts};
use crate::store::{Condition, Database};
use crate::vitals::Pulse;

/// What the tasks and the store say of themselves.
pub(super) struct Body {
    pub(super) pulse: Arc<Pulse>,
    pub(super) database: Database,
}

impl Health for Body {
    fn facts(&self) -> HealthFacts {
        let log = |error: &dyn std::fmt::Display| tracing::warn!(%error, "the store does not say how it is");
        let depth = self.database.outbox_depth().inspect_err(|error| log(error)).ok();
        let usage = self.database.usage().inspect_err(|error| log(error)).ok();
        HealthFacts {
            vitals: self.pulse.vitals(),
            waiting: depth.map(|it| (it.parcels, it.oldest)),
            store: usage.map(|it| (it.file.max(it.used), it.ceiling)),
            forgetful: match self.database.condition() {
                Condition::Durable => None,
                Condition::Waiting { why } | Condition::MemoryOnly { why } => Some(why),
            },
            memory: resident(),
        }
    }
}

/// Resident bytes of this process.
fn resident() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

#[cfg(test)]
mod tests {
    #[test]
    fn this_process_knows_its_size() {
        let bytes = super::resident().expect("a Linux");
        assert!((1 << 20..1 << 40).contains(&bytes), "{bytes}");
    }
}
