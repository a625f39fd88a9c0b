//! What is held back, what comes through all the same, and what people read in the end.

use jobs::fakes::scenes;
use jobs::mute::{After, By, Mute, Scope};
use jobs::ports::{Container, ContainerState, EngineError, EngineEvent, EventAction, Health, Heard};

use super::{Bench, Setup, minutes};
use crate::config::Language;

const NIGHT: &str = "[quiet]\nfrom = \"23:00\"\nuntil = \"08:00\"\n";

/// Two containers of a project, and one of its own.
async fn dock(bench: &Bench) {
    let containers: Vec<Container> = ["shop-web-1", "shop-db-1", "proxy"].map(container).to_vec();
    bench.world.set_containers(containers.clone());
    bench.engine_says(Heard::Listed(containers)).await;
}

fn container(name: &str) -> Container {
    let project = name.strip_prefix("shop-").map(|_| "shop".to_owned());
    Container { project, ..scenes::container(name, ContainerState::Running) }
}

async fn happens(bench: &Bench, name: &str, action: EventAction) {
    let Container { id, name, image, project, service, .. } = container(name);
    let at = bench.clock.now();
    let event = EngineEvent { at, action, id, name, image, project, service, labels: Vec::new() };
    bench.engine_says(Heard::Event(event)).await;
}

async fn falls_ill(bench: &Bench, name: &str) {
    happens(bench, name, EventAction::HealthStatus(Health::Unhealthy)).await;
}

/// Half past ten in the evening: an alert has been told. Then a night: it is over, something falls ill and is well
/// again, something crashes, and a digest is due at nine.
async fn night(setup: Setup) -> (Bench, Vec<String>) {
    let setup = Setup { at: "2026-11-23T19:10:00Z", besides: NIGHT, ..setup };
    let bench = Bench::start(setup).await;
    dock(&bench).await;
    bench.pass(minutes(10)).await;
    bench.busy(0.93);
    bench.pass(minutes(40)).await;
    bench.busy(0.1);
    let evening = bench.said();
    assert_eq!(evening.len(), 1, "{evening:?}");
    // One o'clock.
    bench.pass(minutes(120)).await;
    falls_ill(&bench, "shop-web-1").await;
    bench.pass(minutes(30)).await;
    happens(&bench, "shop-web-1", EventAction::HealthStatus(Health::Healthy)).await;
    bench.busy(0.93);
    bench.pass(minutes(30)).await;
    // The card they had is edited, which makes no sound.
    let said = bench.said();
    assert!(said.len() == 1 && said[0].starts_with("23:04:35 (edited) ✅"), "{said:?}");
    (bench, evening)
}

#[tokio::test(start_paused = true)]
async fn a_night_of_quiet_hours_is_in_the_digest_of_the_morning() {
    let (bench, evening) = night(Setup::default()).await;
    assert_eq!(
        evening,
        [
            "22:30:35 🟠 CPU: 93 % · web-1\nSince 22:29 (1 min), limit 85 %\n#1 · next reminder 24 Nov 02:30, if it lasts\n(picture: CPU)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
        ]
    );
    happens(&bench, "proxy", EventAction::Die { exit_code: Some(1) }).await;
    bench.pass(minutes(1)).await;
    assert_eq!(
        bench.said(),
        [
            "02:00:15 🔴 proxy crashed: exit 1 · web-1\nNobody stopped it. It has not been started again.\n#4 · next reminder 06:00, if it lasts\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📋 Logs] [🔁 Restart] [❓ Why]",
        ]
    );
    bench.pass(minutes(6 * 60 + 58)).await;
    assert_eq!(
        bench.said(),
        [
            "06:00:05 🔴 proxy crashed: exit 1 · web-1\nNobody stopped it. It has not been started again.\n#4 · next reminder 14:00, if it lasts\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📋 Logs] [🔁 Restart] [❓ Why]",
            "06:00:05 (edited) ⤵ #4 goes on in a newer message · web-1",
        ],
        "the night is over, and its news waits for the digest"
    );
    bench.pass(minutes(3)).await;
    assert_eq!(
        bench.said(),
        [
            "09:00:00 ☀\u{fe0f} web-1, 23 Nov 09:00 – 24 Nov 09:00\n🚨 2 incidents\n• CPU: at worst 93 %, from 23 Nov 22:29 for 35 min\n#4 🔴 proxy crashed: exit 1 · 02:00\n🔕 Held back until now: 2\n#2 ✅ shop-web-1 is healthy again · 01:30\n#3 🟠 CPU: 93 %\nSince 01:39 (7 h 20 min), limit 85 %\n👁 I could look for only 11 of 24 h\n(picture: web-1 · 23 Nov 09:00 – 24 Nov 09:00)\n[🔢 Figures]\n[Day] [Week] [Month]",
            "09:00:00 🟠 CPU: 93 % · web-1\nSince 01:39 (7 h 20 min), limit 85 %\n#3 · next reminder 13:00, if it lasts\n(picture: CPU)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
        ]
    );
    bench.pass(minutes(60)).await;
    assert_eq!(bench.said(), [""; 0]);
    // The table takes the place of the words, of the same day.
    bench.presses("Figures").await;
    bench.pass(std::time::Duration::from_secs(5)).await;
    let said = bench.said();
    let of_the_day = "(edited) ☀\u{fe0f} web-1, 23 Nov 09:00 – 24 Nov 09:00\n";
    assert!(said.len() == 1 && said[0].contains(of_the_day) && said[0].contains("CPU %"), "{said:?}");
    assert!(said[0].ends_with("[◀ Summary]\n[Day] [Week] [Month]"), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn a_night_without_a_digest_is_told_when_it_is_over() {
    let setup = Setup { jobs: &["sample", "evaluate"], language: Language::Fixed("ru"), ..Setup::default() };
    let (bench, _) = night(setup).await;
    bench.pass(minutes(7 * 60)).await;
    assert_eq!(
        bench.said(),
        [
            "08:00:00 🔔 Тишина кончилась. За это время:\n#2 ✅ shop-web-1 снова здоров · 01:30\n#3 🟠 Процессор: 93 %\nС 01:39 (6 ч 20 мин), предел 85 %",
            "08:00:00 🟠 Процессор: 93 % · web-1\nС 01:39 (6 ч 20 мин), предел 85 %\n#3 · напомню в 12:00, если не пройдёт\n(picture: Процессор)\n[✔ Беру] [🔕 1 ч] [🔕 4 ч] [🔕 до утра]\n[📈 1 ч] [6 ч] [1 д] [7 д]\n[❓ Почему]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_is_awake_ends_the_night_and_hears_at_once_what_it_held() {
    let (bench, _) = night(Setup::default()).await;
    bench.says("/mute").await;
    assert_eq!(
        bench.said(),
        [
            "02:00:00 🌙 Quiet hours until 08:00\nCritical alerts still come through.\nHeld back so far:\n#2 ✅ shop-web-1 is healthy again · 01:30\n#3 🟠 CPU: 93 %\nSince 01:39 (20 min 25 s), limit 85 %\n[🔔 Tell at once again]",
        ]
    );
    bench.presses("Tell at once again").await;
    assert_eq!(
        bench.said(),
        [
            "02:00:00 (edited) 🔔 Alerts come at once again.",
            "02:00:00 🔔 The mute is over. Meanwhile:\n#2 ✅ shop-web-1 is healthy again · 01:30\n#3 🟠 CPU: 93 %\nSince 01:39 (20 min 25 s), limit 85 %",
            "02:00:00 🟠 CPU: 93 % · web-1\nSince 01:39 (20 min 25 s), limit 85 %\n#3 · next reminder 06:00, if it lasts\n(picture: CPU)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
        ]
    );
    // It comes again the next night.
    bench.says("/mute").await;
    bench.pass(std::time::Duration::from_secs(5)).await;
    assert_eq!(
        bench.said(),
        [
            "02:00:01 Nothing is muted. For how long should warnings wait?\n🌙 Quiet hours from 23:00 to 08:00\n[1 h] [4 h] [Till tomorrow]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_muted_project_is_quiet_while_the_host_is_heard() {
    let bench = Bench::start(Setup::default()).await;
    dock(&bench).await;
    bench.says("/mute shop 1h").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 🔕 Project shop: warnings wait until 11:00. Critical alerts still come through, and what was held back is told then.\n[🔔 Tell at once again]"
        ]
    );
    bench.pass(minutes(10)).await;
    bench.busy(0.93);
    falls_ill(&bench, "shop-web-1").await;
    falls_ill(&bench, "proxy").await;
    bench.pass(minutes(20)).await;
    assert_eq!(
        bench.said(),
        [
            "10:10:11 🟠 proxy is unhealthy · web-1\nIt runs, and its health check fails.\n#2 · next reminder 14:10, if it lasts\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📋 Logs] [🔁 Restart] [❓ Why]",
            "10:20:35 🟠 CPU: 93 % · web-1\nSince 10:19 (1 min), limit 85 %\n#3 · next reminder 14:20, if it lasts\n(picture: CPU)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
        ]
    );
    bench.says("/mute").await;
    assert_eq!(
        bench.said(),
        [
            "10:30:00 🔕 Project shop: muted until 11:00\nCritical alerts still come through.\nHeld back so far:\n#1 🟠 shop-web-1 is unhealthy · 10:10\n[🔔 Tell at once again]",
        ]
    );
    // What is critical is heard, of the project too.
    happens(&bench, "shop-db-1", EventAction::Die { exit_code: Some(1) }).await;
    bench.pass(minutes(1)).await;
    assert_eq!(
        bench.said(),
        [
            "10:30:15 🔴 shop-db-1 crashed: exit 1 · web-1\nNobody stopped it. It has not been started again.\n#4 · next reminder 14:30, if it lasts\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📋 Logs] [🔁 Restart] [❓ Why]",
        ]
    );
    bench.pass(minutes(29)).await;
    assert_eq!(
        bench.said(),
        [
            "11:00:00 🟠 shop-web-1 is unhealthy · web-1\nIt runs, and its health check fails.\n#1 · next reminder 15:00, if it lasts\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📋 Logs] [🔁 Restart] [❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_critical_waits_when_it_is_told_to() {
    let bench = Bench::start(Setup { language: Language::Fixed("ru"), ..Setup::default() }).await;
    dock(&bench).await;
    bench.says("/mute shop-db-1 до 11:00 критические").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 🔕 Контейнер shop-db-1: всё подождёт до 11:00, критические тревоги тоже. Об отложенном расскажу в конце.\n[🔔 Снова сообщать сразу]"
        ]
    );
    happens(&bench, "shop-db-1", EventAction::Die { exit_code: Some(1) }).await;
    bench.pass(minutes(59)).await;
    assert_eq!(bench.said(), [""; 0]);
    bench.pass(minutes(2)).await;
    assert_eq!(
        bench.said(),
        [
            "11:00:00 🔴 shop-db-1 упал: код выхода 1 · web-1\nНикто его не останавливал. Снова его никто не запустил.\n#1 · напомню в 15:00, если не пройдёт\n[✔ Беру] [🔕 1 ч] [🔕 4 ч] [🔕 до утра]\n[📋 Логи] [🔁 Перезапуск] [❓ Почему]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_script_mutes_through_the_store_and_its_end_is_noticed_at_once() {
    let bench = Bench::start(Setup::default()).await;
    dock(&bench).await;
    let mute = Mute {
        scope: "project:shop".parse().expect("a scope"),
        from: bench.clock.now(),
        until: bench.clock.now() + minutes(10),
        by: By::Script,
        critical_too: true,
        after: After::Tell,
        reason: Some("deploy".to_owned()),
    };
    bench.database.put_mute(&mute).expect("room");
    happens(&bench, "shop-db-1", EventAction::Die { exit_code: Some(1) }).await;
    bench.pass(minutes(2)).await;
    assert_eq!(bench.said(), [""; 0]);
    bench.says("/alerts").await;
    assert_eq!(
        bench.said(),
        [
            "10:02:00 1 alert\n#1 🔴 shop-db-1 crashed: exit 1 · 10:00\n🔕 Project shop: muted until 10:10, critical alerts too · by a script: deploy\n0 of 1 rule can judge now.\n📖 Learning: cpu, 1 min of 7 min 30 s\n[#1]\n[🔄 Refresh] [Last 24 h]",
        ]
    );
    bench.database.unmute(&mute.scope).expect("room");
    bench.pass(std::time::Duration::from_secs(5)).await;
    assert_eq!(
        bench.said(),
        [
            "10:02:05 🔴 shop-db-1 crashed: exit 1 · web-1\nNobody stopped it. It has not been started again.\n#1 · next reminder 14:02, if it lasts\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📋 Logs] [🔁 Restart] [❓ Why]",
        ]
    );
    // And by itself: nobody wrote anything meanwhile.
    let again = Mute { until: bench.clock.now() + minutes(3), scope: Scope::All, ..mute };
    bench.database.put_mute(&again).expect("room");
    falls_ill(&bench, "proxy").await;
    bench.pass(minutes(4)).await;
    assert_eq!(
        bench.said(),
        [
            "10:05:05 🟠 proxy is unhealthy · web-1\nIt runs, and its health check fails.\n#2 · next reminder 14:05, if it lasts\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📋 Logs] [🔁 Restart] [❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_name_that_may_mean_several_things_is_asked_about() {
    let bench = Bench::start(Setup::default()).await;
    let mut containers = ["shop-web-1", "shop-db-1"].map(container).to_vec();
    containers.push(container("cpu"));
    bench.world.set_containers(containers);
    says(&bench, "/mute cpu 2h").await;
    presses(&bench, "Rule cpu").await;
    says(&bench, "/mute shop-").await;
    presses(&bench, "Container shop-db-1").await;
    presses(&bench, "Till tomorrow").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 What is meant by cpu?\n[Container cpu]\n[Rule cpu]\n[Leave it]",
            "10:00:05 (edited) 🔕 Rule cpu: warnings wait until 12:00. Critical alerts still come through, and what was held back is told then.\n[🔔 Tell at once again]",
            "10:00:10 What is meant by shop-?\n[Container shop-web-1]\n[Container shop-db-1]\n[Leave it]",
            "10:00:15 (edited) 🔕 Container shop-db-1: how long should warnings wait?\n[1 h] [4 h] [Till tomorrow]",
            "10:00:20 (edited) 🔕 Container shop-db-1: warnings wait until 25 Nov 09:00. Critical alerts still come through, and what was held back is in the digest then.\n[🔔 Tell at once again]",
        ]
    );
    says(&bench, "/mute incident:12 4h").await;
    says(&bench, "/mute").await;
    presses(&bench, "Incident 12").await;
    says(&bench, "/mute off shop-db-1").await;
    says(&bench, "/mute off nonsense").await;
    says(&bench, "/mute off").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:25 🔕 Incident 12: warnings wait until 14:00. Critical alerts still come through, and what was held back is told then.\n[🔔 Tell at once again]",
            "10:00:30 🔕 Container shop-db-1: muted until 25 Nov 09:00\n🔕 Incident 12: muted until 14:00\n🔕 Rule cpu: muted until 12:00\nCritical alerts still come through.\n[🔔 Container shop-db-1]\n[🔔 Incident 12]\n[🔔 Rule cpu]\n[🔔 All of them]",
            "10:00:35 (edited) 🔔 Incident 12: no longer muted.\nStill muted:\n🔕 Container shop-db-1: muted until 25 Nov 09:00\n🔕 Rule cpu: muted until 12:00",
            "10:00:40 🔔 Container shop-db-1: no longer muted.\nStill muted:\n🔕 Rule cpu: muted until 12:00",
            "10:00:45 Nothing is muted by the name nonsense.\nStill muted:\n🔕 Rule cpu: muted until 12:00",
            "10:00:50 🔔 Alerts come at once again.",
        ]
    );
    says(&bench, "/mute shpo 1h").await;
    says(&bench, "/mute xyzzyplugh 1h").await;
    bench.world.set_engine_error(Some(EngineError::Unreachable("no socket".to_owned())));
    says(&bench, "/mute shop 1h").await;
    says(&bench, "/mute project:shop 1h").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:55 Nothing is called shpo. Did you mean:\n[Project shop]\n[Leave it]",
            "10:01:00 Nothing is called xyzzyplugh: no container, no project, no rule.",
            "10:01:05 Docker does not answer, so nobody knows what shop is. Write project:shop or container:shop.\nunreachable: no socket",
            "10:01:10 🔕 Project shop: warnings wait until 11:01. Critical alerts still come through, and what was held back is told then.\n[🔔 Tell at once again]",
        ]
    );
}

/// Somebody writes, and then reads for a while: a chat takes about a message a second.
async fn says(bench: &Bench, text: &str) {
    bench.says(text).await;
    bench.pass(std::time::Duration::from_secs(5)).await;
}

async fn presses(bench: &Bench, label: &str) {
    bench.presses(label).await;
    bench.pass(std::time::Duration::from_secs(5)).await;
}

#[tokio::test(start_paused = true)]
async fn a_mute_until_tomorrow_ends_with_the_digest() {
    let bench = Bench::start(Setup { at: "2026-11-24T17:00:00Z", ..Setup::default() }).await;
    bench.says("/mute tomorrow").await;
    assert_eq!(
        bench.said(),
        [
            "20:00:00 🔕 Warnings wait until 25 Nov 09:00. Critical alerts still come through, and what was held back is in the digest then.\n[🔔 Tell at once again]"
        ]
    );
    bench.pass(minutes(10)).await;
    bench.busy(0.93);
    bench.pass(minutes(13 * 60)).await;
    assert_eq!(
        bench.said(),
        [
            "09:00:00 ☀\u{fe0f} web-1, 24 Nov 09:00 – 25 Nov 09:00\n🔕 Held back until now: 1\n#1 🟠 CPU: 93 %\nSince 24 Nov 20:19 (12 h 40 min), limit 85 %\n👁 I could look for only 13 of 24 h\n(picture: web-1 · 24 Nov 09:00 – 25 Nov 09:00)\n[🔢 Figures]\n[Day] [Week] [Month]",
            "09:00:00 🟠 CPU: 93 % · web-1\nSince 24 Nov 20:19 (12 h 40 min), limit 85 %\n#1 · next reminder 13:00, if it lasts\n(picture: CPU)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
        ]
    );
}
