//! The three journeys of ARCHITECTURE.md, and what may go wrong on the way. Each test reads every message that arrived.

use std::time::Duration;

use jobs::alert::Side;
use jobs::evaluate::{Companion, Detector};
use jobs::fakes::{Call, scenes};
use jobs::metric::{Sample, SeriesKey};
use jobs::ports::{Container, ContainerDetail, ContainerState, PlaceSize, Store, Verb, Walk};

use super::moody::Mood;
use super::{Bench, OWNER, Setup, minutes};
use crate::config::Language;
use crate::message::ChatId;
use crate::transport::TransportError;

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Ten calm minutes, then 93 % for so long. The mean of ten minutes passes 85 % after nine more, and is told a minute
/// later.
async fn calm_then_busy(bench: &Bench, duration: Duration) {
    bench.pass(minutes(10)).await;
    bench.busy(0.93);
    bench.pass(duration).await;
}

#[tokio::test(start_paused = true)]
async fn a_cpu_reading_becomes_an_alert_with_a_chart_and_then_a_recovery() {
    let bench = Bench::start(Setup::default()).await;
    bench.pass(minutes(20)).await;
    assert_eq!(bench.said(), [""; 0]);
    bench.busy(0.93);
    bench.pass(minutes(20)).await;
    assert_eq!(
        bench.said(),
        ["10:30:35 🟠 CPU: 93 % · web-1\nSince 10:29 (1 min), limit 85 %\n\
             #1 · next reminder 14:30, if it lasts\n(picture: CPU)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",]
    );
    bench.busy(0.1);
    bench.pass(minutes(20)).await;
    assert_eq!(
        bench.said(),
        [
            "10:44:35 (edited) ✅ CPU is well again, 10 % · web-1\nLasted 15 min, 10:29 – 10:44; at worst 93 %\n\
             #1\n(picture: CPU)\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_container_is_restarted_once_its_owner_has_said_so_twice() {
    let bench = Bench::start(Setup::default()).await;
    bench.world.set_containers(vec![
        scenes::container("nginx", ContainerState::Running),
        scenes::container("db", ContainerState::Running),
    ]);
    bench.world.set_detail(ContainerDetail {
        id: "id-nginx".to_owned(),
        name: "nginx".to_owned(),
        state: ContainerState::Running,
        started: Some(bench.clock.now() - minutes(90)),
        ..ContainerDetail::default()
    });
    bench.says("/restart nginx").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 Restart nginx? It is up now.\nIt has run for 1 h 30 min.\nStopping may take up to 10 s.\n\
             [Yes, restart] [Leave it]",
        ]
    );
    assert_eq!(bench.world.effects(), []);
    // A thumb that trembles.
    bench.chat.press(OWNER, OWNER, "Yes, restart");
    bench.presses("Yes, restart").await;
    bench.pass(seconds(10)).await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 (edited) ⏳ Restarting nginx …",
            "10:00:00 (toast) This button is too old. Ask again.",
            "10:00:03 (edited) ⏳ nginx is running; I am watching it for a few seconds …",
            "10:00:08 (edited) ✅ nginx was restarted in 3 s and is running.\n[📋 Logs] [🐳 Containers]",
        ]
    );
    assert_eq!(bench.world.effects(), [Call::Act(Verb::Restart, "id-nginx".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn nine_o_clock_sums_up_the_day_and_is_made_up_for_when_nobody_was_awake() {
    let mut bench = Bench::start(Setup { at: "2026-11-24T05:20:00Z", ..Setup::default() }).await;
    bench.world.set_containers(vec![scenes::container("nginx", ContainerState::Running)]);
    bench.pass(minutes(41)).await;
    assert_eq!(
        bench.said(),
        [
            "09:00:00 ☀️ web-1, 23 Nov 09:00 – 24 Nov 09:00\n👁 I could look for only 40 min of 24 h\n(picture: web-1 · 23 Nov 09:00 – 24 Nov 09:00)\n[🔢 Figures]\n[Day] [Week] [Month]",
        ]
    );
    bench.pass(minutes(30)).await;
    assert_eq!(bench.said(), [""; 0]);
    bench.restart_after(minutes(24 * 60)).await;
    bench.pass(minutes(5)).await;
    assert_eq!(
        bench.said(),
        [
            "09:31:00 ☀️ web-1, 24 Nov 09:00 – 25 Nov 09:00\n👁 I could look for only 32 min of 24 h\n(picture: web-1 · 24 Nov 09:00 – 25 Nov 09:00)\n[🔢 Figures]\n[Day] [Week] [Month]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn an_alert_that_fires_while_the_chat_is_down_is_told_once_when_it_is_back() {
    let bench = Bench::start(Setup::default()).await;
    calm_then_busy(&bench, minutes(5)).await;
    bench.chat.is_down();
    bench.pass(minutes(20)).await;
    assert_eq!(bench.said(), [""; 0]);
    bench.chat.is_well();
    bench.pass(minutes(10)).await;
    assert_eq!(
        bench.said(),
        ["10:35:55 🟠 CPU: 93 % · web-1\nSince 10:19 (16 min 20 s), limit 85 %\n\
             ⏳ Happened 10:20, could be told only 10:35.\n#1 · next reminder 14:20, if it lasts\n(picture: CPU)\n\
             [✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",]
    );
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_dies_with_a_notice_in_its_hands_tells_it_when_it_is_back() {
    let mut bench = Bench::start(Setup::default()).await;
    bench.pass(minutes(10)).await;
    bench.busy(0.93);
    bench.chat.is_down();
    bench.pass(minutes(20)).await;
    bench.die().await;
    bench.chat.is_well();
    bench.pass(minutes(5)).await;
    assert_eq!(
        bench.said(),
        ["10:30:51 🟠 CPU: 93 % · web-1\nSince 10:19 (11 min 16 s), limit 85 %\n\
             ⏳ Happened 10:20, could be told only 10:30.\n#1 · next reminder 14:20, if it lasts\n(picture: CPU)\n\
             [✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",]
    );
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_was_closed_gets_what_it_missed_as_soon_as_its_owner_writes() {
    let bench = Bench::start(Setup::default()).await;
    bench.chat.fails(|_| Some(TransportError::Closed("bot was blocked by the user".to_owned())));
    calm_then_busy(&bench, minutes(12)).await;
    bench.chat.is_well();
    bench.says("/mute off").await;
    assert_eq!(
        bench.said(),
        [
            "10:22:00 🔔 Alerts come at once again.",
            "10:22:00 🟠 CPU: 93 % · web-1\nSince 10:19 (2 min 25 s), limit 85 %\n\
             #1 · next reminder 14:20, if it lasts\n(picture: CPU)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_group_that_has_moved_is_followed_also_by_the_next_process() {
    let mut bench = Bench::start(Setup { homes: &[-100], ..Setup::default() }).await;
    bench.chat.fails(|place| (place.chat == ChatId(-100)).then_some(TransportError::Moved(ChatId(-200))));
    calm_then_busy(&bench, minutes(20)).await;
    assert_eq!(
        bench.said_to(-200),
        ["10:20:35 🟠 CPU: 93 % · web-1\nSince 10:19 (1 min), limit 85 %\n\
             #1 · next reminder 14:20, if it lasts\n(picture: CPU)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",]
    );
    bench.chat.is_down();
    bench.busy(0.1);
    bench.pass(minutes(20)).await;
    bench.restart_after(seconds(5)).await;
    bench.chat.fails(|place| (place.chat == ChatId(-100)).then_some(TransportError::Moved(ChatId(-200))));
    bench.pass(minutes(5)).await;
    assert_eq!(
        bench.said(),
        [
            "10:51:05 (edited) ✅ CPU is well again, 10 % · web-1\nLasted 15 min, 10:19 – 10:34; at worst 93 %\n\
             ⏳ Happened 10:34, could be told only 10:51.\n#1\n(picture: CPU)\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_written_down_is_said_all_the_same_and_only_once() {
    let bench = Bench::start(Setup::default()).await;
    bench.pass(minutes(10)).await;
    bench.busy(0.93);
    bench
        .database
        .alter("CREATE TRIGGER full BEFORE INSERT ON parcels BEGIN SELECT RAISE(ABORT, 'scripted'); END");
    bench.pass(minutes(20)).await;
    bench.database.alter("DROP TRIGGER full");
    bench.pass(minutes(5)).await;
    assert_eq!(
        bench.said(),
        ["10:20:35 🟠 CPU: 93 % · web-1\nSince 10:19 (1 min), limit 85 %\n(picture: CPU)",]
    );
}

#[tokio::test(start_paused = true)]
async fn a_command_that_stumbles_says_so_and_the_next_one_is_answered() {
    let bench = Bench::start(Setup::default()).await;
    bench.world.set_containers(vec![scenes::container("nginx", ContainerState::Running)]);
    bench.engine.is(Mood::Cursed);
    bench.says("/ps").await;
    bench.engine.is(Mood::Well);
    bench.says("/ps").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 That went wrong inside Vakhta, and has been written to its log: a fault of ours.",
            "10:00:00 🐳 1 running of 1\n1 🟢 nginx · up\n[1]\n[🔄 Refresh]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_is_silent_costs_its_own_figures_and_no_others() {
    let bench = Bench::start(Setup::default()).await;
    bench.engine.is(Mood::Silent);
    calm_then_busy(&bench, minutes(14)).await;
    assert_eq!(
        bench.said(),
        ["10:20:35 🟠 CPU: 93 % · web-1\nSince 10:19 (1 min), limit 85 %\n\
             #1 · next reminder 14:20, if it lasts\n(picture: CPU)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",]
    );
    bench.says("/ps").await;
    bench.pass(seconds(6)).await;
    bench.says("/status").await;
    assert_eq!(
        bench.said(),
        [
            "10:24:05 🐳 Docker does not answer.\nno answer within 5 s",
            "10:24:06 🟠 web-1 · 1 alert\n🟠 CPU: 93 %\nCPU 93 % · load 0.3 on 2 cores        ▂▂▇▇▇\nRAM 25 % · 2 GiB of 8 GiB        ▂▂▂▂▂\nDisk / 40 %, 60 GiB free\nNet ↓ 0 B/s ↑ 0 B/s        ▁▁▁▁▁\nDocker does not answer; /ps says why\nUp 328 d 7 h · as of 10:24:00\n[🔄 Refresh] [🚨 Alerts] [📈 Graph]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_job_that_hangs_is_given_up_and_told_at_the_third_time() {
    let bench = Bench::start(Setup { rules: &["cpu"], ..Setup::default() }).await;
    bench.engine.is(Mood::Hanging);
    calm_then_busy(&bench, minutes(14)).await;
    assert_eq!(
        bench.said(),
        [
            "10:00:38 ⚠️ Job sample has failed 3 times in a row; what it should do is not being done.\n\
             given up after 8 s",
            "10:20:35 🟠 CPU: 93 % · web-1\nSince 10:19 (1 min), limit 85 %\n\
             #1 · next reminder 14:20, if it lasts\n(picture: CPU)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_mute_holds_warnings_back_and_tells_them_when_it_is_over() {
    let bench = Bench::start(Setup::default()).await;
    bench.pass(minutes(10)).await;
    bench.busy(0.93);
    bench.says("/mute 1h").await;
    bench.pass(minutes(30)).await;
    bench.busy(0.1);
    bench.pass(minutes(32)).await;
    assert_eq!(
        bench.said(),
        [
            "10:10:00 🔕 Warnings wait until 11:10. Critical alerts still come through, and what was held back is told then.\n\
             [🔔 Tell at once again]",
            "11:10:00 🔔 The mute is over. Meanwhile:\n#1 ✅ CPU: at worst 93 %, 10:19 – 10:44 (25 min)",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_recovery_during_a_mute_is_written_on_the_card_at_once() {
    let bench = Bench::start(Setup::default()).await;
    calm_then_busy(&bench, minutes(20)).await;
    bench.says("/mute 30m").await;
    assert_eq!(
        bench.said(),
        [
            "10:20:35 🟠 CPU: 93 % · web-1\nSince 10:19 (1 min), limit 85 %\n\
             #1 · next reminder 14:20, if it lasts\n(picture: CPU)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "10:30:00 🔕 Warnings wait until 11:00. Critical alerts still come through, and what was held back is told then.\n\
             [🔔 Tell at once again]",
        ]
    );
    bench.busy(0.1);
    bench.pass(minutes(31)).await;
    assert_eq!(
        bench.said(),
        [
            "10:34:35 (edited) ✅ CPU is well again, 10 % · web-1\nLasted 15 min, 10:19 – 10:34; at worst 93 %\n\
             #1\n(picture: CPU)\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_critical_breaks_through_a_mute() {
    let bench = Bench::start(Setup::default()).await;
    bench.pass(minutes(10)).await;
    bench.says("/mute 12h").await;
    bench.busy(1.0);
    bench.pass(minutes(20)).await;
    assert_eq!(
        bench.said(),
        [
            "10:10:00 🔕 Warnings wait until 22:10. Critical alerts still come through, and what was held back is told then.\n\
             [🔔 Tell at once again]",
            "10:19:35 🔴 CPU: 96 % · web-1\nSince 10:18 (1 min), limit 95 %\n\
             #1 · next reminder 14:19, if it lasts\n(picture: CPU)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn two_owners_are_told_each_in_their_own_language() {
    let setup = Setup { admitted: &[7, 8], homes: &[7, 8], language: Language::Auto, ..Setup::default() };
    let bench = Bench::start(setup).await;
    bench.hears(7, 7, Some("en-GB"), "/mute off").await;
    bench.hears(8, 8, Some("ru"), "/mute off").await;
    calm_then_busy(&bench, minutes(20)).await;
    assert_eq!(
        bench.said_to(7),
        [
            "10:00:00 🔔 Alerts come at once again.",
            "10:20:35 🟠 CPU: 93 % · web-1\nSince 10:19 (1 min), limit 85 %\n\
             #1 · next reminder 14:20, if it lasts\n(picture: CPU)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
        ]
    );
    assert_eq!(
        bench.said_to(8),
        [
            "10:00:00 🔔 Тревоги снова приходят сразу.",
            "10:20:35 🟠 Процессор: 93 % · web-1\nС 10:19 (1 мин), предел 85 %\n\
             #1 · напомню в 14:20, если не пройдёт\n(picture: Процессор)\n[✔ Беру] [🔕 1 ч] [🔕 4 ч] [🔕 до утра]\n\
             [📈 1 ч] [6 ч] [1 д] [7 д]\n[❓ Почему]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn strangers_get_silence_and_the_owner_hears_of_them_once_in_five_minutes() {
    let bench = Bench::start(Setup::default()).await;
    for text in ["/start", "/status", "/restart nginx"] {
        bench.hears(99, 99, None, text).await;
    }
    assert_eq!(
        bench.said(),
        ["10:00:00 🚪 A stranger's message was turned away; the last came from id 99.",]
    );
    bench.pass(minutes(6)).await;
    bench.hears(98, 98, None, "hello").await;
    assert_eq!(
        bench.said(),
        ["10:06:00 🚪 3 messages of strangers were turned away; the last came from id 98.",]
    );
}

/// Three days of a machine that was between 10 and 20 % busy, recorded by an earlier process.
async fn experienced(rules: &'static [&'static str]) -> Bench {
    let bench = Bench::start(Setup { rules, ..Setup::default() }).await;
    let (key, now) = (SeriesKey::whole("cpu.busy"), bench.clock.now());
    for minute in 1..3 * 24 * 60 {
        let value = 10.0 + 10.0 * f64::from(minute * 7919 % 1000) / 1000.0;
        let at = now - minutes(3 * 24 * 60) + minutes(minute as u64);
        bench.database.append(&[Sample { key: key.clone(), at, value }]).expect("room");
    }
    bench.busy(0.15);
    bench
}

#[tokio::test(start_paused = true)]
async fn what_nothing_suffers_from_wakes_nobody_and_has_its_line_in_the_digest() {
    let mut bench = experienced(&["cpu-unusual"]).await;
    bench.pass(minutes(30)).await;
    bench.busy(0.7);
    bench.pass(minutes(30)).await;
    assert_eq!(bench.said(), [""; 0]);
    bench.says("/alerts").await;
    bench.says("/status").await;
    let said = bench.said();
    let (alerts, status) = (&said[0], &said[1]);
    assert!(
        alerts.contains("No alerts.\nNot as usual, and nothing suffers from it:\n🔎 CPU: 70 %\n"),
        "{alerts}"
    );
    assert!(
        alerts.replace('\u{a0}', " ").contains("Since 10:35 (24 min 55 s), usually no more than 40 %"),
        "{alerts}"
    );
    assert!(alerts.contains("1 of 1 rule can judge now."), "{alerts}");
    assert!(status.contains("web-1 · no alerts"), "{status}");
    // Whoever takes over knows it, and what it was held against.
    bench.restart_after(minutes(7)).await;
    bench.pass(minutes(20)).await;
    bench.busy(0.15);
    bench.pass(minutes(30)).await;
    assert_eq!(bench.said(), [""; 0]);
    bench.says("/digest").await;
    let digest = bench.said().remove(0);
    let line = "\n🔎 Unusual: CPU 70 %, as a rule up to 40 %; from 10:35 for 1 h 5 min\n";
    assert!(digest.contains(line), "{digest}");
}

#[tokio::test(start_paused = true)]
async fn what_a_person_calls_normal_closes_its_alert_and_can_be_taken_back() {
    let mut bench = experienced(&["cpu-unusual"]).await;
    // Here it is told without anybody suffering.
    if let Detector::Novelty(novelty) = &mut bench.config.rules[0].detector {
        novelty.page_with = Some(Companion { metric: "cpu.busy".to_owned(), side: Side::Above, at: 50.0 });
    }
    bench.restart_after(minutes(1)).await;
    bench.pass(minutes(29)).await;
    bench.busy(0.7);
    bench.pass(minutes(30)).await;
    assert_eq!(
        bench.said(),
        [
            "10:45:05 🟠 CPU: 70 % · web-1\nSince 10:35 (10 min), usually no more than 40 %\n#1 · next reminder 14:45, if it lasts\n(picture: CPU)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why] [👌 Normal]",
        ]
    );
    bench.says("/normal cpu").await;
    bench.pass(minutes(10)).await;
    bench.says("/normal").await;
    bench.presses("↩️ CPU").await;
    bench.pass(minutes(30)).await;
    assert_eq!(
        bench.said(),
        [
            "11:00:00 👌 CPU: up to 77 % is normal from now on.\nThe alert on it will be closed in a moment.\n[↩️ Take it back]",
            "11:00:05 (edited) ☑️ CPU: 70 % is the new normal · web-1\nThe alert of 10:35 is closed.\n#1\n(picture: CPU)\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "11:10:00 👌 Called normal\n• CPU: up to 77 %, said 11:00\n[↩️ CPU]",
            "11:10:00 (edited) ↩️ CPU: what was called normal is forgotten; what was learnt holds.",
            "11:20:05 🟠 CPU: 70 % · web-1\nSince 11:10 (10 min), usually no more than 40 %\n#2 · next reminder 15:20, if it lasts\n(picture: CPU)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why] [👌 Normal]",
        ]
    );
}

/// A walk through a disk: GiB in `/var`, and GiB of one container's log below it.
fn walk(id: &str, var: u64, log: u64) -> Walk {
    let place = |path: String, is_file, gib: u64| PlaceSize { path, is_file, bytes: gib << 30, files: 1000 };
    let engine = "/var/lib/docker/containers";
    let places = vec![
        place("/".to_owned(), false, 40 + var),
        place("/usr".to_owned(), false, 30),
        place("/var".to_owned(), false, var),
        place(engine.to_owned(), false, log),
        place(format!("{engine}/{id}"), false, log),
        place(format!("{engine}/{id}/{id}-json.log"), true, log),
    ];
    Walk { is_whole: true, places, least_bytes: 4 << 20, least_files: 500 }
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_fills_is_told_of_before_it_is_full_with_what_grows_and_once_more_when_it_is_critical() {
    let setup = Setup {
        rules: &["disk-filling", "inodes-filling", "memory-filling"],
        admitted: &[7, 8],
        homes: &[7, 8],
        language: Language::Auto,
        ..Setup::default()
    };
    let bench = Bench::start(setup).await;
    bench.hears(7, 7, Some("en"), "/mute off").await;
    bench.hears(8, 8, Some("ru"), "/mute off").await;
    bench.said();
    let id = "0123456789ab".repeat(5) + "0123";
    bench.world.set_containers(vec![Container {
        id: id.clone(),
        ..scenes::container("shop-web", ContainerState::Running)
    }]);
    // A calm day and a bit.
    let start = bench.clock.now();
    for minute in (1..26 * 12).rev().map(|it| it * 5) {
        let sample =
            Sample { key: SeriesKey::of("disk.used", "/"), at: start - minutes(minute), value: 65.0 };
        bench.database.append(&[sample]).expect("room");
    }
    // From now on 5 % an hour, until somebody empties the log.
    bench.disk(move |now| (65.0 + 5.0 * now.duration_since(start).as_secs_f64() / 3600.0).min(100.0));
    bench.world.set_walk("/", walk(&id, 25, 2));
    bench.pass(minutes(60)).await;
    assert_eq!(bench.said(), [""; 0]);
    bench.world.set_walk("/", walk(&id, 31, 8));
    bench.pass(minutes(60)).await;
    for asked in ["/disk", "/digest", "/alerts"] {
        bench.says(asked).await;
    }
    bench.pass(minutes(150)).await;
    bench.world.set_walk("/", walk(&id, 48, 25));
    bench.pass(minutes(50)).await;
    bench.disk(|_| 66.0);
    bench.pass(minutes(90)).await;
    assert_eq!(
        bench.said_to(7),
        [
            "11:35:05 🟠 Disk /: full in 5–10 h (now 73 %, +3.91 GiB/h) · web-1\nA prediction from the last hours; it has held since 11:30 (5 min)\n↗ the log of shop-web +6 GiB since 10:00, 8 GiB now\n#1 · next reminder 15:35, if it lasts\n(picture: Disk /)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "12:00:00 Disks of web-1\n/ 75 % · 75 GiB of 100 GiB, 25 GiB free\n   full in 5–6 h (+4.67 GiB/h)\n(picture: Disks)\n[🩹 Free space] [📈 7 d]",
            "12:00:00 ☀\u{fe0f} web-1, 23 Nov 12:00 – 24 Nov 12:00\n🚨 1 incident\n• Disk /: at worst 75 %, since 11:30 and still (29 min 55 s)\n📈 Grew: / +9.5 pts (+8.88 GiB)\n⏳ Full if it goes on like this: Disk / in 5–6 h\n(picture: web-1 · 23 Nov 12:00 – 24 Nov 12:00)\n[🔢 Figures]\n[Day] [Week] [Month]",
            "12:00:00 1 alert\n#1 🟠 Disk /: full in 5–6 h (now 75 %, +4.67 GiB/h)\nA prediction from the last hours; it has held since 11:30 (29 min 55 s)\n↗ the log of shop-web +6 GiB since 10:00, 8 GiB now\n3 of 3 rules can judge now.\n[#1]\n[🔄 Refresh] [Last 24 h]",
            "15:00:35 🔴 Disk /: full in ~2 h (now 90 %, +4.99 GiB/h) · web-1\nA prediction from the last hours; it has held since 11:30 (3 h 30 min)\n↗ the log of shop-web +23 GiB since 10:00, 25 GiB now\n#1 · next reminder 19:00, if it lasts\n(picture: Disk /)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "15:00:35 (edited) ⤵ #1 goes on in a newer message · web-1",
            "15:45:05 (edited) ✅ Disk /: no longer filling up, 66 % · web-1\nLasted 4 h 15 min, 11:30 – 15:45; at worst 92 %\n#1\n(picture: Disk /)\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
        ]
    );
    assert_eq!(
        bench.said_to(8),
        [
            "11:35:05 🟠 Диск /: до заполнения 5–10 ч (сейчас 73 %, +3,91 ГиБ/ч) · web-1\nЭто прогноз по последним часам; держится с 11:30 (5 мин)\n↗ лог shop-web +6 ГиБ с 10:00, сейчас 8 ГиБ\n#1 · напомню в 15:35, если не пройдёт\n(picture: Диск /)\n[✔ Беру] [🔕 1 ч] [🔕 4 ч] [🔕 до утра]\n[📈 1 ч] [6 ч] [1 д] [7 д]\n[❓ Почему]",
            "15:00:35 🔴 Диск /: до заполнения ~2 ч (сейчас 90 %, +4,99 ГиБ/ч) · web-1\nЭто прогноз по последним часам; держится с 11:30 (3 ч 30 мин)\n↗ лог shop-web +23 ГиБ с 10:00, сейчас 25 ГиБ\n#1 · напомню в 19:00, если не пройдёт\n(picture: Диск /)\n[✔ Беру] [🔕 1 ч] [🔕 4 ч] [🔕 до утра]\n[📈 1 ч] [6 ч] [1 д] [7 д]\n[❓ Почему]",
            "15:00:35 (edited) ⤵ #1: продолжение в новом сообщении · web-1",
            "15:45:05 (edited) ✅ Диск /: больше не заполняется, 66 % · web-1\nДлилось 4 ч 15 мин, 11:30 – 15:45; в худшем случае 92 %\n#1\n(picture: Диск /)\n[📈 1 ч] [6 ч] [1 д] [7 д]\n[❓ Почему]",
        ]
    );
}
