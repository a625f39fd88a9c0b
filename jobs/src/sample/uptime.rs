//! Time since boot.

use crate::metric::{Metric, Reading, Unit};

/// Seconds since boot. A value lower than the one before is a reboot.
pub(crate) const UPTIME: Metric = Metric {
    id: "uptime",
    unit: Unit::Seconds,
    subject: None,
    read: |look| look.now.uptime.iter().map(|it| Reading::whole(it.as_secs_f64())).collect(),
};
