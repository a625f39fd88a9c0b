//! A period, as one reads it over coffee: a few lines, and a picture that has the figures.

mod figures;
mod picture;
#[cfg(test)]
mod tests;
mod told;

use std::time::Duration;

use jobs::declare::Rule;
use jobs::digest::{Digest, Section};
use jobs::metric::Unit;

pub use self::picture::drawing;
use crate::markup::Markup;
use crate::present::names::short;
use crate::present::{Choice, Reply, Voice};

/// Letters of the host's name.
const HOST: usize = 28;
const HOUR: u64 = 3600;

/// How much of a digest is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// What fits a phone.
    #[default]
    Short,
    /// All of it.
    Full,
}

impl Depth {
    /// How long a list may be that is this long where it has to be short.
    fn most(self, short: usize) -> usize {
        match self {
            Self::Short => short,
            Self::Full => usize::MAX,
        }
    }
}

/// What of a digest is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// The summary.
    #[default]
    Summary,
    /// The summary, with everything that was cut from its lists.
    All,
    /// The table of figures.
    Table,
}

/// A digest in words, with the buttons that turn it; `now` is what is shown.
pub fn told(voice: &Voice, host: &str, digest: &Digest, rules: &[Rule], view: View) -> Reply {
    let (text, is_cut) = match view {
        View::Summary => told::told(voice, host, digest, rules, Depth::Short),
        View::All => told::told(voice, host, digest, rules, Depth::Full),
        View::Table => (figures::told(voice, host, digest), false),
    };
    let here = format!("/digest {} {}", digest.job, exactly(digest));
    let turn = |key: &str, line: String| Choice::turn(voice.word(key, &[]), line);
    let has_table = digest.tells(Section::Figures) && !digest.series.is_empty();
    let views = [
        (view != View::Summary).then(|| turn("button-digest", here.clone())),
        (view != View::Table && has_table).then(|| turn("button-figures", format!("{here} table"))),
        (view == View::Summary && is_cut).then(|| turn("button-all-of-it", format!("{here} all"))),
    ];
    let spans =
        [("button-digest-day", "day"), ("button-digest-week", "week"), ("button-digest-month", "month")];
    let spans = spans.map(|(key, span)| turn(key, format!("/digest {} {span}", digest.job)));
    let reply = Reply { silent: true, ..Reply::text(text) };
    reply.row(views.into_iter().flatten()).row(spans)
}

/// The period to the second, as a button remembers it.
fn exactly(digest: &Digest) -> String {
    format!("@{}-{}", digest.from.as_second(), digest.to.as_second())
}

fn title(voice: &Voice, host: &str, digest: &Digest) -> Markup {
    voice.say("digest-title", &stretch(voice, host, digest))
}

/// The nouns of a heading.
fn stretch(voice: &Voice, host: &str, digest: &Digest) -> [(&'static str, crate::locale::Noun); 3] {
    [
        ("host", short(host, HOST).into()),
        ("from", voice.stamp(digest.from).into()),
        ("to", voice.stamp(digest.to).into()),
    ]
}

/// So many lines of a list, and how many more there are.
fn cut(voice: &Voice, mut lines: Vec<Markup>, most: usize) -> Vec<Markup> {
    let more = lines.len().saturating_sub(most);
    lines.truncate(most);
    if 0 < more {
        lines.push(voice.say("and-more", &[("count", more.into())]));
    }
    lines
}

/// What a series of the whole machine is called where there are few letters.
fn row_name(voice: &Voice, metric: &str) -> String {
    let key = format!("digest-row-{}", metric.replace('.', "-"));
    if voice.locale.has(&key) { voice.word(&key, &[]) } else { voice.metric(metric) }
}

/// A change of a share, in points, signed: "+0.4".
fn points(voice: &Voice, by: f64) -> String {
    let by = (by * 10.0).round() / 10.0;
    let by = if by.abs() < 10.0 { by } else { by.round() };
    match by {
        0.0 => "±0".to_owned(),
        _ if by < 0.0 => format!("−{}", voice.value(Unit::Ratio, by.abs())),
        _ => format!("+{}", voice.value(Unit::Ratio, by)),
    }
}

/// How a mean has changed: a share in points, all else in per cent of what it was. None where that says nothing.
fn change(voice: &Voice, unit: Unit, before: f64, now: f64) -> Option<String> {
    match unit {
        Unit::Percent => Some(voice.word("digest-points", &[("by", points(voice, now - before).into())])),
        Unit::Celsius => Some(voice.change(unit, now - before)),
        Unit::Bytes | Unit::BytesPerSecond | Unit::Seconds | Unit::Count | Unit::Ratio => {
            let by = 100.0 * (now - before) / before.abs();
            by.is_finite().then(|| voice.change(Unit::Percent, by.round()))
        }
    }
}

/// What a period is compared with.
fn against(voice: &Voice, length: Duration) -> String {
    let key = match length.as_secs() / HOUR {
        23..=25 => "digest-against-day",
        167..=169 => "digest-against-week",
        _ => "digest-against-other",
    };
    voice.word(key, &[])
}
