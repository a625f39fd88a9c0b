//! Quiet hours and declared mutes in time: which is in force, and when the next one begins.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use jobs::declare::{DeclaredMute, End};
use jobs::mute::{By, Mute, next_time};

use super::mistake::{Mistake, Mistakes};
use super::zone;
use crate::cron::Cron;

/// A mute that ends at a time of day lasts no longer than this: a day of 25 hours, and some.
const LONGEST_DAY: SignedDuration = SignedDuration::from_hours(27);

/// A declared mute, and when it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedMute {
    /// As declared.
    pub mute: DeclaredMute,
    /// Its cron, read.
    pub cron: Cron,
    /// The zone its times are read in: its own, else the owner's.
    pub zone: TimeZone,
}

impl PlannedMute {
    /// The one that goes on now, if one does.
    pub fn in_force(&self, now: Timestamp) -> Option<Mute> {
        let longest = match self.mute.end {
            End::Lasting(length) => SignedDuration::try_from(length).ok()?,
            End::At(_) => LONGEST_DAY,
        };
        let earliest = now.checked_sub(longest).unwrap_or(Timestamp::MIN);
        let from = self.cron.previous_due(&self.zone, now, earliest)?;
        self.from(from).filter(|it| it.is_in_force(now))
    }

    /// The next one that begins after this moment.
    pub fn next(&self, after: Timestamp) -> Option<Mute> {
        self.from(self.cron.next_after(&self.zone, after)?)
    }

    fn from(&self, from: Timestamp) -> Option<Mute> {
        let until = match self.mute.end {
            End::Lasting(length) => from.checked_add(length).ok()?,
            End::At(time) => next_time(time, &self.zone, from)?,
        };
        Some(Mute {
            scope: self.mute.scope.clone(),
            from,
            until,
            by: By::Declared(self.mute.name.clone()),
            critical_too: self.mute.critical_too,
            after: self.mute.after,
            reason: None,
        })
    }
}

/// Gives each declared mute its cron and zone.
pub(super) fn plan(mutes: Vec<DeclaredMute>, owners: &TimeZone, mistakes: &mut Mistakes) -> Vec<PlannedMute> {
    let mut planned = Vec::new();
    for mute in mutes {
        let own = mute.zone.as_deref().map(zone::get);
        // Both were read once before, by the declaration's reader.
        match (Cron::parse(&mute.cron), own) {
            (Ok(cron), None) => planned.push(PlannedMute { mute, cron, zone: owners.clone() }),
            (Ok(cron), Some(Ok((_, zone)))) => planned.push(PlannedMute { mute, cron, zone }),
            (Err(error), _) => mistakes.push(Mistake::whole(mute.name, error.message, error.remedy)),
            (_, Some(Err(remedy))) => mistakes.push(Mistake::whole(mute.name, "no such time zone", remedy)),
        }
    }
    planned
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::civil;
    use jobs::mute::{After, Scope};

    use super::*;

    fn planned(cron: &str, end: End) -> PlannedMute {
        let mute = DeclaredMute {
            name: "night".to_owned(),
            cron: cron.to_owned(),
            zone: None,
            end,
            scope: Scope::All,
            critical_too: false,
            after: After::Digest,
        };
        let zone = TimeZone::get("Europe/Berlin").expect("a bundled zone");
        PlannedMute { mute, cron: Cron::parse(cron).expect("a cron"), zone }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    /// From when to when it is in force at that moment.
    fn check(planned: &PlannedMute, now: &str, expected: Option<(&str, &str)>) {
        let found = planned.in_force(at(now)).map(|it| (it.from, it.until));
        assert_eq!(found, expected.map(|(from, until)| (at(from), at(until))), "{now}");
    }

    #[test]
    fn a_night_begins_and_ends_by_the_clocks_on_the_wall() {
        let night = planned("0 23 * * *", End::At(civil::time(8, 0, 0, 0)));
        let summer = Some(("2026-06-01T21:00:00Z", "2026-06-02T06:00:00Z"));
        check(&night, "2026-06-01T20:59:59Z", None);
        check(&night, "2026-06-01T21:00:00Z", summer);
        check(&night, "2026-06-02T05:59:59Z", summer);
        check(&night, "2026-06-02T06:00:00Z", None);
        // The clocks go forward, and back.
        let spring = Some(("2026-03-28T22:00:00Z", "2026-03-29T06:00:00Z"));
        check(&night, "2026-03-29T05:59:00Z", spring);
        check(&night, "2026-03-29T06:00:00Z", None);
        let autumn = Some(("2026-10-24T21:00:00Z", "2026-10-25T07:00:00Z"));
        check(&night, "2026-10-25T06:59:00Z", autumn);
        check(&night, "2026-10-25T07:00:00Z", None);
        let next = night.next(at("2026-06-01T21:00:00Z")).expect("every night");
        assert_eq!((next.from, next.until), (at("2026-06-02T21:00:00Z"), at("2026-06-03T06:00:00Z")));
        assert_eq!((next.by, next.after), (By::Declared("night".to_owned()), After::Digest));
    }

    #[test]
    fn a_length_is_one_of_time_that_passes() {
        let nine_hours = planned("0 23 * * *", End::Lasting(Duration::from_secs(9 * 3600)));
        let spring = Some(("2026-03-28T22:00:00Z", "2026-03-29T07:00:00Z"));
        check(&nine_hours, "2026-03-29T06:30:00Z", spring);
        let backup = planned("30 2 * * SUN", End::Lasting(Duration::from_secs(1800)));
        check(&backup, "2026-06-07T00:45:00Z", Some(("2026-06-07T00:30:00Z", "2026-06-07T01:00:00Z")));
        check(&backup, "2026-06-07T01:00:00Z", None);
        check(&backup, "2026-06-08T00:45:00Z", None);
        // Half past two does not exist on this Sunday: it begins when the clocks jump.
        check(&backup, "2026-03-29T01:10:00Z", Some(("2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z")));
    }

    #[test]
    fn of_those_that_overlap_the_newest_counts() {
        let often = planned("*/10 * * * *", End::Lasting(Duration::from_secs(900)));
        check(&often, "2026-06-01T12:12:00Z", Some(("2026-06-01T12:10:00Z", "2026-06-01T12:25:00Z")));
    }
}
