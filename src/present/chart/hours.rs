//! When it is busy: a cell for each hour of each day.

use jobs::metric::Unit;
use render::{Chart, HeatRow, Heatmap};

use super::HOST;
use crate::present::names::short;
use crate::present::voice::drawn_unit;
use crate::present::{Drawing, Voice};

/// The hours of some days, as one picture of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Hours {
    /// What is drawn.
    pub title: String,
    /// What its values count.
    pub unit: Unit,
    /// Oldest first.
    pub days: Vec<Day>,
}

/// One day in the reader's zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// Which.
    pub date: jiff::civil::Date,
    /// The mean of each hour of the clock; not a number where nothing is known, and where a clock change left it out.
    pub hours: [f64; 24],
}

/// The picture.
pub fn hours(voice: &Voice, host: &str, it: &Hours) -> Drawing {
    let row = |day: &Day| HeatRow { label: label(voice, day.date), cells: day.hours.to_vec() };
    let (floor, ceiling) = match it.unit {
        // An idle week must not look as busy as its own worst hour does, and a hot one not hotter than it is.
        Unit::Percent => (Some(0.0), Some(100.0).filter(|_| FAINT <= most(it))),
        Unit::Celsius => (None, None),
        Unit::Bytes | Unit::BytesPerSecond | Unit::Seconds | Unit::Count | Unit::Ratio => (Some(0.0), None),
    };
    let heatmap = Heatmap {
        title: it.title.clone(),
        subtitle: voice.word("chart-hours", &[("host", short(host, HOST).into())]),
        rows: it.days.iter().map(row).collect(),
        columns: (0..24).map(|hour| format!("{hour:02}")).collect(),
        unit: drawn_unit(it.unit),
        floor,
        ceiling,
        empty: voice.word("chart-empty", &[]),
        words: voice.words(),
    };
    Drawing { chart: Chart::Heatmap(heatmap), alt: it.title.clone() }
}

/// Below this many per cent at most, the scale ends at the greatest value: on one that reaches 100 nothing could be told
/// apart.
const FAINT: f64 = 40.0;

fn most(it: &Hours) -> f64 {
    it.days.iter().flat_map(|day| day.hours).filter(|it| it.is_finite()).fold(0.0, f64::max)
}

/// "Mon 23 Nov".
pub(super) fn label(voice: &Voice, date: jiff::civil::Date) -> String {
    let weekday = voice.weekday(date.weekday().to_monday_one_offset());
    format!("{weekday} {}", voice.date(date))
}
