//! Compositions, and the lines that stand in them.

use super::*;

fn sparkline(count: usize, seed: u64, tone: Tone) -> Sparkline {
    let values = busy(NOON - 86_400.0, NOON, count, seed).into_iter().map(|it| it.1).collect();
    Sparkline { values, tone, ..Sparkline::default() }
}

/// A day without the two hours in which nobody looked.
pub fn spark() -> Sparkline {
    let mut it = sparkline(144, 3, Tone::Accent(0));
    it.values[60..72].fill(f64::NAN);
    it
}

/// Three charts of one day, raw, as `/graph` without a name shows them.
pub fn host() -> Panels {
    let (from, to) = (NOON - 86_400.0, NOON);
    let time = || TimeAxis { gap_seconds: 60.0, ..TimeAxis::between(from, to) };
    let scaled = |seed, times: f64, plus: f64| {
        busy(from, to, 8640, seed).into_iter().map(move |(at, value)| (at, value * times + plus))
    };
    let mib = 1_048_576.0;
    let cpu = Line { title: "CPU".into(), subtitle: "all cores".into(), time: time(), ..day() };
    let memory = Line {
        title: "Memory".into(),
        subtitle: "of 15.6 GiB".into(),
        series: vec![LineSeries::new("", scaled(17, 0.09 * GIB, 5.0 * GIB))],
        limits: vec![Limit { label: "90 %".into(), value: 14.0 * GIB, tone: Tone::Warning }],
        unit: Unit::Bytes,
        floor: Some(0.0),
        time: time(),
        ..Line::default()
    };
    let network = Line {
        title: "Network".into(),
        subtitle: "eth0".into(),
        series: vec![
            LineSeries::new("in", scaled(23, 0.11 * mib, 0.0)),
            LineSeries::new("out", scaled(29, 0.04 * mib, 0.0)),
        ],
        unit: Unit::BytesPerSecond,
        floor: Some(0.0),
        time: time(),
        ..Line::default()
    };
    Panels {
        title: "web-1".into(),
        subtitle: "last 24 hours".into(),
        rows: vec![vec![Panel::Line(cpu)], vec![Panel::Line(memory)], vec![Panel::Line(network)]],
        ..Panels::default()
    }
}

/// Today against yesterday, in Russian: today is not over.
pub fn today() -> Line {
    let midnight = NOON - 12.0 * 3600.0;
    let yesterday =
        busy(midnight - 86_400.0, midnight, 288, 31).into_iter().map(|it| (it.0 + 86_400.0, it.1));
    let past = LineSeries { pen: Pen::Past, ..LineSeries::new("вчера", yesterday) };
    Line {
        title: "Загрузка процессора".into(),
        subtitle: "web-1, сегодня против вчера".into(),
        series: vec![past, LineSeries::new("сегодня", busy(midnight, NOON + 9000.0, 174, 33))],
        time: TimeAxis { labels: russian_time(), ..TimeAxis::between(midnight, midnight + 86_400.0) },
        floor: Some(0.0),
        ceiling: Some(100.0),
        words: russian(),
        ..Line::default()
    }
}

/// Where the memory went over a day, with an hour in which nobody looked.
pub fn stacked() -> Line {
    let (from, to) = (NOON - 86_400.0, NOON);
    let part = |label: &str, seed, times: f64, plus: f64| {
        let points = busy(from, to, 288, seed).into_iter().map(move |(at, value)| {
            let is_known = !(from + 30_000.0..from + 34_000.0).contains(&at);
            (at, if is_known { (value * times + plus) * GIB } else { f64::NAN })
        });
        LineSeries::new(label, points)
    };
    Line {
        title: "Memory".into(),
        subtitle: "web-1, last 24 hours".into(),
        series: vec![
            part("postgres", 41, 0.03, 3.2),
            part("app", 43, 0.05, 0.8),
            part("nginx", 47, 0.004, 0.3),
            part("cache", 53, 0.06, 1.5),
        ],
        fill: Fill::Stacked,
        limits: vec![Limit { label: "15.6 GiB".into(), value: 15.6 * GIB, tone: Tone::Neutral }],
        unit: Unit::Bytes,
        time: TimeAxis { gap_seconds: 900.0, ..TimeAxis::between(from, to) },
        ..Line::default()
    }
}

/// The same two interfaces, filled.
pub fn area() -> Line {
    Line { fill: Fill::Area, ..network() }
}

fn tile(label: &str, value: &str, note: &str, tone: Tone, spark: Option<Sparkline>) -> Panel {
    let tile = Tile { label: label.into(), value: value.into(), note: note.into(), tone, spark };
    Panel::Tile(tile)
}

/// The night's incidents.
pub fn incidents() -> Timeline {
    let at = |hours: f64| NOON - hours * 3600.0;
    let span = |from: f64, to: f64, tone, label: &str| Span { from, to, tone, label: label.into() };
    let lane = |label: &str, spans, moments| Lane { label: label.into(), spans, moments };
    let moment = |hours, tone| Moment { at: at(hours), tone, label: String::new() };
    Timeline {
        title: "Инциденты".into(),
        subtitle: "2 за сутки".into(),
        lanes: vec![
            lane(
                "nginx",
                vec![span(at(9.0), at(8.2), Tone::Critical, "48 мин")],
                vec![moment(8.2, Tone::Good)],
            ),
            lane("диск /srv", vec![span(at(3.0), f64::INFINITY, Tone::Warning, "")], Vec::new()),
        ],
        time: TimeAxis { labels: russian_time(), ..TimeAxis::between(NOON - 86_400.0, NOON) },
        ..Timeline::default()
    }
}

/// The picture of a daily digest, in Russian.
pub fn digest() -> Panels {
    let from = NOON - 86_400.0;
    let yesterday = busy(from - 86_400.0, from, 288, 31).into_iter().map(|it| (it.0 + 86_400.0, it.1));
    let past = LineSeries { pen: Pen::Past, ..LineSeries::new("вчера", yesterday) };
    let cpu = Line {
        title: "Процессор".into(),
        subtitle: "сутки против вчерашних".into(),
        series: vec![past, LineSeries::new("сегодня", busy(from, NOON, 288, 33))],
        time: TimeAxis { labels: russian_time(), ..TimeAxis::between(from, NOON) },
        words: russian(),
        floor: Some(0.0),
        ceiling: Some(100.0),
        ..Line::default()
    };
    let mut disks = disks_russian();
    disks.bars[0].label = "/srv".into();
    disks.bars[1].tone = Tone::Accent(0);
    Panels {
        title: "Сутки web-1".into(),
        subtitle: "пт 13 марта, всё спокойно".into(),
        rows: vec![
            vec![
                tile(
                    "Процессор",
                    "24 %",
                    "+3 % к вчера",
                    Tone::Neutral,
                    Some(sparkline(96, 3, Tone::Accent(0))),
                ),
                tile("Память", "62 %", "как вчера", Tone::Neutral, Some(sparkline(96, 5, Tone::Accent(3)))),
                tile(
                    "Диск /",
                    "93 %",
                    "полон через 9 дней",
                    Tone::Warning,
                    Some(sparkline(96, 7, Tone::Warning)),
                ),
                tile(
                    "Сеть",
                    "1,4 ТиБ",
                    "вдвое больше",
                    Tone::Critical,
                    Some(sparkline(96, 9, Tone::Accent(1))),
                ),
            ],
            vec![Panel::Line(cpu)],
            vec![Panel::Bars(disks)],
            vec![Panel::Timeline(incidents())],
        ],
        empty: String::new(),
    }
}

/// Panels beside each other, of every kind.
pub fn mixed() -> Panels {
    let small = |line: Line, title: &str| Line { title: title.into(), subtitle: String::new(), ..line };
    let mut bars = disks();
    bars.bars.truncate(3);
    let ring = Donut { subtitle: String::new(), footer: None, ..memory() };
    Panels {
        title: "web-1".into(),
        subtitle: "at a glance".into(),
        rows: vec![
            vec![
                tile("Uptime", "41 d", "since 30 January", Tone::Neutral, None),
                tile("Containers", "14 of 15", "worker is down", Tone::Critical, None),
            ],
            vec![tile("Requests", "1,204 / s", "+12 % against last week", Tone::Good, Some(spark()))],
            vec![Panel::Line(small(day(), "CPU")), Panel::Line(small(network(), "Network"))],
            vec![Panel::Bars(bars), Panel::Donut(ring)],
        ],
        ..Panels::default()
    }
}

/// Words of strangers, and more of everything than there is room for.
pub fn panels_hostile() -> Panels {
    let long = "отчёт-за-квартал-".repeat(12);
    let hostile_tile =
        || tile(&long, &long, &format!("{long} {long}"), Tone::Accent(3), Some(Sparkline::default()));
    Panels {
        title: long.clone(),
        subtitle: "😀👩‍👩‍👧 \u{202e}ملف سري\u{202c} ".repeat(9),
        rows: vec![
            vec![hostile_tile(), tile("😀", "", "\u{0}", Tone::Good, None), hostile_tile(), hostile_tile()],
            vec![
                Panel::Line(hostile()),
                Panel::Line(crowd(12)),
                Panel::Line(line_empty()),
                Panel::Line(stacked()),
            ],
            vec![],
            vec![Panel::Donut(donut_many()), Panel::Bars(disks_russian()), Panel::Donut(donut_empty())],
            vec![Panel::Bars(bars_many())],
        ],
        ..Panels::default()
    }
}

pub fn panels_empty() -> Panels {
    Panels { rows: Vec::new(), empty: "nothing measured yet".into(), ..host() }
}
