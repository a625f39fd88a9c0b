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
/// differently: hues in the spirit of Okabe and Ito, moved apart in lightness too. Tests hold text to WCAG's 4.5 : 1 and
/// the accents to a distance in CIE Lab, as seen with all cones and without any one kind of them.
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
            good: Colour::hex(0x3c_d2_a9),
            warning: Colour::hex(0xf5_b8_3d),
            critical: Colour::hex(0xff_6b_5e),
            accents: [
                Colour::hex(0x62_a9_f3),
                Colour::hex(0xf8_a1_46),
                Colour::hex(0x3c_d2_a9),
                Colour::hex(0xde_8a_c8),
                Colour::hex(0xf2_de_5c),
                Colour::hex(0x83_88_f6),
                Colour::hex(0xe8_6a_3c),
                Colour::hex(0xa0_da_ea),
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
            good: Colour::hex(0x00_86_5f),
            warning: Colour::hex(0xb0_62_00),
            critical: Colour::hex(0xc6_22_33),
            accents: [
                Colour::hex(0x03_63_b5),
                Colour::hex(0xd9_7d_08),
                Colour::hex(0x00_86_5f),
                Colour::hex(0xb7_49_91),
                Colour::hex(0x86_73_00),
                Colour::hex(0x64_54_d5),
                Colour::hex(0x9b_2c_00),
                Colour::hex(0x4a_9d_b4),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ramp::channel;

    fn themes() -> [(&'static str, Theme); 2] {
        [("dark", Theme::dark()), ("light", Theme::light())]
    }

    #[test]
    fn a_theme_is_chosen_by_the_name_a_user_writes() {
        for (name, theme) in themes() {
            assert_eq!(Theme::named(name), Some(theme.clone()));
            assert_eq!(Theme::named(&format!(" {} ", name.to_uppercase())), Some(theme));
        }
        assert_eq!(["", "purple", "darkness"].map(Theme::named), [None, None, None]);
    }

    #[test]
    fn contrast_is_counted_as_wcag_does() {
        let (black, white) = (Colour::hex(0), Colour::hex(0xff_ff_ff));
        assert!((contrast(black, white) - 21.0).abs() < 0.01 && contrast(white, white) == 1.0);
        assert!((contrast(Colour::hex(0x76_76_76), white) - 4.54).abs() < 0.01);
    }

    #[test]
    fn what_is_written_can_be_read_and_what_is_drawn_can_be_seen() {
        for (name, theme) in themes() {
            let check = |what: &str, colour: Colour, ground: Colour, least: f32| {
                let reached = contrast(colour, ground);
                assert!(least <= reached, "{name}: {what} has {reached:.2} : 1 and needs {least}");
            };
            check("text", theme.text, theme.background, 7.0);
            check("muted", theme.muted, theme.background, 4.5);
            check("muted on a panel", theme.muted, theme.panel, 4.5);
            // Limits and notes are written in their tone.
            check("good", theme.good, theme.background, 4.5);
            check("warning", theme.warning, theme.background, 4.5);
            check("critical", theme.critical, theme.background, 4.5);
            for (number, accent) in theme.accents.into_iter().enumerate() {
                check(&format!("accent {number}"), accent, theme.background, 3.0);
            }
            // Words in a bar are in the better of two colours.
            for accent in
                theme.accents.into_iter().chain([theme.good, theme.warning, theme.critical, theme.neutral])
            {
                let best = contrast(theme.text, accent).max(contrast(theme.background, accent));
                assert!(4.0 <= best, "{name}: {accent:?} {best:.2}");
            }
        }
    }

    /// How a colour is seen without one of the three kinds of cones, by Machado, Oliveira and Fernandes (2009), and with
    /// all of them.
    const EYES: [(&str, [[f32; 3]; 3]); 4] = [
        ("all cones", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "protanopia",
            [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ],
        ),
        (
            "deuteranopia",
            [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ],
        ),
        (
            "tritanopia",
            [
                [1.255528, -0.076749, -0.178779],
                [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ],
        ),
    ];

    fn seen(colour: Colour, eye: &[[f32; 3]; 3]) -> Colour {
        let light = [colour.red, colour.green, colour.blue].map(linear);
        let [red, green, blue] =
            eye.map(|row| channel(row.iter().zip(light).map(|(share, light)| share * light).sum()));
        Colour { red, green, blue }
    }

    /// CIE L*a*b* under D65.
    fn cielab(colour: Colour) -> [f32; 3] {
        let [red, green, blue] = [colour.red, colour.green, colour.blue].map(linear);
        let bent = |it: f32| {
            if 216.0 / 24_389.0 < it { it.cbrt() } else { (24_389.0 / 27.0 * it + 16.0) / 116.0 }
        };
        let x = bent((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.950_47);
        let y = bent(0.2126 * red + 0.7152 * green + 0.0722 * blue);
        let z = bent((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.088_83);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    fn apart(a: Colour, b: Colour) -> f32 {
        cielab(a).iter().zip(cielab(b)).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
    }

    /// 2.3 is what can just be noticed between two fields that touch. Lines are thin and apart, so any two are at least
    /// five times that, the first four, which most pictures need, six and a half times.
    #[test]
    fn accents_stay_apart_for_every_eye() {
        const NOTICED: f32 = 2.3;
        for (name, theme) in themes() {
            for (eye, matrix) in EYES {
                let accents = theme.accents.map(|it| seen(it, &matrix));
                for (second, b) in accents.into_iter().enumerate() {
                    for (first, a) in accents.into_iter().enumerate().take(second) {
                        let least = NOTICED * if second < 4 { 6.5 } else { 5.0 };
                        let far = apart(a, b);
                        assert!(
                            least <= far,
                            "{name}, {eye}: accents {first} and {second} are {far:.1} apart"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn good_warning_and_critical_are_told_apart_by_every_eye() {
        for (name, theme) in themes() {
            for (eye, matrix) in EYES {
                let [good, warning, critical] =
                    [theme.good, theme.warning, theme.critical].map(|it| seen(it, &matrix));
                let least = apart(good, warning).min(apart(warning, critical)).min(apart(good, critical));
                assert!(2.3 * 7.0 <= least, "{name}, {eye}: {least:.1}");
            }
        }
    }
}
