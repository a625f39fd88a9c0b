//! An alert, as one reads it on a phone: what, how much, against what, since when.

use jiff::Timestamp;
use jobs::alert::{Alert, Culprit, Ending, Finding, Phase, Place, Severity, Side, Step};
use jobs::declare::Rule;
use jobs::evaluate::Detector;
use jobs::metric::Unit;
use jobs::series::Series;

use crate::markup::Markup;
use crate::present::chart::{Level, Stretch};
use crate::present::names::short;
use crate::present::voice::unit_of;
use crate::present::{Choice, Drawing, Reply, Voice, chart};

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
    let nouns = Nouns { voice, alert, rule, now };
    let (head, rest) = match step {
        Step::Recovered => nouns.recovered(newest),
        Step::Settled => (nouns.sentence("alert-settled"), nouns.sentence("alert-closed")),
        Step::Gone => (nouns.sentence("alert-gone"), nouns.sentence("alert-closed")),
        Step::Withdrawn => (nouns.sentence("alert-withdrawn"), nouns.sentence("alert-closed")),
        Step::Worsened if !nouns.is_forecast() => (nouns.sentence("alert-worsened"), nouns.why()),
        Step::Fired
        | Step::Worsened
        | Step::Quiet
        | Step::Suspected
        | Step::Pending
        | Step::Eased
        | Step::Held
        | Step::Clearing
        | Step::Dismissed => (nouns.headline(), nouns.why()),
    };
    let mut lines = vec![head.plain(format!(" · {}", short(host, HOST))), rest];
    if matches!(step, Step::Fired | Step::Worsened) {
        lines.extend(culprits(voice, alert, now));
    }
    let reply = Reply::text(Markup::lines(lines));
    if matches!(step, Step::Fired | Step::Worsened) { reply.row(choices(voice, alert)) } else { reply }
}

/// Letters of a path that are shown: two lines of a phone. Its end says most, and its beginning where to look.
const PATH: usize = 60;

/// What takes up the room: a line each.
fn culprits(voice: &Voice, alert: &Alert, now: Timestamp) -> Vec<Markup> {
    let is_of_files = alert.key.series.metric == "disk.inodes";
    let amount = |amount: u64| match is_of_files {
        true => voice.word("culprit-files", &[("count", amount.into())]),
        false => voice.bytes(amount),
    };
    let line = |key: &str, log_key: &str, place: &Place, size: u64, grown: Option<(u64, Timestamp)>| {
        let (by, since) = grown.unwrap_or((0, now));
        let (key, name) = match &place.log_of {
            Some(container) => (log_key, short(container, 30)),
            None => (key, short(&one_line(&place.path), PATH)),
        };
        voice.say(
            key,
            &[
                ("place", name.into()),
                ("size", amount(size).into()),
                ("by", amount(by).into()),
                ("since", voice.moment(since, now).into()),
            ],
        )
    };
    let said = |culprit: &Culprit| match culprit {
        Culprit::Grown { place, size, by, since } => {
            line("culprit-grown", "culprit-grown-log", place, *size, Some((*by, *since)))
        }
        Culprit::Largest { place, size } => {
            line("culprit-largest", "culprit-largest-log", place, *size, None)
        }
        Culprit::Hidden => voice.say("culprit-hidden", &[]),
        Culprit::Late => voice.say("culprit-late", &[]),
    };
    alert.culprits.iter().map(said).collect()
}

/// A path may hold a line's end, and whatever else.
fn one_line(path: &str) -> String {
    path.chars().map(|it| if it.is_control() { '\u{fffd}' } else { it }).collect()
}

/// What one can do about a firing alert.
fn choices(voice: &Voice, alert: &Alert) -> Vec<Choice> {
    let mut choices = Vec::new();
    let graph = format!("/graph {} 6h", alert.key.series);
    choices.push(Choice::run(voice.word("button-graph", &[]), graph));
    // Which of them it is, the figure does not say; the list does, the ill ones first.
    if alert.key.series.metric.starts_with("containers.") {
        choices.push(Choice::run(voice.word("button-containers", &[]), "/ps"));
    }
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
        Phase::Pending if nouns.is_forecast() => nouns.sentence("alert-listed-pending-filling"),
        Phase::Pending => nouns.sentence("alert-listed-pending"),
        Phase::Firing => {
            let lines = [nouns.headline(), nouns.why()];
            Markup::lines(lines.into_iter().chain(culprits(voice, alert, now)))
        }
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

    /// Whether it is about what is not so yet.
    fn is_forecast(&self) -> bool {
        self.alert.finding.forecast.is_some()
    }

    fn value(&self, value: f64) -> String {
        let unit = if self.is_absence() { Unit::Seconds } else { unit_of(&self.alert.key.series.metric) };
        self.voice.value(unit, value)
    }

    fn headline(&self) -> Markup {
        let key = match (self.is_absence(), self.is_forecast(), self.alert.finding.severity) {
            (true, _, _) => "alert-absent",
            (_, true, Severity::Warning) => "alert-filling-warning",
            (_, true, Severity::Critical) => "alert-filling-critical",
            (_, false, Severity::Warning) => "alert-warning",
            (_, false, Severity::Critical) => "alert-critical",
        };
        self.sentence(key)
    }

    /// That all is well again, and how it was: headline and the rest.
    fn recovered(&self, newest: Option<f64>) -> (Markup, Markup) {
        if self.is_absence() {
            return (self.sentence("alert-heard-again"), self.sentence("alert-was-silent"));
        }
        let head = self.sentence(if self.is_forecast() { "alert-filling-over" } else { "alert-recovered" });
        let head = match newest {
            Some(value) => head.plain(format!(", {}", self.value(value))),
            None => head,
        };
        (head, self.sentence("alert-lasted"))
    }

    /// Against which limit, and since when.
    fn why(&self) -> Markup {
        if self.is_forecast() {
            return self.sentence("alert-why-filling");
        }
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
                ("left", alert.finding.forecast.map_or(String::new(), |it| voice.left(it)).into()),
                ("pace", alert.finding.forecast.map_or(String::new(), |it| voice.pace(it)).into()),
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
            finding: Finding {
                observed: 91.0,
                limit: 85.0,
                side: Side::Above,
                severity: Severity::Warning,
                forecast: None,
            },
            worst: 96.0,
            since,
            fired: Some(since),
            seen: now,
            remedy: None,
            generation: 2,
            culprits: Vec::new(),
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
