//! A day, summed up.

use std::sync::Arc;

use super::*;
use crate::alert::{AlertKey, Ending, Finding, Past, Phase, Severity, Side, Step, Transition};
use crate::fakes::World;
use crate::fakes::scenes::{at, container};
use crate::heal::HealStep;
use crate::metric::Sample;
use crate::ports::{EngineError, Health};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Every minute from and to these seconds.
fn record(world: &World, key: &str, from: i64, to: i64, value: impl Fn(i64) -> f64) {
    let key: SeriesKey = key.parse().expect("a key");
    let seconds = (from..to).step_by(60);
    let samples = seconds.map(|it| Sample { key: key.clone(), at: at(it), value: value(it) });
    Store::append(world, &samples.collect::<Vec<_>>()).expect("no error was set");
}

async fn digest(world: &Arc<World>, settings: &Settings) -> Digest {
    let ports = world.ports();
    let context = JobContext { now: at(2 * DAY), job: "morning", rules: &[], ports: &ports };
    match run(settings, context).await.expect("the store answers").remove(0) {
        Notice::Digest(digest) => digest,
        other => panic!("{other:?}"),
    }
}

fn settings(metrics: &[&str], chart: &str) -> Settings {
    let metrics = metrics.iter().map(|it| (*it).to_owned()).collect();
    Settings { metrics, chart: chart.to_owned(), ..Settings::default() }
}

#[tokio::test]
async fn each_series_is_summed_up_and_compared_with_the_period_before() {
    let world = World::new();
    record(&world, "cpu.busy", 0, DAY, |_| 10.0);
    record(&world, "cpu.busy", DAY, 2 * DAY, |second| if second < DAY + 6 * HOUR { 80.0 } else { 20.0 });
    // A disk of the last hour, one since shortly before the day began, and one that is gone.
    record(&world, "disk.used[/srv]", 2 * DAY - HOUR, 2 * DAY, |_| 50.0);
    record(&world, "disk.used[/]", DAY - HOUR, 2 * DAY, |_| 60.0);
    record(&world, "disk.used[/gone]", 0, DAY, |_| 70.0);
    let digest =
        digest(&world, &settings(&["disk.used", "cpu.busy", "disk.used", "no.such"], "disk.used")).await;
    let flat = |value| Summary { least: value, mean: value, p95: value, most: value, last: value };
    let summary = |key: &str, now, before| SeriesSummary {
        key: key.parse().expect("a key"),
        now,
        before,
        way: Vec::new(),
    };
    let cpu = Summary { least: 20.0, mean: 35.0, p95: 80.0, most: 80.0, last: 20.0 };
    let expected = [
        summary("disk.used[/]", flat(60.0), None),
        summary("disk.used[/srv]", flat(50.0), None),
        summary("cpu.busy", cpu, Some(flat(10.0))),
    ];
    let plain = |it: &SeriesSummary| SeriesSummary { way: Vec::new(), ..it.clone() };
    assert_eq!(digest.series.iter().map(plain).collect::<Vec<_>>(), expected);
    // Of each metric one series has a way: the highest.
    let ways: Vec<_> =
        digest.tiles().map(|it| (it.key.to_string(), it.way.len(), it.way[0], it.way[47])).collect();
    let way = |key: &str, first, last| (key.to_owned(), 48, Some(first), Some(last));
    assert_eq!(ways, [way("disk.used[/]", 60.0, 60.0), way("cpu.busy", 80.0, 20.0)]);
    assert_eq!(digest.seen, Some(Duration::from_secs(24 * 3600)));
    assert_eq!((digest.from, digest.to, digest.job.as_str()), (at(DAY), at(2 * DAY), "morning"));
    assert_eq!(digest.chart, Some(SeriesKey::of("disk.used", "/")));
}

#[tokio::test]
async fn the_picture_is_of_what_was_asked_for_if_there_is_any() {
    let world = World::new();
    record(&world, "cpu.busy", DAY, 2 * DAY, |_| 10.0);
    record(&world, "net.in[eth0]", DAY, 2 * DAY, |_| 10.0);
    let chart =
        async |wanted| digest(&world, &settings(&["cpu.busy"], wanted)).await.chart.map(|it| it.to_string());
    assert_eq!(chart("cpu.busy").await.as_deref(), Some("cpu.busy"));
    assert_eq!(chart("net.in[eth0]").await.as_deref(), Some("net.in[eth0]"));
    assert_eq!(chart("net.in").await.as_deref(), Some("net.in[eth0]"));
    assert_eq!(chart("net.in[eth1]").await, None);
    assert_eq!(chart("swap.used").await, None);
}

fn alert(rule: &str, fired: i64, phase: Phase) -> Alert {
    Alert {
        number: 0,
        key: AlertKey { rule: rule.to_owned(), series: SeriesKey::whole("cpu.busy") },
        phase,
        finding: Finding {
            observed: 90.0,
            limit: 85.0,
            side: Side::Above,
            severity: Severity::Warning,
            forecast: None,
        },
        worst: 90.0,
        since: at(fired),
        fired: Some(at(fired)),
        seen: at(fired),
        remedy: None,
        generation: 1,
        past: Past::default(),
        culprits: Vec::new(),
    }
}

#[tokio::test]
async fn what_was_wrong_all_through_the_period_is_in_it() {
    let world = World::new();
    let ended = |second| Phase::Ended { at: at(second), how: Ending::Recovered };
    for mut alert in [
        alert("yesterday", HOUR, ended(2 * HOUR)),
        alert("today", DAY + HOUR, ended(DAY + 2 * HOUR)),
        alert("for-two-days", HOUR, Phase::Firing),
        alert("now", 2 * DAY - HOUR, Phase::Firing),
    ] {
        let transition =
            Transition { at: at(0), step: Step::Fired, finding: None, reason: None, basis: None };
        Store::put_alert(&*world, &mut alert, &transition).expect("no error was set");
    }
    for (second, number) in [(HOUR, 1), (DAY + HOUR, 2), (3 * DAY, 3)] {
        let heal =
            Heal { at: at(second), alert: Some(number), target: "/".to_owned(), what: HealStep::Proposed };
        Store::put_heal(&*world, &heal).expect("no error was set");
    }
    let digest = digest(&world, &Settings::default()).await;
    let rules: Vec<_> = digest.alerts.iter().map(|it| it.key.rule.as_str()).collect();
    assert_eq!(rules, ["for-two-days", "today", "now"]);
    assert_eq!(digest.heals.iter().map(|it| it.alert).collect::<Vec<_>>(), [Some(2)]);
    assert_eq!(digest.series, []);
}

#[tokio::test]
async fn containers_are_counted_and_the_troubled_ones_named() {
    let world = World::new();
    let ill =
        |name| Container { health: Some(Health::Unhealthy), ..container(name, ContainerState::Running) };
    let looping = container("looping", ContainerState::Restarting);
    world.set_containers(vec![ill("web"), ill("api"), looping, container("old", ContainerState::Exited)]);
    let expected = ContainerSummary {
        running: 2,
        total: 4,
        unhealthy: vec!["api".to_owned(), "web".to_owned()],
        restarting: vec!["looping".to_owned()],
    };
    assert_eq!(digest(&world, &Settings::default()).await.containers, Some(expected));
    world.set_engine_error(Some(EngineError::Unreachable("no socket".to_owned())));
    assert_eq!(digest(&world, &Settings::default()).await.containers, None);
}

#[tokio::test]
async fn the_last_value_is_a_single_one_and_a_p95_is_of_minutes() {
    let world = World::new();
    // Every ten seconds; one in six is a spike, so every minute's mean is the same.
    let key = SeriesKey::whole("cpu.busy");
    let value = |second: i64| if second % 60 == 50 { 70.0 } else { 10.0 };
    let seconds = (DAY..2 * DAY).step_by(10);
    let samples = seconds.map(|it| Sample { key: key.clone(), at: at(it), value: value(it) });
    Store::append(&*world, &samples.collect::<Vec<_>>()).expect("no error was set");
    let digest = digest(&world, &settings(&["cpu.busy"], "cpu.busy")).await;
    let expected = Summary { least: 10.0, mean: 20.0, p95: 20.0, most: 70.0, last: 70.0 };
    assert_eq!(digest.series[0].now, expected);
}

#[tokio::test]
async fn what_became_of_containers_is_in_it_and_alerts_are_not_in_it_twice() {
    use crate::incident::{Incident, News, fold};
    use crate::verdict::{ContainerVerdict, Finding as Fate, Verdict, Who};
    let world = World::new();
    let incident = |number: i64, news: News, now: i64| {
        let change = fold(&[], &news, &|_| Vec::new(), at(now)).expect("news of an incident");
        Incident { number, ..change.incident }
    };
    let crashed = |now: i64| {
        let who = Who { name: "db".to_owned(), ..Who::default() };
        let finding =
            Fate::Crashed { exit: Some(1), times: 1, within: Default::default(), back: true, excused: false };
        let verdict = Verdict::Container(ContainerVerdict { at: at(now), who, finding, unseen: false });
        incident(now, News::Verdict { verdict, log: Vec::new() }, now)
    };
    let fired = alert("cpu", DAY + HOUR, Phase::Firing);
    let of_alert = incident(1, News::Alert { alert: fired, step: Step::Fired }, DAY + HOUR);
    world.set_incidents(vec![crashed(HOUR), of_alert, crashed(DAY + HOUR)]);
    let digest = digest(&world, &Settings::default()).await;
    assert_eq!(digest.incidents.iter().map(|it| it.number).collect::<Vec<_>>(), [DAY + HOUR]);
    assert_eq!(digest.restarts, [Restarts { name: "db".to_owned(), times: 1, last: at(DAY + HOUR) }]);
}

#[tokio::test]
async fn who_was_started_anew_is_counted_by_remedies_and_by_people_once_each() {
    use crate::audit::{Deed, Outcome, Who};
    use crate::heal::{self, Mode, Try};
    use crate::incident::{Changed, Happening};
    use crate::ports::Verb;
    let world = World::new();
    let heal = |seconds: i64, what: HealStep| {
        let heal = Heal { at: at(seconds), alert: None, target: "web".to_owned(), what };
        Store::put_heal(&*world, &heal).expect("no error was set");
    };
    let attempt = |verb| Try { policy: "unhealthy".to_owned(), verb, attempt: 1, of: 3, mode: Mode::Auto };
    let ended = |outcome| HealStep::Ended { outcome, along: vec!["sidecar".to_owned()] };
    heal(DAY + 10, HealStep::Began { what: attempt(Verb::Restart), by: None });
    heal(DAY + 20, ended(heal::Outcome::Done));
    heal(DAY + 30, HealStep::Began { what: attempt(Verb::Restart), by: None });
    heal(DAY + 40, ended(heal::Outcome::Refused("no".to_owned())));
    // The watch's own deeds are in its journal; those before the day, those that failed and stops do not count.
    for (seconds, who, what, outcome) in [
        (DAY + 50, Who::Person(42), "restart", Outcome::Done),
        (DAY + 60, Who::Person(42), "restart", Outcome::Failed),
        (DAY + 70, Who::Console, "stop", Outcome::Done),
        (DAY + 80, Who::Vakhta, "restart", Outcome::Done),
        (HOUR, Who::Console, "restart", Outcome::Done),
    ] {
        let deed = Deed::begun(at(seconds), who, what, "web").ended(outcome, "");
        Store::put_deed(&*world, &deed).expect("no error was set");
    }
    // What was typed on the machine is in no journal of ours.
    let typed =
        |seconds, name: &str| Changed { at: at(seconds), what: Happening::Restarted(name.to_owned()) };
    world.set_restarted(vec![typed(HOUR, "web"), typed(DAY + 90, "web"), typed(DAY + 95, "typed")]);
    let once = |name: &str, times, second| Restarts { name: name.to_owned(), times, last: at(second) };
    let restarts = digest(&world, &Settings::default()).await.restarts;
    assert_eq!(
        restarts,
        [once("web", 3, DAY + 90), once("sidecar", 1, DAY + 20), once("typed", 1, DAY + 95)]
    );
}

#[tokio::test]
async fn what_grew_is_told_in_points_and_in_bytes() {
    let world = World::new();
    let slope =
        |from: f64, to: f64| move |second: i64| from + (to - from) * (second - DAY) as f64 / DAY as f64;
    record(&world, "disk.used[/]", DAY, 2 * DAY, slope(40.0, 50.0));
    record(&world, "disk.free[/]", DAY, 2 * DAY, slope(60e9, 50e9));
    record(&world, "disk.used[/srv]", DAY, 2 * DAY, slope(40.0, 80.0));
    record(&world, "disk.used[/still]", DAY, 2 * DAY, slope(40.0, 40.3));
    record(&world, "disk.used[/less]", DAY, 2 * DAY, slope(40.0, 10.0));
    let grown = digest(&world, &Settings::default()).await.grown;
    let names: Vec<_> = grown.iter().map(|it| it.key.subject.as_str()).collect();
    assert_eq!(names, ["/srv", "/"]);
    assert!((39.0..=40.0).contains(&grown[0].points) && grown[0].bytes.is_none(), "{grown:?}");
    assert!(grown[1].bytes.is_some_and(|it| (9.7e9..=10e9).contains(&it)), "{grown:?}");
}

#[tokio::test]
async fn of_a_time_long_past_nothing_is_told_that_is_so_now() {
    let world = World::new();
    world.set_containers(vec![container("web", ContainerState::Running)]);
    record(&world, "cpu.busy", DAY, DAY + 14 * HOUR, |_| 10.0);
    let ports = world.ports();
    let context = || JobContext { now: at(3 * DAY), job: "morning", rules: &[], ports: &ports };
    let period = Period::ending(at(2 * DAY), Duration::from_secs(24 * 3600));
    let past = sum_up(&Settings::default(), period, context()).await.expect("the store answers");
    assert_eq!((past.containers, past.from, past.to), (None, at(DAY), at(2 * DAY)));
    assert_eq!(past.seen, Some(Duration::from_secs(14 * 3600)), "the watch was away for ten hours");
    assert_eq!(past.series[0].before, None);
}

#[test]
fn a_parcel_of_an_earlier_release_is_read() {
    let parcel = r#"{"job":"morning","from":"2026-11-23T06:00:00Z","to":"2026-11-24T06:00:00Z","series":[{"key":"cpu.busy","now":
        {"least":1.0,"mean":2.0,"p95":3.0,"most":4.0,"last":2.0},"before":null}],"alerts":[],"heals":[],"containers":null,
        "chart":null}"#;
    let digest: Digest = serde_json::from_str(parcel).expect("it is read");
    assert!(digest.tells(Section::Picture) && digest.seen.is_none() && digest.tiles().next().is_none());
}
