//! Mutes from outside the conversation: a script on the machine, beside a watch that runs.

use serde_json::Value;

use super::OWNER;
use super::alerts::{ILL, rounds, told, until_it_fires};
use super::botapi::BotApi;
use super::dock::Dock;
use super::ground::{Ground, QUICK};
use super::watch::{Watch, ask, said};

#[tokio::test]
async fn a_script_mutes_beside_the_watch_and_what_was_held_is_told_when_it_ends_that() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let _watch = Watch::introduced(ground.serving_with(&api, &format!("{QUICK}{ILL}")), &api).await;
    let muted = said(&ground, &["mute", "--host", "--for", "1h", "--reason", "deploy"]).await;
    assert_eq!(muted.code(), Some(0), "{}", muted.err);
    assert!(muted.out.starts_with("muted: host until ") && muted.out.contains("deploy"), "{}", muted.out);
    assert_eq!(muted.err, "", "a watch is alive there");
    dock.make_ill(1);
    until_it_fires(&api, OWNER).await;
    rounds(&api, OWNER).await;
    assert_eq!(told(&api, OWNER, "🟠"), 0, "{:#?}", api.messages(OWNER));
    let shown = ask(&api, OWNER, "/mute").await.words;
    assert!(shown.contains("The host") && shown.contains("by a script: deploy"), "{shown}");
    assert!(shown.contains("Unhealthy containers"), "what it holds back: {shown}");

    let json = said(&ground, &["mutes", "--json"]).await;
    let listed: Value = serde_json::from_str(&json.out).unwrap_or_else(|it| panic!("{it}: {}", json.out));
    assert_eq!(listed[0]["scope"], "host");
    assert_eq!((&listed[0]["by"], &listed[0]["held"]), (&Value::from("script"), &Value::from(1)));
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");

    let ended = said(&ground, &["unmute", "--host"]).await;
    assert_eq!((ended.code(), ended.out.as_str()), (Some(0), "no longer muted: host\n"), "{}", ended.err);
    // It is still so, and nothing else was held back: its own card says it all.
    let card = api.wait_for_message(OWNER, "what was held", |it| it.words.starts_with("🟠")).await;
    assert!(card.words.contains("Unhealthy containers") && !card.silent, "{card:#?}");
    rounds(&api, OWNER).await;
    assert_eq!(told(&api, OWNER, "🟠"), 1, "{:#?}", api.messages(OWNER));
    let none = said(&ground, &["mutes"]).await;
    assert_eq!(none.out, "nothing is muted\n", "{}", none.err);
}

#[tokio::test]
async fn a_script_does_not_take_back_what_a_person_wished() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let _watch = Watch::introduced(ground.serving_with(&api, QUICK), &api).await;
    ask(&api, OWNER, "/mute 2h").await;
    let muted = said(&ground, &["mute", "--for", "1m"]).await;
    assert_eq!(muted.code(), Some(0), "{}", muted.err);
    assert!(muted.out.contains("set in the chat"), "the longer one holds: {}", muted.out);
    let kept = said(&ground, &["unmute"]).await;
    assert_eq!((kept.code(), kept.out.as_str()), (Some(0), "no script had muted all\n"));
    assert!(kept.err.contains("still muted: all until"), "{}", kept.err);
    let ended = said(&ground, &["unmute", "--everything"]).await;
    assert_eq!((ended.code(), ended.out.as_str()), (Some(0), "no longer muted: all\n"), "{}", ended.err);
    let shown = ask(&api, OWNER, "/mute").await.words;
    assert!(shown.contains("Nothing is muted"), "{shown}");
}

#[tokio::test]
async fn what_is_asked_wrongly_is_refused_and_a_store_is_never_begun() {
    let ground = Ground::new();
    let nowhere = said(&ground, &["mute", "--for", "1h"]).await;
    assert_eq!(nowhere.code(), Some(2));
    assert!(
        nowhere.err.contains("there is no store in") && nowhere.err.contains("DATA_DIR"),
        "{}",
        nowhere.err
    );
    assert!(!ground.data().exists(), "nothing was begun");

    assert_eq!(said(&ground, &["job", "sample"]).await.code(), Some(0));
    for (words, part) in [
        (&["mute"][..], "--for"),
        (&["mute", "--for", "soon"], "write, for example, 30m"),
        (&["mute", "--for", "0s"], "longer than nothing"),
        (&["mute", "--until", "25:00"], "08:00"),
        (&["mute", "--for", "1h", "--until", "08:00"], "cannot be used with"),
        (&["mute", "--host", "--project", "shop", "--for", "1h"], "cannot be used with"),
        (&["mute", "--rule", "memroy", "--for", "1h"], "did you mean memory?"),
        (&["unmute", "--host", "--everything"], "cannot be used with"),
    ] {
        let refused = said(&ground, words).await;
        assert_eq!(refused.code(), Some(2), "{words:?}: {}", refused.out);
        assert!(refused.err.contains(part), "{words:?}: {}", refused.err);
    }
    // Without a watch it is written down for the next one.
    let muted = said(&ground, &["mute", "--project", "shop", "--until", "08:00", "--critical-too"]).await;
    assert_eq!(muted.code(), Some(0), "{}", muted.err);
    assert!(
        muted.out.starts_with("muted: project:shop until ") && muted.out.contains(" 08:00 UTC, critical too")
    );
    assert!(muted.err.contains("no watch is running with this DATA_DIR"), "{}", muted.err);
}

#[tokio::test]
async fn quiet_hours_are_read_and_explained() {
    let ground = Ground::new();
    let night = "[quiet]\nfrom = \"23:00\"\nuntil = \"08:00\"\n";
    let backup =
        "[[mute]]\nname = \"backup\"\ncron = \"0 3 * * *\"\nfor = \"40m\"\nscope = \"project:shop\"\n";
    let file = ground.file("quiet.toml", &format!("{QUICK}{night}{backup}"));
    let read = said(&ground, &["check", &file.display().to_string()]).await;
    assert_eq!(read.code(), Some(0), "{}", read.err);
    for part in [
        "2 jobs and 0 rules and 2 mutes, all well",
        "  quiet            mute       ",
        " 23:00 UTC to ",
        " 08:00 UTC: all, critical breaks through, told in the next digest",
        "project:shop, critical breaks through, told at its end",
    ] {
        assert!(read.out.contains(part), "{part}: {}", read.out);
    }
}
