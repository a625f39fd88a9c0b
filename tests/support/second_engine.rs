//! A further engine with an empty disk of its own, for tests that prune or stop an engine. Started by the script that
//! `VAKHTA_ENGINE_SH` names: `SCRIPT up NAME` prints the engine's address, `SCRIPT down NAME` takes it away.

#![allow(dead_code, reason = "each test file uses its own part of this one")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

use crate::engine;

/// A mebibyte.
pub(crate) const MIB: u64 = 1 << 20;

/// Each engine of a run has its own network, which the script numbers by `IDX`.
const FIRST_NUMBER: u32 = 60;

/// An engine that is taken away when it goes out of scope.
pub(crate) struct SecondEngine {
    script: PathBuf,
    name: String,
    /// `unix:///…`.
    pub(crate) address: String,
}

impl SecondEngine {
    /// Starts one, or says aloud that there is no way to.
    pub(crate) fn up(number: u32) -> Option<Self> {
        Self::start(number, None)
    }

    /// The same, with its data on a disk of its own of so many mebibytes.
    pub(crate) fn up_on_a_disk(number: u32, mebibytes: u32) -> Option<Self> {
        Self::start(number, Some(mebibytes.to_string()))
    }

    fn start(number: u32, disk: Option<String>) -> Option<Self> {
        let Some(script) = env::var_os("VAKHTA_ENGINE_SH").map(PathBuf::from) else {
            // Past the test harness, which would keep the words of a test that passes.
            let _ = writeln!(
                io::stderr(),
                "SKIPPED, not passed: VAKHTA_ENGINE_SH names no script that starts a second engine"
            );
            return None;
        };
        // Its network interface is called by it, and those have 15 letters at most.
        let name = engine::unique("vk");
        let output = Command::new(&script)
            .args(["up", &name])
            .args(disk)
            .env("IDX", (FIRST_NUMBER + number).to_string())
            .stdin(Stdio::null())
            .output()
            .expect("VAKHTA_ENGINE_SH can be run");
        let mut engine = Self { script, name, address: String::new() };
        engine.address = text(&output);
        Some(engine)
    }

    /// What `docker` printed, asked of this engine.
    pub(crate) fn docker(&self, arguments: &[&str]) -> String {
        text(&self.command(arguments).output().expect("docker is installed"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("docker");
        command.args(["--host", &self.address]).args(arguments).stdin(Stdio::null());
        command
    }

    /// Brings an image of the usual engine here.
    pub(crate) fn take_image(&self, image: &str) {
        let mut save =
            Command::new("docker").args(["save", image]).stdout(Stdio::piped()).spawn().expect("docker");
        let load = self.command(&["load"]).stdin(save.stdout.take().expect("it is piped")).output();
        assert!(save.wait().expect("docker save ends").success());
        text(&load.expect("docker is installed"));
    }

    /// An image of one file of so many mebibytes that nothing else shares.
    pub(crate) fn import(&self, tag: Option<&str>, mebibytes: usize) {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(engine::unique("import"));
        fs::create_dir_all(&directory).expect("cargo's directory for tests");
        fill(&directory.join("blob"), mebibytes);
        let archive =
            Command::new("tar").arg("-C").arg(&directory).args(["-c", "blob"]).output().expect("tar");
        let mut import = Command::new("docker");
        import.args(["--host", &self.address, "import", "-"]).args(tag);
        let mut import =
            import.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("docker is installed");
        import.stdin.take().expect("it is piped").write_all(&archive.stdout).expect("docker reads its input");
        assert!(import.wait().expect("docker import ends").success());
        fs::remove_dir_all(directory).expect("it was there");
    }

    /// Builds `tag` from a directory with BuildKit, which is the builder that has a cache.
    pub(crate) fn build(&self, directory: &Path, tag: &str) {
        // A client of another generation may lack its builder plugin; the engine's own package has one built in.
        let client = ["/usr/bin/docker", "docker"]
            .into_iter()
            .find(|it| !it.starts_with('/') || Path::new(it).exists());
        let output = Command::new(client.expect("the last one is always there"))
            .args(["--host", &self.address, "build", "--quiet", "--network", "none", "--tag", tag])
            .arg(directory)
            .env("DOCKER_BUILDKIT", "1")
            .output()
            .expect("docker is installed");
        text(&output);
    }

    /// Stops the engine's process and waits until it is gone. Answers how to start it again.
    pub(crate) fn stop(&self) -> Command {
        let pid_file = format!("/run/engines/{}/pid", self.name);
        let pid = fs::read_to_string(&pid_file).expect("the script keeps it there").trim().to_owned();
        let of = |file: &str| fs::read(format!("/proc/{pid}/{file}")).expect("it runs");
        let words = |bytes: Vec<u8>| -> Vec<String> {
            bytes
                .split(|it| *it == 0)
                .map(|it| String::from_utf8_lossy(it).into_owned())
                .filter(|it| !it.is_empty())
                .collect()
        };
        let (arguments, environment) = (words(of("cmdline")), words(of("environ")));
        let mut again = Command::new("nsenter");
        again.arg(format!("--net=/run/netns/{}", self.name)).args(["setsid", "--fork"]).args(arguments);
        again.env_clear().envs(environment.iter().filter_map(|it| it.split_once('=')));
        again.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        text(&Command::new("kill").arg(&pid).output().expect("kill is there"));
        wait_until("the engine's end", || !Path::new(&format!("/proc/{pid}")).exists());
        again
    }
}

impl Drop for SecondEngine {
    fn drop(&mut self) {
        // Its containers would outlive it.
        if let Ok(output) = self.command(&["ps", "--quiet"]).output() {
            for id in String::from_utf8_lossy(&output.stdout).split_whitespace() {
                let _ = self.command(&["rm", "--force", id]).output();
            }
        }
        let _ = Command::new(&self.script).args(["down", &self.name]).output();
    }
}

/// Bytes that no filesystem packs, other ones each time.
pub(crate) fn fill(path: &Path, mebibytes: usize) {
    let mut random = fs::File::open("/dev/urandom").expect("it is there");
    let mut file = fs::File::create(path).expect("room");
    std::io::copy(&mut std::io::Read::take(&mut random, mebibytes as u64 * MIB), &mut file).expect("room");
}

/// Looks every 50 ms, for a minute at most.
pub(crate) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60), "waited a minute for {what}");
        thread::sleep(Duration::from_millis(50));
    }
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
