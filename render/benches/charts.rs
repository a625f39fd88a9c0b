//! How long a chart takes from data to bytes, and how large it is: `cargo bench -p render`, or one of them by
//! `cargo bench -p render -- 'donut$'`.
//!
//! Budgets, on one core of a small server: `ram-pie-800x600`, the row of docs/performance.md, under 2 ms and 25 KB, with 1 ms
//! and 15 KB to aim at; the same at the density that is sent (`donut`) under 4 ms; a line of 8,640 points (`line-day`) under
//! 8 ms; every file under 90 KB. The files of all samples are printed and held to that; times are for a person to look at, for
//! other work on a machine doubles them.

#[path = "../tests/samples/mod.rs"]
mod samples;

use criterion::{Criterion, criterion_group, criterion_main};
use render::{Theme, render};
use std::hint::black_box;

fn charts(criterion: &mut Criterion) {
    let dark = Theme::dark();
    for (name, chart) in samples::all() {
        let bytes = render(&chart, &dark).bytes().len();
        println!("{name}: {bytes} bytes");
        assert!(bytes < 90_000, "{name} is {bytes} bytes");
        criterion.bench_function(name, |it| it.iter(|| render(black_box(&chart), &dark)));
    }
    // 800 pixels wide, as others' pies are.
    let (pie, small) = (samples::memory().into(), dark.with_density(1.25));
    let bytes = render(&pie, &small).bytes().len();
    println!("ram-pie-800x600: {bytes} bytes");
    assert!(bytes < 25_000, "ram-pie-800x600 is {bytes} bytes");
    criterion.bench_function("ram-pie-800x600", |it| it.iter(|| render(black_box(&pie), &small)));
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_millis(1500));
    targets = charts
}
criterion_main!(benches);
