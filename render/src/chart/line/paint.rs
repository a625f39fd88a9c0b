//! A measured line chart becomes shapes.

use super::ends::draw_ends;
use super::layout::Layout;
use super::notes::{draw_limits, draw_marks};
use super::stack::Stack;
use super::{Band, Fill, Pen};
use crate::axis;
use crate::canvas::{Area, Canvas, Ink};
use crate::scale::{Scale, bearable};
use crate::theme::{Colour, Theme};
use crate::trace::{self, Trace};

/// One series on its way to the canvas.
pub(super) struct Drawn {
    pub(super) colour: Colour,
    pub(super) pen: Pen,
    pub(super) trace: Trace,
    /// Where its name belongs: its newest point, or the middle of its band there.
    pub(super) end: Option<(f32, f32)>,
}

/// Values to places.
#[derive(Clone, Copy)]
pub(super) struct Scales {
    pub(super) across: Scale,
    pub(super) up: Scale,
}

/// In a plot narrower than this, every label counts.
const NARROW: f32 = 320.0;

impl Layout<'_> {
    /// Draws the chart without its heading.
    pub(crate) fn paint(&self, canvas: &mut Canvas, theme: &Theme, area: Area) {
        let Self { line, frame, span, .. } = self;
        let bounds = (area.left - frame.overhang, area.right + frame.overhang);
        let Some(scaled) = &self.scaled else {
            let plot = Area { top: area.top + frame.above - 6.0, ..area };
            return axis::nothing(canvas, theme, plot, &line.empty);
        };
        axis::legend(canvas, theme, area, &scaled.entries);
        let plot = self.plot(theme, area);
        let ticks = &scaled.ticks;
        let scales = Scales {
            across: Scale::new(*span, (plot.left, plot.right)),
            up: Scale::new((ticks.low, ticks.high), (plot.bottom, plot.top)),
        };
        axis::value_grid(canvas, theme, plot, &scales.up, &ticks.values, &scaled.labels, area.left - 1.0);
        if frame.has_time {
            let mut moments = line.time.ticks(*span, (plot.width() / 76.0) as usize);
            if plot.width() < NARROW && moments.len() < 3 {
                let finer = line.time.ticks(*span, (plot.width() / 50.0) as usize);
                moments = axis::thinned(theme, &scales.across, finer);
            }
            axis::time_labels(canvas, theme, plot, &scales.across, &moments, bounds);
        }
        if let Some(band) = &line.band {
            draw_band(canvas, theme, band, *span, scales);
        }
        let drawn = self.draw_series(canvas, theme, plot, scales);
        let mut tags = draw_marks(canvas, theme, &line.marks, *span, &scales.across, plot, bounds);
        draw_limits(canvas, theme, &line.limits, &scales.up, plot, &drawn, &mut tags);
        draw_ends(canvas, theme, &drawn, plot, &scaled.ends);
    }

    fn draw_series(&self, canvas: &mut Canvas, theme: &Theme, plot: Area, scales: Scales) -> Vec<Drawn> {
        let Self { line, span, .. } = self;
        let Scales { across, up } = &scales;
        let mut drawn: Vec<Drawn> = line
            .series
            .iter()
            .zip(&self.colours)
            .map(|(series, colour)| {
                let is_summed = self.stack.is_some() && series.pen == Pen::Plain;
                let points = if is_summed { &[] } else { &series.points[..] };
                // A broken line that turns at every other pixel is a cloud of crumbs.
                let width = if series.pen == Pen::Past { plot.width() / 2.0 } else { plot.width() };
                let trace = trace::through(points, *span, line.time.gap_seconds, across, up, width);
                let end = trace.strokes.last().and_then(|it| it.last()).copied();
                Drawn { colour: *colour, pen: series.pen, trace, end }
            })
            .collect();
        if let Some(stack) = &self.stack {
            draw_stack(canvas, theme, stack, &mut drawn, scales);
        }
        // What is past lies behind, whatever its place in the list.
        for it in drawn.iter().filter(|it| it.pen == Pen::Past) {
            for stroke in &it.trace.strokes {
                canvas.broken(stroke, 1.8, it.colour);
            }
        }
        if line.fill == Fill::Stacked {
            return drawn;
        }
        let plain = || drawn.iter().filter(|it| it.pen == Pen::Plain);
        let is_alone = plain().filter(|it| !it.trace.strokes.is_empty()).count() == 1;
        let fill = |is_fading: bool| if is_fading { Shade::Fading } else { Shade::Even };
        let shade = match line.fill {
            // A fill under a line would be taken for the band.
            Fill::Soft => (is_alone && line.band.is_none()).then(|| fill(self.frame.fades)),
            // Where fills overlap, those that fade make shades beyond number.
            Fill::Area => Some(fill(self.frame.fades && is_alone)),
            Fill::None | Fill::Stacked => None,
        };
        if line.fill == Fill::Area {
            plain().for_each(|it| draw_fill(canvas, it, shade, plot));
        }
        for it in plain() {
            draw_corridors(canvas, it);
            if line.fill == Fill::Soft {
                draw_fill(canvas, it, shade, plot);
            }
            draw_strokes(canvas, it);
        }
        drawn
    }
}

/// How strong a band is drawn.
pub(super) const BAND_ALPHA: f32 = 0.3;

fn draw_band(canvas: &mut Canvas, theme: &Theme, band: &Band, (from, to): (f64, f64), scales: Scales) {
    let Scales { across, up } = scales;
    let inside: Vec<(f32, f32, f32)> = band
        .points
        .iter()
        .filter(|(at, low, high)| from <= *at && *at <= to && low <= high)
        .filter_map(|(at, low, high)| {
            Some((across.place(*at), up.place(bearable(*low)?), up.place(bearable(*high)?)))
        })
        .collect();
    // More corners than there are pixels only cost time.
    let every = inside.len() / 1000 + 1;
    let ink = Ink::faint(theme.neutral, BAND_ALPHA);
    let mut outline = canvas.shape();
    outline.polygon(&trace::corridor(&inside.into_iter().step_by(every).collect::<Vec<_>>()));
    canvas.fill(outline, ink);
}

fn draw_corridors(canvas: &mut Canvas, drawn: &Drawn) {
    for corridor in &drawn.trace.corridors {
        let mut outline = canvas.shape();
        outline.polygon(&trace::corridor(corridor));
        canvas.fill(outline, Ink::faint(drawn.colour, 0.42));
    }
}

/// What a fill looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shade {
    /// Fainter from the line to the foot of the plot.
    Fading,
    /// The same everywhere.
    Even,
}

fn draw_fill(canvas: &mut Canvas, drawn: &Drawn, shade: Option<Shade>, plot: Area) {
    for stroke in &drawn.trace.strokes {
        let (Some(first), Some(last)) = (stroke.first(), stroke.last()) else {
            continue;
        };
        let mut under = stroke.clone();
        under.extend([(last.0, plot.bottom), (first.0, plot.bottom)]);
        match shade {
            Some(Shade::Fading) => {
                canvas.fill_fading(&under, Ink::faint(drawn.colour, 0.30), Ink::faint(drawn.colour, 0.03));
            }
            Some(Shade::Even) => {
                let mut outline = canvas.shape();
                outline.polygon(&under);
                canvas.fill(outline, Ink::faint(drawn.colour, 0.2));
            }
            None => {}
        }
    }
}

fn draw_strokes(canvas: &mut Canvas, drawn: &Drawn) {
    // Inside of a corridor a line is one of two things to see, and takes less of the room.
    let width = if drawn.trace.corridors.is_empty() { 2.6 } else { 2.1 };
    for stroke in &drawn.trace.strokes {
        canvas.line(stroke, width, drawn.colour);
    }
}

/// Bands upon each other. Afterwards each part's trace is the upper edge of its band.
fn draw_stack(canvas: &mut Canvas, theme: &Theme, stack: &Stack, drawn: &mut [Drawn], scales: Scales) {
    let Scales { across, up } = scales;
    for (rank, index) in stack.parts.iter().enumerate() {
        let it = &mut drawn[*index];
        for run in &stack.runs {
            let mut band: Vec<(f32, f32, f32)> = run
                .iter()
                .map(|level| {
                    (across.place(level.at), up.place(level.sums[rank]), up.place(level.sums[rank + 1]))
                })
                .collect();
            it.end = band.last().map(|(x, low, high)| (*x, (low + high) / 2.0));
            if let [(x, low, high)] = band[..] {
                // A band of one moment would have no width.
                band = vec![(x - 1.5, low, high), (x + 1.5, low, high)];
            }
            let mut outline = canvas.shape();
            outline.polygon(&trace::corridor(&band));
            canvas.fill(outline, Ink::faint(it.colour, 0.58));
            it.trace.strokes.push(band.iter().map(|(x, _, high)| (*x, *high)).collect());
        }
    }
    for index in &stack.parts {
        for stroke in &drawn[*index].trace.strokes {
            // The ground between two bands keeps them apart where their colours are near each other.
            canvas.line(stroke, 2.8, theme.background);
            canvas.line(stroke, 1.5, drawn[*index].colour);
        }
    }
}
