use std::time::Duration;

use super::*;
use crate::alert::{AlertKey, Ending, Past, Phase, Side};
use crate::fakes::scenes::at;
use crate::metric::SeriesKey;
use crate::verdict::{Finding as Fate, Trouble, Who};

/// Incidents as a store would keep them.
#[derive(Default)]
struct Ledger {
    all: Vec<Incident>,
    needs: Vec<(&'static str, &'static str)>,
    projects: Vec<(&'static str, &'static str)>,
}

impl Ledger {
    fn takes(&mut self, news: News, now: i64) -> (i64, Ring) {
        let now = at(now);
        let parents = |name: &str| -> Vec<String> {
            self.needs.iter().filter(|it| it.0 == name).map(|it| it.1.to_owned()).collect()
        };
        let known: Vec<Incident> = self
            .all
            .iter()
            .filter(|it| it.ended.is_none_or(|at| crate::series::since(now, at) < REOPEN))
            .cloned()
            .collect();
        let mut change = fold(&known, &news, &parents, now).expect("it is of an incident");
        if change.incident.number == 0 {
            change.incident.number = self.all.len() as i64 + 1;
            self.all.push(change.incident.clone());
        } else {
            self.all[change.incident.number as usize - 1] = change.incident.clone();
        }
        (change.incident.number, change.ring)
    }

    fn container(&mut self, name: &str, fate: Fate, now: i64) -> (i64, Ring) {
        let project = self.projects.iter().find(|it| it.0 == name).map(|it| it.1.to_owned());
        let who = Who {
            id: format!("id-{name}"),
            name: name.to_owned(),
            image: String::new(),
            project,
            service: None,
            muted: false,
        };
        let verdict = Verdict::Container(ContainerVerdict { at: at(now), who, finding: fate, unseen: false });
        self.takes(News::Verdict { verdict, log: Vec::new() }, now)
    }

    fn alert(&mut self, number: i64, metric: &str, severity: Severity, step: Step, now: i64) -> (i64, Ring) {
        let phase = match step {
            Step::Recovered => Phase::Ended { at: at(now), how: Ending::Recovered },
            _ => Phase::Firing,
        };
        let alert = Alert {
            number,
            key: AlertKey { rule: metric.to_owned(), series: SeriesKey::whole(metric) },
            phase,
            ..alert(severity, now)
        };
        self.takes(News::Alert { alert, step }, now)
    }
}

fn alert(severity: Severity, now: i64) -> Alert {
    Alert {
        number: 0,
        key: AlertKey { rule: String::new(), series: SeriesKey::whole("") },
        phase: Phase::Firing,
        finding: Finding { observed: 93.0, limit: 85.0, side: Side::Above, severity, forecast: None },
        worst: 93.0,
        since: at(now),
        fired: Some(at(now)),
        seen: at(now),
        remedy: None,
        generation: 1,
        past: Past::default(),
        culprits: Vec::new(),
    }
}

fn crashed(back: bool) -> Fate {
    Fate::Crashed { exit: Some(1), times: 1, within: Duration::ZERO, back, excused: false }
}

fn up() -> Fate {
    Fate::Recovered { from: Trouble::Down, lasted: Duration::from_secs(60) }
}

fn counts(incident: &Incident) -> Vec<u32> {
    incident.course.iter().map(|it| it.open).collect()
}

#[test]
fn seven_containers_of_a_project_are_one_incident_from_the_first_to_the_last() {
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let mut ledger = Ledger { projects: names.iter().map(|it| (*it, "shop")).collect(), ..Ledger::default() };
    assert_eq!(ledger.container("a", crashed(false), 0), (1, Ring::Push));
    for (index, name) in names.iter().enumerate().skip(1) {
        assert_eq!(ledger.container(name, crashed(false), index as i64), (1, Ring::Edit));
    }
    assert_eq!(ledger.all[0].root, Root::Project("shop".to_owned()));
    // Five within seconds, the others a minute later.
    let back = |index: usize| 100 + index as i64 + if index < 5 { 0 } else { 60 };
    for (index, name) in names.iter().enumerate() {
        assert_eq!(ledger.container(name, up(), back(index)), (1, Ring::Edit), "relief is silent");
    }
    assert_eq!(counts(&ledger.all[0]), [7, 2, 0]);
    assert_eq!((ledger.all[0].ended, ledger.all[0].peak()), (Some(at(166)), 7));
    assert_eq!(ledger.all[0].lasting(at(999)), Duration::from_secs(166));
}

#[test]
fn what_a_container_needs_explains_it_whichever_was_seen_first() {
    let mut ledger =
        Ledger { needs: vec![("api", "db"), ("web", "api"), ("db", "web")], ..Ledger::default() };
    assert_eq!(ledger.container("db", crashed(false), 0), (1, Ring::Push));
    assert_eq!(
        ledger.container("web", crashed(false), 100),
        (1, Ring::Edit),
        "by way of api, and in no circle"
    );
    assert_eq!(ledger.container("elsewhere", crashed(false), 150).0, 2, "it needs none of them");
    let mut ledger = Ledger { needs: vec![("web", "vpn")], ..Ledger::default() };
    ledger.container("web", crashed(false), 0);
    assert_eq!(ledger.container("vpn", crashed(false), 60), (1, Ring::Edit));
    assert_eq!(ledger.all[0].root, Root::Dependency("vpn".to_owned()));
}

#[test]
fn what_breaks_at_the_same_moment_has_one_cause_and_what_breaks_later_another() {
    let mut ledger = Ledger::default();
    ledger.container("a", crashed(false), 0);
    assert_eq!(ledger.container("b", crashed(false), 20), (1, Ring::Edit));
    assert_eq!(ledger.all[0].root, Root::Engine);
    assert_eq!(ledger.container("c", crashed(false), 120), (2, Ring::Push));
}

#[test]
fn an_engine_that_is_away_takes_its_containers_with_it() {
    let mut ledger = Ledger::default();
    let lost = Verdict::Engine(EngineVerdict::Lost { since: at(0), running: 40 });
    assert_eq!(ledger.takes(News::Verdict { verdict: lost, log: vec![] }, 60), (1, Ring::Push));
    assert_eq!(ledger.container("a", crashed(false), 4000), (1, Ring::Edit));
    let away = Duration::from_secs(4100);
    let back = EngineVerdict::Returned { since: at(0), away, running: 40, down: vec![] };
    assert_eq!(
        ledger.takes(News::Verdict { verdict: Verdict::Engine(back), log: vec![] }, 4100),
        (1, Ring::Edit)
    );
    assert!(ledger.all[0].is_open(), "one is still down");
    assert_eq!(ledger.container("a", up(), 4200), (1, Ring::Edit));
    assert_eq!(ledger.all[0].ended, Some(at(4200)));
}

#[test]
fn what_stays_down_after_its_engine_was_away_is_wrong_until_it_runs() {
    let mut ledger = Ledger::default();
    let away = Duration::from_secs(90);
    let down = vec!["a".to_owned(), "b".to_owned()];
    let back = Verdict::Engine(EngineVerdict::Returned { since: at(0), away, running: 40, down });
    assert_eq!(ledger.takes(News::Verdict { verdict: back, log: vec![] }, 120), (1, Ring::Push));
    assert_eq!(ledger.all[0].open_count(), 2);
    ledger.container("a", up(), 300);
    assert_eq!(ledger.container("b", up(), 400), (1, Ring::Edit));
    assert_eq!((counts(&ledger.all[0]), ledger.all[0].ended), (vec![2, 1, 0], Some(at(400))));
}

#[test]
fn who_stops_what_is_ill_ends_its_incident_and_who_stops_what_is_well_makes_none() {
    let stopped = || Fate::Stopped { by: crate::verdict::By::Somebody, signal: Some(15), exit: Some(0) };
    let mut ledger = Ledger::default();
    ledger.container("a", Fate::Unhealthy { times: 1, within: Duration::ZERO }, 0);
    assert_eq!(ledger.container("a", stopped(), 60), (1, Ring::Edit));
    assert!(!ledger.all[0].is_open());
    let who = Who { name: "b".to_owned(), ..Who::default() };
    let verdict = Verdict::Container(ContainerVerdict { at: at(90), who, finding: stopped(), unseen: false });
    assert_eq!(fold(&ledger.all, &News::Verdict { verdict, log: vec![] }, &|_| Vec::new(), at(90)), None);
}

#[test]
fn a_machine_without_memory_explains_a_container_that_was_killed_for_it() {
    let out_of_memory = || Fate::OutOfMemory {
        end: crate::verdict::End::Died { back: true },
        times: 1,
        within: Duration::ZERO,
    };
    let mut ledger = Ledger::default();
    ledger.alert(1, "memory.used", Severity::Warning, Step::Fired, 0);
    assert_eq!(ledger.container("db", out_of_memory(), 3000), (1, Ring::Edit));
    let mut ledger = Ledger::default();
    ledger.alert(1, "cpu.busy", Severity::Warning, Step::Fired, 0);
    assert_eq!(ledger.container("db", out_of_memory(), 3000), (2, Ring::Push));
}

#[test]
fn alerts_of_the_machine_belong_together_when_they_are_akin_or_begin_together() {
    let (warning, fired) = (Severity::Warning, Step::Fired);
    let mut ledger = Ledger::default();
    assert_eq!(ledger.alert(1, "cpu.busy", warning, fired, 0), (1, Ring::Push));
    assert_eq!(ledger.alert(2, "memory.used", warning, fired, 100), (1, Ring::Edit), "together");
    assert_eq!(
        ledger.alert(3, "load.1", warning, fired, 3000),
        (1, Ring::Push),
        "akin, and more than was told"
    );
    assert_eq!(ledger.alert(4, "disk.used", warning, fired, 6000), (2, Ring::Push), "neither");
}

#[test]
fn only_what_gets_worse_rings_again() {
    let mut ledger = Ledger::default();
    let of = |ledger: &mut Ledger, severity, step, now| ledger.alert(1, "cpu.busy", severity, step, now).1;
    assert_eq!(of(&mut ledger, Severity::Warning, Step::Fired, 0), Ring::Push);
    assert_eq!(of(&mut ledger, Severity::Critical, Step::Worsened, 30), Ring::Push);
    assert_eq!(of(&mut ledger, Severity::Warning, Step::Eased, 60), Ring::Edit);
    assert_eq!(of(&mut ledger, Severity::Critical, Step::Worsened, 90), Ring::Edit, "told already");
    assert_eq!(of(&mut ledger, Severity::Critical, Step::Recovered, 120), Ring::Edit);
}

#[test]
fn what_is_taken_on_rings_only_for_what_is_worse_in_kind_and_then_nobody_has_it() {
    let mut ledger =
        Ledger { projects: vec![("a", "shop"), ("b", "shop"), ("c", "shop")], ..Ledger::default() };
    ledger.container("a", Fate::Unhealthy { times: 1, within: Duration::ZERO }, 0);
    let change = acknowledge(&ledger.all[0], 7, at(60)).expect("it is open");
    assert_eq!((change.ring, change.incident.reminder), (Ring::Edit, None));
    assert_eq!(acknowledge(&change.incident, 7, at(61)), None, "theirs already");
    ledger.all[0] = change.incident;
    let ill = Fate::Unhealthy { times: 1, within: Duration::ZERO };
    assert_eq!(ledger.container("b", ill, 299), (1, Ring::Edit));
    assert!(ledger.all[0].acknowledged.is_some());
    assert_eq!(ledger.container("c", crashed(false), 400), (1, Ring::Push));
    assert_eq!(ledger.all[0].acknowledged, None);
    let freed = unacknowledge(&ledger.all[0], 7, at(500));
    assert_eq!(freed, None, "nobody has it");
}

#[test]
fn what_lasts_is_told_again_after_4_8_16_and_then_every_24_hours() {
    let hours = |count: i64| at(count * 3600);
    let mut ledger = Ledger::default();
    ledger.alert(1, "cpu.busy", Severity::Warning, Step::Fired, 0);
    let mut incident = ledger.all[0].clone();
    let mut told = Vec::new();
    for hour in 0..=80 {
        if let Some(change) = remind(&incident, hours(hour)) {
            told.push(hour);
            incident = change.incident;
        }
    }
    assert_eq!(told, [4, 12, 28, 52, 76]);
    assert_eq!(incident.next_reminder(hours(76)), Some(Duration::from_secs(24 * 3600)));
    let taken = acknowledge(&incident, 7, hours(77)).expect("it is open").incident;
    assert_eq!(remind(&taken, hours(1000)), None);
}

#[test]
fn what_comes_back_within_half_an_hour_is_the_same_incident_and_later_another() {
    let mut ledger = Ledger::default();
    assert_eq!(ledger.container("a", crashed(true), 0), (1, Ring::Push), "it was over before it was told");
    assert!(!ledger.all[0].is_open());
    assert_eq!(ledger.container("a", crashed(true), 1700), (1, Ring::Push));
    assert_eq!(ledger.all[0].members[0].times, 2);
    assert_eq!(ledger.container("a", crashed(true), 1700 + 1800), (2, Ring::Push));
}

#[test]
fn what_comes_back_time_and_again_rings_three_times_in_six_hours_at_most() {
    let mut ledger = Ledger::default();
    let rings: Vec<Ring> = (0..72).map(|time| ledger.container("a", crashed(true), time * 600).1).collect();
    for hours in rings.windows(36) {
        assert!(hours.iter().filter(|it| **it == Ring::Push).count() <= RINGS, "{rings:?}");
    }
    assert_eq!(ledger.all.len(), 1);
    assert_eq!(ledger.all[0].members[0].times, 72);
}

#[test]
fn an_incident_of_more_than_it_can_keep_forgets_what_is_over_first() {
    let mut ledger = Ledger::default();
    for index in 0..MEMBERS + 10 {
        ledger.container(&format!("c{index}"), crashed(index == 3), (index / 16) as i64);
    }
    let incident = &ledger.all[0];
    assert_eq!(incident.members.len(), MEMBERS);
    assert!(!incident.members.iter().any(|it| it.container() == Some("c3")));
}

#[test]
fn a_step_that_says_nothing_is_no_news_of_an_incident() {
    let news = News::Alert { alert: alert(Severity::Warning, 0), step: Step::Held };
    assert_eq!(fold(&[], &news, &|_| Vec::new(), at(0)), None);
}

proptest::proptest! {
    /// Whatever happens: no member is lost, an incident is over exactly when nothing of it is wrong, generations only
    /// grow, and whoever rings says so.
    #[test]
    fn incidents_add_up(steps in proptest::collection::vec((0..5_usize, 0..4_u8, 1..900_i64), 1..60)) {
        let mut ledger = Ledger {
            needs: vec![("c1", "c0")],
            projects: vec![("c2", "p"), ("c3", "p")],
            ..Ledger::default()
        };
        let names = ["c0", "c1", "c2", "c3", "c4"];
        let (mut now, mut down) = (0, std::collections::BTreeSet::new());
        for (which, what, later) in steps {
            now += later;
            let fate = match what {
                0 => crashed(true),
                1 => crashed(false),
                2 => Fate::Unhealthy { times: 1, within: Duration::ZERO },
                _ => up(),
            };
            match what {
                1 | 2 => { down.insert(names[which]); }
                _ => { down.remove(names[which]); }
            }
            let before = ledger.all.clone();
            let (number, ring) = ledger.container(names[which], fate, now);
            let incident = &ledger.all[number as usize - 1];
            proptest::prop_assert_eq!(incident.is_open(), incident.open_count() != 0);
            if let Some(before) = before.get(number as usize - 1) {
                proptest::prop_assert!(before.generation <= incident.generation);
            }
            proptest::prop_assert_eq!(ring == Ring::Push, incident.rung.is_some_and(|it| it.at == at(now)));
            let open: std::collections::BTreeSet<&str> =
                ledger.all.iter().flat_map(Incident::open_members).filter_map(Member::container).collect();
            proptest::prop_assert_eq!(&open, &down);
        }
    }
}
