//! How far back a picture reaches, as people say it: `6h`, `today`, `вчера`, `woche`.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

use super::super::parse::length;
use crate::present::chart::Stretch;

/// A stretch of time up to now, or a day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// So long, up to now.
    Last(Duration),
    /// Since midnight in the reader's zone.
    Today,
    /// The whole day before.
    Yesterday,
}

const DAY: u64 = 24 * 3600;

impl Reach {
    pub(super) fn read(word: &str) -> Option<Self> {
        let days = |count| Self::Last(Duration::from_secs(count * DAY));
        Some(match word.to_lowercase().as_str() {
            "today" | "сегодня" | "heute" => Self::Today,
            "yesterday" | "вчера" | "gestern" => Self::Yesterday,
            "hour" | "час" | "stunde" => Self::Last(Duration::from_secs(3600)),
            "day" | "день" | "сутки" | "tag" => days(1),
            "week" | "неделя" | "неделю" | "woche" => days(7),
            "month" | "месяц" | "monat" => days(30),
            "year" | "год" | "jahr" => days(365),
            other => Self::Last(length(other)?),
        })
    }

    /// As it is typed, so that the same is drawn again: `6h`, `today`.
    pub(super) fn typed(self) -> String {
        const UNITS: [(u64, &str); 3] = [(DAY, "d"), (3600, "h"), (60, "m")];
        match self {
            Self::Today => "today".to_owned(),
            Self::Yesterday => "yesterday".to_owned(),
            // A day is 24 hours here: that is how its button says it.
            Self::Last(it) if it.as_secs() == DAY => "24h".to_owned(),
            Self::Last(it) => {
                let seconds = it.as_secs();
                let (size, unit) =
                    UNITS.into_iter().find(|(size, _)| seconds.is_multiple_of(*size)).unwrap_or((1, "s"));
                format!("{}{unit}", seconds / size)
            }
        }
    }

    /// From when to when that is. None beyond what a clock can count.
    pub(super) fn stretch(self, now: Timestamp, zone: &TimeZone) -> Option<Stretch> {
        let midnight = |days: i64| {
            let date = now.to_zoned_datetime(zone.clone()).date().checked_sub(Span::new().days(days)).ok()?;
            Some(date.to_zoned_datetime(zone.clone()).ok()?.timestamp())
        };
        Some(match self {
            Self::Last(it) => {
                Stretch { from: now.checked_sub(SignedDuration::try_from(it).ok()?).ok()?, to: now }
            }
            Self::Today => Stretch { from: midnight(0)?, to: now },
            Self::Yesterday => Stretch { from: midnight(1)?, to: midnight(0)? },
        })
    }
}

/// What a stretch is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Past {
    /// The same hours of the day before.
    Day,
    /// The same hours and days of the week before.
    Week,
}

impl Past {
    /// Reads what follows `vs`; nothing is the day before.
    pub(super) fn read(words: &[&str]) -> Option<Self> {
        let words: Vec<String> = words.iter().map(|it| it.to_lowercase()).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[..] {
            [] | ["yesterday" | "day" | "1d" | "24h" | "gestern" | "tag"] => Some(Self::Day),
            ["вчера" | "вчерашнего" | "вчерашним" | "день" | "дня" | "сутки" | "1д" | "24ч"] => {
                Some(Self::Day)
            }
            ["week" | "7d" | "1w" | "woche"]
            | ["last" | "letzte" | "letzter", "week" | "woche"]
            | ["a", "week", "ago"] => Some(Self::Week),
            ["неделя" | "неделю" | "недели" | "неделей" | "7д"]
            | ["прошлая" | "прошлой" | "прошлую", "неделя" | "недели" | "неделю" | "неделей"] => {
                Some(Self::Week)
            }
            _ => None,
        }
    }

    /// Whether a word says that something is compared.
    pub(super) fn begins(word: &str) -> bool {
        matches!(word.to_lowercase().as_str(), "vs" | "versus" | "against" | "против" | "gegen")
    }

    /// As it is typed behind everything else.
    pub(super) fn typed(self) -> &'static str {
        match self {
            Self::Day => " vs yesterday",
            Self::Week => " vs week",
        }
    }

    /// The same stretch, so much earlier by the clock on the wall: over a clock change it may be an hour longer.
    pub(super) fn of(self, stretch: Stretch, zone: &TimeZone) -> Option<Stretch> {
        let days = match self {
            Self::Day => 1,
            Self::Week => 7,
        };
        let earlier = |at: Timestamp| {
            let there = at.to_zoned_datetime(zone.clone()).checked_sub(Span::new().days(days)).ok()?;
            Some(there.timestamp())
        };
        Some(Stretch { from: earlier(stretch.from)?, to: earlier(stretch.to)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_lengths_say_how_far_and_can_be_said_again() {
        for (word, typed) in [
            ("15m", "15m"),
            ("1ч", "1h"),
            ("24h", "24h"),
            ("1d", "24h"),
            ("90d", "90d"),
            ("1y", "365d"),
            ("2г", "730d"),
            ("90s", "90s"),
            ("Week", "7d"),
            ("месяц", "30d"),
            ("сегодня", "today"),
            ("Вчера", "yesterday"),
            ("heute", "today"),
            ("Gestern", "yesterday"),
            ("monat", "30d"),
        ] {
            let reach = Reach::read(word).unwrap_or_else(|| panic!("{word}"));
            assert_eq!(reach.typed(), typed, "{word}");
            assert_eq!(Reach::read(typed), Some(reach), "{word}");
        }
        for wrong in ["", "24", "h", "tomorrow", "nginx", "6x", "/srv"] {
            assert_eq!(Reach::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_past_is_read_in_every_language_and_bare_it_is_the_day_before() {
        for words in [&[][..], &["yesterday"], &["вчера"], &["day"], &["Gestern"]] {
            assert_eq!(Past::read(words), Some(Past::Day), "{words:?}");
        }
        for words in [
            &["week"][..],
            &["last", "week"],
            &["неделю"],
            &["прошлой", "неделей"],
            &["woche"],
            &["letzte", "Woche"],
        ] {
            assert_eq!(Past::read(words), Some(Past::Week), "{words:?}");
        }
        for words in [&["tuesday"][..], &["last"], &["week", "week"]] {
            assert_eq!(Past::read(words), None, "{words:?}");
        }
    }

    fn shown(stretch: Option<Stretch>) -> String {
        stretch.map_or_else(String::new, |it| format!("{} {}", it.from, it.to))
    }

    #[test]
    fn days_begin_at_the_readers_midnight_whatever_the_clocks_do() {
        // In Berlin the clocks went back on 25 October 2026 at three.
        let berlin = TimeZone::get("Europe/Berlin").expect("a bundled zone");
        let now: Timestamp = "2026-10-25T11:00:00Z".parse().expect("a time");
        let today = Reach::Today.stretch(now, &berlin);
        assert_eq!(shown(today), "2026-10-24T22:00:00Z 2026-10-25T11:00:00Z");
        let yesterday = Reach::Yesterday.stretch(now, &berlin);
        assert_eq!(shown(yesterday), "2026-10-23T22:00:00Z 2026-10-24T22:00:00Z");
        let last = Reach::Last(Duration::from_secs(3600)).stretch(now, &berlin);
        assert_eq!(shown(last), "2026-10-25T10:00:00Z 2026-10-25T11:00:00Z");
        // Noon is held against noon, which is 25 hours earlier.
        let earlier = last.and_then(|it| Past::Day.of(it, &berlin));
        assert_eq!(shown(earlier), "2026-10-24T09:00:00Z 2026-10-24T10:00:00Z");
        let earlier = last.and_then(|it| Past::Week.of(it, &berlin));
        assert_eq!(shown(earlier), "2026-10-18T09:00:00Z 2026-10-18T10:00:00Z");
    }

    #[test]
    fn what_no_clock_can_count_is_no_stretch() {
        let now = Timestamp::MIN;
        assert_eq!(Reach::Last(Duration::from_secs(60)).stretch(now, &TimeZone::UTC), None);
        assert_eq!(Reach::Yesterday.stretch(now, &TimeZone::UTC), None);
    }
}
