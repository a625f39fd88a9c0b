//! The command line: what can be asked of the binary, and what it answers.

use std::fs::File;
use std::io::{BufReader, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::{SignedDuration, Timestamp};
use jobs::declare::Rule;
use jobs::evaluate::{literal::Literal, novelty::Novelty};
use jobs::{heal, sample};

use crate::app::{self, Chat, Once, Stop};
use crate::config::{self, Config, Environment, KnownNames, Language, LogFormat, Mistakes, Purpose};
use crate::detect::{self, DetectError, Format, Judge};
use crate::doctor::{self, Examined, SettingLine, TelegramFacts};
use crate::present::Voice;
use crate::run::Outcome;
use crate::store::Database;
use crate::{heartbeat, locale, log, simulate};

/// Did what was asked.
const DONE: u8 = 0;
/// Tried, and it failed.
const FAILED: u8 = 1;
/// What it was given is wrong: settings, a declaration, a name.
const WRONG: u8 = 2;

/// Watches a Linux server and its Docker containers, and tells its owner in Telegram when something is really wrong.
#[derive(Parser)]
#[command(
    name = "vakhta",
    version,
    after_help = "To look around without Telegram:   vakhta console\n\
                  To see what is missing:            vakhta doctor",
    after_long_help = HELP
)]
struct Cli {
    #[command(subcommand)]
    order: Option<Order>,
}

const HELP: &str = "\
To look around without Telegram:
  vakhta console
  printf '/status\\n/ps\\n' | vakhta console

To serve Telegram:
  1. Ask @BotFather for a bot and put its token into a file:   secrets/bot_token
  2. Find your numeric id:                                     write to @userinfobot
  3. BOT_TOKEN_FILE=secrets/bot_token TELEGRAM_USER_ID=12345 vakhta

Settings (environment, or a file .env beside the working directory; each NAME also as NAME_FILE):
  BOT_TOKEN          the bot's token; better BOT_TOKEN_FILE, or the secret /run/secrets/bot_token
  TELEGRAM_USER_ID   who may speak and is told: one id, or several with commas
  TELEGRAM_API_URL   the Bot API's address, if not the public one
  TELEGRAM_PROXY     http://, https:// or socks5:// proxy, for Telegram alone
  DOCKER_HOST        unix:///path or tcp://host:port; default unix:///var/run/docker.sock
  HOST_ROOT          where the host's root is mounted; empty when run on the host itself
  DATA_DIR           where the store lies
  LOCALE             ru, en, or auto: each person's own
  TZ                 the owner's time zone, such as Europe/Moscow
  VAKHTA_CONFIG      a file of jobs and rules in place of the built-in one (`vakhta check --built-in` prints that)
  LOG_LEVEL          error, warn, info, debug; LOG_FORMAT text or json

Exit codes: 0 done, 1 failed, 2 wrong settings or arguments.";

#[derive(Subcommand)]
enum Order {
    /// Stand watch and serve Telegram (what happens without a command)
    Run,
    /// The same conversation in this terminal: no token, no Telegram
    Console {
        /// No colours and no pictures, as in a pipe
        #[arg(long)]
        plain: bool,
    },
    /// Read settings and declaration, and print every mistake
    Check {
        /// A declaration to read in place of the one that VAKHTA_CONFIG names
        file: Option<std::path::PathBuf>,
        /// Print the built-in declaration, to begin one's own with
        #[arg(long, conflicts_with = "file")]
        built_in: bool,
    },
    /// Show what works and what is missing: settings, the host's figures, Docker, Telegram, the store
    Doctor {
        /// For scripts
        #[arg(long)]
        json: bool,
    },
    /// Run one declared job now and end; the exit code says how it went
    Job {
        /// As declared: `sample`, `evaluate`, `heal`, `morning`
        name: String,
    },
    /// Judge the records of a CSV, each by those before it, and print a score in [0, 1] for each
    #[command(after_long_help = DETECT_HELP)]
    Detect {
        /// A CSV with the columns timestamp and value; standard input without one, or with `-`
        file: Option<PathBuf>,
        /// What judges
        #[arg(long, value_enum, default_value = "novelty")]
        detector: DetectorName,
        /// One JSON object a line in place of CSV
        #[arg(long)]
        json: bool,
    },
    /// Replay what was recorded against rules: what would have been told, when, and how often
    #[command(after_long_help = SIMULATE_HELP)]
    Simulate {
        /// The first moment: how long before the last one (`36h`, `7d`), a date, or a date and a time
        #[arg(long, value_name = "WHEN", default_value = "7d")]
        since: String,
        /// The last moment: how long ago, a date, or a date and a time; now without it
        #[arg(long, value_name = "WHEN")]
        until: Option<String>,
        /// A declaration to try in place of the one that VAKHTA_CONFIG names; the two are held against each other
        #[arg(long, value_name = "FILE")]
        rules: Option<PathBuf>,
        /// Only the rule of this name; may be given several times
        #[arg(long, value_name = "NAME")]
        rule: Vec<String>,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Say whether the watch with this DATA_DIR is alive (for HEALTHCHECK)
    Health,
    /// Print completions for a shell
    Completions {
        /// Which
        shell: Shell,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum DetectorName {
    /// How far a value is from everything seen in the last three weeks, and from what is usual at its hour
    Novelty,
    /// The literal x > mean + 2 * stdev of the 60 records before
    Sigma,
}

impl DetectorName {
    fn judge(self) -> Judge {
        match self {
            Self::Novelty => Judge::Novelty(Box::new(Novelty::new())),
            Self::Sigma => Judge::Literal(Literal::new()),
        }
    }
}

const DETECT_HELP: &str = "\
Read:
  timestamp,value            columns are found by these names, others are ignored; without a header: the first two
  2014-02-19 10:50:00,1.5    also 2014-02-19T10:50:00Z, or seconds since 1970; a record without a value is skipped

Printed: timestamp,value,score,alarm (yes or no), or {\"timestamp\":…,\"value\":…,\"score\":…,\"alarm\":…} with --json.

novelty  alarm from a score of 0.5 on, once a day and 100 records are learnt; docs/detection.md has the formula
sigma    mean and sample stdev of the 60 records before x, nothing before there are 60; z = (x - mean) / stdev
         alarm: x > mean + 2 * stdev      score: z / (z + 2), so 0.5 at the limit; 0 where z <= 0

Exit codes: 0 all judged, 1 reading or writing failed, 2 a file that cannot be opened or a line that is no record.";

const SIMULATE_HELP: &str = "\
To see what a rule would be worth before it is switched on:
  vakhta check --built-in > new.toml      and change it
  vakhta simulate --rules new.toml
  vakhta simulate --rules new.toml --rule cpu --since 2026-11-20 --until \"2026-11-21 18:30\"

Each telling is printed with its time: a new card rings, an edited one does not, what lasts is reminded of. Then what
came of each rule, and how often the rules of today would have rung in the same time.

Nothing is written and nobody is told; a running watch may go on beside it. The code is that of the watch, and it knows
at each moment what was known then. Samples are kept for 2 days and means of a minute for 30: what is older than that
is not replayed, and which of them was used is said. What becomes of containers is not recorded, and not replayed.

Exit codes: 0 replayed, 1 nothing was recorded or it cannot be read, 2 a mistake in the rules, the settings or the order.";

/// Does what the command line says.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = error.exit_code();
            error.print().ok();
            return ExitCode::from(u8::try_from(code).unwrap_or(WRONG));
        }
    };
    ExitCode::from(match cli.order.unwrap_or(Order::Run) {
        Order::Run => run(),
        Order::Console { plain } => console(plain),
        Order::Check { file, built_in } => check(file, built_in),
        Order::Doctor { json } => doctor(json),
        Order::Job { name } => job(&name),
        Order::Detect { file, detector, json } => {
            let format = if json { Format::Json } else { Format::Csv };
            detect(file.as_deref(), detector.judge(), format)
        }
        Order::Simulate { since, until, rules, rule, json } => {
            simulate(&Replay { since, until, rules, only: rule, json })
        }
        Order::Health => health(),
        Order::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "vakhta", &mut out);
            say(&String::from_utf8_lossy(&out));
            DONE
        }
    })
}

fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    // A reader that went away is no failure.
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).ok();
}

fn complain(text: &str) {
    std::io::stderr().lock().write_all(text.as_bytes()).ok();
}

/// Reads everything; what is wrong is printed, all of it.
fn configuration(purpose: Purpose, file: Option<std::path::PathBuf>) -> Result<Config, u8> {
    let mut environment = Environment::of_process();
    if let Some(file) = file {
        environment = environment.with_variable("VAKHTA_CONFIG", &file.to_string_lossy());
    }
    let config = known(environment, purpose).map_err(|mistakes| {
        complain(&mistakes.text(std::io::stderr().is_terminal()));
        WRONG
    })?;
    let proxy = config.settings.proxy.as_ref().map(|it| it.url.clone());
    log::strike_out(config.settings.token.iter().cloned().chain(proxy).collect());
    for warning in &config.settings.warnings {
        complain(&format!("warning: {warning}\n"));
    }
    Ok(config)
}

/// Reads everything, by the names there are.
fn known(environment: Environment, purpose: Purpose) -> Result<Config, Mistakes> {
    let metrics: Vec<&str> = sample::METRICS.iter().map(|it| it.id).collect();
    let remedies: Vec<&str> = heal::remedy_names().collect();
    let known = KnownNames { metrics: &metrics, remedies: &remedies };
    config::check(&environment, known, purpose)
}

/// One thread runs everything; what may block has four more.
fn block_on<T>(future: impl Future<Output = T>) -> Result<T, u8> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(4)
        // A thread for each look at the machine would end just before the next one, ten seconds later.
        .thread_keep_alive(Duration::from_secs(60))
        .build();
    let runtime = runtime.map_err(|error| {
        complain(&format!("the runtime could not be started: {error}\n"));
        FAILED
    })?;
    let done = runtime.block_on(future);
    // A thread that hangs on a dead mount must not keep the process.
    runtime.shutdown_background();
    Ok(done)
}

fn ended(result: Result<anyhow::Result<()>, u8>) -> u8 {
    match result {
        Ok(Ok(())) => DONE,
        Ok(Err(error)) => {
            complain(&format!("vakhta: {error:#}\n"));
            FAILED
        }
        Err(code) => code,
    }
}

fn run() -> u8 {
    no_core_file();
    let config = match configuration(Purpose::Serve, None) {
        Ok(config) => config,
        Err(code) => return code,
    };
    log::begin(&config.settings.log_filter, config.settings.log_format);
    ended(block_on(async { app::watch(config, Chat::Telegram, Stop::new()?).await }))
}

fn console(plain: bool) -> u8 {
    let config = match configuration(Purpose::Local, None) {
        Ok(config) => config,
        Err(code) => return code,
    };
    log::begin("error", LogFormat::Text);
    let language = terminal_language();
    ended(block_on(async { app::watch(config, Chat::Console { plain, language }, Stop::new()?).await }))
}

fn check(file: Option<std::path::PathBuf>, built_in: bool) -> u8 {
    if built_in {
        say(jobs::declare::BUILT_IN);
        return DONE;
    }
    let declared = file.is_some();
    match configuration(Purpose::Local, file) {
        Ok(config) => {
            let from = match (&config.settings.declaration, declared) {
                (Some(path), _) => path.display().to_string(),
                (None, _) => "the built-in declaration".to_owned(),
            };
            say(&format!("{from}: {} jobs and {} rules, all well\n", config.jobs.len(), config.rules.len()));
            let now = app::clock().now();
            for planned in &config.jobs {
                let next = planned.cron.next_after(&planned.zone, now);
                let next = next.map_or_else(
                    || "never".to_owned(),
                    |at| {
                        at.to_zoned_datetime(planned.zone.clone())
                            .strftime("%Y-%m-%d %H:%M:%S %Z")
                            .to_string()
                    },
                );
                say(&format!("  {:<16} {:<10} next {next}\n", planned.job.name, planned.job.work.kind()));
            }
            DONE
        }
        Err(code) => code,
    }
}

fn job(name: &str) -> u8 {
    no_core_file();
    let config = match configuration(Purpose::Local, None) {
        Ok(config) => config,
        Err(code) => return code,
    };
    log::begin(&config.settings.log_filter, config.settings.log_format);
    match block_on(app::once(config, name)) {
        Ok(Ok(Once::Ran(Outcome::Done))) => DONE,
        Ok(Ok(Once::Ran(outcome))) => {
            let why = match outcome {
                Outcome::Failed(why) => why,
                Outcome::TimedOut => "it took longer than it may".to_owned(),
                Outcome::Panicked(words) => format!("a fault of Vakhta's own: {words}"),
                Outcome::Done | Outcome::Stopped => "it was cut off".to_owned(),
            };
            complain(&format!("vakhta: job {name}: {why}\n"));
            FAILED
        }
        Ok(Ok(Once::NoSuchJob(names))) => {
            complain(&format!("vakhta: no job is called {name}; there are {}\n", names.join(", ")));
            WRONG
        }
        Ok(Err(error)) => ended(Ok(Err(error))),
        Err(code) => code,
    }
}

fn detect(file: Option<&Path>, judge: Judge, format: Format) -> u8 {
    let output = std::io::stdout().lock();
    let judged = match file.filter(|it| *it != Path::new("-")) {
        // Records that come one by one are answered one by one: standard output is flushed with every line.
        None => detect::detect("standard input", std::io::stdin().lock(), output, judge, format),
        Some(path) => match File::open(path) {
            Ok(file) => {
                let output = BufWriter::new(output);
                detect::detect(&path.to_string_lossy(), BufReader::new(file), output, judge, format)
            }
            Err(why) => {
                let path = path.display();
                complain(&format!(
                    "vakhta: {path}: {why}; name a CSV that can be read, or - for standard input\n"
                ));
                return WRONG;
            }
        },
    };
    match judged {
        Ok(()) => DONE,
        Err(error) => {
            complain(&format!("vakhta: {error}\n"));
            if matches!(error, DetectError::Wrong(_)) { WRONG } else { FAILED }
        }
    }
}

/// What is to be replayed, as it was written.
struct Replay {
    since: String,
    until: Option<String>,
    rules: Option<PathBuf>,
    only: Vec<String>,
    json: bool,
}

fn simulate(replay: &Replay) -> u8 {
    let config = match configuration(Purpose::Local, replay.rules.clone()) {
        Ok(config) => config,
        Err(code) => return code,
    };
    log::begin("error", LogFormat::Text);
    // Rules are held against those of today; where the two are the same, or those of today cannot be read, there is
    // nothing to hold them against.
    let today = replay.rules.as_ref().and_then(|_| known(Environment::of_process(), Purpose::Local).ok());
    let settings = &config.settings;
    let now = app::clock().now();
    let moments = || -> Result<(Timestamp, Timestamp), String> {
        let until = match &replay.until {
            Some(until) => simulate::moment(until, now, &settings.zone)?.min(now),
            None => now,
        };
        let from = simulate::moment(&replay.since, until, &settings.zone)?;
        if until <= from {
            return Err(format!("--since {} is not before the last moment", replay.since));
        }
        Ok((from, until))
    };
    let asked = moments().and_then(|it| Ok((it, simulate::only(&config.rules, &replay.only)?)));
    let ((from, until), rules) = match asked {
        Ok(asked) => asked,
        Err(why) => {
            complain(&format!("vakhta: {why}\n"));
            return WRONG;
        }
    };
    let of_today: Vec<Rule> = today.iter().flat_map(|it| &it.rules).cloned().collect();
    let of_today: Vec<Rule> =
        of_today.into_iter().filter(|it| replay.only.is_empty() || replay.only.contains(&it.name)).collect();
    let database = match Database::open_to_read(&settings.data_dir) {
        Ok(Some(database)) => database,
        Ok(None) => {
            complain(&format!(
                "vakhta: there is nothing to replay yet: no watch has recorded anything in DATA_DIR {}\n",
                settings.data_dir.display()
            ));
            return FAILED;
        }
        Err(error) => return ended(Ok(Err(error.into()))),
    };
    let locale = match settings.language {
        Language::Russian => locale::for_tag("ru"),
        Language::English => locale::for_tag("en"),
        Language::Auto => locale::for_tag(&terminal_language().unwrap_or_default()),
    };
    let voice = Voice { locale, zone: settings.zone.clone() };
    let host = app::host_name(&config);
    let order = simulate::Order {
        database: &database,
        rules: simulate::Rules { jobs: &config.jobs, rules: &rules },
        today: today.as_ref().map(|it| simulate::Rules { jobs: &it.jobs, rules: &of_today }),
        from,
        until,
    };
    let reader = simulate::Reader { voice: &voice, host: &host };
    match block_on(simulate::simulate(&order, &reader)) {
        Ok(Ok(report)) => {
            say(&if replay.json { report.to_json() } else { report.to_text() });
            DONE
        }
        Ok(Err(error)) => ended(Ok(Err(error.into()))),
        Err(code) => code,
    }
}

/// The language of this terminal.
fn terminal_language() -> Option<String> {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

fn health() -> u8 {
    let config = match configuration(Purpose::Local, None) {
        Ok(config) => config,
        Err(code) => return code,
    };
    let beat = heartbeat::read(&config.settings.data_dir);
    match beat.map(|beat| beat.complaint(app::clock().now())) {
        Ok(None) => {
            say("well\n");
            DONE
        }
        Ok(Some(complaint)) => {
            complain(&format!("not well: {complaint}\n"));
            FAILED
        }
        Err(why) => {
            complain(&format!("not on watch: {why}\n"));
            FAILED
        }
    }
}

fn doctor(json: bool) -> u8 {
    let config = match configuration(Purpose::Local, None) {
        Ok(config) => config,
        Err(code) => return code,
    };
    log::begin("error", LogFormat::Text);
    let examined = block_on(async {
        let settings: Vec<SettingLine> = config
            .settings
            .lines
            .iter()
            .map(|line| SettingLine {
                name: line.name.to_owned(),
                value_shown: line.shown.clone(),
                source: line.source.to_string(),
            })
            .collect();
        let engine = crate::docker::Docker::new(app::engine_address(&config)?);
        let root = app::host_root(&config);
        let report = doctor::examine(Examined {
            settings: &settings,
            root: &root,
            engine: &engine,
            telegram: telegram(&config).await,
            data_dir: &config.settings.data_dir,
        })
        .await;
        anyhow::Ok(report)
    });
    match examined {
        Ok(Ok(report)) => {
            if json {
                say(&format!("{}\n", report.to_json()));
            } else {
                let columns =
                    rustix::termios::tcgetwinsize(std::io::stdout()).map_or(100, |size| size.ws_col);
                say(&report.to_table(usize::from(columns)));
            }
            report.exit_code()
        }
        Ok(Err(error)) => ended(Ok(Err(error))),
        Err(code) => code,
    }
}

/// What Telegram says of itself; nothing when there is no token to ask with.
async fn telegram(config: &Config) -> Option<Result<TelegramFacts, String>> {
    config.settings.token.as_ref()?;
    let asked = async {
        let nowhere = crate::store::Database::in_memory(crate::store::Limits::default());
        let telegram = app::telegram(config, &nowhere).map_err(|error| format!("{error:#}"))?;
        let me = telegram.get_me().await.map_err(|error| error.to_string())?;
        let skew = telegram.clock_skew(app::clock().now()).unwrap_or(SignedDuration::ZERO);
        Ok(TelegramFacts { username: me.username, clock_skew: skew })
    };
    Some(asked.await)
}

/// A core file would hold the token.
fn no_core_file() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
