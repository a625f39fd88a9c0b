//! Rules tried on what was recorded: beside a watch, without one, and where there is nothing to try them on.

use jiff::{SignedDuration, Timestamp};
use jobs::metric::{Sample, SeriesKey};
use jobs::ports::Store;
use serde_json::Value;
use vakhta::store::{Database, Limits};

use super::OWNER;
use super::botapi::BotApi;
use super::figures::host;
use super::ground::{Ground, QUICK};
use super::watch::{Watch, ask, run, said};

/// Two hours, just now, in the middle of which the processor was busy for forty minutes.
fn recorded(ground: &Ground) {
    let now = Timestamp::now();
    let opened = Database::open(&ground.data(), Limits::default(), now).expect("a directory of our own");
    for before in (0..720).rev() {
        let at = now - SignedDuration::from_secs(before * 10 + 1);
        let busy = if (240..480).contains(&before) { 90.0 } else { 20.0 };
        let of = |metric: &str, value| Sample { key: SeriesKey::whole(metric), at, value };
        let samples = [of("cpu.busy", busy), of("uptime", 1e6 - before as f64 * 10.0)];
        opened.database.append(&samples).expect("room");
    }
    opened.database.settle().expect("ours alone");
}

/// The processor is looked at with a limit of its own.
fn rules(ground: &Ground, above: u8) -> String {
    let rule = "[[rule]]\nname = \"cpu\"\nmetric = \"cpu.busy\"\ndetector = \"threshold\"";
    let text = format!("{QUICK}\n{rule}\nabove = {above}\nback = {}\nfor = \"1m\"\n", above - 5);
    ground.file("new.toml", &text).display().to_string()
}

#[tokio::test]
async fn rules_are_tried_before_they_are_switched_on() {
    let ground = Ground::new();
    recorded(&ground);
    let ended = said(&ground, &["simulate", "--since", "3h", "--rule", "cpu"]).await;
    assert_eq!((ended.code(), ended.err.as_str()), (Some(0), ""), "{}", ended.out);
    for part in [
        "Replayed 20",
        "nothing older is kept",
        "samples as they came",
        "1 rule, judged ",
        "by evaluate (5/30 * * * * *)",
        "not replayed: what becomes of containers",
        "  #1 new card  (cpu)\n    🟠 CPU: ",
        "edited in silence  (cpu)\n    ✅ CPU is well again",
        "1 ring and ",
    ] {
        assert!(ended.out.contains(part), "no {part:?} in:\n{}", ended.out);
    }
    assert!(ended.out.contains(&host()) && !ended.out.contains('\u{a0}'), "{}", ended.out);

    // Held against those of today, and alone.
    let file = rules(&ground, 98);
    let ended = said(&ground, &["simulate", "--since", "3h", "--rules", &file]).await;
    assert_eq!(ended.code(), Some(0), "{}", ended.err);
    assert!(ended.out.contains("1 rule, judged "), "{}", ended.out);
    assert!(ended.out.contains("0 rings and 0 edits in silence in "), "{}", ended.out);
    assert!(ended.out.contains("Today's rules: 1 ring in 1 h 59 min; these: 0\n"), "{}", ended.out);
    let ended = said(&ground, &["simulate", "--rule", "memory", "--rule", "disk"]).await;
    assert!(ended.code() == Some(0) && ended.out.contains("2 rules, judged "), "{}", ended.out);

    // In the owner's words, and for a script.
    let mut command = ground.vakhta(&["simulate", "--since", "3h", "--rule", "cpu", "--json"]);
    command.env("LOCALE", "ru");
    let ended = run(command, "").await;
    let lines: Vec<Value> =
        ended.out.lines().map(|it| serde_json::from_str(it).expect("an object a line")).collect();
    let kinds: Vec<&str> = lines.iter().filter_map(|it| it["kind"].as_str()).collect();
    assert_eq!((kinds[0], kinds[1], kinds[kinds.len() - 1]), ("replay", "card", "sum"), "{}", ended.out);
    assert_eq!(kinds.iter().filter(|it| **it == "rule").count(), 1);
    assert!(lines[1]["text"].as_str().is_some_and(|it| it.starts_with("🟠 Процессор: ")), "{}", ended.out);
    assert_eq!(lines[lines.len() - 1]["rings"], 1);
}

#[tokio::test]
async fn a_watch_that_stands_beside_it_is_not_disturbed() {
    let (ground, api) = (Ground::new(), BotApi::start());
    recorded(&ground);
    let watch = Watch::introduced(ground.serving_with(&api, QUICK), &api).await;
    let file = rules(&ground, 80);
    let words = ["simulate", "--since", "3h", "--rules", &file];
    let ended = said(&ground, &words).await;
    assert_eq!(ended.code(), Some(0), "{}", ended.err);
    assert!(ended.out.contains("  #1 new card  (cpu)\n"), "{}", ended.out);
    ask(&api, OWNER, "/uptime").await;
    assert!(!watch.log().contains("ERROR"), "{}", watch.log());
    // What a killed one left behind is read as it lies.
    watch.kill().await;
    let before = ground.kept();
    let ended = said(&ground, &words).await;
    assert_eq!(ended.code(), Some(0), "{}", ended.err);
    assert!(ended.out.contains("  #1 new card  (cpu)\n"), "{}", ended.out);
    assert_eq!(ground.kept(), before, "no file more, and none less");
}

#[tokio::test]
async fn where_there_is_nothing_to_try_or_to_try_it_on_that_is_said() {
    let ground = Ground::new();
    let nothing = said(&ground, &["simulate"]).await;
    assert_eq!((nothing.code(), nothing.out.as_str()), (Some(1), ""), "{}", nothing.err);
    assert!(nothing.err.contains("nothing to replay yet"), "{}", nothing.err);
    assert!(nothing.err.contains(&ground.data().display().to_string()), "{}", nothing.err);
    assert!(!ground.data().exists(), "nothing was begun");

    recorded(&ground);
    let long_ago = said(&ground, &["simulate", "--since", "2020-01-01", "--until", "2020-01-08"]).await;
    assert_eq!(long_ago.code(), Some(1), "{}", long_ago.out);
    assert!(long_ago.err.contains("nothing was recorded between 2020-01-01 00:00:00"), "{}", long_ago.err);
    assert!(long_ago.err.contains("what is kept begins at 20"), "{}", long_ago.err);

    for (words, why) in [
        (["simulate", "--rule", "cpuu"], "did you mean cpu?"),
        (["simulate", "--since", "yesterday"], "\"yesterday\" is no moment"),
        (["simulate", "--since", "0s"], "not before the last moment"),
        (["simulate", "--since", "3000-01-01"], "not before the last moment"),
    ] {
        let wrong = said(&ground, &words).await;
        assert_eq!(wrong.code(), Some(2), "{words:?}: {}", wrong.out);
        assert!(wrong.err.contains(why), "{words:?}: {}", wrong.err);
    }
    let file = rules(&ground, 90);
    let text = std::fs::read_to_string(&file).expect("ours").replace("cpu.busy", "cpu.bussy");
    let bad = ground.file("bad.toml", &text).display().to_string();
    let wrong = said(&ground, &["simulate", "--rules", &bad]).await;
    assert_eq!((wrong.code(), wrong.out.as_str()), (Some(2), ""), "{}", wrong.err);
    for part in ["bad.toml:14", "cpu.bussy", "^^^", "did you mean \"cpu.busy\"?"] {
        assert!(wrong.err.contains(part), "no {part:?} in:\n{}", wrong.err);
    }
}
