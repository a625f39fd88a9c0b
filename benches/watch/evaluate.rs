//! One round of one rule over 200 series, as each detector judges them, with an hour remembered of each; and one
//! observation of one series, without the store.

use std::sync::Arc;
use std::time::Duration;

use criterion::Criterion;
use jobs::alert::Side;
use jobs::declare::Rule;
use jobs::evaluate::{self, Detector, Evidence, Level, Novelty, Settings, Sides, Sigma, Threshold, novelty};
use jobs::fakes::World;
use jobs::metric::SeriesKey;
use jobs::ports::Store;
use jobs::{JobContext, Ports};

use super::Desk;
use super::store::filled;

const SERIES: usize = 200;
const HOUR: i64 = 360;

pub(super) fn evaluate(criterion: &mut Criterion) {
    let desk = Desk::new("evaluate");
    let (database, now) = filled(&desk, "cpu.core", SERIES, HOUR);
    let hour = Duration::from_secs(3600);
    let series = database.series(&SeriesKey::of("cpu.core", "7"), now - hour, now).expect("readable");
    let world = World::new();
    let ports = Ports {
        host: world.clone(),
        engine: world,
        store: Arc::new(database),
        latest: Arc::default(),
        beacon: None,
        ward: None,
    };
    let threshold = Detector::Threshold(Threshold {
        side: Side::Above,
        warning: Some(Level { at: 85.0, back: 75.0 }),
        critical: None,
        over: Duration::from_secs(600),
        critical_with: None,
    });
    let sigma = Detector::Sigma(Sigma {
        window: Duration::from_secs(3600),
        k: 2.0,
        sides: Sides::Above,
        least: 20.0,
        floor: Some(50.0),
    });
    let novelty = Detector::Novelty(Novelty {
        every: Duration::from_secs(300),
        sides: Sides::Above,
        least: 20.0,
        floor: Some(50.0),
        ceiling: None,
        page_with: None,
        settle: Duration::from_secs(24 * 3600),
        zone: jiff::tz::TimeZone::UTC,
    });
    for (name, detector) in [("threshold", &threshold), ("sigma", &sigma)] {
        criterion.bench_function(
            &format!("one observation by {name}, an hour of {} known", series.points.len()),
            |it| {
                it.iter(|| detector.judge(&Evidence { series: &series, companion: None, open: None, now }));
            },
        );
    }
    let mut known = novelty::Novelty::new();
    let mut quarter = 0_i64;
    let mut observe = || {
        quarter += 1;
        let hour = (quarter / 4 % 24) as f64;
        let noise = (quarter.wrapping_mul(7919) % 997) as f64 / 200.0;
        known.observe(quarter * 900, hour + noise)
    };
    // Six weeks: every bin and every hour of the week has been seen.
    for _ in 0..6 * 7 * 96 {
        observe();
    }
    criterion.bench_function("one observation by novelty, six weeks known", |it| it.iter(&mut observe));
    println!("one observation by novelty, six weeks known: {} bytes a series", known.size());

    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    for (name, detector) in [("threshold", threshold), ("sigma", sigma), ("novelty", novelty)] {
        let rules = [Rule {
            name: name.to_owned(),
            metric: "cpu.core".to_owned(),
            only: Vec::new(),
            except: Vec::new(),
            detector,
            patience: Duration::from_secs(60),
            mode: None,
            clear: Duration::from_secs(60),
            remedy: None,
        }];
        let context = || JobContext { now, job: "evaluate", rules: &rules, ports: &ports };
        criterion.bench_function(&format!("evaluate {name} over {SERIES} series"), |it| {
            it.iter(|| {
                let notices = runtime.block_on(evaluate::run(&Settings::default(), context()));
                assert!(notices.expect("readable").is_empty(), "all is well");
            });
        });
    }
}
