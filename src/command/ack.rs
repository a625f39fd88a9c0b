//! Take an incident on, or let go of it: no reminders meanwhile, and more of the same makes no sound.

use async_trait::async_trait;
use jobs::audit::Outcome;
use jobs::incident::Incident;
use jobs::role::Role;

use super::incidents::{found, shown};
use super::{Command, CommandContext, CommandError};
use crate::gate::Cost;
use crate::markup::Markup;
use crate::present::incident::{self, Showing};
use crate::present::{Choice, Reply};

/// `/ack [number [generation|off]]`
pub(super) struct Ack;

#[async_trait]
impl Command for Ack {
    fn name(&self) -> &'static str {
        "ack"
    }

    fn role(&self, _arguments: &[&str]) -> Role {
        Role::Operator
    }

    fn cost(&self, _arguments: &[&str], _confirmed: bool) -> Cost {
        Cost::Calming
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        match arguments {
            [] => newest(context),
            [number] => taken(context, &found(context, number)?),
            [number, "off"] => {
                let incident = found(context, number)?;
                context.incidents.release(incident.number, context.operator.id(), context.now)?;
                Ok(card(context, incident.number, false)?.ended(Outcome::Done))
            }
            // A card's own button: the answer takes the card's place.
            [number, generation] => {
                let incident = found(context, number)?;
                let seen: u32 = generation.parse().map_err(|_| CommandError::Usage)?;
                let fresh = incident.generation == seen;
                if fresh {
                    context.incidents.acknowledge(incident.number, context.operator.id(), context.now)?;
                }
                let reply = card(context, incident.number, !fresh)?;
                Ok(if fresh { reply.ended(Outcome::Done) } else { reply })
            }
            _ => Err(CommandError::Usage),
        }
    }
}

/// The card as it is by now. The picture above it stays as it is: its words are all that has changed.
fn card(context: &CommandContext<'_>, number: i64, stale: bool) -> Result<Reply, CommandError> {
    let incident = found(context, &number.to_string())?;
    let reply = shown(context, incident, Showing { stale, ..Showing::default() })?;
    Ok(Reply { drawing: None, ..reply })
}

/// Takes on the only one that nobody has taken on; asks which, where there are several.
fn newest(context: &CommandContext<'_>) -> Result<Reply, CommandError> {
    let mut open = context.incidents.open()?;
    open.retain(|it| it.acknowledged.is_none());
    match &open[..] {
        [] => Ok(Reply::text(context.voice.say("ack-none", &[]))),
        [only] => taken(context, only),
        several => Ok(which(context, several)),
    }
}

fn which(context: &CommandContext<'_>, several: &[Incident]) -> Reply {
    /// More than these are a list to scroll: the newest are asked about.
    const MOST: usize = 5;
    let voice = context.voice;
    let mut lines = vec![voice.say("ack-which", &[])];
    let newest = || several.iter().rev().take(MOST);
    lines.extend(newest().map(|it| incident::listed(voice, it, &context.declared.rules, context.now)));
    let choices = newest().map(|it| Choice::turn(format!("✔ #{}", it.number), format!("/ack {}", it.number)));
    Reply::text(Markup::lines(lines)).row(choices)
}

/// Takes it on and says so, for whoever has typed it.
fn taken(context: &CommandContext<'_>, incident: &Incident) -> Result<Reply, CommandError> {
    let (voice, me) = (context.voice, context.operator.id());
    let done = context.incidents.acknowledge(incident.number, me, context.now)?;
    let number = [("number", incident::number(incident).into())];
    let key = match done {
        Some(_) => "ack-done",
        None if incident.is_open() => "ack-already",
        None => "ack-over",
    };
    let line = incident::listed(voice, incident, &context.declared.rules, context.now);
    let reply = Reply::text(voice.say(key, &number).line().then(line));
    Ok(if done.is_some() { reply.ended(Outcome::Done) } else { reply })
}
