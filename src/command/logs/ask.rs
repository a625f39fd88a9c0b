//! What is asked of `/logs`, read out of its words, and written again for buttons.

use std::fmt::Write as _;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::level::Level;
use crate::command::CommandError;
use crate::command::parse::length;
use crate::pattern::{Pattern, PatternError};

/// How many lines are shown when no number is given.
pub(super) const LINES: u32 = 30;
/// How many can be asked for.
const MOST: u32 = 100_000;
/// How many lines around each that fits.
const MOST_CONTEXT: u32 = 20;
/// How many lines of one moment are told apart.
const MOST_KNOWN: usize = 10_000;
/// How many containers at once.
const MOST_NAMES: usize = 8;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Asked {
    /// Of which containers.
    pub(super) names: Vec<String>,
    /// How many lines at most.
    pub(super) tail: Option<u32>,
    /// Not before, as it was typed.
    pub(super) since: Option<String>,
    /// Not after, as it was typed.
    pub(super) until: Option<String>,
    /// What is searched for.
    pub(super) grep: Option<String>,
    /// Whether lines without it are wanted.
    pub(super) invert: bool,
    /// How many lines around each that fits.
    pub(super) context: u32,
    /// How bad it must be at least.
    pub(super) level: Option<Level>,
    /// What comes of it.
    pub(super) how: How,
}

/// What comes of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum How {
    /// The newest page.
    #[default]
    Newest,
    /// The page before that moment.
    Before(Edge),
    /// The page after it.
    After(Edge),
    /// A file.
    File,
    /// What is yet to come.
    Follow,
    /// The end of a follow.
    Stop(String),
}

/// An end of a page: a moment, and how many lines of that very moment are on this side of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    /// The moment.
    pub(super) at: Timestamp,
    /// Lines of that moment that are known already.
    pub(super) known: usize,
}

impl Edge {
    fn read(text: &str) -> Option<Self> {
        let (at, known) = text.split_once('.')?;
        let at = Timestamp::from_nanosecond(at.parse().ok()?).ok()?;
        Some(Self { at, known: known.parse::<usize>().ok()?.min(MOST_KNOWN) })
    }
}

/// What must be true of a line.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions {
    /// Not before.
    pub(super) since: Option<Timestamp>,
    /// Not after.
    pub(super) until: Option<Timestamp>,
    /// What is searched for.
    pub(super) grep: Option<Pattern>,
    /// Whether lines without it are wanted.
    pub(super) invert: bool,
    /// How many lines around each that fits.
    pub(super) context: usize,
    /// How bad it must be at least.
    pub(super) level: Option<Level>,
}

impl Conditions {
    /// Whether lines are left out for what they say.
    pub(super) fn choose(&self) -> bool {
        self.grep.is_some() || self.level.is_some()
    }
}

/// What is wrong, by the key of its sentence, and of what.
fn wrong(key: &'static str, what: &str) -> CommandError {
    CommandError::Argument { key, what: what.to_owned() }
}

/// What an option is called, however its dashes were written: phones make one long dash of two.
fn option(word: &str) -> Option<&str> {
    let is_dash = |it: char| matches!(it, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    let name = word.trim_start_matches(is_dash);
    (name.len() < word.len() && !name.is_empty()).then_some(name)
}

/// Without the quotes around it.
fn unquoted(word: &str) -> &str {
    const PAIRS: [(char, char); 5] = [('"', '"'), ('\'', '\''), ('“', '”'), ('„', '“'), ('«', '»')];
    PAIRS
        .iter()
        .find_map(|(open, close)| {
            let rest = word.strip_prefix(*open)?;
            Some(rest.strip_suffix(*close).unwrap_or(rest))
        })
        .unwrap_or(word)
}

impl Asked {
    /// Reads the words of a command.
    ///
    /// # Errors
    /// What of it is wrong.
    pub(super) fn read(words: &[&str]) -> Result<Self, CommandError> {
        let mut asked = Self::default();
        let mut words = words.iter().copied().peekable();
        while let Some(word) = words.next() {
            let Some(name) = option(word) else {
                match unquoted(word).parse::<u32>() {
                    Ok(lines) if !asked.names.is_empty() => asked.tail = Some(lines),
                    _ => asked.names.push(unquoted(word).to_owned()),
                }
                continue;
            };
            let (name, attached) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                // `-n200`
                None => match name.strip_prefix(['n', 'C']) {
                    Some(value) if !value.is_empty() && value.bytes().all(|it| it.is_ascii_digit()) => {
                        (&name[..1], Some(value))
                    }
                    _ => (name, None),
                },
            };
            let mut value = || {
                let value =
                    attached.or_else(|| words.next()).map(unquoted).filter(|it| !it.trim().is_empty());
                value.map(str::to_owned).ok_or_else(|| wrong("logs-wrong-value", word))
            };
            match name {
                "n" | "tail" | "lines" => asked.tail = Some(number(&value()?)?),
                "s" | "since" => {
                    let date = value()?;
                    asked.since = Some(with_time(date, &mut words));
                }
                "until" | "u" => {
                    let date = value()?;
                    asked.until = Some(with_time(date, &mut words));
                }
                "g" | "grep" => asked.grep = Some(value()?),
                "v" | "invert" => asked.invert = true,
                "C" | "c" | "context" => asked.context = number(&value()?)?.min(MOST_CONTEXT),
                "level" | "l" => {
                    let word = value()?;
                    let level = Level::named(&word);
                    asked.level = Some(level.ok_or_else(|| wrong("logs-wrong-level", &word))?);
                }
                "file" => asked.how = How::File,
                "f" | "follow" => asked.how = How::Follow,
                // What buttons say.
                "before" => asked.how = How::Before(edge(&value()?)?),
                "after" => asked.how = How::After(edge(&value()?)?),
                "stop" => asked.how = How::Stop(value()?),
                _ => return Err(wrong("logs-wrong-option", word)),
            }
        }
        if asked.names.is_empty() {
            return Err(CommandError::Usage);
        }
        if MOST_NAMES < asked.names.len() {
            return Err(wrong("logs-wrong-names", &MOST_NAMES.to_string()));
        }
        asked.tail = asked.tail.map(|it| it.clamp(1, MOST));
        Ok(asked)
    }

    /// What must be true of a line, as of now.
    ///
    /// # Errors
    /// A time, a pattern or an order of times that cannot be.
    pub(super) fn conditions(&self, now: Timestamp, zone: &TimeZone) -> Result<Conditions, CommandError> {
        let at = |typed: &Option<String>| {
            let read =
                typed.as_ref().map(|it| moment(it, now, zone).ok_or_else(|| wrong("logs-wrong-time", it)));
            read.transpose()
        };
        let (since, until) = (at(&self.since)?, at(&self.until)?);
        if let (Some(since), Some(until), Some(typed)) = (since, until, &self.until)
            && until <= since
        {
            return Err(wrong("logs-wrong-order", typed));
        }
        let grep = self.grep.as_ref().map(|it| {
            Pattern::loose(it).map_err(|error| match error {
                PatternError::TooLong | PatternError::Garbled(_) => wrong("logs-wrong-long", it),
                PatternError::Everywhere => wrong("logs-wrong-everywhere", it),
            })
        });
        Ok(Conditions {
            since,
            until,
            grep: grep.transpose()?,
            invert: self.invert && self.grep.is_some(),
            context: self.context as usize,
            level: self.level,
        })
    }

    /// How many lines at most.
    pub(super) fn lines(&self) -> u32 {
        self.tail.unwrap_or(LINES)
    }

    /// What is asked besides the names, as it would be typed; empty for the plain log.
    pub(super) fn options(&self) -> String {
        let mut text = String::new();
        let mut add = |option: &str, value: &str| {
            let gap = if text.is_empty() { "" } else { " " };
            // A string takes every word.
            let _ = write!(text, "{gap}{option}");
            if !value.is_empty() {
                let _ = write!(text, " {value}");
            }
        };
        if let Some(tail) = self.tail {
            add("-n", &tail.to_string());
        }
        if let Some(since) = &self.since {
            add("-s", &quoted(since));
        }
        if let Some(until) = &self.until {
            add("--until", &quoted(until));
        }
        if let Some(grep) = &self.grep {
            add("-g", &quoted(grep));
        }
        if self.invert {
            add("-v", "");
        }
        if 0 < self.context {
            add("-C", &self.context.to_string());
        }
        if let Some(level) = self.level {
            add("--level", level.name());
        }
        text
    }

    /// The whole line, as it would be typed.
    pub(super) fn line(&self) -> String {
        let how = match &self.how {
            How::Newest => String::new(),
            How::Before(edge) => format!("--before {}.{}", edge.at.as_nanosecond(), edge.known),
            How::After(edge) => format!("--after {}.{}", edge.at.as_nanosecond(), edge.known),
            How::File => "--file".to_owned(),
            How::Follow => "--follow".to_owned(),
            How::Stop(key) => format!("--stop {key}"),
        };
        let parts = [format!("/logs {}", self.names.join(" ")), self.options(), how];
        let parts: Vec<String> = parts.into_iter().filter(|it| !it.is_empty()).collect();
        parts.join(" ")
    }

    /// The same with something else to come of it.
    pub(super) fn with(&self, how: How) -> Self {
        Self { how, ..self.clone() }
    }
}

/// A value in quotes that it has not in it. In a pattern with every kind of them, any letter does for one.
fn quoted(value: &str) -> String {
    let plain = |it: char| it.is_alphanumeric() || ".:_/".contains(it);
    if value.chars().all(plain) && !value.is_empty() {
        return value.to_owned();
    }
    match (value.contains('"'), value.contains('\'')) {
        (false, _) => format!("\"{value}\""),
        (true, false) => format!("'{value}'"),
        (true, true) => format!("\"{}\"", value.replace('"', ".")),
    }
}

fn number(text: &str) -> Result<u32, CommandError> {
    text.parse().map_err(|_| wrong("logs-wrong-number", text))
}

fn edge(text: &str) -> Result<Edge, CommandError> {
    Edge::read(text).ok_or_else(|| wrong("logs-wrong-time", text))
}

/// A date may be followed by its time as a word of its own.
fn with_time<'w>(date: String, words: &mut std::iter::Peekable<impl Iterator<Item = &'w str>>) -> String {
    if date.parse::<Date>().is_err() {
        return date;
    }
    match words.next_if(|it| time(unquoted(it)).is_some()) {
        Some(time) => format!("{date} {}", unquoted(time)),
        None => date,
    }
}

/// `14:30`, `14:30:05`
fn time(text: &str) -> Option<Time> {
    let (hour, rest) = text.split_once(':')?;
    let (minute, second) = rest.split_once(':').unwrap_or((rest, "0"));
    Time::new(hour.parse().ok()?, minute.parse().ok()?, second.parse().ok()?, 0).ok()
}

/// A length of time before now, a time of today (or of yesterday, when it is yet to come), a day, or both.
fn moment(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    if let Some(length) = length(text) {
        return now.checked_sub(SignedDuration::try_from(length).ok()?).ok();
    }
    let there = |at: DateTime| zone.to_timestamp(at).ok();
    if let Some(time) = time(text) {
        let today = now.to_zoned_datetime(zone.clone()).date();
        let at = there(today.to_datetime(time))?;
        return if at <= now { Some(at) } else { there(today.yesterday().ok()?.to_datetime(time)) };
    }
    let (date, clock) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    there(date.parse::<Date>().ok()?.to_datetime(time(clock)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::parse;

    fn asked(line: &str) -> Result<Asked, CommandError> {
        match parse::parse(line, None) {
            parse::Asked::Command { arguments, .. } => Asked::read(&arguments),
            other => panic!("{line}: {other:?}"),
        }
    }

    fn check(line: &str, expected: &str) {
        assert_eq!(asked(line).unwrap_or_else(|it| panic!("{line}: {it}")).line(), expected, "{line}");
        assert_eq!(asked(expected).expect("what we wrote").line(), expected, "said again");
    }

    fn check_wrong(line: &str, key: &str, what: &str) {
        let read = asked(line).and_then(|it| it.conditions(now(), &TimeZone::UTC));
        match read {
            Err(CommandError::Argument { key: found, what: of }) => {
                assert_eq!((found, &*of), (key, what), "{line}")
            }
            other => panic!("{line}: {other:?}"),
        }
    }

    fn now() -> Timestamp {
        "2026-11-26T14:30:00Z".parse().expect("a moment")
    }

    #[test]
    fn what_is_asked_is_read_however_it_is_typed() {
        check("/logs web", "/logs web");
        check("/logs web 100", "/logs web -n 100");
        check("/logs web db --tail 200 --since 1h --until 10m", "/logs web db -n 200 -s 1h --until 10m");
        check(
            "/logs web —grep timeout|refused —level error",
            "/logs web -g \"timeout|refused\" --level error",
        );
        check("/logs web -g \"two words\" -v -C 2", "/logs web -g \"two words\" -v -C 2");
        check("/logs web --grep=“two words” –file", "/logs web -g \"two words\" --file");
        check("/logs web --grep 'say \"hi\"'", "/logs web -g 'say \"hi\"'");
        check("/logs web -g «два слова»", "/logs web -g \"два слова\"");
        check("/logs web -n200 -C3 -f", "/logs web -n 200 -C 3 --follow");
        check("/logs web --since 2026-11-26 14:30", "/logs web -s \"2026-11-26 14:30\"");
        check("/logs web --since 2026-11-26", "/logs web -s \"2026-11-26\"");
        check("/logs web -s \"2026-11-26 14:30\" 5", "/logs web -n 5 -s \"2026-11-26 14:30\"");
        check("/logs web --level WARNING", "/logs web --level warn");
        check("/logs web -g don't", "/logs web -g \"don't\"");
        check("/logs web 999999999", "/logs web -n 100000");
        check("/logs web --before 1764167400000000001.2", "/logs web --before 1764167400000000001.2");
        check("/logs web --stop 17-1", "/logs web --stop 17-1");
    }

    #[test]
    fn what_is_wrong_is_named() {
        check_wrong("/logs web --colour", "logs-wrong-option", "--colour");
        check_wrong("/logs web --grep", "logs-wrong-value", "--grep");
        check_wrong("/logs web —tail many", "logs-wrong-number", "many");
        check_wrong("/logs web --since yesterday", "logs-wrong-time", "yesterday");
        check_wrong("/logs web --since 25:00", "logs-wrong-time", "25:00");
        check_wrong("/logs web --since 10m --until 1h", "logs-wrong-order", "1h");
        check_wrong("/logs web --level loud", "logs-wrong-level", "loud");
        check_wrong("/logs web -g .*", "logs-wrong-everywhere", ".*");
        check_wrong("/logs web -g (\\w{999}){999}", "logs-wrong-long", "(\\w{999}){999}");
        check_wrong("/logs a b c d e f g h i", "logs-wrong-names", "8");
        assert!(matches!(asked("/logs --file"), Err(CommandError::Usage)));
    }

    #[test]
    fn times_are_the_owners() {
        let zone = TimeZone::get("Europe/Moscow").expect("a bundled zone");
        let check = |typed: &str, expected: &str| {
            let at = moment(typed, now(), &zone).map(|it| it.to_string());
            assert_eq!(at.as_deref(), Some(expected), "{typed}");
        };
        check("30m", "2026-11-26T14:00:00Z");
        check("14:30", "2026-11-26T11:30:00Z");
        // Half past five is right now; ten is yet to come, and was yesterday.
        check("17:30", "2026-11-26T14:30:00Z");
        check("22:00:05", "2026-11-25T19:00:05Z");
        check("2026-11-25", "2026-11-24T21:00:00Z");
        check("2026-11-25 08:00", "2026-11-25T05:00:00Z");
        check("2026-11-25T08:00", "2026-11-25T05:00:00Z");
    }
}
