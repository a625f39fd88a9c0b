//! Containers and how they are.

use async_trait::async_trait;
use jobs::ports::{Container, ContainerState, Needs, Right};

use super::loads::load_of;
use super::panel::panel;
use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Choice, Reply, containers};

/// How many stand on one page: what a phone shows at once, and two rows of buttons.
const PAGE: usize = 10;
/// How many of their buttons stand in a row.
const ROW: usize = 5;
/// From so many pages on there are buttons to the first and the last.
const FAR: usize = 5;

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

    fn is_live(&self, _arguments: &[&str]) -> bool {
        true
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let voice = context.voice;
        let Asked { words, all, part, page } = Asked::from(arguments);
        let everything = context.ports.containers().await?;
        let mut listed: Vec<&Container> = everything.iter().collect();
        if let Some(part) = &part {
            let has = |it: &str| it.to_lowercase().contains(part);
            listed.retain(|it| has(&it.name) || it.project.as_deref().is_some_and(has));
        }
        // A list of one is that one.
        if let ([one], Some(_)) = (&listed[..], &part) {
            return panel(context, one, &everything, "").await;
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
            let key = if everything.is_empty() { "ps-none" } else { "ps-none-such" };
            let part = short(&part.unwrap_or_default(), 40);
            return Ok(Reply::text(voice.say(key, &[("part", part.into())])));
        }
        let pages = listed.len().div_ceil(PAGE);
        let page = page.unwrap_or(1).min(pages);
        let shown: Vec<&Container> = listed.iter().skip((page - 1) * PAGE).take(PAGE).copied().collect();
        let mut lines = vec![voice.say("ps-title", &[("running", running.into()), ("total", total.into())])];
        lines.extend(grouped(context, &shown, &listed));
        let line = ["/ps"].into_iter().chain(words.iter().copied()).collect::<Vec<_>>().join(" ");
        let mut reply = Reply::text(Markup::lines(lines));
        let numbered: Vec<(usize, &Container)> = (1..).zip(shown).collect();
        for row in numbered.chunks(ROW) {
            // What follows the name is where one came from, and goes back to.
            let of = |(number, it): &(usize, &Container)| {
                Choice::turn(number.to_string(), format!("/box {} {} {page}", it.name, words.join(" ")))
            };
            reply = reply.row(row.iter().map(of));
        }
        let turn = |to: usize, label: String| Choice::turn(label, format!("{line} {to}"));
        let is_far = FAR <= pages;
        let turns = [
            (is_far && 2 < page).then(|| turn(1, "⏮".to_owned())),
            (1 < page).then(|| turn(page - 1, format!("◀ {}/{pages}", page - 1))),
            (page < pages).then(|| turn(page + 1, format!("{}/{pages} ▶", page + 1))),
            (is_far && page + 1 < pages).then(|| turn(pages, "⏭".to_owned())),
        ];
        let asleep = (!all && part.is_none() && listed.len() < total).then(|| {
            let nouns = [("count", (total - listed.len()).into())];
            Choice::turn(voice.word("button-asleep", &nouns), "/ps all")
        });
        let again = Choice::turn(voice.word("button-refresh", &[]), format!("{line} {page}"));
        Ok(reply.row(turns.into_iter().flatten()).row([again].into_iter().chain(asleep)))
    }
}

/// What a list was asked for.
struct Asked<'w> {
    /// The words without the page.
    words: Vec<&'w str>,
    /// Whether the stopped ones are wanted too.
    all: bool,
    /// What has to be part of a name, in lower case.
    part: Option<String>,
    page: Option<usize>,
}

impl<'w> From<&[&'w str]> for Asked<'w> {
    fn from(arguments: &[&'w str]) -> Self {
        let mut words: Vec<&str> = arguments.to_vec();
        let page = words.last().and_then(|it| it.parse::<usize>().ok()).filter(|page| 0 < *page);
        if page.is_some() {
            words.pop();
        }
        let all = words.first() == Some(&"all");
        let part = words.get(usize::from(all)).map(|it| it.to_lowercase());
        Self { words, all, part, page }
    }
}

/// A numbered line each, under the name of their project; the ill stand before all projects, in full.
fn grouped(context: &CommandContext<'_>, shown: &[&Container], all: &[&Container]) -> Vec<Markup> {
    let voice = context.voice;
    let mut lines = Vec::new();
    let mut heading: Option<Option<&str>> = None;
    for (number, container) in (1..).zip(shown) {
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
            } else if 1 < number {
                lines.push(Markup::new());
            }
            heading = Some(project);
        }
        let line = containers::listed(voice, container, !ill, load_of(context, container));
        lines.push(Markup::text(format!("{number} ")).then(line));
    }
    lines
}
