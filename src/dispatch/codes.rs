//! Who is being asked for six digits, for what, and what becomes of what they send.
//!
//! What waits is in memory, and gone with us: a code that comes later confirms nothing. What was used and how often
//! somebody was wrong is in the store, before anything is done.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use jobs::ports::StoreError;
use serde::{Deserialize, Serialize};

use super::Desk;
use crate::message::{ChatId, MessageId, UserId};
use crate::totp::{Checked, Guarded, Key, Setup};

/// How long somebody has to send the digits.
pub(super) const LIFE: SignedDuration = SignedDuration::from_mins(2);
/// How often somebody may be wrong before what waits is dropped.
const TRIES: u32 = 3;
/// How long nothing is asked after that; each further time twice as long, up to 64 minutes, until a code is right.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);
const MOST_DOUBLINGS: u32 = 6;
/// Where the newest step that was used is remembered: of one secret, and so of everybody.
const USED: &str = "totp.used/1";

/// The codes of one conversation.
pub struct Codes {
    key: Key,
    guarded: Guarded,
    waiting: Mutex<HashMap<(UserId, ChatId), Waiting>>,
}

/// What is done once the code is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    /// The command line.
    pub(super) line: String,
    /// Whether its question "are you sure" has had its yes.
    pub(super) confirmed: bool,
    /// The message that asks; the answer takes its place.
    pub(super) message: Option<MessageId>,
    /// From then on it is dropped.
    pub(super) until: Timestamp,
}

/// What somebody's six digits amount to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Nobody asked for any, or too long ago.
    Unasked,
    /// Right: this is to be done now.
    Right(Waiting),
    /// Wrong, and so many tries are left.
    Wrong(Waiting, u32),
    /// Right once; the app will show another in a moment. It still waits.
    Used(Waiting),
    /// Wrong too often: it is dropped, and nothing is asked before that moment.
    Dropped(Waiting, Timestamp),
    /// What had to be written down first could not be: it is dropped.
    Unwritten(Waiting),
}

/// How often somebody was wrong since they were right, and until when that silences us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Tries {
    wrong: u32,
    until: Option<Timestamp>,
}

impl Codes {
    /// With this secret, for these commands.
    pub fn new(Setup { key, guarded }: Setup) -> Self {
        Self { key, guarded, waiting: Mutex::default() }
    }

    /// Whether a command asks. `acts`: it is one that asks "are you sure", and this is its yes. `changes`: it is one that
    /// changes something without asking.
    pub(super) fn guards(&self, command: &str, acts: bool, changes: bool) -> bool {
        match &self.guarded {
            Guarded::Acting => acts,
            Guarded::Named(names) => (acts || changes) && names.iter().any(|it| it == command),
        }
    }

    /// Until when somebody is not asked, because they were wrong too often.
    pub(super) fn pause(
        &self,
        desk: &dyn Desk,
        user: UserId,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        Ok(tries(desk, user)?.until.filter(|until| now < *until))
    }

    /// Begins to wait, in place of whatever else waited for this person there.
    pub(super) fn wait(&self, user: UserId, chat: ChatId, waiting: Waiting) {
        let mut all = self.all();
        // Whoever never answers is forgotten when somebody else is asked.
        all.retain(|_, it| waiting.until - LIFE <= it.until);
        all.insert((user, chat), waiting);
    }

    /// Drops what waits for its code under that message.
    pub(super) fn drop_of(&self, chat: ChatId, message: MessageId) {
        self.all().retain(|(_, place), it| *place != chat || it.message != Some(message));
    }

    /// Judges six digits of somebody.
    pub(super) fn judge(
        &self,
        desk: &dyn Desk,
        user: UserId,
        chat: ChatId,
        code: &str,
        now: Timestamp,
    ) -> Answer {
        let mut all = self.all();
        let Some(waiting) = all.remove(&(user, chat)).filter(|it| now <= it.until) else {
            return Answer::Unasked;
        };
        let judged = (|| {
            let tries = tries(desk, user)?;
            if let Some(until) = tries.until.filter(|until| now < *until) {
                return Ok(Answer::Dropped(waiting.clone(), until));
            }
            let used = desk.fact(USED)?.and_then(|it| it.parse().ok());
            match self.key.check(code, now, used) {
                Checked::Right(step) => {
                    // Durable before anything is done: the same code does nothing twice, whenever we die.
                    desk.put_fact(USED, &step.to_string())?;
                    if tries != Tries::default() {
                        put_tries(desk, user, Tries::default())?;
                    }
                    Ok(Answer::Right(waiting.clone()))
                }
                Checked::Used => Ok(Answer::Used(waiting.clone())),
                Checked::Wrong => {
                    let wrong = tries.wrong.saturating_add(1);
                    let over = wrong.is_multiple_of(TRIES);
                    let until = over.then(|| now + PAUSE * (1 << (wrong / TRIES - 1).min(MOST_DOUBLINGS)));
                    put_tries(desk, user, Tries { wrong, until })?;
                    Ok(match until {
                        Some(until) => Answer::Dropped(waiting.clone(), until),
                        None => Answer::Wrong(waiting.clone(), TRIES - wrong % TRIES),
                    })
                }
            }
        })();
        let answer = judged.unwrap_or_else(|error: StoreError| {
            tracing::error!(%error, remedy = "see why the store takes no writes: vakhta doctor; then use the next code", "what a code did could not be written down, and so it does nothing");
            Answer::Unwritten(waiting)
        });
        if let Answer::Wrong(waiting, _) | Answer::Used(waiting) = &answer {
            all.insert((user, chat), waiting.clone());
        }
        answer
    }

    /// Held for a few reads and writes of the store, so that two codes at once are judged one after the other.
    fn all(&self) -> MutexGuard<'_, HashMap<(UserId, ChatId), Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tries_of(user: UserId) -> String {
    format!("totp.tries/1:{user}")
}

fn tries(desk: &dyn Desk, user: UserId) -> Result<Tries, StoreError> {
    let written = desk.fact(&tries_of(user))?;
    Ok(written.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default())
}

fn put_tries(desk: &dyn Desk, user: UserId, tries: Tries) -> Result<(), StoreError> {
    let written = serde_json::to_string(&tries).map_err(|error| StoreError(error.to_string()))?;
    desk.put_fact(&tries_of(user), &written)
}
