//! One declared job, run once and told: the serverless way, for those who have a cron of their own.

use std::sync::Arc;
use std::time::Duration;

use jobs::declare::Work;

use crate::config::Config;
use crate::console::Manner;
use crate::run::Outcome;

use super::{Chat, assemble, clock, line, parts, world};

/// How long what a run has to say may take to go out.
const TELLING: Duration = Duration::from_secs(60);
/// How long finding out what Docker lets us do may take; each question has a limit of its own, much shorter.
const PROBING: Duration = Duration::from_secs(60);
/// Between the two looks of a single sample: rates need two.
const APART: Duration = Duration::from_secs(1);

/// How a single run went.
#[derive(Debug, PartialEq, Eq)]
pub enum Once {
    /// It ended so.
    Ran(Outcome),
    /// No job has that name; these exist.
    NoSuchJob(Vec<String>),
    /// It is declared, and never runs while this setting is not there.
    Off(&'static str),
}

/// Runs a job once; what it has to say goes out through Telegram when there is a token, else to the terminal.
///
/// # Errors
/// As [`super::watch`].
pub async fn once(config: Config, name: &str) -> anyhow::Result<Once> {
    let started = clock().now();
    if let Some(off) = config.off.iter().find(|it| it.name == name) {
        return Ok(Once::Off(off.lacks));
    }
    let Some(planned) = config.jobs.iter().find(|it| it.job.name == name) else {
        return Ok(Once::NoSuchJob(config.jobs.iter().map(|it| it.job.name.clone()).collect()));
    };
    let work = planned.job.work.clone();
    let world = world(&config, started)?;
    let chat = match config.settings.token {
        Some(_) if !config.settings.owners.is_empty() => Chat::Telegram,
        _ => Chat::Console(Manner::default()),
    };
    let line = line(&config, chat, &world)?;
    if let Work::Sample(_) = work
        && world.ports.latest.look().is_none()
        && let Ok(first) = world.ports.host.snapshot().await
    {
        world.ports.latest.put(Arc::new(jobs::sample::Look {
            now: Arc::new(first),
            before: None,
            containers: Err(jobs::ports::Unknown::because("not asked yet")),
            usage: Err(jobs::ports::Unknown::because("not counted yet")),
        }));
        tokio::time::sleep(APART).await;
    }
    if let Work::Heal(_) = work {
        // What a filter forbids is neither proposed nor tried. A watch has found that out already; this one has not.
        let probed = tokio::time::timeout(PROBING, world.ports.engine.probe()).await;
        tracing::debug!(reach = ?probed.map(|it| it.reach()), "what Docker lets us do");
    }
    let watch = assemble(parts(&config, world, line, None));
    let now = clock().now();
    let notices = watch.runner.run(name, now, now).await;
    let ran = watch.runner.facts(now).into_iter().find(|it| it.name == name).and_then(|it| it.last);
    if !notices.is_empty() {
        watch.postman.tell(notices).await;
        if tokio::time::timeout(TELLING, watch.postman.round()).await.is_err() {
            tracing::warn!("what the run had to say is kept, and goes out with the next one");
        }
    }
    Ok(Once::Ran(ran.map_or(Outcome::Stopped, |it| it.outcome)))
}
