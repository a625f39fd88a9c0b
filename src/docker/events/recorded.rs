//! What an engine really sent, from its lines to the verdicts. See `jobs/src/verdict/recorded/README.md`.

use jiff::{SignedDuration, Timestamp};
use jobs::ports::{Container, ContainerState};
use jobs::verdict::{EngineVerdict, Finding, Verdict, Watcher};

use super::memory::Memory;

/// The second of a verdict after the first event, and its kind, without what other tests look at.
fn brief(verdict: &Verdict, first: Timestamp) -> String {
    let words = match verdict {
        Verdict::Engine(EngineVerdict::Lost { running, .. }) => format!("engine lost, {running} ran"),
        Verdict::Engine(EngineVerdict::Returned { running, down, .. }) => {
            format!("engine returned, {running} ran, down: {down:?}")
        }
        Verdict::Engine(EngineVerdict::Passed { running, down, .. }) => {
            format!("passed, {running} ran, down: {down:?}")
        }
        Verdict::Container(it) => {
            let what = match &it.finding {
                Finding::Crashed { exit, times, back, excused, .. } => format!(
                    "crashed {}, {times}x{}{}",
                    exit.expect("Docker says it"),
                    if *back { ", back" } else { "" },
                    if *excused { ", excused" } else { "" }
                ),
                Finding::OutOfMemory { end, times, .. } => format!("out of memory, {end:?}, {times}x"),
                Finding::CrashLoop { exit, restarts, .. } => {
                    format!("loop {}, {restarts} restarts", exit.expect("Docker says it"))
                }
                Finding::Stopped { signal, exit, .. } => format!(
                    "stopped {} by {}",
                    exit.expect("Docker says it"),
                    signal.expect("Docker says it")
                ),
                Finding::Ended { exit, .. } => format!("ended {}", exit.expect("Docker says it")),
                Finding::Restarted { .. } => "restarted".to_owned(),
                Finding::Updated { from } => format!("updated {from} to {}", it.who.image),
                Finding::Unhealthy { times, .. } => format!("unhealthy, {times}x"),
                Finding::Recovered { from, lasted } => {
                    format!("recovered from {from:?} after {} s", lasted.as_secs())
                }
                Finding::Slipped { restarts } => format!("slipped, {restarts} restarts"),
                Finding::Gone { was } => format!("gone {was:?}"),
            };
            let at = it.at.duration_since(first).as_secs_f64();
            format!("{at:.1} {} {what}", it.who.name)
        }
    };
    if verdict.is_news() { format!("{words} !") } else { words }
}

/// Plays recordings as they came, the first list being `list`, and waits for ten minutes more.
struct Play {
    watcher: Watcher,
    memory: Memory,
    now: Timestamp,
    first: Timestamp,
    said: Vec<String>,
}

impl Play {
    fn new(list: &[Container], recording: &str) -> Self {
        let first = Memory::default().read(recording.as_bytes())[0].at;
        let mut watcher = Watcher::new();
        watcher.reconcile(list, first);
        Self { watcher, memory: Memory::default(), now: first, first, said: Vec::new() }
    }

    fn hear(&mut self, recording: &str) {
        for event in self.memory.read(recording.as_bytes()) {
            self.wait_until(event.at);
            let verdicts = self.watcher.heard(&event, self.now);
            self.say(&verdicts);
        }
    }

    fn wait_until(&mut self, moment: Timestamp) {
        while let Some(next) = self.watcher.next().filter(|next| *next < moment) {
            self.now = self.now.max(next);
            let verdicts = self.watcher.tick(self.now);
            self.say(&verdicts);
        }
        self.now = self.now.max(moment);
    }

    fn say(&mut self, verdicts: &[Verdict]) {
        let first = self.first;
        self.said.extend(verdicts.iter().map(|it| brief(it, first)));
    }

    fn said(mut self) -> Vec<String> {
        self.wait_until(self.now + SignedDuration::from_mins(10));
        self.said
    }
}

#[track_caller]
fn check(recording: &str, expected: &[&str]) {
    let mut play = Play::new(&[], recording);
    play.hear(recording);
    assert_eq!(play.said(), expected);
}

macro_rules! recorded {
    ($name:literal) => {
        include_str!(concat!("../../../jobs/src/verdict/recorded/", $name, ".jsonl"))
    };
}

#[test]
fn docker_stop_is_a_stop() {
    check(recorded!("stop"), &["0.2 web stopped 143 by 15"]);
    check(recorded!("stop-deaf"), &["1.2 web stopped 137 by 9"]);
    check(recorded!("stop-policy"), &["1.4 web restarted"]);
}

#[test]
fn docker_kill_is_a_stop_and_hup_is_not() {
    check(recorded!("kill"), &["0.2 web stopped 137 by 9"]);
    check(recorded!("hup"), &["0.3 web crashed 129, 1x !"]);
    check(recorded!("hup-deaf"), &[]);
}

#[test]
fn an_exit_code_is_a_crash_or_not() {
    check(recorded!("exit-1"), &["0.2 web crashed 1, 1x !"]);
    check(recorded!("exit-0"), &["0.2 web ended 0"]);
    check(recorded!("crash"), &["0.3 web crashed 139, 1x !"]);
}

#[test]
fn a_memory_limit_is_out_of_memory() {
    check(recorded!("oom"), &["0.4 web out of memory, Died { back: false }, 1x !"]);
}

#[test]
fn a_failing_check_is_illness_and_a_good_one_its_end() {
    check(
        recorded!("unhealthy-healthy"),
        &["3.3 web unhealthy, 1x !", "7.6 web recovered from Ill after 4 s !", "11.3 web stopped 137 by 9"],
    );
}

#[test]
fn a_restart_policy_makes_a_loop_of_a_crash() {
    check(
        recorded!("crash-loop"),
        &["1.5 web loop 1, 3 restarts !", "4.3 web crashed 1, 6x, excused", "11.2 web gone Some(Looping) !"],
    );
    check(recorded!("on-failure"), &["1.5 web loop 3, 3 restarts !", "1.5 web crashed 3, 4x !"]);
}

#[test]
fn a_rename_changes_nothing_but_the_name() {
    check(recorded!("rename"), &["0.3 web2 stopped 137 by 9"]);
}

#[test]
fn restart_pause_and_forced_removal_are_nothing_to_tell() {
    check(recorded!("restart"), &["0.5 web restarted", "1.1 web stopped 137 by 9"]);
    check(recorded!("pause"), &["0.4 web stopped 137 by 9"]);
    check(recorded!("rm-force"), &["0.3 web stopped 137 by 9", "5.3 web gone None"]);
}

#[test]
fn compose_with_a_new_image_is_an_update() {
    check(
        recorded!("compose-update"),
        &[
            "2.1 shop_web_1 updated vakhta-rec:1 to vakhta-rec:2",
            "3.8 shop_web_1 restarted",
            "5.3 shop_web_1 stopped 143 by 15",
            "10.4 shop_web_1 gone None",
        ],
    );
}

#[test]
fn an_engine_that_is_stopped_and_started_is_one_fact() {
    let stopping = recorded!("daemon-stop");
    let list = |state: &ContainerState| -> Vec<Container> {
        let mut events = Memory::default().read(stopping.as_bytes());
        events.sort_by(|a, b| a.name.cmp(&b.name));
        events.dedup_by(|a, b| a.name == b.name);
        let container = |it: jobs::ports::EngineEvent| Container {
            id: it.id,
            // As the engine listed it after its return: without a restart policy it stayed as it was.
            state: if it.name == "four" { state.clone() } else { ContainerState::Running },
            status: if it.name == "four" {
                "Exited (143) 14 seconds ago".into()
            } else {
                "Up 2 seconds".into()
            },
            name: it.name,
            ..Container::default()
        };
        events.into_iter().map(container).collect()
    };
    let mut play = Play::new(&list(&ContainerState::Running), stopping);
    play.hear(stopping);
    play.watcher.lost(play.now);
    play.wait_until(play.now + SignedDuration::from_secs(2));
    let verdicts = play.watcher.reconcile(&list(&ContainerState::Exited), play.now);
    play.say(&verdicts);
    play.hear(recorded!("daemon-return"));
    let said = play.said();
    let news: Vec<&String> = said.iter().filter(|it| it.ends_with('!')).collect();
    assert_eq!(news, ["engine returned, 5 ran, down: [\"four\"] !"], "{said:?}");
}

#[test]
fn a_stream_that_is_sent_again_says_nothing_twice() {
    let recording = recorded!("crash-loop");
    let mut play = Play::new(&[], recording);
    play.hear(recording);
    let once = play.said.len();
    play.memory.begin();
    play.hear(recording);
    assert_eq!(play.said.len(), once);
}
