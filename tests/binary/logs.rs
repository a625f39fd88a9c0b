//! Logs through the real binary: sent as a file, followed in one message, stopped by its button, and cut short by SIGTERM.

use std::time::Duration;

use rustix::process::Signal;
use tokio::time::Instant;

use super::OWNER;
use super::botapi::BotApi;
use super::dock::Dock;
use super::ground::Ground;
use super::watch::{Watch, ask};

#[tokio::test]
async fn a_log_is_sent_as_a_file() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let _dock = Dock::at(&ground);
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let file = ask(&api, OWNER, "/logs nginx --file").await;
    assert!(file.words.starts_with("📄 nginx, 2 lines"), "{}", file.words);
    let text = file.document.expect("a file");
    assert_eq!(String::from_utf8_lossy(&text), "hello from <nginx> & others\nred alert\n");
    let upload = api.calls_of("sendDocument").pop().expect("an upload");
    let (name, kind) = (&upload.files[0].name, &upload.files[0].kind);
    assert!(name.starts_with("nginx-20") && name.ends_with(".log") && kind == "text/plain", "{name} {kind}");
}

#[tokio::test]
async fn a_log_is_followed_in_one_message_until_somebody_stops_it() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let followed = ask(&api, OWNER, "/logs nginx —follow").await;
    assert!(followed.words.starts_with("📡 Following nginx since"), "{}", followed.words);
    dock.writes("nginx", "GET /cart?access_token=abcdef 200");
    let grown = api
        .wait_for_message(OWNER, "what is new", |it| it.id == followed.id && it.words.contains("GET /cart"))
        .await;
    assert!(
        grown.words.contains("access_token=••• 200") && grown.words.contains("red alert"),
        "{}",
        grown.words
    );
    // Others are answered meanwhile.
    ask(&api, OWNER, "/version").await;
    api.press_label(OWNER, OWNER, followed.id, "Stop");
    let stopped = api
        .wait_for_message(OWNER, "the end", |it| {
            it.id == followed.id && it.words.starts_with("⏹ Followed nginx")
        })
        .await;
    assert!(stopped.words.contains("GET /cart") && stopped.key("Follow").is_some(), "{}", stopped.words);
    dock.writes("nginx", "nobody reads this");
    let until = Instant::now() + Duration::from_secs(10);
    while 0 < dock.readers() {
        assert!(Instant::now() < until, "the engine is still being read");
        tokio::time::sleep(Duration::from_millis(50)).await;
        dock.writes("nginx", "nor this");
    }
}

#[tokio::test]
async fn a_follow_says_how_its_container_ended() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    let followed = ask(&api, OWNER, "/logs nginx -f").await;
    dock.ends_its_log("nginx");
    let ended = api
        .wait_for_message(OWNER, "the end", |it| {
            it.id == followed.id && it.words.starts_with("⏹ Followed nginx")
        })
        .await;
    assert!(ended.words.contains("nginx has ended with exit code 1."), "{}", ended.words);
}

#[tokio::test]
async fn a_follow_is_no_reason_to_stop_late() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let _dock = Dock::at(&ground);
    let watch = Watch::introduced(ground.serving(&api), &api).await;
    let followed = ask(&api, OWNER, "/logs nginx -f").await;
    let began = Instant::now();
    watch.signal(Signal::TERM);
    assert_eq!(watch.ended().await.code(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
    let last = api
        .wait_for_message(OWNER, "its last word", |it| {
            it.id == followed.id && it.words.contains("now Vakhta itself stops")
        })
        .await;
    assert!(last.words.contains("red alert"), "{}", last.words);
}
