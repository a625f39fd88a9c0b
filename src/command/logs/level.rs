//! How bad a line says it is, in the shapes that programs write it in.

/// From chatter to the end of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Fatal,
}

/// Where a level is looked for by its mere word: later in a line it is talked about.
const HEAD: usize = 160;
/// How far a name such as `"level"` is looked for.
const FAR: usize = 4096;

impl Level {
    /// As it is typed and shown.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }

    /// A word for a level, in whatever case.
    pub(super) fn named(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "trace" | "trc" | "verbose" | "vrb" | "finest" => Self::Trace,
            "debug" | "dbg" | "dbug" => Self::Debug,
            "info" | "inf" | "information" | "informational" | "notice" | "note" => Self::Info,
            "warn" | "warning" | "wrn" => Self::Warn,
            "error" | "err" | "eror" | "severe" => Self::Error,
            "fatal" | "ftl" | "critical" | "crit" | "panic" | "dpanic" | "emerg" | "emergency" | "alert" => {
                Self::Fatal
            }
            _ => return None,
        })
    }

    /// What a line says of itself; none where it does not, as in the lines of a stack trace.
    pub(super) fn of(line: &str) -> Option<Self> {
        let line = line.trim_start();
        syslog(line).or_else(|| klog(line)).or_else(|| field(line)).or_else(|| {
            // What has fields has its level in one of them or none.
            if line.starts_with('{') { None } else { word(line) }
        })
    }

    /// Of a number, as pino counts them: 50 is an error.
    fn numbered(number: u32) -> Option<Self> {
        Some(match number {
            10 => Self::Trace,
            20 => Self::Debug,
            30 => Self::Info,
            40 => Self::Warn,
            50 => Self::Error,
            60 => Self::Fatal,
            _ => return None,
        })
    }
}

/// `<3>kernel: …`: the three lowest bits.
fn syslog(line: &str) -> Option<Level> {
    let (number, _) = line.strip_prefix('<')?.split_once('>')?;
    if 3 < number.len() {
        return None;
    }
    Some(match number.parse::<u32>().ok()? & 7 {
        0..=2 => Level::Fatal,
        3 => Level::Error,
        4 => Level::Warn,
        5 | 6 => Level::Info,
        _ => Level::Debug,
    })
}

/// `W0508 12:00:00.000000`: a letter, the month and the day.
fn klog(line: &str) -> Option<Level> {
    let bytes = line.as_bytes();
    if bytes.len() < 6 || !bytes[1..5].iter().all(u8::is_ascii_digit) || bytes[5] != b' ' {
        return None;
    }
    Some(match bytes[0] {
        b'I' => Level::Info,
        b'W' => Level::Warn,
        b'E' => Level::Error,
        b'F' => Level::Fatal,
        _ => return None,
    })
}

/// `level=error`, `"level":"error"`, `"severity": "WARNING"`, `"level":50`.
fn field(line: &str) -> Option<Level> {
    const NAMES: [&str; 6] = ["level", "severity", "lvl", "levelname", "loglevel", "log.level"];
    let end = (0..=FAR.min(line.len())).rev().find(|it| line.is_char_boundary(*it))?;
    let line = &line[..end];
    let bytes = line.as_bytes();
    for (sign, _) in line.match_indices([':', '=']) {
        let before = line[..sign].trim_end().trim_end_matches(['"', '\'', '\\']);
        let is = |it: char| it.is_ascii_alphanumeric() || it == '.' || it == '_';
        let name = &before[before.rfind(|it| !is(it)).map_or(0, |it| it + char_length(before, it))..];
        if !NAMES.iter().any(|it| name.eq_ignore_ascii_case(it)) {
            continue;
        }
        let quoted = bytes.get(before.len()).is_some_and(|it| matches!(it, b'"' | b'\'' | b'\\'));
        // `level: 3` in prose is none.
        if bytes[sign] == b':' && !quoted {
            continue;
        }
        let value = line[sign + 1..].trim_start().trim_start_matches(['"', '\'', '\\']);
        let value = &value[..value.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(value.len())];
        let level = Level::named(value).or_else(|| Level::numbered(value.parse().ok()?));
        if level.is_some() {
            return level;
        }
    }
    None
}

fn char_length(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(1, char::len_utf8)
}

/// `ERROR`, `[error]`, `error:`: the first such word of the line's beginning. A small `error` in a sentence is none.
fn word(line: &str) -> Option<Level> {
    let end = (0..=HEAD.min(line.len())).rev().find(|it| line.is_char_boundary(*it))?;
    let mut rest = &line[..end];
    let mut before = None;
    while let Some(start) = rest.find(|it: char| it.is_ascii_alphabetic()) {
        if 0 < start {
            before = rest[..start].chars().next_back();
        }
        rest = &rest[start..];
        let length = rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len());
        let (found, after) = rest.split_at(length);
        let next = after.chars().next();
        let is_boxed = matches!((before, next), (Some('['), Some(']')) | (Some('('), Some(')')));
        let is_loud = 3 <= found.len() && found.bytes().all(|it| it.is_ascii_uppercase());
        // `fail: Microsoft.Hosting`, `error: no such file`; but not `12:error`.
        let is_head = next == Some(':') && before.is_none_or(|it| it.is_whitespace() || it == ']');
        if is_boxed || is_loud || is_head {
            let level = match found {
                "fail" if is_head => Some(Level::Error),
                _ => Level::named(found),
            };
            if level.is_some() {
                return level;
            }
        }
        before = found.chars().next_back();
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(line: &str, expected: Option<Level>) {
        assert_eq!(Level::of(line), expected, "{line}");
    }

    #[test]
    fn a_level_is_known_in_the_usual_shapes() {
        check("2026-11-26 14:30:00,123 ERROR worker failed", Some(Level::Error));
        check("2026-11-26T14:30:00Z  WARN app::db: slow", Some(Level::Warn));
        check("time=\"2026\" level=error msg=\"no ERROR here\"", Some(Level::Error));
        check("level=info msg=\"ERROR in a message\"", Some(Level::Info));
        check(r#"{"time":1,"level":"error","msg":"x"}"#, Some(Level::Error));
        check(r#"{"level":50,"time":1,"msg":"pino"}"#, Some(Level::Error));
        check(r#"{"severity": "WARNING", "message": "x"}"#, Some(Level::Warn));
        check(r#"{"message":"ERROR","x":1}"#, None);
        check("[warn] slow", Some(Level::Warn));
        check("2026/11/26 14:30:00 [error] 31#31: *1 open() failed", Some(Level::Error));
        check("2026/11/26 14:30:00 [emerg] bind() failed", Some(Level::Fatal));
        check("W0508 12:00:00.000000       1 x.go:1] slow", Some(Level::Warn));
        check("E1126 12:00:00.000000       1 x.go:1] bad", Some(Level::Error));
        check("<3>kernel: broken", Some(Level::Error));
        check("<14>app: said", Some(Level::Info));
        check("ERROR:root:failed", Some(Level::Error));
        check("2026-11-26 14:30:00 UTC [1] FATAL:  no role", Some(Level::Fatal));
        check("fail: Microsoft.Hosting[0]", Some(Level::Error));
        check("error: no such file", Some(Level::Error));
        check("[Warning] MySQL is old", Some(Level::Warn));
        check("2026-11-26 INFO no ERROR was found", Some(Level::Info));
        check("TRACE x", Some(Level::Trace));
        check("DEBUG x", Some(Level::Debug));
    }

    #[test]
    fn a_line_that_says_nothing_has_none() {
        for line in [
            "",
            "GET /error 200",
            "an error in a sentence",
            "    at java.lang.Thread.run(Thread.java:1)",
            "Caused by: java.io.IOException",
            "  File \"x.py\", line 3, in <module>",
            "level: 3 of the tower",
            "<html>",
            "W05 x",
            "ошибка",
        ] {
            check(line, None);
        }
    }

    proptest! {
        #[test]
        fn no_line_breaks_it(line in "(\\PC{0,9}|level|[=:\"'<>{\\[\\]]| |ERROR|ж){0,12}") {
            Level::of(&line);
        }
    }
}
