//! Logs of containers: page by page, searched, as a file, or followed.

mod ask;
mod file;
mod follow;
mod level;
mod page;
#[cfg(any(test, fuzzing))]
pub(super) mod promises;
mod read;

use std::time::Duration;

use async_trait::async_trait;
use jobs::ports::{Container, LogQuery, Needs, Right};
use tokio::time::Instant;

use self::ask::{Asked, Edge, How};
use self::file::{Filing, MOST_TEXT};
pub use self::follow::Follows;
use self::level::Level;
use self::page::{Page, Reading, shown};
use self::read::{BEFORE, Merged, Source};
use super::names::{Meant, meant};
use super::{Command, CommandContext, CommandError};
use crate::gate::Cost;
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Choice, Reply, containers};
use crate::transport::Doing;

/// `/logs <name> … [options]`
pub(super) struct Logs;

/// How many lines a file holds when no number is given and all of them are wanted.
const FILE_LINES: u32 = 1_000_000;
/// Nobody waits longer for a file.
const FILE_PATIENCE: Duration = Duration::from_secs(120);
/// Letters of what was asked that are shown over a page.
const OPTIONS: usize = 120;

#[async_trait]
impl Command for Logs {
    fn name(&self) -> &'static str {
        "logs"
    }

    fn needs(&self, _arguments: &[&str], _confirmed: bool) -> Needs {
        Needs::All(&[Right::List, Right::Logs])
    }

    fn takes_quotes(&self) -> bool {
        true
    }

    /// What is followed goes on in a message of its own, and nothing can take the place of a file.
    fn stays(&self, arguments: &[&str]) -> bool {
        !Asked::read(arguments).is_ok_and(|it| matches!(it.how, How::File | How::Follow))
    }

    fn doing(&self, arguments: &[&str]) -> Doing {
        let is_file = Asked::read(arguments).is_ok_and(|it| matches!(it.how, How::File));
        if is_file { Doing::Filing } else { Doing::Writing }
    }

    fn has_pages(&self) -> bool {
        true
    }

    fn cost(&self, arguments: &[&str], _confirmed: bool) -> Cost {
        match Asked::read(arguments) {
            Ok(Asked { how: How::Stop(_), .. }) => Cost::Calming,
            Ok(_) => Cost::Dear,
            Err(_) => Cost::Reading,
        }
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let mut asked = Asked::read(arguments)?;
        if let How::Stop(key) = &asked.how {
            if let Some(last) = context.follows.stop(key).await {
                return Ok(last);
            }
            // It has ended by itself, perhaps with an earlier process: then the log as it is now.
            asked.how = How::Newest;
        }
        let mut conditions = asked.conditions(context.now, &context.voice.zone)?;
        if asked.how == How::Follow
            && let Some(until) = asked.until.take()
        {
            return Err(CommandError::Argument { key: "logs-wrong-follow", what: until });
        }
        let all = context.ports.containers().await?;
        let mut containers: Vec<Container> = Vec::new();
        for (index, name) in asked.names.iter().enumerate() {
            let found = match meant(&all, name) {
                Meant::Exactly(container) => container,
                // Reading harms nobody: one that fits is the one.
                Meant::Perhaps(several) => match several[..] {
                    [container] => container,
                    _ => {
                        return Ok(super::which(context, name, &several, |it| {
                            let mut names = asked.names.clone();
                            names[index].clone_from(&it.name);
                            Asked { names, ..asked.clone() }.line()
                        }));
                    }
                },
                Meant::None(near) => return Err(CommandError::NoContainer { name: name.clone(), near }),
            };
            if !containers.iter().any(|it| it.id == found.id) {
                containers.push(found.clone());
            }
        }
        asked.names = containers.iter().map(|it| it.name.clone()).collect();
        if asked.how == How::Follow && !context.progress.can_change() {
            let head = context.voice.say("logs-follow-not-here", &[("name", names(&containers).into())]);
            let reading =
                Reading { context, containers: &containers, conditions: &conditions, lines: asked.lines() };
            let page = reading.before(None).await?;
            return Ok(shown_page(&reading, &asked.with(How::Newest), &page, head, None));
        }
        if asked.how == How::File {
            return file(context, &asked, &containers, &mut conditions).await;
        }
        let reading =
            Reading { context, containers: &containers, conditions: &conditions, lines: asked.lines() };
        let (page, edge) = match asked.how {
            How::Newest | How::File | How::Stop(_) => (reading.before(None).await?, None),
            How::Before(edge) => (reading.before(Some(edge)).await?, Some(edge)),
            How::After(edge) => (reading.after(edge).await?, None),
            How::Follow => return follow::follow(&reading, &asked).await,
        };
        let head = title(&reading, &asked, &page);
        Ok(shown_page(&reading, &asked.with(How::Newest), &page, head, edge))
    }
}

/// The containers' names, as many as fit a line.
fn names(containers: &[Container]) -> String {
    /// Letters of all of them.
    const MOST: usize = 60;
    let names: Vec<String> = containers.iter().map(|it| short(&it.name, containers::NAME)).collect();
    short(&names.join(", "), MOST)
}

fn title(reading: &Reading<'_>, asked: &Asked, page: &Page) -> Markup {
    let voice = reading.context.voice;
    let name = ("name", names(reading.containers).into());
    let (Some(first), Some(last)) = (page.lines.front(), page.lines.back()) else {
        let key = if asked.options().is_empty() { "logs-empty" } else { "logs-nothing-fits" };
        return voice.say(key, &[name]);
    };
    let now = reading.context.now;
    let (from, until) = (voice.moment(first.at, now), voice.moment(last.at, now));
    let span = if from == until { from } else { format!("{from}–{until}") };
    let nouns = [name, ("count", page.lines.len().into()), ("span", span.into())];
    voice.say("logs-title", &nouns)
}

/// A page under its head, with what can be done from there.
fn shown_page(reading: &Reading<'_>, asked: &Asked, page: &Page, head: Markup, edge: Option<Edge>) -> Reply {
    let voice = reading.context.voice;
    let mut text = head;
    let options = asked.options();
    if !options.is_empty() {
        text = text.line().code(short(&options, OPTIONS));
    }
    if let Some(searched) = page.searched {
        text = text.line().then(voice.say("logs-searched", &[("count", searched.into())]));
    }
    let lines: Vec<String> = page.lines.iter().map(|it| shown(it, reading.containers)).collect();
    if lines.iter().any(|it| !it.trim().is_empty()) {
        text = text.line().then(Markup::new().block(lines.join("\n")));
    }
    let turn = |key: &str, asked: Asked| Choice::turn(voice.word(key, &[]), asked.line());
    let older = page.first_edge(edge).filter(|_| page.older);
    let newer = page.last_edge().filter(|_| page.newer);
    let level = match asked.level {
        Some(_) => turn("button-logs-all", Asked { level: None, ..asked.clone() }),
        None => turn("button-logs-errors", Asked { level: Some(Level::Error), ..asked.clone() }),
    };
    let file = asked.with(How::File).line();
    let follow = Asked { until: None, ..asked.with(How::Follow) };
    Reply::text(text)
        .row(
            [
                older.map(|it| turn("button-logs-older", asked.with(How::Before(it)))),
                newer.map(|it| turn("button-logs-newer", asked.with(How::After(it)))),
            ]
            .into_iter()
            .flatten(),
        )
        .row([turn("button-refresh", asked.clone()), level])
        .row([Choice::run(voice.word("button-logs-file", &[]), file), turn("button-logs-follow", follow)])
}

/// The log as a file.
async fn file(
    context: &CommandContext<'_>,
    asked: &Asked,
    containers: &[Container],
    conditions: &mut ask::Conditions,
) -> Result<Reply, CommandError> {
    let voice = context.voice;
    // A log that is written to while it is read would never end.
    conditions.until = Some(conditions.until.map_or(context.now, |it| it.min(context.now)));
    let wanted = asked.tail.or((!conditions.choose()).then_some(FILE_LINES));
    let tail = match wanted {
        Some(wanted) if !conditions.choose() && asked.until.is_none() => wanted.saturating_add(BEFORE),
        _ => u32::MAX,
    };
    let query = LogQuery { tail, since: conditions.since, until: None };
    let mut sources = Vec::new();
    for named in containers.iter().enumerate() {
        sources.push(Source::open(&*context.ports.engine, named, &query, false, conditions).await?);
    }
    let mut merged = Merged::new(sources);
    let mut filing = Filing::new(wanted, MOST_TEXT);
    let deadline = Instant::now() + FILE_PATIENCE;
    let mut last = None;
    let unfinished = loop {
        match tokio::time::timeout_at(deadline, merged.next(context.redactor)).await {
            Ok(Some(Ok(line))) => {
                last = Some(line.at);
                filing.take(&line, containers);
                if filing.is_full() {
                    filing.pack().await;
                }
            }
            Ok(None) => break None,
            Ok(Some(Err(error))) if last.is_none() => return Err(error.into()),
            Ok(Some(Err(error))) => break Some(error.to_string()),
            Err(_) => break Some(voice.word("logs-file-slow", &[])),
        }
    };
    let read = merged.bytes();
    let mut filed = filing.finish().await;
    if !context.progress.takes_files() {
        filed = filed.plain();
    }
    let (lines, cut) = (filed.lines, filed.cut);
    let name = ("name", names(containers).into());
    if lines == 0 {
        let key = if asked.options().is_empty() { "logs-empty" } else { "logs-nothing-fits" };
        return Ok(Reply::text(voice.say(key, &[name])));
    }
    let document = filed.document(containers, context.now, &voice.zone);
    let nouns = [name, ("count", lines.into()), ("read", voice.bytes(read).into())];
    let mut text = voice.say("logs-file", &nouns);
    let options = asked.options();
    if !options.is_empty() {
        text = text.line().code(short(&options, OPTIONS));
    }
    if cut {
        text = text.line().then(voice.say("logs-file-cut", &[]));
    }
    if let Some(why) = unfinished {
        let until = last.map(|it| voice.moment(it, context.now)).unwrap_or_default();
        let nouns = [("until", until.into()), ("why", voice.reason(&why).into())];
        text = text.line().then(voice.say("logs-file-unfinished", &nouns));
    }
    Ok(Reply { document: Some(document), ..Reply::text(text) })
}
