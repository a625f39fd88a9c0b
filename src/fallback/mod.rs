//! Calls a person the second way when the chat stays silent while something critical waits to be told.
//!
//! It looks at what waits in the outbox and takes nothing out of it: when the chat answers again, the same news arrives
//! there as usual. What was called out is remembered before anything else is done, so that a restart does not repeat
//! it; only a death between the server's answer and that mark can.

mod reach;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::alert::{Alert, Severity};
use jobs::declare::Rule;
use jobs::evaluate::Expected;
use jobs::metric::SeriesKey;
use jobs::notice::Notice;
use jobs::ports::StoreError;
use jobs::series::Series;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

pub use self::reach::{Reach, Silence};
use crate::clock::Clock;
use crate::dispatch::Dispatcher;
use crate::message::UserId;
use crate::outbox::back_off;
use crate::present::chart::Stretch;
use crate::present::incident::{Showing, card};
use crate::present::notice::{History, told};
use crate::sink::{Cry, Sink, SinkError};
use crate::store::{Content, Database, Parcel};

/// How often what waits is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// A refusal stays one until somebody changes something.
const REFUSED: Duration = Duration::from_secs(15 * 60);
/// What is remembered, in the store's small state.
const MEMORY: &str = "fallback/1";

/// How the second way is set up.
#[derive(Clone)]
pub struct Setup {
    /// The way.
    pub sink: Arc<dyn Sink>,
    /// How long news waits for a silent chat before it goes that way.
    pub after: SignedDuration,
}

/// Something urgent that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// When it became news.
    pub made: Timestamp,
    /// It was called out already.
    pub told: bool,
    /// What it is about has ended: nobody need be woken for it any more.
    pub over: bool,
}

/// What becomes of it, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is called out: the chat has been silent since then.
    CallOut {
        /// Since when.
        since: Timestamp,
    },
    /// It was called out before.
    Told,
    /// It is over; the chat will hear of it.
    Over,
    /// The chat answers, or nobody has tried yet.
    Answers,
    /// The chat has been silent, but not for long enough.
    Early,
}

/// Decides whether something goes the second way. `silent` is since when the chat has not answered, if it does not.
pub fn step(waiting: &Waiting, silent: Option<Timestamp>, after: SignedDuration, now: Timestamp) -> Step {
    match silent {
        _ if waiting.told => Step::Told,
        _ if waiting.over => Step::Over,
        None => Step::Answers,
        Some(since) if now.duration_since(since.max(waiting.made)) < after => Step::Early,
        Some(since) => Step::CallOut { since },
    }
}

/// What outlives us.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Memory {
    /// Since when the chat has been silent, if it is.
    silent: Option<Timestamp>,
    /// The numbers of parcels that were called out and still wait.
    told: Vec<i64>,
}

/// Why a look came to nothing.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Sink(#[from] SinkError),
}

/// Calls out.
pub struct Fallback {
    database: Database,
    dispatcher: Arc<Dispatcher>,
    reach: Arc<Reach>,
    setup: Setup,
    clock: Clock,
}

impl Fallback {
    /// One that looks into that outbox, and speaks in the voice of `dispatcher`.
    pub fn new(
        database: Database,
        dispatcher: Arc<Dispatcher>,
        reach: Arc<Reach>,
        setup: Setup,
        clock: Clock,
    ) -> Self {
        Self { database, dispatcher, reach, setup, clock }
    }

    /// Looks until the end, and never breaks off in the middle of a call.
    pub async fn watch(&self, ending: &CancellationToken) {
        let mut failures = 0;
        while !ending.is_cancelled() {
            let pause = match self.look().await {
                Ok(()) => {
                    failures = 0;
                    LOOK
                }
                Err(trouble) => {
                    failures += 1;
                    let wait = match &trouble {
                        Trouble::Sink(SinkError::Passing { after: Some(after), .. }) => *after,
                        Trouble::Sink(SinkError::Refused(_)) => REFUSED,
                        Trouble::Sink(SinkError::Passing { after: None, .. }) | Trouble::Store(_) => {
                            back_off(failures)
                        }
                    };
                    tracing::warn!(%trouble, failures, ?wait, "nobody could be called the second way");
                    wait.max(LOOK)
                }
            };
            ending.run_until_cancelled(tokio::time::sleep(pause)).await;
        }
    }

    /// Calls out what is due.
    async fn look(&self) -> Result<(), Trouble> {
        let before = self.memory()?;
        let waiting = self.database.urgent_parcels()?;
        let mut memory = before.clone();
        memory.told.retain(|told| waiting.iter().any(|it| it.id.0 == *told));
        let silence = self.reach.silence();
        memory.silent = match silence {
            Silence::Unknown => before.silent,
            Silence::None | Silence::OneWay(_) => None,
            // An earlier process may have seen it begin.
            Silence::Whole(since) => Some(before.silent.map_or(since, |before| before.min(since))),
        };
        if memory != before {
            self.remember(&memory)?;
        }
        for parcel in &waiting {
            let now = self.clock.now();
            let silent = match silence {
                Silence::Unknown | Silence::None => None,
                Silence::OneWay(since) => Some(since.max(parcel.made)),
                Silence::Whole(_) => memory.silent,
            };
            let facts = Waiting {
                made: parcel.made,
                told: memory.told.contains(&parcel.id.0),
                over: self.is_over(&parcel.content)?,
            };
            let step = step(&facts, silent, self.setup.after, now);
            tracing::trace!(parcel = parcel.id.0, ?step, "something critical waits");
            let Step::CallOut { since } = step else { continue };
            let Some(cry) = self.cry(parcel, since, now)? else { continue };
            self.setup.sink.send(&cry).await?;
            // Every owner has a parcel of their own with the same news; it is called out once.
            let same = waiting.iter().filter(|it| is_same(&it.content, &parcel.content));
            memory.told.extend(same.map(|it| it.id.0));
            self.remember(&memory)?;
            tracing::info!(parcel = parcel.id.0, %since, "called out the second way: the chat does not answer");
        }
        Ok(())
    }

    /// Whether what was critical is so no more.
    fn is_over(&self, content: &Content) -> Result<bool, StoreError> {
        Ok(match content {
            Content::Card { incident, .. } => self
                .database
                .incident(*incident)?
                .is_none_or(|it| !it.is_open() || it.severity() < Severity::Critical),
            Content::Notice(Notice::Alert { alert, .. }) => {
                self.database.alert_by_number(alert.number)?.is_some_and(|it| it.is_ended())
            }
            Content::Notice(_) => false,
        })
    }

    /// The words of the card, in its reader's language, and why they come this way.
    fn cry(&self, parcel: &Parcel, since: Timestamp, now: Timestamp) -> Result<Option<Cry>, StoreError> {
        let voice = self.dispatcher.voice_of(UserId(parcel.place.chat.0));
        let Dispatcher { about, declared, .. } = &*self.dispatcher;
        let (host, rules) = (&about.host, &declared.rules);
        let reply = match &parcel.content {
            Content::Notice(notice) => told(&voice, host, notice, rules, &Wordless, now),
            Content::Card { incident, .. } => match self.database.incident(*incident)? {
                Some(incident) => card(&voice, host, &incident, rules, &Wordless, &Showing::default(), now),
                None => return Ok(None),
            },
        };
        let words = reply.text.to_string();
        let (title, rest) = words.split_once('\n').unwrap_or((&words, ""));
        let why = voice.say("fallback-why", &[("since", voice.moment(since, now).into())]).to_string();
        let body = if rest.is_empty() { why } else { format!("{rest}\n\n{why}") };
        Ok(Some(Cry { title: title.to_owned(), body }))
    }

    fn memory(&self) -> Result<Memory, StoreError> {
        let written = self.database.get_state(MEMORY)?;
        Ok(written.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default())
    }

    fn remember(&self, memory: &Memory) -> Result<(), StoreError> {
        let written = serde_json::to_string(memory).map_err(|error| StoreError(error.to_string()))?;
        self.database.put_state(MEMORY, &written)
    }
}

/// Whether two parcels tell the same news, perhaps to different people.
fn is_same(one: &Content, other: &Content) -> bool {
    match (one, other) {
        (Content::Card { incident: one, .. }, Content::Card { incident: other, .. }) => one == other,
        (Content::Notice(one), Content::Notice(other)) => one == other,
        (Content::Card { .. }, Content::Notice(_)) | (Content::Notice(_), Content::Card { .. }) => false,
    }
}

/// No picture goes this way.
struct Wordless;

impl History for Wordless {
    fn series(&self, _: &SeriesKey, _: Stretch, _: usize) -> Option<Series> {
        None
    }

    fn usual(&self, _: &Rule, _: &Alert, _: Stretch) -> Vec<Expected> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("a time")
    }

    #[test]
    fn the_second_way_is_for_what_waits_too_long_for_a_silent_chat() {
        let waiting = Waiting { made: at(1000), told: false, over: false };
        let check = |waiting: Waiting, silent: Option<i64>, now: i64, expected: Step| {
            let found = step(&waiting, silent.map(at), SignedDuration::from_mins(5), at(now));
            assert_eq!(found, expected, "{waiting:?} {silent:?} {now}");
        };
        check(waiting, None, 9000, Step::Answers);
        check(waiting, Some(1001), 1300, Step::Early);
        check(waiting, Some(1001), 1301, Step::CallOut { since: at(1001) });
        // A long silence before does not hurry what has just become news.
        check(waiting, Some(100), 1299, Step::Early);
        check(waiting, Some(100), 1300, Step::CallOut { since: at(100) });
        // Whatever it waited for until now, the silence is young.
        check(waiting, Some(8990), 9000, Step::Early);
        check(Waiting { told: true, ..waiting }, Some(100), 9000, Step::Told);
        check(Waiting { over: true, ..waiting }, Some(100), 9000, Step::Over);
    }
}
