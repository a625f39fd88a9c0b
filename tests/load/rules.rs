//! Two hundred rules over two hundred and twenty series, with what is remembered of them in the store.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use jobs::metric::{Sample, SeriesKey};
use jobs::ports::Store as _;
use vakhta::store::{Database, Limits};

use super::botapi::BotApi;
use super::cost::{Cost, milliseconds, percentile};
use super::ground::Ground;
use super::setting;
use super::watch::{self, Watch};

const RULES: usize = 200;
const CONTAINERS: usize = 100;
const DISKS: usize = 20;

/// A judgement a second, of what is in the store; nothing new is added to it.
const JOBS: &str = r#"
[[job]]
name = "sample"
run = "sample"
cron = "0 0 0 1 1 *"

[[job]]
name = "evaluate"
run = "evaluate"
cron = "* * * * * *"
timeout = "20s"
"#;

/// A rule of each kind in turn, each about some ten series.
fn rules() -> String {
    let mut text = JOBS.to_owned();
    for number in 0..RULES {
        let (ten, disks) = (number / 5 % 10, number / 5 % 2);
        let detector = match number % 5 {
            0 => format!(
                "metric = \"container.cpu\"\nonly = [\"service-{ten}?\"]\ndetector = \"threshold\"\nover = \"10m\"\nabove = 95\nback = 85"
            ),
            1 => format!(
                "metric = \"container.memory\"\nonly = [\"service-{ten}*\"]\ndetector = \"novelty\"\nsides = \"above\"\nleast = 20"
            ),
            2 => format!(
                "metric = \"disk.used\"\nonly = [\"/srv/{disks}*\"]\ndetector = \"forecast\"\nfloor = 60\nunder = \"8h\"\nuntil = \"48h\""
            ),
            3 => format!(
                "metric = \"container.cpu\"\nonly = [\"*-{ten}?\"]\ndetector = \"absence\"\nafter = \"2h\""
            ),
            _ => format!(
                "metric = \"container.cpu\"\nonly = [\"service-?{ten}\"]\ndetector = \"sigma\"\nwindow = \"1h\"\nk = 3\nleast = 40"
            ),
        };
        write!(text, "\n[[rule]]\nname = \"rule-{number}\"\n{detector}\nfor = \"2m\"\nclear = \"2m\"\n")
            .expect("memory");
    }
    text
}

/// So many hours of a sample each ten seconds, until now.
fn remember(ground: &Ground, hours: i64) -> usize {
    let begin = Timestamp::now() - SignedDuration::from_hours(hours);
    let database = Database::open(&ground.data(), Limits::default(), begin).expect("a store").database;
    // Writing takes its time, and what is judged must be fresh.
    for moment in 0.. {
        let at = begin + SignedDuration::from_secs(10 * moment);
        if Timestamp::now() < at {
            break;
        }
        let wave = |number: usize, middle: f64| middle + 3.0 * (moment as f64 * 0.37 + number as f64).sin();
        let sample = |metric: &str, subject: String, value: f64| Sample {
            key: SeriesKey::of(metric, subject),
            at,
            value,
        };
        let containers = (0..CONTAINERS).flat_map(|it| {
            let name = format!("service-{it:02}");
            [
                sample("container.cpu", name.clone(), wave(it, 20.0)),
                sample("container.memory", name, wave(it, 40.0)),
            ]
        });
        let disks = (0..DISKS).map(|it| sample("disk.used", format!("/srv/{it:02}"), wave(it, 70.0)));
        database.append(&containers.chain(disks).collect::<Vec<_>>()).expect("room");
    }
    2 * CONTAINERS + DISKS
}

/// How long each round took, as the log says.
fn took(log: &str) -> Vec<Duration> {
    let rounds = log.lines().filter(|it| it.contains("job ended") && it.contains("evaluate"));
    let length = |line: &str| {
        let (_, after) = line.split_once("took=")?;
        let word = after.split(' ').next()?;
        let unit = word.trim_start_matches(|it: char| it.is_ascii_digit() || it == '.');
        let number: f64 = word.strip_suffix(unit)?.parse().ok()?;
        let scale = match unit {
            "ns" => 1e-9,
            "µs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            _ => return None,
        };
        Some(Duration::from_secs_f64(number * scale))
    };
    rounds.filter_map(length).collect()
}

/// What so many rounds came to.
struct Rounds {
    series: usize,
    /// How long each took, the first one first.
    took: Vec<Duration>,
    cost: Cost,
    /// Processor time of one, after the first.
    cpu: Duration,
}

async fn rounds(hours: i64, count: usize) -> Rounds {
    let (ground, api) = (Ground::new(), BotApi::start());
    let series = remember(&ground, hours);
    let mut command = ground.serving_with(&api, &rules());
    command.env("LOG_LEVEL", "warn,vakhta::runner=debug");
    let watch = Watch::introduced(command, &api).await;
    let (mut first, deadline) = (None, Instant::now() + Duration::from_secs(180));
    let mut ticks = tokio::time::interval(Duration::from_millis(200));
    loop {
        ticks.tick().await;
        let took = took(&watch.log());
        assert!(Instant::now() < deadline, "{} of {count} rounds: {}", took.len(), watch.log());
        match took.len() {
            0 => {}
            ended if count <= ended => break,
            ended => first = first.or_else(|| Some((Cost::of(&watch), ended))),
        }
    }
    let (cost, took) = (Cost::of(&watch), took(&watch.log()));
    let cpu =
        first.map(|(it, ended)| cost.cpu_since(&it) / u32::try_from(took.len() - ended).unwrap_or(1).max(1));
    assert!(api.messages(super::OWNER).is_empty(), "all is well: {:#?}", api.messages(super::OWNER));
    Rounds { series, took, cost, cpu: cpu.unwrap_or_default() }
}

#[tokio::test]
async fn two_hundred_rules_pass_their_check() {
    let ground = Ground::new();
    let file = ground.file("vakhta.toml", &rules());
    let mut command = ground.vakhta(&["check"]);
    command.env("VAKHTA_CONFIG", file).env("BOT_TOKEN", super::botapi::TOKEN).env("TELEGRAM_USER_ID", "42");
    let checked = watch::run(command, "").await;
    assert_eq!(checked.code(), Some(0), "{}{}", checked.out, checked.err);
}

#[tokio::test]
async fn two_hundred_rules_stay_far_from_their_deadline() {
    let rounds = rounds(1, 3).await;
    // Counted by what it takes of a processor: how long that lasts is up to whoever else runs.
    assert!(rounds.cpu < Duration::from_secs(2), "{:?} of a processor, {:?}", rounds.cpu, rounds.took);
}

#[tokio::test]
#[ignore = "writes days of history first, and then judges it for half a minute"]
async fn two_hundred_rules_over_a_day_of_history() {
    println!(
        "\n| history | series | first round | others, p50 / most | processor a round | resident, most |"
    );
    println!("|---|---|---|---|---|---|");
    for hours in [1, setting("HOURS", 24) as i64] {
        let Rounds { series, took, cost, cpu } = rounds(hours, 12).await;
        let mut others = took[1..].to_vec();
        others.sort();
        println!(
            "| {hours} h | {series} | {} | {} / {} | {} | {} KiB |",
            milliseconds(took[0]),
            milliseconds(percentile(&others, 50)),
            milliseconds(percentile(&others, 100)),
            milliseconds(cpu),
            cost.peak,
        );
        // A round may take 20 s, and begins every 30.
        assert!(others.iter().all(|it| *it < Duration::from_secs(2)), "{others:?}");
    }
}
