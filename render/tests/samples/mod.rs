//! Charts as the daemon would ask for them, for goldens, the gallery and the benches.
#![expect(unreachable_pub, reason = "each of those is a crate of its own and uses what it needs")]

pub mod grid;
mod panels;

pub use panels::*;
use render::*;

/// Noon of 12 March 2026, UTC.
pub const NOON: f64 = 1_773_316_800.0;

const GIB: f64 = 1_073_741_824.0;

/// Numbers that look like chance and are the same every time, 0 to 1.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn roll(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// A processor that works by day, with `count` looks at it.
pub fn busy(from: f64, to: f64, count: usize, seed: u64) -> Vec<(f64, f64)> {
    let mut dice = Dice::new(seed);
    let mut drift = 0.0;
    (0..count)
        .map(|it| {
            let at = from + (to - from) * it as f64 / (count - 1) as f64;
            drift = drift * 0.96 + (dice.roll() - 0.5) * 3.0;
            let day = (at / 86_400.0 * std::f64::consts::TAU - 2.2).sin();
            let spike = if dice.roll() < 0.002 { dice.roll() * 45.0 } else { 0.0 };
            (at, (24.0 + 12.0 * day + drift + dice.roll() * 6.0 + spike).clamp(0.5, 100.0))
        })
        .collect()
}

pub fn russian() -> Words {
    Words {
        decimal: ',',
        bytes: ["Б", "КиБ", "МиБ", "ГиБ", "ТиБ", "ПиБ", "ЭиБ"].map(String::from),
        per_second: "/с".into(),
        durations: ["мс", "с", "мин", "ч", "д"].map(String::from),
        thousands: ["тыс.", "млн", "млрд"].map(String::from),
    }
}

pub fn russian_time() -> TimeLabels {
    TimeLabels {
        months: ["янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"]
            .map(String::from),
        weekdays: ["пн", "вт", "ср", "чт", "пт", "сб", "вс"].map(String::from),
        ..TimeLabels::default()
    }
}

/// An alert: a processor that jumped above its limit twenty minutes ago.
pub fn alert() -> Line {
    let (from, to) = (NOON - 3.0 * 3600.0, NOON);
    let mut points = busy(from, to, 361, 7);
    for (at, value) in &mut points {
        if NOON - 1300.0 < *at {
            let rise = ((*at - NOON + 1300.0) / 180.0).min(1.0);
            *value = *value * (1.0 - rise) + (86.0 + *value * 0.25) * rise;
        }
    }
    let band =
        (0..=60).map(|it| from + (to - from) * f64::from(it) / 60.0).map(|at| (at, 12.0, 34.0)).collect();
    Line {
        title: "CPU busy".into(),
        subtitle: "web-1, last 3 hours".into(),
        series: vec![LineSeries::new("", points)],
        limits: vec![Limit { label: "limit 80 %".into(), value: 80.0, tone: Tone::Critical }],
        band: Some(Band { points: band, label: "usual".into() }),
        marks: vec![Mark { at: NOON - 1150.0, label: "alert".into(), tone: Tone::Critical }],
        time: TimeAxis::between(from, to),
        floor: Some(0.0),
        ceiling: Some(100.0),
        ..Line::default()
    }
}

/// A day of ten-second looks.
pub fn day() -> Line {
    let (from, to) = (NOON - 86_400.0, NOON);
    Line {
        title: "CPU busy".into(),
        subtitle: "all cores, last 24 hours".into(),
        series: vec![LineSeries::new("", busy(from, to, 8640, 3))],
        limits: Vec::new(),
        time: TimeAxis { gap_seconds: 60.0, ..TimeAxis::between(from, to) },
        floor: Some(0.0),
        ceiling: Some(100.0),
        ..Line::default()
    }
}

/// Two interfaces over a week, with a night in which nobody looked.
pub fn network() -> Line {
    let (from, to) = (NOON - 7.0 * 86_400.0, NOON);
    let series = |label: &str, most: f64, seed| {
        let points = busy(from, to, 330, seed)
            .into_iter()
            .filter(|(at, _)| !(from + 240_000.0..from + 290_000.0).contains(at))
            .map(|(at, value)| (at, value / 60.0 * most));
        LineSeries::new(label, points)
    };
    Line {
        title: "Network".into(),
        subtitle: "bytes per second, last 7 days".into(),
        series: vec![series("eth0 in", 9.0 * 1_048_576.0, 5), series("eth0 out", 4.0 * 1_048_576.0, 9)],
        unit: Unit::BytesPerSecond,
        time: TimeAxis { gap_seconds: 3.0 * 3600.0, ..TimeAxis::between(from, to) },
        floor: Some(0.0),
        ..Line::default()
    }
}

/// Cores, or disks, or containers: eight fit at the ends of their lines, twelve do not.
pub fn crowd(count: u64) -> Line {
    let (from, to) = (NOON - 6.0 * 3600.0, NOON);
    let series = (0..count).map(|it| {
        let points = busy(from, to, 120, 20 + it)
            .into_iter()
            .map(|(at, value)| (at, value + it as f64 * 48.0 / count as f64));
        LineSeries::new(format!("core {it}"), points)
    });
    Line {
        title: "CPU by core".into(),
        subtitle: "last 6 hours".into(),
        series: series.collect(),
        time: TimeAxis::between(from, to),
        floor: Some(0.0),
        ceiling: Some(100.0),
        ..Line::default()
    }
}

/// A disk that fills up, in Russian and in Moscow, in stored means of many samples.
pub fn disk_russian() -> Line {
    let (from, to) = (NOON - 30.0 * 86_400.0, NOON);
    let mut dice = Dice::new(11);
    let points = (0..360).map(|it| {
        let share = f64::from(it) / 359.0;
        let value = (310.0 + share * 140.0 + dice.roll() * 4.0 - f64::from(it % 84) * 0.4) * GIB;
        Point::spread(
            from + (to - from) * share,
            value,
            value - dice.roll() * 12.0 * GIB,
            value + dice.roll() * 12.0 * GIB,
        )
    });
    Line {
        title: "Диск /srv занят".into(),
        subtitle: "за последние 30 дней".into(),
        series: vec![LineSeries { points: points.collect(), ..LineSeries::default() }],
        limits: vec![Limit {
            label: "предел 465 ГиБ".into(), value: 465.0 * GIB, tone: Tone::Warning
        }],
        unit: Unit::Bytes,
        time: TimeAxis { zone: Zone::fixed(3 * 3600), labels: russian_time(), ..TimeAxis::between(from, to) },
        words: russian(),
        ..Line::default()
    }
}

pub fn line_empty() -> Line {
    Line { series: Vec::new(), empty: "nothing measured yet".into(), ..day() }
}

fn slice(label: &str, value: f64, tone: Tone, note: &str) -> Slice {
    Slice { label: label.into(), value, tone, note: note.into() }
}

pub fn memory() -> Donut {
    Donut {
        title: "Memory".into(),
        subtitle: "web-1, now".into(),
        slices: vec![
            slice("Used", 9.7, Tone::Accent(0), "9.7 GiB"),
            slice("Cache", 3.9, Tone::Accent(2), "3.9 GiB"),
            slice("Buffers", 0.4, Tone::Accent(1), "410 MiB"),
            slice("Free", 1.6, Tone::Neutral, "1.6 GiB"),
        ],
        centre: "62 %".into(),
        centre_note: "of 15.6 GiB".into(),
        footer: Some(Gauge {
            label: "Swap".into(),
            share: 0.26,
            note: "0.5 of 2 GiB".into(),
            tone: Tone::Accent(3),
        }),
        ..Donut::default()
    }
}

pub fn memory_russian() -> Donut {
    Donut {
        title: "Оперативная память".into(),
        subtitle: "web-1, сейчас".into(),
        slices: vec![
            slice("postgres", 5.1, Tone::Accent(0), "5,1 ГиБ"),
            slice("nginx", 0.3, Tone::Accent(1), "310 МиБ"),
            slice("Прочие процессы", 3.0, Tone::Accent(3), "3,0 ГиБ"),
            slice("Кэш и буферы", 4.3, Tone::Accent(2), "4,3 ГиБ"),
            slice("Свободно", 2.9, Tone::Neutral, "2,9 ГиБ"),
        ],
        centre: "54 %".into(),
        centre_note: "из 15,6 ГиБ".into(),
        footer: Some(Gauge {
            label: "Подкачка".into(),
            share: 0.0,
            note: "0 из 2 ГиБ".into(),
            tone: Tone::Accent(3),
        }),
        words: russian(),
        ..Donut::default()
    }
}

pub fn donut_empty() -> Donut {
    Donut { slices: Vec::new(), footer: None, empty: "no reading of memory".into(), ..memory() }
}

pub fn disks() -> Bars {
    let bar =
        |label: &str, share, note: &str, tone| Bar { label: label.into(), share, note: note.into(), tone };
    Bars {
        title: "Disks".into(),
        subtitle: "web-1, now".into(),
        bars: vec![
            bar("/", 0.934, "37 of 40 GiB", Tone::Critical),
            bar("/srv", 0.824, "412 of 500 GiB", Tone::Warning),
            bar("/var/lib/docker", 0.47, "94 of 200 GiB", Tone::Accent(0)),
            bar("/boot", 0.083, "83 of 1000 MiB", Tone::Accent(0)),
            bar("/mnt/backup", f64::NAN, "not answering", Tone::Neutral),
        ],
        limits: vec![
            ShareLimit { share: 0.9, label: "90 %".into(), tone: Tone::Critical },
            ShareLimit { share: 0.8, label: "80 %".into(), tone: Tone::Warning },
        ],
        ..Bars::default()
    }
}

pub fn disks_russian() -> Bars {
    let bar =
        |label: &str, share, note: &str, tone| Bar { label: label.into(), share, note: note.into(), tone };
    Bars {
        title: "Диски".into(),
        subtitle: "самые полные".into(),
        bars: vec![
            bar("/srv/очень/длинный/путь/к/каталогу/с/данными", 0.61, "305 из 500 ГиБ", Tone::Good),
            bar("/", 0.046, "1,8 из 40 ГиБ", Tone::Good),
        ],
        limits: vec![ShareLimit { share: 0.9, label: "предел 90 %".into(), tone: Tone::Critical }],
        words: russian(),
        ..Bars::default()
    }
}

pub fn bars_empty() -> Bars {
    Bars { bars: Vec::new(), empty: "no filesystems".into(), ..disks() }
}

/// What a stranger might name a container, and more of everything than there is room for.
pub fn hostile() -> Line {
    let long = "отчёт-за-квартал-".repeat(12);
    let series = [long.as_str(), "😀 сервер", "שרת", "a\u{0}\nb\tc"];
    let mark = |share: f64, label: &str| Mark {
        at: NOON - 86_400.0 * share,
        label: label.into(),
        tone: Tone::Warning,
    };
    Line {
        title: long.clone(),
        subtitle: "😀👩‍👩‍👧 \u{202e}ملف سري\u{202c} ".repeat(9),
        series: (0u64..)
            .zip(series)
            .map(|(seed, label)| LineSeries::new(label, busy(NOON - 86_400.0, NOON, 90, seed + 40)))
            .collect(),
        limits: vec![
            Limit { label: long.clone(), value: 30.0, tone: Tone::Critical },
            Limit { label: "limit 35 %".into(), value: 35.0, tone: Tone::Warning },
        ],
        marks: vec![mark(1.0, "restart"), mark(0.5, &long), mark(0.48, "hidden"), mark(0.0, "now it ends")],
        band: Some(Band { points: vec![(NOON - 80_000.0, 20.0, 30.0), (NOON, 10.0, 50.0)], label: long }),
        ..day()
    }
}

pub fn donut_many() -> Donut {
    let slices = (0u8..12).map(|it| Slice {
        label: format!("container-{it}"),
        value: f64::from(12 - it).powi(2) / 20.0,
        tone: Tone::Accent(it),
        note: format!("{} MiB", u32::from(12 - it).pow(2) * 51),
    });
    Donut {
        title: "Memory by container".into(),
        subtitle: String::new(),
        slices: slices.collect(),
        centre: "1234567 GiB".into(),
        centre_note: "of what there is in all of the world".into(),
        footer: None,
        ..Donut::default()
    }
}

pub fn bars_many() -> Bars {
    let bars = (0u8..20).map(|it| Bar {
        label: format!("cpu {it}"),
        share: f64::from(it) / 16.0,
        note: String::new(),
        tone: Tone::Accent(0),
    });
    Bars { title: "Cores".into(), subtitle: String::new(), bars: bars.collect(), ..Bars::default() }
}

pub fn all() -> Vec<(&'static str, Chart)> {
    let mut all = vec![
        ("line-alert", alert().into()),
        ("line-day", day().into()),
        ("line-network", network().into()),
        ("line-crowd", crowd(8).into()),
        ("line-legend", crowd(12).into()),
        ("line-russian", disk_russian().into()),
        ("line-hostile", hostile().into()),
        ("line-empty", line_empty().into()),
        ("donut", memory().into()),
        ("donut-russian", memory_russian().into()),
        ("donut-many", donut_many().into()),
        ("donut-empty", donut_empty().into()),
        ("bars", disks().into()),
        ("bars-russian", disks_russian().into()),
        ("bars-many", bars_many().into()),
        ("bars-empty", bars_empty().into()),
        ("sparkline", spark().into()),
        ("line-today", today().into()),
        ("line-stacked", stacked().into()),
        ("line-area", area().into()),
        ("panels-host", host().into()),
        ("panels-digest", digest().into()),
        ("panels-mixed", mixed().into()),
        ("panels-hostile", panels_hostile().into()),
        ("panels-empty", panels_empty().into()),
    ];
    all.extend(grid::all());
    all
}
