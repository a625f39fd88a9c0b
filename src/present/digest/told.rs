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

use super::{Depth, HOUR, against, change, points, row_name, stretch, title};
use crate::markup::Markup;
use crate::present::Voice;
use crate::present::incident::listed;
use crate::present::names::{short, width};
use crate::present::voice::unit_of;

/// A phone has so many letters in a line, and a summary so many lines above its buttons: what is read at a glance.
const LETTERS: usize = 40;
const ROOM: usize = 15;
/// With all its parts it stays under its picture: a caption holds 1024 letters, and a line ends with one more.
const ALL_ROOM: usize = 1024 / (LETTERS + 1);
/// How many kinds of incidents are listed, at most, before the rest is only counted.
const INCIDENTS: usize = 3;
/// How many series that were not as usual: nothing suffered from it, and the rest is a press away.
const UNUSUAL: usize = 1;
/// How much of what was held back.
const HELD: usize = 5;
/// How many lines a list of names has.
const LIST: usize = 2;
/// Letters of each of them.
const NAME: usize = 20;
/// A mean that moved by so many points has changed; one of another measure, when it is so many times what it was, or
/// was so many times what it is. Less than that is how one day differs from another.
const MOVED: f64 = 10.0;
const MOVED_BY: f64 = 2.0;
/// From next to nothing to little is a large share, and nothing to speak of.
const LITTLE: f64 = 1.0;
/// A disk that is so full is worth a line where no picture shows it, and one that grew by so many points is in any case.
const FULL: f64 = 80.0;
const GREW: f64 = 2.0;
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
    let mut told = Told { voice, digest, rules, depth, parts: Vec::new(), is_cut: false };
    told.tell();
    let Told { parts, is_cut, .. } = told;
    if parts.is_empty() {
        return (voice.say("digest-calm", &stretch(voice, host, digest)), false);
    }
    let title = title(voice, host, digest);
    let (lines, has_more) = match depth {
        Depth::Short => fitted(parts, ROOM.saturating_sub(height(&title))),
        Depth::Full => {
            let all: usize = parts.iter().map(|it| it.lines.len()).sum();
            let mut lines = fitted(parts, ALL_ROOM.saturating_sub(height(&title) + 1)).0;
            if let Some(more) = all.checked_sub(lines.len()).filter(|more| 0 < *more) {
                lines.push(voice.say("and-more", &[("count", more.into())]));
            }
            (lines, false)
        }
    };
    (Markup::lines(std::iter::once(title).chain(lines)), is_cut || has_more)
}

/// What matters first in the morning, where there is no room for all of it; the order of the telling is another one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Wrong,
    Held,
    Healed,
    Filling,
    Ill,
    Restarted,
    Grown,
    Seen,
    Changed,
    Unusual,
    Counted,
}

/// Some lines about one thing.
struct Part {
    rank: Rank,
    lines: Vec<Markup>,
    /// So many of them make sense together: a heading and what it is the heading of.
    least: usize,
}

/// What fits so many lines of a phone: something of everything first, then the rest of the lists, and what nothing
/// suffered from only then. And whether something did not.
fn fitted(parts: Vec<Part>, mut room: usize) -> (Vec<Markup>, bool) {
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|it| parts[*it].rank);
    let mut kept = vec![0; parts.len()];
    for &it in order.iter().filter(|it| parts[**it].rank < Rank::Unusual) {
        let needs: usize = parts[it].lines.iter().take(parts[it].least).map(height).sum();
        if needs <= room {
            (kept[it], room) = (parts[it].least, room - needs);
        }
    }
    for &it in &order {
        if kept[it] == 0 && parts[it].rank < Rank::Unusual {
            continue;
        }
        while let Some(needs) = parts[it].lines.get(kept[it]).map(height).filter(|it| *it <= room) {
            (kept[it], room) = (kept[it] + 1, room - needs);
        }
    }
    let has_more = parts.iter().zip(&kept).any(|(part, kept)| *kept < part.lines.len());
    (
        parts.into_iter().zip(kept).flat_map(|(part, kept)| part.lines.into_iter().take(kept)).collect(),
        has_more,
    )
}

/// How many lines of a phone it takes, broken between words.
pub(super) fn height(text: &Markup) -> usize {
    let text: String = text.spans().iter().map(|it| it.text.as_str()).collect();
    let of_line = |line: &str| {
        let (mut lines, mut used) = (1, 0);
        for word in line.split(' ') {
            let cells = width(word);
            (lines, used) = match used {
                0 => (lines, cells),
                _ if used + 1 + cells <= LETTERS => (lines, used + 1 + cells),
                _ => (lines + 1, cells),
            };
            // What is longer than a line is broken within.
            while LETTERS < used {
                (lines, used) = (lines + 1, used - LETTERS);
            }
        }
        lines
    };
    text.split('\n').map(of_line).sum()
}

struct Told<'a> {
    voice: &'a Voice,
    digest: &'a Digest,
    rules: &'a [Rule],
    depth: Depth,
    parts: Vec<Part>,
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
        if has(Section::Unusual) {
            self.unusual();
        }
        if has(Section::Heals) {
            self.heals();
        }
        if has(Section::Restarts) {
            let names = digest.restarts.iter().map(|it| restarted(voice, it)).collect();
            self.named(Rank::Restarted, "digest-restarts", names);
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
            self.line(Rank::Seen, voice.say("digest-no-figures", &[]));
        }
        if let Some(seen) = seen(voice, digest) {
            self.line(Rank::Seen, seen);
        }
    }

    fn line(&mut self, rank: Rank, line: Markup) {
        self.parts.push(Part { rank, lines: vec![line], least: 1 });
    }

    /// A list that may be too long, with or without a heading.
    fn list(&mut self, rank: Rank, heading: Option<Markup>, mut lines: Vec<Markup>, most: usize) {
        let most = self.depth.most(most);
        self.is_cut |= most < lines.len();
        lines.truncate(most);
        let least = 1 + usize::from(heading.is_some());
        let lines: Vec<Markup> = heading.into_iter().chain(lines).collect();
        if !lines.is_empty() {
            self.parts.push(Part { rank, least: least.min(lines.len()), lines });
        }
    }

    /// Names in one line, as many as fit.
    fn named(&mut self, rank: Rank, key: &str, names: Vec<String>) {
        let voice = self.voice;
        self.naming(rank, LIST, &names, |list| voice.say(key, &[("list", list.into())]));
    }

    fn naming(&mut self, rank: Rank, most: usize, names: &[String], say: impl Fn(String) -> Markup) {
        let of = |count: usize| {
            let more = if count < names.len() { ", …" } else { "" };
            say(format!("{}{more}", names[..count].join(", ")))
        };
        let fits = |count: &usize| *count <= 1 || height(&of(*count)) <= most;
        let count = match self.depth {
            Depth::Short => (0..=names.len()).rev().find(fits).unwrap_or_default(),
            Depth::Full => names.len(),
        };
        if 0 < count {
            self.is_cut |= count < names.len();
            self.line(rank, of(count));
        }
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
        let heading = voice.say("digest-incidents", &[("count", count.into())]);
        self.list(Rank::Wrong, Some(heading), lines, INCIDENTS);
    }

    /// What mutes held back, told here for the first time. It is told whatever parts are left out: it has been handed
    /// over. All of it is counted, where it is not listed.
    fn backlog(&mut self) {
        let Some(Backlog { incidents, more }) = &self.digest.backlog else { return };
        let count = incidents.len() + usize::try_from(*more).unwrap_or_default();
        let lines = incidents.iter().map(|it| listed(self.voice, it, self.rules, self.digest.to)).collect();
        let heading = self.voice.say("digest-backlog", &[("count", count.into())]);
        self.list(Rank::Held, Some(heading), lines, HELD);
    }

    /// What was not as usual, and nothing suffered from it: a line for each series, nobody was told before.
    fn unusual(&mut self) {
        let (voice, digest) = (self.voice, self.digest);
        let mut kinds = by_series(digest.alerts.iter().filter(|it| it.is_only_unusual()));
        kinds.sort_by_key(|it| std::cmp::Reverse((it.iter().any(|it| !it.is_ended()), it.len())));
        let lines = kinds.iter().map(|it| oddity(voice, digest, it)).collect();
        self.list(Rank::Unusual, None, lines, UNUSUAL);
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
        self.named(Rank::Healed, "digest-healed", all);
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
            self.line(Rank::Filling, voice.say("digest-fullest", &nouns));
        }
        let grew = digest.grown.iter().filter(|it| GREW <= it.points);
        self.named(Rank::Grown, "digest-grown", grew.map(|it| grown(voice, it)).collect());
        self.named(
            Rank::Filling,
            "digest-filling",
            digest.filling.iter().map(|it| filling(voice, it)).collect(),
        );
    }

    /// What is far from what it was in the period before. How full a disk is has a line of its own.
    fn change(&mut self) {
        let (voice, digest) = (self.voice, self.digest);
        let is_plain = |it: &&SeriesSummary| it.key.metric != "disk.used";
        let moved = |it: &SeriesSummary| {
            let (unit, before) = (unit_of(&it.key.metric), it.before?.mean);
            let (less, more) = (before.abs().min(it.now.mean.abs()), before.abs().max(it.now.mean.abs()));
            let is_much = match unit {
                Unit::Percent | Unit::Celsius => MOVED <= (it.now.mean - before).abs(),
                Unit::Bytes | Unit::BytesPerSecond | Unit::Seconds | Unit::Count | Unit::Ratio => {
                    LITTLE <= more && MOVED_BY * less <= more
                }
            };
            let name = match it.key.subject.is_empty() {
                true => row_name(voice, &it.key.metric),
                false => voice.series(&it.key),
            };
            is_much.then(|| Some(format!("{name} {}", change(voice, unit, before, it.now.mean)?)))?
        };
        let names: Vec<String> = digest.series.iter().filter(is_plain).filter_map(moved).collect();
        let against = against(voice, digest.length());
        self.naming(Rank::Changed, 1, &names, |list| {
            voice.say("digest-changed", &[("against", against.as_str().into()), ("list", list.into())])
        });
    }

    /// Who is ill; and, where all of it is told, how many run.
    fn containers(&mut self) {
        let Some(containers) = self.digest.containers.as_ref().filter(|it| 0 < it.total) else { return };
        let names = |names: &[String]| names.iter().map(|it| short(it, NAME)).collect();
        self.named(Rank::Ill, "digest-unhealthy", names(&containers.unhealthy));
        self.named(Rank::Ill, "digest-restarting", names(&containers.restarting));
        if self.depth == Depth::Full && !self.parts.is_empty() {
            let nouns = [("running", containers.running.into()), ("total", containers.total.into())];
            self.line(Rank::Counted, self.voice.say("digest-containers", &nouns));
        }
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
        if count < 1.0 {
            return voice.lasting(Duration::from_secs_f64(seconds.clamp(0.0, unit)));
        }
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
