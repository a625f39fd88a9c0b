//! Memory and swap, from `/proc/meminfo`, and from ZFS what its cache would give back.

use jobs::ports::Memory;

/// Reads `/proc/meminfo`. Kernels before 3.14 have no `MemAvailable`; for them it is estimated as free memory and
/// page cache without shared memory, which cannot be given back.
pub(super) fn parse(text: &str) -> Option<Memory> {
    let mut total = None;
    let mut free = None;
    let mut available = None;
    let [mut buffers, mut cached, mut slab, mut shared, mut swap_total, mut swap_free] = [0_u64; 6];
    for line in text.lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        let Some(bytes) = kibibytes(value) else { continue };
        match name {
            "MemTotal" => total = Some(bytes),
            "MemFree" => free = Some(bytes),
            "MemAvailable" => available = Some(bytes),
            "Buffers" => buffers = bytes,
            "Cached" => cached = bytes,
            "SReclaimable" => slab = bytes,
            "Shmem" => shared = bytes,
            "SwapTotal" => swap_total = bytes,
            "SwapFree" => swap_free = bytes,
            _ => {}
        }
    }
    let total = total.filter(|it| 0 < *it)?;
    let free = free?.min(total);
    let cache = buffers.saturating_add(cached).saturating_add(slab);
    let available = available.unwrap_or_else(|| free.saturating_add(cache.saturating_sub(shared)));
    Some(Memory {
        total,
        available: available.min(total),
        free,
        cache: cache.min(total),
        swap_total,
        swap_free: swap_free.min(swap_total),
    })
}

/// Reads `arcstats` of ZFS: the bytes its cache holds above its minimum. The kernel counts them as used, ZFS gives
/// them back when they are wanted; without this every ZFS server looks full.
pub(super) fn reclaimable_arc(text: &str) -> Option<u64> {
    let row = |name: &str| {
        text.lines().find_map(|line| {
            let mut columns = line.split_ascii_whitespace();
            (columns.next() == Some(name)).then(|| columns.nth(1)?.parse::<u64>().ok())?
        })
    };
    Some(row("size")?.saturating_sub(row("c_min")?))
}

/// The same memory, with what ZFS would give back counted as cache.
pub(super) fn with_arc(memory: Memory, arc: u64) -> Memory {
    Memory {
        available: memory.available.saturating_add(arc).min(memory.total),
        cache: memory.cache.saturating_add(arc).min(memory.total),
        ..memory
    }
}

fn kibibytes(value: &str) -> Option<u64> {
    value.trim().strip_suffix("kB")?.trim_end().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODERN: &str = "MemTotal:       24683656 kB\nMemFree:        17644140 kB\nMemAvailable:   24136900 kB\n\
        Buffers:          272548 kB\nCached:          6171596 kB\nSwapCached:            0 kB\nShmem: 1000 kB\n\
        SReclaimable:     300000 kB\nSwapTotal:       2097148 kB\nSwapFree:        2000000 kB\nHugePages_Total: 0\n";

    #[test]
    fn available_is_what_the_kernel_says() {
        let expected = Memory {
            total: 24_683_656 << 10,
            available: 24_136_900 << 10,
            free: 17_644_140 << 10,
            cache: (272_548 + 6_171_596 + 300_000) << 10,
            swap_total: 2_097_148 << 10,
            swap_free: 2_000_000 << 10,
        };
        assert_eq!(parse(MODERN), Some(expected));
    }

    #[test]
    fn an_ancient_kernel_is_estimated() {
        let memory =
            parse("MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 400 kB\nShmem: 150 kB\n");
        assert_eq!(memory.expect("well formed").available, 400 << 10);
    }

    #[test]
    fn a_file_cut_short_before_the_total_is_not_understood() {
        for text in
            ["", "MemTotal:  ", "MemTotal: 12", "MemFree: 1 kB\n", "MemTotal: 0 kB\nMemFree: 0 kB\n", "\u{0}"]
        {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_cache_of_zfs_is_not_counted_as_used() {
        let arc = "6 1 0x01 98 26656 4283 9\nname type data\nc_min 4 1000\nsize 4 9000\nhdr_size 4 7\n";
        assert_eq!(reclaimable_arc(arc), Some(8000));
        assert_eq!(reclaimable_arc("size 4 9000\n"), None);
        let memory = parse("MemTotal: 10 kB\nMemFree: 1 kB\nMemAvailable: 1 kB\n").expect("well formed");
        assert_eq!(with_arc(memory, 8000).available, 1024 + 8000);
        assert_eq!(with_arc(memory, 80_000).available, 10 << 10);
    }
}
