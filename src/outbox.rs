//! The only door out. What must not be lost is written down before it is sent, and struck out after.
//!
//! Notices go through the store: a crash anywhere before the mark tells them again, never loses them. Answers are
//! said at once and tried a few times. Both keep the pace that a chat allows.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::message::{Message, MessageId, Place};
use crate::transport::{Doing, Edited, Transport, TransportError};

/// After so many failures the words are tried without their picture.
pub const PICTURE_TRIES: u32 = 2;
/// So often an answer is said of which nobody knows whether it has arrived. The second time may meet the end of the same
/// trouble: a way that resets what it carries, and then holds it until nobody waits any more.
const UNHEARD: u32 = 3;
/// Longer than this nobody waits for an answer: it is given up.
const PATIENCE: Duration = Duration::from_secs(90);
/// Longer than this nobody is kept who has others to go to.
const STOP: Duration = Duration::from_secs(5);

/// Says things, at a pace.
pub struct Outbox {
    transport: Arc<dyn Transport>,
    pace: Arc<Mutex<Pace>>,
    /// Somebody has had their turn: those behind them may look again.
    moved: Arc<Notify>,
}

impl Outbox {
    /// An outbox for a chat.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport, pace: Arc::default(), moved: Arc::default() }
    }

    /// Another one by that way, at the pace of both: the chat counts what we say, and not through which door.
    pub fn by_way_of(&self, transport: Arc<dyn Transport>) -> Self {
        Self { transport, pace: self.pace.clone(), moved: self.moved.clone() }
    }

    /// Says something now, trying again while that may help.
    ///
    /// # Errors
    /// The last failure, when it was given up or will never work.
    pub async fn say(&self, place: Place, message: &Message) -> Result<MessageId, TransportError> {
        self.anew(place, message, Rank::Answer).await
    }

    /// The same, ahead of all answers that wait: news that could not be written down.
    ///
    /// # Errors
    /// As for [`Outbox::say`].
    pub async fn announce(&self, place: Place, message: &Message) -> Result<MessageId, TransportError> {
        self.anew(place, message, Rank::News).await
    }

    async fn anew(&self, place: Place, message: &Message, rank: Rank) -> Result<MessageId, TransportError> {
        // Only an edit can be impossible.
        self.persist(place, None, message, rank)
            .await?
            .ok_or_else(|| TransportError::Refused("nothing was said".to_owned()))
    }

    /// Says something in place of an earlier message; where there is none, or it cannot be changed, anew.
    ///
    /// # Errors
    /// As for [`Outbox::say`].
    pub async fn put(
        &self,
        place: Place,
        instead: Option<MessageId>,
        message: &Message,
    ) -> Result<MessageId, TransportError> {
        let changed = match instead {
            Some(id) => self.persist(place, Some(id), message, Rank::Answer).await?,
            None => None,
        };
        match changed {
            Some(id) => Ok(id),
            None => self.say(place, message).await,
        }
    }

    /// Whether each answer comes before the next question, as at a prompt.
    pub fn is_in_turn(&self) -> bool {
        self.transport.in_turn()
    }

    /// Whether what is said to that place gets there.
    pub fn reaches(&self, place: Place) -> bool {
        self.transport.reaches(place)
    }

    /// Whether a file can be sent.
    pub fn takes_files(&self) -> bool {
        self.transport.takes_files()
    }

    /// One attempt, in its turn. For those who keep their own book of attempts.
    ///
    /// # Errors
    /// The failure, after taking note of how long the chat wants to be left alone; at once, if that is still so.
    pub async fn attempt(&self, place: Place, message: &Message) -> Result<MessageId, TransportError> {
        self.is_open(place, STOP)?;
        self.turn(place, Rank::News).await;
        let said = self.transport.deliver(place, message).await;
        self.heed(place, &said);
        said
    }

    /// One attempt to change something, in its turn. For those who keep their own book of attempts.
    ///
    /// # Errors
    /// As for [`Outbox::attempt`].
    pub async fn attempt_edit(
        &self,
        place: Place,
        id: MessageId,
        message: &Message,
    ) -> Result<Edited, TransportError> {
        self.edit(place, id, message, Rank::News).await
    }

    /// One attempt to change an answer, in its turn.
    ///
    /// # Errors
    /// As for [`Outbox::attempt`].
    pub async fn change(
        &self,
        place: Place,
        id: MessageId,
        message: &Message,
    ) -> Result<Edited, TransportError> {
        self.edit(place, id, message, Rank::Answer).await
    }

    async fn edit(
        &self,
        place: Place,
        id: MessageId,
        message: &Message,
        rank: Rank,
    ) -> Result<Edited, TransportError> {
        self.is_open(place, STOP)?;
        self.turn(place, rank).await;
        let changed = self.transport.edit(place, id, message).await;
        self.heed(place, &changed);
        changed
    }

    /// Whether nothing was said there for a moment, nor has the chat asked to be left alone: then something that can
    /// as well be left unsaid takes nobody's turn.
    pub fn is_idle(&self, place: Place) -> bool {
        let (pace, now) = (self.pace(), Instant::now());
        pace.places
            .get(&place.chat.0)
            .is_none_or(|lane| lane.line.is_empty() && lane.full_at.max(lane.held_until) <= now)
    }

    /// Stops a pressed button's spinner. Best effort: a spinner ends by itself.
    pub async fn acknowledge(&self, query: &str, word: Option<&str>) {
        if let Err(error) = self.transport.acknowledge(query, word).await {
            tracing::debug!(%error, "a button could not be acknowledged");
        }
    }

    /// Shows that an answer is being worked on. Best effort.
    pub async fn typing(&self, place: Place, doing: Doing) {
        if let Err(error) = self.transport.typing(place, doing).await {
            tracing::debug!(%error, "typing could not be shown");
        }
    }

    /// Takes away what somebody wrote. Best effort: in a group only an administrator may.
    pub async fn remove(&self, place: Place, id: MessageId) {
        if let Err(error) = self.transport.remove(place, id).await {
            tracing::debug!(%error, "a message could not be removed");
        }
    }

    /// Delivers, or edits when there is something to edit. None: it cannot be edited.
    async fn perform(
        &self,
        place: Place,
        id: Option<MessageId>,
        message: &Message,
    ) -> Result<Option<MessageId>, TransportError> {
        match id {
            None => self.transport.deliver(place, message).await.map(Some),
            Some(id) => match self.transport.edit(place, id, message).await? {
                Edited::Done => Ok(Some(id)),
                Edited::Impossible => Ok(None),
            },
        }
    }

    async fn persist(
        &self,
        place: Place,
        id: Option<MessageId>,
        message: &Message,
        rank: Rank,
    ) -> Result<Option<MessageId>, TransportError> {
        let began = Instant::now();
        let mut tries = 0;
        let mut place = place;
        let mut message = Cow::Borrowed(message);
        loop {
            if tries == PICTURE_TRIES && message.picture.is_some() {
                message.to_mut().picture = None;
            }
            self.is_open(place, PATIENCE.saturating_sub(began.elapsed()))?;
            self.turn(place, rank).await;
            let done = self.perform(place, id, &message).await;
            self.heed(place, &done);
            tries += 1;
            match done {
                // Silence is worse than a repetition: the person asked and is waiting.
                Err(TransportError::Unanswered(_)) if tries < UNHEARD => {}
                Err(TransportError::NoTopic(why)) if place.thread.is_some() => {
                    tracing::warn!(why, "the topic is gone, the words go to the whole group");
                    place.thread = None;
                }
                Err(TransportError::Passing { after, .. }) => {
                    let wait = after.unwrap_or_else(|| back_off(tries));
                    if PATIENCE < began.elapsed() + wait {
                        return done;
                    }
                    // A wait that the chat asked for is kept by `turn`, for everybody.
                    if after.is_none() {
                        tokio::time::sleep(wait).await;
                    }
                }
                _ => return done,
            }
        }
    }

    /// Whether the chat, having asked to be left alone, will take words again within so long.
    fn is_open(&self, place: Place, within: Duration) -> Result<(), TransportError> {
        let pace = self.pace();
        let held = pace.places.get(&place.chat.0).map(|lane| lane.held_until);
        let left = held.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()));
        if left <= within {
            return Ok(());
        }
        let why = format!("the chat has asked to be left alone for {} s more", left.as_secs());
        Err(TransportError::Passing { after: Some(left), why })
    }

    /// Waits until something may be said there: news before answers, and otherwise who came first.
    async fn turn(&self, place: Place, rank: Rank) {
        let ticket = self.pace().enter(place, rank, Instant::now());
        let standing = Standing { outbox: self, place, ticket };
        loop {
            // Before looking, or what happens between the two would not be noticed.
            let moved = self.moved.notified();
            let Err(at) = self.pace().take(place, standing.ticket, Instant::now()) else { return };
            tokio::select! {
                () = tokio::time::sleep_until(at) => {}
                () = moved => {}
            }
        }
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of how long a chat wants to be left alone.
    fn heed<T>(&self, place: Place, done: &Result<T, TransportError>) {
        if let Err(TransportError::Passing { after: Some(after), .. }) = done {
            // The server counts whole seconds; a little more spares a second refusal.
            let until = Instant::now() + *after + Duration::from_millis(500);
            self.pace().hold(place, until);
        }
    }
}

/// How long to wait after so many failures: 1 s, 2 s, 4 s … 60 s.
pub fn back_off(tries: u32) -> Duration {
    Duration::from_secs(1 << tries.saturating_sub(1).min(6)).min(Duration::from_secs(60))
}

/// Who goes first where several wait for their turn: news, for an alert must not stand behind answers that take minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    News,
    Answer,
}

/// A place in the line of one chat: by rank, and then by who came first.
type Ticket = (Rank, u64);

/// What a chat allows: about a message a second, in short bursts more, twenty a minute in a group, thirty a second
/// over all (TELEGRAM.md 6.3).
#[derive(Default)]
struct Pace {
    places: HashMap<i64, Lane>,
    /// When something was said within the last second.
    everywhere: VecDeque<Instant>,
    /// How many tickets there were.
    tickets: u64,
}

/// One chat's lane: a bucket that refills, a hold, and who waits.
struct Lane {
    /// When the bucket would be full again.
    full_at: Instant,
    /// Nothing before this.
    held_until: Instant,
    line: BTreeSet<Ticket>,
}

impl Lane {
    fn new(now: Instant) -> Self {
        Self { full_at: now, held_until: now, line: BTreeSet::new() }
    }
}

/// How many messages may go to a chat at once.
const BURST: u32 = 4;
/// The steady pace of a private chat.
const PRIVATE: Duration = Duration::from_millis(1000);
/// The steady pace of a group.
const GROUP: Duration = Duration::from_millis(3100);
/// Over all chats.
const A_SECOND: usize = 25;

impl Pace {
    /// Stands in line there.
    fn enter(&mut self, place: Place, rank: Rank, now: Instant) -> Ticket {
        self.tickets += 1;
        let ticket = (rank, self.tickets);
        self.lane(place, now).line.insert(ticket);
        ticket
    }

    /// Leaves the line.
    fn leave(&mut self, place: Place, ticket: Ticket) {
        if let Some(lane) = self.places.get_mut(&place.chat.0) {
            lane.line.remove(&ticket);
        }
    }

    /// Whether it is this one's turn, which counts as said; else when to look again, should nothing happen before.
    fn take(&mut self, place: Place, ticket: Ticket, now: Instant) -> Result<(), Instant> {
        let step = if place.chat.0 < 0 { GROUP } else { PRIVATE };
        while self.everywhere.front().is_some_and(|it| *it + Duration::from_secs(1) <= now) {
            self.everywhere.pop_front();
        }
        let crowded = self.everywhere.len().checked_sub(A_SECOND).and_then(|it| self.everywhere.get(it));
        let crowded = crowded.map_or(now, |it| *it + Duration::from_secs(1));
        let lane = self.lane(place, now);
        let ahead = u32::try_from(lane.line.range(..ticket).count()).unwrap_or(u32::MAX);
        // A bucket of BURST tokens, one more each step: it is empty when it would be full only after BURST steps.
        let full_at = lane.full_at.max(now) + step;
        let room = (full_at + step.saturating_mul(ahead)).checked_sub(step * BURST).unwrap_or(now);
        let at = now.max(room).max(lane.held_until).max(crowded);
        if 0 < ahead || now < at {
            return Err(at);
        }
        lane.line.remove(&ticket);
        lane.full_at = full_at;
        self.everywhere.push_back(now);
        self.places.retain(|_, lane| {
            !lane.line.is_empty() || now < lane.full_at.max(lane.held_until) + Duration::from_secs(60)
        });
        Ok(())
    }

    fn hold(&mut self, place: Place, until: Instant) {
        let lane = self.lane(place, Instant::now());
        lane.held_until = lane.held_until.max(until);
    }

    fn lane(&mut self, place: Place, now: Instant) -> &mut Lane {
        self.places.entry(place.chat.0).or_insert_with(|| Lane::new(now))
    }
}

/// A place in a line that is given up when nobody waits in it any more.
struct Standing<'a> {
    outbox: &'a Outbox,
    place: Place,
    ticket: Ticket,
}

impl Drop for Standing<'_> {
    fn drop(&mut self) {
        self.outbox.pace().leave(self.place, self.ticket);
        self.outbox.moved.notify_waiters();
    }
}

#[cfg(test)]
mod tests;
