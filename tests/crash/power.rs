//! The files as a power failure, a full disk or a careless hand leaves them, before the real binary: it stands watch all
//! the same, what can be kept is kept, and its owner hears the truth.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::Signal;

use super::OWNER;
use super::botapi::{BotApi, Shown};
use super::ground::{Ground, QUICK};
use super::watch::{PATIENCE, Watch, ask};

/// Something that is so from the first sample on, whatever the machine.
const ALWAYS: &str = r#"
[[rule]]
name = "always"
metric = "memory.used"
detector = "threshold"
above = 0
back = -1
"#;

/// Nobody, who owns nothing.
const NOBODY: u32 = 65_534;

const STORE: &str = "vakhta.sqlite";
const WAL: &str = "vakhta.sqlite-wal";

/// What the owner is to hear of it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Heard {
    /// Nothing: it has only what it was promised to have, and that is all.
    Nothing,
    /// That the store was damaged, and where it is kept.
    SetAside,
    /// That it takes no writes.
    NoWrites,
    /// One of the first two: what the damage hits is chance.
    Either,
}

/// A data directory in which an alert was told, as a kill left it: its journal is not yet in the main file.
async fn lived_in() -> (Ground, Vec<(String, Vec<u8>)>) {
    let (ground, api) = (Ground::new(), BotApi::start());
    let watch = Watch::introduced(ground.serving_with(&api, &format!("{QUICK}{ALWAYS}")), &api).await;
    api.wait_for_message(OWNER, "the alert", |it| it.words.starts_with("🟠")).await;
    ask(&api, OWNER, "/jobs run sample").await;
    ask(&api, OWNER, "/uptime").await;
    watch.kill().await;
    let read = |it: PathBuf| {
        let name = it.file_name().expect("a file").to_string_lossy().into_owned();
        (name, fs::read(&it).expect("ours"))
    };
    let files = ground.kept().into_iter().map(read).collect();
    (ground, files)
}

/// Puts the files into a new place.
fn laid_out(files: &[(String, Vec<u8>)]) -> Ground {
    let ground = Ground::new();
    fs::create_dir_all(ground.data()).expect("room");
    fs::set_permissions(ground.data(), PermissionsExt::from_mode(0o700)).expect("ours");
    for (name, bytes) in files {
        let path = ground.data().join(name);
        fs::write(&path, bytes).expect("room");
        fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).expect("ours");
    }
    ground
}

fn alter(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).expect("a file of our own");
    change(&mut bytes);
    fs::write(path, bytes).expect("room");
}

fn about_the_store(it: &Shown) -> bool {
    it.words.contains("set aside") || it.words.contains("takes no writes")
}

/// Starts a watch over it, and holds what its owner hears against what they should.
async fn check(what: &str, ground: &Ground, heard: Heard, user: Option<u32>) -> Vec<Shown> {
    let api = BotApi::start();
    // The server's numbers only go up.
    api.jump_to(1_000_000);
    let mut command = ground.serving_with(&api, &format!("{QUICK}{ALWAYS}"));
    if let Some(user) = user {
        chown(ground.here().parent().expect("the ground").join("vakhta.toml"), Some(user), Some(user))
            .expect("root");
        command.uid(user).gid(user);
    }
    let watch = Watch::introduced(command, &api).await;
    ask(&api, OWNER, "/uptime").await;
    // The rule fires from the first sample on; what was told before the damage and is still known is not told again.
    ask(&api, OWNER, "/status").await;
    until(&api, what, |it| it.iter().any(is_alert) || since(&ground.data()).is_some()).await;
    let said = match heard {
        Heard::Nothing | Heard::Either => None,
        Heard::SetAside => Some("set aside"),
        Heard::NoWrites => Some("takes no writes"),
    };
    if let Some(said) = said {
        api.wait_for_message(OWNER, what, |it| it.words.contains(said)).await;
    }
    assert!(!watch.log().contains("panicked"), "{what}: {}", watch.log());
    watch.signal(Signal::TERM);
    let ended = watch.ended().await;
    assert_eq!(ended.code(), Some(0), "{what}: {}", ended.err);
    let shown = api.messages(OWNER);
    let told: Vec<&Shown> = shown.iter().filter(|it| about_the_store(it)).collect();
    match heard {
        Heard::Nothing => assert!(told.is_empty(), "{what}: {}\n{}", brief(&shown), ended.err),
        Heard::SetAside | Heard::NoWrites => {
            assert_eq!(told.len(), 1, "{what}: {}\n{}", brief(&shown), ended.err)
        }
        Heard::Either => {
            assert!(told.iter().all(|it| it.words.contains("set aside")), "{what}: {}", brief(&shown))
        }
    }
    shown
}

type Damage = (&'static str, Heard, fn(&Path));

/// What can become of a file whose last writes were cut off, and of one that somebody laid hands on.
const DAMAGES: [Damage; 20] = [
    ("the journal lacks its last byte", Heard::Nothing, |it| {
        alter(&it.join(WAL), |bytes| bytes.truncate(bytes.len() - 1));
    }),
    ("the journal ends within a frame's head", Heard::Nothing, |it| {
        alter(&it.join(WAL), |bytes| bytes.truncate(bytes.len() - 4096 - 12));
    }),
    ("the journal's last frames are zeros", Heard::Nothing, |it| {
        alter(&it.join(WAL), |bytes| {
            let from = bytes.len() - 2 * 4120;
            bytes[from..].fill(0);
        });
    }),
    ("the journal goes on with zeros", Heard::Nothing, |it| {
        alter(&it.join(WAL), |bytes| bytes.resize(bytes.len() + 20_000, 0));
    }),
    ("the journal has only its head", Heard::Nothing, |it| alter(&it.join(WAL), |bytes| bytes.truncate(32))),
    ("the journal is empty", Heard::Nothing, |it| alter(&it.join(WAL), Vec::clear)),
    ("the journal is gone", Heard::Nothing, |it| fs::remove_file(it.join(WAL)).expect("ours")),
    ("the shared index is garbage", Heard::Nothing, |it| {
        fs::write(it.join("vakhta.sqlite-shm"), vec![0xa5; 32_768]).expect("room");
    }),
    ("the shared index is short", Heard::Nothing, |it| {
        fs::write(it.join("vakhta.sqlite-shm"), b"x").expect("room");
    }),
    ("the journal is garbage", Heard::Nothing, |it| {
        fs::write(it.join(WAL), vec![0x5a; 50_000]).expect("room")
    }),
    ("the journal is another database's", Heard::Either, |it| {
        fs::write(it.join(WAL), foreign_journal()).expect("room");
    }),
    ("the file ends within its head", Heard::SetAside, |it| {
        alter(&it.join(STORE), |bytes| bytes.truncate(77));
        fs::remove_file(it.join(WAL)).expect("ours");
    }),
    ("the file ends at a page", Heard::SetAside, |it| {
        alter(&it.join(STORE), |bytes| bytes.truncate(2 * 4096));
        fs::remove_file(it.join(WAL)).expect("ours");
    }),
    ("the file ends within a page", Heard::SetAside, |it| {
        alter(&it.join(STORE), |bytes| bytes.truncate(3 * 4096 + 1000));
        fs::remove_file(it.join(WAL)).expect("ours");
    }),
    ("the file's head is destroyed", Heard::SetAside, |it| {
        alter(&it.join(STORE), |bytes| bytes[..100].fill(0xff));
        fs::remove_file(it.join(WAL)).expect("ours");
    }),
    ("the file's tail is zeros", Heard::Either, |it| {
        alter(&it.join(STORE), |bytes| {
            let from = bytes.len() / 2 / 4096 * 4096;
            bytes[from..].fill(0);
        });
        fs::remove_file(it.join(WAL)).expect("ours");
    }),
    ("the file is empty, and its journal is there", Heard::SetAside, |it| alter(&it.join(STORE), Vec::clear)),
    ("a directory lies in its place", Heard::NoWrites, |it| {
        for name in [STORE, WAL, "vakhta.sqlite-shm"] {
            let _ = fs::remove_file(it.join(name));
        }
        fs::create_dir(it.join(STORE)).expect("room");
    }),
    ("the directory is gone", Heard::Nothing, |it| fs::remove_dir_all(it).expect("ours")),
    ("a directory lies in the lock's place, and the proof of life is garbage", Heard::Nothing, |it| {
        for entry in fs::read_dir(it).expect("ours").flatten() {
            if !entry.file_name().to_string_lossy().starts_with(STORE) {
                fs::remove_file(entry.path()).expect("ours");
                fs::write(entry.path(), [0xff; 300]).expect("room");
            }
        }
        let _ = fs::remove_file(it.join("lock"));
        fs::create_dir(it.join("lock")).expect("room");
    }),
];

/// A journal with sound checksums that belongs to something else.
fn foreign_journal() -> Vec<u8> {
    let ground = Ground::new();
    let file = ground.here().join("other.sqlite");
    let other = rusqlite::Connection::open(&file).expect("room");
    other
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE soup (name TEXT); \
             INSERT INTO soup VALUES ('tomato');",
        )
        .expect("valid");
    fs::read(ground.here().join("other.sqlite-wal")).expect("a journal")
}

#[tokio::test]
async fn whatever_became_of_its_files_it_stands_watch_and_says_so() {
    let (_first, files) = lived_in().await;
    assert!(files.iter().any(|(name, bytes)| name == WAL && 3 * 4120 < bytes.len()), "there is a journal");
    let started = jiff::Timestamp::now().as_millisecond();
    for some in DAMAGES.chunks(5) {
        let all = some.iter().map(|(what, heard, damage)| {
            let ground = laid_out(&files);
            damage(&ground.data());
            async move {
                let shown = check(what, &ground, *heard, None).await;
                let is_kept = since(&ground.data()).is_some_and(|it| it < started);
                println!("{what}: heard {heard:?}, the alert is kept: {is_kept}");
                // What had been synced is there in spite of a torn end.
                assert!(is_kept || !TORN.contains(what), "{what}: {}", brief(&shown));
                assert!(
                    is_kept || shown.iter().any(is_alert),
                    "{what}: the alert is lost: {}",
                    brief(&shown)
                );
            }
        });
        futures_util::future::join_all(all).await;
    }
}

/// These touch nothing that had been synced when the alert was told.
const TORN: [&str; 4] = [
    "the journal lacks its last byte",
    "the journal goes on with zeros",
    "the shared index is garbage",
    "the shared index is short",
];

fn is_alert(it: &Shown) -> bool {
    it.words.starts_with("🟠 Memory")
}

/// Messages, a line each.
fn brief(shown: &[Shown]) -> String {
    shown.iter().map(|it| format!("#{} {:?}\n", it.id, it.words)).collect()
}

/// Since when the oldest alert of a store is, in milliseconds since 1970.
fn since(data: &Path) -> Option<i64> {
    let store = rusqlite::Connection::open(data.join(STORE)).ok()?;
    store.query_row("SELECT min(since) FROM alerts", [], |row| row.get(0)).ok().flatten()
}

/// Whether this test may become somebody else.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[tokio::test]
async fn files_of_another_owner_and_places_without_writes_cost_memory_and_not_the_watch() {
    if !is_root() {
        println!("not run: only root can become somebody else");
        return;
    }
    let (_first, files) = lived_in().await;
    let mine = |ground: &Ground| {
        for path in ground.kept().into_iter().chain([ground.data()]) {
            chown(path, Some(NOBODY), Some(NOBODY)).expect("root");
        }
    };
    // All of it is root's.
    check("another's directory", &laid_out(&files), Heard::NoWrites, Some(NOBODY)).await;
    // Only the file is.
    let ground = laid_out(&files);
    mine(&ground);
    chown(ground.data().join(STORE), Some(0), Some(0)).expect("root");
    check("another's file", &ground, Heard::NoWrites, Some(NOBODY)).await;
    // A file that may only be read.
    let ground = laid_out(&files);
    mine(&ground);
    fs::set_permissions(ground.data().join(STORE), PermissionsExt::from_mode(0o400)).expect("ours");
    check("a read-only file", &ground, Heard::NoWrites, Some(NOBODY)).await;
    // A directory that takes no new files: there is no place for the journal.
    let ground = laid_out(&files);
    for name in [WAL, "vakhta.sqlite-shm"] {
        let _ = fs::remove_file(ground.data().join(name));
    }
    mine(&ground);
    fs::set_permissions(ground.data(), PermissionsExt::from_mode(0o500)).expect("ours");
    check("a read-only directory", &ground, Heard::NoWrites, Some(NOBODY)).await;
}

/// A small file system of its own, as long as it lives.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn new(ground: &Ground) -> Option<Self> {
        fs::create_dir_all(ground.data()).expect("room");
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=24m,mode=0700", "vakhta-crash"])
            .arg(ground.data())
            .stderr(std::process::Stdio::null())
            .status();
        mounted.is_ok_and(|it| it.success()).then(|| Self(ground.data()))
    }

    fn fill(&self) {
        let mut file = fs::File::create(self.0.join("ballast")).expect("room");
        while std::io::Write::write_all(&mut file, &[1; 4096]).is_ok() {}
    }

    fn clear(&self) {
        fs::remove_file(self.0.join("ballast")).expect("ours");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test]
async fn a_disk_that_is_full_and_gets_room_again_loses_nothing_also_through_a_kill() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let Some(disk) = SmallDisk::new(&ground) else {
        println!("not run: nothing may be mounted here");
        return;
    };
    let start = || Watch::introduced(ground.serving_with(&api, &format!("{QUICK}{ALWAYS}")), &api);
    let watch = start().await;
    api.wait_for_message(OWNER, "the alert", |it| it.words.starts_with("🟠")).await;
    disk.fill();
    let full = |count: usize| {
        move |it: &[Shown]| count <= it.iter().filter(|it| it.words.contains("takes no writes")).count()
    };
    until(&api, "a word about the disk", full(1)).await;
    // It answers, and asks before it acts, with nothing but memory.
    ask(&api, OWNER, "/status").await;
    watch.kill().await;
    // There is not even room for the index that readers share.
    let watch = start().await;
    until(&api, "another word about the disk", full(2)).await;
    ask(&api, OWNER, "/uptime").await;
    disk.clear();
    until(&api, "that it is well again", |it| it.iter().any(|it| it.words.contains("takes writes again")))
        .await;
    ask(&api, OWNER, "/uptime").await;
    watch.signal(Signal::TERM);
    let ended = watch.ended().await;
    assert_eq!(ended.code(), Some(0), "{}", ended.err);
    let shown = api.messages(OWNER);
    assert_eq!(shown.iter().filter(|it| is_alert(it)).count(), 1, "{}", brief(&shown));
    let store = rusqlite::Connection::open(ground.data().join(STORE)).expect("a store");
    let sound: String = store.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("readable");
    assert_eq!(sound, "ok");
    drop((store, disk));
}

async fn until(api: &BotApi, what: &str, so: impl Fn(&[Shown]) -> bool) {
    let found = tokio::time::timeout(PATIENCE * 2, async {
        while !so(&api.messages(OWNER)) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    found.await.unwrap_or_else(|_| panic!("{what}: {}", brief(&api.messages(OWNER))));
}
