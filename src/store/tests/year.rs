//! How large the file becomes in a year, and how long it takes to read.

use std::time::{Duration, Instant};

use super::*;

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;
/// Series of a machine with two cores, two disks and one card.
const STEADY: usize = 40;
/// Containers that are always there.
const STABLE: usize = 10;

/// A value that changes as measured ones do.
fn value(series: usize, second: i64) -> f64 {
    let hour = second as f64 / 3600.0 + series as f64;
    let noise = (second.wrapping_mul(7919 + series as i64) % 997) as f64 / 997.0;
    ((30.0 + 20.0 * (hour * std::f64::consts::TAU / 24.0).sin() + 5.0 * noise) * 100.0).round() / 100.0
}

/// The series that have a value in this minute: the machine's, those of the containers that are always there, and those of
/// one that comes each quarter of an hour under a new name.
fn looked(minute: i64) -> Vec<SeriesKey> {
    let machine = (0..STEADY).map(|it| SeriesKey::of("machine", it.to_string()));
    let quarter = minute / 15;
    let passing = (minute % 15 < 7).then(|| format!("job-{quarter}"));
    let containers = (0..STABLE).map(|it| format!("shop-{it}")).chain(passing);
    let used =
        containers.flat_map(|it| ["container.cpu", "container.memory"].map(|of| SeriesKey::of(of, &*it)));
    machine.chain(used).collect()
}

/// A sample each `step` seconds for so many days; a line of the table for each of those in `shown`.
fn pass(days: i64, step: i64, shown: &[i64]) {
    let desk = Desk::new();
    let database = desk.open();
    let mut slowest = Duration::ZERO;
    for second in (0..days * DAY).step_by(usize::try_from(step).expect("a step")) {
        // What containers use is counted with the first look of a minute.
        let keys = looked(second / MINUTE);
        let counted = if second % MINUTE == 0 { keys.len() } else { STEADY };
        let samples = keys.into_iter().take(counted).enumerate();
        let samples =
            samples.map(|(number, key)| sample(key, second, value(number, second))).collect::<Vec<_>>();
        let began = Instant::now();
        database.append(&samples).expect("room");
        slowest = slowest.max(began.elapsed());
        let day = (second + step) / DAY;
        if (second + step) % DAY == 0 && shown.contains(&day) {
            let usage = database.usage().expect("readable");
            let rows = database.rows();
            let took = |work: &dyn Fn()| {
                let began = Instant::now();
                work();
                began.elapsed().as_secs_f64() * 1e3
            };
            let recent = took(&|| drop(database.keys(at(second - DAY)).expect("readable")));
            let month = took(&|| {
                let key = SeriesKey::of("machine", "1");
                drop(database.history(&key, at(second - 30 * DAY), at(second), 720).expect("readable"));
            });
            let kib = |name: &str| fs::metadata(desk.0.join(name)).map_or(0, |it| it.len()) >> 10;
            println!(
                "| {day} | {} | {} | {} | {} | {} | {} | {} | {recent:.1} | {month:.1} | {:.0} |",
                usage.used >> 10,
                kib(open::FILE),
                kib("vakhta.sqlite-wal"),
                rows["series"],
                rows["raw"],
                rows["minutes"],
                rows["hours"],
                slowest.as_secs_f64() * 1e3,
            );
            slowest = Duration::ZERO;
        }
    }
}

#[test]
#[ignore = "a year of samples: minutes. VAKHTA_SOAK_STEP: seconds between two, 60; 10 is what is built in"]
fn a_year_of_samples_in_a_file() {
    let step = std::env::var("VAKHTA_SOAK_STEP").ok().and_then(|it| it.parse().ok()).unwrap_or(60);
    let days = std::env::var("VAKHTA_SOAK_DAYS").ok().and_then(|it| it.parse().ok()).unwrap_or(430);
    println!(
        "| day | used KiB | file KiB | journal KiB | names | raw | minutes | hours | keys ms | 30 d ms | slowest append ms |"
    );
    pass(days, step, &[1, 2, 3, 7, 14, 30, 31, 60, 90, 180, 270, 365, 400, 410, 430]);
}
