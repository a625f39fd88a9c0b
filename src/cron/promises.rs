//! What holds of every expression and every moment: asked by tests and fuzzers.

use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::Cron;

const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
];

/// Any bytes as a zone, a moment and an expression: a mistake is shown where it is; the next moment lies strictly later,
/// its time of day and its date are what the expression says, nothing lies between by a search second by second that
/// knows nothing of how the walk was done, and asking backwards gives it too.
pub fn cron(bytes: &[u8]) {
    let Some((head, text)) = bytes.split_first_chunk::<6>() else { return };
    let text = String::from_utf8_lossy(text);
    let cron = match Cron::parse(&text) {
        Ok(cron) => cron,
        Err(error) => {
            assert!(text.get(error.part.clone()).is_some(), "the mistake is in the text");
            assert!(!error.message.is_empty() && !error.remedy.is_empty());
            return;
        }
    };
    let zone = TimeZone::get(ZONES[usize::from(head[0]) % ZONES.len()]).expect("a zone");
    let [_, far, second @ ..] = *head;
    // Mostly of our years, where clocks change; sometimes from one end of the calendar to the other.
    let second = match far {
        0 => Timestamp::MIN.as_second(),
        1 => Timestamp::MAX.as_second() - i64::from(u32::from_be_bytes(second) >> 8),
        2 => i64::from(u32::from_be_bytes(second)) * 80 - 60_000_000_000,
        _ => i64::from(u32::from_be_bytes(second)),
    };
    let Ok(after) = Timestamp::from_second(second) else { return };
    let again = Cron::parse(&cron.to_string()).expect("what was read can be written and read");
    let next = cron.next_after(&zone, after);
    assert_eq!(again.next_after(&zone, after), next, "and means the same");
    let Some(next) = next else {
        return assert!(200_000_000_000 < second, "{text:?} never fires after {after}");
    };
    assert!(after < next, "{text:?} after {after} in the past: {next}");
    assert_eq!(next.subsec_nanosecond(), 0);
    assert!(is_due(&cron, &zone, next), "{text:?} is not due at {next}");
    let second = |count| SignedDuration::from_secs(count);
    let near = next.checked_sub(second(3 * 3600)).unwrap_or(after);
    let mut at = after.max(near).checked_add(second(1)).unwrap_or(next);
    // So many are looked at, as each is a search of its own.
    for _ in 0..200 {
        if next <= at {
            break;
        }
        assert!(!is_due(&cron, &zone, at), "{text:?} is due at {at}, before {next}");
        let stride = 1 + (i64::from(head[5]) * 7 + at.as_second()).rem_euclid(97);
        at = at.checked_add(second(stride)).unwrap_or(next);
    }
    // Before the first moment of all lies none to look back from.
    assert!(after == Timestamp::MIN || cron.previous_due(&zone, next, after) == Some(next));
}

/// Whether a moment is due, by its own clocks alone: the time shown matches; or it is where a gap begins that swallowed
/// one that does. In a repeated hour, the first time only where minute and hour are named.
fn is_due(cron: &Cron, zone: &TimeZone, at: Timestamp) -> bool {
    let matches = |civil: jiff::civil::DateTime| {
        cron.months.has(civil.month())
            && cron.has_day(civil.date())
            && cron.hours.has(civil.hour())
            && cron.minutes.has(civil.minute())
            && cron.seconds.has(civil.second())
    };
    let offset = zone.to_offset(at);
    let civil = offset.to_datetime(at);
    if matches(civil) {
        let second_time = matches!(zone.to_ambiguous_timestamp(civil).offset(),
            AmbiguousOffset::Fold { before, after } if before != offset && after == offset);
        if !(second_time && cron.is_fixed()) {
            return true;
        }
    }
    let just_after = at.checked_add(SignedDuration::from_secs(1)).unwrap_or(at);
    let Some(change) = zone.preceding(just_after).next() else { return false };
    if change.timestamp() != at {
        return false;
    }
    let Ok(before) = at.checked_sub(SignedDuration::from_secs(1)) else { return false };
    let mut swallowed = zone.to_offset(before).to_datetime(at);
    while swallowed < civil {
        if matches(swallowed) {
            return true;
        }
        let Ok(next) = swallowed.checked_add(SignedDuration::from_secs(1)) else { return false };
        swallowed = next;
    }
    false
}
