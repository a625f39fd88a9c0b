//! An alert, as one reads it on a phone: what, how much, against what, since when.

use jiff::Timestamp;
use jobs::alert::{Alert, Ending, Finding, Phase, Severity, Side, Step};
use jobs::declare::Rule;
use jobs::evaluate::Detector;
use jobs::metric::Unit;
use jobs::series::Series;

use crate::markup::Markup;
use crate::present::chart::{Level, Stretch};
use crate::present::names::short;
use crate::present::voice::unit_of;
use crate::present::{Drawing, Reply, Voice, chart};

/// How far back the picture of an alert reaches before the trouble began.
const BEFORE: jiff::SignedDuration = jiff::SignedDuration::from_hours(2);

/// Letters of the host's name on a card: whoever has several servers must see whose it is, on a locked screen too.
const HOST: usize = 24;

/// A step of an alert that is news, without its picture. `newest` is the series' value now, when it is known: an
/// alert remembers only what was wrong.
pub fn told(
    voice: &Voice,
    host: &str,
    alert: &Alert,
    step: Step,
    rule: Option<&Rule>,
    newest: Option<f64>,
    now: Timestamp,
) -> Reply {
    let (head, rest) = words(voice, alert, step, rule, newest, now);
    Reply::text(head.plain(format!(" · {}", short(host, HOST))).line().then(rest))
}

/// The same in two parts, and without the host: what it is, and against which limit or how long.
pub(super) fn words(
    voice: &Voice,
    alert: &Alert,
    step: Step,
    rule: Option<&Rule>,
    newest: Option<f64>,
    now: Timestamp,
) -> (Markup, Markup) {
    let nouns = Nouns { voice, alert, rule, now };
    match step {
        Step::Recovered => nouns.recovered(newest),
        Step::Settled => (nouns.sentence("alert-settled"), nouns.sentence("alert-closed")),
        Step::Gone => (nouns.sentence("alert-gone"), nouns.sentence("alert-closed")),
        Step::Withdrawn => (nouns.sentence("alert-withdrawn"), nouns.sentence("alert-closed")),
        Step::Worsened => (nouns.sentence("alert-worsened"), nouns.why()),
        Step::Fired
        | Step::Quiet
        | Step::Suspected
        | Step::Pending
        | Step::Eased
        | Step::Held
        | Step::Clearing
        | Step::Dismissed => (nouns.headline(), nouns.why()),
    }
}

/// The line of an alert in a list.
pub fn listed(voice: &Voice, alert: &Alert, rule: Option<&Rule>, now: Timestamp) -> Markup {
    let nouns = Nouns { voice, alert, rule, now };
    match &alert.phase {
        Phase::Pending => nouns.sentence("alert-listed-pending"),
        Phase::Firing => nouns.headline().line().then(nouns.why()),
        Phase::Clearing { .. } => nouns.headline().line().then(nouns.sentence("alert-why-clearing")),
        Phase::Ended { how: Ending::Gone, .. } => nouns.sentence("alert-gone"),
        Phase::Ended { how: Ending::Withdrawn, .. } => nouns.sentence("alert-withdrawn"),
        Phase::Ended { how: Ending::Settled, .. } => nouns.sentence("alert-settled"),
        Phase::Ended { .. } if nouns.is_absence() => nouns.sentence("alert-listed-absent"),
        Phase::Ended { .. } => nouns.sentence("alert-listed-ended"),
    }
}

/// An alert in one line: what and how much.
pub fn headline(voice: &Voice, alert: &Alert, rule: Option<&Rule>, now: Timestamp) -> Markup {
    Nouns { voice, alert, rule, now }.headline()
}

/// An alert in a few words, where several stand in one line: "CPU 93 %".
pub(super) fn brief(voice: &Voice, alert: &Alert, rule: Option<&Rule>) -> String {
    let nouns = Nouns { voice, alert, rule, now: alert.seen };
    let key = if nouns.is_absence() { "alert-brief-absent" } else { "alert-brief" };
    nouns.sentence(key).to_string()
}

/// The picture of an alert: the offending series, its limits, and the moment it broke. `series` should begin two
/// hours before `alert.since`; see [`stretch`].
pub fn drawing(
    voice: &Voice,
    host: &str,
    alert: &Alert,
    rule: Option<&Rule>,
    series: Series,
    stretch: Stretch,
) -> Drawing {
    let lines = [(alert.key.series.clone(), series)];
    chart::line(
        voice,
        host,
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

    /// That all is well again, and how it was: headline and the rest.
    fn recovered(&self, newest: Option<f64>) -> (Markup, Markup) {
        if self.is_absence() {
            return (self.sentence("alert-heard-again"), self.sentence("alert-was-silent"));
        }
        let head = self.sentence("alert-recovered");
        let head = match newest {
            Some(value) => head.plain(format!(", {}", self.value(value))),
            None => head,
        };
        (head, self.sentence("alert-lasted"))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::for_tag;
    use jiff::tz::TimeZone;
    use jobs::alert::AlertKey;
    use jobs::metric::SeriesKey;

    #[test]
    fn what_is_well_again_is_told_by_its_value_now_and_not_by_the_last_bad_one() {
        let now: Timestamp = "2026-11-24T06:00:00Z".parse().expect("a time");
        let since = now - jiff::SignedDuration::from_mins(10);
        let alert = Alert {
            number: 1,
            key: AlertKey { rule: "cpu".to_owned(), series: SeriesKey::whole("cpu.busy") },
            phase: Phase::Ended { at: now, how: Ending::Recovered },
            finding: Finding { observed: 91.0, limit: 85.0, side: Side::Above, severity: Severity::Warning },
            worst: 96.0,
            since,
            fired: Some(since),
            seen: now,
            remedy: None,
            generation: 2,
        };
        let voice = Voice { locale: for_tag("en"), zone: TimeZone::UTC };
        let said = |newest| {
            let reply = told(&voice, "vps", &alert, Step::Recovered, None, newest, now);
            reply.text.to_string().replace('\u{a0}', " ")
        };
        let rest = "\nLasted 10 min, 05:50 – 06:00; at worst 96 %";
        assert_eq!(said(Some(40.0)), format!("✅ CPU is well again, 40 % · vps{rest}"));
        assert_eq!(said(None), format!("✅ CPU is well again · vps{rest}"));
    }
}
