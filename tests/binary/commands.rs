//! Every command, asked by its owner: answered, and truly.

use serde_json::json;

use super::botapi::{self, BotApi, Fault, Shown};
use super::figures::{between, bytes, cores, host, kernel, near, seconds};
use super::ground::{Ground, QUICK};
use super::watch::{Watch, ask};
use super::{GROUP, OWNER, SECOND, built_in_rules};

/// A picture that a phone could show.
fn picture(shown: &Shown) -> image::DynamicImage {
    let png = shown.photo.as_ref().unwrap_or_else(|| panic!("no picture: {}", shown.words));
    let image = image::load_from_memory_with_format(png, image::ImageFormat::Png).expect("a PNG");
    assert!(600 <= image.width() && 300 <= image.height(), "{} x {}", image.width(), image.height());
    let rgb = image.to_rgb8();
    let first = rgb.get_pixel(0, 0);
    let drawn = rgb.pixels().filter(|it| *it != first).count();
    assert!(rgb.pixels().len() / 100 < drawn, "next to nothing is drawn: {drawn} pixels");
    image
}

#[tokio::test]
async fn the_figures_of_the_machine_are_true() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let mut command = ground.serving(&api);
    command.env("TELEGRAM_USER_ID", format!("{OWNER},{SECOND}"));
    let _watch = Watch::introduced(command, &api).await;

    let status = ask(&api, OWNER, "/status").await.words;
    assert!(status.contains(&host()), "{status}");
    assert!(status.contains(&format!("on {} core", cores())), "{status}");
    assert!(status.contains("Docker does not answer"), "{status}");

    let cpu = ask(&api, OWNER, "/cpu").await.words;
    assert!(cpu.contains(&format!("of {} core", cores())), "{cpu}");
    let busy: f64 = between(&cpu, "CPU ", "\u{a0}%").parse().expect("a number");
    assert!((0.0..=100.0).contains(&busy), "{cpu}");

    let ram = ask(&api, OWNER, "/ram").await.words;
    let meminfo = kernel("/proc/meminfo");
    let kibibytes: f64 = between(&meminfo, "MemTotal:", "kB").trim().parse().expect("a number");
    let total = bytes(between(&ram, " of ", "\n"));
    assert!(near(total, kibibytes * 1024.0, 0.01), "{ram}: {total} and {kibibytes} KiB");
    // By what programs could have, and not by what is free: a cache is no use of memory.
    let used = bytes(between(&ram, "· ", " of "));
    let available = bytes(between(&ram, "Available ", ":"));
    assert!(near(used + available, total, 0.02), "{ram}");

    let uptime = ask(&api, SECOND, "/uptime").await.words;
    let true_seconds: f64 =
        kernel("/proc/uptime").split(' ').next().and_then(|it| it.parse().ok()).expect("a number");
    let told = seconds(between(&uptime, "has been up for ", ","));
    let smaller = if 86_400.0 <= true_seconds { 3600.0 } else { 60.0 };
    assert!((true_seconds - told).abs() <= smaller + 60.0, "{uptime}: {true_seconds}");
    assert!(uptime.contains(&host()), "{uptime}");

    let version = ask(&api, SECOND, "/version").await.words;
    assert!(version.contains(env!("CARGO_PKG_VERSION")), "{version}");
    assert!(version.contains(&kernel("/proc/sys/kernel/osrelease")), "{version}");

    let disk = ask(&api, SECOND, "/disk").await;
    picture(&disk);
    let rows: Vec<&str> = disk.words.lines().filter(|line| line.starts_with('/')).collect();
    assert!(rows.iter().any(|row| row.starts_with("/ ")), "{}", disk.words);
    for row in rows {
        check_against_df(row);
    }
}

/// "/srv 43 % · 39.2 GiB of 252 GiB, 51.6 GiB free"
fn check_against_df(row: &str) {
    let mount = row.split(' ').next().unwrap_or_default();
    let df = std::process::Command::new("df").args(["-P", "-B1", mount]).output().expect("df");
    let df = String::from_utf8_lossy(&df.stdout).into_owned();
    let fields: Vec<&str> = df.lines().nth(1).unwrap_or_default().split_whitespace().collect();
    let number = |index: usize| fields.get(index).and_then(|it| it.trim_end_matches('%').parse::<f64>().ok());
    let (Some(total), Some(used), Some(free), Some(percent)) = (number(1), number(2), number(3), number(4))
    else {
        panic!("df {mount}: {df}");
    };
    let told: f64 = between(row, " ", "\u{a0}%").parse().expect("a number");
    // df rounds up, and something may have been written in between.
    assert!((percent - told).abs() <= 1.0, "{row}; df: {percent}");
    assert!(near(bytes(between(row, " of ", ",")), total, 0.01), "{row}; df: {total}");
    assert!(near(bytes(between(row, "· ", " of ")), used, 0.05), "{row}; df: {used}");
    assert!(near(bytes(between(row, ", ", " free")), free, 0.05), "{row}; df: {free}");
}

#[tokio::test]
async fn pictures_are_uploaded_and_turned_in_place() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let _watch = Watch::introduced(ground.serving_with(&api, QUICK), &api).await;

    let pie = ask(&api, OWNER, "/graph").await;
    picture(&pie);
    assert!(pie.words.starts_with("Memory"), "{}", pie.words);
    let upload = api.calls_of("sendPhoto").pop().expect("an upload");
    assert_eq!((upload.files[0].name.as_str(), upload.files[0].kind.as_str()), ("chart.png", "image/png"));

    // Rates need two samples.
    for _ in 0..2 {
        let ran = ask(&api, OWNER, "/jobs run sample").await.words;
        assert!(ran.contains("✅") || ran.contains("running for"), "{ran}");
    }
    let line = ask(&api, OWNER, "/graph cpu 1h").await;
    picture(&line);
    assert!(line.words.contains("CPU"), "{}", line.words);

    let query = api.press_label(OWNER, OWNER, line.id, "1\u{a0}d");
    let turned = api.wait_for_message(OWNER, "another range", |it| it.id == line.id && 0 < it.edits).await;
    picture(&turned);
    assert!(api.acknowledged(&query));

    // A picture whose place is to be taken by words alone.
    let nothing = ask(&api, OWNER, "/graph nonsense").await;
    assert!(nothing.photo.is_none() && nothing.words.contains("nonsense"), "{}", nothing.words);
}

#[tokio::test]
async fn everything_else_that_can_be_asked_is_answered() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let mut command = ground.serving(&api);
    // Four chats: each has a pace of its own.
    let (third, fourth) = (SECOND + 1, SECOND + 2);
    command.env("TELEGRAM_USER_ID", format!("{OWNER}, {SECOND}, {third}, {fourth}"));
    let _watch = Watch::introduced(command, &api).await;

    let published =
        api.wait_until("the list", |api| Some(api.commands("")).filter(|it| !it.is_empty())).await;
    let listed: Vec<String> = published.into_iter().map(|(name, _)| name).collect();
    let owed = [
        "start", "help", "status", "cpu", "ram", "disk", "uptime", "graph", "alerts", "ps", "logs",
        "restart", "fix", "jobs", "digest", "mute", "version", "stats", "inspect", "top", "images",
        "volumes", "networks", "events",
    ];
    for name in owed {
        assert!(listed.iter().any(|it| it == name), "{name} is not in the chat's own list: {listed:?}");
    }

    let check = async |user: i64, line: &str, expected: &[&str]| {
        let shown = ask(&api, user, line).await;
        for part in expected {
            assert!(shown.words.contains(part), "{line}: no {part:?} in {}", shown.words);
        }
        shown
    };
    let first = async {
        check(
            OWNER,
            "/start",
            &[&host(), &OWNER.to_string(), "5 jobs", &format!("{} rules", built_in_rules())],
        )
        .await;
        check(OWNER, "/alerts", &["No alerts", &format!("of {} rules", built_in_rules())]).await;
        check(OWNER, "/alerts 24h", &["No alerts since"]).await;
        check(OWNER, "/jobs", &["sample", "evaluate", "heal", "morning", "next"]).await;
        check(OWNER, "/digest", &[&host()]).await;
    };
    let second = async {
        let mute = check(SECOND, "/mute", &["Nothing is muted"]).await;
        api.press_label(SECOND, SECOND, mute.id, "1\u{a0}h");
        api.wait_for_message(SECOND, "the mute", |it| it.id == mute.id && it.words.contains("wait until"))
            .await;
        check(SECOND, "/alerts", &["All warnings: muted until"]).await;
        check(SECOND, "/mute off", &["at once again"]).await;
        check(SECOND, "/graph iowait nonsense 1h extra", &["/graph"]).await;
    };
    let thirdly = async {
        let help = check(third, "/help", &[]).await.words;
        for name in owed {
            assert!(help.split_whitespace().any(|it| it == format!("/{name}")), "{name}: {help}");
        }
        check(third, "/help logs", &["/logs nginx 200"]).await;
        check(third, "what is this?", &["What can be asked"]).await;
        for line in ["/ps", "/logs nginx", "/restart nginx", "/fix", "/stats", "/inspect nginx"] {
            check(third, line, &["Docker does not answer", "Is the engine running"]).await;
        }
    };
    let fourthly = async {
        check(fourth, "/logs", &["/logs nginx"]).await;
        check(fourth, "/restart", &["/restart nginx"]).await;
        check(fourth, "/inspect", &["/inspect nginx"]).await;
        for line in ["/top nginx", "/images", "/volumes", "/networks", "/events", "/events 6h"] {
            check(fourth, line, &["Docker does not answer", "Is the engine running"]).await;
        }
        let near = check(fourth, "/statuss", &["no command", "/status"]).await;
        api.press_label(fourth, fourth, near.id, "/status");
        api.wait_for_message(fourth, "what was meant", |it| near.id < it.id && it.words.contains(&host()))
            .await;
        check(fourth, "/xyzzyplugh", &["no command", "/help"]).await;
    };
    tokio::join!(first, second, thirdly, fourthly);
}

#[tokio::test]
async fn a_refresh_exchanges_the_message_in_place() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let watch = Watch::introduced(ground.serving(&api), &api).await;
    let status = ask(&api, OWNER, "/status").await;
    let query = api.press_label(OWNER, OWNER, status.id, "Refresh");
    let again = api.wait_for_message(OWNER, "an edit", |it| it.id == status.id && 0 < it.edits).await;
    assert!(again.key("Refresh").is_some(), "the button is there again: {}", again.buttons);
    assert!(api.acknowledged(&query));
    assert_eq!(api.calls_of("sendMessage").len(), 1);

    // What a button means is written down: it outlives a power failure.
    watch.kill().await;
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    api.press_label(OWNER, OWNER, status.id, "Refresh");
    api.wait_for_message(OWNER, "another edit", |it| it.id == status.id && again.edits < it.edits).await;

    // The message is gone: it is said anew.
    let last = api.message(OWNER, status.id).and_then(|it| it.key("Refresh")).expect("a button");
    api.delete_message(OWNER, status.id);
    api.press(OWNER, OWNER, status.id, &last);
    api.wait_for_message(OWNER, "a new message", |it| status.id < it.id).await;

    // A key that nobody made.
    let query = api.press(OWNER, OWNER, status.id, "AAAAAAAAAAAAAAAAAAAAAA");
    let answer = api
        .wait_for("a word about it", |calls| {
            calls.iter().find(|it| it.words("callback_query_id") == query).cloned()
        })
        .await;
    assert!(answer.words("text").contains("too old"), "{:?}", answer.fields);
}

#[tokio::test]
async fn everybody_is_answered_in_their_own_language_unless_one_is_set() {
    let russian = |user: i64, text: &str| {
        let mut message = botapi::said(user, user, text, jiff::Timestamp::now().as_second());
        message["message_id"] = json!(900_000);
        message["from"]["language_code"] = json!("ru-RU");
        json!({ "message": message })
    };
    let check = async |locale: &str, mine: &str, theirs: &str| {
        let (ground, api) = (Ground::new(), BotApi::start());
        let mut command = ground.serving(&api);
        command.env("LOCALE", locale).env("TELEGRAM_USER_ID", format!("{OWNER},{SECOND}"));
        let _watch = Watch::introduced(command, &api).await;
        api.update(russian(OWNER, "/help"));
        api.wait_for_message(OWNER, mine, |it| it.words.contains(mine)).await;
        let english = ask(&api, SECOND, "/help").await.words;
        assert!(english.contains(theirs), "{locale}: {english}");
        let published: Vec<String> = ["", "ru"]
            .iter()
            .filter(|language| !api.commands(language).is_empty())
            .map(|language| api.commands(language)[0].1.clone())
            .collect();
        let cyrillic = |text: &String| text.chars().any(|it| ('а'..='я').contains(&it));
        match locale {
            "auto" => {
                api.wait_until("both lists of commands", |api| {
                    let has = |language| !api.commands(language).is_empty();
                    (has("") && has("ru")).then_some(())
                })
                .await;
                assert!(cyrillic(&api.commands("ru")[0].1) && !cyrillic(&api.commands("")[0].1));
            }
            "ru" => assert!(published.iter().all(cyrillic), "{published:?}"),
            _ => assert!(!published.iter().any(cyrillic), "{published:?}"),
        }
    };
    let (english, russian) = ("What can be asked", "Что можно спросить");
    tokio::join!(
        check("auto", russian, english),
        check("ru", russian, russian),
        check("en", english, english)
    );
}

#[tokio::test]
async fn in_a_group_only_what_is_meant_for_us_is_answered_and_in_its_topic() {
    let (ground, api) = (Ground::new(), BotApi::start());
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    api.say(OWNER, GROUP, "good morning, everybody");
    api.say(OWNER, GROUP, "/status@some_other_bot");
    api.say(OWNER, GROUP, "/uptime@Vakhta_Test_Bot");
    let answer = api.wait_for_message(GROUP, "an answer", |it| it.words.contains("has been up")).await;
    assert_eq!(answer.thread, None);

    let mut message = botapi::said(OWNER, GROUP, "/version", jiff::Timestamp::now().as_second());
    message["message_id"] = json!(900_000);
    message["message_thread_id"] = json!(77);
    message["is_topic_message"] = json!(true);
    api.update(json!({ "message": message }));
    let answer = api.wait_for_message(GROUP, "the version", |it| it.words.contains("Vakhta 0")).await;
    assert_eq!(answer.thread, Some(77));

    // Nothing was said to the rest, which came first.
    assert_eq!(api.messages(GROUP).len(), 2, "{:#?}", api.messages(GROUP));
    assert!(api.messages(OWNER).is_empty(), "{:#?}", api.messages(OWNER));
}

#[tokio::test]
async fn what_is_meant_for_another_bot_is_not_answered_before_our_own_name_is_known_either() {
    let (ground, api) = (Ground::new(), BotApi::start());
    api.fault_next("getMe", Fault::Refuse(500, "Internal Server Error: restart"));
    api.say(OWNER, GROUP, "/version@some_other_bot");
    api.say(OWNER, GROUP, "/uptime@vakhta_test_bot");
    let _watch = Watch::introduced(ground.serving(&api), &api).await;
    api.wait_for_message(GROUP, "an answer", |it| it.words.contains("has been up")).await;
    ask(&api, OWNER, "/version").await;
    assert_eq!(api.messages(GROUP).len(), 1, "{:#?}", api.messages(GROUP));
}
