//! What keeps hands off a container, from facts; and that only both, incident and engine, make one a patient.

use std::sync::{Arc, Mutex};

use super::*;
use crate::audit::{Outcome as Ended, Who as Doer};
use crate::fakes::scenes::{at, container};
use crate::fakes::{Call, World};
use crate::incident::{News, fold};
use crate::mute::{After, By as Wish, Scope};
use crate::ports::{Allowed, Off, Profile, Right, Store, StoreError, Verb};
use crate::verdict::{ContainerVerdict, Remembered, Verdict, Who};

/// A ward of values.
pub(in crate::heal) struct Minded {
    pub(in crate::heal) began: Timestamp,
    pub(in crate::heal) mutes: Vec<Mute>,
    pub(in crate::heal) memory: Memory,
    pub(in crate::heal) switch: Mutex<Switch>,
}

impl Ward for Minded {
    fn began(&self) -> Timestamp {
        self.began
    }
    fn mutes(&self, _: Timestamp) -> Result<Vec<Mute>, StoreError> {
        Ok(self.mutes.clone())
    }
    fn memory(&self) -> Result<Memory, StoreError> {
        Ok(self.memory.clone())
    }
    fn switch(&self) -> Result<Switch, StoreError> {
        Ok(self.switch.lock().expect("whole").clone())
    }
    fn set_switch(&self, switch: &Switch) -> Result<(), StoreError> {
        *self.switch.lock().expect("whole") = switch.clone();
        Ok(())
    }
}

/// One unhealthy container, ill for ten minutes by its incident and the engine, of a watch an hour old.
struct Scenery {
    world: Arc<World>,
    ward: Minded,
    container: Container,
    remembered: Remembered,
}

const NOW: i64 = 60 * 60;

impl Scenery {
    fn new() -> Self {
        let world = World::new();
        let ill = Container { health: Some(Health::Unhealthy), ..container("web", ContainerState::Running) };
        let who = Who { id: ill.id.clone(), name: ill.name.clone(), ..Who::default() };
        let finding = Finding::Unhealthy { times: 1, within: Duration::ZERO };
        let verdict = ContainerVerdict { at: at(NOW - 600), who: who.clone(), finding, unseen: false };
        let news = News::Verdict { verdict: Verdict::Container(verdict), log: Vec::new() };
        let change = fold(&[], &news, &|_| Vec::new(), at(NOW - 600)).expect("it is news");
        world.set_incidents(vec![Incident { number: 1, ..change.incident }]);
        let ward =
            Minded { began: at(0), mutes: Vec::new(), memory: Memory::default(), switch: Mutex::default() };
        let trouble = Some(Trouble::Ill);
        let remembered = Remembered { who, running: true, trouble, ..Remembered::default() };
        Self { world, ward, container: ill, remembered }
    }

    /// What one round does, in auto mode.
    async fn acts(self) -> Vec<Call> {
        let world = self.world.clone();
        self.round().await.expect("everything answers");
        world.effects()
    }

    async fn round(mut self) -> Result<Vec<Notice>, JobError> {
        let mut all = self.world.containers_now();
        all.push(self.container);
        self.world.set_containers(all);
        self.ward.memory.containers.push(self.remembered);
        let ports = Ports { ward: Some(Arc::new(self.ward)), ..self.world.ports() };
        let policy = Policy { mode: Mode::Auto, ..Policy::usual("unhealthy", When::Unhealthy) };
        let settings = Settings { policies: vec![policy], ..Settings::default() };
        let context = JobContext { now: at(NOW), job: "heal", rules: &[], ports: &ports };
        go(&settings, &context).await
    }
}

async fn check(change: impl FnOnce(&mut Scenery), acts: bool, what: &str) {
    let mut scenery = Scenery::new();
    change(&mut scenery);
    let expected = if acts { vec![Call::Act(Verb::Restart, "id-web".to_owned())] } else { Vec::new() };
    assert_eq!(scenery.acts().await, expected, "{what}");
}

fn label(name: &str, value: &str) -> Vec<(String, String)> {
    vec![(name.to_owned(), value.to_owned())]
}

fn mute(by: Wish, scope: Scope) -> Mute {
    let (from, until) = (at(0), at(NOW + 600));
    Mute { scope, from, until, by, critical_too: false, after: After::Tell, reason: None }
}

#[tokio::test]
async fn what_is_ill_is_restarted_and_each_of_these_forbids_it() {
    let named = || Scope::Container("web".to_owned());
    check(|_| {}, true, "nothing forbids it").await;
    check(|it| it.world.set_incidents(Vec::new()), false, "no incident").await;
    check(|it| it.container.health = Some(Health::Healthy), false, "well by the engine").await;
    check(|it| it.container.health = Some(Health::Starting), false, "starting").await;
    check(|it| it.container.state = ContainerState::Paused, false, "paused").await;
    check(|it| it.container.state = ContainerState::Restarting, false, "Docker is at it").await;
    check(|it| it.container.labels = label("vakhta.protect", "true"), false, "protected").await;
    check(|it| it.container.labels = label("vakhta.ignore", "true"), false, "ignored").await;
    check(|it| it.container.labels = label("vakhta.heal", "off"), false, "opted out").await;
    check(|it| it.container.labels = label("vakhta.heal", "perhaps"), false, "a word nobody knows").await;
    check(|it| it.container.labels = label("vakhta.heal", "ask"), false, "asked first").await;
    check(|it| it.world.set_own_container(Some("id-web")), false, "our own").await;
    check(|it| it.remembered.stopped = Some(By::Somebody), false, "somebody stops it").await;
    check(|it| it.remembered.stopped = Some(By::Us), false, "somebody stops it through us").await;
    check(|it| it.remembered.leaving = true, false, "it is being replaced").await;
    check(|it| it.remembered.trouble = Some(Trouble::Looping), false, "it loops").await;
    check(|it| it.remembered.who.id = "id-other".to_owned(), false, "nobody knows it").await;
    check(|it| it.ward.memory.unsettled = true, false, "the engine is away").await;
    check(|it| it.container.created = Some(at(NOW - 60)), false, "it is new").await;
    check(|it| it.container.created = Some(at(NOW - 600)), true, "it is not new").await;
    check(|it| it.ward.began = at(NOW - 120), false, "the watch is new").await;
    check(|it| it.ward.mutes = vec![mute(Wish::Person(7), named())], false, "muted").await;
    check(|it| it.ward.mutes = vec![mute(Wish::Script, Scope::All)], false, "all is muted").await;
    check(|it| it.ward.mutes = vec![mute(Wish::Person(7), Scope::Incident(1))], false, "its incident is")
        .await;
    check(|it| it.ward.mutes = vec![mute(Wish::Person(7), Scope::Host)], true, "the host is").await;
    let night = || Wish::Declared("quiet".to_owned());
    check(|it| it.ward.mutes = vec![mute(night(), Scope::All)], true, "quiet hours").await;
    check(|it| it.ward.mutes = vec![mute(Wish::Declared("backup".to_owned()), Scope::All)], false, "backup")
        .await;
    let off = |until| Switch { off: Some(Off { at: at(0), until, by: 7 }), ..Switch::default() };
    check(|it| it.ward.switch = Mutex::new(off(None)), false, "off").await;
    check(|it| it.ward.switch = Mutex::new(off(Some(at(NOW + 1)))), false, "off for a while").await;
    check(|it| it.ward.switch = Mutex::new(off(Some(at(NOW)))), true, "on again").await;
}

#[tokio::test]
async fn while_a_neighbour_is_made_the_project_is_being_updated() {
    let shop = || Some("shop".to_owned());
    let neighbour = Container {
        project: shop(),
        created: Some(at(NOW - 30)),
        ..container("db", ContainerState::Running)
    };
    check(|it| it.world.set_containers(vec![neighbour.clone()]), true, "another project").await;
    let same = |it: &mut Scenery| {
        it.world.set_containers(vec![neighbour]);
        it.container.project = shop();
    };
    check(same, false, "its own").await;
}

#[tokio::test]
async fn without_a_watch_nothing_is_known_and_nothing_done() {
    let scenery = Scenery::new();
    let settings = Settings { policies: vec![Policy::usual("any", When::Unhealthy)], ..Settings::default() };
    let ports = scenery.world.ports();
    let context = JobContext { now: at(NOW), job: "heal", rules: &[], ports: &ports };
    assert_eq!(go(&settings, &context).await.expect("nothing is asked"), []);
    assert_eq!(scenery.world.calls(), []);
}

#[tokio::test]
async fn what_is_done_is_in_the_audit_by_its_beginning_and_its_end() {
    let scenery = Scenery::new();
    let world = scenery.world.clone();
    scenery.acts().await;
    let deeds = world.deeds(at(0)).expect("no error was set");
    let told: Vec<_> =
        deeds.iter().map(|it| (it.who, it.what.as_str(), it.target.as_str(), it.outcome)).collect();
    assert_eq!(told, [(Doer::Vakhta, "restart", "web", Ended::Done)]);
    assert_eq!(deeds[0].begun, Some(1), "it was written before it was done");
}

#[tokio::test]
async fn what_cannot_be_written_into_the_audit_is_not_done() {
    let scenery = Scenery::new();
    let world = scenery.world.clone();
    world.set_deeds_error(Some("disk full"));
    assert!(scenery.round().await.is_err());
    assert_eq!(world.effects(), []);
}

#[tokio::test]
async fn what_the_engine_refuses_is_said_once_and_not_tried() {
    let scenery = Scenery::new();
    let world = scenery.world.clone();
    world.set_allowed(Allowed::profile(Profile::Viewer));
    assert_eq!(scenery.acts().await, []);
    let journal: Vec<HealStep> = world.heals().into_iter().map(|it| it.what).collect();
    assert_eq!(journal, [HealStep::Forbidden(Right::Restart)]);
}

#[tokio::test]
async fn giving_up_and_the_breaker_are_in_the_audit_once() {
    let scenery = Scenery::new();
    let world = scenery.world.clone();
    let what = |attempt| Try {
        policy: "unhealthy".to_owned(),
        verb: Verb::Restart,
        attempt,
        of: 3,
        mode: Mode::Auto,
    };
    let note =
        |minute: i64, what| Heal { at: at(NOW - minute * 60), alert: None, target: "web".to_owned(), what };
    for (attempt, minute) in [(1, 9), (2, 7), (3, 5)] {
        world
            .put_heal(&note(minute, HealStep::Began { what: what(attempt), by: None }))
            .expect("no error was set");
    }
    for minute in [8, 6] {
        let failed = HealStep::Verified { helped: false, since: None };
        world.put_heal(&note(minute, failed)).expect("no error was set");
    }
    assert_eq!(scenery.acts().await, []);
    let mut deeds = world.deeds(at(0)).expect("no error was set");
    deeds.reverse();
    let told: Vec<_> = deeds.iter().map(|it| (it.what.as_str(), it.outcome, it.words.as_str())).collect();
    let expected = [
        ("heal", Ended::Budget, "3 in a row did not help: nothing for an hour"),
        ("restart", Ended::Budget, "given up after 3 within an hour"),
    ];
    assert_eq!(told, expected);
}
