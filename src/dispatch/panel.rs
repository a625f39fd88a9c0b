//! The menu while somebody looks at it: it is looked at again by itself for a short while, and edited where something has
//! changed. It remembers nothing beyond that, and gives way to everything else that is to be said.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::{Buttons, Dispatcher, Request, Talk};
use crate::command::{self, trail};
use crate::gate::Operator;
use crate::markup::Markup;
use crate::message::{Button, ChatId, Message, MessageId, Place};
use crate::present::{Choice, Reply};
use crate::transport::Edited;

/// How often it looks again: a person sees that it lives, and a chat that takes twenty messages a minute hardly does.
const EVERY: Duration = Duration::from_secs(15);
/// For how long after the last press: who has not pressed anything for longer does not look at it any more.
const WHILE: Duration = Duration::from_secs(120);

/// A page of the menu as it was shown last.
pub struct Panel {
    pub(super) operator: Operator,
    pub(super) place: Place,
    pub(super) message: MessageId,
    /// With how it was reached.
    pub(super) line: String,
    /// What it said and offered.
    pub(super) known: (Markup, Vec<Vec<Choice>>),
    /// The buttons that this became.
    pub(super) buttons: Vec<Vec<Button>>,
    /// When it was asked for, by the clock and by ours.
    pub(super) now: Timestamp,
    pub(super) began: Instant,
    /// Which of all the pages that were ever shown it is.
    pub(super) turn: u64,
}

/// Which page each menu shows that looks again by itself.
#[derive(Default)]
pub struct Panels {
    turns: Mutex<Turns>,
}

#[derive(Default)]
struct Turns {
    /// How many pages were ever shown.
    count: u64,
    /// Which of them a message shows.
    shown: HashMap<(ChatId, MessageId), u64>,
}

impl Panels {
    fn turns(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on its message shows this page.
    pub(super) fn enter(&self, panel: Panel) -> Panel {
        let mut turns = self.turns();
        turns.count += 1;
        let turn = turns.count;
        turns.shown.insert((panel.place.chat, panel.message), turn);
        Panel { turn, ..panel }
    }

    /// Somebody has pressed something there: what it shows next is theirs to say.
    pub(super) fn leave(&self, place: Place, message: MessageId) {
        self.turns().shown.remove(&(place.chat, message));
    }

    fn shows(&self, panel: &Panel) -> bool {
        self.turns().shown.get(&(panel.place.chat, panel.message)) == Some(&panel.turn)
    }
}

impl Dispatcher {
    /// Looks again at a page of the menu until somebody presses something there, and for two minutes at most. One try
    /// for each change, and none while anything else is said or waits to be.
    pub async fn keep_fresh(&self, mut panel: Panel) {
        while panel.began.elapsed() + EVERY <= WHILE {
            tokio::time::sleep(EVERY).await;
            if !self.panels.shows(&panel) {
                return;
            }
            if !self.gives_way(&panel) && !self.look_again(&mut panel).await {
                break;
            }
        }
        if self.panels.shows(&panel) {
            self.panels.leave(panel.place, panel.message);
        }
    }

    /// Whether something else is being said there, or waits to be said anywhere.
    fn gives_way(&self, panel: &Panel) -> bool {
        let waits = self.health.facts().waiting.is_none_or(|(count, _)| 0 < count);
        waits || !self.outbox.is_idle(panel.place)
    }

    /// False: there is nothing more to be changed.
    async fn look_again(&self, panel: &mut Panel) -> bool {
        let now = panel.now + panel.began.elapsed();
        let voice = self.voice_of(panel.operator.id());
        let (line, _) = trail::taken(&panel.line);
        let command::parse::Asked::Command { name, arguments } = command::parse::parse(line, None) else {
            return false;
        };
        let Some(command) = command::find(&name) else { return false };
        let request = Request {
            operator: panel.operator,
            place: panel.place,
            now,
            at: now,
            line: &panel.line,
            confirmed: false,
            coded: false,
            instead: Some(panel.message),
        };
        let talk = Talk {
            dispatcher: self,
            place: panel.place,
            user: panel.operator.id(),
            now,
            message: Mutex::new(Some(panel.message)),
            shown: Mutex::<Option<Buttons>>::default(),
            shows: AtomicBool::new(false),
            left: AtomicBool::new(false),
        };
        let reply = self.run(command, &request, &arguments, &voice, &talk).await;
        let reply = self.page(&voice, command, &request, reply);
        let known = (reply.text.clone(), reply.choices.clone());
        if known == panel.known {
            return true;
        }
        let dressed = if known.1 == panel.known.1 {
            // The same choices keep their buttons: what somebody is about to press stays what it is.
            let bare = Reply { choices: Vec::new(), ..reply };
            let dressed = self.dress(panel.place, bare, Some(panel.operator.id()), now).await;
            Message { buttons: panel.buttons.clone(), ..dressed }
        } else {
            self.dress(panel.place, reply, Some(panel.operator.id()), now).await
        };
        // Looking takes time, and meanwhile it may have been turned.
        if !self.panels.shows(panel) {
            return false;
        }
        match self.outbox.change(panel.place, panel.message, &dressed).await {
            Ok(Edited::Done) => {
                (panel.known, panel.buttons) = (known, dressed.buttons);
                true
            }
            Ok(Edited::Impossible) => false,
            Err(error) => {
                tracing::debug!(%error, "the menu was not looked at again");
                false
            }
        }
    }
}
