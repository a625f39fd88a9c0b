//! Says when a job is due. The only file that names `tokio_cron_scheduler` and `chrono`.
//!
//! The crate is used as a clock that looks at a list twice a second, and for nothing else, because version 0.15.1
//! freezes a zone's offset when a job is created, stays silent when the clock is stepped back, and deletes what it
//! thinks will never match. So the list is ours (`Dial`): what it holds as the next moment comes from
//! [`Cron::next_after`], whatever the crate computed. Its jobs do nothing but put a [`Due`] into a queue.
//!
//! A tick arrives up to half a second late. If the queue is full, the tick is lost and the log says so: whoever
//! reads the queue is then far behind, and one more tick would not help.

use std::collections::HashMap;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, mpsc};
use tokio_cron_scheduler::job::job_data::{JobAndNextTick, JobStoredData};
use tokio_cron_scheduler::store::{DataStore, InitStore, MetaDataStorage};
use tokio_cron_scheduler::{
    Job, JobScheduler, JobSchedulerError, SimpleJobCode, SimpleMetadataStore, SimpleNotificationCode,
    SimpleNotificationStore,
};
use uuid::Uuid;

use crate::clock::Clock;
use crate::config::PlannedJob;
use crate::cron::Cron;

/// A job is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Its name.
    pub job: Arc<str>,
    /// The moment its cron names, not the one in which somebody noticed.
    pub at: Timestamp,
}

/// The scheduler could not be set up. Nothing a user did leads to it.
#[derive(Debug, thiserror::Error)]
#[error("starting the scheduler: {0}")]
pub struct ScheduleError(#[from] JobSchedulerError);

/// Ticks that somebody reads. There is one in a process: its tasks end with the runtime.
pub struct Schedule {
    scheduler: JobScheduler,
    dial: Arc<Dial>,
    sender: mpsc::Sender<Due>,
    stopped: Arc<AtomicBool>,
}

/// What the crate believes a job's cron to be. When it is due is never computed from that.
const ANY: &str = "* * * * * *";

/// How many messages the crate's own channels hold at least. Each due job takes two; a message that finds no room is
/// lost. There are ten of them, made whole at once: at 1024 messages they are 0.7 MB.
const CHANNEL: usize = 128;

/// One look of the crate in so many is a glance: every four seconds.
const GLANCE: u32 = 8;

/// One look of the crate in so many is a peep: every second.
const PEEP: u32 = 2;

impl Schedule {
    /// Begins to tick. Takes well under a millisecond for a few jobs.
    ///
    /// # Errors
    /// The crate's channels failed; see [`ScheduleError`].
    pub async fn start(
        jobs: &[PlannedJob],
        sender: mpsc::Sender<Due>,
        clock: Clock,
    ) -> Result<Self, ScheduleError> {
        let dial = Arc::new(Dial::new(clock));
        let scheduler = JobScheduler::new_with_storage_and_code(
            Box::new(Ticks { inner: SimpleMetadataStore::default(), dial: dial.clone() }),
            Box::new(SimpleNotificationStore::default()),
            Box::new(SimpleJobCode::default()),
            Box::new(SimpleNotificationCode::default()),
            CHANNEL.max(4 * jobs.len()),
        )
        .await?;
        let schedule = Self { scheduler, dial, sender, stopped: Arc::default() };
        schedule.add(jobs.iter()).await?;
        schedule.scheduler.start().await?;
        Ok(schedule)
    }

    /// Ticks for these jobs from now on, and for no others. A job that is due when it was before is not touched; a moment
    /// of another one that had come and was not passed on yet is passed on now.
    ///
    /// # Errors
    /// As [`Schedule::start`].
    pub async fn replace(&mut self, jobs: &[PlannedJob]) -> Result<(), ScheduleError> {
        let known: Vec<(Uuid, Hand)> = self.dial.hands().iter().map(|(id, it)| (*id, it.clone())).collect();
        let stays = |job: &&PlannedJob| known.iter().any(|(_, hand)| hand.is_of(job));
        let (staying, new): (Vec<&PlannedJob>, Vec<&PlannedJob>) = jobs.iter().partition(stays);
        let now = self.dial.clock.now();
        for (id, hand) in &known {
            if staying.iter().any(|it| hand.is_of(it)) {
                continue;
            }
            // From here on it has no hand on the dial, so even a tick under way is not passed on.
            self.dial.hands().remove(id);
            if let Some(at) = hand.owes(now)
                && new.iter().any(|it| *it.job.name == *hand.job)
            {
                send(&self.sender, Due { job: hand.job.clone(), at });
            }
            self.scheduler.remove(id).await?;
        }
        self.add(new).await
    }

    /// Told every few seconds, by the crate's own look at its list: whoever has to look at something now and then needs no
    /// clock of his own, and wakes nobody.
    pub fn glance(&self) -> Arc<Notify> {
        self.dial.glance.clone()
    }

    /// The same, each second: for a look that costs one call of the kernel, and that somebody waits for.
    pub fn peep(&self) -> Arc<Notify> {
        self.dial.peep.clone()
    }

    /// When a job is due next; none when there is no such job.
    pub fn next(&self, job: &str) -> Option<Timestamp> {
        self.dial.hands().values().find(|hand| &*hand.job == job)?.next
    }

    /// Ticks no more. What runs goes on running.
    pub async fn stop(&mut self) {
        // The crate may look at its list once more after it was told to stop.
        self.stopped.store(true, Ordering::Relaxed);
        if let Err(error) = self.scheduler.shutdown().await {
            tracing::warn!(%error, "the scheduler did not stop");
        }
    }

    async fn add(&self, jobs: impl IntoIterator<Item = &PlannedJob>) -> Result<(), ScheduleError> {
        for planned in jobs {
            let (dial, sender, stopped) = (self.dial.clone(), self.sender.clone(), self.stopped.clone());
            let mut job = Job::new_async(ANY, move |id, _| {
                let (dial, sender, stopped) = (dial.clone(), sender.clone(), stopped.clone());
                // Nothing but clones out here: a panic before the block would silence the job for ever.
                Box::pin(async move {
                    if !stopped.load(Ordering::Relaxed)
                        && let Some(due) = dial.strike(id)
                    {
                        send(&sender, due);
                    }
                })
            })?;
            let id = job.guid();
            let (since, next) = self.dial.put(id, planned);
            let mut data = job.job_data()?;
            data.set_next_tick(next.map(to_chrono));
            data.set_last_tick(Some(to_chrono(since)));
            job.set_job_data(data)?;
            self.scheduler.add(job).await?;
        }
        Ok(())
    }
}

fn send(sender: &mpsc::Sender<Due>, due: Due) {
    if let Err(mpsc::error::TrySendError::Full(due)) = sender.try_send(due) {
        tracing::warn!(job = %due.job, at = %due.at, "a tick was lost: too many are waiting");
    }
}

/// Where every job's hand points.
struct Dial {
    /// How often the crate has looked.
    looks: AtomicU32,
    glance: Arc<Notify>,
    peep: Arc<Notify>,
    clock: Clock,
    hands: Mutex<HashMap<Uuid, Hand>>,
}

#[derive(Clone)]
struct Hand {
    job: Arc<str>,
    cron: Cron,
    zone: TimeZone,
    /// When it is due next.
    next: Option<Timestamp>,
    /// When that was computed. A clock that shows less was stepped back.
    since: Timestamp,
    /// The last moment that was passed on.
    struck: Option<Timestamp>,
    /// When it was put on the dial: it owes nothing from before.
    begun: Timestamp,
}

impl Hand {
    /// Whether it is that job's, with the same cron in the same zone.
    fn is_of(&self, planned: &PlannedJob) -> bool {
        *self.job == *planned.job.name && self.cron == planned.cron && self.zone == planned.zone
    }

    /// The newest moment that has come and was not passed on: a tick comes up to half a second late.
    fn owes(&self, now: Timestamp) -> Option<Timestamp> {
        let newest = self.cron.previous_due(&self.zone, now, self.begun)?;
        (self.begun < newest && self.struck < Some(newest)).then_some(newest)
    }
}

impl Dial {
    /// How far the clock may go back without anything being computed anew: less than the crate's resolution.
    const SLACK: SignedDuration = SignedDuration::from_secs(1);

    /// How far back a tick looks for the moment that it stands for, and the furthest step of the clock after which
    /// a job of a named time is still remembered as done.
    const MEMORY: SignedDuration = SignedDuration::from_hours(24);

    fn new(clock: Clock) -> Self {
        let (glance, peep) = Default::default();
        Self { looks: AtomicU32::default(), glance, peep, clock, hands: Mutex::default() }
    }

    fn hands(&self) -> MutexGuard<'_, HashMap<Uuid, Hand>> {
        self.hands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a job; answers with now and with when it is due.
    fn put(&self, id: Uuid, planned: &PlannedJob) -> (Timestamp, Option<Timestamp>) {
        let now = self.clock.now();
        let hand = Hand {
            job: planned.job.name.as_str().into(),
            cron: planned.cron.clone(),
            zone: planned.zone.clone(),
            next: planned.cron.next_after(&planned.zone, now),
            since: now,
            struck: None,
            begun: now,
        };
        let next = hand.next;
        self.hands().insert(id, hand);
        (now, next)
    }

    /// A job's moment has come: which one it is.
    fn strike(&self, id: Uuid) -> Option<Due> {
        let now = self.clock.now();
        let mut hands = self.hands();
        let hand = hands.get_mut(&id)?;
        let long_ago = now.checked_sub(Self::MEMORY).unwrap_or(Timestamp::MIN);
        let at = hand.cron.previous_due(&hand.zone, now, long_ago).unwrap_or(now);
        hand.struck = Some(at);
        Some(Due { job: hand.job.clone(), at })
    }

    /// Turns a hand on from a tick.
    fn turn(&self, id: Uuid, tick: Timestamp) -> Option<Timestamp> {
        let mut hands = self.hands();
        let hand = hands.get_mut(&id)?;
        hand.since = tick;
        hand.next = hand.cron.next_after(&hand.zone, tick);
        hand.next
    }

    /// Turns back every hand that was set by a clock that has since been stepped back.
    fn turn_back(&self) -> Vec<(Uuid, Timestamp, Option<Timestamp>)> {
        let now = self.clock.now();
        let mut turned = Vec::new();
        for (id, hand) in self.hands().iter_mut() {
            if hand.since.duration_since(now) <= Self::SLACK {
                continue;
            }
            // A report of nine o'clock must not come twice because nine o'clock did. A sample every ten seconds
            // must not wait for an hour.
            let done = hand.struck.filter(|struck| {
                hand.cron.is_fixed() && now < *struck && struck.duration_since(now) < Self::MEMORY
            });
            hand.since = now;
            hand.next = hand.cron.next_after(&hand.zone, done.unwrap_or(now));
            turned.push((*id, now, hand.next));
        }
        turned
    }
}

/// The crate's list of jobs, with our moments in it.
struct Ticks {
    inner: SimpleMetadataStore,
    dial: Arc<Dial>,
}

type Answer<T> = Pin<Box<dyn Future<Output = Result<T, JobSchedulerError>> + Send>>;

impl MetaDataStorage for Ticks {
    fn list_next_ticks(&mut self) -> Answer<Vec<JobAndNextTick>> {
        let look = self.dial.looks.fetch_add(1, Ordering::Relaxed);
        for (every, whom) in [(GLANCE, &self.dial.glance), (PEEP, &self.dial.peep)] {
            if look.is_multiple_of(every) {
                whom.notify_one();
            }
        }
        let turned = self.dial.turn_back();
        let updates: Vec<_> = turned
            .into_iter()
            .map(|(id, now, next)| {
                self.inner.set_next_and_last_tick(id, next.map(to_chrono), Some(to_chrono(now)))
            })
            .collect();
        let list = self.inner.list_next_ticks();
        Box::pin(async move {
            for update in updates {
                update.await?;
            }
            list.await
        })
    }

    fn set_next_and_last_tick(
        &mut self,
        id: Uuid,
        next: Option<DateTime<Utc>>,
        last: Option<DateTime<Utc>>,
    ) -> Answer<()> {
        let known = self.dial.hands().contains_key(&id);
        let ours = last.and_then(from_chrono).and_then(|tick| self.dial.turn(id, tick)).map(to_chrono);
        self.inner.set_next_and_last_tick(id, if known { ours } else { next }, last)
    }

    fn time_till_next_job(&mut self) -> Answer<Option<std::time::Duration>> {
        self.inner.time_till_next_job()
    }
}

impl DataStore<JobStoredData> for Ticks {
    fn get(&mut self, id: Uuid) -> Answer<Option<JobStoredData>> {
        // Asked at each tick, to compute the next moment from. That is thrown away, and parsing the cron for it would cost
        // more than all else in a tick: without one, nothing is computed.
        let found = self.inner.get(id);
        Box::pin(async move { Ok(found.await?.map(|it| JobStoredData { job: None, ..it })) })
    }

    fn add_or_update(&mut self, data: JobStoredData) -> Answer<()> {
        self.inner.add_or_update(data)
    }

    fn delete(&mut self, id: Uuid) -> Answer<()> {
        self.inner.delete(id)
    }
}

impl InitStore for Ticks {
    fn init(&mut self) -> Answer<()> {
        self.inner.init()
    }

    fn inited(&mut self) -> Answer<bool> {
        Box::pin(ready(Ok(self.inner.inited)))
    }
}

fn to_chrono(at: Timestamp) -> DateTime<Utc> {
    let nanoseconds = at.subsec_nanosecond().unsigned_abs();
    DateTime::from_timestamp(at.as_second(), nanoseconds).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn from_chrono(at: DateTime<Utc>) -> Option<Timestamp> {
    Timestamp::new(at.timestamp(), i32::try_from(at.timestamp_subsec_nanos()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::{Duration, Instant};

    use jobs::declare::{Missed, Work};
    use jobs::sample;

    use super::*;

    thread_local! {
        static NOW: Cell<Timestamp> = const { Cell::new(Timestamp::UNIX_EPOCH) };
    }

    fn set(now: &str) {
        NOW.set(now.parse().expect("a timestamp"));
    }

    fn planned(name: &str, cron: &str, zone: &str) -> PlannedJob {
        let cron = Cron::parse(cron).expect("a cron");
        let job = jobs::declare::Job {
            name: name.to_owned(),
            work: Work::Sample(sample::Settings::default()),
            cron: cron.to_string(),
            zone: None,
            timeout: Duration::from_secs(60),
            missed: Missed::Skip,
        };
        PlannedJob { job, cron, zone: TimeZone::get(zone).expect("a zone") }
    }

    /// The crate's loop, without its clock: every half second it runs what it would run.
    struct Loop {
        ticks: Ticks,
        id: Uuid,
    }

    impl Loop {
        async fn new(cron: &str, zone: &str, now: &str) -> Self {
            set(now);
            let dial = Arc::new(Dial::new(Clock::new(|| NOW.get())));
            let mut ticks = Ticks { inner: SimpleMetadataStore::default(), dial };
            let mut job = Job::new_async(ANY, |_, _| Box::pin(async {})).expect("a job");
            let id = job.guid();
            let (since, next) = ticks.dial.put(id, &planned("job", cron, zone));
            let mut data = job.job_data().expect("data");
            data.set_next_tick(next.map(to_chrono));
            data.set_last_tick(Some(to_chrono(since)));
            ticks.add_or_update(data).await.expect("stored");
            Self { ticks, id }
        }

        /// One look at the list with the clock at `now`: what was due.
        async fn look(&mut self, now: &str) -> Option<String> {
            set(now);
            let list = self.ticks.list_next_ticks().await.expect("a list");
            let seconds = u64::try_from(NOW.get().as_second()).expect("after 1970");
            let due = |it: &&JobAndNextTick| {
                it.next_tick <= seconds && it.last_tick.is_some_and(|last| last <= it.next_tick)
            };
            list.iter().find(due)?;
            let struck = self.ticks.dial.strike(self.id).map(|due| due.at.to_string());
            let data = self.ticks.get(self.id).await.expect("readable").expect("it is there");
            assert!(data.schedule().is_none(), "nothing is parsed and computed that is thrown away");
            self.ticks
                .set_next_and_last_tick(self.id, None, Some(to_chrono(NOW.get())))
                .await
                .expect("stored");
            struck
        }

        fn next(&self) -> String {
            self.ticks.dial.hands()[&self.id].next.expect("it fires").to_string()
        }
    }

    #[tokio::test]
    async fn a_zoned_job_keeps_its_hour_when_the_clocks_change() {
        let mut it = Loop::new("0 3 * * *", "Europe/Berlin", "2026-10-24T00:00:00Z").await;
        assert_eq!(it.look("2026-10-24T00:59:59.9Z").await, None);
        assert_eq!(it.look("2026-10-24T01:00:00.4Z").await.as_deref(), Some("2026-10-24T01:00:00Z"));
        assert_eq!(it.next(), "2026-10-25T02:00:00Z");
        assert_eq!(it.look("2026-10-25T02:00:00.1Z").await.as_deref(), Some("2026-10-25T02:00:00Z"));
        assert_eq!(it.next(), "2026-10-26T02:00:00Z");
    }

    #[tokio::test]
    async fn a_clock_stepped_back_does_not_silence_an_interval() {
        let mut it = Loop::new("*/10 * * * * *", "UTC", "2026-06-01T12:00:01Z").await;
        assert!(it.look("2026-06-01T12:00:10.2Z").await.is_some());
        assert_eq!(it.look("2026-06-01T11:00:00.7Z").await, None);
        assert_eq!(it.next(), "2026-06-01T11:00:10Z");
        assert_eq!(it.look("2026-06-01T11:00:10.3Z").await.as_deref(), Some("2026-06-01T11:00:10Z"));
    }

    #[tokio::test]
    async fn a_clock_stepped_back_before_the_first_tick_does_not_silence_a_job() {
        let mut it = Loop::new("0 9 * * *", "UTC", "2030-01-01T00:00:00Z").await;
        assert_eq!(it.look("2026-06-01T08:00:00Z").await, None);
        assert_eq!(it.look("2026-06-01T09:00:00.3Z").await.as_deref(), Some("2026-06-01T09:00:00Z"));
    }

    #[tokio::test]
    async fn a_clock_stepped_back_over_nine_does_not_report_twice() {
        let mut it = Loop::new("0 9 * * *", "UTC", "2026-06-01T08:59:00Z").await;
        assert!(it.look("2026-06-01T09:00:00.3Z").await.is_some());
        assert_eq!(it.look("2026-06-01T08:59:30Z").await, None);
        assert_eq!(it.next(), "2026-06-02T09:00:00Z");
    }

    #[tokio::test]
    async fn a_clock_stepped_forward_runs_once_and_goes_on() {
        let mut it = Loop::new("*/10 * * * * *", "UTC", "2026-06-01T12:00:01Z").await;
        assert_eq!(it.look("2026-06-01T13:00:03Z").await.as_deref(), Some("2026-06-01T13:00:00Z"));
        assert_eq!(it.look("2026-06-01T13:00:03.5Z").await, None);
        assert_eq!(it.look("2026-06-01T13:00:10.1Z").await.as_deref(), Some("2026-06-01T13:00:10Z"));
    }

    /// The crate reads the real clock, so this takes three real seconds.
    #[tokio::test]
    async fn it_really_ticks_every_second_and_less_than_a_second_late() {
        let (sender, mut receiver) = mpsc::channel(8);
        let jobs = [planned("second", "* * * * * *", "Europe/Berlin"), planned("yearly", "@yearly", "UTC")];
        let began = Instant::now();
        let mut schedule =
            Schedule::start(&jobs, sender, Clock::new(Timestamp::now)).await.expect("it starts");
        let took = began.elapsed();
        assert!(took < Duration::from_millis(50), "starting took {took:?}");
        assert!(schedule.next("yearly").is_some() && schedule.next("none").is_none());
        let mut last = None;
        for _ in 0..2 {
            let due = receiver.recv().await.expect("a tick");
            let late = Timestamp::now().duration_since(due.at);
            assert_eq!(&*due.job, "second");
            assert!(!late.is_negative() && late < SignedDuration::from_secs(1), "{late} late");
            assert!(last < Some(due.at), "{last:?} then {}", due.at);
            last = Some(due.at);
        }
        schedule.replace(&[planned("other", "* * * * * *", "UTC")]).await.expect("replaced");
        assert_eq!(&*receiver.recv().await.expect("a tick").job, "other");
        assert_eq!(schedule.next("second"), None);
        schedule.stop().await;
        while receiver.try_recv().is_ok() {}
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert!(receiver.try_recv().is_err(), "a tick after stop");
    }

    #[test]
    fn a_hand_owes_the_newest_moment_that_came_and_was_not_passed_on() {
        set("2026-06-01T12:00:00Z");
        let dial = Dial::new(Clock::new(|| NOW.get()));
        let id = Uuid::new_v4();
        dial.put(id, &planned("job", "0 */5 * * * *", "UTC"));
        let owes = |now: &str| {
            let hand = dial.hands()[&id].clone();
            hand.owes(now.parse().expect("a time")).map(|at| at.to_string())
        };
        assert_eq!(owes("2026-06-01T12:04:59Z"), None, "the moment in which it was put there was before it");
        assert_eq!(owes("2026-06-01T12:05:00.3Z").as_deref(), Some("2026-06-01T12:05:00Z"));
        set("2026-06-01T12:05:00.4Z");
        assert!(dial.strike(id).is_some());
        assert_eq!(owes("2026-06-01T12:05:00.5Z"), None, "it was passed on");
        assert_eq!(owes("2026-06-01T12:10:00Z").as_deref(), Some("2026-06-01T12:10:00Z"));
    }

    /// The crate's own loop on a clock that jumps. libfaketime moves the clock of the whole process, so this runs
    /// alone, after `cargo test --no-run`, on the test binary that it names:
    ///
    /// ```sh
    /// echo '@2026-03-29 00:59:57' > /tmp/clock
    /// TZ=UTC FAKETIME_TIMESTAMP_FILE=/tmp/clock FAKETIME_NO_CACHE=1 DONT_FAKE_MONOTONIC=1 \
    ///   LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1 \
    ///   target/debug/deps/vakhta-… --ignored --exact schedule::tests::on_a_clock_that_jumps_nothing_stops_and_nothing_comes_twice
    /// ```
    #[tokio::test]
    #[ignore = "needs libfaketime: the command is above"]
    async fn on_a_clock_that_jumps_nothing_stops_and_nothing_comes_twice() {
        let file = std::env::var("FAKETIME_TIMESTAMP_FILE").expect("the command above sets it");
        let (sender, mut receiver) = mpsc::channel(64);
        let jobs =
            [planned("in-the-gap", "30 2 * * *", "Europe/Berlin"), planned("second", "* * * * * *", "UTC")];
        let mut schedule =
            Schedule::start(&jobs, sender, Clock::new(Timestamp::now)).await.expect("it starts");
        let mut wait = async |job: &str, most| {
            let found = async {
                loop {
                    let due = receiver.recv().await.expect("a tick");
                    if &*due.job == job {
                        return due.at.to_string();
                    }
                }
            };
            tokio::time::timeout(Duration::from_secs(most), found).await
        };
        // Half past two does not exist in Berlin that night; the clocks jump at one o'clock UTC.
        assert_eq!(wait("in-the-gap", 6).await.as_deref(), Ok("2026-03-29T01:00:00Z"));
        std::fs::write(&file, "@2026-03-29 00:30:00\n").expect("the clock's file");
        let mut after = String::new();
        for _ in 0..3 {
            after = wait("second", 3).await.expect("a clock that was stepped back does not silence it");
        }
        assert!(after.starts_with("2026-03-29T00:30:0"), "{after}");
        std::fs::write(&file, "@2026-03-29 00:59:58\n").expect("the clock's file");
        assert!(wait("in-the-gap", 5).await.is_err(), "it was done already");
        schedule.stop().await;
    }

    #[tokio::test]
    async fn a_full_queue_loses_a_tick_and_blocks_nobody() {
        let (sender, mut receiver) = mpsc::channel(1);
        let due = |job: &str| Due { job: job.into(), at: Timestamp::UNIX_EPOCH };
        send(&sender, due("first"));
        send(&sender, due("second"));
        assert_eq!(receiver.recv().await, Some(due("first")));
        drop(receiver);
        send(&sender, due("third"));
    }
}
