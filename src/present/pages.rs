//! A long list, a page at a time; turned in place.

use crate::present::Choice;

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
        let turn = |to: usize, label: String| Choice::turn(label, format!("{line} {to}"));
        let back =
            (1 < self.number).then(|| turn(self.number - 1, format!("◀ {}/{}", self.number - 1, self.of)));
        let on = (self.number < self.of)
            .then(|| turn(self.number + 1, format!("{}/{} ▶", self.number + 1, self.of)));
        back.into_iter().chain(on).collect()
    }
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
    fn a_number_at_the_end_is_a_page() {
        let mut words = vec!["shop", "2"];
        assert_eq!((taken(&mut words), words), (2, vec!["shop"]));
        let mut words = vec!["web", "0"];
        assert_eq!((taken(&mut words), words), (1, vec!["web", "0"]));
    }
}
