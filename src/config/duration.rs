//! Lengths of time as people write them: `90s`, `5m`, `1h 30m`, `7d`.

use std::time::Duration;

/// Ten years. Longer is a slip, and dates stay far from the calendar's end.
const MOST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// Reads a length of time.
///
/// # Errors
/// Says in words what is wrong.
pub fn parse(text: &str) -> Result<Duration, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("a length of time is missing".to_owned());
    }
    let mut total = Duration::ZERO;
    let mut smallest = u64::MAX;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let after = after.trim_start();
        let letters = after.len() - after.trim_start_matches(char::is_alphabetic).len();
        let (unit, after) = after.split_at(letters);
        if number.is_empty() {
            return Err("a number is missing".to_owned());
        }
        let milliseconds = match unit {
            "ms" => 1,
            "s" | "sec" | "second" | "seconds" => 1_000,
            "m" | "min" | "minute" | "minutes" => 60_000,
            "h" | "hour" | "hours" => 3_600_000,
            "d" | "day" | "days" => 86_400_000,
            "w" | "week" | "weeks" => 604_800_000,
            "" => return Err(format!("{number} has no unit")),
            _ => return Err("an unknown unit of time".to_owned()),
        };
        // `30m 1h` and `1m 1m` are more likely a slip than a wish.
        if smallest <= milliseconds {
            return Err("the units must go from large to small".to_owned());
        }
        smallest = milliseconds;
        let part = number.parse::<u64>().ok().and_then(|number| number.checked_mul(milliseconds));
        total = part
            .and_then(|part| total.checked_add(Duration::from_millis(part)))
            .filter(|total| *total <= MOST)
            .ok_or_else(|| "longer than ten years".to_owned())?;
        rest = after.trim_start();
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("90s", 90),
            ("5m", 300),
            ("1h 30m", 5400),
            ("1h30m", 5400),
            ("7d", 604_800),
            ("2 weeks", 1_209_600),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(parse("1500ms"), Ok(Duration::from_millis(1500)));
    }

    #[test]
    fn what_is_no_length_of_time_is_said() {
        for (text, why) in [
            ("", "a length of time is missing"),
            ("5", "5 has no unit"),
            ("5 minuts", "an unknown unit of time"),
            ("m", "a number is missing"),
            ("-5m", "a number is missing"),
            ("1.5h", "1 has no unit"),
            ("30m 1h", "the units must go from large to small"),
            ("99999999999999999999s", "longer than ten years"),
            ("11 weeks 9999999d", "longer than ten years"),
        ] {
            assert_eq!(parse(text), Err(why.to_owned()), "{text}");
        }
    }
}
