//! From little to much in colour: even to the eye, the same to every eye, and readable in grey.

use crate::theme::{Colour, Theme, mix};

/// Steps that are told apart at most. More would only make the file larger.
const STEPS: usize = 40;

/// A scale of colours that goes from beside the background, through the first accent, towards the colour of text.
///
/// One hue, so it is the same for those who see colours differently; lightness only ever goes one way, so it can be
/// read in greyscale; and steps are equally far apart in Oklab, so that twice the difference looks like twice.
pub(crate) struct Ramp {
    steps: [Colour; STEPS],
}

impl Ramp {
    pub(crate) fn of(theme: &Theme) -> Self {
        let accent = theme.accents[0];
        let is_dark = lab(theme.background)[0] < lab(theme.text)[0];
        let first = lab(mix(accent, theme.background, if is_dark { 0.24 } else { 0.16 }));
        let last = lab(mix(theme.text, accent, if is_dark { 0.88 } else { 0.72 }));
        let middle = lab(accent);
        let along = |share: f32| {
            let between = |a: f32, b: f32, share: f32| a + (b - a) * share;
            let lightness = between(first[0], last[0], share);
            // The accent's own tint comes where its own lightness does.
            let turn = ((middle[0] - first[0]) / (last[0] - first[0])).clamp(0.25, 0.75);
            let (from, to, part) = if share <= turn {
                (first, middle, share / turn)
            } else {
                (middle, last, (share - turn) / (1.0 - turn))
            };
            [lightness, between(from[1], to[1], part), between(from[2], to[2], part)]
        };
        // Equal steps of lightness are not equal steps of colour, so the way is measured first.
        const PACES: usize = 512;
        let places: Vec<[f32; 3]> = (0..=PACES).map(|it| along(it as f32 / PACES as f32)).collect();
        let mut reached = 0.0;
        let mut way = vec![0.0];
        for pair in places.windows(2) {
            reached += apart(pair[0], pair[1]);
            way.push(reached);
        }
        let steps = std::array::from_fn(|step| {
            let wanted = reached * step as f32 / (STEPS - 1) as f32;
            let place = way.partition_point(|it| *it < wanted).min(PACES);
            colour(places[place])
        });
        Self { steps }
    }

    /// The colour of a share from 0 to 1. What is outside is held at the ends, and no number is little.
    pub(crate) fn at(&self, share: f64) -> Colour {
        self.steps[(share.clamp(0.0, 1.0) * (STEPS - 1) as f64).round() as usize]
    }
}

/// How strong the light of a channel is: 0 to 1.
pub(crate) fn linear(channel: u8) -> f32 {
    let share = f32::from(channel) / 255.0;
    if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
}

/// The other way round, held in what can be shown.
pub(crate) fn channel(light: f32) -> u8 {
    let share = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (share.clamp(0.0, 1.0) * 255.0).round() as u8
}

/// Oklab, by Björn Ottosson: lightness from 0 to 1, then green to red and blue to yellow.
fn lab(colour: Colour) -> [f32; 3] {
    let [red, green, blue] = [colour.red, colour.green, colour.blue].map(linear);
    let [l, m, s] = [
        0.412_221_46 * red + 0.536_332_55 * green + 0.051_445_995 * blue,
        0.211_903_5 * red + 0.680_699_5 * green + 0.107_396_96 * blue,
        0.088_302_46 * red + 0.281_718_85 * green + 0.629_978_7 * blue,
    ]
    .map(f32::cbrt);
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

fn colour([lightness, a, b]: [f32; 3]) -> Colour {
    let [l, m, s] = [
        lightness + 0.396_337_78 * a + 0.215_803_76 * b,
        lightness - 0.105_561_346 * a - 0.063_854_17 * b,
        lightness - 0.089_484_18 * a - 1.291_485_5 * b,
    ]
    .map(|it| it * it * it);
    Colour {
        red: channel(4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s),
        green: channel(-1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s),
        blue: channel(-0.004_196_086 * l - 0.703_418_6 * m + 1.707_614_7 * s),
    }
}

fn apart(a: [f32; 3], b: [f32; 3]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn themes() -> [Theme; 2] {
        [Theme::dark(), Theme::light()]
    }

    #[test]
    fn a_colour_goes_to_oklab_and_back() {
        for rgb in [0x00_00_00, 0xff_ff_ff, 0x5c_b3_ff, 0x12_19_24, 0xb8_43_14, 0x01_fe_80] {
            assert_eq!(colour(lab(Colour::hex(rgb))), Colour::hex(rgb));
        }
    }

    #[test]
    fn more_is_always_farther_from_the_background_in_lightness() {
        for theme in themes() {
            let ground = lab(theme.background)[0];
            let far: Vec<f32> =
                Ramp::of(&theme).steps.iter().map(|it| (lab(*it)[0] - ground).abs()).collect();
            assert!(far.is_sorted_by(|a, b| a < b), "{far:?}");
            assert!(0.55 < far[STEPS - 1] - far[0], "{far:?}");
        }
    }

    #[test]
    fn steps_are_even_to_the_eye() {
        for theme in themes() {
            let places: Vec<[f32; 3]> = Ramp::of(&theme).steps.iter().step_by(4).map(|it| lab(*it)).collect();
            let steps: Vec<f32> = places.windows(2).map(|it| apart(it[0], it[1])).collect();
            let mean = steps.iter().sum::<f32>() / steps.len() as f32;
            assert!(steps.iter().all(|it| (it / mean - 1.0).abs() < 0.2), "{steps:?}");
        }
    }

    #[test]
    fn the_least_is_still_seen() {
        for theme in themes() {
            assert!(0.05 < apart(lab(Ramp::of(&theme).at(0.0)), lab(theme.background)));
        }
        let ramp = Ramp::of(&Theme::dark());
        assert_eq!(
            [f64::NAN, -3.0, f64::INFINITY].map(|it| ramp.at(it)),
            [0.0, 0.0, 1.0].map(|it| ramp.at(it))
        );
    }
}
