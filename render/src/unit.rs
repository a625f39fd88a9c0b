//! How values are written.

use crate::text::NARROW_SPACE;

/// What a value is, and so how it is written and at which steps an axis is divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Unit {
    /// 0 to 100.
    #[default]
    Percent,
    /// Bytes, written in powers of 1024.
    Bytes,
    /// Bytes per second, written in powers of 1024.
    BytesPerSecond,
    /// A duration, written in milliseconds to days.
    Seconds,
    /// Degrees Celsius.
    Celsius,
    /// Whole things.
    Count,
    /// A plain number, such as a load average.
    Ratio,
}

/// Unit symbols and separators of one language. The default is English.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    /// Between whole and fraction: '.' or ','.
    pub decimal: char,
    /// B, KiB, MiB, GiB, TiB, PiB, EiB.
    pub bytes: [String; 7],
    /// Appended to a byte symbol: "/s".
    pub per_second: String,
    /// ms, s, min, h, d.
    pub durations: [String; 5],
    /// Thousand, million, billion: "K", "M", "B".
    pub thousands: [String; 3],
}

impl Default for Words {
    fn default() -> Self {
        Self {
            decimal: '.',
            bytes: ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"].map(String::from),
            per_second: "/s".into(),
            durations: ["ms", "s", "min", "h", "d"].map(String::from),
            thousands: ["K", "M", "B"].map(String::from),
        }
    }
}

/// Seconds in ms, s, min, h and d.
const DURATIONS: [f64; 5] = [0.001, 1.0, 60.0, 3600.0, 86_400.0];

impl Unit {
    /// A single value with its symbol, in about three digits: "42.7 %", "3.25 GiB/s", "12 °C".
    /// What is not a number is a dash.
    pub fn write(self, value: f64, words: &Words) -> String {
        if value.is_nan() {
            return "–".into();
        }
        let (divisor, symbol) = self.dress(value.abs(), words);
        let scaled = value / divisor;
        let decimals = match (self, scaled.abs()) {
            (Self::Count | Self::Bytes, _) if divisor == 1.0 => 0,
            (Self::BytesPerSecond, it) if divisor == 1.0 && 10.0 <= it => 0,
            (Self::Percent, it) if 10.0 <= it => 0,
            (_, it) if it == 0.0 || 100.0 <= it => 0,
            (_, it) if 10.0 <= it => 1,
            (_, it) if 1.0 <= it => 2,
            (_, it) if 0.01 <= it => 2,
            (_, it) => (-it.log10()).ceil().clamp(0.0, 20.0) as usize + 1,
        };
        let mut number = number(scaled, decimals, words);
        // "42.0" says no more than "42", but a column of values must not jump between widths.
        if number.contains(words.decimal) && !number.contains('e') {
            let kept = number.trim_end_matches('0').trim_end_matches(words.decimal).len();
            number.truncate(kept);
        }
        number + &symbol
    }

    /// The values of an axis in one symbol and with as many decimals as its step needs.
    pub(crate) fn write_ticks(self, ticks: &[f64], step: f64, words: &Words) -> Vec<String> {
        let most = ticks.iter().fold(0.0_f64, |most, it| most.max(it.abs()));
        let (divisor, symbol) = self.dress(most, words);
        let decimals = (0..12)
            .find(|it| {
                let shifted = step / divisor * 10f64.powi(*it);
                0.5 < shifted && (shifted - shifted.round()).abs() < 0.001 * shifted
            })
            .unwrap_or(12);
        ticks.iter().map(|it| number(it / divisor, decimals as usize, words) + &symbol).collect()
    }

    /// What to divide by, and the symbol to append, for values of up to this magnitude.
    pub(crate) fn dress(self, magnitude: f64, words: &Words) -> (f64, String) {
        let spaced = |symbol: &str| format!("{NARROW_SPACE}{symbol}");
        match self {
            Self::Percent => (1.0, spaced("%")),
            Self::Celsius => (1.0, spaced("°C")),
            Self::Ratio => (1.0, String::new()),
            Self::Count => {
                let power = (magnitude.max(1.0).log10() / 3.0 + 1e-9).floor().min(3.0) as usize;
                // Five digits are read as easily as a symbol.
                if power == 0 || magnitude < 20_000.0 {
                    (1.0, String::new())
                } else {
                    (1000f64.powi(power as i32), spaced(&words.thousands[power - 1]))
                }
            }
            Self::Bytes | Self::BytesPerSecond => {
                let power = (magnitude.max(1.0).log2() / 10.0 + 1e-9).floor().clamp(0.0, 6.0);
                let mut symbol = spaced(&words.bytes[power as usize]);
                if self == Self::BytesPerSecond {
                    symbol += &words.per_second;
                }
                (1024f64.powf(power), symbol)
            }
            Self::Seconds => {
                let index = match magnitude {
                    0.0 => 1,
                    it if it < 1.0 => 0,
                    it if it < 120.0 => 1,
                    it if it < 7200.0 => 2,
                    it if it < 172_800.0 => 3,
                    _ => 4,
                };
                (DURATIONS[index], spaced(&words.durations[index]))
            }
        }
    }
}

/// A share of one as a percentage: whole, or with one decimal below ten.
pub(crate) fn percent(share: f64, words: &Words) -> String {
    if share.is_nan() {
        return "–".into();
    }
    let value = share * 100.0;
    let decimals = usize::from(0.0 < value && value < 9.95);
    // A half goes up, as people round, and not to the even side, as formatting does.
    let value = if decimals == 0 { value.round() } else { value };
    format!("{}{NARROW_SPACE}%", number(value, decimals, words))
}

/// A number in the reader's separators; beyond nine digits, in powers of ten.
fn number(value: f64, decimals: usize, words: &Words) -> String {
    let magnitude = value.abs();
    let written = if 1e9 <= magnitude || (6 < decimals && magnitude < 0.001 && 0.0 < magnitude) {
        format!("{value:.1e}").replace(".0e", "e")
    } else {
        format!("{value:.decimals$}", decimals = decimals.min(6))
    };
    let (sign, written) = match written.strip_prefix('-') {
        // "-0.0" is no news.
        Some(rest) if rest.chars().all(|it| matches!(it, '0' | '.')) => ("", rest.to_owned()),
        Some(rest) => ("−", rest.to_owned()),
        None => ("", written),
    };
    let (whole, fraction) = written.split_once('.').unwrap_or((&written, ""));
    let mut out = String::from(sign);
    let grouped = 5 <= whole.len() && whole.bytes().all(|it| it.is_ascii_digit());
    for (index, digit) in whole.chars().enumerate() {
        if grouped && 0 < index && (whole.len() - index).is_multiple_of(3) {
            out.push(NARROW_SPACE);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(words.decimal);
        out += fraction;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(unit: Unit, value: f64, expected: &str) {
        let written = unit.write(value, &Words::default());
        assert_eq!(written.replace(NARROW_SPACE, " "), expected);
    }

    #[test]
    fn a_value_is_written_as_people_write_it() {
        check(Unit::Percent, 42.4, "42 %");
        check(Unit::Percent, 7.25, "7.25 %");
        check(Unit::Percent, 0.0, "0 %");
        check(Unit::Percent, -0.0, "0 %");
        check(Unit::Bytes, 1024.0, "1 KiB");
        check(Unit::Bytes, 0.4, "0 B");
        check(Unit::Bytes, 999.7, "1000 B");
        check(Unit::BytesPerSecond, 12.34, "12 B/s");
        check(Unit::BytesPerSecond, 0.25, "0.25 B/s");
        check(Unit::Bytes, 3.5 * 1024f64.powi(3), "3.5 GiB");
        check(Unit::BytesPerSecond, 1536.0, "1.5 KiB/s");
        check(Unit::Seconds, 0.0125, "12.5 ms");
        check(Unit::Seconds, 90.0, "90 s");
        check(Unit::Seconds, 5400.0, "90 min");
        check(Unit::Seconds, 864_000.0, "10 d");
        check(Unit::Celsius, -4.0, "−4 °C");
        check(Unit::Count, 12_345.0, "12 345");
        check(Unit::Count, 2_500_000.0, "2.5 M");
        check(Unit::Ratio, 0.07, "0.07");
        check(Unit::Ratio, 1e15, "1e15");
        check(Unit::Ratio, 1e-9, "1e-9");
        check(Unit::Ratio, f64::NAN, "–");
    }

    #[test]
    fn an_axis_has_one_symbol_and_the_decimals_its_step_needs() {
        let words = Words { decimal: ',', ..Words::default() };
        let ticks = Unit::Seconds.write_ticks(&[0.0, 1800.0, 3600.0, 5400.0], 1800.0, &words);
        assert_eq!(ticks.join("|").replace(NARROW_SPACE, " "), "0 min|30 min|60 min|90 min");
        let ticks = Unit::Ratio.write_ticks(&[0.0, 0.5, 1.0], 0.5, &words);
        assert_eq!(ticks, ["0,0", "0,5", "1,0"]);
    }

    #[test]
    fn an_axis_of_memory_or_time_is_in_round_numbers_of_its_symbol() {
        let check = |unit: Unit, high: f64, expected: &str| {
            let ticks = crate::scale::Ticks::around(unit, (0.0, high), (Some(0.0), None), 5);
            let written = unit.write_ticks(&ticks.values, ticks.step, &Words::default());
            assert_eq!(written.join("|").replace(NARROW_SPACE, " "), expected);
        };
        const MIB: f64 = 1_048_576.0;
        check(Unit::Bytes, 500.0 * MIB, "0 MiB|128 MiB|256 MiB|384 MiB|512 MiB|640 MiB");
        check(Unit::Bytes, 1.9 * 1024.0 * MIB, "0.0 GiB|0.5 GiB|1.0 GiB|1.5 GiB|2.0 GiB");
        check(Unit::BytesPerSecond, 1.2 * MIB, "0.0 MiB/s|0.5 MiB/s|1.0 MiB/s|1.5 MiB/s");
        check(Unit::Bytes, 1000.0 * MIB, "0.0 GiB|0.5 GiB|1.0 GiB|1.5 GiB");
        check(Unit::Seconds, 3000.0, "0 min|15 min|30 min|45 min|60 min");
        check(Unit::Seconds, 20.0 * 3600.0, "0 h|6 h|12 h|18 h|24 h");
        check(Unit::Seconds, 86_400.0 * 5.0, "0 d|2 d|4 d|6 d");
        check(Unit::Seconds, 0.0004, "0.0 ms|0.1 ms|0.2 ms|0.3 ms|0.4 ms|0.5 ms");
        check(Unit::Count, 4.0, "0|1|2|3|4|5");
        check(Unit::Count, 70_000.0, "0 K|20 K|40 K|60 K|80 K");
    }
}
