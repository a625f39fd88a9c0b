//! A running binary: what it writes, how it is signalled, how it ends.

use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::watch::{Receiver, Sender, channel};
use tokio::time::timeout;

use super::botapi::{BotApi, Shown};
use super::ground::Ground;

/// Nothing is waited for longer: enough for a busy machine, and a hang is a failure and no evening.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What a process writes, as it comes.
pub(crate) struct Heard {
    text: Arc<Mutex<String>>,
    grown: Receiver<usize>,
}

impl Heard {
    pub(crate) fn listen(mut stream: impl AsyncRead + Unpin + Send + 'static) -> Self {
        let text: Arc<Mutex<String>> = Arc::default();
        let (grows, grown): (Sender<usize>, _) = channel(0);
        let kept = text.clone();
        tokio::spawn(async move {
            let mut bytes = vec![0; 8192];
            while let Ok(read) = stream.read(&mut bytes).await
                && 0 < read
            {
                kept.lock().expect("whole").push_str(&String::from_utf8_lossy(&bytes[..read]));
                grows.send_modify(|it| *it += read);
            }
        });
        Self { text, grown }
    }

    pub(crate) fn text(&self) -> String {
        self.text.lock().expect("whole").clone()
    }

    /// Until its writer has closed it.
    pub(crate) async fn whole(&mut self) -> String {
        timeout(PATIENCE, async { while self.grown.changed().await.is_ok() {} }).await.expect("an end");
        self.text()
    }

    pub(crate) async fn until(&mut self, what: &str) -> String {
        let found = timeout(PATIENCE, async {
            loop {
                let text = self.text();
                if text.contains(what) {
                    return Some(text);
                }
                self.grown.changed().await.ok()?;
            }
        });
        match found.await {
            Ok(Some(text)) => text,
            _ => panic!("{what:?} was not said; what was:\n{}", self.text()),
        }
    }
}

/// A running binary. Killed when it is dropped.
pub(crate) struct Watch {
    child: Child,
    out: Heard,
    err: Heard,
}

impl Watch {
    /// Starts it.
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self::started(command.spawn().expect("the binary"))
    }

    fn started(mut child: Child) -> Self {
        let out = Heard::listen(child.stdout.take().expect("piped"));
        let err = Heard::listen(child.stderr.take().expect("piped"));
        Self { child, out, err }
    }

    /// Starts it, and waits until it is known to the server and has published its commands.
    pub(crate) async fn introduced(command: Command, api: &BotApi) -> Self {
        let already = api.calls_of("setMyCommands").len();
        let watch = Self::start(command);
        api.wait_for("the list of commands", |calls| {
            (already < calls.iter().filter(|it| it.method == "setMyCommands").count()).then_some(())
        })
        .await;
        watch
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// What it wrote to standard error so far.
    pub(crate) fn log(&self) -> String {
        self.err.text()
    }

    /// Waits until standard error has these words.
    pub(crate) async fn logged(&mut self, words: &str) -> String {
        self.err.until(words).await
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.pid()).expect("a process")).expect("not 0");
        kill_process(pid, signal).expect("a child of our own");
    }

    /// Ends it as a power failure would, and waits until it is gone.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.expect("a child of our own");
    }

    /// Waits for its end.
    pub(crate) async fn ended(mut self) -> Finished {
        let status = match timeout(PATIENCE, self.child.wait()).await {
            Ok(status) => status.expect("a child of our own"),
            Err(_) => panic!("it does not end; its log:\n{}", self.log()),
        };
        Finished { status, out: self.out.whole().await, err: self.err.whole().await }
    }
}

/// How a process ended, and all it wrote.
#[derive(Debug)]
pub(crate) struct Finished {
    status: ExitStatus,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Finished {
    /// Its exit code; none if a signal ended it.
    pub(crate) fn code(&self) -> Option<i32> {
        self.status.code()
    }
}

/// Runs it to its end, with this on standard input.
pub(crate) async fn run(mut command: Command, input: &str) -> Finished {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary");
    let mut stdin = child.stdin.take().expect("piped");
    let watch = Watch::started(child);
    // Who does not read its input may end before it was written.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    watch.ended().await
}

/// Runs it with these words.
pub(crate) async fn said(ground: &Ground, words: &[&str]) -> Finished {
    run(ground.vakhta(words), "").await
}

/// Asks something in a private chat, and waits for the answer.
pub(crate) async fn ask(api: &BotApi, user: i64, text: &str) -> Shown {
    let id = api.say(user, user, text);
    api.wait_for_message(user, text, |it| {
        id < it.id && !["⏳", "🚪", "⚠️"].iter().any(|sign| it.words.starts_with(sign))
    })
    .await
}
