//! Questions and answers, at a terminal or through a pipe. What is typed hidden is echoed nowhere, and the terminal is as
//! it was on every way out: the echo comes back when the question is dropped, and a signal drops it.

use std::io::{BufRead, IsTerminal, Read, Write};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use secrecy::SecretString;

use super::InitError;
use crate::console::written;
use crate::locale::{Locale, Noun};
use crate::markup::Markup;

/// The longest answer; the rest of the line is another one.
const LONGEST: u64 = 8192;

/// Somebody to be asked.
pub(super) struct Talk {
    /// In whose language.
    pub(super) locale: &'static Locale,
    /// Whether nobody is to be asked: every question has its usual answer, or is a mistake.
    pub(super) unasked: bool,
}

impl Talk {
    /// Says a sentence.
    pub(super) fn say(&self, key: &str, nouns: &[(&str, Noun)]) {
        print(&(written(&self.locale.say(key, nouns)) + "\n"));
    }

    /// Puts a question; what is typed follows it.
    fn put(&self, question: &str, end: &str) {
        // Broken like any other words, and harmless: a name from Telegram must not steer the terminal.
        print(&(written(&Markup::text(format!("{question}{end}"))) + " "));
    }

    /// Asks for a line. An empty one is the usual answer, where there is one.
    pub(super) async fn ask(&self, question: &str, usual: Option<&str>) -> Result<String, InitError> {
        if self.unasked {
            return match usual {
                Some(usual) => Ok(usual.to_owned()),
                None => Err(self.unanswered(question)),
            };
        }
        let offered = usual.map(|it| format!(" [{it}]")).unwrap_or_default();
        self.put(question, &format!("{offered}:"));
        let line = self.line(question).await?;
        let line = line.trim();
        Ok(if line.is_empty() { usual.unwrap_or_default().to_owned() } else { line.to_owned() })
    }

    /// Asks for a line that nobody else shall see; what hides it is there already.
    pub(super) async fn ask_hidden(&self, question: &str, _: &Hidden) -> Result<SecretString, InitError> {
        if self.unasked {
            return Err(self.unanswered(question));
        }
        self.put(question, ":");
        Ok(SecretString::from(self.line(question).await?.trim()))
    }

    /// Asks whether.
    pub(super) async fn whether(&self, question: &str, usual: bool) -> Result<bool, InitError> {
        if self.unasked {
            return Ok(usual);
        }
        loop {
            let choices = self.locale.word(if usual { "init-yes-no" } else { "init-no-yes" }, &[]);
            self.put(question, &format!(" {choices}"));
            let line = self.line(question).await?;
            // The first letter of yes and no, in whichever language somebody has learnt to answer.
            match line.trim().chars().next().map(|it| it.to_lowercase().to_string()).as_deref() {
                None => return Ok(usual),
                Some("y" | "д" | "j") => return Ok(true),
                Some("n" | "н") => return Ok(false),
                Some(_) => self.say("init-yes-or-no", &[]),
            }
        }
    }

    fn unanswered(&self, question: &str) -> InitError {
        InitError::Wrong(self.locale.word("init-unanswered", &[("question", question.into())]))
    }

    async fn line(&self, question: &str) -> Result<String, InitError> {
        // Reading a terminal blocks, and who ends us meanwhile does not wait for it.
        let read = tokio::task::spawn_blocking(|| {
            let mut line = Vec::new();
            std::io::stdin().lock().take(LONGEST).read_until(b'\n', &mut line).map(|_| line)
        });
        match read.await.map_err(std::io::Error::other).flatten() {
            Ok(line) if line.is_empty() => Err(self.unanswered(question)),
            Ok(line) => Ok(String::from_utf8_lossy(&line).into_owned()),
            Err(error) => Err(InitError::Failed(error.to_string())),
        }
    }
}

fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    // A reader that went away is no reason to stop: what is done is done.
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).ok();
}

/// While it lives, a terminal shows nothing of what is typed but the end of the line.
pub(super) struct Hidden {
    before: Option<Termios>,
}

impl Hidden {
    /// From now on.
    pub(super) fn begin() -> Self {
        let stdin = std::io::stdin();
        let before = stdin.is_terminal().then(|| tcgetattr(&stdin).ok()).flatten();
        if let Some(before) = &before {
            let mut modes = before.clone();
            modes.local_modes.remove(LocalModes::ECHO);
            modes.local_modes.insert(LocalModes::ECHONL | LocalModes::ICANON);
            tcsetattr(&stdin, OptionalActions::Now, &modes).ok();
        }
        Self { before }
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            tcsetattr(std::io::stdin(), OptionalActions::Now, before).ok();
        }
    }
}
