//! How a stretch of one series, and a moment of all series, lie in a blob.
//!
//! A chunk is a format byte, the number of marks, then for each mark: its time as the change of the step from the
//! mark before (0 while samples come regularly), in a roll-up its count, then its values, each as the bytes in which
//! it differs from the same value of the mark before (none while it stays the same). Samples of a calm series take 2
//! bytes, of a lively one about 9.

use jiff::Timestamp;

/// A sample or a roll-up, in the store's own measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mark {
    /// Milliseconds since 1970; of a roll-up, its beginning.
    pub(super) at: i64,
    pub(super) mean: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) count: u32,
}

impl Mark {
    /// A single sample.
    pub(super) fn sample(at: i64, value: f64) -> Self {
        Self { at, mean: value, low: value, high: value, count: 1 }
    }

    fn is_sample(&self) -> bool {
        self.count == 1 && self.mean == self.low && self.mean == self.high
    }
}

/// A blob that this format cannot have written.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored stretch is damaged")]
pub(super) struct BadChunk;

const SAMPLES: u8 = 1;
const ROLL_UPS: u8 = 2;
const MOMENT: u8 = 3;

/// Writes marks in the order of their times. `base` is the beginning of their stretch.
pub(super) fn encode(base: i64, marks: &[Mark]) -> Vec<u8> {
    let plain = marks.iter().all(Mark::is_sample);
    let mut out = Vec::with_capacity(8 + marks.len() * if plain { 10 } else { 24 });
    out.push(if plain { SAMPLES } else { ROLL_UPS });
    put_varint(&mut out, marks.len() as u64);
    let mut times = Times::new(base);
    let mut last = [0u64; 3];
    for mark in marks {
        put_varint(&mut out, zigzag(times.shrink(mark.at)));
        if plain {
            put_value(&mut out, &mut last[0], mark.mean);
        } else {
            put_varint(&mut out, u64::from(mark.count));
            for (last, value) in last.iter_mut().zip([mark.mean, mark.low, mark.high]) {
                put_value(&mut out, last, value);
            }
        }
    }
    out
}

/// Reads what [`encode`] wrote with the same `base`.
pub(super) fn decode(base: i64, bytes: &[u8]) -> Result<Vec<Mark>, BadChunk> {
    let mut bytes = Bytes(bytes);
    let plain = match bytes.byte()? {
        SAMPLES => true,
        ROLL_UPS => false,
        _ => return Err(BadChunk),
    };
    let length = usize::try_from(bytes.varint()?).map_err(|_| BadChunk)?;
    // A mark takes two bytes at least, so a damaged length cannot make us reserve more than the blob is worth.
    let mut marks: Vec<Mark> = Vec::with_capacity(length.min(bytes.0.len() / 2));
    let mut times = Times::new(base);
    let mut last = [0u64; 3];
    for _ in 0..length {
        let at = times.grow(unzigzag(bytes.varint()?));
        if marks.last().is_some_and(|it| at <= it.at) || !is_a_time(at) {
            return Err(BadChunk);
        }
        let mark = if plain {
            Mark::sample(at, bytes.value(&mut last[0])?)
        } else {
            let count = u32::try_from(bytes.varint()?).map_err(|_| BadChunk)?;
            let [mean, low, high] = &mut last;
            let (mean, low, high) = (bytes.value(mean)?, bytes.value(low)?, bytes.value(high)?);
            // Whoever sums such marks up would stumble over it.
            if !(low <= mean && mean <= high) {
                return Err(BadChunk);
            }
            Mark { at, mean, low, high, count }
        };
        marks.push(mark);
    }
    if bytes.0.is_empty() { Ok(marks) } else { Err(BadChunk) }
}

/// One value of one series within a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fresh {
    pub(super) series: i64,
    pub(super) at: i64,
    pub(super) value: f64,
}

/// Writes values that arrived together. `base` is the beginning of their stretch.
pub(super) fn encode_moment(base: i64, values: &[Fresh]) -> Vec<u8> {
    let mut out = Vec::with_capacity(8 + values.len() * 11);
    out.push(MOMENT);
    let mut last = base;
    for it in values {
        put_varint(&mut out, it.series as u64);
        put_varint(&mut out, zigzag(it.at.wrapping_sub(last)));
        out.extend_from_slice(&it.value.to_le_bytes());
        last = it.at;
    }
    out
}

/// Reads what [`encode_moment`] wrote with the same `base`.
pub(super) fn decode_moment(base: i64, bytes: &[u8]) -> Result<Vec<Fresh>, BadChunk> {
    let mut bytes = Bytes(bytes);
    if bytes.byte()? != MOMENT {
        return Err(BadChunk);
    }
    let mut values = Vec::with_capacity(bytes.0.len() / 10);
    let mut last = base;
    while !bytes.0.is_empty() {
        let series = i64::try_from(bytes.varint()?).map_err(|_| BadChunk)?;
        last = last.wrapping_add(unzigzag(bytes.varint()?));
        let value = f64::from_le_bytes(bytes.array()?);
        if !value.is_finite() || !is_a_time(last) {
            return Err(BadChunk);
        }
        values.push(Fresh { series, at: last, value });
    }
    Ok(values)
}

/// Whether any calendar has it.
fn is_a_time(at: i64) -> bool {
    Timestamp::from_millisecond(at).is_ok()
}

/// Times as the change of the step between them.
struct Times {
    last: i64,
    step: i64,
}

impl Times {
    fn new(base: i64) -> Self {
        Self { last: base, step: 0 }
    }

    fn shrink(&mut self, at: i64) -> i64 {
        let step = at.wrapping_sub(self.last);
        let change = step.wrapping_sub(self.step);
        (self.last, self.step) = (at, step);
        change
    }

    fn grow(&mut self, change: i64) -> i64 {
        self.step = self.step.wrapping_add(change);
        self.last = self.last.wrapping_add(self.step);
        self.last
    }
}

/// The bytes in which a value differs from the last: a byte of (zero bytes before them, their number), then they.
fn put_value(out: &mut Vec<u8>, last: &mut u64, value: f64) {
    let bits = value.to_bits();
    let change = (bits ^ *last).to_be_bytes();
    *last = bits;
    let before = change.iter().take_while(|it| **it == 0).count();
    let after = change.iter().rev().take_while(|it| **it == 0).count();
    if before == change.len() {
        out.push(0);
        return;
    }
    let kept = &change[before..change.len() - after];
    out.push((before as u8) << 4 | kept.len() as u8);
    out.extend_from_slice(kept);
}

fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while 0x80 <= number {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> Result<u8, BadChunk> {
        let (first, rest) = self.0.split_first().ok_or(BadChunk)?;
        self.0 = rest;
        Ok(*first)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], BadChunk> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or(BadChunk)?;
        self.0 = rest;
        Ok(*head)
    }

    fn varint(&mut self) -> Result<u64, BadChunk> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(BadChunk)
    }

    fn value(&mut self, last: &mut u64) -> Result<f64, BadChunk> {
        let head = self.byte()?;
        let (before, kept) = (usize::from(head >> 4), usize::from(head & 0xf));
        if 8 < before + kept || self.0.len() < kept {
            return Err(BadChunk);
        }
        let mut change = [0u8; 8];
        change[before..before + kept].copy_from_slice(&self.0[..kept]);
        self.0 = &self.0[kept..];
        *last ^= u64::from_be_bytes(change);
        let value = f64::from_bits(*last);
        if value.is_finite() { Ok(value) } else { Err(BadChunk) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn finite() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<f64>().prop_filter("finite", |it| it.is_finite()),
            (0..100i64).prop_map(|it| it as f64),
            Just(0.0),
        ]
    }

    fn marks() -> impl Strategy<Value = Vec<Mark>> {
        let one = (1..1_000_000i64, finite(), finite(), finite(), 1..9u32);
        proptest::collection::vec(one, 0..80).prop_map(|rows| {
            let mut at = 1_700_000_000_000;
            let advance = |(step, one, two, three, count): (i64, f64, f64, f64, u32)| {
                at += step;
                let mut values = [one, two, three];
                values.sort_by(f64::total_cmp);
                let [low, mean, high] = values;
                Mark { at, mean, low, high, count }
            };
            rows.into_iter().map(advance).collect()
        })
    }

    proptest! {
        #[test]
        fn a_stretch_is_read_back_to_the_last_bit(marks in marks()) {
            prop_assert_eq!(decode(1_700_000_000_000, &encode(1_700_000_000_000, &marks)), Ok(marks));
        }

        #[test]
        fn samples_are_read_back_to_the_last_bit(marks in marks()) {
            let samples: Vec<_> = marks.iter().map(|it| Mark::sample(it.at, it.mean)).collect();
            prop_assert_eq!(decode(0, &encode(0, &samples)), Ok(samples));
        }

        #[test]
        fn a_moment_is_read_back(rows in proptest::collection::vec((1..5_000_000i64, any::<i32>(), finite()), 0..80)) {
            let values: Vec<_> =
                rows.into_iter().map(|(series, at, value)| Fresh { series, at: i64::from(at), value }).collect();
            prop_assert_eq!(decode_moment(77, &encode_moment(77, &values)), Ok(values));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), kind in 0..4u8) {
            let mut bytes = bytes;
            if let Some(first) = bytes.first_mut() {
                *first = kind;
            }
            let _ = decode(i64::MAX, &bytes);
            let _ = decode_moment(i64::MIN, &bytes);
        }
    }

    #[test]
    fn a_calm_series_takes_two_bytes_a_sample() {
        let marks: Vec<_> = (0..60).map(|it| Mark::sample(it * 10_000, 42.0)).collect();
        assert!(encode(0, &marks).len() < 130);
    }

    #[test]
    fn a_mean_that_lies_outside_of_its_bounds_and_a_time_of_no_calendar_are_damage() {
        let mark = Mark { at: 60_000, mean: 4.0, low: 1.0, high: 8.0, count: 6 };
        let read = |mark: Mark| decode(0, &encode(0, &[mark]));
        assert_eq!(read(mark), Ok(vec![mark]));
        for damaged in [
            Mark { low: 9.0, ..mark },
            Mark { high: 3.0, ..mark },
            Mark { mean: 0.5, ..mark },
            Mark { at: i64::MIN, ..mark },
            Mark { at: i64::MAX, ..mark },
        ] {
            assert_eq!(read(damaged), Err(BadChunk), "{damaged:?}");
        }
        let fresh = Fresh { series: 1, at: i64::MIN, value: 1.0 };
        assert_eq!(decode_moment(0, &encode_moment(0, &[fresh])), Err(BadChunk));
    }

    #[test]
    fn a_cut_stretch_is_noticed() {
        let whole = encode(0, &[Mark::sample(1, 2.5), Mark::sample(2, 3.5)]);
        for length in 0..whole.len() {
            assert_eq!(decode(0, &whole[..length]), Err(BadChunk), "{length} bytes");
        }
    }
}
