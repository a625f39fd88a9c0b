//! The command line: what can be asked of the binary, and what it answers.

mod arguments;
mod backup;
mod mutes;
mod unseen;

use std::fs::File;
use std::io::{BufReader, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::CommandFactory;
use jiff::{SignedDuration, Timestamp};
use jobs::declare::{Rule, Work};
use jobs::ports::Store;
use jobs::{heal, sample};

use self::arguments::{Cli, Order, TotpOrder};
use crate::app::{self, Chat, Look, Once, Reading, Reread, Stop};
use crate::command;
use crate::config::{
    self, Config, Environment, KnownNames, Language, LogFormat, Mistakes, Purpose, Settings,
};
use crate::console::Manner;
use crate::detect::{self, DetectError, Format, Judge};
use crate::docker::policy;
use crate::doctor::{self, AlarmFacts, Examined, SettingLine, TelegramFacts};
use crate::init::{InitError, Way, Wish, init};
use crate::message::UserId;
use crate::present::Voice;
use crate::run::Outcome;
use crate::store::Database;
use crate::totp::Key;
use crate::{heartbeat, locale, log, private, simulate, web};

/// Did what was asked.
const DONE: u8 = 0;
/// Tried, and it failed.
const FAILED: u8 = 1;
/// What it was given is wrong: settings, a declaration, a name.
const WRONG: u8 = 2;

/// Does what the command line says.
pub fn main() -> ExitCode {
    unseen::become_so();
    let order = match arguments::order(&std::env::args_os().collect::<Vec<_>>()) {
        Ok(order) => order,
        Err(error) => {
            let code = error.exit_code();
            error.print().ok();
            return ExitCode::from(u8::try_from(code).unwrap_or(WRONG));
        }
    };
    crate::panics::watch(complain);
    ExitCode::from(match order {
        Order::Run => run(),
        Order::Console { plain, ask } => console(plain, ask),
        Order::Init { dir, token_file, owner, r#for, force, yes } => first_run(&Wish {
            directory: dir,
            token_file,
            owner: owner.map(UserId),
            way: r#for.map(Way::from),
            force,
            yes,
            language: terminal_language(),
        }),
        Order::Check { file, built_in } => check(file, built_in),
        Order::Doctor { json } => doctor(json),
        Order::Job { name, out: None } => job(&name),
        Order::Job { name, out: Some(file) } => look(&name, &file),
        Order::Detect { file, detector, json } => {
            let format = if json { Format::Json } else { Format::Csv };
            detect(file.as_deref(), detector.judge(), format)
        }
        Order::Simulate { since, until, rules, rule, json } => {
            simulate(&Replay { since, until, rules, only: rule, json })
        }
        Order::Mute { what, length, until, critical_too, reason } => {
            mutes::mute(what.scope(), length, until, critical_too, reason)
        }
        Order::Unmute { what, everything } => mutes::unmute((!everything).then(|| what.scope())),
        Order::Mutes { json } => mutes::list(json),
        Order::DockerPolicy { profile, format } => {
            say(&policy::page(profile.into(), format.into()));
            DONE
        }
        Order::Audit { since, about, json } => audit(&since, about.as_deref(), json),
        Order::Totp { what: TotpOrder::New { out, name, show } } => new_totp(&out, &name, show),
        Order::Backup { file, force } => backup::back_up(&file, force),
        Order::Restore { file, yes } => backup::restore(&file, yes),
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
    configured(&environment, purpose)
}

/// The same, of an environment that is at hand.
fn configured(environment: &Environment, purpose: Purpose) -> Result<Config, u8> {
    let config = checked(environment, purpose).map_err(|mistakes| {
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
        KnownNames {
            metrics: &metrics,
            remedies: &remedies,
            commands: &commands,
            languages: &locale::tags(),
        },
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
    let environment = Environment::of_process();
    let config = match configured(&environment, Purpose::Serve) {
        Ok(config) => config,
        Err(code) => return code,
    };
    log::begin(&config.settings.log_filter, config.settings.log_format);
    let read = || {
        let environment = Environment::of_process();
        let config = checked(&environment, Purpose::Serve);
        Reading { config, files: environment.files() }
    };
    let reread = Reread::new(read, environment.files());
    ended(block_on(async { app::watch(config, Chat::Telegram, Stop::and_hangup()?, Some(reread)).await }))
}

fn console(plain: bool, asked: Vec<String>) -> u8 {
    let config = match configuration(Purpose::Local, None) {
        Ok(config) => config,
        Err(code) => return code,
    };
    log::begin("error", LogFormat::Text);
    let manner = Manner { plain, language: terminal_language(), asked };
    ended(block_on(async { app::watch(config, Chat::Console(manner), Stop::new()?, None).await }))
}

fn first_run(wish: &Wish) -> u8 {
    log::begin("error", LogFormat::Text);
    let check = |environment: &Environment| {
        checked(environment, Purpose::Local)
            .map(drop)
            .map_err(|mistakes| mistakes.text(std::io::stderr().is_terminal()))
    };
    match block_on(init(wish, app::clock(), &check)) {
        Ok(Ok(())) => DONE,
        Ok(Err(error)) => {
            complain(&format!("\nvakhta: {error}\n"));
            match error {
                InitError::Wrong(_) => WRONG,
                InitError::Failed(_) => FAILED,
            }
        }
        Err(code) => code,
    }
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

/// A digest, for a look: its picture to a file, its words to whoever reads.
fn look(name: &str, file: &Path) -> u8 {
    let config = match configuration(Purpose::Local, None) {
        Ok(config) => config,
        Err(code) => return code,
    };
    log::begin(&config.settings.log_filter, config.settings.log_format);
    match block_on(app::look(&config, name, language(&config.settings))) {
        Ok(Ok(Look::Seen(words, Some(picture)))) => match private::put(file, &picture) {
            Ok(()) => {
                say(&format!("{words}\n"));
                DONE
            }
            Err(why) => {
                let file = file.display();
                complain(&format!(
                    "vakhta: {file}: {why}; name a file in a directory that can be written to\n"
                ));
                FAILED
            }
        },
        Ok(Ok(Look::Seen(words, None))) => {
            say(&format!("{words}\n"));
            complain("vakhta: there is nothing to draw yet: nothing was recorded in that time\n");
            FAILED
        }
        Ok(Ok(Look::NothingThere)) => {
            let directory = config.settings.data_dir.display();
            complain(&format!(
                "vakhta: there is nothing to draw yet: no watch has recorded anything in DATA_DIR {directory}\n"
            ));
            FAILED
        }
        Ok(Ok(Look::NoSuchJob(names))) => {
            complain(&format!("vakhta: no job is called {name}; there are {}\n", names.join(", ")));
            WRONG
        }
        Ok(Ok(Look::NoDigest(names))) => {
            let those = match &names[..] {
                [] => "no digest is declared".to_owned(),
                names => format!("--out goes with a digest: {}", names.join(", ")),
            };
            complain(&format!("vakhta: the job {name} draws nothing; {those}\n"));
            WRONG
        }
        Ok(Err(error)) => ended(Ok(Err(error))),
        Err(code) => code,
    }
}

/// In which language the terminal is spoken to.
fn language(settings: &Settings) -> &'static locale::Locale {
    match settings.language {
        Language::Fixed(tag) => locale::for_tag(tag),
        Language::Auto => locale::for_tag(&terminal_language().unwrap_or_default()),
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
    let voice = Voice { locale: language(settings), zone: settings.zone.clone() };
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
