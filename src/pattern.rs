//! Patterns that people write: searched for in time that grows with the text alone, and bounded in size.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

/// Letters that a pattern may have.
pub const LONGEST: usize = 500;
/// Bytes that a pattern may become.
const LARGEST: usize = 1 << 20;
/// How deep its brackets may go.
const DEEPEST: u32 = 50;

/// A regular expression without anything that could make a search slow: no look-around, no references back.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

/// Why a pattern is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It has more letters than allowed, or would become too large.
    #[error("it is too long")]
    TooLong,
    /// It would be found everywhere.
    #[error("it fits everything")]
    Everywhere,
    /// It is no regular expression; with what is wrong, in a word or two.
    #[error("{0}")]
    Garbled(String),
}

impl Pattern {
    /// A pattern that tells capitals apart unless it says otherwise.
    ///
    /// # Errors
    /// Why it is none.
    pub fn exact(text: &str) -> Result<Self, PatternError> {
        Self::built(text, false)
    }

    /// A pattern for which capitals do not matter. What is no regular expression is looked for as it stands, `|` between
    /// alternatives: who writes `foo(` on a phone means just that.
    ///
    /// # Errors
    /// When it is too long.
    pub fn loose(text: &str) -> Result<Self, PatternError> {
        match Self::built(text, true) {
            Err(PatternError::Garbled(_)) => {
                let alternatives: Vec<String> = text.split('|').map(regex::escape).collect();
                Self::built(&alternatives.join("|"), true)
            }
            built => built,
        }
    }

    fn built(text: &str, ignores_case: bool) -> Result<Self, PatternError> {
        if LONGEST < text.chars().count() {
            return Err(PatternError::TooLong);
        }
        let built = RegexBuilder::new(text)
            .case_insensitive(ignores_case)
            .size_limit(LARGEST)
            .dfa_size_limit(LARGEST)
            .nest_limit(DEEPEST)
            .build();
        match built {
            Ok(regex) if regex.is_match("") => Err(PatternError::Everywhere),
            Ok(regex) => Ok(Self(regex)),
            Err(regex::Error::CompiledTooBig(_)) => Err(PatternError::TooLong),
            Err(error) => {
                // The last line says what is wrong; those before it draw the pattern.
                let told = error.to_string();
                let last = told.lines().last().unwrap_or_default();
                Err(PatternError::Garbled(last.trim_start_matches("error: ").to_owned()))
            }
        }
    }

    /// Whether it is found in a text.
    pub fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// Where it is found. Of a pattern with a group, only what its first group found.
    pub fn spans(&self, text: &str) -> Vec<Range<usize>> {
        if self.0.captures_len() == 1 {
            return self.0.find_iter(text).map(|it| it.range()).collect();
        }
        let first = |it: regex::Captures<'_>| it.get(1).or_else(|| it.get(0)).map(|it| it.range());
        self.0.captures_iter(text).filter_map(first).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(Pattern::loose(pattern).expect("a pattern").is_in(text), expected, "{pattern} in {text}");
    }

    #[test]
    fn people_find_what_they_mean() {
        check("timeout|refused", "Connection REFUSED", true);
        check("timeout|refused", "connected", false);
        check("ошибка", "ОШИБКА диска", true);
        check(r"took \d{4,} ms", "took 12345 ms", true);
        check("foo(|bar", "calls FOO(1)", true);
        check("foo(|bar", "foo", false);
        check("[error", "[error] worker", true);
    }

    #[test]
    fn a_pattern_that_is_none_says_why() {
        let why = |pattern: &str| Pattern::exact(pattern).expect_err("none");
        assert_eq!(why("a{1000}{1000}"), PatternError::TooLong);
        assert_eq!(why(&"x".repeat(501)), PatternError::TooLong);
        assert_eq!(why("a*"), PatternError::Everywhere);
        assert_eq!(why("(a"), PatternError::Garbled("unclosed group".to_owned()));
        assert_eq!(Pattern::loose("a*").expect_err("everywhere"), PatternError::Everywhere);
        assert!(Pattern::loose(r"(?:a|b)\1").is_ok(), "no reference back: taken as it stands");
    }

    #[test]
    fn a_pattern_with_a_group_finds_what_the_group_found() {
        let spans = |pattern: &str| Pattern::exact(pattern).expect("a pattern").spans("card 1234, card 99");
        assert_eq!(spans(r"card (\d+)"), [5..9, 16..18]);
        assert_eq!(spans(r"\d+"), [5..9, 16..18]);
    }
}
