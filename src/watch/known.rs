//! What the follower knows of containers, kept in the store so that it outlives us.
//!
//! What was judged and what is told of it are one transaction: whoever dies before it hears the same events again and
//! judges the same, whoever dies after it has told. Several notices of one moment are a transaction each; those that
//! are still to come are written beside the first one.

use jiff::{SignedDuration, Timestamp};
use jobs::notice::Notice;
use jobs::ports::StoreError;
use jobs::verdict::{Memory, Watcher};
use serde::Serialize;

use crate::store::{Database, Fact};

/// The watcher itself, about 1 KiB for each container.
const WATCHER: &str = "watcher/1";
/// What was judged and is still to be told.
const UNTOLD: &str = "watcher.untold/1";
/// What changes without news is written so often at most: the engine still knows what happened since.
const PACE: SignedDuration = SignedDuration::from_secs(1);

/// What is known when following begins.
#[derive(Debug, Default)]
pub struct Known {
    /// As it was kept, taken up.
    pub watcher: Watcher,
    /// What an earlier process had judged, and died before it was told.
    pub untold: Vec<Notice>,
}

impl Known {
    /// Reads what was kept. What cannot be read is where things begin anew, and said in the log.
    pub fn load(database: &Database, now: Timestamp, boot: Option<&str>) -> Self {
        let watcher: Option<Watcher> = read(database, WATCHER);
        Self {
            watcher: watcher.unwrap_or_default().resume(now, boot),
            untold: read(database, UNTOLD).unwrap_or_default(),
        }
    }
}

/// What whoever wants to lay hands on a container must know, as it was last written: a second old at most.
pub fn memory(database: &Database) -> Result<Memory, StoreError> {
    let Some(written) = database.get_state(WATCHER)? else { return Ok(Watcher::new().memory()) };
    let watcher: Result<Watcher, _> = serde_json::from_str(&written);
    watcher.map(|it| it.memory()).map_err(|error| StoreError(format!("{WATCHER} cannot be read: {error}")))
}

fn read<T: serde::de::DeserializeOwned>(database: &Database, name: &str) -> Option<T> {
    let written = database.get_state(name);
    let written =
        written.map_err(|error| tracing::warn!(%error, name, "what was kept cannot be read")).ok()??;
    let read = serde_json::from_str(&written);
    read.map_err(|error| tracing::warn!(%error, name, "what was kept is not understood")).ok()
}

/// Writes it down again.
pub(super) struct Record {
    database: Database,
    boot: Option<String>,
    /// Something has changed that is not written down.
    changed: bool,
    written: Option<Timestamp>,
}

impl Record {
    pub(super) fn new(database: Database, boot: Option<String>) -> Self {
        Self { database, boot, changed: false, written: None }
    }

    pub(super) fn changed(&mut self) {
        self.changed = true;
    }

    /// When it is to be written next; none while nothing has changed.
    pub(super) fn due(&self, now: Timestamp) -> Option<Timestamp> {
        self.changed.then(|| match self.written {
            // A clock that was set back must not silence us.
            Some(written) if written <= now => written.saturating_add(PACE).unwrap_or(now),
            _ => now,
        })
    }

    /// What is to be written with the first of some notices, and with each of the others.
    pub(super) fn facts(
        &mut self,
        watcher: &mut Watcher,
        notices: &[Notice],
        now: Timestamp,
    ) -> Vec<Vec<Fact>> {
        let kept = self.keep(watcher, now);
        let rest = |number: usize| fact(UNTOLD, &notices[number + 1..]);
        let mut facts: Vec<Vec<Fact>> = (0..notices.len()).map(|it| rest(it).into_iter().collect()).collect();
        if let (Some(first), Some(kept)) = (facts.first_mut(), kept) {
            first.push(kept);
        }
        facts
    }

    /// What is to be written with each of some notices that an earlier process left untold.
    pub(super) fn remaining(untold: &[Notice]) -> Vec<Vec<Fact>> {
        (0..untold.len()).map(|it| fact(UNTOLD, &untold[it + 1..]).into_iter().collect()).collect()
    }

    /// Writes it down, there being no news in it.
    pub(super) fn write(&mut self, watcher: &mut Watcher, now: Timestamp) {
        let Some(kept) = self.keep(watcher, now) else { return };
        if let Err(error) = self.database.put_facts(&[kept]) {
            tracing::warn!(%error, "what is known of containers could not be written down");
        }
    }

    fn keep(&mut self, watcher: &mut Watcher, now: Timestamp) -> Option<Fact> {
        watcher.keep(now, self.boot.as_deref());
        (self.changed, self.written) = (false, Some(now));
        fact(WATCHER, watcher)
    }
}

fn fact<T: Serialize + ?Sized>(name: &'static str, value: &T) -> Option<Fact> {
    let value = serde_json::to_string(value);
    let value = value
        .map_err(|error| tracing::error!(%error, name, remedy = "report it", "a fact cannot be written"))
        .ok()?;
    Some(Fact { name, value })
}
