//! The smallest program that draws: `cargo run -p render --example first > first.png`.

use render::{Line, LineSeries, Theme, TimeAxis, render};
use std::io::Write as _;

fn main() -> std::io::Result<()> {
    // An hour in which something woke up, a look every ten seconds.
    let from = 1_773_316_800.0;
    let points = (0..360).map(|it| {
        let minute = f64::from(it) / 6.0;
        (from + minute * 60.0, 18.0 + 4.0 * (minute / 3.0).sin() + if 40.0 < minute { 55.0 } else { 0.0 })
    });
    let line = Line {
        title: "CPU busy".into(),
        series: vec![LineSeries::new("", points)],
        time: TimeAxis::between(from, from + 3600.0),
        floor: Some(0.0),
        ceiling: Some(100.0),
        ..Line::default()
    };
    // "dark" or "light", as somebody has it in a setting.
    let theme = std::env::args().nth(1).and_then(|it| Theme::named(&it)).unwrap_or_default();
    std::io::stdout().write_all(render(&line.into(), &theme).bytes())
}
