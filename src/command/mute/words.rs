//! What the words after `/mute` wish.

use std::time::Duration;

use jiff::civil;
use jobs::declare::Rule;
use jobs::mute::{Scope, time_of_day};
use jobs::ports::Container;

use crate::command::names::{Meant, meant};
use crate::command::parse::length;
use crate::nearest::nearest;

/// What somebody wishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish<'a> {
    /// To see what is muted.
    Show,
    /// To be told at once again: of that, or of everything.
    Off(Option<&'a str>),
    /// To hear nothing: of that, or of everything, until then.
    On {
        /// Of what, as it was written.
        what: Option<&'a str>,
        /// When it ends; none when that was not said.
        end: Option<End>,
        /// Whether what is critical waits too.
        critical: bool,
    },
}

/// When a mute is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// So long from now.
    After(Duration),
    /// When the clocks show that time next.
    At(civil::Time),
    /// Tomorrow morning.
    Tomorrow,
}

/// Reads what follows `/mute`, in either language; none when it makes no sense.
pub(super) fn read<'a>(words: &[&'a str]) -> Option<Wish<'a>> {
    let is = |word: &str, known: &[&str]| known.contains(&word.to_lowercase().as_str());
    if let [first, rest @ ..] = words
        && is(first, &["off", "0", "выкл", "выключить", "снять"])
    {
        return match rest {
            [] => Some(Wish::Off(None)),
            [what] => Some(Wish::Off(Some(what))),
            _ => None,
        };
    }
    if words.is_empty() {
        return Some(Wish::Show);
    }
    let (mut what, mut end, mut critical) = (None, None, false);
    let mut words = words.iter().copied().peekable();
    while let Some(word) = words.next() {
        let said = if is(word, &["for", "на"]) {
            continue;
        } else if is(word, &["critical", "критические", "критичные"]) {
            critical = true;
            continue;
        } else if is(word, &["until", "till", "до"]) {
            let next = words.next()?;
            if is(next, &["tomorrow", "завтра"]) { End::Tomorrow } else { End::At(time_of_day(next)?) }
        } else if is(word, &["tomorrow", "завтра"]) {
            End::Tomorrow
        } else if let Some(length) = length(word) {
            End::After(length)
        } else if let Some(time) = time_of_day(word).filter(|_| word.contains(':')) {
            End::At(time)
        } else if what.replace(word).is_none() {
            continue;
        } else {
            return None;
        };
        if end.replace(said).is_some() {
            return None;
        }
    }
    Some(Wish::On { what, end, critical })
}

/// What a word may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// Exactly this.
    Exactly(Scope),
    /// One of these.
    Perhaps(Vec<Scope>),
    /// Nothing; these are spelt alike.
    Nothing(Vec<Scope>),
}

/// Finds what a word means: a scope written out, else the one container, project or rule of exactly that name, else
/// whatever has it in its name.
pub(super) fn name(asked: &str, containers: &[Container], rules: &[Rule]) -> Named {
    match asked.to_lowercase().as_str() {
        "everything" | "все" | "всё" => return Named::Exactly(Scope::All),
        "machine" | "server" | "хост" | "сервер" => return Named::Exactly(Scope::Host),
        _ => {}
    }
    let is_rule = |name: &str| rules.iter().any(|it| it.name == name);
    let near_rule = |name: &str| {
        let near = nearest(name, rules.iter().map(|it| it.name.as_str()));
        near.map(|it| Scope::Rule(it.to_owned()))
    };
    match asked.parse::<Scope>() {
        Ok(Scope::Rule(name)) if !is_rule(&name) => {
            return Named::Nothing(near_rule(&name).into_iter().collect());
        }
        Ok(scope) => return Named::Exactly(scope),
        Err(_) => {}
    }
    let projects: Vec<&str> = containers.iter().filter_map(|it| it.project.as_deref()).collect();
    let container = |it: &Container| Scope::Container(it.name.clone());
    let meant = meant(containers, asked);
    let mut exactly = Vec::new();
    exactly.extend(projects.contains(&asked).then(|| Scope::Project(asked.to_owned())));
    exactly.extend(match &meant {
        Meant::Exactly(it) => Some(container(it)),
        Meant::Perhaps(_) | Meant::None(_) => None,
    });
    exactly.extend(is_rule(asked).then(|| Scope::Rule(asked.to_owned())));
    match (exactly.len(), meant) {
        (1, _) => Named::Exactly(exactly.remove(0)),
        (0, Meant::Perhaps(several)) => Named::Perhaps(several.into_iter().map(container).collect()),
        (0, Meant::None(near)) => {
            let project = nearest(asked, projects).map(|it| Scope::Project(it.to_owned()));
            let near = near.into_iter().map(Scope::Container);
            Named::Nothing(project.into_iter().chain(near).chain(near_rule(asked)).collect())
        }
        _ => Named::Perhaps(exactly),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(what: Option<&str>, end: Option<End>, critical: bool) -> Option<Wish<'_>> {
        Some(Wish::On { what, end, critical })
    }

    #[test]
    fn a_wish_is_read_in_both_languages_and_in_any_order() {
        let hours = |hours: u64| Some(End::After(Duration::from_secs(hours * 3600)));
        let at = |hour, minute| Some(End::At(civil::time(hour, minute, 0, 0)));
        for (words, wish) in [
            ("", Some(Wish::Show)),
            ("off", Some(Wish::Off(None))),
            ("Выкл", Some(Wish::Off(None))),
            ("off project:shop", Some(Wish::Off(Some("project:shop")))),
            ("1h", on(None, hours(1), false)),
            ("shop 2h", on(Some("shop"), hours(2), false)),
            ("2ч shop", on(Some("shop"), hours(2), false)),
            ("shop for 2h", on(Some("shop"), hours(2), false)),
            ("rule:cpu 1d critical", on(Some("rule:cpu"), hours(24), true)),
            ("until 9:00", on(None, at(9, 0), false)),
            ("до 9", on(None, at(9, 0), false)),
            ("host 23:30", on(Some("host"), at(23, 30), false)),
            ("tomorrow", on(None, Some(End::Tomorrow), false)),
            ("до завтра критические", on(None, Some(End::Tomorrow), true)),
            ("incident:12 завтра", on(Some("incident:12"), Some(End::Tomorrow), false)),
            ("soon", on(Some("soon"), None, false)),
            ("until", None),
            ("until soon", None),
            ("1h 2h", None),
            ("shop db 1h", None),
            ("off a b", None),
        ] {
            let split: Vec<&str> = words.split_whitespace().collect();
            assert_eq!(read(&split), wish, "{words}");
        }
    }

    fn rule(name: &str) -> Rule {
        Rule {
            name: name.to_owned(),
            metric: "cpu.busy".to_owned(),
            only: Vec::new(),
            except: Vec::new(),
            detector: jobs::evaluate::Detector::Absence(jobs::evaluate::Absence { after: Duration::ZERO }),
            patience: Duration::ZERO,
            mode: None,
            clear: Duration::ZERO,
            remedy: None,
        }
    }

    #[test]
    fn a_name_is_what_it_is_exactly_or_is_asked_about() {
        let mut containers: Vec<Container> = ["shop-web-1", "shop-db-1", "db", "cpu"]
            .map(|it| Container { name: it.to_owned(), ..Container::default() })
            .to_vec();
        for (container, service) in containers.iter_mut().zip(["web", "store"]) {
            container.project = Some("shop".to_owned());
            container.service = Some(service.to_owned());
        }
        let rules = [rule("cpu"), rule("memory")];
        let scopes =
            |words: &[&str]| -> Vec<Scope> { words.iter().map(|it| it.parse().expect("a scope")).collect() };
        let exactly = |word: &str| Named::Exactly(word.parse().expect("a scope"));
        for (asked, named) in [
            ("all", exactly("all")),
            ("всё", exactly("all")),
            ("сервер", exactly("host")),
            ("shop", exactly("project:shop")),
            ("db", exactly("container:db")),
            ("web", exactly("container:shop-web-1")),
            ("memory", exactly("rule:memory")),
            ("rule:cpu", exactly("rule:cpu")),
            ("incident:12", exactly("incident:12")),
            // Written out, it need not be there yet.
            ("container:new", exactly("container:new")),
            ("cpu", Named::Perhaps(scopes(&["container:cpu", "rule:cpu"]))),
            ("shop-", Named::Perhaps(scopes(&["container:shop-web-1", "container:shop-db-1"]))),
            ("rule:memroy", Named::Nothing(scopes(&["rule:memory"]))),
            ("memroy", Named::Nothing(scopes(&["rule:memory"]))),
            ("shpo", Named::Nothing(scopes(&["project:shop"]))),
            ("xyzzyplugh", Named::Nothing(Vec::new())),
        ] {
            assert_eq!(name(asked, &containers, &rules), named, "{asked}");
        }
    }
}
