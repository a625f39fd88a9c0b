//! The fold: events and lists in, verdicts out.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::identity::{Facts, Key};
use super::life::{Around, Found, Life};
use super::outage::Outage;
use super::{ContainerVerdict, Finding, Verdict};
use crate::ports::{Container, ContainerState, EngineEvent, EventAction};

/// So many that end at once may be ending with their engine.
const CROWD: usize = 3;
/// A container that takes the place of one removed so long ago is still the same one.
const DEPARTED: SignedDuration = SignedDuration::from_mins(10);
/// More containers than this are not followed, nor more removed ones remembered: no engine runs so many.
const MOST: usize = 4096;

/// What is known of every container of one engine. Holds about 1 KiB for each.
#[derive(Clone, Debug, Default)]
pub struct Watcher {
    lives: BTreeMap<String, Life>,
    departed: Vec<(Timestamp, Life)>,
    outage: Outage,
    based: bool,
}

impl Watcher {
    /// One that knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in an event, at `now` by our clock. Events come in the engine's order, each once.
    pub fn heard(&mut self, event: &EngineEvent, now: Timestamp) -> Vec<Verdict> {
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
        verdicts.extend(said(&life, found));
        self.lives.insert(event.id.clone(), life);
        verdicts
    }

    /// We are about to stop, restart or remove this container ourselves.
    pub fn acted(&mut self, container: &str, now: Timestamp) {
        if let Some(life) = self.lives.get_mut(container) {
            life.intended_by_us(now);
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
        let away = self.outage.answered(now);
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
                if runs && !first {
                    verdicts.extend(self.succession(&mut life, now));
                }
            }
            if runs {
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
                verdicts.extend(said(&life, found));
            }
            self.lives.insert(container.id.clone(), life);
        }
        if first { Vec::new() } else { verdicts }
    }

    /// When [`Watcher::tick`] will have something to do, by our clock.
    pub fn next(&self) -> Option<Timestamp> {
        let around = self.around();
        let lives = self.lives.values().filter(|_| !self.outage.is_lost());
        lives.filter_map(|it| it.next(around)).chain(self.outage.next()).min()
    }

    /// Judges what has waited for long enough.
    pub fn tick(&mut self, now: Timestamp) -> Vec<Verdict> {
        let mut verdicts: Vec<Verdict> = Vec::new();
        verdicts.extend(self.outage.tick(self.lives.values(), now).map(Verdict::Engine));
        if self.outage.is_lost() {
            return verdicts;
        }
        let around = self.around();
        for life in self.lives.values_mut() {
            let found = life.tick(now, around);
            verdicts.extend(said(life, found));
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
            verdicts.extend(said(&life, vec![(now, finding)]));
            self.departed.push((now, life));
        }
        self.departed.retain(|(at, _)| now.duration_since(*at) < DEPARTED);
        let surplus = self.departed.len().saturating_sub(MOST);
        self.departed.drain(..surplus);
        verdicts
    }

    fn around(&self) -> Around {
        let crowd = self.lives.values().filter(|it| it.is_ending_unasked()).count();
        Around { crowd: CROWD <= crowd, engine_new: self.outage.is_new() }
    }

    /// If a container begins to run in the place of another: what that means.
    fn succession(&mut self, heir: &mut Life, at: Timestamp) -> Vec<Verdict> {
        let Some(mut former) = self.former(&heir.key, &heir.who.id) else { return Vec::new() };
        let found = former.succeeded().into_iter().collect();
        let mut verdicts = said(&former, found);
        let from = former.who.image.clone();
        heir.inherit(former);
        verdicts.extend(said(heir, vec![(at, Finding::Updated { from })]));
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
        // Podman's word for what Docker calls exited.
        ContainerState::Other(word) if word == "stopped" => Some(false),
        ContainerState::Other(_) | ContainerState::Unsaid => None,
    }
}

/// From `Exited (137) 3 hours ago`: lists have no other place for it.
fn exit_in(status: &str) -> Option<i64> {
    status.split_once('(')?.1.split_once(')')?.0.parse().ok()
}

fn said(life: &Life, found: Vec<Found>) -> Vec<Verdict> {
    let verdict =
        |(at, finding): Found| Verdict::Container(ContainerVerdict { at, who: life.who.clone(), finding });
    found.into_iter().map(verdict).collect()
}
