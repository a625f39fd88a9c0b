//! Containers and how they are.

use async_trait::async_trait;
use jobs::ports::{Container, ContainerState, Needs, Right};

use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Choice, Reply, Voice, containers};

/// How many fit on one page of a phone.
const PAGE: usize = 25;

/// `/ps [all] [part of a name] [page]`
pub(super) struct Ps;

#[async_trait]
impl Command for Ps {
    fn name(&self) -> &'static str {
        "ps"
    }

    fn needs(&self, _arguments: &[&str], _confirmed: bool) -> Needs {
        Needs::All(&[Right::List])
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
        let mut listed = context.ports.containers().await?;
        let none = listed.is_empty();
        if let Some(part) = &part {
            let has = |it: &str| it.to_lowercase().contains(part);
            listed.retain(|it| has(&it.name) || it.project.as_deref().is_some_and(has));
        }
        let total = listed.len();
        // What is stopped is listed when it is asked for, or when nothing else would be.
        let asleep =
            |state: &ContainerState| matches!(state, ContainerState::Exited | ContainerState::Created);
        if !all && part.is_none() && listed.iter().any(|it| !asleep(&it.state)) {
            listed.retain(|it| !asleep(&it.state));
        }
        containers::order(&mut listed);
        let running = listed.iter().filter(|it| it.state == ContainerState::Running).count();
        if listed.is_empty() {
            let key = if none { "ps-none" } else { "ps-none-such" };
            let part = short(&part.unwrap_or_default(), 40);
            return Ok(Reply::text(voice.say(key, &[("part", part.into())])));
        }
        let pages = listed.len().div_ceil(PAGE);
        let page = page.unwrap_or(1).min(pages);
        let mut lines = vec![voice.say("ps-title", &[("running", running.into()), ("total", total.into())])];
        let shown: Vec<&Container> = listed.iter().skip((page - 1) * PAGE).take(PAGE).collect();
        lines.extend(grouped(voice, &shown, &listed));
        let line = ["/ps"].into_iter().chain(words.iter().copied()).collect::<Vec<_>>().join(" ");
        let mut choices = vec![Choice::turn(voice.word("button-refresh", &[]), format!("{line} {page}"))];
        if !all && part.is_none() && listed.len() < total {
            let asleep = voice.word("button-asleep", &[("count", (total - listed.len()).into())]);
            choices.push(Choice::turn(asleep, "/ps all"));
        }
        let turn = |to: usize, label: String| Choice::turn(label, format!("{line} {to}"));
        let back = (1 < page).then(|| turn(page - 1, format!("◀ {}/{pages}", page - 1)));
        let on = (page < pages).then(|| turn(page + 1, format!("{}/{pages} ▶", page + 1)));
        let turns = back.into_iter().chain(on);
        Ok(Reply::text(Markup::lines(lines)).row(choices).row(turns))
    }
}

/// A line each, under the name of their project; the ill stand before all projects, in full.
fn grouped(voice: &Voice, shown: &[&Container], all: &[Container]) -> Vec<Markup> {
    let mut lines = Vec::new();
    let mut heading: Option<Option<&str>> = None;
    for container in shown {
        let ill = containers::is_ill(container);
        let project = container.project.as_deref();
        if !ill && heading != Some(project) {
            if let Some(project) = project {
                let of_it = all.iter().filter(|it| it.project.as_deref() == Some(project));
                let running = of_it.clone().filter(|it| it.state == ContainerState::Running).count();
                let nouns = [
                    ("project", short(project, 24).into()),
                    ("running", running.into()),
                    ("total", of_it.count().into()),
                ];
                lines.push(Markup::new());
                lines.push(voice.say("ps-project", &nouns));
            } else if heading.is_some() {
                lines.push(Markup::new());
            }
            heading = Some(project);
        }
        lines.push(containers::listed(voice, container, !ill));
    }
    lines
}
