//! When something is due: a cron expression, read once, and asked in any time zone.
//!
//! Five fields (minute, hour, day, month, weekday) or six (seconds first), or a name such as `@daily`. The dialect is
//! croner's: lists, ranges, steps, English names, `L`, `15W`, `FRI#2`. Sunday is 0 or 7. When a day *and* a weekday
//! are given both must hold, so `0 9 1-7 * MON` is the first Monday of a month.
//!
//! croner reads the expression and says which days match. The walk through time is ours, in civil time, because
//! croner 3 asked with a real zone answers in the past in the repeated hour of autumn, and runs London's midnight
//! twice in spring. What becomes of a day that is not 24 hours long:
//!
//! * a slot inside the hour that is skipped runs once, at the moment the clocks jump;
//! * in the hour that is repeated, a job whose minute and hour are named runs once, the first time round; a job
//!   with `*` or `*/n` for its minute or hour goes on running through both.
//!
//! The answer always lies strictly after the moment it was asked for.

#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod promises;
mod read;
#[cfg(test)]
mod tests;

use std::fmt;

use croner::Cron as Pattern;
use jiff::civil;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

pub use read::CronError;

/// How many days are searched before an expression counts as one that never fires. The 29th of February on a given
/// weekday comes round in at most 40 years, when a century without a leap day lies between.
const HORIZON_DAYS: u32 = 41 * 366;

/// A cron expression that has been read and is known to fire.
#[derive(Clone)]
pub struct Cron {
    text: String,
    pattern: Pattern,
    seconds: Hands,
    minutes: Hands,
    hours: Hands,
    months: Hands,
    fixed: bool,
}

/// Which values of a field match, as bits.
#[derive(Clone, Copy, Debug)]
struct Hands(u64);

impl Hands {
    fn of(matches: impl Fn(u32) -> bool, most: u32) -> Self {
        Self((0..=most).filter(|value| matches(*value)).fold(0, |bits, value| bits | 1 << value))
    }

    fn has(self, value: i8) -> bool {
        (0..64).contains(&value) && self.0 & (1 << value) != 0
    }

    /// The first match at or after a value.
    fn from(self, value: i8) -> Option<i8> {
        let value = u32::try_from(value).ok().filter(|value| *value < 64)?;
        let rest = self.0 >> value << value;
        (rest != 0).then_some(rest.trailing_zeros() as i8)
    }
}

impl Cron {
    /// Reads an expression of five or six fields, or a name such as `@daily`.
    ///
    /// # Errors
    /// Says in words which field is wrong and what would be right; also when no date ever matches.
    pub fn parse(text: &str) -> Result<Self, CronError> {
        let six = read::normalise(text)?;
        let pattern = read::pattern(&six, text)?;
        let fields: Vec<&str> = six.split(' ').collect();
        let fixed = !fields[1].starts_with('*') && !fields[2].starts_with('*');
        let it = &pattern.pattern;
        let cron = Self {
            seconds: Hands::of(|value| it.second_match(value).unwrap_or(false), 59),
            minutes: Hands::of(|value| it.minute_match(value).unwrap_or(false), 59),
            hours: Hands::of(|value| it.hour_match(value).unwrap_or(false), 23),
            months: Hands::of(|value| it.month_match(value).unwrap_or(false), 12),
            text: six,
            fixed,
            pattern,
        };
        match cron.slot(civil::date(2000, 1, 1).at(0, 0, 0, 0)) {
            Some(_) => Ok(cron),
            None => Err(read::never(text)),
        }
    }

    /// Whether its minute and hour are named, so that a repeated hour must not run it twice.
    pub fn is_fixed(&self) -> bool {
        self.fixed
    }

    /// The first moment strictly after `after` when it is due, with the clocks of `zone`.
    ///
    /// None only near the end of the calendar, in the year 9999.
    pub fn next_after(&self, zone: &TimeZone, after: Timestamp) -> Option<Timestamp> {
        // From here on the zone's history is walked piece by piece: within a piece the offset stands still, so civil
        // time and real time run side by side.
        let mut at =
            Timestamp::from_second(after.as_nanosecond().div_euclid(1_000_000_000) as i64 + 1).ok()?;
        loop {
            let offset = zone.to_offset(at);
            let change = zone.following(at).next().map(|it| (it.timestamp(), it.offset()));
            let mut civil = offset.to_datetime(at);
            let slot = loop {
                let slot = self.slot(civil)?;
                // Only in this piece is it known with which clocks that time comes.
                let due = offset.to_timestamp(slot).ok();
                let is_here = change.is_none_or(|(change, _)| due.is_some_and(|due| due < change));
                if !is_here || !self.is_second_time(zone, slot, offset) {
                    break slot;
                }
                civil = slot.checked_add(SignedDuration::from_secs(1)).ok()?;
            };
            let Some((change, next_offset)) = change else { return offset.to_timestamp(slot).ok() };
            let due = offset.to_timestamp(slot).ok();
            if let Some(due) = due.filter(|due| *due < change) {
                return Some(due);
            }
            // In a gap the new clocks begin later than the old ones ended; what lies between was swallowed.
            if slot < next_offset.to_datetime(change) {
                return Some(change);
            }
            // Nothing is due in this piece. Far slots are approached in one stride: two days are wider than any
            // change of offset, so nothing is stepped over.
            let near = slot.checked_sub(SignedDuration::from_hours(48)).ok();
            let near = near.and_then(|near| offset.to_timestamp(near).ok());
            at = near.map_or(change, |near| near.max(change));
        }
    }

    /// The last moment in `not_before <= it <= before` when it was due.
    pub fn previous_due(
        &self,
        zone: &TimeZone,
        before: Timestamp,
        not_before: Timestamp,
    ) -> Option<Timestamp> {
        // Looks back through windows that grow, so that neither a job of every second nor one of every year is slow.
        let mut reach = SignedDuration::from_secs(8);
        loop {
            let from = before.checked_sub(reach).ok().filter(|from| not_before < *from);
            let just_before = from.unwrap_or(not_before).checked_sub(SignedDuration::from_nanos(1)).ok()?;
            let mut last = None;
            let mut at = just_before;
            while let Some(due) = self.next_after(zone, at).filter(|due| *due <= before) {
                last = Some(due);
                at = due;
            }
            if last.is_some() || from.is_none() {
                return last;
            }
            reach = reach.checked_mul(8)?;
        }
    }

    /// Whether the clocks showed this time before, and once was enough.
    fn is_second_time(&self, zone: &TimeZone, slot: civil::DateTime, offset: Offset) -> bool {
        self.fixed
            && matches!(zone.to_ambiguous_timestamp(slot).offset(),
                AmbiguousOffset::Fold { before, after } if before != offset && after == offset)
    }

    /// The first time on the wall, at or after this one, that matches.
    fn slot(&self, from: civil::DateTime) -> Option<civil::DateTime> {
        let mut date = from.date();
        let mut time = self.time_from(from.time());
        for _ in 0..HORIZON_DAYS {
            if !self.months.has(date.month()) {
                date = date.last_of_month().tomorrow().ok()?;
                time = self.time_from(civil::Time::midnight());
                continue;
            }
            if let Some(time) = time.filter(|_| self.has_day(date)) {
                return Some(date.to_datetime(time));
            }
            date = date.tomorrow().ok()?;
            time = self.time_from(civil::Time::midnight());
        }
        None
    }

    fn has_day(&self, date: civil::Date) -> bool {
        let (month, day) = (date.month().unsigned_abs().into(), date.day().unsigned_abs().into());
        self.pattern.pattern.day_match(date.year().into(), month, day).unwrap_or(false)
    }

    /// The first time of day at or after this one that matches.
    fn time_from(&self, from: civil::Time) -> Option<civil::Time> {
        let (hour, minute, second) = (from.hour(), from.minute(), from.second());
        if self.hours.has(hour) {
            if self.minutes.has(minute)
                && let Some(second) = self.seconds.from(second)
            {
                return Some(civil::time(hour, minute, second, 0));
            }
            if let Some(minute) = self.minutes.from(minute + 1) {
                return Some(civil::time(hour, minute, self.seconds.from(0)?, 0));
            }
        }
        let hour = self.hours.from(hour + 1)?;
        Some(civil::time(hour, self.minutes.from(0)?, self.seconds.from(0)?, 0))
    }
}

/// As six fields, seconds first.
impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cron({})", self.text)
    }
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Cron {}
