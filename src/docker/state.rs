//! The engine's words for how a container is.

use jobs::ports::{ContainerState, Health};

pub(super) fn state(word: &str) -> ContainerState {
    match word {
        "" => ContainerState::Unsaid,
        // Podman has words of its own for what has not run yet.
        "created" | "configured" | "initialized" => ContainerState::Created,
        "running" => ContainerState::Running,
        "paused" => ContainerState::Paused,
        "restarting" => ContainerState::Restarting,
        "removing" => ContainerState::Removing,
        // Podman's word for one that has ended, until it has tidied up after it.
        "exited" | "stopped" => ContainerState::Exited,
        "dead" => ContainerState::Dead,
        other => ContainerState::Other(other.to_owned()),
    }
}

/// From the word itself, as `inspect` has it; `none` is what engines say of a container without a check.
pub(super) fn health(word: &str) -> Option<Health> {
    match word {
        "" | "none" => None,
        "starting" => Some(Health::Starting),
        "healthy" => Some(Health::Healthy),
        "unhealthy" => Some(Health::Unhealthy),
        other => Some(Health::Other(other.to_owned())),
    }
}

/// From `Up 3 hours (healthy)`: lists have no other place for it before API 1.52. `(Paused)` stands there too.
pub(super) fn health_in(status: &str) -> Option<Health> {
    let (_, word) = status.strip_suffix(')')?.rsplit_once('(')?;
    match word {
        "healthy" => Some(Health::Healthy),
        "unhealthy" => Some(Health::Unhealthy),
        "health: starting" | "starting" => Some(Health::Starting),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_word_is_kept() {
        assert_eq!(state("dreaming"), ContainerState::Other("dreaming".into()));
        assert_eq!(state("stopped"), ContainerState::Exited);
        assert_eq!(state("configured"), ContainerState::Created);
        assert_eq!(state(""), ContainerState::Unsaid);
        assert_eq!(state("running"), ContainerState::Running);
        assert_eq!(health("dizzy"), Some(Health::Other("dizzy".into())));
        assert_eq!(health("none"), None);
    }

    #[test]
    fn health_is_read_from_the_status_of_a_list() {
        let check =
            |status: &str, expected: Option<Health>| assert_eq!(health_in(status), expected, "{status}");
        check("Up 3 hours (healthy)", Some(Health::Healthy));
        check("Up 3 hours (unhealthy)", Some(Health::Unhealthy));
        check("Up Less than a second (health: starting)", Some(Health::Starting));
        check("Up 3 hours (Paused)", None);
        check("Exited (0) 3 hours ago", None);
        check("Exited (137)", None);
        check("", None);
    }
}
