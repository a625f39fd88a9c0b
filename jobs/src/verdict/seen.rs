//! Which events have been taken in, so that those that are sent again after a restart of ours count once.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ports::EngineEvent;

/// Events are asked for again from so long before the last one: their order in the engine's own memory is not strict.
const AGAIN: SignedDuration = SignedDuration::from_secs(1);
/// Those of so long before the last one are known again.
const KNOWN: SignedDuration = SignedDuration::from_secs(2);
/// No more of them are kept: an engine remembers 256.
const MOST: usize = 512;

/// The newest moment of the engine's clock, and the events around it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Seen {
    last: Option<Timestamp>,
    known: VecDeque<(Timestamp, u64)>,
}

impl Seen {
    /// Takes in an event; whether it is a new one.
    pub(super) fn is_new(&mut self, event: &EngineEvent) -> bool {
        let mark = mark(event);
        if self.known.contains(&mark) {
            return false;
        }
        let last = self.last.map_or(event.at, |it| it.max(event.at));
        self.last = Some(last);
        self.known.push_back(mark);
        self.known.retain(|(at, _)| last.duration_since(*at) <= KNOWN);
        let surplus = self.known.len().saturating_sub(MOST);
        self.known.drain(..surplus);
        true
    }

    /// From when on events are to be asked for.
    pub(super) fn since(&self) -> Option<Timestamp> {
        self.last.map(|it| it.saturating_sub(AGAIN).unwrap_or(it))
    }
}

/// FNV-1a, which is the same in every release.
fn mark(event: &EngineEvent) -> (Timestamp, u64) {
    let words = format!("{} {:?}", event.id, event.action);
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    (event.at, words.bytes().fold(0xcbf2_9ce4_8422_2325, step))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::at;
    use crate::ports::EventAction;

    fn event(second: i64, id: &str, action: EventAction) -> EngineEvent {
        EngineEvent {
            at: at(second),
            action,
            id: id.to_owned(),
            name: id.to_owned(),
            image: String::new(),
            project: None,
            service: None,
            labels: Vec::new(),
        }
    }

    #[test]
    fn what_is_sent_again_counts_once_and_what_differs_in_anything_counts() {
        let mut seen = Seen::default();
        assert_eq!(seen.since(), None);
        assert!(seen.is_new(&event(5, "a", EventAction::Start)));
        assert!(!seen.is_new(&event(5, "a", EventAction::Start)));
        assert!(seen.is_new(&event(5, "b", EventAction::Start)));
        assert!(seen.is_new(&event(5, "a", EventAction::Stop)));
        assert!(seen.is_new(&event(6, "a", EventAction::Start)));
        assert!(!seen.is_new(&event(5, "a", EventAction::Stop)));
        assert_eq!(seen.since(), Some(at(5)));
    }

    #[test]
    fn what_is_asked_for_again_is_all_known_and_no_more_is_kept() {
        let mut seen = Seen::default();
        for second in 0..1000 {
            assert!(seen.is_new(&event(second, "a", EventAction::Start)));
        }
        assert!(seen.known.len() <= 3, "{}", seen.known.len());
        assert!(!seen.is_new(&event(998, "a", EventAction::Start)));
        for id in 0..2000 {
            assert!(seen.is_new(&event(1000, &id.to_string(), EventAction::Start)));
        }
        assert_eq!(seen.known.len(), MOST);
    }
}
