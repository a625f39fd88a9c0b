use std::collections::BTreeMap;
use std::time::Duration;

use jobs::series::Point;
use proptest::prelude::*;

use super::*;
use crate::store::samples::Level;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

#[test]
fn the_newest_sample_is_read_at_once_and_the_end_is_not_included() {
    let database = Database::in_memory(Limits::default());
    feed(&database, 0, 1300);
    let series = database.series(&cpu(), at(0), at(1300)).expect("readable");
    assert_eq!(values(&series), (0..1300).step_by(10).map(f64::from).collect::<Vec<_>>());
    let some = database.series(&cpu(), at(590), at(620)).expect("readable");
    assert_eq!(values(&some), [590.0, 600.0, 610.0], "across the turn of a stretch");
    assert_eq!(database.series(&SeriesKey::whole("load.1"), at(0), at(1300)).expect("readable").points, []);
}

#[test]
fn samples_survive_a_kill_at_any_append() {
    let desk = Desk::new();
    let database = desk.open();
    for second in (0..1900).step_by(10) {
        database.append(&[sample(cpu(), second, second as f64)]).expect("room");
        if [0, 590, 600, 610, 1200, 1890].contains(&second) {
            let copy = desk.killed();
            let series = copy.open().series(&cpu(), at(0), at(9999)).expect("readable");
            assert_eq!(series.points.len() as i64, second / 10 + 1, "killed after second {second}");
        }
    }
}

#[test]
fn a_day_at_minute_level_has_every_minute_once_and_the_newest() {
    let database = Database::in_memory(Limits::default());
    feed(&database, 0, DAY + 35);
    let minutes = database.history(&cpu(), at(0), at(DAY + 60), 1440).expect("readable");
    let begins: Vec<_> = minutes.points.iter().map(|it| it.at).collect();
    assert_eq!(begins, (0..=1440).map(|it| at(it * 60)).collect::<Vec<_>>());
    let whole = Point { at: at(60), mean: 85.0, low: 60.0, high: 110.0, count: 6 };
    assert_eq!(minutes.points[1], whole);
    assert_eq!(minutes.points[1440].count, 4, "the running minute is there, as far as it has come");
}

#[test]
fn the_minute_in_which_a_watch_began_is_part_of_its_history() {
    let database = Database::in_memory(Limits::default());
    feed(&database, 3 * HOUR + 40, 3 * HOUR + 60);
    let count = |to: i64| {
        let minutes = database.history(&cpu(), at(0), at(to), 1440).expect("readable");
        minutes.points.iter().map(|it| it.count).sum::<u32>()
    };
    assert_eq!(count(DAY), 2, "nothing but this minute");
    feed(&database, 3 * HOUR + 60, 3 * HOUR + 120);
    assert_eq!(count(DAY), 8, "and the next");
}

#[test]
fn a_picture_gets_about_as_many_points_as_it_asked_for() {
    let database = Database::in_memory(Limits::default());
    feed(&database, 0, 3 * DAY);
    for (from, points) in [(3 * DAY - 600, 60), (3 * DAY - 6 * HOUR, 300), (0, 700), (0, 100), (0, 1)] {
        let series = database.history(&cpu(), at(from), at(3 * DAY), points).expect("readable");
        let length = series.points.len();
        assert!(points / 2 <= length && length <= points + points / 4 + 1, "{points} wanted, {length} given");
        let newest = series.points.last().expect("some");
        assert_eq!(newest.high, (3 * DAY - 10) as f64, "the newest value is part of the last point");
        let count: u32 = series.points.iter().map(|it| it.count).sum();
        assert!(((3 * DAY - from) / 10 - 12..=(3 * DAY - from) / 10).contains(&i64::from(count)), "{count}");
    }
}

#[test]
fn what_is_no_longer_kept_finely_is_shown_coarsely() {
    let limits = Limits { raw: Duration::from_secs(3 * 3600), ..Limits::default() };
    let database = Database::in_memory(limits);
    feed(&database, 0, 12 * HOUR);
    let raw = database.series(&cpu(), at(0), at(12 * HOUR)).expect("readable");
    let first = raw.points[0].at;
    assert!(at(8 * HOUR) <= first && first <= at(9 * HOUR), "samples are kept for three hours: {first}");
    let history = database.history(&cpu(), at(0), at(12 * HOUR), 10_000).expect("readable");
    assert_eq!(history.points[0], Point { at: at(0), mean: 25.0, low: 0.0, high: 50.0, count: 6 });
    assert_eq!(history.points.last().expect("some").count, 1);
    assert_eq!(history.points.iter().map(|it| i64::from(it.count)).sum::<i64>(), 12 * HOUR / 10);
}

#[test]
fn hours_outlive_minutes() {
    let days = |days: u64| Duration::from_secs(days * 86_400);
    let limits = Limits { raw: days(1), minutes: days(3), ..Limits::default() };
    let database = Database::in_memory(limits);
    for minute in 0..14 * 1440 {
        database.append(&[sample(cpu(), minute * 60, 5.0)]).expect("room");
    }
    let history = database.history(&cpu(), at(0), at(14 * DAY), 14 * 1440).expect("readable");
    assert_eq!(history.points.iter().map(|it| i64::from(it.count)).sum::<i64>(), 14 * 1440);
    assert_eq!(history.points[0].count, 60, "the first day is known by the hour");
    let last_by_hour = history.points.iter().rfind(|it| it.count == 60).expect("some").at;
    assert!(at(10 * DAY) < last_by_hour && last_by_hour < at(11 * DAY + HOUR), "{last_by_hour}");
}

#[test]
fn a_clock_that_steps_back_and_forth_loses_and_doubles_nothing() {
    let database = Database::in_memory(Limits::default());
    feed(&database, 0, 2 * HOUR);
    // The clock is set back by 70 minutes, into an hour that is rolled up already, and runs on.
    for second in (2 * HOUR - 4200..2 * HOUR).step_by(10) {
        database.append(&[sample(cpu(), second + 5, 1e6)]).expect("room");
    }
    feed(&database, 2 * HOUR, 5 * HOUR);
    let minutes = database.history(&cpu(), at(0), at(5 * HOUR), 300).expect("readable");
    let counts: Vec<_> = minutes.points.iter().map(|it| it.count).collect();
    assert_eq!(counts, [vec![6; 50], vec![12; 70], vec![6; 180]].concat());
    assert_eq!(minutes.points[60].high, 1e6);
}

#[test]
fn a_clock_a_year_ahead_for_ten_minutes_costs_hours_and_not_the_history() {
    let database = Database::in_memory(Limits::default());
    feed(&database, 0, DAY);
    feed(&database, DAY + 500 * DAY, DAY + 500 * DAY + 600);
    feed(&database, DAY, DAY + 1800);
    let raw = database.series(&cpu(), at(0), at(DAY + 1800)).expect("readable");
    assert!(at(3 * HOUR) > raw.points[0].at, "{}", raw.points[0].at);
    let minutes = database.history(&cpu(), at(0), at(DAY), 1440).expect("readable");
    assert!(1440 - 180 <= minutes.points.len());
}

#[test]
fn the_same_sample_twice_is_one_sample() {
    let database = Database::in_memory(Limits::default());
    for _ in 0..3 {
        feed(&database, 0, 700);
    }
    let series = database.series(&cpu(), at(0), at(700)).expect("readable");
    assert_eq!(series.points.len(), 70);
}

#[test]
fn a_value_that_is_no_number_is_left_out_and_costs_the_others_nothing() {
    let database = Database::in_memory(Limits::default());
    let bad = sample(SeriesKey::whole("load.1"), 0, f64::NAN);
    database.append(&[bad, sample(cpu(), 0, 1.0), sample(cpu(), 1, f64::INFINITY)]).expect("room");
    assert_eq!(database.keys(at(0)).expect("readable"), [cpu()]);
    assert_eq!(values(&database.series(&cpu(), at(0), at(9)).expect("readable")), [1.0]);
    database.append(&[]).expect("nothing to do");
}

#[test]
fn keys_are_those_with_a_value_since_then() {
    let database = Database::in_memory(Limits::default());
    let disk = SeriesKey::of("disk.used", "/srv/a [b]");
    database.append(&[sample(disk.clone(), 0, 1.0)]).expect("room");
    feed(&database, 10, 1500);
    assert_eq!(database.keys(at(0)).expect("readable"), [cpu(), disk]);
    assert_eq!(database.keys(at(1)).expect("readable"), [cpu()]);
    assert_eq!(database.keys(at(1490)).expect("readable"), [cpu()]);
    assert_eq!(database.keys(at(1491)).expect("readable"), []);
}

#[test]
fn a_series_that_ended_long_ago_is_forgotten_with_its_last_hour() {
    let days = |days: u64| Duration::from_secs(days * 86_400);
    let limits = Limits { raw: days(1), minutes: days(3), hours: days(8), ..Limits::default() };
    let database = Database::in_memory(limits);
    let tap = SeriesKey::of("net.in", "tap7");
    database.append(&[sample(tap.clone(), 0, 1.0)]).expect("room");
    for hour in 0..30 * 24 {
        database.append(&[sample(cpu(), hour * HOUR + 10, 1.0)]).expect("room");
    }
    assert_eq!(database.keys(Timestamp::MIN).expect("readable"), [cpu()]);
    let history = database.history(&cpu(), at(0), at(30 * DAY), 10_000).expect("readable");
    let days_kept = (30 * DAY - (history.points[0].at.as_second() - at(0).as_second())) / DAY;
    assert!((8..=11).contains(&days_kept), "{days_kept}");

    database.append(&[sample(tap.clone(), 30 * DAY, 2.0)]).expect("room");
    assert_eq!(database.keys(Timestamp::MIN).expect("readable"), [cpu(), tap.clone()], "it came back");
    assert_eq!(values(&database.series(&tap, at(0), at(31 * DAY)).expect("readable")), [2.0]);
}

#[test]
fn names_that_never_come_back_are_all_forgotten_with_their_last_hour() {
    let days = |days: u64| Duration::from_secs(days * 86_400);
    let limits = Limits { raw: days(1), minutes: days(3), hours: days(8), ..Limits::default() };
    let database = Database::in_memory(limits);
    // A hundred a day, each there for one look.
    for quarter in 0..30 * 96 {
        let passing = SeriesKey::of("container.cpu", format!("job-{quarter}"));
        let at = quarter * HOUR / 4;
        database.append(&[sample(cpu(), at, 1.0), sample(passing, at, 1.0)]).expect("room");
    }
    let kept = database.rows()["series"];
    assert!((8 * 96..=11 * 96 + 1).contains(&kept), "{kept} names");
    let recent = database.keys(at(30 * DAY - 3600)).expect("readable");
    assert_eq!(recent.len(), 5, "{recent:?}");
}

#[test]
fn names_whose_samples_went_because_the_file_was_too_large_are_forgotten_too() {
    let desk = Desk::new();
    let database = desk.open_with(Limits { ceiling: 1 << 20, ..Limits::default() }).database;
    for quarter in 0..40 * 96 {
        let named =
            |it| sample(SeriesKey::of("container.cpu", format!("{it}-{quarter}")), quarter * HOUR / 4, 1.0);
        database.append(&(0..10).map(named).collect::<Vec<_>>()).expect("room");
    }
    let usage = database.usage().expect("readable");
    assert!(usage.used <= usage.ceiling + (1 << 20), "{usage:?}");
    let (kept, seen) = (database.rows()["series"], 40 * 96 * 10);
    assert!(kept < seen / 2, "{kept} of {seen} names, {usage:?}");
}

#[test]
fn the_file_stays_under_its_ceiling_and_the_oldest_goes_first() {
    let desk = Desk::new();
    let ceiling = 5 << 19;
    let database = desk.open_with(Limits { ceiling, ..Limits::default() }).database;
    let keys: Vec<_> = (0..20).map(|it| SeriesKey::of("noise", it.to_string())).collect();
    let mut seed = 1u64;
    for moment in 0..2 * 8640 {
        let noisy = keys.iter().map(|key| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            sample(key.clone(), moment * 10, (seed >> 11) as f64)
        });
        database.append(&noisy.collect::<Vec<_>>()).expect("room");
    }
    let usage = database.usage().expect("readable");
    assert!(usage.used <= ceiling + (64 << 10), "{usage:?}");
    database.settle().expect("no other reader");
    let file = fs::metadata(desk.file()).expect("a file").len();
    assert!(file <= ceiling + (1 << 20), "{file} bytes");
    let end = at(2 * DAY);
    let raw = database.series(&keys[0], at(0), end).expect("readable");
    let reach = end.duration_since(raw.points[0].at).as_hours();
    assert!((3..24).contains(&reach), "samples reach back {reach} hours");
    let all = database.history(&keys[0], at(0), end, 48).expect("readable");
    assert_eq!(all.points[0].at, at(0), "roll-ups reach back to the beginning");
}

#[test]
fn another_process_may_add_samples_beside_us() {
    let desk = Desk::new();
    let (ours, theirs) = (desk.open(), desk.open());
    ours.append(&[sample(cpu(), 0, 0.0)]).expect("room");
    let load = SeriesKey::whole("load.1");
    theirs.append(&[sample(load.clone(), 5, 7.0), sample(cpu(), 5, 5.0)]).expect("room");
    ours.append(&[sample(load.clone(), 10, 8.0), sample(cpu(), 10, 10.0)]).expect("room");
    for database in [&ours, &theirs] {
        assert_eq!(values(&database.series(&cpu(), at(0), at(99)).expect("readable")), [0.0, 5.0, 10.0]);
        assert_eq!(values(&database.series(&load, at(0), at(99)).expect("readable")), [7.0, 8.0]);
    }
}

/// Which series, when, how much.
type Value = (usize, i64, f64);

#[derive(Clone, Debug)]
enum Act {
    Append(Vec<Value>),
    Reopen,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    // Times jump by up to an hour, sometimes back, so that stretches, hours and days close in every order.
    let values = proptest::collection::vec((0..3usize, -3..4i64, -50..50i32), 1..5);
    let moment = (values, -900..4000i64).prop_map(|(values, jump)| {
        let late = |(key, late, value): (usize, i64, i32)| (key, -late * 700, f64::from(value));
        (Act::Append(values.into_iter().map(late).collect()), jump)
    });
    let act = prop_oneof![20 => moment, 1 => Just((Act::Reopen, 0))];
    proptest::collection::vec(act, 1..150).prop_map(|acts| {
        let mut now = 0;
        let place = |(mut act, jump)| {
            now += jump;
            if let Act::Append(values) = &mut act {
                values.iter_mut().for_each(|(_, at, _)| *at += now);
            }
            act
        };
        acts.into_iter().map(place).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_level_says_what_a_naive_roll_up_of_all_samples_says(acts in acts()) {
        let desk = Desk::new();
        let limits = Limits { raw: Duration::from_secs(400 * 86_400), ..Limits::default() };
        let mut database = desk.open_with(limits).database;
        let keys = ["a", "b", "c"].map(SeriesKey::whole);
        let mut model: [BTreeMap<i64, f64>; 3] = Default::default();
        for act in acts {
            match act {
                Act::Reopen => database = desk.open_with(limits).database,
                Act::Append(values) => {
                    let samples: Vec<_> =
                        values.iter().map(|(key, at, value)| sample(keys[*key].clone(), *at, *value)).collect();
                    database.append(&samples).expect("room");
                    for (key, at, value) in values {
                        model[key].insert(at, value);
                    }
                }
            }
        }
        for (key, model) in keys.iter().zip(&model) {
            let raw = database.series(key, Timestamp::MIN, Timestamp::MAX).expect("readable");
            let expected: Vec<_> = model.iter().map(|(it, value)| Point::sample(at(*it), *value)).collect();
            prop_assert_eq!(raw.points, expected);
            let mut state = database.lock();
            for (level, step) in [(Level::Minutes, 60), (Level::Hours, 3600)] {
                let points = history::level(&mut state, key, level).expect("readable").points;
                let mut naive: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
                for (at, value) in model {
                    naive.entry(at.div_euclid(step) * step).or_default().push(*value);
                }
                prop_assert_eq!(points.len(), naive.len());
                for (point, (begin, values)) in points.iter().zip(naive) {
                    prop_assert_eq!(point.at, at(begin));
                    prop_assert_eq!(point.count as usize, values.len());
                    prop_assert_eq!(point.low, values.iter().copied().fold(f64::INFINITY, f64::min));
                    prop_assert_eq!(point.high, values.iter().copied().fold(f64::NEG_INFINITY, f64::max));
                    let mean = values.iter().sum::<f64>() / values.len() as f64;
                    prop_assert!((point.mean - mean).abs() < 1e-9, "{} and {mean}", point.mean);
                }
            }
        }
    }
}
