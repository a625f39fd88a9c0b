//! What has been seen lately, as 1024 bins of "last value, when": the nearest known value is found without keeping the history.

/// Bins of a memory. The covered interval is twice the remembered range, so the grain is a 512th of that range.
pub(super) const BINS: usize = 1024;

/// How long a value stays known: as long as one of the two still holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Keep {
    /// Records.
    pub records: u32,
    /// Seconds.
    pub seconds: u32,
}

/// One value that was seen, the latest of its bin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trace {
    /// The value itself, so that widening the interval loses nothing.
    pub value: f64,
    /// Number of the record it was last seen in, counted from 1; 0 marks an empty bin.
    pub record: u32,
    /// Second it was last seen at, counted from the first record of the series.
    pub second: u32,
}

const EMPTY: Trace = Trace { value: 0.0, record: 0, second: 0 };

/// The values seen lately. 16 KiB once the first two different values are known, before that next to nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Memory {
    /// Lower edge of the interval that the bins divide.
    pub low: f64,
    /// Width of the interval; 0 as long as only one value is known.
    pub width: f64,
    /// Records learnt so far.
    pub record: u32,
    /// The bins, in the order of their values; a single entry while `width` is 0.
    pub traces: Vec<Trace>,
}

/// How a value stands to those remembered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// Distance to the nearest remembered value.
    pub distance: f64,
    /// Distance from that value to the next one further away on the same side; 0 when there is none.
    pub gap: f64,
    /// Smallest remembered value.
    pub low: f64,
    /// Largest remembered value.
    pub high: f64,
    /// Distance from the smallest value to the next; 0 when there is none.
    pub low_gap: f64,
    /// Distance from the largest value to the next; 0 when there is none.
    pub high_gap: f64,
}

impl Memory {
    /// An empty memory.
    pub fn new() -> Self {
        Self { low: 0.0, width: 0.0, record: 0, traces: Vec::new() }
    }

    /// Bytes held on the heap.
    pub fn size(&self) -> usize {
        self.traces.capacity() * size_of::<Trace>()
    }

    /// How `value` stands to what is known at `second`; nothing while nothing is.
    pub fn look(&self, value: f64, second: u32, keep: Keep) -> Option<Sight> {
        let live = |it: &&Trace| self.knows(it, second, keep);
        let mut rising = self.traces.iter().filter(live).map(|it| it.value);
        let mut falling = self.traces.iter().rev().filter(live).map(|it| it.value);
        let (low, high) = (rising.next()?, falling.next()?);
        let low_gap = rising.next().map_or(0.0, |it| it - low);
        let high_gap = falling.next().map_or(0.0, |it| high - it);
        let here = self.bin(value);
        // Within its own bin the value may lie on either side of the trace, beyond it the order of the bins is that of the values.
        let below =
            self.traces[..=here].iter().rev().filter(live).map(|it| value - it.value).filter(|it| 0.0 <= *it);
        let above =
            self.traces[here..].iter().filter(live).map(|it| it.value - value).filter(|it| 0.0 <= *it);
        let below = nearest_two(below);
        let above = nearest_two(above);
        let (distance, next) = if above.0 < below.0 { above } else { below };
        let gap = if next.is_finite() { next - distance } else { 0.0 };
        Some(Sight { distance, gap, low, high, low_gap, high_gap })
    }

    /// Remembers `value` as seen at `second`.
    pub fn learn(&mut self, value: f64, second: u32, keep: Keep) {
        self.record = self.record.saturating_add(1);
        let trace = Trace { value, record: self.record, second };
        match self.traces.first() {
            None => return self.traces.push(trace),
            Some(only) if self.width == 0.0 && only.value == value => {
                return self.traces[0] = trace;
            }
            Some(_) => {}
        }
        let outside = self.width == 0.0 || value < self.low || self.low + self.width <= value;
        // Looking now and then whether the range has shrunk is enough: it only costs grain.
        if outside || self.record.is_multiple_of(BINS as u32) {
            self.fit(value, second, keep);
        }
        let bin = self.bin(value);
        self.traces[bin] = trace;
    }

    fn knows(&self, trace: &Trace, second: u32, keep: Keep) -> bool {
        trace.record != 0
            && (self.record - trace.record < keep.records
                || second.saturating_sub(trace.second) < keep.seconds)
    }

    /// The bin of a value, clamped to the outermost ones.
    fn bin(&self, value: f64) -> usize {
        let share = (value - self.low) / self.width;
        // A float to integer cast saturates, and takes the NaN of an empty interval to 0.
        ((share * BINS as f64) as usize).min(self.traces.len() - 1)
    }

    /// Lays the interval anew when `value` lies outside, or when a quarter of it would do.
    fn fit(&mut self, value: f64, second: u32, keep: Keep) {
        let known: Vec<Trace> =
            self.traces.iter().filter(|it| self.knows(it, second, keep)).copied().collect();
        let low = known.iter().map(|it| it.value).fold(value, f64::min);
        let high = known.iter().map(|it| it.value).fold(value, f64::max);
        let range = high - low;
        if 0.0 < range && self.low <= low && high < self.low + self.width && self.width <= 4.0 * range {
            return;
        }
        self.width = 2.0 * range;
        self.low = low - range / 2.0;
        self.traces = vec![EMPTY; if 0.0 < range { BINS } else { 1 }];
        for trace in known {
            let bin = self.bin(trace.value);
            if self.traces[bin].record < trace.record {
                self.traces[bin] = trace;
            }
        }
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

/// The two smallest of distances that come in rising order, infinite where there are none.
fn nearest_two(mut distances: impl Iterator<Item = f64>) -> (f64, f64) {
    let first = distances.next().unwrap_or(f64::INFINITY);
    (first, distances.next().unwrap_or(f64::INFINITY))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEEP: Keep = Keep { records: 5, seconds: 100 };

    fn taught(values: &[f64]) -> Memory {
        let mut memory = Memory::new();
        for (second, value) in values.iter().enumerate() {
            memory.learn(*value, second as u32, KEEP);
        }
        memory
    }

    fn sight(distance: f64, gap: f64, low: (f64, f64), high: (f64, f64)) -> Option<Sight> {
        Some(Sight { distance, gap, low: low.0, high: high.0, low_gap: low.1, high_gap: high.1 })
    }

    #[test]
    fn an_empty_memory_sees_nothing() {
        assert_eq!(Memory::new().look(1.0, 0, KEEP), None);
    }

    #[test]
    fn the_nearest_value_and_the_gap_behind_it_are_found_on_both_sides() {
        let memory = taught(&[10.0, 20.0, 50.0]);
        assert_eq!(memory.look(60.0, 3, KEEP), sight(10.0, 30.0, (10.0, 10.0), (50.0, 30.0)));
        assert_eq!(memory.look(6.0, 3, KEEP), sight(4.0, 10.0, (10.0, 10.0), (50.0, 30.0)));
        assert_eq!(memory.look(23.0, 3, KEEP), sight(3.0, 10.0, (10.0, 10.0), (50.0, 30.0)));
        assert_eq!(memory.look(20.0, 3, KEEP), sight(0.0, 10.0, (10.0, 10.0), (50.0, 30.0)));
        assert_eq!(taught(&[7.0]).look(9.0, 1, KEEP), sight(2.0, 0.0, (7.0, 0.0), (7.0, 0.0)));
    }

    #[test]
    fn a_value_is_forgotten_only_when_both_records_and_seconds_have_passed() {
        let mut memory = taught(&[10.0, 20.0]);
        for second in 90..99 {
            memory.learn(20.0, second, KEEP);
        }
        assert_eq!(
            memory.look(10.0, 99, KEEP).map(|it| it.distance),
            Some(0.0),
            "ten records ago, but within 100 s"
        );
        assert_eq!(memory.look(10.0, 100, KEEP).map(|it| it.distance), Some(10.0));
        let memory = taught(&[10.0, 20.0]);
        assert_eq!(
            memory.look(10.0, 5_000, KEEP).map(|it| it.distance),
            Some(0.0),
            "long ago, but only one record"
        );
    }

    #[test]
    fn one_monster_value_costs_grain_only_as_long_as_it_is_known() {
        let mut memory = taught(&[1.0, 2.0, 1e9]);
        for second in 0..3_000 {
            memory.learn(f64::from(second % 100), 200 + second, KEEP);
        }
        assert!(memory.width <= 400.0, "{}", memory.width);
    }

    #[test]
    fn everything_forgotten_at_once_leaves_the_new_value_alone() {
        let keep = Keep { records: 1, seconds: 1 };
        let mut memory = taught(&[1.0, 2.0]);
        memory.learn(50.0, 9_999, keep);
        assert_eq!(memory.look(50.0, 9_999, keep), sight(0.0, 0.0, (50.0, 0.0), (50.0, 0.0)));
        assert_eq!(memory.width, 0.0);
    }

    #[test]
    fn neighbouring_floats_and_huge_values_stay_finite() {
        let next = f64::from_bits(1e15_f64.to_bits() + 1);
        for pair in [[1e15, next], [5e-324, 0.0], [-1e300, 1e300]] {
            let sight = taught(&pair).look(pair[1], 2, KEEP).expect("two values are known");
            assert_eq!(sight.distance, 0.0);
            assert!((sight.high - sight.low).is_finite());
        }
    }
}
