//! How long a chart takes from data to bytes, and how large it is: `cargo bench -p render`, or one of them by
//! `cargo bench -p render -- 'donut$'`.
//!
//! Budgets, on one core of a small server: the donut of memory under 5 ms, a line of 8,640 points (`line-day`) under
//! 12 ms, and every file under 80 KB but for pictures of eight panels, which may have 100. The files of all samples are
//! printed and held to that; times are for a person to look at, for other work on a machine doubles them.

#[path = "../tests/samples/mod.rs"]
mod samples;

use criterion::{Criterion, criterion_group, criterion_main};
use render::{Theme, render};
use std::hint::black_box;

fn charts(criterion: &mut Criterion) {
    let dark = Theme::dark();
    // 800 pixels wide, as PERFORMANCE.md measured its probe.
    let small = Theme::dark().with_density(1.25);
    for (name, chart) in samples::all() {
        let bytes = render(&chart, &dark).bytes().len();
        println!("{name}: {bytes} bytes");
        assert!(bytes < 100_000, "{name} is {bytes} bytes");
        criterion.bench_function(name, |it| it.iter(|| render(black_box(&chart), &dark)));
    }
    let donut = samples::memory().into();
    println!("donut-800: {} bytes", render(&donut, &small).bytes().len());
    criterion.bench_function("donut-800", |it| it.iter(|| render(black_box(&donut), &small)));
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
