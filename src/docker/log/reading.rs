//! The bytes of a log, as they arrive, become lines: framed, or raw where they come from a terminal.

use jobs::ports::{LogLine, LogStream};

use super::super::fault::Fault;
use super::frames::Frames;
use super::lines::Lines;

/// Where in a log we are. Nothing is kept of lines that were handed out.
pub(super) struct Reading {
    /// None for a terminal: one raw stream.
    frames: Option<Frames>,
    lines: Lines,
}

impl Reading {
    pub(super) fn new(tty: bool) -> Self {
        Self { frames: (!tty).then(Frames::default), lines: Lines::default() }
    }

    /// Takes from the front of `bytes` until a line is whole, or nothing is left.
    pub(super) fn take(&mut self, bytes: &mut &[u8]) -> Result<Option<LogLine>, Fault> {
        match &mut self.frames {
            Some(frames) => frames.take(bytes, &mut self.lines),
            None if bytes.is_empty() => Ok(None),
            None => Ok(self.lines.take(LogStream::Out, bytes)),
        }
    }

    /// The stream has ended. Whether that was in the middle of something.
    pub(super) fn end(&self) -> Result<(), Fault> {
        match &self.frames {
            Some(frames) if frames.is_inside() => {
                Err(Fault::Garbled("the log ended inside a frame".to_owned()))
            }
            _ => Ok(()),
        }
    }

    /// A line that has no end yet; none when there is no such any more.
    pub(super) fn rest(&mut self) -> Option<LogLine> {
        self.lines.rest()
    }
}
