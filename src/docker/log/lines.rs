//! Bytes of a stream become lines; the newest are kept, in bounded memory.

use std::collections::VecDeque;

use jiff::Timestamp;
use jobs::ports::{Log, LogLine, LogStream};

use super::clean::clean;

/// A longer line is cut. Engines split theirs at the same size.
const LINE_MOST: usize = 16 * 1024;

/// All lines together. The oldest go first.
const KEPT_MOST: usize = 1024 * 1024;

/// What a line costs beside its text.
const LINE_COST: usize = std::mem::size_of::<LogLine>();

/// The longest moment an engine writes before a line: `2024-05-06T07:08:09.123456789+02:00`.
const STAMP_MOST: usize = 35;

/// Lines in the making and made.
pub(super) struct Lines {
    out: Line,
    err: Line,
    made: VecDeque<LogLine>,
    kept: usize,
    tail: usize,
    cut: bool,
}

/// A line in the making.
#[derive(Default)]
struct Line {
    /// Whether anything of it has arrived.
    begun: bool,
    /// Bytes that may be the engine's moment, while that is open.
    stamp: Option<Vec<u8>>,
    at: Option<Timestamp>,
    text: Vec<u8>,
    over: bool,
}

impl Lines {
    /// Keeps at most the last `tail` lines.
    pub(super) fn new(tail: usize) -> Self {
        Self { out: Line::default(), err: Line::default(), made: VecDeque::new(), kept: 0, tail, cut: false }
    }

    /// Says that a message begins: the engine writes its moment before each, and a long line is several messages.
    pub(super) fn begin_message(&mut self, stream: LogStream) {
        let line = self.line(stream);
        line.settle();
        if line.begun {
            line.stamp = Some(Vec::new());
        }
    }

    pub(super) fn push(&mut self, stream: LogStream, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let end = bytes.iter().position(|it| *it == b'\n');
            let line = self.line(stream);
            line.add(&bytes[..end.unwrap_or(bytes.len())]);
            let Some(end) = end else { break };
            line.begun = true;
            self.make(stream);
            bytes = &bytes[end + 1..];
        }
    }

    /// The lines, the last ones included that have no end yet. `cut` when the log was not read to its end.
    pub(super) fn finish(mut self, cut: bool) -> Log {
        for stream in [LogStream::Out, LogStream::Err] {
            if self.line(stream).begun {
                self.make(stream);
            }
        }
        Log { lines: self.made.into(), cut: cut || self.cut }
    }

    fn line(&mut self, stream: LogStream) -> &mut Line {
        match stream {
            LogStream::Out => &mut self.out,
            LogStream::Err => &mut self.err,
        }
    }

    fn make(&mut self, stream: LogStream) {
        let mut line = std::mem::take(self.line(stream));
        line.settle();
        let text = clean(&line.text, line.over);
        self.kept += text.len() + LINE_COST;
        self.made.push_back(LogLine { stream, at: line.at, text });
        while KEPT_MOST < self.kept || self.tail < self.made.len() {
            let Some(oldest) = self.made.pop_front() else { break };
            self.cut |= self.made.len() < self.tail;
            self.kept -= oldest.text.len() + LINE_COST;
        }
    }
}

impl Line {
    fn add(&mut self, mut bytes: &[u8]) {
        if !self.begun && !bytes.is_empty() {
            self.begun = true;
            self.stamp = Some(Vec::new());
        }
        if let Some(stamp) = &mut self.stamp {
            let space = bytes.iter().position(|it| *it == b' ');
            let wanted = space.unwrap_or(bytes.len()).min(STAMP_MOST + 1 - stamp.len());
            stamp.extend_from_slice(&bytes[..wanted]);
            bytes = &bytes[wanted..];
            if !bytes.is_empty() || STAMP_MOST < stamp.len() {
                let is_moment = self.settle();
                if is_moment {
                    bytes = bytes.strip_prefix(b" ").unwrap_or(bytes);
                }
            }
        }
        self.append(bytes);
    }

    /// Decides what the first bytes were. Whether they were a moment.
    fn settle(&mut self) -> bool {
        let Some(stamp) = self.stamp.take() else { return false };
        let moment = std::str::from_utf8(&stamp).ok().filter(|it| it.get(10..11) == Some("T"));
        match moment.and_then(|it| it.parse::<Timestamp>().ok()) {
            Some(moment) => {
                self.at = self.at.or(Some(moment));
                true
            }
            None => {
                self.append(&stamp);
                false
            }
        }
    }

    fn append(&mut self, bytes: &[u8]) {
        let room = LINE_MOST - self.text.len();
        self.over |= room < bytes.len();
        self.text.extend_from_slice(&bytes[..room.min(bytes.len())]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: &str = "2024-05-06T07:08:09.123456789Z ";

    /// Each piece as its own message, as engines send them.
    fn messages(tail: usize, pieces: &[&str]) -> Log {
        let mut lines = Lines::new(tail);
        for piece in pieces {
            lines.begin_message(LogStream::Out);
            // Cut anywhere: the network does.
            for bytes in piece.as_bytes().chunks(5) {
                lines.push(LogStream::Out, bytes);
            }
        }
        lines.finish(false)
    }

    fn texts(log: &Log) -> Vec<&str> {
        log.lines.iter().map(|it| it.text.as_str()).collect()
    }

    #[test]
    fn the_engines_moment_is_taken_off_each_line() {
        let log =
            messages(10, &[&format!("{STAMP}hello world\n"), &format!("{STAMP}\n"), "no moment here\n"]);
        assert_eq!(texts(&log), ["hello world", "", "no moment here"]);
        let moments: Vec<Option<String>> =
            log.lines.iter().map(|it| it.at.map(|at| at.to_string())).collect();
        let moment = Some("2024-05-06T07:08:09.123456789Z".to_owned());
        assert_eq!(moments, [moment.clone(), moment, None]);
    }

    #[test]
    fn an_offset_is_a_moment_too() {
        let log = messages(10, &["2024-05-06T09:08:09.123456789+02:00 podman\n"]);
        assert_eq!(texts(&log), ["podman"]);
        assert_eq!(log.lines[0].at.map(|it| it.as_second()), Some(1_714_979_289));
    }

    #[test]
    fn a_program_that_writes_the_time_keeps_it() {
        let log = messages(10, &[&format!("{STAMP}{STAMP}own time\n"), &format!("{STAMP}20240506 x\n")]);
        assert_eq!(texts(&log), [&format!("{STAMP}own time"), "20240506 x"]);
    }

    #[test]
    fn a_line_without_an_end_is_a_line() {
        assert_eq!(texts(&messages(10, &[&format!("{STAMP}one\n"), &format!("{STAMP}two")])), ["one", "two"]);
        assert_eq!(texts(&messages(10, &["short"])), ["short"]);
        assert_eq!(texts(&messages(10, &["", "\n", "\n"])), ["", ""]);
    }

    #[test]
    fn a_line_in_several_messages_is_one_line_with_one_moment() {
        let half = "x".repeat(LINE_MOST);
        let whole =
            messages(10, &[&format!("{STAMP}{half}"), &format!("{STAMP}\n"), &format!("{STAMP}next\n")]);
        assert_eq!(texts(&whole), [half.as_str(), "next"], "exactly as long as a line may be");
        let longer =
            messages(10, &[&format!("{STAMP}{half}"), &format!("{STAMP}y\n"), &format!("{STAMP}next\n")]);
        assert_eq!(texts(&longer), [format!("{half}…").as_str(), "next"]);
    }

    #[test]
    fn a_huge_line_is_cut_and_takes_no_memory() {
        let mut lines = Lines::new(10);
        for _ in 0..10_000 {
            lines.push(LogStream::Out, &[b'a'; 4096]);
            assert!(lines.out.text.capacity() <= 2 * LINE_MOST);
        }
        let log = lines.finish(false);
        assert_eq!((log.lines.len(), log.lines[0].text.len()), (1, LINE_MOST + "…".len()));
    }

    #[test]
    fn the_newest_lines_are_kept_and_the_loss_is_said() {
        let mut lines = Lines::new(usize::MAX);
        for number in 0..200_000 {
            lines.push(LogStream::Out, format!("line {number}\n").as_bytes());
        }
        let log = lines.finish(false);
        assert!(log.cut);
        assert_eq!(log.lines.last().map(|it| it.text.as_str()), Some("line 199999"));
        let bytes: usize = log.lines.iter().map(|it| it.text.len() + LINE_COST).sum();
        assert!(KEPT_MOST - 100 < bytes && bytes <= KEPT_MOST, "{bytes}");
    }

    #[test]
    fn an_engine_that_sends_more_lines_than_asked_loses_nothing_that_was_wanted() {
        let log = messages(2, &["a\n", "b\n", "c\n"]);
        assert_eq!((texts(&log), log.cut), (vec!["b", "c"], false));
        assert_eq!(messages(0, &["a\n"]), Log::default());
    }
}
