//! Bytes of two streams become lines, one at a time.

use std::io::BufRead as _;

use jiff::Timestamp;
use jobs::ports::{LogLine, LogStream};

use super::clean::clean;

/// A longer line is cut. Engines split theirs at the same size.
pub(super) const LINE_MOST: usize = 16 * 1024;

/// The longest moment an engine writes before a line: `2024-05-06T07:08:09.123456789+02:00`.
const STAMP_MOST: usize = 35;

/// The lines in the making: one of each stream.
#[derive(Default)]
pub(super) struct Lines {
    out: Line,
    err: Line,
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
    /// Says that a message begins: the engine writes its moment before each, and a long line is several messages.
    pub(super) fn begin_message(&mut self, stream: LogStream) {
        let line = self.line(stream);
        line.settle();
        if line.begun {
            line.stamp = Some(Vec::new());
        }
    }

    /// Takes from the front of `bytes` to the first end of a line, or all of them. The line that they ended.
    pub(super) fn take(&mut self, stream: LogStream, bytes: &mut &[u8]) -> Option<LogLine> {
        let all = *bytes;
        // The library's own search: it is the better part of what reading a long log costs.
        let length = bytes.skip_until(b'\n').expect("memory can be read");
        let ended = all[..length].strip_suffix(b"\n");
        self.line(stream).add(ended.unwrap_or(all));
        ended.map(|_| self.make(stream))
    }

    /// A line that has begun and has no end yet; none when there is no such any more.
    pub(super) fn rest(&mut self) -> Option<LogLine> {
        let stream = [LogStream::Out, LogStream::Err].into_iter().find(|it| self.line(*it).begun)?;
        Some(self.make(stream))
    }

    fn line(&mut self, stream: LogStream) -> &mut Line {
        match stream {
            LogStream::Out => &mut self.out,
            LogStream::Err => &mut self.err,
        }
    }

    fn make(&mut self, stream: LogStream) -> LogLine {
        let mut line = std::mem::take(self.line(stream));
        line.settle();
        LogLine { stream, at: line.at, text: clean(&line.text, line.over) }
    }
}

impl Line {
    fn add(&mut self, mut bytes: &[u8]) {
        if !self.begun && !bytes.is_empty() {
            self.begun = true;
            self.stamp = Some(Vec::new());
        }
        if let Some(stamp) = &mut self.stamp {
            let space = bytes.iter().take(STAMP_MOST + 1).position(|it| *it == b' ');
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
    fn messages(pieces: &[&str]) -> Vec<LogLine> {
        let (mut lines, mut made) = (Lines::default(), Vec::new());
        for piece in pieces {
            lines.begin_message(LogStream::Out);
            // Cut anywhere: the network does.
            for mut bytes in piece.as_bytes().chunks(5) {
                while !bytes.is_empty() {
                    made.extend(lines.take(LogStream::Out, &mut bytes));
                }
            }
        }
        made.extend(std::iter::from_fn(|| lines.rest()));
        made
    }

    fn texts(lines: &[LogLine]) -> Vec<&str> {
        lines.iter().map(|it| it.text.as_str()).collect()
    }

    #[test]
    fn the_engines_moment_is_taken_off_each_line() {
        let lines = messages(&[&format!("{STAMP}hello world\n"), &format!("{STAMP}\n"), "no moment here\n"]);
        assert_eq!(texts(&lines), ["hello world", "", "no moment here"]);
        let moments: Vec<Option<String>> = lines.iter().map(|it| it.at.map(|at| at.to_string())).collect();
        let moment = Some("2024-05-06T07:08:09.123456789Z".to_owned());
        assert_eq!(moments, [moment.clone(), moment, None]);
    }

    #[test]
    fn an_offset_is_a_moment_too() {
        let lines = messages(&["2024-05-06T09:08:09.123456789+02:00 podman\n"]);
        assert_eq!(texts(&lines), ["podman"]);
        assert_eq!(lines[0].at.map(|it| it.as_second()), Some(1_714_979_289));
    }

    #[test]
    fn a_program_that_writes_the_time_keeps_it() {
        let lines = messages(&[&format!("{STAMP}{STAMP}own time\n"), &format!("{STAMP}20240506 x\n")]);
        assert_eq!(texts(&lines), [&format!("{STAMP}own time"), "20240506 x"]);
    }

    #[test]
    fn a_line_without_an_end_is_a_line() {
        assert_eq!(texts(&messages(&[&format!("{STAMP}one\n"), &format!("{STAMP}two")])), ["one", "two"]);
        assert_eq!(texts(&messages(&["short"])), ["short"]);
        assert_eq!(texts(&messages(&["", "\n", "\n"])), ["", ""]);
    }

    #[test]
    fn a_line_in_several_messages_is_one_line_with_one_moment() {
        let half = "x".repeat(LINE_MOST);
        let whole = messages(&[&format!("{STAMP}{half}"), &format!("{STAMP}\n"), &format!("{STAMP}next\n")]);
        assert_eq!(texts(&whole), [half.as_str(), "next"], "exactly as long as a line may be");
        let longer =
            messages(&[&format!("{STAMP}{half}"), &format!("{STAMP}y\n"), &format!("{STAMP}next\n")]);
        assert_eq!(texts(&longer), [format!("{half}…").as_str(), "next"]);
    }

    #[test]
    fn a_huge_line_is_cut_and_takes_no_memory() {
        let mut lines = Lines::default();
        for _ in 0..10_000 {
            assert_eq!(lines.take(LogStream::Out, &mut &[b'a'; 4096][..]), None);
            assert!(lines.out.text.capacity() <= 2 * LINE_MOST);
        }
        assert_eq!(lines.rest().map(|it| it.text.len()), Some(LINE_MOST + "…".len()));
        assert_eq!(lines.rest(), None);
    }
}
