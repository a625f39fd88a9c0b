//! Rows of a chart to a zlib stream (RFC 1950 and 1951), in a fraction of the time that a general packer takes.
//!
//! Nearly every row of a chart is the row above, or one colour. So these two are looked for first, with as long a step as
//! the format has, and only what is left, letters and edges, is looked up among what came before.

/// Bytes that one step may copy, at most and at least, and how far back they may lie.
const LONGEST: usize = 258;
const SHORTEST: usize = 3;
const FARTHEST: usize = 32_768;

/// A copy this long is taken at once; a longer one saves next to nothing.
const LONG: usize = 48;

/// After a shorter copy than this, one that begins a byte later is looked for.
const LAZY: usize = 16;

/// Places with the same four bytes that are compared. Three times as many save one part in a hundred, and cost one in ten.
const CHAIN: usize = 4;

/// Steps that share one code. More would mix the heading with the plot, fewer would pay for more tables.
const BLOCK: usize = 8_192;

/// Packs rows of so many bytes each.
pub(crate) fn pack(bytes: &[u8], row: usize) -> Vec<u8> {
    let mut out = Bits { bytes: Vec::with_capacity(48 * 1024), held: 0, count: 0 };
    // A window of 32 KB, and the check bits for it.
    out.bytes.extend([0x78, 0x01]);
    let steps = steps(bytes, row);
    let blocks = steps.len().div_ceil(BLOCK);
    for (number, block) in steps.chunks(BLOCK).enumerate() {
        write_block(&mut out, block, number + 1 == blocks);
    }
    let mut packed = out.finish();
    packed.extend(checksum(bytes).to_be_bytes());
    packed
}

/// A byte as it is, or a copy of some that came before.
#[derive(Clone, Copy)]
struct Step {
    /// 0: a byte.
    length: u16,
    /// The byte, or how far back.
    value: u16,
}

fn steps(bytes: &[u8], row: usize) -> Vec<Step> {
    let mut finder = Finder { bytes, row, newest: vec![0; 1 << Finder::BITS], before: vec![0; FARTHEST] };
    let mut steps = Vec::with_capacity(64 * 1024);
    let mut at = 0;
    let mut found = finder.find(at);
    while at < bytes.len() {
        if found.length == 0 {
            finder.remember(at);
            steps.push(Step { length: 0, value: u16::from(bytes[at]) });
            at += 1;
            found = finder.find(at);
            continue;
        }
        if found.length < LAZY {
            // One byte on there may be a longer one.
            finder.remember(at);
            let next = finder.find(at + 1);
            if found.length < next.length {
                steps.push(Step { length: 0, value: u16::from(bytes[at]) });
                (at, found) = (at + 1, next);
                continue;
            }
            (1..found.length).for_each(|it| finder.remember(at + it));
        } else {
            // Of a long one its beginning: what is found by that is long, too.
            let remembered = if found.length < LONG { found.length } else { 1 };
            (0..remembered).for_each(|it| finder.remember(at + it));
        }
        at += found.length;
        found.write(&mut steps);
        found = finder.find(at);
    }
    steps
}

/// A copy of any length; 0 where none is worth it.
#[derive(Clone, Copy)]
struct Copied {
    length: usize,
    distance: usize,
}

impl Copied {
    const NONE: Self = Self { length: 0, distance: 0 };

    fn take(&mut self, length: usize, distance: usize) {
        if self.length < length {
            *self = Self { length, distance };
        }
    }

    /// In as many steps as it takes, none of them shorter than the format allows.
    fn write(self, steps: &mut Vec<Step>) {
        let value = self.distance as u16;
        let mut left = self.length;
        while LONGEST < left {
            let now = LONGEST.min(left - SHORTEST);
            steps.push(Step { length: now as u16, value });
            left -= now;
        }
        steps.push(Step { length: left as u16, value });
    }
}

/// Where the same bytes were before.
struct Finder<'a> {
    bytes: &'a [u8],
    row: usize,
    /// For each hash of four bytes, the place after the newest that has it; 0 is none.
    newest: Vec<u32>,
    /// For each place, by its last bits, the one before it with the same hash.
    before: Vec<u32>,
}

impl Finder<'_> {
    const BITS: u32 = 13;

    /// Eight bytes as a number, the first of them the lowest.
    fn eight(&self, at: usize) -> Option<u64> {
        Some(u64::from_le_bytes(*self.bytes.get(at..)?.first_chunk()?))
    }

    fn hash(eight: u64) -> usize {
        ((eight as u32).wrapping_mul(0x9e37_79b1) >> (32 - Self::BITS)) as usize
    }

    fn remember(&mut self, at: usize) {
        if let Some(eight) = self.eight(at) {
            let newest = &mut self.newest[Self::hash(eight)];
            self.before[at % FARTHEST] = *newest;
            *newest = at as u32 + 1;
        }
    }

    /// The longest copy there is. The last few bytes are not worth one.
    fn find(&self, at: usize) -> Copied {
        let mut best = Copied { length: SHORTEST - 1, distance: 0 };
        let Some(eight) = self.eight(at) else { return Copied::NONE };
        if 0 < at {
            best.take(self.common(at - 1, at, eight), 1);
        }
        // Of two that one step does not tell apart the nearer one, and no farther than that step: how far back the row
        // above is takes ten bits to say, each time, and a long run may begin before its end.
        if best.length < LONGEST && self.row <= at.min(FARTHEST) {
            best.take(self.common(at - self.row, at, eight).min(LONGEST), self.row);
        }
        if best.length < LONG {
            self.find_far(at, eight, &mut best);
        }
        if best.distance == 0 { Copied::NONE } else { best }
    }

    /// Whether there is a longer one among the places that begin with the same four bytes.
    fn find_far(&self, at: usize, eight: u64, best: &mut Copied) {
        let mut next = self.newest[Self::hash(eight)] as usize;
        let mut left = CHAIN;
        while 0 < next && 0 < left && at < next - 1 + FARTHEST {
            let place = next - 1;
            let length = self.common(place, at, eight).min(LONGEST);
            // A far copy of three bytes costs more than the bytes.
            if SHORTEST < length {
                best.take(length, at - place);
                if LONG <= length {
                    return;
                }
            }
            let earlier = self.before[place % FARTHEST] as usize;
            next = if earlier < next { earlier } else { 0 };
            left -= 1;
        }
    }

    /// How many bytes are the same from two places on, the later of which has these eight. Most often it shows in them.
    #[inline(always)]
    fn common(&self, earlier: usize, later: usize, eight: u64) -> usize {
        match self.eight(earlier) {
            Some(other) if other != eight => first_difference(&other.to_le_bytes(), &eight.to_le_bytes()),
            Some(_) | None => common(&self.bytes[earlier..], &self.bytes[later..]),
        }
    }
}

/// Of eight bytes that are not all the same.
fn first_difference(a: &[u8; 8], b: &[u8; 8]) -> usize {
    (u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b)).trailing_zeros() as usize / 8
}

/// How many bytes are the same at the beginning of two slices.
fn common(a: &[u8], b: &[u8]) -> usize {
    let (many, _) = a.as_chunks::<32>();
    let (others, _) = b.as_chunks::<32>();
    let whole = many.iter().zip(others).take_while(|(a, b)| a == b).count() * 32;
    let (a, b) = (&a[whole..], &b[whole..]);
    let (eights, _) = a.as_chunks::<8>();
    let (others, _) = b.as_chunks::<8>();
    for (index, (a, b)) in eights.iter().zip(others).enumerate() {
        if a != b {
            return whole + index * 8 + first_difference(a, b);
        }
    }
    let eights = eights.len().min(others.len()) * 8;
    whole + eights + a[eights..].iter().zip(&b[eights..]).take_while(|(a, b)| a == b).count()
}

/// Lengths and distances are written as a class and some bits within it: each power of two has 2 to the `fine` classes.
fn class(value: u32, fine: u32) -> (usize, u32) {
    if value < 2 << fine {
        return (value as usize, 0);
    }
    let extra = value.ilog2() - fine;
    let within = (value >> extra) & ((1 << fine) - 1);
    ((((extra + 1) << fine) + within) as usize, extra)
}

/// Symbol and number of bits after it.
fn length_class(length: u16) -> (usize, u32) {
    if usize::from(length) == LONGEST {
        return (285, 0);
    }
    let (class, extra) = class(u32::from(length) - 3, 2);
    (257 + class, extra)
}

const END: usize = 256;

fn write_block(out: &mut Bits, steps: &[Step], is_last: bool) {
    let (mut symbols, mut distances) = ([0u32; 286], [0u32; 30]);
    symbols[END] = 1;
    for step in steps {
        if step.length == 0 {
            symbols[usize::from(step.value)] += 1;
        } else {
            symbols[length_class(step.length).0] += 1;
            distances[class(u32::from(step.value) - 1, 1).0] += 1;
        }
    }
    let (symbols, distances) = (Code::new(&mut symbols, 15), Code::new(&mut distances, 15));
    out.put(u32::from(is_last), 1);
    out.put(2, 2);
    write_codes(out, &symbols, &distances);
    for step in steps {
        if step.length == 0 {
            symbols.put(out, usize::from(step.value), 0, 0);
            continue;
        }
        let (symbol, extra) = length_class(step.length);
        symbols.put(out, symbol, u32::from(step.length) - SHORTEST as u32, extra);
        let distance = u32::from(step.value) - 1;
        let (symbol, extra) = class(distance, 1);
        distances.put(out, symbol, distance, extra);
    }
    symbols.put(out, END, 0, 0);
}

/// How long each code is, the same again written short.
fn write_codes(out: &mut Bits, symbols: &Code, distances: &Code) {
    /// The order in which the format has them: those that are often 0 last.
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let used = |code: &Code, least: usize| {
        code.lengths.iter().rposition(|it| *it != 0).map_or(least, |it| (it + 1).max(least))
    };
    let (first, second) = (used(symbols, 257), used(distances, 1));
    let lengths: Vec<u8> =
        symbols.lengths[..first].iter().chain(&distances.lengths[..second]).copied().collect();
    // A length, or a repetition with its bits.
    let mut said: Vec<(usize, u32, u32)> = Vec::new();
    for same in lengths.chunk_by(|a, b| a == b) {
        let length = usize::from(same[0]);
        let mut left = same.len();
        if length != 0 {
            said.push((length, 0, 0));
            left -= 1;
        }
        while 0 < left {
            let (count, how) = match (length, left) {
                (0, 11..) => (left.min(138), (18, left.min(138) as u32 - 11, 7)),
                (0, 3..) => (left, (17, left as u32 - 3, 3)),
                (1.., 3..) => (left.min(6), (16, left.min(6) as u32 - 3, 2)),
                (_, _) => (1, (length, 0, 0)),
            };
            said.push(how);
            left -= count;
        }
    }
    let mut counts = [0u32; 19];
    said.iter().for_each(|it| counts[it.0] += 1);
    let code = Code::new(&mut counts, 7);
    let written = ORDER.iter().rposition(|it| code.lengths[*it] != 0).map_or(4, |it| (it + 1).max(4));
    out.put(first as u32 - 257, 5);
    out.put(second as u32 - 1, 5);
    out.put(written as u32 - 4, 4);
    ORDER[..written].iter().for_each(|it| out.put(u32::from(code.lengths[*it]), 3));
    for (symbol, value, extra) in said {
        code.put(out, symbol, value, extra);
    }
}

/// Short bits for what is frequent.
struct Code {
    lengths: Vec<u8>,
    /// Turned around, for the format begins with their highest bit and everything else with the lowest.
    codes: Vec<u16>,
}

impl Code {
    /// The best code for such frequencies with no more than so many bits each.
    fn new(counts: &mut [u32], most: usize) -> Self {
        // A code of a single symbol has no bits, and decoders do not agree on what that is.
        counts[..2].iter_mut().for_each(|it| *it = (*it).max(1));
        let mut order: Vec<usize> = (0..counts.len()).filter(|it| 0 < counts[*it]).collect();
        order.sort_by_key(|it| counts[*it]);
        let mut per_length = per_length(&order.iter().map(|it| counts[*it]).collect::<Vec<u32>>(), most);
        let mut lengths = vec![0; counts.len()];
        let mut rarest = order.into_iter();
        for length in (1..=most).rev() {
            rarest.by_ref().take(per_length[length]).for_each(|it| lengths[it] = length as u8);
        }
        // Codes of one length follow each other.
        let mut next = vec![0usize; most + 2];
        per_length.push(0);
        for length in 1..=most {
            next[length + 1] = (next[length] + per_length[length]) << 1;
        }
        let codes = lengths.iter().map(|length| match usize::from(*length) {
            0 => 0,
            length => {
                next[length] += 1;
                ((next[length] - 1) as u16).reverse_bits() >> (16 - length)
            }
        });
        Self { codes: codes.collect(), lengths: lengths.clone() }
    }

    /// A symbol, and so many of the lowest bits of a value after it: together no more than 28.
    fn put(&self, out: &mut Bits, symbol: usize, value: u32, extra: u32) {
        let length = u32::from(self.lengths[symbol]);
        out.put(u32::from(self.codes[symbol]) | (value & ((1 << extra) - 1)) << length, length + extra);
    }
}

/// How many codes of each length, for frequencies that do not fall. The two rarest are joined until one is left; what
/// becomes longer than allowed takes its room from shorter ones.
fn per_length(counts: &[u32], most: usize) -> Vec<usize> {
    let leaves = counts.len();
    let mut weights: Vec<u32> = counts.to_vec();
    let mut parents = vec![0; 2 * leaves];
    let (mut leaf, mut node) = (0, leaves);
    while weights.len() + 1 < 2 * leaves {
        let mut rarest = || {
            let takes_leaf = leaf < leaves && (weights.len() <= node || weights[leaf] <= weights[node]);
            let taken = if takes_leaf { &mut leaf } else { &mut node };
            *taken += 1;
            *taken - 1
        };
        let (a, b) = (rarest(), rarest());
        (parents[a], parents[b]) = (weights.len(), weights.len());
        weights.push(weights[a] + weights[b]);
    }
    let root = weights.len() - 1;
    let mut depths = vec![0; weights.len()];
    let mut per_length = vec![0; most + 1];
    for it in (0..root).rev() {
        depths[it] = depths[parents[it]] + 1;
        if it < leaves {
            per_length[depths[it].min(most)] += 1;
        }
    }
    let room = |per_length: &[usize]| (1..=most).map(|it| per_length[it] << (most - it)).sum::<usize>();
    while 1 << most < room(&per_length) {
        per_length[most] -= 1;
        if let Some(shorter) = (1..most).rev().find(|it| 0 < per_length[*it]) {
            per_length[shorter] -= 1;
            per_length[shorter + 1] += 2;
        }
    }
    per_length
}

/// Bits in the order of the format, the lowest of a byte first.
struct Bits {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, bits: u32) {
        self.held |= u64::from(value) << self.count;
        self.count += bits;
        if 32 <= self.count {
            self.bytes.extend((self.held as u32).to_le_bytes());
            self.held >>= 32;
            self.count -= 32;
        }
    }

    fn finish(mut self) -> Vec<u8> {
        let whole = self.count.div_ceil(8) as usize;
        self.bytes.extend(&self.held.to_le_bytes()[..whole]);
        self.bytes
    }
}

/// Adler-32: the sum of all bytes, and the sum of those sums. Sixteen lanes are summed side by side, which the processor
/// does at once, and put together every so often.
fn checksum(bytes: &[u8]) -> u32 {
    const PRIME: u64 = 65_521;
    const LANES: usize = 16;
    // Sums of sums of that many steps of 255 stay below 2 to the 16.
    const STEPS: usize = 20;
    let (mut sum, mut sums) = (1u64, 0u64);
    for block in bytes.chunks(STEPS * LANES) {
        let (steps, rest) = block.as_chunks::<LANES>();
        let (mut each, mut totals) = ([0u16; LANES], [0u16; LANES]);
        for step in steps {
            for lane in 0..LANES {
                totals[lane] += each[lane];
                each[lane] += u16::from(step[lane]);
            }
        }
        sums += sum * (steps.len() * LANES) as u64;
        let (mut all, mut weighted, mut total) = (0, 0, 0);
        for lane in 0..LANES {
            all += u32::from(each[lane]);
            weighted += u32::from(each[lane]) * (LANES - lane) as u32;
            total += u32::from(totals[lane]);
        }
        sums += u64::from(total) * LANES as u64 + u64::from(weighted);
        sum += u64::from(all);
        for it in rest {
            sum += u64::from(*it);
            sums += sum;
        }
        (sum, sums) = (sum % PRIME, sums % PRIME);
    }
    (sums << 16 | sum) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packs them as a picture of grey pixels and has another program take them apart.
    fn check(rows: &[u8], row: usize) -> usize {
        let (width, height) = (row as u32 - 1, (rows.len() / row) as u32);
        let packed = pack(rows, row);
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        let mut writer = encoder.write_header().expect("a header");
        writer.write_chunk(png::chunk::IDAT, &packed).expect("its data");
        writer.finish().expect("its end");
        let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
        // By itself it believes any sum.
        decoder.ignore_checksums(false);
        let mut reader = decoder.read_info().expect("a picture");
        let mut drawn = vec![0; reader.output_buffer_size().expect("it fits")];
        reader.next_frame(&mut drawn).expect("what was packed can be unpacked");
        let expected: Vec<u8> = rows.chunks_exact(row).flat_map(|it| &it[1..]).copied().collect();
        assert!(drawn == expected, "rows of {row}");
        packed.len()
    }

    /// Rows of a value for each place, each with its filter.
    fn rows(row: usize, height: usize, value: impl Fn(usize, usize) -> u8) -> Vec<u8> {
        let one = |y: usize| (0..row).map(move |x| (x, y));
        (0..height).flat_map(one).map(|(x, y)| if x == 0 { 0 } else { value(x, y) }).collect()
    }

    fn noise(place: usize) -> u8 {
        (place as u64)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(23)
            .wrapping_mul(0xd6e8_feb8_6659_fd93)
            .to_le_bytes()[7]
    }

    #[test]
    fn what_was_packed_is_unpacked_to_the_same() {
        check(&rows(2, 1, |_, _| 7), 2);
        check(&rows(3, 5, |x, y| (x + y) as u8), 3);
        check(&rows(1281, 300, |_, _| 3), 1281);
        check(&rows(700, 300, |x, y| if noise(y / 3) < 100 { noise(x) } else { 9 }), 700);
        check(&rows(40_000, 4, |x, _| noise(x / 7)), 40_000);
        check(&rows(257, 900, |x, y| noise(y * 257 + x)), 257);
    }

    #[test]
    fn no_code_is_longer_than_allowed_however_rare_its_symbol() {
        // Frequencies of Fibonacci make the deepest tree there is.
        let (mut counts, mut pair) = ([0; 30], (1u32, 1u32));
        for count in &mut counts {
            *count = pair.0;
            pair = (pair.1, pair.0 + pair.1);
        }
        for most in [7, 15] {
            let code = Code::new(&mut counts, most);
            assert!(code.lengths.iter().all(|it| (1..=most).contains(&usize::from(*it))));
            let room: usize = code.lengths.iter().map(|it| 1 << (most - usize::from(*it))).sum();
            assert_eq!(room, 1 << most, "and every code is used");
        }
    }

    #[test]
    fn flat_pictures_take_next_to_nothing() {
        assert!(check(&rows(1281, 800, |_, _| 3), 1281) < 3000);
        assert!(check(&rows(1281, 800, |x, _| noise(x) % 16), 1281) < 8000);
    }
}
