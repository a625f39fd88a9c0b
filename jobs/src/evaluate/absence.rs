//! Nothing has arrived at all.

use super::{Absence, Evidence};
use crate::alert::{Finding, Judgement, Severity, Side};
use crate::series::since;

impl Absence {
    pub(super) fn judge(&self, evidence: &Evidence<'_>) -> Judgement {
        // What was never seen cannot be missed: the first observation is what anything is held against.
        let Some(newest) = evidence.series.newest() else { return Judgement::Unknown };
        let age = since(evidence.now, newest.at);
        let (observed, limit) = (age.as_secs_f64(), self.after.as_secs_f64());
        if age < self.after {
            return Judgement::Well { observed };
        }
        Judgement::Ill(Finding {
            observed,
            limit,
            side: Side::Above,
            // A watch that does not see is worth waking up for: nothing else would tell.
            severity: Severity::Critical,
            forecast: None,
        })
    }
}
