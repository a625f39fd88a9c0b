//! The newest lines of a log are kept, in bounded memory.

use std::collections::VecDeque;

use jobs::ports::{Log, LogLine};

/// All lines together. The oldest go first.
const KEPT_MOST: usize = 1024 * 1024;

/// What a line costs beside its text.
const LINE_COST: usize = std::mem::size_of::<LogLine>();

/// The newest lines so far.
pub(super) struct Tail {
    lines: VecDeque<LogLine>,
    bytes: usize,
    most: usize,
    cut: bool,
}

impl Tail {
    /// Keeps at most the last `most` lines.
    pub(super) fn new(most: usize) -> Self {
        Self { lines: VecDeque::new(), bytes: 0, most, cut: false }
    }

    pub(super) fn keep(&mut self, line: LogLine) {
        self.bytes += line.text.len() + LINE_COST;
        self.lines.push_back(line);
        while KEPT_MOST < self.bytes || self.most < self.lines.len() {
            let Some(oldest) = self.lines.pop_front() else { break };
            self.cut |= self.lines.len() < self.most;
            self.bytes -= oldest.text.len() + LINE_COST;
        }
    }

    /// What was kept. `cut` when the log was not read to its end.
    pub(super) fn finish(self, cut: bool) -> Log {
        Log { lines: self.lines.into(), cut: cut || self.cut }
    }
}

#[cfg(test)]
mod tests {
    use jobs::ports::LogStream;

    use super::*;

    fn kept(most: usize, lines: impl IntoIterator<Item = String>) -> Log {
        let mut tail = Tail::new(most);
        lines.into_iter().for_each(|text| tail.keep(LogLine { stream: LogStream::Out, at: None, text }));
        tail.finish(false)
    }

    #[test]
    fn the_newest_lines_are_kept_and_the_loss_is_said() {
        let log = kept(usize::MAX, (0..200_000).map(|number| format!("line {number}")));
        assert!(log.cut);
        assert_eq!(log.lines.last().map(|it| it.text.as_str()), Some("line 199999"));
        let bytes: usize = log.lines.iter().map(|it| it.text.len() + LINE_COST).sum();
        assert!(KEPT_MOST - 100 < bytes && bytes <= KEPT_MOST, "{bytes}");
    }

    #[test]
    fn an_engine_that_sends_more_lines_than_asked_loses_nothing_that_was_wanted() {
        let log = kept(2, ["a", "b", "c"].map(str::to_owned));
        let texts: Vec<&str> = log.lines.iter().map(|it| it.text.as_str()).collect();
        assert_eq!((texts, log.cut), (vec!["b", "c"], false));
        assert_eq!(kept(0, ["a".to_owned()]), Log::default());
    }
}
