//! Vakhta watches a Linux server and its Docker containers, and tells its owner when something is really wrong.
#![doc = ""]
#![doc = include_str!("../ARCHITECTURE.md")]
#![forbid(unsafe_code)]

pub mod app;
pub mod cli;
pub mod clock;
pub mod command;
pub mod config;
pub mod console;
pub mod cron;
pub mod detect;
pub mod dispatch;
pub mod docker;
pub mod doctor;
pub mod evidence;
pub mod fallback;
pub mod gate;
pub mod heartbeat;
pub mod host;
pub mod init;
pub mod locale;
pub mod log;
pub mod markup;
pub mod message;
pub mod nearest;
pub mod outbox;
pub mod panics;
pub mod pattern;
pub mod postman;
pub mod present;
pub mod private;
pub mod redact;
pub mod run;
pub mod runner;
pub mod schedule;
pub mod simulate;
pub mod sink;
pub mod store;
pub mod telegram;
#[cfg(test)]
mod tests;
pub mod totp;
pub mod transport;
pub mod vitals;
pub mod watch;
pub mod web;
