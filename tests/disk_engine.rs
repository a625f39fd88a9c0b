//! A real engine on a disk that is really full, healed by the real plan; what must stay is looked at by content.

#[path = "support/botapi/mod.rs"]
mod botapi;
#[path = "support/engine.rs"]
mod engine;
#[allow(dead_code, reason = "shared with the suite of the binary, which uses all of it")]
#[path = "binary/ground.rs"]
mod ground;
#[path = "support/second_engine.rs"]
mod second_engine;
#[allow(dead_code, reason = "shared with the suite of the binary, which uses all of it")]
#[path = "binary/watch.rs"]
mod watch;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use botapi::{BotApi, Shown};
use ground::Ground;
use jiff::Timestamp;
use jobs::Ports;
use jobs::heal::{Hoard, Loss, Plan, Settings, apply, look_around, plan_for_person, target};
use second_engine::{MIB, SecondEngine, fill};
use vakhta::clock::Clock;
use vakhta::docker::{Docker, EngineAddress};
use vakhta::host::{HostRoot, Machine};
use vakhta::store::{Database, Limits};
use watch::{Watch, ask};

/// Mebibytes of the engine's disk.
const DISK: u32 = 300;

/// Who asks, in a private chat.
const OWNER: i64 = 42;

fn ports(engine: &SecondEngine) -> Ports {
    let docker = Docker::new(engine.address.parse::<EngineAddress>().expect("an address"));
    Ports {
        host: Arc::new(Machine::new(HostRoot::here(), Clock::new(Timestamp::now))),
        engine: Arc::new(docker),
        store: Arc::new(Database::in_memory(Limits::default())),
        latest: Arc::default(),
        beacon: None,
        ward: None,
    }
}

fn steps(plan: &Plan) -> Vec<(&str, u64, Loss)> {
    plan.steps.iter().map(|it| (it.remedy.as_str(), it.items, it.loss)).collect()
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_disk_that_is_really_full_is_really_healed_and_volumes_stay() {
    let Some(engine) = SecondEngine::up_on_a_disk(2, DISK) else { return };
    let ports = ports(&engine);
    let subject = engine::image();
    engine.take_image(&subject);
    let info = ports.engine.info().await.expect("it answers");
    let root = PathBuf::from(&info.root);

    // A volume with something precious in it, and a container that has it and runs.
    engine.docker(&["volume", "create", "precious"]);
    let precious = root.join("volumes/precious/_data/blob");
    fill(&precious, 8);
    let before = fs::read(&precious).expect("it was written");
    engine.docker(&["volume", "create", "unused"]);
    let unused = root.join("volumes/unused/_data/blob");
    fill(&unused, 2);
    let run = |name: &str, more: &[&str], behaviour: &[&str]| {
        let mut words =
            vec!["run", "--detach", "--no-healthcheck", "--init", "--network", "none", "--name", name];
        words.extend(more);
        words.push(&subject);
        words.extend(behaviour);
        engine.docker(&words);
    };
    run("web", &["--volume", "precious:/data"], &["flood", "12"]);
    run("protected", &["--label", "vakhta.protect=true"], &["exit", "0"]);
    run("old", &[], &["exit", "0"]);
    run("young", &[], &["exit", "0"]);
    for name in ["old", "protected"] {
        engine.docker(&["wait", name]);
    }
    // What `old` wrote inside itself.
    let layer = engine.docker(&["inspect", "--format", "{{.GraphDriver.Data.UpperDir}}", "old"]);
    fill(&Path::new(&layer).join("blob"), 20);

    engine.import(None, 24);
    engine.import(Some("shop:1"), 16);
    engine.import(Some("shop:2"), 4);
    // One image in two repositories, one of them behind a slash.
    engine.docker(&["tag", "shop:1", "localhost:5000/shop/web:1"]);
    let context = Path::new(env!("CARGO_TARGET_TMPDIR")).join(engine::unique("context"));
    fs::create_dir_all(&context).expect("cargo's directory for tests");
    fs::write(context.join("Dockerfile"), format!("FROM {subject}\nCOPY blob /blob\n")).expect("written");
    fill(&context.join("blob"), 20);
    engine.build(&context, "built:latest");
    engine.docker(&["rmi", "built:latest"]);
    fs::remove_dir_all(&context).expect("it was there");

    // What is none of the engine's, beside what is: a file of 20 MB, and the rest of the disk to the last block.
    fill(&root.join("backup.tar"), 20);
    let mut rest = fs::File::create(root.join("somebody-elses")).expect("room");
    let piece = vec![b'x'; MIB as usize];
    while rest.write_all(&piece).is_ok() {}
    drop(rest);
    let mount = target(&ports).await.expect("the disk is known");
    assert_eq!(Path::new(&mount), root);
    let full = ports.host.available(&mount).await.expect("a healthy disk");
    assert!(full < MIB, "{full} bytes are left");

    // As if a month had passed since the images were seen first, and everything had ended long ago.
    let now = Timestamp::now();
    let settings = Settings {
        stopped_for: Duration::ZERO,
        cache_unused_for: Duration::ZERO,
        images_unused_for: Duration::from_secs(30 * 24 * 3600),
        ..Settings::default()
    };
    let first = plan_for_person(&mount, &settings, &ports, now).await.expect("a plan");
    assert!(first.steps.iter().all(|it| it.remedy != "unused-images"), "{first:?}");
    let later = now + jiff::SignedDuration::from_hours(31 * 24);
    look_around(&mount, &ports, later).await;
    let plan = plan_for_person(&mount, &settings, &ports, later).await.expect("a plan");
    println!("{plan:#?}");
    let kinds = steps(&plan);
    assert_eq!(kinds[0], ("dangling-images", 1, Loss::Nothing));
    assert!(kinds.iter().any(|it| (it.0, it.2) == ("build-cache", Loss::Rebuilt)), "{kinds:?}");
    assert!(kinds.contains(&("unused-images", 2, Loss::Gone)), "{kinds:?}");
    assert!(kinds.contains(&("stopped-containers", 2, Loss::Gone)), "{kinds:?}");
    let places: Vec<&str> = plan
        .hoards
        .iter()
        .filter_map(|it| match it {
            Hoard::Place { path, .. } => Some(Path::new(path).strip_prefix(&root).ok()?.to_str()?),
            _ => None,
        })
        .collect();
    assert_eq!(places, ["somebody-elses", "backup.tar"], "{:?}", plan.hoards);

    let relief = apply(&plan, &settings, &ports, later, None).await.expect("it is carried out");
    println!("{relief:#?}");
    assert!(relief.done.iter().all(|it| it.failure.is_none()), "{relief:?}");
    let freed = relief.after - relief.before;
    assert!(75 * MIB < freed, "only {} MiB came back", freed / MIB);
    let counted: u64 = relief.done.iter().filter_map(|it| it.freed).sum();
    assert_eq!(counted, freed);

    assert_eq!(fs::read(&precious).expect("it is there"), before, "the volume in use");
    assert_eq!(fs::metadata(&unused).expect("it is there").len(), 2 * MIB, "the volume nobody uses");
    assert_eq!(engine.docker(&["volume", "ls", "--quiet"]), "precious\nunused");
    let mut left: Vec<String> =
        engine.docker(&["ps", "--all", "--format", "{{.Names}}"]).lines().map(str::to_owned).collect();
    left.sort();
    assert_eq!(left, ["protected", "web"]);
    assert_eq!(engine.docker(&["inspect", "--format", "{{.State.Status}}", "web"]), "running");
    assert_eq!(engine.docker(&["images", "--format", "{{.Repository}}:{{.Tag}}"]), subject);
    // And the engine can work again.
    run("after", &[], &["exit", "0"]);
    assert_eq!(engine.docker(&["wait", "after"]), "0");
}

/// What is old is so after a second, so that nobody waits for a month.
const IMPATIENT: &str = r#"
[[job]]
name = "sample"
run = "sample"
cron = "* * * * * *"

[[job]]
name = "heal"
run = "heal"
cron = "0 0 0 1 1 *"
stopped_for = "1s"
images_unused_for = "1s"
"#;

/// Mebibytes that a message says were freed: by this remedy, or in all.
fn freed_in(words: &str, of: &str) -> f64 {
    let line = words.lines().find(|it| it.contains(of)).unwrap_or_else(|| panic!("no {of:?} in {words}"));
    let before = line.split("freed").next().unwrap_or_default();
    let figure = before.trim().trim_end_matches("MiB").trim_end();
    let figure = figure.rsplit([' ', ',']).next().unwrap_or_default();
    figure.parse().unwrap_or_else(|_| panic!("{figure:?} in {line}"))
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_person_frees_a_real_disk_with_two_buttons_and_is_told_what_it_gained() {
    let Some(engine) = SecondEngine::up_on_a_disk(9, DISK) else { return };
    let ports = ports(&engine);
    let subject = engine::image();
    engine.take_image(&subject);
    let root = PathBuf::from(ports.engine.info().await.expect("it answers").root);
    let mount = root.to_string_lossy().into_owned();
    engine.docker(&["volume", "create", "precious"]);
    let precious = root.join("volumes/precious/_data/blob");
    fill(&precious, 8);
    let before = fs::read(&precious).expect("it was written");
    let run = |name: &str, more: &[&str], behaviour: &[&str]| {
        let options = ["run", "--detach", "--no-healthcheck", "--network", "none", "--name", name];
        engine.docker(&[&options, more, &[subject.as_str()], behaviour].concat());
    };
    run("web", &["--volume", "precious:/data"], &["wait"]);
    run("old", &[], &["exit", "0"]);
    engine.docker(&["wait", "old"]);
    let layer = engine.docker(&["inspect", "--format", "{{.GraphDriver.Data.UpperDir}}", "old"]);
    fill(&Path::new(&layer).join("blob"), 8);
    engine.import(None, 24);
    engine.import(Some("shop:1"), 16);
    engine.docker(&["tag", "shop:1", "localhost:5000/shop/web:1"]);
    fill(&root.join("backup.tar"), 20);

    let (ground, api) = (Ground::new(), BotApi::start());
    let mut command = ground.serving_with(&api, IMPATIENT);
    command.env("DOCKER_HOST", &engine.address);
    let _watch = Watch::introduced(command, &api).await;
    // The first look is when an image is seen first.
    let mut plan = ask(&api, OWNER, "/fix").await;
    for _ in 0..10 {
        if plan.words.contains("images unused for long") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        plan = ask(&api, OWNER, "/fix").await;
    }
    println!("{}\n{}\n", plan.words, plan.buttons);
    for part in [
        format!("🩹 {mount}"),
        "1. images without a name: 1 item, up to 24".to_owned(),
        "2. images unused for long: 1 item, up to 16".to_owned(),
        "3. containers stopped long ago: 1 item, up to 8".to_owned(),
        "Volumes and anything in use stay.".to_owned(),
        "backup.tar: 20".to_owned(),
    ] {
        assert!(plan.words.contains(&part), "no {part:?} in {}", plan.words);
    }

    let available = async || ports.host.available(&mount).await.expect("a healthy disk");
    let question = ask(&api, OWNER, "/fix 2").await;
    assert!(question.words.contains("2. images unused for long: 1 item"), "{}", question.words);
    let report = press(&api, &question, &mount, &available).await;
    assert!(report.contains("images unused for long: 1 removed, 16"), "{report}");
    let images = engine.docker(&["images", "--format", "{{.Repository}}:{{.Tag}}"]);
    let mut left: Vec<&str> = images.lines().collect();
    left.sort_unstable();
    assert_eq!(left, ["<none>:<none>", &subject], "both names and the image are gone, and no other");

    let rest = ask(&api, OWNER, "/fix").await;
    let report = press(&api, &rest, &mount, &available).await;
    assert!(report.contains("images without a name: 1 removed, 24"), "{report}");
    assert!(report.contains("containers stopped long ago: 1 removed, 8"), "{report}");

    assert_eq!(fs::read(&precious).expect("it is there"), before, "the volume");
    assert_eq!(engine.docker(&["volume", "ls", "--quiet"]), "precious");
    assert_eq!(engine.docker(&["ps", "--all", "--format", "{{.Names}}"]), "web");
    assert_eq!(fs::metadata(root.join("backup.tar")).expect("it is there").len(), 20 * MIB);
    let nothing = ask(&api, OWNER, "/fix").await.words;
    assert!(nothing.contains("nothing on it that may safely go"), "{nothing}");
}

/// Presses "Free up to …" and holds what is told against the filesystem. Answers what is told.
async fn press(api: &BotApi, shown: &Shown, mount: &str, available: &impl AsyncFn() -> u64) -> String {
    let before = available().await;
    api.press_label(OWNER, OWNER, shown.id, "Free up to");
    let report = api.wait_for_message(OWNER, "the report", |it| {
        it.id == shown.id && (it.words.starts_with('✅') || it.words.contains("nothing was freed"))
    });
    let words = report.await.words;
    let gained = (available().await - before) as f64 / MIB as f64;
    println!("{mount} gained {gained:.1} MiB\n{words}\n");
    let told = freed_in(&words, "✅");
    assert!((told - gained).abs() < 1.0, "{told} MiB were told, {gained} gained: {words}");
    words
}
