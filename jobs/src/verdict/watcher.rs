//! The fold: events and lists in, verdicts out.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::identity::{Facts, Key};
use super::life::{Around, Found, Life};
use super::outage::{self, Outage};
use super::seen::Seen;
use super::{ContainerVerdict, EngineVerdict, Finding, Memory, Verdict};
use crate::ports::{Container, ContainerState, EngineEvent, EventAction};

/// So many that end at once may be ending with their engine.
const CROWD: usize = 3;
/// A container that takes the place of one removed so long ago is still the same one.
const DEPARTED: SignedDuration = SignedDuration::from_mins(10);
/// More containers than this are not followed, nor more removed ones remembered: no engine runs so many.
const MOST: usize = 4096;

/// What was known longer ago is nothing to hold the present against.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Killed again so soon after its return, it may not have judged what it found.
const UNFINISHED: SignedDuration = SignedDuration::from_mins(2);
/// Events of longer ago are not asked for; an engine forgets them long before.
const ASKED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// What is known of every container of one engine. Holds about 1 KiB for each.
///
/// It can be kept and taken up again by a later process: [`Watcher::keep`] and [`Watcher::resume`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Watcher {
    lives: BTreeMap<String, Life>,
    departed: Vec<(Timestamp, Life)>,
    outage: Outage,
    based: bool,
    seen: Seen,
    /// When it was last kept.
    kept: Option<Timestamp>,
    /// Which boot of the machine that was.
    boot: Option<String>,
    /// The time in which we were not there, by our clock.
    away: Option<Away>,
    /// The id of the container that we run in.
    #[serde(skip)]
    own: Option<String>,
}

/// A time in which nobody looked.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Away {
    from: Timestamp,
    /// None until the engine has listed its containers for the first time since.
    to: Option<Timestamp>,
    rebooted: bool,
}

impl Watcher {
    /// One that knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One that is to be kept, as of `now` and of this boot of the machine. Whatever has been said by then is said;
    /// what a later process hears again it knows.
    pub fn keep(&mut self, now: Timestamp, boot: Option<&str>) {
        self.kept = Some(now);
        self.boot = boot.map(str::to_owned);
    }

    /// Takes up what an earlier process kept. Nothing is judged until [`Watcher::reconcile`], and what was waited for
    /// then is waited for anew: events of the time between are to be asked for from [`Watcher::since`] on.
    #[must_use]
    pub fn resume(mut self, now: Timestamp, boot: Option<&str>) -> Self {
        let Some(kept) = self.kept.filter(|it| now.duration_since(*it) <= REMEMBERED) else {
            return Self::new();
        };
        let rebooted = matches!((&self.boot, boot), (Some(before), Some(now)) if before != now);
        // Killed again before it had judged what it found: still the same absence.
        let unfinished = self.away.filter(|it| it.to.is_none_or(|to| kept.duration_since(to) < UNFINISHED));
        let from = unfinished.map_or(kept, |it| it.from.min(kept));
        let rebooted = rebooted || unfinished.is_some_and(|it| it.rebooted);
        if self.based {
            self.away = Some(Away { from, to: None, rebooted });
        }
        self
    }

    /// The container of this id is where we run ourselves: that it was started when we were is no surprise.
    pub fn is_us(&mut self, container: String) {
        self.own = Some(container);
    }

    /// From when on events are to be asked for, by the engine's clock: from a little before the last one that was
    /// heard. None where nothing was.
    pub fn since(&self, now: Timestamp) -> Option<Timestamp> {
        let since = self.seen.since().or(self.kept)?;
        Some(since.max(now.saturating_sub(ASKED_FOR).unwrap_or(since)))
    }

    /// What whoever wants to lay hands on a container must know.
    pub fn memory(&self) -> Memory {
        Memory {
            containers: self.lives.values().map(Life::remembered).collect(),
            unsettled: self.is_unsettled(),
        }
    }

    /// Whether the engine is away, or has only just begun or been found again. That may change by time alone.
    pub fn is_unsettled(&self) -> bool {
        !self.based || self.outage.is_lost() || self.outage.is_new() || self.is_resuming()
    }

    /// When it was last kept, by our clock.
    pub fn kept(&self) -> Option<Timestamp> {
        self.kept
    }

    /// Names of those that ran when it was last kept and of which this list says that they do not.
    pub fn missing(&self, containers: &[Container]) -> Vec<String> {
        let Some(kept) = self.kept else { return Vec::new() };
        let runs = |key: &Key| {
            let is_it = |it: &&Container| Facts::from(*it).key() == *key;
            containers.iter().any(|it| is_it(&it) && runs(&it.state) == Some(true))
        };
        let ran = outage::ran(self.lives.values(), kept).into_iter();
        ran.filter(|(key, _)| !runs(key)).map(|(_, name)| name).collect()
    }

    /// Takes in an event, at `now` by our clock. Events come in the engine's order; one that comes again says nothing.
    pub fn heard(&mut self, event: &EngineEvent, now: Timestamp) -> Vec<Verdict> {
        if !self.seen.is_new(event) {
            return Vec::new();
        }
        let facts = Facts::from(event);
        if facts.is_ignored() {
            self.lives.remove(facts.id);
            return Vec::new();
        }
        let around = self.around();
        let known = self.lives.contains_key(facts.id);
        if !known && (!begins(&event.action) || MOST <= self.lives.len()) {
            return Vec::new();
        }
        let mut life = self.lives.remove(facts.id).unwrap_or_else(|| {
            // Whatever happens to a container that we have not seen start happens to one that runs.
            Life::new(&facts, !matches!(event.action, EventAction::Create | EventAction::Start))
        });
        life.learn(&facts);
        let mut verdicts = Vec::new();
        if event.action == EventAction::Start && !life.running {
            verdicts.extend(self.succession(&mut life, event.at));
        }
        let found = life.heard(&event.action, event.at, now, around);
        verdicts.extend(said(&life, found, self.away));
        self.lives.insert(event.id.clone(), life);
        verdicts
    }

    /// We are about to stop, restart, kill or remove this container ourselves.
    pub fn acted(&mut self, container: &str, now: Timestamp) {
        if let Some(life) = self.lives.get_mut(container) {
            life.intended_by_us(now);
        }
    }

    /// The engine would not do so: an end of this container is nobody's order again.
    pub fn withdrew(&mut self, container: &str) {
        if let Some(life) = self.lives.get_mut(container) {
            life.withdrawn_by_us();
        }
    }

    /// The stream of events has ended. Nothing is judged until [`Watcher::reconcile`].
    pub fn lost(&mut self, now: Timestamp) {
        if self.based {
            self.outage.lost(self.lives.values(), now);
        }
    }

    /// Holds what is known against a whole list that is newer than every event heard so far. The first one is where
    /// things begin, and says nothing.
    pub fn reconcile(&mut self, containers: &[Container], now: Timestamp) -> Vec<Verdict> {
        let absence = self.away.filter(|it| it.to.is_none());
        if let Some(absence) = absence {
            self.away = Some(Away { to: Some(now), ..absence });
            self.lives.values_mut().for_each(|it| it.resume(now));
            self.outage.resume(now);
        }
        let us =
            containers.iter().find(|it| self.own.as_ref() == Some(&it.id)).map(|it| Facts::from(it).key());
        let passed =
            absence.filter(|it| it.rebooted || self.is_started_anew(containers, *it, us.as_ref(), now));
        if let Some(Away { from, rebooted, .. }) = passed {
            self.outage.passed(self.lives.values(), from, now, rebooted);
        }
        let away = self.outage.answered(now) || passed.is_some();
        let first = !std::mem::replace(&mut self.based, true);
        if away {
            self.lives.values_mut().for_each(Life::excuse);
        }
        let around = self.around();
        let mut verdicts = Vec::new();
        let listed = |id: &str| containers.iter().any(|it| it.id == id);
        for life in self.lives.values_mut().filter(|it| it.removal.is_none() && !listed(&it.who.id)) {
            life.is_removed(now);
        }
        for container in containers {
            let facts = Facts::from(container);
            if facts.is_ignored() || container.id.is_empty() {
                self.lives.remove(facts.id);
                continue;
            }
            let Some(runs) = runs(&container.state) else { continue };
            let known = self.lives.remove(&container.id);
            if known.is_none() && MOST <= self.lives.len() {
                continue;
            }
            let unknown = known.is_none();
            let mut life = known.unwrap_or_else(|| Life::new(&facts, runs));
            life.learn(&facts);
            if unknown {
                life.begins_at(container.created, container.health.clone());
                life.unheard = first && !runs;
                if runs && !first {
                    verdicts.extend(self.succession(&mut life, now));
                }
            }
            if runs {
                if let Some(absence) =
                    absence.filter(|_| life.running && !away && us.as_ref() != Some(&life.key))
                    && was_started_since(&container.status, absence.from, now)
                {
                    life.slipped(now);
                }
                life.is_found_running(now);
            } else {
                life.is_found_ended(exit_in(&container.status), now, around);
                if away {
                    life.excuse();
                }
            }
            if !unknown
                && runs
                && let Some(health) = container.health.clone()
            {
                let found = life.examined(health, now, now);
                verdicts.extend(said(&life, found, self.away));
            }
            self.lives.insert(container.id.clone(), life);
        }
        if first { Vec::new() } else { verdicts }
    }

    /// When [`Watcher::tick`] will have something to do, by our clock.
    pub fn next(&self) -> Option<Timestamp> {
        let around = self.around();
        let lives = self.lives.values().filter(|_| !self.outage.is_lost() && !self.is_resuming());
        lives.filter_map(|it| it.next(around)).chain(self.outage.next()).min()
    }

    /// Judges what has waited for long enough.
    pub fn tick(&mut self, now: Timestamp) -> Vec<Verdict> {
        let mut verdicts: Vec<Verdict> = Vec::new();
        let engine = self.outage.tick(self.lives.values(), now);
        if let Some(EngineVerdict::Returned { since, down, .. } | EngineVerdict::Passed { since, down, .. }) =
            &engine
        {
            let names = |it: &&mut Life| down.contains(&it.who.name);
            self.lives.values_mut().filter(names).for_each(|it| it.stays_down(*since));
        }
        verdicts.extend(engine.map(Verdict::Engine));
        if self.outage.is_lost() || self.is_resuming() {
            return verdicts;
        }
        let around = self.around();
        for life in self.lives.values_mut() {
            let found = life.tick(now, around);
            verdicts.extend(said(life, found, self.away));
        }
        let gone: Vec<String> = self
            .lives
            .iter()
            .filter(|(_, it)| it.removal.is_some_and(|due| due <= now))
            .map(|(id, _)| id.clone())
            .collect();
        for id in gone {
            let Some(mut life) = self.lives.remove(&id) else { continue };
            let finding = life.gone();
            verdicts.extend(said(&life, vec![(now, finding)], self.away));
            self.departed.push((now, life));
        }
        self.departed.retain(|(at, _)| now.duration_since(*at) < DEPARTED);
        let surplus = self.departed.len().saturating_sub(MOST);
        self.departed.drain(..surplus);
        verdicts
    }

    /// Whether the engine has not been heard since we were taken up.
    fn is_resuming(&self) -> bool {
        self.away.is_some_and(|it| it.to.is_none())
    }

    /// Whether all that ran when we went, besides us, has ended since, and several were started again: so it is with a
    /// new engine. Of what only ended, events and exit codes tell more.
    fn is_started_anew(
        &self,
        containers: &[Container],
        absence: Away,
        us: Option<&Key>,
        now: Timestamp,
    ) -> bool {
        let mut again = 0;
        for (id, _) in self.lives.iter().filter(|(_, it)| it.running && us != Some(&it.key)) {
            let listed = containers.iter().find(|it| it.id == *id && runs(&it.state) == Some(true));
            match listed.map(|it| was_started_since(&it.status, absence.from, now)) {
                Some(false) => return false,
                Some(true) => again += 1,
                None => {}
            }
        }
        1 < again
    }

    fn around(&self) -> Around {
        let crowd = self.lives.values().filter(|it| it.is_ending_unasked()).count();
        Around { crowd: CROWD <= crowd, engine_new: self.outage.is_new() }
    }

    /// If a container begins to run in the place of another: what that means.
    fn succession(&mut self, heir: &mut Life, at: Timestamp) -> Vec<Verdict> {
        let Some(mut former) = self.former(&heir.key, &heir.who.id) else { return Vec::new() };
        let found = former.succeeded().into_iter().collect();
        let mut verdicts = said(&former, found, self.away);
        let from = former.who.image.clone();
        heir.inherit(former);
        verdicts.extend(said(heir, vec![(at, Finding::Updated { from })], self.away));
        verdicts
    }

    /// The container whose place this is, and which does not run any more.
    fn former(&mut self, key: &Key, id: &str) -> Option<Life> {
        let lives = self.lives.iter();
        let known = lives.filter(|(_, it)| it.key == *key && !it.running && it.who.id != id);
        if let Some(id) = known.map(|(id, _)| id.clone()).next() {
            return self.lives.remove(&id);
        }
        let place = self.departed.iter().rposition(|(_, it)| it.key == *key)?;
        Some(self.departed.remove(place).1)
    }
}

/// Whether something can be heard first of a container that is there.
fn begins(action: &EventAction) -> bool {
    match action {
        EventAction::Create
        | EventAction::Start
        | EventAction::Die { .. }
        | EventAction::Oom
        | EventAction::Kill { .. }
        | EventAction::HealthStatus(_) => true,
        EventAction::Stop
        | EventAction::Restart
        | EventAction::Pause
        | EventAction::Unpause
        | EventAction::Destroy
        | EventAction::Rename { .. }
        | EventAction::Other(_) => false,
    }
}

/// Whether a container runs; none where the engine's word does not say.
fn runs(state: &ContainerState) -> Option<bool> {
    match state {
        ContainerState::Running | ContainerState::Paused => Some(true),
        ContainerState::Created
        | ContainerState::Restarting
        | ContainerState::Removing
        | ContainerState::Exited
        | ContainerState::Dead => Some(false),
        ContainerState::Other(_) | ContainerState::Unsaid => None,
    }
}

/// From `Exited (137) 3 hours ago`: lists have no other place for it.
fn exit_in(status: &str) -> Option<i64> {
    status.split_once('(')?.1.split_once(')')?.0.parse().ok()
}

/// Whether a status as `Up 3 minutes (healthy)` can only be that of a container started after `since`.
fn was_started_since(status: &str, since: Timestamp, now: Timestamp) -> bool {
    let most = status.strip_prefix("Up ").and_then(longest);
    most.is_some_and(|most| most < now.duration_since(since))
}

/// How long Docker's words for a length of time may mean at most: it rounds hours, and cuts off everything else.
fn longest(words: &str) -> Option<SignedDuration> {
    let words = words.split(" (").next().unwrap_or(words);
    let (count, unit) = match words {
        "Less than a second" => (0, "seconds"),
        "About a minute" => (1, "minutes"),
        "About an hour" => (1, "hours"),
        other => {
            let (count, unit) = other.split_once(' ')?;
            (count.parse::<i64>().ok()?, unit)
        }
    };
    let unit = match unit {
        "second" | "seconds" => 1,
        "minute" | "minutes" => 60,
        "hour" | "hours" => 3600,
        "day" | "days" => 24 * 3600,
        "week" | "weeks" => 7 * 24 * 3600,
        "month" | "months" => 31 * 24 * 3600,
        "year" | "years" => 366 * 24 * 3600,
        _ => return None,
    };
    Some(SignedDuration::from_secs(count.checked_add(1)?.checked_mul(unit)?))
}

fn said(life: &Life, found: Vec<Found>, away: Option<Away>) -> Vec<Verdict> {
    let unseen = |at: Timestamp| away.is_some_and(|it| it.from < at && it.to.is_none_or(|to| at <= to));
    let verdict = |(at, finding): Found| {
        let slipped = matches!(finding, Finding::Slipped { .. });
        Verdict::Container(ContainerVerdict {
            at,
            who: life.who.clone(),
            finding,
            unseen: slipped || unseen(at),
        })
    };
    found.into_iter().map(verdict).collect()
}
