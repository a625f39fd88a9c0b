//! What holds of every course of events, however an engine tells it: asked by tests and fuzzers.

use jiff::{SignedDuration, Timestamp};

use super::{EngineVerdict, Verdict, Watcher};
use crate::ports::{Container, ContainerState, EngineEvent, EventAction, Health};

/// Any bytes as steps of an engine's life, three bytes a step: the same event said twice says nothing new; no end has two
/// verdicts; when there is nothing to
/// wait for, nothing more is said; an engine that went is told of once.
pub fn verdicts(bytes: &[u8]) {
    let mut now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365 * 55);
    let (mut watcher, mut said) = (Watcher::new(), Vec::new());
    let (mut ends, mut lost, mut newest) = (0, 0, now);
    watcher.reconcile(&[], now);
    for step in bytes.chunks_exact(3).take(300) {
        let [what, whose, later] = *step else { continue };
        // Mostly seconds apart, sometimes hours, and now and then a clock is set back.
        let seconds = match later {
            0..200 => i64::from(later) / 4,
            200..250 => i64::from(later - 199) * 300,
            _ => -i64::from(later),
        };
        now += SignedDuration::from_secs(seconds);
        match action(what) {
            Some(action) => {
                ends += usize::from(matches!(action, EventAction::Die { .. }));
                let event = event(whose, action, now);
                said.extend(watcher.heard(&event, now));
                // Those of two seconds before the newest are known again; a clock that was set back is another matter.
                newest = newest.max(now);
                let again = if newest.duration_since(now) <= SignedDuration::from_secs(2) {
                    watcher.heard(&event, now)
                } else {
                    Vec::new()
                };
                assert!(again.is_empty(), "{event:?} said twice is {again:?}");
            }
            None => match what % 8 {
                0 => {
                    lost += 1;
                    watcher.lost(now);
                }
                1 | 2 => {
                    ends += 4;
                    let listed: Vec<Container> =
                        (0..4).filter(|it| whose >> it & 1 != 0).map(|it| container(it, whose)).collect();
                    said.extend(watcher.reconcile(&listed, now));
                }
                3 => watcher.acted(&format!("id{}", whose % 4), now),
                4 => watcher.withdrew(&format!("id{}", whose % 4)),
                _ => said.extend(watcher.tick(now)),
            },
        }
        assert!(
            watcher.next().is_none_or(|it| it <= now + SignedDuration::from_hours(48)),
            "{:?}",
            watcher.next()
        );
    }
    for _ in 0..400 {
        let Some(next) = watcher.next() else { break };
        // One that is due already is judged at once, and not for ever.
        now = now.max(next);
        said.extend(watcher.tick(now));
    }
    let waits = watcher.next();
    assert!(waits.is_none(), "for ever something waits to be judged: {waits:?} at {now}");
    assert_eq!(
        watcher.tick(now + SignedDuration::from_mins(1)),
        [],
        "nothing is said that nobody waited for"
    );

    let told: Vec<&Verdict> = said.iter().filter(|it| is_an_end(it)).collect();
    assert!(told.len() <= ends, "{} of {ends}: {told:?}", told.len());
    let is_lost = |it: &&Verdict| matches!(it, Verdict::Engine(EngineVerdict::Lost { .. }));
    assert!(said.iter().filter(is_lost).count() <= lost, "gone {lost} times, and told more often: {said:?}");
}

fn is_an_end(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Container(it) if it.finding.is_end())
}

fn action(byte: u8) -> Option<EventAction> {
    Some(match byte % 20 {
        0 => EventAction::Create,
        1..=4 => EventAction::Start,
        5 => EventAction::Die { exit_code: None },
        6 => EventAction::Die { exit_code: Some(0) },
        7 => EventAction::Die { exit_code: Some(1) },
        8 => EventAction::Die { exit_code: Some(137) },
        9 => EventAction::Oom,
        10 => EventAction::Kill { signal: Some(15) },
        11 => EventAction::Stop,
        12 => EventAction::Restart,
        13 => EventAction::Destroy,
        14 => EventAction::Rename { from: "n0".to_owned() },
        15 => EventAction::HealthStatus(Health::Unhealthy),
        16 => EventAction::HealthStatus(Health::Healthy),
        _ => return None,
    })
}

fn event(whose: u8, action: EventAction, at: Timestamp) -> EngineEvent {
    EngineEvent {
        at,
        action,
        id: format!("id{}", whose % 4),
        name: format!("n{}", whose / 4 % 3),
        image: format!("image:{}", whose / 64),
        project: (whose & 16 != 0).then(|| "shop".to_owned()),
        service: (whose & 32 != 0).then(|| "web".to_owned()),
        labels: Vec::new(),
    }
}

fn container(number: u8, whose: u8) -> Container {
    let runs = whose >> 4 >> number & 1 != 0;
    Container {
        id: format!("id{number}"),
        name: format!("n{}", number % 3),
        state: if runs { ContainerState::Running } else { ContainerState::Exited },
        status: if runs { "Up 3 minutes" } else { "Exited (1) 2 minutes ago" }.to_owned(),
        ..Container::default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hostile;

    #[test]
    fn what_fuzzers_found_before_is_judged() {
        hostile::each("verdicts", verdicts);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_course_of_events_is_judged(bytes in hostile::like("verdicts")) {
            verdicts(&bytes);
        }
    }
}
