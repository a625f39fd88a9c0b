//! What holds of every picture, whatever is written on it: asked by tests and fuzzers.

use crate::deflate::pack;
use crate::{
    Bar, Bars, Chart, Donut, HeatRow, Heatmap, Lane, Limit, Line, LineSeries, Mark, Moment, Panel, Panels,
    Point, Slice, Sparkline, Theme, Tile, TimeAxis, Timeline, render,
};

/// Any bytes as a chart with words and figures on it: there is a picture of the size that is said, another program can
/// open it, no word leaves it, and the same words make the same bytes.
pub fn labels(bytes: &[u8]) {
    let mut given = Given(bytes);
    let kind = given.byte();
    let chart = given.chart(kind % 7);
    let theme = if kind & 64 == 0 { Theme::dark() } else { Theme::light() }.with_density(0.5);
    let png = render(&chart, &theme);
    let image = image::load_from_memory(png.bytes()).expect("a PNG").to_rgb8();
    assert_eq!(image.dimensions(), png.size());
    let (width, height) = image.dimensions();
    assert!((1..=320).contains(&width) && (1..=3000).contains(&height), "{width} x {height}");
    let background = image.get_pixel(0, 0);
    let edge = (0..width).flat_map(|x| [(x, 0), (x, height - 1)]);
    for (x, y) in edge.chain((0..height).flat_map(|y| [(0, y), (width - 1, y)])) {
        assert_eq!(image.get_pixel(x, y), background, "{x}, {y} of {width} x {height}");
    }
    assert_eq!(render(&chart, &theme).bytes(), png.bytes(), "the same words, the same bytes");
}

/// Any bytes as the rows of a picture, after two that say how wide it is: packed, and unpacked by another program, they
/// are the same.
pub fn packed(bytes: &[u8]) {
    let Some(([wide, far], bytes)) = bytes.split_first_chunk::<2>() else { return };
    let row = usize::from(*wide) + 2;
    // Repeated, there is something to find far back.
    let mut rows = bytes.repeat(usize::from(*far) % 32 + 1);
    rows.truncate(rows.len().min(1 << 19) / row * row);
    if rows.is_empty() {
        return;
    }
    rows.iter_mut().step_by(row).for_each(|filter| *filter = 0);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, row as u32 - 1, (rows.len() / row) as u32);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_chunk(png::chunk::IDAT, &pack(&rows, row)).expect("its data");
    writer.finish().expect("its end");
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    // By itself it believes any sum.
    decoder.ignore_checksums(false);
    let mut reader = decoder.read_info().expect("a picture");
    let mut drawn = vec![0; reader.output_buffer_size().expect("it fits")];
    reader.next_frame(&mut drawn).expect("what was packed can be unpacked");
    let expected: Vec<u8> = rows.chunks_exact(row).flat_map(|it| &it[1..]).copied().collect();
    assert!(drawn == expected, "rows of {row}");
}

/// What is left of the bytes.
struct Given<'b>(&'b [u8]);

impl Given<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn count(&mut self, most: u8) -> usize {
        usize::from(self.byte() % (most + 1))
    }

    /// Up to the next line's end.
    fn words(&mut self) -> String {
        let end = self.0.iter().position(|it| *it == b'\n').unwrap_or(self.0.len());
        let text = String::from_utf8_lossy(&self.0[..end]).into_owned();
        self.0 = self.0.get(end + 1..).unwrap_or_default();
        text
    }

    fn number(&mut self) -> f64 {
        match self.byte() {
            0 => f64::NAN,
            1 => f64::INFINITY,
            2 => f64::MIN,
            3 => f64::MAX,
            4 => f64::MIN_POSITIVE,
            5 => {
                let bytes = [(); 8].map(|()| self.byte());
                f64::from_be_bytes(bytes)
            }
            other => f64::from(other) - 100.0,
        }
    }

    fn moment(&mut self) -> f64 {
        match self.byte() {
            0 => self.number(),
            other => 1.7e9 + f64::from(other) * 600.0,
        }
    }

    fn time(&mut self) -> TimeAxis {
        TimeAxis { gap_seconds: self.number(), ..TimeAxis::between(self.moment(), self.moment()) }
    }

    fn line(&mut self) -> Line {
        let series = (0..self.count(3)).map(|_| LineSeries {
            label: self.words(),
            points: (0..self.count(20)).map(|_| Point::new(self.moment(), self.number())).collect(),
            ..LineSeries::default()
        });
        let series = series.collect();
        let limits = (0..self.count(2)).map(|_| Limit {
            value: self.number(),
            label: self.words(),
            ..Limit::default()
        });
        let limits = limits.collect();
        let marks =
            (0..self.count(3)).map(|_| Mark { at: self.moment(), label: self.words(), ..Mark::default() });
        let marks = marks.collect();
        Line {
            title: self.words(),
            subtitle: self.words(),
            series,
            limits,
            marks,
            time: self.time(),
            ..Line::default()
        }
    }

    fn bars(&mut self) -> Bars {
        let bars = (0..self.count(18)).map(|_| Bar {
            label: self.words(),
            share: self.number(),
            note: self.words(),
            ..Bar::default()
        });
        let bars = bars.collect();
        Bars { title: self.words(), subtitle: self.words(), bars, empty: self.words(), ..Bars::default() }
    }

    fn donut(&mut self) -> Donut {
        let slices = (0..self.count(10)).map(|_| Slice {
            label: self.words(),
            value: self.number(),
            note: self.words(),
            ..Slice::default()
        });
        let slices = slices.collect();
        Donut {
            title: self.words(),
            slices,
            centre: self.words(),
            centre_note: self.words(),
            ..Donut::default()
        }
    }

    fn heatmap(&mut self) -> Heatmap {
        let rows = (0..self.count(8)).map(|_| HeatRow {
            label: self.words(),
            cells: (0..self.count(24)).map(|_| self.number()).collect(),
        });
        let rows = rows.collect();
        let columns = (0..self.count(24)).map(|_| self.words()).collect();
        Heatmap { title: self.words(), rows, columns, ..Heatmap::default() }
    }

    fn timeline(&mut self) -> Timeline {
        let lanes = (0..self.count(13)).map(|_| Lane {
            label: self.words(),
            moments: (0..self.count(4)).map(|_| Moment { at: self.moment(), ..Moment::default() }).collect(),
            ..Lane::default()
        });
        let lanes = lanes.collect();
        Timeline { title: self.words(), lanes, time: self.time(), ..Timeline::default() }
    }

    fn sparkline(&mut self) -> Sparkline {
        Sparkline { values: (0..self.count(40)).map(|_| self.number()).collect(), ..Sparkline::default() }
    }

    fn chart(&mut self, kind: u8) -> Chart {
        match kind {
            0 => self.line().into(),
            1 => self.bars().into(),
            2 => self.donut().into(),
            3 => self.heatmap().into(),
            4 => self.timeline().into(),
            5 => self.sparkline().into(),
            _ => {
                let panel = |given: &mut Self| match given.byte() % 6 {
                    0 => Panel::Line(given.line()),
                    1 => Panel::Bars(given.bars()),
                    2 => Panel::Donut(given.donut()),
                    3 => Panel::Heatmap(given.heatmap()),
                    4 => Panel::Timeline(given.timeline()),
                    _ => Panel::Tile(Tile {
                        label: given.words(),
                        value: given.words(),
                        note: given.words(),
                        spark: Some(given.sparkline()),
                        ..Tile::default()
                    }),
                };
                let rows = (0..self.count(4)).map(|_| (0..self.count(4)).map(|_| panel(self)).collect());
                let rows = rows.collect();
                Panels { title: self.words(), subtitle: self.words(), rows, empty: self.words() }.into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hostile;

    #[test]
    fn what_fuzzers_found_before_is_drawn_and_packed() {
        hostile::each("labels", labels);
        hostile::each("packed", packed);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_words_and_figures_are_a_picture(bytes in hostile::like("labels")) {
            labels(&bytes);
        }

        #[test]
        fn any_rows_are_packed(bytes in hostile::like("packed")) {
            packed(&bytes);
        }
    }
}
