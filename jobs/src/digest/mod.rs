//! Sum up a period. This room keeps summaries.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::Alert;
use crate::heal::Heal;
use crate::metric::SeriesKey;
use crate::notice::Notice;
use crate::{JobContext, JobError};

/// How a digest is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// How long a period it sums up, ending now.
    pub period: Duration,
    /// Which metrics it has figures of; every subject of each.
    pub metrics: Vec<String>,
    /// Which metric its picture shows.
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
    /// Alerts that fired in it, ended ones included.
    pub alerts: Vec<Alert>,
    /// What was proposed and done in it.
    pub heals: Vec<Heal>,
    /// Containers now; none when the engine does not answer.
    pub containers: Option<ContainerSummary>,
    /// The series the picture shows.
    pub chart: Option<SeriesKey>,
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
    /// The least value.
    pub least: f64,
    /// The mean over time.
    pub mean: f64,
    /// 95 of 100 values lie at or below this (nearest rank).
    pub p95: f64,
    /// The most.
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

/// Sums up the period that ends now.
pub async fn run(_settings: &Settings, _context: JobContext<'_>) -> Result<Vec<Notice>, JobError> {
    Ok(Vec::new())
}
