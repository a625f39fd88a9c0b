//! Lines typed or piped. A thread of its own waits for them: reading a terminal blocks.

use std::borrow::Cow;
use std::sync::{Mutex, mpsc};

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, ExternalPrinter, Helper};
use tokio::sync::Mutex as AsyncMutex;
use tokio::sync::mpsc::{Receiver, channel};

/// What the prompt looks like.
const PROMPT: &str = "вахта> ";

/// Where lines come from, and where words go so that they do not tear the prompt apart.
pub(super) struct Input {
    wanted: mpsc::Sender<()>,
    lines: AsyncMutex<Receiver<Option<String>>>,
    printer: Mutex<Option<Box<dyn ExternalPrinter + Send>>>,
    prompting: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl Input {
    /// Begins to read: with prompt, history and completion when a person is there, else line by line.
    pub(super) fn new(is_terminal: bool, commands: Vec<String>, colours: bool) -> Self {
        let (wanted, want) = mpsc::channel();
        let (send, lines) = channel(1);
        let prompting = std::sync::Arc::<std::sync::atomic::AtomicBool>::default();
        let mut printer = None;
        let editor = if is_terminal { editor(commands, colours) } else { None };
        match editor {
            Some(mut editor) => {
                printer = editor
                    .create_external_printer()
                    .map(|it| Box::new(it) as Box<dyn ExternalPrinter + Send>)
                    .map_err(|error| tracing::debug!(%error, "words will be printed beside the prompt"))
                    .ok();
                let prompting = prompting.clone();
                std::thread::spawn(move || {
                    use std::sync::atomic::Ordering::SeqCst;
                    while want.recv().is_ok() {
                        prompting.store(true, SeqCst);
                        let line = prompt(&mut editor);
                        prompting.store(false, SeqCst);
                        let ended = line.is_none();
                        if send.blocking_send(line).is_err() || ended {
                            return;
                        }
                    }
                });
            }
            None => {
                std::thread::spawn(move || {
                    let mut lines = std::io::stdin().lines();
                    while want.recv().is_ok() {
                        let line = lines.next().and_then(Result::ok);
                        let ended = line.is_none();
                        if send.blocking_send(line).is_err() || ended {
                            return;
                        }
                    }
                });
            }
        }
        Self { wanted, lines: AsyncMutex::new(lines), printer: Mutex::new(printer), prompting }
    }

    /// The next line; none at the end of input.
    pub(super) async fn line(&self) -> Option<String> {
        let mut lines = self.lines.lock().await;
        self.wanted.send(()).ok()?;
        lines.recv().await.flatten()
    }

    /// Prints above the prompt, when there is one.
    pub(super) fn print(&self, text: &str) {
        if self.prompting.load(std::sync::atomic::Ordering::SeqCst) {
            let mut printer = self.printer.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some(printer) = printer.as_mut()
                && printer.print(text.to_owned()).is_ok()
            {
                return;
            }
        }
        super::write_out(text);
    }
}

fn editor(commands: Vec<String>, colours: bool) -> Option<Editor<Words, MemHistory>> {
    let config = Config::builder().auto_add_history(true).completion_type(CompletionType::List).build();
    let editor = Editor::with_history(config, MemHistory::new());
    match editor {
        Ok(mut editor) => {
            editor.set_helper(Some(Words { commands, colours }));
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
    commands: Vec<String>,
    colours: bool,
}

/// What may follow a command.
fn follow(command: &str) -> Vec<&'static str> {
    match command {
        "graph" => crate::command::drawable().collect(),
        "help" => crate::command::listed().map(|it| it.name()).collect(),
        "ps" | "disk" | "alerts" => vec!["all"],
        "mute" => vec!["1h", "4h", "tomorrow", "host", "off"],
        "jobs" => vec!["run"],
        _ => Vec::new(),
    }
}

impl Completer for Words {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let typed = &line[..position];
        if let Some((first, rest)) = typed.split_once(' ') {
            let start = typed.rfind(' ').map_or(0, |it| it + 1);
            let fitting = follow(first.trim_start_matches('/')).into_iter().filter(|_| !rest.contains(' '));
            let fitting = fitting.filter(|it| it.starts_with(&typed[start..]));
            return Ok((start, fitting.map(|it| format!("{it} ")).collect()));
        }
        let bare = typed.trim_start_matches('/');
        let fitting = self.commands.iter().filter(|it| it.starts_with(bare));
        Ok((0, fitting.map(|it| format!("/{it} ")).collect()))
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
