//! `/graph week`: when it is busy, hour by day.

use jiff::{Span, Timestamp};
use jobs::metric::{SeriesKey, Unit};
use jobs::series::{Point, Series};

use super::super::{CommandContext, CommandError};
use super::ask::{MONTH, WEEK};
use super::target::{Found, Target, find};
use super::{of_metric, titled};
use crate::markup::Markup;
use crate::present::chart::{self, Day, Hours};
use crate::present::voice::unit_of;
use crate::present::{Choice, Reply, Voice};

/// Days of which an hour must be known, for its mean over days to say anything.
const DAYS: usize = 3;

pub(super) async fn answer(
    context: &CommandContext<'_>,
    names: &[&str],
    days: i64,
) -> Result<Reply, CommandError> {
    let voice = context.voice;
    let word = if days == MONTH { "month" } else { "week" };
    let line = |place: usize, name: &str| {
        let mut names = names.to_vec();
        names[place] = name;
        format!("/graph {word} {}", names.join(" "))
    };
    let target = match find(context, names, line).await? {
        Found::All(targets) => targets.into_iter().next().ok_or(CommandError::Usage)?,
        Found::Asked(reply) => return Ok(*reply),
    };
    let hours = hours(context, &target, days)?;
    let typed = target.typed();
    let marked = |length: i64, word: &str| {
        let label = super::super::span(voice, &format!("{length}d"));
        let label = if length == days { format!("• {label}") } else { label };
        Choice::turn(label, format!("/graph {word} {typed}"))
    };
    let turns = [
        Choice::turn(voice.word("button-graph-line", &[]), format!("/graph {typed} {days}d")),
        Choice::turn(voice.word("button-refresh", &[]), format!("/graph {word} {typed}")),
    ];
    let text = caption(voice, &hours);
    Ok(Reply::text(text)
        .drawn(chart::hours(voice, &context.about.host, &hours))
        .row([marked(WEEK, "week"), marked(MONTH, "month")])
        .row(turns))
}

/// The hours of the last days, today's among them.
fn hours(context: &CommandContext<'_>, target: &Target, days: i64) -> Result<Hours, CommandError> {
    let voice = context.voice;
    let today = context.now.to_zoned_datetime(voice.zone.clone()).date();
    let first = today.checked_sub(Span::new().days(days - 1)).map_err(|_| CommandError::Usage)?;
    let from = first.to_zoned_datetime(voice.zone.clone()).map_err(|_| CommandError::Usage)?.timestamp();
    let keys = keys(context, target, from)?;
    let unit = keys.first().map_or(Unit::Percent, |key| unit_of(&key.metric));
    let mut each = Vec::new();
    for key in &keys {
        let points = points(voice, from, context.now);
        each.push(context.ports.store.history(key, from, context.now, points)?);
    }
    let mut all: Vec<Day> = (0..days)
        .filter_map(|it| first.checked_add(Span::new().days(it)).ok())
        .map(|date| Day { date, hours: [f64::NAN; 24] })
        .collect();
    for series in &each {
        let one = by_hour(voice, series, &all);
        join(&mut all, &one, unit);
    }
    let title = match &keys[..] {
        [one] => voice.series(one),
        _ => titled(voice, target),
    };
    Ok(Hours { title, unit, days: all })
}

/// Rates of a group are one traffic, in and out, of every part; of anything else the first metric is drawn, and of its
/// parts the highest at each hour.
fn keys(
    context: &CommandContext<'_>,
    target: &Target,
    from: Timestamp,
) -> Result<Vec<SeriesKey>, CommandError> {
    let keys = of_metric(context, target, from)?;
    let is_rate = |key: &SeriesKey| unit_of(&key.metric) == Unit::BytesPerSecond;
    let first = keys.first().map(|it| it.metric.clone());
    Ok(keys.into_iter().filter(|it| is_rate(it) || Some(&it.metric) == first.as_ref()).collect())
}

/// A point an hour; four where the zone's hours are not those of UTC.
fn points(voice: &Voice, from: Timestamp, to: Timestamp) -> usize {
    let hours = (to.duration_since(from).as_hours().max(1)) as usize;
    let is_whole = |at: Timestamp| voice.zone.to_offset(at).seconds() % 3600 == 0;
    if is_whole(from) && is_whole(to) { hours } else { 4 * hours }
}

/// The mean of each hour of these days. An hour that comes twice in a night is one, and one that is left out is unknown.
fn by_hour(voice: &Voice, series: &Series, days: &[Day]) -> Vec<[f64; 24]> {
    let mut sums = vec![[(0.0, 0.0); 24]; days.len()];
    for Point { at, mean, count, .. } in series.points.iter().filter(|it| it.mean.is_finite()) {
        let there = at.to_zoned_datetime(voice.zone.clone());
        let Some(day) = days.iter().position(|it| it.date == there.date()) else { continue };
        let (sum, weight) = &mut sums[day][there.hour() as usize];
        *sum += mean * f64::from(*count);
        *weight += f64::from(*count);
    }
    let mean = |(sum, weight): (f64, f64)| if 0.0 < weight { sum / weight } else { f64::NAN };
    sums.into_iter().map(|hours| hours.map(mean)).collect()
}

fn join(all: &mut [Day], one: &[[f64; 24]], unit: Unit) {
    for (day, hours) in all.iter_mut().zip(one) {
        for (cell, value) in day.hours.iter_mut().zip(hours) {
            *cell = match (cell.is_nan(), value.is_nan(), unit) {
                (true, _, _) => *value,
                (_, true, _) => *cell,
                (false, false, Unit::BytesPerSecond) => *cell + *value,
                (
                    false,
                    false,
                    Unit::Percent | Unit::Bytes | Unit::Seconds | Unit::Celsius | Unit::Count | Unit::Ratio,
                ) => cell.max(*value),
            };
        }
    }
}

/// The busiest hour of all, and the hour of the day that is busiest over days.
fn caption(voice: &Voice, hours: &Hours) -> Markup {
    let what = [("what", hours.title.as_str().into())];
    let cells = hours.days.iter().flat_map(|day| {
        day.hours
            .iter()
            .enumerate()
            .filter(|it| it.1.is_finite())
            .map(move |(hour, value)| (day.date, hour, *value))
    });
    let Some((date, hour, value)) = cells.max_by(|a, b| a.2.total_cmp(&b.2)) else {
        return voice.say("graph-nothing", &what);
    };
    let day = format!("{} {}", voice.weekday(date.weekday().to_monday_one_offset()), voice.date(date));
    let busiest = [
        ("what", hours.title.as_str().into()),
        ("day", day.into()),
        ("hours", clock(hour).into()),
        ("value", voice.value(hours.unit, value).into()),
    ];
    let usually = usually(hours).map(|(hour, value)| {
        let nouns = [("hours", clock(hour).into()), ("value", voice.value(hours.unit, value).into())];
        voice.say("graph-hours-usually", &nouns)
    });
    Markup::lines(std::iter::once(voice.say("graph-hours", &busiest)).chain(usually))
}

/// "14:00–15:00".
fn clock(hour: usize) -> String {
    format!("{hour:02}:00–{:02}:00", (hour + 1) % 24)
}

/// The hour of the day with the highest mean over at least three days.
fn usually(hours: &Hours) -> Option<(usize, f64)> {
    let mean = |hour: usize| {
        let known: Vec<f64> =
            hours.days.iter().map(|it| it.hours[hour]).filter(|it| it.is_finite()).collect();
        (DAYS <= known.len()).then(|| (hour, known.iter().sum::<f64>() / known.len() as f64))
    };
    (0..24).filter_map(mean).max_by(|a, b| a.1.total_cmp(&b.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::for_tag;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    fn voice(zone: &str) -> Voice {
        Voice { locale: for_tag("en"), zone: TimeZone::get(zone).expect("a bundled zone") }
    }

    fn days(first: jiff::civil::Date, count: i64) -> Vec<Day> {
        let day = |it| first.checked_add(Span::new().days(it)).expect("a day");
        (0..count).map(|it| Day { date: day(it), hours: [f64::NAN; 24] }).collect()
    }

    /// A value for each hour of UTC from a moment on: 0, 1, 2 …
    fn hourly(from: &str, count: i64) -> Series {
        let from: Timestamp = from.parse().expect("a time");
        let point = |it: i64| Point::sample(from + jiff::SignedDuration::from_hours(it), it as f64);
        Series { points: (0..count).map(point).collect() }
    }

    #[test]
    fn an_hour_that_comes_twice_is_one_and_one_that_is_left_out_is_unknown() {
        let berlin = voice("Europe/Berlin");
        // Back from three to two, at one o'clock UTC.
        let back = by_hour(&berlin, &hourly("2026-10-24T22:00:00Z", 25), &days(date(2026, 10, 25), 1));
        assert_eq!(back[0][..5], [0.0, 1.0, 2.5, 4.0, 5.0]);
        assert_eq!(back[0][23], 24.0);
        // On from two to three.
        let on = by_hour(&berlin, &hourly("2026-03-28T23:00:00Z", 23), &days(date(2026, 3, 29), 1));
        assert_eq!(on[0][..2], [0.0, 1.0]);
        assert!(on[0][2].is_nan());
        assert_eq!(on[0][3..5], [2.0, 3.0]);
        assert_eq!(on[0][23], 22.0);
    }

    #[test]
    fn where_hours_begin_at_half_past_more_is_asked_for() {
        let (from, to) = ("2026-11-17T00:00:00Z", "2026-11-24T00:00:00Z");
        let (from, to) = (from.parse().expect("a time"), to.parse().expect("a time"));
        assert_eq!(points(&voice("Europe/Moscow"), from, to), 168);
        assert_eq!(points(&voice("Asia/Kolkata"), from, to), 672);
    }

    #[test]
    fn traffic_adds_up_and_of_disks_the_fullest_counts() {
        let mut all = days(date(2026, 11, 24), 1);
        let mut one = [f64::NAN; 24];
        (one[0], one[1]) = (3.0, 4.0);
        let mut other = [f64::NAN; 24];
        (other[1], other[2]) = (2.0, 5.0);
        join(&mut all, &[one], Unit::BytesPerSecond);
        join(&mut all, &[other], Unit::BytesPerSecond);
        assert_eq!(all[0].hours[..3], [3.0, 6.0, 5.0]);
        assert!(all[0].hours[3].is_nan());
        join(&mut all, &[one], Unit::Percent);
        assert_eq!(all[0].hours[..3], [3.0, 6.0, 5.0]);
    }

    #[test]
    fn the_busiest_hour_is_named_and_the_usual_one_once_there_are_days() {
        let mut all = days(date(2026, 11, 22), 3);
        for (index, day) in all.iter_mut().enumerate() {
            day.hours[14] = 60.0 + index as f64;
            day.hours[23] = 5.0;
        }
        all[0].hours[3] = 91.0;
        let hours = Hours { title: "CPU".to_owned(), unit: Unit::Percent, days: all };
        let said = caption(&voice("UTC"), &hours).to_string().replace('\u{a0}', " ");
        assert_eq!(
            said,
            "CPU: the busiest hour was Sun 22 Nov, 03:00–04:00, 91 % on average\nAn average day is busiest at 14:00–15:00: 61 %"
        );
        let nothing = Hours { days: days(date(2026, 11, 24), 7), ..hours };
        assert!(caption(&voice("UTC"), &nothing).to_string().contains("nothing was recorded"));
    }
}
