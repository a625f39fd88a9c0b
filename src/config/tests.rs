use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use jobs::alert::Side;
use jobs::declare::{Missed, Work};
use jobs::digest::Section;
use jobs::evaluate::{Companion, Detector, Forecast};
use proptest::prelude::*;
use secrecy::ExposeSecret;

use super::environment::FileText;
use super::*;
use crate::message::UserId;

const KNOWN: KnownNames<'static> = KnownNames {
    commands: &["restart", "stop", "fix", "jobs"],
    languages: &["en", "ru"],
    metrics: &[
        "cpu.busy",
        "memory.used",
        "load.1",
        "disk.used",
        "disk.free",
        "disk.inodes",
        "psi.cpu",
        "psi.memory",
        "net.in",
        "net.out",
        "containers.unhealthy",
        "containers.restarting",
    ],
    remedies: &["disk"],
};

/// An environment of these variables and files; a file's mode is 0600 unless its name ends in `!`.
fn environment(variables: &[(&str, &str)], files: &[(&str, &str)]) -> Environment {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let files: BTreeMap<PathBuf, (String, u32)> = files
        .iter()
        .map(|(path, text)| {
            let mode = if path.ends_with('!') { 0o100_644 } else { 0o100_600 };
            (PathBuf::from(path.trim_end_matches('!')), ((*text).to_owned(), mode))
        })
        .collect();
    let read = move |path: &Path| match files.get(path) {
        Some((text, _)) if text == "(denied)" => Err(io::ErrorKind::PermissionDenied.into()),
        Some((text, _)) if text == "(directory)" => Err(io::ErrorKind::IsADirectory.into()),
        Some((text, mode)) => Ok(FileText { bytes: text.clone().into_bytes(), mode: Some(*mode) }),
        None => Err(io::ErrorKind::NotFound.into()),
    };
    Environment::new(variables.iter().map(owned), Box::new(read))
}

fn good(variables: &[(&str, &str)], files: &[(&str, &str)]) -> Config {
    check(&environment(variables, files), KNOWN, Purpose::Local).unwrap_or_else(|it| panic!("{it}"))
}

/// Place, message and remedy of everything that is wrong.
fn wrong(variables: &[(&str, &str)], files: &[(&str, &str)], purpose: Purpose) -> Vec<String> {
    let mistakes = check(&environment(variables, files), KNOWN, purpose).expect_err("something is wrong");
    let line = |it: &Mistake| if it.line == 0 { String::new() } else { format!(":{}", it.line) };
    mistakes.iter().map(|it| format!("{}{}: {} -- {}", it.file, line(it), it.message, it.remedy)).collect()
}

const TOKEN: &str = "123456789:AAExampleExampleExampleExampleExampl";

fn token(config: &Config) -> &str {
    config.settings.token.as_ref().expect("a token").expose_secret()
}

fn line(config: &Config, name: &str) -> String {
    let line = config.settings.lines.iter().find(|line| line.name == name).expect("every setting has a line");
    format!("{} ({})", line.shown, line.source)
}

#[test]
fn with_nothing_set_everything_has_its_default() {
    let config = good(&[("HOME", "/home/anna")], &[]);
    let lines: Vec<String> = config
        .settings
        .lines
        .iter()
        .map(|it| format!("{} = {} ({})", it.name, it.shown, it.source))
        .collect();
    assert_eq!(
        lines,
        [
            "BOT_TOKEN = not set (default)",
            "TELEGRAM_USER_ID = nobody (default)",
            "TELEGRAM_OPERATORS = nobody (default)",
            "TELEGRAM_VIEWERS = nobody (default)",
            "ALERTS_CHAT = the owners' own chats (default)",
            "DIGEST_CHAT = the owners' own chats (default)",
            "TOTP_SECRET = not set (default)",
            "TOTP_FOR = every command that acts (default)",
            "TELEGRAM_API_URL = https://api.telegram.org (default)",
            "TELEGRAM_PROXY = none (default)",
            "HEARTBEAT_URL = not set (default)",
            "FALLBACK_URL = not set (default)",
            "FALLBACK_TOKEN = not set (default)",
            "FALLBACK_AFTER = 5m (default)",
            "ALARM_PROXY = none (default)",
            "DOCKER_HOST = unix:///var/run/docker.sock (default)",
            "HOST_ROOT = / (default)",
            "DATA_DIR = /home/anna/.local/state/vakhta (default)",
            "HOOKS_ALLOWED = none (default)",
            "LOCALE = auto (default)",
            "TZ = UTC (this machine)",
            "THEME = dark (default)",
            "VAKHTA_CONFIG = built in (default)",
            "LOG_LEVEL = info (default)",
            "LOG_FORMAT = text (default)",
            "START_CARD = on (default)",
        ]
    );
    assert_eq!(config.settings.warnings, Vec::<String>::new());
}

#[test]
fn the_token_is_searched_in_the_file_then_the_mount_then_the_variable() {
    let everything = [("BOT_TOKEN_FILE", "/a"), ("BOT_TOKEN", "3:c")];
    let files = [("/a", "1:a\n"), ("/run/secrets/bot_token", "2:b\r\n"), (".env", "BOT_TOKEN=4:d")];
    let first = good(&everything, &files);
    assert_eq!((token(&first), line(&first, "BOT_TOKEN").as_str()), ("1:a", "set (/a)"));
    let second = good(&everything[1..], &files);
    assert_eq!(
        (token(&second), line(&second, "BOT_TOKEN").as_str()),
        ("2:b", "set (/run/secrets/bot_token)")
    );
    let third = good(&everything[1..], &files[2..]);
    assert_eq!(
        (token(&third), line(&third, "BOT_TOKEN").as_str()),
        ("3:c", "set (environment variable BOT_TOKEN)")
    );
    let fourth = good(&[("BOT_TOKEN", "")], &files[2..]);
    assert_eq!((token(&fourth), line(&fourth, "BOT_TOKEN").as_str()), ("4:d", "set (.env line 1)"));
}

#[test]
fn addresses_that_are_secrets_are_found_as_the_token_is_and_shown_without_their_path() {
    let config = good(
        &[("FALLBACK_URL", "https://me:pass@ntfy.example:8443/topic?auth=x"), ("FALLBACK_AFTER", "90s")],
        &[
            ("/run/secrets/heartbeat_url", "https://hc.example/5f0c2b1e-0000-4000-8000-000000000000\n"),
            ("/run/secrets/fallback_token", "tk_1\n"),
        ],
    );
    assert_eq!(line(&config, "HEARTBEAT_URL"), "https://hc.example/*** (/run/secrets/heartbeat_url)");
    assert_eq!(
        line(&config, "FALLBACK_URL"),
        "https://ntfy.example:8443/*** (environment variable FALLBACK_URL)"
    );
    assert_eq!(line(&config, "FALLBACK_TOKEN"), "set (/run/secrets/fallback_token)");
    let fallback = config.settings.fallback.as_ref().expect("one is set");
    assert_eq!(fallback.after, Duration::from_secs(90));
    let secrets = config.settings.secrets();
    let secrets: Vec<&str> = secrets.iter().map(ExposeSecret::expose_secret).collect();
    assert_eq!(
        secrets,
        [
            "tk_1",
            "https://hc.example/5f0c2b1e-0000-4000-8000-000000000000",
            "5f0c2b1e-0000-4000-8000-000000000000",
            "https://me:pass@ntfy.example:8443/topic?auth=x",
        ]
    );
    assert!(!format!("{:?}", config.settings).contains("5f0c2b1e"));
    assert!(config.off.is_empty() && config.jobs.iter().any(|it| it.job.name == "beat"));
}

#[test]
fn a_job_that_lacks_its_setting_is_off_and_says_which() {
    let config = good(&[], &[]);
    let off: Vec<_> = config.off.iter().map(|it| (it.name.as_str(), it.kind, it.lacks)).collect();
    assert_eq!(off, [("beat", "beat", "HEARTBEAT_URL")]);
    assert!(config.jobs.iter().all(|it| it.job.name != "beat"));
}

#[test]
fn what_is_set_for_nobody_is_warned_of() {
    let lonely = good(&[("FALLBACK_TOKEN", "tk_1"), ("HEARTBEAT_ULR", "x")], &[]).settings.warnings;
    assert_eq!(
        lonely,
        [
            "environment: HEARTBEAT_ULR is not a setting; did you mean HEARTBEAT_URL?",
            "FALLBACK_TOKEN is set, and FALLBACK_URL is not: nobody is called with it",
        ]
    );
    let open = good(&[("HEARTBEAT_URL", "http://hc.example/abc")], &[]).settings.warnings;
    assert_eq!(open, ["HEARTBEAT_URL is not https: anybody on the way can read it"]);
}

#[test]
fn every_setting_can_be_a_file_and_the_real_environment_wins_over_dotenv() {
    let dotenv = (".env", "LOCALE_FILE=/en\nTZ=UTC\nTELEGRAM_USER_ID=1\n");
    let config = good(
        &[("LOCALE", "ru"), ("TZ_FILE", "/zone")],
        &[dotenv, ("/zone", "Europe/Moscow\n"), ("/en", "en")],
    );
    assert_eq!(line(&config, "LOCALE"), "ru (environment variable LOCALE)");
    assert_eq!(line(&config, "TZ"), "Europe/Moscow (/zone)");
    assert_eq!(line(&config, "TELEGRAM_USER_ID"), "1 (.env line 3)");
    assert_eq!(line(&good(&[], &[dotenv, ("/en", "en")]), "LOCALE"), "en (/en)");
}

#[test]
fn news_goes_to_groups_and_topics_that_are_written_as_such() {
    let told = |alerts: &str| {
        let settings = [("TELEGRAM_USER_ID", "1"), ("TELEGRAM_VIEWERS", "4"), ("ALERTS_CHAT", alerts)];
        let places = good(&settings, &[]).settings.alerts_chat;
        places.into_iter().map(|it| (it.chat.0, it.thread)).collect::<Vec<_>>()
    };
    assert_eq!(told("-1001234567890/17"), [(-1_001_234_567_890, Some(17))]);
    assert_eq!(
        told("-1001234567890/1, 4,-1001234567890; -55"),
        [(-1_001_234_567_890, None), (4, None), (-55, None)],
        "General is no topic, and a chat is told once"
    );
    let told_so = |chat: &str| {
        let settings = [("TELEGRAM_USER_ID", "1"), ("DIGEST_CHAT", chat)];
        wrong(&settings, &[], Purpose::Local).concat()
    };
    let which = "write a group's number (-1001234567890), with a slash and a number for one of its topics \
                 (-1001234567890/17); docs/groups.md says how to find them";
    let place = "environment variable DIGEST_CHAT: DIGEST_CHAT:";
    assert_eq!(told_so("@team"), format!("{place} `@team` is not a chat's number -- {which}"));
    assert_eq!(
        told_so("-1001234567890/x"),
        format!("{place} `-1001234567890/x` has no topic's number after its slash -- {which}")
    );
    assert_eq!(told_so(","), format!("{place} it names no chat -- {which}"));
    assert_eq!(told_so("1/3"), format!("{place} `1/3` is a person, and people have no topics -- {which}"));
    assert!(
        told_so("9").contains("`9` is a person who may not speak here -- name a group, or give them a role")
    );
    assert!(told_so("-55/3").contains("`-55/3` has no topics -- only a group whose number begins with -100"));
}

#[test]
fn a_file_that_is_named_must_be_there_and_hold_something() {
    let cases = [
        (
            "/none",
            "environment variable BOT_TOKEN_FILE: /none is not there -- check the path; in a container, check the mount",
        ),
        ("/empty", "/empty: the file is empty -- write the value into it, or do not name it"),
        (
            "/denied",
            "environment variable BOT_TOKEN_FILE: /denied may not be read by this user -- give the user that runs Vakhta the right to read it; in our image that is 65534",
        ),
        (
            "/dir",
            "environment variable BOT_TOKEN_FILE: /dir is a directory -- Docker makes a directory when the file to be mounted is not there: remove it, write the file",
        ),
    ];
    let files = [("/empty", " \n"), ("/denied", "(denied)"), ("/dir", "(directory)")];
    for (path, message) in cases {
        let variables = [("BOT_TOKEN_FILE", path), ("TELEGRAM_USER_ID", "1")];
        assert_eq!(wrong(&variables, &files, Purpose::Serve), [message]);
    }
}

#[test]
fn serving_needs_a_token_and_an_owner_and_the_console_does_not() {
    assert_eq!(
        wrong(&[], &[], Purpose::Serve),
        [
            "environment variable BOT_TOKEN: the bot's token is not set -- ask @BotFather in Telegram for one (/newbot), then run `vakhta init`, or set BOT_TOKEN, or name its file in BOT_TOKEN_FILE",
            "environment variable TELEGRAM_USER_ID: nobody may speak to the bot -- run `vakhta init`, which learns your number from your phone, or write it here, not your @name: message @userinfobot in Telegram and it answers with it; several are separated by commas",
        ]
    );
    good(&[], &[]);
}

#[test]
fn owners_are_numbers_of_people() {
    let owners = |text| good(&[("TELEGRAM_USER_ID", text)], &[]).settings.owners;
    assert_eq!(owners("42"), [UserId(42)]);
    assert_eq!(owners(" 42, 7000000000 ,42,"), [UserId(42), UserId(7_000_000_000)]);
    let nobody = wrong(&[("TELEGRAM_USER_ID", " , ,")], &[], Purpose::Local);
    assert!(nobody[0].contains("it names nobody -- run `vakhta init`"), "{nobody:?}");
    let messages = wrong(&[("TELEGRAM_USER_ID", "@anna,-100123,5")], &[], Purpose::Local);
    let heads: Vec<&str> = messages.iter().filter_map(|it| it.split(" -- ").next()).collect();
    assert_eq!(
        heads,
        [
            "environment variable TELEGRAM_USER_ID: TELEGRAM_USER_ID: `@anna` is not a number",
            "environment variable TELEGRAM_USER_ID: TELEGRAM_USER_ID: `-100123` is a group; only people may speak",
        ]
    );
}

#[test]
fn everybody_has_one_role() {
    use jobs::role::Role::{Admin, Operator, Viewer};
    let config =
        good(&[("TELEGRAM_USER_ID", "1"), ("TELEGRAM_OPERATORS", "2,3,2"), ("TELEGRAM_VIEWERS", "4")], &[]);
    let people: Vec<_> = config.settings.people().map(|(id, role)| (id.0, role)).collect();
    assert_eq!(people, [(1, Admin), (2, Operator), (3, Operator), (4, Viewer)]);
    assert_eq!(line(&config, "TELEGRAM_OPERATORS"), "2,3,2 (environment variable TELEGRAM_OPERATORS)");
    let twice = [("TELEGRAM_USER_ID", "1,2"), ("TELEGRAM_OPERATORS", "2,3"), ("TELEGRAM_VIEWERS", "3,@x")];
    assert_eq!(
        wrong(&twice, &[], Purpose::Local),
        [
            "environment variable TELEGRAM_VIEWERS: TELEGRAM_VIEWERS: `@x` is not a number -- run `vakhta init`, which learns your number from your phone, or write it here, not your @name: message @userinfobot in Telegram and it answers with it; several are separated by commas",
            "environment variable TELEGRAM_OPERATORS: TELEGRAM_OPERATORS: 2 stands in TELEGRAM_USER_ID too -- everybody has one role: leave the number in one of the two",
            "environment variable TELEGRAM_VIEWERS: TELEGRAM_VIEWERS: 3 stands in TELEGRAM_OPERATORS too -- everybody has one role: leave the number in one of the two",
        ]
    );
    // Operators are no owners: nobody would be told of anything.
    let ownerless = wrong(&[("BOT_TOKEN", TOKEN), ("TELEGRAM_OPERATORS", "2")], &[], Purpose::Serve);
    assert!(ownerless[0].contains("TELEGRAM_USER_ID: nobody may speak"), "{ownerless:?}");
}

#[test]
fn the_secret_of_codes_is_found_as_the_token_is_and_names_what_it_guards() {
    use crate::totp::Guarded;
    const SECRET: &str = "gezd gnbv gy3t qojq gezd gnbv gy3t qojq";
    let mounted = good(&[], &[("/run/secrets/totp_secret", SECRET)]);
    assert_eq!(line(&mounted, "TOTP_SECRET"), "set (/run/secrets/totp_secret)");
    assert_eq!(mounted.settings.totp.map(|it| it.guarded), Some(Guarded::Acting));
    let named = good(&[("TOTP_SECRET_FILE", "/s"), ("TOTP_FOR", "/stop, FIX,")], &[("/s", SECRET)]);
    let guarded = Guarded::Named(vec!["stop".to_owned(), "fix".to_owned()]);
    assert_eq!(named.settings.totp.as_ref().map(|it| it.guarded.clone()), Some(guarded));
    let struck: Vec<_> = named.settings.secrets().iter().map(|it| it.expose_secret().to_owned()).collect();
    assert_eq!(struck, ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"]);
    assert!(!format!("{named:?}").to_lowercase().contains("gezd"));
    assert_eq!(
        wrong(
            &[("TOTP_SECRET", "gezd1nbvgy3tqojqgezdgnbvgy"), ("TOTP_FOR", "stopp,ps,,")],
            &[],
            Purpose::Local
        ),
        [
            "environment variable TOTP_SECRET: TOTP_SECRET: this is no secret for codes: character 5 is none of A to Z and 2 to 7 -- `vakhta totp new --out FILE` makes one",
            "environment variable TOTP_FOR: TOTP_FOR: `stopp` is no command that changes anything -- did you mean stop?",
            "environment variable TOTP_FOR: TOTP_FOR: `ps` is no command that changes anything -- what can ask for a code: restart, stop, fix, jobs",
        ]
    );
    assert_eq!(
        wrong(&[("TOTP_FOR", "stop")], &[], Purpose::Local),
        [
            "environment variable TOTP_FOR: TOTP_FOR: there is no secret, so nothing would ask for a code -- set TOTP_SECRET_FILE too (`vakhta totp new --out FILE` makes one), or take this away",
        ]
    );
}

#[test]
fn no_secret_is_in_a_message_a_line_or_a_debug_text() {
    let mut said = String::new();
    for bad in ["SECRET", "SECRET:SECRET", "12 SECRET", "\"1:SECRET\"", "1:SECRET SECRET"] {
        said += &wrong(&[("BOT_TOKEN", bad)], &[], Purpose::Local).concat();
        said += &wrong(&[], &[(".env", &format!("BOT_TOKEN='{bad}'"))], Purpose::Local).concat();
    }
    for bad in
        ["gopher://me:SECRET@host", "http://me:SECRET@", "me:SECRET@host:1080", "http://SECRET@host:99999"]
    {
        said += &wrong(&[("TELEGRAM_PROXY", bad)], &[], Purpose::Local).concat();
    }
    for bad in ["http://me:SECRET@host", "tcp://me:SECRET@host:1", "ssh://SECRET@host"] {
        let it = environment(&[("DOCKER_HOST", bad)], &[]);
        let mistakes = check(&it, KNOWN, Purpose::Local).expect_err("Docker has no passwords");
        said += &format!("{mistakes} {mistakes:?}");
        said += &wrong(&[("TELEGRAM_API_URL", bad)], &[], Purpose::Local).concat();
    }
    let variables = [("BOT_TOKEN", "1:SECRET"), ("TELEGRAM_PROXY", "socks5h://me:SECRET@host:1080")];
    let environment = environment(&variables, &[]);
    let config = check(&environment, KNOWN, Purpose::Local).expect("all is well");
    said += &format!("{environment:?} {config:?}");
    // That is the name of a setting.
    let said = said.replace("TOTP_SECRET", "");
    assert!(!said.contains("SECRET"), "{said}");
    assert_eq!(
        line(&config, "TELEGRAM_PROXY"),
        "socks5h://***@host:1080 (environment variable TELEGRAM_PROXY)"
    );
    assert_eq!(config.settings.proxy.expect("a proxy").url.expose_secret(), variables[1].1);
}

#[test]
fn a_secret_that_anybody_may_read_is_warned_of() {
    let warnings =
        |variables: &[(&str, &str)], files: &[(&str, &str)]| good(variables, files).settings.warnings;
    assert_eq!(warnings(&[("BOT_TOKEN_FILE", "/a")], &[("/a", "1:a")]), Vec::<String>::new());
    assert_eq!(
        warnings(&[("BOT_TOKEN_FILE", "/a")], &[("/a!", "1:a")]),
        ["/a holds a secret and every user may read it (mode 644); chmod 600 it"]
    );
    assert_eq!(
        warnings(&[], &[(".env!", "BOT_TOKEN=1:a")]),
        [".env holds a secret and every user may read it (mode 644); chmod 600 it"]
    );
    assert_eq!(warnings(&[], &[(".env!", "LOCALE=ru")]), Vec::<String>::new());
    assert_eq!(warnings(&[], &[("/run/secrets/bot_token!", "1:a")]), Vec::<String>::new());
}

#[test]
fn a_name_that_is_almost_a_setting_is_warned_of() {
    let config =
        good(&[("TELEGRAM_USERID", "1"), ("TELEGRAM_DEBUG_COLOUR", "1")], &[(".env", "\nLOCAL=ru\nPATH=x")]);
    assert_eq!(
        config.settings.warnings,
        [
            "environment: TELEGRAM_USERID is not a setting; did you mean TELEGRAM_USER_ID?",
            ".env line 2: LOCAL is not a setting; did you mean LOCALE?",
        ]
    );
}

#[test]
fn addresses_are_read_and_wrong_ones_refused_with_the_right_one() {
    let settings = |name, value| good(&[(name, value)], &[]).settings;
    assert_eq!(settings("TELEGRAM_API_URL", "http://localhost:8081/").api, "http://localhost:8081");
    assert_eq!(
        settings("DOCKER_HOST", "tcp://proxy:2375").docker,
        DockerAddress::Tcp("proxy:2375".to_owned())
    );
    assert_eq!(settings("DOCKER_HOST", "tcp://proxy").docker, DockerAddress::Tcp("proxy:2375".to_owned()));
    assert_eq!(
        settings("DOCKER_HOST", "unix:///x.sock").docker,
        DockerAddress::Unix(PathBuf::from("/x.sock"))
    );
    assert_eq!(settings("HOST_ROOT", "/host/root/").host_root, Some(PathBuf::from("/host/root")));
    assert_eq!(settings("HOST_ROOT", "/").host_root, None);
    assert_eq!(settings("TELEGRAM_API_URL", "http://far.example").warnings.len(), 1);
    for (name, value, message, remedy) in [
        (
            "DOCKER_HOST",
            "/var/run/docker.sock",
            "this is not an address: it has no scheme, such as `http://`",
            "write unix:///var/run/docker.sock",
        ),
        (
            "DOCKER_HOST",
            "http://proxy:2375",
            "Docker is reached over unix:// or tcp://",
            "write tcp://proxy:2375",
        ),
        (
            "DOCKER_HOST",
            "unix://docker.sock",
            "the path of a socket begins with /",
            "write unix:///var/run/docker.sock",
        ),
        (
            "DOCKER_HOST",
            "tcp://proxy:port",
            "this is not an address: its port is not a number from 1 to 65535",
            "write unix:///var/run/docker.sock or tcp://docker-proxy:2375",
        ),
        (
            "TELEGRAM_PROXY",
            "socks4://host",
            "no proxy is spoken to over `socks4`",
            "write, for example, socks5h://user:password@proxy.example:1080 (or http, https, socks5)",
        ),
        (
            "TELEGRAM_API_URL",
            "ftp://host",
            "the Bot API is spoken over http or https",
            "write, for example, https://api.telegram.org or http://localhost:8081",
        ),
        (
            "HOST_ROOT",
            "host",
            "`host` is not a path from the root",
            "write the place where the host's / is mounted, for example /host/root",
        ),
        ("LOCALE", "de", "`de` is not known here", "one of: auto, en, ru"),
        ("TZ", "Moscow", "no time zone is called `Moscow`", "did you mean \"Europe/Moscow\"?"),
        (
            "LOG_LEVEL",
            "infoo",
            "`infoo` is not a level",
            "one of: off, error, warn, info, debug, trace; by module: info,vakhta::telegram=debug",
        ),
        (
            "LOG_LEVEL",
            "vakhta=loud",
            "`vakhta=loud` is not a level",
            "one of: off, error, warn, info, debug, trace; by module: info,vakhta::telegram=debug",
        ),
        // What would be heard as a module of that name, and silence all others.
        (
            "LOG_LEVEL",
            "info,vakhta::docker = debug",
            "`info,vakhta::docker = debug` is not a level",
            "one of: off, error, warn, info, debug, trace; by module: info,vakhta::telegram=debug",
        ),
        (
            "LOG_LEVEL",
            "vakhta[span]=debug",
            "`vakhta[span]=debug` is not a level",
            "one of: off, error, warn, info, debug, trace; by module: info,vakhta::telegram=debug",
        ),
        ("THEME", "pink", "`pink` is not known here", "one of: dark, light"),
        ("LOG_FORMAT", "xml", "`xml` is not known here", "one of: text, json"),
        ("START_CARD", "no", "`no` is not known here", "one of: on, off"),
    ] {
        let expected = format!("environment variable {name}: {name}: {message} -- {remedy}");
        assert_eq!(wrong(&[(name, value)], &[], Purpose::Local), [expected]);
    }
}

#[test]
fn levels_of_the_log_may_have_blanks_and_commas_around_them() {
    for (said, filter) in [
        ("WARN", "WARN"),
        ("info,", "info"),
        (" info , vakhta::docker=debug", "info,vakhta::docker=debug"),
        ("vakhta=off,warn", "vakhta=off,warn"),
    ] {
        assert_eq!(good(&[("LOG_LEVEL", said)], &[]).settings.log_filter, filter);
    }
}

#[test]
fn the_built_in_declaration_is_right() {
    let config = good(&[("TZ", "Europe/Moscow")], &[]);
    let jobs: Vec<String> = config
        .jobs
        .iter()
        .map(|it| format!("{} {} {} {:?}", it.job.name, it.job.work.kind(), it.cron, it.job.timeout))
        .collect();
    assert_eq!(
        jobs,
        [
            "sample sample */10 * * * * * 8s",
            "evaluate evaluate 5/30 * * * * * 20s",
            "heal heal 45 * * * * * 300s",
            "morning digest 0 0 9 * * * 60s",
            "weekly digest 0 5 9 * * 1 60s",
        ]
    );
    assert!(config.jobs.iter().all(|it| it.zone.iana_name() == Some("Europe/Moscow")));
    assert_eq!(config.jobs[3].job.missed, Missed::Once { grace: Duration::from_secs(6 * 3600) });
    let names: Vec<&str> = config.rules.iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "cpu",
            "cpu-unusual",
            "memory",
            "memory-unusual",
            "received-unusual",
            "sent-unusual",
            "disk",
            "inodes",
            "disk-filling",
            "inodes-filling",
            "memory-filling",
            "memory-pressure",
            "blind",
        ]
    );
    let Detector::Novelty(novelty) = &config.rules[1].detector else { panic!("cpu-unusual is novelty") };
    assert_eq!((novelty.least, novelty.floor, novelty.ceiling), (20.0, Some(40.0), None));
    assert_eq!((novelty.every.as_secs(), novelty.settle.as_secs()), (300, 24 * 3600));
    assert_eq!(novelty.zone.iana_name(), Some("Europe/Moscow"));
    let page_with = Companion { metric: "psi.cpu".to_owned(), side: Side::Above, at: 25.0 };
    assert_eq!(novelty.page_with, Some(page_with));
    assert_eq!(config.rules[6].remedy.as_deref(), Some("disk"));
    // What is built in says aloud what a rule without these settings has.
    let forecast = |place: usize| match &config.rules[place].detector {
        Detector::Forecast(forecast) => forecast.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((forecast(8), forecast(9)), (Forecast::default(), Forecast::default()));
    assert_eq!((forecast(10).floor, forecast(10).long.as_secs()), (80.0, 6 * 3600));
}

#[test]
fn a_declaration_of_ones_own_is_read_from_the_file_that_is_named() {
    let text = "[[job]]\nname = \"weekly\"\nrun = \"digest\"\ncron = \"0 8 * * MON\"\ntimezone = \"asia/tokyo\"\nperiod = \"7d\"\n";
    let config = good(&[("VAKHTA_CONFIG", "/etc/vakhta.toml")], &[("/etc/vakhta.toml", text)]);
    let job = &config.jobs[0];
    assert_eq!((job.zone.iana_name(), job.job.zone.as_deref()), (Some("Asia/Tokyo"), Some("Asia/Tokyo")));
    let Work::Digest(digest) = &job.job.work else { panic!("a digest") };
    assert_eq!(digest.period, Duration::from_secs(7 * 24 * 3600));
    assert_eq!(digest.without, []);
    let without = |line: &str| {
        let config = good(&[("VAKHTA_CONFIG", "/v")], &[("/v", &format!("{text}{line}\n"))]);
        let Work::Digest(digest) = &config.jobs[0].job.work else { panic!("a digest") };
        digest.without.clone()
    };
    assert_eq!(without("without = [\"picture\", \"backlog\"]"), [Section::Picture, Section::Backlog]);
    assert_eq!(without("sections = [\"incidents\"]"), Section::others(&[Section::Incidents]));
    assert_eq!(
        wrong(&[("VAKHTA_CONFIG", "/none")], &[], Purpose::Local),
        ["VAKHTA_CONFIG: /none is not there -- check the path; in a container, check the mount"]
    );
}

#[test]
fn mistakes_of_the_environment_and_of_the_declaration_are_told_together() {
    let variables = [("LOCALE", "de"), ("TELEGRAM_USER_ID", "me"), ("VAKHTA_CONFIG", "/v")];
    let messages = wrong(&variables, &[("/v", "[[job]]\n"), (".env", "oops")], Purpose::Serve);
    assert_eq!(messages.len(), 7, "{messages:#?}");
}

#[test]
fn a_mistake_of_the_environment_names_its_variable_or_its_line() {
    let environment = environment(&[("LOCALE", "de")], &[(".env", "# mine\nTELEGRAM_USER_ID=@anna\n")]);
    let mistakes = check(&environment, KNOWN, Purpose::Local).expect_err("two things are wrong");
    assert_eq!(
        mistakes.text(false),
        "\
error: TELEGRAM_USER_ID: `@anna` is not a number
--> .env:2
 = help: run `vakhta init`, which learns your number from your phone, or write it here, not your @name: message @userinfobot in Telegram and it answers with it; several are separated by commas

error: LOCALE: `de` is not known here
--> environment variable LOCALE
 = help: one of: auto, en, ru

2 mistakes
"
    );
}

#[test]
fn what_is_done_about_containers_is_read_with_what_is_usual_where_nothing_is_said() {
    use jobs::heal::{Mode, Policy, When};
    use jobs::ports::Verb;
    let text = "[[job]]\nname = \"heal\"\nrun = \"heal\"\ncron = \"45 * * * * *\"\nmost_an_hour = 4\n\
                [[heal]]\nname = \"web\"\nwhen = \"down\"\nremedy = \"restart\"\nmode = \"auto\"\nwait = \"5s\"\n\
                verify = \"1m\"\nbudget = 2\nback_off = \"1m\"\nonly = [\"project:shop\"]\nexcept = [\"shop-db*\"]\n\
                [[heal]]\nname = \"rest\"\nwhen = \"unhealthy\"\n";
    let declared = declared::read("x.toml", text, KNOWN).expect("all is well");
    let jobs::declare::Work::Heal(settings) = &declared.jobs[0].work else { panic!("{:?}", declared.jobs) };
    let seconds = std::time::Duration::from_secs;
    let web = Policy {
        verb: Verb::Restart,
        mode: Mode::Auto,
        wait: seconds(5),
        verify: seconds(60),
        most_an_hour: 2,
        back_off: seconds(60),
        only: vec!["project:shop".to_owned()],
        except: vec!["shop-db*".to_owned()],
        ..Policy::usual("web", When::Down)
    };
    assert_eq!(settings.policies, [web, Policy::usual("rest", When::Unhealthy)]);
    assert_eq!(settings.most_an_hour, 4);
}

#[test]
fn a_hook_is_known_to_rules_by_its_name_and_to_every_job_that_heals() {
    let text = r#"
        [[hook]]
        name = "clean"
        command = ["/opt/clean", "--fast"]
        timeout = "9s"
        for = "/srv"

        [[job]]
        name = "heal"
        run = "heal"
        cron = "45 * * * * *"
        images_unused_for = "60d"
        roots = ["/var/log", "/home"]

        [[job]]
        name = "evaluate"
        run = "evaluate"
        cron = "45 * * * * *"

        [[rule]]
        name = "srv"
        metric = "disk.used"
        detector = "absence"
        after = "1h"
        remedy = "hook:clean"
    "#;
    let declared = declared::read("x.toml", text, KNOWN).unwrap_or_else(|it| panic!("{}", it.text(false)));
    assert_eq!(declared.rules[0].remedy.as_deref(), Some("hook:clean"));
    let Work::Heal(settings) = &declared.jobs[0].work else { panic!("{declared:?}") };
    let hook = jobs::heal::Hook {
        name: "clean".to_owned(),
        command: vec!["/opt/clean".to_owned(), "--fast".to_owned()],
        timeout: Duration::from_secs(9),
        mount: Some("/srv".to_owned()),
    };
    assert_eq!(settings.hooks, [hook]);
    assert_eq!(settings.roots, ["/var/log", "/home"]);
    assert_eq!(settings.images_unused_for, Duration::from_secs(60 * 24 * 3600));
}

#[test]
fn programs_that_hooks_may_run_are_whole_paths() {
    let allowed = |value: &str| good(&[("HOOKS_ALLOWED", value)], &[]).settings.hooks_allowed;
    assert_eq!(
        allowed("/opt/clean: /usr/local/bin/tidy :"),
        [PathBuf::from("/opt/clean"), PathBuf::from("/usr/local/bin/tidy")]
    );
    let wrong = wrong(&[("HOOKS_ALLOWED", "/opt/clean:tidy")], &[], Purpose::Local);
    assert!(wrong[0].contains("`tidy` is no absolute path"), "{wrong:?}");
}

/// Each file of `tests/data/invalid` makes exactly the text beside it. `GOLDEN=write` writes the texts anew, to be
/// read by a person before they are committed.
#[test]
fn every_wrong_declaration_is_answered_with_its_place_and_its_remedy() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/invalid");
    let mut seen = 0;
    for entry in std::fs::read_dir(&directory).expect("the directory of wrong declarations") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("text");
        let mistakes = declared::read(&name, &text, KNOWN).expect_err(&name);
        let expected = if name == "ten-at-once.toml" { 10 } else { 1 };
        let shown = mistakes.text(false);
        let golden = path.with_extension("txt");
        if std::env::var_os("GOLDEN").is_some_and(|it| it == "write") {
            std::fs::write(&golden, &shown).expect("write the golden text");
        }
        assert_eq!(mistakes.len(), expected, "{name}\n{shown}");
        assert_eq!(shown, std::fs::read_to_string(&golden).expect("a golden text"), "{name}");
        assert!(
            !mistakes.text(true).contains("SECRET") && !mistakes.text(true).contains("AAExample"),
            "{name}"
        );
        assert!(mistakes.text(true).contains('\u{1b}') && !shown.contains('\u{1b}'), "{name}");
        seen += 1;
    }
    assert!(40 < seen, "only {seen} wrong declarations were found");
}

proptest! {
    #[test]
    fn no_declaration_makes_it_panic_and_no_token_comes_out(
        text in "([a-z_]{1,8} ?= ?(\"[^\"]{0,12}\"|[0-9.]{1,4}|\\[\"x\"\\])|\\[\\[(job|rule)\\]\\]|\\PC{0,12}|token = '123456789:AAExampleExampleExampleExampleExampl')(\n([a-z_]{1,8} = (\"\\PC{0,12}\"|[0-9]{1,4})|\\[\\[(job|rule)\\]\\]|name = \"ж\"|cron = \"\\PC{0,9}\"|run = \"heal\")){0,9}",
    ) {
        if let Err(mistakes) = declared::read("x.toml", &text, KNOWN) {
            prop_assert!(!mistakes.is_empty());
            prop_assert!(!mistakes.text(true).contains("AAExample"));
            prop_assert!(!mistakes.text(false).contains("AAExample"));
        }
    }

    #[test]
    fn no_broken_line_of_the_built_in_declaration_makes_it_panic(at in 0usize..BUILT_IN.len(), with in "\\PC{0,3}") {
        let mut text = BUILT_IN.to_owned();
        if text.is_char_boundary(at) {
            text.insert_str(at, &with);
            let _ = declared::read("x.toml", &text, KNOWN).map_err(|it| it.text(true));
        }
    }

    #[test]
    fn no_dotenv_makes_it_panic(text in "([A-Z_]{1,9}=?\\PC{0,12}\n?){0,6}") {
        let _ = check(&environment(&[], &[(".env", &text)]), KNOWN, Purpose::Local);
    }
}

#[test]
fn the_token_is_well_formed_in_the_tests() {
    assert_eq!(token(&good(&[("BOT_TOKEN", TOKEN)], &[])), TOKEN);
    assert_eq!(good(&[], &[]).settings.zone, TimeZone::UTC);
}
