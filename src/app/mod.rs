//! Wiring; the loop; stopping in order. The only place that knows both sides of every port, and the only one that
//! looks at the clock.

mod board;
mod desk;
mod listen;
mod lock;
mod once;
mod world;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use jobs::declare::{Declared, Work};
use jobs::notice::{House, Notice};
use tokio::signal::unix::Signal;
use tokio::sync::{SetOnce, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::command::COMMANDS;
use crate::config::{Config, Language, PlannedJob};
use crate::console::{Console, HOME, OWNER};
use crate::dispatch::{Dispatcher, Tongue};
use crate::gate::Gate;
use crate::heartbeat::Heartbeat;
use crate::locale::{self, LOCALES};
use crate::message::{ChatId, Message, Place, UserId};
use crate::outbox::Outbox;
use crate::postman::Postman;
use crate::runner::Runner;
use crate::schedule::{Due, Schedule};
use crate::store::{Condition, Database, Finding};
use crate::telegram::{Telegram, TelegramSettings};
use crate::transport::{Transport, TransportError};

use self::board::Board;
use self::desk::StoreDesk;
use self::lock::{Lock, Taken};
pub use self::once::{Once, once};
pub use self::world::{World, engine_address, host_root, world};

/// How long the whole of stopping may take.
const STOPPING: Duration = Duration::from_secs(10);
/// How many due moments may wait for the loop.
const DUE: usize = 256;

/// The present. Everything below is handed it.
pub fn clock() -> Timestamp {
    Timestamp::now()
}

/// Through which chat the watch speaks.
pub enum Chat {
    /// Telegram.
    Telegram,
    /// The terminal.
    Console {
        /// Without colours and pictures.
        plain: bool,
        /// The terminal's language, as an IETF tag.
        language: Option<String>,
    },
}

/// The chat's two ends, and who sits there.
struct Line {
    transport: Arc<dyn Transport>,
    telegram: Option<Arc<Telegram>>,
    admitted: Vec<UserId>,
    homes: Vec<Place>,
}

/// Stands watch until `stop` is signalled or the conversation ends.
///
/// # Errors
/// What ends a watch for good: a wrong token, a store that must not be opened, another watch in the same directory.
pub async fn watch(config: Config, chat: Chat, mut stop: Stop) -> anyhow::Result<()> {
    let started = clock();
    let world = world(&config, started)?;
    let lock = Lock::take(&config.settings.data_dir);
    let follows = match &lock {
        Taken::Ours(_) => false,
        Taken::Theirs if matches!(chat, Chat::Console { .. }) => true,
        Taken::Theirs => anyhow::bail!(
            "another Vakhta is on watch with DATA_DIR {}; stop it, or give this one a directory of its own",
            config.settings.data_dir.display()
        ),
        Taken::Unknown(error) => {
            tracing::warn!(%error, "the data directory takes no lock file: nothing stops a second watch");
            false
        }
    };
    let line = line(&config, &chat, &world.database)?;
    let declared = Arc::new(Declared {
        jobs: config.jobs.iter().map(|it| it.job.clone()).collect(),
        rules: config.rules.clone(),
    });
    let heartbeat = (!follows).then(|| {
        Arc::new(Heartbeat::new(&config.settings.data_dir, started, cadence(&config.jobs, started)))
    });
    let crew = board::Crew::new(world.ports.clone(), config.rules.clone(), heartbeat.clone());
    if !follows {
        let remains = world.database.take_over(started).context("taking over the store")?;
        tracing::debug!(?remains, "took over");
    }
    let runner =
        Runner::new(config.jobs.clone(), Arc::new(crew), Arc::new(board::Journal(world.database.clone())));
    let outbox = Arc::new(Outbox::new(line.transport.clone()));
    let desk = Arc::new(StoreDesk::new(world.database.clone(), clock));
    let board = Arc::new(Board::new(runner.clone()));
    let dispatcher = Arc::new(Dispatcher {
        gate: Gate::new(line.admitted),
        outbox: outbox.clone(),
        desk: desk.clone(),
        ports: world.ports.clone(),
        declared: declared.clone(),
        board: board.clone(),
        mutes: desk,
        about: world.about.clone(),
        zone: config.settings.zone.clone(),
        tongue: tongue(config.settings.language),
        bot: SetOnce::new(),
    });
    let postman = Arc::new(Postman::new(
        world.database.clone(),
        outbox.clone(),
        dispatcher.clone(),
        line.homes.clone(),
        clock,
    ));
    board.give(postman.clone());

    // The first poll goes out before anything else is set up: somebody may be waiting.
    let ending = CancellationToken::new();
    let tasks = TaskTracker::new();
    let mut listener = tokio::spawn(listen::listen(listen::Ear {
        transport: line.transport.clone(),
        dispatcher: dispatcher.clone(),
        postman: postman.clone(),
        heartbeat,
        tasks: tasks.clone(),
        ending: ending.clone(),
    }));
    tokio::task::yield_now().await;

    if let Some(telegram) = &line.telegram {
        let (telegram, dispatcher) = (telegram.clone(), dispatcher.clone());
        tokio::spawn(async move { introduce(&telegram, &dispatcher).await });
    }
    let (sender, mut due) = mpsc::channel::<Due>(DUE);
    let mut schedule = None;
    let mut carrier = None;
    if follows {
        let text = dispatcher.voice_of(OWNER).say("console-follows", &[]);
        outbox.say(HOME, &Message { text, ..Message::default() }).await.ok();
    } else {
        postman.tell(found(world.findings)).await;
        for due in runner.make_up(started) {
            sender.try_send(due).ok();
        }
        schedule =
            Some(Schedule::start(&config.jobs, sender.clone()).await.context("starting the scheduler")?);
        let postman = postman.clone();
        carrier = Some(tokio::spawn(async move { postman.carry().await }));
    }
    tracing::info!(
        jobs = config.jobs.len(),
        rules = declared.rules.len(),
        host = world.about.host,
        "on watch"
    );

    let ended = loop {
        tokio::select! {
            biased;
            () = stop.signalled() => break Ok(()),
            ended = &mut listener => break ended.unwrap_or_else(|error| Err(TransportError::Fatal(error.to_string()))),
            Some(due) = due.recv() => {
                let (runner, postman, database) = (runner.clone(), postman.clone(), world.database.clone());
                tasks.spawn(async move {
                    let mut notices = runner.run(&due.job, due.at, clock()).await;
                    notices.extend(found(database.take_findings()));
                    if !notices.is_empty() {
                        postman.tell(notices).await;
                    }
                });
            }
        }
    };

    // In order: nothing new begins, what runs ends, what is written down goes out, the store closes.
    let stopped = tokio::time::timeout(STOPPING, async {
        ending.cancel();
        listener.abort();
        if let Some(schedule) = &mut schedule {
            schedule.stop().await;
        }
        let late = runner.stop(Duration::from_secs(5)).await;
        if !late.is_empty() {
            tracing::warn!(?late, "jobs were cut off");
        }
        tasks.close();
        if tokio::time::timeout(Duration::from_secs(2), tasks.wait()).await.is_err() {
            tracing::warn!("answers were cut off");
        }
        if let Some(carrier) = carrier {
            carrier.abort();
            tokio::time::timeout(Duration::from_secs(2), postman.round()).await.ok();
        }
    })
    .await;
    if stopped.is_err() {
        tracing::warn!("stopping took too long and was cut short; what was not said is kept");
    }
    if !follows && let Err(error) = world.database.settle() {
        tracing::warn!(%error, "the store was not settled");
    }
    tracing::info!("off watch");
    drop(lock);
    match ended {
        Ok(()) | Err(TransportError::Ended) => Ok(()),
        Err(error) => Err(error).context("Telegram"),
    }
}

/// What ends the watch from outside: SIGTERM or SIGINT.
pub struct Stop {
    /// As `docker stop` sends it.
    pub terminate: Signal,
    /// As Ctrl-C sends it.
    pub interrupt: Signal,
}

impl Stop {
    /// Begins to listen. As process 1 of a container, SIGTERM is ignored until somebody does.
    ///
    /// # Errors
    /// The kernel's refusal.
    pub fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn signalled(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => tracing::info!("SIGTERM"),
            _ = self.interrupt.recv() => tracing::info!("SIGINT"),
        }
    }
}

fn line(config: &Config, chat: &Chat, database: &Database) -> anyhow::Result<Line> {
    match chat {
        Chat::Telegram => {
            let telegram = Arc::new(telegram(config, database)?);
            let admitted = config.settings.owners.clone();
            let homes = admitted.iter().map(|owner| Place::chat(ChatId(owner.0))).collect();
            Ok(Line { transport: telegram.clone(), telegram: Some(telegram), admitted, homes })
        }
        Chat::Console { plain, language } => {
            let names = COMMANDS.iter().map(|command| command.name().to_owned()).collect();
            let console = Console::new(*plain, language.clone(), names, clock);
            Ok(Line {
                transport: Arc::new(console),
                telegram: None,
                admitted: vec![OWNER],
                homes: vec![HOME],
            })
        }
    }
}

/// Telegram, as the settings say.
///
/// # Errors
/// No token, or settings that cannot be right; in words that do not show them.
pub fn telegram(config: &Config, database: &Database) -> anyhow::Result<Telegram> {
    use secrecy::ExposeSecret;
    let token = config.settings.token.clone().context("no bot token: set BOT_TOKEN_FILE or BOT_TOKEN")?;
    let settings = TelegramSettings {
        api_url: config.settings.api.clone(),
        proxy: config.settings.proxy.as_ref().map(|it| it.url.expose_secret().to_owned()),
        ..TelegramSettings::new(token)
    };
    Ok(Telegram::new(settings, Arc::new(database.clone()))?)
}

/// Learns what we are called, and publishes what can be asked. Both can wait for as long as it takes.
async fn introduce(telegram: &Telegram, dispatcher: &Dispatcher) {
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
                tracing::debug!(%error, "the list of commands waits");
                tokio::time::sleep(crate::outbox::back_off(tries)).await;
            }
        }
    }
}

/// The list of commands, as the chat shows it.
fn menu(locale: &crate::locale::Locale) -> Vec<(String, String)> {
    let entry = |name: &str| (name.to_owned(), locale.word(&format!("summary-{name}"), &[]));
    COMMANDS.iter().map(|command| entry(command.name())).collect()
}

/// What the store has to say for itself, for the owner and for the log.
fn found(findings: Vec<Finding>) -> Vec<Notice> {
    let mut notices = Vec::new();
    for finding in findings {
        match finding {
            Finding::SetAside { kept_as, why, saved } => {
                tracing::error!(kept_as, why, ?saved, "the store was damaged and is set aside");
                notices.push(Notice::House(House::StoreSetAside { kept_as }));
            }
            Finding::MemoryOnly { why } | Finding::Waiting { why } => {
                tracing::error!(why, "the store takes no writes; memory holds what is new");
                notices.push(Notice::House(House::StoreFull { why }));
            }
            Finding::Returned => {
                tracing::info!("the store takes writes again");
                notices.push(Notice::House(House::StoreReturned));
            }
            Finding::OpenToOthers { dir, mode } => {
                tracing::warn!(
                    dir,
                    mode = format!("{mode:o}"),
                    "others on this machine may look into DATA_DIR"
                );
            }
        }
    }
    notices
}

/// How far apart samples are declared to be; a day when there is no such job, so that nobody waits for one.
fn cadence(jobs: &[PlannedJob], now: Timestamp) -> SignedDuration {
    let of = |it: &PlannedJob| {
        let next = it.cron.next_after(&it.zone, now)?;
        Some(it.cron.next_after(&it.zone, next)?.duration_since(next))
    };
    let samples = jobs.iter().filter(|it| matches!(it.job.work, Work::Sample(_)));
    samples.filter_map(of).min().unwrap_or(SignedDuration::from_hours(24))
}

/// In which language people are answered.
pub fn tongue(language: Language) -> Tongue {
    match language {
        Language::Auto => Tongue::Own,
        Language::Russian => Tongue::Fixed(locale::for_tag("ru")),
        Language::English => Tongue::Fixed(locale::for_tag("en")),
    }
}

/// Whether the store is as it should be, for `doctor`.
pub fn store_condition(database: &Database) -> Result<(), String> {
    match database.condition() {
        Condition::Durable => Ok(()),
        Condition::Waiting { why } | Condition::MemoryOnly { why } => Err(why),
    }
}
