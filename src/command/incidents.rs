//! Incidents, as commands see them.

use jiff::Timestamp;
use jobs::incident::{Entry, Incident};
use jobs::ports::StoreError;

use super::{CommandContext, CommandError};
use crate::message::{ChatId, MessageId, UserId};
use crate::present::Reply;
use crate::present::incident::{Showing, card};
use crate::present::notice::Remembered;

/// What is wrong together, and who has taken it on.
pub trait Incidents: Send + Sync {
    /// Those that are not over, oldest first.
    fn open(&self) -> Result<Vec<Incident>, StoreError>;
    /// Those that were open at some time in `from <= at < to`, oldest first.
    fn between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Incident>, StoreError>;
    /// The one of that number.
    fn incident(&self, number: i64) -> Result<Option<Incident>, StoreError>;
    /// Its record, with the steps that its alerts took before and between, oldest first.
    fn record(&self, number: i64) -> Result<Vec<Entry>, StoreError>;
    /// The one that this message shows, if it is the newest card of any.
    fn of_card(&self, chat: ChatId, message: MessageId) -> Result<Option<i64>, StoreError>;
    /// Somebody takes it on. Its cards say so. None when there is nothing to take on: it is over, or theirs already.
    fn acknowledge(&self, number: i64, by: UserId, now: Timestamp) -> Result<Option<Incident>, StoreError>;
    /// What the healing journal has by now is told by the cards.
    fn tell_heals(&self, now: Timestamp) -> Result<(), StoreError>;
    /// Somebody lets go of it. None when nobody had it.
    fn release(&self, number: i64, by: UserId, now: Timestamp) -> Result<Option<Incident>, StoreError>;
}

/// The incident that somebody named: `12`, or `#12`.
pub(super) fn found(context: &CommandContext<'_>, number: &str) -> Result<Incident, CommandError> {
    let digits: i64 = number.trim_start_matches('#').parse().map_err(|_| CommandError::Usage)?;
    context.incidents.incident(digits)?.ok_or(CommandError::NoIncident(digits))
}

/// With its alerts as they are by now.
pub(super) fn as_of_now(context: &CommandContext<'_>, incident: Incident) -> Result<Incident, CommandError> {
    let open = if incident.is_open() { context.ports.store.open_alerts()? } else { Vec::new() };
    Ok(incident.as_of(&open))
}

/// Its card, for the place it is asked from.
pub(super) fn shown(
    context: &CommandContext<'_>,
    incident: Incident,
    showing: Showing,
) -> Result<Reply, CommandError> {
    let CommandContext { voice, now, .. } = *context;
    let incident = as_of_now(context, incident)?;
    let showing = Showing { reader: Some(context.place.chat.0), ..showing };
    let history = Remembered(&*context.ports.store);
    let host = &context.about.host;
    Ok(card(voice, host, &incident, &context.declared.rules, &history, &showing, now))
}
