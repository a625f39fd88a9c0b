//! Each rule by its name, on sequences as an engine sends them.

mod resumed;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::label::{IGNORE, MUTE};
use crate::ports::{Container, ContainerState, EngineEvent, EventAction, Health};

fn at(seconds: f64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(500_000) + SignedDuration::from_secs_f64(seconds)
}

fn action(word: &str) -> EventAction {
    let (word, rest) = word.split_once(' ').unwrap_or((word, ""));
    match word {
        "create" => EventAction::Create,
        "start" => EventAction::Start,
        "die" => EventAction::Die { exit_code: rest.parse().ok() },
        "oom" => EventAction::Oom,
        "kill" => EventAction::Kill { signal: rest.parse().ok() },
        "stop" => EventAction::Stop,
        "restart" => EventAction::Restart,
        "destroy" => EventAction::Destroy,
        "well" => EventAction::HealthStatus(Health::Healthy),
        "ill" => EventAction::HealthStatus(Health::Unhealthy),
        "starting" => EventAction::HealthStatus(Health::Starting),
        other => panic!("{other}"),
    }
}

fn event(seconds: f64, name: &str, action: EventAction) -> EngineEvent {
    EngineEvent {
        at: at(seconds),
        action,
        id: format!("id-{name}"),
        name: name.to_owned(),
        image: "postgres:17".to_owned(),
        project: None,
        service: None,
        labels: Vec::new(),
    }
}

fn listed(name: &str, state: ContainerState, status: &str) -> Container {
    Container {
        id: format!("id-{name}"),
        name: name.to_owned(),
        image: "postgres:17".to_owned(),
        state,
        status: status.to_owned(),
        ..Container::default()
    }
}

/// A watcher in an hour that is told of by seconds, with whatever it said.
struct Hour {
    watcher: Watcher,
    second: u32,
    said: Vec<Verdict>,
}

impl Hour {
    /// `web` has been running for long.
    fn new() -> Self {
        Self::with(&[listed("web", ContainerState::Running, "Up 3 days")])
    }

    fn with(containers: &[Container]) -> Self {
        let mut watcher = Watcher::new();
        assert_eq!(watcher.reconcile(containers, at(0.0)), []);
        Self { watcher, second: 0, said: Vec::new() }
    }

    fn until(&mut self, second: f64) {
        while f64::from(self.second + 1) <= second {
            self.second += 1;
            self.said.extend(self.watcher.tick(at(f64::from(self.second))));
        }
    }

    /// Something happens to a container.
    fn hear(&mut self, seconds: f64, name: &str, word: &str) -> &mut Self {
        self.tell(&event(seconds, name, action(word)), seconds)
    }

    fn tell(&mut self, event: &EngineEvent, seconds: f64) -> &mut Self {
        self.until(seconds);
        self.said.extend(self.watcher.heard(event, at(seconds)));
        self
    }

    fn lost(&mut self, seconds: f64) -> &mut Self {
        self.until(seconds);
        self.watcher.lost(at(seconds));
        self
    }

    fn list(&mut self, seconds: f64, containers: &[Container]) -> &mut Self {
        self.until(seconds);
        self.said.extend(self.watcher.reconcile(containers, at(seconds)));
        self
    }

    /// What was said by the end of the hour, whether a person hears of it or not.
    fn all(&mut self) -> Vec<Finding> {
        self.until(3600.0);
        let findings = self.said.iter().map(|it| match it {
            Verdict::Container(it) => it.finding.clone(),
            Verdict::Engine(it) => panic!("{it:?}"),
        });
        findings.collect()
    }

    /// What a person hears by the end of the hour.
    fn news(&mut self) -> Vec<Verdict> {
        self.until(3600.0);
        self.said.iter().filter(|it| it.is_news()).cloned().collect()
    }
}

/// What is said of `web`, which has been running for long, when this happens to it.
#[track_caller]
fn check(script: &[(f64, &str)], expected: &[Finding]) {
    let mut hour = Hour::new();
    for (seconds, word) in script {
        hour.hear(*seconds, "web", word);
    }
    assert_eq!(hour.all(), expected);
}

fn crashed(exit: i64, times: u32, within: u64, back: bool) -> Finding {
    let within = Duration::from_secs(within);
    Finding::Crashed { exit: Some(exit), times, within, back, excused: false }
}

fn stopped(signal: Option<i32>, exit: i64) -> Finding {
    Finding::Stopped { by: By::Somebody, signal, exit: Some(exit) }
}

fn ended(exit: i64) -> Finding {
    Finding::Ended { exit: Some(exit), back: false, excused: false }
}

fn recovered(from: Trouble, seconds: u64) -> Finding {
    Finding::Recovered { from, lasted: Duration::from_secs(seconds) }
}

#[test]
fn exit_0_130_137_and_143_are_not_crashes_by_themselves() {
    for code in [0, 130, 137, 143] {
        check(&[(10.0, &format!("die {code}"))], &[ended(code)]);
    }
    for code in [1, 2, 126, 127, 129, 134, 139, 255] {
        check(&[(10.0, &format!("die {code}"))], &[crashed(code, 1, 0, false)]);
    }
}

#[test]
fn the_exit_code_137_is_sigkill_and_not_out_of_memory() {
    check(&[(10.0, "die 137")], &[ended(137)]);
    check(&[(10.0, "kill 9"), (10.1, "die 137")], &[stopped(Some(9), 137)]);
}

#[test]
fn out_of_memory_is_what_the_oom_event_says() {
    let killed = |back| Finding::OutOfMemory { end: End::Died { back }, times: 1, within: Duration::ZERO };
    check(&[(10.0, "oom"), (10.1, "die 137")], &[killed(false)]);
    check(&[(10.0, "oom"), (10.1, "die 137"), (10.4, "start")], &[killed(true)]);
    // A program may notice the death of its child and end with a code of its own.
    check(&[(10.0, "oom"), (10.1, "die 1")], &[killed(false)]);
    // Kernel and engine report by different ways, and either may be first.
    check(&[(10.0, "die 137"), (10.1, "oom")], &[killed(false)]);
}

#[test]
fn a_process_killed_for_want_of_memory_does_not_end_its_container() {
    let survived = Finding::OutOfMemory { end: End::Survived, times: 1, within: Duration::ZERO };
    check(&[(10.0, "oom"), (10.2, "oom"), (90.0, "oom")], std::slice::from_ref(&survived));
    check(&[(10.0, "oom"), (700.0, "oom")], &[survived.clone(), survived]);
}

#[test]
fn out_of_memory_is_also_what_inspect_says() {
    let detail =
        |oom_killed| ContainerDetail { id: "id-web".into(), oom_killed, ..ContainerDetail::default() };
    let mut hour = Hour::new();
    let Verdict::Container(verdict) = hour.hear(10.0, "web", "die 137").news_or_not() else { panic!() };
    let killed = Finding::OutOfMemory { end: End::Died { back: false }, times: 1, within: Duration::ZERO };
    assert_eq!(verdict.clone().knowing(&detail(true)).finding, killed);
    assert_eq!(verdict.clone().knowing(&detail(false)).finding, ended(137));
    let other = ContainerDetail { id: "id-db".into(), ..detail(true) };
    assert_eq!(verdict.knowing(&other).finding, ended(137), "the id is of another container by now");
}

impl Hour {
    fn news_or_not(&mut self) -> Verdict {
        self.until(3600.0);
        assert_eq!(self.said.len(), 1);
        self.said.remove(0)
    }
}

#[test]
fn kill_and_stop_come_before_die_and_explain_it() {
    check(&[(10.0, "kill 15"), (10.1, "die 143"), (10.2, "stop")], &[stopped(Some(15), 143)]);
    check(&[(10.0, "kill 15"), (20.0, "kill 9"), (20.1, "die 137")], &[stopped(Some(9), 137)]);
    check(&[(10.0, "stop"), (10.1, "die 1")], &[stopped(None, 1)]);
    // Programs that end with an error when they are told to end are not crashing.
    check(&[(10.0, "kill 15"), (12.0, "die 1")], &[stopped(Some(15), 1)]);
    // An engine that says only `stop`, and says it late.
    check(&[(10.0, "die 1"), (10.1, "stop")], &[stopped(None, 1)]);
}

#[test]
fn only_term_int_kill_and_quit_mean_intent() {
    for signal in [2, 3, 9, 15] {
        check(&[(10.0, &format!("kill {signal}")), (10.1, "die 1")], &[stopped(Some(signal), 1)]);
    }
    for signal in [1, 10, 12, 28] {
        check(&[(10.0, &format!("kill {signal}")), (10.1, "die 129")], &[crashed(129, 1, 0, false)]);
    }
    check(&[(10.0, "kill ?"), (10.1, "die 1")], &[crashed(1, 1, 0, false)]);
}

#[test]
fn hup_does_not_mean_intent() {
    check(&[(10.0, "kill 1"), (10.1, "die 129")], &[crashed(129, 1, 0, false)]);
    check(&[(10.0, "kill 1")], &[]);
}

#[test]
fn one_intent_explains_one_die() {
    check(
        &[(10.0, "kill 15"), (10.1, "die 143"), (10.2, "stop"), (30.0, "start"), (90.0, "die 1")],
        &[stopped(Some(15), 143), crashed(1, 1, 0, false)],
    );
    // A late `stop` belongs to the end before it and not to the next one.
    check(
        &[(10.0, "kill 15"), (10.1, "die 143"), (10.2, "stop"), (10.3, "start"), (30.0, "die 1")],
        &[Finding::Restarted { by: By::Somebody }, crashed(1, 1, 0, false)],
    );
}

#[test]
fn one_intent_explains_one_die_also_where_the_start_between_them_was_missed() {
    let mut hour = Hour::new();
    hour.hear(10.0, "web", "kill 15").hear(10.1, "web", "die 143").hear(10.2, "web", "stop");
    hour.list(60.0, &[listed("web", ContainerState::Running, "Up 30 seconds")]);
    hour.hear(90.0, "web", "die 1");
    assert_eq!(hour.all(), [stopped(Some(15), 143), crashed(1, 1, 0, false)]);
}

#[test]
fn a_signal_that_was_ignored_explains_nothing_hours_later() {
    check(&[(10.0, "kill 15"), (1000.0, "die 1")], &[crashed(1, 1, 0, false)]);
}

#[test]
fn an_order_of_ours_is_known_as_ours() {
    let mut hour = Hour::new();
    hour.until(10.0);
    hour.watcher.acted("id-web", at(10.0));
    for (seconds, word) in [(10.1, "kill 15"), (10.2, "die 143"), (10.3, "stop"), (10.5, "start")] {
        hour.hear(seconds, "web", word);
    }
    assert_eq!(hour.all(), [Finding::Restarted { by: By::Us }]);
}

#[test]
fn whatever_we_end_is_no_crash() {
    let ended = |words: &[(f64, &str)]| {
        let mut hour = Hour::new();
        hour.until(10.0);
        hour.watcher.acted("id-web", at(10.0));
        words.iter().for_each(|(seconds, word)| {
            hour.hear(*seconds, "web", word);
        });
        hour.all()
    };
    let by_us = |signal, exit| Finding::Stopped { by: By::Us, signal, exit: Some(exit) };
    let (stop, kill) = (
        [(10.1, "kill 15"), (13.2, "kill 9"), (13.3, "die 137"), (13.4, "stop")],
        [(10.1, "kill 9"), (10.2, "die 137")],
    );
    assert_eq!(ended(&stop), [by_us(Some(9), 137)]);
    assert_eq!(ended(&kill), [by_us(Some(9), 137)]);
    // Podman says less, and a program may leave with any code when it is asked to.
    assert_eq!(ended(&[(10.2, "die 1"), (10.3, "stop")]), [by_us(None, 1)]);
    // One order explains one end.
    assert_eq!(
        ended(&[(10.1, "kill 15"), (10.2, "die 143"), (60.0, "start"), (120.0, "die 1")]),
        [by_us(Some(15), 143), crashed(1, 1, 0, false)]
    );
}

#[test]
fn an_order_that_was_withdrawn_explains_nothing() {
    let mut hour = Hour::new();
    hour.until(10.0);
    hour.watcher.acted("id-web", at(10.0));
    hour.watcher.withdrew("id-web");
    hour.hear(20.0, "web", "die 1");
    assert_eq!(hour.all(), [crashed(1, 1, 0, false)]);
    // What was heard of all the same is still true.
    let mut hour = Hour::new();
    hour.until(10.0);
    hour.watcher.acted("id-web", at(10.0));
    hour.hear(10.1, "web", "kill 15");
    hour.watcher.withdrew("id-web");
    hour.hear(10.2, "web", "die 1");
    assert_eq!(hour.all().len(), 1);
    assert!(matches!(hour.all()[..], [Finding::Stopped { .. }]));
}

#[test]
fn an_end_of_ours_that_only_a_list_shows_is_ours() {
    let mut hour = Hour::new();
    hour.until(10.0);
    hour.watcher.acted("id-web", at(10.0));
    hour.list(12.0, &[listed("web", ContainerState::Exited, "Exited (1) 1 second ago")]);
    assert_eq!(hour.all(), [Finding::Stopped { by: By::Us, signal: None, exit: Some(1) }]);
}

#[test]
fn a_crash_says_whether_it_runs_again_and_how_often_it_has_crashed() {
    check(&[(10.0, "die 1"), (10.2, "start")], &[crashed(1, 1, 0, true)]);
    check(
        &[(10.0, "die 1"), (10.2, "start"), (130.0, "die 1"), (130.2, "start"), (2000.0, "die 2")],
        &[crashed(1, 1, 0, true), crashed(1, 2, 120, true), crashed(2, 3, 1990, false)],
    );
}

#[test]
fn a_crash_that_stays_down_recovers_when_it_runs_for_a_while() {
    check(&[(10.0, "die 1"), (70.0, "start")], &[crashed(1, 1, 0, false), recovered(Trouble::Down, 60)]);
    check(
        &[(10.0, "die 1"), (70.0, "start"), (75.0, "die 1")],
        &[crashed(1, 1, 0, false), crashed(1, 2, 65, false)],
    );
}

#[test]
fn three_restarts_in_ten_minutes_are_a_loop_and_are_told_once() {
    let looping = |exit, within| Finding::CrashLoop {
        exit: Some(exit),
        out_of_memory: false,
        restarts: 3,
        within: Duration::from_secs(within),
    };
    let mut script = Vec::new();
    for turn in 0..20 {
        script.push((f64::from(turn) * 60.0 + 10.0, "die 3"));
        script.push((f64::from(turn) * 60.0 + 11.0, "start"));
    }
    check(
        &script,
        &[
            crashed(3, 1, 0, true),
            crashed(3, 2, 60, true),
            looping(3, 121),
            recovered(Trouble::Looping, 1141),
        ],
    );
    // Quicker than anything could be said in between: one message.
    check(
        &[
            (10.0, "die 1"),
            (10.25, "start"),
            (10.3, "die 1"),
            (10.75, "start"),
            (10.8, "die 1"),
            (11.0, "start"),
        ],
        &[looping(1, 1), recovered(Trouble::Looping, 1)],
    );
    // Restarts that are further apart are single crashes.
    check(
        &[
            (10.0, "die 1"),
            (11.0, "start"),
            (500.0, "die 1"),
            (501.0, "start"),
            (1000.0, "die 1"),
            (1001.0, "start"),
        ],
        &[crashed(1, 1, 0, true), crashed(1, 2, 490, true), crashed(1, 3, 990, true)],
    );
}

#[test]
fn restarts_before_we_looked_are_not_counted() {
    // The container has 400 restarts behind it; one more is one.
    let mut hour = Hour::with(&[listed("web", ContainerState::Restarting, "Restarting (1) 2 seconds ago")]);
    hour.hear(10.0, "web", "start").hear(20.0, "web", "die 1").hear(20.5, "web", "start");
    assert_eq!(hour.all(), [crashed(1, 1, 0, true)]);
}

#[test]
fn a_loop_that_the_engine_gives_up_stays_down_and_says_so() {
    check(
        &[
            (10.0, "die 3"),
            (10.25, "start"),
            (10.3, "die 3"),
            (10.75, "start"),
            (11.0, "die 3"),
            (11.5, "start"),
            (12.0, "die 3"),
        ],
        &[
            Finding::CrashLoop {
                exit: Some(3),
                out_of_memory: false,
                restarts: 3,
                within: Duration::from_millis(1500),
            },
            Finding::Crashed {
                exit: Some(3),
                times: 4,
                within: Duration::from_secs(2),
                back: false,
                excused: false,
            },
        ],
    );
}

#[test]
fn a_quick_succession_of_good_exits_is_a_loop_and_a_slow_one_is_a_habit() {
    let mut quick = Vec::new();
    for turn in 0..4 {
        quick.push((10.0 + f64::from(turn) * 2.0, "die 0"));
        quick.push((11.0 + f64::from(turn) * 2.0, "start"));
    }
    let mut hour = Hour::new();
    for (seconds, word) in quick {
        hour.hear(seconds, "web", word);
    }
    assert!(
        matches!(hour.all()[0], Finding::CrashLoop { exit: Some(0), restarts: 3, .. }),
        "{:?}",
        hour.said
    );
    // `sleep 60; work` under `restart: always`.
    let mut hour = Hour::new();
    for turn in 0..10 {
        hour.hear(f64::from(turn) * 60.0 + 10.0, "web", "die 0");
        hour.hear(f64::from(turn) * 60.0 + 10.2, "web", "start");
    }
    assert_eq!(hour.news(), []);
}

#[test]
fn stopping_what_crashes_ends_the_matter() {
    check(
        &[
            (10.0, "die 1"),
            (20.0, "start"),
            (25.0, "kill 15"),
            (25.1, "die 143"),
            (25.2, "stop"),
            (60.0, "start"),
        ],
        &[crashed(1, 1, 0, false), stopped(Some(15), 143)],
    );
}

#[test]
fn a_stop_does_not_hide_a_crash_right_before_it() {
    check(
        &[(10.0, "die 1"), (10.2, "start"), (12.0, "kill 15"), (12.1, "die 143"), (12.2, "stop")],
        &[crashed(1, 1, 0, true), stopped(Some(15), 143)],
    );
}

fn compose(seconds: f64, id: &str, name: &str, image: &str, word: &str) -> EngineEvent {
    let label = |name: &str, value: &str| (format!("com.docker.compose.{name}"), value.to_owned());
    EngineEvent {
        id: id.to_owned(),
        image: image.to_owned(),
        project: Some("shop".to_owned()),
        service: Some("web".to_owned()),
        labels: vec![label("container-number", "1"), label("oneoff", "False")],
        ..event(
            seconds,
            name,
            if word == "rename" { EventAction::Rename { from: "x".into() } } else { action(word) },
        )
    }
}

#[test]
fn a_container_is_the_same_by_its_compose_project_service_and_number() {
    // The second generation of compose: the new one is made first, under a name that is not yet its own.
    let mut hour = Hour::with(&[]);
    for (seconds, id, name, image, word) in [
        (10.0, "a", "shop-web-1", "web:1", "start"),
        (100.0, "b", "a_shop-web-1", "web:2", "create"),
        (100.1, "a", "shop-web-1", "web:1", "kill 15"),
        (100.2, "a", "shop-web-1", "web:1", "die 143"),
        (100.3, "a", "shop-web-1", "web:1", "stop"),
        (100.4, "a", "shop-web-1", "web:1", "destroy"),
        (100.5, "b", "shop-web-1", "web:2", "rename"),
        (100.6, "b", "shop-web-1", "web:2", "start"),
    ] {
        hour.tell(&compose(seconds, id, name, image, word), seconds);
    }
    assert_eq!(hour.all(), [Finding::Updated { from: "web:1".into() }]);
    let Verdict::Container(it) = &hour.said[0] else { panic!() };
    assert_eq!(
        (it.who.id.as_str(), it.who.name.as_str(), it.who.image.as_str()),
        ("b", "shop-web-1", "web:2")
    );
}

#[test]
fn crashes_are_counted_across_recreations_though_ids_change() {
    let mut hour = Hour::with(&[]);
    for (seconds, id, word) in [
        (10.0, "a", "start"),
        (100.0, "a", "die 1"),
        (200.0, "a", "destroy"),
        (201.0, "b", "create"),
        (201.0, "b", "start"),
        (400.0, "b", "die 1"),
    ] {
        hour.tell(&compose(seconds, id, "shop-web-1", "web:1", word), seconds);
    }
    let all = hour.all();
    assert_eq!(
        all,
        [
            crashed(1, 1, 0, false),
            Finding::Updated { from: "web:1".into() },
            recovered(Trouble::Down, 101),
            crashed(1, 2, 300, false)
        ]
    );
}

#[test]
fn a_container_without_compose_is_the_same_by_its_name() {
    let renamed = EventAction::Rename { from: "web".into() };
    let mut hour = Hour::new();
    let mut rename = event(10.0, "old", renamed);
    rename.id = "id-web".into();
    hour.tell(&rename, 10.0);
    let mut new = event(11.0, "web", EventAction::Start);
    new.id = "another".into();
    hour.tell(&new, 11.0);
    // Both run, under two names: nobody took anybody's place.
    assert_eq!(hour.all(), []);
}

#[test]
fn one_time_runs_of_a_service_are_not_the_service() {
    let mut hour = Hour::with(&[]);
    hour.tell(&compose(10.0, "a", "shop-web-1", "web:1", "start"), 10.0);
    let mut one_off = compose(100.0, "b", "shop-web-run-1", "web:1", "start");
    one_off.labels[1].1 = "True".into();
    hour.tell(&one_off, 100.0);
    hour.tell(&compose(200.0, "a", "shop-web-1", "web:1", "die 1"), 200.0);
    assert_eq!(hour.all(), [crashed(1, 1, 0, false)]);
}

#[test]
fn starting_is_not_ill() {
    check(&[(10.0, "starting"), (20.0, "well"), (30.0, "starting")], &[]);
}

#[test]
fn illness_is_told_once_and_its_end_too() {
    let ill = |times, within| Finding::Unhealthy { times, within: Duration::from_secs(within) };
    check(
        &[(10.0, "ill"), (20.0, "ill"), (70.0, "well"), (80.0, "well")],
        &[ill(1, 0), recovered(Trouble::Ill, 60)],
    );
    // A restart does not make it well, its check does.
    check(
        &[(10.0, "ill"), (20.0, "kill 15"), (20.1, "die 0"), (20.3, "start"), (25.0, "well")],
        &[ill(1, 0), Finding::Restarted { by: By::Somebody }, recovered(Trouble::Ill, 15)],
    );
}

#[test]
fn a_check_that_cannot_decide_is_told_until_the_third_time() {
    let mut hour = Hour::new();
    for turn in 0..10 {
        hour.hear(f64::from(turn) * 60.0 + 10.0, "web", "ill");
        hour.hear(f64::from(turn) * 60.0 + 40.0, "web", "well");
    }
    let all = hour.all();
    assert_eq!(all.len(), 6, "{all:?}");
    assert_eq!(all[4], Finding::Unhealthy { times: 3, within: Duration::from_secs(120) });
    assert!(matches!(all[5], Finding::Recovered { from: Trouble::Ill, .. }));
}

#[test]
fn the_first_list_alerts_about_nothing() {
    let ill = Container {
        health: Some(Health::Unhealthy),
        ..listed("ill", ContainerState::Running, "Up 2 hours (unhealthy)")
    };
    let list = [
        ill,
        listed("dead", ContainerState::Exited, "Exited (1) 2 hours ago"),
        listed("looping", ContainerState::Restarting, "Restarting (1) 3 seconds ago"),
    ];
    let mut hour = Hour::with(&list);
    hour.list(60.0, &list);
    assert_eq!(hour.all(), []);
}

#[test]
fn what_no_event_told_is_found_by_comparing_lists() {
    let running = listed("web", ContainerState::Running, "Up 3 days");
    let ill = Container { health: Some(Health::Unhealthy), ..running.clone() };
    let dead = listed("web", ContainerState::Exited, "Exited (1) 4 seconds ago");
    let killed = listed("web", ContainerState::Exited, "Exited (137) 4 seconds ago");
    let found = |list: &[Container]| Hour::new().list(60.0, list).all();
    assert_eq!(found(&[running]), []);
    assert_eq!(found(&[ill]), [Finding::Unhealthy { times: 1, within: Duration::ZERO }]);
    assert_eq!(found(&[dead]), [crashed(1, 1, 0, false)]);
    assert_eq!(found(&[killed]), [ended(137)]);
    assert_eq!(found(&[]), [Finding::Gone { was: None }]);
}

#[test]
fn an_event_that_comes_after_a_newer_list_is_not_a_second_end() {
    let dead = listed("web", ContainerState::Exited, "Exited (1) 1 second ago");
    let mut hour = Hour::new();
    hour.list(60.0, &[dead]).hear(60.1, "web", "die 1");
    assert_eq!(hour.all(), [crashed(1, 1, 0, false)]);
    let mut hour = Hour::new();
    hour.list(60.0, &[listed("web", ContainerState::Exited, "Exited (143) 1 second ago")]);
    hour.hear(60.1, "web", "kill 15").hear(60.2, "web", "die 143").hear(60.3, "web", "stop");
    assert_eq!(hour.all(), [stopped(Some(15), 143)]);
}

#[test]
fn a_container_that_is_gone_closes_what_was_wrong_with_it() {
    check(
        &[(10.0, "ill"), (100.0, "kill 9"), (100.1, "die 137"), (100.2, "destroy")],
        &[
            Finding::Unhealthy { times: 1, within: Duration::ZERO },
            stopped(Some(9), 137),
            Finding::Gone { was: None },
        ],
    );
    check(
        &[(10.0, "die 1"), (100.0, "destroy")],
        &[crashed(1, 1, 0, false), Finding::Gone { was: Some(Trouble::Down) }],
    );
}

#[test]
fn a_command_that_is_removed_as_it_fails_is_nobodys_crash() {
    let mut hour = Hour::with(&[]);
    for (seconds, word) in [(10.0, "create"), (10.2, "start"), (11.0, "die 1"), (11.1, "destroy")] {
        hour.hear(seconds, "eager_turing", word);
    }
    assert_eq!(hour.news(), []);
}

#[test]
fn compose_up_has_a_grace_for_what_needs_something_that_is_not_up_yet() {
    let mut hour = Hour::with(&[]);
    for (seconds, word) in [(10.0, "create"), (10.2, "start"), (15.0, "die 1"), (15.2, "start")] {
        hour.hear(seconds, "web", word);
    }
    assert_eq!(hour.news(), []);
    // What does not come back was not merely early.
    let mut hour = Hour::with(&[]);
    for (seconds, word) in [(10.0, "create"), (10.2, "start"), (15.0, "die 1")] {
        hour.hear(seconds, "web", word);
    }
    assert_eq!(hour.all(), [crashed(1, 1, 0, false)]);
}

#[test]
fn an_ignored_container_is_not_watched_and_a_muted_one_is_not_told() {
    let mut hour = Hour::with(&[]);
    for (label, value) in [(IGNORE, "true"), (IGNORE, "")] {
        let mut start = event(10.0, "ignored", EventAction::Start);
        start.labels.push((label.to_owned(), value.to_owned()));
        let die = EngineEvent { action: EventAction::Die { exit_code: Some(1) }, ..start.clone() };
        hour.tell(&start, 10.0).tell(&die, 100.0);
    }
    assert_eq!(hour.all(), []);
    let mut hour = Hour::with(&[]);
    let mut start = event(10.0, "muted", EventAction::Start);
    start.labels.push((MUTE.to_owned(), "true".to_owned()));
    let die = EngineEvent { action: EventAction::Die { exit_code: Some(1) }, ..start.clone() };
    hour.tell(&start, 10.0).tell(&die, 100.0);
    assert_eq!(hour.news(), []);
    assert_eq!(hour.all(), [crashed(1, 1, 0, false)], "the log has it");
}

fn forty() -> Vec<Container> {
    (0..40).map(|it| listed(&format!("c{it}"), ContainerState::Running, "Up 3 days")).collect()
}

#[test]
fn forty_containers_that_stop_with_their_daemon_are_one_fact() {
    // As Docker does it: it signals each, waits for them, and goes. Some crash at it.
    let mut hour = Hour::with(&forty());
    for it in 0..40 {
        let name = format!("c{it}");
        let code = if it % 4 == 0 { 1 } else { 143 };
        hour.hear(10.0, &name, "kill 15");
        hour.hear(11.0 + f64::from(it) * 0.2, &name, &format!("die {code}"));
    }
    hour.lost(20.0);
    let mut back = forty();
    back[7] = listed("c7", ContainerState::Exited, "Exited (143) 40 seconds ago");
    hour.list(50.0, &back);
    let returned = EngineVerdict::Returned {
        since: at(20.0),
        away: Duration::from_secs(30),
        running: 40,
        down: vec!["c7".to_owned()],
    };
    assert_eq!(hour.news(), [Verdict::Engine(returned)]);
}

#[test]
fn forty_ends_that_nobody_asked_for_wait_for_the_fate_of_the_stream() {
    let mut hour = Hour::with(&forty());
    for it in 0..40 {
        hour.hear(10.0 + f64::from(it) * 0.2, &format!("c{it}"), "die 255");
    }
    hour.lost(20.0).list(40.0, &forty());
    let returned = EngineVerdict::Returned {
        since: at(20.0),
        away: Duration::from_secs(20),
        running: 40,
        down: Vec::new(),
    };
    assert_eq!(hour.news(), [Verdict::Engine(returned)]);
    // Without the engine's end they are what they look like.
    let mut hour = Hour::with(&forty());
    for it in 0..40 {
        hour.hear(10.0 + f64::from(it) * 0.2, &format!("c{it}"), "die 255");
    }
    assert_eq!(hour.news().len(), 40);
}

#[test]
fn an_engine_that_stays_away_is_told_before_it_returns() {
    let mut hour = Hour::with(&forty());
    hour.lost(20.0).list(620.0, &forty());
    let since = at(20.0);
    assert_eq!(
        hour.news(),
        [
            Verdict::Engine(EngineVerdict::Lost { since, running: 40 }),
            Verdict::Engine(EngineVerdict::Returned {
                since,
                away: Duration::from_secs(600),
                running: 40,
                down: Vec::new()
            })
        ]
    );
}

#[test]
fn a_stream_that_is_interrupted_changes_nothing() {
    let mut hour = Hour::new();
    hour.hear(10.0, "web", "die 1").lost(10.2);
    hour.list(10.4, &[listed("web", ContainerState::Exited, "Exited (1) 1 second ago")]);
    assert_eq!(hour.all(), [crashed(1, 1, 0, false)]);
    let mut hour = Hour::with(&forty());
    hour.lost(20.0).list(20.1, &forty()).lost(620.0).list(620.1, &forty());
    assert_eq!(hour.news(), []);
}

#[test]
fn an_engine_that_was_never_there_is_not_lost() {
    let mut watcher = Watcher::new();
    watcher.lost(at(0.0));
    assert_eq!(watcher.next(), None);
    assert_eq!(watcher.tick(at(1000.0)), []);
}

#[test]
fn a_daemon_restart_has_a_grace() {
    let mut hour = Hour::with(&forty());
    hour.lost(20.0).list(30.0, &forty());
    hour.hear(35.0, "c1", "die 1").hear(35.5, "c1", "start");
    assert_eq!(hour.news(), []);
}

#[test]
fn clocks_that_differ_by_hours_delay_nothing() {
    for skew in [-7200.0, 7200.0] {
        let mut hour = Hour::new();
        hour.until(10.0);
        hour.said.extend(hour.watcher.heard(&event(10.0 + skew, "web", action("die 1")), at(10.0)));
        hour.until(16.0);
        assert_eq!(hour.said.len(), 1, "{skew}");
    }
}

#[test]
fn a_watcher_wakes_when_there_is_something_to_do() {
    let mut hour = Hour::new();
    assert_eq!(hour.watcher.next(), None);
    hour.hear(10.0, "web", "die 1");
    assert_eq!(hour.watcher.next(), Some(at(15.0)));
    hour.until(15.0);
    assert_eq!(hour.watcher.next(), None);
}

/// Verdicts that an end leads to, and only an end.
fn is_about_an_end(verdict: &Verdict) -> bool {
    let Verdict::Container(it) = verdict else { return false };
    match it.finding {
        Finding::Crashed { .. }
        | Finding::OutOfMemory { end: End::Died { .. }, .. }
        | Finding::CrashLoop { .. }
        | Finding::Stopped { .. }
        | Finding::Restarted { .. }
        | Finding::Ended { .. } => true,
        Finding::OutOfMemory { end: End::Survived, .. }
        | Finding::Updated { .. }
        | Finding::Unhealthy { .. }
        | Finding::Recovered { .. }
        | Finding::Slipped { .. }
        | Finding::Gone { .. } => false,
    }
}

fn any_action() -> impl Strategy<Value = EventAction> {
    prop_oneof![
        Just(EventAction::Create),
        Just(EventAction::Start),
        Just(EventAction::Start),
        prop_oneof![Just(None), (0_i64..3).prop_map(Some), Just(Some(137))]
            .prop_map(|exit_code| EventAction::Die { exit_code }),
        Just(EventAction::Oom),
        (0_i32..20).prop_map(|it| EventAction::Kill { signal: Some(it) }),
        Just(EventAction::Stop),
        Just(EventAction::Restart),
        Just(EventAction::Destroy),
        Just(EventAction::Rename { from: "x".into() }),
        Just(EventAction::HealthStatus(Health::Unhealthy)),
        Just(EventAction::HealthStatus(Health::Healthy)),
        Just(EventAction::Other("attach".into())),
    ]
}

proptest! {
    #[test]
    fn nothing_panics_and_no_end_has_two_verdicts(
        steps in prop::collection::vec((any_action(), 0_usize..3, 0_usize..2, -5_i64..400, 0_u8..20), 0..60)
    ) {
        let mut watcher = Watcher::new();
        let mut now = at(0.0);
        watcher.reconcile(&[], now);
        let (mut ends, mut verdicts) = (0, Vec::new());
        for (action, id, name, seconds, other) in steps {
            now += SignedDuration::from_secs(seconds);
            ends += usize::from(matches!(action, EventAction::Die { .. }));
            let mut event = event(0.0, &format!("n{name}"), action);
            (event.id, event.at) = (format!("{id}"), now);
            match other {
                0 => watcher.lost(now),
                1 => {
                    // What a list finds ended has ended, whether an event follows or not.
                    ends += 3;
                    let state = if seconds % 2 == 0 { ContainerState::Running } else { ContainerState::Exited };
                    let container = Container { id: event.id, ..listed("n0", state, "Exited (1)") };
                    verdicts.extend(watcher.reconcile(&[container], now));
                }
                2 => watcher.acted(&event.id, now),
                3 => verdicts.extend(watcher.tick(now)),
                _ => verdicts.extend(watcher.heard(&event, now)),
            }
        }
        verdicts.extend(watcher.tick(Timestamp::MAX));
        verdicts.extend(watcher.tick(Timestamp::MAX));
        let told = verdicts.iter().filter(|it| is_about_an_end(it)).count();
        prop_assert!(told <= ends, "{} of {}: {:?}", told, ends, verdicts);
    }
}

#[test]
fn what_the_very_first_list_shows_ended_a_moment_after_the_stream_began_is_no_baseline() {
    let mut hour = Hour::with(&[listed("web", ContainerState::Exited, "Exited (1) 1 second ago")]);
    hour.hear(0.2, "web", "die 1").hear(900.0, "web", "die 1");
    assert_eq!(hour.all(), [crashed(1, 1, 0, false)], "once, and what nobody heard of is where things begin");
    let mut hour = Hour::with(&[listed("web", ContainerState::Exited, "Exited (1) 3 days ago")]);
    assert_eq!(hour.all(), []);
}
