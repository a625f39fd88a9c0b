//! What the watch leaves on the disk: for its own eyes alone, whatever the umask, and nowhere but where it belongs.

use std::collections::BTreeMap;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::Path;

use futures_util::future::join_all;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::process::Signal;
use tokio::process::Command;

use super::OWNER;
use super::botapi::{BotApi, TOKEN};
use super::ground::{Ground, QUICK, allow};
use super::watch::{Watch, ask, run, said};

/// The same command, started by a shell that hides nothing from anybody.
fn without_umask(command: &Command) -> Command {
    let command = command.as_std();
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "umask 000; exec \"$0\" \"$@\""]).arg(command.get_program()).args(command.get_args());
    shell
        .env_clear()
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .kill_on_drop(true);
    if let Some(directory) = command.get_current_dir() {
        shell.current_dir(directory);
    }
    shell
}

/// Everything in a directory with its permissions, and so on downwards; the directory itself is `.`.
fn permissions(directory: &Path) -> BTreeMap<String, u32> {
    let mode = |path: &Path| std::fs::symlink_metadata(path).expect("there").permissions().mode() & 0o7777;
    let mut all = BTreeMap::from([(".".to_owned(), mode(directory))]);
    let mut folders = vec![directory.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("ours").flatten() {
            let path = entry.path();
            let name = path.strip_prefix(directory).expect("below it").display().to_string();
            if path.is_dir() {
                folders.push(path.clone());
            }
            all.insert(name, mode(&path));
        }
    }
    all
}

fn check(directory: &Path, when: &str) {
    let found = permissions(directory);
    assert!(1 < found.len(), "{when}: nothing is there");
    for (name, mode) in &found {
        let expected = if directory.join(name).is_dir() { 0o700 } else { 0o600 };
        assert_eq!(*mode, expected, "{when}: {name} is {mode:o}; {found:?}");
    }
}

#[tokio::test]
async fn without_a_umask_every_file_is_0600_and_every_directory_0700() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let watch = Watch::introduced(without_umask(&ground.serving_with(&api, QUICK)), &api).await;
    ask(&api, OWNER, "/status").await;
    ask(&api, OWNER, "/graph").await;
    check(&ground.data(), "on watch");
    watch.signal(Signal::TERM);
    assert_eq!(watch.ended().await.code(), Some(0));
    check(&ground.data(), "off watch");

    // A damaged store is set aside, with what is beside it.
    std::fs::write(ground.data().join("vakhta.sqlite"), "once a store ".repeat(1000)).expect("ours");
    let watch = Watch::introduced(without_umask(&ground.serving_with(&api, QUICK)), &api).await;
    ask(&api, OWNER, "/status").await;
    check(&ground.data(), "with a store set aside");
    watch.kill().await;
    check(&ground.data(), "killed");

    // What somebody asks for: pictures, a secret, and the two files of a first run.
    let wanted = ground.data().join("wanted");
    std::fs::create_dir(&wanted).expect("ours");
    allow(&wanted, 0o700);
    let out = |name: &str| wanted.join(name).display().to_string();
    // Its cron is far away: it is only looked at.
    let declared =
        "[[job]]\nname = \"morning\"\nrun = \"digest\"\ncron = \"0 0 0 1 1 *\"\nperiod = \"24h\"\n";
    let mut job = ground.serving_with(&api, declared);
    job.args(["job", "morning", "--out", &out("digest.png")]);
    let digest = run(without_umask(&job), "").await;
    let totp = run(without_umask(&ground.vakhta(&["totp", "new", "--out", &out("totp")])), "").await;
    assert_eq!(totp.code(), Some(0), "{}", totp.err);
    let picture = format!("/graph\nsave {}\n", out("graph.png"));
    let console = run(without_umask(&ground.vakhta(&["console"])), &picture).await;
    assert_eq!(console.code(), Some(0), "{}", console.err);
    for name in ["totp", "graph.png"] {
        assert!(wanted.join(name).exists(), "{name}: {digest:?} {console:?}");
    }
    check(&ground.data(), "with what was asked for");

    let setup = ground.here().join("setup");
    std::fs::create_dir(&setup).expect("ours");
    allow(&setup, 0o700);
    let mut init = ground.vakhta(&["init", "--dir", &setup.display().to_string(), "--yes"]);
    init.args([
        "--token-file",
        &ground.file("token", TOKEN).display().to_string(),
        "--owner",
        "42",
        "--for",
        "binary",
    ])
    .env("TELEGRAM_API_URL", api.url());
    let ended = run(without_umask(&init), "").await;
    assert_eq!(ended.code(), Some(0), "{}{}", ended.out, ended.err);
    check(&setup, "after init");
}

/// What is put in the place of one of our files.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Trap {
    /// A link to somebody's file.
    Link,
    /// A link to nothing: what follows it makes a file elsewhere.
    Dangling,
    /// A pipe that nobody reads or writes.
    Pipe,
    /// A directory.
    Directory,
}

const PRECIOUS: &str = "somebody's own words\n";

#[tokio::test]
async fn nothing_in_the_place_of_a_file_of_ours_leads_it_elsewhere_or_holds_it_up() {
    for name in ["vakhta.sqlite", "vakhta.sqlite-wal", "vakhta.sqlite-shm", "vakhta.sqlite-journal"] {
        // Who only looks must not be held up either.
        let traps = [Trap::Link, Trap::Dangling, Trap::Pipe, Trap::Directory];
        join_all(traps.map(|trap| fall_into(trap, name, &["mutes"]))).await;
    }
    for (name, words) in [("lock", &["doctor"][..]), ("heartbeat", &["health"])] {
        let traps = [Trap::Link, Trap::Dangling, Trap::Pipe, Trap::Directory];
        join_all(traps.map(|trap| fall_into(trap, name, words))).await;
    }
}

/// A watch that finds that in the place of its file, and somebody who looks from outside.
async fn fall_into(trap: Trap, name: &str, words: &[&str]) {
    let (ground, api) = (Ground::new(), BotApi::start());
    std::fs::create_dir(ground.data()).expect("ours");
    let elsewhere = ground.file("precious", PRECIOUS);
    let nothing = ground.here().join("nothing");
    let place = ground.data().join(name);
    match trap {
        Trap::Link => symlink(&elsewhere, &place).expect("a link"),
        Trap::Dangling => symlink(&nothing, &place).expect("a link"),
        Trap::Pipe => mknodat(CWD, &place, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe"),
        Trap::Directory => std::fs::create_dir(&place).expect("ours"),
    }
    let why = format!("{trap:?} in the place of {name}");
    // It either refuses and says so, or serves without that file; it never hangs.
    let is_refused = name.starts_with("vakhta") && matches!(trap, Trap::Link | Trap::Dangling);
    let watch = if is_refused {
        let ended = Watch::start(ground.serving_with(&api, QUICK)).ended().await;
        assert_eq!(ended.code(), Some(1), "{why}: {}", ended.err);
        assert!(ended.err.contains("symbolic link") && ended.err.contains(name), "{why}: {}", ended.err);
        None
    } else {
        let watch = Watch::introduced(ground.serving_with(&api, QUICK), &api).await;
        ask(&api, OWNER, "/uptime").await;
        Some(watch)
    };
    let looked = said(&ground, words).await;
    assert!(looked.code().is_some(), "{why}: {}", looked.err);
    if let Some(watch) = watch {
        watch.signal(Signal::TERM);
        assert_eq!(watch.ended().await.code(), Some(0), "{why}");
    }
    assert_eq!(std::fs::read_to_string(&elsewhere).expect("still there"), PRECIOUS, "{why}");
    assert!(!nothing.exists(), "{why}: it was made");
    let left = std::fs::symlink_metadata(&place).expect("still there").file_type();
    let is_left = match trap {
        Trap::Link | Trap::Dangling => left.is_symlink(),
        Trap::Pipe => left.is_fifo(),
        Trap::Directory => left.is_dir(),
    };
    assert!(is_left, "{why}");
}
