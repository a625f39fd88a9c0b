//! Hands on containers: `/restart`, `/stop`, `/start`, `/pause`, `/unpause`, `/kill`. One conversation for all of them:
//! who is meant, what it comes to, are you sure, how far it is, what became of it.

mod carry;
mod targets;

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures_util::future::join_all;
use jobs::audit::Outcome;
use jobs::label::{HandsOff, hands_off};
use jobs::ports::{Container, ContainerDetail, EngineError, Needs, Right, Verb};
use jobs::reach::{self, Fit, Plan, Target};
use jobs::role::Role;

use self::targets::{Meaning, Meant, resolve};
use super::{Command, CommandContext, CommandError, Danger, rights};
use crate::markup::Markup;
use crate::present::hands::{self as words, Question};
use crate::present::names::short;
use crate::present::{Choice, Reply};

/// How many containers are asked about at once before a question, so that an engine is not flooded.
const AT_ONCE: usize = 8;
/// Of more containers than this, the question says nothing of ports and patience: asking would take longer than reading.
const ASKED: usize = 60;

/// `/restart <name or project> …`, and so for each verb.
pub(super) struct Hands(pub(super) Verb);

#[async_trait]
impl Command for Hands {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn danger(&self) -> Danger {
        Danger::Asks
    }

    /// Where one container is named, its label may give somebody a role on it.
    fn target<'a>(&self, arguments: &[&'a str]) -> Option<&'a str> {
        match arguments {
            [one] => targets::container_named(one),
            _ => None,
        }
    }

    fn written(&self, arguments: &[&str]) -> String {
        arguments.iter().map(|it| targets::written(it)).collect::<Vec<_>>().join(" ")
    }

    fn needs(&self, _arguments: &[&str], _confirmed: bool) -> Needs {
        Needs::All(needs(self.0))
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let verb = self.0;
        if arguments.is_empty() {
            return Err(CommandError::Usage);
        }
        let containers = context.ports.containers().await?;
        let meant = match resolve(context, verb, &containers, arguments)? {
            Meaning::Meant(meant) => meant,
            Meaning::Ask(reply) => return Ok(*reply),
        };
        let Meant { targets, tokens, mut notes, project, has_changed } = meant;
        let mut allowed: Vec<Target<'_>> = Vec::new();
        let mut refused = None;
        let hosts = hosts_of_ours(context, &containers).await;
        for target in targets {
            let name = [("name", short(&target.container.name, words::NAME).into())];
            match objection(context, target.container).await {
                Some((outcome, why)) => {
                    refused.get_or_insert(outcome);
                    notes.push(why);
                }
                None if reach::is_disruptive(verb) && hosts.iter().any(|it| it.id == target.container.id) => {
                    notes.push(context.voice.say("hand-own-network", &name));
                }
                None => allowed.push(target),
            }
        }
        let mut plan = reach::plan(verb, &allowed, &containers);
        notes.extend(spare(context, &mut plan).await);
        if plan.steps.is_empty() {
            let outcome = refused.filter(|_| allowed.is_empty());
            return Ok(Reply { outcome, ..nothing_to_do(context, verb, &allowed, notes) });
        }
        if context.confirmed && !has_changed {
            return Ok(carry::carry(context, verb, &plan, project, notes).await);
        }
        let details = details(context, &plan).await?;
        let question = Question { verb, plan: &plan, project, details: &details, now: context.now };
        let mut text = words::question(context.voice, &question);
        if has_changed {
            text = context.voice.say("hand-changed", &[]).line().then(text);
        }
        let text = Markup::lines(std::iter::once(text).chain(notes));
        Ok(Reply::text(text).row([
            Choice::confirm(
                words::yes(context.voice, verb),
                format!("/{} {}", verb.name(), tokens.join(" ")),
            ),
            Choice::dismiss(context.voice.word("button-leave", &[])),
        ]))
    }
}

/// What a verb needs of Docker.
pub(super) fn needs(verb: Verb) -> &'static [Right] {
    match verb {
        Verb::Start => &[Right::List, Right::Start],
        Verb::Stop => &[Right::List, Right::Stop],
        Verb::Restart => &[Right::List, Right::Restart],
        Verb::Pause => &[Right::List, Right::Pause],
        Verb::Unpause => &[Right::List, Right::Unpause],
        Verb::Kill => &[Right::List, Right::Kill],
    }
}

/// Why whoever asks does not lay hands on this container, if so, for the audit and in words. Everything that forbids it
/// is asked here.
pub(super) async fn objection(
    context: &CommandContext<'_>,
    container: &Container,
) -> Option<(Outcome, Markup)> {
    let own = context.ports.engine.own_container().await;
    let name = [("name", short(&container.name, words::NAME).into())];
    match hands_off(container, own.as_deref()) {
        Some(HandsOff::Own) => return Some((Outcome::Own, context.voice.say("hand-own", &name))),
        Some(HandsOff::Protected) => {
            return Some((Outcome::Protected, context.voice.say("hand-protected", &name)));
        }
        None => {}
    }
    let denied = rights::on(context.operator, container, Role::Operator).err()?;
    Some((Outcome::Role, rights::refusal(context.voice, &Hands(Verb::Restart), &denied)))
}

/// Those whose network we use ourselves: who stops them is not told what became of it.
async fn hosts_of_ours<'a>(context: &CommandContext<'_>, containers: &'a [Container]) -> Vec<&'a Container> {
    let own = context.ports.engine.own_container().await;
    own.map(|own| reach::network_of(containers, &own)).unwrap_or_default()
}

/// Takes those out of a plan that would be reached only by way of others and that nobody lays hands on; says so.
async fn spare(context: &CommandContext<'_>, plan: &mut Plan<'_>) -> Vec<Markup> {
    let mut notes = Vec::new();
    let mut spared = Vec::new();
    for step in plan.steps.iter().filter(|it| it.after.is_some()) {
        if let Some((_, why)) = objection(context, step.container).await {
            notes.push(why);
            spared.push(step.container);
        }
    }
    plan.steps.retain(|step| !spared.iter().any(|it| it.id == step.container.id));
    plan.severed.extend(spared);
    notes
}

/// What is said when all is as it was asked to be, or cannot be.
fn nothing_to_do(
    context: &CommandContext<'_>,
    verb: Verb,
    targets: &[Target<'_>],
    notes: Vec<Markup>,
) -> Reply {
    let voice = context.voice;
    let mut choices = Vec::new();
    let lines: Vec<Markup> = match targets {
        [Target { container, .. }] => {
            let nouns = words::standing(voice, container);
            let name = &container.name;
            let said = match reach::fit(verb, &container.state) {
                Fit::Already => voice.say("hand-already", &nouns),
                Fit::Instead(other) => {
                    choices
                        .push(Choice::turn(words::label(voice, other), format!("/{} {name}", other.name())));
                    voice.say("hand-instead", &nouns)
                }
                Fit::Acts | Fit::Never => voice.say("hand-never", &nouns),
            };
            for other in reach::offered(container).iter().filter(|it| **it != verb) {
                let line = format!("/{} {name}", other.name());
                if choices.is_empty() {
                    choices.push(Choice::turn(words::label(voice, *other), line));
                }
            }
            vec![said]
        }
        [] => Vec::new(),
        several => {
            let containers: Vec<&Container> = several.iter().map(|it| it.container).collect();
            vec![voice.say("hand-nothing", &[]), words::left(voice, &containers)]
        }
    };
    Reply::text(Markup::lines(lines.into_iter().chain(notes))).row(choices)
}

/// What each of the containers of a plan is like, by id. One that is asked about alone has to be there.
async fn details(
    context: &CommandContext<'_>,
    plan: &Plan<'_>,
) -> Result<BTreeMap<String, ContainerDetail>, EngineError> {
    let mut details = BTreeMap::new();
    if ASKED < plan.steps.len() {
        return Ok(details);
    }
    for some in plan.steps.chunks(AT_ONCE) {
        let asked = some.iter().map(|step| context.ports.engine.inspect(&step.container.id));
        for (step, detail) in some.iter().zip(join_all(asked).await) {
            match detail {
                Ok(detail) => {
                    details.insert(step.container.id.clone(), detail);
                }
                Err(error) if plan.steps.len() == 1 => return Err(error),
                Err(error) => tracing::warn!(%error, "a container could not be asked about"),
            }
        }
    }
    Ok(details)
}
