//! Of which time: a length, a word, days, or what a button remembers.

use std::time::Duration;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, ZonedDateTime};
use jobs::digest::Period;

use crate::command::parse::length;

/// A stretch of time, as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// So long, ending now.
    Last(Duration),
    /// By the calendar, ending now.
    Day,
    /// Seven days, ending now at this time of day.
    Week,
    /// To the same day of the month before.
    Month,
    /// Since midnight.
    Today,
    /// The whole of it.
    Yesterday,
    /// From the first to the last, both included.
    Days(Date, Date),
    /// From and to these seconds: what a message showed.
    Exactly(Timestamp, Timestamp),
}

impl Range {
    /// Reads one word.
    pub(super) fn read(word: &str) -> Option<Self> {
        let word = word.to_lowercase();
        let seconds = |text: &str| Timestamp::from_second(text.parse().ok()?).ok();
        match word.as_str() {
            "day" | "день" | "сутки" | "tag" => return Some(Self::Day),
            "week" | "неделя" | "woche" => return Some(Self::Week),
            "month" | "месяц" | "monat" => return Some(Self::Month),
            "today" | "сегодня" | "heute" => return Some(Self::Today),
            "yesterday" | "вчера" | "gestern" => return Some(Self::Yesterday),
            _ => {}
        }
        if let Some((from, to)) = word.strip_prefix('@').and_then(|it| it.split_once('-')) {
            return Some(Self::Exactly(seconds(from)?, seconds(to)?));
        }
        if let Some((first, last)) = word.split_once("..") {
            return Some(Self::Days(first.parse().ok()?, last.parse().ok()?));
        }
        let day = word.parse().ok().map(|day| Self::Days(day, day));
        day.or_else(|| length(&word).map(Self::Last))
    }

    /// Which time that is; none where nothing of it has passed.
    pub(super) fn period(&self, now: &ZonedDateTime) -> Option<Period> {
        match self {
            Self::Last(length) => Some(Period::ending(now.timestamp(), *length)),
            Self::Day => back(now, 1.day()),
            Self::Week => back(now, 7.days()),
            Self::Month => back(now, 1.month()),
            Self::Today => days(now.date(), now.date(), now),
            Self::Yesterday => {
                let yesterday = now.date().yesterday().ok()?;
                days(yesterday, yesterday, now)
            }
            Self::Days(first, last) => days(*first, *last, now),
            Self::Exactly(from, to) => {
                let length = Duration::try_from(to.duration_since(*from)).ok()?;
                (*from < *to && *from < now.timestamp()).then(|| Period::ending(*to, length))
            }
        }
    }
}

/// So long by the calendar, ending now: a day is from this time of yesterday, however long it was.
fn back(now: &ZonedDateTime, span: jiff::Span) -> Option<Period> {
    let from = now.checked_sub(span).ok()?;
    let earlier = from.checked_sub(span).ok()?.timestamp();
    Some(Period { from: from.timestamp(), to: now.timestamp(), earlier: (earlier, from.timestamp()) })
}

/// Whole days, the last one included, as far as they have passed; held against as many days before, to the same time of
/// the last of them.
fn days(first: Date, last: Date, now: &ZonedDateTime) -> Option<Period> {
    if last < first || now.date() < first {
        return None;
    }
    let zone = now.time_zone();
    let start = |date: Date| date.to_zoned_datetime(zone.clone()).ok();
    // The default of `until` counts whole days, not months.
    let shift = (first.until(last).ok()?.get_days().checked_add(1)?).days();
    let whole = start(last.tomorrow().ok()?)?;
    let to = if *now < whole { now.clone() } else { whole };
    let earlier = start(first.checked_sub(shift).ok()?)?.timestamp();
    let end = to.checked_sub(shift).ok()?.timestamp();
    let (from, to) = (start(first)?.timestamp(), to.timestamp());
    (from < to).then_some(Period { from, to, earlier: (earlier, end) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zoned(text: &str) -> ZonedDateTime {
        text.parse().expect("a moment in a zone")
    }

    fn period(word: &str, now: &ZonedDateTime) -> Option<String> {
        let it = Range::read(word)?.period(now)?;
        Some(format!("{} {} | {} {}", it.from, it.to, it.earlier.0, it.earlier.1).replace(":00:00Z", ""))
    }

    #[test]
    fn every_way_to_name_a_time_is_understood() {
        let now = zoned("2026-11-27T09:00[UTC]");
        for (word, expected) in [
            ("12h", "2026-11-26T21 2026-11-27T09 | 2026-11-26T09 2026-11-26T21"),
            ("7d", "2026-11-20T09 2026-11-27T09 | 2026-11-13T09 2026-11-20T09"),
            ("Day", "2026-11-26T09 2026-11-27T09 | 2026-11-25T09 2026-11-26T09"),
            ("неделя", "2026-11-20T09 2026-11-27T09 | 2026-11-13T09 2026-11-20T09"),
            ("month", "2026-10-27T09 2026-11-27T09 | 2026-09-27T09 2026-10-27T09"),
            // What has not passed is held against as much of the day before.
            ("today", "2026-11-27T00 2026-11-27T09 | 2026-11-26T00 2026-11-26T09"),
            ("вчера", "2026-11-26T00 2026-11-27T00 | 2026-11-25T00 2026-11-26T00"),
            ("2026-11-20", "2026-11-20T00 2026-11-21T00 | 2026-11-19T00 2026-11-20T00"),
            ("2026-11-20..2026-11-22", "2026-11-20T00 2026-11-23T00 | 2026-11-17T00 2026-11-20T00"),
            ("2026-09-01..2026-11-26", "2026-09-01T00 2026-11-27T00 | 2026-06-06T00 2026-09-01T00"),
            ("@1795683600-1795770000", "2026-11-26T09 2026-11-27T09 | 2026-11-25T09 2026-11-26T09"),
        ] {
            assert_eq!(period(word, &now).as_deref(), Some(expected), "{word}");
        }
        for word in
            ["2026-11-28", "2026-11-22..2026-11-20", "@1795770000-1795683600", "@1795856400-1795942800"]
        {
            assert_eq!(Range::read(word).map(|it| it.period(&now)), Some(None), "{word}");
        }
        for word in [
            "tomorrow",
            "0h",
            "7",
            "2026-13-01",
            "2026-11-20..",
            "..",
            "@",
            "@1",
            "@1-",
            "@x-y",
            "@-9-9",
            "-1h",
        ] {
            assert_eq!(Range::read(word).and_then(|it| it.period(&now)), None, "{word}");
        }
        assert_eq!(period("today", &zoned("2026-11-27T00:00[UTC]")), None, "nothing of it has passed");
    }

    #[test]
    fn a_day_is_as_long_as_the_clocks_make_it() {
        // In Berlin the 29th of March 2026 has 23 hours, and the 25th of October 25.
        for (now, hours, earlier) in [
            ("2026-03-30T09:00[Europe/Berlin]", 23, 24),
            ("2026-03-31T09:00[Europe/Berlin]", 24, 23),
            ("2026-10-26T09:00[Europe/Berlin]", 25, 24),
        ] {
            let period = Range::Yesterday.period(&zoned(now)).expect("it has passed");
            let of = |from: Timestamp, to: Timestamp| to.duration_since(from).as_hours();
            assert_eq!(of(period.from, period.to), hours, "{now}");
            assert_eq!(of(period.earlier.0, period.earlier.1), earlier, "{now}");
        }
        let day = Range::Day.period(&zoned("2026-03-29T09:00[Europe/Berlin]")).expect("in range");
        assert_eq!(day.length(), Duration::from_secs(23 * 3600));
    }
}
