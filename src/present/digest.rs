//! A period, as one reads it over coffee.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jobs::alert::{Alert, Ending, Phase, Side};
use jobs::declare::Rule;
use jobs::digest::{Backlog, Digest, SeriesSummary};
use jobs::evaluate::forecast::Outlook;
use jobs::heal::HealStep;
use jobs::incident::Incident;
use jobs::metric::{SeriesKey, Unit};
use jobs::series::Series;

use crate::markup::Markup;
use crate::present::chart::Stretch;
use crate::present::incident::listed;
use crate::present::names::{column, short, width};
use crate::present::voice::unit_of;
use crate::present::{Drawing, Reply, Voice, chart, mute};

/// How many kinds of incidents are listed before the rest is only counted.
const INCIDENTS: usize = 5;
/// How many series that were not as usual.
const UNUSUAL: usize = 3;
/// How many filesystems, the fullest first, and how many other parts.
const DISKS: usize = 4;
const PARTS: usize = 4;
/// How much of what was held back is listed before the rest is only counted.
const HELD: usize = 10;

/// The words of a digest.
pub fn told(voice: &Voice, host: &str, digest: &Digest, rules: &[Rule]) -> Reply {
    let mut lines = vec![voice.say(
        "digest-title",
        &[
            ("host", short(host, 28).into()),
            ("from", voice.stamp(digest.from).into()),
            ("to", voice.stamp(digest.to).into()),
        ],
    )];
    lines.extend(incidents(voice, digest, rules));
    lines.extend(backlog(voice, digest, rules));
    lines.extend(unusual(voice, digest));
    lines.extend(heals(voice, digest));
    lines.extend(containers(voice, digest));
    if digest.series.is_empty() {
        lines.push(voice.say("digest-no-figures", &[]));
    } else {
        lines.extend(disks(voice, &digest.series));
        lines.extend(filling(voice, &digest.filling));
        lines.extend(parts(voice, &digest.series));
        lines.extend(table(voice, &digest.series));
    }
    Reply { silent: true, ..Reply::text(Markup::lines(lines)) }
}

fn incidents(voice: &Voice, digest: &Digest, rules: &[Rule]) -> Vec<Markup> {
    // What is told below for the first time is not told here as well.
    let held = digest.backlog.iter().flat_map(|it| &it.incidents).flat_map(|it| &it.members);
    let held: BTreeSet<i64> = held.filter_map(|it| it.alert()).map(|it| it.number).collect();
    let below = |it: &&Incident| {
        let mut held = digest.backlog.iter().flat_map(|it| &it.incidents);
        held.any(|held| held.number == it.number)
    };
    let others: Vec<&Incident> = digest.incidents.iter().filter(|it| !below(it)).collect();
    let told = digest.alerts.iter().filter(|it| !it.is_only_unusual());
    let known: Vec<&Alert> = told.filter(|it| !held.contains(&it.number)).collect();
    let count = known.len() + others.len();
    if count == 0 && digest.backlog.is_some() {
        return Vec::new();
    }
    if count == 0 {
        // Where nothing was recorded, nobody can say that nothing was wrong.
        return if digest.series.is_empty() { Vec::new() } else { vec![voice.say("digest-quiet", &[])] };
    }
    let mut lines = vec![voice.say("digest-incidents", &[("count", count.into())])];
    // What came back again and again is one line: a night's list must not hide the one that matters.
    let mut kinds = by_series(known);
    let worst = |it: &[&Alert]| it.iter().map(|alert| alert.finding.severity).max();
    let open = |it: &[&Alert]| it.iter().any(|alert| alert.over().is_none());
    kinds.sort_by_key(|it| std::cmp::Reverse((open(it), worst(it), it.len())));
    lines.extend(kinds.iter().take(INCIDENTS).map(|it| incident(voice, digest, it)));
    // The newest ones: what is open is among them more often than not.
    lines.extend(others.iter().rev().take(INCIDENTS).rev().map(|it| listed(voice, it, rules, digest.to)));
    let more = kinds.len().saturating_sub(INCIDENTS) + others.len().saturating_sub(INCIDENTS);
    if let Some(more) = Some(more).filter(|more| 0 < *more) {
        lines.push(voice.say("and-more", &[("count", more.into())]));
    }
    lines
}

/// What mutes held back, told here for the first time.
fn backlog(voice: &Voice, digest: &Digest, rules: &[Rule]) -> Vec<Markup> {
    let Some(backlog) = &digest.backlog else { return Vec::new() };
    let Backlog { incidents, more } = backlog;
    let held = mute::held(voice, incidents, *more, rules, HELD, digest.to);
    std::iter::once(voice.say("digest-backlog", &[])).chain(held).collect()
}

/// The alerts of each series together, oldest first.
fn by_series<'a>(alerts: impl IntoIterator<Item = &'a Alert>) -> Vec<Vec<&'a Alert>> {
    let mut kinds: BTreeMap<&SeriesKey, Vec<&Alert>> = BTreeMap::new();
    for alert in alerts {
        kinds.entry(&alert.key.series).or_default().push(alert);
    }
    kinds.into_values().collect()
}

/// What was not as usual, and nothing suffered from it: a line for each series, nobody was told before.
fn unusual(voice: &Voice, digest: &Digest) -> Vec<Markup> {
    let mut kinds = by_series(digest.alerts.iter().filter(|it| it.is_only_unusual()));
    kinds.sort_by_key(|it| std::cmp::Reverse((it.iter().any(|it| !it.is_ended()), it.len())));
    let mut lines: Vec<Markup> = kinds.iter().take(UNUSUAL).map(|it| oddity(voice, digest, it)).collect();
    if let Some(more) = kinds.len().checked_sub(UNUSUAL).filter(|more| 0 < *more) {
        lines.push(voice.say("and-more", &[("count", more.into())]));
    }
    lines
}

/// What was odd about one series, against what is usual. `alerts` is not empty; oldest first.
fn oddity(voice: &Voice, digest: &Digest, alerts: &[&Alert]) -> Markup {
    let last = alerts[alerts.len() - 1];
    let unit = unit_of(&last.key.series.metric);
    let below = last.finding.side == Side::Below;
    let worst = alerts.iter().map(|it| it.worst).reduce(if below { f64::min } else { f64::max });
    let nouns = [
        ("what", voice.series(&last.key.series).into()),
        ("worst", voice.value(unit, worst.unwrap_or(last.worst)).into()),
        ("limit", voice.value(unit, last.finding.limit).into()),
        ("since", voice.moment(last.since, digest.to).into()),
        ("lasting", voice.lasting(alerts.iter().map(|it| lasted(digest, it)).sum()).into()),
        ("count", alerts.len().into()),
    ];
    let when = match (alerts, &last.phase) {
        (_, Phase::Ended { how: Ending::Settled, .. }) => "digest-unusual-settled",
        ([_], Phase::Ended { .. }) => "digest-unusual-was",
        (_, Phase::Ended { .. }) => "digest-unusual-often",
        (
            _,
            Phase::Pending
            | Phase::Firing
            | Phase::Clearing { .. }
            | Phase::Flapping { .. }
            | Phase::Relapsing { .. },
        ) => "digest-unusual-still",
    };
    let head = voice.say(if below { "digest-unusual-below" } else { "digest-unusual-above" }, &nouns);
    head.plain("; ").then(voice.say(when, &nouns))
}

/// How long an alert had lasted when the digest was made.
fn lasted(digest: &Digest, alert: &Alert) -> Duration {
    alert.lasted(alert.over().unwrap_or(digest.to))
}

/// What was wrong with one series: once or several times. `alerts` is not empty; oldest first.
fn incident(voice: &Voice, digest: &Digest, alerts: &[&Alert]) -> Markup {
    let last = alerts[alerts.len() - 1];
    let unit = unit_of(&last.key.series.metric);
    let below = last.finding.side == Side::Below;
    let worst = alerts.iter().map(|it| it.worst).reduce(if below { f64::min } else { f64::max });
    let key = match (alerts, last.over().is_some()) {
        ([_], true) => "digest-incident",
        ([_], false) => "digest-incident-open",
        (_, true) => "digest-incident-often",
        (_, false) => "digest-incident-often-open",
    };
    voice.say(
        key,
        &[
            ("what", voice.series(&last.key.series).into()),
            ("worst", voice.value(unit, worst.unwrap_or(last.worst)).into()),
            ("since", voice.moment(last.began(), digest.to).into()),
            ("lasting", voice.lasting(alerts.iter().map(|it| lasted(digest, it)).sum()).into()),
            ("count", alerts.len().into()),
        ],
    )
}

fn heals(voice: &Voice, digest: &Digest) -> Vec<Markup> {
    digest
        .heals
        .iter()
        .filter_map(|heal| match &heal.what {
            HealStep::Applied(relief) => Some(voice.say(
                "digest-heal",
                &[
                    ("target", short(&heal.target, 28).into()),
                    ("freed", voice.bytes(relief.after.saturating_sub(relief.before)).into()),
                    ("at", voice.moment(heal.at, digest.to).into()),
                ],
            )),
            HealStep::Proposed
            | HealStep::Nothing
            | HealStep::Planned { .. }
            | HealStep::Offered(_)
            | HealStep::Declined { .. }
            | HealStep::Forbidden(_)
            | HealStep::Began { .. }
            | HealStep::Ended { .. }
            | HealStep::Verified { .. }
            | HealStep::GaveUp(_)
            | HealStep::BreakerOpened { .. }
            | HealStep::BreakerClosed => None,
        })
        .collect()
}

fn containers(voice: &Voice, digest: &Digest) -> Vec<Markup> {
    let Some(containers) = &digest.containers else { return Vec::new() };
    if containers.total == 0 {
        return Vec::new();
    }
    let mut lines = vec![voice.say(
        "digest-containers",
        &[("running", containers.running.into()), ("total", containers.total.into())],
    )];
    let named = |key: &str, names: &[String]| {
        let shown: Vec<String> = names.iter().take(PARTS).map(|it| short(it, 30)).collect();
        let more = if PARTS < names.len() { ", …" } else { "" };
        (!names.is_empty()).then(|| voice.say(key, &[("names", (shown.join(", ") + more).into())]))
    };
    lines.extend(named("digest-unhealthy", &containers.unhealthy));
    lines.extend(named("digest-restarting", &containers.restarting));
    lines
}

/// The fullest filesystems as they are at the end, and how much they grew: of a disk, a mean says nothing.
fn disks(voice: &Voice, series: &[SeriesSummary]) -> Vec<Markup> {
    let mut disks: Vec<&SeriesSummary> = series.iter().filter(|it| it.key.metric == "disk.used").collect();
    disks.sort_by(|a, b| b.now.last.total_cmp(&a.now.last));
    let line = |it: &&SeriesSummary| {
        let grew = it.before.map(|before| it.now.last - before.last).filter(|it| 0.05 <= it.abs());
        let line = voice.say(
            "digest-disk",
            &[
                ("mount", short(&it.key.subject, 22).into()),
                ("percent", voice.value(Unit::Percent, it.now.last).into()),
            ],
        );
        grew.into_iter().fold(line, |line, it| line.plain(format!(" ({})", points(voice, it))))
    };
    let mut lines: Vec<Markup> = disks.iter().take(DISKS).map(line).collect();
    if let Some(more) = disks.len().checked_sub(DISKS).filter(|more| 0 < *more) {
        lines.push(voice.say("and-more", &[("count", more.into())]));
    }
    lines
}

/// What will be full when, in one line.
fn filling(voice: &Voice, outlooks: &[Outlook]) -> Option<Markup> {
    let one = |it: &Outlook| {
        let nouns = [("what", voice.series(&it.key).into()), ("left", voice.left(it.eta).into())];
        voice.word("digest-filling-one", &nouns)
    };
    let shown: Vec<String> = outlooks.iter().take(PARTS).map(one).collect();
    let more = if PARTS < outlooks.len() { ", …" } else { "" };
    (!shown.is_empty()).then(|| voice.say("digest-filling", &[("list", (shown.join(", ") + more).into())]))
}

/// A change of a share, in points, signed: "+0.4".
fn points(voice: &Voice, by: f64) -> String {
    let sign = if by < 0.0 { "−" } else { "+" };
    format!("{sign}{}", voice.value(Unit::Ratio, (by.abs() * 10.0).round() / 10.0))
}

/// Whether a series has its row in the table: it is of the whole machine, and its values are short.
fn is_short(key: &SeriesKey) -> bool {
    key.subject.is_empty() && matches!(unit_of(&key.metric), Unit::Percent | Unit::Ratio | Unit::Count)
}

/// Everything else: a line each, with its mean and its most.
fn parts(voice: &Voice, series: &[SeriesSummary]) -> Vec<Markup> {
    let others: Vec<&SeriesSummary> =
        series.iter().filter(|it| it.key.metric != "disk.used" && !is_short(&it.key)).collect();
    let line = |it: &&SeriesSummary| {
        let unit = unit_of(&it.key.metric);
        voice.say(
            "digest-part",
            &[
                ("what", voice.series(&it.key).into()),
                ("mean", voice.value(unit, it.now.mean).into()),
                ("most", voice.value(unit, it.now.most).into()),
            ],
        )
    };
    let mut lines: Vec<Markup> = others.iter().take(PARTS).map(line).collect();
    if let Some(more) = others.len().checked_sub(PARTS).filter(|more| 0 < *more) {
        lines.push(voice.say("and-more", &[("count", more.into())]));
    }
    lines
}

/// Least, mean, 95 %, most and the change of the mean, of the machine as a whole: 34 letters wide, as a phone is.
fn table(voice: &Voice, series: &[SeriesSummary]) -> Option<Markup> {
    let rows: Vec<&SeriesSummary> = series.iter().filter(|it| is_short(&it.key)).collect();
    if rows.is_empty() {
        return None;
    }
    let right = |text: &str, cells: usize| format!("{}{text}", " ".repeat(cells.saturating_sub(width(text))));
    let heads = ["digest-least", "digest-mean", "digest-p95", "digest-most", "digest-change"];
    let heads = heads.map(|it| voice.word(it, &[]));
    let row = |name: &str, cells: &[String; 5]| {
        let [least, mean, p95, most, change] = cells;
        let figures: String = [least, mean, p95, most].map(|it| right(it, 5)).concat();
        format!("{}{figures}{}", column(name, 8), right(change, 6)).trim_end().to_owned()
    };
    let figure = |unit: Unit, value: f64| {
        let bare = if unit == Unit::Count { Unit::Count } else { Unit::Ratio };
        let value = if unit == Unit::Percent { value.round() } else { (value * 10.0).round() / 10.0 };
        short(&voice.value(bare, value).replace('\u{a0}', ""), 5)
    };
    let lines = rows.into_iter().map(|it| {
        let unit = unit_of(&it.key.metric);
        let now = &it.now;
        let change = it.before.map_or(String::new(), |before| {
            let by = now.mean - before.mean;
            match figure(unit, by.abs()) {
                zero if zero == figure(unit, 0.0) => "±0".to_owned(),
                size if by < 0.0 => format!("−{size}"),
                size => format!("+{size}"),
            }
        });
        let [least, mean, p95, most] = [now.least, now.mean, now.p95, now.most].map(|it| figure(unit, it));
        let sign = if unit == Unit::Percent { " %" } else { "" };
        let row_name = format!("digest-row-{}", it.key.metric.replace('.', "-"));
        let name = match voice.locale.has(&row_name) {
            true => voice.word(&row_name, &[]),
            false => voice.metric(&it.key.metric),
        };
        row(&format!("{name}{sign}"), &[least, mean, p95, most, change])
    });
    let text: Vec<String> = std::iter::once(row("", &heads)).chain(lines).collect();
    Some(Markup::new().block(text.join("\n")))
}

/// The picture of a digest.
pub fn drawing(voice: &Voice, host: &str, digest: &Digest, series: Series) -> Option<Drawing> {
    let key = digest.chart.clone()?;
    let title = voice.series(&key);
    let lines = [(key, series)];
    let stretch = Stretch { from: digest.from, to: digest.to }.fitted(&lines);
    Some(chart::line(voice, host, title, &lines, stretch, &[], None))
}
