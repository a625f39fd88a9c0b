//! Who I am, and that you may speak.

use async_trait::async_trait;
use jobs::role::Role;

use super::{Command, CommandContext, CommandError};
use crate::present::names::short;
use crate::present::{Choice, Reply};

/// `/start`
pub(super) struct Start;

#[async_trait]
impl Command for Start {
    fn name(&self) -> &'static str {
        "start"
    }

    async fn run(&self, context: &CommandContext<'_>, _arguments: &[&str]) -> Result<Reply, CommandError> {
        let voice = context.voice;
        let nouns = [
            ("host", short(&context.about.host, 28).into()),
            ("id", context.operator.id().to_string().into()),
            ("jobs", context.declared.jobs.len().into()),
            ("rules", context.declared.rules.len().into()),
        ];
        let role = voice.say(
            match context.operator.role() {
                Role::Admin => "start-admin",
                Role::Operator => "start-operator",
                Role::Viewer => "start-viewer",
            },
            &[],
        );
        Ok(Reply::text(voice.say("start", &nouns).line().then(role)).row([
            Choice::run(voice.word("button-status", &[]), "/status"),
            Choice::run(voice.word("button-containers", &[]), "/ps"),
            Choice::run(voice.word("button-help", &[]), "/help"),
        ]))
    }
}
