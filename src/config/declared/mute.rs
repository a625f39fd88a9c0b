//! `[quiet]`, and each `[[mute]]`.

use std::time::Duration;

use jiff::civil;
use jiff::tz::TimeZone;
use jobs::declare::{DeclaredMute, End, QUIET};
use jobs::mute::{After, Scope, time_of_day};
use toml::de::{DeTable, DeValue};

use super::job::{read_cron, read_zone};
use super::table::{Placed, Section, Sheet};
use super::{Names, known_name, sections};
use crate::config::mask::quoted;
use crate::config::mute::PlannedMute;
use crate::cron::Cron;

const OF_QUIET: [&str; 5] = ["from", "until", "timezone", "critical_too", "backlog"];
const OF_MUTE: [&str; 8] = ["name", "cron", "timezone", "for", "until", "scope", "critical_too", "backlog"];

const BACKLOGS: [(&str, After); 2] = [("tell", After::Tell), ("digest", After::Digest)];

/// What can be muted by declaration.
const DECLARED: &str =
    "all, host, project:NAME, container:NAME, rule:NAME, severity:warning, severity:critical";

/// Reads the quiet hours and every mute; none when something is wrong with one of them.
pub(super) fn read_all<'t>(
    sheet: &mut Sheet<'_>,
    table: &'t DeTable<'t>,
    rules: &[&str],
) -> Option<Vec<DeclaredMute>> {
    let mut read = Vec::new();
    let mut names = Names::default();
    if let Some(value) = table.get("quiet") {
        let DeValue::Table(fields) = value.get_ref() else {
            let remedy = "write `[quiet]`, once, with one bracket";
            sheet.wrong(value.span(), "`quiet` is a table", remedy);
            return None;
        };
        names.0.insert(QUIET, sheet.line(&value.span()));
        let section = Section::new("`[quiet]`".to_owned(), value.span(), fields);
        read.push(read_quiet(sheet, &section));
    }
    for section in sections(sheet, table, "mute") {
        names.check(sheet, &section);
        read.push(read_mute(sheet, &section, rules));
    }
    read.into_iter().collect()
}

fn read_quiet(sheet: &mut Sheet<'_>, section: &Section<'_>) -> Option<DeclaredMute> {
    section.check_keys(sheet, &OF_QUIET, |_| None);
    section.need(sheet, "from", "\"23:00\"");
    section.need(sheet, "until", "\"08:00\"");
    let from = read_time(sheet, section, "from");
    let until = read_time(sheet, section, "until");
    let zone = read_zone(sheet, section);
    let critical_too = section.boolean(sheet, "critical_too").is_some_and(|it| it.value);
    let after = section.choice(sheet, "backlog", &BACKLOGS).map_or(After::Digest, |it| it.value);
    let (from, until) = (from?, until?);
    if from.value == until.value {
        let message = "quiet hours that end when they begin would never end";
        sheet.wrong(until.span, message, "write another time, for example `until = \"08:00\"`");
        return None;
    }
    let cron = format!("0 {} {} * * *", from.value.minute(), from.value.hour());
    Some(DeclaredMute {
        name: QUIET.to_owned(),
        cron,
        zone,
        end: End::At(until.value),
        scope: Scope::All,
        critical_too,
        after,
    })
}

fn read_mute(sheet: &mut Sheet<'_>, section: &Section<'_>, rules: &[&str]) -> Option<DeclaredMute> {
    section.check_keys(sheet, &OF_MUTE, |key| {
        let message = format!("`{key}` belongs to `[quiet]`");
        (key == "from").then(|| (message, "a mute says when it begins by its `cron`".to_owned()))
    });
    let cron = read_cron(sheet, section);
    let zone = read_zone(sheet, section);
    let end = read_end(sheet, section);
    let scope = read_scope(sheet, section, rules);
    let critical_too = section.boolean(sheet, "critical_too").is_some_and(|it| it.value);
    let after = section.choice(sheet, "backlog", &BACKLOGS).map_or(After::Tell, |it| it.value);
    let cron = cron?;
    let mute = DeclaredMute {
        name: section.peek_text("name")?.to_owned(),
        cron: cron.to_string(),
        zone,
        end: end?,
        scope: scope?,
        critical_too,
        after,
    };
    if never_ends(&mute, cron) {
        let key = if section.has("for") { "for" } else { "until" };
        sheet.wrong(
            section.key_span(key),
            "this mute would never end: it begins again before it is over",
            "make it shorter, or let its cron begin it less often",
        );
        return None;
    }
    Some(mute)
}

/// Whether each of its first hundred times begins before the one before it is over.
fn never_ends(mute: &DeclaredMute, cron: Cron) -> bool {
    let planned = PlannedMute { mute: mute.clone(), cron, zone: TimeZone::UTC };
    let begin = civil::date(2000, 1, 1).at(0, 0, 0, 0);
    let Ok(mut at) = TimeZone::UTC.to_timestamp(begin) else { return false };
    for _ in 0..100 {
        let Some(this) = planned.next(at) else { return false };
        match planned.next(this.from) {
            Some(next) if next.from <= this.until => at = this.from,
            _ => return false,
        }
    }
    true
}

fn read_end(sheet: &mut Sheet<'_>, section: &Section<'_>) -> Option<End> {
    let lasting = section.some_duration(sheet, "for");
    let until = read_time(sheet, section, "until");
    match (section.has("for"), section.has("until")) {
        (true, true) => {
            let remedy = "keep `for` for a length of time, or `until` for a time of day";
            sheet.wrong(section.key_span("until"), "a mute has one end", remedy);
            None
        }
        (false, false) => {
            let message = format!("{} does not say when it ends", section.what);
            let remedy = "write, for example, `for = \"30m\"` or `until = \"08:00\"`";
            sheet.missing(section.header.clone(), message, remedy);
            None
        }
        (true, false) => lasting.map(|it: Placed<Duration>| End::Lasting(it.value)),
        (false, true) => until.map(|it| End::At(it.value)),
    }
}

fn read_time(sheet: &mut Sheet<'_>, section: &Section<'_>, key: &str) -> Option<Placed<civil::Time>> {
    let text = section.text(sheet, key)?;
    let time = time_of_day(text.value);
    if time.is_none() {
        let message = format!("`{key}` is a time of day, and {} is none", quoted(text.value));
        sheet.wrong(text.span.clone(), message, "write hours and minutes: \"08:00\", \"23:30\"");
    }
    Some(Placed { value: time?, span: text.span })
}

/// Without one: everything.
fn read_scope(sheet: &mut Sheet<'_>, section: &Section<'_>, rules: &[&str]) -> Option<Scope> {
    if !section.has("scope") {
        return Some(Scope::All);
    }
    let text = section.text(sheet, "scope")?;
    match text.value.parse() {
        Ok(Scope::Rule(name)) => {
            let name = Placed { value: name.as_str(), span: text.span };
            known_name(sheet, &name, "rule", rules).map(Scope::Rule)
        }
        Ok(Scope::Incident(_)) => {
            let message = "the incidents to come have no numbers yet";
            sheet.wrong(text.span, message, "name what it is about: a rule, a container, a project");
            None
        }
        Ok(scope) => Some(scope),
        Err(_) => {
            let message = format!("{} is nothing that can be muted", quoted(text.value));
            sheet.wrong(text.span, message, format!("one of: {DECLARED}"));
            None
        }
    }
}
