//! The report as a person reads it.

use super::{Check, Report, State, Subject};

/// No narrower than this, whatever the terminal says: below, words are cut into letters.
const LEAST: usize = 40;

pub(super) fn table(report: &Report, columns: usize) -> String {
    let columns = columns.max(LEAST);
    let names = report.checks.iter().map(|it| it.name.chars().count()).max().unwrap_or(0).min(columns / 3);
    let mut page = String::new();
    let mut subject = None;
    for check in &report.checks {
        if subject != Some(check.subject) {
            if subject.is_some() {
                page.push('\n');
            }
            page.push_str(title(check.subject));
            page.push('\n');
            subject = Some(check.subject);
        }
        row(&mut page, check, names, columns);
    }
    let count = |state| report.checks.iter().filter(|it| it.state == state).count();
    let (broken, warnings) = (count(State::Broken), count(State::Warning));
    page.push_str(&match (broken, warnings) {
        (0, 0) => "\nAll is well.\n".to_owned(),
        (0, _) => format!("\nNothing is broken; {warnings} could be better.\n"),
        _ => format!("\n{broken} broken, {warnings} could be better.\n"),
    });
    page
}

fn row(page: &mut String, check: &Check, names: usize, columns: usize) {
    let mark = match check.state {
        State::Ok => "ok  ",
        State::Skipped => "--  ",
        State::Warning => "warn",
        State::Broken => "FAIL",
    };
    let indent = 2 + 4 + 1 + names + 1;
    let room = columns.saturating_sub(indent).max(16);
    let remedy = check.remedy.as_ref().map(|it| format!("=> {it}"));
    let mut lines = wrap(&check.detail, room);
    lines.extend(remedy.iter().flat_map(|it| wrap(it, room)));
    let mut lines = lines.into_iter();
    let first = lines.next().unwrap_or_default();
    page.push_str(format!("  {mark} {:names$} {first}", check.name).trim_end());
    page.push('\n');
    for line in lines {
        page.push_str(&" ".repeat(indent));
        page.push_str(&line);
        page.push('\n');
    }
}

fn title(subject: Subject) -> &'static str {
    match subject {
        Subject::Settings => "Settings",
        Subject::Figures => "Figures",
        Subject::Docker => "Docker",
        Subject::Telegram => "Telegram",
        Subject::Alarms => "Alarms",
        Subject::Storage => "Storage",
    }
}

/// Breaks at blanks; a word that is longer than a line is cut. Control characters become blanks, so that what a file
/// or a setting holds cannot move the cursor.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let text: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        if 0 < length && room < length + 1 + word.len() {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        while room < word.len() {
            lines.push(word.drain(..room).collect());
        }
        if 0 < length {
            line.push(' ');
            length += 1;
        }
        length += word.len();
        line.extend(word);
    }
    if 0 < length || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_aligned_and_no_line_is_too_long() {
        let report = Report::new(vec![
            Check::new(Subject::Settings, "TZ", State::Ok, "Europe/Moscow (environment)"),
            Check::new(Subject::Figures, "filesystems", State::Warning, "ONLY this container's")
                .remedy("in compose.yaml add `- /:/host:ro` under `volumes:` and set HOST_ROOT=/host"),
            Check::new(Subject::Storage, "DATA_DIR", State::Broken, "/data: permission denied"),
        ]);
        let page = report.to_table(60);
        let expected = "\
Settings
  ok   TZ          Europe/Moscow (environment)

Figures
  warn filesystems ONLY this container's
                   => in compose.yaml add `- /:/host:ro`
                   under `volumes:` and set HOST_ROOT=/host

Storage
  FAIL DATA_DIR    /data: permission denied

1 broken, 1 could be better.
";
        assert_eq!(page, expected);
        for columns in [0, 40, 60, 200] {
            let widest = report.to_table(columns).lines().map(|it| it.chars().count()).max();
            assert!(widest <= Some(columns.max(LEAST)), "{columns}: {widest:?}");
        }
    }

    #[test]
    fn a_hostile_value_cannot_move_the_cursor() {
        assert_eq!(wrap("a\u{1b}[2J\nb", 20), ["a [2J b"]);
        assert_eq!(wrap("абвгдежз и", 4), ["абвг", "дежз", "и"]);
        assert_eq!(wrap("", 4), [""]);
    }
}
