//! What may explain an incident, found out when it is first told: who is busy, and what has changed shortly before.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::Ports;
use jobs::heal::HealStep;
use jobs::incident::{BEFORE, Busy, Changed, Evidence, Happening, Incident};
use jobs::ports::{Store, StoreError};
use jobs::verdict::{By, Finding, Verdict};
use tokio::time::timeout;

use crate::store::{Database, RESTARTED};

/// How long the telling waits for what may explain it.
const PATIENCE: Duration = Duration::from_secs(2);
/// So many processes are named.
const PROCESSES: usize = 3;
/// What became of containers lately and was no news, in the store's small state: a list of [`Changed`], oldest first.
const LATELY: &str = "lately/1";
/// So much of it is kept.
const KEPT: usize = 50;
/// So many restarts that were not by us: some weeks of a busy machine.
const RESTARTS: usize = 500;

/// Finds out what may explain an incident, within [`PATIENCE`]. A failure costs nothing but its lines. `began` is when
/// this program did.
pub async fn gather(
    ports: &Ports,
    database: &Database,
    began: Timestamp,
    incident: &Incident,
    now: Timestamp,
) -> Evidence {
    let from = before(incident.opened, BEFORE);
    let mut changes = lately(database).unwrap_or_else(|error| {
        tracing::warn!(%error, "what changed lately cannot be read");
        Vec::new()
    });
    changes.extend(heals(database, from));
    changes.push(Changed { at: began, what: Happening::Began });
    changes.extend(boot(ports));
    changes.retain(|it| from <= it.at && it.at <= now);
    changes.sort_by_key(|it| it.at);
    Evidence { processes: busy(ports, incident).await, changes }
}

/// Remembers what became of a container, if it is a change that may explain another.
pub fn note(database: &Database, verdict: &Verdict) -> Result<(), StoreError> {
    if let Some(restarted) = restarted(verdict) {
        keep(database, RESTARTED, database.restarted(Timestamp::MIN)?, restarted, RESTARTS)?;
    }
    match change(verdict) {
        Some(changed) => keep(database, LATELY, lately(database)?, changed, KEPT),
        None => Ok(()),
    }
}

/// Adds to a list, which loses its oldest when it is full.
fn keep(
    database: &Database,
    name: &str,
    mut all: Vec<Changed>,
    newest: Changed,
    most: usize,
) -> Result<(), StoreError> {
    all.push(newest);
    let surplus = all.len().saturating_sub(most);
    all.drain(..surplus);
    let written = serde_json::to_string(&all).map_err(|error| StoreError(error.to_string()))?;
    database.put_state(name, &written)
}

/// A restart that is in no journal of ours: somebody typed it, or it happened while nobody looked. What the engine did
/// by itself is news, and counted there.
fn restarted(verdict: &Verdict) -> Option<Changed> {
    let Verdict::Container(it) = verdict else { return None };
    let is_outside = match &it.finding {
        Finding::Restarted { by: By::Somebody } | Finding::Slipped { restarts: 0 } => true,
        Finding::Restarted { by: By::Us }
        | Finding::Slipped { .. }
        | Finding::Stopped { .. }
        | Finding::Updated { .. }
        | Finding::Ended { .. }
        | Finding::Crashed { .. }
        | Finding::OutOfMemory { .. }
        | Finding::CrashLoop { .. }
        | Finding::Unhealthy { .. }
        | Finding::Recovered { .. }
        | Finding::Gone { .. } => false,
    };
    let what = Happening::Restarted(it.who.name.clone());
    (is_outside && !it.who.muted).then_some(Changed { at: it.at, what })
}

/// The change in a verdict that is no news.
fn change(verdict: &Verdict) -> Option<Changed> {
    let Verdict::Container(it) = verdict else { return None };
    let name = it.who.name.clone();
    let what = match &it.finding {
        Finding::Stopped { .. } => Happening::Stopped(name),
        Finding::Restarted { .. } => Happening::Restarted(name),
        Finding::Updated { .. } => Happening::Updated(name),
        Finding::Ended { .. }
        | Finding::Slipped { .. }
        | Finding::Crashed { .. }
        | Finding::OutOfMemory { .. }
        | Finding::CrashLoop { .. }
        | Finding::Unhealthy { .. }
        | Finding::Recovered { .. }
        | Finding::Gone { .. } => return None,
    };
    (!it.who.muted).then_some(Changed { at: it.at, what })
}

fn lately(database: &Database) -> Result<Vec<Changed>, StoreError> {
    let written = database.get_state(LATELY)?;
    Ok(written.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default())
}

/// Remedies that were applied.
fn heals(database: &Database, from: Timestamp) -> Vec<Changed> {
    let heals = database.heals_since(from).unwrap_or_else(|error| {
        tracing::warn!(%error, "what was healed lately cannot be read");
        Vec::new()
    });
    let applied = heals.into_iter().filter(|it| matches!(it.what, HealStep::Applied(_)));
    applied.map(|it| Changed { at: it.at, what: Happening::Healed(it.target) }).collect()
}

/// When the machine booted, by the newest look at it.
fn boot(ports: &Ports) -> Option<Changed> {
    let look = ports.latest.look()?;
    let uptime = *look.now.uptime.as_ref().ok()?;
    Some(Changed { at: before(look.now.at, uptime), what: Happening::Booted })
}

/// So long before; the beginning of all time where that is not so long.
fn before(at: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

async fn busy(ports: &Ports, incident: &Incident) -> Vec<Busy> {
    let Some(order) = incident.processes_by() else { return Vec::new() };
    match timeout(PATIENCE, ports.host.processes(order, PROCESSES)).await {
        Ok(Ok(processes)) => {
            processes.into_iter().map(|it| Busy { name: it.name, cpu: it.cpu, memory: it.memory }).collect()
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "processes could not be listed");
            Vec::new()
        }
        Err(_) => {
            tracing::warn!("processes were not listed in time");
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Limits;
    use jobs::fakes::scenes::at;
    use jobs::verdict::{ContainerVerdict, Who};

    fn verdict(name: &str, finding: Finding, muted: bool, second: i64) -> Verdict {
        let who = Who {
            id: format!("id-{name}"),
            name: name.to_owned(),
            image: String::new(),
            project: None,
            service: None,
            muted,
        };
        Verdict::Container(ContainerVerdict { at: at(second), who, finding, unseen: false })
    }

    #[test]
    fn the_newest_changes_are_remembered_and_what_changes_nothing_is_not() {
        let database = Database::in_memory(Limits::default());
        for second in 0..60 {
            let name = format!("c{second}");
            let it = verdict(&name, Finding::Restarted { by: By::Somebody }, false, second);
            note(&database, &it).expect("a store");
        }
        let ended = Finding::Ended { exit: Some(0), back: true, excused: false };
        note(&database, &verdict("cron", ended, false, 60)).expect("a store");
        note(&database, &verdict("quiet", Finding::Restarted { by: By::Us }, true, 61)).expect("a store");
        let all = lately(&database).expect("a store");
        assert_eq!(all.len(), KEPT);
        assert_eq!(all[0].what, Happening::Restarted("c10".to_owned()));
        assert_eq!(all[KEPT - 1].what, Happening::Restarted("c59".to_owned()));
    }

    #[test]
    fn a_restart_that_is_in_no_journal_of_ours_is_remembered_for_the_digest() {
        let database = Database::in_memory(Limits::default());
        for (name, finding) in [
            ("typed", Finding::Restarted { by: By::Somebody }),
            ("ours", Finding::Restarted { by: By::Us }),
            ("unseen", Finding::Slipped { restarts: 0 }),
            ("crashed", Finding::Slipped { restarts: 2 }),
            ("stopped", Finding::Stopped { by: By::Somebody, signal: None, exit: None }),
        ] {
            note(&database, &verdict(name, finding, false, 60)).expect("a store");
        }
        let restarted = |since| database.restarted(at(since)).expect("a store");
        let names: Vec<_> = restarted(60).into_iter().map(|it| it.what).collect();
        assert_eq!(names, ["typed", "unseen"].map(|it| Happening::Restarted(it.to_owned())));
        assert_eq!(restarted(61), []);
    }
}
