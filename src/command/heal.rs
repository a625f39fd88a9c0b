//! What healing may do by itself, how much of that it has done, and the switch that stops all of it.

use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use jobs::audit;
use jobs::declare::Work;
use jobs::heal::past::{Breaker, Common};
use jobs::heal::request::{Answered, accept, decline};
use jobs::heal::{Heal, HealStep, Mode, Outcome, Settings};
use jobs::incident::Incident;
use jobs::label::HandsOff;
use jobs::ports::{Needs, Off, Right, StoreError, Switch, Ward};
use jobs::role::Role;

use super::incidents::{found, shown};
use super::{Command, CommandContext, CommandError, Danger, parse};
use crate::gate::Cost;
use crate::locale::Noun;
use crate::markup::Markup;
use crate::present::healing::{self as present, Overview};
use crate::present::incident::Showing;
use crate::present::{Choice, Reply};

/// `/heal [off [2h] | on | NAME observe|ask|auto|declared]`
pub(super) struct HealCommand;

/// How far back the journal is asked.
const BACK: SignedDuration = SignedDuration::from_hours(24);

#[async_trait]
impl Command for HealCommand {
    fn name(&self) -> &'static str {
        "heal"
    }

    fn danger(&self) -> Danger {
        Danger::Asks
    }

    fn danger_of(&self, arguments: &[&str]) -> Danger {
        if arguments.is_empty() { Danger::None } else { self.danger() }
    }

    /// Whoever may act may also stop what acts by itself; how far it may go is the owner's to say.
    fn role(&self, arguments: &[&str]) -> Role {
        match arguments {
            [] => Role::Viewer,
            ["off" | "on", ..] | ["do" | "leave", _, _, _] => Role::Operator,
            _ => Role::Admin,
        }
    }

    /// What is offered on a card is starting a container, or stopping and starting it.
    fn needs(&self, arguments: &[&str], _confirmed: bool) -> Needs {
        match arguments {
            ["do", ..] => Needs::Any(&[Right::Restart, Right::Start]),
            _ => Needs::NOTHING,
        }
    }

    fn written(&self, arguments: &[&str]) -> String {
        match arguments {
            [what @ ("do" | "leave"), _, _, name] => format!("{what} {name}"),
            words => words.join(" "),
        }
    }

    fn target<'a>(&self, arguments: &[&'a str]) -> Option<&'a str> {
        match arguments {
            ["do" | "leave", _, _, name] => Some(name),
            _ => None,
        }
    }

    /// What stops it is never too much.
    fn cost(&self, arguments: &[&str], _confirmed: bool) -> Cost {
        match arguments {
            [] => Cost::Reading,
            ["off" | "leave", ..] => Cost::Calming,
            _ => Cost::Acting,
        }
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        match arguments {
            [] => overview(context, None),
            ["off"] => off(context, None).map(done),
            ["off", length] => {
                off(context, Some(parse::length(length).ok_or(CommandError::Usage)?)).map(done)
            }
            ["on"] => on(context).map(done),
            ["do", number, generation, name] => offer(context, number, generation, name, true).await,
            ["leave", number, generation, name] => offer(context, number, generation, name, false).await,
            [name, mode] => set_mode(context, name, mode),
            _ => Err(CommandError::Usage),
        }
    }
}

/// For the audit: it was done, though nobody was asked whether they are sure.
fn done(reply: Reply) -> Reply {
    reply.ended(audit::Outcome::Done)
}

fn ward<'a>(context: &'a CommandContext<'_>) -> Result<&'a dyn Ward, CommandError> {
    let none = || CommandError::Store(StoreError("no watch goes on here".to_owned()));
    context.ports.ward.as_deref().ok_or_else(none)
}

/// What the declaration allows; the defaults when it has no such job.
fn settings(context: &CommandContext<'_>) -> Settings {
    let declared = context.declared.jobs.iter().find_map(|job| match &job.work {
        Work::Heal(settings) => Some(settings.clone()),
        Work::Sample(_) | Work::Evaluate(_) | Work::Digest(_) | Work::Beat(_) => None,
    });
    declared.unwrap_or_default()
}

fn overview(context: &CommandContext<'_>, first: Option<Markup>) -> Result<Reply, CommandError> {
    let CommandContext { voice, now, .. } = *context;
    let switch = ward(context)?.switch()?;
    let journal = context.ports.store.heals_since(now.checked_sub(BACK).unwrap_or(now))?;
    let off = switch.is_off(now);
    let overview = Overview {
        settings: &settings(context),
        rules: &context.declared.rules,
        switch: &switch,
        common: Common::of(&journal, now),
        allowed: &context.allowed,
        journal: &journal,
    };
    let told = present::overview(voice, &overview, now);
    let text = match first {
        Some(first) => first.line().then(told),
        None => told,
    };
    let choice = |key: &str, line: &str| Choice::turn(voice.word(key, &[]), line);
    Ok(Reply::text(text).row(match off {
        true => vec![choice("button-heal-on", "/heal on")],
        false => {
            vec![choice("button-heal-off-hours", "/heal off 2h"), choice("button-heal-off", "/heal off")]
        }
    }))
}

fn off(context: &CommandContext<'_>, length: Option<Duration>) -> Result<Reply, CommandError> {
    let now = context.now;
    let until = length.map(|it| now.checked_add(it).unwrap_or(Timestamp::MAX));
    let ward = ward(context)?;
    let off = Some(Off { at: now, until, by: context.operator.id().0 });
    ward.set_switch(&Switch { off, ..ward.switch()? })?;
    overview(context, None)
}

/// Switches it on, and closes the breaker: somebody has looked.
fn on(context: &CommandContext<'_>) -> Result<Reply, CommandError> {
    let now = context.now;
    let ward = ward(context)?;
    // A switch that cannot be read is set anew.
    let modes = ward.switch().map(|it| it.modes).unwrap_or_default();
    ward.set_switch(&Switch { off: None, modes })?;
    let store = &context.ports.store;
    let journal = store.heals_since(now.checked_sub(BACK).unwrap_or(now))?;
    if !matches!(Common::of(&journal, now).breaker, Breaker::Closed) {
        let opened = journal.iter().rev().find(|it| matches!(it.what, HealStep::BreakerOpened { .. }));
        let target = opened.map(|it| it.target.clone()).unwrap_or_default();
        store.put_heal(&Heal { at: now, alert: None, target, what: HealStep::BreakerClosed })?;
        context.incidents.tell_heals(now)?;
    }
    overview(context, None)
}

fn set_mode(context: &CommandContext<'_>, name: &str, mode: &str) -> Result<Reply, CommandError> {
    let mode = match mode {
        "observe" => Some(Mode::Observe),
        "ask" => Some(Mode::Ask),
        "auto" => Some(Mode::Auto),
        "declared" => None,
        _ => return Err(CommandError::Usage),
    };
    let voice = context.voice;
    let settings = settings(context);
    let policies = settings.policies.iter().map(|it| it.name.as_str());
    let rules = context.declared.rules.iter().filter(|it| it.remedy.is_some()).map(|it| it.name.as_str());
    let known: Vec<&str> = policies.chain(rules).collect();
    if !known.contains(&name) {
        let nouns =
            [("name", Noun::from(super::short(name, super::ASKED))), ("known", known.join(", ").into())];
        return Ok(Reply::text(voice.say("heal-no-policy", &nouns)));
    }
    let ward = ward(context)?;
    let mut switch = ward.switch()?;
    match mode {
        Some(mode) => switch.modes.insert(name.to_owned(), mode),
        None => switch.modes.remove(name),
    };
    ward.set_switch(&switch)?;
    overview(context, None).map(done)
}

/// A person's answer to what is on the card. One that was made for another state of the incident shows the card as it is.
async fn offer(
    context: &CommandContext<'_>,
    number: &str,
    generation: &str,
    name: &str,
    wanted: bool,
) -> Result<Reply, CommandError> {
    let CommandContext { voice, now, .. } = *context;
    let incident = found(context, number)?;
    let seen: u32 = generation.parse().map_err(|_| CommandError::Usage)?;
    let fresh = incident.generation == seen && incident.offer().is_some_and(|it| it.0 == name);
    if !fresh {
        return card(context, &incident, true, None);
    }
    let me = context.operator.id().0;
    if !wanted {
        decline(name, me, context.ports, now)?;
        context.incidents.tell_heals(now)?;
        return card(context, &incident, false, None);
    }
    if !context.confirmed {
        return card(context, &incident, false, None);
    }
    let nouns = [("name", Noun::from(super::short(name, super::ASKED)))];
    context.progress.say(voice.say("heal-going", &nouns)).await;
    let answered = accept(&settings(context), name, me, context.ports, now).await?;
    context.incidents.tell_heals(now)?;
    let (word, ended) = match answered {
        Answered::Done(Outcome::Done) => (None, audit::Outcome::Done),
        Answered::Done(Outcome::Refused(_)) => (None, audit::Outcome::Failed),
        Answered::Done(Outcome::Unknown(_)) => (None, audit::Outcome::Unknown),
        Answered::Well => (Some("heal-is-well"), audit::Outcome::Failed),
        Answered::Gone => (Some("heal-is-gone"), audit::Outcome::Failed),
        Answered::HandsOff(HandsOff::Own) => (Some("heal-is-own"), audit::Outcome::Own),
        Answered::HandsOff(HandsOff::Protected) => (Some("heal-is-protected"), audit::Outcome::Protected),
    };
    Ok(card(context, &incident, false, word.map(|key| voice.say(key, &nouns)))?.ended(ended))
}

/// The card as it is by now. The picture above it stays as it is: its words are all that has changed.
fn card(
    context: &CommandContext<'_>,
    incident: &Incident,
    stale: bool,
    word: Option<Markup>,
) -> Result<Reply, CommandError> {
    let incident = found(context, &incident.number.to_string())?;
    let reply = shown(context, incident, Showing { stale, ..Showing::default() })?;
    let text = match word {
        Some(word) => reply.text.line().then(word),
        None => reply.text,
    };
    Ok(Reply { drawing: None, text, ..reply })
}
