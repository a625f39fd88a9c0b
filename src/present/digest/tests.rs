//! What a digest says, and what of it can be left out.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use jobs::alert::{Alert, Eta};
use jobs::digest::{ContainerSummary, Grown, Restarts, SeriesSummary, Summary};
use jobs::evaluate::Expected;
use jobs::evaluate::forecast::Outlook;
use jobs::heal::{Heal, HealStep, Relief};
use jobs::metric::SeriesKey;
use jobs::series::Series;

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
        "🩹 freed 2 GiB on /",
        "🔁 Started anew: <a href=x> 3×, b 1×, c 1×, …",
        "📈 Grew: /srv +3.2 pts (+4 GiB)",
        "⏳ Full if it goes on like this: Disk /srv in 5–7 h",
        "⚖\u{fe0f} Against the day before: CPU +41 pts, Load +150 %",
        "🐳 2 of 3 containers running",
        "🔴 Unhealthy: <i>ill</i>",
        "👁 I could look for only 14 of 24 h",
    ];
    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
    assert_eq!(buttons(&busy(), View::Summary), ["🔢 Figures", "▼ More", "Day", "Week", "Month"]);
    assert!(text("en", &busy(), View::All).contains("c 1×, d 1×"));
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
    lacks(Section::Change, &["Against"]);
    lacks(Section::Containers, &["containers", "Unhealthy"]);
    let without = |section: Section| Digest { without: vec![section], ..busy() };
    assert!(!buttons(&without(Section::Figures), View::Summary).contains(&"🔢 Figures".to_owned()));
    let panels = |digest: &Digest| {
        let drawing = drawing(&voice("en"), "web-1", digest, &[], &Nothing)?;
        match drawing.chart {
            render::Chart::Panels(panels) => Some(panels.rows.len()),
            _ => None,
        }
    };
    // Tiles, bars, and what happened when.
    assert_eq!(panels(&busy()), Some(3));
    assert_eq!(panels(&without(Section::Figures)), Some(2));
    assert_eq!(panels(&without(Section::Disks)), Some(2));
    assert_eq!(panels(&without(Section::Incidents)), Some(2));
    assert_eq!(panels(&without(Section::Picture)), None);
}

#[test]
fn the_first_day_says_nothing_of_change_and_how_much_was_seen() {
    let series = vec![summed("cpu.busy", 52.0, None)];
    let first = Digest { series, seen: Some(Duration::from_secs(3 * 3600)), ..calm() };
    let said = text("en", &first, View::Summary);
    let second = said.lines().last().unwrap_or_default();
    assert_eq!(second, "👁 I could look for only 3 of 24 h", "{said}");
    assert!(!said.contains("Against"), "{said}");
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
