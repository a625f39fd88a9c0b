//! Settings that were read again: what is another one now, or what is wrong with them.

use jobs::notice::{Change, Declared, How, Wrong};
use jobs::role::Role;

use super::Voice;
use super::names::short;
use crate::markup::Markup;

/// So much of the host's name.
const HOST: usize = 24;
/// So many names in one line.
const NAMES: usize = 12;
/// So much of a name, of a value, and of where a mistake is.
const NAME: usize = 40;
const VALUE: usize = 60;
const PLACE: usize = 60;

/// What has changed, a line for each kind of change.
pub(super) fn changed(voice: &Voice, host: &str, changes: &[Change]) -> Markup {
    let head = voice.say("house-settings", &[("host", short(host, HOST).into())]);
    let kinds = [
        (Declared::Rule, How::New, "settings-rules-new"),
        (Declared::Rule, How::Gone, "settings-rules-gone"),
        (Declared::Rule, How::Changed, "settings-rules-changed"),
        (Declared::Job, How::New, "settings-jobs-new"),
        (Declared::Job, How::Gone, "settings-jobs-gone"),
        (Declared::Job, How::Changed, "settings-jobs-changed"),
        (Declared::Mute, How::New, "settings-mutes-new"),
        (Declared::Mute, How::Gone, "settings-mutes-gone"),
        (Declared::Mute, How::Changed, "settings-mutes-changed"),
    ];
    let declared = kinds.into_iter().filter_map(|(what, how, key)| {
        let names: Vec<String> = changes.iter().filter_map(|it| named(it, what, how)).collect();
        (!names.is_empty()).then(|| voice.say(key, &[("names", listed(voice, names).into())]))
    });
    let others = changes.iter().filter_map(|it| alone(voice, it));
    Markup::lines(std::iter::once(head).chain(declared).chain(others))
}

/// What it is called, if it is of that kind; a job that runs with when it is due.
fn named(change: &Change, of: Declared, so: How) -> Option<String> {
    match change {
        Change::Declared { what, how, name, cron } if (*what, *how) == (of, so) => Some(match cron {
            Some(cron) if so != How::Gone => format!("{} ({})", short(name, NAME), short(cron, NAME)),
            _ => short(name, NAME),
        }),
        Change::Declared { .. } | Change::Person { .. } | Change::Setting { .. } | Change::Waits { .. } => {
            None
        }
    }
}

fn listed(voice: &Voice, mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(NAMES);
    names.truncate(NAMES);
    if 0 < more {
        names.push(voice.word("and-more", &[("count", more.into())]));
    }
    names.join(", ")
}

/// A change that has a line of its own.
fn alone(voice: &Voice, change: &Change) -> Option<Markup> {
    Some(match change {
        Change::Declared { .. } => return None,
        Change::Person { id, role: Some(role) } => {
            let role = match role.parse::<Role>() {
                Ok(Role::Viewer) => voice.word("role-viewer", &[]),
                Ok(Role::Operator) => voice.word("role-operator", &[]),
                Ok(Role::Admin) => voice.word("role-admin", &[]),
                Err(_) => role.clone(),
            };
            voice.say("settings-person", &[("id", id.to_string().into()), ("role", role.into())])
        }
        Change::Person { id, role: None } => {
            voice.say("settings-person-gone", &[("id", id.to_string().into())])
        }
        Change::Setting { name, value: Some(value) } => {
            let nouns = [("name", short(name, NAME).into()), ("value", short(value, VALUE).into())];
            voice.say("settings-value", &nouns)
        }
        Change::Setting { name, value: None } => {
            voice.say("settings-secret", &[("name", short(name, NAME).into())])
        }
        Change::Waits { name } => voice.say("settings-waits", &[("name", short(name, NAME).into())]),
    })
}

/// What is wrong, where, and what to do.
pub(super) fn wrong(voice: &Voice, host: &str, mistakes: &[Wrong], more: u32) -> Markup {
    let head = voice.say("house-settings-wrong", &[("host", short(host, HOST).into())]);
    let lines = mistakes.iter().flat_map(|it| {
        let place = short(&it.place, PLACE);
        let what = voice.reason(&it.what);
        let line = match it.line {
            0 => voice.say("settings-wrong-one", &[("place", place.into()), ("what", what.into())]),
            line => {
                let line = line.to_string().into();
                let nouns = [("place", place.into()), ("line", line), ("what", what.into())];
                voice.say("settings-wrong-line", &nouns)
            }
        };
        let remedy = (!it.remedy.is_empty()).then(|| Markup::text("→ ").plain(voice.reason(&it.remedy)));
        [Some(line), remedy].into_iter().flatten()
    });
    let more = (0 < more).then(|| Markup::text(voice.word("and-more", &[("count", more.into())])));
    Markup::lines(std::iter::once(head).chain(lines).chain(more))
}
