//! What a process has cost so far, as the kernel counts it.

use std::time::Duration;

use super::watch::Watch;

/// How many of the kernel's ticks are a second, on every Linux that we run on.
const TICKS: u64 = 100;

/// What a process has cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// The most that was ever resident, in KiB.
    pub(crate) peak: u64,
    /// What is resident now, in KiB.
    pub(crate) resident: u64,
    /// Time of processors, its own and the kernel's for it.
    pub(crate) cpu: Duration,
    /// Bytes that it caused to be written to a disk.
    pub(crate) written: u64,
}

impl Cost {
    pub(crate) fn of(watch: &Watch) -> Self {
        let read =
            |file: &str| std::fs::read_to_string(format!("/proc/{}/{file}", watch.pid())).expect("it runs");
        let number = |text: &str, name: &str| {
            let line = text.lines().find(|it| it.starts_with(name)).expect("a line of the kernel");
            line.split_whitespace().nth(1).and_then(|it| it.parse::<u64>().ok()).expect("a number")
        };
        let (status, io, stat) = (read("status"), read("io"), read("stat"));
        // After the name, which may have anything in it.
        let fields: Vec<&str> = stat.rsplit_once(") ").expect("a name").1.split_whitespace().collect();
        let ticks = |at: usize| fields[at].parse::<u64>().expect("a number");
        Self {
            peak: number(&status, "VmHWM:"),
            resident: number(&status, "VmRSS:"),
            cpu: Duration::from_millis((ticks(11) + ticks(12)) * 1000 / TICKS),
            written: number(&io, "write_bytes:"),
        }
    }

    /// How much processor time since an earlier moment.
    pub(crate) fn cpu_since(&self, before: &Self) -> Duration {
        self.cpu - before.cpu
    }
}

/// The value below which so many per cent lie.
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let last = sorted.len().saturating_sub(1);
    sorted.get((sorted.len() * percent / 100).min(last)).copied().unwrap_or_default()
}

/// Milliseconds, for a table.
pub(crate) fn milliseconds(of: Duration) -> String {
    format!("{:.1} ms", of.as_secs_f64() * 1000.0)
}
