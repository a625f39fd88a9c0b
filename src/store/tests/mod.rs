//! The store as its users see it, and what may happen to its file.

mod backups;
mod damage;
mod formats;
mod ledgers;
mod outbox;
mod power;
mod rows;
mod samples;
mod year;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;
use jobs::alert::{
    Alert, AlertKey, Basis, Finding as Seen, Past, Phase, Reason, Severity, Side, Step, Transition,
};
use jobs::metric::{Sample, SeriesKey};
use jobs::mute::{After, By, Mute};

use super::ground::Mode;
use super::*;

/// A directory that is gone with the test.
struct Desk(PathBuf);

impl Desk {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("vakhta-store-{}-{number}", std::process::id()));
        // A process of the same number may have been killed before it could tidy up.
        let _ = fs::remove_dir_all(&dir);
        Self(dir)
    }

    fn file(&self) -> PathBuf {
        self.0.join(open::FILE)
    }

    fn open_with(&self, limits: Limits) -> Opened {
        Database::open(&self.0, limits, at(0)).expect("a store that may be opened")
    }

    fn open(&self) -> Database {
        let opened = self.open_with(Limits::default());
        assert_eq!(opened.findings, [], "nothing to complain of");
        assert_eq!(opened.database.condition(), Condition::Durable);
        opened.database
    }

    /// The files as a process that is killed now would leave them.
    fn killed(&self) -> Desk {
        let copy = Desk::new();
        fs::create_dir_all(&copy.0).expect("a temporary directory");
        for name in [open::FILE.to_owned(), format!("{}-wal", open::FILE)] {
            let from = self.0.join(&name);
            if from.exists() {
                fs::copy(from, copy.0.join(&name)).expect("a copy");
            }
        }
        copy
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("a directory").flatten();
        let mut names: Vec<_> = entries.map(|it| it.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Database {
    /// Makes the disk full as SQLite sees it: the file may not grow any more. Or gives it room again.
    fn disk_full(&self, full: bool) {
        let state = self.lock();
        let file = match &state.mode {
            Mode::Shadow { disk, .. } => disk,
            _ => &state.conn,
        };
        let pages: i64 = file.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("a number");
        let most = if full { pages } else { 1_000_000 };
        file.query_row(&format!("PRAGMA max_page_count = {most}"), [], |_| Ok(())).expect("a limit");
    }
}

/// 2026-11-01, midnight, and so many seconds.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_793_491_200 + seconds).expect("a date")
}

fn cpu() -> SeriesKey {
    SeriesKey::whole("cpu.busy")
}

fn sample(key: SeriesKey, seconds: i64, value: f64) -> Sample {
    Sample { key, at: at(seconds), value }
}

/// Ten-second samples of one series in `from..to` seconds; each is its own time.
fn feed(database: &Database, from: i64, to: i64) {
    for second in (from..to).step_by(10) {
        database.append(&[sample(cpu(), second, second as f64)]).expect("room");
    }
}

fn values(series: &Series) -> Vec<f64> {
    series.points.iter().map(|it| it.mean).collect()
}

fn alert(seconds: i64) -> Alert {
    Alert {
        number: 0,
        key: AlertKey { rule: "cpu".to_owned(), series: cpu() },
        phase: Phase::Pending,
        finding: Seen {
            observed: 91.3,
            limit: 85.0,
            side: Side::Above,
            severity: Severity::Warning,
            forecast: None,
        },
        worst: 91.3,
        since: at(seconds),
        fired: None,
        seen: at(seconds),
        remedy: None,
        generation: 0,
        past: Past::default(),
        culprits: Vec::new(),
    }
}

fn transition(seconds: i64, step: Step) -> Transition {
    Transition { at: at(seconds), step, finding: None, reason: None, basis: None }
}

/// Lets an alert fire.
fn fire(database: &Database, seconds: i64) -> Alert {
    let mut alert = alert(seconds);
    database.put_alert(&mut alert, &transition(seconds, Step::Suspected)).expect("room");
    alert.phase = Phase::Firing;
    alert.fired = Some(at(seconds + 60));
    alert.generation = 1;
    database.put_alert(&mut alert, &transition(seconds + 60, Step::Fired)).expect("room");
    alert
}

/// A mute from the beginning on, by a script.
fn mute(scope: &str, until: i64) -> Mute {
    Mute {
        scope: scope.parse().expect("a scope"),
        from: at(0),
        until: at(until),
        by: By::Script,
        critical_too: false,
        after: After::Tell,
        reason: None,
    }
}

fn mode_of(path: &Path) -> u32 {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).expect("a file").mode() & 0o777
}

impl Database {
    /// Alters the tables behind everybody's back, for tests of what happens then.
    pub(crate) fn alter(&self, sql: &str) {
        self.lock().conn.execute_batch(sql).expect("sound SQL");
    }
}
