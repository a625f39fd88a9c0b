//! Containers, counted. Nothing is said while the engine does not answer: that is not zero containers.

use super::Look;
use crate::metric::{Metric, Reading, Unit};
use crate::ports::{Container, ContainerState, Health};

/// What there is to count.
pub(super) const ALL: &[Metric] = &[RUNNING, TOTAL, UNHEALTHY, RESTARTING];

/// Running ones.
pub(super) const RUNNING: Metric = Metric {
    id: "containers.running",
    unit: Unit::Count,
    subject: None,
    read: |look| count(look, |it| it.state == ContainerState::Running),
};

/// All of them, stopped ones included.
pub(super) const TOTAL: Metric =
    Metric { id: "containers.total", unit: Unit::Count, subject: None, read: |look| count(look, |_| true) };

/// Running ones whose health check says that they are ill. Starting is not ill.
pub(super) const UNHEALTHY: Metric = Metric {
    id: "containers.unhealthy",
    unit: Unit::Count,
    subject: None,
    read: |look| count(look, is_unhealthy),
};

/// Those that ended and wait for the engine to start them again.
pub(super) const RESTARTING: Metric = Metric {
    id: "containers.restarting",
    unit: Unit::Count,
    subject: None,
    read: |look| count(look, is_restarting),
};

/// Whether it runs and says that it is ill.
pub(crate) fn is_unhealthy(container: &Container) -> bool {
    container.state == ContainerState::Running && container.health == Some(Health::Unhealthy)
}

/// Whether it ended and the engine is about to start it again.
pub(crate) fn is_restarting(container: &Container) -> bool {
    container.state == ContainerState::Restarting
}

fn count(look: &Look, which: fn(&Container) -> bool) -> Vec<Reading> {
    let containers = look.containers.iter();
    containers.map(|all| Reading::whole(all.iter().filter(|it| which(it)).count() as f64)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::{at, container, machine};
    use crate::ports::Unknown;
    use crate::sample::tests::look;

    #[test]
    fn starting_is_not_unhealthy_and_neither_is_what_has_ended() {
        let ill = |name, state, health| Container { health: Some(health), ..container(name, state) };
        let mut look = look(None, machine(at(0)));
        look.containers = Ok(vec![
            ill("a", ContainerState::Running, Health::Starting),
            ill("b", ContainerState::Running, Health::Unhealthy),
            ill("c", ContainerState::Exited, Health::Unhealthy),
            container("d", ContainerState::Restarting),
        ]);
        let counts: Vec<f64> = [RUNNING, TOTAL, UNHEALTHY, RESTARTING]
            .iter()
            .flat_map(|it| (it.read)(&look))
            .map(|it| it.value)
            .collect();
        assert_eq!(counts, [2.0, 4.0, 1.0, 1.0]);
        look.containers = Err(Unknown::because("unreachable"));
        assert_eq!((TOTAL.read)(&look), []);
    }
}
