//! How full each filesystem is, and when it will be full.

use jobs::evaluate::forecast::Outlook;
use jobs::ports::{Filesystem, FilesystemUsage};
use render::{Bar, Bars, Chart, ShareLimit, Tone};

use super::{HOST, Level};
use crate::present::names::short;
use crate::present::{Drawing, Voice};

/// Letters of a mount beside its bar.
const BAR: usize = 26;

/// How full a filesystem is for a plain user, as `df` says it.
pub fn used_percent(usage: &FilesystemUsage) -> f64 {
    100.0 * usage.used as f64 / usage.used.saturating_add(usage.available).max(1) as f64
}

/// The fullest first; those that nobody can say it of, last.
pub fn by_fullness(filesystems: &[Filesystem]) -> Vec<&Filesystem> {
    let mut sorted: Vec<&Filesystem> = filesystems.iter().collect();
    let share = |it: &Filesystem| it.usage.as_ref().map_or(-1.0, used_percent);
    sorted.sort_by(|a, b| share(b).total_cmp(&share(a)));
    sorted
}

/// How full each filesystem is, the fullest first, and when it will be full where it is on its way there.
pub fn disks(
    voice: &Voice,
    host: &str,
    filesystems: &[Filesystem],
    levels: &[Level],
    outlooks: &[Outlook],
) -> Drawing {
    let tone_of = |percent: f64| {
        let worst = levels.iter().filter(|level| level.at <= percent).map(|level| level.critical).max();
        match worst {
            Some(true) => Tone::Critical,
            Some(false) => Tone::Warning,
            None => Tone::Good,
        }
    };
    let bars = by_fullness(filesystems)
        .into_iter()
        .map(|filesystem| match &filesystem.usage {
            Ok(usage) => {
                let share = used_percent(usage);
                Bar {
                    label: short(&filesystem.mount, BAR),
                    share: share / 100.0,
                    note: note(voice, &filesystem.mount, usage.available, outlooks),
                    tone: tone_of(share),
                }
            }
            Err(_) => Bar {
                label: short(&filesystem.mount, BAR),
                share: f64::NAN,
                note: voice.word("unknown", &[]),
                tone: Tone::Neutral,
            },
        })
        .collect();
    let limits = levels
        .iter()
        .map(|level| ShareLimit {
            share: level.at / 100.0,
            // Under its own tick a number is enough; two limits are near each other.
            label: voice.percent(level.at),
            tone: if level.critical { Tone::Critical } else { Tone::Warning },
        })
        .collect();
    let title = voice.word("chart-disks", &[]);
    let chart = Chart::Bars(Bars {
        title: title.clone(),
        subtitle: short(host, HOST),
        bars,
        limits,
        empty: voice.word("chart-empty", &[]),
        words: voice.words(),
    });
    Drawing { chart, alt: title }
}

/// What is free, and for how long.
fn note(voice: &Voice, mount: &str, free: u64, outlooks: &[Outlook]) -> String {
    let outlook = outlooks.iter().find(|it| it.key.metric == "disk.used" && it.key.subject == mount);
    let free = voice.bytes(free);
    match outlook {
        Some(outlook) => {
            let nouns = [("free", free.into()), ("left", voice.left(outlook.eta).into())];
            voice.word("chart-disk-note-filling", &nouns)
        }
        None => voice.word("chart-disk-note", &[("free", free.into())]),
    }
}
