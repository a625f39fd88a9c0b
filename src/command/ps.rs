//! Containers and how they are.

use async_trait::async_trait;
use jobs::ports::ContainerState;

use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::{Choice, Reply, containers};

/// How many fit on one page of a phone.
const PAGE: usize = 25;

/// `/ps [all] [part of a name] [page]`
pub(super) struct Ps;

#[async_trait]
impl Command for Ps {
    fn name(&self) -> &'static str {
        "ps"
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let voice = context.voice;
        let mut words: Vec<&str> = arguments.to_vec();
        let page = words.last().and_then(|it| it.parse::<usize>().ok()).filter(|page| 0 < *page);
        if page.is_some() {
            words.pop();
        }
        let all = words.first() == Some(&"all");
        let part = words.get(usize::from(all)).map(|it| it.to_lowercase());
        let mut listed = context.ports.engine.containers().await?;
        let total = listed.len();
        // What is stopped is listed when it is asked for, or when nothing else would be.
        let asleep =
            |state: &ContainerState| matches!(state, ContainerState::Exited | ContainerState::Created);
        if !all && part.is_none() && listed.iter().any(|it| !asleep(&it.state)) {
            listed.retain(|it| !asleep(&it.state));
        }
        if let Some(part) = &part {
            let has = |it: &str| it.to_lowercase().contains(part);
            listed.retain(|it| has(&it.name) || it.project.as_deref().is_some_and(has));
        }
        containers::order(&mut listed);
        let running = listed.iter().filter(|it| it.state == ContainerState::Running).count();
        if listed.is_empty() {
            let key = if total == 0 { "ps-none" } else { "ps-none-such" };
            return Ok(Reply::text(voice.say(key, &[("part", part.unwrap_or_default().into())])));
        }
        let pages = listed.len().div_ceil(PAGE);
        let page = page.unwrap_or(1).min(pages);
        let mut lines = vec![voice.say("ps-title", &[("running", running.into()), ("total", total.into())])];
        let shown = listed.iter().skip((page - 1) * PAGE).take(PAGE);
        lines.extend(shown.map(|it| containers::listed(voice, it)));
        let line = ["/ps"].into_iter().chain(words.iter().copied()).collect::<Vec<_>>().join(" ");
        let mut choices = vec![Choice::turn(voice.word("button-refresh", &[]), format!("{line} {page}"))];
        if !all && part.is_none() && listed.len() < total {
            choices.push(Choice::turn(voice.word("button-all", &[]), "/ps all"));
        }
        let turn = |to: usize| Choice::turn(format!("{to}/{pages}"), format!("{line} {to}"));
        let turns =
            (1 < page).then(|| turn(page - 1)).into_iter().chain((page < pages).then(|| turn(page + 1)));
        Ok(Reply::text(Markup::lines(lines)).row(choices).row(turns))
    }
}
