//! `[logs]`: what is struck out of logs before they leave.

use jobs::declare::Redaction;
use toml::de::{DeTable, DeValue};

use super::table::{Section, Sheet};
use crate::config::mask::quoted;
use crate::pattern::{self, Pattern, PatternError};

const KEYS: [&str; 2] = ["redact", "redact_builtin"];
/// More patterns than this would make every log slow.
const MOST: usize = 50;

/// Reads the table; none when something is wrong with it.
pub(super) fn read<'t>(sheet: &mut Sheet<'_>, table: &'t DeTable<'t>) -> Option<Redaction> {
    let Some(value) = table.get("logs") else { return Some(Redaction::default()) };
    let DeValue::Table(fields) = value.get_ref() else {
        sheet.wrong(value.span(), "`logs` is a table", "write `[logs]`, once, with one bracket");
        return None;
    };
    let section = Section::new("`[logs]`".to_owned(), value.span(), fields);
    section.check_keys(sheet, &KEYS, |_| None);
    let builtin = section.boolean(sheet, "redact_builtin").is_none_or(|it| it.value);
    let words = section.words(sheet, "redact").unwrap_or_default();
    if let Some(first) = words.get(MOST) {
        let message = format!("`redact` takes {MOST} patterns at most");
        sheet.wrong(first.span.clone(), message, "join some of them with `|`");
    }
    let mut patterns = Vec::new();
    for word in words {
        match Pattern::exact(word.value) {
            Ok(_) => patterns.push(word.value.to_owned()),
            Err(error) => {
                let (message, remedy) = match error {
                    PatternError::TooLong => (
                        "this pattern is too long".to_owned(),
                        format!("write at most {} letters, with smaller counts in braces", pattern::LONGEST),
                    ),
                    PatternError::Everywhere => (
                        format!(
                            "{} fits every line, and all of them would be struck out",
                            quoted(word.value)
                        ),
                        "let it need at least one letter: `+` in place of `*`".to_owned(),
                    ),
                    PatternError::Garbled(why) => (
                        format!("{} is no regular expression: {why}", quoted(word.value)),
                        "single quotes keep its backslashes: 'card (\\d{16})'".to_owned(),
                    ),
                };
                sheet.wrong(word.span, message, remedy);
            }
        }
    }
    Some(Redaction { patterns, builtin })
}
