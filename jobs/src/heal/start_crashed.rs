//! It ended by itself, and no restart policy is going to start it again.

use super::When;
use super::cure::{Cure, is_down};
use crate::ports::{ContainerDetail, RestartPolicy};

/// Starts it.
pub(super) struct StartCrashed;

impl Cure for StartCrashed {
    fn when(&self) -> When {
        When::Crashed
    }

    fn is_for(&self, detail: &ContainerDetail, fell: bool) -> bool {
        // An engine that has tried as often as it was told to leaves it as it is.
        is_down(detail)
            && !fell
            && match detail.restart_policy {
                RestartPolicy::No | RestartPolicy::OnFailure(_) => true,
                RestartPolicy::Always | RestartPolicy::UnlessStopped | RestartPolicy::Other(_) => false,
            }
    }
}
