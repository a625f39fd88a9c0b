//! Hands on containers, as people see them: every verb, projects in order, dependants, engines that do not answer, and
//! what is different when the button is pressed. Each test reads every message.

use std::time::Duration;

use jobs::fakes::{Call, scenes};
use jobs::label::PROTECT;
use jobs::metric::{Sample, SeriesKey};
use jobs::ports::{
    Container, ContainerDetail, ContainerState, EngineError, Health, Log, LogLine, LogStream, PublishedPort,
    Store,
};

use super::moody::Mood;
use super::{Bench, Setup};
use crate::config::Language;

use ContainerState::{Exited, Paused, Running};

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// `project/service`, what it depends on, whose network it joins.
fn container(name: &str, state: ContainerState, place: &str, depends_on: &str, network: &str) -> Container {
    let (project, service) = place.split_once('/').unwrap_or_default();
    let word = |it: &str| (!it.is_empty()).then(|| it.to_owned());
    Container {
        project: word(project),
        service: word(service),
        network_mode: network.to_owned(),
        labels: vec![("com.docker.compose.depends_on".to_owned(), depends_on.to_owned())],
        ..scenes::container(name, state)
    }
}

fn shop() -> Vec<Container> {
    vec![
        container("shop-web-1", Running, "shop/web", "api:service_started:false", ""),
        container("shop-db-1", Running, "shop/db", "", ""),
        container("shop-api-1", Running, "shop/api", "db:service_healthy:true", ""),
        container("shop-init-1", Exited, "shop/init", "db:service_healthy:true", ""),
    ]
}

/// A watch over these, each of which has a run of its own to tell apart from the next.
async fn over(containers: Vec<Container>) -> Bench {
    let bench = Bench::start(Setup { rules: &[], jobs: &[], ..Setup::default() }).await;
    for it in &containers {
        bench.world.set_detail(detail(&bench, it));
    }
    bench.world.set_containers(containers);
    bench
}

fn detail(bench: &Bench, container: &Container) -> ContainerDetail {
    ContainerDetail {
        id: container.id.clone(),
        name: container.name.clone(),
        state: container.state.clone(),
        health: container.health.clone(),
        started: Some(bench.clock.now() - seconds(5400)),
        ..ContainerDetail::default()
    }
}

fn acts(bench: &Bench) -> Vec<String> {
    let act = |it: Call| match it {
        Call::Act(verb, id) => format!("{} {}", verb.name(), id.trim_start_matches("id-")),
        other => panic!("{other:?}"),
    };
    bench.world.effects().into_iter().map(act).collect()
}

fn log(lines: &[&str]) -> Log {
    let line = |it: &&str| LogLine { stream: LogStream::Err, at: None, text: (*it).to_owned() };
    Log { lines: lines.iter().map(line).collect(), cut: false }
}

#[tokio::test(start_paused = true)]
async fn each_verb_asks_acts_and_says_what_became_of_it() {
    let bench = over(vec![container("web", Running, "", "", "")]).await;
    bench.says("/stop web").await;
    bench.presses("Yes, stop").await;
    bench.pass(seconds(9)).await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 Stop web? It is up now.\nIt has run for 1 h 30 min.\nStopping may take up to 10 s.\n[Yes, stop] [Leave it]",
            "10:00:00 (edited) ⏳ Stopping web …",
            "10:00:03 (edited) ✅ web was stopped in 3 s.\n[▶ Start] [📋 Logs] [🐳 Containers]",
        ]
    );
    bench.presses("Start").await;
    bench.presses("Yes, start").await;
    bench.pass(seconds(11)).await;
    assert_eq!(
        bench.said(),
        [
            "10:00:09 (edited) Start web? It is stopped now.\n[Yes, start] [Leave it]",
            "10:00:09 (edited) ⏳ Starting web …",
            "10:00:12 (edited) ⏳ web is running; I am watching it for a few seconds …",
            "10:00:17 (edited) ✅ web was started in 3 s and is running.\n[📋 Logs] [🐳 Containers]",
        ]
    );
    bench.says("/pause web").await;
    bench.presses("Yes, pause").await;
    bench.pass(seconds(5)).await;
    bench.presses("Unpause").await;
    bench.presses("Yes, unpause").await;
    bench.pass(seconds(5)).await;
    assert_eq!(
        bench.said(),
        [
            "10:00:20 Pause web? It is up now.\nIt keeps its memory and answers nobody until it is unpaused.\n[Yes, pause] [Leave it]",
            "10:00:20 (edited) ⏳ Pausing web …",
            "10:00:23 (edited) ⏸ web is paused.\n[⏯ Unpause] [🐳 Containers]",
            "10:00:25 (edited) Unpause web? It is paused now.\n[Yes, unpause] [Leave it]",
            "10:00:25 (edited) ⏳ Unpausing web …",
            "10:00:28 (edited) ✅ web is unpaused and running.\n[📋 Logs] [🐳 Containers]",
        ]
    );
    bench.says("/kill web").await;
    bench.presses("Yes, kill").await;
    bench.pass(seconds(5)).await;
    assert_eq!(
        bench.said(),
        [
            "10:00:30 Kill web? It is up now.\nIt ends at once and cannot finish what it is writing.\n[Yes, kill] [Leave it]",
            "10:00:30 (edited) ⏳ Killing web …",
            "10:00:33 (edited) ✅ web was killed.\n[▶ Start] [📋 Logs] [🐳 Containers]",
        ]
    );
    assert_eq!(acts(&bench), ["stop web", "start web", "pause web", "unpause web", "kill web"]);
}

#[tokio::test(start_paused = true)]
async fn a_question_says_what_else_it_reaches() {
    let vpn =
        Container { volumes: vec!["vpn-keys".to_owned()], ..container("vpn", Running, "", "", "bridge") };
    let all = vec![
        vpn.clone(),
        container("torrent", Running, "", "", "container:id-vpn"),
        container("indexer", Running, "", "", "container:torrent"),
    ];
    let bench = over(all).await;
    let port = |outside, inside, protocol: &str| PublishedPort {
        inside,
        protocol: protocol.to_owned(),
        address: "0.0.0.0".to_owned(),
        outside,
    };
    bench.world.set_detail(ContainerDetail {
        stop_timeout: Some(seconds(60)),
        ports: vec![port(8080, 80, "tcp"), port(51820, 51820, "udp")],
        ..detail(&bench, &vpn)
    });
    bench.says("/stop vpn").await;
    bench.says("/restart vpn").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 Stop vpn? It is up now.\nIt has run for 1 h 30 min.\nStopping may take up to 1 min.\nPorts: 8080→80, 51820/udp\nVolumes, which stay as they are: vpn-keys\n⚠️ Left without a network, as they share it: indexer, torrent\n[Yes, stop] [Leave it]",
            "10:00:00 Restart vpn? It is up now.\nIt has run for 1 h 30 min.\nStopping may take up to 1 min 20 s.\nPorts: 8080→80, 51820/udp\nVolumes, which stay as they are: vpn-keys\nRestarted afterwards, as they share its network: torrent, indexer\n[Yes, restart] [Leave it]",
        ]
    );
    bench.presses("Yes, restart").await;
    bench.pass(seconds(20)).await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 (edited) ⏳ Restarting vpn (1 of 3) …",
            "10:00:03 (edited) ⏳ Restarting torrent (2 of 3) …\n✅ vpn",
            "10:00:06 (edited) ⏳ Restarting indexer (3 of 3) …\n✅ vpn, torrent",
            "10:00:09 (edited) ⏳ All 3 are done; I am watching them for a few seconds …",
            "10:00:14 (edited) ✅ Restarted: 3 of 3, in 14 s\n✅ vpn, torrent, indexer\n[🐳 Containers]",
        ]
    );
    assert_eq!(acts(&bench), ["restart vpn", "restart torrent", "restart indexer"]);
}

#[tokio::test(start_paused = true)]
async fn a_project_is_stopped_from_the_top_and_started_from_the_bottom() {
    let bench = over(shop()).await;
    bench.says("/stop shop").await;
    bench.presses("Yes, stop").await;
    bench.pass(seconds(20)).await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 Stop project shop: 3 containers?\nIn this order: web → api → db\nStopping may take up to 30 s.\nLeft as they are: shop-init-1 (stopped)\n[Yes, stop] [Leave it]",
            "10:00:00 (edited) ⏳ Stopping shop-web-1 (1 of 3) …",
            "10:00:03 (edited) ⏳ Stopping shop-api-1 (2 of 3) …\n✅ web",
            "10:00:06 (edited) ⏳ Stopping shop-db-1 (3 of 3) …\n✅ web, api",
            "10:00:09 (edited) ✅ Stopped: 3 of 3, in 9 s · shop\n✅ web, api, db\n[🐳 Containers]",
        ]
    );
    bench.says("/start shop").await;
    bench.presses("Yes, start").await;
    bench.pass(seconds(30)).await;
    assert_eq!(
        acts(&bench)[3..],
        ["start shop-db-1", "start shop-api-1", "start shop-init-1", "start shop-web-1"]
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_needed_is_waited_for_until_its_check_passes() {
    let bench = over(shop()).await;
    let db = &shop()[1];
    bench.says("/restart shop").await;
    bench.world.set_detail(ContainerDetail { health: Some(Health::Starting), ..detail(&bench, db) });
    bench.presses("Yes, restart").await;
    bench.pass(seconds(8)).await;
    assert_eq!(acts(&bench), ["restart shop-db-1"], "the others wait for it");
    let now = ContainerDetail {
        health: Some(Health::Healthy),
        started: Some(bench.clock.now() - seconds(5)),
        ..detail(&bench, db)
    };
    let began = bench.world.calls().len();
    assert!(0 < began);
    bench.world.set_detail(ContainerDetail { started: started(&bench, "id-shop-db-1").await, ..now });
    bench.pass(seconds(20)).await;
    assert_eq!(acts(&bench), ["restart shop-db-1", "restart shop-api-1", "restart shop-web-1"]);
    let said = bench.said();
    assert!(said.last().is_some_and(|it| it.contains("✅ Restarted: 3 of 3")), "{said:#?}");
}

/// When the container of this id was started, by its own word.
async fn started(bench: &Bench, id: &str) -> Option<jiff::Timestamp> {
    use jobs::ports::Engine as _;
    bench.world.inspect(id).await.expect("it is there").started
}

#[tokio::test(start_paused = true)]
async fn what_ends_again_is_seen_to_end_and_its_last_line_is_shown() {
    let web = container("web", Running, "", "", "");
    let bench = over(vec![web.clone()]).await;
    bench.world.set_log("web", log(&["listening", "panic: no config", ""]));
    bench.says("/restart web").await;
    bench.presses("Yes, restart").await;
    bench.pass(seconds(4)).await;
    let began = started(&bench, "id-web").await;
    bench.world.set_detail(ContainerDetail {
        state: Exited,
        started: began,
        finished: began.map(|it| it + seconds(2)),
        exit_code: Some(1),
        ..detail(&bench, &web)
    });
    bench.pass(seconds(5)).await;
    assert_eq!(
        bench.said()[3..],
        [
            "10:00:05 (edited) 🔴 web was restarted and ended again after 2 s, exit code 1.\npanic: no config\n[📋 Logs] [🐳 Containers]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_check_that_begins_anew_is_waited_for() {
    let web = Container { health: Some(Health::Healthy), ..container("web", Running, "", "", "") };
    let bench = over(vec![web.clone()]).await;
    bench.world.set_detail(ContainerDetail { health: Some(Health::Starting), ..detail(&bench, &web) });
    bench.says("/restart web").await;
    bench.presses("Yes, restart").await;
    bench.pass(seconds(10)).await;
    let began = started(&bench, "id-web").await;
    bench.world.set_detail(ContainerDetail { started: began, ..detail(&bench, &web) });
    bench.pass(seconds(5)).await;
    assert_eq!(
        bench.said()[3..],
        [
            "10:00:11 (edited) ✅ web was restarted in 3 s and is running. Its health check passes.\n[📋 Logs] [🐳 Containers]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_does_not_answer_is_not_believed_but_the_container_is() {
    let bench = over(vec![container("web", Running, "", "", "")]).await;
    bench.engine.is(Mood::Wordless);
    bench.says("/stop web").await;
    bench.presses("Yes, stop").await;
    bench.pass(seconds(30)).await;
    assert_eq!(
        bench.said()[2..],
        ["10:00:20 (edited) ✅ web was stopped in 20 s.\n[▶ Start] [📋 Logs] [🐳 Containers]"]
    );
    let bench = over(vec![container("web", Running, "", "", "")]).await;
    bench.engine.is(Mood::Deaf);
    bench.says("/stop web").await;
    bench.presses("Yes, stop").await;
    bench.pass(seconds(60)).await;
    assert_eq!(
        bench.said()[2..],
        [
            "10:00:28 (edited) ❔ Docker has not answered about web, and so far nothing has changed. It may still happen: look again in a minute.\nno answer within 20 s\n[🔄 Look again] [💥 Kill] [🐳 Containers]",
        ]
    );
    // It goes away half-way: then nobody can say.
    bench.says("/restart web").await;
    bench.presses("Yes, restart").await;
    bench.pass(seconds(5)).await;
    bench.engine.is(Mood::Silent);
    bench.pass(seconds(90)).await;
    assert_eq!(
        bench.said()[2..],
        [
            "10:01:53 (edited) ❔ What came of the order for web is unknown. Look again, or on the server: docker ps -a.\nunreachable: no answer within 5 s\n[🔄 Look again] [📋 Logs] [🐳 Containers]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn when_the_engine_goes_the_rest_is_not_tried() {
    let bench = over(shop()).await;
    bench.says("/stop shop").await;
    bench.presses("Yes, stop").await;
    bench.pass(seconds(4)).await;
    bench.engine.is(Mood::Silent);
    bench.pass(seconds(120)).await;
    let said = bench.said();
    let last = said.last().map(String::as_str).unwrap_or_default();
    assert!(last.contains("⚠️ Stopped: only 1 of 3"), "{last}");
    assert!(last.contains("⚪ Not tried: db"), "{last}");
    assert_eq!(acts(&bench), ["stop shop-web-1", "stop shop-api-1"]);
}

#[tokio::test(start_paused = true)]
async fn after_two_orders_without_an_answer_no_more_are_given() {
    let bench = over(shop()).await;
    bench.engine.is(Mood::Deaf);
    bench.says("/stop shop").await;
    bench.presses("Yes, stop").await;
    bench.pass(seconds(90)).await;
    let said = bench.said();
    assert_eq!(
        said.last().map(String::as_str),
        Some(
            "10:00:56 (edited) ⚠️ Stopped: only 0 of 3, in 56 s · shop\n❔ No answer from Docker, nothing has changed so far, it may still happen: web, api\n⚪ Not tried: db\n[🐳 Containers]"
        )
    );
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_said_in_the_engines_words() {
    let bench = over(vec![container("web", Exited, "", "", "")]).await;
    bench.world.refuse("act", EngineError::Refused("port is already allocated".to_owned()));
    bench.says("/start web").await;
    bench.presses("Yes, start").await;
    bench.pass(seconds(5)).await;
    assert_eq!(
        bench.said()[2..],
        [
            "10:00:00 (edited) ⚠️ web has not been started.\nport is already allocated\n[🔄 Look again] [📋 Logs] [🐳 Containers]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_so_already_is_said_and_not_done() {
    let all = vec![container("web", Exited, "", "", ""), container("db", Paused, "", "", "")];
    let bench = over(all).await;
    for line in ["/stop web", "/start db", "/pause web", "/unpause web", "/stop web web"] {
        bench.says(line).await;
        bench.pass(seconds(2)).await;
    }
    bench.presses("Start").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 web is stopped already.\n[▶ Start]",
            "10:00:02 db is paused. You may mean this:\n[⏯ Unpause]",
            "10:00:04 web is stopped; that cannot be done to it now.\n[▶ Start]",
            "10:00:06 web is stopped. You may mean this:\n[▶ Start]",
            "10:00:08 web is stopped already.\n[▶ Start]",
            "10:00:10 (edited) Start web? It is stopped now.\n[Yes, start] [Leave it]",
        ]
    );
    assert_eq!(acts(&bench), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn who_is_meant_is_asked_when_it_is_not_clear() {
    let mut all = shop();
    all.push(container("shop", Running, "", "", ""));
    let bench = over(all).await;
    bench.says("/restart shop").await;
    bench.presses("shop, all 4").await;
    bench.says("/restart shop").await;
    bench.presses("🟢 shop").await;
    bench.pass(seconds(10)).await;
    bench.says("/restart sho").await;
    bench.says("/restart web shpo").await;
    // The rest of the order is kept.
    bench.presses("shop").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 A container and a project are called shop. Which one?\n[🟢 shop]\n[📦 shop, all 4]\n[Leave it]",
            "10:00:00 (edited) Restart project shop: 3 containers?\nIn this order: db → api → web\nStopping may take up to 30 s.\nLeft as they are: shop-init-1 (stopped)\n[Yes, restart] [Leave it]",
            "10:00:00 A container and a project are called shop. Which one?\n[🟢 shop]\n[📦 shop, all 4]\n[Leave it]",
            "10:00:00 (edited) Restart shop? It is up now.\nIt has run for 1 h 30 min.\nStopping may take up to 10 s.\n[Yes, restart] [Leave it]",
            "10:00:10 Nothing is called exactly sho; 6 names have it as a part. Which one?\n[📦 shop, all 4]\n[🟢 shop-web-1]\n[🟢 shop-db-1]\n[🟢 shop-api-1]\n[⚪ shop-init-1]\n[🟢 shop]\n[Leave it]",
            "10:00:10 There is no container shpo. Did you mean:\n[shop]",
            "10:00:10 (edited) A container and a project are called shop. Which one?\n[🟢 shop]\n[📦 shop, all 4]\n[Leave it]",
        ]
    );
    bench.presses("🟢 shop").await;
    let said = bench.said();
    assert!(said[0].contains("Restart 2 containers?\nIn this order: shop → shop-web-1"), "{said:#?}");
    assert_eq!(acts(&bench), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn several_at_once_are_one_question() {
    let bench = over(shop()).await;
    bench.says("/restart web db").await;
    bench.presses("Yes, restart").await;
    bench.pass(seconds(20)).await;
    let said = bench.said();
    assert_eq!(
        said[0],
        "10:00:00 Restart 2 containers?\nIn this order: shop-db-1 → shop-web-1\nStopping may take up to 20 s.\nDepend on it: shop-api-1\n[Yes, restart] [Leave it]"
    );
    assert_eq!(acts(&bench), ["restart shop-db-1", "restart shop-web-1"]);
}

#[tokio::test(start_paused = true)]
async fn nobody_lays_hands_on_us_on_what_is_protected_or_on_our_own_network() {
    let mut all = shop();
    all[1].labels.push((PROTECT.to_owned(), "true".to_owned()));
    all.push(container("vpn", Running, "", "", ""));
    all.push(container("vakhta", Running, "shop/vakhta", "", "container:id-vpn"));
    let bench = over(all).await;
    bench.world.set_own_container(Some("id-vakhta"));
    for line in ["/stop vakhta", "/kill db", "/restart vpn"] {
        bench.says(line).await;
    }
    bench.says("/stop shop").await;
    bench.presses("Yes, stop").await;
    bench.pass(seconds(20)).await;
    let said = bench.said();
    let expected = [
        "10:00:00 vakhta is Vakhta itself, and I do not lay hands on myself; use docker compose on the server.",
        "10:00:00 shop-db-1 is labelled vakhta.protect=true: hands off.",
        "10:00:00 Vakhta uses the network of vpn: I would cut myself off and could not tell you how it went. Do it on the server.",
        "10:00:00 Stop project shop: 2 containers?\nIn this order: web → api\nStopping may take up to 20 s.\nLeft as they are: shop-init-1 (stopped)\nshop-db-1 is labelled vakhta.protect=true: hands off.\nvakhta is Vakhta itself, and I do not lay hands on myself; use docker compose on the server.\n[Yes, stop] [Leave it]",
    ];
    assert_eq!(said[..4], expected);
    assert_eq!(acts(&bench), ["stop shop-web-1", "stop shop-api-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_protected_one_in_a_shared_network_is_left_alone_and_named() {
    let mut all = vec![
        container("vpn", Running, "", "", ""),
        container("torrent", Running, "", "", "container:id-vpn"),
    ];
    all[1].labels.push((PROTECT.to_owned(), "true".to_owned()));
    let bench = over(all).await;
    bench.says("/restart vpn").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 Restart vpn? It is up now.\nIt has run for 1 h 30 min.\nStopping may take up to 10 s.\n⚠️ Left without a network, as they share it: torrent\ntorrent is labelled vakhta.protect=true: hands off.\n[Yes, restart] [Leave it]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_vanished_or_was_made_anew_since_the_question_is_noticed() {
    let bench = over(vec![container("web", Running, "", "", "")]).await;
    bench.says("/stop web").await;
    bench.world.set_containers(Vec::new());
    bench.presses("Yes, stop").await;
    bench.world.set_containers(vec![container("web", Running, "", "", "")]);
    bench.says("/stop web").await;
    let anew = Container { id: "id-other".to_owned(), ..container("web", Running, "", "", "") };
    bench.world.set_containers(vec![anew]);
    bench.presses("Yes, stop").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 Stop web? It is up now.\nIt has run for 1 h 30 min.\nStopping may take up to 10 s.\n[Yes, stop] [Leave it]",
            "10:00:00 (edited) web is not there any more.",
            "10:00:00 Stop web? It is up now.\nIt has run for 1 h 30 min.\nStopping may take up to 10 s.\n[Yes, stop] [Leave it]",
            "10:00:00 (edited) web was made anew since you were asked, and may be another one. Ask again if you mean it.\n[⏹ Stop]",
        ]
    );
    assert_eq!(acts(&bench), [""; 0]);

    // An update: the same service of the same project.
    let bench = over(shop()).await;
    bench.says("/stop web").await;
    let mut updated = shop();
    updated[0].id = "id-new".to_owned();
    bench.world.set_containers(updated);
    bench.presses("Yes, stop").await;
    bench.pass(seconds(5)).await;
    let said = bench.said();
    assert!(said.last().is_some_and(|it| it.contains("I took the new one of the same service")), "{said:#?}");
    assert_eq!(acts(&bench), ["stop new"]);

    // A project that has grown is asked about again.
    let bench = over(shop()).await;
    bench.says("/stop shop").await;
    let mut grown = shop();
    grown.push(container("shop-cache-1", Running, "shop/cache", "", ""));
    bench.world.set_containers(grown);
    bench.presses("Yes, stop").await;
    let said = bench.said();
    assert!(said[1].contains("Its containers have changed") && said[1].contains("4 containers"), "{said:#?}");
    assert_eq!(acts(&bench), [""; 0]);
    bench.presses("Yes, stop").await;
    bench.pass(seconds(20)).await;
    assert_eq!(acts(&bench).len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_thumb_that_trembles_acts_once_also_on_a_project() {
    let bench = over(shop()).await;
    bench.says("/restart shop").await;
    bench.chat.press(super::OWNER, super::OWNER, "Yes, restart");
    bench.chat.press(super::OWNER, super::OWNER, "Yes, restart");
    bench.presses("Yes, restart").await;
    bench.pass(seconds(30)).await;
    assert_eq!(acts(&bench).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn start_without_a_name_greets_and_with_one_acts() {
    let bench = over(vec![container("web", Exited, "", "", "")]).await;
    bench.says("/start").await;
    bench.says("/start web").await;
    let said = bench.said();
    assert!(said[0].contains("[📊 Status]") && !said[0].contains("order is"), "{said:#?}");
    assert_eq!(said[1], "10:00:00 Start web? It is stopped now.\n[Yes, start] [Leave it]");
}

#[tokio::test(start_paused = true)]
async fn a_list_has_numbers_that_open_a_container_and_lead_back_to_their_page() {
    let all: Vec<Container> =
        (1..=23).map(|it| container(&format!("c{it:02}"), Running, "", "", "")).collect();
    let bench = over(all).await;
    for (metric, value) in [("container.cpu", 12.4), ("container.memory", 256.0 * 1024.0 * 1024.0)] {
        let key = SeriesKey::of(metric, "c14");
        bench.database.append(&[Sample { key, at: bench.clock.now(), value }]).expect("it takes them");
    }
    bench.says("/ps").await;
    bench.presses("2/3 ▶").await;
    bench.presses("4").await;
    bench.presses("◀ List").await;
    let second = "🐳 23 running of 23\n1 🟢 c11 · up\n2 🟢 c12 · up\n3 🟢 c13 · up\n4 🟢 c14 · up · 12 % · 256 MiB\n5 🟢 c15 · up\n6 🟢 c16 · up\n7 🟢 c17 · up\n8 🟢 c18 · up\n9 🟢 c19 · up\n10 🟢 c20 · up\n[1] [2] [3] [4] [5]\n[6] [7] [8] [9] [10]\n[◀ 1/3] [3/3 ▶]\n[🔄 Refresh]";
    assert_eq!(
        bench.said(),
        [
            "10:00:00 🐳 23 running of 23\n1 🟢 c01 · up\n2 🟢 c02 · up\n3 🟢 c03 · up\n4 🟢 c04 · up\n5 🟢 c05 · up\n6 🟢 c06 · up\n7 🟢 c07 · up\n8 🟢 c08 · up\n9 🟢 c09 · up\n10 🟢 c10 · up\n[1] [2] [3] [4] [5]\n[6] [7] [8] [9] [10]\n[2/3 ▶]\n[🔄 Refresh]",
            &format!("10:00:00 (edited) {second}"),
            "10:00:00 (edited) 🟢 c14\nup\nCPU 12 % of a core · memory 256 MiB\n[🔁 Restart] [⏹ Stop] [⏸ Pause]\n[📋 Logs] [📊 Stats]\n[📈 Graph] [🔎 Inspect]\n[◀ List] [🔄 Refresh]",
            &format!("10:00:00 (edited) {second}"),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_container_that_is_alone_in_its_list_is_shown_at_once() {
    let bench = over(shop()).await;
    bench.says("/ps db").await;
    bench.says("/box web").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 🟢 shop-db-1\nup\nProject shop, service db\n[🔁 Restart] [⏹ Stop] [⏸ Pause]\n[📋 Logs] [📊 Stats]\n[📈 Graph] [🔎 Inspect]\n[◀ List] [🔄 Refresh]",
            "10:00:00 🟢 shop-web-1\nup\nProject shop, service web\n[🔁 Restart] [⏹ Stop] [⏸ Pause]\n[📋 Logs] [📊 Stats]\n[📈 Graph] [🔎 Inspect]\n[◀ List] [🔄 Refresh]",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn russians_are_asked_in_russian() {
    let setup = Setup { rules: &[], jobs: &[], language: Language::Fixed("ru"), ..Setup::default() };
    let bench = Bench::start(setup).await;
    let all = shop();
    all.iter().for_each(|it| bench.world.set_detail(detail(&bench, it)));
    bench.world.set_containers(all);
    bench.says("/restart shop").await;
    bench.presses("Да, перезапустить").await;
    bench.pass(seconds(30)).await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 Перезапустить проект shop: 3 контейнера?\nПо порядку: db → api → web\nОстановка может занять до 30 с.\nОстанутся как есть: shop-init-1 (остановлен)\n[Да, перезапустить] [Не надо]",
            "10:00:00 (edited) ⏳ Перезапускаю shop-db-1 (1 из 3) …",
            "10:00:03 (edited) ⏳ Перезапускаю shop-api-1 (2 из 3) …\n✅ db",
            "10:00:06 (edited) ⏳ Перезапускаю shop-web-1 (3 из 3) …\n✅ db, api",
            "10:00:09 (edited) ⏳ Всё сделано (3); понаблюдаю несколько секунд …",
            "10:00:14 (edited) ✅ Перезапущено: 3 из 3, за 14 с · shop\n✅ db, api, web\n[🐳 Контейнеры]",
        ]
    );
}
