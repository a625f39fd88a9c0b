//! Logs in the chat: pages that stay where they are, follows that end, files, and no secret in any of them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::fakes::scenes;
use jobs::ports::{
    ContainerDetail, ContainerState, EngineError, EventAction, Heard, Log, LogLine, LogStream,
};

use super::{Bench, Setup};

/// A watch over these containers.
async fn watching(names: &[&str]) -> Bench {
    let bench = Bench::start(Setup { rules: &[], jobs: &[], ..Setup::default() }).await;
    bench
        .world
        .set_containers(names.iter().map(|it| scenes::container(it, ContainerState::Running)).collect());
    bench
}

impl Bench {
    fn logged(&self, text: impl Into<String>, seconds_ago: i64) -> LogLine {
        let at = self.clock.now() - SignedDuration::from_secs(seconds_ago);
        LogLine { stream: LogStream::Out, at: Some(at), text: text.into() }
    }

    fn writes(&self, name: &str, text: &str) {
        self.world.writes(name, self.logged(text, 0));
    }

    /// A log of so many lines, one a second, the last of them now.
    fn has_logged(&self, name: &str, lines: usize, text: impl Fn(usize) -> String) {
        let lines = (0..lines).map(|it| self.logged(text(it), (lines - 1 - it) as i64)).collect();
        self.world.set_log(name, Log { lines, cut: false });
    }

    /// The only message of the next seconds: a chat takes one a second, after a few at once.
    async fn shown(&self) -> String {
        self.pass(seconds(2)).await;
        self.one()
    }

    /// The only message since this was asked last.
    fn one(&self) -> String {
        let said = self.said();
        let [one] = &said[..] else { panic!("{said:#?}") };
        one.clone()
    }
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// The lines of a page that begin so.
fn lines<'a>(page: &'a str, beginning: &str) -> Vec<&'a str> {
    page.lines().filter(|it| it.starts_with(beginning)).collect()
}

#[tokio::test(start_paused = true)]
async fn pages_stay_where_they_are_while_the_log_grows() {
    let bench = watching(&["web"]).await;
    bench.has_logged("web", 200, |it| format!("line {it:03}"));
    bench.says("/logs web").await;
    let mut page = bench.shown().await;
    let mut pages = vec![lines(&page, "line").join("\n")];
    assert!(page.contains("web, 30 lines") && page.contains("line 199") && !page.contains("Newer"), "{page}");
    while page.contains("Older") {
        bench.writes("web", "line that came meanwhile");
        bench.presses("Older").await;
        page = bench.shown().await;
        assert!(page.contains("(edited)") && page.contains("Newer"), "{page}");
        pages.push(lines(&page, "line").join("\n"));
    }
    let expected: Vec<String> = (0..200).map(|it| format!("line {it:03}")).collect();
    pages.reverse();
    assert_eq!(pages.join("\n"), expected.join("\n"), "each line once, and in order");
    // And back to the newest.
    let mut back = vec![lines(&page, "line").join("\n")];
    for _ in 0..5 {
        bench.presses("Newer").await;
        back.push(lines(&bench.shown().await, "line").join("\n"));
    }
    assert_eq!(back.join("\n"), expected[..back.join("\n").lines().count()].join("\n"));
    bench.presses("Newer").await;
    bench.presses("Newer").await;
    let last = bench.said().pop().expect("a page");
    assert!(last.contains("line that came meanwhile") && !last.contains("Newer"), "{last}");
}

#[tokio::test(start_paused = true)]
async fn lines_of_one_moment_are_turned_over_one_by_one() {
    let bench = watching(&["web"]).await;
    let same = (0..7).map(|it| bench.logged(format!("line {it}"), 5)).collect();
    bench.world.set_log("web", Log { lines: same, cut: false });
    bench.says("/logs web 3").await;
    let mut pages = Vec::new();
    pages.push(bench.shown().await);
    for _ in 0..2 {
        bench.presses("Older").await;
        pages.push(bench.shown().await);
    }
    let shown: Vec<String> = pages.iter().map(|it| lines(it, "line").join(",")).collect();
    assert_eq!(shown, ["line 4,line 5,line 6", "line 1,line 2,line 3", "line 0"]);
    bench.presses("Newer").await;
    assert_eq!(lines(&bench.shown().await, "line"), ["line 1", "line 2", "line 3"]);
}

#[tokio::test(start_paused = true)]
async fn a_search_finds_what_is_far_back_and_a_trace_stays_with_its_error() {
    let bench = watching(&["web"]).await;
    bench.has_logged("web", 9000, |it| match it {
        5 => "ERROR timeout talking to db".to_owned(),
        6 => "    at somewhere".to_owned(),
        8000 => "WARN connection refused".to_owned(),
        _ => format!("INFO request {it}"),
    });
    bench.says("/logs web —grep \"timeout|REFUSED\"").await;
    let page = bench.shown().await;
    assert!(
        page.contains("-g \"timeout|REFUSED\"\nERROR timeout talking to db\nWARN connection refused"),
        "{page}"
    );
    bench.presses("Errors").await;
    let page = bench.shown().await;
    assert!(page.contains("ERROR timeout") && !page.contains("WARN connection"), "{page}");
    bench.says("/logs web --level error").await;
    assert_eq!(lines(&bench.shown().await, "    at"), ["    at somewhere"]);
    bench.says("/logs web --grep nothing-like-this").await;
    assert!(bench.shown().await.contains("Nothing in the log of web fits."));
    bench.says("/logs web --level loud").await;
    let wrong = bench.shown().await;
    assert!(wrong.contains("loud is no level") && wrong.contains("/logs nginx 200"), "{wrong}");
}

#[tokio::test(start_paused = true)]
async fn several_logs_are_one_by_time() {
    let bench = watching(&["web", "database-of-the-shop"]).await;
    let of = |lines: &[(&str, i64)]| Log {
        lines: lines.iter().map(|(text, ago)| bench.logged(*text, *ago)).collect(),
        cut: false,
    };
    bench.world.set_log("web", of(&[("asks", 9), ("waits", 5), ("fails", 1)]));
    bench.world.set_log("database-of-the-shop", of(&[("is asked", 8), ("is slow", 3)]));
    bench.says("/logs web database").await;
    let page = bench.one();
    let shown: Vec<&str> = page.lines().filter(|it| it.contains('│')).collect();
    assert_eq!(
        shown,
        ["web │ asks", "databa…-shop │ is asked", "web │ waits", "databa…-shop │ is slow", "web │ fails"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_follow_is_one_message_edited_when_something_new_came() {
    let bench = watching(&["web"]).await;
    bench.has_logged("web", 2, |it| format!("line {it}"));
    bench.says("/logs web -f").await;
    assert_eq!(
        bench.one(),
        "10:00:00 📡 Following web since 10:00:00, until 10:10\nline 0\nline 1\n[⏹ Stop]"
    );
    bench.pass(seconds(10)).await;
    assert_eq!(bench.said(), [""; 0], "nothing new, no edit");
    bench.writes("web", "line 2");
    bench.writes("web", "password=hunter2");
    bench.pass(seconds(1)).await;
    assert_eq!(
        bench.one(),
        "10:00:10 (edited) 📡 Following web since 10:00:00, until 10:10\nline 0\nline 1\nline 2\npassword=•••\n[⏹ Stop]"
    );
    bench.writes("web", "line 4");
    bench.pass(seconds(2)).await;
    assert_eq!(bench.said(), [""; 0], "no more often than every three seconds");
    bench.pass(seconds(1)).await;
    assert!(bench.one().contains("line 4"));
    // Others are answered meanwhile.
    bench.says("/version").await;
    bench.one();
    bench.presses("Stop").await;
    let stopped = bench.one();
    assert!(
        stopped.starts_with("10:00:14 (edited) ⏹ Followed web for 14 s.\nline 0")
            && stopped.contains("[📡 Follow]"),
        "{stopped}"
    );
    assert_eq!(bench.world.followers("web"), 0);
    bench.writes("web", "line 5");
    bench.pass(seconds(10)).await;
    assert_eq!(bench.said(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_follow_ends_with_its_container_and_says_how() {
    let bench = watching(&["web"]).await;
    bench.has_logged("web", 1, |_| "panic: out of luck".to_owned());
    bench.says("/logs web --follow").await;
    bench.one();
    let id = scenes::container("web", ContainerState::Running).id;
    bench.world.set_detail(ContainerDetail {
        id,
        state: ContainerState::Exited,
        exit_code: Some(3),
        ..ContainerDetail::default()
    });
    bench.world.stops_writing("web", None);
    bench.settle().await;
    let said = bench.said();
    let last = said.last().expect("an edit");
    assert!(
        last.contains(
            "⏹ Followed web for 0 s, to its end.\nweb has ended with exit code 3.\npanic: out of luck"
        ),
        "{said:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_follow_that_the_engine_breaks_off_says_so() {
    let bench = watching(&["web"]).await;
    bench.says("/logs web --follow").await;
    bench.one();
    bench.world.stops_writing("web", Some(EngineError::Unreachable("connection reset".into())));
    bench.settle().await;
    let last = bench.said().pop().expect("an edit");
    assert!(last.contains("Docker reads no further") && last.contains("connection reset"), "{last}");
}

#[tokio::test(start_paused = true)]
async fn a_follow_ends_after_ten_minutes_and_a_second_takes_its_place() {
    let bench = watching(&["web", "db"]).await;
    bench.says("/logs web -f").await;
    bench.pass(seconds(5)).await;
    bench.says("/logs db -f").await;
    let said = bench.said();
    assert!(
        said.iter().any(|it| it.contains("(edited) ⏹ Followed web for 5 s; another follow took over")),
        "{said:#?}"
    );
    assert_eq!((bench.world.followers("web"), bench.world.followers("db")), (0, 1));
    bench.pass(seconds(599)).await;
    assert_eq!(bench.said(), [""; 0]);
    bench.pass(seconds(2)).await;
    let over = bench.one();
    assert!(over.contains("⏹ Followed db for 10 min, as long as it goes"), "{over}");
    assert_eq!(bench.world.followers("db"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_follow_whose_message_is_gone_ends_in_silence() {
    let bench = watching(&["web"]).await;
    bench.says("/logs web -f").await;
    bench.one();
    bench.chat.loses_its_messages();
    bench.writes("web", "nobody reads this");
    bench.pass(seconds(4)).await;
    assert_eq!(bench.said(), [""; 0]);
    assert_eq!(bench.world.followers("web"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_follow_does_not_hold_up_the_end_of_a_watch_and_its_button_shows_the_log_afterwards() {
    let mut bench = watching(&["web"]).await;
    bench.has_logged("web", 1, |_| "line 0".to_owned());
    bench.says("/logs web -f").await;
    bench.one();
    let before = bench.clock.now();
    let running = bench.running.take().expect("it runs");
    running.stop.send(()).expect("it runs");
    bench.settle().await;
    let last = bench.one();
    assert!(last.contains("now Vakhta itself stops.\nline 0"), "{last}");
    assert!(bench.clock.now().duration_since(before) < SignedDuration::from_secs(1));
    assert_eq!(bench.world.followers("web"), 0);

    // One that was cut off leaves its button behind.
    bench.begin().await;
    bench.says("/logs web -f").await;
    bench.one();
    bench.die().await;
    bench.presses("Stop").await;
    let page = bench.one();
    assert!(page.contains("(edited) 📋 web, a line") && page.contains("[📡 Follow]"), "{page}");
}

#[tokio::test(start_paused = true)]
async fn a_file_has_the_lines_that_were_asked_for() {
    let bench = watching(&["web"]).await;
    bench.has_logged("web", 3000, |it| {
        if it % 3 == 0 { format!("ERROR token=t0p{it}") } else { format!("INFO {it}") }
    });
    bench.says("/logs web --file").await;
    let file = bench.shown().await;
    assert!(file.contains("📄 web, 3,000 lines") || file.contains("📄 web, 3000 lines"), "{file}");
    assert!(file.contains("(file: web-2026-11-24T10-00.log, text/plain)"), "{file}");
    bench.says("/logs web --level error -n 2 --file").await;
    let file = bench.shown().await;
    assert_eq!(lines(&file, "ERROR"), ["ERROR token=•••", "ERROR token=•••"], "{file}");
    assert!(file.contains("-n 2 --level error"), "{file}");
    bench.has_logged("web", 40_000, |it| format!("INFO a line of some length, number {it}"));
    bench.says("/logs web --file").await;
    let file = bench.shown().await;
    assert!(file.contains("(file: web-2026-11-24T10-00.log.gz, application/gzip)"), "{file}");
}

#[tokio::test(start_paused = true)]
async fn no_secret_leaves_with_a_page_or_a_card_and_more_can_be_declared() {
    let besides = "[logs]\nredact = ['card (\\d+)']\n";
    let bench = Bench::start(Setup { rules: &[], besides, ..Setup::default() }).await;
    let containers = vec![scenes::container("web", ContainerState::Running)];
    bench.world.set_containers(containers.clone());
    bench.engine_says(Heard::Listed(containers)).await;
    bench.has_logged("web", 2, |it| {
        ["login with password=hunter2", "card 4111111111111111 refused"][it].to_owned()
    });
    bench.says("/logs web").await;
    let page = bench.one();
    assert!(page.contains("login with password=•••\ncard ••• refused"), "{page}");
    let at: Timestamp = bench.clock.now();
    let container = scenes::container("web", ContainerState::Running);
    bench
        .engine_says(Heard::Event(jobs::ports::EngineEvent {
            at,
            action: EventAction::Die { exit_code: Some(1) },
            id: container.id,
            name: container.name,
            image: container.image,
            project: None,
            service: None,
            labels: Vec::new(),
        }))
        .await;
    bench.pass(seconds(120)).await;
    let card = bench.said().join("\n");
    assert!(card.contains("password=•••") && !card.contains("hunter2") && !card.contains("4111"), "{card}");
}
