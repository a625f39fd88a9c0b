//! The log: for operators, in English, on standard error, and never with the token in it.

use std::io::{self, Write};
use std::sync::{PoisonError, RwLock};

use secrecy::{ExposeSecret, SecretString};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::LogFormat;

/// What is said besides the chosen level: crates that print what they must not, or too much
/// (bollard writes whole answers with environments at `debug`).
const HUSHED: &str =
    "bollard=info,tokio_cron_scheduler=warn,hyper=warn,hyper_util=warn,reqwest=warn,rustls=warn";

/// What must never be printed: set as soon as it is known, and never forgotten, for an answer may still have it.
static SECRETS: RwLock<Vec<SecretString>> = RwLock::new(Vec::new());

/// From now on these are struck out of every line.
pub fn strike_out(secrets: Vec<SecretString>) {
    let mut known = SECRETS.write().unwrap_or_else(PoisonError::into_inner);
    for secret in secrets {
        if known.iter().all(|it| it.expose_secret() != secret.expose_secret()) {
            known.push(secret);
        }
    }
}

/// The text without what must never be printed, when it has any of that.
fn clean(text: &[u8]) -> Option<String> {
    struck(text, &SECRETS.read().unwrap_or_else(PoisonError::into_inner))
}

/// A text that may be shown: what must never be printed is struck out.
pub fn without_secrets(text: &str) -> String {
    clean(text.as_bytes()).unwrap_or_else(|| text.to_owned())
}

/// Begins to log. `filter` holds directives of `Targets`, such as `info` or `vakhta=debug`.
pub fn begin(filter: &str, format: LogFormat) {
    let directives = format!("{filter},{HUSHED}");
    let filter: Targets =
        directives.parse().or_else(|_| format!("info,{HUSHED}").parse()).unwrap_or_default();
    let coloured = format == LogFormat::Text && io::IsTerminal::is_terminal(&io::stderr());
    let layer = tracing_subscriber::fmt::layer().with_writer(Struck { coloured });
    let log = tracing_subscriber::registry().with(filter);
    let begun = match format {
        LogFormat::Text => log.with(layer.with_ansi(coloured)).try_init(),
        LogFormat::Json => log.with(layer.json().flatten_event(true)).try_init(),
    };
    // A second beginning in one process changes nothing.
    begun.ok();
}

/// Standard error, with secrets struck out, and each line one line.
#[derive(Clone, Copy)]
struct Struck {
    /// Whether escapes in it are our own colours.
    coloured: bool,
}

impl<'a> MakeWriter<'a> for Struck {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        *self
    }
}

impl Write for Struck {
    /// A line of the log arrives in one piece.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let clean = clean(line);
        let clean = clean.as_ref().map_or(line, |it| it.as_bytes());
        match whole(clean, self.coloured) {
            Some(whole) => io::stderr().write_all(whole.as_bytes())?,
            None => io::stderr().write_all(clean)?,
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// The line with what would end it early, or move a terminal's cursor, written out; when it has any. Errors quote what
/// engines and servers say, and a line that looks like ours would be believed to be.
fn whole(line: &[u8], coloured: bool) -> Option<String> {
    let text = String::from_utf8_lossy(line);
    let (body, end) = text.strip_suffix('\n').map_or((&*text, ""), |it| (it, "\n"));
    let is_wild = |it: char| {
        let is_ours = it == '\t' || (it == '\u{1b}' && coloured);
        (it.is_control() && !is_ours) || matches!(it, '\u{2028}' | '\u{2029}')
    };
    if !body.contains(is_wild) {
        return None;
    }
    let mut whole = String::with_capacity(text.len() + 8);
    for letter in body.chars() {
        match is_wild(letter) {
            true => whole.extend(letter.escape_default()),
            false => whole.push(letter),
        }
    }
    Some(whole + end)
}

/// The line without secrets, when it has any.
fn struck(line: &[u8], secrets: &[SecretString]) -> Option<String> {
    let text = String::from_utf8_lossy(line);
    let found = |secret: &&SecretString| {
        let secret = secret.expose_secret();
        !secret.is_empty() && text.contains(secret)
    };
    secrets.iter().any(|secret| found(&secret)).then(|| {
        secrets
            .iter()
            .filter(found)
            .fold(text.to_string(), |text, secret| text.replace(secret.expose_secret(), "[secret]"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_reaches_the_log() {
        let secrets = [SecretString::from("123:ABC"), SecretString::from("")];
        let line = struck(b"GET /bot123:ABC/getMe", &secrets);
        assert_eq!(line.as_deref(), Some("GET /bot[secret]/getMe"));
        assert_eq!(struck(b"nothing here", &secrets), None);
    }

    #[test]
    fn nobody_else_writes_a_line_of_the_log() {
        let check = |line: &str, expected: Option<&str>| {
            assert_eq!(whole(line.as_bytes(), false).as_deref(), expected, "{line:?}");
        };
        check("WARN an answer was refused error=no\tsuch\n", None);
        check(
            "WARN error=no\n2026-11-27T00:00:00Z  INFO all is well\n",
            Some("WARN error=no\\n2026-11-27T00:00:00Z  INFO all is well\n"),
        );
        check("WARN \r\u{1b}[2K\u{9b}31m\u{2028}x\n", Some("WARN \\r\\u{1b}[2K\\u{9b}31m\\u{2028}x\n"));
        assert_eq!(whole(b"\x1b[33m WARN\x1b[0m fine\n", true), None, "our own colours");
        assert_eq!(
            whole(b"\x1b[33m WARN\x1b[0m a\nb\n", true).as_deref(),
            Some("\x1b[33m WARN\x1b[0m a\\nb\n")
        );
    }
}
