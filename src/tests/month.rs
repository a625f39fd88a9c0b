//! A month in minutes: the whole daemon, its store in a file, a machine that is lively day and night, clocks that change
//! and a leap day. Nothing is missed, nothing comes twice, and nothing grows with time.

mod script;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use jobs::fakes::Call;
use jobs::ports::Store;

use tokio::runtime::Handle;

use self::script::{Script, Wrong, later, wrong};
use super::{Bench, Setup};
use crate::store::Outcome;

/// Where the clocks change.
const ZONE: &str = "Europe/Berlin";

/// What is built in, but for what needs an address outside.
const RULES: &[&str] = &[
    "cpu",
    "cpu-unusual",
    "memory",
    "memory-unusual",
    "received-unusual",
    "sent-unusual",
    "disk",
    "inodes",
    "disk-filling",
    "inodes-filling",
    "memory-filling",
    "memory-pressure",
    "blind",
];
const JOBS: &[&str] = &["sample", "evaluate", "heal", "morning", "weekly"];

/// How many of a job's runs are due in half an hour.
const HALF_HOURLY: [(&str, usize); 3] = [("sample", 180), ("evaluate", 60), ("heal", 30)];

/// A directory that is gone with the test.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("vakhta-month-{name}-{}", std::process::id()));
        std::fs::remove_dir_all(&path).ok();
        Self(path)
    }

    fn size(&self, name: &str) -> u64 {
        std::fs::metadata(self.0.join(name)).map_or(0, |it| it.len())
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// How things stand at the end of a day.
struct Evening {
    day: i64,
    /// KiB that no file backs, of the whole test process.
    anonymous: u64,
    tasks: usize,
    file: u64,
    journal: u64,
    used: u64,
    rows: BTreeMap<String, u64>,
    names: usize,
    status: Duration,
    graph: Duration,
}

/// A month, or a part of it.
struct Month {
    bench: Bench,
    script: Script,
    zone: TimeZone,
    begin: Timestamp,
    directory: Directory,
    /// Everything that was shown and is no answer: when, and what.
    shown: Vec<(Date, String)>,
    evenings: Vec<Evening>,
    looks: usize,
}

impl Month {
    /// Begins at a full hour; `at` is a second before it, so that the first moment at which anything is due is passed.
    async fn begin(name: &str, at: &'static str) -> Self {
        let directory = Directory::new(name);
        let setup = Setup {
            at,
            zone: ZONE,
            store: Some(directory.0.clone()),
            rules: RULES,
            jobs: JOBS,
            ..Setup::default()
        };
        let bench = Bench::start(setup).await;
        let zone = TimeZone::get(ZONE).expect("a bundled zone");
        let begin = Timestamp::from_second(bench.clock.now().as_second() + 1).expect("a time");
        bench.pass_until(begin - Duration::from_millis(1)).await;
        bench.settle().await;
        let script = Script::new(zone.clone(), begin);
        script.dress(&bench);
        Self { bench, script, zone, begin, directory, shown: Vec::new(), evenings: Vec::new(), looks: 0 }
    }

    /// Time passes, up to a time of the owner's wall; each midnight it is looked how things stand.
    async fn pass(&mut self, to: &str) {
        let to: jiff::civil::DateTime = to.parse().expect("a time");
        let to = to.to_zoned_datetime(self.zone.clone()).expect("a time").timestamp();
        while self.reached() < to {
            let before = self.script.civil(self.reached()).0;
            self.half_hour().await;
            if before != self.script.civil(self.reached()).0 {
                self.evening(before + 1).await;
            }
        }
    }

    /// Up to where all that was due has been done.
    fn reached(&self) -> Timestamp {
        Timestamp::from_second(self.bench.clock.now().as_second()).expect("a time")
    }

    async fn half_hour(&mut self) {
        let from = self.reached();
        for minute in 0..30 {
            let at = later(from, minute);
            self.script.minute(&self.bench, at).await;
            self.bench.pass_until(later(at, 1) - Duration::from_millis(1)).await;
        }
        self.bench.settle().await;
        self.count_runs(from, later(from, 30));
        self.looks += self.bench.world.calls().iter().filter(|it| **it == Call::Snapshot).count();
        self.bench.world.forget_calls();
        self.bench.chat.typed();
        self.bench.chat.forgets_buttons_but(200);
        let day = self.script.local(from).date();
        let shown = self.bench.said().into_iter().map(|it| (day, it));
        self.shown.extend(shown.filter(|(_, it)| is_kept(it)));
    }

    /// Every run that was due between, once, and done.
    fn count_runs(&self, from: Timestamp, to: Timestamp) {
        // What lies in the hour that is left out in spring runs at the moment of the jump; for a job that samples each
        // ten seconds, that is a moment of its own.
        let jumped = self.zone.preceding(from + Duration::from_nanos(1)).next();
        let jumped = jumped.is_some_and(|it| it.timestamp() == from)
            && self.zone.to_offset(from) > self.zone.to_offset(later(from, -1));
        for (job, wanted) in HALF_HOURLY {
            let runs = self.bench.database.runs(job, 200).expect("the store");
            let mut runs: Vec<_> = runs.into_iter().filter(|it| from <= it.due && it.due < to).collect();
            assert!(runs.iter().all(|it| it.outcome == Outcome::Ok), "{from}: {runs:?}");
            let all = runs.len();
            runs.sort_by_key(|it| it.due);
            runs.dedup_by_key(|it| it.due);
            assert_eq!(runs.len(), all, "{job} has run twice for one moment, after {from}");
            let extra = usize::from(jumped && job != "sample");
            assert_eq!(runs.len(), wanted + extra, "{job} in the half hour from {from}");
        }
    }

    async fn evening(&mut self, day: i64) {
        let (status, _) = self.asks("/status").await;
        let (graph, _) = self.asks("/graph cpu 30d").await;
        let usage = self.bench.database.usage().expect("the store");
        let evening = Evening {
            day,
            anonymous: anonymous(),
            tasks: Handle::current().metrics().num_alive_tasks(),
            file: self.directory.size("vakhta.sqlite"),
            journal: self.directory.size("vakhta.sqlite-wal"),
            used: usage.used,
            rows: self.bench.database.rows(),
            names: self.script.names(),
            status,
            graph,
        };
        println!("{}", evening.line());
        self.evenings.push(evening);
    }

    /// Somebody asks: how long the answer took by the clock on our wall, and what it was.
    async fn asks(&self, words: &str) -> (Duration, Vec<String>) {
        let began = Instant::now();
        self.bench.says(words).await;
        let took = began.elapsed();
        (took, self.bench.said())
    }
}

impl Evening {
    fn line(&self) -> String {
        let rows: Vec<String> = self.rows.iter().map(|(table, rows)| format!("{table} {rows}")).collect();
        format!(
            "| {} | {} | {} | {} | {} | {} | {} | {:.1} | {:.1} | {} |",
            self.day,
            self.anonymous,
            self.tasks,
            self.file >> 10,
            self.journal >> 10,
            self.used >> 10,
            self.names,
            self.status.as_secs_f64() * 1e3,
            self.graph.as_secs_f64() * 1e3,
            rows.join(", ")
        )
    }
}

/// KiB of this process that no file backs.
fn anonymous() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a kernel of our days");
    let line = status.lines().find(|it| it.starts_with("RssAnon")).expect("a size");
    line.split_whitespace().nth(1).and_then(|it| it.parse().ok()).expect("a number")
}

/// Whether a message came by itself: a digest in its minute, or a card. A digest that somebody asked for did not.
fn is_kept(text: &str) -> bool {
    is_digest(text) || (number(text).is_some() && !text.contains("☀️"))
}

fn is_digest(text: &str) -> bool {
    ["09:00:", "09:05:"].iter().any(|it| text.starts_with(it)) && text.contains(" – ")
}

/// The number of the incident that a card is of.
fn number(text: &str) -> Option<i64> {
    let line = text.lines().find(|it| it.starts_with('#'))?;
    line.trim_start_matches('#').split(' ').next()?.parse().ok()
}

impl Month {
    /// One digest each nine o'clock, one each Monday at five past, each of the right stretch, whatever the clocks did.
    fn check_digests(&self) {
        let written = |date: Date, time: &str| format!("{} {time}", date.strftime("%-d %b"));
        let (first, end) = (self.script.local(self.begin), self.script.local(self.reached()));
        let mut wanted = Vec::new();
        let mut date = first.date();
        while date <= end.date() {
            let monday = date.weekday() == jiff::civil::Weekday::Monday;
            for (time, minute, days) in [("09:00", 0, 1), ("09:05", 5, 7)] {
                let at = date.at(9, minute, 0, 0).to_zoned_datetime(self.zone.clone()).expect("a time");
                let is_due = first.timestamp() < at.timestamp() && at.timestamp() < end.timestamp();
                if is_due && (days == 1 || monday) {
                    let before = date.checked_sub(Span::new().days(days)).expect("a calendar");
                    wanted.push((date, format!("{} – {}", written(before, time), written(date, time))));
                }
            }
            date = date.tomorrow().expect("a calendar");
        }
        let told: Vec<_> = self.shown.iter().filter(|(_, it)| is_digest(it)).collect();
        assert_eq!(told.len(), wanted.len(), "{told:#?}");
        for ((date, text), (day, stretch)) in told.iter().zip(&wanted) {
            assert!(date == day && text.contains(stretch.as_str()), "{stretch}: {date} {text}");
            // Who had looked all the time says nothing of it.
            let is_whole = first.date() < day.checked_sub(Span::new().days(1)).expect("a calendar");
            if is_whole && text.starts_with("09:00") {
                assert!(!text.contains("could look"), "{date} {text}");
            }
        }
        println!("{} digests, each at its time", told.len());
    }

    /// What was wrong was told once, on its day, and its end was shown.
    fn check_cards(&self) {
        let mut cards: BTreeMap<i64, Vec<&(Date, String)>> = BTreeMap::new();
        for shown in self.shown.iter().filter(|(_, it)| !is_digest(it)) {
            cards.entry(number(&shown.1).expect("a card")).or_default().push(shown);
        }
        let first = self.script.local(self.begin).date();
        let reached = self.script.civil(self.reached());
        let mut wanted: BTreeMap<(Date, &str), usize> = BTreeMap::new();
        for day in 0..=reached.0 {
            let date = first.checked_add(Span::new().days(day)).expect("a calendar");
            for it in wrong(day)
                .into_iter()
                .filter(|it| self.script.is_passed(self.begin, self.reached(), day, *it))
            {
                *wanted.entry((date, it.words())).or_default() += 1;
            }
        }
        let mut told: BTreeMap<(Date, &str), usize> = BTreeMap::new();
        let kinds = [Wrong::Busy, Wrong::Memory, Wrong::Crash, Wrong::Ill, Wrong::Engine, Wrong::Full];
        for (number, shown) in &cards {
            let (date, text) = shown[0];
            assert!(!text.contains("(edited)"), "#{number} began with an edit: {text}");
            let title = text.lines().next().unwrap_or_default();
            let kind = kinds.iter().find(|it| title.contains(it.words()));
            let kind = kind.unwrap_or_else(|| panic!("nobody scripted this: {date} {text}"));
            *told.entry((*date, kind.words())).or_default() += 1;
            let new = shown.iter().filter(|(_, it)| !it.contains("(edited)")).count();
            // One card for one incident; what flaps may ring again, three times in all.
            let most = if kind.words() == Wrong::Flaps.words() { 3 } else { 1 };
            assert!(new <= most, "#{number} was told {new} times: {shown:#?}");
            let (_, last) = shown.last().expect("some");
            assert!(last.contains("✅"), "#{number} never ended: {last}");
        }
        assert_eq!(told, wanted);
        let open = self.bench.database.open_alerts().expect("the store");
        assert!(open.iter().all(|it| it.fired.is_none()), "{open:?}");
        println!("{} incidents, each told and ended", cards.len());
    }

    /// How things stood each evening, as a table for docs/reliability.md.
    fn print(&self) {
        println!(
            "| day | heap KiB | tasks | file KiB | journal KiB | used KiB | names seen | /status ms | /graph 30d ms | rows |"
        );
        println!("|---|---|---|---|---|---|---|---|---|---|");
        for evening in &self.evenings {
            println!("{}", evening.line());
        }
        println!("{} looks at the machine", self.looks);
    }

    /// Nothing grew that has no reason to: each table that is not history, the journal, and what runs.
    fn check_growth(&self) {
        let rows = |evening: &Evening, table: &str| evening.rows.get(table).copied().unwrap_or_default();
        let settled = self.evenings.iter().filter(|it| 3 <= it.day);
        let Some(first) = settled.clone().next() else { return };
        for evening in settled {
            assert!(evening.journal <= 5 << 20, "a journal of {} bytes", evening.journal);
            assert!(evening.tasks <= first.tasks + 4, "{} tasks, {} before", evening.tasks, first.tasks);
            // Samples as they came are kept for two days; the runs of each job by their number; the rest by age.
            for (table, most) in [
                ("raw", rows(first, "raw") + rows(first, "raw") / 10),
                ("fresh", 400),
                ("runs", 5 * 420),
                ("jobs", 5),
                ("buttons", 600),
                ("parcels", 400),
                ("state", 24),
                ("learnt", 60),
                ("mutes", 32),
                ("people", 1),
                ("normals", 0),
            ] {
                let there = rows(evening, table);
                assert!(there <= most, "{there} rows in {table} on the evening of day {}", evening.day);
            }
        }
    }
}

/// The last hours before the clocks change in spring, and the morning after.
#[tokio::test(start_paused = true)]
async fn a_night_in_which_the_clocks_change_misses_nothing_and_tells_nothing_twice() {
    let mut month = Month::begin("night", "2028-03-25T21:59:59Z").await;
    month.pass("2028-03-26T09:30").await;
    month.check_digests();
    let told: Vec<_> = month.shown.iter().map(|(_, it)| it.as_str()).collect();
    assert!(told.len() == 1 && told[0].contains("I could look for only 9 of 23 h"), "{told:#?}");
}

/// Leap day and spring.
#[tokio::test(start_paused = true)]
#[ignore = "a month: minutes, alone in its process. VAKHTA_SOAK_UNTIL: another end than 2028-03-28T12:00"]
async fn a_month_in_minutes() {
    let until = std::env::var("VAKHTA_SOAK_UNTIL").unwrap_or_else(|_| "2028-03-28T12:00".to_owned());
    let mut month = Month::begin("month", "2028-02-25T22:59:59Z").await;
    month.pass(&until).await;
    month.print();
    month.check_digests();
    month.check_cards();
    month.check_growth();
    let heap = |day: i64| month.evenings.iter().find(|it| it.day == day).map(|it| it.anonymous);
    let last = month.evenings.last().map(|it| it.anonymous);
    if let (Some(before), Some(after)) = (heap(3), last) {
        assert!(after <= before + 4096, "the heap has grown from {before} to {after} KiB");
    }
}

/// The clocks go back, and the hour from two to three comes twice.
#[tokio::test(start_paused = true)]
#[ignore = "three days of autumn: a minute"]
async fn autumn_in_a_minute() {
    let mut month = Month::begin("autumn", "2028-10-27T21:59:59Z").await;
    month.pass("2028-10-30T12:00").await;
    month.print();
    month.check_digests();
    month.check_cards();
}

/// One year ends and another begins.
#[tokio::test(start_paused = true)]
#[ignore = "the turn of a year: a minute"]
async fn the_turn_of_a_year_in_a_minute() {
    let mut month = Month::begin("year", "2028-12-29T22:59:59Z").await;
    month.pass("2029-01-02T12:00").await;
    month.print();
    month.check_digests();
    month.check_cards();
}
