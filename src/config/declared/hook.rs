//! `[[hook]]`: a program of the operator's own that may free something on a disk.

use std::time::Duration;

use jobs::heal::Hook;
use toml::de::DeTable;

use super::table::{Section, Sheet};
use super::{Names, sections};
use crate::config::mask::quoted;

/// A hook that takes longer than this is killed, when nothing else is written.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The job that waits for it has a time of its own, a minute as a rule.
const LONGEST: Duration = Duration::from_secs(300);

/// Reads every hook that has nothing wrong with it.
pub(super) fn read_all(sheet: &mut Sheet<'_>, table: &DeTable<'_>) -> Vec<Hook> {
    let mut names = Names::default();
    let mut hooks = Vec::new();
    for section in sections(sheet, table, "hook") {
        let name = names.check(sheet, &section);
        section.check_keys(sheet, &["name", "command", "timeout", "for"], |_| None);
        let command = read_command(sheet, &section);
        let timeout = section.some_duration(sheet, "timeout");
        if let Some(long) = timeout.as_ref().filter(|it| LONGEST < it.value) {
            let message = "a hook may take five minutes at most";
            sheet.wrong(long.span.clone(), message, "start what takes longer in the background of the host");
        }
        let mount = read_mount(sheet, &section);
        if let (Some(name), Some(command)) = (name, command) {
            let timeout = timeout.map_or(TIMEOUT, |it| it.value);
            hooks.push(Hook { name: name.to_owned(), command, timeout, mount });
        }
    }
    hooks
}

fn read_command(sheet: &mut Sheet<'_>, section: &Section<'_>) -> Option<Vec<String>> {
    section.need(sheet, "command", "[\"/usr/local/bin/clean\", \"--fast\"]");
    let words = section.words(sheet, "command")?;
    let Some(program) = words.first() else {
        let span = section.key_span("command");
        sheet.wrong(span, "`command` names no program", "write the program's whole path, then its arguments");
        return None;
    };
    if !program.value.starts_with('/') {
        let message = format!("{} is no absolute path", quoted(program.value));
        sheet.wrong(program.span.clone(), message, "write the program's whole path: no shell looks for it");
        return None;
    }
    Some(words.into_iter().map(|it| it.value.to_owned()).collect())
}

fn read_mount(sheet: &mut Sheet<'_>, section: &Section<'_>) -> Option<String> {
    let mount = section.text(sheet, "for")?;
    if !mount.value.starts_with('/') {
        let message = format!("{} is no filesystem", quoted(mount.value));
        sheet.wrong(mount.span, message, "write where it is mounted, such as \"/srv\"");
        return None;
    }
    Some(mount.value.to_owned())
}
