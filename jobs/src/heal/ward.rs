//! One round over the containers: whoever is in an open incident, and whoever was tried and not looked at since.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::act::act;
use super::cure::{state, trouble};
use super::decide::{Bar, Decision, Patient, decide};
use super::past::{Breaker, Common, Past, REST};
use super::{Heal, HealStep, Hopeless, Mode, Policy, Settings, Try, When};
use crate::alert::Severity;
use crate::audit::{self, Deed, Who};
use crate::incident::{Incident, Of};
use crate::label::{HEAL, HandsOff, IGNORE, hands_off, is_set};
use crate::mute::{About, Mute};
use crate::notice::Notice;
use crate::ports::{
    Allowed, Container, ContainerDetail, ContainerState, EngineError, Health, Right, Switch, Ward,
};
use crate::series::{before, since};
use crate::verdict::{By, Finding, Memory, Trouble};
use crate::{JobContext, JobError, Ports};

/// How far back the journal is asked.
const BACK: Duration = Duration::from_secs(24 * 3600);
/// So long after the watch began nothing is done: it is finding out what there is.
pub const SETTLING: Duration = Duration::from_secs(180);
/// So long after the machine booted nothing is done: things are still coming up.
const BOOTING: Duration = Duration::from_secs(300);
/// A container that was made so lately is being put into place, and so is its project.
const NEW: Duration = Duration::from_secs(120);
/// What we had stopped ourselves within this was a restart of ours that came to nothing.
const OURS: Duration = Duration::from_secs(3600);

/// Looks after ill containers. Without a watch nothing is known of them, and nothing is done.
pub(super) async fn go(settings: &Settings, context: &JobContext<'_>) -> Result<Vec<Notice>, JobError> {
    let Some(ward) = context.ports.ward.as_deref().filter(|_| !settings.policies.is_empty()) else {
        return Ok(Vec::new());
    };
    let (now, ports) = (context.now, context.ports);
    let mut journal = ports.store.heals_since(before(now, BACK))?;
    journal.retain(Heal::is_of_container);
    let ill = ill(&open_incidents(ports, now)?);
    let names = patients(&ill, &journal, now);
    let mut round = Round { settings, ports, ward, now, journal, written: Vec::new() };
    round.mind_the_breaker()?;
    if !names.is_empty() {
        let scene = round.scene().await?;
        for name in names {
            round.look(&name, ill.get(&name), &scene).await?;
        }
    }
    Ok(round.written.into_iter().map(Notice::Heal).collect())
}

/// The incidents that are open now.
pub(super) fn open_incidents(ports: &Ports, now: Timestamp) -> Result<Vec<Incident>, JobError> {
    let soon = now.checked_add(Duration::from_secs(1)).unwrap_or(now);
    let mut all = ports.store.incidents_between(now, soon)?;
    all.retain(Incident::is_open);
    Ok(all)
}

/// A container that an open incident says is ill.
#[derive(Clone, Debug, PartialEq)]
struct Ill {
    id: String,
    since: Timestamp,
    incident: i64,
    /// It ran until its engine was started anew, and has not come back.
    fell: bool,
}

fn ill(incidents: &[Incident]) -> BTreeMap<String, Ill> {
    let mut all = BTreeMap::new();
    for incident in incidents {
        for member in incident.open_members() {
            let Of::Container { trouble, verdict, .. } = &member.of else { continue };
            let fell =
                matches!(trouble.finding, Finding::Ended { back: false, .. }) && trouble.who.id.is_empty();
            let ill =
                Ill { id: verdict.who.id.clone(), since: member.since, incident: incident.number, fell };
            all.insert(verdict.who.name.clone(), ill);
        }
    }
    all
}

/// Whoever is ill by an incident, the longest first, and whoever was tried and not looked at since.
fn patients(ill: &BTreeMap<String, Ill>, journal: &[Heal], now: Timestamp) -> Vec<String> {
    let mut names: Vec<String> = ill.keys().cloned().collect();
    names.sort_by_key(|it| ill.get(it).map(|it| it.since));
    for heal in journal.iter().rev() {
        let tried = matches!(heal.what, HealStep::Began { .. });
        if tried && !names.contains(&heal.target) && Past::of(journal, &heal.target).unverified(now).is_some()
        {
            names.push(heal.target.clone());
        }
    }
    names
}

/// What one round holds on to.
struct Round<'a> {
    settings: &'a Settings,
    ports: &'a Ports,
    ward: &'a dyn Ward,
    now: Timestamp,
    /// Oldest first, what was written in this round included.
    journal: Vec<Heal>,
    written: Vec<Heal>,
}

/// What is looked at once for all.
struct Scene {
    all: Vec<Container>,
    memory: Memory,
    mutes: Vec<Mute>,
    own: Option<String>,
    allowed: Allowed,
    settling: bool,
}

impl Round<'_> {
    fn note(&mut self, target: &str, what: HealStep) -> Result<(), JobError> {
        let heal = Heal { at: self.now, alert: None, target: target.to_owned(), what };
        self.ports.store.put_heal(&heal)?;
        self.journal.push(heal.clone());
        self.written.push(heal);
        Ok(())
    }

    /// That no more is done goes into the audit. The journal has it already, so nothing hangs on it.
    fn audit(&self, what: &str, target: &str, why: &str) {
        let deed = Deed::begun(self.now, Who::Vakhta, what, target);
        self.ports.store.put_deed(&deed.ended(audit::Outcome::Budget, why)).ok();
    }

    /// Opens the breaker, or closes it, as the journal says; on behalf of whatever was tried last.
    fn mind_the_breaker(&mut self) -> Result<(), JobError> {
        let last = |it: &&Heal| matches!(it.what, HealStep::Verified { .. });
        let target = self.journal.iter().rev().find(last).map(|it| it.target.clone()).unwrap_or_default();
        match Common::of(&self.journal, self.now).breaker {
            Breaker::Due { failures } => {
                let until = self.now.checked_add(REST).unwrap_or(self.now);
                self.note(&target, HealStep::BreakerOpened { failures, until })?;
                self.audit(
                    "heal",
                    &target,
                    &format!("{failures} in a row did not help: nothing for an hour"),
                );
                Ok(())
            }
            Breaker::Mended => self.note(&target, HealStep::BreakerClosed),
            Breaker::Closed | Breaker::Open { .. } | Breaker::HalfOpen { .. } => Ok(()),
        }
    }

    async fn scene(&self) -> Result<Scene, JobError> {
        let Self { ports, ward, now, .. } = *self;
        let uptime = ports.latest.look().and_then(|it| it.now.uptime.clone().ok());
        Ok(Scene {
            all: ports.engine.containers().await?,
            memory: ward.memory()?,
            mutes: ward.mutes(now)?,
            own: ports.engine.own_container().await,
            allowed: ports.engine.allowed().await,
            settling: since(now, ward.began()) < SETTLING || uptime.is_some_and(|it| it < BOOTING),
        })
    }

    async fn look(&mut self, name: &str, ill: Option<&Ill>, scene: &Scene) -> Result<(), JobError> {
        let by_id = scene.all.iter().find(|it| ill.is_some_and(|ill| ill.id == it.id && !it.id.is_empty()));
        // What is gone has nothing wrong with it.
        let Some(container) = by_id.or_else(|| scene.all.iter().find(|it| it.name == name)) else {
            return Ok(());
        };
        let detail = match self.ports.engine.inspect(&container.id).await {
            Ok(detail) => detail,
            Err(EngineError::NoSuchContainer(_)) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let fell = ill.is_some_and(|it| it.fell);
        let when = trouble(&detail, fell);
        let switch = self.ward.switch()?;
        loop {
            let past = Past::of(&self.journal, name);
            let Some(policy) = self.policy(container, when, &past) else { return Ok(()) };
            let (mode, opted_out) = mode(&policy, container, &switch);
            let patient = Patient {
                ill_since: ill.map(|it| it.since),
                state: state(&detail, fell, self.now),
                bar: self.bar(container, &detail, ill, &past, scene, &switch, opted_out),
                forbidden: !scene.allowed.may(Right::from(policy.verb)),
            };
            let common = Common::of(&self.journal, self.now);
            let most = self.settings.most_an_hour;
            return match decide(&policy, mode, &patient, &past, &common, most, self.now) {
                Decision::Nothing(_) | Decision::Wait { .. } | Decision::Withhold(_) => Ok(()),
                Decision::Forbidden => self.note(name, HealStep::Forbidden(Right::from(policy.verb))),
                Decision::Propose(it) => self.note(name, HealStep::Offered(it)),
                Decision::Act(it) => self.act(it, container, &scene.all).await,
                Decision::Helped { since } => {
                    self.note(name, HealStep::Verified { helped: true, since })?;
                    self.mind_the_breaker()
                }
                Decision::NotHelped => {
                    self.note(name, HealStep::Verified { helped: false, since: None })?;
                    self.mind_the_breaker()?;
                    // What comes of that needs no further round: this may have been the last attempt.
                    continue;
                }
                Decision::GiveUp(why) => {
                    self.note(name, HealStep::GaveUp(why))?;
                    let why = match why {
                        Hopeless::Spent { tried } => format!("given up after {tried} within an hour"),
                        Hopeless::Looping => "given up: it ends as soon as it is started".to_owned(),
                    };
                    self.audit(policy.verb.name(), name, &why);
                    Ok(())
                }
            };
        }
    }

    async fn act(&mut self, what: Try, container: &Container, all: &[Container]) -> Result<(), JobError> {
        let written = act(what, container, all, None, self.ports, self.now).await?;
        self.journal.extend(written.iter().cloned());
        self.written.extend(written);
        Ok(())
    }

    /// The policy for this trouble; while an attempt is being looked after, the one it was made by.
    fn policy(&self, container: &Container, when: Option<When>, past: &Past) -> Option<Policy> {
        if let Some(attempt) = past.unverified(self.now) {
            let named = self.settings.policies.iter().find(|it| it.name == attempt.what.policy);
            return Some(
                named.cloned().unwrap_or_else(|| Policy::usual(&attempt.what.policy, When::Unhealthy)),
            );
        }
        self.settings.policy(when?, container).cloned()
    }

    #[expect(clippy::too_many_arguments, reason = "every one of them may forbid it")]
    fn bar(
        &self,
        container: &Container,
        detail: &ContainerDetail,
        ill: Option<&Ill>,
        past: &Past,
        scene: &Scene,
        switch: &Switch,
        opted_out: bool,
    ) -> Option<Bar> {
        let now = self.now;
        match hands_off(container, scene.own.as_deref()) {
            Some(HandsOff::Own) => return Some(Bar::Own),
            Some(HandsOff::Protected) => return Some(Bar::Protected),
            None => {}
        }
        if switch.is_off(now) {
            return Some(Bar::Off);
        }
        if opted_out || is_set(container.label(IGNORE)) {
            return Some(Bar::OptedOut);
        }
        let about = About {
            rule: None,
            container: Some(container.name.clone()),
            project: container.project.clone(),
            host: false,
            severity: Severity::Warning,
            incident: ill.map(|it| it.incident),
        };
        let Some(remembered) = scene.memory.of(&container.id) else { return Some(Bar::Unknown) };
        // A restart of ours that never came to its start leaves what looks like a stop of ours.
        let ours = past.last().is_some_and(|it| since(now, it.at) < OURS);
        let stopped = match remembered.stopped {
            Some(By::Somebody) => true,
            Some(By::Us) => !ours,
            None => false,
        };
        let made = |it: &Container| it.created.is_some_and(|at| since(now, at) < NEW);
        let kin = |it: &&Container| it.project.is_some() && it.project == container.project;
        let updating = remembered.leaving || made(container) || scene.all.iter().filter(kin).any(made);
        let bars = [
            (stopped, Bar::Stopped),
            (scene.memory.unsettled, Bar::Engine),
            (scene.mutes.iter().any(|it| it.rests(&about, now)), Bar::Muted),
            (updating, Bar::Updating),
            (detail.state == ContainerState::Paused, Bar::Paused),
            (detail.state == ContainerState::Restarting, Bar::Restarting),
            (remembered.trouble == Some(Trouble::Looping), Bar::Looping),
            (
                detail.health == Some(Health::Starting) && detail.state == ContainerState::Running,
                Bar::Starting,
            ),
            (scene.settling, Bar::Settling),
        ];
        bars.into_iter().find(|(holds, _)| *holds).map(|(_, bar)| bar)
    }
}

impl Settings {
    /// The first policy for such trouble of this container.
    pub fn policy(&self, when: When, container: &Container) -> Option<&Policy> {
        let fits = |it: &&Policy| it.when == when && it.covers(&container.name, container.project.as_deref());
        self.policies.iter().find(fits)
    }
}

/// How far a policy may go with a container, and whether its label forbids all of it. A label goes before what people
/// have set by hand, and that before what was declared.
pub fn mode(policy: &Policy, container: &Container, switch: &Switch) -> (Mode, bool) {
    let set = switch.modes.get(&policy.name).copied().unwrap_or(policy.mode);
    match container.label(HEAL).map(|it| it.trim().to_ascii_lowercase()).as_deref() {
        Some("observe") => (Mode::Observe, false),
        Some("ask") => (Mode::Ask, false),
        Some("auto" | "true" | "yes" | "on") => (Mode::Auto, false),
        // A word that is not known is somebody's wish to have it otherwise: nothing is done.
        Some(_) => (set, true),
        None => (set, false),
    }
}

#[cfg(test)]
pub(super) mod tests;
