use std::os::unix::fs::{PermissionsExt, symlink};

use rusqlite::Connection;

use super::*;
use crate::transport::Bookmark;

fn set_aside(findings: &[Finding]) -> (&str, &[&'static str]) {
    match findings {
        [Finding::SetAside { kept_as, saved, .. }] => (kept_as, saved),
        other => panic!("expected one file set aside: {other:?}"),
    }
}

/// A store with a day of samples, an alert and a bookmark, closed.
fn lived_in() -> Desk {
    let desk = Desk::new();
    let database = desk.open();
    feed(&database, 0, 20_000);
    fire(&database, 0);
    database.save(77).expect("room");
    drop(database);
    assert_eq!(desk.names(), ["vakhta.sqlite"], "the journal is put away on closing");
    desk
}

/// Opens it, finds it replaced, and sees that the new one works.
fn begins_anew(desk: &Desk) -> Vec<&'static str> {
    let opened = desk.open_with(Limits::default());
    let (kept_as, saved) = set_aside(&opened.findings);
    assert!(kept_as.ends_with("vakhta.sqlite.damaged-20261101T000000Z"), "{kept_as}");
    assert!(Path::new(kept_as).exists());
    assert_eq!(opened.database.condition(), Condition::Durable);
    feed(&opened.database, 0, 700);
    assert_eq!(opened.database.series(&cpu(), at(0), at(700)).expect("readable").points.len(), 70);
    let saved = saved.to_vec();
    drop(opened);
    desk.open();
    saved
}

#[test]
fn files_are_ours_alone() {
    let desk = Desk::new();
    let database = desk.open();
    feed(&database, 0, 10);
    assert_eq!(mode_of(&desk.0), 0o700);
    for name in ["vakhta.sqlite", "vakhta.sqlite-wal", "vakhta.sqlite-shm"] {
        assert_eq!(mode_of(&desk.0.join(name)), 0o600, "{name}");
    }
    drop(database);
    fs::set_permissions(&desk.0, fs::Permissions::from_mode(0o755)).expect("ours");
    fs::set_permissions(desk.file(), fs::Permissions::from_mode(0o644)).expect("ours");
    desk.open();
    assert_eq!((mode_of(&desk.0), mode_of(&desk.file())), (0o700, 0o600));
}

#[test]
fn a_directory_that_holds_more_than_ours_is_not_locked_up_but_reported() {
    let desk = Desk::new();
    fs::create_dir_all(&desk.0).expect("a temporary directory");
    fs::set_permissions(&desk.0, fs::Permissions::from_mode(0o755)).expect("ours");
    fs::write(desk.0.join("holiday.jpg"), "").expect("room");
    let opened = desk.open_with(Limits::default());
    assert!(
        matches!(opened.findings[..], [Finding::OpenToOthers { mode: 0o755, .. }]),
        "{:?}",
        opened.findings
    );
    assert_eq!((mode_of(&desk.0), mode_of(&desk.file())), (0o755, 0o600));
}

#[test]
fn a_symbolic_link_is_refused() {
    for name in ["vakhta.sqlite", "vakhta.sqlite-wal", "vakhta.sqlite-shm", "vakhta.sqlite-journal"] {
        let (desk, elsewhere) = (Desk::new(), Desk::new());
        fs::create_dir_all(&desk.0).expect("a temporary directory");
        let link = desk.0.join(name);
        symlink(elsewhere.0.join("stolen"), &link).expect("a link");
        let link = link.canonicalize().unwrap_or(link);
        let error = Database::open(&desk.0, Limits::default(), at(0)).expect_err("a link");
        assert!(matches!(&error, OpenError::Symlink(_)), "{error}");
        assert!(error.to_string().contains("is a symbolic link; remove it"), "{error}");
        assert!(!link.exists() && !elsewhere.0.exists(), "nothing was written through it");
    }
}

#[test]
fn a_directory_reached_by_a_link_is_fine() {
    let desk = Desk::new();
    desk.open();
    let link = Desk::new();
    symlink(&desk.0, &link.0).expect("a link");
    let opened = Database::open(&link.0, Limits::default(), at(0)).expect("a directory");
    assert_eq!((opened.findings.as_slice(), opened.database.condition()), (&[][..], Condition::Durable));
    fs::remove_file(&link.0).expect("ours");
}

#[test]
fn a_newer_format_is_refused_politely_and_not_touched() {
    let desk = lived_in();
    Connection::open(desk.file()).expect("ours").execute_batch("PRAGMA user_version = 99").expect("valid");
    let error = Database::open(&desk.0, Limits::default(), at(0)).expect_err("from the future");
    let words = error.to_string();
    let known = schema::FORMAT;
    let newer = format!("written by a newer release of Vakhta (format 99, this one knows {known})");
    assert!(words.contains(&newer), "{words}");
    assert!(words.contains("run that release again, or restore a backup"), "{words}");
    let format: i64 = Connection::open(desk.file())
        .and_then(|it| it.query_row("PRAGMA user_version", [], |row| row.get(0)))
        .expect("readable");
    assert_eq!(format, 99);
}

#[test]
fn a_file_that_is_no_database_is_set_aside() {
    let desk = Desk::new();
    fs::create_dir_all(&desk.0).expect("a temporary directory");
    fs::write(desk.file(), "My recipes\n".repeat(1000)).expect("room");
    assert_eq!(begins_anew(&desk), [""; 0]);
    let kept = fs::read_to_string(desk.0.join("vakhta.sqlite.damaged-20261101T000000Z")).expect("kept");
    assert!(kept.starts_with("My recipes"));
}

#[test]
fn another_program_s_database_is_set_aside_unharmed() {
    let desk = Desk::new();
    fs::create_dir_all(&desk.0).expect("a temporary directory");
    Connection::open(desk.file())
        .and_then(|it| {
            it.execute_batch("CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')")
        })
        .expect("valid");
    begins_anew(&desk);
    let soup: String = Connection::open(desk.0.join("vakhta.sqlite.damaged-20261101T000000Z"))
        .and_then(|it| it.query_row("SELECT name FROM recipes", [], |row| row.get(0)))
        .expect("kept");
    assert_eq!(soup, "soup");
}

#[test]
fn a_file_of_zeros_is_set_aside() {
    let desk = lived_in();
    let length = fs::metadata(desk.file()).expect("a file").len() as usize;
    fs::write(desk.file(), vec![0; length]).expect("room");
    begins_anew(&desk);
}

#[test]
fn an_empty_file_is_a_new_store() {
    let desk = Desk::new();
    fs::create_dir_all(&desk.0).expect("a temporary directory");
    fs::write(desk.file(), "").expect("room");
    feed(&desk.open(), 0, 10);
}

#[test]
fn a_truncated_file_is_set_aside_or_found_out_in_use_at_any_length() {
    let whole = fs::read(lived_in().file()).expect("a file");
    for length in
        [1, 99, 100, 1024, 4096, 4097, 3 * 4096, whole.len() / 2, whole.len() - 4096, whole.len() - 1]
    {
        let desk = Desk::new();
        fs::create_dir_all(&desk.0).expect("a temporary directory");
        fs::write(desk.file(), &whole[..length]).expect("room");
        let Opened { database, mut findings } = desk.open_with(Limits::default());
        use_everything(&database);
        findings.extend(database.take_findings());
        match length {
            // Not even a header: as good as no file. And the last byte of a page that is not full means nothing.
            1 => assert_eq!(findings, []),
            it if it == whole.len() - 1 => assert_eq!(database.open_alerts().expect("readable").len(), 1),
            _ => drop(set_aside(&findings)),
        }
        assert_eq!(database.condition(), Condition::Durable, "cut to {length} bytes");
    }
}

/// Every kind of access once; whatever is damaged, no call fails and none panics.
fn use_everything(database: &Database) {
    feed(database, 30_000, 32_000);
    database.history(&cpu(), at(0), at(99_999), 10_000).expect("readable");
    database.series(&cpu(), at(0), at(99_999)).expect("readable");
    database.keys(at(0)).expect("readable");
    for mut open in database.open_alerts().expect("readable") {
        database.put_alert(&mut open, &transition(32_000, Step::Worsened)).expect("room");
    }
    database.untold_transitions().expect("readable");
    database.due_parcels(at(99_999)).expect("readable");
    database.outbox_depth().expect("readable");
    database.load().expect("readable");
    database.save(78).expect("room");
    assert_eq!(database.load(), Ok(Some(78)));
}

#[test]
fn a_zeroed_page_anywhere_neither_stops_the_watch_nor_loses_the_ledgers_beside_it() {
    let whole = fs::read(lived_in().file()).expect("a file");
    let (mut kept_alerts, mut replaced) = (0, 0);
    for page in 0..whole.len() / 4096 {
        let desk = Desk::new();
        fs::create_dir_all(&desk.0).expect("a temporary directory");
        let mut bytes = whole.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0);
        fs::write(desk.file(), bytes).expect("room");
        let Opened { database, mut findings } = desk.open_with(Limits::default());
        use_everything(&database);
        findings.extend(database.take_findings());
        assert!(findings.len() <= 1, "page {page}: {findings:?}");
        assert_eq!(database.condition(), Condition::Durable, "page {page}");
        replaced += findings.len();
        kept_alerts += usize::from(!database.open_alerts().expect("readable").is_empty());
    }
    let pages = whole.len() / 4096;
    assert!(replaced > pages / 3, "{replaced} of {pages}");
    assert!(
        pages - 8 <= kept_alerts,
        "only damage to their own pages costs alerts: {kept_alerts} of {pages}"
    );
}

#[test]
fn a_torn_journal_loses_at_most_what_was_not_synced() {
    let desk = Desk::new();
    let database = desk.open();
    fire(&database, 0);
    let wal = format!("{}-wal", open::FILE);
    let safe = fs::metadata(desk.0.join(&wal)).expect("a journal").len();
    feed(&database, 0, 200);
    let journal = fs::read(desk.0.join(&wal)).expect("a journal");
    for (cut, zeros) in [(1, 0), (0, 1), (100, 0), (4000, 0), (0, 4200), (9000, 500)] {
        let torn = desk.killed();
        let mut bytes = journal.clone();
        let end = bytes.len() - cut;
        bytes.truncate(end);
        bytes[end - zeros..].fill(0);
        assert!(safe <= (end - zeros) as u64);
        fs::write(torn.0.join(&wal), bytes).expect("room");
        let next = torn.open();
        assert_eq!(next.open_alerts().expect("readable").len(), 1, "cut {cut}, zeroed {zeros}");
        let left = next.series(&cpu(), at(0), at(999)).expect("readable").points.len();
        assert!((15..=20).contains(&left), "{left} samples left");
    }
}

#[test]
fn a_place_that_cannot_be_written_leaves_a_store_in_memory() {
    let desk = Desk::new();
    fs::create_dir_all(&desk.0).expect("a temporary directory");
    let file = desk.0.join("a-file");
    fs::write(&file, "").expect("room");
    fs::create_dir_all(desk.0.join("taken").join(open::FILE)).expect("room");
    // `/proc` takes no files, not even from root, whom permission bits do not hold back.
    for dir in [Path::new("/proc/vakhta"), Path::new("/proc"), &file, &desk.0.join("taken")] {
        let opened = Database::open(dir, Limits::default(), at(0)).expect("memory instead");
        let why = match &opened.findings[..] {
            [.., Finding::MemoryOnly { why }] => why.clone(),
            other => panic!("{other:?}"),
        };
        assert!(why.contains(&dir.display().to_string()), "{why}");
        assert_eq!(opened.database.condition(), Condition::MemoryOnly { why });
        use_everything(&opened.database);
    }
}

#[test]
fn a_full_disk_moves_the_store_to_memory_and_back_without_a_loss() {
    let desk = Desk::new();
    let database = desk.open();
    feed(&database, 0, 5000);
    let mut fired = fire(&database, 0);
    database.disk_full(true);

    let mut second = 5000;
    while database.condition() == Condition::Durable {
        feed(&database, second, second + 10);
        second += 10;
        assert!(second < 50_000, "the disk never became full");
    }
    let why = "the disk is full".to_owned();
    assert_eq!(database.condition(), Condition::Waiting { why: why.clone() });
    assert_eq!(database.take_findings(), [Finding::Waiting { why }]);

    // Everything works on: old samples are read, new ones are there, alerts move, news is found.
    feed(&database, second, second + 3000);
    second += 3000;
    let whole = |database: &Database| {
        let series = database.series(&cpu(), at(0), at(99_999)).expect("readable");
        let hours = database.history(&cpu(), at(0), at(99_999), 20).expect("readable");
        let count: u32 = hours.points.iter().map(|it| it.count).sum();
        (series.points.len() as i64, i64::from(count))
    };
    assert_eq!(whole(&database), (second / 10, second / 10));
    fired.generation = 2;
    database.put_alert(&mut fired, &transition(6000, Step::Worsened)).expect("memory");
    assert_eq!(database.untold_transitions().expect("readable").len(), 2);
    database.save(5).expect("memory");
    assert!(matches!(database.condition(), Condition::Waiting { .. }));
    assert_eq!(desk.killed().open().load(), Ok(None), "the file has none of it");

    database.disk_full(false);
    feed(&database, second, second + 100);
    second += 100;
    assert_eq!(database.condition(), Condition::Durable);
    assert_eq!(database.take_findings(), [Finding::Returned]);
    let next = desk.killed();
    let next = next.open();
    assert_eq!(whole(&next), (second / 10, second / 10));
    assert_eq!(next.open_alerts().expect("readable"), [fired]);
    assert_eq!(next.load(), Ok(Some(5)));
}

#[test]
fn memory_does_not_grow_for_ever_while_the_disk_is_full() {
    let desk = Desk::new();
    let database = desk.open();
    let keys: Vec<_> = (0..200).map(|it| SeriesKey::of("noise", it.to_string())).collect();
    let moment = |second| keys.iter().map(|key| sample(key.clone(), second, 1.5)).collect::<Vec<_>>();
    database.append(&moment(0)).expect("room");
    database.disk_full(true);
    for second in 1..3000 {
        database.append(&moment(second * 10)).expect("memory");
    }
    assert!(matches!(database.condition(), Condition::Waiting { .. }));
    let bytes: i64 = database
        .lock()
        .conn
        .query_row("SELECT sum(length(body)) FROM fresh", [], |row| row.get(0))
        .expect("a number");
    assert!((1 << 20..3 << 20).contains(&bytes), "{bytes}");
    let newest = database.series(&keys[7], at(29_900), at(99_999)).expect("readable");
    assert_eq!(newest.points.len(), 10);
}

#[test]
fn only_a_few_damaged_files_are_kept() {
    let desk = Desk::new();
    for number in 0..6 {
        fs::create_dir_all(&desk.0).expect("a temporary directory");
        fs::write(desk.file(), "damaged".repeat(100)).expect("room");
        Database::open(&desk.0, Limits::default(), at(number * 60)).expect("begun anew");
    }
    assert_eq!(
        desk.names(),
        [
            "vakhta.sqlite",
            "vakhta.sqlite.damaged-20261101T000300Z",
            "vakhta.sqlite.damaged-20261101T000400Z",
            "vakhta.sqlite.damaged-20261101T000500Z",
        ]
    );
}

/// `mount -t tmpfs -o size=32m none DIR`, then `VAKHTA_SMALL_DISK=DIR cargo test -- --ignored a_really_full_disk`.
#[test]
#[ignore = "needs a small file system to fill"]
fn a_really_full_disk_is_survived_also_by_a_restart() {
    let disk =
        PathBuf::from(std::env::var_os("VAKHTA_SMALL_DISK").expect("VAKHTA_SMALL_DISK names a directory"));
    let desk = Desk(disk.join("data"));
    let fill = || {
        let mut options = fs::OpenOptions::new();
        options.append(true).create(true);
        // The first "full" is an estimate of several processors; the last pages go one by one.
        for number in 0..2000 {
            let mut file = options.open(disk.join(format!("ballast-{}", number % 7))).expect("a file");
            while std::io::Write::write_all(&mut file, &[1; 4096]).is_ok() {}
        }
    };
    let clear = || (0..7).for_each(|it| fs::remove_file(disk.join(format!("ballast-{it}"))).expect("ours"));

    // It becomes full under us.
    let database = desk.open();
    feed(&database, 0, 5000);
    let fired = fire(&database, 0);
    fill();
    let mut second = 5000;
    while database.condition() == Condition::Durable {
        feed(&database, second, second + 10);
        second += 10;
        assert!(second < 500_000, "the disk never became full");
    }
    database.save(9).expect("memory");
    clear();
    feed(&database, second, second + 100);
    second += 100;
    assert_eq!(database.condition(), Condition::Durable);
    assert!(matches!(database.take_findings()[..], [Finding::Waiting { .. }, Finding::Returned]));
    drop(database);

    // It is full when we start: there is not even room for the index that readers share.
    fill();
    let Opened { database, findings } = desk.open_with(Limits::default());
    assert!(matches!(findings[..], [Finding::Waiting { .. }]), "{findings:?}");
    assert_eq!(database.load(), Ok(Some(9)));
    assert_eq!(database.open_alerts().expect("readable"), std::slice::from_ref(&fired));
    let samples = |database: &Database| {
        database.series(&cpu(), at(0), at(999_999)).expect("readable").points.len() as i64
    };
    assert_eq!(samples(&database), second / 10);
    feed(&database, second, second + 1000);
    second += 1000;
    database.save(10).expect("memory");
    clear();
    feed(&database, second, second + 100);
    second += 100;
    assert_eq!(database.condition(), Condition::Durable);
    assert_eq!(database.take_findings(), [Finding::Returned]);
    let beside = desk.open();
    assert_eq!(beside.load(), Ok(Some(10)), "others can read it again");
    assert_eq!(samples(&beside), second / 10);
    drop((database, beside));
    assert_eq!(desk.open().open_alerts().expect("readable"), [fired]);
}
