//! Each decision with its reason, on values alone; and what holds whatever the journal says.

use super::*;
use crate::fakes::scenes::at;
use crate::heal::past::{FAILURES, REST};
use crate::heal::{Heal, HealStep, MOST_OF_ALL, When};
use crate::ports::Right;

const MINUTE: i64 = 60;

fn policy() -> Policy {
    Policy::usual("unhealthy", When::Unhealthy)
}

fn attempt(number: u32, mode: Mode) -> Try {
    Try { policy: "unhealthy".to_owned(), verb: crate::ports::Verb::Restart, attempt: number, of: 3, mode }
}

fn heal(minute: i64, target: &str, what: HealStep) -> Heal {
    Heal { at: at(minute * MINUTE), alert: None, target: target.to_owned(), what }
}

fn began(minute: i64) -> Heal {
    heal(minute, "web", HealStep::Began { what: attempt(1, Mode::Auto), by: None })
}

fn asked(minute: i64) -> Heal {
    heal(minute, "web", HealStep::Began { what: attempt(1, Mode::Ask), by: Some(7) })
}

fn offered(minute: i64, mode: Mode) -> Heal {
    heal(minute, "web", HealStep::Offered(attempt(1, mode)))
}

fn verified(minute: i64, helped: bool) -> Heal {
    heal(minute, "web", HealStep::Verified { helped, since: None })
}

fn failed(minute: i64) -> [Heal; 2] {
    [began(minute), verified(minute + 2, false)]
}

const WELL: State = State::Well { since: None };

/// Ill since minute 0, judged at minute 100.
fn patient(state: State, bar: Option<Bar>) -> Patient {
    Patient { ill_since: Some(at(0)), state, bar, forbidden: false }
}

fn judge(mode: Mode, patient: &Patient, journal: &[Heal], minute: i64) -> Decision {
    let now = at(minute * MINUTE);
    let (past, common) = (Past::of(journal, "web"), Common::of(journal, now));
    decide(&policy(), mode, patient, &past, &common, MOST_OF_ALL, now)
}

fn wait(minute: i64, why: Pause) -> Decision {
    Decision::Wait { until: at(minute * MINUTE), why }
}

#[test]
fn what_is_ill_for_long_enough_is_offered_or_done() {
    let ill = patient(State::Ill, None);
    let check = |mode, minute, expected: Decision| assert_eq!(judge(mode, &ill, &[], minute), expected);
    check(Mode::Auto, 1, wait(2, Pause::Patience));
    check(Mode::Auto, 2, Decision::Act(attempt(1, Mode::Auto)));
    check(Mode::Ask, 2, Decision::Propose(attempt(1, Mode::Ask)));
    check(Mode::Observe, 2, Decision::Propose(attempt(1, Mode::Observe)));
    // A clock that was set back to before the illness.
    check(Mode::Auto, -30, wait(2, Pause::Patience));
}

#[test]
fn nothing_is_done_unless_both_the_incident_and_the_engine_say_it_is_ill() {
    let check = |patient: Patient, expected: Decision| {
        assert_eq!(judge(Mode::Auto, &patient, &[], 100), expected, "{patient:?}");
    };
    check(patient(WELL, None), Decision::Nothing(Idle::Well));
    check(patient(State::Undecided, None), Decision::Nothing(Idle::Well));
    check(Patient { ill_since: None, ..patient(State::Ill, None) }, Decision::Nothing(Idle::Well));
    check(patient(State::Undecided, Some(Bar::Starting)), Decision::Withhold(Bar::Starting));
}

#[test]
fn what_the_engine_refuses_is_said_once_and_offered_or_done_as_soon_as_it_may_be() {
    let forbidden = Patient { forbidden: true, ..patient(State::Ill, None) };
    let said = heal(3, "web", HealStep::Forbidden(Right::Restart));
    for mode in [Mode::Auto, Mode::Ask, Mode::Observe] {
        let check = |patient: &Patient, journal: &[Heal], minute, expected: Decision| {
            assert_eq!(judge(mode, patient, journal, minute), expected, "{mode:?} {journal:?}");
        };
        check(&forbidden, &[], 1, wait(2, Pause::Patience));
        check(&forbidden, &[], 3, Decision::Forbidden);
        check(&forbidden, std::slice::from_ref(&said), 4, Decision::Nothing(Idle::Forbidden));
        check(&patient(State::Ill, Some(Bar::Protected)), &[], 3, Decision::Withhold(Bar::Protected));
        // Ill anew: it is said anew.
        let again = Patient { ill_since: Some(at(60 * MINUTE)), ..forbidden.clone() };
        check(&again, std::slice::from_ref(&said), 100, Decision::Forbidden);
        let next = match mode {
            Mode::Auto => Decision::Act(attempt(1, mode)),
            Mode::Ask | Mode::Observe => Decision::Propose(attempt(1, mode)),
        };
        check(&patient(State::Ill, None), std::slice::from_ref(&said), 4, next);
    }
    // Offered, forbidden, and allowed again: what was on the card is offered anew.
    let journal = [offered(2, Mode::Ask), said];
    assert_eq!(judge(Mode::Ask, &forbidden, &journal, 4), Decision::Nothing(Idle::Forbidden));
    let ill = patient(State::Ill, None);
    assert_eq!(judge(Mode::Ask, &ill, &journal, 4), Decision::Propose(attempt(1, Mode::Ask)));
}

#[test]
fn what_is_forbidden_is_not_done_whatever_the_mode() {
    for bar in [
        Bar::Off,
        Bar::Own,
        Bar::Protected,
        Bar::OptedOut,
        Bar::Stopped,
        Bar::Updating,
        Bar::Muted,
        Bar::Starting,
        Bar::Paused,
        Bar::Restarting,
        Bar::Looping,
        Bar::Engine,
        Bar::Settling,
        Bar::Unknown,
    ] {
        for mode in [Mode::Auto, Mode::Ask, Mode::Observe] {
            assert_eq!(judge(mode, &patient(State::Ill, Some(bar)), &[], 100), Decision::Withhold(bar));
        }
    }
}

#[test]
fn an_attempt_is_verified_before_anything_else_and_never_repeated_at_once() {
    let check = |journal: &[Heal], state, bar, minute, expected: Decision| {
        assert_eq!(judge(Mode::Auto, &patient(state, bar), journal, minute), expected, "{journal:?}");
    };
    // Killed between the beginning and the end of it, or not: only looking tells.
    check(&[began(98)], State::Ill, None, 99, wait(100, Pause::Verifying));
    check(&[began(98)], State::Ill, None, 100, Decision::NotHelped);
    check(&[began(98)], WELL, None, 99, Decision::Helped { since: None });
    check(&[began(98)], WELL, Some(Bar::Off), 99, Decision::Helped { since: None });
    check(&[began(98)], State::Undecided, None, 100, Decision::NotHelped);
    check(&[began(98)], State::Undecided, Some(Bar::Starting), 101, wait(108, Pause::Verifying));
    let refused = HealStep::Ended { outcome: Outcome::Refused("403".to_owned()), along: Vec::new() };
    check(&[began(98), heal(98, "web", refused)], State::Ill, None, 99, Decision::NotHelped);
    // A clock that was set back: the attempt lies in the future.
    check(&[began(130)], State::Ill, None, 100, wait(132, Pause::Verifying));
}

#[test]
fn pauses_double_and_three_attempts_an_hour_are_enough() {
    let ill = patient(State::Ill, None);
    let check = |journal: &[Heal], minute, expected: Decision| {
        assert_eq!(judge(Mode::Auto, &ill, journal, minute), expected, "{journal:?} at {minute}");
    };
    let [first, second] = [failed(60), failed(65)];
    check(&first, 64, wait(65, Pause::CoolingDown));
    check(&first, 65, Decision::Act(attempt(2, Mode::Auto)));
    let two = [first.clone(), second].concat();
    check(&two, 74, wait(75, Pause::CoolingDown));
    check(&two, 75, Decision::Act(attempt(3, Mode::Auto)));
    let three = [two, failed(75).to_vec()].concat();
    check(&three, 77, Decision::GiveUp(Hopeless::Spent { tried: 3 }));
    let gave_up = heal(77, "web", HealStep::GaveUp(Hopeless::Spent { tried: 3 }));
    check(&[three, vec![gave_up]].concat(), 400, Decision::Nothing(Idle::GivenUp));
}

#[test]
fn a_new_illness_has_its_turn_when_the_hour_is_over() {
    let again = Patient { ill_since: Some(at(90 * MINUTE)), ..patient(State::Ill, None) };
    let gave_up = heal(77, "web", HealStep::GaveUp(Hopeless::Spent { tried: 3 }));
    let journal = [failed(60).to_vec(), failed(65).to_vec(), failed(75).to_vec(), vec![gave_up]].concat();
    assert_eq!(judge(Mode::Auto, &again, &journal, 100), Decision::GiveUp(Hopeless::Spent { tried: 3 }));
    // It helped since, somewhere: the breaker is no matter here.
    let journal = [journal, vec![heal(79, "db", HealStep::BreakerClosed)]].concat();
    assert_eq!(judge(Mode::Auto, &again, &journal, 136), Decision::Act(attempt(1, Mode::Auto)));
}

#[test]
fn what_was_offered_is_offered_once_until_somebody_answers() {
    let ill = patient(State::Ill, None);
    let check = |journal: &[Heal], minute, expected: Decision| {
        assert_eq!(judge(Mode::Ask, &ill, journal, minute), expected, "{journal:?}");
    };
    check(&[offered(60, Mode::Ask)], 500, Decision::Nothing(Idle::Offered));
    let declined = heal(61, "web", HealStep::Declined { by: 7 });
    check(&[offered(60, Mode::Ask), declined], 500, Decision::Nothing(Idle::Declined));
    let pressed = [offered(60, Mode::Ask), asked(62), verified(64, false)];
    check(&pressed, 66, wait(67, Pause::CoolingDown));
    check(&pressed, 67, Decision::Propose(attempt(2, Mode::Ask)));
    let thrice = [
        pressed.to_vec(),
        vec![offered(67, Mode::Ask), asked(68), verified(70, false)],
        vec![heal(70, "db", HealStep::BreakerClosed)],
        vec![offered(80, Mode::Ask), asked(81), verified(83, false)],
    ];
    check(&thrice.concat(), 90, Decision::GiveUp(Hopeless::Spent { tried: 3 }));
    // What nobody wanted an hour long was not tried, and is not given up.
    let ignored = [offered(-3, Mode::Ask), offered(-2, Mode::Ask), offered(-1, Mode::Ask)];
    check(&ignored, 30, wait(90, Pause::Spent));
}

#[test]
fn looking_on_says_it_once() {
    let ill = patient(State::Ill, None);
    let said = [offered(60, Mode::Observe)];
    assert_eq!(judge(Mode::Observe, &ill, &said, 500), Decision::Nothing(Idle::Offered));
    // It was only said, and now it may be asked.
    assert_eq!(judge(Mode::Ask, &ill, &said, 500), Decision::Propose(attempt(1, Mode::Ask)));
}

#[test]
fn what_loops_is_not_started_once_more() {
    let looping = patient(State::Ill, Some(Bar::Looping));
    let journal = [began(90), verified(92, false)];
    assert_eq!(judge(Mode::Auto, &looping, &journal, 93), Decision::GiveUp(Hopeless::Looping));
    assert_eq!(judge(Mode::Auto, &looping, &[], 93), Decision::Withhold(Bar::Looping));
}

#[test]
fn the_breaker_opens_after_three_in_a_row_and_one_attempt_closes_it() {
    let of = |journal: &[Heal], minute: i64| Common::of(journal, at(minute * MINUTE)).breaker;
    let other = |minute: i64, helped| heal(minute, "db", HealStep::Verified { helped, since: None });
    assert_eq!(of(&[verified(1, false), other(2, false)], 3), Breaker::Closed);
    assert_eq!(
        of(&[verified(1, false), other(2, true), verified(3, false), other(4, false)], 5),
        Breaker::Closed
    );
    let mut journal = vec![verified(1, false), other(2, false), verified(3, false)];
    assert_eq!(of(&journal, 3), Breaker::Due { failures: FAILURES });
    let until = at(3 * MINUTE) + REST;
    journal.push(heal(3, "web", HealStep::BreakerOpened { failures: 3, until }));
    assert_eq!(of(&journal, 62), Breaker::Open { until });
    assert_eq!(of(&journal, -5), Breaker::Open { until }, "a clock that was set back");
    let ill = patient(State::Ill, None);
    assert_eq!(judge(Mode::Auto, &ill, &journal, 62), Decision::Wait { until, why: Pause::Breaker });
    // What was under way when it opened shows nothing.
    journal.push(other(4, false));
    assert_eq!(of(&journal, 63), Breaker::HalfOpen { taken: false });
    assert_eq!(judge(Mode::Auto, &ill, &journal, 63), Decision::Act(attempt(1, Mode::Auto)));
    journal.push(heal(63, "db", HealStep::Began { what: attempt(1, Mode::Auto), by: None }));
    assert_eq!(of(&journal, 64), Breaker::HalfOpen { taken: true });
    assert!(matches!(judge(Mode::Auto, &ill, &journal, 64), Decision::Wait { why: Pause::Breaker, .. }));
    let failed = [journal.clone(), vec![other(65, false)]].concat();
    assert!(matches!(of(&failed, 65), Breaker::Due { .. }));
    let mended = [journal, vec![other(65, true)]].concat();
    assert_eq!(of(&mended, 65), Breaker::Mended);
    let closed = [mended, vec![heal(65, "db", HealStep::BreakerClosed)]].concat();
    assert_eq!(of(&closed, 65), Breaker::Closed);
}

#[test]
fn ten_an_hour_for_all_together_are_enough() {
    let began =
        |it: i64| heal(it, &format!("c{it}"), HealStep::Began { what: attempt(1, Mode::Auto), by: None });
    let journal: Vec<Heal> = (50..60).map(began).collect();
    let ill = patient(State::Ill, None);
    assert_eq!(judge(Mode::Auto, &ill, &journal, 100), wait(110, Pause::AllSpent));
    assert_eq!(judge(Mode::Auto, &ill, &journal, 110), Decision::Act(attempt(1, Mode::Auto)));
    // A person may be asked all the same.
    assert_eq!(judge(Mode::Ask, &ill, &journal, 100), Decision::Propose(attempt(1, Mode::Ask)));
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Two hundred lives of two days, each look by a process of its own that knows the journal and nothing else, under a
/// clock that is set back now and then: no container is acted upon more than three times an hour, all of them together no
/// more than ten times, and nothing that is forbidden is touched.
#[test]
fn no_budget_is_ever_exceeded_and_nothing_forbidden_is_touched() {
    for seed in 0..200 {
        let mut dice = Dice(seed);
        let mut journal: Vec<Heal> = Vec::new();
        let mut acts: Vec<(Timestamp, String)> = Vec::new();
        let mut now = at(0);
        for _ in 0..400 {
            now += Duration::from_secs(60 * (1 + dice.below(12)));
            if dice.below(60) == 0 {
                now -= Duration::from_secs(60 * dice.below(40));
            }
            let name = format!("c{}", dice.below(5));
            let state = [State::Ill, State::Ill, State::Ill, WELL, State::Undecided][dice.below(5) as usize];
            let bar = [None, None, None, Some(Bar::Stopped), Some(Bar::Protected), Some(Bar::Muted)]
                [dice.below(6) as usize];
            let ill_since = (0 < dice.below(8)).then(|| now - Duration::from_secs(60 * dice.below(90)));
            let forbidden = dice.below(9) == 0;
            let patient = Patient { ill_since, state, bar, forbidden };
            let mut sorted = journal.clone();
            sorted.sort_by_key(|it| it.at);
            let (past, common) = (Past::of(&sorted, &name), Common::of(&sorted, now));
            let note = |what| Heal { at: now, alert: None, target: name.clone(), what };
            if let Breaker::Due { failures } = common.breaker {
                journal.push(note(HealStep::BreakerOpened { failures, until: now + REST }));
                continue;
            }
            match decide(&policy(), Mode::Auto, &patient, &past, &common, MOST_OF_ALL, now) {
                Decision::Act(what) => {
                    assert_eq!((bar, state, forbidden), (None, State::Ill, false), "seed {seed}");
                    acts.push((now, name.clone()));
                    journal.push(note(HealStep::Began { what, by: None }));
                    // A crash may come before the end of it is written.
                    if dice.below(3) != 0 {
                        let ended = HealStep::Ended { outcome: Outcome::Done, along: Vec::new() };
                        journal.push(note(ended));
                    }
                }
                Decision::Helped { since } => journal.push(note(HealStep::Verified { helped: true, since })),
                Decision::NotHelped => {
                    journal.push(note(HealStep::Verified { helped: false, since: None }));
                }
                Decision::GiveUp(why) => journal.push(note(HealStep::GaveUp(why))),
                Decision::Forbidden => journal.push(note(HealStep::Forbidden(Right::Restart))),
                Decision::Propose(_) => panic!("it acts by itself"),
                Decision::Nothing(_) | Decision::Wait { .. } | Decision::Withhold(_) => {}
            }
        }
        for (at, name) in &acts {
            let within = |it: &&(Timestamp, String)| it.0 <= *at && since(*at, it.0) < HOUR;
            assert!(acts.iter().filter(within).count() <= MOST_OF_ALL as usize, "seed {seed}");
            let mine = acts.iter().filter(within).filter(|it| it.1 == *name).count();
            assert!(mine <= 3, "seed {seed}: {mine} of {name}");
        }
    }
}
