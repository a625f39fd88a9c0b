//! Who I am, and that you may speak; with a name, the verb. A chat begins with `/start` and nothing after it.

use async_trait::async_trait;
use jobs::ports::{Needs, Verb};
use jobs::role::Role;

use super::hands::Hands;
use super::{Command, CommandContext, CommandError, Danger};
use crate::present::names::short;
use crate::present::{Choice, Reply};

/// `/start [name or project …]`
pub(super) struct Start;

#[async_trait]
impl Command for Start {
    fn name(&self) -> &'static str {
        "start"
    }

    fn danger(&self) -> Danger {
        Danger::Asks
    }

    fn danger_of(&self, arguments: &[&str]) -> Danger {
        if arguments.is_empty() { Danger::None } else { self.danger() }
    }

    fn target<'a>(&self, arguments: &[&'a str]) -> Option<&'a str> {
        Hands(Verb::Start).target(arguments)
    }

    fn written(&self, arguments: &[&str]) -> String {
        Hands(Verb::Start).written(arguments)
    }

    fn needs(&self, arguments: &[&str], confirmed: bool) -> Needs {
        if arguments.is_empty() { Needs::NOTHING } else { Hands(Verb::Start).needs(arguments, confirmed) }
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        if !arguments.is_empty() {
            return Hands(Verb::Start).run(context, arguments).await;
        }
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
