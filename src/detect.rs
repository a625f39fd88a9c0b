//! Records in, scores out: a CSV of times and values is judged line by line, as it comes.
//!
//! Columns are found by their names, whatever the case, and others (a label, say) are never looked at; without a header
//! the first two are taken. Records without a value are skipped, as there is nothing to judge.

#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod promises;

use std::io::{self, BufRead, ErrorKind, Write};

use jobs::evaluate::literal::Literal;
use jobs::evaluate::novelty::{Novelty, civil};

/// What judges.
#[derive(Clone, Debug)]
pub enum Judge {
    /// How far a value is from everything seen lately.
    Novelty(Box<Novelty>),
    /// The seed's rule to the letter.
    Literal(Literal),
}

/// How the verdicts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `timestamp,value,score,alarm` under a header, the alarm as `yes` or `no`.
    Csv,
    /// One JSON object a line, with the same names.
    Json,
}

/// Why not everything was judged. What came before has been written.
#[derive(Debug, thiserror::Error)]
pub enum DetectError {
    /// What was read is no such CSV; with file, line and remedy.
    #[error("{0}")]
    Wrong(String),
    /// It could not be read.
    #[error("reading {place}: {why}")]
    Reading {
        /// File and line.
        place: String,
        /// What the system says.
        why: io::Error,
    },
    /// The verdicts could not be written.
    #[error("writing the scores: {0}")]
    Writing(io::Error),
}

impl Judge {
    /// The score in [0, 1] and whether it is an alarm.
    fn observe(&mut self, at: i64, value: f64) -> (f64, bool) {
        match self {
            Self::Novelty(novelty) => {
                let score = novelty.observe(at, value);
                (score.score, score.alarm)
            }
            Self::Literal(literal) => {
                let verdict = literal.observe(value);
                (verdict.score, verdict.alarm)
            }
        }
    }
}

/// Judges every record of `input`, each by those before it alone. `name` is what complaints call the input.
/// A reader of the output that has read enough, as `head` does, ends it without an error.
///
/// # Errors
/// At the first line that is no record, and when reading or writing fails.
pub fn detect(
    name: &str,
    input: impl BufRead,
    mut output: impl Write,
    judge: Judge,
    format: Format,
) -> Result<(), DetectError> {
    match all(name, input, &mut output, judge, format) {
        Err(DetectError::Writing(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

fn all(
    name: &str,
    input: impl BufRead,
    output: &mut impl Write,
    mut judge: Judge,
    format: Format,
) -> Result<(), DetectError> {
    let mut columns = None;
    if format == Format::Csv {
        writeln!(output, "timestamp,value,score,alarm").map_err(DetectError::Writing)?;
    }
    for (line, text) in input.lines().enumerate() {
        let place = format!("{name}, line {}", line + 1);
        let record = match text {
            Ok(text) => read(&text, &mut columns).map_err(|why| format!("{place}: {why}")),
            Err(why) if why.kind() == ErrorKind::InvalidData => {
                Err(format!("{place}: not UTF-8; save the file as UTF-8 or plain ASCII"))
            }
            Err(why) => {
                output.flush().ok();
                return Err(DetectError::Reading { place, why });
            }
        };
        match record {
            Ok(None) => {}
            Ok(Some(record)) => {
                let verdict = judge.observe(record.at, record.value);
                write(output, &record, verdict, format).map_err(DetectError::Writing)?;
            }
            Err(why) => {
                output.flush().map_err(DetectError::Writing)?;
                return Err(DetectError::Wrong(why));
            }
        }
    }
    output.flush().map_err(DetectError::Writing)
}

fn write(
    output: &mut impl Write,
    record: &Record,
    (score, alarm): (f64, bool),
    format: Format,
) -> io::Result<()> {
    match format {
        Format::Csv => {
            let alarm = if alarm { "yes" } else { "no" };
            writeln!(output, "{},{},{score},{alarm}", record.time, record.value)
        }
        Format::Json => {
            let time = serde_json::Value::from(record.time.as_str());
            let (value, score) = (serde_json::Value::from(record.value), serde_json::Value::from(score));
            writeln!(output, r#"{{"timestamp":{time},"value":{value},"score":{score},"alarm":{alarm}}}"#)
        }
    }
}

struct Record {
    time: String,
    at: i64,
    value: f64,
}

/// Where time and value stand in a line.
#[derive(Clone, Copy)]
struct Columns {
    time: usize,
    value: usize,
}

/// Reads a line; the first that is not empty says where the columns are. None when it holds nothing to judge.
fn read(text: &str, columns: &mut Option<Columns>) -> Result<Option<Record>, String> {
    let fields = fields(text.trim_start_matches('\u{feff}'));
    if fields == [""] {
        return Ok(None);
    }
    let here = match *columns {
        Some(columns) => columns,
        None => {
            let (found, is_header) = columns_of(&fields)?;
            *columns = Some(found);
            if is_header {
                return Ok(None);
            }
            found
        }
    };
    let (Some(time), Some(value)) = (fields.get(here.time), fields.get(here.value)) else {
        return Err(format!(
            "{} of the {} columns it needs; write timestamp,value",
            fields.len(),
            1 + here.time.max(here.value)
        ));
    };
    if value.is_empty() {
        return Ok(None);
    }
    let number =
        value.parse::<f64>().ok().filter(|it| !it.is_infinite()).ok_or_else(|| {
            format!("{value:?} is no finite number; leave the field empty to skip the record")
        })?;
    if number.is_nan() {
        return Ok(None);
    }
    let at = civil::seconds(time)
        .ok_or_else(|| format!("{time:?} is no time; write it as 2014-02-19 10:50:00, without a zone"))?;
    Ok(Some(Record { time: (*time).to_owned(), at, value: number }))
}

/// The fields of a line. A comma within quotes divides nothing.
fn fields(text: &str) -> Vec<&str> {
    let mut is_quoted = false;
    let parts = text.split(|it| {
        is_quoted ^= it == '"';
        it == ',' && !is_quoted
    });
    parts.map(|it| it.trim().trim_matches('"')).collect()
}

/// Where time and value are by the first line, and whether that is a header.
fn columns_of(fields: &[&str]) -> Result<(Columns, bool), String> {
    let named = |name: &str| fields.iter().position(|it| it.eq_ignore_ascii_case(name));
    match (named("timestamp"), named("value")) {
        (Some(time), Some(value)) => Ok((Columns { time, value }, true)),
        _ if fields.first().is_some_and(|it| civil::seconds(it).is_some()) => {
            Ok((Columns { time: 0, value: 1 }, false))
        }
        _ => {
            Err("neither a header nor a record; let the file begin with the line timestamp,value".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn novelty() -> Judge {
        Judge::Novelty(Box::default())
    }

    fn answer(input: &[u8], judge: Judge, format: Format) -> (String, Option<String>) {
        let mut output = Vec::new();
        let result = detect("x.csv", input, &mut output, judge, format);
        (String::from_utf8(output).expect("ASCII"), result.err().map(|it| it.to_string()))
    }

    fn well(input: &str, expected: &str) {
        assert_eq!(answer(input.as_bytes(), novelty(), Format::Csv), (expected.to_owned(), None), "{input}");
    }

    fn refused(input: &str, expected: &str) {
        let (_, why) = answer(input.as_bytes(), novelty(), Format::Csv);
        assert_eq!(why.as_deref(), Some(expected), "{input}");
    }

    /// Five days, five minutes apart, between 40 and 49.
    fn five_days() -> String {
        let record = |step: i64| format!("{},{}\n", step * 300, 40 + step * 7 % 10);
        (0..1_440).map(record).collect()
    }

    #[test]
    fn records_come_out_with_their_scores() {
        let plain =
            "timestamp,value,score,alarm\n2014-02-19 10:50:00,1.5,0,no\n2014-02-19 10:55:00,1.5,0,no\n";
        well("timestamp,value\n2014-02-19 10:50:00,1.5\n2014-02-19 10:55:00,1.5\n", plain);
        well("2014-02-19 10:50:00,1.5\r\n\r\n2014-02-19 10:55:00,1.5\r\n", plain);
        well("", "timestamp,value,score,alarm\n");
    }

    #[test]
    fn records_without_a_value_are_skipped_and_other_columns_never_read() {
        well(
            "\u{feff}Label,TimeStamp,Value\n1,\"2018-03-15T00:00:00Z\",\"7\"\nrubbish,2018-03-15T01:00:00Z,\n\
             \"0, or 1\",2018-03-15T02:00:00Z,7\n0,2018-03-15T03:00:00Z,NaN\n",
            "timestamp,value,score,alarm\n2018-03-15T00:00:00Z,7,0,no\n2018-03-15T02:00:00Z,7,0,no\n",
        );
    }

    #[test]
    fn what_is_far_from_all_others_is_an_alarm_to_both_judges() {
        let input = format!("{}432000,45\n432300,95\n", five_days());
        for judge in [novelty(), Judge::Literal(Literal::new())] {
            let (text, why) = answer(input.as_bytes(), judge, Format::Csv);
            let last: Vec<&str> = text.lines().rev().take(2).collect();
            assert!(
                why.is_none() && last[0].starts_with("432300,95,0.") && last[0].ends_with(",yes"),
                "{last:?}"
            );
            assert!(last[1].ends_with(",no"), "{last:?}");
        }
    }

    #[test]
    fn both_formats_say_the_same_to_the_last_bit() {
        let input = format!("{}432300,95.125\n", five_days());
        let (csv, _) = answer(input.as_bytes(), novelty(), Format::Csv);
        let (json, _) = answer(input.as_bytes(), novelty(), Format::Json);
        assert_eq!(csv.lines().count(), 1 + json.lines().count());
        for (csv, json) in csv.lines().skip(1).zip(json.lines()) {
            let json: serde_json::Value = serde_json::from_str(json).expect("JSON");
            let fields: Vec<&str> = csv.split(',').collect();
            assert_eq!(json["timestamp"], fields[0]);
            assert_eq!(json["value"], fields[1].parse::<f64>().expect("a value"));
            assert_eq!(json["score"], fields[2].parse::<f64>().expect("a score"));
            assert_eq!(json["alarm"], fields[3] == "yes");
        }
    }

    #[test]
    fn bad_input_is_refused_with_its_place_and_a_remedy() {
        refused(
            "a,b\n",
            "x.csv, line 1: neither a header nor a record; let the file begin with the line timestamp,value",
        );
        refused(
            "timestamp,value\n0,1\nnoon,1\n",
            "x.csv, line 3: \"noon\" is no time; write it as 2014-02-19 10:50:00, without a zone",
        );
        for value in ["high", "inf", "1e999"] {
            refused(
                &format!("timestamp,value\n0,{value}\n"),
                &format!(
                    "x.csv, line 2: {value:?} is no finite number; leave the field empty to skip the record"
                ),
            );
        }
        refused("0,1\n300\n", "x.csv, line 2: 1 of the 2 columns it needs; write timestamp,value");
        let (_, why) = answer(b"0,1\n\xff\xfe\n", novelty(), Format::Csv);
        assert_eq!(why.as_deref(), Some("x.csv, line 2: not UTF-8; save the file as UTF-8 or plain ASCII"));
    }

    #[test]
    fn what_came_before_a_bad_line_has_been_written() {
        let (text, why) = answer(b"0,1\nnoon,1\n", novelty(), Format::Csv);
        assert_eq!((text.lines().last(), why.is_some()), (Some("0,1,0,no"), true));
    }

    struct Closed(ErrorKind);

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_reader_that_went_away_is_no_failure_and_a_full_disk_is_one() {
        let into = |kind| detect("x.csv", &b"0,1\n"[..], Closed(kind), novelty(), Format::Json);
        assert!(into(ErrorKind::BrokenPipe).is_ok());
        assert!(matches!(into(ErrorKind::StorageFull), Err(DetectError::Writing(_))));
    }
}
