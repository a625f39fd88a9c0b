//! What can be asked: the list of commands, read aloud.

use async_trait::async_trait;
use jobs::ports::ContainerState;
use jobs::role::Role;

use super::parse::{Asked, nearest, parse};
use super::rights::{Denied, refusal};
use super::{Command, CommandContext, CommandError, find, listed};
use crate::markup::{Markup, Style};
use crate::present::names::short;
use crate::present::{Choice, Reply};

/// What does something, and what is about ourselves; all else looks.
const ACT: [&str; 10] =
    ["ack", "mute", "normal", "restart", "stop", "pause", "unpause", "kill", "fix", "heal"];
const OURSELVES: [&str; 8] = ["menu", "jobs", "health", "audit", "start", "language", "help", "version"];

/// The groups: what is typed after `/help`, the title, the button.
const GROUPS: [(&str, &str, &str); 3] = [
    ("look", "help-look", "button-help-look"),
    ("act", "help-act", "button-help-act"),
    ("self", "help-self", "button-help-self"),
];

/// What belongs together: whoever asks about one of these may mean another.
const RELATED: [&[&str]; 8] = [
    &["status", "cpu", "ram", "disk", "uptime", "graph"],
    &["alerts", "why", "ack", "mute", "normal"],
    &["ps", "stats", "inspect", "top", "logs", "events"],
    &["restart", "stop", "start", "pause", "unpause", "kill"],
    &["fix", "disk", "images", "volumes", "heal"],
    &["networks", "inspect", "ps"],
    &["digest", "alerts", "jobs"],
    &["health", "jobs", "audit", "version", "menu", "help"],
];

/// Buttons of examples at most.
const TRIED: usize = 6;

/// The group that a command is read out in.
fn group(name: &str) -> &'static str {
    match name {
        _ if ACT.contains(&name) => "act",
        _ if OURSELVES.contains(&name) => "self",
        _ => "look",
    }
}

/// `/help [command|group]`
pub(super) struct Help;

#[async_trait]
impl Command for Help {
    fn name(&self) -> &'static str {
        "help"
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let asked = arguments.first().map(|it| it.trim_start_matches('/').to_lowercase());
        let Some(asked) = asked else { return Ok(everything(context, None)) };
        if let Some(command) = find(&asked) {
            return Ok(of_one(context, command));
        }
        if let Some((group, title, _)) = GROUPS.iter().find(|it| it.0 == asked) {
            return Ok(of_group(context, group, title));
        }
        let name = short(&asked, 40);
        let unknown = context.voice.say("dispatch-unknown", &[("name", name.into())]);
        let near = nearest(&asked).map(|it| Choice::turn(format!("/help {it}"), format!("/help {it}")));
        let mut reply = everything(context, Some(unknown));
        reply.choices.splice(0..0, near.map(|it| vec![it]));
        Ok(reply)
    }
}

/// The commands of a group that somebody may say at all.
fn within(context: &CommandContext<'_>, of: &str) -> impl Iterator<Item = &'static dyn Command> {
    let role = context.operator.role();
    listed().filter(move |it| it.role(&[]) <= role && group(it.name()) == of)
}

fn is_locked(context: &CommandContext<'_>, command: &dyn Command) -> bool {
    context.allowed.lacks(command.needs(&[], false)).is_some()
}

/// Every name, group by group, to be pressed; a button for each group has what they do.
fn everything(context: &CommandContext<'_>, first: Option<Markup>) -> Reply {
    let voice = context.voice;
    let mut lines: Vec<Markup> = first.into_iter().collect();
    lines.push(voice.say("help-title", &[]));
    let mut locked = false;
    for (group, title, _) in GROUPS {
        let named: Vec<String> = within(context, group)
            .map(|it| {
                let is_locked = is_locked(context, it);
                locked |= is_locked;
                format!("{}/{}", if is_locked { "🔒" } else { "" }, it.name())
            })
            .collect();
        if !named.is_empty() {
            lines.extend([Markup::new(), voice.say(title, &[]), Markup::text(named.join("  "))]);
        }
    }
    lines.push(Markup::new());
    if locked {
        lines.push(voice.say("help-locked", &[]));
    }
    lines.push(voice.say("help-more", &[]));
    Reply::text(Markup::lines(lines)).row(buttons(context, None))
}

/// What each command of a group does.
fn of_group(context: &CommandContext<'_>, group: &str, title: &str) -> Reply {
    let voice = context.voice;
    let mut lines = vec![voice.say(title, &[])];
    let mut locked = false;
    lines.extend(within(context, group).map(|command| {
        let is_locked = is_locked(context, command);
        locked |= is_locked;
        let (name, mark) = (command.name(), if is_locked { "🔒 " } else { "" });
        Markup::text(format!("{mark}/{name} — ")).then(voice.say(&format!("summary-{name}"), &[]))
    }));
    if locked {
        lines.push(voice.say("help-locked", &[]));
    }
    Reply::text(Markup::lines(lines)).row(buttons(context, Some(group)))
}

/// Buttons to the groups that have something for whoever asks, but the one that is shown.
fn buttons(context: &CommandContext<'_>, but: Option<&str>) -> Vec<Choice> {
    let there = GROUPS.iter().filter(|it| Some(it.0) != but && within(context, it.0).next().is_some());
    there
        .map(|(group, _, button)| Choice::turn(context.voice.word(button, &[]), format!("/help {group}")))
        .collect()
}

/// One command: what it does, how it is asked, examples that can be pressed where they only look, and its kin.
fn of_one(context: &CommandContext<'_>, command: &dyn Command) -> Reply {
    let voice = context.voice;
    let name = command.name();
    let title = Markup::new().bold(format!("/{name}")).plain(" — ");
    let summary = voice.say(&format!("summary-{name}"), &[]);
    let mut lines = vec![title.then(summary), voice.say(&format!("usage-{name}"), &[])];
    let examples = voice.say(&format!("examples-{name}"), &[("name", some_container(context).into())]);
    lines.extend([Markup::new(), voice.say("help-examples", &[]), examples.clone()]);
    let kin = kin(name);
    if !kin.is_empty() {
        let names: Vec<String> = kin.iter().map(|it| format!("/{it}")).collect();
        lines.push(voice.say("help-related", &[("names", names.join(" ").into())]));
    }
    let (role, needs) = (context.operator.role(), command.role(&[]));
    if role < needs {
        lines.push(refusal(voice, command, &Denied { role, needs, container: None }));
    }
    let lines_tried: Vec<String> = lines_of(&examples).filter(|it| only_looks(it)).take(TRIED).collect();
    let tried: Vec<Choice> = lines_tried.iter().map(|it| Choice::run(short(it, 32), it.clone())).collect();
    let reply = tried.chunks(2).fold(Reply::text(Markup::lines(lines)), |it, row| it.row(row.to_vec()));
    reply.row([Choice::turn(voice.word("button-help", &[]), format!("/help {}", group(name)))])
}

/// The command lines of examples.
fn lines_of(examples: &Markup) -> impl Iterator<Item = String> {
    examples.spans().iter().filter(|it| it.style == Style::Code).map(|it| it.text.clone())
}

/// Whether a line can be tried without a thought, and by everybody.
fn only_looks(line: &str) -> bool {
    match parse(line, None) {
        // Numbers of incidents and names of services are made up; only a real container's name stands in an example.
        Asked::Command { name, arguments } => find(&name).is_some_and(|it| {
            let made_up = |word: &&str| ["12", "shop", "web", "db", "/srv"].contains(word);
            it.role(&arguments) == Role::Viewer && !arguments.iter().any(made_up)
        }),
        Asked::ForAnother | Asked::Talk => false,
    }
}

/// The name of a container that runs here, for examples that can be pressed.
fn some_container(context: &CommandContext<'_>) -> String {
    let look = context.ports.latest.look();
    let containers = look.as_ref().and_then(|it| it.containers.as_deref().ok()).unwrap_or_default();
    let running = containers.iter().find(|it| it.state == ContainerState::Running);
    running.map_or_else(|| "nginx".to_owned(), |it| it.name.clone())
}

/// The others that it belongs together with.
fn kin(name: &str) -> Vec<&'static str> {
    let mut kin: Vec<&str> = Vec::new();
    for it in RELATED.iter().filter(|it| it.contains(&name)).copied().flatten() {
        if *it != name && !kin.contains(it) {
            kin.push(it);
        }
    }
    kin
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::LOCALES;

    #[test]
    fn every_command_that_is_grouped_exists() {
        for name in ACT.iter().chain(&OURSELVES).chain(RELATED.iter().copied().flatten()) {
            assert!(find(name).is_some(), "/{name}");
        }
    }

    #[test]
    fn a_group_fits_on_a_screen() {
        for (group_name, _, _) in GROUPS {
            let lines = listed().filter(|it| group(it.name()) == group_name).count();
            assert!(lines <= 24, "{group_name}: {lines}");
        }
    }

    #[test]
    fn every_command_has_examples_in_every_language_and_each_of_them_is_it() {
        for locale in &LOCALES {
            for command in super::super::COMMANDS {
                let key = format!("examples-{}", command.name());
                assert!(locale.has(&key), "{}: no `{key}`", locale.tag());
                let examples = locale.say(&key, &[("name", "shop-db-1".to_owned().into())]);
                let lines: Vec<String> = lines_of(&examples).collect();
                assert!((1..=6).contains(&lines.len()), "{}: {key}: {lines:?}", locale.tag());
                for line in lines {
                    match parse(&line, None) {
                        Asked::Command { name, .. } => assert_eq!(name, command.name(), "{line}"),
                        other => panic!("{}: {line}: {other:?}", locale.tag()),
                    }
                }
            }
        }
    }

    #[test]
    fn only_what_harms_nobody_is_offered_to_be_tried() {
        for (line, offered) in [
            ("/graph cpu 6h", true),
            ("/logs nginx", true),
            ("/restart nginx", false),
            ("/fix", false),
            ("/mute 2h", false),
            ("/why 12", false),
            ("/jobs run morning", false),
        ] {
            assert_eq!(only_looks(line), offered, "{line}");
        }
    }
}
