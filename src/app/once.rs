//! One declared job, run once and told: the serverless way, for those who have a cron of their own.

use std::sync::Arc;
use std::time::Duration;

use jobs::declare::{Declared, Work};
use tokio::sync::SetOnce;

use crate::config::Config;
use crate::dispatch::Dispatcher;
use crate::gate::Gate;
use crate::outbox::Outbox;
use crate::postman::Postman;
use crate::run::Outcome;
use crate::runner::Runner;

use super::board::{Board, Crew, Journal};
use super::desk::StoreDesk;
use super::{Chat, clock, line, tongue, world};

/// How long what a run has to say may take to go out.
const TELLING: Duration = Duration::from_secs(60);
/// Between the two looks of a single sample: rates need two.
const APART: Duration = Duration::from_secs(1);

/// How a single run went.
#[derive(Debug, PartialEq, Eq)]
pub enum Once {
    /// It ended so.
    Ran(Outcome),
    /// No job has that name; these exist.
    NoSuchJob(Vec<String>),
}

/// Runs a job once; what it has to say goes out through Telegram when there is a token, else to the terminal.
///
/// # Errors
/// As [`super::watch`].
pub async fn once(config: Config, name: &str) -> anyhow::Result<Once> {
    let started = clock();
    let Some(planned) = config.jobs.iter().find(|it| it.job.name == name) else {
        return Ok(Once::NoSuchJob(config.jobs.iter().map(|it| it.job.name.clone()).collect()));
    };
    let work = planned.job.work.clone();
    let world = world(&config, started)?;
    let chat = match config.settings.token {
        Some(_) if !config.settings.owners.is_empty() => Chat::Telegram,
        _ => Chat::Console { plain: false, language: None },
    };
    let line = line(&config, &chat, &world.database)?;
    if let Work::Sample(_) = work
        && world.ports.latest.look().is_none()
        && let Ok(first) = world.ports.host.snapshot().await
    {
        world.ports.latest.put(Arc::new(jobs::sample::Look {
            now: Arc::new(first),
            before: None,
            containers: Err(jobs::ports::Unknown::because("not asked yet")),
        }));
        tokio::time::sleep(APART).await;
    }
    let crew = Crew::new(world.ports.clone(), config.rules.clone(), None);
    let runner = Runner::new(config.jobs.clone(), Arc::new(crew), Arc::new(Journal(world.database.clone())));
    let now = clock();
    let notices = runner.run(name, now, now).await;
    let ran = runner.facts(now).into_iter().find(|it| it.name == name).and_then(|it| it.last);
    let outbox = Arc::new(Outbox::new(line.transport));
    let desk = Arc::new(StoreDesk::new(world.database.clone(), clock));
    let dispatcher = Arc::new(Dispatcher {
        gate: Gate::new(line.admitted),
        outbox: outbox.clone(),
        desk: desk.clone(),
        ports: world.ports,
        declared: Arc::new(Declared {
            jobs: config.jobs.iter().map(|it| it.job.clone()).collect(),
            rules: config.rules.clone(),
        }),
        board: Arc::new(Board::new(runner)),
        mutes: desk,
        about: world.about,
        zone: config.settings.zone.clone(),
        tongue: tongue(config.settings.language),
        bot: SetOnce::new(),
    });
    let postman = Postman::new(world.database, outbox, dispatcher, line.homes, clock);
    if !notices.is_empty() {
        postman.tell(notices).await;
        if tokio::time::timeout(TELLING, postman.round()).await.is_err() {
            tracing::warn!("what the run had to say is kept, and goes out with the next one");
        }
    }
    Ok(Once::Ran(ran.map_or(Outcome::Stopped, |it| it.outcome)))
}
