//! A week that was made up, and what would have been told in it.

use jiff::Timestamp;
use std::sync::OnceLock;
use std::time::Duration;

use jiff::tz::TimeZone;
use jobs::metric::{Sample, SeriesKey};
use jobs::ports::Store;
use jobs::{heal, sample};

use super::*;
use crate::config::environment::FileText;
use crate::config::{self, Config, Environment, KnownNames, Purpose};
use crate::locale;
use crate::store::Limits;

/// Monday, midnight.
const MONDAY: i64 = 1_794_787_200;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// So many seconds after Monday's midnight.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(MONDAY + seconds).expect("a date")
}

/// What each figure is at some second of the week: the processor is busy on Wednesday at noon, memory swings about its
/// limit on Sunday from two to six, and the disk fills from Thursday on.
fn figures(second: i64) -> [(SeriesKey, f64); 5] {
    let busy = if (2 * DAY + 12 * HOUR..2 * DAY + 12 * HOUR + 2400).contains(&second) { 97.0 } else { 20.0 };
    let swings = (6 * DAY + 14 * HOUR..6 * DAY + 18 * HOUR).contains(&second);
    let full = match second / 300 % 2 {
        0 if swings => 91.0,
        _ if swings => 80.0,
        _ => 60.0,
    };
    let disk = 70.0 + (second - 3 * DAY).max(0) as f64 / (4 * DAY) as f64 * 26.0;
    [
        (SeriesKey::whole("cpu.busy"), busy),
        (SeriesKey::whole("memory.used"), full),
        (SeriesKey::of("disk.used", "/"), disk),
        (SeriesKey::of("disk.free", "/"), 4e10 * (100.0 - disk)),
        (SeriesKey::whole("uptime"), 1e6 + second as f64),
    ]
}

/// The week as it is remembered at its end, in samples of half a day and minutes before. Nobody was watching on Friday
/// from two to five.
fn week() -> Database {
    static WEEK: OnceLock<Database> = OnceLock::new();
    let remembered = || {
        let limits = Limits { raw: Duration::from_secs(12 * 3600), ..Limits::default() };
        let database = Database::in_memory(limits);
        let mut second = 0;
        while second <= 7 * DAY {
            if !(4 * DAY + 2 * HOUR..4 * DAY + 5 * HOUR).contains(&second) {
                record(&database, second);
            }
            // What is old is remembered by the minute anyway.
            second += if second < 6 * DAY + 11 * HOUR { 60 } else { 10 };
        }
        database
    };
    WEEK.get_or_init(remembered).clone()
}

fn record(database: &Database, second: i64) {
    let samples = figures(second).map(|(key, value)| Sample { key, at: at(second), value });
    database.append(&samples).expect("room");
}

fn built_in() -> Config {
    declared(String::new())
}

/// What is built in, and more.
fn declared(more: String) -> Config {
    let metrics: Vec<&str> = sample::METRICS.iter().map(|it| it.id).collect();
    let remedies: Vec<&str> = heal::remedy_names().collect();
    let variables =
        [("TZ", "UTC"), ("VAKHTA_CONFIG", "vakhta.toml")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    let text = jobs::declare::BUILT_IN.to_owned() + &more;
    let read = move |path: &std::path::Path| match path.ends_with("vakhta.toml") {
        true => Ok(FileText { bytes: text.clone().into_bytes(), mode: None }),
        false => Err(std::io::ErrorKind::NotFound.into()),
    };
    let environment = Environment::new(variables, Box::new(read));
    let known = KnownNames { metrics: &metrics, remedies: &remedies, commands: &[], languages: &[] };
    config::check(&environment, known, Purpose::Local).expect("what is built in is well")
}

/// A replay by some of the built-in rules, beside another by others of them.
async fn replayed(
    database: &Database,
    (from, until): (i64, i64),
    rules: &[&str],
    today: &[&str],
) -> Result<Report, SimulateError> {
    replayed_by(&built_in(), database, (from, until), rules, today).await
}

/// The same by a declaration of one's own.
async fn replayed_by(
    config: &Config,
    database: &Database,
    (from, until): (i64, i64),
    rules: &[&str],
    today: &[&str],
) -> Result<Report, SimulateError> {
    let of = |names: &[&str]| -> Vec<Rule> {
        config.rules.iter().filter(|it| names.contains(&it.name.as_str())).cloned().collect()
    };
    let (rules, today) = (of(rules), of(today));
    let order = Order {
        database,
        rules: Rules { jobs: &config.jobs, rules: &rules, mutes: &config.mutes },
        today: (!today.is_empty()).then_some(Rules {
            jobs: &config.jobs,
            rules: &today,
            mutes: &config.mutes,
        }),
        from: at(from),
        until: at(until),
    };
    let voice = Voice { locale: locale::for_tag("en"), zone: TimeZone::UTC };
    simulate(&order, &Reader { voice: &voice, host: "web-1" }).await
}

const A_WEEK: &str = r#"Replayed 2026-11-16 00:01:00 – 2026-11-23 00:00:00 (6 d 23 h)
  nothing older is kept
  2026-11-16 00:01:00 – 2026-11-22 12:00:00  means of a minute: nothing can be judged more finely
  2026-11-22 12:00:00 – 2026-11-23 00:00:00  samples as they came
  nothing was recorded for 2 h 58 min (once): nothing is judged then
  4 rules, judged 19802 times by evaluate (5/30 * * * * *)
  not replayed: what becomes of containers (Docker's events are not recorded), mutes set by hand

2026-11-18 12:10:05  #1 new card  (cpu)
    🔴 CPU: 97 % · web-1
    Since 12:09 (1 min), limit 95 %
    #1 · next reminder 16:10, if it lasts

2026-11-18 12:42:05  #1 edited in silence  (cpu)
    🟠 CPU: 82 % · web-1
    Since 12:09 (33 min), limit 85 %
    #1 · next reminder 16:10, if it lasts

2026-11-18 12:45:05  #1 edited in silence  (cpu)
    ✅ CPU is well again, 20 % · web-1
    Lasted 36 min, 12:09 – 12:45; at worst 97 %
    #1

2026-11-22 01:53:05  #2 new card  (disk)
    🟠 Disk /: 90 % · web-1
    Since 01:52 (1 min), limit 90 %
    #2 · next reminder 05:53, if it lasts

2026-11-22 05:53:05  #2 reminder  (disk)
    🟠 Disk /: 90 % · web-1
    Since 01:52 (4 h 1 min), limit 90 %
    #2 · next reminder 13:53, if it lasts

2026-11-22 13:53:05  #2 reminder  (disk)
    🟠 Disk /: 90 % · web-1
    Since 01:52 (12 h 1 min), limit 90 %
    #2 · next reminder 23 Nov 05:53, if it lasts

2026-11-22 14:02:05  #3 new card  (memory)
    🟠 Memory: 91 % · web-1
    Since 14:00 (2 min), limit 90 %
    #3 · next reminder 18:02, if it lasts

2026-11-22 14:07:05  #3 edited in silence  (memory)
    ✅ Memory is well again, 80 % · web-1
    Lasted 7 min, 14:00 – 14:07; at worst 91 %
    #3

2026-11-22 14:12:05  #3 new card, again  (memory)
    🟠 Memory again: 91 % · web-1
    Since 14:10 (2 min), limit 90 %
    It was well for 3 min before.
    #3 · next reminder 18:12, if it lasts

2026-11-22 14:17:05  #3 edited in silence  (memory)
    ✅ Memory is well again, 80 % · web-1
    This time 7 min, 14:10 – 14:17; at worst 91 % since 14:00
    #3

2026-11-22 14:22:05  #3 new card, again  (memory)
    🟠 Memory again: 91 % · web-1
    Since 14:20 (2 min), limit 90 %
    It was well for 3 min before.
    🔁 Came back 2 times.
    It comes and goes: more of the same makes no sound for a while.
    #3 · next reminder 18:22, if it lasts

2026-11-22 14:27:05  #3 edited in silence  (memory)
    ✅ Memory is well again, 80 % · web-1
    This time 7 min, 14:20 – 14:27; at worst 91 % since 14:00
    🔁 Came back 2 times.
    #3

2026-11-22 14:32:05  #3 edited in silence  (memory)
    🟠 Memory comes and goes: 91 % · web-1
    Back 3 times within 20 min. Quiet now until it has stayed well, or bad, for 30 min.
    #3

2026-11-22 18:25:05  #3 edited in silence  (memory)
    ✅ Memory is well again, 60 % · web-1
    For 30 min now, after coming back 23 times; at worst 91 %
    #3

rule    fired  relapsed  flapping     longest  wrong in all  rings  a day  edits
cpu         1         0         0      36 min        36 min      1    0.1      2
memory      1         2         1  3 h 55 min    4 h 16 min      3    0.4      5
disk        1         0         0  22 h 7 min   22 h 7 min+      3    0.4      0
blind       0         0         0           –             –      0    0.0      0
+ at the end of the replay something is still wrong

7 rings and 7 edits in silence in 6 d 23 h
Today's rules: 3 rings in 6 d 23 h; these: 7
"#;

#[tokio::test]
async fn a_week_is_told_as_it_would_have_been() {
    let rules = ["cpu", "memory", "disk", "blind"];
    let report = replayed(&week(), (0, 7 * DAY), &rules, &["memory"]).await.expect("a week");
    assert_eq!(report.to_text(), A_WEEK);
}

const A_WEDNESDAY: &str = r#"{"asked":"2026-11-18T00:00:00Z","away":[],"from":"2026-11-18T00:00:00Z","judges":[{"cron":"5/30 * * * * *","job":"evaluate"}],"kind":"replay","not_replayed":["containers","mutes set by hand"],"rounds":2880,"stretches":[{"fineness":"minutes","from":"2026-11-18T00:00:00Z","to":"2026-11-19T00:00:00Z"}],"until":"2026-11-19T00:00:00Z"}
{"at":"2026-11-18T12:10:05Z","incident":1,"kind":"card","rings":true,"rule":"cpu","text":"🔴 CPU: 97 % · web-1\nSince 12:09 (1 min), limit 95 %\n#1 · next reminder 16:10, if it lasts"}
{"at":"2026-11-18T12:42:05Z","incident":1,"kind":"edit","rings":false,"rule":"cpu","text":"🟠 CPU: 82 % · web-1\nSince 12:09 (33 min), limit 85 %\n#1 · next reminder 16:10, if it lasts"}
{"at":"2026-11-18T12:45:05Z","incident":1,"kind":"edit","rings":false,"rule":"cpu","text":"✅ CPU is well again, 20 % · web-1\nLasted 36 min, 12:09 – 12:45; at worst 97 %\n#1"}
{"edits":2,"fired":1,"flapping":0,"held":0,"kind":"rule","longest_seconds":2160,"noted":0,"relapsed":0,"rings":1,"rings_a_day":1.0,"rule":"cpu","still_wrong":false,"wrong_seconds":2160}
{"days":1.0,"edits":2,"held":0,"kind":"sum","rings":1,"rings_a_day":1.0,"rings_today":null}
"#;

#[tokio::test]
async fn a_script_reads_the_same_line_by_line() {
    let database = week();
    let report = replayed(&database, (2 * DAY, 3 * DAY), &["cpu"], &[]).await.expect("a Wednesday");
    assert_eq!(report.to_json(), A_WEDNESDAY);
}

#[tokio::test]
async fn what_was_not_recorded_is_not_replayed() {
    let nothing = Database::in_memory(Limits::default());
    let refused = replayed(&nothing, (0, DAY), &["cpu"], &[]).await.expect_err("there is nothing");
    assert_eq!(
        refused.to_string(),
        "nothing was recorded between 2026-11-16 00:00:00 and 2026-11-17 00:00:00; let the watch stand for a while, and ask again"
    );
    let database = Database::in_memory(Limits::default());
    for second in (DAY..DAY + HOUR).step_by(10) {
        record(&database, second);
    }
    let refused = replayed(&database, (0, DAY - HOUR), &["cpu"], &[]).await.expect_err("it is too early");
    assert!(
        refused.to_string().ends_with("what is kept begins at 2026-11-17 00:00:00, see --since and --until")
    );
    let report = replayed(&database, (0, 2 * DAY), &["cpu", "blind"], &[]).await.expect("an hour of it");
    assert_eq!((report.recorded.from, report.recorded.until), (at(DAY), at(2 * DAY)));
    assert_eq!(report.recorded.away, [(at(DAY + HOUR - 10 + 90), at(2 * DAY))]);
    assert_eq!(report.outcome.told, [], "that nobody watched is not told by whoever did not watch");
    assert_eq!(report.outcome.rounds, 123);
}

#[tokio::test]
async fn what_declared_quiet_hours_hold_rings_nobody_and_what_is_critical_does() {
    let config = declared("\n[quiet]\nfrom = \"12:00\"\nuntil = \"14:15\"\n".to_owned());
    let rules = ["cpu", "memory"];
    let report = replayed_by(&config, &week(), (2 * DAY, 7 * DAY), &rules, &[]).await.expect("recorded");
    let told = report.told().iter().map(|it| (it.at.duration_since(at(0)).as_secs(), it.how));
    let wednesday = 2 * DAY + 12 * HOUR;
    let sunday = 6 * DAY + 14 * HOUR;
    assert_eq!(
        told.take(9).collect::<Vec<_>>(),
        [
            (wednesday + 605, How::Card),
            (wednesday + 2525, How::Edit),
            (wednesday + 2705, How::Edit),
            // The end of what nobody was told, twice, is not shown to anybody either.
            (sunday + 125, How::Held),
            (sunday + 725, How::Held),
            (sunday + 17 * 60 + 5, How::Edit),
            (sunday + 22 * 60 + 5, How::Again),
            (sunday + 27 * 60 + 5, How::Edit),
            (sunday + 32 * 60 + 5, How::Edit),
        ]
    );
    assert_eq!((report.outcome.rings(), report.outcome.held()), (2, 2));
    assert!(report.to_text().contains("\n2 held back by declared mutes: told in one message at their end"));
}

/// The newest value that is known at a moment is never of a later one; a minute's mean is known when it is over.
#[test]
fn nothing_is_known_before_it_happened() {
    let config = built_in();
    let rules = Rules { jobs: &config.jobs, rules: &config.rules, mutes: &config.mutes };
    let recorded = Recorded::load(&week(), &[rules], at(0), at(7 * DAY)).expect("readable").expect("a week");
    let past = past::Past::new(Arc::new(recorded));
    let cpu = SeriesKey::whole("cpu.busy");
    let newest = |now| {
        past.advance(at(now));
        let series = past.series(&cpu, at(0), at(8 * DAY)).expect("memory");
        series.newest().map(|it| (it.at, it.mean))
    };
    let noon = 2 * DAY + 12 * HOUR;
    assert_eq!(newest(noon + 59), Some((at(noon), 20.0)));
    assert_eq!(newest(noon + 60), Some((at(noon + 60), 97.0)));
    assert_eq!(newest(7 * DAY - 11), Some((at(7 * DAY - 20), 20.0)));
    assert_eq!(newest(-1), None);
    assert!(past.keys(at(0)).expect("memory").is_empty());
}

#[test]
fn a_moment_is_written_as_people_write_it() {
    let now: Timestamp = "2026-11-23T00:00:00Z".parse().expect("a time");
    let zone = TimeZone::get("Europe/Moscow").expect("a bundled zone");
    let of = |text| moment(text, now, &zone).map(|it| it.to_string());
    assert_eq!(of("7d"), Ok("2026-11-16T00:00:00Z".to_owned()));
    assert_eq!(of("1h 30m"), Ok("2026-11-22T22:30:00Z".to_owned()));
    assert_eq!(of("2026-11-20"), Ok("2026-11-19T21:00:00Z".to_owned()));
    assert_eq!(of("2026-11-20 18:30"), Ok("2026-11-20T15:30:00Z".to_owned()));
    assert_eq!(of("2026-11-20T18:30:00Z"), Ok("2026-11-20T18:30:00Z".to_owned()));
    let refused = of("yesterday").expect_err("no moment");
    assert!(refused.contains("\"yesterday\"") && refused.contains("7d"), "{refused}");
}

#[test]
fn a_rule_that_is_not_there_is_asked_back() {
    let rules = built_in().rules;
    let of = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
        only(&rules, &names).map(|it| it.iter().map(|it| it.name.clone()).collect::<Vec<_>>())
    };
    assert_eq!(of(&["disk", "cpu"]), Ok(vec!["cpu".to_owned(), "disk".to_owned()]));
    assert_eq!(of(&[]).map(|it| it.len()), Ok(rules.len()));
    assert_eq!(of(&["dsk"]), Err("no rule is called dsk; did you mean disk?".to_owned()));
    assert!(of(&["temperature"]).is_err_and(|it| it.contains("cpu-unusual, memory")));
}
