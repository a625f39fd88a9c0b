//! What was recorded, in memory: each series fetched once, as finely as it is still kept.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jobs::metric::SeriesKey;
use jobs::ports::{Store, StoreError};
use jobs::series::{Point, Series};

use super::Rules;
use crate::store::Database;

/// What was recorded so long before the replay begins is fetched too: detectors look back, and what has been silent for
/// a day is forgotten.
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

/// What there is to replay.
#[derive(Debug)]
pub struct Recorded {
    series: BTreeMap<SeriesKey, Vec<Point>>,
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
        let longest = rules.iter().flat_map(|it| it.rules).map(|it| it.detector.reach()).max();
        let longest = SignedDuration::try_from(longest.unwrap_or_default()).unwrap_or(SignedDuration::MAX);
        let begin = from.checked_sub(LOOKBACK.saturating_add(longest)).unwrap_or(Timestamp::MIN).max(oldest);
        let fine = reach.samples.unwrap_or(Timestamp::MAX).max(begin);
        let end = until.checked_add(SignedDuration::from_millis(1)).unwrap_or(Timestamp::MAX);
        let wanted = metrics(rules);
        let mut series = BTreeMap::new();
        for key in database.keys(begin)?.into_iter().filter(|it| wanted.contains(it.metric.as_str())) {
            let mut points = Vec::new();
            if begin < fine {
                let minutes = database.minutes(&key, begin, fine.min(end))?;
                points.extend(minutes.points.into_iter().filter_map(known_when_over));
                points.retain(|it| it.at <= fine && it.at <= until);
            }
            if fine < end {
                points.extend(database.series(&key, fine, end)?.points);
            }
            series.insert(key, points);
        }
        let moments: BTreeSet<Timestamp> = series.values().flatten().map(|it| it.at).collect();
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
        Ok(Some(Self { series, from, until, stretches, away, moments }))
    }

    /// Every series that is known of.
    pub(super) fn keys(&self) -> impl Iterator<Item = &SeriesKey> {
        self.series.keys()
    }

    /// The points of a series in `from <= at < to`, and none after `now`.
    pub(super) fn points(&self, key: &SeriesKey, from: Timestamp, to: Timestamp, now: Timestamp) -> &[Point] {
        let Some(points) = self.series.get(key) else { return &[] };
        let begin = points.partition_point(|it| it.at < from);
        let end = points.partition_point(|it| it.at < to && it.at <= now);
        &points[begin..end.max(begin)]
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

/// What those rules look at, and what shows whether anybody looked.
fn metrics<'a>(rules: &[Rules<'a>]) -> BTreeSet<&'a str> {
    let mut wanted = BTreeSet::from([HEARTBEAT]);
    for rule in rules.iter().flat_map(|it| it.rules) {
        wanted.insert(rule.metric.as_str());
        if let jobs::evaluate::Detector::Threshold(threshold) = &rule.detector {
            wanted.extend(threshold.critical_with.iter().map(|it| it.metric.as_str()));
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
