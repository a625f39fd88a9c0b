//! The containers that other tests are made of behave as they are told to, on the engine at hand.

#[path = "support/engine.rs"]
mod engine;

use engine::{Container, docker};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);

#[test]
#[ignore = "needs a container engine"]
fn a_subject_writes_the_lines_it_was_told_to_and_stays() {
    let talker = Container::start("talker", &["say", "первая строка", "second & <third>"]);
    talker.wait_until("{{.State.Status}}", "running", SOON);
    assert_eq!(docker(&["logs", "--tail", "1", talker.name()]), "second & <third>");
    assert_eq!(talker.log(), "первая строка\nsecond & <third>");
}

#[test]
#[ignore = "needs a container engine"]
fn a_subject_ends_with_the_code_it_was_told_to() {
    let failing = Container::start("failing", &["exit", "42"]);
    failing.wait_until("{{.State.Status}}/{{.State.ExitCode}}", "exited/42", SOON);
}

#[test]
#[ignore = "needs a container engine"]
fn a_subject_falls_ill_and_is_well_again_after_a_restart() {
    let patient = Container::start_with("patient", &[], &["ill", "2"]);
    patient.wait_until("{{.State.Health.Status}}", "healthy", SOON);
    patient.wait_until("{{.State.Health.Status}}", "unhealthy", SOON);
    docker(&["restart", "--time", "0", patient.name()]);
    patient.wait_until("{{.State.Health.Status}}", "healthy", SOON);
}

#[test]
#[ignore = "needs a container engine"]
fn a_subject_that_eats_is_killed_for_want_of_memory() {
    let eater = Container::start_with("eater", &["--no-healthcheck", "--memory", "24m"], &["eat", "200"]);
    eater.wait_until("{{.State.OOMKilled}}/{{.State.ExitCode}}", "true/137", SOON);
}

#[test]
#[ignore = "needs a container engine"]
fn a_subject_does_not_hear_a_request_to_stop_unless_an_init_hears_it() {
    let deaf = Container::start("deaf", &["wait"]);
    docker(&["stop", "--time", "1", deaf.name()]);
    assert_eq!(deaf.inspect("{{.State.ExitCode}}"), "137");
    let hearing = Container::start_with("hearing", &["--init", "--no-healthcheck"], &["wait"]);
    docker(&["stop", "--time", "10", hearing.name()]);
    assert_eq!(hearing.inspect("{{.State.ExitCode}}"), "143");
}

#[test]
#[ignore = "needs a container engine"]
fn a_container_is_gone_with_its_guard() {
    let brief = Container::start("brief", &["wait"]);
    let name = brief.name().to_owned();
    drop(brief);
    assert_eq!(docker(&["ps", "--all", "--quiet", "--filter", &format!("name=^{name}$")]), "");
}
