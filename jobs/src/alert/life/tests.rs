//! Lives of an alert, look by look.

use proptest::prelude::*;

use super::*;
use crate::evaluate::{Absence, Detector};
use crate::fakes::scenes::at;
use crate::metric::SeriesKey;

fn rule(patience: u64, clear: u64) -> Rule {
    Rule {
        name: "cpu".to_owned(),
        metric: "cpu.busy".to_owned(),
        only: Vec::new(),
        except: Vec::new(),
        // Which detector it was makes no difference here.
        detector: Detector::Absence(Absence { after: Duration::from_secs(1) }),
        patience: Duration::from_secs(patience),
        clear: Duration::from_secs(clear),
        remedy: None,
    }
}

fn key() -> AlertKey {
    AlertKey { rule: "cpu".to_owned(), series: SeriesKey::whole("cpu.busy") }
}

fn ill(severity: Severity, observed: f64) -> Judgement {
    Judgement::Ill(Finding { observed, limit: 85.0, side: Side::Above, severity, forecast: None })
}

/// One look a letter: `w` warning, `c` critical, `.` well, `?` unknown, `l` learning, `s` settled.
fn judgement(letter: char) -> Judgement {
    match letter {
        'w' => ill(Severity::Warning, 90.0),
        'c' => ill(Severity::Critical, 97.0),
        '.' => Judgement::Well { observed: 40.0 },
        's' => Judgement::Settled { observed: 90.0 },
        'l' => Judgement::Learning { have: Duration::ZERO, need: Duration::from_secs(60) },
        _ => Judgement::Unknown,
    }
}

/// Looks every ten seconds; what each step was.
fn steps(rule: &Rule, looks: &str) -> Vec<Step> {
    let mut alert: Option<Alert> = None;
    let look = |(index, letter): (usize, char)| {
        let (next, step) = advance(alert.as_ref(), &judgement(letter), rule, &key(), at(index as i64 * 10));
        alert = next;
        step
    };
    looks.chars().enumerate().map(look).collect()
}

fn check(patience: u64, clear: u64, looks: &str, expected: &[Step]) {
    assert_eq!(steps(&rule(patience, clear), looks), expected, "{looks}");
}

use Step::{
    Clearing, Dismissed, Eased, Fired, Held, Pending, Quiet, Recovered, Settled, Suspected, Worsened,
};

#[test]
fn it_is_told_once_when_it_lasted_and_once_when_it_is_over() {
    check(
        20,
        10,
        "..wwwww...",
        &[Quiet, Quiet, Suspected, Pending, Fired, Held, Held, Clearing, Recovered, Quiet],
    );
}

#[test]
fn what_does_not_last_is_never_told() {
    check(20, 10, "ww.w.", &[Suspected, Pending, Dismissed, Suspected, Dismissed]);
}

#[test]
fn without_patience_the_first_bad_look_is_told_and_without_clear_the_first_good_one() {
    check(0, 0, "w.w.", &[Fired, Recovered, Fired, Recovered]);
}

#[test]
fn a_value_that_sits_on_the_line_is_told_once() {
    check(
        0,
        20,
        "w.w.w.w...",
        &[Fired, Clearing, Held, Clearing, Held, Clearing, Held, Clearing, Held, Recovered],
    );
}

#[test]
fn only_a_worsening_is_told_again() {
    check(0, 0, "wwccwwc", &[Fired, Held, Worsened, Held, Eased, Held, Worsened]);
    check(0, 60, "w.c", &[Fired, Clearing, Worsened]);
    check(20, 0, "wccw", &[Suspected, Pending, Fired, Eased]);
}

#[test]
fn what_is_not_known_neither_starts_nor_ends_anything() {
    check(0, 0, "?l?", &[Quiet, Quiet, Quiet]);
    check(20, 0, "w?lw", &[Suspected, Pending, Pending, Fired]);
    check(0, 20, "w??l", &[Fired, Held, Held, Held]);
    check(0, 20, "w.??.", &[Fired, Clearing, Held, Held, Recovered]);
}

#[test]
fn a_new_normal_is_no_recovery() {
    check(0, 60, "wws.", &[Fired, Held, Settled, Quiet]);
    check(0, 60, "w.s", &[Fired, Clearing, Settled]);
    check(60, 0, "ws", &[Suspected, Dismissed]);
    check(0, 0, "s", &[Quiet]);
}

#[test]
fn its_numbers_are_those_of_its_life() {
    let rule = Rule { remedy: Some("disk".to_owned()), ..rule(20, 10) };
    let (pending, _) = advance(None, &ill(Severity::Warning, 88.0), &rule, &key(), at(0));
    let (firing, _) = advance(pending.as_ref(), &ill(Severity::Critical, 99.0), &rule, &key(), at(30));
    let (held, _) = advance(firing.as_ref(), &ill(Severity::Warning, 91.0), &rule, &key(), at(60));
    let held = held.expect("it is firing");
    assert_eq!((held.since, held.fired, held.seen), (at(0), Some(at(30)), at(60)));
    assert_eq!((held.worst, held.finding.observed, held.generation), (99.0, 91.0, 1));
    assert_eq!(held.remedy.as_deref(), Some("disk"));

    let (clearing, _) = advance(Some(&held), &judgement('.'), &rule, &key(), at(90));
    let (ended, step) = advance(clearing.as_ref(), &judgement('.'), &rule, &key(), at(100));
    let ended = ended.expect("it has ended just now");
    assert_eq!(step, Recovered);
    assert_eq!(ended.phase, Phase::Ended { at: at(100), how: Ending::Recovered });
    assert_eq!((ended.generation, ended.finding.observed, ended.worst), (2, 91.0, 99.0));

    let (anew, step) = advance(Some(&ended), &ill(Severity::Warning, 90.0), &rule, &key(), at(110));
    assert_eq!((step, anew.expect("a new one").since), (Suspected, at(110)));
}

#[test]
fn the_worst_of_too_little_is_the_least() {
    let low = |observed| {
        Judgement::Ill(Finding {
            observed,
            limit: 10.0,
            side: Side::Below,
            severity: Severity::Warning,
            forecast: None,
        })
    };
    let rule = rule(0, 0);
    let (first, _) = advance(None, &low(5.0), &rule, &key(), at(0));
    let (second, _) = advance(first.as_ref(), &low(3.0), &rule, &key(), at(10));
    let (third, _) = advance(second.as_ref(), &low(8.0), &rule, &key(), at(20));
    assert_eq!(third.as_ref().map(|it| it.worst), Some(3.0));
    let (other_side, _) = advance(third.as_ref(), &ill(Severity::Warning, 90.0), &rule, &key(), at(30));
    assert_eq!(other_side.map(|it| it.worst), Some(90.0));
}

#[test]
fn a_clock_that_steps_back_costs_no_more_than_the_patience_begun() {
    let rule = rule(30, 30);
    let hour = 3600;
    let (pending, _) = advance(None, &judgement('w'), &rule, &key(), at(hour));
    let (still, step) = advance(pending.as_ref(), &judgement('w'), &rule, &key(), at(0));
    assert_eq!((step, still.as_ref().map(|it| it.since)), (Pending, Some(at(0))));
    let (firing, step) = advance(still.as_ref(), &judgement('w'), &rule, &key(), at(30));
    assert_eq!(step, Fired);

    let (clearing, _) = advance(firing.as_ref(), &judgement('.'), &rule, &key(), at(hour));
    let (still, step) = advance(clearing.as_ref(), &judgement('.'), &rule, &key(), at(60));
    assert_eq!(step, Held);
    let (_, step) = advance(still.as_ref(), &judgement('.'), &rule, &key(), at(90));
    assert_eq!(step, Recovered);
}

#[test]
fn what_it_was_about_may_vanish_and_nobody_hears_of_what_they_never_heard_of() {
    let (pending, _) = advance(None, &judgement('w'), &rule(60, 0), &key(), at(0));
    let (ended, step) = end(&pending.expect("suspected"), Ending::Gone, at(10));
    assert_eq!((step, ended.generation), (Dismissed, 0));
    assert_eq!(ended.phase, Phase::Ended { at: at(10), how: Ending::Dismissed });

    let (firing, _) = advance(None, &judgement('w'), &rule(0, 0), &key(), at(0));
    let (ended, step) = end(&firing.expect("told"), Ending::Withdrawn, at(10));
    assert_eq!((step, ended.generation), (Step::Withdrawn, 2));
    assert_eq!(ended.phase, Phase::Ended { at: at(10), how: Ending::Withdrawn });
}

proptest! {
    /// Whatever is seen, at whatever pace, with whatever a clock does.
    #[test]
    fn a_life_is_told_in_order(
        patience in 0_u64..60,
        clear in 0_u64..60,
        looks in prop::collection::vec((prop::sample::select("wwwcc..?ls".chars().collect::<Vec<_>>()), -30_i64..60), 1..80),
    ) {
        let rule = rule(patience, clear);
        let mut alert: Option<Alert> = None;
        let mut clock = 100_000;
        let mut told = false;
        for (letter, passed) in looks {
            clock += passed;
            let judgement = judgement(letter);
            let before = alert.take().filter(|it| !it.is_ended());
            let (next, step) = advance(before.as_ref(), &judgement, &rule, &key(), at(clock));

            // Fired once, ended once, and nothing is told in between but a worsening.
            match step {
                Fired => prop_assert!(!std::mem::replace(&mut told, true)),
                Recovered | Settled => prop_assert!(std::mem::take(&mut told)),
                Worsened | Eased | Clearing | Held => prop_assert!(told),
                Quiet | Suspected | Pending | Dismissed => prop_assert!(!told),
                Step::Gone | Step::Withdrawn => prop_assert!(false, "values alone cannot do that"),
            }
            // Who must know is who was told.
            prop_assert_eq!(next.as_ref().is_some_and(Alert::is_firing), told);
            // A recovery needs a good look, a firing a bad one.
            prop_assert!(step != Recovered || letter == '.');
            prop_assert!(!matches!(step, Fired | Worsened) || "wc".contains(letter));
            // What is not known changes nothing.
            if "?l".contains(letter) {
                prop_assert_eq!(&next, &before);
            }
            // Every news makes older buttons stale, and nothing else does.
            let generation = |it: &Option<Alert>| it.as_ref().map_or(0, |it| it.generation);
            prop_assert_eq!(generation(&next), generation(&before) + u32::from(step.is_news()));
            if let Some(alert) = &next {
                prop_assert!(alert.finding.observed <= alert.worst);
                prop_assert!(alert.since <= alert.seen);
                prop_assert_eq!(alert.fired.is_some(), 0 < alert.generation);
                if step == Fired {
                    prop_assert!(rule.patience <= since(at(clock), alert.since));
                }
            }
            alert = next;
        }
    }

    /// The store may lose the process at any moment: going on from what was stored changes nothing.
    #[test]
    fn a_restart_between_two_looks_changes_nothing(looks in "[wc.?ls]{1,40}") {
        let rule = rule(20, 20);
        let mut kept: Option<String> = None;
        let mut stepped = Vec::new();
        for (index, letter) in looks.chars().enumerate() {
            let stored: Option<Alert> =
                kept.as_deref().map(|it| serde_json::from_str(it).expect("what was written is read"));
            let (next, step) = advance(stored.as_ref(), &judgement(letter), &rule, &key(), at(index as i64 * 10));
            kept = next.map(|it| serde_json::to_string(&it).expect("an alert is plain data"));
            stepped.push(step);
        }
        prop_assert_eq!(stepped, steps(&rule, &looks));
    }
}
