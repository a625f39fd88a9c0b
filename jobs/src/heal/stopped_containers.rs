//! Containers that ended long ago, and what they wrote into their own layer. Their volumes stay.

use async_trait::async_trait;
use jiff::Timestamp;

use super::remedy::{Loss, Piece, step};
use super::{Done, PlanStep, Remedy, Settings, Site};
use crate::label::{IGNORE, hands_off, is_set};
use crate::ports::{Container, ContainerDetail, ContainerState, DiskUsage, EngineError, Needs, Right};
use crate::series::since;
use crate::verdict::Memory;
use crate::{JobError, Ports};

/// Removes containers that ended [`Settings::stopped_for`] ago; never a protected one, nor our own, nor one that is known to
/// have been stopped by somebody.
pub(super) struct StoppedContainers;

#[async_trait]
impl Remedy for StoppedContainers {
    fn name(&self) -> &'static str {
        "stopped-containers"
    }

    fn needs(&self, _: &Site<'_>) -> Needs {
        Needs::All(&[Right::RemoveContainer])
    }

    async fn preview(&self, site: &Site<'_>) -> Result<PlanStep, JobError> {
        if site.usage.containers.is_empty() {
            return Ok(step(self.name(), Loss::Gone, &[]));
        }
        let containers = removable(site.ports, site.settings, site.now).await?;
        let piece = |it: Container| Piece { bytes: written(site.usage, &it), id: it.id, name: it.name };
        let pieces: Vec<Piece> = containers.into_iter().map(piece).collect();
        Ok(step(self.name(), Loss::Gone, &pieces))
    }

    /// What is removable is asked anew: since the plan was made, one may have been started, or protected.
    async fn apply(&self, site: &Site<'_>) -> Done {
        let engine = &*site.ports.engine;
        let mut done = Done { remedy: self.name().to_owned(), ..Done::default() };
        let containers = match removable(site.ports, site.settings, site.now).await {
            Ok(containers) => containers,
            Err(error) => return Done { failure: Some(error.to_string()), ..done },
        };
        for container in containers {
            match engine.remove_container(&container.id).await {
                Ok(()) => {
                    done.items += 1;
                    // The engine says nothing of bytes when it removes a container: they were asked for before.
                    done.claimed += written(site.usage, &container);
                }
                Err(EngineError::NoSuchContainer(_)) => {}
                Err(error) => {
                    done.failure = Some(format!("{}: {error}", container.name));
                    if !matches!(error, EngineError::Refused(_)) {
                        break;
                    }
                }
            }
        }
        done
    }
}

pub(super) async fn removable(
    ports: &Ports,
    settings: &Settings,
    now: Timestamp,
) -> Result<Vec<Container>, EngineError> {
    let engine = &*ports.engine;
    let own = engine.own_container().await;
    // Without a watch nobody knows who stopped what. One that cannot say so keeps all of it.
    let memory = match ports.ward.as_ref().map(|it| it.memory()) {
        Some(Err(_)) => return Ok(Vec::new()),
        Some(Ok(memory)) => memory,
        None => Memory::default(),
    };
    let mut removable = Vec::new();
    for container in engine.containers().await? {
        // What somebody stopped is somebody's: they may want to start it again as it is.
        let is_somebodys = memory.of(&container.id).is_some_and(|it| it.stopped.is_some());
        if is_somebodys || !may_be_touched(&container, own.as_deref()) {
            continue;
        }
        let detail = match engine.inspect(&container.id).await {
            Ok(detail) => detail,
            Err(EngineError::NoSuchContainer(_)) => continue,
            Err(error) => return Err(error),
        };
        if stopped_since(&container, &detail).is_some_and(|at| settings.stopped_for <= since(now, at)) {
            removable.push(container);
        }
    }
    Ok(removable)
}

fn may_be_touched(container: &Container, own: Option<&str>) -> bool {
    is_stopped(&container.state) && hands_off(container, own).is_none() && !is_set(container.label(IGNORE))
}

fn is_stopped(state: &ContainerState) -> bool {
    match state {
        ContainerState::Created | ContainerState::Exited | ContainerState::Dead => true,
        ContainerState::Running
        | ContainerState::Paused
        | ContainerState::Restarting
        | ContainerState::Removing
        | ContainerState::Other(_)
        | ContainerState::Unsaid => false,
    }
}

/// Since when it has been stopped, by what it is now. One that ended at a time nobody knows is left alone: when it was
/// made says nothing of when it ended.
fn stopped_since(container: &Container, detail: &ContainerDetail) -> Option<Timestamp> {
    match detail.state {
        ContainerState::Created => container.created,
        // An engine writes the year 1 for "never".
        ContainerState::Exited | ContainerState::Dead => {
            detail.finished.filter(|it| Timestamp::UNIX_EPOCH < *it)
        }
        ContainerState::Running
        | ContainerState::Paused
        | ContainerState::Restarting
        | ContainerState::Removing
        | ContainerState::Other(_)
        | ContainerState::Unsaid => None,
    }
}

fn written(usage: &DiskUsage, container: &Container) -> u64 {
    usage.containers.iter().filter(|it| it.id == container.id).map(|it| it.written).sum()
}
