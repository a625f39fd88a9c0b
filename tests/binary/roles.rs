//! Roles, codes of six digits and the audit, of the real binary.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::botapi::{BotApi, TOKEN};
use super::dock::Dock;
use super::ground::Ground;
use super::watch::{Watch, ask, run, said};
use super::{GROUP, OWNER, SECOND};

const SURE: &str = "Yes, restart";
/// The secret of RFC 6238, as people write it down.
const SECRET: &str = "gezd gnbv gy3t qojq gezd gnbv gy3t qojq";
const WRITTEN: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// What an authenticator app shows now. Near the end of its half minute it waits for the next.
async fn code() -> String {
    use ring::hmac;
    let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
    while 25 < now() % 30 {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"12345678901234567890");
    let hash = hmac::sign(&key, &(now() / 30).to_be_bytes());
    let at = usize::from(hash.as_ref()[19] & 15);
    let four: [u8; 4] = hash.as_ref()[at..at + 4].try_into().expect("four bytes");
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

/// What the audit of the store has, the oldest first.
async fn audit(ground: &Ground) -> Vec<String> {
    let printed = said(ground, &["audit", "--json"]).await;
    assert_eq!((printed.code(), printed.err.as_str()), (Some(0), ""));
    let read = |line: &str| serde_json::from_str::<Value>(line).expect("JSON");
    let words = |it: Value| {
        ["who", "what", "target", "outcome"].map(|key| it[key].as_str().unwrap_or("?").to_owned()).join(" ")
    };
    let mut lines: Vec<String> = printed.out.lines().map(|it| words(read(it))).collect();
    lines.reverse();
    lines
}

#[tokio::test]
async fn a_code_restarts_once_and_neither_it_nor_its_secret_is_ever_written() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let mut command = ground.serving(&api);
    command
        .env("TOTP_SECRET_FILE", ground.file("totp_secret", SECRET))
        .env("TELEGRAM_OPERATORS", SECOND.to_string())
        .env("LOG_LEVEL", "trace");
    let watch = Watch::introduced(command, &api).await;
    let question = ask(&api, OWNER, "/restart nginx").await;
    api.press_label(OWNER, OWNER, question.id, SURE);
    api.wait_for_message(OWNER, "the question for a code", |it| it.words.contains("takes a code")).await;
    let right = code().await;
    // Of somebody else it is nothing.
    let theirs = ask(&api, SECOND, &right).await;
    assert!(theirs.words.contains("Nothing waits for a code"), "{}", theirs.words);
    assert!(dock.restarts().is_empty());
    let spaced = format!("{} {}", &right[..3], &right[3..]);
    let message = api.say(OWNER, OWNER, &spaced);
    let done = api.wait_for_message(OWNER, "the outcome", |it| it.words.contains("was restarted")).await;
    assert_eq!(done.id, question.id, "it all happens in one message");
    let removed = api.calls_of("deleteMessage");
    assert_eq!(removed.iter().map(|it| it.number("message_id")).collect::<Vec<_>>(), [Some(message)]);
    assert_eq!(dock.restarts(), ["nginx"]);

    // Killed at once: the same code, within its half minute, does nothing.
    let log = watch.log();
    watch.kill().await;
    let mut command = ground.serving(&api);
    command.env("TOTP_SECRET_FILE", ground.file("totp_secret", SECRET)).env("LOG_LEVEL", "trace");
    let watch = Watch::introduced(command, &api).await;
    let after = ask(&api, OWNER, &right).await;
    assert!(after.words.contains("Nothing waits for a code"), "{}", after.words);
    let question = ask(&api, OWNER, "/restart nginx").await;
    api.press_label(OWNER, OWNER, question.id, SURE);
    api.wait_for_message(OWNER, "the question for a code", |it| {
        it.id == question.id && it.words.contains("takes a code")
    })
    .await;
    api.say(OWNER, OWNER, &right);
    api.wait_for_message(OWNER, "a refusal", |it| {
        it.id == question.id && (it.words.contains("has been used") || it.words.contains("not the code"))
    })
    .await;
    assert_eq!(dock.restarts(), ["nginx"]);
    assert_eq!(audit(&ground).await, ["42 restart nginx done", "42 restart nginx code"]);

    let log = log + &watch.log();
    for secret in [TOKEN, WRITTEN, SECRET, &spaced, &format!("\"{right}\""), &format!(" {right}")] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
    for path in ground.kept() {
        let bytes = std::fs::read(&path).expect("a file of ours");
        for secret in [WRITTEN, &spaced] {
            let has = bytes.windows(secret.len()).any(|it| it == secret.as_bytes());
            assert!(!has, "{secret} is in {}", path.display());
        }
    }
}

#[tokio::test]
async fn who_may_only_look_changes_nothing_by_word_or_button() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let dock = Dock::at(&ground);
    let mut command = ground.serving(&api);
    command.env("TELEGRAM_VIEWERS", SECOND.to_string());
    let _watch = Watch::introduced(command, &api).await;
    let refused = ask(&api, SECOND, "/restart nginx").await;
    assert!(
        refused.words.contains("takes the role operator") && refused.buttons.is_null(),
        "{}",
        refused.words
    );
    assert!(ask(&api, SECOND, "/ps").await.words.contains("nginx"));
    assert!(ask(&api, SECOND, "/fix").await.words.contains("TELEGRAM_USER_ID"));
    // The owner's question stands in a group.
    api.say(OWNER, GROUP, "/restart nginx");
    let question =
        api.wait_for_message(GROUP, "the question", |it| it.words.contains("Restart nginx?")).await;
    let key = question.key(SURE).expect("a button");
    let query = api.press(SECOND, GROUP, question.id, &key);
    let answer = api
        .wait_for("a word about it", |calls| {
            calls.iter().find(|it| it.words("callback_query_id") == query).cloned()
        })
        .await;
    assert!(answer.words("text").contains("somebody else"), "{:?}", answer.fields);
    ask(&api, SECOND, "/version").await;
    assert!(dock.restarts().is_empty());
    assert_eq!(audit(&ground).await, ["43 restart nginx role", "43 fix  role"]);
    let told = said(&ground, &["audit", "--about", "nginx"]).await;
    assert!(
        told.out.contains("role       43  restart nginx\n") && told.out.lines().count() == 1,
        "{}",
        told.out
    );
}

#[tokio::test]
async fn a_new_secret_is_its_owners_alone_and_never_replaces_another() {
    let ground = Ground::new();
    let path = ground.here().join("totp_secret");
    let out = path.display().to_string();
    let made = said(&ground, &["totp", "new", "--out", &out]).await;
    assert_eq!(made.code(), Some(0), "{}", made.err);
    let secret = std::fs::read_to_string(&path).expect("it was made");
    assert_eq!(secret.trim().len(), 32);
    assert!(!made.out.contains(secret.trim()) && !made.err.contains(secret.trim()));
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(&path).expect("it is there").permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
    let again = said(&ground, &["totp", "new", "--out", &out]).await;
    assert_eq!((again.code(), again.out.as_str()), (Some(2), ""));
    assert_eq!(std::fs::read_to_string(&path).expect("still there"), secret);
    let shown = said(&ground, &["totp", "new", "--out", &format!("{out}2"), "--show"]).await;
    assert_eq!((shown.code(), shown.out.as_str()), (Some(2), ""), "no terminal, no secret");
    assert!(!ground.here().join("totp_secret2").exists());
    // And it is one that the watch takes; a wrong one is refused without being quoted.
    let mut check = ground.vakhta(&["check"]);
    check.env("TOTP_SECRET_FILE", &path).env("TOTP_FOR", "restart,fix");
    assert_eq!(run(check, "").await.code(), Some(0));
    let mut check = ground.vakhta(&["check"]);
    check.env("TOTP_SECRET_FILE", ground.file("bad", "GEZD1NBV")).env("TOTP_FOR", "restrat");
    let wrong = run(check, "").await;
    assert_eq!(wrong.code(), Some(2));
    assert!(
        wrong.err.contains("character 5") && wrong.err.contains("did you mean restart?"),
        "{}",
        wrong.err
    );
    assert!(!wrong.err.contains("GEZD"), "{}", wrong.err);
}

#[tokio::test]
async fn somebody_in_two_lists_is_a_mistake_that_names_both() {
    let ground = Ground::new();
    let mut check = ground.vakhta(&["check"]);
    check.env("TELEGRAM_USER_ID", "42").env("TELEGRAM_VIEWERS", "43,42");
    let wrong = run(check, "").await;
    assert_eq!(wrong.code(), Some(2));
    assert!(wrong.err.contains("TELEGRAM_VIEWERS: 42 stands in TELEGRAM_USER_ID too"), "{}", wrong.err);
}
