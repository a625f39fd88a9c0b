//! What happened in a stretch of time to that which is drawn: incidents that began, restarts, remedies. From the store,
//! the newest few: a picture is no log.

use jiff::Timestamp;
use jobs::alert::Severity;
use jobs::audit::{Deed, Outcome};
use jobs::heal::{Heal, HealStep};
use jobs::incident::{Incident, Member};
use jobs::metric::SeriesKey;
use jobs::ports::StoreError;
use render::Tone;

use super::super::CommandContext;
use crate::present::Voice;
use crate::present::chart::{Event, Stretch};

/// So many are marked.
const MOST: usize = 5;

/// What happened to these series, and to the containers among them, oldest first.
pub(super) fn happened(
    context: &CommandContext<'_>,
    drawn: &[SeriesKey],
    stretch: Stretch,
) -> Result<Vec<Event>, StoreError> {
    let (voice, store) = (context.voice, &context.ports.store);
    let incidents = store.incidents_between(stretch.from, stretch.to)?;
    let mut events: Vec<Event> = incidents.iter().filter_map(|it| began(voice, it, drawn)).collect();
    events.extend(store.heals_since(stretch.from)?.iter().filter_map(|it| healed(voice, it, drawn)));
    if drawn.iter().any(is_of_container) {
        events.extend(store.deeds(stretch.from)?.iter().filter_map(|it| done(voice, it, drawn)));
    }
    events.retain(|it| stretch.from <= it.at && it.at < stretch.to);
    events.sort_by_key(|it| it.at);
    Ok(events.split_off(events.len().saturating_sub(MOST)))
}

fn is_of_container(key: &SeriesKey) -> bool {
    key.metric.starts_with("container.")
}

/// The first of an incident's members that is about something drawn.
fn began(voice: &Voice, incident: &Incident, drawn: &[SeriesKey]) -> Option<Event> {
    let is_drawn = |it: &&Member| match (it.alert(), it.container()) {
        (Some(alert), _) => drawn.contains(&alert.key.series),
        (None, Some(name)) => drawn.iter().any(|key| is_of_container(key) && key.subject == name),
        (None, None) => false,
    };
    let member = incident.members.iter().find(is_drawn)?;
    let tone = match member.severity {
        Severity::Critical => Tone::Critical,
        Severity::Warning => Tone::Warning,
        Severity::Unusual => return None,
    };
    let label = voice.word("chart-incident", &[("number", incident.number.to_string().into())]);
    Some(Event { at: member.since, label, tone })
}

/// A remedy that was applied: to a disk that is drawn, or to a container.
fn healed(voice: &Voice, heal: &Heal, drawn: &[SeriesKey]) -> Option<Event> {
    let kind = if heal.is_of_container() { "container." } else { "disk." };
    if !drawn.iter().any(|key| key.metric.starts_with(kind) && key.subject == heal.target) {
        return None;
    }
    let is_applied = matches!(heal.what, HealStep::Applied(_) | HealStep::Began { .. });
    is_applied.then(|| event(voice, heal.at, "chart-healed"))
}

/// What somebody did to a container through Vakhta.
fn done(voice: &Voice, deed: &Deed, drawn: &[SeriesKey]) -> Option<Event> {
    let is_target =
        |key: &SeriesKey| is_of_container(key) && deed.target.split_whitespace().any(|it| it == key.subject);
    if deed.outcome != Outcome::Done || !drawn.iter().any(is_target) {
        return None;
    }
    let key = match deed.what.as_str() {
        "restart" => "chart-restarted",
        "stop" | "kill" | "pause" => "chart-stopped",
        "start" | "unpause" => "chart-started",
        _ => return None,
    };
    Some(event(voice, deed.at, key))
}

fn event(voice: &Voice, at: Timestamp, key: &str) -> Event {
    Event { at, label: voice.word(key, &[]), tone: Tone::Good }
}
