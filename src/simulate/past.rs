//! The world as it was: what jobs may ask of it at a moment of the past, and the alerts they open there.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use jobs::alert::{Alert, AlertKey, Step, Transition};
use jobs::audit::Deed;
use jobs::evaluate::Normal;
use jobs::heal::{Heal, SeenImages};
use jobs::incident::{Changed, Incident};
use jobs::metric::{Sample, SeriesKey, Subject};
use jobs::ports::{
    Container, ContainerDetail, ContainerLoad, Device, DiskUsage, Engine, EngineError, EngineEvent,
    EngineInfo, Filesystem, Groups, HookEnd, Host, HostError, ImageNames, Interface, Learnt, Leftover, Log,
    LogQuery, LogReader, Network, Occasion, Process, ProcessOrder, Processes, Pruned, Snapshot, Source,
    Store, StoreError, Unknown, Verb, Walk, Walked,
};
use jobs::sample::{self, Look};
use jobs::series::Series;

use super::recorded::{Recorded, Roll};

/// What has not been heard of for so long is looked for.
const SILENT: SignedDuration = SignedDuration::from_mins(15);

/// A store that knows nothing after the moment it was brought to, and keeps its alerts to itself.
pub(super) struct Past {
    recorded: Arc<Recorded>,
    ledger: Mutex<Ledger>,
}

/// The moment it is, and what was judged so far.
#[derive(Default)]
struct Ledger {
    now: Timestamp,
    open: BTreeMap<AlertKey, Alert>,
    /// Every alert there has been, as it is now.
    all: BTreeMap<i64, Alert>,
    /// Those that are over, by number, in the order of their ends.
    ended: Vec<(Timestamp, i64)>,
    /// What was learnt, from the beginning of the record on.
    learnt: BTreeMap<AlertKey, Learnt>,
    /// How often something was only unusual, by rule: a line in the digest each time.
    noted: BTreeMap<String, usize>,
}

impl Past {
    pub(super) fn new(recorded: Arc<Recorded>) -> Self {
        Self { recorded, ledger: Mutex::default() }
    }

    /// Time goes on.
    pub(super) fn advance(&self, now: Timestamp) {
        self.ledger().now = now;
    }

    /// What the newest look at the machine showed, when an alert is of something that is silent: only a look tells what
    /// is gone from what could not be read.
    pub(super) fn look(&self) -> Option<Look> {
        let ledger = self.ledger();
        let now = ledger.now;
        let heard = |key: &SeriesKey| self.recorded.newest(key, now).map(|at| now.duration_since(at));
        let is_silent = |it: &AlertKey| heard(&it.series).is_none_or(|it| SILENT <= it);
        if !ledger.open.keys().any(is_silent) {
            return None;
        }
        let there = |kind: Subject| -> Vec<&str> {
            let mut names: Vec<&str> = self
                .recorded
                .keys()
                .filter(|it| sample::metric(&it.metric).is_some_and(|it| it.subject == Some(kind)))
                .filter(|it| heard(it).is_some_and(|it| it < SILENT))
                .map(|it| it.subject.as_str())
                .collect();
            names.dedup();
            names
        };
        let filesystems = seen(there(Subject::Mount), |mount| Filesystem {
            mount,
            device: String::new(),
            kind: String::new(),
            read_only: false,
            usage: Err(unrecorded()),
        });
        let devices = seen(there(Subject::Device), |name| Device { name, read: 0, written: 0, busy_ms: 0 });
        let interfaces =
            seen(there(Subject::Interface), |name| Interface { name, received: 0, sent: 0, errors: 0 });
        let containers = seen(there(Subject::Container), |name| Container { name, ..Container::default() });
        let snapshot = Snapshot {
            at: self.recorded.awake(now)?,
            cpu: Err(unrecorded()),
            load: Err(unrecorded()),
            memory: Err(unrecorded()),
            filesystems,
            devices,
            interfaces,
            pressure: Err(unrecorded()),
            uptime: Err(unrecorded()),
            temperatures: Err(unrecorded()),
        };
        Some(Look { now: Arc::new(snapshot), before: None, containers, usage: Err(unrecorded()) })
    }

    /// How often something was only unusual by that rule.
    pub(super) fn noted(&self, rule: &str) -> usize {
        self.ledger().noted.get(rule).copied().unwrap_or_default()
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The parts of a kind. Where none of them is heard of, its source may have failed, which proves nothing.
fn seen<T>(names: Vec<&str>, part: impl Fn(String) -> T) -> Source<Vec<T>> {
    if names.is_empty() {
        return Err(unrecorded());
    }
    Ok(names.into_iter().map(|it| part(it.to_owned())).collect())
}

fn unrecorded() -> Unknown {
    Unknown::because("it was not recorded")
}

impl Store for Past {
    fn append(&self, _: &[Sample]) -> Result<(), StoreError> {
        Err(StoreError("nothing is measured in a replay".to_owned()))
    }

    fn keys(&self, since: Timestamp) -> Result<Vec<SeriesKey>, StoreError> {
        let now = self.ledger().now;
        let heard = |it: &&SeriesKey| self.recorded.newest(it, now).is_some_and(|at| since <= at);
        Ok(self.recorded.keys().filter(heard).cloned().collect())
    }

    fn series(&self, key: &SeriesKey, from: Timestamp, to: Timestamp) -> Result<Series, StoreError> {
        let now = self.ledger().now;
        Ok(Series { points: self.recorded.points(key, from, to, now).to_vec() })
    }

    fn history(
        &self,
        key: &SeriesKey,
        from: Timestamp,
        to: Timestamp,
        points: usize,
    ) -> Result<Series, StoreError> {
        // As the store would: at the level that gives about so many, and never more than a quarter too many.
        let now = self.ledger().now;
        let wide = Duration::try_from(to.duration_since(from)).unwrap_or_default();
        let width = wide / u32::try_from(points.max(1)).unwrap_or(u32::MAX);
        let series = match width {
            _ if width < Roll::Minute.length() => self.series(key, from, to)?,
            _ if width < Roll::Hour.length() => self.recorded.rolled(key, Roll::Minute, (from, to), now),
            _ => self.recorded.rolled(key, Roll::Hour, (from, to), now),
        };
        if series.points.len() <= points.saturating_add(points / 4) {
            return Ok(series);
        }
        Ok(series.rolled_up(Timestamp::UNIX_EPOCH, width.max(Duration::from_secs(10))))
    }

    fn alert(&self, key: &AlertKey) -> Result<Option<Alert>, StoreError> {
        Ok(self.ledger().open.get(key).cloned())
    }

    fn open_alerts(&self) -> Result<Vec<Alert>, StoreError> {
        Ok(self.ledger().open.values().cloned().collect())
    }

    fn recently_ended(&self, since: Timestamp) -> Result<Vec<Alert>, StoreError> {
        let ledger = self.ledger();
        let newest = ledger.ended.iter().rev().take_while(|(at, _)| since <= *at);
        let mut alerts: Vec<Alert> = newest.filter_map(|(_, it)| ledger.all.get(it).cloned()).collect();
        alerts.reverse();
        Ok(alerts)
    }

    fn alerts_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Alert>, StoreError> {
        let fired = |it: &&Alert| it.fired.is_some_and(|at| from <= at && at < to);
        let mut alerts: Vec<Alert> = self.ledger().all.values().filter(fired).cloned().collect();
        alerts.sort_by_key(|it| (it.fired, it.number));
        Ok(alerts)
    }

    /// Incidents are made of what a replay answers with; what the digest says of them is not replayed.
    fn incidents_between(&self, _: Timestamp, _: Timestamp) -> Result<Vec<Incident>, StoreError> {
        Ok(Vec::new())
    }

    fn put_alert(&self, alert: &mut Alert, transition: &Transition) -> Result<(), StoreError> {
        let mut ledger = self.ledger();
        if transition.step == Step::Noted {
            *ledger.noted.entry(alert.key.rule.clone()).or_default() += 1;
        }
        if alert.number == 0 {
            alert.number = ledger.all.keys().next_back().map_or(1, |it| it + 1);
        }
        // What relapses is not over any more.
        if let Some(at) = ledger.ended.iter().rposition(|(_, it)| *it == alert.number) {
            ledger.ended.remove(at);
        }
        ledger.all.insert(alert.number, alert.clone());
        match alert.over() {
            Some(at) if alert.is_ended() => {
                ledger.open.remove(&alert.key);
                let place = ledger.ended.partition_point(|(end, _)| *end <= at);
                ledger.ended.insert(place, (at, alert.number));
            }
            Some(_) | None => drop(ledger.open.insert(alert.key.clone(), alert.clone())),
        }
        Ok(())
    }

    fn learnt(&self, key: &AlertKey) -> Result<Option<Learnt>, StoreError> {
        Ok(self.ledger().learnt.get(key).cloned())
    }

    fn put_learnt(&self, learnt: &Learnt) -> Result<(), StoreError> {
        self.ledger().learnt.insert(learnt.key.clone(), learnt.clone());
        Ok(())
    }

    fn forget_learnt(&self, key: &AlertKey, _: &str) -> Result<(), StoreError> {
        self.ledger().learnt.remove(key);
        Ok(())
    }

    fn normals(&self) -> Result<Vec<Normal>, StoreError> {
        let now = self.ledger().now;
        Ok(self.recorded.normals.iter().filter(|it| it.at <= now).cloned().collect())
    }

    fn put_normal(&self, _: &Normal) -> Result<(), StoreError> {
        Err(StoreError("nobody says anything in a replay".to_owned()))
    }

    fn forget_normals(&self, _: &SeriesKey) -> Result<usize, StoreError> {
        Err(StoreError("nobody says anything in a replay".to_owned()))
    }

    fn walked(&self, _: &str, _: Occasion) -> Result<Option<Walked>, StoreError> {
        Ok(None)
    }

    fn put_walked(&self, _: &str, _: Occasion, _: &Walked) -> Result<(), StoreError> {
        Err(StoreError("nothing is walked through in a replay".to_owned()))
    }

    fn put_heal(&self, _: &Heal) -> Result<(), StoreError> {
        Err(StoreError("nothing is healed in a replay".to_owned()))
    }

    fn heals_since(&self, _: Timestamp) -> Result<Vec<Heal>, StoreError> {
        Ok(Vec::new())
    }

    fn put_deed(&self, _: &Deed) -> Result<i64, StoreError> {
        Err(StoreError("nothing is done in a replay".to_owned()))
    }

    fn deeds(&self, _: Timestamp) -> Result<Vec<Deed>, StoreError> {
        Ok(Vec::new())
    }

    fn restarted(&self, _: Timestamp) -> Result<Vec<Changed>, StoreError> {
        Ok(Vec::new())
    }

    fn seen_images(&self) -> Result<Option<SeenImages>, StoreError> {
        Ok(None)
    }

    fn put_seen_images(&self, _: &SeenImages) -> Result<(), StoreError> {
        Err(StoreError("a replay sees no images".to_owned()))
    }

    fn leftovers(&self) -> Result<Vec<Leftover>, StoreError> {
        Ok(Vec::new())
    }

    fn remove_leftover(&self, _: &str) -> Result<(), StoreError> {
        Err(StoreError("a replay removes nothing".to_owned()))
    }
}

/// Neither a machine nor an engine: the past is what was recorded of it. Nothing that judges may ask today's.
pub(super) struct Nobody;

const NO_MACHINE: &str = "a replay looks at no machine";

fn no_engine() -> EngineError {
    EngineError::Unreachable("a replay asks no engine".to_owned())
}

#[async_trait]
impl Host for Nobody {
    async fn snapshot(&self) -> Result<Snapshot, HostError> {
        Err(HostError(NO_MACHINE.to_owned()))
    }

    async fn processes(&self, _: ProcessOrder, _: usize) -> Result<Vec<Process>, HostError> {
        Err(HostError(NO_MACHINE.to_owned()))
    }

    async fn groups(&self) -> Source<Groups> {
        Err(Unknown::because(NO_MACHINE))
    }

    async fn available(&self, _: &str) -> Result<u64, HostError> {
        Err(HostError(NO_MACHINE.to_owned()))
    }

    async fn walk(&self, _: &str) -> Source<Walk> {
        Err(Unknown::because(NO_MACHINE))
    }

    async fn size(&self, _: &str) -> Source<u64> {
        Err(Unknown::because(NO_MACHINE))
    }

    async fn lies_on(&self, _: &str, _: &str) -> bool {
        false
    }

    async fn run_hook(&self, _: &[String], _: Duration) -> Result<HookEnd, HostError> {
        Err(HostError(NO_MACHINE.to_owned()))
    }
}

#[async_trait]
impl Engine for Nobody {
    async fn info(&self) -> Result<EngineInfo, EngineError> {
        Err(no_engine())
    }

    async fn containers(&self) -> Result<Vec<Container>, EngineError> {
        Err(no_engine())
    }

    async fn inspect(&self, _: &str) -> Result<ContainerDetail, EngineError> {
        Err(no_engine())
    }

    async fn logs(&self, _: &str, _: &LogQuery) -> Result<Log, EngineError> {
        Err(no_engine())
    }

    async fn read_log(&self, _: &str, _: &LogQuery, _: bool) -> Result<Box<dyn LogReader>, EngineError> {
        Err(no_engine())
    }

    async fn act(&self, _: Verb, _: &str) -> Result<(), EngineError> {
        Err(no_engine())
    }

    async fn load(&self, _: &str) -> Result<ContainerLoad, EngineError> {
        Err(no_engine())
    }

    async fn top(&self, _: &str) -> Result<Processes, EngineError> {
        Err(no_engine())
    }

    async fn networks(&self) -> Result<Vec<Network>, EngineError> {
        Err(no_engine())
    }

    async fn happened(&self, _: Timestamp, _: Timestamp) -> Result<Vec<EngineEvent>, EngineError> {
        Err(no_engine())
    }

    async fn image(&self, _: &str) -> Result<Option<ImageNames>, EngineError> {
        Err(no_engine())
    }

    async fn remove_image(&self, _: &str) -> Result<Pruned, EngineError> {
        Err(no_engine())
    }

    async fn disk_usage(&self) -> Result<DiskUsage, EngineError> {
        Err(no_engine())
    }

    async fn prune_build_cache(&self, _: Duration) -> Result<Pruned, EngineError> {
        Err(no_engine())
    }

    async fn prune_dangling_images(&self) -> Result<Pruned, EngineError> {
        Err(no_engine())
    }

    async fn remove_container(&self, _: &str) -> Result<(), EngineError> {
        Err(no_engine())
    }

    async fn own_container(&self) -> Option<String> {
        None
    }
}
