//! Reads a cron expression, and says in words what is wrong with one.

use std::ops::Range;

use croner::parser::{CronParser, Seconds, Year};

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CronError {
    /// What is wrong, in words.
    pub message: String,
    /// What would be right.
    pub remedy: String,
    /// Which bytes of the expression are meant.
    pub part: Range<usize>,
}

impl CronError {
    fn new(part: Range<usize>, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { message: message.into(), remedy: remedy.into(), part }
    }
}

/// What a field may hold.
struct Field {
    name: &'static str,
    least: u16,
    most: u16,
    /// English names, each standing for its place plus `least`.
    names: &'static [&'static str],
}

const DAY: usize = 3;
const WEEKDAY: usize = 5;

const FIELDS: [Field; 6] = [
    Field { name: "second", least: 0, most: 59, names: &[] },
    Field { name: "minute", least: 0, most: 59, names: &[] },
    Field { name: "hour", least: 0, most: 23, names: &[] },
    Field { name: "day of month", least: 1, most: 31, names: &[] },
    Field {
        name: "month",
        least: 1,
        most: 12,
        names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    },
    Field { name: "weekday", least: 0, most: 7, names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] },
];

const NICKNAMES: [(&str, &str); 7] = [
    ("@yearly", "0 0 0 1 1 *"),
    ("@annually", "0 0 0 1 1 *"),
    ("@monthly", "0 0 0 1 * *"),
    ("@weekly", "0 0 0 * * 0"),
    ("@daily", "0 0 0 * * *"),
    ("@midnight", "0 0 0 * * *"),
    ("@hourly", "0 0 * * * *"),
];

/// Six fields with single spaces between, every one of them checked.
pub(super) fn normalise(text: &str) -> Result<String, CronError> {
    let trimmed = text.trim();
    let whole = 0..text.len();
    if trimmed.is_empty() {
        return Err(CronError::new(whole, "the cron expression is empty", "write, for example, `0 9 * * *`"));
    }
    if trimmed.starts_with('@') {
        return nickname(trimmed, whole);
    }
    let words: Vec<(usize, &str)> = trimmed
        .split_ascii_whitespace()
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
        .collect();
    let skipped = match words.len() {
        5 => 1,
        6 => 0,
        count => {
            return Err(CronError::new(
                whole,
                format!("a cron expression has 5 or 6 fields, this one has {count}"),
                "write minute, hour, day of month, month, weekday (seconds may stand before them): `0 9 * * *`",
            ));
        }
    };
    let mut fields = vec!["0".to_owned(); skipped];
    for (index, (at, word)) in words.into_iter().enumerate() {
        fields.push(check_field(index + skipped, at, word)?);
    }
    Ok(fields.join(" "))
}

/// Lets croner read what was normalised.
pub(super) fn pattern(six: &str, text: &str) -> Result<croner::Cron, CronError> {
    let parser =
        CronParser::builder().seconds(Seconds::Required).year(Year::Disallowed).dom_and_dow(true).build();
    parser.parse(six).map_err(|error| {
        CronError::new(
            0..text.len(),
            error.to_string(),
            "write, for example, `0 9 * * *` or `*/10 * * * * *`",
        )
    })
}

/// No date matches.
pub(super) fn never(text: &str) -> CronError {
    CronError::new(
        0..text.len(),
        "this cron expression never fires: no date matches its day, month and weekday",
        "February has at most 29 days; April, June, September and November have 30",
    )
}

fn nickname(text: &str, whole: Range<usize>) -> Result<String, CronError> {
    let lower = text.to_ascii_lowercase();
    if let Some((_, fields)) = NICKNAMES.iter().find(|(name, _)| *name == lower) {
        return Ok((*fields).to_owned());
    }
    let remedy = if lower == "@reboot" {
        "jobs run on a clock; there is nothing that runs once at start".to_owned()
    } else {
        "known names: @hourly, @daily, @weekly, @monthly, @yearly".to_owned()
    };
    Err(CronError::new(whole, "no such cron name", remedy))
}

/// Checks one field, and answers with it as croner is to read it.
fn check_field(index: usize, at: usize, word: &str) -> Result<String, CronError> {
    let field = &FIELDS[index];
    let mut offset = at;
    let mut parts = Vec::new();
    for part in word.split(',') {
        let here = offset..offset + part.len();
        offset += part.len() + 1;
        parts.push(check_part(index, field, here, part)?);
    }
    Ok(parts.join(","))
}

fn check_part(index: usize, field: &Field, here: Range<usize>, part: &str) -> Result<String, CronError> {
    let wrong = |message: String| {
        let remedy = format!("{} is {}", field.name, field.range());
        CronError::new(here.clone(), message, remedy)
    };
    let upper = part.to_ascii_uppercase();
    if upper.is_empty() {
        return Err(wrong(format!("an empty item in the {} field", field.name)));
    }
    if index == DAY || index == WEEKDAY {
        if upper == "?" {
            return Ok("*".to_owned());
        }
        if upper == "L" && index == DAY {
            return Ok(upper);
        }
    }
    if index == DAY
        && let Some(day) = upper.strip_suffix('W')
    {
        return Ok(format!("{}W", field.number(day).map_err(wrong)?));
    }
    if index == WEEKDAY {
        if let Some((day, nth)) = upper.split_once('#') {
            let day = field.number(day).map_err(&wrong)?;
            if !matches!(nth, "1" | "2" | "3" | "4" | "5" | "L") {
                return Err(wrong(format!("`#{nth}` is not one of #1 to #5")));
            }
            return Ok(format!("{day}#{nth}"));
        }
        if let Some(day) = upper.strip_suffix('L') {
            return Ok(format!("{}L", field.number(day).map_err(wrong)?));
        }
    }
    let (range, step) = match upper.split_once('/') {
        None => (upper.as_str(), None),
        Some((range, step)) => (range, Some(step)),
    };
    let range = if range == "*" {
        "*".to_owned()
    } else if let Some((first, last)) = range.split_once('-') {
        let first = field.number(first).map_err(&wrong)?;
        let mut last = field.number(last).map_err(&wrong)?;
        if index == WEEKDAY && last == 0 && 0 < first {
            last = 7;
        }
        if last < first {
            return Err(wrong(format!("the range `{part}` runs backwards")));
        }
        format!("{first}-{last}")
    } else {
        field.number(range).map_err(&wrong)?.to_string()
    };
    let Some(step) = step else { return Ok(range) };
    match step.parse::<u16>() {
        Ok(0) => Err(wrong("a step of 0 never moves on".to_owned())),
        Ok(step) if step <= field.most => Ok(format!("{range}/{step}")),
        Ok(step) => Err(wrong(format!("a step of {step} is wider than the {} field", field.name))),
        Err(_) => Err(wrong(format!("`{step}` is not a step"))),
    }
}

impl Field {
    fn number(&self, word: &str) -> Result<u16, String> {
        if let Some(index) = self.names.iter().position(|name| *name == word) {
            return Ok(self.offset() + index as u16);
        }
        let digits = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
        let number = word.parse::<u16>().ok().filter(|_| digits);
        match number {
            Some(number) if self.least <= number && number <= self.most => Ok(number),
            Some(number) => Err(format!("{number} is no {}", self.name)),
            None if digits => Err(format!("{word} is no {}", self.name)),
            None => Err(format!("`{word}` is no {}", self.name)),
        }
    }

    /// What the first name stands for.
    fn offset(&self) -> u16 {
        self.least
    }

    fn range(&self) -> String {
        let names = match (self.names.first(), self.names.last()) {
            (Some(first), Some(last)) => format!(" or {first} to {last}"),
            _ => String::new(),
        };
        format!("{} to {}{names}", self.least, self.most)
    }
}
