//! Each chart against a picture that somebody has looked at.
//!
//! When a chart changes on purpose: `UPDATE_GOLDEN=1 cargo test -p render --test golden`, then look
//! at every picture that `git status` names before it is committed.
#![expect(clippy::disallowed_methods, reason = "the pictures are files")]

mod samples;

use image::RgbImage;
use render::{Chart, Theme, render};
use std::path::PathBuf;

/// Other processors round differently in the last bits of an edge.
const FARTHEST_CHANNEL: u8 = 2;

/// The part of all pixels that may differ by more.
const MOST_PIXELS: f64 = 0.001;

/// Those whose colours matter most.
const LIGHT: [&str; 11] = [
    "line-alert",
    "line-russian",
    "line-today",
    "line-stacked",
    "donut",
    "bars",
    "heatmap",
    "timeline",
    "names",
    "panels-host",
    "panels-digest",
];

fn check(name: &str, chart: &Chart, theme: Theme) {
    let picture = render(chart, &theme.with_density(0.75));
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.png"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, picture.bytes()).expect("the folder can be written");
        return;
    }
    let golden = std::fs::read(&file)
        .unwrap_or_else(|error| panic!("{}: {error}; make it with UPDATE_GOLDEN=1", file.display()));
    let (golden, drawn) = (decode(&golden), decode(picture.bytes()));
    assert_eq!(drawn.dimensions(), golden.dimensions(), "{name}");
    let differing = drawn
        .pixels()
        .zip(golden.pixels())
        .filter(|(a, b)| a.0.iter().zip(b.0).any(|(a, b)| FARTHEST_CHANNEL < a.abs_diff(b)))
        .count();
    let share = differing as f64 / f64::from(drawn.width() * drawn.height());
    if MOST_PIXELS < share {
        let seen = std::env::temp_dir().join(format!("{name}-drawn.png"));
        std::fs::write(&seen, picture.bytes()).expect("the folder can be written");
        panic!("{name}: {:.2} % of the pixels differ; see {}", share * 100.0, seen.display());
    }
}

fn decode(bytes: &[u8]) -> RgbImage {
    image::load_from_memory(bytes).expect("a PNG").to_rgb8()
}

#[test]
fn every_chart_looks_as_it_did_when_somebody_looked() {
    for (name, chart) in samples::all() {
        check(name, &chart, Theme::dark());
    }
}

#[test]
fn charts_for_light_chats_look_as_they_did_when_somebody_looked() {
    for (name, chart) in samples::all() {
        if LIGHT.contains(&name) {
            check(&format!("{name}-light"), &chart, Theme::light());
        }
    }
}
