//! Lines over time: one plot, or several over each other on one axis of time.

use jiff::{SignedDuration, Timestamp};
use jobs::evaluate::Expected;
use jobs::metric::{SeriesKey, Unit};
use jobs::series::Series;
use render::{
    Band, Chart, Fill, Limit, Line, LineSeries, Panel, Panels, Pen, TimeAxis, TimeLabels, Tone, Zone,
};

use super::{HOST, Level, Stretch, seconds};
use crate::present::names::short;
use crate::present::voice::{drawn_unit, unit_of};
use crate::present::{Drawing, Voice};

/// Letters that stand at the end of a line.
const LABEL: usize = 14;
/// Letters of a part's name in words.
const NAME: usize = 30;
/// A band that reaches further than this beyond all that is drawn would only flatten it: of a young series little is
/// known, and its band is wide.
const BAND_TOP: f64 = 1.2;

/// The part of the axis that a band may take.
const BAND_WIDTH: f64 = 0.5;

/// Something that happened, to be marked in a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// In a word.
    pub label: String,
    /// How bad it was.
    pub tone: Tone,
}

/// The same stretch, earlier: what is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Before {
    /// What it is called at the end of its line.
    pub label: String,
    /// What the newer line is called beside it.
    pub now: String,
    /// By how much it is moved to lie under the newer one.
    pub shift: SignedDuration,
    /// The series as it was.
    pub series: Series,
}

/// Lines that share an axis, and what is drawn around them. All should share a unit: that of the first is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plot {
    /// What is drawn.
    pub title: String,
    /// Each with the series it is of.
    pub lines: Vec<(SeriesKey, Series)>,
    /// How it was before, of a single line.
    pub before: Option<Before>,
    /// Limits of rules.
    pub levels: Vec<Level>,
    /// What would have been usual.
    pub usual: Vec<Expected>,
    /// What happened.
    pub events: Vec<Event>,
}

/// One plot as a picture.
pub fn plot(voice: &Voice, host: &str, plot: &Plot, stretch: Stretch) -> Drawing {
    let axis = time_axis(voice, stretch, gap(plot));
    let line = Line { subtitle: subtitle(voice, host, stretch), ..drawn(voice, plot, axis) };
    Drawing { chart: Chart::Line(line), alt: plot.title.clone() }
}

/// Several plots as one picture, over each other on one axis of time.
pub fn panels(voice: &Voice, host: &str, title: String, plots: &[Plot], stretch: Stretch) -> Drawing {
    // One axis for all, to the last bit: only then its labels are written once.
    let gap = plots.iter().map(gap).fold(0.0, f64::max);
    let axis = time_axis(voice, stretch, gap);
    let row = |plot: &Plot| vec![Panel::Line(drawn(voice, plot, axis.clone()))];
    let panels = Panels {
        title: title.clone(),
        subtitle: subtitle(voice, host, stretch),
        rows: plots.iter().map(row).collect(),
        empty: voice.word("chart-empty", &[]),
    };
    let titles: Vec<&str> = plots.iter().map(|it| it.title.as_str()).collect();
    Drawing { chart: Chart::Panels(panels), alt: format!("{title}: {}", titles.join(", ")) }
}

/// What a container uses of that metric, where its name stands above already: "CPU".
pub fn used(voice: &Voice, metric: &str) -> String {
    voice.metric(if metric == "container.memory" { "memory.used" } else { "cpu.busy" })
}

/// Which machine, and from when to when.
fn subtitle(voice: &Voice, host: &str, stretch: Stretch) -> String {
    let date = |at: Timestamp| at.to_zoned_datetime(voice.zone.clone()).date();
    // Beside another day's, a bare time would be read as that day's.
    let is_one_day = date(stretch.from) == date(stretch.to);
    let to = if is_one_day { voice.moment(stretch.to, stretch.to) } else { voice.stamp(stretch.to) };
    let nouns = [
        ("host", short(host, HOST).into()),
        ("from", voice.moment(stretch.from, stretch.to).into()),
        ("to", to.into()),
    ];
    voice.word("chart-stretch", &nouns)
}

/// The lines of a plot, without a subtitle.
fn drawn(voice: &Voice, plot: &Plot, time: TimeAxis) -> Line {
    let unit = plot.lines.first().map_or(Unit::Ratio, |(key, _)| unit_of(&key.metric));
    let labels = labels(voice, &plot.lines);
    let mut series: Vec<LineSeries> = plot
        .lines
        .iter()
        .zip(labels)
        .map(|((_, series), label)| LineSeries {
            label,
            points: points(series, SignedDuration::ZERO),
            pen: Pen::default(),
        })
        .collect();
    if let Some(before) = &plot.before {
        series.iter_mut().for_each(|it| it.label.clone_from(&before.now));
        let past = points(&before.series, before.shift);
        series.push(LineSeries { label: before.label.clone(), points: past, pen: Pen::Past });
    }
    let limit = |level: &Level| Limit {
        label: voice.word("chart-limit", &[("limit", voice.value(unit, level.at).into())]),
        value: level.at,
        tone: if level.critical { Tone::Critical } else { Tone::Warning },
    };
    let mark = |it: &Event| render::Mark { at: seconds(it.at), label: it.label.clone(), tone: it.tone };
    let (floor, ceiling) = match unit {
        Unit::Celsius => (None, None),
        Unit::Percent => (Some(0.0), Some(100.0)),
        Unit::Bytes | Unit::BytesPerSecond | Unit::Seconds | Unit::Count | Unit::Ratio => (Some(0.0), None),
    };
    Line {
        title: plot.title.clone(),
        series,
        limits: plot.levels.iter().map(limit).collect(),
        band: band(voice, plot, floor, ceiling),
        marks: plot.events.iter().map(mark).collect(),
        unit: drawn_unit(unit),
        time,
        floor,
        ceiling,
        fill: if is_level(plot) { Fill::None } else { Fill::Soft },
        empty: voice.word("chart-empty", &[]),
        words: voice.words(),
        ..Line::default()
    }
}

/// Whether a line only moves in the upper half: filled down to nothing, it would be all fill and no line.
fn is_level(plot: &Plot) -> bool {
    let means = || plot.lines.iter().flat_map(|(_, series)| &series.points).map(|it| it.mean);
    let (least, most) = (means().fold(f64::INFINITY, f64::min), means().fold(0.0, f64::max));
    0.6 * most < least
}

fn points(series: &Series, shift: SignedDuration) -> Vec<render::Point> {
    let shift = shift.as_secs_f64();
    let point = |it: &jobs::series::Point| match it.count {
        1 => render::Point::new(seconds(it.at) + shift, it.mean),
        _ => render::Point::spread(seconds(it.at) + shift, it.mean, it.low, it.high),
    };
    series.points.iter().map(point).collect()
}

/// What would have been usual, no higher than leaves the line its height.
fn band(voice: &Voice, plot: &Plot, floor: Option<f64>, ceiling: Option<f64>) -> Option<Band> {
    let highest = plot.lines.iter().filter_map(|(_, series)| series.most());
    let most = highest.chain(plot.levels.iter().map(|it| it.at)).fold(0.0, f64::max);
    let (floor, top) = (floor.unwrap_or(f64::NEG_INFINITY), BAND_TOP * most);
    let corner = |it: &Expected| {
        let low = it.low.max(floor);
        (seconds(it.at), low, it.high.min(ceiling.unwrap_or(top).min(top)))
    };
    let points: Vec<_> = plot.usual.iter().map(corner).collect();
    // One that holds half of all there may be says nothing about what is usual: too little was seen.
    let axis = ceiling.unwrap_or(top) - floor.max(0.0);
    let width = points.iter().map(|(_, low, high)| high - low).sum::<f64>() / points.len().max(1) as f64;
    (!points.is_empty() && width <= BAND_WIDTH * axis)
        .then(|| Band { points, label: voice.word("chart-usual", &[]) })
}

/// What each line is called at its end, in the few letters there is room for: what tells it from the others.
fn labels(voice: &Voice, lines: &[(SeriesKey, Series)]) -> Vec<String> {
    told_apart(voice, lines, LABEL)
}

/// What each line is called in words: what tells it from the others.
pub fn names(voice: &Voice, lines: &[(SeriesKey, Series)]) -> Vec<String> {
    told_apart(voice, lines, NAME)
}

fn told_apart(voice: &Voice, lines: &[(SeriesKey, Series)], letters: usize) -> Vec<String> {
    let Some((first, _)) = lines.first() else { return Vec::new() };
    let one_metric = lines.iter().all(|(key, _)| key.metric == first.metric);
    let one_part = lines.iter().all(|(key, _)| key.subject == first.subject);
    let label = |key: &SeriesKey| match (one_metric, one_part) {
        (true, true) => String::new(),
        (true, false) => short(&key.subject, letters),
        (false, true) => voice.kin(&key.metric),
        (false, false) => format!("{} {}", voice.kin(&key.metric), short(&key.subject, letters)),
    };
    lines.iter().map(|(key, _)| label(key)).collect()
}

/// Two points are joined when they are no farther apart than this, in seconds: four of the usual steps of the slowest
/// line. What was not seen is not drawn.
fn gap(plot: &Plot) -> f64 {
    let before = plot.before.iter().map(|it| &it.series);
    let all = plot.lines.iter().map(|(_, series)| series).chain(before);
    let usual = all.filter_map(usual_step).fold(0.0, f64::max);
    4.0 * if usual == 0.0 { 60.0 } else { usual.max(1.0) }
}

/// The short steps are the cadence and the long ones are gaps, even where there are more gaps than samples.
fn usual_step(series: &Series) -> Option<f64> {
    let mut steps: Vec<f64> =
        series.points.windows(2).map(|pair| seconds(pair[1].at) - seconds(pair[0].at)).collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 4).copied()
}

/// The axis of a stretch in the reader's zone; points farther apart than `gap` seconds are not joined.
pub fn time_axis(voice: &Voice, stretch: Stretch, gap: f64) -> TimeAxis {
    // What leaves a twelfth of the picture empty is a gap whatever the cadence.
    let wide = (seconds(stretch.to) - seconds(stretch.from)) / 12.0;
    let labels = TimeLabels {
        months: std::array::from_fn(|index| voice.month(index as i8 + 1)),
        weekdays: std::array::from_fn(|index| voice.weekday(index as i8 + 1)),
        // The catalogue's own pattern, asked for with holes in place of its nouns.
        date: voice.word("date-day", &[("day", "{day}".into()), ("month", "{month}".into())]),
    };
    TimeAxis {
        from: seconds(stretch.from),
        to: seconds(stretch.to),
        zone: zone(voice, stretch),
        gap_seconds: gap.min(wide.max(30.0)),
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
