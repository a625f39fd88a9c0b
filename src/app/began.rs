//! The beginning of a watch: how long nobody looked, why, and what was missed meanwhile.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::declare::Work;
use jobs::notice::{Absence, Began, Former, House, MissedRuns, Notice};
use jobs::ports::{Container, Reach};
use jobs::verdict::Watcher;
use serde::{Deserialize, Serialize};

use crate::config::PlannedJob;
use crate::store::{Database, Outcome};

use super::assemble::Watch;

/// What is kept of a watch for the one after it.
const LIFE: &str = "life/1";
/// A proper stop that was made up for so soon is nothing to speak of.
const SHORT: SignedDuration = SignedDuration::from_mins(1);
/// How long the engine and the machine may take to be looked at.
const LOOK: Duration = Duration::from_secs(10);
/// A job that is due more often than this has no single runs that anybody misses.
const SELDOM: SignedDuration = SignedDuration::from_mins(30);
/// So many missed runs are counted of each job.
const MOST: usize = 100;

/// A watch, for the one after it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Life {
    version: String,
    boot: Option<String>,
    began: Timestamp,
    /// When it ended as it should; none while it lasts, and for ever if it was killed.
    left: Option<Timestamp>,
}

/// What is known of the watch before this one.
#[derive(Debug)]
pub(crate) struct Before {
    life: Option<Life>,
    /// When it was last awake, as far as anything tells.
    awake: Option<Timestamp>,
}

impl Before {
    /// To be read before anything of the new watch is written.
    pub(crate) fn read(database: &Database, jobs: &[PlannedJob]) -> Self {
        let life: Option<Life> =
            database.get_state(LIFE).ok().flatten().and_then(|it| serde_json::from_str(&it).ok());
        let last = |it: &PlannedJob| {
            let run = database.last_run(&it.job.name).ok().flatten()?;
            let ended = run.finished.filter(|_| run.outcome != Outcome::Interrupted);
            Some(ended.unwrap_or(run.started))
        };
        let began = life.as_ref().map(|it| it.began);
        let left = life.as_ref().and_then(|it| it.left);
        let awake = left.or_else(|| jobs.iter().filter_map(last).chain(began).max());
        Self { life, awake }
    }

    /// What there is to say of it. None when it ended properly a moment ago, and nothing has changed.
    fn former(&self, version: &str, boot: Option<&str>, now: Timestamp) -> Option<Former> {
        let since = self.awake?;
        let (was, left) =
            self.life.as_ref().map(|it| (Some(it.version.clone()), it.left)).unwrap_or_default();
        let before = self.life.as_ref().and_then(|it| it.boot.as_deref());
        let why = match (before, boot) {
            (Some(before), Some(now)) if before != now => Absence::Rebooted,
            _ if self.life.is_none() => Absence::Unknown,
            _ if left.is_some() => Absence::Stopped,
            _ => Absence::Killed,
        };
        let updated_from = was.filter(|it| it != version);
        let is_short = now.duration_since(since) <= SHORT;
        let is_news =
            !is_short || updated_from.is_some() || matches!(why, Absence::Killed | Absence::Rebooted);
        is_news.then_some(Former { since, why, updated_from, runs: Vec::new(), samples: 0, down: Vec::new() })
    }

    fn is_first(&self) -> bool {
        self.life.is_none() && self.awake.is_none()
    }
}

impl Watch {
    /// Writes down that this watch has begun, and says so where that is worth a word and
    /// wanted. Before anything is made up for.
    pub(crate) fn greet(&self, before: &Before, jobs: &[PlannedJob], watcher: &Watcher, aloud: bool) {
        let (now, about) = (self.clock.now(), &self.dispatcher.about);
        let version = env!("CARGO_PKG_VERSION");
        let life = Life { version: version.to_owned(), boot: about.boot.clone(), began: now, left: None };
        self.put_life(&life);
        let mut former = before.former(version, about.boot.as_deref(), now);
        if !aloud || (former.is_none() && !before.is_first()) {
            return;
        }
        if let Some(former) = &mut former {
            let made_up: Vec<String> = self.runner.make_up(now).iter().map(|it| it.job.to_string()).collect();
            (former.runs, former.samples) = missed(jobs, former.since, now, &made_up);
        }
        let is_digest = |it: &&PlannedJob| matches!(it.job.work, Work::Digest(_));
        let digest = jobs.iter().filter(is_digest).filter_map(|it| it.cron.next_after(&it.zone, now)).min();
        let (ports, postman, watcher) =
            (self.dispatcher.ports.clone(), self.postman.clone(), watcher.clone());
        let version = version.to_owned();
        self.tasks.spawn(async move {
            let containers = tokio::time::timeout(LOOK, ports.containers()).await;
            let containers: Result<Vec<Container>, String> = match containers {
                Ok(listed) => listed.map_err(|error| error.to_string()),
                Err(_) => Err(format!("no answer within {} s", LOOK.as_secs())),
            };
            let snapshot = tokio::time::timeout(LOOK, ports.host.snapshot()).await;
            let filesystems = snapshot.ok().and_then(Result::ok).and_then(|it| it.filesystems.ok());
            let allowed = tokio::time::timeout(LOOK, ports.engine.probe()).await;
            if let (Some(former), Ok(containers)) = (&mut former, &containers) {
                former.down = watcher.missing(containers);
            }
            let began = Began {
                at: now,
                version,
                former,
                filesystems: filesystems.map(|it| it.len()),
                containers: containers.map(|it| it.len()),
                digest,
                reach: allowed.map_or(Reach::Unknown, |it| it.reach()),
            };
            postman.tell(vec![Notice::House(House::Began(Box::new(began)))]).await;
        });
    }

    /// Writes down that this watch has ended as it should.
    pub(crate) fn farewell(&self) {
        let life = self.database.get_state(LIFE).ok().flatten();
        let Some(life) = life.and_then(|it| serde_json::from_str::<Life>(&it).ok()) else { return };
        self.put_life(&Life { left: Some(self.clock.now()), ..life });
    }

    fn put_life(&self, life: &Life) {
        let Ok(written) = serde_json::to_string(life) else { return };
        if let Err(error) = self.database.put_state(LIFE, &written) {
            tracing::warn!(%error, "that the watch begins or ends could not be written down");
        }
    }
}

/// Runs of jobs that are due seldom enough to be missed one by one, and how many samples were not taken.
fn missed(
    jobs: &[PlannedJob],
    since: Timestamp,
    now: Timestamp,
    made_up: &[String],
) -> (Vec<MissedRuns>, u64) {
    let (mut runs, mut samples) = (Vec::new(), 0);
    for job in jobs {
        let due = |after| job.cron.next_after(&job.zone, after).filter(|at| *at <= now);
        let Some(cadence) =
            due(since).and_then(|first| Some(job.cron.next_after(&job.zone, first)?.duration_since(first)))
        else {
            continue;
        };
        if let Work::Sample(_) = job.job.work {
            let every = cadence.as_secs().max(1);
            samples += u64::try_from(now.duration_since(since).as_secs() / every).unwrap_or_default();
        } else if SELDOM <= cadence {
            let all = std::iter::successors(due(since), |at| due(*at)).take(MOST);
            let is_made_up = made_up.contains(&job.job.name);
            let count = u32::try_from(all.count()).unwrap_or(u32::MAX);
            runs.push(MissedRuns { job: job.job.name.clone(), count, is_made_up });
        }
    }
    (runs, samples)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + 60 * minute).expect("a time")
    }

    fn before(left: Option<i64>, awake: i64) -> Before {
        let life =
            Life { version: "1".to_owned(), boot: Some("boot".to_owned()), began: at(0), left: left.map(at) };
        Before { life: Some(life), awake: Some(at(left.unwrap_or(awake))) }
    }

    #[test]
    fn only_an_absence_worth_a_word_is_told() {
        let check = |before: &Before, version: &str, boot: &str, minute: i64, expected: Option<Absence>| {
            let former = before.former(version, Some(boot), at(minute));
            assert_eq!(former.map(|it| it.why), expected, "{before:?} {version} {boot} {minute}");
        };
        check(&before(Some(100), 0), "1", "boot", 101, None);
        check(&before(Some(100), 0), "1", "boot", 102, Some(Absence::Stopped));
        check(&before(Some(100), 0), "2", "boot", 100, Some(Absence::Stopped));
        check(&before(None, 100), "1", "boot", 100, Some(Absence::Killed));
        check(&before(Some(100), 0), "1", "next", 101, Some(Absence::Rebooted));
        check(&before(None, 100), "1", "next", 300, Some(Absence::Rebooted));
        let old = Before { life: None, awake: Some(at(5)) };
        check(&old, "1", "boot", 100, Some(Absence::Unknown));
        assert!(!old.is_first() && Before { life: None, awake: None }.is_first());
        assert_eq!(Before { life: None, awake: None }.former("1", None, at(0)), None);
    }
}
