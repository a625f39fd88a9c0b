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
        mode: None,
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

/// One look a letter: `u` only unusual, `w` warning, `c` critical, `.` well, `?` unknown, `l` learning, `s` settled.
fn judgement(letter: char) -> Judgement {
    match letter {
        'u' => ill(Severity::Unusual, 86.0),
        'w' => ill(Severity::Warning, 90.0),
        'c' => ill(Severity::Critical, 97.0),
        '.' => Judgement::Well { observed: 40.0 },
        's' => Judgement::Settled { observed: 90.0 },
        'l' => Judgement::Learning { have: Duration::ZERO, need: Duration::from_secs(60) },
        _ => Judgement::Unknown,
    }
}

/// Everything that becomes of one key, as the store would know it: the alert that is open, or the last that was.
#[derive(Debug, Default)]
struct Life {
    last: Option<Alert>,
    /// What was told, and when.
    news: Vec<(i64, Step)>,
}

impl Life {
    fn look(&mut self, rule: &Rule, letter: char, second: i64) -> Step {
        let (next, step) = advance(self.last.as_ref(), &judgement(letter), rule, &key(), at(second));
        self.last = next.or(self.last.take());
        if step.is_news() {
            self.news.push((second, step));
        }
        step
    }

    /// Looks every half minute, in `from..until` minutes.
    fn live(&mut self, rule: &Rule, minutes: std::ops::Range<i64>, letter: impl Fn(i64) -> char) {
        for second in (minutes.start * 60..minutes.end * 60).step_by(30) {
            self.look(rule, letter(second), second);
        }
    }

    fn alert(&self) -> &Alert {
        self.last.as_ref().expect("something was wrong")
    }

    fn reason(&self) -> Reason {
        self.alert().past.reason.expect("it took a step")
    }

    /// What was told, and in which minute.
    fn told(&self) -> Vec<(i64, Step)> {
        self.news.iter().map(|(second, step)| (second / 60, *step)).collect()
    }
}

/// Looks every ten seconds; what each step was.
fn steps(rule: &Rule, looks: &str) -> Vec<Step> {
    let mut life = Life::default();
    looks.chars().enumerate().map(|(index, letter)| life.look(rule, letter, index as i64 * 10)).collect()
}

fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

fn check(patience: u64, clear: u64, looks: &str, expected: &[Step]) {
    assert_eq!(steps(&rule(patience, clear), looks), expected, "{looks}");
}

use Step::{
    Clearing, Dismissed, Eased, Faded, Fired, Flapping, Held, Noted, Pending, Quiet, Recovered, Relapsed,
    Returned, Settled, Steadied, Suspected, Worsened,
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
    check(0, 0, "w.w.", &[Fired, Recovered, Relapsed, Recovered]);
}

#[test]
fn what_comes_back_before_it_was_over_was_never_over_and_the_third_time_it_comes_and_goes() {
    check(
        0,
        20,
        "w.w.w.w.w.",
        &[Fired, Clearing, Returned, Clearing, Returned, Clearing, Flapping, Held, Held, Held],
    );
    // Around the upper level: it is never well, and swings all the same.
    check(0, 20, "wcwcwcwcw", &[Fired, Worsened, Eased, Worsened, Eased, Worsened, Eased, Flapping, Held]);
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

    // A day later that is another story.
    let (anew, step) = advance(Some(&ended), &ill(Severity::Warning, 90.0), &rule, &key(), at(86_400));
    assert_eq!((step, anew.map(|it| (it.number, it.since))), (Suspected, Some((0, at(86_400)))));
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
fn what_is_only_unusual_is_noted_and_fades_and_fires_when_it_is_a_warning_after_all() {
    check(10, 10, "uuu...", &[Suspected, Noted, Held, Clearing, Faded, Quiet]);
    check(10, 10, "uuwu...", &[Suspected, Noted, Fired, Held, Clearing, Recovered, Quiet]);
    check(10, 10, "uws", &[Suspected, Fired, Settled]);
    check(10, 10, "uus", &[Suspected, Noted, Faded]);
    check(10, 10, "u.", &[Suspected, Dismissed]);
    // It comes and goes as often as it likes, and is another each time.
    check(
        0,
        20,
        "u.u.u.u.u..u",
        &[
            Noted, Clearing, Returned, Clearing, Returned, Clearing, Returned, Clearing, Returned, Clearing,
            Held, Returned,
        ],
    );
    check(0, 0, "u.u.w", &[Noted, Faded, Noted, Faded, Fired]);
    check(0, 20, "u.c", &[Noted, Clearing, Fired]);
}

#[test]
fn what_was_told_is_never_only_unusual_again_and_what_is_only_unusual_is_no_relapse() {
    check(0, 20, "wuu.u..", &[Fired, Held, Held, Clearing, Returned, Clearing, Held]);
    check(10, 0, "ww.uu.", &[Suspected, Fired, Recovered, Suspected, Noted, Faded]);
    check(20, 0, "www.wu", &[Suspected, Pending, Fired, Recovered, Suspected, Dismissed]);
    let mut life = Life::default();
    for (index, letter) in "ccu".chars().enumerate() {
        life.look(&rule(0, 20), letter, index as i64 * 10);
    }
    assert_eq!(life.alert().finding.severity, Severity::Critical);
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

#[test]
fn what_relapses_soon_after_its_end_is_the_same_alert() {
    let rule = rule(60, 120);
    let mut life = Life::default();
    life.live(&rule, 0..5, |_| 'w');
    life.last.as_mut().expect("it fires").number = 17;
    life.live(&rule, 5..15, |_| '.');
    let ended = life.alert().clone();
    assert_eq!(ended.phase, Phase::Ended { at: at(420), how: Ending::Recovered });
    assert_eq!(life.reason(), Reason::Well { lasted: minutes(2), needed: minutes(2) });

    // A suspicion that is unfounded is neither told nor does it move the end.
    assert_eq!(life.look(&rule, 'w', 900), Suspected);
    assert_eq!(life.alert().phase, Phase::Relapsing { since: at(900), ended: at(420) });
    assert!(!life.alert().is_firing() && !life.alert().is_ended());
    assert_eq!(life.look(&rule, '?', 930), Pending);
    assert_eq!(life.look(&rule, '.', 930), Dismissed);
    assert_eq!(life.reason(), Reason::Ill { lasted: Duration::from_secs(30), needed: minutes(1) });
    let phase_and_count = |it: &Alert| (it.number, it.phase.clone(), it.generation, it.since, it.fired);
    assert_eq!(phase_and_count(life.alert()), phase_and_count(&ended));

    life.live(&rule, 20..25, |_| 'c');
    assert_eq!(life.told(), [(1, Fired), (7, Recovered), (21, Relapsed)]);
    let alert = life.alert();
    assert_eq!((alert.number, &alert.phase, alert.generation), (17, &Phase::Firing, 3));
    assert_eq!((alert.since, alert.fired, alert.began()), (at(1200), Some(at(1260)), at(0)));
    assert_eq!(alert.lasted(at(1500)), minutes(7 + 5));
    let reason = Reason::Again { lasted: minutes(1), needed: minutes(1), well: minutes(13) };
    assert_eq!(life.reason(), reason);
    assert_eq!(alert.past.told.map(|it| it.severity), Some(Severity::Critical));
}

#[test]
fn what_is_suspected_half_an_hour_after_its_end_is_the_same_alert_and_later_it_is_another() {
    for (second, expected) in [(1800, Relapsed), (1801, Fired)] {
        let mut life = Life::default();
        life.look(&rule(0, 0), 'w', -10);
        life.look(&rule(0, 0), '.', 0);
        assert_eq!(life.look(&rule(0, 0), 'w', second), expected);
    }
    // What ended because its level is the normal one now did not recover.
    check(0, 0, "wsw", &[Fired, Settled, Fired]);
    // A rule that is more patient than that still gets its whole patience.
    let patient = rule(7200, 0);
    let mut life = Life::default();
    life.look(&rule(0, 0), 'w', -10);
    life.look(&rule(0, 0), '.', 0);
    life.live(&patient, 20..145, |_| 'w');
    assert_eq!(life.told().last(), Some(&(140, Relapsed)));
}

#[test]
fn what_is_suspected_anew_and_loses_its_rule_ended_when_it_ended() {
    let mut life = Life::default();
    life.look(&rule(0, 0), 'w', 0);
    life.look(&rule(0, 0), '.', 10);
    life.look(&rule(60, 0), 'w', 20);
    for how in [Ending::Gone, Ending::Withdrawn, Ending::Settled] {
        let (ended, step) = end(life.alert(), how, at(30));
        assert_eq!((step, ended.generation), (Dismissed, 2));
        assert_eq!(ended.phase, Phase::Ended { at: at(10), how: Ending::Recovered });
    }
}

#[test]
fn what_comes_and_goes_is_told_so_once_and_then_only_that_it_is_critical_calm_or_steady() {
    let rule = rule(60, 120);
    let on_the_line = |second: i64| if second / 60 % 2 == 0 { 'w' } else { '.' };
    let mut life = Life::default();
    life.live(&rule, 0..2, |_| 'w');
    life.live(&rule, 2..120, |second| on_the_line(second + 60));
    assert_eq!(life.told(), [(1, Fired), (7, Flapping)]);
    let unsteady = Reason::Unsteady { times: 3, within: minutes(4), quiet: minutes(30) };
    assert_eq!(life.reason(), unsteady);
    let Phase::Flapping { times, ill, .. } = life.alert().phase else { panic!("{:?}", life.alert()) };
    assert_eq!((times, ill), (59, true));

    // Critical is told, once.
    life.live(&rule, 120..140, |second| if on_the_line(second) == 'w' { 'c' } else { '.' });
    assert_eq!(life.told()[2..], [(120, Worsened)]);
    // Steady is told, with what it was when it was told last.
    life.live(&rule, 140..180, |_| 'w');
    assert_eq!(life.told()[3..], [(170, Steadied)]);
    let Reason::Steady { lasted, needed, times: 70, told } = life.reason() else { panic!("{life:?}") };
    assert_eq!((lasted, needed, told.severity), (minutes(30), minutes(30), Severity::Critical));
    assert_eq!(life.alert().phase, Phase::Firing);
    // It returns only twice more within two hours of that, but has done so often before.
    life.live(&rule, 180..184, on_the_line_from_well);
    assert_eq!(life.told()[4..], [(181, Flapping)]);
    // The second time, it must be calm for an hour.
    life.live(&rule, 184..300, |_| '.');
    assert_eq!(life.told()[5..], [(244, Recovered)]);
    assert!(matches!(life.reason(), Reason::Calm { times: 16.., .. }), "{life:?}");
    assert_eq!((life.alert().generation, life.alert().past.flapped), (6, 2));
}

fn on_the_line_from_well(second: i64) -> char {
    if second / 60 % 2 == 0 { '.' } else { 'w' }
}

#[test]
fn a_worsening_is_never_hidden_by_coming_and_going() {
    // Each of them is critical for the first time, whatever else is told or not.
    check(0, 20, "w.c", &[Fired, Clearing, Worsened]);
    check(
        0,
        20,
        "w.w.w.wc.c",
        &[Fired, Clearing, Returned, Clearing, Returned, Clearing, Flapping, Worsened, Held, Held],
    );
    // What is told as flapping while critical has said so.
    let mut life = Life::default();
    for (index, letter) in "w.w.w.c".chars().enumerate() {
        life.look(&rule(0, 20), letter, index as i64 * 10);
    }
    assert_eq!(life.alert().past.told.map(|it| it.severity), Some(Severity::Critical));
    assert_eq!(life.told(), [(0, Fired), (1, Flapping)]);
}

/// What is told in a day of looks each half minute.
fn told_in_a_day(rule: &Rule, letter: impl Fn(i64) -> char) -> Vec<(i64, Step)> {
    let mut life = Life::default();
    life.live(rule, 0..24 * 60, letter);
    life.told()
}

#[test]
fn a_day_of_noise_is_a_handful_of_messages() {
    let rule = rule(60, 120);
    // Looks like noise, and is the same at every run.
    let noise = |second: i64| (second as u64 / 30 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 60;
    let around_both = |second| match noise(second) {
        0..5 => '.',
        5..11 => 'w',
        _ => 'c',
    };
    let told = told_in_a_day(&rule, around_both);
    assert_eq!(told.iter().filter(|it| it.1 == Flapping).count(), 1, "{told:?}");
    assert!(told.len() <= 4, "{told:?}");

    // Bad for some minutes, well for some: every pace at which it is neither steady nor another alert each time.
    for ill in [2, 5, 12, 20, 29] {
        for well in [1, 2, 3, 5, 12, 20, 29] {
            let told =
                told_in_a_day(&rule, |second| if second / 60 % (ill + well) < ill { 'w' } else { '.' });
            assert!(told.len() <= 7, "{ill} min bad, {well} min well: {} {told:?}", told.len());
        }
    }
}

#[test]
fn a_clock_that_steps_back_lengthens_no_flapping_and_no_relapse() {
    let rule = rule(30, 20);
    let mut life = Life::default();
    for (index, letter) in "wwwww.w.w.w".chars().enumerate() {
        life.look(&rule, letter, 7200 + index as i64 * 10);
    }
    assert!(matches!(life.alert().phase, Phase::Flapping { .. }), "{life:?}");
    assert_eq!(life.look(&rule, 'w', 0), Held);
    assert_eq!(life.look(&rule, 'w', 1800), Steadied);
    assert_eq!(life.look(&rule, '.', 1810), Clearing);
    assert_eq!(life.look(&rule, '.', 1830), Recovered);
    assert_eq!(life.look(&rule, 'w', 100), Suspected);
    assert_eq!(life.look(&rule, 'w', 10), Pending);
    // All those times of coming back are taken to be now.
    assert_eq!(life.look(&rule, 'w', 40), Flapping);
}

#[test]
fn what_0_1_0_stored_is_read() {
    let stored = r#"{"number":3,"key":{"rule":"cpu","series":"cpu.busy"},
        "phase":{"Clearing":{"since":"2026-11-24T07:00:00Z"}},
        "finding":{"observed":90.0,"limit":85.0,"side":"above","severity":"warning"},"worst":91.0,
        "since":"2026-11-24T06:00:00Z","fired":"2026-11-24T06:01:00Z","seen":"2026-11-24T07:00:00Z",
        "remedy":null,"generation":1}"#;
    let alert: Alert = serde_json::from_str(stored).expect("an alert of 0.1.0");
    assert_eq!((alert.number, alert.past.clone()), (3, Past::default()));
    let now = alert.seen + minutes(1);
    let (next, step) = advance(Some(&alert), &judgement('c'), &rule(60, 120), &key(), now);
    assert_eq!((step, next.map(|it| it.past.bounces)), (Worsened, Some(vec![now])));

    let stored = r#"{"at":"2026-11-24T07:00:00Z","step":"Clearing","finding":null}"#;
    let transition: super::super::Transition = serde_json::from_str(stored).expect("a transition of 0.1.0");
    assert_eq!((transition.reason, transition.basis), (None, None));
}

proptest! {
    /// Whatever is seen, at whatever pace, with whatever a clock does: the diagram of [`advance`] is all there is.
    #[test]
    fn a_life_goes_as_it_is_drawn(
        patience in 0_u64..60,
        clear in 0_u64..60,
        looks in prop::collection::vec((prop::sample::select("uuuwwwcc...?ls".chars().collect::<Vec<_>>()), prop::sample::select(vec![-20_000_i64, -30, 0, 10, 10, 30, 30, 60, 300, 900])), 1..120),
    ) {
        let rule = rule(patience, clear);
        let mut life = Life::default();
        let mut clock = 100_000;
        for (letter, passed) in looks {
            clock += passed;
            let before = life.last.clone();
            let step = life.look(&rule, letter, clock);
            let (was, is) = (stage(before.as_ref(), clock), stage(life.last.as_ref(), clock));
            prop_assert!(is_drawn(was, step, is), "{was:?} {step:?} {is:?}");

            // An end needs a good look, trouble a bad one; what is only unusual is none, unless that was told before.
            let unfounded = letter == 'u' && was == Stage::Relapsing;
            prop_assert!(!matches!(step, Recovered | Faded | Dismissed | Clearing) || ".s".contains(letter) || unfounded);
            prop_assert!(!(step.is_trouble() || step == Returned) || "uwc".contains(letter));
            prop_assert!(!matches!(step, Fired | Relapsed | Worsened) || letter != 'u');
            // What is not known changes nothing.
            if "?l".contains(letter) {
                prop_assert_eq!(&life.last, &before);
            }
            let Some(alert) = &life.last else { continue };
            // The same alert goes on, and another begins at nothing; and what is only unusual begins after any end. Every
            // news makes older buttons stale, and nothing else does.
            let anew = was == Stage::Nothing || was == Stage::Over && matches!(is, Stage::Pending | Stage::Noted);
            let same = before.filter(|_| !anew);
            let generation = same.as_ref().map_or(0, |it| it.generation);
            if same.is_some() || step != Quiet {
                prop_assert_eq!(alert.generation, generation + u32::from(step.is_news()));
            }
            prop_assert!(alert.finding.observed <= alert.worst);
            prop_assert!(alert.since <= alert.seen && alert.began() <= alert.since);
            prop_assert!(alert.fired.is_some() || alert.generation == 0);
            prop_assert_eq!(alert.past.told.is_some(), 0 < alert.generation);
            prop_assert!(alert.past.bounces.is_sorted() && alert.past.bounces.len() <= REMEMBERED);
            if matches!(step, Noted | Relapsed) || step == Fired && !matches!(was, Stage::Noted | Stage::Fading) {
                prop_assert!(rule.patience <= since(at(clock), alert.since));
            }
            // Who is told that something is critical hears of it, whatever else goes on.
            if alert.is_firing() && letter == 'c' {
                prop_assert!(told_as_critical(alert));
            }
        }
        // Whatever it was, it ends when all is well for long enough.
        let was_told = life.last.as_ref().is_some_and(Alert::is_told);
        for _ in 0..=LONGEST.as_secs() / 600 {
            clock += 600;
            life.look(&rule, '.', clock);
        }
        clock += 600;
        life.look(&rule, '.', clock);
        prop_assert!(life.last.as_ref().is_none_or(Alert::is_ended), "{:?}", life.last);
        prop_assert!(!was_told || life.news.last().is_some_and(|it| it.1 == Recovered));
    }

    /// Nobody is told more than this in any hour of one series, whatever it does and however impatient its rule is:
    /// when it comes back the third time it is flapping, and what leaves that comes back as flapping at once.
    #[test]
    fn there_is_a_most_that_is_told_in_an_hour(
        patience in prop::sample::select(vec![0_u64, 0, 30, 60]),
        clear in prop::sample::select(vec![0_u64, 0, 30, 120]),
        looks in prop::collection::vec((prop::sample::select("uwc..?".chars().collect::<Vec<_>>()), prop::sample::select(vec![10_i64, 10, 10, 30, 300, 1800])), 1..200),
    ) {
        let rule = rule(patience, clear);
        let mut life = Life::default();
        let mut clock = 0;
        for (letter, passed) in looks {
            clock += passed;
            life.look(&rule, letter, clock);
        }
        for (first, _) in &life.news {
            let told: Vec<_> = life.news.iter().filter(|(it, _)| (*first..first + 3600).contains(it)).collect();
            prop_assert!(told.len() <= MOST_IN_AN_HOUR, "{told:?}");
        }
    }

    /// The store may lose the process at any moment: going on from what was stored changes nothing.
    #[test]
    fn a_restart_between_two_looks_changes_nothing(looks in "[uwc.?ls]{1,60}") {
        let rule = rule(20, 20);
        let mut kept: Option<String> = None;
        let mut stepped = Vec::new();
        for (index, letter) in looks.chars().enumerate() {
            let stored: Option<Alert> =
                kept.as_deref().map(|it| serde_json::from_str(it).expect("what was written is read"));
            let (next, step) = advance(stored.as_ref(), &judgement(letter), &rule, &key(), at(index as i64 * 10));
            kept = next.map(|it| serde_json::to_string(&it).expect("an alert is plain data")).or(kept);
            stepped.push(step);
        }
        prop_assert_eq!(stepped, steps(&rule, &looks));
    }
}

/// See `there_is_a_most_that_is_told_in_an_hour`.
const MOST_IN_AN_HOUR: usize = 20;

/// Where in the diagram of [`advance`] an alert is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Nothing,
    Over,
    Pending,
    /// Firing, and only unusual.
    Noted,
    /// Clearing, and only unusual.
    Fading,
    Firing,
    Clearing,
    Flapping,
    Relapsing,
}

fn stage(alert: Option<&Alert>, now: i64) -> Stage {
    let Some(alert) = alert else { return Stage::Nothing };
    match alert.phase {
        Phase::Ended { .. } if may_relapse(alert, at(now)) => Stage::Over,
        Phase::Ended { .. } => Stage::Nothing,
        Phase::Pending => Stage::Pending,
        Phase::Firing if alert.is_only_unusual() => Stage::Noted,
        Phase::Clearing { .. } if alert.is_only_unusual() => Stage::Fading,
        Phase::Firing => Stage::Firing,
        Phase::Clearing { .. } => Stage::Clearing,
        Phase::Flapping { .. } => Stage::Flapping,
        Phase::Relapsing { .. } => Stage::Relapsing,
    }
}

fn is_drawn(was: Stage, step: Step, is: Stage) -> bool {
    let goes = |from: &[Stage], to: Stage| from.contains(&was) && is == to;
    let told = [Stage::Firing, Stage::Clearing, Stage::Flapping];
    let noted = [Stage::Noted, Stage::Fading];
    match step {
        Quiet => matches!(was, Stage::Nothing | Stage::Over) && is == was,
        Suspected => {
            goes(&[Stage::Nothing, Stage::Over], Stage::Pending) || goes(&[Stage::Over], Stage::Relapsing)
        }
        Pending => matches!(was, Stage::Pending | Stage::Relapsing) && is == was,
        Noted => goes(&[Stage::Nothing, Stage::Over, Stage::Pending], Stage::Noted),
        Fired => goes(&[Stage::Nothing, Stage::Pending, Stage::Noted, Stage::Fading], Stage::Firing),
        Relapsed => goes(&[Stage::Over, Stage::Relapsing], Stage::Firing),
        Worsened => goes(&told[..2], Stage::Firing) || goes(&told[2..], Stage::Flapping),
        Eased => goes(&[Stage::Firing], Stage::Firing),
        Held => (told.contains(&was) || noted.contains(&was)) && is == was,
        Clearing => goes(&[Stage::Firing], Stage::Clearing) || goes(&[Stage::Noted], Stage::Fading),
        Returned => goes(&[Stage::Clearing], Stage::Firing) || goes(&[Stage::Fading], Stage::Noted),
        Flapping => goes(&[Stage::Firing, Stage::Clearing, Stage::Over, Stage::Relapsing], Stage::Flapping),
        Steadied => goes(&[Stage::Flapping], Stage::Firing),
        // A suspicion that outlasted the time to relapse in leaves what ended long ago.
        Dismissed => {
            goes(&[Stage::Pending], Stage::Nothing)
                || was == Stage::Relapsing && matches!(is, Stage::Over | Stage::Nothing)
        }
        Recovered => goes(&told, Stage::Over),
        Settled => goes(&told, Stage::Nothing),
        Faded => goes(&noted, Stage::Nothing),
        Step::Gone | Step::Withdrawn => false,
    }
}
