//! Which picture a figure gets.

use jiff::{SignedDuration, Timestamp};
use jobs::metric::{SeriesKey, Unit};
use jobs::ports::{Filesystem, FilesystemUsage, Memory};
use jobs::series::Series;
use render::{
    Bar, Bars, Chart, Donut, Gauge, Limit, Line, LineSeries, ShareLimit, Slice, TimeAxis, TimeLabels, Tone,
    Zone,
};

use crate::present::names::short;
use crate::present::voice::{drawn_unit, unit_of};
use crate::present::{Drawing, Voice};

/// How many points a line is fetched with: two for every pixel column that a phone shows.
pub const POINTS: usize = 720;

/// A limit to be drawn across a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The value.
    pub at: f64,
    /// Whether it is the worse of two.
    pub critical: bool,
}

/// The stretch of time a line is drawn over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// From here.
    pub from: Timestamp,
    /// To there.
    pub to: Timestamp,
}

/// How full a filesystem is for a plain user, as `df` says it.
pub fn used_percent(usage: &FilesystemUsage) -> f64 {
    100.0 * usage.used as f64 / usage.used.saturating_add(usage.available).max(1) as f64
}

impl Stretch {
    /// A younger record is drawn over the time there is one for, and not into a corner of an empty picture: from its
    /// beginning, and at least ten minutes.
    #[must_use]
    pub fn fitted(self, lines: &[(SeriesKey, Series)]) -> Self {
        let first = lines.iter().filter_map(|(_, series)| Some(series.points.first()?.at)).min();
        let half = self.from + self.to.duration_since(self.from) / 2;
        match first {
            Some(first) if half < first => Self { from: first.min(self.to - LEAST), ..self },
            _ => self,
        }
    }
}

/// The shortest stretch that is worth an axis.
const LEAST: SignedDuration = SignedDuration::from_mins(10);

/// Lines over time. The first series names unit and title; all share one axis, so all should share a unit.
pub fn line(
    voice: &Voice,
    host: &str,
    title: String,
    lines: &[(SeriesKey, Series)],
    stretch: Stretch,
    levels: &[Level],
    mark: Option<Timestamp>,
) -> Drawing {
    let unit = lines.first().map_or(Unit::Ratio, |(key, _)| unit_of(&key.metric));
    let labels = labels(voice, lines);
    let seconds = |at: Timestamp| at.as_millisecond() as f64 / 1000.0;
    let series = lines
        .iter()
        .zip(labels)
        .map(|((_, series), label)| {
            let points = series.points.iter().map(|point| {
                if point.count == 1 {
                    render::Point::new(seconds(point.at), point.mean)
                } else {
                    render::Point::spread(seconds(point.at), point.mean, point.low, point.high)
                }
            });
            LineSeries { label, points: points.collect(), ..LineSeries::default() }
        })
        .collect();
    let words = voice.words();
    let limits = levels
        .iter()
        .map(|level| Limit {
            label: voice.word("chart-limit", &[("limit", voice.value(unit, level.at).into())]),
            value: level.at,
            tone: if level.critical { Tone::Critical } else { Tone::Warning },
        })
        .collect();
    let marks = mark.map(|at| render::Mark {
        at: seconds(at),
        label: voice.word("chart-broke", &[("at", voice.moment(at, stretch.to).into())]),
        tone: Tone::Critical,
    });
    let subtitle = voice.word(
        "chart-stretch",
        &[
            ("host", short(host, HOST).into()),
            ("from", voice.moment(stretch.from, stretch.to).into()),
            ("to", voice.moment(stretch.to, stretch.to).into()),
        ],
    );
    let (floor, ceiling) = match unit {
        Unit::Celsius => (None, None),
        Unit::Percent => (Some(0.0), Some(100.0)),
        _ => (Some(0.0), None),
    };
    let alt = title.clone();
    let chart = Chart::Line(Line {
        title,
        subtitle,
        series,
        fill: render::Fill::default(),
        limits,
        band: None,
        marks: marks.into_iter().collect(),
        unit: drawn_unit(unit),
        time: time_axis(voice, stretch, lines),
        floor,
        ceiling,
        empty: voice.word("chart-empty", &[]),
        words,
    });
    Drawing { chart, alt }
}

/// What each line is called at its end, in the few letters there is room for: what tells it from the others.
pub fn labels(voice: &Voice, lines: &[(SeriesKey, Series)]) -> Vec<String> {
    let Some((first, _)) = lines.first() else { return Vec::new() };
    let one_metric = lines.iter().all(|(key, _)| key.metric == first.metric);
    let one_part = lines.iter().all(|(key, _)| key.subject == first.subject);
    let label = |key: &SeriesKey| match (one_metric, one_part) {
        (true, true) => String::new(),
        (true, false) => short(&key.subject, LABEL),
        (false, true) => voice.kin(&key.metric),
        (false, false) => format!("{} {}", voice.kin(&key.metric), short(&key.subject, LABEL)),
    };
    lines.iter().map(|(key, _)| label(key)).collect()
}

/// Letters that stand at the end of a line; letters of a host's name under a title; letters of a mount beside its bar.
const LABEL: usize = 14;
const HOST: usize = 28;
const BAR: usize = 26;

/// Two points are joined when they are no farther apart than four of the usual steps: what was not seen is not drawn.
pub(in crate::present) fn time_axis(
    voice: &Voice,
    stretch: Stretch,
    lines: &[(SeriesKey, Series)],
) -> TimeAxis {
    let seconds = |at: Timestamp| at.as_millisecond() as f64 / 1000.0;
    let mut steps: Vec<f64> = lines
        .iter()
        .flat_map(|(_, series)| {
            series.points.windows(2).map(|pair| seconds(pair[1].at) - seconds(pair[0].at))
        })
        .collect();
    steps.sort_by(f64::total_cmp);
    // The short steps are the cadence and the long ones are gaps, even where there are more gaps than samples; and what
    // leaves a twelfth of the picture empty is a gap whatever the cadence.
    let usual = steps.get(steps.len() / 4).copied().unwrap_or(60.0);
    let wide = (seconds(stretch.to) - seconds(stretch.from)) / 12.0;
    let labels = TimeLabels {
        months: std::array::from_fn(|index| voice.month(index as i8 + 1)),
        weekdays: std::array::from_fn(|index| voice.weekday(index as i8 + 1)),
    };
    TimeAxis {
        from: seconds(stretch.from),
        to: seconds(stretch.to),
        zone: zone(voice, stretch),
        gap_seconds: (4.0 * usual.max(1.0)).min(wide.max(30.0)),
        labels,
    }
}

/// The zone's offsets over a stretch, so that a day with a clock change is drawn right.
fn zone(voice: &Voice, stretch: Stretch) -> Zone {
    let first = voice.zone.to_offset(stretch.from).seconds();
    let changes = voice
        .zone
        .following(stretch.from)
        .take_while(|change| change.timestamp() < stretch.to)
        .map(|change| (change.timestamp().as_second() as f64, change.offset().seconds()))
        .collect();
    Zone { offset_seconds: first, changes }
}

/// What memory is used for: the seed's pie.
pub fn memory(voice: &Voice, host: &str, memory: &Memory) -> Drawing {
    let used = memory.total.saturating_sub(memory.available);
    // What is neither free nor cache is programs' and the kernel's own; the cache that "available" does not count
    // belongs to it too, so that the three parts make the whole.
    let free = memory.free.min(memory.available);
    let cache = memory.available - free;
    let share = |part: u64| 100.0 * part as f64 / memory.total.max(1) as f64;
    let slice = |key: &str, bytes: u64, tone: Tone| Slice {
        label: voice.word(key, &[]),
        value: bytes as f64,
        tone,
        note: voice.bytes(bytes),
    };
    let tone = match share(used) {
        used if 95.0 <= used => Tone::Critical,
        used if 85.0 <= used => Tone::Warning,
        _ => Tone::Accent(0),
    };
    let swap_used = memory.swap_total.saturating_sub(memory.swap_free);
    let footer = (0 < memory.swap_total).then(|| Gauge {
        label: voice.word("chart-swap", &[]),
        share: swap_used as f64 / memory.swap_total as f64,
        note: voice.word(
            "of-total",
            &[("used", voice.bytes(swap_used).into()), ("total", voice.bytes(memory.swap_total).into())],
        ),
        tone: Tone::Accent(3),
    });
    let title = voice.word("chart-memory", &[]);
    let chart = Chart::Donut(Donut {
        title: title.clone(),
        subtitle: short(host, HOST),
        slices: vec![
            slice("chart-memory-used", used, tone),
            slice("chart-memory-cache", cache, Tone::Accent(2)),
            slice("chart-memory-free", free, Tone::Neutral),
        ],
        centre: voice.percent(share(used)),
        centre_note: voice.word("of-whole", &[("total", voice.bytes(memory.total).into())]),
        footer,
        empty: voice.word("chart-empty", &[]),
        words: voice.words(),
    });
    Drawing { chart, alt: title }
}

/// The fullest first; those that nobody can say it of, last.
pub fn by_fullness(filesystems: &[Filesystem]) -> Vec<&Filesystem> {
    let mut sorted: Vec<&Filesystem> = filesystems.iter().collect();
    let share = |it: &Filesystem| it.usage.as_ref().map_or(-1.0, used_percent);
    sorted.sort_by(|a, b| share(b).total_cmp(&share(a)));
    sorted
}

/// How full each filesystem is, the fullest first.
pub fn disks(voice: &Voice, host: &str, filesystems: &[Filesystem], levels: &[Level]) -> Drawing {
    let tone_of = |percent: f64| {
        let worst = levels.iter().filter(|level| level.at <= percent).map(|level| level.critical).max();
        match worst {
            Some(true) => Tone::Critical,
            Some(false) => Tone::Warning,
            None => Tone::Good,
        }
    };
    let bars = by_fullness(filesystems)
        .into_iter()
        .map(|filesystem| match &filesystem.usage {
            Ok(usage) => {
                let share = used_percent(usage);
                Bar {
                    label: short(&filesystem.mount, BAR),
                    share: share / 100.0,
                    note: voice.word("chart-disk-note", &[("free", voice.bytes(usage.available).into())]),
                    tone: tone_of(share),
                }
            }
            Err(_) => Bar {
                label: short(&filesystem.mount, BAR),
                share: f64::NAN,
                note: voice.word("unknown", &[]),
                tone: Tone::Neutral,
            },
        })
        .collect();
    let limits = levels
        .iter()
        .map(|level| ShareLimit {
            share: level.at / 100.0,
            label: voice.word("chart-limit", &[("limit", voice.percent(level.at).into())]),
            tone: if level.critical { Tone::Critical } else { Tone::Warning },
        })
        .collect();
    let title = voice.word("chart-disks", &[]);
    let chart = Chart::Bars(Bars {
        title: title.clone(),
        subtitle: short(host, HOST),
        bars,
        limits,
        empty: voice.word("chart-empty", &[]),
        words: voice.words(),
    });
    Drawing { chart, alt: title }
}
