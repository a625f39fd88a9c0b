//! The orders of the command line that do not serve Telegram.

use serde_json::Value;

use super::botapi::{BotApi, TOKEN};
use super::figures::{cores, host};
use super::ground::{Ground, QUICK};
use super::watch::{Watch, run, said};
use super::{OWNER, built_in_rules};

#[tokio::test]
async fn the_help_names_every_order_and_every_setting() {
    let ground = Ground::new();
    let help = said(&ground, &["--help"]).await;
    assert_eq!(help.code(), Some(0));
    for order in [
        "run",
        "console",
        "init",
        "check",
        "doctor",
        "job",
        "detect",
        "simulate",
        "mute",
        "unmute",
        "mutes",
        "docker-policy",
        "health",
        "completions",
    ] {
        assert!(help.out.contains(&format!("\n  {order} ")), "{order}: {}", help.out);
        let own = said(&ground, &[order, "--help"]).await;
        assert_eq!(own.code(), Some(0), "{order}");
        assert!(own.out.contains("Usage: vakhta"), "{order}: {}", own.out);
    }
    for setting in
        ["BOT_TOKEN", "TELEGRAM_USER_ID", "TELEGRAM_PROXY", "DATA_DIR", "HOST_ROOT", "VAKHTA_CONFIG"]
    {
        assert!(help.out.contains(setting), "{setting}: {}", help.out);
    }
    let wrong = said(&ground, &["consol"]).await;
    assert_eq!(wrong.code(), Some(2));
    assert!(wrong.err.contains("console"), "{}", wrong.err);
}

#[tokio::test]
async fn without_settings_it_says_all_that_is_missing() {
    let ground = Ground::new();
    let ended = said(&ground, &[]).await;
    assert_eq!(ended.code(), Some(2));
    for part in ["BOT_TOKEN", "@BotFather", "TELEGRAM_USER_ID", "@userinfobot"] {
        assert!(ended.err.contains(part), "{part}: {}", ended.err);
    }
    assert!(!ground.data().exists(), "nothing was begun");
}

#[tokio::test]
async fn a_piped_console_answers_everything_and_ends_well() {
    let ground = Ground::new();
    // The last line has no end.
    let asked = "/status\n\n  /cpu\nram\n/disk\n/uptime\n/graph\nsave pie.png\n/alerts\n/ps\n/help\n/nonsense\n/version";
    let ended = run(ground.vakhta(&["console"]), asked).await;
    assert_eq!(ended.code(), Some(0), "{}", ended.err);
    let expected = [
        host(),
        format!("on {} core", cores()),
        "Available".into(),
        format!("Disks of {}", host()),
        "has been up for".into(),
        "[picture: Memory".into(),
        "Saved as pie.png".into(),
        format!("of {} rules", built_in_rules()),
        "Docker does not answer".into(),
        "What can be asked".into(),
        "no command /nonsense".into(),
        format!("Vakhta {}", env!("CARGO_PKG_VERSION")),
    ];
    for part in expected {
        assert!(ended.out.contains(&part), "no {part:?} in:\n{}", ended.out);
    }
    assert!(!ended.out.contains('\u{1b}'), "no colours in a pipe: {}", ended.out);
    assert_eq!(ended.err, "");
    let png = std::fs::read(ground.here().join("pie.png")).expect("the picture");
    image::load_from_memory_with_format(&png, image::ImageFormat::Png).expect("a PNG");
    let left: Vec<_> = std::fs::read_dir(ground.here()).expect("a directory").flatten().collect();
    assert_eq!(left.len(), 1, "no other file is written: {left:?}");
}

#[tokio::test]
async fn a_piped_console_presses_buttons_and_speaks_the_terminals_language() {
    let ground = Ground::new();
    let mut command = ground.vakhta(&["console"]);
    command.env("LANG", "ru_RU.UTF-8");
    let ended = run(command, "/uptime\n/mute\n1\n99\nquit\n/version\n").await;
    assert_eq!(ended.code(), Some(0), "{}", ended.err);
    assert!(ended.out.contains("работает"), "{}", ended.out);
    assert!(ended.out.contains("Предупреждения подождут"), "{}", ended.out);
    assert!(!ended.out.contains("Linux"), "it was over before: {}", ended.out);
    let nothing = run(ground.vakhta(&["console"]), "").await;
    assert_eq!((nothing.code(), nothing.out.as_str()), (Some(0), ""), "{}", nothing.err);
}

#[tokio::test]
async fn a_job_run_by_hand_ends_with_how_it_went() {
    let ground = Ground::new();
    for job in ["sample", "evaluate"] {
        let ended = said(&ground, &["job", job]).await;
        assert_eq!(ended.code(), Some(0), "{job}: {}", ended.err);
    }
    let digest = said(&ground, &["job", "morning"]).await;
    assert_eq!(digest.code(), Some(0), "{}", digest.err);
    assert!(digest.out.contains(&host()), "{}", digest.out);
    let unknown = said(&ground, &["job", "nonsense"]).await;
    assert_eq!(unknown.code(), Some(2), "{}", unknown.err);
    assert!(unknown.err.contains("sample, evaluate, heal, morning, weekly"), "{}", unknown.err);

    // With a token, what it has to say goes to Telegram.
    let api = BotApi::start();
    let mut command = ground.vakhta(&["job", "morning"]);
    command
        .env("BOT_TOKEN", TOKEN)
        .env("TELEGRAM_USER_ID", OWNER.to_string())
        .env("TELEGRAM_API_URL", api.url());
    let ended = run(command, "").await;
    assert_eq!(ended.code(), Some(0), "{}", ended.err);
    assert_eq!(api.messages(OWNER).len(), 1, "{:#?}", api.messages(OWNER));
    assert!(api.calls_of("getUpdates").is_empty(), "somebody else may be polling");

    // For a look: a picture and the words, and nothing is sent.
    let before = api.messages(OWNER).len();
    let file = ground.file("digest.png", "");
    let look = |words: &[&str]| {
        let mut command = ground.vakhta(words);
        command
            .env("BOT_TOKEN", TOKEN)
            .env("TELEGRAM_USER_ID", OWNER.to_string())
            .env("TELEGRAM_API_URL", api.url());
        command
    };
    let path = file.display().to_string();
    for name in ["morning", "weekly", "digest"] {
        let seen = run(look(&["job", name, "--out", &path]), "").await;
        assert_eq!(seen.code(), Some(0), "{name}: {}", seen.err);
        assert!(seen.out.contains(&host()), "{}", seen.out);
        let picture = std::fs::read(&file).expect("it was written");
        assert!(picture.starts_with(b"\x89PNG\r\n") && picture.len() < 80_000, "{name}: {}", picture.len());
    }
    assert_eq!(api.messages(OWNER).len(), before);
    let other = run(look(&["job", "sample", "--out", &path]), "").await;
    assert_eq!(other.code(), Some(2), "{}", other.err);
    assert_eq!(
        other.err,
        "vakhta: the job sample draws nothing; --out goes with a digest: morning, weekly\n"
    );
    let nowhere = run(look(&["job", "morning", "--out", "/no/such/place.png"]), "").await;
    assert_eq!((nowhere.code(), nowhere.out.as_str()), (Some(1), ""), "{}", nowhere.err);
    assert!(nowhere.err.contains("/no/such/place.png"), "{}", nowhere.err);
    let nobody = run(look(&["job", "nonsense", "--out", &path]), "").await;
    assert_eq!(nobody.code(), Some(2), "{}", nobody.err);
    let empty = Ground::new();
    let nothing = said(&empty, &["job", "morning", "--out", &path]).await;
    assert_eq!(nothing.code(), Some(1), "{}", nothing.err);
    assert!(nothing.err.contains("no watch has recorded anything"), "{}", nothing.err);

    // Beside a watch of the same directory.
    let watch = Watch::introduced(ground.serving(&api), &api).await;
    assert_eq!(said(&ground, &["job", "sample"]).await.code(), Some(0));
    assert_eq!(said(&ground, &["job", "digest", "--out", &path]).await.code(), Some(0));
    drop(watch);
}

#[tokio::test]
async fn a_declaration_is_checked_whole() {
    let ground = Ground::new();
    let built_in = said(&ground, &["check"]).await;
    assert_eq!(built_in.code(), Some(0), "{}", built_in.err);
    let count = format!("5 jobs and {} rules", built_in_rules());
    assert!(built_in.out.contains(&count), "{}", built_in.out);

    let good = ground.file("good.toml", QUICK);
    let ended = said(&ground, &["check", &good.display().to_string()]).await;
    assert_eq!(ended.code(), Some(0), "{}", ended.err);
    assert!(ended.out.contains("good.toml: 2 jobs and 0 rules"), "{}", ended.out);

    let printed = said(&ground, &["check", "--built-in"]).await;
    let copy = ground.file("copy.toml", &printed.out);
    let ended = said(&ground, &["check", &copy.display().to_string()]).await;
    assert_eq!(ended.code(), Some(0), "{}", ended.err);

    let bad = ground.file(
        "bad.toml",
        "[[job]]\nname = \"a\"\nrun = \"sampel\"\ncron = \"61 * * * *\"\n\n[[rule]]\nname = \"r\"\nmetric = \"cpu.bussy\"\ndetector = \"threshold\"\nabove = 1\n",
    );
    let ended = said(&ground, &["check", &bad.display().to_string()]).await;
    assert_eq!(ended.code(), Some(2), "{}", ended.out);
    for part in ["bad.toml:3", "sample", "bad.toml:4", "61", "bad.toml:8", "cpu.busy", "back"] {
        assert!(ended.err.contains(part), "{part}: {}", ended.err);
    }
    // And it is not run either.
    let mut command = ground.vakhta(&["console"]);
    command.env("VAKHTA_CONFIG", &bad);
    assert_eq!(run(command, "/status\n").await.code(), Some(2));
}

#[tokio::test]
async fn the_doctor_says_what_is_missing_in_words_and_for_scripts() {
    let (ground, api) = (Ground::new(), BotApi::start());
    for docker in [false, true] {
        let _dock = docker.then(|| super::dock::Dock::at(&ground));
        let order = |words: &[&str]| {
            let mut command = ground.vakhta(words);
            command
                .env("BOT_TOKEN", TOKEN)
                .env("TELEGRAM_USER_ID", OWNER.to_string())
                .env("TELEGRAM_API_URL", api.url());
            command
        };
        let json = run(order(&["doctor", "--json"]), "").await;
        let report: Value =
            serde_json::from_str(&json.out).unwrap_or_else(|error| panic!("{error}: {}", json.out));
        assert!(report.as_object().is_some_and(|it| !it.is_empty()), "{report}");
        assert!(json.out.contains("vakhta_test_bot"), "{}", json.out);
        let table = run(order(&["doctor"]), "").await;
        assert_eq!(table.code(), json.code(), "{}", table.out);
        for part in ["TELEGRAM_USER_ID", "DATA_DIR", "Docker", "vakhta_test_bot"] {
            assert!(table.out.contains(part), "{part}: {}", table.out);
        }
        // A machine without Docker is nothing broken.
        assert_eq!(json.code(), Some(0), "with Docker: {docker}: {}", json.out);
    }

    // What is set and cannot work is.
    let mut command = ground.vakhta(&["doctor"]);
    command.env("DATA_DIR", ground.file("file", "").join("data"));
    let broken = run(command, "").await;
    assert_eq!(broken.code(), Some(1), "{}", broken.out);
}

#[tokio::test]
async fn completions_are_what_the_shell_can_read() {
    let ground = Ground::new();
    let bash = said(&ground, &["completions", "bash"]).await;
    assert_eq!(bash.code(), Some(0));
    for order in ["console", "doctor", "health"] {
        assert!(bash.out.contains(order), "{order}");
    }
    let script = ground.file("completions.bash", &bash.out);
    if let Ok(read) = std::process::Command::new("bash").arg("-n").arg(&script).status() {
        assert!(read.success());
    }
    for shell in ["zsh", "fish"] {
        assert!(said(&ground, &["completions", shell]).await.out.contains("console"), "{shell}");
    }
}
