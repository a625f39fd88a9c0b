//! Who is meant: what people type, and what a button of ours remembers of what it asked about.

use jobs::ports::{Container, Verb};
use jobs::reach::{Found, Known, Target, find};

use crate::command::names::{Named, members, named};
use crate::command::{CommandContext, CommandError};
use crate::markup::Markup;
use crate::present::hands::{self as words, label};
use crate::present::names::short;
use crate::present::{Choice, Reply, containers as shown};

/// Says that a container is meant where a project is called the same. No container's name has a colon.
const CONTAINER: &str = "container:";
/// Says that a project is meant.
const PROJECT: &str = "project:";
/// What a button remembers stands after this; no name has it.
const MARK: char = '#';
/// More buttons than this are a list to scroll, not a choice.
const CHOICES: usize = 10;

/// One word of an order.
#[derive(Clone, Debug, PartialEq)]
enum Word<'w> {
    /// As somebody typed it.
    Typed(&'w str),
    /// A container, and no project.
    Container(&'w str),
    /// A project, and of which containers, when it has been asked about.
    Project(&'w str, Option<&'w str>),
    /// A container that has been asked about.
    Known(Known),
}

impl<'w> From<&'w str> for Word<'w> {
    fn from(word: &'w str) -> Self {
        if let Some(project) = word.strip_prefix(PROJECT) {
            return match project.split_once(MARK) {
                Some((project, seal)) => Self::Project(project, Some(seal)),
                None => Self::Project(project, None),
            };
        }
        if let Some(container) = word.strip_prefix(CONTAINER) {
            return Self::Container(container);
        }
        let mut parts = word.splitn(3, MARK);
        match (parts.next(), parts.next(), parts.next()) {
            (Some(name), Some(id), place) if !id.is_empty() => Self::Known(Known {
                name: name.to_owned(),
                id: id.to_owned(),
                place: place
                    .and_then(|it| it.split_once('/'))
                    .map(|(project, service)| (project.to_owned(), service.to_owned())),
            }),
            _ => Self::Typed(word),
        }
    }
}

/// The name of the container that a word means, where it cannot mean a project that was named as one.
pub(super) fn container_named(word: &str) -> Option<&str> {
    match Word::from(word) {
        Word::Typed(name) | Word::Container(name) => Some(name),
        Word::Project(..) => None,
        Word::Known(_) => word.split(MARK).next(),
    }
}

/// A word without what a button remembers after it.
pub(super) fn written(word: &str) -> &str {
    word.split(MARK).next().unwrap_or(word)
}

/// A container as a button remembers it.
fn token(container: &Container) -> String {
    let Known { name, id, place } = Known::from(container);
    match place {
        Some((project, service)) => format!("{name}{MARK}{id}{MARK}{project}/{service}"),
        None => format!("{name}{MARK}{id}"),
    }
}

/// A project as a button remembers it: other containers, another seal (FNV-1a of their names).
fn seal(members: &[&Container]) -> String {
    let mut names: Vec<&str> = members.iter().map(|it| it.name.as_str()).collect();
    names.sort_unstable();
    let bytes = names.iter().flat_map(|it| it.bytes().chain([0]));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// What an order is about.
pub(super) struct Meant<'a> {
    /// Each container once.
    pub(super) targets: Vec<Target<'a>>,
    /// The words of the order, as a button remembers them.
    pub(super) tokens: Vec<String>,
    /// What is to be said of those that are not meant any more.
    pub(super) notes: Vec<Markup>,
    /// The one project that was named, when nothing else was.
    pub(super) project: Option<&'a str>,
    /// Whether a project has other containers than when it was asked about.
    pub(super) has_changed: bool,
}

/// What an order comes to.
pub(super) enum Meaning<'a> {
    /// It is clear.
    Meant(Meant<'a>),
    /// It is not, and this asks.
    Ask(Box<Reply>),
}

/// Finds out who is meant by the words of an order.
pub(super) fn resolve<'a>(
    context: &CommandContext<'_>,
    verb: Verb,
    containers: &'a [Container],
    order: &[&str],
) -> Result<Meaning<'a>, CommandError> {
    let voice = context.voice;
    let mut meant = Meant {
        targets: Vec::new(),
        tokens: Vec::new(),
        notes: Vec::new(),
        project: None,
        has_changed: false,
    };
    let mut strangers = Vec::new();
    for (index, word) in order.iter().enumerate() {
        let instead = |other: String| {
            let mut words: Vec<&str> = order.to_vec();
            words[index] = &other;
            format!("/{} {}", verb.name(), words.join(" "))
        };
        let named = match Word::from(*word) {
            Word::Known(known) => {
                let name = [("name", short(&known.name, words::NAME).into())];
                match find(containers, &known) {
                    Found::Same(container) => meant.add(container, false),
                    Found::Successor(container) => {
                        meant.add(container, false);
                        meant.notes.push(voice.say("hand-successor", &name));
                    }
                    Found::Stranger(other) => {
                        meant.notes.push(voice.say("hand-stranger", &name));
                        strangers.push(other.name.as_str());
                    }
                    Found::Gone => meant.notes.push(voice.say("hand-gone", &name)),
                }
                meant.tokens.push((*word).to_owned());
                continue;
            }
            Word::Project(project, known) => {
                match containers.iter().find_map(|it| it.project.as_deref().filter(|it| *it == project)) {
                    Some(project) => {
                        let now = seal(&members(containers, project));
                        meant.has_changed |= known.is_some_and(|known| known != now);
                        Named::Project(project)
                    }
                    None => Named::None(Vec::new()),
                }
            }
            Word::Container(name) => match containers.iter().find(|it| it.name == name) {
                Some(container) => Named::Container(container),
                None => Named::None(Vec::new()),
            },
            Word::Typed(name) => named(containers, name),
        };
        match named {
            Named::Container(container) => {
                meant.add(container, false);
                meant.tokens.push(token(container));
            }
            Named::Project(project) => {
                let of_it = members(containers, project);
                meant.tokens.push(format!("{PROJECT}{project}{MARK}{}", seal(&of_it)));
                of_it.into_iter().for_each(|it| meant.add(it, true));
                meant.project = (order.len() == 1).then_some(project);
            }
            Named::Both(container, project) => {
                let text = voice.say("hand-which", &[("name", short(word, words::NAME).into())]);
                let (one, all) =
                    (of_container(container, &instead), of_project(context, containers, project, &instead));
                let leave = Choice::dismiss(voice.word("button-leave", &[]));
                return Ok(ask(Reply::text(text).row([one]).row([all]).row([leave])));
            }
            Named::Perhaps(several, projects) => {
                return Ok(ask(perhaps(context, word, containers, &several, &projects, &instead)));
            }
            Named::None(near) if order.len() == 1 => {
                return Err(CommandError::NoContainer { name: (*word).to_owned(), near });
            }
            Named::None(near) => {
                let key = if near.is_empty() { "no-container" } else { "no-container-near" };
                let text = voice.say(key, &[("name", short(word, words::NAME).into())]);
                let choice = |it: &String| Choice::turn(short(it, shown::NAME), instead(it.clone()));
                return Ok(ask(near.iter().fold(Reply::text(text), |reply, it| reply.row([choice(it)]))));
            }
        }
    }
    if meant.targets.is_empty() {
        let text = Markup::lines(meant.notes);
        let again = (!strangers.is_empty())
            .then(|| Choice::turn(label(voice, verb), format!("/{} {}", verb.name(), strangers.join(" "))));
        return Ok(ask(Reply::text(text).row(again)));
    }
    Ok(Meaning::Meant(meant))
}

fn ask<'a>(reply: Reply) -> Meaning<'a> {
    Meaning::Ask(Box::new(reply))
}

impl<'a> Meant<'a> {
    /// Who is named himself is not meant by his project only.
    fn add(&mut self, container: &'a Container, by_project: bool) {
        match self.targets.iter_mut().find(|it| it.container.id == container.id) {
            Some(known) => known.by_project &= by_project,
            None => self.targets.push(Target { container, by_project }),
        }
    }
}

fn of_container(container: &Container, instead: &impl Fn(String) -> String) -> Choice {
    let label = format!("{} {}", shown::sign(container), short(&container.name, shown::NAME));
    Choice::turn(label, instead(format!("{CONTAINER}{}", container.name)))
}

fn of_project(
    context: &CommandContext<'_>,
    containers: &[Container],
    project: &str,
    instead: &impl Fn(String) -> String,
) -> Choice {
    let count = members(containers, project).len();
    let nouns = [("project", short(project, shown::NAME).into()), ("count", count.into())];
    Choice::turn(context.voice.word("button-project", &nouns), instead(format!("{PROJECT}{project}")))
}

/// Asks which of those is meant that have this part in their names.
fn perhaps(
    context: &CommandContext<'_>,
    word: &str,
    containers: &[Container],
    several: &[&Container],
    projects: &[&str],
    instead: &impl Fn(String) -> String,
) -> Reply {
    let voice = context.voice;
    let nouns =
        [("name", short(word, words::NAME).into()), ("count", (several.len() + projects.len()).into())];
    let key = if projects.is_empty() { "which-container" } else { "hand-which-part" };
    let of_projects = projects.iter().map(|it| of_project(context, containers, it, instead));
    let of_containers = several.iter().map(|it| of_container(it, instead));
    of_projects
        .chain(of_containers)
        .take(CHOICES)
        .fold(Reply::text(voice.say(key, &nouns)), |reply, it| reply.row([it]))
        .row([Choice::dismiss(voice.word("button-leave", &[]))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use jobs::fakes::scenes;
    use jobs::ports::ContainerState;

    #[test]
    fn a_button_remembers_what_it_asked_about() {
        let mut web = scenes::container("shop-web-1", ContainerState::Running);
        let known = Known::from(&web);
        assert_eq!(Word::from(token(&web).as_str()), Word::Known(known));
        (web.project, web.service) = (Some("shop".into()), Some("web".into()));
        let known = Known::from(&web);
        assert_eq!(token(&web), "shop-web-1#id-shop-web-1#shop/web");
        assert_eq!(Word::from(token(&web).as_str()), Word::Known(known));
        assert_eq!(Word::from("project:shop#00ff"), Word::Project("shop", Some("00ff")));
        assert_eq!(Word::from("project:shop"), Word::Project("shop", None));
        assert_eq!(Word::from("container:shop"), Word::Container("shop"));
        for typed in ["web", "#", "web#", ""] {
            assert_eq!(Word::from(typed), Word::Typed(typed));
        }
    }

    #[test]
    fn a_project_of_other_containers_has_another_seal() {
        let all = ["a", "b", "ab"].map(|it| scenes::container(it, ContainerState::Running));
        assert_eq!(seal(&[&all[0], &all[1]]), seal(&[&all[1], &all[0]]));
        assert_ne!(seal(&[&all[0], &all[1]]), seal(&[&all[2]]));
        assert_ne!(seal(&[&all[0]]), seal(&[]));
    }
}
