//! One moment after the other: what is due is judged, and what that makes of the cards that people have.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jobs::alert::{Alert, Step};
use jobs::declare::{Rule, Work};
use jobs::evaluate::{self, Expected};
use jobs::incident::{self, Change, Incident, News, Of, Ring};
use jobs::metric::SeriesKey;
use jobs::mute::{Mute, holding_all};
use jobs::notice::Notice;
use jobs::ports::Store;
use jobs::series::Series;
use jobs::{JobContext, JobError, Ports};

use super::past::{Nobody, Past};
use super::recorded::Recorded;
use super::{Reader, Rules};
use crate::config::{PlannedJob, PlannedMute};
use crate::present::chart;
use crate::present::incident::{Showing, card};
use crate::present::notice::History;

/// Something that people would have got.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// When.
    pub at: Timestamp,
    /// How.
    pub how: How,
    /// The incident's number, counted from the beginning of the replay.
    pub incident: i64,
    /// The rule it came of.
    pub rule: String,
    /// The words, in their language.
    pub text: String,
}

/// How something is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// A new card.
    Card,
    /// A new card of an incident that had one, because it is worse or back.
    Again,
    /// The card they have changes, in silence.
    Edit,
    /// A new card of what lasts.
    Reminder,
    /// One of these that a declared mute holds: it waits for the end of the mute, or for the digest.
    Held,
}

impl How {
    /// Whether a telephone rings.
    pub fn rings(self) -> bool {
        match self {
            Self::Card | Self::Again | Self::Reminder => true,
            Self::Edit | Self::Held => false,
        }
    }
}

/// What came of one rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// How often it fired.
    pub fired: usize,
    /// How often it was bad again soon after its end.
    pub relapsed: usize,
    /// How often it was called one that comes and goes.
    pub flapping: usize,
    /// The longest time that something was wrong by it.
    pub longest: Duration,
    /// All such times together.
    pub wrong: Duration,
    /// Whether something is wrong by it at the end.
    pub still: bool,
    /// How often a telephone rang for it.
    pub rings: usize,
    /// How often a card changed in silence because of it.
    pub edits: usize,
    /// How often a mute held what would have rung.
    pub held: usize,
    /// How often something was only unusual: a line in the digest.
    pub noted: usize,
}

/// All that came of some rules.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// What people would have got, oldest first.
    pub told: Vec<Told>,
    /// By rule, in the order of the declaration.
    pub tallies: Vec<(String, Tally)>,
    /// How often there was anything to judge by.
    pub rounds: usize,
}

impl Outcome {
    /// How often a telephone rang.
    pub fn rings(&self) -> usize {
        self.told.iter().filter(|it| it.how.rings()).count()
    }

    /// How often a mute held what would have rung.
    pub fn held(&self) -> usize {
        self.told.iter().filter(|it| it.how == How::Held).count()
    }

    /// How often a card changed in silence.
    pub fn edits(&self) -> usize {
        self.told.iter().filter(|it| it.how == How::Edit).count()
    }
}

/// Replays what was recorded against rules, as often as their jobs are due. The ledger is empty at the beginning, as if
/// they were switched on then.
pub(super) async fn replay(
    recorded: &Arc<Recorded>,
    rules: Rules<'_>,
    reader: &Reader<'_>,
) -> Result<Outcome, JobError> {
    let past = Arc::new(Past::new(recorded.clone()));
    let ports = Ports {
        host: Arc::new(Nobody),
        engine: Arc::new(Nobody),
        store: past.clone(),
        latest: Arc::default(),
        beacon: None,
        ward: None,
    };
    let mut dials: Vec<Dial<'_>> = rules.jobs.iter().filter_map(|it| Dial::at(it, recorded.from)).collect();
    let mut telling = Telling::new(&past, rules, reader);
    let mut rounds = 0;
    while let Some(dial) = dials.iter_mut().min_by_key(|it| it.due).filter(|it| it.due <= recorded.until) {
        let (job, settings, now) = (&dial.planned.job.name, dial.settings, dial.due);
        dial.turn();
        if recorded.is_away(now) {
            continue;
        }
        rounds += 1;
        past.advance(now);
        if let Some(look) = past.look() {
            ports.latest.put(Arc::new(look));
        }
        let context = JobContext { now, job, rules: rules.rules, ports: &ports };
        let notices = evaluate::run(settings, context).await?;
        telling.take(&notices, now);
    }
    Ok(telling.close(recorded.until, rounds))
}

/// A job that judges, and when it is due next.
struct Dial<'a> {
    planned: &'a PlannedJob,
    settings: &'a evaluate::Settings,
    due: Timestamp,
}

impl<'a> Dial<'a> {
    /// None for a job that does something else.
    fn at(planned: &'a PlannedJob, from: Timestamp) -> Option<Self> {
        let Work::Evaluate(settings) = &planned.job.work else { return None };
        let mut dial = Self { planned, settings, due: from };
        dial.turn();
        Some(dial)
    }

    fn turn(&mut self) {
        self.due = self.planned.cron.next_after(&self.planned.zone, self.due).unwrap_or(Timestamp::MAX);
    }
}

/// What people are told, and what they have been told.
struct Telling<'a> {
    past: &'a Past,
    rules: &'a [Rule],
    mutes: &'a [PlannedMute],
    reader: &'a Reader<'a>,
    /// Incidents that are open, or were a short while ago; oldest first.
    known: Vec<Incident>,
    /// How many there have been.
    count: i64,
    /// What the card of an incident says.
    cards: HashMap<i64, String>,
    /// Alerts that people know of, and since when something is wrong.
    wrong: BTreeMap<i64, (String, Timestamp)>,
    told: Vec<Told>,
    tallies: BTreeMap<String, Tally>,
}

/// What becomes of one card in one round: what changes twice before anybody is told is told once.
struct Turn {
    incident: i64,
    ring: Ring,
    how: How,
    rule: String,
}

impl<'a> Telling<'a> {
    fn new(past: &'a Past, rules: Rules<'a>, reader: &'a Reader<'a>) -> Self {
        Self {
            past,
            rules: rules.rules,
            mutes: rules.mutes,
            reader,
            known: Vec::new(),
            count: 0,
            cards: HashMap::new(),
            wrong: BTreeMap::new(),
            told: Vec::new(),
            tallies: BTreeMap::new(),
        }
    }

    fn take(&mut self, notices: &[Notice], now: Timestamp) {
        let mut turns = Vec::new();
        for notice in notices {
            let Notice::Alert { alert, step } = notice else { continue };
            self.tally(alert, *step, now);
            let over = |it: &Incident| it.ended.is_some_and(|at| incident::REOPEN <= since(now, at));
            self.known.retain(|it| !over(it));
            let change =
                News::of(notice).and_then(|news| incident::fold(&self.known, &news, &|_| Vec::new(), now));
            if let Some(change) = change {
                let new = change.incident.number == 0;
                let how = if new { How::Card } else { How::Again };
                self.put(change, how, &alert.key.rule, &mut turns);
            }
        }
        for at in 0..self.known.len() {
            if let Some(change) = incident::remind(&self.known[at], now) {
                let rule = change.incident.chief().and_then(|it| match &it.of {
                    Of::Alert { alert, .. } => Some(alert.key.rule.clone()),
                    Of::Container { .. } | Of::Engine(_) => None,
                });
                self.put(change, How::Reminder, &rule.unwrap_or_default(), &mut turns);
            }
        }
        for turn in turns {
            self.tell(turn, now);
        }
    }

    /// Remembers an incident as it is now, and that its card changes.
    fn put(&mut self, change: Change, how: How, rule: &str, turns: &mut Vec<Turn>) {
        let Change { mut incident, ring, .. } = change;
        if incident.number == 0 {
            self.count += 1;
            incident.number = self.count;
        }
        let number = incident.number;
        match self.known.iter_mut().find(|it| it.number == number) {
            Some(known) => *known = incident,
            None => self.known.push(incident),
        }
        match turns.iter_mut().find(|it| it.incident == number) {
            Some(turn) if ring <= turn.ring => {}
            Some(turn) => (turn.ring, turn.how, turn.rule) = (ring, how, rule.to_owned()),
            None => turns.push(Turn { incident: number, ring, how, rule: rule.to_owned() }),
        }
    }

    fn tell(&mut self, turn: Turn, now: Timestamp) {
        let Some(incident) = self.known.iter().find(|it| it.number == turn.incident) else { return };
        let (voice, host) = (self.reader.voice, self.reader.host);
        let reply = card(voice, host, incident, self.rules, &Remembered(self.past), &Showing::default(), now);
        // For a terminal, a pipe and a search: spaces that are spaces.
        let text = reply.text.to_string().replace('\u{a0}', " ");
        let in_force: Vec<Mute> = self.mutes.iter().filter_map(|it| it.in_force(now)).collect();
        let is_held = holding_all(&in_force, &incident.about(), now).is_some();
        let how = match (turn.ring, self.cards.get(&turn.incident)) {
            (Ring::Push, _) if is_held => How::Held,
            (Ring::Push, _) => turn.how,
            // Nobody sees that nothing changed, or what changed of a card that nobody has.
            (Ring::Edit, Some(before)) if *before == text => return,
            (Ring::Edit, None) if is_held => return,
            (Ring::Edit, _) => How::Edit,
        };
        // Whoever has a card sees it change while the news is held.
        if how != How::Held || self.cards.contains_key(&turn.incident) {
            self.cards.insert(turn.incident, text.clone());
        }
        let tally = self.tallies.entry(turn.rule.clone()).or_default();
        match how {
            How::Card | How::Again | How::Reminder => tally.rings += 1,
            How::Edit => tally.edits += 1,
            How::Held => tally.held += 1,
        }
        self.told.push(Told { at: now, how, incident: turn.incident, rule: turn.rule, text });
    }

    /// Counts what an alert did, and for how long something was wrong.
    fn tally(&mut self, alert: &Alert, step: Step, now: Timestamp) {
        let tally = self.tallies.entry(alert.key.rule.clone()).or_default();
        match step {
            Step::Fired => tally.fired += 1,
            Step::Relapsed => tally.relapsed += 1,
            Step::Flapping => tally.flapping += 1,
            Step::Worsened
            | Step::Steadied
            | Step::Recovered
            | Step::Settled
            | Step::Gone
            | Step::Withdrawn
            | Step::Quiet
            | Step::Suspected
            | Step::Pending
            | Step::Eased
            | Step::Held
            | Step::Clearing
            | Step::Returned
            | Step::Dismissed
            | Step::Noted
            | Step::Faded => {}
        }
        if step.is_trouble() {
            self.wrong.entry(alert.number).or_insert_with(|| (alert.key.rule.clone(), alert.suspected()));
        } else if alert.is_ended()
            && let Some((rule, began)) = self.wrong.remove(&alert.number)
        {
            self.lasted(&rule, since(alert.over().unwrap_or(now), began));
        }
    }

    fn lasted(&mut self, rule: &str, time: Duration) {
        let tally = self.tallies.entry(rule.to_owned()).or_default();
        tally.longest = tally.longest.max(time);
        tally.wrong += time;
    }

    /// What came of it all; what is still wrong has been so until the end.
    fn close(mut self, until: Timestamp, rounds: usize) -> Outcome {
        for (rule, began) in std::mem::take(&mut self.wrong).into_values() {
            self.lasted(&rule, since(until, began));
            self.tallies.entry(rule).or_default().still = true;
        }
        let mut tallies = self.tallies;
        let mut of = |rule: &Rule| {
            let tally = tallies.remove(&rule.name).unwrap_or_default();
            (rule.name.clone(), Tally { noted: self.past.noted(&rule.name), ..tally })
        };
        Outcome { told: self.told, tallies: self.rules.iter().map(&mut of).collect(), rounds }
    }
}

fn since(later: Timestamp, earlier: Timestamp) -> Duration {
    Duration::try_from(later.duration_since(earlier)).unwrap_or_default()
}

/// What was recorded, as a card's picture sees it.
struct Remembered<'a>(&'a Past);

impl History for Remembered<'_> {
    fn series(&self, key: &SeriesKey, stretch: chart::Stretch, points: usize) -> Option<Series> {
        self.0.history(key, stretch.from, stretch.to, points).ok()
    }

    /// Only a picture shows it, and a replay draws none.
    fn usual(&self, _: &Rule, _: &Alert, _: chart::Stretch) -> Vec<Expected> {
        Vec::new()
    }
}
