//! What a digest says, and what of it can be left out.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use jobs::alert::{Alert, AlertKey, Eta, Finding, Past, Phase, Severity, Side, Step};
use jobs::digest::{Backlog, ContainerSummary, Grown, Restarts, SeriesSummary, Summary};
use jobs::evaluate::Expected;
use jobs::evaluate::forecast::Outlook;
use jobs::heal::{Heal, HealStep, Relief};
use jobs::incident::{Incident, News, fold};
use jobs::metric::SeriesKey;
use jobs::series::Series;

use super::picture::lanes;
use super::*;
use crate::locale::for_tag;
use crate::present::chart::Stretch;
use crate::present::notice::History;

/// Nothing is remembered of any series.
struct Nothing;

impl History for Nothing {
    fn series(&self, _key: &SeriesKey, _stretch: Stretch, _points: usize) -> Option<Series> {
        None
    }

    fn usual(&self, _rule: &Rule, _alert: &Alert, _stretch: Stretch) -> Vec<Expected> {
        Vec::new()
    }
}

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_795_683_600 + hour * 3600).expect("in range")
}

fn voice(tag: &str) -> Voice {
    Voice { locale: for_tag(tag), zone: TimeZone::UTC }
}

fn summed(key: &str, mean: f64, before: Option<f64>) -> SeriesSummary {
    let of = |it| Summary { least: it, mean: it, p95: it, most: it, last: it };
    SeriesSummary {
        key: key.parse().expect("a key"),
        now: of(mean),
        before: before.map(of),
        way: vec![Some(mean), None],
    }
}

/// A day on which nothing was.
fn calm() -> Digest {
    Digest {
        job: "morning".to_owned(),
        from: at(0),
        to: at(24),
        series: vec![summed("cpu.busy", 12.0, Some(11.0)), summed("disk.used[/]", 40.0, Some(40.0))],
        alerts: Vec::new(),
        incidents: Vec::new(),
        heals: Vec::new(),
        containers: Some(ContainerSummary { running: 3, total: 3, ..ContainerSummary::default() }),
        chart: None,
        filling: Vec::new(),
        backlog: None,
        seen: Some(Duration::from_secs(24 * 3600)),
        restarts: Vec::new(),
        grown: Vec::new(),
        without: Vec::new(),
    }
}

/// What fired at three, and goes on.
fn alert(rule: &str, key: &str, severity: Severity) -> Alert {
    let series: SeriesKey = key.parse().expect("a key");
    Alert {
        number: 7,
        key: AlertKey { rule: rule.to_owned(), series },
        phase: Phase::Firing,
        finding: Finding { observed: 93.0, limit: 90.0, side: Side::Above, severity, forecast: None },
        worst: 93.0,
        since: at(3),
        fired: Some(at(3)),
        seen: at(3),
        remedy: None,
        generation: 1,
        past: Past::default(),
        culprits: Vec::new(),
    }
}

/// A day on which much was, on a host whose names are not kind.
fn busy() -> Digest {
    let relief = Relief { mount: "/".to_owned(), before: 1 << 30, after: 3 << 30, done: Vec::new() };
    let eta = |hours: u64| Duration::from_secs(hours * 3600);
    let eta = Eta { soonest: eta(5), latest: eta(7), percent_an_hour: 2.0, bytes_an_hour: None };
    let restarts = |name: &str, times| Restarts { name: name.to_owned(), times, last: at(3) };
    Digest {
        series: vec![
            summed("cpu.busy", 52.0, Some(11.0)),
            summed("load.1", 3.0, Some(1.2)),
            summed("disk.used[/<b>&\u{202e}]", 93.0, Some(90.0)),
        ],
        alerts: vec![
            alert("disk", "disk.used[/srv]", Severity::Warning),
            alert("odd", "load.1", Severity::Unusual),
        ],
        heals: vec![Heal { at: at(2), alert: None, target: "/".to_owned(), what: HealStep::Applied(relief) }],
        containers: Some(ContainerSummary {
            running: 2,
            total: 3,
            unhealthy: vec!["<i>ill</i>".to_owned()],
            restarting: Vec::new(),
        }),
        restarts: vec![restarts("<a href=x>", 3), restarts("b", 1), restarts("c", 1), restarts("d", 1)],
        grown: vec![Grown {
            key: SeriesKey::of("disk.used", "/srv"),
            points: 3.2,
            bytes: Some(4.0 * 1024f64.powi(3)),
        }],
        filling: vec![Outlook { key: SeriesKey::of("disk.used", "/srv"), eta }],
        seen: Some(Duration::from_secs(14 * 3600)),
        ..calm()
    }
}

fn text(tag: &str, digest: &Digest, view: View) -> String {
    let reply = told(&voice(tag), "web-1", digest, &[], view);
    let text: String = reply.text.spans().iter().map(|it| it.text.as_str()).collect();
    text.replace('\u{a0}', " ")
}

fn buttons(digest: &Digest, view: View) -> Vec<String> {
    let reply = told(&voice("en"), "web-1", digest, &[], view);
    reply.choices.into_iter().flatten().map(|it| it.label).collect()
}

#[test]
fn a_day_on_which_nothing_was_is_one_line() {
    let said = text("en", &calm(), View::Summary);
    assert_eq!(said, "🟢 web-1: nothing to tell, 26 Nov 09:00 – 27 Nov 09:00");
    let said = text("ru", &calm(), View::Summary);
    assert_eq!(said, "🟢 web-1: рассказать нечего, 26 ноя 09:00 – 27 ноя 09:00");
    assert_eq!(buttons(&calm(), View::Summary), ["🔢 Figures", "Day", "Week", "Month"]);
}

#[test]
fn a_full_day_is_short_and_has_more_behind_a_button() {
    let said = text("en", &busy(), View::Summary);
    let expected = [
        "☀\u{fe0f} web-1, 26 Nov 09:00 – 27 Nov 09:00",
        "🚨 1 incident",
        "• Disk /srv: at worst 93 %, since 26 Nov 12:00 and still (21 h)",
        "🩹 freed 2 GiB on /",
        "🔁 Started anew: <a href=x> 3×, b 1×, c 1×, d 1×",
        "📈 Grew: /srv +3.2 pts (+4 GiB)",
        "⏳ Full if it goes on like this: Disk /srv in 5–7 h",
        "⚖\u{fe0f} Vs the day before: CPU +41 pts, …",
        "🔴 Unhealthy: <i>ill</i>",
        "👁 I could look for only 14 of 24 h",
    ];
    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
    assert_eq!(buttons(&busy(), View::Summary), ["🔢 Figures", "▼ More", "Day", "Week", "Month"]);
    let all = text("en", &busy(), View::All);
    assert!(
        all.contains("🔎 Unusual: Load (1 min) 93, as a rule up to 90"),
        "what nothing suffered from comes last: {all}"
    );
    assert!(all.contains("CPU +41 pts, Load +150 %") && all.contains("2 of 3 containers running"), "{all}");
    assert_eq!(buttons(&busy(), View::Table), ["◀ Summary", "Day", "Week", "Month"]);
    // Names of the host are text, never marks.
    let html = told(&voice("ru"), "<u>", &busy(), &[], View::Summary).text.to_html();
    for bare in ["<a href", "<i>ill", "<u>"] {
        assert!(!html.contains(bare), "{html}");
    }
    for tag in ["en", "ru", "de"] {
        for view in [View::Summary, View::All, View::Table] {
            assert!(text(tag, &busy(), view).chars().count() < 1024, "it is a caption");
        }
    }
}

#[test]
fn each_part_can_be_left_out() {
    let lacks = |section: Section, gone: &[&str]| {
        let digest = Digest { without: vec![section], ..busy() };
        let said = text("en", &digest, View::Summary);
        for words in gone {
            assert!(text("en", &busy(), View::Summary).contains(words), "{words}");
            assert!(!said.contains(words), "{section:?}: {said}");
        }
    };
    lacks(Section::Heals, &["freed"]);
    lacks(Section::Restarts, &["Started anew"]);
    lacks(Section::Disks, &["Grew", "Full if"]);
    let blind = Digest { without: vec![Section::Picture], ..busy() };
    assert!(text("en", &blind, View::Summary).contains("Fullest: /<b>& 93 %"));
    lacks(Section::Change, &["Vs the day before"]);
    lacks(Section::Containers, &["Unhealthy"]);
    lacks(Section::Incidents, &["1 incident", "Disk /srv: at worst 93 %"]);
    let usual = Digest { without: vec![Section::Unusual], ..busy() };
    assert!(!text("en", &usual, View::All).contains("Unusual"));
    let odd = Digest { without: vec![Section::Incidents], ..busy() };
    assert!(text("en", &odd, View::All).contains("Unusual"), "it is a part of its own");
    let without = |section: Section| Digest { without: vec![section], ..busy() };
    assert!(!buttons(&without(Section::Figures), View::Summary).contains(&"🔢 Figures".to_owned()));
    let panels = |digest: &Digest| {
        let drawing = drawing(&voice("en"), "web-1", digest, &[], &Nothing)?;
        match drawing.chart {
            render::Chart::Panels(panels) => Some(panels.rows.len()),
            _ => None,
        }
    };
    // What was done and who was started anew has its dots where nothing is told of what was wrong.
    let lanes = |without: &[Section]| {
        lanes(&voice("en"), &Digest { without: without.to_vec(), ..busy() })
            .iter()
            .map(marks)
            .collect::<Vec<_>>()
    };
    let dots = || vec![(0, 1); 5];
    assert_eq!(lanes(&[Section::Incidents]), dots());
    assert_eq!(lanes(&[Section::Incidents, Section::Restarts]), [(0, 1)]);
    assert_eq!(lanes(&[Section::Incidents, Section::Heals]), [(0, 1); 4]);
    assert_eq!(lanes(&[Section::Heals, Section::Restarts]), [(1, 0)]);
    assert_eq!(lanes(&[Section::Incidents, Section::Heals, Section::Restarts]), []);
    // Tiles, bars, and what happened when.
    assert_eq!(panels(&busy()), Some(3));
    assert_eq!(panels(&without(Section::Figures)), Some(2));
    assert_eq!(panels(&without(Section::Disks)), Some(2));
    assert_eq!(panels(&without(Section::Picture)), None);
    let still = [Section::Incidents, Section::Heals, Section::Restarts].to_vec();
    assert_eq!(panels(&Digest { without: still, ..busy() }), Some(2));
}

/// How many bars and dots a lane has.
fn marks(lane: &render::Lane) -> (usize, usize) {
    (lane.spans.len(), lane.moments.len())
}

/// Held back through the night: seven alerts, and three more that are only counted.
fn night() -> Backlog {
    let incident = |number: i64| {
        let alert = Alert { number, ..alert("cpu", "cpu.busy", Severity::Critical) };
        let fired = News::Alert { alert, step: Step::Fired };
        let change = fold(&[], &fired, &|_| Vec::new(), at(3)).expect("news of an incident");
        Incident { number, ..change.incident }
    };
    Backlog { incidents: (20..27).map(incident).collect(), more: 3 }
}

#[test]
fn what_was_held_back_is_told_whatever_is_left_out_and_all_of_it_is_counted() {
    let everything = Section::ALL.map(|it| it.1).to_vec();
    let digest = Digest { backlog: Some(night()), without: everything, ..busy() };
    let said = text("en", &digest, View::Summary);
    assert!(said.contains("🔕 Held back until now: 10"), "{said}");
    assert_eq!(said.matches("\n#2").count(), 5, "{said}");
    assert_eq!(text("en", &digest, View::All).matches("\n#2").count(), 7);
    // It has its place on a day on which much else was, too.
    let full = Digest { backlog: Some(night()), ..busy() };
    assert!(text("en", &full, View::Summary).contains("Held back until now: 10\n#20"));
}

#[test]
fn no_day_is_longer_than_a_screen_of_a_phone_and_what_is_wrong_comes_before_all_else() {
    let long = "имя-контейнера-которое-не-кончается-никогда-и-никому-не-нужно".to_owned();
    let alerts = ["/a", "/b", "/var/lib/docker/volumes/long/_data", "/d", "/e"]
        .map(|it| alert("disk", &format!("disk.used[{it}]"), Severity::Warning));
    let restarts = (0..9).map(|_| Restarts { name: long.clone(), times: 3, last: at(3) }).collect();
    let ill = ContainerSummary {
        running: 1,
        total: 9,
        unhealthy: vec![long.clone(); 9],
        restarting: vec![long; 9],
    };
    let worst =
        Digest { alerts: alerts.to_vec(), restarts, containers: Some(ill), backlog: Some(night()), ..busy() };
    for tag in ["en", "ru", "de"] {
        let reply = told(&voice(tag), "a-host-with-quite-a-long-name", &worst, &[], View::Summary);
        let lines = super::told::height(&reply.text);
        assert!((12..=15).contains(&lines), "{tag}, {lines} lines:\n{}", text(tag, &worst, View::Summary));
        let said = text(tag, &worst, View::Summary);
        assert!(said.contains("/a") && said.contains("#20") && said.contains("🩹"), "{said}");
    }
    assert_eq!(super::told::height(&Markup::text("a".repeat(41))), 2);
    assert_eq!(super::told::height(&Markup::text(format!("{} b", "a".repeat(39)))), 2);
    assert_eq!(super::told::height(&Markup::text(format!("{} b\n", "a".repeat(38)))), 2);
}

#[test]
fn the_first_day_says_nothing_of_change_and_how_much_was_seen() {
    let series = vec![summed("cpu.busy", 52.0, None)];
    let first = Digest { series, seen: Some(Duration::from_secs(3 * 3600)), ..calm() };
    let said = text("en", &first, View::Summary);
    let second = said.lines().last().unwrap_or_default();
    assert_eq!(second, "👁 I could look for only 3 of 24 h", "{said}");
    assert!(!said.contains("Vs the"), "{said}");
    let nothing = Digest { series: Vec::new(), seen: None, ..calm() };
    assert!(text("en", &nothing, View::Summary).contains("Nothing was recorded"), "{nothing:?}");
}

#[test]
fn shares_change_in_points_and_all_else_in_per_cent() {
    let change =
        |unit, before, now| change(&voice("en"), unit, before, now).map(|it| it.replace('\u{a0}', " "));
    assert_eq!(change(Unit::Percent, 40.0, 43.04).as_deref(), Some("+3 pts"));
    assert_eq!(change(Unit::Percent, 43.0, 40.5).as_deref(), Some("−2.5 pts"));
    assert_eq!(change(Unit::Percent, 40.0, 40.04).as_deref(), Some("±0 pts"));
    assert_eq!(change(Unit::Ratio, 1.2, 1.5).as_deref(), Some("+25 %"));
    assert_eq!(change(Unit::BytesPerSecond, 0.0, 1.5), None, "there is no share of nothing");
}
