//! The last lines of one container.

use async_trait::async_trait;
use jobs::ports::{Container, LogQuery, Needs, Right};

use super::names::{Meant, meant};
use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Choice, Reply, containers};

/// How many lines are shown when no number is given.
const LINES: u32 = 30;
/// How many can be asked for.
const MOST: u32 = 1000;

/// `/logs <name> [lines]`
pub(super) struct Logs;

#[async_trait]
impl Command for Logs {
    fn name(&self) -> &'static str {
        "logs"
    }

    fn needs(&self, _arguments: &[&str], _confirmed: bool) -> Needs {
        Needs::All(&[Right::List, Right::Logs])
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let (name, tail) = match arguments {
            [name] => (*name, LINES),
            [name, lines] => (*name, lines.parse().map_err(|_| CommandError::Usage)?),
            _ => return Err(CommandError::Usage),
        };
        let tail = tail.clamp(1, MOST);
        let containers = context.ports.containers().await?;
        match meant(&containers, name) {
            Meant::Exactly(container) => show(context, container, tail).await,
            // Reading harms nobody: one that fits is the one.
            Meant::Perhaps(several) => match several[..] {
                [container] => show(context, container, tail).await,
                _ => Ok(super::which(context, name, &several, |it| format!("/logs {} {tail}", it.name))),
            },
            Meant::None(near) => Err(CommandError::NoContainer { name: name.to_owned(), near }),
        }
    }
}

async fn show(context: &CommandContext<'_>, container: &Container, tail: u32) -> Result<Reply, CommandError> {
    let voice = context.voice;
    let query = LogQuery { tail, since: None, until: None };
    let log = context.ports.engine.logs(&container.id, &query).await?;
    let name = [("name", short(&container.name, containers::NAME).into()), ("count", log.lines.len().into())];
    let more = (tail.saturating_mul(4)).min(MOST);
    let choices = [
        Some(Choice::turn(voice.word("button-refresh", &[]), format!("/logs {} {tail}", container.name))),
        // Fewer than were asked for are all there are.
        (tail < more && (tail as usize <= log.lines.len() || log.cut)).then(|| {
            Choice::turn(
                voice.word("button-more-lines", &[("count", more.into())]),
                format!("/logs {} {more}", container.name),
            )
        }),
    ];
    let lines: Vec<&str> = log.lines.iter().map(|line| line.text.as_str()).collect();
    if lines.iter().all(|line| line.trim().is_empty()) {
        return Ok(Reply::text(voice.say("logs-empty", &name)).row(choices.into_iter().flatten()));
    }
    let title = voice.say(if log.cut { "logs-title-cut" } else { "logs-title" }, &name);
    let text = title.line().then(Markup::new().block(lines.join("\n")));
    Ok(Reply::text(text).row(choices.into_iter().flatten()))
}
