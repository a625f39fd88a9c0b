//! What can be asked: the list of commands, read aloud.

use async_trait::async_trait;

use super::rights::{Denied, refusal};
use super::{Command, CommandContext, CommandError, find, listed};
use crate::markup::Markup;
use crate::present::Reply;
use crate::present::names::short;

/// What does something, and what is about ourselves; all else looks.
const ACT: [&str; 10] =
    ["ack", "mute", "normal", "restart", "stop", "pause", "unpause", "kill", "fix", "heal"];
const OURSELVES: [&str; 7] = ["jobs", "health", "audit", "start", "language", "help", "version"];

const GROUPS: [&str; 3] = ["help-look", "help-act", "help-self"];

/// The title of the group that a command is read out in.
fn group(name: &str) -> &'static str {
    match name {
        _ if ACT.contains(&name) => "help-act",
        _ if OURSELVES.contains(&name) => "help-self",
        _ => "help-look",
    }
}

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
        for title in GROUPS {
            let mut within = mine().filter(|it| group(it.name()) == title).peekable();
            if within.peek().is_none() {
                continue;
            }
            lines.extend([Markup::new(), voice.say(title, &[])]);
            lines.extend(within.map(|command| {
                let (name, mark) = (command.name(), if is_locked(command) { "🔒 " } else { "" });
                Markup::text(format!("{mark}/{name} — ")).then(voice.say(&format!("summary-{name}"), &[]))
            }));
        }
        lines.push(Markup::new());
        if mine().any(is_locked) {
            lines.push(voice.say("help-locked", &[]));
        }
        lines.push(voice.say("help-more", &[]));
        Ok(Reply::text(Markup::lines(lines)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::LOCALES;

    #[test]
    fn every_command_that_is_grouped_exists_and_all_of_them_fit_into_one_message() {
        for name in ACT.iter().chain(&OURSELVES) {
            assert!(find(name).is_some(), "/{name}");
        }
        for locale in &LOCALES {
            let lines = listed().map(|it| {
                let summary = locale.word(&format!("summary-{}", it.name()), &[]);
                format!("🔒 /{} — {summary}\n", it.name()).encode_utf16().count()
            });
            // Titles, what is said besides, and room for five more.
            assert!(lines.sum::<usize>() < 4096 - 600, "{}", locale.tag());
        }
    }
}
