//! Arithmetic on stretches of marks: joining, rolling up, choosing. Every list here is in the order of its times, each
//! time once.

use super::chunk::Mark;

/// Both lists; where both have a time, the newer has its say.
pub(super) fn merge(old: Vec<Mark>, new: Vec<Mark>) -> Vec<Mark> {
    join(old, new, |_, new| new)
}

/// Both lists; where both have a roll-up, the one that more samples went into, and of equals the newer.
///
/// A roll-up is made anew from the samples below it whenever one arrives late. When those have been thinned out since,
/// the new one is the poorer and must not replace what was known.
pub(super) fn richer(old: Vec<Mark>, new: Vec<Mark>) -> Vec<Mark> {
    join(old, new, |old, new| if new.count < old.count { old } else { new })
}

fn join(old: Vec<Mark>, new: Vec<Mark>, choose: impl Fn(Mark, Mark) -> Mark) -> Vec<Mark> {
    if old.last().zip(new.first()).is_none_or(|(old, new)| old.at < new.at) {
        let mut all = old;
        all.extend(new);
        return all;
    }
    let mut all = Vec::with_capacity(old.len() + new.len());
    let mut new = new.into_iter().peekable();
    for old in old {
        while let Some(earlier) = new.next_if(|it| it.at < old.at) {
            all.push(earlier);
        }
        all.push(match new.next_if(|it| it.at == old.at) {
            Some(same) => choose(old, same),
            None => old,
        });
    }
    all.extend(new);
    all
}

/// One mark for each `step` milliseconds that have any.
pub(super) fn roll(marks: &[Mark], step: i64) -> Vec<Mark> {
    let mut rolled: Vec<Mark> = Vec::new();
    for mark in marks {
        let begin = mark.at.div_euclid(step) * step;
        match rolled.last_mut() {
            Some(last) if last.at == begin => *last = add(*last, *mark),
            _ => rolled.push(Mark { at: begin, ..*mark }),
        }
    }
    rolled
}

fn add(sum: Mark, mark: Mark) -> Mark {
    let count = sum.count.saturating_add(mark.count);
    let (low, high) = (sum.low.min(mark.low), sum.high.max(mark.high));
    let share = f64::from(mark.count) / f64::from(count.max(1));
    let mean = sum.mean + (mark.mean - sum.mean) * share;
    // The difference of two huge values may not be a number; the mean lies between them all the same.
    let mean = if mean.is_finite() { mean.clamp(low, high) } else { low / 2.0 + high / 2.0 };
    Mark { at: sum.at, mean, low, high, count }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn samples(values: &[(i64, f64)]) -> Vec<Mark> {
        values.iter().map(|(at, value)| Mark::sample(*at, *value)).collect()
    }

    #[test]
    fn a_roll_up_knows_least_mean_most_and_how_many() {
        let rolled = roll(&samples(&[(0, 1.0), (10, 3.0), (59, 8.0), (60, 5.0), (200, 7.0)]), 60);
        assert_eq!(
            rolled,
            [
                Mark { at: 0, mean: 4.0, low: 1.0, high: 8.0, count: 3 },
                Mark { at: 60, mean: 5.0, low: 5.0, high: 5.0, count: 1 },
                Mark { at: 180, mean: 7.0, low: 7.0, high: 7.0, count: 1 },
            ]
        );
    }

    #[test]
    fn rolling_roll_ups_weighs_them_by_their_counts() {
        let minutes = [Mark { at: 0, mean: 10.0, low: 9.0, high: 11.0, count: 3 }, Mark::sample(60, 50.0)];
        assert_eq!(roll(&minutes, 3600), [Mark { at: 0, mean: 20.0, low: 9.0, high: 50.0, count: 4 }]);
    }

    #[test]
    fn times_before_1970_are_rolled_the_same_way() {
        assert_eq!(roll(&samples(&[(-61, 1.0), (-60, 2.0), (-1, 3.0), (0, 4.0)]), 60).len(), 3);
    }

    #[test]
    fn a_poorer_roll_up_does_not_replace_a_richer_one() {
        let rich = Mark { at: 0, mean: 4.0, low: 1.0, high: 8.0, count: 6 };
        let poor = Mark::sample(0, 2.0);
        assert_eq!(richer(vec![rich], vec![poor]), [rich]);
        assert_eq!(richer(vec![poor], vec![rich]), [rich]);
    }

    #[test]
    fn the_newer_of_two_samples_of_one_time_stays() {
        let merged = merge(samples(&[(1, 1.0), (3, 3.0)]), samples(&[(0, 0.0), (3, 9.0), (4, 4.0)]));
        assert_eq!(merged, samples(&[(0, 0.0), (1, 1.0), (3, 9.0), (4, 4.0)]));
    }

    proptest! {
        #[test]
        fn a_mean_lies_between_the_least_and_the_most(values in proptest::collection::vec(any::<f64>(), 1..50)) {
            let finite: Vec<_> = values.iter().filter(|it| it.is_finite()).enumerate()
                .map(|(at, value)| Mark::sample(at as i64, *value)).collect();
            for mark in roll(&finite, 7) {
                prop_assert!(mark.low <= mark.mean && mark.mean <= mark.high, "{mark:?}");
            }
        }
    }
}
