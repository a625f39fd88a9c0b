//! The words of a digest.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jobs::alert::{Alert, Ending, Phase, Side};
use jobs::declare::Rule;
use jobs::digest::{Backlog, Digest, Grown, Restarts, Section, SeriesSummary};
use jobs::evaluate::forecast::Outlook;
use jobs::heal::HealStep;
use jobs::incident::Incident;
use jobs::metric::{SeriesKey, Unit};

use super::{Depth, HOUR, against, change, cut, points, row_name, stretch, title};
use crate::markup::Markup;
use crate::present::incident::listed;
use crate::present::names::short;
use crate::present::voice::unit_of;
use crate::present::{Voice, mute};

/// How many kinds of incidents are listed before the rest is only counted: with their heading, half a phone.
const INCIDENTS: usize = 3;
/// How many series that were not as usual: nothing suffered from it, and the rest is a press away.
const UNUSUAL: usize = 1;
/// How much of what was held back.
const HELD: usize = 5;
/// How many names a line has.
const NAMES: usize = 3;
/// Letters of each of them.
const NAME: usize = 20;
/// A mean that moved by so many points has changed; one of another measure, by such a share of itself.
const MOVED: f64 = 5.0;
const MOVED_BY: f64 = 0.5;
/// A disk that is so full is worth a line where no picture shows it, and one that grew by so many points is in any case.
const FULL: f64 = 80.0;
const GREW: f64 = 1.0;
/// Of a period that was seen less than this, it is said how much was.
const SEEN: f64 = 0.9;

/// The words, and whether something was cut. Where there is nothing to tell, one line says so.
pub(super) fn told(
    voice: &Voice,
    host: &str,
    digest: &Digest,
    rules: &[Rule],
    depth: Depth,
) -> (Markup, bool) {
    let mut told = Told { voice, digest, rules, depth, lines: Vec::new(), is_cut: false };
    told.tell();
    let Told { lines, is_cut, .. } = told;
    if lines.is_empty() {
        return (voice.say("digest-calm", &stretch(voice, host, digest)), false);
    }
    (Markup::lines(std::iter::once(title(voice, host, digest)).chain(lines)), is_cut)
}

struct Told<'a> {
    voice: &'a Voice,
    digest: &'a Digest,
    rules: &'a [Rule],
    depth: Depth,
    lines: Vec<Markup>,
    is_cut: bool,
}

impl Told<'_> {
    fn tell(&mut self) {
        let (voice, digest) = (self.voice, self.digest);
        let has = |section: Section| digest.tells(section);
        if has(Section::Incidents) {
            self.incidents();
        }
        self.backlog();
        if has(Section::Incidents) {
            self.unusual();
        }
        if has(Section::Heals) {
            self.heals();
        }
        if has(Section::Restarts) {
            let names = digest.restarts.iter().map(|it| restarted(voice, it)).collect();
            self.named("digest-restarts", names);
        }
        if has(Section::Disks) {
            self.disks();
        }
        if has(Section::Change) {
            self.change();
        }
        if has(Section::Containers) {
            self.containers();
        }
        if digest.series.is_empty() {
            self.lines.push(voice.say("digest-no-figures", &[]));
        }
        self.lines.extend(seen(voice, digest));
    }

    /// A list that may be too long.
    fn listed(&mut self, lines: Vec<Markup>, most: usize) {
        let (lines, is_cut) = cut(self.voice, lines, self.depth.most(most));
        self.lines.extend(lines);
        self.is_cut |= is_cut;
    }

    /// Names in one line, the first few of them.
    fn named(&mut self, key: &str, names: Vec<String>) {
        if names.is_empty() {
            return;
        }
        let most = self.depth.most(NAMES);
        let mut shown: Vec<String> = names.iter().take(most).cloned().collect();
        if most < names.len() {
            self.is_cut = true;
            shown.push("…".to_owned());
        }
        self.lines.push(self.voice.say(key, &[("list", shown.join(", ").into())]));
    }

    fn incidents(&mut self) {
        let (voice, digest) = (self.voice, self.digest);
        // What is told below for the first time is not told here as well.
        let backlog = || digest.backlog.iter().flat_map(|it| &it.incidents);
        let held: BTreeSet<i64> =
            backlog().flat_map(|it| &it.members).filter_map(|it| it.alert()).map(|it| it.number).collect();
        let below: BTreeSet<i64> = backlog().map(|it| it.number).collect();
        let others: Vec<&Incident> =
            digest.incidents.iter().filter(|it| !below.contains(&it.number)).collect();
        let told = digest.alerts.iter().filter(|it| !it.is_only_unusual());
        let known: Vec<&Alert> = told.filter(|it| !held.contains(&it.number)).collect();
        let count = known.len() + others.len();
        if count == 0 {
            return;
        }
        self.lines.push(voice.say("digest-incidents", &[("count", count.into())]));
        // What came back again and again is one line: a night's list must not hide the one that matters.
        let mut kinds = by_series(known);
        let worst = |it: &[&Alert]| it.iter().map(|alert| alert.finding.severity).max();
        let open = |it: &[&Alert]| it.iter().any(|alert| alert.over().is_none());
        kinds.sort_by_key(|it| std::cmp::Reverse((open(it), worst(it), it.len())));
        let alerts = kinds.iter().map(|it| incident(voice, digest, it));
        // What is open comes first, then the newest.
        let mut others = others;
        others.sort_by_key(|it| std::cmp::Reverse((it.is_open(), it.opened)));
        let others = others.iter().map(|it| listed(voice, it, self.rules, digest.to));
        // Both kinds have room: neither pushes the other out.
        let (mut alerts, mut others) = (alerts.collect::<Vec<_>>(), others.collect::<Vec<_>>());
        let first = alerts.len().min(INCIDENTS - usize::from(!others.is_empty()));
        let mut lines: Vec<Markup> = alerts.drain(..first).collect();
        let room = others.len().min(INCIDENTS - first.min(INCIDENTS));
        lines.extend(others.drain(..room));
        lines.extend(alerts.into_iter().chain(others));
        self.listed(lines, INCIDENTS);
    }

    /// What mutes held back, told here for the first time. It is told whatever parts are left out: it has been handed over.
    fn backlog(&mut self) {
        let Some(Backlog { incidents, more }) = &self.digest.backlog else { return };
        let most = self.depth.most(HELD);
        self.is_cut |= most < incidents.len();
        let held = mute::held(self.voice, incidents, *more, self.rules, most, self.digest.to);
        self.lines.push(self.voice.say("digest-backlog", &[]));
        self.lines.extend(held);
    }

    /// What was not as usual, and nothing suffered from it: a line for each series, nobody was told before.
    fn unusual(&mut self) {
        let (voice, digest) = (self.voice, self.digest);
        let mut kinds = by_series(digest.alerts.iter().filter(|it| it.is_only_unusual()));
        kinds.sort_by_key(|it| std::cmp::Reverse((it.iter().any(|it| !it.is_ended()), it.len())));
        let most = self.depth.most(UNUSUAL);
        self.is_cut |= most < kinds.len();
        self.lines.extend(kinds.iter().take(most).map(|it| oddity(voice, digest, it)));
    }

    fn heals(&mut self) {
        let (voice, digest) = (self.voice, self.digest);
        let mut freed: BTreeMap<&str, u64> = BTreeMap::new();
        let mut tried: BTreeMap<&str, bool> = BTreeMap::new();
        for heal in &digest.heals {
            match &heal.what {
                HealStep::Applied(relief) => {
                    let gain = relief.after.saturating_sub(relief.before);
                    *freed.entry(&heal.target).or_default() += gain;
                }
                HealStep::Verified { helped, .. } => drop(tried.insert(&heal.target, *helped)),
                HealStep::GaveUp(_) => drop(tried.insert(&heal.target, false)),
                HealStep::Proposed
                | HealStep::Nothing
                | HealStep::Planned { .. }
                | HealStep::Offered(_)
                | HealStep::Declined { .. }
                | HealStep::Forbidden(_)
                | HealStep::Began { .. }
                | HealStep::Ended { .. }
                | HealStep::BreakerOpened { .. }
                | HealStep::BreakerClosed => {}
            }
        }
        let freed = freed.into_iter().map(|(target, bytes)| {
            let nouns = [("target", short(target, NAME).into()), ("freed", voice.bytes(bytes).into())];
            voice.word("digest-freed", &nouns)
        });
        let tried = tried.into_iter().map(|(target, helped)| {
            let key = if helped { "digest-helped" } else { "digest-helped-not" };
            voice.word(key, &[("name", short(target, NAME).into())])
        });
        let all = freed.chain(tried).collect();
        self.named("digest-healed", all);
    }

    fn disks(&mut self) {
        let (voice, digest) = (self.voice, self.digest);
        let disks = digest.series.iter().filter(|it| it.key.metric == "disk.used");
        let fullest = disks.max_by(|a, b| a.now.last.total_cmp(&b.now.last));
        let has_picture = digest.tells(Section::Picture);
        if let Some(it) = fullest.filter(|it| !has_picture && FULL <= it.now.last) {
            let nouns = [
                ("mount", short(&it.key.subject, NAME).into()),
                ("percent", voice.value(Unit::Percent, it.now.last).into()),
            ];
            self.lines.push(voice.say("digest-fullest", &nouns));
        }
        let grew = digest.grown.iter().filter(|it| GREW <= it.points);
        self.named("digest-grown", grew.map(|it| grown(voice, it)).collect());
        self.named("digest-filling", digest.filling.iter().map(|it| filling(voice, it)).collect());
    }

    /// What is far from what it was in the period before. How full a disk is has a line of its own.
    fn change(&mut self) {
        let (voice, digest) = (self.voice, self.digest);
        let is_plain = |it: &&SeriesSummary| it.key.metric != "disk.used";
        let moved = |it: &SeriesSummary| {
            let (unit, before) = (unit_of(&it.key.metric), it.before?.mean);
            let by = (it.now.mean - before).abs();
            let is_much = match unit {
                Unit::Percent | Unit::Celsius => MOVED <= by,
                Unit::Bytes | Unit::BytesPerSecond | Unit::Seconds | Unit::Count | Unit::Ratio => {
                    // From next to nothing to little is a large share, and nothing to speak of.
                    MOVED_BY * before.abs() <= by && 0.5 <= it.now.mean.abs().max(before.abs())
                }
            };
            let name = match it.key.subject.is_empty() {
                true => row_name(voice, &it.key.metric),
                false => voice.series(&it.key),
            };
            is_much.then(|| Some(format!("{name} {}", change(voice, unit, before, it.now.mean)?)))?
        };
        let names: Vec<String> = digest.series.iter().filter(is_plain).filter_map(moved).collect();
        if !names.is_empty() {
            let nouns =
                [("against", against(voice, digest.length()).into()), ("list", names.join(", ").into())];
            self.lines.push(voice.say("digest-changed", &nouns));
        }
    }

    /// Who is ill; and, where anything at all is told, how many run.
    fn containers(&mut self) {
        let Some(containers) = self.digest.containers.as_ref().filter(|it| 0 < it.total) else { return };
        let is_well = containers.unhealthy.is_empty() && containers.restarting.is_empty();
        if is_well && self.lines.is_empty() {
            return;
        }
        let nouns = [("running", containers.running.into()), ("total", containers.total.into())];
        self.lines.push(self.voice.say("digest-containers", &nouns));
        let names = |names: &[String]| names.iter().map(|it| short(it, NAME)).collect();
        self.named("digest-unhealthy", names(&containers.unhealthy));
        self.named("digest-restarting", names(&containers.restarting));
    }
}

/// How much of the period was seen, where it was not all of it.
fn seen(voice: &Voice, digest: &Digest) -> Option<Markup> {
    let (seen, whole) = (digest.seen?.as_secs_f64(), digest.length().as_secs_f64());
    if digest.series.is_empty() || whole * SEEN <= seen {
        return None;
    }
    let durations = voice.words().durations;
    let (unit, symbol) = match digest.length().as_secs() {
        ..3600 => (60.0, &durations[2]),
        3600..172_801 => (HOUR as f64, &durations[3]),
        _ => (24.0 * HOUR as f64, &durations[4]),
    };
    let write = |seconds: f64| {
        let count = seconds / unit;
        let count = if count < 10.0 { (count * 10.0).round() / 10.0 } else { count.round() };
        voice.value(Unit::Ratio, count)
    };
    let whole = format!("{}\u{a0}{symbol}", write(whole));
    Some(voice.say("digest-seen", &[("seen", write(seen).into()), ("whole", whole.into())]))
}

fn restarted(voice: &Voice, it: &Restarts) -> String {
    let nouns = [("name", short(&it.name, NAME).into()), ("count", it.times.into())];
    voice.word("digest-restarts-one", &nouns)
}

fn grown(voice: &Voice, it: &Grown) -> String {
    let points = voice.word("digest-points", &[("by", points(voice, it.points).into())]);
    let what = short(&it.key.subject, NAME);
    match it.bytes {
        Some(bytes) => format!("{what} {points} (+{})", voice.value(Unit::Bytes, bytes)),
        None => format!("{what} {points}"),
    }
}

fn filling(voice: &Voice, it: &Outlook) -> String {
    let nouns = [("what", voice.series(&it.key).into()), ("left", voice.left(it.eta).into())];
    voice.word("digest-filling-one", &nouns)
}

/// The alerts of each series together, oldest first.
fn by_series<'a>(alerts: impl IntoIterator<Item = &'a Alert>) -> Vec<Vec<&'a Alert>> {
    let mut kinds: BTreeMap<&SeriesKey, Vec<&Alert>> = BTreeMap::new();
    for alert in alerts {
        kinds.entry(&alert.key.series).or_default().push(alert);
    }
    kinds.into_values().collect()
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
    alert.lasted(alert.over().map_or(digest.to, |it| it.min(digest.to)))
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
            ("at_worst", voice.worst(unit, last.finding.side, worst.unwrap_or(last.worst)).into()),
            ("since", voice.moment(last.began(), digest.to).into()),
            ("lasting", voice.lasting(alerts.iter().map(|it| lasted(digest, it)).sum()).into()),
            ("count", alerts.len().into()),
        ],
    )
}
