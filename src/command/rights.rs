//! Who may do what: the role somebody has, what a command needs, and what a container's label says of both.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use jobs::label::{ROLE, Rights};
use jobs::ports::Container;
use jobs::role::Role;

use super::names::{Meant, meant};
use super::{Command, CommandContext, CommandError};
use crate::gate::Operator;
use crate::markup::Markup;
use crate::present::Voice;
use crate::present::names::short;

/// Why somebody may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// What they are.
    pub role: Role,
    /// What they would have to be.
    pub needs: Role,
    /// The container whose label says so, if it is that.
    pub container: Option<String>,
}

/// Whether whoever asks may do to this container what needs that role elsewhere. Every command that acts on a container
/// asks this of each that it is about to act on.
///
/// # Errors
/// [`CommandError::Role`].
pub fn rights(context: &CommandContext<'_>, container: &Container, needs: Role) -> Result<(), CommandError> {
    on(context.operator, container, needs).map_err(CommandError::Role)
}

/// Whether somebody may say that, as far as these containers tell. A container that is not named exactly is none: asking
/// which one is meant is for those who may act on all of them.
///
/// # Errors
/// Why not.
pub fn may(
    operator: Operator,
    command: &dyn Command,
    arguments: &[&str],
    containers: &[Container],
) -> Result<(), Denied> {
    let (role, needs) = (operator.role(), command.role(arguments));
    match command.target(arguments).map(|name| meant(containers, name)) {
        Some(Meant::Exactly(container)) => on(operator, container, needs),
        Some(Meant::Perhaps(_) | Meant::None(_)) | None if role < needs => {
            Err(Denied { role, needs, container: None })
        }
        Some(Meant::Perhaps(_) | Meant::None(_)) | None => Ok(()),
    }
}

fn on(operator: Operator, container: &Container, needs: Role) -> Result<(), Denied> {
    let rights = Rights::of(container);
    if let Some(wrong) = rights.wrong()
        && is_new(&container.name, wrong)
    {
        tracing::warn!(
            container = container.name,
            label = ROLE,
            wrong,
            "not a role: only an admin acts on it until the label says viewer, operator, admin, or ID:role"
        );
    }
    let role = operator.role();
    rights.allow(operator.id().0, role, needs).map_err(|takes| {
        // Without a word of the label it is the command's own need.
        let container = container.label(ROLE).map(|_| container.name.clone());
        Denied { role, needs: takes, container }
    })
}

/// Whether the log has not said it yet.
fn is_new(container: &str, wrong: &str) -> bool {
    /// More than these are told again and again rather than remembered for ever.
    const MOST: usize = 200;
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if MOST <= said.len() {
        said.clear();
    }
    said.insert(format!("{container} {wrong}"))
}

/// The refusal in the reader's words: which role it takes, and who gives it.
pub fn refusal(voice: &Voice, command: &dyn Command, denied: &Denied) -> Markup {
    /// Letters of a container's name that are shown.
    const NAME: usize = 40;
    let (role, needs) = (named(voice, denied.role), named(voice, denied.needs));
    match &denied.container {
        Some(name) => voice
            .say("role-refused-container", &[("name", short(name, NAME).into()), ("needs", needs.into())]),
        None => voice.say(
            "role-refused",
            &[
                ("command", command.name().into()),
                ("needs", needs.into()),
                ("role", role.into()),
                ("setting", setting(denied.needs).into()),
            ],
        ),
    }
}

/// The same, as short as what flashes up when a button is pressed.
pub fn refused_press(voice: &Voice, denied: &Denied) -> String {
    let nouns = [("needs", named(voice, denied.needs).into()), ("role", named(voice, denied.role).into())];
    voice.word(if denied.container.is_some() { "role-toast-container" } else { "role-toast" }, &nouns)
}

/// What a role is called.
fn named(voice: &Voice, role: Role) -> String {
    let key = match role {
        Role::Viewer => "role-viewer",
        Role::Operator => "role-operator",
        Role::Admin => "role-admin",
    };
    voice.word(key, &[])
}

/// Where the owner writes who has a role.
fn setting(role: Role) -> &'static str {
    match role {
        Role::Viewer => "TELEGRAM_VIEWERS",
        Role::Operator => "TELEGRAM_OPERATORS",
        Role::Admin => "TELEGRAM_USER_ID",
    }
}
