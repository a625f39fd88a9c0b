//! The real binary as a child process: against a Bot API on loopback with real HTTP, multipart and long poll, against
//! an engine on a socket of its own, and alone at a pipe. What it says, what it does, and what it leaves behind.

#[path = "../support/botapi/mod.rs"]
mod botapi;
#[allow(dead_code, clippy::print_stderr, reason = "it is a program of its own, too")]
#[path = "../proxy/proxy.rs"]
mod proxy;
#[path = "../support/receiver.rs"]
mod receiver;
#[path = "../support/scripted_engine.rs"]
mod scripted_engine;

mod ailing;
mod alarms;
mod alerts;
mod backup;
mod closed;
mod commands;
mod consoles;
mod containers;
mod crowd;
mod dock;
mod faults;
mod figures;
mod files;
mod first_run;
mod ground;
mod heals;
mod incidents;
mod life;
mod logs;
mod mutes;
mod orders;
mod policy;
mod presses;
mod reload;
mod roles;
mod secrets;
mod simulated;
mod strangers;
mod terminal;
mod watch;

/// The first owner, and the private chat with them.
const OWNER: i64 = 42;
/// The second owner.
const SECOND: i64 = 43;
/// Nobody.
const STRANGER: i64 = 666;
/// A group that all of them are in.
const GROUP: i64 = -1_001_234_567_890;

/// How many rules are built in: counted, and not by the program that is tested.
fn built_in_rules() -> usize {
    include_str!("../../jobs/declared.toml").lines().filter(|line| *line == "[[rule]]").count()
}
