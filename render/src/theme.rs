//! Colours and sizes: the only numbers a designer changes.

use crate::ramp::linear;

/// An opaque colour, sRGB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Colour {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

impl Colour {
    /// From the notation of style sheets: `Colour::hex(0x4c9be8)`. Bits above the 24th are ignored.
    pub const fn hex(rgb: u32) -> Self {
        Self { red: (rgb >> 16 & 0xff) as u8, green: (rgb >> 8 & 0xff) as u8, blue: (rgb & 0xff) as u8 }
    }
}

/// A share of one colour over the rest of another: what paint of that strength would look like.
pub(crate) fn mix(over: Colour, under: Colour, share: f32) -> Colour {
    let channel =
        |over: u8, under: u8| (f32::from(over) * share + f32::from(under) * (1.0 - share)).round() as u8;
    Colour {
        red: channel(over.red, under.red),
        green: channel(over.green, under.green),
        blue: channel(over.blue, under.blue),
    }
}

/// How well one colour can be read on another, as WCAG 2 counts it: 1 is not at all, 21 is black on white; text should
/// have 4.5, and what is not text 3.
pub(crate) fn contrast(one: Colour, other: Colour) -> f32 {
    let light = |it: Colour| {
        let [red, green, blue] = [it.red, it.green, it.blue].map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
    };
    let (one, other) = (light(one), light(other));
    one.max(other) / one.min(other)
}

/// What a colour means; the theme decides how it looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Nothing to say: what is free, idle, unknown.
    #[default]
    Neutral,
    /// As it should be.
    Good,
    /// Worth a look.
    Warning,
    /// Wrong.
    Critical,
    /// One of many, told apart by hue. Numbers beyond the palette start over.
    Accent(u8),
}

/// How a picture looks. The two built-in themes use one palette for people who see colours
/// differently: hues in the spirit of Okabe and Ito, moved apart in lightness too.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// Behind everything.
    pub background: Colour,
    /// Tracks of bars and the ground of labels.
    pub panel: Colour,
    /// Grid lines.
    pub grid: Colour,
    /// Titles and numbers.
    pub text: Colour,
    /// Subtitles and axis labels; at least 4.5 : 1 against the background.
    pub muted: Colour,
    /// [`Tone::Neutral`].
    pub neutral: Colour,
    /// [`Tone::Good`].
    pub good: Colour,
    /// [`Tone::Warning`].
    pub warning: Colour,
    /// [`Tone::Critical`].
    pub critical: Colour,
    /// [`Tone::Accent`], in order.
    pub accents: [Colour; 8],
    /// Pixels per logical pixel. Charts are laid out 640 wide, so 2.0, the default, makes 1280.
    /// Held between 0.5 and 4.
    pub density: f32,
}

impl Default for Theme {
    fn default() -> Self {
        Self::dark()
    }
}

impl Theme {
    /// Light on a deep blue-grey that sits well in a dark chat.
    pub const fn dark() -> Self {
        Self {
            background: Colour::hex(0x12_19_24),
            panel: Colour::hex(0x22_2d_3d),
            grid: Colour::hex(0x27_33_45),
            text: Colour::hex(0xf1_f5_fa),
            muted: Colour::hex(0x97_a6_ba),
            neutral: Colour::hex(0x5b_6b_82),
            good: Colour::hex(0x2f_c2_9b),
            warning: Colour::hex(0xf5_b8_3d),
            critical: Colour::hex(0xff_6b_5e),
            accents: [
                Colour::hex(0x5c_b3_ff),
                Colour::hex(0xff_a9_4d),
                Colour::hex(0x2f_c2_9b),
                Colour::hex(0xe4_8b_c8),
                Colour::hex(0xf2_de_5c),
                Colour::hex(0x8f_8c_f5),
                Colour::hex(0xe8_6a_3c),
                Colour::hex(0x9f_d8_e8),
            ],
            density: 2.0,
        }
    }

    /// Dark on white, for light chats and for paper.
    pub const fn light() -> Self {
        Self {
            background: Colour::hex(0xff_ff_ff),
            panel: Colour::hex(0xe9_ee_f4),
            grid: Colour::hex(0xe4_e9_f0),
            text: Colour::hex(0x15_1d_29),
            muted: Colour::hex(0x5a_68_7b),
            neutral: Colour::hex(0xa3_b0_c0),
            good: Colour::hex(0x00_8f_6b),
            warning: Colour::hex(0xc9_7a_00),
            critical: Colour::hex(0xd1_38_2c),
            accents: [
                Colour::hex(0x0b_72_c4),
                Colour::hex(0xd9_7a_06),
                Colour::hex(0x00_8f_6b),
                Colour::hex(0xb8_4a_94),
                Colour::hex(0x8f_7d_00),
                Colour::hex(0x5b_55_d6),
                Colour::hex(0xb8_43_14),
                Colour::hex(0x3d_8a_9e),
            ],
            density: 2.0,
        }
    }

    /// A built-in theme by the name a user writes: "dark" or "light", in any case.
    ///
    /// ```
    /// use render::Theme;
    ///
    /// assert_eq!(Theme::named("Light"), Some(Theme::light()));
    /// assert_eq!(Theme::named("purple"), None);
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        let named = |it: &str| name.trim().eq_ignore_ascii_case(it);
        if named("dark") {
            Some(Self::dark())
        } else if named("light") {
            Some(Self::light())
        } else {
            None
        }
    }

    /// The same look at another resolution. What is not a number is ignored.
    #[must_use]
    pub fn with_density(mut self, density: f32) -> Self {
        if !density.is_nan() {
            self.density = density;
        }
        self
    }

    /// The colour of a tone.
    pub fn colour(&self, tone: Tone) -> Colour {
        match tone {
            Tone::Neutral => self.neutral,
            Tone::Good => self.good,
            Tone::Warning => self.warning,
            Tone::Critical => self.critical,
            Tone::Accent(index) => self.accents[usize::from(index) % self.accents.len()],
        }
    }

    /// The colour of words and thin lines in a tone: they have less of a colour than a bar, and grey on grey is not
    /// read.
    pub(crate) fn ink(&self, tone: Tone) -> Colour {
        match tone {
            Tone::Neutral => self.muted,
            Tone::Good | Tone::Warning | Tone::Critical | Tone::Accent(_) => self.colour(tone),
        }
    }
}

/// Sizes in logical pixels. A chart is seen on a phone at 360 points for 640 of these, so nothing
/// that is read may be smaller than `LABEL`.
pub(crate) mod size {
    /// Width of every chart.
    pub(crate) const WIDTH: f32 = 640.0;
    /// Free space at the sides.
    pub(crate) const MARGIN: f32 = 30.0;
    /// Titles.
    pub(crate) const TITLE: f32 = 28.0;
    /// Subtitles and notes.
    pub(crate) const SUBTITLE: f32 = 19.0;
    /// Names in legends and beside bars.
    pub(crate) const NAME: f32 = 20.0;
    /// Axis labels, the smallest text there is: 34 pixels of a picture 1280 wide.
    pub(crate) const LABEL: f32 = 17.0;
}
