//! Each profile of `vakhta docker-policy`, enforced by a filter that takes the flags it prints: what the real binary can
//! do through it, what it says of the rest, and that it offers none of that.

use serde_json::Value;

use super::OWNER;
use super::botapi::{BotApi, Shown};
use super::dock::Dock;
use super::ground::{Ground, QUICK};
use super::proxy;
use super::watch::{Watch, ask, said};

/// A watch that reaches its dock through a filter with that profile, and knows what it may do.
async fn behind(profile: &str, ground: &Ground, api: &BotApi) -> Watch {
    let printed = said(ground, &["docker-policy", "--profile", profile, "--format", "flags"]).await;
    assert_eq!(printed.code(), Some(0), "{}", printed.err);
    let socket = format!("-socketpath={}", ground.socket().display());
    let flags = printed.out.lines().map(str::to_owned).chain([socket]);
    let port = proxy::beside(flags).expect("flags that the filter understands");
    let mut command = ground.serving_with(api, QUICK);
    command.env("DOCKER_HOST", format!("tcp://127.0.0.1:{port}"));
    let mut watch = Watch::introduced(command, api).await;
    watch.logged("what Docker lets us do").await;
    watch
}

fn labels(shown: &Shown) -> Vec<String> {
    let rows = shown.buttons["inline_keyboard"].as_array().cloned().unwrap_or_default();
    let buttons = rows.iter().filter_map(Value::as_array).flatten();
    buttons.filter_map(|it| it["text"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_viewer_sees_everything_and_is_offered_nothing() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::lively(&ground);
    let _watch = behind("viewer", &ground, &api).await;

    let ps = ask(&api, OWNER, "/ps").await.words;
    assert!(ps.contains("nginx"), "{ps}");
    let logs = ask(&api, OWNER, "/logs nginx").await.words;
    assert!(logs.contains("nginx"), "{logs}");
    let refused = ask(&api, OWNER, "/restart nginx").await;
    assert_eq!(
        refused.words,
        "🔒 The filter before Docker does not allow this: restarting containers. Nothing was done.\nTo allow it, vakhta \
         docker-policy --profile operator prints what the proxy has to let through."
    );
    assert_eq!(labels(&refused), [""; 0]);
    let plan = ask(&api, OWNER, "/fix").await;
    assert!(plan.words.contains("build cache"), "{}", plan.words);
    assert_eq!(labels(&plan), [""; 0], "a plan to look at");
    let health = ask(&api, OWNER, "/health").await.words;
    assert!(health.contains("🔒 Docker: read only."), "{health}");
    let help = ask(&api, OWNER, "/help").await.words;
    assert!(help.contains("🔒/restart") && help.contains("  /ps"), "{help}");
    assert_eq!((dock.restarts(), dock.pruned()), (vec![], vec![]));
}

#[tokio::test]
async fn an_operator_restarts_and_frees_nothing() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::lively(&ground);
    let _watch = behind("operator", &ground, &api).await;

    let question = ask(&api, OWNER, "/restart nginx").await;
    api.press_label(OWNER, OWNER, question.id, "Yes, restart");
    api.wait_for_message(OWNER, "the restart", |it| it.words.starts_with("✅ nginx")).await;
    assert_eq!(dock.restarts(), ["nginx"]);
    assert_eq!(labels(&ask(&api, OWNER, "/fix").await), [""; 0], "a plan to look at");
    let health = ask(&api, OWNER, "/health").await.words;
    assert!(health.contains("removing is forbidden"), "{health}");
    assert_eq!(dock.pruned(), [""; 0]);
}

#[tokio::test]
async fn a_healer_frees_what_it_has_shown() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::lively(&ground);
    let _watch = behind("healer", &ground, &api).await;

    let plan = ask(&api, OWNER, "/fix").await;
    api.press_label(OWNER, OWNER, plan.id, "Free");
    api.wait_for_message(OWNER, "what was freed", |it| it.id == plan.id && it.words.starts_with(['✅', '⚠']))
        .await;
    assert_eq!(dock.pruned().len(), 2, "{:?}", dock.pruned());
    let health = ask(&api, OWNER, "/health").await.words;
    assert!(health.contains("nothing that I can do is forbidden"), "{health}");
    let help = ask(&api, OWNER, "/help").await.words;
    assert!(!help.contains('🔒'), "{help}");
}
