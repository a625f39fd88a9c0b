//! Timestamps of files, read as civil seconds: what the clock on the wall shows, whatever its zone.

/// Seconds since 1970-01-01 00:00 on the same wall clock. Reads `2014-02-19 10:50`, with seconds, a fraction (dropped),
/// a `T` instead of the space, a final `Z`, or a whole number of seconds since the epoch.
pub fn seconds(text: &str) -> Option<i64> {
    if let Ok(epoch) = text.parse::<i64>() {
        return Some(epoch);
    }
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (date, time) = text.split_once([' ', 'T'])?;
    let (year, rest) = date.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let (hour, rest) = time.split_once(':')?;
    let (minute, second) = rest.split_once(':').unwrap_or((rest, "0"));
    let second = match second.split_once('.') {
        Some((second, fraction)) if fraction.bytes().all(|it| it.is_ascii_digit()) => second,
        Some(_) => return None,
        None => second,
    };
    let year = number(year, 1, 9_999)?;
    let month = number(month, 1, 12)?;
    let next = if month < 12 { days(year, month + 1, 1) } else { days(year + 1, 1, 1) };
    let day = number(day, 1, next - days(year, month, 1))?;
    let clock = number(hour, 0, 23)? * 3_600 + number(minute, 0, 59)? * 60 + number(second, 0, 60)?;
    Some(days(year, month, day) * 86_400 + clock)
}

fn number(text: &str, least: i64, most: i64) -> Option<i64> {
    let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|it| it.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits)?;
    (least <= number && number <= most).then_some(number)
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms").
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_ways_to_write_a_time_are_read() {
        let cases = [
            ("1970-01-01 00:00:00", 0),
            ("1970-01-02 00:00", 86_400),
            ("2014-02-19 10:50:00", 1_392_807_000),
            ("2014-02-19 10:50:00.000000", 1_392_807_000),
            ("2018-03-15T00:00:00Z", 1_521_072_000),
            ("2000-02-29 23:59:59", 951_868_799),
            ("1999-12-31 23:59:60", 946_684_800),
            ("1392807000", 1_392_807_000),
        ];
        for (text, expected) in cases {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_not_guessed_at() {
        for text in [
            "",
            "yesterday",
            "2014-02-19",
            "2014-13-01 00:00:00",
            "2014-02-29 00:00:00",
            "2014-01-01 10:00:00.soon",
            "2014-01-01 25:00:00",
            "2014-01-01 -1:00",
            "20140-1-1 0:0",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
