//! Of which time a digest is, and what that is compared with.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::series::{before, since};

/// A stretch of time, and one to hold it against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// From here.
    pub from: Timestamp,
    /// To there.
    pub to: Timestamp,
    /// What it is compared with: from here to there.
    pub earlier: (Timestamp, Timestamp),
}

/// Seconds of a day that is like most.
const DAY: u64 = 24 * 3600;

impl Period {
    /// So long, ending at that moment, by the calendar of `zone`: a day begins at this time of yesterday, however long it
    /// was. Where the clocks change, a digest a day at nine would else leave out an hour, or tell of one twice.
    pub fn by_days(to: Timestamp, length: Duration, zone: &TimeZone) -> Self {
        let from = days_before(to, length, zone);
        Self { from, to, earlier: (days_before(from, length, zone), from) }
    }

    /// So long, ending at that moment; compared with as long a time before it.
    pub fn ending(to: Timestamp, length: Duration) -> Self {
        let from = before(to, length);
        Self { from, to, earlier: (before(from, length), from) }
    }

    /// How long it is.
    pub fn length(&self) -> Duration {
        since(self.to, self.from)
    }
}

fn days_before(to: Timestamp, length: Duration, zone: &TimeZone) -> Timestamp {
    let days = length.as_secs() / DAY;
    let span = i64::try_from(days).ok().and_then(|it| Span::new().try_days(it).ok());
    let there = span.and_then(|it| to.to_zoned_datetime(zone.clone()).checked_sub(it).ok());
    match there {
        Some(there) => before(there.timestamp(), length - Duration::from_secs(days * DAY)),
        None => before(to, length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(to: &str, hours: u64, from: &str, earlier: &str) {
        let zone = TimeZone::get("Europe/Berlin").expect("a bundled zone");
        let at = |text: &str| text.parse::<Timestamp>().expect("a moment");
        let period = Period::by_days(at(to), Duration::from_secs(hours * 3600), &zone);
        let wanted = Period { from: at(from), to: at(to), earlier: (at(earlier), at(from)) };
        assert_eq!(period, wanted, "{hours} h to {to}");
    }

    #[test]
    fn a_day_on_which_the_clocks_change_is_23_or_25_hours_long_and_no_hour_is_in_no_digest_or_in_two() {
        check("2028-03-25T08:00:00Z", 24, "2028-03-24T08:00:00Z", "2028-03-23T08:00:00Z");
        check("2028-03-26T07:00:00Z", 24, "2028-03-25T08:00:00Z", "2028-03-24T08:00:00Z");
        check("2028-03-27T07:00:00Z", 24, "2028-03-26T07:00:00Z", "2028-03-25T08:00:00Z");
        check("2028-10-29T08:00:00Z", 24, "2028-10-28T07:00:00Z", "2028-10-27T07:00:00Z");
        check("2028-10-30T08:05:00Z", 7 * 24, "2028-10-23T07:05:00Z", "2028-10-16T07:05:00Z");
        // Less than a day is time that passes, and so is what is left of it beyond whole days.
        check("2028-03-26T03:00:00Z", 6, "2028-03-25T21:00:00Z", "2028-03-25T15:00:00Z");
        check("2028-03-26T07:00:00Z", 36, "2028-03-24T20:00:00Z", "2028-03-23T08:00:00Z");
    }
}
