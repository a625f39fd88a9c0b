//! The same conversation in a terminal: the same commands, the same jobs, the same pictures, and no Telegram.
//!
//! Whoever sits at the terminal is the owner. Buttons are numbered, and a number presses one. What arrives by itself
//! is printed above the prompt. With piped input each line is answered before the next is read.

mod input;
mod lay;
mod picture;
mod words;

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::BoxFuture;

use crate::clock::Clock;
use crate::locale::{self, Locale, Noun};
use crate::markup::Markup;
use crate::message::{Button, ChatId, Document, Heard, Incoming, Message, MessageId, Picture, Place, UserId};
use crate::private;
use crate::transport::{Doing, Edited, Transport, TransportError};

pub use self::words::Known;

use self::input::{From, Input};
use self::lay::{Paper, dress, faint, harmless, rows};

/// Who sits at the terminal.
pub const OWNER: UserId = UserId(0);
/// Where they sit.
pub const HOME: Place = Place { chat: ChatId(0), thread: None };

/// How often names for Tab are looked up while somebody sits at the prompt.
const FRESH: Duration = Duration::from_secs(10);

/// Finds out what there is to name.
pub type Lookup = Arc<dyn Fn() -> BoxFuture<'static, Known> + Send + Sync>;

/// How a terminal is to behave.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    /// Without colours and pictures, as in a pipe.
    pub plain: bool,
    /// The terminal's language, as an IETF tag.
    pub language: Option<String>,
    /// What is asked, in place of standard input; empty: standard input is.
    pub asked: Vec<String>,
}

/// A terminal as a chat.
pub struct Console {
    input: Input,
    /// What Tab completes; none where nobody types.
    names: Option<(Lookup, Arc<RwLock<Known>>)>,
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
    /// The message that nothing has followed, and the rows it takes: it can be written anew where it stands.
    last: Option<(MessageId, usize)>,
}

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    /// Whether emphasis is shown, and pictures.
    colours: bool,
    /// Whether it is a terminal that is written for people, with lines that end where it ends.
    dressed: bool,
}

impl Look {
    fn of_this_terminal(plain: bool) -> Self {
        let dumb = std::env::var("TERM").is_ok_and(|it| it == "dumb");
        let dressed = std::io::stdout().is_terminal() && !plain && !dumb;
        // Half blocks are nothing but colours, so whoever wants none wants no pictures either.
        let colours = dressed && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty());
        Self { colours, dressed }
    }

    fn paper(self) -> Paper {
        Paper::of(self.dressed.then(|| size().0), self.colours)
    }
}

/// Words as this terminal shows them: broken where it ends, in its colours; for a pipe as they are.
pub fn written(words: &Markup) -> String {
    dress(words, Look::of_this_terminal(false).paper())
}

impl Console {
    /// The terminal this program runs in. Tab completes what is `known`, and then what `names` finds out.
    pub fn new(manner: Manner, known: Known, names: Lookup, clock: Clock) -> Self {
        let Manner { plain, language, asked } = manner;
        let look = Look::of_this_terminal(plain);
        let locale = locale::for_tag(language.as_deref().unwrap_or_default());
        let typed = asked.is_empty() && std::io::stdin().is_terminal();
        let known = Arc::new(RwLock::new(known));
        // One question needs no echo to be told from others.
        let echoes = !typed && asked.len() != 1;
        let from = match asked.is_empty() {
            false => From::Given(asked),
            true if typed => From::Person { known: known.clone(), colours: look.colours },
            true => From::Pipe,
        };
        let console = Self {
            input: Input::new(from),
            names: typed.then_some((names, known)),
            look,
            shown: Mutex::default(),
            next: AtomicI64::new(1),
            language,
            locale,
            echoes,
            clock,
        };
        if typed {
            let banner = locale.say("console-banner", &[("version", env!("CARGO_PKG_VERSION").into())]);
            console.input.print(&format!("{}\n\n", dress(&banner, console.paper())));
        }
        console
    }

    /// The terminal as it is just now: somebody may have made it wider.
    fn paper(&self) -> Paper {
        self.look.paper()
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prints what is no message.
    fn print(&self, text: &str) {
        self.shown().last = None;
        self.input.print(text);
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

    /// Shows a message; `id` is one that was shown before, and what it says has changed.
    fn show(&self, message: &Message, id: Option<MessageId>) -> MessageId {
        let edited = id;
        let id = id.unwrap_or_else(|| MessageId(self.next.fetch_add(1, Ordering::Relaxed)));
        let paper = self.paper();
        let mut text = String::new();
        if let Some(picture) = &message.picture {
            let way = if self.look.colours { picture::Way::of_this_terminal() } else { picture::Way::None };
            text.push_str(&picture::show(picture, way).unwrap_or_else(|| self.described(picture)));
            text.push('\n');
        }
        if let Some(document) = &message.document {
            text.push_str(&self.unfolded(document));
        }
        let buttons: Vec<Button> = message.buttons.iter().flatten().cloned().collect();
        let labels = labels(&message.buttons);
        let words = |paper: Paper| {
            let mut words = dress(&message.text, paper) + "\n";
            if !labels.is_empty() {
                words.push_str(&faint(&labels, paper.colours));
                words.push('\n');
            }
            // An empty line after each message: a screen of them reads as messages, not as one text.
            words + "\n"
        };
        text.push_str(&words(paper));
        let mut shown = self.shown();
        let (columns, height) = size();
        // Only words can be written anew where they stand, and only while all of them are still on the screen.
        let plain = message.picture.is_none() && message.document.is_none() && self.look.dressed;
        let taken = plain.then(|| rows(&words(Paper { colours: false, ..paper }), columns));
        let above = shown.last.filter(|(last, rows)| Some(*last) == edited && *rows < height);
        match above {
            Some((_, rows)) if taken.is_some() && !self.input.is_prompting() => {
                self.input.print(&format!("\u{1b}[{rows}A\r\u{1b}[J{text}"));
            }
            _ => self.input.print(&text),
        }
        shown.last = taken.filter(|_| !self.input.is_prompting()).map(|rows| (id, rows));
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
        self.print(&format!("{}\n\n", dress(&self.locale.say(key, nouns), self.paper())));
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
                let shown = self.shown();
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

    /// The next line. What Tab completes is found out meanwhile, again and again.
    async fn line(&self) -> Option<String> {
        let Some((lookup, known)) = &self.names else { return self.input.line().await };
        let line = self.input.line();
        tokio::pin!(line);
        loop {
            let look = async {
                let found = lookup().await;
                *known.write().unwrap_or_else(PoisonError::into_inner) = found;
                tokio::time::sleep(FRESH).await;
            };
            tokio::select! {
                line = &mut line => return line,
                () = look => {}
            }
        }
    }

    fn save(&self, file: &str) {
        let shown = self.shown();
        let saved = shown.picture.as_ref().map(|it| (it.png.len(), private::put(Path::new(file), &it.png)));
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
            let Some(line) = self.line().await else { return Err(TransportError::Ended) };
            self.shown().last = None;
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

    fn reaches(&self, place: Place) -> bool {
        place.chat == HOME.chat
    }

    fn takes_files(&self) -> bool {
        false
    }

    async fn deliver(&self, _place: Place, message: &Message) -> Result<MessageId, TransportError> {
        Ok(self.show(message, None))
    }

    async fn edit(&self, _place: Place, id: MessageId, message: &Message) -> Result<Edited, TransportError> {
        // What was followed by something else stays printed, and the new state follows it.
        self.show(message, Some(id));
        Ok(Edited::Done)
    }

    async fn acknowledge(&self, _query: &str, word: Option<&str>) -> Result<(), TransportError> {
        if let Some(word) = word {
            self.print(&format!("{word}\n"));
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
    dress(markup, Paper::of(None, false))
}

/// Buttons as they are written down: with the numbers that press them.
fn labels(buttons: &[Vec<Button>]) -> String {
    let rows = buttons.iter().scan(0, |number, row| {
        let row = row.iter().map(|button| {
            *number += 1;
            format!("[{number}] {}", harmless(&button.label))
        });
        Some(row.collect::<Vec<_>>().join("  "))
    });
    rows.collect::<Vec<_>>().join("\n")
}

/// Columns and rows of the terminal; 80 and 24 where it does not say.
fn size() -> (usize, usize) {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok();
    let sized = size.filter(|it| 0 < it.ws_col && 0 < it.ws_row);
    sized.map_or((80, 24), |it| (usize::from(it.ws_col), usize::from(it.ws_row)))
}

/// Writes to standard output; a reader that went away is no reason to die.
fn write_out(text: &str) {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    if let Err(error) = written {
        tracing::debug!(%error, "standard output is closed");
    }
}
