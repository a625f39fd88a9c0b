//! Rounds over a scripted store: what is told, and when.

use std::sync::Arc;

use crate::Ports;
use crate::alert::{AlertKey, Basis, Ending, Finding, Phase, Reason, Step};
use crate::declare::Rule;
use crate::evaluate::*;
use crate::fakes::World;
use crate::fakes::scenes::{GIB, at, filesystem, machine};
use crate::metric::{Sample, SeriesKey};
use crate::ports::{Learnt, Occasion, Store, StoreError, Unknown, Walked};
use crate::sample::{self, Look};

/// A machine whose series are functions of the second, sampled every ten and judged every thirty.
struct Watch {
    world: Arc<World>,
    ports: Ports,
    rules: Vec<Rule>,
    second: i64,
}

type Wave<'a> = (&'a str, &'a dyn Fn(i64) -> f64);

impl Watch {
    fn new(rules: Vec<Rule>) -> Self {
        let world = World::new();
        let ports = world.ports();
        Self { world, ports, rules, second: 0 }
    }

    /// Lives on until then; what was told, and at which second.
    async fn live(&mut self, until: i64, waves: &[Wave<'_>]) -> Vec<(i64, String, Step)> {
        let mut told = Vec::new();
        while self.second < until {
            for (key, wave) in waves {
                let key: SeriesKey = key.parse().expect("a key");
                let sample = Sample { key, at: at(self.second), value: wave(self.second) };
                self.world.append_one(sample);
            }
            if self.second % 30 == 0 {
                let heard = self.judge(self.second + 5).await;
                told.extend(heard.into_iter().map(|(rule, step)| (self.second, rule, step)));
            }
            self.second += 10;
        }
        told
    }

    async fn judge(&self, second: i64) -> Vec<(String, Step)> {
        let context = JobContext { now: at(second), job: "evaluate", rules: &self.rules, ports: &self.ports };
        let notices = run(&Settings::default(), context).await.expect("the store answers");
        let told = notices.into_iter().map(|it| match it {
            Notice::Alert { alert, step } => (format!("{} of {}", alert.key.rule, alert.key.series), step),
            other => panic!("{other:?}"),
        });
        told.collect()
    }

    /// The process dies and another takes over: all that is left is the store.
    fn restart(&mut self) {
        self.ports.latest = Arc::new(sample::Latest::default());
    }

    fn show(&self, second: i64, mounts: &[&str]) {
        let mut snapshot = machine(at(second));
        snapshot.filesystems = Ok(mounts.iter().map(|it| filesystem(it, GIB, GIB)).collect());
        let containers = Err(Unknown::because("not asked"));
        self.ports.latest.put(Arc::new(Look {
            now: Arc::new(snapshot),
            before: None,
            containers,
            usage: Err(Unknown::because("not counted")),
        }));
    }
}

impl World {
    fn append_one(&self, sample: Sample) {
        Store::append(self, &[sample]).expect("no error was set");
    }
}

fn rule(name: &str, metric: &str, detector: Detector, patience: u64, clear: u64) -> Rule {
    Rule {
        name: name.to_owned(),
        metric: metric.to_owned(),
        only: Vec::new(),
        except: Vec::new(),
        detector,
        patience: Duration::from_secs(patience),
        mode: None,
        clear: Duration::from_secs(clear),
        remedy: None,
    }
}

fn above(warning: f64, back: f64) -> Detector {
    Detector::Threshold(Threshold {
        side: Side::Above,
        warning: Some(Level { at: warning, back }),
        critical: None,
        over: Duration::ZERO,
        critical_with: None,
    })
}

fn told(expected: &[(i64, &str, Step)]) -> Vec<(i64, String, Step)> {
    expected.iter().map(|(second, key, step)| (*second, (*key).to_owned(), *step)).collect()
}

fn disks() -> Vec<Rule> {
    vec![rule("disk", "disk.used", above(90.0, 85.0), 60, 60)]
}

#[tokio::test]
async fn an_incident_is_told_when_it_began_and_when_it_was_over() {
    let mut watch = Watch::new(disks());
    let wave = |second| if (300..600).contains(&second) { 95.0 } else { 50.0 };
    let heard = watch.live(900, &[("disk.used[/]", &wave), ("disk.used[/srv]", &|_| 50.0)]).await;
    let expected =
        [(360, "disk of disk.used[/]", Step::Fired), (660, "disk of disk.used[/]", Step::Recovered)];
    assert_eq!(heard, told(&expected));
    let alert = &watch.world.alerts()[0];
    assert_eq!(alert.phase, Phase::Ended { at: at(665), how: Ending::Recovered });
    assert_eq!((alert.since, alert.fired, alert.worst), (at(305), Some(at(365)), 95.0));
    let steps: Vec<Step> = watch.world.transitions().into_iter().map(|it| it.1.step).collect();
    assert_eq!(steps.first(), Some(&Step::Suspected));
    let last = watch.world.transitions().pop().expect("it was written").1;
    assert_eq!((last.step, last.finding.map(|it| it.observed)), (Step::Recovered, Some(50.0)));
}

#[tokio::test]
async fn a_restart_repeats_nothing_and_loses_nothing() {
    let mut watch = Watch::new(disks());
    let mut heard = Vec::new();
    let wave = |second| if (300..600).contains(&second) { 95.0 } else { 50.0 };
    // It is restarted after every single round.
    for until in (30..=900).step_by(30) {
        heard.extend(watch.live(until, &[("disk.used[/]", &wave)]).await);
        watch.restart();
    }
    let expected =
        [(360, "disk of disk.used[/]", Step::Fired), (660, "disk of disk.used[/]", Step::Recovered)];
    assert_eq!(heard, told(&expected));
}

#[tokio::test]
async fn each_step_says_for_how_long_and_against_which_limit() {
    let mut watch = Watch::new(disks());
    let wave = |second| if (300..600).contains(&second) || 900 <= second { 95.0 } else { 50.0 };
    // The process dies after every single round, also while a relapse is suspected.
    for until in (30..=1000).step_by(30) {
        watch.live(until, &[("disk.used[/]", &wave)]).await;
        watch.restart();
    }
    let alerts = watch.world.alerts();
    assert_eq!(alerts.iter().map(|it| (it.number, it.generation)).collect::<Vec<_>>(), [(1, 3)]);
    let seconds = Duration::from_secs;
    let (none, minute) = (Duration::ZERO, seconds(60));
    let expected = [
        (Step::Suspected, Reason::Ill { lasted: none, needed: minute }),
        (Step::Fired, Reason::Ill { lasted: minute, needed: minute }),
        (Step::Clearing, Reason::Well { lasted: none, needed: minute }),
        (Step::Recovered, Reason::Well { lasted: minute, needed: minute }),
        (Step::Suspected, Reason::Ill { lasted: none, needed: minute }),
        (Step::Relapsed, Reason::Again { lasted: minute, needed: minute, well: seconds(240) }),
    ];
    let life: Vec<_> = watch.world.transitions().into_iter().map(|it| it.1).collect();
    let reasons: Vec<_> = life.iter().filter_map(|it| Some((it.step, it.reason?))).collect();
    assert_eq!(reasons, expected);
    let basis = Some(Basis::Level { over: none, at: 90.0, back: 85.0 });
    assert!(life.iter().all(|it| it.basis == basis && it.finding.is_some()), "{life:?}");
}

#[tokio::test]
async fn the_first_looks_are_about_nothing() {
    let mut watch = Watch::new(vec![rule("disk", "disk.used", above(90.0, 85.0), 0, 0)]);
    let heard = watch.live(120, &[("disk.used[/]", &|_| 99.0)]).await;
    assert_eq!(heard, told(&[(30, "disk of disk.used[/]", Step::Fired)]));
}

#[tokio::test]
async fn while_the_machine_boots_nothing_is_news() {
    let mut watch = Watch::new(vec![rule("cpu", "cpu.busy", above(90.0, 85.0), 0, 0)]);
    let boot: Wave<'_> = ("uptime", &|second| second as f64 + 20.0);
    let heard = watch.live(200, &[("cpu.busy", &|_| 99.0), boot]).await;
    assert_eq!(heard, told(&[(120, "cpu of cpu.busy", Step::Fired)]));
}

#[tokio::test]
async fn a_value_on_the_line_for_a_day_is_one_alert() {
    let mut watch = Watch::new(disks());
    let wave = |second: i64| if second / 30 % 2 == 0 { 90.1 } else { 89.9 };
    let begin = |second: i64| if second < 120 { 90.5 } else { wave(second) };
    let heard = watch.live(24 * 3600, &[("disk.used[/]", &begin)]).await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    // And one that never stays over it is none.
    let mut watch = Watch::new(disks());
    assert_eq!(watch.live(24 * 3600, &[("disk.used[/]", &wave)]).await, []);
}

#[tokio::test]
async fn the_seeds_rule_holds_through_a_lasting_jump_and_says_when_it_is_the_new_normal() {
    let sigma = Sigma {
        window: Duration::from_secs(3600),
        k: 2.0,
        sides: Sides::Above,
        least: 20.0,
        floor: Some(50.0),
    };
    let mut watch = Watch::new(vec![rule("odd", "cpu.busy", Detector::Sigma(sigma), 300, 120)]);
    let jump = |second: i64| if second < 7200 { 10.0 + (second / 10 % 3) as f64 } else { 80.0 };
    let heard = watch.live(6 * 3600, &[("cpu.busy", &jump)]).await;
    let [(fired, _, Step::Fired), (settled, _, Step::Settled)] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!(*fired, 7500);
    assert!((7200 + 50 * 60..7200 + 3600).contains(settled), "{settled}");
}

#[tokio::test]
async fn a_watch_that_has_just_started_is_not_blind() {
    let blind = Detector::Absence(Absence { after: Duration::from_secs(180) });
    let mut watch = Watch::new(vec![rule("blind", "cpu.busy", blind, 0, 0)]);
    assert_eq!(watch.live(600, &[("cpu.busy", &|_| 10.0)]).await, []);
    // Off for an hour, and judged before the first sample.
    watch.restart();
    assert_eq!(watch.judge(4200).await, []);
    watch.second = 4210;
    assert_eq!(watch.live(4500, &[("cpu.busy", &|_| 10.0)]).await, []);
    // Then nothing arrives any more.
    let heard = watch.live(5100, &[]).await;
    assert_eq!(heard, told(&[(4740, "blind of cpu.busy", Step::Fired)]));
    let heard = watch.live(5200, &[("cpu.busy", &|_| 10.0)]).await;
    assert_eq!(heard, told(&[(5100, "blind of cpu.busy", Step::Recovered)]));
}

#[tokio::test]
async fn a_target_that_is_gone_closes_its_alert() {
    let mut watch = Watch::new(disks());
    let root: Wave<'_> = ("disk.used[/]", &|_| 50.0);
    let heard = watch.live(600, &[root, ("disk.used[/srv]", &|_| 95.0)]).await;
    assert_eq!(heard.len(), 1);
    // It is unmounted. Nothing is said before the look shows that it is not there, and not for a quarter of an hour.
    watch.show(600, &["/", "/srv"]);
    assert_eq!(watch.live(2400, &[root]).await, []);
    watch.show(2400, &["/"]);
    let heard = watch.live(2460, &[root]).await;
    assert_eq!(heard, told(&[(2400, "disk of disk.used[/srv]", Step::Gone)]));
}

#[tokio::test]
async fn what_does_not_answer_is_not_gone_and_a_watch_that_was_away_proves_nothing() {
    let mut watch = Watch::new(disks());
    let root: Wave<'_> = ("disk.used[/]", &|_| 50.0);
    watch.live(600, &[root, ("disk.used[/srv]", &|_| 95.0)]).await;
    watch.second = 36_000;
    watch.show(36_000, &["/"]);
    assert_eq!(watch.live(36_600, &[root]).await, []);
    watch.show(36_600, &["/"]);
    let heard = watch.live(37_000, &[root]).await;
    assert_eq!(heard, told(&[(36_900, "disk of disk.used[/srv]", Step::Gone)]));
}

#[tokio::test]
async fn nothing_stays_red_for_ever() {
    let mut watch = Watch::new(vec![rule("pressure", "psi.io", above(50.0, 40.0), 0, 0)]);
    watch.live(600, &[("psi.io", &|_| 90.0)]).await;
    // A new kernel has no pressure at all.
    let heard = watch.live(25 * 3600, &[("cpu.busy", &|_| 1.0)]).await;
    assert_eq!(heard, told(&[(24 * 3600 + 600, "pressure of psi.io", Step::Gone)]));
}

#[tokio::test]
async fn a_rule_that_was_taken_away_takes_its_alerts_with_it() {
    let mut watch = Watch::new(disks());
    watch.live(600, &[("disk.used[/]", &|_| 95.0), ("disk.used[/srv]", &|_| 95.0)]).await;
    watch.rules[0].except = vec!["/srv*".to_owned()];
    assert_eq!(watch.judge(605).await, [("disk of disk.used[/srv]".to_owned(), Step::Withdrawn)]);
    watch.rules.clear();
    assert_eq!(watch.judge(635).await, [("disk of disk.used[/]".to_owned(), Step::Withdrawn)]);
    assert_eq!(watch.judge(665).await, []);
}

#[tokio::test]
async fn a_job_holds_only_its_own_rules() {
    let mut watch = Watch::new(vec![
        rule("disk", "disk.used", above(90.0, 85.0), 0, 0),
        rule("cpu", "cpu.busy", above(90.0, 85.0), 0, 0),
    ]);
    watch.live(60, &[("disk.used[/]", &|_| 95.0), ("cpu.busy", &|_| 95.0)]).await;
    assert_eq!(watch.world.alerts().len(), 2);
    let settings = Settings { rules: vec!["di*".to_owned()] };
    // Everything is silent for two days, and then well: only the disk is looked at.
    watch.second = 48 * 3600;
    let well: [Wave<'_>; 2] = [("disk.used[/]", &|_| 1.0), ("cpu.busy", &|_| 1.0)];
    watch.rules.reverse();
    let rules = std::mem::take(&mut watch.rules);
    for (key, wave) in well {
        for step in 0..5 {
            let second = 48 * 3600 + step * 10;
            let key = key.parse().expect("a key");
            watch.world.append_one(Sample { key, at: at(second), value: wave(second) });
        }
    }
    let context = JobContext { now: at(48 * 3600 + 41), job: "disks", rules: &rules, ports: &watch.ports };
    let notices = run(&settings, context).await.expect("the store answers");
    let [Notice::Alert { alert, step: Step::Recovered }] = &notices[..] else { panic!("{notices:?}") };
    assert_eq!(alert.key.rule, "disk");
}

#[tokio::test]
async fn an_alert_that_could_not_be_stored_is_told_when_it_can_be() {
    let mut watch = Watch::new(vec![rule("disk", "disk.used", above(90.0, 85.0), 0, 0)]);
    watch.live(20, &[("disk.used[/]", &|_| 95.0)]).await;
    watch.world.append_one(Sample { key: SeriesKey::of("disk.used", "/"), at: at(20), value: 95.0 });
    watch.world.set_store_error(Some("disk full"));
    let context = JobContext { now: at(25), job: "evaluate", rules: &watch.rules, ports: &watch.ports };
    assert!(matches!(run(&Settings::default(), context).await, Err(JobError::Store(_))));
    watch.world.set_store_error(None);
    assert_eq!(watch.judge(30).await, [("disk of disk.used[/]".to_owned(), Step::Fired)]);
}

#[tokio::test]
async fn a_long_alert_is_not_written_at_every_look() {
    let mut watch = Watch::new(disks());
    watch.live(3600, &[("disk.used[/]", &|_| 95.0)]).await;
    let written = watch.world.alert_writes();
    assert!((50..70).contains(&written), "{written} in an hour");
    let alert = watch.world.alerts().pop().expect("it fires");
    assert!(at(3480) <= alert.seen);
    let steps: Vec<Step> = watch.world.transitions().into_iter().map(|it| it.1.step).collect();
    assert_eq!(steps, [Step::Suspected, Step::Fired]);
}

#[tokio::test]
async fn a_clock_that_is_set_back_or_forward_tells_nothing_that_is_not_so() {
    for step in [-3600, 3600] {
        let blind = Detector::Absence(Absence { after: Duration::from_secs(180) });
        let mut watch = Watch::new([disks(), vec![rule("blind", "disk.used", blind, 0, 0)]].concat());
        watch.second = 4000;
        assert_eq!(watch.live(4300, &[("disk.used[/]", &|_| 50.0)]).await, [], "{step}");
        watch.second += step;
        assert_eq!(watch.judge(watch.second + 5).await, [], "{step}");
        assert_eq!(watch.live(4300 + step + 600, &[("disk.used[/]", &|_| 50.0)]).await, [], "{step}");
    }
}

#[tokio::test]
async fn how_things_stand_can_be_asked_without_moving_anything() {
    let sigma =
        Sigma { window: Duration::from_secs(3600), k: 2.0, sides: Sides::Above, least: 20.0, floor: None };
    let rules = [disks(), vec![rule("odd", "cpu.busy", Detector::Sigma(sigma), 300, 120)]].concat();
    let mut watch = Watch::new(rules);
    watch.live(610, &[("disk.used[/]", &|_| 95.0), ("cpu.busy", &|_| 10.0)]).await;
    let (alerts, writes) = (watch.world.alerts(), watch.world.alert_writes());
    let standings = standings(&watch.rules, &watch.ports, at(605)).expect("the store answers");
    let finding = Finding {
        observed: 95.0,
        limit: 90.0,
        side: Side::Above,
        severity: Severity::Warning,
        forecast: None,
    };
    let learning = Judgement::Learning { have: Duration::from_secs(600), need: Duration::from_secs(1800) };
    let judgements: Vec<Judgement> = standings.into_iter().map(|it| it.judgement).collect();
    assert_eq!(judgements, [Judgement::Ill(finding), learning]);
    assert_eq!((watch.world.alerts(), watch.world.alert_writes()), (alerts, writes));
}

#[tokio::test]
async fn two_hundred_rules_on_fifty_series_fetch_each_series_once() {
    let rules = (0..200).map(|it| rule(&format!("r{it}"), "disk.used", above(90.0, 85.0), 0, 0)).collect();
    let watch = Watch::new(rules);
    for mount in 0..50 {
        for step in 0..60 {
            let key = SeriesKey::of("disk.used", format!("/{mount}"));
            watch.world.append_one(Sample { key, at: at(step * 10), value: 50.0 });
        }
    }
    let counting = Arc::new(Counting { world: watch.world.clone(), fetched: std::sync::Mutex::new(0) });
    let ports = Ports { store: counting.clone(), ..watch.ports.clone() };
    let context = JobContext { now: at(595), job: "evaluate", rules: &watch.rules, ports: &ports };
    assert_eq!(run(&Settings::default(), context).await.expect("the store answers"), []);
    // One more for the time since boot, twice because it is not there.
    assert_eq!(*counting.fetched.lock().expect("nobody panicked"), 52);
}

/// A calm day, and then 5 % an hour for three hours; judged every five minutes. What is told of which rule.
fn filling(rules: Vec<Rule>) -> Watch {
    let watch = Watch::new(rules);
    for minute in -26 * 60..180 {
        let value = 66.0 + 5.0 * f64::from(minute.max(0)) / 60.0;
        let key = SeriesKey::of("disk.used", "/");
        watch.world.append_one(Sample { key, at: at(i64::from(minute) * 60), value });
        let room = SeriesKey::of("disk.free", "/");
        let left = (100.0 - value) * 1e9;
        watch.world.append_one(Sample { key: room, at: at(i64::from(minute) * 60), value: left });
    }
    watch
}

async fn told_by(watch: &Watch) -> Vec<(String, Step)> {
    let mut told = Vec::new();
    for minute in (0..180).step_by(5) {
        told.extend(watch.judge(minute * 60 + 3).await);
    }
    told
}

#[tokio::test]
async fn what_is_full_needs_no_prediction_that_it_will_be() {
    let forecast = || rule("filling", "disk.used", Detector::Forecast(Forecast::default()), 300, 300);
    let key = |rule: &str, step| (format!("{rule} of disk.used[/]"), step);
    assert_eq!(told_by(&filling(vec![forecast()])).await, [key("filling", Step::Fired)]);

    let Detector::Threshold(threshold) = above(70.0, 65.0) else { panic!("a threshold") };
    let critical = Threshold { critical: Some(Level { at: 70.5, back: 66.0 }), ..threshold };
    let critical = rule("disk", "disk.used", Detector::Threshold(critical), 0, 0);
    let both = [key("disk", Step::Fired), key("disk", Step::Worsened)];
    assert_eq!(told_by(&filling(vec![critical, forecast()])).await, both);
    // A warning says nothing of the time that is left.
    let warning = rule("disk", "disk.used", above(70.0, 65.0), 0, 0);
    let both = [key("disk", Step::Fired), key("filling", Step::Fired)];
    assert_eq!(told_by(&filling(vec![warning, forecast()])).await, both);
}

#[tokio::test]
async fn what_will_be_full_is_known_to_whoever_asks() {
    let rules = vec![rule("filling", "disk.used", Detector::Forecast(Forecast::default()), 300, 300)];
    let watch = filling(rules.clone());
    let ask =
        |minute: i64| forecast::outlooks(&rules, &*watch.world, at(minute * 60)).expect("no error was set");
    assert_eq!(ask(0), []);
    let known = ask(179);
    assert_eq!(known.len(), 1);
    assert_eq!(known[0].key, SeriesKey::of("disk.used", "/"));
    // 80.9 % after three hours: 3.8 h are left at 5 % an hour, which are 5 GB.
    let eta = known[0].eta;
    assert!((3.7..3.9).contains(&(eta.soonest.as_secs_f64() / 3600.0)), "{eta:?}");
    assert!((4.9e9..5.1e9).contains(&eta.bytes_an_hour.expect("it is known")), "{eta:?}");
}

/// A store that counts how often a series is fetched.
struct Counting {
    world: Arc<World>,
    fetched: std::sync::Mutex<usize>,
}

impl Store for Counting {
    fn append(&self, samples: &[Sample]) -> Result<(), StoreError> {
        self.world.append(samples)
    }
    fn keys(&self, since: Timestamp) -> Result<Vec<SeriesKey>, StoreError> {
        self.world.keys(since)
    }
    fn series(&self, key: &SeriesKey, from: Timestamp, to: Timestamp) -> Result<Series, StoreError> {
        *self.fetched.lock().expect("nobody panicked") += 1;
        self.world.series(key, from, to)
    }
    fn history(
        &self,
        key: &SeriesKey,
        from: Timestamp,
        to: Timestamp,
        points: usize,
    ) -> Result<Series, StoreError> {
        self.world.history(key, from, to, points)
    }
    fn alert(&self, key: &AlertKey) -> Result<Option<Alert>, StoreError> {
        self.world.alert(key)
    }
    fn open_alerts(&self) -> Result<Vec<Alert>, StoreError> {
        self.world.open_alerts()
    }
    fn recently_ended(&self, since: Timestamp) -> Result<Vec<Alert>, StoreError> {
        self.world.recently_ended(since)
    }
    fn alerts_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Alert>, StoreError> {
        self.world.alerts_between(from, to)
    }
    fn incidents_between(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<crate::incident::Incident>, StoreError> {
        self.world.incidents_between(from, to)
    }
    fn put_alert(&self, alert: &mut Alert, transition: &crate::alert::Transition) -> Result<(), StoreError> {
        self.world.put_alert(alert, transition)
    }
    fn learnt(&self, key: &AlertKey) -> Result<Option<Learnt>, StoreError> {
        self.world.learnt(key)
    }
    fn put_learnt(&self, learnt: &Learnt) -> Result<(), StoreError> {
        self.world.put_learnt(learnt)
    }
    fn forget_learnt(&self, key: &AlertKey, why: &str) -> Result<(), StoreError> {
        self.world.forget_learnt(key, why)
    }
    fn normals(&self) -> Result<Vec<Normal>, StoreError> {
        self.world.normals()
    }
    fn put_normal(&self, normal: &Normal) -> Result<(), StoreError> {
        self.world.put_normal(normal)
    }
    fn forget_normals(&self, series: &SeriesKey) -> Result<usize, StoreError> {
        self.world.forget_normals(series)
    }
    fn walked(&self, mount: &str, occasion: Occasion) -> Result<Option<Walked>, StoreError> {
        self.world.walked(mount, occasion)
    }
    fn put_walked(&self, mount: &str, occasion: Occasion, walked: &Walked) -> Result<(), StoreError> {
        self.world.put_walked(mount, occasion, walked)
    }
    fn put_heal(&self, heal: &crate::heal::Heal) -> Result<(), StoreError> {
        self.world.put_heal(heal)
    }
    fn heals_since(&self, since: Timestamp) -> Result<Vec<crate::heal::Heal>, StoreError> {
        self.world.heals_since(since)
    }
    fn put_deed(&self, deed: &crate::audit::Deed) -> Result<i64, StoreError> {
        self.world.put_deed(deed)
    }
    fn deeds(&self, since: Timestamp) -> Result<Vec<crate::audit::Deed>, StoreError> {
        self.world.deeds(since)
    }
    fn restarted(&self, since: Timestamp) -> Result<Vec<crate::incident::Changed>, StoreError> {
        self.world.restarted(since)
    }
    fn seen_images(&self) -> Result<Option<crate::heal::SeenImages>, StoreError> {
        self.world.seen_images()
    }
    fn put_seen_images(&self, seen: &crate::heal::SeenImages) -> Result<(), StoreError> {
        self.world.put_seen_images(seen)
    }
    fn leftovers(&self) -> Result<Vec<crate::ports::Leftover>, StoreError> {
        self.world.leftovers()
    }
    fn remove_leftover(&self, path: &str) -> Result<(), StoreError> {
        self.world.remove_leftover(path)
    }
}
