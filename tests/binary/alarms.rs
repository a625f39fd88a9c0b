//! Who is told when nobody else can be: the dead man's switch, and the second way to call a person.

use rustix::process::Signal;

use super::OWNER;
use super::botapi::{BotApi, TOKEN};
use super::ground::{Ground, QUICK};
use super::receiver::{Message, Receiver};
use super::watch::{Watch, ask, run};

/// A beat each second, and little patience with news that waits.
const BEAT: &str = r#"
[[job]]
name = "beat"
run = "beat"
cron = "* * * * * *"
deaf = "10m"
stuck = "1s"
"#;

/// Something that is critical from the first sample on, whatever the machine.
const CRITICAL: &str = r#"
[[rule]]
name = "always"
metric = "memory.used"
detector = "threshold"
above = -1
back = -2
critical_above = 0
critical_back = -1
"#;

/// The part of the switch's address that nobody must see.
const SWITCH: &str = "5f0c2b1e-made-up-for-tests-9d3a";
/// The same of the second way's.
const TOPIC: &str = "a-topic-nobody-guesses-7731";
/// What lets us in there.
const KEY: &str = "tk_madeupfortests000000000000000";

fn is_alive(message: &Message) -> bool {
    message.method == "GET" && message.path == format!("/{SWITCH}")
}

fn is_failing(message: &Message) -> bool {
    message.method == "POST" && message.path == format!("/{SWITCH}/fail")
}

fn called_out(pager: &Receiver) -> usize {
    pager.messages().iter().filter(|it| it.path == format!("/{TOPIC}")).count()
}

#[tokio::test]
async fn the_switch_is_told_of_life_and_of_news_that_does_not_get_through() {
    let (ground, api, switch) = (Ground::new(), BotApi::start(), Receiver::start());
    let mut command = ground.serving_with(&api, &format!("{QUICK}{CRITICAL}{BEAT}"));
    command.env("HEARTBEAT_URL", switch.url(&format!("/{SWITCH}")));
    // A server that stumbles is asked again at once.
    switch.answer_next(&[500]);
    api.go_down().await;
    let watch = Watch::start(command);
    let failing = switch.wait_for("a call for help", is_failing).await;
    assert!(failing.body.contains("news has waited for"), "{failing:?}");
    api.come_back().await;
    api.wait_for_message(OWNER, "the alert", |it| it.words.starts_with("🔴")).await;
    let already = switch.messages().len();
    switch.wait_after(already, "a beat", is_alive).await;
    let jobs = ask(&api, OWNER, "/jobs").await;
    assert!(jobs.words.contains("beat") && !jobs.words.contains("off"), "{}", jobs.words);

    // A process that hangs says nothing; when it goes on, it says so.
    watch.signal(Signal::STOP);
    run(ground.vakhta(&["check"]), "").await;
    let hanging = switch.messages().len();
    run(ground.vakhta(&["doctor"]), "").await;
    assert_eq!(switch.messages().len(), hanging);
    watch.signal(Signal::CONT);
    switch.wait_after(hanging, "a beat again", is_alive).await;

    // Nothing but a living process beats.
    watch.kill().await;
    let after = switch.messages().len();
    let ended = run(ground.vakhta(&["job", "sample"]), "").await;
    assert_eq!((ended.code(), switch.messages().len()), (Some(0), after), "{}", ended.err);
}

#[tokio::test]
async fn a_switch_that_is_not_set_is_off_and_that_is_said() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    for asked in ["/jobs", "/jobs run beat"] {
        let said = ask(&api, OWNER, asked).await.words;
        assert!(said.contains("off: HEARTBEAT_URL is not set"), "{said}");
    }
    let checked = run(ground.vakhta(&["check"]), "").await;
    assert!(checked.out.contains("off: HEARTBEAT_URL is not set"), "{}", checked.out);
    let once = run(ground.vakhta(&["job", "beat"]), "").await;
    assert_eq!(once.code(), Some(2), "{}", once.err);
    assert!(once.err.contains("job beat is off: HEARTBEAT_URL is not set"), "{}", once.err);
}

#[tokio::test]
async fn a_critical_alert_is_called_out_once_through_a_crash_and_arrives_in_the_chat_as_well() {
    let (ground, api, pager) = (Ground::new(), BotApi::start(), Receiver::start());
    let begin = || {
        let mut command = ground.serving_with(&api, &format!("{QUICK}{CRITICAL}"));
        command
            .env("FALLBACK_URL_FILE", ground.file("topic", &format!("{}\n", pager.url(&format!("/{TOPIC}")))))
            .env("FALLBACK_TOKEN_FILE", ground.file("key", KEY))
            .env("FALLBACK_AFTER", "1s")
            .env("LOG_LEVEL", "trace");
        Watch::start(command)
    };
    api.go_down().await;
    // It is tried again where the server stumbles.
    pager.answer_next(&[502]);
    let mut watch = begin();
    watch.logged("called out the second way").await;
    let cry = pager.messages().pop().expect("it came");
    assert_eq!((cry.method.as_str(), cry.header("priority"), cry.header("tags")), ("POST", "5", "vakhta"));
    assert_eq!(cry.header("authorization"), format!("Bearer {KEY}"));
    assert!(cry.header("title").starts_with("=?UTF-8?Q?=F0=9F=94=B4"), "{cry:?}");
    assert!(cry.body.contains("Told here because Telegram has not answered since"), "{cry:?}");
    assert_eq!(called_out(&pager), 2, "once, and once in vain before");
    watch.kill().await;

    let mut watch = begin();
    watch.logged("step=Told").await;
    api.come_back().await;
    api.wait_for_message(OWNER, "the alert", |it| it.words.starts_with("🔴")).await;
    assert_eq!(called_out(&pager), 2);
    let log = watch.log();
    assert!(!log.contains(KEY) && !log.contains(TOPIC), "{log}");
}

#[tokio::test]
async fn nobody_reads_the_addresses_and_the_key_anywhere() {
    for format in ["text", "json"] {
        let (ground, api) = (Ground::new(), BotApi::start());
        let (switch, pager) = (Receiver::start(), Receiver::start());
        let mut command = ground.serving_with(&api, &format!("{QUICK}{CRITICAL}{BEAT}"));
        command
            .env("HEARTBEAT_URL", switch.url(&format!("/{SWITCH}")))
            .env("FALLBACK_URL", pager.url(&format!("/{TOPIC}")))
            .env("FALLBACK_TOKEN", KEY)
            .env("FALLBACK_AFTER", "0s")
            .env("LOG_LEVEL", "trace")
            .env("LOG_FORMAT", format);
        switch.answer_next(&[0, 0, 404, 404, 301, 301]);
        pager.answer_next(&[0, 502]);
        api.go_down().await;
        let mut watch = Watch::start(command);
        watch.logged("job failed").await;
        watch.logged("called out the second way").await;
        watch.signal(Signal::TERM);
        let ended = watch.ended().await;
        let kept: Vec<String> = ground
            .kept()
            .iter()
            .map(|it| String::from_utf8_lossy(&std::fs::read(it).expect("ours")).into_owned())
            .collect();
        for secret in [SWITCH, TOPIC, KEY, TOKEN] {
            assert!(!ended.err.contains(secret) && !ended.out.contains(secret), "{secret}: {}", ended.err);
            assert!(!kept.iter().any(|it| it.contains(secret)), "{secret} is kept");
        }
    }
}

#[tokio::test]
async fn the_doctor_reaches_both_servers_and_rings_nobody() {
    let (ground, out_there) = (Ground::new(), Receiver::start());
    let doctor = |with: bool| {
        let mut command = ground.vakhta(&["doctor"]);
        if with {
            command
                .env("HEARTBEAT_URL", out_there.url(&format!("/{SWITCH}")))
                .env("FALLBACK_URL", out_there.url(&format!("/{TOPIC}")));
        }
        run(command, "")
    };
    let without = doctor(false).await.out;
    assert!(without.contains("healthchecks.io") && without.contains("ntfy.sh"), "{without}");
    let with = doctor(true).await.out;
    assert!(with.contains("nothing was rung"), "{with}");
    assert!(!with.contains(SWITCH) && !with.contains(TOPIC), "{with}");
    let asked: Vec<String> =
        out_there.messages().iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    assert_eq!(asked, ["GET /", "GET /"]);
}

#[tokio::test]
async fn an_address_of_nobody_is_told_without_being_shown() {
    let ground = Ground::new();
    for (name, value, words) in [
        ("HEARTBEAT_URL", "https://hc-ping.com", "a server alone is nobody to tell"),
        ("HEARTBEAT_URL", "hc-ping.com/0123456789abcdef0", "it has no scheme"),
        ("FALLBACK_URL", "ftp://ntfy.sh/0123456789abcdef0", "it is fetched over http or https"),
        ("FALLBACK_TOKEN", "two words0123456789abcdef0", "a token has no spaces"),
        ("FALLBACK_AFTER", "5", "5 has no unit"),
        ("ALARM_PROXY", "gopher://host:1", "no proxy is spoken to over"),
    ] {
        let mut command = ground.vakhta(&["check"]);
        command.env(name, value);
        let ended = run(command, "").await;
        assert_eq!(ended.code(), Some(2), "{name}={value}: {}", ended.out);
        assert!(ended.err.contains(name) && ended.err.contains(words), "{name}={value}: {}", ended.err);
        assert!(!ended.err.contains("0123456789abcdef0"), "{}", ended.err);
    }
}
