use jobs::alert::Ending;
use jobs::audit::{Deed, Outcome as How, Who};
use jobs::evaluate::Normal;
use jobs::heal::{Heal, HealStep, Relief};
use jobs::ports::{Learnt, Occasion, Walk, Walked};

use super::*;
use crate::message::{ChatId, Place, UserId};
use crate::transport::Bookmark;

#[test]
fn an_alert_gets_its_number_once_and_is_read_back_to_the_last_bit() {
    let desk = Desk::new();
    let database = desk.open();
    let mut fired = fire(&database, 0);
    assert_eq!(fired.number, 1);
    fired.finding.observed = 0.1 + 0.2;
    fired.worst = 1.0 / 3.0;
    database.put_alert(&mut fired, &transition(90, Step::Held)).expect("room");
    let copy = desk.killed().open_kept();
    assert_eq!(copy.alert(&fired.key).expect("readable"), Some(fired.clone()));
    assert_eq!(copy.open_alerts().expect("readable"), [fired.clone()]);
    assert_eq!(copy.alert_by_number(1).expect("readable"), Some(fired));
}

impl Desk {
    /// Opens a desk that is itself about to be dropped: the file lives on while it is open.
    fn open_kept(self) -> Database {
        self.open()
    }
}

#[test]
fn a_look_that_changed_nothing_is_not_part_of_the_life() {
    let database = Database::in_memory(Limits::default());
    let mut fired = fire(&database, 0);
    for second in 0..50 {
        fired.seen = at(100 + second);
        database.put_alert(&mut fired, &transition(100 + second, Step::Held)).expect("room");
    }
    let life = database.transitions(fired.number).expect("readable");
    assert_eq!(life.iter().map(|it| it.step).collect::<Vec<_>>(), [Step::Suspected, Step::Fired]);
    assert_eq!(database.alert(&fired.key).expect("readable").expect("open").seen, at(149));
}

#[test]
fn a_second_alert_of_the_same_key_waits_for_the_first_to_end() {
    let database = Database::in_memory(Limits::default());
    let mut first = fire(&database, 0);
    let mut second = alert(100);
    let refused = database.put_alert(&mut second, &transition(100, Step::Suspected));
    assert!(refused.is_err());
    assert_eq!(second.number, 0, "what was not stored got no number");
    first.phase = Phase::Ended { at: at(200), how: Ending::Recovered };
    first.generation = 2;
    database.put_alert(&mut first, &transition(200, Step::Recovered)).expect("room");
    assert_eq!(database.alert(&first.key).expect("readable"), None);
    database.put_alert(&mut second, &transition(300, Step::Suspected)).expect("room");
    assert_eq!(database.open_alerts().expect("readable"), [second]);
    assert_eq!(database.alerts_between(at(0), at(400)).expect("readable"), [first.clone()]);
    assert_eq!(database.alerts_between(at(60), at(61)).expect("readable"), [first], "it fired at 60");
    assert_eq!(database.alerts_between(at(0), at(60)).expect("readable"), []);
}

#[test]
fn an_alert_that_has_ended_is_found_for_a_while_and_may_be_opened_again() {
    let desk = Desk::new();
    let database = desk.open();
    let mut first = fire(&database, 0);
    first.phase = Phase::Ended { at: at(200), how: Ending::Recovered };
    first.generation = 2;
    first.past.bounces = vec![at(100)];
    database.put_alert(&mut first, &transition(200, Step::Recovered)).expect("room");
    assert_eq!(database.recently_ended(at(200)).expect("readable"), std::slice::from_ref(&first));
    assert_eq!(database.recently_ended(at(201)).expect("readable"), []);

    first.phase = Phase::Relapsing { since: at(300), ended: at(200) };
    let reason = Some(Reason::Ill { lasted: Duration::ZERO, needed: Duration::from_secs(60) });
    let basis = Some(Basis::Level { over: Duration::ZERO, at: 85.0, back: 75.0 });
    let suspected = Transition { reason, basis, ..transition(300, Step::Suspected) };
    database.put_alert(&mut first, &suspected).expect("room");
    assert_eq!(first.number, 1);

    // Also after a crash it is the one that is open, with all that is known of it, and nobody is to be told.
    let next = desk.killed().open();
    assert_eq!(next.recently_ended(at(0)).expect("readable"), []);
    assert_eq!(next.open_alerts().expect("readable"), [first]);
    assert_eq!(next.transitions(1).expect("readable").pop(), Some(suspected));
    let untold: Vec<Step> =
        next.untold_transitions().expect("readable").iter().map(|it| it.transition.step).collect();
    assert_eq!(untold, [Step::Fired, Step::Recovered]);
}

#[test]
fn an_alert_that_could_not_be_read_again_is_refused_when_it_is_written() {
    let database = Database::in_memory(Limits::default());
    let mut bad = alert(0);
    bad.worst = f64::NAN;
    let error = database.put_alert(&mut bad, &transition(0, Step::Suspected)).expect_err("no number");
    assert!(error.0.starts_with("cannot be stored"), "{error}");
    assert_eq!(database.open_alerts().expect("readable"), []);
}

#[test]
fn heals_and_deeds_come_back_in_order() {
    let database = Database::in_memory(Limits::default());
    let heal = |seconds, what| Heal { at: at(seconds), alert: Some(1), target: "/".to_owned(), what };
    let (first, second) =
        (heal(0, HealStep::Proposed), heal(5, HealStep::Applied(Relief { before: 1, ..Relief::default() })));
    database.put_heal(&first).expect("room");
    database.put_heal(&second).expect("room");
    assert_eq!(database.heals_since(at(0)).expect("readable"), [first, second.clone()]);
    assert_eq!(database.heals_since(at(1)).expect("readable"), [second]);

    let deed = |seconds, what: &str| {
        Deed::begun(at(seconds), Who::Person(42), what, "nginx").ended(How::Done, "it is up again")
    };
    database.put_deed(&deed(0, "restart")).expect("room");
    database.put_deed(&deed(9, "fix")).expect("room");
    assert_eq!(database.deeds(at(0)).expect("readable"), [deed(9, "fix"), deed(0, "restart")]);
    assert_eq!(database.deeds(at(1)).expect("readable"), [deed(9, "fix")]);
}

#[test]
fn what_was_begun_is_shown_only_where_its_end_is_not_known_and_nothing_is_ever_rewritten() {
    let desk = Desk::new();
    let database = desk.open();
    let begun = Deed::begun(at(0), Who::Person(42), "restart", "nginx");
    let number = database.put_deed(&begun).expect("room");
    assert_eq!(database.deeds(at(0)).expect("readable"), std::slice::from_ref(&begun));
    let ended = Deed { at: at(3), begun: Some(number), ..begun.clone().ended(How::Failed, "no such image") };
    database.put_deed(&ended).expect("room");
    let cut_off = Deed::begun(at(5), Who::Vakhta, "heal", "/");
    database.put_deed(&cut_off).expect("room");
    assert_eq!(database.deeds(at(0)).expect("readable"), [cut_off, ended]);
    drop(database);
    let conn = rusqlite::Connection::open(desk.file()).expect("ours alone");
    let refused = conn.execute("UPDATE audit SET who = '43'", []).expect_err("it is a ledger").to_string();
    assert_eq!(refused, "what the audit says is never changed");
    let lines: i64 = conn.query_row("SELECT count(*) FROM audit", [], |row| row.get(0)).expect("readable");
    assert_eq!(lines, 3, "all are there, also the one that is not shown");
}

#[test]
fn the_audit_is_kept_for_four_hundred_days() {
    let database = Database::in_memory(Limits::default());
    let day = 24 * 3600;
    for days in [0, 1, 401] {
        database.put_deed(&Deed::begun(at(days * day), Who::Vakhta, "heal", "/")).expect("room");
        feed(&database, days * day, days * day + 60);
    }
    let kept = database.deeds(at(0)).expect("readable");
    assert_eq!(kept.iter().map(|it| it.at).collect::<Vec<_>>(), [at(401 * day), at(day)]);
}

#[test]
fn a_run_that_death_cut_short_is_called_interrupted() {
    let desk = Desk::new();
    let database = desk.open();
    let done = database.start_run("morning", at(0), at(1)).expect("room");
    database.finish_run(done, &Outcome::Failed { why: "no disk".to_owned() }, at(2)).expect("room");
    database.start_run("morning", at(60), at(61)).expect("room");
    let desk = desk.killed();
    let next = desk.open();
    assert_eq!(next.last_run("morning").expect("readable").expect("one").outcome, Outcome::Running);
    assert_eq!(next.take_over(at(100)).expect("room"), Remains { runs: 1, parcels: 0 });
    let run = |due, started, finished, outcome| Run {
        job: "morning".to_owned(),
        due: at(due),
        started: at(started),
        finished: Some(at(finished)),
        outcome,
    };
    assert_eq!(
        next.runs("morning", 9).expect("readable"),
        [run(60, 61, 100, Outcome::Interrupted), run(0, 1, 2, Outcome::Failed { why: "no disk".to_owned() })]
    );
    assert_eq!(next.take_over(at(200)).expect("room"), Remains::default());
}

#[test]
fn skipped_runs_are_counted_and_do_not_push_out_the_others() {
    let database = Database::in_memory(Limits::default());
    for second in 0..1000 {
        if second % 2 == 0 {
            let run = database.start_run("sample", at(second), at(second)).expect("room");
            database.finish_run(run, &Outcome::Ok, at(second)).expect("room");
        }
        database.skip_run("sample", at(second), at(second)).expect("room");
    }
    assert_eq!(database.skipped_runs("sample").expect("readable"), 1000);
    assert_eq!(database.last_due("sample").expect("readable"), Some(at(999)));
    assert_eq!(database.last_run("sample").expect("readable").expect("one").due, at(998));
    let kept = database.runs("sample", 10_000).expect("readable");
    let skipped = kept.iter().filter(|it| it.outcome == Outcome::Skipped).count();
    assert!(
        (200..=216).contains(&skipped) && (200..=216).contains(&(kept.len() - skipped)),
        "{}",
        kept.len()
    );
    assert_eq!(database.last_due("other").expect("readable"), None);
    assert_eq!(database.skipped_runs("other").expect("readable"), 0);
}

#[test]
fn the_bookmark_outlives_us() {
    let desk = Desk::new();
    let database = desk.open();
    assert_eq!(database.load(), Ok(None));
    database.save(i64::MAX).expect("room");
    database.save(812_345_678_901).expect("room");
    assert_eq!(desk.killed().open_kept().load(), Ok(Some(812_345_678_901)));
    database.put_state("bookmark", "?").expect("room");
    assert!(database.load().is_err());
}

#[test]
fn a_button_is_pressed_once_and_not_after_its_time() {
    let database = Database::in_memory(Limits::default());
    let button = |expires| ButtonRow {
        key: ButtonRow::new_key(),
        user: Some(UserId(7)),
        place: Place { chat: ChatId(-100_123), thread: Some(5) },
        action: r#"{"restart":"nginx"}"#.to_owned(),
        generation: 3,
        expires: at(expires),
    };
    let (early, late) = (button(10), button(100));
    database.put_buttons(&[early.clone(), late.clone()]).expect("room");
    assert_eq!(database.button(&late.key, at(5)).expect("readable"), Some(late.clone()));
    assert_eq!(database.take_button(&late.key, at(5)).expect("readable"), Some(late.clone()));
    assert_eq!(database.take_button(&late.key, at(5)).expect("readable"), None, "pressed twice");
    assert_eq!(database.button(&early.key, at(10)).expect("readable"), None, "its time is over");
    assert_eq!(database.take_button("guessed", at(5)).expect("readable"), None);
    assert_eq!(database.purge_buttons(at(10)).expect("room"), 1);
}

#[test]
fn buttons_of_one_message_are_used_up_together() {
    let database = Database::in_memory(Limits::default());
    let (message, other) = (ButtonRow::new_key(), ButtonRow::new_key());
    let button = |key: String| ButtonRow {
        key,
        user: None,
        place: Place { chat: ChatId(42), thread: None },
        action: "{}".to_owned(),
        generation: 0,
        expires: at(100),
    };
    let mut buttons: Vec<_> = (0..12).map(|number| button(ButtonRow::key_in(&message, number))).collect();
    buttons.push(button(ButtonRow::key_in(&other, 0)));
    database.put_buttons(&buttons).expect("room");
    assert_eq!(database.take_button(&buttons[10].key, at(5)).expect("readable"), Some(buttons[10].clone()));
    for it in &buttons[..12] {
        assert_eq!(database.button(&it.key, at(5)).expect("readable"), None, "{}", it.key);
    }
    assert_eq!(database.button(&buttons[12].key, at(5)).expect("readable"), Some(buttons[12].clone()));
}

#[test]
fn button_keys_are_short_and_never_the_same() {
    let keys: std::collections::HashSet<_> = (0..1000).map(|_| ButtonRow::new_key()).collect();
    assert_eq!(keys.len(), 1000);
    let plain = |it: char| it.is_ascii_alphanumeric() || "-_".contains(it);
    assert!(keys.iter().all(|key| key.len() == 22 && key.chars().all(plain)));
}

#[test]
fn a_person_s_language_is_not_forgotten_when_their_app_is_silent() {
    let database = Database::in_memory(Limits::default());
    let person = |language: Option<&str>, chat: Option<i64>, seen| Person {
        user: UserId(7),
        language: language.map(str::to_owned),
        chat: chat.map(ChatId),
        seen: at(seen),
    };
    assert_eq!(database.person(UserId(7)).expect("readable"), None);
    database.put_person(&person(Some("ru"), None, 0)).expect("room");
    database.put_person(&person(None, Some(7), 10)).expect("room");
    assert_eq!(database.person(UserId(7)).expect("readable"), Some(person(Some("ru"), Some(7), 10)));
    database.put_person(&person(None, None, 20)).expect("room");
    assert_eq!(database.person(UserId(7)).expect("readable").expect("met").seen, at(10), "not worth a write");
    database.put_person(&person(None, None, 7200)).expect("room");
    assert_eq!(database.person(UserId(7)).expect("readable").expect("met").seen, at(7200));
}

#[test]
fn a_mute_ends_by_itself() {
    let database = Database::in_memory(Limits::default());
    let whole = Mute {
        by: By::Person(7),
        critical_too: true,
        after: After::Digest,
        reason: Some("deploy".to_owned()),
        ..mute("rule:cpu", 30)
    };
    database.put_mute(&mute("rule:cpu", 10)).expect("room");
    database.put_mute(&mute("all", 20)).expect("room");
    database.put_mute(&whole).expect("room");
    assert_eq!(database.mutes(at(5)).expect("readable"), [mute("all", 20), whole.clone()]);
    assert_eq!(database.mutes(at(20)).expect("readable"), std::slice::from_ref(&whole));
    assert!(database.unmute(&whole.scope).expect("room"));
    assert!(!database.unmute(&whole.scope).expect("room"));
    assert_eq!(database.mutes(at(0)).expect("readable"), [mute("all", 20)]);
}

#[test]
fn a_mute_of_a_scope_that_only_another_release_knows_mutes_nothing() {
    let database = Database::in_memory(Limits::default());
    database.put_mute(&mute("all", 20)).expect("room");
    database.alter("UPDATE mutes SET scope = 'planet:earth'");
    assert_eq!(database.mutes(at(0)).expect("readable"), []);
}

#[test]
fn ended_things_are_forgotten_after_their_time_and_open_ones_never() {
    let database = Database::in_memory(Limits::default());
    let open = fire(&database, 0);
    let mut ended = alert(0);
    ended.key.rule = "disk".to_owned();
    database.put_alert(&mut ended, &transition(0, Step::Suspected)).expect("room");
    ended.phase = Phase::Ended { at: at(60), how: Ending::Dismissed };
    database.put_alert(&mut ended, &transition(60, Step::Dismissed)).expect("room");
    for day in [1, 399, 402, 403] {
        feed(&database, day * 86_400, day * 86_400 + 1300);
        let known = database.alert_by_number(ended.number).expect("readable").is_some();
        assert_eq!(known, day < 400, "day {day}");
    }
    assert_eq!(database.transitions(ended.number).expect("readable"), []);
    assert_eq!(database.open_alerts().expect("readable"), [open]);
}

#[test]
fn what_was_learnt_and_called_normal_outlives_us_and_is_forgotten_when_told() {
    let desk = Desk::new();
    let database = desk.open();
    let key = |rule: &str| AlertKey { rule: rule.to_owned(), series: SeriesKey::of("net.in", "a [b]") };
    let learnt =
        |rule: &str, seconds, body: &[u8]| Learnt { key: key(rule), at: at(seconds), body: body.to_vec() };
    database.put_learnt(&learnt("old", 0, b"old")).expect("room");
    database.put_learnt(&learnt("odd", 5, &[7; 36 << 10])).expect("room");
    database.put_learnt(&learnt("odd", 9, &[8; 36 << 10])).expect("room");
    let normal = |rule: &str, high| Normal { key: key(rule), low: -1.5, high, at: at(7), by: 42 };
    database.put_normal(&normal("odd", 1.0)).expect("room");
    database.put_normal(&normal("odd", 2.0 / 3.0)).expect("room");
    database.put_normal(&normal("second", 5.0)).expect("room");

    let copy = desk.killed().open_kept();
    assert_eq!(copy.learnt(&key("odd")).expect("readable"), Some(learnt("odd", 9, &[8; 36 << 10])));
    assert_eq!(copy.learnt(&key("second")).expect("readable"), None);
    assert_eq!(copy.normals().expect("readable"), [normal("odd", 2.0 / 3.0), normal("second", 5.0)]);
    // A full disk takes neither away.
    copy.disk_full(true);
    let mut second = 0;
    while copy.condition() == Condition::Durable {
        feed(&copy, second, second + 10);
        second += 10;
    }
    copy.put_learnt(&learnt("odd", 10, b"in memory")).expect("memory");
    assert_eq!(copy.normals().expect("readable").len(), 2);
    copy.disk_full(false);
    feed(&copy, second, second + 100);
    assert_eq!(copy.condition(), Condition::Durable);
    assert_eq!(copy.learnt(&key("odd")).expect("readable"), Some(learnt("odd", 10, b"in memory")));

    copy.forget_learnt(&key("odd"), "a test").expect("room");
    assert_eq!(copy.learnt(&key("odd")).expect("readable"), None);
    assert_eq!(copy.forget_normals(&key("odd").series).expect("room"), 2);
    assert_eq!(copy.forget_normals(&key("odd").series).expect("room"), 0);
    assert_eq!(copy.normals().expect("readable"), []);
    // A rule that nobody asks any more takes no room for ever.
    copy.put_learnt(&learnt("odd", 61 * 24 * 3600, b"new")).expect("room");
    assert_eq!(copy.learnt(&key("old")).expect("readable"), None);
}

#[test]
fn walks_through_disks_that_never_come_back_are_forgotten_after_a_month() {
    const DAY: i64 = 86_400;
    let database = Database::in_memory(Limits::default());
    let walked = |day: i64| Walked { at: at(day * DAY), bytes: 1, files: 1, walk: Walk::default() };
    for day in 0..100 {
        let mount = format!("/mnt/backup-{day}");
        database.put_walked(&mount, Occasion::Daily, &walked(day)).expect("room");
        database.put_walked("/", Occasion::Daily, &walked(day)).expect("room");
        feed(&database, day * DAY, day * DAY + 1300);
    }
    assert_eq!(database.rows()["state"], 30 + 1, "those of a month, and the one of the disk that stays");
    assert_eq!(database.walked("/", Occasion::Daily).expect("readable"), Some(walked(99)));
}
