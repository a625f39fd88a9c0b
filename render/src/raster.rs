//! Shapes to shares of pixels: how much of each lies inside of an outline, exactly.
//!
//! Only the pixels that an edge runs through are written down; what lies between two of them in a row is one stretch. So a
//! shape costs what its edge is long, and not what it covers.

use std::ops::Range;

/// So many shades along an edge: more cannot be seen, and each would want a place in the palette and room in the file.
pub(crate) const SHADES: usize = 8;

/// Parts of a pixel to which corners are rounded.
const PARTS: i32 = 256;

/// Where a corner is held that lies farther away, in parts: twice as far as the longest side of a picture.
const FARTHEST: f32 = 4_194_304.0;

/// How far from a curve its chords may lie, in pixels.
const FLAT: f32 = 0.04;

/// Pieces that a curve is cut into at most.
const MOST_PIECES: f32 = 64.0;

/// A point in pixels.
pub(crate) type Place = (f32, f32);

/// What the edges do within a pixel.
#[derive(Clone, Copy, Debug)]
struct Cell {
    row: u16,
    /// -1 stands for all that is to the left of the picture.
    column: i16,
    /// How far the edges go down within it, less how far they go up.
    cover: i32,
    /// Twice the area between them and its left side.
    area: i64,
}

/// Collects the edges of a shape.
#[derive(Debug, Default)]
pub(crate) struct Raster {
    width: i32,
    height: i32,
    cells: Vec<Cell>,
    by_row: Vec<Cell>,
    ends: Vec<usize>,
}

impl Raster {
    /// For a picture of so many pixels.
    pub(crate) fn new(width: u32, height: u32) -> Self {
        Self { width: width as i32, height: height as i32, ..Self::default() }
    }

    /// A straight edge. The edges of a shape have to lead back to where they began.
    pub(crate) fn line(&mut self, from: Place, to: Place) {
        let fixed = |it: f32| {
            let parts = (it * PARTS as f32).clamp(-FARTHEST, FARTHEST);
            (parts + 0.5_f32.copysign(parts)) as i32
        };
        self.edge((fixed(from.0), fixed(from.1)), (fixed(to.0), fixed(to.1)));
    }

    /// A quadratic curve.
    pub(crate) fn quadratic(&mut self, from: Place, handle: Place, to: Place) {
        let bend = bend(from, handle, to) / 4.0;
        self.curve(from, bend, |at| {
            let rest = 1.0 - at;
            let on = |a: f32, b: f32, c: f32| a * rest * rest + b * 2.0 * rest * at + c * at * at;
            (on(from.0, handle.0, to.0), on(from.1, handle.1, to.1))
        });
    }

    /// A cubic curve.
    pub(crate) fn cubic(&mut self, from: Place, first: Place, second: Place, to: Place) {
        let bend = bend(from, first, second).max(bend(first, second, to)) * 0.75;
        self.curve(from, bend, |at| {
            let rest = 1.0 - at;
            let (a, b, c, d) =
                (rest * rest * rest, 3.0 * rest * rest * at, 3.0 * rest * at * at, at * at * at);
            let on = |p: f32, q: f32, r: f32, s: f32| p * a + q * b + r * c + s * d;
            (on(from.0, first.0, second.0, to.0), on(from.1, first.1, second.1, to.1))
        });
    }

    /// As chords, more of them the more it bends.
    fn curve(&mut self, from: Place, bend: f32, on: impl Fn(f32) -> Place) {
        let pieces = (bend / FLAT).sqrt().min(MOST_PIECES) as u16 + 1;
        let mut last = from;
        for piece in 1..=pieces {
            let next = on(f32::from(piece) / f32::from(pieces));
            self.line(last, next);
            last = next;
        }
    }

    fn edge(&mut self, from: (i32, i32), to: (i32, i32)) {
        let (sign, (x0, y0), (x1, y1)) = if from.1 < to.1 { (1, from, to) } else { (-1, to, from) };
        let (top, bottom) = (y0.max(0), y1.min(self.height * PARTS));
        if bottom <= top {
            return;
        }
        let slope = f64::from(x1 - x0) / f64::from(y1 - y0);
        let at = |y: i32| if y == y1 { x1 } else { x0 + (f64::from(y - y0) * slope) as i32 };
        let (mut y, mut x) = (top, at(top));
        while y < bottom {
            let row = y / PARTS;
            let next = ((row + 1) * PARTS).min(bottom);
            let reached = at(next);
            self.within_row(row as u16, (x, reached), (next - y) * sign);
            (y, x) = (next, reached);
        }
    }

    /// A piece of an edge that does not leave its row.
    fn within_row(&mut self, row: u16, (from, to): (i32, i32), cover: i32) {
        let (first, last) = (from.div_euclid(PARTS), to.div_euclid(PARTS));
        if first == last {
            return self.put(row, first, cover, (from + to - 2 * first * PARTS) * cover);
        }
        let (left, right) = (from.min(to), from.max(to));
        let (mut x, mut given) = (left, 0);
        while x < right {
            let column = x.div_euclid(PARTS);
            let next = ((column + 1) * PARTS).min(right);
            let reached = (i64::from(cover) * i64::from(next - left) / i64::from(right - left)) as i32;
            let share = reached - given;
            self.put(row, column, share, (x + next - 2 * column * PARTS) * share);
            (x, given) = (next, reached);
        }
    }

    fn put(&mut self, row: u16, column: i32, cover: i32, area: i32) {
        if self.width <= column {
            return;
        }
        let column = column.max(-1) as i16;
        match self.cells.last_mut() {
            Some(it) if it.row == row && it.column == column => {
                it.cover += cover;
                it.area += i64::from(area);
            }
            Some(_) | None => self.cells.push(Cell { row, column, cover, area: i64::from(area) }),
        }
    }

    /// Tells row by row which stretches are covered and by how many shades, and forgets the shape.
    pub(crate) fn sweep(&mut self, mut paint: impl FnMut(usize, Range<usize>, usize)) {
        self.sort();
        let mut rest = &mut self.by_row[..];
        while let Some(first) = rest.first() {
            let row = first.row;
            let length = rest.iter().take_while(|it| it.row == row).count();
            let (cells, others) = std::mem::take(&mut rest).split_at_mut(length);
            rest = others;
            if !cells.is_sorted_by_key(|it| it.column) {
                cells.sort_unstable_by_key(|it| it.column);
            }
            let row = usize::from(row);
            let mut cover = 0;
            let mut index = 0;
            while let Some(cell) = cells.get(index) {
                let column = cell.column;
                let mut area = 0;
                while let Some(cell) = cells.get(index).filter(|it| it.column == column) {
                    cover += cell.cover;
                    area += cell.area;
                    index += 1;
                }
                let full = i64::from(cover) * i64::from(2 * PARTS);
                let (at, share) = (i32::from(column), shades(full - area));
                if 0 <= at && 0 < share {
                    paint(row, at as usize..at as usize + 1, share);
                }
                let end = cells.get(index).map_or(self.width, |it| i32::from(it.column));
                if at + 1 < end && cover != 0 {
                    let share = shades(full);
                    if 0 < share {
                        paint(row, (at + 1) as usize..end as usize, share);
                    }
                }
            }
        }
        self.by_row.clear();
    }

    /// By row; within a row in the order in which they came.
    fn sort(&mut self) {
        let top = self.cells.iter().map(|it| it.row).min().unwrap_or_default();
        let bottom = self.cells.iter().map(|it| it.row).max().unwrap_or_default();
        self.ends.clear();
        self.ends.resize(usize::from(bottom - top) + 2, 0);
        for cell in &self.cells {
            self.ends[usize::from(cell.row - top) + 1] += 1;
        }
        for row in 1..self.ends.len() {
            self.ends[row] += self.ends[row - 1];
        }
        self.by_row.clear();
        self.by_row.resize(self.cells.len(), Cell { row: 0, column: 0, cover: 0, area: 0 });
        for cell in self.cells.drain(..) {
            let place = &mut self.ends[usize::from(cell.row - top)];
            self.by_row[*place] = cell;
            *place += 1;
        }
    }
}

/// How far a handle lies from the middle of its neighbours, twice.
fn bend(a: Place, b: Place, c: Place) -> f32 {
    (a.0 - 2.0 * b.0 + c.0).abs().max((a.1 - 2.0 * b.1 + c.1).abs())
}

/// Of twice an area in parts of parts; what is covered twice is covered.
fn shades(area: i64) -> usize {
    const WHOLE: i64 = 2 * PARTS as i64 * PARTS as i64;
    ((area.abs().min(WHOLE) * SHADES as i64 + WHOLE / 2) / WHOLE) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shades of each pixel of a picture of 8 by 4, row by row.
    fn check(corners: &[Place], expected: [&str; 4]) {
        let mut raster = Raster::new(8, 4);
        for (index, corner) in corners.iter().enumerate() {
            raster.line(*corner, corners[(index + 1) % corners.len()]);
        }
        let mut drawn = [[0; 8]; 4];
        raster.sweep(|row, columns, shades| drawn[row][columns].fill(shades));
        let shown = drawn.map(|row| row.map(|it| [".", "1", "2", "3", "4", "5", "6", "7", "#"][it]).concat());
        assert_eq!(shown, expected);
        raster.sweep(|_, _, _| panic!("a shape is forgotten once it was told"));
    }

    #[test]
    fn a_pixel_is_covered_by_as_much_of_it_as_lies_inside() {
        check(
            &[(1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 3.0)],
            ["........", ".##.....", ".##.....", "........"],
        );
        check(
            &[(1.5, 0.5), (6.25, 0.5), (6.25, 3.75), (1.5, 3.75)],
            [".244441.", ".4####2.", ".4####2.", ".366662."],
        );
        check(&[(0.0, 0.0), (8.0, 0.0), (0.0, 4.0)], ["######62", "####62..", "##62....", "62......"]);
        check(
            &[(2.0, 0.0), (4.0, 2.0), (2.0, 4.0), (0.0, 2.0)],
            [".44.....", "4##4....", "4##4....", ".44....."],
        );
    }

    #[test]
    fn which_way_an_edge_runs_and_how_often_it_covers_is_the_same() {
        let square = [(1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 3.0)];
        let expected = ["........", ".##.....", ".##.....", "........"];
        let mut turned = square;
        turned.reverse();
        check(&turned, expected);
        check(&[square, square].concat(), expected);
        // A hole runs the other way.
        let hole = [(1.0, 1.0), (1.0, 3.0), (6.0, 3.0), (6.0, 1.0), (1.0, 1.0)];
        let ring = [&[(0.0, 0.0), (8.0, 0.0), (8.0, 4.0), (0.0, 4.0), (0.0, 0.0)], &hole[..]].concat();
        check(&ring, ["########", "#.....##", "#.....##", "########"]);
    }

    #[test]
    fn what_leaves_the_picture_is_cut_off() {
        let far = 60.0;
        check(&[(-far, -far), (far, -far), (far, far), (-far, far)], ["########"; 4]);
        check(
            &[(-far, 1.0), (2.5, 1.0), (2.5, 2.0), (-far, 2.0)],
            ["........", "##4.....", "........", "........"],
        );
        check(&[(6.0, -far), (far, -far), (far, far), (6.0, far)], ["......##"; 4]);
        check(&[(far, 0.0), (far + 2.0, 0.0), (far, 4.0)], ["........"; 4]);
        // Nobody asks for that, and nothing comes to harm.
        let mut raster = Raster::new(8, 4);
        let corners = [(f32::NAN, 0.0), (f32::INFINITY, 9.0), (0.0, f32::NEG_INFINITY), (1e30, f32::MAX)];
        corners.iter().for_each(|from| corners.iter().for_each(|to| raster.line(*from, *to)));
        raster.sweep(|row, columns, _| assert!(row < 4 && columns.end <= 8));
    }

    #[test]
    fn a_circle_of_curves_has_the_area_of_a_circle() {
        let mut raster = Raster::new(40, 40);
        let (middle, radius, handle) = (20.0, 15.5, 15.5 * 0.552_284_8);
        let on = |x: f32, y: f32| (middle + x, middle + y);
        for (x, y) in [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)] {
            let (from, to) = (on(radius * x, radius * y), on(-radius * y, radius * x));
            let first = (from.0 - handle * y, from.1 + handle * x);
            let second = (to.0 + handle * x, to.1 + handle * y);
            raster.cubic(from, first, second, to);
        }
        let mut area = 0.0;
        raster.sweep(|_, columns, shades| area += (columns.len() * shades) as f32 / SHADES as f32);
        let expected = std::f32::consts::PI * radius * radius;
        assert!((area - expected).abs() < 3.0, "{area} of {expected}");
    }
}
