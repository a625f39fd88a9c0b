//! One container, and what can be done about it: what a number under `/ps` turns the list into.

use async_trait::async_trait;
use jobs::ports::{Container, ContainerDetail, ContainerState, Verb};
use jobs::reach;

use super::hands::objection;
use super::loads::load_of;
use super::names::{Meant, meant};
use super::{Command, CommandContext, CommandError, find};
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Choice, Reply, containers, hands};

/// How many buttons stand in a row.
const ROW: usize = 3;

/// `/box <name> [words of the list it was in]`
pub(super) struct Panel;

#[async_trait]
impl Command for Panel {
    fn name(&self) -> &'static str {
        "box"
    }

    fn is_listed(&self) -> bool {
        false
    }

    fn is_live(&self, _arguments: &[&str]) -> bool {
        true
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let [name, list @ ..] = arguments else { return Err(CommandError::Usage) };
        let everything = context.ports.containers().await?;
        let list = list.join(" ");
        match meant(&everything, name) {
            Meant::Exactly(container) => panel(context, container, &everything, &list).await,
            Meant::Perhaps(several) => {
                Ok(super::which(context, name, &several, |it| format!("/box {} {list}", it.name)))
            }
            Meant::None(near) => Err(CommandError::NoContainer { name: (*name).to_owned(), near }),
        }
    }
}

/// A container's own panel; `list` are the words of the list that it was in.
pub(super) async fn panel(
    context: &CommandContext<'_>,
    container: &Container,
    everything: &[Container],
    list: &str,
) -> Result<Reply, CommandError> {
    let voice = context.voice;
    // The list knows the most of it: what only `inspect` says may be missing.
    let detail = match context.ports.engine.inspect(&container.id).await {
        Ok(detail) => detail,
        Err(error) => {
            tracing::warn!(%error, "a container could not be asked about");
            ContainerDetail::default()
        }
    };
    let mut lines = vec![containers::title(voice, container)];
    lines.extend(containers::facts(voice, container, &detail, load_of(context, container)));
    lines.extend(network(context, container, everything));
    let objection = objection(context, container).await;
    let verbs: &[Verb] = if objection.is_some() { &[] } else { reach::offered(container) };
    lines.extend(objection.map(|(_, why)| why));
    let name = &container.name;
    let of_verbs: Vec<Choice> = verbs
        .iter()
        .map(|verb| Choice::turn(hands::label(voice, *verb), format!("/{} {name}", verb.name())))
        .collect();
    let runs = matches!(
        container.state,
        ContainerState::Running | ContainerState::Paused | ContainerState::Restarting
    );
    let looks = [
        ("logs", "button-logs", true),
        ("stats", "button-stats", runs),
        ("graph", "button-graph", runs),
        ("inspect", "button-inspect", true),
    ];
    // What this release cannot answer is not offered.
    let looks = looks.into_iter().filter(|(command, _, fits)| *fits && find(command).is_some());
    let of_looks: Vec<Choice> = looks
        .map(|(command, key, _)| Choice::run(voice.word(key, &[]), format!("/{command} {name}")))
        .collect();
    let back = Choice::turn(voice.word("button-back", &[]), format!("/ps {list}").trim_end().to_owned());
    let again =
        Choice::turn(voice.word("button-refresh", &[]), format!("/box {name} {list}").trim_end().to_owned());
    let rows =
        of_verbs.chunks(ROW).fold(Reply::text(Markup::lines(lines)), |reply, row| reply.row(row.to_vec()));
    let rows = of_looks.chunks(2).fold(rows, |reply, row| reply.row(row.to_vec()));
    Ok(rows.row([back, again]))
}

/// Whose network it uses.
fn network(context: &CommandContext<'_>, container: &Container, everything: &[Container]) -> Option<Markup> {
    let hosts = reach::network_of(everything, &container.id);
    let host = hosts.first()?;
    let name = [("name", short(&host.name, containers::NAME).into())];
    Some(context.voice.say("box-network", &name))
}
