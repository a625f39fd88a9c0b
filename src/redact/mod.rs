//! Strikes secrets out of lines before they leave: keys and passwords that programs write into their logs.
//!
//! A striking too many costs a word of a log; one too few costs an account. So what looks like a secret goes, and only
//! plain prose about one (`token expired`), digests and bare UUIDs stay.

mod command;
mod known;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod promises;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use jobs::declare::Redaction;
use secrecy::{ExposeSecret, SecretString};

use crate::pattern::{Pattern, PatternError};

/// What stands for what was struck out.
pub const MARK: &str = "•••";

/// What is struck out of every line that leaves.
#[derive(Debug)]
pub struct Redactor {
    declared: Redaction,
    /// Those declared, ready to be looked for.
    patterns: Vec<Pattern>,
    /// Our own: struck out whatever is declared.
    secrets: Vec<SecretString>,
}

/// What is built in, and nothing else.
impl Default for Redactor {
    fn default() -> Self {
        Self { declared: Redaction::default(), patterns: Vec::new(), secrets: Vec::new() }
    }
}

/// Where in a key that goes over many lines a log is. One for each log, kept from line to line.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Lines of it so far.
    lines: Option<usize>,
}

/// The longest key of many lines; a longer one was never closed.
const LONGEST_KEY: usize = 200;

impl Redactor {
    /// What is declared, and these secrets of ours always.
    ///
    /// # Errors
    /// The first pattern that is none.
    pub fn new(declared: &Redaction, secrets: Vec<SecretString>) -> Result<Self, PatternError> {
        let patterns = declared.patterns.iter().map(|it| Pattern::exact(it)).collect::<Result<_, _>>()?;
        Ok(Self { declared: declared.clone(), patterns, secrets })
    }

    /// What it was made of.
    pub fn declared(&self) -> &Redaction {
        &self.declared
    }

    /// A line without secrets. Each line of a log goes through here in its order, with the log's own `block`.
    pub fn line<'t>(&self, block: &mut Block, text: &'t str) -> Cow<'t, str> {
        let mut spans = Vec::new();
        for secret in &self.secrets {
            let secret = secret.expose_secret();
            if !secret.is_empty() {
                spans.extend(text.match_indices(secret).map(|(at, it)| at..at + it.len()));
            }
        }
        if self.declared.builtin {
            in_key(block, text, &mut spans);
            known::find(text, &mut spans);
        }
        for pattern in &self.patterns {
            spans.extend(pattern.spans(text));
        }
        struck(text, spans)
    }

    /// A command line, or what a health check said, in words: without the values of secret names, whatever is declared,
    /// and without what is struck out of a log.
    pub fn command(&self, words: &[String]) -> String {
        self.text(&command::strike(words))
    }

    /// A text of one or more lines without secrets.
    pub fn text(&self, text: &str) -> String {
        let mut block = Block::default();
        let lines: Vec<Cow<'_, str>> = text.split('\n').map(|it| self.line(&mut block, it)).collect();
        lines.join("\n")
    }
}

/// The text, with a mark for each span.
fn struck(text: &str, mut spans: Vec<Range<usize>>) -> Cow<'_, str> {
    spans.retain(|it| !it.is_empty());
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    spans.sort_unstable_by_key(|it| it.start);
    let mut clean = String::with_capacity(text.len());
    let mut done = 0;
    let mut marked = false;
    for span in spans {
        if done < span.start {
            clean.push_str(&text[done..span.start]);
            marked = false;
        }
        // What touches or overlaps is one secret.
        if !marked {
            clean.push_str(MARK);
            marked = true;
        }
        done = done.max(span.end);
    }
    clean.push_str(&text[done..]);
    Cow::Owned(clean)
}

/// Finds what belongs to a private key, which goes on until a line says that it ends.
fn in_key(block: &mut Block, text: &str, spans: &mut Vec<Range<usize>>) {
    let mut from = 0;
    if let Some(lines) = block.lines {
        match text.find("-----END ") {
            Some(end) => {
                spans.push(0..end);
                block.lines = None;
                from = end;
            }
            None => {
                block.lines = (lines < LONGEST_KEY).then_some(lines + 1);
                // Other lines may come in between: they stay, and the key goes on after them.
                if is_of_key(text) {
                    spans.push(0..text.len());
                }
                return;
            }
        }
    }
    while let Some(begin) = text[from..].find("-----BEGIN ").map(|it| from + it) {
        let label = begin + "-----BEGIN ".len();
        let Some(head) = text[label..].find("-----").map(|it| label + it) else { return };
        from = head + "-----".len();
        if !text[label..head].contains("PRIVATE KEY") {
            continue;
        }
        match text[from..].find("-----END ").map(|it| from + it) {
            Some(end) => {
                spans.push(from..end);
                from = end;
            }
            None => {
                spans.push(from..text.len());
                block.lines = Some(0);
                return;
            }
        }
    }
}

/// Whether a line within a key is a line of it: letters of base 64, perhaps with a log's own words before them, or a head
/// such as `DEK-Info: AES-256-CBC,1F…`.
fn is_of_key(text: &str) -> bool {
    const WORD: usize = 16;
    const HEADS: [&str; 4] = ["Proc-Type:", "DEK-Info:", "Comment:", "Version:"];
    let is_base_64 = |it: &str| it.bytes().all(|it| it.is_ascii_alphanumeric() || b"+/=\\".contains(&it));
    let text = text.trim();
    let last = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    is_base_64(text)
        || (WORD <= last.len() && is_base_64(last))
        || HEADS.iter().any(|head| text.starts_with(head))
}
