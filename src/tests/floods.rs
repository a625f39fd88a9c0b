//! Somebody who may speak, and does so without end: a held button, a stuck app, a stolen telephone.

use std::time::Duration;

use jobs::fakes::scenes;
use jobs::ports::ContainerState;

use super::{Bench, OWNER, Setup, minutes};

/// Somebody else who may do everything.
const SECOND: i64 = 8;
const GROUP: i64 = -100;
const WORD: &str = "⏳ Too much at once: that was not done. I go on in 5 s; news comes all the same.";

async fn bench() -> Bench {
    let bench = Bench::start(Setup { admitted: &[OWNER, SECOND], ..Setup::default() }).await;
    bench.world.set_containers(vec![scenes::container("web", ContainerState::Running)]);
    bench.pass(minutes(1)).await;
    bench.said();
    bench
}

/// So many times the same, at one moment.
async fn flood(bench: &Bench, from: i64, chat: i64, text: &str, count: usize) {
    for _ in 0..count {
        bench.chat.write(from, chat, None, text);
    }
    bench.settle().await;
}

#[tokio::test(start_paused = true)]
async fn a_flood_is_answered_in_part_and_told_of_once_and_another_is_answered_at_once() {
    let bench = bench().await;
    flood(&bench, OWNER, OWNER, "/uptime", 500).await;
    let started = bench.clock.now();
    bench.hears(SECOND, SECOND, None, "/uptime").await;
    assert_eq!(bench.clock.now().duration_since(started).as_secs(), 0);
    assert_eq!(bench.said_to(SECOND).len(), 1, "who floods takes nobody else's turn");
    bench.pass(Duration::from_secs(59)).await;
    let said = bench.said_to(OWNER);
    let told = said.iter().filter(|it| it.contains(WORD)).count();
    assert_eq!((said.len(), told), (21, 1), "{said:#?}");
    let place = said.iter().position(|it| it.contains(WORD));
    assert!(place.is_some_and(|it| it < 8), "it is said while it is true: {said:#?}");
    // And it is over by itself.
    bench.says("/uptime").await;
    assert_eq!(bench.said().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_alert_arrives_in_the_middle_of_a_flood_and_is_taken_on() {
    let bench = bench().await;
    bench.busy(0.97);
    bench.pass(minutes(30)).await;
    let alert = bench.said_to(OWNER).into_iter().find(|it| it.contains("CPU")).expect("an alert");
    assert!(alert.contains("[✔ Ack"), "{alert}");
    flood(&bench, OWNER, OWNER, "/uptime", 500).await;
    flood(&bench, OWNER, OWNER, "/graph", 100).await;
    bench.says("/alerts").await;
    bench.presses("✔ Ack").await;
    bench.pass(minutes(1)).await;
    let said = bench.said_to(OWNER);
    // Before the answers that were asked for first.
    let taken = said.iter().position(|it| it.contains("(edited)") && it.contains("[↩ Release]"));
    assert!(taken.is_some_and(|it| it < 8), "{said:#?}");
    assert!(said.iter().any(|it| it.contains("1 alert\n#1 🔴 CPU")), "{said:#?}");
}

#[tokio::test(start_paused = true)]
async fn deeds_are_ten_at_once_and_the_eleventh_is_not_done_later_either() {
    let bench = bench().await;
    let mut asked = 0;
    for _ in 0..14 {
        bench.says("/restart web").await;
        bench.pass(Duration::from_secs(2)).await;
        if bench.said().concat().contains("Yes, restart") {
            asked += 1;
        }
    }
    assert_eq!(asked, 14, "a question changes nothing");
    // Each of their buttons, at one moment.
    bench.chat.press_all(OWNER, OWNER, "Yes, restart");
    bench.pass(minutes(5)).await;
    let done = bench.world.effects().len();
    assert_eq!(done, 10, "{:?}", bench.world.effects());
    let said = bench.said().concat();
    assert_eq!(said.matches("(toast) ⏳ Too much at once").count(), 1, "{said}");
}

#[tokio::test(start_paused = true)]
async fn keys_that_nobody_made_are_silent_cheap_and_soon_not_even_looked_at() {
    let bench = bench().await;
    for guess in 0..1000 {
        bench.chat.press_key(OWNER, OWNER, &format!("{guess:022}.0"));
    }
    bench.pass(minutes(2)).await;
    let said = bench.said();
    let stale = said.iter().filter(|it| it.contains("This button is too old")).count();
    let told = said.iter().filter(|it| it.contains("Too much at once")).count();
    assert_eq!((stale, told, said.len()), (20, 1, 21), "{said:#?}");
    assert!(bench.world.effects().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_people_say_to_each_other_in_a_group_costs_them_nothing() {
    let bench = bench().await;
    flood(&bench, OWNER, GROUP, "did you see that?", 200).await;
    flood(&bench, OWNER, GROUP, "123456", 200).await;
    assert_eq!(bench.said(), [""; 0]);
    bench.hears(OWNER, GROUP, None, "/uptime").await;
    assert_eq!(bench.said().len(), 1);
}
