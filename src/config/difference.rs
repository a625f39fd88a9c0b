//! What differs between two settings, in the words of whoever wrote them.

use jobs::notice::{Change, Declared, How};
use secrecy::ExposeSecret;

use super::{Config, Settings};

/// What only a new process takes up: what is read before anything stands, and stays as long as it does.
const FOR_THE_START: [&str; 3] = ["DATA_DIR", "LOG_LEVEL", "LOG_FORMAT"];

/// What differs between the settings in force and others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    /// What a person would want to know of it.
    pub changes: Vec<Change>,
    /// Whether anything differs at all: the order of jobs is something, and worth no word.
    pub is_any: bool,
}

/// Everything that differs.
pub fn difference(before: &Config, now: &Config) -> Difference {
    let mut changes = Vec::new();
    declared(&mut changes, Declared::Rule, &before.rules, &now.rules, |it| (&it.name, None));
    let jobs = |it: &Config| {
        let off = it.off.iter().map(|it| (it.name.clone(), None, it.lacks));
        let on = it.jobs.iter().map(|it| (it.job.name.clone(), Some(it.clone()), ""));
        on.chain(off).collect::<Vec<_>>()
    };
    declared(&mut changes, Declared::Job, &jobs(before), &jobs(now), |(name, planned, _)| {
        (name, planned.as_ref().map(|it| it.job.cron.clone()))
    });
    declared(&mut changes, Declared::Mute, &before.mutes, &now.mutes, |it| (&it.mute.name, None));
    people(&mut changes, &before.settings, &now.settings);
    settings(&mut changes, &before.settings, &now.settings);
    if before.redactor.declared() != now.redactor.declared() {
        changes.push(Change::Setting { name: "[logs]".to_owned(), value: None });
    }
    let is_any = !changes.is_empty() || before.jobs != now.jobs || before.rules != now.rules;
    Difference { changes, is_any: is_any || before.mutes != now.mutes }
}

/// What came, what is gone, and what keeps its name and is another one; `of` yields the name, and when it is due.
fn declared<T: PartialEq>(
    changes: &mut Vec<Change>,
    what: Declared,
    before: &[T],
    now: &[T],
    of: impl Fn(&T) -> (&String, Option<String>),
) {
    let known = |list: &[T], name: &str| list.iter().position(|it| of(it).0 == name);
    let mut push = |how, it: &T| {
        let (name, cron) = of(it);
        changes.push(Change::Declared { what, how, name: name.clone(), cron });
    };
    for it in now {
        match known(before, of(it).0) {
            None => push(How::New, it),
            Some(at) if before[at] != *it => push(How::Changed, it),
            Some(_) => {}
        }
    }
    for it in before.iter().filter(|it| known(now, of(it).0).is_none()) {
        push(How::Gone, it);
    }
}

fn people(changes: &mut Vec<Change>, before: &Settings, now: &Settings) {
    let is_listed = |list: &Settings, id, role| list.people().any(|it| it.0 == id && role == Some(it.1));
    for (id, role) in now.people().filter(|it| !is_listed(before, it.0, Some(it.1))) {
        changes.push(Change::Person { id: id.0, role: Some(role.name().to_owned()) });
    }
    for (id, _) in before.people().filter(|it| now.people().all(|other| other.0 != it.0)) {
        changes.push(Change::Person { id: id.0, role: None });
    }
}

/// What the variables say, but for the people, who were named one by one.
fn settings(changes: &mut Vec<Change>, before: &Settings, now: &Settings) {
    const PEOPLE: [&str; 3] = ["TELEGRAM_USER_ID", "TELEGRAM_OPERATORS", "TELEGRAM_VIEWERS"];
    for line in now.lines.iter().filter(|it| !PEOPLE.contains(&it.name)) {
        let was = before.lines.iter().find(|it| it.name == line.name);
        let name = line.name.to_owned();
        if secret(before, line.name) != secret(now, line.name) {
            changes.push(Change::Setting { name, value: None });
        } else if was.is_none_or(|it| it.shown != line.shown) {
            changes.push(match FOR_THE_START.contains(&line.name) {
                true => Change::Waits { name },
                false => Change::Setting { name, value: Some(line.shown.clone()) },
            });
        }
    }
}

/// The value of a setting that is shown without it, or by a part of it alone.
fn secret(of: &Settings, name: &str) -> Option<String> {
    let fallback = of.fallback.as_ref();
    let secret = match name {
        "BOT_TOKEN" => of.token.clone(),
        "TOTP_SECRET" => of.totp.as_ref().map(|it| it.key.written().clone()),
        "TELEGRAM_PROXY" => of.proxy.as_ref().map(|it| it.url.clone()),
        "ALARM_PROXY" => of.alarm_proxy.as_ref().map(|it| it.url.clone()),
        "HEARTBEAT_URL" => of.heartbeat.as_ref().map(|it| it.url.clone()),
        "FALLBACK_URL" => fallback.map(|it| it.address.url.clone()),
        "FALLBACK_TOKEN" => fallback.and_then(|it| it.token.clone()),
        _ => None,
    };
    secret.map(|it| it.expose_secret().to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::environment::FileText;
    use crate::config::{Environment, KnownNames, Purpose, check};

    const JOB: &str = r#"
[[job]]
name = "look"
run = "sample"
cron = "*/10 * * * * *"

[[job]]
name = "judge"
run = "evaluate"
cron = "*/20 * * * * *"
"#;
    const RULE: &str = r#"
[[rule]]
name = "cpu"
metric = "cpu.busy"
detector = "threshold"
above = 85
back = 75
"#;

    fn config(declaration: &str, variables: &[(&str, &str)]) -> Config {
        let given = [("VAKHTA_CONFIG", "/d.toml"), ("TELEGRAM_USER_ID", "7")];
        let given = given.iter().chain(variables).map(|(name, value)| (name.to_string(), value.to_string()));
        let text = declaration.to_owned();
        let read = move |path: &Path| match path.to_str() {
            Some("/d.toml") => Ok(FileText { bytes: text.clone().into_bytes(), mode: None }),
            _ => Err(std::io::ErrorKind::NotFound.into()),
        };
        let known =
            KnownNames { metrics: &["cpu.busy"], remedies: &[], commands: &[], languages: &["en", "de"] };
        let environment = Environment::new(given, Box::new(read));
        check(&environment, known, Purpose::Local).unwrap_or_else(|it| panic!("{it}"))
    }

    fn of(what: Declared, how: How, name: &str, cron: Option<&str>) -> Change {
        Change::Declared { what, how, name: name.to_owned(), cron: cron.map(str::to_owned) }
    }

    #[test]
    fn rules_and_jobs_that_came_went_or_changed_are_named() {
        let check = |before: &str, now: &str, expected: &[Change]| {
            let found = difference(&config(before, &[]), &config(now, &[]));
            assert_eq!(found.changes, expected, "{before} then {now}");
            assert_eq!(found.is_any, !expected.is_empty());
        };
        let both = format!("{JOB}{RULE}");
        check(&both, &both, &[]);
        check(&both, &format!("# why\n{both}"), &[]);
        check(JOB, &both, &[of(Declared::Rule, How::New, "cpu", None)]);
        check(&both, JOB, &[of(Declared::Rule, How::Gone, "cpu", None)]);
        let lower = both.replace("85", "80");
        check(&both, &lower, &[of(Declared::Rule, How::Changed, "cpu", None)]);
        let slower = both.replace("*/10", "*/30");
        check(&both, &slower, &[of(Declared::Job, How::Changed, "look", Some("*/30 * * * * *"))]);
    }

    #[test]
    fn what_only_changes_its_place_is_a_difference_and_worth_no_word() {
        let other = RULE.replace("\"cpu\"", "\"other\"");
        let found = difference(
            &config(&format!("{JOB}{RULE}{other}"), &[]),
            &config(&format!("{JOB}{other}{RULE}"), &[]),
        );
        assert_eq!(found, Difference { changes: Vec::new(), is_any: true });
    }

    #[test]
    fn people_and_other_settings_are_named_and_no_secret_is_shown() {
        let before = config(
            JOB,
            &[("TELEGRAM_OPERATORS", "8"), ("LOCALE", "en"), ("BOT_TOKEN", "1:aa"), ("DATA_DIR", "/a")],
        );
        let now = config(
            JOB,
            &[("TELEGRAM_VIEWERS", "9"), ("LOCALE", "de"), ("BOT_TOKEN", "1:bb"), ("DATA_DIR", "/b")],
        );
        let found = difference(&before, &now).changes;
        let setting = |name: &str, value: Option<&str>| Change::Setting {
            name: name.to_owned(),
            value: value.map(str::to_owned),
        };
        assert_eq!(
            found,
            [
                Change::Person { id: 9, role: Some("viewer".to_owned()) },
                Change::Person { id: 8, role: None },
                setting("BOT_TOKEN", None),
                Change::Waits { name: "DATA_DIR".to_owned() },
                setting("LOCALE", Some("de")),
            ]
        );
        let promoted = config(JOB, &[("TELEGRAM_VIEWERS", "8")]);
        let found = difference(&before, &promoted).changes;
        assert!(found.contains(&Change::Person { id: 8, role: Some("viewer".to_owned()) }), "{found:?}");
    }
}
