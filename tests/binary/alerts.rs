//! An alert from end to end: seen, told once with what it is about, kept through a crash, held back by a mute, ended.

use super::botapi::{BotApi, Fault, Shown};
use super::dock::Dock;
use super::ground::{Ground, QUICK};
use super::watch::{Watch, ask};
use super::{OWNER, SECOND};

/// A container is ill: at once. Two are: critical.
pub(crate) const ILL: &str = r#"
[[rule]]
name = "ill"
metric = "containers.unhealthy"
detector = "threshold"
above = 1
back = 0
critical_above = 2
critical_back = 1
"#;

/// Docker has not been seen for a while.
const BLIND: &str = r#"
[[rule]]
name = "blind"
metric = "containers.running"
detector = "absence"
after = "3s"
"#;

/// Something that is so from the first sample on, whatever the machine.
const ALWAYS: &str = r#"
[[rule]]
name = "always"
metric = "memory.used"
detector = "threshold"
above = 0
back = -1
"#;

const WHAT: &str = "Unhealthy containers";

fn about(api: &BotApi, chat: i64) -> Vec<Shown> {
    api.messages(chat).into_iter().filter(|it| it.words.contains(WHAT)).collect()
}

/// What came of itself, and not as an answer.
pub(crate) fn told(api: &BotApi, chat: i64, sign: &str) -> usize {
    api.messages(chat).iter().filter(|it| it.words.starts_with(sign)).count()
}

/// Waits until the watch itself says that it fires: whether it was told is another matter.
pub(crate) async fn until_it_fires(api: &BotApi, user: i64) {
    for _ in 0..20 {
        if ask(api, user, "/alerts").await.words.contains("1 alert") {
            return;
        }
    }
    panic!("it never fires: {:#?}", api.messages(user));
}

/// Some more rounds of the job that judges, and the end of what they had to say.
pub(crate) async fn rounds(api: &BotApi, user: i64) {
    ask(api, user, "/jobs run evaluate").await;
    ask(api, user, "/uptime").await;
}

#[tokio::test]
async fn an_alert_is_told_once_to_every_owner_with_its_picture_and_so_is_its_end() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let mut command = ground.serving_with(&api, &format!("{QUICK}{ILL}"));
    command.env("TELEGRAM_USER_ID", format!("{OWNER},{SECOND}"));
    let _watch = Watch::introduced(command, &api).await;
    // Enough of a series for a picture of it.
    for _ in 0..2 {
        ask(&api, OWNER, "/jobs run sample").await;
    }
    dock.make_ill(1);
    for owner in [OWNER, SECOND] {
        let alert = api.wait_for_message(owner, "the alert", |it| it.words.contains(WHAT)).await;
        assert!(alert.words.starts_with("🟠"), "{}", alert.words);
        let png = alert.photo.as_ref().expect("a picture of it");
        image::load_from_memory_with_format(png, image::ImageFormat::Png).expect("a PNG");
        for label in ["Ack", "🔕 1 h", "📈 1\u{a0}h", "Why"] {
            assert!(alert.key(label).is_some(), "{label}: {}", alert.buttons);
        }
    }
    rounds(&api, OWNER).await;
    assert_eq!((told(&api, OWNER, "🟠"), told(&api, SECOND, "🟠")), (1, 1));

    // Its buttons work for whoever is an owner, also under a picture.
    let alert = about(&api, SECOND).remove(0);
    api.press_label(SECOND, SECOND, alert.id, "6\u{a0}h");
    api.wait_for_message(SECOND, "another picture", |it| it.id == alert.id && it.photo != alert.photo).await;

    let cards = [OWNER, SECOND].map(|owner| about(&api, owner).remove(0).id);
    let rings = [OWNER, SECOND].map(|owner| api.rings(owner));
    dock.make_ill(0);
    for owner in [OWNER, SECOND] {
        let end = api.wait_for_message(owner, "its end", |it| it.words.contains("is well again")).await;
        assert!(end.words.starts_with("✅") && end.words.contains("Lasted"), "{}", end.words);
    }
    // On the very card that told it, and without a sound.
    assert_eq!([OWNER, SECOND].map(|owner| about(&api, owner).remove(0).id), cards);
    assert_eq!([OWNER, SECOND].map(|owner| api.rings(owner)), rings);
    rounds(&api, OWNER).await;
    assert_eq!([OWNER, SECOND].map(|owner| about(&api, owner).len()), [1, 1], "{:#?}", api.messages(OWNER));
}

#[tokio::test]
async fn an_alert_that_was_told_is_not_told_again_after_a_crash() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let declaration = format!("{QUICK}{ALWAYS}");
    let watch = Watch::introduced(ground.serving_with(&api, &declaration), &api).await;
    api.wait_for_message(OWNER, "the alert", |it| it.words.starts_with("🟠")).await;
    // An answer later the mark is certainly made.
    rounds(&api, OWNER).await;
    watch.kill().await;
    let _watch = Watch::introduced(ground.serving_with(&api, &declaration), &api).await;
    rounds(&api, OWNER).await;
    assert_eq!(told(&api, OWNER, "🟠"), 1, "{:#?}", api.messages(OWNER));
    let alerts = ask(&api, OWNER, "/alerts").await.words;
    assert!(alerts.contains("1 alert") && alerts.contains("Memory"), "{alerts}");
}

#[tokio::test]
async fn an_alert_survives_a_crash_in_the_middle_of_telling_it() {
    let crash = async |fault: Fault, most| {
        let (ground, api) = (Ground::new(), BotApi::start());
        let declaration = format!("{QUICK}{ALWAYS}");
        for method in ["sendMessage", "sendPhoto"] {
            api.fault_next(method, fault.clone());
        }
        let watch = Watch::start(ground.serving_with(&api, &declaration));
        api.wait_for("it to be told", |calls| {
            calls.iter().any(|it| it.method.starts_with("send")).then_some(())
        })
        .await;
        watch.kill().await;
        api.heal();
        let _watch = Watch::introduced(ground.serving_with(&api, &declaration), &api).await;
        api.wait_for_message(OWNER, "the alert", |it| it.words.starts_with("🟠")).await;
        rounds(&api, OWNER).await;
        let times = told(&api, OWNER, "🟠");
        assert!(1 <= times && times <= most, "{fault:?}: told {times} times: {:#?}", api.messages(OWNER));
    };
    tokio::join!(crash(Fault::Hang, 1), crash(Fault::LostAfterActing, 2));
}

#[tokio::test]
async fn an_alert_waits_for_a_chat_that_is_away_and_comes_once() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let mut watch = Watch::introduced(ground.serving_with(&api, &format!("{QUICK}{ILL}")), &api).await;
    ask(&api, OWNER, "/jobs run sample").await;
    api.go_down().await;
    dock.make_ill(1);
    watch.logged("a notice was not delivered and waits").await;
    api.come_back().await;
    api.wait_for_message(OWNER, "the alert", |it| it.words.contains(WHAT)).await;
    rounds(&api, OWNER).await;
    assert_eq!(told(&api, OWNER, "🟠"), 1, "{:#?}", api.messages(OWNER));
}

#[tokio::test]
async fn a_mute_holds_a_warning_lets_what_is_critical_through_and_hides_no_end() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let _watch = Watch::introduced(ground.serving_with(&api, &format!("{QUICK}{ILL}")), &api).await;
    ask(&api, OWNER, "/mute 1h").await;
    dock.make_ill(1);
    until_it_fires(&api, OWNER).await;
    rounds(&api, OWNER).await;
    assert_eq!(told(&api, OWNER, "🟠"), 0, "{:#?}", api.messages(OWNER));

    dock.make_ill(2);
    let card = api.wait_for_message(OWNER, "what is critical", |it| it.words.starts_with("🔴")).await;
    assert!(!card.silent, "{card:#?}");

    // What was held back has been told by then, with what came through.
    ask(&api, OWNER, "/mute off").await;
    rounds(&api, OWNER).await;
    assert_eq!(cards(&api), 1, "{:#?}", api.messages(OWNER));

    // A mute holds back no end: it is shown, in silence, on the card that people have.
    ask(&api, OWNER, "/mute 1h").await;
    let rings = api.rings(OWNER);
    dock.make_ill(0);
    api.wait_for_message(OWNER, "its end", |it| it.id == card.id && it.words.starts_with("✅")).await;
    assert_eq!(api.rings(OWNER), rings, "{:#?}", api.messages(OWNER));
    ask(&api, OWNER, "/mute off").await;
    rounds(&api, OWNER).await;
    assert_eq!(cards(&api), 1, "{:#?}", api.messages(OWNER));
}

/// How many cards there are.
fn cards(api: &BotApi) -> usize {
    about(api, OWNER)
        .iter()
        .filter(|it| it.words.lines().last().is_some_and(|it| it.starts_with('#')))
        .count()
}

#[tokio::test]
async fn what_is_not_seen_any_more_is_watched_and_becomes_an_alert_by_and_by() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let _watch = Watch::introduced(ground.serving_with(&api, &format!("{QUICK}{BLIND}")), &api).await;
    // Once it was seen it can be missed.
    ask(&api, OWNER, "/jobs run sample").await;
    drop(dock);
    // Telling it takes a minute of silence, whatever the rule says; the rest of its life is tested with its rounds.
    for _ in 0..20 {
        let alerts = ask(&api, OWNER, "/alerts").await.words;
        if alerts.contains("Being watched") && alerts.contains("Running containers") {
            assert_eq!(told(&api, OWNER, "🔴"), 0, "{:#?}", api.messages(OWNER));
            return;
        }
    }
    panic!("nobody misses it: {:#?}", api.messages(OWNER));
}
