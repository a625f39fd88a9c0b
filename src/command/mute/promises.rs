//! What holds of whatever follows `/mute`: asked by tests and fuzzers.

use super::words::{Wish, read};

/// What is muted, and until when, is of what was said.
pub(in crate::command) fn holds(words: &[&str]) {
    match read(words) {
        None => assert!(!words.is_empty(), "nothing said is asking what is muted"),
        Some(Wish::Show) => {}
        Some(Wish::Off(what) | Wish::On { what, .. }) => {
            assert!(what.is_none_or(|it| words.contains(&it)), "{what:?} was not said");
        }
    }
}
