//! What can be asked: the list of commands, read aloud.

use async_trait::async_trait;

use super::rights::{Denied, refusal};
use super::{Command, CommandContext, CommandError, find, listed};
use crate::markup::Markup;
use crate::present::Reply;
use crate::present::names::short;

/// `/help [command]`
pub(super) struct Help;

#[async_trait]
impl Command for Help {
    fn name(&self) -> &'static str {
        "help"
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let voice = context.voice;
        if let Some(command) = arguments.first().and_then(|name| find(name.trim_start_matches('/'))) {
            let name = command.name();
            let title = Markup::new().bold(format!("/{name}")).plain(" — ");
            let summary = voice.say(&format!("summary-{name}"), &[]);
            let usage = voice.say(&format!("usage-{name}"), &[]);
            let mut text = title.then(summary).line().then(usage);
            let (role, needs) = (context.operator.role(), command.role(&[]));
            if role < needs {
                text = text.line().then(refusal(voice, command, &Denied { role, needs, container: None }));
            }
            return Ok(Reply::text(text));
        }
        let mut lines = Vec::new();
        if let Some(asked) = arguments.first() {
            let name = short(asked.trim_start_matches('/'), 40);
            lines.push(voice.say("dispatch-unknown", &[("name", name.into())]));
        }
        lines.push(voice.say("help-title", &[]));
        let role = context.operator.role();
        let mine = || listed().filter(|it| it.role(&[]) <= role);
        let is_locked = |command: &dyn Command| context.allowed.lacks(command.needs(&[], false)).is_some();
        lines.extend(mine().map(|command| {
            let (name, mark) = (command.name(), if is_locked(command) { "🔒 " } else { "" });
            Markup::text(format!("{mark}/{name} — ")).then(voice.say(&format!("summary-{name}"), &[]))
        }));
        if mine().any(is_locked) {
            lines.push(voice.say("help-locked", &[]));
        }
        lines.push(voice.say("help-more", &[]));
        Ok(Reply::text(Markup::lines(lines)))
    }
}
