//! What it comes to when hands are laid on containers: what fits their state, whom it reaches, in which order it is
//! done, and what became of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::label::is_same;
use crate::ports::{Container, ContainerDetail, ContainerState, EngineError, Health, Verb};
use crate::verdict::{Kin, Topology};

/// What asking for a verb would come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It would be done.
    Acts,
    /// It is so already.
    Already,
    /// Engines refuse it; this is what is meant.
    Instead(Verb),
    /// Nothing that can be asked for helps.
    Never,
}

/// Whether a verb fits what a container is doing. What is unknown to us may be known to the engine, and is tried.
pub fn fit(verb: Verb, state: &ContainerState) -> Fit {
    use ContainerState::{Created, Dead, Exited, Other, Paused, Removing, Restarting, Running, Unsaid};
    match (verb, state) {
        (_, Removing) => Fit::Never,
        (_, Other(_) | Unsaid) => Fit::Acts,
        (Verb::Stop | Verb::Kill, Created | Exited | Dead)
        | (Verb::Start, Running | Restarting)
        | (Verb::Pause, Paused)
        | (Verb::Unpause, Running | Restarting) => Fit::Already,
        (_, Dead) => Fit::Never,
        (Verb::Start, Created | Exited)
        | (Verb::Stop | Verb::Kill, Running | Restarting | Paused)
        | (Verb::Restart, Created | Running | Restarting | Paused | Exited)
        | (Verb::Pause, Running)
        | (Verb::Unpause, Paused) => Fit::Acts,
        (Verb::Start, Paused) => Fit::Instead(Verb::Unpause),
        (Verb::Unpause, Created | Exited) => Fit::Instead(Verb::Start),
        // Engines do not freeze what ends all the time.
        (Verb::Pause, Restarting) => Fit::Instead(Verb::Stop),
        (Verb::Pause, Created | Exited) => Fit::Never,
    }
}

/// What is worth offering for a container as it is, the most likely first. Killing is for what does not behave.
pub fn offered(container: &Container) -> &'static [Verb] {
    match (&container.state, &container.health) {
        (ContainerState::Running, Some(Health::Unhealthy)) => {
            &[Verb::Restart, Verb::Stop, Verb::Pause, Verb::Kill]
        }
        (ContainerState::Running, _) => &[Verb::Restart, Verb::Stop, Verb::Pause],
        (ContainerState::Restarting, _) => &[Verb::Stop, Verb::Kill],
        (ContainerState::Paused, _) => &[Verb::Unpause, Verb::Stop],
        (ContainerState::Exited | ContainerState::Created, _) => &[Verb::Start],
        (
            ContainerState::Removing
            | ContainerState::Dead
            | ContainerState::Other(_)
            | ContainerState::Unsaid,
            _,
        ) => &[],
    }
}

/// Whether a verb takes away what others may need.
pub fn is_disruptive(verb: Verb) -> bool {
    match verb {
        Verb::Stop | Verb::Restart | Verb::Pause | Verb::Kill => true,
        Verb::Start | Verb::Unpause => false,
    }
}

/// A container that something is asked of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target<'a> {
    /// It.
    pub container: &'a Container,
    /// Whether its project was named and not itself: then it is left in peace where the verb does not fit it, and a
    /// restart starts nothing that had ended.
    pub by_project: bool,
}

/// One thing to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step<'a> {
    /// What.
    pub verb: Verb,
    /// To whom.
    pub container: &'a Container,
    /// Whose network it has joined, when it is that and not the asking that reaches it.
    pub after: Option<&'a str>,
    /// Whether one of the later steps needs it to be well.
    pub is_needed: bool,
}

/// What a verb comes to for several containers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan<'a> {
    /// What is done, in order.
    pub steps: Vec<Step<'a>>,
    /// Those that are left as they are: they are so already, or the verb is nothing for them.
    pub left: Vec<&'a Container>,
    /// Those that run, use the network of one that ends, and are left without any.
    pub severed: Vec<&'a Container>,
    /// Those that run and need one of them otherwise.
    pub dependants: Vec<&'a Container>,
}

/// Plans a verb for these of all containers.
///
/// What is needed by others is started, restarted and thawed before them, and stopped, killed and frozen after them.
/// Whoever has joined the network of a container that starts or restarts keeps the old one, which leads nowhere: it is
/// restarted after it.
pub fn plan<'a>(verb: Verb, targets: &[Target<'a>], containers: &'a [Container]) -> Plan<'a> {
    let topology = Topology::from(containers);
    let kin = topology.kin();
    let mut plan = Plan::default();
    let mut steps: BTreeMap<&str, Step<'a>> = BTreeMap::new();
    for Target { container, by_project } in targets {
        let has_ended = matches!(container.state, ContainerState::Created | ContainerState::Exited);
        let is_wanted = !(*by_project && verb == Verb::Restart && has_ended);
        if is_wanted && fit(verb, &container.state) == Fit::Acts {
            steps.insert(&container.name, Step { verb, container, after: None, is_needed: false });
        } else {
            plan.left.push(container);
        }
    }
    let asked: BTreeSet<&str> = steps.keys().copied().collect();
    let others = containers.iter().filter(|it| {
        runs(it) && !asked.contains(it.name.as_str()) && !targets.iter().any(|one| one.container.id == it.id)
    });
    for other in others {
        let network = joins(&topology, &other.name, &asked);
        match (verb, network) {
            (Verb::Start | Verb::Restart, Some(parent)) => {
                steps.insert(
                    &other.name,
                    Step {
                        verb: Verb::Restart,
                        container: other,
                        after: Some(named(containers, parent)),
                        is_needed: false,
                    },
                );
            }
            (Verb::Stop | Verb::Kill, Some(_)) => plan.severed.push(other),
            // A frozen one keeps its network.
            (Verb::Pause | Verb::Unpause, _)
            | (Verb::Start | Verb::Restart | Verb::Stop | Verb::Kill, None) => {
                let needs = || kin.parents(&other.name).iter().any(|it| asked.contains(it));
                if is_disruptive(verb) && needs() {
                    plan.dependants.push(other);
                }
            }
        }
    }
    let mut order = needed_first(&kin, steps.keys().copied());
    if matches!(verb, Verb::Stop | Verb::Kill | Verb::Pause) {
        order.reverse();
    }
    plan.steps = order.iter().filter_map(|name| steps.get(name).copied()).collect();
    let needs: Vec<Vec<&str>> = plan.steps.iter().map(|it| kin.parents(&it.container.name)).collect();
    for (index, step) in plan.steps.iter_mut().enumerate() {
        let name = step.container.name.as_str();
        step.is_needed = needs.iter().skip(index + 1).any(|later| later.contains(&name));
    }
    plan.severed.sort_by(|a, b| a.name.cmp(&b.name));
    plan.dependants.sort_by(|a, b| a.name.cmp(&b.name));
    plan
}

fn runs(container: &Container) -> bool {
    matches!(container.state, ContainerState::Running | ContainerState::Paused | ContainerState::Restarting)
}

/// Whose network this one joins, if that is one of these or hangs on one of them.
fn joins<'t>(topology: &'t Topology, name: &str, asked: &BTreeSet<&str>) -> Option<&'t str> {
    let first = topology.joined(name)?;
    let (mut at, mut seen) = (first, BTreeSet::new());
    while seen.insert(at) {
        if asked.contains(at) {
            return Some(first);
        }
        at = topology.joined(at)?;
    }
    None
}

/// Those whose network the container of this id uses: cutting them off cuts it off.
pub fn network_of<'a>(containers: &'a [Container], id: &str) -> Vec<&'a Container> {
    let topology = Topology::from(containers);
    let mut found: Vec<&Container> = Vec::new();
    let mut at = containers.iter().find(|it| is_same(&it.id, id)).map(|it| it.name.as_str());
    while let Some(parent) = at.and_then(|name| topology.joined(name)) {
        let Some(parent) = containers.iter().find(|it| it.name == parent) else { break };
        if found.contains(&parent) {
            break;
        }
        found.push(parent);
        at = Some(parent.name.as_str());
    }
    found
}

fn named<'a>(containers: &'a [Container], name: &str) -> &'a str {
    containers.iter().find(|it| it.name == name).map_or("", |it| it.name.as_str())
}

/// These names, each after those it needs, otherwise by name. Who needs somebody needs all that they need as well, and
/// so has more to count; in a circle all have the same, and nothing waits for ever.
fn needed_first<'n>(kin: &Kin<'_>, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let mut counted: Vec<(usize, &str)> = names.map(|name| (kin.parents(name).len(), name)).collect();
    counted.sort_unstable();
    counted.into_iter().map(|(_, name)| name).collect()
}

/// A container as somebody was asked about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What it was called.
    pub name: String,
    /// Its id then.
    pub id: String,
    /// Its compose project and service.
    pub place: Option<(String, String)>,
}

impl From<&Container> for Known {
    fn from(container: &Container) -> Self {
        let place = container.project.clone().zip(container.service.clone());
        Self { name: container.name.clone(), id: container.id.clone(), place }
    }
}

/// What has become of a container since somebody was asked about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Found<'a> {
    /// It is there.
    Same(&'a Container),
    /// It was made anew, as an update does: the same service of the same project.
    Successor(&'a Container),
    /// Another one bears its name now.
    Stranger(&'a Container),
    /// It is not there any more.
    Gone,
}

/// Looks for a container that was asked about.
pub fn find<'a>(containers: &'a [Container], known: &Known) -> Found<'a> {
    if let Some(same) = containers.iter().find(|it| it.id == known.id) {
        return Found::Same(same);
    }
    let namesake = containers.iter().find(|it| it.name == known.name);
    if known.place.is_none() {
        return namesake.map_or(Found::Gone, Found::Stranger);
    }
    let of_service: Vec<&Container> =
        containers.iter().filter(|it| it.project.clone().zip(it.service.clone()) == known.place).collect();
    match (of_service.iter().find(|it| it.name == known.name), &of_service[..], namesake) {
        (Some(same), _, _) | (None, [same], None) => Found::Successor(same),
        (None, _, Some(other)) => Found::Stranger(other),
        (None, _, None) => Found::Gone,
    }
}

/// What became of a container that something was asked of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is as it was asked to be.
    Done,
    /// It ended, and was removed with its end, as it was made to be.
    Removed,
    /// It was started, and has ended again, with this exit code.
    Ended(Option<i64>),
    /// It ended and runs again: somebody or something has started it.
    Back,
    /// It was to be restarted, has ended, and has not been started.
    Halfway,
    /// It is as it was before; why, where somebody said so.
    Not(Option<String>),
    /// The engine gave no answer in time, and it is as it was before: it may yet happen.
    Late(String),
    /// Nobody can say.
    Unknown(String),
    /// It is not there any more.
    Vanished,
}

/// Judges by what the engine answered, and by what the container itself says afterwards, which weighs more.
pub fn judge(
    verb: Verb,
    before: &ContainerDetail,
    answer: &Result<(), EngineError>,
    after: &Result<ContainerDetail, EngineError>,
) -> Outcome {
    let after = match (after, answer) {
        (Ok(after), _) => after,
        (Err(_), Err(EngineError::NoSuchContainer(_))) => return Outcome::Vanished,
        (Err(EngineError::NoSuchContainer(_)), _) if matches!(verb, Verb::Stop | Verb::Kill) => {
            return Outcome::Removed;
        }
        (Err(EngineError::NoSuchContainer(_)), _) => return Outcome::Vanished,
        (Err(_), Err(EngineError::Refused(why) | EngineError::Unreachable(why))) => {
            return Outcome::Not(Some(why.clone()));
        }
        (Err(error), _) => return Outcome::Unknown(error.to_string()),
    };
    let as_before = || match answer {
        Ok(()) => Outcome::Not(None),
        Err(EngineError::Unanswered(why)) => Outcome::Late(why.clone()),
        Err(
            EngineError::Refused(why)
            | EngineError::Unreachable(why)
            | EngineError::Garbled(why)
            | EngineError::NoSuchContainer(why),
        ) => Outcome::Not(Some(why.clone())),
    };
    let is_anew = (before.started != after.started && after.started.is_some())
        || before.restart_count < after.restart_count;
    use ContainerState::{Created, Dead, Exited, Other, Paused, Removing, Restarting, Running, Unsaid};
    match (verb, &after.state) {
        (_, Other(word)) => Outcome::Unknown(word.clone()),
        (_, Unsaid) => Outcome::Unknown(String::new()),
        (Verb::Start, Running | Paused) | (Verb::Unpause, Running | Restarting) | (Verb::Pause, Paused) => {
            Outcome::Done
        }
        (Verb::Restart, Running | Paused) if is_anew => Outcome::Done,
        (Verb::Start | Verb::Restart, Created | Exited | Restarting | Dead | Removing) if is_anew => {
            Outcome::Ended(after.exit_code)
        }
        (Verb::Restart, Exited | Dead) if before.state != after.state => Outcome::Halfway,
        (Verb::Start | Verb::Restart, _) => as_before(),
        (Verb::Stop | Verb::Kill, Created | Exited | Dead | Removing) => Outcome::Done,
        (Verb::Stop | Verb::Kill, Running | Restarting | Paused) if is_anew => Outcome::Back,
        (Verb::Stop | Verb::Kill, Running | Restarting | Paused) => as_before(),
        (Verb::Pause | Verb::Unpause, Created | Exited | Dead | Removing) => Outcome::Ended(after.exit_code),
        (Verb::Pause, Running | Restarting) | (Verb::Unpause, Paused) => as_before(),
    }
}

/// How a container fares after it was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fare {
    /// It runs, and has no check.
    Runs,
    /// Its check has not said anything yet.
    Starting,
    /// Its check is content.
    Healthy,
    /// Its check is not.
    Unhealthy,
    /// It has ended.
    Ended {
        /// With this exit code.
        code: Option<i64>,
        /// After so long.
        lasted: Option<Duration>,
    },
    /// It ends over and over, and the engine starts it again each time; the last time with this exit code.
    Loops(Option<i64>),
}

/// How it fares now, by what `inspect` said when it had just been started and what it says now.
pub fn fare(began: &ContainerDetail, now: &ContainerDetail) -> Fare {
    let is_again = began.restart_count < now.restart_count
        || (began.started != now.started && began.started.is_some())
        || now.state == ContainerState::Restarting;
    if is_again {
        return Fare::Loops(now.exit_code);
    }
    if matches!(now.state, ContainerState::Exited | ContainerState::Dead | ContainerState::Removing) {
        let lasted = now.started.zip(now.finished).map(|(from, to)| to.duration_since(from));
        return Fare::Ended { code: now.exit_code, lasted: lasted.and_then(|it| it.try_into().ok()) };
    }
    match &now.health {
        Some(Health::Starting) => Fare::Starting,
        Some(Health::Healthy) => Fare::Healthy,
        Some(Health::Unhealthy) => Fare::Unhealthy,
        Some(Health::Other(_)) | None => Fare::Runs,
    }
}

/// How long a stop may last where the container does not say: what engines wait before they kill.
pub const USUAL_STOP: Duration = Duration::from_secs(10);

/// How long all of this may last by the wish of those that are asked to end. Killing, freezing and starting take no
/// time to speak of.
pub fn patience<'a>(steps: impl IntoIterator<Item = (Verb, Option<&'a ContainerDetail>)>) -> Duration {
    let stops = steps.into_iter().filter(|(verb, _)| matches!(verb, Verb::Stop | Verb::Restart));
    stops.map(|(_, detail)| detail.and_then(|it| it.stop_timeout).unwrap_or(USUAL_STOP)).sum()
}

#[cfg(test)]
mod tests;
