//! What a power failure leaves: everything up to the last sync, and of the rest as much as happened to reach the disk.

use jobs::audit::{Deed, Outcome as Ended, Who};
use jobs::heal::{Heal, HealStep};
use jobs::notice::{House, Notice};

use super::*;
use crate::message::{ChatId, MessageId, Place, UserId};
use crate::transport::Bookmark;

const HOME: Place = Place { chat: ChatId(7), thread: None };

/// A frame of the journal: its head, and a page.
const FRAME: usize = 24 + 4096;
/// The head of the journal.
const HEAD: usize = 32;

fn journal(desk: &Desk) -> PathBuf {
    desk.0.join(format!("{}-wal", open::FILE))
}

/// The same files, not opened by anybody.
fn copied(desk: &Desk) -> Desk {
    let copy = desk.killed();
    assert!(journal(&copy).exists(), "what is not in the main file yet is what this is about");
    copy
}

impl Database {
    /// Whether the disk has the newest write: it was waited for, or synced since.
    fn is_synced(&self) -> bool {
        let state = self.lock();
        let waits =
            state.conn.query_row("PRAGMA synchronous", [], |row| row.get::<_, i64>(0)).expect("a number")
                == 2;
        waits || state.unsynced().is_none()
    }
}

#[test]
fn a_journal_that_ends_or_is_garbage_from_any_point_on_still_has_what_was_synced_before() {
    let desk = Desk::new();
    let database = desk.open();
    // How long the journal was when each bookmark was on the disk.
    let mut synced = Vec::new();
    for number in 1..=12 {
        database.save(number).expect("room");
        synced.push((number, fs::metadata(journal(&desk)).expect("a journal").len() as usize));
        feed(&database, number * 100, number * 100 + 40);
        if number == 4 {
            fire(&database, number * 1000);
        }
    }
    let whole = fs::read(journal(&desk)).expect("a journal");
    let frames = (whole.len() - HEAD) / FRAME;
    assert!(40 < frames, "{frames}");
    let mut tried = 0;
    for frame in 0..=frames {
        for (within, filler) in
            [(0, None), (1, None), (24, None), (2000, Some(0)), (FRAME - 1, None), (0, Some(0xa5))]
        {
            let cut = HEAD + frame * FRAME + within;
            if whole.len() < cut {
                continue;
            }
            tried += 1;
            let torn = copied(&desk);
            let mut bytes = whole[..cut].to_vec();
            if let Some(filler) = filler {
                bytes.resize(whole.len() + 9000, filler);
            }
            fs::write(journal(&torn), bytes).expect("room");
            let next = torn.open();
            let safe = synced.iter().rev().find(|(_, length)| *length <= cut).map(|(number, _)| *number);
            assert_eq!(next.load(), Ok(safe), "cut at {cut} of {}, filled with {filler:?}", whole.len());
            next.save(99).expect("room");
            feed(&next, 20_000, 20_040);
        }
    }
    assert!(240 < tried, "{tried}");
}

/// Something that is done, and what is true from then on, whatever happens.
type Stage = (&'static str, fn(&Database), fn(&Database) -> bool);

fn key(number: u8) -> String {
    format!("{}.0", char::from(b'a' + number).to_string().repeat(22))
}

fn button(number: u8) -> ButtonRow {
    let action = r#"{"Run":{"line":"/restart nginx","confirmed":true,"edit":true}}"#.to_owned();
    ButtonRow {
        key: key(number),
        user: Some(UserId(7)),
        place: HOME,
        action,
        generation: 0,
        expires: at(90_000),
    }
}

fn restart(outcome: Ended) -> Deed {
    Deed::begun(at(70), Who::Person(7), "restart", "nginx").ended(outcome, "")
}

fn told(database: &Database) -> Vec<Parcel> {
    database.due_parcels(at(80_000)).expect("readable")
}

/// From an alert and a question to what was done about them. Between any two, samples and other trifles are written
/// that no sync waits for.
const STAGES: [Stage; 9] = [
    (
        "an alert fires",
        |it| drop(fire(it, 0)),
        |it| {
            let is_news = |it: &crate::store::Untold| it.transition.step == Step::Fired;
            it.untold_transitions().expect("readable").iter().any(is_news)
                || !told(it).is_empty()
                || it.load() == Ok(Some(3))
        },
    ),
    (
        "it is to be told",
        |it| {
            let notice = Notice::House(House::TwoPollers);
            it.put_parcels(&[NewParcel { place: HOME, notice, urgent: false, made: at(61) }])
                .map(drop)
                .expect("room");
        },
        |it| !told(it).is_empty() || it.load() == Ok(Some(3)),
    ),
    ("it is being told", |it| it.sending(told(it)[0].id).expect("room"), |_| true),
    (
        "it was told, and somebody has spoken",
        |it| {
            let id = ParcelId(1);
            it.delivered(id, MessageId(5), at(65)).expect("room");
            it.save(3).expect("room");
        },
        |it| told(it).is_empty() && it.load() == Ok(Some(3)),
    ),
    (
        "a press is heard",
        |it| {
            let fact = Fact { name: "owed/1", value: "[1]".to_owned() };
            it.note(3, Some(&fact)).expect("room");
            it.sync().expect("a disk");
        },
        |it| it.get_state("owed/1").expect("readable").as_deref() == Some("[1]"),
    ),
    (
        "its button is used up",
        |it| {
            it.take_button(&key(0), at(69)).expect("room").expect("it is there");
        },
        |it| it.button(&key(0), at(69)).expect("readable").is_none(),
    ),
    (
        "what it stands for is begun",
        |it| {
            it.put_deed(&restart(Ended::Begun)).map(drop).expect("room");
        },
        |it| it.deeds(at(0)).expect("readable").iter().any(|it| it.what == "restart"),
    ),
    (
        "it has ended",
        |it| {
            it.put_deed(&Deed { begun: Some(1), ..restart(Ended::Done) }).map(drop).expect("room");
        },
        |it| it.deeds(at(0)).expect("readable").iter().any(|it| it.outcome == Ended::Done),
    ),
    (
        "a disk is healed",
        |it| {
            let heal = Heal { at: at(75), alert: None, target: "/".to_owned(), what: HealStep::Proposed };
            it.put_heal(&heal).expect("room");
        },
        |it| it.heals_since(at(0)).expect("readable").len() == 1,
    ),
];

#[test]
fn whatever_a_power_failure_takes_no_alert_is_lost_and_nothing_that_acts_can_be_begun_again() {
    let desk = Desk::new();
    let database = desk.open();
    database.put_buttons(&[button(0), button(1)]).expect("room");
    let mut last = copied(&desk);
    let mut losses = 0;
    for (number, (_, stage, _)) in STAGES.iter().enumerate() {
        stage(&database);
        if database.is_synced() {
            last = copied(&desk);
        }
        for trifle in 0..3 {
            let second = 1000 + 100 * number as i64 + 10 * trifle;
            feed(&database, second, second + 10);
            let fact = Fact { name: "trifle", value: second.to_string() };
            database.put_facts(&[fact]).expect("room");
            if database.is_synced() {
                last = copied(&desk);
            }
            // Here the power fails: what is left is what the last sync had.
            let left = copied(&last);
            let next = left.open();
            next.take_over(at(79_000)).expect("room");
            losses += usize::from(next.get_state("trifle").expect("readable") != Some(second.to_string()));
            for (what, _, holds) in &STAGES[..=number] {
                assert!(holds(&next), "{what}: lost {trifle} trifles after {:?}", STAGES[number].0);
            }
        }
    }
    assert!(STAGES.len() < losses, "what no sync waits for is lost in this test: {losses}");
}

#[test]
fn what_was_noted_is_synced_when_it_is_made_durable_and_a_journal_that_is_gone_is_the_stores_to_deal_with() {
    let desk = Desk::new();
    let database = desk.open();
    database.note(5, None).expect("room");
    assert!(!database.is_synced(), "nobody has waited for the disk");
    database.make_durable(5).expect("a disk");
    assert!(database.is_synced());
    // Others' writes between are no reason to believe that theirs are on the disk.
    let (_, written) = {
        database.note(6, None).expect("room");
        database.lock().unsynced().expect("something to wait for")
    };
    database.put_facts(&[Fact { name: "trifle", value: "1".to_owned() }]).expect("room");
    database.lock().is_synced(written);
    assert!(!database.is_synced());
    // A transaction that waits for the disk, and changes nothing, waits for nothing.
    database.hasten(None, at(70)).expect("room");
    assert!(database.lock().unsynced().is_some(), "what was noted before it is on no disk");
    fs::remove_file(journal(&desk)).expect("it was there");
    assert!(database.sync().is_err(), "a journal that cannot be found is not taken for one that was synced");
    assert_eq!(
        Database::in_memory(Limits::default()).make_durable(7),
        Ok(()),
        "memory has nothing to wait for"
    );
}

#[test]
fn an_empty_file_beside_a_journal_is_set_aside_and_not_taken_for_a_new_one() {
    let desk = Desk::new();
    let database = desk.open();
    feed(&database, 0, 1000);
    fire(&database, 0);
    let torn = copied(&desk);
    fs::write(torn.file(), "").expect("room");
    let opened = torn.open_with(Limits::default());
    let [Finding::SetAside { why, .. }] = &opened.findings[..] else { panic!("{:?}", opened.findings) };
    assert!(why.contains("its journal is not"), "{why}");
    assert_eq!(opened.database.condition(), Condition::Durable);
    feed(&opened.database, 0, 100);
}

#[test]
fn a_shared_index_of_garbage_costs_nothing() {
    let desk = Desk::new();
    let database = desk.open();
    database.save(8).expect("room");
    let fired = fire(&database, 0);
    for bytes in [vec![0xa5; 32_768], vec![0; 32_768], vec![1; 5], Vec::new()] {
        let torn = copied(&desk);
        fs::write(torn.0.join(format!("{}-shm", open::FILE)), bytes).expect("room");
        let next = torn.open();
        assert_eq!(next.load(), Ok(Some(8)));
        assert_eq!(next.open_alerts().expect("readable"), std::slice::from_ref(&fired));
    }
}
