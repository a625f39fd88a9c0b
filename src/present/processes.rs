//! Processes, in a block so that they line up.

use crate::markup::Markup;
use crate::present::Voice;
use crate::present::names::column;

/// Letters of a name: the block must fit the width of a phone.
const NAME: usize = 16;

/// Names with per cent of one core and resident bytes, one a line, under a heading.
pub fn table<'a>(voice: &Voice, processes: impl Iterator<Item = (&'a str, f64, u64)>) -> Markup {
    let word = |key: &str| voice.word(key, &[]);
    let head = format!(
        "{} {:>5} {:>9}",
        column(&word("processes"), NAME),
        word("processes-cpu"),
        word("processes-memory")
    );
    let rows = processes
        .map(|(name, cpu, memory)| format!("{} {cpu:>4.0}% {:>9}", column(name, NAME), voice.bytes(memory)));
    let rows: Vec<String> = std::iter::once(head).chain(rows).collect();
    Markup::new().block(rows.join("\n"))
}
