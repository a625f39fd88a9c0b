//! The fault rig: the real binary against a Bot API and an engine of our own, with every fault at every call at every
//! moment. What a person got, what was lost, how long until all was normal again.
//!
//! A short form, seeded, runs with all other tests. The long forms print their tables:
//! `cargo test --test rig -- --ignored --nocapture --test-threads 1`.

#[path = "../support/botapi/mod.rs"]
mod botapi;
#[allow(dead_code, reason = "tests/binary uses all of it")]
#[path = "../binary/dock.rs"]
mod dock;
#[allow(dead_code, reason = "tests/binary uses all of it")]
#[path = "../binary/ground.rs"]
mod ground;
#[path = "../support/scripted_engine.rs"]
mod scripted_engine;
#[allow(dead_code, reason = "tests/binary uses all of it")]
#[path = "../binary/watch.rs"]
mod watch;

mod cells;
mod engine;
mod faults;
mod lasting;
mod scenes;
mod updates;

/// The first owner, and the private chat with them.
const OWNER: i64 = 42;
/// The second owner.
const SECOND: i64 = 43;

/// The largest memory a process has had, and the processor time it has used.
fn used(pid: u32) -> (u64, std::time::Duration) {
    let read = |name: &str| std::fs::read_to_string(format!("/proc/{pid}/{name}")).unwrap_or_default();
    let status = read("status");
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().split(' ').next()?.parse().ok());
    let stat = read("stat");
    // After the name, which may have blanks in it: utime and stime are the 12th and 13th of what follows.
    let fields: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|it| it.parse::<u64>().ok()).unwrap_or_default();
    // A tick is 10 ms on every Linux that we run on.
    (peak.unwrap_or_default(), std::time::Duration::from_millis((ticks(11) + ticks(12)) * 10))
}
