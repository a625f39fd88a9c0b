//! The dead man's switch, as far as it is a decision: whether the watch is well enough to say so.
//!
//! Somebody outside waits for a beat and sounds the alarm when none comes. So a beat means "whatever goes wrong on the
//! machine, its owner will hear of it", and nothing less: it is judged by when the watch last did what it is for. A
//! process that hangs says nothing at all, which is the point. A store that has fallen back to memory is no reason: it
//! was told in the chat, and alerts go on.

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::notice::Notice;
use crate::ports::{BeaconError, Source};
use crate::{JobContext, JobError};

/// A watch that has not sampled or judged for so long is not well. Longer if the declared cadence is slower.
const IDLE: SignedDuration = SignedDuration::from_secs(90);
/// So many cadences may pass without a good run.
const CADENCES: i64 = 3;

/// How a beat is declared.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The chat may be silent for so long: 5 m. A long poll takes up to a minute, and a failing one backs off.
    pub deaf: Duration,
    /// News may wait for so long while nothing arrives anywhere: 15 m.
    pub stuck: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { deaf: Duration::from_secs(5 * 60), stuck: Duration::from_secs(15 * 60) }
    }
}

/// Something that is done again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habit {
    /// When it was last done well.
    pub last: Option<Timestamp>,
    /// How far apart it is declared to be done.
    pub every: SignedDuration,
}

/// What is known of the watch itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// When it began.
    pub started: Timestamp,
    /// Looks at the machine.
    pub sampled: Habit,
    /// Judgements of what was seen.
    pub evaluated: Habit,
    /// The last answer of the chat, also "nothing new"; nothing where a silent chat means nothing, as in a terminal.
    pub polled: Option<Option<Timestamp>>,
    /// Since when news waits while nothing has arrived anywhere.
    pub undelivered: Source<Option<Timestamp>>,
}

/// How the watch is.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// It does what it is for.
    Alive,
    /// It runs, and does not do what it is for. Never empty.
    Failing(Vec<Reason>),
}

/// What the watch does not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing was sampled for so long.
    Blind(SignedDuration),
    /// Nothing was judged for so long.
    Thoughtless(SignedDuration),
    /// The chat has not answered for so long.
    Deaf(SignedDuration),
    /// News has waited for so long.
    Mute(SignedDuration),
    /// Whether news waits is not known.
    Forgetful(String),
}

/// In English, for whoever reads the alarm. Holds nothing that is secret.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blind(age) => write!(f, "nothing was sampled for {} s", age.as_secs()),
            Self::Thoughtless(age) => write!(f, "nothing was judged for {} s", age.as_secs()),
            Self::Deaf(age) => write!(f, "the chat has not answered for {} s", age.as_secs()),
            Self::Mute(age) => write!(f, "news has waited for {} s and nothing arrives", age.as_secs()),
            Self::Forgetful(why) => write!(f, "the store cannot be read: {why}"),
        }
    }
}

/// Judges the watch by what is known of it.
pub fn state(facts: &Facts, settings: &Settings, now: Timestamp) -> State {
    let age = |at: Option<Timestamp>| now.duration_since(at.unwrap_or(facts.started));
    let late = |habit: Habit| {
        let every = SignedDuration::from_secs(habit.every.as_secs().saturating_mul(CADENCES));
        Some(age(habit.last)).filter(|age| IDLE.max(every) < *age)
    };
    let longer = |age: SignedDuration, most: Duration| {
        Some(age).filter(|age| SignedDuration::try_from(most).is_ok_and(|most| most < *age))
    };
    let polled = facts.polled.and_then(|at| longer(age(at), settings.deaf));
    let waiting = match &facts.undelivered {
        Ok(since) => since.and_then(|at| longer(now.duration_since(at), settings.stuck)).map(Reason::Mute),
        Err(unknown) => Some(Reason::Forgetful(unknown.why.clone())),
    };
    let reasons = [
        late(facts.sampled).map(Reason::Blind),
        late(facts.evaluated).map(Reason::Thoughtless),
        polled.map(Reason::Deaf),
        waiting,
    ];
    let reasons: Vec<Reason> = reasons.into_iter().flatten().collect();
    if reasons.is_empty() { State::Alive } else { State::Failing(reasons) }
}

/// Tells whoever waits outside how the watch is.
pub async fn run(settings: &Settings, context: JobContext<'_>) -> Result<Vec<Notice>, JobError> {
    let Some(beacon) = &context.ports.beacon else {
        return Err(BeaconError("only a watch that goes on can say that it is alive".to_owned()).into());
    };
    let state = state(&beacon.facts(), settings, context.now);
    beacon.signal(&state).await?;
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use async_trait::async_trait;

    use super::*;
    use crate::fakes::World;
    use crate::ports::{Beacon, Unknown};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("a time")
    }

    fn seconds(count: i64) -> SignedDuration {
        SignedDuration::from_secs(count)
    }

    /// A watch that began long ago and is well at 10 000.
    fn well() -> Facts {
        let habit = |every| Habit { last: Some(at(9_990)), every: seconds(every) };
        Facts {
            started: at(0),
            sampled: habit(10),
            evaluated: habit(30),
            polled: Some(Some(at(9_950))),
            undelivered: Ok(None),
        }
    }

    fn check(facts: &Facts, expected: &[&str]) {
        let said = match state(facts, &Settings::default(), at(10_000)) {
            State::Alive => Vec::new(),
            State::Failing(reasons) => reasons.iter().map(Reason::to_string).collect(),
        };
        assert_eq!(said, expected);
    }

    #[test]
    fn a_watch_that_does_what_it_is_for_is_alive() {
        check(&well(), &[]);
        check(&Facts { polled: None, ..well() }, &[]);
        check(&Facts { undelivered: Ok(Some(at(9_200))), ..well() }, &[]);
    }

    #[test]
    fn whatever_it_does_not_do_is_named() {
        let never = Habit { last: None, every: seconds(10) };
        check(&Facts { sampled: never, ..well() }, &["nothing was sampled for 10000 s"]);
        let late = Habit { last: Some(at(9_909)), every: seconds(30) };
        check(&Facts { evaluated: late, ..well() }, &["nothing was judged for 91 s"]);
        check(&Facts { polled: Some(Some(at(9_699))), ..well() }, &["the chat has not answered for 301 s"]);
        check(
            &Facts { undelivered: Ok(Some(at(9_000))), ..well() },
            &["news has waited for 1000 s and nothing arrives"],
        );
        let unread = Err(Unknown::because("disk I/O error"));
        check(&Facts { undelivered: unread, ..well() }, &["the store cannot be read: disk I/O error"]);
        let all = Facts { sampled: never, polled: Some(None), ..well() };
        check(&all, &["nothing was sampled for 10000 s", "the chat has not answered for 10000 s"]);
    }

    #[test]
    fn a_slow_cadence_and_a_young_watch_are_given_time() {
        let slow = Habit { last: Some(at(9_200)), every: seconds(300) };
        check(&Facts { sampled: slow, evaluated: slow, ..well() }, &[]);
        let never = Habit { last: None, every: seconds(10) };
        let young =
            Facts { started: at(9_930), sampled: never, evaluated: never, polled: Some(None), ..well() };
        check(&young, &[]);
    }

    /// What was said to whoever waits outside.
    struct Lamp(Facts, Mutex<Vec<State>>);

    #[async_trait]
    impl Beacon for Lamp {
        fn facts(&self) -> Facts {
            self.0.clone()
        }

        async fn signal(&self, state: &State) -> Result<(), BeaconError> {
            self.1.lock().expect("whole").push(state.clone());
            Ok(())
        }
    }

    async fn beat(beacon: Option<Arc<dyn Beacon>>) -> Result<Vec<Notice>, JobError> {
        let ports = crate::Ports { beacon, ..World::new().ports() };
        let context = JobContext { now: at(10_000), job: "beat", rules: &[], ports: &ports };
        crate::run(&crate::declare::Work::Beat(Settings::default()), context).await
    }

    #[tokio::test]
    async fn a_beat_says_how_the_watch_is() {
        let deaf = Facts { polled: Some(Some(at(9_000))), ..well() };
        let lamp = Arc::new(Lamp(deaf, Mutex::default()));
        assert_eq!(beat(Some(lamp.clone())).await.expect("it was heard"), []);
        let said = lamp.1.lock().expect("whole").clone();
        assert_eq!(said, [State::Failing(vec![Reason::Deaf(seconds(1000))])]);
    }

    #[tokio::test]
    async fn where_no_watch_goes_on_nothing_is_said() {
        let error = beat(None).await.expect_err("nobody is alive here");
        assert!(error.to_string().contains("only a watch that goes on"), "{error}");
    }
}
