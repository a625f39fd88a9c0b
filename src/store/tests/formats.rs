use super::*;
use crate::message::{ChatId, MessageId, Place};
use crate::transport::Bookmark;
use jobs::evaluate::Normal;
use jobs::notice::{House, Notice};
use jobs::ports::Learnt;

/// Where stores of released formats are kept.
fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/data/stores")
}

/// Everything a store of any format can hold, and what the present one holds besides.
fn fill(database: &Database) {
    let keys: Vec<_> = ["/", "/srv", "/home"].map(|it| SeriesKey::of("disk.used", it)).to_vec();
    for step in 0..72 * 12 {
        let value = (step % 97) as f64 / 3.0;
        let samples: Vec<_> = keys.iter().map(|key| sample(key.clone(), step * 300, value)).collect();
        let often = if step % 72 == 0 { &samples[..] } else { &samples[..1] };
        database.append(often).expect("room");
    }
    let fired = fire(database, 0);
    let place = Place { chat: ChatId(-1005), thread: Some(2) };
    let told = Notice::Alert { alert: fired.clone(), step: Step::Fired };
    let waiting = Notice::House(House::TwoPollers);
    let parcel = |notice, urgent| NewParcel { place, notice, urgent, made: at(60) };
    let ids = database.put_parcels(&[parcel(told, true), parcel(waiting, false)]).expect("room");
    database.delivered(ids[0], MessageId(11), at(61)).expect("room");
    let run = database.start_run("morning", at(0), at(0)).expect("room");
    database.finish_run(run, &Outcome::TimedOut, at(9)).expect("room");
    let odd = AlertKey { rule: "odd".to_owned(), series: cpu() };
    let learnt = Learnt { key: odd.clone(), at: at(0), body: vec![1, 2, 3] };
    database.put_learnt(&learnt).expect("room");
    let normal = Normal { key: odd, low: 1.0, high: 2.0, at: at(0), by: 7 };
    database.put_normal(&normal).expect("room");
    database.save(4242).expect("room");
    database.put_mute(&mute("all", 99)).expect("room");
}

#[test]
#[ignore = "writes the file of the present format; run once, before a release that changes it"]
fn write_the_present_format() {
    let desk = Desk::new();
    let database = desk.open();
    fill(&database);
    database.settle().expect("no other reader");
    drop(database);
    // Small pages make a small file to check in, and mean nothing else.
    rusqlite::Connection::open(desk.file())
        .and_then(|it| it.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM"))
        .expect("ours alone");
    fs::create_dir_all(kept()).expect("room");
    fs::copy(desk.file(), kept().join(format!("{}.sqlite", schema::FORMAT))).expect("room");
}

#[test]
fn a_store_of_every_released_format_opens_with_all_that_was_in_it() {
    for format in 1..=schema::FORMAT {
        let desk = Desk::new();
        fs::create_dir_all(&desk.0).expect("a temporary directory");
        fs::copy(kept().join(format!("{format}.sqlite")), desk.file())
            .expect("a file of each format is checked in");
        let database = desk.open();

        let root = SeriesKey::of("disk.used", "/");
        let end = at(72 * 3600);
        let history = database.history(&root, at(0), end, 72 * 12).expect("readable");
        assert_eq!(history.points.iter().map(|it| it.count).sum::<u32>(), 72 * 12, "format {format}");
        let raw = database.series(&root, at(71 * 3600), end).expect("readable");
        let values: Vec<_> = raw.points.iter().map(|it| it.mean).collect();
        assert_eq!(values, (71 * 12..72 * 12).map(|it| f64::from(it % 97) / 3.0).collect::<Vec<_>>());
        assert_eq!(database.keys(at(0)).expect("readable").len(), 3);

        let open = database.open_alerts().expect("readable");
        assert_eq!(open.iter().map(|it| (it.number, it.finding.observed)).collect::<Vec<_>>(), [(1, 91.3)]);
        assert_eq!(database.transitions(1).expect("readable").len(), 2);
        assert_eq!(database.untold_transitions().expect("readable"), []);
        let due = database.due_parcels(at(100)).expect("readable");
        assert_eq!(
            due.iter().map(|it| it.content.clone()).collect::<Vec<_>>(),
            [Content::Notice(Notice::House(House::TwoPollers))]
        );
        assert_eq!(database.last_run("morning").expect("readable").expect("one").outcome, Outcome::TimedOut);
        assert_eq!(database.load(), Ok(Some(4242)));
        assert_eq!(database.mutes(at(0)).expect("readable"), [mute("all", 99)]);
        // Learning came with format 2.
        let odd = AlertKey { rule: "odd".to_owned(), series: cpu() };
        let learnt = database.learnt(&odd).expect("readable").map(|it| it.body);
        assert_eq!(learnt, (2 <= format).then(|| vec![1, 2, 3]));
        assert_eq!(database.normals().expect("readable").len(), usize::from(2 <= format));

        feed(&database, 72 * 3600, 73 * 3600);
        assert_eq!(database.series(&cpu(), at(0), at(73 * 3600)).expect("readable").points.len(), 360);
    }
}

#[test]
fn the_samples_of_every_released_format_can_be_read_and_the_file_stays_as_it_is() {
    let files = fs::read_dir(kept()).expect("a file of each format is checked in").flatten();
    for file in files.map(|it| it.path()).filter(|it| it.extension().is_some_and(|it| it == "sqlite")) {
        let desk = Desk::new();
        fs::create_dir_all(&desk.0).expect("a temporary directory");
        fs::copy(&file, desk.file()).expect("room");
        let before = fs::read(desk.file()).expect("readable");
        let database = Database::open_to_read(&desk.0).expect("ours").expect("it is there");
        let root = SeriesKey::of("disk.used", "/");
        let reach = database.reach().expect("readable");
        assert!(reach.minutes < reach.samples && reach.minutes.is_some(), "{reach:?}");
        let minutes = database.minutes(&root, at(0), at(72 * 3600)).expect("readable");
        assert!(!minutes.points.is_empty());
        let raw = database.series(&root, at(71 * 3600), at(72 * 3600)).expect("readable");
        assert_eq!(raw.points.len(), 12, "{}", file.display());
        assert!(database.append(&[sample(root, 72 * 3600, 1.0)]).is_err(), "nothing is written");
        drop(database);
        assert_eq!(fs::read(desk.file()).expect("readable"), before);
    }
}

#[test]
fn where_nothing_was_stored_there_is_nothing_to_read_and_nothing_is_begun() {
    let desk = Desk::new();
    assert!(Database::open_to_read(&desk.0).expect("no fault").is_none());
    fs::create_dir_all(&desk.0).expect("a temporary directory");
    assert!(Database::open_to_read(&desk.0).expect("no fault").is_none());
    assert_eq!(fs::read_dir(&desk.0).expect("ours").count(), 0);
    fs::write(desk.file(), "this was a store once ".repeat(1000)).expect("room");
    let refused = Database::open_to_read(&desk.0).expect_err("it is damaged").to_string();
    assert!(refused.contains("cannot be read"), "{refused}");
    assert!(desk.file().exists(), "and it is left where it is");
}

#[test]
fn a_reader_beside_a_daemon_sees_what_is_stored_and_is_in_nobodys_way() {
    let desk = Desk::new();
    let daemon = desk.open();
    feed(&daemon, 0, 3600);
    let reader = Database::open_to_read(&desk.0).expect("ours").expect("it is there");
    assert_eq!(reader.series(&cpu(), at(0), at(7200)).expect("readable").points.len(), 360);
    feed(&daemon, 3600, 7200);
    assert_eq!(reader.series(&cpu(), at(0), at(7200)).expect("readable").points.len(), 720);
}
