//! Sum up a period. This room keeps summaries.

mod change;
mod period;
mod section;
mod summary;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use self::change::{Grown, Restarts};
pub use self::period::Period;
pub use self::section::Section;
use crate::alert::Alert;
use crate::evaluate::forecast::{Outlook, outlooks};
use crate::heal::Heal;
use crate::incident::Incident;
use crate::metric::SeriesKey;
use crate::notice::Notice;
use crate::ports::{Container, ContainerState, Store, StoreError};
use crate::sample::containers::{is_restarting, is_unhealthy};
use crate::series::{Series, before, since};
use crate::{JobContext, JobError};

/// How fine a period is looked at: by the minute, as long as that is not more points than this (a week). So a share of
/// 95 % is one of minutes and their means: one busy second in a quiet minute does not show in it, and does in
/// [`Summary::most`], which is of single values.
const MOST_POINTS: u64 = 7 * 24 * 60;

/// So many values make the way of a series in a tile of the picture: one for each half hour of a day.
const WAY: usize = 48;
/// So many series have a way: as many as a row of tiles holds.
pub const TILES: usize = 4;
/// What ended this long ago is told of in the past: what is so now says nothing of it.
const PRESENT: Duration = Duration::from_secs(15 * 60);

/// A newest value is looked for so far back among single values; older than that, the last minute's mean serves.
const RECENT: Duration = Duration::from_secs(15 * 60);

/// How a digest is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// How long a period it sums up, ending now; whole days by the calendar of `zone`.
    pub period: Duration,
    /// The zone in which its cron is read: what a day is. UTC until the declaration is planned.
    pub zone: TimeZone,
    /// Which metrics it has figures of; every subject of each.
    pub metrics: Vec<String>,
    /// Which metric its picture shows, or which series: `disk.used[/srv]`.
    pub chart: String,
    /// Which parts it is told without.
    pub without: Vec<Section>,
}

impl Settings {
    /// The period that it sums up then.
    pub fn until(&self, now: Timestamp) -> Period {
        Period::by_days(now, self.period, &self.zone)
    }

    /// Whether what mutes held back is told with it.
    pub fn tells_backlog(&self) -> bool {
        !self.without.contains(&Section::Backlog)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            period: Duration::from_secs(24 * 3600),
            zone: TimeZone::UTC,
            metrics: ["cpu.busy", "memory.used", "load.1", "disk.used"].map(str::to_owned).to_vec(),
            chart: "cpu.busy".to_owned(),
            without: Vec::new(),
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
    /// For how much of the period there are values; none in a digest of an earlier release.
    #[serde(default)]
    pub seen: Option<Duration>,
    /// Containers that were started anew, the most often first.
    #[serde(default)]
    pub restarts: Vec<Restarts>,
    /// Disks that are fuller than at the beginning, what grew most first.
    #[serde(default)]
    pub grown: Vec<Grown>,
    /// Which parts it is told without.
    #[serde(default)]
    pub without: Vec<Section>,
}

impl Digest {
    /// Whether that part of it is told.
    pub fn tells(&self, section: Section) -> bool {
        !self.without.contains(&section)
    }

    /// How long its period is.
    pub fn length(&self) -> Duration {
        since(self.to, self.from)
    }

    /// The series of the tiles, in the order in which their metrics are declared.
    pub fn tiles(&self) -> impl Iterator<Item = &SeriesSummary> {
        self.series.iter().filter(|it| !it.way.is_empty())
    }
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
    /// Its means over equal parts of the period, of those series that have a tile; none where nothing is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub way: Vec<Option<f64>>,
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

/// Whether an incident is one that alerts alone do not tell of.
fn is_more_than_alerts(incident: &Incident) -> bool {
    incident.members.iter().any(|it| it.alert().is_none())
}

/// Sums up the period that ends now.
pub async fn run(settings: &Settings, context: JobContext<'_>) -> Result<Vec<Notice>, JobError> {
    let digest = sum_up(settings, settings.until(context.now), context).await?;
    Ok(vec![Notice::Digest(digest)])
}

/// Sums up a period, of now or of long ago.
pub async fn sum_up(
    settings: &Settings,
    period: Period,
    context: JobContext<'_>,
) -> Result<Digest, JobError> {
    let (ports, Period { from, to, .. }) = (context.ports, period);
    let store = &*ports.store;
    let keys = store.keys(from)?;
    let (mut series, mut seen) = (Vec::new(), Duration::ZERO);
    for metric in &settings.metrics {
        // A metric that is named twice is summed up once.
        let is_new = |key: &&SeriesKey| !series.iter().any(|it: &SeriesSummary| it.key == **key);
        let mut mine: Vec<&SeriesKey> =
            keys.iter().filter(|it| it.metric == *metric).filter(is_new).collect();
        mine.sort();
        for key in mine {
            let history = history(store, key, from, to)?;
            seen = seen.max(summary::known(&history));
            series.extend(summed(store, key, &history, &period)?);
        }
    }
    add_ways(store, &mut series, &period)?;
    let is_present = since(context.now, to) < PRESENT;
    let containers = if is_present { ports.containers().await.ok() } else { None };
    let heals: Vec<Heal> = store.heals_since(from)?.into_iter().filter(|it| it.at < to).collect();
    let (incidents, deeds) = (store.incidents_between(from, to)?, store.deeds(from)?);
    Ok(Digest {
        job: context.job.to_owned(),
        from,
        to,
        chart: chart(&settings.chart, &series, &keys),
        alerts: alerts(store, from, to)?,
        restarts: change::restarts(&incidents, &heals, &deeds, &store.restarted(from)?, &period),
        grown: change::grown(store, &keys, &period)?,
        incidents: incidents.into_iter().filter(is_more_than_alerts).collect(),
        heals,
        containers: containers.map(|it| ContainerSummary::of(&it)),
        filling: if is_present { outlooks(context.rules, store, to)? } else { Vec::new() },
        backlog: None,
        seen: Some(seen.min(period.length())),
        series,
        without: settings.without.clone(),
    })
}

/// A series by the minute, where the period is no longer than a week.
fn history(store: &dyn Store, key: &SeriesKey, from: Timestamp, to: Timestamp) -> Result<Series, StoreError> {
    store.history(key, from, to, (since(to, from).as_secs() / 60).clamp(1, MOST_POINTS) as usize)
}

fn summed(
    store: &dyn Store,
    key: &SeriesKey,
    history: &Series,
    period: &Period,
) -> Result<Option<SeriesSummary>, StoreError> {
    let (from, to) = (period.from, period.to);
    let last = store.series(key, from.max(before(to, RECENT)), to)?.newest().map(|it| it.mean);
    let Some(now) = summary::summary(history, last) else { return Ok(None) };
    let (start, end) = period.earlier;
    let earlier = self::history(store, key, start, end)?;
    let before = summary::summary(&earlier, None).filter(|_| summary::is_enough(&earlier, start, end));
    Ok(Some(SeriesSummary { key: key.clone(), now, before, way: Vec::new() }))
}

/// The ways of the first metrics: each of the whole machine, or of its highest part.
fn add_ways(store: &dyn Store, series: &mut [SeriesSummary], period: &Period) -> Result<(), StoreError> {
    let mut metrics: Vec<String> = Vec::new();
    for it in series.iter() {
        if !metrics.contains(&it.key.metric) {
            metrics.push(it.key.metric.clone());
        }
    }
    for metric in metrics.iter().take(TILES) {
        let of_it = series.iter_mut().filter(|it| it.key.metric == *metric);
        if let Some(it) = of_it.max_by(|a, b| a.now.last.total_cmp(&b.now.last)) {
            it.way = summary::way(&history(store, &it.key, period.from, period.to)?, period, WAY);
        }
    }
    Ok(())
}

/// What fired in the period, and what was wrong since before it: for some of it, or all through.
fn alerts(store: &dyn Store, from: Timestamp, to: Timestamp) -> Result<Vec<Alert>, StoreError> {
    let still =
        store.open_alerts()?.into_iter().filter(|it| it.is_firing() && it.fired.is_some_and(|at| at < to));
    let reached_in =
        store.recently_ended(from)?.into_iter().filter(|it| it.fired.is_some_and(|at| at < from));
    let all = store.alerts_between(from, to)?.into_iter().chain(reached_in).chain(still);
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
