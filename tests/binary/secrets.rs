//! The token is known to the process and to nobody who looks at it.

use std::path::Path;

use super::botapi::{BotApi, Fault, TOKEN};
use super::ground::{Ground, QUICK, allow};
use super::watch::{Watch, ask, run};
use super::{OWNER, STRANGER};

/// The half of the token that matters.
fn key() -> &'static str {
    TOKEN.split_once(':').map(|(_, key)| key).expect("a token")
}

fn check(what: &str, text: &str) {
    assert!(!text.contains(key()), "the token is in {what}:\n{text}");
}

/// A file, raw: a store is no text.
fn check_file(path: &Path) {
    let bytes = std::fs::read(path).expect("a file of our own");
    let found = bytes.windows(key().len()).any(|it| it == key().as_bytes());
    assert!(!found, "the token is in {}", path.display());
}

#[tokio::test]
async fn the_token_is_nowhere_to_be_read_at_any_level_of_the_log() {
    tokio::join!(look_for_the_token("text"), look_for_the_token("json"));
}

async fn look_for_the_token(format: &str) {
    let (ground, api) = (Ground::new(), BotApi::start());
    let mut command = ground.serving_with(&api, QUICK);
    command.env("LOG_LEVEL", "trace").env("LOG_FORMAT", format);
    let mut watch = Watch::introduced(command, &api).await;
    ask(&api, OWNER, &format!("/logs {TOKEN}")).await;
    api.say(STRANGER, STRANGER, "/status");
    for fault in [
        Fault::Reset,
        Fault::Html(404),
        Fault::Refuse(500, "Internal: bot424242424:AAMadeUpForTestsMadeUpForTestsMade-_ is unwanted"),
    ] {
        api.fault_next("sendMessage", fault);
        ask(&api, OWNER, "/uptime").await;
    }
    api.fault_next("getUpdates", Fault::Portal);
    ask(&api, OWNER, "/status").await;
    api.go_down().await;
    watch.logged("the chat does not answer").await;
    let command_line = std::fs::read(format!("/proc/{}/cmdline", watch.pid())).expect("a process");
    check("the list of processes", &String::from_utf8_lossy(&command_line));
    watch.signal(rustix::process::Signal::TERM);
    let ended = watch.ended().await;
    check("standard output", &ended.out);
    check("the log", &ended.err);
    assert!(ended.err.contains("DEBUG") && ended.err.contains("does not answer"), "no trace: {}", ended.err);
    let kept = ground.kept();
    assert!(!kept.is_empty());
    kept.iter().for_each(|file| check_file(file));
}

#[tokio::test]
async fn a_token_in_a_file_is_read_without_the_newline_and_a_file_for_all_eyes_is_warned_of() {
    for (mode, warned) in [(0o600, false), (0o644, true)] {
        let (ground, api) = (Ground::new(), BotApi::start());
        let token = ground.file("token", &format!("{TOKEN}\r\n"));
        allow(&token, mode);
        let owners = ground.file("owners", &format!("{OWNER}\n"));
        let mut command = ground.vakhta(&["run"]);
        command
            .env("BOT_TOKEN_FILE", &token)
            .env("TELEGRAM_USER_ID_FILE", owners)
            .env("TELEGRAM_API_URL", api.url());
        let watch = Watch::introduced(command, &api).await;
        ask(&api, OWNER, "/uptime").await;
        let log = watch.log();
        check("the log", &log);
        let warning = format!("{} holds a secret", token.display());
        assert_eq!(log.contains(&warning) && log.contains("chmod 600"), warned, "{log}");
    }
}

#[tokio::test]
async fn an_env_file_beside_us_is_read_and_the_environment_wins_over_it() {
    for (mode, warned) in [(0o600, false), (0o604, true)] {
        let (ground, api) = (Ground::new(), BotApi::start());
        let dotenv = ground.here().join(".env");
        let text = format!(
            "# ours\nexport BOT_TOKEN=\"{TOKEN}\"\nTELEGRAM_USER_ID={STRANGER}\nTELEGRAM_API_URL={}\n",
            api.url()
        );
        std::fs::write(&dotenv, text).expect("a directory of our own");
        allow(&dotenv, mode);
        let mut command = ground.vakhta(&[]);
        command.env("TELEGRAM_USER_ID", OWNER.to_string());
        let watch = Watch::introduced(command, &api).await;
        ask(&api, OWNER, "/uptime").await;
        let log = watch.log();
        check("the log", &log);
        assert_eq!(log.contains(".env holds a secret"), warned, "{log}");
    }
}

#[tokio::test]
async fn no_order_of_the_command_line_shows_a_secret() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let proxy = "http://somebody:hunter2@127.0.0.1:9";
    for words in [
        &["doctor"][..],
        &["doctor", "--json"],
        &["check"],
        &["health"],
        &["job", "sample"],
        &["job", "nonsense"],
        &["--version"],
    ] {
        let mut command = ground.vakhta(words);
        command
            .env("BOT_TOKEN", TOKEN)
            .env("TELEGRAM_USER_ID", OWNER.to_string())
            .env("TELEGRAM_API_URL", api.url())
            .env("TELEGRAM_PROXY", proxy)
            .env("LOG_LEVEL", "trace");
        let ended = run(command, "").await;
        let all = format!("{}{}", ended.out, ended.err);
        check(&words.join(" "), &all);
        assert!(!all.contains("hunter2"), "{words:?}: {all}");
    }

    // A value in the wrong place or of the wrong form is not quoted either.
    for (name, value) in [
        ("BOT_TOKEN", format!("{TOKEN}/getMe")),
        ("TELEGRAM_USER_ID", TOKEN.to_owned()),
        ("LOCALE", TOKEN.to_owned()),
        ("TZ", TOKEN.to_owned()),
        ("TELEGRAM_API_URL", format!("https://api.telegram.org/bot{TOKEN}")),
        ("DOCKER_HOST", format!("ssh://{TOKEN}")),
        ("VAKHTA_CONFIG", TOKEN.to_owned()),
    ] {
        let mut command = ground.serving(&api);
        command.env(name, &value).env("TELEGRAM_PROXY", "http://127.0.0.1:9");
        let watch = Watch::start(command);
        if name == "TELEGRAM_API_URL" {
            // A path of one's own is allowed there, so it may well run.
            let log = watch.log();
            watch.kill().await;
            check(name, &log);
            continue;
        }
        let ended = watch.ended().await;
        assert_eq!(ended.code(), Some(2), "{name}: {}", ended.err);
        check(name, &ended.err);
    }
}
