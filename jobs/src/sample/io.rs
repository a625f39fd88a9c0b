//! What each block device did, between two looks; the subject is its name.

use super::{Look, matched, rate};
use crate::metric::{Metric, Reading, Subject, Unit};

/// Read from it.
pub(super) const READ: Metric = Metric {
    id: "io.read",
    unit: Unit::BytesPerSecond,
    subject: Some(Subject::Device),
    read: |look| devices(look, |it| it.read, 1.0),
};

/// Written to it.
pub(super) const WRITE: Metric = Metric {
    id: "io.write",
    unit: Unit::BytesPerSecond,
    subject: Some(Subject::Device),
    read: |look| devices(look, |it| it.written, 1.0),
};

/// Time during which it had something to do. A disk that serves many at once is not at its limit at 100.
pub(super) const BUSY: Metric =
    Metric { id: "io.busy", unit: Unit::Percent, subject: Some(Subject::Device), read: busy };

fn devices(look: &Look, counter: fn(&crate::ports::Device) -> u64, per_unit: f64) -> Vec<Reading> {
    let pairs = matched(look, |it| it.devices.as_ref().ok(), |it| &it.name);
    pairs
        .filter_map(|(before, now, elapsed)| {
            Some(Reading::of(&now.name, per_unit * rate(counter(before), counter(now), elapsed)?))
        })
        .collect()
}

fn busy(look: &Look) -> Vec<Reading> {
    // Milliseconds per second are tenths of a per cent; the two clocks differ a little, so a full disk may show 101.
    let mut readings = devices(look, |it| it.busy_ms, 0.1);
    readings.iter_mut().for_each(|it| it.value = it.value.min(100.0));
    readings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::{at, machine};
    use crate::ports::{Device, Snapshot};
    use crate::sample::tests::look;

    fn with(second: i64, devices: &[(&str, u64, u64, u64)]) -> Snapshot {
        let mut snapshot = machine(at(second));
        let device = |it: &(&str, u64, u64, u64)| Device {
            name: it.0.to_owned(),
            read: it.1,
            written: it.2,
            busy_ms: it.3,
        };
        snapshot.devices = Ok(devices.iter().map(device).collect());
        snapshot
    }

    #[test]
    fn counters_become_rates() {
        let look = look(Some(with(0, &[("vda", 1000, 0, 500)])), with(10, &[("vda", 3000, 50, 3000)]));
        assert_eq!((READ.read)(&look), [Reading::of("vda", 200.0)]);
        assert_eq!((WRITE.read)(&look), [Reading::of("vda", 5.0)]);
        assert_eq!((BUSY.read)(&look), [Reading::of("vda", 25.0)]);
    }

    #[test]
    fn a_device_that_was_not_there_before_has_no_rate_yet() {
        let before = with(0, &[("vda", 0, 0, 0)]);
        let look = look(Some(before), with(10, &[("sdb", 1 << 40, 0, 0), ("vda", 10, 0, 20_000)]));
        assert_eq!((READ.read)(&look), [Reading::of("vda", 1.0)]);
        assert_eq!((BUSY.read)(&look), [Reading::of("vda", 100.0)]);
    }

    #[test]
    fn a_counter_that_was_reset_has_no_rate() {
        let look = look(Some(with(0, &[("vda", 1 << 40, 7, 7)])), with(10, &[("vda", 4096, 17, 7)]));
        assert_eq!((READ.read)(&look), []);
        assert_eq!((WRITE.read)(&look), [Reading::of("vda", 1.0)]);
    }
}
