//! Runs a program of the operator's own: no shell, none of our environment, a process group of its own, and an end.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use jobs::ports::{HookEnd, HostError};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

/// The only variable a hook gets.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// So much of the end of what it says is kept.
const KEPT: usize = 2 << 10;

/// What a hook left running may hold its output open; so long we listen on after its own end.
const AFTERWARDS: Duration = Duration::from_millis(500);

/// Which programs may be run at all, as it was said from outside, and how their words are cleaned.
#[derive(Clone)]
pub struct Hooks {
    /// Absolute paths.
    pub allowed: Vec<PathBuf>,
    /// Strikes secrets out of what they say.
    pub strike: Arc<dyn Fn(&str) -> String + Send + Sync>,
}

impl Default for Hooks {
    /// None may be run.
    fn default() -> Self {
        Self { allowed: Vec::new(), strike: Arc::new(str::to_owned) }
    }
}

impl Hooks {
    /// Runs one. Ends within `timeout` and a moment.
    pub(super) async fn run(&self, command: &[String], timeout: Duration) -> Result<HookEnd, HostError> {
        let Some((program, arguments)) = command.split_first() else {
            return Err(HostError("a hook without a program".to_owned()));
        };
        if !self.allowed.iter().any(|it| it == Path::new(program)) {
            return Err(HostError(format!("{program} is not among HOOKS_ALLOWED")));
        }
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .env("PATH", PATH)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| HostError(format!("{program}: {error}")))?;
        // A run that is given up half-way takes the hook and all it started with it.
        let group = Group(child.id().and_then(|it| Pid::from_raw(i32::try_from(it).ok()?)));
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let mut said = Tail::default();
        let mut more = Tail::default();
        let (code, timed_out) = {
            let listening = async {
                tokio::join!(said.listen(out), more.listen(err));
            };
            tokio::pin!(listening);
            let mut heard = false;
            let ended = async {
                loop {
                    tokio::select! {
                        status = child.wait() => break status,
                        () = &mut listening, if !heard => heard = true,
                    }
                }
            };
            let ended = tokio::time::timeout(timeout, ended).await;
            let timed_out = ended.is_err();
            if timed_out {
                group.kill();
            }
            let status = match ended {
                Ok(status) => status,
                Err(_) => child.wait().await,
            };
            // What was said before the end may still be on its way.
            if !heard {
                let _ = tokio::time::timeout(AFTERWARDS, &mut listening).await;
            }
            (status.map_err(|error| HostError(format!("{program}: {error}")))?.code(), timed_out)
        };
        Ok(HookEnd { code, timed_out, output: self.clean(&[said.0, more.0].concat()) })
    }

    fn clean(&self, said: &[u8]) -> String {
        let text = String::from_utf8_lossy(said);
        let clean: String =
            text.chars().filter(|it| *it == '\n' || *it == '\t' || !it.is_control()).collect();
        (self.strike)(clean.trim())
    }
}

/// The processes of a hook.
struct Group(Option<Pid>);

impl Group {
    fn kill(&self) {
        if let Some(pid) = self.0 {
            // It is gone, or it is not ours to kill: there is nothing more to be done.
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The end of what was said.
#[derive(Default)]
struct Tail(Vec<u8>);

impl Tail {
    /// Reads to the end, so that nobody waits for a full pipe, and keeps the last of it.
    async fn listen(&mut self, from: Option<impl AsyncRead + Unpin>) {
        let Some(mut from) = from else { return };
        let mut piece = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut piece).await {
            self.0.extend_from_slice(&piece[..read]);
            let surplus = self.0.len().saturating_sub(KEPT);
            self.0.drain(..surplus);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hooks() -> Hooks {
        let strike = |text: &str| text.replace("s3cret", "[secret]");
        Hooks { allowed: vec!["/bin/sh".into(), "/nowhere".into()], strike: Arc::new(strike) }
    }

    async fn said(script: &str, timeout: u64) -> HookEnd {
        let command = ["/bin/sh", "-c", script].map(str::to_owned);
        hooks().run(&command, Duration::from_millis(timeout)).await.expect("it is allowed")
    }

    #[tokio::test]
    async fn its_end_is_told_by_its_code_and_its_words() {
        let end = said("echo out; echo err >&2; exit 3", 5000).await;
        assert_eq!((end.code, end.timed_out), (Some(3), false));
        assert_eq!(end.output, "out\nerr");
    }

    #[tokio::test]
    async fn it_gets_nothing_of_our_environment_and_gives_away_no_secret() {
        let end = said("env | grep -v -e ^PATH= -e ^PWD= -e ^SHLVL= -e ^_=; pwd; echo s3cret", 5000).await;
        assert_eq!(end.output, "/\n[secret]");
    }

    #[tokio::test]
    async fn a_flood_is_bounded_and_keeps_nobody_waiting() {
        let end = said("yes 0123456789 | head -c 3000000; echo the end", 20_000).await;
        assert!(end.output.len() <= KEPT && end.output.ends_with("the end"), "{}", end.output.len());
    }

    #[tokio::test]
    async fn when_its_time_is_up_all_it_started_ends() {
        let mark = std::env::temp_dir().join(format!("vakhta-hook-{}", std::process::id()));
        let script = format!("(sleep 1; touch {}) & echo begun; wait", mark.display());
        let end = said(&script, 300).await;
        assert_eq!((end.code, end.timed_out, end.output.as_str()), (None, true, "begun"));
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert!(!mark.exists(), "its child lived on");
    }

    #[tokio::test]
    async fn what_nobody_allowed_is_not_run() {
        let run = async |program: &str| {
            let command = [program.to_owned()];
            hooks().run(&command, Duration::from_secs(1)).await.expect_err("it does not run").0
        };
        assert_eq!(run("/bin/true").await, "/bin/true is not among HOOKS_ALLOWED");
        assert_eq!(run("sh").await, "sh is not among HOOKS_ALLOWED");
        assert!(run("/nowhere").await.starts_with("/nowhere: "));
        let nothing = Hooks::default().run(&["/bin/sh".to_owned()], Duration::from_secs(1)).await;
        assert!(nothing.is_err());
    }
}
