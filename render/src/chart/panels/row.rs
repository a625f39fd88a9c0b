//! Panels beside each other, and what they share with those above and below.

use super::heading::Heading;
use super::tile::Cards;
use super::{Panel, Tile};
use crate::canvas::{Area, Canvas};
use crate::chart::Line;
use crate::chart::body::Body;
use crate::chart::line::{Frame, Layout, headline};
use crate::theme::{Theme, size};

/// Between panels beside each other; cards have edges of their own.
const BESIDE: f32 = 24.0;
const BESIDE_CARDS: f32 = 12.0;

/// Between rows; between rows of cards; between lines with one axis.
const APART: f32 = 34.0;
const APART_CARDS: f32 = 12.0;
const APART_LINKED: f32 = 24.0;

/// What small headings need less of the space that charts keep under large ones.
const LIFT: f32 = 8.0;

/// A row that was measured.
pub(super) struct Row<'a> {
    cells: Vec<Cell<'a>>,
    /// The cards of the row, drawn in one manner.
    cards: Cards,
    /// From the top to the first baseline of all headings.
    first: f32,
    /// From the top to the last baseline of the highest heading, so that charts beside each other begin at one height.
    heading: f32,
    /// Space above the row.
    pub(super) above: f32,
    pub(super) height: f32,
}

/// A panel in its place.
struct Cell<'a> {
    left: f32,
    width: f32,
    heading: Heading<'a>,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Tile(&'a Tile),
    Line(Box<Layout<'a>>),
    Other(&'a dyn Body),
}

impl<'a> Kind<'a> {
    fn line(&self) -> Option<&Layout<'a>> {
        match self {
            Self::Line(layout) => Some(layout),
            Self::Tile(_) | Self::Other(_) => None,
        }
    }
}

/// Measures rows for an area, with plots of lines this high.
pub(super) fn measure<'a>(all: &[&'a [Panel]], theme: &Theme, area: Area, plot: f32) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = all.iter().map(|it| Row::new(it, theme, area, plot)).collect();
    let gutters = rows
        .iter()
        .filter_map(|it| Some(it.line()?.gutters(theme, area.width())))
        .fold((0.0_f32, 0.0_f32), |a, b| (a.0.max(b.0), a.1.max(b.1)));
    let links: Vec<bool> = rows.windows(2).map(|it| is_linked(&it[0], &it[1])).chain([false]).collect();
    let mut is_first = true;
    let mut was: Option<(bool, bool)> = None;
    for (row, is_linked) in rows.iter_mut().zip(links) {
        let is_cards = row.cells.iter().all(|it| matches!(it.kind, Kind::Tile(_)));
        row.above = match was {
            _ if is_first => 0.0,
            Some((_, true)) => APART_LINKED,
            Some((true, false)) if is_cards => APART_CARDS,
            Some((_, false)) | None => APART,
        };
        (is_first, was) = (false, Some((is_cards, is_linked)));
        if let [Cell { kind: Kind::Line(layout), .. }] = &mut row.cells[..] {
            layout.stand_among(gutters, !is_linked);
        }
        row.height = row.measured(theme);
    }
    rows
}

/// Whether the time under the lower line holds for the upper one, too.
fn is_linked(upper: &Row<'_>, lower: &Row<'_>) -> bool {
    match (upper.line(), lower.line()) {
        (Some(upper), Some(lower)) => upper.has_time_of(lower),
        (_, _) => false,
    }
}

impl<'a> Row<'a> {
    fn new(panels: &'a [Panel], theme: &Theme, area: Area, plot: f32) -> Self {
        let tiles = || panels.iter().filter_map(|it| if let Panel::Tile(it) = it { Some(it) } else { None });
        let between = if tiles().count() == panels.len() { BESIDE_CARDS } else { BESIDE };
        let count = panels.len().max(1) as f32;
        let width = (area.width() - between * (count - 1.0)) / count;
        let overhang = if panels.len() == 1 { size::MARGIN / 2.0 } else { BESIDE / 2.0 - 6.0 };
        let frame = Frame {
            plot,
            above: 22.0,
            gutters: (0.0, 0.0),
            lead: 0.0,
            has_time: true,
            has_headline: true,
            fades: panels.len() == 1,
            overhang,
        };
        let mut cells: Vec<Cell<'a>> = (0u8..)
            .zip(panels)
            .map(|(index, panel)| {
                let (heading, kind) = dress(panel, theme, width, frame);
                Cell { left: area.left + f32::from(index) * (width + between), width, heading, kind }
            })
            .collect();
        let lead = cells.iter().filter_map(|it| Some(it.kind.line()?.lead())).fold(0.0, f32::max);
        for cell in &mut cells {
            if let Kind::Line(layout) = &mut cell.kind {
                layout.stand_beside(lead);
            }
        }
        let first = cells.iter().map(|it| it.heading.first()).fold(0.0, f32::max);
        let headings = cells.iter().filter(|it| !matches!(it.kind, Kind::Tile(_)));
        let heading = headings.map(|it| it.heading.height(theme, width, first)).fold(-14.0, f32::max);
        let cards = Cards::new(tiles(), theme, width);
        Self { cells, cards, first, heading, above: 0.0, height: 0.0 }
    }

    /// How many panels there are.
    pub(super) fn count(&self) -> usize {
        self.cells.len()
    }

    /// The line that has the row to itself.
    fn line(&self) -> Option<&Layout<'a>> {
        match &self.cells[..] {
            [cell] => cell.kind.line(),
            _ => None,
        }
    }

    /// How high the plots of its lines are, if it has any.
    pub(super) fn plot(&self) -> Option<f32> {
        self.cells
            .iter()
            .find_map(|it| if let Kind::Line(it) = &it.kind { Some(it.plot_height()) } else { None })
    }

    fn measured(&self, theme: &Theme) -> f32 {
        let height = |cell: &Cell<'_>| match &cell.kind {
            Kind::Tile(_) => self.cards.height(),
            Kind::Line(layout) => self.heading + layout.height(),
            Kind::Other(body) => self.heading - LIFT + body.height(theme, cell.width),
        };
        self.cells.iter().map(height).fold(0.0, f32::max)
    }

    pub(super) fn paint(&self, canvas: &mut Canvas, theme: &Theme, top: f32) {
        for cell in &self.cells {
            let area = Area::new(cell.left, top, cell.width, self.height);
            cell.heading.paint(canvas, theme, area, self.first);
            let under = Area { top: top + self.heading, ..area };
            match &cell.kind {
                Kind::Tile(tile) => self.cards.paint(canvas, theme, tile, area),
                Kind::Line(layout) => layout.paint(canvas, theme, under),
                Kind::Other(body) => body.paint(canvas, theme, Area { top: under.top - LIFT, ..under }),
            }
        }
    }
}

/// The heading of a panel, and what stands under it.
fn dress<'a>(panel: &'a Panel, theme: &Theme, width: f32, frame: Frame) -> (Heading<'a>, Kind<'a>) {
    let body: &dyn Body = match panel {
        Panel::Tile(tile) => return (Heading::new(("", ""), None), Kind::Tile(tile)),
        Panel::Line(line) => return dress_line(line, theme, width, frame),
        Panel::Bars(bars) => bars,
        Panel::Donut(donut) => donut,
        Panel::Heatmap(heatmap) => heatmap,
        Panel::Timeline(timeline) => timeline,
    };
    (Heading::new(body.heading(), None), Kind::Other(body))
}

fn dress_line<'a>(line: &'a Line, theme: &Theme, width: f32, frame: Frame) -> (Heading<'a>, Kind<'a>) {
    let layout = Layout::new(line, theme, width, frame);
    (Heading::new(line.heading(), headline(line, theme)), Kind::Line(Box::new(layout)))
}
