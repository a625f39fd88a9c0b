//! A page of a log: what stands before or after a moment, and fits on a phone. The moments of its first and last line are
//! its place, so that pages stay where they are while the log grows.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::ports::{Container, EngineError, LogQuery};
use tokio::time::Instant;

use super::ask::{Conditions, Edge};
use super::read::{BEFORE, DISORDER, Line, Source};
use crate::command::CommandContext;
use crate::present::names::short;

/// Letters of a page: what is read without scrolling for long, and fits one message with what stands around it.
pub(super) const LETTERS: usize = 3200;
/// Letters of one line that are shown.
const LINE: usize = 400;
/// Letters of a container's name before each of its lines.
const NAME: usize = 12;
/// The fewest lines that are read at once when lines are chosen: those that fit may be rare.
const AT_ONCE: u32 = 2000;
/// When too few fitted, so many times more are read.
const MORE: u32 = 16;
/// Nobody waits longer for a page.
const PATIENCE: Duration = Duration::from_secs(30);

/// A page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Oldest first.
    pub(super) lines: VecDeque<Line>,
    /// Whether there may be older ones.
    pub(super) older: bool,
    /// Whether there may be newer ones.
    pub(super) newer: bool,
    /// How many lines of the moment of the first one come before it.
    pub(super) before_first: usize,
    /// Only so many of the newest lines were searched, for want of time.
    pub(super) searched: Option<u32>,
}

/// As much of a log as a page may hold.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) lines: usize,
    pub(super) letters: usize,
}

/// How a line is shown: with its container's name when there are several, and never longer than fits.
pub(super) fn shown(line: &Line, containers: &[Container]) -> String {
    let text = short(line.text.trim_end(), LINE);
    let gap = if line.gap { "⋯\n" } else { "" };
    match containers.get(line.which).filter(|_| 1 < containers.len()) {
        Some(container) => format!("{gap}{} │ {text}", short(&container.name, NAME)),
        None => format!("{gap}{text}"),
    }
}

fn cost(line: &Line, containers: &[Container]) -> usize {
    shown(line, containers).chars().count() + 1
}

/// The newest lines that fit into a room.
pub(super) struct Newest<'a> {
    room: Room,
    containers: &'a [Container],
    pub(super) lines: VecDeque<Line>,
    letters: usize,
    /// How many were dropped whose moment is that of the first one left.
    pub(super) dropped: (Timestamp, usize),
    pub(super) is_over: bool,
}

impl<'a> Newest<'a> {
    pub(super) fn new(room: Room, containers: &'a [Container]) -> Self {
        let dropped = (Timestamp::MIN, 0);
        Self { room, containers, lines: VecDeque::new(), letters: 0, dropped, is_over: false }
    }

    /// What a page holds, to be gone on with.
    pub(super) fn of(reading: &Reading<'a>, page: Page) -> Self {
        let mut newest = Self::new(reading.room(), reading.containers);
        newest.dropped = (page.lines.front().map_or(Timestamp::MIN, |it| it.at), page.before_first);
        newest.is_over = page.older;
        page.lines.into_iter().for_each(|it| newest.take(it));
        newest
    }

    /// As a page.
    pub(super) fn page(&self) -> Page {
        let (lines, before_first) = (self.lines.clone(), self.before_first());
        Page { lines, older: self.is_over, before_first, ..Page::default() }
    }

    /// Takes a line to its place by time: behind all that are not later.
    pub(super) fn take(&mut self, line: Line) {
        self.letters += cost(&line, self.containers);
        let place = self.lines.iter().rposition(|it| (it.at, it.which) <= (line.at, line.which));
        self.lines.insert(place.map_or(0, |it| it + 1), line);
        while 1 < self.lines.len() && (self.room.letters < self.letters || self.room.lines < self.lines.len())
        {
            let Some(oldest) = self.lines.pop_front() else { break };
            self.letters -= cost(&oldest, self.containers);
            self.is_over = true;
            let same = if self.dropped.0 == oldest.at { self.dropped.1 } else { 0 };
            self.dropped = (oldest.at, same + 1);
        }
    }

    /// How many of the first line's moment come before it.
    pub(super) fn before_first(&self) -> usize {
        let first = self.lines.front();
        first.filter(|it| it.at == self.dropped.0).map_or(0, |_| self.dropped.1)
    }
}

impl Page {
    /// Where the page before this one ends.
    pub(super) fn first_edge(&self, before: Option<Edge>) -> Option<Edge> {
        let first = self.lines.front()?;
        let same = self.lines.iter().filter(|it| it.at == first.at).count();
        let known = before.filter(|it| it.at == first.at).map_or(0, |it| it.known);
        Some(Edge { at: first.at, known: known + same })
    }

    /// Where the page after this one begins.
    pub(super) fn last_edge(&self) -> Option<Edge> {
        let (first, last) = (self.lines.front()?, self.lines.back()?);
        let same = self.lines.iter().filter(|it| it.at == last.at).count();
        let before = if first.at == last.at { self.before_first } else { 0 };
        Some(Edge { at: last.at, known: same + before })
    }
}

/// What a page is read from.
pub(super) struct Reading<'a> {
    pub(super) context: &'a CommandContext<'a>,
    pub(super) containers: &'a [Container],
    pub(super) conditions: &'a Conditions,
    pub(super) lines: u32,
}

impl<'a> Reading<'a> {
    fn room(&self) -> Room {
        Room { lines: self.lines as usize, letters: LETTERS }
    }

    /// What one log may hold of a page, before that is put together of all of them, and besides what is known already.
    fn share(&self, edge: Option<Edge>) -> Room {
        let known = edge.map_or(0, |it| it.known);
        Room { lines: self.lines as usize * 2 + known, letters: LETTERS * 2 + known * (LINE + 2 * NAME) }
    }

    async fn open(&self, which: usize, query: &LogQuery) -> Result<Source, EngineError> {
        let engine = &*self.context.ports.engine;
        Source::open(engine, (which, &self.containers[which]), query, false, self.conditions).await
    }

    /// The page that ends there, or the newest.
    pub(super) async fn before(&self, edge: Option<Edge>) -> Result<Page, EngineError> {
        let deadline = Instant::now() + PATIENCE;
        let mut all = Newest::new(self.room(), self.containers);
        let mut page = Page { newer: edge.is_some(), ..Page::default() };
        let mut lines = Vec::new();
        for which in 0..self.containers.len() {
            let found = self.newest_of(which, edge, deadline).await?;
            page.older |= found.older;
            page.searched = page.searched.or(found.searched);
            lines.extend(found.lines);
        }
        lines.sort_by_key(|it| (it.at, it.which));
        if let Some(edge) = edge {
            // Of that very moment the last ones are on the page after this.
            let known = lines.iter().rev().take_while(|it| it.at == edge.at).count().min(edge.known);
            lines.truncate(lines.len() - known);
        }
        for line in lines {
            all.take(line);
        }
        page.older |= all.is_over;
        page.before_first = all.before_first();
        page.lines = all.lines;
        Ok(page)
    }

    /// The newest lines of one log, up to an edge. The end of the log is read first, and more of it while too little fits.
    async fn newest_of(
        &self,
        which: usize,
        edge: Option<Edge>,
        deadline: Instant,
    ) -> Result<Page, EngineError> {
        let Conditions { since, until, .. } = *self.conditions;
        let last = edge.map(|it| it.at).into_iter().chain(until).min();
        let wanted = self.lines.saturating_add(BEFORE);
        let mut tail = if self.conditions.choose() || last.is_some() { wanted.max(AT_ONCE) } else { wanted };
        let (mut best, mut first): (Option<Page>, _) = (None, None);
        loop {
            let query = LogQuery { tail, since, until: None };
            let mut source = self.open(which, &query).await?;
            let mut newest = Newest::new(self.share(edge), self.containers);
            let mut seen_to_its_end = false;
            let outcome = tokio::time::timeout_at(deadline, async {
                loop {
                    match source.next(self.context.redactor).await {
                        None => {
                            seen_to_its_end = true;
                            return Ok(());
                        }
                        Some(Err(error)) => return Err(error),
                        Some(Ok(line)) => match last {
                            Some(last) if later(last, DISORDER) < line.at => return Ok(()),
                            Some(last) if last < line.at => {}
                            _ => newest.take(line),
                        },
                    }
                }
            });
            match outcome.await {
                Ok(Err(error)) if newest.lines.is_empty() => return Err(error),
                Ok(_) => {}
                Err(_) => {
                    // The beginning of a longer stretch is no page: what a shorter one gave is.
                    let searched = tail / MORE;
                    return Ok(Page { older: true, searched: Some(searched), ..best.unwrap_or_default() });
                }
            }
            // Fewer than were asked for are all there are; and so are those that more of them begin with, too.
            let is_whole = tail == u32::MAX
                || (seen_to_its_end && source.read < u64::from(tail))
                || (source.first.is_some() && source.first == first);
            first = source.first;
            if !is_whole {
                newest.lines.retain(|it| u64::from(BEFORE) <= it.number);
            }
            let known = edge.map_or(0, |it| it.known);
            let fresh = newest.lines.iter().rev().skip(known);
            let (lines, letters) =
                fresh.fold((0, 0), |(lines, letters), it| (lines + 1, letters + cost(it, self.containers)));
            let is_full = self.lines as usize <= lines || LETTERS <= letters;
            let older = newest.is_over || !is_whole;
            let page = Page { lines: newest.lines, older, ..Page::default() };
            if is_whole || is_full {
                return Ok(page);
            }
            best = Some(page);
            tail = match tail.checked_mul(MORE) {
                Some(more) if more <= 10_000_000 => more,
                _ => u32::MAX,
            };
        }
    }

    /// The page that begins there; the newest one, when that is the end of the log.
    pub(super) async fn after(&self, edge: Edge) -> Result<Page, EngineError> {
        let deadline = Instant::now() + PATIENCE;
        let mut lines = Vec::new();
        let mut newer = false;
        for which in 0..self.containers.len() {
            let (found, more) = self.first_of(which, edge, deadline).await?;
            newer |= more;
            lines.extend(found);
        }
        lines.sort_by_key(|it| (it.at, it.which));
        let known = lines.iter().take_while(|it| it.at == edge.at).count().min(edge.known);
        lines.drain(..known);
        let room = self.room();
        let mut letters = 0;
        let fitting = lines.iter().take_while(|it| {
            letters += cost(it, self.containers);
            letters <= room.letters
        });
        // One line fits always.
        let fitting = fitting.count().clamp(1, room.lines.max(1)).min(lines.len());
        newer |= fitting < lines.len();
        if !newer {
            return self.before(None).await;
        }
        lines.truncate(fitting);
        let same = lines.first().is_some_and(|it| it.at == edge.at);
        let before_first = if same { edge.known } else { 0 };
        Ok(Page { lines: lines.into(), older: true, newer, before_first, searched: None })
    }

    /// The first lines of one log from an edge on, and whether there are more.
    async fn first_of(
        &self,
        which: usize,
        edge: Edge,
        deadline: Instant,
    ) -> Result<(Vec<Line>, bool), EngineError> {
        let since = self.conditions.since;
        let room = self.share(None);
        let since = since.map_or(edge.at, |it| it.max(edge.at));
        let mut source =
            self.open(which, &LogQuery { tail: u32::MAX, since: Some(since), until: None }).await?;
        let (mut lines, mut letters) = (Vec::new(), 0);
        let read = tokio::time::timeout_at(deadline, async {
            while let Some(line) = source.next(self.context.redactor).await {
                let line = line?;
                letters += if line.at == edge.at { 0 } else { cost(&line, self.containers) };
                lines.push(line);
                let counted = lines.len().saturating_sub(edge.known);
                if room.letters < letters || room.lines < counted {
                    return Ok(true);
                }
            }
            Ok(false)
        });
        match read.await {
            Ok(more) => Ok((lines, more?)),
            Err(_) => Ok((lines, true)),
        }
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}
