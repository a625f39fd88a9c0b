//! How long each kind of call may take.

use std::time::Duration;

/// How long to wait for an engine. Whatever is still open then is dropped and its outcome called unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timings {
    /// For a connection to stand: 3 s.
    pub connect: Duration,
    /// For a whole read, connection and body included: 5 s. A busy engine answers a list in well under one.
    pub read: Duration,
    /// For disk usage, where the engine walks every layer: 60 s.
    pub disk: Duration,
    /// For a whole log: 15 s. What has arrived by then is kept.
    pub log: Duration,
    /// For a log that is read line by line to its end: 60 s, which Docker needs for some gigabytes.
    pub log_stream: Duration,
    /// Between two pieces of a log that is not followed: 5 s.
    pub log_pause: Duration,
    /// What a stop may take beyond the container's own stop timeout: 20 s, for a busy disk and for starting again.
    pub margin: Duration,
    /// The longest a container's own stop timeout is waited for: 15 min. Some are set to hours.
    pub stop_most: Duration,
    /// For a removal or a prune: 2 min. The engine goes on by itself.
    pub removal: Duration,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            read: Duration::from_secs(5),
            disk: Duration::from_secs(60),
            log: Duration::from_secs(15),
            log_stream: Duration::from_secs(60),
            log_pause: Duration::from_secs(5),
            margin: Duration::from_secs(20),
            stop_most: Duration::from_secs(15 * 60),
            removal: Duration::from_secs(120),
        }
    }
}
