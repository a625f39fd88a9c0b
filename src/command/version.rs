//! What this program and this machine are.

use async_trait::async_trait;

use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::Reply;
use crate::present::names::short;

/// `/version`
pub(super) struct Version;

#[async_trait]
impl Command for Version {
    fn name(&self) -> &'static str {
        "version"
    }

    async fn run(&self, context: &CommandContext<'_>, _arguments: &[&str]) -> Result<Reply, CommandError> {
        let voice = context.voice;
        let about = context.about;
        let mut lines = vec![
            voice.say("version", &[("version", env!("CARGO_PKG_VERSION").into())]),
            voice.say(
                "version-host",
                &[
                    ("host", short(&about.host, 28).into()),
                    ("system", about.system.as_str().into()),
                    ("kernel", about.kernel.as_str().into()),
                ],
            ),
        ];
        if let Some(processor) = &about.processor {
            lines.push(Markup::text(processor.as_str()));
        }
        lines.push(match context.ports.engine.info().await {
            Ok(engine) => voice.say(
                "version-engine",
                &[
                    ("kind", engine.kind.as_str().into()),
                    ("version", engine.version.as_str().into()),
                    ("api", engine.api.as_str().into()),
                ],
            ),
            Err(error) => super::engine_failure(voice, &error, false),
        });
        Ok(Reply::text(Markup::lines(lines)))
    }
}
