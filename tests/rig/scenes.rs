//! The moments at which something goes wrong: what is going on, and what a person is owed in the end.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::botapi::{BotApi, Fault, Shown};
use super::dock::Dock;
use super::ground::{Ground, QUICK};
use super::scripted_engine::Answer;
use super::watch::{Watch, ask};
use super::{OWNER, used};

/// A container is ill: at once; and a digest when it is asked for.
pub(crate) const DECLARED: &str = r#"
[[job]]
name = "morning"
run = "digest"
cron = "0 0 1 1 *"
period = "24h"
metrics = ["cpu.busy", "memory.used"]
chart = "cpu.busy"

[[rule]]
name = "ill"
metric = "containers.unhealthy"
detector = "threshold"
above = 1
back = 0
"#;

pub(crate) const ILL: &str = "Unhealthy containers";
const SENDS: &str = "sendPhoto|sendMessage";
const EDITS: &str = "editMessageText|editMessageCaption|editMessageMedia";

/// What is going on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scene {
    Beginning,
    FirstWord,
    Question,
    Picture,
    File,
    Page,
    Turn,
    Moved,
    Press,
    Slow,
    Alert,
    End,
    Digest,
    Stopping,
}

/// A moment and the call that fails in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) scene: Scene,
    /// The method, or several: the next call of any of them.
    pub(crate) methods: &'static str,
    pub(crate) words: &'static str,
}

const fn at(scene: Scene, methods: &'static str, words: &'static str) -> Moment {
    Moment { scene, methods, words }
}

pub(crate) const MOMENTS: &[Moment] = &[
    at(Scene::Beginning, "getMe", "at the start"),
    at(Scene::Beginning, "setMyCommands", "at the start"),
    at(Scene::Beginning, "deleteWebhook", "at the start, a webhook being set"),
    at(Scene::Beginning, "getUpdates", "the first poll"),
    at(Scene::FirstWord, SENDS, "the first word"),
    at(Scene::Question, "getUpdates", "a question"),
    at(Scene::Question, "sendMessage", "the answer to a question"),
    at(Scene::Picture, "sendPhoto", "a picture that was asked for"),
    at(Scene::File, "sendDocument", "a log as a file"),
    at(Scene::Page, "editMessageText", "a page of the menu"),
    at(Scene::Turn, "editMessageMedia", "another range of a picture"),
    at(Scene::Moved, "deleteMessage", "a page that moves"),
    at(Scene::Press, "answerCallbackQuery", "a pressed button that restarts"),
    at(Scene::Press, EDITS, "the word of what came of it"),
    at(Scene::Slow, "sendChatAction", "an answer that takes long"),
    at(Scene::Alert, SENDS, "an alert"),
    at(Scene::Alert, "getUpdates", "an alert, the poll failing"),
    at(Scene::End, EDITS, "an alert's end, on its card"),
    at(Scene::Digest, "sendPhoto", "a digest"),
    at(Scene::Stopping, SENDS, "an alert, and SIGTERM"),
    at(Scene::Stopping, "getUpdates", "SIGTERM, the poll failing"),
];

/// What came of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// How often a person has what they are owed.
    pub(crate) copies: usize,
    /// What else is not as it should be.
    pub(crate) wrong: Vec<String>,
    /// From the moment on until what was owed had arrived and the next question was answered.
    pub(crate) normal: Duration,
    /// The most memory the process had, in KiB.
    pub(crate) peak: u64,
}

struct Post {
    ground: Ground,
    api: BotApi,
    dock: Dock,
}

impl Post {
    fn watch(&self, scene: Scene) -> Watch {
        let mut command = self.ground.serving_with(&self.api, &format!("{QUICK}{DECLARED}"));
        if scene == Scene::FirstWord {
            command.env("START_CARD", "on");
        }
        Watch::start(command)
    }

    async fn introduced(&self) {
        self.api
            .wait_until("its introduction", |api| {
                ["", "ru", "de"].iter().all(|it| !api.commands(it).is_empty()).then_some(())
            })
            .await;
    }

    async fn shows(&self, what: &str, look: impl Fn(&Shown) -> bool) -> Shown {
        self.api.wait_for_message(OWNER, what, look).await
    }

    fn count(&self, look: impl Fn(&Shown) -> bool) -> usize {
        self.api.messages(OWNER).iter().filter(|it| look(it)).count()
    }

    /// Enough of a series for a picture.
    async fn sampled(&self) {
        for _ in 0..2 {
            ask(&self.api, OWNER, "/jobs run sample").await;
        }
    }
}

/// Plays a moment, the faults happening at its calls. Waits so long at most.
pub(crate) async fn play(moment: Moment, faults: Vec<Fault>, most: Duration) -> Outcome {
    let (ground, api) = (Ground::new(), BotApi::start_patient(most));
    let dock = Dock::at(&ground);
    let post = Post { ground, api, dock };
    let (api, scene) = (&post.api, moment.scene);
    let arm = || faults.iter().for_each(|it| api.fault_next(moment.methods, it.clone()));
    let is_uptime = |it: &Shown| it.words.contains("has been up");
    let is_version = |it: &Shown| it.words.contains("Vakhta 0.");
    let is_alert = |it: &Shown| it.words.contains(ILL) && it.words.starts_with("🟠");
    if matches!(scene, Scene::Beginning | Scene::FirstWord) {
        api.set_webhook(moment.methods == "deleteWebhook");
        arm();
    }
    let mut began = Instant::now();
    let mut watch = post.watch(scene);
    if !matches!(scene, Scene::Beginning) {
        post.introduced().await;
    }
    let mut wrong = Vec::new();
    let mut start = || began = Instant::now();
    let is_owed: Box<dyn Fn(&Shown) -> bool + Send + Sync> = match scene {
        Scene::Beginning => {
            api.say(OWNER, OWNER, "/uptime");
            post.introduced().await;
            Box::new(is_uptime)
        }
        Scene::FirstWord => Box::new(|it| it.words.contains("On watch ·")),
        Scene::Question => {
            ask(api, OWNER, "/version").await;
            arm();
            start();
            api.say(OWNER, OWNER, "/uptime");
            Box::new(is_uptime)
        }
        Scene::Picture => {
            arm();
            start();
            api.say(OWNER, OWNER, "/graph");
            Box::new(|it| it.words.starts_with("Memory"))
        }
        Scene::File => {
            arm();
            start();
            api.say(OWNER, OWNER, "/logs nginx --file");
            Box::new(|it| it.words.contains("nginx") && !it.words.starts_with('⏳'))
        }
        Scene::Page => {
            let menu = ask(api, OWNER, "/menu").await;
            arm();
            start();
            api.press_label(OWNER, OWNER, menu.id, "Containers");
            Box::new(|it| it.words.contains("Menu › Containers"))
        }
        Scene::Turn => {
            post.sampled().await;
            let line = ask(api, OWNER, "/graph cpu 1h").await;
            arm();
            start();
            api.press_label(OWNER, OWNER, line.id, "1\u{a0}d");
            Box::new(move |it| {
                it.words.contains("CPU") && (it.photo.is_some() || it.id != line.id) && *it != line
            })
        }
        Scene::Moved => {
            post.sampled().await;
            let menu = ask(api, OWNER, "/menu").await;
            api.press_label(OWNER, OWNER, menu.id, "Graphs");
            let graphs = post.shows("the pages of pictures", |it| it.words.contains("Menu › Graphs\n")).await;
            api.press_label(OWNER, OWNER, graphs.id, "Memory");
            let graph = post.shows("a picture", |it| it.words.contains("Menu › Graphs › Graph")).await;
            arm();
            start();
            api.press_label(OWNER, OWNER, graph.id, "◀ Graphs");
            Box::new(|it| it.words.contains("Menu › Graphs\n"))
        }
        Scene::Press => {
            let question = ask(api, OWNER, "/restart nginx").await;
            arm();
            start();
            api.press_label(OWNER, OWNER, question.id, "Yes, restart");
            Box::new(|it| it.words.contains("was restarted"))
        }
        Scene::Slow => {
            ask(api, OWNER, "/uptime").await;
            post.dock.ail(|_| Some(Answer::Stall(Vec::new())));
            arm();
            start();
            api.say(OWNER, OWNER, "/ps");
            Box::new(|it| it.words.starts_with("🐳 Docker did not answer in time"))
        }
        Scene::Alert => {
            post.sampled().await;
            arm();
            start();
            post.dock.make_ill(1);
            Box::new(is_alert)
        }
        Scene::End => {
            post.sampled().await;
            post.dock.make_ill(1);
            post.shows("the alert", is_alert).await;
            ask(api, OWNER, "/version").await;
            arm();
            start();
            post.dock.make_ill(0);
            Box::new(|it| it.words.contains("is well again"))
        }
        Scene::Digest => {
            post.sampled().await;
            arm();
            start();
            api.say(OWNER, OWNER, "/jobs run morning");
            Box::new(|it| it.words.starts_with('☀'))
        }
        Scene::Stopping => {
            post.sampled().await;
            arm();
            if moment.methods == "getUpdates" {
                // The poll that is held hears this; the next one fails.
                ask(api, OWNER, "/version").await;
                api.wait_until("the poll that fails", |api| (api.faults_left() == 0).then_some(())).await;
                post.dock.make_ill(1);
            } else {
                post.dock.make_ill(1);
                api.wait_until("the call that fails", |api| (api.faults_left() == 0).then_some(())).await;
            }
            start();
            watch.signal(Signal::TERM);
            let ended = watch.ended().await;
            if ended.code() != Some(0) {
                wrong.push(format!("it ended with {:?}: {}", ended.code(), ended.err));
            }
            if Duration::from_secs(25) < began.elapsed() {
                wrong.push(format!("it took {:?} to end", began.elapsed()));
            }
            watch = post.watch(scene);
            Box::new(is_alert)
        }
    };
    let is_closed = faults.iter().any(|it| {
        matches!(it, Fault::Refuse(403, _))
            || matches!(it, Fault::Refuse(400, words) if words.contains("chat not found"))
    });
    if is_closed {
        // Whoever writes to us can be written to.
        api.wait_until("the refusal", |api| (api.faults_left() == 0).then_some(())).await;
        api.say(OWNER, OWNER, "/uptime");
    }
    post.shows(&format!("what is owed: {moment:?} {faults:?}"), &is_owed).await;
    let asked = post.count(is_version);
    api.say(OWNER, OWNER, "/version");
    let is_next = |api: &BotApi| {
        let answers = api.messages(OWNER).iter().filter(|it| is_version(it)).count();
        (asked < answers).then_some(())
    };
    api.wait_until("the answer to the next question", is_next).await;
    let normal = began.elapsed();
    // Some more rounds: what would be told again is told by then.
    if matches!(scene, Scene::Alert | Scene::End | Scene::Stopping) {
        ask(api, OWNER, "/jobs run evaluate").await;
        ask(api, OWNER, "/jobs").await;
    }
    // A picture that fails twice goes without; a spinner is stopped once.
    if faults.len() == api.faults_left() {
        wrong.push("the fault did not happen".to_owned());
    }
    let restarts = post.dock.restarts();
    if restarts.len() != usize::from(scene == Scene::Press) {
        wrong.push(format!("restarted: {restarts:?}"));
    }
    if scene == Scene::Press
        && let Some(answer) = post.api.messages(OWNER).iter().find(|it| it.words.starts_with("🔄"))
    {
        wrong.push(format!("it still says {}", answer.words));
    }
    let log = watch.log();
    if log.contains("panicked") {
        wrong.push(log);
    }
    Outcome { copies: post.count(&is_owed), wrong, normal, peak: used(watch.pid()).0 }
}
