//! Every catalogue says the same things with the same nouns, and says all that is asked for.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// Each key of a catalogue with the arguments it mentions.
fn keys(locale: &Locale) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in locale.source.lines().filter(|line| !line.starts_with('#')) {
        if !line.starts_with([' ', '\t', '}']) && line.contains(" =") {
            key = line.split(" =").next().unwrap_or_default().to_owned();
            assert!(
                keys.insert(key.clone(), BTreeSet::new()).is_none(),
                "{}: `{key}` is said twice",
                locale.tag
            );
        }
        for part in line.split('$').skip(1) {
            let name =
                part.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
            keys.get_mut(&key).expect("an argument belongs to a key").insert(name.to_owned());
        }
    }
    keys
}

#[test]
fn every_language_has_every_sentence_with_the_same_nouns() {
    let first = keys(&LOCALES[0]);
    for locale in &LOCALES[1..] {
        let other = keys(locale);
        let unsaid: Vec<_> = first.keys().filter(|key| !other.contains_key(*key)).collect();
        let surplus: Vec<_> = other.keys().filter(|key| !first.contains_key(*key)).collect();
        assert!(unsaid.is_empty() && surplus.is_empty(), "{}: lacks {unsaid:?}, has {surplus:?}", locale.tag);
        let differing: Vec<_> = first.iter().filter(|(key, nouns)| other[*key] != **nouns).collect();
        assert!(differing.is_empty(), "{}: other nouns in {differing:?}", locale.tag);
    }
}

#[test]
fn every_catalogue_is_sound_fluent() {
    for locale in &LOCALES {
        let tag: Result<LanguageIdentifier, _> = locale.tag.parse();
        assert!(tag.is_ok());
        if let Err((_, errors)) = FluentResource::try_new(locale.source.to_owned()) {
            panic!("{}: {errors:?}", locale.tag);
        }
    }
}

#[test]
fn russian_counts_as_russians_do() {
    let ru = for_tag("ru-RU");
    let said = |n: usize| ru.word("containers-counted", &[("count", n.into())]);
    assert_eq!(said(1), "1 контейнер");
    assert_eq!(said(2), "2 контейнера");
    assert_eq!(said(5), "5 контейнеров");
    assert_eq!(said(11), "11 контейнеров");
    assert_eq!(said(21), "21 контейнер");
}

#[test]
fn a_stranger_to_both_languages_gets_the_first() {
    assert_eq!(for_tag("de").tag(), "en");
    assert_eq!(for_tag("").tag(), "en");
    assert_eq!(for_tag("RU").tag(), "ru");
}

/// Keys that code builds from a noun's own name, by prefix.
const BUILT: [&str; 12] = [
    "metric-", "group-", "kin-", "digest-", "remedy-", "summary-", "usage-", "step-", "state-", "outcome-",
    "month-", "weekday-",
];

#[test]
fn the_code_asks_for_every_sentence_and_for_no_other() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut asked = BTreeSet::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("our own sources").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let source = std::fs::read_to_string(&path).expect("our own source");
                asked.extend(source.split('"').skip(1).step_by(1).map(str::to_owned));
            }
        }
    }
    let catalogue = keys(&LOCALES[0]);
    let unasked: Vec<_> = catalogue
        .keys()
        .filter(|key| !asked.contains(*key) && !BUILT.iter().any(|prefix| key.starts_with(prefix)))
        .collect();
    assert!(unasked.is_empty(), "nobody says {unasked:?}");
}
