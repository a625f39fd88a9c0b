//! What the world remembers.

use jiff::Timestamp;

use super::{State, World};
use crate::alert::{Alert, AlertKey, Transition};
use crate::audit::Deed;
use crate::evaluate::Normal;
use crate::heal::{Heal, SeenImages};
use crate::incident::{Changed, Incident};
use crate::metric::{Sample, SeriesKey};
use crate::ports::{Learnt, Leftover, Occasion, Store, StoreError, Walked};
use crate::series::{Point, Series};

impl World {
    /// Every incident that is remembered.
    pub fn set_incidents(&self, incidents: Vec<Incident>) {
        self.state().incidents = incidents;
    }

    /// Makes every call to the store fail with these words, or succeed again.
    pub fn set_store_error(&self, error: Option<&str>) {
        self.state().store_error = error.map(str::to_owned);
    }

    /// Every sample remembered, by series and then by time.
    pub fn samples(&self) -> Vec<Sample> {
        self.state().samples.values().flatten().cloned().collect()
    }

    /// Every alert remembered, ended ones included, by number.
    pub fn alerts(&self) -> Vec<Alert> {
        self.state().alerts.clone()
    }

    /// Every transition written, with the number of its alert, in the order of writing.
    pub fn transitions(&self) -> Vec<(i64, Transition)> {
        self.state().transitions.clone()
    }

    /// How often an alert was written.
    pub fn alert_writes(&self) -> usize {
        self.state().alert_writes
    }

    /// How often something learnt was stored.
    pub fn learnt_writes(&self) -> usize {
        self.state().learnt_writes
    }

    /// What somebody restarted without us.
    pub fn set_restarted(&self, restarted: Vec<Changed>) {
        self.state().restarted = restarted;
    }

    /// Makes the audit take no more lines, or take them again; everything else is stored all the same.
    pub fn set_deeds_error(&self, error: Option<&str>) {
        self.state().deeds_error = error.map(str::to_owned);
    }

    /// What we left behind ourselves.
    pub fn set_leftovers(&self, leftovers: Vec<Leftover>) {
        self.state().leftovers = leftovers;
    }

    /// The whole healing journal, in the order of writing.
    pub fn heals(&self) -> Vec<Heal> {
        self.state().heals.clone()
    }
}

impl State {
    fn check_store(&self) -> Result<(), StoreError> {
        self.store_error.clone().map_or(Ok(()), |why| Err(StoreError(why)))
    }
}

impl Store for World {
    fn append(&self, samples: &[Sample]) -> Result<(), StoreError> {
        let mut state = self.state();
        state.check_store()?;
        for sample in samples {
            assert!(sample.value.is_finite(), "a sample of {} is {}", sample.key, sample.value);
            let kept = state.samples.entry(sample.key.clone()).or_default();
            // A clock that stepped back writes into the past.
            let place = kept.partition_point(|it| it.at <= sample.at);
            kept.insert(place, sample.clone());
        }
        Ok(())
    }

    fn keys(&self, since: Timestamp) -> Result<Vec<SeriesKey>, StoreError> {
        let state = self.state();
        state.check_store()?;
        let recent = state.samples.iter().filter(|(_, it)| it.last().is_some_and(|last| since <= last.at));
        Ok(recent.map(|(key, _)| key.clone()).collect())
    }

    fn series(&self, key: &SeriesKey, from: Timestamp, to: Timestamp) -> Result<Series, StoreError> {
        let state = self.state();
        state.check_store()?;
        let kept = state.samples.get(key).map_or(&[][..], Vec::as_slice);
        let place = |at: Timestamp| kept.partition_point(|it| it.at < at);
        let kept = kept.get(place(from)..place(to)).unwrap_or_default();
        Ok(kept.iter().map(|it| Point::sample(it.at, it.value)).collect())
    }

    fn history(
        &self,
        key: &SeriesKey,
        from: Timestamp,
        to: Timestamp,
        points: usize,
    ) -> Result<Series, StoreError> {
        let samples = self.series(key, from, to)?;
        if samples.points.len() <= points || points == 0 {
            return Ok(samples);
        }
        let step = to.duration_since(from).unsigned_abs() / u32::try_from(points).unwrap_or(u32::MAX);
        Ok(samples.rolled_up(from, step))
    }

    fn alert(&self, key: &AlertKey) -> Result<Option<Alert>, StoreError> {
        let state = self.state();
        state.check_store()?;
        Ok(state.alerts.iter().find(|it| it.key == *key && !it.is_ended()).cloned())
    }

    fn open_alerts(&self) -> Result<Vec<Alert>, StoreError> {
        let state = self.state();
        state.check_store()?;
        Ok(state.alerts.iter().filter(|it| !it.is_ended()).cloned().collect())
    }

    fn recently_ended(&self, since: Timestamp) -> Result<Vec<Alert>, StoreError> {
        let state = self.state();
        state.check_store()?;
        let ended = |it: &Alert| it.over().filter(|at| it.is_ended() && since <= *at);
        let mut alerts: Vec<(Timestamp, Alert)> =
            state.alerts.iter().filter_map(|it| Some((ended(it)?, it.clone()))).collect();
        alerts.sort_by_key(|(at, it)| (*at, it.number));
        Ok(alerts.into_iter().map(|(_, it)| it).collect())
    }

    fn alerts_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Alert>, StoreError> {
        let state = self.state();
        state.check_store()?;
        let fired = |it: &&Alert| it.fired.is_some_and(|at| from <= at && at < to);
        let mut alerts: Vec<Alert> = state.alerts.iter().filter(fired).cloned().collect();
        alerts.sort_by_key(|it| (it.fired, it.number));
        Ok(alerts)
    }

    fn incidents_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Incident>, StoreError> {
        let state = self.state();
        state.check_store()?;
        let open = |it: &&Incident| it.opened < to && it.ended.is_none_or(|at| from <= at);
        Ok(state.incidents.iter().filter(open).cloned().collect())
    }

    fn put_alert(&self, alert: &mut Alert, transition: &Transition) -> Result<(), StoreError> {
        let mut state = self.state();
        state.check_store()?;
        let other = |it: &&Alert| it.number != alert.number && it.key == alert.key && !it.is_ended();
        let second = !alert.is_ended() && state.alerts.iter().any(|it| other(&it));
        assert!(!second, "a second open alert of {:?}", alert.key);
        match state.alerts.iter().position(|it| it.number == alert.number) {
            Some(place) => state.alerts[place] = alert.clone(),
            None => {
                alert.number = state.alerts.len() as i64 + 1;
                state.alerts.push(alert.clone());
            }
        }
        state.alert_writes += 1;
        if !transition.step.is_routine() {
            state.transitions.push((alert.number, transition.clone()));
        }
        Ok(())
    }

    fn learnt(&self, key: &AlertKey) -> Result<Option<Learnt>, StoreError> {
        let state = self.state();
        state.check_store()?;
        Ok(state.learnt.get(key).cloned())
    }

    fn put_learnt(&self, learnt: &Learnt) -> Result<(), StoreError> {
        let mut state = self.state();
        state.check_store()?;
        assert!(learnt.body.len() <= 64 << 10, "{} bytes learnt of {:?}", learnt.body.len(), learnt.key);
        state.learnt_writes += 1;
        state.learnt.insert(learnt.key.clone(), learnt.clone());
        Ok(())
    }

    fn forget_learnt(&self, key: &AlertKey, _why: &str) -> Result<(), StoreError> {
        let mut state = self.state();
        state.check_store()?;
        state.learnt.remove(key);
        Ok(())
    }

    fn normals(&self) -> Result<Vec<Normal>, StoreError> {
        let state = self.state();
        state.check_store()?;
        Ok(state.normals.values().cloned().collect())
    }

    fn put_normal(&self, normal: &Normal) -> Result<(), StoreError> {
        let mut state = self.state();
        state.check_store()?;
        state.normals.insert(normal.key.clone(), normal.clone());
        Ok(())
    }

    fn forget_normals(&self, series: &SeriesKey) -> Result<usize, StoreError> {
        let mut state = self.state();
        state.check_store()?;
        let before = state.normals.len();
        state.normals.retain(|key, _| key.series != *series);
        Ok(before - state.normals.len())
    }

    fn walked(&self, mount: &str, occasion: Occasion) -> Result<Option<Walked>, StoreError> {
        let state = self.state();
        state.check_store()?;
        Ok(state.walked.get(&(mount.to_owned(), occasion)).cloned())
    }

    fn put_walked(&self, mount: &str, occasion: Occasion, walked: &Walked) -> Result<(), StoreError> {
        let mut state = self.state();
        state.check_store()?;
        state.walked.insert((mount.to_owned(), occasion), walked.clone());
        Ok(())
    }

    fn put_heal(&self, heal: &Heal) -> Result<(), StoreError> {
        let mut state = self.state();
        state.check_store()?;
        state.heals.push(heal.clone());
        Ok(())
    }

    fn heals_since(&self, since: Timestamp) -> Result<Vec<Heal>, StoreError> {
        let state = self.state();
        state.check_store()?;
        let mut heals: Vec<Heal> = state.heals.iter().filter(|it| since <= it.at).cloned().collect();
        heals.sort_by_key(|it| it.at);
        Ok(heals)
    }

    fn put_deed(&self, deed: &Deed) -> Result<i64, StoreError> {
        let mut state = self.state();
        state.check_store()?;
        if let Some(why) = &state.deeds_error {
            return Err(StoreError(why.clone()));
        }
        state.deeds.push(deed.clone());
        Ok(state.deeds.len() as i64)
    }

    fn deeds(&self, since: Timestamp) -> Result<Vec<Deed>, StoreError> {
        let state = self.state();
        state.check_store()?;
        let is_known = |number: i64| state.deeds.iter().any(|it| it.begun == Some(number));
        let lines = state.deeds.iter().zip(1..).filter(|(it, number)| since <= it.at && !is_known(*number));
        let mut lines: Vec<Deed> = lines.map(|(it, _)| it.clone()).collect();
        lines.reverse();
        Ok(lines)
    }

    fn restarted(&self, since: Timestamp) -> Result<Vec<Changed>, StoreError> {
        let state = self.state();
        state.check_store()?;
        Ok(state.restarted.iter().filter(|it| since <= it.at).cloned().collect())
    }

    fn seen_images(&self) -> Result<Option<SeenImages>, StoreError> {
        let state = self.state();
        state.check_store()?;
        Ok(state.seen_images.clone())
    }

    fn put_seen_images(&self, seen: &SeenImages) -> Result<(), StoreError> {
        let mut state = self.state();
        state.check_store()?;
        state.seen_images = Some(seen.clone());
        Ok(())
    }

    fn leftovers(&self) -> Result<Vec<Leftover>, StoreError> {
        let state = self.state();
        state.check_store()?;
        Ok(state.leftovers.clone())
    }

    fn remove_leftover(&self, path: &str) -> Result<(), StoreError> {
        let mut state = self.state();
        state.check_store()?;
        let gone: u64 = state.leftovers.iter().filter(|it| it.path == path).map(|it| it.bytes).sum();
        state.leftovers.retain(|it| it.path != path);
        if let Some((mount, available)) = state.free_at(path) {
            state.available.insert(mount, available + gone);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::{Ending, Finding, Past, Phase, Severity, Side, Step};
    use crate::fakes::scenes::at;

    fn alert(rule: &str, fired: Option<i64>) -> Alert {
        Alert {
            number: 0,
            key: AlertKey { rule: rule.to_owned(), series: SeriesKey::whole("cpu.busy") },
            phase: Phase::Firing,
            finding: Finding {
                observed: 90.0,
                limit: 85.0,
                side: Side::Above,
                severity: Severity::Warning,
                forecast: None,
            },
            worst: 90.0,
            since: at(0),
            fired: fired.map(at),
            seen: at(0),
            remedy: None,
            generation: 1,
            past: Past::default(),
            culprits: Vec::new(),
        }
    }

    #[test]
    fn an_alert_gets_its_number_once_and_leaves_the_open_ones_when_it_ends() {
        let world = World::new();
        let fired = Transition { at: at(5), step: Step::Fired, finding: None, reason: None, basis: None };
        let mut first = alert("a", Some(5));
        world.put_alert(&mut first, &fired).expect("no error was set");
        world.put_alert(&mut alert("b", Some(7)), &fired).expect("no error was set");
        assert_eq!(first.number, 1);

        first.phase = Phase::Ended { at: at(9), how: Ending::Recovered };
        let recovered =
            Transition { at: at(9), step: Step::Recovered, finding: None, reason: None, basis: None };
        world.put_alert(&mut first, &recovered).expect("no error was set");
        assert_eq!(first.number, 1);
        assert_eq!(world.alert(&first.key).expect("no error was set"), None);
        assert_eq!(world.open_alerts().expect("no error was set").len(), 1);
        let of_first: Vec<Step> =
            world.transitions().into_iter().filter(|it| it.0 == 1).map(|it| it.1.step).collect();
        assert_eq!(of_first, [Step::Fired, Step::Recovered]);
        assert_eq!(world.alerts_between(at(5), at(7)).expect("no error was set"), [first]);
    }

    #[test]
    fn a_stretch_has_its_beginning_and_not_its_end() {
        let world = World::new();
        let key = SeriesKey::whole("load.1");
        let samples =
            [3, 1, 2].map(|second| Sample { key: key.clone(), at: at(second), value: second as f64 });
        world.append(&samples).expect("no error was set");
        let values = |series: Series| series.points.iter().map(|it| it.mean).collect::<Vec<_>>();
        assert_eq!(values(world.series(&key, at(1), at(3)).expect("no error was set")), [1.0, 2.0]);
        assert_eq!(values(world.history(&key, at(0), at(4), 2).expect("no error was set")), [1.0, 2.5]);
        assert_eq!(world.keys(at(3)).expect("no error was set"), std::slice::from_ref(&key));
        assert_eq!(world.keys(at(4)).expect("no error was set"), []);
    }
}
