//! A rule by [`novelty`](super::novelty): what it knows of a series is in the store, and a look brings it up to date.
//!
//! Means of [`Novelty::every`] are judged and learnt, never single values. What is stored ends somewhere in the last
//! hour: what came since is learnt again from the recorded history at every look, which costs microseconds, and so is
//! everything where nothing is stored yet. Therefore a process may die at any moment, and nothing is kept in memory
//! between two looks.
//!
//! The newest step is judged and not learnt. While an alert is open, neither is anything since it was suspected: the
//! baseline is frozen, after a restart too, since the alert itself says from when. When it is over,
//!
//! * what was told is skipped for good: the same thing is news again tomorrow;
//! * what was only unusual is learnt: it has had its line in the digest, and the nightly backup need not have another;
//! * what settled is learnt: it is the new normal.

use std::time::Duration;

use jiff::Timestamp;

use super::normal::{Normal, excuses};
use super::novelty::Score;
use super::{Evidence, Novelty, Sides, novelty};
use crate::alert::{Alert, AlertKey, Finding, Judgement, Severity, Side, Step};
use crate::metric::SeriesKey;
use crate::ports::{Learnt, Store, StoreError};
use crate::series::{Point, Series, since};

/// Where nothing is stored, so much of the recorded history is learnt: what the detector remembers at most, and a week
/// more for the rhythm. Minutes are kept for 30 days.
pub(super) const HISTORY: Duration = Duration::from_secs(28 * DAY);

/// What was learnt is stored again after this: an hour is relearnt in microseconds, and a state has up to 36 KiB.
const STORE_AFTER: Duration = Duration::from_secs(3600);

/// The history is read in pieces of so many seconds, lest a month of minutes lies in memory at once.
const PIECE: i64 = DAY as i64;

const DAY: u64 = 24 * 3600;

/// First byte of what is stored: counts the layouts.
const LAYOUT: u8 = 1;

/// What a look at one series by one rule came to.
pub(super) struct Look {
    pub(super) judgement: Judgement,
    state: State,
    /// The end of the newest whole step.
    end: i64,
    /// Whether it is to be stored now: nothing was, or nothing that could be read, or something was left out that
    /// would be learnt another time, when nobody calls it normal any more.
    pressing: bool,
}

/// What is known of a series.
struct State {
    /// Everything before this second has been learnt or is to be left out.
    next: i64,
    /// When it was stored last.
    stored: i64,
    novelty: novelty::Novelty,
}

/// What a look is about.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) rule: &'a Novelty,
    pub(super) key: &'a AlertKey,
    pub(super) open: Option<&'a Alert>,
    pub(super) normal: Option<&'a Normal>,
    pub(super) now: Timestamp,
}

impl Subject<'_> {
    /// Brings what is known up to date, and judges the newest whole step. Why what was stored could not be read is the
    /// second answer.
    pub(super) fn look(self, store: &dyn Store) -> Result<(Look, Option<String>), StoreError> {
        let step = self.step();
        let end = self.now.as_second().div_euclid(step) * step;
        let (state, wrong) = match store.learnt(self.key)? {
            None => (None, None),
            Some(it) => match read(&it, step) {
                Ok(state) => (Some(state), None),
                Err(why) => (None, Some(why)),
            },
        };
        let mut pressing = state.is_none();
        let first = self.now.as_second().saturating_sub(HISTORY.as_secs() as i64).div_euclid(step) * step;
        let mut state =
            state.unwrap_or_else(|| State { next: first, stored: 0, novelty: novelty::Novelty::new() });
        // A clock that ran ahead and was put right: time goes on from here.
        if end < state.next {
            state.next = end;
        }
        pressing |= self.learn(store, &mut state, self.frozen_from(end))?;
        let newest = steps(store, &self.key.series, end - step, end, step)?.pop();
        let judgement = match newest {
            Some((at, value)) => self.judge(store, &state.novelty, at, value)?,
            None => self.learning(&state.novelty, end).unwrap_or(Judgement::Unknown),
        };
        Ok((Look { judgement, state, end, pressing }, wrong))
    }

    /// Up to where there is anything to learn: the newest step is only judged, and so is all since suspicion began.
    fn frozen_from(self, end: i64) -> i64 {
        let step = self.step();
        let suspected = self.open.map_or(end, |it| it.suspected().as_second().div_euclid(step) * step);
        end.min(suspected) - step
    }

    /// Learns what came until then; whether something was left out because a person called it normal.
    fn learn(self, store: &dyn Store, state: &mut State, until: i64) -> Result<bool, StoreError> {
        let mut left_out = false;
        while state.next < until {
            let piece = until.min(state.next.saturating_add(PIECE));
            for (at, value) in steps(store, &self.key.series, state.next, piece, self.step())? {
                let civil = self.rule.civil(at);
                // What was called normal by a person stays what it is by itself, so that it can be taken back.
                let excused = self.normal.is_some_and(|normal| {
                    let found = self.find(&state.novelty, civil, value, true);
                    found.is_some_and(|it| excuses(normal, it.observed, it.side))
                });
                left_out |= excused;
                if !excused {
                    state.novelty.learn(civil, value);
                }
            }
            state.next = piece;
        }
        Ok(left_out)
    }

    fn judge(
        self,
        store: &dyn Store,
        known: &novelty::Novelty,
        at: i64,
        observed: f64,
    ) -> Result<Judgement, StoreError> {
        let rule = self.rule;
        if let Some((limit, side)) = rule.beyond_ceiling(observed) {
            let severity = Severity::Warning;
            return Ok(Judgement::Ill(Finding { observed, limit, side, severity, forecast: None }));
        }
        let civil = rule.civil(at);
        if known.learnt(civil) < 1.0 {
            // With an alert open, it is below the ceiling again, and nothing else is known to be wrong.
            return Ok(self.learning(known, at).unwrap_or(Judgement::Well { observed }));
        }
        let Some(finding) = self.find(known, civil, observed, self.open.is_some()) else {
            return Ok(Judgement::Well { observed });
        };
        let firing = self.open.filter(|it| it.is_firing());
        let saturated = self.is_saturated(store, at)?;
        let accepted = firing.is_some_and(|it| rule.settle <= since(self.now, it.since));
        if accepted && !saturated {
            return Ok(Judgement::Settled { observed });
        }
        let told = firing.map_or(Severity::Unusual, |it| it.finding.severity);
        let severity = if saturated { told.max(Severity::Warning) } else { told };
        Ok(Judgement::Ill(Finding { severity, ..finding }))
    }

    /// How far learning has come, while it has not ended and nothing is open that waits for a word.
    fn learning(self, known: &novelty::Novelty, at: i64) -> Option<Judgement> {
        let learnt = known.learnt(self.rule.civil(at));
        let need = Duration::from_secs(novelty::Settings::default().learn_seconds.into());
        let learning = Judgement::Learning { have: need.mul_f64(learnt), need };
        (learnt < 1.0 && self.open.is_none()).then_some(learning)
    }

    /// What is odd about a value, if anything. `hidden`: also what a stronger oddity of late hides.
    fn find(self, known: &novelty::Novelty, civil: i64, observed: f64, hidden: bool) -> Option<Finding> {
        let score = known.judge(civil, observed);
        let odd = if hidden { 1.0 <= score.learnt && 0.5 <= score.novelty } else { score.alarm };
        let (low, high) = self.rule.band(&score, known.spread.mean);
        let found = |limit, side| {
            let severity = Severity::Unusual;
            Some(Finding { observed, limit, side, severity, forecast: None }).filter(|_| odd)
        };
        if self.rule.sides != Sides::Below && high < observed {
            found(high, Side::Above)
        } else if self.rule.sides != Sides::Above && observed < low {
            found(low, Side::Below)
        } else {
            None
        }
    }

    /// Whether what makes it a page is so too, over the very step that is judged.
    fn is_saturated(self, store: &dyn Store, at: i64) -> Result<bool, StoreError> {
        let Some(companion) = &self.rule.page_with else { return Ok(false) };
        let key = SeriesKey::of(&companion.metric, &self.key.series.subject);
        let series = store.series(&key, second(at), second(at.saturating_add(self.step())))?;
        // Where nothing is known of it (a kernel without pressure figures), nothing is known to suffer.
        Ok(series.mean().is_some_and(|it| companion.bears_out(Some(it))))
    }

    fn step(self) -> i64 {
        i64::try_from(self.rule.every.as_secs()).unwrap_or(i64::MAX / 4).max(1)
    }
}

impl Look {
    /// The judged step is one that a person calls normal: it is not learnt, lest it be known when they take that back.
    pub(super) fn leave_out(&mut self) {
        self.pressing |= self.state.next < self.end;
        self.state.next = self.state.next.max(self.end);
    }

    /// What is to be stored after a look that led to this step, if anything is.
    pub(super) fn keep(
        mut self,
        rule: &Novelty,
        key: &AlertKey,
        step: Step,
        now: Timestamp,
    ) -> Option<Learnt> {
        // What was told, and is over, is left out of what is known.
        let skipped = step == Step::Recovered;
        if skipped {
            self.state.next = self.state.next.max(self.end);
        }
        let due = STORE_AFTER.as_secs() as i64 <= now.as_second().abs_diff(self.state.stored) as i64;
        if !(skipped || self.pressing || due) || self.state.novelty.spread.count == 0 {
            return None;
        }
        self.state.stored = now.as_second();
        Some(Learnt { key: key.clone(), at: now, body: write(&self.state, rule) })
    }
}

impl Novelty {
    /// Judging needs the store, where the rest of what is known is.
    pub(super) fn judge(
        &self,
        evidence: &Evidence<'_>,
        key: &AlertKey,
        normal: Option<&Normal>,
        store: &dyn Store,
    ) -> Result<(Look, Option<String>), StoreError> {
        Subject { rule: self, key, open: evidence.open, normal, now: evidence.now }.look(store)
    }

    /// The clock on the owner's wall, in seconds since 1970 there: a week has its rhythm by local time.
    fn civil(&self, at: i64) -> i64 {
        at.saturating_add(self.zone.to_offset(second(at)).seconds().into())
    }

    /// Beyond what no statistics speak for it.
    pub(super) fn beyond_ceiling(&self, observed: f64) -> Option<(f64, Side)> {
        let ceiling = self.ceiling?;
        match self.sides {
            Sides::Below => (observed <= ceiling).then_some((ceiling, Side::Below)),
            Sides::Above | Sides::Both => (ceiling <= observed).then_some((ceiling, Side::Above)),
        }
    }

    /// Between what limits values are no news: the detector's own, and never nearer to the mean than `least`, nor on
    /// the good side of the floor.
    fn band(&self, score: &Score, mean: f64) -> (f64, f64) {
        let low = score.expected_low.min(mean - self.least);
        let high = score.expected_high.max(mean + self.least);
        match (self.floor, self.sides) {
            (Some(floor), Sides::Above) => (low, high.max(floor)),
            (Some(floor), Sides::Below) => (low.min(floor), high),
            (Some(_), Sides::Both) | (None, _) => (low, high),
        }
    }

    /// The band over a stretch, at most `most` values of it, as it is known now: what came since suspicion began is not
    /// in it. While learning goes on there is a band too, and it is `guessed` at only if that is wanted.
    pub(super) fn bands(
        &self,
        key: &AlertKey,
        open: Option<&Alert>,
        store: &dyn Store,
        (from, to): (Timestamp, Timestamp),
        most: i64,
        guessed: bool,
    ) -> Result<Vec<super::Expected>, StoreError> {
        let subject = Subject { rule: self, key, open, normal: None, now: to };
        let (look, _) = subject.look(store)?;
        Ok(match look.judgement {
            Judgement::Learning { .. } if !guessed => Vec::new(),
            Judgement::Learning { .. }
            | Judgement::Well { .. }
            | Judgement::Ill(_)
            | Judgement::Settled { .. }
            | Judgement::Unknown => self.drawn(&look, subject.step(), (from, to), most),
        })
    }

    fn drawn(
        &self,
        look: &Look,
        step: i64,
        (from, to): (Timestamp, Timestamp),
        most: i64,
    ) -> Vec<super::Expected> {
        let known = &look.state.novelty;
        let (from, to) = (from.as_second(), to.as_second());
        let stride = ((to - from) / most.max(1)).max(step);
        let at = (0..).map(|it| from.saturating_add(stride * it)).take_while(|it| *it <= to);
        let expected = at.map(|at| {
            let score = known.judge(self.civil(at), known.spread.mean);
            let (low, high) = self.band(&score, known.spread.mean);
            super::Expected { at: second(at), low, high }
        });
        expected.filter(|it| it.low.is_finite() && it.high.is_finite()).collect()
    }

    /// The least and the most of the steps in a stretch.
    pub(super) fn range(
        &self,
        key: &SeriesKey,
        store: &dyn Store,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Option<(f64, f64)>, StoreError> {
        let step = self.every.as_secs().max(1) as i64;
        let end = to.as_second().div_euclid(step) * step;
        let begin = from.as_second().div_euclid(step) * step - step;
        let values = steps(store, key, begin.min(end - step), end, step)?.into_iter().map(|it| it.1);
        Ok(values.fold(None, |range, it| {
            let (low, high) = range.unwrap_or((it, it));
            Some((it.min(low), it.max(high)))
        }))
    }
}

/// The means of whole steps in `from..to`, each with its first second. A step that was seen for less than half of its
/// length is none: after a start, a minute must not pass for five.
fn steps(
    store: &dyn Store,
    key: &SeriesKey,
    from: i64,
    to: i64,
    step: i64,
) -> Result<Vec<(i64, f64)>, StoreError> {
    let minutes = usize::try_from((to - from) / 60).unwrap_or(1).max(1);
    let history = store.history(key, second(from), second(to), minutes)?;
    let usual = history.step().unwrap_or_default();
    let place = |it: &Point| it.at.as_second().div_euclid(step);
    let whole = |points: &[Point]| {
        let seen = since(points[points.len() - 1].at, points[0].at);
        let length = Duration::from_secs(step.unsigned_abs());
        length <= seen * 2 || length <= usual * 4
    };
    let all = history.points.chunk_by(|a, b| place(a) == place(b)).filter(|it| whole(it));
    let mean = |points: &[Point]| Series { points: points.to_vec() }.mean();
    Ok(all.filter_map(|it| Some((place(&it[0]) * step, mean(it)?))).collect())
}

fn write(state: &State, rule: &Novelty) -> Vec<u8> {
    let mut body = vec![LAYOUT];
    for number in [rule.every.as_secs() as i64, state.next, state.stored] {
        body.extend(number.to_le_bytes());
    }
    body.extend(state.novelty.to_bytes());
    body
}

fn read(learnt: &Learnt, step: i64) -> Result<State, String> {
    let Some((&LAYOUT, rest)) = learnt.body.split_first() else {
        return Err("it is of another layout".to_owned());
    };
    let mut rest = rest;
    let mut number = || {
        let (head, tail) = rest.split_first_chunk::<8>()?;
        rest = tail;
        Some(i64::from_le_bytes(*head))
    };
    let (Some(every), Some(next), Some(stored)) = (number(), number(), number()) else {
        return Err("it is cut short".to_owned());
    };
    if every != step {
        return Err(format!("it was learnt from means of {every} s, and the rule now says {step} s"));
    }
    let novelty = novelty::Novelty::from_bytes(rest).map_err(|error| error.to_string())?;
    Ok(State { next, stored, novelty })
}

/// A second since 1970 as a moment.
fn second(second: i64) -> Timestamp {
    let outside = if second < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(second).unwrap_or(outside)
}
