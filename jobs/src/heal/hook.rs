//! A program of the operator's own that may free something: declared, allowed from outside, and off until both are so.

use std::time::Duration;

use super::remedy::{Loss, mark};
use super::{Done, PlanStep, Settings};
use crate::Ports;

/// What a hook's name begins with where remedies are named.
pub(super) const PREFIX: &str = "hook:";

/// A program and when it may help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// Unique; rules call it `hook:NAME`.
    pub name: String,
    /// The program by its absolute path, and its arguments. No shell reads them.
    pub command: Vec<String>,
    /// It is killed when it takes longer, with all it started; 30 s.
    pub timeout: Duration,
    /// The filesystem it is for; none: any.
    pub mount: Option<String>,
}

impl Hook {
    /// What a rule calls it.
    pub fn remedy(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }
}

/// What it would do, nobody knows but who wrote it: a step without bytes, with its command for a name.
pub(super) fn preview(hook: &Hook) -> PlanStep {
    let remedy = hook.remedy();
    let command = hook.command.join(" ");
    let mark = mark([remedy.as_str(), command.as_str()]);
    PlanStep { remedy, items: 1, bytes: 0, names: vec![command], loss: Loss::Unknown, mark }
}

/// Runs it. It did what it should when it says so by its exit code; what that freed is measured by who asked.
pub(super) async fn apply(name: &str, settings: &Settings, ports: &Ports) -> Done {
    let remedy = format!("{PREFIX}{name}");
    let Some(hook) = settings.hooks.iter().find(|it| it.name == name) else {
        return Done::failed(&remedy, "no such hook is declared".to_owned());
    };
    match ports.host.run_hook(&hook.command, hook.timeout).await {
        Ok(end) => {
            let failure = match end.code {
                Some(0) => None,
                Some(code) => Some(format!("it exited with {code}")),
                None if end.timed_out => Some(format!("it was killed after {} s", hook.timeout.as_secs())),
                None => Some("it was killed by a signal".to_owned()),
            };
            let items = u64::from(failure.is_none());
            Done { remedy, items, failure, output: end.output, ..Done::default() }
        }
        Err(error) => Done::failed(&remedy, error.to_string()),
    }
}
