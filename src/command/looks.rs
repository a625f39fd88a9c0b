//! What the commands that look at containers have in common.

use jobs::ports::Container;

use super::names::{Meant, meant};
use super::{CommandContext, CommandError, which};
use crate::present::names::short;
use crate::present::pages::taken;
use crate::present::{Choice, Reply, Voice, containers};

/// The page that is asked for, by a command that takes nothing else.
///
/// # Errors
/// [`CommandError::Usage`] when more was said.
pub(super) fn only_page(arguments: &[&str]) -> Result<usize, CommandError> {
    let mut words = arguments.to_vec();
    let page = taken(&mut words);
    if words.is_empty() { Ok(page) } else { Err(CommandError::Usage) }
}

/// What a name leads to.
pub(super) enum Found<'a> {
    /// This container.
    One(&'a Container),
    /// A question which one is meant.
    Asked(Box<Reply>),
}

/// The container that a name means, to be looked at: harming nobody, one that fits is the one. `line` is the command
/// that is asked again for each of several.
pub(super) fn find<'a>(
    context: &CommandContext<'_>,
    containers: &'a [Container],
    asked: &str,
    line: impl Fn(&Container) -> String,
) -> Result<Found<'a>, CommandError> {
    match meant(containers, asked) {
        Meant::Exactly(container) => Ok(Found::One(container)),
        Meant::Perhaps(several) => Ok(match several[..] {
            [container] => Found::One(container),
            _ => Found::Asked(Box::new(which(context, asked, &several, line))),
        }),
        Meant::None(near) => Err(CommandError::NoContainer { name: asked.to_owned(), near }),
    }
}

/// The first line of what is shown of one container: a sign, its name, what it is doing.
pub(super) fn heading(voice: &Voice, container: &Container) -> crate::markup::Markup {
    let nouns = [
        ("sign", containers::sign(container).into()),
        ("name", short(&container.name, containers::NAME).into()),
        ("state", containers::state(voice, container).into()),
    ];
    voice.say("looks-heading", &nouns)
}

/// Other ways to look at the same container; `but` is the one that is being looked at.
pub(super) fn elsewhere(voice: &Voice, container: &Container, but: &str) -> Vec<Vec<Choice>> {
    let ways = [
        ("stats", "button-stats"),
        ("inspect", "button-inspect"),
        ("top", "button-top"),
        ("logs", "button-logs"),
    ];
    let ways = ways.iter().filter(|(command, _)| *command != but);
    let ways = ways
        .map(|(command, key)| Choice::run(voice.word(key, &[]), format!("/{command} {}", container.name)));
    vec![ways.collect(), vec![Choice::run(voice.word("button-containers", &[]), "/ps")]]
}

/// So many names, and how many more there are.
pub(super) fn named<'a>(voice: &Voice, names: impl Iterator<Item = &'a str>, most: usize) -> String {
    /// Letters of each: several share a line.
    const NAME: usize = 24;
    let names: Vec<&str> = names.collect();
    let mut shown: Vec<String> = names.iter().take(most).map(|it| short(it, NAME)).collect();
    if most < names.len() {
        shown.push(voice.word("and-more", &[("count", (names.len() - most).into())]));
    }
    shown.join(", ")
}

/// What is known, or a word that says that it is not.
pub(super) fn or_unknown(voice: &Voice, known: Option<String>) -> String {
    known.unwrap_or_else(|| voice.word("unknown", &[]))
}
