//! Jobs, rules, mutes and what is struck out of logs, out of TOML. Every mistake is noted with its place; nothing is
//! used unless there is none.

mod heal;
mod hook;
mod job;
mod logs;
mod mute;
mod rule;
mod table;

use std::collections::HashMap;
use std::ops::Range;

use jobs::declare::{Declared, Job, Rule, Work};
use jobs::heal::Mode;
use toml::de::{DeTable, DeValue};

use self::table::{Placed, Section, Sheet};
use super::mask::quoted;
use super::mistake::Mistakes;
use crate::nearest::nearest;

/// What rules and digests may name.
#[derive(Clone, Copy, Debug)]
pub struct KnownNames<'a> {
    /// Ids of metrics: those of `jobs::sample::METRICS`.
    pub metrics: &'a [&'a str],
    /// Names of remedies.
    pub remedies: &'a [&'a str],
    /// Commands that change something, without their slash.
    pub commands: &'a [&'a str],
    /// Tags of the languages that are spoken.
    pub languages: &'a [&'static str],
}

/// Reads a declaration. `file` is how messages call it.
///
/// # Errors
/// Everything that is wrong with it, from its top to its end.
pub fn read(file: &str, text: &str, known: KnownNames<'_>) -> Result<Declared, Mistakes> {
    let (mut sheet, root) = Sheet::parse(file, text);
    let table = root.get_ref();
    let top = Section::new("a declaration".to_owned(), 0..0, table);
    top.check_keys(&mut sheet, &["job", "rule", "heal", "hook", "quiet", "mute", "logs"], |_| None);

    let hooks = hook::read_all(&mut sheet, table);
    let hook_names: Vec<String> = hooks.iter().map(jobs::heal::Hook::remedy).collect();
    let hook_names = hook_names.iter().map(String::as_str);
    let remedies: Vec<&str> = known.remedies.iter().copied().chain(hook_names).collect();
    let known = KnownNames { remedies: &remedies, ..known };

    let rules = read_rules(&mut sheet, table, known);
    let rule_names: Vec<&str> = rules.iter().filter_map(|rule| rule.name).collect();
    let policies = heal::read_all(&mut sheet, table);
    let mut names = Names::default();
    let mut jobs = Vec::new();
    for section in sections(&mut sheet, table, "job") {
        names.check(&mut sheet, &section);
        let kind = job::kind(&section);
        jobs.push((kind, job::read(&mut sheet, &section, known, &rule_names, &policies)));
    }
    let mutes = mute::read_all(&mut sheet, table, &rule_names);
    let redaction = logs::read(&mut sheet, table);
    if jobs.is_empty() && !table.contains_key("job") {
        sheet.missing(
            0..0,
            "no job is declared, so nothing would ever happen",
            "begin with a copy of the built-in declaration, jobs/declared.toml",
        );
    } else {
        check_evaluated(&mut sheet, &jobs, &rules);
    }
    let rules: Option<Vec<Rule>> = rules.into_iter().map(|rule| rule.rule).collect();
    let mut jobs: Option<Vec<Job>> = jobs.into_iter().map(|(_, job)| job).collect();
    for job in jobs.iter_mut().flatten() {
        if let Work::Heal(settings) = &mut job.work {
            settings.hooks.clone_from(&hooks);
        }
    }
    let read = jobs.zip(rules).zip(mutes).zip(redaction);
    sheet.finish().or(read.map(|(((jobs, rules), mutes), redaction)| Declared {
        jobs,
        rules,
        mutes,
        redaction,
    }))
}

/// A rule as far as it could be read.
struct ReadRule<'t> {
    name: Option<&'t str>,
    header: Range<usize>,
    rule: Option<Rule>,
}

fn read_rules<'t>(sheet: &mut Sheet<'_>, table: &'t DeTable<'t>, known: KnownNames<'_>) -> Vec<ReadRule<'t>> {
    let mut names = Names::default();
    let mut rules = Vec::new();
    for section in sections(sheet, table, "rule") {
        let name = names.check(sheet, &section);
        let rule = rule::read(sheet, &section, known);
        rules.push(ReadRule { name, header: section.header, rule });
    }
    rules
}

/// How far healing may go by itself, where that is said.
fn read_mode(sheet: &mut Sheet<'_>, section: &Section<'_>) -> Option<Mode> {
    let modes = [("observe", Mode::Observe), ("ask", Mode::Ask), ("auto", Mode::Auto)];
    section.choice(sheet, "mode", &modes).map(|it| it.value)
}

/// A rule that no job evaluates would be written for nothing.
fn check_evaluated(
    sheet: &mut Sheet<'_>,
    jobs: &[(Option<&'static str>, Option<Job>)],
    rules: &[ReadRule<'_>],
) {
    let mut patterns = Vec::new();
    for (kind, job) in jobs {
        match job.as_ref().map(|job| &job.work) {
            Some(Work::Evaluate(settings)) if settings.rules.is_empty() => return,
            Some(Work::Evaluate(settings)) => patterns.extend(&settings.rules),
            Some(Work::Sample(_) | Work::Heal(_) | Work::Digest(_) | Work::Beat(_)) => {}
            // Which rules a job would evaluate that could not be read, nobody knows.
            None if matches!(kind, None | Some("evaluate")) => return,
            None => {}
        }
    }
    let covers = |name: &str| patterns.iter().any(|pattern| job::is_covered(pattern, name));
    for rule in rules {
        if let Some(name) = rule.name.filter(|name| !covers(name)) {
            sheet.missing(
                rule.header.clone(),
                format!("no job evaluates the rule {}", quoted(name)),
                "add a [[job]] with `run = \"evaluate\"`, or add the rule to the `rules` of one",
            );
        }
    }
}

/// The tables of an array such as `[[job]]`.
fn sections<'t>(sheet: &mut Sheet<'_>, table: &'t DeTable<'t>, key: &str) -> Vec<Section<'t>> {
    let Some(value) = table.get(key) else { return Vec::new() };
    let double = || format!("write it with two brackets: `[[{key}]]`, once for each {key}");
    let DeValue::Array(items) = value.get_ref() else {
        sheet.wrong(value.span(), format!("`{key}` is a list"), double());
        return Vec::new();
    };
    let mut sections = Vec::new();
    for item in items.iter() {
        let DeValue::Table(fields) = item.get_ref() else {
            sheet.wrong(item.span(), format!("a {key} is a table"), double());
            continue;
        };
        let what = match fields.get("name").and_then(|name| name.get_ref().as_str()) {
            Some(name) if !name.is_empty() => format!("{key} {}", quoted(name)),
            _ => format!("this {key}"),
        };
        sections.push(Section::new(what, item.span(), fields));
    }
    sections
}

/// Names that were given so far, and in which line.
#[derive(Default)]
struct Names<'t>(HashMap<&'t str, usize>);

impl<'t> Names<'t> {
    /// Checks that a section has a name, that it can be typed, and that it is the only one of that name.
    fn check(&mut self, sheet: &mut Sheet<'_>, section: &Section<'t>) -> Option<&'t str> {
        let name = section.need_text(sheet, "name", "\"evening\"")?;
        let fits = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
        if name.value.is_empty() || 40 < name.value.chars().count() || !name.value.chars().all(fits) {
            sheet.wrong(
                name.span,
                format!("{} is not a name", quoted(name.value)),
                "use letters, digits, `-`, `_` and `.`, at most 40 of them",
            );
            return None;
        }
        if let Some(line) = self.0.get(name.value) {
            let message = format!("the name {} is taken", quoted(name.value));
            sheet.wrong(name.span, message, format!("line {line} has it already"));
            return None;
        }
        self.0.insert(name.value, sheet.line(&name.span));
        Some(name.value)
    }
}

/// Checks that a name is among those known.
fn known_name(sheet: &mut Sheet<'_>, name: &Placed<&str>, what: &str, known: &[&str]) -> Option<String> {
    if known.contains(&name.value) {
        return Some(name.value.to_owned());
    }
    // `cpu` is far from `cpu.busy` by letters, and near to it by meaning.
    let family = |it: &&str| it.split('.').next() == Some(name.value);
    let names = || known.iter().copied();
    let remedy = match nearest(name.value, names()).or_else(|| names().find(family)) {
        Some(meant) => format!("did you mean \"{meant}\"?"),
        None if known.is_empty() => format!("there is no {what}"),
        None => format!("known: {}", known.join(", ")),
    };
    sheet.wrong(name.span.clone(), format!("no {what} is called {}", quoted(name.value)), remedy);
    None
}
