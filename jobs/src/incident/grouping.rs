//! Which incident a piece of trouble belongs to: the tree of who needs whom, and time.

use std::time::Duration;

use jiff::Timestamp;

use super::{Incident, Member, Of, REOPEN, Root};
use crate::alert::{Alert, AlertKey, Severity};
use crate::series::since;
use crate::verdict::{ContainerVerdict, Finding};

/// What begins so soon after an incident last grew may belong to it.
pub(super) const WINDOW: Duration = Duration::from_secs(5 * 60);

/// What goes down so shortly after something else has a common cause, whatever it is.
pub(super) const SUDDEN: Duration = Duration::from_secs(30);

/// So many steps up from a container to what it needs.
const DEPTH: usize = 8;

/// What a piece of news is about.
pub(super) enum Subject<'a> {
    Alert(&'a Alert),
    Container(&'a ContainerVerdict),
    Engine,
}

/// Names of the containers that a container needs, the nearest first.
pub type Parents<'a> = &'a dyn Fn(&str) -> Vec<String>;

/// Whether a member is what a piece of news is about.
pub(super) fn is_same(member: &Member, subject: &Subject<'_>) -> bool {
    match (&member.of, subject) {
        (Of::Alert { alert, .. }, Subject::Alert(it)) => alert.number == it.number && alert.key == it.key,
        (Of::Container { verdict, .. }, Subject::Container(it)) => {
            verdict.who.name == it.who.name || (verdict.who.id == it.who.id && !it.who.id.is_empty())
        }
        (Of::Engine(_), Subject::Engine) => true,
        (Of::Alert { .. } | Of::Container { .. } | Of::Engine(_), _) => false,
    }
}

/// The incident that has this already: an open one first, else one that was over a short while ago.
pub(super) fn holder(known: &[Incident], subject: &Subject<'_>, now: Timestamp) -> Option<usize> {
    let has = |it: &Incident| it.members.iter().any(|member| is_same(member, subject));
    let recent = |it: &Incident| it.ended.is_none_or(|at| since(now, at) < REOPEN);
    let newest = |open: bool| known.iter().rposition(|it| it.is_open() == open && recent(it) && has(it));
    newest(true).or_else(|| newest(false))
}

/// Why a piece of trouble belongs to an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bond {
    /// It has the same subject, neighbourhood or moment.
    Akin,
    /// It follows from what is known to be wrong, so it is no news of its own.
    Explained,
}

/// The open incident that trouble which begins now belongs to.
pub(super) fn home(
    known: &[Incident],
    subject: &Subject<'_>,
    parents: Parents<'_>,
    now: Timestamp,
) -> Option<(usize, Bond)> {
    let open = |belongs: &dyn Fn(&Incident) -> bool| known.iter().rposition(|it| it.is_open() && belongs(it));
    let akin = |found: Option<usize>| found.map(|it| (it, Bond::Akin));
    match subject {
        Subject::Engine => None,
        Subject::Alert(alert) => akin(open(&|it| {
            let family = family(&alert.key);
            let akin = it.members.iter().filter(|it| it.ended.is_none()).filter_map(Member::alert);
            let mut akin = akin.filter(|it| self::family(&it.key) == family);
            it.root == Root::Host && (akin.next().is_some() || is_growing(it, now) && family != Family::Watch)
        })),
        Subject::Container(verdict) => {
            let name = verdict.who.name.as_str();
            let above = ancestors(name, parents);
            let engine_gone = |it: &Incident| it.open_members().any(|it| matches!(it.of, Of::Engine(_)));
            let is_above = |it: &Member| it.container().is_some_and(|it| above.iter().any(|up| up == it));
            let needed_now = |it: &Incident| it.open_members().any(is_above);
            let needed = |it: &Incident| it.members.iter().any(is_above);
            let needs = |it: &Incident| {
                let others = it.members.iter().filter_map(Member::container);
                others.into_iter().any(|it| ancestors(it, parents).iter().any(|up| up == name))
            };
            let neighbour = |it: &Incident| {
                let project = verdict.who.project.as_deref();
                project.is_some() && it.members.iter().any(|it| it.project() == project)
            };
            // What is only ill is so for reasons of its own; what goes down at the same moment hardly is.
            let down = verdict.finding.severity() == Severity::Critical;
            let is_down = |it: &Incident| it.is_of_containers() && it.severity() == Severity::Critical;
            let explained = open(&engine_gone)
                .or_else(|| open(&needed_now))
                .or_else(|| open(&|it| explains(it, &verdict.finding)));
            explained.map(|it| (it, Bond::Explained)).or_else(|| {
                let others = open(&|it| needed(it) && is_growing(it, now))
                    .or_else(|| open(&|it| needs(it) && is_growing(it, now)))
                    .or_else(|| open(&|it| neighbour(it) && is_growing(it, now)))
                    .or_else(|| open(&|it| down && is_down(it) && grew_within(it, SUDDEN, now)));
                akin(others)
            })
        }
    }
}

/// Whether an incident of the machine explains what became of a container: it had no memory to give, or no room.
fn explains(incident: &Incident, finding: &Finding) -> bool {
    let starved = |family: Family, least: Severity| {
        incident
            .open_members()
            .any(|it| least <= it.severity && it.alert().is_some_and(|it| self::family(&it.key) == family))
    };
    match finding {
        Finding::OutOfMemory { .. } | Finding::CrashLoop { out_of_memory: true, .. } => {
            starved(Family::Memory, Severity::Warning)
        }
        Finding::Crashed { .. } | Finding::CrashLoop { .. } | Finding::Unhealthy { .. } => {
            starved(Family::Disk, Severity::Critical)
        }
        Finding::Stopped { .. }
        | Finding::Restarted { .. }
        | Finding::Ended { .. }
        | Finding::Updated { .. }
        | Finding::Recovered { .. }
        | Finding::Slipped { .. }
        | Finding::Gone { .. } => false,
    }
}

/// Whether something has joined so lately that the next may belong to it.
fn is_growing(incident: &Incident, now: Timestamp) -> bool {
    grew_within(incident, WINDOW, now)
}

fn grew_within(incident: &Incident, window: Duration, now: Timestamp) -> bool {
    incident.members.iter().any(|it| since(now, it.since) < window)
}

/// What a container needs, and what that needs, without going in a circle.
pub(super) fn ancestors(name: &str, parents: Parents<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut level = vec![name.to_owned()];
    for _ in 0..DEPTH {
        let next: Vec<String> = level.iter().flat_map(|it| parents(it)).collect();
        level = next.into_iter().filter(|it| it != name && !found.contains(it)).collect();
        level.dedup();
        if level.is_empty() {
            break;
        }
        found.extend(level.iter().cloned());
    }
    found
}

/// What of the machine a metric is about: what is wrong with one part of a family is wrong with the others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Processor,
    Memory,
    Disk,
    Network,
    Containers,
    Watch,
    Other,
}

/// See [`Family`].
pub(super) fn family(key: &AlertKey) -> Family {
    match key.series.metric.split('.').next().unwrap_or_default() {
        "cpu" | "load" if key.rule == "blind" => Family::Watch,
        "cpu" | "load" | "temperature" => Family::Processor,
        "memory" | "swap" => Family::Memory,
        "disk" | "io" => Family::Disk,
        "net" => Family::Network,
        "containers" => Family::Containers,
        "psi" => match key.series.metric.split('.').nth(1).unwrap_or_default() {
            "cpu" => Family::Processor,
            "memory" | "memory_full" => Family::Memory,
            "io" | "io_full" => Family::Disk,
            _ => Family::Other,
        },
        _ => Family::Other,
    }
}

/// The smallest part of the tree that holds all members.
pub(super) fn root(members: &[Member], parents: Parents<'_>) -> Root {
    if members.iter().any(|it| matches!(it.of, Of::Engine(_))) {
        return Root::Engine;
    }
    let mut names = members.iter().map(Member::container);
    let Some(Some(first)) = names.next() else { return Root::Host };
    if names.clone().any(|it| it.is_none()) {
        return Root::Host;
    }
    let others: Vec<&str> = names.flatten().filter(|it| *it != first).collect();
    if others.is_empty() {
        return Root::Container(first.to_owned());
    }
    let project = members[0].project();
    if let Some(project) = project
        && members.iter().all(|it| it.project() == Some(project))
    {
        return Root::Project(project.to_owned());
    }
    let all: Vec<&str> = std::iter::once(first).chain(others).collect();
    let needed = |it: &&&str| {
        all.iter()
            .filter(|other| other != it)
            .all(|other| ancestors(other, parents).iter().any(|up| up == **it))
    };
    match all.iter().find(needed) {
        Some(needed) => Root::Dependency((*needed).to_owned()),
        None => Root::Engine,
    }
}
