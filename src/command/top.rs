//! What runs within one container.

use async_trait::async_trait;
use jobs::ports::{ContainerState, Needs, Processes, Right};

use super::looks::{self, Found};
use super::{Command, CommandContext, CommandError};
use crate::gate::Cost;
use crate::markup::Markup;
use crate::present::names::column;
use crate::present::pages::{Page, taken};
use crate::present::{Choice, Reply, Voice};
use crate::redact::Redactor;

/// How many are on one page.
const PAGE: usize = 20;
/// Letters of what a process is called: with its number and its time, the width of a phone.
const COMMAND: usize = 16;

/// `/top <name> [page]`
pub(super) struct Top;

#[async_trait]
impl Command for Top {
    fn name(&self) -> &'static str {
        "top"
    }

    fn needs(&self, _arguments: &[&str], _confirmed: bool) -> Needs {
        Needs::All(&[Right::List, Right::Top])
    }

    fn has_pages(&self) -> bool {
        true
    }

    fn cost(&self, _arguments: &[&str], _confirmed: bool) -> Cost {
        Cost::Dear
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let voice = context.voice;
        let mut rest: Vec<&str> = arguments.iter().skip(1).copied().collect();
        let page = taken(&mut rest);
        let ([name, ..], []) = (arguments, &rest[..]) else { return Err(CommandError::Usage) };
        let containers = context.ports.containers().await?;
        let container = match looks::find(context, &containers, name, |it| format!("/top {}", it.name))? {
            Found::One(container) => container,
            Found::Asked(reply) => return Ok(*reply),
        };
        let heading = looks::heading(voice, container);
        let line = format!("/top {}", container.name);
        let refresh = |page: usize| Choice::turn(voice.word("button-refresh", &[]), format!("{line} {page}"));
        let (text, page) = match container.state {
            // Where its state is a new word, the engine says whether there are any.
            ContainerState::Running
            | ContainerState::Paused
            | ContainerState::Other(_)
            | ContainerState::Unsaid => {
                let processes = context.ports.engine.top(&container.id).await?;
                let (rows, page) = Page::of(&processes.rows, page, PAGE);
                let count = voice.say("top-count", &[("count", processes.rows.len().into())]);
                (
                    heading.line().then(count).line().then(table(voice, context.redactor, &processes, rows)),
                    page,
                )
            }
            ContainerState::Created
            | ContainerState::Restarting
            | ContainerState::Removing
            | ContainerState::Exited
            | ContainerState::Dead => {
                (heading.line().then(voice.say("top-none", &[])), Page { number: 1, of: 1 })
            }
        };
        let reply = Reply::text(text).row([refresh(page.number)]).row(page.turns(&line));
        Ok(looks::elsewhere(voice, container, "top").into_iter().fold(reply, Reply::row))
    }
}

/// Number, time on the processor, and what was called, its secrets struck out.
fn table(voice: &Voice, redactor: &Redactor, processes: &Processes, rows: &[Vec<String>]) -> Markup {
    let place = |names: &[&str]| {
        processes.titles.iter().position(|title| names.iter().any(|it| title.eq_ignore_ascii_case(it)))
    };
    let (pid, time) = (place(&["PID"]), place(&["TIME", "CPU TIME"]));
    // What is called comes last in every `ps`.
    let command = place(&["CMD", "COMMAND"]).or(processes.titles.len().checked_sub(1));
    let cell = |row: &Vec<String>, place: Option<usize>| -> String {
        place.and_then(|it| row.get(it)).cloned().unwrap_or_else(|| "–".to_owned())
    };
    let head = format!(
        "{:>6} {:>10} {}",
        "PID",
        voice.word("top-time", &[]),
        column(&voice.word("processes", &[]), COMMAND).trim_end()
    );
    let rows = rows.iter().map(|row| {
        let mut called = redactor.command(&[cell(row, command)]);
        // It begins with what it is.
        if COMMAND < called.chars().count() {
            called = called.chars().take(COMMAND - 1).chain(['…']).collect();
        }
        let (pid, time) = (column(&cell(row, pid), 6), column(&cell(row, time), 10));
        format!("{:>6} {:>10} {}", pid.trim_end(), time.trim_end(), column(&called, COMMAND).trim_end())
    });
    Markup::new().block(std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n"))
}
