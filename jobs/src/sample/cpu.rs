//! Where the processors' time went, between two looks.

use super::Look;
use crate::metric::{Metric, Reading, Subject, Unit};
use crate::ports::{Cpu, CpuTime};

/// Time of all cores spent working, time that the hypervisor took included: it was wanted and not had.
pub(super) const BUSY: Metric =
    Metric { id: "cpu.busy", unit: Unit::Percent, subject: None, read: |look| whole(look, busy) };

/// The same of each core; the subject is its number.
pub(super) const CORE: Metric =
    Metric { id: "cpu.core", unit: Unit::Percent, subject: Some(Subject::Core), read: cores };

/// Time spent with nothing to do but to wait for a disk.
pub(super) const IOWAIT: Metric = Metric {
    id: "cpu.iowait",
    unit: Unit::Percent,
    subject: None,
    read: |look| whole(look, |spent| share(spent.iowait, spent)),
};

/// Time taken by the hypervisor for somebody else.
pub(super) const STEAL: Metric = Metric {
    id: "cpu.steal",
    unit: Unit::Percent,
    subject: None,
    read: |look| whole(look, |spent| share(spent.steal, spent)),
};

/// What was spent between the two looks, and how many cores there are to tell apart.
fn between(look: &Look) -> Option<(&Cpu, &Cpu)> {
    look.elapsed()?;
    Some((look.before.as_ref()?.cpu.as_ref().ok()?, look.now.cpu.as_ref().ok()?))
}

fn whole(look: &Look, of: fn(&CpuTime) -> Option<f64>) -> Vec<Reading> {
    let value = between(look).and_then(|(before, now)| of(&spent(&before.all, &now.all)));
    value.map(Reading::whole).into_iter().collect()
}

fn cores(look: &Look) -> Vec<Reading> {
    // After a core came or went the numbers no longer name the same cores.
    let Some((before, now)) = between(look).filter(|(before, now)| before.cores.len() == now.cores.len())
    else {
        return Vec::new();
    };
    let each = before.cores.iter().zip(&now.cores).enumerate();
    each.filter_map(|(number, (before, now))| {
        Some(Reading::of(number.to_string(), busy(&spent(before, now))?))
    })
    .collect()
}

// `iowait` and, on some kernels, `idle` go backwards now and then, so each difference ends at zero by itself.
fn spent(before: &CpuTime, now: &CpuTime) -> CpuTime {
    CpuTime {
        user: now.user.saturating_sub(before.user),
        system: now.system.saturating_sub(before.system),
        idle: now.idle.saturating_sub(before.idle),
        iowait: now.iowait.saturating_sub(before.iowait),
        steal: now.steal.saturating_sub(before.steal),
    }
}

fn busy(spent: &CpuTime) -> Option<f64> {
    share(spent.user + spent.system + spent.steal, spent)
}

fn share(part: u64, spent: &CpuTime) -> Option<f64> {
    let all = spent.user + spent.system + spent.idle + spent.iowait + spent.steal;
    (0 < all).then(|| 100.0 * part as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::{at, machine};
    use crate::sample::tests::look;

    /// `[user, system, idle, iowait, steal]` at both looks, and `[busy, iowait, steal]` expected.
    fn check(before: [u64; 5], now: [u64; 5], expected: Option<[f64; 3]>) {
        let at_look = |second, [user, system, idle, iowait, steal]: [u64; 5]| {
            let mut snapshot = machine(at(second));
            let time = CpuTime { user, system, idle, iowait, steal };
            snapshot.cpu = Ok(Cpu { all: time, cores: vec![time, CpuTime { idle: second as u64, ..time }] });
            snapshot
        };
        let look = look(Some(at_look(0, before)), at_look(10, now));
        let values: Vec<f64> =
            [BUSY, IOWAIT, STEAL].iter().flat_map(|it| (it.read)(&look)).map(|it| it.value).collect();
        assert_eq!(values, expected.map(Vec::from).unwrap_or_default());
    }

    #[test]
    fn busy_is_neither_idle_nor_waiting_for_a_disk() {
        check([100, 100, 100, 100, 100], [130, 110, 140, 115, 105], Some([45.0, 15.0, 5.0]));
        check([0; 5], [0, 0, 50, 0, 0], Some([0.0, 0.0, 0.0]));
    }

    #[test]
    fn a_counter_that_goes_backwards_counts_as_still() {
        check([10, 10, 900, 80, 0], [20, 10, 910, 70, 0], Some([50.0, 0.0, 0.0]));
    }

    #[test]
    fn nothing_is_said_when_no_time_has_passed() {
        check([7; 5], [7; 5], None);
        check([7; 5], [0; 5], None);
    }

    #[test]
    fn each_core_has_its_number() {
        let with_cores = |second, cores: Vec<u64>| {
            let mut snapshot = machine(at(second));
            let cores =
                cores.iter().map(|user| CpuTime { user: *user, idle: second as u64, ..CpuTime::default() });
            snapshot.cpu = Ok(Cpu { all: CpuTime::default(), cores: cores.collect() });
            snapshot
        };
        let two = look(Some(with_cores(0, vec![0, 0])), with_cores(10, vec![10, 30]));
        assert_eq!((CORE.read)(&two), [Reading::of("0", 50.0), Reading::of("1", 75.0)]);
        let one_left = look(Some(with_cores(0, vec![0, 0])), with_cores(10, vec![10]));
        assert_eq!((CORE.read)(&one_left), []);
    }
}
