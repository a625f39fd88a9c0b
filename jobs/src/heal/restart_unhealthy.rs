//! It runs, and its health check says no.

use super::When;
use super::cure::Cure;
use crate::ports::{Container, ContainerDetail, ContainerState, Health};

/// Restarts it, and with it what lives in its network: such containers lose theirs when its owner is restarted.
pub(super) struct RestartUnhealthy;

impl Cure for RestartUnhealthy {
    fn when(&self) -> When {
        When::Unhealthy
    }

    fn is_for(&self, detail: &ContainerDetail, _fell: bool) -> bool {
        detail.state == ContainerState::Running && detail.health == Some(Health::Unhealthy)
    }
}

/// The running containers that live in the network of another, in the order of the list.
pub fn tenants<'a>(of: &Container, all: &'a [Container]) -> Vec<&'a Container> {
    let lives_there = |it: &&Container| {
        let host = it.network_mode.strip_prefix("container:");
        it.state == ContainerState::Running
            && it.id != of.id
            && host.is_some_and(|host| host == of.name || crate::label::is_same(&of.id, host))
    };
    all.iter().filter(lives_there).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::container;

    #[test]
    fn what_lives_in_the_network_of_another_is_found_by_its_id_or_name() {
        let vpn = container("vpn", ContainerState::Running);
        let with = |name: &str, mode: &str, state| Container {
            network_mode: mode.to_owned(),
            ..container(name, state)
        };
        let all = [
            vpn.clone(),
            with("torrent", "container:id-vpn", ContainerState::Running),
            with("index", "container:vpn", ContainerState::Running),
            with("old", "container:id-vpn", ContainerState::Exited),
            with("web", "bridge", ContainerState::Running),
            with("other", "container:id-db", ContainerState::Running),
        ];
        let names: Vec<&str> = tenants(&vpn, &all).into_iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["torrent", "index"]);
    }
}
