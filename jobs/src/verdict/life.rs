//! One container, from what is heard of it to what is said of it.
//!
//! Two clocks: what happened is counted by the engine's (`at`), what is waited for by ours (`now`). They may differ by
//! hours where the engine is another machine, and neither is ever subtracted from the other.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::identity::{Facts, Key};
use super::{By, End, Finding, Remembered, SIGKILLED, Trouble, Who};
use crate::ports::{EventAction, Health};

/// After an end, how long what explains it (a start, a `stop`, a removal, a late `oom`) is waited for. Docker starts
/// again after 0.1 s, and compose makes the next container within a second or two.
const SETTLING: SignedDuration = SignedDuration::from_secs(5);
/// The same when several end at once: a stopping engine takes 15 s for its containers before it goes itself.
const CROWD_SETTLING: SignedDuration = SignedDuration::from_secs(20);
/// The same for one that was just made, or whose engine has just begun: what it needs may not be up yet.
const NEW_SETTLING: SignedDuration = SignedDuration::from_secs(30);
/// The same in a crash loop: Docker waits a minute at most before it starts one again.
const LOOP_SETTLING: SignedDuration = SignedDuration::from_secs(90);
/// So long a container is new.
const NEW: SignedDuration = SignedDuration::from_secs(60);
/// A run that lasted so long was a good one, by Docker's own measure.
const GOOD_RUN: SignedDuration = SignedDuration::from_secs(10);
/// A crash loop is over when it has run for so long.
const LOOP_OVER: SignedDuration = SignedDuration::from_mins(5);
/// So many restarts within [`LOOP_WINDOW`] are a loop.
const LOOP: usize = 3;
const LOOP_WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// So many illnesses within [`LOOP_WINDOW`] are a flapping check: it is well when it has said so for [`LOOP_WINDOW`].
const FLAPPING: usize = 3;
/// How far back crashes are counted.
const HISTORY: SignedDuration = SignedDuration::from_hours(1);
/// A signal explains an end for so long: the longest stop timeout that we wait for ourselves.
const INTENT: SignedDuration = SignedDuration::from_mins(15);
/// Killed processes in a container that lives on are told so often at most.
const SURVIVED_TOLD: SignedDuration = SignedDuration::from_mins(10);
/// Of each kind of moment, no more are kept.
const MOMENTS: usize = 64;

/// One container.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Life {
    pub(super) who: Who,
    pub(super) key: Key,
    pub(super) running: bool,
    /// When it was heard that it ended, by our clock.
    pub(super) ended: Option<Timestamp>,
    /// When it is taken for removed, by our clock.
    pub(super) removal: Option<Timestamp>,
    health: Option<Health>,
    created: Option<Timestamp>,
    started: Option<Timestamp>,
    intent: Option<Intent>,
    oom: Option<Oom>,
    oom_told: Option<Timestamp>,
    death: Option<Death>,
    crashes: Vec<Timestamp>,
    restarts: Vec<Timestamp>,
    illnesses: Vec<Timestamp>,
    /// The first list of all showed it as ended, and nothing has been heard of it yet.
    #[serde(default)]
    pub(super) unheard: bool,
    trouble: Option<(Trouble, Timestamp)>,
    /// When it may be called recovered, by our clock.
    steady: Option<Timestamp>,
    /// It has been started since we last looked, and no event has said so; how long one is waited for, by our clock.
    slipped: Option<Timestamp>,
    /// Who had it stopped, until it runs again. An engine that is started anew changes nothing about that.
    #[serde(default)]
    stopped: Option<By>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Intent {
    at: Timestamp,
    by: By,
    signal: Option<i32>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Oom {
    at: Timestamp,
    /// By our clock.
    due: Timestamp,
}

/// An end that has not been judged yet.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Death {
    at: Timestamp,
    /// By our clock.
    heard: Timestamp,
    exit: Option<i64>,
    cause: Cause,
    back: bool,
    new: bool,
    short: bool,
    /// Seen only by what a list said afterwards.
    inferred: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Cause {
    Told(By, Option<i32>),
    OutOfMemory,
    Crash,
    NoCrash,
}

impl Death {
    fn is_intended(&self) -> bool {
        matches!(self.cause, Cause::Told(..))
    }

    fn is_crash(&self) -> bool {
        matches!(self.cause, Cause::Crash | Cause::OutOfMemory)
    }
}

/// What else goes on while a container is judged.
#[derive(Clone, Copy)]
pub(super) struct Around {
    /// Several have just ended.
    pub(super) crowd: bool,
    /// Whether the engine has just begun.
    pub(super) engine_new: bool,
}

/// A finding, and when it came about.
pub(super) type Found = (Timestamp, Finding);

impl Life {
    pub(super) fn new(facts: &Facts<'_>, running: bool) -> Self {
        Self {
            who: facts.who(),
            key: facts.key(),
            running,
            ended: None,
            removal: None,
            health: None,
            created: None,
            started: None,
            intent: None,
            oom: None,
            oom_told: None,
            death: None,
            crashes: Vec::new(),
            restarts: Vec::new(),
            illnesses: Vec::new(),
            unheard: false,
            trouble: None,
            steady: None,
            slipped: None,
            stopped: None,
        }
    }

    /// Takes over what is remembered of the container in whose place this one is.
    pub(super) fn inherit(&mut self, former: Self) {
        self.crashes = former.crashes;
        self.restarts = former.restarts;
        self.illnesses = former.illnesses;
        self.oom_told = former.oom_told;
        self.trouble = former.trouble;
    }

    /// Names and labels, as the newest word has them.
    pub(super) fn learn(&mut self, facts: &Facts<'_>) {
        self.who = facts.who();
        self.key = facts.key();
    }

    pub(super) fn begins_at(&mut self, created: Option<Timestamp>, health: Option<Health>) {
        self.created = self.created.or(created);
        self.health = health;
    }

    /// Whether an end waits to be judged that nobody asked for.
    pub(super) fn is_ending_unasked(&self) -> bool {
        self.death.is_some_and(|it| !it.is_intended())
    }

    /// What of it concerns whoever wants to lay hands on it. What somebody is about to stop counts as stopped.
    pub(super) fn remembered(&self) -> Remembered {
        let ending = self.death.and_then(|it| match it.cause {
            Cause::Told(by, _) => Some(by),
            Cause::OutOfMemory | Cause::Crash | Cause::NoCrash => None,
        });
        Remembered {
            who: self.who.clone(),
            running: self.running,
            stopped: self.intent.map(|it| it.by).or(ending).or(self.stopped),
            trouble: self.trouble.map(|(trouble, _)| trouble),
            leaving: self.removal.is_some(),
        }
    }

    /// Whether somebody has sent it a signal that means its end, and it has not been started since.
    pub(super) fn is_meant(&self) -> bool {
        self.intent.is_some()
    }

    /// We are about to stop it ourselves.
    pub(super) fn intended_by_us(&mut self, at: Timestamp) {
        self.intent = Some(Intent { at, by: By::Us, signal: None });
    }

    /// Nothing comes of that. A signal that was heard of since explains an end all the same.
    pub(super) fn withdrawn_by_us(&mut self) {
        self.intent = self.intent.filter(|it| it.by != By::Us || it.signal.is_some());
    }

    pub(super) fn heard(
        &mut self,
        action: &EventAction,
        at: Timestamp,
        now: Timestamp,
        around: Around,
    ) -> Vec<Found> {
        match action {
            EventAction::Create => self.created = Some(at),
            EventAction::Start => return self.started(at, now),
            EventAction::Die { exit_code } => return self.died(*exit_code, at, now, around),
            EventAction::Oom if self.running || self.oom.is_some() => {
                self.oom = Some(Oom { at, due: later(now, SETTLING) });
            }
            // Where the kernel's word comes late, its death is already there.
            EventAction::Oom => self.explain(|it| it.exit == Some(SIGKILLED), Cause::OutOfMemory),
            EventAction::Kill { signal } if signal.is_some_and(means_the_end) => self.intend(at, *signal),
            // Docker says `stop` after the end; where it comes first, it announces one.
            EventAction::Stop if self.running => self.intend(at, None),
            EventAction::Stop => self.explain(|_| true, Cause::Told(By::Somebody, None)),
            EventAction::Destroy => self.is_removed(now),
            EventAction::HealthStatus(health) => return self.examined(health.clone(), at, now),
            EventAction::Kill { .. }
            | EventAction::Restart
            | EventAction::Pause
            | EventAction::Unpause
            | EventAction::Rename { .. }
            | EventAction::Other(_) => {}
        }
        Vec::new()
    }

    fn intend(&mut self, at: Timestamp, signal: Option<i32>) {
        let by = match self.intent {
            Some(Intent { at: before, by: By::Us, .. }) if is_within(before, at, INTENT) => By::Us,
            _ => By::Somebody,
        };
        self.intent = Some(Intent { at, by, signal: signal.or(self.intent.and_then(|it| it.signal)) });
    }

    /// Gives an end that waits, and that nothing has explained yet, a cause.
    fn explain(&mut self, fits: impl FnOnce(&Death) -> bool, cause: Cause) {
        if let Some(death) = &mut self.death
            && matches!(death.cause, Cause::Crash | Cause::NoCrash)
            && !death.back
            && fits(death)
        {
            if death.is_crash() && !death.inferred {
                self.crashes.pop();
            }
            death.cause = cause;
            if death.is_crash() {
                note(&mut self.crashes, death.at, HISTORY);
            }
        }
    }

    fn started(&mut self, at: Timestamp, now: Timestamp) -> Vec<Found> {
        self.running = true;
        self.started = Some(at);
        (self.slipped, self.stopped) = (None, None);
        (self.ended, self.removal, self.intent, self.oom, self.health) = (None, None, None, None, None);
        self.await_recovery(now);
        let Some(death) = &mut self.death else { return Vec::new() };
        if let Cause::Told(by, _) = death.cause {
            self.death = None;
            self.trouble = self.trouble.filter(|(it, _)| *it != Trouble::Looping);
            self.await_recovery(now);
            return vec![(at, Finding::Restarted { by })];
        }
        death.back = true;
        let death = *death;
        if !death.is_crash() && !death.short {
            return Vec::new();
        }
        note(&mut self.restarts, at, LOOP_WINDOW);
        if self.is_in(Trouble::Looping) {
            self.death = None;
            return Vec::new();
        }
        if self.restarts.len() < LOOP {
            return Vec::new();
        }
        self.death = None;
        // The first restart follows its end by less than a good run; its own moment is near enough where that is gone.
        let first = self.crashes.iter().copied().find(|it| is_within(*it, at, LOOP_WINDOW)).unwrap_or(at);
        let first = first.min(self.restarts[0]);
        self.trouble = Some((Trouble::Looping, self.trouble.map_or(first, |(_, since)| since)));
        self.await_recovery(now);
        vec![(
            at,
            Finding::CrashLoop {
                exit: death.exit,
                out_of_memory: death.cause == Cause::OutOfMemory,
                restarts: count(self.restarts.len()),
                within: between(first, at),
            },
        )]
    }

    fn died(&mut self, exit: Option<i64>, at: Timestamp, now: Timestamp, around: Around) -> Vec<Found> {
        let inferred = self.death.filter(|it| it.inferred);
        // The list that things begin with may be newer than this: then it is the end that the list showed.
        if !self.running && inferred.is_none() && !std::mem::take(&mut self.unheard) {
            return Vec::new();
        }
        let intent = self.intent.take().filter(|it| is_within(it.at, at, INTENT));
        let oom = self.oom.take();
        let cause = match (intent, oom) {
            (Some(intent), oom) if oom.is_none_or(|oom| oom.at <= intent.at) => {
                Cause::Told(intent.by, intent.signal)
            }
            (_, Some(_)) => Cause::OutOfMemory,
            // A list was faster than the events: what explained the end since explains this one.
            _ => match inferred.map(|it| it.cause) {
                Some(cause @ (Cause::OutOfMemory | Cause::Told(..))) => cause,
                Some(Cause::Crash | Cause::NoCrash) | None => cause_by(exit),
            },
        };
        let death = Death {
            at,
            heard: now,
            exit,
            cause,
            back: false,
            new: around.engine_new || self.created.is_some_and(|it| is_within(it, at, NEW)),
            short: self.started.is_some_and(|it| is_within(it, at, GOOD_RUN)),
            inferred: false,
        };
        let former = self.death.take().filter(|it| !it.inferred);
        (self.running, self.ended, self.steady) = (false, Some(now), None);
        self.slipped = None;
        // Ends of one kind are one matter; an end that somebody asked for does not hide one that nobody did.
        let found = former.filter(|it| it.is_intended() != death.is_intended()).map(|it| self.judge(it));
        if death.is_crash() {
            note(&mut self.crashes, at, HISTORY);
        }
        self.death = Some(death);
        found.into_iter().collect()
    }

    /// A list says that it does not run, and no event has said so yet. A list has no moment of its own; ours stands in.
    pub(super) fn is_found_ended(&mut self, exit: Option<i64>, now: Timestamp, around: Around) {
        if !self.running {
            return;
        }
        let cause = self.intent.map_or_else(|| cause_by(exit), |it| Cause::Told(it.by, it.signal));
        (self.running, self.ended, self.steady) = (false, Some(now), None);
        self.death = Some(Death {
            at: now,
            heard: now,
            exit,
            cause,
            back: false,
            new: around.engine_new,
            short: false,
            inferred: true,
        });
    }

    /// A list says that it runs, and no event has said so yet.
    pub(super) fn is_found_running(&mut self, now: Timestamp) {
        if self.running {
            return;
        }
        (self.running, self.ended, self.removal, self.stopped) = (true, None, None, None);
        self.await_recovery(now);
        if let Some(death) = &mut self.death {
            death.back = true;
        }
    }

    /// Takes up a life that was kept: whatever was waited for is waited for anew, since events of the time between are
    /// still to come.
    pub(super) fn resume(&mut self, now: Timestamp) {
        let soon = later(now, SETTLING);
        if let Some(death) = &mut self.death {
            death.heard = now;
        }
        if let Some(oom) = &mut self.oom {
            oom.due = soon;
        }
        self.removal = self.removal.map(|it| it.max(soon));
        self.steady = self.steady.map(|it| it.max(soon));
    }

    /// A list says that it runs, and that it was started since we last looked.
    pub(super) fn slipped(&mut self, now: Timestamp) {
        self.slipped = Some(later(now, SETTLING));
    }

    /// It is no longer there.
    pub(super) fn is_removed(&mut self, now: Timestamp) {
        self.running = false;
        self.removal = self.removal.or(Some(later(now, SETTLING)));
    }

    /// Its end was the engine's, and is told with that.
    pub(super) fn excuse(&mut self) {
        self.death = None;
        self.oom = None;
        self.intent = None;
        self.slipped = None;
    }

    pub(super) fn examined(&mut self, health: Health, at: Timestamp, now: Timestamp) -> Vec<Found> {
        let before = self.health.replace(health.clone());
        match (health, self.trouble) {
            (Health::Healthy, Some((Trouble::Ill, since))) => {
                if FLAPPING <= self.illnesses.len() {
                    self.steady = self.steady.or(Some(later(now, LOOP_WINDOW)));
                    return Vec::new();
                }
                self.trouble = None;
                vec![(at, Finding::Recovered { from: Trouble::Ill, lasted: between(since, at) })]
            }
            (Health::Unhealthy, Some((Trouble::Ill, _))) => {
                self.steady = None;
                if before != Some(Health::Unhealthy) {
                    note(&mut self.illnesses, at, LOOP_WINDOW);
                }
                Vec::new()
            }
            (Health::Unhealthy, None) if before != Some(Health::Unhealthy) => {
                note(&mut self.illnesses, at, LOOP_WINDOW);
                self.trouble = Some((Trouble::Ill, at));
                let (times, within) = since_first(&self.illnesses, at);
                vec![(at, Finding::Unhealthy { times, within })]
            }
            _ => Vec::new(),
        }
    }

    /// Judges whatever has waited for long enough.
    pub(super) fn tick(&mut self, now: Timestamp, around: Around) -> Vec<Found> {
        let mut found = Vec::new();
        if self.death.is_some_and(|it| self.due(&it, around) <= now)
            && let Some(death) = self.death.take()
        {
            found.push(self.judge(death));
        }
        if let Some(oom) = self.oom.filter(|it| it.due <= now) {
            self.oom = None;
            if self.oom_told.is_none_or(|it| !is_within(it, oom.at, SURVIVED_TOLD)) {
                self.oom_told = Some(oom.at);
                let finding = Finding::OutOfMemory { end: End::Survived, times: 1, within: Duration::ZERO };
                found.push((oom.at, finding));
            }
        }
        if self.slipped.is_some_and(|it| it <= now) {
            self.slipped = None;
            found.push((now, Finding::Slipped { restarts: 0 }));
        }
        if self.running
            && self.steady.is_some_and(|it| it <= now)
            && let Some((from, since)) = self.trouble.take()
        {
            self.steady = None;
            // By the engine's clock as far as it is known: its last start.
            let until = self.started.filter(|it| since <= *it).unwrap_or(since);
            found.push((until, Finding::Recovered { from, lasted: between(since, until) }));
        }
        found
    }

    /// When something of it will have waited for long enough.
    pub(super) fn next(&self, around: Around) -> Option<Timestamp> {
        let death = self.death.map(|it| self.due(&it, around));
        let oom = self.oom.map(|it| it.due);
        let steady = self.steady.filter(|_| self.running && self.trouble.is_some());
        [death, oom, steady, self.removal, self.slipped].into_iter().flatten().min()
    }

    /// What is said when it is removed for good.
    pub(super) fn gone(&mut self) -> Finding {
        Finding::Gone { was: self.trouble.take().map(|(trouble, _)| trouble) }
    }

    /// Its engine was away since then, and it has not come back with it.
    pub(super) fn stays_down(&mut self, since: Timestamp) {
        if !self.running && self.trouble.is_none() {
            self.trouble = Some((Trouble::Down, since));
        }
    }

    /// Judges an end that waits, for its place is being taken.
    pub(super) fn succeeded(&mut self) -> Option<Found> {
        let death = self.death.take().filter(|it| !it.is_intended())?;
        Some(self.judge(Death { back: true, ..death }))
    }

    fn due(&self, death: &Death, around: Around) -> Timestamp {
        let wait = match (death.back, self.is_in(Trouble::Looping)) {
            (false, true) => LOOP_SETTLING,
            (false, false) if death.new => NEW_SETTLING,
            _ if around.crowd && !death.is_intended() => CROWD_SETTLING,
            _ => SETTLING,
        };
        // What was removed will not start again.
        let wait = if self.removal.is_some() { wait.min(SETTLING) } else { wait };
        later(death.heard, wait)
    }

    fn judge(&mut self, death: Death) -> Found {
        let Death { at, exit, back, .. } = death;
        if death.inferred && death.is_crash() {
            note(&mut self.crashes, at, HISTORY);
        }
        let removed = self.removal.is_some();
        let (times, within) = since_first(&self.crashes, at);
        let finding = match death.cause {
            Cause::Told(by, signal) => {
                self.trouble = None;
                self.stopped = Some(by);
                Finding::Stopped { by, signal, exit }
            }
            Cause::NoCrash => Finding::Ended { exit, back, excused: removed },
            Cause::OutOfMemory => Finding::OutOfMemory { end: End::Died { back }, times, within },
            Cause::Crash => {
                Finding::Crashed { exit, times, within, back, excused: removed || (death.new && back) }
            }
        };
        if death.is_crash() && !back && !removed {
            let since = self.trouble.map_or(at, |(_, since)| since);
            self.trouble = Some((Trouble::Down, since));
        }
        (at, finding)
    }

    fn await_recovery(&mut self, now: Timestamp) {
        self.steady = match self.trouble {
            Some((Trouble::Down, _)) => Some(later(now, GOOD_RUN)),
            Some((Trouble::Looping, _)) => Some(later(now, LOOP_OVER)),
            // Only its check can say so.
            Some((Trouble::Ill, _)) | None => None,
        };
    }

    fn is_in(&self, trouble: Trouble) -> bool {
        self.trouble.is_some_and(|(it, _)| it == trouble)
    }
}

/// Codes that a stop leaves behind, or a success: 130 is SIGINT, 137 SIGKILL, 143 SIGTERM.
fn cause_by(exit: Option<i64>) -> Cause {
    match exit {
        Some(0 | 130 | SIGKILLED | 143) => Cause::NoCrash,
        _ => Cause::Crash,
    }
}

/// SIGINT, SIGQUIT, SIGKILL and SIGTERM. SIGHUP asks many a server to read its settings again.
fn means_the_end(signal: i32) -> bool {
    matches!(signal, 2 | 3 | 9 | 15)
}

fn note(moments: &mut Vec<Timestamp>, at: Timestamp, window: SignedDuration) {
    moments.push(at);
    moments.retain(|it| is_within(*it, at, window));
    let surplus = moments.len().saturating_sub(MOMENTS);
    moments.drain(..surplus);
}

fn since_first(moments: &[Timestamp], at: Timestamp) -> (u32, Duration) {
    let first = moments.iter().copied().min().unwrap_or(at);
    (count(moments.len()).max(1), between(first, at))
}

fn is_within(from: Timestamp, to: Timestamp, limit: SignedDuration) -> bool {
    to.duration_since(from) < limit
}

fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

pub(super) fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
