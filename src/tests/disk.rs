//! What people read when they ask what fills a disk, and what is done when they say so.

use jobs::fakes::Call;
use jobs::fakes::scenes::{self, GIB};
use jobs::ports::{
    Allowed, BuildCacheUse, ContainerDetail, ContainerState, DiskUsage, EngineInfo, HookEnd, ImageUse,
    Permission, PlaceSize, Profile, Right, VolumeUse, Walk,
};

use super::{Bench, Setup};

/// A full root disk with two nameless images, some build cache, a volume, and a log that grows without end.
async fn full(besides: &'static str) -> Bench {
    let bench = Bench::start(Setup { rules: &[], besides, ..Setup::default() }).await;
    let mut snapshot = scenes::machine(bench.clock.now());
    snapshot.filesystems =
        Ok(vec![scenes::filesystem("/", 99 * GIB, GIB), scenes::filesystem("/srv", 60 * GIB, 4 * GIB)]);
    bench.world.set_snapshot(snapshot);
    bench.world.set_info(EngineInfo { root: "/var/lib/docker".to_owned(), ..EngineInfo::default() });
    let image = |id: &str| ImageUse {
        id: format!("sha256:{}", id.repeat(12)),
        size: 3 * GIB,
        unshared: Some(2 * GIB),
        ..ImageUse::default()
    };
    bench.world.set_disk_usage(DiskUsage {
        images: vec![image("a"), image("b")],
        volumes: vec![VolumeUse { name: "pgdata".to_owned(), size: Some(40 * GIB), containers: Some(1) }],
        build_cache: vec![BuildCacheUse { id: "c".to_owned(), size: 3 * GIB, ..BuildCacheUse::default() }],
        ..DiskUsage::default()
    });
    bench.world.set_containers(vec![scenes::container("web", ContainerState::Running)]);
    bench.world.set_detail(ContainerDetail {
        id: "id-web".to_owned(),
        name: "web".to_owned(),
        state: ContainerState::Running,
        log_driver: "json-file".to_owned(),
        log_path: "/var/lib/docker/web.log".to_owned(),
        ..ContainerDetail::default()
    });
    bench.world.set_size("/var/lib/docker/web.log", 17 * GIB);
    let place =
        |path: &str, gib| PlaceSize { path: path.to_owned(), is_file: false, bytes: gib * GIB, files: 1 };
    bench
        .world
        .set_walk("/", Walk { is_whole: true, places: vec![place("/home/anna", 9)], ..Walk::default() });
    bench.world.set_walk("/srv", Walk { places: vec![place("/srv/films", 55)], ..Walk::default() });
    bench
}

/// What a filter forbids has no button, and a button from before it does nothing.
#[tokio::test(start_paused = true)]
async fn fix_says_what_it_may_not_remove_and_how_to_allow_it() {
    let bench = full("").await;
    bench.says("/fix 2").await;
    bench.world.set_allowed(Allowed::profile(Profile::Operator));
    bench.presses("Free").await;
    let said = bench.said().join("");
    let barred = "🩹 / has 1 GiB free. What could go there I am not allowed to remove:\n🔒 images without a name: 2 \
                  items, up to 4 GiB\n🔒 build cache: 1 item, up to 3 GiB\nThe filter before Docker does not allow it. \
                  vakhta docker-policy --profile healer prints what the proxy has to let through.\n";
    assert!(said.contains(barred), "{said}");
    let mut some = Allowed::profile(Profile::Healer);
    some.learn(Right::PruneBuildCache, Permission::No);
    bench.world.set_allowed(some);
    bench.says("/fix").await;
    let said = bench.said().join("");
    assert!(
        said.contains("\n1. images without a name") && said.contains("\n🔒 build cache: 1 item"),
        "{said}"
    );
    assert!(said.contains("[Free up to 4 GiB]"), "{said}");
    assert!(!bench.world.calls().iter().any(Call::has_effect));
}

#[tokio::test(start_paused = true)]
async fn fix_shows_numbered_steps_and_whose_room_the_rest_is() {
    let bench = full("").await;
    bench.says("/fix").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 🩹 / has 1 GiB free. What could go:\n1. images without a name: 2 items, up to 4 GiB\n   aaaaaaaaaaaa, bbbbbbbbbbbb\n2. build cache: 1 item, up to 3 GiB, the next build takes longer\nVolumes and anything in use stay.\n👀 Takes up room and is yours to decide:\n• volume pgdata: 40 GiB\n• log of web: 17 GiB, grows without end\n• /home/anna: 9 GiB\n[1 · 4 GiB] [2 · 3 GiB]\n[Free up to 7 GiB] [Leave it]\n[📜 How to bound logs]"
        ]
    );
    assert_eq!(bench.world.effects(), []);
}

#[tokio::test(start_paused = true)]
async fn one_step_is_asked_about_and_taken_alone() {
    let bench = full("").await;
    bench.says("/fix 2").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 🩹 / has 1 GiB free. Do this?\n2. build cache: 1 item, up to 3 GiB, the next build takes longer\nVolumes and anything in use stay.\n[Free up to 3 GiB] [Leave it]"
        ]
    );
    assert_eq!(bench.world.effects(), []);
    bench.presses("Free up to").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 (edited) ⏳ /, step 2 of 2: build cache …",
            "10:00:00 (edited) ✅ /: 3 GiB freed, 4 GiB free now.\n• build cache: 1 removed, 3 GiB freed"
        ]
    );
    assert_eq!(bench.world.effects().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn all_of_it_is_told_step_by_step_and_the_engines_word_is_not_taken() {
    let bench = full("").await;
    bench.world.set_frees_nothing();
    bench.says("/fix all").await;
    bench.said();
    bench.presses("Free up to").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 (edited) ⏳ /, step 1 of 2: images without a name …",
            "10:00:00 (edited) ⏳ /, step 2 of 2: build cache …",
            "10:00:00 (edited) ⚠\u{fe0f} /: nothing was freed, 1 GiB free now.\n• images without a name: 2 removed, 0 B freed\n↳ Docker says 4 GiB: the rest is shared with what stayed, or was filled again\n• build cache: 1 removed, 0 B freed\n↳ Docker says 3 GiB: the rest is shared with what stayed, or was filled again"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_has_changed_since_it_was_shown_is_said_and_not_done() {
    let bench = full("").await;
    bench.says("/fix").await;
    bench.said();
    let mut usage = bench.world.disk_usage_now();
    usage.images.push(ImageUse { id: "sha256:new".to_owned(), size: GIB, ..ImageUse::default() });
    bench.world.set_disk_usage(usage);
    bench.presses("1 · ").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 (edited) ⚠\u{fe0f} It has changed since you were shown it, so nothing was done. How it is now:\n🩹 / has 1 GiB free. What could go:\n1. images without a name: 3 items, up to 5 GiB\n   aaaaaaaaaaaa, bbbbbbbbbbbb, new\n2. build cache: 1 item, up to 3 GiB, the next build takes longer\nVolumes and anything in use stay.\n👀 Takes up room and is yours to decide:\n• volume pgdata: 40 GiB\n• log of web: 17 GiB, grows without end\n• /home/anna: 9 GiB\n[1 · 5 GiB] [2 · 3 GiB]\n[Free up to 8 GiB] [Leave it]\n[📜 How to bound logs]"
        ]
    );
    assert_eq!(bench.world.effects(), []);
    // The step that is still the same may be taken.
    bench.presses("2 · ").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 (edited) ⏳ /, step 2 of 2: build cache …",
            "10:00:00 (edited) ✅ /: 3 GiB freed, 4 GiB free now.\n• build cache: 1 removed, 3 GiB freed"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn another_disk_is_explained() {
    let bench = full("").await;
    bench.says("/fix /srv/www").await;
    bench.says("/fix 9").await;
    bench.says("/fix srv").await;
    bench.says("/fix logs").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 🩹 /srv has 4 GiB free. There is nothing on it that may safely go by itself: no build cache, unused images or long stopped containers.\n👀 Takes up room and is yours to decide:\n• /srv/films: 55 GiB\n• I ran out of time looking through the directories: there may be larger ones.",
            "10:00:00 There is no step 9; there are 2.\n🩹 / has 1 GiB free. What could go:\n1. images without a name: 2 items, up to 4 GiB\n   aaaaaaaaaaaa, bbbbbbbbbbbb\n2. build cache: 1 item, up to 3 GiB, the next build takes longer\nVolumes and anything in use stay.\n👀 Takes up room and is yours to decide:\n• volume pgdata: 40 GiB\n• log of web: 17 GiB, grows without end\n• /home/anna: 9 GiB\n[1 · 4 GiB] [2 · 3 GiB]\n[Free up to 7 GiB] [Leave it]\n[📜 How to bound logs]",
            "10:00:00 Like this: /fix, /fix 2, /fix all, /fix /srv, /fix logs",
            "10:00:00 📜 Docker keeps a container's output for ever unless told otherwise. For one service, in compose.yaml:\nservices:\n  web:\n    logging:\n      driver: json-file\n      options:\n        max-size: \"10m\"\n        max-file: \"3\"\nFor every new container, in /etc/docker/daemon.json:\n{\n  \"log-driver\": \"json-file\",\n  \"log-opts\": {\n    \"max-size\": \"10m\",\n    \"max-file\": \"3\"\n  }\n}\nIt holds for containers that are made from then on: docker compose up -d --force-recreate. The old log goes with the old container. I cut no log short: what is in it may be all you have."
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_hook_is_a_step_of_its_own() {
    let bench =
        full("[[hook]]\nname = \"clean\"\ncommand = [\"/opt/clean\", \"--fast\"]\nfor = \"/srv\"\n").await;
    bench.world.set_hook(
        "/opt/clean",
        HookEnd { code: Some(0), output: "swept".to_owned(), ..HookEnd::default() },
        0,
    );
    bench.says("/fix /srv").await;
    bench.presses("Do it").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 🩹 /srv has 4 GiB free. What could go:\n1. your program clean: how much it frees, only it knows\n   /opt/clean --fast\nVolumes and anything in use stay.\n👀 Takes up room and is yours to decide:\n• /srv/films: 55 GiB\n• I ran out of time looking through the directories: there may be larger ones.\n[Do it] [Leave it]",
            "10:00:00 (edited) ⏳ /srv, step 1 of 1: your program clean …",
            "10:00:00 (edited) ⚠\u{fe0f} /srv: nothing was freed, 4 GiB free now.\n• your program clean: done, 0 B freed\nswept"
        ]
    );
    assert_eq!(bench.world.effects(), [Call::RunHook(vec!["/opt/clean".to_owned(), "--fast".to_owned()])]);
}
