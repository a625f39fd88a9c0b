//! Logs, read line by line: struck out, chosen, and of several containers put in order by time. Nothing is kept here but
//! what a condition needs of the lines before.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use jobs::ports::{Container, Engine, EngineError, LogLine, LogQuery, LogReader};

use super::ask::Conditions;
use super::level::Level;
use crate::redact::{Block, Redactor};

/// So many lines more are read than are wanted: a private key, or the level of a stack trace, may begin in them.
pub(super) const BEFORE: u32 = 80;
/// How much the order of a log may differ from that of its moments; and a key of many lines is written in less.
pub(super) const DISORDER: SignedDuration = SignedDuration::from_secs(5);
/// After so many lines others get their turn: a log that comes fast must hold up nobody.
const TURN: u64 = 256;

/// A line that fits.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// When, never before the line before it.
    pub(super) at: Timestamp,
    /// Which of the containers that were asked for.
    pub(super) which: usize,
    /// Without secrets.
    pub(super) text: String,
    /// Whether lines before it were left out that would have been around it.
    pub(super) gap: bool,
    /// The how-manieth line of what was read it was, from 0.
    pub(super) number: u64,
}

/// Lets through what fits, with the lines around it.
pub(super) struct Sieve {
    conditions: Conditions,
    /// The level of the line before: one without belongs to it.
    level: Option<Level>,
    /// Lines that may turn out to be around the next one that fits.
    before: VecDeque<Line>,
    /// So many more are around the last one that fitted.
    after: usize,
    /// Whether anything was left out since the last one that was let through.
    left_out: bool,
}

impl Sieve {
    pub(super) fn new(conditions: Conditions) -> Self {
        Self { conditions, level: None, before: VecDeque::new(), after: 0, left_out: false }
    }

    fn fits(&mut self, text: &str) -> bool {
        let level_fits = self.conditions.level.is_none_or(|least| {
            self.level = Level::of(text).or(self.level);
            self.level.is_some_and(|it| least <= it)
        });
        let word_fits =
            self.conditions.grep.as_ref().is_none_or(|it| it.is_in(text) != self.conditions.invert);
        level_fits && word_fits
    }

    /// Takes a line, and hands out what is known by now to fit.
    pub(super) fn take(&mut self, mut line: Line, out: &mut VecDeque<Line>) {
        let context = self.conditions.context;
        if self.fits(&line.text) {
            line.gap = false;
            let mut all = self.before.drain(..).chain([line]);
            if let Some(mut first) = all.next() {
                first.gap = self.left_out && 0 < context;
                out.push_back(first);
            }
            out.extend(all);
            self.left_out = false;
            self.after = context;
        } else if 0 < self.after {
            self.after -= 1;
            out.push_back(line);
        } else {
            self.before.push_back(line);
            if context < self.before.len() {
                self.before.pop_front();
                self.left_out = true;
            }
        }
    }
}

/// The log of one container, being read.
pub(super) struct Source {
    which: usize,
    reader: Box<dyn LogReader>,
    block: Block,
    sieve: Sieve,
    at: Timestamp,
    /// What is not between these is read, and not handed out.
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    ready: VecDeque<Line>,
    /// The moment of the first line that was read.
    pub(super) first: Option<Timestamp>,
    /// Lines read so far.
    pub(super) read: u64,
    /// Bytes of them.
    pub(super) bytes: u64,
}

impl Source {
    /// Begins to read the last so many lines, or what comes after.
    pub(super) async fn open(
        engine: &dyn Engine,
        (which, container): (usize, &Container),
        query: &LogQuery,
        follow: bool,
        conditions: &Conditions,
    ) -> Result<Self, EngineError> {
        let since = query.since.map(|it| it.saturating_sub(DISORDER).unwrap_or(it));
        let reader = engine.read_log(&container.id, &LogQuery { since, ..query.clone() }, follow).await?;
        Ok(Self {
            which,
            reader,
            block: Block::default(),
            sieve: Sieve::new(conditions.clone()),
            at: Timestamp::MIN,
            since: query.since,
            until: conditions.until,
            ready: VecDeque::new(),
            first: None,
            read: 0,
            bytes: 0,
        })
    }

    /// The next line that fits; none at the end. Safe to drop half-way.
    pub(super) async fn next(&mut self, redactor: &Redactor) -> Option<Result<Line, EngineError>> {
        loop {
            if let Some(line) = self.ready.pop_front() {
                return Some(Ok(line));
            }
            if self.read % TURN == TURN - 1 {
                tokio::task::yield_now().await;
            }
            match self.reader.next().await? {
                Ok(line) => self.take(&line, redactor),
                Err(error) => return Some(Err(error)),
            }
        }
    }

    fn take(&mut self, line: &LogLine, redactor: &Redactor) {
        // The two streams of a container are written by two hands, and a clock may be set back: the order is the log's.
        self.at = line.at.unwrap_or(self.at).max(self.at);
        self.first = self.first.or(Some(self.at));
        let text = redactor.line(&mut self.block, &line.text).into_owned();
        let number = self.read;
        self.read += 1;
        self.bytes += line.text.len() as u64;
        if self.since.is_some_and(|it| self.at < it) || self.until.is_some_and(|it| it < self.at) {
            return;
        }
        let line = Line { at: self.at, which: self.which, text, gap: false, number };
        self.sieve.take(line, &mut self.ready);
    }
}

/// Several logs, handed out by time.
pub(super) struct Merged {
    sources: Vec<Source>,
    /// The next line of each.
    heads: Vec<Option<Line>>,
    begun: bool,
}

impl Merged {
    pub(super) fn new(sources: Vec<Source>) -> Self {
        let heads = sources.iter().map(|_| None).collect();
        Self { sources, heads, begun: false }
    }

    /// Bytes read so far.
    pub(super) fn bytes(&self) -> u64 {
        self.sources.iter().map(|it| it.bytes).sum()
    }

    /// The next line by time; none at the end of all.
    pub(super) async fn next(&mut self, redactor: &Redactor) -> Option<Result<Line, EngineError>> {
        if !self.begun {
            self.begun = true;
            for (source, head) in self.sources.iter_mut().zip(&mut self.heads) {
                match source.next(redactor).await.transpose() {
                    Ok(line) => *head = line,
                    Err(error) => return Some(Err(error)),
                }
            }
        }
        let earliest = self.heads.iter().flatten().map(|it| (it.at, it.which)).min()?;
        let index =
            self.heads.iter().position(|it| it.as_ref().is_some_and(|it| (it.at, it.which) == earliest))?;
        match self.sources[index].next(redactor).await.transpose() {
            Ok(next) => std::mem::replace(&mut self.heads[index], next).map(Ok),
            Err(error) => Some(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;

    fn check(conditions: Conditions, lines: &[&str], expected: &[&str]) {
        let mut sieve = Sieve::new(conditions);
        let mut out = VecDeque::new();
        for (number, text) in lines.iter().enumerate() {
            let number = number as u64;
            let line =
                Line { at: Timestamp::UNIX_EPOCH, which: 0, text: (*text).to_owned(), gap: false, number };
            sieve.take(line, &mut out);
        }
        let told = |it: &Line| if it.gap { format!("… {}", it.text) } else { it.text.clone() };
        assert_eq!(out.iter().map(told).collect::<Vec<_>>(), expected);
    }

    fn grep(pattern: &str) -> Conditions {
        Conditions { grep: Some(Pattern::loose(pattern).expect("a pattern")), ..Conditions::default() }
    }

    #[test]
    fn what_fits_comes_with_the_lines_around_it() {
        let lines = ["a", "b", "c", "x1", "d", "x2", "e", "f", "g", "h", "x3"];
        check(grep("x"), &lines, &["x1", "x2", "x3"]);
        check(Conditions { context: 1, ..grep("x") }, &lines, &["… c", "x1", "d", "x2", "e", "… h", "x3"]);
        check(
            Conditions { context: 2, ..grep("x") },
            &lines,
            &["… b", "c", "x1", "d", "x2", "e", "f", "g", "h", "x3"],
        );
        check(Conditions { invert: true, ..grep("[a-h]") }, &lines, &["x1", "x2", "x3"]);
    }

    #[test]
    fn a_stack_trace_belongs_to_its_error() {
        let lines = ["  at nowhere", "INFO a", "ERROR b", "  at c", "  at d", "INFO e", "  more", "WARN f"];
        let least = |level| Conditions { level: Some(level), ..Conditions::default() };
        check(least(Level::Error), &lines, &["ERROR b", "  at c", "  at d"]);
        check(least(Level::Warn), &lines, &["ERROR b", "  at c", "  at d", "WARN f"]);
        check(Conditions { level: Some(Level::Error), ..grep("at d") }, &lines, &["  at d"]);
    }
}
