//! `vakhta init`: a token that nobody sees, a phone that proves whose it is, and files that a watch starts from.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::process::Signal;

use super::botapi::{BotApi, Fault, TOKEN};
use super::ground::Ground;
use super::terminal::Terminal;
use super::watch::{Watch, ask, run};
use super::{GROUP, OWNER, STRANGER};

/// The first run in the working directory, as far as this Bot API.
fn first_run(ground: &Ground, api: &BotApi, words: &[&str]) -> tokio::process::Command {
    let mut command = ground.vakhta(&[&["init"], words].concat());
    command.env("TELEGRAM_API_URL", api.url()).env_remove("TZ");
    command
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("it is there")
}

/// The code on the screen: the last link has it.
fn code(screen: &str) -> String {
    let (_, rest) = screen.rsplit_once("?start=").expect("a link");
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

#[tokio::test]
async fn a_phone_is_paired_and_a_watch_starts_from_what_was_written() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let mut terminal = Terminal::start(first_run(&ground, &api, &[]), 100);
    terminal.shows("it is not shown").await;
    assert!(!terminal.echoes());
    terminal.types("12345");
    terminal.shows("That is not a token").await;
    terminal.types(TOKEN);
    terminal.shows("@vakhta_test_bot answers: https://t.me/vakhta_test_bot").await;
    assert!(terminal.echoes());

    let screen = terminal.shows("press Start").await;
    let code = code(&screen);
    api.say(STRANGER, STRANGER, "hello");
    api.say(STRANGER, GROUP, &code);
    api.say(STRANGER, STRANGER, "QQQQQQ");
    terminal.shows("A wrong code came").await;
    api.say(OWNER, OWNER, &format!("/start {code}"));
    terminal.shows("from Person, id 42. Is that you?").await;
    terminal.types("y");
    api.wait_for_message(OWNER, "word on the phone", |it| it.words.contains("Paired")).await;
    terminal.shows("Language of the answers").await;
    terminal.types("en");
    terminal.shows("Your time zone").await;
    terminal.types("berlin");
    terminal.shows("did you mean \"Europe/Berlin\"?").await;
    terminal.types("Europe/Berlin");
    let (ended, screen) = terminal.ended().await;
    assert_eq!(ended, Some(0), "{screen}");
    assert!(screen.contains("Next") && screen.contains("vakhta doctor"), "{screen}");
    assert!(!screen.contains(&TOKEN[12..]), "the token was shown");

    let (secret, settings) = (ground.here().join("secrets/bot_token"), ground.here().join(".env"));
    assert_eq!((read(&secret).as_str(), mode(&secret), mode(&settings)), (TOKEN, 0o600, 0o600));
    assert_eq!(mode(&ground.here().join("secrets")), 0o700);
    let settings = read(&settings);
    for line in ["TELEGRAM_USER_ID=42", "LOCALE=en", "TZ=Europe/Berlin", "BOT_TOKEN_FILE=secrets/bot_token"] {
        assert!(settings.lines().any(|it| it == line), "{line}: {settings}");
    }
    assert!(!settings.contains(TOKEN));

    // Nothing but what is there; and what was said during the pairing is answered by nobody.
    let before = api.calls_of("sendMessage").len();
    let _watch = Watch::introduced(ground.vakhta(&[]), &api).await;
    assert!(ask(&api, OWNER, "/version").await.words.contains("Vakhta"));
    assert_eq!(api.calls_of("sendMessage").len(), before + 1);
}

#[tokio::test]
async fn the_echo_comes_back_when_somebody_leaves_in_the_middle() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let (ground, api) = (Ground::new(), BotApi::start());
        let mut terminal = Terminal::start(first_run(&ground, &api, &[]), 80);
        terminal.shows("it is not shown: ").await;
        assert!(!terminal.echoes());
        terminal.signal(signal);
        let (ended, screen) = terminal.ended().await;
        assert_eq!(ended, Some(1), "{screen}");
        assert!(terminal.echoes());
        assert!(std::fs::read_dir(ground.here()).expect("ours").next().is_none(), "nothing was begun");
    }
}

#[tokio::test]
async fn a_script_needs_no_questions_and_nothing_is_replaced_unasked() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let token = ground.file("token", &format!("{TOKEN}\n"));
    let token = token.to_string_lossy();
    let words = |owner: &'static str| ["--token-file", &*token, "--owner", owner, "--yes"].map(str::to_owned);
    let go = async |owner: &'static str, more: &[&str]| {
        let words = words(owner);
        let words: Vec<&str> = words.iter().map(String::as_str).chain(more.iter().copied()).collect();
        let ended = run(first_run(&ground, &api, &words), "").await;
        assert!(!format!("{}{}", ended.out, ended.err).contains(&TOKEN[12..]), "the token was shown");
        ended
    };
    let ended = go("42", &[]).await;
    assert_eq!(ended.code(), Some(0), "{}{}", ended.out, ended.err);
    let settings = ground.here().join(".env");
    let first = read(&settings);
    let ended = go("42", &[]).await;
    assert_eq!((ended.code(), read(&settings)), (Some(0), first.clone()), "{}", ended.err);

    std::fs::write(&settings, format!("{first}# mine\nLOG_LEVEL=debug\n")).expect("ours");
    let ended = go("43", &[]).await;
    assert_eq!(ended.code(), Some(2), "{}", ended.out);
    assert!(ended.err.contains(".env is there and would change; --force lets it"), "{}", ended.err);
    let ended = go("43", &["--force", "--for", "compose"]).await;
    assert_eq!(ended.code(), Some(0), "{}", ended.err);
    let changed = read(&settings);
    assert_eq!(changed, format!("{first}# mine\nLOG_LEVEL=debug\n").replace("USER_ID=42", "USER_ID=43"));
    // The container's user is another one, and the directory keeps everybody else out.
    let secrets = ground.here().join("secrets");
    assert_eq!((mode(&secrets), mode(&secrets.join("bot_token"))), (0o700, 0o444));
}

#[tokio::test]
async fn what_is_wrong_is_said_with_what_helps() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let wrong = ground.file("wrong", "424242424:AAWrongWrongWrongWrongWrongWrongWro");
    let wrong = wrong.to_string_lossy();
    let ended = run(first_run(&ground, &api, &["--token-file", &wrong, "--owner", "42", "--yes"]), "").await;
    assert_eq!(ended.code(), Some(2));
    assert!(ended.err.contains("Telegram does not know this token"), "{}", ended.err);
    assert!(!ended.err.contains("AAWrong"), "{}", ended.err);

    // A pipe answers line by line: a wrong token, the right one, and then nobody.
    let lines = format!("424242424:AAWrongWrongWrongWrongWrongWrongWro\n{TOKEN}\n");
    let ended = run(first_run(&ground, &api, &["--owner", "42"]), &lines).await;
    assert_eq!(ended.code(), Some(2));
    assert!(ended.out.contains("@vakhta_test_bot answers"), "{}", ended.out);
    assert!(ended.err.contains("Nobody answered"), "{}", ended.err);

    let mut command = first_run(&ground, &api, &["--owner", "42", "--yes", "--dir", "/nowhere"]);
    command.env("BOT_TOKEN", TOKEN);
    let ended = run(command, "").await;
    assert_eq!(ended.code(), Some(2));
    assert!(ended.err.contains("--dir"), "{}", ended.err);

    api.fault_always("getMe", Fault::HangUp);
    let mut command = first_run(&ground, &api, &["--owner", "42", "--yes"]);
    command.env("BOT_TOKEN", TOKEN);
    let ended = run(command, "").await;
    assert_eq!(ended.code(), Some(2));
    assert!(ended.err.contains("a proxy helps (TELEGRAM_PROXY)"), "{}", ended.err);
    assert!(std::fs::read_dir(ground.here()).expect("ours").next().is_none(), "nothing was begun");
}

#[tokio::test]
async fn a_webhook_is_removed_only_when_that_is_wished() {
    let (ground, api) = (Ground::new(), BotApi::start());
    api.set_webhook(true);
    let mut terminal = Terminal::start(first_run(&ground, &api, &[]), 80);
    terminal.shows("it is not shown: ").await;
    terminal.types(TOKEN);
    terminal.shows("(deleteWebhook)?").await;
    assert!(api.calls_of("deleteWebhook").is_empty());
    terminal.types("");
    api.wait_for("a removed webhook", |calls| {
        calls.iter().any(|it| it.method == "deleteWebhook").then_some(())
    })
    .await;
    let polls = api.calls_of("getUpdates").len();
    api.wait_for("another poll", |calls| {
        (polls < calls.iter().filter(|it| it.method == "getUpdates").count()).then_some(())
    })
    .await;
}
