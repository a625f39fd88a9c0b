//! What is done about an incident becomes part of it: the healing journal, told on its card.

use jiff::Timestamp;

use super::fold::Change;
use super::ring::{next_reminder, rung};
use super::{Entry, Incident, Member, REOPEN, Ring, What};
use crate::heal::{Heal, HealStep};
use crate::series::since;

/// So many steps are kept of one incident, the newest.
pub const STORY: usize = 24;

/// Takes in an entry of the healing journal. None when it belongs to no incident that is open or was over a short while
/// ago, and when it says nothing that a person would read.
pub fn tell(known: &[Incident], heal: &Heal, now: Timestamp) -> Option<Change> {
    if heal.what == HealStep::Proposed {
        return None;
    }
    let mut incident = known[holder(known, heal, now)?].clone();
    // What is forbidden still is no news.
    let before = incident.story.iter().rfind(|it| it.target == heal.target);
    if matches!(heal.what, HealStep::Forbidden(_)) && before.is_some_and(|it| it.what == heal.what) {
        return None;
    }
    let gave_up = match &heal.what {
        HealStep::GaveUp(_) => true,
        // Of a disk: something was tried before.
        HealStep::Nothing => {
            let tried = |it: &Heal| it.target == heal.target && matches!(it.what, HealStep::Applied(_));
            incident.story.iter().any(tried)
        }
        HealStep::Proposed
        | HealStep::Applied(_)
        | HealStep::Planned { .. }
        | HealStep::Offered(_)
        | HealStep::Declined { .. }
        | HealStep::Began { .. }
        | HealStep::Ended { .. }
        | HealStep::Verified { .. }
        | HealStep::Forbidden(_)
        | HealStep::BreakerOpened { .. }
        | HealStep::BreakerClosed => false,
    };
    incident.story.push(heal.clone());
    let surplus = incident.story.len().saturating_sub(STORY);
    incident.story.drain(..surplus);
    incident.changed = now;
    let ring = if gave_up && incident.is_open() { Ring::Push } else { Ring::Edit };
    if ring == Ring::Push {
        // Whoever took it on did so while something was still being tried.
        incident.acknowledged = None;
        rung(&mut incident, now);
        incident.reminder = next_reminder(&incident, now);
    }
    Some(Change { incident, entry: Entry { at: heal.at, what: What::Heal(heal.clone()) }, ring })
}

/// The incident that an entry belongs to: an open one of whose open members it is, else an open one of whose members it
/// is, else one that was over a short while ago.
fn holder(known: &[Incident], heal: &Heal, now: Timestamp) -> Option<usize> {
    let is_of = |it: &Member| match (heal.is_of_container(), heal.alert) {
        (true, _) => it.container() == Some(heal.target.as_str()),
        (false, Some(number)) => it.alert().is_some_and(|it| it.number == number),
        (false, None) => {
            it.alert().is_some_and(|it| it.remedy.is_some() && it.key.series.subject == heal.target)
        }
    };
    let recent = |it: &Incident| it.ended.is_none_or(|at| since(now, at) < REOPEN);
    let open = known.iter().rposition(|it| it.open_members().any(is_of));
    let was = |open: bool| {
        known.iter().rposition(|it| it.is_open() == open && recent(it) && it.members.iter().any(is_of))
    };
    open.or_else(|| was(true)).or_else(|| was(false))
}

impl Incident {
    /// What was last offered for a container of it and nobody has answered, with its container; none when that is well
    /// again. What was only said is no offer.
    pub fn offer(&self) -> Option<(&str, &crate::heal::Try)> {
        self.open_members().filter_map(Member::container).find_map(|name| {
            let newest = self.story.iter().rev().find(|it| it.target == name && !is_aside(&it.what))?;
            match &newest.what {
                HealStep::Offered(it) if it.mode == crate::heal::Mode::Ask => Some((name, it)),
                _ => None,
            }
        })
    }
}

/// What is said of all containers under the name of one.
fn is_aside(what: &HealStep) -> bool {
    matches!(what, HealStep::BreakerOpened { .. } | HealStep::BreakerClosed)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::heal::{Hopeless, Mode, Try};
    use crate::incident::{Acknowledgement, News, fold};
    use crate::ports::Verb;
    use crate::verdict::{ContainerVerdict, Finding, Trouble, Verdict, Who};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("a time")
    }

    fn verdict(second: i64, finding: Finding) -> News {
        let who = Who { id: "id-web".to_owned(), name: "web".to_owned(), ..Who::default() };
        let verdict = Verdict::Container(ContainerVerdict { at: at(second), who, finding, unseen: false });
        News::Verdict { verdict, log: Vec::new() }
    }

    fn taken(known: &[Incident], news: &News, second: i64) -> Option<Change> {
        fold(known, news, &|_| Vec::new(), at(second))
    }

    fn ill() -> Vec<Incident> {
        let news = verdict(0, Finding::Unhealthy { times: 1, within: Duration::ZERO });
        let incident = taken(&[], &news, 0).expect("it is news").incident;
        vec![Incident { number: 1, ..incident }]
    }

    fn heal(second: i64, what: HealStep) -> Heal {
        Heal { at: at(second), alert: None, target: "web".to_owned(), what }
    }

    fn offered() -> HealStep {
        let verb = Verb::Restart;
        HealStep::Offered(Try { policy: "any".to_owned(), verb, attempt: 1, of: 3, mode: Mode::Ask })
    }

    #[test]
    fn a_step_is_told_in_silence_and_giving_up_rings() {
        let known = ill();
        let change = tell(&known, &heal(120, offered()), at(120)).expect("it is told");
        assert_eq!((change.ring, change.incident.generation), (Ring::Edit, known[0].generation));
        assert_eq!(change.incident.offer().map(|it| it.0), Some("web"));
        let mut known = vec![change.incident];
        known[0].acknowledged = Some(Acknowledgement { by: 7, at: at(130) });
        let gave_up = heal(600, HealStep::GaveUp(Hopeless::Spent { tried: 3 }));
        let change = tell(&known, &gave_up, at(600)).expect("it is told");
        assert_eq!((change.ring, change.incident.acknowledged), (Ring::Push, None));
        assert!(known[0].generation < change.incident.generation);
        assert_eq!(change.incident.offer(), None);
    }

    #[test]
    fn what_came_of_an_attempt_belongs_to_the_incident_that_it_ended() {
        let mut known = ill();
        let well = verdict(200, Finding::Recovered { from: Trouble::Ill, lasted: Duration::from_secs(200) });
        known[0] = taken(&known, &well, 200).expect("it is over").incident;
        let helped = heal(230, HealStep::Verified { helped: true, since: None });
        let change = tell(&known, &helped, at(230)).expect("it is told");
        assert_eq!((change.incident.number, change.ring, change.incident.is_open()), (1, Ring::Edit, false));
        assert_eq!(tell(&known, &helped, at(200 + 1800)), None, "half an hour later it is another matter");
    }

    #[test]
    fn what_belongs_to_no_incident_is_told_on_none() {
        let other = Heal { at: at(0), alert: None, target: "db".to_owned(), what: offered() };
        assert_eq!(tell(&ill(), &other, at(10)), None);
        let disk = Heal { at: at(0), alert: Some(3), target: "/".to_owned(), what: HealStep::Nothing };
        assert_eq!(tell(&ill(), &disk, at(10)), None);
    }
}
