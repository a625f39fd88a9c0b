//! A fixed limit, for what has no normal.

use std::time::Duration;

use super::{Companion, Evidence, Level, Threshold, learnt};
use crate::alert::{Finding, Judgement, Severity, Side};
use crate::series::{Series, before};

/// How much of `over` there must be values for before their mean is judged: three quarters. Less would let the first
/// busy minute after a start pass for ten.
const ENOUGH: f64 = 0.75;

impl Threshold {
    pub(super) fn judge(&self, evidence: &Evidence<'_>) -> Judgement {
        let Some(newest) = evidence.series.newest() else { return Judgement::Unknown };
        let observed = if self.over == Duration::ZERO {
            newest.mean
        } else {
            let (have, need) = (self.covered(evidence.series), self.over.mul_f64(ENOUGH));
            let Some(mean) = self.window(evidence.series).mean().filter(|_| need <= have) else {
                return Judgement::Learning { have, need };
            };
            mean
        };
        let found = [(Severity::Critical, self.critical), (Severity::Warning, self.warning)];
        let found = found.into_iter().find(|(severity, level)| {
            level.is_some_and(|level| self.is_beyond(level, *severity, observed, evidence))
        });
        match found {
            Some((severity, Some(Level { at: limit, .. }))) => {
                Judgement::Ill(Finding { observed, limit, side: self.side, severity, forecast: None })
            }
            _ => Judgement::Well { observed },
        }
    }

    /// Whether a level is passed, or was and is not yet left again.
    fn is_beyond(&self, level: Level, severity: Severity, observed: f64, evidence: &Evidence<'_>) -> bool {
        let told = evidence.firing().is_some_and(|told| severity <= told);
        let reached = reaches(self.side, level.at, observed);
        if told {
            // Of a level that is its own way back, reaching it wins.
            return reached || !reaches(opposite(self.side), level.back, observed);
        }
        let borne_out = match &self.critical_with {
            Some(companion) if severity == Severity::Critical => companion.bears_out(evidence.companion),
            _ => true,
        };
        reached && borne_out
    }

    /// What came after the beginning of the window, the newest included.
    fn window(&self, series: &Series) -> Series {
        let Some(newest) = series.newest() else { return Series::default() };
        let from = before(newest.at, self.over);
        let start = series.points.partition_point(|it| it.at <= from);
        Series { points: series.points[start..].to_vec() }
    }

    /// How much of the window there are values for.
    fn covered(&self, series: &Series) -> Duration {
        learnt(&self.window(series), series.step())
    }
}

impl Companion {
    /// Whether the other metric says so too. When it says nothing, the level stands by itself: silence about a disk
    /// is no reason to be quiet about it.
    pub(super) fn bears_out(&self, value: Option<f64>) -> bool {
        value.is_none_or(|it| reaches(self.side, self.at, it))
    }
}

fn reaches(side: Side, limit: f64, value: f64) -> bool {
    match side {
        Side::Above => limit <= value,
        Side::Below => value <= limit,
    }
}

fn opposite(side: Side) -> Side {
    match side {
        Side::Above => Side::Below,
        Side::Below => Side::Above,
    }
}
