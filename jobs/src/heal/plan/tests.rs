//! Which plan comes of which disk, and what every remedy leaves alone.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::fakes::scenes::{GIB, at, container, filesystem};
use crate::fakes::{Call, World};
use crate::heal::tests::{days_ago, full_disk, stopped};
use crate::heal::{Hook, SeenImage, SeenImages, look_around};
use crate::label::PROTECT;
use crate::ports::{
    Allowed, Container, ContainerDetail, ContainerState, HookEnd, ImageUse, Leftover, Occasion, Permission,
    PlaceSize, Profile, Right, Store, VolumeUse, Walk,
};

async fn planned(world: &Arc<World>, settings: &Settings) -> Plan {
    plan_for_person("/", settings, &world.ports(), at(0)).await.expect("everything answers")
}

/// An image of a gibibyte with these names, last used so many days ago and first seen a year ago.
fn image(world: &World, id: &str, tags: &[&str], used: Option<i64>) {
    let mut usage = world.disk_usage_now();
    usage.images.push(ImageUse {
        id: id.to_owned(),
        tags: tags.iter().map(|it| (*it).to_owned()).collect(),
        digests: tags.first().map(|it| format!("{it}@sha256:{id}")).into_iter().collect(),
        size: 2 * GIB,
        unshared: Some(GIB),
        ..ImageUse::default()
    });
    world.set_disk_usage(usage);
    let mut seen = world.seen_images().expect("no error was set").unwrap_or_default();
    let repository = tags.first().map(|it| it.split(':').next().unwrap_or_default().to_owned());
    let repositories = repository.into_iter().collect();
    let known = SeenImage { first: days_ago(365), used: used.map(days_ago), repositories };
    seen.0.insert(id.to_owned(), known);
    world.put_seen_images(&seen).expect("no error was set");
}

/// A full disk with no images, cache or containers on it yet.
fn bare_disk() -> Arc<World> {
    let world = full_disk();
    world.set_disk_usage(crate::ports::DiskUsage::default());
    world
}

fn names(plan: &Plan, remedy: &str) -> Vec<String> {
    plan.steps.iter().filter(|it| it.remedy == remedy).flat_map(|it| it.names.clone()).collect()
}

#[tokio::test]
async fn a_plan_goes_from_what_costs_nothing_to_what_is_gone_for_good() {
    let world = full_disk();
    world.set_containers(vec![stopped(&world, "old", ContainerState::Exited, Some(30))]);
    image(&world, "web1", &["web:1"], Some(90));
    image(&world, "web2", &["web:2"], Some(40));
    world.set_leftovers(vec![Leftover {
        path: "/data/vakhta.sqlite.damaged-20251201T000000Z".to_owned(),
        bytes: 2 * GIB,
        at: Some(days_ago(31)),
    }]);
    let hook = Hook {
        name: "clean".to_owned(),
        command: vec!["/usr/local/bin/clean".to_owned(), "--fast".to_owned()],
        timeout: Duration::from_secs(5),
        mount: None,
    };
    let plan = planned(&world, &Settings { hooks: vec![hook], ..Settings::default() }).await;
    let steps: Vec<(&str, u64, u64, Loss)> =
        plan.steps.iter().map(|it| (it.remedy.as_str(), it.items, it.bytes / GIB, it.loss)).collect();
    let expected = [
        ("dangling-images", 1, 2, Loss::Nothing),
        ("unused-images", 1, 1, Loss::Pulled),
        ("build-cache", 1, 4, Loss::Rebuilt),
        ("own-leftovers", 1, 2, Loss::Gone),
        ("stopped-containers", 1, 1, Loss::Gone),
        ("hook:clean", 1, 0, Loss::Unknown),
    ];
    assert_eq!(steps, expected);
    assert_eq!(plan.steps[1].names, ["web:1"]);
    assert_eq!(plan.steps[5].names, ["/usr/local/bin/clean --fast"]);
    assert_eq!(plan.hoards, [Hoard::Volume { name: "precious".to_owned(), bytes: 50 * GIB }]);
    assert_eq!(world.effects(), []);
}

#[tokio::test]
async fn a_rule_that_names_the_ladder_runs_no_hook() {
    let world = full_disk();
    let hook = Hook {
        name: "clean".to_owned(),
        command: vec!["/clean".to_owned()],
        timeout: Duration::from_secs(5),
        mount: Some("/".to_owned()),
    };
    let settings = Settings { hooks: vec![hook], ..Settings::default() };
    let of = async |remedy: &str, mount: &str| {
        let plan = plan(mount, remedy, &settings, &world.ports(), at(0)).await.expect("everything answers");
        plan.steps.into_iter().map(|it| it.remedy).collect::<Vec<_>>()
    };
    assert_eq!(of(LADDER, "/").await, ["dangling-images", "build-cache"]);
    assert_eq!(of("hook:clean", "/").await, ["hook:clean"]);
    assert_eq!(of("hook:clean", "/srv").await, [""; 0]);
    assert_eq!(of("hook:other", "/").await, [""; 0]);
}

#[tokio::test]
async fn an_image_is_unused_when_nobody_has_used_it_for_long_and_it_is_not_the_last_that_ran() {
    let world = bare_disk();
    image(&world, "a1", &["a:1"], Some(60));
    image(&world, "a2", &["a:2"], Some(31));
    image(&world, "b1", &["b:1"], Some(60));
    image(&world, "b2", &["b:2"], Some(5));
    image(&world, "b3", &["b:3"], None);
    image(&world, "c1", &["c:1", "registry:5000/c:1"], Some(60));
    image(&world, "c2", &["c:2", "registry:5000/c:2"], Some(50));
    image(&world, "d1", &["d:1"], Some(99));
    // A container refers to it, though the engine counts none; another has been made of it since.
    let running = Container {
        image_id: "d1".to_owned(),
        image: "d:1".to_owned(),
        ..container("d", ContainerState::Running)
    };
    world.set_containers(vec![running]);
    let mut usage = world.disk_usage_now();
    usage.images.push(ImageUse {
        id: "new".to_owned(),
        tags: vec!["e:1".to_owned()],
        unshared: Some(GIB),
        ..ImageUse::default()
    });
    world.set_disk_usage(usage);
    let plan = planned(&world, &Settings::default()).await;
    assert_eq!(names(&plan, "unused-images"), ["a:1", "b:1", "b:3", "c:1"]);

    let relief = apply(&plan, &Settings::default(), &world.ports(), at(0), None).await.expect("it answers");
    let removed = ["a1", "b1", "b3", "registry:5000/c:1", "c1"].map(|it| Call::RemoveImage(it.to_owned()));
    assert_eq!(world.effects(), removed);
    assert_eq!(
        (relief.done[0].items, relief.done[0].freed, relief.done[0].failure.clone()),
        (4, Some(4 * GIB), None)
    );
    let left: Vec<String> = world.disk_usage_now().images.into_iter().map(|it| it.id).collect();
    assert_eq!(left, ["a2", "b2", "c2", "d1", "new"]);
}

#[tokio::test]
async fn one_image_that_was_only_built_here_makes_the_step_a_loss() {
    let world = bare_disk();
    image(&world, "a1", &["a:1"], Some(60));
    image(&world, "a2", &["a:2"], Some(50));
    let mut usage = world.disk_usage_now();
    usage.images[0].digests.clear();
    world.set_disk_usage(usage);
    assert_eq!(planned(&world, &Settings::default()).await.steps[0].loss, Loss::Gone);
}

#[tokio::test]
async fn what_a_label_protects_or_ran_last_stays_even_without_a_name() {
    let world = full_disk();
    let mut usage = world.disk_usage_now();
    usage.images[1].labels.push((PROTECT.to_owned(), "true".to_owned()));
    let nameless = |id: &str, label: Option<&str>| ImageUse {
        id: id.to_owned(),
        unshared: Some(GIB),
        labels: label.map(|it| (PROTECT.to_owned(), it.to_owned())).into_iter().collect(),
        ..ImageUse::default()
    };
    usage.images.extend([
        nameless("last", None),
        nameless("held", Some("true")),
        nameless("loose", Some("no")),
    ]);
    world.set_disk_usage(usage);
    let seen = |used| SeenImage {
        first: days_ago(90),
        used: Some(days_ago(used)),
        repositories: BTreeSet::from(["shop".to_owned()]),
    };
    let seen = SeenImages([("last".to_owned(), seen(50)), ("loose".to_owned(), seen(60))].into());
    world.put_seen_images(&seen).expect("no error was set");
    let plan = planned(&world, &Settings::default()).await;
    assert_eq!(names(&plan, "dangling-images"), ["0123456789ab", "loose"]);
    apply(&plan, &Settings::default(), &world.ports(), at(0), None).await.expect("it answers");
    // The engine's own call would have taken all of them.
    assert!(!world.calls().contains(&Call::PruneDanglingImages));
    let left: Vec<String> = world.disk_usage_now().images.into_iter().map(|it| it.id).collect();
    assert!(["last", "held"].iter().all(|it| left.iter().any(|id| id == it)), "{left:?}");
}

#[tokio::test]
async fn the_memory_of_images_begins_with_the_first_look_and_outlives_the_process() {
    let world = bare_disk();
    let mut usage = world.disk_usage_now();
    usage.images.push(ImageUse {
        id: "a".to_owned(),
        tags: vec!["a:1".to_owned()],
        unshared: Some(GIB),
        ..ImageUse::default()
    });
    world.set_disk_usage(usage);
    let days = |count: i64| at(count * 24 * 3600);
    let settings = Settings::default();
    for (day, expected) in [(0, 0), (29, 0), (30, 1)] {
        // Each look by a process of its own.
        let plan = plan_for_person("/", &settings, &world.ports(), days(day)).await.expect("it answers");
        assert_eq!(plan.steps.len(), expected, "day {day}");
    }
}

#[tokio::test]
async fn logs_are_measured_and_the_endless_ones_named() {
    let world = bare_disk();
    let logged = |name: &str, driver: &str, max: Option<&str>| {
        let made = container(name, ContainerState::Running);
        world.set_detail(ContainerDetail {
            id: made.id.clone(),
            name: name.to_owned(),
            log_driver: driver.to_owned(),
            log_max_size: max.map(str::to_owned),
            log_path: format!("/var/lib/docker/containers/{name}/{name}-json.log"),
            ..ContainerDetail::default()
        });
        made
    };
    world.set_containers(vec![
        logged("web", "json-file", None),
        logged("db", "json-file", Some("1g")),
        logged("small", "json-file", None),
        logged("journal", "journald", None),
        logged("hidden", "json-file", None),
        logged("hidden-bounded", "json-file", Some("10m")),
    ]);
    let size = |name: &str, bytes| {
        world.set_size(&format!("/var/lib/docker/containers/{name}/{name}-json.log"), bytes);
    };
    size("web", 17 * GIB);
    size("db", GIB);
    size("small", 4096);
    size("journal", 9 * GIB);
    let expected = [
        Hoard::Log { container: "web".to_owned(), bytes: 17 * GIB, is_bounded: false },
        Hoard::Log { container: "db".to_owned(), bytes: GIB, is_bounded: true },
        Hoard::UnmeasuredLogs {
            containers: vec!["hidden".to_owned()],
            why: "/var/lib/docker/containers/hidden/hidden-json.log: permission denied".to_owned(),
        },
    ];
    let plan = planned(&world, &Settings::default()).await;
    assert_eq!((plan.steps.len(), &plan.hoards[..]), (0, &expected[..]));
    assert_eq!(world.effects(), []);
}

#[tokio::test]
async fn directories_are_looked_through_once_an_hour_and_told_of_for_a_day() {
    let world = bare_disk();
    let place =
        |path: &str, gib| PlaceSize { path: path.to_owned(), is_file: false, bytes: gib * GIB, files: 1 };
    let walk = Walk { places: vec![place("/", 90), place("/home", 60), place("/opt", 8)], ..Walk::default() };
    world.set_walk("/", walk);
    let walks = || world.calls().iter().filter(|it| matches!(it, Call::Walk(_))).count();
    let home = Hoard::Place { path: "/home".to_owned(), bytes: 60 * GIB };
    let opt = Hoard::Place { path: "/opt".to_owned(), bytes: 8 * GIB };
    assert_eq!(planned(&world, &Settings::default()).await.hoards, []);
    assert_eq!(walks(), 0, "a plan that a job makes does not walk");
    look_around("/", &world.ports(), at(0)).await;
    look_around("/", &world.ports(), at(3600)).await;
    assert_eq!(walks(), 1);
    let plan = planned(&world, &Settings::default()).await;
    assert_eq!(plan.hoards, [home, opt.clone(), Hoard::NotWhole]);
    let settings = Settings { roots: vec!["/opt".to_owned()], ..Settings::default() };
    assert_eq!(planned(&world, &settings).await.hoards, [opt, Hoard::NotWhole]);
    let late = plan_for_person("/", &settings, &world.ports(), at(90_000)).await.expect("it answers");
    assert_eq!(late.hoards, []);
    assert!(world.walked("/", Occasion::Suspicion).expect("no error was set").is_some());
}

#[tokio::test]
async fn what_containers_wrote_inside_themselves_is_named_unless_it_goes() {
    let world = bare_disk();
    world.set_containers(vec![
        stopped(&world, "old", ContainerState::Exited, Some(30)),
        stopped(&world, "young", ContainerState::Exited, Some(1)),
        stopped(&world, "running", ContainerState::Running, None),
    ]);
    let layer = |name: &str| Hoard::Layer { container: name.to_owned(), bytes: GIB };
    let plan = planned(&world, &Settings::default()).await;
    assert_eq!(names(&plan, "stopped-containers"), ["old"]);
    assert_eq!(plan.hoards, [layer("young"), layer("running")]);
}

#[tokio::test]
async fn another_disk_is_explained_though_nothing_of_ours_lies_there() {
    let world = full_disk();
    let place = PlaceSize { path: "/srv/films".to_owned(), is_file: false, bytes: 40 * GIB, files: 9 };
    world.set_walk("/srv", Walk { is_whole: true, places: vec![place], ..Walk::default() });
    look_around("/srv", &world.ports(), at(0)).await;
    let plan =
        plan_for_person("/srv", &Settings::default(), &world.ports(), at(0)).await.expect("it answers");
    assert_eq!(plan.steps, []);
    assert_eq!(plan.hoards, [Hoard::Place { path: "/srv/films".to_owned(), bytes: 40 * GIB }]);
}

#[tokio::test]
async fn only_our_own_old_leftovers_on_this_very_disk_go() {
    let world = bare_disk();
    let leftover =
        |path: &str, age: Option<i64>| Leftover { path: path.to_owned(), bytes: GIB, at: age.map(days_ago) };
    world.set_leftovers(vec![
        leftover("/data/old", Some(8)),
        leftover("/data/young", Some(6)),
        leftover("/data/undated", None),
        leftover("/srv/old", Some(8)),
    ]);
    let plan = planned(&world, &Settings::default()).await;
    assert_eq!(names(&plan, "own-leftovers"), ["old"]);
    let relief = apply(&plan, &Settings::default(), &world.ports(), at(0), None).await.expect("it answers");
    assert_eq!(relief.done[0].freed, Some(GIB));
    assert_eq!(world.leftovers().expect("no error was set").len(), 3);
}

#[tokio::test]
async fn another_set_of_things_has_another_mark() {
    let world = full_disk();
    let before = planned(&world, &Settings::default()).await;
    assert_eq!(planned(&world, &Settings::default()).await.mark(), before.mark());
    let mut usage = world.disk_usage_now();
    usage.images.push(ImageUse { id: "more".to_owned(), unshared: Some(1), ..ImageUse::default() });
    world.set_disk_usage(usage);
    let after = planned(&world, &Settings::default()).await;
    assert_ne!(after.mark(), before.mark());
    assert_ne!(after.steps[0].mark, before.steps[0].mark);
    assert_eq!(after.steps[1].mark, before.steps[1].mark);
}

#[tokio::test]
async fn a_hook_is_judged_by_its_end_and_by_the_disk() {
    let world = bare_disk();
    let hook = |name: &str| Hook {
        name: name.to_owned(),
        command: vec![format!("/bin/{name}")],
        timeout: Duration::from_secs(5),
        mount: None,
    };
    let hooks = ["well", "ill", "slow", "forbidden"].map(hook).to_vec();
    let settings = Settings { hooks, ..Settings::default() };
    let end = |code, timed_out| HookEnd { code, timed_out, output: "words".to_owned() };
    world.set_hook("/bin/well", end(Some(0), false), 3 * GIB);
    world.set_hook("/bin/ill", end(Some(2), false), 0);
    world.set_hook("/bin/slow", end(None, true), 0);
    let plan = planned(&world, &settings).await;
    let relief = apply(&plan, &settings, &world.ports(), at(0), None).await.expect("it answers");
    let said: Vec<(Option<&str>, Option<u64>)> =
        relief.done.iter().map(|it| (it.failure.as_deref(), it.freed)).collect();
    let expected = [
        (None, Some(3 * GIB)),
        (Some("it exited with 2"), Some(0)),
        (Some("it was killed after 5 s"), Some(0)),
        (Some("/bin/forbidden is not among HOOKS_ALLOWED"), Some(0)),
    ];
    assert_eq!(said, expected);
    assert_eq!(relief.done[0].output, "words");
}

/// Whatever a remedy is given, these are the only things it may ask for: no restart, no force, nothing with volumes.
#[tokio::test]
async fn no_remedy_asks_the_engine_for_more_than_it_may() {
    for remedy in REMEDIES {
        let world = full_disk();
        let own = stopped(&world, "own", ContainerState::Exited, Some(300));
        let mut protected = stopped(&world, "protected", ContainerState::Exited, Some(300));
        protected.labels.push((PROTECT.to_owned(), "true".to_owned()));
        world.set_containers(vec![
            own,
            protected,
            stopped(&world, "old", ContainerState::Exited, Some(300)),
            // Somebody stopped it yesterday, for a reason.
            stopped(&world, "stopped-by-hand", ContainerState::Exited, Some(1)),
            container("running", ContainerState::Running),
        ]);
        world.set_own_container(Some("id-own"));
        image(&world, "web1", &["web:1"], Some(90));
        image(&world, "web2", &["web:2"], Some(40));
        world.set_leftovers(vec![Leftover { path: "/old".to_owned(), bytes: GIB, at: Some(days_ago(9)) }]);
        let plan = plan("/", remedy.name(), &Settings::default(), &world.ports(), at(0)).await;
        let plan = plan.expect("everything answers");
        assert_eq!(plan.steps.len(), 1, "{}", remedy.name());
        apply(&plan, &Settings::default(), &world.ports(), at(0), None).await.expect("it answers");
        let effects = world.effects();
        let expected: Vec<Call> = match remedy.name() {
            "dangling-images" => vec![Call::PruneDanglingImages],
            "unused-images" => vec![Call::RemoveImage("web1".to_owned())],
            "build-cache" => vec![Call::PruneBuildCache(Duration::from_secs(24 * 3600))],
            "stopped-containers" => vec![Call::RemoveContainer("id-old".to_owned())],
            "own-leftovers" => Vec::new(),
            other => panic!("{other}: say here what it may ask for"),
        };
        assert_eq!(effects, expected, "{}", remedy.name());
        assert_eq!(
            world.disk_usage_now().volumes,
            [VolumeUse { name: "precious".to_owned(), size: Some(50 * GIB), containers: Some(0) }]
        );
    }
}

#[tokio::test]
async fn what_is_not_allowed_is_named_and_neither_offered_nor_tried() {
    let world = full_disk();
    world.set_containers(vec![stopped(&world, "old", ContainerState::Exited, Some(30))]);
    image(&world, "web1", &["web:1"], Some(90));
    image(&world, "web2", &["web:2"], Some(40));
    world.set_leftovers(vec![Leftover { path: "/old".to_owned(), bytes: GIB, at: Some(days_ago(9)) }]);
    let told = async |allowed: Allowed| {
        world.set_allowed(allowed);
        let plan = planned(&world, &Settings::default()).await;
        let steps: Vec<String> = plan.steps.into_iter().map(|it| it.remedy).collect();
        let barred: Vec<(String, Right)> =
            plan.barred.into_iter().map(|it| (it.step.remedy, it.right)).collect();
        (steps, barred)
    };
    let barred = |all: &[(&str, Right)]| -> Vec<(String, Right)> {
        all.iter().map(|(remedy, right)| ((*remedy).to_owned(), *right)).collect()
    };
    let (steps, all) = told(Allowed::profile(Profile::Operator)).await;
    assert_eq!(steps, ["own-leftovers"]);
    assert_eq!(
        all,
        barred(&[
            ("dangling-images", Right::PruneImages),
            ("unused-images", Right::RemoveImage),
            ("build-cache", Right::PruneBuildCache),
            ("stopped-containers", Right::RemoveContainer),
        ])
    );
    let mut some = Allowed::profile(Profile::Healer);
    some.learn(Right::InspectImage, Permission::No);
    // Podman keeps no build cache.
    some.learn(Right::PruneBuildCache, Permission::Missing);
    some.learn(Right::PruneImages, Permission::Unknown);
    let (steps, all) = told(some).await;
    assert_eq!(steps, ["dangling-images", "stopped-containers", "own-leftovers"]);
    assert_eq!(all, barred(&[("unused-images", Right::InspectImage)]));
    // One dangling image that is to stay: the others go one by one, which is another right.
    let mut usage = world.disk_usage_now();
    let held = ImageUse {
        id: "held".to_owned(),
        labels: vec![(PROTECT.to_owned(), "true".to_owned())],
        ..ImageUse::default()
    };
    usage.images.push(held);
    world.set_disk_usage(usage);
    let mut some = Allowed::profile(Profile::Healer);
    some.learn(Right::PruneImages, Permission::No);
    assert_eq!(told(some).await.1, []);
    assert_eq!(world.effects(), []);
}

#[tokio::test]
async fn a_person_is_not_told_of_a_filter_that_was_and_a_job_does_not_ask_about_it() {
    let world = full_disk();
    world.set_allowed(Allowed::profile(Profile::Operator));
    let before = world.probes();
    plan("/", LADDER, &Settings::default(), &world.ports(), at(0)).await.expect("everything answers");
    assert_eq!(world.probes(), before);
    planned(&world, &Settings::default()).await;
    assert_eq!(world.probes(), before + 1);
    world.set_allowed(Allowed::profile(Profile::Healer));
    planned(&world, &Settings::default()).await;
    assert_eq!(world.probes(), before + 1);
}

#[tokio::test]
async fn a_plan_asks_for_nothing_of_an_engine_whose_data_lies_elsewhere() {
    let world = full_disk();
    let mut snapshot = crate::fakes::scenes::machine(at(0));
    snapshot.filesystems = Ok(vec![filesystem("/", GIB, GIB), filesystem("/var/lib/docker", GIB, GIB)]);
    world.set_snapshot(snapshot);
    let plan = planned(&world, &Settings::default()).await;
    assert_eq!((plan.steps.len(), plan.hoards.len()), (0, 0));
    assert!(!world.calls().contains(&Call::DiskUsage));
}

#[test]
fn what_earlier_releases_wrote_is_read() {
    let plan =
        r#"{"mount":"/","available":5,"steps":[{"remedy":"build-cache","items":1,"bytes":2,"names":[]}]}"#;
    let plan: Plan = serde_json::from_str(plan).expect("an old plan");
    assert_eq!((plan.steps[0].loss, plan.hoards.len()), (Loss::Gone, 0));
    let relief = r#"{"mount":"/","before":1,"after":2,"done":[{"remedy":"build-cache","items":1,"claimed":2,"failure":null}]}"#;
    let relief: Relief = serde_json::from_str(relief).expect("an old relief");
    assert_eq!((relief.done[0].freed, relief.done[0].output.as_str()), (None, ""));
}
