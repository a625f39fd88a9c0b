//! Pressure: the share of the last ten seconds in which tasks stood still for want of something.

use super::Look;
use crate::metric::{Metric, Reading, Unit};
use crate::ports::Pressure;

/// Some task waited for a processor.
pub(super) const CPU: Metric =
    Metric { id: "psi.cpu", unit: Unit::Percent, subject: None, read: |look| pressure(look, |it| it.cpu) };

/// Some task waited for memory.
pub(super) const MEMORY: Metric = Metric {
    id: "psi.memory",
    unit: Unit::Percent,
    subject: None,
    read: |look| pressure(look, |it| it.memory),
};

/// Every task waited for memory: nothing got done.
pub(super) const MEMORY_FULL: Metric = Metric {
    id: "psi.memory_full",
    unit: Unit::Percent,
    subject: None,
    read: |look| pressure(look, |it| it.memory_full),
};

/// Some task waited for a disk.
pub(super) const IO: Metric =
    Metric { id: "psi.io", unit: Unit::Percent, subject: None, read: |look| pressure(look, |it| it.io) };

/// Every task waited for a disk.
pub(super) const IO_FULL: Metric = Metric {
    id: "psi.io_full",
    unit: Unit::Percent,
    subject: None,
    read: |look| pressure(look, |it| it.io_full),
};

fn pressure(look: &Look, of: fn(&Pressure) -> f64) -> Vec<Reading> {
    look.now.pressure.iter().map(|it| Reading::whole(of(it))).collect()
}
