//! Environment and files become a [`Config`], or every mistake at once.
//!
//! [`Environment`] is what there is to read, [`Settings`] what it says, and [`declared::read`] turns the declaration
//! into jobs and rules. [`check`] does all of it; `vakhta check`, every start and every reload go through it.

mod address;
pub mod declared;
pub mod difference;
mod dotenv;
pub mod duration;
pub mod environment;
pub mod files;
mod mask;
pub mod mistake;
pub mod mute;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod promises;
pub mod settings;
#[cfg(test)]
mod tests;
mod zone;

use std::sync::Arc;

use jiff::tz::TimeZone;
use jobs::declare::{BUILT_IN, Declared, Job, Redaction, Rule, Work};
use jobs::evaluate::Detector;

pub use self::declared::KnownNames;
pub use self::difference::{Difference, difference};
pub use self::environment::{DOTENV, Environment, Source};
pub use self::files::Files;
pub use self::mistake::{Mistake, Mistakes};
pub use self::mute::PlannedMute;
pub use self::settings::{DockerAddress, Fallback, Language, LogFormat, Proxy, SettingLine, Settings};
pub use self::zone::get as zone_called;
use crate::cron::Cron;
use crate::redact::Redactor;
use crate::run::OffJob;

/// What the settings are wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Telegram is served: a token and an owner must be there.
    Serve,
    /// Nobody speaks through Telegram; what is there must still be right.
    Local,
}

/// Everything decided outside the program.
#[derive(Clone, Debug)]
pub struct Config {
    /// What the environment decides.
    pub settings: Settings,
    /// Every declared job with its cron and zone, in the order of the declaration.
    pub jobs: Vec<PlannedJob>,
    /// Declared jobs that never run, for want of a setting.
    pub off: Vec<OffJob>,
    /// Every declared rule.
    pub rules: Vec<Rule>,
    /// Quiet hours and declared mutes.
    pub mutes: Vec<PlannedMute>,
    /// What is struck out of logs before they leave.
    pub redactor: Arc<Redactor>,
}

/// A declared job, and when it is due.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedJob {
    /// As declared.
    pub job: Job,
    /// Its cron, read.
    pub cron: Cron,
    /// The zone its cron is read in: its own, else the owner's.
    pub zone: TimeZone,
}

/// Reads everything.
///
/// # Errors
/// Every mistake in the environment, in `.env`, in files they name and in the declaration.
pub fn check(environment: &Environment, known: KnownNames<'_>, purpose: Purpose) -> Result<Config, Mistakes> {
    let mut mistakes = environment.mistakes().clone();
    let settings = settings::read(environment, purpose, known, &mut mistakes);
    let declared = match &settings.declaration {
        None => declared::read("built-in declaration", BUILT_IN, known),
        Some(path) => match environment.text(path, "VAKHTA_CONFIG") {
            Ok(text) => declared::read(&path.display().to_string(), &text, known),
            Err(mistake) => {
                mistakes.push(mistake);
                Ok(Declared {
                    jobs: Vec::new(),
                    rules: Vec::new(),
                    mutes: Vec::new(),
                    redaction: Redaction::default(),
                })
            }
        },
    };
    let config = match declared {
        Ok(declared) => {
            let lacks = |job: &Job| lacking(&job.work, &settings);
            let (on, off): (Vec<Job>, _) = declared.jobs.into_iter().partition(|it| lacks(it).is_none());
            let off = off.into_iter().filter_map(|job| {
                Some(OffJob { kind: job.work.kind(), lacks: lacks(&job)?, name: job.name })
            });
            let off = off.collect();
            let mutes = mute::plan(declared.mutes, &settings.zone, &mut mistakes);
            let jobs = plan(on, &settings.zone, &mut mistakes);
            let rules = localised(declared.rules, &settings.zone);
            let redactor = Redactor::new(&declared.redaction, settings.secrets()).map_err(|error| {
                // Read once before, by the declaration's reader; one made elsewhere may still be wrong.
                mistakes.push(Mistake::whole("[logs]".to_owned(), error.to_string(), "correct its patterns"));
            });
            let redactor = redactor.ok().map(Arc::new);
            jobs.zip(redactor).map(|(jobs, redactor)| Config { settings, jobs, off, rules, mutes, redactor })
        }
        Err(more) => {
            mistakes.extend(more);
            None
        }
    };
    mistakes.or(config)
}

/// The setting without which such a job never runs, when it is not there.
fn lacking(work: &Work, settings: &Settings) -> Option<&'static str> {
    match work {
        Work::Beat(_) if settings.heartbeat.is_none() => Some("HEARTBEAT_URL"),
        Work::Beat(_) | Work::Sample(_) | Work::Evaluate(_) | Work::Heal(_) | Work::Digest(_) => None,
    }
}

/// Gives the rules that learn the rhythm of a week the owner's zone.
fn localised(mut rules: Vec<Rule>, zone: &TimeZone) -> Vec<Rule> {
    for rule in &mut rules {
        if let Detector::Novelty(novelty) = &mut rule.detector {
            novelty.zone = zone.clone();
        }
    }
    rules
}

/// Gives each job its cron and zone, and a digest its days.
fn plan(jobs: Vec<Job>, zone: &TimeZone, mistakes: &mut Mistakes) -> Option<Vec<PlannedJob>> {
    let mut planned = Vec::new();
    for mut job in jobs {
        let own = job.zone.as_deref().map(zone::get);
        if let Work::Digest(digest) = &mut job.work {
            digest.zone =
                own.as_ref().and_then(|it| it.as_ref().ok()).map_or_else(|| zone.clone(), |it| it.1.clone());
        }
        // Both were read once before, by the declaration's reader; a job made elsewhere may still be wrong.
        match (Cron::parse(&job.cron), own) {
            (Ok(cron), None) => planned.push(PlannedJob { job, cron, zone: zone.clone() }),
            (Ok(cron), Some(Ok((_, zone)))) => planned.push(PlannedJob { job, cron, zone }),
            (Err(error), _) => mistakes.push(Mistake::whole(job.name, error.message, error.remedy)),
            (_, Some(Err(remedy))) => mistakes.push(Mistake::whole(job.name, "no such time zone", remedy)),
        }
    }
    mistakes.is_empty().then_some(planned)
}
