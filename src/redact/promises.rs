//! What holds of every text that leaves: asked by tests and fuzzers.

use jobs::declare::Redaction;
use secrecy::SecretString;

use super::{MARK, Redactor};
use crate::pattern::{LONGEST, Pattern, PatternError};

/// Any text, with a secret of ours put into it anywhere: nothing of it is left, struck out twice it is as struck out
/// once, what is shown was there, and a pattern that somebody types is searched for, or says why not.
pub fn secrets(text: &str) {
    const OURS: &str = "123456789:AAExampleExampleExampleExampleExampl";
    let redactor =
        Redactor::new(&Redaction::default(), vec![SecretString::from(OURS)]).expect("no pattern of mine");
    let once = redactor.text(text);
    assert_eq!(once.matches('\n').count(), text.matches('\n').count(), "a line stays a line");
    let marks = once.matches(MARK).count();
    assert!(once.len() <= text.len() + marks * MARK.len());
    let mut rest = text;
    for shown in once.split(MARK) {
        let at = rest.find(shown).expect("what is shown was there, in its order");
        rest = &rest[at + shown.len()..];
    }
    let at = text.len() / 2;
    let at = text.floor_char_boundary(at);
    let with_ours = format!("{}{OURS}{}", &text[..at], &text[at..]);
    assert!(!redactor.text(&with_ours).contains(OURS), "our own secret");
    let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let command = redactor.command(&[&words[..], &["--password".to_owned(), OURS.to_owned()]].concat());
    assert!(!command.contains(OURS));

    for word in text.lines().take(2) {
        for (built, loose) in [(Pattern::exact(word), false), (Pattern::loose(word), true)] {
            match built {
                Ok(pattern) => {
                    let spans = pattern.spans(text);
                    assert!(spans.iter().all(|it| text.get(it.clone()).is_some()));
                    assert!(pattern.is_in(text) || spans.is_empty());
                    assert!(!pattern.is_in(""), "it would be found everywhere");
                }
                Err(PatternError::TooLong) => {}
                Err(PatternError::Everywhere) => {}
                Err(PatternError::Garbled(why)) => {
                    assert!(!loose, "what is no pattern is looked for as it stands");
                    assert!(!why.is_empty() && word.chars().count() <= LONGEST);
                }
            }
        }
    }
}
