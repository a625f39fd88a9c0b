//! Stop one container and start it again, after asking.

use async_trait::async_trait;
use jobs::audit::Outcome;
use jobs::label::{HandsOff, hands_off};
use jobs::ports::{Container, ContainerState, EngineError, Needs, Right, Verb};
use jobs::role::Role;

use super::names::{Meant, meant};
use super::rights::rights;
use super::{Command, CommandContext, CommandError, Danger};
use crate::present::names::short;
use crate::present::{Choice, Reply, containers};

/// Letters of a container's name that are shown: all but the longest in full, since it is about to be acted on.
const SHOWN: usize = 64;

/// `/restart <name>`
pub(super) struct Restart;

#[async_trait]
impl Command for Restart {
    fn name(&self) -> &'static str {
        "restart"
    }

    fn danger(&self) -> Danger {
        Danger::Asks
    }

    fn target<'a>(&self, arguments: &[&'a str]) -> Option<&'a str> {
        arguments.first().copied()
    }

    fn needs(&self, _arguments: &[&str], _confirmed: bool) -> Needs {
        Needs::All(&[Right::List, Right::Restart])
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let [name] = arguments else { return Err(CommandError::Usage) };
        let containers = context.ports.containers().await?;
        match meant(&containers, name) {
            Meant::Exactly(container) => act(context, container).await,
            Meant::Perhaps(several) => {
                Ok(super::which(context, name, &several, |it| format!("/restart {}", it.name)))
            }
            Meant::None(near) => Err(CommandError::NoContainer { name: (*name).to_owned(), near }),
        }
    }
}

async fn act(context: &CommandContext<'_>, container: &Container) -> Result<Reply, CommandError> {
    let voice = context.voice;
    let engine = &context.ports.engine;
    let name = || {
        [
            ("name", short(&container.name, SHOWN).into()),
            ("state", containers::state(voice, container).into()),
        ]
    };
    match hands_off(container, engine.own_container().await.as_deref()) {
        Some(HandsOff::Own) => return Ok(Reply::text(voice.say("restart-own", &name())).ended(Outcome::Own)),
        Some(HandsOff::Protected) => {
            return Ok(Reply::text(voice.say("restart-protected", &name())).ended(Outcome::Protected));
        }
        None => {}
    }
    rights(context, container, Role::Operator)?;
    if !context.confirmed {
        return Ok(Reply::text(voice.say("restart-sure", &name())).row([
            Choice::confirm(voice.word("button-restart", &[]), format!("/restart {}", container.name)),
            Choice::dismiss(voice.word("button-leave", &[])),
        ]));
    }
    context.progress.say(voice.say("restart-going", &name())).await;
    let before = engine.inspect(&container.id).await?;
    let asked = engine.act(Verb::Restart, &container.id).await;
    if let Err(
        error @ (EngineError::NoSuchContainer(_) | EngineError::Refused(_) | EngineError::Unreachable(_)),
    ) = asked
    {
        return Err(error.into());
    }
    // Whatever the call said, or did not live to say, the container itself is the truth.
    let after = match engine.inspect(&container.id).await {
        Ok(after) => after,
        Err(error) => {
            let nouns = [
                ("name", short(&container.name, SHOWN).into()),
                ("why", voice.reason(&error.to_string()).into()),
            ];
            return Ok(Reply::text(voice.say("restart-unknown", &nouns)).ended(Outcome::Unknown));
        }
    };
    let restarted = before.started != after.started && after.started.is_some();
    let (key, outcome) = match (restarted, &after.state) {
        (true, ContainerState::Running) => ("restart-done", Outcome::Done),
        (true, _) => ("restart-ended", Outcome::Failed),
        (false, _) => ("restart-not", Outcome::Failed),
    };
    let choices = [
        Choice::run(voice.word("button-logs", &[]), format!("/logs {}", container.name)),
        Choice::run(voice.word("button-containers", &[]), "/ps"),
    ];
    let took = match after.started {
        Some(started) => voice.between(context.now, started.max(context.now)),
        None => voice.word("unknown", &[]),
    };
    let nouns = [
        ("name", short(&container.name, SHOWN).into()),
        ("took", took.into()),
        ("code", after.exit_code.unwrap_or_default().to_string().into()),
    ];
    Ok(Reply::text(voice.say(key, &nouns)).row(choices).ended(outcome))
}
