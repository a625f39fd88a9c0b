use std::collections::HashSet;

use jiff::civil;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;

fn cron(text: &str) -> Cron {
    Cron::parse(text).expect("a good expression")
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone of the bundled database")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

/// Every time it is due in a stretch, as the clocks of the zone show it.
fn due(text: &str, name: &str, from: &str, to: &str) -> Vec<String> {
    let (cron, zone) = (cron(text), zone(name));
    let mut moment = at(from);
    let mut shown = Vec::new();
    while let Some(next) = cron.next_after(&zone, moment).filter(|next| *next < at(to)) {
        shown.push(next.to_zoned_datetime(zone.clone()).strftime("%m-%d %H:%M:%S %:z").to_string());
        moment = next;
    }
    shown
}

fn refused(text: &str, message: &str, part: &str) {
    let error = Cron::parse(text).expect_err(text);
    assert_eq!((error.message.as_str(), &text[error.part.clone()]), (message, part), "{text}");
    assert!(!error.remedy.is_empty(), "{text}");
}

#[test]
fn five_fields_and_names_become_six() {
    for (text, six) in [
        ("0 9 * * *", "0 0 9 * * *"),
        ("  */10 * * * * * ", "*/10 * * * * *"),
        ("@Daily", "0 0 0 * * *"),
        ("0 9 ? * mon-fri", "0 0 9 * * 1-5"),
        ("0 9 * * SAT-SUN", "0 0 9 * * 6-7"),
        ("0 0 L * *", "0 0 0 L * *"),
        ("0 0 15W * *", "0 0 0 15W * *"),
        ("0 0 * * FRI#2,MONL", "0 0 0 * * 5#2,1L"),
        ("5/30 * * * * *", "5/30 * * * * *"),
        ("0 0 1 jan,DEC *", "0 0 0 1 1,12 *"),
    ] {
        assert_eq!(cron(text).to_string(), six, "{text}");
    }
}

#[test]
fn what_is_wrong_is_said_in_words_and_where() {
    refused("", "the cron expression is empty", "");
    refused("0 9 * *", "a cron expression has 5 or 6 fields, this one has 4", "0 9 * *");
    refused("0 0 9 * * * 2030", "a cron expression has 5 or 6 fields, this one has 7", "0 0 9 * * * 2030");
    refused("60 9 * * *", "60 is no minute", "60");
    refused("0 24 * * *", "24 is no hour", "24");
    refused("0 9 0 * *", "0 is no day of month", "0");
    refused("0 9 * MONTH *", "`MONTH` is no month", "MONTH");
    refused("0 9 * * 8", "8 is no weekday", "8");
    refused("0 18-9 * * *", "the range `18-9` runs backwards", "18-9");
    refused("0 9,,10 * * *", "an empty item in the hour field", "");
    refused("*/0 * * * *", "a step of 0 never moves on", "*/0");
    refused("*/70 * * * *", "a step of 70 is wider than the minute field", "*/70");
    refused("0 9 * * FRI#6", "`#6` is not one of #1 to #5", "FRI#6");
    refused("0 девять * * *", "`девять` is no hour", "девять");
    refused("99999999999 * * * *", "99999999999 is no minute", "99999999999");
    refused("@reboot", "no such cron name", "@reboot");
    refused("@dayly", "no such cron name", "@dayly");
}

#[test]
fn an_expression_that_never_fires_is_refused() {
    let message = "this cron expression never fires: no date matches its day, month and weekday";
    refused("0 0 30 2 *", message, "0 0 30 2 *");
    refused("0 0 31 4,6,9,11 *", message, "0 0 31 4,6,9,11 *");
}

#[test]
fn a_leap_day_on_a_monday_is_found_across_a_century_without_one() {
    let next = cron("0 0 29 2 MON").next_after(&TimeZone::UTC, at("2080-01-01T00:00:00Z"));
    // 2096 is a Wednesday, 2100 is no leap year, 2104 a Friday, 2108 a Wednesday, 2112 a Monday.
    assert_eq!(next, Some(at("2112-02-29T00:00:00Z")));
}

#[test]
fn a_day_and_a_weekday_must_both_hold() {
    let first_mondays = due("0 9 1-7 * MON", "UTC", "2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z");
    assert_eq!(first_mondays, ["01-05 09:00:00 +00:00", "02-02 09:00:00 +00:00", "03-02 09:00:00 +00:00"]);
}

#[test]
fn a_slot_in_the_skipped_hour_runs_once_when_the_clocks_jump() {
    let berlin = |text| due(text, "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z");
    assert_eq!(berlin("30 2 * * *"), ["03-29 03:00:00 +02:00", "03-30 02:30:00 +02:00"]);
    assert_eq!(
        berlin("10,20 2 * * *"),
        ["03-29 03:00:00 +02:00", "03-30 02:10:00 +02:00", "03-30 02:20:00 +02:00"]
    );
    assert_eq!(berlin("0 3 * * *"), ["03-29 03:00:00 +02:00", "03-30 03:00:00 +02:00"]);
}

#[test]
fn in_the_repeated_hour_a_named_time_runs_once_and_an_interval_goes_on() {
    let berlin = |text| due(text, "Europe/Berlin", "2026-10-24T23:30:00Z", "2026-10-25T02:30:00Z");
    assert_eq!(berlin("30 2 * * *"), ["10-25 02:30:00 +02:00"]);
    assert_eq!(berlin("0 2,3 * * *"), ["10-25 02:00:00 +02:00", "10-25 03:00:00 +01:00"]);
    assert_eq!(
        berlin("*/30 * * * *"),
        [
            "10-25 02:00:00 +02:00",
            "10-25 02:30:00 +02:00",
            "10-25 02:00:00 +01:00",
            "10-25 02:30:00 +01:00",
            "10-25 03:00:00 +01:00",
        ]
    );
}

#[test]
fn a_start_within_the_repeated_hour_does_not_run_a_named_time_again() {
    let next = cron("30 2 * * *").next_after(&zone("Europe/Berlin"), at("2026-10-25T01:10:00Z"));
    assert_eq!(next, Some(at("2026-10-26T01:30:00Z")));
}

#[test]
fn midnight_in_london_comes_once_on_the_spring_day() {
    let london = due("0 0 0 * * *", "Europe/London", "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z");
    assert_eq!(london, ["03-29 00:00:00 +00:00", "03-30 00:00:00 +01:00"]);
}

#[test]
fn midnight_that_does_not_exist_runs_at_one() {
    let brazil = due("0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00:00Z", "2018-11-06T00:00:00Z");
    assert_eq!(brazil, ["11-04 01:00:00 -02:00", "11-05 00:00:00 -02:00"]);
}

#[test]
fn a_change_of_half_an_hour_is_a_change_too() {
    let spring = due("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", "2026-10-05T00:00:00Z");
    assert_eq!(spring, ["10-04 02:30:00 +11:00", "10-05 02:15:00 +11:00"]);
    let autumn = due("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", "2026-04-05T12:00:00Z");
    assert_eq!(autumn, ["04-05 01:45:00 +11:00"]);
}

#[test]
fn a_day_that_a_zone_left_out_runs_what_was_due_then_once() {
    // Samoa went from the 29th of December 2011 to the 31st.
    let samoa = due("0 9 * * *", "Pacific/Apia", "2011-12-29T12:00:00Z", "2011-12-31T12:00:00Z");
    assert_eq!(samoa, ["12-29 09:00:00 -10:00", "12-31 00:00:00 +14:00", "12-31 09:00:00 +14:00"]);
}

#[test]
fn the_last_due_moment_is_found_however_rare() {
    let berlin = zone("Europe/Berlin");
    let now = at("2026-06-01T10:00:00Z");
    let long_ago = at("2020-01-01T00:00:00Z");
    assert_eq!(cron("0 9 * * *").previous_due(&berlin, now, long_ago), Some(at("2026-06-01T07:00:00Z")));
    assert_eq!(cron("* * * * * *").previous_due(&berlin, now, long_ago), Some(now));
    assert_eq!(cron("0 0 29 2 *").previous_due(&berlin, now, long_ago), Some(at("2024-02-28T23:00:00Z")));
    assert_eq!(cron("0 9 * * *").previous_due(&berlin, now, at("2026-06-01T08:00:00Z")), None);
    assert_eq!(
        cron("0 9 * * *").previous_due(&berlin, now, at("2026-06-01T07:00:00Z")),
        Some(at("2026-06-01T07:00:00Z"))
    );
    assert_eq!(cron("0 9 * * *").previous_due(&berlin, now, at("2027-01-01T00:00:00Z")), None);
}

/// What [`Cron`] promises, said again without any of its cleverness: look at every minute of the clock on the wall.
struct Oracle {
    due: Vec<Timestamp>,
}

impl Oracle {
    /// `minutes`, `hours`: which match; the day always does. Seconds are 0.
    fn new(
        zone: &TimeZone,
        from: Timestamp,
        hours: i64,
        fixed: bool,
        matches: impl Fn(civil::DateTime) -> bool,
    ) -> Self {
        let mut due = Vec::new();
        let mut shown = HashSet::new();
        let mut last: Option<civil::DateTime> = None;
        for minute in 0..hours * 60 {
            let now = from + SignedDuration::from_mins(minute);
            let wall = zone.to_datetime(now);
            // The hands jumped: whatever they jumped over is due now.
            let mut swallowed = false;
            if let Some(last) = last {
                let mut skipped = last + SignedDuration::from_mins(1);
                while skipped < wall {
                    swallowed |= matches(skipped);
                    skipped += SignedDuration::from_mins(1);
                }
            }
            let again = !shown.insert(wall);
            if swallowed || (matches(wall) && !(fixed && again)) {
                due.push(now);
            }
            last = Some(wall);
        }
        Self { due }
    }
}

/// Zones with the day around which they change, and a quiet one.
const CHANGES: [(&str, &str); 14] = [
    ("Europe/Berlin", "2026-03-28T12:00:00Z"),
    ("Europe/Berlin", "2026-10-24T12:00:00Z"),
    ("Europe/London", "2026-03-28T12:00:00Z"),
    ("Europe/London", "2026-10-24T12:00:00Z"),
    ("America/New_York", "2026-03-07T18:00:00Z"),
    ("America/New_York", "2026-10-31T18:00:00Z"),
    ("America/Sao_Paulo", "2018-11-03T12:00:00Z"),
    ("America/Sao_Paulo", "2019-02-16T12:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T00:00:00Z"),
    ("Africa/Casablanca", "2026-02-14T12:00:00Z"),
    ("Asia/Kathmandu", "2024-02-28T12:00:00Z"),
    ("Pacific/Apia", "2011-12-29T20:00:00Z"),
    ("Europe/Moscow", "2014-10-25T10:00:00Z"),
];

#[test]
fn every_minute_around_every_change_agrees_with_the_clock_on_the_wall() {
    type Matches = fn(civil::DateTime) -> bool;
    let patterns: [(&str, bool, Matches); 11] = [
        ("* * * * *", false, |_| true),
        ("*/15 * * * *", false, |it| it.minute() % 15 == 0),
        ("30 * * * *", false, |it| it.minute() == 30),
        ("0 */2 * * *", false, |it| it.minute() == 0 && it.hour() % 2 == 0),
        ("*/10 2 * * *", false, |it| it.minute() % 10 == 0 && it.hour() == 2),
        ("0 0 * * *", true, |it| it.minute() == 0 && it.hour() == 0),
        ("30 0 * * *", true, |it| it.minute() == 30 && it.hour() == 0),
        ("30 1 * * *", true, |it| it.minute() == 30 && it.hour() == 1),
        ("15,45 2 * * *", true, |it| matches!(it.minute(), 15 | 45) && it.hour() == 2),
        ("0 1-3 * * *", true, |it| it.minute() == 0 && matches!(it.hour(), 1..=3)),
        ("0 3 29 2 *", true, |it| it.minute() == 0 && it.hour() == 3 && (it.month(), it.day()) == (2, 29)),
    ];
    let mut checked = 0;
    for (name, from) in CHANGES {
        let (zone, from) = (zone(name), at(from));
        for (text, fixed, matches) in patterns {
            let cron = cron(text);
            assert_eq!(cron.is_fixed(), fixed, "{text}");
            let oracle = Oracle::new(&zone, from, 60, fixed, matches);
            let mut expected = oracle.due.iter().skip_while(|due| **due <= from).peekable();
            for minute in 0..48 * 60 {
                let now = from + SignedDuration::from_mins(minute);
                while expected.next_if(|due| **due <= now).is_some() {}
                let next = cron.next_after(&zone, now);
                match expected.peek() {
                    Some(due) => assert_eq!(next, Some(**due), "{text} in {name} after {now}"),
                    None => assert!(next.is_none_or(|next| from + SignedDuration::from_hours(60) <= next)),
                }
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 14 * 11 * 48 * 60);
}

#[test]
fn a_repeated_hour_that_lies_years_ahead_is_not_passed_over() {
    let cron = cron("0 2 L 3,10,11 0");
    let next = cron.next_after(&zone("Europe/Berlin"), at("1997-11-30T01:00:00Z"));
    assert_eq!(next, Some(at("1999-10-31T00:00:00Z")));
}

fn any_zone() -> impl Strategy<Value = TimeZone> {
    prop::sample::select(vec![
        "UTC",
        "Europe/Berlin",
        "Europe/London",
        "America/New_York",
        "America/Sao_Paulo",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "Asia/Kathmandu",
        "Pacific/Apia",
    ])
    .prop_map(zone)
}

fn any_cron() -> impl Strategy<Value = Cron> {
    let minute = prop::sample::select(vec!["*", "*/7", "0", "30", "5/20", "1-3,59"]);
    let hour = prop::sample::select(vec!["*", "*/3", "0", "2", "1-3", "23"]);
    let day = prop::sample::select(vec!["*", "1", "L", "15W", "29", "*/10"]);
    let month = prop::sample::select(vec!["*", "2", "3,10,11", "*/5"]);
    let weekday = prop::sample::select(vec!["*", "SUN", "MON-FRI", "SUNL", "SAT#2"]);
    (minute, hour, day, month, weekday).prop_filter_map("fires", |(minute, hour, day, month, weekday)| {
        Cron::parse(&format!("{minute} {hour} {day} {month} {weekday}")).ok()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_next_moment_is_always_later_and_nothing_lies_between(
        cron in any_cron(), zone in any_zone(), second in 0i64..4_000_000_000, share in 0.0f64..1.0,
    ) {
        let after = Timestamp::from_second(second).expect("in range");
        let next = cron.next_after(&zone, after).expect("it fires");
        prop_assert!(after < next);
        // Asking from anywhere between gives the same answer.
        let between = after + SignedDuration::from_secs_f64(next.duration_since(after).as_secs_f64() * share);
        if between < next {
            prop_assert_eq!(cron.next_after(&zone, between), Some(next));
        }
        prop_assert_eq!(cron.previous_due(&zone, next, after), Some(next));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}|[0-9*/,LW#A-Z @-]{0,30}") {
        if let Err(error) = Cron::parse(&text) {
            prop_assert!(text.get(error.part.clone()).is_some());
        }
    }

    #[test]
    fn no_moment_makes_it_panic(cron in any_cron(), zone in any_zone(), second in -377_705_023_201i64..=253_402_207_200) {
        if let Ok(after) = Timestamp::from_second(second) {
            prop_assert!(cron.next_after(&zone, after).is_none_or(|next| after < next));
        }
    }
}
