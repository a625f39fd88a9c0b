//! The figures of a digest, as a table: what its picture shows, to be read.

use jobs::digest::{Digest, SeriesSummary};
use jobs::metric::{SeriesKey, Unit};

use super::{cut, points, row_name, title};
use crate::markup::Markup;
use crate::present::Voice;
use crate::present::names::{column, short, width};
use crate::present::voice::unit_of;

/// How many filesystems, the fullest first, and how many other parts: with the table, two screens of a phone.
const DISKS: usize = 12;
const PARTS: usize = 12;

/// The table with its heading: of the machine as a whole, then of its disks and other parts.
pub(super) fn told(voice: &Voice, host: &str, digest: &Digest) -> Markup {
    let mut lines = vec![title(voice, host, digest)];
    if digest.series.is_empty() {
        lines.push(voice.say("digest-no-figures", &[]));
    }
    lines.extend(table(voice, &digest.series));
    lines.extend(disks(voice, &digest.series));
    lines.extend(parts(voice, &digest.series));
    Markup::lines(lines)
}

/// The fullest filesystems as they are at the end, and how much they grew: of a disk, a mean says nothing.
fn disks(voice: &Voice, series: &[SeriesSummary]) -> Vec<Markup> {
    let mut disks: Vec<&SeriesSummary> = series.iter().filter(|it| it.key.metric == "disk.used").collect();
    disks.sort_by(|a, b| b.now.last.total_cmp(&a.now.last));
    let line = |it: &&SeriesSummary| {
        let grew = it.before.map(|before| it.now.last - before.last).filter(|it| 0.05 <= it.abs());
        let line = voice.say(
            "digest-disk",
            &[
                ("mount", short(&it.key.subject, 22).into()),
                ("percent", voice.value(Unit::Percent, it.now.last).into()),
            ],
        );
        grew.into_iter().fold(line, |line, it| line.plain(format!(" ({})", points(voice, it))))
    };
    cut(voice, disks.iter().map(line).collect(), DISKS)
}

/// Whether a series has its row in the table: it is of the whole machine, and its values are short.
fn is_short(key: &SeriesKey) -> bool {
    key.subject.is_empty() && matches!(unit_of(&key.metric), Unit::Percent | Unit::Ratio | Unit::Count)
}

/// Everything else: a line each, with its mean and its most.
fn parts(voice: &Voice, series: &[SeriesSummary]) -> Vec<Markup> {
    let others: Vec<&SeriesSummary> =
        series.iter().filter(|it| it.key.metric != "disk.used" && !is_short(&it.key)).collect();
    let line = |it: &&SeriesSummary| {
        let unit = unit_of(&it.key.metric);
        voice.say(
            "digest-part",
            &[
                ("what", voice.series(&it.key).into()),
                ("mean", voice.value(unit, it.now.mean).into()),
                ("most", voice.value(unit, it.now.most).into()),
            ],
        )
    };
    cut(voice, others.iter().map(line).collect(), PARTS)
}

/// Least, mean, 95 %, most and the change of the mean, of the machine as a whole: 34 letters wide, as a phone is.
fn table(voice: &Voice, series: &[SeriesSummary]) -> Option<Markup> {
    let rows: Vec<&SeriesSummary> = series.iter().filter(|it| is_short(&it.key)).collect();
    if rows.is_empty() {
        return None;
    }
    let right = |text: &str, cells: usize| format!("{}{text}", " ".repeat(cells.saturating_sub(width(text))));
    let heads = ["digest-least", "digest-mean", "digest-p95", "digest-most", "digest-change"];
    let heads = heads.map(|it| voice.word(it, &[]));
    let row = |name: &str, cells: &[String; 5]| {
        let [least, mean, p95, most, change] = cells;
        let figures: String = [least, mean, p95, most].map(|it| right(it, 5)).concat();
        format!("{}{figures}{}", column(name, 8), right(change, 6)).trim_end().to_owned()
    };
    let figure = |unit: Unit, value: f64| {
        let bare = if unit == Unit::Count { Unit::Count } else { Unit::Ratio };
        let value = if unit == Unit::Percent { value.round() } else { (value * 10.0).round() / 10.0 };
        short(&voice.value(bare, value).replace('\u{a0}', ""), 5)
    };
    let lines = rows.into_iter().map(|it| {
        let unit = unit_of(&it.key.metric);
        let now = &it.now;
        let change = it.before.map_or(String::new(), |before| {
            let by = now.mean - before.mean;
            match figure(unit, by.abs()) {
                zero if zero == figure(unit, 0.0) => "±0".to_owned(),
                size if by < 0.0 => format!("−{size}"),
                size => format!("+{size}"),
            }
        });
        let [least, mean, p95, most] = [now.least, now.mean, now.p95, now.most].map(|it| figure(unit, it));
        let sign = if unit == Unit::Percent { " %" } else { "" };
        let name = row_name(voice, &it.key.metric);
        row(&format!("{name}{sign}"), &[least, mean, p95, most, change])
    });
    let text: Vec<String> = std::iter::once(row("", &heads)).chain(lines).collect();
    Some(Markup::new().block(text.join("\n")))
}
