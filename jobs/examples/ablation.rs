//! What each part of the detector is worth: every record of a bench scored with other numbers, one file of scores for
//! each set of them. `bench/ablation.py` runs it on both benches and hands the scores to their scorers.
//!
//!     cargo run --release -p jobs --example ablation -- DATA_DIR OUT_DIR
//!
//! `DATA_DIR` has `FOLDER/FILE.csv` with a header, the time first and the value second; records without a value are
//! skipped. `OUT_DIR` gets a `NUMBER.json`, `{"FOLDER/FILE.csv": [score, …], …}`, for each line that is printed.
#![expect(clippy::disallowed_methods, reason = "a bench reads files; what it runs does not")]

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use jobs::evaluate::novelty::settings::{DAY, HOUR};
use jobs::evaluate::novelty::{Keep, Novelty, Settings, civil};

/// A file's name under the data directory, and its records.
type Recorded = (String, Vec<(i64, f64)>);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(data), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("cargo run --release -p jobs --example ablation -- DATA_DIR OUT_DIR".into());
    };
    let files = read_all(&data)?;
    std::fs::create_dir_all(&out)?;
    for (number, (name, settings)) in variants().into_iter().enumerate() {
        std::fs::write(out.join(format!("{number}.json")), scores(&files, settings)?)?;
        println!("{name}");
    }
    Ok(())
}

/// Every set of numbers that is compared. The first is the one that runs.
fn variants() -> Vec<(&'static str, Settings)> {
    let all = Settings::default();
    let days = |days: u32| Keep { seconds: days * DAY, ..all.keep };
    let records = |records: u32| Keep { records, seconds: 0 };
    let bare = |keep| Settings {
        keep,
        gap_share: 0.0,
        full_sigmas: 1e-9,
        span_sigmas: f64::MAX,
        span_level: 0.0,
        grown_seconds: 1,
        hold_seconds: 1,
        rhythm_share: 0.0,
        ..all
    };
    vec![
        ("all of it", all),
        ("bare distance over range, 6000 records", bare(records(6_000))),
        ("bare distance over range, 21 days", bare(all.keep)),
        ("without the gap", Settings { gap_share: 0.0, ..all }),
        ("gap × ⅓", Settings { gap_share: 1.0 / 3.0, ..all }),
        ("gap × ½", Settings { gap_share: 0.5, ..all }),
        ("without the sigmas", Settings { full_sigmas: 1e-9, ..all }),
        ("full at 1σ", Settings { full_sigmas: 1.0, ..all }),
        ("full at 3σ", Settings { full_sigmas: 3.0, ..all }),
        ("range unlimited", Settings { span_sigmas: f64::MAX, ..all }),
        ("range ≤ 20σ", Settings { span_sigmas: 20.0, ..all }),
        ("range ≤ 60σ", Settings { span_sigmas: 60.0, ..all }),
        ("range without the tenth of the level", Settings { span_level: 0.0, ..all }),
        ("novelty in full from the start", Settings { grown_seconds: 1, ..all }),
        ("in full after 7 days", Settings { grown_seconds: 7 * DAY, ..all }),
        ("in full after 10 days", Settings { grown_seconds: 10 * DAY, ..all }),
        ("in full after 18 days", Settings { grown_seconds: 18 * DAY, ..all }),
        ("in full after 21 days", Settings { grown_seconds: 21 * DAY, ..all }),
        ("without hiding", Settings { hold_seconds: 1, ..all }),
        ("hiding 4 h", Settings { hold_seconds: 4 * HOUR, ..all }),
        ("hiding 12 h", Settings { hold_seconds: 12 * HOUR, ..all }),
        ("hiding 16 h", Settings { hold_seconds: 16 * HOUR, ..all }),
        ("without the rhythm", Settings { rhythm_share: 0.0, ..all }),
        ("the rhythm in full", Settings { rhythm_share: 1.0, ..all }),
        ("known for 14 days", Settings { keep: days(14), ..all }),
        ("known for 18 days", Settings { keep: days(18), ..all }),
        ("known for 28 days", Settings { keep: days(28), ..all }),
        ("known for 2000 records only", Settings { keep: records(2_000), ..all }),
        ("known for 6000 records only", Settings { keep: records(6_000), ..all }),
        ("at least 1000 records", Settings { keep: Keep { records: 1_000, ..all.keep }, ..all }),
        ("at least 4000 records", Settings { keep: Keep { records: 4_000, ..all.keep }, ..all }),
        ("spread over 500 records", Settings { spread_records: 500, ..all }),
        ("spread over 2000 records", Settings { spread_records: 2_000, ..all }),
    ]
}

fn scores(files: &[Recorded], settings: Settings) -> Result<String, std::fmt::Error> {
    let mut text = String::from("{");
    for (place, (name, records)) in files.iter().enumerate() {
        let mut novelty = Novelty::with(settings);
        write!(text, "{}\n\"{name}\": [", if place == 0 { "" } else { "," })?;
        for (place, (at, value)) in records.iter().enumerate() {
            let score = novelty.observe(*at, *value).score;
            write!(text, "{}{score}", if place == 0 { "" } else { "," })?;
        }
        text.push(']');
    }
    text.push_str("\n}\n");
    Ok(text)
}

fn read_all(data: &Path) -> Result<Vec<Recorded>, Box<dyn Error>> {
    let mut files = Vec::new();
    for folder in std::fs::read_dir(data)? {
        let folder = folder?.path();
        if !folder.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(folder)? {
            let path = file?.path();
            if path.extension().is_some_and(|it| it == "csv") {
                let name = path.strip_prefix(data)?.to_string_lossy().into_owned();
                files.push((name, read(&path)?));
            }
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<(i64, f64)>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let mut records = Vec::new();
    for (line, row) in text.lines().enumerate().skip(1) {
        let wrong = || format!("{}, line {}: no time and value", path.display(), line + 1);
        let mut cells = row.split(',').map(|it| it.trim().trim_matches('"'));
        let (at, value) = (cells.next().ok_or_else(wrong)?, cells.next().ok_or_else(wrong)?);
        if !value.is_empty() && value != "NaN" {
            records.push((civil::seconds(at).ok_or_else(wrong)?, value.parse().map_err(|_| wrong())?));
        }
    }
    Ok(records)
}
