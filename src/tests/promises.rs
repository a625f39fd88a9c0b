//! What holds of every input, held to what fuzzers found and to what is like it: see `fuzz/`.

use std::fmt::Debug;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::hostile;
use crate::{command, config, cron, detect, docker, host, locale, present, redact, store, telegram};

/// Each promise, by the name of its fuzz target. How many changed inputs a test tries; more, with `PROPTEST_CASES`.
fn hold(promise: &'static str, cases: u32, holds: fn(&[u8])) {
    hostile::each(promise, holds);
    let cases = std::env::var_os("PROPTEST_CASES").map_or(cases, |_| ProptestConfig::default().cases);
    let settings = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    tried(TestRunner::new(settings).run(&hostile::like(promise), |input| {
        holds(&input);
        Ok(())
    }));
}

fn tried(outcome: Result<(), impl Debug>) {
    outcome.unwrap_or_else(|error| panic!("{error:?}"));
}

fn text(holds: fn(&str), bytes: &[u8]) {
    holds(&String::from_utf8_lossy(bytes));
}

#[test]
fn any_answer_of_the_chat_is_heard() {
    hold("updates", 128, telegram::promises::updates);
}

#[test]
fn any_text_is_cut_for_the_chat() {
    hold("html", 128, telegram::promises::html);
}

#[test]
fn any_line_is_a_command_or_none() {
    hold("commands", 96, |it| text(command::promises::commands, it));
}

#[test]
fn any_declaration_is_read_or_its_mistakes_are_shown() {
    hold("declaration", 48, |it| text(config::promises::declaration, it));
}

#[test]
fn any_environment_is_read_or_its_mistakes_are_shown() {
    hold("environment", 32, |it| text(config::promises::environment, it));
}

#[test]
fn any_expression_says_its_next_moment() {
    hold("cron", 64, cron::promises::cron);
}

#[test]
fn any_log_is_taken_apart() {
    hold("logs", 128, docker::promises::logs);
}

#[test]
fn any_stream_of_events_is_judged() {
    hold("events", 64, docker::promises::events);
}

#[test]
fn any_answer_of_an_engine_is_read() {
    hold("engine", 96, docker::promises::engine);
}

#[test]
fn any_file_of_the_kernel_is_read() {
    hold("proc", 128, host::promises::proc);
}

#[test]
fn any_row_of_the_store_is_read() {
    hold("rows", 96, store::promises::rows);
}

#[test]
fn any_row_of_the_store_is_told() {
    hold("told", 48, present::promises::told);
}

#[test]
fn any_text_leaves_without_our_secrets() {
    hold("secrets", 96, |it| text(redact::promises::secrets, it));
}

#[test]
fn any_records_are_judged() {
    hold("records", 64, detect::promises::records);
}

#[test]
fn any_name_stands_in_any_sentence() {
    hold("sentences", 128, locale::promises::sentences);
}

/// Much of the same, where a reader could go down with each bracket or look back at each sign: the test ends within
/// seconds, or it does not.
#[test]
fn much_of_the_same_is_neither_deep_nor_slow() {
    const MUCH: usize = 200_000;
    let much = |it: &str| it.repeat(MUCH / it.len());
    for inside in ["[", "{\"a\":", "9", "\"\\u0000", "[[],", "{}", " ", "-"] {
        let inside = much(inside);
        for (before, after) in [
            ("{\"ok\":true,\"result\":[", "]}"),
            ("{\"ok\":true,\"result\":[{\"update_id\":", "}]}"),
            ("[{\"Labels\":", "}]"),
            ("{\"Id\":\"a\",\"State\":", "}"),
            ("\u{1}\u{1}{\"Type\":\"container\",\"time\":", "}\n"),
        ] {
            let text = format!("{before}{inside}{after}");
            telegram::promises::updates(text.as_bytes());
            docker::promises::engine(text.as_bytes());
            docker::promises::events(text.as_bytes());
            store::promises::rows(text.as_bytes());
        }
    }
    for toml in
        ["a = [", "a.", "[a.", "a = { a =", "[[job]]\n", "[[rule]]\nname = \"a\"\n", "=", "\"", "'''", "\n"]
    {
        config::promises::declaration(&much(toml)[..50_000]);
    }
    for (before, inside) in
        [("a = ", "["), ("a = ", "{a="), ("a = ", "9"), ("a = \"", "\\\\"), ("", "a."), ("[", "a.")]
    {
        config::promises::declaration(&format!("{before}{}", much(inside)));
        config::promises::declaration(&format!("{before}{}a = 1\n", much(inside)));
    }
    for field in ["* ", "1,", "*/", "1-", "L", " ", "0", "#"] {
        cron::promises::cron(format!("\0\u{9}\0\0\0\0{}", much(field)).as_bytes());
    }
    for line in ["\n", "\0", "\u{1b}]", "\r", "\u{1}\0\0\0\0\0\0\u{1}\n", "2024-05-06T07:08:09Z ", "é"] {
        docker::promises::logs(format!("\0\u{7}{}", much(line)).as_bytes());
        docker::promises::logs(format!("\u{1}\u{7}{}", much(line)).as_bytes());
    }
    for text in ["&", "\u{2}a\u{3}b", "a\u{301}", "\u{200d}", " \n", "ש ", "\u{2}"] {
        let text: String = much(text).chars().take(40_000).collect();
        telegram::promises::html(format!("\0{text}").as_bytes());
        telegram::promises::html(format!("\t{text}").as_bytes());
    }
    for words in ["/logs \"", "/logs a ", "-g ", "\u{1f}", "@", "/graph vs ", "“ "] {
        let words: String = much(words).chars().take(4096).collect();
        command::promises::commands(&format!("/logs {words}"));
    }
    for line in ["timestamp,value\n", ",", "\"", "2014-02-19 10:50:00,1\n"] {
        detect::promises::records(&much(line).as_bytes()[..20_000]);
    }
    for word in ["A=", "'", "\\", "export ", "A=\"\n", "://@", "1:"] {
        config::promises::environment(&much(word)[..20_000]);
    }
    for (before, line) in [
        ("", "1 1 8:1 / /a\\040 rw - ext4 /dev/sda1 rw\n"),
        ("cpu  1 2 3 4\n", "cpu0 1 2 3 4\n"),
        ("", "a: "),
        ("a|\na|\n", "e.a: 1 2 3 4 5 6 7 8 9 10 11 12\n"),
        ("", "("),
    ] {
        host::promises::proc(format!("{before}{}", &much(line)[..40_000]).as_bytes());
    }
}
