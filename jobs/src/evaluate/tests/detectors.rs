//! Each detector on series small enough to see.

use crate::alert::{AlertKey, Finding, Past, Phase};
use crate::evaluate::*;
use crate::fakes::scenes::at;
use crate::metric::SeriesKey;
use crate::series::{Point, before};

use Severity::{Critical, Warning};

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// A value every ten seconds, the newest at `at(0)`.
fn series(values: &[f64]) -> Series {
    let newest = values.len() as i64 - 1;
    values
        .iter()
        .enumerate()
        .map(|(place, it)| Point::sample(at((place as i64 - newest) * 10), *it))
        .collect()
}

fn alert(phase: Phase, since: i64, finding: Finding) -> Alert {
    Alert {
        number: 1,
        key: AlertKey { rule: "a rule".to_owned(), series: SeriesKey::whole("cpu.busy") },
        phase,
        finding,
        worst: finding.observed,
        since: at(since),
        fired: None,
        seen: at(0),
        remedy: None,
        generation: 0,
        past: Past::default(),
        culprits: Vec::new(),
    }
}

fn judge(detector: &Detector, series: &Series, open: Option<&Alert>) -> Judgement {
    detector.judge(&Evidence { series, companion: None, open, now: at(3) })
}

/// What a judgement comes to: its severity if it is ill, none if well.
fn severity(judgement: Judgement) -> Option<Severity> {
    match judgement {
        Judgement::Well { .. } => None,
        Judgement::Ill(finding) => Some(finding.severity),
        other => panic!("neither well nor ill: {other:?}"),
    }
}

fn cpu() -> Threshold {
    Threshold {
        side: Side::Above,
        warning: Some(Level { at: 85.0, back: 75.0 }),
        critical: Some(Level { at: 95.0, back: 85.0 }),
        over: Duration::ZERO,
        critical_with: None,
    }
}

fn check_threshold(threshold: Threshold, told: Option<Severity>, cases: &[(f64, Option<Severity>)]) {
    let finding = Finding {
        observed: 0.0,
        limit: 0.0,
        side: threshold.side,
        severity: told.unwrap_or(Warning),
        forecast: None,
    };
    let open = told.map(|_| alert(Phase::Firing, -100, finding));
    let detector = Detector::Threshold(threshold);
    for (value, expected) in cases {
        let judged = severity(judge(&detector, &series(&[*value; 3]), open.as_ref()));
        assert_eq!(judged, *expected, "{value} after {told:?}");
    }
}

#[test]
fn a_level_begins_at_its_value_and_ends_at_its_way_back() {
    let fresh = [(84.9, None), (85.0, Some(Warning)), (94.9, Some(Warning)), (95.0, Some(Critical))];
    check_threshold(cpu(), None, &fresh);
    let warned = [(75.0, None), (75.1, Some(Warning)), (94.9, Some(Warning)), (95.0, Some(Critical))];
    check_threshold(cpu(), Some(Warning), &warned);
    let critical = [(75.0, None), (80.0, Some(Warning)), (85.0, Some(Warning)), (85.1, Some(Critical))];
    check_threshold(cpu(), Some(Critical), &critical);
}

#[test]
fn too_little_is_the_mirror_of_too_much() {
    let low = || Threshold {
        side: Side::Below,
        warning: Some(Level { at: 10.0, back: 20.0 }),
        critical: Some(Level { at: 5.0, back: 8.0 }),
        ..cpu()
    };
    check_threshold(low(), None, &[(10.1, None), (10.0, Some(Warning)), (5.0, Some(Critical))]);
    check_threshold(low(), Some(Critical), &[(7.9, Some(Critical)), (8.0, Some(Warning)), (20.0, None)]);
}

#[test]
fn counts_go_back_to_none() {
    let ill = || Threshold { warning: Some(Level { at: 1.0, back: 0.0 }), critical: None, ..cpu() };
    check_threshold(ill(), None, &[(0.0, None), (1.0, Some(Warning))]);
    check_threshold(ill(), Some(Warning), &[(0.0, None), (1.0, Some(Warning))]);
}

#[test]
fn a_level_that_is_its_own_way_back_does_not_flap_on_the_line() {
    let line = || Threshold { warning: Some(Level { at: 85.0, back: 85.0 }), critical: None, ..cpu() };
    check_threshold(line(), None, &[(85.0, Some(Warning)), (84.9, None)]);
    check_threshold(line(), Some(Warning), &[(85.0, Some(Warning)), (84.9, None)]);
}

#[test]
fn what_is_only_suspected_has_no_way_back_yet() {
    let finding =
        Finding { observed: 90.0, limit: 85.0, side: Side::Above, severity: Warning, forecast: None };
    let pending = alert(Phase::Pending, -30, finding);
    let judged = judge(&Detector::Threshold(cpu()), &series(&[80.0; 3]), Some(&pending));
    assert_eq!(judged, Judgement::Well { observed: 80.0 });
}

#[test]
fn a_mean_is_judged_when_there_is_enough_of_its_window() {
    let minute = Detector::Threshold(Threshold { over: seconds(60), ..cpu() });
    let learning = Judgement::Learning { have: seconds(40), need: seconds(45) };
    assert_eq!(judge(&minute, &series(&[99.0; 4]), None), learning);
    assert_eq!(severity(judge(&minute, &series(&[99.0; 5]), None)), Some(Critical));
    // Only the last six values are of the last minute: a mean of 87.
    let values = [0.0, 0.0, 0.0, 80.0, 99.0, 99.0, 80.0, 82.0, 82.0];
    let expected =
        Finding { observed: 87.0, limit: 85.0, side: Side::Above, severity: Warning, forecast: None };
    assert_eq!(judge(&minute, &series(&values), None), Judgement::Ill(expected));
    // One spike in a minute is no busy minute.
    assert_eq!(severity(judge(&minute, &series(&[10.0, 10.0, 10.0, 10.0, 10.0, 100.0]), None)), None);
}

#[test]
fn a_full_disk_with_room_enough_is_not_critical() {
    let companion = Companion { metric: "disk.free".to_owned(), side: Side::Below, at: 5.0 };
    let detector = Detector::Threshold(Threshold { critical_with: Some(companion), ..cpu() });
    let finding =
        Finding { observed: 99.0, limit: 95.0, side: Side::Above, severity: Critical, forecast: None };
    let told = alert(Phase::Firing, -60, finding);
    let full = series(&[99.0; 3]);
    let check = |companion, open, expected| {
        let judged = detector.judge(&Evidence { series: &full, companion, open, now: at(0) });
        assert_eq!(severity(judged), Some(expected), "{companion:?}");
    };
    check(Some(400.0), None, Warning);
    check(Some(5.0), None, Critical);
    check(None, None, Critical);
    // Critical ends by its own way back, or a disk around five would shout at every file.
    check(Some(5.1), Some(&told), Critical);
}

/// Mean 5, sample deviation √(32/7), eight values.
const KNOWN: [f64; 8] = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];

fn sigma() -> Sigma {
    Sigma { window: seconds(120), k: 2.0, sides: Sides::Both, least: 0.0, floor: None }
}

fn check_sigma(sigma: Sigma, newest: f64, expected: Option<f64>) {
    let values = series(&[KNOWN.as_slice(), &[newest]].concat());
    match (judge(&Detector::Sigma(sigma), &values, None), expected) {
        (Judgement::Ill(finding), Some(limit)) => {
            assert!((finding.limit - limit).abs() < 1e-12, "{newest}: {} is not {limit}", finding.limit);
            assert_eq!(finding.observed, newest);
        }
        (judged, _) => {
            let well = expected.is_none().then_some(Judgement::Well { observed: newest });
            assert_eq!(Some(judged), well, "{newest}");
        }
    }
}

#[test]
fn the_seeds_rule_is_mean_plus_two_sample_deviations_of_the_window() {
    // threshold = mean + (2 * stdev) = 5 + 2 · 2.13808993529939… = 9.27617987059879…
    let limit = 5.0 + 2.0 * (32.0_f64 / 7.0).sqrt();
    assert!((limit - 9.276_179_870_598_79).abs() < 1e-13);
    check_sigma(sigma(), 9.276, None);
    check_sigma(sigma(), 9.277, Some(limit));
    // On the other side: 0.7238201…
    check_sigma(sigma(), 0.724, None);
    check_sigma(sigma(), 0.723, Some(10.0 - limit));
    check_sigma(Sigma { sides: Sides::Above, ..sigma() }, 0.0, None);
    check_sigma(Sigma { sides: Sides::Below, ..sigma() }, 99.0, None);
    check_sigma(Sigma { k: 3.0, ..sigma() }, 11.4, None);
    check_sigma(Sigma { k: 3.0, ..sigma() }, 11.5, Some(5.0 + 3.0 * (32.0_f64 / 7.0).sqrt()));
}

#[test]
fn a_change_too_small_to_matter_and_a_value_too_good_to_matter_are_no_news() {
    check_sigma(Sigma { least: 20.0, ..sigma() }, 24.0, None);
    check_sigma(Sigma { least: 20.0, ..sigma() }, 26.0, Some(25.0));
    check_sigma(Sigma { floor: Some(50.0), ..sigma() }, 50.0, None);
    check_sigma(Sigma { floor: Some(50.0), ..sigma() }, 51.0, Some(50.0));
    check_sigma(Sigma { floor: Some(0.5), ..sigma() }, 0.6, None);
    check_sigma(Sigma { floor: Some(0.5), ..sigma() }, 0.4, Some(0.5));
}

#[test]
fn a_still_series_does_not_shout() {
    let still = [[10.0; 11].as_slice(), &[11.0]].concat();
    let with = |least| judge(&Detector::Sigma(Sigma { least, ..sigma() }), &series(&still), None);
    assert_eq!(with(2.0), Judgement::Well { observed: 11.0 });
    assert!(matches!(with(0.0), Judgement::Ill(_)));
}

#[test]
fn learning_is_said_until_half_of_the_window_is_known() {
    let detector = Detector::Sigma(Sigma { window: seconds(200), ..sigma() });
    let learning = Judgement::Learning { have: seconds(90), need: seconds(100) };
    assert_eq!(judge(&detector, &series(&[10.0; 10]), None), learning);
    assert_eq!(judge(&detector, &series(&[10.0; 11]), None), Judgement::Well { observed: 10.0 });
    // Half of a minute is three values, and three are too few.
    let short = Detector::Sigma(Sigma { window: seconds(60), ..sigma() });
    assert!(matches!(judge(&short, &series(&[10.0; 9]), None), Judgement::Learning { .. }));
}

/// Five minutes at about 10, and then at 80 for as many looks of ten seconds; judged with the suspicion that began
/// with the first of them.
fn jump(looks: usize) -> Judgement {
    let calm = [9.0, 10.0, 11.0].repeat(10);
    let values = series(&[calm, vec![80.0; looks]].concat());
    let finding =
        Finding { observed: 80.0, limit: 12.0, side: Side::Above, severity: Warning, forecast: None };
    let open = alert(Phase::Firing, -10 * (looks as i64 - 1), finding);
    judge(&Detector::Sigma(Sigma { window: seconds(300), ..sigma() }), &values, Some(&open))
}

#[test]
fn an_incident_does_not_poison_its_own_window() {
    for looks in 1..=15 {
        let Judgement::Ill(finding) = jump(looks) else { panic!("blind after {looks} looks") };
        assert!(finding.limit < 13.0, "{} after {looks} looks", finding.limit);
    }
    // The bare formula, its window full of the incident, has gone blind long before.
    let calm = [9.0, 10.0, 11.0].repeat(10);
    let values = series(&[calm, vec![80.0; 15]].concat());
    let bare = judge(&Detector::Sigma(Sigma { window: seconds(300), ..sigma() }), &values, None);
    assert_eq!(bare, Judgement::Well { observed: 80.0 });
}

#[test]
fn a_lasting_new_level_becomes_the_normal_one() {
    assert!(matches!(jump(17), Judgement::Ill(_)));
    assert_eq!(jump(18), Judgement::Settled { observed: 80.0 });
}

#[test]
fn after_a_long_silence_an_old_incident_is_neither_over_nor_normal() {
    let finding =
        Finding { observed: 80.0, limit: 12.0, side: Side::Above, severity: Warning, forecast: None };
    let open = alert(Phase::Firing, -7200, finding);
    let detector = Detector::Sigma(Sigma { window: seconds(300), ..sigma() });
    let still = Finding { observed: 85.0, ..finding };
    assert_eq!(judge(&detector, &series(&[85.0; 3]), Some(&open)), Judgement::Ill(still));
    assert_eq!(judge(&detector, &series(&[11.0; 3]), Some(&open)), Judgement::Well { observed: 11.0 });
}

#[test]
fn nothing_is_said_of_a_stale_series_or_of_the_first_looks() {
    for detector in [Detector::Threshold(cpu()), Detector::Sigma(sigma())] {
        let judged = |series: &Series, now| {
            detector.judge(&Evidence { series, companion: None, open: None, now: at(now) })
        };
        let values = series(&[99.0; 9]);
        assert_ne!(judged(&values, 60), Judgement::Unknown);
        assert_eq!(judged(&values, 61), Judgement::Unknown);
        assert_eq!(judged(&series(&[99.0; 2]), 0), Judgement::Unknown);
        // After a gap of ten minutes it begins anew.
        let mut broken = values;
        broken.points.iter_mut().take(7).for_each(|it| it.at = before(it.at, seconds(600)));
        assert_eq!(judged(&broken, 0), Judgement::Unknown);
        assert_eq!(judged(&Series::default(), 0), Judgement::Unknown);
        // A clock that was set back does not make a value stale.
        assert_ne!(judged(&series(&[99.0; 9]), -5), Judgement::Unknown);
    }
}

#[test]
fn a_series_that_comes_every_five_minutes_is_fresh_for_longer() {
    let points = [-900, -600, -300].map(|second| Point::sample(at(second), 99.0));
    let series = Series { points: points.to_vec() };
    assert_eq!(severity(judge(&Detector::Threshold(cpu()), &series, None)), Some(Critical));
}

#[test]
fn absence_is_judged_by_the_age_of_the_newest_value() {
    let detector = Detector::Absence(Absence { after: seconds(180) });
    let judged = |series: &Series, now| {
        detector.judge(&Evidence { series, companion: None, open: None, now: at(now) })
    };
    assert_eq!(judged(&Series::default(), 0), Judgement::Unknown);
    assert_eq!(judged(&series(&[1.0]), 179), Judgement::Well { observed: 179.0 });
    let missing =
        Finding { observed: 180.0, limit: 180.0, side: Side::Above, severity: Critical, forecast: None };
    assert_eq!(judged(&series(&[1.0]), 180), Judgement::Ill(missing));
    assert_eq!(judged(&series(&[1.0]), -50), Judgement::Well { observed: 0.0 });
}
