//! What the store costs: processor time and bytes for each sample, time to open, time to read.
//!
//! `cargo run --release --example store_cost [DAYS [SERIES]]`: by default 3 days of 60 series each ten seconds, in a
//! temporary directory. A third of the series never changes, a third are counts that change now and then, a third are
//! as lively as values can be.

use std::time::{Duration, Instant};

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use jobs::metric::{Sample, SeriesKey};
use jobs::ports::Store;
use vakhta::store::{Database, Limits};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1).map(|it| it.parse::<i64>());
    let days = arguments.next().transpose().context("days")?.unwrap_or(3);
    let series = arguments.next().transpose().context("series")?.unwrap_or(60);
    let dir = std::env::temp_dir().join(format!("vakhta-store-cost-{}", std::process::id()));
    let done = measure(&dir, days, series);
    std::fs::remove_dir_all(&dir).context("tidying up")?;
    done
}

fn measure(dir: &std::path::Path, days: i64, series: i64) -> anyhow::Result<()> {
    let begin = Timestamp::from_second(1_793_491_200)?;
    let at = |second: i64| begin + SignedDuration::from_secs(second);
    let keys: Vec<_> = (0..series).map(|it| SeriesKey::of("cost", it.to_string())).collect();
    let mut noise = Noise(1);
    let open = || Database::open(dir, Limits::default(), begin);

    let clock = Instant::now();
    let database = open()?.database;
    say("begin a store", clock.elapsed());

    let (mut longest, mut writing) = (Duration::ZERO, Duration::ZERO);
    let before = processor_time()?;
    let moments = days * 8640;
    for moment in 0..moments {
        let value = |number: usize, noise: &mut Noise| match number % 3 {
            0 => number as f64,
            1 => (moment / 50 % 7) as f64,
            _ => noise.next() * 100.0,
        };
        let samples: Vec<_> = keys
            .iter()
            .enumerate()
            .map(|(number, key)| Sample {
                key: key.clone(),
                at: at(moment * 10),
                value: value(number, &mut noise),
            })
            .collect();
        let clock = Instant::now();
        database.append(&samples)?;
        let took = clock.elapsed();
        writing += took;
        longest = longest.max(took);
    }
    let spent = processor_time()? - before;
    println!("{moments} appends of {series} series, {days} days");
    say("processor time of one, making the values included", spent / u32::try_from(moments)?);
    say("time of one", writing / u32::try_from(moments)?);
    say("time of the longest", longest);
    let usage = database.usage()?;
    println!(
        "{:<52}{:>10.1} MB in use, {:.1} MB on disk",
        "size",
        usage.used as f64 / 1e6,
        usage.file as f64 / 1e6
    );
    let raw = (moments.min(2 * 8640) * series) as f64;
    println!(
        "{:<52}{:>10.1} bytes",
        "for each kept sample, roll-ups and indexes included",
        usage.used as f64 / raw
    );

    let end = at(moments * 10);
    let key = &keys[2];
    let hours = |hours| end - SignedDuration::from_hours(hours);
    let clock = Instant::now();
    for _ in 0..100 {
        database.series(key, hours(1), end)?;
    }
    say("read the last hour of samples", clock.elapsed() / 100);
    let clock = Instant::now();
    let all = database.series(key, hours(24), end)?.points.len();
    say(&format!("read the last day of samples ({all})"), clock.elapsed());
    for (name, length) in [("6 hours", 6), ("24 hours", 24), ("30 days", 720)] {
        let clock = Instant::now();
        let points = database.history(key, hours(length), end, 700)?.points.len();
        say(&format!("history of {name} ({points} points)"), clock.elapsed());
    }
    let clock = Instant::now();
    let known = database.keys(hours(1))?.len();
    say(&format!("list {known} series"), clock.elapsed());
    let clock = Instant::now();
    for number in 0..50 {
        database.put_state("cost", &number.to_string())?;
    }
    say("one synced write", clock.elapsed() / 50);
    drop(database);
    let mut opening = Vec::new();
    for _ in 0..21 {
        let clock = Instant::now();
        let again = open()?.database;
        opening.push(clock.elapsed());
        drop(again);
    }
    opening.sort();
    say("open it again, the median of 21", opening[10]);
    Ok(())
}

fn say(what: &str, took: Duration) {
    println!("{what:<52}{:>10.3} ms", took.as_secs_f64() * 1e3);
}

/// What this process has used of all processors.
fn processor_time() -> anyhow::Result<Duration> {
    let me = procfs::process::Process::myself()?.stat()?;
    let ticks = me.utime + me.stime;
    Ok(Duration::from_secs_f64(ticks as f64 / procfs::ticks_per_second() as f64))
}

/// Values of which every bit is news.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}
