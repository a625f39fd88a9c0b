//! The chat's two ends: Telegram, or the terminal; and how the watch introduces itself there.

use std::sync::Arc;

use anyhow::Context;
use jobs::role::Role;

use crate::command::listed;
use crate::config::{Config, Settings};
use crate::console::{Console, HOME, Known, Lookup, Manner, OWNER};
use crate::dispatch::{Dispatcher, Tongue};
use crate::locale::{LOCALES, Locale};
use crate::message::{ChatId, Place, UserId};
use crate::outbox::back_off;
use crate::postman::Homes;
use crate::store::{Database, Person};
use crate::telegram::{Telegram, TelegramSettings};
use crate::totp;
use crate::transport::{Bookmark, Transport, TransportError};

use super::owed::Owed;
use super::{World, clock};

/// Through which chat the watch speaks.
pub enum Chat {
    /// Telegram.
    Telegram,
    /// The terminal.
    Console(Manner),
}

/// The chat's two ends, and who sits there.
pub(super) struct Line {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) telegram: Option<Arc<Telegram>>,
    /// What was heard and has no answer yet; nothing at a prompt, whose reader sees it end.
    pub(super) owed: Option<Arc<Owed>>,
    /// Who may speak, and what they may do.
    pub(super) people: Vec<(UserId, Role)>,
    /// What takes a code; nothing at the console, where whoever sits has the machine already.
    pub(super) totp: Option<totp::Setup>,
    pub(super) homes: Homes,
}

pub(super) fn line(config: &Config, chat: Chat, world: &World) -> anyhow::Result<Line> {
    let database = &world.database;
    match chat {
        Chat::Telegram => {
            let people: Vec<(UserId, Role)> = config.settings.people().collect();
            let owed = Arc::new(Owed::new(database.clone(), people.iter().map(|(it, _)| *it), clock()));
            let telegram = Arc::new(connected(config, owed.clone())?);
            let homes = homes(config);
            homes.keep(database);
            Ok(Line {
                transport: telegram.clone(),
                telegram: Some(telegram),
                owed: Some(owed),
                people,
                totp: config.settings.totp.clone(),
                homes,
            })
        }
        Chat::Console(manner) => {
            // What is said before anybody has asked is in the terminal's language, too.
            let seen = clock().now();
            let person = Person { user: OWNER, language: manner.language.clone(), chat: None, seen };
            if person.language.is_some()
                && let Err(error) = database.put_person(&person)
            {
                tracing::debug!(%error, "the terminal's language is not remembered");
            }
            let console = Console::new(manner, declared(config), names(config, world), clock());
            Ok(Line {
                transport: Arc::new(console),
                telegram: None,
                owed: None,
                people: vec![(OWNER, Role::Admin)],
                totp: None,
                // What becomes news while only a terminal watches is told in the chat when that is watched for again.
                homes: Homes::own(vec![HOME]).and(Homes::kept(database)),
            })
        }
    }
}

impl Line {
    /// Makes of it what other settings ask for. The chat stays the same one, with all that it knows, unless its token or
    /// the way to it is another.
    pub(super) fn turn(&mut self, before: &Settings, now: &Config, world: &World) -> anyhow::Result<()> {
        let settings = &now.settings;
        if !is_same_chat(before, settings) {
            let telegram = Arc::new(telegram(now, &world.database)?);
            (self.transport, self.telegram) = (telegram.clone(), Some(telegram));
        }
        self.people = settings.people().collect();
        self.totp = settings.totp.clone();
        self.homes = homes(now);
        self.homes.keep(&world.database);
        Ok(())
    }
}

/// Whether two settings speak to the same bot by the same way.
pub(super) fn is_same_chat(one: &Settings, other: &Settings) -> bool {
    use secrecy::ExposeSecret;
    let way = |it: &Settings| {
        let token = it.token.as_ref().map(|it| it.expose_secret().to_owned());
        (token, it.api.clone(), it.proxy.as_ref().map(|it| it.url.expose_secret().to_owned()))
    };
    way(one) == way(other)
}

/// What there is to name before anybody has looked.
fn declared(config: &Config) -> Known {
    Known { jobs: config.jobs.iter().map(|it| it.job.name.clone()).collect(), ..Known::default() }
}

/// Finds out what there is to name: by the newest look where one was taken, else by looking.
fn names(config: &Config, world: &World) -> Lookup {
    let declared = declared(config);
    let (ports, database) = (world.ports.clone(), world.database.clone());
    Arc::new(move || {
        let (declared, ports, database) = (declared.clone(), ports.clone(), database.clone());
        Box::pin(async move {
            let (snapshot, containers) = match ports.latest.look() {
                Some(look) => {
                    let containers = match &look.containers {
                        Ok(containers) => Some(containers.clone()),
                        // Before the first sample has asked.
                        Err(_) => ports.containers().await.ok(),
                    };
                    (Some(look.now.clone()), containers)
                }
                None => {
                    let (snapshot, containers) = tokio::join!(ports.host.snapshot(), ports.containers());
                    (snapshot.ok().map(Arc::new), containers.ok())
                }
            };
            let containers = containers.unwrap_or_default();
            let mut projects: Vec<String> = containers.iter().filter_map(|it| it.project.clone()).collect();
            projects.dedup();
            let filesystems = snapshot.as_ref().and_then(|it| it.filesystems.as_deref().ok());
            let interfaces = snapshot.as_ref().and_then(|it| it.interfaces.as_deref().ok());
            // The store may be busy, and this thread is the only one.
            let open = tokio::task::spawn_blocking(move || database.open_incidents()).await;
            let open = open.ok().and_then(Result::ok).unwrap_or_default();
            Known {
                projects,
                containers: containers.into_iter().map(|it| it.name).collect(),
                mounts: filesystems.into_iter().flatten().map(|it| it.mount.clone()).collect(),
                interfaces: interfaces.into_iter().flatten().map(|it| it.name.clone()).collect(),
                incidents: open.iter().map(|it| it.number.to_string()).collect(),
                ..declared
            }
        })
    })
}

/// Where news goes: to the owners, if nothing else is set; operators and viewers ask for what they want to know.
fn homes(config: &Config) -> Homes {
    let settings = &config.settings;
    let owners: Vec<Place> = settings.owners.iter().map(|owner| Place::chat(ChatId(owner.0))).collect();
    let set = |places: &[Place]| if places.is_empty() { owners.clone() } else { places.to_vec() };
    let alerts = set(&settings.alerts_chat);
    Homes { digests: set(&settings.digest_chat), alerts, owners }
}

/// Telegram, as the settings say.
///
/// # Errors
/// No token, or settings that cannot be right; in words that do not show them.
pub fn telegram(config: &Config, database: &Database) -> anyhow::Result<Telegram> {
    connected(config, Arc::new(database.clone()))
}

/// The same, where somebody else keeps how far was read.
fn connected(config: &Config, bookmark: Arc<dyn Bookmark>) -> anyhow::Result<Telegram> {
    use secrecy::ExposeSecret;
    let token = config.settings.token.clone().context("no bot token: set BOT_TOKEN_FILE or BOT_TOKEN")?;
    let settings = TelegramSettings {
        api_url: config.settings.api.clone(),
        proxy: config.settings.proxy.as_ref().map(|it| it.url.expose_secret().to_owned()),
        ..TelegramSettings::new(token, clock())
    };
    Ok(Telegram::new(settings, bookmark)?)
}

/// Learns what we are called, and publishes what can be asked. Both can wait for as long as it takes.
pub(super) async fn introduce(telegram: &Telegram, dispatcher: &Dispatcher) {
    let mut tries = 0;
    loop {
        let introduced = async {
            let me = telegram.get_me().await?;
            tracing::info!(bot = me.username, "known to Telegram");
            dispatcher.bot.set(me.username).ok();
            let first = match dispatcher.tongue {
                Tongue::Fixed(locale) => locale,
                Tongue::Own => &LOCALES[0],
            };
            telegram.publish(None, &menu(first)).await?;
            if matches!(dispatcher.tongue, Tongue::Own) {
                for locale in &LOCALES[1..] {
                    telegram.publish(Some(locale.tag()), &menu(locale)).await?;
                }
            }
            Ok::<(), TransportError>(())
        };
        match introduced.await {
            Ok(()) => return,
            Err(error @ (TransportError::Fatal(_) | TransportError::Refused(_))) => {
                tracing::warn!(%error, "the list of commands was not published");
                return;
            }
            Err(error) => {
                tries += 1;
                let asked = match &error {
                    TransportError::Passing { after, .. } => *after,
                    _ => None,
                };
                let wait = asked.unwrap_or_else(|| back_off(tries));
                tracing::debug!(%error, ?wait, "the list of commands waits");
                tokio::time::sleep(wait).await;
            }
        }
    }
}

/// The list of commands, as the chat shows it.
fn menu(locale: &Locale) -> Vec<(String, String)> {
    let entry = |name: &str| (name.to_owned(), locale.word(&format!("summary-{name}"), &[]));
    listed().map(|command| entry(command.name())).collect()
}
