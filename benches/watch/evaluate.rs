//! One round of one rule over 200 series, as each detector judges them, with an hour remembered of each.

use std::sync::Arc;
use std::time::Duration;

use criterion::Criterion;
use jobs::alert::Side;
use jobs::declare::Rule;
use jobs::evaluate::{self, Detector, Level, Novelty, Settings, Sides, Sigma, Threshold};
use jobs::fakes::World;
use jobs::{JobContext, Ports};

use super::Desk;
use super::store::filled;

const SERIES: usize = 200;
const HOUR: i64 = 360;

pub(super) fn evaluate(criterion: &mut Criterion) {
    let desk = Desk::new("evaluate");
    let (database, now) = filled(&desk, "cpu.core", SERIES, HOUR);
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
