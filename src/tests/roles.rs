//! Who may do what, and what is written down of it.

use std::time::Duration;

use jobs::audit::Outcome;
use jobs::fakes::{Call, scenes};
use jobs::label::{IGNORE, PROTECT, ROLE};
use jobs::ports::{Container, ContainerState, Store};
use jobs::role::Role;

use super::{Bench, OWNER, Setup, minutes};
use crate::command::{COMMANDS, Command};
use crate::message::ChatId;
use crate::totp::{self, Checked, Guarded, Key};

/// Somebody who may act, and somebody who may look.
const OPERATOR: i64 = 8;
const VIEWER: i64 = 9;
/// Where all of them are.
const GROUP: i64 = -100;

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn container(name: &str, label: Option<(&str, &str)>) -> Container {
    let labels = label.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
    Container { labels, ..scenes::container(name, ContainerState::Running) }
}

async fn bench() -> Bench {
    let setup = Setup { operators: &[OPERATOR], viewers: &[VIEWER], ..Setup::default() };
    let bench = Bench::start(setup).await;
    bench.world.set_containers(vec![
        container("web", None),
        container("db", Some((ROLE, "admin"))),
        container("bank", Some((PROTECT, "true"))),
        container("toy", Some((ROLE, "9:operator,8:none"))),
        container("odd", Some((ROLE, "9:root"))),
        container("ci", Some((IGNORE, "true"))),
    ]);
    bench.pass(minutes(1)).await;
    bench.said();
    bench
}

/// What the audit has, the oldest first: who, what, on what, how it ended.
fn audit(bench: &Bench) -> Vec<String> {
    let mut deeds = bench.database.deeds(jiff::Timestamp::UNIX_EPOCH).expect("readable");
    deeds.reverse();
    deeds
        .iter()
        .map(|it| format!("{} {} {} {}", it.who, it.what, it.target, it.outcome.code()).replace("  ", " "))
        .collect()
}

/// Words with which a command does something, so that its need is not that of an empty line.
fn lines(command: &dyn Command) -> Vec<Vec<&'static str>> {
    let more: &[&str] = match command.name() {
        "mute" => &["2h"],
        "normal" => &["cpu"],
        "jobs" => &["run sample"],
        "restart" | "logs" => &["web"],
        "card" | "why" => &["1"],
        _ => &[],
    };
    let words = more.iter().map(|it| it.split(' ').collect());
    std::iter::once(Vec::new()).chain(words).collect()
}

#[tokio::test(start_paused = true)]
async fn nobody_says_what_their_role_does_not_allow_and_everybody_says_what_it_does() {
    let bench = bench().await;
    for (person, role) in [(VIEWER, Role::Viewer), (OPERATOR, Role::Operator), (OWNER, Role::Admin)] {
        for command in COMMANDS {
            for words in lines(*command) {
                let line = format!("/{} {}", command.name(), words.join(" "));
                bench.hears(person, person, None, &line).await;
                bench.pass(seconds(5)).await;
                let said = bench.said_to(person).concat();
                let refused = said.contains("takes the role");
                assert_eq!(refused, role < command.role(&words), "{role}: {line}: {said}");
            }
        }
    }
    assert_eq!(bench.world.effects(), Vec::<Call>::new(), "nothing was confirmed, so nothing was done");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_what_it_takes_and_who_gives_it() {
    let bench = bench().await;
    bench.hears(VIEWER, VIEWER, None, "/restart web").await;
    bench.hears(OPERATOR, OPERATOR, Some("ru"), "/fix").await;
    assert_eq!(
        bench.said(),
        [
            "10:01:00 🔒 /restart takes the role operator; yours is viewer. The owner of this Vakhta can give it to you: TELEGRAM_OPERATORS in its settings.",
            "10:01:00 🔒 /fix takes the role admin; yours is operator. The owner of this Vakhta can give it to you: TELEGRAM_USER_ID in its settings.",
        ]
    );
    assert_eq!(audit(&bench), ["9 restart web role", "8 fix role"]);
}

#[tokio::test(start_paused = true)]
async fn everybody_reads_who_they_are_and_only_what_they_may() {
    let bench = bench().await;
    bench.hears(VIEWER, VIEWER, None, "/start").await;
    let start = bench.said().concat();
    assert!(start.contains("You are viewer: look at everything, change nothing."), "{start}");
    let mut help = Vec::new();
    for person in [VIEWER, OPERATOR, OWNER] {
        bench.hears(person, person, None, "/help").await;
        help.push(bench.said_to(person).concat());
    }
    let has = |command: &str| {
        help.iter().map(|it| it.split_whitespace().any(|it| it == format!("/{command}"))).collect::<Vec<_>>()
    };
    assert_eq!(has("ps"), [true, true, true]);
    assert_eq!(has("restart"), [false, true, true]);
    assert_eq!(has("fix"), [false, false, true]);
    assert_eq!(has("audit"), [false, false, true]);
    bench.hears(VIEWER, VIEWER, None, "/help restart").await;
    let one = bench.said().concat();
    assert!(one.contains("/restart nginx") && one.contains("takes the role operator"), "{one}");
}

#[tokio::test(start_paused = true)]
async fn a_button_that_somebody_may_not_press_is_not_drawn_for_them_and_refused_in_a_group() {
    let bench = bench().await;
    bench.hears(VIEWER, VIEWER, None, "/jobs").await;
    bench.hears(OWNER, OWNER, None, "/jobs").await;
    let (theirs, ours) = (bench.said_to(VIEWER).concat(), bench.said_to(OWNER).concat());
    assert!(!theirs.contains("[▶ sample]") && theirs.contains("[🔄 Refresh]"), "{theirs}");
    assert!(ours.contains("[▶ sample]"), "{ours}");
    // The owner's list stands in a group, where everybody sees its buttons.
    bench.hears(OWNER, GROUP, None, "/jobs").await;
    bench.said();
    bench.chat.press(VIEWER, GROUP, "▶ sample");
    bench.settle().await;
    assert_eq!(
        bench.said(),
        ["10:01:00 (toast) This takes the role admin; yours is viewer. The owner can give it to you."]
    );
    assert_eq!(audit(&bench), ["9 jobs run sample role"]);
    // And it is still there for whoever may.
    bench.chat.press(OWNER, GROUP, "▶ sample");
    bench.pass(seconds(1)).await;
    assert!(bench.said().concat().contains("sample"), "it ran");
    assert_eq!(audit(&bench)[1..], ["7 jobs run sample done"]);
}

#[tokio::test(start_paused = true)]
async fn a_question_is_answered_by_who_asked_and_a_card_by_who_may() {
    let bench = bench().await;
    bench.hears(OPERATOR, GROUP, None, "/restart web").await;
    bench.said();
    for person in [OWNER, VIEWER] {
        bench.chat.press(person, GROUP, "Yes, restart");
        bench.settle().await;
        let said = bench.said().concat();
        assert!(said.contains("(toast) This button is somebody else's."), "{said}");
    }
    bench.chat.press(OPERATOR, GROUP, "Yes, restart");
    bench.pass(seconds(10)).await;
    assert!(bench.said().concat().contains("web was restarted"));
    assert_eq!(audit(&bench), ["8 restart web done"]);
    // A card of news belongs to nobody, and so to everybody who may do what it offers.
    bench.busy(0.97);
    bench.pass(minutes(30)).await;
    bench.said();
    bench.chat.press(VIEWER, OWNER, "✔ Ack");
    bench.settle().await;
    assert_eq!(
        bench.said(),
        ["10:31:10 (toast) This takes the role operator; yours is viewer. The owner can give it to you."]
    );
    bench.chat.press(OPERATOR, OWNER, "✔ Ack");
    bench.settle().await;
    let acknowledged = bench.said().concat();
    assert!(acknowledged.contains("8"), "{acknowledged}");
    assert_eq!(
        audit(&bench)[1..].iter().map(|it| it.split(' ').next()).collect::<Vec<_>>(),
        [Some("9"), Some("8")]
    );
}

#[tokio::test(start_paused = true)]
async fn a_label_raises_gives_and_takes_and_a_wrong_one_is_the_stricter() {
    let bench = bench().await;
    let check = async |person: i64, name: &str, expected: &str| {
        bench.hears(person, person, None, &format!("/restart {name}")).await;
        let said = bench.said_to(person).concat();
        assert!(said.contains(expected), "{person} {name}: {said}");
    };
    check(OPERATOR, "db", "🔒 On db this takes the role admin, and its label vakhta.role does not give it")
        .await;
    check(OWNER, "db", "Restart db?").await;
    check(OPERATOR, "toy", "🔒 On toy this takes the role operator, and its label").await;
    check(OPERATOR, "odd", "🔒 On odd this takes the role admin").await;
    check(VIEWER, "odd", "takes the role").await;
    check(OWNER, "odd", "Restart odd?").await;
    check(OWNER, "bank", "hands off").await;
    check(VIEWER, "web", "/restart takes the role operator").await;
    // Part of a name is nobody's grant.
    check(VIEWER, "to", "/restart takes the role operator").await;
    check(VIEWER, "toy", "Restart toy?").await;
    assert_eq!(
        audit(&bench),
        [
            "8 restart db role",
            "8 restart toy role",
            "8 restart odd role",
            "9 restart odd role",
            "7 restart bank protected",
            "9 restart web role",
            "9 restart to role",
        ]
    );
    bench.chat.press(VIEWER, VIEWER, "Yes, restart");
    bench.pass(seconds(10)).await;
    assert!(bench.said_to(VIEWER).concat().contains("toy was restarted"));
}

#[tokio::test(start_paused = true)]
async fn what_is_to_be_ignored_is_in_no_list_and_cannot_be_named() {
    let bench = bench().await;
    bench.says("/ps all").await;
    let listed = bench.said().concat();
    assert!(listed.contains("5") && !listed.contains("ci"), "{listed}");
    bench.says("/restart ci").await;
    let said = bench.said().concat();
    assert!(said.contains("no container"), "{said}");
    bench.says("/status").await;
    let status = bench.said().concat();
    assert!(status.contains("5"), "{status}");
}

#[tokio::test(start_paused = true)]
async fn what_is_begun_is_written_before_it_is_done_and_a_crash_leaves_a_trace() {
    let mut bench = bench().await;
    bench.says("/restart web").await;
    bench.presses("Yes, restart").await;
    // The engine takes three seconds, and the process does not live so long.
    assert_eq!(audit(&bench), ["7 restart web begun"]);
    bench.die().await;
    assert_eq!(audit(&bench), ["7 restart web begun"]);
    bench.said();
    bench.says("/audit").await;
    assert_eq!(
        bench.said(),
        [
            "10:01:00 🧾 Done through Vakhta within 1 d: 1\n⏳ restart web\n   10:01 · you · begun, and cut off"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_only_asks_lists_or_is_left_alone_is_nobodys_deed() {
    let bench = bench().await;
    bench.says("/mute 2h").await;
    bench.says("/mute off").await;
    bench.says("/normal").await;
    bench.says("/restart web").await;
    bench.presses("Leave it").await;
    assert_eq!(audit(&bench), ["7 mute 2h done", "7 mute off done"]);
}

#[tokio::test(start_paused = true)]
async fn the_audit_is_read_newest_first_filtered_and_turned_over() {
    let bench = bench().await;
    for _ in 0..7 {
        bench.hears(VIEWER, VIEWER, None, "/restart web").await;
        bench.says("/mute 2h").await;
        bench.pass(minutes(1)).await;
    }
    bench.said();
    bench.says("/audit 24h").await;
    let first = bench.said().concat();
    assert!(first.starts_with("10:08:00 🧾 Done through Vakhta within 1 d: 14\n✅ mute 2h\n   10:07 · you\n🔒 restart web\n   10:07 · 9 · refused: role"), "{first}");
    assert!(first.ends_with("[2/2 ▶]"), "{first}");
    bench.presses("2/2 ▶").await;
    let second = bench.said().concat();
    assert!(second.contains("(edited)") && second.contains("   10:01 · 9 · refused: role"), "{second}");
    bench.says("/audit 5m web").await;
    let filtered = bench.said().concat();
    assert!(filtered.contains("within 5 min: 4") && !filtered.contains("mute"), "{filtered}");
    bench.says("/audit 24h nothing").await;
    assert_eq!(bench.said(), ["10:08:00 🧾 Nothing like “nothing” was done within 1 d."]);
    bench.hears(OPERATOR, OPERATOR, None, "/audit").await;
    assert!(bench.said_to(OPERATOR).concat().contains("takes the role admin"));
    let deeds = bench.database.deeds(jiff::Timestamp::UNIX_EPOCH).expect("readable");
    assert_eq!(deeds.iter().filter(|it| it.outcome == Outcome::Role).count(), 8);
    assert!(bench.chat.take(Some(ChatId(OWNER))).is_empty());
}

/// The secret of RFC 6238.
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn setup(guarded: Guarded) -> Setup {
    let key = Key::read(SECRET).expect("a secret");
    Setup {
        operators: &[OPERATOR],
        viewers: &[VIEWER],
        totp: Some(totp::Setup { key, guarded }),
        ..Setup::default()
    }
}

/// What the app shows now, and one that is wrong for sure.
fn codes(bench: &Bench) -> (String, String) {
    let (key, now) = (Key::read(SECRET).expect("a secret"), bench.clock.now());
    let is_wrong = |code: &&str| key.check(code, now, None) == Checked::Wrong;
    let wrong = ["000000", "111111", "222222", "333333"].into_iter().find(is_wrong).expect("three are right");
    (key.shown(now), wrong.to_owned())
}

async fn guarded(guarded: Guarded) -> Bench {
    let bench = Bench::start(setup(guarded)).await;
    bench.world.set_containers(vec![container("web", None)]);
    bench.says("/restart web").await;
    bench.said();
    bench
}

fn restarted(bench: &Bench) -> usize {
    bench.world.effects().len()
}

#[tokio::test(start_paused = true)]
async fn what_acts_takes_a_code_and_a_right_one_does_it_once() {
    let bench = guarded(Guarded::Acting).await;
    bench.presses("Yes, restart").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 (edited) 🔑 /restart web takes a code: send the six digits that your authenticator app shows now. I wait 2 min.\n[Leave it]"
        ]
    );
    assert_eq!(restarted(&bench), 0);
    let (right, _) = codes(&bench);
    bench.says(&format!("{} {}", &right[..3], &right[3..])).await;
    bench.pass(seconds(12)).await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 (removed)",
            "10:00:00 (edited) ⏳ Restarting web …",
            "10:00:03 (edited) ⏳ web is running; I am watching it for a few seconds …",
            "10:00:08 (edited) ✅ web was restarted in 3 s and is running.\n[📋 Logs] [🐳 Containers]",
        ]
    );
    assert_eq!(restarted(&bench), 1);
    assert_eq!(audit(&bench), ["7 restart web done"]);
    bench.says(&right).await;
    assert_eq!(bench.said(), ["10:00:12 Nothing waits for a code now, and nothing was done."]);
    assert_eq!(restarted(&bench), 1);
}

#[tokio::test(start_paused = true)]
async fn a_code_is_used_once_also_across_a_crash() {
    let mut bench = guarded(Guarded::Acting).await;
    bench.presses("Yes, restart").await;
    let (right, _) = codes(&bench);
    bench.says(&right).await;
    bench.die().await;
    bench.said();
    // What waited is gone with the process; the code is used all the same.
    bench.says(&right).await;
    assert_eq!(bench.said(), ["10:00:00 Nothing waits for a code now, and nothing was done."]);
    bench.says("/restart web").await;
    bench.presses("Yes, restart").await;
    bench.said();
    bench.says(&right).await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 (removed)",
            "10:00:00 (edited) ♻️ That code has been used. /restart web still waits: send the next one, when your app shows it.\n[Leave it]",
        ]
    );
    bench.pass(seconds(30)).await;
    bench.says(&codes(&bench).0).await;
    bench.pass(seconds(12)).await;
    assert!(bench.said().concat().contains("✅ web was restarted"));
    // Of the bench: what the engine was asked before the crash comes back to somebody.
    let finished = "7 restart web done";
    assert_eq!(audit(&bench), ["7 restart web code", finished, "7 restart web done"]);
}

#[tokio::test(start_paused = true)]
async fn three_wrong_codes_drop_it_and_the_pause_outlives_us_and_grows() {
    let mut bench = guarded(Guarded::Acting).await;
    bench.presses("Yes, restart").await;
    bench.said();
    let (_, wrong) = codes(&bench);
    bench.pass(seconds(5)).await;
    for _ in 0..3 {
        bench.says(&wrong).await;
    }
    let dropped = "(edited) 🔒 Too many wrong codes: /restart web is dropped, and nothing was done. No code is taken for";
    assert_eq!(
        bench.said(),
        [
            "10:00:05 (removed)",
            "10:00:05 (edited) ❌ That is not the code. /restart web still waits, and 2 tries are left.\n[Leave it]",
            "10:00:05 (removed)",
            "10:00:05 (edited) ❌ That is not the code. /restart web still waits, and one try is left.\n[Leave it]",
            "10:00:05 (removed)",
            &format!("10:00:05 {dropped} 1 min."),
        ]
    );
    bench.die().await;
    bench.said();
    bench.pass(seconds(5)).await;
    bench.says("/restart web").await;
    bench.presses("Yes, restart").await;
    let paused = bench.said().concat();
    assert!(paused.contains("🔒 Too many wrong codes. Ask again in"), "{paused}");
    // Somebody else is not paused for it.
    bench.hears(OPERATOR, OPERATOR, None, "/restart web").await;
    bench.chat.press(OPERATOR, OPERATOR, "Yes, restart");
    bench.settle().await;
    assert!(bench.said_to(OPERATOR).concat().contains("takes a code"));
    bench.pass(minutes(1)).await;
    bench.says("/restart web").await;
    bench.chat.press(OWNER, OWNER, "Yes, restart");
    bench.pass(seconds(5)).await;
    bench.said();
    for _ in 0..3 {
        bench.says(&wrong).await;
    }
    let last = bench.said().pop().unwrap_or_default();
    assert!(last.contains(&format!("{dropped} 2 min.")), "{last}");
    assert_eq!(restarted(&bench), 0);
    assert_eq!(audit(&bench), ["7 restart web code"; 7], "three, one in the pause, three");
    // A right one ends it.
    bench.pass(minutes(2)).await;
    bench.says("/restart web").await;
    bench.chat.press(OWNER, OWNER, "Yes, restart");
    bench.settle().await;
    bench.says(&codes(&bench).0).await;
    bench.pass(seconds(5)).await;
    assert_eq!(restarted(&bench), 1);
    assert_eq!(
        bench.database.get_state("totp.tries/1:7").expect("readable").as_deref(),
        Some("{\"wrong\":0,\"until\":null}")
    );
}

#[tokio::test(start_paused = true)]
async fn a_code_too_late_of_somebody_else_or_after_leaving_it_does_nothing() {
    let bench = guarded(Guarded::Acting).await;
    bench.presses("Yes, restart").await;
    bench.hears(OPERATOR, OWNER, None, &codes(&bench).0).await;
    bench.hears(VIEWER, OWNER, None, &codes(&bench).0).await;
    bench.hears(OWNER, 70, None, &codes(&bench).0).await;
    bench.pass(seconds(121)).await;
    bench.said();
    bench.says(&codes(&bench).0).await;
    let late = bench.said().concat();
    assert!(late.contains("Nothing waits for a code now"), "{late}");
    bench.says("/restart web").await;
    bench.presses("Yes, restart").await;
    bench.presses("Leave it").await;
    bench.pass(seconds(5)).await;
    bench.says(&codes(&bench).0).await;
    let left = bench.said().pop().unwrap_or_default();
    assert!(left.contains("Nothing waits for a code now"), "{left}");
    assert_eq!(restarted(&bench), 0);
    // Among others, six digits are what people talk about.
    bench.hears(OWNER, GROUP, None, "123456").await;
    assert_eq!(bench.said(), [""; 0]);
    assert_eq!(audit(&bench), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_is_named_asks_and_nothing_else_does() {
    let named = Guarded::Named(vec!["jobs".to_owned(), "mute".to_owned()]);
    let bench = guarded(named).await;
    bench.presses("Yes, restart").await;
    bench.pass(seconds(20)).await;
    assert_eq!(restarted(&bench), 1, "restart is not named");
    bench.says("/jobs").await;
    bench.says("/mute").await;
    bench.said();
    bench.says("/mute 2h").await;
    let asked = bench.said().concat();
    assert!(asked.contains("🔑 /mute 2h takes a code"), "{asked}");
    bench.says(&codes(&bench).0).await;
    let muted = bench.said().concat();
    assert!(muted.contains("🔕") && !muted.contains("🔑"), "{muted}");
    assert_eq!(audit(&bench), ["7 restart web done", "7 mute 2h done"]);
}

#[tokio::test(start_paused = true)]
async fn in_a_group_the_code_is_of_who_was_asked() {
    let bench = Bench::start(setup(Guarded::Acting)).await;
    bench.world.set_containers(vec![container("web", None)]);
    bench.hears(OPERATOR, GROUP, None, "/restart web").await;
    bench.chat.press(OPERATOR, GROUP, "Yes, restart");
    bench.settle().await;
    bench.hears(OWNER, GROUP, None, &codes(&bench).0).await;
    bench.pass(seconds(5)).await;
    assert_eq!(restarted(&bench), 0, "the owner was not asked");
    bench.hears(OPERATOR, GROUP, None, &codes(&bench).0).await;
    bench.pass(seconds(20)).await;
    assert_eq!(restarted(&bench), 1);
    assert_eq!(audit(&bench), ["8 restart web done"]);
}
