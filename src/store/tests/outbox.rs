use jobs::notice::{House, Notice};

use super::*;
use crate::message::{ChatId, MessageId, Place};

const HOME: Place = Place { chat: ChatId(7), thread: None };
const GROUP: Place = Place { chat: ChatId(-1_001_234_567_890), thread: Some(3) };

fn news(alert: &Alert, step: Step, place: Place) -> NewParcel {
    let notice = Notice::Alert { alert: alert.clone(), step };
    NewParcel { place, notice, urgent: false, made: at(60) }
}

fn note(place: Place, last: i64, urgent: bool) -> NewParcel {
    let notice = Notice::House(House::Strangers { messages: 1, last });
    NewParcel { place, notice, urgent, made: at(last) }
}

fn lasts(parcels: &[Parcel]) -> Vec<i64> {
    let last = |it: &Parcel| match it.content {
        Content::Notice(Notice::House(House::Strangers { last, .. })) => last,
        _ => -1,
    };
    parcels.iter().map(last).collect()
}

#[test]
fn an_alert_that_fired_before_a_crash_is_still_told_after_it() {
    let desk = Desk::new();
    let fired = fire(&desk.open(), 0);
    // Killed between the judgement and the telling.
    let desk = desk.killed();
    let next = desk.open();
    let untold = next.untold_transitions().expect("readable");
    assert_eq!(untold.len(), 1);
    assert_eq!((&untold[0].alert, untold[0].transition.step), (&fired, Step::Fired));
    let parcel = news(&untold[0].alert, untold[0].transition.step, HOME);
    assert_eq!(next.put_parcels(&[parcel]).expect("room").len(), 1);
    assert_eq!(desk.killed().open().untold_transitions().expect("readable"), []);
}

#[test]
fn every_step_that_is_news_is_found_as_it_was_then() {
    let database = Database::in_memory(Limits::default());
    let mut fired = fire(&database, 0);
    let then = fired.clone();
    fired.finding.severity = Severity::Critical;
    fired.generation = 2;
    database.put_alert(&mut fired, &transition(120, Step::Worsened)).expect("room");
    database.put_alert(&mut fired, &transition(150, Step::Eased)).expect("room");
    let untold = database.untold_transitions().expect("readable");
    let seen: Vec<_> = untold.iter().map(|it| (&it.alert, it.transition.step)).collect();
    assert_eq!(seen, [(&then, Step::Fired), (&fired, Step::Worsened)]);
    database.needs_no_telling(untold[0].id).expect("room");
    assert_eq!(database.untold_transitions().expect("readable"), [untold[1].clone()]);
}

#[test]
fn the_same_news_is_put_once_for_each_place() {
    let database = Database::in_memory(Limits::default());
    let fired = fire(&database, 0);
    let both = [news(&fired, Step::Fired, HOME), news(&fired, Step::Fired, GROUP)];
    assert_eq!(database.put_parcels(&both).expect("room").len(), 2);
    assert_eq!(database.put_parcels(&both).expect("room"), [], "found again as untold, and told already");
    assert_eq!(database.outbox_depth().expect("readable").parcels, 2);
}

#[test]
fn a_chat_reads_in_order_and_what_is_urgent_goes_first() {
    let database = Database::in_memory(Limits::default());
    let put = [note(HOME, 1, false), note(HOME, 2, false), note(GROUP, 3, false), note(HOME, 4, true)];
    let ids = database.put_parcels(&put).expect("room");
    assert_eq!(database.outbox_depth().expect("readable"), Depth { parcels: 4, oldest: Some(at(1)) });
    assert_eq!(database.due_parcels(at(0)).expect("readable"), [], "nothing is due before it is news");
    let mut heard = Vec::new();
    loop {
        let due = database.due_parcels(at(10)).expect("readable");
        if due.is_empty() {
            break;
        }
        heard.extend(lasts(&due));
        for parcel in due {
            database.sending(parcel.id).expect("room");
            database.delivered(parcel.id, MessageId(1), at(10)).expect("room");
        }
    }
    assert_eq!(heard, [3, 4, 1, 2]);
    assert_eq!(database.outbox_depth().expect("readable"), Depth { parcels: 0, oldest: None });
    assert_eq!(ids.len(), 4);
}

#[test]
fn one_that_waits_holds_up_its_own_chat_only() {
    let database = Database::in_memory(Limits::default());
    let put = [note(HOME, 1, false), note(HOME, 2, false), note(GROUP, 3, false)];
    let ids = database.put_parcels(&put).expect("room");
    database.sending(ids[0]).expect("room");
    assert_eq!(lasts(&database.due_parcels(at(10)).expect("readable")), [3], "the first is on its way");
    database.attempted(ids[0], at(40), "429", Arrival::No).expect("room");
    assert_eq!(lasts(&database.due_parcels(at(39)).expect("readable")), [3]);
    let due = database.due_parcels(at(40)).expect("readable");
    assert_eq!(lasts(&due), [3, 1]);
    assert_eq!((due[1].attempts, due[1].uncertain, due[1].why.as_deref()), (1, false, Some("429")));
    database.refused(ids[0], "chat closed", at(41)).expect("room");
    assert_eq!(lasts(&database.due_parcels(at(41)).expect("readable")), [3, 2]);
}

#[test]
fn what_was_being_sent_when_we_died_may_have_arrived() {
    let desk = Desk::new();
    let database = desk.open();
    let ids = database.put_parcels(&[note(HOME, 1, false), note(GROUP, 2, false)]).expect("room");
    database.sending(ids[0]).expect("room");
    let desk = desk.killed();
    let next = desk.open();
    assert_eq!(next.take_over(at(9)).expect("room"), Remains { runs: 0, parcels: 1 });
    let due = next.due_parcels(at(9)).expect("readable");
    assert_eq!(
        due.iter().map(|it| (it.id, it.uncertain)).collect::<Vec<_>>(),
        [(ids[1], false), (ids[0], true)]
    );
}

#[test]
fn a_lost_answer_is_remembered_over_later_attempts() {
    let database = Database::in_memory(Limits::default());
    let ids = database.put_parcels(&[note(HOME, 1, false)]).expect("room");
    database.attempted(ids[0], at(5), "answer lost", Arrival::Perhaps).expect("room");
    database.attempted(ids[0], at(6), "502", Arrival::No).expect("room");
    let due = database.due_parcels(at(6)).expect("readable");
    assert!(due[0].uncertain && due[0].attempts == 2);
}

#[test]
fn a_group_that_moved_takes_its_parcels_along() {
    let database = Database::in_memory(Limits::default());
    let ids = database.put_parcels(&[note(GROUP, 1, false)]).expect("room");
    database.chat_moved(GROUP.chat, ChatId(-9)).expect("room");
    let due = database.due_parcels(at(9)).expect("readable");
    assert_eq!((due[0].id, due[0].place), (ids[0], Place { chat: ChatId(-9), thread: Some(3) }));
}

#[test]
fn what_a_chat_that_nobody_opens_could_not_be_told_for_a_month_is_given_up() {
    const DAY: i64 = 86_400;
    let database = Database::in_memory(Limits::default());
    // A digest a day for a chat that has never been opened, and one that is being sent just now.
    for day in 0..100 {
        database.put_parcels(&[note(HOME, day * DAY, false)]).expect("room");
    }
    let first = database.due_parcels(at(0)).expect("readable").remove(0);
    database.sending(first.id).expect("room");
    // Time passes at once, as for a clock that is set: not all of it goes at once.
    feed(&database, 100 * DAY, 100 * DAY + 1300);
    assert_eq!(database.outbox_depth().expect("readable").parcels, 92);
    feed(&database, 100 * DAY + 1300, 101 * DAY);
    let left = database.outbox_depth().expect("readable").parcels;
    assert_eq!(left, 30, "a month of them, and the one that is on its way");
}

#[test]
fn a_parcel_that_this_release_cannot_read_does_not_hold_up_its_chat() {
    let database = Database::in_memory(Limits::default());
    database.put_parcels(&[note(HOME, 1, false), note(HOME, 2, false)]).expect("room");
    database
        .lock()
        .conn
        .execute("UPDATE parcels SET notice = '{\"Fax\":1}' WHERE id = 1", [])
        .expect("valid");
    assert_eq!(lasts(&database.due_parcels(at(9)).expect("readable")), [2]);
    assert_eq!(database.outbox_depth().expect("readable").parcels, 1);
}

#[test]
fn parcels_are_put_all_or_none() {
    let database = Database::in_memory(Limits::default());
    let mut fired = fire(&database, 0);
    let good = news(&fired, Step::Fired, HOME);
    fired.worst = f64::INFINITY;
    database.put_parcels(&[good, news(&fired, Step::Fired, GROUP)]).expect_err("no number");
    assert_eq!(database.outbox_depth().expect("readable").parcels, 0);
    assert_eq!(database.untold_transitions().expect("readable").len(), 1, "still untold");
}

#[test]
fn what_is_urgent_is_seen_while_it_waits_also_while_it_is_being_sent_and_not_after() {
    let database = Database::in_memory(Limits::default());
    let put = [note(HOME, 1, true), note(HOME, 2, false), note(GROUP, 3, true), note(GROUP, 4, true)];
    let ids = database.put_parcels(&put).expect("room");
    database.sending(ids[0]).expect("room");
    database.delivered(ids[2], MessageId(5), at(5)).expect("room");
    database.attempted(ids[3], at(9), "no route", Arrival::Perhaps).expect("room");
    let waiting = database.urgent_parcels().expect("readable");
    assert_eq!(lasts(&waiting), [1, 4]);
    let last = &waiting[1];
    assert_eq!((last.id, last.place, last.made, last.attempts), (ids[3], GROUP, at(4), 1));
    assert_eq!((last.uncertain, last.why.as_deref()), (true, Some("no route")));
}

#[test]
fn news_is_stuck_only_while_nothing_newer_arrives_anywhere() {
    let database = Database::in_memory(Limits::default());
    assert_eq!(database.stuck_since().expect("readable"), None);
    let ids = database.put_parcels(&[note(HOME, 10, false), note(GROUP, 20, false)]).expect("room");
    assert_eq!(database.stuck_since().expect("readable"), Some(at(10)));
    // One chat is closed, and the other is reached: the watch is heard.
    database.delivered(ids[1], MessageId(5), at(30)).expect("room");
    assert_eq!(database.stuck_since().expect("readable"), None);
    database.put_parcels(&[note(GROUP, 40, false)]).expect("room");
    assert_eq!(database.stuck_since().expect("readable"), Some(at(40)));
}
