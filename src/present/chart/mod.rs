//! Which picture a figure gets.

mod disks;
mod hours;
mod line;
mod memory;
mod shares;

use jiff::{SignedDuration, Timestamp};
use jobs::metric::SeriesKey;
use jobs::series::Series;

pub use self::disks::{by_fullness, disks, used_percent};
pub use self::hours::{Day, Hours, hours};
pub use self::line::{Before, Event, Plot, names, panels, plot, time_axis, used};
pub use self::memory::memory;
pub use self::shares::{Share, shares};

/// How many points a line is fetched with: two for every pixel column that a phone shows.
pub const POINTS: usize = 720;

/// Letters of a host's name under a title.
const HOST: usize = 28;

/// A limit to be drawn across a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The value.
    pub at: f64,
    /// Whether it is the worse of two.
    pub critical: bool,
}

/// The stretch of time a line is drawn over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// From here.
    pub from: Timestamp,
    /// To there.
    pub to: Timestamp,
}

impl Stretch {
    /// A younger record is drawn over the time there is one for, and not into a corner of an empty picture: from its
    /// beginning, and at least ten minutes.
    #[must_use]
    pub fn fitted(self, lines: &[(SeriesKey, Series)]) -> Self {
        self.fitted_to(lines.iter().map(|(_, series)| series))
    }

    /// The same, of lines on several plots.
    #[must_use]
    pub fn fitted_to<'a>(self, lines: impl Iterator<Item = &'a Series>) -> Self {
        let first = lines.filter_map(|series| Some(series.points.first()?.at)).min();
        let half = self.from + self.to.duration_since(self.from) / 2;
        match first {
            Some(first) if half < first => {
                let latest = self.to.checked_sub(LEAST).unwrap_or(self.from);
                Self { from: first.min(latest), ..self }
            }
            _ => self,
        }
    }
}

/// The shortest stretch that is worth an axis.
const LEAST: SignedDuration = SignedDuration::from_mins(10);

/// Seconds since the epoch, as pictures count.
fn seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}
