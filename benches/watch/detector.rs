//! One observation of one series by the detector that learns, three weeks of a value each five minutes behind it, and what
//! it remembers of them. The rest of a round, history read from the store included, is in `evaluate.rs`.

use std::hint::black_box;

use criterion::Criterion;
use jobs::evaluate::novelty::Novelty;

/// What a rule looks at: a value each five minutes.
const EVERY: i64 = 300;
const THREE_WEEKS: i64 = 21 * 86_400 / EVERY;

pub(super) fn detector(criterion: &mut Criterion) {
    let mut novelty = Novelty::new();
    let mut turn = 0;
    let mut observe = || {
        turn += 1;
        // A day's wave and noise, so that no two values are alike and the memory fills.
        let day = f64::from(i32::try_from(turn % 288).expect("a day's turn")) / 288.0;
        let noise = f64::from(u16::try_from(turn * 7919 % 1009).expect("below 1,009")) / 100.0;
        novelty.observe(turn * EVERY, 40.0 + 20.0 * (day * std::f64::consts::TAU).sin() + noise)
    };
    for _ in 0..THREE_WEEKS {
        observe();
    }
    criterion.bench_function("detector novelty, one observation", |it| it.iter(|| black_box(observe())));
    println!("detector novelty, one observation: {} bytes a series", novelty.size());
}
