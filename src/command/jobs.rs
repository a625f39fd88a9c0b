//! What runs when, and how it went; run one now.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use jobs::audit::Outcome as How;
use jobs::role::Role;

use super::looks::only_page;
use super::{Command, CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::pages::Page;
use crate::present::{Choice, Reply, Voice};
use crate::run::{JobFacts, OffJob, Outcome, RunFacts};

/// How jobs stand, and the means to run one now.
#[async_trait]
pub trait JobBoard: Send + Sync {
    /// Every declared job, in the declared order.
    fn facts(&self) -> Vec<JobFacts>;
    /// Every declared job that never runs, for want of a setting.
    fn off(&self) -> Vec<OffJob>;
    /// Runs one now and answers, when it has ended, how it is with it; none when there is no such job. One that is
    /// running already is not run again.
    async fn run_now(&self, name: &str) -> Option<JobFacts>;
}

/// Letters of a job's name that are shown.
const NAME: usize = 24;

/// Jobs on a page: each has up to four rows, and a button.
const PER_PAGE: usize = 8;

/// `/jobs [<page>]`, `/jobs run <name>`
pub(super) struct JobsCommand;

#[async_trait]
impl Command for JobsCommand {
    fn name(&self) -> &'static str {
        "jobs"
    }

    /// A job may heal, and so remove.
    fn role(&self, arguments: &[&str]) -> Role {
        if only_page(arguments).is_ok() { Role::Viewer } else { Role::Admin }
    }

    fn is_live(&self, arguments: &[&str]) -> bool {
        only_page(arguments).is_ok()
    }

    fn has_pages(&self) -> bool {
        true
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        match arguments {
            ["run", name] => run(context, name).await,
            _ => Ok(list(context, only_page(arguments)?)),
        }
    }
}

fn list(context: &CommandContext<'_>, wanted: usize) -> Reply {
    let voice = context.voice;
    let facts = context.board.facts();
    let (shown, page) = Page::of(&facts, wanted, PER_PAGE);
    let mut lines = vec![voice.say("jobs-title", &[])];
    for job in shown {
        let name = Markup::new().bold(short(&job.name, NAME));
        // A job that is called what it does need not say so twice.
        lines.push(if job.name == job.kind { name } else { name.plain(format!(" · {}", job.kind)) });
        lines.push(Markup::text("   ").then(match job.next {
            Some(next) => voice.say("jobs-next", &[("next", soon(context, next).into())]),
            None => voice.say("jobs-never", &[]),
        }));
        if let Some(since) = job.running_since {
            let lasting = voice.between(since, context.now);
            lines.push(Markup::text("   ").then(voice.say("jobs-running", &[("lasting", lasting.into())])));
        }
        if let Some(last) = &job.last {
            lines.push(Markup::text("   ").then(outcome(context, last)));
        }
        if 0 < job.skipped {
            lines.push(Markup::text("   ").then(voice.say("jobs-skipped", &[("count", job.skipped.into())])));
        }
    }
    let is_last = page.number == page.of;
    for job in context.board.off().into_iter().filter(|_| is_last) {
        let name = Markup::new().bold(short(&job.name, NAME));
        lines.push(if job.name == job.kind { name } else { name.plain(format!(" · {}", job.kind)) });
        lines.push(Markup::text("   ").then(voice.say("jobs-off", &[("setting", job.lacks.into())])));
    }
    let mut reply = Reply::text(Markup::lines(lines));
    for pair in shown.chunks(2) {
        reply = reply.row(pair.iter().map(|job| {
            Choice::run(
                voice.word("button-run", &[("name", short(&job.name, NAME).into())]),
                format!("/jobs run {}", job.name),
            )
        }));
    }
    let here = if page.number == 1 { "/jobs".to_owned() } else { format!("/jobs {}", page.number) };
    reply.row(page.turns("/jobs")).row([Choice::turn(voice.word("button-refresh", &[]), here)])
}

/// A moment to come: within the hour as a length of time, else as a time of day.
fn soon(context: &CommandContext<'_>, next: Timestamp) -> String {
    let voice = context.voice;
    match next.duration_since(context.now).as_secs() {
        ..=0 => voice.word("right-now", &[]),
        1..=3600 => voice.word("in-a-while", &[("lasting", voice.between(context.now, next).into())]),
        _ => voice.moment(next, context.now),
    }
}

fn outcome(context: &CommandContext<'_>, last: &RunFacts) -> Markup {
    let voice = context.voice;
    let (key, why) = match &last.outcome {
        Outcome::Done => ("outcome-done", ""),
        Outcome::Failed(why) => ("outcome-failed", why.as_str()),
        Outcome::TimedOut => ("outcome-timed-out", ""),
        Outcome::Panicked(why) => ("outcome-panicked", why.as_str()),
        Outcome::Stopped => ("outcome-stopped", ""),
    };
    voice.say(
        key,
        &[
            ("at", voice.moment(last.started, context.now).into()),
            ("took", took(voice, last.took).into()),
            ("why", voice.reason(why).into()),
        ],
    )
}

/// Runs mostly take less than a second.
fn took(voice: &Voice, took: Duration) -> String {
    if took < Duration::from_secs(1) {
        format!("{} {}", took.as_millis(), voice.words().durations[0])
    } else {
        voice.lasting(took)
    }
}

async fn run(context: &CommandContext<'_>, name: &str) -> Result<Reply, CommandError> {
    let voice = context.voice;
    if let Some(job) = context.board.off().into_iter().find(|it| it.name == name) {
        let off = voice.say("jobs-off", &[("setting", job.lacks.into())]);
        return Ok(Reply::text(Markup::new().bold(short(name, NAME)).plain(": ").then(off)));
    }
    if !context.board.facts().iter().any(|it| it.name == name) {
        return Err(CommandError::NoJob(name.to_owned()));
    }
    let shown = short(name, NAME);
    context.progress.say(voice.say("jobs-going", &[("name", shown.as_str().into())])).await;
    let facts = context.board.run_now(name).await.ok_or_else(|| CommandError::NoJob(name.to_owned()))?;
    let went = match (facts.running_since, &facts.last) {
        (Some(since), _) => {
            voice.say("jobs-running", &[("lasting", voice.between(since, context.now).into())])
        }
        (None, Some(last)) => outcome(context, last),
        (None, None) => voice.say("jobs-never", &[]),
    };
    let text = voice.say("jobs-ran", &[("name", shown.into())]).plain(" ").then(went);
    let how = match (facts.running_since, facts.last.map(|it| it.outcome)) {
        (None, Some(Outcome::Done)) => How::Done,
        (Some(_), _) | (None, None) => How::Unknown,
        (None, Some(Outcome::Failed(_) | Outcome::TimedOut | Outcome::Panicked(_) | Outcome::Stopped)) => {
            How::Failed
        }
    };
    Ok(Reply::text(text).row([Choice::run(voice.word("button-jobs", &[]), "/jobs")]).ended(how))
}
