//! Lines typed or piped. A thread of its own waits for them: reading a terminal blocks.

use std::borrow::Cow;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex, PoisonError, RwLock, mpsc};

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, ExternalPrinter, Helper};
use tokio::sync::Mutex as AsyncMutex;
use tokio::sync::mpsc::{Receiver, channel};

use super::words::{Known, completions};

/// What the prompt looks like.
const PROMPT: &str = "вахта> ";

/// Where lines come from, and where words go so that they do not tear the prompt apart.
pub(super) struct Input {
    wanted: mpsc::Sender<()>,
    lines: AsyncMutex<Receiver<Option<String>>>,
    printer: Mutex<Option<Box<dyn ExternalPrinter + Send>>>,
    prompting: Arc<AtomicBool>,
}

/// Where lines come from.
pub(super) enum From {
    /// Somebody at a terminal, for whom these names are completed.
    Person { known: Arc<RwLock<Known>>, colours: bool },
    /// Standard input, to its end.
    Pipe,
    /// These, and no more.
    Given(Vec<String>),
}

impl Input {
    /// Begins to read: with prompt, history and completion when a person is there, else line by line.
    pub(super) fn new(from: From) -> Self {
        let (wanted, want) = mpsc::channel();
        let (send, lines) = channel(1);
        let prompting = Arc::<AtomicBool>::default();
        let mut printer = None;
        let mut next: Box<dyn FnMut() -> Option<String> + Send> = match from {
            From::Given(lines) => {
                let mut lines = lines.into_iter();
                Box::new(move || lines.next())
            }
            From::Pipe => piped(),
            From::Person { known, colours } => match editor(known, colours) {
                None => piped(),
                Some(mut editor) => {
                    printer = editor
                        .create_external_printer()
                        .map(|it| Box::new(it) as Box<dyn ExternalPrinter + Send>)
                        .map_err(|error| tracing::debug!(%error, "words will be printed beside the prompt"))
                        .ok();
                    let prompting = prompting.clone();
                    Box::new(move || {
                        prompting.store(true, SeqCst);
                        let line = prompt(&mut editor);
                        prompting.store(false, SeqCst);
                        line
                    })
                }
            },
        };
        std::thread::spawn(move || {
            while want.recv().is_ok() {
                let line = next();
                let ended = line.is_none();
                if send.blocking_send(line).is_err() || ended {
                    return;
                }
            }
        });
        Self { wanted, lines: AsyncMutex::new(lines), printer: Mutex::new(printer), prompting }
    }

    /// The next line; none at the end of input.
    pub(super) async fn line(&self) -> Option<String> {
        let mut lines = self.lines.lock().await;
        self.wanted.send(()).ok()?;
        lines.recv().await.flatten()
    }

    /// Whether somebody is typing just now.
    pub(super) fn is_prompting(&self) -> bool {
        self.prompting.load(SeqCst)
    }

    /// Prints above the prompt, when there is one.
    pub(super) fn print(&self, text: &str) {
        if self.is_prompting() {
            let mut printer = self.printer.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(printer) = printer.as_mut()
                && printer.print(text.to_owned()).is_ok()
            {
                return;
            }
        }
        super::write_out(text);
    }
}

fn piped() -> Box<dyn FnMut() -> Option<String> + Send> {
    Box::new(|| std::io::stdin().lines().next().and_then(Result::ok))
}

fn editor(known: Arc<RwLock<Known>>, colours: bool) -> Option<Editor<Words, MemHistory>> {
    let config = Config::builder().auto_add_history(true).completion_type(CompletionType::List).build();
    let editor = Editor::with_history(config, MemHistory::new());
    match editor {
        Ok(mut editor) => {
            editor.set_helper(Some(Words { known, colours }));
            Some(editor)
        }
        Err(error) => {
            tracing::warn!(%error, "no line editing in this terminal");
            None
        }
    }
}

fn prompt(editor: &mut Editor<Words, MemHistory>) -> Option<String> {
    match editor.readline(PROMPT) {
        Ok(line) => Some(line),
        // Ctrl-C empties the line, as in a shell; Ctrl-D ends.
        Err(ReadlineError::Interrupted) => Some(String::new()),
        Err(_) => None,
    }
}

/// Completes a command's name, and what is known to follow it.
struct Words {
    known: Arc<RwLock<Known>>,
    colours: bool,
}

impl Completer for Words {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        Ok(completions(&line[..position], &known))
    }
}

impl Hinter for Words {
    type Hint = String;
}

impl Highlighter for Words {
    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _default: bool) -> Cow<'b, str> {
        if !self.colours {
            return Cow::Borrowed(prompt);
        }
        Cow::Owned(format!("\u{1b}[1;34m{prompt}\u{1b}[0m"))
    }
}

impl Validator for Words {}
impl Helper for Words {}
