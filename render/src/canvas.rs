//! The pixel surface; the only file that names `tiny_skia`, which makes shapes of curves, strokes and dashes.
//!
//! Coordinates are logical pixels, y downwards. Whatever is asked for is drawn as far as it makes
//! sense: what is not a number is left out, what is outside is held at the edge.

use crate::colours::Colours;
use crate::raster::{Place, Raster, SHADES};
use crate::theme::{Colour, Theme, mix};
use memmap2::MmapMut;
use std::ops::Range;
use tiny_skia::{LineCap, LineJoin, Path, PathBuilder, PathSegment, Point, Stroke, StrokeDash};

/// Sides no canvas exceeds, in pixels: 128 MB at the very worst, and below what messengers refuse.
const LONGEST_SIDE: f32 = 8000.0;

/// How far outside of the canvas a coordinate may lie, in pixels. Enough for every line's width.
const OVERHANG: f32 = 64.0;

/// The handle length that makes a cubic curve a quarter of a circle.
const KAPPA: f32 = 0.552_284_8;

/// A colour and how much of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ink {
    pub(crate) colour: Colour,
    pub(crate) alpha: f32,
}

impl From<Colour> for Ink {
    fn from(colour: Colour) -> Self {
        Self { colour, alpha: 1.0 }
    }
}

impl Ink {
    pub(crate) fn faint(colour: Colour, alpha: f32) -> Self {
        Self { colour, alpha }
    }

    /// What lies between two inks.
    fn between(self, other: Self, share: f32) -> Self {
        Self {
            colour: mix(other.colour, self.colour, share),
            alpha: self.alpha + (other.alpha - self.alpha) * share,
        }
    }
}

/// An ink at work: what it made of a colour it makes of it again.
struct Brush {
    colour: [u32; 3],
    /// In 65,536ths.
    alpha: u32,
    /// For so many shades, what was under it last, and what became of that.
    known: [(u16, u16); SHADES + 1],
}

/// The whole of an ink, in a brush.
const WHOLE: u32 = 1 << 16;

impl Brush {
    /// No colour has this number.
    const NONE: u16 = u16::MAX;

    fn new(ink: Ink) -> Self {
        let Colour { red, green, blue } = ink.colour;
        let alpha = (ink.alpha.clamp(0.0, 1.0) * WHOLE as f32) as u32;
        Self { colour: [red, green, blue].map(u32::from), alpha, known: [(Self::NONE, 0); SHADES + 1] }
    }

    /// What so many shades of it make of a colour.
    fn over(&mut self, colours: &mut Colours, under: u16, shades: usize) -> u16 {
        let (known, result) = self.known[shades];
        if known == under {
            return result;
        }
        let share = self.alpha * shades as u32 / SHADES as u32;
        let mut channels = colours.rgb(under);
        for (channel, over) in channels.iter_mut().zip(self.colour) {
            *channel = ((over * share + u32::from(*channel) * (WHOLE - share) + WHOLE / 2) / WHOLE) as u8;
        }
        let result = colours.number(channels);
        self.known[shades] = (under, result);
        result
    }
}

/// A rectangle in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
}

impl Area {
    pub(crate) fn new(left: f32, top: f32, width: f32, height: f32) -> Self {
        Self { left, top, right: left + width, bottom: top + height }
    }

    pub(crate) fn width(&self) -> f32 {
        self.right - self.left
    }

    pub(crate) fn height(&self) -> f32 {
        self.bottom - self.top
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// Where charts are drawn.
pub(crate) struct Canvas {
    // Its own piece of memory, given back whole. Freed to the heap, 2.5 MB would stay there, once for each thread that
    // ever drew; and a heap that takes every large piece from the kernel pays for it page by page.
    memory: MmapMut,
    width: u32,
    height: u32,
    density: f32,
    colours: Colours,
    raster: Raster,
}

/// The pixels of a finished canvas.
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) colours: Colours,
    memory: MmapMut,
}

impl Pixels {
    /// Two bytes a pixel: the number of its colour, lower byte first.
    pub(crate) fn bytes(&mut self) -> &mut [u8] {
        &mut self.memory[..length(self.width, self.height)]
    }
}

/// A pixel: the number of its colour.
pub(crate) type Pixel = [u8; 2];

/// The page that a kernel gives for large pieces of memory.
const HUGE: usize = 2 << 20;

/// In bytes.
fn length(width: u32, height: u32) -> usize {
    width as usize * height as usize * size_of::<Pixel>()
}

/// How many pixels at the beginning are the same as the first; eight at a time are compared as one number.
pub(crate) fn run_length(pixels: &[Pixel], first: Pixel) -> usize {
    let eight = u128::from(u16::from_le_bytes(first)) * 0x0001_0001_0001_0001_0001_0001_0001_0001;
    let (blocks, _) = pixels.as_chunks::<8>();
    let is_same = |it: &&[Pixel; 8]| it.as_flattened() == eight.to_le_bytes();
    let whole = blocks.iter().take_while(is_same).count() * 8;
    whole + pixels[whole..].iter().take_while(|it| **it == first).count()
}

/// Paints over a part of a row.
fn paint(pixels: &mut [Pixel], shades: usize, brush: &mut Brush, colours: &mut Colours) {
    /// Fewer pixels are looked at one by one: most stretches are one pixel of an edge.
    const FEW: usize = 8;
    let mut over = |it: Pixel| brush.over(colours, u16::from_le_bytes(it), shades).to_le_bytes();
    if pixels.len() < FEW {
        return pixels.iter_mut().for_each(|it| *it = over(*it));
    }
    let mut rest = pixels;
    while let Some(first) = rest.first().copied() {
        let length = run_length(rest, first);
        let (run, others) = rest.split_at_mut(length);
        run.fill(over(first));
        rest = others;
    }
}

impl Canvas {
    /// A canvas of so many logical pixels in the theme's background and density.
    pub(crate) fn new(width: f32, height: f32, theme: &Theme) -> Self {
        let density = if theme.density.is_nan() { 2.0 } else { theme.density.clamp(0.5, 4.0) };
        let pixels = |side: f32| (side * density).clamp(1.0, LONGEST_SIDE).round() as u32;
        let (width, height) = (pixels(width), pixels(height));
        let length = length(width, height).next_multiple_of(HUGE);
        let memory = MmapMut::map_anon(length).expect("memory for a picture");
        // One page of 2 MB instead of 512 costs a third. Where the kernel has none, it is slower and nothing else.
        #[cfg(target_os = "linux")]
        memory.advise(memmap2::Advice::HugePage).ok();
        let Colour { red, green, blue } = theme.background;
        let mut colours = Colours::new();
        // The first number is nought, and so is memory that nobody has written to.
        colours.number([red, green, blue]);
        Self { memory, width, height, density, colours, raster: Raster::new(width, height) }
    }

    /// In logical pixels.
    pub(crate) fn width(&self) -> f32 {
        self.width as f32 / self.density
    }

    /// In logical pixels.
    pub(crate) fn height(&self) -> f32 {
        self.height as f32 / self.density
    }

    /// What was drawn.
    pub(crate) fn into_pixels(self) -> Pixels {
        Pixels { width: self.width, height: self.height, colours: self.colours, memory: self.memory }
    }

    /// Pixels per logical pixel.
    pub(crate) fn density(&self) -> f32 {
        self.density
    }

    /// Fills what is traced in pixels, as letters are.
    pub(crate) fn cover(&mut self, ink: Ink, trace: impl FnOnce(&mut Raster)) {
        trace(&mut self.raster);
        let mut brush = Brush::new(ink);
        self.sweep(|_, pixels, shades, colours| paint(pixels, shades, &mut brush, colours));
    }

    /// Gives each stretch that the traced shape covers to be painted.
    fn sweep(&mut self, mut paint: impl FnMut(usize, &mut [Pixel], usize, &mut Colours)) {
        let wide = self.width as usize;
        let (pixels, _) = self.memory.as_chunks_mut::<2>();
        let colours = &mut self.colours;
        self.raster.sweep(|row, Range { start, end }, shades| {
            paint(row, &mut pixels[row * wide..][start..end], shades, colours);
        });
    }

    /// In whole pixels.
    fn rectangle(&mut self, columns: Range<usize>, rows: Range<usize>, ink: Ink) {
        let wide = self.width as usize;
        let (pixels, _) = self.memory.as_chunks_mut::<2>();
        let mut brush = Brush::new(ink);
        for row in rows {
            paint(&mut pixels[row * wide..][columns.clone()], SHADES, &mut brush, &mut self.colours);
        }
    }

    /// The nearest place that a whole pixel begins at; what is drawn from there is sharp.
    pub(crate) fn snap(&self, position: f32) -> f32 {
        (position * self.density).round() / self.density
    }

    /// Whether half a pixel to the side cannot be seen.
    pub(crate) fn is_fine(&self) -> bool {
        2.0 <= self.density
    }

    /// A shape to be filled.
    pub(crate) fn shape(&self) -> Outline {
        Outline {
            builder: PathBuilder::new(),
            density: self.density,
            right: self.width as f32 + OVERHANG,
            bottom: self.height as f32 + OVERHANG,
        }
    }

    /// Fills a shape; inner contours that run the other way are holes.
    pub(crate) fn fill(&mut self, outline: Outline, ink: impl Into<Ink>) {
        if let Some(path) = outline.builder.finish() {
            self.fill_path(&path, ink.into());
        }
    }

    /// Fills a polygon with a colour that fades downwards.
    pub(crate) fn fill_fading(&mut self, corners: &[(f32, f32)], top: Ink, bottom: Ink) {
        let mut outline = self.shape();
        outline.polygon(corners);
        let Some(path) = outline.builder.finish() else {
            return;
        };
        let bounds = path.bounds();
        let high = bounds.height().max(1.0);
        trace(&mut self.raster, &path);
        let mut brush = Brush::new(top);
        let mut last = None;
        self.sweep(|row, pixels, shades, colours| {
            if last.replace(row) != Some(row) {
                let share = (row as f32 + 0.5 - bounds.top()) / high;
                brush = Brush::new(top.between(bottom, share.clamp(0.0, 1.0)));
            }
            paint(pixels, shades, &mut brush, colours);
        });
    }

    /// A straight-edged rectangle, moved to whole pixels and never thinner than one.
    pub(crate) fn block(&mut self, area: Area, ink: impl Into<Ink>) {
        // What is not a number is less than nothing.
        if !(area.left <= area.right && area.top <= area.bottom) {
            return;
        }
        let pixel = |position: f32, most: u32| (position * self.density).round().clamp(0.0, most as f32);
        let (wide, high) = (self.width, self.height);
        let (left, top) = (pixel(area.left, wide), pixel(area.top, high));
        let right = pixel(area.right, wide).max((left + 1.0).min(wide as f32));
        let bottom = pixel(area.bottom, high).max((top + 1.0).min(high as f32));
        self.rectangle(left as usize..right as usize, top as usize..bottom as usize, ink.into());
    }

    /// A rectangle with round corners; a radius of half its height makes a capsule.
    pub(crate) fn rounded(&mut self, area: Area, radius: f32, ink: impl Into<Ink>) {
        let mut outline = self.shape();
        outline.rounded(area, radius);
        self.fill(outline, ink);
    }

    /// A filled circle.
    pub(crate) fn dot(&mut self, (x, y): (f32, f32), radius: f32, ink: impl Into<Ink>) {
        self.rounded(Area::new(x - radius, y - radius, radius * 2.0, radius * 2.0), radius, ink);
    }

    /// A line through the points, with round joins and ends. A single point becomes a dot.
    pub(crate) fn line(&mut self, points: &[(f32, f32)], width: f32, ink: impl Into<Ink>) {
        self.stroke(points, width, ink.into(), None);
    }

    fn stroke(&mut self, points: &[(f32, f32)], width: f32, ink: Ink, dash: Option<StrokeDash>) {
        if let [point] = points {
            return self.dot(*point, width * 0.75, ink);
        }
        let mut outline = self.shape();
        outline.open(points);
        let Some(path) = outline.builder.finish() else {
            return;
        };
        let width = (width * self.density).max(1.01);
        let stroke =
            Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
        let dashed = dash.map(|it| path.dash(&it, 1.0));
        let path = dashed.unwrap_or(Some(path)).and_then(|it| it.stroke(&stroke, 1.0));
        if let Some(path) = path {
            self.fill_path(&path, ink);
        }
    }

    /// The same, broken: a line that is there for comparison.
    pub(crate) fn broken(&mut self, points: &[(f32, f32)], width: f32, ink: impl Into<Ink>) {
        let dash = StrokeDash::new(vec![6.0 * self.density, 5.0 * self.density], 0.0);
        self.stroke(points, width, ink.into(), dash);
    }

    /// A straight dashed line, horizontal or vertical.
    pub(crate) fn dashes(&mut self, from: (f32, f32), to: (f32, f32), width: f32, ink: impl Into<Ink>) {
        const DASH: f32 = 7.0;
        const PAUSE: f32 = 5.0;
        let length = (to.0 - from.0).abs().max((to.1 - from.1).abs());
        if !(0.0 < length && length < LONGEST_SIDE) {
            return;
        }
        let half = width / 2.0;
        let mut outline = self.shape();
        let mut start = 0.0;
        while start < length {
            let end = (start + DASH).min(length);
            let along = |reached: f32| {
                let share = reached / length;
                (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share)
            };
            let (a, b) = (along(start), along(end));
            let area = Area {
                left: a.0.min(b.0) - if a.0 == b.0 { half } else { 0.0 },
                right: a.0.max(b.0) + if a.0 == b.0 { half } else { 0.0 },
                top: a.1.min(b.1) - if a.1 == b.1 { half } else { 0.0 },
                bottom: a.1.max(b.1) + if a.1 == b.1 { half } else { 0.0 },
            };
            outline.rounded(area, half);
            start += DASH + PAUSE;
        }
        self.fill(outline, ink);
    }

    /// A part of a ring between two angles, clockwise from the top, in radians. `gap` is the space
    /// kept free at each straight edge; corners are rounded as far as there is room for it.
    pub(crate) fn sector(
        &mut self,
        (x, y): (f32, f32),
        (inner, outer): (f32, f32),
        (from, to): (f32, f32),
        gap: f32,
        colour: Colour,
    ) {
        let span = to - from;
        if !(0.0 < span && 0.0 < inner && inner < outer) {
            return;
        }
        // Half of the inner edge is all there is for a gap and a corner together.
        let room = inner * span / 2.0 * 0.9;
        let gap = gap.min(room / 2.0);
        let corner = 4.5_f32.min(room - gap).min((outer - inner) / 3.0).max(0.0);
        // The straight edges are parallel to the radius, so the nearer to the centre the more they turn.
        let edge = |radius: f32| (gap / radius).clamp(0.0, 1.0).asin();
        let on = |radius: f32, angle: f32| (x + radius * angle.sin(), y - radius * angle.cos());
        let begin = |radius: f32| on(radius, from + edge(radius));
        let end = |radius: f32| on(radius, to - edge(radius));
        let round = |radius: f32| {
            let turn = edge(radius) + corner / radius;
            (from + turn, to - turn)
        };
        let (outside, inside) = (round(outer), round(inner));
        let mut outline = self.shape();
        outline.arc((x, y), outer, outside.0, outside.1, true);
        outline.quadratic(end(outer), end(outer - corner));
        outline.line(end(inner + corner));
        outline.quadratic(end(inner), on(inner, inside.1));
        outline.arc((x, y), inner, inside.1, inside.0, false);
        outline.quadratic(begin(inner), begin(inner + corner));
        outline.line(begin(outer - corner));
        outline.quadratic(begin(outer), on(outer, outside.0));
        outline.close();
        self.fill(outline, colour);
    }

    /// A whole ring.
    pub(crate) fn ring(&mut self, centre: (f32, f32), (inner, outer): (f32, f32), colour: Colour) {
        let mut outline = self.shape();
        outline.arc(centre, outer, 0.0, std::f32::consts::TAU, true);
        outline.close();
        outline.arc(centre, inner, std::f32::consts::TAU, 0.0, true);
        outline.close();
        self.fill(outline, colour);
    }

    fn fill_path(&mut self, path: &Path, ink: Ink) {
        self.cover(ink, |raster| trace(raster, path));
    }
}

/// The edges of a path, each of its parts closed.
fn trace(raster: &mut Raster, path: &Path) {
    let place = |it: Point| (it.x, it.y);
    let (mut first, mut last): (Place, Place) = ((0.0, 0.0), (0.0, 0.0));
    for segment in path.segments() {
        last = match segment {
            PathSegment::MoveTo(to) => {
                raster.line(last, first);
                first = place(to);
                first
            }
            PathSegment::LineTo(to) => {
                raster.line(last, place(to));
                place(to)
            }
            PathSegment::QuadTo(handle, to) => {
                raster.quadratic(last, place(handle), place(to));
                place(to)
            }
            PathSegment::CubicTo(handle, other, to) => {
                raster.cubic(last, place(handle), place(other), place(to));
                place(to)
            }
            PathSegment::Close => {
                raster.line(last, first);
                first
            }
        };
    }
    raster.line(last, first);
}

/// A shape under construction.
pub(crate) struct Outline {
    builder: PathBuilder,
    density: f32,
    right: f32,
    bottom: f32,
}

impl Outline {
    /// To pixels, and near enough to the canvas for arithmetic to stay exact.
    fn place(&self, (x, y): (f32, f32)) -> (f32, f32) {
        let held = |position: f32, most: f32| {
            let position = position * self.density;
            if position.is_nan() { -OVERHANG } else { position.clamp(-OVERHANG, most) }
        };
        (held(x, self.right), held(y, self.bottom))
    }

    pub(crate) fn start(&mut self, point: (f32, f32)) {
        let (x, y) = self.place(point);
        self.builder.move_to(x, y);
    }

    pub(crate) fn line(&mut self, point: (f32, f32)) {
        let (x, y) = self.place(point);
        self.builder.line_to(x, y);
    }

    pub(crate) fn quadratic(&mut self, handle: (f32, f32), point: (f32, f32)) {
        let (handle, point) = (self.place(handle), self.place(point));
        self.builder.quad_to(handle.0, handle.1, point.0, point.1);
    }

    pub(crate) fn cubic(&mut self, first: (f32, f32), second: (f32, f32), point: (f32, f32)) {
        let (first, second, point) = (self.place(first), self.place(second), self.place(point));
        self.builder.cubic_to(first.0, first.1, second.0, second.1, point.0, point.1);
    }

    pub(crate) fn close(&mut self) {
        self.builder.close();
    }

    fn open(&mut self, points: &[(f32, f32)]) {
        let mut points = points.iter().filter(|(x, y)| x.is_finite() && y.is_finite());
        if let Some(first) = points.next() {
            self.start(*first);
            points.for_each(|it| self.line(*it));
        }
    }

    /// A closed polygon.
    pub(crate) fn polygon(&mut self, corners: &[(f32, f32)]) {
        self.open(corners);
        self.close();
    }

    /// A rectangle with round corners.
    pub(crate) fn rounded(&mut self, area: Area, radius: f32) {
        let Area { left, top, right, bottom } = area;
        let radius = radius.min(area.width() / 2.0).min(area.height() / 2.0).max(0.0);
        let handle = radius * (1.0 - KAPPA);
        self.start((left + radius, top));
        self.line((right - radius, top));
        self.cubic((right - handle, top), (right, top + handle), (right, top + radius));
        self.line((right, bottom - radius));
        self.cubic((right, bottom - handle), (right - handle, bottom), (right - radius, bottom));
        self.line((left + radius, bottom));
        self.cubic((left + handle, bottom), (left, bottom - handle), (left, bottom - radius));
        self.line((left, top + radius));
        self.cubic((left, top + handle), (left + handle, top), (left + radius, top));
        self.close();
    }

    /// An arc from one angle to another, clockwise from the top if `to` is the greater one.
    fn arc(&mut self, (x, y): (f32, f32), radius: f32, from: f32, to: f32, begins: bool) {
        let pieces = ((to - from).abs() / (std::f32::consts::PI / 6.0)).ceil().clamp(1.0, 16.0);
        let step = (to - from) / pieces;
        let reach = 4.0 / 3.0 * (step / 4.0).tan() * radius;
        let on = |angle: f32| (x + radius * angle.sin(), y - radius * angle.cos());
        let along = |angle: f32| (angle.cos() * reach, angle.sin() * reach);
        if begins {
            self.start(on(from))
        } else {
            self.line(on(from))
        }
        for piece in 0..pieces as usize {
            let (start, end) = (from + step * piece as f32, from + step * (piece + 1) as f32);
            let (a, b) = (on(start), on(end));
            let (out, back) = (along(start), along(end));
            self.cubic((a.0 + out.0, a.1 + out.1), (b.0 - back.0, b.1 - back.1), b);
        }
    }
}
