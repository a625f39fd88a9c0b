//! What holds of whatever follows `/logs`: asked by tests and fuzzers.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::ask::Asked;
use crate::command::parse::{self, parse};

/// What was understood is written again, for a button, so that the same is understood.
pub(in crate::command) fn holds(words: &[&str], now: Timestamp, zone: &TimeZone) {
    let Ok(asked) = Asked::read(words) else { return };
    assert!(!asked.names.is_empty() && asked.names.len() <= 8);
    assert!((1..=100_000).contains(&asked.lines()) && asked.context <= 20);
    if let Ok(conditions) = asked.conditions(now, zone) {
        assert!(conditions.since.zip(conditions.until).is_none_or(|(since, until)| since < until));
    }
    // What no engine lets a container be called is looked up, not found, and on no button.
    let is_name = |it: &String| {
        it.starts_with(|it: char| it.is_ascii_alphabetic())
            && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.-".contains(&it))
    };
    let quoted = [&asked.since, &asked.until, &asked.grep].into_iter().flatten();
    let is_sayable = |it: &String| {
        !it.contains(['\'', '"']) && it.split_whitespace().collect::<Vec<_>>().join(" ") == **it
    };
    let stopped = matches!(&asked.how, super::ask::How::Stop(key) if !is_name(key));
    if !asked.names.iter().all(is_name) || !quoted.into_iter().all(is_sayable) || stopped {
        return;
    }
    let line = asked.line();
    let parse::Asked::Command { name, arguments } = parse(&line, None) else {
        panic!("{line:?} is a command")
    };
    assert_eq!(name, "logs");
    assert_eq!(Asked::read(&arguments).ok(), Some(asked), "{line:?}");
}
