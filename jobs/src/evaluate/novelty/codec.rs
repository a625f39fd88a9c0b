//! The state as bytes: versioned, compact, and refused with a reason when it is not one.

use super::memory::{BINS, Memory, Trace};
use super::rhythm::{HOURS, Rhythm, Usual};
use super::{Novelty, Settings, Spread};

/// First bytes of every stored state; the digit counts the layouts.
const MAGIC: &[u8; 8] = b"novelty1";

/// Why bytes are not a state of this detector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "stored detector state: {}; drop it and the series is learnt anew", self.0)
    }
}

impl std::error::Error for Unreadable {}

impl Novelty {
    /// The state as bytes, empty bins left out. The settings are not part of it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        for number in [self.latest, self.rhythm.hour] {
            out.extend(number.to_le_bytes());
        }
        for number in [self.elapsed, self.rhythm.since, self.rhythm.records] {
            out.extend(number.to_le_bytes());
        }
        for number in [self.hold, self.rhythm.sum] {
            out.extend(number.to_le_bytes());
        }
        for spread in [&self.spread, &self.rhythm.values, &self.rhythm.residuals] {
            out.extend(spread.count.to_le_bytes());
            out.extend(spread.mean.to_le_bytes());
            out.extend(spread.variance.to_le_bytes());
        }
        for usual in &self.rhythm.hours {
            out.extend(usual.mean.to_le_bytes());
            out.extend(usual.weeks.to_le_bytes());
        }
        for memory in [&self.values, &self.residuals] {
            write_memory(&mut out, memory);
        }
        out
    }

    /// The state written by [`Novelty::to_bytes`], to go on with the default settings.
    ///
    /// # Errors
    /// When the bytes are of another layout, cut short, too long, or hold numbers that no state can have.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut from = Reader { bytes };
        if from.take::<8>()? != *MAGIC {
            return Err(Unreadable("not of layout novelty1".to_owned()));
        }
        let mut it = Novelty::with(Settings::default());
        it.latest = from.signed()?;
        let hour = from.signed()?;
        it.elapsed = from.unsigned()?;
        let (since, records) = (from.unsigned()?, from.unsigned()?);
        it.hold = from.float()?;
        let sum = from.float()?;
        it.spread = from.spread()?;
        let (values, residuals) = (from.spread()?, from.spread()?);
        let hours: Result<Vec<Usual>, Unreadable> =
            (0..HOURS).map(|_| Ok(Usual { mean: from.float()?, weeks: from.unsigned()? })).collect();
        it.rhythm = Rhythm { hours: hours?, hour, sum, records, since, values, residuals };
        (it.values, it.residuals) = (from.memory()?, from.memory()?);
        if !from.bytes.is_empty() {
            return Err(Unreadable(format!("{} bytes too long", from.bytes.len())));
        }
        if !(0.0..=1.0).contains(&it.hold) {
            return Err(Unreadable("numbers out of range".to_owned()));
        }
        Ok(it)
    }
}

fn write_memory(out: &mut Vec<u8>, memory: &Memory) {
    out.extend(memory.low.to_le_bytes());
    out.extend(memory.width.to_le_bytes());
    out.extend(memory.record.to_le_bytes());
    out.extend((memory.traces.len() as u32).to_le_bytes());
    let filled: Vec<(usize, &Trace)> =
        memory.traces.iter().enumerate().filter(|it| it.1.record != 0).collect();
    out.extend((filled.len() as u32).to_le_bytes());
    for (place, trace) in filled {
        out.extend((place as u32).to_le_bytes());
        out.extend(trace.value.to_le_bytes());
        out.extend(trace.record.to_le_bytes());
        out.extend(trace.second.to_le_bytes());
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Unreadable> {
        let (head, rest) =
            self.bytes.split_first_chunk::<N>().ok_or_else(|| Unreadable("cut short".to_owned()))?;
        self.bytes = rest;
        Ok(*head)
    }

    fn signed(&mut self) -> Result<i64, Unreadable> {
        Ok(i64::from_le_bytes(self.take()?))
    }

    fn unsigned(&mut self) -> Result<u32, Unreadable> {
        Ok(u32::from_le_bytes(self.take()?))
    }

    fn float(&mut self) -> Result<f64, Unreadable> {
        let number = f64::from_le_bytes(self.take()?);
        if number.is_finite() { Ok(number) } else { Err(Unreadable("a number is not finite".to_owned())) }
    }

    fn spread(&mut self) -> Result<Spread, Unreadable> {
        let spread = Spread { count: self.unsigned()?, mean: self.float()?, variance: self.float()? };
        if spread.variance < 0.0 { Err(Unreadable("a variance is negative".to_owned())) } else { Ok(spread) }
    }

    fn memory(&mut self) -> Result<Memory, Unreadable> {
        let (low, width) = (self.float()?, self.float()?);
        let (record, len, filled) = (self.unsigned()?, self.unsigned()?, self.unsigned()?);
        let shape = if 0.0 < width { len as usize == BINS } else { len <= 1 && width == 0.0 };
        if !shape || len < filled {
            return Err(Unreadable("a memory has no such shape".to_owned()));
        }
        let mut traces = vec![Trace { value: 0.0, record: 0, second: 0 }; len as usize];
        for _ in 0..filled {
            let place = self.unsigned()?;
            let trace = Trace { value: self.float()?, record: self.unsigned()?, second: self.unsigned()? };
            let place = traces
                .get_mut(place as usize)
                .ok_or_else(|| Unreadable("a trace has no place".to_owned()))?;
            if record < trace.record {
                return Err(Unreadable("a trace is of the future".to_owned()));
            }
            *place = trace;
        }
        Ok(Memory { low, width, record, traces })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lived() -> Novelty {
        let mut novelty = Novelty::new();
        for quarter in 0..6 * 7 * 96_i64 {
            novelty.observe(quarter * 900, (quarter / 4 % 24) as f64 + (quarter % 7) as f64 / 10.0);
        }
        novelty
    }

    #[test]
    fn a_stored_state_goes_on_as_if_it_had_never_been_stored() {
        for mut novelty in [Novelty::new(), lived()] {
            let mut restored = Novelty::from_bytes(&novelty.to_bytes()).expect("own bytes");
            assert_eq!(restored, novelty);
            for step in 0..200 {
                let (at, value) = (3_700_000 + step * 900, (step % 31) as f64);
                assert_eq!(restored.observe(at, value), novelty.observe(at, value));
            }
        }
    }

    #[test]
    fn a_stored_state_is_smaller_than_the_one_at_work() {
        let novelty = lived();
        assert!(novelty.to_bytes().len() < novelty.size(), "{} {}", novelty.to_bytes().len(), novelty.size());
    }

    #[test]
    fn foreign_cut_long_and_broken_bytes_are_refused_with_a_reason() {
        let bytes = lived().to_bytes();
        let why = |bytes: &[u8]| Novelty::from_bytes(bytes).expect_err("not a state").0;
        assert_eq!(why(b"novelty9 and so on"), "not of layout novelty1");
        assert_eq!(why(&bytes[..bytes.len() - 1]), "cut short");
        assert_eq!(why(&[&bytes[..], b"x"].concat()), "1 bytes too long");
        let mut broken = bytes.clone();
        broken[36..44].copy_from_slice(&f64::NAN.to_le_bytes());
        assert_eq!(why(&broken), "a number is not finite");
    }

    #[test]
    fn no_single_flipped_byte_makes_the_detector_panic() {
        let bytes = lived().to_bytes();
        for place in (0..bytes.len()).step_by(3) {
            let mut broken = bytes.clone();
            broken[place] ^= 0xff;
            if let Ok(mut novelty) = Novelty::from_bytes(&broken) {
                novelty.observe(4_000_000, 12.0);
                novelty.observe(4_000_900, 1e6);
            }
        }
    }
}
