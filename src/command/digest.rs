//! The digest, now.

use async_trait::async_trait;
use jobs::JobContext;
use jobs::declare::Work;
use jobs::digest;
use jobs::notice::Notice;

use super::parse::length;
use super::{Command, CommandContext, CommandError};
use crate::present::Reply;
use crate::present::chart::{POINTS, Stretch};
use crate::present::digest as present;

/// `/digest [range]`
pub(super) struct DigestCommand;

#[async_trait]
impl Command for DigestCommand {
    fn name(&self) -> &'static str {
        "digest"
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let declared = context.declared.jobs.iter().find_map(|job| match &job.work {
            Work::Digest(settings) => Some((job.name.as_str(), settings.clone())),
            Work::Sample(_) | Work::Evaluate(_) | Work::Heal(_) | Work::Beat(_) => None,
        });
        let (job, mut settings) = declared.unwrap_or(("digest", digest::Settings::default()));
        match arguments {
            [] => {}
            [range] => settings.period = length(range).ok_or(CommandError::Usage)?,
            _ => return Err(CommandError::Usage),
        }
        let job = JobContext { now: context.now, job, rules: &context.declared.rules, ports: context.ports };
        let notices = digest::run(&settings, job).await?;
        let digest = notices.into_iter().find_map(|it| match it {
            Notice::Digest(digest) => Some(digest),
            _ => None,
        });
        let Some(digest) = digest else {
            return Ok(Reply::text(context.voice.say("digest-no-figures", &[])));
        };
        let rules = &context.declared.rules;
        let reply = present::told(context.voice, &context.about.host, &digest, rules);
        let stretch = Stretch { from: digest.from, to: digest.to };
        let series = match &digest.chart {
            Some(key) => context.ports.store.history(key, stretch.from, stretch.to, POINTS)?,
            None => return Ok(reply),
        };
        Ok(match present::drawing(context.voice, &context.about.host, &digest, series) {
            Some(drawing) => reply.drawn(drawing),
            None => reply,
        })
    }
}
