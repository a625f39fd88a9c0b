//! An alert, as one reads it on a phone: what, how much, against what, since when.

use std::time::Duration;

use jiff::Timestamp;
use jobs::alert::{Alert, Culprit, Ending, Finding, Phase, Place, Reason, Severity, Side, Step};
use jobs::declare::Rule;
use jobs::evaluate::{Detector, Expected};
use jobs::metric::Unit;
use jobs::series::Series;

use crate::markup::Markup;
use crate::present::chart::{Event, Level, Plot, Stretch};
use crate::present::names::short;
use crate::present::voice::unit_of;
use crate::present::{Drawing, Reply, Voice, chart};

/// How far back the picture of an alert reaches before the trouble began.
pub(super) const BEFORE: jiff::SignedDuration = jiff::SignedDuration::from_hours(2);

/// Sentences for a warning, for what is critical, and for silence: that it is so,
const WRONG: [&str; 3] = ["alert-warning", "alert-critical", "alert-absent"];
/// is so again soon after it was over,
const AGAIN: [&str; 3] = ["alert-again-warning", "alert-again-critical", "alert-again-absent"];
/// will be full soon,
const FILLING: [&str; 3] = ["alert-filling-warning", "alert-filling-critical", "alert-absent"];
/// comes and goes,
const UNSTEADY: [&str; 3] = ["alert-unsteady-warning", "alert-unsteady-critical", "alert-unsteady-absent"];
/// and no longer does, but stays.
const STEADY: [&str; 3] = ["alert-steady-warning", "alert-steady-critical", "alert-steady-absent"];

/// Letters of the host's name on a card: whoever has several servers must see whose it is, on a locked screen too.
const HOST: usize = 24;
/// Letters of a rule's name.
const RULE: usize = 32;

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
    let mut lines = vec![head.plain(format!(" · {}", short(host, HOST))), rest];
    if step.is_trouble() {
        lines.extend(culprits(voice, alert, now));
    }
    Reply::text(Markup::lines(lines))
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
        Step::Worsened if !nouns.is_forecast() => (nouns.sentence("alert-worsened"), nouns.why()),
        Step::Relapsed if !nouns.is_forecast() => {
            (nouns.marked(AGAIN), nouns.why().line().then(nouns.sentence("alert-again-after")))
        }
        Step::Flapping => (nouns.marked(UNSTEADY), nouns.sentence("alert-unsteady-why")),
        Step::Steadied => (nouns.marked(STEADY), nouns.sentence("alert-steady-why")),
        Step::Fired
        | Step::Relapsed
        | Step::Worsened
        | Step::Quiet
        | Step::Suspected
        | Step::Pending
        | Step::Eased
        | Step::Held
        | Step::Clearing
        | Step::Noted
        | Step::Faded
        | Step::Returned
        | Step::Dismissed => (nouns.headline(), nouns.why()),
    }
}

/// Letters of a path that are shown: two lines of a phone. Its end says most, and its beginning where to look.
const PATH: usize = 60;

/// What takes up the room: a line each.
pub(super) fn culprits(voice: &Voice, alert: &Alert, now: Timestamp) -> Vec<Markup> {
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

/// The line of an alert in a list.
pub fn listed(voice: &Voice, alert: &Alert, rule: Option<&Rule>, now: Timestamp) -> Markup {
    let nouns = Nouns { voice, alert, rule, now };
    match &alert.phase {
        Phase::Pending | Phase::Relapsing { .. } if nouns.is_forecast() => {
            nouns.sentence("alert-listed-pending-filling")
        }
        Phase::Pending | Phase::Relapsing { .. } if nouns.is_of_none() => {
            nouns.sentence("alert-listed-pending-any")
        }
        Phase::Pending | Phase::Relapsing { .. } => nouns.sentence("alert-listed-pending"),
        Phase::Firing => {
            let lines = [nouns.headline(), nouns.why()];
            Markup::lines(lines.into_iter().chain(culprits(voice, alert, now)))
        }
        Phase::Clearing { .. } => nouns.headline().line().then(nouns.sentence("alert-why-clearing")),
        Phase::Flapping { ill, .. } => {
            let rest = if *ill { "alert-listed-unsteady-ill" } else { "alert-listed-unsteady-well" };
            nouns.headline().line().then(nouns.sentence(rest))
        }
        Phase::Ended { how: Ending::Gone, .. } => nouns.sentence("alert-gone"),
        Phase::Ended { how: Ending::Withdrawn, .. } => nouns.sentence("alert-withdrawn"),
        Phase::Ended { how: Ending::Settled, .. } => nouns.sentence("alert-settled"),
        Phase::Ended { .. } if alert.is_only_unusual() => nouns.sentence("alert-listed-unusual"),
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
    let key = match (nouns.is_absence(), nouns.is_forecast()) {
        (true, _) => "alert-brief-absent",
        (false, true) => "alert-brief-filling",
        (false, false) => "alert-brief",
    };
    nouns.sentence(key).to_string()
}

/// The picture of an alert: the offending series, its limits, what would have been usual, and the moment it broke.
/// `series` should begin two hours before `alert.since`; see [`stretch`].
pub fn drawing(
    voice: &Voice,
    host: &str,
    alert: &Alert,
    rule: Option<&Rule>,
    series: Series,
    stretch: Stretch,
    usual: &[Expected],
) -> Drawing {
    let at = voice.moment(alert.since, stretch.to);
    let broke = Event {
        at: alert.since,
        label: voice.word("chart-broke", &[("at", at.into())]),
        tone: render::Tone::Critical,
    };
    let plot = Plot {
        title: voice.series(&alert.key.series),
        lines: vec![(alert.key.series.clone(), series)],
        before: None,
        levels: levels(alert, rule),
        usual: usual.to_vec(),
        events: vec![broke],
    };
    chart::plot(voice, host, &plot, stretch)
}

/// Which stretch of time the picture of an alert shows.
pub fn stretch(alert: &Alert, now: Timestamp) -> Stretch {
    let from = alert.since.checked_sub(BEFORE).unwrap_or(alert.since);
    Stretch { from, to: now.max(alert.seen) }
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

    fn worst(&self) -> String {
        let unit = if self.is_absence() { Unit::Seconds } else { unit_of(&self.alert.key.series.metric) };
        self.voice.worst(unit, self.alert.finding.side, self.alert.worst)
    }

    /// Whether it is a count of what should not be at all: its limit goes without saying, and "limit 1" would read as if
    /// one were allowed.
    fn is_of_none(&self) -> bool {
        let Finding { side, limit, .. } = self.alert.finding;
        unit_of(&self.alert.key.series.metric) == Unit::Count && side == Side::Above && limit <= 1.0
    }

    fn headline(&self) -> Markup {
        match self.alert.phase {
            _ if self.is_forecast() => self.marked(FILLING),
            Phase::Flapping { .. } => self.marked(UNSTEADY),
            Phase::Pending
            | Phase::Firing
            | Phase::Clearing { .. }
            | Phase::Relapsing { .. }
            | Phase::Ended { .. } => self.marked(WRONG),
        }
    }

    /// The one of three sentences that fits how bad it is, or that nothing arrives. What is only unusual has one of
    /// its own: it neither relapses nor comes and goes.
    fn marked(&self, [warning, critical, absent]: [&str; 3]) -> Markup {
        self.sentence(match (self.is_absence(), self.alert.finding.severity) {
            (true, _) => absent,
            (false, Severity::Unusual) => "alert-unusual",
            (false, Severity::Warning) => warning,
            (false, Severity::Critical) => critical,
        })
    }

    /// That all is well again, and how it was: headline and the rest.
    fn recovered(&self, newest: Option<f64>) -> (Markup, Markup) {
        let rest = match self.alert.past.reason {
            Some(Reason::Calm { .. }) => "alert-calm",
            _ if self.is_absence() => "alert-was-silent",
            _ if self.alert.past.earlier.is_some() => "alert-lasted-again",
            _ => "alert-lasted",
        };
        if self.is_absence() {
            return (self.sentence("alert-heard-again"), self.sentence(rest));
        }
        let head = self.sentence(if self.is_forecast() { "alert-filling-over" } else { "alert-recovered" });
        let head = match newest {
            Some(value) => head.plain(format!(", {}", self.value(value))),
            None => head,
        };
        (head, self.sentence(rest))
    }

    /// Against which limit, and since when.
    fn why(&self) -> Markup {
        if self.is_forecast() {
            return self.sentence("alert-why-filling");
        }
        let Finding { side, limit, .. } = self.alert.finding;
        let usual = match self.rule.map(|rule| &rule.detector) {
            Some(Detector::Sigma(_)) => true,
            // A ceiling is declared, and nothing learnt.
            Some(Detector::Novelty(novelty)) => novelty.ceiling != Some(limit),
            Some(Detector::Threshold(_) | Detector::Absence(_) | Detector::Forecast(_)) | None => false,
        };
        self.sentence(match (self.is_absence(), usual, side) {
            (true, _, _) => "alert-why-absent",
            (_, true, Side::Above) => "alert-why-unusual-above",
            (_, true, Side::Below) => "alert-why-unusual-below",
            (_, false, Side::Above) if self.is_of_none() => "alert-why-any",
            (_, false, Side::Above) => "alert-why-above",
            (_, false, Side::Below) => "alert-why-below",
        })
    }

    fn sentence(&self, key: &str) -> Markup {
        let Self { voice, alert, now, .. } = *self;
        let end = match alert.phase {
            Phase::Ended { at, .. } => at,
            Phase::Clearing { since } => since,
            Phase::Pending | Phase::Firing | Phase::Flapping { .. } | Phase::Relapsing { .. } => now,
        };
        let Spell { count, quiet, within, well, told } = self.spell();
        let (first, turned) = match alert.phase {
            Phase::Flapping { since, turned, .. } => (since, turned),
            Phase::Pending
            | Phase::Firing
            | Phase::Clearing { .. }
            | Phase::Relapsing { .. }
            | Phase::Ended { .. } => (alert.since, alert.since),
        };
        voice.say(
            key,
            &[
                ("count", count.into()),
                ("quiet", voice.lasting(quiet).into()),
                ("within", voice.lasting(within).into()),
                ("well", voice.lasting(well).into()),
                ("told", self.value(told).into()),
                ("first", voice.moment(first, now).into()),
                ("turned", voice.moment(turned, now).into()),
                ("began", voice.moment(alert.began(), now).into()),
                ("what", voice.series(&alert.key.series).into()),
                ("value", self.value(alert.finding.observed).into()),
                ("limit", self.value(alert.finding.limit).into()),
                ("worst", self.value(alert.worst).into()),
                ("at_worst", self.worst().into()),
                ("since", voice.moment(alert.suspected(), now).into()),
                ("until", voice.moment(end, now).into()),
                ("lasting", voice.between(alert.suspected(), end).into()),
                ("rule", short(&alert.key.rule, RULE).into()),
                ("left", alert.finding.forecast.map_or(String::new(), |it| voice.left(it)).into()),
                ("pace", alert.finding.forecast.map_or(String::new(), |it| voice.pace(it)).into()),
            ],
        )
    }
}

/// What the sentences about coming and going name. What does not apply is nothing, and no sentence asks for it then.
#[derive(Default)]
struct Spell {
    /// How often it came back.
    count: usize,
    /// For how long it is to stay as it is, or has.
    quiet: Duration,
    /// Within how long it came back.
    within: Duration,
    /// How long it was well before.
    well: Duration,
    /// The value that was told last.
    told: f64,
}

impl Nouns<'_> {
    fn spell(&self) -> Spell {
        let nothing = Spell::default();
        let whole = |times: u32| usize::try_from(times).unwrap_or(usize::MAX);
        let spell = match self.alert.past.reason {
            Some(Reason::Again { well, .. }) => Spell { well, ..nothing },
            Some(Reason::Unsteady { times, within, quiet }) => {
                Spell { count: whole(times), within, quiet, ..nothing }
            }
            Some(Reason::Calm { lasted, times, .. }) => {
                Spell { count: whole(times), quiet: lasted, ..nothing }
            }
            Some(Reason::Steady { lasted, times, told, .. }) => {
                Spell { count: whole(times), quiet: lasted, told: told.observed, ..nothing }
            }
            Some(Reason::Ill { .. } | Reason::Well { .. } | Reason::Level { .. } | Reason::Cut { .. })
            | None => nothing,
        };
        match self.alert.phase {
            Phase::Flapping { times, .. } => Spell { count: whole(times), ..spell },
            Phase::Pending
            | Phase::Firing
            | Phase::Clearing { .. }
            | Phase::Relapsing { .. }
            | Phase::Ended { .. } => spell,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::for_tag;
    use jiff::tz::TimeZone;
    use jobs::alert::{AlertKey, Past};
    use jobs::evaluate::Absence;
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
            past: Past::default(),
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

    /// Silence, by its rule; told at each step that is about coming and going.
    fn silence(tag: &str) -> Vec<String> {
        let now: Timestamp = "2026-11-24T06:00:00Z".parse().expect("a time");
        let minutes = |count: u64| Duration::from_secs(count * 60);
        let after = Absence { after: minutes(3) };
        let rule = Rule {
            name: "blind".to_owned(),
            metric: "cpu.busy".to_owned(),
            only: Vec::new(),
            except: Vec::new(),
            detector: Detector::Absence(after),
            patience: Duration::ZERO,
            mode: None,
            clear: Duration::ZERO,
            remedy: None,
        };
        let finding = Finding {
            observed: 200.0,
            limit: 180.0,
            side: Side::Above,
            severity: Severity::Warning,
            forecast: None,
        };
        let alert = Alert {
            number: 1,
            key: AlertKey { rule: "blind".to_owned(), series: SeriesKey::whole("cpu.busy") },
            phase: Phase::Firing,
            finding,
            worst: 200.0,
            since: now - minutes(1),
            fired: Some(now),
            seen: now,
            remedy: None,
            generation: 3,
            culprits: Vec::new(),
            past: Past::default(),
        };
        let (lasted, needed) = (minutes(30), minutes(30));
        let flapping = Phase::Flapping { since: now - minutes(9), times: 3, ill: true, turned: now };
        let ended = Phase::Ended { at: now, how: Ending::Recovered };
        let voice = Voice { locale: for_tag(tag), zone: TimeZone::UTC };
        [
            (Step::Relapsed, Phase::Firing, Reason::Again { lasted, needed, well: minutes(7) }),
            (Step::Flapping, flapping, Reason::Unsteady { times: 3, within: minutes(9), quiet: minutes(30) }),
            (Step::Steadied, Phase::Firing, Reason::Steady { lasted, needed, times: 5, told: finding }),
            (Step::Recovered, ended, Reason::Calm { lasted, needed, times: 5 }),
        ]
        .map(|(step, phase, reason)| {
            let past = Past { reason: Some(reason), ..Past::default() };
            let alert = Alert { phase, past, ..alert.clone() };
            told(&voice, "vps", &alert, step, Some(&rule), None, now).text.to_string().replace('\u{a0}', " ")
        })
        .to_vec()
    }

    #[test]
    fn data_that_comes_and_goes_is_told_as_that() {
        assert_eq!(
            silence("en"),
            [
                "🔴 CPU: no data again, for 3 min 20 s · vps\nNothing since 05:59, expected at least every 3 min\nIt was well for 7 min before.",
                "🔴 CPU: data comes and goes · vps\nBack 3 times within 9 min. Quiet now until it has stayed well, or bad, for 30 min.",
                "🔴 CPU: still no data, for 3 min 20 s · vps\nWithout a break for 30 min; when told last: 3 min 20 s",
                "✅ CPU: data again · vps\nFor 30 min now, after coming back 5 times; at worst 3 min 20 s",
            ]
        );
        assert_eq!(
            silence("ru"),
            [
                "🔴 Процессор: снова нет данных, уже 3 мин 20 с · vps\nНичего с 05:59, а ждём хотя бы раз в 3 мин\nПеред этим 7 мин было в норме.",
                "🔴 Процессор: данные то есть, то нет · vps\nЗа 9 мин повторилось 3 раза. Теперь тишина, пока не продержится 30 мин так или иначе.",
                "🔴 Процессор: данных всё ещё нет, уже 3 мин 20 с · vps\nУже 30 мин без перерыва; в прошлом сообщении: 3 мин 20 с",
                "✅ Процессор: данные снова есть · vps\nУже 30 мин, а до того повторилось 5 раз; в худшем случае 3 мин 20 с",
            ]
        );
    }
}
