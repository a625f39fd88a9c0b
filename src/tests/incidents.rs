//! One incident is one card: what a person gets, message by message, whatever happens on the way.

use jobs::fakes::scenes;
use jobs::ports::{ContainerState, EngineEvent, EventAction, Health, Heard};

use super::chat::Cut;
use super::{Bench, Setup, minutes};
use std::time::Duration;

/// A watch over running containers of one project.
async fn shop(names: &[&str]) -> Bench {
    let bench = Bench::start(Setup { rules: &[], ..Setup::default() }).await;
    let mut list: Vec<_> = names.iter().map(|it| scenes::container(it, ContainerState::Running)).collect();
    list.iter_mut().for_each(|it| it.project = Some("shop".to_owned()));
    bench.engine_says(Heard::Listed(list)).await;
    bench
}

impl Bench {
    async fn in_shop(&self, name: &str, action: EventAction) {
        let container = scenes::container(name, ContainerState::Running);
        let event = EngineEvent {
            at: self.clock.now(),
            action,
            id: container.id,
            name: container.name,
            image: container.image,
            project: Some("shop".to_owned()),
            service: None,
            labels: Vec::new(),
        };
        self.engine_says(Heard::Event(event)).await;
    }

    async fn crashes(&self, name: &str) {
        self.in_shop(name, EventAction::Die { exit_code: Some(1) }).await;
    }
}

/// First lines, in the order in which they came: what a lock screen shows.
fn heads(said: &[String]) -> Vec<String> {
    said.iter().map(|it| it.lines().next().unwrap_or_default().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn what_breaks_together_is_one_card_that_follows_it_to_the_end() {
    let names = ["web", "api", "db", "cache", "mail", "queue", "cron"];
    let bench = shop(&names).await;
    for name in names {
        bench.crashes(name).await;
    }
    bench.pass(minutes(1)).await;
    let said = bench.said();
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].starts_with("10:00:3"), "{said:#?}");
    for name in &names[..5] {
        bench.in_shop(name, EventAction::Start).await;
    }
    bench.pass(minutes(1)).await;
    for name in &names[5..] {
        bench.in_shop(name, EventAction::Start).await;
    }
    bench.pass(minutes(10)).await;
    let said = bench.said();
    assert!(said.iter().all(|it| it.contains("(edited)")), "relief makes no sound: {said:#?}");
    assert!(said.last().is_some_and(|it| it.contains('✅')), "{said:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_worsening_is_a_new_card_and_the_old_one_says_where_it_goes_on() {
    let bench = shop(&["web", "db"]).await;
    bench.in_shop("web", EventAction::HealthStatus(Health::Unhealthy)).await;
    bench.pass(minutes(1)).await;
    bench.crashes("db").await;
    bench.pass(minutes(1)).await;
    let said = heads(&bench.said());
    assert_eq!(said.len(), 3, "{said:#?}");
    assert!(said[0].starts_with("10:00:10 🟠 web is unhealthy"), "{said:#?}");
    assert!(said[1].starts_with("10:01:05 🔴"), "{said:#?}");
    assert_eq!(said[2], "10:01:05 (edited) ⤵ #1 goes on in a newer message · web-1");
}

#[tokio::test(start_paused = true)]
async fn twenty_minutes_without_telegram_during_an_incident_cost_nothing_and_repeat_nothing() {
    let bench = shop(&["web", "db"]).await;
    bench.crashes("db").await;
    bench.pass(minutes(1)).await;
    assert_eq!(bench.said().len(), 1);
    bench.chat.is_down();
    bench.in_shop("db", EventAction::Start).await;
    bench.pass(minutes(20)).await;
    bench.chat.is_well();
    bench.pass(minutes(10)).await;
    let said = bench.said();
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].contains("(edited) ✅ db runs again"), "{said:#?}");
    assert!(said[0].contains("⏳"), "{said:#?}");
}

#[tokio::test(start_paused = true)]
async fn what_came_and_went_while_telegram_was_away_is_one_card_that_says_when() {
    let bench = shop(&["web"]).await;
    bench.chat.is_down();
    bench.crashes("web").await;
    bench.pass(minutes(5)).await;
    bench.in_shop("web", EventAction::Start).await;
    bench.pass(minutes(15)).await;
    bench.chat.is_well();
    bench.pass(minutes(5)).await;
    let said = bench.said();
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].contains("✅ web runs again"), "{said:#?}");
    assert!(said[0].contains("⏳ Happened 10:00, could be told only 10:2"), "{said:#?}");
}

#[tokio::test(start_paused = true)]
async fn several_incidents_that_could_not_be_told_are_told_together_and_what_is_open_keeps_its_card() {
    let bench = Bench::start(Setup::default()).await;
    let names = ["web", "db"];
    let list = names.iter().map(|it| scenes::container(it, ContainerState::Running)).collect();
    bench.engine_says(Heard::Listed(list)).await;
    bench.chat.is_down();
    for name in names {
        let mut event = EngineEvent {
            at: bench.clock.now(),
            action: EventAction::Die { exit_code: Some(1) },
            id: format!("id-{name}"),
            name: name.to_owned(),
            image: String::new(),
            project: None,
            service: None,
            labels: Vec::new(),
        };
        bench.engine_says(Heard::Event(event.clone())).await;
        bench.pass(minutes(2)).await;
        if name == "web" {
            event.at = bench.clock.now();
            event.action = EventAction::Start;
            bench.engine_says(Heard::Event(event)).await;
            bench.pass(minutes(1)).await;
        }
    }
    bench.pass(minutes(15)).await;
    bench.chat.is_well();
    bench.pass(minutes(5)).await;
    let said = heads(&bench.said());
    assert_eq!(said.len(), 2, "{said:#?}");
    assert!(said[0].contains("⏳ 2 incidents between 10:00 and 10:2"), "{said:#?}");
    assert!(said[1].contains("🔴 db crashed"), "{said:#?}");
}

#[tokio::test(start_paused = true)]
async fn what_lasts_is_told_again_and_the_earlier_card_gives_way() {
    let bench = shop(&["web"]).await;
    bench.crashes("web").await;
    bench.pass(minutes(4 * 60 + 1)).await;
    let said = heads(&bench.said());
    assert_eq!(said.len(), 3, "{said:#?}");
    assert!(said[0].starts_with("10:00:15 🔴 web crashed"), "{said:#?}");
    assert!(said[1].starts_with("14:00:") && said[1].contains("🔴 web crashed"), "{said:#?}");
    assert!(said[2].contains("(edited) ⤵"), "{said:#?}");
}

/// Killed while the first word of an incident was on its way: it is told, and twice only where nobody can know that it
/// had arrived.
#[tokio::test(start_paused = true)]
async fn a_watch_killed_while_it_told_of_an_incident_tells_it_and_at_most_twice() {
    for (cut, arrived) in [(Cut::BeforeArrival, 0), (Cut::AfterArrival, 1)] {
        let mut bench = shop(&["web"]).await;
        bench.chat.hangs_after(0, cut);
        bench.crashes("web").await;
        bench.pass(minutes(1)).await;
        assert_eq!(bench.said().len(), arrived, "{cut:?}");
        bench.die().await;
        bench.pass(minutes(5)).await;
        let said = heads(&bench.said());
        assert_eq!(said.len(), 1, "{cut:?}: {said:#?}");
        assert!(said[0].contains("🔴 web crashed"), "{cut:?}: {said:#?}");
        bench.pass(minutes(60)).await;
        assert_eq!(bench.said(), [""; 0], "{cut:?}");
    }
}

/// Killed while a card was being edited: the edit is repeated, which nobody sees.
#[tokio::test(start_paused = true)]
async fn a_watch_killed_while_it_edited_a_card_edits_it_again() {
    for cut in [Cut::BeforeArrival, Cut::AfterArrival] {
        let mut bench = Bench::start(Setup::default()).await;
        bench.pass(minutes(10)).await;
        bench.busy(0.93);
        bench.pass(minutes(15)).await;
        assert_eq!(bench.said().len(), 1, "{cut:?}");
        bench.chat.hangs_after(0, cut);
        bench.busy(0.1);
        bench.pass(minutes(10)).await;
        bench.said();
        bench.die().await;
        bench.pass(minutes(5)).await;
        let said = heads(&bench.said());
        assert_eq!(said.len(), 1, "{cut:?}: {said:#?}");
        assert!(said[0].contains("(edited) ✅ CPU is well again"), "{cut:?}: {said:#?}");
    }
}

/// Killed between the new card and the word on the old one.
#[tokio::test(start_paused = true)]
async fn a_watch_killed_before_the_earlier_card_gave_way_loses_and_repeats_nothing() {
    for cut in [Cut::BeforeArrival, Cut::AfterArrival] {
        let mut bench = shop(&["web", "db"]).await;
        bench.in_shop("web", EventAction::HealthStatus(Health::Unhealthy)).await;
        bench.pass(minutes(1)).await;
        bench.said();
        bench.chat.hangs_after(1, cut);
        bench.crashes("db").await;
        bench.pass(minutes(1)).await;
        let said = heads(&bench.said());
        assert!(said[0].contains("🔴"), "{cut:?}: {said:#?}");
        bench.die().await;
        bench.pass(minutes(5)).await;
        let said = bench.said();
        assert!(said.iter().all(|it| it.contains("(edited)")), "{cut:?}: {said:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_card_that_somebody_removed_is_sent_anew_while_it_matters() {
    let bench = shop(&["web", "db"]).await;
    bench.crashes("web").await;
    bench.pass(minutes(1)).await;
    bench.said();
    bench.chat.loses_its_messages();
    bench.in_shop("db", EventAction::HealthStatus(Health::Unhealthy)).await;
    bench.pass(Duration::from_secs(60)).await;
    let said = heads(&bench.said());
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(!said[0].contains("(edited)"), "{said:#?}");
}
