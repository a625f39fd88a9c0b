//! Crowds at the real binary: of strangers who write, of containers to which things happen, of rules, of filesystems.
//! The short forms run with every `cargo test`; the long ones are ignored, and print the tables of
//! `docs/reliability.md`:
//!
//! ```text
//! VAKHTA_BIN=target/release/vakhta cargo test --test load -- --ignored --nocapture --test-threads 1
//! ```

#[path = "../support/botapi/mod.rs"]
mod botapi;
#[allow(dead_code, reason = "it has more ways to fail than are needed here")]
#[path = "../binary/dock.rs"]
mod dock;
#[allow(dead_code, reason = "it has more to stand on than is needed here")]
#[path = "../binary/ground.rs"]
mod ground;
#[path = "../support/scripted_engine.rs"]
mod scripted_engine;
#[allow(dead_code, reason = "it has more to ask of a process than is needed here")]
#[path = "../binary/watch.rs"]
mod watch;

mod cost;
mod disks;
mod flood;
mod rules;
mod throng;

/// The owner, and the private chat with them.
const OWNER: i64 = 42;

/// Looks at the machine and judges as often as it does by default, and by no rule: this machine is busy with the test.
const NO_RULES: &str = r#"
[[job]]
name = "sample"
run = "sample"
cron = "*/10 * * * * *"

[[job]]
name = "evaluate"
run = "evaluate"
cron = "*/30 * * * * *"
"#;

/// A number from the environment, for the long forms.
fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(default)
}

/// Whether what is tested was built to be used: only then are the figures of the issue asserted.
fn is_release() -> bool {
    std::env::var_os("VAKHTA_BIN").is_some()
}
