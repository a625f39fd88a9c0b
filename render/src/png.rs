//! Pixels to bytes.
//!
//! A chart has few colours, and one byte a pixel compresses three times as well as three. So the
//! picture is given a palette; where there are more than 256 of them, as where a fill fades, the shades along edges are drawn
//! in the nearest, as long as nobody can tell. A picture with too many colours for that keeps them all.

use crate::canvas::{Canvas, Pixel, Pixels, run_length};
use crate::colours::{Colours, Rgb};
use crate::deflate;
use image::ImageEncoder as _;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use png::{BitDepth, ColorType, Encoder, chunk};

/// The farthest a channel may move for the sake of the palette: below what is seen on an edge.
const UNSEEN: u8 = 20;

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
    let colours = std::mem::replace(&mut pixels.colours, Colours::new());
    let bytes = match palette(colours.list(), pixels.bytes()) {
        Some(palette) => encode_indexed(width, height, &palette, pixels.bytes()),
        None => encode_true_colour(width, height, colours.list(), pixels.bytes()),
    };
    Png { bytes, width, height }
}

/// Letters and cells that come again are found where no filter has changed them.
fn encode_indexed(width: u32, height: u32, palette: &Reduced, pixels: &mut [u8]) -> Vec<u8> {
    let packed = deflate::pack(rows(pixels, width as usize, palette), width as usize + 1);
    let colours = palette.colours.concat();
    let mut bytes = Vec::with_capacity(packed.len() + colours.len() + 128);
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(colours);
    let mut writer = encoder.write_header().expect("encoding into memory");
    writer.write_chunk(chunk::IDAT, &packed).expect("encoding into memory");
    writer.finish().expect("encoding into memory");
    bytes
}

fn encode_true_colour(width: u32, height: u32, colours: &[Rgb], pixels: &[u8]) -> Vec<u8> {
    let numbers = pixels.as_chunks().0.iter().map(|it| usize::from(u16::from_le_bytes(*it)));
    let opaque: Vec<u8> = numbers.flat_map(|it| colours[it]).collect();
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Up)
        .write_image(&opaque, width, height, image::ExtendedColorType::Rgb8)
        .expect("encoding into memory");
    bytes
}

/// The rows of a PNG: a byte that says that no filter is used, and an entry of the palette for each pixel. They take the
/// place of the pixels, of which none is overtaken: a row has one byte for each of their two, and one more.
fn rows<'a>(pixels: &'a mut [u8], width: usize, palette: &Reduced) -> &'a [u8] {
    let mut row = vec![0; width + 1];
    let mut end = 0;
    for begin in (0..pixels.len()).step_by(2 * width) {
        let (numbers, _) = pixels[begin..][..2 * width].as_chunks();
        let mut rest = &mut row[1..];
        for (number, length) in runs(numbers) {
            let run = rest.split_off_mut(..length).unwrap_or_default();
            run.fill(palette.entries[number]);
        }
        pixels[end..=end + width].copy_from_slice(&row);
        end += width + 1;
    }
    &pixels[..end]
}

/// At most 256 colours.
struct Reduced {
    colours: Vec<Rgb>,
    /// For each colour that was seen, its place in the palette.
    entries: Vec<u8>,
}

/// Without a palette, nothing.
fn palette(colours: &[Rgb], pixels: &[u8]) -> Option<Reduced> {
    if colours.len() <= 256 {
        return Some(Reduced { colours: colours.to_vec(), entries: (0..=255).take(colours.len()).collect() });
    }
    let mut counts = vec![0; colours.len()];
    runs(pixels.as_chunks().0).for_each(|(number, length)| counts[number] += length);
    let mut common: Vec<usize> = (0..colours.len()).filter(|it| 0 < counts[*it]).collect();
    common.sort_by_key(|it| std::cmp::Reverse(counts[*it]));
    [UNSEEN / 2, UNSEEN].into_iter().find_map(|apart| merge(colours, &counts, &common, apart))
}

/// The colours of neighbours that are alike, and how many they are.
fn runs(pixels: &[Pixel]) -> impl Iterator<Item = (usize, usize)> {
    let mut rest = pixels;
    std::iter::from_fn(move || {
        let first = *rest.first()?;
        let length = run_length(rest, first);
        rest = &rest[length..];
        Some((usize::from(u16::from_le_bytes(first)), length))
    })
}

/// Gives every colour an entry of a palette that differs by no more than `apart` in any channel.
/// The most common colours choose first, and areas are kept as they are, so that a fill that fades
/// has all of its steps; the shades of edges make do with what is near.
fn merge(colours: &[Rgb], counts: &[usize], common: &[usize], apart: u8) -> Option<Reduced> {
    /// One part of the picture in so many makes an area: a step of a fading fill has hundreds of
    /// pixels in a million.
    const AREA: usize = 4000;
    const MOST_AREAS: usize = 96;
    let pixels: usize = counts.iter().sum();
    let mut palette = Palette { channels: [[0; 256]; 3], len: 0 };
    let mut entries = vec![0; colours.len()];
    for (rank, number) in common.iter().copied().enumerate() {
        let is_area = rank < MOST_AREAS && pixels < AREA * counts[number];
        let apart = if is_area { 0 } else { apart };
        entries[number] = match nearest(&palette, colours[number]).filter(|(far, _)| *far <= apart) {
            Some((_, entry)) => entry,
            None if palette.len < 256 => palette.push(colours[number]),
            None => return None,
        };
    }
    Some(Reduced { colours: palette.colours(), entries })
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Each pixel's colour by its number.
    fn pixels(all: impl Iterator<Item = Rgb>) -> (Colours, Vec<u8>) {
        let mut colours = Colours::new();
        let pixels = all.flat_map(|it| colours.number(it).to_le_bytes()).collect();
        (colours, pixels)
    }

    fn decoded(bytes: &[u8]) -> image::RgbImage {
        image::load_from_memory(bytes).expect("a PNG").to_rgb8()
    }

    #[test]
    fn areas_are_kept_exactly_however_alike_they_are() {
        // 90 colours are as many entries; of those of the other there are too many, were it not for what is never seen.
        for step in [1, 7] {
            let all = |it: u32| [(it / 100) as u8, 17, 255 - (it / 100) as u8];
            let (mut colours, picture) = pixels((0..9000).map(all));
            (0..255 * (step - 1)).for_each(|it| drop(colours.number([it as u8, (it >> 8) as u8, 99])));
            let palette = palette(colours.list(), &picture).expect("90 colours fit");
            // A row ends within an area, at its end, and there is one column alone.
            for width in [100, 90, 60, 1] {
                let height = 9000 / width;
                let image = decoded(&encode_indexed(width, height, &palette, &mut picture.clone()));
                assert_eq!(image.dimensions(), (width, height));
                assert!(image.pixels().zip(0..).all(|(pixel, it)| pixel.0 == all(it)));
            }
        }
    }

    #[test]
    fn shades_move_by_less_than_can_be_seen() {
        let all = |it: u32| [(it % 256) as u8, (it / 16) as u8, 40];
        let (colours, mut picture) = pixels((0..2000).map(all));
        let palette = palette(colours.list(), &picture).expect("two thousand near shades fit");
        let image = decoded(&encode_indexed(50, 40, &palette, &mut picture));
        assert!(image.pixels().zip(0..).all(|(pixel, it)| distance(pixel.0, all(it)) <= UNSEEN));
    }

    #[test]
    fn a_picture_of_all_colours_is_kept_in_true_colour() {
        let all = |it: u32| [(it % 251) as u8, (it / 7 % 253) as u8, (it * 31 % 255) as u8];
        let (colours, picture) = pixels((0..28_000).map(all));
        assert!(palette(colours.list(), &picture).is_none());
        let image = decoded(&encode_true_colour(280, 100, colours.list(), &picture));
        assert!(image.pixels().zip(0..).all(|(pixel, it)| pixel.0 == all(it)));
    }
}
