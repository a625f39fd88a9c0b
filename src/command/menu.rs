//! Everything there is, under one message that is turned in place: where it leads is said here, how it gets back in
//! [`super::trail`].

use async_trait::async_trait;
use jiff::SignedDuration;
use jobs::sample;

use super::{Command, CommandContext, CommandError, alerts, graph, status};
use crate::markup::Markup;
use crate::present::{Choice, Reply};

/// What can be drawn from here: its short name, and how far back.
const PICTURES: [(&str, &str); 9] = [
    ("cpu", "6h"),
    ("ram", "6h"),
    ("disk", "7d"),
    ("net", "6h"),
    ("io", "6h"),
    ("load", "6h"),
    ("psi", "6h"),
    ("temp", "24h"),
    ("containers", "24h"),
];
/// How many buttons stand in a row.
const ROW: usize = 3;
/// What was not measured for so long is not offered to be drawn.
const LATELY: SignedDuration = SignedDuration::from_hours(24);

/// `/menu [graphs|close]`
pub(super) struct Menu;

#[async_trait]
impl Command for Menu {
    fn name(&self) -> &'static str {
        "menu"
    }

    fn is_live(&self, arguments: &[&str]) -> bool {
        arguments.is_empty()
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        match arguments {
            [] => home(context).await,
            ["graphs"] => graphs(context),
            ["close"] => Ok(Reply::text(context.voice.say("menu-closed", &[]))),
            _ => Err(CommandError::Usage),
        }
    }
}

async fn home(context: &CommandContext<'_>) -> Result<Reply, CommandError> {
    let voice = context.voice;
    let mut lines = status::brief(context).await?;
    lines.push(voice.say("menu-at", &[("at", voice.clock(context.now).into())]));
    let to = |key: &str, line: &str| Choice::turn(voice.word(key, &[]), line);
    Ok(Reply::text(Markup::lines(lines))
        // From here to the remedy of what is wrong are three presses: its card, what helps, yes.
        .row(alerts::open_cards(context)?)
        .row([to("button-status", "/status"), to("button-containers", "/ps")])
        .row([to("button-alerts", "/alerts"), to("button-graphs", "/menu graphs")])
        .row([to("button-jobs", "/jobs"), to("button-help", "/help")])
        .row([to("button-refresh", "/menu")]))
}

fn graphs(context: &CommandContext<'_>) -> Result<Reply, CommandError> {
    let voice = context.voice;
    let from = context.now.checked_sub(LATELY).unwrap_or(context.now);
    let known = context.ports.store.keys(from)?;
    let drawn = PICTURES.iter().filter_map(|(alias, range)| {
        let metrics = graph::ALIASES.iter().find(|it| it.0 == *alias)?.1;
        known.iter().any(|it| metrics.contains(&it.metric.as_str())).then_some(())?;
        let label = voice.group(alias).unwrap_or_else(|| voice.metric(metrics[0]));
        Some(Choice::turn(label, format!("/graph {alias} {range}")))
    });
    let mut choices = vec![Choice::turn(voice.word("button-pie", &[]), "/graph")];
    choices.extend(drawn);
    if known.iter().any(|it| sample::metric(&it.metric).is_some_and(|it| it.id == "container.cpu")) {
        choices.push(Choice::turn(voice.word("button-stats", &[]), "/stats"));
    }
    let text = voice.say("menu-graphs", &[]);
    Ok(choices.chunks(ROW).fold(Reply::text(text), |reply, row| reply.row(row.to_vec())))
}
