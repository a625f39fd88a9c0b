//! Decisions about hands, on data.

use super::*;
use crate::fakes::scenes;
use crate::fakes::scenes::at;

use ContainerState::{Created, Dead, Exited, Other, Paused, Removing, Restarting, Running, Unsaid};

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

/// A shop: db, then api, then web; a worker that has ended; and a torrent in the network of a vpn.
fn town() -> Vec<Container> {
    vec![
        container("web", Running, "shop/web", "api:service_started:false", ""),
        container("db", Running, "shop/db", "", ""),
        container("api", Running, "shop/api", "db:service_healthy:true", ""),
        container("init", Exited, "shop/init", "db:service_healthy:true", ""),
        container("vpn", Running, "", "", "bridge"),
        container("torrent", Running, "", "", "container:id-vpn"),
        container("indexer", Running, "", "", "container:torrent"),
        container("resting", Exited, "", "", "container:id-vpn"),
        container("alone", Running, "", "", ""),
    ]
}

/// What is done, in order, and who is named besides.
fn planned(verb: Verb, targets: &[&str], by_project: bool) -> (Vec<String>, [Vec<String>; 3]) {
    let all = town();
    let targets: Vec<Target<'_>> = targets
        .iter()
        .map(|name| {
            let container = all.iter().find(|it| it.name == *name).expect("of the town");
            Target { container, by_project }
        })
        .collect();
    let plan = plan(verb, &targets, &all);
    let names = |all: &[&Container]| all.iter().map(|it| it.name.clone()).collect();
    let step = |it: &Step<'_>| match it.after {
        Some(parent) => format!("{} {} after {parent}", it.verb.name(), it.container.name),
        None => format!("{} {}", it.verb.name(), it.container.name),
    };
    (
        plan.steps.iter().map(step).collect(),
        [names(&plan.left), names(&plan.severed), names(&plan.dependants)],
    )
}

#[track_caller]
fn check(verb: Verb, targets: &[&str], by_project: bool, steps: &[&str], besides: [&[&str]; 3]) {
    let (done, named) = planned(verb, targets, by_project);
    assert_eq!(done, steps, "{verb:?} {targets:?}");
    assert_eq!(named, besides.map(<[&str]>::to_vec), "{verb:?} {targets:?}: left, severed, dependants");
}

#[test]
fn a_project_is_started_from_the_bottom_and_stopped_from_the_top() {
    let shop = ["api", "db", "init", "web"];
    check(Verb::Stop, &shop, true, &["stop web", "stop api", "stop db"], [&["init"], &[], &[]]);
    check(Verb::Restart, &shop, true, &["restart db", "restart api", "restart web"], [&["init"], &[], &[]]);
    check(Verb::Start, &shop, true, &["start init"], [&["api", "db", "web"], &[], &[]]);
    check(Verb::Pause, &shop, true, &["pause web", "pause api", "pause db"], [&["init"], &[], &[]]);
}

#[test]
fn what_was_asked_by_name_is_restarted_though_it_had_ended() {
    check(Verb::Restart, &["init"], false, &["restart init"], [&[], &[], &[]]);
}

#[test]
fn those_in_the_network_of_what_restarts_are_restarted_after_it() {
    check(
        Verb::Restart,
        &["vpn"],
        false,
        &["restart vpn", "restart torrent after vpn", "restart indexer after torrent"],
        [&[], &[], &[]],
    );
    check(Verb::Stop, &["vpn"], false, &["stop vpn"], [&[], &["indexer", "torrent"], &[]]);
    check(Verb::Kill, &["vpn"], false, &["kill vpn"], [&[], &["indexer", "torrent"], &[]]);
    check(Verb::Pause, &["vpn"], false, &["pause vpn"], [&[], &[], &["indexer", "torrent"]]);
    check(Verb::Start, &["vpn"], false, &[], [&["vpn"], &[], &[]]);
}

#[test]
fn those_that_depend_on_it_are_named_near_and_far() {
    check(Verb::Stop, &["db"], false, &["stop db"], [&[], &[], &["api", "web"]]);
    check(Verb::Restart, &["db", "api"], false, &["restart db", "restart api"], [&[], &[], &["web"]]);
    check(Verb::Stop, &["alone"], false, &["stop alone"], [&[], &[], &[]]);
}

#[test]
fn a_circle_of_needs_ends() {
    let circle = [
        container("a", Running, "p/a", "b:x:y", ""),
        container("b", Running, "p/b", "c:x:y", ""),
        container("c", Running, "p/c", "a:x:y", "container:b"),
        container("d", Running, "p/d", "a:x:y", ""),
        container("n", Running, "", "", "container:m"),
        container("m", Running, "", "", "container:n"),
    ];
    let targets: Vec<Target<'_>> =
        circle.iter().map(|container| Target { container, by_project: true }).collect();
    let plan = plan(Verb::Restart, &targets, &circle);
    let order: Vec<&str> = plan.steps.iter().map(|it| it.container.name.as_str()).collect();
    assert_eq!(order, ["m", "n", "a", "b", "c", "d"]);
    let one = [targets[4]];
    let plan = super::plan(Verb::Restart, &one, &circle);
    assert_eq!(plan.steps.len(), 2, "{plan:#?}");
}

#[test]
fn whose_network_a_container_uses_is_known_to_the_last() {
    let all = town();
    let hosts = |id: &str| network_of(&all, id).iter().map(|it| it.name.as_str()).collect::<Vec<_>>();
    assert_eq!(hosts("id-indexer"), ["torrent", "vpn"]);
    assert_eq!(hosts("id-vpn"), [""; 0]);
    assert_eq!(hosts("nobody"), [""; 0]);
    let circle =
        [container("n", Running, "", "", "container:m"), container("m", Running, "", "", "container:n")];
    assert_eq!(network_of(&circle, "id-n").len(), 2);
}

#[test]
fn a_step_knows_whether_a_later_one_waits_for_it() {
    let all = town();
    let targets: Vec<Target<'_>> =
        all[..3].iter().map(|container| Target { container, by_project: true }).collect();
    let plan = plan(Verb::Restart, &targets, &all);
    let needed: Vec<bool> = plan.steps.iter().map(|it| it.is_needed).collect();
    assert_eq!(needed, [true, true, false]);
}

#[test]
fn what_is_offered_would_be_done() {
    let states =
        [Created, Running, Paused, Restarting, Removing, Exited, Dead, Other("dizzy".into()), Unsaid];
    for state in states {
        for health in [None, Some(Health::Unhealthy)] {
            let container = Container { state: state.clone(), health, ..Container::default() };
            for verb in offered(&container) {
                assert_eq!(fit(*verb, &state), Fit::Acts, "{verb:?} {state:?}");
            }
        }
        for verb in Verb::ALL {
            if let Fit::Instead(other) = fit(verb, &state) {
                assert_eq!(fit(other, &state), Fit::Acts, "{verb:?} {state:?}");
            }
        }
    }
}

#[test]
fn a_container_is_found_again_by_its_id_its_service_or_not_at_all() {
    let known = Known::from(&container("shop-web-1", Running, "shop/web", "", ""));
    let anew = |name: &str, place: &str| Container {
        id: "other".to_owned(),
        ..container(name, Running, place, "", "")
    };
    let renamed =
        Container { name: "old".to_owned(), ..container("shop-web-1", Running, "shop/web", "", "") };
    assert_eq!(find(std::slice::from_ref(&renamed), &known), Found::Same(&renamed));
    let next = anew("shop-web-1", "shop/web");
    assert_eq!(find(std::slice::from_ref(&next), &known), Found::Successor(&next));
    let next = anew("3f_shop-web-1", "shop/web");
    assert_eq!(find(std::slice::from_ref(&next), &known), Found::Successor(&next));
    let two = [anew("shop-web-2", "shop/web"), anew("shop-web-3", "shop/web")];
    assert_eq!(find(&two, &known), Found::Gone);
    let other = anew("shop-web-1", "market/web");
    assert_eq!(find(std::slice::from_ref(&other), &known), Found::Stranger(&other));
    let loose = Known::from(&container("web", Running, "", "", ""));
    let other = anew("web", "");
    assert_eq!(find(std::slice::from_ref(&other), &loose), Found::Stranger(&other));
    assert_eq!(find(&[], &loose), Found::Gone);
}

fn detail(state: ContainerState, started: i64) -> ContainerDetail {
    ContainerDetail { state, started: Some(at(started)), exit_code: Some(1), ..ContainerDetail::default() }
}

#[test]
fn the_container_itself_weighs_more_than_the_engines_answer() {
    let unanswered = || Err(EngineError::Unanswered("slow".into()));
    let refused = || Err(EngineError::Refused("no".into()));
    let check = |verb, before: ContainerDetail, answer, after, expected: Outcome| {
        assert_eq!(judge(verb, &before, &answer, &after), expected, "{verb:?} {answer:?} {after:?}");
    };
    let running = || detail(Running, 0);
    // Restart.
    check(Verb::Restart, running(), Ok(()), Ok(detail(Running, 9)), Outcome::Done);
    check(Verb::Restart, running(), unanswered(), Ok(detail(Running, 9)), Outcome::Done);
    check(Verb::Restart, running(), refused(), Ok(detail(Running, 9)), Outcome::Done);
    check(Verb::Restart, running(), Ok(()), Ok(running()), Outcome::Not(None));
    check(Verb::Restart, running(), unanswered(), Ok(running()), Outcome::Late("slow".into()));
    check(Verb::Restart, running(), refused(), Ok(running()), Outcome::Not(Some("no".into())));
    check(Verb::Restart, running(), unanswered(), Ok(detail(Exited, 0)), Outcome::Halfway);
    check(Verb::Restart, running(), Ok(()), Ok(detail(Exited, 9)), Outcome::Ended(Some(1)));
    check(
        Verb::Restart,
        detail(Exited, 0),
        refused(),
        Ok(detail(Exited, 0)),
        Outcome::Not(Some("no".into())),
    );
    check(Verb::Restart, running(), Ok(()), Ok(detail(Restarting, 9)), Outcome::Ended(Some(1)));
    // Start.
    check(Verb::Start, detail(Exited, 0), Ok(()), Ok(detail(Running, 9)), Outcome::Done);
    check(Verb::Start, detail(Exited, 0), Ok(()), Ok(detail(Exited, 9)), Outcome::Ended(Some(1)));
    check(Verb::Start, detail(Exited, 0), refused(), Ok(detail(Exited, 0)), Outcome::Not(Some("no".into())));
    // Stop and kill.
    for verb in [Verb::Stop, Verb::Kill] {
        check(verb, running(), unanswered(), Ok(detail(Exited, 0)), Outcome::Done);
        check(verb, running(), unanswered(), Ok(running()), Outcome::Late("slow".into()));
        check(verb, running(), Ok(()), Ok(detail(Running, 9)), Outcome::Back);
        let gone = || Err(EngineError::NoSuchContainer("web".into()));
        check(verb, running(), Ok(()), gone(), Outcome::Removed);
        check(verb, running(), Err(EngineError::NoSuchContainer("web".into())), gone(), Outcome::Vanished);
        check(
            verb,
            running(),
            Ok(()),
            Ok(detail(Other("stopped".into()), 0)),
            Outcome::Unknown("stopped".into()),
        );
    }
    // Pause and unpause.
    check(Verb::Pause, running(), Ok(()), Ok(detail(Paused, 0)), Outcome::Done);
    check(Verb::Pause, running(), Ok(()), Ok(detail(Exited, 0)), Outcome::Ended(Some(1)));
    check(
        Verb::Unpause,
        detail(Paused, 0),
        refused(),
        Ok(detail(Paused, 0)),
        Outcome::Not(Some("no".into())),
    );
    check(Verb::Unpause, detail(Paused, 0), Ok(()), Ok(running()), Outcome::Done);
    // Nobody can say.
    let away = || Err(EngineError::Unreachable("away".into()));
    check(Verb::Stop, running(), Ok(()), away(), Outcome::Unknown("unreachable: away".into()));
    check(Verb::Stop, running(), unanswered(), away(), Outcome::Unknown("unreachable: away".into()));
    check(
        Verb::Stop,
        running(),
        Err(EngineError::Unreachable("off".into())),
        away(),
        Outcome::Not(Some("off".into())),
    );
}

#[test]
fn how_it_fares_is_seen_in_what_has_changed_since_it_began() {
    let began = detail(Running, 10);
    let check = |now: ContainerDetail, expected| assert_eq!(fare(&began, &now), expected, "{now:?}");
    check(detail(Running, 10), Fare::Runs);
    check(ContainerDetail { health: Some(Health::Starting), ..detail(Running, 10) }, Fare::Starting);
    check(ContainerDetail { health: Some(Health::Healthy), ..detail(Running, 10) }, Fare::Healthy);
    check(ContainerDetail { health: Some(Health::Unhealthy), ..detail(Running, 10) }, Fare::Unhealthy);
    let lasted = Some(Duration::from_secs(2));
    let ended = ContainerDetail { finished: Some(at(12)), ..detail(Exited, 10) };
    check(ended, Fare::Ended { code: Some(1), lasted });
    check(detail(Restarting, 10), Fare::Loops(Some(1)));
    check(detail(Running, 11), Fare::Loops(Some(1)));
    check(ContainerDetail { restart_count: 1, ..detail(Running, 10) }, Fare::Loops(Some(1)));
}

#[test]
fn a_stop_may_last_as_long_as_the_container_says() {
    let minute =
        ContainerDetail { stop_timeout: Some(Duration::from_secs(60)), ..ContainerDetail::default() };
    let steps = [
        (Verb::Restart, Some(&minute)),
        (Verb::Stop, None),
        (Verb::Kill, Some(&minute)),
        (Verb::Start, None),
    ];
    assert_eq!(patience(steps), Duration::from_secs(70));
}
