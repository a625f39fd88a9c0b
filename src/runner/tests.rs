use std::collections::VecDeque;

use jiff::{SignedDuration, ToSpan, tz::TimeZone};
use jobs::notice::House;
use jobs::{digest, heal, sample};

use super::*;
use crate::cron::Cron;

/// What the next run does.
#[derive(Clone)]
enum Script {
    Say,
    Fail,
    Panic,
    Take(Duration),
}

/// Work that follows a script; at its end it says something.
#[derive(Default)]
struct Scripted {
    script: Mutex<VecDeque<Script>>,
    began: Mutex<Vec<(String, Timestamp, Timestamp)>>,
}

#[async_trait]
impl Labour for Scripted {
    async fn labour(&self, job: &Job, due: Timestamp, now: Timestamp) -> Result<Vec<Notice>, JobError> {
        self.began.lock().expect("no panic holds it").push((job.name.clone(), due, now));
        let step = self.script.lock().expect("no panic holds it").pop_front();
        match step.unwrap_or(Script::Say) {
            Script::Say => Ok(vec![Notice::House(House::StoreReturned)]),
            Script::Fail => Err(JobError::Store(full())),
            Script::Panic => panic!("out of coffee"),
            Script::Take(time) => {
                tokio::time::sleep(time).await;
                Ok(Vec::new())
            }
        }
    }
}

/// A journal in memory; `broken` fails every time.
#[derive(Default)]
struct Paper {
    lines: Mutex<Vec<String>>,
    due: Mutex<Option<Timestamp>>,
    last: Option<RunFacts>,
    broken: bool,
}

impl Paper {
    fn write(&self, line: String) -> Result<i64, StoreError> {
        if self.broken {
            return Err(full());
        }
        let mut lines = self.lines.lock().expect("no panic holds it");
        lines.push(line);
        Ok(lines.len() as i64)
    }

    fn lines(&self) -> Vec<String> {
        std::mem::take(&mut *self.lines.lock().expect("no panic holds it"))
    }
}

impl Journal for Paper {
    fn start_run(&self, job: &str, due: Timestamp, _at: Timestamp) -> Result<i64, StoreError> {
        self.write(format!("{job} due {} begins", clock(due)))
    }
    fn finish_run(&self, _run: i64, outcome: &Outcome, at: Timestamp) -> Result<(), StoreError> {
        self.write(format!("ends {} {outcome:?}", clock(at))).map(drop)
    }
    fn put_run(&self, job: &str, run: &RunFacts, ended: Timestamp) -> Result<(), StoreError> {
        let (due, outcome) = (clock(run.due), &run.outcome);
        self.write(format!("{job} due {due} ended {} {outcome:?}", clock(ended))).map(drop)
    }
    fn skip_run(&self, job: &str, due: Timestamp, _at: Timestamp) -> Result<(), StoreError> {
        *self.due.lock().expect("no panic holds it") = Some(due);
        self.write(format!("{job} due {} skipped", clock(due))).map(drop)
    }
    fn last_due(&self, _job: &str) -> Result<Option<Timestamp>, StoreError> {
        if self.broken { Err(full()) } else { Ok(*self.due.lock().expect("no panic holds it")) }
    }
    fn last_run(&self, _job: &str) -> Result<Option<RunFacts>, StoreError> {
        Ok(self.last.clone())
    }
}

fn full() -> StoreError {
    StoreError("the disk is full".to_owned())
}

fn clock(at: Timestamp) -> String {
    at.strftime("%H:%M:%S").to_string()
}

fn at(time: &str) -> Timestamp {
    format!("2026-06-01T{time}Z").parse().expect("a time")
}

fn planned(name: &str, cron: &str, missed: Missed) -> PlannedJob {
    let job = Job {
        name: name.to_owned(),
        work: Work::Heal(heal::Settings::default()),
        cron: cron.to_owned(),
        zone: None,
        timeout: Duration::from_secs(8),
        missed,
    };
    PlannedJob { job, cron: Cron::parse(cron).expect("a cron"), zone: TimeZone::UTC }
}

struct Bench {
    runner: Runner,
    labour: Arc<Scripted>,
    paper: Arc<Paper>,
}

fn bench_with(missed: Missed, script: &[Script], paper: Paper) -> Bench {
    let labour = Arc::new(Scripted::default());
    labour.script.lock().expect("fresh").extend(script.iter().cloned());
    let paper = Arc::new(paper);
    let runner = Runner::new(vec![planned("job", "0 9 * * *", missed)], labour.clone(), paper.clone());
    Bench { runner, labour, paper }
}

fn bench(script: &[Script]) -> Bench {
    bench_with(Missed::Skip, script, Paper::default())
}

fn only(runner: &Runner) -> JobFacts {
    runner.facts(at("12:00:00")).remove(0)
}

#[tokio::test(start_paused = true)]
async fn a_run_is_journalled_and_its_notices_are_handed_on() {
    let it = bench(&[]);
    let notices = it.runner.run("job", at("09:00:00"), at("09:00:01")).await;
    assert_eq!(notices, [Notice::House(House::StoreReturned)]);
    assert_eq!(it.paper.lines(), ["job due 09:00:00 begins", "ends 09:00:01 Done"]);
    let facts = only(&it.runner);
    assert_eq!(facts.next, Some(at("09:00:00").checked_add(24.hours()).expect("a day later")));
    assert_eq!(
        (facts.name.as_str(), facts.kind, facts.running_since, facts.skipped),
        ("job", "heal", None, 0)
    );
    let last = facts.last.expect("it ran");
    assert_eq!((last.due, last.started, last.outcome), (at("09:00:00"), at("09:00:01"), Outcome::Done));
}

#[tokio::test(start_paused = true)]
async fn a_look_is_written_down_once_and_one_that_is_made_up_for_twice() {
    for (missed, lines) in [
        (Missed::Skip, vec!["look due 09:00:00 ended 09:00:02 Done"]),
        (
            Missed::Once { grace: Duration::from_secs(300) },
            vec!["look due 09:00:00 begins", "ends 09:00:02 Done"],
        ),
    ] {
        let it = bench(&[Script::Take(Duration::from_secs(2))]);
        let mut look = planned("look", "* * * * *", missed);
        look.job.work = Work::Sample(sample::Settings::default());
        let runner = Runner::new(vec![look], it.labour, it.paper.clone());
        assert_eq!(runner.run("look", at("09:00:00"), at("09:00:00")).await, []);
        assert_eq!(it.paper.lines(), lines);
        assert_eq!(only(&runner).last.map(|it| it.outcome), Some(Outcome::Done));
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_still_runs_is_not_run_twice_and_the_tick_is_counted() {
    let it = bench(&[Script::Take(Duration::from_secs(5))]);
    let first = tokio::spawn({
        let runner = it.runner.clone();
        async move { runner.run("job", at("09:00:00"), at("09:00:00")).await }
    });
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(only(&it.runner).running_since, Some(at("09:00:00")));
    assert_eq!(it.runner.run("job", at("09:00:02"), at("09:00:02")).await, []);
    first.await.expect("it ends");
    assert_eq!(it.labour.began.lock().expect("idle").len(), 1);
    assert_eq!((only(&it.runner).skipped, only(&it.runner).running_since), (1, None));
    assert_eq!(
        it.paper.lines(),
        ["job due 09:00:00 begins", "job due 09:00:02 skipped", "ends 09:00:05 Done"]
    );
    assert_eq!(it.runner.run("job", at("09:00:06"), at("09:00:06")).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_hangs_is_given_up_after_its_timeout_and_runs_again() {
    let it = bench(&[Script::Take(Duration::from_secs(3600))]);
    let began = Instant::now();
    assert_eq!(it.runner.run("job", at("09:00:00"), at("09:00:00")).await, []);
    assert_eq!(began.elapsed(), Duration::from_secs(8));
    assert_eq!(it.paper.lines(), ["job due 09:00:00 begins", "ends 09:00:08 TimedOut"]);
    assert_eq!(it.runner.run("job", at("09:01:00"), at("09:01:00")).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_panic_ends_one_run_and_its_place_is_kept_but_none_of_its_words() {
    let it = bench(&[Script::Panic]);
    let before = std::panic::take_hook();
    panics::watch(|_| {});
    let told = it.runner.run("job", at("09:00:00"), at("09:00:00")).await;
    std::panic::set_hook(before);
    assert_eq!(told, []);
    let last = only(&it.runner).last.expect("it ran");
    let Outcome::Panicked(why) = &last.outcome else { panic!("{last:?}") };
    assert!(why.starts_with("E-") && why.contains(" at src/runner/tests.rs:"), "{why}");
    assert!(!why.contains("coffee"), "{why}");
    assert_eq!(it.runner.run("job", at("09:01:00"), at("09:01:00")).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_third_failure_in_a_row_is_told_once_and_after_a_success_counted_anew() {
    use Script::{Fail, Panic, Say};
    let it = bench(&[Fail, Fail, Say, Fail, Panic, Fail, Fail, Say, Fail, Fail, Fail, Fail]);
    let mut told = Vec::new();
    for run in 0..12 {
        let notices = it.runner.run("job", at("09:00:00"), at("09:00:00")).await;
        let trouble = notices.iter().filter(|notice| matches!(notice, Notice::Trouble { .. }));
        told.extend(trouble.map(|_| run));
    }
    assert_eq!(told, [5, 10]);
    assert_eq!(only(&it.runner).failures, 4);
    let why = full().to_string();
    assert_eq!(only(&it.runner).last.and_then(|last| last.why()), Some(format!("the store: {why}")));
}

#[tokio::test(start_paused = true)]
async fn a_dead_mans_switch_that_is_not_heard_is_told_once_when_that_lasts() {
    let it = bench(&vec![Script::Fail; 25]);
    let mut beat = planned("job", "* * * * *", Missed::Skip);
    beat.job.work = Work::Beat(jobs::beat::Settings::default());
    it.runner.replace(vec![beat], it.labour.clone(), at("09:00:00"));
    let mut told = Vec::new();
    for minute in 0..25 {
        let now = at(&format!("09:{minute:02}:00"));
        told.extend(it.runner.run("job", now, now).await.into_iter().map(|notice| (minute, notice)));
    }
    let why = format!("the store: {}", full());
    let (since, until) = (at("09:00:00"), at("09:15:00"));
    assert_eq!(told, [(15, Notice::House(House::SwitchUnheard { since, until, why }))]);
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_fails_does_not_end_the_watch() {
    let it = bench_with(Missed::Skip, &[], Paper { broken: true, ..Paper::default() });
    assert_eq!(it.runner.run("job", at("09:00:00"), at("09:00:00")).await.len(), 1);
    assert_eq!(it.runner.make_up(at("10:00:00")), []);
}

#[tokio::test(start_paused = true)]
async fn nobody_runs_a_job_that_is_not_there() {
    let it = bench(&[]);
    assert_eq!(it.runner.run("jub", at("09:00:00"), at("09:00:00")).await, []);
    assert_eq!(it.paper.lines(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn stopping_waits_for_what_runs_and_begins_nothing() {
    let it = bench(&[Script::Take(Duration::from_secs(5))]);
    let running = tokio::spawn({
        let runner = it.runner.clone();
        async move { runner.run("job", at("09:00:00"), at("09:00:00")).await }
    });
    tokio::task::yield_now().await;
    let began = Instant::now();
    assert_eq!(it.runner.stop(Duration::from_secs(10)).await, Vec::<String>::new());
    assert_eq!(began.elapsed(), Duration::from_secs(5));
    running.await.expect("it ends");
    assert_eq!(it.paper.lines(), ["job due 09:00:00 begins", "ends 09:00:05 Done"]);
    assert_eq!(it.runner.run("job", at("09:00:06"), at("09:00:06")).await, []);
    assert_eq!(it.paper.lines(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_in_time_is_cut_off_and_named() {
    let it = bench(&[Script::Take(Duration::from_secs(7))]);
    let running = tokio::spawn({
        let runner = it.runner.clone();
        async move { runner.run("job", at("09:00:00"), at("09:00:00")).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(it.runner.stop(Duration::from_secs(2)).await, ["job"]);
    assert_eq!(running.await.expect("it ends"), []);
    assert_eq!(it.paper.lines(), ["job due 09:00:00 begins", "ends 09:00:02 Stopped"]);
    assert_eq!(only(&it.runner).failures, 0);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_nobody_waits_for_any_more_leaves_the_job_free() {
    let it = bench(&[Script::Take(Duration::from_secs(5))]);
    let running = tokio::spawn({
        let runner = it.runner.clone();
        async move { runner.run("job", at("09:00:00"), at("09:00:00")).await }
    });
    tokio::task::yield_now().await;
    running.abort();
    assert!(running.await.is_err());
    assert_eq!(it.runner.run("job", at("09:01:00"), at("09:01:00")).await.len(), 1);
}

#[test]
fn a_missed_run_is_made_up_for_once_within_its_grace() {
    let grace = Duration::from_secs(6 * 3600);
    let yesterday = at("09:00:00").checked_sub(24.hours()).expect("a day before");
    let check = |missed, done: Option<Timestamp>, now: &str, expected: &[Timestamp]| {
        let paper = Paper { due: Mutex::new(done), ..Paper::default() };
        let it = bench_with(missed, &[], paper);
        let due: Vec<Timestamp> = it.runner.make_up(at(now)).into_iter().map(|due| due.at).collect();
        assert_eq!(due, expected, "{missed:?} {done:?} {now}");
    };
    let once = Missed::Once { grace };
    check(once, Some(yesterday), "10:00:00", &[at("09:00:00")]);
    // A week away is still one report.
    check(once, Some(yesterday - SignedDuration::from_hours(7 * 24)), "10:00:00", &[at("09:00:00")]);
    check(once, Some(at("09:00:00")), "10:00:00", &[]);
    check(once, Some(yesterday), "08:59:59", &[]);
    check(once, Some(yesterday), "15:00:00", &[at("09:00:00")]);
    check(once, Some(yesterday), "15:00:01", &[]);
    check(Missed::Skip, Some(yesterday), "10:00:00", &[]);
}

#[test]
fn a_run_that_the_end_of_the_program_cut_off_is_made_up_for() {
    let check = |outcome, expected: &[Timestamp]| {
        let (due, took) = (at("09:00:00"), Duration::from_secs(1));
        let last = Some(RunFacts { due, started: due, took, outcome });
        let paper = Paper { due: Mutex::new(Some(due)), last, ..Paper::default() };
        let it = bench_with(Missed::Once { grace: Duration::from_secs(3600) }, &[], paper);
        let made_up: Vec<Timestamp> =
            it.runner.make_up(at("09:30:00")).into_iter().map(|due| due.at).collect();
        assert_eq!(made_up, expected);
    };
    check(Outcome::Stopped, &[at("09:00:00")]);
    check(Outcome::Done, &[]);
    check(Outcome::TimedOut, &[]);
}

#[test]
fn a_job_never_seen_before_has_missed_nothing_and_misses_from_then_on() {
    let it = bench_with(Missed::Once { grace: Duration::from_secs(24 * 3600) }, &[], Paper::default());
    assert_eq!(it.runner.make_up(at("10:00:00")), []);
    let tomorrow = at("09:30:00").checked_add(24.hours()).expect("a day later");
    let due: Vec<Timestamp> = it.runner.make_up(tomorrow).into_iter().map(|due| due.at).collect();
    assert_eq!(due, [at("09:00:00").checked_add(24.hours()).expect("a day later")]);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_keeps_its_name_keeps_what_is_known_of_it() {
    let it = bench(&[]);
    it.runner.run("job", at("09:00:00"), at("09:00:00")).await;
    let jobs = vec![planned("new", "@hourly", Missed::Skip), planned("job", "@daily", Missed::Skip)];
    it.runner.replace(jobs, it.labour.clone(), at("12:00:00"));
    let facts = it.runner.facts(at("12:00:00"));
    assert_eq!((facts[0].name.as_str(), &facts[0].last), ("new", &None));
    assert_eq!(facts[1].last.as_ref().map(|last| last.due), Some(at("09:00:00")));
    assert_eq!(facts[1].next, Some(at("00:00:00").checked_add(24.hours()).expect("midnight")));
}

#[tokio::test(start_paused = true)]
async fn a_job_whose_moment_is_moved_while_we_are_awake_has_missed_nothing() {
    let once = Missed::Once { grace: Duration::from_secs(6 * 3600) };
    let it = bench(&[]);
    it.runner.replace(vec![planned("job", "0 9 * * *", once)], it.labour.clone(), at("08:00:00"));
    it.runner.run("job", at("09:00:00"), at("09:00:00")).await;
    it.runner.replace(vec![planned("job", "30 9 * * *", once)], it.labour.clone(), at("10:00:00"));
    assert_eq!(it.runner.make_up(at("11:00:00")), []);
    // What is due after that can be missed as ever.
    let tomorrow = at("10:00:00").checked_add(24.hours()).expect("a day later");
    let due: Vec<Timestamp> = it.runner.make_up(tomorrow).into_iter().map(|due| due.at).collect();
    assert_eq!(due, [at("09:30:00").checked_add(24.hours()).expect("a day later")]);
}

#[test]
fn a_digest_that_is_made_up_for_is_of_the_day_it_was_due_and_a_sample_is_of_now() {
    let (due, now) = (at("09:00:00"), at("11:00:00"));
    assert_eq!(stands_for(&Work::Digest(digest::Settings::default()), due, now), due);
    assert_eq!(stands_for(&Work::Sample(sample::Settings::default()), due, now), now);
}
