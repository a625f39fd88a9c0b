//! The watch, put together from its parts: by the daemon, by a single job, and by tests over fakes.

use std::sync::{Arc, PoisonError, RwLock};
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
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::command::{About, Follows};
use crate::config::{PlannedJob, PlannedMute};
use crate::dispatch::{Codes, Dispatcher, Panels, Tongue};
use crate::fallback::{self, Fallback, Reach};
use crate::gate::Gate;
use crate::heartbeat::Heartbeat;
use crate::message::UserId;
use crate::outbox::Outbox;
use crate::panics;
use crate::postman::{Homes, Kin, Postman};
use crate::redact::Redactor;
use crate::run::OffJob;
use crate::runner::Runner;
use crate::schedule::Due;
use crate::store::{Database, Fact, Finding};
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
use super::owed::{Debt, Owed, Remedy};
use super::rights;
use super::ward::StoreWard;

/// How long jobs under way may take to end.
const RUNS: Duration = Duration::from_secs(5);
/// How long answers under way may take, and then the last round of the postman.
const WORDS: Duration = Duration::from_secs(2);

/// Under which name the store keeps the numbers of faults that were told.
const TOLD_STUMBLES: &str = "stumbles.told/1";
/// So many are kept: numbers of older versions mean nothing any more.
const MOST_STUMBLES: usize = 64;

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
    /// The watch that this one relieves, where the settings were read again.
    pub(crate) former: Option<Former>,
}

/// What one watch hands to the one that relieves it in the same process.
pub(crate) struct Former {
    /// Goes on with what runs, and keeps what is known of every job.
    runner: Runner,
    /// Who hears turns to whoever is on duty.
    duty: OnDuty,
    /// At the pace that the chat was promised.
    outbox: Arc<Outbox>,
    /// The chat, as the settings had it.
    chat: Arc<dyn Transport>,
    /// The same, looked at.
    reach: Arc<Reach>,
    pulse: Arc<Pulse>,
    map: Map,
    /// What it still does.
    tasks: TaskTracker,
    /// What we are called in the chat, where that is known.
    bot: Option<String>,
}

/// Who answers and tells now. One watch relieves another while the settings are read again; whoever hears something, or
/// ends a run that began before, turns to the one on duty.
#[derive(Clone, Default)]
pub(crate) struct OnDuty(Arc<RwLock<Option<Crewed>>>);

/// The hands of the watch on duty.
#[derive(Clone)]
pub(super) struct Crewed {
    pub(super) dispatcher: Arc<Dispatcher>,
    pub(super) postman: Arc<Postman>,
    /// What looks again and again ends with its watch.
    pub(super) ending: CancellationToken,
}

impl OnDuty {
    /// Whoever it is. None before the first.
    pub(super) fn now(&self) -> Option<Crewed> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn begin(&self, crewed: Crewed) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(crewed);
    }

    /// Tells, through whoever is on duty by now.
    pub(super) async fn tell(&self, notices: Vec<Notice>) {
        if let Some(crewed) = self.now().filter(|_| !notices.is_empty()) {
            crewed.postman.tell(notices).await;
        }
    }
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
    chat: Arc<dyn Transport>,
    /// The same, looked at.
    reach: Arc<Reach>,
    pub(super) database: Database,
    pub(super) clock: Clock,
    heartbeat: Option<Arc<Heartbeat>>,
    pulse: Arc<Pulse>,
    /// Which container needs which.
    map: Map,
    duty: OnDuty,
    /// One for each run and each answer under way.
    pub(super) tasks: TaskTracker,
    ending: CancellationToken,
}

/// Puts a watch together.
pub(crate) fn assemble(parts: Parts) -> Watch {
    let Parts { mut ports, database, clock, jobs, rules, mutes, heartbeat, former, .. } = parts;
    let declared = Arc::new(Declared {
        jobs: jobs.iter().map(|it| it.job.clone()).collect(),
        rules: rules.clone(),
        mutes: mutes.iter().map(|it| it.mute.clone()).collect(),
        redaction: parts.redactor.declared().clone(),
    });
    let mutes = Arc::new(StoreMutes::new(database.clone(), mutes, &jobs));
    ports.ward = Some(Arc::new(StoreWard::new(database.clone(), mutes.clone(), parts.about.started)));
    let crew = Arc::new(Crew::new(ports.clone(), rules, heartbeat.clone()));
    // Who needs to know whether the chat answers listens in, now or after the next settings.
    let reach = |chat: Arc<dyn Transport>| Arc::new(Reach::new(chat, clock.clone()));
    let former = match former {
        Some(former) => {
            former.runner.replace(jobs, crew, clock.now());
            if Arc::ptr_eq(&former.chat, &parts.transport) {
                former
            } else {
                let reach = reach(parts.transport.clone());
                let outbox = Arc::new(former.outbox.by_way_of(reach.clone()));
                Former { chat: parts.transport, reach, outbox, bot: None, ..former }
            }
        }
        None => {
            let reach = reach(parts.transport.clone());
            Former {
                runner: Runner::new(jobs, crew, Arc::new(Journal(database.clone()))),
                duty: OnDuty::default(),
                outbox: Arc::new(Outbox::new(reach.clone())),
                chat: parts.transport,
                reach,
                pulse: Arc::default(),
                map: Map::default(),
                tasks: TaskTracker::new(),
                bot: None,
            }
        }
    };
    let Former { runner, duty, outbox, chat, reach, pulse, map, tasks, bot } = former;
    let desk = Arc::new(StoreDesk::new(database.clone(), clock.clone()));
    let ledger = Arc::new(Ledger::new(database.clone()));
    let ending = CancellationToken::new();
    let board = Arc::new(Board::new(runner.clone(), parts.off, clock.clone(), duty.clone()));
    let dispatcher = Arc::new(Dispatcher {
        gate: if chat.in_turn() { Gate::unhurried(parts.people) } else { Gate::new(parts.people) },
        codes: parts.totp.map(Codes::new),
        outbox: outbox.clone(),
        desk,
        ports,
        declared,
        board,
        incidents: ledger.clone(),
        mutes,
        health: Arc::new(Body { pulse: pulse.clone(), database: database.clone() }),
        about: parts.about,
        redactor: parts.redactor,
        follows: Follows::new(ending.clone()),
        zone: parts.zone,
        tongue: parts.tongue,
        theme: parts.theme,
        bot: SetOnce::new_with(bot),
        panels: Panels::default(),
    });
    let postman = Postman::new(
        database.clone(),
        outbox.clone(),
        dispatcher.clone(),
        parts.homes,
        kin(map.clone()),
        clock.clone(),
    );
    let postman = Arc::new(match duty.now() {
        Some(former) => postman.relieving(&former.postman),
        None => postman,
    });
    let fallback = parts.second_way.map(|setup| {
        Arc::new(Fallback::new(database.clone(), dispatcher.clone(), reach.clone(), setup, clock.clone()))
    });
    ledger.give(postman.clone());
    duty.begin(Crewed { dispatcher: dispatcher.clone(), postman: postman.clone(), ending: ending.clone() });
    Watch {
        dispatcher,
        postman,
        outbox,
        runner,
        fallback,
        chat,
        reach,
        database,
        clock,
        heartbeat,
        pulse,
        map,
        duty,
        tasks,
        ending,
    }
}

impl Watch {
    /// Begins to hear what people do, in a task of its own. It ends with what makes listening pointless.
    pub(crate) fn listen(&self, owed: Option<Arc<Owed>>) -> JoinHandle<Result<(), TransportError>> {
        let ear = self.ear(owed);
        tokio::spawn(panics::kept_up("listener", move || listen::listen(ear.clone())))
    }

    fn ear(&self, owed: Option<Arc<Owed>>) -> listen::Ear {
        listen::Ear {
            transport: self.reach.clone(),
            duty: self.duty.clone(),
            heartbeat: self.heartbeat.clone(),
            pulse: self.pulse.clone(),
            clock: self.clock.clone(),
            tasks: self.tasks.clone(),
            owed,
        }
    }

    /// What the watch before this one heard and did not answer is answered now, where that changes nothing; else
    /// whoever asked is told how far it had come.
    pub(crate) async fn make_good(&self, owed: Arc<Owed>, left: Vec<Debt>) {
        let ear = self.ear(Some(owed.clone()));
        for debt in left {
            match owed.decide(&debt, self.clock.now()) {
                Remedy::Again => {
                    owed.begins_again(&debt);
                    listen::hand_on(&ear, debt.incoming()).await;
                }
                Remedy::Tell(how) => {
                    let notice = Notice::House(House::CutOff { line: debt.shown(), how });
                    let told = |facts: &[Fact]| self.postman.tell_in(debt.place, notice.clone(), facts);
                    owed.strike(&debt, told);
                }
                Remedy::Nothing => owed.strike(&debt, |facts| self.database.put_facts(facts)),
            }
        }
    }

    /// Takes up where an earlier process left off: tells what was found, and makes up for missed runs.
    pub(crate) async fn take_up(&self, findings: Vec<Finding>, sender: &mpsc::Sender<Due>) {
        self.postman.tell(found(findings)).await;
        // Whoever starts us anew has mended something: a token, a block, a way out.
        self.postman.hasten(None);
        for due in self.runner.make_up(self.clock.now()) {
            sender.try_send(due).ok();
        }
    }

    /// Carries what is written down, and calls out what does not get through, in a task of its own. It begins when the
    /// carrier of the watch before has ended, and ends between two parcels once this one is relieved.
    pub(crate) fn carry(&self, before: Option<JoinHandle<()>>) -> JoinHandle<()> {
        let (postman, fallback, ending) = (self.postman.clone(), self.fallback.clone(), self.ending.clone());
        tokio::spawn(async move {
            if let Some(before) = before {
                before.await.ok();
            }
            // Side by side: a slow server there must not hold up the chat.
            let calling = async {
                if let Some(fallback) = &fallback {
                    panics::kept_up("second way", || fallback.watch(&ending)).await;
                }
            };
            tokio::join!(panics::kept_up("postman", || postman.carry(&ending)), calling);
        })
    }

    /// What an earlier watch knew of containers.
    pub(crate) fn known(&self) -> Known {
        Known::load(&self.database, self.clock.now(), self.dispatcher.about.boot.as_deref())
    }

    /// What is written down of containers, when that is to be read later.
    fn knowing(&self) -> impl Fn() -> Known + Send + 'static {
        let (database, clock) = (self.database.clone(), self.clock.clone());
        let boot = self.dispatcher.about.boot.clone();
        move || Known::load(&database, clock.now(), boot.as_deref())
    }

    /// Who is on duty, now and after this watch was relieved.
    pub(super) fn duty(&self) -> OnDuty {
        self.duty.clone()
    }

    /// What the long-lived tasks say of themselves.
    pub(super) fn pulse(&self) -> Arc<Pulse> {
        self.pulse.clone()
    }

    /// Whether both speak through the same chat, so that who hears for one hears for the other.
    pub(super) fn has_the_chat_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.chat, &other.chat)
    }

    /// Follows what happens to containers and tells of it, in a task of its own that ends with the watch, and begins when
    /// the follower of the watch before has ended. `events` yields what came after what is known; that is read from the
    /// store, where nobody has it at hand: what the follower before wrote last is where this one takes up.
    pub(crate) fn follow(
        &self,
        mut events: impl FnMut(&Known) -> Box<dyn EventStream> + Send + 'static,
        mut known: Option<Known>,
        before: Option<JoinHandle<()>>,
    ) -> JoinHandle<()> {
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
        let knowing = self.knowing();
        let begin = move || {
            let known = known.take().unwrap_or_else(&knowing);
            let events = events(&known);
            follower.clone().follow(events, known)
        };
        let ending = self.ending.clone();
        self.tasks.spawn(async move {
            let following = async move {
                if let Some(before) = before {
                    before.await.ok();
                }
                panics::kept_up("follower", begin).await;
            };
            tokio::select! {
                () = ending.cancelled() => {}
                () = following => {}
            }
        })
    }

    /// Finds out what Docker lets us do, now and whenever that may have changed, in a task of its own that ends with the
    /// watch.
    pub(crate) fn learn_rights(&self) {
        let (engine, pulse) = (self.dispatcher.ports.engine.clone(), self.pulse.clone());
        let ending = self.ending.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = ending.cancelled() => {}
                () = panics::kept_up("rights", || rights::learn(&*engine, &pulse)) => {}
            }
        });
    }

    /// The loop: works off what is due until something ends that, or until nobody can be heard any more.
    ///
    /// # Errors
    /// Why nobody can be heard.
    pub(crate) async fn stand<Why>(
        &self,
        listener: &mut JoinHandle<Result<(), TransportError>>,
        due: &mut mpsc::Receiver<Due>,
        until: impl Future<Output = Why>,
    ) -> Result<Why, TransportError> {
        tokio::pin!(until);
        loop {
            tokio::select! {
                biased;
                why = &mut until => return Ok(why),
                ended = &mut *listener => {
                    return Err(match ended {
                        Ok(Err(error)) => error,
                        // It was cut off, or broke down: what it does not say itself is no word of the chat's.
                        Ok(Ok(())) => TransportError::Ended,
                        Err(error) => TransportError::Fatal(error.to_string()),
                    });
                }
                Some(due) = due.recv() => self.work(due),
            }
        }
    }

    /// One due job, in a task of its own.
    fn work(&self, due: Due) {
        let (runner, duty) = (self.runner.clone(), self.duty.clone());
        let (database, clock) = (self.database.clone(), self.clock.clone());
        self.tasks.spawn(async move {
            let mut notices = runner.run(&due.job, due.at, clock.now()).await;
            notices.extend(found(database.take_findings()));
            notices.extend(stumbled(&database, panics::take()));
            duty.tell(notices).await;
        });
    }

    /// Another watch relieves this one over the same store: what it looked at again and again ends, what runs and what is
    /// being answered goes on to its own end.
    pub(crate) fn relieved(&self) -> Former {
        self.ending.cancel();
        Former {
            runner: self.runner.clone(),
            duty: self.duty.clone(),
            outbox: self.outbox.clone(),
            chat: self.chat.clone(),
            reach: self.reach.clone(),
            pulse: self.pulse.clone(),
            map: self.map.clone(),
            tasks: self.tasks.clone(),
            bot: self.dispatcher.bot.get().cloned(),
        }
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
        if let Some(mut carrier) = carrier {
            // It ends after the parcel in its hand: cut off, that one would be carried again.
            if tokio::time::timeout(WORDS, &mut carrier).await.is_err() {
                carrier.abort();
            }
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

/// Faults of our own that the owner has not heard of, in this life or in one before it.
fn stumbled(database: &Database, stumbles: Vec<panics::Stumble>) -> Vec<Notice> {
    if stumbles.is_empty() {
        return Vec::new();
    }
    let told = database.get_state(TOLD_STUMBLES).ok().flatten();
    let mut told: Vec<String> = told.and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default();
    let news: Vec<_> = stumbles.into_iter().filter(|it| !told.contains(&it.id)).collect();
    told.extend(news.iter().map(|it| it.id.clone()));
    let first = told.len().saturating_sub(MOST_STUMBLES);
    if let Ok(value) = serde_json::to_string(&told[first..])
        && let Err(error) = database.put_state(TOLD_STUMBLES, &value)
    {
        tracing::warn!(%error, "which faults of ours were told could not be written down");
    }
    news.into_iter().map(|it| Notice::House(House::Stumbled { id: it.id, place: it.place })).collect()
}

/// What the store has to say for itself, for the owner and for the log.
fn found(findings: Vec<Finding>) -> Vec<Notice> {
    let mut notices = Vec::new();
    for finding in findings {
        match finding {
            Finding::SetAside { kept_as, why, saved } => {
                tracing::error!(
                    kept_as,
                    why,
                    ?saved,
                    remedy =
                        "see docs/operations.md, \"A damaged store\"; restore a backup if history matters",
                    "the store was damaged and is set aside"
                );
                notices.push(Notice::House(House::StoreSetAside { kept_as }));
            }
            Finding::MemoryOnly { why } | Finding::Waiting { why } => {
                tracing::error!(
                    why,
                    remedy = "free space on the disk of DATA_DIR, or let user 65534 write there; it goes on by itself",
                    "the store takes no writes; memory holds what is new"
                );
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panics::Stumble;
    use crate::store::Limits;

    #[test]
    fn a_fault_of_ours_is_told_once_also_through_a_restart() {
        let database = Database::in_memory(Limits::default());
        let one = Stumble { id: "E-000001".to_owned(), place: "src/watch.rs:1:1".to_owned() };
        let other = Stumble { id: "E-000002".to_owned(), ..one.clone() };
        let told =
            |it: &Stumble| Notice::House(House::Stumbled { id: it.id.clone(), place: it.place.clone() });
        assert_eq!(stumbled(&database, vec![one.clone()]), [told(&one)]);
        // The next life has forgotten what this one had told, the store has not.
        assert_eq!(stumbled(&database, vec![one, other.clone()]), [told(&other)]);
        assert_eq!(stumbled(&database, Vec::new()), []);
    }

    #[test]
    fn of_faults_as_many_are_remembered_as_help() {
        let database = Database::in_memory(Limits::default());
        for number in 0..200 {
            let stumble = Stumble { id: format!("E-{number:06}"), place: "src/watch.rs:1:1".to_owned() };
            assert_eq!(stumbled(&database, vec![stumble]).len(), 1);
        }
        let kept = database.get_state(TOLD_STUMBLES).expect("memory").expect("written");
        let kept: Vec<String> = serde_json::from_str(&kept).expect("ours");
        assert_eq!(kept.len(), MOST_STUMBLES);
        assert_eq!(kept.last().map(String::as_str), Some("E-000199"));
    }
}
