//! What people read on a phone: no answer is longer than a screen without a button for more, however much there is, and
//! what takes long shows that it does.

use std::time::Duration;

use jobs::audit::{Deed, Outcome, Who};
use jobs::fakes::scenes;
use jobs::ports::{
    Container, ContainerDetail, ContainerState, DiskUsage, EventAction, Heard, ImageUse, Mount, Network,
    Processes, PublishedPort, Store, VolumeUse,
};

use super::moody::Mood;
use super::{Bench, OWNER, Setup, minutes};
use crate::command::{COMMANDS, Lack};
use crate::markup::Markup;
use crate::present::pages::height;

/// Rows of a phone that an answer may have without a button for more.
const SCREEN: usize = 30;

/// Two hundred containers, and as much of everything else.
async fn crowd() -> Bench {
    let bench = Bench::start(Setup { rules: &["cpu", "memory"], ..Setup::default() }).await;
    let name = |number: usize| format!("crowded-service-{number:03}");
    let containers: Vec<Container> = (0..200)
        .map(|number| Container {
            project: (number % 3 == 0).then(|| format!("project-{}", number / 9)),
            ..scenes::container(&name(number), ContainerState::Running)
        })
        .collect();
    bench.world.set_containers(containers.clone());
    bench.engine_says(Heard::Listed(containers.clone())).await;
    for container in containers.iter().take(40) {
        let crash = bench.event(&container.name, EventAction::Die { exit_code: Some(1) });
        bench.engine_says(Heard::Event(crash)).await;
        bench.pass(Duration::from_secs(40)).await;
    }
    let numbered = |what: &str, number: usize| format!("{what}-with-a-long-name-{number:03}");
    bench.world.set_detail(ContainerDetail {
        id: containers[0].id.clone(),
        name: containers[0].name.clone(),
        state: ContainerState::Running,
        ports: (0..40)
            .map(|it| PublishedPort {
                inside: 8000 + it,
                protocol: "tcp".to_owned(),
                address: "0.0.0.0".to_owned(),
                outside: 9000 + it,
            })
            .collect(),
        mounts: (0..40).map(|it| Mount { target: numbered("/srv", it), ..Mount::default() }).collect(),
        environment: (0..80).map(|it| numbered("NAME", it)).collect(),
        ..ContainerDetail::default()
    });
    let titles = ["PID", "TIME", "CMD"].map(str::to_owned).to_vec();
    let row = |it: usize| vec![it.to_string(), "00:01".to_owned(), numbered("worker", it)];
    bench.world.set_top(&containers[0].name, Processes { titles, rows: (0..90).map(row).collect() });
    bench.world.set_networks(
        (0..60).map(|it| Network { name: numbered("net", it), ..Network::default() }).collect(),
    );
    bench.world.set_disk_usage(DiskUsage {
        images: (0..120)
            .map(|it| ImageUse {
                id: format!("sha256:{it:064}"),
                tags: vec![format!("registry.example/team/{}:1", numbered("image", it))],
                size: 1 << 30,
                ..ImageUse::default()
            })
            .collect(),
        volumes: (0..80)
            .map(|it| VolumeUse { name: numbered("volume", it), size: Some(1 << 30), containers: Some(1) })
            .collect(),
        ..DiskUsage::default()
    });
    let happened = (0..300).map(|it| bench.event(&name(it % 200), EventAction::Start));
    bench.world.set_happened(happened.collect());
    for number in 0..60 {
        let deed = Deed::begun(bench.clock.now(), Who::of(OWNER), "restart", name(number));
        bench.database.put_deed(&deed.ended(Outcome::Done, "it runs")).expect("a store in memory");
    }
    for number in 0..40 {
        bench.says(&format!("/mute {} 4h", name(number))).await;
        bench.pass(Duration::from_secs(2)).await;
    }
    bench.said();
    bench
}

#[tokio::test(start_paused = true)]
async fn no_answer_is_longer_than_a_screen_without_a_button_for_more() {
    let bench = crowd().await;
    let mut lines: Vec<String> = COMMANDS.iter().map(|it| format!("/{}", it.name())).collect();
    lines.extend(COMMANDS.iter().map(|it| format!("/help {}", it.name())));
    let besides = [
        "/help look",
        "/help act",
        "/menu graphs",
        "/ps all",
        "/alerts all",
        "/alerts 24h",
        "/disk all",
        "/events 24h",
        "/audit 7d",
        "/stats memory",
        "/card 1",
        "/why 1",
        "/fix all",
        "/fix logs",
        "/digest 7d",
        "/inspect crowded-service-000",
        "/top crowded-service-000",
        "/box crowded-service-000",
        "/stats crowded-service-000",
        "/logs crowded",
        "/restart crowded",
        "/restart project-1",
        "/stop crowded",
        "/mute crowded",
        "/graph cpu",
    ];
    lines.extend(besides.map(str::to_owned));
    let mut long = Vec::new();
    for line in lines {
        bench.pass(minutes(1)).await;
        bench.said();
        bench.says(&line).await;
        bench.pass(Duration::from_secs(6)).await;
        let said = bench.said();
        assert!(!said.is_empty(), "{line} has no answer");
        for text in said {
            let (words, buttons): (Vec<&str>, Vec<&str>) = text.lines().partition(|it| !it.starts_with('['));
            let rows = height(&Markup::text(words.join("\n")));
            let more = buttons.iter().any(|it| it.contains(" ▶]") || it.contains("[All"));
            if SCREEN < rows && !more {
                long.push(format!("{line}: {rows} rows\n{text}"));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n\n"));
}

#[tokio::test(start_paused = true)]
async fn a_long_answer_is_turned_in_place_and_all_of_it_can_be_read() {
    let bench = crowd().await;
    bench.says("/alerts all").await;
    let first = bench.said().concat();
    assert!(first.contains("[2/"), "{first}");
    bench.presses("2/").await;
    bench.pass(Duration::from_secs(2)).await;
    let second = bench.said().concat();
    assert!(second.contains("(edited)") && second.contains("[◀ 1/"), "{second}");
    // The same, reached from the menu: turning is no step.
    bench.says("/menu").await;
    bench.presses("Help").await;
    bench.pass(Duration::from_secs(2)).await;
    bench.said();
    bench.presses("Act").await;
    bench.pass(Duration::from_secs(2)).await;
    let act = bench.said().concat();
    assert!(act.contains("Menu › Help\n") && act.contains("[◀ Menu]"), "{act}");
}

#[tokio::test(start_paused = true)]
async fn what_takes_long_shows_that_it_does_until_it_is_answered() {
    let bench = Bench::start(Setup { rules: &[], ..Setup::default() }).await;
    bench.pass(minutes(1)).await;
    bench.says("/ps").await;
    bench.pass(Duration::from_secs(10)).await;
    assert_eq!(bench.chat.typed(), [""; 0], "what is answered at once shows nothing");
    bench.said();
    bench.engine.is(Mood::Silent);
    bench.says("/ps").await;
    bench.pass(Duration::from_secs(4)).await;
    assert_eq!(bench.said(), [""; 0]);
    bench.pass(Duration::from_secs(26)).await;
    assert_eq!(bench.said().len(), 1);
    assert_eq!(bench.chat.typed(), ["10:01:10 Writing"], "after 0.7 s");
    bench.pass(minutes(2)).await;
    assert_eq!(bench.chat.typed(), [""; 0], "it stops with the answer");
    // A hang is not shown to be worked on for ever.
    bench.engine.is(Mood::Hanging);
    bench.says("/logs web --file").await;
    bench.pass(minutes(10)).await;
    let typed = bench.chat.typed();
    assert!(typed.iter().all(|it| it.ends_with("Filing")), "{typed:?}");
    assert!((20..=40).contains(&typed.len()), "{} times", typed.len());
}

#[tokio::test(start_paused = true)]
async fn start_says_who_one_is_where_this_is_and_what_is_not_set_up() {
    let bench = Bench::start(Setup {
        viewers: &[9],
        lacks: &[Lack::Root, Lack::Codes, Lack::SecondWay],
        ..Setup::default()
    })
    .await;
    bench.world.set_containers(vec![scenes::container("web", ContainerState::Running)]);
    bench.says("/start").await;
    let start = bench.said().concat();
    for words in [
        "your id is 7",
        "You are admin",
        "I speak English",
        "One container is in sight.",
        "HOST_ROOT=/host",
        "FALLBACK_URL",
        "vakhta totp new",
    ] {
        assert!(start.contains(words), "{words}: {start}");
    }
    assert!(!start.contains("This chat is"), "{start}");
    // Whoever cannot change it does not read it, and in a group its number is told.
    bench.hears(9, -100_500, Some("ru"), "/start").await;
    let group = bench.said().concat();
    assert!(group.contains("-100500") && !group.contains("HOST_ROOT"), "{group}");
    bench.engine.is(Mood::Silent);
    bench.says("/start").await;
    bench.pass(Duration::from_secs(20)).await;
    let start = bench.said().concat();
    assert!(start.contains("Docker is out of reach") && start.contains("DOCKER_HOST"), "{start}");
}
