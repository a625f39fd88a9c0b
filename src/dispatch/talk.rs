//! A message that shows how far something is, and in the end its outcome.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;

use super::Dispatcher;
use crate::command::{Progress, Shown};
use crate::markup::Markup;
use crate::message::{Button, Message, MessageId, Place, UserId};
use crate::present::{Choice, Reply};
use crate::transport::{Edited, TransportError};

/// The message that shows how far something is, and in the end its outcome.
pub(super) struct Talk<'a> {
    pub(super) dispatcher: &'a Dispatcher,
    pub(super) place: Place,
    pub(super) user: UserId,
    pub(super) now: Timestamp,
    pub(super) message: Mutex<Option<MessageId>>,
    /// The choices of the state that is shown, and their buttons: they stay while the choices do.
    pub(super) shown: Mutex<Option<Buttons>>,
    /// Whether it shows states of its own.
    pub(super) shows: AtomicBool,
    pub(super) left: AtomicBool,
}

/// Choices, and the buttons that they became.
pub(super) type Buttons = (Vec<Vec<Choice>>, Vec<Vec<Button>>);

#[async_trait]
impl Progress for Talk<'_> {
    async fn say(&self, text: Markup) {
        let known = *self.message.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let message = Message { text, ..Message::default() };
        match self.dispatcher.outbox.put(self.place, known, &message).await {
            Ok(id) => *self.message.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(id),
            Err(error) => tracing::warn!(%error, "progress could not be shown"),
        }
    }

    async fn show(&self, reply: Reply) -> Shown {
        self.shows.store(true, Ordering::Relaxed);
        let known = self.shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        let is_first = known.is_none();
        let choices = reply.choices.clone();
        let message = match known {
            Some((same, buttons)) if same == choices => {
                let bare = Reply { choices: Vec::new(), ..reply };
                let dressed = self.dispatcher.dress(self.place, bare, Some(self.user), self.now).await;
                Message { buttons, ..dressed }
            }
            _ => self.dispatcher.dress(self.place, reply, Some(self.user), self.now).await,
        };
        let buttons = message.buttons.clone();
        *self.shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((choices, buttons));
        let id = *self.message.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let outbox = &self.dispatcher.outbox;
        let shown = match id {
            Some(id) if !is_first => match outbox.change(self.place, id, &message).await {
                Ok(Edited::Done) => Ok(id),
                Ok(Edited::Impossible) => return Shown::Gone,
                Err(error) => Err(error),
            },
            id => outbox.put(self.place, id, &message).await,
        };
        match shown {
            Ok(id) => {
                *self.message.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(id);
                Shown::Yes
            }
            Err(error) => {
                tracing::debug!(%error, "a state could not be shown");
                match error {
                    TransportError::Passing { .. }
                    | TransportError::Unanswered(_)
                    | TransportError::Conflict(_) => Shown::NotNow,
                    TransportError::Closed(_)
                    | TransportError::NoTopic(_)
                    | TransportError::Moved(_)
                    | TransportError::Refused(_)
                    | TransportError::Fatal(_)
                    | TransportError::Ended => Shown::Gone,
                }
            }
        }
    }

    fn can_change(&self) -> bool {
        !self.dispatcher.outbox.is_in_turn()
    }

    fn takes_files(&self) -> bool {
        self.dispatcher.outbox.takes_files()
    }

    fn leave(&self) {
        self.left.store(true, Ordering::Relaxed);
    }
}
