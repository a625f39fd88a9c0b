//! Names and newest values at the ends of lines, or in a legend where they find no room.

use super::layout::{GUTTER, WIDEST};
use super::paint::{BAND_ALPHA, Drawn};
use super::{Fill, Line, Pen};
use crate::axis::{self, Entry, Swatch};
use crate::canvas::{Area, Canvas};
use crate::text::{self, Anchor, Style};
use crate::theme::{Colour, Theme, mix, size};

/// What has a name but no place for it in the plot.
pub(super) fn legend<'a>(line: &'a Line, theme: &Theme, ends: &Ends, colours: &[Colour]) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    if ends.form == Form::Legend {
        entries.extend(line.series.iter().zip(colours).map(|(it, colour)| Entry {
            label: &it.label,
            colour: *colour,
            swatch: match (it.pen, line.fill) {
                (Pen::Past, _) => Swatch::Broken,
                (Pen::Plain, Fill::Stacked) => Swatch::Area,
                (Pen::Plain, Fill::Soft | Fill::None | Fill::Area) => Swatch::Line,
            },
        }));
    }
    entries.extend(line.band.iter().map(|it| Entry {
        label: &it.label,
        colour: mix(theme.neutral, theme.background, BAND_ALPHA * 1.5),
        swatch: Swatch::Area,
    }));
    entries
}

/// What is written at the end of each line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The newest value: there is no name.
    Value,
    /// The name, and the newest value under it.
    NameAndValue,
    /// The name, and beside it the newest value where there is room: there are too many for more.
    Name,
    /// Nothing: there are too many for anything, or there is no room.
    Legend,
    /// Nothing: the newest value is in the heading.
    Elsewhere,
}

/// What is written at the ends of lines.
pub(super) struct Ends {
    pub(super) form: Form,
    /// Labels, shortened; empty where the series has none.
    pub(super) names: Vec<String>,
    /// Newest values, empty where there is none.
    pub(super) newest: Vec<String>,
    /// Style of names and of a lone value.
    pub(super) style: Style,
    /// Style of a value under a name.
    pub(super) small: Style,
    /// Labels belong to bands and not to points.
    is_stacked: bool,
}

impl Ends {
    /// For a plot of this height, in the form that fits unless one is asked for.
    pub(super) fn new(
        line: &Line,
        theme: &Theme,
        (from, to): (f64, f64),
        plot: f32,
        forced: Option<Form>,
    ) -> Self {
        let style = Style::new(size::NAME, theme.text).bold();
        let names: Vec<String> =
            line.series.iter().map(|it| text::shorten(it.label.trim(), style, WIDEST)).collect();
        let newest: Vec<String> = line
            .series
            .iter()
            .map(|it| it.newest(from, to).map_or_else(String::new, |it| line.unit.write(it, &line.words)))
            .collect();
        let count = newest.iter().filter(|it| !it.is_empty()).count() as f32;
        let nameless = names.iter().all(|it| it.is_empty());
        let fitting = [Form::Value, Form::NameAndValue, Form::Name]
            .into_iter()
            .filter(|it| (*it == Form::Value) == nameless)
            .find(|it| count * it.row() <= plot + OVERHANG.0 + OVERHANG.1)
            .unwrap_or(Form::Legend);
        let form = forced.unwrap_or(fitting);
        let small = Style::new(size::LABEL, theme.muted);
        let newest = match form {
            // Beside the name, where that leaves it whole.
            Form::Name => {
                let room = |name: &str| WIDEST - text::width(name, style) - BESIDE;
                let fits = |(name, newest): (&String, String)| {
                    Some(newest).filter(|it| text::width(it, small) <= room(name)).unwrap_or_default()
                };
                names.iter().zip(newest).map(fits).collect()
            }
            Form::Value | Form::NameAndValue | Form::Legend | Form::Elsewhere => newest,
        };
        Self { form, names, newest, style, small, is_stacked: line.fill == Fill::Stacked }
    }

    pub(super) fn width(&self) -> f32 {
        let names = axis::widest(&self.names, self.style);
        GUTTER
            + match self.form {
                Form::Value => axis::widest(&self.newest, self.style),
                Form::NameAndValue => names.max(axis::widest(&self.newest, self.small)),
                Form::Name => {
                    let both = |(name, newest): (&String, &String)| {
                        let beside = if newest.is_empty() { 0.0 } else { BESIDE };
                        text::width(name, self.style) + beside + text::width(newest, self.small)
                    };
                    self.names.iter().zip(&self.newest).map(both).fold(0.0, f32::max)
                }
                Form::Legend => return 0.0,
                // Half of the dot at the end of the line.
                Form::Elsewhere => return 6.0,
            }
    }
}

impl Form {
    /// What one series takes of the right side, from top to bottom.
    fn row(self) -> f32 {
        match self {
            Self::Value | Self::Name => 25.0,
            Self::NameAndValue => 47.0,
            Self::Legend | Self::Elsewhere => 0.0,
        }
    }
}

/// Between a name and a value in one line.
const BESIDE: f32 = 8.0;

/// How far labels at the ends may stand above and below the plot.
pub(super) const OVERHANG: (f32, f32) = (18.0, 14.0);

pub(super) fn draw_ends(canvas: &mut Canvas, theme: &Theme, drawn: &[Drawn], plot: Area, ends: &Ends) {
    let known: Vec<(usize, (f32, f32))> =
        drawn.iter().enumerate().filter_map(|(index, it)| Some((index, it.end?))).collect();
    let wanted: Vec<f32> = known.iter().map(|(_, end)| end.1).collect();
    let bounds = (plot.top - OVERHANG.0, plot.bottom + OVERHANG.1);
    if ends.form == Form::Legend {
        return;
    }
    let Some(centres) = axis::spread(&wanted, ends.form.row(), bounds) else {
        return;
    };
    for ((index, end), centre) in known.iter().zip(centres) {
        let it = &drawn[*index];
        if !ends.is_stacked || it.pen == Pen::Past {
            if ends.form != Form::Name {
                canvas.dot(*end, 6.5, theme.background);
            }
            canvas.dot(*end, if it.pen == Pen::Past { 3.5 } else { 4.5 }, it.colour);
        }
        let (style, x) = (ends.style.in_ink(it.colour), plot.right + GUTTER);
        let half = text::cap_height(style) / 2.0;
        let (name, newest) = (&ends.names[*index], &ends.newest[*index]);
        match ends.form {
            Form::Value => text::draw(canvas, newest, (x, centre + half), Anchor::Start, style),
            Form::Name => {
                text::draw(canvas, name, (x, centre + half), Anchor::Start, style);
                let x = x + text::width(name, style) + BESIDE;
                text::draw(canvas, newest, (x, centre + half), Anchor::Start, ends.small);
            }
            Form::NameAndValue => {
                text::draw(canvas, name, (x, centre - 4.0), Anchor::Start, style);
                text::draw(canvas, newest, (x, centre + 17.0), Anchor::Start, ends.small);
            }
            Form::Legend | Form::Elsewhere => {}
        }
    }
}
