//! Real containers for tests marked `#[ignore = "needs a container engine"]`.
//!
//! A test file takes it in with
//!
//! ```ignore
//! #[path = "support/engine.rs"]
//! mod engine;
//!
//! let web = engine::Container::start("web", &["count", "100"]);
//! assert_eq!(web.inspect("{{.State.Status}}"), "running");
//! ```
//!
//! What runs in them is `tests/helper/subject.rs`; its first lines list how it can behave. Only the `docker` command is
//! used, so what a test says about an engine does not pass through the code it is testing.

#![allow(dead_code, reason = "each test file uses its own part of this one")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const SUBJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/helper/subject.rs");

/// How often something is looked at while it is waited for.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Every container started here carries this label, so that a run that was killed can be cleaned up after:
/// `docker rm -f $(docker ps -aq --filter label=vakhta.test)`.
const LABEL: &str = "vakhta.test=1";

/// The tag of the image with the subject in it, made if the engine does not have it. The tag names the subject's source,
/// so an image of an older one is never taken for it.
pub(crate) fn image() -> String {
    static IMAGE: OnceLock<String> = OnceLock::new();
    IMAGE.get_or_init(make_image).clone()
}

/// What a `docker` command printed, without the last line's end. Panics with what it said if it failed.
pub(crate) fn docker(arguments: &[&str]) -> String {
    let output =
        Command::new("docker").args(arguments).stdin(Stdio::null()).output().expect("docker is installed");
    printed(&format!("docker {}", arguments.join(" ")), &output)
}

/// A container that is removed, with its volumes, when it goes out of scope; also when the test fails.
pub(crate) struct Container {
    name: String,
}

impl Container {
    /// Starts the subject with `behaviour`, without a health check. The name begins with `hint` and is no other's.
    pub(crate) fn start(hint: &str, behaviour: &[&str]) -> Self {
        Self::start_with(hint, &["--no-healthcheck"], behaviour)
    }

    /// The same with options of `docker run`. The image's check asks each second, and two failures make it unhealthy;
    /// without `--no-healthcheck` it is in force.
    pub(crate) fn start_with(hint: &str, options: &[&str], behaviour: &[&str]) -> Self {
        let name = unique(hint);
        let image = image();
        let mut arguments = vec!["run", "--detach", "--name", &name, "--label", LABEL];
        arguments.extend(options);
        arguments.push(&image);
        arguments.extend(behaviour);
        let container = Self { name: name.clone() };
        docker(&arguments);
        container
    }

    /// Its name, without a slash in front.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its full id, 64 digits.
    pub(crate) fn id(&self) -> String {
        self.inspect("{{.Id}}")
    }

    /// A part of `docker inspect`, as a Go template.
    pub(crate) fn inspect(&self, template: &str) -> String {
        docker(&["inspect", "--format", template, &self.name])
    }

    /// Waits until `template` reads `wanted`. Panics after `limit`, with what it read instead.
    pub(crate) fn wait_until(&self, template: &str, wanted: &str, limit: Duration) {
        let start = Instant::now();
        loop {
            let found = self.inspect(template);
            if found == wanted {
                return;
            }
            assert!(
                start.elapsed() < limit,
                "{}: {template} is {found:?}, not {wanted:?}, after {limit:?}",
                self.name
            );
            thread::sleep(LOOK_EVERY);
        }
    }

    /// Everything it has written to standard output so far.
    pub(crate) fn log(&self) -> String {
        docker(&["logs", &self.name])
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // A test may have removed it itself, and a panic in a drop would hide the one that counts.
        let _ = Command::new("docker").args(["rm", "--force", "--volumes", &self.name]).output();
    }
}

/// A name for a container, a network or a volume that no other test and no other run has.
pub(crate) fn unique(hint: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{hint}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

fn make_image() -> String {
    let source = fs::read(SUBJECT).expect("the subject's source is beside the tests");
    let tag = format!("vakhta-test-subject:{:016x}", fingerprint(&source));
    let known =
        Command::new("docker").args(["image", "inspect", &tag]).output().expect("docker is installed");
    if !known.status.success() {
        import(&compile(), &tag);
    }
    tag
}

/// FNV-1a: it has to tell sources apart, and to be the same tomorrow.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn compile() -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(unique("subject"));
    fs::create_dir_all(&directory).expect("cargo's own directory for tests can be written to");
    let version = Command::new("rustc").arg("-vV").output().expect("rustc is installed");
    let version = printed("rustc -vV", &version);
    let host =
        version.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc -vV names its host");
    let compiled = Command::new("rustc")
        .args([
            "--edition",
            "2024",
            "-C",
            "opt-level=s",
            "-C",
            "strip=symbols",
            "-C",
            "target-feature=+crt-static",
        ])
        .args(["--target", host, "-o"])
        .arg(directory.join("subject"))
        .arg(SUBJECT)
        .output()
        .expect("rustc is installed");
    printed("rustc subject.rs", &compiled);
    directory
}

fn import(directory: &Path, tag: &str) {
    let archive = Command::new("tar")
        .arg("-C")
        .arg(directory)
        .args(["-c", "subject"])
        .output()
        .expect("tar is installed");
    assert!(archive.status.success(), "tar: {}", String::from_utf8_lossy(&archive.stderr));
    let mut import = Command::new("docker")
        .args(["import", "--change", r#"ENTRYPOINT ["/subject"]"#])
        .args([
            "--change",
            r#"HEALTHCHECK --interval=1s --timeout=2s --retries=2 CMD ["/subject", "health"]"#,
        ])
        .args(["-", tag])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("docker is installed");
    import
        .stdin
        .take()
        .expect("it is piped")
        .write_all(&archive.stdout)
        .expect("docker import reads its input");
    printed("docker import", &import.wait_with_output().expect("docker import ends"));
    let _ = fs::remove_dir_all(directory);
}

fn printed(command: &str, output: &Output) -> String {
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}
