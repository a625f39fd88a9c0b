//! One incident is one card, by the real binary: killed between the steps of telling it, cut off from the chat, asked
//! about it, its buttons pressed.

use std::time::Duration;

use super::OWNER;
use super::alerts::{ILL, rounds};
use super::botapi::{BotApi, Fault, Shown};
use super::dock::Dock;
use super::ground::{Ground, QUICK};
use super::watch::{Watch, ask, said};

/// A server that has done what it was asked for and does not say so as long as a test lasts.
const ACCEPTED: Fault = Fault::Drip(Duration::from_secs(600));

/// Whether it is the card of this incident, or what has become of an earlier one.
fn is_card(shown: &Shown, number: u32) -> bool {
    let number = format!("#{number}");
    let last = shown.words.lines().last().unwrap_or_default();
    last == number || last.starts_with(&format!("{number} ·")) || last.starts_with(&format!("⤵ {number} "))
}

fn cards(api: &BotApi, number: u32) -> Vec<Shown> {
    api.messages(OWNER).into_iter().filter(|it| is_card(it, number)).collect()
}

/// The only message of an incident.
fn only(api: &BotApi, number: u32) -> Shown {
    let mut all = cards(api, number);
    assert_eq!(all.len(), 1, "{:#?}", api.messages(OWNER));
    all.remove(0)
}

async fn card(api: &BotApi, words: &str) -> Shown {
    api.wait_for_message(OWNER, words, |it| it.words.contains(words)).await
}

async fn until_called(api: &BotApi, methods: &[&str], already: usize) {
    api.wait_for(&format!("{methods:?}"), |calls| {
        let count = calls.iter().filter(|it| methods.contains(&it.method.as_str())).count();
        (already < count).then_some(())
    })
    .await;
}

const SENDS: [&str; 2] = ["sendMessage", "sendPhoto"];
const EDITS: [&str; 3] = ["editMessageText", "editMessageCaption", "editMessageMedia"];

fn calls(api: &BotApi, methods: &[&str]) -> usize {
    methods.iter().map(|it| api.calls_of(it).len()).sum()
}

/// A watch that follows the events of the engine, by its own word.
pub(super) async fn following(ground: &Ground, api: &BotApi, declaration: &str) -> Watch {
    let watch = Watch::introduced(ground.serving_with(api, declaration), api).await;
    for _ in 0..40 {
        let asked = api.say(OWNER, OWNER, "/health");
        // Well or not quite well: what is asked is whether it follows.
        let is_answer = |it: &Shown| asked < it.id && it.words.contains("Docker's events");
        let answer = api.wait_for_message(OWNER, "/health", is_answer).await;
        if answer.words.contains("Docker's events: followed") {
            return watch;
        }
    }
    panic!("nobody follows: {:#?}", api.messages(OWNER));
}

/// What came of itself, and not as an answer.
fn unasked(api: &BotApi) -> Vec<Shown> {
    let asked = |it: &Shown| ["Docker's events", "has been up"].iter().any(|part| it.words.contains(part));
    api.messages(OWNER).into_iter().filter(|it| !asked(it)).collect()
}

#[tokio::test]
async fn killed_while_the_first_word_is_on_its_way_it_is_told_and_twice_only_if_it_had_arrived() {
    let crash = async |fault: Fault, most: usize| {
        let (ground, api) = (Ground::new(), BotApi::start());
        let dock = Dock::lively(&ground);
        let watch = following(&ground, &api, QUICK).await;
        api.fault_next("sendMessage", fault.clone());
        dock.crash("nginx");
        api.wait_for("the first word", |calls| {
            calls.iter().any(|it| it.words("text").contains("nginx")).then_some(())
        })
        .await;
        watch.kill().await;
        api.heal();
        let _watch = following(&ground, &api, QUICK).await;
        let sent = calls(&api, &SENDS);
        card(&api, "🔴 nginx crashed").await;
        // Where it had arrived, nobody can know that: it is sent again.
        if 1 < most && cards(&api, 1).len() < 2 {
            until_called(&api, &SENDS, sent).await;
        }
        ask(&api, OWNER, "/uptime").await;
        let told = cards(&api, 1);
        assert!((1..=most).contains(&told.len()), "{fault:?}: {:#?}", api.messages(OWNER));
        assert!(told.iter().all(|it| it.words.contains("🔴 nginx crashed")), "{fault:?}: {told:#?}");
        assert!(told.iter().all(|it| !it.silent), "{fault:?}: {told:#?}");
    };
    tokio::join!(crash(Fault::Hang, 1), crash(ACCEPTED, 2));
}

#[tokio::test]
async fn killed_while_a_card_was_edited_it_says_the_end_all_the_same_and_rings_nobody() {
    let crash = async |fault: Fault| {
        let (ground, api) = (Ground::new(), BotApi::start());
        let dock = Dock::lively(&ground);
        let watch = following(&ground, &api, QUICK).await;
        dock.check("nginx", "unhealthy");
        let first = card(&api, "nginx is unhealthy").await;
        ask(&api, OWNER, "/uptime").await;
        for method in EDITS {
            api.fault_next(method, fault.clone());
        }
        dock.check("nginx", "healthy");
        until_called(&api, &EDITS, 0).await;
        watch.kill().await;
        api.heal();
        let edits = calls(&api, &EDITS);
        let _watch = following(&ground, &api, QUICK).await;
        until_called(&api, &EDITS, edits).await;
        ask(&api, OWNER, "/uptime").await;
        let last = only(&api, 1);
        assert_eq!(last.id, first.id, "{fault:?}");
        assert!(last.words.starts_with("✅ nginx is healthy again"), "{fault:?}: {}", last.words);
    };
    tokio::join!(crash(Fault::Hang), crash(ACCEPTED));
}

#[tokio::test]
async fn killed_before_the_earlier_card_gave_way_the_newer_one_stands_once_and_the_earlier_gives_way_later() {
    let crash = async |fault: Fault| {
        let (ground, api) = (Ground::new(), BotApi::start());
        let dock = Dock::lively(&ground);
        let watch = following(&ground, &api, QUICK).await;
        dock.check("shop-web-1", "unhealthy");
        let first = card(&api, "shop-web-1 is unhealthy").await;
        for method in EDITS {
            api.fault_always(method, fault.clone());
        }
        // Worse: a new card. The edit that hangs is that of the earlier one.
        dock.crash("shop-web-2");
        card(&api, "🔴").await;
        until_called(&api, &EDITS, 0).await;
        watch.kill().await;
        api.heal();
        let _watch = following(&ground, &api, QUICK).await;
        ask(&api, OWNER, "/uptime").await;
        let both = cards(&api, 1);
        assert_eq!(both.len(), 2, "{fault:?}: {:#?}", api.messages(OWNER));
        assert!(both[1].words.starts_with("🔴"), "{fault:?}: {both:#?}");
        // The next change of it is an edit of the newer, and the word on the earlier is made up for.
        dock.check("shop-web-1", "healthy");
        api.wait_for_message(OWNER, "the earlier card to give way", |it| {
            it.id == first.id && it.words.contains("goes on in a newer message")
        })
        .await;
        let both = cards(&api, 1);
        assert_eq!(both.len(), 2, "{fault:?}: {both:#?}");
        assert_eq!(both.iter().filter(|it| !it.silent).count(), 2, "{fault:?}: {both:#?}");
    };
    tokio::join!(crash(Fault::Hang), crash(ACCEPTED));
}

/// Twenty minutes have passed for what waits: the clock of the machine is not ours to turn.
fn grow_old(ground: &Ground) {
    let store = ground
        .kept()
        .into_iter()
        .find(|it| it.extension().is_some_and(|it| it == "sqlite"))
        .expect("a store");
    let store = rusqlite::Connection::open(store).expect("a store of our own");
    let changed = store
        .execute("UPDATE parcels SET made = made - 1200000, next_try = 0 WHERE state < 2", [])
        .expect("what waits");
    assert!(0 < changed, "nothing waits");
}

#[tokio::test]
async fn what_happened_while_the_chat_was_away_is_one_message_and_a_card_of_what_is_open_without_a_sound() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::lively(&ground);
    let mut watch = following(&ground, &api, QUICK).await;
    for method in SENDS {
        api.fault_always(method, Fault::Html(502));
    }
    // One that comes and goes, and one that stays: neither needs the other.
    dock.check("nginx", "unhealthy");
    watch.logged("a notice was not delivered and waits").await;
    dock.check("nginx", "healthy");
    dock.crash("shop-web-1");
    api.wait_for("an attempt at the other", |calls| {
        calls.iter().any(|it| it.words("text").contains("shop-web-1")).then_some(())
    })
    .await;
    watch.kill().await;
    grow_old(&ground);
    api.heal();
    assert_eq!(unasked(&api), [], "nothing could be told");
    let _watch = following(&ground, &api, QUICK).await;
    card(&api, "⏳ 2 incidents between").await;
    card(&api, "🔴 shop-web-1 crashed").await;
    ask(&api, OWNER, "/uptime").await;
    let all = unasked(&api);
    let [together, open] = &all[..] else { panic!("{all:#?}") };
    assert!(together.words.starts_with("⏳ 2 incidents between"), "{all:#?}");
    for part in ["nginx", "shop-web-1"] {
        assert!(together.words.contains(part), "{}", together.words);
    }
    assert!(!together.silent && open.silent, "{all:#?}");
    assert!(open.words.starts_with("🔴 shop-web-1 crashed"), "{}", open.words);
}

#[tokio::test]
async fn a_card_answers_to_its_buttons_and_an_old_button_says_what_is_true_now() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let _watch = Watch::introduced(ground.serving_with(&api, &format!("{QUICK}{ILL}")), &api).await;
    // Enough of a series for a picture of it.
    for _ in 0..2 {
        ask(&api, OWNER, "/jobs run sample").await;
    }
    dock.make_ill(1);
    let first = card(&api, "Unhealthy containers").await;
    assert!(first.photo.is_some() && first.words.starts_with("🟠"), "{}", first.words);
    let ack = first.key("Ack").expect("a button");

    // More of its past: the picture of the same message changes. (A day of a series that is minutes old is a dot.)
    api.press_label(OWNER, OWNER, first.id, "6\u{a0}h");
    let more =
        api.wait_for_message(OWNER, "more of it", |it| it.id == first.id && it.photo != first.photo).await;
    assert!(more.key("• 6\u{a0}h").is_some(), "{}", more.buttons);

    api.press(OWNER, OWNER, first.id, &ack);
    let taken = api
        .wait_for_message(OWNER, "that it is taken on", |it| {
            it.id == first.id && it.words.contains("You have taken this on")
        })
        .await;
    assert!(taken.key("Release").is_some() && taken.photo.is_some(), "{}", taken.buttons);
    api.press_label(OWNER, OWNER, first.id, "Release");
    api.wait_for_message(OWNER, "that it is let go of", |it| it.id == first.id && it.key("Ack").is_some())
        .await;

    // It gets worse: a new card, and the old one gives way.
    dock.make_ill(2);
    let worse = api.wait_for_message(OWNER, "a new card", |it| it.words.starts_with("🔴")).await;
    assert!(first.id < worse.id && !worse.silent, "{worse:#?}");
    api.wait_for_message(OWNER, "the old one to give way", |it| {
        it.id == first.id && it.words.contains("goes on in a newer message")
    })
    .await;
    // A telephone without a network shows the old one still. Its button takes on nothing.
    api.press(OWNER, OWNER, first.id, &ack);
    api.wait_for_message(OWNER, "what is true now", |it| {
        it.words.contains("That button was of an earlier state") && it.words.starts_with("🔴")
    })
    .await;
    let open = ask(&api, OWNER, "/alerts").await.words;
    assert!(!open.contains("Taken on"), "{open}");

    // Not for an hour: said, and shown among what is muted.
    api.press_label(OWNER, OWNER, worse.id, "🔕 1 h");
    api.wait_for_message(OWNER, "that it is muted", |it| worse.id < it.id && it.words.contains("🔕")).await;
    let muted = ask(&api, OWNER, "/mute").await.words;
    assert!(muted.contains("Incident"), "{muted}");

    // Why, in words of the conversation: who was told what and when.
    let why = ask(&api, OWNER, "/why 1").await.words;
    for part in ["📨", "✔ taken on", "↩ let go of", "ill"] {
        assert!(why.contains(part), "{part}: {why}");
    }
    let same = ask(&api, OWNER, "/ack 1").await.words;
    assert!(same.contains("#1 is yours"), "{same}");
    let again = ask(&api, OWNER, "/ack 1").await.words;
    assert!(again.contains("#1 is yours already"), "{again}");
    let none = ask(&api, OWNER, "/why 7").await.words;
    assert!(none.contains("no incident #7"), "{none}");

    // Its end is on its own card, without a sound.
    let rings = api.rings(OWNER);
    dock.make_ill(0);
    api.wait_for_message(OWNER, "its end", |it| it.id == worse.id && it.words.starts_with("✅")).await;
    assert_eq!(api.rings(OWNER), rings, "{:#?}", api.messages(OWNER));
    rounds(&api, OWNER).await;
    let over = ask(&api, OWNER, "/ack 1").await.words;
    assert!(over.contains("#1 is over"), "{over}");
}

#[tokio::test]
async fn a_script_mutes_a_project_beside_the_watch_and_only_that() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::lively(&ground);
    let _watch = following(&ground, &api, QUICK).await;
    let deploy = ["mute", "--project", "shop", "--for", "1h", "--critical-too", "--reason", "deploy"];
    let muted = said(&ground, &deploy).await;
    assert_eq!((muted.code(), muted.err.as_str()), (Some(0), ""), "{}", muted.out);
    dock.crash("shop-web-1");
    let held = until_held(&api, "shop-web-1").await;
    assert!(held.contains("by a script: deploy"), "{held}");
    // What has nothing to do with it is told as ever.
    dock.check("nginx", "unhealthy");
    card(&api, "🟠 nginx is unhealthy").await;
    ask(&api, OWNER, "/uptime").await;
    let shop = |it: &Shown| it.words.starts_with("🔴") && it.words.contains("shop-web-1");
    assert!(!api.messages(OWNER).iter().any(shop), "{:#?}", api.messages(OWNER));

    let ended = said(&ground, &["unmute", "--project", "shop"]).await;
    assert_eq!((ended.code(), ended.out.as_str()), (Some(0), "no longer muted: project:shop\n"));
    let told = api.wait_for_message(OWNER, "what was held", shop).await;
    assert!(!told.silent, "{told:#?}");
    ask(&api, OWNER, "/uptime").await;
    assert_eq!(api.messages(OWNER).iter().filter(|it| shop(it)).count(), 1, "{:#?}", api.messages(OWNER));
    // It comes back, and its card says so without a sound.
    let rings = api.rings(OWNER);
    dock.revive("shop-web-1");
    api.wait_for_message(OWNER, "its return", |it| {
        it.id == told.id && it.words.starts_with("✅ shop-web-1 runs again")
    })
    .await;
    assert_eq!(api.rings(OWNER), rings, "{:#?}", api.messages(OWNER));
}

/// Waits until something with this name is held back, and answers with what `/mute` says then.
async fn until_held(api: &BotApi, name: &str) -> String {
    for _ in 0..40 {
        let held = ask(api, OWNER, "/mute").await.words;
        if held.contains(name) {
            return held;
        }
    }
    panic!("{name} is not held back: {:#?}", api.messages(OWNER));
}
