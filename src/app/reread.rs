//! The settings, read again while a watch stands: when, and whether what is read then may be in force.
//!
//! What is read goes through exactly what `vakhta check` and every start go through, and then everything that could fail
//! in putting a watch together is tried while the old one still stands: another token is shown to Telegram first. So there
//! is always a last good one to go on with.

use std::sync::Arc;
use std::time::Duration;

use jobs::notice::{Change, House, Notice, Wrong};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::config::{Config, Difference, Files, Mistake, Mistakes, difference};

use super::beacon;
use super::line::{is_same_chat, telegram};
use super::world::{World, engine_address};

/// So many mistakes are told; the log has all of them.
const TOLD: usize = 5;
/// How long Telegram may take to say whether it knows another token.
const PROOF: Duration = Duration::from_secs(30);

/// What came of reading the settings.
pub struct Reading {
    /// The settings, or everything that is wrong with them.
    pub config: Result<Config, Mistakes>,
    /// The files that were read for it.
    pub files: Files,
}

/// Reads the settings again and again.
pub struct Reread {
    read: Arc<dyn Fn() -> Reading + Send + Sync>,
    files: Files,
    /// The mistakes that were told last, while they last.
    told: Option<String>,
}

/// What a reading amounts to.
pub(super) enum News {
    /// Nothing has changed.
    Same,
    /// Other settings, which may be in force.
    Other(Box<Config>, Vec<Change>),
    /// They must not be: the last good ones stay. To be told, unless it was.
    Wrong(Option<Box<Notice>>),
}

impl Reread {
    /// `files` are those that the settings in force were read from.
    pub fn new(read: impl Fn() -> Reading + Send + Sync + 'static, files: Files) -> Self {
        Self { read: Arc::new(read), files, told: None }
    }

    /// Waits until one of the files holds something else than what was read, and stands still. It looks once at each
    /// `glance`. Safe to drop.
    pub(super) async fn changed(&mut self, glance: &Notify) {
        loop {
            glance.notified().await;
            let mut files = self.files.clone();
            // A file on a dead mount is asked for ever: not by this thread.
            let looked = tokio::task::spawn_blocking(move || {
                let changed = files.look();
                (files, changed)
            });
            if let Ok((files, changed)) = looked.await {
                self.files = files;
                if changed {
                    return;
                }
            }
        }
    }

    /// Reads the settings again, and holds them against those in force.
    pub(super) async fn read(&mut self, inforce: &Config, world: &World) -> News {
        let read = self.read.clone();
        let reading = match tokio::task::spawn_blocking(move || read()).await {
            Ok(reading) => reading,
            Err(error) => {
                tracing::error!(%error, remedy = "report it; those in force stay", "the settings could not be read again");
                return News::Wrong(None);
            }
        };
        self.files = reading.files;
        let config = match reading.config {
            Ok(config) => config,
            Err(mistakes) => return self.wrong(&mistakes),
        };
        crate::log::strike_out(config.settings.secrets());
        for warning in &config.settings.warnings {
            tracing::warn!(warning, "a setting should be looked at");
        }
        let Difference { changes, is_any } = difference(inforce, &config);
        if is_any && let Err(mistake) = tried(inforce, &config, world).await {
            let mut mistakes = Mistakes::new();
            mistakes.push(mistake);
            return self.wrong(&mistakes);
        }
        self.told = None;
        if is_any { News::Other(Box::new(config), changes) } else { News::Same }
    }

    fn wrong(&mut self, mistakes: &Mistakes) -> News {
        let text = mistakes.text(false);
        tracing::error!(
            mistakes = text,
            remedy = "correct them; they are read again by themselves, or at SIGHUP",
            "the settings are wrong, and those from before stay in force"
        );
        if self.told.as_ref() == Some(&text) {
            return News::Wrong(None);
        }
        self.told = Some(text);
        let told = mistakes.iter().take(TOLD).map(|it| Wrong {
            place: it.file.clone(),
            line: it.line,
            what: it.message.clone(),
            remedy: it.remedy.clone(),
        });
        let more = u32::try_from(mistakes.len().saturating_sub(TOLD)).unwrap_or(u32::MAX);
        let notice = Notice::House(House::SettingsWrong { mistakes: told.collect(), more });
        News::Wrong(Some(Box::new(notice)))
    }
}

/// Tries what could fail in putting a watch together of other settings, while the old one still stands.
async fn tried(inforce: &Config, config: &Config, world: &World) -> Result<(), Mistake> {
    let wrong = |error: anyhow::Error| Mistake::whole("settings", format!("{error:#}"), "");
    engine_address(config).map_err(wrong)?;
    beacon::second_way(config).map_err(wrong)?;
    beacon::is_possible(config).map_err(wrong)?;
    if is_same_chat(&inforce.settings, &config.settings) {
        return Ok(());
    }
    let telegram = telegram(config, &world.database).map_err(wrong)?;
    let source = config.settings.lines.iter().find(|it| it.name == "BOT_TOKEN");
    let place = source.map_or_else(|| "BOT_TOKEN".to_owned(), |it| it.source.to_string());
    let why = match timeout(PROOF, telegram.get_me()).await {
        Ok(Ok(me)) => {
            tracing::info!(bot = me.username, "Telegram knows the new token");
            return Ok(());
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {} s", PROOF.as_secs()),
    };
    Err(Mistake::whole(
        place,
        format!("Telegram does not answer with this token, or by this way: {why}"),
        "correct it and save, or send SIGHUP to have it tried again",
    ))
}
