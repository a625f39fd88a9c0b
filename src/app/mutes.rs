//! What is not to be told for a while: set by hand, by a script, or declared.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use jobs::declare::Work;
use jobs::mute::{By, HeldBack, Mute};
use jobs::ports::StoreError;

use crate::command::Mutes;
use crate::config::{PlannedJob, PlannedMute};
use crate::cron::Cron;
use crate::store::Database;

/// The store, and the declaration.
pub(super) struct StoreMutes {
    database: Database,
    declared: Vec<PlannedMute>,
    /// When digests are due that tell what was held back.
    digests: Vec<(Cron, TimeZone)>,
}

impl StoreMutes {
    /// What is muted by that store and that declaration.
    pub(super) fn new(database: Database, declared: Vec<PlannedMute>, jobs: &[PlannedJob]) -> Self {
        let tells = |it: &&PlannedJob| matches!(&it.job.work, Work::Digest(it) if it.tells_backlog());
        let digests = jobs.iter().filter(tells);
        let digests = digests.map(|it| (it.cron.clone(), it.zone.clone())).collect();
        Self { database, declared, digests }
    }
}

impl Mutes for StoreMutes {
    fn in_force(&self, now: Timestamp) -> Result<Vec<Mute>, StoreError> {
        let mut mutes = self.database.mutes(now)?;
        // A clock that was set back does not undo what somebody wished.
        mutes.iter_mut().for_each(|it| it.from = it.from.min(now));
        for declared in &self.declared {
            if let Some(mute) = declared.in_force(now)
                && !self.database.is_lifted(&declared.mute.name, mute.until)?
            {
                mutes.push(mute);
            }
        }
        Ok(mutes)
    }

    fn coming(&self, now: Timestamp) -> Vec<Mute> {
        self.declared.iter().filter_map(|it| it.next(now)).collect()
    }

    fn set(&self, mute: &Mute) -> Result<(), StoreError> {
        self.database.put_mute(mute)
    }

    fn end(&self, mute: &Mute, now: Timestamp) -> Result<(), StoreError> {
        match &mute.by {
            By::Person(_) | By::Script => self.database.unmute(&mute.scope).map(|_| ()),
            By::Declared(name) => self.database.lift(name, mute.until, now),
        }
    }

    fn held(&self) -> Result<HeldBack, StoreError> {
        self.database.held_back()
    }

    fn digest_after(&self, at: Timestamp) -> Option<Timestamp> {
        let just_before = at.checked_sub(jiff::SignedDuration::from_nanos(1)).ok()?;
        self.digests.iter().filter_map(|(cron, zone)| cron.next_after(zone, just_before)).min()
    }
}
