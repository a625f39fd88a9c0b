//! What holds of every sentence, whatever a name in it is: asked by tests and fuzzers.

use std::sync::LazyLock;

use super::{LOCALES, Noun, for_tag};
use crate::markup::{Markup, Style, one_line};

/// Each key, with the arguments that its sentence has.
static KEYS: LazyLock<Vec<(&str, Vec<&str>)>> = LazyLock::new(|| {
    let mut keys: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in LOCALES[0].source.lines().filter(|line| !line.starts_with('#')) {
        if !line.starts_with([' ', '\t', '}'])
            && let Some((key, _)) = line.split_once(" =")
        {
            keys.push((key, Vec::new()));
        }
        for part in line.split('$').skip(1) {
            let end = part.find(|it: char| !it.is_ascii_alphanumeric() && it != '_').unwrap_or(part.len());
            keys.last_mut().expect("an argument belongs to a key").1.push(&part[..end]);
        }
    }
    keys
});

/// Any bytes as a key, a figure and a name: in every language the name stands in the sentence as it is, in the style of
/// its place, and sets none; a figure of any kind is said.
pub fn sentences(bytes: &[u8]) {
    const STAND_IN: &str = "☃名☃";
    let Some((head, name)) = bytes.split_first_chunk::<10>() else { return };
    let [a, b, figure @ ..] = *head;
    let (key, nouns) = &KEYS[usize::from(u16::from_be_bytes([a, b])) % KEYS.len()];
    let name = String::from_utf8_lossy(name);
    // A word may be what a sentence chooses by.
    let name = if name.is_ascii() { format!("{name} ") } else { name.into_owned() };
    let _ = for_tag(&name);
    for locale in &LOCALES {
        let with =
            |noun: &dyn Fn() -> Noun| -> Vec<(&str, Noun)> { nouns.iter().map(|it| (*it, noun())).collect() };
        let said = locale.say(key, &with(&|| Noun::Text(name.clone())));
        let plain = locale.say(key, &with(&|| STAND_IN.into()));
        let put_in = |text: &str| text.replace(STAND_IN, &one_line(&name));
        let expected: Vec<(char, Style)> = plain
            .spans()
            .iter()
            .flat_map(|span| put_in(&span.text).chars().map(|it| (it, span.style)).collect::<Vec<_>>())
            .filter(|(it, _)| *it != '\u{200e}')
            .collect();
        assert_eq!(letters(&said), expected, "{key} in {}", locale.tag);
        let figure = f64::from_be_bytes(figure);
        let figured = locale.say(key, &with(&|| Noun::Number(figure)));
        assert!(nouns.is_empty() || !figured.to_string().contains("{$"), "{key}: {figured}");
    }
}

fn letters(text: &Markup) -> Vec<(char, Style)> {
    let all = text.spans().iter().flat_map(|span| span.text.chars().map(|it| (it, span.style)));
    // Marks of direction hold a name in its place; they are no letters of it.
    all.filter(|(it, _)| *it != '\u{200e}').collect()
}
