//! What people read when something becomes of a container, and when nothing worth reading does.

use jobs::fakes::scenes;
use jobs::ports::{
    Container, ContainerDetail, ContainerState, EngineEvent, EventAction, Health, Heard, Log, LogLine,
    LogStream,
};

use std::time::Duration;

use jobs::notice::Notice;
use jobs::verdict::{ContainerVerdict, Finding, Verdict, Who};

use super::moody::Mood;
use super::{Bench, OWNER, Setup, minutes};
use crate::message::{ChatId, Place};
use crate::store::{Fact, NewParcel};

/// A watch over these containers, all of which run.
async fn watching(names: &[&str]) -> Bench {
    let bench = Bench::start(Setup { rules: &[], ..Setup::default() }).await;
    let containers = running(names);
    bench.world.set_containers(containers.clone());
    bench.engine_says(Heard::Listed(containers)).await;
    bench
}

fn running(names: &[&str]) -> Vec<Container> {
    names.iter().map(|it| scenes::container(it, ContainerState::Running)).collect()
}

impl Bench {
    /// The process is killed and another begins; the engine lists what there is, and then sends again what it has.
    async fn dies_and_hears(&mut self, list: &[Container], again: &[EngineEvent]) {
        self.die().await;
        self.engine_says(Heard::Listed(list.to_vec())).await;
        for event in again {
            self.engine_says(Heard::Event(event.clone())).await;
        }
    }

    async fn stops(&self, name: &str) {
        self.happens(name, EventAction::Kill { signal: Some(15) }).await;
        self.happens(name, die(143)).await;
        self.happens(name, EventAction::Stop).await;
    }
}

fn die(code: i64) -> EventAction {
    EventAction::Die { exit_code: Some(code) }
}

fn log(lines: &[&str]) -> Log {
    let line = |it: &&str| LogLine { stream: LogStream::Err, at: None, text: (*it).to_owned() };
    Log { lines: lines.iter().map(line).collect(), cut: false }
}

#[tokio::test(start_paused = true)]
async fn a_crash_is_told_once_with_its_evidence_and_its_last_words() {
    let bench = watching(&["db", "web"]).await;
    bench.world.set_log("db", log(&["one", "two", "three", "four", "", "panic: no space"]));
    bench.happens("db", die(1)).await;
    bench.pass(minutes(10)).await;
    assert_eq!(
        bench.said(),
        ["10:00:15 🔴 db crashed: exit 1 · web-1\nNobody stopped it. It has not been started again.\ntwo\n\
             three\nfour\npanic: no space\n#1 · next reminder 14:00, if it lasts\n\
             [✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📋 Logs] [🔁 Restart] [❓ Why]",]
    );
    // Its buttons are the commands; the one that acts asks.
    bench.presses("Restart").await;
    assert_eq!(bench.said().len(), 1);
    bench.happens("db", EventAction::Start).await;
    bench.pass(minutes(10)).await;
    assert_eq!(
        bench.said(),
        [
            "10:10:10 (edited) ✅ db runs again · web-1\nIt was down for 10 min.\n🔴 db crashed: exit 1 · 10:00\ntwo\nthree\nfour\npanic: no space\n#1\n[📋 Logs] [❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_loop_is_one_card_and_its_end_is_written_on_it() {
    let bench = watching(&["web"]).await;
    for _ in 0..20 {
        bench.happens("web", die(1)).await;
        bench.happens("web", EventAction::Start).await;
        bench.pass(Duration::from_secs(1)).await;
    }
    bench.pass(minutes(10)).await;
    assert_eq!(
        bench.said(),
        [
            "10:00:12 🔴 web restarts over and over: exit 1 · web-1\nRestarted 3 times in 2 s. Nobody stopped it.\n#1 · next reminder 14:00, if it lasts\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📋 Logs] [🔁 Restart] [❓ Why]",
            "10:05:19 (edited) ✅ web keeps running again · web-1\nIt restarted over and over for 19 s.\n🔴 web restarts over and over: exit 1 · 10:00\n#1\n[📋 Logs] [❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_backup_that_stops_and_starts_ten_containers_nightly_is_no_news() {
    let names: Vec<String> = (0..10).map(|it| format!("c{it}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let bench = watching(&names).await;
    for _ in 0..3 {
        for name in &names {
            bench.stops(name).await;
        }
        bench.pass(minutes(30)).await;
        for name in &names {
            bench.happens(name, EventAction::Start).await;
        }
        bench.pass(minutes(60)).await;
    }
    assert_eq!(bench.said(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn forty_containers_stopped_by_their_daemon_are_one_card() {
    let names: Vec<String> = (0..40).map(|it| format!("c{it}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let bench = watching(&names).await;
    for name in &names {
        bench.stops(name).await;
    }
    bench.engine_says(Heard::Lost("the stream ended".into())).await;
    bench.pass(minutes(2)).await;
    let mut back = running(&names);
    back[3].state = ContainerState::Exited;
    back[3].status = "Exited (143) 2 minutes ago".into();
    bench.engine_says(Heard::Listed(back)).await;
    bench.pass(minutes(10)).await;
    assert_eq!(
        bench.said(),
        [
            "10:01:00 🔴 Docker is away: 40 containers · web-1\nNo answer since 10:00; how its containers are now is unknown.\n#1 · next reminder 14:01, if it lasts\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[❓ Why]",
            "10:02:30 (edited) 🔴 Docker is back after 2 min, not all containers are · web-1\n1 of 40 stayed down: c3\n#1 · next reminder 14:01, if it lasts\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📋 Logs] [🔁 Restart] [❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn an_end_for_want_of_memory_that_only_inspect_knows_is_told_as_that() {
    let bench = watching(&["web"]).await;
    let id = running(&["web"])[0].id.clone();
    bench.world.set_detail(ContainerDetail { id, oom_killed: true, ..ContainerDetail::default() });
    bench.happens("web", die(137)).await;
    bench.pass(minutes(1)).await;
    assert_eq!(
        bench.said(),
        ["10:00:15 🔴 web ran out of memory and was killed · web-1\nIt has not been started again.\n\
             #1 · next reminder 14:00, if it lasts\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n\
             [📋 Logs] [🔁 Restart] [❓ Why]",]
    );
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_hangs_costs_the_log_and_not_the_word() {
    let bench = watching(&["db", "web"]).await;
    bench.engine.is(Mood::Hanging);
    bench.happens("db", die(1)).await;
    bench.happens("web", die(1)).await;
    bench.pass(minutes(1)).await;
    let said: Vec<String> = bench.said().into_iter().filter(|it| !it.contains("Job sample")).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("10:00:18 🔴"), "they wait for one question, not two: {said:?}");
}

#[tokio::test(start_paused = true)]
async fn a_mute_holds_back_what_is_not_critical_and_gives_it_at_its_end() {
    let bench = watching(&["db", "web"]).await;
    bench.says("/mute 1h").await;
    bench.said();
    bench.happens("web", EventAction::HealthStatus(Health::Unhealthy)).await;
    bench.pass(minutes(5)).await;
    bench.happens("web", EventAction::HealthStatus(Health::Healthy)).await;
    bench.pass(minutes(5)).await;
    assert_eq!(bench.said(), [""; 0]);
    bench.happens("db", die(1)).await;
    bench.pass(minutes(1)).await;
    assert_eq!(bench.said().len(), 1, "critical breaks through");
    bench.pass(minutes(60)).await;
    assert_eq!(
        bench.said(),
        ["11:00:00 🔔 The mute is over. Meanwhile:\n#1 ✅ web is healthy again · 10:05",]
    );
}

#[tokio::test(start_paused = true)]
async fn a_machine_without_docker_hears_nothing_of_it() {
    let bench = Bench::start(Setup { rules: &[], ..Setup::default() }).await;
    bench.engine_says(Heard::Lost("no such file".into())).await;
    bench.pass(minutes(120)).await;
    assert_eq!(bench.said(), [""; 0]);
}

/// `db` has ended so, and `web` runs as long as ever.
fn ended(status: &str) -> Vec<Container> {
    let mut list = running(&["db", "web"]);
    (list[0].state, list[0].status) = (ContainerState::Exited, status.to_owned());
    list[1].status = "Up 3 days".to_owned();
    list
}

#[tokio::test(start_paused = true)]
async fn killed_at_whatever_moment_a_crash_is_told_once() {
    for tenth in [0, 3, 10, 11, 20, 49, 50, 51, 60, 70] {
        let mut bench = watching(&["db", "web"]).await;
        let crash = bench.event("db", die(1));
        bench.engine_says(Heard::Event(crash.clone())).await;
        bench.pass(Duration::from_millis(tenth * 100)).await;
        for _ in 0..3 {
            bench.dies_and_hears(&ended("Exited (1) 1 second ago"), std::slice::from_ref(&crash)).await;
            bench.pass(Duration::from_millis(700)).await;
        }
        bench.pass(minutes(5)).await;
        let said = bench.said();
        assert!(
            matches!(&said[..], [it] if it.contains("db crashed: exit 1")),
            "killed at {tenth}: {said:?}"
        );
        let start = bench.event("db", EventAction::Start);
        bench.engine_says(Heard::Event(start.clone())).await;
        bench.pass(Duration::from_millis(tenth * 200)).await;
        bench.dies_and_hears(&running(&["db", "web"]), &[start]).await;
        bench.pass(minutes(5)).await;
        let said = bench.said();
        assert!(matches!(&said[..], [it] if it.contains("db runs again")), "killed at {tenth}: {said:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_judged_and_not_told_is_told_once() {
    let mut bench = watching(&["db", "web"]).await;
    // Two of one moment are written down one after the other, and we are killed between the two.
    let crash = |name: &str| {
        let who = Who {
            id: format!("id-{name}"),
            name: name.to_owned(),
            image: String::new(),
            project: None,
            service: None,
            muted: false,
        };
        let within = Duration::ZERO;
        let finding = Finding::Crashed { exit: Some(1), times: 1, within, back: false, excused: false };
        let verdict = ContainerVerdict { at: bench.clock.now(), who, finding, unseen: false };
        Notice::Container { verdict: Verdict::Container(verdict), log: Vec::new() }
    };
    let untold = serde_json::to_string(&[crash("web")]).expect("plain data");
    let facts = [Fact { name: "watcher.untold/1", value: untold }];
    let parcel = NewParcel {
        place: Place::chat(ChatId(OWNER)),
        notice: crash("db"),
        urgent: true,
        made: bench.clock.now(),
    };
    bench.database.put_parcels_along(&[parcel], &facts).expect("written");
    for _ in 0..3 {
        bench.die().await;
        bench.pass(minutes(1)).await;
    }
    let heads: Vec<String> =
        bench.said().iter().filter_map(|it| it.lines().next().map(|it| it[9..].to_owned())).collect();
    assert_eq!(heads, ["🔴 db crashed: exit 1 · web-1", "🔴 web crashed: exit 1 · web-1"]);
}

#[tokio::test(start_paused = true)]
async fn what_happened_while_nobody_looked_is_told_with_its_time() {
    let mut bench = watching(&["db", "web"]).await;
    bench.pass(minutes(1)).await;
    let finished = bench.clock.now() + minutes(10);
    bench.restart_after(minutes(60)).await;
    let id = "id-db".to_owned();
    bench.world.set_detail(ContainerDetail { id, finished: Some(finished), ..ContainerDetail::default() });
    bench.world.set_log("db", log(&["panic: no space"]));
    bench.engine_says(Heard::Listed(ended("Exited (1) 50 minutes ago"))).await;
    bench.pass(minutes(10)).await;
    assert_eq!(
        bench.said(),
        [
            "11:01:15 🔴 db crashed: exit 1 · web-1\nAt 10:11, while I was away. Nobody stopped it. It has not been started again.\npanic: no space\n#1 · next reminder 15:01, if it lasts\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📋 Logs] [🔁 Restart] [❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn restarts_that_nobody_saw_are_told_by_the_engines_own_count() {
    let mut bench = watching(&["db", "web"]).await;
    bench.restart_after(minutes(60)).await;
    let (id, restart_count) = ("id-db".to_owned(), 4);
    bench.world.set_detail(ContainerDetail { id, restart_count, ..ContainerDetail::default() });
    let mut list = running(&["db", "web"]);
    list[0].status = "Up 5 minutes".to_owned();
    bench.engine_says(Heard::Listed(list)).await;
    bench.pass(minutes(10)).await;
    assert_eq!(
        bench.said(),
        [
            "11:00:15 🟠 db ended, and Docker started it again · web-1\nIt happened while I was away. Docker has restarted it 4 times since somebody last started it.\n#1\n[📋 Logs] [❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn after_a_reboot_what_stayed_down_is_one_card() {
    let names: Vec<String> = (0..40).map(|it| format!("c{it}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut bench = watching(&names).await;
    bench.boot = "another".to_owned();
    bench.restart_after(minutes(5)).await;
    let mut list = running(&names);
    for it in [7, 9] {
        (list[it].state, list[it].status) = (ContainerState::Exited, "Exited (255) 6 minutes ago".to_owned());
    }
    bench.engine_says(Heard::Listed(list)).await;
    bench.pass(minutes(30)).await;
    assert_eq!(
        bench.said(),
        [
            "10:05:40 🔴 The host was rebooted, not all containers came up · web-1\n2 of 40 stayed down: c7, c9\n#1 · next reminder 14:05, if it lasts\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[🐳 Containers] [📋 c7] [❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_storm_is_written_down_about_once_a_second() {
    let bench = watching(&["db", "web"]).await;
    let kept = || bench.database.get_state("watcher/1").expect("readable");
    let (mut writes, mut before) = (0, kept());
    for number in 0..100 {
        bench.happens("web", EventAction::HealthStatus(Health::Starting)).await;
        bench.pass(Duration::from_millis(50)).await;
        let now = kept();
        writes += usize::from(now != before);
        before = now;
        assert!(writes <= 2 + number / 19, "{writes} writes by event {number}");
    }
    bench.pass(Duration::from_secs(2)).await;
    assert_ne!(kept(), before, "and the last word of it is written too");
}
