//! Vakhta watches a Linux server and its Docker containers, and tells its owner when something is really wrong.

pub mod config;
pub mod cron;
pub mod doctor;
pub mod host;
pub mod markup;
pub mod message;
pub mod nearest;
pub mod runner;
pub mod schedule;
pub mod telegram;
pub mod transport;
