//! Settings read again while the watch stands: at SIGHUP and when a file changes; what goes on through it, and what is
//! told. What is told begins with ⚙️, a mistake with ⚠️.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;

use super::botapi::{BotApi, Shown};
use super::dock::Dock;
use super::ground::{Ground, QUICK};
use super::watch::{Watch, ask};
use super::{OWNER, SECOND};

/// Something that is so from the first sample on, whatever the machine.
const ALWAYS: &str = r#"
[[rule]]
name = "always"
metric = "memory.used"
detector = "threshold"
above = 0
back = -1
"#;

/// A rule that nothing breaks.
fn never(name: &str) -> String {
    format!(
        "\n[[rule]]\nname = \"{name}\"\nmetric = \"memory.used\"\ndetector = \"threshold\"\nabove = 101\nback = 100\n"
    )
}

async fn told(api: &BotApi, words: &str) -> Shown {
    api.wait_for_message(OWNER, words, |it| it.words.starts_with("⚙️") && it.words.contains(words)).await
}

fn count(api: &BotApi, sign: &str) -> usize {
    api.messages(OWNER).iter().filter(|it| it.words.starts_with(sign)).count()
}

#[tokio::test]
async fn at_sighup_a_new_rule_is_in_force_and_what_goes_on_goes_on() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let watch = Watch::introduced(ground.serving_with(&api, QUICK), &api).await;
    ask(&api, OWNER, "/jobs run sample").await;
    let published = api.calls_of("setMyCommands").len();
    ground.file("vakhta.toml", &format!("{QUICK}{ALWAYS}"));
    watch.signal(Signal::HUP);
    let said = told(&api, "Rules, new: always").await;
    assert!(!said.words.contains("Jobs"), "{}", said.words);
    let alert = api.wait_for_message(OWNER, "the alert", |it| it.words.starts_with("🟠")).await;
    // Nothing of what a start does: no card, no list of commands, no second poller beside the first.
    assert_eq!((count(&api, "👁"), api.calls_of("setMyCommands").len()), (0, published));
    let health = ask(&api, OWNER, "/health").await;
    assert!(health.words.contains("Settings read again"), "{}", health.words);

    // A rule that is gone takes its alert with it; the card says so.
    ground.file("vakhta.toml", QUICK);
    watch.signal(Signal::HUP);
    told(&api, "Rules, gone: always").await;
    api.wait_for_message(OWNER, "its end", |it| it.id == alert.id && it.words != alert.words).await;
    // And the same once more changes nothing, and nothing is said of it.
    watch.signal(Signal::HUP);
    watch.signal(Signal::HUP);
    ask(&api, OWNER, "/uptime").await;
    assert_eq!(count(&api, "⚙️"), 2, "{:#?}", api.messages(OWNER));
    watch.signal(Signal::TERM);
    assert_eq!(watch.ended().await.code(), Some(0));
}

#[tokio::test]
async fn what_is_wrong_is_told_once_and_the_last_good_settings_stay() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let mut watch =
        Watch::introduced(ground.serving_with(&api, &format!("{QUICK}{}", never("old"))), &api).await;
    ground.file("vakhta.toml", &format!("{QUICK}\n[[rule]]\nname = \"broken\"\nmetrik = \"x\"\n"));
    watch.signal(Signal::HUP);
    let wrong = api.wait_for_message(OWNER, "the mistake", |it| it.words.starts_with("⚠️")).await;
    for part in ["vakhta.toml", "line", "metrik", "I go on with those from before"] {
        assert!(wrong.words.contains(part), "{part}: {}", wrong.words);
    }
    for _ in 0..3 {
        watch.signal(Signal::HUP);
        ask(&api, OWNER, "/uptime").await;
    }
    watch.logged("the settings are wrong").await;
    let jobs = ask(&api, OWNER, "/jobs").await;
    assert!(jobs.words.contains("sample"), "{}", jobs.words);
    assert_eq!(count(&api, "⚠️"), 1, "{:#?}", api.messages(OWNER));

    ground.file("vakhta.toml", &format!("{QUICK}{}", never("new")));
    watch.signal(Signal::HUP);
    let said = told(&api, "Rules, new: new").await;
    assert!(said.words.contains("Rules, gone: old"), "{}", said.words);
}

/// Serves with a declaration at `now/vakhta.toml`, where `now` is a link; and one rule.
async fn by_file(ground: &Ground, api: &BotApi) -> (Watch, std::path::PathBuf) {
    let dir = ground.here().join("config");
    fs::create_dir_all(dir.join("v1")).expect("a directory");
    fs::write(dir.join("v1/vakhta.toml"), format!("{QUICK}{}", never("first"))).expect("written");
    std::os::unix::fs::symlink("v1", dir.join("now")).expect("a link");
    let mut command = ground.serving(api);
    command.env("VAKHTA_CONFIG", dir.join("now/vakhta.toml"));
    (Watch::introduced(command, api).await, dir)
}

fn exchange(from: &Path, to: &Path) {
    fs::rename(from, to).expect("renamed");
}

#[tokio::test]
async fn a_file_that_is_written_renamed_into_its_place_or_reached_by_a_turned_link_is_read_by_itself() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let (_watch, dir) = by_file(&ground, &api).await;
    let rule = |name: &str| format!("{QUICK}{}", never(name));
    fs::write(dir.join("v1/vakhta.toml"), rule("second")).expect("written in its place");
    told(&api, "Rules, new: second").await;
    fs::write(dir.join("other.toml"), rule("third")).expect("written");
    exchange(&dir.join("other.toml"), &dir.join("v1/vakhta.toml"));
    told(&api, "Rules, new: third").await;
    fs::create_dir_all(dir.join("v2")).expect("a directory");
    fs::write(dir.join("v2/vakhta.toml"), rule("fourth")).expect("written");
    std::os::unix::fs::symlink("v2", dir.join("next")).expect("a link");
    exchange(&dir.join("next"), &dir.join("now"));
    told(&api, "Rules, new: fourth").await;
    assert_eq!(count(&api, "⚙️"), 3);
}

#[tokio::test]
async fn fifty_signals_while_somebody_asks_lose_no_question_and_answer_none_twice() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let watch = Watch::introduced(ground.serving_with(&api, QUICK), &api).await;
    let mut asked = 0;
    for round in 0..50 {
        ground.file("vakhta.toml", &format!("{QUICK}{}", never(&format!("r{round}"))));
        watch.signal(Signal::HUP);
        if round % 5 == 0 {
            api.say(OWNER, OWNER, "/uptime");
            asked += 1;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    told(&api, "Rules, new: r49").await;
    let answered =
        |api: &BotApi| api.messages(OWNER).iter().filter(|it| it.words.contains("has been up for")).count();
    api.wait_until("every answer", |api| (asked <= answered(api)).then_some(())).await;
    ask(&api, OWNER, "/version").await;
    assert_eq!(answered(&api), asked, "{:#?}", api.messages(OWNER));
    let log = watch.log();
    assert!(!log.contains("panicked") && !log.contains("another program polls"), "{log}");
}

#[tokio::test]
async fn a_confirmed_command_that_is_under_way_is_done_once_and_answered() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let mut dock = Dock::at(&ground);
    let watch = Watch::introduced(ground.serving_with(&api, QUICK), &api).await;
    let question = ask(&api, OWNER, "/restart nginx").await;
    let key = question.key("Yes, restart").expect("a button");
    api.press(OWNER, OWNER, question.id, &key);
    dock.until_asked("restart").await;
    for name in ["a", "b"] {
        ground.file("vakhta.toml", &format!("{QUICK}{}", never(name)));
        watch.signal(Signal::HUP);
        told(&api, &format!("Rules, new: {name}")).await;
    }
    // A button from before is as used up as it was.
    api.press(OWNER, OWNER, question.id, &key);
    api.wait_for_message(OWNER, "the outcome", |it| it.words.contains("was restarted")).await;
    ask(&api, OWNER, "/uptime").await;
    assert_eq!(dock.restarts().len(), 1, "{:?}", dock.restarts());
}

#[tokio::test]
async fn a_wrong_token_is_a_mistake_and_another_way_is_taken_once_it_answers() {
    let (ground, api, next) = (Ground::new(), BotApi::start(), BotApi::start());
    // One bot's updates are numbered on, whichever server hands them out.
    next.jump_to(2000);
    let mut command = ground.serving_with(&api, QUICK);
    command.env_remove("TELEGRAM_API_URL").env_remove("TELEGRAM_USER_ID").env_remove("BOT_TOKEN");
    let dotenv = |url: &str, token: &str, owners: &str| {
        let text = format!("TELEGRAM_API_URL={url}\nBOT_TOKEN={token}\nTELEGRAM_USER_ID={owners}\n");
        fs::write(ground.here().join(".env"), text).expect("written");
    };
    let one = OWNER.to_string();
    dotenv(&api.url(), super::botapi::TOKEN, &one);
    let watch = Watch::introduced(command, &api).await;
    dotenv(&api.url(), "424242424:AAwrongwrongwrongwrongwrongwrongwro", &one);
    watch.signal(Signal::HUP);
    let wrong = api.wait_for_message(OWNER, "the mistake", |it| it.words.starts_with("⚠️")).await;
    assert!(wrong.words.contains(".env") && !wrong.words.contains("AAwrong"), "{}", wrong.words);
    ask(&api, OWNER, "/uptime").await;
    // The last owner cannot be taken away, either.
    fs::write(
        ground.here().join(".env"),
        format!("TELEGRAM_API_URL={}\nBOT_TOKEN={}\n", api.url(), super::botapi::TOKEN),
    )
    .expect("written");
    watch.signal(Signal::HUP);
    api.wait_for_message(OWNER, "no owner", |it| it.words.contains("nobody may speak to the bot")).await;

    dotenv(&next.url(), super::botapi::TOKEN, &format!("{OWNER},{SECOND}"));
    watch.signal(Signal::HUP);
    let said = next.wait_for_message(OWNER, "the change", |it| it.words.starts_with("⚙️")).await;
    for part in ["TELEGRAM_API_URL", "43 is now admin"] {
        assert!(said.words.contains(part), "{part}: {}", said.words);
    }
    ask(&next, OWNER, "/uptime").await;
    ask(&next, SECOND, "/uptime").await;
    assert!(!watch.log().contains("AAwrong"), "{}", watch.log());
}
