//! What happened when: incidents, restarts, heals.

use crate::axis;
use crate::canvas::{Area, Canvas};
use crate::chart::body::Body;
use crate::scale::Scale;
use crate::text::{self, Anchor, Style};
use crate::theme::{Colour, Theme, Tone, contrast, mix, size};
use crate::time::TimeAxis;

/// Lanes over one span of time, with what lasted as bars and what was a moment as dots. 640 logical pixels wide, as
/// high as it needs: 42 for a lane, and more where spans overlap.
///
/// ```
/// use render::{Lane, Moment, Span, Theme, TimeAxis, Timeline, Tone, render};
///
/// let now = 1_773_316_800.0;
/// let chart = Timeline {
///     title: "What happened".into(),
///     lanes: vec![Lane {
///         label: "nginx".into(),
///         spans: vec![
///             Span { from: now - 9000.0, to: now - 7800.0, tone: Tone::Warning, label: "20 min".into() },
///             Span { from: now - 600.0, to: f64::INFINITY, tone: Tone::Critical, label: "down".into() },
///         ],
///         moments: vec![Moment { at: now - 300.0, tone: Tone::Good, label: "restart".into() }],
///     }],
///     time: TimeAxis::between(now - 86_400.0, now),
///     ..Timeline::default()
/// };
/// assert_eq!(render(&chart.into(), &Theme::light()).size().0, 1280);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// What is drawn, in a few words.
    pub title: String,
    /// Muted, under the title. May be empty.
    pub subtitle: String,
    /// From top to bottom. Beyond the twelfth only their count is written.
    pub lanes: Vec<Lane>,
    /// The horizontal axis.
    pub time: TimeAxis,
    /// What to write when there is nothing to draw.
    pub empty: String,
}

/// One lane of a [`Timeline`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lane {
    /// Its name: "nginx". At most three tenths of the width, then an ellipsis.
    pub label: String,
    /// What lasted, in any order. Up to three that overlap (two beyond four lanes, one beyond
    /// eight) stand below each other, the others upon them; one that is not a span, as its end is
    /// before its beginning or not a number, is left out.
    pub spans: Vec<Span>,
    /// What was a moment, in any order.
    pub moments: Vec<Moment>,
}

/// Something that lasted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Span {
    /// Seconds since the epoch. What begins before the axis is cut at its left end.
    pub from: f64,
    /// Seconds since the epoch; infinite: it has not ended, and the bar is an arrow. However short, it is seen.
    pub to: f64,
    /// Its colour.
    pub tone: Tone,
    /// Written in or beside the bar where there is room: "1 h 20 min". May be empty.
    pub label: String,
}

/// Something that happened at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moment {
    /// Seconds since the epoch. Outside of the axis it is not drawn.
    pub at: f64,
    /// Its colour.
    pub tone: Tone,
    /// Written beside the dot where there is room. May be empty.
    pub label: String,
}

/// Lanes that are drawn; a picture of more is higher than a phone.
const MOST_LANES: usize = 12;

/// Rows of a lane for spans that overlap, by the number of lanes. Beyond them they are drawn over each other.
fn most_rows(lanes: usize) -> usize {
    match lanes {
        0..=4 => 3,
        5..=8 => 2,
        _ => 1,
    }
}

/// From the heading to the lanes.
const ABOVE: f32 = 28.0;

/// Height of a bar, and what a lane has above and below its bars.
const BAR: f32 = 26.0;
const PADDING: f32 = 4.0;

/// From one row of a lane to the next, and from one lane to the next.
const ROWS_APART: f32 = 3.0;
const LANES_APART: f32 = 8.0;

/// Below the lanes: the labels of the axis.
const BELOW: f32 = 28.0;

/// What is written of lanes that are not drawn.
const HIDDEN: f32 = 26.0;

/// How high it is when there is nothing to draw.
const NOTHING: f32 = 140.0;

/// The widest name of a lane, in parts of the width.
const NAMES: f32 = 0.3;

/// Below this width names stand above their lanes.
const NARROW: f32 = 300.0;

/// A span is never narrower, however short it was.
const NARROWEST: f32 = 5.0;

/// The radius of a moment, and of the ground that keeps it apart from what is behind.
const DOT: f32 = 6.5;
const AROUND_DOT: f32 = 2.5;

/// A bar or a dot that is nearer to another of its colour is not drawn.
const UNSEEN: f32 = 0.25;

/// What is free around a label.
const AROUND_LABEL: f32 = 7.0;

/// A lane on its way to the canvas.
struct Row<'a> {
    lane: &'a Lane,
    /// Its spans inside of the axis, in order of time.
    spans: Vec<Placed<'a>>,
    /// Its moments inside of the axis, and the row they are in.
    moments: Vec<&'a Moment>,
    moments_row: usize,
    rows: usize,
}

/// A span in its row.
struct Placed<'a> {
    span: &'a Span,
    row: usize,
    /// It begins before another of its row has ended.
    is_upon: bool,
}

impl Row<'_> {
    fn height(&self) -> f32 {
        let rows = self.rows as f32;
        BAR * rows + ROWS_APART * (rows - 1.0) + 2.0 * PADDING
    }
}

impl Body for Timeline {
    fn heading(&self) -> (&str, &str) {
        (&self.title, &self.subtitle)
    }

    fn height(&self, _theme: &Theme, width: f32) -> f32 {
        if self.lanes.is_empty() {
            return ABOVE + NOTHING;
        }
        let lanes = lanes(self, self.time.span(reach(self)));
        let names = if width < NARROW { name_height() } else { 0.0 };
        let high: f32 = lanes.iter().map(|it| it.height() + names + LANES_APART).sum();
        let hidden = if MOST_LANES < self.lanes.len() { HIDDEN } else { 0.0 };
        ABOVE + high - LANES_APART + BELOW + hidden
    }

    fn paint(&self, canvas: &mut Canvas, theme: &Theme, area: Area) {
        let mut top = area.top + ABOVE;
        if self.lanes.is_empty() {
            return axis::nothing(canvas, theme, Area { top, ..area }, &self.empty);
        }
        let span = self.time.span(reach(self));
        let lanes = lanes(self, span);
        let style = Style::new(if area.width() < NARROW { size::LABEL } else { size::NAME }, theme.text);
        let is_narrow = area.width() < NARROW;
        let names: Vec<String> = lanes
            .iter()
            .map(|it| {
                let room = if is_narrow { area.width() } else { area.width() * NAMES };
                text::shorten(it.lane.label.trim(), style, room)
            })
            .collect();
        let wide = axis::widest(&names, style);
        let left = if is_narrow || wide == 0.0 { area.left } else { area.left + wide + 16.0 };
        // An arrow reaches beyond the end.
        let plot = Area { left, right: area.right - ARROW, top, bottom: area.bottom };
        let across = Scale::new(span, (plot.left, plot.right));

        let places: Vec<Area> = lanes
            .iter()
            .map(|lane| {
                if is_narrow {
                    top += name_height();
                }
                let place = Area::new(plot.left, top, plot.width(), lane.height());
                top += lane.height() + LANES_APART;
                place
            })
            .collect();
        let bottom = top - LANES_APART;
        let ticks = self.time.ticks(span, (plot.width() / 76.0) as usize);
        for place in &places {
            canvas.rounded(*place, 6.0, mix(theme.panel, theme.background, 0.5));
            let within = |it: &f32| place.left + 2.0 < *it && *it < place.right - 2.0;
            for (tick, x) in ticks.iter().map(|it| (it, across.place(it.at))).filter(|(_, it)| within(it)) {
                let line = Area::new(x - 0.5, place.top, 1.0, place.height());
                canvas.block(line, mix(theme.grid, theme.background, if tick.is_turn { 1.0 } else { 0.75 }));
            }
        }
        let foot = Area { bottom: bottom - 4.0, ..plot };
        let bounds = (area.left, area.right);
        axis::time_labels(canvas, theme, foot, &across, &ticks, bounds);
        for ((lane, place), name) in lanes.iter().zip(&places).zip(&names) {
            let (x, middle) = if is_narrow {
                (area.left, place.top - name_height() / 2.0)
            } else {
                (area.left, place.top + PADDING + BAR / 2.0)
            };
            text::draw(canvas, name, (x, middle + text::cap_height(style) / 2.0), Anchor::Start, style);
            draw_lane(canvas, theme, lane, *place, &across, span);
        }
        if MOST_LANES < self.lanes.len() {
            let hidden = format!("+{}", self.lanes.len() - MOST_LANES);
            let style = Style::new(size::NAME, theme.muted);
            text::draw(canvas, &hidden, (area.left, bottom + BELOW + HIDDEN - 4.0), Anchor::Start, style);
        }
    }
}

/// What a name takes above its lane.
fn name_height() -> f32 {
    size::LABEL + 6.0
}

/// From the first to the last moment that is named.
fn reach(timeline: &Timeline) -> Option<(f64, f64)> {
    timeline
        .lanes
        .iter()
        .flat_map(|it| {
            let spans = it.spans.iter().flat_map(|it| [it.from, it.to]);
            spans.chain(it.moments.iter().map(|it| it.at))
        })
        .filter(|it| it.is_finite())
        .map(|it| (it, it))
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

fn lanes(timeline: &Timeline, axis: (f64, f64)) -> Vec<Row<'_>> {
    let most = most_rows(timeline.lanes.len());
    timeline.lanes.iter().take(MOST_LANES).map(|it| row(it, axis, most)).collect()
}

fn row(lane: &Lane, (from, to): (f64, f64), most_rows: usize) -> Row<'_> {
    let mut spans: Vec<&Span> =
        lane.spans.iter().filter(|it| it.from <= it.to && it.from <= to && from <= it.to).collect();
    spans.sort_by(|a, b| a.from.total_cmp(&b.from));
    // Each goes into the first row that is free by then, and the last takes what is left.
    let mut ends = vec![f64::NEG_INFINITY; most_rows];
    let spans: Vec<Placed<'_>> = spans
        .into_iter()
        .map(|span| {
            let free = ends.iter().position(|it| *it <= span.from);
            let row = free.unwrap_or(most_rows - 1);
            ends[row] = ends[row].max(span.to);
            Placed { span, row, is_upon: free.is_none() }
        })
        .collect();
    let rows = spans.iter().map(|it| it.row + 1).max().unwrap_or(1);
    let moments: Vec<&Moment> = lane.moments.iter().filter(|it| from <= it.at && it.at <= to).collect();
    // A dot upon a short bar would be all that is seen of it, so they stand below if any would meet a bar.
    let near = (to - from) * 0.025;
    let last_ends: Vec<f64> = spans
        .iter()
        .scan(f64::NEG_INFINITY, |last, it| {
            *last = last.max(it.span.to);
            Some(*last)
        })
        .collect();
    let meets = |at: f64| {
        let begun = spans.partition_point(|it| it.span.from <= at + near);
        0 < begun && at - near <= last_ends[begun - 1]
    };
    let moments_row = if moments.iter().any(|it| meets(it.at)) { rows } else { 0 };
    let rows = rows.max(moments_row + 1);
    Row { lane, spans, moments, moments_row, rows }
}

/// How far the tip of what has not ended is beyond the axis.
const ARROW: f32 = 9.0;

/// How a bar ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// There it began or ended.
    Round,
    /// It goes on outside of the axis.
    Cut,
    /// It goes on.
    Arrow,
}

/// A bar and what is written in or beside it.
struct Bar<'a> {
    area: Area,
    ends: (End, End),
    colour: Colour,
    label: &'a str,
}

fn bar<'a>(
    theme: &Theme,
    Placed { span, row, .. }: &Placed<'a>,
    place: Area,
    across: &Scale,
    (from, to): (f64, f64),
) -> Bar<'a> {
    let (begin, end) = (across.place(span.from.max(from)), across.place(span.to.min(to)));
    // What is widened stays around its middle, and inside.
    let wide = (end - begin).max(NARROWEST);
    let left = ((begin + end - wide) / 2.0).min(place.right - wide).max(place.left);
    let top = place.top + PADDING + (BAR + ROWS_APART) * *row as f32;
    let starts = if span.from < from { End::Cut } else { End::Round };
    let ends = match span.to {
        it if it == f64::INFINITY => End::Arrow,
        it if to < it => End::Cut,
        _ => End::Round,
    };
    Bar {
        area: Area::new(left, top, wide, BAR),
        ends: (starts, ends),
        colour: theme.colour(span.tone),
        label: span.label.trim(),
    }
}

fn draw_lane(
    canvas: &mut Canvas,
    theme: &Theme,
    lane: &Row<'_>,
    place: Area,
    across: &Scale,
    span: (f64, f64),
) {
    let bars: Vec<Bar<'_>> = lane.spans.iter().map(|it| bar(theme, it, place, across, span)).collect();
    let middle = place.top + PADDING + (BAR + ROWS_APART) * lane.moments_row as f32 + BAR / 2.0;
    let (first, last) = (place.left + DOT + AROUND_DOT, place.right - DOT - AROUND_DOT);
    let dots: Vec<((f32, f32), &Moment)> =
        lane.moments.iter().map(|it| ((across.place(it.at).max(first).min(last), middle), *it)).collect();

    let mut taken: Vec<Area> = bars.iter().map(|it| it.area).collect();
    taken.extend(dots.iter().map(|((x, y), _)| Area::new(x - DOT, y - DOT, 2.0 * DOT, 2.0 * DOT)));
    // What fails every minute is a thousand bars, of which those are drawn that can be told from the one before.
    let mut drawn: Vec<&Bar<'_>> = Vec::new();
    for (bar, placed) in bars.iter().zip(&lane.spans) {
        let before = drawn
            .iter()
            .position(|it| (it.colour, it.area.top, it.ends) == (bar.colour, bar.area.top, bar.ends));
        let is_hidden = before.is_some_and(|it| {
            bar.area.left - drawn[it].area.left < UNSEEN && bar.area.right - drawn[it].area.right < UNSEEN
        });
        if !is_hidden {
            draw_bar(canvas, theme, bar, placed.is_upon);
            match before {
                Some(before) => drawn[before] = bar,
                None => drawn.push(bar),
            }
        }
    }
    let mut drawn: Vec<(Colour, f32)> = Vec::new();
    for ((x, y), moment) in &dots {
        let colour = theme.colour(moment.tone);
        let before = drawn.iter().position(|it| it.0 == colour);
        if before.is_some_and(|it| (x - drawn[it].1).abs() < UNSEEN) {
            continue;
        }
        canvas.dot((*x, *y), DOT + AROUND_DOT, mix(theme.panel, theme.background, 0.5));
        canvas.dot((*x, *y), DOT, colour);
        match before {
            Some(before) => drawn[before].1 = *x,
            None => drawn.push((colour, *x)),
        }
    }

    // A crowd of bars would take a while to look through, and leaves no room for words.
    const MOST_LABELS: usize = 100;
    let style = Style::new(size::LABEL, theme.text);
    let write = |canvas: &mut Canvas, label: &str, style: Style, area: Area| {
        let baseline = (area.top + area.bottom + text::cap_height(style)) / 2.0;
        text::draw(canvas, label, (area.left, baseline), Anchor::Start, style);
    };
    let labelled = bars.iter().enumerate().filter(|(_, it)| !it.label.is_empty());
    for (number, bar) in labelled.take(MOST_LABELS) {
        let inside = style.in_ink(on(bar.colour, theme)).bold();
        let wide = text::width(bar.label, inside);
        let within = Area::new(bar.area.left + AROUND_LABEL, bar.area.top, wide, BAR);
        let others = || taken.iter().enumerate().filter(|(it, _)| *it != number).map(|it| it.1);
        if within.right + AROUND_LABEL <= bar.area.right && others().all(|it| !it.overlaps(&within)) {
            write(canvas, bar.label, inside, within);
            taken.push(within);
        } else if let Some(area) = beside(bar.area, text::width(bar.label, style), place, &taken, number) {
            write(canvas, bar.label, style, area);
            taken.push(area);
        }
    }
    let labelled = dots.iter().enumerate().filter(|(_, (_, it))| !it.label.trim().is_empty());
    for (number, ((x, y), moment)) in labelled.take(MOST_LABELS) {
        let label = moment.label.trim();
        let dot = Area::new(x - DOT, y - BAR / 2.0, 2.0 * DOT, BAR);
        if let Some(area) = beside(dot, text::width(label, style), place, &taken, bars.len() + number) {
            write(canvas, label, style, area);
            taken.push(area);
        }
    }
}

/// Room for a label to the right or to the left of what it names; `own` is the place of that among what is taken.
fn beside(named: Area, wide: f32, place: Area, taken: &[Area], own: usize) -> Option<Area> {
    let right = Area::new(named.right + AROUND_LABEL, named.top, wide, named.height());
    let left = Area::new(named.left - AROUND_LABEL - wide, named.top, wide, named.height());
    [right, left].into_iter().find(|area| {
        let around = Area { left: area.left - 3.0, right: area.right + AROUND_LABEL, ..*area };
        place.left + 3.0 <= area.left
            && area.right <= place.right - 3.0
            && taken.iter().enumerate().all(|(number, it)| number == own || !it.overlaps(&around))
    })
}

/// The colour of words on a ground of this one: whichever of the theme's two can be read better.
fn on(ground: Colour, theme: &Theme) -> Colour {
    if contrast(theme.text, ground) < contrast(theme.background, ground) {
        theme.background
    } else {
        theme.text
    }
}

/// A bar that lies upon another is drawn with an edge, so that both are seen.
fn draw_bar(canvas: &mut Canvas, theme: &Theme, bar: &Bar<'_>, is_upon: bool) {
    if is_upon {
        let edge = Area { left: bar.area.left - 1.5, right: bar.area.right + 1.5, ..bar.area };
        fill_bar(canvas, edge, bar.ends, mix(theme.panel, theme.background, 0.5));
    }
    fill_bar(canvas, bar.area, bar.ends, bar.colour);
}

fn fill_bar(canvas: &mut Canvas, area: Area, (begin, end): (End, End), colour: Colour) {
    let radius = 5.0_f32.min(area.width() / 2.0);
    let Area { left, top, right, bottom } = area;
    let mut outline = canvas.shape();
    let (above, below) = if begin == End::Round { (left + radius, top + radius) } else { (left, top) };
    outline.start((above, top));
    match end {
        End::Round => {
            outline.line((right - radius, top));
            outline.quadratic((right, top), (right, top + radius));
            outline.line((right, bottom - radius));
            outline.quadratic((right, bottom), (right - radius, bottom));
        }
        End::Cut => {
            outline.line((right, top));
            outline.line((right, bottom));
        }
        End::Arrow => {
            outline.line((right, top));
            outline.line((right + ARROW, (top + bottom) / 2.0));
            outline.line((right, bottom));
        }
    }
    outline.line((above, bottom));
    if begin == End::Round {
        outline.quadratic((left, bottom), (left, bottom - radius));
        outline.line((left, below));
        outline.quadratic((left, top), (above, top));
    }
    outline.close();
    canvas.fill(outline, colour);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: f64, to: f64) -> Span {
        Span { from, to, ..Span::default() }
    }

    fn rows(spans: &[Span]) -> Vec<usize> {
        let lane = Lane { spans: spans.to_vec(), ..Lane::default() };
        row(&lane, (0.0, 100.0), 3).spans.iter().map(|it| it.row).collect()
    }

    #[test]
    fn spans_that_overlap_stand_below_each_other() {
        assert_eq!(
            rows(&[span(0.0, 10.0), span(10.0, 20.0), span(15.0, 30.0), span(20.0, 25.0)]),
            [0, 0, 1, 0]
        );
        assert_eq!(rows(&vec![span(0.0, f64::INFINITY); 5]), [0, 1, 2, 2, 2]);
    }

    #[test]
    fn what_is_outside_or_no_span_is_left_out() {
        let nan = f64::NAN;
        assert_eq!(
            rows(&[span(-9.0, -1.0), span(101.0, 105.0), span(9.0, 3.0), span(nan, 3.0), span(3.0, nan)]),
            [0; 0]
        );
        assert_eq!(rows(&[span(f64::NEG_INFINITY, f64::INFINITY)]), [0]);
    }

    #[test]
    fn a_moment_never_hides_a_span() {
        let lane = |at: f64| Lane {
            spans: vec![span(40.0, 50.0)],
            moments: vec![Moment { at, ..Moment::default() }],
            ..Lane::default()
        };
        let rows = |at: f64| {
            let lane = lane(at);
            let row = row(&lane, (0.0, 100.0), 3);
            (row.moments_row, row.rows)
        };
        assert_eq!(rows(50.0), (1, 2));
        assert_eq!(rows(90.0), (0, 1));
    }

    #[test]
    fn a_bar_says_by_its_ends_whether_it_goes_on() {
        let place = Area::new(0.0, 0.0, 100.0, 34.0);
        let across = Scale::new((0.0, 100.0), (0.0, 100.0));
        let check = |from: f64, to: f64, ends: (End, End), (left, right): (f32, f32)| {
            let span = span(from, to);
            let placed = Placed { span: &span, row: 0, is_upon: false };
            let bar = bar(&Theme::dark(), &placed, place, &across, (0.0, 100.0));
            assert_eq!((bar.ends, bar.area.left, bar.area.right), (ends, left, right), "{from} to {to}");
        };
        check(10.0, 40.0, (End::Round, End::Round), (10.0, 40.0));
        check(-5.0, 40.0, (End::Cut, End::Round), (0.0, 40.0));
        check(10.0, 140.0, (End::Round, End::Cut), (10.0, 100.0));
        check(10.0, f64::INFINITY, (End::Round, End::Arrow), (10.0, 100.0));
        // However short, it is seen, and never outside.
        check(50.0, 50.0, (End::Round, End::Round), (47.5, 52.5));
        check(100.0, 100.0, (End::Round, End::Round), (95.0, 100.0));
    }

    #[test]
    fn a_label_stands_where_nothing_else_does_or_nowhere() {
        let place = Area::new(0.0, 0.0, 200.0, 34.0);
        let bar = Area::new(90.0, 4.0, 10.0, 26.0);
        let at = |taken: &[Area]| beside(bar, 50.0, place, taken, 0).map(|it| it.left);
        assert_eq!(at(&[bar]), Some(107.0));
        assert_eq!(at(&[bar, Area::new(150.0, 4.0, 10.0, 26.0)]), Some(33.0));
        assert_eq!(at(&[bar, Area::new(150.0, 4.0, 10.0, 26.0), Area::new(40.0, 4.0, 10.0, 26.0)]), None);
    }
}
