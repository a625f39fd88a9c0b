//! What went through each interface, between two looks; the subject is its name.

use super::{Look, matched, rate};
use crate::metric::{Metric, Reading, Subject, Unit};
use crate::ports::Interface;

/// Received.
pub(super) const IN: Metric = Metric {
    id: "net.in",
    unit: Unit::BytesPerSecond,
    subject: Some(Subject::Interface),
    read: |look| interfaces(look, |it| it.received),
};

/// Sent.
pub(super) const OUT: Metric = Metric {
    id: "net.out",
    unit: Unit::BytesPerSecond,
    subject: Some(Subject::Interface),
    read: |look| interfaces(look, |it| it.sent),
};

/// Packets dropped or damaged, per second.
pub(super) const ERRORS: Metric = Metric {
    id: "net.errors",
    unit: Unit::Ratio,
    subject: Some(Subject::Interface),
    read: |look| interfaces(look, |it| it.errors),
};

fn interfaces(look: &Look, counter: fn(&Interface) -> u64) -> Vec<Reading> {
    let pairs = matched(look, |it| it.interfaces.as_ref().ok(), |it| &it.name);
    pairs
        .filter_map(|(before, now, elapsed)| {
            Some(Reading::of(&now.name, rate(counter(before), counter(now), elapsed)?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::{at, machine};
    use crate::ports::Snapshot;
    use crate::sample::tests::look;
    use std::time::Duration;

    fn with(second: i64, received: u64, sent: u64, errors: u64) -> Snapshot {
        let mut snapshot = machine(at(second));
        snapshot.interfaces = Ok(vec![Interface { name: "eth0".to_owned(), received, sent, errors }]);
        snapshot
    }

    #[test]
    fn counters_become_rates() {
        let look = look(Some(with(0, 0, 500, 0)), with(10, 1000, 600, 5));
        assert_eq!((IN.read)(&look), [Reading::of("eth0", 100.0)]);
        assert_eq!((OUT.read)(&look), [Reading::of("eth0", 10.0)]);
        assert_eq!((ERRORS.read)(&look), [Reading::of("eth0", 0.5)]);
    }

    #[test]
    fn a_clock_that_was_set_does_not_change_the_rate() {
        // Ten seconds passed, and the clock was set back by an hour or forward by a day meanwhile.
        for step in [-3600, 24 * 3600] {
            let mut now = with(10, 1000, 0, 0);
            now.at = at(10 + step);
            now.uptime = Ok(Duration::from_secs(24 * 3600 + 10));
            assert_eq!((IN.read)(&look(Some(with(0, 0, 0, 0)), now)), [Reading::of("eth0", 100.0)], "{step}");
        }
    }

    #[test]
    fn a_machine_that_was_rebooted_between_has_no_rate() {
        let mut now = with(600, 1 << 30, 0, 0);
        now.uptime = Ok(Duration::from_secs(50));
        assert_eq!((IN.read)(&look(Some(with(0, 0, 0, 0)), now)), []);
    }
}
