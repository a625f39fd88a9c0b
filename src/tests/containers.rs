//! What people read when something becomes of a container, and when nothing worth reading does.

use jobs::fakes::scenes;
use jobs::ports::{
    Container, ContainerDetail, ContainerState, EngineEvent, EventAction, Health, Heard, Log, LogLine,
    LogStream,
};

use super::moody::Mood;
use super::{Bench, Setup, minutes};

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
    async fn happens(&self, name: &str, action: EventAction) {
        let container = scenes::container(name, ContainerState::Running);
        let event = EngineEvent {
            at: self.clock.now(),
            action,
            id: container.id,
            name: container.name,
            image: container.image,
            project: None,
            service: None,
            labels: Vec::new(),
        };
        self.engine_says(Heard::Event(event)).await;
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
             [✔ Ack] [🔕 1 h] [4 h] [tomorrow]\n[📋 Logs] [🔁 Restart] [❓ Why]",]
    );
    // Its buttons are the commands; the one that acts asks.
    bench.presses("Restart").await;
    assert_eq!(bench.said().len(), 1);
    bench.happens("db", EventAction::Start).await;
    bench.pass(minutes(10)).await;
    assert_eq!(
        bench.said(),
        [
            "10:10:10 (edited) ✅ db runs again · web-1\nIt was down for 10 min.\n🔴 db crashed: exit 1 · 10:00\n\
             two\nthree\nfour\npanic: no space\n#1\n[❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_loop_is_one_card_and_its_end_is_written_on_it() {
    let bench = watching(&["web"]).await;
    for _ in 0..20 {
        bench.happens("web", die(1)).await;
        bench.happens("web", EventAction::Start).await;
        bench.pass(std::time::Duration::from_secs(1)).await;
    }
    bench.pass(minutes(10)).await;
    assert_eq!(
        bench.said(),
        [
            "10:00:12 🔴 web restarts over and over: exit 1 · web-1\n\
             Restarted 3 times in 2 s. Nobody stopped it.\n#1 · next reminder 14:00, if it lasts\n\
             [✔ Ack] [🔕 1 h] [4 h] [tomorrow]\n[📋 Logs] [🔁 Restart] [❓ Why]",
            "10:05:19 (edited) ✅ web keeps running again · web-1\nIt restarted over and over for 19 s.\n\
             🔴 web restarts over and over: exit 1 · 10:00\n#1\n[❓ Why]",
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
            "10:01:00 🔴 Docker is away: 40 containers · web-1\n\
             No answer since 10:00; how its containers are now is unknown.\n\
             #1 · next reminder 14:01, if it lasts\n[✔ Ack] [🔕 1 h] [4 h] [tomorrow]\n[❓ Why]",
            "10:02:30 (edited) 🔴 Docker is back after 2 min, not all containers are · web-1\n\
             1 of 40 stayed down: c3\n#1\n[🐳 Containers] [❓ Why]",
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
             #1 · next reminder 14:00, if it lasts\n[✔ Ack] [🔕 1 h] [4 h] [tomorrow]\n\
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
