//! Two walks held against each other, and who walks when.

use std::sync::Arc;

use super::*;
use crate::Ports;
use crate::alert::{Finding, Severity, Side};
use crate::declare::Rule;
use crate::evaluate::{Detector, Level, Settings, Threshold, run};
use crate::fakes::scenes::{GIB, at, container, filesystem, machine};
use crate::fakes::{Call, World};
use crate::metric::Sample;
use crate::ports::{ContainerState, Store};
use crate::sample::Look;

/// In GiB, and as many thousand files.
fn walk(places: &[(&str, u64)]) -> Walk {
    let place = |(path, size): &(&str, u64)| PlaceSize {
        path: (*path).to_owned(),
        is_file: path.ends_with(".log"),
        bytes: size * GIB,
        files: size * 1000,
    };
    Walk {
        is_whole: true,
        places: places.iter().map(place).collect(),
        least_bytes: 4 << 20,
        least_files: 500,
    }
}

fn walked(second: i64, used: u64, places: &[(&str, u64)]) -> Walked {
    Walked { at: at(second), bytes: used * GIB, files: used * 1000, walk: walk(places) }
}

/// What is said of the culprits, in GiB.
fn said(culprits: &[Culprit]) -> Vec<String> {
    let gib = |bytes: u64| (bytes as f64 / GIB as f64).round();
    let one = |culprit: &Culprit| match culprit {
        Culprit::Grown { place, size, by, .. } => format!("{} +{} to {}", place.path, gib(*by), gib(*size)),
        Culprit::Largest { place, size } => format!("{} is {}", place.path, gib(*size)),
        other => format!("{other:?}"),
    };
    culprits.iter().map(one).collect()
}

fn check(base: Option<&Walked>, now: &Walked, expected: &[&str]) {
    assert_eq!(said(&blame(base, now, "/", Measure::Bytes)), expected);
}

const BEFORE: &[(&str, u64)] =
    &[("/", 40), ("/home", 8), ("/usr", 12), ("/var", 18), ("/var/lib", 10), ("/var/log", 7)];

#[test]
fn what_grew_is_named_and_not_what_is_largest() {
    let base = walked(0, 42, BEFORE);
    let places = [("/", 52), ("/home", 8), ("/usr", 12), ("/var", 30), ("/var/lib", 10), ("/var/log", 19)];
    check(Some(&base), &walked(100, 54, &places), &["/var/log +12 to 19"]);
}

#[test]
fn looking_goes_down_to_the_file_and_stops_where_it_spreads() {
    let base = walked(0, 42, BEFORE);
    let file = [("/", 52), ("/var", 30), ("/var/log", 19), ("/var/log/app", 15), ("/var/log/app/a.log", 14)];
    check(Some(&base), &walked(100, 54, &file), &["/var/log/app/a.log +14 to 14"]);
    let spread =
        [("/", 54), ("/var", 30), ("/var/lib", 10), ("/var/log", 19), ("/var/log/a", 6), ("/var/log/b", 6)];
    check(Some(&base), &walked(100, 54, &spread), &["/var/log +12 to 19"]);
}

#[test]
fn two_that_grew_are_both_named_and_each_once() {
    let base = walked(0, 42, BEFORE);
    let places = [("/", 56), ("/home", 14), ("/var", 27), ("/var/lib", 18), ("/var/log", 8)];
    check(Some(&base), &walked(100, 58, &places), &["/var/lib +8 to 18", "/home +6 to 14"]);
}

#[test]
fn without_an_earlier_walk_the_largest_is_named_as_such() {
    check(None, &walked(100, 42, BEFORE), &["/var is 18"]);
    // It is as full as it was: nothing grew that could be to blame.
    check(Some(&walked(0, 42, BEFORE)), &walked(100, 42, BEFORE), &["/var is 18"]);
    let deep = [("/", 40), ("/srv", 30), ("/srv/db", 29)];
    check(None, &walked(100, 42, &deep), &["/srv/db is 29"]);
}

#[test]
fn growth_that_no_directory_has_is_hidden_and_what_was_not_seen_is_late() {
    let base = walked(0, 42, BEFORE);
    let same = walked(100, 54, BEFORE);
    check(Some(&base), &same, &["Hidden"]);
    let mut half = same.clone();
    half.walk.is_whole = false;
    check(Some(&base), &half, &["Late"]);
    let mut nothing = walked(100, 54, &[]);
    nothing.walk.is_whole = false;
    check(None, &nothing, &["Late"]);
    // Of a place that the earlier walk did not come to, nobody knows whether it grew.
    let mut short = base.clone();
    short.walk.is_whole = false;
    let places = [("/", 56), ("/opt", 14), ("/var", 18)];
    let mut now = walked(100, 54, &places);
    now.walk.places.remove(0);
    check(Some(&short), &now, &["Late"]);
}

#[test]
fn inodes_are_blamed_on_who_has_many_files() {
    let base = walked(0, 42, BEFORE);
    let mut now = walked(100, 54, &[("/", 40), ("/var", 18), ("/var/mail", 12)]);
    now.walk.places[2].bytes = 0;
    let named = blame(Some(&base), &now, "/", Measure::Files);
    let [Culprit::Grown { place, size, .. }] = &named[..] else { panic!("{named:?}") };
    assert_eq!((place.path.as_str(), *size), ("/var/mail", 12_000));
}

#[test]
fn a_mount_of_its_own_is_looked_through_from_there() {
    let base = walked(0, 42, &[("/srv", 20), ("/srv/a", 10)]);
    let now = walked(100, 52, &[("/srv", 30), ("/srv/a", 20)]);
    assert_eq!(said(&blame(Some(&base), &now, "/srv", Measure::Bytes)), ["/srv/a +10 to 20"]);
    assert!(holds("/", "/var") && holds("/srv", "/srv/a"));
    assert!(!holds("/srv", "/srv") && !holds("/srv", "/srvice") && !holds("/", "/"));
}

const ID: &str = "0123456789ab0123456789ab0123456789ab0123456789ab0123456789ab0123";

#[test]
fn a_containers_log_is_known_by_its_id() {
    assert_eq!(container_in(&format!("/var/lib/docker/containers/{ID}/{ID}-json.log")), Some(ID));
    assert_eq!(container_in(&format!("/srv/docker/containers/{ID}")), Some(ID));
    assert_eq!(container_in("/var/lib/containers/storage"), None);
    assert_eq!(container_in("/var/lib/docker/containers"), None);
}

/// A disk that is judged each half minute, and what was asked of the machine.
struct Watch {
    world: Arc<World>,
    ports: Ports,
    rules: Vec<Rule>,
}

impl Watch {
    fn new() -> Self {
        let world = World::new();
        let ports = world.ports();
        let detector = Detector::Threshold(Threshold {
            side: Side::Above,
            warning: Some(Level { at: 90.0, back: 80.0 }),
            critical: Some(Level { at: 98.0, back: 90.0 }),
            over: Duration::ZERO,
            critical_with: None,
        });
        let rule = Rule {
            name: "disk".to_owned(),
            metric: "disk.used".to_owned(),
            only: Vec::new(),
            except: Vec::new(),
            detector,
            patience: Duration::from_secs(60),
            mode: None,
            clear: Duration::from_secs(60),
            remedy: None,
        };
        Self { world, ports, rules: vec![rule] }
    }

    /// One minute at so many per cent, from there on.
    async fn minute(&self, second: i64, percent: u64) -> Vec<Notice> {
        let mut notices = Vec::new();
        for second in [second, second + 10, second + 20, second + 30, second + 40, second + 50] {
            let mut snapshot = machine(at(second));
            snapshot.filesystems = Ok(vec![filesystem("/", percent * GIB, (100 - percent) * GIB)]);
            let containers = Err(crate::ports::Unknown::because("not asked"));
            self.ports.latest.put(Arc::new(Look { now: Arc::new(snapshot), before: None, containers }));
            let key = SeriesKey::of("disk.used", "/");
            self.world
                .append(&[Sample { key, at: at(second), value: percent as f64 }])
                .expect("it remembers");
            let context =
                JobContext { now: at(second), job: "evaluate", rules: &self.rules, ports: &self.ports };
            if second % 30 == 0 {
                notices.extend(run(&Settings::default(), context).await.expect("the store answers"));
            }
        }
        notices
    }

    fn walks(&self) -> usize {
        let walks = self.world.calls().iter().filter(|it| matches!(it, Call::Walk(_))).count();
        self.world.forget_calls();
        walks
    }
}

#[tokio::test]
async fn the_culprit_is_named_when_the_alert_fires_and_kept_with_it() {
    let watch = Watch::new();
    watch.world.set_containers(vec![Container {
        id: ID.to_owned(),
        ..container("shop-web", ContainerState::Running)
    }]);
    let log = format!("/var/lib/docker/containers/{ID}/{ID}-json.log");
    watch.world.set_walk("/", walk(&[("/", 60), ("/var", 20), (&log, 2)]));
    // Half full and more: looked at for later, once.
    watch.minute(0, 60).await;
    watch.minute(60, 60).await;
    assert_eq!(watch.walks(), 1);

    watch.world.set_walk("/", walk(&[("/", 92), ("/var", 52), (&log, 34)]));
    let mut told = Vec::new();
    for minute in 2..6 {
        told.extend(watch.minute(minute * 60, 92).await);
    }
    assert_eq!(watch.walks(), 1, "while it was suspected, and not again");
    let [Notice::Alert { alert, step: Step::Fired }] = &told[..] else { panic!("{told:?}") };
    let expected = Culprit::Grown {
        place: Place { path: log, is_file: true, log_of: Some("shop-web".to_owned()) },
        size: 34 * GIB,
        by: 32 * GIB,
        since: at(0),
    };
    assert_eq!(alert.culprits, [expected]);
    let stored = watch.world.open_alerts().expect("it remembers");
    assert_eq!(stored[0].culprits, alert.culprits);
    let steps: Vec<Step> = watch.world.transitions().into_iter().map(|it| it.1.step).collect();
    assert_eq!(steps, [Step::Suspected, Step::Fired]);
}

#[tokio::test]
async fn a_value_on_the_line_does_not_make_anybody_walk_all_the_time() {
    let watch = Watch::new();
    watch.world.set_walk("/", walk(&[("/", 60)]));
    watch.minute(0, 60).await;
    for minute in 1..12 {
        watch.minute(minute * 60, if minute % 2 == 0 { 89 } else { 90 }).await;
    }
    assert_eq!(watch.walks(), 2);
}

#[tokio::test]
async fn a_filesystem_is_walked_once_a_day_and_not_at_all_while_there_is_room_or_trouble() {
    let watch = Watch::new();
    watch.world.set_walk("/", walk(&[("/", 60)]));
    watch.minute(0, 49).await;
    assert_eq!(watch.walks(), 0);
    const DAY: i64 = 24 * 3600;
    for (second, walks) in [(60, 1), (120, 0), (DAY - 60, 0), (DAY + 60, 1), (DAY + 120, 0)] {
        watch.minute(second, 60).await;
        assert_eq!(watch.walks(), walks, "at {second}");
    }
    // It is suspected and fires: what it is held against stays as it is.
    for minute in 2..5 {
        watch.minute(2 * DAY + minute * 60, 95).await;
    }
    watch.walks();
    watch.minute(4 * DAY, 95).await;
    assert_eq!(watch.walks(), 0);
}

#[tokio::test]
async fn an_alert_whose_culprit_cannot_be_had_is_told_without() {
    let watch = Watch::new();
    let mut told = Vec::new();
    for minute in 0..4 {
        told.extend(watch.minute(minute * 60, 95).await);
    }
    let [Notice::Alert { alert, step: Step::Fired }] = &told[..] else { panic!("{told:?}") };
    assert_eq!(alert.culprits, []);
    assert_eq!(
        alert.finding,
        Finding {
            observed: 95.0,
            limit: 90.0,
            side: Side::Above,
            severity: Severity::Warning,
            forecast: None
        }
    );
}
