//! What holds of everything that is told, whatever lay in the store: asked by tests and fuzzers.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use jobs::alert::Alert;
use jobs::declare::Rule;
use jobs::evaluate::Expected;
use jobs::incident::Incident;
use jobs::metric::SeriesKey;
use jobs::notice::Notice;
use jobs::series::{Point, Series};
use render::Theme;

use super::chart::Stretch;
use super::incident::{self, Showing};
use super::notice::{History, told as notice};
use super::{Reply, Voice};
use crate::locale::LOCALES;

/// Points of every kind, wherever they are asked for.
struct Jagged;

impl History for Jagged {
    fn series(&self, key: &SeriesKey, stretch: Stretch, _: usize) -> Option<Series> {
        let values = [0.0, -1.0, 93.0, f64::MAX, f64::MIN, f64::MIN_POSITIVE];
        let point = |(minute, mean): (i64, f64)| {
            let at = stretch.from.checked_add(SignedDuration::from_mins(minute)).ok()?;
            Some(Point { at, mean, low: mean, high: mean, count: u32::MAX })
        };
        let most = key.metric.len() % 9;
        Some(Series { points: (0..).zip(values).take(most).filter_map(point).collect() })
    }

    fn usual(&self, _: &Rule, _: &Alert, _: Stretch) -> Vec<Expected> {
        Vec::new()
    }
}

/// Any text as a stored notice or incident: whatever its figures and moments are, it is told in every language in words
/// that can be seen, with buttons that are short enough, and what is drawn of it is a picture.
pub fn told(bytes: &[u8]) {
    let Some((moment, text)) = bytes.split_first() else { return };
    let now = match moment % 4 {
        0 => Timestamp::MIN,
        1 => Timestamp::MAX,
        2 => Timestamp::UNIX_EPOCH,
        _ => Timestamp::constant(1_764_000_000, 0),
    };
    let told: Option<Notice> = serde_json::from_slice(text).ok();
    let incident: Option<Incident> = serde_json::from_slice(text).ok();
    for locale in &LOCALES {
        for zone in ["UTC", "Pacific/Apia"] {
            let voice = Voice { locale, zone: TimeZone::get(zone).expect("a zone") };
            if let Some(it) = &told {
                seen(&notice(&voice, "web-1", it, &[], &Jagged, now));
            }
            if let Some(it) = &incident {
                let late = Showing {
                    late: Some(Timestamp::MIN),
                    span: Some(SignedDuration::MAX),
                    ..Showing::default()
                };
                for showing in [Showing::default(), late] {
                    seen(&incident::card(&voice, "web-1", it, &[], &Jagged, &showing, now));
                }
                seen(&incident::continued(&voice, "web-1", it));
                assert!(!incident::listed(&voice, it, &[], now).is_blank());
            }
        }
    }
}

fn seen(reply: &Reply) {
    assert!(!reply.text.is_blank(), "nothing is said");
    for choice in reply.choices.iter().flatten() {
        assert!(!choice.label.trim().is_empty(), "a button without a word");
    }
    if let Some(drawing) = &reply.drawing {
        let png = render::render(&drawing.chart, &Theme::dark().with_density(0.5));
        assert!(png.bytes().starts_with(b"\x89PNG") && 0 < png.size().0);
    }
}
