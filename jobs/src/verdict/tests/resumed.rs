//! What is kept survives us: nothing is told twice and nothing is lost, wherever we were killed.

use super::*;

/// What an earlier process wrote down, as another one reads it.
fn resumed(watcher: &Watcher, seconds: f64, boot: &str) -> Watcher {
    let written = serde_json::to_string(watcher).expect("plain data");
    let read: Watcher = serde_json::from_str(&written).expect("as it was written");
    read.resume(at(seconds), Some(boot))
}

/// Kept a minute after `containers` were first listed.
fn kept(containers: &[Container]) -> Watcher {
    let mut watcher = Watcher::new();
    watcher.reconcile(containers, at(0.0));
    watcher.keep(at(60.0), Some("boot"));
    watcher
}

/// What is said by an hour after `list` was the first thing seen at `seconds`, with these events after it.
fn said(mut watcher: Watcher, seconds: f64, list: &[Container], events: &[EngineEvent]) -> Vec<Verdict> {
    let mut said = watcher.reconcile(list, at(seconds));
    for event in events {
        said.extend(watcher.heard(event, at(seconds)));
        said.extend(watcher.tick(at(seconds)));
    }
    for second in 0..3600 {
        said.extend(watcher.tick(at(seconds + f64::from(second))));
    }
    said
}

fn findings(said: &[Verdict]) -> Vec<(String, Finding, bool)> {
    let finding = |it: &Verdict| match it {
        Verdict::Container(it) => (it.who.name.clone(), it.finding.clone(), it.unseen),
        Verdict::Engine(it) => panic!("{it:?}"),
    };
    said.iter().map(finding).collect()
}

fn running(name: &str, status: &str) -> Container {
    listed(name, ContainerState::Running, status)
}

fn exited(name: &str, code: i64) -> Container {
    listed(name, ContainerState::Exited, &format!("Exited ({code}) 2 hours ago"))
}

fn two() -> [Container; 2] {
    [running("db", "Up 3 days"), running("web", "Up 3 days")]
}

#[test]
fn what_crashed_while_we_were_away_is_told_as_that() {
    let watcher = resumed(&kept(&two()), 9000.0, "boot");
    assert_eq!(watcher.next(), None, "nothing is judged before the engine was heard");
    assert_eq!(
        watcher.since(at(9000.0)),
        Some(at(60.0)),
        "since it was kept, where nothing was heard before"
    );
    let list = [exited("db", 1), running("web", "Up 3 days")];
    assert_eq!(watcher.missing(&list), ["db"]);
    let crash =
        Finding::Crashed { exit: Some(1), times: 1, within: Duration::ZERO, back: false, excused: false };
    // The engine has forgotten its events.
    let without = said(watcher.clone(), 9000.0, &list, &[]);
    assert_eq!(findings(&without), [("db".into(), crash.clone(), true)]);
    // The engine remembers when.
    let with = said(watcher.clone(), 9000.0, &list, &[event(1800.0, "db", action("die 1"))]);
    assert_eq!(findings(&with), [("db".into(), crash, true)]);
    assert!(matches!(&with[0], Verdict::Container(it) if it.at == at(1800.0)));
    // Somebody stopped it, by the engine's word.
    let stop = [("kill 15", 1800.0), ("die 1", 1801.0), ("stop", 1801.1)];
    let stop = stop.map(|(word, seconds)| event(seconds, "db", action(word)));
    let stopped = Finding::Stopped { by: By::Somebody, signal: Some(15), exit: Some(1) };
    assert_eq!(findings(&said(watcher, 9000.0, &list, &stop)), [("db".into(), stopped, true)]);
}

#[test]
fn what_inspect_knows_dates_what_no_event_told() {
    let list = [exited("db", 1), running("web", "Up 3 days")];
    let verdicts = said(resumed(&kept(&two()), 9000.0, "boot"), 9000.0, &list, &[]);
    let [Verdict::Container(verdict)] = &verdicts[..] else { panic!("{verdicts:?}") };
    assert_eq!(verdict.at, at(9000.0));
    let detail =
        ContainerDetail { id: "id-db".into(), finished: Some(at(1800.0)), ..ContainerDetail::default() };
    assert_eq!(verdict.clone().knowing(&detail).at, at(1800.0));
    let other = ContainerDetail { id: "id-new".into(), ..detail };
    assert_eq!(verdict.clone().knowing(&other).at, at(9000.0));
}

#[test]
fn what_runs_on_says_nothing() {
    for away in [1.0, 60.0, 9000.0] {
        let watcher = resumed(&kept(&two()), 60.0 + away, "boot");
        assert_eq!(said(watcher, 60.0 + away, &two(), &[]), [], "{away}");
    }
}

#[test]
fn a_reboot_of_the_machine_is_one_fact_and_only_what_stayed_down_is_told() {
    let kept = kept(&forty());
    let back: Vec<Container> = (0..40).map(|it| running(&format!("c{it}"), "Up 30 seconds")).collect();
    assert_eq!(said(resumed(&kept, 900.0, "next boot"), 900.0, &back, &[]), []);
    let mut some = back;
    some[7] = exited("c7", 255);
    some[9] = exited("c9", 255);
    // One of the two is still to come, as the engine's own events say.
    let late = [event(905.0, "c9", action("start"))];
    let passed =
        EngineVerdict::Passed { since: at(60.0), rebooted: true, running: 40, down: vec!["c7".into()] };
    let said = said(resumed(&kept, 900.0, "next boot"), 900.0, &some, &late);
    assert_eq!(said, [Verdict::Engine(passed)]);
    assert!(said[0].is_news());
}

#[test]
fn an_engine_that_was_started_anew_meanwhile_is_one_fact() {
    let passed = |down: &[&str]| {
        let down = down.iter().map(|it| (*it).to_owned()).collect();
        [Verdict::Engine(EngineVerdict::Passed { since: at(60.0), rebooted: false, running: 40, down })]
    };
    let mut list: Vec<Container> = (0..40).map(|it| running(&format!("c{it}"), "Up 10 minutes")).collect();
    list[3] = exited("c3", 255);
    let watcher = resumed(&kept(&forty()), 9000.0, "boot");
    assert_eq!(said(watcher.clone(), 9000.0, &list, &[]), passed(&["c3"]));
    // One that has run all the time proves that the engine has.
    list[5] = running("c5", "Up 3 days");
    list[6] = running("c6", "Up 3 hours");
    let one_by_one = said(watcher, 9000.0, &list, &[]);
    let crashed = findings(&one_by_one).into_iter().filter(|it| matches!(it.1, Finding::Crashed { .. }));
    assert_eq!(crashed.map(|it| it.0).collect::<Vec<_>>(), ["c3"]);
}

#[test]
fn what_was_stopped_or_removed_on_purpose_meanwhile_is_no_news() {
    let three = ["a", "b", "c"].map(|it| running(it, "Up 3 days"));
    let events: Vec<EngineEvent> = ["a", "b", "c"]
        .iter()
        .flat_map(|name| [("kill 15", 1.0), ("die 143", 2.0), ("stop", 2.1)].map(|it| (name, it)))
        .map(|(name, (word, seconds))| event(1800.0 + seconds, name, action(word)))
        .collect();
    let news = |list: &[Container], events: &[EngineEvent], boot: &str| {
        let said = said(resumed(&kept(&three), 9000.0, boot), 9000.0, list, events);
        said.into_iter().filter(Verdict::is_news).collect::<Vec<_>>()
    };
    let down = ["a", "b", "c"].map(|it| exited(it, 143));
    assert_eq!(news(&down, &events, "boot"), [], "docker stop a b c");
    assert_eq!(news(&[], &events, "boot"), [], "compose down");
    assert_eq!(news(&[], &[], "next boot"), [], "removed before a reboot");
    // Two restarted, one stopped, and nothing goes on: by its events it was no new engine that stopped it.
    let mut list = ["a", "b", "c"].map(|it| running(it, "Up 10 minutes"));
    list[0] = exited("a", 143);
    assert_eq!(news(&list, &events[..3], "boot"), []);
}

#[test]
fn an_unseen_restart_is_news_where_inspect_says_that_nobody_asked_for_it() {
    let list = [running("db", "Up 10 minutes"), running("web", "Up 3 days")];
    let watcher = resumed(&kept(&two()), 9000.0, "boot");
    let verdicts = said(watcher.clone(), 9000.0, &list, &[]);
    assert_eq!(findings(&verdicts), [("db".into(), Finding::Slipped { restarts: 0 }, true)]);
    assert!(!verdicts[0].is_news());
    let [Verdict::Container(verdict)] = &verdicts[..] else { panic!("{verdicts:?}") };
    let detail = ContainerDetail { id: "id-db".into(), restart_count: 4, ..ContainerDetail::default() };
    let known = verdict.clone().knowing(&detail);
    assert_eq!((known.finding.clone(), known.is_news()), (Finding::Slipped { restarts: 4 }, true));
    // The engine's events say how it came to that.
    let events = [event(5000.0, "db", action("kill 15")), event(5001.0, "db", action("die 143"))];
    let events = [&events[..], &[event(5002.0, "db", action("start"))]].concat();
    let restarted = ("db".into(), Finding::Restarted { by: By::Somebody }, true);
    assert_eq!(findings(&said(watcher, 9000.0, &list, &events)), [restarted]);
}

#[test]
fn our_own_container_is_no_evidence_and_no_news() {
    let ours = |id: &str, status: &str| Container { id: id.into(), ..running("vakhta", status) };
    let kept = kept(&[ours("old", "Up 3 days"), running("db", "Up 3 days")]);
    for id in ["old", "new"] {
        let mut watcher = resumed(&kept, 9000.0, "boot");
        watcher.is_us(id.to_owned());
        let list = [ours(id, "Up 2 seconds"), running("db", "Up 10 minutes")];
        let said = said(watcher, 9000.0, &list, &[]);
        assert_eq!(said.iter().filter(|it| it.is_news()).count(), 0, "{said:?}");
        let slipped = findings(&said).into_iter().filter(|it| matches!(it.1, Finding::Slipped { .. }));
        assert_eq!(slipped.map(|it| it.0).collect::<Vec<_>>(), ["db"]);
    }
}

#[test]
fn what_is_too_old_is_where_things_begin_anew() {
    let watcher = resumed(&kept(&two()), 8.0 * 24.0 * 3600.0, "boot");
    assert_eq!(watcher.since(at(0.0)), None);
    assert_eq!(said(watcher, 8.0 * 24.0 * 3600.0, &[exited("db", 1)], &[]), []);
    assert_eq!(said(Watcher::new().resume(at(0.0), None), 0.0, &[exited("db", 1)], &[]), []);
    let days = 3.0 * 24.0 * 3600.0;
    let asked = resumed(&kept(&two()), days, "boot").since(at(days));
    assert_eq!(asked, Some(at(days - 24.0 * 3600.0)), "events are asked for of a day at most");
}

#[test]
fn words_for_a_length_of_time_are_read_as_docker_means_them() {
    let away = at(0.0);
    let check = |status: &str, seconds: f64, expected: bool| {
        let mut watcher = kept(&[running("db", "Up 3 days"), running("web", "Up 3 days")]);
        watcher.keep(away, None);
        let list = [running("db", status), running("web", "Up 3 days")];
        let verdicts = said(watcher.resume(at(seconds), None), seconds, &list, &[]);
        assert_eq!(!verdicts.is_empty(), expected, "{status} after {seconds}");
    };
    check("Up Less than a second", 2.0, true);
    check("Up 5 seconds", 5.0, false);
    check("Up 5 seconds (healthy)", 6.5, true);
    check("Up About a minute", 119.0, false);
    check("Up About a minute", 121.0, true);
    check("Up About an hour", 7100.0, false);
    check("Up 2 hours (Paused)", 4.0 * 3600.0, true);
    check("Up 3 days", 3.0 * 24.0 * 3600.0, false);
    check("Up since yesterday", 1e6, false);
    check("", 1e5, false);
}

/// Something happens in the world at that second.
type Step = (f64, &'static str, &'static str);

/// What the engine lists after these steps.
fn world(steps: &[Step], second: f64) -> Vec<Container> {
    let mut list = vec![running("db", "Up 3 days"), running("web", "Up 3 days")];
    for (at, name, word) in steps.iter().filter(|it| it.0 <= second) {
        let container = list.iter_mut().find(|it| it.name == *name).expect("one of the two");
        match word.split_once(' ') {
            Some(("die", code)) => {
                container.state = ContainerState::Exited;
                container.status = format!("Exited ({code}) 1 second ago");
            }
            None if *word == "start" => {
                container.state = ContainerState::Running;
                container.status = format!("Up {} seconds", (second - at) as u64);
            }
            _ => {}
        }
    }
    list
}

/// What people hear of these steps when we are killed at that second and another process takes over `away` seconds
/// later. What leads to a verdict is written with it; everything else once in `lazy` seconds.
fn heard_of(steps: &[Step], killed: f64, away: f64, lazy: f64) -> Vec<(String, &'static str)> {
    let mut watcher = kept(&world(steps, -1.0));
    watcher.keep(at(0.0), Some("boot"));
    let mut written = watcher.clone();
    let mut told: Vec<Verdict> = Vec::new();
    let mut dead = false;
    for tenth in 1..4500 {
        let second = f64::from(tenth) / 10.0;
        let is_now = |it: &&Step| second - 0.1 < it.0 && it.0 <= second;
        // Where nothing happens, nobody looks so often.
        if 200 < tenth && tenth % 10 != 0 && !dead && steps.iter().find(is_now).is_none() {
            continue;
        }
        if killed <= second && second < killed + away {
            dead = true;
            continue;
        }
        let mut verdicts = Vec::new();
        if std::mem::take(&mut dead) {
            watcher = resumed(&written, second, "boot");
            let since = watcher.since(at(second)).expect("something was kept");
            verdicts.extend(watcher.reconcile(&world(steps, second), at(second)));
            for (when, name, word) in steps.iter().filter(|it| it.0 <= second && since <= at(it.0)) {
                verdicts.extend(watcher.heard(&event(*when, name, action(word)), at(second)));
            }
        } else {
            for (when, name, word) in steps.iter().filter(is_now) {
                verdicts.extend(watcher.heard(&event(*when, name, action(word)), at(second)));
            }
        }
        verdicts.extend(watcher.tick(at(second)));
        if verdicts.iter().any(Verdict::is_news) || second % lazy < 0.1 {
            watcher.keep(at(second), Some("boot"));
            written = watcher.clone();
            told.extend(verdicts);
        }
    }
    let mut news: Vec<(String, &'static str)> = told
        .iter()
        .filter(|it| it.is_news())
        .map(|it| match it {
            Verdict::Container(it) => (it.who.name.clone(), kind(&it.finding)),
            Verdict::Engine(it) => panic!("{it:?}"),
        })
        .collect();
    news.sort();
    news
}

fn kind(finding: &Finding) -> &'static str {
    match finding {
        Finding::Crashed { .. } => "crashed",
        Finding::OutOfMemory { .. } => "out of memory",
        Finding::CrashLoop { .. } => "loop",
        Finding::Unhealthy { .. } => "ill",
        Finding::Recovered { .. } => "recovered",
        Finding::Stopped { .. }
        | Finding::Restarted { .. }
        | Finding::Ended { .. }
        | Finding::Updated { .. }
        | Finding::Slipped { .. }
        | Finding::Gone { .. } => "other",
    }
}

#[test]
fn killed_between_any_two_steps_everything_is_told_once() {
    let scripts: [&[Step]; 6] = [
        &[(10.0, "db", "die 1"), (90.0, "db", "start")],
        &[(10.0, "db", "oom"), (10.1, "db", "die 137"), (12.0, "web", "die 2")],
        &[(10.0, "db", "kill 15"), (11.0, "db", "die 143"), (11.1, "db", "stop"), (60.0, "db", "start")],
        &[(10.0, "db", "ill"), (70.0, "db", "well")],
        &[(10.0, "db", "die 1"), (10.2, "db", "start"), (100.0, "db", "die 1"), (100.2, "db", "start")],
        &[
            (10.0, "web", "die 3"),
            (10.1, "web", "start"),
            (10.5, "web", "die 3"),
            (10.6, "web", "start"),
            (11.0, "web", "die 3"),
            (11.2, "web", "start"),
        ],
    ];
    for (number, steps) in scripts.iter().enumerate() {
        let undisturbed = heard_of(steps, 1e9, 0.0, 1.0);
        for tenth in (80..200).step_by(3).chain((600..760).step_by(20)).chain((900..1200).step_by(20)) {
            for (away, lazy) in [(0.5, 1.0), (4.0, 0.1), (4.0, 1.0)] {
                let heard = heard_of(steps, f64::from(tenth) / 10.0, away, lazy);
                assert_eq!(heard, undisturbed, "script {number}, killed at {tenth}, {away} away, {lazy}");
            }
        }
    }
}
