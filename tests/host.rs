//! Our figures beside those of the tools that everybody has. A tool that is missing is said aloud and left out.

use std::process::Command;

use jiff::Timestamp;
use jobs::ports::{Host, Snapshot};
use vakhta::clock::Clock;
use vakhta::host::{HostRoot, Machine};

/// What others may write, or take, between two looks.
const MEANWHILE: u64 = 1 << 30;

async fn look() -> Snapshot {
    Machine::new(HostRoot::here(), Clock::new(Timestamp::now)).snapshot().await.expect("a machine to look at")
}

/// What a tool prints, or nothing where it is not there.
fn output(tool: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(tool).args(arguments).env("LC_ALL", "C").output();
    let output = match output {
        Ok(output) => output,
        Err(error) => {
            println!("NOT COMPARED: {tool}: {error}");
            return None;
        }
    };
    // `df` fails for a single filesystem that it may not look into, and prints the others.
    let text = String::from_utf8(output.stdout).expect("its output is plain text");
    if text.trim().is_empty() {
        println!("NOT COMPARED: {tool} prints nothing ({})", output.status);
        return None;
    }
    Some(text)
}

fn near(what: &str, ours: u64, theirs: u64, tolerance: u64) {
    assert!(ours.abs_diff(theirs) <= tolerance, "{what}: we say {ours}, the tool {theirs}");
}

#[tokio::test]
async fn filesystems_are_counted_as_df_counts_them() {
    let columns = "--output=source,fstype,size,used,avail,itotal,iused,target";
    let Some(text) = output("df", &["-B1", columns]) else { return };
    let filesystems = look().await.filesystems.expect("a list of mounts");
    let mut compared = 0;
    for line in text.lines().skip(1) {
        let mut words = line.split_ascii_whitespace();
        let source = words.next().expect("a source");
        let kind = words.next().expect("a kind");
        let mut number = || words.next().and_then(|it| it.parse::<u64>().ok());
        let [size, used, available, inodes, inodes_used] = std::array::from_fn(|_| number());
        let target = words.collect::<Vec<_>>().join(" ");
        let ours = filesystems.iter().find(|it| it.mount == target);
        if ["ext4", "xfs", "btrfs", "vfat"].contains(&kind) {
            let is_known = filesystems.iter().any(|it| it.device == source || it.mount == target);
            assert!(is_known, "df shows {source} at {target}, and we do not: {filesystems:?}");
        }
        let Some(usage) = ours.and_then(|it| it.usage.as_ref().ok()) else { continue };
        near(&target, usage.total, size.expect("a size"), 0);
        near(&target, usage.used, used.expect("bytes used"), MEANWHILE);
        near(&target, usage.available, available.expect("bytes available"), MEANWHILE);
        near(&target, usage.inodes_total, inodes.unwrap_or(0), 0);
        near(&target, usage.inodes_used, inodes_used.unwrap_or(0), 200_000);
        compared += 1;
    }
    println!("{compared} filesystems compared with df");
    assert!(0 < compared || filesystems.is_empty(), "{filesystems:?}\n{text}");
}

#[tokio::test]
async fn memory_is_what_free_says() {
    let Some(text) = output("free", &["-b"]) else { return };
    let ours = look().await.memory.expect("/proc/meminfo");
    let row = |name: &str| -> Vec<u64> {
        let line = text.lines().find_map(|it| it.strip_prefix(name)).expect("free prints this row");
        line.split_ascii_whitespace().map(|it| it.parse().expect("a number")).collect()
    };
    let (memory, swap) = (row("Mem:"), row("Swap:"));
    near("total", ours.total, memory[0], 0);
    near("free", ours.free, memory[2], MEANWHILE);
    near("swap", ours.swap_total, swap[0], 0);
    near("free swap", ours.swap_free, swap[2], MEANWHILE);
    if std::path::Path::new("/proc/spl/kstat/zfs/arcstats").exists() {
        println!("NOT COMPARED: available and cache, in which free does not count what ZFS would give back");
        return;
    }
    near("cache", ours.cache, memory[4], MEANWHILE);
    near("available", ours.available, memory[5], MEANWHILE);
}

#[tokio::test]
async fn cores_are_as_many_as_nproc_says() {
    let Some(text) = output("getconf", &["_NPROCESSORS_ONLN"]) else { return };
    let cores = look().await.cpu.expect("/proc/stat").cores.len();
    assert_eq!(cores.to_string(), text.trim());
}

#[tokio::test]
async fn counters_only_ever_grow() {
    let machine = Machine::new(HostRoot::here(), Clock::new(Timestamp::now));
    let before = machine.snapshot().await.expect("a machine");
    let after = machine.snapshot().await.expect("a machine");
    let ticks = |it: &Snapshot| {
        let all = it.cpu.as_ref().expect("/proc/stat").all;
        all.user + all.system + all.steal
    };
    assert!(ticks(&before) <= ticks(&after));
    assert!(before.uptime.expect("/proc/uptime") <= after.uptime.expect("/proc/uptime"));
    let (before, after) = (before.devices.expect("/proc/diskstats"), after.devices.expect("/proc/diskstats"));
    for (before, after) in before.iter().zip(&after) {
        assert!(before.name == after.name && before.read <= after.read && before.written <= after.written);
    }
}
