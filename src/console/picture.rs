//! A picture in a terminal: in full where the terminal speaks kitty's graphics protocol or iTerm2's, in half blocks
//! elsewhere.

use std::fmt::Write;

use crate::message::Picture;

/// How this terminal shows pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Not at all: a line says what it would be.
    None,
    /// By kitty's graphics protocol.
    Kitty,
    /// By iTerm2's.
    Iterm,
    /// Two pixels to a character cell.
    HalfBlocks {
        /// So many cells wide.
        columns: u16,
        /// What colours there are.
        depth: Depth,
    },
}

/// How finely a terminal tells colours apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// Each of red, green and blue in 256 steps.
    True,
    /// The 256 colours of xterm.
    Cube,
}

/// The widest picture in half blocks: more is no clearer and scrolls the words away.
const WIDEST: u16 = 100;

impl Way {
    /// What the terminal says of itself.
    pub(super) fn of_this_terminal() -> Self {
        let says = |name: &str, word: &str| std::env::var(name).is_ok_and(|value| value.contains(word));
        let kitty =
            std::env::var_os("KITTY_WINDOW_ID").is_some() || says("TERM", "kitty") || says("TERM", "ghostty");
        let iterm = says("TERM_PROGRAM", "iTerm.app") || says("TERM_PROGRAM", "WezTerm");
        // Inside tmux neither protocol passes through.
        if (kitty || iterm) && std::env::var_os("TMUX").is_none() {
            return if kitty { Self::Kitty } else { Self::Iterm };
        }
        let columns = rustix::termios::tcgetwinsize(std::io::stdout()).map_or(80, |size| size.ws_col);
        // A terminal that knows all colours says so; one that does not would show nonsense.
        let true_colour =
            says("COLORTERM", "truecolor") || says("COLORTERM", "24bit") || says("TERM", "direct");
        let depth = if true_colour { Depth::True } else { Depth::Cube };
        Self::HalfBlocks { columns: columns.saturating_sub(1).clamp(20, WIDEST), depth }
    }
}

/// The characters that show a picture; none where it cannot be shown.
pub(super) fn show(picture: &Picture, way: Way) -> Option<String> {
    match way {
        Way::None => None,
        Way::Kitty => Some(kitty(&picture.png)),
        Way::Iterm => Some(iterm(&picture.png)),
        Way::HalfBlocks { columns, depth } => half_blocks(&picture.png, columns, depth),
    }
}

/// The protocol takes base64 in pieces of at most 4096 characters
/// (<https://sw.kovidgoyal.net/kitty/graphics-protocol/>).
fn kitty(png: &[u8]) -> String {
    const PIECE: usize = 4096;
    let encoded = base64(png);
    let pieces: Vec<&str> =
        encoded.as_bytes().chunks(PIECE).map(|it| std::str::from_utf8(it).unwrap_or_default()).collect();
    let mut out = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        let head = if index == 0 { "a=T,f=100,c=80," } else { "" };
        let more = u8::from(index + 1 < pieces.len());
        let _ = write!(out, "\u{1b}_G{head}m={more};{piece}\u{1b}\\");
    }
    out
}

/// One escape with the whole file (<https://iterm2.com/documentation-images.html>).
fn iterm(png: &[u8]) -> String {
    let (size, encoded) = (png.len(), base64(png));
    format!("\u{1b}]1337;File=inline=1;size={size};width=80;preserveAspectRatio=1:{encoded}\u{7}")
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let word =
            three.iter().fold(0_u32, |word, byte| (word << 8) | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * place)) as usize & 63] as char;
            out.push(if place <= three.len() { letter } else { '=' });
        }
    }
    out
}

/// The upper half block shows the upper pixel as its foreground and the lower as its background.
fn half_blocks(png: &[u8], columns: u16, depth: Depth) -> Option<String> {
    let picture = image::load_from_memory_with_format(png, image::ImageFormat::Png).ok()?.into_rgb8();
    let width = u32::from(columns);
    let height = (width * picture.height() / picture.width().max(1)).next_multiple_of(2).max(2);
    let small = image::imageops::thumbnail(&picture, width, height);
    let mut out = String::new();
    for row in 0..height / 2 {
        for column in 0..width {
            let upper = colour(*small.get_pixel(column, 2 * row), depth);
            let lower = colour(*small.get_pixel(column, 2 * row + 1), depth);
            let _ = write!(out, "\u{1b}[38;{upper};48;{lower}m▀");
        }
        out.push_str("\u{1b}[0m\n");
    }
    out.pop();
    Some(out)
}

/// A colour as an escape names it.
fn colour(image::Rgb([red, green, blue]): image::Rgb<u8>, depth: Depth) -> String {
    match depth {
        Depth::True => format!("2;{red};{green};{blue}"),
        Depth::Cube => format!("5;{}", nearest(red, green, blue)),
    }
}

/// The nearest of xterm's 256 colours: a cube of six steps a side from 16 on, and 24 greys from 232 on.
fn nearest(red: u8, green: u8, blue: u8) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let distance = |other: [u8; 3]| -> u32 {
        [red, green, blue].iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    let step = |it: u8| (0..6).min_by_key(|step| STEPS[*step].abs_diff(it)).unwrap_or(0);
    let (r, g, b) = (step(red), step(green), step(blue));
    let mean = (u16::from(red) + u16::from(green) + u16::from(blue)) / 3;
    let grey = (mean.saturating_sub(3) / 10).min(23) as u8;
    let level = 8 + 10 * grey;
    if distance([level; 3]) < distance([STEPS[r], STEPS[g], STEPS[b]]) {
        232 + grey
    } else {
        (16 + 36 * r + 6 * g + b) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_what_the_standard_says() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn what_cannot_be_shown_is_not() {
        let picture = Picture { png: vec![1, 2, 3], alt: "Memory".into() };
        assert_eq!(show(&picture, Way::None), None);
        assert_eq!(show(&picture, Way::HalfBlocks { columns: 40, depth: Depth::True }), None);
    }

    #[test]
    fn a_terminal_with_a_protocol_gets_the_file_itself() {
        let picture = Picture { png: b"foobar".to_vec(), alt: "Memory".into() };
        let shown = show(&picture, Way::Iterm).expect("shown");
        assert!(shown.starts_with("\u{1b}]1337;File=inline=1;size=6;"), "{shown:?}");
        assert!(shown.ends_with(":Zm9vYmFy\u{7}"), "{shown:?}");
        let shown = show(&picture, Way::Kitty).expect("shown");
        assert_eq!(shown, "\u{1b}_Ga=T,f=100,c=80,m=0;Zm9vYmFy\u{1b}\\");
    }

    #[test]
    fn a_colour_is_the_nearest_there_is() {
        assert_eq!(nearest(0, 0, 0), 16);
        assert_eq!(nearest(255, 255, 255), 231);
        assert_eq!(nearest(255, 0, 0), 196);
        assert_eq!(nearest(18, 18, 18), 233);
    }
}
