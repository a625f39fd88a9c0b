//! What each container uses, by the kernel's count and the engine's names.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::{Latest, Look};
use crate::metric::{Metric, Reading, Subject, Unit};
use crate::ports::{Container, Group, Groups, Host, Source};

/// What is read of containers one by one.
pub(super) const ALL: &[Metric] = &[CPU, MEMORY];

/// Processor time in per cent of one core, as a mean since the count before: two busy cores are 200.
pub(super) const CPU: Metric = Metric {
    id: "container.cpu",
    unit: Unit::Percent,
    subject: Some(Subject::Container),
    read: |look| each(look, |it| it.cpu),
};

/// Memory without what the kernel may take back at once.
pub(super) const MEMORY: Metric = Metric {
    id: "container.memory",
    unit: Unit::Bytes,
    subject: Some(Subject::Container),
    read: |look| each(look, |it| it.memory.map(|it| it as f64)),
};

/// The least time between two counts that gives an honest share of a processor.
const APART: Duration = Duration::from_millis(50);

/// Two counts of the control groups, so that there are shares of a processor. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Usage {
    /// When the newer one was made.
    pub at: Timestamp,
    /// The newer one.
    pub now: Arc<Groups>,
    /// The one before, when there was one not too long ago.
    pub before: Option<Arc<Groups>>,
}

/// What one container used; none: not known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Used {
    /// Per cent of one core between the two counts. Not known of a container that was started between them.
    pub cpu: Option<f64>,
    /// Bytes, without what the kernel may take back at once.
    pub memory: Option<u64>,
    /// Processes and threads.
    pub pids: Option<u64>,
}

impl Usage {
    /// Counts now; `earlier` is the count before.
    pub async fn count(host: &dyn Host, earlier: Option<Self>, at: Timestamp) -> Source<Self> {
        let now = Arc::new(host.groups().await?);
        let recent = |it: &Self| {
            let apart = now.clock.checked_sub(it.now.clock);
            apart.is_some_and(|apart| (APART..=Latest::STALE).contains(&apart))
        };
        let before = earlier.filter(recent).map(|it| it.now);
        Ok(Self { at, now, before })
    }

    /// Whether it was made within the same minute as that moment.
    pub(super) fn is_of_minute(&self, at: Timestamp) -> bool {
        let minute = |it: Timestamp| it.as_second().div_euclid(60);
        minute(self.at) == minute(at)
    }

    /// What each of these containers used, as far as the kernel says so. What is not running has no control group.
    pub fn of<'a>(&self, containers: impl IntoIterator<Item = &'a Container>) -> Vec<(&'a Container, Used)> {
        let by_id = |groups: &Groups| -> HashMap<String, Group> {
            groups.each.iter().map(|it| (it.container.clone(), it.clone())).collect()
        };
        let (now, before) = (by_id(&self.now), self.before.as_deref().map(by_id).unwrap_or_default());
        let elapsed = self.before.as_ref().map(|it| self.now.clock.saturating_sub(it.clock).as_secs_f64());
        let used = |now: &Group, before: Option<&Group>| Used {
            cpu: before.and_then(|it| {
                let spent = now.cpu?.checked_sub(it.cpu?)?;
                Some(100.0 * spent.as_secs_f64() / elapsed?)
            }),
            memory: now.memory,
            pids: now.pids,
        };
        let each = containers.into_iter().filter_map(|container| {
            let group = now.get(&container.id)?;
            Some((container, used(group, before.get(&container.id))))
        });
        each.collect()
    }
}

/// A reading for each container, by its name: a series goes on when it is made anew.
fn each(look: &Look, of: fn(&Used) -> Option<f64>) -> Vec<Reading> {
    let (Ok(containers), Ok(usage)) = (&look.containers, &look.usage) else { return Vec::new() };
    let each = usage.of(containers).into_iter();
    each.filter_map(|(container, used)| Some(Reading::of(&container.name, of(&used)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::{at, container, machine};
    use crate::ports::{ContainerState, Unknown};
    use crate::sample::tests::look;

    fn groups(second: u64, each: &[(&str, Option<u64>, Option<u64>)]) -> Groups {
        let group = |(id, cpu, memory): &(&str, Option<u64>, Option<u64>)| Group {
            container: format!("id-{id}"),
            cpu: cpu.map(Duration::from_millis),
            memory: *memory,
            pids: Some(3),
        };
        Groups { clock: Duration::from_secs(second), each: each.iter().map(group).collect() }
    }

    fn between(before: Option<Groups>, now: Groups, names: &[&str]) -> Look {
        let mut look = look(None, machine(at(60)));
        look.containers = Ok(names.iter().map(|it| container(it, ContainerState::Running)).collect());
        look.usage = Ok(Usage { at: at(60), now: Arc::new(now), before: before.map(Arc::new) });
        look
    }

    #[test]
    fn two_counts_are_a_share_of_a_core_and_one_is_memory_alone() {
        let first = groups(0, &[("a", Some(1000), Some(7)), ("b", Some(5), None)]);
        let second =
            groups(60, &[("a", Some(91_000), Some(9)), ("b", Some(5), None), ("c", Some(1), Some(1))]);
        let look = between(Some(first.clone()), second.clone(), &["a", "b", "c", "d"]);
        assert_eq!((CPU.read)(&look), [Reading::of("a", 150.0), Reading::of("b", 0.0)]);
        assert_eq!((MEMORY.read)(&look), [Reading::of("a", 9.0), Reading::of("c", 1.0)]);
        assert_eq!((CPU.read)(&between(None, second, &["a"])), []);
        // It was started anew: its count began again.
        assert_eq!((CPU.read)(&between(Some(first), groups(60, &[("a", Some(3), None)]), &["a"])), []);
    }

    #[test]
    fn what_has_no_name_leaves_no_trace() {
        let mut look = between(None, groups(0, &[("a", None, Some(1)), ("b", None, Some(2))]), &["a"]);
        assert_eq!((MEMORY.read)(&look), [Reading::of("a", 1.0)]);
        look.containers = Err(Unknown::because("Docker is silent"));
        assert_eq!((MEMORY.read)(&look), []);
    }

    #[tokio::test]
    async fn a_count_from_long_ago_or_of_this_moment_is_no_count_before() {
        let world = crate::fakes::World::new();
        for (second, expected) in [(100, true), (40, false), (5000, false)] {
            world.script_groups([Ok(groups(40, &[])), Ok(groups(second, &[]))]);
            let first = Usage::count(&*world, None, at(0)).await.expect("scripted");
            assert!(first.before.is_none());
            let second = Usage::count(&*world, Some(first), at(60)).await.expect("scripted");
            assert_eq!(second.before.is_some(), expected);
        }
    }
}
