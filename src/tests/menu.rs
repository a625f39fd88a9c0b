//! One message that is turned in place: where its buttons lead, how it gets back, that it looks again by itself for a
//! while, and how few presses lie between an alert and its remedy.

use std::time::Duration;

use jobs::fakes::scenes::{self, GIB};
use jobs::ports::{
    BuildCacheUse, Container, ContainerDetail, ContainerState, DiskUsage, EngineInfo, EventAction, Health,
    Heard,
};

use super::{Bench, Setup, minutes};
use crate::config::Language;

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

async fn over(containers: Vec<Container>, setup: Setup) -> Bench {
    let bench = Bench::start(setup).await;
    bench.world.set_containers(containers.clone());
    bench.engine_says(Heard::Listed(containers)).await;
    bench.pass(minutes(2)).await;
    bench.said();
    bench
}

async fn watching(names: &[&str]) -> Bench {
    let containers = names.iter().map(|it| scenes::container(it, ContainerState::Running)).collect();
    over(containers, Setup { rules: &[], ..Setup::default() }).await
}

/// Presses one after the other, and what the last of them led to.
async fn presses(bench: &Bench, labels: &[&str]) -> String {
    let mut said = Vec::new();
    for label in labels {
        bench.presses(label).await;
        bench.pass(seconds(12)).await;
        said = bench.said();
    }
    said.pop().expect("an answer")
}

#[tokio::test(start_paused = true)]
async fn the_menu_is_one_message_in_and_out() {
    let bench = watching(&["nginx", "db"]).await;
    bench.says("/menu").await;
    let home = bench.said();
    assert_eq!(
        home,
        [
            "10:02:00 🟢 web-1 · no alerts\nCPU 10 % · load 0.3 on 2 cores\nRAM 25 % · 2 GiB of 8 GiB\nDisk / 40 %, 60 GiB free\nDocker 2 of 2 running\nAs of 10:02:00.\n[📊 Status] [🐳 Containers]\n[🚨 Alerts] [📈 Graphs]\n[⏱ Jobs] [❔ Help]\n[🔄 Refresh]\n[✖ Close]"
        ]
    );
    let panel = presses(&bench, &["Containers", "2"]).await;
    assert!(panel.contains("(edited) Menu › Containers › nginx\n"), "{panel}");
    assert!(
        panel.contains("[🔁 Restart]") && panel.ends_with("[🔄 Refresh]\n[◀ Containers] [⚓️ Menu] [✖ Close]"),
        "{panel}"
    );
    let logs = presses(&bench, &["Logs"]).await;
    assert!(logs.contains("(edited) Menu › Containers › nginx › Logs\n"), "{logs}");
    let back = presses(&bench, &["◀ nginx", "◀ Containers", "◀ Menu"]).await;
    assert!(back.contains("(edited) 🟢 web-1 · no alerts"), "{back}");
    let closed = presses(&bench, &["Close"]).await;
    assert!(closed.ends_with("(edited) ⚓️ The menu is closed. /menu opens it."), "{closed}");
}

#[tokio::test(start_paused = true)]
async fn a_page_without_a_picture_after_one_with_it_is_said_anew_and_the_old_one_goes() {
    let bench = watching(&["nginx"]).await;
    bench.says("/menu").await;
    let graph = presses(&bench, &["Graphs", "CPU"]).await;
    assert!(graph.contains("(edited) Menu › Graphs › Graph") && graph.contains("(picture: "), "{graph}");
    // Another picture takes its place in one call.
    let day = presses(&bench, &["7"]).await;
    assert!(day.contains("(edited) Menu › Graphs › Graph") && day.contains("(picture: "), "{day}");
    bench.presses("◀ Graphs").await;
    let said = bench.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains(" Menu › Graphs\n") && !said[0].contains("(edited)"), "{said:?}");
    assert!(said[1].ends_with("(removed)"), "{said:?}");
    let home = presses(&bench, &["◀ Menu"]).await;
    assert!(home.contains(" 🟢 web-1"), "{home}");
}

#[tokio::test(start_paused = true)]
async fn while_somebody_looks_the_menu_looks_again_and_then_leaves_them_alone() {
    let bench = watching(&["nginx"]).await;
    bench.says("/menu").await;
    bench.said();
    bench.pass(minutes(10)).await;
    let times: Vec<String> = bench.said().iter().map(|it| it[..8].to_owned()).collect();
    let every =
        ["10:02:15", "10:02:30", "10:02:45", "10:03:00", "10:03:15", "10:03:30", "10:03:45", "10:04:00"];
    assert_eq!(times, every);
    // What has not changed is not edited.
    bench.presses("Jobs").await;
    bench.presses("◀ Menu").await;
    bench.presses("Containers").await;
    bench.said();
    bench.pass(minutes(3)).await;
    assert_eq!(bench.said(), [""; 0]);
    // What a person turned stays turned, and nothing is edited for them twice.
    bench.presses("◀ Menu").await;
    bench.pass(seconds(20)).await;
    bench.presses("Help").await;
    bench.said();
    bench.pass(minutes(3)).await;
    assert_eq!(bench.said(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_menu_that_looks_again_gives_way_to_news() {
    let bench = watching(&["nginx"]).await;
    bench.says("/menu").await;
    bench.said();
    // What waits for its turn keeps it from looking again.
    bench.chat.fails(|_| {
        Some(crate::transport::TransportError::Passing {
            after: Some(seconds(60)),
            why: "slow down".to_owned(),
        })
    });
    bench.happens("nginx", EventAction::Die { exit_code: Some(1) }).await;
    bench.pass(seconds(40)).await;
    bench.chat.is_well();
    bench.pass(seconds(70)).await;
    let said = bench.said();
    let first = said.iter().find(|it| !it.contains("(toast)")).expect("news");
    assert!(first.contains("nginx crashed"), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn a_restart_from_the_menu_leads_back_to_the_container() {
    let bench = watching(&["nginx"]).await;
    bench.says("/menu").await;
    let question = presses(&bench, &["Containers", "1", "🔁 Restart"]).await;
    assert!(question.contains("Menu › Containers › nginx\nRestart nginx?"), "{question}");
    // Letting it be is a step back, and the question can no longer be answered.
    let back = presses(&bench, &["Leave it"]).await;
    assert!(back.contains("(edited) Menu › Containers › nginx\n"), "{back}");
    assert_eq!(bench.world.effects(), []);
    let done = presses(&bench, &["🔁 Restart", "Yes"]).await;
    assert!(done.contains("[◀ nginx] [⚓️ Menu]"), "{done}");
    assert_eq!(bench.world.effects().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn from_the_card_of_a_crash_to_its_end_are_two_presses_and_from_the_menu_three() {
    let bench = watching(&["db", "web"]).await;
    let dies = |name| Heard::Event(bench.event(name, EventAction::Die { exit_code: Some(1) }));
    bench.engine_says(dies("db")).await;
    bench.pass(minutes(1)).await;
    assert!(bench.said().join("").contains("db crashed"));
    let done = presses(&bench, &["🔁 Restart", "Yes"]).await;
    assert_eq!(bench.world.effects().len(), 1, "{done}");
    bench.happens("db", EventAction::Start).await;
    bench.pass(minutes(10)).await;
    bench.engine_says(dies("web")).await;
    bench.pass(minutes(1)).await;
    bench.says("/menu").await;
    bench.said();
    let done = presses(&bench, &["#2", "🔁 Restart", "Yes"]).await;
    assert_eq!(bench.world.effects().len(), 2, "{done}");
    assert!(done.contains("Menu › #2\n") && done.contains("[◀ #2] [⚓️ Menu] [✖ Close]"), "{done}");
}

#[tokio::test(start_paused = true)]
async fn from_the_card_of_an_unhealthy_container_to_its_restart_is_one_press_once_it_is_offered() {
    let setup = Setup { rules: &[], jobs: &["heal"], ..Setup::default() };
    let bench = over(vec![scenes::container("nginx", ContainerState::Running)], setup).await;
    bench.pass(minutes(5)).await;
    let ill =
        Container { health: Some(Health::Unhealthy), ..scenes::container("nginx", ContainerState::Running) };
    bench.world.set_detail(ContainerDetail {
        id: ill.id.clone(),
        name: ill.name.clone(),
        state: ill.state.clone(),
        health: ill.health.clone(),
        ..ContainerDetail::default()
    });
    bench.world.set_containers(vec![ill]);
    bench.happens("nginx", EventAction::HealthStatus(Health::Unhealthy)).await;
    bench.pass(minutes(3)).await;
    bench.said();
    bench.says("/menu").await;
    bench.pass(seconds(1)).await;
    presses(&bench, &["#1", "🔧 Restart nginx"]).await;
    bench.pass(seconds(20)).await;
    assert_eq!(bench.world.effects().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn from_the_card_of_a_full_disk_to_freeing_it_are_two_presses_and_from_the_menu_three() {
    let setup = Setup { rules: &["disk"], jobs: &["sample", "evaluate"], ..Setup::default() };
    let bench = over(vec![scenes::container("web", ContainerState::Running)], setup).await;
    bench.world.set_info(EngineInfo { root: "/var/lib/docker".to_owned(), ..EngineInfo::default() });
    let cache = |id: &str| DiskUsage {
        build_cache: vec![BuildCacheUse { id: id.to_owned(), size: 3 * GIB, ..BuildCacheUse::default() }],
        ..DiskUsage::default()
    };
    bench.world.set_disk_usage(cache("a"));
    bench.disk(|_| 96.0);
    bench.pass(minutes(20)).await;
    let card = bench.said().join("\n");
    assert!(card.contains("[🛠 Fix]"), "{card}");
    presses(&bench, &["🛠 Fix"]).await;
    bench.presses("Free up to").await;
    assert_eq!(bench.world.effects().len(), 1, "two presses");
    bench.world.set_disk_usage(cache("b"));
    bench.says("/menu").await;
    bench.said();
    let plan = presses(&bench, &["#1", "🛠 Fix"]).await;
    assert!(plan.contains("(removed)"), "the picture of the card went with its page: {plan}");
    bench.presses("Free up to").await;
    let done = bench.said().join("\n");
    assert!(done.contains("(edited) Menu › #1 › Fix\n✅ /: 3 GiB freed"), "{done}");
    assert_eq!(bench.world.effects().len(), 2, "three presses");
}

#[tokio::test(start_paused = true)]
async fn a_viewers_menu_has_nothing_that_acts_and_speaks_their_language() {
    let setup = Setup { rules: &[], viewers: &[9], language: Language::Auto, ..Setup::default() };
    let bench = over(vec![scenes::container("nginx", ContainerState::Running)], setup).await;
    bench.hears(9, 9, Some("ru"), "/menu").await;
    let home = bench.said().join("");
    assert!(home.contains("[🐳 Контейнеры]"), "{home}");
    for label in ["Контейнеры", "1"] {
        bench.chat.press(9, 9, label);
        bench.pass(seconds(2)).await;
    }
    let panel = bench.said().pop().expect("the container");
    assert!(panel.contains("Меню › Контейнеры › nginx\n"), "{panel}");
    for acting in ["🔁", "⏹", "⏸", "💥"] {
        assert!(!panel.contains(acting), "{panel}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_menu_whose_buttons_are_gone_opens_anew_in_its_place() {
    let bench = watching(&["nginx"]).await;
    bench.says("/menu").await;
    bench.pass(minutes(10 * 60)).await;
    bench.said();
    bench.presses("Containers").await;
    let said = bench.said();
    assert!(said[0].contains("(toast) This button is too old"), "{said:?}");
    assert!(said[1].contains("(edited) 🟢 web-1") && said.len() == 2, "{said:?}");
    let list = presses(&bench, &["Containers"]).await;
    assert!(list.contains("(edited) Menu › Containers"), "{list}");
    // A picture cannot become words: the page moves, as it does whenever it is turned.
    presses(&bench, &["◀ Menu", "Graphs", "CPU"]).await;
    bench.pass(minutes(10 * 60)).await;
    bench.said();
    bench.presses("◀ Graphs").await;
    let said = bench.said();
    assert!(said[1].contains(" 🟢 web-1") && !said[1].contains("(edited)"), "{said:?}");
    assert!(said[2].ends_with("(removed)"), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn a_page_of_jobs_holds_eight_and_turns() {
    let names: Vec<&str> = (0..20).map(|it| &*format!("digest-{it}").leak()).collect();
    let job = |name: &&str| format!("[[job]]\nname = \"{name}\"\nrun = \"digest\"\ncron = \"0 9 * * *\"\n");
    let besides: String = names.iter().map(job).collect();
    let setup = Setup { rules: &[], jobs: names.leak(), besides: besides.leak(), ..Setup::default() };
    let bench = Bench::start(setup).await;
    bench.says("/jobs").await;
    let first = bench.said().join("");
    assert_eq!(first.matches("[▶ ").count(), 8, "{first}");
    let mut pages = vec![first];
    for _ in 0..2 {
        bench.presses(&format!("{}/3 ▶", pages.len() + 1)).await;
        pages.push(bench.said().join(""));
    }
    let all = pages.join("\n");
    for number in 0..20 {
        assert!(all.contains(&format!("[▶ digest-{number}]")), "{number}: {all}");
    }
    assert!(pages[1].contains("(edited)") && pages[1].contains("[◀ 1/3] [3/3 ▶]"), "{}", pages[1]);
}
