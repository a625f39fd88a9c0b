//! The digest, of now or of any other time.

#[cfg(any(test, fuzzing))]
pub(super) mod promises;
mod range;

use async_trait::async_trait;
use jobs::JobContext;
use jobs::declare::{Job, Work};
use jobs::digest;

use self::range::Range;
use super::{Command, CommandContext, CommandError};
use crate::gate::Cost;
use crate::present::Reply;
use crate::present::digest::{self as present, View};
use crate::present::notice::Remembered;

/// `/digest [job] [range]`; buttons add an exact period and what of it is shown.
pub(super) struct DigestCommand;

/// What was asked for.
#[derive(Default)]
struct Asked<'a> {
    job: Option<&'a Job>,
    range: Option<Range>,
    view: View,
}

#[async_trait]
impl Command for DigestCommand {
    fn name(&self) -> &'static str {
        "digest"
    }

    fn written(&self, arguments: &[&str]) -> String {
        let is_ours = |word: &&&str| word.starts_with('@') || view(word).is_some();
        let words: Vec<&str> = arguments.iter().filter(|it| !is_ours(it)).copied().collect();
        words.join(" ")
    }

    fn cost(&self, _arguments: &[&str], _confirmed: bool) -> Cost {
        Cost::Dear
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let asked = read(&context.declared.jobs, arguments)?;
        let declared = asked.job.or_else(|| context.declared.jobs.iter().find(|it| settings(it).is_some()));
        let usual = digest::Settings::default();
        let (name, settings) = match declared.and_then(|it| Some((it.name.as_str(), settings(it)?))) {
            Some(declared) => declared,
            None => ("digest", &usual),
        };
        let now = context.now.to_zoned_datetime(context.voice.zone.clone());
        let period = match &asked.range {
            Some(range) => range.period(&now).ok_or_else(|| CommandError::Argument {
                key: "digest-range-empty",
                what: self.written(arguments),
            })?,
            None => settings.until(context.now),
        };
        let rules = &context.declared.rules;
        let job = JobContext { now: context.now, job: name, rules, ports: context.ports };
        let digest = digest::sum_up(settings, period, job).await?;
        let (voice, host) = (context.voice, context.about.host.as_str());
        let reply = present::told(voice, host, &digest, rules, asked.view);
        let history = Remembered(&*context.ports.store);
        Ok(match present::drawing(voice, host, &digest, rules, &history) {
            Some(drawing) => reply.drawn(drawing),
            None => reply,
        })
    }
}

/// How a job is set, if it is a digest.
fn settings(job: &Job) -> Option<&digest::Settings> {
    match &job.work {
        Work::Digest(settings) => Some(settings),
        Work::Sample(_) | Work::Evaluate(_) | Work::Heal(_) | Work::Beat(_) => None,
    }
}

fn view(word: &str) -> Option<View> {
    match word {
        "table" => Some(View::Table),
        "all" => Some(View::All),
        _ => None,
    }
}

/// Each of them once, in any order.
fn read<'a>(jobs: &'a [Job], arguments: &[&str]) -> Result<Asked<'a>, CommandError> {
    let mut asked = Asked::default();
    for word in arguments {
        let job = jobs.iter().find(|it| it.name == *word && settings(it).is_some());
        match (Range::read(word), view(word), job) {
            (Some(range), _, _) if asked.range.is_none() => asked.range = Some(range),
            (None, Some(view), _) => asked.view = view,
            (None, None, Some(job)) if asked.job.is_none() => asked.job = Some(job),
            // What stands for the job where none is declared.
            (None, None, None) if *word == "digest" => {}
            (None, None, None) => {
                return Err(CommandError::Argument { key: "digest-range-unknown", what: (*word).to_owned() });
            }
            (Some(_), _, _) | (None, None, Some(_)) => return Err(CommandError::Usage),
        }
    }
    Ok(asked)
}
