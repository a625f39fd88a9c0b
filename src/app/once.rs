//! One declared job, run once and told: the serverless way, for those who have a cron of their own.

use std::time::Duration;

use anyhow::Context;
use jobs::JobContext;
use jobs::declare::Work;
use jobs::digest::{self, Backlog, Section};

use crate::config::{Config, PlannedJob};
use crate::console::{self, Manner};
use crate::dispatch::draw;
use crate::locale::Locale;
use crate::present::digest::{View, drawing, told};
use crate::present::notice::Remembered;
use crate::present::{Drawing, Voice};
use crate::run::Outcome;
use crate::store::Database;

use super::line::line;
use super::world::first_look;
use super::{Chat, assemble, clock, parts, world};

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
    let Some(planned) = named(&config, name) else {
        return Ok(Once::NoSuchJob(names(&config, |_| true)));
    };
    let (name, work) = (planned.job.name.clone(), planned.job.work.clone());
    let world = world(&config, started)?;
    let chat = match config.settings.token {
        Some(_) if !config.settings.owners.is_empty() => Chat::Telegram,
        _ => Chat::Console(Manner::default()),
    };
    let line = line(&config, chat, &world)?;
    if let Work::Sample(_) = work
        && first_look(&world.ports).await
    {
        tokio::time::sleep(APART).await;
    }
    if let Work::Heal(_) = work {
        // What a filter forbids is neither proposed nor tried. A watch has found that out already; this one has not.
        let probed = tokio::time::timeout(PROBING, world.ports.engine.probe()).await;
        tracing::debug!(reach = ?probed.map(|it| it.reach()), "what Docker lets us do");
    }
    let watch = assemble(parts(&config, &world, &line, None));
    let now = clock().now();
    let notices = watch.runner.run(&name, now, now).await;
    let ran = watch.runner.facts(now).into_iter().find(|it| it.name == name).and_then(|it| it.last);
    if !notices.is_empty() {
        watch.postman.tell(notices).await;
        if tokio::time::timeout(TELLING, watch.postman.round()).await.is_err() {
            tracing::warn!("what the run had to say is kept, and goes out with the next one");
        }
    }
    Ok(Once::Ran(ran.map_or(Outcome::Stopped, |it| it.outcome)))
}

/// The job of that name; `digest` is the first one that sums up, where none is called so.
fn named<'a>(config: &'a Config, name: &str) -> Option<&'a PlannedJob> {
    let is_digest = |it: &&PlannedJob| matches!(it.job.work, Work::Digest(_));
    let named = config.jobs.iter().find(|it| it.job.name == name);
    named.or_else(|| (name == "digest").then(|| config.jobs.iter().find(is_digest))?)
}

fn names(config: &Config, is_such: fn(&Work) -> bool) -> Vec<String> {
    config.jobs.iter().filter(|it| is_such(&it.job.work)).map(|it| it.job.name.clone()).collect()
}

/// What a look at a digest came to.
#[derive(Debug)]
pub enum Look {
    /// Its words, and its picture as a PNG; none where nothing was recorded in its time.
    Seen(String, Option<Vec<u8>>),
    /// No watch has recorded anything.
    NothingThere,
    /// No job has that name; these exist.
    NoSuchJob(Vec<String>),
    /// It draws nothing; these do.
    NoDigest(Vec<String>),
}

/// A digest as it would be told now, for a look: the store is only read, nothing is sent, and what mutes hold back stays
/// where it is. A watch may go on in the same directory.
///
/// # Errors
/// A store that cannot be read, or a digest that fails.
pub async fn look(config: &Config, name: &str, locale: &'static Locale) -> anyhow::Result<Look> {
    let Some(planned) = named(config, name) else {
        return Ok(Look::NoSuchJob(names(config, |_| true)));
    };
    let Work::Digest(settings) = &planned.job.work else {
        return Ok(Look::NoDigest(names(config, |it| matches!(it, Work::Digest(_)))));
    };
    let opened = Database::open_to_read(&config.settings.data_dir).context("opening the store")?;
    let Some(database) = opened else { return Ok(Look::NothingThere) };
    let now = clock().now();
    let surroundings = super::world::around(config, database.clone(), now)?;
    // Whoever names a file for the picture wants one.
    let without = settings.without.iter().copied().filter(|it| *it != Section::Picture).collect();
    let settings = digest::Settings { without, ..settings.clone() };
    let (job, ports) = (planned.job.name.as_str(), &surroundings.ports);
    let context = JobContext { now, job, rules: &config.rules, ports };
    let summing = digest::sum_up(&settings, settings.until(now), context);
    let mut digest =
        tokio::time::timeout(planned.job.timeout, summing).await.context("it took too long")??;
    if digest.tells(Section::Backlog) {
        let held = database.held_back().context("what is held back")?;
        if !held.is_empty() {
            let numbers = held.news.iter().map(|it| database.incident(it.incident));
            let incidents = numbers.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
            digest.backlog = Some(Backlog { incidents, more: held.more });
        }
    }
    let voice = Voice { locale, zone: config.settings.zone.clone() };
    let host = &surroundings.about.host;
    let reply = told(&voice, host, &digest, &config.rules, View::Summary);
    let drawing: Option<Drawing> = drawing(&voice, host, &digest, &config.rules, &Remembered(&database));
    let picture = match drawing {
        Some(drawing) => Some(
            draw(drawing, super::theme(config.settings.is_light))
                .await
                .context("the picture could not be drawn")?
                .png,
        ),
        None => None,
    };
    Ok(Look::Seen(console::plain(&reply.text), picture))
}
