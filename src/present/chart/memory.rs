//! What memory is used for.

use jobs::ports::Memory;
use render::{Chart, Donut, Gauge, Slice, Tone};

use super::HOST;
use crate::present::names::short;
use crate::present::{Drawing, Voice};

/// What memory is used for: the seed's pie.
pub fn memory(voice: &Voice, host: &str, memory: &Memory) -> Drawing {
    let used = memory.total.saturating_sub(memory.available);
    // What is neither free nor cache is programs' and the kernel's own; the cache that "available" does not count
    // belongs to it too, so that the three parts make the whole.
    let free = memory.free.min(memory.available);
    let cache = memory.available - free;
    let share = |part: u64| 100.0 * part as f64 / memory.total.max(1) as f64;
    let slice = |key: &str, bytes: u64, tone: Tone| Slice {
        label: voice.word(key, &[]),
        value: bytes as f64,
        tone,
        note: voice.bytes(bytes),
    };
    let tone = match share(used) {
        used if 95.0 <= used => Tone::Critical,
        used if 85.0 <= used => Tone::Warning,
        _ => Tone::Accent(0),
    };
    let swap_used = memory.swap_total.saturating_sub(memory.swap_free);
    let footer = (0 < memory.swap_total).then(|| Gauge {
        label: voice.word("chart-swap", &[]),
        share: swap_used as f64 / memory.swap_total as f64,
        note: voice.word(
            "of-total",
            &[("used", voice.bytes(swap_used).into()), ("total", voice.bytes(memory.swap_total).into())],
        ),
        tone: Tone::Accent(3),
    });
    let title = voice.word("chart-memory", &[]);
    let chart = Chart::Donut(Donut {
        title: title.clone(),
        subtitle: short(host, HOST),
        slices: vec![
            slice("chart-memory-used", used, tone),
            slice("chart-memory-cache", cache, Tone::Accent(2)),
            slice("chart-memory-free", free, Tone::Neutral),
        ],
        centre: voice.percent(share(used)),
        centre_note: voice.word("of-whole", &[("total", voice.bytes(memory.total).into())]),
        footer,
        empty: voice.word("chart-empty", &[]),
        words: voice.words(),
    });
    Drawing { chart, alt: title }
}
