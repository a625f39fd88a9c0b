//! Whose phone it is: a code that only the person at the terminal sees, sent from the phone.

/// Letters and digits that nobody takes for one another, whatever the typeface.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many of them a code has: 30^6 are 729 million.
const LENGTH: usize = 6;
/// So many wrong ones, and there is a new code.
const TRIES: u32 = 5;

/// A code that is waited for.
#[derive(Debug)]
pub(super) struct Pairing {
    code: String,
    wrong: u32,
}

/// What words from a phone are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// The code: whoever sent it sees this terminal.
    Right,
    /// Something that could be a code and is not this one.
    Wrong,
    /// The same, once too often: this code is void.
    TooMany,
    /// No code at all.
    Nothing,
}

impl Pairing {
    /// A new code out of random bytes; none if there are too few of them that serve.
    pub(super) fn new(random: &[u8]) -> Option<Self> {
        let whole = ALPHABET.len() * (256 / ALPHABET.len());
        // The bytes past the last whole round would favour the first letters.
        let serving = random.iter().map(|it| usize::from(*it)).filter(|it| *it < whole);
        let code: String = serving.take(LENGTH).map(|it| char::from(ALPHABET[it % ALPHABET.len()])).collect();
        (code.len() == LENGTH).then_some(Self { code, wrong: 0 })
    }

    /// As it is shown: in two halves.
    pub(super) fn shown(&self) -> String {
        let (first, second) = self.code.split_at(LENGTH / 2);
        format!("{first} {second}")
    }

    /// As a link has it.
    pub(super) fn code(&self) -> &str {
        &self.code
    }

    /// Takes the words of a message: the code itself, however it is spaced, or as the link's button sends it.
    pub(super) fn hear(&mut self, words: &str) -> Heard {
        let words = words.trim();
        let words = words.strip_prefix("/start ").unwrap_or(words);
        let code: String = words
            .chars()
            .filter(|it| !it.is_whitespace() && *it != '-')
            .flat_map(char::to_uppercase)
            .collect();
        let could_be = code.chars().count() == LENGTH && code.chars().all(|it| it.is_ascii_alphanumeric());
        if code == self.code {
            Heard::Right
        } else if !could_be {
            Heard::Nothing
        } else {
            self.wrong += 1;
            if self.wrong < TRIES { Heard::Wrong } else { Heard::TooMany }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_counts_however_it_is_typed_and_nothing_else_does() {
        let mut pairing = Pairing::new(&[0, 8, 255, 29, 30, 1, 2]).expect("enough");
        assert_eq!(pairing.shown(), "2AZ 234");
        for right in ["2AZ234", " 2az 234\n", "2AZ-234", "/start 2AZ234"] {
            assert_eq!(pairing.hear(right), Heard::Right, "{right}");
        }
        for nothing in ["/start", "hello, bot", "", "2AZ2345", "привет", "2AZ 234 please"] {
            assert_eq!(pairing.hear(nothing), Heard::Nothing, "{nothing}");
        }
    }

    #[test]
    fn who_guesses_five_times_needs_another_code() {
        let mut pairing = Pairing::new(&[0; 8]).expect("enough");
        let heard: Vec<Heard> =
            ["AAAAAA", "bbbbbb", "CCC CCC", "/start DDDDDD", "EEEEEE"].map(|it| pairing.hear(it)).into();
        assert_eq!(heard, [Heard::Wrong, Heard::Wrong, Heard::Wrong, Heard::Wrong, Heard::TooMany]);
    }

    #[test]
    fn too_little_randomness_is_no_code() {
        assert!(Pairing::new(&[255; 64]).is_none());
        assert!(Pairing::new(&[1; 5]).is_none());
    }
}
