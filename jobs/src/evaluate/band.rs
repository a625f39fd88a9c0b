//! What would have been normal: the band behind the line of an alert's picture.

use std::time::Duration;

use jiff::Timestamp;

use super::{Detector, Sides, Sigma};
use crate::alert::Alert;
use crate::declare::Rule;
use crate::ports::{Store, StoreError};
use crate::series::before;

/// So many values make a band: more are finer than the eye.
const VALUES: u32 = 48;

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
        Detector::Sigma(sigma) => sigma.expected(alert, store, from, to),
        Detector::Novelty(novelty) => {
            let open = Some(alert).filter(|it| !it.is_ended());
            novelty.bands(&alert.key, open, store, (from, to), VALUES.into())
        }
    }
}

impl Sigma {
    fn expected(
        &self,
        alert: &Alert,
        store: &dyn Store,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Expected>, StoreError> {
        let length = to.duration_since(from).unsigned_abs();
        let points = (length + self.window).as_secs() / 30;
        let series =
            store.history(&alert.key.series, before(from, self.window), to, points.max(1) as usize)?;
        let stride = (length / VALUES).max(Duration::from_secs(1));
        let moments = (0..=VALUES).filter_map(|it| from.checked_add(stride * it).ok());
        let band = moments.filter_map(|at| {
            let seen = series.between(Timestamp::MIN, at);
            let suspected = Some(alert.since).filter(|it| *it <= at);
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
