//! What was done through Vakhta, by whom, and how it ended. Lines are added and never changed.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// Somebody in the chat, by the number of their account.
    Person(i64),
    /// Somebody at the console, on the machine itself.
    Console,
    /// A script on the machine, by the command line.
    Script,
    /// The watch by itself: healing.
    Vakhta,
}

impl Who {
    /// Whoever has that number. No account has 0: it stands for the console.
    pub fn of(id: i64) -> Self {
        if id == 0 { Self::Console } else { Self::Person(id) }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => id.fmt(f),
            Self::Console => f.write_str("console"),
            Self::Script => f.write_str("script"),
            Self::Vakhta => f.write_str("vakhta"),
        }
    }
}

impl FromStr for Who {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "console" => Ok(Self::Console),
            "script" => Ok(Self::Script),
            "vakhta" => Ok(Self::Vakhta),
            id => id.parse().map(Self::of),
        }
    }
}

/// How it ended, or why it was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is about to be done. What stays so was cut off in the middle.
    Begun,
    /// It was done.
    Done,
    /// It was tried, and not done.
    Failed,
    /// It was tried, and nobody knows what came of it.
    Unknown,
    /// Refused: it needs another role.
    Role,
    /// Refused: the container is protected by its label.
    Protected,
    /// Refused: we run in that container.
    Own,
    /// Refused: no right code of six digits.
    Code,
    /// Refused: what may be done in that time has been done.
    Budget,
    /// Written by a release that had no such word; how it ended is in the words.
    Earlier,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Begun,
        Self::Done,
        Self::Failed,
        Self::Unknown,
        Self::Role,
        Self::Protected,
        Self::Own,
        Self::Code,
        Self::Budget,
        Self::Earlier,
    ];

    /// As it is stored and printed for scripts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Role => "role",
            Self::Protected => "protected",
            Self::Own => "own",
            Self::Code => "code",
            Self::Budget => "budget",
            Self::Earlier => "earlier",
        }
    }

    /// What a stored word means.
    pub fn of(code: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.code() == code).unwrap_or(Self::Earlier)
    }
}

/// A line of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub who: Who,
    /// The verb: `restart`, `fix`, `mute`.
    pub what: String,
    /// On what; empty where it needs no saying.
    pub target: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The same in words, a line at most; often empty.
    pub words: String,
    /// The number of the line that said that it begins, where there is one.
    pub begun: Option<i64>,
}

impl Deed {
    /// That something is about to be done.
    pub fn begun(at: Timestamp, who: Who, what: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            at,
            who,
            what: what.into(),
            target: cut(&target.into()),
            outcome: Outcome::Begun,
            words: String::new(),
            begun: None,
        }
    }

    /// How it ended. Of the words only the first line is kept, and not without end.
    #[must_use]
    pub fn ended(mut self, outcome: Outcome, words: &str) -> Self {
        self.words = cut(words.lines().map(str::trim).find(|it| !it.is_empty()).unwrap_or_default());
        self.outcome = outcome;
        self
    }

    /// Whether it has to do with that: the verb, what it was done to, who did it, or how it ended.
    pub fn is_about(&self, word: &str) -> bool {
        let word = word.trim_start_matches('/').to_lowercase();
        self.what == word
            || self.outcome.code() == word
            || self.who.to_string() == word
            || self.target.to_lowercase().contains(&word)
    }
}

/// What is kept of a line that somebody else may have made as long as they liked.
fn cut(line: &str) -> String {
    /// Letters.
    const MOST: usize = 160;
    let end = line.char_indices().nth(MOST).map(|(at, _)| at);
    end.map_or_else(|| line.to_owned(), |end| format!("{}…", &line[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_and_how_it_ended_are_read_as_they_are_written() {
        for who in [Who::Person(42), Who::Console, Who::Script, Who::Vakhta] {
            assert_eq!(who.to_string().parse(), Ok(who));
        }
        assert!("somebody".parse::<Who>().is_err());
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::of(outcome.code()), outcome);
        }
        assert_eq!(Outcome::of("✅ nginx was restarted"), Outcome::Earlier);
    }

    #[test]
    fn one_line_of_the_words_is_kept() {
        let deed = Deed::begun(Timestamp::UNIX_EPOCH, Who::Vakhta, "heal", "/");
        assert_eq!(deed.clone().ended(Outcome::Done, "\n 4 GiB freed \nmore").words, "4 GiB freed");
        assert_eq!(deed.clone().ended(Outcome::Done, &"я".repeat(500)).words.chars().count(), 161);
        assert_eq!(deed.ended(Outcome::Done, "").words, "");
    }

    #[test]
    fn a_line_is_found_by_verb_target_person_and_outcome() {
        let deed = Deed::begun(Timestamp::UNIX_EPOCH, Who::Person(42), "restart", "shop-Nginx-1");
        for word in ["restart", "/restart", "nginx", "42", "begun"] {
            assert!(deed.is_about(word), "{word}");
        }
        for word in ["start", "db", "4", "done"] {
            assert!(!deed.is_about(word), "{word}");
        }
    }
}
