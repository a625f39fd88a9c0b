//! Swap in use.

use super::{Look, share};
use crate::metric::{Metric, Reading, Unit};

/// Share of the swap that is in use; nothing on a machine without swap.
pub(super) const USED: Metric = Metric { id: "swap.used", unit: Unit::Percent, subject: None, read: used };

fn used(look: &Look) -> Vec<Reading> {
    let memory = look.now.memory.iter();
    memory
        .filter_map(|it| share(it.swap_total.saturating_sub(it.swap_free), it.swap_total))
        .map(Reading::whole)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::{GIB, at, machine};
    use crate::sample::tests::look;

    #[test]
    fn a_machine_without_swap_has_no_reading() {
        let mut snapshot = machine(at(0));
        let memory = snapshot.memory.as_mut().expect("a machine has memory");
        memory.swap_free = GIB / 2;
        assert_eq!((USED.read)(&look(None, snapshot.clone())), [Reading::whole(75.0)]);
        snapshot.memory.as_mut().expect("a machine has memory").swap_total = 0;
        assert_eq!((USED.read)(&look(None, snapshot)), []);
    }
}
