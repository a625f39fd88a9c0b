//! What Docker does not let us do is found out, said, and not offered.

use jobs::fakes::{Call, scenes};
use jobs::ports::{Allowed, ContainerState, Heard, Permission, Profile, Right};

use super::{Bench, Setup, minutes};
use crate::config::Language;

async fn quiet() -> Bench {
    let bench = Bench::start(Setup { rules: &[], ..Setup::default() }).await;
    bench.world.set_containers(vec![scenes::container("web", ContainerState::Running)]);
    bench
}

#[tokio::test(start_paused = true)]
async fn what_is_forbidden_is_said_at_once_and_nothing_is_asked_of_docker() {
    let bench = quiet().await;
    bench.world.set_allowed(Allowed::profile(Profile::Viewer));
    bench.says("/restart web").await;
    assert_eq!(
        bench.said(),
        [
            "10:00:00 🔒 The filter before Docker does not allow this: restarting containers. Nothing was done.\nTo allow \
          it, vakhta docker-policy --profile operator prints what the proxy has to let through."
        ]
    );
    assert!(!bench.world.calls().iter().any(Call::has_effect));
    bench.world.set_allowed(Allowed::profile(Profile::Operator));
    bench.says("/restart web").await;
    let question = bench.said().join("");
    assert!(question.contains("Restart web?"), "{question}");
    // Forbidden meanwhile: the button that is there already says so, and does nothing.
    bench.world.set_allowed(Allowed::profile(Profile::Viewer));
    bench.presses("Yes, restart").await;
    assert!(bench.said().join("").contains("does not allow this"));
    assert!(!bench.world.calls().iter().any(Call::has_effect));
}

#[tokio::test(start_paused = true)]
async fn what_an_engine_does_not_know_is_no_filters_fault() {
    let bench = quiet().await;
    let mut allowed = Allowed::profile(Profile::Healer);
    allowed.learn(Right::Restart, Permission::Missing);
    bench.world.set_allowed(allowed);
    bench.says("/restart web").await;
    assert_eq!(
        bench.said(),
        ["10:00:00 🐳 This engine does not know how: restarting containers. Nothing was done."]
    );
}

#[tokio::test(start_paused = true)]
async fn help_marks_what_is_locked_and_health_says_how_far_it_reaches() {
    let bench = quiet().await;
    bench.says("/help").await;
    assert!(!bench.said().join("").contains('🔒'));
    bench.world.set_allowed(Allowed::profile(Profile::Viewer));
    bench.says("/help").await;
    let help = bench.said().join("");
    assert!(help.contains("🔒/restart") && help.contains("  /ps") && help.contains("  /logs"), "{help}");
    bench.presses("Act").await;
    let help = bench.said().join("");
    assert!(help.contains("\n🔒 /restart — ") && help.contains("\n/mute — "), "{help}");
    assert!(help.contains("🔒 is what the filter before Docker does not allow."), "{help}");
    bench.says("/health").await;
    assert!(bench.said().join("").contains("\n🔒 Docker: read only.\n"));
    let mut odd = Allowed::profile(Profile::Healer);
    odd.learn(Right::Logs, Permission::No);
    odd.learn(Right::Kill, Permission::No);
    bench.world.set_allowed(odd);
    bench.says("/health").await;
    assert!(bench.said().join("").contains("\n🔒 Docker: forbidden are logs, killing containers.\n"));
}

#[tokio::test(start_paused = true)]
async fn it_is_found_out_at_the_start_every_hour_and_when_the_engine_is_back() {
    let bench = quiet().await;
    assert_eq!(bench.world.probes(), 1);
    bench.pass(minutes(59)).await;
    assert_eq!(bench.world.probes(), 1);
    bench.pass(minutes(2)).await;
    assert_eq!(bench.world.probes(), 2);
    bench.engine_says(Heard::Lost("the stream ended".to_owned())).await;
    assert_eq!(bench.world.probes(), 2);
    bench.engine_says(Heard::Listed(Vec::new())).await;
    assert_eq!(bench.world.probes(), 3);
    bench.engine_says(Heard::Listed(Vec::new())).await;
    assert_eq!(bench.world.probes(), 3);
}

#[tokio::test(start_paused = true)]
async fn the_first_word_of_a_watch_says_that_it_may_only_look() {
    let setup = || Setup { rules: &[], greets: true, language: Language::Fixed("ru"), ..Setup::default() };
    let mut bench = Bench::start(setup()).await;
    assert!(!bench.said().join("").contains('🔒'));
    bench.world.set_allowed(Allowed::profile(Profile::Viewer));
    bench.pass(minutes(5)).await;
    bench.restart_after(std::time::Duration::from_secs(600)).await;
    let said = bench.said().join("");
    assert!(said.ends_with("\n🔒 Docker: только чтение."), "{said}");
}
