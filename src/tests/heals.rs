//! What people read of healing, message by message: offered, pressed, done, given up, forbidden.

use std::time::Duration;

use jobs::fakes::{Call, scenes};
use jobs::heal::{Heal, HealStep, Mode, Try};
use jobs::ports::{
    Allowed, Container, ContainerDetail, ContainerState, EngineEvent, EventAction, Health, Heard, Profile,
    RestartPolicy, Right, Store, Verb,
};

use super::{Bench, Setup, minutes};

/// A watch over these containers, all of which run, past the first minutes in which nothing is done.
async fn watching(names: &[&str]) -> Bench {
    over(names.iter().map(|it| scenes::container(it, ContainerState::Running)).collect()).await
}

/// The same over these very ones.
async fn over(containers: Vec<Container>) -> Bench {
    let bench = Bench::start(Setup { rules: &[], jobs: &["heal"], ..Setup::default() }).await;
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

    /// The healing journal.
    fn heals(&self) -> Vec<HealStep> {
        let all = self.database.heals_since(jiff::Timestamp::UNIX_EPOCH).expect("readable");
        all.into_iter().map(|it: Heal| it.what).collect()
    }

    /// Healing acts by itself.
    async fn heals_by_itself(&self) {
        for policy in ["unhealthy", "crashed", "down"] {
            self.says(&format!("/heal {policy} auto")).await;
        }
        self.said();
    }

    /// What is read in a while, of the cards only the lines that say what is done.
    fn told(&self) -> Vec<String> {
        let signs = ["🔧", "⛔", "🧯", "👀"];
        let line = |it: &str| signs.iter().any(|sign| it.starts_with(sign)).then(|| it.to_owned());
        self.said().iter().flat_map(|it| it.lines().filter_map(line).collect::<Vec<_>>()).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_is_offered_on_the_card_and_pressed_and_the_card_tells_how_it_went() {
    let bench = watching(&["nginx"]).await;
    bench.falls_ill("nginx").await;
    bench.pass(minutes(3)).await;
    let head = "🟠 nginx is unhealthy · web-1\nIt runs, and its health check fails.";
    let foot = "#1 · next reminder 14:05, if it lasts\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]";
    assert_eq!(
        bench.said(),
        [
            format!("10:05:10 {head}\n{foot}\n[📋 Logs] [🔁 Restart] [❓ Why]"),
            format!(
                "10:07:45 (edited) {head}\n🔧 A restart may help (1 of 3). Restart it?\n{foot}\n[🔧 Restart nginx] [Not now]\n[📋 Logs] [❓ Why]"
            ),
        ]
    );
    bench.presses("🔧 Restart nginx").await;
    bench.pass(Duration::from_secs(20)).await;
    assert_eq!(bench.acts(), [(Verb::Restart, "id-nginx".to_owned())]);
    bench.gets_well("nginx").await;
    bench.pass(minutes(2)).await;
    let attempt = "🔧 unhealthy 10:05 → restarted 10:08, as you asked (1 of 3) →";
    let ill = format!(
        "10:08:03 (edited) {head}\n{attempt} watching whether it helps\n{foot}\n[📋 Logs] [🔁 Restart] [❓ Why]"
    );
    let well = |at: &str, how: &str| {
        format!(
            "{at} (edited) ✅ nginx is healthy again · web-1\nIt was unhealthy for 3 min 20 s.\n{attempt} {how}\n#1\n[📋 Logs] [❓ Why]"
        )
    };
    assert_eq!(
        bench.said(),
        [
            "10:08:00 (edited) ⏳ Working on nginx …".to_owned(),
            ill.clone(),
            ill,
            well("10:08:20", "healthy 10:08:20"),
            well("10:08:45", "healthy 10:08:20"),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_does_not_help_is_tried_three_times_and_given_up_aloud() {
    let bench = watching(&["nginx"]).await;
    bench.heals_by_itself().await;
    bench.falls_ill("nginx").await;
    bench.pass(minutes(18)).await;
    bench.said();
    bench.pass(minutes(100)).await;
    assert_eq!(bench.acts().len(), 3);
    let said = bench.said();
    let new: Vec<&String> = said.iter().filter(|it| !it.contains("(edited)")).collect();
    assert_eq!(
        new,
        [
            "10:24:45 🟠 nginx is unhealthy · web-1\nIt runs, and its health check fails.\n🔧 unhealthy 10:05 → restarted 10:07 (1 of 3) → did not help\n🔧 restarted 10:12 (2 of 3) → did not help\n🔧 restarted 10:22 (3 of 3) → did not help\n🧯 3 attempts in a row did not help. I try nothing by myself until 11:24.\n⛔ nginx: tried 3 times within an hour, and it does not last. I leave it to you now.\n#1 · next reminder 14:24, if it lasts\n[✔ Ack] [🔕 1 h] [🔕 4 h] [🔕 tomorrow]\n[📋 Logs] [🔁 Restart] [❓ Why]"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_we_did_not_live_to_end_is_looked_at_and_not_repeated() {
    let mut bench = watching(&["nginx"]).await;
    bench.heals_by_itself().await;
    bench.falls_ill("nginx").await;
    // What a process leaves that is killed before the engine has answered.
    let what =
        Try { policy: "unhealthy".to_owned(), verb: Verb::Restart, attempt: 1, of: 3, mode: Mode::Auto };
    let at = bench.clock.now();
    let began = HealStep::Began { what, by: None };
    bench
        .database
        .put_heal(&Heal { at, alert: None, target: "nginx".to_owned(), what: began })
        .expect("room");
    bench.die().await;
    bench.engine_says(Heard::Listed(bench.world.containers_now())).await;
    bench.pass(minutes(1)).await;
    assert_eq!(
        bench.told().last().map(String::as_str),
        Some("🔧 unhealthy 10:05 → restarting it since 10:05 (1 of 3) → watching whether it helps")
    );
    bench.pass(minutes(3)).await;
    assert_eq!(bench.told(), ["🔧 unhealthy 10:05 → tried to restart it 10:05 (1 of 3) → did not help"]);
    assert_eq!(bench.acts(), [], "it counts, and the next one has its pause");
    bench.pass(minutes(3)).await;
    assert_eq!(bench.acts().len(), 1);
    assert!(bench.told()[0].contains("(1 of 3) → did not help"));
}

#[tokio::test(start_paused = true)]
async fn three_that_do_not_help_stop_all_of_it_and_it_goes_on_by_hand() {
    let bench = watching(&["a", "b", "c", "d"]).await;
    bench.heals_by_itself().await;
    for name in ["a", "b", "c"] {
        bench.falls_ill(name).await;
    }
    bench.pass(minutes(5)).await;
    assert_eq!(bench.acts().len(), 3);
    bench.falls_ill("d").await;
    bench.pass(minutes(20)).await;
    assert_eq!(bench.acts().len(), 3, "the breaker is open");
    let told = bench.told();
    let breaker = "🧯 3 attempts in a row did not help. I try nothing by myself until 11:09.";
    assert!(told.iter().any(|it| it == breaker), "{told:?}");
    bench.says("/heal on").await;
    bench.pass(minutes(2)).await;
    assert!(bench.acts().contains(&(Verb::Restart, "id-d".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn the_switch_stops_all_of_it_also_in_the_next_process_and_until_its_time() {
    let mut bench = watching(&["nginx"]).await;
    bench.heals_by_itself().await;
    bench.says("/heal off 2h").await;
    bench.falls_ill("nginx").await;
    bench.restart_after(minutes(1)).await;
    bench.engine_says(Heard::Listed(bench.world.containers_now())).await;
    bench.pass(minutes(110)).await;
    assert_eq!((bench.acts(), bench.heals()), (Vec::new(), Vec::new()));
    bench.pass(minutes(10)).await;
    assert_eq!(bench.acts().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_muted_is_left_alone_until_the_mute_is_over() {
    let bench = watching(&["nginx"]).await;
    bench.heals_by_itself().await;
    bench.says("/mute container:nginx 1h").await;
    bench.falls_ill("nginx").await;
    bench.pass(minutes(50)).await;
    assert_eq!(bench.acts(), []);
    bench.pass(minutes(15)).await;
    assert_eq!(bench.acts().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_somebody_stopped_stays_stopped_also_in_the_next_process() {
    let mut bench = watching(&["nginx", "db"]).await;
    bench.heals_by_itself().await;
    // Ill, and then somebody stops it; and one that crashed, was started by hand, and is stopped by hand.
    bench.falls_ill("nginx").await;
    bench.event_of("nginx", EventAction::Kill { signal: Some(15) }).await;
    bench.shows("nginx", ContainerState::Exited, None);
    bench.event_of("nginx", EventAction::Die { exit_code: Some(1) }).await;
    bench.event_of("nginx", EventAction::Stop).await;
    bench.event_of("db", EventAction::Kill { signal: Some(9) }).await;
    bench.shows("db", ContainerState::Exited, None);
    bench.event_of("db", EventAction::Die { exit_code: Some(137) }).await;
    bench.pass(minutes(10)).await;
    bench.restart_after(minutes(1)).await;
    bench.engine_says(Heard::Listed(bench.world.containers_now())).await;
    bench.pass(minutes(30)).await;
    assert_eq!((bench.acts(), bench.heals()), (Vec::new(), Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn what_ended_by_itself_is_started() {
    let bench = watching(&["db"]).await;
    bench.heals_by_itself().await;
    bench.ends_badly("db").await;
    bench.pass(minutes(1)).await;
    assert_eq!(bench.acts(), [(Verb::Start, "id-db".to_owned())]);
    bench.shows("db", ContainerState::Running, None);
    bench.event_of("db", EventAction::Start).await;
    bench.pass(minutes(2)).await;
    let told = bench.told();
    assert_eq!(told.last().map(String::as_str), Some("🔧 down 10:05 → started 10:05 (1 of 3) → up 10:06:10"));
}

#[tokio::test(start_paused = true)]
async fn what_lives_in_its_network_is_restarted_along_with_it() {
    let tenant = Container {
        network_mode: "container:id-vpn".to_owned(),
        ..scenes::container("torrent", ContainerState::Running)
    };
    let bench = over(vec![scenes::container("vpn", ContainerState::Running), tenant]).await;
    bench.heals_by_itself().await;
    bench.falls_ill("vpn").await;
    bench.pass(minutes(3)).await;
    let restarted = |name: &str| (Verb::Restart, format!("id-{name}"));
    assert_eq!(bench.acts(), [restarted("vpn"), restarted("torrent")]);
    let told = bench.told();
    assert_eq!(
        told.last().map(String::as_str),
        Some("🔧 unhealthy 10:05 → restarted 10:07 (1 of 3), along with torrent → watching whether it helps")
    );
}

#[tokio::test(start_paused = true)]
async fn labels_go_before_policies() {
    let with = |name: &str, label: &str, value: &str| Container {
        labels: vec![(label.to_owned(), value.to_owned())],
        ..scenes::container(name, ContainerState::Running)
    };
    let all = vec![
        with("safe", "vakhta.protect", "true"),
        with("off", "vakhta.heal", "off"),
        with("eager", "vakhta.heal", "auto"),
        with("shown", "vakhta.heal", "observe"),
    ];
    let bench = over(all).await;
    for name in ["safe", "off", "eager", "shown"] {
        bench.falls_ill(name).await;
    }
    bench.pass(minutes(4)).await;
    assert_eq!(bench.acts(), [(Verb::Restart, "id-eager".to_owned())]);
    let told = bench.told();
    assert!(
        told.contains(&"👀 10:07 shown would be restarted now; healing only looks on.".to_owned()),
        "{told:?}"
    );
    assert!(!told.iter().any(|it| it.contains("safe") || it.contains("off:")), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn what_nobody_wants_is_not_offered_again_and_an_old_button_does_nothing() {
    let bench = watching(&["nginx"]).await;
    bench.falls_ill("nginx").await;
    bench.pass(minutes(3)).await;
    bench.presses("Not now").await;
    bench.pass(minutes(30)).await;
    assert_eq!(
        bench.told().last().map(String::as_str),
        Some("🔧 nginx is left as it is, as you wished at 10:08.")
    );
    bench.gets_well("nginx").await;
    bench.pass(minutes(31)).await;
    bench.falls_ill("nginx").await;
    bench.pass(minutes(3)).await;
    // Of the incident before, and typed by hand: nothing is done without the button.
    for line in ["/heal do 1 1 nginx", "/heal do 2 1 nginx", "/heal do 2 99 nginx"] {
        bench.says(line).await;
    }
    bench.pass(minutes(1)).await;
    assert_eq!(bench.acts(), []);
}

#[tokio::test(start_paused = true)]
async fn heal_says_what_it_may_do_and_what_it_has_done() {
    let bench = watching(&["nginx"]).await;
    bench.says("/heal unhealthy auto").await;
    bench.said();
    bench.falls_ill("nginx").await;
    bench.pass(minutes(5)).await;
    bench.said();
    bench.says("/heal").await;
    bench.presses("Off for 2 h").await;
    let rest = "\n• unhealthy: act by myself, restart after 2 min, at most 3 an hour\n• crashed: ask first, start after 30 s, at most 3 an hour\n• down: ask first, start after 30 s, at most 3 an hour\nDone by myself within the last hour: 1 of 10.\n• nginx: 1 of 3 used\nLately:\n• 10:07 nginx (1 of 3): did not help";
    assert_eq!(
        bench.said(),
        [
            format!("10:10:00 🩺 Healing is on.{rest}\n[⏸ Off for 2 h] [⏹ Turn off]"),
            format!(
                "10:10:00 (edited) 🩺 Healing is off until 12:10: nothing is done or offered.{rest}\n[▶ Turn on]"
            ),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_a_filter_forbids_is_neither_offered_nor_done_and_the_card_says_so_once() {
    let bench = watching(&["nginx"]).await;
    bench.world.set_allowed(Allowed::profile(Profile::Viewer));
    bench.falls_ill("nginx").await;
    bench.pass(minutes(30)).await;
    let said = bench.said();
    let told = "🔒 nginx: the filter before Docker does not allow restarting containers, so I leave it. vakhta docker-policy --profile operator prints what it has to let through.";
    assert_eq!(said.iter().filter(|it| it.contains(told)).count(), 1, "{said:#?}");
    assert!(!said.join("").contains("Restart it?"), "{said:#?}");
    assert_eq!(bench.acts(), []);
    assert_eq!(bench.heals(), [HealStep::Forbidden(Right::Restart)]);
    bench.says("/heal").await;
    let heal = bench.said().join("");
    assert!(
        heal.contains(
            "🔒 The filter before Docker does not allow starting containers, restarting containers"
        ),
        "{heal}"
    );
    // Allowed by now: it is offered while the trouble lasts.
    bench.world.set_allowed(Allowed::profile(Profile::Operator));
    bench.pass(minutes(2)).await;
    assert!(bench.told().iter().any(|it| it == "🔧 A restart may help (1 of 3). Restart it?"));
    bench.presses("🔧 Restart nginx").await;
    assert_eq!(bench.acts(), [(Verb::Restart, "id-nginx".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn what_stayed_down_as_docker_came_back_is_offered_and_what_somebody_had_stopped_is_not() {
    let bench = watching(&["db", "web", "old"]).await;
    // Somebody stops one of them, well before.
    bench.event_of("old", EventAction::Kill { signal: Some(15) }).await;
    bench.shows("old", ContainerState::Exited, None);
    bench.event_of("old", EventAction::Die { exit_code: Some(0) }).await;
    bench.event_of("old", EventAction::Stop).await;
    bench.pass(minutes(5)).await;
    assert_eq!(bench.said(), [""; 0]);
    bench.engine_says(Heard::Lost("the stream ended".into())).await;
    bench.pass(minutes(2)).await;
    let mut back = bench.world.containers_now();
    for it in back.iter_mut().filter(|it| it.name == "db") {
        (it.state, it.status) = (ContainerState::Exited, "Exited (137) 2 minutes ago".to_owned());
    }
    bench.world.set_containers(back.clone());
    for name in ["db", "old"] {
        bench.world.set_detail(ContainerDetail {
            id: format!("id-{name}"),
            name: name.to_owned(),
            state: ContainerState::Exited,
            restart_policy: RestartPolicy::UnlessStopped,
            ..ContainerDetail::default()
        });
    }
    bench.engine_says(Heard::Listed(back)).await;
    bench.pass(minutes(4)).await;
    let told = bench.told();
    assert_eq!(
        told.last().map(String::as_str),
        Some("🔧 db: It could be started again (1 of 3). Start it?"),
        "{told:?}"
    );
    bench.presses("🔧 Start db").await;
    assert_eq!(bench.acts(), [(Verb::Start, "id-db".to_owned())]);
    bench.shows("db", ContainerState::Running, None);
    bench.event_of("db", EventAction::Start).await;
    bench.pass(minutes(10)).await;
    let told = bench.told();
    let last = told.last().map(String::as_str).unwrap_or_default();
    assert!(last.contains("as you asked (1 of 3) → up "), "{told:?}");
    assert_eq!(bench.acts().len(), 1, "nobody touches what somebody stopped");
    assert!(!told.join("").contains("old"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn the_record_has_each_attempt_in_one_line_with_its_end() {
    let bench = watching(&["nginx"]).await;
    bench.heals_by_itself().await;
    bench.falls_ill("nginx").await;
    bench.pass(minutes(5)).await;
    bench.said();
    bench.says("/why 1").await;
    let why = bench.said().join("\n");
    let lines: Vec<&str> = why.lines().filter(|it| it.contains("(1 of 3)")).collect();
    assert_eq!(lines, ["10:07:45 🔧 restarted 10:07 (1 of 3) → did not help"], "{why}");
    assert!(!why.contains("Docker did so"), "{why}");
    bench.says("/audit 1h").await;
    let audit = bench.said().join("\n");
    assert!(audit.contains("nginx"), "{audit}");
}
