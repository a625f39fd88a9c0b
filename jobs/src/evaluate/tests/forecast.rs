//! What is a trend and what only looks like one: whole weeks, looked at every five minutes.

use proptest::prelude::*;

use crate::alert::{Alert, AlertKey, Eta, Finding, Step, advance};
use crate::declare::Rule;
use crate::evaluate::*;
use crate::fakes::scenes::at;
use crate::metric::SeriesKey;
use crate::series::Point;

use Severity::{Critical, Warning};

const MINUTE: i64 = 60;
const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// A series by the minute, as the store would hand it out at any time.
struct Past {
    minutes: Vec<Option<f64>>,
    /// The same, rolled up.
    hours: Vec<Option<Point>>,
}

impl Past {
    /// So many days of it; a minute's value, or none.
    fn of(days: i64, wave: impl Fn(i64) -> Option<f64>) -> Self {
        Self::new((0..days * DAY).map(wave).collect())
    }

    fn new(minutes: Vec<Option<f64>>) -> Self {
        let points = minutes.iter().enumerate();
        let points =
            points.filter_map(|(minute, it)| Some(Point::sample(at(minute as i64 * MINUTE), (*it)?)));
        let series: Series = points.collect();
        let mut hours = vec![None; minutes.len().div_ceil(HOUR as usize)];
        for point in series.rolled_up(at(0), seconds(3600)).points {
            hours[since_start(point.at) as usize / 3600] = Some(point);
        }
        Self { minutes, hours }
    }

    /// By the minute in the last seven hours, by the hour before.
    fn trail(&self, minute: i64) -> Series {
        let known =
            |minute: i64| self.minutes[minute as usize].map(|it| Point::sample(at(minute * MINUTE), it));
        let fine = (minute - 7 * HOUR).max(0) / HOUR * HOUR;
        let hours = ((fine - 8 * DAY).max(0) / HOUR) as usize..(fine / HOUR) as usize;
        let hours = self.hours[hours].iter().flatten().copied();
        hours.chain((fine..=minute).filter_map(known)).collect()
    }

    /// What a person is told by a rule of this detector, and at which minute.
    fn told(&self, detector: &Forecast) -> Vec<(i64, Step, Severity)> {
        let rule = Rule {
            name: "filling".to_owned(),
            metric: "disk.used".to_owned(),
            only: Vec::new(),
            except: Vec::new(),
            detector: Detector::Forecast(detector.clone()),
            patience: seconds(300),
            mode: None,
            clear: seconds(600),
            remedy: None,
        };
        let key = AlertKey { rule: rule.name.clone(), series: SeriesKey::of("disk.used", "/") };
        let mut open: Option<Alert> = None;
        let mut told = Vec::new();
        for minute in (5..self.minutes.len() as i64).step_by(5) {
            let series = self.trail(minute);
            let now = at(minute * MINUTE + 3);
            let judgement =
                rule.detector.judge(&Evidence { series: &series, companion: None, open: open.as_ref(), now });
            let (next, step) = advance(open.as_ref(), &judgement, &rule, &key, now);
            if step.is_news() {
                let severity = next.as_ref().expect("news is of an alert").finding.severity;
                told.push((minute, step, severity));
            }
            open = next.filter(|it| !it.is_ended());
        }
        told
    }
}

fn since_start(moment: Timestamp) -> i64 {
    moment.as_second() - at(0).as_second()
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn disk() -> Forecast {
    Forecast::default()
}

/// The built-in rule's.
fn memory() -> Forecast {
    Forecast { floor: 80.0, short: seconds(2 * 3600), long: seconds(6 * 3600), ..disk() }
}

/// Something that looks like chance and is the same every time: in −1 to 1.
fn chance(seed: i64) -> f64 {
    let mut it = (seed as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x1234_5678_9abc_def1);
    it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((it ^ (it >> 31)) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

/// A value that wanders: each minute a little from where it was, drawn back to a middle.
fn wandering(days: i64, middle: f64, back: f64, step: f64, seed: i64) -> Past {
    let mut value = middle;
    let mut minutes = Vec::new();
    for minute in 0..days * DAY {
        value += back * (middle - value) + step * chance(seed * 1_000_003 + minute);
        minutes.push(Some(value.clamp(0.0, 100.0)));
    }
    Past::new(minutes)
}

/// No look, at any time, finds anything.
fn quiet(name: &str, past: &Past) {
    is_quiet_to(&disk(), name, past);
    is_quiet_to(&memory(), name, past);
}

fn is_quiet_to(detector: &Forecast, name: &str, past: &Past) {
    let judged = Detector::Forecast(detector.clone());
    for minute in (5..past.minutes.len() as i64).step_by(15) {
        let series = past.trail(minute);
        let now = at(minute * MINUTE + 3);
        let judgement = judged.judge(&Evidence { series: &series, companion: None, open: None, now });
        let ill = matches!(judgement, Judgement::Ill(_));
        assert!(!ill, "{name}, by {detector:?}, at minute {minute}: {judgement:?}");
    }
}

#[test]
fn a_disk_that_fills_steadily_is_told_of_twice_and_once_more_when_it_is_over() {
    // Two days at 65 %, then 4 % an hour; at 96 % somebody frees a quarter of it.
    let wave = |minute: i64| {
        let grown = 65.0 + 4.0 * (minute - 2 * DAY).max(0) as f64 / HOUR as f64;
        Some(if grown < 96.0 { grown + 0.05 * chance(minute) } else { 71.0 + 0.05 * chance(minute) })
    };
    let told = Past::of(4, wave).told(&disk());
    let hours = |it: i64| (it - 2 * DAY) as f64 / HOUR as f64;
    let [warned, critical, over] = told[..] else { panic!("{told:?}") };
    assert_eq!((warned.1, warned.2), (Step::Fired, Warning));
    assert!((1.2..2.2).contains(&hours(warned.0)), "after {} h", hours(warned.0));
    assert_eq!((critical.1, critical.2), (Step::Worsened, Critical));
    // At 92 % two hours are left.
    assert!((6.7..7.2).contains(&hours(critical.0)), "after {} h", hours(critical.0));
    assert_eq!(over.1, Step::Recovered);
    assert!(hours(over.0) < 7.75 + 1.5, "after {} h", hours(over.0));
}

#[test]
fn growth_that_stops_is_over_within_the_short_window() {
    let wave = |minute: i64| Some(65.0 + 5.0 * ((minute - 2 * DAY).clamp(0, 4 * HOUR)) as f64 / HOUR as f64);
    let told = Past::of(3, wave).told(&disk());
    let steps: Vec<Step> = told.iter().map(|it| it.1).collect();
    assert_eq!(steps, [Step::Fired, Step::Recovered]);
    assert!(told[1].0 - (2 * DAY + 4 * HOUR) <= 75, "{} min later", told[1].0 - 2 * DAY - 4 * HOUR);
}

#[test]
fn a_step_is_no_trend() {
    for took in [1, 10, 45] {
        let wave = |minute: i64| {
            let done = ((minute - 2 * DAY) as f64 / f64::from(took)).clamp(0.0, 1.0);
            Some(70.0 + 22.0 * done + 0.05 * chance(minute))
        };
        quiet(&format!("a file copied in {took} min"), &Past::of(4, wave));
    }
}

#[test]
fn what_is_filled_and_emptied_again_is_no_trend() {
    // Three hours to make a backup, and it is cleared away when it was sent off.
    let nightly = |minute: i64| {
        let clock = minute % DAY;
        let made = match clock {
            it if it < 2 * HOUR => 0.0,
            it if it < 5 * HOUR => (it - 2 * HOUR) as f64 / (3.0 * HOUR as f64),
            it if it < 6 * HOUR => 1.0,
            _ => 0.0,
        };
        Some(66.0 + 27.0 * made + 0.03 * chance(minute))
    };
    quiet("a backup every night", &Past::of(10, nightly));
    for hours in [1, 2, 6, 12] {
        let rotated = move |minute: i64| {
            let way = (minute % (hours * HOUR)) as f64 / (hours * HOUR) as f64;
            Some(82.0 + 9.0 * way + 0.03 * chance(minute))
        };
        quiet(&format!("logs rotated every {hours} h"), &Past::of(6, rotated));
    }
    let daily = |minute: i64| {
        let busy = (std::f64::consts::TAU * minute as f64 / DAY as f64).sin();
        Some(82.0 + 10.0 * busy + 0.4 * chance(minute))
    };
    quiet("memory that follows its users", &Past::of(10, daily));
}

#[test]
fn noise_is_no_trend() {
    for (name, middle, back, step) in [
        ("white", 85.0, 1.0, 4.0),
        ("a disk that is written and cleared", 88.0, 0.05, 0.3),
        ("a disk that wanders", 80.0, 0.002, 0.06),
        ("all but full", 98.0, 0.05, 0.3),
    ] {
        for seed in 1..4 {
            quiet(&format!("{name} {seed}"), &wandering(6, middle, back, step, seed));
        }
    }
    for (name, middle, back, step) in
        [("memory that wanders", 84.0, 0.004, 0.2), ("memory that wanders far", 86.0, 0.001, 0.1)]
    {
        for seed in 1..4 {
            is_quiet_to(&memory(), &format!("{name} {seed}"), &wandering(6, middle, back, step, seed));
        }
    }
}

#[test]
fn slow_growth_is_not_told_before_it_is_near() {
    // A third of a per cent a day.
    let wave = |minute: i64| Some(80.0 + 0.33 * minute as f64 / DAY as f64 + 0.02 * chance(minute));
    quiet("a disk that fills within two months", &Past::of(10, wave));
}

#[test]
fn what_happened_in_a_gap_is_not_known() {
    let gap = |minute: i64| (2 * DAY..2 * DAY + 80).contains(&minute);
    let wave = |minute: i64| {
        let value = if minute < 2 * DAY { 66.0 } else { 90.0 };
        (!gap(minute)).then_some(value + 0.03 * chance(minute))
    };
    quiet("a disk that was filled while nobody looked", &Past::of(3, wave));
}

#[test]
fn below_the_floor_nothing_is_predicted() {
    let wave = |minute: i64| Some((10.0 + 12.0 * (minute - 2 * DAY).max(0) as f64 / HOUR as f64).min(59.9));
    assert_eq!(Past::of(3, wave).told(&disk()), []);
}

/// A fill at `pace` per cent an hour from 70 %, for four hours after two calm days.
fn filling(pace: f64) -> Series {
    let wave = |minute: i64| Some(70.0 + pace * (minute - 2 * DAY).max(0) as f64 / HOUR as f64);
    Past::of(3, wave).trail(2 * DAY + 4 * HOUR)
}

fn judged(series: &Series, companion: Option<f64>, open: Option<&Alert>) -> Judgement {
    let now = series.newest().map_or(at(0), |it| it.at);
    Detector::Forecast(disk()).judge(&Evidence { series, companion, open, now })
}

#[test]
fn the_end_is_a_range_and_the_pace_is_in_bytes_where_they_are_known() {
    // 82 % after four hours of 3 % an hour: 18 % are left, and are 180 GB.
    let Judgement::Ill(Finding { observed, limit, severity, forecast: Some(eta), .. }) =
        judged(&filling(3.0), Some(180e9), None)
    else {
        panic!("six hours are left")
    };
    assert_eq!((observed.round(), limit, severity), (82.0, 100.0, Warning));
    assert!(eta.soonest <= eta.latest);
    for end in [eta.soonest, eta.latest] {
        assert!((5.9..6.1).contains(&(end.as_secs_f64() / 3600.0)), "{eta:?}");
    }
    assert!((2.99..3.01).contains(&eta.percent_an_hour), "{eta:?}");
    assert!((29.9e9..30.1e9).contains(&eta.bytes_an_hour.expect("it is known")), "{eta:?}");
}

#[test]
fn a_pace_that_varies_makes_a_wider_range() {
    let wave = |minute: i64| {
        let hours = (minute - 2 * DAY).max(0) as f64 / HOUR as f64;
        let noise = if 0.0 < hours { 0.6 * chance(minute / 7) } else { 0.0 };
        Some(70.0 + 3.0 * hours + noise)
    };
    let series = Past::of(3, wave).trail(2 * DAY + 4 * HOUR);
    let Judgement::Ill(Finding { forecast: Some(eta), .. }) = judged(&series, None, None) else {
        panic!("about six hours are left")
    };
    let hours = |it: Duration| it.as_secs_f64() / 3600.0;
    assert!((4.0..6.0).contains(&hours(eta.soonest)) && (6.0..9.0).contains(&hours(eta.latest)), "{eta:?}");
}

#[test]
fn two_hours_or_less_are_critical() {
    let severity = |pace| match judged(&filling(pace), None, None) {
        Judgement::Ill(finding) => Some(finding.severity),
        Judgement::Well { .. } => None,
        other => panic!("{other:?}"),
    };
    // After four hours of it: 30 − 4 p are left at p an hour.
    assert_eq!(severity(2.4), None, "8.5 h");
    assert_eq!(severity(2.6), Some(Warning), "7.5 h");
    assert_eq!(severity(4.9), Some(Warning), "2.1 h");
    assert_eq!(severity(5.1), Some(Critical), "1.9 h");
}

#[test]
fn what_was_told_ends_only_far_from_where_it_began() {
    let told = |severity, pace: f64| {
        let forecast =
            Some(Eta { soonest: seconds(1), latest: seconds(1), percent_an_hour: 1.0, bytes_an_hour: None });
        let finding = Finding { observed: 80.0, limit: 100.0, side: Side::Above, severity, forecast };
        let alert = Alert {
            number: 1,
            key: AlertKey { rule: "filling".to_owned(), series: SeriesKey::of("disk.used", "/") },
            phase: crate::alert::Phase::Firing,
            finding,
            worst: 80.0,
            since: at(0),
            fired: Some(at(0)),
            seen: at(0),
            remedy: None,
            generation: 1,
            culprits: Vec::new(),
            past: crate::alert::Past::default(),
        };
        match judged(&filling(pace), None, Some(&alert)) {
            Judgement::Ill(finding) => Some(finding.severity),
            Judgement::Well { .. } => None,
            other => panic!("{other:?}"),
        }
    };
    // 47 h and 50 h, then 23 h and 26 h.
    assert_eq!((told(Warning, 0.59), told(Warning, 0.555)), (Some(Warning), None));
    assert_eq!((told(Critical, 1.12), told(Critical, 1.0)), (Some(Critical), Some(Warning)));
}

#[test]
fn a_day_is_learnt_first_and_said_so() {
    let wave = |minute: i64| Some(70.0 + minute as f64 / 60.0);
    let judgement = judged(&Past::of(1, wave).trail(3 * HOUR), None, None);
    assert_eq!(judgement, Judgement::Learning { have: seconds(3 * 3600), need: seconds(24 * 3600) });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_the_values_the_answer_is_finite_and_in_order(
        values in proptest::collection::vec(prop_oneof![60.0..100.0_f64, Just(100.0), Just(60.0)], 3..300),
        slope in -0.2..0.2_f64,
        companion in proptest::option::of(0.0..1e15_f64),
    ) {
        let past = (0..48).map(|hour| Point::sample(at(hour * 3600 - 48 * 3600), 61.0));
        let now = values.iter().enumerate().map(|(minute, it)| {
            let value = (it * 0.05 + 70.0 + slope * minute as f64).clamp(0.0, 100.0);
            Point::sample(at(minute as i64 * 60), value)
        });
        let series: Series = past.chain(now).collect();
        if let Judgement::Ill(finding) = judged(&series, companion, None) {
            let eta = finding.forecast.expect("a forecast says when");
            prop_assert!(eta.soonest <= eta.latest);
            prop_assert!(eta.percent_an_hour.is_finite() && 0.0 < eta.percent_an_hour);
            prop_assert!(eta.bytes_an_hour.is_none_or(f64::is_finite));
            prop_assert!(finding.observed.is_finite() && 60.0 <= finding.observed);
        }
    }

    #[test]
    fn a_steady_pace_is_predicted_whatever_it_is(pace in 2.7..7.0_f64, noise in 0.0..0.2_f64) {
        let wave = |minute: i64| {
            Some(70.0 + pace * (minute - 2 * DAY).max(0) as f64 / HOUR as f64 + noise * chance(minute))
        };
        let series = Past::of(3, wave).trail(2 * DAY + 4 * HOUR);
        let Judgement::Ill(finding) = judged(&series, None, None) else {
            return Err(TestCaseError::fail("it fills up"));
        };
        let eta = finding.forecast.expect("a forecast says when");
        let left = (100.0 - finding.observed) / pace * 3600.0;
        prop_assert!(eta.soonest.as_secs_f64() <= left * 1.1 && left * 0.9 <= eta.latest.as_secs_f64(), "{left} {eta:?}");
    }
}
