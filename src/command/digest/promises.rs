//! What holds of whatever follows `/digest`: asked by tests and fuzzers.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::range::Range;

/// A period goes forward, and the one that it is held against ends where it begins, or before.
pub(in crate::command) fn holds(words: &[&str], now: Timestamp, zone: &TimeZone) {
    for range in words.iter().filter_map(|it| Range::read(it)) {
        let Some(period) = range.period(&now.to_zoned_datetime(zone.clone())) else { continue };
        assert!(period.from < period.to, "{range:?}");
        assert!(period.earlier.0 <= period.earlier.1 && period.earlier.1 <= period.from, "{range:?}");
    }
}
