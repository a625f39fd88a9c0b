//! What people read of healing, message by message: offered, pressed, done, given up, forbidden.

use std::time::Duration;

use jobs::fakes::{Call, scenes};
use jobs::heal::{Heal, HealStep, Mode, Try};
use jobs::ports::{
    Container, ContainerDetail, ContainerState, EngineEvent, EventAction, Health, Heard, Store, Verb,
};

use super::{Bench, Setup, minutes};

/// A watch over these containers, all of which run, past the first minutes in which nothing is done.
async fn watching(names: &[&str]) -> Bench {
    let bench = Bench::start(Setup { rules: &[], jobs: &["heal"], ..Setup::default() }).await;
    let containers: Vec<Container> =
        names.iter().map(|it| scenes::container(it, ContainerState::Running)).collect();
    bench.world.set_containers(containers.clone());
    bench.engine_says(Heard::Listed(containers)).await;
    bench.pass(minutes(5)).await;
    bench
}

impl Bench {
    async fn event_of(&self, name: &str, action: EventAction) {
        let container = scenes::container(name, ContainerState::Running);
        let event = EngineEvent {
            at: self.clock.now(),
            action,
            id: container.id,
            name: container.name,
            image: container.image,
            project: None,
            service: None,
            labels: Vec::new(),
        };
        self.engine_says(Heard::Event(event)).await;
    }

    /// What the engine says of a container from now on.
    fn shows(&self, name: &str, state: ContainerState, health: Option<Health>) {
        let mut all = self.world.containers_now();
        let it = all.iter_mut().find(|it| it.name == name).expect("there is one");
        (it.state, it.health) = (state.clone(), health.clone());
        let (id, name) = (it.id.clone(), it.name.clone());
        self.world.set_containers(all);
        self.world.set_detail(ContainerDetail { id, name, state, health, ..ContainerDetail::default() });
    }

    async fn falls_ill(&self, name: &str) {
        self.shows(name, ContainerState::Running, Some(Health::Unhealthy));
        self.event_of(name, EventAction::HealthStatus(Health::Unhealthy)).await;
    }

    async fn gets_well(&self, name: &str) {
        self.shows(name, ContainerState::Running, Some(Health::Healthy));
        self.event_of(name, EventAction::HealthStatus(Health::Healthy)).await;
    }

    async fn ends_badly(&self, name: &str) {
        self.shows(name, ContainerState::Exited, None);
        self.event_of(name, EventAction::Die { exit_code: Some(1) }).await;
    }

    /// What was done to containers.
    fn acts(&self) -> Vec<(Verb, String)> {
        let act = |it: Call| match it {
            Call::Act(verb, id) => Some((verb, id)),
            _ => None,
        };
        self.world.effects().into_iter().filter_map(act).collect()
    }

    fn restarts(&self) -> usize {
        self.acts().len()
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_is_offered_on_the_card_and_pressed_and_the_card_tells_how_it_went() {
    let bench = watching(&["nginx"]).await;
    bench.falls_ill("nginx").await;
    bench.pass(minutes(3)).await;
    assert_eq!(bench.said(), [""]);
    bench.presses("🔧 Restart nginx").await;
    bench.pass(Duration::from_secs(20)).await;
    bench.gets_well("nginx").await;
    bench.pass(minutes(2)).await;
    assert_eq!(bench.said(), [""]);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_help_is_tried_three_times_and_given_up_aloud() {
    let bench = watching(&["nginx"]).await;
    bench.says("/heal unhealthy auto").await;
    bench.said();
    bench.falls_ill("nginx").await;
    bench.pass(minutes(40)).await;
    assert_eq!(bench.said(), [""]);
}
