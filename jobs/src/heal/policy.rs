//! What is done about an ill container, how far by itself, and how often: as it was declared.

use std::time::Duration;

use super::Mode;
use crate::ports::Verb;

/// What is done about containers with one kind of trouble: a `[[heal]]` table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Unique.
    pub name: String,
    /// The trouble it is about.
    pub when: When,
    /// What is done: [`Verb::Restart`] or [`Verb::Start`].
    pub verb: Verb,
    /// How far it may go by itself; a container's own label `vakhta.heal` goes before it.
    pub mode: Mode,
    /// How long the trouble must last before anything is proposed or done.
    pub wait: Duration,
    /// How long it may take to help.
    pub verify: Duration,
    /// At most so many attempts an hour for one container.
    pub most_an_hour: u32,
    /// The pause after the first attempt that did not help; twice as long after each further one.
    pub back_off: Duration,
    /// Only these containers, when any are named: `NAME`, `NAME*`, `project:NAME`.
    pub only: Vec<String>,
    /// Never these.
    pub except: Vec<String>,
}

/// The trouble a policy is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// It runs, and its health check says no.
    Unhealthy,
    /// It ended by itself, and no restart policy is going to start it again.
    Crashed,
    /// It should be running and is not: its restart policy says always, or it ran before its engine was started anew.
    Down,
}

impl When {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unhealthy => "unhealthy",
            Self::Crashed => "crashed",
            Self::Down => "down",
        }
    }

    /// How long the trouble must last when nothing else is declared.
    pub fn wait(self) -> Duration {
        match self {
            Self::Unhealthy => Duration::from_secs(120),
            Self::Crashed | Self::Down => Duration::from_secs(30),
        }
    }

    /// What is done about it when nothing else is declared.
    pub fn verb(self) -> Verb {
        match self {
            Self::Unhealthy => Verb::Restart,
            Self::Crashed | Self::Down => Verb::Start,
        }
    }
}

/// How long an attempt may take to help, when nothing else is declared.
pub const VERIFY: Duration = Duration::from_secs(120);
/// Attempts an hour for one container, when nothing else is declared.
pub const MOST_AN_HOUR: u32 = 3;
/// The first pause, when nothing else is declared.
pub const BACK_OFF: Duration = Duration::from_secs(300);
/// Attempts an hour for all containers together, when nothing else is declared.
pub const MOST_OF_ALL: u32 = 10;

impl Policy {
    /// What is usual for such trouble.
    pub fn usual(name: &str, when: When) -> Self {
        Self {
            name: name.to_owned(),
            when,
            verb: when.verb(),
            mode: Mode::Ask,
            wait: when.wait(),
            verify: VERIFY,
            most_an_hour: MOST_AN_HOUR,
            back_off: BACK_OFF,
            only: Vec::new(),
            except: Vec::new(),
        }
    }

    /// Whether it is about this container.
    pub fn covers(&self, name: &str, project: Option<&str>) -> bool {
        let matches = |pattern: &String| match (pattern.strip_prefix("project:"), pattern.strip_suffix('*')) {
            (Some(wanted), _) => project == Some(wanted),
            (None, Some(head)) => name.starts_with(head),
            (None, None) => name == pattern,
        };
        !self.except.iter().any(matches) && (self.only.is_empty() || self.only.iter().any(matches))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_about_the_containers_it_names() {
        let policy = |only: &[&str], except: &[&str]| Policy {
            only: only.iter().map(|it| (*it).to_owned()).collect(),
            except: except.iter().map(|it| (*it).to_owned()).collect(),
            ..Policy::usual("any", When::Unhealthy)
        };
        let check = |only: &[&str], except: &[&str], expected: bool| {
            assert_eq!(
                policy(only, except).covers("shop-db-1", Some("shop")),
                expected,
                "{only:?} {except:?}"
            );
        };
        check(&[], &[], true);
        check(&["shop-db-1"], &[], true);
        check(&["shop-*"], &[], true);
        check(&["project:shop"], &[], true);
        check(&["project:sho"], &[], false);
        check(&["shop-db"], &[], false);
        check(&[], &["shop-*"], false);
        check(&["project:shop"], &["shop-db-1"], false);
        check(&[], &["project:shop"], false);
    }
}
