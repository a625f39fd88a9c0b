//! Each person in their own language: their app's, the one that is set for all, or the one they chose.

use super::*;

#[tokio::test(start_paused = true)]
async fn what_somebody_chose_is_spoken_to_them_alone_and_after_a_restart_and_by_news_too() {
    let setup = Setup { admitted: &[7, 8], homes: &[7, 8], language: Language::Auto, ..Setup::default() };
    let mut bench = Bench::start(setup).await;
    bench.hears(7, 7, Some("uk"), "/language").await;
    assert_eq!(
        bench.said(),
        ["10:00:00 🗣 I speak English to you.\nYour app's language I do not speak, or it has not told me.\n\
          [English] [Deutsch] [Русский]"]
    );
    bench.presses("Deutsch").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 (edited) 🗣 Ich spreche mit dir Deutsch.\nDas hast du gewählt.\n[English] [✔ Deutsch] [Русский]\n\
             [↩ Wie vor meiner Wahl]",
        ]
    );
    bench.hears(8, 8, Some("ru"), "/language").await;
    assert!(bench.said()[0].contains("Говорю с вами на языке: Русский.\nКак ваше приложение."));
    bench.restart_after(Duration::from_secs(5)).await;
    bench.pass(minutes(10)).await;
    bench.busy(0.93);
    bench.pass(minutes(12)).await;
    assert!(bench.said_to(7)[0].contains("Grenze 85 %"));
    assert!(bench.said_to(8)[0].contains("предел 85 %"));
    bench.hears(7, 7, Some("uk"), "/language auto").await;
    assert!(bench.said()[0].contains("I speak English to you."));
}

#[tokio::test(start_paused = true)]
async fn a_choice_stands_above_what_is_set_for_all() {
    let bench = Bench::start(Setup { language: Language::Fixed("ru"), ..Setup::default() }).await;
    bench.says("/language").await;
    bench.says("/language en-GB").await;
    bench.says("/mute off").await;
    bench.says("/language klingon").await;
    let said = bench.said();
    assert!(said[0].contains("Так настроил владелец этой Вахты"), "{said:?}");
    assert!(said[1].contains("You chose it."), "{said:?}");
    assert!(said[2].contains("Alerts come at once again"), "{said:?}");
    assert!(said[3].contains("/language de"), "{said:?}");
}
