//! A log's bytes, read as a promise asks for it.

use jobs::ports::{Log, LogLine};

use super::super::fault::Fault;
use super::reading::Reading;
use super::tail::Tail;

/// What the bytes of a log came to.
pub(in crate::docker) struct Demultiplexed {
    pub(in crate::docker) lines: Vec<LogLine>,
    pub(in crate::docker) inside: bool,
    pub(in crate::docker) trouble: Option<Fault>,
}

impl Demultiplexed {
    pub(in crate::docker) fn read<'b>(tty: bool, pieces: impl IntoIterator<Item = &'b [u8]>) -> Self {
        let mut reading = Reading::new(tty);
        let mut lines = Vec::new();
        let read_all = |reading: &mut Reading| -> Result<(), Fault> {
            for mut piece in pieces {
                while !piece.is_empty() {
                    lines.extend(reading.take(&mut piece)?);
                }
            }
            Ok(())
        };
        let trouble = read_all(&mut reading).err();
        let inside = trouble.is_none() && reading.end().is_err();
        lines.extend(std::iter::from_fn(|| reading.rest()));
        Self { lines, inside, trouble }
    }
}

/// What is kept of lines.
pub(in crate::docker) struct Lines;

impl Lines {
    pub(in crate::docker) fn kept(most: usize, lines: &[LogLine]) -> Log {
        let mut tail = Tail::new(most);
        lines.iter().for_each(|it| tail.keep(it.clone()));
        tail.finish(false)
    }
}
