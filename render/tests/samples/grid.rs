//! Heatmaps and timelines, and words that no font here has.

use super::{Dice, NOON, russian, russian_time};
use render::*;

/// The hours of a week: busy by day, a backup at three on Sunday, a night in which nobody looked, and today not over.
fn hours(days: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut dice = Dice::new(seed);
    (0..days)
        .map(|day| {
            let hours = if day + 1 == days { 15 } else { 24 };
            (0..hours)
                .map(|hour| {
                    let busy = (-(f64::from(hour) - 14.5).powi(2) / 22.0).exp();
                    let weekend = if matches!(day % 7, 5 | 6) { 0.35 } else { 1.0 };
                    let backup = if hour == 3 && day % 7 == 6 { 71.0 } else { 0.0 };
                    if day == 2 && (2..7).contains(&hour) {
                        return f64::NAN;
                    }
                    (4.0 + 58.0 * busy * weekend + dice.roll() * 13.0 + backup).min(100.0)
                })
                .collect()
        })
        .collect()
}

fn rows(labels: impl IntoIterator<Item = String>, cells: Vec<Vec<f64>>) -> Vec<HeatRow> {
    labels.into_iter().zip(cells).map(|(label, cells)| HeatRow { label, cells }).collect()
}

pub fn week() -> Heatmap {
    let days = ["Fri 6", "Sat 7", "Sun 8", "Mon 9", "Tue 10", "Wed 11", "Thu 12"].map(String::from);
    Heatmap {
        title: "CPU busy by hour".into(),
        subtitle: "web-1, last 7 days".into(),
        rows: rows(days, hours(7, 4)),
        columns: (0..24).map(|it| format!("{it:02}")).collect(),
        ..Heatmap::default()
    }
}

pub fn month_russian() -> Heatmap {
    let days = (11..=28).map(|it| format!("{it} фев")).chain((1..=12).map(|it| format!("{it} мар")));
    let cells =
        hours(30, 8).into_iter().map(|row| row.into_iter().map(|it| it * 380_000.0).collect()).collect();
    Heatmap {
        title: "Трафик по часам".into(),
        subtitle: "eth0, за последние 30 дней".into(),
        rows: rows(days, cells),
        columns: (0..24).map(|it| format!("{it}:00")).collect(),
        unit: Unit::BytesPerSecond,
        floor: Some(0.0),
        words: russian(),
        ..Heatmap::default()
    }
}

/// Alerts of four weeks by weekday: few and wide cells, whole numbers.
pub fn alerts() -> Heatmap {
    let weeks = ["16 Feb", "23 Feb", "2 Mar", "9 Mar"].map(String::from);
    let counts =
        [[0, 2, 1, 0, 5, 0, 0], [1, 0, 0, 3, 0, 0, 12], [0, 0, 0, 1, 0, 0, 0], [2, 1, 0, 0, 0, 0, 0]];
    let cells = counts.map(|row| row.map(f64::from).to_vec()).to_vec();
    Heatmap {
        title: "Alerts".into(),
        rows: rows(weeks, cells),
        columns: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map(String::from).to_vec(),
        unit: Unit::Count,
        floor: Some(0.0),
        ..Heatmap::default()
    }
}

/// More than anybody can want: seventy rows, three hundred columns, names that never end.
pub fn heatmap_hostile() -> Heatmap {
    let mut dice = Dice::new(31);
    let rows = (0..70).map(|row| HeatRow {
        label: format!("a row with a name that is far too long {row}"),
        cells: (0..300 - row * 3)
            .map(|column| if (row + column) % 17 == 0 { f64::NAN } else { dice.roll().powi(3) * 1e9 })
            .collect(),
    });
    Heatmap {
        title: "Everything, everywhere, by every minute of every day, and in one picture".into(),
        subtitle: "of all machines in all of the halls of all of the providers of the world".into(),
        rows: rows.collect(),
        columns: (0..300).map(|it| format!("column {it}")).collect(),
        unit: Unit::Bytes,
        ..Heatmap::default()
    }
}

pub fn heatmap_empty() -> Heatmap {
    let rows = vec![HeatRow { label: "Mon".into(), cells: vec![f64::NAN; 24] }];
    Heatmap { rows, empty: "nothing measured yet".into(), ..week() }
}

fn span(from: f64, to: f64, tone: Tone, label: &str) -> Span {
    Span { from: NOON + from * 60.0, to: NOON + to * 60.0, tone, label: label.into() }
}

fn moment(at: f64, tone: Tone, label: &str) -> Moment {
    Moment { at: NOON + at * 60.0, tone, label: label.into() }
}

/// A day of a small server: what was ill, for how long, and what was done about it.
pub fn incidents() -> Timeline {
    let lane =
        |label: &str, spans: Vec<Span>, moments: Vec<Moment>| Lane { label: label.into(), spans, moments };
    Timeline {
        title: "What happened".into(),
        subtitle: "web-1, last 24 hours".into(),
        lanes: vec![
            lane("nginx", vec![span(-590.0, -588.0, Tone::Critical, "2 min")], vec![]),
            lane(
                "postgres",
                vec![
                    span(-1300.0, -1060.0, Tone::Warning, "slow, 4 h"),
                    span(-420.0, -395.0, Tone::Critical, "25 min"),
                ],
                vec![moment(-395.0, Tone::Good, "")],
            ),
            lane("/srv", vec![span(-260.0, f64::INFINITY, Tone::Critical, "92 %, since 07:40")], vec![]),
            lane(
                "CPU",
                vec![
                    span(-1500.0, -1380.0, Tone::Warning, ""),
                    span(-840.0, -610.0, Tone::Warning, "above 80 %"),
                    span(-700.0, -655.0, Tone::Critical, "45 min"),
                ],
                vec![],
            ),
            lane(
                "restarts",
                vec![],
                vec![
                    moment(-1200.0, Tone::Accent(0), "cron"),
                    moment(-589.0, Tone::Good, "nginx"),
                    moment(-395.0, Tone::Good, "postgres"),
                    moment(-20.0, Tone::Accent(0), "deploy"),
                ],
            ),
        ],
        time: TimeAxis::between(NOON - 86_400.0, NOON),
        ..Timeline::default()
    }
}

pub fn incidents_russian() -> Timeline {
    let lane =
        |label: &str, spans: Vec<Span>, moments: Vec<Moment>| Lane { label: label.into(), spans, moments };
    const DAY: f64 = 1440.0;
    Timeline {
        title: "Происшествия".into(),
        subtitle: "web-1, за неделю, по московскому времени".into(),
        lanes: vec![
            lane(
                "shop-db",
                vec![
                    span(-6.4 * DAY, -5.2 * DAY, Tone::Warning, "1 д 5 ч"),
                    span(-2.1 * DAY, -2.08 * DAY, Tone::Critical, "29 мин"),
                ],
                vec![],
            ),
            lane(
                "Диск /srv",
                vec![span(-1.7 * DAY, f64::INFINITY, Tone::Critical, "с 10 марта, 22:12")],
                vec![],
            ),
            lane(
                "обновления",
                vec![],
                vec![
                    moment(-4.9 * DAY, Tone::Accent(0), "nginx 1.27"),
                    moment(-0.9 * DAY, Tone::Accent(0), "ядро"),
                ],
            ),
        ],
        time: TimeAxis {
            zone: Zone::fixed(3 * 3600),
            labels: russian_time(),
            ..TimeAxis::between(NOON - 7.0 * 86_400.0, NOON)
        },
        ..Timeline::default()
    }
}

/// Fifteen lanes, names without an end, a service that fails every few minutes, and everything at once.
pub fn timeline_hostile() -> Timeline {
    let mut dice = Dice::new(5);
    let lanes = (0..15).map(|number| {
        let spans = match number {
            0 => (0..400)
                .map(|it| {
                    span(
                        -1440.0 + f64::from(it) * 3.6,
                        -1439.0 + f64::from(it) * 3.6,
                        Tone::Critical,
                        "a minute",
                    )
                })
                .collect(),
            1 => vec![
                span(-9000.0, 9000.0, Tone::Warning, "longer than all of this"),
                span(-700.0, f64::INFINITY, Tone::Critical, "W".repeat(90).as_str()),
                span(-600.0, -300.0, Tone::Good, "inside"),
                span(-500.0, -200.0, Tone::Accent(0), "too many"),
                span(-450.0, -320.0, Tone::Accent(5), "upon"),
            ],
            _ => (0..5)
                .map(|it| {
                    let from = -1440.0 + 290.0 * f64::from(it) + dice.roll() * 100.0;
                    span(
                        from,
                        from + dice.roll().powi(3) * 300.0,
                        Tone::Accent((number + it) as u8),
                        "incident",
                    )
                })
                .collect(),
        };
        let moments = if number % 3 == 2 {
            (0..20)
                .map(|it| moment(-1440.0 + f64::from(it) * 72.0, Tone::Accent(it as u8), "moment"))
                .collect()
        } else {
            Vec::new()
        };
        Lane { label: format!("a lane with a name that is far too long {number}"), spans, moments }
    });
    Timeline {
        title: "Everything at once".into(),
        lanes: lanes.collect(),
        time: TimeAxis::between(NOON - 86_400.0, NOON),
        ..Timeline::default()
    }
}

pub fn timeline_empty() -> Timeline {
    Timeline { lanes: Vec::new(), empty: "nothing happened".into(), ..incidents() }
}

/// As panels: over all of the width, and beside each other.
pub fn panels() -> Panels {
    let small = |columns: usize| Heatmap {
        rows: week()
            .rows
            .into_iter()
            .map(|it| HeatRow { cells: it.cells.into_iter().take(columns).collect(), ..it })
            .collect(),
        ..week()
    };
    Panels {
        title: "web-1, week 11".into(),
        rows: vec![
            vec![Panel::Heatmap(week())],
            vec![Panel::Timeline(incidents())],
            vec![Panel::Heatmap(small(24)), Panel::Timeline(incidents_russian())],
            vec![
                Panel::Heatmap(alerts()),
                Panel::Heatmap(small(8)),
                Panel::Timeline(incidents()),
                Panel::Heatmap(heatmap_empty()),
            ],
        ],
        ..Panels::default()
    }
}

/// Names that people give: pictures, other scripts, letters taken apart, marks that turn the direction.
pub fn names() -> Bars {
    let bar = |label: &str, share, note: &str| Bar {
        label: label.into(),
        share,
        note: note.into(),
        tone: Tone::Accent(0),
    };
    Bars {
        title: "🔥 Диски 東京 👨‍👩‍👧‍👦".into(),
        subtitle: "web-1 🇩🇪, ملف سري, сеи\u{306}час".into(),
        bars: vec![
            bar("/srv/фото 📷📷📷", 0.82, "⚠️ 412 of 500 GiB"),
            bar("/mnt/東京/写真", 0.47, "94 of 200 GiB"),
            bar("/home/שלום/gpj\u{202e}.exe", 0.31, "1️⃣ of 3"),
            bar("u\u{308}ber \u{e0a0} main ✓", 0.12, "Ω → ∞"),
        ],
        ..Bars::default()
    }
}

pub fn all() -> Vec<(&'static str, Chart)> {
    vec![
        ("heatmap", week().into()),
        ("heatmap-russian", month_russian().into()),
        ("heatmap-counts", alerts().into()),
        ("heatmap-hostile", heatmap_hostile().into()),
        ("heatmap-empty", heatmap_empty().into()),
        ("timeline", incidents().into()),
        ("timeline-russian", incidents_russian().into()),
        ("timeline-hostile", timeline_hostile().into()),
        ("timeline-empty", timeline_empty().into()),
        ("panels-grid", panels().into()),
        ("names", names().into()),
    ]
}
