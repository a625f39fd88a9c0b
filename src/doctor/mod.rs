//! Is all well? Each thing that Vakhta needs, whether it is there, and what to do when it is not.

mod docker;
mod page;
mod storage;

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::SignedDuration;
use jobs::ports::Engine;
use serde::Serialize;

use crate::host::HostRoot;
use crate::host::provenance::{Figure, Provenance, View, provenance};

/// A clock that is wrong by more makes old commands look new and messes up the hours of jobs; NTP keeps it far below.
const SKEW: SignedDuration = SignedDuration::from_secs(30);

/// How long any one question may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How one thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Ok,
    /// Not looked at, or not there and not needed.
    Skipped,
    /// Vakhta works, but something is less than it could be.
    Warning,
    /// Something needed does not work.
    Broken,
}

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// What the operator has set.
    Settings,
    /// Where the figures come from.
    Figures,
    /// The container engine.
    Docker,
    /// The chat.
    Telegram,
    /// Who is told when nobody else can be.
    Alarms,
    /// Where things are kept.
    Storage,
}

/// One thing that was looked at. The field names are those of `--json`, and stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What it belongs to.
    pub subject: Subject,
    /// What was looked at: `cpu`, `DATA_DIR`.
    pub name: String,
    /// How it is.
    pub state: State,
    /// What was found.
    pub detail: String,
    /// What to do about it, where something can be done.
    pub remedy: Option<String>,
}

impl Check {
    fn new(subject: Subject, name: impl Into<String>, state: State, detail: impl Into<String>) -> Self {
        Self { subject, name: name.into(), state, detail: detail.into(), remedy: None }
    }

    fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }
}

/// One setting, as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingLine {
    /// Its name: `DATA_DIR`.
    pub name: String,
    /// Its value; of a secret, only whether there is one.
    pub value_shown: String,
    /// Where it was found: `environment`, `/run/secrets/bot_token`, `default`.
    pub source: String,
}

/// What Telegram said of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TelegramFacts {
    /// The bot's name, without `@`.
    pub username: String,
    /// How much our clock is ahead of Telegram's.
    pub clock_skew: SignedDuration,
}

/// What an alarm's server said of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmFacts {
    /// The setting: `HEARTBEAT_URL`.
    pub name: &'static str,
    /// What the server answered, or why it did not; nothing when the setting is not there.
    pub answer: Option<Result<String, String>>,
}

/// What is examined.
pub struct Examined<'a> {
    /// What the operator has set.
    pub settings: &'a [SettingLine],
    /// Where the host's root is.
    pub root: &'a HostRoot,
    /// The container engine, or something that says why there is none.
    pub engine: &'a dyn Engine,
    /// What Telegram answered, or why it did not; nothing when there is no token to ask with.
    pub telegram: Option<Result<TelegramFacts, String>>,
    /// What the alarms' servers answered. They were only reached: nothing rang.
    pub alarms: Vec<AlarmFacts>,
    /// Where things are kept.
    pub data_dir: &'a Path,
}

/// All that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether nothing needed is broken.
    pub ok: bool,
    /// Each check, in the order of reading.
    pub checks: Vec<Check>,
}

impl Report {
    fn new(checks: Vec<Check>) -> Self {
        Self { ok: checks.iter().all(|it| it.state != State::Broken), checks }
    }

    /// 1 if something needed is broken, else 0.
    pub fn exit_code(&self) -> u8 {
        u8::from(!self.ok)
    }

    /// As JSON, for scripts.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("strings and enums")
    }

    /// As a table for a terminal of so many columns, each line ended.
    pub fn to_table(&self, columns: usize) -> String {
        page::table(self, columns)
    }
}

/// Looks at everything. It changes nothing but what it makes in the data directory, or beside it, and removes again.
pub async fn examine(examined: Examined<'_>) -> Report {
    let mut checks: Vec<Check> = examined.settings.iter().map(setting).collect();
    checks.extend(figures(examined.root.clone()).await);
    checks.extend(docker::checks(examined.engine).await);
    checks.extend(telegram(examined.telegram));
    checks.extend(examined.alarms.into_iter().map(alarm));
    checks.extend(storage(examined.data_dir.to_owned()).await);
    Report::new(checks)
}

fn setting(line: &SettingLine) -> Check {
    let detail = format!("{} ({})", line.value_shown, line.source);
    Check::new(Subject::Settings, &line.name, State::Ok, detail)
}

async fn figures(root: HostRoot) -> Vec<Check> {
    match patiently(move || provenance(&root)).await {
        Ok(all) => all.into_iter().map(figure).collect(),
        Err(why) => vec![Check::new(Subject::Figures, "sources", State::Broken, why)],
    }
}

fn figure(it: Provenance) -> Check {
    let (state, words) = match (it.view, it.figure) {
        (View::Host, _) => (State::Ok, "the host's"),
        // Where nothing could show more, there is no more: a system container is the server.
        (View::Container, _) if it.remedy.is_none() => (State::Ok, "this container's"),
        (View::Container, _) => (State::Warning, "ONLY this container's"),
        (View::Missing, Figure::Temperatures) => (State::Skipped, "not there"),
        (View::Missing, Figure::Cpu | Figure::Memory | Figure::Filesystems) => (State::Broken, "not there"),
        (View::Missing, _) => (State::Warning, "not there"),
    };
    let source = it.source.map(|it| format!(" from {}", it.display())).unwrap_or_default();
    let check =
        Check::new(Subject::Figures, name(it.figure), state, format!("{words}{source}: {}", it.evidence));
    Check { remedy: it.remedy, ..check }
}

/// As in the documentation and in `--json`.
fn name(figure: Figure) -> &'static str {
    match figure {
        Figure::Cpu => "cpu",
        Figure::Load => "load",
        Figure::Memory => "memory",
        Figure::Uptime => "uptime",
        Figure::Filesystems => "filesystems",
        Figure::DiskIo => "disk io",
        Figure::Network => "network",
        Figure::Pressure => "pressure",
        Figure::Temperatures => "temperatures",
        Figure::Processes => "processes",
        Figure::Hostname => "hostname",
        Figure::Containers => "containers",
    }
}

fn telegram(answer: Option<Result<TelegramFacts, String>>) -> Vec<Check> {
    let subject = Subject::Telegram;
    let facts = match answer {
        None => {
            let check = Check::new(subject, "bot", State::Skipped, "no token, so Telegram was not asked");
            return vec![check.remedy("get a token from @BotFather and set BOT_TOKEN_FILE or BOT_TOKEN")];
        }
        Some(Err(why)) => {
            let remedy = "check the token, the network, and TELEGRAM_PROXY where Telegram is blocked";
            return vec![Check::new(subject, "bot", State::Broken, why).remedy(remedy)];
        }
        Some(Ok(facts)) => facts,
    };
    let skew = facts.clock_skew;
    let direction = if skew.is_negative() { "behind" } else { "ahead of" };
    let apart = format!("{} s {direction} Telegram's", skew.abs().as_secs());
    let clock = match skew.abs() <= SKEW {
        true => Check::new(subject, "clock", State::Ok, apart),
        false => Check::new(subject, "clock", State::Warning, apart).remedy("set up NTP on the host"),
    };
    vec![Check::new(subject, "bot", State::Ok, format!("@{} answers", facts.username)), clock]
}

fn alarm(facts: AlarmFacts) -> Check {
    let (state, detail, remedy) = match (facts.answer, facts.name) {
        (None, "HEARTBEAT_URL") => {
            let remedy =
                "without it nobody hears when Vakhta itself dies: healthchecks.io has such an address";
            (State::Skipped, "not set".to_owned(), Some(remedy))
        }
        (None, _) => {
            let remedy = "without it critical news waits until Telegram answers: ntfy.sh has such an address";
            (State::Skipped, "not set".to_owned(), Some(remedy))
        }
        (Some(Ok(answer)), _) => (State::Ok, format!("{answer}; nothing was rung"), None),
        (Some(Err(why)), _) => {
            let remedy =
                "check the address and the network; ALARM_PROXY is the way out where there is no other";
            (State::Warning, why, Some(remedy))
        }
    };
    let check = Check::new(Subject::Alarms, facts.name, state, detail);
    Check { remedy: remedy.map(str::to_owned), ..check }
}

async fn storage(directory: PathBuf) -> Vec<Check> {
    match patiently(move || storage::checks(&directory)).await {
        Ok(checks) => checks,
        Err(why) => vec![Check::new(Subject::Storage, "DATA_DIR", State::Broken, why)],
    }
}

/// Does something that a dead mount may block, without waiting for it for ever.
async fn patiently<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    match tokio::time::timeout(PATIENCE, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no answer within {} s: a dead mount?", PATIENCE.as_secs())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(checks: &[Check]) -> Vec<(&str, State)> {
        checks.iter().map(|it| (it.name.as_str(), it.state)).collect()
    }

    fn of(figure: Figure, view: View, remedy: Option<&str>) -> State {
        let remedy = remedy.map(str::to_owned);
        super::figure(Provenance { figure, source: None, view, evidence: "so".into(), remedy }).state
    }

    #[test]
    fn a_containers_own_figure_is_a_warning_only_where_something_would_help() {
        assert_eq!(of(Figure::Network, View::Host, None), State::Ok);
        assert_eq!(of(Figure::Network, View::Container, Some("mount it")), State::Warning);
        assert_eq!(of(Figure::Network, View::Container, None), State::Ok);
        assert_eq!(of(Figure::Temperatures, View::Missing, None), State::Skipped);
        assert_eq!(of(Figure::Pressure, View::Missing, Some("psi=1")), State::Warning);
        assert_eq!(of(Figure::Memory, View::Missing, None), State::Broken);
    }

    #[test]
    fn telegram_is_needed_only_where_there_is_a_token() {
        assert_eq!(states(&telegram(None)), [("bot", State::Skipped)]);
        assert_eq!(states(&telegram(Some(Err("401".into())))), [("bot", State::Broken)]);
        let facts = |seconds| {
            Some(Ok(TelegramFacts {
                username: "vakhta".into(),
                clock_skew: SignedDuration::from_secs(seconds),
            }))
        };
        assert_eq!(states(&telegram(facts(2))), [("bot", State::Ok), ("clock", State::Ok)]);
        let late = telegram(facts(-3600));
        assert_eq!(states(&late), [("bot", State::Ok), ("clock", State::Warning)]);
        assert_eq!(late[1].detail, "3600 s behind Telegram's");
    }

    #[test]
    fn only_what_is_broken_fails() {
        let check = |state| Check::new(Subject::Docker, "engine", state, "");
        let warned = Report::new(vec![check(State::Ok), check(State::Warning), check(State::Skipped)]);
        assert_eq!((warned.ok, warned.exit_code()), (true, 0));
        let broken = Report::new(vec![check(State::Ok), check(State::Broken)]);
        assert_eq!((broken.ok, broken.exit_code()), (false, 1));
    }

    #[test]
    fn the_fields_of_json_keep_their_names() {
        let check = Check::new(Subject::Figures, "disk io", State::Warning, "what").remedy("do");
        let expected = serde_json::json!({"ok": true, "checks": [{
            "subject": "figures", "name": "disk io", "state": "warning", "detail": "what", "remedy": "do",
        }]});
        let found: serde_json::Value =
            serde_json::from_str(&Report::new(vec![check]).to_json()).expect("our own writing");
        assert_eq!(found, expected);
    }

    #[tokio::test]
    async fn everything_is_examined() {
        let settings =
            [SettingLine { name: "LOCALE".into(), value_shown: "ru".into(), source: "environment".into() }];
        let report = examine(Examined {
            settings: &settings,
            root: &HostRoot::here(),
            engine: &docker::fake::Absent,
            telegram: None,
            alarms: vec![AlarmFacts { name: "HEARTBEAT_URL", answer: None }],
            data_dir: &std::env::temp_dir(),
        })
        .await;
        assert!(report.ok, "{}", report.to_table(100));
        assert_eq!(report.checks[0].detail, "ru (environment)");
        for subject in
            [Subject::Figures, Subject::Docker, Subject::Telegram, Subject::Alarms, Subject::Storage]
        {
            assert!(report.checks.iter().any(|it| it.subject == subject), "{subject:?}");
        }
    }
}
