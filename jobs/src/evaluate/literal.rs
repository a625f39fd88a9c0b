//! The seed's rule to the letter: `x > mean + 2 · stdev` of the records just before. It is the yardstick for every other
//! detector; what rules declare as `sigma` is [`Sigma`](super::Sigma), which guards against what this one falls for.

use std::collections::VecDeque;

/// Records before the current one that it is held against.
pub const WINDOW: usize = 60;
/// Standard deviations above the mean that are normal.
pub const NORMAL: f64 = 2.0;

/// The last [`WINDOW`] records of one series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Literal {
    window: VecDeque<f64>,
}

/// The verdict on one record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// `z / (z + 2)` in [0, 1], z being the distance above the mean in standard deviations: a half at the limit, 0 at
    /// the mean and below it.
    pub score: f64,
    /// Whether the value lies beyond `mean + 2 · stdev`.
    pub alarm: bool,
}

impl Literal {
    /// A window that is still empty.
    pub fn new() -> Self {
        Self::default()
    }

    /// Judges a record against the window before it, then takes it in. Nothing is said before the window is full.
    pub fn observe(&mut self, value: f64) -> Verdict {
        let verdict = self.judge(value);
        if self.window.len() == WINDOW {
            self.window.pop_front();
        }
        self.window.push_back(value);
        verdict
    }

    fn judge(&self, value: f64) -> Verdict {
        if self.window.len() < WINDOW {
            return Verdict { score: 0.0, alarm: false };
        }
        let count = WINDOW as f64;
        let mean = self.window.iter().sum::<f64>() / count;
        let squares: f64 = self.window.iter().map(|it| (it - mean) * (it - mean)).sum();
        let deviation = (squares / (count - 1.0)).sqrt();
        let above = value - mean;
        // The same as z / (z + 2), and no division by a deviation of zero. Squares of huge values may be infinite, and
        // then nothing is far.
        let score = if 0.0 < above { above / (above + NORMAL * deviation) } else { 0.0 };
        Verdict {
            score: if score.is_finite() { score } else { 0.0 },
            alarm: mean + NORMAL * deviation < value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taught(values: impl Iterator<Item = f64>) -> Literal {
        let mut literal = Literal::new();
        for value in values {
            literal.observe(value);
        }
        literal
    }

    /// Sixty records of mean 50 whose sample deviation is 10: thirty pairs, each `10 · √(59/60)` to both sides.
    fn even() -> Literal {
        let reach = 10.0 * (59.0_f64 / 60.0).sqrt();
        taught((0..60).map(|it| if it % 2 == 0 { 50.0 + reach } else { 50.0 - reach }))
    }

    #[test]
    fn beyond_two_deviations_of_the_last_sixty_records_is_an_alarm() {
        assert!(!even().observe(69.9).alarm);
        assert!(even().observe(70.1).alarm);
        assert!(!even().observe(0.0).alarm, "the rule looks up only");
    }

    #[test]
    fn the_score_is_a_half_at_the_limit_and_grows_with_the_distance() {
        let score = |value| even().observe(value).score;
        assert!((score(70.0) - 0.5).abs() < 1e-9);
        assert!((score(110.0) - 0.75).abs() < 1e-9);
        assert_eq!((score(50.0 - 1e-9), score(0.0)), (0.0, 0.0));
    }

    #[test]
    fn nothing_is_said_before_sixty_records() {
        let mut literal = taught((0..59).map(f64::from));
        assert_eq!(literal.observe(1e9), Verdict { score: 0.0, alarm: false });
        assert!(literal.observe(1e12).alarm);
    }

    #[test]
    fn what_left_the_window_is_forgotten() {
        let mut literal = taught(std::iter::once(1e9).chain((0..60).map(|it| f64::from(it % 2))));
        assert!(literal.observe(5.0).alarm);
    }

    #[test]
    fn a_still_series_shouts_at_the_first_change_as_the_rule_says() {
        let mut literal = taught((0..60).map(|_| 45.0));
        assert_eq!(literal.clone().observe(45.0), Verdict { score: 0.0, alarm: false });
        assert_eq!(literal.observe(45.1), Verdict { score: 1.0, alarm: true });
    }

    #[test]
    fn huge_values_have_a_score_too() {
        for value in [1e300, -1e300, f64::MAX] {
            let mut literal = taught((0..60).map(|it| if it % 2 == 0 { value } else { -value }));
            assert!((0.0..=1.0).contains(&literal.observe(value).score));
        }
    }
}
