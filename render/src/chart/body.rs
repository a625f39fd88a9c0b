//! What stands under a heading, so that a chart can be a picture or a part of one.

use crate::axis;
use crate::canvas::{Area, Canvas};
use crate::theme::{Theme, size};

/// A chart without its title and without the margins of a picture.
pub(crate) trait Body {
    /// Title and subtitle. Whoever has the body painted writes them: large above a picture, small above a panel.
    fn heading(&self) -> (&str, &str);

    /// In logical pixels, for an area of this width: from the last baseline of the heading, with the space under it, to
    /// the last thing drawn.
    fn height(&self, theme: &Theme, width: f32) -> f32;

    /// Draws into an area as high as `height` asked for, or higher.
    fn paint(&self, canvas: &mut Canvas, theme: &Theme, area: Area);
}

/// A picture of one chart.
pub(crate) fn picture(body: &impl Body, theme: &Theme) -> Canvas {
    let (title, subtitle) = body.heading();
    let top = axis::heading_bottom(theme, title, subtitle);
    let height = body.height(theme, size::WIDTH - 2.0 * size::MARGIN);
    let mut canvas = Canvas::new(size::WIDTH, top + height + size::MARGIN, theme);
    axis::heading(&mut canvas, theme, title, subtitle);
    let (right, bottom) = (canvas.width() - size::MARGIN, canvas.height() - size::MARGIN);
    body.paint(&mut canvas, theme, Area { left: size::MARGIN, top, right, bottom });
    canvas
}
