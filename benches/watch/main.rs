//! What the watch does again and again, and how long each takes: `cargo bench --bench watch`. Charts have their own,
//! `cargo bench -p render`; what the whole binary costs is measured by `bench/compare.sh`.

#[path = "../../tests/support/botapi/mod.rs"]
mod botapi;

mod evaluate;
mod hear;
mod look;
mod speak;
mod store;

use std::path::PathBuf;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1500));
    targets = look::look, store::store, evaluate::evaluate, hear::hear, speak::speak
}
criterion_main!(benches);

/// A directory of our own, removed when it is dropped.
struct Desk(PathBuf);

impl Desk {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("vakhta-bench-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a temporary directory");
        Self(path)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}
