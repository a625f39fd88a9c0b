//! What can be measured, and one measurement of it.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::sample::Look;

/// What a value counts. It decides how a person reads it and how an axis is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// 0 to 100 of a whole.
    Percent,
    /// Bytes, shown in powers of 1024.
    Bytes,
    /// Bytes per second.
    BytesPerSecond,
    /// A length of time in seconds.
    Seconds,
    /// Degrees Celsius.
    Celsius,
    /// Whole things.
    Count,
    /// A plain number, such as a load average.
    Ratio,
}

/// One thing that can be measured on a machine. `METRICS` in [`crate::sample`] lists them all.
#[derive(Clone, Copy)]
pub struct Metric {
    /// The name in rules, commands and the store: `cpu.busy`.
    pub id: &'static str,
    /// What its values count.
    pub unit: Unit,
    /// What a subject of it is, if it has subjects.
    pub subject: Option<Subject>,
    /// The readings that a look at the machine yields. Empty when its source is unknown, and for a rate
    /// when there was no look before.
    pub read: fn(&Look) -> Vec<Reading>,
}

impl fmt::Debug for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metric").field("id", &self.id).field("unit", &self.unit).finish_non_exhaustive()
    }
}

/// What the parts are that a metric is measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A processor core, by number.
    Core,
    /// A mounted filesystem, by mount point.
    Mount,
    /// A block device, by name.
    Device,
    /// A network interface, by name.
    Interface,
    /// A temperature sensor, by label.
    Sensor,
    /// A container, by name.
    Container,
}

/// A value before it has a time: what [`Metric::read`] yields.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Which part was measured; empty when the metric has no subjects.
    pub subject: String,
    /// The value, in the metric's unit.
    pub value: f64,
}

impl Reading {
    /// A reading of the whole machine.
    pub fn whole(value: f64) -> Self {
        Self { subject: String::new(), value }
    }

    /// A reading of one part.
    pub fn of(subject: impl Into<String>, value: f64) -> Self {
        Self { subject: subject.into(), value }
    }
}

/// Names a series: a metric, and which part of the machine. Written `disk.used[/srv]` or `cpu.busy`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct SeriesKey {
    /// The metric's id. Owned, for the store may hold series of metrics that this release no longer has.
    pub metric: String,
    /// The part; empty for the whole machine.
    pub subject: String,
}

impl SeriesKey {
    /// The series of a metric without subjects.
    pub fn whole(metric: impl Into<String>) -> Self {
        Self { metric: metric.into(), subject: String::new() }
    }

    /// The series of one part.
    pub fn of(metric: impl Into<String>, subject: impl Into<String>) -> Self {
        Self { metric: metric.into(), subject: subject.into() }
    }
}

impl fmt::Display for SeriesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.subject.is_empty() {
            f.write_str(&self.metric)
        } else {
            write!(f, "{}[{}]", self.metric, self.subject)
        }
    }
}

/// A text that is no series key.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no series: write `metric` or `metric[subject]`")]
pub struct BadSeriesKey(pub String);

impl FromStr for SeriesKey {
    type Err = BadSeriesKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadSeriesKey(text.to_owned());
        let (metric, subject) = match text.split_once('[') {
            None => (text, ""),
            Some((metric, rest)) => (metric, rest.strip_suffix(']').ok_or_else(bad)?),
        };
        if metric.is_empty() {
            return Err(bad());
        }
        Ok(Self::of(metric, subject))
    }
}

impl From<SeriesKey> for String {
    fn from(key: SeriesKey) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for SeriesKey {
    type Error = BadSeriesKey;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// One value of one series at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Of what.
    pub key: SeriesKey,
    /// When it was read.
    pub at: Timestamp,
    /// The value, in the metric's unit; always finite.
    pub value: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_as_it_was_written() {
        for key in [SeriesKey::whole("cpu.busy"), SeriesKey::of("disk.used", "/srv/a [b]")] {
            assert_eq!(key.to_string().parse::<SeriesKey>().expect("our own writing"), key);
        }
        assert!("[x]".parse::<SeriesKey>().is_err());
        assert!("disk.used[/srv".parse::<SeriesKey>().is_err());
    }
}
