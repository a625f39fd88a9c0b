//! Names that others chose, made to fit: containers, mounts and processes may be called anything, at any length.

use crate::markup::one_line;

/// A name of at most so many characters; the middle of a longer one gives way to `…`, since names differ at both ends.
pub fn short(name: &str, most: usize) -> String {
    let name = &one_line(name);
    let count = name.chars().count();
    if count <= most {
        return name.to_owned();
    }
    let kept = most.saturating_sub(1);
    let tail = kept / 2;
    let head: String = name.chars().take(kept - tail).collect();
    let tail: String = name.chars().skip(count - tail).collect();
    format!("{}…{}", head.trim_end(), tail.trim_start())
}

/// A name in a column so many cells wide, for a block where all rows line up.
pub fn column(name: &str, cells: usize) -> String {
    let mut most = cells;
    let mut fitted = short(name, most);
    while cells < width(&fitted) && 0 < most {
        most -= 1;
        fitted = short(name, most);
    }
    let pad = cells.saturating_sub(width(&fitted));
    fitted + &" ".repeat(pad)
}

/// How many cells a text takes where letters are of one width.
pub fn width(text: &str) -> usize {
    text.chars().map(cells).sum()
}

/// Ideographs and pictures take two cells, marks that sit on a letter none (Unicode's East Asian Width, by block).
fn cells(letter: char) -> usize {
    match letter {
        '\u{300}'..='\u{36f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2060}'..='\u{2064}'
        | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_keeps_both_its_ends() {
        assert_eq!(short("nginx", 8), "nginx");
        assert_eq!(short("clickhouse-server", 12), "clickh…erver");
        assert_eq!(short("имя-которое-не-кончается", 9), "имя-…ется");
        assert_eq!(short("ab", 1), "…");
    }

    #[test]
    fn a_column_is_as_wide_whatever_is_in_it() {
        for name in
            ["nginx", "clickhouse-server-with-a-tail", "📦📦📦", "процесс", "名前の長いコンテナ", "a\nb"]
        {
            assert_eq!(width(&column(name, 12)), 12, "{name}");
        }
    }
}
