//! How full each filesystem is, in words and as bars.

use async_trait::async_trait;
use jobs::evaluate::Detector;
use jobs::evaluate::forecast::{Outlook, outlooks};
use jobs::ports::Filesystem;

use super::{Command, CommandContext, CommandError};
use crate::gate::Cost;
use crate::markup::Markup;
use crate::present::chart::{Level, by_fullness, used_percent};
use crate::present::names::short;
use crate::present::{Choice, Reply, Voice, chart};

/// So many are said in words at least, where there are as many, and at most; and of those that cannot be read as many
/// besides.
const NAMED: usize = 4;
const FULL: usize = 8;
/// The longest list, `/disk all`: what one message holds.
const MOST: usize = 40;
/// From this share on, in per cent, a filesystem is said in words.
const FILLING: f64 = 80.0;

/// `/disk [all]`
pub(super) struct Disk;

#[async_trait]
impl Command for Disk {
    fn name(&self) -> &'static str {
        "disk"
    }

    fn cost(&self, _arguments: &[&str], _confirmed: bool) -> Cost {
        Cost::Dear
    }

    async fn run(&self, context: &CommandContext<'_>, words: &[&str]) -> Result<Reply, CommandError> {
        let voice = context.voice;
        let look = context.look().await?;
        let filesystems = match &look.now.filesystems {
            Ok(filesystems) => filesystems,
            Err(unknown) => {
                return Ok(Reply::text(
                    voice.say("unknown-because", &[("why", voice.reason(&unknown.why).into())]),
                ));
            }
        };
        let host = short(&context.about.host, 28);
        let outlooks = outlooks(&context.declared.rules, &*context.ports.store, context.now)?;
        let mut lines = vec![voice.say("disk-title", &[("host", host.into())])];
        let all = words.first() == Some(&"all");
        let sorted = by_fullness(filesystems);
        // What is full is said in words, and so is what cannot be read: the picture has neither all of them nor those.
        let full = |it: &&Filesystem| it.usage.as_ref().is_ok_and(|usage| FILLING <= used_percent(usage));
        let (read, silent): (Vec<&Filesystem>, Vec<_>) = sorted.into_iter().partition(|it| it.usage.is_ok());
        let filling = read.iter().filter(|it| full(it)).count();
        let (most, most_silent) = match all {
            true => (MOST - silent.len().min(MOST / 2), MOST / 2),
            false => (filling.clamp(NAMED, FULL), FULL),
        };
        let left = read.len().saturating_sub(most) + silent.len().saturating_sub(most_silent);
        for filesystem in read.into_iter().take(most).chain(silent.into_iter().take(most_silent)) {
            let mount = short(&filesystem.mount, 32);
            lines.push(match &filesystem.usage {
                Ok(usage) => voice.say(
                    "disk-one",
                    &[
                        ("mount", mount.as_str().into()),
                        ("percent", voice.percent(used_percent(usage)).into()),
                        ("used", voice.bytes(usage.used).into()),
                        ("total", voice.bytes(usage.total).into()),
                        ("free", voice.bytes(usage.available).into()),
                    ],
                ),
                Err(unknown) => voice.say(
                    "disk-unknown",
                    &[("mount", mount.as_str().into()), ("why", voice.reason(&unknown.why).into())],
                ),
            });
            if let Some(inodes) = filesystem.usage.as_ref().ok().and_then(scarce_inodes) {
                lines.push(voice.say("disk-inodes", &[("percent", voice.percent(inodes).into())]));
            }
            lines.extend(will_be_full(voice, &filesystem.mount, &outlooks));
        }
        if 0 < left {
            lines.push(voice.say("and-more", &[("count", left.into())]));
        }
        let more = (!all && 0 < left).then(|| Choice::run(voice.word("button-all", &[]), "/disk all"));
        let drawing = chart::disks(voice, &context.about.host, filesystems, &levels(context), &outlooks);
        let reply = Reply::text(Markup::lines(lines));
        let choices = [
            Choice::run(voice.word("button-fix", &[]), "/fix"),
            Choice::run(voice.word("button-graph-days", &[]), "/graph disk 7d"),
        ];
        Ok(if all { reply } else { reply.drawn(drawing) }.row(choices).row(more))
    }
}

/// When it will be full, where it is on its way there.
fn will_be_full(voice: &Voice, mount: &str, outlooks: &[Outlook]) -> Vec<Markup> {
    let keys = [("disk.used", "disk-filling"), ("disk.inodes", "disk-inodes-filling")];
    let found = keys.into_iter().filter_map(|(metric, key)| {
        let outlook = outlooks.iter().find(|it| it.key.metric == metric && it.key.subject == mount)?;
        let (left, pace) = (voice.left(outlook.eta), voice.pace(outlook.eta));
        Some(voice.say(key, &[("left", left.into()), ("pace", pace.into())]))
    });
    found.collect()
}

/// Inodes are worth a line only when they run short before bytes do.
fn scarce_inodes(usage: &jobs::ports::FilesystemUsage) -> Option<f64> {
    let share = 100.0 * usage.inodes_used as f64 / usage.inodes_total.max(1) as f64;
    (50.0 <= share).then_some(share)
}

/// The limits that the declared rules set for disks.
fn levels(context: &CommandContext<'_>) -> Vec<Level> {
    let thresholds = context.declared.rules.iter().filter(|rule| rule.metric == "disk.used").filter_map(
        |rule| match &rule.detector {
            Detector::Threshold(threshold) => Some(threshold),
            Detector::Absence(_) | Detector::Sigma(_) | Detector::Novelty(_) | Detector::Forecast(_) => None,
        },
    );
    thresholds
        .flat_map(|it| [(it.warning, false), (it.critical, true)])
        .filter_map(|(level, critical)| Some(Level { at: level?.at, critical }))
        .collect()
}
