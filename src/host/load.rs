//! Load averages and time since boot, from `/proc/loadavg` and `/proc/uptime`.

use std::time::Duration;

use jobs::ports::Load;

/// No machine has been up for longer: a thousand years. A moment so long ago is one that calendars have.
const LONGEST: Duration = Duration::from_secs(1000 * 365 * 86_400);

/// Reads `/proc/loadavg`.
pub(super) fn parse(text: &str) -> Option<Load> {
    let mut averages = text.split_ascii_whitespace().map(number);
    Some(Load { one: averages.next()??, five: averages.next()??, fifteen: averages.next()?? })
}

/// Reads `/proc/uptime`: seconds since boot, then idle seconds of all cores.
pub(super) fn uptime(text: &str) -> Option<Duration> {
    let uptime = Duration::try_from_secs_f64(number(text.split_ascii_whitespace().next()?)?);
    uptime.ok().filter(|it| *it <= LONGEST)
}

/// A number as the kernel prints one: never negative, never infinite.
pub(super) fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|it: &f64| it.is_finite() && 0.0 <= *it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_averages_are_read() {
        let load = Load { one: 0.42, five: 1.0, fifteen: 13.37 };
        assert_eq!(parse("0.42 1.00 13.37 3/821 4242\n"), Some(load));
        for text in ["", "0.42 1.00", "a b c", "nan 1 1", "-1 1 1", "1 inf 1"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn uptime_is_read_to_the_hundredth() {
        assert_eq!(uptime("417013.76 812345.10\n"), Some(Duration::from_millis(417_013_760)));
        for text in ["", "x", "-5 1", "1e15 1", "1e300 1", "NaN"] {
            assert_eq!(uptime(text), None, "{text:?}");
        }
    }
}
