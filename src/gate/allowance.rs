//! How much one person may ask at a time: a held button, a stuck app or a stolen telephone takes nobody else's turn.
//!
//! A bucket for each kind of asking. Whoever empties one rests until a quarter of it is back; what comes meanwhile is
//! dropped and not put off, for nobody wants forty answers a minute later. It is said once, and not at each of them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::message::UserId;

/// What something costs that is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// It is about what is wrong now, or makes something stop. It has a bucket of its own, which no other asking
    /// empties: in the worst hour people press most.
    Calming,
    /// It is answered in words.
    Reading,
    /// It is drawn, filed, or asked of the engine container by container; and it is read, too.
    Dear,
    /// It changes something; and it is answered, too.
    Acting,
}

/// So much at once, and one more each step.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    burst: i32,
    step: SignedDuration,
}

impl Bucket {
    /// From empty to full.
    fn whole(self) -> SignedDuration {
        self.step * self.burst
    }

    /// From empty to where the rest ends.
    fn rest(self) -> SignedDuration {
        self.step * (self.burst / 4).max(1)
    }
}

/// A chat takes a message a second: what is read faster than that cannot be answered faster.
const WORDS: Bucket = Bucket { burst: 20, step: SignedDuration::from_secs(1) };
/// A picture is some ten milliseconds of a processor and a hundred kilobytes of the way out.
const PICTURES: Bucket = Bucket { burst: 8, step: SignedDuration::from_secs(4) };
/// Ten a minute: nobody restarts more by hand, and whole projects are one order.
const DEEDS: Bucket = Bucket { burst: 10, step: SignedDuration::from_secs(6) };
/// As many as of words, beside them.
const CALM: Bucket = Bucket { burst: 20, step: SignedDuration::from_secs(1) };
/// How often somebody is told, at most.
const TOLD_EVERY: SignedDuration = SignedDuration::from_mins(1);

impl Cost {
    /// What it is taken out of.
    fn buckets(self) -> &'static [usize] {
        match self {
            Self::Reading => &[0],
            Self::Dear => &[0, 1],
            Self::Acting => &[0, 2],
            Self::Calming => &[3],
        }
    }
}

const BUCKETS: [Bucket; 4] = [WORDS, PICTURES, DEEDS, CALM];

/// Whether something is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is.
    Given,
    /// It is too much at once: it is dropped.
    Dropped {
        /// What is to be said of it, where something is: how long the rest lasts.
        told: Option<SignedDuration>,
    },
}

/// What one person has left.
#[derive(Clone, Copy, Debug, Default)]
struct Left {
    /// When each bucket would be full again; none: it is.
    full: [Option<Timestamp>; BUCKETS.len()],
    /// Until when each rests.
    rests: [Option<Timestamp>; BUCKETS.len()],
    told: Option<Timestamp>,
}

/// What everybody has left: one entry for each person who was admitted.
#[derive(Debug, Default)]
pub(super) struct Allowance {
    people: Mutex<HashMap<UserId, Left>>,
}

impl Allowance {
    /// Takes what somebody asks out of what they have left.
    pub(super) fn take(&self, user: UserId, cost: Cost, now: Timestamp) -> Turn {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        people.entry(user).or_default().take(cost, now)
    }
}

impl Left {
    fn take(&mut self, cost: Cost, now: Timestamp) -> Turn {
        let mut until = None;
        for index in cost.buckets() {
            until = until.max(self.rest(*index, now));
        }
        let Some(until) = until else {
            for index in cost.buckets() {
                self.full[*index] = Some(self.full_at(*index, now) + BUCKETS[*index].step);
            }
            return Turn::Given;
        };
        let due = self.told.is_none_or(|at| TOLD_EVERY <= now.duration_since(at) || now < at);
        let told = due.then(|| {
            self.told = Some(now);
            until.duration_since(now)
        });
        Turn::Dropped { told }
    }

    /// When that bucket is full again. No clock that steps back makes it emptier than empty.
    fn full_at(&mut self, index: usize, now: Timestamp) -> Timestamp {
        let at = self.full[index].unwrap_or(now).clamp(now, now + BUCKETS[index].whole());
        self.full[index] = Some(at);
        at
    }

    /// Until when nothing is taken from that bucket, if so: it rests, or has nothing left, and then its rest begins.
    fn rest(&mut self, index: usize, now: Timestamp) -> Option<Timestamp> {
        let bucket = BUCKETS[index];
        let until = self.rests[index].filter(|until| now < *until).map(|it| it.min(now + bucket.rest()));
        let is_empty = now + bucket.whole() < self.full_at(index, now) + bucket.step;
        self.rests[index] = until.or(is_empty.then(|| now + bucket.rest()));
        self.rests[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOMEBODY: UserId = UserId(7);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).expect("a moment")
    }

    /// How many of so many are answered at that moment, and what was said of the others.
    fn asked(allowance: &Allowance, cost: Cost, count: usize, second: i64) -> (usize, Vec<i64>) {
        let turns: Vec<Turn> = (0..count).map(|_| allowance.take(SOMEBODY, cost, at(second))).collect();
        let given = turns.iter().filter(|it| **it == Turn::Given).count();
        let told = turns.iter().filter_map(|it| match it {
            Turn::Dropped { told } => told.map(|it| it.as_secs()),
            Turn::Given => None,
        });
        (given, told.collect())
    }

    #[test]
    fn a_flood_is_answered_in_part_told_of_once_and_over_when_a_quarter_is_back() {
        for (cost, burst, rest) in
            [(Cost::Reading, 20, 5), (Cost::Dear, 8, 8), (Cost::Acting, 10, 12), (Cost::Calming, 20, 5)]
        {
            let allowance = Allowance::default();
            assert_eq!(asked(&allowance, cost, 500, 0), (burst, vec![rest]), "{cost:?}");
            assert_eq!(asked(&allowance, cost, 500, rest - 1), (0, vec![]), "{cost:?}: it rests, in silence");
            assert_eq!(asked(&allowance, cost, 500, rest), (burst.div_euclid(4), vec![]), "{cost:?}");
            // It goes on and on: a word a minute.
            assert_eq!(asked(&allowance, cost, 500, 60).1, [rest], "{cost:?}");
        }
    }

    #[test]
    fn one_a_second_for_an_hour_is_never_too_much() {
        let allowance = Allowance::default();
        for second in 0..3600 {
            assert_eq!(asked(&allowance, Cost::Reading, 1, second), (1, vec![]), "{second}");
            assert_eq!(asked(&allowance, Cost::Calming, 1, second), (1, vec![]), "{second}");
        }
    }

    #[test]
    fn whoever_has_asked_too_much_can_still_see_what_is_wrong_and_take_it_on() {
        let allowance = Allowance::default();
        for cost in [Cost::Reading, Cost::Dear, Cost::Acting] {
            asked(&allowance, cost, 500, 0);
        }
        assert_eq!(asked(&allowance, Cost::Calming, 20, 0), (20, vec![]));
    }

    #[test]
    fn pictures_that_are_too_many_leave_words_and_deeds() {
        let allowance = Allowance::default();
        assert_eq!(asked(&allowance, Cost::Dear, 500, 0).0, 8);
        assert_eq!(asked(&allowance, Cost::Acting, 3, 0), (3, vec![]));
        assert_eq!(asked(&allowance, Cost::Reading, 9, 0), (9, vec![]), "eight and three were read, too");
        assert_eq!(asked(&allowance, Cost::Reading, 1, 0).0, 0);
    }

    #[test]
    fn what_one_asks_costs_another_nothing() {
        let allowance = Allowance::default();
        asked(&allowance, Cost::Reading, 500, 0);
        assert_eq!(allowance.take(UserId(8), Cost::Reading, at(0)), Turn::Given);
    }

    #[test]
    fn a_clock_that_steps_keeps_nobody_out_for_long() {
        let allowance = Allowance::default();
        asked(&allowance, Cost::Reading, 500, 0);
        // A day back: the rest is no longer than any other.
        assert_eq!(asked(&allowance, Cost::Reading, 1, -86_400), (0, vec![5]));
        assert_eq!(asked(&allowance, Cost::Reading, 500, -86_400 + 5).0, 5);
        // A year on: all is as new.
        assert_eq!(asked(&allowance, Cost::Reading, 500, 31_536_000).0, 20);
    }
}
