//! What has been read of the stream so far: where to go on after an interruption, and what was there already.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use jiff::Timestamp;
use jobs::ports::EngineEvent;

use super::event;

/// A line may be so long: a container's labels are in it. Longer ones are passed over.
const LINE_MOST: usize = 256 * 1024;
/// So many events are known again. An engine keeps 256 to be asked for afterwards.
const KNOWN: usize = 512;

/// Bytes in, events out, each once.
#[derive(Default)]
pub(super) struct Memory {
    /// The newest moment of the engine's clock that we know of.
    pub(super) last: Option<Timestamp>,
    known: VecDeque<u64>,
    line: Vec<u8>,
    overlong: bool,
}

impl Memory {
    /// One that goes on where another left off.
    pub(super) fn since(last: Option<Timestamp>) -> Self {
        Self { last, ..Self::default() }
    }

    /// A new connection: what was half read of the last one will be sent again.
    pub(super) fn begin(&mut self) {
        self.line.clear();
        self.overlong = false;
    }

    /// Reads a piece of the stream.
    pub(super) fn read(&mut self, piece: &[u8]) -> Vec<EngineEvent> {
        let mut events = Vec::new();
        for part in piece.split_inclusive(|it| *it == b'\n') {
            if LINE_MOST < self.line.len() + part.len() {
                self.overlong = true;
                self.line.clear();
            }
            if !self.overlong {
                self.line.extend_from_slice(part);
            }
            if part.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                if !std::mem::take(&mut self.overlong) {
                    events.extend(self.take(&line));
                }
            }
        }
        events
    }

    fn take(&mut self, line: &[u8]) -> Option<EngineEvent> {
        if line.trim_ascii().is_empty() {
            return None;
        }
        let Some(line) = event::read(line) else {
            tracing::debug!(bytes = line.len(), "a line of the engine's events was not understood");
            return None;
        };
        self.last = self.last.max(Some(line.at));
        let event = line.event?;
        let mut hasher = DefaultHasher::new();
        (event.at, &event.id, format!("{:?}", event.action)).hash(&mut hasher);
        let mark = hasher.finish();
        if self.known.contains(&mark) {
            return None;
        }
        self.known.push_back(mark);
        if KNOWN < self.known.len() {
            self.known.pop_front();
        }
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(second: u32, action: &str) -> String {
        format!(r#"{{"Type":"container","Action":"{action}","Actor":{{"ID":"a"}},"time":{second}}}"#) + "\n"
    }

    #[test]
    fn pieces_are_put_together_and_each_event_is_given_once() {
        let text = [line(5, "start"), line(6, "die"), line(5, "start"), line(7, "exec_die"), line(6, "die")]
            .concat();
        for size in [1, 7, 64, 4096] {
            let mut memory = Memory::default();
            let events: Vec<_> = text.as_bytes().chunks(size).flat_map(|it| memory.read(it)).collect();
            assert_eq!(events.len(), 2, "pieces of {size}");
            assert_eq!(memory.last, Timestamp::from_second(7).ok(), "what is passed over has been seen");
            memory.begin();
            assert_eq!(memory.read(text.as_bytes()), [], "sent again after an interruption");
        }
    }

    #[test]
    fn an_endless_line_costs_no_memory_and_the_next_one_is_read() {
        let mut memory = Memory::default();
        for _ in 0..100 {
            assert_eq!(memory.read(&[b' '; 64 * 1024]), []);
            assert!(memory.line.capacity() <= 2 * LINE_MOST);
        }
        assert_eq!(memory.read(b"\n"), []);
        assert_eq!(memory.read(line(5, "start").as_bytes()).len(), 1);
    }

    #[test]
    fn a_half_line_of_the_last_connection_spoils_nothing() {
        let mut memory = Memory::default();
        assert_eq!(memory.read(br#"{"Type":"contai"#), []);
        memory.begin();
        assert_eq!(memory.read(line(5, "start").as_bytes()).len(), 1);
    }
}
