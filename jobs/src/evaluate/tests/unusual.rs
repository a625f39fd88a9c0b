//! Rules by novelty over a scripted store: what is told, what is only noted, and what is learnt.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::alert::{AlertKey, Ending, Phase, Step};
use crate::evaluate::*;
use crate::fakes::World;
use crate::fakes::scenes::at;
use crate::metric::{Sample, SeriesKey};
use crate::ports::{Learnt, Store};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A machine that is sampled every minute and judged every five.
struct Watch {
    world: Arc<World>,
    rules: Vec<Rule>,
    second: i64,
}

/// A repeatable stand-in for noise in [0, 1).
fn noise(step: i64) -> f64 {
    let mixed = (step as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 11) as f64 / (1u64 << 53) as f64
}

fn calm(second: i64) -> f64 {
    20.0 + 10.0 * noise(second / MINUTE)
}

/// No pressure at all.
fn none(_: i64) -> f64 {
    0.0
}

fn busy() -> SeriesKey {
    SeriesKey::whole("cpu.busy")
}

fn key() -> AlertKey {
    AlertKey { rule: "unusual".to_owned(), series: busy() }
}

fn novelty() -> Novelty {
    Novelty {
        every: Duration::from_secs(300),
        sides: Sides::Above,
        least: 5.0,
        floor: None,
        ceiling: None,
        page_with: Some(Companion { metric: "psi.cpu".to_owned(), side: Side::Above, at: 20.0 }),
        settle: Duration::from_secs(24 * 3600),
        zone: TimeZone::UTC,
    }
}

fn rule(novelty: Novelty) -> Rule {
    Rule {
        name: "unusual".to_owned(),
        metric: "cpu.busy".to_owned(),
        only: Vec::new(),
        except: Vec::new(),
        detector: Detector::Novelty(novelty),
        patience: Duration::from_secs(600),
        mode: None,
        clear: Duration::from_secs(600),
        remedy: None,
    }
}

type Wave<'a> = &'a dyn Fn(i64) -> f64;

impl Watch {
    fn new(novelty: Novelty) -> Self {
        Self { world: World::new(), rules: vec![rule(novelty)], second: 0 }
    }

    /// One that has looked on, without judging, until then.
    fn experienced(novelty: Novelty, until: i64, wave: Wave<'_>) -> Self {
        let mut watch = Self::new(novelty);
        watch.record(until, wave, &none);
        watch
    }

    fn record(&mut self, until: i64, wave: Wave<'_>, pressure: Wave<'_>) {
        while self.second < until {
            let sample = |key, value| Sample { key, at: at(self.second), value };
            let both = [
                sample(busy(), wave(self.second)),
                sample(SeriesKey::whole("psi.cpu"), pressure(self.second)),
            ];
            self.world.append(&both).expect("no error was set");
            self.second += MINUTE;
        }
    }

    /// Lives on until then; what was told, and at which second.
    async fn live(&mut self, until: i64, wave: Wave<'_>, pressure: Wave<'_>) -> Vec<(i64, Step)> {
        let mut told = Vec::new();
        while self.second < until {
            self.record(self.second + 5 * MINUTE, wave, pressure);
            let heard = self.judge(self.second + 5).await;
            told.extend(heard.into_iter().map(|step| (self.second, step)));
        }
        told
    }

    async fn judge(&self, second: i64) -> Vec<Step> {
        let ports = self.world.ports();
        let context = JobContext { now: at(second), job: "evaluate", rules: &self.rules, ports: &ports };
        let notices = run(&Settings::default(), context).await.expect("the store answers");
        let told = notices.into_iter().map(|it| match it {
            Notice::Alert { step, .. } => step,
            other => panic!("{other:?}"),
        });
        told.collect()
    }

    /// Every step that was written down.
    fn steps(&self) -> Vec<Step> {
        self.world.transitions().into_iter().map(|it| it.1.step).collect()
    }

    /// How it stands, with nothing moved along.
    fn stands(&self) -> Judgement {
        let standings = standings(&self.rules, &self.world.ports(), at(self.second + 5));
        standings.expect("the store answers").remove(0).judgement
    }

    fn says_normal(&self) -> Option<Normal> {
        let normal = said_now(&self.rules[0], &key(), &*self.world, at(self.second + 5), 7);
        let normal = normal.expect("the store answers");
        normal.inspect(|it| self.world.put_normal(it).expect("no error was set"))
    }
}

/// From then on, for so long, another value.
fn then(from: i64, length: i64, value: f64) -> impl Fn(i64) -> f64 {
    move |second| if (from..from + length).contains(&second) { value } else { calm(second) }
}

fn during(from: i64, length: i64, value: f64) -> impl Fn(i64) -> f64 {
    move |second| if (from..from + length).contains(&second) { value } else { 0.0 }
}

#[tokio::test]
async fn a_week_as_every_week_is_silent() {
    let office = |second: i64| {
        let (hour, day) = (second / HOUR % 24, second / DAY % 7);
        let work = (9..17).contains(&hour) && day < 5;
        (if work { 55.0 } else { 10.0 }) + 6.0 * noise(second / MINUTE)
    };
    let mut watch = Watch::experienced(novelty(), 21 * DAY, &office);
    assert_eq!(watch.live(28 * DAY, &office, &none).await, []);
    assert_eq!(watch.steps(), []);
    // And what was learnt was not stored at every look: an hourly write, and the first.
    assert!((7 * 24..=7 * 24 + 2).contains(&watch.world.learnt_writes()), "{}", watch.world.learnt_writes());
}

#[tokio::test]
async fn an_anomaly_that_nothing_suffers_from_is_noted_and_fades_in_silence() {
    let begin = 15 * DAY;
    let mut watch = Watch::experienced(novelty(), begin, &calm);
    let wave = then(begin, 3 * HOUR, 70.0);
    assert_eq!(watch.live(begin + HOUR, &wave, &none).await, []);
    let open = watch.world.open_alerts().expect("no error was set");
    assert!(open[0].is_firing() && open[0].is_only_unusual(), "{open:?}");
    assert!((25.0..35.0).contains(&open[0].finding.limit), "{open:?}");
    assert_eq!(watch.live(begin + 6 * HOUR, &wave, &none).await, []);
    assert_eq!(watch.steps(), [Step::Suspected, Step::Noted, Step::Clearing, Step::Faded]);
    let alert = &watch.world.alerts()[0];
    assert_eq!((alert.since, alert.fired), (at(begin + 305), Some(at(begin + 905))));
    assert!(matches!(alert.phase, Phase::Ended { how: Ending::Recovered, .. }));
    // It has had its line; the second time it is known.
    let again = then(begin + DAY, 3 * HOUR, 70.0);
    assert_eq!(watch.live(begin + DAY + 6 * HOUR, &again, &none).await, []);
    assert_eq!(watch.world.alerts().len(), 1);
}

#[tokio::test]
async fn an_anomaly_that_something_suffers_from_is_told_and_told_again_tomorrow() {
    let begin = 15 * DAY;
    let mut watch = Watch::experienced(novelty(), begin, &calm);
    let told = watch.live(begin + 6 * HOUR, &then(begin, HOUR, 70.0), &during(begin, HOUR, 40.0)).await;
    let expected = |begin| [(begin + 900, Step::Fired), (begin + HOUR + 900, Step::Recovered)];
    assert_eq!(told, expected(begin));
    // What was learnt has nothing of it.
    let next = begin + DAY;
    let told = watch.live(next + 6 * HOUR, &then(next, HOUR, 70.0), &during(next, HOUR, 40.0)).await;
    assert_eq!(told, expected(next));
}

#[tokio::test]
async fn what_was_only_unusual_is_told_when_something_begins_to_suffer_and_until_its_end() {
    let begin = 15 * DAY;
    let mut watch = Watch::experienced(novelty(), begin, &calm);
    let pressure = during(begin + HOUR, HOUR / 2, 40.0);
    let told = watch.live(begin + 6 * HOUR, &then(begin, 3 * HOUR, 70.0), &pressure).await;
    assert_eq!(told, [(begin + HOUR + 300, Step::Fired), (begin + 3 * HOUR + 900, Step::Recovered)]);
    assert_eq!(watch.world.alerts()[0].since, at(begin + 305));
}

#[tokio::test]
async fn a_lasting_level_is_the_new_normal_after_a_day_unless_something_suffers() {
    let begin = 15 * DAY;
    let wave = |second: i64| calm(second) + if begin <= second { 50.0 } else { 0.0 };
    let mut watch = Watch::experienced(novelty(), begin, &calm);
    let told = watch.live(begin + 4 * DAY, &wave, &during(begin, HOUR, 40.0)).await;
    assert_eq!(told, [(begin + 900, Step::Fired), (begin + DAY + 300, Step::Settled)]);
    assert_eq!(watch.world.alerts().len(), 1, "and it is known from then on");
    // Unseen by anybody, it settles in silence.
    let mut watch = Watch::experienced(novelty(), begin, &calm);
    assert_eq!(watch.live(begin + 3 * DAY, &wave, &none).await, []);
    assert_eq!(watch.steps(), [Step::Suspected, Step::Noted, Step::Faded]);
    assert!(matches!(watch.world.alerts()[0].phase, Phase::Ended { how: Ending::Settled, .. }));
    // As long as something suffers from it, it is not normal.
    let mut watch = Watch::experienced(novelty(), begin, &calm);
    let told = watch.live(begin + 3 * DAY, &wave, &during(begin, 3 * DAY, 40.0)).await;
    assert_eq!(told, [(begin + 900, Step::Fired)]);
}

#[tokio::test]
async fn a_baseline_that_is_frozen_stays_so_through_a_restart_and_a_lost_state() {
    let begin = 15 * DAY;
    let wave = then(begin, 8 * HOUR, 70.0);
    let pressure = during(begin, 8 * HOUR, 40.0);
    let mut watch = Watch::experienced(novelty(), begin, &calm);
    let told = watch.live(begin + 3 * HOUR, &wave, &pressure).await;
    assert_eq!(told, [(begin + 900, Step::Fired)]);
    let Judgement::Ill(finding) = watch.stands() else { panic!("it fires") };
    // Nothing is kept in memory between two looks: what a restart changes can only be what is stored.
    let broken = Learnt { key: key(), at: at(0), body: b"\x01broken".to_vec() };
    watch.world.put_learnt(&broken).expect("no error was set");
    assert_eq!(watch.live(begin + 6 * HOUR, &wave, &pressure).await, []);
    let stored = watch.world.learnt(&key()).expect("no error was set").expect("it was learnt anew");
    assert!(10_000 < stored.body.len() && stored.body.len() < 40_000, "{}", stored.body.len());
    let Judgement::Ill(again) = watch.stands() else { panic!("it fires still") };
    assert!((finding.limit - again.limit).abs() < 1.0, "{finding:?} {again:?}");
}

#[tokio::test]
async fn learning_is_said_aloud_and_begins_with_what_is_recorded() {
    let mut watch = Watch::new(novelty());
    watch.record(2 * MINUTE, &calm, &none);
    let Judgement::Learning { have, .. } = watch.stands() else { panic!("{:?}", watch.stands()) };
    assert_eq!(have, Duration::ZERO);
    watch.live(6 * HOUR, &calm, &none).await;
    let Judgement::Learning { have, need } = watch.stands() else { panic!("{:?}", watch.stands()) };
    assert_eq!(need, Duration::from_secs(24 * 3600));
    assert!((5.8..6.1).contains(&(have.as_secs_f64() / 3600.0)), "{have:?}");
    let mut watch = Watch::experienced(novelty(), 3 * DAY, &calm);
    assert!(matches!(watch.stands(), Judgement::Well { .. }));
    assert_eq!(watch.world.learnt_writes(), 0, "to look is not to learn");
    watch.live(3 * DAY + 300, &calm, &none).await;
    assert_eq!(watch.world.learnt_writes(), 1);
}

#[tokio::test]
async fn a_floor_a_ceiling_and_the_least_that_matters_override_statistics() {
    let begin = 15 * DAY;
    let heard = async |novelty: Novelty, value: f64, begin: i64| {
        let mut watch = Watch::experienced(novelty, begin, &calm);
        let told = watch.live(begin + HOUR, &then(begin, HOUR, value), &during(begin, HOUR, 40.0)).await;
        (told.len(), watch.world.alerts().len())
    };
    assert_eq!(heard(novelty(), 39.0, begin).await, (1, 1));
    assert_eq!(heard(Novelty { floor: Some(40.0), ..novelty() }, 39.0, begin).await, (0, 0));
    assert_eq!(heard(Novelty { least: 20.0, ..novelty() }, 39.0, begin).await, (0, 0));
    // Beyond the ceiling it is told with nobody suffering, and before anything is learnt.
    let ceiling = Novelty { ceiling: Some(95.0), page_with: None, ..novelty() };
    assert_eq!(heard(ceiling.clone(), 96.0, begin).await, (1, 1));
    assert_eq!(heard(ceiling.clone(), 94.0, begin).await, (0, 1));
    assert_eq!(heard(ceiling, 96.0, HOUR).await, (1, 1));
}

#[tokio::test]
async fn what_a_person_calls_normal_is_normal_until_they_take_it_back() {
    let begin = 15 * DAY;
    let mut watch = Watch::experienced(novelty(), begin, &calm);
    let (high, pressed) = (|it| calm(it) + if begin <= it { 50.0 } else { 0.0 }, |_| 40.0);
    assert_eq!(watch.live(begin + HOUR, &high, &pressed).await, [(begin + 900, Step::Fired)]);
    let normal = watch.says_normal().expect("it learns");
    assert!(70.0 < normal.low && normal.high < 80.0, "{normal:?}");
    // The alert is over at the next look, and it is said so.
    let told = watch.live(begin + 3 * DAY, &high, &pressed).await;
    assert_eq!(told, [(begin + HOUR + 300, Step::Settled)]);
    assert_eq!(watch.world.alerts().len(), 1);
    // Not everything is normal now.
    let told = watch.live(begin + 3 * DAY + HOUR, &|_| 99.0, &pressed).await;
    assert_eq!(told, [(begin + 3 * DAY + 900, Step::Fired)]);
    let told = watch.live(begin + 4 * DAY, &calm, &pressed).await;
    assert_eq!(told, [(begin + 3 * DAY + HOUR + 900, Step::Recovered)]);
    // Taken back, it is as odd as it ever was: it was never learnt.
    assert_eq!(watch.world.forget_normals(&busy()).expect("no error was set"), 1);
    let told = watch.live(begin + 4 * DAY + HOUR, &high, &pressed).await;
    assert_eq!(told, [(begin + 4 * DAY + 900, Step::Fired)]);
}

#[tokio::test]
async fn what_is_taken_back_at_once_was_not_learnt_meanwhile() {
    let begin = 15 * DAY;
    let mut watch = Watch::experienced(novelty(), begin, &calm);
    let (high, pressed) = (|it| calm(it) + if begin <= it { 50.0 } else { 0.0 }, |_| 40.0);
    assert_eq!(watch.live(begin + HOUR / 2, &high, &pressed).await.len(), 1);
    watch.says_normal().expect("it learns");
    let told = watch.live(begin + HOUR, &high, &pressed).await;
    assert_eq!(told, [(begin + HOUR / 2 + 300, Step::Settled)]);
    watch.world.forget_normals(&busy()).expect("no error was set");
    let told = watch.live(begin + 2 * HOUR, &high, &pressed).await;
    assert_eq!(told, [(begin + HOUR + 900, Step::Fired)]);
}

#[tokio::test]
async fn what_is_called_normal_widens_the_seeds_rule_too_and_moves_no_limit() {
    let sigma =
        Sigma { window: Duration::from_secs(3600), k: 2.0, sides: Sides::Above, least: 5.0, floor: None };
    let threshold = Threshold {
        side: Side::Above,
        warning: Some(Level { at: 60.0, back: 50.0 }),
        critical: None,
        over: Duration::ZERO,
        critical_with: None,
    };
    for (detector, learns) in [(Detector::Sigma(sigma), true), (Detector::Threshold(threshold), false)] {
        let mut watch = Watch::experienced(novelty(), 3 * HOUR, &calm);
        watch.rules[0].detector = detector;
        let high = then(3 * HOUR, DAY, 70.0);
        assert_eq!(watch.live(3 * HOUR + 1800, &high, &none).await.len(), 1);
        assert_eq!(watch.says_normal().is_some(), learns);
        let told: Vec<Step> =
            watch.live(3 * HOUR + 2400, &high, &none).await.into_iter().map(|it| it.1).collect();
        assert_eq!(told, if learns { vec![Step::Settled] } else { vec![] });
    }
}

#[tokio::test]
async fn gaps_restarts_and_clocks_that_are_put_right_are_no_anomalies() {
    let mut watch = Watch::experienced(novelty(), 15 * DAY, &calm);
    assert_eq!(watch.live(15 * DAY + HOUR, &calm, &none).await, []);
    // Off for three hours and two minutes.
    watch.second += 3 * HOUR + 2 * MINUTE;
    watch.second -= watch.second % MINUTE;
    assert_eq!(watch.live(15 * DAY + 8 * HOUR, &calm, &none).await, []);
    // The clock is put back by two hours.
    watch.second -= 2 * HOUR;
    assert_eq!(watch.live(15 * DAY + 12 * HOUR, &calm, &none).await, []);
    assert_eq!(watch.steps(), []);
    // And what is odd then is seen.
    let begin = watch.second;
    let told = watch.live(begin + HOUR, &then(begin, HOUR, 70.0), &during(begin, HOUR, 40.0)).await;
    assert_eq!(told.len(), 1);
}

#[tokio::test]
async fn the_picture_of_an_alert_has_the_band_that_was_learnt() {
    let begin = 15 * DAY;
    let mut watch = Watch::experienced(novelty(), begin, &calm);
    watch.live(begin + HOUR, &then(begin, HOUR, 70.0), &none).await;
    let alert = watch.world.open_alerts().expect("no error was set").remove(0);
    let (from, to) = (at(begin - 2 * HOUR), at(begin + HOUR));
    let band = expected(&watch.rules[0], &alert, &*watch.world, from, to).expect("no error was set");
    assert!((30..=50).contains(&band.len()), "{}", band.len());
    assert!(band.iter().all(|it| it.low < 24.0 && (26.0..40.0).contains(&it.high)), "{band:?}");
    // The seed's rule has one too. It would have seen the jump at once.
    let alert = Alert { since: at(begin + 5), ..alert };
    let sigma =
        Sigma { window: Duration::from_secs(3600), k: 2.0, sides: Sides::Above, least: 5.0, floor: None };
    watch.rules[0].detector = Detector::Sigma(sigma);
    let band = expected(&watch.rules[0], &alert, &*watch.world, from, to).expect("no error was set");
    assert!(40 < band.len());
    assert!(band.iter().all(|it| it.low < 24.0 && (26.0..40.0).contains(&it.high)), "{band:?}");
}

#[tokio::test]
async fn what_is_usual_is_known_without_an_alert_once_it_is_learnt() {
    let begin = 15 * DAY;
    let mut watch = Watch::experienced(novelty(), begin, &calm);
    let band = |watch: &Watch, from: i64, to: i64| {
        usual(&watch.rules[0], &busy(), &*watch.world, at(from), at(to)).expect("no error was set")
    };
    watch.live(begin + HOUR, &calm, &none).await;
    let day = band(&watch, begin - 23 * HOUR, begin + HOUR);
    assert!((45..=50).contains(&day.len()), "{}", day.len());
    assert!(day.iter().all(|it| it.low < 24.0 && (26.0..40.0).contains(&it.high)), "{day:?}");
    // A week has a value an hour or so; more than that would be a smear.
    assert!((150..=200).contains(&band(&watch, begin - 7 * DAY, begin + HOUR).len()));
    assert_eq!(band(&watch, begin - 30 * DAY, begin + HOUR), []);
    // A rule that has learnt nothing yet says nothing.
    let young = Watch { world: World::new(), rules: watch.rules.clone(), second: begin };
    assert_eq!(band(&young, begin - HOUR, begin), []);
    watch.rules[0].detector = Detector::Absence(Absence { after: Duration::from_secs(60) });
    assert_eq!(band(&watch, begin - HOUR, begin), []);
}
