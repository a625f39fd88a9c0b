//! What is to be drawn, as it was asked for: names, how far back, against what.

use super::super::CommandError;
use super::reach::{Past, Reach};

/// What was asked for. Names are not looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked<'a> {
    /// The pie of memory.
    Pie,
    /// Hour by day over so many days.
    Hours { names: Vec<&'a str>, days: i64 },
    /// Lines over time.
    Lines { names: Vec<&'a str>, reach: Option<Reach>, past: Option<Past> },
}

/// What a look around begins with, where nothing is named.
pub(super) const OVERVIEW: [&str; 4] = ["cpu", "ram", "net", "io"];
/// A week's rows, and a month's.
pub(super) const WEEK: i64 = 7;
pub(super) const MONTH: i64 = 30;

impl<'a> Asked<'a> {
    pub(super) fn read(words: &[&'a str]) -> Result<Self, CommandError> {
        let [first, rest @ ..] = words else { return Ok(Self::Pie) };
        let days = match first.to_lowercase().as_str() {
            "week" | "неделя" | "неделю" | "woche" => Some(WEEK),
            "month" | "месяц" | "monat" => Some(MONTH),
            _ => None,
        };
        if let Some(days) = days.filter(|_| !rest.iter().any(|it| Past::begins(it))) {
            let names = if rest.is_empty() { vec!["cpu"] } else { rest.to_vec() };
            return Ok(Self::Hours { names, days });
        }
        let at = words.iter().position(|it| Past::begins(it));
        let (mut names, after) = match at {
            Some(at) => (words[..at].to_vec(), Some(words[at + 1..].to_vec())),
            None => (words.to_vec(), None),
        };
        let mut reach = names.last().and_then(|it| Reach::read(it));
        if reach.is_some() {
            names.pop();
        }
        let past = match after {
            None => None,
            Some(mut words) => {
                // `cpu vs yesterday 6h` as well as `cpu 6h vs yesterday`.
                let late = words.last().filter(|_| reach.is_none() && 1 < words.len());
                let late = late.and_then(|it| Reach::read(it)).filter(|_| Past::read(&words).is_none());
                if late.is_some() {
                    words.pop();
                    reach = late;
                }
                let unknown =
                    || CommandError::Unreadable { key: "graph-past-unknown", what: words.join(" ") };
                Some(Past::read(&words).ok_or_else(unknown)?)
            }
        };
        if names.is_empty() {
            names = if past.is_some() { vec![OVERVIEW[0]] } else { OVERVIEW.to_vec() };
        }
        Ok(Self::Lines { names, reach, past })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn check(words: &str, names: &str, reach: Option<&str>, past: Option<Past>) {
        let split: Vec<&str> = words.split_whitespace().collect();
        let reach = reach.map(|it| Reach::read(it).expect("a reach"));
        let names = names.split_whitespace().collect();
        let expected = Asked::Lines { names, reach, past };
        assert_eq!(Asked::read(&split).expect("no mistake in it"), expected, "{words}");
    }

    #[test]
    fn names_a_reach_and_a_past_are_told_apart() {
        check("cpu", "cpu", None, None);
        check("cpu 6h", "cpu", Some("6h"), None);
        check("cpu ram net 24h", "cpu ram net", Some("24h"), None);
        check("disk /srv week", "disk /srv", Some("7d"), None);
        check("cpu yesterday", "cpu", Some("yesterday"), None);
        check("cpu 24h vs yesterday", "cpu", Some("24h"), Some(Past::Day));
        check("cpu vs last week 6h", "cpu", Some("6h"), Some(Past::Week));
        check("cpu 6ч против вчера", "cpu", Some("6h"), Some(Past::Day));
        check("cpu 6h gegen gestern", "cpu", Some("6h"), Some(Past::Day));
        check("cpu today vs", "cpu", Some("today"), Some(Past::Day));
        check("cpu vs week", "cpu", None, Some(Past::Week));
        check("vs yesterday", "cpu", None, Some(Past::Day));
        check("24h", "cpu ram net io", Some("24h"), None);
        check("week vs week", "cpu", Some("7d"), Some(Past::Week));
    }

    #[test]
    fn a_week_or_a_month_first_is_hour_by_day() {
        let hours = |names: &[&'static str], days| Asked::Hours { names: names.to_vec(), days };
        let read = |words: &[&'static str]| Asked::read(words).expect("no mistake in it");
        assert_eq!(read(&["week"]), hours(&["cpu"], 7));
        assert_eq!(read(&["Неделя", "ram"]), hours(&["ram"], 7));
        assert_eq!(read(&["Woche", "ram"]), hours(&["ram"], 7));
        assert_eq!(read(&["month", "net"]), hours(&["net"], 30));
        assert_eq!(read(&[]), Asked::Pie);
    }

    #[test]
    fn a_past_that_nobody_knows_is_named() {
        let read = Asked::read(&["cpu", "vs", "tuesday"]);
        assert!(matches!(read, Err(CommandError::Unreadable { what, .. }) if what == "tuesday"));
        assert_eq!(Reach::read("1h"), Some(Reach::Last(Duration::from_secs(3600))));
    }
}
