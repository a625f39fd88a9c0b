//! Memory, by what new programs could have.

use super::{Look, share};
use crate::metric::{Metric, Reading, Unit};

/// What new programs cannot have: the page cache is not "used", for it gives way.
pub(super) const USED: Metric = Metric { id: "memory.used", unit: Unit::Percent, subject: None, read: used };

/// What they can have without swapping.
pub(super) const AVAILABLE: Metric =
    Metric { id: "memory.available", unit: Unit::Bytes, subject: None, read: available };

fn used(look: &Look) -> Vec<Reading> {
    let memory = look.now.memory.iter();
    memory
        .filter_map(|it| share(it.total.saturating_sub(it.available), it.total))
        .map(Reading::whole)
        .collect()
}

fn available(look: &Look) -> Vec<Reading> {
    look.now.memory.iter().map(|it| Reading::whole(it.available as f64)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::scenes::{GIB, at, machine};
    use crate::sample::tests::look;

    #[test]
    fn cache_is_not_used_memory() {
        // 8 GiB in all, 2 free, 4 of cache, 6 available.
        let look = look(None, machine(at(0)));
        assert_eq!((USED.read)(&look), [Reading::whole(25.0)]);
        assert_eq!((AVAILABLE.read)(&look), [Reading::whole(6.0 * GIB as f64)]);
    }

    #[test]
    fn a_kernel_that_counts_more_available_than_there_is_has_none_used() {
        let mut snapshot = machine(at(0));
        snapshot.memory.as_mut().expect("a machine has memory").available = 9 * GIB;
        assert_eq!((USED.read)(&look(None, snapshot)), [Reading::whole(0.0)]);
    }
}
