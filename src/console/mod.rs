//! The same conversation in a terminal: the same commands, the same jobs, the same pictures, and no Telegram.
//!
//! Whoever sits at the terminal is the owner. Buttons are numbered, and a number presses one. What arrives by itself
//! is printed above the prompt. With piped input each line is answered before the next is read.

mod input;
mod picture;

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;

use crate::clock::Clock;
use crate::locale::{self, Locale, Noun};
use crate::markup::{Markup, Style};
use crate::message::{Button, ChatId, Document, Heard, Incoming, Message, MessageId, Picture, Place, UserId};
use crate::transport::{Doing, Edited, Transport, TransportError};

use self::input::Input;

/// Who sits at the terminal.
pub const OWNER: UserId = UserId(0);
/// Where they sit.
pub const HOME: Place = Place { chat: ChatId(0), thread: None };

/// A terminal as a chat.
pub struct Console {
    input: Input,
    look: Look,
    shown: Mutex<Shown>,
    next: AtomicI64,
    language: Option<String>,
    /// What this terminal itself says is said in this language.
    locale: &'static Locale,
    /// Whether lines come from a pipe: then each is printed before its answer, so that answers can be told apart.
    echoes: bool,
    clock: Clock,
}

/// What was shown last, for numbers and `save`.
#[derive(Default)]
struct Shown {
    buttons: Vec<Button>,
    message: Option<MessageId>,
    picture: Option<Picture>,
}

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    colours: bool,
    pictures: picture::Way,
}

impl Console {
    /// The terminal this program runs in. `plain` leaves out colours and pictures, as a pipe does. `language` is
    /// the tag of the terminal's language, `commands` what Tab completes.
    pub fn new(plain: bool, language: Option<String>, commands: Vec<String>, clock: Clock) -> Self {
        let dumb = std::env::var("TERM").is_ok_and(|it| it == "dumb");
        let dressed = std::io::stdout().is_terminal() && !plain && !dumb;
        // Half blocks are nothing but colours, so whoever wants none wants no pictures either.
        let colours = dressed && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty());
        let pictures = if colours { picture::Way::of_this_terminal() } else { picture::Way::None };
        let locale = locale::for_tag(language.as_deref().unwrap_or_default());
        let typed = std::io::stdin().is_terminal();
        let console = Self {
            input: Input::new(typed, commands, colours),
            look: Look { colours, pictures },
            shown: Mutex::default(),
            next: AtomicI64::new(1),
            language,
            locale,
            echoes: !typed,
            clock,
        };
        if typed {
            let banner = locale.say("console-banner", &[("version", env!("CARGO_PKG_VERSION").into())]);
            console.input.print(&format!("{}\n", dress(&banner, colours)));
        }
        console
    }

    fn heard(&self, heard: Heard) -> Incoming {
        Incoming {
            from: OWNER,
            language: self.language.clone(),
            place: HOME,
            group: false,
            at: self.clock.now(),
            heard,
        }
    }

    fn show(&self, message: &Message) -> MessageId {
        let id = MessageId(self.next.fetch_add(1, Ordering::Relaxed));
        let mut text = String::new();
        if let Some(picture) = &message.picture {
            text.push_str(
                &picture::show(picture, self.look.pictures).unwrap_or_else(|| self.described(picture)),
            );
            text.push('\n');
        }
        if let Some(document) = &message.document {
            text.push_str(&self.unfolded(document));
        }
        text.push_str(&dress(&message.text, self.look.colours));
        text.push('\n');
        let buttons: Vec<Button> = message.buttons.iter().flatten().cloned().collect();
        if !buttons.is_empty() {
            let labels: Vec<String> = message
                .buttons
                .iter()
                .scan(0, |number, row| {
                    let row = row.iter().map(|button| {
                        *number += 1;
                        format!("[{number}] {}", button.label)
                    });
                    Some(row.collect::<Vec<_>>().join("  "))
                })
                .collect();
            text.push_str(&faint(&labels.join("\n"), self.look.colours));
            text.push('\n');
        }
        // An empty line after each message: a screen of them reads as messages, not as one text.
        text.push('\n');
        self.input.print(&text);
        let mut shown = self.shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        shown.buttons = buttons;
        shown.message = Some(id);
        if message.picture.is_some() {
            shown.picture.clone_from(&message.picture);
        }
        id
    }

    /// A picture, where none can be shown.
    fn described(&self, picture: &Picture) -> String {
        let nouns = [("what", picture.alt.as_str().into()), ("bytes", picture.png.len().into())];
        self.locale.word("console-picture", &nouns)
    }

    /// A file is for a chat: here is what is in it, where that can be read.
    fn unfolded(&self, document: &Document) -> String {
        let nouns = [("name", document.name.as_str().into()), ("bytes", document.bytes.len().into())];
        let told = faint(&self.locale.word("console-file", &nouns), self.look.colours);
        let text =
            if document.kind == "text/plain" { String::from_utf8_lossy(&document.bytes) } else { "".into() };
        format!("{}{told}\n", harmless(&text))
    }

    fn say(&self, key: &str, nouns: &[(&str, Noun)]) {
        self.input.print(&format!("{}\n\n", dress(&self.locale.say(key, nouns), self.look.colours)));
    }

    /// What a line means: a button's number, an order to this terminal, or words to be heard.
    fn understand(&self, line: &str) -> Meaning {
        let line = line.trim();
        let mut words = line.split_whitespace();
        match (words.next(), words.next()) {
            (None, _) => Meaning::Nothing,
            (Some("quit" | "exit" | "/quit" | "/exit"), None) => Meaning::Quit,
            // The rest of the line, since a file's name may have spaces in it.
            (Some(save @ ("save" | "/save")), Some(_)) => Meaning::Save(line[save.len()..].trim().to_owned()),
            (Some("save" | "/save"), None) => Meaning::NoFile,
            (Some(number), None) if number.chars().all(|it| it.is_ascii_digit()) => {
                let shown = self.shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let button =
                    number.parse::<usize>().ok().and_then(|it| shown.buttons.get(it.checked_sub(1)?));
                match button {
                    Some(button) => Meaning::Heard(Heard::Pressed {
                        key: button.key.clone(),
                        query: String::new(),
                        message: shown.message,
                    }),
                    None => Meaning::NoButton,
                }
            }
            (Some(first), _) => {
                // At a prompt everything is a command; the slash is a habit of chats.
                let text = if first.starts_with('/') { line.to_owned() } else { format!("/{line}") };
                let message = MessageId(self.next.fetch_add(1, Ordering::Relaxed));
                Meaning::Heard(Heard::Said { text, message })
            }
        }
    }

    fn save(&self, file: &str) {
        let shown = self.shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let saved = shown.picture.as_ref().map(|it| (it.png.len(), std::fs::write(Path::new(file), &it.png)));
        drop(shown);
        match saved {
            None => self.say("console-no-picture", &[]),
            Some((bytes, Ok(()))) => {
                self.say("console-saved", &[("file", file.into()), ("bytes", bytes.into())]);
            }
            Some((_, Err(error))) => {
                self.say("console-not-saved", &[("file", file.into()), ("why", error.to_string().into())]);
            }
        }
    }
}

/// What a line at the prompt means.
enum Meaning {
    Nothing,
    NoButton,
    NoFile,
    Quit,
    Save(String),
    Heard(Heard),
}

#[async_trait]
impl Transport for Console {
    async fn receive(&self) -> Result<Vec<Incoming>, TransportError> {
        loop {
            let Some(line) = self.input.line().await else { return Err(TransportError::Ended) };
            if self.echoes && !line.trim().is_empty() {
                self.input.print(&format!("> {}\n", harmless(line.trim())));
            }
            match self.understand(&line) {
                Meaning::Nothing => {}
                Meaning::NoButton => self.say("console-no-button", &[]),
                Meaning::NoFile => self.say("console-no-file", &[]),
                Meaning::Quit => return Err(TransportError::Ended),
                Meaning::Save(file) => self.save(&file),
                Meaning::Heard(heard) => return Ok(vec![self.heard(heard)]),
            }
        }
    }

    fn in_turn(&self) -> bool {
        true
    }

    fn takes_files(&self) -> bool {
        false
    }

    async fn deliver(&self, _place: Place, message: &Message) -> Result<MessageId, TransportError> {
        Ok(self.show(message))
    }

    async fn edit(&self, _place: Place, id: MessageId, message: &Message) -> Result<Edited, TransportError> {
        // What was printed stays printed: the new state follows it.
        self.show(message);
        self.shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner).message = Some(id);
        Ok(Edited::Done)
    }

    async fn acknowledge(&self, _query: &str, word: Option<&str>) -> Result<(), TransportError> {
        if let Some(word) = word {
            self.input.print(&format!("{word}\n"));
        }
        Ok(())
    }

    async fn typing(&self, _place: Place, _doing: Doing) -> Result<(), TransportError> {
        Ok(())
    }

    async fn publish(
        &self,
        _language: Option<&str>,
        _commands: &[(String, String)],
    ) -> Result<(), TransportError> {
        Ok(())
    }
}

/// A text without any emphasis, as in a pipe. It ends with its last letter.
pub fn plain(markup: &Markup) -> String {
    dress(markup, false)
}

/// Emphasis as a terminal has it.
fn dress(markup: &Markup, colours: bool) -> String {
    let mut text = String::new();
    for span in markup.spans() {
        let clean = harmless(&span.text);
        let code = match span.style {
            Style::Plain | Style::Block => "",
            Style::Bold => "1",
            Style::Italic => "3",
            Style::Code => "36",
        };
        if colours && !code.is_empty() {
            text.push_str(&format!("\u{1b}[{code}m{clean}\u{1b}[0m"));
        } else {
            text.push_str(&clean);
        }
        if span.style == Style::Block && !text.ends_with('\n') {
            text.push('\n');
        }
    }
    while text.ends_with('\n') {
        text.pop();
    }
    text
}

fn faint(text: &str, colours: bool) -> String {
    if colours { format!("\u{1b}[2m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// A container's name or log must not steer the terminal.
fn harmless(text: &str) -> String {
    text.chars().map(|it| if it.is_control() && it != '\n' && it != '\t' { '\u{fffd}' } else { it }).collect()
}

/// Writes to standard output; a reader that went away is no reason to die.
fn write_out(text: &str) {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    if let Err(error) = written {
        tracing::debug!(%error, "standard output is closed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emphasis_is_colour_or_nothing_and_a_name_cannot_steer_the_terminal() {
        let text = Markup::new().bold("CPU").plain(" \u{1b}[2Jx").block("a\nb");
        assert_eq!(dress(&text, false), "CPU \u{fffd}[2Jxa\nb");
        assert_eq!(dress(&text, true), "\u{1b}[1mCPU\u{1b}[0m \u{fffd}[2Jxa\nb");
    }
}
