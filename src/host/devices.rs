//! Counters of block devices, from `/proc/diskstats`.

use jobs::ports::Device;

/// The kernel counts in sectors of 512 bytes here, whatever the device's own are.
const SECTOR: u64 = 512;

/// Reads the devices at the bottom of the stack, so that their sum is what really went to the hardware. Left out are
/// partitions (inside their disk), `dm-*`, `md*`, `bcache*` and `drbd*` (each of their writes is counted again on the
/// disk below), memory (`ram*`, `zram*`), `loop*`, removable drives (`sr*`, `fd*`), and hardware areas of eMMC.
pub(super) fn parse(text: &str) -> Option<Vec<Device>> {
    let rows: Vec<Device> = text.lines().filter_map(row).collect();
    if rows.is_empty() && !text.trim().is_empty() {
        return None;
    }
    let names: Vec<&str> = rows.iter().map(|it| it.name.as_str()).collect();
    let keep: Vec<bool> = names.iter().map(|name| !is_stacked(name) && !is_partition(name, &names)).collect();
    Some(rows.into_iter().zip(keep).filter_map(|(device, keep)| keep.then_some(device)).collect())
}

fn row(line: &str) -> Option<Device> {
    let mut columns = line.split_ascii_whitespace();
    let name = columns.nth(2)?;
    let mut count = [0_u64; 10];
    for place in &mut count {
        *place = columns.next()?.parse().ok()?;
    }
    let [_, _, sectors_read, _, _, _, sectors_written, _, _, busy_ms] = count;
    Some(Device {
        name: name.to_owned(),
        read: sectors_read.saturating_mul(SECTOR),
        written: sectors_written.saturating_mul(SECTOR),
        busy_ms,
    })
}

fn is_stacked(name: &str) -> bool {
    const STACKED: [&str; 9] = ["loop", "ram", "zram", "dm-", "md", "sr", "fd", "bcache", "drbd"];
    let then_digits = |prefix: &&str| {
        name.strip_prefix(*prefix)
            .is_some_and(|rest| rest.starts_with(|it: char| it.is_ascii_digit() || it == '_'))
    };
    STACKED.iter().any(then_digits)
        || name.starts_with("mmcblk")
            && (name.contains("boot") || name.ends_with("rpmb") || name.contains("gp"))
        || name.starts_with("nvme") && name.trim_start_matches("nvme").contains('c')
}

/// By the kernel's naming: `sda1` beside `sda`, `nvme0n1p2` beside `nvme0n1`. A lone `xvda1` is a whole device.
fn is_partition(name: &str, names: &[&str]) -> bool {
    let stem = name.trim_end_matches(|it: char| it.is_ascii_digit());
    if stem == name || stem.is_empty() {
        return false;
    }
    let disk = match stem.strip_suffix('p') {
        Some(disk) if disk.ends_with(|it: char| it.is_ascii_digit()) => disk,
        _ => stem,
    };
    names.contains(&disk)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], kept: &[&str]) {
        let text: String =
            names.iter().map(|it| format!("   8       0 {it} 1 2 3 4 5 6 7 8 9 10 11\n")).collect();
        let found: Vec<_> = parse(&text).expect("well formed").into_iter().map(|it| it.name).collect();
        assert_eq!(found, kept);
    }

    #[test]
    fn only_the_bottom_of_the_stack_is_counted() {
        check(&["sda", "sda1", "sda2", "sda15", "sdaa", "sdaa1"], &["sda", "sdaa"]);
        check(&["nvme0n1", "nvme0n1p1", "nvme0n10", "nvme0c0n1"], &["nvme0n1", "nvme0n10"]);
        check(&["mmcblk0", "mmcblk0p1", "mmcblk0boot0", "mmcblk0rpmb"], &["mmcblk0"]);
        check(&["sda", "sdb", "md0", "md127", "md_d0", "dm-0", "dm-12", "bcache0", "drbd1"], &["sda", "sdb"]);
        check(&["loop0", "ram15", "zram0", "sr0", "fd0", "vda", "vdb1"], &["vda", "vdb1"]);
        check(&["xvda1", "xvdb"], &["xvda1", "xvdb"]);
        check(&["nbd0", "nbd0p1", "rbd0", "rbd0p3", "dasda", "dasda1"], &["nbd0", "rbd0", "dasda"]);
    }

    #[test]
    fn sectors_are_512_bytes() {
        let line =
            " 254       0 vda 108777 26670 6736698 40168 70528 95571 22778896 233255 0 21416 283599 20980\n";
        let vda =
            Device { name: "vda".into(), read: 6_736_698 * 512, written: 22_778_896 * 512, busy_ms: 21_416 };
        assert_eq!(parse(line), Some(vec![vda]));
    }

    #[test]
    fn a_machine_without_disks_has_none_and_garbage_is_not_understood() {
        assert_eq!(parse(""), Some(vec![]));
        assert_eq!(parse("garbage"), None);
        assert_eq!(parse("8 0 sda 1 2 3\n8 16 sdb 1 2 3 4 5 6 7 8 9 10\n").map(|it| it.len()), Some(1));
    }
}
