//! Incidents, as commands see them: read from the store, changed through the postman, who shows the change on their cards.

use std::sync::{Arc, OnceLock};

use jiff::{SignedDuration, Timestamp};
use jobs::alert::{Alert, Transition};
use jobs::incident::{Entry, Incident, What, acknowledge, unacknowledge};
use jobs::ports::{Store, StoreError};

use crate::command::Incidents;
use crate::message::{ChatId, MessageId, UserId};
use crate::postman::Postman;
use crate::store::Database;

/// A step is written into the alert's life when it is judged, and into the incident's record when that is told: no
/// later than this, unless we died in between.
const ONE: SignedDuration = SignedDuration::from_secs(60);

/// The store as a ledger of incidents.
pub(super) struct Ledger {
    database: Database,
    postman: OnceLock<Arc<Postman>>,
}

impl Ledger {
    pub(super) fn new(database: Database) -> Self {
        Self { database, postman: OnceLock::new() }
    }

    /// The postman is made after the ledger, since he speaks through it.
    pub(super) fn give(&self, postman: Arc<Postman>) {
        self.postman.set(postman).ok();
    }

    fn change(
        &self,
        number: i64,
        change: impl Fn(&Incident) -> Option<jobs::incident::Change>,
    ) -> Result<Option<Incident>, StoreError> {
        match self.postman.get() {
            Some(postman) => postman.change(number, change),
            None => Ok(None),
        }
    }
}

impl Incidents for Ledger {
    fn open(&self) -> Result<Vec<Incident>, StoreError> {
        self.database.open_incidents()
    }

    fn between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Incident>, StoreError> {
        Store::incidents_between(&self.database, from, to)
    }

    fn incident(&self, number: i64) -> Result<Option<Incident>, StoreError> {
        self.database.incident(number)
    }

    fn record(&self, number: i64) -> Result<Vec<Entry>, StoreError> {
        let Some(incident) = self.database.incident(number)? else { return Ok(Vec::new()) };
        let mut entries = self.database.record(number)?;
        for alert in incident.members.iter().filter_map(|it| it.alert()) {
            complete(&mut entries, alert, self.database.transitions(alert.number)?);
        }
        entries.sort_by_key(|it| it.at);
        Ok(entries)
    }

    fn of_card(&self, chat: ChatId, message: MessageId) -> Result<Option<i64>, StoreError> {
        self.database.incident_shown_by(chat, message)
    }

    fn acknowledge(&self, number: i64, by: UserId, now: Timestamp) -> Result<Option<Incident>, StoreError> {
        self.change(number, |it| acknowledge(it, by.0, now))
    }

    fn tell_heals(&self, now: Timestamp) -> Result<(), StoreError> {
        self.postman.get().map_or(Ok(()), |postman| postman.tell_heals(now))
    }

    fn release(&self, number: i64, by: UserId, now: Timestamp) -> Result<Option<Incident>, StoreError> {
        self.change(number, |it| unacknowledge(it, by.0, now))
    }
}

/// Adds the steps of an alert that its incident's record has not (suspicion, the first good look), and to those it has,
/// the numbers that were judged.
fn complete(entries: &mut Vec<Entry>, alert: &Alert, transitions: Vec<Transition>) {
    for it in transitions.into_iter().filter(|it| !it.step.is_routine()) {
        let known = entries.iter_mut().find_map(|entry| match &mut entry.what {
            What::Step { alert: number, step, finding, reason, .. } => {
                let same = *number == alert.number && *step == it.step;
                (same && entry.at.duration_since(it.at) < ONE).then_some((finding, reason))
            }
            What::Verdict(_)
            | What::Heal(_)
            | What::Acknowledged { .. }
            | What::Unacknowledged { .. }
            | What::Reminded
            | What::Told { .. } => None,
        });
        match (known, it.finding) {
            (Some((finding, reason)), judged) => {
                *finding = judged.unwrap_or(*finding);
                *reason = it.reason.or(*reason);
            }
            (None, judged) => {
                let (rule, series) = (alert.key.rule.clone(), alert.key.series.to_string());
                let finding = judged.unwrap_or(alert.finding);
                let what = What::Step {
                    alert: alert.number,
                    rule,
                    series,
                    step: it.step,
                    finding,
                    reason: it.reason,
                };
                entries.push(Entry { at: it.at, what });
            }
        }
    }
}
