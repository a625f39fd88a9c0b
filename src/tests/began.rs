//! What is said when a watch begins, and when somebody asks how it is with it.

use jobs::fakes::scenes;
use jobs::ports::{ContainerState, Heard};

use super::{Bench, Setup, minutes};
use crate::config::Language;

async fn greeting(language: Language) -> Bench {
    Bench::start(Setup { rules: &[], greets: true, language, ..Setup::default() }).await
}

impl Bench {
    async fn there_are(&self, names: &[(&str, ContainerState)]) {
        let list: Vec<_> = names.iter().map(|(name, state)| scenes::container(name, state.clone())).collect();
        self.world.set_containers(list.clone());
        self.engine_says(Heard::Listed(list)).await;
    }
}

const UP: ContainerState = ContainerState::Running;
const DOWN: ContainerState = ContainerState::Exited;

#[tokio::test(start_paused = true)]
async fn the_first_watch_says_what_it_sees_and_a_short_absence_is_not_worth_a_word() {
    let mut bench = greeting(Language::Fixed("en")).await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 👁 On watch · web-1\nI see the machine and 1 filesystem. 0 containers seen.\nThe next digest \
          comes at 25 Nov 09:00. Until then I write only when something is really wrong."
        ]
    );
    bench.pass(minutes(5)).await;
    bench.restart_after(std::time::Duration::from_secs(50)).await;
    assert_eq!(bench.said(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn after_a_while_it_says_how_long_nobody_looked_and_what_was_missed() {
    let mut bench = greeting(Language::Fixed("en")).await;
    bench.there_are(&[("db", UP), ("web", UP)]).await;
    bench.pass(minutes(5)).await;
    bench.said();
    bench.world.set_containers(vec![scenes::container("db", DOWN), scenes::container("web", UP)]);
    bench.restart_after(minutes(24 * 60)).await;
    assert_eq!(
        bench.said()[0],
        "10:05:00 👁 On watch again · web-1\nAway 1 d (24 Nov 10:05 – 10:05): I was stopped.\nMissed: 1 run of \
         morning (made up), 8640 samples.\n2 containers seen. 1 went down meanwhile: db"
    );
}

#[tokio::test(start_paused = true)]
async fn a_death_is_told_however_short_and_so_is_a_reboot() {
    let mut bench = greeting(Language::Fixed("en")).await;
    bench.pass(minutes(5)).await;
    bench.said();
    bench.die().await;
    assert_eq!(
        bench.said(),
        ["10:05:00 👁 On watch again · web-1\nAway 0 s (10:05 – 10:05): I was killed.\n0 containers seen."]
    );
    bench.boot = "next".to_owned();
    bench.restart_after(minutes(2)).await;
    assert_eq!(
        bench.said(),
        [
            "10:07:00 👁 On watch again · web-1\nAway 2 min (10:05 – 10:07): the host was rebooted.\nMissed: 12 \
          samples.\n0 containers seen."
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn the_beginning_is_told_in_russian_too() {
    let mut bench = greeting(Language::Fixed("ru")).await;
    bench.there_are(&[("db", UP), ("web", UP), ("cache", UP)]).await;
    bench.pass(minutes(5)).await;
    bench.world.set_containers(vec![scenes::container("db", DOWN)]);
    bench.die().await;
    bench.restart_after(minutes(72 * 60)).await;
    let said: Vec<String> = bench.said().into_iter().filter(|it| it.contains('👁')).collect();
    assert_eq!(
        said,
        [
            "10:00:00 👁 Вахта принята · web-1\nВижу сервер и 1 файловую систему. Видно 0 контейнеров.\nСледующая \
             сводка — 25 ноя 09:00. До неё напишу, только если случится настоящая беда.",
            "10:05:00 👁 Снова на вахте · web-1\nМеня не было 0 с (10:05 – 10:05): меня убили.\nВиден 1 контейнер. \
             За это время остановились 3: cache, db, web",
            "10:05:00 👁 Снова на вахте · web-1\nМеня не было 3 д (24 ноя 10:05 – 10:05): меня остановили.\n\
             Пропущено: 3 запуска morning (последний навёрстан), 25920 замеров.\nВиден 1 контейнер. За это время \
             остановились 3: cache, db, web",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn health_says_what_is_known_and_that_the_rest_is_not() {
    let bench = Bench::start(Setup { rules: &[], ..Setup::default() }).await;
    let health = async |bench: &Bench| {
        bench.says("/health").await;
        let said = bench.said().pop().expect("an answer");
        // How much memory this very process takes is nothing to hold still.
        let lines: Vec<String> = said
            .lines()
            .map(|it| match it.split_once(", memory ") {
                Some((up, _)) => format!("{up}, memory …"),
                None => it.to_owned(),
            })
            .collect();
        lines[1..].join("\n")
    };
    let at_first = health(&bench).await;
    assert!(
        at_first.contains("Last sample: unknown") && at_first.contains("Docker's events: unknown"),
        "{at_first}"
    );
    bench.there_are(&[("db", UP)]).await;
    bench.pass(minutes(3)).await;
    assert_eq!(
        health(&bench).await,
        "Chat answered 0 s ago\nOutbox: nothing waits\nLast sample 0 s ago\nLast judgement 25 s ago\nDocker's events: \
         followed, last heard 3 min ago\nDocker: nothing that I can do is forbidden\n⚠️ Store: in memory only\nno data directory was asked for\nUp for 3 min, \
         memory …\n[🔄 Refresh]"
    );
    bench.engine_says(Heard::Lost("connection refused".to_owned())).await;
    bench.pass(minutes(1)).await;
    let lost = health(&bench).await;
    assert!(lost.contains("⚠️ Docker's events: lost since 10:03\nconnection refused"), "{lost}");
    bench.engine_says(Heard::Forbidden("GET /events is not allowed".to_owned())).await;
    let forbidden = health(&bench).await;
    assert!(forbidden.contains("⚠️ Docker's events: forbidden, lists are compared instead"), "{forbidden}");
}
