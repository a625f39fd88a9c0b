//! A real engine on a disk that is really full, healed by the real plan; what must stay is looked at by content.

#[path = "support/engine.rs"]
mod engine;
#[path = "support/second_engine.rs"]
mod second_engine;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jobs::Ports;
use jobs::heal::{Hoard, Loss, Plan, Settings, apply, look_around, plan_for_person, target};
use second_engine::SecondEngine;
use vakhta::clock::Clock;
use vakhta::docker::{Docker, EngineAddress};
use vakhta::host::{HostRoot, Machine};
use vakhta::store::{Database, Limits};

/// Mebibytes of the engine's disk.
const DISK: u32 = 300;

const MIB: u64 = 1 << 20;

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

/// An image of one file of so many mebibytes that nothing else shares.
fn import(engine: &SecondEngine, tag: Option<&str>, mebibytes: usize) {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(engine::unique("import"));
    fs::create_dir_all(&directory).expect("cargo's directory for tests");
    fill(&directory.join("blob"), mebibytes);
    let archive = Command::new("tar").arg("-C").arg(&directory).args(["-c", "blob"]).output().expect("tar");
    let mut import = Command::new("docker");
    import.args(["--host", &engine.address, "import", "-"]).args(tag);
    let mut import = import.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("docker is installed");
    import.stdin.take().expect("it is piped").write_all(&archive.stdout).expect("docker reads its input");
    assert!(import.wait().expect("docker import ends").success());
    fs::remove_dir_all(directory).expect("it was there");
}

/// Bytes that no filesystem packs, other ones each time.
fn fill(path: &Path, mebibytes: usize) {
    let mut random = fs::File::open("/dev/urandom").expect("it is there");
    let mut file = fs::File::create(path).expect("room");
    std::io::copy(&mut std::io::Read::take(&mut random, mebibytes as u64 * MIB), &mut file).expect("room");
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

    import(&engine, None, 24);
    import(&engine, Some("shop:1"), 16);
    import(&engine, Some("shop:2"), 4);
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
