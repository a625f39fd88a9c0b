//! Will be full, and when: two robust slopes, over a short and a long window, that must agree.
//!
//! What only looks like a trend is told from one by four things. A step (one big file) leaves the median of the slopes
//! where it was. Noise does not leave nought with confidence. A gap leaves a window without enough of its parts. And a
//! height that was reached within the last week and left again (a backup that is made and cleared away every night, logs
//! that are rotated) is no news until it is passed.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Evidence, Forecast, Horizon};
use crate::alert::{Alert, AlertKey, Eta, Finding, Judgement, Severity, Side};
use crate::declare::Rule;
use crate::metric::SeriesKey;
use crate::ports::{Store, StoreError};
use crate::series::{Series, before, since};

/// What can be full: metrics that count per cent of a whole that does not grow.
pub const METRICS: &[&str] = &["disk.used", "disk.inodes", "memory.used", "swap.used"];

/// What is measured in per cent is full here.
const FULL: f64 = 100.0;

/// How long a height is remembered that was reached and left again: a week, and a day more, so that what happens once a
/// week is in it.
pub(super) const MEMORY: Duration = Duration::from_secs(8 * 24 * 3600);

/// So long a past there must be before anything is predicted: what a machine does every night has been seen once by
/// then.
const ENOUGH: Duration = Duration::from_secs(24 * 3600);

/// One value of the past says how it was for so long at most: until the next one, or for the hour it was rolled up from.
const SPOKEN_FOR: Duration = Duration::from_secs(3600);

/// A window is looked at in so many parts, each by its mean: 276 pairs to draw a slope through, whatever the cadence.
const PARTS: usize = 24;

/// In fewer parts a slope is a guess.
const FEWEST: usize = 8;

/// So much of a window's parts there must be values in: three quarters. What happened in a longer gap nobody knows.
const COVERED: f64 = 0.75;

/// A slope is known to be upward when 19 of 20 such slopes of mere noise would not be (one-sided).
const CONFIDENCE: f64 = 1.645;

/// How fast something grows in a window, in per cent a second, by Theil and Sen: the median of the slopes between every
/// two parts, and the bounds that Kendall's statistic gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pace {
    low: f64,
    middle: f64,
    high: f64,
}

/// What a series looks like with regard to its end.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sight {
    /// Too low for a prediction to be worth anything.
    Low,
    /// Too short a past.
    Short { have: Duration },
    /// Too much is missing in a window.
    Broken,
    /// Both paces, that of the last moments where the cadence is fine enough for one, and whether this height is new.
    Paces { short: Pace, long: Pace, last: Option<Pace>, is_new: bool },
}

impl Default for Forecast {
    /// A disk's: an hour and three hours; 8 h and 2 h are near, 48 h and 24 h are far again.
    fn default() -> Self {
        let hours = |count: u64| Duration::from_secs(count * 3600);
        Self {
            floor: 60.0,
            short: hours(1),
            long: hours(3),
            agree: 2.0,
            warning: Some(Horizon { under: hours(8), until: hours(48) }),
            critical: Some(Horizon { under: hours(2), until: hours(24) }),
        }
    }
}

impl Forecast {
    pub(super) fn judge(&self, evidence: &Evidence<'_>) -> Judgement {
        let Some(newest) = evidence.series.newest() else { return Judgement::Unknown };
        let observed = newest.mean;
        let (short, long, is_trend) = match self.look(evidence.series) {
            Sight::Low => return Judgement::Well { observed },
            Sight::Short { have } => return Judgement::Learning { have, need: ENOUGH },
            Sight::Broken => return Judgement::Unknown,
            Sight::Paces { short, long, last, is_new } => {
                (short, long, is_new && self.is_trend(short, long, last))
            }
        };
        let left = (FULL - observed).max(0.0);
        let told = evidence.firing();
        let levels = [(Severity::Critical, self.critical), (Severity::Warning, self.warning)];
        let found = levels.into_iter().find_map(|(severity, horizon)| {
            let horizon = horizon?;
            // Once told, it is over when the slower of the two paces says so: a writer that has stopped shows first in
            // the short window.
            let still =
                told.is_some_and(|told| severity <= told) && within(left, slower(short, long), horizon.until);
            let anew = is_trend && within(left, usual(short, long), horizon.under);
            (still || anew).then_some(severity)
        });
        let Some(severity) = found else { return Judgement::Well { observed } };
        let forecast = Some(eta(left, short, long, bytes_in_percent(observed, evidence.companion)));
        Judgement::Ill(Finding { observed, limit: FULL, side: Side::Above, severity, forecast })
    }

    /// When it will be full, where there is a trend that ends within the longest time this rule knows of. What an alert
    /// that is firing says is believed.
    pub fn outlook(&self, evidence: &Evidence<'_>) -> Option<Eta> {
        if let Some(alert) = evidence.open.filter(|it| it.is_firing()) {
            return alert.finding.forecast;
        }
        let observed = evidence.series.newest()?.mean;
        let Sight::Paces { short, long, last, is_new: true } = self.look(evidence.series) else {
            return None;
        };
        let left = (FULL - observed).max(0.0);
        let farthest = [self.warning, self.critical].into_iter().flatten().map(|it| it.until).max()?;
        let ends = self.is_trend(short, long, last) && within(left, usual(short, long), farthest);
        ends.then(|| eta(left, short, long, bytes_in_percent(observed, evidence.companion)))
    }

    fn look(&self, series: &Series) -> Sight {
        let Some(newest) = series.newest() else { return Sight::Broken };
        if newest.mean < self.floor {
            return Sight::Low;
        }
        let have = spoken_for(series);
        if have < ENOUGH {
            return Sight::Short { have };
        }
        let (Some(short), Some(long)) = (pace(series, self.short), pace(series, self.long)) else {
            return Sight::Broken;
        };
        let last = pace(series, self.short / 3);
        let past = series.between(Timestamp::MIN, before(newest.at, self.long));
        let is_new = past.most().is_none_or(|most| most < newest.mean);
        Sight::Paces { short, long, last, is_new }
    }

    /// Whether both go up with confidence, at much the same pace, and it still goes on: of a file that was copied, a
    /// window keeps the slope for a while.
    fn is_trend(&self, short: Pace, long: Pace, last: Option<Pace>) -> bool {
        let (slow, fast) = (short.middle.min(long.middle), short.middle.max(long.middle));
        let goes_on = last.is_none_or(|last| slow <= self.agree * last.middle);
        0.0 < short.low && 0.0 < long.low && fast <= self.agree * slow && goes_on
    }

    /// How far back it looks.
    pub(super) fn reach(&self) -> Duration {
        MEMORY + self.long
    }
}

/// The metric that says how many bytes are left of what another one counts in per cent.
pub fn room_of(metric: &str) -> Option<&'static str> {
    match metric {
        "disk.used" => Some("disk.free"),
        "memory.used" => Some("memory.available"),
        _ => None,
    }
}

/// A series as far back as a forecast needs it, and no finer: by the minute in its windows, by the hour before.
pub(super) fn trail(
    store: &dyn Store,
    key: &SeriesKey,
    forecast: &Forecast,
    now: Timestamp,
) -> Result<Series, StoreError> {
    // A little more than the window, so that its beginning is in it.
    let windows = forecast.long + SPOKEN_FOR;
    let (from, end) =
        (before(now, windows), now.checked_add(Duration::from_secs(1)).unwrap_or(Timestamp::MAX));
    let points = |stretch: Duration, step: u64| (stretch.as_secs() / step).max(1) as usize;
    let past = store.history(key, before(from, MEMORY), from, points(MEMORY, SPOKEN_FOR.as_secs()))?;
    let windows = store.history(key, from, end, points(windows, 60))?;
    Ok(past.points.into_iter().chain(windows.points).collect())
}

/// What will be full, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// Of what.
    pub key: SeriesKey,
    /// When.
    pub eta: Eta,
}

/// What will be full by the declared rules, the soonest first. Each series once.
pub fn outlooks(rules: &[Rule], store: &dyn Store, now: Timestamp) -> Result<Vec<Outlook>, StoreError> {
    let forecasts: Vec<(&Rule, &Forecast)> = rules
        .iter()
        .filter_map(|rule| match &rule.detector {
            super::Detector::Forecast(forecast) => Some((rule, forecast)),
            super::Detector::Threshold(_)
            | super::Detector::Absence(_)
            | super::Detector::Sigma(_)
            | super::Detector::Novelty(_) => None,
        })
        .collect();
    if forecasts.is_empty() {
        return Ok(Vec::new());
    }
    let (keys, open) = (store.keys(before(now, super::STALE * 3))?, store.open_alerts()?);
    let mut outlooks: Vec<Outlook> = Vec::new();
    for (rule, forecast) in forecasts {
        for key in keys.iter().filter(|it| rule.metric == it.metric && rule.covers(&it.subject)) {
            let named = AlertKey { rule: rule.name.clone(), series: key.clone() };
            let alert: Option<&Alert> = open.iter().find(|it| it.key == named);
            let series = trail(store, key, forecast, now)?;
            let companion = match room_of(&key.metric) {
                Some(metric) => {
                    let room = SeriesKey::of(metric, &key.subject);
                    store.series(&room, before(now, super::STALE), now)?.newest().map(|it| it.mean)
                }
                None => None,
            };
            let eta = forecast.outlook(&Evidence { series: &series, companion, open: alert, now });
            if let Some(eta) = eta.filter(|_| outlooks.iter().all(|it| it.key != *key)) {
                outlooks.push(Outlook { key: key.clone(), eta });
            }
        }
    }
    outlooks.sort_by_key(|it| it.eta.soonest);
    Ok(outlooks)
}

/// How long a stretch there are values for.
fn spoken_for(series: &Series) -> Duration {
    series.points.windows(2).map(|it| since(it[1].at, it[0].at).min(SPOKEN_FOR)).sum()
}

/// The pace within a window that ends with the newest point; none where too much of it is missing.
fn pace(series: &Series, window: Duration) -> Option<Pace> {
    let newest = series.newest()?;
    let from = before(newest.at, window);
    let start = series.points.partition_point(|it| it.at <= from);
    let points = &series.points[start..];
    let part = window.as_secs_f64() / PARTS as f64;
    let step = series.step()?.as_secs_f64();
    // What comes more slowly than a part is long leaves parts empty without any gap.
    let due = PARTS.min((window.as_secs_f64() / step.max(1.0)) as usize);

    let mut sums = [(0.0, 0.0); PARTS];
    for point in points {
        let place = (since(point.at, from).as_secs_f64() / part).ceil() as usize;
        let (sum, weight) = &mut sums[place.clamp(1, PARTS) - 1];
        *sum += (point.mean - newest.mean) * f64::from(point.count);
        *weight += f64::from(point.count);
    }
    let filled: Vec<(f64, f64)> = sums
        .iter()
        .enumerate()
        .filter(|(_, (_, weight))| 0.0 < *weight)
        .map(|(place, (sum, weight))| (place as f64 * part, sum / weight))
        .collect();
    let enough = FEWEST.max((due as f64 * COVERED).ceil() as usize);
    (enough <= filled.len()).then(|| theil_sen(&filled))
}

/// The median of the slopes between every two points, and Sen's bounds of it. `points` are at least two, by time.
fn theil_sen(points: &[(f64, f64)]) -> Pace {
    let mut slopes = Vec::with_capacity(points.len() * points.len() / 2);
    for (place, one) in points.iter().enumerate() {
        slopes.extend(points[place + 1..].iter().map(|two| (two.1 - one.1) / (two.0 - one.0)));
    }
    slopes.sort_unstable_by(f64::total_cmp);
    let (count, pairs) = (points.len() as f64, slopes.len() as f64);
    let spread = CONFIDENCE * (count * (count - 1.0) * (2.0 * count + 5.0) / 18.0).sqrt();
    let ranked = |rank: f64| slopes[(rank.max(0.0) as usize).min(slopes.len() - 1)];
    Pace {
        low: ranked((pairs - spread) / 2.0),
        middle: ranked(pairs / 2.0),
        high: ranked((pairs + spread) / 2.0),
    }
}

fn slower(short: Pace, long: Pace) -> f64 {
    short.middle.min(long.middle)
}

fn usual(short: Pace, long: Pace) -> f64 {
    (short.middle + long.middle) / 2.0
}

/// Whether what is left is used up within that time, at that pace.
fn within(left: f64, pace: f64, time: Duration) -> bool {
    0.0 < pace && left < pace * time.as_secs_f64()
}

/// How many bytes are a hundredth of the whole, where it is known how many are left.
fn bytes_in_percent(used: f64, left: Option<f64>) -> Option<f64> {
    left.filter(|_| used < FULL).map(|left| left / (FULL - used))
}

/// From the fastest pace that is likely to the slowest: the bounds of the short window, and the middle of the long one,
/// whose own bounds tell of the time before it began. A bound that is less than half of its pace says only that the pace
/// is not known well, and half is taken.
fn eta(left: f64, short: Pace, long: Pace, bytes_in_percent: Option<f64>) -> Eta {
    let fastest = short.high.max(long.middle);
    let slowest = short.low.max(short.middle / 2.0).min(long.middle);
    let time = |pace: f64| {
        let seconds = if 0.0 < pace { left / pace } else { f64::INFINITY };
        Duration::from_secs_f64(seconds.min(MEMORY.as_secs_f64()))
    };
    let an_hour = usual(short, long) * 3600.0;
    Eta {
        soonest: time(fastest),
        latest: time(slowest).max(time(fastest)),
        percent_an_hour: an_hour,
        bytes_an_hour: bytes_in_percent.map(|bytes| bytes * an_hour),
    }
}
