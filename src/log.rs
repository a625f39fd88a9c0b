//! The log: for operators, in English, on standard error, and never with the token in it.

use std::io::{self, Write};
use std::sync::{PoisonError, RwLock};

use secrecy::{ExposeSecret, SecretString};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

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

/// Begins to log. `filter` holds directives of `EnvFilter`, such as `info` or `vakhta=debug`.
pub fn begin(filter: &str, format: LogFormat) {
    let directives = format!("{filter},{HUSHED}");
    let filter = EnvFilter::try_new(&directives).unwrap_or_else(|_| EnvFilter::new(format!("info,{HUSHED}")));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(Struck);
    let begun = match format {
        LogFormat::Text => {
            log.with_target(false).with_ansi(io::IsTerminal::is_terminal(&io::stderr())).try_init()
        }
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    // A second beginning in one process changes nothing.
    begun.ok();
}

/// Standard error, with secrets struck out.
struct Struck;

impl<'a> MakeWriter<'a> for Struck {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

impl Write for Struck {
    /// A line of the log arrives in one piece.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match clean(line) {
            Some(clean) => io::stderr().write_all(clean.as_bytes())?,
            None => io::stderr().write_all(line)?,
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
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
}
