//! The command line: what can be asked of the binary, and what it answers.

use std::fs::File;
use std::io::{BufReader, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::{SignedDuration, Timestamp};
use jobs::declare::{Rule, Work};
use jobs::evaluate::{literal::Literal, novelty::Novelty};
use jobs::mute::{After, By, Mute, Scope, next_time, time_of_day};
use jobs::ports::{Profile, Store};
use jobs::{heal, sample};

use crate::app::{self, Chat, Ended, Once, Silencer, SilencerError, Stop};
use crate::command;
use crate::config::{
    self, Config, Environment, KnownNames, Language, LogFormat, Mistakes, Purpose, Settings,
};
use crate::detect::{self, DetectError, Format, Judge};
use crate::docker::policy;
use crate::doctor::{self, AlarmFacts, Examined, SettingLine, TelegramFacts};
use crate::present::Voice;
use crate::run::Outcome;
use crate::store::Database;
use crate::totp::Key;
use crate::{heartbeat, locale, log, simulate, web};

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
  TELEGRAM_USER_ID   the owners, who may do everything and are told: one id, or several with commas
  TELEGRAM_OPERATORS who may act too, and is told nothing by itself; TELEGRAM_VIEWERS who may only look
  TOTP_SECRET        a secret for codes of six digits, which what acts then takes too; better TOTP_SECRET_FILE, or the
                     secret /run/secrets/totp_secret (`vakhta totp new` makes one); TOTP_FOR names the commands
  TELEGRAM_API_URL   the Bot API's address, if not the public one
  TELEGRAM_PROXY     http://, https:// or socks5:// proxy, for Telegram alone
  HEARTBEAT_URL      a dead man's switch (healthchecks.io and the like): fetched every minute while the watch is well,
                     URL/fail when it is not; better HEARTBEAT_URL_FILE, or the secret /run/secrets/heartbeat_url
  FALLBACK_URL       where critical news goes while Telegram does not answer: a topic of ntfy; a secret likewise
  FALLBACK_TOKEN     a token for it, if it wants one; a secret likewise
  FALLBACK_AFTER     how long news waits for Telegram before it goes there; default 5m
  ALARM_PROXY        a proxy for HEARTBEAT_URL and FALLBACK_URL; none: they are reached directly
  DOCKER_HOST        unix:///path or tcp://host:port; default unix:///var/run/docker.sock
  HOST_ROOT          where the host's root is mounted; empty when run on the host itself
  DATA_DIR           where the store lies
  HOOKS_ALLOWED      programs that a declared [[hook]] may run: whole paths with colons between them; none: no hook runs
  LOCALE             ru, en, or auto: each person's own
  TZ                 the owner's time zone, such as Europe/Moscow
  VAKHTA_CONFIG      a file of jobs and rules in place of the built-in one (`vakhta check --built-in` prints that)
  LOG_LEVEL          error, warn, info, debug; LOG_FORMAT text or json
  START_CARD         on or off: whether it says that it begins, and what it missed while it was away

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
    /// Hold news back for a while: for scripts on the machine, whether or not the watch is running
    #[command(after_help = MUTE_HELP)]
    Mute {
        #[command(flatten)]
        what: What,
        /// For so long: `30m`, `2h`, `1d`
        #[arg(long = "for", value_name = "LENGTH", required_unless_present = "until")]
        length: Option<String>,
        /// Until the clocks show that time next, in the owner's zone (TZ): `08:00`
        #[arg(long, value_name = "TIME", conflicts_with = "length")]
        until: Option<String>,
        /// What is critical waits too, and does not break through
        #[arg(long)]
        critical_too: bool,
        /// Why, for whoever looks at /mute
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// End what `vakhta mute` began; what it held back is told then
    Unmute {
        #[command(flatten)]
        what: What,
        /// End every mute, also those that people set in the chat
        #[arg(long, conflicts_with = "WhatOf")]
        everything: bool,
    },
    /// Show what is muted, and how much each holds back
    Mutes {
        /// For scripts
        #[arg(long)]
        json: bool,
    },
    /// Print what a filter before Docker's socket has to let through, and nothing else
    #[command(name = "docker-policy", after_long_help = POLICY_HELP)]
    DockerPolicy {
        /// How much: viewer looks, operator also starts and stops containers, healer also frees disk space
        #[arg(long, value_enum, default_value = "healer")]
        profile: ProfileName,
        /// For which filter
        #[arg(long, value_enum, default_value = "table")]
        format: PolicyFormat,
    },
    /// Show who did what through Vakhta, and what was refused; the newest first
    Audit {
        /// How far back: `24h`, `7d`
        #[arg(long, value_name = "LENGTH", default_value = "24h")]
        since: String,
        /// Only what has to do with this container, command, id, or outcome
        #[arg(long, value_name = "WORD")]
        about: Option<String>,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Codes of six digits, which commands that act may take besides
    Totp {
        #[command(subcommand)]
        what: TotpOrder,
    },
    /// Say whether the watch with this DATA_DIR is alive (for HEALTHCHECK)
    Health,
    /// Print completions for a shell
    Completions {
        /// Which
        shell: Shell,
    },
}

#[derive(Subcommand)]
enum TotpOrder {
    /// Make a new secret, in a file that only its owner may read
    #[command(after_help = TOTP_HELP)]
    New {
        /// The file; one that is there is left alone
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// How the app is to call it
        #[arg(long, value_name = "NAME", default_value = "server")]
        name: String,
        /// Also print the address that an authenticator app reads. It is the secret: only on a terminal
        #[arg(long)]
        show: bool,
    },
}

const TOTP_HELP: &str = "\
Codes for everything that acts:
  vakhta totp new --out secrets/totp_secret --show     type what stands after secret= into the app, or make a picture of it
  TOTP_SECRET_FILE=secrets/totp_secret vakhta          with Docker: a secret of that name, see compose.yaml
TOTP_FOR names the commands that take one: stop,fix; without it every command that asks \"are you sure\".

Exit codes: 0 made, 1 it could not be written, 2 the file is there already, or --show and no terminal.";

/// Of what; everything when nothing is named.
#[derive(clap::Args)]
#[group(id = "WhatOf", multiple = false)]
struct What {
    /// Everything (also when nothing is named)
    #[arg(long)]
    all: bool,
    /// The machine itself and Docker, and no single container
    #[arg(long)]
    host: bool,
    /// Every container of a compose project
    #[arg(long, value_name = "NAME")]
    project: Option<String>,
    /// One container, by its exact name
    #[arg(long, value_name = "NAME")]
    container: Option<String>,
    /// What one declared rule finds
    #[arg(long, value_name = "NAME")]
    rule: Option<String>,
}

impl What {
    fn scope(self) -> Scope {
        match (self.host, self.project, self.container, self.rule) {
            (true, ..) => Scope::Host,
            (_, Some(name), ..) => Scope::Project(name),
            (_, _, Some(name), _) => Scope::Container(name),
            (_, _, _, Some(name)) => Scope::Rule(name),
            (false, None, None, None) => Scope::All,
        }
    }
}

const MUTE_HELP: &str = "\
A deploy that restarts what it deploys:
  vakhta mute --project shop --for 10m --reason deploy
  docker compose up -d
  vakhta unmute --project shop
In a container:
  docker exec vakhta /vakhta mute --project shop --for 10m

It speaks through the store in DATA_DIR, which must be the watch's own. A mute that somebody set in the chat is never
made shorter, and only `vakhta unmute --everything` ends it.

Exit codes: 0 done, 1 the store failed, 2 wrong arguments or no store there.";

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

#[derive(Clone, Copy, ValueEnum)]
enum ProfileName {
    /// Looks: /ps, /logs, /stats, alerts about containers
    Viewer,
    /// Also starts, stops, restarts, kills, pauses and unpauses containers
    Operator,
    /// Also removes build cache, images that nothing uses, and stopped containers
    Healer,
}

impl From<ProfileName> for Profile {
    fn from(name: ProfileName) -> Self {
        match name {
            ProfileName::Viewer => Self::Viewer,
            ProfileName::Operator => Self::Operator,
            ProfileName::Healer => Self::Healer,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum PolicyFormat {
    /// Each call, and what it is for
    Table,
    /// The flags of wollomatic/socket-proxy
    Flags,
    /// A service of Docker Compose with these flags
    Compose,
    /// A configuration of nginx
    Nginx,
    /// A configuration of HAProxy
    Haproxy,
    /// For scripts
    Json,
}

impl From<PolicyFormat> for policy::Format {
    fn from(format: PolicyFormat) -> Self {
        match format {
            PolicyFormat::Table => Self::Table,
            PolicyFormat::Flags => Self::Flags,
            PolicyFormat::Compose => Self::Compose,
            PolicyFormat::Nginx => Self::Nginx,
            PolicyFormat::Haproxy => Self::Haproxy,
            PolicyFormat::Json => Self::Json,
        }
    }
}

const POLICY_HELP: &str = "\
Docker's socket is root on the host. A filter before it lets through what Vakhta needs and nothing else; compose.yaml
has one, with the profile healer. To let Vakhta do less:
  vakhta docker-policy --profile viewer --format flags
and write the lines that are printed in place of -allowGET, -allowPOST and -allowDELETE in compose.yaml; one that is not
printed goes. Then: docker compose up -d

Vakhta finds out by itself what is allowed, without doing any of it, when it starts, whenever the filter or the engine
is started anew, and every hour. /health, `vakhta doctor` and the first message say it; buttons that would be refused
are not drawn. docs/docker-access.md says what each profile loses.

Never in it: exec, create, build, pull, attach, archive, volumes, networks that are changed, swarm, secrets.";

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

Nothing is written and nobody is told; a running watch may go on beside it. The rules begin with nothing to tell, as if
they were switched on at the first moment. The code is that of the watch, and it knows
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
        Order::Mute { what, length, until, critical_too, reason } => {
            mute(what.scope(), length, until, critical_too, reason)
        }
        Order::Unmute { what, everything } => unmute((!everything).then(|| what.scope())),
        Order::Mutes { json } => mutes(json),
        Order::DockerPolicy { profile, format } => {
            say(&policy::page(profile.into(), format.into()));
            DONE
        }
        Order::Audit { since, about, json } => audit(&since, about.as_deref(), json),
        Order::Totp { what: TotpOrder::New { out, name, show } } => new_totp(&out, &name, show),
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
    let config = checked(&environment, purpose).map_err(|mistakes| {
        complain(&mistakes.text(std::io::stderr().is_terminal()));
        WRONG
    })?;
    log::strike_out(config.settings.secrets());
    for warning in &config.settings.warnings {
        complain(&format!("warning: {warning}\n"));
    }
    Ok(config)
}

/// Reads everything, by the names there are.
fn checked(environment: &Environment, purpose: Purpose) -> Result<Config, Mistakes> {
    let metrics: Vec<&str> = sample::METRICS.iter().map(|it| it.id).collect();
    let remedies: Vec<&str> = heal::remedy_names().collect();
    let commands: Vec<&str> = command::changing().collect();
    config::check(
        environment,
        KnownNames { metrics: &metrics, remedies: &remedies, commands: &commands },
        purpose,
    )
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
            let (jobs, rules) = (config.jobs.len(), config.rules.len());
            let mutes = match config.mutes.len() {
                0 => String::new(),
                1 => " and 1 mute".to_owned(),
                count => format!(" and {count} mutes"),
            };
            let policies = config.jobs.iter().map(|it| match &it.job.work {
                Work::Heal(settings) => settings.policies.len(),
                Work::Sample(_) | Work::Evaluate(_) | Work::Digest(_) | Work::Beat(_) => 0,
            });
            // Every job that heals has all of them.
            let heals = match policies.max().unwrap_or_default() {
                0 => String::new(),
                1 => " and 1 healing policy".to_owned(),
                count => format!(" and {count} healing policies"),
            };
            say(&format!("{from}: {jobs} jobs and {rules} rules{heals}{mutes}, all well\n"));
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
            for off in &config.off {
                say(&format!("  {:<16} {:<10} off: {} is not set\n", off.name, off.kind, off.lacks));
            }
            for planned in &config.mutes {
                say(&format!("  {}\n", app::explained(planned, now)));
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
        Ok(Ok(Once::Off(setting))) => {
            complain(&format!("vakhta: job {name} is off: {setting} is not set\n"));
            WRONG
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
    let today = match replay.rules.as_ref().map(|_| checked(&Environment::of_process(), Purpose::Local)) {
        Some(Ok(today)) => Some(today),
        Some(Err(_)) => {
            complain(
                "note: the rules of today cannot be read (see `vakhta check`), so nothing is held against them\n",
            );
            None
        }
        None => None,
    };
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
    // By the same names: a rule that is new is held against nothing.
    let of_today = today.iter().flat_map(|it| &it.rules);
    let of_today: Vec<Rule> =
        of_today.filter(|it| replay.only.is_empty() || replay.only.contains(&it.name)).cloned().collect();
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
        rules: simulate::Rules { jobs: &config.jobs, rules: &rules, mutes: &config.mutes },
        today: today.as_ref().map(|it| simulate::Rules {
            jobs: &it.jobs,
            rules: &of_today,
            mutes: &it.mutes,
        }),
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

/// The settings, and what is muted in the store they name.
fn silencer() -> Result<(Config, Silencer), u8> {
    let config = configuration(Purpose::Local, None)?;
    log::begin("error", LogFormat::Text);
    match Silencer::open(&config) {
        Ok(silencer) => Ok((config, silencer)),
        Err(error) => Err(unsilenced(error)),
    }
}

fn unsilenced(error: SilencerError) -> u8 {
    complain(&format!("vakhta: {error}\n"));
    match error {
        SilencerError::Wrong(_) => WRONG,
        SilencerError::Failed(_) => FAILED,
    }
}

fn mute(
    scope: Scope,
    length: Option<String>,
    until: Option<String>,
    critical_too: bool,
    reason: Option<String>,
) -> u8 {
    let now = app::clock().now();
    let (config, silencer) = match silencer() {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    let end = match (length, until) {
        (Some(length), _) => config::duration::parse(&length)
            .map_err(|why| format!("--for {length}: {why}; write, for example, 30m, 2h or 1d"))
            .and_then(|length| now.checked_add(length).map_err(|error| error.to_string())),
        (None, until) => {
            let until = until.unwrap_or_default();
            let time = time_of_day(&until).and_then(|time| next_time(time, &config.settings.zone, now));
            time.ok_or_else(|| format!("--until {until}: no time of day; write, for example, 08:00"))
        }
    };
    let wish = end.map(|until| Mute {
        scope,
        from: now,
        until,
        by: By::Script,
        critical_too,
        after: After::Tell,
        reason: reason.filter(|it| !it.trim().is_empty()),
    });
    let wish = match wish {
        Ok(wish) if wish.is_in_force(now) => wish,
        Ok(_) => {
            complain("vakhta: --for 0s: a mute must be longer than nothing\n");
            return WRONG;
        }
        Err(why) => {
            complain(&format!("vakhta: {why}\n"));
            return WRONG;
        }
    };
    match silencer.begin(wish, now) {
        Ok(mute) => {
            say(&format!("muted: {}\n", silencer.line(&mute)));
            if let Some(why) = silencer.absent() {
                complain(&format!(
                    "note: no watch is running with this DATA_DIR ({why}); it counts when one is\n"
                ));
            }
            DONE
        }
        Err(error) => unsilenced(error),
    }
}

fn unmute(scope: Option<Scope>) -> u8 {
    let now = app::clock().now();
    let (_, silencer) = match silencer() {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    match silencer.end(scope.as_ref(), now) {
        Ok(Ended { ended, left }) => {
            for mute in &ended {
                say(&format!("no longer muted: {}\n", mute.scope));
            }
            if let (Some(scope), []) = (&scope, &ended[..]) {
                say(&format!("no script had muted {scope}\n"));
            }
            for mute in &left {
                complain(&format!("note: still muted: {}\n", silencer.line(mute)));
            }
            DONE
        }
        Err(error) => unsilenced(error),
    }
}

fn mutes(json: bool) -> u8 {
    let now = app::clock().now();
    let listed = silencer().and_then(|(_, silencer)| {
        let listed = if json { silencer.json(now) } else { silencer.text(now) };
        listed.map_err(unsilenced)
    });
    match listed {
        Ok(text) => {
            say(&text);
            DONE
        }
        Err(code) => code,
    }
}

/// The audit of the store in DATA_DIR, read beside whoever writes it.
fn audit(since: &str, about: Option<&str>, json: bool) -> u8 {
    let config = match configuration(Purpose::Local, None) {
        Ok(config) => config,
        Err(code) => return code,
    };
    let now = app::clock().now();
    let reach = command::parse::length(since).and_then(|it| SignedDuration::try_from(it).ok());
    let Some(from) = reach.and_then(|it| now.checked_sub(it).ok()) else {
        complain(&format!("--since {since} is no length of time: write 24h or 7d\n"));
        return WRONG;
    };
    let directory = &config.settings.data_dir;
    let deeds = match Database::open_to_read(directory) {
        Ok(Some(database)) => database.deeds(from).map_err(|error| error.to_string()),
        Ok(None) => {
            Err(format!("there is no store in {}; set DATA_DIR as the watch has it", directory.display()))
        }
        Err(error) => Err(error.to_string()),
    };
    let deeds = match deeds {
        Ok(deeds) => deeds,
        Err(why) => {
            complain(&format!("vakhta: {why}\n"));
            return FAILED;
        }
    };
    let zone = &config.settings.zone;
    let lines = deeds.iter().filter(|it| about.is_none_or(|word| it.is_about(word))).map(|it| {
        if json {
            let (at, who) = (it.at.to_string(), it.who.to_string());
            let line = serde_json::json!({
                "at": at, "who": who, "what": it.what, "target": it.target,
                "outcome": it.outcome.code(), "words": it.words,
            });
            return format!("{line}\n");
        }
        let at = it.at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M:%S");
        let line = format!("{at}  {:<9}  {}  {} {}", it.outcome.code(), it.who, it.what, it.target);
        let words = if it.words.is_empty() { String::new() } else { format!(": {}", it.words) };
        format!("{}{words}\n", line.trim_end())
    });
    let text: String = lines.collect();
    if text.is_empty() && !json {
        say(&format!("nothing was done in the last {since}\n"));
    } else {
        say(&text);
    }
    DONE
}

/// A new secret for codes.
fn new_totp(out: &Path, name: &str, show: bool) -> u8 {
    use secrecy::ExposeSecret;
    use std::os::unix::fs::OpenOptionsExt;
    if show && !std::io::stdout().is_terminal() {
        complain("--show prints a secret, and only on a terminal; nothing was made\n");
        return WRONG;
    }
    let Some(key) = Key::new_secret() else {
        complain("the system has no randomness to give\n");
        return FAILED;
    };
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(out);
    let written = file.and_then(|mut file| {
        file.write_all(key.written().expose_secret().as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()
    });
    match written {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            complain(&format!(
                "{} is there already and is left as it is: name another file\n",
                out.display()
            ));
            return WRONG;
        }
        Err(error) => {
            complain(&format!("{}: {error}\n", out.display()));
            return FAILED;
        }
    }
    say(&format!("{} has a new secret, and only you may read it\n", out.display()));
    if show {
        say(&format!("{}\n", key.address(name).expose_secret()));
    } else {
        say("type it into your authenticator app by hand: by time, six digits, 30 seconds, SHA-1\n");
    }
    DONE
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
            alarms: alarms(&config).await,
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

/// Whether those can be reached whom nothing but an alarm may ring; only their servers are asked.
async fn alarms(config: &Config) -> Vec<AlarmFacts> {
    let Settings { heartbeat, fallback, alarm_proxy, .. } = &config.settings;
    let proxy = alarm_proxy.as_ref().map(|it| &it.url);
    let of_fallback = fallback.as_ref().map(|it| &it.address);
    let mut facts = Vec::new();
    for (name, address) in [("HEARTBEAT_URL", heartbeat.as_ref()), ("FALLBACK_URL", of_fallback)] {
        let answer = match address {
            Some(address) => Some(web::reach(&address.url, proxy).await),
            None => None,
        };
        facts.push(AlarmFacts { name, answer });
    }
    facts
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
