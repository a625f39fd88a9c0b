//! What can be written on the command line, and the help that teaches it.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jobs::evaluate::{literal::Literal, novelty::Novelty};
use jobs::mute::Scope;
use jobs::ports::Profile;

use crate::detect::Judge;
use crate::docker::policy;
use crate::init::Way;
use crate::locale;

/// Watches a Linux server and its Docker containers, and tells its owner in Telegram when something is really wrong.
#[derive(Parser)]
#[command(
    name = "vakhta",
    version,
    after_help = "To set it up:                      vakhta init\n\
                  To look around without Telegram:   vakhta console\n\
                  To see what is missing:            vakhta doctor",
    after_long_help = help()
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) order: Option<Order>,
}

/// The order that these words give, the name of the program first.
///
/// # Errors
/// What clap has to say instead: a mistake, the help, the version.
pub(super) fn order(words: &[OsString]) -> Result<Order, clap::Error> {
    at_once(words).map_or_else(|| parsed(words), Ok)
}

/// What a container says, once as it begins and twice a minute to ask after its health: understood without the tree of
/// all commands and options, which is made in a millisecond and whose code would stay in memory.
fn at_once(words: &[OsString]) -> Option<Order> {
    match words {
        [_] => Some(Order::Run),
        [_, word] if word == "run" => Some(Order::Run),
        [_, word] if word == "health" => Some(Order::Health),
        _ => None,
    }
}

fn parsed(words: &[OsString]) -> Result<Order, clap::Error> {
    Cli::try_parse_from(words).map(|cli| cli.order.unwrap_or(Order::Run))
}

/// What `--help` says after the commands. Whatever is a list elsewhere comes from there.
fn help() -> String {
    HELP.replace("{languages}", &locale::tags().join(", "))
}

const HELP: &str = "\
To look around without Telegram:
  vakhta console
  printf '/status\\n/ps\\n' | vakhta console

To serve Telegram:
  vakhta init       asks for @BotFather's token and pairs your phone, writes secrets/bot_token and .env, says what is next
or by hand: BOT_TOKEN_FILE=secrets/bot_token TELEGRAM_USER_ID=12345 vakhta

Settings (environment, or a file .env beside the working directory; each NAME also as NAME_FILE):
  BOT_TOKEN          the bot's token; better BOT_TOKEN_FILE, or the secret /run/secrets/bot_token
  TELEGRAM_USER_ID   the owners, who may do everything and are told: one id, or several with commas
  TELEGRAM_OPERATORS who may act too, and is told nothing by itself; TELEGRAM_VIEWERS who may only look
  ALERTS_CHAT        where alerts go, and DIGEST_CHAT where digests go, if not to the owners' own chats: a group's number,
                     or GROUP/TOPIC; several with commas (docs/groups.md)
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
  LOCALE             {languages}, or auto: each person's own; what somebody chose with /language stands above it
  TZ                 the owner's time zone, such as Europe/Moscow
  THEME              dark or light: how pictures look; default dark
  VAKHTA_CONFIG      a file of jobs and rules in place of the built-in one (`vakhta check --built-in` prints that)
  LOG_LEVEL          error, warn, info, debug; LOG_FORMAT text or json
  START_CARD         on or off: whether it says that it begins, and what it missed while it was away

Exit codes: 0 done, 1 failed, 2 wrong settings or arguments.";

#[derive(Subcommand)]
pub(super) enum Order {
    /// Stand watch and serve Telegram (what happens without a command)
    Run,
    /// The same conversation in this terminal: no token, no Telegram
    #[command(after_help = CONSOLE_HELP)]
    Console {
        /// No colours, no pictures and no broken lines, as in a pipe
        #[arg(long)]
        plain: bool,
        /// Ask this and end; may be given several times
        #[arg(short = 'c', long = "ask", value_name = "COMMAND")]
        ask: Vec<String>,
    },
    /// The first run: check the token, pair the owner's phone, write secrets/bot_token and .env, say what is next
    #[command(after_long_help = INIT_HELP)]
    Init {
        /// Where the two files go
        #[arg(long, value_name = "DIR", default_value = ".")]
        dir: PathBuf,
        /// A file with the token, in place of asking for it
        #[arg(long, value_name = "FILE")]
        token_file: Option<PathBuf>,
        /// The owner's numeric Telegram id, in place of pairing a phone
        #[arg(long, value_name = "ID", value_parser = clap::value_parser!(i64).range(1..))]
        owner: Option<i64>,
        /// What will run the watch; found out where it is not said
        #[arg(long, value_enum, value_name = "WHAT")]
        r#for: Option<WayName>,
        /// Replace files that are there without asking
        #[arg(long)]
        force: bool,
        /// Ask nothing: every question has its usual answer, and what has none must be given
        #[arg(long)]
        yes: bool,
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
        /// As declared: `sample`, `evaluate`, `heal`, `morning`, `weekly`
        name: String,
        /// Of a digest: write its picture to this file and its words to standard output, for a look. Nothing is sent,
        /// and nothing counts as told
        #[arg(long, value_name = "FILE.png")]
        out: Option<PathBuf>,
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
    /// Copy the store to one file, also while the watch runs
    #[command(after_help = BACKUP_HELP)]
    Backup {
        /// The file, which only you may read; `-` for standard output
        file: PathBuf,
        /// Take the place of a file that is there
        #[arg(long)]
        force: bool,
    },
    /// Let a backup take the store's place, also while the watch runs
    #[command(after_help = RESTORE_HELP)]
    Restore {
        /// A file that `vakhta backup` wrote; `-` for standard input
        file: PathBuf,
        /// Ask nothing
        #[arg(long)]
        yes: bool,
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
pub(super) enum TotpOrder {
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

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum WayName {
    /// Docker Compose: the token's file can be read by the container's user, its directory only by you
    Compose,
    /// This program: both only by you
    Binary,
}

impl From<WayName> for Way {
    fn from(name: WayName) -> Self {
        match name {
            WayName::Compose => Self::Compose,
            WayName::Binary => Self::Binary,
        }
    }
}

const BACKUP_HELP: &str = "\
The copy is of one moment, whatever is written meanwhile, and is examined before it gets its name. With Docker Compose:
  docker compose exec -T vakhta /vakhta backup - > vakhta.backup

Exit codes: 0 copied, 1 it failed and nothing was left, 2 there is no store, or the file is there already.";

const RESTORE_HELP: &str = "\
The file is examined first. A watch that runs takes it over and goes on; what was told, done and used up since stays known.
The store from before is kept beside it as vakhta.sqlite.before-restore. With Docker Compose:
  docker compose exec -T vakhta /vakhta restore - --yes < vakhta.backup

Exit codes: 0 restored, 1 it failed and everything is as it was, 2 it is no whole store that this release can read.";

const CONSOLE_HELP: &str = "\
At the prompt:
  status, graph cpu 6h, logs nginx, help      what the chat understands; the slash may be left out
  Tab                                         completes commands, containers, mounts, jobs, incidents
  2                                           presses the button with that number
  save FILE.png                               keeps the last picture
  Ctrl-C                                      empties the line; Ctrl-D, quit or exit ends
For scripts:
  vakhta console -c status -c 'logs nginx 50'
  printf '/status\\n/ps\\n' | vakhta console
Pictures are shown in full by kitty, Ghostty, iTerm2 and WezTerm, in half blocks elsewhere. NO_COLOR=1, TERM=dumb and --plain leave
out colours and pictures.";

const INIT_HELP: &str = "\
At a terminal it asks for what it needs; a second run finds what is there and checks it again. In the image:
  docker run --rm -it -u \"$(id -u):$(id -g)\" -v \"$PWD:/setup\" vakhta init --dir /setup
Without questions, for scripts:
  vakhta init --token-file FILE --owner ID --dir DIR --yes

The token is read hidden, or from a file, or as the first line of a pipe; it is never an argument and never printed.
TELEGRAM_PROXY and TELEGRAM_API_URL count, from the environment or an .env that is there. With --for compose, which
is meant beside a compose.yaml, secrets/ is for you alone and the file in it for every reader: the container reads it as
another user. Lines of an .env that were not asked about stay as they are.

Exit codes: 0 done, 1 failed or stopped, 2 wrong arguments, a token that Telegram does not know, or mistakes in .env.";

const TOTP_HELP: &str = "\
Codes for everything that acts:
  vakhta totp new --out secrets/totp_secret --show     type what stands after secret= into the app, or make a picture of it
  TOTP_SECRET_FILE=secrets/totp_secret vakhta          with Docker: a secret of that name, see compose.yaml
TOTP_FOR names the commands that take one: stop,fix; without it every command that asks \"are you sure\".

Exit codes: 0 made, 1 it could not be written, 2 the file is there already, or --show and no terminal.";

/// Of what; everything when nothing is named.
#[derive(clap::Args)]
#[group(id = "WhatOf", multiple = false)]
pub(super) struct What {
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
    /// The same, as a mute has it.
    pub(super) fn scope(self) -> Scope {
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
pub(super) enum DetectorName {
    /// How far a value is from everything seen in the last three weeks, and from what is usual at its hour
    Novelty,
    /// The literal x > mean + 2 * stdev of the 60 records before
    Sigma,
}

impl DetectorName {
    /// A new one.
    pub(super) fn judge(self) -> Judge {
        match self {
            Self::Novelty => Judge::Novelty(Box::new(Novelty::new())),
            Self::Sigma => Judge::Literal(Literal::new()),
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum ProfileName {
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
pub(super) enum PolicyFormat {
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_is_understood_at_once_is_what_the_reader_of_all_understands() {
        let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        for line in ["vakhta", "vakhta run", "vakhta health"] {
            let (at_once, parsed) = (at_once(&words(line)), parsed(&words(line)).ok());
            let (at_once, parsed) = (at_once.expect("at once"), parsed.expect("in full"));
            assert_eq!(std::mem::discriminant(&at_once), std::mem::discriminant(&parsed), "{line}");
        }
        for line in
            ["vakhta runs", "vakhta run --help", "vakhta health --json", "vakhta --version", "vakhta check"]
        {
            assert!(at_once(&words(line)).is_none(), "{line}");
        }
    }
}
