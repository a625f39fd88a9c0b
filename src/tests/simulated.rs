//! A replay against the daemon itself: what it says would have been told is what was told.

use crate::locale;
use crate::present::Voice;
use crate::simulate::{self, How, Order, Reader, Rules};

use super::{Bench, Setup, minutes};

/// Every message that the watch sent, as a replay would list it: without its picture and its buttons, and without what
/// is said on an earlier card when a newer one takes its place.
fn sent(bench: &Bench) -> Vec<String> {
    let bare = |it: &String| {
        let lines = it.lines().filter(|it| !it.starts_with("(picture") && !it.starts_with('['));
        lines.collect::<Vec<_>>().join("\n")
    };
    let said = bench.said();
    said.iter().map(bare).filter(|it| !it.contains(" (edited) ⤵ ")).collect()
}

/// The same by a replay of what it recorded.
async fn replayed(bench: &Bench) -> Vec<String> {
    let zone = bench.config.settings.zone.clone();
    let voice = Voice { locale: locale::for_tag("en"), zone: zone.clone() };
    let order = Order {
        database: &bench.database,
        rules: Rules { jobs: &bench.config.jobs, rules: &bench.config.rules, mutes: &bench.config.mutes },
        today: None,
        from: bench.setup.at.parse().expect("a moment"),
        until: bench.clock.now(),
    };
    let report =
        simulate::simulate(&order, &Reader { voice: &voice, host: "web-1" }).await.expect("recorded");
    let lines = report.told().iter().map(|it| {
        let at = it.at.to_zoned_datetime(zone.clone()).strftime("%H:%M:%S");
        let how = if it.how == How::Edit { "(edited) " } else { "" };
        format!("{at} {how}{}", it.text)
    });
    lines.collect()
}

#[tokio::test(start_paused = true)]
async fn a_replay_tells_what_the_watch_told() {
    let bench = Bench::start(Setup { rules: &["cpu", "memory"], ..Setup::default() }).await;
    bench.pass(minutes(10)).await;
    for _ in 0..5 {
        bench.full(0.92);
        bench.pass(minutes(5)).await;
        bench.full(0.50);
        bench.pass(minutes(5)).await;
    }
    bench.busy(0.97);
    bench.pass(minutes(40)).await;
    bench.full(0.98);
    bench.pass(minutes(6 * 60)).await;
    bench.busy(0.10);
    bench.full(0.40);
    bench.pass(minutes(90)).await;
    let (told, mut replayed) = (sent(&bench), replayed(&bench).await);
    assert!(8 < told.len(), "{told:#?}");
    // Where nothing else is to be told, the postman looks for reminders once a minute, and the replay at each round.
    let early = replayed.iter_mut().find(|it| it.starts_with("15:10:05 ")).expect("a reminder");
    *early = early.replacen("15:10:05", "15:10:35", 1);
    assert_eq!(replayed, told);
}
