//! A log that is followed: one message, edited while something new comes, until somebody stops it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream, SelectAll};
use jiff::{SignedDuration, Timestamp};
use jobs::ports::{ContainerState, EngineError, LogQuery};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::ask::{Asked, How};
use super::page::{Newest, Reading};
use super::read::{Line, Source};
use super::{names, shown_page};
use crate::command::{CommandError, Shown};
use crate::markup::Markup;
use crate::message::{Place, UserId};
use crate::present::{Choice, Reply};

/// How often the message is edited at most.
const EVERY: Duration = Duration::from_secs(3);
/// And in a group, which takes twenty messages a minute from all of us: half of them are for others.
const EVERY_IN_GROUP: Duration = Duration::from_secs(6);
/// After a silence, what comes within this is shown together: programs write several lines at a time.
const GATHERED: Duration = Duration::from_millis(300);
/// How long a log is followed.
const LONGEST: Duration = Duration::from_secs(600);
/// How long what is on its way when a follow ends may take to arrive.
const ARRIVING: Duration = Duration::from_secs(1);
/// How long whoever stops a follow waits for its last state.
const LAST: Duration = Duration::from_secs(3);
/// Where nothing has fitted yet, lines of the last minute may still: the engine's clock need not be ours.
const LATELY: SignedDuration = SignedDuration::from_secs(60);

/// What goes on: one follow for each person in each chat.
#[derive(Default)]
pub struct Follows {
    /// Cancelled when the watch ends.
    ending: CancellationToken,
    going: Mutex<Vec<Going>>,
    /// How many there were, so that none has the name of another.
    count: AtomicU64,
}

/// A follow that goes on.
struct Going {
    place: Place,
    user: UserId,
    key: String,
    end: oneshot::Sender<End>,
}

/// Why a follow ends before its time.
enum End {
    /// Somebody pressed Stop, and waits for the last state.
    Stopped(oneshot::Sender<Reply>),
    /// The same person follows something else in the same chat.
    Replaced,
}

/// A follow's place among them; free again when it is dropped.
struct Seat<'a> {
    follows: &'a Follows,
    key: String,
    end: oneshot::Receiver<End>,
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.follows.going().retain(|it| it.key != self.key);
    }
}

impl Follows {
    /// None goes on yet; all that will end when `ending` is cancelled.
    pub fn new(ending: CancellationToken) -> Self {
        Self { ending, ..Self::default() }
    }

    fn going(&self) -> MutexGuard<'_, Vec<Going>> {
        self.going.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins one in place of the one that the same person follows there.
    fn begin(&self, place: Place, user: UserId, now: Timestamp) -> Seat<'_> {
        // With the moment in it: a button of an earlier process stops nothing of this one's.
        let key = format!("{}-{}", now.as_millisecond(), self.count.fetch_add(1, Ordering::Relaxed));
        let (sender, end) = oneshot::channel();
        let mut going = self.going();
        if let Some(index) = going.iter().position(|it| it.place == place && it.user == user) {
            going.swap_remove(index).end.send(End::Replaced).ok();
        }
        going.push(Going { place, user, key: key.clone(), end: sender });
        Seat { follows: self, key, end }
    }

    /// Stops the one of that name. Its last state, when it was still going on.
    pub(super) async fn stop(&self, key: &str) -> Option<Reply> {
        let (sender, last) = oneshot::channel();
        {
            let mut going = self.going();
            let index = going.iter().position(|it| it.key == key)?;
            going.swap_remove(index).end.send(End::Stopped(sender)).ok()?;
        }
        timeout(LAST, last).await.ok()?.ok()
    }
}

/// What comes from the logs.
enum Said {
    Line(Line),
    /// The log of this one has ended.
    Ended(usize),
    Broke(EngineError),
}

/// Why a follow is over while its logs go on.
enum Why {
    Stopped(oneshot::Sender<Reply>),
    Replaced,
    Leaving,
    Over,
}

/// Waits until it is over. Safe to drop half-way.
async fn is_over(end: &mut oneshot::Receiver<End>, ending: &CancellationToken, over: Instant) -> Why {
    tokio::select! {
        end = end => match end {
            Ok(End::Stopped(asking)) => Why::Stopped(asking),
            Ok(End::Replaced) | Err(_) => Why::Replaced,
        },
        () = ending.cancelled() => Why::Leaving,
        () = sleep_until(over) => Why::Over,
    }
}

/// What happens while a log is followed.
enum Event {
    Over(Why),
    /// It is time to show what is new.
    Due,
    Said(Option<Said>),
}

/// Follows until it ends, by itself or by somebody.
pub(super) async fn follow(reading: &Reading<'_>, asked: &Asked) -> Result<Reply, CommandError> {
    let context = reading.context;
    let (follows, progress) = (context.follows, context.progress);
    let mut seat = follows.begin(context.place, context.operator.id(), context.now);
    let key = seat.key.clone();
    let began = Instant::now();
    let over = began + LONGEST;
    let every = if context.place.chat.0 < 0 { EVERY_IN_GROUP } else { EVERY };
    let page = reading.before(None).await?;
    let mut follow = Follow { reading, asked, began, newest: Newest::of(reading, page), fates: Vec::new() };
    let mut logs = follow.open().await?;
    let (mut dirty, mut next) = (true, began);
    loop {
        // What ends it is heard first, however much is said.
        let event = tokio::select! {
            biased;
            why = is_over(&mut seat.end, &follows.ending, over) => Event::Over(why),
            () = sleep_until(next), if dirty => Event::Due,
            said = logs.next() => Event::Said(said),
        };
        match event {
            Event::Over(why) => return Ok(follow.stopped(why)),
            Event::Due => {
                let state = follow.state(&key);
                let mut show = progress.show(state);
                let shown = tokio::select! {
                    biased;
                    why = is_over(&mut seat.end, &follows.ending, over) => {
                        // What is on its way gets its place first: the last word would stand beside it otherwise.
                        timeout(ARRIVING, &mut show).await.ok();
                        return Ok(follow.stopped(why));
                    }
                    shown = &mut show => shown,
                };
                match shown {
                    Shown::Yes => dirty = false,
                    Shown::NotNow => {}
                    Shown::Gone => {
                        // Somebody removed the message: nobody looks any more.
                        progress.leave();
                        return Ok(Reply::default());
                    }
                }
                next = Instant::now() + every;
            }
            Event::Said(Some(Said::Line(line))) => {
                follow.newest.take(line);
                if !dirty {
                    next = next.max(Instant::now() + GATHERED);
                }
                dirty = true;
            }
            Event::Said(Some(Said::Ended(which))) => {
                follow.ended(which).await;
                dirty = true;
            }
            Event::Said(Some(Said::Broke(error))) => {
                let why = [("why", context.voice.reason(&error.to_string()).into())];
                let broke = context.voice.say("logs-follow-broke", &why);
                return Ok(follow.last(follow.sentence("logs-follow-stopped").line().then(broke)));
            }
            Event::Said(None) => return Ok(follow.last(follow.sentence("logs-follow-ended"))),
        }
    }
}

/// What is shown of a log that is followed.
struct Follow<'a> {
    reading: &'a Reading<'a>,
    asked: &'a Asked,
    began: Instant,
    newest: Newest<'a>,
    /// What became of containers that have ended.
    fates: Vec<Markup>,
}

impl Follow<'_> {
    /// The last state, when it is over.
    fn stopped(&self, why: Why) -> Reply {
        let key = match &why {
            Why::Stopped(_) => "logs-follow-stopped",
            Why::Replaced => "logs-follow-replaced",
            Why::Leaving => "logs-follow-leaving",
            Why::Over => "logs-follow-over",
        };
        let last = self.last(self.sentence(key));
        if let Why::Stopped(asking) = why {
            // Whoever stopped it shows the last state, in place of the button.
            self.reading.context.progress.leave();
            asking.send(last.clone()).ok();
        }
        last
    }

    /// The logs from where the page ends.
    async fn open(&self) -> Result<SelectAll<BoxStream<'static, Said>>, CommandError> {
        let Reading { context, containers, conditions, .. } = *self.reading;
        let page = self.newest.page();
        let edge = page.last_edge();
        let lately = || context.now.saturating_sub(LATELY).unwrap_or(context.now);
        let since = edge.map_or_else(|| conditions.since.map_or(lately(), |it| it.max(lately())), |it| it.at);
        let query = LogQuery { tail: u32::MAX, since: Some(since), until: None };
        let mut logs = SelectAll::new();
        for (which, container) in containers.iter().enumerate() {
            let engine = &*context.ports.engine;
            let source = Source::open(engine, (which, container), &query, true, conditions).await?;
            // Lines of the last moment are on the page already.
            let on_page = |it: &&Line| it.which == which && edge.is_some_and(|edge| edge.at == it.at);
            let known = page.lines.iter().filter(on_page).count();
            let redactor = context.redactor.clone();
            let start = Some((source, redactor, known));
            logs.push(
                stream::unfold(start, move |state| async move {
                    let (mut source, redactor, mut known) = state?;
                    loop {
                        match source.next(&redactor).await {
                            Some(Ok(line)) if 0 < known && line.at <= since => known -= 1,
                            Some(Ok(line)) => {
                                return Some((Said::Line(line), Some((source, redactor, known))));
                            }
                            Some(Err(error)) => return Some((Said::Broke(error), None)),
                            None => return Some((Said::Ended(which), None)),
                        }
                    }
                })
                .boxed(),
            );
        }
        Ok(logs)
    }

    /// Asks what became of a container whose log has ended.
    async fn ended(&mut self, which: usize) {
        let Reading { context, containers, .. } = *self.reading;
        let Some(container) = containers.get(which) else { return };
        let nouns = |code: i64| [("name", container.name.as_str().into()), ("code", code.to_string().into())];
        let name = &nouns(0)[..1];
        let detail = context.ports.engine.inspect(&container.id).await;
        self.fates.push(match detail {
            Ok(it) if matches!(it.state, ContainerState::Exited | ContainerState::Dead) => match it.exit_code
            {
                Some(code) => context.voice.say("logs-fate-exited", &nouns(code)),
                None => context.voice.say("logs-fate-ended", name),
            },
            Ok(it) if matches!(it.state, ContainerState::Restarting) => {
                context.voice.say("logs-fate-restarting", &nouns(it.exit_code.unwrap_or_default()))
            }
            Err(EngineError::NoSuchContainer(_)) => context.voice.say("logs-fate-gone", name),
            Ok(_) | Err(_) => context.voice.say("logs-fate-ended", name),
        });
    }

    fn now(&self) -> Timestamp {
        self.reading.context.now + self.began.elapsed()
    }

    fn sentence(&self, key: &str) -> Markup {
        let context = self.reading.context;
        let lasted = context.voice.between(context.now, self.now());
        context.voice.say(key, &[("name", names(self.reading.containers).into()), ("lasting", lasted.into())])
    }

    /// What is shown while it goes on.
    fn state(&self, key: &str) -> Reply {
        let context = self.reading.context;
        let over = context.now + LONGEST;
        let head = context.voice.say(
            "logs-following",
            &[
                ("name", names(self.reading.containers).into()),
                ("since", context.voice.clock(context.now).into()),
                ("until", context.voice.moment(over, context.now).into()),
            ],
        );
        let stop = self.asked.with(How::Stop(key.to_owned())).line();
        let stop = Choice::turn(context.voice.word("button-logs-stop", &[]), stop);
        let mut reply = shown_page(self.reading, self.asked, &self.newest.page(), self.headed(head), None);
        reply.choices = vec![vec![stop]];
        reply.silent = true;
        reply
    }

    /// What is left of it in the end.
    fn last(&self, head: Markup) -> Reply {
        shown_page(self.reading, &self.asked.with(How::Newest), &self.newest.page(), self.headed(head), None)
    }

    fn headed(&self, head: Markup) -> Markup {
        self.fates.iter().fold(head, |head, fate| head.line().then(fate.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::ChatId;

    fn place(chat: i64) -> Place {
        Place::chat(ChatId(chat))
    }

    #[tokio::test]
    async fn a_second_follow_takes_the_place_of_the_first_of_the_same_person_alone() {
        let follows = Follows::default();
        let mut first = follows.begin(place(1), UserId(7), Timestamp::UNIX_EPOCH);
        let mut elsewhere = follows.begin(place(2), UserId(7), Timestamp::UNIX_EPOCH);
        let mut of_another = follows.begin(place(1), UserId(8), Timestamp::UNIX_EPOCH);
        let second = follows.begin(place(1), UserId(7), Timestamp::UNIX_EPOCH);
        assert!(matches!(first.end.try_recv(), Ok(End::Replaced)));
        drop(first);
        assert!(elsewhere.end.try_recv().is_err() && of_another.end.try_recv().is_err());
        assert_eq!(follows.going().len(), 3);
        drop(second);
        assert_eq!(follows.going().len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_followed_any_more_cannot_be_stopped() {
        let follows = Follows::default();
        assert_eq!(follows.stop("0-0").await, None);
        let seat = follows.begin(place(1), UserId(7), Timestamp::UNIX_EPOCH);
        assert_eq!(follows.stop(&seat.key).await, None, "it does not answer");
    }
}
