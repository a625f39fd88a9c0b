//! What is proposed and done, and how often.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::*;
use crate::Ports;
use crate::alert::{AlertKey, Finding, Past, Severity, Step, Transition};
use crate::declare::Rule;
use crate::evaluate::{Level, Normal, Threshold};
use crate::fakes::scenes::{GIB, at};
use crate::fakes::{Call, World};
use crate::heal::tests::full_disk;
use crate::metric::SeriesKey;
use crate::ports::{Allowed, EngineError, Permission, Profile, Right, Store};

const HOUR: i64 = 3600;

fn fire(world: &World, mount: &str, remedy: Option<&str>) -> Alert {
    let finding = Finding {
        observed: 99.0,
        limit: 90.0,
        side: Side::Above,
        severity: Severity::Warning,
        forecast: None,
    };
    let mut alert = Alert {
        number: 0,
        key: AlertKey { rule: "disk".to_owned(), series: SeriesKey::of("disk.used", mount) },
        phase: Phase::Firing,
        finding,
        worst: 99.0,
        since: at(0),
        fired: Some(at(0)),
        seen: at(0),
        remedy: remedy.map(str::to_owned),
        generation: 1,
        past: Past::default(),
        culprits: Vec::new(),
    };
    put(world, &mut alert);
    alert
}

fn put(world: &World, alert: &mut Alert) {
    let transition = Transition { at: at(0), step: Step::Fired, finding: None, reason: None, basis: None };
    crate::ports::Store::put_alert(world, alert, &transition).expect("no error was set");
}

fn rules(back: f64) -> Vec<Rule> {
    vec![Rule {
        name: "disk".to_owned(),
        metric: "disk.used".to_owned(),
        only: Vec::new(),
        except: Vec::new(),
        detector: Detector::Threshold(Threshold {
            side: Side::Above,
            warning: Some(Level { at: 90.0, back }),
            critical: None,
            over: Duration::ZERO,
            critical_with: None,
        }),
        patience: Duration::ZERO,
        mode: None,
        clear: Duration::ZERO,
        remedy: Some("disk".to_owned()),
    }]
}

async fn round(ports: &Ports, mode: Mode, hour: i64) -> Result<Vec<Notice>, JobError> {
    let rules = rules(50.0);
    let settings = Settings { mode, ..Settings::default() };
    let mut notices =
        go(&settings, &JobContext { now: at(hour * HOUR), job: "heal", rules: &rules, ports }).await?;
    // What the journal got is told by the card of the incident.
    notices.retain(|it| !matches!(it, Notice::Heal(_)));
    Ok(notices)
}

/// What the notices come to, in a word each.
fn words(notices: Vec<Notice>) -> Vec<&'static str> {
    let word = |it: &Notice| match it {
        Notice::Proposal { plan, .. } if plan.steps.is_empty() => "nothing helps",
        Notice::Proposal { .. } => "proposal",
        Notice::Observation { .. } => "observation",
        Notice::Healed { .. } => "healed",
        other => panic!("{other:?}"),
    };
    notices.iter().map(word).collect()
}

/// A round every hour of two days, each by a process of its own; what was said at which hour.
async fn two_days(world: &Arc<World>, mode: Mode) -> Vec<(i64, &'static str)> {
    let mut said = Vec::new();
    for hour in 0..48 {
        let notices = round(&world.ports(), mode, hour).await.expect("everything answers");
        said.extend(words(notices).into_iter().map(|it| (hour, it)));
    }
    said
}

#[tokio::test]
async fn ask_proposes_and_does_nothing() {
    let world = full_disk();
    let alert = fire(&world, "/", Some("disk"));
    let notices = round(&world.ports(), Mode::Ask, 0).await.expect("everything answers");
    let [Notice::Proposal { alert: about, plan }] = &notices[..] else { panic!("{notices:?}") };
    assert_eq!((about, plan.steps.len()), (&alert, 2));
    assert_eq!(world.effects(), []);
    let bytes = plan.steps.iter().map(|it| it.bytes).sum();
    let what = HealStep::Planned { bytes, mode: Mode::Ask };
    assert_eq!(world.heals(), [Heal { at: at(0), alert: Some(1), target: "/".to_owned(), what }]);
    assert_eq!(round(&world.ports(), Mode::Ask, 5).await.expect("everything answers"), []);
}

#[tokio::test]
async fn what_is_only_unusual_needs_no_remedy() {
    let world = full_disk();
    let mut alert = fire(&world, "/", Some("disk"));
    alert.finding.severity = Severity::Unusual;
    put(&world, &mut alert);
    assert_eq!(round(&world.ports(), Mode::Auto, 0).await.expect("everything answers"), []);
    assert_eq!(world.effects(), []);
}

#[tokio::test]
async fn observe_offers_no_button_and_does_nothing() {
    let world = full_disk();
    fire(&world, "/", Some("disk"));
    let said = two_days(&world, Mode::Observe).await;
    assert_eq!(said[0], (0, "observation"));
    assert_eq!(world.effects(), []);
}

#[tokio::test]
async fn auto_acts_once_and_reports_what_was_freed() {
    let world = full_disk();
    fire(&world, "/", Some("disk"));
    let notices = round(&world.ports(), Mode::Auto, 0).await.expect("everything answers");
    let [Notice::Healed { alert: Some(_), relief }] = &notices[..] else { panic!("{notices:?}") };
    assert_eq!((relief.before / GIB, relief.after / GIB), (1, 8));
    assert_eq!(world.effects().len(), 2);
    assert_eq!(round(&world.ports(), Mode::Auto, 1).await.expect("everything answers"), []);
    let journal: Vec<HealStep> = world.heals().into_iter().map(|it| it.what).collect();
    assert_eq!(journal, [HealStep::Proposed, HealStep::Applied(relief.clone())]);
}

#[tokio::test]
async fn auto_removes_nothing_beyond_need() {
    let world = full_disk();
    fire(&world, "/", Some("disk"));
    let (rules, ports) = (rules(98.0), world.ports());
    let settings = Settings { mode: Mode::Auto, ..Settings::default() };
    let context = JobContext { now: at(0), job: "heal", rules: &rules, ports: &ports };
    go(&settings, &context).await.expect("everything answers");
    // 2 of 100 GiB are free after the images, and that is all the rule wants.
    assert_eq!(world.effects(), [Call::PruneDanglingImages]);
}

#[tokio::test]
async fn the_budget_survives_a_restart_and_giving_up_is_said_once() {
    let world = full_disk();
    fire(&world, "/", Some("disk"));
    let said = two_days(&world, Mode::Ask).await;
    let expected = [
        (0, "proposal"),
        (6, "proposal"),
        (12, "proposal"),
        (18, "nothing helps"),
        (24, "proposal"),
        (30, "proposal"),
        (36, "proposal"),
        (42, "nothing helps"),
    ];
    assert_eq!(said, expected);
}

#[tokio::test]
async fn what_did_not_help_is_given_up_aloud() {
    let world = full_disk();
    fire(&world, "/", Some("disk"));
    world.set_frees_nothing();
    let said = two_days(&world, Mode::Auto).await;
    assert_eq!(said[..2], [(0, "healed"), (6, "nothing helps")]);
    // What lies there is gone by the second day, and it is said once that nothing is left.
    assert_eq!(world.effects().len(), 2);
}

#[tokio::test]
async fn a_disk_that_we_cannot_help_is_said_once() {
    let world = full_disk();
    fire(&world, "/srv", Some("disk"));
    assert_eq!(two_days(&world, Mode::Auto).await, [(0, "nothing helps")]);
    assert_eq!(world.effects(), []);
}

#[tokio::test]
async fn only_an_alert_that_fires_and_names_a_remedy_of_ours_is_helped() {
    let world = full_disk();
    fire(&world, "/", None);
    let mut other = fire(&World::new(), "/", Some("restart-unhealthy"));
    (other.number, other.key.rule) = (0, "other".to_owned());
    put(&world, &mut other);
    let mut clearing = fire(&World::new(), "/", Some("disk"));
    (clearing.number, clearing.key.rule) = (0, "clearing".to_owned());
    clearing.phase = Phase::Clearing { since: at(0) };
    put(&world, &mut clearing);
    assert_eq!(two_days(&world, Mode::Auto).await, []);
    assert_eq!(world.calls(), []);
}

#[tokio::test]
async fn two_alerts_about_one_disk_are_one_attempt() {
    let world = full_disk();
    fire(&world, "/", Some("disk"));
    let mut second = fire(&World::new(), "/", Some("disk"));
    (second.number, second.key.rule) = (0, "disk-again".to_owned());
    put(&world, &mut second);
    let notices = round(&world.ports(), Mode::Auto, 0).await.expect("everything answers");
    assert_eq!(words(notices), ["healed"]);
    assert_eq!(world.effects().len(), 2);
}

#[tokio::test]
async fn what_cannot_be_counted_is_not_done() {
    let world = full_disk();
    fire(&world, "/", Some("disk"));
    // The journal can be read, and not written.
    let ports = Ports { store: Arc::new(ReadOnly(world.clone())), ..world.ports() };
    assert!(matches!(round(&ports, Mode::Auto, 0).await, Err(JobError::Store(_))));
    assert_eq!(world.effects(), []);
}

#[tokio::test]
async fn an_engine_that_refuses_is_a_failed_run_and_no_giving_up() {
    let world = full_disk();
    fire(&world, "/", Some("disk"));
    world.refuse("disk_usage", EngineError::Refused("403 by the proxy".to_owned()));
    assert!(matches!(round(&world.ports(), Mode::Ask, 0).await, Err(JobError::Engine(_))));
    assert_eq!(world.heals(), []);
}

/// A store on a disk with no byte left.
struct ReadOnly(Arc<World>);

use crate::ports::{Learnt, Occasion, StoreError, Walked};

impl Store for ReadOnly {
    fn append(&self, _: &[crate::metric::Sample]) -> Result<(), StoreError> {
        Err(StoreError("disk full".to_owned()))
    }
    fn keys(&self, since: Timestamp) -> Result<Vec<SeriesKey>, StoreError> {
        self.0.keys(since)
    }
    fn series(
        &self,
        key: &SeriesKey,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<crate::series::Series, StoreError> {
        self.0.series(key, from, to)
    }
    fn history(
        &self,
        key: &SeriesKey,
        from: Timestamp,
        to: Timestamp,
        points: usize,
    ) -> Result<crate::series::Series, StoreError> {
        self.0.history(key, from, to, points)
    }
    fn alert(&self, key: &AlertKey) -> Result<Option<Alert>, StoreError> {
        self.0.alert(key)
    }
    fn open_alerts(&self) -> Result<Vec<Alert>, StoreError> {
        self.0.open_alerts()
    }
    fn recently_ended(&self, since: Timestamp) -> Result<Vec<Alert>, StoreError> {
        self.0.recently_ended(since)
    }
    fn alerts_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Alert>, StoreError> {
        self.0.alerts_between(from, to)
    }
    fn incidents_between(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<crate::incident::Incident>, StoreError> {
        self.0.incidents_between(from, to)
    }
    fn put_alert(&self, _: &mut Alert, _: &Transition) -> Result<(), StoreError> {
        Err(StoreError("disk full".to_owned()))
    }
    fn learnt(&self, key: &AlertKey) -> Result<Option<Learnt>, StoreError> {
        self.0.learnt(key)
    }
    fn put_learnt(&self, _: &Learnt) -> Result<(), StoreError> {
        Err(StoreError("disk full".to_owned()))
    }
    fn forget_learnt(&self, _: &AlertKey, _: &str) -> Result<(), StoreError> {
        Err(StoreError("disk full".to_owned()))
    }
    fn normals(&self) -> Result<Vec<Normal>, StoreError> {
        self.0.normals()
    }
    fn put_normal(&self, _: &Normal) -> Result<(), StoreError> {
        Err(StoreError("disk full".to_owned()))
    }
    fn forget_normals(&self, _: &SeriesKey) -> Result<usize, StoreError> {
        Err(StoreError("disk full".to_owned()))
    }
    fn walked(&self, mount: &str, occasion: Occasion) -> Result<Option<Walked>, StoreError> {
        self.0.walked(mount, occasion)
    }
    fn put_walked(&self, _: &str, _: Occasion, _: &Walked) -> Result<(), StoreError> {
        Err(StoreError("disk full".to_owned()))
    }
    fn put_heal(&self, _: &Heal) -> Result<(), StoreError> {
        Err(StoreError("disk full".to_owned()))
    }
    fn heals_since(&self, since: Timestamp) -> Result<Vec<Heal>, StoreError> {
        self.0.heals_since(since)
    }
    fn put_deed(&self, _: &crate::audit::Deed) -> Result<i64, StoreError> {
        Err(StoreError("disk full".to_owned()))
    }
    fn deeds(&self, since: Timestamp) -> Result<Vec<crate::audit::Deed>, StoreError> {
        self.0.deeds(since)
    }
    fn restarted(&self, since: Timestamp) -> Result<Vec<crate::incident::Changed>, StoreError> {
        self.0.restarted(since)
    }
    fn seen_images(&self) -> Result<Option<crate::heal::SeenImages>, StoreError> {
        self.0.seen_images()
    }
    fn put_seen_images(&self, _: &crate::heal::SeenImages) -> Result<(), StoreError> {
        Err(StoreError("disk full".to_owned()))
    }
    fn leftovers(&self) -> Result<Vec<crate::ports::Leftover>, StoreError> {
        self.0.leftovers()
    }
    fn remove_leftover(&self, _: &str) -> Result<(), StoreError> {
        Err(StoreError("disk full".to_owned()))
    }
}

#[tokio::test]
async fn what_the_engine_refuses_is_neither_proposed_nor_tried_and_said_once() {
    for mode in [Mode::Ask, Mode::Auto] {
        let world = full_disk();
        fire(&world, "/", Some("disk"));
        world.set_allowed(Allowed::profile(Profile::Operator));
        assert_eq!(two_days(&world, mode).await, []);
        assert_eq!(world.effects(), []);
        let is_forbidden = |it: &Heal| matches!(it.what, HealStep::Forbidden(Right::PruneImages));
        assert!(world.heals().iter().all(is_forbidden), "{:?}", world.heals());
        // Allowed by now: no pause for what was only said.
        world.set_allowed(Allowed::profile(Profile::Healer));
        let notices = round(&world.ports(), mode, 48).await.expect("everything answers");
        assert_eq!(words(notices), [if mode == Mode::Ask { "proposal" } else { "healed" }]);
    }
}

#[tokio::test]
async fn what_of_a_plan_is_allowed_is_done_and_the_rest_left_out() {
    let world = full_disk();
    fire(&world, "/", Some("disk"));
    let mut allowed = Allowed::profile(Profile::Healer);
    allowed.learn(Right::PruneImages, Permission::No);
    world.set_allowed(allowed);
    round(&world.ports(), Mode::Auto, 0).await.expect("everything answers");
    assert_eq!(world.effects(), [Call::PruneBuildCache(Duration::from_secs(24 * 3600))]);
}

#[tokio::test]
async fn a_deed_is_in_the_audit_and_what_cannot_be_is_not_done() {
    let world = full_disk();
    fire(&world, "/", Some("disk"));
    world.set_deeds_error(Some("disk full"));
    assert!(round(&world.ports(), Mode::Auto, 0).await.is_err());
    assert_eq!(world.effects(), []);
    world.set_deeds_error(None);
    round(&world.ports(), Mode::Auto, 7).await.expect("everything answers");
    let deeds = world.deeds(at(0)).expect("no error was set");
    let told: Vec<_> = deeds.iter().map(|it| (it.who, it.what.as_str(), it.outcome, it.begun)).collect();
    assert_eq!(told, [(Who::Vakhta, "fix", audit::Outcome::Done, Some(1))]);
}
