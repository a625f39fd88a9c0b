//! What can be done about an incident: the buttons of its card.

use jobs::evaluate::Detector;
use jobs::incident::{Incident, Member, Root};
use jobs::ports::Verb;

use super::{Showing, Teller, drawable};
use crate::present::names::short;
use crate::present::{Choice, Voice};

/// Lengths of time that its picture can show.
pub const SPANS: [(&str, u64); 4] = [("1h", 3600), ("6h", 6 * 3600), ("24h", 24 * 3600), ("7d", 7 * 86_400)];
/// Letters of a container's name on a button.
const NAME: usize = 12;

/// Rows of buttons: whose it is and when it is told again; the picture; the remedy, and why.
pub(super) fn of(teller: &Teller<'_>, showing: &Showing, drawn: bool) -> Vec<Vec<Choice>> {
    let Teller { voice, incident, .. } = *teller;
    let mut rows = Vec::new();
    if incident.is_open() {
        rows.push(duty(voice, incident));
    }
    if drawn {
        rows.push(spans(voice, incident, showing));
    }
    let offer = incident.offer();
    rows.extend(offer.map(|(name, what)| answer(voice, incident, name, what.verb)));
    let mut row = deeds(voice, incident, offer.is_some());
    row.push(Choice::run(voice.word("button-why", &[]), format!("/why {}", incident.number)));
    row.extend(normal(teller));
    rows.push(row);
    rows
}

/// Taking what is offered, or leaving it. Both are of this state of the incident, and of none after it.
fn answer(voice: &Voice, incident: &Incident, name: &str, verb: Verb) -> Vec<Choice> {
    let Incident { number, generation, .. } = incident;
    let key = if verb == Verb::Start { "button-heal-start" } else { "button-heal-restart" };
    let label = voice.word(key, &[("name", short(name, NAME).into())]);
    vec![
        Choice::confirm(label, format!("/heal do {number} {generation} {name}")),
        Choice::turn(
            voice.word("button-heal-leave", &[]),
            format!("/heal leave {number} {generation} {name}"),
        ),
    ]
}

/// Taking it on or letting go of it, and not hearing of it for a while.
fn duty(voice: &Voice, incident: &Incident) -> Vec<Choice> {
    let Incident { number, generation, .. } = incident;
    let taken = incident.acknowledged.is_some();
    let duty = match taken {
        true => Choice::turn(voice.word("button-release", &[]), format!("/ack {number} off")),
        false => Choice::turn(voice.word("button-ack", &[]), format!("/ack {number} {generation}")),
    };
    let mute = |key: &str, length: &str| {
        Choice::run(voice.word(key, &[]), format!("/mute incident:{number} {length}"))
    };
    vec![
        duty,
        mute("button-mute-hour", "1h"),
        mute("button-mute-hours", "4h"),
        mute("button-mute-tomorrow", "tomorrow"),
    ]
}

/// How far back the picture reaches.
fn spans(voice: &Voice, incident: &Incident, showing: &Showing) -> Vec<Choice> {
    let span = |(typed, seconds): (&str, u64)| {
        let length = std::time::Duration::from_secs(seconds);
        let chosen = showing.span.and_then(|it| std::time::Duration::try_from(it).ok()) == Some(length);
        let sign = if typed == SPANS[0].0 { "📈 " } else { "" };
        let mark = if chosen { "• " } else { "" };
        let label = format!("{sign}{mark}{}", voice.lasting(length));
        Choice::turn(label, format!("/card {} {typed}", incident.number))
    };
    SPANS.map(span).into()
}

/// What may help: one container is looked into and restarted, several are listed, a full disk is freed.
fn deeds(voice: &Voice, incident: &Incident, offered: bool) -> Vec<Choice> {
    let containers = |part: &str| {
        Choice::run(voice.word("button-containers", &[]), format!("/ps {part}").trim_end().to_owned())
    };
    let logs = |label: String, name: &str| Choice::run(label, format!("/logs {name}"));
    let open: Vec<&Member> = incident.open_members().collect();
    let names: Vec<&str> = open.iter().filter_map(|it| it.container()).collect();
    let project = match &incident.root {
        Root::Project(name) => name.as_str(),
        Root::Host | Root::Engine | Root::Container(_) | Root::Dependency(_) => "",
    };
    // What died and runs again has left its reasons in its log.
    let alone = !incident.is_open() && incident.members.len() == 1;
    let gone = incident.chief().and_then(|it| it.container()).filter(|_| alone);
    let mut row = match names[..] {
        [] => gone.map(|name| logs(voice.word("button-logs", &[]), name)).into_iter().collect(),
        // The same is on offer above.
        [name] if offered => vec![logs(voice.word("button-logs", &[]), name)],
        [name] => vec![
            logs(voice.word("button-logs", &[]), name),
            Choice::run(voice.word("button-restart-one", &[]), format!("/restart {name}")),
        ],
        [first, ..] => vec![containers(project), logs(format!("📋 {}", short(first, NAME)), first)],
    };
    let alerts: Vec<_> = open.iter().filter_map(|it| it.alert()).collect();
    if names.is_empty() && alerts.iter().any(|it| it.key.series.metric.starts_with("containers.")) {
        row.push(containers(""));
    }
    if alerts.iter().any(|it| it.remedy.is_some()) {
        row.push(Choice::run(voice.word("button-cure", &[]), "/fix"));
    }
    row
}

/// That what is unusual is normal: only of what was judged by what is usual.
fn normal(teller: &Teller<'_>) -> Option<Choice> {
    let Teller { voice, incident, .. } = *teller;
    let alert = drawable(incident).filter(|it| incident.is_open() && it.is_firing())?;
    let statistical = match &teller.rule(alert)?.detector {
        Detector::Sigma(_) => true,
        // A ceiling is declared, and nothing learnt.
        Detector::Novelty(novelty) => novelty.ceiling != Some(alert.finding.limit),
        Detector::Threshold(_) | Detector::Absence(_) | Detector::Forecast(_) => false,
    };
    let line = format!("/normal {}", alert.key.series);
    statistical.then(|| Choice::run(voice.word("button-normal", &[]), line))
}
