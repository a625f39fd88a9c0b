//! The seed's rule: beyond `mean + k · stdev` of a sliding window.

use std::time::Duration;

use super::{Evidence, Sides, Sigma, learnt};
use crate::alert::{Alert, Finding, Judgement, Severity, Side};
use crate::series::Series;

/// So much of the window there must be values for before anything is judged: half. From less, what an hour of a
/// server does is guessed.
const ENOUGH: f64 = 0.5;

/// While something is suspected, the calm before it is what it is held against; when less than this of the window is
/// left of that calm, an eighth, it is forgotten.
const FORGOTTEN: f64 = 0.125;

/// Fewer values than this have no deviation to speak of, however long they took to arrive.
const FEWEST: usize = 8;

impl Sigma {
    pub(super) fn judge(&self, evidence: &Evidence<'_>) -> Judgement {
        let suspected = evidence.open.map(Alert::suspected);
        let Some((newest, calm)) = evidence.series.newest_and_calm(self.window, suspected) else {
            return Judgement::Unknown;
        };
        let observed = newest.mean;
        let have = learnt(&calm, evidence.series.step());
        let need = self.window.mul_f64(if evidence.open.is_some() { FORGOTTEN } else { ENOUGH });
        let baseline =
            calm.mean().zip(calm.deviation()).filter(|_| need <= have && FEWEST <= calm.points.len());
        match (baseline, evidence.open) {
            (Some((mean, deviation)), _) => self.hold(observed, mean, deviation),
            (None, Some(alert)) => self.hold_without_calm(observed, alert, evidence.series),
            (None, None) => {
                // Said in time, also where it is the number of values that is too small.
                let by_count = need.mul_f64(calm.points.len() as f64 / FEWEST as f64);
                Judgement::Learning { have: have.min(by_count), need }
            }
        }
    }

    /// Holds a value against a normal: the formula itself.
    fn hold(&self, observed: f64, mean: f64, deviation: f64) -> Judgement {
        let (below, above) = self.limits(mean, deviation);
        let ill = |limit, side| {
            Judgement::Ill(Finding { observed, limit, side, severity: Severity::Warning, forecast: None })
        };
        if self.sides != Sides::Below && above < observed {
            ill(above, Side::Above)
        } else if self.sides != Sides::Above && observed < below {
            ill(below, Side::Below)
        } else {
            Judgement::Well { observed }
        }
    }

    /// Below the first is too little, above the second too much.
    pub(super) fn limits(&self, mean: f64, deviation: f64) -> (f64, f64) {
        let reach = (self.k * deviation).max(self.least);
        let above = self.floor.map_or(mean + reach, |floor| floor.max(mean + reach));
        let below = self.floor.map_or(mean - reach, |floor| floor.min(mean - reach));
        (below, above)
    }

    /// The calm has left the window. The limit it gave is the last that is known; a value within it is well, and one
    /// that has been beyond it for half a window is the new normal. After a long silence there is neither yet.
    fn hold_without_calm(&self, observed: f64, alert: &Alert, series: &Series) -> Judgement {
        let Finding { limit, side, .. } = alert.finding;
        let beyond = match side {
            Side::Above => limit < observed,
            Side::Below => observed < limit,
        };
        if !beyond {
            return Judgement::Well { observed };
        }
        let ever_since: Series =
            series.points.iter().filter(|it| alert.suspected() <= it.at).copied().collect();
        if self.window.mul_f64(ENOUGH) <= learnt(&ever_since, series.step()) {
            return Judgement::Settled { observed };
        }
        Judgement::Ill(Finding { observed, ..alert.finding })
    }

    /// How far back the series must reach: the window, and the newest value beside it.
    pub(super) fn reach(&self) -> Duration {
        self.window
    }
}
