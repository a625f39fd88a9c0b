//! What a person has called normal: a band of values of one series that a rule by statistics keeps silent about.

use jiff::Timestamp;

use super::Detector;
use crate::alert::{Alert, AlertKey, Judgement, Side};
use crate::declare::Rule;
use crate::ports::{Store, StoreError};
use crate::series::{Series, before};

/// No value comes twice: so much of its size beyond what was called normal is normal too, a tenth.
const MARGIN: f64 = 0.1;

/// Values that were called normal.
#[derive(Clone, Debug, PartialEq)]
pub struct Normal {
    /// For this rule, of this series.
    pub key: AlertKey,
    /// From here …
    pub low: f64,
    /// … to there.
    pub high: f64,
    /// Since when.
    pub at: Timestamp,
    /// Who said so: a person's id.
    pub by: i64,
}

impl Normal {
    /// What is normal when this was called normal before, or nothing was.
    #[must_use]
    pub fn widened_by(self, earlier: Option<&Normal>) -> Self {
        let Some(earlier) = earlier else { return self };
        Self { low: self.low.min(earlier.low), high: self.high.max(earlier.high), ..self }
    }

    /// Up to where too much is normal.
    pub fn most(&self) -> f64 {
        self.high + MARGIN * self.high.abs()
    }

    /// Down to where too little is normal.
    pub fn least(&self) -> f64 {
        self.low - MARGIN * self.low.abs()
    }
}

/// Whether the value is one that was called normal, on this side of normal.
pub(super) fn excuses(normal: &Normal, observed: f64, side: Side) -> bool {
    match side {
        Side::Above => observed <= normal.most(),
        Side::Below => normal.least() <= observed,
    }
}

/// What becomes of a judgement by what a person has said, where it becomes another. An alert that is open on it
/// settles. Floors, limits and ceilings are declared, and nothing said in a chat moves them.
pub(super) fn heed(
    judgement: &Judgement,
    detector: &Detector,
    normal: Option<&Normal>,
    open: Option<&Alert>,
) -> Option<Judgement> {
    let (Judgement::Ill(finding), Some(normal)) = (judgement, normal) else { return None };
    let declared = match detector {
        Detector::Threshold(_) | Detector::Absence(_) | Detector::Forecast(_) => true,
        Detector::Novelty(novelty) => novelty.beyond_ceiling(finding.observed).is_some(),
        Detector::Sigma(_) => false,
    };
    let observed = finding.observed;
    let excused = !declared && excuses(normal, observed, finding.side);
    excused.then_some(match open {
        Some(_) => Judgement::Settled { observed },
        None => Judgement::Well { observed },
    })
}

/// What is called normal when somebody says so now: the newest value, and those of the alert that is open. None where
/// the rule does not learn, or nothing is recorded.
pub fn said_now(
    rule: &Rule,
    key: &AlertKey,
    store: &dyn Store,
    now: Timestamp,
    by: i64,
) -> Result<Option<Normal>, StoreError> {
    let open = store.alert(key)?;
    let range = match &rule.detector {
        Detector::Threshold(_) | Detector::Absence(_) | Detector::Forecast(_) => None,
        Detector::Novelty(novelty) => {
            novelty.range(&key.series, store, open.map_or(now, |it| it.since), now)?
        }
        Detector::Sigma(sigma) => {
            let from = open.map_or(before(now, super::STALE), |it| it.since);
            let values: Series = store.series(&key.series, from.max(before(now, sigma.window)), now)?;
            values.least().zip(values.most())
        }
    };
    Ok(range.map(|(low, high)| Normal { key: key.clone(), low, high, at: now, by }))
}
