//! Copies of the store and the way back, by the real binary: beside a watch that writes, into it, and killed meanwhile.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::OWNER;
use super::alerts::{rounds, told};
use super::botapi::BotApi;
use super::ground::{Ground, QUICK};
use super::watch::{Finished, Watch, ask, said};

/// Something that is so from the first sample on, whatever the machine.
const ALWAYS: &str = r#"
[[rule]]
name = "always"
metric = "memory.used"
detector = "threshold"
above = 0
back = -1
"#;

/// What a real watch of an earlier format wrote.
fn written_by(format: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/stores/written-by-format-{format}.sqlite"))
}

fn put_down(ground: &Ground, format: u32) -> PathBuf {
    std::fs::create_dir_all(ground.data()).expect("a directory of our own");
    let store = ground.data().join("vakhta.sqlite");
    std::fs::copy(written_by(format), &store).expect("a fixture");
    store
}

fn names(ground: &Ground) -> Vec<String> {
    let name = |it: &PathBuf| it.file_name().expect("a name").to_string_lossy().into_owned();
    let mut names: Vec<String> = ground.kept().iter().map(name).collect();
    names.retain(|it| it.starts_with("vakhta.sqlite") && !it.ends_with("-wal") && !it.ends_with("-shm"));
    names.sort();
    names
}

#[track_caller]
fn well(finished: Finished) -> Finished {
    assert_eq!(finished.code(), Some(0), "{finished:?}");
    finished
}

#[tokio::test]
async fn a_watch_goes_on_with_the_copy_that_was_taken_of_it() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let declaration = format!("{QUICK}{ALWAYS}");
    let watch = Watch::introduced(ground.serving_with(&api, &declaration), &api).await;
    api.wait_for_message(OWNER, "the alert", |it| it.words.starts_with("🟠")).await;
    rounds(&api, OWNER).await;
    let copy = ground.here().join("copy");
    let copied = well(said(&ground, &["backup", "copy"]).await);
    assert!(copied.out.contains("copy: ") && copied.out.contains("format 3, newest of "), "{}", copied.out);
    let again = said(&ground, &["backup", "copy"]).await;
    assert!(again.code() == Some(2) && again.err.contains("--force"), "{again:?}");

    ask(&api, OWNER, "/mute all 1h").await;
    let asked = said(&ground, &["restore", "copy"]).await;
    assert!(asked.code() == Some(2) && asked.err.contains("--yes"), "nobody can be asked: {asked:?}");
    let (calls, pid) = (api.messages(OWNER).len(), watch.pid());
    let restored = well(said(&ground, &["restore", "copy", "--yes"]).await);
    assert!(restored.out.contains("the watch goes on with it"), "{}", restored.out);
    assert!(restored.out.contains("vakhta.sqlite.before-restore"), "{}", restored.out);
    let word = api.wait_for_message(OWNER, "that it was restored", |it| it.words.contains("by hand")).await;
    assert!(word.silent && word.words.starts_with("🗄"), "{word:?}");
    rounds(&api, OWNER).await;
    assert_eq!(watch.pid(), pid);
    assert_eq!(told(&api, OWNER, "🟠"), 1, "an alert that was told is not new: {:#?}", api.messages(OWNER));
    // The news of it, and the answers to two questions: nothing that was asked before is answered again.
    assert_eq!(api.messages(OWNER).len(), calls + 3, "{:#?}", api.messages(OWNER));
    let alerts = ask(&api, OWNER, "/alerts").await.words;
    assert!(alerts.contains("1 alert") && alerts.contains("Memory"), "{alerts}");
    let audit = well(said(&ground, &["audit"]).await).out;
    assert!(audit.contains("restore") && audit.contains("mute"), "{audit}");
    assert_eq!(names(&ground), ["vakhta.sqlite", "vakhta.sqlite.before-restore"]);
    well(said(&ground, &["health"]).await);

    // What cannot be restored is refused by the command itself, and the watch hears nothing of it.
    let garbage = ground.file("garbage", "this is no store");
    let refused = said(&ground, &["restore", &garbage.to_string_lossy(), "--yes"]).await;
    assert!(refused.code() == Some(2) && refused.err.contains("no backup of Vakhta"), "{refused:?}");
    ask(&api, OWNER, "/uptime").await;
    assert!(copy.exists());
}

#[tokio::test]
async fn a_copy_becomes_the_store_of_a_new_directory_through_a_pipe() {
    let (ground, fresh, api) = (Ground::new(), Ground::new(), BotApi::start());
    put_down(&ground, 2);
    let copied = std::process::Command::new(super::ground::binary())
        .args(["backup", "-"])
        .current_dir(ground.here())
        .env_clear()
        .env("DATA_DIR", ground.data())
        .env("TZ", "UTC")
        .output()
        .expect("the binary");
    assert!(copied.status.success() && copied.stdout.starts_with(b"SQLite format 3\0"), "{copied:?}");
    assert!(String::from_utf8_lossy(&copied.stderr).contains("newest of 2026-11-27"), "{copied:?}");
    assert_eq!(names(&ground), ["vakhta.sqlite"], "nothing is left beside the store");

    let file = fresh.here().join("piped");
    std::fs::write(&file, &copied.stdout).expect("room");
    let mut command = std::process::Command::new(super::ground::binary());
    command
        .args(["restore", "-", "--yes"])
        .current_dir(fresh.here())
        .env_clear()
        .env("DATA_DIR", fresh.data())
        .env("TZ", "UTC");
    let restored = command.stdin(std::fs::File::open(&file).expect("there")).output().expect("the binary");
    assert!(restored.status.success(), "{restored:?}");
    assert_eq!(names(&fresh), ["vakhta.sqlite"]);

    let declaration = format!("{QUICK}{ALWAYS}");
    let _watch = Watch::introduced(fresh.serving_with(&api, &declaration), &api).await;
    api.wait_for_message(OWNER, "that it was restored", |it| it.words.contains("by hand")).await;
    rounds(&api, OWNER).await;
    let alerts = ask(&api, OWNER, "/alerts").await.words;
    assert!(alerts.contains("Memory"), "{alerts}");
    let rung = api.messages(OWNER).into_iter().filter(|it| it.words.starts_with("🟠") && !it.silent).count();
    assert_eq!(rung, 0, "what was told there is not rung here: {:#?}", api.messages(OWNER));
}

#[tokio::test]
async fn killed_while_it_restores_there_is_a_store_all_the_same() {
    let ground = Ground::new();
    put_down(&ground, 3);
    well(said(&ground, &["backup", "copy"]).await);
    for number in 0..10 {
        let watch = Watch::start(ground.vakhta(&["restore", "copy", "--yes"]));
        tokio::time::sleep(Duration::from_millis(number * 6)).await;
        watch.kill().await;
        assert!(names(&ground).contains(&"vakhta.sqlite".to_owned()), "{:?}", names(&ground));
        well(said(&ground, &["audit"]).await);
    }
    well(said(&ground, &["restore", "copy", "--yes"]).await);
    assert_eq!(names(&ground), ["vakhta.sqlite", "vakhta.sqlite.before-restore"]);
}

#[tokio::test]
async fn killed_while_it_is_brought_to_a_newer_format_a_store_has_all_it_had() {
    let (ground, api) = (Ground::new(), BotApi::start());
    put_down(&ground, 1);
    for number in 0..6 {
        let declaration = format!("{QUICK}{ALWAYS}");
        let watch = Watch::start(ground.serving_with(&api, &declaration));
        tokio::time::sleep(Duration::from_millis(number * 12)).await;
        watch.kill().await;
    }
    let declaration = format!("{QUICK}{ALWAYS}");
    let _watch = Watch::introduced(ground.serving_with(&api, &declaration), &api).await;
    let alerts = ask(&api, OWNER, "/alerts").await.words;
    assert!(alerts.contains("Memory"), "{alerts}");
    assert_eq!(names(&ground), ["vakhta.sqlite", "vakhta.sqlite.format-1"]);
}

#[tokio::test]
async fn a_store_of_a_newer_release_is_refused_politely_and_left_alone() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let store = put_down(&ground, 3);
    let mut bytes = std::fs::read(&store).expect("readable");
    // Where `PRAGMA user_version` lies in the header.
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(&store, &bytes).expect("room");
    for mut command in [ground.serving(&api), ground.vakhta(&["backup", "copy"]), ground.vakhta(&["mutes"])] {
        command.env("RUST_BACKTRACE", "0");
        let refused = Watch::start(command).ended().await;
        assert!(matches!(refused.code(), Some(1 | 2)), "{refused:?}");
        for words in ["format 99", "this one knows 3", "run that release again", "vakhta restore FILE"] {
            assert!(refused.err.contains(words), "{words}: {refused:?}");
        }
    }
    assert_eq!(std::fs::read(&store).expect("readable"), bytes);
    assert_eq!(names(&ground), ["vakhta.sqlite"]);
}
