//! The picture of a digest: tiles, the course of a day or the hours of a week, disks, and what happened when.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::alert::Severity;
use jobs::declare::Rule;
use jobs::digest::{Digest, Section, SeriesSummary};
use jobs::evaluate::Detector;
use jobs::heal::HealStep;
use jobs::incident::Of;
use jobs::metric::{SeriesKey, Unit};
use jobs::series::Series;
use render::{Bar, Bars, Chart, Lane, Moment, Panel, Panels, Span, Sparkline, Tile, Timeline, Tone};

use super::{HOST, HOUR, against, change, points, row_name};
use crate::present::chart::{self, Before, Day, Hours, POINTS, Plot, Stretch};
use crate::present::names::short;
use crate::present::notice::History;
use crate::present::voice::unit_of;
use crate::present::{Drawing, Voice};

/// A period that is longer than this is shown by its hours, and one that is much longer as a line again: a heatmap of
/// more days is too high for a phone.
const BY_HOURS: [u64; 2] = [3 * 24 * HOUR, 16 * 24 * HOUR];
/// By the minute, for so long: a quarter of an hour of a zone is no part of an hour of another.
const MINUTES: usize = 16 * 24 * 60;
/// How many disks have a bar, and how many lanes there are: under a line, and under the hours of a week, which are
/// higher. What makes the picture more than twice as high as wide is not drawn at all.
const DISKS: [usize; 2] = [4, 2];
const LANES: [usize; 2] = [6, 4];
/// Letters of a disk's name beside its bar, and of a lane's.
const BAR: usize = 22;
const LANE: usize = 16;
/// Letters of a part's name in a tile.
const TILE: usize = 10;

/// The picture, if it has one and there is anything to be seen.
pub fn drawing(
    voice: &Voice,
    host: &str,
    digest: &Digest,
    rules: &[Rule],
    history: &dyn History,
) -> Option<Drawing> {
    if !digest.tells(Section::Picture) || digest.series.is_empty() {
        return None;
    }
    let has = |section: Section| digest.tells(section);
    let mut rows: Vec<Vec<Panel>> = Vec::new();
    if has(Section::Figures) {
        rows.push(digest.tiles().map(|it| Panel::Tile(tile(voice, digest, it))).collect());
    }
    rows.extend(course(voice, host, digest, history).map(|it| vec![it]));
    if has(Section::Disks) {
        rows.extend(disks(voice, digest, rules).map(|it| vec![Panel::Bars(it)]));
    }
    let lanes = if has(Section::Incidents) { lanes(voice, digest) } else { Vec::new() };
    if !lanes.is_empty() {
        rows.push(vec![Panel::Timeline(Timeline {
            title: voice.word("digest-picture-lanes", &[]),
            lanes,
            time: chart::time_axis(voice, stretch(digest), f64::INFINITY),
            empty: voice.word("chart-empty", &[]),
            ..Timeline::default()
        })]);
    }
    rows.retain(|it| !it.is_empty());
    if rows.is_empty() {
        return None;
    }
    let span = [
        ("host", short(host, HOST).into()),
        ("from", voice.stamp(digest.from).into()),
        ("to", voice.stamp(digest.to).into()),
    ];
    let is_compared = has(Section::Change) && digest.series.iter().any(|it| it.before.is_some());
    let subtitle = if is_compared { against(voice, digest.length()) } else { String::new() };
    let title = voice.word("chart-stretch", &span);
    let panels = Panels { title: title.clone(), subtitle, rows, empty: voice.word("chart-empty", &[]) };
    Some(Drawing { chart: Chart::Panels(panels), alt: title })
}

/// Whether it is shown hour by hour.
fn is_by_hours(digest: &Digest) -> bool {
    (BY_HOURS[0]..=BY_HOURS[1]).contains(&digest.length().as_secs())
}

fn stretch(digest: &Digest) -> Stretch {
    Stretch { from: digest.from, to: digest.to }
}

/// Of a disk its fullness at the end, of everything else the mean.
fn tile(voice: &Voice, digest: &Digest, it: &SeriesSummary) -> Tile {
    let unit = unit_of(&it.key.metric);
    let is_disk = it.key.metric == "disk.used";
    let figure = |of: &jobs::digest::Summary| if is_disk { of.last } else { of.mean };
    let now = figure(&it.now);
    let note = it.before.filter(|_| digest.tells(Section::Change));
    let note = note.and_then(|before| change(voice, unit, figure(&before), now)).unwrap_or_default();
    let label = match it.key.subject.is_empty() {
        true => row_name(voice, &it.key.metric),
        false => format!("{} {}", row_name(voice, &it.key.metric), short(&it.key.subject, TILE)),
    };
    let values = it.way.iter().map(|it| it.unwrap_or(f64::NAN)).collect();
    Tile {
        label,
        value: voice.value(unit, now),
        note,
        tone: Tone::Neutral,
        spark: Some(Sparkline {
            values,
            floor: (!is_disk && unit != Unit::Celsius).then_some(0.0),
            ceiling: None,
            tone: Tone::Accent(0),
        }),
    }
}

/// The series of the picture: as a line with the period before behind it, or hour by hour.
fn course(voice: &Voice, host: &str, digest: &Digest, history: &dyn History) -> Option<Panel> {
    let key = digest.chart.clone()?;
    let (from, to) = (digest.from, digest.to);
    let length = digest.length();
    if is_by_hours(digest) {
        let series = history.series(&key, stretch(digest), MINUTES)?;
        return hours(voice, host, digest, &key, &series);
    }
    let series = history.series(&key, stretch(digest), POINTS)?;
    let compared =
        digest.tells(Section::Change) && digest.series.iter().any(|it| it.key == key && it.before.is_some());
    let shift = SignedDuration::try_from(length).ok()?;
    let earlier = Stretch { from: from.checked_sub(shift).ok()?, to: to.checked_sub(shift).ok()? };
    let before = if compared { history.series(&key, earlier, POINTS) } else { None };
    let before = before.map(|series| Before {
        label: voice.word("digest-picture-before", &[]),
        now: String::new(),
        shift,
        series,
    });
    let plot = Plot { title: voice.series(&key), lines: vec![(key, series)], before, ..Plot::default() };
    let span = stretch(digest).fitted(&plot.lines);
    match chart::plot(voice, host, &plot, span).chart {
        Chart::Line(line) => Some(Panel::Line(render::Line { subtitle: String::new(), ..line })),
        _ => None,
    }
}

fn seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}

/// The mean of each hour of each day, in the reader's zone; an hour that came twice is one cell.
fn hours(voice: &Voice, host: &str, digest: &Digest, key: &SeriesKey, series: &Series) -> Option<Panel> {
    let mut days: BTreeMap<jiff::civil::Date, [(f64, u32); 24]> = BTreeMap::new();
    let date = |at: Timestamp| at.to_zoned_datetime(voice.zone.clone()).date();
    let (mut day, last) = (date(digest.from), date(digest.to));
    while day <= last {
        days.insert(day, [(0.0, 0); 24]);
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    for point in &series.points {
        let there = point.at.to_zoned_datetime(voice.zone.clone());
        let cells = days.entry(there.date()).or_insert([(0.0, 0); 24]);
        if let Some((sum, count)) = usize::try_from(there.hour()).ok().and_then(|it| cells.get_mut(it)) {
            *sum += point.mean;
            *count += 1;
        }
    }
    let mean = |(sum, count): (f64, u32)| if 0 < count { sum / f64::from(count) } else { f64::NAN };
    let days = days.into_iter().map(|(date, cells)| Day { date, hours: cells.map(mean) });
    let it = Hours { title: voice.series(key), unit: unit_of(&key.metric), days: days.collect() };
    match chart::hours(voice, host, &it).chart {
        Chart::Heatmap(heatmap) => {
            Some(Panel::Heatmap(render::Heatmap { subtitle: String::new(), ..heatmap }))
        }
        _ => None,
    }
}

/// The fullest disks, with the time there is until they are full, or with what they grew by.
fn disks(voice: &Voice, digest: &Digest, rules: &[Rule]) -> Option<Bars> {
    let mut disks: Vec<&SeriesSummary> =
        digest.series.iter().filter(|it| it.key.metric == "disk.used").collect();
    disks.sort_by(|a, b| b.now.last.total_cmp(&a.now.last));
    let mut limits =
        rules.iter().filter(|it| it.metric == "disk.used").filter_map(|rule| match &rule.detector {
            Detector::Threshold(it) => Some([it.warning, it.critical].map(|it| it.map(|it| it.at))),
            Detector::Absence(_) | Detector::Sigma(_) | Detector::Novelty(_) | Detector::Forecast(_) => None,
        });
    let [warning, critical] = limits.next_back().unwrap_or_default();
    let reached = |limit: Option<f64>, percent: f64| limit.is_some_and(|it| it <= percent);
    let bar = |it: &&SeriesSummary| {
        let percent = it.now.last;
        let filling = digest.filling.iter().find(|outlook| outlook.key == it.key);
        let grown = digest.grown.iter().find(|grown| grown.key == it.key);
        let note = match (filling, grown) {
            (Some(outlook), _) => {
                voice.word("digest-picture-full", &[("left", voice.left(outlook.eta).into())])
            }
            (None, Some(grown)) => voice.word("digest-points", &[("by", points(voice, grown.points).into())]),
            (None, None) => String::new(),
        };
        Bar {
            label: short(&it.key.subject, BAR),
            share: percent / 100.0,
            note,
            tone: match percent {
                _ if reached(critical, percent) => Tone::Critical,
                _ if reached(warning, percent) => Tone::Warning,
                _ => Tone::Good,
            },
        }
    };
    let bars: Vec<Bar> = disks.iter().take(DISKS[usize::from(is_by_hours(digest))]).map(bar).collect();
    (!bars.is_empty()).then(|| Bars {
        title: voice.word("chart-disks", &[]),
        bars,
        words: voice.words(),
        ..Bars::default()
    })
}

/// What was wrong, as bars; what was done about it and who was started anew, as dots. The earliest first.
fn lanes(voice: &Voice, digest: &Digest) -> Vec<Lane> {
    let mut lanes: BTreeMap<String, Lane> = BTreeMap::new();
    let mut span = |name: String, from: Timestamp, to: Option<Timestamp>, severity: Severity| {
        let until = to.unwrap_or(digest.to).min(digest.to);
        let lasted = Duration::try_from(until.duration_since(from)).unwrap_or_default();
        let tone = if severity == Severity::Critical { Tone::Critical } else { Tone::Warning };
        let label = voice.lasting(lasted);
        let to = to.map_or(f64::INFINITY, seconds);
        let lane = lanes.entry(name).or_default();
        lane.spans.push(Span { from: seconds(from), to, tone, label });
    };
    for alert in digest.alerts.iter().filter(|it| !it.is_only_unusual()) {
        span(voice.series(&alert.key.series), alert.began(), alert.over(), alert.finding.severity);
    }
    for member in digest.incidents.iter().flat_map(|it| &it.members) {
        match &member.of {
            // It has its bar already.
            Of::Alert { .. } => {}
            Of::Container { trouble, .. } => {
                span(trouble.who.name.clone(), member.since, member.ended, member.severity);
            }
            Of::Engine(_) => span("Docker".to_owned(), member.since, member.ended, member.severity),
        }
    }
    let mut moment = |name: String, at: Timestamp, tone: Tone, label: String| {
        lanes.entry(name).or_default().moments.push(Moment { at: seconds(at), tone, label });
    };
    if digest.tells(Section::Heals) {
        for heal in &digest.heals {
            match &heal.what {
                HealStep::Applied(_) => {
                    let name = voice.series(&SeriesKey::of("disk.used", &heal.target));
                    moment(name, heal.at, Tone::Good, String::new());
                }
                HealStep::Verified { helped: true, .. } => {
                    moment(heal.target.clone(), heal.at, Tone::Good, String::new());
                }
                HealStep::Verified { helped: false, .. } | HealStep::GaveUp(_) => {
                    moment(heal.target.clone(), heal.at, Tone::Critical, String::new());
                }
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
    }
    if digest.tells(Section::Restarts) {
        for it in &digest.restarts {
            let label = if 1 < it.times { format!("×{}", it.times) } else { String::new() };
            moment(it.name.clone(), it.last, Tone::Accent(0), label);
        }
    }
    let mut all: Vec<Lane> =
        lanes.into_iter().map(|(label, lane)| Lane { label: short(&label, LANE), ..lane }).collect();
    let begin = |it: &Lane| {
        let spans = it.spans.iter().map(|it| it.from);
        spans.chain(it.moments.iter().map(|it| it.at)).fold(f64::INFINITY, f64::min)
    };
    all.sort_by(|a, b| begin(a).total_cmp(&begin(b)));
    // What lasted longest is what a picture has room for; the words count the rest.
    let most = LANES[usize::from(is_by_hours(digest))];
    if most < all.len() {
        all.sort_by_key(|it| std::cmp::Reverse(it.spans.len()));
        all.truncate(most);
        all.sort_by(|a, b| begin(a).total_cmp(&begin(b)));
    }
    all
}
