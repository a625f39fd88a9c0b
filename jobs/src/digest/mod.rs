//! Sum up a period. This room keeps summaries.

mod summary;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::Alert;
use crate::evaluate::forecast::{Outlook, outlooks};
use crate::heal::Heal;
use crate::incident::Incident;
use crate::metric::SeriesKey;
use crate::notice::Notice;
use crate::ports::{Container, ContainerState, Store, StoreError};
use crate::sample::containers::{is_restarting, is_unhealthy};
use crate::series::before;
use crate::{JobContext, JobError};

/// How fine a period is looked at: by the minute, as long as that is not more points than this (a week). So a share of
/// 95 % is one of minutes and their means: one busy second in a quiet minute does not show in it, and does in
/// [`Summary::most`], which is of single values.
const MOST_POINTS: u64 = 7 * 24 * 60;

/// A newest value is looked for so far back among single values; older than that, the last minute's mean serves.
const RECENT: Duration = Duration::from_secs(15 * 60);

/// How a digest is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// How long a period it sums up, ending now.
    pub period: Duration,
    /// Which metrics it has figures of; every subject of each.
    pub metrics: Vec<String>,
    /// Which metric its picture shows, or which series: `disk.used[/srv]`.
    pub chart: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            period: Duration::from_secs(24 * 3600),
            metrics: ["cpu.busy", "memory.used", "load.1", "disk.used"].map(str::to_owned).to_vec(),
            chart: "cpu.busy".to_owned(),
        }
    }
}

/// A period in numbers, no words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    /// The job that made it.
    pub job: String,
    /// From here.
    pub from: Timestamp,
    /// To there.
    pub to: Timestamp,
    /// Each series that had values.
    pub series: Vec<SeriesSummary>,
    /// Alerts that fired in it, ended ones included, and those from before that still fire; oldest first.
    pub alerts: Vec<Alert>,
    /// Incidents of containers or of the engine that were open at some time in it, oldest first.
    #[serde(default)]
    pub incidents: Vec<Incident>,
    /// What was proposed and done in it.
    pub heals: Vec<Heal>,
    /// Containers now; none when the engine does not answer.
    pub containers: Option<ContainerSummary>,
    /// The series the picture shows.
    pub chart: Option<SeriesKey>,
    /// What will be full, if it goes on growing as it does at the end of the period; the soonest first.
    #[serde(default)]
    pub filling: Vec<Outlook>,
    /// What mutes held back until it was told: added when the digest is.
    #[serde(default)]
    pub backlog: Option<Backlog>,
}

/// News that mutes held back, as it is by the time of the digest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Backlog {
    /// Oldest first.
    pub incidents: Vec<Incident>,
    /// How much more there was, longest ago.
    pub more: u32,
}

/// One series over a period, and over the one before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeriesSummary {
    /// Of what.
    pub key: SeriesKey,
    /// This period.
    pub now: Summary,
    /// The period before, when there is enough of it.
    pub before: Option<Summary>,
}

/// One series over one period.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The least single value.
    pub least: f64,
    /// The mean over time.
    pub mean: f64,
    /// In 95 of 100 minutes the mean was at or below this (nearest rank); in periods over a week, of longer stretches.
    pub p95: f64,
    /// The greatest single value.
    pub most: f64,
    /// The newest value.
    pub last: f64,
}

/// Containers, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerSummary {
    /// Running.
    pub running: u64,
    /// All.
    pub total: u64,
    /// Names of those that say they are ill.
    pub unhealthy: Vec<String>,
    /// Names of those that the engine restarts time and again.
    pub restarting: Vec<String>,
}

impl ContainerSummary {
    /// Counts them.
    pub fn of(containers: &[Container]) -> Self {
        let names = |which: fn(&Container) -> bool| {
            let mut names: Vec<String> =
                containers.iter().filter(|it| which(it)).map(|it| it.name.clone()).collect();
            names.sort();
            names
        };
        Self {
            running: containers.iter().filter(|it| it.state == ContainerState::Running).count() as u64,
            total: containers.len() as u64,
            unhealthy: names(is_unhealthy),
            restarting: names(is_restarting),
        }
    }
}

/// Incidents that alerts alone do not tell of.
fn incidents(store: &dyn Store, from: Timestamp, to: Timestamp) -> Result<Vec<Incident>, StoreError> {
    let mut incidents = store.incidents_between(from, to)?;
    incidents.retain(|it| it.members.iter().any(|it| it.alert().is_none()));
    Ok(incidents)
}

/// Sums up the period that ends now.
pub async fn run(settings: &Settings, context: JobContext<'_>) -> Result<Vec<Notice>, JobError> {
    let (to, ports) = (context.now, context.ports);
    let from = before(to, settings.period);
    let store = &*ports.store;
    let keys = store.keys(from)?;
    let mut series = Vec::new();
    for metric in &settings.metrics {
        // A metric that is named twice is summed up once.
        let is_new = |key: &&SeriesKey| !series.iter().any(|it: &SeriesSummary| it.key == **key);
        let mut mine: Vec<&SeriesKey> =
            keys.iter().filter(|it| it.metric == *metric).filter(is_new).collect();
        mine.sort();
        for key in mine {
            series.extend(sum_up(store, key, from, to)?);
        }
    }
    let containers = ports.containers().await.ok();
    let digest = Digest {
        job: context.job.to_owned(),
        from,
        to,
        chart: chart(&settings.chart, &series, &keys),
        series,
        alerts: alerts(store, from, to)?,
        incidents: incidents(store, from, to)?,
        heals: store.heals_since(from)?.into_iter().filter(|it| it.at < to).collect(),
        containers: containers.map(|it| ContainerSummary::of(&it)),
        filling: outlooks(context.rules, store, to)?,
        backlog: None,
    };
    Ok(vec![Notice::Digest(digest)])
}

fn sum_up(
    store: &dyn Store,
    key: &SeriesKey,
    from: Timestamp,
    to: Timestamp,
) -> Result<Option<SeriesSummary>, StoreError> {
    let period = crate::series::since(to, from);
    let points = (period.as_secs() / 60).clamp(1, MOST_POINTS) as usize;
    let last = store.series(key, from.max(before(to, RECENT)), to)?.newest().map(|it| it.mean);
    let Some(now) = summary::summary(&store.history(key, from, to, points)?, last) else { return Ok(None) };
    let earlier = before(from, period);
    let history = store.history(key, earlier, from, points)?;
    let before = summary::summary(&history, None).filter(|_| summary::is_enough(&history, earlier, from));
    Ok(Some(SeriesSummary { key: key.clone(), now, before }))
}

/// What fired in the period, and what was wrong all through it.
fn alerts(store: &dyn Store, from: Timestamp, to: Timestamp) -> Result<Vec<Alert>, StoreError> {
    let still =
        store.open_alerts()?.into_iter().filter(|it| it.is_firing() && it.fired.is_some_and(|at| at < to));
    let all = store.alerts_between(from, to)?.into_iter().chain(still);
    let once: BTreeMap<_, Alert> = all.map(|it| ((it.fired, it.number), it)).collect();
    Ok(once.into_values().collect())
}

/// The series to draw: the one that is named, else that of the whole machine, else the highest of the parts.
fn chart(wanted: &str, summaries: &[SeriesSummary], keys: &[SeriesKey]) -> Option<SeriesKey> {
    let named: SeriesKey = wanted.parse().ok()?;
    if keys.contains(&named) {
        return Some(named);
    }
    let parts = summaries.iter().filter(|it| it.key.metric == named.metric && named.subject.is_empty());
    let highest = parts.max_by(|a, b| a.now.mean.total_cmp(&b.now.mean)).map(|it| it.key.clone());
    highest.or_else(|| keys.iter().find(|it| it.metric == named.metric && named.subject.is_empty()).cloned())
}
