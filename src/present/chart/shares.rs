//! Who uses how much of the machine.

use render::{Bar, Bars, Chart, Tone};

use super::HOST;
use crate::present::names::short;
use crate::present::{Drawing, Voice};

/// Letters of a name beside its bar.
const NAME: usize = 26;

/// One that uses something.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// Who.
    pub name: String,
    /// Of the whole, 0 to 1.
    pub share: f64,
    /// How much, in words.
    pub note: String,
}

/// A bar for each, as they come.
pub fn shares(voice: &Voice, host: &str, title: String, shares: &[Share]) -> Drawing {
    let bar = |it: &Share| Bar {
        label: short(&it.name, NAME),
        share: it.share,
        note: it.note.clone(),
        tone: Tone::Accent(0),
    };
    let chart = Chart::Bars(Bars {
        title: title.clone(),
        subtitle: short(host, HOST),
        bars: shares.iter().map(bar).collect(),
        limits: Vec::new(),
        empty: voice.word("chart-empty", &[]),
        words: voice.words(),
    });
    Drawing { chart, alt: title }
}
