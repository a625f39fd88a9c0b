//! What would have been normal: the band behind the line of an alert's picture.

use std::time::Duration;

use jiff::Timestamp;

use super::{Detector, Sides, Sigma};
use crate::alert::{Alert, AlertKey};
use crate::declare::Rule;
use crate::metric::SeriesKey;
use crate::ports::{Store, StoreError};
use crate::series::before;

/// So many values make a band: more are finer than the eye.
const VALUES: u32 = 48;
/// Over more than two days it has a value an hour, so that each day keeps its shape.
const MANY_VALUES: u32 = 192;
/// A band over more than this would be a smear of days.
const LONGEST: Duration = Duration::from_secs(8 * 24 * 3600);

/// Between what limits a value would have been normal at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// When.
    pub at: Timestamp,
    /// From here …
    pub low: f64,
    /// … to there.
    pub high: f64,
}

/// What a rule took for normal over a stretch around an alert; empty where its limits are declared, or too little was
/// known.
pub fn expected(
    rule: &Rule,
    alert: &Alert,
    store: &dyn Store,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Expected>, StoreError> {
    match &rule.detector {
        Detector::Threshold(_) | Detector::Absence(_) | Detector::Forecast(_) => Ok(Vec::new()),
        Detector::Sigma(sigma) => sigma.expected(&alert.key.series, Some(alert.since), store, from, to),
        Detector::Novelty(novelty) => {
            let open = Some(alert).filter(|it| !it.is_ended());
            novelty.bands(&alert.key, open, store, (from, to), VALUES.into(), true)
        }
    }
}

/// What a rule takes for normal of a series, whether or not anything is wrong with it; empty where its limits are
/// declared, while nothing of it has been learnt, and over more than eight days.
pub fn usual(
    rule: &Rule,
    series: &SeriesKey,
    store: &dyn Store,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Expected>, StoreError> {
    let length = to.duration_since(from).unsigned_abs();
    if LONGEST < length {
        return Ok(Vec::new());
    }
    let key = AlertKey { rule: rule.name.clone(), series: series.clone() };
    match &rule.detector {
        Detector::Threshold(_) | Detector::Absence(_) | Detector::Forecast(_) => Ok(Vec::new()),
        Detector::Sigma(sigma) => {
            let open = store.alert(&key)?;
            sigma.expected(series, open.map(|it| it.since), store, from, to)
        }
        // Where nothing is stored, all that was ever recorded would be read for a picture.
        Detector::Novelty(_) if store.learnt(&key)?.is_none() => Ok(Vec::new()),
        Detector::Novelty(novelty) => {
            let values = if LONGEST / 4 < length { MANY_VALUES } else { VALUES };
            let open = store.alert(&key)?;
            novelty.bands(&key, open.as_ref(), store, (from, to), values.into(), false)
        }
    }
}

impl Sigma {
    fn expected(
        &self,
        key: &SeriesKey,
        suspected: Option<Timestamp>,
        store: &dyn Store,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Expected>, StoreError> {
        let length = to.duration_since(from).unsigned_abs();
        let points = (length + self.window).as_secs() / 30;
        let series = store.history(key, before(from, self.window), to, points.max(1) as usize)?;
        let stride = (length / VALUES).max(Duration::from_secs(1));
        let moments = (0..=VALUES).filter_map(|it| from.checked_add(stride * it).ok());
        let band = moments.filter_map(|at| {
            let seen = series.between(Timestamp::MIN, at);
            let suspected = suspected.filter(|it| *it <= at);
            let (_, calm) = seen.newest_and_calm(self.window, suspected)?;
            let (mean, deviation) = calm.mean().zip(calm.deviation())?;
            let (low, high) = self.limits(mean, deviation);
            // The side that nobody watches has no limit, and is drawn as far as the other one.
            let reach = (self.k * deviation).max(self.least);
            Some(match self.sides {
                Sides::Above => Expected { at, low: mean - reach, high },
                Sides::Below => Expected { at, low, high: mean + reach },
                Sides::Both => Expected { at, low, high },
            })
        });
        Ok(band.collect())
    }
}
