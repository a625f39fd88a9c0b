//! What holds of every CSV: asked by tests and fuzzers.

use jobs::evaluate::literal::Literal;
use serde_json::Value;

use super::{DetectError, Format, Judge, detect};

/// Any bytes as records: a line for each that has a value, up to the first that is none; scores lie between 0 and 1;
/// both formats say the same of the same; what stands before a mistake is judged as if nothing followed.
pub fn records(bytes: &[u8]) {
    let judge: [fn() -> Judge; 2] =
        [|| Judge::Novelty(Box::default()), || Judge::Literal(Literal::default())];
    for judge in judge {
        let (csv, wrong) = answer(bytes, judge(), Format::Csv);
        let (json, as_wrong) = answer(bytes, judge(), Format::Json);
        assert_eq!(wrong, as_wrong);
        assert_eq!(csv.lines().count(), 1 + json.lines().count());
        for (row, object) in csv.lines().skip(1).zip(json.lines()) {
            let object: Value = serde_json::from_str(object).expect("JSON");
            let score = object["score"].as_f64().expect("a score");
            assert!((0.0..=1.0).contains(&score), "{score}");
            assert!(object["value"].as_f64().is_some_and(f64::is_finite), "{object}");
            let alarm = if object["alarm"] == true { "yes" } else { "no" };
            assert!(row.ends_with(&format!(",{score},{alarm}")), "{row} and {object}");
        }
        if let Some(wrong) = &wrong {
            let line =
                wrong.split(['\u{20}', ':']).find_map(|it| it.parse::<usize>().ok()).expect("its line");
            let before: Vec<&[u8]> = bytes.split_inclusive(|it| *it == b'\n').take(line - 1).collect();
            assert_eq!(answer(&before.concat(), judge(), Format::Csv), (csv, None), "what stands before");
        }
    }
}

fn answer(bytes: &[u8], judge: Judge, format: Format) -> (String, Option<String>) {
    let mut output = Vec::new();
    let wrong = match detect("x.csv", bytes, &mut output, judge, format) {
        Ok(()) => None,
        Err(DetectError::Wrong(why)) => Some(why),
        Err(error) => panic!("{error}"),
    };
    (String::from_utf8(output).expect("text"), wrong)
}
