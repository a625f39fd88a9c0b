//! News that goes to a group and its topics: where it arrives, and where instead when it cannot.

use super::*;

const GROUP: i64 = -1_001_234_567_890;
const GENERAL: Place = Place { chat: ChatId(GROUP), thread: None };
const ALERTS: Place = Place { chat: ChatId(GROUP), thread: Some(17) };
const DIGESTS: Place = Place { chat: ChatId(GROUP), thread: Some(18) };
/// Who may do nothing.
const STRANGER: i64 = 99;

async fn bench() -> Bench {
    Bench::start(Setup { topics: Some([ALERTS, DIGESTS]), ..Setup::default() }).await
}

/// Quiet first, then a processor that is busy until an alert is told.
async fn busy(bench: &Bench) {
    bench.pass(minutes(10)).await;
    bench.busy(0.93);
    bench.pass(minutes(12)).await;
}

fn heads(said: &[String]) -> Vec<&str> {
    said.iter().filter_map(|it| it.lines().next()).collect()
}

#[tokio::test(start_paused = true)]
async fn alerts_go_to_one_topic_and_digests_to_another_and_the_owners_own_chat_is_quiet() {
    let bench = bench().await;
    busy(&bench).await;
    assert_eq!(heads(&bench.said_in(ALERTS)), ["10:20:35 🟠 CPU: 93 % · web-1"]);
    bench.busy(0.1);
    bench.pass(minutes(24 * 60)).await;
    assert_eq!(heads(&bench.said_in(ALERTS)), ["10:26:35 (edited) ✅ CPU is well again, 10 % · web-1"]);
    assert_eq!(heads(&bench.said_in(DIGESTS)), ["09:00:00 ☀️ web-1, 24 Nov 09:00 – 25 Nov 09:00"]);
    assert_eq!(bench.said(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_button_in_the_group_is_pressed_by_whoever_may_and_by_nobody_else() {
    let bench = bench().await;
    busy(&bench).await;
    bench.said();
    bench.chat.press(STRANGER, GROUP, "Ack");
    bench.settle().await;
    let refused = "10:22:00 🚪 A stranger's message was turned away; the last came from id 99.";
    assert_eq!(bench.said_in(ALERTS), [refused]);
    assert_eq!(bench.said(), Vec::<String>::new());
    bench.chat.press(OWNER, GROUP, "Ack");
    bench.pass(minutes(1)).await;
    let said = bench.said_to(GROUP).join("\n");
    assert!(said.contains("✔ 7 has taken this on"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_topic_that_is_gone_is_replaced_by_its_group_which_is_told_so_once() {
    let mut bench = bench().await;
    let gone = |place: Place| {
        (place.thread == Some(17)).then(|| TransportError::NoTopic("message thread not found".to_owned()))
    };
    bench.chat.fails(gone);
    busy(&bench).await;
    assert_eq!(
        heads(&bench.said_in(GENERAL)),
        [
            "10:20:35 🟠 CPU: 93 % · web-1",
            "10:20:35 ⚠️ The topic for this is closed or gone, so I write here instead. Open it again, or name another \
             one in the settings.",
        ]
    );
    // Also what was told in the topic while it was there is shown where it can be seen, and another process asks again.
    bench.restart_after(Duration::from_secs(5)).await;
    bench.busy(0.1);
    bench.pass(minutes(20)).await;
    bench.busy(0.93);
    bench.pass(minutes(60)).await;
    assert_eq!(
        heads(&bench.said()),
        [
            "10:26:35 (edited) ✅ CPU is well again, 10 % · web-1",
            "10:52:35 🟠 CPU again: 93 % · web-1",
            "10:52:35 (edited) ⤵ #1 goes on in a newer message · web-1",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_group_that_threw_us_out_loses_nothing_to_its_owners_until_it_lets_us_in_again() {
    let bench = bench().await;
    bench.chat.fails(|place| {
        (place.chat == ChatId(GROUP)).then(|| TransportError::Closed("bot was kicked".to_owned()))
    });
    busy(&bench).await;
    assert_eq!(
        bench
            .said_to(OWNER)
            .iter()
            .map(|it| it.lines().take(2).collect::<Vec<_>>().join(" / "))
            .collect::<Vec<_>>(),
        [
            "10:20:35 🟠 CPU: 93 % · web-1 / Since 10:19 (1 min), limit 85 %",
            "10:20:35 ⚠️ The group -1001234567890 does not let me write, so its news comes here. Let me in again and \
             write a command there, or name another one in the settings. / bot was kicked",
        ]
    );
    // The card that they have is theirs to its end.
    bench.busy(0.1);
    bench.pass(minutes(20)).await;
    assert_eq!(heads(&bench.said()), ["10:26:35 (edited) ✅ CPU is well again, 10 % · web-1"]);
    bench.chat.is_well();
    bench.hears(OWNER, GROUP, None, "/uptime").await;
    bench.said();
    bench.busy(0.93);
    bench.pass(minutes(12)).await;
    assert_eq!(
        heads(&bench.said_in(ALERTS)),
        ["10:52:35 🟠 CPU again: 93 % · web-1"],
        "the group is told again"
    );
    assert_eq!(
        heads(&bench.said()),
        ["10:52:35 (edited) 🟠 CPU again: 93 % · web-1"],
        "and the owner's card is true"
    );
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_a_group_that_is_no_home_any_more_goes_where_news_goes_now() {
    let mut bench = bench().await;
    bench.chat.is_down();
    busy(&bench).await;
    bench.setup.topics = None;
    bench.restart_after(Duration::from_secs(5)).await;
    bench.chat.is_well();
    bench.pass(minutes(2)).await;
    assert_eq!(heads(&bench.said_to(OWNER)), ["10:22:10 🟠 CPU: 93 % · web-1"]);
}

#[tokio::test(start_paused = true)]
async fn what_becomes_news_while_only_a_terminal_watches_is_told_in_the_chat_afterwards() {
    let mut bench = Bench::start(Setup { greets: true, ..Setup::default() }).await;
    bench.busy(0.93);
    bench.pass(minutes(12)).await;
    let said = bench.said_to(OWNER);
    assert!(said.iter().any(|it| it.contains("🟠 CPU: 93 %")), "{said:?}");
    // The card in the chat waits for its end, too.
    bench.restart_at(true, minutes(5)).await;
    bench.busy(0.1);
    bench.pass(minutes(20)).await;
    bench.busy(0.97);
    bench.pass(minutes(40)).await;
    let said = bench.said_to(0);
    assert!(said.iter().any(|it| it.contains("🔴 CPU again: 97 %")), "{said:?}");
    assert_eq!(bench.said_to(OWNER), [""; 0]);
    bench.restart_at(false, Duration::from_secs(30)).await;
    bench.pass(minutes(1)).await;
    let said = bench.said_to(OWNER).join("\n");
    assert!(said.contains("🔴 CPU again: 97 %"), "{said}");
    // Only the terminal was told that it watches.
    assert!(!said.contains("On watch"), "{said}");
    assert_eq!(bench.said_to(0), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_terminal_leaves_what_waits_for_a_group_where_it_is() {
    let mut bench = bench().await;
    bench.chat.is_down();
    busy(&bench).await;
    bench.database.put_state("homes/1", "").expect("a store");
    bench.restart_at(true, minutes(1)).await;
    bench.chat.is_well();
    bench.pass(minutes(1)).await;
    assert!(!bench.said_to(0).iter().any(|it| it.contains("CPU: 93 %")));
    bench.restart_at(false, minutes(1)).await;
    // What failed before is tried again when its time has come.
    bench.pass(minutes(30)).await;
    let said = bench.said_in(ALERTS).join("\n");
    assert!(said.contains("CPU: 93 %"), "{said}");
}
