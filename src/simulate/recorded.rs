//! What was recorded, in memory: each series fetched once, as finely as it is still kept.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::evaluate::{Detector, Normal, forecast};
use jobs::metric::SeriesKey;
use jobs::ports::{Store, StoreError};
use jobs::series::{Point, Series};

use super::Rules;
use crate::store::Database;

/// What was recorded so long before the replay begins is fetched at least: what has been silent for a day is forgotten.
const LOOKBACK: SignedDuration = SignedDuration::from_hours(25);

/// A metric that every sample has: it shows when the watch was awake, and when the machine booted.
const HEARTBEAT: &str = "uptime";

/// A mean of a minute is known when the minute is over.
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// Where nothing at all came for so long, or for three of the usual steps, nobody was watching.
const AWAY: SignedDuration = SignedDuration::from_secs(90);

/// How finely something was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fineness {
    /// As it came.
    Samples,
    /// Means of a minute: it is too long ago for more.
    Minutes,
}

/// A stretch of one fineness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// From here.
    pub from: Timestamp,
    /// To there.
    pub to: Timestamp,
    /// How finely.
    pub fineness: Fineness,
}

/// One series, and what a store would have rolled up of it.
#[derive(Debug)]
struct Known {
    points: Vec<Point>,
    /// Each at the beginning of its minute.
    minutes: Vec<Point>,
    /// Each at the beginning of its hour.
    hours: Vec<Point>,
}

impl Known {
    fn of(points: Vec<Point>) -> Self {
        let series = Series { points };
        let rolled = |step| series.rolled_up(Timestamp::UNIX_EPOCH, step).points;
        Self {
            minutes: rolled(Roll::Minute.length()),
            hours: rolled(Roll::Hour.length()),
            points: series.points,
        }
    }
}

/// What a store rolls up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Roll {
    /// Means of a minute.
    Minute,
    /// Means of an hour.
    Hour,
}

impl Roll {
    pub(super) fn length(self) -> Duration {
        match self {
            Self::Minute => Duration::from_secs(60),
            Self::Hour => Duration::from_secs(3600),
        }
    }
}

/// What there is to replay.
#[derive(Debug)]
pub struct Recorded {
    series: BTreeMap<SeriesKey, Known>,
    /// What people have called normal, and when.
    pub(super) normals: Vec<Normal>,
    /// The first moment that is replayed: the one asked for, or the first that anything was recorded at.
    pub from: Timestamp,
    /// The last one.
    pub until: Timestamp,
    /// How finely each part of it is known, oldest first.
    pub stretches: Vec<Stretch>,
    /// When nobody was watching, oldest first.
    pub away: Vec<(Timestamp, Timestamp)>,
    /// Every moment of which anything is known, oldest first.
    moments: Vec<Timestamp>,
}

impl Recorded {
    /// Fetches what those rules look at, from a while before `from` to `until`. None when nothing was recorded between
    /// them.
    pub fn load(
        database: &Database,
        rules: &[Rules<'_>],
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        let reach = database.reach()?;
        let Some(oldest) = reach.minutes.into_iter().chain(reach.samples).min() else { return Ok(None) };
        let fine = reach.samples.unwrap_or(Timestamp::MAX).max(oldest);
        let end = until.checked_add(SignedDuration::from_millis(1)).unwrap_or(Timestamp::MAX);
        let wanted = wanted(rules);
        let mut series = BTreeMap::new();
        for key in database.keys(from.checked_sub(LOOKBACK).unwrap_or(Timestamp::MIN))? {
            let Some(lookback) = wanted.get(key.metric.as_str()) else { continue };
            let begin = from.checked_sub(*lookback).unwrap_or(Timestamp::MIN).max(oldest);
            let mut points = Vec::new();
            if begin < fine {
                let minutes = database.minutes(&key, begin, fine.min(end))?;
                points.extend(minutes.points.into_iter().filter_map(known_when_over));
                points.retain(|it| it.at <= fine && it.at <= until);
            }
            if fine < end {
                points.extend(database.series(&key, fine.max(begin), end)?.points);
            }
            series.insert(key, Known::of(points));
        }
        let moments: BTreeSet<Timestamp> =
            series.values().flat_map(|it| &it.points).map(|it| it.at).collect();
        let moments: Vec<Timestamp> = moments.into_iter().collect();
        let Some(first) = moments.iter().copied().find(|it| from <= *it) else { return Ok(None) };
        // What was recorded before is there to be looked back at; without that, the replay begins with the record.
        let from = if moments.first().is_some_and(|it| *it < from) { from } else { first };
        let mut stretches = Vec::new();
        if from < fine {
            stretches.push(Stretch { from, to: fine.min(until), fineness: Fineness::Minutes });
        }
        if fine < until {
            stretches.push(Stretch { from: from.max(fine), to: until, fineness: Fineness::Samples });
        }
        let away = away(&moments, &stretches, from, until);
        // A store of an older format, which a reader leaves as it is, has no place for them.
        let normals = database.normals().unwrap_or_default();
        Ok(Some(Self { series, normals, from, until, stretches, away, moments }))
    }

    /// Every series that is known of.
    pub(super) fn keys(&self) -> impl Iterator<Item = &SeriesKey> {
        self.series.keys()
    }

    /// The points of a series in `from <= at < to`, and none after `now`.
    pub(super) fn points(&self, key: &SeriesKey, from: Timestamp, to: Timestamp, now: Timestamp) -> &[Point] {
        let Some(Known { points, .. }) = self.series.get(key) else { return &[] };
        let begin = points.partition_point(|it| it.at < from);
        let end = points.partition_point(|it| it.at < to && it.at <= now);
        &points[begin..end.max(begin)]
    }

    /// The same, rolled up: what began in `from <= at < to`, and of the newest step as much as was known at `now`.
    pub(super) fn rolled(
        &self,
        key: &SeriesKey,
        step: Roll,
        (from, to): (Timestamp, Timestamp),
        now: Timestamp,
    ) -> Series {
        let Some(known) = self.series.get(key) else { return Series::default() };
        let length = SignedDuration::try_from(step.length()).unwrap_or(SignedDuration::ZERO);
        let floor = |at: Timestamp| {
            let seconds = at.as_second().div_euclid(length.as_secs()) * length.as_secs();
            Timestamp::from_second(seconds).unwrap_or(Timestamp::MIN)
        };
        let made = match step {
            Roll::Minute => &known.minutes,
            Roll::Hour => &known.hours,
        };
        let (from, open) = (floor(from), floor(now));
        let begin = made.partition_point(|it| it.at < from);
        let end = made.partition_point(|it| it.at < to && it.at < open);
        let mut points = made[begin..end.max(begin)].to_vec();
        if open < to {
            let rest = Series { points: self.points(key, open, Timestamp::MAX, now).to_vec() };
            points.extend(rest.rolled_up(open, step.length()).points);
        }
        Series { points }
    }

    /// When the newest value of a series came, as one knew at `now`.
    pub(super) fn newest(&self, key: &SeriesKey, now: Timestamp) -> Option<Timestamp> {
        self.points(key, Timestamp::MIN, Timestamp::MAX, now).last().map(|it| it.at)
    }

    /// The newest moment of which anything was known at `now`.
    pub(super) fn awake(&self, now: Timestamp) -> Option<Timestamp> {
        let known = self.moments.partition_point(|it| *it <= now);
        self.moments[..known].last().copied()
    }

    /// Whether nobody was watching at that moment.
    pub(super) fn is_away(&self, at: Timestamp) -> bool {
        let begun = self.away.partition_point(|(from, _)| *from <= at);
        self.away[..begun].last().is_some_and(|(_, to)| at < *to)
    }
}

/// The metrics that those rules look at, with how far back they do, and the one that shows whether anybody looked.
fn wanted<'a>(rules: &[Rules<'a>]) -> BTreeMap<&'a str, SignedDuration> {
    let mut wanted = BTreeMap::from([(HEARTBEAT, LOOKBACK)]);
    for rule in rules.iter().flat_map(|it| it.rules) {
        let companion = match &rule.detector {
            Detector::Threshold(threshold) => threshold.critical_with.as_ref().map(|it| it.metric.as_str()),
            Detector::Forecast(_) => forecast::room_of(&rule.metric),
            Detector::Novelty(novelty) => novelty.page_with.as_ref().map(|it| it.metric.as_str()),
            Detector::Absence(_) | Detector::Sigma(_) => None,
        };
        let reach = SignedDuration::try_from(rule.detector.memory()).unwrap_or(SignedDuration::MAX);
        let lookback = LOOKBACK.saturating_add(reach);
        for metric in companion.into_iter().chain([rule.metric.as_str()]) {
            let farthest = wanted.entry(metric).or_insert(lookback);
            *farthest = lookback.max(*farthest);
        }
    }
    wanted
}

fn known_when_over(minute: Point) -> Option<Point> {
    let at = minute.at.checked_add(MINUTE).ok()?;
    Some(Point { at, ..minute })
}

/// When nothing at all was recorded: from a while after what came last, to what came next.
fn away(
    moments: &[Timestamp],
    stretches: &[Stretch],
    from: Timestamp,
    until: Timestamp,
) -> Vec<(Timestamp, Timestamp)> {
    let mut away = Vec::new();
    for stretch in stretches {
        let begin = moments.partition_point(|it| *it < stretch.from).saturating_sub(1);
        let end = moments.partition_point(|it| *it <= stretch.to);
        let within = &moments[begin..end.max(begin)];
        let as_series: Series = within.iter().map(|it| Point::sample(*it, 0.0)).collect();
        let step = typical(&as_series);
        let patience = AWAY.max(SignedDuration::try_from(step * 3).unwrap_or(AWAY));
        let ends = within.iter().copied().skip(1).chain([stretch.to]);
        for (last, next) in within.iter().copied().zip(ends) {
            let gone = last.saturating_add(patience).unwrap_or(Timestamp::MAX);
            if gone < next {
                away.push((gone.max(from), next.min(until)));
            }
        }
    }
    away.retain(|(from, to)| from < to);
    away
}

/// The median step.
fn typical(series: &Series) -> Duration {
    let mut steps: Vec<SignedDuration> =
        series.points.windows(2).map(|it| it[1].at.duration_since(it[0].at)).collect();
    steps.sort_unstable();
    steps.get(steps.len() / 2).and_then(|it| Duration::try_from(*it).ok()).unwrap_or_default()
}
