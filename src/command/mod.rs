//! What can be asked: one file a command. [`COMMANDS`] lists them in the order in which
//! `/help` reads them out, group by group.

mod ack;
mod alerts;
mod audit;
mod card;
mod cpu;
mod digest;
mod disk;
mod events;
mod fix;
mod graph;
mod hands;
mod heal;
mod health;
mod help;
mod images;
pub mod incidents;
mod inspect;
pub mod jobs;
mod language;
mod loads;
mod logs;
mod looks;
mod menu;
mod mute;
pub mod names;
mod networks;
mod normal;
mod panel;
pub mod parse;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod promises;
mod ps;
mod ram;
pub mod rights;
mod start;
mod stats;
mod status;
mod top;
pub mod trail;
mod uptime;
mod version;
mod volumes;
mod why;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ::jobs::audit::Outcome;
use ::jobs::declare::Declared;
use ::jobs::metric::Reading;
use ::jobs::ports::{Allowed, Container, Needs, Process, ProcessOrder, Verb};
use ::jobs::ports::{EngineError, HostError, StoreError};
use ::jobs::role::Role;
use ::jobs::sample::{self, Look};
use ::jobs::{JobError, Ports};
use async_trait::async_trait;
use jiff::Timestamp;

use crate::gate::{Cost, Operator};
use crate::markup::Markup;
use crate::message::Place;
use crate::present::names::short;
use crate::present::{Choice, Reply, Voice, containers, processes};
use crate::redact::Redactor;
use crate::transport::Doing;

pub use self::health::{Health, HealthFacts};
pub use self::incidents::Incidents;
pub use self::jobs::JobBoard;
pub use self::language::{Because, Tongues};
pub use self::logs::Follows;
pub use self::mute::Mutes;

/// Every command, in the order of `/help` and of the chat's own list.
pub const COMMANDS: &[&dyn Command] = &[
    &menu::Menu,
    &status::Status,
    &cpu::Cpu,
    &ram::Ram,
    &disk::Disk,
    &uptime::Uptime,
    &graph::Graph,
    &alerts::Alerts,
    &why::Why,
    &ack::Ack,
    &card::Card,
    &mute::MuteCommand,
    &normal::NormalCommand,
    &ps::Ps,
    &panel::Panel,
    &logs::Logs,
    &stats::Stats,
    &inspect::Inspect,
    &top::Top,
    &events::Events,
    &images::Images,
    &volumes::Volumes,
    &networks::Networks,
    &hands::Hands(Verb::Restart),
    &hands::Hands(Verb::Stop),
    &hands::Hands(Verb::Pause),
    &hands::Hands(Verb::Unpause),
    &hands::Hands(Verb::Kill),
    &fix::Fix,
    &heal::HealCommand,
    &digest::DigestCommand,
    &jobs::JobsCommand,
    &health::HealthCommand,
    &audit::AuditCommand,
    &start::Start,
    &language::LanguageCommand,
    &help::Help,
    &version::Version,
];

/// Those that people are told of.
pub fn listed() -> impl Iterator<Item = &'static dyn Command> {
    COMMANDS.iter().copied().filter(|it| it.is_listed())
}

/// Those that can change something, whatever their words: by name.
pub fn changing() -> impl Iterator<Item = &'static str> {
    // A word that means nothing is no mere listing to any of them.
    COMMANDS.iter().filter(|it| Role::Viewer < it.role(&["?"])).map(|it| it.name())
}

/// The short names of what `/graph` draws.
pub fn drawable() -> impl Iterator<Item = &'static str> {
    graph::ALIASES.iter().map(|(alias, _)| *alias)
}

/// The command of that name.
pub fn find(name: &str) -> Option<&'static dyn Command> {
    COMMANDS.iter().find(|command| command.name() == name).copied()
}

/// A whole line as a person would write it: without what a button of ours remembers between its words.
pub fn written(line: &str) -> String {
    let (line, _) = trail::taken(line);
    let parse::Asked::Command { name, arguments } = parse::parse(line, None) else { return line.to_owned() };
    let words = find(&name).map_or_else(|| arguments.join(" "), |it| it.written(&arguments));
    format!("/{name} {words}").trim_end().to_owned()
}

/// Something that can be asked.
#[async_trait]
pub trait Command: Send + Sync {
    /// What is typed after the slash; also `summary-NAME` and `usage-NAME` in every catalogue.
    fn name(&self) -> &'static str;

    /// Whether it can change anything outside Vakhta.
    fn danger(&self) -> Danger {
        Danger::None
    }

    /// The same, of what these words ask for: less than [`Command::danger`] where some of its uses only read.
    fn danger_of(&self, _arguments: &[&str]) -> Danger {
        self.danger()
    }

    /// What somebody must be to say it with these words. A container's label may raise that, and may give or take it by
    /// name: [`rights`].
    fn role(&self, arguments: &[&str]) -> Role {
        match self.danger_of(arguments) {
            Danger::None => Role::Viewer,
            Danger::Asks => Role::Operator,
        }
    }

    /// The name of the container that it acts on, where these words name one: that container's label decides too.
    fn target<'a>(&self, _arguments: &[&'a str]) -> Option<&'a str> {
        None
    }

    /// What it needs of Docker, asked with these words, and whether it has been confirmed. Where the filter before
    /// Docker is known to forbid that, the command is answered so at once, and no button offers it.
    fn needs(&self, arguments: &[&str], confirmed: bool) -> Needs {
        let (_, _) = (arguments, confirmed);
        Needs::NOTHING
    }

    /// These words as a person would write them: without what a button of ours remembers between them.
    fn written(&self, arguments: &[&str]) -> String {
        arguments.join(" ")
    }

    /// Whether people are told of it; what only buttons say is not.
    fn is_listed(&self) -> bool {
        true
    }

    /// Whether the answer can stand in the menu's message: not where it is a file, or goes on by itself.
    fn stays(&self, _arguments: &[&str]) -> bool {
        true
    }

    /// Whether its answer changes while nobody does anything: in the menu it is then looked at again for a while.
    fn is_live(&self, _arguments: &[&str]) -> bool {
        false
    }

    /// Whether it turns pages of its own; else what is longer than a screen is cut into screens.
    fn has_pages(&self) -> bool {
        false
    }

    /// What is shown to be going on while its answer takes long.
    fn doing(&self, _arguments: &[&str]) -> Doing {
        Doing::Writing
    }

    /// What it costs to be answered. What is about the trouble at hand says so itself, and so does what is dear without
    /// being drawn.
    fn cost(&self, arguments: &[&str], confirmed: bool) -> Cost {
        let asks = self.danger_of(arguments) == Danger::Asks;
        let acts = if asks { confirmed } else { Role::Viewer < self.role(arguments) };
        match self.doing(arguments) {
            _ if acts => Cost::Acting,
            Doing::Writing => Cost::Reading,
            Doing::Drawing | Doing::Filing => Cost::Dear,
        }
    }

    /// Whether words in quotes are one argument; else a quote is a letter like any other.
    fn takes_quotes(&self) -> bool {
        false
    }

    /// Answers. What it needs of the world comes with the context. What acts says in its answer what came of each thing
    /// it did, where that is unknown too: an error means that nothing was begun.
    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError>;
}

/// Whether a command can change anything outside Vakhta.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Danger {
    /// It only reads.
    None,
    /// It acts, and so it asks first.
    Asks,
}

/// Everything a command may use.
pub struct CommandContext<'a> {
    /// Who asks.
    pub operator: Operator,
    /// Where.
    pub place: Place,
    /// When.
    pub now: Timestamp,
    /// How to answer.
    pub voice: &'a Voice,
    /// Whether the person has been asked "are you sure" and has said yes.
    pub confirmed: bool,
    /// What is known of what Docker lets us do.
    pub allowed: Allowed,
    /// The world.
    pub ports: &'a Ports,
    /// What is declared.
    pub declared: &'a Declared,
    /// Jobs: how they went, and running one now.
    pub board: &'a dyn JobBoard,
    /// What is wrong together, and who has taken it on.
    pub incidents: &'a dyn Incidents,
    /// What is not to be told for a while.
    pub mutes: &'a dyn Mutes,
    /// How it is with us.
    pub health: &'a dyn Health,
    /// What must not leave with a log.
    pub redactor: &'a Arc<Redactor>,
    /// Logs that are being followed.
    pub follows: &'a Follows,
    /// The languages that people are spoken to in.
    pub tongues: &'a dyn Tongues,
    /// What to show while something takes long.
    pub progress: &'a dyn Progress,
    /// What this machine and this program are.
    pub about: &'a About,
}

/// What does not change while the program runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// The host's name.
    pub host: String,
    /// The host's operating system: `Debian GNU/Linux 12 (bookworm)`.
    pub system: String,
    /// The kernel's release.
    pub kernel: String,
    /// The processor's name, when it says.
    pub processor: Option<String>,
    /// Another one after every boot of the host, where that is known.
    pub boot: Option<String>,
    /// When this program started.
    pub started: Timestamp,
    /// What of the set-up is not there, once that was looked for.
    pub lacks: Arc<OnceLock<Vec<Lack>>>,
}

/// Something that a set-up may have and this one has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The host's root: what is seen is a container's own.
    Root,
    /// A second factor for what acts.
    Codes,
    /// A way to call somebody while the chat is silent.
    SecondWay,
}

/// Shows that something takes long.
#[async_trait]
pub trait Progress: Send + Sync {
    /// Says how far it is; the final answer takes the place of these words.
    async fn say(&self, text: Markup);

    /// Shows a state of what goes on, with its buttons, in place of the one before. One try, in its turn: a newer state
    /// follows.
    async fn show(&self, reply: Reply) -> Shown;

    /// Whether what was shown can be changed, and others asked meanwhile: not at a prompt.
    fn can_change(&self) -> bool;

    /// Whether a file can be sent there.
    fn takes_files(&self) -> bool;

    /// From now on nothing more is said: the final answer is not wanted, or given by somebody else.
    fn leave(&self);
}

/// What became of a state that was to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It can be read.
    Yes,
    /// The chat does not answer, or wants to be left alone for a while.
    NotNow,
    /// There is no message any more, or nobody who could read it.
    Gone,
}

/// How old the newest look may be to be called the present: two missed samples.
const FRESH: Duration = Duration::from_secs(25);
/// How long a fresh pair of looks is apart when there was none: the least that gives honest rates.
const APART: Duration = Duration::from_millis(500);

impl CommandContext<'_> {
    /// The newest look, if it is new enough; else a fresh one. One with rates, always.
    pub async fn look(&self) -> Result<Arc<Look>, CommandError> {
        if let Some(look) = self.ports.latest.look() {
            let age = self.now.duration_since(look.now.at).unsigned_abs();
            if age < FRESH && look.elapsed().is_some() {
                return Ok(look);
            }
        }
        let first = match self.ports.latest.look().filter(|look| {
            let age = self.now.duration_since(look.now.at).unsigned_abs();
            APART < age && age < sample::Latest::STALE
        }) {
            Some(look) => look.now.clone(),
            None => {
                let first = Arc::new(self.ports.host.snapshot().await?);
                tokio::time::sleep(APART).await;
                first
            }
        };
        let now = Arc::new(self.ports.host.snapshot().await?);
        let containers =
            self.ports.containers().await.map_err(|error| ::jobs::ports::Unknown::because(error.to_string()));
        let uncounted = ::jobs::ports::Unknown::because("a look between two samples counts no containers");
        let usage = self.ports.latest.look().map_or(Err(uncounted), |it| it.usage.clone());
        Ok(Arc::new(Look { now, before: Some(first), containers, usage }))
    }
}

/// What a metric reads in a look, for each part.
fn readings(look: &Look, metric: &str) -> Vec<Reading> {
    sample::metric(metric).map(|it| (it.read)(look)).unwrap_or_default()
}

/// What a metric without parts reads in a look; none while its source is unknown.
fn reading(look: &Look, metric: &str) -> Option<f64> {
    readings(look, metric).first().map(|it| it.value)
}

/// A share as a bar of so many cells.
fn bar(share: f64, cells: usize) -> String {
    let full = (share.clamp(0.0, 1.0) * cells as f64).round() as usize;
    format!("{}{}", "█".repeat(full), "░".repeat(cells - full))
}

/// The biggest processes, in a block so that they line up; a failure to look costs only this part.
async fn processes(context: &CommandContext<'_>, order: ProcessOrder, most: usize) -> Option<Markup> {
    let processes = match context.ports.host.processes(order, most).await {
        Ok(processes) => processes,
        Err(error) => {
            tracing::warn!(%error, "processes could not be listed");
            return None;
        }
    };
    if processes.is_empty() {
        return None;
    }
    let rows = processes.iter().map(|it: &Process| (it.name.as_str(), it.cpu, it.memory));
    Some(processes::table(context.voice, rows))
}

/// Asks which of several containers is meant; every answer is a button that says it in full.
fn which(
    context: &CommandContext<'_>,
    asked: &str,
    several: &[&Container],
    line: impl Fn(&Container) -> String,
) -> Reply {
    /// More buttons than this are a list to scroll, not a choice.
    const MOST: usize = 10;
    let voice = context.voice;
    let nouns = [("name", short(asked, ASKED).into()), ("count", several.len().into())];
    let text = voice.say("which-container", &nouns);
    several
        .iter()
        .take(MOST)
        .fold(Reply::text(text), |reply, it| {
            let label = format!("{} {}", containers::sign(it), short(&it.name, containers::NAME));
            reply.row([Choice::turn(label, line(it))])
        })
        .row([Choice::dismiss(voice.word("button-leave", &[]))])
}

/// A length of time as it is typed, in the reader's words: "6h" is "6 ч".
fn span(voice: &Voice, typed: &str) -> String {
    parse::length(typed).map_or_else(|| typed.to_owned(), |it| voice.lasting(it))
}

/// Letters of what somebody asked for that are said back to them.
const ASKED: usize = 40;

/// Why there is no answer. Each variant is something else to tell the person.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It was asked wrongly: the usage is shown.
    #[error("wrong arguments")]
    Usage,
    /// One of the arguments is wrong: a sentence says how, then the usage is shown.
    #[error("wrong argument: {what}")]
    Argument {
        /// The sentence's key; its noun is `what`.
        key: &'static str,
        /// What of it is wrong, as it was typed.
        what: String,
    },
    /// One of the arguments is wrong, and a sentence says all that there is to say; its noun is `what`.
    #[error("wrong argument: {what}")]
    Unreadable {
        /// The sentence's key.
        key: &'static str,
        /// What of it is wrong, as it was typed.
        what: String,
    },
    /// Nothing by that name; these are near.
    #[error("no such container: {name}")]
    NoContainer {
        /// As it was asked for.
        name: String,
        /// The nearest names.
        near: Vec<String>,
    },
    /// Nothing to draw by that name.
    #[error("no such metric: {name}")]
    NoMetric {
        /// As it was asked for.
        name: String,
        /// The nearest name, and the whole command with it.
        near: Option<(String, String)>,
    },
    /// The metric has no part of that name; these it has.
    #[error("no such part: {metric} {part}")]
    NoPart {
        /// The metric, as it was asked for.
        metric: String,
        /// The part, as it was asked for.
        part: String,
        /// The parts there are.
        known: Vec<String>,
    },
    /// No job by that name.
    #[error("no such job: {0}")]
    NoJob(String),
    /// No incident of that number.
    #[error("no such incident: {0}")]
    NoIncident(i64),
    /// Whoever asks may not.
    #[error("needs the role {}", .0.needs)]
    Role(rights::Denied),
    /// Docker did not do as asked.
    #[error("docker: {0}")]
    Engine(#[from] EngineError),
    /// The machine could not be read.
    #[error("host: {0}")]
    Host(#[from] HostError),
    /// The store refused.
    #[error("store: {0}")]
    Store(#[from] StoreError),
    /// A job that the command stands for failed.
    #[error("{0}")]
    Job(#[from] JobError),
}

impl CommandError {
    /// What the audit says of it: of whatever was refused, and of what `acted` and failed.
    pub fn outcome(&self, acted: bool) -> Option<Outcome> {
        match self {
            Self::Role(_) => Some(Outcome::Role),
            _ => acted.then_some(Outcome::Failed),
        }
    }
}

/// What a person reads instead of an answer; `acted`: instead of something that was to be done.
pub fn failure(voice: &Voice, command: &dyn Command, error: &CommandError, acted: bool) -> Reply {
    let name = command.name();
    let why = |error: &dyn std::fmt::Display| [("why", voice.reason(&error.to_string()).into())];
    let asked = |name: &str| [("name", short(name, ASKED).into())];
    Reply::text(match error {
        CommandError::Usage => {
            voice.say("usage", &[]).plain(" ").then(voice.say(&format!("usage-{name}"), &[]))
        }
        CommandError::Argument { key, what } => voice
            .say(key, &[("what", short(what, ASKED).into())])
            .line()
            .then(voice.say(&format!("usage-{name}"), &[])),
        CommandError::Unreadable { key, what } => voice.say(key, &[("what", short(what, ASKED).into())]),
        CommandError::NoContainer { name, near } if near.is_empty() => {
            voice.say("no-container", &asked(name))
        }
        CommandError::NoContainer { name: asked_for, near } => {
            let text = voice.say("no-container-near", &asked(asked_for));
            return near.iter().fold(Reply::text(text), |reply, it| {
                reply.row([Choice::turn(short(it, containers::NAME), format!("/{name} {it}"))])
            });
        }
        CommandError::NoMetric { name, near: None } => voice.say("no-metric", &asked(name)),
        CommandError::NoMetric { name, near: Some((near, line)) } => {
            let text = voice.say("no-metric-near", &asked(name));
            return Reply::text(text).row([Choice::turn(short(near, containers::NAME), line)]);
        }
        CommandError::NoPart { metric, part, known } => {
            let named: Vec<String> = known.iter().take(PARTS).map(|it| short(it, 24)).collect();
            let more = if PARTS < known.len() { ", …" } else { "" };
            voice.say(
                "no-part",
                &[
                    ("metric", metric.as_str().into()),
                    ("name", short(part, ASKED).into()),
                    ("known", (named.join(", ") + more).into()),
                ],
            )
        }
        CommandError::NoJob(name) => voice.say("no-job", &asked(name)),
        CommandError::NoIncident(number) => {
            voice.say("no-incident", &[("number", number.to_string().into())])
        }
        CommandError::Role(denied) => rights::refusal(voice, command, denied),
        CommandError::Engine(error) | CommandError::Job(JobError::Engine(error)) => {
            engine_failure(voice, error, acted)
        }
        CommandError::Job(error) => voice.say("job-failed", &why(error)),
        CommandError::Host(error) => voice.say("host-failed", &why(error)),
        CommandError::Store(error) => voice.say("store-failed", &why(error)),
    })
}

/// How many parts of a metric are named.
const PARTS: usize = 6;

/// Docker's refusal in the reader's words, with what to do. What was to be done (`acted`) was not begun: see
/// [`Command::run`].
pub fn engine_failure(voice: &Voice, error: &EngineError, acted: bool) -> Markup {
    let (key, why) = match error {
        EngineError::NoSuchContainer(name) => {
            return voice.say("no-container", &[("name", short(name, ASKED).into())]);
        }
        EngineError::Refused(why) => ("engine-refused", why),
        EngineError::Unreachable(why) => ("engine-unreachable", why),
        EngineError::Unanswered(why) if acted => ("engine-unanswered", why),
        EngineError::Unanswered(why) => ("engine-slow", why),
        EngineError::Garbled(why) => ("engine-garbled", why),
    };
    voice.say(key, &[("why", voice.reason(why).into())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::LOCALES;

    #[test]
    fn every_command_is_explained_in_every_language() {
        for command in COMMANDS {
            for locale in &LOCALES {
                for kind in ["summary", "usage"] {
                    let key = format!("{kind}-{}", command.name());
                    assert!(locale.has(&key), "{}: no `{key}`", locale.tag());
                }
                let summary = locale.word(&format!("summary-{}", command.name()), &[]);
                assert!((3..=256).contains(&summary.chars().count()), "Telegram takes 1 to 256: {summary}");
            }
        }
    }

    #[test]
    fn what_acts_is_not_for_everybody_and_what_only_looks_is() {
        let needs = |line: &str| {
            let words: Vec<&str> = line.split(' ').collect();
            find(words[0]).expect("a command").role(&words[1..])
        };
        for command in COMMANDS.iter().filter(|it| it.danger() == Danger::Asks) {
            assert!(Role::Operator <= command.role(&["web"]), "/{}", command.name());
        }
        let more: Vec<_> =
            COMMANDS.iter().filter(|it| Role::Viewer < it.role(&[])).map(|it| it.name()).collect();
        assert_eq!(more, ["ack", "restart", "stop", "pause", "unpause", "kill", "fix", "audit"]);
        for line in
            ["ack 12", "ack 12 off", "mute 2h", "mute off", "mute web 2h", "normal cpu", "normal cpu undo"]
        {
            assert_eq!(needs(line), Role::Operator, "/{line}");
        }
        for line in ["fix", "fix 2", "jobs run heal", "audit", "audit 7d nginx"] {
            assert_eq!(needs(line), Role::Admin, "/{line}");
        }
        for line in ["mute", "normal", "jobs", "help restart", "why 12", "card 12", "logs web"] {
            assert_eq!(needs(line), Role::Viewer, "/{line}");
        }
    }

    #[test]
    fn names_are_what_telegram_allows_and_unique() {
        for command in COMMANDS {
            let name = command.name();
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
            assert_eq!(COMMANDS.iter().filter(|other| other.name() == name).count(), 1, "{name}");
        }
    }
}
