//! What was heard and has no answer yet. It is written down together with how far we have read, so whoever is killed in
//! between leaves nobody waiting: the next watch answers what only reads, and says of the rest how far it had come.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use jobs::audit::{Outcome, Who};
use jobs::notice::CutOff;
use jobs::ports::{Store, StoreError, Verb};
use jobs::role::Role;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::command::parse::{Asked, parse};
use crate::command::{self, Danger, trail};
use crate::message::{Heard, Incoming, MessageId, Place, UserId};
use crate::present::Action;
use crate::store::{Database, Fact};
use crate::totp;
use crate::transport::{Bookmark, BookmarkError, Durable};

/// Where it is written down.
const OWED: &str = "owed/1";
/// Of more than so many at once nobody waits for each: the oldest are forgotten.
const MOST: usize = 30;
/// The chat's clock and ours may differ by so much when the audit is asked what was begun since.
const CLOCKS: SignedDuration = SignedDuration::from_secs(5);

/// Something that was heard and has no answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Debt {
    from: UserId,
    pub(super) place: Place,
    group: bool,
    at: Timestamp,
    what: What,
    /// Whether it was begun a second time already. What ends us twice is not tried for ever.
    again: bool,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum What {
    /// These words were written.
    Said { text: String, message: MessageId },
    /// A button was pressed that stood for this line, and that was to change something if it answers a question.
    Pressed { key: String, query: String, message: Option<MessageId>, line: String, acts: bool },
}

/// What is to be done about it by the next watch.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Remedy {
    /// It is answered as if it were heard now.
    Again,
    /// Whoever asked is told.
    Tell(CutOff),
    /// Nobody waits for it.
    Nothing,
}

impl Debt {
    /// As it was heard.
    pub(super) fn incoming(&self) -> Incoming {
        let heard = match self.what.clone() {
            What::Said { text, message } => Heard::Said { text, message },
            What::Pressed { key, query, message, .. } => Heard::Pressed { key, query, message },
        };
        let Self { from, place, group, at, .. } = *self;
        Incoming { from, language: None, place, group, at, heard }
    }

    /// Whether it may be answered once more, should the power fail before the disk has it: what only reads, and what asks
    /// before it acts.
    fn may_come_again(&self) -> bool {
        let line = match &self.what {
            What::Pressed { acts: true, .. } => return false,
            What::Said { text, .. } => text,
            What::Pressed { .. } => self.line(),
        };
        match parse(line, None) {
            Asked::Command { name, arguments } => repeated(&name, &arguments) == Remedy::Again,
            Asked::ForAnother | Asked::Talk => true,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        (self.place, &self.what) == (other.place, &other.what)
    }

    /// What was asked for, as a command line.
    fn line(&self) -> &str {
        match &self.what {
            What::Said { text, .. } => text.lines().next().unwrap_or_default(),
            What::Pressed { line, .. } => trail::taken(line).0,
        }
    }

    /// The same for people: without the marks that only buttons have.
    pub(super) fn shown(&self) -> String {
        command::written(self.line())
    }
}

impl What {
    /// Whether this is it.
    fn is(&self, heard: &Heard) -> bool {
        match (self, heard) {
            (Self::Said { message, .. }, Heard::Said { message: other, .. }) => message == other,
            (Self::Pressed { query, .. }, Heard::Pressed { query: other, .. }) => query == other,
            (Self::Said { .. } | Self::Pressed { .. }, _) => false,
        }
    }
}

/// The list of it, in the store.
pub(crate) struct Owed {
    database: Database,
    people: HashSet<UserId>,
    clock: Clock,
    debts: Mutex<Vec<Debt>>,
}

impl Owed {
    /// To these people: nobody else is owed an answer.
    pub(super) fn new(database: Database, people: impl Iterator<Item = UserId>, clock: Clock) -> Self {
        let written = database.get_state(OWED).unwrap_or_else(|error| {
            tracing::warn!(%error, "what an earlier watch did not answer cannot be read");
            None
        });
        // What another release wrote and this one cannot read is asked for again by whoever waits.
        let debts = written.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default();
        Self { database, people: people.collect(), clock, debts: Mutex::new(debts) }
    }

    /// What is owed so far.
    pub(super) fn left(&self) -> Vec<Debt> {
        self.lock().clone()
    }

    /// What is to be done about something that the watch before this one left.
    pub(super) fn decide(&self, debt: &Debt, now: Timestamp) -> Remedy {
        if !self.people.contains(&debt.from) {
            return Remedy::Nothing;
        }
        match &debt.what {
            What::Pressed { acts: true, .. } => Remedy::Tell(self.came_of(debt, now)),
            What::Said { .. } | What::Pressed { .. } if debt.again => Remedy::Tell(CutOff::Unanswered),
            What::Said { text, .. } => match parse(text, None) {
                // In a group nobody waits for an answer to what was said to others.
                Asked::ForAnother | Asked::Talk if debt.group => Remedy::Nothing,
                Asked::ForAnother => Remedy::Nothing,
                Asked::Talk => Remedy::Again,
                Asked::Command { name, arguments } => repeated(&name, &arguments),
            },
            What::Pressed { .. } => match parse(debt.line(), None) {
                Asked::Command { name, arguments } => repeated(&name, &arguments),
                Asked::ForAnother | Asked::Talk => Remedy::Nothing,
            },
        }
    }

    /// How far a confirmed order had come, by the audit: it is written before anything is done.
    fn came_of(&self, debt: &Debt, now: Timestamp) -> CutOff {
        let Asked::Command { name, arguments } = parse(debt.line(), None) else { return CutOff::NotBegun };
        let Some(command) = command::find(&name) else { return CutOff::NotBegun };
        let since = debt.at.min(now).checked_sub(CLOCKS).unwrap_or(Timestamp::MIN);
        let (who, written) = (Who::of(debt.from.0), command.written(&arguments));
        let deeds = match self.database.deeds(since) {
            Ok(deeds) => deeds,
            Err(error) => {
                tracing::warn!(%error, "the audit cannot be asked what was begun");
                return CutOff::Unknown;
            }
        };
        // The newest comes first.
        let deed = deeds.into_iter().find(|it| it.who == who && it.what == name && it.target == written);
        match deed {
            None => CutOff::NotBegun,
            Some(it) if matches!(it.outcome, Outcome::Begun | Outcome::Unknown) => CutOff::Unknown,
            Some(it) if it.words.is_empty() => CutOff::Unanswered,
            Some(it) => CutOff::Ended { words: it.words },
        }
    }

    /// It is about to be answered a second time.
    pub(super) fn begins_again(&self, debt: &Debt) {
        let mut debts = self.lock();
        for it in debts.iter_mut().filter(|it| it.is_same(debt)) {
            it.again = true;
        }
        self.write(&debts, |facts| self.database.put_facts(facts));
    }

    /// It was answered, as well as that could be done.
    pub(super) fn answered(&self, incoming: &Incoming) {
        let is_it = |it: &&Debt| it.place == incoming.place && it.what.is(&incoming.heard);
        let Some(debt) = self.lock().iter().find(is_it).cloned() else { return };
        self.strike(&debt, |facts| self.database.put_facts(facts));
    }

    /// Strikes it out, by writing what is still owed in this way.
    pub(super) fn strike(&self, debt: &Debt, write: impl FnOnce(&[Fact]) -> Result<(), StoreError>) {
        let mut debts = self.lock();
        debts.retain(|it| !it.is_same(debt));
        self.write(&debts, write);
    }

    fn write(&self, debts: &[Debt], write: impl FnOnce(&[Fact]) -> Result<(), StoreError>) {
        let written = fact(debts).and_then(|it| write(&[it]));
        if let Err(error) = written {
            tracing::warn!(%error, "what is owed an answer could not be written down");
        }
    }

    /// What one of our people is heard to say now, if an answer to it can be made up for.
    fn debt(&self, incoming: &Incoming) -> Option<Debt> {
        let Incoming { from, place, group, at, .. } = *incoming;
        let what = match &incoming.heard {
            // A code is good once, and what it was for is forgotten with us.
            Heard::Said { text, .. } if totp::digits(text).is_some() => return None,
            Heard::Said { text, message } => What::Said { text: text.clone(), message: *message },
            Heard::Pressed { key, query, message } => {
                let row = self.database.button(key, self.clock.now()).ok().flatten()?;
                let Ok(Action::Run { line, confirmed, .. }) = serde_json::from_str(&row.action) else {
                    return None;
                };
                let (key, query) = (key.clone(), query.clone());
                What::Pressed { key, query, message: *message, line, acts: confirmed }
            }
        };
        Some(Debt { from, place, group, at, what, again: false })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Debt>> {
        self.debts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bookmark for Owed {
    fn load(&self) -> Result<Option<i64>, BookmarkError> {
        self.database.load()
    }

    fn save(&self, next: i64) -> Result<(), BookmarkError> {
        self.database.save(next)
    }

    fn save_heard(&self, next: i64, heard: &[Incoming]) -> Result<Durable, BookmarkError> {
        let ours = heard.iter().filter(|it| self.people.contains(&it.from));
        let known: Vec<Option<Debt>> = ours.map(|it| self.debt(it)).collect();
        // Nobody knows what comes of a code, or of a button that is not a line.
        let comes_again = known.iter().all(|it| it.as_ref().is_some_and(Debt::may_come_again));
        let durable = match (known.is_empty(), comes_again) {
            // Strangers, once more, are strangers.
            (true, _) => Durable::Never,
            (false, true) => Durable::BeforeConfirming,
            (false, false) => Durable::First,
        };
        let new: Vec<Debt> = known.into_iter().flatten().collect();
        if new.is_empty() {
            return self.database.note(next, None).map(|()| durable);
        }
        let mut debts = self.lock();
        let mut all = debts.clone();
        // What could not be written down is delivered again.
        all.retain(|it| !new.iter().any(|new| new.is_same(it)));
        all.extend(new);
        let surplus = all.len().saturating_sub(MOST);
        all.drain(..surplus);
        let fact = fact(&all).map_err(|error| BookmarkError(error.to_string()))?;
        self.database.note(next, Some(&fact))?;
        *debts = all;
        Ok(durable)
    }

    fn make_durable(&self, next: i64) -> Result<(), BookmarkError> {
        self.database.make_durable(next)
    }
}

fn fact(debts: &[Debt]) -> Result<Fact, StoreError> {
    let value = serde_json::to_string(debts).map_err(|error| StoreError(error.to_string()))?;
    Ok(Fact { name: OWED, value })
}

/// What only reads is answered, and what asks before it acts asks. What acts at once may have done so.
fn repeated(name: &str, arguments: &[&str]) -> Remedy {
    let Some(command) = command::find(name) else { return Remedy::Again };
    let reads = command.danger_of(arguments) == Danger::None && command.role(arguments) == Role::Viewer;
    let asks = Verb::ALL.iter().any(|it| it.name() == name) || name == "fix";
    if reads || asks { Remedy::Again } else { Remedy::Tell(CutOff::Unanswered) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::ChatId;
    use crate::store::{ButtonRow, Limits};
    use jobs::audit::Deed;

    const OWNER: UserId = UserId(42);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_793_491_200 + second).expect("a date")
    }

    fn owed(database: &Database) -> Owed {
        Owed::new(database.clone(), [OWNER].into_iter(), Clock::new(|| at(10)))
    }

    fn heard(from: UserId, heard: Heard) -> Incoming {
        Incoming { from, language: None, place: Place::chat(ChatId(from.0)), group: false, at: at(0), heard }
    }

    fn said(number: i64, text: &str) -> Incoming {
        heard(OWNER, Heard::Said { text: text.to_owned(), message: MessageId(number) })
    }

    /// A button that stands for this line, pressed.
    fn pressed(database: &Database, line: &str, confirmed: bool) -> Incoming {
        let key = ButtonRow::new_key();
        let action = Action::Run { line: line.to_owned(), confirmed, edit: true };
        let action = serde_json::to_string(&action).expect("an action");
        let place = Place::chat(ChatId(OWNER.0));
        let expires = at(1000);
        let row = ButtonRow { key: key.clone(), user: Some(OWNER), place, action, generation: 0, expires };
        database.put_buttons(&[row]).expect("room");
        heard(OWNER, Heard::Pressed { query: format!("q{key}"), key, message: Some(MessageId(1)) })
    }

    #[test]
    fn what_was_heard_is_owed_until_it_is_answered_and_to_nobody_but_our_people() {
        let database = Database::in_memory(Limits::default());
        let first = owed(&database);
        let stranger = heard(UserId(7), Heard::Said { text: "/status".to_owned(), message: MessageId(9) });
        first
            .save_heard(5, &[said(1, "/status"), stranger, said(2, "123 456"), said(3, "/ps")])
            .expect("room");
        assert_eq!(database.load(), Ok(Some(5)));
        first.answered(&said(1, "/status"));
        let next = owed(&database);
        let left: Vec<String> = next.left().iter().map(|it| it.line().to_owned()).collect();
        assert_eq!(left, ["/ps"]);
        assert_eq!(next.left()[0].incoming(), said(3, "/ps"));
        next.answered(&said(3, "/ps"));
        assert_eq!(owed(&database).left(), []);
    }

    #[test]
    fn what_acts_is_on_the_disk_before_anybody_acts_and_what_reads_before_the_chat_forgets_it() {
        let database = Database::in_memory(Limits::default());
        let list = owed(&database);
        let check = |heard: &[Incoming], expected: Durable| {
            assert_eq!(list.save_heard(7, heard), Ok(expected), "{heard:?}");
            assert_eq!(database.load(), Ok(Some(7)), "whoever only dies has it: {heard:?}");
        };
        for line in ["/status", "/graph cpu 7d", "/ps", "hello", "/nonsense", "/restart nginx", "/fix"] {
            check(&[said(1, line)], Durable::BeforeConfirming);
        }
        for line in ["/mute 1h", "/heal off", "/jobs run sample", "123 456"] {
            check(&[said(1, line)], Durable::First);
            check(&[said(2, "/status"), said(1, line)], Durable::First);
        }
        check(&[pressed(&database, "/ps 2", false)], Durable::BeforeConfirming);
        check(&[pressed(&database, "/restart nginx#a0a0", true)], Durable::First);
        check(&[pressed(&database, "/mute 1h", false)], Durable::First);
        let unknown = Heard::Pressed { key: ButtonRow::new_key(), query: "q".to_owned(), message: None };
        check(&[heard(OWNER, unknown)], Durable::First);
        let stranger = heard(UserId(7), Heard::Said { text: "/mute 1h".to_owned(), message: MessageId(9) });
        check(std::slice::from_ref(&stranger), Durable::Never);
        check(&[stranger, said(3, "/status")], Durable::BeforeConfirming);
        check(&[], Durable::Never);
    }

    #[test]
    fn what_reads_or_asks_is_answered_once_more_and_not_for_ever() {
        let database = Database::in_memory(Limits::default());
        let list = owed(&database);
        let decide = |list: &Owed, incoming: &Incoming| {
            list.save_heard(1, std::slice::from_ref(incoming)).expect("room");
            let debt = list.left().pop().expect("one");
            (list.decide(&debt, at(20)), debt)
        };
        for line in ["/status", "/restart nginx", "/fix", "hello", "/nonsense", "/graph cpu 7d"] {
            assert_eq!(decide(&list, &said(1, line)).0, Remedy::Again, "{line}");
        }
        for line in ["/mute 1h", "/heal off", "/jobs run sample"] {
            assert_eq!(decide(&list, &said(1, line)).0, Remedy::Tell(CutOff::Unanswered), "{line}");
        }
        let (_, debt) = decide(&list, &said(2, "/graph cpu"));
        list.begins_again(&debt);
        let next = owed(&database);
        let debt = next.left().pop().expect("still owed");
        assert_eq!(next.decide(&debt, at(30)), Remedy::Tell(CutOff::Unanswered));
        let look = pressed(&database, "/ps 2", false);
        assert_eq!(decide(&next, &look).0, Remedy::Again);
    }

    #[test]
    fn of_a_confirmed_order_the_audit_says_how_far_it_had_come_and_it_is_never_repeated() {
        let check = |steps: &[(Outcome, &str)], expected: CutOff| {
            let database = Database::in_memory(Limits::default());
            let list = owed(&database);
            let press = pressed(&database, "/restart nginx#a0a0", true);
            list.save_heard(1, std::slice::from_ref(&press)).expect("room");
            let Heard::Pressed { key, .. } = &press.heard else { panic!("a press") };
            database.take_button(key, at(1)).expect("room");
            for (outcome, words) in steps {
                let deed = Deed::begun(at(2), Who::Person(OWNER.0), "restart", "nginx");
                database.put_deed(&deed.ended(*outcome, words)).expect("room");
            }
            let debt = owed(&database).left().pop().expect("one");
            assert_eq!(debt.shown(), "/restart nginx");
            assert_eq!(list.decide(&debt, at(20)), Remedy::Tell(expected), "{steps:?}");
        };
        check(&[], CutOff::NotBegun);
        check(&[(Outcome::Begun, "")], CutOff::Unknown);
        let words = "nginx was restarted".to_owned();
        check(&[(Outcome::Begun, ""), (Outcome::Done, &words)], CutOff::Ended { words: words.clone() });
        check(&[(Outcome::Role, "")], CutOff::Unanswered);
    }
}
