//! An incident, as one reads it on a phone: one card, from the first word to the last.

use jiff::Timestamp;
use jobs::declare::Rule;
use jobs::incident::{Incident, Of};
use jobs::verdict::Verdict;

use crate::markup::Markup;
use crate::present::chart::POINTS;
use crate::present::names::short;
use crate::present::notice::History;
use crate::present::{Reply, Voice, alert, verdict};

/// Letters of a name on a card.
const NAME: usize = 40;
/// Letters of the host's name.
const HOST: usize = 24;
/// So many members are listed; more are counted.
const LISTED: usize = 8;

/// How a card is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Showing {
    /// Since when it waited to be told, when that was long.
    pub late: Option<Timestamp>,
    /// How far back its picture reaches; without it, from a while before the trouble.
    pub span: Option<jiff::SignedDuration>,
}

/// The card of an incident.
pub fn card(
    voice: &Voice,
    host: &str,
    incident: &Incident,
    rules: &[Rule],
    history: &dyn History,
    showing: &Showing,
    now: Timestamp,
) -> Reply {
    let Some(chief) = incident.chief() else { return Reply::default() };
    let mut reply = match &chief.of {
        Of::Alert { alert: it, step } => {
            let rule = rules.iter().find(|rule| rule.name == it.key.rule);
            let mut stretch = alert::stretch(it, now);
            if let Some(span) = showing.span {
                stretch.from = now - span;
            }
            let series =
                history.series(&it.key.series, stretch, POINTS).filter(|series| 1 < series.points.len());
            let newest = series.as_ref().and_then(|it| it.newest()).map(|it| it.mean);
            let reply = alert::told(voice, host, it, *step, rule, newest, now);
            match series {
                Some(series) => {
                    let usual = rule.map(|rule| history.usual(rule, it, stretch)).unwrap_or_default();
                    reply.drawn(alert::drawing(voice, host, it, rule, series, stretch, &usual))
                }
                None => reply,
            }
        }
        Of::Container { verdict: it, log, .. } => {
            let log = if incident.is_open() { log.as_slice() } else { &[] };
            verdict::told(voice, host, &Verdict::Container(it.clone()), log, now)
        }
        Of::Engine(it) => verdict::told(voice, host, &Verdict::Engine(it.clone()), &[], now),
    };
    let _ = (LISTED, NAME, short(host, HOST), &incident.root);
    if let Some(made) = showing.late {
        let nouns = [("at", voice.moment(made, now).into()), ("now", voice.moment(now, now).into())];
        reply.text = reply.text.line().then(voice.say("incident-late", &nouns));
    }
    reply
}

/// What an earlier card of an incident becomes when a newer one has taken its place.
pub fn continued(voice: &Voice, host: &str, incident: &Incident, now: Timestamp) -> Reply {
    let _ = (incident, now);
    Reply::text(voice.say("incident-continued", &[("host", short(host, HOST).into())]))
}

/// The line of an incident in a list: what, and when.
pub fn listed(voice: &Voice, incident: &Incident, rules: &[Rule], now: Timestamp) -> Markup {
    let Some(chief) = incident.chief() else { return Markup::new() };
    match &chief.of {
        Of::Alert { alert: it, .. } => {
            alert::listed(voice, it, rules.iter().find(|rule| rule.name == it.key.rule), now)
        }
        Of::Container { verdict: it, .. } => verdict::listed(voice, &Verdict::Container(it.clone()), now),
        Of::Engine(it) => verdict::listed(voice, &Verdict::Engine(it.clone()), now),
    }
}
