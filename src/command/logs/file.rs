//! A log as a file: the newest part that may be sent, packed as it streams, so that memory holds no more than that.
//!
//! It is packed in pieces, each a whole gzip stream of its own; one after the other they are one file, and the oldest can be
//! let go when the newest need the room.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::sync::Arc;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use jobs::ports::Container;

use super::read::Line;
use crate::message::Document;

/// A file up to this goes as plain text: a phone opens it at once.
const PLAIN: usize = 1 << 20;
/// Text of one piece.
const PIECE: usize = 1 << 20;
/// Text that is sent at most.
pub(super) const MOST_TEXT: usize = 45 << 20;
/// Bytes that are sent at most.
const MOST_BYTES: usize = 12 << 20;

/// A file in the making.
pub(super) struct Filing {
    packed: VecDeque<Piece>,
    open: String,
    open_lines: usize,
    /// How many lines are wanted at most.
    wanted: Option<usize>,
    /// How much text is kept.
    most_text: usize,
    /// Whether older lines were let go for want of room.
    cut: bool,
}

/// A piece, packed.
struct Piece {
    bytes: Vec<u8>,
    text: usize,
    lines: usize,
}

/// A file, ready.
pub(super) struct Filed {
    pub(super) bytes: Vec<u8>,
    pub(super) packed: bool,
    pub(super) lines: usize,
    /// Whether older lines did not fit.
    pub(super) cut: bool,
}

impl Filing {
    pub(super) fn new(wanted: Option<u32>, most_text: usize) -> Self {
        Self {
            packed: VecDeque::new(),
            open: String::new(),
            open_lines: 0,
            wanted: wanted.map(|it| it as usize),
            most_text,
            cut: false,
        }
    }

    /// Takes a line; of several containers with the name of its own.
    pub(super) fn take(&mut self, line: &Line, containers: &[Container]) {
        if line.gap {
            self.open.push_str("⋯\n");
        }
        if let Some(container) = containers.get(line.which).filter(|_| 1 < containers.len()) {
            self.open.push_str(&container.name);
            self.open.push_str(" │ ");
        }
        self.open.push_str(&line.text);
        self.open.push('\n');
        self.open_lines += 1;
    }

    /// Whether it is time to [`Filing::pack`].
    pub(super) fn is_full(&self) -> bool {
        PIECE <= self.open.len()
    }

    /// Packs what is open, on a thread where that holds up nobody.
    pub(super) async fn pack(&mut self) {
        let (open, lines) = (std::mem::take(&mut self.open), std::mem::take(&mut self.open_lines));
        let text = open.len();
        let bytes = tokio::task::spawn_blocking(move || packed(open.as_bytes())).await;
        let Ok(bytes) = bytes.inspect_err(|error| tracing::error!(%error, remedy = "ask for a shorter stretch; report it if it comes again", "a log could not be packed"))
        else {
            self.cut = true;
            return;
        };
        self.packed.push_back(Piece { bytes, text, lines });
        self.let_go();
    }

    /// Lets the oldest pieces go that are not wanted, or do not fit.
    fn let_go(&mut self) {
        loop {
            let total = |size: fn(&Piece) -> usize| self.packed.iter().map(size).sum::<usize>();
            let Some(oldest) = self.packed.front() else { return };
            let unwanted = self.wanted.is_some_and(|it| it <= total(|it| it.lines) - oldest.lines);
            let over = self.most_text < total(|it| it.text) || MOST_BYTES < total(|it| it.bytes.len());
            if !unwanted && (!over || self.packed.len() == 1) {
                return;
            }
            self.cut |= !unwanted;
            self.packed.pop_front();
        }
    }

    /// The file.
    pub(super) async fn finish(mut self) -> Filed {
        let all: usize = self.packed.iter().map(|it| it.lines).sum::<usize>() + self.open_lines;
        let mut surplus = self.wanted.map_or(0, |it| all.saturating_sub(it));
        if self.packed.is_empty() && self.open.len() <= PLAIN {
            let text = without_lines(&self.open, surplus).to_owned();
            return Filed { bytes: text.into_bytes(), packed: false, lines: all - surplus, cut: self.cut };
        }
        if !self.open.is_empty() {
            self.pack().await;
        }
        let all: usize = self.packed.iter().map(|it| it.lines).sum();
        surplus = self.wanted.map_or(0, |it| all.saturating_sub(it));
        if 0 < surplus
            && let Some(oldest) = self.packed.pop_front()
        {
            let text = unpacked(&oldest.bytes);
            self.packed
                .push_front(Piece { bytes: packed(without_lines(&text, surplus).as_bytes()), ..oldest });
        }
        let mut bytes = Vec::with_capacity(self.packed.iter().map(|it| it.bytes.len()).sum());
        for piece in self.packed {
            bytes.extend_from_slice(&piece.bytes);
        }
        Filed { bytes, packed: true, lines: all - surplus, cut: self.cut }
    }
}

/// The text without its first lines.
fn without_lines(text: &str, count: usize) -> &str {
    if count == 0 {
        return text;
    }
    let end = text.match_indices('\n').nth(count - 1);
    end.map_or("", |(at, _)| &text[at + 1..])
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.expect("packing into memory")
}

fn unpacked(bytes: &[u8]) -> String {
    let mut text = String::new();
    MultiGzDecoder::new(bytes).read_to_string(&mut text).expect("what we packed ourselves");
    text
}

impl Filed {
    /// The same as plain text, for whoever reads it where it arrives.
    pub(super) fn plain(self) -> Self {
        match self.packed {
            true => Self { bytes: unpacked(&self.bytes).into_bytes(), packed: false, ..self },
            false => self,
        }
    }

    /// As it is sent: `web-2026-11-26T14-30.log.gz`.
    pub(super) fn document(self, containers: &[Container], now: Timestamp, zone: &TimeZone) -> Document {
        /// Letters of the names of all containers.
        const NAMES: usize = 60;
        let plain = |it: char| if it.is_ascii_alphanumeric() || "._-".contains(it) { it } else { '_' };
        let names: Vec<&str> = containers.iter().map(|it| it.name.as_str()).collect();
        let names: String =
            names.join("+").chars().map(|it| if it == '+' { it } else { plain(it) }).take(NAMES).collect();
        let at = now.to_zoned_datetime(zone.clone());
        let at = at.strftime("%Y-%m-%dT%H-%M");
        let (end, kind) = if self.packed { (".gz", "application/gzip") } else { ("", "text/plain") };
        Document { name: format!("{names}-{at}.log{end}"), kind, bytes: Arc::new(self.bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: usize, text: String) -> Line {
        Line { at: Timestamp::UNIX_EPOCH, which: 0, text, gap: false, number: number as u64 }
    }

    async fn filed(lines: usize, letters: usize, wanted: Option<u32>, most: usize) -> (Filed, String) {
        let mut filing = Filing::new(wanted, most);
        for number in 0..lines {
            filing.take(&line(number, format!("{number:0letters$}")), &[]);
            if filing.is_full() {
                filing.pack().await;
            }
        }
        let filed = filing.finish().await;
        let text = if filed.packed {
            unpacked(&filed.bytes)
        } else {
            String::from_utf8(filed.bytes.clone()).expect("text")
        };
        (filed, text)
    }

    fn check(text: &str, first: usize, last: usize) {
        let numbers: Vec<usize> = text.lines().map(|it| it.parse().expect("a number")).collect();
        assert_eq!(numbers, (first..=last).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_short_log_is_plain_text() {
        let (filed, text) = filed(100, 9, None, MOST_TEXT).await;
        assert_eq!((filed.packed, filed.lines, filed.cut), (false, 100, false));
        check(&text, 0, 99);
    }

    #[tokio::test]
    async fn a_long_one_is_packed_and_whole() {
        let (filed, text) = filed(40_000, 99, None, MOST_TEXT).await;
        assert_eq!((filed.packed, filed.lines, filed.cut), (true, 40_000, false));
        assert!(filed.bytes.len() < text.len() / 5);
        check(&text, 0, 39_999);
    }

    #[tokio::test]
    async fn the_newest_lines_are_kept_to_the_line_that_was_asked_for() {
        let (short, text) = filed(100, 9, Some(7), MOST_TEXT).await;
        assert_eq!((short.lines, short.cut), (7, false));
        check(&text, 93, 99);
        let (long, text) = filed(40_000, 99, Some(15_000), MOST_TEXT).await;
        assert_eq!((long.lines, long.cut), (15_000, false));
        check(&text, 25_000, 39_999);
    }

    #[tokio::test]
    async fn what_does_not_fit_is_cut_at_its_oldest_end_and_that_is_said() {
        let (filed, text) = filed(40_000, 99, None, 2 << 20).await;
        assert!(filed.cut && text.len() <= 2 << 20, "{}", text.len());
        check(&text, 40_000 - filed.lines, 39_999);
    }

    #[test]
    fn a_file_is_called_by_what_is_in_it_and_when() {
        let named = |names: &[&str], packed| {
            let containers: Vec<Container> =
                names.iter().map(|it| Container { name: (*it).into(), ..Container::default() }).collect();
            let now = "2026-11-26T14:30:00Z".parse().expect("a moment");
            let filed = Filed { bytes: Vec::new(), packed, lines: 0, cut: false };
            filed.document(&containers, now, &TimeZone::UTC).name
        };
        assert_eq!(named(&["web"], false), "web-2026-11-26T14-30.log");
        assert_eq!(named(&["web", "../db"], true), "web+.._db-2026-11-26T14-30.log.gz");
    }
}
