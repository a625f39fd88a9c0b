//! Taking the two streams of a container without a terminal apart: eight bytes before each piece say which stream and how
//! long.

use jobs::ports::{LogLine, LogStream};

use super::super::fault::Fault;
use super::lines::Lines;

/// Engines cut messages at 16 KiB, or at about 1 MB with the `local` driver. A longer frame is no frame: we are out of step.
const FRAME_MOST: u32 = 16 * 1024 * 1024;

/// Of what the engine itself says in a log, so many bytes are told.
const WORDS_MOST: usize = 400;

/// Where in the stream we are. Payloads pass through and are never gathered, so a wrong length costs no memory.
#[derive(Default)]
pub(super) struct Frames {
    head: [u8; 8],
    /// How much of `head` has arrived.
    have: usize,
    /// How much of the payload is still to come, and whose it is.
    left: usize,
    stream: Source,
}

#[derive(Clone, Copy, Default)]
enum Source {
    #[default]
    Out,
    Err,
    /// The engine itself, about why it cannot go on.
    Engine,
}

impl Frames {
    /// Whether the stream would end in the middle of something.
    pub(super) fn is_inside(&self) -> bool {
        self.left != 0 || self.have != 0
    }

    /// Takes from the front of `bytes` until a line is whole, or nothing is left.
    pub(super) fn take(&mut self, bytes: &mut &[u8], lines: &mut Lines) -> Result<Option<LogLine>, Fault> {
        while !bytes.is_empty() {
            if self.left == 0 {
                let (head, rest) = bytes.split_at((self.head.len() - self.have).min(bytes.len()));
                self.head[self.have..self.have + head.len()].copy_from_slice(head);
                self.have += head.len();
                *bytes = rest;
                if self.have == self.head.len() {
                    self.have = 0;
                    self.begin(lines)?;
                }
                continue;
            }
            let whole = &bytes[..self.left.min(bytes.len())];
            let mut payload = whole;
            let line = match self.stream {
                Source::Out => lines.take(LogStream::Out, &mut payload),
                Source::Err => lines.take(LogStream::Err, &mut payload),
                Source::Engine => {
                    let words = super::text(payload, WORDS_MOST);
                    return Err(Fault::Garbled(format!("the engine could not read the log on: {words}")));
                }
            };
            let taken = whole.len() - payload.len();
            self.left -= taken;
            *bytes = &bytes[taken..];
            if line.is_some() {
                return Ok(line);
            }
        }
        Ok(None)
    }

    fn begin(&mut self, lines: &mut Lines) -> Result<(), Fault> {
        let [source, zeros @ .., a, b, c, d] = self.head;
        let length = u32::from_be_bytes([a, b, c, d]);
        if zeros != [0; 3] || FRAME_MOST < length {
            return Err(Fault::Garbled("the log's frames are out of step".to_owned()));
        }
        self.stream = match source {
            0 | 1 => Source::Out,
            2 => Source::Err,
            3 => Source::Engine,
            _ => return Err(Fault::Garbled("the log's frames are out of step".to_owned())),
        };
        match self.stream {
            Source::Out => lines.begin_message(LogStream::Out),
            Source::Err => lines.begin_message(LogStream::Err),
            Source::Engine => {}
        }
        self.left = usize::try_from(length).expect("16 MiB fit into every usize we build for");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(source: u8, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
        [&[source, 0, 0, 0][..], &length, payload].concat()
    }

    fn demultiplex(pieces: &[&[u8]]) -> (Vec<LogLine>, Result<(), Fault>, bool) {
        let (mut frames, mut lines, mut made) = (Frames::default(), Lines::default(), Vec::new());
        let outcome = pieces.iter().try_for_each(|piece| {
            let mut rest = *piece;
            while let Some(line) = frames.take(&mut rest, &mut lines)? {
                made.push(line);
            }
            assert!(rest.is_empty(), "no line, and something left");
            Ok(())
        });
        made.extend(std::iter::from_fn(|| lines.rest()));
        (made, outcome, frames.is_inside())
    }

    fn texts(lines: &[LogLine]) -> Vec<(LogStream, &str)> {
        lines.iter().map(|it| (it.stream, it.text.as_str())).collect()
    }

    #[test]
    fn two_streams_are_taken_apart_however_the_bytes_arrive() {
        let whole = [
            frame(1, b"out one\nout t"),
            frame(2, b"err one\n"),
            frame(1, b""),
            frame(0, b"wo\n"),
            frame(2, "\u{0442}\u{044b}".as_bytes()),
        ]
        .concat();
        let expected = [
            (LogStream::Out, "out one"),
            (LogStream::Err, "err one"),
            (LogStream::Out, "out two"),
            (LogStream::Err, "\u{0442}\u{044b}"),
        ];
        for size in [1, 3, 7, 8, 9, 1000] {
            let pieces: Vec<&[u8]> = whole.chunks(size).collect();
            let (lines, outcome, inside) = demultiplex(&pieces);
            assert_eq!(
                (texts(&lines).as_slice(), outcome, inside),
                (&expected[..], Ok(()), false),
                "by {size}"
            );
        }
    }

    #[test]
    fn a_bogus_length_is_an_error_and_not_a_buffer() {
        let (lines, outcome, _) = demultiplex(&[&frame(1, b"fine\n"), &[1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]]);
        assert!(matches!(outcome, Err(Fault::Garbled(_))));
        assert_eq!(texts(&lines), [(LogStream::Out, "fine")]);
    }

    #[test]
    fn bytes_that_are_no_frame_are_an_error() {
        for bytes in [&b"plain text"[..], &[4, 0, 0, 0, 0, 0, 0, 1, b'x'], &[1, 1, 0, 0, 0, 0, 0, 1, b'x']] {
            assert!(matches!(demultiplex(&[bytes]).1, Err(Fault::Garbled(_))), "{bytes:?}");
        }
    }

    #[test]
    fn an_end_inside_a_frame_is_seen() {
        let bytes = frame(1, b"whole line\n");
        assert!(!demultiplex(&[&bytes]).2);
        assert!(demultiplex(&[&bytes[..bytes.len() - 1]]).2);
        assert!(demultiplex(&[&bytes[..5]]).2);
    }

    #[test]
    fn the_engines_own_words_end_the_log() {
        let (_, outcome, _) = demultiplex(&[&frame(3, b"error reading log file\n")]);
        let why = outcome.expect_err("it ends").to_string();
        assert!(why.contains("error reading log file"), "{why}");
    }
}
