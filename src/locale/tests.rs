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
fn a_sentence_read_alone_is_the_one_that_its_catalogue_has() {
    for locale in &LOCALES {
        let (mut alone, mut together) = (0, 0);
        for entry in parse_runtime(locale.source).expect("sound, says another test").body {
            let Entry::Message(message) = entry else {
                panic!("{}: {entry:?} cannot be read alone", locale.tag)
            };
            together += 1;
            assert!(message.attributes.is_empty(), "{}: {message:?}", locale.tag);
            // None points at another sentence, which would not be there.
            let debug = format!("{message:?}");
            assert!(!debug.contains("MessageReference") && !debug.contains("TermReference"), "{debug}");
            assert_eq!(locale.pattern(message.id.name), message.value, "{}", locale.tag);
            alone += usize::from(locale.has(message.id.name));
        }
        assert_eq!((alone, together), (keys(locale).len(), locale.places.len()));
        for key in ["", "language", "language-name ", "zzz", "# ---"] {
            assert!(!locale.has(key), "{}: {key}", locale.tag);
        }
    }
}

/// What is wrong with the emphasis of a sentence, if anything: each tag that opens is closed, the innermost first, within
/// its variant, and there is none that no phone knows.
fn tangled(sentence: &str) -> Option<String> {
    let mut open: Vec<&str> = Vec::new();
    for part in sentence.split('<').skip(1) {
        let (tag, _) = part.split_once('>').unwrap_or((part, ""));
        match tag.strip_prefix('/') {
            Some(closed) if open.pop() != Some(closed) => return Some(format!("</{closed}> closes nothing")),
            Some(_) => {}
            None if ["b", "i", "code"].contains(&tag) => open.push(tag),
            None => return Some(format!("<{tag}> is no emphasis")),
        }
    }
    (!open.is_empty()).then(|| format!("{open:?} stay open"))
}

#[test]
fn emphasis_that_begins_also_ends_in_every_sentence() {
    for locale in &LOCALES {
        let mut sentences: Vec<(&str, String)> = Vec::new();
        for line in locale.source.lines().filter(|line| !line.starts_with('#')) {
            match line.split_once(" =") {
                Some((key, rest)) if !line.starts_with([' ', '\t', '}']) => {
                    sentences.push((key, rest.to_owned()))
                }
                _ => sentences.iter_mut().last().into_iter().for_each(|it| it.1 += line),
            }
        }
        assert!(sentences.len() > 500, "{}: they were read", locale.tag);
        for (key, sentence) in sentences {
            assert_eq!(tangled(&sentence), None, "{}: {key}", locale.tag);
        }
    }
}

#[test]
fn tangled_emphasis_is_seen() {
    for well in ["", "a", "<b>a</b> <i>b</i>", "<i>a <code>b</code></i>"] {
        assert_eq!(tangled(well), None, "{well}");
    }
    for ill in ["<b>a", "a</b>", "<b>a</i>", "<b><i>a</b></i>", "<u>a</u>", "<b>a<b>"] {
        assert!(tangled(ill).is_some(), "{ill}");
    }
}

#[test]
fn a_language_is_one_file_and_the_first_is_english() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/locale");
    let files = std::fs::read_dir(folder).expect("our own sources").flatten().map(|it| it.path());
    let files = files.filter(|it| it.extension().is_some_and(|end| end == "ftl"));
    let there: BTreeSet<_> = files.filter_map(|it| Some(it.file_stem()?.to_str()?.to_owned())).collect();
    assert_eq!(tags().iter().map(|it| (*it).to_owned()).collect::<BTreeSet<_>>(), there);
    assert_eq!(tags()[0], "en");
    let names: BTreeSet<String> = LOCALES.iter().map(Locale::name).collect();
    assert_eq!(names.len(), LOCALES.len(), "each calls itself something else: {names:?}");
}

#[test]
fn russian_counts_as_russians_do() {
    let ru = for_tag("ru-RU");
    let said = |n: usize| ru.word("alerts-firing", &[("count", n.into())]);
    assert_eq!(said(1), "1 тревога");
    assert_eq!(said(2), "2 тревоги");
    assert_eq!(said(5), "5 тревог");
    assert_eq!(said(11), "11 тревог");
    assert_eq!(said(21), "21 тревога");
}

#[test]
fn germans_count_in_two_forms_and_write_their_own_dates() {
    let de = for_tag("de-AT");
    let said = |n: usize| de.word("alerts-firing", &[("count", n.into())]);
    assert_eq!([said(1), said(0), said(2), said(21)], ["1 Alarm", "0 Alarme", "2 Alarme", "21 Alarme"]);
    assert_eq!(
        de.word("date-day", &[("day", "1".into()), ("month", de.word("month-3", &[]).into())]),
        "1. März"
    );
}

#[test]
fn numbers_of_all_forms_have_one_in_every_language() {
    // A whole number, a fraction, nothing: none falls out of the forms that a catalogue has.
    for locale in &LOCALES {
        for n in [0.0, 1.0, 1.5, 2.0, 5.0, 11.0, 21.0, 22.0, 25.0, 100.0, 1_000_001.0] {
            let said = locale.word("looks-containers", &[("count", Noun::Number(n))]);
            assert!(said.starts_with(&n.to_string()) || n == 1.0, "{}: {said}", locale.tag);
        }
    }
}

#[test]
fn a_stranger_to_all_languages_gets_the_first() {
    assert_eq!(for_tag("tlh").tag(), "en");
    assert_eq!(for_tag("").tag(), "en");
    assert_eq!(for_tag("RU").tag(), "ru");
}

/// Keys that code builds from a noun's own name, by prefix; all of them are held to the lists they come from below.
const BUILT: [&str; 12] = [
    "metric-",
    "kin-",
    "digest-row-",
    "group-",
    "remedy-",
    "may-",
    "summary-",
    "usage-",
    "examples-",
    "crumb-",
    "month-",
    "weekday-",
];

/// Every string literal of our sources, outside tests.
fn literals() -> BTreeSet<String> {
    let mut literals = BTreeSet::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("our own sources").flatten() {
            let path = entry.path();
            if path.is_dir() && path.file_name().is_none_or(|it| it != "tests") {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("tests.rs") {
                let source = std::fs::read_to_string(&path).expect("our own source");
                let product = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
                let lines = product.lines().filter(|line| {
                    !line.trim_start().starts_with("//") && !line.trim_start().starts_with("#[")
                });
                lines.for_each(|line| literals.extend(line.split('"').skip(1).map(str::to_owned)));
            }
        }
    }
    literals
}

#[test]
fn the_code_asks_for_every_sentence_and_for_no_other() {
    let catalogue = keys(&LOCALES[0]);
    let asked = literals();
    let is_built = |key: &str| BUILT.iter().any(|prefix| key.starts_with(prefix));
    let unasked: Vec<_> = catalogue.keys().filter(|key| !asked.contains(*key) && !is_built(key)).collect();
    assert!(unasked.is_empty(), "nobody says {unasked:?}");

    // What is written like a key, and begins like one, is one.
    let first = |key: &str| key.split('-').next().unwrap_or_default().to_owned();
    let firsts: BTreeSet<String> = catalogue.keys().map(|key| first(key)).collect();
    let is_key = |it: &str| {
        let mut parts = it.split('-');
        let is_word = |part: &str| {
            !part.is_empty()
                && part.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
        };
        it.contains('-') && parts.all(is_word) && firsts.contains(&first(it))
    };
    let missing: Vec<_> = asked.iter().filter(|it| is_key(it) && !catalogue.contains_key(*it)).collect();
    assert!(missing.is_empty(), "no catalogue has {missing:?}");
}

#[test]
fn what_has_a_name_of_its_own_has_one_in_the_catalogue_and_nothing_else_has() {
    let mut wanted = BTreeSet::new();
    wanted.extend(jobs::sample::METRICS.iter().map(|it| format!("metric-{}", it.id.replace('.', "-"))));
    // The ladder of a disk is named by its steps.
    wanted.extend(jobs::heal::remedy_names().filter(|it| *it != "disk").map(|it| format!("remedy-{it}")));
    wanted.extend(jobs::ports::Right::ALL.iter().map(|it| format!("may-{}", it.name())));
    wanted.extend((1..=12).map(|it| format!("month-{it}")));
    wanted.extend((1..=7).map(|it| format!("weekday-{it}")));
    // A metric may have a shorter name beside its kin, and in a table; none that is no metric has one.
    let catalogue = keys(&LOCALES[0]);
    let shorter = |it: &String| it.strip_prefix("kin-").or(it.strip_prefix("digest-row-")).map(str::to_owned);
    let strange: Vec<String> = catalogue
        .keys()
        .filter_map(shorter)
        .filter(|name| !wanted.contains(&format!("metric-{name}")))
        .collect();
    assert!(strange.is_empty(), "no metric is called {strange:?}");
    // Commands are a floor above: `command` holds itself to `summary-` and `usage-`, `/graph` to `group-`.
    let built = |key: &String| BUILT.iter().any(|it| key.starts_with(it));
    let above = |key: &String| {
        ["summary-", "usage-", "examples-", "crumb-", "group-"].iter().any(|it| key.starts_with(it))
            || shorter(key).is_some()
    };
    let there: BTreeSet<String> =
        keys(&LOCALES[0]).into_keys().filter(|key| built(key) && !above(key)).collect();
    assert_eq!(there, wanted);
}
