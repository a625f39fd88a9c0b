//! What people hear of an alert that relapses, or comes and goes: every message.

use super::{Bench, Setup, minutes};
use crate::config::Language;

/// Memory: a warning from 90 % on, well again under 85 %, critical from 97 % on and no longer under 92 %; each for two
/// minutes.
async fn bench(language: Language) -> Bench {
    let bench = Bench::start(Setup { rules: &["memory"], language, ..Setup::default() }).await;
    bench.pass(minutes(10)).await;
    bench
}

/// So full for the first time, so full for the second, and so on, so many times.
async fn to_and_fro(bench: &Bench, shares: [(f64, u64); 2], times: usize) {
    for _ in 0..times {
        for (share, time) in shares {
            bench.full(share);
            bench.pass(minutes(time)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_relapses_ten_minutes_after_its_end_is_the_same_alert_again() {
    let mut bench = bench(Language::Fixed("en")).await;
    to_and_fro(&bench, [(0.93, 6), (0.40, 12)], 1).await;
    bench.full(0.95);
    bench.pass(minutes(1)).await;
    // The watch dies in the middle of the suspicion, which was told to nobody.
    bench.die().await;
    bench.says("/alerts").await;
    bench.pass(minutes(5)).await;
    bench.full(0.40);
    bench.pass(minutes(5)).await;
    assert_eq!(
        bench.said(),
        [
            "10:12:35 🟠 Memory: 93 % · web-1\nSince 10:10 (2 min), limit 90 %\n\
             #1 · next reminder 14:12, if it lasts\n(picture: Memory)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "10:18:35 (edited) ✅ Memory is well again, 40 % · web-1\nLasted 8 min, 10:10 – 10:18; at worst 93 %\n\
             #1\n(picture: Memory)\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "10:29:00 🟢 No alerts.\nBeing watched, not yet an alert:\n🟡 Memory: 95 %, limit 90 %, for 25 s\n\
             1 of 1 rule can judge now.\n[🔄 Refresh] [Last 24 h]",
            "10:30:35 🟠 Memory again: 95 % · web-1\nSince 10:28 (2 min), limit 90 %\n\
             It was well for 10 min before.\n#1 · next reminder 14:30, if it lasts\n(picture: Memory)\n\
             [✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "10:30:35 (edited) ⤵ #1 goes on in a newer message · web-1",
            "10:36:35 (edited) ✅ Memory is well again, 40 % · web-1\n\
             This time 8 min, 10:28 – 10:36; at worst 95 % since 10:10\n#1\n(picture: Memory)\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
        ]
    );
    let alert = bench.database.alert_by_number(1).expect("readable").expect("the first");
    assert_eq!((alert.generation, bench.database.alert_by_number(2).expect("readable")), (4, None));
}

#[tokio::test(start_paused = true)]
async fn a_value_on_the_line_for_a_day_is_two_messages_and_its_end() {
    let bench = bench(Language::Fixed("en")).await;
    bench.full(0.91);
    bench.pass(minutes(4)).await;
    // The swing is wider than the way back.
    to_and_fro(&bench, [(0.84, 1), (0.91, 1)], 12 * 60).await;
    bench.full(0.40);
    bench.pass(minutes(60)).await;
    assert_eq!(
        bench.said(),
        [
            "10:12:35 🟠 Memory: 91 % · web-1\nSince 10:10 (2 min), limit 90 %\n\
             #1 · next reminder 14:12, if it lasts\n(picture: Memory)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "10:19:35 (edited) 🟠 Memory comes and goes: 91 % · web-1\n\
             Back 3 times within 4 min. Quiet now until it has stayed well, or bad, for 30 min.\n#1\n\
             (picture: Memory)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "09:00:00 ☀️ web-1, 24 Nov 09:00 – 25 Nov 09:00\n🚨 1 incident\n\
             • Memory: at worst 91 %, since 24 Nov 10:10 and still (22 h 49 min)\n(picture: web-1 · 24 Nov 09:00 – 25 Nov 09:00)\n[🔢 Figures]\n[Day] [Week] [Month]",
            "10:44:35 (edited) ✅ Memory is well again, 40 % · web-1\n\
             For 30 min now, after coming back 720 times; at worst 91 %\n#1\n(picture: Memory)\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_value_that_stays_within_the_way_back_is_one_alert() {
    let bench = bench(Language::Fixed("en")).await;
    bench.full(0.91);
    bench.pass(minutes(4)).await;
    to_and_fro(&bench, [(0.86, 1), (0.91, 1)], 100).await;
    assert_eq!(bench.said().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_comes_and_goes_for_six_hours_is_told_when_that_is_so_when_it_is_critical_and_when_it_stays() {
    let bench = bench(Language::Fixed("en")).await;
    // At first each bout is told.
    to_and_fro(&bench, [(0.92, 5), (0.50, 5)], 6).await;
    bench.says("/alerts").await;
    to_and_fro(&bench, [(0.50, 1), (0.98, 1)], 30).await;
    to_and_fro(&bench, [(0.50, 1), (0.915, 1)], 30).await;
    // Then it stays, swings again, and is over.
    bench.full(0.94);
    bench.pass(minutes(60)).await;
    to_and_fro(&bench, [(0.50, 1), (0.915, 1)], 10).await;
    bench.full(0.40);
    bench.pass(minutes(70)).await;
    assert_eq!(
        bench.said(),
        [
            "10:12:35 🟠 Memory: 92 % · web-1\nSince 10:10 (2 min), limit 90 %\n\
             #1 · next reminder 14:12, if it lasts\n(picture: Memory)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "10:17:35 (edited) ✅ Memory is well again, 50 % · web-1\nLasted 7 min, 10:10 – 10:17; at worst 92 %\n\
             #1\n(picture: Memory)\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "10:22:35 🟠 Memory again: 92 % · web-1\nSince 10:20 (2 min), limit 90 %\n\
             It was well for 3 min before.\n#1 · next reminder 14:22, if it lasts\n(picture: Memory)\n\
             [✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "10:22:35 (edited) ⤵ #1 goes on in a newer message · web-1",
            "10:27:35 (edited) ✅ Memory is well again, 50 % · web-1\n\
             This time 7 min, 10:20 – 10:27; at worst 92 % since 10:10\n#1\n(picture: Memory)\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "10:32:35 🟠 Memory again: 92 % · web-1\nSince 10:30 (2 min), limit 90 %\n\
             It was well for 3 min before.\n🔁 Came back 2 times.\n\
             It comes and goes: more of the same makes no sound for a while.\n\
             #1 · next reminder 14:32, if it lasts\n(picture: Memory)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "10:32:35 (edited) ⤵ #1 goes on in a newer message · web-1",
            "10:37:35 (edited) ✅ Memory is well again, 50 % · web-1\n\
             This time 7 min, 10:30 – 10:37; at worst 92 % since 10:10\n🔁 Came back 2 times.\n#1\n\
             (picture: Memory)\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "10:42:35 (edited) 🟠 Memory comes and goes: 92 % · web-1\n\
             Back 3 times within 20 min. Quiet now until it has stayed well, or bad, for 30 min.\n#1\n\
             (picture: Memory)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "11:10:00 1 alert\n#1 🟠 Memory comes and goes: 92 %\nBack 5 times since 10:22, well since 11:05\n\
             1 of 1 rule can judge now.\n[#1]\n[🔄 Refresh] [Last 24 h]",
            "11:11:35 🔴 Memory is worse: 98 % · web-1\nSince 10:40 (31 min), limit 97 %\n🔁 Came back 3 times.\n\
             #1\n(picture: Memory)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "11:11:35 (edited) ⤵ #1 goes on in a newer message · web-1",
            "13:39:35 (edited) 🟠 Memory stays bad: 94 % · web-1\n\
             Without a break for 30 min; when told last: 98 %\n\
             It comes and goes: more of the same makes no sound for a while.\n\
             #1 · next reminder 17:39, if it lasts\n(picture: Memory)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "14:11:35 (edited) 🟠 Memory comes and goes: 92 % · web-1\n\
             Back 16 times within 1 h 30 min. Quiet now until it has stayed well, or bad, for 1 h.\n#1\n\
             (picture: Memory)\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
            "15:30:35 (edited) ✅ Memory is well again, 40 % · web-1\n\
             For 1 h now, after coming back 25 times; at worst 98 %\n#1\n(picture: Memory)\n\
             [📈 1 h] [6 h] [1 d] [7 d]\n[❓ Why]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_comes_and_goes_is_said_in_plain_russian_too() {
    let bench = bench(Language::Fixed("ru")).await;
    to_and_fro(&bench, [(0.92, 5), (0.50, 5)], 4).await;
    bench.says("/alerts").await;
    bench.full(0.94);
    bench.pass(minutes(32)).await;
    to_and_fro(&bench, [(0.50, 1), (0.92, 1)], 1).await;
    bench.says("/alerts").await;
    bench.full(0.40);
    bench.pass(minutes(62)).await;
    assert_eq!(
        bench.said(),
        [
            "10:12:35 🟠 Память: 92 % · web-1\nС 10:10 (2 мин), предел 90 %\n\
             #1 · напомню в 14:12, если не пройдёт\n(picture: Память)\n[✔ Беру] [🔕 1 ч] [🔕 4 ч] [🔕 до утра]\n\
             [📈 1 ч] [6 ч] [1 д] [7 д]\n[❓ Почему]",
            "10:17:35 (edited) ✅ Память: снова в норме, 50 % · web-1\n\
             Длилось 7 мин, 10:10 – 10:17; в худшем случае 92 %\n#1\n(picture: Память)\n\
             [📈 1 ч] [6 ч] [1 д] [7 д]\n[❓ Почему]",
            "10:22:35 🟠 Память: снова 92 % · web-1\nС 10:20 (2 мин), предел 90 %\n\
             Перед этим 3 мин было в норме.\n#1 · напомню в 14:22, если не пройдёт\n(picture: Память)\n\
             [✔ Беру] [🔕 1 ч] [🔕 4 ч] [🔕 до утра]\n[📈 1 ч] [6 ч] [1 д] [7 д]\n[❓ Почему]",
            "10:22:35 (edited) ⤵ #1: продолжение в новом сообщении · web-1",
            "10:27:35 (edited) ✅ Память: снова в норме, 50 % · web-1\n\
             В этот раз 7 мин, 10:20 – 10:27; в худшем случае 92 % с 10:10\n#1\n(picture: Память)\n\
             [📈 1 ч] [6 ч] [1 д] [7 д]\n[❓ Почему]",
            "10:32:35 🟠 Память: снова 92 % · web-1\nС 10:30 (2 мин), предел 90 %\n\
             Перед этим 3 мин было в норме.\n🔁 Возвращалось 2 раза.\nТо есть, то нет: о том же пока без звука.\n\
             #1 · напомню в 14:32, если не пройдёт\n(picture: Память)\n[✔ Беру] [🔕 1 ч] [🔕 4 ч] [🔕 до утра]\n\
             [📈 1 ч] [6 ч] [1 д] [7 д]\n[❓ Почему]",
            "10:32:35 (edited) ⤵ #1: продолжение в новом сообщении · web-1",
            "10:37:35 (edited) ✅ Память: снова в норме, 50 % · web-1\n\
             В этот раз 7 мин, 10:30 – 10:37; в худшем случае 92 % с 10:10\n🔁 Возвращалось 2 раза.\n#1\n\
             (picture: Память)\n[📈 1 ч] [6 ч] [1 д] [7 д]\n[❓ Почему]",
            "10:42:35 (edited) 🟠 Память: то в норме, то нет, 92 % · web-1\n\
             За 20 мин повторилось 3 раза. Теперь тишина, пока не продержится 30 мин так или иначе.\n#1\n\
             (picture: Память)\n[✔ Беру] [🔕 1 ч] [🔕 4 ч] [🔕 до утра]\n[📈 1 ч] [6 ч] [1 д] [7 д]\n[❓ Почему]",
            "10:50:00 1 тревога\n#1 🟠 Память: то в норме, то нет, 92 %\n\
             С 10:22 повторилось 3 раза, в норме с 10:45\nСейчас может судить 1 правило из 1.\n[#1]\n\
             [🔄 Обновить] [За 24 ч]",
            "11:20:35 (edited) 🟠 Память: держится, 94 % · web-1\n\
             Уже 30 мин без перерыва; в прошлом сообщении: 92 %\nТо есть, то нет: о том же пока без звука.\n\
             #1 · напомню в 15:20, если не пройдёт\n(picture: Память)\n[✔ Беру] [🔕 1 ч] [🔕 4 ч] [🔕 до утра]\n\
             [📈 1 ч] [6 ч] [1 д] [7 д]\n[❓ Почему]",
            "11:23:35 (edited) 🟠 Память: то в норме, то нет, 92 % · web-1\n\
             За 1 ч 1 мин повторилось 5 раз. Теперь тишина, пока не продержится 1 ч так или иначе.\n#1\n\
             (picture: Память)\n[✔ Беру] [🔕 1 ч] [🔕 4 ч] [🔕 до утра]\n[📈 1 ч] [6 ч] [1 д] [7 д]\n[❓ Почему]",
            "11:24:00 1 тревога\n#1 🟠 Память: то в норме, то нет, 92 %\n\
             С 10:22 повторилось 5 раз, не в норме с 11:23\nСейчас может судить 1 правило из 1.\n[#1]\n\
             [🔄 Обновить] [За 24 ч]",
            "12:24:35 (edited) ✅ Память: снова в норме, 40 % · web-1\n\
             Уже 1 ч, а до того повторилось 5 раз; в худшем случае 94 %\n#1\n(picture: Память)\n\
             [📈 1 ч] [6 ч] [1 д] [7 д]\n[❓ Почему]",
        ]
    );
}
