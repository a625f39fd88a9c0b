//! Samples on their way out: as they came, or at the level that suits a picture.

use jiff::Timestamp;
use jobs::metric::SeriesKey;
use jobs::ports::StoreError;
use jobs::series::{Point, Series};

use super::chunk::Mark;
use super::ground::{Fault, Ground, State};
use super::samples::{self, Level, Tail};
use super::{Reach, millis, millis_up, moment, rollup, thin};

/// See [`jobs::ports::Store::series`].
pub(super) fn series(
    state: &mut State,
    key: &SeriesKey,
    from: Timestamp,
    to: Timestamp,
) -> Result<Series, StoreError> {
    let (from, to) = (millis(from), millis_up(to));
    look(state, key, |view| view.marks(Level::Raw, from, to))
}

/// See [`jobs::ports::Store::history`]. Older parts that are no longer kept finely enough come from the next level.
/// What would be more than a quarter too many is joined evenly, on a grid that does not move as time goes on.
pub(super) fn history(
    state: &mut State,
    key: &SeriesKey,
    from: Timestamp,
    to: Timestamp,
    points: usize,
) -> Result<Series, StoreError> {
    let (from, to) = (millis(from), millis_up(to));
    let points = i64::try_from(points.max(1)).unwrap_or(i64::MAX);
    let width = to.saturating_sub(from).max(1) / points;
    let level = match width {
        ..60_000 => Level::Raw,
        60_000..3_600_000 => Level::Minutes,
        _ => Level::Hours,
    };
    look(state, key, |view| {
        let marks = view.reaching_back(level, from, to)?;
        if (marks.len() as u64) <= (points.saturating_add(points / 4)) as u64 {
            return Ok(marks);
        }
        let grid = level.step().unwrap_or(10_000);
        Ok(rollup::roll(&marks, (width / grid + 1) * grid))
    })
}

/// See [`super::Database::minutes`].
pub(super) fn minutes(
    state: &mut State,
    key: &SeriesKey,
    from: Timestamp,
    to: Timestamp,
) -> Result<Series, StoreError> {
    let (from, to) = (millis(from), millis_up(to));
    look(state, key, |view| view.marks(Level::Minutes, from, to))
}

/// See [`super::Database::reach`].
pub(super) fn reach(state: &mut State) -> Result<Reach, StoreError> {
    let tail = samples::tail(state)?;
    state.read(|ground| {
        let oldest =
            |level: Level| Ok::<_, Fault>(thin::oldest(ground, level)?.map(|it| it * level.stretch()));
        let samples = oldest(Level::Raw)?.into_iter().chain(tail.begin()).min();
        Ok(Reach { samples: samples.map(moment), minutes: oldest(Level::Minutes)?.map(moment) })
    })
}

fn look(
    state: &mut State,
    key: &SeriesKey,
    marks: impl Fn(&View<'_>) -> Result<Vec<Mark>, Fault>,
) -> Result<Series, StoreError> {
    let view = |ground: &Ground<'_>, tail: &Tail| {
        let series = match ground.ids.get(key) {
            Some(id) => Some(*id),
            None => samples::known(ground, key)?,
        };
        let Some(series) = series else { return Ok(Vec::new()) };
        marks(&View { ground, tail, series })
    };
    // Nearly always what is remembered holds, and one transaction does.
    let remembered = state.read(|ground| match ground.tail {
        Some(tail) if ground.is_as_remembered()? => view(ground, tail).map(Some),
        Some(_) | None => Ok(None),
    })?;
    let points = match remembered {
        Some(points) => points,
        None => {
            let tail = samples::tail(state)?;
            state.read(|ground| view(ground, &tail))?
        }
    };
    Ok(Series { points: points.into_iter().map(point).collect() })
}

fn point(mark: Mark) -> Point {
    Point { at: moment(mark.at), mean: mark.mean, low: mark.low, high: mark.high, count: mark.count }
}

/// One series, in all its levels.
struct View<'a> {
    ground: &'a Ground<'a>,
    /// What has not been turned into stretches yet.
    tail: &'a Tail,
    series: i64,
}

impl View<'_> {
    /// Marks of a level in `from <= at < to`, and of coarser ones where it does not reach back.
    fn reaching_back(&self, level: Level, from: i64, to: i64) -> Result<Vec<Mark>, Fault> {
        // A step that began before the first value of it is known by that value.
        let begin = self.begin(level);
        let begin =
            level.step().map_or(begin, |step| begin.div_euclid(step) * step).clamp(from, to.max(from));
        let mut marks = match level.coarser() {
            Some(coarser) if from < begin => self.reaching_back(coarser, from, begin)?,
            _ => Vec::new(),
        };
        marks.extend(self.marks(level, begin, to)?);
        Ok(marks)
    }

    /// The oldest stretch of a level. A file that fails may be readable again a moment later, so it is asked each time.
    fn oldest(&self, level: Level) -> Option<i64> {
        match self.ground.shadowed {
            true => thin::oldest(self.ground, level).ok().flatten(),
            false => self.tail.oldest(level),
        }
    }

    /// Where a level begins to be complete.
    fn begin(&self, level: Level) -> i64 {
        let finer = match level.finer() {
            Some(finer) => self.begin(finer),
            None => self.tail.of(self.series).first().map_or(i64::MAX, |it| it.at),
        };
        let own = self.oldest(level).map_or(i64::MAX, |it| it * level.stretch());
        own.min(finer)
    }

    /// Marks of a level in `from <= at < to`, what is not rolled up yet included.
    fn marks(&self, level: Level, from: i64, to: i64) -> Result<Vec<Mark>, Fault> {
        let marks = match (level.finer(), level.step()) {
            (Some(finer), Some(step)) => self.rolled(level, finer, step, from, to)?,
            _ => {
                let mut kept = Vec::new();
                self.walk(level, from, to, |_, marks| kept.extend(marks))?;
                rollup::merge(kept, within(self.tail.of(self.series), from, to).to_vec())
            }
        };
        Ok(within(&marks, from, to).to_vec())
    }

    /// Made roll-ups, and between them what can be made now from the level below.
    fn rolled(&self, level: Level, finer: Level, step: i64, from: i64, to: i64) -> Result<Vec<Mark>, Fault> {
        let from = from.div_euclid(step) * step;
        let mut made = Vec::new();
        self.walk(level, from, to, |stretch, marks| made.push((stretch, marks)))?;
        let mut all = Vec::new();
        let mut open = from;
        for (stretch, marks) in made {
            let (begin, end) = (stretch * level.stretch(), (stretch + 1) * level.stretch());
            // Late samples may not have reached a roll-up that was made before them.
            let touched = self.tail.touches(begin, end);
            let open_to = if touched { end } else { begin };
            let fresh = self.roll_now(finer, step, open, open_to.min(to))?;
            all.extend(rollup::richer(marks, fresh));
            open = end;
        }
        all.extend(self.roll_now(finer, step, open, to)?);
        Ok(all)
    }

    fn roll_now(&self, finer: Level, step: i64, from: i64, to: i64) -> Result<Vec<Mark>, Fault> {
        if to <= from {
            return Ok(Vec::new());
        }
        Ok(rollup::roll(&self.marks(finer, from, to)?, step))
    }

    /// Visits the stored stretches that overlap `from..to`.
    fn walk(
        &self,
        level: Level,
        from: i64,
        to: i64,
        mut visit: impl FnMut(i64, Vec<Mark>),
    ) -> Result<(), Fault> {
        if to <= from {
            return Ok(());
        }
        let Some(oldest) = self.oldest(level) else { return Ok(()) };
        let (mut stretch, last) = (level.stretch_at(from).max(oldest), level.stretch_at(to - 1));
        while let Some((found, body)) = samples::find(self.ground, level, self.series, stretch, last)? {
            visit(found, samples::read_body(found * level.stretch(), &body));
            stretch = found + 1;
        }
        Ok(())
    }
}

fn within(marks: &[Mark], from: i64, to: i64) -> &[Mark] {
    let begin = marks.partition_point(|it| it.at < from);
    let end = marks.partition_point(|it| it.at < to);
    &marks[begin..end.max(begin)]
}

/// All of one level, for tests that hold it against a model.
#[cfg(test)]
pub(super) fn level(state: &mut State, key: &SeriesKey, level: Level) -> Result<Series, StoreError> {
    look(state, key, |view| view.marks(level, millis(Timestamp::MIN), millis_up(Timestamp::MAX)))
}
