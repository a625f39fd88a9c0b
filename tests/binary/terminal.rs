//! A terminal with the binary in it: what it shows, what is typed, and whether it echoes.

use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::watch::{Heard, PATIENCE};

/// A program at a terminal. Killed when it is dropped.
pub(crate) struct Terminal {
    child: Child,
    master: File,
    screen: Heard,
}

impl Terminal {
    /// Starts it at a terminal of this width.
    pub(crate) fn start(mut command: Command, columns: u16) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&master).expect("ours");
        unlockpt(&master).expect("ours");
        let path = ptsname(&master, Vec::new()).expect("its name").into_string().expect("a path");
        let end = || -> Stdio {
            let slave = File::options().read(true).write(true).open(&path).expect("its other end");
            OwnedFd::from(slave).into()
        };
        tcsetwinsize(&master, Winsize { ws_row: 50, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 })
            .expect("a size");
        command.stdin(end()).stdout(end()).stderr(end()).env("TERM", "xterm-256color");
        let child = command.spawn().expect("the binary");
        // The command still holds the other end; without that, its end can be seen.
        drop(command);
        let master = File::from(master);
        let reader = tokio::fs::File::from_std(master.try_clone().expect("a descriptor"));
        Self { child, master, screen: Heard::listen(reader) }
    }

    /// Types a line.
    pub(crate) fn types(&mut self, line: &str) {
        self.master.write_all(format!("{line}\n").as_bytes()).expect("somebody reads");
    }

    /// Types keys.
    pub(crate) fn keys(&mut self, keys: &str) {
        self.master.write_all(keys.as_bytes()).expect("somebody reads");
    }

    /// Waits until the screen has these words, and answers with all it showed.
    pub(crate) async fn shows(&mut self, words: &str) -> String {
        self.screen.until(words).await
    }

    /// Whether what is typed is shown.
    pub(crate) fn echoes(&self) -> bool {
        tcgetattr(&self.master).expect("a terminal").local_modes.contains(LocalModes::ECHO)
    }

    /// Sends a signal, as a key does where it is the terminal of a session.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = self.child.id().and_then(|it| i32::try_from(it).ok()).and_then(Pid::from_raw);
        kill_process(pid.expect("it runs"), signal).expect("a child of our own");
    }

    /// Waits for its end: its exit code, and all that was shown.
    pub(crate) async fn ended(&mut self) -> (Option<i32>, String) {
        let ended = timeout(PATIENCE, self.child.wait()).await;
        let status = ended.unwrap_or_else(|_| panic!("it does not end:\n{}", self.screen.text()));
        (status.expect("a child of our own").code(), self.screen.whole().await)
    }
}
