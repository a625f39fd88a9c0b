//! Who I am, and that you may speak; with a name, the verb. A chat begins with `/start` and nothing after it.

use async_trait::async_trait;
use jobs::ports::{EngineError, Needs, Verb};
use jobs::role::Role;

use super::hands::Hands;
use super::{Command, CommandContext, CommandError, Danger, Lack};
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Choice, Reply};

/// `/start [name or project …]`
pub(super) struct Start;

#[async_trait]
impl Command for Start {
    fn name(&self) -> &'static str {
        "start"
    }

    fn danger(&self) -> Danger {
        Danger::Asks
    }

    fn danger_of(&self, arguments: &[&str]) -> Danger {
        if arguments.is_empty() { Danger::None } else { self.danger() }
    }

    fn target<'a>(&self, arguments: &[&'a str]) -> Option<&'a str> {
        Hands(Verb::Start).target(arguments)
    }

    fn written(&self, arguments: &[&str]) -> String {
        Hands(Verb::Start).written(arguments)
    }

    fn needs(&self, arguments: &[&str], confirmed: bool) -> Needs {
        if arguments.is_empty() { Needs::NOTHING } else { Hands(Verb::Start).needs(arguments, confirmed) }
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        if !arguments.is_empty() {
            return Hands(Verb::Start).run(context, arguments).await;
        }
        let voice = context.voice;
        let nouns = [
            ("host", short(&context.about.host, 28).into()),
            ("id", context.operator.id().to_string().into()),
            ("jobs", context.declared.jobs.len().into()),
            ("rules", context.declared.rules.len().into()),
        ];
        let role = voice.say(
            match context.operator.role() {
                Role::Admin => "start-admin",
                Role::Operator => "start-operator",
                Role::Viewer => "start-viewer",
            },
            &[],
        );
        let containers = context.ports.containers().await;
        let mut lines = vec![voice.say("start", &nouns), role, voice.say("start-language", &[])];
        lines.extend(
            containers
                .as_ref()
                .ok()
                .filter(|it| !it.is_empty())
                .map(|it| voice.say("start-containers", &[("count", it.len().into())])),
        );
        lines.extend(place(context));
        if context.operator.role() == Role::Admin {
            lines.extend(unfinished(context, containers.err().as_ref()));
        }
        Ok(Reply::text(Markup::lines(lines))
            .row([
                Choice::run(voice.word("button-menu", &[]), "/menu"),
                Choice::run(voice.word("button-status", &[]), "/status"),
            ])
            .row([
                Choice::run(voice.word("button-containers", &[]), "/ps"),
                Choice::run(voice.word("button-help", &[]), "/help"),
            ]))
    }
}

/// Where this is, in a group: what a setting would have to say to send something here.
fn place(context: &CommandContext<'_>) -> Option<Markup> {
    let (voice, place) = (context.voice, context.place);
    // Alone with us, the chat has its person's number.
    let is_group = place.chat.0 < 0;
    let chat = ("chat", place.chat.to_string().into());
    match place.thread {
        _ if !is_group => None,
        None => Some(voice.say("start-chat", &[chat])),
        Some(thread) => Some(voice.say("start-topic", &[chat, ("topic", thread.to_string().into())])),
    }
}

/// What of the set-up is not there, a line each with what would change that.
fn unfinished(context: &CommandContext<'_>, docker: Option<&EngineError>) -> Vec<Markup> {
    let voice = context.voice;
    let mut lines = Vec::new();
    if let Some(error) = docker {
        let (EngineError::NoSuchContainer(why)
        | EngineError::Refused(why)
        | EngineError::Unreachable(why)
        | EngineError::Unanswered(why)
        | EngineError::Garbled(why)) = error;
        let why = voice.reason(why);
        lines.push(voice.say("start-lacks-docker", &[("why", why.into())]));
    }
    let has = |lack| context.about.lacks.get().is_some_and(|it| it.contains(&lack));
    if has(Lack::Root) {
        lines.push(voice.say("start-lacks-root", &[]));
    }
    if context.board.off().iter().any(|it| it.lacks == SWITCH) {
        lines.push(voice.say("start-lacks-switch", &[]));
    }
    if has(Lack::SecondWay) {
        lines.push(voice.say("start-lacks-second-way", &[]));
    }
    if has(Lack::Codes) {
        lines.push(voice.say("start-lacks-codes", &[]));
    }
    if !lines.is_empty() {
        lines.splice(0..0, [Markup::new(), voice.say("start-lacks", &[])]);
    }
    lines
}

/// The setting that a dead man's switch needs.
const SWITCH: &str = "HEARTBEAT_URL";
