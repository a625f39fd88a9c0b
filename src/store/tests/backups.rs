use std::os::unix::fs::symlink;
use std::sync::atomic::AtomicBool;

use jobs::audit::{Deed, Outcome as How, Who};

use super::super::restore::swap_seen;
use super::*;
use crate::message::{ChatId, MessageId, Place, UserId};
use crate::transport::Bookmark;
use jobs::notice::{House, Notice};

const HERE: Place = Place { chat: ChatId(7), thread: None };

fn quiet(_: u64, _: u64) {}

/// A copy of a store, in a directory of its own.
fn copied(desk: &Desk) -> (Desk, PathBuf) {
    let elsewhere = Desk::new();
    fs::create_dir_all(&elsewhere.0).expect("a temporary directory");
    let file = elsewhere.0.join("copy");
    back_up(&desk.0, Target::File { path: &file, force: false }, &quiet).expect("room");
    (elsewhere, file)
}

fn deed(seconds: i64, what: &str) -> Deed {
    Deed::begun(at(seconds), Who::Person(42), what, "nginx".to_owned()).ended(How::Done, "")
}

fn button(key: &str) -> ButtonRow {
    ButtonRow {
        key: key.to_owned(),
        user: Some(UserId(42)),
        place: HERE,
        action: "{}".to_owned(),
        generation: 0,
        expires: at(1_000_000),
    }
}

fn parcel(seconds: i64) -> NewParcel {
    NewParcel { place: HERE, notice: Notice::House(House::TwoPollers), urgent: false, made: at(seconds) }
}

/// A store with an hour of samples and something in every book.
fn lived_in(desk: &Desk) -> Database {
    let database = desk.open();
    feed(&database, 0, 3600);
    fire(&database, 0);
    database.save(100).expect("room");
    database.put_state("totp.used/1", "50").expect("room");
    database.put_deed(&deed(10, "restart")).expect("room");
    database.put_buttons(&[button("spent"), button("unused")]).expect("room");
    database.put_parcels(&[parcel(20)]).expect("room");
    database.put_mute(&mute("host", 900_000)).expect("room");
    let run = database.start_run("morning", at(0), at(0)).expect("room");
    database.finish_run(run, &Outcome::Ok, at(1)).expect("room");
    database
}

/// What happens after the copy was taken.
fn live_on(database: &Database) {
    feed(database, 3600, 7200);
    database.save(200).expect("room");
    database.put_state("totp.used/1", "60").expect("room");
    database.put_deed(&deed(3700, "stop")).expect("room");
    assert!(database.take_button("spent", at(3700)).expect("readable").is_some());
    let due = database.due_parcels(at(3700)).expect("readable");
    database.delivered(due[0].id, MessageId(5), at(3700)).expect("room");
    database.unmute(&"host".parse().expect("a scope")).expect("room");
    let mut later = alert(3700);
    later.key.rule = "later".to_owned();
    database.put_alert(&mut later, &transition(3700, Step::Suspected)).expect("room");
    let run = database.start_run("morning", at(3600), at(3600)).expect("room");
    database.finish_run(run, &Outcome::Ok, at(3601)).expect("room");
}

/// What has to be so after a restore of what [`lived_in`] was, whatever [`live_on`] did.
fn is_restored(database: &Database) {
    assert_eq!(database.series(&cpu(), at(0), at(7200)).expect("readable").points.len(), 360);
    assert_eq!(database.load(), Ok(Some(200)), "the place in the chat never moves back");
    let used = database.get_state("totp.used/1").expect("readable");
    assert_eq!(used.as_deref(), Some("60"), "a code is good once");
    assert!(database.button("spent", at(3800)).expect("readable").is_none(), "a button acts once");
    assert_eq!(database.due_parcels(at(9000)).expect("readable"), [], "what was told is not told again");
    let deeds: Vec<_> = database.deeds(at(0)).expect("readable").into_iter().map(|it| it.what).collect();
    assert_eq!(deeds, ["restore", "stop", "restart"], "the audit loses no line");
    let due = database.last_due("morning").expect("readable");
    assert_eq!(due, Some(at(3600)), "what ran is not made up for");
    let written = database.get_state(RESTORED).expect("readable").expect("its owner is told");
    let restored: Restored = serde_json::from_str(&written).expect("ours");
    assert_eq!((restored.of, restored.at), (at(3590), at(8000)));
}

#[test]
fn a_copy_of_a_store_in_use_is_whole_and_only_its_owners() {
    let desk = Desk::new();
    let database = desk.open();
    feed(&database, 0, 3600);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut second = 3600;
            while !done.load(Ordering::Relaxed) {
                feed(&database, second, second + 10);
                second += 10;
            }
        });
        for _ in 0..5 {
            let (elsewhere, file) = copied(&desk);
            assert_eq!(mode_of(&file), 0o600);
            assert_eq!(elsewhere.names(), ["copy"], "nothing else is left there");
            let fresh = Desk::new();
            let staged = stage(&fresh.0, Source::File(&file)).expect("whole");
            swap(&fresh.0, staged, at(0)).expect("nobody is there");
            let known = fresh.open().series(&cpu(), at(0), at(3600)).expect("readable");
            assert_eq!(known.points.len(), 360);
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_copy_goes_nowhere_it_was_not_sent() {
    let desk = Desk::new();
    let database = desk.open();
    feed(&database, 0, 100);
    let elsewhere = Desk::new();
    fs::create_dir_all(&elsewhere.0).expect("a temporary directory");
    let refused = |path: &Path, force| {
        let target = Target::File { path, force };
        back_up(&desk.0, target, &quiet).expect_err("refused").to_string()
    };
    let there = elsewhere.0.join("there");
    fs::write(&there, "mine").expect("room");
    assert!(refused(&there, false).contains("is there already"), "{}", refused(&there, false));
    assert_eq!(fs::read(&there).expect("readable"), b"mine");
    let link = elsewhere.0.join("link");
    symlink(&there, &link).expect("a link");
    assert!(refused(&link, true).contains("symbolic link"));
    assert!(refused(&desk.file(), true).contains("the store's own"));
    assert!(refused(&elsewhere.0.join("no/such"), false).contains("that is there"));
    assert!(refused(&elsewhere.0, true).contains("is no file"));
    assert_eq!(elsewhere.names(), ["link", "there"]);
    let target = Target::File { path: &there, force: true };
    assert_eq!(back_up(&desk.0, target, &quiet).expect("forced").newest, at(90));
    let nobody = back_up(&elsewhere.0, Target::Stream(&mut Vec::new()), &quiet).expect_err("no store");
    assert!(nobody.to_string().contains("DATA_DIR"), "{nobody}");
}

#[test]
fn what_was_said_and_done_since_outlives_a_restore() {
    let desk = Desk::new();
    let database = lived_in(&desk);
    let (_elsewhere, file) = copied(&desk);
    live_on(&database);
    drop(database);
    let staged = stage(&desk.0, Source::File(&file)).expect("whole");
    let swapped = swap(&desk.0, staged, at(8000)).expect("nobody is there");
    assert_eq!(swapped.lost, [""; 0]);
    let database = desk.open();
    is_restored(&database);
    assert!(database.button("unused", at(3800)).expect("readable").is_some(), "the chat's book goes on");
    assert_eq!(database.mutes(at(3800)).expect("readable"), [], "what was unmuted stays so");
    let rules: Vec<_> = database.open_alerts().expect("readable").into_iter().map(|it| it.key.rule).collect();
    assert_eq!(rules, ["cpu", "later"], "an alert that was told is not new");
    drop(database);
    assert_eq!(desk.names(), ["vakhta.sqlite", "vakhta.sqlite.before-restore"]);
    assert_eq!(mode_of(&desk.0.join("vakhta.sqlite.before-restore")), 0o600);
    // And back again: the store from before is a backup like any other.
    let kept = desk.0.join("vakhta.sqlite.before-restore");
    let staged = stage(&desk.0, Source::File(&kept)).expect("whole");
    swap(&desk.0, staged, at(9000)).expect("nobody is there");
    let database = desk.open();
    assert_eq!(database.series(&cpu(), at(0), at(7200)).expect("readable").points.len(), 720);
    let deeds = database.deeds(at(0)).expect("readable").into_iter().map(|it| it.what);
    assert_eq!(deeds.collect::<Vec<_>>(), ["restore", "restore", "stop", "restart"]);
}

#[test]
fn a_watch_is_handed_a_copy_and_answers() {
    let desk = Desk::new();
    let database = lived_in(&desk);
    let (_elsewhere, file) = copied(&desk);
    live_on(&database);
    let staged = stage(&desk.0, Source::File(&file)).expect("whole");
    let asked = staged.ask(&desk.0).expect("nobody else asks");
    assert!(is_asked(&desk.0));
    let second = stage(&desk.0, Source::File(&file)).expect("whole").ask(&desk.0).err().expect("refused");
    assert!(second.to_string().contains("under way"), "{second}");
    let taken = take(&desk.0).expect("somebody asks").expect("whole");
    assert!(!is_asked(&desk.0) && !asked.withdraw(), "it is taken");
    database.close();
    let swapped = swap(&desk.0, taken, at(8000)).expect("nobody else has it");
    answer(&desk.0, &Answer::Done { kept: swapped.kept, lost: Vec::new() }).expect("room");
    assert!(matches!(asked.answer(), Some(Answer::Done { kept: Some(_), .. })));
    is_restored(&desk.open());
    assert_eq!(desk.names(), ["vakhta.sqlite", "vakhta.sqlite.before-restore"]);
}

#[test]
fn a_store_that_somebody_else_has_open_stays_where_it_is() {
    let desk = Desk::new();
    let database = lived_in(&desk);
    let (_elsewhere, file) = copied(&desk);
    live_on(&database);
    let staged = stage(&desk.0, Source::File(&file)).expect("whole");
    let refused = swap(&desk.0, staged, at(8000)).expect_err("somebody has it open").to_string();
    assert!(refused.contains("restore again") && refused.contains("nothing was changed"), "{refused}");
    assert_eq!(database.load(), Ok(Some(200)));
    feed(&database, 8000, 8100);
    drop(database);
    assert_eq!(desk.names(), ["vakhta.sqlite"]);
    assert_eq!(desk.open().series(&cpu(), at(0), at(8100)).expect("readable").points.len(), 730);
}

#[test]
fn a_restore_to_another_machine_rings_for_nothing_old() {
    let desk = Desk::new();
    let database = lived_in(&desk);
    let (_elsewhere, file) = copied(&desk);
    drop(database);
    // A watch has run here for a while, and its book has other things under the same numbers.
    let fresh = Desk::new();
    let here = fresh.open();
    feed(&here, 5000, 5100);
    let mut other = alert(5000);
    other.key.rule = "other".to_owned();
    here.put_alert(&mut other, &transition(5000, Step::Suspected)).expect("room");
    here.put_deed(&deed(5000, "pause")).expect("room");
    here.put_buttons(&[button("of here")]).expect("room");
    here.put_mute(&mute("all", 900_000)).expect("room");
    here.save(300).expect("room");
    drop(here);
    let staged = stage(&fresh.0, Source::File(&file)).expect("whole");
    swap(&fresh.0, staged, at(8000)).expect("nobody is there");
    let database = fresh.open();
    assert_eq!(database.load(), Ok(Some(300)));
    assert_eq!(database.due_parcels(at(9000)).expect("readable"), [], "what waited then is old");
    for key in ["spent", "unused", "of here"] {
        assert!(database.button(key, at(9000)).expect("readable").is_none(), "{key}");
    }
    let deeds = database.deeds(at(0)).expect("readable").into_iter().map(|it| it.what);
    assert_eq!(deeds.collect::<Vec<_>>(), ["restore", "pause", "restart"], "both have their lines");
    assert_eq!(database.open_alerts().expect("readable").len(), 1);
    assert_eq!(database.mutes(at(9000)).expect("readable").len(), 2);
}

#[test]
fn what_is_no_store_of_ours_is_refused_and_nothing_is_changed() {
    let desk = Desk::new();
    let database = lived_in(&desk);
    let (elsewhere, file) = copied(&desk);
    drop(database);
    let before = fs::read(desk.file()).expect("readable");
    let good = fs::read(&file).expect("readable");
    let bad = elsewhere.0.join("bad");
    let refused = |what: &[u8], words: &str| {
        fs::write(&bad, what).expect("room");
        let error = stage(&desk.0, Source::File(&bad)).err().expect("refused").to_string();
        assert!(error.contains(words), "{words}: {error}");
        let error = stage(&desk.0, Source::Stream(&mut &what[..])).err().expect("refused").to_string();
        assert!(error.contains(words), "{words}: {error}");
        assert_eq!(desk.names(), ["vakhta.sqlite"]);
        assert_eq!(fs::read(desk.file()).expect("readable"), before);
    };
    refused(b"", "is empty");
    refused(b"SQLite format 2 or something else", "is no backup of Vakhta");
    refused(&good[..good.len() / 2], "cannot be restored");
    refused(&good[..100], "cannot be restored");
    let mut torn = good.clone();
    torn[8192..12288].fill(0xa5);
    refused(&torn, "cannot be restored");
    let altered = |sql: &str| {
        fs::write(&bad, &good).expect("room");
        rusqlite::Connection::open(&bad).and_then(|it| it.execute_batch(sql)).expect("sound SQL");
        fs::read(&bad).expect("readable")
    };
    refused(&altered("PRAGMA user_version = 99"), "format 99");
    refused(&altered("PRAGMA application_id = 1"), "another program's");
    refused(&altered("DROP TABLE audit"), "cannot be restored");
    let trigger = "CREATE TRIGGER more AFTER INSERT ON runs BEGIN DELETE FROM audit; END";
    refused(&altered(trigger), "its tables are not those");
    let link = elsewhere.0.join("link");
    symlink(&file, &link).expect("a link");
    for (path, words) in
        [(&link, "symbolic link"), (&desk.file(), "the store itself"), (&elsewhere.0, "is no file")]
    {
        let error = stage(&desk.0, Source::File(path)).err().expect("refused").to_string();
        assert!(error.contains(words), "{words}: {error}");
    }
    assert_eq!(fs::read(desk.file()).expect("readable"), before);
}

#[test]
fn killed_at_any_step_of_a_restore_there_is_the_store_from_before_or_the_copy() {
    let desk = Desk::new();
    let database = lived_in(&desk);
    let (_elsewhere, file) = copied(&desk);
    live_on(&database);
    drop(database);
    let mut steps = Vec::new();
    let staged = stage(&desk.0, Source::File(&file)).expect("whole");
    let seen = &mut |step: &str| {
        let killed = Desk::new();
        fs::create_dir_all(&killed.0).expect("a temporary directory");
        for name in desk.names() {
            fs::copy(desk.0.join(&name), killed.0.join(&name)).expect("a copy");
        }
        steps.push((step.to_owned(), killed));
    };
    swap_seen(&desk.0, staged, at(8000), seen).expect("nobody is there");
    assert_eq!(steps.len(), 7);
    for (step, killed) in steps {
        tidy(&killed.0);
        let database = killed.open();
        let points = database.series(&cpu(), at(0), at(7200)).expect("readable").points.len();
        let is_copy = step == "the copy has its name";
        assert_eq!(points, if is_copy { 360 } else { 720 }, "{step}");
        if is_copy {
            is_restored(&database);
        }
        drop(database);
        let left = killed.names();
        let known = ["vakhta.sqlite", "vakhta.sqlite.before-restore", "vakhta.sqlite.restore-part"];
        assert!(left.iter().all(|it| known.contains(&it.as_str())), "{step}: {left:?}");
    }
}

/// What real watches of each format wrote: a rule that fired and was told, one that fired while the chat was down, a
/// mute, buttons, runs. See `docs/reliability.md`.
fn written_by(format: i64) -> PathBuf {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/stores");
    dir.join(format!("written-by-format-{format}.sqlite"))
}

fn put_down(desk: &Desk, format: i64) {
    fs::create_dir_all(&desk.0).expect("a temporary directory");
    fs::copy(written_by(format), desk.file()).expect("a file of each format is checked in");
}

/// Everything that such a watch wrote reads back.
fn is_all_there(database: &Database, format: i64) {
    let long_ago = Timestamp::UNIX_EPOCH;
    let looks = if format == 3 { 22 } else { 21 };
    let memory = SeriesKey::whole("memory.used");
    let series = database.series(&memory, long_ago, Timestamp::MAX).expect("readable");
    assert_eq!(values(&series), vec![75.0; looks], "format {format}");
    assert_eq!(database.keys(long_ago).expect("readable").len(), 12);
    let alerts = database.open_alerts().expect("readable");
    let seen: Vec<_> =
        alerts.iter().map(|it| (it.number, it.key.rule.as_str(), it.finding.observed)).collect();
    assert_eq!(seen, [(1, "always", 75.0), (2, "later", 20.0)]);
    assert_eq!(database.transitions(2).expect("readable").len(), 2);
    assert_eq!(database.untold_transitions().expect("readable"), []);
    assert_eq!(database.load(), Ok(Some(5006)));
    let mutes = database.mutes(alerts[0].since).expect("readable");
    assert_eq!(mutes.iter().map(|it| it.scope.to_string()).collect::<Vec<_>>(), ["all"]);
    let runs = database.runs("sample", 100).expect("readable");
    assert!(runs.len() == looks && runs.iter().all(|it| it.outcome == Outcome::Ok), "{runs:?}");
    let person = database.person(UserId(42)).expect("readable").expect("met");
    assert_eq!(person.language.as_deref(), Some("en"));
    let buttons = "SELECT count(*) FROM buttons";
    let count = database.lock().conn.query_row(buttons, [], |row| row.get::<_, i64>(0)).expect("readable");
    assert_eq!(count, if format == 1 { 8 } else { 25 });
    // Incidents and their cards came with format 2; what is done is written down since 3.
    let incidents = database.open_incidents().expect("readable");
    assert_eq!(
        incidents.iter().map(|it| it.members.len()).collect::<Vec<_>>(),
        if format == 1 { vec![] } else { vec![2] }
    );
    assert_eq!(database.record(1).expect("readable").len(), if format == 1 { 0 } else { 3 });
    let owner = Place { chat: ChatId(42), thread: None };
    assert_eq!(database.card(owner, 1).expect("readable").is_some(), 2 <= format);
    assert_eq!(database.outbox_depth().expect("readable").parcels, u64::from(2 <= format));
    let deeds = database.deeds(long_ago).expect("readable");
    assert_eq!(deeds.len(), usize::from(format == 3));
}

#[test]
fn a_store_that_a_real_watch_of_each_format_wrote_opens_and_opening_it_again_changes_nothing() {
    for format in 1..=schema::FORMAT {
        let desk = Desk::new();
        put_down(&desk, format);
        let database = desk.open();
        is_all_there(&database, format);
        drop(database);
        let first = fs::read(desk.file()).expect("readable");
        is_all_there(&desk.open(), format);
        assert_eq!(fs::read(desk.file()).expect("readable"), first, "format {format}");
        let kept = format!("vakhta.sqlite.format-{format}");
        let mut names = vec!["vakhta.sqlite".to_owned()];
        names.extend((format < schema::FORMAT).then_some(kept.clone()));
        assert_eq!(desk.names(), names);
        if format < schema::FORMAT {
            // The way back: whole, as it was, for the release before.
            assert_eq!(mode_of(&desk.0.join(&kept)), 0o600);
            let copy = rusqlite::Connection::open(desk.0.join(&kept)).expect("a store");
            let user_version = copy.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0));
            assert_eq!(user_version.expect("a number"), format);
            drop(copy);
            let again = Desk::new();
            let staged = stage(&again.0, Source::File(&desk.0.join(&kept))).expect("whole");
            assert_eq!(staged.copied.format, format);
            swap(&again.0, staged, at(0)).expect("nobody is there");
        }
    }
}

#[test]
fn killed_in_the_middle_of_bringing_it_to_a_newer_format_a_store_opens_with_all_that_was_in_it() {
    for format in 1..schema::FORMAT {
        let done = usize::try_from(format).expect("small");
        for steps in 0..=schema::MIGRATIONS.len() - done {
            let desk = Desk::new();
            put_down(&desk, format);
            let conn = rusqlite::Connection::open(desk.file()).expect("a store");
            // A small cache, so that half of the work is on the disk before anything is final.
            conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA cache_size = 2; BEGIN IMMEDIATE")
                .expect("ours");
            for migration in &schema::MIGRATIONS[done..done + steps] {
                conn.execute_batch(migration).expect("a migration");
            }
            conn.execute_batch("CREATE TABLE much (it BLOB); INSERT INTO much VALUES (zeroblob(200000))")
                .expect("room");
            let killed = desk.killed();
            drop(conn);
            let database = killed.open();
            is_all_there(&database, format);
        }
    }
}

#[test]
fn a_newer_store_is_refused_with_a_way_back_and_not_touched() {
    let desk = Desk::new();
    put_down(&desk, 3);
    let conn = rusqlite::Connection::open(desk.file()).expect("a store");
    conn.execute_batch("PRAGMA user_version = 99").expect("ours");
    drop(conn);
    let before = fs::read(desk.file()).expect("readable");
    let refused = || Database::open(&desk.0, Limits::default(), at(0)).expect_err("newer").to_string();
    let words = refused();
    for part in ["format 99", "this one knows 3", "run that release again", "vakhta restore FILE"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert_eq!(desk.names(), ["vakhta.sqlite"]);
    fs::copy(written_by(2), desk.0.join("vakhta.sqlite.format-2")).expect("room");
    let words = refused();
    let way = format!(
        "vakhta restore {}",
        desk.0.canonicalize().expect("there").join("vakhta.sqlite.format-2").display()
    );
    assert!(words.contains(&way), "{words}");
    assert_eq!(fs::read(desk.file()).expect("readable"), before);
    // And the way back is one.
    let staged = stage(&desk.0, Source::File(&desk.0.join("vakhta.sqlite.format-2"))).expect("whole");
    let swapped = swap(&desk.0, staged, at(0)).expect("nobody is there");
    assert_eq!(swapped.lost, [""; 0], "what it has in common with this release is read");
    assert_eq!(desk.open().load(), Ok(Some(5006)));
    assert_eq!(fs::read(desk.0.join("vakhta.sqlite.before-restore")).expect("readable"), before);
}
