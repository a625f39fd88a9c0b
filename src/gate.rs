//! Who may speak. One gate for every kind of update: only listed people get past it, the rest gets silence;
//! and each of them gets a turn.

mod allowance;

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use jobs::notice::House;
use jobs::role::Role;

use self::allowance::Allowance;
pub use self::allowance::{Cost, Turn};
use crate::message::{Incoming, UserId};

/// How often the owner hears of strangers, at most.
const STRANGERS_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// Proof that somebody was admitted. Only the gate makes one, so no command can run without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    id: UserId,
    role: Role,
}

impl Operator {
    /// Who.
    pub fn id(self) -> UserId {
        self.id
    }

    /// What they may do, where no container's label says otherwise.
    pub fn role(self) -> Role {
        self.role
    }
}

/// The gate.
pub struct Gate {
    people: Vec<(UserId, Role)>,
    strangers: Mutex<Strangers>,
    /// What everybody has left; none: nobody is hurried.
    allowance: Option<Allowance>,
}

#[derive(Default)]
struct Strangers {
    unreported: u64,
    total: u64,
    reported: Option<Timestamp>,
}

/// What the gate says to an update.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Come in.
    Admitted(Operator),
    /// Silence; and now and then a word to the owner.
    Turned {
        /// What the owner should hear now.
        report: Option<House>,
    },
}

impl Gate {
    /// A gate for these people, each of whom may ask so much at a time.
    pub fn new(people: Vec<(UserId, Role)>) -> Self {
        Self { allowance: Some(Allowance::default()), ..Self::unhurried(people) }
    }

    /// The same where everybody may ask as much as they like: at a prompt nobody asks faster than they are answered.
    pub fn unhurried(people: Vec<(UserId, Role)>) -> Self {
        Self { people, strangers: Mutex::default(), allowance: None }
    }

    /// Whoever has that number, if they may pass.
    pub fn operator(&self, id: UserId) -> Option<Operator> {
        let role = self.people.iter().find(|it| it.0 == id)?.1;
        Some(Operator { id, role })
    }

    /// Whether what somebody asks is answered, or too much at once.
    pub fn turn(&self, operator: Operator, cost: Cost, now: Timestamp) -> Turn {
        self.allowance.as_ref().map_or(Turn::Given, |it| it.take(operator.id, cost, now))
    }

    /// How many updates of strangers were turned away since the start.
    pub fn turned_away(&self) -> u64 {
        self.strangers.lock().unwrap_or_else(std::sync::PoisonError::into_inner).total
    }

    /// Judges by `from.id` alone: never by chat, name or what a message claims.
    pub fn judge(&self, incoming: &Incoming, now: Timestamp) -> Verdict {
        if let Some(operator) = self.operator(incoming.from) {
            return Verdict::Admitted(operator);
        }
        let mut strangers = self.strangers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        strangers.total += 1;
        strangers.unreported += 1;
        let due = strangers.reported.is_none_or(|at| STRANGERS_EVERY <= now.duration_since(at) || now < at);
        let report = due.then(|| {
            strangers.reported = Some(now);
            House::Strangers { messages: std::mem::take(&mut strangers.unreported), last: incoming.from.0 }
        });
        Verdict::Turned { report }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{ChatId, Heard, MessageId, Place};

    fn said_by(id: i64) -> Incoming {
        Incoming {
            from: UserId(id),
            language: None,
            place: Place::chat(ChatId(7)),
            group: false,
            at: Timestamp::UNIX_EPOCH,
            heard: Heard::Said { text: "/status".into(), message: MessageId(1) },
        }
    }

    #[test]
    fn only_listed_people_pass_whatever_the_chat_is_called() {
        let gate = Gate::new(vec![(UserId(7), Role::Admin), (UserId(9), Role::Viewer)]);
        let now = Timestamp::UNIX_EPOCH;
        let admitted = |id, role| Verdict::Admitted(Operator { id: UserId(id), role });
        assert_eq!(gate.judge(&said_by(7), now), admitted(7, Role::Admin));
        assert_eq!(gate.judge(&said_by(9), now), admitted(9, Role::Viewer));
        assert!(matches!(gate.judge(&said_by(8), now), Verdict::Turned { .. }));
    }

    #[test]
    fn a_button_of_a_stranger_passes_no_more_than_his_words() {
        let gate = Gate::new(vec![(UserId(7), Role::Admin)]);
        let mut press = said_by(8);
        press.heard = Heard::Pressed { key: "k".into(), query: "q".into(), message: None };
        assert!(matches!(gate.judge(&press, Timestamp::UNIX_EPOCH), Verdict::Turned { .. }));
    }

    #[test]
    fn the_owner_hears_of_strangers_once_in_five_minutes() {
        let gate = Gate::new(vec![(UserId(7), Role::Admin)]);
        let at = |seconds| Timestamp::from_second(seconds).expect("a time");
        let report = |seconds| match gate.judge(&said_by(8), at(seconds)) {
            Verdict::Turned { report } => report,
            Verdict::Admitted(_) => panic!("admitted"),
        };
        assert_eq!(report(0), Some(House::Strangers { messages: 1, last: 8 }));
        assert_eq!(report(1), None);
        assert_eq!(report(299), None);
        assert_eq!(report(300), Some(House::Strangers { messages: 3, last: 8 }));
        assert_eq!(gate.turned_away(), 4);
    }
}
