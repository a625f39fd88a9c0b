//! A `.env` file: `NAME=value` in every line, as a shell would read it, without running anything.
//!
//! `export` before a name, comments, single and double quotes, a byte order mark and Windows' ends of lines are
//! understood. `$NAME` is text: nothing is put in its place.

use std::collections::BTreeMap;

use super::mistake::{Mistake, Mistakes};

/// A value and the line it stands in.
pub(super) type Entries = BTreeMap<String, (String, usize)>;

/// Reads all of a file. What cannot be read is a mistake that does not show the value.
pub(super) fn parse(file: &str, text: &str, mistakes: &mut Mistakes) -> Entries {
    let mut entries = Entries::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        match parse_line(line.trim()) {
            Ok(None) => {}
            Ok(Some((name, value))) => {
                entries.insert(name.to_owned(), (value, number));
            }
            Err((message, remedy)) => mistakes.push(Mistake::at_line(file, number, message, remedy)),
        }
    }
    entries
}

type Wrong = (&'static str, &'static str);

fn parse_line(line: &str) -> Result<Option<(&str, String)>, Wrong> {
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let line = match line.strip_prefix("export") {
        Some(rest) if rest.starts_with([' ', '\t']) => rest.trim_start(),
        _ => line,
    };
    let Some((name, value)) = line.split_once('=') else {
        return Err(("this line has no `=`", "write NAME=value, or put a # before a comment"));
    };
    let name = name.trim_end();
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if name.is_empty() || !name.chars().all(fits) || name.starts_with(|letter: char| letter.is_ascii_digit())
    {
        return Err(("this is not the name of a variable", "a name has letters, digits and `_`"));
    }
    Ok(Some((name, parse_value(value.trim_start())?)))
}

fn parse_value(text: &str) -> Result<String, Wrong> {
    let open = "the quote is not closed in its line";
    let (value, rest) = match text.chars().next() {
        Some('\'') => {
            let end = text[1..].find('\'').ok_or((open, "close it with '"))?;
            (text[1..1 + end].to_owned(), &text[end + 2..])
        }
        Some('"') => {
            let (value, used) = unescape(&text[1..]).ok_or((open, "close it with \""))?;
            (value, &text[1 + used..])
        }
        _ => {
            // As in a shell, a # begins a comment only after a space.
            let end = text.find(" #").or_else(|| text.find("\t#")).unwrap_or(text.len());
            let end = if text.starts_with('#') { 0 } else { end };
            (text[..end].trim_end().to_owned(), "")
        }
    };
    let rest = rest.trim_start();
    if rest.is_empty() || rest.starts_with('#') {
        Ok(value)
    } else {
        Err(("something stands after the closing quote", "quote the whole value, or none of it"))
    }
}

/// What stands before the closing double quote, and how many bytes it took with the quote.
fn unescape(text: &str) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, at + 1)),
            '\\' => match letters.next()?.1 {
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                other @ ('"' | '\\' | '$' | '\'') => value.push(other),
                other => value.extend(['\\', other]),
            },
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let mut mistakes = Mistakes::new();
        let entries = parse(".env", text, &mut mistakes);
        assert_eq!(mistakes, Mistakes::new());
        entries.into_iter().map(|(name, (value, _))| (name, value)).collect()
    }

    #[test]
    fn lines_are_read_as_a_shell_reads_them() {
        for (line, value) in [
            ("A=b", "b"),
            ("\u{feff}A=b\r\n", "b"),
            ("export A = b # why", "b"),
            ("A=b#c", "b#c"),
            ("A=", ""),
            ("A= # nothing", ""),
            ("A='b # \"c\" $D'", "b # \"c\" $D"),
            ("A=\"b \\\"c\\\" \\n\\$D\" # why", "b \"c\" \n$D"),
            ("A=b=c", "b=c"),
            ("# A=x\n\nA=b\n", "b"),
            ("A=x\nA=b", "b"),
        ] {
            assert_eq!(read(line), [("A".to_owned(), value.to_owned())], "{line:?}");
        }
    }

    #[test]
    fn a_wrong_line_is_named_and_its_value_is_not_shown() {
        for (text, line, message) in [
            ("A=b\nBOT_TOKEN 12:SECRET", 2, "this line has no `=`"),
            ("BOT TOKEN=SECRET", 1, "this is not the name of a variable"),
            ("A=\"SECRET", 1, "the quote is not closed in its line"),
            ("A='SECRET", 1, "the quote is not closed in its line"),
            ("A=\"SECRET\\", 1, "the quote is not closed in its line"),
            ("A='b' SECRET", 1, "something stands after the closing quote"),
        ] {
            let mut mistakes = Mistakes::new();
            parse(".env", text, &mut mistakes);
            let found: Vec<_> = mistakes.iter().map(|it| (it.line, it.message.as_str())).collect();
            assert_eq!(found, [(line, message)], "{text:?}");
            assert!(!mistakes.text(false).contains("SECRET"));
        }
    }
}
