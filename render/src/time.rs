//! The horizontal axis: a span of time, told in the viewer's zone.

/// From when to when, and how to say it.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeAxis {
    /// Left end, seconds since the epoch.
    pub from: f64,
    /// Right end, seconds since the epoch. Not after `from` means: as wide as the points.
    pub to: f64,
    /// The viewer's zone. UTC by default.
    pub zone: Zone,
    /// Two points farther apart than this are not joined. Infinite by default.
    pub gap_seconds: f64,
    /// Names of months and weekdays.
    pub labels: TimeLabels,
}

impl Default for TimeAxis {
    fn default() -> Self {
        Self {
            from: 0.0,
            to: 0.0,
            zone: Zone::default(),
            gap_seconds: f64::INFINITY,
            labels: TimeLabels::default(),
        }
    }
}

impl TimeAxis {
    /// An axis in UTC, with English names.
    pub fn between(from: f64, to: f64) -> Self {
        Self { from, to, ..Self::default() }
    }
}

/// Offsets from UTC over the span that is drawn, so that midnight is the viewer's own on both
/// sides of a change to daylight saving time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Zone {
    /// Seconds east of UTC before the first change.
    pub offset_seconds: i32,
    /// `(seconds since the epoch, seconds east of UTC from then on)`, in order of time.
    pub changes: Vec<(f64, i32)>,
}

impl Zone {
    /// A zone that does not change within the picture.
    pub fn fixed(offset_seconds: i32) -> Self {
        Self { offset_seconds, changes: Vec::new() }
    }

    /// Seconds east of UTC at a moment.
    fn offset_at(&self, at: f64) -> i32 {
        self.changes
            .iter()
            .take_while(|(from, _)| *from <= at)
            .last()
            .map_or(self.offset_seconds, |(_, offset)| *offset)
    }

    /// The first moment at which a clock on the wall shows this, if there is one: on the night
    /// that summer time begins, an hour never happens.
    fn moment(&self, wall: i64) -> Option<f64> {
        std::iter::once(self.offset_seconds)
            .chain(self.changes.iter().map(|(_, offset)| *offset))
            .map(|offset| ((wall - i64::from(offset)) as f64, offset))
            .filter(|(at, offset)| self.offset_at(*at) == *offset)
            .map(|(at, _)| at)
            .reduce(f64::min)
    }
}

/// Short names of months and weekdays. The default is English.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeLabels {
    /// January first.
    pub months: [String; 12],
    /// Monday first.
    pub weekdays: [String; 7],
    /// How a day is written, with `{day}` and `{month}` in it: `{day}. {month}` in German.
    pub date: String,
}

impl Default for TimeLabels {
    fn default() -> Self {
        Self {
            months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
                .map(String::from),
            weekdays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map(String::from),
            date: "{day} {month}".to_owned(),
        }
    }
}

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

/// Years 1 to 9999: what a calendar of four digits can say.
const EARLIEST: f64 = -62_135_596_800.0;
const LATEST: f64 = 253_402_300_799.0;

/// A moment worth a label.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TimeTick {
    pub(crate) at: f64,
    pub(crate) label: String,
    /// A new day among hours, a new year among months.
    pub(crate) is_turn: bool,
}

/// How far apart ticks are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Clock(i64),
    Days(i64),
    Months(i64),
}

const STEPS: [Step; 29] = [
    Step::Clock(1),
    Step::Clock(2),
    Step::Clock(5),
    Step::Clock(10),
    Step::Clock(15),
    Step::Clock(30),
    Step::Clock(MINUTE),
    Step::Clock(2 * MINUTE),
    Step::Clock(5 * MINUTE),
    Step::Clock(10 * MINUTE),
    Step::Clock(15 * MINUTE),
    Step::Clock(30 * MINUTE),
    Step::Clock(HOUR),
    Step::Clock(2 * HOUR),
    Step::Clock(3 * HOUR),
    Step::Clock(6 * HOUR),
    Step::Clock(12 * HOUR),
    Step::Days(1),
    Step::Days(2),
    Step::Days(7),
    Step::Days(14),
    Step::Months(1),
    Step::Months(3),
    Step::Months(6),
    Step::Months(12),
    Step::Months(60),
    Step::Months(120),
    Step::Months(1200),
    Step::Months(12_000),
];

impl Step {
    fn seconds(self) -> i64 {
        match self {
            Self::Clock(seconds) => seconds,
            Self::Days(days) => days * DAY,
            Self::Months(months) => months * 30 * DAY,
        }
    }
}

impl TimeAxis {
    /// The span to draw: as asked for, or else as wide as the points, or else an hour around them.
    pub(crate) fn span(&self, points: Option<(f64, f64)>) -> (f64, f64) {
        let held = |at: f64| at.clamp(EARLIEST, LATEST);
        if self.from.is_finite() && self.to.is_finite() && held(self.from) < held(self.to) {
            return (held(self.from), held(self.to));
        }
        match points.map(|(from, to)| (held(from), held(to))) {
            Some((from, to)) if from < to => (from, to),
            Some((at, _)) => (at - 1800.0, at + 1800.0),
            None => (0.0, 3600.0),
        }
    }

    /// Round moments within a span, no more than `most` of them, in order.
    pub(crate) fn ticks(&self, (from, to): (f64, f64), most: usize) -> Vec<TimeTick> {
        let most = most.clamp(1, 24) as f64;
        let step = STEPS
            .into_iter()
            .find(|it| to - from <= it.seconds() as f64 * most)
            .unwrap_or(Step::Months(12_000));
        let wall = from as i64 + i64::from(self.zone.offset_at(from));
        let midnight = wall.div_euclid(DAY) * DAY;
        (-1..64)
            .map_while(|index| self.nth(step, wall, midnight, index))
            .filter_map(|wall| Some((wall, self.zone.moment(wall)?)))
            .filter(|(_, at)| from <= *at && *at <= to)
            .map(|(wall, at)| {
                let (label, is_turn) = self.write(step, wall);
                TimeTick { at, label, is_turn }
            })
            .collect()
    }

    /// What the wall shows at the n-th tick.
    fn nth(&self, step: Step, wall: i64, midnight: i64, index: i64) -> Option<i64> {
        let days = midnight / DAY;
        match step {
            Step::Clock(seconds) => Some(midnight + ((wall - midnight) / seconds + index) * seconds),
            Step::Days(1) => Some((days + index) * DAY),
            // Weeks begin on Monday; the epoch was a Thursday.
            Step::Days(every) if every % 7 == 0 => {
                Some(((days + 3).div_euclid(every) * every - 3 + index * every) * DAY)
            }
            Step::Days(every) => Some((days.div_euclid(every) * every + index * every) * DAY),
            Step::Months(every) => {
                let (year, month, _) = civil(days);
                let months = (year * 12 + month - 1).div_euclid(every) * every + index * every;
                Some(days_of(months.div_euclid(12), months.rem_euclid(12) + 1, 1) * DAY)
            }
        }
    }

    fn write(&self, step: Step, wall: i64) -> (String, bool) {
        let days = wall.div_euclid(DAY);
        let (year, month, day) = civil(days);
        let month_name = &self.labels.months[(month - 1) as usize];
        let date = || self.labels.date.replace("{day}", &day.to_string()).replace("{month}", month_name);
        let weekday = &self.labels.weekdays[(days + 3).rem_euclid(7) as usize];
        let second = wall.rem_euclid(DAY);
        let (hours, minutes, seconds) = (second / HOUR, second % HOUR / MINUTE, second % MINUTE);
        match step {
            Step::Clock(_) if second == 0 => (date(), true),
            Step::Clock(every) if every < MINUTE => (format!("{hours:02}:{minutes:02}:{seconds:02}"), false),
            Step::Clock(_) => (format!("{hours:02}:{minutes:02}"), false),
            Step::Days(1 | 2) => (format!("{weekday} {day}"), false),
            Step::Days(_) => (date(), false),
            Step::Months(every) if every < 12 && month != 1 => (month_name.clone(), false),
            Step::Months(every) => (year.to_string(), every < 12),
        }
    }
}

/// Year, month and day of a day counted from the epoch, in the Gregorian calendar.
///
/// Counted in years that begin in March, so that the leap day is the last of its year.
fn civil(days: i64) -> (i64, i64, i64) {
    const CYCLE: i64 = 146_097;
    // From the epoch back to the first of March of the year 0.
    let days = days + 719_468;
    let (cycle, day) = (days.div_euclid(CYCLE), days.rem_euclid(CYCLE));
    let year = (day - day / 1460 + day / 36_524 - day / (CYCLE - 1)) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (cycle * 400 + year + carry, month, day)
}

/// The other way round.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let (cycle, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    cycle * 146_097 + year * 365 + year / 4 - year / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(year: i64, month: i64, day: i64, hour: i64) -> f64 {
        (days_of(year, month, day) * DAY + hour * HOUR) as f64
    }

    fn check(axis: &TimeAxis, most: usize, expected: &[&str]) {
        let ticks = axis.ticks((axis.from, axis.to), most);
        assert_eq!(ticks.iter().map(|it| it.label.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn days_and_dates_agree_both_ways() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(days_of(2026, 11, 24), 20_781);
        for day in (-700_000..2_900_000).step_by(97) {
            let (year, month, date) = civil(day);
            assert_eq!(days_of(year, month, date), day);
            assert!((1..=12).contains(&month) && (1..=31).contains(&date));
        }
    }

    #[test]
    fn ticks_are_round_on_the_viewers_wall() {
        let mut axis = TimeAxis::between(at(2026, 3, 12, 0), at(2026, 3, 13, 0));
        axis.zone = Zone::fixed(5 * 3600 + 1800);
        check(&axis, 5, &["06:00", "12:00", "18:00", "13 Mar"]);
        let ticks = axis.ticks((axis.from, axis.to), 5);
        assert_eq!(ticks[0].at, at(2026, 3, 12, 0) + 1800.0);
        assert_eq!(ticks.iter().filter(|it| it.is_turn).count(), 1);
    }

    #[test]
    fn spans_from_seconds_to_centuries_have_labels() {
        let from = at(2026, 1, 30, 0);
        check(
            &TimeAxis::between(from + 5.0, from + 60.0),
            4,
            &["00:00:15", "00:00:30", "00:00:45", "00:01:00"],
        );
        check(&TimeAxis::between(from, from + 3.0 * 86_400.0), 4, &["Fri 30", "Sat 31", "Sun 1", "Mon 2"]);
        check(&TimeAxis::between(from, from + 30.0 * 86_400.0), 5, &["2 Feb", "9 Feb", "16 Feb", "23 Feb"]);
        check(&TimeAxis::between(from, from + 400.0 * 86_400.0), 6, &["Apr", "Jul", "Oct", "2027"]);
        check(&TimeAxis::between(from, from + 4e9), 4, &["2100"]);
    }

    #[test]
    fn a_day_is_written_as_the_language_writes_it() {
        let mut axis = TimeAxis::between(at(2026, 1, 30, 0), at(2026, 3, 1, 0));
        axis.labels.date = "{day}. {month}".to_owned();
        check(&axis, 5, &["2. Feb", "9. Feb", "16. Feb", "23. Feb"]);
        axis.labels.date = "{month} {day}".to_owned();
        check(&axis, 5, &["Feb 2", "Feb 9", "Feb 16", "Feb 23"]);
    }

    #[test]
    fn midnight_stays_midnight_when_summer_time_begins() {
        // Berlin, 29 March 2026: at 01:00 UTC the offset goes from one hour to two.
        let change = at(2026, 3, 29, 1);
        let mut axis = TimeAxis::between(at(2026, 3, 28, 23), at(2026, 3, 30, 0));
        axis.zone = Zone { offset_seconds: 3600, changes: vec![(change, 7200)] };
        let ticks = axis.ticks((axis.from, axis.to), 5);
        let turns: Vec<f64> = ticks.iter().filter(|it| it.is_turn).map(|it| it.at).collect();
        assert_eq!(turns, [at(2026, 3, 28, 23), at(2026, 3, 29, 22)]);
        let hourly = axis.ticks((at(2026, 3, 28, 23), at(2026, 3, 29, 3)), 5);
        let labels: Vec<&str> = hourly.iter().map(|it| it.label.as_str()).collect();
        assert_eq!(labels, ["29 Mar", "01:00", "03:00", "04:00", "05:00"], "02:00 never happens");
    }

    #[test]
    fn a_month_and_a_year_are_divided_as_calendars_are() {
        let to = at(2026, 3, 12, 12);
        check(&TimeAxis::between(to - 30.0 * 86_400.0, to), 7, &["16 Feb", "23 Feb", "2 Mar", "9 Mar"]);
        check(&TimeAxis::between(to - 90.0 * 86_400.0, to), 6, &["2026", "Feb", "Mar"]);
        check(&TimeAxis::between(to - 365.0 * 86_400.0, to), 7, &["Apr", "Jul", "Oct", "2026"]);
        check(&TimeAxis::between(to - 730.0 * 86_400.0, to), 5, &["Jul", "2025", "Jul", "2026"]);
        check(&TimeAxis::between(to - 3650.0 * 86_400.0, to), 5, &["2020", "2025"]);
        let year = TimeAxis::between(to - 365.0 * 86_400.0, to);
        let turns: Vec<String> =
            year.ticks((year.from, to), 7).into_iter().filter(|it| it.is_turn).map(|it| it.label).collect();
        assert_eq!(turns, ["2026"], "the year is what is written brighter");
    }

    #[test]
    fn midnight_stays_midnight_when_summer_time_ends() {
        // Berlin, 25 October 2026: at 01:00 UTC the offset goes from two hours to one, and 02:00 comes twice.
        let change = at(2026, 10, 25, 1);
        let mut axis = TimeAxis::between(at(2026, 10, 24, 22), at(2026, 10, 26, 23));
        axis.zone = Zone { offset_seconds: 7200, changes: vec![(change, 3600)] };
        let ticks = axis.ticks((axis.from, axis.to), 5);
        let turns: Vec<f64> =
            ticks.iter().map(|it| it.at).filter(|it| (*it as i64) % 43_200 != 36_000).collect();
        assert!(ticks.iter().filter(|it| it.is_turn).all(|it| it.label.ends_with("Oct")), "{ticks:?}");
        assert!(!turns.is_empty());
        let hourly = axis.ticks((at(2026, 10, 24, 22), at(2026, 10, 25, 4)), 6);
        let labels: Vec<(f64, &str)> =
            hourly.iter().map(|it| ((it.at - axis.from) / 3600.0, it.label.as_str())).collect();
        assert_eq!(
            labels,
            [(0.0, "25 Oct"), (1.0, "01:00"), (2.0, "02:00"), (4.0, "03:00"), (5.0, "04:00"), (6.0, "05:00")],
            "02:00 is written where it comes first"
        );
    }
}
