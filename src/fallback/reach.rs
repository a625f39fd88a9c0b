//! A chat, and whether it answers: what goes through it is passed on as it is, and only noted.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::clock::Clock;
use crate::message::{Incoming, Message, MessageId, Place};
use crate::transport::{Doing, Edited, Transport, TransportError};

/// Whether somebody answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Line {
    /// Nobody has asked yet.
    #[default]
    Untried,
    /// As of the last time.
    Answers,
    /// Not since then.
    Silent(Timestamp),
}

impl Line {
    fn after(self, answered: bool, now: Timestamp) -> Self {
        match self {
            _ if answered => Self::Answers,
            Self::Silent(since) => Self::Silent(since),
            Self::Untried | Self::Answers => Self::Silent(now),
        }
    }
}

#[derive(Default)]
struct Lines {
    /// What we say.
    said: Line,
    /// What we ask for.
    heard: Line,
}

/// How it is with a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Nothing has been tried yet.
    Unknown,
    /// It answers.
    None,
    /// We hear, but since then nothing we said got through; there may have been little to say.
    OneWay(Timestamp),
    /// Nothing has come through since then.
    Whole(Timestamp),
}

/// A chat that is looked at.
pub struct Reach {
    chat: Arc<dyn Transport>,
    lines: Mutex<Lines>,
    clock: Clock,
}

impl Reach {
    /// That chat, looked at from now on.
    pub fn new(chat: Arc<dyn Transport>, clock: Clock) -> Self {
        Self { chat, lines: Mutex::default(), clock }
    }

    /// How it is with the chat.
    pub fn silence(&self) -> Silence {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        match (lines.said, lines.heard) {
            (Line::Untried, Line::Untried) => Silence::Unknown,
            (Line::Answers, _) | (Line::Untried, Line::Answers) => Silence::None,
            (Line::Silent(since), Line::Answers) => Silence::OneWay(since),
            (Line::Silent(said), Line::Silent(heard)) => Silence::Whole(said.min(heard)),
            (Line::Silent(since), Line::Untried) | (Line::Untried, Line::Silent(since)) => {
                Silence::Whole(since)
            }
        }
    }

    fn note<T>(&self, of: impl FnOnce(&mut Lines) -> &mut Line, outcome: &Result<T, TransportError>) {
        let answered = match outcome {
            Ok(_) => true,
            Err(error) => answers(error),
        };
        let now = self.clock.now();
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let line = of(&mut lines);
        *line = line.after(answered, now);
    }
}

/// Whether a failure is an answer all the same.
fn answers(error: &TransportError) -> bool {
    match error {
        TransportError::Passing { after, .. } => after.is_some(),
        TransportError::Unanswered(_) => false,
        TransportError::Conflict(_)
        | TransportError::Closed(_)
        | TransportError::NoTopic(_)
        | TransportError::Moved(_)
        | TransportError::Refused(_)
        | TransportError::Fatal(_)
        | TransportError::Ended => true,
    }
}

#[async_trait]
impl Transport for Reach {
    async fn receive(&self) -> Result<Vec<Incoming>, TransportError> {
        let outcome = self.chat.receive().await;
        self.note(|lines| &mut lines.heard, &outcome);
        outcome
    }

    fn in_turn(&self) -> bool {
        self.chat.in_turn()
    }

    fn reaches(&self, place: Place) -> bool {
        self.chat.reaches(place)
    }

    fn takes_files(&self) -> bool {
        self.chat.takes_files()
    }

    async fn deliver(&self, place: Place, message: &Message) -> Result<MessageId, TransportError> {
        let outcome = self.chat.deliver(place, message).await;
        self.note(|lines| &mut lines.said, &outcome);
        outcome
    }

    async fn edit(&self, place: Place, id: MessageId, message: &Message) -> Result<Edited, TransportError> {
        let outcome = self.chat.edit(place, id, message).await;
        self.note(|lines| &mut lines.said, &outcome);
        outcome
    }

    async fn acknowledge(&self, query: &str, word: Option<&str>) -> Result<(), TransportError> {
        self.chat.acknowledge(query, word).await
    }

    async fn typing(&self, place: Place, doing: Doing) -> Result<(), TransportError> {
        self.chat.typing(place, doing).await
    }

    async fn remove(&self, place: Place, id: MessageId) -> Result<(), TransportError> {
        self.chat.remove(place, id).await
    }

    async fn publish(
        &self,
        language: Option<&str>,
        commands: &[(String, String)],
    ) -> Result<(), TransportError> {
        self.chat.publish(language, commands).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_no_answer_at_all_is_silence() {
        let passing = |after| TransportError::Passing { after, why: String::new() };
        assert!(!answers(&passing(None)) && !answers(&TransportError::Unanswered(String::new())));
        assert!(answers(&passing(Some(std::time::Duration::from_secs(3)))));
        assert!(answers(&TransportError::Closed(String::new())));
    }

    #[test]
    fn silence_lasts_from_its_first_failure_to_the_next_answer() {
        let at = |seconds| Timestamp::from_second(seconds).expect("a time");
        let mut line = Line::Untried.after(false, at(10));
        line = line.after(false, at(20));
        assert_eq!(line, Line::Silent(at(10)));
        line = line.after(true, at(30));
        assert_eq!(line.after(false, at(40)), Line::Silent(at(40)));
    }
}
