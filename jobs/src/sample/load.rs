//! How many tasks want to run, or wait for a disk.

use super::Look;
use crate::metric::{Metric, Reading, Unit};
use crate::ports::Load;

/// The mean of the last minute, for the whole machine (not per core).
pub(super) const ONE: Metric =
    Metric { id: "load.1", unit: Unit::Ratio, subject: None, read: |look| load(look, |it| it.one) };

/// The mean of five minutes.
pub(super) const FIVE: Metric =
    Metric { id: "load.5", unit: Unit::Ratio, subject: None, read: |look| load(look, |it| it.five) };

/// The mean of fifteen minutes.
pub(super) const FIFTEEN: Metric =
    Metric { id: "load.15", unit: Unit::Ratio, subject: None, read: |look| load(look, |it| it.fifteen) };

fn load(look: &Look, of: fn(&Load) -> f64) -> Vec<Reading> {
    look.now.load.iter().map(|it| Reading::whole(of(it))).collect()
}
