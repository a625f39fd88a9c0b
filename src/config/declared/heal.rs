//! Each `[[heal]]`: what is done about ill containers.

use jobs::heal::{Policy, When};
use jobs::ports::Verb;
use toml::de::DeTable;

use super::table::{Section, Sheet};
use super::{Names, read_mode, sections};

const KEYS: [&str; 10] =
    ["name", "when", "remedy", "mode", "wait", "verify", "budget", "back_off", "only", "except"];

const TROUBLES: [(&str, When); 3] =
    [("unhealthy", When::Unhealthy), ("crashed", When::Crashed), ("down", When::Down)];

const REMEDIES: [(&str, Verb); 2] = [("restart", Verb::Restart), ("start", Verb::Start)];

/// Reads them, in the order they were written. One that cannot be read is noted, and not among them.
pub(super) fn read_all(sheet: &mut Sheet<'_>, table: &DeTable<'_>) -> Vec<Policy> {
    let mut names = Names::default();
    let mut policies = Vec::new();
    for section in sections(sheet, table, "heal") {
        let name = names.check(sheet, &section);
        let policy = read(sheet, &section);
        if let (Some(name), Some(policy)) = (name, policy) {
            policies.push(Policy { name: name.to_owned(), ..policy });
        }
    }
    policies
}

fn read(sheet: &mut Sheet<'_>, section: &Section<'_>) -> Option<Policy> {
    section.check_keys(sheet, &KEYS, |_| None);
    section.need(sheet, "when", "\"unhealthy\"");
    let when = section.choice(sheet, "when", &TROUBLES);
    let verb = section.choice(sheet, "remedy", &REMEDIES);
    let mode = read_mode(sheet, section);
    let budget = section.count(sheet, "budget");
    let [wait, verify, back_off] = [
        section.duration(sheet, "wait"),
        section.some_duration(sheet, "verify"),
        section.some_duration(sheet, "back_off"),
    ];
    let [only, except] = ["only", "except"].map(|key| {
        let words = section.words(sheet, key).unwrap_or_default();
        words.into_iter().map(|word| word.value.to_owned()).collect::<Vec<_>>()
    });
    if let Some(budget) = budget.as_ref().filter(|it| it.value == 0) {
        let remedy = "to only be told what could be done, write `mode = \"observe\"`";
        sheet.wrong(budget.span.clone(), "a policy that may heal 0 times an hour never heals", remedy);
        return None;
    }
    let when = when?.value;
    if let Some(verb) = verb.as_ref().filter(|it| when == When::Unhealthy && it.value == Verb::Start) {
        let remedy = "write `remedy = \"restart\"`, or remove it";
        sheet.wrong(verb.span.clone(), "what is unhealthy runs, and is not to be started", remedy);
        return None;
    }
    let usual = Policy::usual("", when);
    Some(Policy {
        verb: verb.map_or(usual.verb, |it| it.value),
        mode: mode.unwrap_or(usual.mode),
        wait: wait.map_or(usual.wait, |it| it.value),
        verify: verify.map_or(usual.verify, |it| it.value),
        most_an_hour: budget.map_or(usual.most_an_hour, |it| it.value),
        back_off: back_off.map_or(usual.back_off, |it| it.value),
        only,
        except,
        ..usual
    })
}
