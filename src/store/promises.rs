//! What holds of every row that lies in the store, whatever a disk made of it: asked by tests and fuzzers.

use jiff::Timestamp;
use jobs::alert::{Alert, Transition};
use jobs::heal::Heal;
use jobs::incident::Incident;
use jobs::notice::Notice;
use jobs::verdict::Watcher;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::chunk::{Mark, decode, decode_moment, encode, encode_moment};
use super::{alerts, rollup};

/// Any bytes as a blob of samples, of roll-ups or of a moment, and as each of the things that lie there as JSON: what can
/// be read is written as it was and read again to the last bit, sums lie between the least and the most, and lists stay
/// in order.
pub fn rows(bytes: &[u8]) {
    for base in [0, 1_762_000_000_000, i64::MIN, i64::MAX] {
        if let Ok(marks) = decode(base, bytes) {
            assert!(marks.is_sorted_by(|one, two| one.at < two.at));
            assert!(marks.iter().all(is_possible), "{marks:?}");
            assert_eq!(decode(base, &encode(base, &marks)), Ok(marks.clone()));
            for step in [60_000, 3_600_000] {
                let rolled = rollup::roll(&marks, step);
                assert!(rolled.is_sorted_by(|one, two| one.at < two.at));
                assert!(rolled.len() <= marks.len() && rolled.iter().all(is_possible), "{rolled:?}");
                for joined in
                    [rollup::merge(marks.clone(), rolled.clone()), rollup::richer(rolled, marks.clone())]
                {
                    assert!(joined.is_sorted_by(|one, two| one.at < two.at));
                    assert!(marks.len() <= joined.len());
                }
            }
        }
        if let Ok(values) = decode_moment(base, bytes) {
            assert!(values.iter().all(|it| it.value.is_finite() && 0 <= it.series));
            assert_eq!(decode_moment(base, &encode_moment(base, &values)), Ok(values));
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    same::<Alert>(text);
    same::<Transition>(text);
    same::<Incident>(text);
    same::<Notice>(text);
    same::<Heal>(text);
    same::<Watcher>(text);
    if let Ok(watcher) = serde_json::from_str::<Watcher>(text) {
        for now in
            [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::constant(1_764_000_000, 0), Timestamp::MAX]
        {
            let mut watcher = watcher.clone().resume(now, Some("boot"));
            let _ = (watcher.since(now), watcher.reconcile(&[], now), watcher.next(), watcher.memory());
            let _ = (watcher.tick(now), watcher.tick(Timestamp::MAX), watcher.tick(Timestamp::MAX));
        }
    }
}

fn is_possible(mark: &Mark) -> bool {
    mark.low <= mark.mean && mark.mean <= mark.high && mark.mean.is_finite()
}

fn same<T: Serialize + DeserializeOwned>(text: &str) {
    let read: Vec<T> =
        alerts::readable(vec![text.to_owned()]).expect("one that cannot be read costs itself only");
    for value in read {
        let written = serde_json::to_string(&value).expect("what was read can be written");
        let again: T = serde_json::from_str(&written).expect("and read again");
        assert_eq!(serde_json::to_string(&again).ok(), Some(written));
    }
}
