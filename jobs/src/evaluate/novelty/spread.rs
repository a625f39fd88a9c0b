//! Mean and variance of a series, the older the less, in two numbers.

/// Exponentially weighted mean and variance (Finch 2009, "Incremental calculation of weighted mean and variance", eqs. 124, 143).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// Values learnt so far; while they are few each counts the same.
    pub count: u32,
    /// The mean.
    pub mean: f64,
    /// The variance around it.
    pub variance: f64,
}

impl Spread {
    /// Takes in `value` with a weight of at least `weight`: `mean += w·e`, `variance = (1−w)(variance + w·e²)`, e = value − mean.
    pub fn learn(&mut self, value: f64, weight: f64) {
        self.count = self.count.saturating_add(1);
        let weight = weight.max(1.0 / f64::from(self.count)).min(1.0);
        let error = value - self.mean;
        self.mean += weight * error;
        self.variance = (1.0 - weight) * (self.variance + weight * error * error);
    }

    /// Standard deviation.
    pub fn deviation(&self) -> f64 {
        self.variance.sqrt()
    }

    /// How many standard deviations `value` is from the mean; infinite next to a mean that never varied.
    pub fn sigmas(&self, value: f64) -> f64 {
        let error = (value - self.mean).abs();
        match self.deviation() {
            _ if error == 0.0 => 0.0,
            deviation => error / deviation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taught(values: &[f64], weight: f64) -> Spread {
        let mut spread = Spread::default();
        values.iter().for_each(|it| spread.learn(*it, weight));
        spread
    }

    #[test]
    fn with_equal_weights_it_is_the_ordinary_mean_and_variance() {
        let spread = taught(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], 0.0);
        assert!((spread.mean - 5.0).abs() < 1e-12 && (spread.variance - 4.0).abs() < 1e-12, "{spread:?}");
        assert!((spread.sigmas(9.0) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_constant_has_no_deviation_and_its_first_change_is_infinitely_far() {
        let spread = taught(&[0.1; 50], 0.01);
        assert_eq!(spread.sigmas(0.1), 0.0);
        assert!(spread.sigmas(0.2) > 1e6);
    }

    #[test]
    fn the_past_fades() {
        let mut values = vec![0.0; 100];
        values.extend([10.0; 100]);
        assert!((taught(&values, 0.1).mean - 10.0).abs() < 0.01);
    }
}
