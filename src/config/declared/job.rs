//! One `[[job]]`.

use std::time::Duration;

use jobs::declare::{Job, Missed, Work};
use jobs::{beat, digest, evaluate, heal, sample};

use super::table::{Section, Sheet};
use super::{KnownNames, known_name, read_mode};
use crate::config::mask::quoted;
use crate::config::zone;
use crate::cron::Cron;

const COMMON: [&str; 7] = ["name", "run", "cron", "timezone", "timeout", "missed", "grace"];

/// Each kind of job and the settings that only it has.
const KINDS: [(&str, &[&str]); 5] = [
    ("sample", &["containers"]),
    ("evaluate", &["rules"]),
    (
        "heal",
        &[
            "mode",
            "stopped_for",
            "cache_unused_for",
            "images_unused_for",
            "roots",
            "cooldown",
            "most_a_day",
            "most_an_hour",
        ],
    ),
    ("digest", &["period", "metrics", "chart", "sections", "without"]),
    ("beat", &["deaf", "stuck"]),
];

/// A run that takes longer than this is given up, when nothing else is written.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The kind a section says it is, if it is one.
pub(super) fn kind(section: &Section<'_>) -> Option<&'static str> {
    let said = section.peek_text("run")?;
    KINDS.iter().map(|(kind, _)| *kind).find(|kind| *kind == said)
}

/// Reads one job; none when something is wrong with it.
pub(super) fn read(
    sheet: &mut Sheet<'_>,
    section: &Section<'_>,
    known: KnownNames<'_>,
    rules: &[&str],
    policies: &[heal::Policy],
) -> Option<Job> {
    section.need(sheet, "run", "\"sample\"");
    section.choice(sheet, "run", &KINDS.map(|(kind, _)| (kind, ())));
    let kind = kind(section);
    check_keys(sheet, section, kind);
    let cron = read_cron(sheet, section);
    let zone = read_zone(sheet, section);
    let timeout = section.some_duration(sheet, "timeout");
    let missed = read_missed(sheet, section);
    let work = match kind? {
        "sample" => Work::Sample(read_sample(sheet, section)),
        "evaluate" => Work::Evaluate(read_evaluate(sheet, section, rules)),
        "heal" => Work::Heal(heal::Settings { policies: policies.to_vec(), ..read_heal(sheet, section) }),
        "beat" => Work::Beat(read_beat(sheet, section)),
        _ => Work::Digest(read_digest(sheet, section, known)),
    };
    Some(Job {
        name: section.peek_text("name")?.to_owned(),
        work,
        cron: cron?.to_string(),
        zone,
        timeout: timeout.map_or(TIMEOUT, |it| it.value),
        missed: missed?,
    })
}

fn check_keys(sheet: &mut Sheet<'_>, section: &Section<'_>, kind: Option<&str>) {
    let own = |it: &(&str, &[&str])| kind.is_none_or(|kind| kind == it.0);
    let mut allowed = COMMON.to_vec();
    allowed.extend(KINDS.iter().filter(|it| own(it)).flat_map(|(_, keys)| keys.iter()));
    section.check_keys(sheet, &allowed, |key| {
        let (owner, _) = KINDS.iter().find(|(_, keys)| keys.contains(&key))?;
        let message = format!("`{key}` belongs to jobs with `run = \"{owner}\"`");
        Some((message, format!("this one has `run = \"{}\"`", kind.unwrap_or_default())))
    });
}

pub(super) fn read_cron(sheet: &mut Sheet<'_>, section: &Section<'_>) -> Option<Cron> {
    let text = section.need_text(sheet, "cron", "\"0 9 * * *\"")?;
    match Cron::parse(text.value) {
        Ok(cron) => Some(cron),
        Err(error) => {
            let span = sheet.inside(&text.span, text.value, &error.part);
            sheet.wrong(span, error.message, error.remedy);
            None
        }
    }
}

pub(super) fn read_zone(sheet: &mut Sheet<'_>, section: &Section<'_>) -> Option<String> {
    let name = section.text(sheet, "timezone")?;
    match zone::get(name.value) {
        Ok((name, _)) => Some(name),
        Err(remedy) => {
            sheet.wrong(name.span, format!("no time zone is called {}", quoted(name.value)), remedy);
            None
        }
    }
}

fn read_missed(sheet: &mut Sheet<'_>, section: &Section<'_>) -> Option<Missed> {
    let grace = section.some_duration(sheet, "grace");
    let once = match section.has("missed") {
        true => section.choice(sheet, "missed", &[("skip", false), ("once", true)])?.value,
        false => false,
    };
    if once {
        section.need(sheet, "grace", "\"6h\"");
        return Some(Missed::Once { grace: grace?.value });
    }
    if section.has("grace") {
        sheet.wrong(
            section.key_span("grace"),
            "`grace` says how late a missed run may be made up for, but missed runs are skipped",
            "add `missed = \"once\"`, or remove `grace`",
        );
        return None;
    }
    Some(Missed::Skip)
}

fn read_sample(sheet: &mut Sheet<'_>, section: &Section<'_>) -> sample::Settings {
    let mut settings = sample::Settings::default();
    if let Some(containers) = section.boolean(sheet, "containers") {
        settings.containers = containers.value;
    }
    settings
}

fn read_evaluate(sheet: &mut Sheet<'_>, section: &Section<'_>, rules: &[&str]) -> evaluate::Settings {
    let mut settings = evaluate::Settings::default();
    for pattern in section.words(sheet, "rules").unwrap_or_default() {
        let covers_any = rules.iter().any(|rule| is_covered(pattern.value, rule));
        if covers_any {
            settings.rules.push(pattern.value.to_owned());
        } else {
            known_name(sheet, &pattern, "rule", rules);
        }
    }
    settings
}

/// Whether a name is meant by one of `rules`, where a trailing `*` stands for any rest.
pub(super) fn is_covered(pattern: &str, rule: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(head) => rule.starts_with(head),
        None => pattern == rule,
    }
}

fn read_heal(sheet: &mut Sheet<'_>, section: &Section<'_>) -> heal::Settings {
    let mut settings = heal::Settings::default();
    if let Some(mode) = read_mode(sheet, section) {
        settings.mode = mode;
    }
    for (key, place) in [
        ("stopped_for", &mut settings.stopped_for),
        ("cache_unused_for", &mut settings.cache_unused_for),
        ("images_unused_for", &mut settings.images_unused_for),
        ("cooldown", &mut settings.cooldown),
    ] {
        if let Some(duration) = section.duration(sheet, key) {
            *place = duration.value;
        }
    }
    for root in section.words(sheet, "roots").unwrap_or_default() {
        if root.value.starts_with('/') {
            settings.roots.push(root.value.to_owned());
        } else {
            let remedy = "write the whole path of a directory, such as \"/var/log\"";
            sheet.wrong(root.span, format!("{} is no absolute path", quoted(root.value)), remedy);
        }
    }
    if let Some(most) = section.count(sheet, "most_a_day") {
        if most.value == 0 {
            let remedy = "to only be told what could be done, write `mode = \"observe\"`";
            sheet.wrong(most.span, "a job that may heal 0 times a day never heals", remedy);
        } else {
            settings.most_a_day = most.value;
        }
    }
    if let Some(most) = section.count(sheet, "most_an_hour") {
        if most.value == 0 {
            let remedy = "to only be told what could be done, write `mode = \"observe\"` in each [[heal]]";
            sheet.wrong(most.span, "containers that may be healed 0 times an hour are never healed", remedy);
        } else {
            settings.most_an_hour = most.value;
        }
    }
    settings
}

fn read_beat(sheet: &mut Sheet<'_>, section: &Section<'_>) -> beat::Settings {
    let mut settings = beat::Settings::default();
    for (key, place) in [("deaf", &mut settings.deaf), ("stuck", &mut settings.stuck)] {
        if let Some(duration) = section.some_duration(sheet, key) {
            *place = duration.value;
        }
    }
    settings
}

fn read_digest(sheet: &mut Sheet<'_>, section: &Section<'_>, known: KnownNames<'_>) -> digest::Settings {
    let mut settings = digest::Settings::default();
    if let Some(period) = section.some_duration(sheet, "period") {
        settings.period = period.value;
    }
    if let Some(metrics) = section.words(sheet, "metrics") {
        if metrics.is_empty() {
            let span = section.key_span("metrics");
            sheet.wrong(span, "a digest of no metrics says nothing", "name one, or remove `metrics`");
        }
        let names = metrics.iter();
        settings.metrics =
            names.filter_map(|name| known_name(sheet, name, "metric", known.metrics)).collect();
    }
    if let Some(chart) = section.text(sheet, "chart")
        && let Some(chart) = known_name(sheet, &chart, "metric", known.metrics)
    {
        settings.chart = chart;
    }
    settings.without = read_without(sheet, section);
    settings
}

/// Which parts a digest is told without: those that `without` names, or all that `sections` does not.
fn read_without(sheet: &mut Sheet<'_>, section: &Section<'_>) -> Vec<digest::Section> {
    let mut read = |key: &str| {
        let words = section.words(sheet, key)?;
        let known = digest::Section::ALL.map(|it| it.0);
        let names: Vec<String> =
            words.iter().filter_map(|name| known_name(sheet, name, "section", &known)).collect();
        Some(names.iter().filter_map(|it| digest::Section::named(it)).collect::<Vec<_>>())
    };
    let (sections, without) = (read("sections"), read("without"));
    if sections.is_some() && without.is_some() {
        sheet.wrong(
            section.key_span("without"),
            "`sections` says which parts there are, and `without` which there are not",
            "keep one of the two",
        );
    }
    let told = sections.unwrap_or_else(|| digest::Section::others(&[]));
    let left_out = match without {
        Some(without) => without,
        None => digest::Section::others(&told),
    };
    if digest::Section::ALL.iter().all(|it| left_out.contains(&it.1)) {
        let key = if section.has("sections") { "sections" } else { "without" };
        let remedy = "name one of its parts, or remove the job";
        sheet.wrong(section.key_span(key), "a digest without any part says nothing", remedy);
    }
    left_out
}
