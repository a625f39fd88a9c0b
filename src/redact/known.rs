//! What secrets look like: the word before them, the letters they begin with, the place they stand in.
//!
//! One walk over a line. At each sign that could give a secret away it looks a bounded way around, or over a stretch that is
//! measured once, so that the time it takes grows with the line alone.

use std::ops::Range;

/// How long the name before a value can be.
const NAME: usize = 64;
/// How far the host of an address is looked for.
const AUTHORITY: usize = 1024;

/// What a name ends with whose value is a secret, in lower case and without `_`, `-` and `.`.
const NAMES: [&[u8]; 23] = [
    b"password",
    b"passwd",
    b"passphrase",
    b"passcode",
    b"pwd",
    b"secret",
    b"token",
    b"apikey",
    b"accesskey",
    b"secretkey",
    b"privatekey",
    b"authkey",
    b"signingkey",
    b"encryptionkey",
    b"masterkey",
    b"sharedkey",
    b"accountkey",
    b"secretkeybase",
    b"credential",
    b"credentials",
    b"authorization",
    b"cookie",
    b"webhookurl",
];

/// Names that are secret in the query of an address alone.
const IN_QUERIES: [&[u8]; 6] = [b"key", b"sig", b"signature", b"auth", b"xamzsignature", b"xamzcredential"];

/// Values that hide nothing, and words of prose that follow a colon.
const OPEN: [&str; 26] = [
    "null",
    "none",
    "nil",
    "true",
    "false",
    "undefined",
    "empty",
    "missing",
    "invalid",
    "expired",
    "required",
    "not",
    "is",
    "was",
    "has",
    "must",
    "cannot",
    "revoked",
    "unset",
    "changed",
    "wrong",
    "incorrect",
    "no",
    "yes",
    "unknown",
    "ok",
];

/// What tokens begin with; how many letters follow at least; whether a figure must be among them.
const BEGINNINGS: [(&str, usize, bool); 31] = [
    ("ghp_", 20, false),
    ("gho_", 20, false),
    ("ghu_", 20, false),
    ("ghs_", 20, false),
    ("ghr_", 20, false),
    ("github_pat_", 20, false),
    ("glpat-", 16, false),
    ("glrt-", 16, false),
    ("xoxb-", 10, false),
    ("xoxp-", 10, false),
    ("xoxa-", 10, false),
    ("xoxr-", 10, false),
    ("xoxs-", 10, false),
    ("xoxe-", 10, false),
    ("xapp-", 10, false),
    ("sk_live_", 10, false),
    ("sk_test_", 10, false),
    ("rk_live_", 10, false),
    ("rk_test_", 10, false),
    ("whsec_", 16, false),
    ("sk-", 20, true),
    ("AIza", 30, false),
    ("ya29.", 20, false),
    ("npm_", 30, false),
    ("pypi-", 30, false),
    ("dckr_pat_", 16, false),
    ("hf_", 30, false),
    ("SG.", 30, false),
    ("dop_v1_", 30, false),
    ("hvs.", 20, false),
    ("AGE-SECRET-KEY-1", 20, false),
];

/// Addresses whose path is the secret.
const HOOKS: [&str; 3] =
    ["hooks.slack.com/services/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/"];

/// Finds everything in a line that looks like a secret.
pub(super) fn find(text: &str, spans: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let mut measured = Measured::default();
    let mut at = 0;
    while at < bytes.len() {
        let found = match bytes[at] {
            b'=' => assigned(text, at, &mut measured),
            b':' => credentials(text, at)
                .or_else(|| bot_token(bytes, at))
                .or_else(|| assigned(text, at, &mut measured)),
            b'-' if bytes[at..].starts_with(b"--") => argument(text, at, &mut measured),
            it if it.is_ascii_alphabetic() && begins_word(bytes, at) => word(text, at, &mut measured),
            _ => None,
        };
        match found {
            Some(span) => {
                at = span.end.max(at + 1);
                spans.push(span);
            }
            None => at += 1,
        }
    }
}

/// Stretches that were measured before. Whoever begins within one need not measure it again: else a line of nothing but
/// beginnings, as `sk-sk-sk-`, would cost the square of its length.
#[derive(Default)]
struct Measured {
    /// Letters of a token.
    token: Stretch,
    /// Up to the next figure.
    figure: Stretch,
    /// A value without quotes.
    value: Stretch,
    /// The value of a header.
    header: Stretch,
}

impl Measured {
    fn token_end(&mut self, bytes: &[u8], from: usize) -> usize {
        self.token.end(from, || from + run(bytes, from, is_of_token))
    }
}

/// From where one was measured, and where it ends. Wherever within it one begins, it ends there.
#[derive(Default)]
struct Stretch {
    from: usize,
    end: usize,
}

impl Stretch {
    fn end(&mut self, from: usize, measure: impl FnOnce() -> usize) -> usize {
        if !(self.from..self.end).contains(&from) {
            *self = Self { from, end: measure() };
        }
        self.end
    }
}

/// Whether a word begins here.
fn begins_word(bytes: &[u8], at: usize) -> bool {
    at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

/// How many bytes from there are such.
fn run(bytes: &[u8], from: usize, is: impl Fn(u8) -> bool) -> usize {
    bytes[from.min(bytes.len())..].iter().take_while(|it| is(**it)).count()
}

fn is_of_token(it: u8) -> bool {
    it.is_ascii_alphanumeric() || it == b'_' || it == b'-'
}

/// The name that ends right before `end`, behind blanks and a quote.
fn name_before(bytes: &[u8], end: usize) -> (Range<usize>, bool) {
    let mut end = end;
    while 0 < end && bytes[end - 1] == b' ' {
        end -= 1;
    }
    let mut quoted = false;
    if 0 < end && matches!(bytes[end - 1], b'"' | b'\'' | b'`') {
        end -= 1;
        quoted = true;
        if 0 < end && bytes[end - 1] == b'\\' {
            end -= 1;
        }
    }
    let is = |it: &u8| it.is_ascii_alphanumeric() || b"_-.".contains(it) || 0x80 <= *it;
    let length = bytes[..end].iter().rev().take(NAME).take_while(|it| is(it)).count();
    (end - length..end, quoted)
}

/// The letters of a name, in lower case and without what only divides them.
fn letters(name: &[u8]) -> ([u8; NAME], usize) {
    let mut letters = [0; NAME];
    let mut length = 0;
    for it in name.iter().filter(|it| !b"_-.".contains(it)).take(NAME) {
        letters[length] = it.to_ascii_lowercase();
        length += 1;
    }
    (letters, length)
}

/// Whether the value of such a name is a secret.
fn is_secret(name: &[u8]) -> bool {
    // Most names end otherwise: that is seen at once.
    let Some(last) = name.last() else { return false };
    if !matches!(last.to_ascii_lowercase(), b'd' | b'e' | b't' | b'n' | b'y' | b's' | b'l') && *last < 0x80 {
        return false;
    }
    let (letters, length) = letters(name);
    let letters = &letters[..length];
    let is_pass = || [b"_pass", b"-pass", b".pass"].iter().any(|it| ends_with(name, *it));
    let is_russian = || ["пароль", "Пароль"].iter().any(|it| name.ends_with(it.as_bytes()));
    NAMES.iter().any(|it| letters.ends_with(it)) || is_pass() || is_russian()
}

fn ends_with(name: &[u8], end: &[u8]) -> bool {
    end.len() <= name.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end)
}

/// `name=value`, `name: value`, `"name": "value"`.
fn assigned(text: &str, at: usize, measured: &mut Measured) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let (name, name_is_quoted) = name_before(bytes, at);
    let named = &bytes[name.clone()];
    let before = name.start.checked_sub(1).map(|it| bytes[it]);
    let in_query = matches!(before, Some(b'?' | b'&')) && bytes[at] == b'=';
    let known_in_query = || {
        let (letters, length) = letters(named);
        IN_QUERIES.contains(&&letters[..length])
    };
    if !(is_secret(named) || (in_query && known_in_query())) {
        return None;
    }
    let mut from = at + 1;
    match (bytes[at], bytes.get(from)) {
        (b'=', Some(b'>')) => from += 1,
        // A comparison.
        (_, Some(b'=')) if bytes[at] == b'=' => return None,
        (b':', Some(b'=' | b':')) => from += 1,
        _ => {}
    }
    let blanks = run(bytes, from, |it| it == b' ' || it == b'\t');
    // `password= user=x` has an empty value; `password = x` has not.
    if 0 < blanks && bytes[at] == b'=' && bytes[from - 1] == b'=' && name.end == at {
        return None;
    }
    from += blanks;
    if ends_with(named, b"authorization") {
        return header(text, from, measured);
    }
    if let Some(span) = quoted(text, from) {
        return (!is_open(&text[span.clone()])).then_some(span);
    }
    let span = bare(text, from, measured)?;
    let value = &text[span.clone()];
    let is_path = ends_with(named, b"pwd") && value.starts_with('/');
    if is_open(value) || is_path || is_digest(value) {
        return None;
    }
    let is_prose = bytes[at] == b':' && !name_is_quoted && !in_query;
    let stands_alone = || {
        let before = text[..name.start].trim_end();
        let opens = before.is_empty() || before.ends_with(['{', ',', ';', '(', '[', '-', '|']);
        opens && text[span.end..].trim().is_empty()
    };
    let mere_word = value.len() < 20 && value.chars().all(char::is_alphabetic);
    let mere_count = ends_with(named, b"_pass") && value.bytes().all(|it| it.is_ascii_digit());
    if mere_count || (is_prose && mere_word && !stands_alone()) {
        return None;
    }
    Some(span)
}

/// A value in quotes, without them. One that is never closed goes to the end of the line.
fn quoted(text: &str, from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    let open = ["\\\"", "\\'", "\"", "'", "`", "“", "«"].into_iter().find(|it| rest.starts_with(it))?;
    let close = match open {
        "“" => "”",
        "«" => "»",
        same => same,
    };
    let start = from + open.len();
    let bytes = text.as_bytes();
    let mut at = start;
    while at < bytes.len() {
        if text.as_bytes()[at..].starts_with(close.as_bytes()) {
            return Some(start..at);
        }
        // An escaped letter is none that closes, in quotes that are not themselves escaped.
        at += if bytes[at] == b'\\' && !open.starts_with('\\') { 2 } else { 1 };
    }
    Some(start..text.len())
}

/// A value without quotes, to where it ends.
fn bare(text: &str, from: usize, measured: &mut Measured) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let first = bytes.get(from)?;
    if matches!(first, b'{' | b'[' | b'(' | b'<' | b'}' | b']' | b')' | b',' | b';' | b'&' | b'*') {
        return None;
    }
    let ends =
        |it: u8| it.is_ascii_whitespace() || matches!(it, b'"' | b'\'' | b'`' | b'&' | b';' | b'<' | b'>');
    let is_end = |at: usize| {
        // What closes or divides does so before a blank or the end.
        let divides = matches!(bytes[at], b',' | b')' | b']' | b'}' | b'|');
        let next = bytes.get(at + 1).copied();
        ends(bytes[at])
            || (divides && next.is_none_or(|it| ends(it) || matches!(it, b',' | b')' | b']' | b'}')))
    };
    let end = measured.value.end(from, || (from..bytes.len()).find(|at| is_end(*at)).unwrap_or(bytes.len()));
    let says_something = text.get(from..end).is_some_and(|it| it.chars().any(char::is_alphanumeric));
    says_something.then_some(from..end)
}

/// `Basic dXNlcjp…`, `Bearer x`: the way stays, what is shown for it goes.
fn header(text: &str, from: usize, measured: &mut Measured) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let from = from + run(bytes, from, |it| matches!(it, b'"' | b'\'' | b'\\' | b'[' | b' '));
    let rest = text.get(from..)?;
    let end = || rest.find(['"', '\'', '\\', ']', '\r']).map_or(text.len(), |it| from + it);
    let end = measured.header.end(from, end);
    let value = &text[from..end];
    let Some((way, shown)) = value.split_once(' ') else {
        return (!is_open(value)).then_some(from..end);
    };
    let is_way = ["bearer", "basic", "token", "digest", "negotiate", "apikey", "bot", "aws4-hmac-sha256"]
        .iter()
        .any(|it| way.eq_ignore_ascii_case(it));
    let start = if is_way { from + way.len() + 1 } else { from };
    let is_one_word = !is_way
        || ["bearer", "basic", "token", "apikey", "bot"].iter().any(|it| way.eq_ignore_ascii_case(it));
    let end = if is_one_word { start + text[start..end].find(' ').unwrap_or(end - start) } else { end };
    let words = if is_way { shown } else { way };
    (!is_open(words.split(' ').next().unwrap_or_default())).then_some(start..end)
}

/// Whether a value hides nothing.
fn is_open(value: &str) -> bool {
    let word = value.trim_end_matches(['.', ',', ':', ';', '!', '?', ')']);
    word.is_empty()
        || OPEN.iter().any(|it| word.eq_ignore_ascii_case(it))
        || word.chars().all(|it| matches!(it, '*' | '•' | '.' | '-'))
        || matches!(word, "[secret]" | "[token]")
}

/// `sha256:9f86…`: says which one, and opens nothing.
fn is_digest(value: &str) -> bool {
    ["sha256:", "sha512:", "sha1:", "md5:"].iter().any(|it| value.starts_with(it))
}

/// `scheme://user:password@host`: the password; or all before the `@` where it is one long word.
fn credentials(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    if !bytes[at..].starts_with(b"://") || at == 0 || !bytes[at - 1].is_ascii_alphanumeric() {
        return None;
    }
    let from = at + 3;
    let most = bytes.len().min(from + AUTHORITY);
    let ends = |it: u8| it.is_ascii_whitespace() || matches!(it, b'"' | b'\'' | b'`' | b'<' | b'>');
    let end = from + run(&bytes[..most], from, |it| !ends(it));
    let host_end = from + run(&bytes[..end], from, |it| !matches!(it, b'/' | b'?' | b'#'));
    let last = |end: usize| bytes[from..end].iter().rposition(|it| *it == b'@').map(|it| from + it);
    let colon = bytes[from..host_end].iter().position(|it| *it == b':').map(|it| from + it);
    let sign = last(host_end).or_else(|| {
        // A password with a slash in it that was not written as it should be; but a port is no password.
        let colon = colon?;
        let is_port = 0 < run(bytes, colon + 1, |it| it.is_ascii_digit())
            && colon + 1 + run(bytes, colon + 1, |it| it.is_ascii_digit()) == host_end;
        if is_port { None } else { last(end) }
    })?;
    match colon.filter(|it| *it < sign) {
        Some(colon) => (colon + 1 < sign).then_some(colon + 1..sign),
        None => (16 <= sign - from).then_some(from..sign),
    }
}

/// `123456789:AAF…`, also after `bot` in an address.
fn bot_token(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let figures = bytes[..at].iter().rev().take(13).take_while(|it| it.is_ascii_digit()).count();
    let letters = run(bytes, at + 1, is_of_token);
    let start = at - figures;
    let is_bounded =
        start == 0 || !bytes[start - 1].is_ascii_alphanumeric() || bytes[..start].ends_with(b"bot");
    ((6..=12).contains(&figures) && 30 <= letters && is_bounded).then_some(start..at + 1 + letters)
}

/// `--password hunter2`.
fn argument(text: &str, at: usize, measured: &mut Measured) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    if 0 < at && !bytes[at - 1].is_ascii_whitespace() {
        return None;
    }
    let name = at + 2..at + 2 + run(bytes, at + 2, is_of_token).min(NAME);
    if bytes.get(name.end) != Some(&b' ') || !is_secret(&bytes[name.clone()]) {
        return None;
    }
    let from = name.end + 1;
    if bytes.get(from) == Some(&b'-') {
        return None;
    }
    quoted(text, from).or_else(|| bare(text, from, measured)).filter(|it| !is_open(&text[it.clone()]))
}

/// A word that is a secret by its beginning, or says that the next one is.
fn word(text: &str, at: usize, measured: &mut Measured) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let rest = &bytes[at..];
    match rest[0] {
        b'A' if rest.starts_with(b"AKIA") || rest.starts_with(b"ASIA") => {
            let length = run(bytes, at, |it| it.is_ascii_uppercase() || it.is_ascii_digit());
            let ends = bytes.get(at + length).is_none_or(|it| !it.is_ascii_alphanumeric());
            return (length == 20 && ends).then_some(at..at + length);
        }
        b'B' | b'b' if 7 < rest.len() && rest[..7].eq_ignore_ascii_case(b"bearer ") => {
            let from = at + 7;
            let length = run(bytes, from, |it| is_of_token(it) || b".~+/=".contains(&it));
            let token = &bytes[from..from + length];
            let has_figure = token.iter().any(u8::is_ascii_digit);
            return ((8 <= length && has_figure) || 20 <= length).then_some(from..from + length);
        }
        b'e' if rest.starts_with(b"eyJ") => return web_token(bytes, at, measured),
        b'h' | b'd' => {
            if let Some(hook) = HOOKS.iter().find(|it| rest.starts_with(it.as_bytes())) {
                let from = at + hook.len();
                let length = run(bytes, from, |it| is_of_token(it) || it == b'/');
                return (0 < length).then_some(from..from + length);
            }
        }
        _ => {}
    }
    let (beginning, least, wants_figure) = BEGINNINGS.iter().find(|it| rest.starts_with(it.0.as_bytes()))?;
    let from = at + beginning.len();
    let length = match beginning.ends_with('.') {
        true => run(bytes, from, |it| is_of_token(it) || it == b'.'),
        false => measured.token_end(bytes, from) - from,
    };
    let mut has_figure = || {
        let next = || from + run(bytes, from, |it| !it.is_ascii_digit());
        measured.figure.end(from, next) < from + length
    };
    (*least <= length && (!wants_figure || has_figure())).then_some(at..from + length)
}

/// `eyJhbGciOi….eyJzdWIi….signature`
fn web_token(bytes: &[u8], at: usize, measured: &mut Measured) -> Option<Range<usize>> {
    let mut end = at;
    let mut parts = 0;
    loop {
        let length = measured.token_end(bytes, end) - end;
        if length < 8 && parts < 2 {
            return None;
        }
        end += length;
        parts += 1;
        if bytes.get(end) != Some(&b'.') || 5 <= parts {
            break;
        }
        end += 1;
    }
    (2 <= parts).then_some(at..end)
}
