//! What people see of an incident, and what its buttons do.

use jobs::fakes::scenes;
use jobs::incident::Happening;
use jobs::ports::{Container, ContainerState, EventAction, Heard, Process};

use super::{Bench, Setup, minutes};

/// A watch over these containers of a project, all of which run.
async fn watching(names: &[&str]) -> Bench {
    let bench = Bench::start(Setup { rules: &[], ..Setup::default() }).await;
    let running: Vec<Container> =
        names.iter().map(|it| scenes::container(it, ContainerState::Running)).collect();
    bench.world.set_containers(running.clone());
    bench.engine_says(Heard::Listed(running)).await;
    bench
}

async fn crashes(bench: &Bench, name: &str) {
    bench.happens(name, EventAction::Die { exit_code: Some(1) }).await;
}

#[tokio::test(start_paused = true)]
async fn who_takes_an_incident_on_is_not_reminded_until_he_lets_go() {
    let bench = watching(&["db"]).await;
    crashes(&bench, "db").await;
    bench.pass(minutes(1)).await;
    assert_eq!(bench.said().len(), 1);
    bench.presses("Ack").await;
    let taken = "🔴 db crashed: exit 1 · web-1\nNobody stopped it. It has not been started again.\n\
                 ✔ You have taken this on (10:01): no reminders.\n#1\n\
                 [↩ Release] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📋 Logs] [🔁 Restart] [❓ Why]";
    // The answer to the button, and the postman's word to everybody who has the card.
    assert_eq!(bench.said(), [(); 2].map(|()| format!("10:01:00 (edited) {taken}")));
    bench.pass(minutes(6 * 60)).await;
    assert_eq!(bench.said(), [""; 0]);
    bench.presses("Release").await;
    let released = bench.said();
    assert!(
        released.iter().all(|it| it.contains("\n#1 · next reminder 20:01, if it lasts\n[✔ Ack]")),
        "{released:?}"
    );
    bench.pass(minutes(4 * 60)).await;
    let said = bench.said();
    assert!(said[0].starts_with("20:01:00 🔴 db crashed"), "it is told again: {said:?}");
    assert!(said[1].contains("(edited) ⤵ #1 goes on in a newer message · web-1"), "{said:?}");
    assert_eq!(said.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_button_that_is_too_old_makes_the_card_say_what_is_true_now() {
    let bench = watching(&["db"]).await;
    crashes(&bench, "db").await;
    bench.pass(minutes(1)).await;
    bench.says("/ack 1").await;
    bench.said();
    bench.pass(minutes(9 * 60)).await;
    bench.presses("Release").await;
    let said = bench.said();
    assert_eq!(said[0], "19:01:00 (toast) This button is too old. Ask again.");
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[1].starts_with("19:01:00 (edited) 🔴 db crashed"), "{said:?}");
    assert!(said[1].contains("[↩ Release]"), "it can be pressed again: {said:?}");
    bench.presses("Release").await;
    assert!(bench.said()[0].contains("[✔ Ack]"));
}

#[tokio::test(start_paused = true)]
async fn a_button_of_an_earlier_state_does_nothing_and_says_so() {
    let bench = watching(&["db"]).await;
    crashes(&bench, "db").await;
    bench.pass(minutes(1)).await;
    bench.said();
    bench.says("/ack 1 0").await;
    let said = bench.said();
    assert!(
        said[0].contains("↻ That button was of an earlier state; this is how it is now (10:01)."),
        "{said:?}"
    );
    assert!(said[0].contains("[✔ Ack]"), "nobody has it: {said:?}");
    assert_eq!(bench.database.incident(1).expect("a store").and_then(|it| it.acknowledged), None);
}

#[tokio::test(start_paused = true)]
async fn the_record_says_what_happened_and_who_was_told_when() {
    let bench = watching(&["db"]).await;
    crashes(&bench, "db").await;
    bench.pass(minutes(1)).await;
    bench.says("/ack").await;
    bench.happens("db", EventAction::Start).await;
    bench.pass(minutes(5)).await;
    bench.said();
    bench.says("/why").await;
    assert_eq!(
        bench.said(),
        ["10:06:00 #1 ✅ db runs again · web-1\nIt was down for 1 min.\n\n\
          10:00:05 🔴 db crashed: exit 1. Nobody stopped it. It has not been started again.\n\
          10:00:15 📨 told (you)\n\
          10:01:00 ✔ taken on (you)\n\
          10:01:00 ✏️ card edited (you)\n\
          10:01:10 ✅ db runs again. It was down for 1 min.\n\
          10:01:10 ✏️ card edited (you)"]
    );
    bench.says("/alerts 24h").await;
    let said = bench.said();
    assert!(said[0].contains("#1 ✅ db runs again · 10:01"), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn an_alert_says_who_is_busy_and_what_changed_before_it() {
    let bench = Bench::start(Setup::default()).await;
    bench.world.set_processes(vec![Process { pid: 1, name: "java".into(), cpu: 190.0, memory: 8 << 30 }]);
    let web = scenes::container("web", ContainerState::Running);
    bench.engine_says(Heard::Listed(vec![web])).await;
    bench.pass(minutes(40)).await;
    bench.happens("web", EventAction::Kill { signal: Some(15) }).await;
    bench.happens("web", EventAction::Die { exit_code: Some(143) }).await;
    bench.happens("web", EventAction::Start).await;
    bench.pass(minutes(1)).await;
    bench.busy(0.97);
    bench.pass(minutes(20)).await;
    let said = bench.said();
    let first = said.first().expect("an alert");
    assert!(first.contains("Busiest at that time:\n"), "{first}");
    assert!(first.contains("java"), "{first}");
    assert!(first.contains("Shortly before:\n10:40 web was restarted\n"), "{first}");
    assert!(!first.contains("Vakhta began"), "that was more than half an hour before: {first}");
    let evidence = bench.database.incident(1).expect("a store").expect("it is there").evidence;
    assert_eq!(evidence.changes[0].what, Happening::Restarted("web".to_owned()));
    // Its picture reaches as far back as somebody wants to see, on the same message.
    bench.presses("6\u{a0}h").await;
    let said = bench.said();
    assert!(said[0].contains("(edited) 🔴 CPU"), "{said:?}");
    assert!(said[0].contains("(picture: CPU)\n[✔ Ack]"), "{said:?}");
    assert!(said[0].contains("[📈 1 h] [• 6 h]"), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_is_listed_by_number_and_what_somebody_has_comes_last() {
    let bench = watching(&["db", "web"]).await;
    crashes(&bench, "db").await;
    bench.pass(minutes(10)).await;
    crashes(&bench, "web").await;
    bench.pass(minutes(1)).await;
    bench.says("/ack 1").await;
    bench.said();
    bench.says("/alerts").await;
    assert_eq!(
        bench.said(),
        ["10:11:00 2 alerts\n#2 🔴 web crashed: exit 1 · 10:10\n#1 🔴 db crashed: exit 1 · 10:00\n\
          ✔ Taken on (10:11)\n0 of 0 rules can judge now.\n[#2] [#1]\n[🔄 Refresh] [Last 24 h]"]
    );
    bench.says("/ack 9").await;
    assert_eq!(bench.said(), ["10:11:00 There is no incident #9. /alerts lists them."]);
}
