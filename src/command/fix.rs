//! Free disk space that Docker holds, after showing how much.

use async_trait::async_trait;
use jobs::declare::Work;
use jobs::heal::{self, Heal, HealStep};
use jobs::ports::{Needs, Right};
use jobs::role::Role;

use super::{Command, CommandContext, CommandError, Danger};
use crate::present::{Reply, heal as present};

/// `/fix`
pub(super) struct Fix;

#[async_trait]
impl Command for Fix {
    fn name(&self) -> &'static str {
        "fix"
    }

    fn danger(&self) -> Danger {
        Danger::Asks
    }

    /// It removes.
    fn role(&self, _arguments: &[&str]) -> Role {
        Role::Admin
    }

    /// The plan is read; what frees room is any of what removes.
    fn needs(&self, _arguments: &[&str], confirmed: bool) -> Needs {
        if confirmed { Needs::Any(Right::REMOVALS) } else { Needs::All(&[Right::DiskUsage]) }
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        if !arguments.is_empty() {
            return Err(CommandError::Usage);
        }
        let voice = context.voice;
        let ports = context.ports;
        // Without an engine there is nothing to free, and the reason is the answer.
        ports.engine.info().await?;
        let settings = settings(context);
        let mount = heal::target(ports).await?;
        let plan = heal::plan(&mount, heal::LADDER, &settings, ports, context.now).await?;
        if !context.confirmed || plan.steps.is_empty() {
            return Ok(present::plan(voice, &plan));
        }
        context.progress.say(voice.say("fix-going", &[("mount", mount.as_str().into())])).await;
        let relief = heal::apply(&plan, &settings, ports, context.now, None).await?;
        let text = present::relief(voice, &relief);
        let heal = Heal { at: context.now, alert: None, target: mount, what: HealStep::Applied(relief) };
        if let Err(error) = ports.store.put_heal(&heal) {
            tracing::error!(%error, "what was freed could not be written down");
        }
        Ok(Reply::text(text))
    }
}

/// What the declaration allows; the defaults when it has no such job.
fn settings(context: &CommandContext<'_>) -> heal::Settings {
    let declared = context.declared.jobs.iter().find_map(|job| match &job.work {
        Work::Heal(settings) => Some(settings.clone()),
        Work::Sample(_) | Work::Evaluate(_) | Work::Digest(_) | Work::Beat(_) => None,
    });
    declared.unwrap_or_default()
}
