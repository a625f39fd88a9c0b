//! It should be running and is not.

use super::When;
use super::cure::{Cure, is_down};
use crate::ports::{ContainerDetail, RestartPolicy};

/// Starts what its restart policy would have running, and what ran until its engine was started anew.
pub(super) struct StartMissing;

impl Cure for StartMissing {
    fn when(&self) -> When {
        When::Down
    }

    fn is_for(&self, detail: &ContainerDetail, fell: bool) -> bool {
        let meant = matches!(detail.restart_policy, RestartPolicy::Always | RestartPolicy::UnlessStopped);
        is_down(detail) && (meant || fell)
    }
}
