//! How full each filesystem is, in words and as bars.

use async_trait::async_trait;
use jobs::evaluate::Detector;

use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::chart::{Level, used_percent};
use crate::present::{Choice, Reply, chart};

/// `/disk`
pub(super) struct Disk;

#[async_trait]
impl Command for Disk {
    fn name(&self) -> &'static str {
        "disk"
    }

    async fn run(&self, context: &CommandContext<'_>, _arguments: &[&str]) -> Result<Reply, CommandError> {
        let voice = context.voice;
        let look = context.look().await?;
        let filesystems = match &look.now.filesystems {
            Ok(filesystems) => filesystems,
            Err(unknown) => {
                return Ok(Reply::text(
                    voice.say("unknown-because", &[("why", unknown.why.as_str().into())]),
                ));
            }
        };
        let mut lines = vec![voice.say("disk-title", &[("host", context.about.host.as_str().into())])];
        for filesystem in filesystems {
            lines.push(match &filesystem.usage {
                Ok(usage) => voice.say(
                    "disk-one",
                    &[
                        ("mount", filesystem.mount.as_str().into()),
                        ("percent", voice.percent(used_percent(usage)).into()),
                        ("used", voice.bytes(usage.used).into()),
                        ("total", voice.bytes(usage.total).into()),
                        ("free", voice.bytes(usage.available).into()),
                    ],
                ),
                Err(unknown) => voice.say(
                    "disk-unknown",
                    &[("mount", filesystem.mount.as_str().into()), ("why", unknown.why.as_str().into())],
                ),
            });
            if let Some(inodes) = filesystem.usage.as_ref().ok().and_then(scarce_inodes) {
                lines.push(voice.say("disk-inodes", &[("percent", voice.percent(inodes).into())]));
            }
        }
        let drawing = chart::disks(voice, &context.about.host, filesystems, &levels(context));
        Ok(Reply::text(Markup::lines(lines)).drawn(drawing).row([
            Choice::run(voice.word("button-fix", &[]), "/fix"),
            Choice::run(voice.word("button-graph-days", &[]), "/graph disk 7d"),
        ]))
    }
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
            Detector::Absence(_) | Detector::Sigma(_) => None,
        },
    );
    thresholds
        .flat_map(|it| [(it.warning, false), (it.critical, true)])
        .filter_map(|(level, critical)| Some(Level { at: level?.at, critical }))
        .collect()
}
