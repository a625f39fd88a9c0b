//! A line's way in a dozen letters, for where no picture goes.

/// From the least to the most. The half and the full block are left out: phones draw them from another font, lower than
/// their neighbours.
const LEVELS: [char; 6] = ['▁', '▂', '▃', '▅', '▆', '▇'];

/// Each value as a letter, all equally wide where letters are: set it in a monospaced font. What is not known is a
/// space. `top` is what the highest letter stands for, and nothing the lowest; without it, or where it is nothing, the
/// greatest value is. Empty where nothing is known at all.
pub fn spark(values: &[Option<f64>], top: Option<f64>) -> String {
    let known = || values.iter().flatten().copied().filter(|it| it.is_finite());
    if known().next().is_none() {
        return String::new();
    }
    let most = top.filter(|it| 0.0 < *it).unwrap_or_else(|| known().fold(0.0, f64::max));
    let letter = |value: &Option<f64>| match value.filter(|it| it.is_finite()) {
        None => ' ',
        Some(value) => {
            let share = if 0.0 < most { (value / most).clamp(0.0, 1.0) } else { 0.0 };
            LEVELS[(share * (LEVELS.len() - 1) as f64).round() as usize]
        }
    };
    values.iter().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], top: Option<f64>, expected: &str) {
        let values: Vec<Option<f64>> = values.iter().map(|it| Some(*it).filter(|it| !it.is_nan())).collect();
        assert_eq!(spark(&values, top), expected, "{values:?}");
    }

    #[test]
    fn values_rise_and_fall_and_what_is_not_known_is_a_space() {
        check(&[0.0, 20.0, 40.0, 60.0, 80.0, 100.0], Some(100.0), "▁▂▃▅▆▇");
        check(&[50.0, f64::NAN, 5.0], Some(100.0), "▅ ▁");
        check(&[2.0, 1.0, 0.0], None, "▇▅▁");
    }

    #[test]
    fn odd_values_are_drawn_and_nothing_is_nothing() {
        check(&[], None, "");
        check(&[f64::NAN, f64::NAN], None, "");
        check(&[0.0, 0.0], None, "▁▁");
        check(&[-5.0, 1e300], Some(100.0), "▁▇");
        check(&[f64::INFINITY, 1.0], None, " ▇");
        check(&[3.0], Some(0.0), "▇");
    }
}
