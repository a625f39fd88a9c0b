//! What holds of whatever follows `/graph`: asked by tests and fuzzers.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::ask::Asked;
use super::reach::Reach;
use super::target::Target;

/// Names are of what was said; what was understood is typed again so that the same is understood; a stretch of time goes
/// forward.
pub(in crate::command) fn holds(words: &[&str], now: Timestamp, zone: &TimeZone) {
    for word in words {
        if let Some(target) = Target::metric(word) {
            let typed = target.typed();
            let first = typed.split(' ').next().unwrap_or_default();
            assert!(Target::metric(first).is_some(), "{typed:?} is typed for {word:?}");
        }
        if let Some(reach) = Reach::read(word) {
            assert_eq!(Reach::read(&reach.typed()), Some(reach), "{word:?}");
        }
    }
    let Ok(asked) = Asked::read(words) else { return };
    let (names, reach, past) = match asked {
        Asked::Pie => return assert!(words.is_empty()),
        Asked::Hours { names, days } => return assert!(!names.is_empty() && 0 < days),
        Asked::Lines { names, reach, past } => (names, reach, past),
    };
    assert!(!names.is_empty());
    let Some(stretch) = reach.and_then(|it| it.stretch(now, zone)) else { return };
    assert!(stretch.from <= stretch.to && stretch.to <= now);
    if let Some(before) = past.and_then(|it| it.of(stretch, zone)) {
        assert!(before.from <= before.to && before.to < stretch.to);
    }
}
