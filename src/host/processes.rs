//! What runs on the host, from `/proc/PID/stat`.
//!
//! sysinfo would do it only for our own `/proc`, and asks for each thread besides; the `Stat` of procfs indexes beyond
//! the end of a line that was cut short. Both matter here, so one line is read by hand.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jobs::ports::{HostError, Process, ProcessOrder};

use super::kept::refusal;
use super::root::HostRoot;

/// How long processes are watched for their share of the processor: thirty ticks of the kernel's usual clock, and
/// short enough for somebody who waits for an answer.
pub(super) const WATCHED: Duration = Duration::from_millis(300);

/// One process at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pid: u32,
    name: String,
    /// Ticks in user and kernel.
    ticks: u64,
    /// In ticks since boot. A number that is given out again has another one.
    started: u64,
    pages: u64,
}

/// The clock and the page of the running kernel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Units {
    pub(super) ticks_per_second: u64,
    pub(super) page_bytes: u64,
}

impl Units {
    pub(super) fn of_this_kernel() -> Self {
        Self { ticks_per_second: procfs::ticks_per_second(), page_bytes: procfs::page_size() }
    }
}

/// Every process there is. Below the host's root only the host's will do: our own would be taken for them.
pub(super) fn scan(root: &HostRoot) -> Result<Vec<Seen>, HostError> {
    let proc = root.at("/proc");
    let refused = |path: &Path, error: &std::io::Error| HostError(refusal(path, error));
    let entries = std::fs::read_dir(&proc).map_err(|it| refused(&proc, &it))?;
    let mut line = Vec::with_capacity(512);
    let mut seen = Vec::new();
    for entry in entries.flatten() {
        if entry.file_name().to_str().is_none_or(|it| it.parse::<u32>().is_err()) {
            continue;
        }
        // It may have ended since; then it is no longer there to be listed.
        if let Some(process) = read(entry.path().join("stat"), &mut line) {
            seen.push(process);
        }
    }
    if seen.is_empty() {
        return Err(HostError(format!("{}: shows no processes", proc.display())));
    }
    Ok(seen)
}

fn read(path: PathBuf, line: &mut Vec<u8>) -> Option<Seen> {
    line.clear();
    File::open(path).ok()?.read_to_end(line).ok()?;
    parse(&String::from_utf8_lossy(line))
}

/// Reads one `stat`. The name stands in brackets and may itself hold brackets and blanks.
fn parse(line: &str) -> Option<Seen> {
    let (before, after) = line.rsplit_once(')')?;
    let (pid, name) = before.split_once('(')?;
    let columns: Vec<&str> = after.split_ascii_whitespace().take(22).collect();
    let column = |number: usize| columns.get(number)?.parse::<u64>().ok();
    Some(Seen {
        pid: pid.trim().parse().ok()?,
        name: name.chars().map(|it| if it.is_control() { '?' } else { it }).collect(),
        ticks: column(11)?.saturating_add(column(12)?),
        started: column(19)?,
        pages: column(21)?,
    })
}

/// The first `most` in that order, from two scans. One that began in between is credited with all it did.
pub(super) fn rank(
    before: &[Seen],
    after: &[Seen],
    elapsed: Duration,
    units: Units,
    order: ProcessOrder,
    most: usize,
) -> Vec<Process> {
    let earlier: HashMap<(u32, u64), u64> =
        before.iter().map(|it| ((it.pid, it.started), it.ticks)).collect();
    let seconds = elapsed.as_secs_f64();
    let process = |seen: &Seen| {
        let ticks = seen.ticks.saturating_sub(earlier.get(&(seen.pid, seen.started)).copied().unwrap_or(0));
        let busy = ticks as f64 / units.ticks_per_second.max(1) as f64;
        Process {
            pid: seen.pid,
            name: seen.name.clone(),
            cpu: if 0.0 < seconds { 100.0 * busy / seconds } else { 0.0 },
            memory: seen.pages.saturating_mul(units.page_bytes),
        }
    };
    let mut processes: Vec<Process> = after.iter().map(process).collect();
    processes.sort_by(|one, two| {
        let by_cpu = two.cpu.total_cmp(&one.cpu);
        let by_memory = two.memory.cmp(&one.memory);
        let by_order = match order {
            ProcessOrder::Cpu => by_cpu.then(by_memory),
            ProcessOrder::Memory => by_memory.then(by_cpu),
        };
        by_order.then(one.pid.cmp(&two.pid))
    });
    processes.truncate(most);
    processes
}

/// For what holds of every text.
#[cfg(any(test, fuzzing))]
pub(super) fn parse_any(text: &str) -> bool {
    parse(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNITS: Units = Units { ticks_per_second: 100, page_bytes: 4096 };

    fn seen(pid: u32, name: &str, ticks: u64, started: u64, pages: u64) -> Seen {
        Seen { pid, name: name.to_owned(), ticks, started, pages }
    }

    #[test]
    fn a_name_with_brackets_and_blanks_is_read_whole() {
        let line = "4242 (tmux: (a) b)) S 1 4242 4242 0 -1 4194368 5 6 7 8 63191 6047 10 11 20 0 1 0 17 41701376 3307 18446744073709551615 1 1 0";
        assert_eq!(parse(line), Some(seen(4242, "tmux: (a) b)", 69_238, 17, 3307)));
        assert_eq!(
            parse("7 (a\nb) S 1 1 1 0 -1 1 5 6 7 8 1 2 3 4 5 6 7 8 9 10 11").map(|it| it.name),
            Some("a?b".into())
        );
    }

    #[test]
    fn a_line_cut_short_is_no_process() {
        for line in [
            "",
            "1",
            "1 (",
            "1 (a",
            "1 (a)",
            "1 (a) S 1 2 3",
            ")",
            ") (",
            "x (a) S 1 1 1 0 -1 1 5 6 7 8 1 2 3 4 5 6 7 8 9 10 11",
        ] {
            assert_eq!(parse(line), None, "{line:?}");
        }
    }

    #[test]
    fn the_busiest_come_first_and_a_reused_number_is_another_process() {
        let before = [seen(1, "init", 100, 1, 10), seen(2, "old", 5000, 5, 10), seen(3, "idle", 7, 6, 900)];
        let after = [seen(1, "init", 103, 1, 10), seen(2, "new", 60, 999, 20), seen(3, "idle", 7, 6, 900)];
        let list = |order| -> Vec<(String, f64, u64)> {
            rank(&before, &after, Duration::from_millis(300), UNITS, order, 2)
                .into_iter()
                .map(|it| (it.name, it.cpu.round(), it.memory))
                .collect()
        };
        assert_eq!(list(ProcessOrder::Cpu), [("new".into(), 200.0, 81_920), ("init".into(), 10.0, 40_960)]);
        assert_eq!(
            list(ProcessOrder::Memory),
            [("idle".into(), 0.0, 3_686_400), ("new".into(), 200.0, 81_920)]
        );
    }

    #[test]
    fn our_own_process_is_among_those_that_run() {
        let seen = scan(&HostRoot::here()).expect("/proc is there");
        let ours = seen.iter().find(|it| it.pid == std::process::id()).expect("we run");
        assert!(0 < ours.pages);
    }

    #[test]
    fn our_own_processes_are_never_taken_for_the_hosts() {
        let why = scan(&HostRoot::new("/nowhere")).expect_err("it is not there");
        assert_eq!(why.0, "/nowhere/proc: no such file");
    }
}
