//! Every sentence for people, by language: the typed face of the Fluent catalogues beside this file.
//!
//! A language is one `.ftl` file: `build.rs` makes [`LOCALES`] of what lies here. Code asks for a sentence by its key and hands over the
//! nouns; the catalogue decides words, order and plural forms. Arguments are escaped on the way in, so that only
//! the catalogue can set emphasis.

#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod promises;

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Entry, Pattern};
use fluent_syntax::parser::parse_runtime;
use unic_langid::LanguageIdentifier;

use crate::markup::{Markup, escape, one_line};

/// A language Vakhta speaks.
pub struct Locale {
    /// Its IETF tag: `en`.
    tag: &'static str,
    source: &'static str,
    /// From where to where in the source each sentence stands, by the order of the keys.
    places: &'static [(u32, u32)],
    /// The rules of the language; no sentence is kept in it.
    bundle: OnceLock<FluentBundle<FluentResource>>,
}

include!(concat!(env!("OUT_DIR"), "/locales.rs"));

/// The tags of all languages, in their order: what `LOCALE` may say besides `auto`.
pub fn tags() -> Vec<&'static str> {
    LOCALES.iter().map(Locale::tag).collect()
}

/// The language for a person whose app says `tag` (`ru`, `en-GB`): the same primary language, else the first.
pub fn for_tag(tag: &str) -> &'static Locale {
    of_tag(tag).unwrap_or(&LOCALES[0])
}

/// The language of a tag, by its primary part, if we speak it.
pub fn of_tag(tag: &str) -> Option<&'static Locale> {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    LOCALES.iter().find(|locale| locale.tag.eq_ignore_ascii_case(primary))
}

/// An argument of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Noun {
    /// A name or a finished figure; escaped on the way in.
    Text(String),
    /// A number that plural forms may depend on.
    Number(f64),
}

impl From<&str> for Noun {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Noun {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Noun {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<usize> for Noun {
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}

impl From<u64> for Noun {
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

impl From<u32> for Noun {
    fn from(number: u32) -> Self {
        Self::Number(f64::from(number))
    }
}

impl From<i64> for Noun {
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

impl Locale {
    const fn new(tag: &'static str, source: &'static str, places: &'static [(u32, u32)]) -> Self {
        Self { tag, source, places, bundle: OnceLock::new() }
    }

    /// Its IETF tag.
    pub fn tag(&self) -> &'static str {
        self.tag
    }

    /// What it calls itself: "Deutsch".
    pub fn name(&self) -> String {
        self.word("language-name", &[])
    }

    /// A sentence, with its emphasis.
    pub fn say(&self, key: &str, nouns: &[(&str, Noun)]) -> Markup {
        Markup::parse(&self.format(key, nouns))
    }

    /// A sentence or a word where no emphasis can be shown: a button, a picture, a column.
    pub fn word(&self, key: &str, nouns: &[(&str, Noun)]) -> String {
        self.say(key, nouns).to_string()
    }

    /// Whether the catalogue has this key.
    pub fn has(&self, key: &str) -> bool {
        self.written(key).is_some()
    }

    /// A sentence as its catalogue has it, key and all.
    fn written(&self, key: &str) -> Option<&'static str> {
        let text = |&(begin, end): &(u32, u32)| &self.source[begin as usize..end as usize];
        let key_of = |place: &(u32, u32)| text(place).split_once(" =").map_or("", |(key, _)| key);
        let found = self.places.binary_search_by(|place| key_of(place).cmp(key)).ok()?;
        Some(text(&self.places[found]))
    }

    /// A sentence is read each time it is said, in some microseconds. All of a catalogue, read once, is a megabyte.
    fn pattern(&self, key: &str) -> Option<Pattern<&'static str>> {
        let resource = parse_runtime(self.written(key)?).unwrap_or_else(|(resource, errors)| {
            tracing::error!(
                language = self.tag,
                key,
                ?errors,
                remedy = "report it",
                "a catalogue has mistakes"
            );
            resource
        });
        resource.body.into_iter().find_map(|entry| match entry {
            Entry::Message(message) => message.value,
            Entry::Term(_)
            | Entry::Comment(_)
            | Entry::GroupComment(_)
            | Entry::ResourceComment(_)
            | Entry::Junk { .. } => None,
        })
    }

    fn bundle(&self) -> &FluentBundle<FluentResource> {
        self.bundle.get_or_init(|| {
            let language: LanguageIdentifier =
                self.tag.parse().expect("tags are constants, checked by a test");
            let mut bundle = FluentBundle::new_concurrent(vec![language]);
            bundle.set_use_isolating(false);
            bundle
        })
    }

    fn format(&self, key: &str, nouns: &[(&str, Noun)]) -> String {
        let Some(pattern) = self.pattern(key) else {
            tracing::error!(language = self.tag, key, remedy = "report it", "a sentence is missing");
            return escape(key);
        };
        let mut args = FluentArgs::with_capacity(nouns.len());
        for (name, noun) in nouns {
            let value = match noun {
                Noun::Text(text) => FluentValue::from(escape(&one_line(text))),
                Noun::Number(number) => FluentValue::from(*number),
            };
            args.set(*name, value);
        }
        let mut errors = Vec::new();
        let sentence = self.bundle().format_pattern(&pattern, Some(&args), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(
                language = self.tag,
                key,
                ?errors,
                remedy = "report it",
                "a sentence lacks an argument"
            );
        }
        sentence
    }
}

#[cfg(test)]
mod tests;
