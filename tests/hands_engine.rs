//! Hands on real containers: the real binary is told what to do in a chat, and `docker` says what became of it.

#[path = "support/botapi/mod.rs"]
mod botapi;
#[path = "support/engine.rs"]
mod engine;
#[allow(dead_code, reason = "shared with the suite of the binary, which uses all of it")]
#[path = "binary/ground.rs"]
mod ground;
#[allow(dead_code, reason = "shared with the suite of the binary, which uses all of it")]
#[path = "binary/watch.rs"]
mod watch;
#[path = "support/window.rs"]
mod window;

use std::path::PathBuf;

use botapi::{BotApi, Shown};
use engine::{Container, unique};
use ground::Ground;
use watch::{Watch, ask};
use window::{LABEL, Window};

/// The owner, and the private chat with them.
const OWNER: i64 = 42;
/// Nothing comes by itself.
const NOTHING_ELSE: &str = r#"
[[job]]
name = "sample"
run = "sample"
cron = "0 0 * * * *"
"#;

/// A watch, its chat, and its part of the engine.
struct Scene {
    api: BotApi,
    name: String,
    _ground: Ground,
    _window: Window,
    _watch: Watch,
}

impl Scene {
    async fn open(hint: &str) -> Self {
        let (ground, api) = (Ground::new(), BotApi::start());
        let name = unique(hint);
        let window = Window::open(ground.socket(), socket(), &name);
        let watch = Watch::introduced(ground.serving_with(&api, NOTHING_ELSE), &api).await;
        Self { api, name, _ground: ground, _window: window, _watch: watch }
    }

    /// A container of this scene without a health check.
    fn start(&self, hint: &str, options: &[&str], behaviour: &[&str]) -> Container {
        let label = format!("--label={LABEL}={}", self.name);
        let options = [&["--no-healthcheck", label.as_str()], options].concat();
        Container::start_with(&format!("vakhta-control-{hint}"), &options, behaviour)
    }

    /// Asks, says yes, and waits for what became of it.
    async fn orders(&self, line: &str, yes: &str, outcome: &str) -> (String, String) {
        let question = ask(&self.api, OWNER, line).await;
        println!("{}\n", question.words);
        self.api.press_label(OWNER, OWNER, question.id, yes);
        let is_it = |it: &Shown| it.id == question.id && it.words.contains(outcome);
        let told = self.api.wait_for_message(OWNER, outcome, is_it).await;
        println!("{}\n", told.words);
        (question.words, told.words)
    }
}

/// Where the engine listens.
fn socket() -> PathBuf {
    let address = std::env::var("DOCKER_HOST").unwrap_or_default();
    let path = address.strip_prefix("unix://").unwrap_or("/var/run/docker.sock");
    assert!(address.is_empty() || address.starts_with("unix://"), "a window needs a socket, not {address}");
    PathBuf::from(path)
}

const STARTED: &str = "{{.State.StartedAt}}";

#[tokio::test]
#[ignore = "needs a container engine"]
async fn those_in_a_shared_network_are_restarted_after_their_parent() {
    let scene = Scene::open("hands-network").await;
    let vpn = scene.start("vpn", &[], &["wait"]);
    let network = format!("--network=container:{}", vpn.name());
    let torrent = scene.start("torrent", &["--init", &network], &["wait"]);
    let before = (vpn.inspect(STARTED), torrent.inspect(STARTED));
    let (question, _) =
        scene.orders(&format!("/restart {}", vpn.name()), "Yes, restart", "Restarted: 2 of 2").await;
    assert!(question.contains("Restarted afterwards") && question.contains(torrent.name()), "{question}");
    let after = (vpn.inspect(STARTED), torrent.inspect(STARTED));
    assert!(before.0 < after.0 && after.0 < after.1, "{before:?} {after:?}");
    assert_eq!(torrent.inspect("{{.State.Running}}"), "true");

    let question = ask(&scene.api, OWNER, &format!("/stop {}", vpn.name())).await.words;
    assert!(question.contains("Left without a network") && question.contains(torrent.name()), "{question}");
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn one_that_ignores_a_polite_end_is_given_its_own_time_and_no_more() {
    let scene = Scene::open("hands-deaf").await;
    // As process 1 without a handler it does not hear SIGTERM.
    let deaf = scene.start("deaf", &["--stop-timeout=3"], &["wait"]);
    let (question, told) =
        scene.orders(&format!("/stop {}", deaf.name()), "Yes, stop", "was stopped in").await;
    assert!(question.contains("Stopping may take up to 3\u{a0}s"), "{question}");
    assert!(["3\u{a0}s", "4\u{a0}s", "5\u{a0}s"].iter().any(|it| told.contains(it)), "{told}");
    assert_eq!(deaf.inspect("{{.State.Status}} {{.State.ExitCode}}"), "exited 137");

    // What is so already is said and not done; what ends again is seen to.
    let again = ask(&scene.api, OWNER, &format!("/stop {}", deaf.name())).await.words;
    assert!(again.contains("is stopped already"), "{again}");
    let frail = scene.start("frail", &[], &["exit", "3", "1"]);
    frail.wait_until("{{.State.Status}}", "exited", std::time::Duration::from_secs(30));
    let (_, told) = scene.orders(&format!("/start {}", frail.name()), "Yes, start", "ended again").await;
    assert!(told.contains("exit code 3"), "{told}");
}

#[tokio::test]
#[ignore = "needs a container engine"]
async fn a_project_is_stopped_from_the_top_started_from_the_bottom_and_frozen() {
    let scene = Scene::open("hands-project").await;
    let project = unique("vakhta-control-shop");
    let part = |service: &str, needs: &str| {
        let labels = [
            format!("--label=com.docker.compose.project={project}"),
            format!("--label=com.docker.compose.service={service}"),
            format!("--label=com.docker.compose.depends_on={needs}"),
        ];
        let labels: Vec<&str> = labels.iter().map(String::as_str).chain(["--init"]).collect();
        scene.start(service, &labels, &["wait"])
    };
    let web = part("a-web", "m-api:service_started:false");
    let api = part("m-api", "z-db:service_started:false");
    let db = part("z-db", "");
    let all = [&web, &api, &db];

    let (question, _) = scene.orders(&format!("/stop {project}"), "Yes, stop", "Stopped: 3 of 3").await;
    let order = format!("{} → {} → {}", web.name(), api.name(), db.name());
    assert!(question.contains(&order), "{question}");
    let ended: Vec<String> = all.iter().map(|it| it.inspect("{{.State.FinishedAt}}")).collect();
    assert!(ended[0] < ended[1] && ended[1] < ended[2], "{ended:?}");

    scene.orders(&format!("/start {project}"), "Yes, start", "Started: 3 of 3").await;
    let started: Vec<String> = all.iter().map(|it| it.inspect(STARTED)).collect();
    assert!(started[2] < started[1] && started[1] < started[0], "{started:?}");

    scene.orders(&format!("/pause {project}"), "Yes, pause", "Paused: 3 of 3").await;
    assert!(all.iter().all(|it| it.inspect("{{.State.Status}}") == "paused"));
    scene.orders(&format!("/unpause {project}"), "Yes, unpause", "Unpaused: 3 of 3").await;
    assert!(all.iter().all(|it| it.inspect("{{.State.Status}}") == "running"));
    scene.orders(&format!("/kill {}", web.name()), "Yes, kill", "was killed").await;
    assert_eq!(web.inspect("{{.State.Status}}"), "exited");
}
