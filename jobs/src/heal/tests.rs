//! Plans and remedies over a scripted engine.

use std::sync::Arc;

use jiff::Timestamp;

use super::plan::holder;
use super::*;
use crate::fakes::scenes::{GIB, at, container, filesystem, machine};
use crate::fakes::{Call, World};
use crate::label::{IGNORE, PROTECT};
use crate::ports::{
    BuildCacheUse, Container, ContainerDetail, ContainerState, ContainerUse, DiskUsage, EngineError,
    EngineInfo, ImageUse, VolumeUse,
};

/// Days before the present, which is `at(0)`.
pub(super) fn days_ago(days: i64) -> Timestamp {
    at(-days * 24 * 3600)
}

/// A full root disk that holds the engine's data, with 1 GiB left; 2 GiB of dangling images, 4 GiB of build cache, and
/// a container of 1 GiB that ended a month ago. `/srv` is a disk of its own.
pub(super) fn full_disk() -> Arc<World> {
    let world = World::new();
    let mut snapshot = machine(at(0));
    snapshot.filesystems = Ok(vec![filesystem("/", 99 * GIB, GIB), filesystem("/srv", 50 * GIB, 50 * GIB)]);
    world.set_snapshot(snapshot);
    world.set_info(EngineInfo { root: "/var/lib/docker".to_owned(), ..EngineInfo::default() });
    let image = |id: &str, tags: &[&str], containers| ImageUse {
        id: format!("sha256:{id}"),
        tags: tags.iter().map(|it| (*it).to_owned()).collect(),
        size: 3 * GIB,
        unshared: Some(2 * GIB),
        containers,
        ..ImageUse::default()
    };
    let cache = |size, in_use, shared, used| BuildCacheUse {
        id: String::new(),
        size,
        in_use,
        shared,
        last_used: Some(days_ago(used)),
    };
    world.set_disk_usage(DiskUsage {
        images: vec![image("0123456789abcdef", &[], 0), image("b", &["nginx:1"], 0), image("c", &[], 1)],
        containers: Vec::new(),
        volumes: vec![VolumeUse { name: "precious".to_owned(), size: Some(50 * GIB), containers: Some(0) }],
        build_cache: vec![
            cache(4 * GIB, false, false, 3),
            cache(GIB, true, false, 3),
            cache(GIB, false, true, 3),
            cache(GIB, false, false, 0),
        ],
    });
    world
}

/// A container that ended so many days ago and wrote a gibibyte.
pub(super) fn stopped(world: &World, name: &str, state: ContainerState, ended: Option<i64>) -> Container {
    let made = Container { created: Some(days_ago(40)), ..container(name, state) };
    world.set_detail(ContainerDetail {
        id: made.id.clone(),
        name: made.name.clone(),
        state: made.state.clone(),
        finished: ended.map(days_ago),
        ..ContainerDetail::default()
    });
    let mut usage = world.disk_usage_now();
    let id = made.id.clone();
    usage.containers.push(ContainerUse {
        id,
        name: name.to_owned(),
        written: GIB,
        ..ContainerUse::default()
    });
    world.set_disk_usage(usage);
    made
}

async fn plan_of(world: &Arc<World>, mount: &str, remedy: &str) -> Plan {
    plan(mount, remedy, &Settings::default(), &world.ports(), at(0)).await.expect("everything answers")
}

fn steps(plan: &Plan) -> Vec<(&str, u64, u64)> {
    plan.steps.iter().map(|it| (it.remedy.as_str(), it.items, it.bytes / GIB)).collect()
}

#[test]
fn every_remedy_has_a_name_that_a_rule_may_have() {
    let names: Vec<_> = remedy_names().collect();
    assert_eq!(
        names,
        ["disk", "dangling-images", "unused-images", "build-cache", "stopped-containers", "own-leftovers"]
    );
}

#[tokio::test]
async fn a_plan_names_what_would_be_freed_and_does_nothing() {
    let world = full_disk();
    world.set_containers(vec![stopped(&world, "old", ContainerState::Exited, Some(30))]);
    let plan = plan_of(&world, "/", LADDER).await;
    assert_eq!((plan.mount.as_str(), plan.available), ("/", GIB));
    assert_eq!(
        steps(&plan),
        [("dangling-images", 1, 2), ("build-cache", 1, 4), ("stopped-containers", 1, 1)]
    );
    assert_eq!(plan.steps[0].names, ["0123456789ab"]);
    assert_eq!(plan.steps[2].names, ["old"]);
    assert_eq!(world.effects(), []);
    assert_eq!(steps(&plan_of(&world, "/", "build-cache").await), [("build-cache", 1, 4)]);
    assert_eq!(steps(&plan_of(&world, "/", "no-such-remedy").await), []);
}

#[tokio::test]
async fn a_plan_for_another_disk_is_honest() {
    let world = full_disk();
    assert_eq!(
        plan_of(&world, "/srv", LADDER).await,
        Plan { mount: "/srv".to_owned(), available: 50 * GIB, ..Plan::default() }
    );
    world.set_info(EngineInfo { root: "/srv/docker".to_owned(), ..EngineInfo::default() });
    assert_eq!(steps(&plan_of(&world, "/", LADDER).await), []);
    assert_eq!(plan_of(&world, "/srv", LADDER).await.steps.len(), 2);
    world.set_engine_error(Some(EngineError::Unreachable("no socket".to_owned())));
    assert_eq!(steps(&plan_of(&world, "/srv", LADDER).await), []);
    // A filter that says no is not an engine that is not there.
    world.set_engine_error(Some(EngineError::Refused("403".to_owned())));
    let refused = plan("/srv", LADDER, &Settings::default(), &world.ports(), at(0)).await;
    assert!(matches!(refused, Err(JobError::Engine(EngineError::Refused(_)))));
}

#[tokio::test]
async fn a_fix_is_about_the_disk_of_the_engine_or_else_the_fullest() {
    let world = full_disk();
    world.set_info(EngineInfo { root: "/srv/docker".to_owned(), ..EngineInfo::default() });
    assert_eq!(target(&world.ports()).await.expect("it answers"), "/srv");
    world.set_engine_error(Some(EngineError::Unreachable("no socket".to_owned())));
    assert_eq!(target(&world.ports()).await.expect("it answers"), "/");
}

#[test]
fn a_path_lies_on_the_longest_mount_that_leads_to_it() {
    let mounts = ["/", "/var", "/var/lib/docker", "/var/lib/doc"].map(|it| filesystem(it, 1, 1));
    let check = |path, expected: Option<&str>| {
        assert_eq!(holder(path, &mounts).map(|it| it.mount.as_str()), expected, "{path}");
    };
    check("/var/lib/docker", Some("/var/lib/docker"));
    check("/var/lib/docker/overlay2", Some("/var/lib/docker"));
    check("/var/lib/dockerd", Some("/var"));
    check("/variable", Some("/"));
    check("", None);
}

#[tokio::test]
async fn relief_is_what_the_filesystem_says_and_not_what_the_engine_claims() {
    let world = full_disk();
    let plan = plan_of(&world, "/", LADDER).await;
    world.set_frees_nothing();
    let relief = apply(&plan, &Settings::default(), &world.ports(), at(0), None).await.expect("it answers");
    assert_eq!((relief.before, relief.after), (GIB, GIB));
    assert_eq!(relief.done.iter().map(|it| it.claimed / GIB).collect::<Vec<_>>(), [2, 5]);
}

#[tokio::test]
async fn images_go_before_build_cache_and_volumes_never() {
    let world = full_disk();
    world.set_containers(vec![stopped(&world, "old", ContainerState::Exited, Some(30))]);
    let plan = plan_of(&world, "/", LADDER).await;
    let relief = apply(&plan, &Settings::default(), &world.ports(), at(0), None).await.expect("it answers");
    let day = Duration::from_secs(24 * 3600);
    let expected =
        [Call::PruneDanglingImages, Call::PruneBuildCache(day), Call::RemoveContainer("id-old".to_owned())];
    assert_eq!(world.effects(), expected);
    assert_eq!((relief.before / GIB, relief.after / GIB), (1, 9));
    assert!(relief.done.iter().all(|it| it.failure.is_none() && it.items == relief_items(it)));
    assert_eq!(world.disk_usage_now().volumes[0].name, "precious");
    assert!(world.disk_usage_now().images.iter().all(|it| !it.is_dangling()));
}

/// The fake engine's cache prune knows no age, so it takes the fresh piece as well.
fn relief_items(done: &Done) -> u64 {
    if done.remedy == "build-cache" { 2 } else { 1 }
}

#[tokio::test]
async fn enough_is_enough() {
    let world = full_disk();
    let plan = plan_of(&world, "/", LADDER).await;
    let relief = apply(&plan, &Settings::default(), &world.ports(), at(0), Some(3 * GIB)).await;
    assert_eq!(relief.expect("it answers").after, 3 * GIB);
    assert_eq!(world.effects(), [Call::PruneDanglingImages]);
}

#[tokio::test]
async fn only_what_ended_long_ago_and_belongs_to_nobody_is_removed() {
    let world = full_disk();
    let protected = Container {
        labels: vec![(PROTECT.to_owned(), "true".to_owned())],
        ..stopped(&world, "protected", ContainerState::Exited, Some(30))
    };
    let unprotected = Container {
        labels: vec![(PROTECT.to_owned(), "false".to_owned())],
        ..stopped(&world, "dead", ContainerState::Dead, Some(30))
    };
    let young = Container {
        created: Some(days_ago(1)),
        ..stopped(&world, "just-made", ContainerState::Created, None)
    };
    world.set_containers(vec![
        protected,
        unprotected,
        young,
        stopped(&world, "old", ContainerState::Exited, Some(8)),
        stopped(&world, "young", ContainerState::Exited, Some(6)),
        stopped(&world, "own", ContainerState::Exited, Some(30)),
        stopped(&world, "unknown-end", ContainerState::Exited, None),
        stopped(&world, "never-started", ContainerState::Created, None),
        stopped(&world, "running", ContainerState::Running, Some(30)),
        stopped(&world, "paused", ContainerState::Paused, Some(30)),
        stopped(&world, "looping", ContainerState::Restarting, Some(30)),
        stopped(&world, "odd", ContainerState::Other("checkpointed".to_owned()), Some(30)),
    ]);
    world.set_own_container(Some("id-own"));
    let plan = plan_of(&world, "/", "stopped-containers").await;
    assert_eq!(plan.steps[0].names, ["dead", "old", "never-started"]);
    // What runs, and what is nobody's business, is looked at once, for the size of its log, and not a second time.
    let running = Call::Inspect("id-running".to_owned());
    assert_eq!(world.calls().iter().filter(|it| **it == running).count(), 1);
    let relief = apply(&plan, &Settings::default(), &world.ports(), at(0), None).await.expect("it answers");
    let removed = ["id-dead", "id-old", "id-never-started"].map(|it| Call::RemoveContainer(it.to_owned()));
    assert_eq!(world.effects(), removed);
    assert_eq!((relief.done[0].items, relief.done[0].claimed), (3, 3 * GIB));
}

#[tokio::test]
async fn what_is_ignored_is_never_removed_and_its_image_is_in_use() {
    let world = full_disk();
    let ignored = Container {
        labels: vec![(IGNORE.to_owned(), "true".to_owned())],
        image_id: "sha256:theirs".to_owned(),
        ..stopped(&world, "ignored", ContainerState::Exited, Some(30))
    };
    world.set_containers(vec![ignored]);
    let mut usage = world.disk_usage_now();
    // An engine that does not count who refers to an image.
    usage.images = vec![ImageUse {
        id: "sha256:theirs".to_owned(),
        tags: vec!["theirs:1".to_owned()],
        size: GIB,
        unshared: Some(GIB),
        ..ImageUse::default()
    }];
    world.set_disk_usage(usage);
    for remedy in ["stopped-containers", "unused-images"] {
        assert_eq!(steps(&plan_of(&world, "/", remedy).await), [], "{remedy}");
    }
}

#[tokio::test]
async fn what_was_started_since_the_list_was_made_is_left_alone() {
    let world = full_disk();
    // The list says exited; the closer look says that it ended a month ago, and runs again.
    let listed = stopped(&world, "back", ContainerState::Exited, Some(30));
    world.set_detail(ContainerDetail {
        id: listed.id.clone(),
        state: ContainerState::Running,
        finished: Some(days_ago(30)),
        ..ContainerDetail::default()
    });
    world.set_containers(vec![listed]);
    assert_eq!(steps(&plan_of(&world, "/", "stopped-containers").await), []);
}

#[tokio::test]
async fn one_that_cannot_be_removed_does_not_keep_the_others() {
    let world = full_disk();
    world.set_containers(vec![stopped(&world, "old", ContainerState::Exited, Some(30))]);
    world.refuse("remove_container", EngineError::Refused("in use".to_owned()));
    world.refuse("prune_dangling_images", EngineError::Refused("403".to_owned()));
    let plan = plan_of(&world, "/", LADDER).await;
    let relief = apply(&plan, &Settings::default(), &world.ports(), at(0), None).await.expect("it answers");
    let failures: Vec<_> = relief.done.iter().map(|it| it.failure.as_deref()).collect();
    assert_eq!(failures, [Some("refused: 403"), None, Some("old: refused: in use")]);
    assert_eq!(relief.after, 6 * GIB);
}

#[tokio::test]
async fn an_engine_that_goes_away_ends_the_attempt() {
    let world = full_disk();
    let plan = plan_of(&world, "/", LADDER).await;
    world.set_engine_error(Some(EngineError::Unreachable("gone".to_owned())));
    let relief =
        apply(&plan, &Settings::default(), &world.ports(), at(0), None).await.expect("the host answers");
    assert_eq!(relief.done.len(), 1);
    assert_eq!(relief.done[0].failure.as_deref(), Some("unreachable: gone"));
}

#[tokio::test]
async fn what_cannot_be_measured_is_not_done() {
    let world = full_disk();
    let plan = plan_of(&world, "/", LADDER).await;
    world.set_host_error(Some("statvfs / did not answer"));
    let relief = apply(&plan, &Settings::default(), &world.ports(), at(0), None).await;
    assert!(matches!(relief, Err(JobError::Host(_))));
    assert_eq!(world.effects(), []);
}
