//! Fifty filesystems: in words, in a picture, in time.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::botapi::{BotApi, Shown};
use super::cost::Cost;
use super::ground::Ground;
use super::watch::{Watch, ask};
use super::{OWNER, setting};

/// A second between two looks.
const QUICK: &str = r#"
[[job]]
name = "sample"
run = "sample"
cron = "* * * * * *"

[[job]]
name = "evaluate"
run = "evaluate"
cron = "*/5 * * * * *"
"#;

/// Where the n-th filesystem is mounted: some where people mount them, some where nobody should.
fn point(number: usize) -> String {
    match number {
        7 => format!("/mnt/{}", "long".repeat(60)),
        8 => format!("/mnt/{}/{}", "deep".repeat(50), "deeper".repeat(40)),
        9 => "/mnt/<b>bold</b> & \u{202e}backwards".to_owned(),
        10 => "/mnt/two\nlines\tand a tab".to_owned(),
        11 => "/mnt/очень длинное имя на кириллице, которое никто не дочитает до конца".to_owned(),
        12 => format!("/mnt/{}", "🗄".repeat(40)),
        _ => format!("/srv/customer-{number:02}/data"),
    }
}

/// As the kernel writes it.
fn escaped(point: &str) -> String {
    point.replace('\\', "\\134").replace(' ', "\\040").replace('\t', "\\011").replace('\n', "\\012")
}

/// A host of so many filesystems, the first ones of which are not there.
fn host(ground: &Ground, count: usize, gone: usize) -> PathBuf {
    let root = ground.here().join("host");
    let mut list = String::new();
    for number in 0..count {
        let point = point(number);
        std::fs::create_dir_all(root.join(point.trim_start_matches('/'))).expect("a directory of our own");
        // Of this kind the number that `stat` tells proves nothing, so that a directory does for a filesystem. The other
        // kind is asked in a thread of its own, and is not there.
        let kind = if number < gone { "nfs4" } else { "bcachefs" };
        writeln!(
            list,
            "{} 1 {}:{number} / {} rw,relatime shared:1 - {kind} /dev/mapper/volume-{number} rw",
            100 + number,
            if number < gone { 4000 } else { 4001 },
            escaped(&point),
        )
        .expect("memory");
    }
    std::fs::create_dir_all(root.join("proc/1")).expect("a directory of our own");
    std::fs::write(root.join("proc/1/mountinfo"), list).expect("a directory of our own");
    root
}

/// Puts a picture where somebody can look at it, if they say where.
fn keep(name: &str, shown: &Shown) {
    if let (Some(dir), Some(picture)) = (std::env::var_os("LOAD_PICTURES"), &shown.photo) {
        std::fs::write(PathBuf::from(dir).join(name), picture).expect("a directory to keep pictures in");
    }
}

#[tokio::test]
async fn fifty_filesystems_with_names_of_any_kind_are_one_answer() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let mut command = ground.serving_with(&api, QUICK);
    command.env("HOST_ROOT", host(&ground, 50, 0));
    let _watch = Watch::introduced(command, &api).await;
    let shown = ask(&api, OWNER, "/disk").await;
    assert!(shown.photo.is_some(), "{}", shown.words);
    assert!(shown.words.lines().count() <= 14 && !shown.words.contains('\u{202e}'), "{}", shown.words);
    keep("fifty.png", &shown);
    let all = ask(&api, OWNER, "/disk all").await;
    assert!(all.key("2/").is_some(), "in pages: {}", all.words);
    assert_eq!(api.messages(OWNER).len(), 2);
}

#[tokio::test]
async fn of_fifty_filesystems_those_that_cannot_be_read_leave_room_for_the_others() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let mut command = ground.serving_with(&api, QUICK);
    command.env("HOST_ROOT", host(&ground, 50, 30));
    let _watch = Watch::introduced(command, &api).await;
    ask(&api, OWNER, "/disk").await;
    // More than the words below a picture may be: then they are a message of their own.
    let shown = api.wait_for_message(OWNER, "its words", |it| it.words.contains(" more")).await;
    let named = shown.words.lines().filter(|it| it.contains("unknown: ")).count();
    assert_eq!(named, 8, "{}", shown.words);
    // How many of those that can be read are worth a line depends on how full this machine's disk is.
    let read = shown.words.lines().filter(|it| it.contains("% · ")).count();
    let more =
        shown.words.lines().last().and_then(|it| it.strip_prefix("… and ")?.split(' ').next()?.parse().ok());
    assert_eq!(more, Some(50 - named - read), "{}", shown.words);
    let all = api.messages(OWNER);
    assert!(all.len() <= 2 && all[0].photo.is_some(), "{all:?}");
    keep("thirty-gone.png", &all[0]);
}

/// Mounts so many filesystems in a namespace of its own, four of them dead, lists them as the kernel does, and becomes
/// the watch.
const NAMESPACE: &str = r#"
set -e
mkdir -p "$HOST_ROOT/proc/1"
number=0
while [ "$number" -lt "$COUNT" ]; do
    point="$HOST_ROOT/srv/customer-$number"
    mkdir -p "$point"
    mount -t tmpfs -o size=$((number + 2))m,nr_inodes=100 volume-$number "$point"
    dd if=/dev/zero of="$point/file" bs=1024 count=$((number * (number + 2) * 1024 / 60)) 2>/dev/null || true
    number=$((number + 1))
done
for dead in 1 2 3 4; do
    mkdir -p "$HOST_ROOT/mnt/dead-$dead"
    case $dead in
        1) exec 6<>/dev/fuse; descriptor=6 ;;
        2) exec 7<>/dev/fuse; descriptor=7 ;;
        3) exec 8<>/dev/fuse; descriptor=8 ;;
        4) exec 9<>/dev/fuse; descriptor=9 ;;
    esac
    mount -i -t fuse -o fd=$descriptor,rootmode=40000,user_id=0,group_id=0 dead-$dead "$HOST_ROOT/mnt/dead-$dead"
done
grep -F " $HOST_ROOT/" /proc/self/mountinfo | sed -e "s# $HOST_ROOT/# /#" -e 's# - tmpfs # - ext4 #' -e 's# - fuse # - nfs4 #' > "$HOST_ROOT/proc/1/list"
mv "$HOST_ROOT/proc/1/list" "$HOST_ROOT/proc/1/mountinfo"
exec "$VAKHTA"
"#;

/// What is measured of so many real ones.
async fn mounted(count: usize) -> (Shown, Duration, Duration, Cost, Cost, Duration) {
    let (ground, api) = (Ground::new(), BotApi::start());
    let mut command = tokio::process::Command::new("unshare");
    command.args(["--mount", "--propagation", "private", "sh", "-c", NAMESPACE]);
    let serving = ground.serving_with(&api, QUICK);
    let serving = serving.as_std();
    command.env_clear().current_dir(ground.here()).kill_on_drop(true);
    for (name, value) in serving.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("VAKHTA", serving.get_program())
        .env("COUNT", count.to_string())
        .env("HOST_ROOT", ground.here().join("host"));
    let watch = Watch::introduced(command, &api).await;
    let begun = Instant::now();
    let shown = ask(&api, OWNER, "/disk").await;
    let first = begun.elapsed();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (before, from) = (Cost::of(&watch), Instant::now());
    tokio::time::sleep(Duration::from_secs(setting("SECONDS", 20) as u64)).await;
    let (after, lasted) = (Cost::of(&watch), from.elapsed());
    let begun = Instant::now();
    ask(&api, OWNER, "/disk").await;
    (shown, first, begun.elapsed(), before, after, lasted)
}

#[tokio::test]
#[ignore = "mounts filesystems in a namespace of its own, four of them dead: wants root; half a minute each"]
async fn dead_filesystems_hold_up_nobody() {
    println!(
        "\n| filesystems, besides 4 dead ones | first `/disk` | later ones | processor a look | resident |\n|---|---|---|---|---|"
    );
    for count in [1, 10, 50] {
        let (shown, first, later, before, after, lasted) = mounted(count).await;
        keep(&format!("mounted-{count}.png"), &shown);
        println!(
            "| {count} | {:.2} s | {:.3} s | {:.2} ms | {} KiB |",
            first.as_secs_f64(),
            later.as_secs_f64(),
            1000.0 * after.cpu_since(&before).as_secs_f64() / lasted.as_secs_f64(),
            after.resident,
        );
        assert!(shown.words.contains("dead-1"), "{}", shown.words);
        if count == 50 {
            println!("{}", shown.words);
        }
        // Once the patience of two seconds, and not four times; later none at all.
        assert!(first < Duration::from_secs(10) && later < Duration::from_secs(2), "{first:?}, {later:?}");
    }
}
