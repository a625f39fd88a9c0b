//! What is wrong with a container that something can be done about, by the word of its engine.

use std::time::Duration;

use jiff::Timestamp;

use super::decide::State;
use super::{When, restart_unhealthy, start_crashed, start_missing};
use crate::ports::{ContainerDetail, ContainerState, Health};
use crate::series::since;

/// A container without a health check is well when it has run for so long.
pub const STEADY: Duration = Duration::from_secs(30);

/// A remedy for containers.
pub trait Cure: Send + Sync {
    /// The trouble it is for.
    fn when(&self) -> When;
    /// Whether a container has it now. `fell` says that it ran until its engine was started anew.
    fn is_for(&self, detail: &ContainerDetail, fell: bool) -> bool;
}

/// Every remedy for containers. No container has the trouble of two of them.
pub const CURES: &[&dyn Cure] =
    &[&restart_unhealthy::RestartUnhealthy, &start_crashed::StartCrashed, &start_missing::StartMissing];

/// The trouble of a container, if it has one that something can be done about.
pub fn trouble(detail: &ContainerDetail, fell: bool) -> Option<When> {
    CURES.iter().find(|it| it.is_for(detail, fell)).map(|it| it.when())
}

/// What the engine says of a container, as far as healing asks.
pub fn state(detail: &ContainerDetail, fell: bool, now: Timestamp) -> State {
    if trouble(detail, fell).is_some() {
        return State::Ill;
    }
    let steady = detail.started.is_none_or(|at| STEADY <= since(now, at));
    match (&detail.state, &detail.health) {
        (ContainerState::Running, Some(Health::Healthy)) => State::Well { since: detail.started },
        (ContainerState::Running, None) if steady => State::Well { since: detail.started },
        _ => State::Undecided,
    }
}

/// Whether it ended, and the engine is not about to start it.
pub(super) fn is_down(detail: &ContainerDetail) -> bool {
    match &detail.state {
        ContainerState::Exited | ContainerState::Dead => true,
        // Podman's word for what Docker calls exited.
        ContainerState::Other(word) => word == "stopped",
        ContainerState::Created
        | ContainerState::Running
        | ContainerState::Paused
        | ContainerState::Restarting
        | ContainerState::Removing
        | ContainerState::Unsaid => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::at;
    use crate::ports::RestartPolicy;

    fn detail(state: ContainerState, health: Option<Health>, policy: RestartPolicy) -> ContainerDetail {
        ContainerDetail { state, health, restart_policy: policy, ..ContainerDetail::default() }
    }

    #[test]
    fn each_trouble_has_one_remedy_and_what_is_well_has_none() {
        use ContainerState::{Created, Exited, Paused, Restarting, Running};
        let check = |state: ContainerState, health, policy: RestartPolicy, fell, expected: Option<When>| {
            let it = detail(state, health, policy);
            assert_eq!(trouble(&it, fell), expected, "{it:?}");
            let all: Vec<When> =
                CURES.iter().filter(|cure| cure.is_for(&it, fell)).map(|it| it.when()).collect();
            assert!(all.len() < 2, "{all:?}");
        };
        let (no, always) = (RestartPolicy::No, RestartPolicy::Always);
        check(Running, Some(Health::Unhealthy), no.clone(), false, Some(When::Unhealthy));
        check(Running, Some(Health::Starting), no.clone(), false, None);
        check(Running, None, no.clone(), false, None);
        check(Paused, Some(Health::Unhealthy), no.clone(), false, None);
        check(Restarting, Some(Health::Unhealthy), always.clone(), false, None);
        check(Exited, None, no.clone(), false, Some(When::Crashed));
        check(Exited, Some(Health::Unhealthy), RestartPolicy::OnFailure(Some(3)), false, Some(When::Crashed));
        check(Exited, None, always.clone(), false, Some(When::Down));
        check(Exited, None, RestartPolicy::UnlessStopped, false, Some(When::Down));
        check(Exited, None, no.clone(), true, Some(When::Down));
        check(Exited, None, RestartPolicy::Other("sometimes".to_owned()), false, None);
        check(Created, None, no, false, None);
    }

    #[test]
    fn what_has_no_health_check_is_well_after_half_a_minute() {
        let running = |started: i64, health| ContainerDetail {
            started: Some(at(started)),
            ..detail(ContainerState::Running, health, RestartPolicy::No)
        };
        let well = |started| State::Well { since: Some(at(started)) };
        assert_eq!(state(&running(0, None), false, at(29)), State::Undecided);
        assert_eq!(state(&running(0, None), false, at(30)), well(0));
        assert_eq!(state(&running(0, Some(Health::Healthy)), false, at(1)), well(0));
        assert_eq!(state(&running(0, Some(Health::Starting)), false, at(500)), State::Undecided);
        assert_eq!(state(&running(0, Some(Health::Unhealthy)), false, at(500)), State::Ill);
    }
}
