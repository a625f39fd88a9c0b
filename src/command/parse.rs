//! Words, read as a command.

use std::time::Duration;

use super::listed;
use crate::nearest::edits;

/// What a message asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked<'a> {
    /// A command, with its words.
    Command {
        /// Without the slash, in lower case.
        name: String,
        /// What follows it.
        arguments: Vec<&'a str>,
    },
    /// A command for another bot of the group.
    ForAnother,
    /// Not a command.
    Talk,
}

/// Reads `/name@bot words`. `bot` is what we are called, when we know it: a command for another is not ours.
pub fn parse<'a>(text: &'a str, bot: Option<&str>) -> Asked<'a> {
    let mut words = text.split_whitespace();
    let Some(first) = words.next().and_then(|word| word.strip_prefix('/')) else { return Asked::Talk };
    let (name, addressee) = match first.split_once('@') {
        Some((name, addressee)) => (name, Some(addressee)),
        None => (first, None),
    };
    if name.is_empty() {
        return Asked::Talk;
    }
    match (addressee, bot) {
        (Some(addressee), Some(bot)) if !addressee.eq_ignore_ascii_case(bot) => Asked::ForAnother,
        _ => {
            let name = name.to_lowercase();
            let rest = &text.trim_start()[1 + first.len()..];
            let arguments = match super::find(&name) {
                Some(command) if command.takes_quotes() => quoted_words(rest),
                _ => words.collect(),
            };
            Asked::Command { name, arguments }
        }
    }
}

/// The words of a text; what stands in quotes at the beginning of a word, or behind its `=`, is part of it as a whole, and
/// the quotes stay. A quote that is never closed goes to the end.
fn quoted_words(text: &str) -> Vec<&str> {
    const QUOTES: [(char, &[char]); 5] =
        [('"', &['"']), ('\'', &['\'']), ('“', &['”']), ('„', &['“', '”']), ('«', &['»'])];
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let mut end = rest.len();
        let mut before = None;
        let mut letters = rest.char_indices();
        while let Some((at, letter)) = letters.next() {
            if letter.is_whitespace() {
                end = at;
                break;
            }
            let closing =
                QUOTES.iter().find(|it| it.0 == letter).filter(|_| matches!(before, None | Some('=')));
            if let Some((_, closing)) = closing {
                letters.by_ref().find(|it| closing.contains(&it.1));
            }
            before = Some(letter);
        }
        words.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    words
}

/// Whether a command says whom it is for: `/name@bot`.
pub fn addressed(text: &str) -> bool {
    text.split_whitespace().next().is_some_and(|word| word.starts_with('/') && word.contains('@'))
}

/// The command whose name is nearest to what was typed, if any is near at all.
pub fn nearest(name: &str) -> Option<&'static str> {
    let names = listed().map(|command| command.name());
    names
        .map(|it| (edits(name, it), it))
        .filter(|(edits, it)| *edits <= it.len().max(name.chars().count()) / 2)
        .min()
        .map(|(_, it)| it)
}

/// A length of time as people type it in a chat: `90s`, `30m`, `6h`, `7d`, `2w`, `1y`, also `6ч`, `30м`, `2д`.
/// At most ten years.
pub fn length(text: &str) -> Option<Duration> {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let number: u64 = text[..digits].parse().ok()?;
    let unit = match text[digits..].to_lowercase().as_str() {
        "s" | "с" => 1,
        "m" | "min" | "м" | "мин" => 60,
        "h" | "ч" => 3600,
        "d" | "д" => 86_400,
        "w" | "н" => 604_800,
        "y" | "г" => 31_536_000,
        _ => return None,
    };
    let seconds = number.checked_mul(unit).filter(|it| (1..=315_360_000).contains(it))?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &[&str])>) {
        let asked = parse(text, Some("VakhtaBot"));
        match expected {
            Some((name, arguments)) => {
                assert_eq!(
                    asked,
                    Asked::Command { name: name.into(), arguments: arguments.to_vec() },
                    "{text}"
                );
            }
            None => assert!(!matches!(asked, Asked::Command { .. }), "{text}"),
        }
    }

    #[test]
    fn commands_are_read_as_telegram_sends_them() {
        check("/status", Some(("status", &[])));
        check("  /Logs  nginx 50\n", Some(("logs", &["nginx", "50"])));
        check("/status@vakhtabot", Some(("status", &[])));
        check("/status@otherbot", None);
        check("hello /status", None);
        check("/", None);
        check("/@vakhtabot", None);
    }

    #[test]
    fn quotes_hold_words_together_where_a_command_takes_them() {
        check("/logs web -g \"a b\" 5", Some(("logs", &["web", "-g", "\"a b\"", "5"])));
        check("/logs@vakhtabot web --grep='a b'", Some(("logs", &["web", "--grep='a b'"])));
        check("/logs web -g “a b” don't «c d", Some(("logs", &["web", "-g", "“a b”", "don't", "«c d"])));
        check("/logs web \"\"", Some(("logs", &["web", "\"\""])));
        check("/why \"a b\"", Some(("why", &["\"a", "b\""])));
    }

    #[test]
    fn a_slip_of_the_finger_finds_its_command() {
        assert_eq!(nearest("statuss"), Some("status"));
        assert_eq!(nearest("dsik"), Some("disk"));
        assert_eq!(nearest("logz"), Some("logs"));
        assert_eq!(nearest("xyzzyplugh"), None);
    }

    #[test]
    fn lengths_of_time_are_read_in_both_languages() {
        assert_eq!(length("6h"), Some(Duration::from_secs(21_600)));
        assert_eq!(length("30м"), Some(Duration::from_secs(1800)));
        assert_eq!(length("7d"), Some(Duration::from_secs(604_800)));
        for wrong in ["", "h", "0h", "6", "6 h", "-1h", "99999999999999999999h", "9999999w", "é"] {
            assert_eq!(length(wrong), None, "{wrong}");
        }
    }
}
