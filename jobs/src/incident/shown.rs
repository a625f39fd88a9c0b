//! What a card shows of an incident beside what it is made of.

use std::time::Duration;

use jiff::Timestamp;

use super::grouping::{Family, family};
use super::{Incident, Member, NOISY, Of, RINGS};
use crate::alert::Alert;
use crate::ports::ProcessOrder;
use crate::series::since;
use crate::verdict::{End, Finding};

/// How far back what has changed may have to do with an incident.
pub const BEFORE: Duration = Duration::from_secs(30 * 60);

impl Incident {
    /// The same with its alerts as they are by now: an incident changes when an alert takes a step, and the value moves
    /// on in between. `open` are the alerts that are not over.
    #[must_use]
    pub fn as_of(mut self, open: &[Alert]) -> Self {
        for member in self.members.iter_mut().filter(|it| it.ended.is_none()) {
            let Of::Alert { alert, .. } = &mut member.of else { continue };
            let newer =
                |it: &&Alert| it.number == alert.number && it.key == alert.key && alert.seen < it.seen;
            if let Some(newer) = open.iter().filter(newer).find(|it| it.is_firing()) {
                *alert = newer.clone();
            }
        }
        self
    }

    /// Which processes say something of what is wrong; none where no process does.
    pub fn processes_by(&self) -> Option<ProcessOrder> {
        let of = |wanted: Family| {
            self.open_members().filter_map(Member::alert).any(|it| family(&it.key) == wanted)
        };
        match (of(Family::Processor), of(Family::Memory)) {
            (true, _) => Some(ProcessOrder::Cpu),
            (false, true) => Some(ProcessOrder::Memory),
            (false, false) => None,
        }
    }

    /// How often it was over and has come back.
    pub fn came_back(&self) -> u32 {
        let over = self.course.windows(2).filter(|pair| pair[0].open == 0 && 0 < pair[1].open).count();
        u32::try_from(over).unwrap_or(u32::MAX)
    }

    /// Whether it has come and gone so often lately that nobody is rung for more of the same.
    pub fn is_noisy(&self, now: Timestamp) -> bool {
        RINGS <= self.rings.iter().filter(|at| since(now, **at) < NOISY).count()
    }
}

impl Member {
    /// Whether it is a container that does not run, or never for long. One that is ill runs.
    pub fn is_down(&self) -> bool {
        match &self.of {
            Of::Container { trouble, .. } => match &trouble.finding {
                Finding::Crashed { .. }
                | Finding::Ended { back: false, .. }
                | Finding::CrashLoop { .. }
                | Finding::OutOfMemory { end: End::Died { .. }, .. } => true,
                Finding::OutOfMemory { end: End::Survived, .. }
                | Finding::Unhealthy { .. }
                | Finding::Recovered { .. }
                | Finding::Gone { .. }
                | Finding::Stopped { .. }
                | Finding::Restarted { .. }
                | Finding::Ended { back: true, .. }
                | Finding::Slipped { .. }
                | Finding::Updated { .. } => false,
            },
            Of::Alert { .. } | Of::Engine(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::{AlertKey, Finding, Past, Phase, Severity, Side, Step};
    use crate::incident::{News, fold};
    use crate::metric::SeriesKey;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("a time")
    }

    fn alert(number: i64, metric: &str, observed: f64, seen: i64) -> Alert {
        Alert {
            number,
            key: AlertKey { rule: metric.to_owned(), series: SeriesKey::whole(metric) },
            phase: Phase::Firing,
            finding: Finding {
                observed,
                limit: 85.0,
                side: Side::Above,
                severity: Severity::Warning,
                forecast: None,
            },
            worst: observed,
            since: at(0),
            fired: Some(at(60)),
            seen: at(seen),
            remedy: None,
            generation: 1,
            past: Past::default(),
            culprits: Vec::new(),
        }
    }

    fn incident(alerts: &[Alert]) -> Incident {
        let mut known = Vec::new();
        for it in alerts {
            let news = News::Alert { alert: it.clone(), step: Step::Fired };
            let change = fold(&known, &news, &|_| Vec::new(), at(60)).expect("it is news");
            known = vec![Incident { number: 1, ..change.incident }];
        }
        known.remove(0)
    }

    #[test]
    fn an_alert_is_shown_with_the_newest_value_that_was_judged() {
        let told = incident(&[alert(1, "cpu.busy", 91.0, 60)]);
        let value = |it: Incident| it.members[0].alert().map(|it| it.finding.observed);
        assert_eq!(value(told.clone().as_of(&[alert(1, "cpu.busy", 97.0, 600)])), Some(97.0));
        assert_eq!(
            value(told.clone().as_of(&[alert(2, "cpu.busy", 97.0, 600)])),
            Some(91.0),
            "another alert"
        );
        assert_eq!(value(told.as_of(&[alert(1, "cpu.busy", 97.0, 0)])), Some(91.0), "an older look");
    }

    #[test]
    fn processes_are_named_where_they_say_something() {
        let by = |metric| incident(&[alert(1, metric, 91.0, 60)]).processes_by();
        assert_eq!(by("cpu.busy"), Some(ProcessOrder::Cpu));
        assert_eq!(by("psi.memory"), Some(ProcessOrder::Memory));
        assert_eq!(by("disk.used"), None);
        let both = incident(&[alert(1, "memory.used", 91.0, 60), alert(2, "cpu.busy", 91.0, 60)]);
        assert_eq!(both.processes_by(), Some(ProcessOrder::Cpu));
    }
}
