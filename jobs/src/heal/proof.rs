//! What every remedy owes, walked by the lists: it stays inside its budget whatever process asks, by the journal alone,
//! and lays no hand on what is protected, our own, ignored, or stopped by somebody, nor on a volume. A remedy that is
//! not in the tables here fails.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;

use super::cure::CURES;
use super::tests::{days_ago, full_disk, stopped};
use super::ward::tests::Minded;
use super::*;
use crate::alert::{Alert, AlertKey, Phase, Severity, Side, Step, Transition};
use crate::fakes::scenes::{GIB, at, container};
use crate::fakes::{Call, World};
use crate::incident::{Incident, News, fold};
use crate::label::{IGNORE, PROTECT};
use crate::metric::SeriesKey;
use crate::ports::{
    Container, ContainerDetail, ContainerState, Health, HookEnd, ImageUse, Leftover, RestartPolicy, Store,
    Verb, Ward,
};
use crate::verdict::{By, ContainerVerdict, Finding, Memory, Remembered, Verdict, Who};
use crate::{JobContext, Ports};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Each remedy for a disk by the name that a rule calls it, and all it does where it is tempted by everything.
fn disk_remedies() -> Vec<(&'static str, Vec<Call>)> {
    let image = |id: &str| Call::RemoveImage(format!("sha256:{id}"));
    vec![
        ("dangling-images", vec![image("0123456789abcdef")]),
        ("unused-images", vec![image("unused")]),
        ("build-cache", vec![Call::PruneBuildCache(Settings::default().cache_unused_for)]),
        ("stopped-containers", vec![Call::RemoveContainer("id-old".to_owned())]),
        // What is ours is no business of the engine's.
        ("own-leftovers", Vec::new()),
        ("hook:clean", vec![Call::RunHook(vec!["/usr/local/bin/clean".to_owned()])]),
    ]
}

/// The containers that each remedy for containers is tempted by, and what it does to one.
const CONTAINER_REMEDIES: [(&str, Verb); 3] =
    [("unhealthy", Verb::Restart), ("crashed", Verb::Start), ("down", Verb::Start)];

#[test]
fn every_remedy_has_its_proof() {
    let mut proven: Vec<&str> = disk_remedies().into_iter().map(|it| it.0).collect();
    let hook = proven.pop();
    assert_eq!(hook.and_then(|it| it.strip_prefix(hook::PREFIX)), Some("clean"));
    let all: Vec<&str> = REMEDIES.iter().map(|it| it.name()).collect();
    assert_eq!(all, proven, "each remedy for a disk is in the table");
    let all: Vec<(&str, Verb)> = CURES.iter().map(|it| (it.when().name(), it.when().verb())).collect();
    assert_eq!(all, CONTAINER_REMEDIES, "each remedy for containers is");
}

/// A journal as the next process reads it.
fn reread(journal: &[Heal]) -> Vec<Heal> {
    let written = serde_json::to_string(journal).expect("it is plain data");
    serde_json::from_str(&written).expect("its own words")
}

fn labelled(it: Container, label: &str) -> Container {
    Container { labels: vec![(label.to_owned(), "true".to_owned())], ..it }
}

fn remembered(it: &Container, stopped: Option<By>) -> Remembered {
    let who = Who { id: it.id.clone(), name: it.name.clone(), ..Who::default() };
    Remembered { who, stopped, ..Remembered::default() }
}

fn ward(memory: Memory) -> Arc<dyn Ward> {
    Arc::new(Minded { began: at(-DAY), mutes: Vec::new(), memory, switch: Mutex::default() })
}

/// The most of these moments that lie within so many seconds.
fn most_within(moments: &[i64], seconds: i64) -> usize {
    let within = |from: &i64| moments.iter().filter(|it| *from <= **it && **it - from < seconds).count();
    moments.iter().map(within).max().unwrap_or_default()
}

/// A full disk with everything on it that a remedy may take, and beside each thing one that it may not.
fn tempting_disk(remedy: &str) -> (Arc<World>, Ports) {
    let world = full_disk();
    let old = |name: &str| stopped(&world, name, ContainerState::Exited, Some(30));
    let [ours, theirs] = [old("through-us"), old("by-hand")];
    let memory = Memory {
        containers: vec![remembered(&ours, Some(By::Us)), remembered(&theirs, Some(By::Somebody))],
        unsettled: false,
    };
    world.set_containers(vec![
        old("old"),
        old("own"),
        labelled(old("protected"), PROTECT),
        labelled(old("ignored"), IGNORE),
        ours,
        theirs,
        stopped(&world, "running", ContainerState::Running, Some(30)),
    ]);
    world.set_own_container(Some("id-own"));
    let image = |id: &str, tags: &[&str], labels: &[&str]| ImageUse {
        id: format!("sha256:{id}"),
        tags: tags.iter().map(|it| (*it).to_owned()).collect(),
        size: 2 * GIB,
        unshared: Some(GIB),
        labels: labels.iter().map(|it| ((*it).to_owned(), "true".to_owned())).collect(),
        ..ImageUse::default()
    };
    let mut usage = world.disk_usage_now();
    usage.images.extend([
        image("kept", &[], &[PROTECT]),
        image("unused", &["shop:1"], &[]),
        image("unused-kept", &["shop:2"], &[PROTECT]),
    ]);
    let seen = SeenImage { first: days_ago(365), used: None, repositories: Default::default() };
    let seen =
        usage.images.iter().filter(|it| it.id.contains("unused")).map(|it| (it.id.clone(), seen.clone()));
    world.put_seen_images(&SeenImages(seen.collect())).expect("no error was set");
    world.set_disk_usage(usage);
    let leftover =
        |path: &str, days: i64| Leftover { path: path.to_owned(), bytes: GIB, at: Some(days_ago(days)) };
    world.set_leftovers(vec![leftover("/data/old.damaged", 30), leftover("/data/new.damaged", 1)]);
    let end = HookEnd { code: Some(0), ..HookEnd::default() };
    world.set_hook("/usr/local/bin/clean", end, GIB);
    let mut alert = Alert {
        number: 0,
        key: AlertKey { rule: "disk".to_owned(), series: SeriesKey::of("disk.used", "/") },
        phase: Phase::Firing,
        finding: crate::alert::Finding {
            observed: 99.0,
            limit: 90.0,
            side: Side::Above,
            severity: Severity::Warning,
            forecast: None,
        },
        worst: 99.0,
        since: at(0),
        fired: Some(at(0)),
        seen: at(0),
        remedy: Some(remedy.to_owned()),
        generation: 1,
        past: crate::alert::Past::default(),
        culprits: Vec::new(),
    };
    let fired = Transition { at: at(0), step: Step::Fired, finding: None, reason: None, basis: None };
    world.put_alert(&mut alert, &fired).expect("no error was set");
    let ports = Ports { ward: Some(ward(memory)), ..world.ports() };
    (world, ports)
}

fn disk_settings() -> Settings {
    let hook = Hook {
        name: "clean".to_owned(),
        command: vec!["/usr/local/bin/clean".to_owned()],
        timeout: Duration::from_secs(30),
        mount: None,
    };
    Settings { mode: Mode::Auto, hooks: vec![hook], ..Settings::default() }
}

#[tokio::test]
async fn a_remedy_for_a_disk_takes_only_what_is_nobodys_and_stays_inside_its_budget_across_restarts() {
    let settings = disk_settings();
    for (remedy, expected) in disk_remedies() {
        let mut journal: Vec<Heal> = Vec::new();
        let mut acts: Vec<i64> = Vec::new();
        for hour in 0..72 {
            // Another process, and the disk is full again.
            let (world, ports) = tempting_disk(remedy);
            let volumes = world.disk_usage_now().volumes;
            for heal in reread(&journal) {
                world.put_heal(&heal).expect("no error was set");
            }
            let context = JobContext { now: at(hour * HOUR), job: "heal", rules: &[], ports: &ports };
            run(&settings, context).await.expect("everything answers");
            let news = world.heals().split_off(journal.len());
            let acted = news.iter().any(|it| matches!(it.what, HealStep::Applied(_)));
            assert_eq!(world.effects(), if acted { expected.clone() } else { Vec::new() }, "{remedy}");
            assert_eq!(world.disk_usage_now().volumes, volumes, "{remedy}");
            let left: Vec<String> =
                world.leftovers().expect("no error was set").into_iter().map(|it| it.path).collect();
            assert!(left.contains(&"/data/new.damaged".to_owned()), "{remedy}");
            assert_eq!(left.len(), if acted && remedy == "own-leftovers" { 1 } else { 2 }, "{remedy}");
            journal.extend(news);
            acts.extend(acted.then_some(hour * HOUR));
        }
        assert!(2 < acts.len(), "{remedy} is tempted: {acts:?}");
        assert!(most_within(&acts, DAY) <= settings.most_a_day as usize, "{remedy}: {acts:?}");
        assert_eq!(most_within(&acts, 6 * HOUR), 1, "{remedy}: {acts:?}");
    }
}

/// A container with the trouble of that name, and what the engine says of it in full.
fn patient(when: &str) -> (Container, ContainerDetail) {
    let (state, health, restart_policy) = match when {
        "unhealthy" => (ContainerState::Running, Some(Health::Unhealthy), RestartPolicy::No),
        "crashed" => (ContainerState::Exited, None, RestartPolicy::No),
        _ => (ContainerState::Exited, None, RestartPolicy::Always),
    };
    let it = Container { health: health.clone(), ..container("web", state.clone()) };
    let (id, name) = (it.id.clone(), it.name.clone());
    (it, ContainerDetail { id, name, state, health, restart_policy, ..ContainerDetail::default() })
}

/// One round by a process of its own over one ill container, ten minutes after it fell ill. Answers with what it did,
/// and what it wrote.
async fn round(
    when: &str,
    change: impl Fn(&mut Container, &mut Remembered, &World),
    journal: &[Heal],
    now: Timestamp,
) -> (Vec<Call>, Vec<Heal>) {
    // A disk with a volume, too: nobody touches that.
    let world = full_disk();
    let volumes = world.disk_usage_now().volumes;
    let (mut it, detail) = patient(when);
    let mut remembered = remembered(&it, None);
    change(&mut it, &mut remembered, &world);
    let began = now - Duration::from_secs(600);
    let finding = Finding::Unhealthy { times: 1, within: Duration::ZERO };
    let verdict = ContainerVerdict { at: began, who: remembered.who.clone(), finding, unseen: false };
    let news = News::Verdict { verdict: Verdict::Container(verdict), log: Vec::new() };
    let change = fold(&[], &news, &|_| Vec::new(), began).expect("it is news");
    world.set_incidents(vec![Incident { number: 1, ..change.incident }]);
    world.set_detail(detail);
    world.set_containers(vec![it]);
    for heal in reread(journal) {
        world.put_heal(&heal).expect("no error was set");
    }
    let memory = Memory { containers: vec![remembered], unsettled: false };
    let ports = Ports { ward: Some(ward(memory)), ..world.ports() };
    let policies =
        CURES.iter().map(|it| Policy { mode: Mode::Auto, ..Policy::usual(it.when().name(), it.when()) });
    let settings = Settings { policies: policies.collect(), ..Settings::default() };
    run(&settings, JobContext { now, job: "heal", rules: &[], ports: &ports })
        .await
        .expect("everything answers");
    assert_eq!(world.disk_usage_now().volumes, volumes, "{when}");
    (world.effects(), world.heals().split_off(journal.len()))
}

#[tokio::test]
async fn a_remedy_for_containers_touches_only_what_is_nobodys() {
    type Change = fn(&mut Container, &mut Remembered, &World);
    let forbidden: [(&str, Change); 6] = [
        ("protected", |it, _, _| it.labels = vec![(PROTECT.to_owned(), "true".to_owned())]),
        ("ignored", |it, _, _| it.labels = vec![(IGNORE.to_owned(), "true".to_owned())]),
        ("opted out", |it, _, _| it.labels = vec![("vakhta.heal".to_owned(), "off".to_owned())]),
        ("our own", |_, _, world| world.set_own_container(Some("id-web"))),
        ("stopped by hand", |_, it, _| it.stopped = Some(By::Somebody)),
        ("stopped through us", |_, it, _| it.stopped = Some(By::Us)),
    ];
    for (when, verb) in CONTAINER_REMEDIES {
        let (acts, _) = round(when, |_, _, _| {}, &[], at(DAY)).await;
        assert_eq!(acts, [Call::Act(verb, "id-web".to_owned())], "{when} is tempted");
        for (why, change) in forbidden {
            assert_eq!(round(when, change, &[], at(DAY)).await, (vec![], vec![]), "{when}, {why}");
        }
    }
}

#[tokio::test]
async fn a_remedy_for_containers_stays_inside_its_budget_across_restarts() {
    for (when, verb) in CONTAINER_REMEDIES {
        let mut journal: Vec<Heal> = Vec::new();
        let mut acts: Vec<i64> = Vec::new();
        for minute in 0..12 * 60 {
            let now = DAY + minute * MINUTE;
            let (effects, news) = round(when, |_, _, _| {}, &journal, at(now)).await;
            assert!(effects.is_empty() || effects == [Call::Act(verb, "id-web".to_owned())], "{when}");
            acts.extend((!effects.is_empty()).then_some(now));
            journal.extend(news);
        }
        assert!(3 < acts.len(), "{when} is tempted: {acts:?}");
        assert!(most_within(&acts, HOUR) <= MOST_AN_HOUR as usize, "{when}: {acts:?}");
        assert_eq!(most_within(&acts, 5 * MINUTE), 1, "{when}: {acts:?}");
    }
}
