//! What a card says, and that it fits whatever is wrong.

use std::time::Duration;

use jiff::tz::TimeZone;
use jobs::alert::{AlertKey, Finding, Past, Side, Step};
use jobs::evaluate::{Detector, Expected, Sides, Sigma};
use jobs::incident::{Busy, Changed, Happening, News, acknowledge, fold};
use jobs::metric::SeriesKey;
use jobs::series::Point;
use jobs::verdict::{ContainerVerdict, Finding as Fate, Trouble, Who};

use super::*;
use crate::locale::LOCALES;
use crate::present::Action;

/// Points every minute, of whatever is asked for.
struct Flat;

impl History for Flat {
    fn series(&self, _: &SeriesKey, stretch: Stretch, _: usize) -> Option<Series> {
        let at = |minute: i64| stretch.from + SignedDuration::from_mins(minute);
        let points = (0..90).map(|it| Point { at: at(it), mean: 91.0, low: 90.0, high: 92.0, count: 6 });
        Some(Series { points: points.collect() })
    }

    fn usual(&self, _: &Rule, _: &Alert, _: Stretch) -> Vec<Expected> {
        Vec::new()
    }
}

/// Nothing was recorded.
struct Nothing;

impl History for Nothing {
    fn series(&self, _: &SeriesKey, _: Stretch, _: usize) -> Option<Series> {
        None
    }

    fn usual(&self, _: &Rule, _: &Alert, _: Stretch) -> Vec<Expected> {
        Vec::new()
    }
}

fn at(second: i64) -> Timestamp {
    let ten: Timestamp = "2026-11-24T10:00:00Z".parse().expect("a time");
    ten + SignedDuration::from_secs(second)
}

fn alert(number: i64, series: SeriesKey, severity: Severity) -> News {
    let alert = Alert {
        number,
        key: AlertKey { rule: "a-rule-with-quite-a-name".to_owned(), series },
        phase: Phase::Firing,
        finding: Finding { observed: 91.0, limit: 85.0, side: Side::Above, severity, forecast: None },
        worst: 93.0,
        since: at(0),
        fired: Some(at(60)),
        seen: at(60),
        remedy: Some("disk".to_owned()),
        generation: 1,
        past: Past::default(),
        culprits: Vec::new(),
    };
    News::Alert { alert, step: Step::Fired }
}

fn container(name: &str, project: Option<&str>, finding: Fate, log: Vec<String>, second: i64) -> News {
    let who = Who {
        id: format!("id-{name}"),
        name: name.to_owned(),
        image: "image".to_owned(),
        project: project.map(str::to_owned),
        service: None,
        muted: false,
    };
    News::Verdict {
        verdict: Verdict::Container(ContainerVerdict { at: at(second), who, finding, unseen: false }),
        log,
    }
}

fn crashed() -> Fate {
    Fate::Crashed { exit: Some(1), times: 1, within: Duration::ZERO, back: false, excused: false }
}

fn back(lasted: u64) -> Fate {
    Fate::Recovered { from: Trouble::Down, lasted: Duration::from_secs(lasted) }
}

/// What all of this news makes, as one incident.
fn incident(news: &[(i64, News)]) -> Incident {
    let mut known: Vec<Incident> = Vec::new();
    for (second, it) in news {
        let change = fold(&known, it, &|_| Vec::new(), at(*second)).expect("it is news");
        known = vec![Incident { number: 12, ..change.incident }];
    }
    known.remove(0)
}

fn shown(tag: usize, incident: &Incident, history: &dyn History, showing: Showing, second: i64) -> Reply {
    let voice = Voice { locale: &LOCALES[tag], zone: TimeZone::UTC };
    card(&voice, "web-1", incident, &[], history, &showing, at(second))
}

fn words(reply: &Reply) -> String {
    reply.text.to_string().replace('\u{a0}', " ")
}

fn labels(reply: &Reply) -> Vec<Vec<String>> {
    let label = |it: &crate::present::Choice| it.label.replace('\u{a0}', " ");
    reply.choices.iter().map(|row| row.iter().map(label).collect()).collect()
}

#[test]
fn what_a_container_used_before_its_end_is_on_its_card_where_it_is_known() {
    let crash = [(1, container("shop-db", None, crashed(), Vec::new(), 1))];
    let told = shown(0, &incident(&crash), &Flat, Showing::default(), 30);
    let drawing = told.drawing.as_ref().expect("a picture");
    assert_eq!(drawing.alt, "shop-db: Memory, CPU");
    assert!(words(&told).chars().count() <= CAPTION);
    assert!(labels(&told).iter().flatten().any(|it| it == "6 h"), "{:?}", labels(&told));
    let untold = shown(0, &incident(&crash), &Nothing, Showing::default(), 30);
    assert_eq!((untold.drawing, untold.text), (None, told.text));
}

#[test]
fn seven_of_a_project_are_one_card_from_the_first_word_to_the_last() {
    let name = |it: i64| format!("shop-web-{it}");
    let down = |it: i64| (it, container(&name(it), Some("shop"), crashed(), Vec::new(), it));
    let up = |it: i64, second: i64| {
        let lasted = (second - it).unsigned_abs();
        (second, container(&name(it), Some("shop"), back(lasted), Vec::new(), second))
    };
    let mut news: Vec<(i64, News)> = (1..=7).map(down).collect();
    let told = shown(0, &incident(&news), &Nothing, Showing::default(), 30);
    let text = words(&told);
    assert!(
        text.starts_with("🔴 shop: 7 containers down · web-1\nSince 10:00 (29 s)\n🔴 shop-web-1 crashed"),
        "{text}"
    );
    assert!(text.ends_with("\n#12 · next reminder 14:00, if it lasts"), "{text}");
    assert_eq!(
        labels(&told),
        [vec!["✔ Ack", "🔕 1 h", "🔕 4 h", "🔕 tomorrow"], vec!["🐳 Containers", "📋 shop-web-1", "❓ Why"]]
    );
    news.extend((3..=7).map(|it| up(it, 100)));
    news.extend((1..=2).map(|it| up(it, 193)));
    let over = shown(0, &incident(&news), &Nothing, Showing::default(), 200);
    let text = words(&over);
    assert!(text.starts_with("✅ shop: all back after 3 min 12 s · web-1\n10:00 – 10:03 (3 min 12 s): 7 down → 2 down → all back\n✅ shop-web-"), "{text}");
    assert!(text.ends_with("\n#12"), "{text}");
    assert_eq!(labels(&over), [["❓ Why"]]);
}

#[test]
fn what_is_wrong_with_the_machine_is_named_in_the_headline() {
    let cpu = alert(1, SeriesKey::whole("cpu.busy"), Severity::Warning);
    let memory = alert(2, SeriesKey::whole("memory.used"), Severity::Warning);
    let both = incident(&[(60, cpu), (90, memory)]);
    let told = shown(0, &both, &Flat, Showing::default(), 120);
    assert!(words(&told).starts_with("🟠 web-1: CPU 91 %, Memory 91 %\nSince 10:00 (2 min)\n"));
    assert!(told.drawing.is_some());
    assert_eq!(
        labels(&told),
        [
            vec!["✔ Ack", "🔕 1 h", "🔕 4 h", "🔕 tomorrow"],
            vec!["📈 1 h", "6 h", "1 d", "7 d"],
            vec!["🛠 Fix", "❓ Why"]
        ]
    );
}

#[test]
fn a_card_fits_a_caption_whatever_belongs_to_it() {
    let long = |it: i64| format!("{it}-{}", "<&я".repeat(40));
    let log: Vec<String> = (0..5).map(|it| long(it).repeat(2)).collect();
    let mut news: Vec<(i64, News)> =
        (0..40).map(|it| (60, alert(it, SeriesKey::of("disk.used", long(it)), Severity::Critical))).collect();
    let oom = Fate::CrashLoop {
        exit: None,
        out_of_memory: false,
        restarts: 1000,
        within: Duration::from_secs(86_399),
    };
    news.extend((0..40).map(|it| (61, container(&long(it), None, oom.clone(), log.clone(), 61))));
    let mut all = incident(&news);
    all.evidence.processes =
        (0..3).map(|it| Busy { name: long(it), cpu: 1599.9, memory: u64::MAX / 4096 }).collect();
    all.evidence.changes =
        (0..50).map(|it| Changed { at: at(0), what: Happening::Restarted(long(it)) }).collect();
    all.acknowledged = Some(jobs::incident::Acknowledgement { by: i64::MAX, at: at(62) });
    all.rings = vec![at(61); 3];
    let showing = Showing { late: Some(at(-86_400 * 400)), stale: true, ..Showing::default() };
    for tag in 0..LOCALES.len() {
        // With every member, with one, and without a picture.
        for kept in [all.members.len(), 2, 1] {
            let mut some = all.clone();
            some.members.truncate(kept);
            for history in [&Flat as &dyn History, &Nothing] {
                let told = shown(tag, &some, history, showing, 120);
                let count = told.text.count();
                assert!(count <= CAPTION, "{count}: {}", told.text);
                assert!(told.choices.len() <= 4 && told.choices.iter().all(|row| row.len() <= 4));
                assert!(words(&told).contains("#12"), "its number is what people need: {}", told.text);
            }
        }
        let mut alone = all.clone();
        alone.members.retain(|it| it.container().is_some());
        let told = shown(tag, &alone, &Nothing, showing, 120);
        assert!(told.text.count() <= MESSAGE, "{}", told.text);
    }
}

#[test]
fn what_matters_least_gives_way_first() {
    let memory = alert(1, SeriesKey::whole("memory.used"), Severity::Critical);
    let oom =
        Fate::OutOfMemory { end: jobs::verdict::End::Died { back: false }, times: 1, within: Duration::ZERO };
    let log = |letters: usize| vec!["l".repeat(letters); 5];
    let told = |letters: usize, changes: usize| {
        let db = container("db", None, oom.clone(), log(letters), 70);
        let mut it = incident(&[(60, memory.clone()), (70, db)]);
        it.evidence.processes = vec![Busy { name: "java".to_owned(), cpu: 12.0, memory: 1 << 34 }];
        let what = Happening::Updated("n".repeat(40));
        it.evidence.changes = vec![Changed { at: at(0), what }; changes];
        words(&shown(0, &it, &Flat, Showing::default(), 80))
    };
    let has = |text: &str| (text.contains("lll"), text.contains("java"), text.contains("was updated"));
    assert_eq!(has(&told(20, 2)), (true, true, true));
    assert_eq!(has(&told(199, 2)), (true, true, true), "two lines of the log are left");
    assert_eq!(has(&told(400, 5)), (false, true, true));
}

#[test]
fn who_has_taken_it_on_reads_so_and_may_let_go() {
    let mut it = incident(&[(1, container("db", None, crashed(), vec!["panic".to_owned()], 1))]);
    it = acknowledge(&it, 7, at(300)).expect("it is open").incident;
    let mine = shown(0, &it, &Nothing, Showing { reader: Some(7), ..Showing::default() }, 310);
    assert_eq!(
        words(&mine),
        "🔴 db crashed: exit 1 · web-1\nNobody stopped it. It has not been started again.\npanic\n\
         ✔ You have taken this on (10:05): no reminders.\n#12"
    );
    assert_eq!(
        labels(&mine),
        [vec!["↩ Release", "🔕 1 h", "🔕 4 h", "🔕 tomorrow"], vec!["📋 Logs", "🔁 Restart", "❓ Why"]]
    );
    let others = shown(0, &it, &Nothing, Showing { reader: Some(8), ..Showing::default() }, 310);
    assert!(words(&others).contains("✔ 7 has taken this on (10:05)"));
}

#[test]
fn what_a_container_died_of_stays_on_its_card_when_it_is_back() {
    let down = container("db", None, crashed(), vec!["panic: no space".to_owned()], 1);
    let over = incident(&[(1, down), (600, container("db", None, back(599), Vec::new(), 600))]);
    assert_eq!(
        words(&shown(0, &over, &Nothing, Showing::default(), 601)),
        "✅ db runs again · web-1\nIt was down for 9 min 59 s.\n🔴 db crashed: exit 1 · 10:00\npanic: no space\n#12"
    );
}

#[test]
fn only_what_was_judged_by_what_is_usual_can_be_called_normal() {
    let News::Alert { alert: it, step } = alert(1, SeriesKey::whole("cpu.busy"), Severity::Warning) else {
        unreachable!("it is an alert")
    };
    let told = incident(&[(60, News::Alert { alert: it.clone(), step })]);
    let sigma = Detector::Sigma(Sigma {
        window: Duration::from_secs(3600),
        k: 2.0,
        sides: Sides::Above,
        least: 20.0,
        floor: None,
    });
    let rule = |detector| Rule {
        name: it.key.rule.clone(),
        metric: "cpu.busy".to_owned(),
        only: Vec::new(),
        except: Vec::new(),
        detector,
        patience: Duration::ZERO,
        mode: None,
        clear: Duration::ZERO,
        remedy: None,
    };
    let lines = |rules: &[Rule]| {
        let voice = Voice { locale: &LOCALES[0], zone: TimeZone::UTC };
        let reply = card(&voice, "web-1", &told, rules, &Flat, &Showing::default(), at(70));
        let line = |it: crate::present::Choice| match it.action {
            Action::Run { line, .. } => line,
            Action::Dismiss => String::new(),
        };
        reply.choices.into_iter().flatten().map(line).collect::<Vec<_>>()
    };
    assert!(lines(&[rule(sigma)]).contains(&"/normal cpu.busy".to_owned()));
    let all = lines(&[]);
    assert!(!all.iter().any(|it| it.starts_with("/normal")));
    let generation = told.generation;
    for line in [
        &format!("/ack 12 {generation}"),
        "/mute incident:12 1h",
        "/mute incident:12 4h",
        "/mute incident:12 tomorrow",
        "/card 12 24h",
        "/why 12",
    ] {
        assert!(all.iter().any(|it| it == line), "{line}: {all:?}");
    }
}
