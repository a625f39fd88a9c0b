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

/// So much of the end of what it says is told, in bytes.
const TOLD: usize = 2 << 10;

/// So much of the end of each of its two outputs is listened to, in bytes: a secret that begins before what is told, such
/// as a key of many lines, has to be seen whole to be struck out.
const HEARD: usize = 64 << 10;

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
        Ok(HookEnd { code, timed_out, output: self.told(&[said, more]) })
    }

    /// Secrets are struck out of all that was heard, and then it is cut.
    fn told(&self, outputs: &[Tail]) -> String {
        let outputs = outputs.iter().map(|it| self.clean(it)).filter(|it| !it.is_empty());
        end_of(&outputs.collect::<Vec<_>>().join("\n"), TOLD).to_owned()
    }

    fn clean(&self, said: &Tail) -> String {
        let text = String::from_utf8_lossy(&said.heard);
        // What is left of a line is not known for the secret that it may be a part of.
        let whole = if said.is_cut { text.split_once('\n').map_or("", |(_, rest)| rest) } else { &text };
        let clean: String =
            whole.chars().filter(|it| *it == '\n' || *it == '\t' || !it.is_control()).collect();
        (self.strike)(clean.trim())
    }
}

/// The end of a text, of so many bytes at most; whole lines where there are any.
fn end_of(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = &text[text.ceil_char_boundary(text.len() - most)..];
    end.split_once('\n').map_or(end, |(_, lines)| lines)
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

/// The end of what was said to one output.
#[derive(Default)]
struct Tail {
    heard: Vec<u8>,
    /// Whether there was more before it.
    is_cut: bool,
}

impl Tail {
    /// Reads to the end, so that nobody waits for a full pipe, and keeps the last of it.
    async fn listen(&mut self, from: Option<impl AsyncRead + Unpin>) {
        let Some(mut from) = from else { return };
        let mut piece = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut piece).await {
            self.heard.extend_from_slice(&piece[..read]);
            let surplus = self.heard.len().saturating_sub(HEARD);
            self.heard.drain(..surplus);
            self.is_cut |= 0 < surplus;
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
        assert!(end.output.len() <= TOLD && end.output.ends_with("the end"), "{}", end.output.len());
        let end = said("yes out | head -c 9000; yes err | head -c 9000 >&2; echo the end >&2", 20_000).await;
        assert!(end.output.len() <= TOLD && end.output.ends_with("the end"), "{}", end.output.len());
        // And where there are no lines at all.
        let end = said("yes 0123456789 | tr -d '\\n' | head -c 60000", 20_000).await;
        assert_eq!(end.output.len(), TOLD);
    }

    #[tokio::test]
    async fn a_secret_that_begins_before_what_is_told_is_struck_out_all_the_same() {
        let redactor = Arc::new(crate::redact::Redactor::default());
        let hooks = Hooks { strike: Arc::new(move |text| redactor.text(text)), ..hooks() };
        let run = async |script: &str| {
            let command = ["/bin/sh", "-c", script].map(str::to_owned);
            hooks.run(&command, Duration::from_secs(20)).await.expect("it is allowed").output
        };
        // A key of 4 kB, of which what is told would have shown the second half.
        let key = "echo -----BEGIN PRIVATE KEY-----; \
                   yes MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj | head -n 60; \
                   echo -----END PRIVATE KEY-----; echo cleaned";
        let said = run(key).await;
        assert!(said.ends_with("-----END PRIVATE KEY-----\ncleaned") && !said.contains("MIIE"), "{said}");
        // A line that is longer than all that is heard.
        let said =
            run("printf password=; yes s3cr3t | tr -d '\\n' | head -c 70000; echo; echo cleaned").await;
        assert_eq!(said, "cleaned");
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
