//! Wiring; the loop; stopping in order. The only place that knows both sides of every port, and the only one that
//! looks at the clock.

mod assemble;
mod beacon;
mod began;
mod board;
mod body;
mod desk;
mod ledger;
mod line;
mod listen;
mod lock;
mod mutes;
mod once;
mod restore;
mod rights;
mod silencer;
mod ward;
mod world;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use jobs::declare::Work;
use tokio::signal::unix::Signal;
use tokio::sync::mpsc;

use crate::clock::Clock;
use crate::config::{Config, Language, PlannedJob};
use crate::console::{HOME, OWNER};
use crate::dispatch::Tongue;
use crate::docker::Pace;
use crate::heartbeat::Heartbeat;
use crate::locale;
use crate::message::Message;
use crate::schedule::{Due, Schedule};
use crate::store::{self, Condition};
use crate::transport::TransportError;

pub(crate) use self::assemble::{Parts, assemble};
pub(crate) use self::began::Before;
pub use self::line::{Chat, telegram};
use self::line::{Line, introduce, line};
use self::lock::{Lock, Taken};
pub use self::once::{Look, Once, look, once};
pub use self::restore::{Done, restore};
pub use self::silencer::{Ended, Silencer, SilencerError, explained};
pub use self::world::{World, engine_address, host_name, host_root, world};

/// How long the whole of stopping may take.
const STOPPING: Duration = Duration::from_secs(10);
/// How many due moments may wait for the loop.
pub(crate) const DUE: usize = 256;

/// The machine's clock. Everything below is handed it, or what it says.
pub fn clock() -> Clock {
    Clock::new(Timestamp::now)
}

/// Stands watch until `stop` is signalled or the conversation ends.
///
/// # Errors
/// What ends a watch for good: a wrong token, a store that must not be opened, another watch in the same directory.
pub async fn watch(config: Config, chat: Chat, mut stop: Stop) -> anyhow::Result<()> {
    let started = clock().now();
    let mut world = world(&config, started)?;
    let (database, findings) = (world.database.clone(), std::mem::take(&mut world.findings));
    let docker = world.docker.clone();
    let lock = Lock::take(&config.settings.data_dir);
    let follows = match &lock {
        Taken::Ours(_) => {
            store::tidy(&config.settings.data_dir);
            false
        }
        Taken::Theirs if matches!(chat, Chat::Console(_)) => true,
        Taken::Theirs => anyhow::bail!(
            "another Vakhta is on watch with DATA_DIR {}; stop it, or give this one a directory of its own",
            config.settings.data_dir.display()
        ),
        Taken::Unknown(error) => {
            tracing::warn!(%error, "the data directory takes no lock file: nothing stops a second watch");
            false
        }
    };
    let at_a_prompt = matches!(chat, Chat::Console(_));
    let line = line(&config, chat, &world)?;
    let heartbeat = (!follows).then(|| {
        let cadence = |is: fn(&Work) -> bool| cadence(&config.jobs, is, started);
        let (sampling, judging) =
            (cadence(|it| matches!(it, Work::Sample(_))), cadence(|it| matches!(it, Work::Evaluate(_))));
        Arc::new(Heartbeat::new(&config.settings.data_dir, started, sampling, judging))
    });
    let before = Before::read(&database, &config.jobs);
    if let Some(heartbeat) = &heartbeat {
        let polls = !line.transport.in_turn();
        world.ports.beacon = beacon::beacon(&config, heartbeat.clone(), database.clone(), polls)?;
    }
    let second_way = if follows { None } else { beacon::second_way(&config)? };
    if !follows {
        let remains = database.take_over(started).context("taking over the store")?;
        tracing::debug!(?remains, "took over");
    }
    tracing::info!(jobs = config.jobs.len(), rules = config.rules.len(), host = world.about.host, "on watch");
    let telegram = line.telegram.clone();
    // At a prompt nobody is asked for codes.
    let codes = line.totp.is_some() || at_a_prompt;
    world.about.lacks = world::lacks(&config, codes, second_way.is_some() || follows);
    let watch = assemble(Parts { second_way, ..parts(&config, world, line, heartbeat) });

    // The first poll goes out before anything else is set up: somebody may be waiting.
    let mut listener = watch.listen();
    tokio::task::yield_now().await;
    if let Some(telegram) = telegram {
        let dispatcher = watch.dispatcher.clone();
        tokio::spawn(async move { introduce(&telegram, &dispatcher).await });
    }
    watch.learn_rights();
    let (sender, due) = mpsc::channel::<Due>(DUE);
    let (mut schedule, mut carrier) = (None, None);
    if follows {
        let text = watch.dispatcher.voice_of(OWNER).say("console-follows", &[]);
        watch.outbox.say(HOME, &Message { text, ..Message::default() }).await.ok();
    } else {
        let known = watch.known();
        // A store that is forgotten with us has seen no other watch, and every one would be the first.
        if database.condition() == Condition::Durable {
            watch.greet(&before, &config.jobs, &known.watcher, config.settings.start_card);
        }
        watch.tell_of_restores().await;
        carrier = Some(watch.take_up(findings, &sender).await);
        let events = docker.events_since(Pace::default(), known.watcher.since(clock().now()));
        watch.follow(Box::new(events), known);
        if matches!(lock, Taken::Ours(_)) {
            watch.take_over_copies(config.settings.data_dir.clone());
        }
        let started = Schedule::start(&config.jobs, sender.clone(), clock()).await;
        schedule = Some(started.context("starting the scheduler")?);
    }
    let ended = watch.stand(&mut listener, due, stop.signalled()).await;

    let stopped = tokio::time::timeout(STOPPING, async {
        if let Some(schedule) = &mut schedule {
            schedule.stop().await;
        }
        watch.leave(listener, carrier).await;
    });
    if stopped.await.is_err() {
        tracing::warn!("stopping took too long and was cut short; what was not said is kept");
    }
    if !follows {
        watch.farewell();
        if let Err(error) = database.settle() {
            tracing::warn!(%error, "the store was not settled");
        }
    }
    tracing::info!("off watch");
    drop(lock);
    match ended {
        Ok(()) | Err(TransportError::Ended) => Ok(()),
        Err(error) => Err(error).context("Telegram"),
    }
}

/// The parts of a watch, as the settings say.
fn parts(config: &Config, world: World, line: Line, heartbeat: Option<Arc<Heartbeat>>) -> Parts {
    Parts {
        ports: world.ports,
        database: world.database,
        about: world.about,
        transport: line.transport,
        people: line.people,
        totp: line.totp,
        homes: line.homes,
        jobs: config.jobs.clone(),
        off: config.off.clone(),
        rules: config.rules.clone(),
        mutes: config.mutes.clone(),
        redactor: config.redactor.clone(),
        zone: config.settings.zone.clone(),
        tongue: tongue(config.settings.language),
        theme: theme(config.settings.is_light),
        clock: clock(),
        heartbeat,
        second_way: None,
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

/// How far apart runs of such a job are declared to be; a day when there is none, so that nobody waits for one.
fn cadence(jobs: &[PlannedJob], is: fn(&Work) -> bool, now: Timestamp) -> SignedDuration {
    let of = |it: &PlannedJob| {
        let next = it.cron.next_after(&it.zone, now)?;
        Some(it.cron.next_after(&it.zone, next)?.duration_since(next))
    };
    let such = jobs.iter().filter(|it| is(&it.job.work));
    such.filter_map(of).min().unwrap_or(SignedDuration::from_hours(24))
}

/// In which language people are answered.
pub fn tongue(language: Language) -> Tongue {
    match language {
        Language::Auto => Tongue::Own,
        Language::Fixed(tag) => Tongue::Fixed(locale::for_tag(tag)),
    }
}

/// How pictures look.
pub fn theme(is_light: bool) -> render::Theme {
    if is_light { render::Theme::light() } else { render::Theme::dark() }
}
