//! One round: every rule against every series of its metric.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use jiff::Timestamp;

use super::normal::heed;
use super::unusual::Look as Learning;
use super::{Detector, Evidence, Normal, Settings, Standing, forecast, is_fresh, patience_with};
use crate::alert::{
    Alert, AlertKey, Ending, Finding, Judgement, REOPEN, Severity, Step, Transition, advance, end,
};
use crate::declare::Rule;
use crate::metric::SeriesKey;
use crate::notice::Notice;
use crate::ports::{Store, StoreError};
use crate::sample::{Look, uptime};
use crate::series::{Series, before, since};
use crate::{JobContext, JobError, Ports};

/// A series without a value for so long is nobody's concern any more: its alerts end as gone.
const HORIZON: Duration = Duration::from_secs(24 * 3600);

/// And for so long already, when the newest look shows that the part it is of is not there.
const GONE: Duration = Duration::from_secs(15 * 60);

/// Beyond what a detector looks at, so much is fetched to know how often the series comes and whether it broke off.
const MARGIN: Duration = Duration::from_secs(30 * 60);

/// While the machine boots, everything is unusual and nothing is worth a word but silence.
const BOOT: Duration = Duration::from_secs(2 * 60);

/// Nothing has arrived for so long at least before that is told, whatever its rule says: right after a start, the
/// first sample is still on its way.
const LEAST_SILENCE: Duration = Duration::from_secs(60);

/// An alert that only goes on is written again so often, for whoever asks how it is.
const REFRESH: Duration = Duration::from_secs(60);

/// What came of a round.
pub(super) struct Round {
    /// What is worth saying.
    pub(super) notices: Vec<Notice>,
    /// Alerts that took a step of which somebody may want to know the cause: suspected, fired or worsened.
    pub(super) suspects: Vec<Alert>,
}

pub(super) fn go(settings: &Settings, context: &JobContext<'_>) -> Result<Round, JobError> {
    let (now, store) = (context.now, &*context.ports.store);
    let look = context.ports.latest.look();
    let rules: Vec<&Rule> = context.rules.iter().filter(|it| settings.covers(&it.name)).collect();
    let keys = store.keys(before(now, HORIZON))?;
    let open = store.open_alerts()?;
    let mut open: BTreeMap<AlertKey, Alert> = open.into_iter().map(|it| (it.key.clone(), it)).collect();
    let over = store.recently_ended(before(now, REOPEN))?;
    let mut over: BTreeMap<AlertKey, Alert> = over.into_iter().map(|it| (it.key.clone(), it)).collect();
    let mut shelf = Shelf::new(store, now, &rules);
    let mut record = Record { store, now, notices: Vec::new(), suspects: Vec::new(), failure: None };
    let mut presence = Presence { look: look.as_deref(), recent: None };
    let booting = is_booting(look.as_deref(), &mut shelf)?;
    let normals = store.normals()?;
    let mut full: BTreeSet<SeriesKey> = open.values().filter_map(|it| full(it, context.rules)).collect();

    for rule in rules {
        let patient = patient(rule);
        let rule = patient.as_ref().unwrap_or(rule);
        for series in keys.iter().filter(|it| is_about(rule, it)) {
            let key = AlertKey { rule: rule.name.clone(), series: series.clone() };
            let open = open.remove(&key);
            let (judgement, learning) = match rule.detector {
                Detector::Threshold(_)
                | Detector::Sigma(_)
                | Detector::Novelty(_)
                | Detector::Forecast(_)
                    if booting =>
                {
                    (Judgement::Unknown, None)
                }
                // What is full needs no prediction that it will be.
                Detector::Forecast(_) if full.contains(series) => (Judgement::Unknown, None),
                _ => {
                    let (judgement, learning, wrong) =
                        judge(rule, &key, open.as_ref(), &mut shelf, &normals)?;
                    if let Some(why) = wrong {
                        store.forget_learnt(&key, &why)?;
                    }
                    (judgement, learning)
                }
            };
            if let Some(alert) = &open
                && judgement == Judgement::Unknown
                && presence.is_gone(alert, &mut shelf)?
            {
                let (ended, step) = end(alert, Ending::Gone, now);
                record.put(open.as_ref(), ended, step, None);
                continue;
            }
            let previous = open.or_else(|| over.remove(&key));
            let (next, step) = advance(previous.as_ref(), &judgement, rule, &key, now);
            // Before the alert: should we die between the two, what is still open keeps the baseline frozen.
            if let (Some(learning), Detector::Novelty(novelty)) = (learning, &rule.detector)
                && let Some(learnt) = learning.keep(novelty, &key, step, now)
            {
                store.put_learnt(&learnt)?;
            }
            if let Some(next) = next {
                full.extend(self::full(&next, context.rules));
                record.put(previous.as_ref(), next, step, Some((rule, &judgement)));
            }
        }
    }

    for alert in open.into_values() {
        let rule = context.rules.iter().find(|it| it.name == alert.key.rule);
        let how = match rule {
            None => Ending::Withdrawn,
            Some(rule) if !is_about(rule, &alert.key.series) => Ending::Withdrawn,
            // Its series is not among the keys of the last day.
            Some(rule) if settings.covers(&rule.name) && presence.is_watched(&mut shelf)? => Ending::Gone,
            Some(_) => continue,
        };
        let (ended, step) = end(&alert, how, now);
        record.put(Some(&alert), ended, step, None);
    }
    record.close()
}

pub(super) fn stand(rules: &[Rule], ports: &Ports, now: Timestamp) -> Result<Vec<Standing>, StoreError> {
    let store = &*ports.store;
    let keys = store.keys(before(now, HORIZON))?;
    let open = store.open_alerts()?;
    let mut shelf = Shelf::new(store, now, &rules.iter().collect::<Vec<_>>());
    let normals = store.normals()?;
    let mut standings = Vec::new();
    for rule in rules {
        for series in keys.iter().filter(|it| is_about(rule, it)) {
            let key = AlertKey { rule: rule.name.clone(), series: series.clone() };
            let alert = open.iter().find(|it| it.key == key);
            let (judgement, _, _) = judge(rule, &key, alert, &mut shelf, &normals)?;
            standings.push(Standing { key, judgement });
        }
    }
    Ok(standings)
}

fn is_about(rule: &Rule, series: &SeriesKey) -> bool {
    rule.metric == series.metric && rule.covers(&series.subject)
}

/// The rule with the least patience that absence needs, where its own is shorter.
fn patient(rule: &Rule) -> Option<Rule> {
    let hasty = matches!(rule.detector, Detector::Absence(_)) && rule.patience < LEAST_SILENCE;
    hasty.then(|| Rule { patience: LEAST_SILENCE, ..rule.clone() })
}

/// What a rule says of a series; by novelty, also what has been learnt, and why what was stored could not be read.
fn judge(
    rule: &Rule,
    key: &AlertKey,
    open: Option<&Alert>,
    shelf: &mut Shelf<'_>,
    normals: &[Normal],
) -> Result<(Judgement, Option<Learning>, Option<String>), StoreError> {
    let companion = match &rule.detector {
        Detector::Threshold(threshold) => threshold.critical_with.as_ref().map(|it| it.metric.as_str()),
        Detector::Forecast(_) => forecast::room_of(&key.series.metric),
        Detector::Absence(_) | Detector::Sigma(_) | Detector::Novelty(_) => None,
    };
    let now = shelf.now;
    let companion = match companion {
        Some(metric) => shelf.newest(&SeriesKey::of(metric, &key.series.subject))?,
        None => None,
    };
    let normal = normals.iter().find(|it| it.key == *key);
    let store = shelf.store;
    // Of what is far from full, the newest value says all, and its past is not fetched.
    let trail = match &rule.detector {
        Detector::Forecast(it) if shelf.newest(&key.series)?.is_some_and(|newest| it.floor <= newest) => {
            Some(forecast::trail(store, &key.series, it, now)?)
        }
        _ => None,
    };
    let series = match &trail {
        Some(trail) => trail,
        None => shelf.series(&key.series)?,
    };
    let evidence = Evidence { series, companion, open, now };
    let (judgement, mut learning, wrong) = match &rule.detector {
        Detector::Novelty(_) if !is_fresh(evidence.series, now) => (Judgement::Unknown, None, None),
        Detector::Novelty(novelty) => {
            let (mut look, wrong) = novelty.judge(&evidence, key, normal, store)?;
            let judgement = std::mem::replace(&mut look.judgement, Judgement::Unknown);
            (judgement, Some(look), wrong)
        }
        detector => (detector.judge(&evidence), None, None),
    };
    let heeded = heed(&judgement, &rule.detector, normal, open);
    if let (Some(learning), Some(_)) = (&mut learning, &heeded) {
        learning.leave_out();
    }
    Ok((heeded.unwrap_or(judgement), learning, wrong))
}

/// The series that an alert says is as good as full already, by a limit and not by a prediction.
fn full(alert: &Alert, rules: &[Rule]) -> Option<SeriesKey> {
    let critical = alert.is_firing() && alert.finding.severity == Severity::Critical;
    let rule = rules.iter().find(|it| critical && it.name == alert.key.rule)?;
    matches!(rule.detector, Detector::Threshold(_)).then(|| alert.key.series.clone())
}

fn is_booting(look: Option<&Look>, shelf: &mut Shelf<'_>) -> Result<bool, StoreError> {
    let seen = look.and_then(|it| it.now.uptime.as_ref().ok()).map(Duration::as_secs_f64);
    let uptime = match seen {
        Some(uptime) => Some(uptime),
        None => shelf.newest(&SeriesKey::whole(uptime::UPTIME.id))?,
    };
    Ok(uptime.is_some_and(|it| it < BOOT.as_secs_f64()))
}

/// Series that were fetched: each once a round, as far back as any rule on its metric looks.
struct Shelf<'a> {
    store: &'a dyn Store,
    now: Timestamp,
    reach: HashMap<&'a str, Duration>,
    fetched: HashMap<SeriesKey, Series>,
}

impl<'a> Shelf<'a> {
    fn new(store: &'a dyn Store, now: Timestamp, rules: &[&'a Rule]) -> Self {
        let mut reach = HashMap::new();
        for rule in rules {
            let farthest: &mut Duration = reach.entry(rule.metric.as_str()).or_default();
            // A forecast has a trail of its own: single values for a week would be read for nothing.
            if !matches!(rule.detector, Detector::Forecast(_)) {
                *farthest = rule.detector.reach().max(*farthest);
            }
        }
        Self { store, now, reach, fetched: HashMap::new() }
    }

    fn series(&mut self, key: &SeriesKey) -> Result<&Series, StoreError> {
        if !self.fetched.contains_key(key) {
            let reach = self.reach.get(key.metric.as_str()).copied().unwrap_or_default() + MARGIN;
            // The end of a stretch is not in it, and a sample of this very moment counts.
            let end = self.now.checked_add(Duration::from_secs(1)).unwrap_or(Timestamp::MAX);
            let mut series = self.store.series(key, before(self.now, reach), end)?;
            // What comes so rarely, or came last so long ago, needs a longer look to be known.
            if series.points.len() < super::BASELINE {
                series = self.store.series(key, before(self.now, HORIZON.max(reach)), end)?;
            }
            self.fetched.insert(key.clone(), series);
        }
        Ok(&self.fetched[key])
    }

    /// The newest value, if it says something of the present.
    fn newest(&mut self, key: &SeriesKey) -> Result<Option<f64>, StoreError> {
        let now = self.now;
        let series = self.series(key)?;
        Ok(series.newest().filter(|_| is_fresh(series, now)).map(|it| it.mean))
    }
}

/// Whether something that says nothing is still there.
struct Presence<'a> {
    look: Option<&'a Look>,
    /// What had a value within [`GONE`], once that was asked for.
    recent: Option<BTreeSet<SeriesKey>>,
}

impl Presence<'_> {
    /// Whether the watch has been awake for [`GONE`] without a break. If not, silence proves nothing: it was away, or
    /// the first sample is on its way.
    fn is_watched(&mut self, shelf: &mut Shelf<'_>) -> Result<bool, StoreError> {
        for key in self.recent(shelf)?.clone() {
            let series = shelf.series(&key)?;
            if GONE <= series.unbroken(patience_with(series)).span() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether nothing was heard of an alert's series for [`GONE`], and the newest look shows why.
    fn is_gone(&mut self, alert: &Alert, shelf: &mut Shelf<'_>) -> Result<bool, StoreError> {
        let (series, now) = (&alert.key.series, shelf.now);
        let absent = self.look.is_some_and(|it| since(now, it.now.at) <= GONE && !it.may_have(series));
        Ok(absent && !self.recent(shelf)?.contains(series) && self.is_watched(shelf)?)
    }

    fn recent(&mut self, shelf: &Shelf<'_>) -> Result<&BTreeSet<SeriesKey>, StoreError> {
        if self.recent.is_none() {
            self.recent = Some(shelf.store.keys(before(shelf.now, GONE))?.into_iter().collect());
        }
        Ok(self.recent.get_or_insert_default())
    }
}

/// Writes alerts down, and keeps what is to be told of them.
struct Record<'a> {
    store: &'a dyn Store,
    now: Timestamp,
    notices: Vec<Notice>,
    suspects: Vec<Alert>,
    failure: Option<StoreError>,
}

impl Record<'_> {
    fn put(
        &mut self,
        previous: Option<&Alert>,
        mut next: Alert,
        step: Step,
        looked: Option<(&Rule, &Judgement)>,
    ) {
        if !is_worth_writing(previous, &next, step) {
            return;
        }
        let transition = Transition {
            at: self.now,
            step,
            finding: looked.and_then(|(_, judgement)| numbers(&next, judgement)),
            reason: next.past.reason.filter(|_| !step.is_routine()),
            basis: looked.and_then(|(rule, _)| rule.detector.basis(next.finding.severity)),
        };
        match self.store.put_alert(&mut next, &transition) {
            Ok(()) => {
                if matches!(step, Step::Suspected | Step::Fired | Step::Worsened) {
                    self.suspects.push(next.clone());
                }
                // That it eased rings nobody; it is shown on the card they have.
                if step.is_news() || step == Step::Eased {
                    self.notices.push(Notice::Alert { alert: next, step });
                }
            }
            // It will be judged anew, and told then.
            Err(error) => self.failure = Some(error),
        }
    }

    fn close(self) -> Result<Round, JobError> {
        match self.failure {
            Some(error) if self.notices.is_empty() => Err(error.into()),
            _ => Ok(Round { notices: self.notices, suspects: self.suspects }),
        }
    }
}

fn is_worth_writing(previous: Option<&Alert>, next: &Alert, step: Step) -> bool {
    let Some(previous) = previous.filter(|_| step.is_routine()) else { return step != Step::Quiet };
    let seen_again = || previous.seen != next.seen && REFRESH <= since(next.seen, previous.seen);
    let as_before = Alert { seen: next.seen, finding: next.finding, ..previous.clone() };
    as_before != *next || seen_again()
}

/// What was seen, against the limit that mattered.
fn numbers(alert: &Alert, judgement: &Judgement) -> Option<Finding> {
    match judgement {
        Judgement::Well { observed } | Judgement::Settled { observed } => {
            Some(Finding { observed: *observed, ..alert.finding })
        }
        Judgement::Ill(finding) => Some(*finding),
        Judgement::Learning { .. } | Judgement::Unknown => None,
    }
}
