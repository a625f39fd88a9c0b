//! What fills a disk, what may go, and doing it: all of it, or one step.

use async_trait::async_trait;
use jobs::declare::Work;
use jobs::heal::{self, Attempt, Heal, HealStep, PlanStep};
use jobs::ports::{Needs, Right};
use jobs::role::Role;

use super::{Command, CommandContext, CommandError, Danger};
use crate::gate::Cost;
use crate::present::{Reply, heal as present};

/// `/fix [mount] [number|all [mark]]`, `/fix logs`
pub(super) struct Fix;

/// What is wanted of a plan. A mark stands for the very things that were shown: a button carries it, a person never does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted<'a> {
    Look,
    Step { number: usize, mark: Option<&'a str> },
    All { mark: Option<&'a str> },
    Logs,
}

#[async_trait]
impl Command for Fix {
    fn name(&self) -> &'static str {
        "fix"
    }

    fn danger(&self) -> Danger {
        Danger::Asks
    }

    /// A mark is for the button alone.
    fn written(&self, arguments: &[&str]) -> String {
        let is_choice = |it: &&str| *it == "all" || it.parse::<usize>().is_ok();
        let end = arguments.iter().position(is_choice).map_or(arguments.len(), |it| it + 1);
        arguments[..end].join(" ")
    }

    /// It removes.
    fn role(&self, _arguments: &[&str]) -> Role {
        Role::Admin
    }

    /// The plan is read. What a step needs the plan knows, step by step, and some need nothing of the engine.
    fn needs(&self, _arguments: &[&str], _confirmed: bool) -> Needs {
        Needs::All(&[Right::DiskUsage])
    }

    fn cost(&self, _arguments: &[&str], confirmed: bool) -> Cost {
        if confirmed { Cost::Acting } else { Cost::Dear }
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let (path, wanted) = parse(arguments).ok_or(CommandError::Usage)?;
        let (voice, ports, now) = (context.voice, context.ports, context.now);
        if wanted == Wanted::Logs {
            return Ok(present::bounding_logs(voice));
        }
        let mount = match path {
            Some(path) => heal::mount_of(&path, ports).await?,
            None => {
                // Without an engine there is nothing to free, and the reason is the answer.
                ports.engine.info().await?;
                heal::target(ports).await?
            }
        };
        let settings = settings(context);
        if !context.confirmed {
            heal::look_around(&mount, ports, now).await;
        }
        let plan = heal::plan_for_person(&mount, &settings, ports, now).await?;
        if plan.steps.is_empty() {
            if wanted != Wanted::Look {
                // What was to go has not gone because nobody answers.
                ports.engine.info().await?;
            }
            return Ok(present::plan(voice, &plan));
        }
        let steps: Vec<(usize, &PlanStep)> = match wanted {
            Wanted::Look | Wanted::Logs => return Ok(present::plan(voice, &plan)),
            Wanted::Step { number, mark: None } => {
                let step = number.checked_sub(1).and_then(|it| plan.steps.get(it));
                return Ok(match step {
                    Some(step) => present::question(voice, &plan, number, step),
                    None => present::no_such_step(voice, &plan, number),
                });
            }
            Wanted::All { mark: None } => return Ok(present::plan(voice, &plan)),
            Wanted::Step { mark: Some(mark), .. } => {
                (1..).zip(&plan.steps).filter(|(_, it)| it.mark == mark).take(1).collect()
            }
            Wanted::All { mark: Some(mark) } if plan.mark() == mark => (1..).zip(&plan.steps).collect(),
            Wanted::All { mark: Some(_) } => Vec::new(),
        };
        if steps.is_empty() {
            ports.engine.info().await?;
            return Ok(present::changed(voice, &plan));
        }
        if !context.confirmed {
            return Ok(present::plan(voice, &plan));
        }
        let mut attempt = Attempt::begin(&mount, ports).await?;
        for (number, step) in &steps {
            context.progress.say(present::going(voice, &mount, *number, plan.steps.len(), step)).await;
            attempt.take(step, &settings, now).await;
            if attempt.is_over() {
                break;
            }
        }
        let relief = attempt.relief();
        let text = present::relief(voice, &relief);
        let heal = Heal { at: now, alert: None, target: mount, what: HealStep::Applied(relief) };
        if let Err(error) = ports.store.put_heal(&heal) {
            tracing::error!(%error, remedy = "see why the store takes no writes: vakhta doctor", "what was freed could not be written down");
        }
        Ok(Reply::text(text))
    }
}

/// A path may have spaces in it, so it goes on until a word that says what is wanted.
fn parse<'a>(arguments: &[&'a str]) -> Option<(Option<String>, Wanted<'a>)> {
    let says = |word: &&str| *word == "all" || word.parse::<usize>().is_ok();
    if arguments == ["logs"] {
        return Some((None, Wanted::Logs));
    }
    let end = arguments.iter().position(says).unwrap_or(arguments.len());
    let (path, rest) = arguments.split_at(end);
    let path = match path.first() {
        None => None,
        Some(first) if first.starts_with('/') => Some(path.join(" ")),
        Some(_) => return None,
    };
    let wanted = match rest {
        [] => Wanted::Look,
        [word] | [word, _] => {
            let mark = rest.get(1).copied();
            match word.parse() {
                Ok(number) => Wanted::Step { number, mark },
                Err(_) => Wanted::All { mark },
            }
        }
        _ => return None,
    };
    Some((path, wanted))
}

/// What the declaration allows; the defaults when it has no such job.
fn settings(context: &CommandContext<'_>) -> heal::Settings {
    let declared = context.declared.jobs.iter().find_map(|job| match &job.work {
        Work::Heal(settings) => Some(settings.clone()),
        Work::Sample(_) | Work::Evaluate(_) | Work::Digest(_) | Work::Beat(_) => None,
    });
    declared.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_button_remembers_is_not_read_out() {
        assert_eq!(Fix.written(&["/srv", "2", "0a1b"]), "/srv 2");
        assert_eq!(Fix.written(&["all", "ffff0000"]), "all");
        assert_eq!(Fix.written(&["logs"]), "logs");
        assert_eq!(
            crate::command::written("/restart project:shop#0a1b web#id#shop/web"),
            "/restart project:shop web"
        );
    }

    #[test]
    fn a_place_and_a_wish_are_read_in_that_order() {
        let check = |line: &'static str, expected: Option<(Option<&str>, Wanted<'static>)>| {
            let words: Vec<&'static str> = line.split_whitespace().collect();
            let expected = expected.map(|(path, wanted)| (path.map(str::to_owned), wanted));
            assert_eq!(parse(&words), expected, "{line}");
        };
        check("", Some((None, Wanted::Look)));
        check("logs", Some((None, Wanted::Logs)));
        check("2", Some((None, Wanted::Step { number: 2, mark: None })));
        check("all", Some((None, Wanted::All { mark: None })));
        check("/srv", Some((Some("/srv"), Wanted::Look)));
        check(
            "/mnt/my disk 2 0a1b",
            Some((Some("/mnt/my disk"), Wanted::Step { number: 2, mark: Some("0a1b") })),
        );
        check("/ all ffff0000", Some((Some("/"), Wanted::All { mark: Some("ffff0000") })));
        check("srv", None);
        check("everything", None);
        check("2 a b", None);
    }
}
