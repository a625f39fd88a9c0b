//! The life of a watch: from settings to a watch, from one watch to the next when the settings are read again, and
//! stopping in order.
//!
//! A process has one [`Ground`], and stands one watch after the other on it. New settings are a new watch that relieves
//! the one before: who hears goes on hearing, what runs goes on running, and the store stays open. Where the store itself
//! has to be another one, the watch leaves as at a stop, [`Again::Store`] has its turn while nobody has the file open, and
//! a watch begins as at a start.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use jobs::declare::Work;
use jobs::notice::{Change, House, Notice};
use jobs::ports::EventStream;
use tokio::signal::unix::Signal;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio_util::task::AbortOnDropHandle;

use crate::config::Config;
use crate::console::{HOME, OWNER};
use crate::docker::Pace;
use crate::heartbeat::Heartbeat;
use crate::message::Message;
use crate::schedule::{Due, Schedule};
use crate::store::{self, Condition, Staged};
use crate::transport::TransportError;
use crate::vitals::Pulse;
use crate::watch::Known;

use super::assemble::{Former, OnDuty, Parts, Watch, assemble};
use super::line::{Chat, Line, introduce, line};
use super::lock::{Lock, Taken};
use super::reread::{News, Reread};
use super::restore::{Copies, exchange};
use super::world::{World, first_look, host_root, lacks, world};
use super::{Before, DUE, Stop, beacon, cadence, clock, parts};

/// How long the whole of stopping may take.
const STOPPING: Duration = Duration::from_secs(10);

/// For so long the rest of a watch waits for the first look at the machine. It takes milliseconds, unless a mount is dead.
const FIRST_LOOK: Duration = Duration::from_millis(50);

/// What is done to the data directory between two watches, while nobody has the store open. If it fails, the watch goes on
/// with whatever store it finds.
pub type Between = Box<dyn FnOnce(&Path) -> anyhow::Result<()> + Send>;

/// Why a watch stands no more.
pub enum Over {
    /// Somebody stopped it.
    Stopped,
    /// It begins again in the same process.
    Again(Again),
}

/// With what it begins again.
pub enum Again {
    /// With other settings, over the same store: this watch is relieved. The owners are told of the changes.
    Settings(Box<Config>, Vec<Change>),
    /// With another store: this watch leaves as at a stop, and with the store closed this is done.
    Store(Between),
}

/// What watches stand on.
struct Ground {
    lock: Taken,
    world: World,
    line: Line,
    heartbeat: Option<Arc<Heartbeat>>,
    at_a_prompt: bool,
}

/// A watch that stands, and what moves in it.
struct Standing {
    watch: Watch,
    listener: JoinHandle<Result<(), TransportError>>,
    /// None beside another watch, as the next two.
    carrier: Option<JoinHandle<()>>,
    follower: Option<JoinHandle<()>>,
    schedule: Option<Schedule>,
    sender: mpsc::Sender<Due>,
    due: mpsc::Receiver<Due>,
    _introduction: Option<AbortOnDropHandle<()>>,
}

/// Stands watch until `stop` is signalled or the conversation ends. With `reread`, the settings are read again at SIGHUP
/// and when their files change.
///
/// # Errors
/// What ends a watch for good: a wrong token, a store that must not be opened, another watch in the same directory.
pub async fn watch(
    mut config: Config,
    chat: Chat,
    mut stop: Stop,
    mut reread: Option<Reread>,
) -> anyhow::Result<()> {
    let mut ground = Ground::stand(&config, chat)?;
    let mut standing = Standing::begin(&config, &mut ground, config.settings.start_card).await?;
    let ended = loop {
        let copies = ground.copies(&config);
        let outside = Outside {
            stop: &mut stop,
            reread: reread.as_mut(),
            copies: copies.as_ref(),
            config: &config,
            world: &ground.world,
        };
        let (glance, peep) = (standing.glance(), standing.peep());
        let over = over(outside, standing.watch.duty(), standing.watch.pulse(), &glance, &peep);
        let why = standing.until(over).await;
        match why {
            Ok(Over::Again(Again::Settings(next, changes))) => {
                ground.turn(&config, &next)?;
                standing = standing.relieve(&config, &next, &ground).await?;
                config = *next;
                let (jobs, rules) = (config.jobs.len(), config.rules.len());
                tracing::info!(jobs, rules, ?changes, "on watch with other settings");
                if !changes.is_empty() {
                    standing.watch.postman.tell(vec![Notice::House(House::Settings(changes))]).await;
                }
            }
            Ok(Over::Again(Again::Store(between))) => {
                standing.leave(&ground).await;
                ground.exchange(&config, between)?;
                standing = Standing::begin(&config, &mut ground, false).await?;
            }
            Ok(Over::Stopped) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    standing.leave(&ground).await;
    tracing::info!("off watch");
    match ended {
        Ok(()) | Err(TransportError::Ended) => Ok(()),
        Err(error) => Err(error).context("Telegram"),
    }
}

/// What reaches a watch from outside, and what it is held against.
struct Outside<'a> {
    stop: &'a mut Stop,
    reread: Option<&'a mut Reread>,
    copies: Option<&'a Copies>,
    config: &'a Config,
    world: &'a World,
}

/// Waits for what ends a watch, or has another one begin in its place.
async fn over(
    mut outside: Outside<'_>,
    duty: OnDuty,
    pulse: Arc<Pulse>,
    glance: &Notify,
    peep: &Notify,
) -> Over {
    let staged = staged(outside.copies, peep);
    tokio::pin!(staged);
    loop {
        tokio::select! {
            staged = &mut staged => {
                tracing::info!("a copy of the store takes its place");
                return Over::Again(Again::Store(exchange(staged)));
            }
            _ = outside.stop.terminate.recv() => {
                tracing::info!("SIGTERM");
                return Over::Stopped;
            }
            _ = outside.stop.interrupt.recv() => {
                tracing::info!("SIGINT");
                return Over::Stopped;
            }
            () = hung_up(&mut outside.stop.hangup) => tracing::info!("SIGHUP: the settings are read again"),
            () = changed(&mut outside.reread, glance) => {
                tracing::info!("a file of settings has changed: they are read again");
            }
        }
        let Some(reread) = &mut outside.reread else { continue };
        let reading = reread.read(outside.config, outside.world);
        // Telegram may take its time to look at a token; whoever wants us to stop does not.
        let news = tokio::select! {
            biased;
            _ = outside.stop.terminate.recv() => return Over::Stopped,
            _ = outside.stop.interrupt.recv() => return Over::Stopped,
            news = reading => news,
        };
        match news {
            News::Same => {
                tracing::info!("the settings are what they were");
                pulse.settings(clock().now());
            }
            News::Other(config, changes) => {
                pulse.settings(clock().now());
                return Over::Again(Again::Settings(config, changes));
            }
            News::Wrong(notice) => duty.tell(notice.into_iter().map(|it| *it).collect()).await,
        }
    }
}

/// Waits for a file of settings to change, where that is looked for; for ever elsewhere.
async fn changed(reread: &mut Option<&mut Reread>, glance: &Notify) {
    match reread {
        Some(reread) => reread.changed(glance).await,
        None => std::future::pending().await,
    }
}

/// Waits for a copy that is to take the store's place, where that is ours to give.
async fn staged(copies: Option<&Copies>, peep: &Notify) -> Staged {
    match copies {
        Some(copies) => copies.next(peep).await,
        None => std::future::pending().await,
    }
}

/// Waits for SIGHUP, where anybody cares; for ever elsewhere.
async fn hung_up(hangup: &mut Option<Signal>) {
    match hangup {
        Some(hangup) => drop(hangup.recv().await),
        None => std::future::pending().await,
    }
}

impl Ground {
    fn stand(config: &Config, chat: Chat) -> anyhow::Result<Self> {
        let started = clock().now();
        let world = world(config, started)?;
        let at_a_prompt = matches!(chat, Chat::Console(_));
        let lock = Lock::take(&config.settings.data_dir);
        match &lock {
            // Nobody waits for a restore that a former watch did not live to see.
            Taken::Ours(_) => store::tidy(&config.settings.data_dir),
            Taken::Theirs if at_a_prompt => {}
            Taken::Theirs => anyhow::bail!(
                "another Vakhta is on watch with DATA_DIR {}; stop it, or give this one a directory of its own",
                config.settings.data_dir.display()
            ),
            Taken::Unknown(error) => {
                tracing::warn!(%error, "the data directory takes no lock file: nothing stops a second watch");
            }
        }
        let line = line(config, chat, &world)?;
        let heartbeat = (!matches!(lock, Taken::Theirs)).then(|| {
            let (sampling, judging) = cadences(config, started);
            Arc::new(Heartbeat::new(&config.settings.data_dir, started, sampling, judging))
        });
        Ok(Self { lock, world, line, heartbeat, at_a_prompt })
    }

    /// Whether another watch goes on in this directory, and this one only looks.
    fn follows(&self) -> bool {
        matches!(self.lock, Taken::Theirs)
    }

    /// Where a copy may be laid that is to take the store's place. A console, which somebody sits at, goes on with the one
    /// it has.
    fn copies(&self, config: &Config) -> Option<Copies> {
        let ours = matches!(self.lock, Taken::Ours(_)) && !self.at_a_prompt;
        let directory = config.settings.data_dir.clone();
        ours.then(|| Copies { directory, database: self.world.database.clone() })
    }

    /// Makes of the ground what other settings ask for. What they leave as it is stays, with all that it knows.
    fn turn(&mut self, before: &Config, now: &Config) -> anyhow::Result<()> {
        self.world.turn(&before.settings, now)?;
        self.line.turn(&before.settings, now, &self.world)?;
        if let Some(heartbeat) = &self.heartbeat {
            let (sampling, judging) = cadences(now, clock().now());
            heartbeat.expect(sampling, judging);
        }
        Ok(())
    }

    /// Closes the store, lets something be done to its directory, and opens what is there then.
    fn exchange(&mut self, config: &Config, between: Between) -> anyhow::Result<()> {
        self.world.database.close();
        if let Err(error) = between(&config.settings.data_dir) {
            tracing::error!(
                error = format!("{error:#}"),
                remedy = "the present one stays; see error, and restore again",
                "the store could not be exchanged"
            );
        }
        let started = self.world.about.started;
        self.world = world(config, started)?;
        self.line = line(config, Chat::Telegram, &self.world)?;
        Ok(())
    }

    /// The parts of a watch on this ground.
    fn parts(&self, config: &Config, former: Option<Former>) -> anyhow::Result<Parts> {
        let follows = self.follows();
        let second_way = if follows { None } else { beacon::second_way(config)? };
        let mut parts = parts(config, &self.world, &self.line, self.heartbeat.clone());
        if let Some(heartbeat) = &self.heartbeat {
            let (database, polls) = (self.world.database.clone(), !self.line.transport.in_turn());
            parts.ports.beacon = beacon::beacon(config, heartbeat.clone(), database, polls)?;
        }
        // At a prompt nobody is asked for codes.
        let codes = self.line.totp.is_some() || self.at_a_prompt;
        let (root, second) = (host_root(config), second_way.is_some() || follows);
        let found: Arc<OnceLock<_>> = Arc::default();
        parts.about.lacks = found.clone();
        // Hundreds of files, for the one page that tells of it: the first poll does not wait for them.
        tokio::task::spawn_blocking(move || found.set(lacks(&root, codes, second)).ok());
        Ok(Parts { second_way, former, ..parts })
    }
}

/// What happens to containers, from where that is known.
fn happenings(ground: &Ground) -> impl FnMut(&Known) -> Box<dyn EventStream> + Send + 'static {
    let docker = ground.world.docker.clone();
    move |known| Box::new(docker.events_since(Pace::default(), known.watcher.since(clock().now())))
}

impl Standing {
    /// The first watch on a ground. `greets` is whether it says that it begins, where that is worth a word.
    async fn begin(config: &Config, ground: &mut Ground, greets: bool) -> anyhow::Result<Self> {
        let database = ground.world.database.clone();
        let findings = std::mem::take(&mut ground.world.findings);
        let before = Before::read(&database, &config.jobs);
        if !ground.follows() {
            let remains = database.take_over(clock().now()).context("taking over the store")?;
            tracing::debug!(?remains, "took over");
        }
        let (jobs, rules) = (config.jobs.len(), config.rules.len());
        tracing::info!(jobs, rules, host = ground.world.about.host, "on watch");
        let watch = assemble(ground.parts(config, None)?);
        // The first poll goes out before anything else is set up: somebody may be waiting.
        let owed = ground.line.owed.as_ref().map(|it| (it.clone(), it.left()));
        let listener = watch.listen(ground.line.owed.clone());
        // Whoever asks how it is before the first sample need not wait for a second look. While another thread takes it,
        // this one, which is the only one, has nothing to do but to poll. Where another process samples, no look would
        // ever follow this one.
        if !ground.follows() {
            let ports = ground.world.ports.clone();
            let look = watch.tasks.spawn(async move { first_look(&ports).await });
            tokio::time::timeout(FIRST_LOOK, look).await.ok();
        }
        let introduction = introduction(&ground.line, &watch);
        watch.learn_rights();
        let (sender, due) = mpsc::channel::<Due>(DUE);
        let (mut carrier, mut follower, mut schedule) = (None, None, None);
        if ground.follows() {
            let text = watch.dispatcher.voice_of(OWNER).say("console-follows", &[]);
            watch.outbox.say(HOME, &Message { text, ..Message::default() }).await.ok();
        } else {
            let known = watch.known();
            // A store that is forgotten with us has seen no other watch, and every one would be the first.
            if database.condition() == Condition::Durable {
                watch.greet(&before, &config.jobs, &known.watcher, greets);
            }
            if let Some((owed, left)) = owed {
                watch.make_good(owed, left).await;
            }
            watch.tell_of_restores().await;
            watch.take_up(findings, &sender).await;
            carrier = Some(watch.carry(None));
            follower = Some(watch.follow(happenings(ground), Some(known), None));
            let started = Schedule::start(&config.jobs, sender.clone(), clock()).await;
            schedule = Some(started.context("starting the scheduler")?);
        }
        Ok(Self { watch, listener, carrier, follower, schedule, sender, due, _introduction: introduction })
    }

    /// Another watch in the place of this one, over the same store. Nothing is waited for: what this one still does goes
    /// on to its end, and what must not be done by two begins when that has ended.
    async fn relieve(self, was: &Config, config: &Config, ground: &Ground) -> anyhow::Result<Self> {
        let Self {
            watch: before,
            mut listener,
            carrier,
            follower,
            schedule,
            sender,
            due,
            _introduction: mut introduction,
        } = self;
        let watch = assemble(ground.parts(config, Some(before.relieved()))?);
        if !before.has_the_chat_of(&watch) {
            listener.abort();
            listener = watch.listen(ground.line.owed.clone());
        }
        if watch.dispatcher.bot.get().is_none() || was.settings.language != config.settings.language {
            introduction = self::introduction(&ground.line, &watch);
        }
        watch.learn_rights();
        let carrier = watch.carry(carrier);
        let follower = watch.follow(happenings(ground), None, follower);
        let mut standing = Self {
            watch,
            listener,
            carrier: Some(carrier),
            follower: Some(follower),
            schedule,
            sender,
            due,
            _introduction: introduction,
        };
        if let Some(schedule) = &mut standing.schedule {
            schedule.replace(&config.jobs).await.context("setting the scheduler")?;
        }
        Ok(standing)
    }

    /// Told every few seconds while jobs are scheduled.
    fn glance(&self) -> Arc<Notify> {
        self.schedule.as_ref().map(Schedule::glance).unwrap_or_default()
    }

    /// Told every second while jobs are scheduled.
    fn peep(&self) -> Arc<Notify> {
        self.schedule.as_ref().map(Schedule::peep).unwrap_or_default()
    }

    /// Stands until something is over, or nobody can be heard any more.
    async fn until<Why>(&mut self, over: impl Future<Output = Why>) -> Result<Why, TransportError> {
        self.watch.stand(&mut self.listener, &mut self.due, over).await
    }

    /// In order, and in ten seconds at most; the store has everything that was not said.
    async fn leave(mut self, ground: &Ground) {
        let stopped = tokio::time::timeout(STOPPING, async {
            if let Some(schedule) = &mut self.schedule {
                schedule.stop().await;
            }
            self.watch.leave(self.listener, self.carrier).await;
        });
        if stopped.await.is_err() {
            tracing::warn!("stopping took too long and was cut short; what was not said is kept");
        }
        if !ground.follows() {
            self.watch.farewell();
            if let Err(error) = ground.world.database.settle() {
                tracing::warn!(%error, "the store was not settled");
            }
        }
    }
}

/// Learns what we are called there, and publishes what can be asked, in a task of its own.
fn introduction(line: &Line, watch: &Watch) -> Option<AbortOnDropHandle<()>> {
    let (telegram, dispatcher) = (line.telegram.clone()?, watch.dispatcher.clone());
    Some(AbortOnDropHandle::new(tokio::spawn(async move { introduce(&telegram, &dispatcher).await })))
}

/// How far apart samples, and judgements, are declared to be.
fn cadences(config: &Config, now: Timestamp) -> (SignedDuration, SignedDuration) {
    let cadence = |is: fn(&Work) -> bool| cadence(&config.jobs, is, now);
    (cadence(|it| matches!(it, Work::Sample(_))), cadence(|it| matches!(it, Work::Evaluate(_))))
}
