//! Pixels to bytes.
//!
//! A chart has few colours, and one byte a pixel compresses three times as well as three. So the
//! picture is given a palette; the many shades along smooth edges are drawn in the nearest of 256,
//! as long as nobody can tell. A picture with too many colours for that keeps them all.

use crate::canvas::{Canvas, Pixels};
use crate::deflate;
use image::ImageEncoder as _;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use png::{BitDepth, ColorType, Encoder, chunk};

/// The farthest a channel may move for the sake of the palette: below what is seen on an edge.
const UNSEEN: u8 = 20;

/// Distinct colours beyond which no palette is tried. A chart has some two thousand.
const TOO_MANY: usize = 16_384;

/// A finished picture, as bytes of a PNG file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Png {
    bytes: Vec<u8>,
    width: u32,
    height: u32,
}

impl Png {
    /// The file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file, to own.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }
}

/// Consumes the canvas, so that its memory is free before anybody waits for the network.
pub(crate) fn encode(canvas: Canvas) -> Png {
    let mut pixels = canvas.into_pixels();
    let Pixels { width, height, .. } = pixels;
    let bytes = match index(pixels.bytes()) {
        Some(indexed) => encode_indexed(width, height, &indexed, pixels.bytes()),
        None => encode_true_colour(width, height, pixels.bytes()),
    };
    Png { bytes, width, height }
}

/// Letters and cells that come again are found where no filter has changed them.
fn encode_indexed(width: u32, height: u32, indexed: &Indexed, room: &mut [u8]) -> Vec<u8> {
    let palette = indexed.palette.concat();
    let rows = indexed.rows(room, width as usize);
    let packed = deflate::pack(rows, width as usize + 1);
    let mut bytes = Vec::with_capacity(packed.len() + palette.len() + 128);
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(palette);
    let mut writer = encoder.write_header().expect("encoding into memory");
    writer.write_chunk(chunk::IDAT, &packed).expect("encoding into memory");
    writer.finish().expect("encoding into memory");
    bytes
}

fn encode_true_colour(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let opaque: Vec<u8> = pixels.chunks_exact(4).flat_map(|it| [it[0], it[1], it[2]]).collect();
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Up)
        .write_image(&opaque, width, height, image::ExtendedColorType::Rgb8)
        .expect("encoding into memory");
    bytes
}

/// Neighbours of one colour, row after row: all but a few thousand of a chart's million pixels.
struct Run {
    number: u16,
    length: u32,
}

/// A picture of at most 256 colours.
struct Indexed {
    palette: Vec<[u8; 3]>,
    /// For each colour that was seen, its place in the palette.
    entries: Vec<u8>,
    runs: Vec<Run>,
}

/// Without a palette, nothing. The pixels are not needed any more once there is one.
fn index(pixels: &[u8]) -> Option<Indexed> {
    let mut table = Table::new();
    let mut runs: Vec<Run> = Vec::with_capacity(64 * 1024);
    let mut rest = pixels;
    while let Some((pixel, _)) = rest.split_first_chunk::<4>() {
        let length = run_length(rest, *pixel);
        let number = table.number([pixel[0], pixel[1], pixel[2]])?;
        table.counts[usize::from(number)] += length as u32;
        runs.push(Run { number, length: length as u32 });
        rest = &rest[length * 4..];
    }
    let mut common: Vec<u16> = (0..table.colours.len() as u16).collect();
    common.sort_by_key(|it| std::cmp::Reverse(table.counts[usize::from(*it)]));
    let (palette, entries) =
        [UNSEEN / 2, UNSEEN].into_iter().find_map(|apart| merge(&table, &common, apart))?;
    Some(Indexed { palette, entries, runs })
}

impl Indexed {
    /// The rows of a PNG: a byte that says that no filter is used, and an index for each pixel. They take the place of the first pixels.
    fn rows<'a>(&self, room: &'a mut [u8], width: usize) -> &'a [u8] {
        let (mut column, mut end) = (0, 0);
        for run in &self.runs {
            let mut left = run.length as usize;
            while 0 < left {
                if column == 0 {
                    room[end] = 0;
                    end += 1;
                }
                let now = left.min(width - column);
                room[end..end + now].fill(self.entries[usize::from(run.number)]);
                (end, left, column) = (end + now, left - now, (column + now) % width);
            }
        }
        &room[..end]
    }
}

/// How many pixels at the beginning are the same as the first; four at a time are compared as one
/// number.
fn run_length(pixels: &[u8], first: [u8; 4]) -> usize {
    let four = u128::from(u32::from_ne_bytes(first)) * 0x0000_0001_0000_0001_0000_0001_0000_0001;
    let (blocks, _) = pixels.as_chunks::<16>();
    let whole = blocks.iter().take_while(|it| u128::from_ne_bytes(**it) == four).count() * 4;
    let (singles, _) = pixels[whole * 4..].as_chunks::<4>();
    whole + singles.iter().take_while(|it| **it == first).count()
}

/// Gives every colour an entry of a palette that differs by no more than `apart` in any channel.
/// The most common colours choose first, and areas are kept as they are, so that a fill that fades
/// has all of its steps; the shades of edges make do with what is near.
fn merge(table: &Table, common: &[u16], apart: u8) -> Option<(Vec<[u8; 3]>, Vec<u8>)> {
    /// One part of the picture in so many makes an area: a step of a fading fill has hundreds of
    /// pixels in a million.
    const AREA: usize = 4000;
    const MOST_AREAS: usize = 96;
    let pixels: usize = table.counts.iter().map(|it| *it as usize).sum();
    let mut palette = Palette { channels: [[0; 256]; 3], len: 0 };
    let mut entries = vec![0; table.colours.len()];
    for (rank, number) in common.iter().map(|it| usize::from(*it)).enumerate() {
        let colour = table.colours[number];
        let is_area = rank < MOST_AREAS && pixels < AREA * table.counts[number] as usize;
        let apart = if is_area { 0 } else { apart };
        entries[number] = match nearest(&palette, colour).filter(|(far, _)| *far <= apart) {
            Some((_, entry)) => entry,
            None if palette.len < 256 => palette.push(colour),
            None => return None,
        };
    }
    Some((palette.colours(), entries))
}

/// Up to 256 colours, one list a channel.
struct Palette {
    channels: [[u8; 256]; 3],
    len: usize,
}

impl Palette {
    fn push(&mut self, colour: [u8; 3]) -> u8 {
        let entry = self.len;
        self.channels.iter_mut().zip(colour).for_each(|(channel, it)| channel[entry] = it);
        self.len += 1;
        entry as u8
    }

    fn colours(&self) -> Vec<[u8; 3]> {
        let [red, green, blue] = &self.channels;
        (0..self.len).map(|it| [red[it], green[it], blue[it]]).collect()
    }
}

/// How far the nearest entry of the palette is, and which it is: in one pass for the distances, which the processor does
/// many at a time, and one for the least.
fn nearest(palette: &Palette, colour: [u8; 3]) -> Option<(u8, u8)> {
    let mut far = [u8::MAX; 256];
    let [red, green, blue] = &palette.channels;
    for (far, ((red, green), blue)) in far.iter_mut().zip(red.iter().zip(green).zip(blue)) {
        *far = distance([*red, *green, *blue], colour);
    }
    let far = &far[..palette.len];
    let least = *far.iter().min()?;
    far.iter().position(|it| *it == least).map(|entry| (least, entry as u8))
}

/// The greatest difference in a channel.
fn distance(a: [u8; 3], b: [u8; 3]) -> u8 {
    a[0].abs_diff(b[0]).max(a[1].abs_diff(b[1])).max(a[2].abs_diff(b[2]))
}

/// Numbers colours in order of appearance. Open addressing over four slots per colour: a general
/// hash map would take longer than all the rest of the encoding.
struct Table {
    slots: Vec<u16>,
    colours: Vec<[u8; 3]>,
    counts: Vec<u32>,
}

impl Table {
    const BITS: u32 = 16;
    const FREE: u16 = u16::MAX;

    fn new() -> Self {
        Self { slots: vec![Self::FREE; 1 << Self::BITS], colours: Vec::new(), counts: Vec::new() }
    }

    /// `None` when there are too many colours for a palette to make sense.
    fn number(&mut self, colour: [u8; 3]) -> Option<u16> {
        let key = u32::from_le_bytes([colour[0], colour[1], colour[2], 0]);
        let mut slot = (key.wrapping_mul(0x9e37_79b1) >> (32 - Self::BITS)) as usize;
        loop {
            match self.slots[slot] {
                Self::FREE if self.colours.len() == TOO_MANY => return None,
                Self::FREE => {
                    let number = self.colours.len() as u16;
                    self.slots[slot] = number;
                    self.colours.push(colour);
                    self.counts.push(0);
                    return Some(number);
                }
                number if self.colours[usize::from(number)] == colour => return Some(number),
                _ => slot = (slot + 1) % self.slots.len(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels(colours: impl Iterator<Item = [u8; 3]>) -> Vec<u8> {
        colours.flat_map(|[red, green, blue]| [red, green, blue, 255]).collect()
    }

    fn decoded(bytes: &[u8]) -> image::RgbImage {
        image::load_from_memory(bytes).expect("a PNG").to_rgb8()
    }

    #[test]
    fn areas_are_kept_exactly_however_alike_they_are() {
        let picture = pixels((0..9000u32).map(|it| [(it / 100) as u8, 17, 255 - (it / 100) as u8]));
        // A row ends within an area, at its end, and there is one column alone.
        for width in [100, 90, 60, 1] {
            let indexed = index(&picture).expect("90 colours fit");
            let height = 9000 / width;
            let image = decoded(&encode_indexed(width, height, &indexed, &mut picture.clone()));
            assert_eq!(image.dimensions(), (width, height));
            assert!(image.chunks_exact(3).zip(picture.chunks_exact(4)).all(|(a, b)| a == &b[..3]));
        }
    }

    #[test]
    fn shades_move_by_less_than_can_be_seen() {
        let picture = pixels((0..2000u32).map(|it| [(it % 256) as u8, (it / 16) as u8, 40]));
        let indexed = index(&picture).expect("two thousand near shades fit");
        let image = decoded(&encode_indexed(50, 40, &indexed, &mut picture.clone()));
        for (pixel, entry) in picture.chunks_exact(4).zip(image.pixels()) {
            assert!(distance(entry.0, [pixel[0], pixel[1], pixel[2]]) <= UNSEEN);
        }
    }

    #[test]
    fn a_picture_of_all_colours_is_kept_in_true_colour() {
        let every = |it: u32| [(it % 251) as u8, (it / 7 % 253) as u8, (it * 31 % 255) as u8];
        let picture = pixels((0..90_000).map(every));
        assert!(index(&picture).is_none());
        let image = decoded(&encode_true_colour(300, 300, &picture));
        assert!(image.chunks_exact(3).zip(picture.chunks_exact(4)).all(|(a, b)| a == &b[..3]));
    }
}
