//! Remembering a moment of many series, and reading stretches back. Growing with days is shown by
//! `cargo run --release --example store_cost`.

use criterion::Criterion;
use jiff::{SignedDuration, Timestamp};
use jobs::metric::{Sample, SeriesKey};
use jobs::ports::Store;
use vakhta::store::{Database, Limits};

use super::Desk;

/// As many series as a small server has.
const SERIES: usize = 60;
/// Six hours of a sample each ten seconds.
const MOMENTS: i64 = 2160;
/// Series of the store that is a year old: what one query costs does not depend on many more.
const OF_A_YEAR: usize = 10;
/// A sample each minute: of what is read of a year, nothing is kept more finely.
const MINUTE: i64 = 60;
const DAY: i64 = 24 * 3600;

pub(super) fn begin() -> Timestamp {
    "2026-11-01T00:00:00Z".parse().expect("a timestamp")
}

/// A store with so many series of one metric; the moment after the last value. Values wander and are never the same.
pub(super) fn filled(desk: &Desk, metric: &str, series: usize, moments: i64) -> (Database, Timestamp) {
    let database = Database::open(&desk.0, Limits::default(), begin()).expect("a store").database;
    for moment in 0..moments {
        database.append(&samples(metric, series, moment)).expect("room");
    }
    (database, at(moments))
}

fn at(moment: i64) -> Timestamp {
    begin() + SignedDuration::from_secs(10 * moment)
}

fn samples(metric: &str, series: usize, moment: i64) -> Vec<Sample> {
    let sample = |number: usize| Sample {
        key: SeriesKey::of(metric, number.to_string()),
        at: at(moment),
        value: 20.0 + 10.0 * ((moment as f64) * 0.37 + number as f64).sin(),
    };
    (0..series).map(sample).collect()
}

pub(super) fn store(criterion: &mut Criterion) {
    let desk = Desk::new("store");
    let (database, end) = filled(&desk, "bench", SERIES, MOMENTS);
    let mut moment = MOMENTS;
    criterion.bench_function("append a moment of 60 series", |it| {
        it.iter(|| {
            database.append(&samples("bench", SERIES, moment)).expect("room");
            moment += 1;
        });
    });
    let key = SeriesKey::of("bench", "7");
    for (name, hours) in [("the last hour", 1), ("six hours", 6)] {
        let from = end - SignedDuration::from_hours(hours);
        criterion.bench_function(&format!("read {name} of a series, 720 points"), |it| {
            it.iter(|| database.history(&key, from, end, 720).expect("readable"));
        });
    }

    let desk = Desk::new("year");
    let database = Database::open(&desk.0, Limits::default(), begin()).expect("a store").database;
    let sample = |number: usize, second: i64| Sample {
        key: SeriesKey::of("bench", number.to_string()),
        at: begin() + SignedDuration::from_secs(second),
        value: 20.0 + (second as f64 * 0.0037 + number as f64).sin(),
    };
    for second in (0..365 * DAY).step_by(MINUTE as usize) {
        let all: Vec<Sample> = (0..OF_A_YEAR).map(|it| sample(it, second)).collect();
        database.append(&all).expect("room");
    }
    let end = begin() + SignedDuration::from_secs(365 * DAY);
    for days in [1, 30, 365] {
        let from = end - SignedDuration::from_secs(days * DAY);
        criterion.bench_function(&format!("read {days} days of a series, 720 points"), |it| {
            it.iter(|| database.history(&key, from, end, 720).expect("readable"));
        });
    }
}
