//! An alert, as one reads it on a phone: what, how much, against what, since when.

use jiff::Timestamp;
use jobs::alert::{Alert, Ending, Finding, Phase, Severity, Side, Step};
use jobs::declare::Rule;
use jobs::evaluate::Detector;
use jobs::metric::Unit;
use jobs::series::Series;

use crate::markup::Markup;
use crate::present::chart::{Level, Stretch};
use crate::present::voice::unit_of;
use crate::present::{Choice, Drawing, Reply, Voice, chart};

/// How far back the picture of an alert reaches before the trouble began.
const BEFORE: jiff::SignedDuration = jiff::SignedDuration::from_hours(2);

/// A step of an alert that is news, without its picture.
pub fn told(voice: &Voice, alert: &Alert, step: Step, rule: Option<&Rule>, now: Timestamp) -> Reply {
    let nouns = Nouns { voice, alert, rule, now };
    let reply = match step {
        Step::Recovered => Reply::text(nouns.sentence("alert-recovered")),
        Step::Settled => Reply::text(nouns.sentence("alert-settled")),
        Step::Gone => Reply::text(nouns.sentence("alert-gone")),
        Step::Withdrawn => Reply::text(nouns.sentence("alert-withdrawn")),
        Step::Worsened => Reply::text(nouns.sentence("alert-worsened").line().then(nouns.why())),
        Step::Fired
        | Step::Quiet
        | Step::Suspected
        | Step::Pending
        | Step::Eased
        | Step::Held
        | Step::Clearing
        | Step::Dismissed => Reply::text(nouns.headline().line().then(nouns.why())),
    };
    if matches!(step, Step::Fired | Step::Worsened) { reply.row(choices(voice, alert)) } else { reply }
}

/// What one can do about a firing alert.
fn choices(voice: &Voice, alert: &Alert) -> Vec<Choice> {
    let mut choices = Vec::new();
    let graph = format!("/graph {} 6h", alert.key.series);
    choices.push(Choice::run(voice.word("button-graph", &[]), graph));
    if alert.remedy.is_some() {
        choices.push(Choice::run(voice.word("button-fix", &[]), "/fix"));
    }
    choices.push(Choice::run(voice.word("button-mute", &[]), "/mute 1h"));
    choices
}

/// The line of an alert in a list.
pub fn listed(voice: &Voice, alert: &Alert, rule: Option<&Rule>, now: Timestamp) -> Markup {
    let nouns = Nouns { voice, alert, rule, now };
    match &alert.phase {
        Phase::Pending => nouns.sentence("alert-listed-pending"),
        Phase::Firing | Phase::Clearing { .. } => nouns.headline().line().then(nouns.why()),
        Phase::Ended { how: Ending::Gone, .. } => nouns.sentence("alert-gone"),
        Phase::Ended { how: Ending::Withdrawn, .. } => nouns.sentence("alert-withdrawn"),
        Phase::Ended { how: Ending::Settled, .. } => nouns.sentence("alert-settled"),
        Phase::Ended { .. } => nouns.sentence("alert-listed-ended"),
    }
}

/// The picture of an alert: the offending series, its limits, and the moment it broke. `series` should begin two
/// hours before `alert.since`; see [`stretch`].
pub fn drawing(
    voice: &Voice,
    alert: &Alert,
    rule: Option<&Rule>,
    series: Series,
    stretch: Stretch,
) -> Drawing {
    let lines = [(alert.key.series.clone(), series)];
    chart::line(
        voice,
        voice.series(&alert.key.series),
        &lines,
        stretch,
        &levels(alert, rule),
        Some(alert.since),
    )
}

/// Which stretch of time the picture of an alert shows.
pub fn stretch(alert: &Alert, now: Timestamp) -> Stretch {
    Stretch { from: alert.since - BEFORE, to: now.max(alert.seen) }
}

/// The limits a rule draws, or the one an alert was found against.
fn levels(alert: &Alert, rule: Option<&Rule>) -> Vec<Level> {
    match rule.map(|rule| &rule.detector) {
        Some(Detector::Threshold(threshold)) => {
            let of = |level: Option<jobs::evaluate::Level>, critical| {
                level.map(|it| Level { at: it.at, critical })
            };
            of(threshold.warning, false).into_iter().chain(of(threshold.critical, true)).collect()
        }
        Some(Detector::Absence(_)) => Vec::new(),
        _ => vec![Level { at: alert.finding.limit, critical: alert.finding.severity == Severity::Critical }],
    }
}

/// The nouns that the sentences of an alert share.
struct Nouns<'a> {
    voice: &'a Voice,
    alert: &'a Alert,
    rule: Option<&'a Rule>,
    now: Timestamp,
}

impl Nouns<'_> {
    fn is_absence(&self) -> bool {
        matches!(self.rule.map(|rule| &rule.detector), Some(Detector::Absence(_)))
    }

    fn value(&self, value: f64) -> String {
        let unit = if self.is_absence() { Unit::Seconds } else { unit_of(&self.alert.key.series.metric) };
        self.voice.value(unit, value)
    }

    fn headline(&self) -> Markup {
        let key = match (self.is_absence(), self.alert.finding.severity) {
            (true, _) => "alert-absent",
            (false, Severity::Warning) => "alert-warning",
            (false, Severity::Critical) => "alert-critical",
        };
        self.sentence(key)
    }

    /// Against which limit, and since when.
    fn why(&self) -> Markup {
        let Finding { side, .. } = self.alert.finding;
        let usual = matches!(self.rule.map(|rule| &rule.detector), Some(Detector::Sigma(_)));
        self.sentence(match (self.is_absence(), usual, side) {
            (true, _, _) => "alert-why-absent",
            (_, true, Side::Above) => "alert-why-unusual-above",
            (_, true, Side::Below) => "alert-why-unusual-below",
            (_, false, Side::Above) => "alert-why-above",
            (_, false, Side::Below) => "alert-why-below",
        })
    }

    fn sentence(&self, key: &str) -> Markup {
        let Self { voice, alert, now, .. } = *self;
        let end = match alert.phase {
            Phase::Ended { at, .. } => at,
            Phase::Clearing { since } => since,
            Phase::Pending | Phase::Firing => now,
        };
        voice.say(
            key,
            &[
                ("what", voice.series(&alert.key.series).into()),
                ("value", self.value(alert.finding.observed).into()),
                ("limit", self.value(alert.finding.limit).into()),
                ("worst", self.value(alert.worst).into()),
                ("since", voice.moment(alert.since, now).into()),
                ("until", voice.moment(end, now).into()),
                ("lasting", voice.between(alert.since, end).into()),
                ("rule", alert.key.rule.as_str().into()),
            ],
        )
    }
}
