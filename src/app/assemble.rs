//! The watch, put together from its parts: by the daemon, by a single job, and by tests over fakes.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use jiff::tz::TimeZone;
use jobs::Ports;
use jobs::declare::{Declared, Rule};
use jobs::notice::{House, Notice};
use jobs::ports::EventStream;
use jobs::role::Role;
use tokio::sync::{SetOnce, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use crate::clock::Clock;
use crate::command::{About, Follows};
use crate::config::{PlannedJob, PlannedMute};
use crate::dispatch::{Codes, Dispatcher, Panels, Tongue};
use crate::fallback::{self, Fallback, Reach};
use crate::gate::Gate;
use crate::heartbeat::Heartbeat;
use crate::message::UserId;
use crate::outbox::Outbox;
use crate::postman::{Homes, Kin, Postman};
use crate::redact::Redactor;
use crate::run::OffJob;
use crate::runner::Runner;
use crate::schedule::Due;
use crate::store::{Database, Finding};
use crate::totp;
use crate::transport::{Transport, TransportError};
use crate::vitals::Pulse;
use crate::watch::{Follower, Known, Map};

use super::board::{Board, Crew, Journal};
use super::body::Body;
use super::desk::StoreDesk;
use super::ledger::Ledger;
use super::listen;
use super::mutes::StoreMutes;
use super::rights;
use super::ward::StoreWard;

/// How long jobs under way may take to end.
const RUNS: Duration = Duration::from_secs(5);
/// How long answers under way may take, and then the last round of the postman.
const WORDS: Duration = Duration::from_secs(2);

/// What a watch is made of.
pub(crate) struct Parts {
    /// The world, as jobs see it.
    pub(crate) ports: Ports,
    /// The store, as the rest of us sees it.
    pub(crate) database: Database,
    /// What does not change.
    pub(crate) about: About,
    /// The chat.
    pub(crate) transport: Arc<dyn Transport>,
    /// Who may speak, and what they may do.
    pub(crate) people: Vec<(UserId, Role)>,
    /// What takes a code of six digits.
    pub(crate) totp: Option<totp::Setup>,
    /// Where news goes.
    pub(crate) homes: Homes,
    /// What runs when.
    pub(crate) jobs: Vec<PlannedJob>,
    /// What is declared and never runs.
    pub(crate) off: Vec<OffJob>,
    /// What counts as wrong.
    pub(crate) rules: Vec<Rule>,
    /// Quiet hours and declared mutes.
    pub(crate) mutes: Vec<PlannedMute>,
    /// What is struck out of logs before they leave.
    pub(crate) redactor: Arc<Redactor>,
    /// The owner's zone.
    pub(crate) zone: TimeZone,
    /// In which language.
    pub(crate) tongue: Tongue,
    /// How pictures look.
    pub(crate) theme: render::Theme,
    /// What time it is.
    pub(crate) clock: Clock,
    /// Proof of life for `vakhta health`, where somebody asks for it.
    pub(crate) heartbeat: Option<Arc<Heartbeat>>,
    /// Where critical news goes while the chat is silent, if anywhere.
    pub(crate) second_way: Option<fallback::Setup>,
}

/// A watch, put together. Nothing moves before it is told to.
pub(crate) struct Watch {
    /// Answers people.
    pub(crate) dispatcher: Arc<Dispatcher>,
    /// Carries news.
    pub(crate) postman: Arc<Postman>,
    /// The door out.
    pub(crate) outbox: Arc<Outbox>,
    /// Runs jobs.
    pub(crate) runner: Runner,
    /// Calls a person the second way.
    fallback: Option<Arc<Fallback>>,
    transport: Arc<dyn Transport>,
    pub(super) database: Database,
    pub(super) clock: Clock,
    heartbeat: Option<Arc<Heartbeat>>,
    pulse: Arc<Pulse>,
    /// Which container needs which.
    map: Map,
    /// One for each run and each answer under way.
    pub(super) tasks: TaskTracker,
    ending: CancellationToken,
}

/// Puts a watch together.
pub(crate) fn assemble(parts: Parts) -> Watch {
    let Parts { mut ports, database, clock, jobs, rules, mutes, heartbeat, transport, .. } = parts;
    // Who needs to know whether the chat answers listens in.
    let reach = parts.second_way.map(|setup| (Arc::new(Reach::new(transport.clone(), clock.clone())), setup));
    let transport = reach.as_ref().map_or(transport, |(reach, _)| reach.clone());
    let declared = Arc::new(Declared {
        jobs: jobs.iter().map(|it| it.job.clone()).collect(),
        rules: rules.clone(),
        mutes: mutes.iter().map(|it| it.mute.clone()).collect(),
        redaction: parts.redactor.declared().clone(),
    });
    let mutes = Arc::new(StoreMutes::new(database.clone(), mutes, &jobs));
    ports.ward = Some(Arc::new(StoreWard::new(database.clone(), mutes.clone(), parts.about.started)));
    let crew = Crew::new(ports.clone(), rules, heartbeat.clone());
    let runner = Runner::new(jobs, Arc::new(crew), Arc::new(Journal(database.clone())));
    let (pulse, map) = (Arc::new(Pulse::default()), Map::default());
    let outbox = Arc::new(Outbox::new(transport.clone()));
    let desk = Arc::new(StoreDesk::new(database.clone(), clock.clone()));
    let ledger = Arc::new(Ledger::new(database.clone()));
    let ending = CancellationToken::new();
    let board = Arc::new(Board::new(runner.clone(), parts.off, clock.clone()));
    let dispatcher = Arc::new(Dispatcher {
        gate: Gate::new(parts.people),
        codes: parts.totp.map(Codes::new),
        outbox: outbox.clone(),
        desk,
        ports,
        declared,
        board: board.clone(),
        incidents: ledger.clone(),
        mutes,
        health: Arc::new(Body { pulse: pulse.clone(), database: database.clone() }),
        about: parts.about,
        redactor: parts.redactor,
        follows: Follows::new(ending.clone()),
        zone: parts.zone,
        tongue: parts.tongue,
        theme: parts.theme,
        bot: SetOnce::new(),
        panels: Panels::default(),
    });
    let postman = Arc::new(Postman::new(
        database.clone(),
        outbox.clone(),
        dispatcher.clone(),
        parts.homes,
        kin(map.clone()),
        clock.clone(),
    ));
    board.give(postman.clone());
    let fallback = reach.map(|(reach, setup)| {
        Arc::new(Fallback::new(database.clone(), dispatcher.clone(), reach, setup, clock.clone()))
    });
    ledger.give(postman.clone());
    let tasks = TaskTracker::new();
    Watch {
        dispatcher,
        postman,
        outbox,
        runner,
        fallback,
        transport,
        database,
        clock,
        heartbeat,
        pulse,
        map,
        tasks,
        ending,
    }
}

impl Watch {
    /// Begins to hear what people do, in a task of its own. It ends with what makes listening pointless.
    pub(crate) fn listen(&self) -> JoinHandle<Result<(), TransportError>> {
        tokio::spawn(listen::listen(listen::Ear {
            transport: self.transport.clone(),
            dispatcher: self.dispatcher.clone(),
            postman: self.postman.clone(),
            heartbeat: self.heartbeat.clone(),
            pulse: self.pulse.clone(),
            clock: self.clock.clone(),
            tasks: self.tasks.clone(),
            ending: self.ending.clone(),
        }))
    }

    /// Takes up where an earlier watch left off: tells what was found, makes up for missed runs, and carries what is
    /// written down, in a task of its own that ends when it is aborted.
    pub(crate) async fn take_up(&self, findings: Vec<Finding>, sender: &mpsc::Sender<Due>) -> JoinHandle<()> {
        self.postman.tell(found(findings)).await;
        // Whoever starts us anew has mended something: a token, a block, a way out.
        self.postman.hasten(None);
        for due in self.runner.make_up(self.clock.now()) {
            sender.try_send(due).ok();
        }
        let postman = self.postman.clone();
        // A task of its own, that ends with the postman's: a slow server there must not hold up the chat.
        let fallback = self
            .fallback
            .clone()
            .map(|fallback| AbortOnDropHandle::new(tokio::spawn(async move { fallback.watch().await })));
        tokio::spawn(async move {
            postman.carry().await;
            drop(fallback);
        })
    }

    /// What an earlier watch knew of containers.
    pub(crate) fn known(&self) -> Known {
        Known::load(&self.database, self.clock.now(), self.dispatcher.about.boot.as_deref())
    }

    /// Follows what happens to containers and tells of it, in a task of its own that ends with the watch. `events`
    /// begin where `known` ends.
    pub(crate) fn follow(&self, events: Box<dyn EventStream>, known: Known) {
        let follower = Follower {
            engine: self.dispatcher.ports.engine.clone(),
            postman: self.postman.clone(),
            database: self.database.clone(),
            clock: self.clock.clone(),
            boot: self.dispatcher.about.boot.clone(),
            map: self.map.clone(),
            pulse: self.pulse.clone(),
            redactor: self.dispatcher.redactor.clone(),
        };
        let following = follower.follow(events, known);
        let ending = self.ending.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = ending.cancelled() => {}
                () = following => {}
            }
        });
    }

    /// Finds out what Docker lets us do, now and whenever that may have changed, in a task of its own that ends with the
    /// watch.
    pub(crate) fn learn_rights(&self) {
        let (engine, pulse) = (self.dispatcher.ports.engine.clone(), self.pulse.clone());
        let ending = self.ending.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = ending.cancelled() => {}
                () = rights::learn(&*engine, &pulse) => {}
            }
        });
    }

    /// The loop: works off what is due until `stop`, or until nobody can be heard any more.
    ///
    /// # Errors
    /// Why nobody can be heard.
    pub(crate) async fn stand(
        &self,
        listener: &mut JoinHandle<Result<(), TransportError>>,
        mut due: mpsc::Receiver<Due>,
        stop: impl Future<Output = ()>,
    ) -> Result<(), TransportError> {
        tokio::pin!(stop);
        loop {
            tokio::select! {
                biased;
                () = &mut stop => return Ok(()),
                ended = &mut *listener => {
                    return ended.unwrap_or_else(|error| Err(TransportError::Fatal(error.to_string())));
                }
                Some(due) = due.recv() => self.work(due),
            }
        }
    }

    /// One due job, in a task of its own.
    fn work(&self, due: Due) {
        let (runner, postman) = (self.runner.clone(), self.postman.clone());
        let (database, clock) = (self.database.clone(), self.clock.clone());
        self.tasks.spawn(async move {
            let mut notices = runner.run(&due.job, due.at, clock.now()).await;
            notices.extend(found(database.take_findings()));
            if !notices.is_empty() {
                postman.tell(notices).await;
            }
        });
    }

    /// In order: nothing new begins, what runs ends, what is written down goes out.
    pub(crate) async fn leave(
        &self,
        listener: JoinHandle<Result<(), TransportError>>,
        carrier: Option<JoinHandle<()>>,
    ) {
        self.ending.cancel();
        listener.abort();
        let late = self.runner.stop(RUNS).await;
        if !late.is_empty() {
            tracing::warn!(?late, "jobs were cut off");
        }
        self.tasks.close();
        if tokio::time::timeout(WORDS, self.tasks.wait()).await.is_err() {
            tracing::warn!("answers were cut off");
        }
        if let Some(carrier) = carrier {
            carrier.abort();
            tokio::time::timeout(WORDS, self.postman.round()).await.ok();
        }
    }
}

/// Who needs whom, as the newest word of the engine has it.
fn kin(map: Map) -> Kin {
    Arc::new(move |name| {
        let map = map.read().unwrap_or_else(PoisonError::into_inner);
        map.parents(name).into_iter().map(str::to_owned).collect()
    })
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
