//! A TOML table that is read key by key, noting every mistake with its place.

use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::duration;
use crate::config::mask::{is_secret_name, quoted};
use crate::config::mistake::{Mistake, Mistakes};
use crate::nearest::nearest;

/// The file that is being read, and what was found wrong with it so far.
pub(super) struct Sheet<'s> {
    file: &'s str,
    text: &'s str,
    /// Lines that are not even TOML: what else they seem to say wrong is not worth telling.
    broken: Vec<usize>,
    found: Vec<Mistake>,
}

impl<'s> Sheet<'s> {
    /// Reads what can be read of a text, and notes where it is not TOML.
    pub(super) fn parse(file: &'s str, text: &'s str) -> (Self, Spanned<DeTable<'s>>) {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut sheet = Self { file, text, broken: Vec::new(), found: Vec::new() };
        for error in errors {
            sheet.wrong(error.span().unwrap_or(0..0), error.message(), remedy_for(error.message()));
        }
        sheet.broken = sheet.found.iter().map(|mistake| mistake.line).collect();
        (sheet, table)
    }

    /// Whether the text is TOML at all.
    pub(super) fn is_whole(&self) -> bool {
        self.broken.is_empty()
    }

    /// Notes a mistake.
    pub(super) fn wrong(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let mistake = Mistake::in_text(self.file, self.text, span, message, remedy);
        if !self.broken.contains(&mistake.line) {
            self.found.push(mistake);
        }
    }

    /// Notes that something is not there. Of a text that is not TOML nobody knows what it lacks.
    pub(super) fn missing(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        if self.is_whole() {
            self.wrong(span, message, remedy);
        }
    }

    /// Which line a span begins in, from 1.
    pub(super) fn line(&self, span: &Range<usize>) -> usize {
        self.text.get(..span.start).unwrap_or("").matches('\n').count() + 1
    }

    /// Where a part of a string lies in the file; the whole string when it is written with escapes.
    pub(super) fn inside(&self, span: &Range<usize>, value: &str, part: &Range<usize>) -> Range<usize> {
        let start = span.start + 1;
        match self.text.get(start..start + value.len()) {
            Some(raw) if raw == value => start + part.start..start + part.end.max(part.start),
            _ => span.clone(),
        }
    }

    /// All mistakes, from the top of the file to its end.
    pub(super) fn finish(mut self) -> Mistakes {
        self.found.sort_by_key(|mistake| mistake.span.as_ref().map(|span| span.start));
        let mut mistakes = Mistakes::new();
        if !self.found.is_empty() {
            mistakes.keep_source(self.file, self.text);
        }
        self.found.into_iter().for_each(|mistake| mistakes.push(mistake));
        mistakes
    }
}

/// A value, and where it is written.
#[derive(Clone, Debug)]
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}

/// One table of the file.
pub(super) struct Section<'t> {
    /// How messages call it: `job "morning"`.
    pub(super) what: String,
    /// Its header, for what is missing in it.
    pub(super) header: Range<usize>,
    table: &'t DeTable<'t>,
}

impl<'t> Section<'t> {
    pub(super) fn new(what: String, header: Range<usize>, table: &'t DeTable<'t>) -> Self {
        Self { what, header, table }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// A string, if it is one; what is wrong with it is somebody else's to say.
    pub(super) fn peek_text(&self, key: &str) -> Option<&'t str> {
        self.table.get(key)?.get_ref().as_str()
    }

    /// Where a key is written.
    pub(super) fn key_span(&self, key: &str) -> Range<usize> {
        let entry = self.table.get_key_value(key);
        entry.map_or_else(|| self.header.clone(), |(key, _)| key.span())
    }

    /// Notes keys that are not among those allowed. `stranger` may know where else a key belongs.
    pub(super) fn check_keys(
        &self,
        sheet: &mut Sheet<'_>,
        allowed: &[&str],
        stranger: impl Fn(&str) -> Option<(String, String)>,
    ) {
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if allowed.contains(&name) {
                continue;
            }
            if is_secret_name(name) {
                sheet.wrong(
                    key.span(),
                    format!("{} is no place for a secret", self.what),
                    "put the token into a file and name it in BOT_TOKEN_FILE, then remove it here and have it renewed",
                );
                continue;
            }
            let (message, remedy) = stranger(name).unwrap_or_else(|| {
                let remedy = match nearest(name, allowed.iter().copied()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("known here: {}", allowed.join(", ")),
                };
                (format!("{} has no setting {}", self.what, quoted(name)), remedy)
            });
            sheet.wrong(key.span(), message, remedy);
        }
    }

    /// A string.
    pub(super) fn text(&self, sheet: &mut Sheet<'_>, key: &str) -> Option<Placed<&'t str>> {
        self.typed(sheet, key, "text in quotes", |value| value.as_str())
    }

    /// A string that must be there.
    pub(super) fn need_text(
        &self,
        sheet: &mut Sheet<'_>,
        key: &str,
        example: &str,
    ) -> Option<Placed<&'t str>> {
        self.need(sheet, key, example);
        self.text(sheet, key)
    }

    /// Notes a missing key.
    pub(super) fn need(&self, sheet: &mut Sheet<'_>, key: &str, example: &str) {
        if !self.has(key) {
            let message = format!("{} has no `{key}`", self.what);
            sheet.missing(self.header.clone(), message, format!("write, for example, `{key} = {example}`"));
        }
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self, sheet: &mut Sheet<'_>, key: &str) -> Option<Placed<bool>> {
        self.typed(sheet, key, "true or false", |value| value.as_bool())
    }

    /// A finite number.
    pub(super) fn number(&self, sheet: &mut Sheet<'_>, key: &str) -> Option<Placed<f64>> {
        self.typed(sheet, key, "a number", |value| {
            let number = match value {
                DeValue::Integer(it) => i64::from_str_radix(it.as_str(), it.radix()).ok()? as f64,
                DeValue::Float(it) => it.as_str().parse().ok()?,
                _ => return None,
            };
            number.is_finite().then_some(number)
        })
    }

    /// A whole number that is not negative.
    pub(super) fn count(&self, sheet: &mut Sheet<'_>, key: &str) -> Option<Placed<u32>> {
        self.typed(sheet, key, "a whole number, 0 or more", |value| {
            let it = value.as_integer()?;
            u32::from_str_radix(it.as_str(), it.radix()).ok()
        })
    }

    /// A length of time.
    pub(super) fn duration(&self, sheet: &mut Sheet<'_>, key: &str) -> Option<Placed<Duration>> {
        const EXAMPLE: &str = "write a number and a unit: \"90s\", \"5m\", \"1h 30m\", \"7d\"";
        let value = self.table.get(key)?;
        let Some(text) = value.get_ref().as_str() else {
            let kind = value.get_ref().type_str();
            sheet.wrong(value.span(), format!("`{key}` is a length of time, not {}", article(kind)), EXAMPLE);
            return None;
        };
        match duration::parse(text) {
            Ok(duration) => Some(Placed { value: duration, span: value.span() }),
            Err(why) => {
                sheet.wrong(value.span(), format!("`{key}` is no length of time: {why}"), EXAMPLE);
                None
            }
        }
    }

    /// A length of time longer than none.
    pub(super) fn some_duration(&self, sheet: &mut Sheet<'_>, key: &str) -> Option<Placed<Duration>> {
        let duration = self.duration(sheet, key)?;
        if duration.value.is_zero() {
            sheet.wrong(
                duration.span,
                format!("`{key}` must be longer than nothing"),
                "write, for example, \"1m\"",
            );
            return None;
        }
        Some(duration)
    }

    /// A list of strings.
    pub(super) fn words(&self, sheet: &mut Sheet<'_>, key: &str) -> Option<Vec<Placed<&'t str>>> {
        let list = self.typed(sheet, key, "a list of texts", |value| value.as_array())?;
        let mut words = Vec::new();
        for item in list.value.iter() {
            match item.get_ref().as_str() {
                Some(word) => words.push(Placed { value: word, span: item.span() }),
                None => {
                    let kind = article(item.get_ref().type_str());
                    sheet.wrong(
                        item.span(),
                        format!("`{key}` is a list of texts; this is {kind}"),
                        "put it in quotes",
                    );
                }
            }
        }
        Some(words)
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(
        &self,
        sheet: &mut Sheet<'_>,
        key: &str,
        choices: &[(&str, T)],
    ) -> Option<Placed<T>> {
        let word = self.text(sheet, key)?;
        match choices.iter().find(|(name, _)| *name == word.value) {
            Some((_, value)) => Some(Placed { value: *value, span: word.span }),
            None => {
                let names = || choices.iter().map(|(name, _)| *name);
                let remedy = match nearest(word.value, names()) {
                    Some(meant) => format!("did you mean \"{meant}\"?"),
                    None => format!("one of: {}", names().collect::<Vec<_>>().join(", ")),
                };
                sheet.wrong(word.span, format!("`{key}` cannot be {}", quoted(word.value)), remedy);
                None
            }
        }
    }

    fn typed<T>(
        &self,
        sheet: &mut Sheet<'_>,
        key: &str,
        wanted: &str,
        read: impl FnOnce(&'t DeValue<'t>) -> Option<T>,
    ) -> Option<Placed<T>> {
        let value = self.table.get(key)?;
        match read(value.get_ref()) {
            Some(read) => Some(Placed { value: read, span: value.span() }),
            None => {
                let message = format!("`{key}` must be {wanted}");
                let remedy = match value.get_ref().type_str() {
                    kind @ ("integer" | "float") => format!("this {kind} is not"),
                    kind => format!("this is {}", article(kind)),
                };
                sheet.wrong(value.span(), message, remedy);
                None
            }
        }
    }
}

/// What would be right where a text is not TOML, for the slips that are common.
fn remedy_for(message: &str) -> &'static str {
    if message.starts_with("duplicate key") {
        "a setting stands once in its table: keep one of them; the next job or rule begins with its own [[…]]"
    } else if message.starts_with("string values must be quoted") {
        "put the value in quotes"
    } else if message.starts_with("invalid basic string") || message.starts_with("invalid literal string") {
        "close the quote in its line"
    } else {
        ""
    }
}

fn article(kind: &str) -> String {
    let an = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if an { "an" } else { "a" })
}
