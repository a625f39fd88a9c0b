//! One piece of news after the other becomes incidents.

use jiff::Timestamp;

use super::grouping::{Bond, Parents, SUDDEN, Subject, holder, home, is_same, root};
use super::ring::{next_reminder, rung, worth};
use super::{
    Acknowledgement, COURSE, Count, Entry, Evidence, Incident, MEMBERS, Member, News, Of, Ring, What,
};
use crate::alert::{Severity, Step};
use crate::series::since;
use crate::verdict::{ContainerVerdict, End, EngineVerdict, Finding, Verdict, Who};

/// What a piece of news makes of the incidents there are.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The one that has changed, as it is now; its number is 0 when it is new.
    pub incident: Incident,
    /// What is written into its record.
    pub entry: Entry,
    /// What is to be done with its card.
    pub ring: Ring,
}

/// What a piece of news says of the thing it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    /// It is wrong, and stays so for a while.
    Wrong(Severity),
    /// It was wrong for a moment and is over.
    Moment(Severity),
    /// It is less wrong than it was, or goes on otherwise.
    Goes(Severity),
    /// It is over.
    Over,
    /// Somebody has put an end to it, which is news of what was wrong only.
    Ceases,
}

/// Takes in a piece of news. `known` are the incidents that are open and those that ended less than
/// [`REOPEN`](super::REOPEN) ago, oldest first; `parents` names what a container needs. None when the news is nothing
/// that an incident is made of.
pub fn fold(known: &[Incident], news: &News, parents: Parents<'_>, now: Timestamp) -> Option<Change> {
    let (subject, course, entry) = match news {
        News::Alert { alert, step } => (Subject::Alert(alert), of_step(*step, alert.finding.severity)?, {
            let (rule, series) = (alert.key.rule.clone(), alert.key.series.to_string());
            What::Step {
                alert: alert.number,
                rule,
                series,
                step: *step,
                finding: alert.finding,
                reason: alert.past.reason,
            }
        }),
        News::Verdict { verdict: Verdict::Container(it), .. } => {
            (Subject::Container(it), of_finding(&it.finding)?, What::Verdict(Verdict::Container(it.clone())))
        }
        News::Verdict { verdict: Verdict::Engine(it), .. } => {
            (Subject::Engine, of_engine(it), What::Verdict(Verdict::Engine(it.clone())))
        }
    };
    let begins = matches!(course, Course::Wrong(_) | Course::Moment(_));
    let home = || home(known, &subject, parents, now).filter(|_| begins);
    let place = holder(known, &subject, now).map(|it| (it, Bond::Akin)).or_else(home);
    if course == Course::Ceases && !place.is_some_and(|it| is_wrong(&known[it.0], &subject)) {
        return None;
    }
    let (before, bond) = (place.map(|it| &known[it.0]), place.map_or(Bond::Akin, |it| it.1));
    let mut incident = before.cloned().unwrap_or_else(|| Incident::begun(now));
    incident.take(&subject, news, course, now);
    incident.root = root(&incident.members, parents);
    incident.count(now);
    let ring = worth(before, &incident, bond, now);
    incident.settle(before, ring, now);
    Some(Change { incident, entry: Entry { at: now, what: entry }, ring })
}

/// Somebody takes an incident on: no reminders, and more of the same makes no sound. None when it is over, or theirs
/// already.
pub fn acknowledge(incident: &Incident, by: i64, now: Timestamp) -> Option<Change> {
    let taken = incident.acknowledged.is_some_and(|it| it.by == by);
    if !incident.is_open() || taken {
        return None;
    }
    let mut incident = incident.clone();
    incident.acknowledged = Some(Acknowledgement { by, at: now });
    incident.reminder = None;
    incident.changed = now;
    Some(Change { incident, entry: Entry { at: now, what: What::Acknowledged { by } }, ring: Ring::Edit })
}

/// Somebody lets go of an incident. None when nobody has it.
pub fn unacknowledge(incident: &Incident, by: i64, now: Timestamp) -> Option<Change> {
    incident.acknowledged?;
    let mut incident = incident.clone();
    incident.acknowledged = None;
    incident.reminder = next_reminder(&incident, now);
    incident.changed = now;
    let what = What::Unacknowledged { by: Some(by) };
    Some(Change { incident, entry: Entry { at: now, what }, ring: Ring::Edit })
}

/// An incident as it is when people hear of it for the first time after something held it back: what lasts is counted
/// from now on.
pub fn told_anew(incident: &Incident, now: Timestamp) -> Incident {
    let mut incident = Incident { reminded: 0, ..incident.clone() };
    rung(&mut incident, now);
    incident.reminder = next_reminder(&incident, now);
    incident
}

/// Reminds of an incident that lasts, if its time has come.
pub fn remind(incident: &Incident, now: Timestamp) -> Option<Change> {
    let due = incident.is_open() && incident.reminder.is_some_and(|at| at <= now);
    if !due {
        return None;
    }
    let mut incident = incident.clone();
    incident.reminded += 1;
    rung(&mut incident, now);
    incident.reminder = next_reminder(&incident, now);
    incident.changed = now;
    Some(Change { incident, entry: Entry { at: now, what: What::Reminded }, ring: Ring::Push })
}

/// What a step of an alert says; none when it says nothing new.
fn of_step(step: Step, severity: Severity) -> Option<Course> {
    match step {
        Step::Fired | Step::Relapsed | Step::Worsened | Step::Flapping | Step::Steadied => {
            Some(Course::Wrong(severity))
        }
        Step::Eased => Some(Course::Goes(severity)),
        Step::Recovered | Step::Settled | Step::Gone | Step::Withdrawn => Some(Course::Over),
        Step::Quiet
        | Step::Suspected
        | Step::Pending
        | Step::Noted
        | Step::Faded
        | Step::Held
        | Step::Clearing
        | Step::Returned
        | Step::Dismissed => None,
    }
}

/// What a finding on a container says; none when it is not of trouble.
fn of_finding(finding: &Finding) -> Option<Course> {
    let (warning, critical) = (Severity::Warning, Severity::Critical);
    match finding {
        Finding::Crashed { back: false, .. }
        | Finding::OutOfMemory { end: End::Died { back: false }, .. }
        | Finding::CrashLoop { .. } => Some(Course::Wrong(critical)),
        Finding::Unhealthy { .. } => Some(Course::Wrong(warning)),
        Finding::Crashed { back: true, .. }
        | Finding::OutOfMemory { end: End::Died { back: true } | End::Survived, .. } => {
            Some(Course::Moment(warning))
        }
        Finding::Recovered { .. } | Finding::Gone { .. } => Some(Course::Over),
        Finding::Slipped { restarts } => (0 < *restarts).then_some(Course::Moment(warning)),
        Finding::Stopped { .. } => Some(Course::Ceases),
        Finding::Restarted { .. } | Finding::Ended { .. } | Finding::Updated { .. } => None,
    }
}

fn of_engine(verdict: &EngineVerdict) -> Course {
    match verdict {
        EngineVerdict::Lost { .. } => Course::Wrong(Severity::Critical),
        EngineVerdict::Returned { down, .. } if down.is_empty() => Course::Over,
        EngineVerdict::Returned { .. } | EngineVerdict::Passed { .. } => Course::Moment(Severity::Critical),
    }
}

impl Incident {
    fn begun(now: Timestamp) -> Self {
        Self {
            number: 0,
            root: super::Root::Host,
            members: Vec::new(),
            opened: now,
            changed: now,
            ended: None,
            generation: 0,
            course: Vec::new(),
            acknowledged: None,
            rung: None,
            rings: Vec::new(),
            reminder: None,
            reminded: 0,
            evidence: Evidence::default(),
            story: Vec::new(),
        }
    }

    /// Takes a piece of news into its members.
    fn take(&mut self, subject: &Subject<'_>, news: &News, course: Course, now: Timestamp) {
        let known = self.members.iter().position(|it| is_same(it, subject));
        let of = of(news, known.map(|it| &self.members[it].of), course);
        let at = match known {
            Some(at) => at,
            None => {
                // The oldest that is over makes room; where all are open, the last one does.
                if MEMBERS <= self.members.len() {
                    let over = self.members.iter().position(|it| it.ended.is_some());
                    self.members.remove(over.unwrap_or(MEMBERS - 1));
                }
                let severity = Severity::Warning;
                self.members.push(Member {
                    of: of.clone(),
                    severity,
                    since: began(news, now),
                    ended: None,
                    times: 0,
                });
                self.members.len() - 1
            }
        };
        let member = &mut self.members[at];
        member.of = of;
        match course {
            Course::Wrong(severity) => {
                if member.ended.is_some() || member.times == 0 {
                    member.times += 1;
                    member.since = began(news, now);
                }
                member.severity = severity;
                member.ended = None;
            }
            Course::Moment(severity) => {
                member.times += 1;
                if member.ended.is_some() {
                    member.since = began(news, now);
                }
                member.severity = member.severity.max(severity);
                member.ended = Some(now);
            }
            Course::Goes(severity) => member.severity = severity,
            Course::Over | Course::Ceases => member.ended = Some(member.ended.unwrap_or(now)),
        }
        if let News::Verdict { verdict: Verdict::Engine(it), .. } = news {
            self.take_down(it, now);
        }
    }

    /// What stays down after its engine was away is wrong until it runs again.
    fn take_down(&mut self, verdict: &EngineVerdict, now: Timestamp) {
        let (since, names) = match verdict {
            EngineVerdict::Returned { since, down, .. } | EngineVerdict::Passed { since, down, .. } => {
                (*since, down)
            }
            EngineVerdict::Lost { .. } => return,
        };
        let known = |it: &Self, name: &str| it.open_members().any(|it| it.container() == Some(name));
        let new: Vec<&String> = names.iter().filter(|name| !known(self, name)).collect();
        for name in new.into_iter().take(MEMBERS.saturating_sub(self.members.len())) {
            let who = Who { name: name.clone(), ..Who::default() };
            let finding = Finding::Ended { exit: None, back: false, excused: false };
            let verdict = ContainerVerdict { at: since, who, finding, unseen: true };
            self.members.push(Member {
                of: Of::Container { verdict: verdict.clone(), trouble: verdict, log: Vec::new() },
                severity: Severity::Critical,
                since: since.min(now),
                ended: None,
                times: 1,
            });
        }
    }

    /// Counts what is wrong, and says when it began and ended.
    fn count(&mut self, now: Timestamp) {
        if let Some(first) = self.members.iter().map(|it| it.since).min()
            && (self.number == 0 || first < self.opened)
        {
            self.opened = first.min(now);
        }
        let open = self.open_count();
        self.run(open, now);
        self.changed = now;
    }

    /// Goes on with the course: what rises or falls in one go is one turn of it.
    fn run(&mut self, open: u32, now: Timestamp) {
        let last = self.course.last().copied();
        if last.map(|it| it.open) == Some(open) {
            return;
        }
        let earlier = self.course.len().checked_sub(2).map_or(0, |it| self.course[it].open);
        match self.course.last_mut() {
            Some(last) if earlier < last.open && last.open < open => last.open = open,
            Some(last) if open < last.open && last.open < earlier && since(now, last.at) < SUDDEN => {
                last.open = open;
            }
            Some(_) | None => self.course.push(Count { at: now, open }),
        }
        // The first says how it began: what is dropped is between.
        if COURSE < self.course.len() {
            self.course.remove(1);
        }
    }

    /// What follows from the change for the incident as a whole.
    fn settle(&mut self, before: Option<&Self>, ring: Ring, now: Timestamp) {
        self.ended = match self.open_count() {
            0 => Some(self.members.iter().filter_map(|it| it.ended).max().unwrap_or(now)),
            _ => None,
        };
        let was_open = before.is_some_and(Self::is_open);
        if self.ended.is_some() {
            self.reminder = None;
            if was_open {
                self.generation += 1;
            }
        }
        if !was_open && self.is_open() {
            self.acknowledged = None;
            self.reminded = 0;
        }
        if ring == Ring::Push {
            // It was taken on as it was; now it is worse.
            self.acknowledged = None;
            rung(self, now);
            self.reminder = next_reminder(self, now);
        } else {
            let next = next_reminder(self, now);
            self.reminder = next.map(|next| self.reminder.unwrap_or(next));
        }
    }
}

/// Whether that is an open member of an incident.
fn is_wrong(incident: &Incident, subject: &Subject<'_>) -> bool {
    incident.open_members().any(|it| is_same(it, subject))
}

/// When what the news is of began.
fn began(news: &News, now: Timestamp) -> Timestamp {
    match news {
        News::Alert { alert, .. } => alert.since.min(now),
        News::Verdict { verdict: Verdict::Engine(it), .. } => match it {
            EngineVerdict::Lost { since, .. }
            | EngineVerdict::Returned { since, .. }
            | EngineVerdict::Passed { since, .. } => (*since).min(now),
        },
        // Told a few seconds after it happened, by another clock: ours is what the others are told by.
        News::Verdict { verdict: Verdict::Container(it), .. } => match since(now, it.at) {
            late if late < std::time::Duration::from_secs(24 * 3600) => it.at.min(now),
            _ => now,
        },
    }
}

/// What a member is after a piece of news.
fn of(news: &News, before: Option<&Of>, course: Course) -> Of {
    match news {
        News::Alert { alert, step } => Of::Alert { alert: alert.clone(), step: *step },
        News::Verdict { verdict: Verdict::Engine(it), .. } => Of::Engine(it.clone()),
        News::Verdict { verdict: Verdict::Container(verdict), log } => {
            let former = match before {
                Some(Of::Container { trouble, log, .. }) => Some((trouble.clone(), log.clone())),
                Some(Of::Alert { .. } | Of::Engine(_)) | None => None,
            };
            let (trouble, log) = match (course, former) {
                (Course::Goes(_) | Course::Over | Course::Ceases, Some(former)) => former,
                _ => (ContainerVerdict::clone(verdict), log.clone()),
            };
            Of::Container { verdict: verdict.clone(), trouble, log }
        }
    }
}
