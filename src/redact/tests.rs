//! What goes, what stays, and that nothing breaks it.

use proptest::prelude::*;

use super::*;

/// Each `⟦…⟧` of the line is a secret, and nothing else is.
fn check(line: &str) {
    let (mut given, mut expected) = (String::new(), String::new());
    let mut secret = false;
    for it in line.chars() {
        match it {
            '⟦' => {
                secret = true;
                expected.push_str(MARK);
            }
            '⟧' => secret = false,
            it => {
                given.push(it);
                if !secret {
                    expected.push(it);
                }
            }
        }
    }
    assert_eq!(Redactor::default().text(&given), expected, "{given}");
}

/// Put together at run time: a file that looks as if it held keys is refused by those who look for them.
fn made(beginning: &str, end: &str) -> String {
    format!("{beginning}{end}")
}

#[test]
fn what_a_name_gives_away_goes() {
    for line in [
        "password=⟦hunter2⟧",
        "DB_PASSWORD=⟦p@ss,w0rd!⟧ DB_USER=app",
        r#"{"user":"bob","password":"⟦corr\"ect horse⟧","ok":true}"#,
        r#"{"apiKey": "⟦abc⟧", "api_key": "⟦def⟧", "x-api-key": "⟦g⟧"}"#,
        r#"body: "{\"token\":\"⟦abc123⟧\"}""#,
        "  client_secret: ⟦swordfish⟧",
        "- POSTGRES_PASSWORD: ⟦swordfish⟧",
        "auth token: ⟦ab12cd⟧, next",
        "Server=db;Database=x;User Id=sa;Password=⟦s3cret⟧;Encrypt=true",
        "{password=⟦abc⟧, user=bob}",
        "secret => ⟦abc⟧",
        ":password => \"⟦abc⟧\"",
        "MYSQL_ROOT_PASSWORD='⟦it is a secret⟧' started",
        "mysqld --password ⟦hunter2⟧ --user root",
        "mysqld --password=⟦hunter2⟧ --user root",
        "pwd=⟦abc⟧",
        "пароль: ⟦ж1⟧",
        "password = ⟦abc⟧",
        "SECRET_KEY_BASE=⟦0123abcd⟧",
        "Cookie: ⟦sid=abc⟧; path=/",
        "(password=⟦abc⟧)",
        "AccountKey=⟦abc+/==⟧;EndpointSuffix=core",
    ] {
        check(line);
    }
}

#[test]
fn headers_keep_their_way_and_lose_what_is_shown() {
    for line in [
        "Authorization: Bearer ⟦abc.def⟧ host=x",
        "authorization: Basic ⟦dXNlcjpwYXNz⟧",
        r#""Authorization": "Bearer ⟦abc⟧", "Accept": "*/*""#,
        "Authorization: ⟦abcdef⟧",
        "sending Bearer ⟦abcdef123456⟧ to upstream",
        "Authorization: Digest ⟦username=bob, response=6629fae4⟧",
    ] {
        check(line);
    }
}

#[test]
fn tokens_are_known_by_their_letters() {
    let figures = "0123456789abcdefghijABCDEFGHIJ0123456789";
    for beginning in [
        "ghp_",
        "gho_",
        "github_pat_",
        "glpat-",
        "xoxb-",
        "xapp-",
        "sk_live_",
        "rk_test_",
        "whsec_",
        "sk-",
        "AIza",
        "npm_",
        "dckr_pat_",
        "hf_",
        "hvs.",
        "dop_v1_",
        "pypi-",
        "SG.",
    ] {
        check(&format!("using ⟦{}⟧ for it", made(beginning, figures)));
        check(&format!("x={},y", made("⟦", &made(beginning, figures)) + "⟧"));
    }
    check(&format!("key id ⟦{}⟧.", made("AKIA", "IOSFODNN7EXAMPLE")));
    check(&format!("jwt ⟦{}⟧ ok", made("eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl")));
    let telegram = made("123456789:", "AAExampleExampleExampleExampleExampl");
    check(&format!("token ⟦{telegram}⟧"));
    check(&format!("GET https://api.telegram.org/bot⟦{telegram}⟧/getMe"));
    check(&format!("POST https://hooks.slack.com/services/⟦{}⟧", made("T000/B000/", "XXXX")));
}

#[test]
fn addresses_lose_what_opens_them() {
    for line in [
        "postgres://app:⟦s3cret⟧@db:5432/shop",
        "redis://:⟦s3cret⟧@cache:6379",
        "amqp://u:⟦p/a/s⟧@mq",
        "https://⟦0123456789abcdef0123⟧@git.example/x.git",
        "ssh://git@git.example/x.git",
        "http://host:8080/users/@me",
        "GET /?access_token=⟦abc⟧&page=2",
        "GET /x?page=2&key=⟦AbC⟧&sig=⟦d%3D⟧ 200",
        "mailto bob@example.org",
    ] {
        check(line);
    }
}

#[test]
fn ordinary_words_stay() {
    for line in [
        "token expired",
        "password changed for bob",
        "Invalid token: unexpected end of input",
        "SyntaxError: Unexpected token: }",
        "token: expired",
        "secret/db-password: not found",
        "max_tokens=4096 tokens_used: 123",
        "password=null token=none",
        "password must not be empty",
        "the secret of success: patience",
        "key=value primary_key: id",
        "image sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "token: sha256:9f86d081884c7d659a2feaa0",
        "request 550e8400-e29b-41d4-a716-446655440000 done in 12 ms",
        "2026-11-26T14:30:00.123456789Z INFO ready",
        "PWD=/app OLDPWD=/",
        "tests pass=12 fail=0 bypass=1",
        "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "http://127.0.0.1:3000/health 200",
        "-----BEGIN CERTIFICATE-----",
        "if token == null {",
        "task-0123456789abcdefghijabcdefghij done",
        "12:30:45 [warn] worker 7: slow",
        "password=****",
        "password: ***",
    ] {
        check(line);
    }
}

#[test]
fn a_private_key_goes_however_it_is_written() {
    let (begin, end) =
        (made("-----BEGIN RSA ", "PRIVATE KEY-----"), made("-----END RSA ", "PRIVATE KEY-----"));
    let given = format!(
        "before\n{begin}\nProc-Type: 4,ENCRYPTED\nMIIEpAIBAAKCAQEA1234\nGET / 200\n2026 x | MIIEpAIBAAKCAQEA1234\nabc=\n{end}\nMIIEpAIBAAKCAQEA1234"
    );
    let expected =
        format!("before\n{begin}\n{MARK}\n{MARK}\nGET / 200\n{MARK}\n{MARK}\n{end}\nMIIEpAIBAAKCAQEA1234");
    assert_eq!(Redactor::default().text(&given), expected);
    let one = format!(r#"{{"key":"{begin}\nMIIE\n{end}\n","x":1}}"#);
    let clean = Redactor::default().text(&one);
    assert!(!clean.contains("MIIE") && clean.ends_with(r#"\n","x":1}"#), "{clean}");
    let never_closed = format!("{begin}\n{}", "ordinary words\n".repeat(300));
    assert_eq!(
        Redactor::default().text(&(never_closed.clone() + "YWJjZGVmZ2hpams=")).lines().last(),
        Some("YWJjZGVmZ2hpams=")
    );
}

#[test]
fn what_is_declared_goes_too_and_our_own_secrets_always() {
    let declared = Redaction { patterns: vec![r"card (\d+)".into(), "[a-z]+@corp".into()], builtin: false };
    let secrets = vec![SecretString::from("123:OURS"), SecretString::from("")];
    let redactor = Redactor::new(&declared, secrets).expect("patterns");
    assert_eq!(
        redactor.text("card 4111 of bob@corp via 123:OURS, password=x"),
        format!("card {MARK} of {MARK} via {MARK}, password=x")
    );
    let broken = Redaction { patterns: vec!["(".into()], builtin: true };
    assert!(Redactor::new(&broken, Vec::new()).is_err());
}

#[test]
fn the_longest_hostile_line_is_no_trouble() {
    for beginning in
        ["://", "password=", "password='*", "eyJ.", "a:", "authorization: no ", "--token ", "Bearer "]
    {
        let line = beginning.repeat(16_384 / beginning.len());
        let redactor = Redactor::default();
        assert!(redactor.text(&line).len() <= 9 * line.len(), "{beginning}");
    }
}

#[test]
fn a_line_of_nothing_but_beginnings_costs_no_more_than_its_length() {
    // Quadratic, this would take minutes. A program in a container writes what it likes into its log.
    for beginning in [
        "sk-",
        "eyJ-",
        "pwd=/",
        "token=sha256:",
        "authorization:none ",
        "a://b:c/",
        "--password ",
        "bearer ",
        "-----BEGIN ",
        "token: \"",
        "=",
        ": ",
        "AKIA-",
        "1:",
    ] {
        let line = beginning.repeat(200_000 / beginning.len());
        let shown = Redactor::default().text(&line);
        assert!(shown.len() <= 2 * line.len(), "{beginning:?}");
    }
}

proptest! {
    #[test]
    fn no_line_breaks_it_or_grows_beyond_measure(line in "(\\PC{0,9}|password[=:] ?|\"|://|@|Bearer |eyJ|-----BEGIN PRIVATE KEY-----|-----END |\\\\|\n|ж|\\?key=|[0-9]{6,9}:[A-Za-z]{30}){0,12}") {
        let clean = Redactor::default().text(&line);
        prop_assert!(clean.len() <= 9 * (line.len() + 1));
        prop_assert_eq!(clean.matches('\n').count(), line.matches('\n').count());
    }

    #[test]
    fn what_was_struck_out_once_stays_as_it_is(line in "(password|token|user)[=:] ?[a-z0-9]{1,9}( [a-z]{0,9}){0,3}") {
        let once = Redactor::default().text(&line);
        prop_assert_eq!(Redactor::default().text(&once), once);
    }
}
