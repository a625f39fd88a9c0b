//! A picture in a terminal: in full where the terminal speaks kitty's graphics protocol, in half blocks elsewhere.

use std::fmt::Write;

use crate::message::Picture;

/// How this terminal shows pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Not at all: a line says what it would be.
    None,
    /// By kitty's graphics protocol.
    Kitty,
    /// Two pixels to a character cell, so many cells wide.
    HalfBlocks(u16),
}

/// The widest picture in half blocks: more is no clearer and scrolls the words away.
const WIDEST: u16 = 100;

impl Way {
    /// What the terminal says of itself.
    pub(super) fn of_this_terminal() -> Self {
        let says = |name: &str, word: &str| std::env::var(name).is_ok_and(|value| value.contains(word));
        let kitty = std::env::var_os("KITTY_WINDOW_ID").is_some()
            || says("TERM", "kitty")
            || says("TERM", "ghostty")
            || says("TERM_PROGRAM", "WezTerm");
        // Inside tmux the protocol does not pass through.
        if kitty && std::env::var_os("TMUX").is_none() {
            return Self::Kitty;
        }
        let columns = rustix::termios::tcgetwinsize(std::io::stdout()).map_or(80, |size| size.ws_col);
        Self::HalfBlocks(columns.saturating_sub(1).clamp(20, WIDEST))
    }
}

/// The characters that show a picture.
pub(super) fn show(picture: &Picture, way: Way) -> String {
    let shown = match way {
        Way::None => None,
        Way::Kitty => Some(kitty(&picture.png)),
        Way::HalfBlocks(columns) => half_blocks(&picture.png, columns),
    };
    shown.unwrap_or_else(|| {
        format!("[{}: PNG, {} bytes; `save FILE.png` keeps it]", picture.alt, picture.png.len())
    })
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
fn half_blocks(png: &[u8], columns: u16) -> Option<String> {
    let picture = image::load_from_memory_with_format(png, image::ImageFormat::Png).ok()?.into_rgb8();
    let width = u32::from(columns);
    let height = (width * picture.height() / picture.width().max(1)).next_multiple_of(2).max(2);
    let small = image::imageops::thumbnail(&picture, width, height);
    let mut out = String::new();
    for row in 0..height / 2 {
        for column in 0..width {
            let image::Rgb([r, g, b]) = *small.get_pixel(column, 2 * row);
            let image::Rgb([r2, g2, b2]) = *small.get_pixel(column, 2 * row + 1);
            let _ = write!(out, "\u{1b}[38;2;{r};{g};{b}m\u{1b}[48;2;{r2};{g2};{b2}m▀");
        }
        out.push_str("\u{1b}[0m\n");
    }
    out.pop();
    Some(out)
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
    fn a_pipe_is_told_what_it_misses() {
        let picture = Picture { png: vec![1, 2, 3], alt: "Memory".into() };
        assert_eq!(show(&picture, Way::None), "[Memory: PNG, 3 bytes; `save FILE.png` keeps it]");
        assert_eq!(show(&picture, Way::HalfBlocks(40)), show(&picture, Way::None));
    }
}
