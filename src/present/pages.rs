//! A long list, a page at a time; turned in place. What has no pages of its own and is longer than a screen is cut into
//! screens.

use crate::markup::Markup;
use crate::present::{Choice, Reply};

/// Which page of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub number: usize,
    /// At least 1.
    pub of: usize,
}

impl Page {
    /// The page of that number, or the nearest there is, and what is on it.
    pub fn of<T>(all: &[T], wanted: usize, size: usize) -> (&[T], Self) {
        let size = size.max(1);
        let of = all.len().div_ceil(size).max(1);
        let number = wanted.clamp(1, of);
        let begin = ((number - 1) * size).min(all.len());
        let end = (begin + size).min(all.len());
        (&all[begin..end], Self { number, of })
    }

    /// Buttons to the pages beside it; `line` is the command without its page.
    pub fn turns(self, line: &str) -> Vec<Choice> {
        self.turned(|to| format!("{line} {to}"))
    }

    /// The same, where the line of each page is made otherwise.
    fn turned(self, line: impl Fn(usize) -> String) -> Vec<Choice> {
        let turn = |to: usize, label: String| Choice::turn(label, line(to));
        let back =
            (1 < self.number).then(|| turn(self.number - 1, format!("◀ {}/{}", self.number - 1, self.of)));
        let on = (self.number < self.of)
            .then(|| turn(self.number + 1, format!("{}/{} ▶", self.number + 1, self.of)));
        back.into_iter().chain(on).collect()
    }
}

/// Stands between a line and the screen of its answer that is meant.
const SCREEN: char = '\u{1e}';
/// Letters in a row of a phone 360 pixels wide, about.
const WIDE: usize = 42;
/// Rows that are shown at once without being cut.
const HIGH: usize = 30;
/// Rows of a screen of several: its buttons want to be seen too.
const CUT: usize = 24;

/// A line without the screen that is meant, and which it is, from 1.
pub fn screen_of(line: &str) -> (&str, usize) {
    let Some((line, screen)) = line.split_once(SCREEN) else { return (line, 1) };
    (line, screen.parse().ok().filter(|it| 0 < *it).unwrap_or(1))
}

/// Rows that a text takes on a phone, for each of its lines.
fn heights(text: &Markup) -> Vec<usize> {
    let text = text.to_string();
    text.split('\n').map(|it| it.chars().count().div_ceil(WIDE).max(1)).collect()
}

/// How many rows a text takes on a phone.
pub fn height(text: &Markup) -> usize {
    heights(text).iter().sum()
}

/// An answer to a line as it fits on a screen: all of it, or that part of it and buttons to the parts beside it.
#[must_use]
pub fn screened(reply: Reply, line: &str, wanted: usize) -> Reply {
    let heights = heights(&reply.text);
    if reply.drawing.is_some() || reply.document.is_some() || heights.iter().sum::<usize>() <= HIGH {
        return reply;
    }
    let mut screens = vec![(0, 0)];
    let mut rows = 0;
    for (number, height) in heights.iter().enumerate() {
        if 0 < rows && CUT < rows + height {
            screens.push((number, number));
            rows = 0;
        }
        rows += height;
        if let Some(last) = screens.last_mut() {
            last.1 = number + 1;
        }
    }
    let (shown, page) = Page::of(&screens, wanted, 1);
    let Some((from, to)) = shown.first() else { return reply };
    let turns = page.turned(|to| format!("{line}{SCREEN}{to}"));
    let mut choices = reply.choices;
    choices.insert(0, turns);
    Reply { text: reply.text.rows(*from, *to), choices, ..reply }
}

/// Takes the page off the end of a command's words; the first where there is none.
pub fn taken(words: &mut Vec<&str>) -> usize {
    let page = words.last().and_then(|it| it.parse::<usize>().ok()).filter(|page| 0 < *page);
    if page.is_some() {
        words.pop();
    }
    page.unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_there_and_no_other() {
        let all: Vec<usize> = (0..7).collect();
        let check = |wanted, shown: &[usize], number| {
            assert_eq!(Page::of(&all, wanted, 3), (shown, Page { number, of: 3 }), "{wanted}");
        };
        check(0, &[0, 1, 2], 1);
        check(2, &[3, 4, 5], 2);
        check(3, &[6], 3);
        check(usize::MAX, &[6], 3);
        assert_eq!(Page::of::<u8>(&[], 5, 3), (&[][..], Page { number: 1, of: 1 }));
        let labels = |number, of| -> Vec<String> {
            Page { number, of }.turns("/images").into_iter().map(|it| it.label).collect()
        };
        assert_eq!(labels(2, 3), ["◀ 1/3", "3/3 ▶"]);
        assert!(labels(1, 1).is_empty());
    }

    #[test]
    fn what_is_longer_than_a_screen_is_cut_and_nothing_is_lost() {
        let line = |number: usize| Markup::new().bold(format!("{number}"));
        let long = Reply::text(Markup::lines((0..60).map(line)));
        let of = |screen| screened(long.clone(), "/alerts all", screen);
        let texts: Vec<String> = (1..=3).map(|it| of(it).text.to_string()).collect();
        assert_eq!(texts.join("\n"), long.text.to_string());
        assert!((1..=3).all(|it| height(&of(it).text) <= CUT));
        let labels: Vec<String> = of(2).choices[0].iter().map(|it| it.label.clone()).collect();
        assert_eq!(labels, ["◀ 1/3", "3/3 ▶"]);
        let crate::present::Action::Run { line, .. } = &of(1).choices[0][0].action else { panic!("a line") };
        assert_eq!(screen_of(line), ("/alerts all", 2));
        // What fits stays whole; a single line that fits nowhere is a screen of its own.
        let short = Reply::text(Markup::lines((0..30).map(|_| Markup::text("x"))));
        assert_eq!(screened(short.clone(), "/ps", 1), short);
        let wide = Reply::text(Markup::text("x".repeat(2000)));
        assert_eq!(screened(wide.clone(), "/ps", 7).text, wide.text);
    }

    #[test]
    fn a_table_that_is_cut_is_a_table_on_each_screen() {
        let table: Vec<String> = (0..50).map(|it| it.to_string()).collect();
        let reply = Reply::text(Markup::text("title\n").block(table.join("\n")));
        let second = screened(reply, "/top web", 2);
        assert_eq!(second.text, Markup::new().block(table[23..47].join("\n")));
    }

    #[test]
    fn a_number_at_the_end_is_a_page() {
        let mut words = vec!["shop", "2"];
        assert_eq!((taken(&mut words), words), (2, vec!["shop"]));
        let mut words = vec!["web", "0"];
        assert_eq!((taken(&mut words), words), (1, vec!["web", "0"]));
    }
}
