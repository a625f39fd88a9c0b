//! Keeps what could be a secret out of everything that is shown.

/// Bytes of a name that are looked at.
const LONGEST_NAME: usize = 64;

/// Whether a setting of this name holds something that must not be shown.
pub(super) fn is_secret_name(name: &str) -> bool {
    const WORDS: [&str; 7] = ["token", "secret", "passw", "apikey", "api_key", "private_key", "credential"];
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// A text in quotes for a message: short, on one line, without secrets.
pub(super) fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    let masked = mask_shapes(text);
    let mut shown: String = masked.chars().take(MOST).flat_map(char::escape_debug).collect();
    if MOST < masked.chars().count() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// A file as it may be shown: every byte in its place, secrets replaced by stars.
pub(super) fn mask_source(source: &str) -> String {
    let mut masked = String::with_capacity(source.len());
    let mut goes_on = false;
    for line in source.split_inclusive('\n') {
        // A secret's value may go on in the next lines, in a long string or a list.
        goes_on = goes_on && !begins_anew(line);
        let hidden = if goes_on { Some(stars(line)) } else { mask_assignment(line) };
        goes_on = hidden.is_some();
        masked.push_str(hidden.as_deref().unwrap_or(line));
    }
    mask_shapes(&masked)
}

/// Whether a line is the beginning of another setting or table.
fn begins_anew(line: &str) -> bool {
    let line = line.trim_start();
    let key = line.split('=').next().unwrap_or_default().trim_end();
    let fits = |letter: char| letter.is_alphanumeric() || "-_.\"'".contains(letter);
    line.starts_with('[') || (key.len() < line.trim_end().len() && !key.is_empty() && key.chars().all(fits))
}

/// The line with stars for what it assigns to a secret's name; none when it assigns to none.
fn mask_assignment(line: &str) -> Option<String> {
    // Every `=` is looked at, for an inline table may hold the secret: `x = { token = "…" }`.
    for (at, _) in line.match_indices('=') {
        // No name is longer, and a line of nothing but `=` must not be searched to its beginning for each of them.
        let nearest = line.floor_char_boundary(at.saturating_sub(LONGEST_NAME));
        let key = line[nearest..at].trim_end().trim_end_matches(['"', '\'']);
        let start = key.rfind([' ', '{', ',', '.', '"', '\'']).map_or(0, |before| before + 1);
        if is_secret_name(&key[start..]) {
            return Some(format!("{}{}", &line[..=at], stars(&line[at + 1..])));
        }
    }
    None
}

/// Stars out whatever has the shape of a bot's token, and names and passwords in addresses.
pub(super) fn mask_shapes(text: &str) -> String {
    let mut masked = text.to_owned();
    let mut from = 0;
    while let Some(at) = masked[from..].find("://").map(|at| from + at + 3) {
        let end = masked[at..].find(['/', ' ', '"', '\'', '\n']).map_or(masked.len(), |end| at + end);
        if let Some(sign) = masked[at..end].rfind('@').map(|sign| at + sign) {
            let hidden = stars(&masked[at..sign]);
            masked.replace_range(at..sign, &hidden);
        }
        from = end;
    }
    let mut from = 0;
    while let Some(colon) = masked[from..].find(':').map(|at| from + at) {
        let digits = masked[..colon].bytes().rev().take_while(u8::is_ascii_digit).count();
        let rest = masked[colon + 1..]
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte))
            .count();
        if 5 <= digits && 20 <= rest {
            let hidden = stars(&masked[colon - digits..colon + 1 + rest]);
            masked.replace_range(colon - digits..colon + 1 + rest, &hidden);
        }
        from = colon + 1;
    }
    masked
}

/// As many bytes of stars, with spaces, quotes and ends of lines left where they are.
fn stars(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            ' ' | '\t' | '\r' | '\n' | '"' | '\'' => letter.to_string(),
            _ => "*".repeat(letter.len_utf8()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_nothing_but_signs_costs_no_more_than_its_length() {
        // Quadratic, this would take minutes: a file of a mebibyte is read, whatever it is.
        for sign in ["=", "==a", ":", "://", "1:", "a=\"", "://@"] {
            let source = sign.repeat(20_000 / sign.len());
            assert_eq!(mask_source(&source).len(), source.len(), "{sign:?}");
        }
    }

    #[test]
    fn a_file_is_shown_without_its_secrets_and_without_moving_a_byte() {
        for (source, shown) in [
            ("bot_token = \"abc\"\nname = \"x\"\n", "bot_token = \"***\"\nname = \"x\"\n"),
            ("x = { token = \"ключ\" }", "x = { token = \"********\" *"),
            ("\"api_key\" = 'q w'", "\"api_key\" = '* *'"),
            (
                "name = \"123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"",
                "name = \"****************************************\"",
            ),
            ("a = \"socks5://me:pass@host:1080\"", "a = \"socks5://*******@host:1080\""),
            ("cron = \"0 9 * * *\"", "cron = \"0 9 * * *\""),
            ("token = \"\"\"\nab\n\"\"\"\nx = 1", "token = \"\"\"\n**\n\"\"\"\nx = 1"),
            ("tokens = [\n'ab',\n]\n[job]", "tokens = *\n'**'*\n*\n[job]"),
            ("[job.token]", "[job.token]"),
        ] {
            assert_eq!(mask_source(source), shown);
            assert_eq!(source.len(), shown.len());
        }
    }
}
