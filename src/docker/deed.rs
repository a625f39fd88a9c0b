//! What is done to a container: whom to tell of it, and whether it has happened where the engine did not say.

use jiff::Timestamp;
use jobs::ports::{ContainerDetail, ContainerState, EngineError, Heard, Verb};
use tokio::sync::broadcast;

/// Whether the container ends by this, so that those who watch must know whose will it was.
pub(super) fn ends(verb: Verb) -> bool {
    match verb {
        Verb::Stop | Verb::Restart | Verb::Kill => true,
        Verb::Start | Verb::Pause | Verb::Unpause => false,
    }
}

/// Whether `verb` was done to a container that was last started at `started` before, by how it is now.
pub(super) fn is_done(verb: Verb, started: Option<Timestamp>, after: &ContainerDetail) -> bool {
    let is_anew = started < after.started;
    match verb {
        // What became of it afterwards is another matter.
        Verb::Restart => is_anew,
        Verb::Start => is_anew || after.state == ContainerState::Running,
        Verb::Stop => is_down(&after.state),
        Verb::Kill => is_down(&after.state) || is_anew,
        Verb::Pause => after.state == ContainerState::Paused,
        Verb::Unpause => after.state == ContainerState::Running,
    }
}

fn is_down(state: &ContainerState) -> bool {
    match state {
        ContainerState::Exited | ContainerState::Dead | ContainerState::Removing => true,
        ContainerState::Created
        | ContainerState::Running
        | ContainerState::Paused
        | ContainerState::Restarting
        | ContainerState::Other(_)
        | ContainerState::Unsaid => false,
    }
}

/// Whether the engine was asked and said no.
pub(super) fn is_refusal(error: &EngineError) -> bool {
    matches!(error, EngineError::Refused(_))
}

/// Whether nothing comes of an order to end a container that was answered like this: `after` is how it was found then.
pub(super) fn is_void(
    error: &EngineError,
    started: Option<Timestamp>,
    after: Option<&ContainerDetail>,
) -> bool {
    match error {
        EngineError::Refused(_) => after.is_none_or(|it| !is_done(Verb::Kill, started, it)),
        EngineError::Unreachable(_) | EngineError::NoSuchContainer(_) => true,
        // It may still happen.
        EngineError::Unanswered(_) | EngineError::Garbled(_) => false,
    }
}

/// An order that was given: those who follow the events take the container's end for ours until it is withdrawn.
pub(super) struct Order<'a> {
    orders: &'a broadcast::Sender<Heard>,
    id: String,
}

impl<'a> Order<'a> {
    /// Told before the engine is asked, so that it is known before the engine says that it was done. That nobody
    /// follows is no matter.
    pub(super) fn give(orders: &'a broadcast::Sender<Heard>, id: &str) -> Self {
        orders.send(Heard::Ours(id.to_owned())).ok();
        Self { orders, id: id.to_owned() }
    }

    /// Nothing comes of it. Left standing, it would explain away the container's next crash.
    pub(super) fn withdraw(self) {
        self.orders.send(Heard::Withdrawn(self.id)).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_seen_by_what_became_of_it() {
        use ContainerState::{Created, Dead, Exited, Paused, Removing, Restarting, Running, Unsaid};
        let at = |second: i64| Timestamp::from_second(second).ok();
        let check = |verb: Verb, started: i64, state: ContainerState, expected: bool| {
            let after = ContainerDetail { state, started: at(started), ..ContainerDetail::default() };
            assert_eq!(is_done(verb, at(5), &after), expected, "{verb:?} {started} {:?}", after.state);
        };
        check(Verb::Stop, 5, Running, false);
        for state in [Exited, Dead, Removing] {
            check(Verb::Stop, 5, state.clone(), true);
            check(Verb::Kill, 5, state.clone(), true);
            check(Verb::Restart, 5, state, false);
        }
        for state in [Running, Paused, Restarting, Created, Unsaid, ContainerState::Other("new".into())] {
            check(Verb::Stop, 5, state.clone(), false);
            check(Verb::Kill, 5, state, false);
        }
        check(Verb::Kill, 6, Running, true);
        check(Verb::Restart, 5, Running, false);
        check(Verb::Restart, 6, Running, true);
        check(Verb::Restart, 6, Exited, true);
        check(Verb::Start, 5, Running, true);
        check(Verb::Start, 5, Exited, false);
        check(Verb::Start, 6, Exited, true);
        check(Verb::Pause, 5, Paused, true);
        check(Verb::Pause, 5, Running, false);
        check(Verb::Unpause, 5, Running, true);
        check(Verb::Unpause, 5, Paused, false);
        let never = ContainerDetail { state: Running, started: at(6), ..ContainerDetail::default() };
        assert!(is_done(Verb::Restart, None, &never));
    }

    #[test]
    fn an_order_stands_until_it_is_certain_that_nothing_comes_of_it() {
        let started = Timestamp::from_second(5).ok();
        let found = |state| ContainerDetail { state, started, ..ContainerDetail::default() };
        let refused = EngineError::Refused("no".into());
        assert!(is_void(&refused, started, Some(&found(ContainerState::Running))));
        assert!(!is_void(&refused, started, Some(&found(ContainerState::Exited))), "it was stopped first");
        assert!(is_void(&refused, started, None));
        assert!(is_void(&EngineError::Unreachable("gone".into()), started, None));
        assert!(is_void(&EngineError::NoSuchContainer("a".into()), started, None));
        assert!(!is_void(&EngineError::Unanswered("late".into()), started, None));
        assert!(!is_void(&EngineError::Garbled("odd".into()), started, None));
    }
}
