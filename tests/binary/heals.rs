//! Killed between asking the engine for something and hearing of it: the next process looks whether it helped, and asks
//! for nothing a second time.

use jiff::Timestamp;
use jobs::heal::{Heal, HealStep, Mode, Try};
use jobs::ports::{Store, Verb};
use vakhta::store::{Database, Limits};

use super::OWNER;
use super::botapi::{BotApi, Shown};
use super::dock::Dock;
use super::ground::{Ground, QUICK};
use super::incidents::following;
use super::watch::ask;

const HEALING: &str = r#"
[[job]]
name = "heal"
run = "heal"
cron = "* * * * * *"
timeout = "1m"

[[heal]]
name = "unhealthy"
when = "unhealthy"
verify = "2s"
"#;

/// The store while nobody watches.
fn store(ground: &Ground) -> Database {
    Database::open(&ground.data(), Limits::default(), Timestamp::now()).expect("a store of our own").database
}

fn steps(ground: &Ground) -> Vec<HealStep> {
    let all = store(ground).heals_since(Timestamp::UNIX_EPOCH).expect("readable");
    all.into_iter().map(|it| it.what).collect()
}

#[tokio::test]
async fn killed_while_docker_restarts_it_looks_afterwards_whether_that_helped_and_asks_once() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let mut dock = Dock::lively(&ground);
    let declaration = format!("{QUICK}{HEALING}");
    let watch = following(&ground, &api, &declaration).await;
    dock.falls_ill("nginx");
    let card =
        api.wait_for_message(OWNER, "the card", |it| it.words.starts_with("🟠 nginx is unhealthy")).await;
    ask(&api, OWNER, "/uptime").await;
    watch.kill().await;
    // A watch offers nothing in its first three minutes. This is what it writes then.
    let verb = Verb::Restart;
    let what = Try { policy: "unhealthy".to_owned(), verb, attempt: 1, of: 3, mode: Mode::Ask };
    let offered =
        Heal { at: Timestamp::now(), alert: None, target: "nginx".to_owned(), what: HealStep::Offered(what) };
    store(&ground).put_heal(&offered).expect("room");

    let watch = following(&ground, &api, &declaration).await;
    let offers = |it: &Shown| it.id == card.id && it.key("Restart nginx").is_some();
    let shown = api.wait_for_message(OWNER, "the offer", offers).await;
    dock.hang_restarts();
    api.press_label(OWNER, OWNER, shown.id, "Restart nginx");
    // Not what is asked to learn whether it may be.
    dock.until_asked("00a0/restart").await;
    watch.kill().await;
    let [HealStep::Offered(_), HealStep::Began { by: Some(OWNER), .. }] = &steps(&ground)[..] else {
        panic!("it was written before it was done, and nobody heard of its end: {:?}", steps(&ground));
    };

    let watch = following(&ground, &api, &declaration).await;
    let tells = |it: &Shown| it.id == card.id && it.words.contains("(1 of 3) → did not help");
    let story = api.wait_for_message(OWNER, "what came of it", tells).await;
    assert!(story.words.contains("tried to restart it"), "{}", story.words);
    // Many more rounds.
    for _ in 0..3 {
        ask(&api, OWNER, "/jobs run heal").await;
    }
    watch.kill().await;
    assert!(
        matches!(steps(&ground)[2..], [HealStep::Verified { helped: false, .. }]),
        "{:?}",
        steps(&ground)
    );
    assert_eq!(dock.restarts(), ["nginx"], "the engine was asked once");
}
