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
/// Where nothing has changed that anybody else looks at, no more bytes a second than this are written: a thousand
/// containers are a megabyte, which once a second would wear out a disk for the sake of health checks.
const BYTES_A_SECOND: usize = 8 * 1024;
/// But so often at least.
const SLOWEST: SignedDuration = SignedDuration::from_secs(30);

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
    /// When it was last asked whether anything is worth writing.
    looked: Option<Timestamp>,
    /// What was written, as far as others look at it, and how many bytes it was.
    memory: Memory,
    size: usize,
}

impl Record {
    pub(super) fn new(database: Database, boot: Option<String>) -> Self {
        Self {
            database,
            boot,
            changed: false,
            written: None,
            looked: None,
            memory: Memory::default(),
            size: 0,
        }
    }

    pub(super) fn changed(&mut self) {
        self.changed = true;
    }

    /// When it is to be written next; none while nothing has changed.
    pub(super) fn due(&self, now: Timestamp) -> Option<Timestamp> {
        self.changed.then(|| match self.written.max(self.looked) {
            // A clock that was set back must not silence us.
            Some(last) if last <= now => last.saturating_add(PACE).unwrap_or(now),
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

    /// Writes it down, there being no news in it: at once if anybody else would see the difference, else when it has been
    /// long enough for as many bytes.
    pub(super) fn write(&mut self, watcher: &mut Watcher, now: Timestamp) {
        if self.is_fresh(now) && self.memory == watcher.memory() {
            self.looked = Some(now);
            return;
        }
        let Some(kept) = self.keep(watcher, now) else { return };
        if let Err(error) = self.database.put_facts(&[kept]) {
            tracing::warn!(%error, "what is known of containers could not be written down");
        }
    }

    /// Whether what is written was written lately, for its size.
    fn is_fresh(&self, now: Timestamp) -> bool {
        let seconds = i64::try_from(self.size / BYTES_A_SECOND).unwrap_or(i64::MAX);
        let lasts = SignedDuration::from_secs(seconds).clamp(PACE, SLOWEST);
        self.written.is_some_and(|it| it <= now && now.duration_since(it) < lasts)
    }

    fn keep(&mut self, watcher: &mut Watcher, now: Timestamp) -> Option<Fact> {
        watcher.keep(now, self.boot.as_deref());
        let fact = fact(WATCHER, watcher);
        (self.changed, self.written, self.looked) = (false, Some(now), None);
        (self.memory, self.size) = (watcher.memory(), fact.as_ref().map_or(0, |it| it.value.len()));
        fact
    }
}

fn fact<T: Serialize + ?Sized>(name: &'static str, value: &T) -> Option<Fact> {
    let value = serde_json::to_string(value);
    let value = value
        .map_err(|error| tracing::error!(%error, name, remedy = "report it", "a fact cannot be written"))
        .ok()?;
    Some(Fact { name, value })
}

#[cfg(test)]
mod tests {
    use jobs::fakes::scenes::at;
    use jobs::ports::{Container, ContainerState, EngineEvent, EventAction, Health};

    use super::*;
    use crate::store::Limits;

    /// What follows so many containers, and how often it wrote while something happened to one of them ten times a
    /// second, for so many seconds.
    fn writes(containers: usize, seconds: i64, happens: impl Fn(i64) -> EventAction) -> usize {
        let dir =
            std::env::temp_dir().join(format!("vakhta-known-{}-{containers}-{seconds}", std::process::id()));
        let database = Database::open(&dir, Limits::default(), at(0)).expect("a store").database;
        let mut record = Record::new(database.clone(), None);
        let mut watcher = Watcher::new();
        let name = |number: usize| format!("customer-{number:04}-production-with-a-name-of-some-length");
        let list: Vec<Container> = (0..containers)
            .map(|it| Container {
                id: format!("{it:064}"),
                name: name(it),
                state: ContainerState::Running,
                status: "Up 3 hours".into(),
                ..Container::default()
            })
            .collect();
        watcher.reconcile(&list, at(0));
        let (mut count, mut before) = (0, None);
        for tenth in 0..10 * seconds {
            let now = at(tenth / 10) + SignedDuration::from_millis(100 * (tenth % 10));
            let event = EngineEvent {
                at: now,
                action: happens(tenth),
                id: format!("{:064}", 0),
                name: name(0),
                image: String::new(),
                project: None,
                service: None,
                labels: Vec::new(),
            };
            watcher.heard(&event, now);
            record.changed();
            watcher.tick(now);
            if record.due(now).is_some_and(|due| due <= now) {
                record.write(&mut watcher, now);
            }
            let kept = database.get_state(WATCHER).expect("readable");
            count += usize::from(kept != before);
            before = kept;
        }
        std::fs::remove_dir_all(dir).expect("a directory of our own");
        count
    }

    #[test]
    fn health_checks_of_a_crowd_do_not_write_a_megabyte_a_second() {
        let healthy = |_| EventAction::HealthStatus(Health::Healthy);
        let (few, many) = (writes(3, 60, healthy), writes(1000, 60, healthy));
        assert!((58..=60).contains(&few), "{few}: of few once a second");
        assert!((2..=4).contains(&many), "{many}: of a thousand, twice a minute");
    }

    #[test]
    fn what_others_look_at_is_a_second_old_at_most_however_many_there_are() {
        // Somebody stops it, starts it, and so on, for some seconds each.
        let turns = |tenth: i64| match tenth % 40 {
            0 => EventAction::Kill { signal: Some(15) },
            1 => EventAction::Die { exit_code: Some(143) },
            20 => EventAction::Start,
            _ => EventAction::Other("top".into()),
        };
        let writes = writes(200, 20, turns);
        assert!((10..=20).contains(&writes), "{writes}");
    }
}
