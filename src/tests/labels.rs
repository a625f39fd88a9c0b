//! Every label does what `docs/labels.md` says.
//!
//! | label | what it does | shown by |
//! |---|---|---|
//! | `vakhta.protect` | no command, no button, no healing | `tests::roles`, `tests::hands`, `heal::tests::only_what_ended_long_ago_…`, `heal::ward::tests` |
//! | `vakhta.heal` | how far healing goes | `tests::heals::labels_go_before_policies`, `heal::ward::tests` |
//! | `vakhta.mute` | written to the log, told nobody | `a_muted_container_crashes_in_silence_…` here; `verdict::tests` |
//! | `vakhta.role` | who may act on it | `label::tests`, `tests::roles` |
//! | `vakhta.ignore` | nowhere to be seen, and in use all the same | here; `sample::tests`, `verdict::tests`, `heal::tests::what_is_ignored_…` |

use jobs::fakes::scenes::{self, GIB};
use jobs::label::{IGNORE, MUTE};
use jobs::ports::{
    Container, ContainerState, ContainerUse, DiskUsage, EngineEvent, EventAction, Heard, ImageUse, Network,
    VolumeUse,
};

use super::{Bench, Setup, minutes};

fn labelled(name: &str, label: &str) -> Container {
    let labels = vec![(label.to_owned(), "true".to_owned())];
    Container { labels, ..scenes::container(name, ContainerState::Running) }
}

fn event(bench: &Bench, of: &Container, action: EventAction) -> EngineEvent {
    EngineEvent {
        at: bench.clock.now(),
        action,
        id: of.id.clone(),
        name: of.name.clone(),
        image: of.image.clone(),
        project: None,
        service: None,
        labels: of.labels.clone(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_muted_container_crashes_in_silence_and_is_shown_and_handled_like_any_other() {
    let bench = Bench::start(Setup { rules: &[], jobs: &[], ..Setup::default() }).await;
    let all = vec![labelled("quiet", MUTE), scenes::container("loud", ContainerState::Running)];
    bench.world.set_containers(all.clone());
    bench.engine_says(Heard::Listed(all.clone())).await;
    for container in &all {
        let died = event(&bench, container, EventAction::Die { exit_code: Some(1) });
        bench.engine_says(Heard::Event(died)).await;
    }
    bench.pass(minutes(10)).await;
    let said = bench.said().concat();
    assert!(said.contains("loud crashed") && !said.contains("quiet"), "{said}");
    bench.says("/restart quiet").await;
    assert!(bench.said().concat().contains("Restart quiet?"));
}

#[tokio::test(start_paused = true)]
async fn an_ignored_container_is_nowhere_to_be_seen() {
    let bench = Bench::start(Setup { rules: &[], jobs: &["sample", "morning"], ..Setup::default() }).await;
    let secret = labelled("phantom", IGNORE);
    let web = scenes::container("web", ContainerState::Running);
    // It would be left without a network, and would be what was meant.
    let network_mode = format!("container:{}", web.id);
    let secret = Container { network_mode, networks: vec!["shop".to_owned()], ..secret };
    let all = vec![web, secret.clone()];
    bench.world.set_containers(all.clone());
    bench.world.set_happened(vec![event(&bench, &secret, EventAction::Restart)]);
    bench.world.set_networks(vec![Network { name: "shop".to_owned(), ..Network::default() }]);
    bench.world.set_disk_usage(DiskUsage {
        images: vec![ImageUse {
            id: secret.image_id.clone(),
            tags: vec!["tool:1".to_owned()],
            containers: 1,
            size: GIB,
            ..ImageUse::default()
        }],
        containers: vec![ContainerUse {
            id: secret.id.clone(),
            name: secret.name.clone(),
            written: 30 * GIB,
            ..ContainerUse::default()
        }],
        volumes: vec![VolumeUse { name: "shop".to_owned(), size: Some(GIB), ..VolumeUse::default() }],
        ..DiskUsage::default()
    });
    bench.engine_says(Heard::Listed(all)).await;
    bench.pass(minutes(2)).await;
    for line in [
        "/ps",
        "/ps all",
        "/status",
        "/stats",
        "/events",
        "/images",
        "/volumes",
        "/networks",
        "/fix",
        "/digest",
        "/restart web",
        "/stop phantum",
        "/mute",
        "/heal",
        "/logs",
        "/alerts",
        "/health",
    ] {
        bench.says(line).await;
        bench.pass(minutes(1)).await;
        let said = bench.said().concat();
        assert!(!said.contains("phantom"), "{line}: {said}");
    }
    for line in ["/restart phantom", "/logs phantom", "/inspect phantom", "/stats phantom", "/top phantom"] {
        bench.says(line).await;
        bench.pass(minutes(1)).await;
        let said = bench.said().concat();
        assert!(said.contains("There is no container phantom"), "{line}: {said}");
    }
    bench.engine_says(Heard::Event(event(&bench, &secret, EventAction::Die { exit_code: Some(1) }))).await;
    bench.pass(minutes(10)).await;
    assert_eq!(bench.said(), Vec::<String>::new());
}
